//! Month envelopes: what a month's money over several campaigns has come to, and the plan that sets the daily budgets that land
//! on it.
//!
//! A campaign counts from the first day of the month in which it was added. One that is taken out keeps what it spent until that
//! day in the month. Campaigns of one envelope share a currency and a time zone, so that a month is the same days for all.

mod gather;
mod save;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::bulk::{CampaignBudget, Change};
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::envelope::{Figures, Landing, Outlook};
use crate::domain::id::{CampaignId, EnvelopeId, PlanId};
use crate::domain::money::{Money, Spend};
use crate::domain::role::Role;
use crate::stats;
use crate::store::envelopes as rows;

use super::{Actor, Ctx, Error, Result, bulk};

pub use save::{EnvelopeForm, archive, save};

/// How sure the interval of a projection is.
pub const CONFIDENCE: f64 = 0.8;
/// With fewer whole days the end of the month is not projected.
pub const LEAST_DAYS: usize = 7;

/// An envelope with its month.
#[derive(Debug)]
pub struct Opened {
    /// Its id.
    pub id: EnvelopeId,
    /// What people call it.
    pub name: String,
    /// Counts saves.
    pub revision: i64,
    /// The time zone's name.
    pub zone: String,
    /// What is known.
    pub figures: Figures,
    /// What it comes to.
    pub outlook: Outlook,
    /// The end of the month, if it goes on as in the days so far; `None` with too few of them.
    pub projection: Option<Projection>,
    /// When the figures were read: of the ad account read longest ago.
    pub read_at: Option<DateTime<Utc>>,
    /// The campaigns that belong to it now.
    pub campaigns: Vec<CampaignId>,
}

/// What the month is expected to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Projection {
    /// The expected sum.
    pub expected: Spend,
    /// With [`CONFIDENCE`] at least this.
    pub low: Spend,
    /// And at most this.
    pub high: Spend,
}

/// A campaign that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Its ad account's currency.
    pub currency: String,
    /// Its ad account's time zone.
    pub zone: String,
}

/// The workspace's envelopes, by name.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Opened>> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let read = ctx.db.read_with(move |c| {
        let found = rows::list(c, workspace)?;
        found.into_iter().map(|row| gather::gather(c, &inner, row)).collect::<Result<Vec<Opened>>>()
    });
    read.await
}

/// An envelope.
///
/// # Errors
/// [`Error::NotFound`] where this workspace has no such envelope.
pub async fn open(ctx: &Ctx, actor: &Actor, id: EnvelopeId) -> Result<Opened> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let read = ctx.db.read_with(move |c| {
        let row = rows::find(c, workspace, id)?.ok_or(Error::NotFound("envelope"))?;
        gather::gather(c, &inner, row)
    });
    read.await
}

/// The campaigns that can belong to an envelope: those that are not drafts, files' or archived.
pub async fn choices(ctx: &Ctx, actor: &Actor) -> Result<Vec<Choice>> {
    let workspace = actor.workspace;
    ctx.db.read_with(move |c| gather::choices(c, workspace)).await
}

/// Makes the plan that sets the daily budgets that land on the envelope; nothing changes before it is approved.
///
/// # Errors
/// [`Error::Conflict`] where no daily amount lands on it, with the reason.
pub async fn propose(ctx: &Ctx, actor: &Actor, id: EnvelopeId) -> Result<PlanId> {
    actor.require(Role::Manager)?;
    let opened = open(ctx, actor, id).await?;
    let each = match opened.outlook.landing {
        Landing::Daily { each, .. } => each,
        Landing::Over(by) => return Err(Error::conflict(dictionary::envelope_over(by, by.currency))),
        Landing::NothingToSteer => return Err(Error::conflict(dictionary::envelope_nothing_to_steer())),
        Landing::Unknown => return Err(Error::conflict(dictionary::envelope_unread())),
    };
    let budgets: Vec<CampaignBudget> =
        each.iter().map(|(campaign, money)| CampaignBudget { campaign: *campaign, money: *money }).collect();
    let campaigns = budgets.iter().map(|budget| budget.campaign).collect();
    bulk::propose(ctx, actor, bulk::Request { campaigns, change: Change::Budgets { budgets } }).await
}

/// The end of the month from its whole days so far.
fn project(figures: &Figures, outlook: &Outlook) -> Option<Projection> {
    let days: Vec<f64> = figures.known_days().iter().map(|micros| *micros as f64).collect();
    let ahead = u32::try_from(outlook.days_left + outlook.days_missing).ok()?;
    let (sum, interval) = stats::sum_ahead(&days, ahead, CONFIDENCE, LEAST_DAYS)?;
    let currency: Currency = figures.amount.currency;
    let base = outlook.spent_known.micros;
    // What is spent stays spent; an estimate may be rounded, because no money is booked by it.
    let end = |more: f64| Spend::new(base.saturating_add(more.round() as i64).max(outlook.spent.micros), currency);
    Some(Projection { expected: end(sum), low: end(interval.low), high: end(interval.high) })
}

impl Opened {
    /// Whether anything of it can be steered: a plan would do something.
    pub fn can_plan(&self) -> bool {
        matches!(self.outlook.landing, Landing::Daily { .. })
    }

    /// What a campaign would get a day.
    pub fn daily_of(&self, campaign: CampaignId) -> Option<Money> {
        match &self.outlook.landing {
            Landing::Daily { each, .. } => each.iter().find(|(id, _)| *id == campaign).map(|(_, money)| *money),
            _ => None,
        }
    }
}
