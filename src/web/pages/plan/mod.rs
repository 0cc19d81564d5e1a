//! `/campaigns/{id}/plan`: the plan as a letter, its approval, and its progress; pausing beside it.

pub(super) mod money;
pub(super) mod rows;
mod view;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use self::view::{Letter, Progress};
use super::approvals::{ApprovalView, passed};
use super::layout::{HealthNote, Page, Section, Tone};
use super::{frame, html, redirect, redirect_saying, unless_conflict};
use crate::domain::dictionary::Sentence;
use crate::domain::id::{AdAccountId, CampaignId};
use crate::domain::plan::Run;
use crate::service::{health, publish, stop};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Nothing, Posted};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "plan/plan.html")]
struct PlanPage {
    page: Page,
    account: AdAccountId,
    /// Why no plan of this ad account can be approved.
    obstacles: Vec<Sentence>,
    id: CampaignId,
    name: String,
    here: String,
    letter: Letter,
    progress: Option<Progress>,
    running: bool,
    frozen: bool,
    /// One's own limit, and who is asked.
    approval: ApprovalView,
    /// What changed since the plan was made that was read before.
    since: Vec<String>,
}

/// Which end a plan has.
#[derive(Debug, Deserialize)]
pub struct Ends {
    run: Option<String>,
    /// The hash of a plan that was refused as stale.
    since: Option<String>,
}

/// What the approval sends: the hash of what was read.
#[derive(Debug, Deserialize)]
pub struct Approval {
    hash: String,
    run: String,
}

/// `GET /campaigns/{id}/plan?run=active|paused`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<CampaignId>,
    ends: web::Query<Ends>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let letter = publish::letter(&state.ctx, by.actor(), id, ends.run.as_deref().and_then(run)).await?;
    let name = letter.input.row.name.clone();
    let mut page = frame(&request, &state, &by.signed, &format!("Plan for {name}"), Some(Section::Campaigns));
    let since = match &ends.since {
        Some(hash) => publish::since(&state.ctx, by.actor(), id, hash, &letter.plan).await?,
        None => Vec::new(),
    };
    let approval = match letter.plan.is_empty() || letter.is_running() {
        true => ApprovalView::none(),
        false => {
            let wish = publish::wish(&letter.input, &letter.plan, letter.run);
            ApprovalView::of(&state.ctx, by.actor(), wish).await?
        }
    };
    let problems = health::problems_of(&state.ctx, by.actor(), letter.input.account.id).await?;
    page.health = problems.iter().map(HealthNote::of).collect();
    html(&PlanPage {
        page,
        account: letter.input.account.id,
        obstacles: letter.obstacles.iter().map(|one| one.sentence.clone().and(&one.way_out)).collect(),
        here: request.uri().path_and_query().map_or_else(|| plan_url(id), ToString::to_string),
        progress: Progress::of(&letter),
        running: letter.is_running(),
        frozen: letter.frozen,
        approval,
        since,
        letter: Letter::of(&letter),
        id,
        name,
    })
}

/// `POST /campaigns/{id}/plan/approve`
pub async fn approve(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Approval>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let wanted =
        run(&posted.form.run).ok_or_else(|| AppError::Unreadable("the form does not say how the plan ends".to_owned()))?;
    let hash = &posted.form.hash;
    let done = publish::approve(&state.ctx, posted.by.actor(), id, hash, wanted).await;
    let again = format!("{}?run={}", plan_url(id), posted.form.run);
    let done = done.map(|came| passed(came, &again, redirect(&plan_url(id))));
    // A plan that changed since it was read is shown again, with what is different.
    let hash = url::form_urlencoded::byte_serialize(hash.as_bytes()).collect::<String>();
    unless_conflict(done, &format!("{again}&since={hash}"), Tone::Warn)
}

/// `POST /campaigns/{id}/plan/again`
pub async fn again(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    let done = publish::apply_again(&state.ctx, posted.by.actor(), *id).await;
    unless_conflict(done.map(|()| redirect(&plan_url(*id))), &plan_url(*id), Tone::Warn)
}

/// `POST /campaigns/{id}/plan/refresh`: asks Meta what is true now.
pub async fn refresh(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    publish::refresh(&state.ctx, posted.by.actor(), *id).await?;
    Ok(redirect_saying(&plan_url(*id), Tone::Good, "This is what Meta says now."))
}

/// `POST /campaigns/{id}/pause`
pub async fn pause(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    stop::pause(&state.ctx, posted.by.actor(), *id).await?;
    Ok(redirect_saying(&format!("/campaigns/{id}"), Tone::Good, "Meta confirmed it: the campaign is paused."))
}

fn plan_url(id: CampaignId) -> String {
    format!("/campaigns/{id}/plan")
}

fn run(word: &str) -> Option<Run> {
    match word {
        "active" => Some(Run::Active),
        "paused" => Some(Run::Paused),
        _ => None,
    }
}
