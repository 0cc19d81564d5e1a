//! `/campaigns/{id}/split/test`: a simulation of two arms, with twins.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::test_view::{StartCard, TestView};
use crate::domain::id::CampaignId;
use crate::domain::invalid::Invalid;
use crate::domain::money::Spend;
use crate::service::Error;
use crate::service::split::{self, Arm, DayState, Figures, NOTE, StartForm, TestPage};
use crate::web::error::AppError;
use crate::web::export::csv_table;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::pages::layout::{Section, Tone};
use crate::web::pages::{frame, html, html_with, redirect_saying, unless_conflict};
use crate::web::state::State;

const COLUMNS: [&str; 12] = [
    "note",
    "arm",
    "campaign_id",
    "campaign",
    "day",
    "state",
    "currency",
    "spend",
    "results",
    "value",
    "cost",
    "cost_between_95",
];

/// Which arm is kept.
#[derive(Debug, Deserialize)]
pub struct Keep {
    keep: String,
}

/// `GET /campaigns/{id}/split/test`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<CampaignId>,
) -> Result<HttpResponse, AppError> {
    html(&page(&request, &state, &by, *id).await?)
}

async fn page<R>(request: &HttpRequest, state: &State, by: &As<R>, id: CampaignId) -> Result<TestView, AppError> {
    let found = split::open_test(&state.ctx, by.actor(), id).await?;
    let title = format!("Simulation of two arms: {}", found.name);
    Ok(TestView::new(frame(request, state, &by.signed, &title, Some(Section::Campaigns)), found))
}

/// `POST /campaigns/{id}/split/test`: starts one.
pub async fn start(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, StartForm>,
) -> Result<HttpResponse, AppError> {
    let done = match split::start(&state.ctx, posted.by.actor(), *id, &posted.form).await {
        Err(Error::Invalid(problems)) => return refused(&request, &state, &posted, *id, problems).await,
        other => other,
    };
    let said = redirect_saying(&test_url(*id), Tone::Good, "Saved, and nothing sent yet: approve the plan of each arm.");
    unless_conflict(done.map(|_| said), &test_url(*id), Tone::Warn)
}

async fn refused(
    request: &HttpRequest,
    state: &State,
    posted: &Posted<Manager, StartForm>,
    id: CampaignId,
    problems: Invalid,
) -> Result<HttpResponse, AppError> {
    let mut page = page(request, state, &posted.by, id).await?;
    page.start = StartCard { days: posted.form.days.clone(), problems, ..page.start };
    html_with(&page, 422, None)
}

/// `POST /campaigns/{id}/split/test/end`: keeps one arm.
pub async fn end(
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Keep>,
) -> Result<HttpResponse, AppError> {
    let keep = Arm::parse(&posted.form.keep);
    let keep = keep.ok_or_else(|| AppError::Unreadable("the form does not say which arm is kept".to_owned()))?;
    let done = split::end(&state.ctx, posted.by.actor(), *id, keep).await;
    let said = redirect_saying(&test_url(*id), Tone::Good, "Ended, and nothing sent yet: approve the plans below.");
    unless_conflict(done.map(|_| said), &test_url(*id), Tone::Warn)
}

/// `GET /campaigns/{id}/split/test.csv`
pub async fn csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let page = split::open_test(&state.ctx, by.actor(), *id).await?;
    let rows = rows(&page).into_iter().map(|row| row.map(Option::unwrap_or_default));
    Ok(csv_table(&format!("tandem-simulation-{id}.csv"), COLUMNS, rows))
}

/// `GET /campaigns/{id}/split/test.json`: what is not known is null.
pub async fn json(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let page = split::open_test(&state.ctx, by.actor(), *id).await?;
    let comparison = page.test.as_ref().and_then(|test| test.comparison);
    let comparison = comparison.map(|said| {
        json!({
            "more": said.more,
            "low_95": said.between.0,
            "high_95": said.between.1,
            "chance_bp": said.chance_bp,
            "is_undecided": said.is_undecided(),
        })
    });
    Ok(HttpResponse::Ok().json(json!({
        "note": NOTE,
        "comparison": comparison,
        "columns": COLUMNS.as_slice(),
        "rows": rows(&page),
    })))
}

/// Each arm in all, then day by day.
fn rows(page: &TestPage) -> Vec<[Option<String>; 12]> {
    let Some(test) = &page.test else { return Vec::new() };
    let mut rows = Vec::new();
    for arm in &test.arms {
        rows.push(row(page, arm, None, "all that counts", Some(arm.figures)));
    }
    for day in &test.daily {
        for (arm, figures) in test.arms.iter().zip(day.arms) {
            rows.push(row(page, arm, Some(day.on.to_string()), DayState::as_str(day.state), figures));
        }
    }
    rows
}

fn row(
    page: &TestPage,
    arm: &split::ArmView,
    day: Option<String>,
    state: &str,
    figures: Option<Figures>,
) -> [Option<String>; 12] {
    let plain = |micros: i64| Spend::new(micros, page.currency).plain();
    let cost = figures.and_then(|figures| figures.cost(page.currency)).map(Spend::plain);
    let between = figures.and_then(|figures| figures.cost_between(page.currency));
    let between = between.map(|(low, high)| format!("{} to {}", low.plain(), high.map(Spend::plain).unwrap_or_default()));
    [
        Some(NOTE.to_owned()),
        Some(arm.arm.as_str().to_owned()),
        Some(arm.campaign.to_string()),
        Some(arm.name.clone()),
        day,
        Some(state.to_owned()),
        Some(page.currency.to_string()),
        figures.map(|figures| plain(figures.spend_micros)),
        figures.map(|figures| figures.results.to_string()),
        figures.and_then(|figures| figures.value_micros).map(plain),
        cost,
        between.filter(|_| figures.is_some_and(|figures| figures.results > 0)),
    ]
}

fn test_url(id: CampaignId) -> String {
    format!("/campaigns/{id}/split/test")
}
