//! The account and its campaigns, ad sets and ads as Meta lists them, made here or elsewhere.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::id::{AdAccountId, CampaignId, ObjectId, WorkspaceId};
use crate::graph::{self, AdSet, InsightsRow, NodeId};
use crate::store::connections as accounts;
use crate::store::observed::{self, Observed};
use crate::store::{Conn, UtcTime};

use super::super::connections::{least, pixel_row, status_word};
use super::super::{Ctx, Result};
use super::Sync;
use super::results::{Kind, kind_of};

/// More objects than Meta lets one account have.
const MOST: usize = 20_000;

/// Our ids by Meta's, and what each ad set counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    pub campaigns: BTreeMap<String, ObjectId>,
    pub ad_sets: BTreeMap<String, ObjectId>,
    pub ads: BTreeMap<String, ObjectId>,
    pub kinds: BTreeMap<String, Kind>,
}

/// Renews the account's own row: status, limits, pixels.
pub(super) async fn account(sync: &Sync, said: &graph::AdAccount) -> Result<()> {
    let minimum = least(&sync.client, said).await?;
    let pixels = sync.client.pixels(&sync.node).all(MOST).await?;
    let mut row = sync.account.clone();
    row.account_status = status_word(said.account_status).to_owned();
    row.min_daily_minor = minimum;
    row.spend_cap_minor = said.spend_cap;
    row.amount_spent_minor = said.amount_spent;
    let ctx = sync.ctx.clone();
    let written = sync.ctx.db.write(move |c| {
        accounts::update_account(c, &row)?;
        for pixel in &pixels {
            // Only those that a person linked; others are chosen at the connection.
            accounts::renew_pixel(c, &pixel_row(&ctx, row.workspace_id, row.id, pixel))?;
        }
        Ok(())
    });
    written.await
}

/// Reads every object and stores what Meta says of it.
pub(super) async fn all(sync: &Sync) -> Result<Index> {
    let campaigns = sync.client.campaigns(&sync.node).all(MOST).await?;
    let ad_sets = sync.client.ad_sets(&sync.node).all(MOST).await?;
    let ads = sync.client.ads(&sync.node).all(MOST).await?;
    let (ctx, workspace, account) = (sync.ctx.clone(), sync.account.workspace_id, sync.account.id);
    let stored = sync.ctx.db.write(move |c| {
        let seen_at = ctx.stamp();
        let mut index = index(c, workspace, account)?;
        let mut store = Store { ctx: &ctx, workspace, account, seen_at };
        for campaign in &campaigns {
            let id = store.id(&index.campaigns, &campaign.id);
            index.campaigns.insert(campaign.id.to_string(), id);
            let status = (campaign.status.as_deref(), campaign.effective_status.as_deref());
            store.put(c, ("campaign", id, &campaign.id), (None, Some(id)), &campaign.name, status, campaign)?;
        }
        for ad_set in &ad_sets {
            let above = ad_set.campaign_id.as_ref().and_then(|id| index.campaigns.get(id.as_str())).copied();
            let id = store.id(&index.ad_sets, &ad_set.id);
            index.ad_sets.insert(ad_set.id.to_string(), id);
            if let Some(kind) = kind_of(ad_set) {
                index.kinds.insert(ad_set.id.to_string(), kind);
            }
            let status = (ad_set.status.as_deref(), ad_set.effective_status.as_deref());
            store.put(c, ("ad_set", id, &ad_set.id), (above, above), &ad_set.name, status, ad_set)?;
        }
        for ad in &ads {
            let above = ad.adset_id.as_ref().and_then(|id| index.ad_sets.get(id.as_str())).copied();
            let campaign = ad.campaign_id.as_ref().and_then(|id| index.campaigns.get(id.as_str())).copied();
            let id = store.id(&index.ads, &ad.id);
            index.ads.insert(ad.id.to_string(), id);
            let status = (ad.status.as_deref(), ad.effective_status.as_deref());
            store.put(c, ("ad", id, &ad.id), (above, campaign), &ad.name, status, ad)?;
        }
        for kind in ["campaign", "ad_set", "ad"] {
            observed::mark_gone(c, workspace, account, kind, seen_at)?;
        }
        Ok(index)
    });
    stored.await
}

fn index(c: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Index> {
    let mut kinds = BTreeMap::new();
    for row in observed::list(c, workspace, account, "ad_set")? {
        // An object known only from figures has no fields to read; it counts nothing.
        if let Some(kind) = serde_json::from_str::<AdSet>(&row.fields).ok().as_ref().and_then(kind_of) {
            kinds.insert(row.remote_id, kind);
        }
    }
    Ok(Index {
        campaigns: observed::ids(c, workspace, account, "campaign")?,
        ad_sets: observed::ids(c, workspace, account, "ad_set")?,
        ads: observed::ids(c, workspace, account, "ad")?,
        kinds,
    })
}

impl Index {
    /// Makes sure that the objects of a row are known: those deleted at Meta are in its figures but not in its lists.
    pub(super) fn learn(&mut self, c: &mut Conn, sync: &SyncIds<'_>, row: &InsightsRow) -> Result<()> {
        let mut store = Store { ctx: sync.ctx, workspace: sync.workspace, account: sync.account, seen_at: sync.seen_at };
        let (mut above, mut campaign) = (None, None);
        let levels = [
            ("campaign", &row.campaign_id, &row.campaign_name, &mut self.campaigns),
            ("ad_set", &row.ad_set_id, &row.ad_set_name, &mut self.ad_sets),
            ("ad", &row.ad_id, &row.ad_name, &mut self.ads),
        ];
        for (kind, remote, name, known) in levels {
            let Some(remote) = remote else { continue };
            if let Some(id) = known.get(remote) {
                above = Some(*id);
                campaign = campaign.or(Some(*id));
                continue;
            }
            let Ok(node) = remote.parse::<NodeId>() else { continue };
            let id = store.id(known, &node);
            known.insert(remote.clone(), id);
            campaign = campaign.or(Some(id));
            let name = name.as_deref().unwrap_or(remote);
            store.put(
                c,
                (kind, id, &node),
                (above, campaign),
                name,
                (Some("DELETED"), Some("DELETED")),
                &serde_json::json!({}),
            )?;
            above = Some(id);
        }
        Ok(())
    }
}

/// What [`Index::learn`] needs to make rows.
pub(super) struct SyncIds<'a> {
    pub ctx: &'a Ctx,
    pub workspace: WorkspaceId,
    pub account: AdAccountId,
    pub seen_at: UtcTime,
}

struct Store<'a> {
    ctx: &'a Ctx,
    workspace: WorkspaceId,
    account: AdAccountId,
    seen_at: UtcTime,
}

impl Store<'_> {
    fn id(&self, known: &BTreeMap<String, ObjectId>, remote: &NodeId) -> ObjectId {
        known.get(remote.as_str()).copied().unwrap_or_else(|| ObjectId(self.ctx.new_id()))
    }

    fn put(
        &mut self,
        c: &mut Conn,
        (kind, id, remote): (&str, ObjectId, &NodeId),
        (parent, campaign): (Option<ObjectId>, Option<ObjectId>),
        name: &str,
        (status, effective): (Option<&str>, Option<&str>),
        fields: &impl Serialize,
    ) -> Result<()> {
        let gone = status == Some("DELETED");
        let row = Observed {
            workspace_id: self.workspace,
            id,
            ad_account_id: self.account,
            kind: kind.to_owned(),
            remote_id: remote.to_string(),
            parent_id: parent,
            campaign_id: campaign.map(|id| CampaignId(id.0)),
            name: name.to_owned(),
            status: status.unwrap_or("UNKNOWN").to_owned(),
            effective_status: effective.or(status).unwrap_or("UNKNOWN").to_owned(),
            origin: "elsewhere".to_owned(),
            fields: serde_json::to_string(fields)?,
            created_at: self.seen_at,
            seen_at: self.seen_at,
            gone_at: gone.then_some(self.seen_at),
        };
        Ok(observed::upsert(c, &row)?)
    }
}
