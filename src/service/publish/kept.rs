//! Adopted campaigns at Meta: the requests that change an object, and reading one back with everything below it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::domain::dictionary;
use crate::domain::id::{CampaignId, ObjectId};
use crate::domain::plan::{Field, Kind, ObjectRef, WantedKept};
use crate::graph::{AdChange, AdSetChange, CampaignChange, Client, GraphError, NodeId, Targeting, Write};
use crate::store::connections::AdAccount;
use crate::store::observed as rows;

use super::super::{Ctx, Error, Result};
use super::record::{Place, Said, record_gone, record_seen};
use super::wire::NO_LIMIT;

/// More objects than a campaign at Meta has.
const MOST: usize = 20_000;

/// The request that changes some fields of an object to what is wanted. Repeating it is harmless.
pub(super) fn change(node: &NodeId, wanted: &WantedKept, fields: &[Field]) -> Result<Write<()>> {
    let text = |field: Field| wanted.fields.get(&field).filter(|_| fields.contains(&field)).map(String::as_str);
    let amount =
        |field: Field, pace: &str| text(field).and_then(|t| t.split_once(' ')).filter(|(p, _)| *p == pace)?.1.parse().ok();
    let minor = |pace: &str| amount(Field::Budget, pace);
    let time = |field: Field| text(field).and_then(|text| text.parse::<DateTime<Utc>>().ok());
    let name = fields.contains(&Field::Name).then(|| wanted.name.clone());
    Ok(match wanted.object.kind {
        Kind::Campaign => {
            let limit = |text: &str| if text.is_empty() { Some(NO_LIMIT) } else { text.parse().ok() };
            let change = CampaignChange {
                name,
                daily_budget: minor("daily"),
                lifetime_budget: minor("lifetime"),
                spend_cap: text(Field::Limit).and_then(limit),
                ..CampaignChange::default()
            };
            change.of(node)
        }
        Kind::AdSet => {
            let whole = fields.contains(&Field::Audience) || fields.contains(&Field::Placements);
            let change = AdSetChange {
                name,
                daily_budget: minor("daily"),
                lifetime_budget: minor("lifetime"),
                bid_amount: text(Field::Bid).and_then(|text| text.split_once(' ')).and_then(|(_, minor)| minor.parse().ok()),
                targeting: wanted.targeting.as_ref().filter(|_| whole).map(targeting).transpose()?,
                start_time: time(Field::Starts),
                end_time: time(Field::Ends),
                daily_min_spend_target: amount(Field::Floor, "daily"),
                daily_spend_cap: amount(Field::Ceiling, "daily"),
                lifetime_min_spend_target: amount(Field::Floor, "lifetime"),
                lifetime_spend_cap: amount(Field::Ceiling, "lifetime"),
            };
            change.of(node)?
        }
        Kind::Ad => {
            let creative = text(Field::Creative).map(str::parse::<NodeId>).transpose();
            let creative = creative.map_err(|e| Error::conflict(e.into()))?;
            AdChange { name, creative }.of(node)?
        }
        Kind::Creative | Kind::Image => return Err(Error::conflict(dictionary::creative_never_changes())),
    })
}

/// Targeting as Meta wrote it, without what it only answers.
fn targeting(said: &Value) -> Result<Targeting> {
    let mut targeting: Targeting = serde_json::from_value(said.clone())?;
    targeting.rest.retain(|name, _| !name.starts_with("effective_"));
    Ok(targeting)
}

/// Asks Meta for a campaign, its ad sets and its ads in as few calls as there are pages, and stores the answers under the ids
/// they are known by. What is there and not known yet waits for the next sync.
pub(in crate::service) async fn read_below(ctx: &Ctx, client: &Client, account: &AdAccount, campaign: CampaignId) -> Result<()> {
    let (workspace, id) = (account.workspace_id, ObjectId(campaign.0));
    let known = ctx.db.read(move |c| rows::list_of_campaign(c, workspace, campaign)).await?;
    let Some(top) = known.iter().find(|row| row.id == id) else { return Err(Error::NotFound("campaign")) };
    let node: NodeId = top.remote_id.parse().map_err(|e: crate::graph::NotANode| Error::conflict(e.into()))?;
    let mut said = match client.campaign(&node).await {
        Ok(campaign) => vec![Said::Campaign(Box::new(campaign))],
        Err(GraphError::NotFound { .. }) => {
            let (now, gone) = (ctx.stamp(), top.clone());
            return ctx.db.write(move |c| record_gone(c, &gone, now)).await;
        }
        Err(error) => return Err(error.into()),
    };
    said.extend(client.ad_sets(&node).all(MOST).await?.into_iter().map(|ad_set| Said::AdSet(Box::new(ad_set))));
    said.extend(client.ads(&node).all(MOST).await?.into_iter().map(|ad| Said::Ad(Box::new(ad))));
    let (inner, account) = (ctx.clone(), account.id);
    let written = ctx.db.write(move |c| {
        let now = inner.stamp();
        let ids: BTreeMap<(&str, &str), &rows::Observed> =
            known.iter().map(|row| ((row.kind.as_str(), row.remote_id.as_str()), row)).collect();
        for said in &said {
            let (kind, remote) = (said.kind(), said.remote());
            let Some(row) = ids.get(&(kind.as_str(), remote.as_str())) else { continue };
            let place = Place { workspace, account, campaign: row.campaign_id, parent: row.parent_id };
            record_seen(c, ObjectRef { kind, id: row.id }, place, said, now)?;
        }
        for row in known.iter().filter(|row| matches!(row.kind.as_str(), "ad_set" | "ad") && row.gone_at.is_none()) {
            if !said.iter().any(|said| said.kind().as_str() == row.kind && said.remote() == row.remote_id) {
                record_gone(c, row, now)?;
            }
        }
        Ok(())
    });
    written.await
}
