//! `/campaigns/{id}/history`: who changed what, when, why, from where; and taking a change back through its plan.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

use super::layout::{Page, Section, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::id::CampaignId;
use crate::report::csv_line;
use crate::service::history::{self, Change, Entry, PAGE, Undo, Undoing};
use crate::service::sessions::Signed;
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::format::MISSING;
use crate::web::state::State;

/// As on the other pages that tell what was done.
const TIME: &str = "%-d %b %Y %H:%M UTC";
/// Entries of a twin; the endpoint has them all, page by page.
const ALL: usize = 10_000;
/// The columns of the CSV: a line a changed field, or one for an entry without any.
const COLUMNS: [&str; 10] = ["entry", "at", "who", "from", "action", "what", "why", "object", "field", "before"];

#[derive(Template)]
#[template(path = "history/history.html")]
struct HistoryPage {
    page: Page,
    id: CampaignId,
    name: String,
    entries: Vec<EntryView>,
    older: Option<i64>,
    is_later: bool,
}

struct EntryView {
    seq: i64,
    at: String,
    who: String,
    from: &'static str,
    what: String,
    why: String,
    changes: Vec<Change>,
    can_undo: bool,
}

#[derive(Template)]
#[template(path = "history/undo.html")]
struct UndoPage {
    page: Page,
    id: CampaignId,
    name: String,
    seq: i64,
    at: String,
    who: String,
    what: String,
    changes: Vec<Change>,
    lost: Vec<String>,
    refused: Option<String>,
    saves: bool,
}

/// Where a page starts.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// Which entry.
#[derive(Debug, Deserialize)]
pub struct Which {
    entry: i64,
}

/// `GET /campaigns/{id}/history`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<CampaignId>,
    before: web::Query<Before>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let history = history::of_campaign(&state.ctx, by.actor(), id, before.before, PAGE).await?;
    html(&HistoryPage {
        page: frame(&request, &state, &by.signed, &format!("History of {}", history.name), Some(Section::Campaigns)),
        id,
        name: history.name,
        older: history.older,
        is_later: before.before.is_some(),
        entries: history.entries.into_iter().map(entry).collect(),
    })
}

/// `GET /campaigns/{id}/history.csv`
pub async fn csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let history = history::of_campaign(&state.ctx, by.actor(), *id, None, ALL).await?;
    let mut body = csv_line(COLUMNS.into_iter().chain(["after"]));
    for entry in &history.entries {
        let head = [
            entry.seq.to_string(),
            entry.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            entry.who.clone(),
            entry.via.clone(),
            entry.action.clone(),
            entry.what.clone(),
            entry.why.clone(),
        ];
        let none = Change { object: String::new(), field: String::new(), before: String::new(), after: String::new() };
        let changes = if entry.changes.is_empty() { std::slice::from_ref(&none) } else { entry.changes.as_slice() };
        for change in changes {
            let fields = [&change.object, &change.field, &change.before, &change.after];
            body.push_str(&csv_line(head.iter().chain(fields).map(String::as_str)));
        }
    }
    let name = format!("attachment; filename=\"tandem-history-{id}.csv\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(body))
}

/// `GET /campaigns/{id}/history.json`
pub async fn json(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let history = history::of_campaign(&state.ctx, by.actor(), *id, None, ALL).await?;
    let change = |c: &Change| json!({ "object": c.object, "field": c.field, "before": c.before, "after": c.after });
    let entries: Vec<_> = history
        .entries
        .iter()
        .map(|e| {
            json!({
                "entry": e.seq, "at": e.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true), "who": e.who, "from": e.via,
                "action": e.action, "what": e.what, "why": e.why, "changes": e.changes.iter().map(change).collect::<Vec<_>>(),
            })
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "campaign": history.name, "entries": entries })))
}

/// `GET /campaigns/{id}/undo?entry=12`: what it would do; nothing is done.
pub async fn undo_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Manager>,
    id: web::Path<CampaignId>,
    which: web::Query<Which>,
) -> Result<HttpResponse, AppError> {
    page(&request, &state, &by.signed, *id, which.entry).await
}

/// `POST /campaigns/{id}/undo`: sets back what is wanted here and goes to the plan.
pub async fn undo(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<CampaignId>,
    posted: Posted<Manager, Which>,
) -> Result<HttpResponse, AppError> {
    let entry = posted.form.entry;
    match history::undo(&state.ctx, posted.by.actor(), *id, entry).await {
        Ok(path) => Ok(redirect_saying(&path, Tone::Good, "Nothing has changed at Meta yet: read the plan and approve it.")),
        // The page says why, as it stands now.
        Err(crate::service::Error::Conflict(_)) => page(&request, &state, &posted.by.signed, *id, entry).await,
        Err(error) => Err(error.into()),
    }
}

async fn page(
    request: &HttpRequest,
    state: &State,
    signed: &Signed,
    id: CampaignId,
    entry: i64,
) -> Result<HttpResponse, AppError> {
    let offer = history::undo_offer(&state.ctx, &signed.actor, id, entry).await?;
    let status = if offer.undo.is_ok() { 200 } else { 409 };
    let Undoing { seq, at, who, what, changes, lost, undo, name, .. } = offer;
    let page = UndoPage {
        page: frame(request, state, signed, &format!("Undo a change of {name}"), Some(Section::Campaigns)),
        id,
        name,
        seq,
        at: at.format(TIME).to_string(),
        who,
        what,
        changes: changes.into_iter().map(shown).collect(),
        lost,
        saves: matches!(undo, Ok(Undo::Form(_) | Undo::Kept(_))),
        refused: undo.err(),
    };
    html_with(&page, status, None)
}

fn entry(entry: Entry) -> EntryView {
    EntryView {
        seq: entry.seq,
        at: entry.at.format(TIME).to_string(),
        from: entry.from(),
        who: entry.who,
        what: entry.what,
        why: entry.why,
        changes: entry.changes.into_iter().map(shown).collect(),
        can_undo: entry.can_undo,
    }
}

/// What is nothing stands as a dash.
fn shown(change: Change) -> Change {
    let dash = |text: String| if text.is_empty() { MISSING.to_owned() } else { text };
    Change { before: dash(change.before), after: dash(change.after), ..change }
}
