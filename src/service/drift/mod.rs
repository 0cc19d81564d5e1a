//! Drift: what was changed outside since Tandem last wrote it, shown, adopted or set back field by field.
//!
//! A sync and the end of a plan find it anew and keep what they found, so that lists and counts read rows; a campaign's own page
//! compares by itself, so that it is never older than what Meta last said.

mod adopt;
mod look;
mod revert;
mod settle;
mod typed;
mod who;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::drift::{Drift, Pick};
use crate::domain::id::{AdAccountId, CampaignId, ObjectId, WorkspaceId};
use crate::domain::plan::bare;
use crate::store::connections::AdAccount;
use crate::store::drifts::{self as rows, DriftRow};
use crate::store::{Conn, UtcTime, campaigns, observed, plans};

use super::{Actor, Ctx, Error, Result};

use self::look::{Look, Seen};
pub use adopt::{Adopting, Offer, adopt, offer};
pub(super) use adopt::{Adoption, Adopts, after_saving};
pub(super) use revert::hash_now;
pub use revert::{Reverting, approve, revert};
pub(super) use settle::{settle_all, settle_step};
pub(super) use who::{Between, Log, told_at};

/// A drift as people read it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Which.
    pub pick: Pick,
    /// `Ad set`, `Ad`; a creative is told as its ad.
    pub kind: &'static str,
    /// The object's name.
    pub object: String,
    /// The field.
    pub field: String,
    /// What is wanted.
    pub wanted: String,
    /// What Meta says.
    pub now: String,
    /// When it was first seen, real time; `None` where this look is the first.
    pub seen_at: Option<DateTime<Utc>>,
    /// Who changed it, by Meta's activity log; `None` where the log has nothing.
    pub who: Option<String>,
    /// When, platform time, likewise.
    pub changed_at: Option<DateTime<Utc>>,
    /// Whether what is wanted was changed here too since.
    pub edited_here: bool,
    /// Why it cannot be adopted, with the way out.
    pub not_adopted: Option<String>,
    /// Why it cannot be set back, with the way out.
    pub not_set_back: Option<String>,
}

/// A campaign's drift.
#[derive(Debug, Clone)]
pub struct OfCampaign {
    /// The campaign's name.
    pub name: String,
    /// What was changed outside, the campaign first.
    pub drifts: Vec<Shown>,
    /// How many fields were edited here and wait to be published.
    pub waiting: usize,
    /// Whether a plan of it is being carried out, so that it changes by itself.
    pub is_busy: bool,
    /// Why nothing can be compared, in a sentence.
    pub unknown: Option<String>,
}

/// What was changed outside of a campaign; nothing of one that is not defined here.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that this workspace does not know.
pub async fn of_campaign(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<OfCampaign> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let read = ctx.db.read_with(move |c| {
        let is_busy = plans::list_busy(c, workspace)?.contains(&campaign);
        let (look, unknown) = match look::look(c, &inner, workspace, campaign)? {
            Seen::Compared(look) => (*look, None),
            Seen::Nothing(name, unknown) => {
                return Ok(OfCampaign { name, drifts: Vec::new(), waiting: 0, is_busy, unknown: unknown.map(String::from) });
            }
        };
        let known = rows::list(c, workspace, campaign)?;
        let beside = adopt::beside(c, &look)?;
        let objects: Vec<ObjectId> = look.input.rows.iter().map(|row| row.id).collect();
        let log = Log::of(c, workspace, &objects)?;
        let drifts = look.found.drifts.iter().map(|drift| shown(&look, drift, &known, &beside, &log)).collect();
        Ok::<_, Error>(OfCampaign { name: look.input.row.name.clone(), drifts, waiting: look.found.waiting, is_busy, unknown })
    });
    read.await
}

/// How many fields of each campaign were changed outside, for those with any.
pub async fn counts(ctx: &Ctx, actor: &Actor) -> Result<BTreeMap<CampaignId, i64>> {
    let workspace = actor.workspace;
    let found = ctx.db.read(move |c| rows::list_campaigns(c, workspace)).await?;
    Ok(found.into_iter().map(|campaign| (campaign.id, campaign.fields)).collect())
}

fn shown(look: &Look, drift: &Drift, known: &[DriftRow], beside: &adopt::Beside, log: &Log) -> Shown {
    let pick = drift.pick();
    let row = known.iter().find(|row| row.object_id == pick.object && row.part == pick.part.to_string());
    let row = row.filter(|row| row.now == drift.now);
    let ad = look.targets.iter().find(|target| target.object == drift.object).and_then(|target| target.parent);
    let (object, kind) = who::told_at(drift.object, &look.input.rows, ad);
    let between = row.map(|row| Between { before: row.before_at, until: row.platform_at });
    let who = between.and_then(|between| log.who(object, kind, drift.part, between));
    let (wanted, now) = look.values(drift);
    Shown {
        pick,
        kind: if drift.is_of_creative() { "Ad" } else { drift.object.kind.label() },
        object: drift.name.clone(),
        field: drift.label(),
        wanted,
        now,
        seen_at: row.map(|row| row.seen_at.utc()),
        changed_at: who.as_ref().map(|(_, at)| *at),
        who: who.map(|(who, _)| who),
        edited_here: drift.edited_here,
        not_adopted: adopt::refusal(look, beside, drift).map(String::from),
        not_set_back: revert::refusal(look, drift).map(String::from),
    }
}

/// Finds a campaign's drift anew and keeps what it found; what lasts keeps the time it was first seen.
pub(super) fn renew(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId) -> Result<()> {
    let look = match look::look(c, ctx, workspace, campaign)? {
        Seen::Compared(look) => *look,
        // A form with problems says nothing of what is wanted: what was found before stands.
        Seen::Nothing(_, Some(_)) => return Ok(()),
        Seen::Nothing(_, None) => return keep(c, workspace, campaign, Vec::new()),
    };
    settle::agree(c, &look, ctx.stamp())?;
    let before = rows::list(c, workspace, campaign)?;
    let (stamp, platform) = (ctx.stamp(), UtcTime::from(look.input.now.0));
    let row = |drift: &Drift| {
        let (object_id, part) = (drift.object.id, drift.pick().part.to_string());
        let lasting = before.iter().find(|row| row.object_id == object_id && row.part == part && row.now == drift.now);
        lasting.cloned().unwrap_or_else(|| DriftRow {
            workspace_id: workspace,
            object_id,
            part,
            campaign_id: campaign,
            now: drift.now.clone(),
            seen_at: stamp,
            platform_at: platform,
            before_at: look.input.account.known_until_at,
        })
    };
    let mut found: Vec<DriftRow> = look.found.drifts.iter().map(row).collect();
    found.sort_by(|a, b| (a.object_id, &a.part).cmp(&(b.object_id, &b.part)));
    if found == before { Ok(()) } else { keep(c, workspace, campaign, found) }
}

fn keep(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, found: Vec<DriftRow>) -> Result<()> {
    Ok(rows::replace(c, workspace, campaign, &found)?)
}

/// Finds the drift of every campaign of an ad account that is defined here and not being changed by a plan; a transaction each.
pub(super) async fn renew_account(ctx: &Ctx, account: &AdAccount) -> Result<()> {
    let (workspace, id) = (account.workspace_id, account.id);
    for campaign in ctx.db.read_with(move |c| of_account(c, workspace, id)).await? {
        let inner = ctx.clone();
        ctx.db.write(move |c| renew(c, &inner, workspace, campaign)).await?;
    }
    Ok(())
}

fn of_account(c: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Vec<CampaignId>> {
    let busy = plans::list_busy(c, workspace)?;
    let all = campaigns::list(c, workspace)?.into_iter();
    let mine = all.filter(|row| row.ad_account_id == account && row.published_at.is_some() && !busy.contains(&row.id));
    Ok(mine.map(|row| row.id).collect())
}

/// What a campaign that is not defined here is called.
fn name_elsewhere(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<String> {
    let seen = observed::find(c, workspace, ObjectId(campaign.0))?.filter(|row| row.kind == "campaign");
    seen.map(|row| bare(&row.name).to_owned()).ok_or(Error::NotFound("campaign"))
}

/// The currency of a look, for values in words.
fn currency(account: &AdAccount) -> Result<Currency> {
    account.currency.parse().map_err(|_| Error::conflict(dictionary::account_currency_unknown(&account.name)))
}
