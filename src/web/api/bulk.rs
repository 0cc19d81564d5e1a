//! One change to several campaigns as one plan; duplicating them; labels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named};
use super::operation::{Call, Outcome};
use super::plans::{Hash, PlanRow, Queued, StepState, row};
use super::reply::{Accepted, Created, List, Shown};
use crate::domain::bulk::{Change, DaySum, LeftOut};
use crate::domain::id::{AdAccountId, ApprovalId, CampaignId, LabelId, PlanId};
use crate::domain::plan::Stakes;
use crate::service::bulk::{self, Request};
use crate::service::campaigns::{self, Copied, Copying};
use crate::web::extract::{Analyst, Manager};

/// A change, and of which campaigns.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct BulkWish {
    /// The campaigns, each once; at most 500.
    campaigns: Vec<CampaignId>,
    /// The change.
    change: Change,
}

/// What becomes of one campaign.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BulkLine {
    /// The campaign.
    campaign: CampaignId,
    /// Its name.
    name: String,
    /// Its ad account's name.
    account: String,
    /// What happens to each object.
    rows: Vec<PlanRow>,
}

/// A plan over several campaigns.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BulkView {
    /// Its id.
    id: PlanId,
    /// `proposed`, `approved`, `applying`, `applied` or `failed`.
    state: String,
    /// What it does, as a heading.
    heading: String,
    /// What approval is bound to.
    hash: String,
    /// What becomes of each campaign that can be changed.
    lines: Vec<BulkLine>,
    /// The others, with the reason.
    left_out: Vec<LeftOut>,
    /// Money a day before and after, currency by currency.
    a_day: Vec<DaySum>,
    /// How many have a budget for a whole flight, which no day's figure holds.
    lifetime: usize,
    /// The money before and after, currency by currency.
    stakes: Vec<Stakes>,
    /// What it may set off.
    worth_knowing: Vec<String>,
    /// What nobody knows beforehand.
    unknown: Vec<String>,
    /// Its steps, once approved.
    steps: Vec<StepState>,
    /// Whether an emergency stop holds queued work back.
    is_frozen: bool,
    /// What changed since it was proposed.
    since: Vec<String>,
    /// The approval by a second person that approving asked for; absent where it was queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<ApprovalId>,
}

/// What to duplicate.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct CopyWish {
    /// The campaigns.
    campaigns: Vec<CampaignId>,
    /// Whether start and end come along.
    #[serde(default)]
    dates: bool,
    /// Another ad account; the same one where nothing is said.
    account: Option<AdAccountId>,
}

/// A draft that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Copy {
    /// The campaign it was made from.
    from: CampaignId,
    /// The draft.
    draft: CampaignId,
    /// Its name.
    name: String,
    /// What it still lacks, one sentence each.
    problems: Vec<String>,
}

/// A label.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LabelView {
    /// Its id.
    id: LabelId,
    /// Its name.
    name: String,
}

/// A change of labels.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct LabelWish {
    /// The label's name; made where it is new.
    label: String,
    /// Whether it is put on or taken off.
    put: bool,
    /// The campaigns.
    campaigns: Vec<CampaignId>,
}

/// What a change of labels did.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LabelledView {
    /// The label.
    label: LabelId,
    /// The campaigns it changed.
    campaigns: Vec<CampaignId>,
    /// What takes this change back; absent where nothing changed, and for a change that was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<i64>,
}

/// Which change of labels to take back.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Undo {
    /// `event` of the change.
    event: i64,
}

/// `POST /bulk`
pub async fn propose(call: Call<Manager, (), (), Json<BulkWish>>) -> Outcome<Created<BulkView>> {
    let BulkWish { campaigns, change } = &call.body.0;
    let request = Request { campaigns: campaigns.clone(), change: change.clone() };
    let id = bulk::propose(&call.ctx, call.actor(), request).await?;
    let shown = bulk::show(&call.ctx, call.actor(), id).await?;
    Ok(Created { at: format!("/bulk/{id}"), revision: None, thing: view(id, shown) })
}

/// `GET /bulk/{id}`
pub async fn show(call: Call<Analyst, Named<PlanId>>) -> Outcome<Shown<BulkView>> {
    Ok(Shown(view(call.path.0, bulk::show(&call.ctx, call.actor(), call.path.0).await?)))
}

/// `POST /bulk/{id}/approve`
pub async fn approve(call: Call<Manager, Named<PlanId>, (), Json<Hash>>) -> Outcome<Accepted<BulkView>> {
    let passed = bulk::approve(&call.ctx, call.actor(), call.path.0, &call.body.0.hash).await?;
    let shown = view(call.path.0, bulk::show(&call.ctx, call.actor(), call.path.0).await?);
    Ok(Accepted(BulkView { waits: Queued::of(passed).waits, ..shown }))
}

/// `POST /bulk/{id}/apply`
pub async fn apply(call: Call<Manager, Named<PlanId>>) -> Outcome<Accepted<BulkView>> {
    bulk::apply_again(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Accepted(view(call.path.0, bulk::show(&call.ctx, call.actor(), call.path.0).await?)))
}

/// `POST /campaigns/duplicate`
pub async fn duplicate(call: Call<Manager, (), (), Json<CopyWish>>) -> Outcome<Shown<List<Copy>>> {
    let CopyWish { campaigns, dates, account } = &call.body.0;
    let copying = Copying { dates: *dates, account: *account };
    let made = campaigns::duplicate(&call.ctx, call.actor(), campaigns, copying).await?;
    let copy = |Copied { from, draft, name, problems }: Copied| Copy { from, draft, name, problems };
    Ok(Shown(List { items: made.into_iter().map(copy).collect(), next: None }))
}

/// `GET /labels`
pub async fn labels(call: Call<Analyst>) -> Outcome<Shown<List<LabelView>>> {
    let all = campaigns::labels(&call.ctx, call.actor()).await?;
    let items = all.into_iter().map(|label| LabelView { id: label.id, name: label.name }).collect();
    Ok(Shown(List { items, next: None }))
}

/// `POST /labels`
pub async fn label(call: Call<Manager, (), (), Json<LabelWish>>) -> Outcome<Shown<LabelledView>> {
    let LabelWish { label, put, campaigns } = &call.body.0;
    let (done, event) = campaigns::label(&call.ctx, call.actor(), label, *put, campaigns).await?;
    Ok(Shown(LabelledView { label: done.label, campaigns: done.campaigns, event }))
}

/// `POST /labels/undo`
pub async fn undo(call: Call<Manager, (), (), Json<Undo>>) -> Outcome<Shown<LabelledView>> {
    let done = campaigns::undo(&call.ctx, call.actor(), call.body.0.event).await?;
    Ok(Shown(LabelledView { label: done.label, campaigns: done.campaigns, event: None }))
}

fn view(id: PlanId, shown: bulk::Shown) -> BulkView {
    let plan = shown.plan;
    let line = |line: &crate::domain::bulk::Line| BulkLine {
        campaign: line.campaign,
        name: line.name.clone(),
        account: line.account.clone(),
        rows: line.rows.iter().map(row).collect(),
    };
    BulkView {
        id,
        state: shown.row.state,
        heading: plan.change.heading(),
        stakes: plan.stakes(),
        worth_knowing: shown.worth_knowing,
        unknown: shown.unknown,
        hash: plan.hash,
        lines: plan.lines.iter().map(line).collect(),
        left_out: plan.left_out,
        a_day: plan.a_day,
        lifetime: plan.lifetime,
        steps: shown
            .steps
            .into_iter()
            .map(|step| StepState { label: step.label, state: step.state, problem: step.problem })
            .collect(),
        is_frozen: shown.frozen,
        since: shown.since,
        waits: None,
    }
}
