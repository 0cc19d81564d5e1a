//! Acting on a decision: its amounts become the shares of the form, and an ordinary plan carries them to Meta.

use serde::Serialize;

use super::case::{Case, Ground, load};
use super::{Stored, words};
use crate::domain::dictionary;
use crate::domain::id::{CampaignId, DecisionId, WorkspaceId};
use crate::domain::money::Money;
use crate::domain::plan::{Field, Kind, Mark, Plan, Row};
use crate::domain::role::Role;
use crate::service::approvals::Passed;
use crate::service::{Actor, Ctx, Error, Result, campaigns, publish};
use crate::store::splits as rows;

#[derive(Serialize)]
struct Refused<'a> {
    decision: DecisionId,
    why: &'a str,
}

/// Takes a proposal over: the campaign is saved with its amounts, and its plan waits for approval like any other.
///
/// # Errors
/// [`Error::Conflict`] where it waits no more, or what it was made from is not so any more.
pub async fn accept(ctx: &Ctx, actor: &Actor, campaign: CampaignId, decision: DecisionId) -> Result<()> {
    actor.require(Role::Manager)?;
    let (case, stored) = waiting(ctx, actor.workspace, campaign, decision).await?;
    take_over(ctx, actor, &case, &stored).await?;
    let reason = format!("{} took it over; its plan carries it out.", actor.name);
    settle(ctx, actor.workspace, decision, "applied", reason).await
}

/// Refuses a proposal; the next decision looks anew.
///
/// # Errors
/// [`Error::Conflict`] where it waits no more.
pub async fn refuse(ctx: &Ctx, actor: &Actor, campaign: CampaignId, decision: DecisionId) -> Result<()> {
    actor.require(Role::Manager)?;
    waiting(ctx, actor.workspace, campaign, decision).await?;
    let (actor, now) = (actor.clone(), ctx.stamp());
    ctx.db
        .write(move |c| {
            let why = format!("{} refused it.", actor.name);
            if !rows::settle(c, actor.workspace, decision, ("refused", &why), now)? {
                return Err(over());
            }
            actor.record(c, now, "split.refused", ("campaign", campaign.0), &Refused { decision, why: &why })
        })
        .await
}

/// Carries a decision out by itself: saves, and approves the plan by its hash where it moves nothing but these budgets. Where that
/// cannot be, the decision waits for a person, with the reason.
pub(super) async fn apply(ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId, decision: DecisionId) -> Result<()> {
    let actor = Actor::learned(workspace);
    let (case, stored) = waiting(ctx, workspace, campaign, decision).await?;
    let waits = |why: String| settle(ctx, workspace, decision, "waiting", why);
    match take_over(ctx, &actor, &case, &stored).await {
        Ok(()) => {}
        Err(Error::Conflict(why)) => return waits(why.words).await,
        Err(Error::Invalid(_)) => {
            return waits("The campaign’s form has problems that a person has to solve first.".to_owned()).await;
        }
        Err(error) => return Err(error),
    }
    let letter = publish::letter(ctx, &actor, campaign, None).await?;
    let done = if moves_budgets_alone(&letter.plan) {
        match publish::approve(ctx, &actor, campaign, &letter.plan.hash, letter.run).await {
            Ok(Passed::Waits(_)) => Err(Error::conflict(dictionary::learned_needs_second())),
            other => other.map(|_| ()),
        }
    } else {
        Err(Error::conflict(dictionary::learned_plan_wider()))
    };
    let reason = match done {
        Ok(()) => format!("Carried out by itself: it helps with a chance of {}.", words::chance(stored.advice.chance_bp)),
        Err(Error::Conflict(why)) => format!("The amounts are saved; their plan waits for a person. {why}"),
        Err(error) => return Err(error),
    };
    settle(ctx, workspace, decision, "applied", reason).await
}

/// Whether a plan changes budgets of ad sets and nothing else.
fn moves_budgets_alone(plan: &Plan) -> bool {
    let is_budget = |row: &Row| {
        let alone = !row.changes.is_empty() && row.changes.iter().all(|change| change.field == Field::Budget);
        row.mark == Mark::Change && row.object.kind == Kind::AdSet && alone
    };
    plan.blocked.is_empty() && !plan.rows.is_empty() && plan.rows.iter().all(is_budget)
}

async fn waiting(ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId, decision: DecisionId) -> Result<(Case, Stored)> {
    let inner = ctx.clone();
    let read = ctx.db.read_with(move |c| {
        let row = rows::find(c, workspace, campaign, decision)?.ok_or(Error::NotFound("decision"))?;
        if row.state != "waiting" {
            return Err(over());
        }
        let Ground::Apart(case) = load(c, &inner, workspace, campaign)? else { return Err(over()) };
        Ok((*case, Stored::read(row)?))
    });
    read.await
}

/// Saves the campaign with a decision's amounts.
async fn take_over(ctx: &Ctx, actor: &Actor, case: &Case, stored: &Stored) -> Result<()> {
    let keys: Vec<_> = case.parts.iter().map(|part| part.key).collect();
    if case.current() != stored.inputs.question.current || keys != stored.inputs.keys || !case.form.is_learned() {
        return Err(Error::conflict(dictionary::proposal_of_other_amounts()));
    }
    let typed = case.typed(&stored.amounts);
    let mut form = case.form.clone();
    form.retype_shares(&typed);
    let desk = campaigns::read(ctx, actor, &form).await?;
    let made: Option<Vec<Money>> = desk.reading.campaign.as_ref().map(|campaign| campaign.budgets());
    match made {
        Some(made) if made.iter().eq(typed.iter().map(|(_, money)| money)) => {}
        Some(_) => return Err(Error::conflict(dictionary::proposal_of_other_bounds())),
        None => return Err(Error::conflict(dictionary::proposal_of_a_draft())),
    }
    let why =
        format!("Learned split of {}: it helps with a chance of {}.", stored.row.on_day, words::chance(stored.advice.chance_bp));
    campaigns::save_learned(ctx, actor, (case.row.id, case.row.revision), form, why).await?;
    Ok(())
}

async fn settle(ctx: &Ctx, workspace: WorkspaceId, decision: DecisionId, state: &'static str, reason: String) -> Result<()> {
    let now = ctx.stamp();
    ctx.db.write(move |c| Ok::<_, Error>(rows::settle(c, workspace, decision, (state, &reason), now)?)).await?;
    Ok(())
}

fn over() -> Error {
    Error::conflict(dictionary::proposal_over())
}
