//! `/campaigns/{id}/history`: who changed what, when, why, from where; and taking a change back through its plan.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::json;

use super::layout::{Page, Section, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::dictionary::Sentence;
use crate::domain::id::CampaignId;
use crate::report::csv_line;
use crate::service::Error;
use crate::service::history::{self, Change, Entry, PAGE, Undo, Undoing};
use crate::service::sessions::Signed;
use crate::web::error::AppError;
use crate::web::export::{PageText, csv_head, in_pages, json_head};
use crate::web::extract::{Analyst, As, Manager, Posted};
use crate::web::format::{MISSING, moment, stamp};
use crate::web::state::State;

/// Entries of a twin that are read at once.
const AT_ONCE: usize = 500;
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
    refused: Option<Sentence>,
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

/// `GET /campaigns/{id}/history.csv`: all of it, read page by page.
pub async fn csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let read = pages_of(&state, &by, *id, |entries| entries.iter().map(csv_lines).collect());
    let (lines, older) = read(None).await?;
    let first = csv_line(COLUMNS.into_iter().chain(["after"])) + &lines;
    Ok(in_pages(csv_head(&format!("tandem-history-{id}.csv")), (first, older), move |before| read(Some(before)), ""))
}

/// `GET /campaigns/{id}/history.json`: all of it, read page by page.
pub async fn json(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let name = history::name(&state.ctx, by.actor(), *id).await?;
    let read = pages_of(&state, &by, *id, |entries| entries.iter().map(json_entry).collect::<Vec<_>>().join(","));
    let (entries, older) = read(None).await?;
    let first = format!("{{\"campaign\":{},\"entries\":[{entries}", json!(name));
    let next = move |before| {
        let page = read(Some(before));
        async move { page.await.map(|(entries, older)| (format!(",{entries}"), older)) }
    };
    Ok(in_pages(json_head(), (first, older), next, "]}"))
}

/// Reads the page older than a number as text.
fn pages_of(
    state: &State,
    by: &As<Analyst>,
    id: CampaignId,
    write: fn(&[Entry]) -> String,
) -> impl Fn(Option<i64>) -> BoxFuture<'static, Result<PageText, Error>> + use<> {
    let (ctx, actor) = (state.ctx.clone(), by.actor().clone());
    move |before| {
        let (ctx, actor) = (ctx.clone(), actor.clone());
        let page = async move {
            let history = history::of_campaign(&ctx, &actor, id, before, AT_ONCE).await?;
            Ok((write(&history.entries), history.older))
        };
        Box::pin(page)
    }
}

fn csv_lines(entry: &Entry) -> String {
    let head = [
        entry.seq.to_string(),
        stamp(entry.at),
        entry.who.clone(),
        entry.via.clone(),
        entry.action.clone(),
        entry.what.clone(),
        entry.why.clone(),
    ];
    let none = Change { object: String::new(), field: String::new(), before: String::new(), after: String::new() };
    let changes = if entry.changes.is_empty() { std::slice::from_ref(&none) } else { entry.changes.as_slice() };
    let line = |change: &Change| {
        let fields = [&change.object, &change.field, &change.before, &change.after];
        csv_line(head.iter().chain(fields).map(String::as_str))
    };
    changes.iter().map(line).collect()
}

fn json_entry(entry: &Entry) -> String {
    let change = |c: &Change| json!({ "object": c.object, "field": c.field, "before": c.before, "after": c.after });
    let entry = json!({
        "entry": entry.seq, "at": stamp(entry.at), "who": entry.who, "from": entry.via,
        "action": entry.action, "what": entry.what, "why": entry.why, "changes": entry.changes.iter().map(change).collect::<Vec<_>>(),
    });
    entry.to_string()
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
        Err(Error::Conflict(_)) => page(&request, &state, &posted.by.signed, *id, entry).await,
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
        at: moment(at),
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
        at: moment(entry.at),
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
