//! The budget of calls of each ad account.

use schemars::JsonSchema;
use serde::Serialize;

use super::operation::{Call, Outcome};
use super::reply::{List, Shown};
use super::words::Time;
use crate::domain::id::AdAccountId;
use crate::domain::quota::{Tier, Urgency, Why};
use crate::service::quota::{self, AccountQuota};
use crate::web::extract::Analyst;

/// How much of something is used.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UsedView {
    /// Used now.
    used: i64,
    /// The most there may be.
    most: i64,
}

/// Work that has no room in the budget yet.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaitView {
    /// What waits: `stop`, `edit`, `create` or `read`.
    urgency: Urgency,
    /// Until when, in Meta's time.
    until: Time,
    /// Which limit it waits for.
    why: Why,
    /// The same as a sentence.
    sentence: String,
}

/// An ad account's budget of calls, as this process knows it from Meta's answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuotaView {
    /// The ad account.
    ad_account: AdAccountId,
    /// Its name.
    name: String,
    /// The app's access to it; absent before Meta's first answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<Tier>,
    /// Points: a read costs 1, a change 3. Absent where Meta does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<UsedView>,
    /// When every point would be back, were no call made.
    points_back_at: Time,
    /// Calls of the last hour for management.
    #[serde(skip_serializing_if = "Option::is_none")]
    management_calls: Option<UsedView>,
    /// Calls of the last hour for figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    insights_calls: Option<UsedView>,
    /// Percent used of the app's own calls.
    app_percent: i64,
    /// Until when Meta asked to stay away.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_until: Option<Time>,
    /// What waits now.
    waiting: Vec<WaitView>,
}

/// `GET /quota`
pub async fn list(call: Call<Analyst>) -> Outcome<Shown<List<QuotaView>>> {
    let items = quota::list(&call.ctx, call.actor()).await?.into_iter().map(view).collect();
    Ok(Shown(List { items, next: None }))
}

fn view(one: AccountQuota) -> QuotaView {
    let used = |pair: Option<(i64, i64)>| pair.map(|(used, most)| UsedView { used, most });
    let standing = one.standing;
    QuotaView {
        ad_account: one.account,
        name: one.name,
        access: standing.tier,
        points: used(standing.points),
        points_back_at: Time(standing.empty_at),
        management_calls: used(standing.management),
        insights_calls: used(standing.insights),
        app_percent: one.app_percent,
        closed_until: standing.closed_until.map(Time),
        waiting: standing
            .waiting
            .into_iter()
            .map(|wait| WaitView {
                urgency: wait.urgency,
                until: Time(wait.until),
                why: wait.why,
                sentence: wait.why.to_string(),
            })
            .collect(),
    }
}
