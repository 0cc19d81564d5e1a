//! Reading an object back and storing what Meta says of it under our id.

use crate::domain::id::{AdAccountId, CampaignId, ObjectId, WorkspaceId};
use crate::domain::plan::{Kind, ObjectRef};
use crate::graph::{Ad, AdSet, Campaign, Client, Creative, GraphError, NodeId};
use crate::store::connections::{self, AdAccount};
use crate::store::observed::{self as rows, Observed};
use crate::store::{Conn, UtcTime};

use super::super::{Ctx, Result, ledger, outside};

/// What Meta says of one object.
#[derive(Debug, Clone)]
pub(in crate::service) enum Said {
    Image { hash: String },
    Campaign(Box<Campaign>),
    AdSet(Box<AdSet>),
    Creative(Box<Creative>),
    Ad(Box<Ad>),
}

/// Asks Meta for an object. A picture is known by its hash and never changes, so it is not asked for.
pub(in crate::service) async fn read_back(client: &Client, kind: Kind, remote: &str) -> std::result::Result<Said, GraphError> {
    let node = || -> std::result::Result<NodeId, GraphError> {
        remote.parse().map_err(|_| GraphError::NotFound { message: format!("“{remote}” is no id of Meta’s") })
    };
    Ok(match kind {
        Kind::Image => Said::Image { hash: remote.to_owned() },
        Kind::Campaign => Said::Campaign(Box::new(client.campaign(&node()?).await?)),
        Kind::AdSet => Said::AdSet(Box::new(client.ad_set(&node()?).await?)),
        Kind::Creative => Said::Creative(Box::new(client.creative(&node()?).await?)),
        Kind::Ad => Said::Ad(Box::new(client.ad(&node()?).await?)),
    })
}

/// Where an object belongs.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct Place {
    pub workspace: WorkspaceId,
    pub account: AdAccountId,
    pub campaign: Option<CampaignId>,
    pub parent: Option<ObjectId>,
}

impl Said {
    /// What kind of object it is of.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Image { .. } => Kind::Image,
            Self::Campaign(_) => Kind::Campaign,
            Self::AdSet(_) => Kind::AdSet,
            Self::Creative(_) => Kind::Creative,
            Self::Ad(_) => Kind::Ad,
        }
    }

    /// Meta's id of it.
    pub(super) fn remote(&self) -> String {
        match self {
            Self::Image { hash } => hash.clone(),
            Self::Campaign(said) => said.id.to_string(),
            Self::AdSet(said) => said.id.to_string(),
            Self::Creative(said) => said.id.to_string(),
            Self::Ad(said) => said.id.to_string(),
        }
    }

    /// What its own switch is set to; empty for what has none.
    pub(in crate::service) fn status(&self) -> &str {
        match self {
            Self::Campaign(said) => said.status.as_deref(),
            Self::AdSet(said) => said.status.as_deref(),
            Self::Ad(said) => said.status.as_deref(),
            Self::Creative(said) => said.status.as_deref(),
            Self::Image { .. } => None,
        }
        .unwrap_or_default()
    }

    fn effective(&self) -> &str {
        let effective = match self {
            Self::Campaign(said) => said.effective_status.as_deref(),
            Self::AdSet(said) => said.effective_status.as_deref(),
            Self::Ad(said) => said.effective_status.as_deref(),
            Self::Creative(_) | Self::Image { .. } => None,
        };
        effective.unwrap_or_else(|| self.status())
    }

    /// Whether it was deleted or archived.
    pub(super) fn is_gone(&self) -> bool {
        rows::is_over(self.status())
    }

    /// Its name at Meta; an image's hash.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Campaign(said) => &said.name,
            Self::AdSet(said) => &said.name,
            Self::Creative(said) => &said.name,
            Self::Ad(said) => &said.name,
            Self::Image { hash } => hash,
        }
    }

    fn fields(&self) -> serde_json::Result<String> {
        match self {
            Self::Campaign(said) => serde_json::to_string(said),
            Self::AdSet(said) => serde_json::to_string(said),
            Self::Creative(said) => serde_json::to_string(said),
            Self::Ad(said) => serde_json::to_string(said),
            Self::Image { .. } => Ok("{}".to_owned()),
        }
    }
}

/// Stores what Meta says of an object. One that is known keeps its origin and place; a new one was made here.
pub(in crate::service) fn record(c: &mut Conn, object: ObjectRef, place: Place, said: &Said, now: UtcTime) -> Result<()> {
    record_because(c, object, place, said, now, "Read back from Meta.")
}

/// The same for an object that was only looked at: what differs from before was changed outside, and the log says so.
pub(in crate::service) fn record_seen(c: &mut Conn, object: ObjectRef, place: Place, said: &Said, now: UtcTime) -> Result<()> {
    let before = rows::find(c, place.workspace, object.id)?;
    record(c, object, place, said, now)?;
    let after = rows::find(c, place.workspace, object.id)?;
    let seen = before.zip(after).and_then(|(before, after)| outside::difference(&before, &after).zip(after.campaign_id));
    outside::note(c, place.workspace, now, None, seen.map(|(seen, campaign)| (campaign, seen)).into_iter().collect())
}

/// The same; where it changes what its campaign commits, the ledger has it for this reason.
pub(in crate::service) fn record_because(
    c: &mut Conn,
    object: ObjectRef,
    place: Place,
    said: &Said,
    now: UtcTime,
    reason: &str,
) -> Result<()> {
    let known = rows::find(c, place.workspace, object.id)?.filter(|row| row.remote_id == said.remote());
    let row = Observed {
        workspace_id: place.workspace,
        id: object.id,
        ad_account_id: place.account,
        kind: object.kind.as_str().to_owned(),
        remote_id: said.remote(),
        parent_id: place.parent.or_else(|| known.as_ref().and_then(|row| row.parent_id)),
        campaign_id: place.campaign.or_else(|| known.as_ref().and_then(|row| row.campaign_id)),
        name: said.name().to_owned(),
        status: said.status().to_owned(),
        effective_status: said.effective().to_owned(),
        origin: known.as_ref().map_or_else(|| "here".to_owned(), |row| row.origin.clone()),
        fields: said.fields()?,
        created_at: known.as_ref().map_or(now, |row| row.created_at),
        seen_at: now,
        gone_at: (said.status() == "DELETED").then_some(now),
    };
    rows::adopt(c, &row)?;
    match row.campaign_id.filter(|_| moves_money(known.as_ref(), &row)) {
        Some(campaign) => book_seen(c, place.workspace, place.account, campaign, now, reason),
        None => Ok(()),
    }
}

/// Notes that Meta lists an object no more; what its campaign commits follows.
pub(in crate::service) fn record_gone(c: &mut Conn, known: &Observed, now: UtcTime) -> Result<()> {
    rows::set_gone(c, known.workspace_id, known.id, now)?;
    let after = Observed { gone_at: Some(now), ..known.clone() };
    let seen = outside::difference(known, &after).zip(known.campaign_id).map(|(seen, campaign)| (campaign, seen));
    outside::note(c, known.workspace_id, now, None, seen.into_iter().collect())?;
    match known.campaign_id.filter(|_| matches!(known.kind.as_str(), "campaign" | "ad_set")) {
        Some(campaign) => book_seen(c, known.workspace_id, known.ad_account_id, campaign, now, "Meta does not list it any more."),
        None => Ok(()),
    }
}

fn book_seen(
    c: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    campaign: CampaignId,
    now: UtcTime,
    reason: &str,
) -> Result<()> {
    let account = connections::get_account(c, workspace, account)?;
    ledger::book(c, &account, campaign, now, reason)
}

/// Whether what Meta says now may commit another budget than what it said before.
pub(in crate::service) fn moves_money(before: Option<&Observed>, now: &Observed) -> bool {
    let said = |row: &Observed| (row.status.clone(), row.gone_at.is_some(), row.fields.clone(), row.campaign_id);
    matches!(now.kind.as_str(), "campaign" | "ad_set") && before.map(said) != Some(said(now))
}

/// Brings the ledger's commitments of a campaign to what its switched-on ad sets now have.
pub(in crate::service) fn book_commitment(
    c: &mut Conn,
    ctx: &Ctx,
    account: &AdAccount,
    campaign: CampaignId,
    reason: &str,
) -> Result<()> {
    ledger::book(c, account, campaign, ctx.stamp(), reason)
}
