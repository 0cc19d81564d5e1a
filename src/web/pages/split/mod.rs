//! `/campaigns/{id}/split`: what results say about how the budget is divided, what was decided, what if; with twins.

pub mod test;
mod test_view;
mod twins;
mod view;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use self::test_view::StartCard;
use self::view::{ReplayView, SplitPage};
use super::layout::{Section, Tone};
use super::{frame, html, html_with, redirect, redirect_saying, unless_conflict};
use crate::domain::campaign::Side;
use crate::domain::id::{CampaignId, DecisionId};
use crate::domain::invalid::Invalid;
use crate::service::Error;
use crate::service::split::{self, Page, SettingsForm, Wish};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Nothing, Posted};
use crate::web::state::State;

pub use twins::{csv, json};

/// Which decision a form is about.
#[derive(Debug, Deserialize)]
pub struct Which {
    decision: DecisionId,
}

/// The query string: a what-if as typed, or a decision to make again.
#[derive(Debug, Default)]
struct Asked {
    wish: Option<Wish>,
    replay: Option<DecisionId>,
}

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).into_owned() {
            match name.split_once('.') {
                None if name == "replay" => asked.replay = value.parse().ok(),
                None if name == "total" => asked.wish.get_or_insert_with(Wish::default).total = value,
                Some((side, part)) => {
                    let side = [Side::Share, Side::Floor, Side::Ceiling].into_iter().find(|known| known.as_str() == side);
                    if let Some(side) = side {
                        asked.wish.get_or_insert_with(Wish::default).give(side, part, value);
                    }
                }
                None => {}
            }
        }
        asked
    }
}

/// `GET /campaigns/{id}/split?total=...&share.facebook=...&floor.facebook=...&ceiling.facebook=...&replay=...`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<CampaignId>,
) -> Result<HttpResponse, AppError> {
    let asked = Asked::read(request.query_string());
    let wish = asked.wish.clone().unwrap_or_default();
    let found = split::open(&state.ctx, by.actor(), *id, asked.wish).await?;
    let mut page = shown(&request, &state, &by, *id, found, &wish);
    page.offer = StartCard::of(split::offered(&state.ctx, by.actor(), *id).await?);
    if let Some(decision) = asked.replay {
        let again = split::replay(&state.ctx, by.actor(), *id, decision).await?;
        page.replay = Some(ReplayView::of(&again, page.decision_day(decision)));
    }
    html(&page)
}

fn shown<R>(request: &HttpRequest, state: &State, by: &As<R>, id: CampaignId, found: Page, wish: &Wish) -> SplitPage {
    let title = format!("Split of {}", found.name);
    SplitPage::new(frame(request, state, &by.signed, &title, Some(Section::Campaigns)), id, found, wish)
}

/// `POST /campaigns/{id}/split/accept`: saves the campaign with the proposed amounts and shows its plan.
pub async fn accept(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Which>,
) -> Result<HttpResponse, AppError> {
    let done = split::accept(&state.ctx, posted.by.actor(), *id, posted.form.decision).await;
    unless_conflict(done.map(|()| redirect(&format!("/campaigns/{id}/plan"))), &split_url(*id), Tone::Warn)
}

/// `POST /campaigns/{id}/split/refuse`
pub async fn refuse(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Which>,
) -> Result<HttpResponse, AppError> {
    let done = split::refuse(&state.ctx, posted.by.actor(), *id, posted.form.decision).await;
    let said = redirect_saying(&split_url(*id), Tone::Good, "Refused; the next decision looks anew.");
    unless_conflict(done.map(|()| said), &split_url(*id), Tone::Warn)
}

/// `POST /campaigns/{id}/split/looked`
pub async fn looked(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    split::looked(&state.ctx, posted.by.actor(), *id).await?;
    Ok(redirect_saying(&split_url(*id), Tone::Good, "Noted: amounts may move again from the next decision on."))
}

/// `POST /campaigns/{id}/split/settings`
pub async fn settings(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, SettingsForm>,
) -> Result<HttpResponse, AppError> {
    match split::save_settings(&state.ctx, posted.by.actor(), *id, &posted.form).await {
        Ok(()) => Ok(redirect_saying(&split_url(*id), Tone::Good, "Saved.")),
        Err(Error::Invalid(problems)) => refused(&request, &state, &posted, *id, problems).await,
        Err(other) => Err(other.into()),
    }
}

async fn refused(
    request: &HttpRequest,
    state: &State,
    posted: &Posted<Manager, SettingsForm>,
    id: CampaignId,
    problems: Invalid,
) -> Result<HttpResponse, AppError> {
    let found = split::open(&state.ctx, posted.by.actor(), id, None).await?;
    let mut page = shown(request, state, &posted.by, id, found, &Wish::default());
    page.offer = StartCard::of(split::offered(&state.ctx, posted.by.actor(), id).await?);
    page.settings = posted.form.clone();
    page.problems = problems;
    html_with(&page, 422, None)
}

fn split_url(id: CampaignId) -> String {
    format!("/campaigns/{id}/split")
}
