//! `/imports`: report files, what was understood of them, and what became of them.

mod reading;
mod upload;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::stream;
use serde::Deserialize;

use self::reading::Reading;
use super::layout::{Page, Section, Tone};
use super::{frame, html, redirect_saying};
use crate::domain::id::ImportId;
use crate::domain::invalid::Invalid;
use crate::report::csv_line;
use crate::service::imports::{self, BadRow, ImportView};
use crate::service::{Actor, Ctx, Error};
use crate::web::error::AppError;
use crate::web::export::csv_head;
use crate::web::extract::{Analyst, As, Manager, Nothing, Posted};
use crate::web::format::{self, moment};
use crate::web::state::State;

pub use upload::{discard, import, problems_csv, receive, upload};

/// Skipped rows on one page.
const PAGE: u32 = 200;

#[derive(Template)]
#[template(path = "imports/imports.html")]
struct ListPage {
    page: Page,
    rows: Vec<ListRow>,
    older: Option<ImportId>,
    limit: String,
    problems: Invalid,
}

struct ListRow {
    id: ImportId,
    file: String,
    account: String,
    days: String,
    rows: String,
    skipped: i64,
    spend: String,
    at: String,
}

#[derive(Template)]
#[template(path = "imports/import.html")]
struct ImportPage {
    page: Page,
    id: ImportId,
    account: String,
    at: String,
    removed: bool,
    skipped: i64,
    dashboard: String,
    reading: Reading,
}

#[derive(Template)]
#[template(path = "imports/skipped.html")]
struct SkippedPage {
    page: Page,
    id: ImportId,
    file: String,
    rows: Vec<BadRow>,
    next: Option<u64>,
}

/// Where a page of imports starts.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<ImportId>,
}

/// Where a page of skipped rows starts.
#[derive(Debug, Deserialize)]
pub struct After {
    #[serde(default)]
    after: u64,
}

/// `GET /imports`
pub async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    before: web::Query<Before>,
) -> Result<HttpResponse, AppError> {
    html(&list_page(&request, &state, &by, before.before, Invalid::default()).await?)
}

async fn list_page<R>(
    request: &HttpRequest,
    state: &State,
    by: &As<R>,
    before: Option<ImportId>,
    problems: Invalid,
) -> Result<ListPage, AppError> {
    let (imports, older) = imports::list(&state.ctx, by.actor(), before).await?;
    Ok(ListPage {
        page: frame(request, state, &by.signed, "Imports", Some(Section::Imports)),
        rows: imports.into_iter().map(row).collect(),
        older,
        limit: reading::size(state.ctx.max_upload),
        problems,
    })
}

fn row(view: ImportView) -> ListRow {
    let money = |micros| format!("{} {}", format::money(micros, view.currency), view.currency);
    ListRow {
        id: view.import.id,
        file: view.import.file_name,
        account: view.account,
        days: view.told.totals.period.map_or_else(|| format::MISSING.to_owned(), format::days),
        rows: format::count(view.import.records),
        skipped: view.import.skipped,
        spend: view.told.totals.spend_micros.map_or_else(|| format::MISSING.to_owned(), money),
        at: moment(view.import.created_at.utc()),
    }
}

/// `GET /imports/{id}`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<ImportId>,
) -> Result<HttpResponse, AppError> {
    let view = imports::get(&state.ctx, by.actor(), *id).await?;
    let days = view.told.totals.period.map(|p| format!("&from={}&to={}", p.since, p.until)).unwrap_or_default();
    html(&ImportPage {
        page: frame(&request, &state, &by.signed, &view.import.file_name, Some(Section::Imports)),
        id: view.import.id,
        at: moment(view.import.created_at.utc()),
        removed: view.import.state == "removed",
        skipped: view.import.skipped,
        dashboard: format!("/?account={}{days}", view.import.ad_account_id),
        reading: Reading::of(&view.told, Some(view.currency)),
        account: view.account,
    })
}

/// `GET /imports/{id}/skipped`
pub async fn skipped(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<ImportId>,
    after: web::Query<After>,
) -> Result<HttpResponse, AppError> {
    let view = imports::get(&state.ctx, by.actor(), *id).await?;
    let rows = imports::skipped(&state.ctx, by.actor(), *id, after.after, PAGE).await?;
    let full = rows.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
    html(&SkippedPage {
        page: frame(&request, &state, &by.signed, "Skipped rows", Some(Section::Imports)),
        id: *id,
        file: view.import.file_name,
        next: rows.last().filter(|_| full).map(|r| r.line),
        rows,
    })
}

/// `GET /imports/{id}/skipped.csv`: every skipped row, read page by page.
pub async fn skipped_csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<ImportId>) -> Result<HttpResponse, AppError> {
    const AT_ONCE: u32 = 2_000;
    imports::get(&state.ctx, by.actor(), *id).await?;
    let start = (state.ctx.clone(), by.actor().clone(), *id, None::<u64>);
    let pieces = stream::try_unfold(start, |(ctx, actor, id, after): (Ctx, Actor, ImportId, Option<u64>)| async move {
        let rows = imports::skipped(&ctx, &actor, id, after.unwrap_or(0), AT_ONCE).await?;
        let header = if after.is_none() { csv_line(CSV_HEADER) } else { String::new() };
        let next = rows.last().map(|r| r.line);
        if rows.is_empty() && header.is_empty() {
            return Ok::<_, Error>(None);
        }
        let piece = Bytes::from(header + &csv_rows(&rows));
        Ok(Some((piece, (ctx, actor, id, Some(next.unwrap_or(u64::MAX))))))
    });
    Ok(csv_head(&format!("skipped-{}.csv", *id)).streaming(Box::pin(pieces_or_end(pieces))))
}

/// A stream that failed half-way must not look whole: the connection is cut.
fn pieces_or_end(
    pieces: impl futures_util::Stream<Item = Result<Bytes, Error>>,
) -> impl futures_util::Stream<Item = Result<Bytes, AppError>> {
    futures_util::TryStreamExt::map_err(pieces, AppError::from)
}

const CSV_HEADER: [&str; 4] = ["line", "column", "value", "reason"];

fn csv_rows(rows: &[BadRow]) -> String {
    rows.iter().map(|r| csv_line([r.line.to_string().as_str(), &r.column, &r.value, &r.reason])).collect()
}

/// `POST /imports/{id}/remove`
pub async fn remove(
    state: web::Data<State>,
    id: web::Path<ImportId>,
    posted: Posted<Manager, Nothing>,
) -> Result<HttpResponse, AppError> {
    let import = imports::remove(&state.ctx, posted.by.actor(), *id).await?;
    let said = format!("“{}” was removed: its rows count nowhere any more. The file can be imported again.", import.file_name);
    Ok(redirect_saying("/imports", Tone::Good, &said))
}
