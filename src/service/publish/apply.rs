//! Walking the steps of an approved plan: those that do not depend on each other together, each noted before it is sent and after it
//! is done.
//!
//! Killed anywhere, the next run goes on at the step that is not done. A step that was sent and not noted as done may have
//! happened, so it is looked for first. Applying an applied plan finds nothing to do.

use chrono::Duration;
use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::id::{CampaignId, PlanId};
use crate::domain::plan::{Kind, Plan, Step};
use crate::graph::Client;
use crate::store::connections::{self, AdAccount};
use crate::store::plans::{self as rows, PlanRow, StepRow};
use crate::store::{Conn, UtcTime, campaigns, observed, workspaces};

use super::super::desired::Desired;
use super::super::drift;
use super::super::queue::enqueue;
use super::super::sync::SyncAccount;
use super::super::{Actor, Ctx, Error, Result};
use super::desk::{Desk, Stop, failed};
use super::group::{self, Waiting};
use super::input;
use super::read::read_all;
use super::record::book_commitment;
use super::trail::Trail;
use super::{ApplyPlan, REVERT};

/// How often a plan looks whether everything is still stopped, real time.
pub(super) const WHILE_STOPPED: Duration = Duration::seconds(10);

/// Carries out a plan from where it stands.
///
/// # Errors
/// Only where trying again later helps; a refusal is noted at its step and ends the plan as failed.
pub async fn run(ctx: &Ctx, task: &ApplyPlan) -> Result<()> {
    let (workspace, id) = (task.workspace, task.plan);
    let plan = ctx.db.read(move |c| rows::get(c, workspace, id)).await?;
    if !matches!(plan.state.as_str(), "approved" | "applying") {
        return Ok(());
    }
    ctx.db.write(move |c| Ok::<_, Error>(rows::set_state(c, workspace, id, "applying", None, None)?)).await?;
    let steps = ctx.db.read(move |c| rows::list_steps(c, workspace, id)).await?;
    let mut left = Vec::new();
    // Whether anything that this plan makes may be there: pictures are no objects of a campaign.
    let mut begun = plan.campaign_id.is_none();
    for row in steps {
        let step: Step = serde_json::from_str(&row.step)?;
        begun |= matches!(step, Step::Create { .. }) && row.attempts > 0;
        if row.state != "done" {
            left.push(waiting(ctx, &plan, row, step).await?);
        }
    }
    let mut broken = Broken::default();
    loop {
        let next = group::next(&left, |about| broken.holds(about));
        let Some(first) = next.first().and_then(|place| left.get(*place)).cloned() else { break };
        refuse_frozen(ctx, &plan).await?;
        let asks = !begun && matches!(first.step, Step::Create { .. });
        begun |= asks;
        let desk = match ready(ctx, &plan, &first, asks.then_some(left.as_slice())).await? {
            Ok(desk) => desk,
            Err(Refused { waiting, error }) => {
                let mut trail = Trail::of(waiting.row);
                let (words, for_good) = failed(ctx, &mut trail, &waiting.step, &error);
                Trail::save(ctx, [&trail]).await?;
                if !for_good {
                    return Err(error);
                }
                broken.note(waiting.about, words);
                if plan.campaign_id.is_some() {
                    break;
                }
                continue;
            }
        };
        let most = desk.room(next.len())?;
        let chosen = next.into_iter().take(most).collect();
        let mut later = None;
        for (about, stop) in desk.carry_out(take(&mut left, chosen)).await? {
            match stop {
                // What a plan over several campaigns does to one does not hang on another.
                Stop::Failed(words) => broken.note(about, words),
                Stop::Later(error) => later = later.or(Some(error)),
            }
        }
        if plan.campaign_id.is_some() && broken.any() {
            break;
        }
        if let Some(error) = later {
            return Err(error);
        }
    }
    end(ctx, plan, broken.words()).await
}

/// A step that cannot be carried out, and why.
struct Refused {
    waiting: Waiting,
    error: Error,
}

/// Where the next step is carried out, once Meta was asked about everything of `asked` that is still to be made.
async fn ready<'a>(
    ctx: &'a Ctx,
    plan: &'a PlanRow,
    first: &Waiting,
    asked: Option<&[Waiting]>,
) -> Result<std::result::Result<Desk<'a>, Refused>> {
    let refused = |waiting: &Waiting, error: Error| match error {
        // Nothing was asked yet.
        Error::Throttled(_) | Error::Busy => Err(error),
        error => Ok(Err(Refused { waiting: waiting.clone(), error })),
    };
    let desk = match Desk::open(ctx, plan, first).await {
        Ok(desk) => desk,
        Err(error) => return refused(first, error),
    };
    let answer = match (desk.work(), asked) {
        (Some(work), Some(left)) => work.check(left).await,
        _ => Ok(None),
    };
    match answer {
        Ok(None) => Ok(Ok(desk)),
        Ok(Some((place, error))) => refused(asked.and_then(|left| left.get(place)).unwrap_or(first), error),
        Err(error) => refused(first, error),
    }
}

/// A step that is not done, with what decides when it goes.
async fn waiting(ctx: &Ctx, plan: &PlanRow, row: StepRow, step: Step) -> Result<Waiting> {
    let account = account_of(ctx, plan, &step).await?.id;
    let about = about(ctx, plan, &step).await?;
    Ok(Waiting { row, step, about, account })
}

/// Takes the steps at these places out of those that are left.
fn take(left: &mut Vec<Waiting>, chosen: Vec<usize>) -> Vec<Waiting> {
    let (mut taken, mut rest) = (Vec::new(), Vec::new());
    for (place, waiting) in left.drain(..).enumerate() {
        if chosen.contains(&place) { taken.push(waiting) } else { rest.push(waiting) }
    }
    *left = rest;
    taken
}

/// The campaigns of a plan over several that broke off, and why.
#[derive(Default)]
struct Broken(Vec<(Option<CampaignId>, String)>);

impl Broken {
    /// Whether a step about this campaign must wait: an earlier one of it did not work.
    fn holds(&self, about: Option<CampaignId>) -> bool {
        self.0.iter().any(|(campaign, _)| *campaign == about)
    }

    /// Notes why a campaign broke off; of several reasons the first.
    fn note(&mut self, about: Option<CampaignId>, words: String) {
        if !self.holds(about) {
            self.0.push((about, words));
        }
    }

    fn any(&self) -> bool {
        !self.0.is_empty()
    }

    fn words(&self) -> Option<String> {
        match self.0.as_slice() {
            [] => None,
            [(_, words)] => Some(words.clone()),
            [(_, words), rest @ ..] => Some(format!("{words} And {} more campaigns broke off.", rest.len())),
        }
    }
}

/// Which campaign a step of a plan over several is about; the plan's own campaign else.
async fn about(ctx: &Ctx, plan: &PlanRow, step: &Step) -> Result<Option<CampaignId>> {
    if plan.campaign_id.is_some() {
        return Ok(plan.campaign_id);
    }
    let (workspace, object) = (plan.workspace_id, step.object());
    if object.kind == Kind::Campaign {
        return Ok(Some(CampaignId(object.id.0)));
    }
    let found = ctx.db.read(move |c| observed::find(c, workspace, object.id)).await?;
    Ok(found.and_then(|row| row.campaign_id))
}

/// Reads every object back and compares: what is left of the plan must be switches alone.
pub(super) async fn verify(ctx: &Ctx, plan: &PlanRow, client: &Client, campaign: CampaignId) -> Result<()> {
    let (inner, workspace) = (ctx.clone(), plan.workspace_id);
    let mut input = ctx.db.write(move |c| input::load(c, &inner, workspace, campaign)).await?;
    // Of an adopted campaign only what was changed is read back, which was done beside each change: it may have hundreds of ads.
    if input.campaign().is_some() {
        read_all(ctx, client, &input).await?;
        let inner = ctx.clone();
        input = ctx.db.write(move |c| input::load(c, &inner, workspace, campaign)).await?;
    }
    let left = input.plan(input.usual_run());
    let is_switch = |step: &Step| matches!(step, Step::Activate { .. } | Step::Pause { .. });
    if left.blocked.is_empty() && left.steps.iter().all(|planned| is_switch(&planned.step)) {
        return Ok(());
    }
    Err(Error::conflict(dictionary::read_back_differs(differences(&left))))
}

fn differences(left: &Plan) -> String {
    let changed = left.rows.iter().flat_map(|row| {
        row.changes.iter().map(move |change| {
            let now = change.now.as_deref().unwrap_or("nothing");
            format!("{} of {} is {now} instead of {}", change.field.label(), row.name, change.after)
        })
    });
    let made = left.rows.iter().filter(|row| row.now == "none").map(|row| format!("{} is missing", row.name));
    let all: Vec<String> = left.blocked.iter().cloned().chain(changed).chain(made).collect();
    all.join("; ")
}

/// How a plan ended, and what is wanted of a campaign from then on.
#[derive(Serialize)]
struct Ended<'a> {
    plan: PlanId,
    hash: &'a str,
    problem: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    desired: Option<Desired>,
}

/// Ends a plan: as applied, or as failed with the words of the step that failed.
async fn end(ctx: &Ctx, plan: PlanRow, problem: Option<String>) -> Result<()> {
    let inner = ctx.clone();
    let ended = ctx.db.write(move |c| {
        let (workspace, stamp) = (plan.workspace_id, inner.stamp());
        let state = if problem.is_some() { "failed" } else { "applied" };
        rows::set_state(c, workspace, plan.id, state, problem.as_deref(), Some(stamp))?;
        let (action, plan_id) = (if problem.is_some() { "plan.failed" } else { "plan.applied" }, plan.id);
        let ended = |desired| Ended { plan: plan_id, hash: &plan.hash, problem: problem.as_deref(), desired };
        let mut told = Vec::new();
        let among = rows::list_campaigns(c, workspace, plan.id)?;
        for campaign in touched(&rows::list_steps(c, workspace, plan.id)?, &plan, among) {
            let Some(row) = observed::find(c, workspace, crate::domain::id::ObjectId(campaign.0))? else {
                told.push((campaign, None));
                continue;
            };
            let mut desired = None;
            let account = connections::get_account(c, workspace, row.ad_account_id)?;
            book_commitment(c, &inner, &account, campaign, "A plan was carried out.")?;
            // One that sets single fields back leaves what is wanted as it is.
            if problem.is_none() && plan.kind != REVERT {
                let published = platform_stamp(c, &inner, &account)?;
                campaigns::set_published(c, workspace, campaign, published)?;
                let wanted = match row.status.as_str() {
                    "ACTIVE" => "active",
                    status if observed::is_over(status) => "archived",
                    _ => "paused",
                };
                campaigns::set_wanted(c, workspace, campaign, wanted)?;
                desired = campaigns::find(c, workspace, campaign)?.map(|_| Desired::switched(wanted));
            }
            drift::renew(c, &inner, workspace, campaign)?;
            told.push((campaign, desired));
            enqueue(c, &inner, &SyncAccount { workspace, account: account.id }, inner.now())?;
        }
        let actor = Actor::schedule(workspace);
        for (campaign, desired) in told {
            actor.record(c, stamp, action, ("campaign", campaign.0), &ended(desired))?;
        }
        match plan.campaign_id {
            Some(_) => Ok(()),
            None => actor.record(c, stamp, action, ("plan", plan.id.0), &ended(None)),
        }
    });
    ended.await
}

/// Platform time where the account is, as stored: days of a campaign are days there.
fn platform_stamp(c: &mut Conn, ctx: &Ctx, account: &AdAccount) -> Result<UtcTime> {
    Ok(match account.connection_id {
        Some(id) => ctx.platform.now(&connections::get(c, account.workspace_id, id)?.base_url, ctx.now()).0.into(),
        None => ctx.stamp(),
    })
}

/// The campaigns that a plan is about.
fn touched(steps: &[StepRow], plan: &PlanRow, among: Vec<CampaignId>) -> Vec<CampaignId> {
    let mut all: Vec<CampaignId> = steps
        .iter()
        .filter_map(|row| serde_json::from_str::<Step>(&row.step).ok())
        .map(|step| step.object())
        .filter(|object| object.kind == Kind::Campaign)
        .map(|object| CampaignId(object.id.0))
        .chain(plan.campaign_id)
        .chain(among)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

pub(super) async fn account_of(ctx: &Ctx, plan: &PlanRow, step: &Step) -> Result<AdAccount> {
    let (workspace, campaign, object) = (plan.workspace_id, plan.campaign_id, step.object());
    let account = ctx.db.read(move |c| {
        let desired = match campaign {
            Some(campaign) => campaigns::find(c, workspace, campaign)?.map(|row| row.ad_account_id),
            None => observed::find(c, workspace, object.id)?.map(|row| row.ad_account_id),
        };
        desired.map(|id| connections::get_account(c, workspace, id)).transpose()
    });
    account.await?.ok_or(Error::NotFound("campaign"))
}

/// An emergency stop that came meanwhile holds the walk between two steps.
async fn refuse_frozen(ctx: &Ctx, plan: &PlanRow) -> Result<()> {
    let workspace = plan.workspace_id;
    let frozen = ctx.db.read(move |c| Ok(workspaces::get(c, workspace)?.frozen_at.is_some())).await?;
    if frozen { Err(Error::Throttled(WHILE_STOPPED)) } else { Ok(()) }
}
