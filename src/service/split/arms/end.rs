//! Ending a test, in its time or before: one arm is kept with the money of both, the other is put away. Both are plans to approve.

use chrono::Days;
use serde::Serialize;

use super::start::minor_up;
use super::{Arm, Home, definition, rows};
use crate::domain::bulk::Change;
use crate::domain::campaign::CampaignForm;
use crate::domain::dictionary;
use crate::domain::id::{CampaignId, ObjectId, PlanId, SplitTestId, WorkspaceId};
use crate::domain::money::Money;
use crate::domain::role::Role;
use crate::service::because::Because;
use crate::service::bulk::{self, Request};
use crate::service::{Actor, Ctx, Error, Result, campaigns as forms};
use crate::store::campaigns::{self, CampaignRow};
use crate::store::split_tests::TestRow;
use crate::store::{Conn, ledger, observed};

/// What ending a test left to approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The campaign that goes on; its plan gives it the money of both.
    pub kept: CampaignId,
    /// The plan that puts the other away; `None` where it is put away already.
    pub plan: Option<PlanId>,
}

#[derive(Serialize)]
struct Told<'a> {
    test: SplitTestId,
    kept: &'a str,
    plan: Option<PlanId>,
    why: String,
}

/// What ending is made from.
struct Ready {
    home: Home,
    test: TestRow,
    /// The campaign that goes on, and the one that is put away.
    stays: CampaignRow,
    goes: CampaignRow,
    /// Whether the latter is put away already.
    is_gone: bool,
    /// What the latter has spent in all, micros.
    spent: i64,
}

/// Ends a test and keeps one arm. Nothing is sent before the two plans are approved.
///
/// # Errors
/// [`Error::Conflict`] where the campaign is in no test that can be ended, saying why.
pub async fn end(ctx: &Ctx, actor: &Actor, campaign: CampaignId, keep: Arm) -> Result<Ended> {
    actor.require(Role::Manager)?;
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let ready = ctx.db.read_with(move |c| ready(c, &inner, workspace, campaign, keep)).await?;
    let form = whole(&ready)?;
    let name = match keep {
        Arm::Learned => "The simulation was ended and the learned arm kept",
        Arm::Shared => "The simulation was ended and the campaign changed to shared",
    };
    let why = format!("{name}; it goes on with the money of both.");
    let stays = (ready.stays.id, ready.stays.revision);
    let prepared = forms::prepare(ctx, actor, Some(stays), form, Because::Compares(why.clone())).await?;
    if prepared.desk.reading.campaign.is_none() {
        let problems = &prepared.desk.reading.invalid.problems;
        let first = problems.first().map(|problem| problem.message.as_str()).unwrap_or_default();
        return Err(Error::conflict(dictionary::simulation_whole_invalid(first)));
    }
    let plan = match ready.is_gone {
        true => None,
        // A proposal alone changes nothing, so that it may stand where what follows is refused.
        false => Some(bulk::propose(ctx, actor, Request { campaigns: vec![ready.goes.id], change: Change::Archive }).await?),
    };
    let yesterday = ready.home.today.checked_sub_days(Days::new(1));
    let until_on = ready.test.until_on.and_then(|until| Some(until.min(yesterday?)));
    let row = TestRow {
        until_on,
        kept: Some(keep.as_str().to_owned()),
        ending_plan_id: plan,
        ended_at: Some(ctx.stamp()),
        ..ready.test
    };
    let (inner, actor) = (ctx.clone(), actor.clone());
    let written = ctx.db.write(move |c| {
        if !rows::end(c, &row)? {
            return Err(over());
        }
        forms::put(c, &inner, &actor, &prepared)?;
        let told = Told { test: row.id, kept: keep.as_str(), plan, why };
        actor.record(c, inner.stamp(), "split.test_ended", ("campaign", row.campaign_id.0), &told)
    });
    written.await?;
    Ok(Ended { kept: stays.0, plan })
}

fn over() -> Error {
    Error::conflict(dictionary::simulation_over())
}

fn ready(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId, keep: Arm) -> Result<Ready> {
    campaigns::find(c, workspace, campaign)?.ok_or(Error::NotFound("campaign"))?;
    let newest = rows::find_latest(c, workspace, campaign)?;
    let test = newest.filter(|row| row.ended_at.is_none()).ok_or_else(over)?;
    let home = Home::of(c, ctx, workspace, test.campaign_id)?;
    let copy = campaigns::find(c, workspace, test.copy_id)?.ok_or(Error::NotFound("campaign"))?;
    let (stays, goes) = match keep {
        Arm::Learned => (home.row.clone(), copy),
        Arm::Shared => (copy, home.row.clone()),
    };
    let is_over = |c: &mut Conn, row: &CampaignRow| -> Result<bool> {
        let seen = observed::find(c, workspace, ObjectId(row.id.0))?;
        Ok(row.wanted == "archived" || seen.is_some_and(|seen| seen.is_over()))
    };
    if is_over(c, &stays)? {
        return Err(Error::conflict(dictionary::simulation_arm_gone()));
    }
    let is_gone = is_over(c, &goes)?;
    let spent = ledger::spent(c, workspace, goes.id)?.unwrap_or(0);
    Ok(Ready { home, test, stays, goes, is_gone, spent })
}

/// The form of the arm that goes on: the budgets of both, and what is left of the other's limit beside its own.
fn whole(ready: &Ready) -> Result<CampaignForm> {
    let problems = || Error::conflict(dictionary::simulation_arm_problems(&ready.stays.name));
    let campaign = definition(&ready.stays)?.ok_or_else(problems)?;
    let other = definition(&ready.goes)?;
    let own = campaign.budget.amount;
    let both = other.as_ref().map_or(own.minor, |other| own.minor.saturating_add(other.budget.amount.minor));
    let mut form: CampaignForm = serde_json::from_str(&ready.stays.form)?;
    form.account = ready.home.account.id.to_string();
    let mut campaign = campaign;
    let left = other.and_then(|other| other.never_more).map(|limit| (limit.minor - minor_up(ready.spent, limit)).max(0));
    if let (Some(limit), Some(left)) = (campaign.never_more, left) {
        let limit = Money::new(limit.minor.saturating_add(left), limit.currency);
        form.never_more = limit.plain();
        campaign.never_more = Some(limit);
    }
    let larger = campaign.with_budget(Money::new(both, own.currency), true).map_err(Error::Conflict)?;
    form.retype_budget(&larger).map_err(Error::Conflict)?;
    Ok(form)
}
