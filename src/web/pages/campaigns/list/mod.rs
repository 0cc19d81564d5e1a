//! `/campaigns`: every campaign with status, money and results; filters that are links, one change to many at once, twins.
//!
//! Everything works without JavaScript: the table is a form with a box a row, each button below says what it wants.

mod bulk;
mod view;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

pub use bulk::{bulk, undo};

use self::bulk::Typed;
use self::view::View;
use super::super::layout::{Page, Section, Tone};
use super::super::{frame_with_health, html_with, redirect, redirect_saying};
use crate::domain::id::FilterId;
use crate::domain::invalid::Invalid;
use crate::report::{csv_cells, csv_line};
use crate::service::campaigns::{self as service, ListQuery, SavedFilter};
use crate::service::sessions::Signed;
use crate::service::{Error, campaigns};
use crate::web::error::AppError;
use crate::web::export::csv_head;
use crate::web::extract::{Analyst, As, Posted};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "campaigns/list.html")]
struct ListPage {
    page: Page,
    view: View,
    filters: Vec<SavedFilter>,
    typed: Typed,
    problems: Invalid,
    /// A change of labels that can be taken back.
    undo: Option<String>,
}

/// Parameters of the page that are no filter. (`view=all` is one more: any parameter passes over the person's own first filter.)
#[derive(Debug, Default, Deserialize)]
pub struct Besides {
    /// The number of a change of labels that can be taken back.
    undo: Option<i64>,
}

/// `GET /campaigns`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    besides: web::Query<Besides>,
) -> Result<HttpResponse, AppError> {
    let text = request.query_string();
    if text.is_empty() {
        let filters = service::filters(&state.ctx, by.actor()).await?;
        if let Some(first) = filters.iter().find(|filter| filter.is_default && !filter.query.is_empty()) {
            return Ok(redirect(&format!("/campaigns?{}", first.query)));
        }
    }
    let (query, problems) = match ListQuery::parse(text) {
        Ok(query) => (query, Invalid::default()),
        Err(problems) => (ListQuery::default(), problems),
    };
    let besides = besides.into_inner();
    let shown = Shown { query, problems, typed: Typed::default(), undo: besides.undo };
    shown.answer(&request, &state, &by.signed).await
}

/// What the page shows besides the campaigns.
struct Shown {
    query: ListQuery,
    problems: Invalid,
    typed: Typed,
    undo: Option<i64>,
}

impl Shown {
    async fn answer(self, request: &HttpRequest, state: &State, signed: &Signed) -> Result<HttpResponse, AppError> {
        let data = service::list(&state.ctx, &signed.actor, &self.query).await?;
        let filters = service::filters(&state.ctx, &signed.actor).await?;
        let status = if self.problems.is_empty() { 200 } else { 422 };
        let page = ListPage {
            page: frame_with_health(request, state, signed, "Campaigns", Some(Section::Campaigns)).await?,
            view: View::new(&self.query, &data, &self.typed),
            filters,
            typed: self.typed,
            problems: self.problems,
            undo: self.undo.map(|event| event.to_string()),
        };
        html_with(&page, status, None)
    }
}

/// `GET /campaigns.csv`: the same figures as the page, all of its pages.
pub async fn csv(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let query = ListQuery::parse(request.query_string()).map_err(Error::from)?;
    let list = service::list_all(&state.ctx, by.actor(), &query).await?;
    let mut body = csv_line(campaigns::COLUMNS);
    for listed in &list.campaigns {
        body.push_str(&csv_cells(&campaigns::cells(listed)));
    }
    Ok(csv_head("tandem-campaigns.csv").body(body))
}

/// `GET /campaigns.json`
pub async fn json(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let query = ListQuery::parse(request.query_string()).map_err(Error::from)?;
    let list = service::list_all(&state.ctx, by.actor(), &query).await?;
    let rows: Vec<_> = list.campaigns.iter().map(campaigns::json_row).collect();
    let body = serde_json::json!({
        "from": list.period.map(|period| period.since.to_string()),
        "to": list.period.map(|period| period.until.to_string()),
        "columns": campaigns::COLUMNS,
        "rows": rows,
    });
    Ok(HttpResponse::Ok().json(body))
}

/// A filter to keep.
#[derive(Debug, Deserialize)]
pub struct Kept {
    name: String,
    query: String,
    open_with: Option<String>,
}

/// `POST /campaigns/filters`
pub async fn keep_filter(state: web::Data<State>, posted: Posted<Analyst, Kept>) -> Result<HttpResponse, AppError> {
    let (actor, form) = (posted.by.actor(), &posted.form);
    let back = back_to(&form.query);
    match service::keep(&state.ctx, actor, &form.name, &form.query).await {
        Err(Error::Invalid(problems)) => return Ok(redirect_saying(&back, Tone::Warn, &problems.to_string())),
        Err(Error::Conflict(said)) => return Ok(redirect_saying(&back, Tone::Warn, &said.words)),
        other => other?,
    }
    if form.open_with.is_some() {
        let filters = service::filters(&state.ctx, actor).await?;
        let id = filters.iter().find(|filter| filter.name == form.name.trim()).map(|filter| filter.id);
        service::open_with(&state.ctx, actor, id).await?;
    }
    Ok(redirect_saying(&back, Tone::Good, "The filter is kept."))
}

/// What to do with a kept filter.
#[derive(Debug, Deserialize)]
pub struct FilterChoice {
    filter: FilterId,
    action: String,
    query: String,
}

/// `POST /campaigns/filters/change`
pub async fn change_filter(state: web::Data<State>, posted: Posted<Analyst, FilterChoice>) -> Result<HttpResponse, AppError> {
    let (actor, form) = (posted.by.actor(), &posted.form);
    let said = match form.action.as_str() {
        "delete" => {
            service::forget(&state.ctx, actor, form.filter).await?;
            "The filter is deleted."
        }
        "open_with" => {
            service::open_with(&state.ctx, actor, Some(form.filter)).await?;
            "The list opens with this filter from now on."
        }
        "open_plain" => {
            service::open_with(&state.ctx, actor, None).await?;
            "The list opens without a filter from now on."
        }
        other => return Err(AppError::Unreadable(format!("“{other}” is nothing that can be done with a filter"))),
    };
    Ok(redirect_saying(&back_to(&form.query), Tone::Good, said))
}

/// The list with a query that came from a form: only what is a filter of it.
fn back_to(query: &str) -> String {
    let query = ListQuery::parse(query).unwrap_or_default().to_query_string();
    if query.is_empty() { "/campaigns?view=all".to_owned() } else { format!("/campaigns?{query}") }
}
