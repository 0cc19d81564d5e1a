//! Publishing: the plan as a letter, approval bound to its hash, and carrying it out step by step.
//!
//! A plan is made anew from what is wanted and what Meta last said whenever somebody looks; what is approved is a hash, and an
//! approval of any other plan is refused. The steps and the job that walks them are written in one transaction.

mod apply;
mod approve;
mod blame;
mod check;
mod desk;
mod group;
mod ids;
mod input;
mod kept;
mod look;
mod observe;
mod perform;
mod read;
mod record;
pub(super) mod targeting;
mod trail;
mod wire;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::{PlatformTime, RealTime};
use crate::domain::campaign::PictureFacts;
use crate::domain::creative::Ad;
use crate::domain::dictionary;
use crate::domain::id::{CampaignId, PictureId, PlanId, WorkspaceId};
use crate::domain::plan::{self, Plan, Run, Step};
use crate::domain::role::Role;
use crate::store::plans::{self as rows, PlanRow, StepRow};
use crate::store::{Conn, workspaces};

use super::approvals::Cleared;
use super::connections::{account_client, hear};
use super::drift;
use super::health::{self, Obstacle};
use super::pictures::known;
use super::queue::{Task, Urgency, enqueue_as};
use super::{Actor, Ctx, Error, Result, limits};

pub use apply::run;
pub use approve::{approve, since, wish};
pub(super) use approve::{approve_revert, changed, hash_now};
pub use ids::keep_ids;
pub use input::{Definition, Input};
pub(super) use input::{adopted, look};
pub(super) use kept::read_below;
pub(super) use observe::{learning, observed};
pub(super) use record::{Place, Said, book_commitment, moves_money, read_back, record_because};

/// The kind of plans that set single drifts back.
pub(super) const REVERT: &str = "revert";

/// What stands on the page of a plan.
#[derive(Debug)]
pub struct Letter {
    /// The campaign, its ad account and what Meta last said.
    pub input: Input,
    /// The difference now.
    pub plan: Plan,
    /// Whether it ends switched on.
    pub run: Run,
    /// Platform time at which the difference was made.
    pub made_at: PlatformTime,
    /// The newest plan that was approved, with its steps.
    pub latest: Option<(PlanRow, Vec<StepRow>)>,
    /// Whether an emergency stop holds queued work back.
    pub frozen: bool,
    /// The pictures of its ads.
    pub pictures: BTreeMap<PictureId, PictureFacts>,
    /// Why no plan of this ad account can be approved, whatever it says.
    pub obstacles: Vec<Obstacle>,
}

impl Letter {
    /// Whether an approved plan is being carried out.
    pub fn is_running(&self) -> bool {
        self.latest.as_ref().is_some_and(|(plan, _)| matches!(plan.state.as_str(), "approved" | "applying"))
    }

    /// Whether the newest approved plan broke off and can be carried on.
    pub fn has_failed(&self) -> bool {
        self.latest.as_ref().is_some_and(|(plan, _)| plan.state == "failed")
    }
}

/// Carries out an approved plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyPlan {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which.
    pub plan: PlanId,
}

impl Task for ApplyPlan {
    const KIND: &'static str = "apply_plan";
    const URGENCY: Urgency = Urgency::Create;

    fn workspace(&self) -> Option<WorkspaceId> {
        Some(self.workspace)
    }

    fn dedupe(&self) -> Option<String> {
        Some(self.plan.to_string())
    }
}

/// The plan of a campaign as it is now; a new one is kept as proposed, older proposals are stale.
pub async fn letter(ctx: &Ctx, actor: &Actor, campaign: CampaignId, run: Option<Run>) -> Result<Letter> {
    let (inner, actor) = (ctx.clone(), actor.clone());
    let letter = ctx.db.write(move |c| {
        let input = input::load(c, &inner, actor.workspace, campaign)?;
        refuse_archived(&input)?;
        let run = run.unwrap_or_else(|| input.usual_run());
        let made_at = input.now;
        let plan = input.plan(run);
        let latest = newest_approved(c, actor.workspace, campaign)?;
        let frozen = workspaces::get(c, actor.workspace)?.frozen_at.is_some();
        let shown: Vec<PictureId> = input.campaign().iter().flat_map(|campaign| &campaign.ads).flat_map(Ad::pictures).collect();
        let pictures = known(c, actor.workspace, &shown)?;
        let obstacles = health::obstacles(c, &inner, &input.account)?;
        let letter = Letter { input, plan, run, made_at, latest, frozen, pictures, obstacles };
        if !letter.is_running() {
            propose(c, &inner, &actor, &letter)?;
        }
        Ok(letter)
    });
    letter.await
}

/// Asks Meta for every object of the campaign, so that the plan is made from what is true now.
pub async fn refresh(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<()> {
    actor.require(Role::Manager)?;
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let input = ctx.db.write(move |c| input::load(c, &inner, workspace, campaign)).await?;
    let (client, _) = account_client(ctx, &input.account, Urgency::Edit).await?;
    match &input.wanted {
        Definition::Made(..) => read::read_all(ctx, &client, &input).await?,
        Definition::Kept(_) => read_below(ctx, &client, &input.account, campaign).await?,
    }
    hear(ctx, &client);
    let inner = ctx.clone();
    ctx.db.write(move |c| drift::renew(c, &inner, workspace, campaign)).await
}

/// Carries on with a plan that broke off: what is done stays done, the rest is tried again.
pub async fn apply_again(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<()> {
    actor.require(Role::Manager)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let queued = ctx.db.write(move |c| {
        refuse_frozen(c, actor.workspace)?;
        let Some((plan, _)) = newest_approved(c, actor.workspace, campaign)? else {
            return Err(Error::NotFound("plan"));
        };
        let account = input::load(c, &inner, actor.workspace, campaign)?.account;
        health::refuse_blocked(c, &inner, &account)?;
        reopen(c, &inner, &actor, &plan)
    });
    queued.await
}

pub(super) fn reopen(c: &mut Conn, ctx: &Ctx, actor: &Actor, plan: &PlanRow) -> Result<()> {
    if plan.state != "failed" {
        return Ok(());
    }
    rows::reopen_steps(c, plan.workspace_id, plan.id)?;
    rows::set_state(c, plan.workspace_id, plan.id, "approved", None, None)?;
    queue_walk(c, ctx, plan.workspace_id, plan.id, ctx.now())?;
    actor.record(c, ctx.stamp(), "plan.applied_again", ("plan", plan.id.0), &plan.hash)
}

/// Queues each plan that is being carried out and whose job was given up meanwhile; one that is queued already stays as it is.
pub async fn queue_unfinished(ctx: &Ctx) -> Result<()> {
    let inner = ctx.clone();
    let queued = ctx.db.write(move |c| {
        let later = inner.now() + chrono::Duration::minutes(10);
        for workspace in workspaces::list(c)? {
            for plan in rows::list_running(c, workspace.id)? {
                queue_walk(c, &inner, workspace.id, plan.id, later)?;
            }
        }
        Ok(())
    });
    queued.await
}

/// Writes an approved plan, its steps and the job that walks them.
pub(super) fn queue_plan(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    (cleared, campaign, kind): (Cleared, Option<CampaignId>, &str),
    hash: &str,
    steps: &[plan::PlannedStep],
    body: &impl Serialize,
) -> Result<PlanId> {
    let proposed = match campaign {
        Some(campaign) => rows::find_latest(c, actor.workspace, campaign)?.filter(|p| p.state == "proposed" && p.hash == hash),
        None => None,
    };
    let id = match proposed {
        Some(plan) => plan.id,
        None => {
            let id = PlanId(ctx.new_id());
            rows::insert(c, &plan_row(ctx, actor, id, (campaign, kind), hash, serde_json::to_string(body)?))?;
            id
        }
    };
    queue_steps(c, ctx, actor, cleared, id, steps)?;
    Ok(id)
}

/// Approves a plan that stands in the database and writes its steps and the job that walks them.
pub(super) fn queue_steps(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    cleared: Cleared,
    id: PlanId,
    steps: &[plan::PlannedStep],
) -> Result<()> {
    limits::refuse_used_up(c, ctx, actor, steps)?;
    cleared.settle(c, ctx, actor, id)?;
    let begun = begun(c, actor.workspace, id)?;
    rows::approve(c, actor.workspace, id, actor.user, ctx.stamp())?;
    let mut step_rows = Vec::with_capacity(steps.len());
    for (position, planned) in (1_i32..).zip(steps) {
        let earlier = match &planned.step {
            Step::Create { token, .. } => begun.get(token),
            _ => None,
        };
        step_rows.push(StepRow {
            workspace_id: actor.workspace,
            plan_id: id,
            position,
            label: planned.label.clone(),
            step: serde_json::to_string(&planned.step)?,
            state: if earlier.is_some() { "sent" } else { "waiting" }.to_owned(),
            attempts: earlier.is_some().into(),
            remote_id: earlier.cloned().flatten(),
            problem: None,
            started_at: None,
            done_at: None,
        });
    }
    rows::insert_steps(c, &step_rows)?;
    queue_walk(c, ctx, actor.workspace, id, ctx.now())
}

/// Queues the job that walks a plan; one that only changes what is there goes before those that make things.
fn queue_walk(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, plan: PlanId, at: RealTime) -> Result<()> {
    let steps = rows::list_steps(c, workspace, plan)?;
    let steps: Vec<Step> = steps.iter().map(|row| serde_json::from_str(&row.step)).collect::<serde_json::Result<_>>()?;
    enqueue_as(c, ctx, &ApplyPlan { workspace, plan }, group::urgency_of(&steps), at)
}

/// The tokens of creates that an earlier plan of the same campaign sent, with what Meta called the object. Such a create may have
/// happened, whatever became of its plan, so the new plan looks for it before making it.
fn begun(c: &mut Conn, workspace: WorkspaceId, plan: PlanId) -> Result<BTreeMap<String, Option<String>>> {
    let Some(campaign) = rows::get(c, workspace, plan)?.campaign_id else { return Ok(BTreeMap::new()) };
    let mut tokens = BTreeMap::new();
    for (step, remote) in rows::list_begun(c, workspace, campaign)? {
        if let Step::Create { token, .. } = serde_json::from_str(&step)? {
            tokens.insert(token, remote);
        }
    }
    Ok(tokens)
}

/// What is archived at Meta can never run again: a plan of it would make everything anew.
fn refuse_archived(input: &Input) -> Result<()> {
    if input.row.wanted == "archived" {
        return Err(Error::conflict(dictionary::plan_archived(&input.row.name)));
    }
    Ok(())
}

/// Refuses while an emergency stop holds queued work back.
pub(super) fn refuse_frozen(c: &mut Conn, workspace: WorkspaceId) -> Result<()> {
    if workspaces::get(c, workspace)?.frozen_at.is_some() {
        return Err(Error::conflict(dictionary::all_stopped()));
    }
    Ok(())
}

fn propose(c: &mut Conn, ctx: &Ctx, actor: &Actor, letter: &Letter) -> Result<()> {
    let (campaign, plan) = (letter.input.row.id, &letter.plan);
    let kept = rows::keep_proposed(c, actor.workspace, campaign, &plan.hash)?;
    if !kept && !plan.is_empty() && actor.role >= Role::Manager {
        let id = PlanId(ctx.new_id());
        let body = serde_json::to_string(plan)?;
        rows::insert(c, &plan_row(ctx, actor, id, (Some(campaign), "campaign"), &plan.hash, body))?;
    }
    Ok(())
}

fn plan_row(
    ctx: &Ctx,
    actor: &Actor,
    id: PlanId,
    (campaign, kind): (Option<CampaignId>, &str),
    hash: &str,
    body: String,
) -> PlanRow {
    PlanRow {
        workspace_id: actor.workspace,
        id,
        campaign_id: campaign,
        kind: kind.to_owned(),
        hash: hash.to_owned(),
        state: "proposed".to_owned(),
        body,
        made_by: actor.user.unwrap_or(crate::domain::id::UserId(0)),
        made_at: ctx.stamp(),
        approved_by: None,
        approved_at: None,
        finished_at: None,
        problem: None,
    }
}

fn newest_approved(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Option<(PlanRow, Vec<StepRow>)>> {
    let Some(plan) = rows::find_latest_approved(c, workspace, campaign)? else { return Ok(None) };
    let steps = rows::list_steps(c, workspace, plan.id)?;
    Ok(Some((plan, steps)))
}

fn run_word(run: Run) -> &'static str {
    match run {
        Run::Active => "active",
        Run::Paused => "paused",
    }
}
