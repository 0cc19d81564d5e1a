//! Approving a campaign's plan: exactly the one that was read, alone or by a second person; and what changed where it is another.

use serde::Serialize;

use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{CampaignId, PlanId, WorkspaceId};
use crate::domain::plan::{self, Plan, Run};
use crate::domain::role::Role;
use crate::store::plans as rows;
use crate::store::{Conn, campaigns};

use super::super::approvals::{self, Gate, Passed, Subject, Wish};
use super::super::desired::Desired;
use super::super::health;
use super::super::{Actor, Ctx, Error, Result};
use super::input::{self, Input};
use super::{REVERT, newest_approved, queue_plan, refuse_archived, refuse_frozen, run_word};

#[derive(Serialize)]
struct Approved<'a> {
    plan: PlanId,
    hash: &'a str,
    run: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sets_back: bool,
    steps: Vec<&'a str>,
    desired: Desired,
}

/// Approves exactly the plan with this hash and queues it; where it raises spending beyond the actor's limit, asks a second person.
///
/// # Errors
/// [`Error::Conflict`] where the plan is another by now, is blocked, is empty, or one is being carried out.
pub async fn approve(ctx: &Ctx, actor: &Actor, campaign: CampaignId, hash: &str, run: Run) -> Result<Passed> {
    actor.require(Role::Manager)?;
    let (inner, actor, hash) = (ctx.clone(), actor.clone(), hash.to_owned());
    let approved = ctx.db.write(move |c| {
        let input = ready(c, &inner, &actor, campaign)?;
        let plan = input.plan(run);
        if plan.hash != hash {
            let since = changed_since(c, actor.workspace, campaign, &hash, &plan)?;
            return Err(Error::conflict(dictionary::plan_stale(changed(&since))));
        }
        refuse_blocked(&plan)?;
        let cleared = match approvals::gate(c, &inner, &actor, wish(&input, &plan, run))? {
            Gate::Open(cleared) => cleared,
            Gate::Waits(id) => return Ok(Passed::Waits(id)),
        };
        let id = queue_plan(c, &inner, &actor, (cleared, Some(campaign), "campaign"), &plan.hash, &plan.steps, &plan)?;
        campaigns::set_wanted(c, actor.workspace, campaign, run_word(run))?;
        let steps = plan.steps.iter().map(|step| step.label.as_str()).collect();
        let (run, sets_back) = (run_word(run), false);
        let state = Approved { plan: id, hash: &plan.hash, run, sets_back, steps, desired: Desired::switched(run) };
        actor.record(c, inner.stamp(), "plan.approved", ("campaign", campaign.0), &state)?;
        Ok(Passed::Queued(Some(id)))
    });
    approved.await
}

/// Approves exactly the plan with this hash that sets single drifts back, and queues it or asks a second person, as `make` says the
/// wish; what is wanted stays as it is.
///
/// # Errors
/// As [`approve`].
pub(in crate::service) async fn approve_revert(
    ctx: &Ctx,
    actor: &Actor,
    campaign: CampaignId,
    hash: &str,
    make: impl FnOnce(&mut Conn) -> Result<(Plan, Wish)> + Send + 'static,
) -> Result<Passed> {
    actor.require(Role::Manager)?;
    let (inner, actor, hash) = (ctx.clone(), actor.clone(), hash.to_owned());
    let approved = ctx.db.write(move |c| {
        let input = ready(c, &inner, &actor, campaign)?;
        let (plan, wish) = make(c)?;
        if plan.hash != hash {
            return Err(Error::conflict(dictionary::plan_stale(changed(&[]))));
        }
        refuse_blocked(&plan)?;
        let cleared = match approvals::gate(c, &inner, &actor, wish)? {
            Gate::Open(cleared) => cleared,
            Gate::Waits(id) => return Ok(Passed::Waits(id)),
        };
        let id = queue_plan(c, &inner, &actor, (cleared, Some(campaign), REVERT), &plan.hash, &plan.steps, &plan)?;
        let steps = plan.steps.iter().map(|step| step.label.as_str()).collect();
        let (run, sets_back) = (run_word(input.usual_run()), true);
        let state = Approved { plan: id, hash: &plan.hash, run, sets_back, steps, desired: Desired::switched(&input.row.wanted) };
        actor.record(c, inner.stamp(), "plan.approved", ("campaign", campaign.0), &state)?;
        Ok(Passed::Queued(Some(id)))
    });
    approved.await
}

/// What a plan of the campaign is made from, where one can be approved at all.
fn ready(c: &mut Conn, ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Input> {
    refuse_frozen(c, actor.workspace)?;
    if let Some((running, _)) = newest_approved(c, actor.workspace, campaign)?
        && matches!(running.state.as_str(), "approved" | "applying")
    {
        return Err(Error::conflict(dictionary::plan_running()));
    }
    if rows::list_busy(c, actor.workspace)?.contains(&campaign) {
        return Err(Error::conflict(dictionary::plan_running_with_others()));
    }
    let input = input::load(c, ctx, actor.workspace, campaign)?;
    refuse_archived(&input)?;
    health::refuse_blocked(c, ctx, &input.account)?;
    Ok(input)
}

/// Refuses a plan that cannot be carried out.
fn refuse_blocked(plan: &Plan) -> Result<()> {
    if let Some(reason) = plan.blocked.first() {
        return Err(Error::conflict(Sentence::quoted(reason)));
    }
    if plan.is_empty() {
        return Err(Error::conflict(dictionary::plan_empty()));
    }
    Ok(())
}

/// What approving a campaign's plan asks for.
pub fn wish(input: &Input, plan: &Plan, run: Run) -> Wish {
    let (id, word) = (input.row.id, run_word(run));
    Wish {
        subject: Subject::Campaign,
        id: id.0,
        run: word.to_owned(),
        hash: plan.hash.clone(),
        title: format!("Plan for {}", plan.name),
        path: format!("/campaigns/{id}/plan?run={word}"),
        raises: plan.review.stakes.iter().map(|stakes| stakes.more_a_day).collect(),
    }
}

/// The hash of a campaign's plan as it is now; `None` where there is none any more.
pub(in crate::service) fn hash_now(
    c: &mut Conn,
    ctx: &Ctx,
    workspace: WorkspaceId,
    campaign: CampaignId,
    run: Run,
) -> Result<Option<String>> {
    match input::load(c, ctx, workspace, campaign) {
        Ok(input) => Ok(Some(input.plan(run).hash)),
        Err(Error::NotFound(_) | Error::Conflict(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What changed between the plan with this hash, as it was read, and the plan now: a sentence each. Nothing where it is the same plan,
/// or where it was not kept.
pub async fn since(ctx: &Ctx, actor: &Actor, campaign: CampaignId, hash: &str, now: &Plan) -> Result<Vec<String>> {
    let (workspace, hash, now) = (actor.workspace, hash.to_owned(), now.clone());
    ctx.db.read_with(move |c| changed_since(c, workspace, campaign, &hash, &now)).await
}

fn changed_since(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, hash: &str, now: &Plan) -> Result<Vec<String>> {
    if now.hash == hash {
        return Ok(Vec::new());
    }
    let Some(row) = rows::find_by_hash(c, workspace, campaign, hash)? else { return Ok(Vec::new()) };
    // A plan of an earlier version may be written otherwise; then nothing is known of its states.
    let then: Option<Plan> = serde_json::from_str(&row.body).ok();
    Ok(then.map(|then| plan::since(&then.review.basis, &now.review.basis)).unwrap_or_default())
}

/// The first things that changed since a plan was read, as a sentence about it goes on.
pub(in crate::service) fn changed(since: &[String]) -> String {
    const SAID: usize = 3;
    let more = match since.len().saturating_sub(SAID) {
        0 => String::new(),
        more => format!(" And {more} more."),
    };
    match since {
        [] => ".".to_owned(),
        since => format!(": {}{more}", since[..since.len().min(SAID)].join(" ")),
    }
}
