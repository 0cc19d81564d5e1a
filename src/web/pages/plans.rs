//! `/plans/{id}`: a plan over several campaigns, its approval and its progress.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::approvals::{ApprovalView, passed};
use super::layout::{Page, Section, Tone};
use super::plan::money::{MoneyTable, Sources};
use super::plan::rows;
use super::{frame, html, redirect, unless_conflict};
use crate::domain::bulk::{Change, DaySum, Line};
use crate::domain::id::PlanId;
use crate::domain::money::{Money, grouped};
use crate::domain::plan::{Group, Kind, Row};
use crate::service::bulk as service;
use crate::service::bulk::{self, Shown};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Nothing, Posted};
use crate::web::format::moment;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "plans/bulk.html")]
struct BulkPage {
    page: Page,
    view: View,
    /// One's own limit, and who is asked.
    approval: ApprovalView,
}

struct View {
    id: PlanId,
    short: String,
    hash: String,
    here: String,
    made: String,
    what: String,
    money: String,
    tables: Vec<MoneyTable>,
    sources: Sources,
    sums_note: String,
    groups: Vec<LineGroup>,
    since: Vec<String>,
    worth_knowing: Vec<String>,
    unknown: Vec<String>,
    left_out: Vec<(String, String, String)>,
    left_heading: String,
    proposed: bool,
    approved: bool,
    applied: bool,
    running: bool,
    frozen: bool,
    heading: &'static str,
    problem: String,
    done: usize,
    steps: Vec<StepRow>,
    warning: &'static str,
    approve: &'static str,
}

/// Campaigns of which the same becomes.
struct LineGroup {
    id: &'static str,
    heading: &'static str,
    count: String,
    lines: Vec<LineRow>,
}

struct LineRow {
    id: String,
    name: String,
    account: String,
    says: String,
    change: String,
    rows: Vec<rows::Line>,
    state: &'static str,
    class: &'static str,
    why: String,
}

struct StepRow {
    label: String,
    class: &'static str,
    state: &'static str,
    why: String,
}

/// What the approval sends: the hash of what was read.
#[derive(Debug, Deserialize)]
pub struct Approval {
    hash: String,
}

/// `GET /plans/{id}`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<PlanId>,
) -> Result<HttpResponse, AppError> {
    let shown = service::show(&state.ctx, by.actor(), *id).await?;
    let title = format!("{}: {}", shown.plan.change.heading(), campaigns(shown.plan.lines.len()));
    let approval = match shown.is_proposed() {
        true => ApprovalView::of(&state.ctx, by.actor(), bulk::wish(*id, &shown.plan)).await?,
        false => ApprovalView::none(),
    };
    let page = frame(&request, &state, &by.signed, &title, Some(Section::Campaigns));
    html(&BulkPage { page, view: view(*id, &shown), approval })
}

/// `POST /plans/{id}/approve`
pub async fn approve(
    state: web::Data<State>,
    id: web::Path<PlanId>,
    posted: Posted<Manager, Approval>,
) -> Result<HttpResponse, AppError> {
    let done = bulk::approve(&state.ctx, posted.by.actor(), *id, &posted.form.hash).await;
    let done = done.map(|came| passed(came, &url(*id), redirect(&url(*id))));
    unless_conflict(done, &url(*id), Tone::Warn)
}

/// `POST /plans/{id}/again`
pub async fn again(
    state: web::Data<State>,
    id: web::Path<PlanId>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    let done = bulk::apply_again(&state.ctx, posted.by.actor(), *id).await;
    unless_conflict(done.map(|()| redirect(&url(*id))), &url(*id), Tone::Warn)
}

fn url(id: PlanId) -> String {
    format!("/plans/{id}")
}

fn campaigns(n: usize) -> String {
    if n == 1 { "1 campaign".to_owned() } else { format!("{n} campaigns") }
}

fn view(id: PlanId, shown: &Shown) -> View {
    let (plan, row) = (&shown.plan, &shown.row);
    let next = shown.steps.iter().position(|step| step.state != "done" && step.state != "failed");
    let steps: Vec<StepRow> = shown
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let (class, state) = match step.state.as_str() {
                "done" => ("done", "done"),
                "failed" => ("failed", "failed"),
                _ if shown.is_running() && next == Some(at) => ("now", "now"),
                _ => ("", "waits"),
            };
            StepRow { label: step.label.clone(), class, state, why: step.problem.clone().unwrap_or_default() }
        })
        .collect();
    let proposed = shown.is_proposed();
    let left = plan.left_out.len();
    View {
        id,
        short: plan.hash.chars().take(6).collect(),
        hash: plan.hash.clone(),
        here: url(id),
        made: moment(row.made_at.utc()),
        what: what(shown),
        money: money_words(&plan.a_day, plan.lifetime),
        tables: plan.stakes().iter().map(MoneyTable::of).filter(|table| !table.rows.is_empty()).collect(),
        sources: Sources::of(shown.overdelivery_bp),
        sums_note: match plan.a_day.len() {
            0 | 1 => String::new(),
            _ => "Currencies are never added.".to_owned(),
        },
        groups: groups(shown),
        since: shown.since.clone(),
        worth_knowing: shown.worth_knowing.clone(),
        unknown: shown.unknown.clone(),
        left_out: plan.left_out.iter().map(|l| (l.campaign.to_string(), l.name.clone(), l.why.clone())).collect(),
        left_heading: format!("{} left out", campaigns(left)),
        proposed,
        approved: !proposed,
        applied: row.state == "applied",
        running: shown.is_running(),
        frozen: shown.frozen,
        heading: match row.state.as_str() {
            "applied" => "Carried out",
            "failed" => "It broke off for some",
            _ if shown.frozen => "Held back by the stop",
            _ => "Being carried out",
        },
        problem: row.problem.clone().unwrap_or_default(),
        done: shown.steps.iter().filter(|step| step.state == "done").count(),
        steps,
        warning: match plan.change {
            Change::Archive => "What is archived can never be switched on again; its figures stay.",
            Change::Budget { .. } | Change::Budgets { .. } | Change::Pause | Change::Resume | Change::Dates { .. } => "",
        },
        approve: match plan.change {
            Change::Resume => "Approve and switch on",
            Change::Archive => "Approve and archive",
            Change::Pause | Change::Budget { .. } | Change::Budgets { .. } | Change::Dates { .. } => "Approve",
        },
    }
}

fn what(shown: &Shown) -> String {
    let plan = &shown.plan;
    let n = plan.lines.len();
    if n == 0 {
        return "No campaign chosen can be changed.".to_owned();
    }
    let verb = match (&plan.change, n) {
        (Change::Pause, 1) => "is paused",
        (Change::Pause, _) => "are paused",
        (Change::Resume, 1) => "is switched on",
        (Change::Resume, _) => "are switched on",
        (Change::Archive, 1) => "is archived",
        (Change::Archive, _) => "are archived",
        (Change::Budget { .. } | Change::Budgets { .. }, 1) => "gets another budget",
        (Change::Budget { .. } | Change::Budgets { .. }, _) => "get another budget",
        (Change::Dates { .. }, 1) => "gets other dates",
        (Change::Dates { .. }, _) => "get other dates",
    };
    let left = match plan.left_out.len() {
        0 => String::new(),
        left => format!(", {left} left out"),
    };
    format!("{} {verb}{left}.", campaigns(n))
}

fn money_words(sums: &[DaySum], lifetime: usize) -> String {
    let mut parts: Vec<String> = sums
        .iter()
        .map(|sum| match sum.before == sum.after {
            true => format!("{} {} a day, as before", sum.after, sum.after.currency),
            false => format!("{} {} a day instead of {}", sum.after, sum.after.currency, sum.before),
        })
        .collect();
    match lifetime {
        0 => {}
        1 => parts.push("1 with a budget for its whole flight".to_owned()),
        n => parts.push(format!("{n} with budgets for their whole flights")),
    }
    if parts.is_empty() { String::new() } else { format!("{}.", parts.join("; ")) }
}

fn signed(money: Money) -> String {
    let sign = if money.minor > 0 { "+" } else { "" };
    format!("{sign}{}", grouped(&money.plain()))
}

fn change(before: Money, after: Money) -> String {
    match after.minor - before.minor {
        0 => String::new(),
        minor => signed(Money::new(minor, after.currency)),
    }
}

/// The campaigns by what becomes of them; one that is put away here alone ends.
fn groups(shown: &Shown) -> Vec<LineGroup> {
    let of = |line: &Line| line.rows.iter().map(|row| Group::of(row.mark)).min().unwrap_or(Group::End);
    let groups = Group::ALL.into_iter().filter_map(|group| {
        let mine: Vec<&Line> = shown.plan.lines.iter().filter(|line| of(line) == group).collect();
        let things: Vec<&Row> = mine.iter().flat_map(|line| &line.rows).filter(|row| row.object.kind != Kind::Campaign).collect();
        let inner = if things.is_empty() { String::new() } else { format!(", {}", rows::counted(&things)) };
        (!mine.is_empty()).then(|| LineGroup {
            id: group.as_str(),
            heading: group.heading(),
            count: format!("{}{inner}", campaigns(mine.len())),
            lines: mine.into_iter().map(|line| line_row(line, shown)).collect(),
        })
    });
    groups.collect()
}

fn line_row(line: &Line, shown: &Shown) -> LineRow {
    let mine: Vec<&crate::service::bulk::StepRow> =
        shown.steps.iter().zip(&shown.about).filter(|(_, about)| **about == Some(line.campaign)).map(|(step, _)| step).collect();
    let failed = mine.iter().find(|step| step.state == "failed");
    let (state, class) = match (failed, mine.iter().all(|step| step.state == "done")) {
        (Some(_), _) => ("Broke off", "bad"),
        (None, true) => ("Done", "live"),
        (None, false) => ("Waits", "wait"),
    };
    LineRow {
        id: line.campaign.to_string(),
        name: line.name.clone(),
        account: line.account.clone(),
        says: if line.rows.is_empty() { "put away here; it is not at Meta".to_owned() } else { String::new() },
        change: line.before.zip(line.after).map(|(before, after)| change(before, after)).unwrap_or_default(),
        rows: line.rows.iter().map(rows::line).collect(),
        state,
        class,
        why: failed.and_then(|step| step.problem.clone()).unwrap_or_default(),
    }
}
