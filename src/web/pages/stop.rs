//! `/stop`: the emergency stop, one confirmation; and resuming what it remembers, through a plan.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::approvals::{ApprovalView, passed};
use super::layout::{Page, Tone};
use super::plan::money::MoneyTable;
use super::{frame, html, redirect, redirect_saying, unless_conflict};
use crate::domain::id::AdAccountId;
use crate::service::approvals::Passed;
use crate::service::stop::{self, Extent, Running, Scope};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::format::moment;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "stop/stop.html")]
struct StopPage {
    page: Page,
    here: String,
    account: String,
    elsewhere: usize,
    anything: bool,
    /// What no stop can pause: link, name, how much of what.
    out_of_reach: Vec<(AdAccountId, String, String)>,
    held: Option<Held>,
}

struct Held {
    since: String,
    lines: Vec<Line>,
    open: usize,
    resume: Option<Resume>,
}

struct Line {
    name: String,
    a_day: String,
    state: &'static str,
    class: &'static str,
    problem: String,
}

struct Resume {
    what: String,
    hash: String,
    tables: Vec<MoneyTable>,
    approval: ApprovalView,
    left_out: Vec<(String, String)>,
}

/// What the confirmation sends.
#[derive(Debug, Deserialize)]
pub struct Confirmation {
    scope: String,
}

/// What the approval sends.
#[derive(Debug, Deserialize)]
pub struct Approval {
    hash: String,
}

/// `GET /stop`: the one confirmation, or what the stop that holds remembers.
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let overview = stop::overview(&state.ctx, by.actor()).await?;
    let resume = match stop::resume_plan(&state.ctx, by.actor()).await? {
        None => None,
        Some(plan) => Some(Resume {
            approval: ApprovalView::of(&state.ctx, by.actor(), stop::resume_wish(&plan)).await?,
            what: sentence(&plan.extent()),
            hash: plan.hash.clone(),
            tables: plan.stakes.iter().map(MoneyTable::of).filter(|table| !table.rows.is_empty()).collect(),
            left_out: plan.left_out,
        }),
    };
    let held = overview.open.map(|(stop, remembered)| Held {
        since: moment(stop.made_at.utc()),
        open: remembered.iter().filter(|r| !r.confirmed).count(),
        lines: remembered.iter().map(line).collect(),
        resume,
    });
    html(&StopPage {
        page: frame(&request, &state, &by.signed, if held.is_some() { "Everything is stopped" } else { "Stop everything" }, None),
        elsewhere: overview.account.campaigns - overview.here.campaigns.min(overview.account.campaigns),
        anything: overview.account.campaigns > 0,
        out_of_reach: overview.out_of_reach.iter().map(|(id, name, extent)| (*id, name.clone(), sentence(extent))).collect(),
        here: sentence(&overview.here),
        account: sentence(&overview.account),
        held,
    })
}

/// `POST /stop`
pub async fn press(state: web::Data<State>, posted: Posted<Manager, Confirmation>) -> Result<HttpResponse, AppError> {
    let scope = match posted.form.scope.as_str() {
        "account" => Scope::Account,
        "here" => Scope::Here,
        other => return Err(AppError::Unreadable(format!("“{other}” is neither “here” nor “account”"))),
    };
    stop::stop(&state.ctx, posted.by.actor(), scope).await?;
    Ok(redirect("/stop"))
}

/// `POST /stop/resume`
pub async fn resume(state: web::Data<State>, posted: Posted<Manager, Approval>) -> Result<HttpResponse, AppError> {
    let done = stop::approve_resume(&state.ctx, posted.by.actor(), &posted.form.hash).await.map(|came| {
        let said = match came {
            Passed::Queued(None) => "Work goes on; there was nothing to switch on.",
            Passed::Queued(Some(_)) | Passed::Waits(_) => "The campaigns are being switched on again.",
        };
        passed(came, "/stop", redirect_saying("/", Tone::Good, said))
    });
    unless_conflict(done, "/stop", Tone::Warn)
}

fn line(running: &Running) -> Line {
    let (state, class) = if running.confirmed { ("Paused, confirmed by Meta", "off") } else { ("Not confirmed yet", "bad") };
    Line {
        name: running.name.clone(),
        a_day: running.a_day.map(|money| format!("{money} {}", money.currency)).unwrap_or_default(),
        state,
        class,
        problem: running.problem.clone().unwrap_or_default(),
    }
}

/// `3 campaigns, 140.00 EUR a day`.
fn sentence(extent: &Extent) -> String {
    let campaigns = match extent.campaigns {
        0 => return "no campaign is on".to_owned(),
        1 => "1 campaign".to_owned(),
        n => format!("{n} campaigns"),
    };
    let mut parts = vec![campaigns];
    parts.extend(extent.a_day.iter().map(|money| format!("{money} {} a day", money.currency)));
    if extent.lifetime > 0 {
        parts.push(format!("{} with a budget for the whole flight", extent.lifetime));
    }
    parts.join(", ")
}
