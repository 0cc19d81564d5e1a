//! The budget of calls of each ad account: a panel on the page of connections, with twins.

use actix_web::{HttpResponse, web};
use chrono::Duration;

use crate::domain::id::AdAccountId;
use crate::domain::quota::{Tier, Wait};
use crate::service::Actor;
use crate::service::quota::{self, AccountQuota};
use crate::web::error::AppError;
use crate::web::export::{csv_table, json_table};
use crate::web::extract::{Analyst, As};
use crate::web::format::MISSING;
use crate::web::state::State;

/// The columns of the twins.
const COLUMNS: [&str; 13] = [
    "ad_account_id",
    "ad_account",
    "access",
    "points_used",
    "points_most",
    "points_left",
    "empty_in_s",
    "calls_used",
    "calls_most",
    "figures_calls_used",
    "figures_calls_most",
    "app_percent",
    "waiting",
];

/// One ad account in the panel.
pub struct Line {
    /// Its id.
    pub id: AdAccountId,
    /// Its name.
    pub name: String,
    /// What the app may do with it.
    pub access: &'static str,
    /// Points used and most, where they are known.
    pub points: Option<(i64, i64)>,
    /// Points left.
    pub left: String,
    /// How long until all are back.
    pub empty: String,
    /// Calls of this hour, used and most.
    pub calls: String,
    /// The same for figures.
    pub figures: String,
    /// What waits, a sentence each.
    pub waiting: Vec<String>,
}

/// The panel's lines, by name.
pub async fn lines(state: &State, actor: &Actor) -> Result<Vec<Line>, AppError> {
    Ok(quota::list(&state.ctx, actor).await?.iter().map(line).collect())
}

/// `GET /connections/quota.csv`
pub async fn csv(state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    Ok(csv_table("tandem-calls.csv", COLUMNS, quota::list(&state.ctx, by.actor()).await?.iter().map(cells)))
}

/// `GET /connections/quota.json`
pub async fn json(state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    Ok(json_table(COLUMNS, quota::list(&state.ctx, by.actor()).await?.iter().map(cells)))
}

fn line(one: &AccountQuota) -> Line {
    let standing = &one.standing;
    let calls = |calls: Option<(i64, i64)>| calls.map_or(MISSING.to_owned(), |(used, most)| format!("{used} of {most}"));
    Line {
        id: one.account,
        name: one.name.clone(),
        access: access(standing.tier),
        points: standing.points,
        left: standing.points.map_or(MISSING.to_owned(), |(used, most)| (most - used).max(0).to_string()),
        empty: within(standing.empty_at - one.now),
        calls: calls(standing.management),
        figures: calls(standing.insights),
        waiting: standing.waiting.iter().map(|wait| words(wait, one)).collect(),
    }
}

fn access(tier: Option<Tier>) -> &'static str {
    match tier {
        Some(Tier::Limited) => "limited",
        Some(Tier::Full) => "full",
        None => "not known yet",
    }
}

/// `Reads wait 40 s: ...`
fn words(wait: &Wait, one: &AccountQuota) -> String {
    let mut said = wait.urgency.label().to_owned();
    if let Some(first) = said.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{said} wait {}: {}.", within(wait.until - one.now), wait.why)
}

fn within(time: Duration) -> String {
    match time.num_seconds().max(0) {
        0 => "now".to_owned(),
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds => format!("{} min", (seconds + 59) / 60),
    }
}

fn cells(one: &AccountQuota) -> Vec<String> {
    let standing = &one.standing;
    let pair = |pair: Option<(i64, i64)>| match pair {
        Some((used, most)) => [used.to_string(), most.to_string()],
        None => [String::new(), String::new()],
    };
    let left = standing.points.map(|(used, most)| (most - used).max(0).to_string()).unwrap_or_default();
    let waiting: Vec<String> = standing.waiting.iter().map(|wait| words(wait, one)).collect();
    let tier = standing.tier.map_or(String::new(), |tier| access(Some(tier)).to_owned());
    let mut cells = vec![one.account.to_string(), one.name.clone(), tier];
    cells.extend(pair(standing.points));
    cells.extend([left, (standing.empty_at - one.now).num_seconds().max(0).to_string()]);
    cells.extend(pair(standing.management));
    cells.extend(pair(standing.insights));
    cells.extend([one.app_percent.to_string(), waiting.join(" ")]);
    cells
}
