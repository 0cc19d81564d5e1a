//! Plans: the difference, its approval by hash, how far it is; pausing one campaign.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Fields, Json, Named};
use super::operation::{Call, Outcome};
use super::reply::{Accepted, Done, Shown};
use super::words::Time;
use crate::domain::campaign::Commitments;
use crate::domain::id::{ApprovalId, CampaignId, PlanId};
use crate::domain::money::Money;
use crate::domain::network::Network;
use crate::domain::plan::{Effect, Group, Kind, Mark, Row, Run, Stakes};
use crate::service::approvals::Passed;
use crate::service::publish::{self, Letter};
use crate::service::stop;
use crate::web::extract::{Analyst, Manager};

/// How a plan ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// Switched on: it spends.
    Active,
    /// Made or changed, and switched off.
    Paused,
}

impl End {
    fn run(self) -> Run {
        match self {
            Self::Active => Run::Active,
            Self::Paused => Run::Paused,
        }
    }
}

/// Which plan is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Asked {
    /// How it shall end; where nothing is said, a draft ends active and a paused campaign paused.
    run: Option<End>,
}

impl Fields for Asked {}

/// What is approved: exactly the plan with this hash.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Approval {
    /// `hash` of the plan that was read.
    hash: String,
    /// `run` of the plan that was read.
    run: End,
}

/// Approval of a plan whose end the endpoint says.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Hash {
    /// `hash` of the plan that was read.
    pub hash: String,
}

/// A field that changes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Change {
    /// Which, in people's words.
    field: String,
    /// What Meta says now; absent where it did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<String>,
    /// What it will be.
    after: String,
}

/// What happens to one object.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanRow {
    /// What happens.
    mark: Mark,
    /// The group it stands in.
    group: Group,
    /// To what kind of object.
    kind: Kind,
    /// Its name.
    name: String,
    /// The networks it runs on, where it is an ad set or an ad.
    networks: Vec<Network>,
    /// What it is now, in a few words.
    now: String,
    /// What it will be.
    after: String,
    /// The fields that change.
    changes: Vec<Change>,
    /// How much more (negative: less) it may spend; absent where it carries no budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    money: Option<Money>,
    /// Its budget before and after, as though all above it were on; absent where it keeps the one it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    stakes: Option<Stakes>,
    /// What it may set off.
    effects: Vec<Effect>,
}

/// A step of an approved plan.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepState {
    /// What it does.
    pub label: String,
    /// `waiting`, `sent` (it may have happened), `done` or `failed`.
    pub state: String,
    /// Why it failed, in Meta's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// How the newest approved plan stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Progress {
    /// The plan.
    id: PlanId,
    /// `approved`, `applying`, `applied` or `failed`.
    state: String,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// Its steps in order.
    steps: Vec<StepState>,
}

/// A plan as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanView {
    /// What approval is bound to.
    hash: String,
    /// How it ends.
    run: End,
    /// When the difference was made, in platform time.
    made_at: Time,
    /// Whether there is nothing to do.
    is_empty: bool,
    /// Whether carrying it out starts spending.
    arms: bool,
    /// Whether an emergency stop holds queued work back.
    is_frozen: bool,
    /// What happens to each object.
    rows: Vec<PlanRow>,
    /// What the machine does, in order.
    steps: Vec<String>,
    /// The money committed; absent where the campaign will not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    commitments: Option<Commitments>,
    /// The money before and after, in the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    stakes: Option<Stakes>,
    /// What keeps it from being approved.
    blocked: Vec<String>,
    /// What it may trigger or reset.
    worth_knowing: Vec<String>,
    /// What nobody knows beforehand.
    unknown: Vec<String>,
    /// How the newest approved plan stands; absent where none was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
}

/// A plan that was queued.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Queued {
    /// The plan; absent where there was nothing to switch on, and where it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    /// The approval by a second person that it waits for; absent where it was queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<ApprovalId>,
}

impl Queued {
    /// What approving came to.
    pub fn of(passed: Passed) -> Self {
        match passed {
            Passed::Queued(plan) => Self { plan, waits: None },
            Passed::Waits(approval) => Self { plan: None, waits: Some(approval) },
        }
    }
}

/// `GET /campaigns/{id}/plan`
pub async fn show(call: Call<Analyst, Named<CampaignId>, Asked>) -> Outcome<Shown<PlanView>> {
    let letter = publish::letter(&call.ctx, call.actor(), call.path.0, call.query.run.map(End::run)).await?;
    Ok(Shown(view(&letter)))
}

/// `POST /campaigns/{id}/plan/refresh`
pub async fn refresh(call: Call<Manager, Named<CampaignId>, Asked>) -> Outcome<Shown<PlanView>> {
    publish::refresh(&call.ctx, call.actor(), call.path.0).await?;
    let letter = publish::letter(&call.ctx, call.actor(), call.path.0, call.query.run.map(End::run)).await?;
    Ok(Shown(view(&letter)))
}

/// `POST /campaigns/{id}/plan/approve`
pub async fn approve(call: Call<Manager, Named<CampaignId>, (), Json<Approval>>) -> Outcome<Accepted<Queued>> {
    let Approval { hash, run } = &call.body.0;
    Ok(Accepted(Queued::of(publish::approve(&call.ctx, call.actor(), call.path.0, hash, run.run()).await?)))
}

/// `POST /campaigns/{id}/plan/apply`
pub async fn apply(call: Call<Manager, Named<CampaignId>>) -> Outcome<Accepted<PlanView>> {
    publish::apply_again(&call.ctx, call.actor(), call.path.0).await?;
    let letter = publish::letter(&call.ctx, call.actor(), call.path.0, None).await?;
    Ok(Accepted(view(&letter)))
}

/// `POST /campaigns/{id}/pause`
pub async fn pause(call: Call<Manager, Named<CampaignId>>) -> Outcome<Done> {
    stop::pause(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

fn view(letter: &Letter) -> PlanView {
    let plan = &letter.plan;
    let progress = letter.latest.as_ref().map(|(plan, steps)| Progress {
        id: plan.id,
        state: plan.state.clone(),
        problem: plan.problem.clone(),
        steps: steps
            .iter()
            .map(|step| StepState { label: step.label.clone(), state: step.state.clone(), problem: step.problem.clone() })
            .collect(),
    });
    PlanView {
        hash: plan.hash.clone(),
        run: if letter.run == Run::Active { End::Active } else { End::Paused },
        made_at: Time(letter.made_at.0),
        is_empty: plan.is_empty(),
        arms: plan.arms(),
        is_frozen: letter.frozen,
        rows: plan.rows.iter().map(row).collect(),
        steps: plan.steps.iter().map(|step| step.label.clone()).collect(),
        commitments: plan.commitments,
        stakes: plan.review.stakes,
        blocked: plan.blocked.clone(),
        worth_knowing: plan.worth_knowing.clone(),
        unknown: plan.unknown.clone(),
        progress,
    }
}

/// A row as programs read it.
pub fn row(row: &Row) -> PlanRow {
    let change = |change: &crate::domain::plan::FieldChange| Change {
        field: change.field.label().to_owned(),
        now: change.now.clone(),
        after: change.after.clone(),
    };
    PlanRow {
        mark: row.mark,
        group: Group::of(row.mark),
        kind: row.object.kind,
        name: row.name.clone(),
        networks: row.networks.clone(),
        now: row.now.clone(),
        after: row.after.clone(),
        changes: row.changes.iter().map(change).collect(),
        money: row.money,
        stakes: row.review.stakes,
        effects: row.review.effects.clone(),
    }
}
