//! `/approvals`: plans that wait for a second person, and those that did; declining one. What stands beside each plan's button.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::layout::{Page, Section, Tone};
use super::{frame, html, redirect_saying, unless_conflict};
use crate::domain::approval::Second;
use crate::domain::id::ApprovalId;
use crate::service::approvals::{self as service, Outlook, Passed, Wish};
use crate::service::plan_settings;
use crate::service::{Actor, Ctx, Error};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::format::moment;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "plans/approvals.html")]
struct ApprovalsPage {
    page: Page,
    waiting: Vec<WaitingRow>,
    ended: Vec<EndedRow>,
    /// Whether a second person is asked for at all.
    is_on: bool,
}

struct WaitingRow {
    id: ApprovalId,
    title: String,
    path: String,
    sentence: String,
    asked: String,
    mine: bool,
}

struct EndedRow {
    title: String,
    asked: String,
    how: String,
    reason: String,
}

/// Why it is declined.
#[derive(Debug, Deserialize)]
pub struct Declining {
    #[serde(default)]
    reason: String,
}

/// What stands beside the button that approves a plan.
pub struct ApprovalView {
    /// What it raises and what one may; empty where that is nobody's question.
    pub says: String,
    /// Whether approving asks a second person.
    pub asks: bool,
    /// Who asked, when, and for how much.
    pub waiting: Option<Asked>,
    /// Whether one's approval would be the second.
    pub answers: bool,
    /// How an earlier wish ended: declined, with the reason.
    pub ended: String,
}

/// A wish that waits.
pub struct Asked {
    /// Its id, for declining it.
    pub id: ApprovalId,
    /// `Ana asked for it on 1 Dec 2026 08:00 UTC.`
    pub who: String,
    /// By how much it raises spending, and what who asked may.
    pub sentence: String,
    /// Whether one asked oneself.
    pub mine: bool,
}

impl ApprovalView {
    /// How a plan stands towards a person.
    pub async fn of(ctx: &Ctx, actor: &Actor, wish: Wish) -> Result<Self, Error> {
        let Outlook { needs_second, says, waiting, can_answer, is_mine, ended, .. } = service::outlook(ctx, actor, wish).await?;
        Ok(Self {
            says,
            asks: needs_second,
            answers: can_answer,
            waiting: waiting.map(|row| Asked {
                id: row.id,
                who: format!("{} asked for it on {}.", row.asked_name, moment(row.asked_at.utc())),
                sentence: row.sentence,
                mine: is_mine,
            }),
            ended: ended.map(|row| ending(&row)).unwrap_or_default(),
        })
    }

    /// Nothing beside the button.
    pub fn none() -> Self {
        Self { says: String::new(), asks: false, waiting: None, answers: false, ended: String::new() }
    }

    /// Whether there is anything to press.
    pub fn has_button(&self) -> bool {
        self.waiting.is_none() || self.answers
    }

    /// What the button says, where alone it would say `alone`.
    pub fn button<'a>(&self, alone: &'a str) -> &'a str {
        match (self.answers, self.asks) {
            (true, _) => "Approve as the second person",
            (false, true) => "Approve, ask a second person",
            (false, false) => alone,
        }
    }
}

/// Where a person goes after approving, and what they read there.
pub fn passed(passed: Passed, to: &str, done: HttpResponse) -> HttpResponse {
    match passed {
        Passed::Queued(_) => done,
        Passed::Waits(_) => redirect_saying(
            to,
            Tone::Good,
            "It waits for a second person now. Nothing happens before somebody approves this very plan.",
        ),
    }
}

/// `GET /approvals`
pub async fn list(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let (waiting, ended) = service::list(&state.ctx, by.actor()).await?;
    let is_on = plan_settings::overview(&state.ctx, by.actor()).await?.second != Second::Off;
    let waiting = waiting.into_iter().map(|one| WaitingRow {
        id: one.row.id,
        asked: format!("{}, {}", one.row.asked_name, moment(one.row.asked_at.utc())),
        title: one.row.title,
        path: one.row.path,
        sentence: one.row.sentence,
        mine: one.is_mine,
    });
    let ended = ended.into_iter().map(|row| EndedRow {
        asked: format!("{}, {}", row.asked_name, moment(row.asked_at.utc())),
        how: how(&row),
        reason: row.reason.clone().unwrap_or_default(),
        title: row.title,
    });
    html(&ApprovalsPage {
        page: frame(&request, &state, &by.signed, "Approvals", Some(Section::Campaigns)),
        waiting: waiting.collect(),
        ended: ended.collect(),
        is_on,
    })
}

/// `POST /approvals/{id}/decline`
pub async fn decline(
    state: web::Data<State>,
    id: web::Path<ApprovalId>,
    posted: Posted<Manager, Declining>,
) -> Result<HttpResponse, AppError> {
    let done = match service::decline(&state.ctx, posted.by.actor(), *id, &posted.form.reason).await {
        // The one thing typed is the reason; the page has it in a sentence of its own.
        Err(Error::Invalid(problems)) => {
            let why = problems.problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join(" ");
            Ok(redirect_saying("/approvals", Tone::Warn, &why))
        }
        Ok(row) if row.state == "withdrawn" => {
            Ok(redirect_saying("/approvals", Tone::Good, "It is taken back; nothing happens."))
        }
        Ok(_) => Ok(redirect_saying("/approvals", Tone::Good, "It is declined; whoever asked reads why.")),
        Err(other) => Err(other),
    };
    unless_conflict(done, "/approvals", Tone::Warn)
}

fn how(row: &service::Row) -> String {
    let by = row.decided_name.as_deref().unwrap_or_default();
    match row.state.as_str() {
        "approved" => format!("approved by {by}"),
        "declined" => format!("declined by {by}"),
        "withdrawn" => format!("taken back by {by}"),
        _ => "stale".to_owned(),
    }
}

fn ending(row: &service::Row) -> String {
    let reason = row.reason.clone().unwrap_or_default();
    match row.state.as_str() {
        "declined" => format!("{} declined it: {reason}", row.decided_name.as_deref().unwrap_or_default()),
        _ => format!("What {} asked for is stale. {reason}", row.asked_name),
    }
}
