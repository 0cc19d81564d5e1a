//! The emergency stop and its undoing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::Json;
use super::operation::{Call, Outcome};
use super::plans::Queued;
use super::reply::{Accepted, Shown};
use super::words::Time;
use crate::domain::id::{ObjectId, StopId};
use crate::domain::money::Money;
use crate::domain::plan::Stakes;
use crate::service::Actor;
use crate::service::Ctx;
use crate::service::stop::{self, Extent, Running, Scope};
use crate::web::extract::{Analyst, Manager};

/// How many campaigns, and how much.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExtentView {
    /// How many campaigns are on.
    campaigns: usize,
    /// What they may spend a day, by currency.
    a_day: Vec<Money>,
    /// How many have a budget for a whole flight, which no day's figure holds.
    lifetime: usize,
}

/// A campaign that a stop remembers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Remembered {
    /// The campaign.
    id: ObjectId,
    /// Its name at Meta.
    name: String,
    /// What it may spend a day; absent with a budget for a whole flight.
    #[serde(skip_serializing_if = "Option::is_none")]
    a_day: Option<Money>,
    /// Whether Meta confirmed it paused.
    confirmed: bool,
    /// Meta's words where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// The stop that holds.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenStop {
    /// Its id.
    id: StopId,
    /// Since when.
    since: Time,
    /// What was on, exactly.
    remembered: Vec<Remembered>,
    /// What undoing it would switch on again, and what approval of that is bound to.
    resume: Option<ResumeView>,
}

/// The plan that undoes a stop.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResumeView {
    /// What approval is bound to.
    hash: String,
    /// What would be switched on.
    extent: ExtentView,
    /// The money before and after, currency by currency.
    stakes: Vec<Stakes>,
    /// What would stay off: name and reason.
    left_out: Vec<(String, String)>,
}

/// What a stop would pause, and the one that holds.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StopView {
    /// Campaigns made here that are on.
    here: ExtentView,
    /// Every campaign of the linked ad accounts that is on.
    account: ExtentView,
    /// Whether queued work is held back.
    is_frozen: bool,
    /// The stop that holds; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<OpenStop>,
}

/// What to stop.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Press {
    /// `here` or `account`.
    scope: Scope,
}

/// What is resumed: exactly the plan with this hash.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ResumeApproval {
    /// `hash` of the plan that was read.
    hash: String,
}

/// `GET /stop`
pub async fn show(call: Call<Analyst>) -> Outcome<Shown<StopView>> {
    Ok(Shown(view(&call.ctx, call.actor()).await?))
}

/// `POST /stop`
pub async fn press(call: Call<Manager, (), (), Json<Press>>) -> Outcome<Shown<StopView>> {
    stop::stop(&call.ctx, call.actor(), call.body.0.scope).await?;
    Ok(Shown(view(&call.ctx, call.actor()).await?))
}

/// `POST /stop/resume`
pub async fn resume(call: Call<Manager, (), (), Json<ResumeApproval>>) -> Outcome<Accepted<Queued>> {
    Ok(Accepted(Queued::of(stop::approve_resume(&call.ctx, call.actor(), &call.body.0.hash).await?)))
}

async fn view(ctx: &Ctx, actor: &Actor) -> Outcome<StopView> {
    let overview = stop::overview(ctx, actor).await?;
    let resume = stop::resume_plan(ctx, actor).await?;
    let open = overview.open.map(|(stop, all)| OpenStop {
        id: stop.id,
        since: Time(stop.made_at.utc()),
        remembered: all.into_iter().map(remembered).collect(),
        resume: resume.map(|plan| ResumeView {
            hash: plan.hash.clone(),
            extent: extent(&plan.extent()),
            stakes: plan.stakes.clone(),
            left_out: plan.left_out,
        }),
    });
    Ok(StopView { here: extent(&overview.here), account: extent(&overview.account), is_frozen: overview.frozen, open })
}

fn extent(extent: &Extent) -> ExtentView {
    ExtentView { campaigns: extent.campaigns, a_day: extent.a_day.clone(), lifetime: extent.lifetime }
}

fn remembered(running: Running) -> Remembered {
    let Running { id, name, a_day, confirmed, problem, .. } = running;
    Remembered { id, name, a_day, confirmed, problem }
}
