//! The daily decision: after a sync, at most once a day a campaign, at the account's midnight or as soon after as figures come.

use chrono::Duration;
use serde::Serialize;

use super::case::{Case, Ground, load};
use super::figures::{self, Figures, date};
use super::{Inputs, Mode, Resplit, act, arms, refused, words};
use crate::allocation::advice::{Advice, Question, Reading, advise};
use crate::allocation::cadence::{self, Hold, Situation};
use crate::domain::id::{CampaignId, DecisionId, WorkspaceId};
use crate::domain::split::percent;
use crate::service::{Actor, Ctx, Error, Result, publish};
use crate::store::splits::{self as rows, DecisionRow};
use crate::store::{Conn, StoreError, workspaces};

/// What is thought of a campaign today.
pub(super) struct Thought {
    pub inputs: Inputs,
    pub advice: Advice,
    pub hold: Option<Hold>,
    pub figures: Figures,
}

#[derive(Serialize)]
struct Proposed<'a> {
    decision: DecisionId,
    state: &'a str,
    why: &'a str,
    amounts: Vec<i64>,
}

/// Decides for every campaign of the ad account that is due. What goes wrong with one holds up no other.
///
/// # Errors
/// The last of what went wrong, so that the job runs again; a day that was decided stays decided.
pub async fn run(ctx: &Ctx, task: &Resplit) -> Result<()> {
    let (workspace, account) = (task.workspace, task.account);
    arms::begin(ctx, workspace, account).await?;
    let campaigns = ctx.db.read(move |c| rows::list_learned(c, workspace, account)).await?;
    let mut failed = Ok(());
    for campaign in campaigns {
        if let Err(error) = decide(ctx, workspace, campaign).await {
            tracing::warn!(%error, campaign.id = %campaign, "a split could not be decided");
            // A campaign that cannot be decided as it stands is not tried again before the next sync.
            if error.retry_after(1).is_some() {
                failed = Err(error);
            }
        }
    }
    failed
}

async fn decide(ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId) -> Result<()> {
    let inner = ctx.clone();
    if !ctx.db.read_with(move |c| Ok::<_, Error>(due(c, &inner, workspace, campaign)?.is_some())).await? {
        return Ok(());
    }
    let actor = Actor::schedule(workspace);
    let unsettled = is_unsettled(ctx, &actor, campaign).await?;
    let inner = ctx.clone();
    let thought = ctx.db.read_with(move |c| match due(c, &inner, workspace, campaign)? {
        Some(case) => Ok::<_, Error>(Some((think(c, &inner, &case, unsettled)?, case))),
        None => Ok(None),
    });
    let Some((thought, case)) = thought.await? else { return Ok(()) };
    let (verdict, reason) = verdict(&case, &thought);
    let id = DecisionId(ctx.new_id());
    let row = DecisionRow {
        workspace_id: workspace,
        id,
        campaign_id: campaign,
        on_day: case.today,
        made_at: case.now.into(),
        state: if verdict == Verdict::Rest { "held" } else { "waiting" }.to_owned(),
        reason,
        inputs: serde_json::to_string(&thought.inputs)?,
        proposal: serde_json::to_string(&thought.advice)?,
        settled_at: ctx.stamp(),
    };
    let amounts = thought.advice.amounts();
    let written = ctx.db.write(move |c| {
        let now = row.settled_at;
        rows::supersede(c, workspace, campaign, "A newer decision took its place.", now)?;
        rows::insert(c, &row)?;
        if verdict != Verdict::Rest {
            let state = Proposed { decision: id, state: &row.state, why: &row.reason, amounts };
            actor.record(c, now, "split.proposed", ("campaign", campaign.0), &state)?;
        }
        Ok::<_, Error>(())
    });
    match written.await {
        // Another worker decided this day.
        Err(Error::Store(StoreError::Conflict(_))) => return Ok(()),
        other => other?,
    }
    if verdict == Verdict::Apply { act::apply(ctx, workspace, campaign, id).await } else { Ok(()) }
}

/// The campaign, where a decision is due.
fn due(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId) -> Result<Option<Case>> {
    let Ground::Apart(case) = load(c, ctx, workspace, campaign)? else { return Ok(None) };
    let decided = case.decisions.last().is_some_and(|last| last.row.on_day >= case.today);
    let wanted = case.form.is_learned() && case.settings.mode != Mode::Off && case.row.wanted == "active";
    Ok((wanted && !decided).then_some(*case))
}

/// Whether what is wanted is not what runs: a plan waits, is being carried out or cannot be made.
pub(super) async fn is_unsettled(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<bool> {
    match publish::letter(ctx, actor, campaign, None).await {
        Ok(letter) => Ok(letter.is_running() || !letter.plan.is_empty() || !letter.plan.blocked.is_empty()),
        Err(Error::Conflict(_)) => Ok(true),
        Err(error) => Err(error),
    }
}

/// What follows from the figures as they are known now.
///
/// # Errors
/// [`Error::Conflict`] where the engine refuses the question.
pub(super) fn think(c: &mut Conn, ctx: &Ctx, case: &Case, unsettled: bool) -> Result<Thought> {
    let (scope, mut question) = (case.scope(), case.question());
    let figures = figures::read(c, case.row.workspace_id, &scope)?;
    let first = figures.readings.iter().flat_map(|reading| &reading.rows).map(|row| row.day).min();
    let standings = case.standings(first.and_then(date));
    question.pins = standings.iter().map(|standing| cadence::pin(standing, case.today)).collect();
    let hour = (ctx.now().0 - Duration::hours(1)).into();
    let changes = rows::count_plans(c, case.row.workspace_id, case.row.id, hour)?;
    let advice = answer(&mut question, &figures.readings)?;
    let situation = Situation {
        stopped: workspaces::get(c, case.row.workspace_id)?.frozen_at.is_some(),
        freezes: &case.settings.freezes,
        changed_outside: case.changed_outside,
        unsettled,
        changes: usize::try_from(changes).unwrap_or(0),
        days: advice.days,
    };
    let rest = cadence::at_rest(&situation, case.today);
    let judged = || cadence::judge(&question.current, &advice.amounts(), &question.pins, advice.chance_bp);
    let hold = rest.or_else(judged);
    Ok(Thought { inputs: case.inputs(question, scope, figures.hash.clone()), advice, hold, figures })
}

/// The answer; where what must not move leaves the person's bounds no room, the bounds go first.
fn answer(question: &mut Question, readings: &[Reading]) -> Result<Advice> {
    if let Ok(advice) = advise(question, readings) {
        return Ok(advice);
    }
    question.pins.fill(None);
    advise(question, readings).map_err(refused)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Rest,
    Wait,
    Apply,
}

fn verdict(case: &Case, thought: &Thought) -> (Verdict, String) {
    if let Some(hold) = &thought.hold {
        return (Verdict::Rest, words::hold(hold));
    }
    let moved = cadence::moved_bp(&thought.inputs.question.current, &thought.advice.amounts());
    let helps = format!("It helps with a chance of {}", words::chance(thought.advice.chance_bp));
    match case.settings.mode {
        Mode::Apply if moved <= case.settings.largest_move_bp => (Verdict::Apply, format!("{helps}.")),
        Mode::Apply => {
            let (moved, most) = (percent(moved), percent(case.settings.largest_move_bp));
            (
                Verdict::Wait,
                format!("{helps}, but moves {moved} % of the budget, above your limit of {most} %: it waits for you."),
            )
        }
        Mode::Propose | Mode::Off => (Verdict::Wait, format!("{helps}: it waits for a person.")),
    }
}
