//! Starting a test: half of the money stays with the campaign, the other half goes to a shared copy of it. Nothing is sent: each
//! arm has its plan, which is approved like any other.

use serde::{Deserialize, Serialize};

use super::{Home, rows};
use crate::domain::campaign::{Campaign, CampaignForm, NAME_MAX, Pace, ShapeChoice};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{CampaignId, SplitTestId, WorkspaceId};
use crate::domain::money::{MICROS, Money};
use crate::domain::role::Role;
use crate::service::because::Because;
use crate::service::campaigns::{self, result_kind};
use crate::service::{Actor, Ctx, Error, Result};
use crate::store::split_tests::TestRow;
use crate::store::{Conn, StoreError, ledger};

/// The fewest days of a test.
const LEAST_DAYS: i64 = 7;
/// The most days of a test.
const MOST_DAYS: i64 = 90;
/// The days of a test where nobody says.
const USUAL_DAYS: i64 = 28;

/// What the name of the shared arm ends with.
const ENDING: &str = " (simulation: shared)";

/// How long, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct StartForm {
    /// Days, 7 to 90.
    pub days: String,
}

impl Default for StartForm {
    fn default() -> Self {
        Self { days: USUAL_DAYS.to_string() }
    }
}

/// Whether a test can be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// It cannot come to one here: the campaign is no published one of a sandbox.
    Nowhere,
    /// It is an arm of one that nobody ended.
    Runs,
    /// It cannot now; the reason, with the way out.
    Refused(Sentence),
    /// It can.
    Possible,
}

#[derive(Serialize)]
struct Started {
    test: SplitTestId,
    copy: CampaignId,
    days: i64,
    why: String,
}

/// What a test is made from.
struct Ready {
    home: Home,
    campaign: Campaign,
    form: CampaignForm,
    /// What the campaign has spent in all, micros.
    spent: i64,
}

/// Starts a test; the copy's id. Nothing is sent before the plans of both are approved.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::Conflict`] where no test can be started, saying why.
pub async fn start(ctx: &Ctx, actor: &Actor, campaign: CampaignId, form: &StartForm) -> Result<CampaignId> {
    actor.require(Role::Manager)?;
    let days = form.days.trim().parse::<i64>().ok().filter(|days| (LEAST_DAYS..=MOST_DAYS).contains(days));
    let Some(days) = days else {
        return Err(Error::invalid("days", dictionary::simulation_days(LEAST_DAYS, MOST_DAYS)));
    };
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let ready = ctx.db.read_with(move |c| ready(c, &inner, workspace, campaign)).await?;
    let (own, copy) = halves(&ready)?;
    let whole = ready.campaign.budget.amount;
    let why = format!(
        "An arm of a simulation of {days} days: learned amounts beside a shared copy, each with half of {whole} {}.",
        whole.currency
    );
    let seen = (campaign, ready.home.row.revision);
    let own = campaigns::prepare(ctx, actor, Some(seen), own, Because::Compares(why.clone())).await?;
    let copy = campaigns::prepare(ctx, actor, None, copy, Because::Compares(why.clone())).await?;
    for (arm, prepared) in [("The campaign", &own), ("The shared copy", &copy)] {
        if prepared.desk.reading.campaign.is_none() {
            let problems = &prepared.desk.reading.invalid.problems;
            let first = problems.first().map(|problem| problem.message.as_str()).unwrap_or_default();
            return Err(Error::conflict(dictionary::simulation_half_invalid(arm, first)));
        }
    }
    let (inner, actor) = (ctx.clone(), actor.clone());
    let written = ctx.db.write(move |c| {
        // Somebody may have started one meanwhile.
        self::ready(c, &inner, workspace, campaign)?;
        campaigns::put(c, &inner, &actor, &own)?;
        let (copy, _) = campaigns::put(c, &inner, &actor, &copy)?;
        let row = TestRow {
            workspace_id: workspace,
            id: SplitTestId(inner.new_id()),
            campaign_id: campaign,
            copy_id: copy,
            days,
            started_at: inner.stamp(),
            began_on: None,
            until_on: None,
            kept: None,
            ending_plan_id: None,
            ended_at: None,
        };
        rows::insert(c, &row)?;
        let state = Started { test: row.id, copy, days, why };
        actor.record(c, inner.stamp(), "split.test_started", ("campaign", campaign.0), &state)?;
        Ok(copy)
    });
    match written.await {
        Err(Error::Store(StoreError::Conflict(_))) => Err(Error::conflict(dictionary::simulation_runs())),
        other => other,
    }
}

/// Whether a test of a campaign can be started, and whether there is one to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Whether one can be started.
    pub offer: Offer,
    /// Whether there is one, now or from before.
    pub has_test: bool,
}

/// What a campaign offers.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that was not defined here.
pub async fn offered(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Offered> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let read = ctx.db.read_with(move |c| {
        let home = Home::of(c, &inner, workspace, campaign)?;
        let has_test = rows::find_latest(c, workspace, campaign)?.is_some();
        Ok::<_, Error>(Offered { offer: offer(c, &home)?, has_test })
    });
    read.await
}

/// What a campaign offers.
pub(super) fn offer(c: &mut Conn, home: &Home) -> Result<Offer> {
    if !home.is_sandbox || home.row.published_at.is_none() {
        return Ok(Offer::Nowhere);
    }
    if is_arm(c, home)? {
        return Ok(Offer::Runs);
    }
    Ok(obstacle(home)?.map_or(Offer::Possible, Offer::Refused))
}

fn is_arm(c: &mut Conn, home: &Home) -> Result<bool> {
    let newest = rows::find_latest(c, home.row.workspace_id, home.row.id)?;
    Ok(newest.is_some_and(|row| row.ended_at.is_none()))
}

/// Why a published campaign of a sandbox cannot be halved.
fn obstacle(home: &Home) -> Result<Option<Sentence>> {
    let Some(campaign) = home.definition()? else {
        return Ok(Some(dictionary::simulation_of_problems()));
    };
    let choice = ShapeChoice::from(&campaign.shape);
    let why = if home.row.wanted != "active" {
        dictionary::simulation_paused()
    } else if !matches!(choice, ShapeChoice::PerNetwork | ShapeChoice::PerGroup) || campaign.budget.pace != Pace::Daily {
        dictionary::simulation_not_apart()
    } else if result_kind(&campaign.counting).is_none() {
        dictionary::simulation_no_results()
    } else {
        return Ok(None);
    };
    Ok(Some(why))
}

fn ready(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId) -> Result<Ready> {
    let home = Home::of(c, ctx, workspace, campaign)?;
    if !home.is_sandbox {
        return Err(Error::conflict(dictionary::simulation_live()));
    }
    if is_arm(c, &home)? {
        return Err(Error::conflict(dictionary::simulation_runs()));
    }
    if home.row.published_at.is_none() {
        return Err(Error::conflict(dictionary::simulation_of_a_draft()));
    }
    if let Some(why) = obstacle(&home)? {
        return Err(Error::conflict(why));
    }
    let campaign = home.definition()?.ok_or(Error::NotFound("campaign"))?;
    let mut form: CampaignForm = serde_json::from_str(&home.row.form)?;
    form.account = home.account.id.to_string();
    let spent = ledger::spent(c, home.row.workspace_id, home.row.id)?.unwrap_or(0);
    Ok(Ready { home, campaign, form, spent })
}

/// The forms of both arms: half of the budget each, the odd minor unit to the campaign itself; likewise what its limit leaves.
fn halves(ready: &Ready) -> Result<(CampaignForm, CampaignForm)> {
    let Ready { home, campaign, form, spent } = ready;
    let currency = campaign.budget.amount.currency;
    let half = campaign.budget.amount.minor / 2;
    let rest = campaign.budget.amount.minor - half;
    let limits = campaign.never_more.map(|limit| {
        let left = (limit.minor - minor_up(*spent, limit)).max(0);
        (Money::new(limit.minor - left / 2, currency), Money::new(left / 2, currency))
    });
    let mut own = form.clone();
    own.learn(campaign);
    let smaller = campaign.with_budget(Money::new(rest, currency), true).map_err(Error::Conflict)?;
    own.retype_budget(&smaller).map_err(Error::Conflict)?;
    let mut copy = form.clone();
    copy.name = copy_name(&form.name);
    copy.share();
    copy.budget = Money::new(half, currency).plain();
    if campaign.schedule.starts.is_none_or(|starts| starts <= home.now) {
        copy.starts.clear();
    }
    if let Some((first, second)) = limits {
        (own.never_more, copy.never_more) = (first.plain(), second.plain());
    }
    Ok((own, copy))
}

/// Micros as minor units of an amount's currency, rounded up.
pub(super) fn minor_up(micros: i64, like: Money) -> i64 {
    let scaled = i128::from(micros.max(0)) * i128::from(like.currency.offset());
    let whole = crate::domain::split::rounding::div_ceil(scaled, i128::from(MICROS));
    i64::try_from(whole).unwrap_or(i64::MAX)
}

/// The name of the shared arm, within the longest name there is.
fn copy_name(name: &str) -> String {
    let kept: String = name.trim().chars().take(NAME_MAX - ENDING.len()).collect();
    format!("{kept}{ENDING}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::currency::Currency;

    #[test]
    fn the_copy_says_what_it_is_however_long_the_name() {
        assert_eq!(copy_name(" Christmas sale "), "Christmas sale (simulation: shared)");
        let long = copy_name(&"ü".repeat(300));
        assert_eq!(long.chars().count(), NAME_MAX);
        assert!(long.ends_with(ENDING));
    }

    #[test]
    fn micros_round_up_to_minor_units() {
        let (euro, yen) = (Money::new(0, Currency::EUR), Money::new(0, Currency::JPY));
        assert_eq!([minor_up(1, euro), minor_up(10_000, euro), minor_up(10_001, euro)], [1, 1, 2]);
        assert_eq!([minor_up(1_000_000, yen), minor_up(-5, yen)], [1, 0]);
    }
}
