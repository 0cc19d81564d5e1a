//! Walking the steps of an approved plan: one call at a time, each noted before it is sent and after it is done.
//!
//! Killed anywhere, the next run goes on at the step that is not done. A step that was sent and not noted as done may have
//! happened, so it is looked for first. Applying an applied plan finds nothing to do.

use chrono::Duration;
use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::id::{CampaignId, PlanId};
use crate::domain::plan::{Field, Kind, ObjectRef, Plan, Step, bare};
use crate::graph::{Client, GraphError};
use crate::store::connections::{self, AdAccount};
use crate::store::plans::{self as rows, PlanRow, StepRow};
use crate::store::{Conn, UtcTime, campaigns, observed, workspaces};

use super::super::connections::{account_client, hear};
use super::super::desired::Desired;
use super::super::queue::enqueue;
use super::super::sync::SyncAccount;
use super::super::writing::writer;
use super::super::{Actor, Ctx, Error, Result};
use super::ApplyPlan;
use super::blame;
use super::input::{self, Input};
use super::perform::{Outcome, Work};
use super::record::{Place, book_commitment, read_back, record, record_gone, record_seen};
use super::trail::Trail;

/// How long a step is tried while Meta does not answer, real time.
const GIVE_UP_AFTER: Duration = Duration::hours(6);
/// How often a plan looks whether everything is still stopped, real time.
const WHILE_STOPPED: Duration = Duration::seconds(10);

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
    let mut broken = Broken::default();
    for step in steps.into_iter().filter(|step| step.state != "done") {
        let about = about(ctx, &plan, &step).await?;
        if broken.holds(about) {
            continue;
        }
        refuse_frozen(ctx, &plan).await?;
        match one(ctx, &plan, step).await {
            Ok(()) => {}
            // What a plan over several campaigns does to one does not hang on another.
            Err(Stop::Failed(words)) if plan.campaign_id.is_none() => broken.note(about, words),
            Err(Stop::Failed(words)) => return end(ctx, plan, Some(words)).await,
            Err(Stop::Later(error)) => return Err(error),
        }
    }
    end(ctx, plan, broken.words()).await
}

/// The campaigns of a plan over several that broke off, and why.
#[derive(Default)]
struct Broken(Vec<(Option<CampaignId>, String)>);

impl Broken {
    /// Whether a step about this campaign must wait: an earlier one of it did not work.
    fn holds(&self, about: Option<CampaignId>) -> bool {
        self.0.iter().any(|(campaign, _)| *campaign == about)
    }

    fn note(&mut self, about: Option<CampaignId>, words: String) {
        self.0.push((about, words));
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
async fn about(ctx: &Ctx, plan: &PlanRow, row: &StepRow) -> Result<Option<CampaignId>> {
    if plan.campaign_id.is_some() {
        return Ok(plan.campaign_id);
    }
    let step: Step = serde_json::from_str(&row.step)?;
    let (workspace, object) = (plan.workspace_id, step.object());
    if object.kind == Kind::Campaign {
        return Ok(Some(CampaignId(object.id.0)));
    }
    let found = ctx.db.read(move |c| observed::find(c, workspace, object.id)).await?;
    Ok(found.and_then(|row| row.campaign_id))
}

/// Why the walk ends before the last step.
enum Stop {
    /// For good; the words say why.
    Failed(String),
    /// For now.
    Later(Error),
}

async fn one(ctx: &Ctx, plan: &PlanRow, row: StepRow) -> std::result::Result<(), Stop> {
    let step: Step = serde_json::from_str(&row.step).map_err(|e| Stop::Later(e.into()))?;
    let account = account_of(ctx, plan, &step).await.map_err(Stop::Later)?;
    let mut trail = Trail::of(ctx, row);
    match attempt(ctx, plan, &account, &step, &mut trail).await {
        Ok(Some(Outcome::Done(object, place, said))) => {
            let place = Place { campaign: place.campaign.or(plan.campaign_id).filter(|_| object.kind != Kind::Image), ..place };
            let (mut row, now) = (done(trail.row, ctx.stamp()), ctx.stamp());
            let alone = plan.campaign_id.is_none();
            let switches_on = matches!(step, Step::Activate { .. });
            let noted = ctx.db.write(move |c| {
                record(c, object, place, &said, now)?;
                // A stop pressed while this was on its way may have paused before Meta switched on.
                if switches_on && workspaces::get(c, place.workspace)?.frozen_at.is_some() {
                    row.state = "sent".to_owned();
                    row.done_at = None;
                    rows::update_step(c, &row)?;
                    return Ok(Noted::Stopped(row));
                }
                let seen = observed::find(c, place.workspace, object.id)?;
                // A plan over several campaigns has no check at its end: each change is read back by itself.
                let differs = seen.as_ref().filter(|_| alone).and_then(|seen| not_as_wanted(&step, seen, now));
                row.remote_id = seen.map(|seen| seen.remote_id);
                if let Some(words) = &differs {
                    row.state = "failed".to_owned();
                    row.problem = Some(words.clone());
                    row.done_at = None;
                }
                rows::update_step(c, &row)?;
                Ok::<_, Error>(differs.map_or(Noted::Done, Noted::Differs))
            });
            match noted.await.map_err(Stop::Later)? {
                Noted::Done => Ok(()),
                Noted::Differs(words) => Err(Stop::Failed(words)),
                Noted::Stopped(row) => Err(Stop::Later(switch_off_again(ctx, plan, &account, object, row).await)),
            }
        }
        Ok(None) => {
            let row = done(trail.row, ctx.stamp());
            ctx.db.write(move |c| Ok::<_, Error>(rows::update_step(c, &row)?)).await.map_err(Stop::Later)
        }
        Ok(Some(Outcome::LookAgain(wait))) => Err(Stop::Later(Error::Throttled(wait))),
        Err(error) => Err(failed(ctx, trail, &step, error).await),
    }
}

/// What was written down of a step that Meta answered.
enum Noted {
    Done,
    /// Meta says otherwise than was sent.
    Differs(String),
    /// Everything was stopped meanwhile; the step is as it was sent.
    Stopped(StepRow),
}

/// Pauses what was switched on while everything was being stopped; its step waits with the others. Where that fails the step stays
/// `sent`, and the error says why.
async fn switch_off_again(ctx: &Ctx, plan: &PlanRow, account: &AdAccount, object: ObjectRef, row: StepRow) -> Error {
    let mut trail = Trail::of(ctx, row);
    let (object, place, said) = match attempt(ctx, plan, account, &Step::Pause { object }, &mut trail).await {
        Ok(Some(Outcome::Done(object, place, said))) => (object, place, said),
        Ok(_) => return Error::NotFound("object"),
        Err(error) => return error,
    };
    let (row, now) = (StepRow { state: "waiting".to_owned(), attempts: 0, ..trail.row }, ctx.stamp());
    let noted = ctx.db.write(move |c| {
        record(c, object, place, &said, now)?;
        Ok::<_, Error>(rows::update_step(c, &row)?)
    });
    match noted.await {
        Ok(()) => Error::Throttled(WHILE_STOPPED),
        Err(error) => error,
    }
}

fn done(row: StepRow, at: UtcTime) -> StepRow {
    StepRow { state: "done".to_owned(), problem: None, done_at: Some(at), ..row }
}

/// What Meta says of a change just made, where that is not what was sent.
fn not_as_wanted(step: &Step, seen: &observed::Observed, now: UtcTime) -> Option<String> {
    let Step::Change { wanted, fields } = step else { return None };
    let (said, sent) = (super::observed(seen)?, wanted.fields(now.utc()));
    let differs = |field: &&Field| matches!((said.fields.get(field), sent.get(field)), (Some(is), Some(was)) if is != was);
    let field = fields.iter().find(differs)?;
    Some(format!("Read back, {} of {} is not what was sent.", field.label().to_lowercase(), bare(wanted.name())))
}

/// `None` for a check that holds.
async fn attempt(ctx: &Ctx, plan: &PlanRow, account: &AdAccount, step: &Step, trail: &mut Trail<'_>) -> Result<Option<Outcome>> {
    if let Step::Verify { campaign } = step {
        let (client, _) = account_client(ctx, account).await?;
        trail.send().await?;
        verify(ctx, plan, &client, *campaign).await?;
        return Ok(None);
    }
    let (client, node) = writer(ctx, account).await?;
    let now = ctx.platform.now(client.base_url(), ctx.now()).0;
    let work = Work { ctx, workspace: plan.workspace_id, account, client: &client, node: &node, now };
    let outcome = work.perform(step, trail).await;
    hear(ctx, &client);
    outcome.map(Some)
}

/// Notes why a step did not work and sorts what follows: wait, or give up with Meta's words.
async fn failed(ctx: &Ctx, mut trail: Trail<'_>, step: &Step, error: Error) -> Stop {
    let waits = error.retry_after(1).is_some();
    let tried = trail.row.started_at.map_or_else(Duration::zero, |since| ctx.now().0 - since.utc());
    let words = blame::words(step, &error);
    let for_good = !waits || tried >= GIVE_UP_AFTER;
    if let Err(error) = trail.fail(&error, words.clone(), for_good).await {
        return Stop::Later(error);
    }
    if for_good { Stop::Failed(words) } else { Stop::Later(error) }
}

/// Reads every object back and compares: what is left of the plan must be switches alone.
async fn verify(ctx: &Ctx, plan: &PlanRow, client: &Client, campaign: CampaignId) -> Result<()> {
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

/// Asks Meta for every object of the campaign and stores the answers; one that is not there any more is noted as gone. One that
/// is noted as gone because a list left it out is asked for too: lists are not always whole.
pub(super) async fn read_all(ctx: &Ctx, client: &Client, input: &Input) -> Result<()> {
    for row in &input.rows {
        let ended = row.gone_at.is_some() && observed::is_over(&row.status);
        let Some(kind) = Kind::parse(&row.kind).filter(|kind| *kind != Kind::Image && !ended) else { continue };
        let object = ObjectRef { kind, id: row.id };
        let place =
            Place { workspace: row.workspace_id, account: row.ad_account_id, campaign: row.campaign_id, parent: row.parent_id };
        let (said, now) = (read_back(client, kind, &row.remote_id).await, ctx.stamp());
        match said {
            Ok(said) => ctx.db.write(move |c| record_seen(c, object, place, &said, now)).await?,
            Err(GraphError::NotFound { .. }) => {
                let known = row.clone();
                ctx.db.write(move |c| record_gone(c, &known, now)).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
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
            if problem.is_none() {
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

async fn account_of(ctx: &Ctx, plan: &PlanRow, step: &Step) -> Result<AdAccount> {
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
