//! `/campaigns/{id}/ledger`: a campaign's balances and the entries they are sums of, with twins.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::json;

use super::layout::{Page, Section};
use super::{frame, html};
use crate::domain::id::CampaignId;
use crate::domain::ledger::{Account, show as shown};
use crate::report::csv_line;
use crate::service::Error;
use crate::service::ledger::{self, Balance, Moved, PAGE};
use crate::web::error::AppError;
use crate::web::export::{PageText, csv_head, in_pages, json_head};
use crate::web::extract::{Analyst, As};
use crate::web::format::{MISSING, full_day, moment, stamp};
use crate::web::state::State;

/// Entries of a twin that are read at once.
const AT_ONCE: usize = 2_000;
/// The columns of the CSV.
const COLUMNS: [&str; 11] =
    ["entry", "at", "kind", "day", "account", "ad_set_id", "ad_set", "unit", "amount", "currency", "reason"];

#[derive(Template)]
#[template(path = "ledger/ledger.html")]
struct LedgerPage {
    page: Page,
    id: CampaignId,
    name: String,
    balances: Vec<BalanceRow>,
    entries: Vec<EntryRow>,
    older: Option<i64>,
    is_later: bool,
}

struct BalanceRow {
    account: &'static str,
    ad_set: String,
    amount: String,
    is_total: bool,
}

struct EntryRow {
    seq: i64,
    at: String,
    kind: &'static str,
    day: String,
    ad_set: String,
    amount: String,
    reason: String,
}

/// Where a page of entries starts.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// `GET /campaigns/{id}/ledger`
pub async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<CampaignId>,
    before: web::Query<Before>,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let book = ledger::of_campaign(&state.ctx, by.actor(), id, before.before, PAGE).await?;
    let totals = book.totals();
    let total = |total: &Balance| BalanceRow { ad_set: "all of the campaign".to_owned(), is_total: true, ..balance(total) };
    let parts_of = |total: &Balance| {
        let parts = book.balances.iter().filter(|part| (part.account, part.unit) == (total.account, total.unit));
        // A single part that is the campaign's own would only repeat the sum.
        let parts: Vec<BalanceRow> =
            parts.clone().filter(|part| part.ad_set.is_some() || parts.clone().count() > 1).map(balance).collect();
        parts
    };
    let balances = totals.iter().flat_map(|of| std::iter::once(total(of)).chain(parts_of(of))).collect();
    html(&LedgerPage {
        page: frame(&request, &state, &by.signed, &format!("Ledger of {}", book.name), Some(Section::Campaigns)),
        id,
        balances,
        name: book.name,
        older: book.older,
        is_later: before.before.is_some(),
        entries: book.entries.iter().map(entry).collect(),
    })
}

/// `GET /campaigns/{id}/ledger.csv`: every entry, read page by page.
pub async fn csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let first = ledger::of_campaign(&state.ctx, by.actor(), *id, None, AT_ONCE).await?;
    let begun = (csv_line(COLUMNS) + &csv_lines(&first.entries), first.older);
    Ok(in_pages(csv_head(&format!("tandem-ledger-{id}.csv")), begun, older(&state, &by, *id, csv_lines), ""))
}

/// `GET /campaigns/{id}/ledger.json`: every entry, read page by page, with the balances.
pub async fn json(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let first = ledger::of_campaign(&state.ctx, by.actor(), *id, None, AT_ONCE).await?;
    let balance = |b: &Balance| {
        json!({
            "account": b.account, "ad_set_id": b.ad_set, "ad_set": b.ad_set_name,
            "unit": b.unit, "amount": b.amount.to_string(), "currency": b.currency,
        })
    };
    let balances: Vec<_> = first.balances.iter().map(balance).collect();
    let head = format!("{{\"balances\":{},\"columns\":{},\"rows\":[", json!(balances), json!(COLUMNS));
    let begun = (head + &json_rows(&first.entries), first.older);
    Ok(in_pages(json_head(), begun, older(&state, &by, *id, |entries| format!(",{}", json_rows(entries))), "]}"))
}

/// Reads the page of entries older than a number as text.
fn older(
    state: &State,
    by: &As<Analyst>,
    id: CampaignId,
    write: fn(&[Moved]) -> String,
) -> impl Fn(i64) -> BoxFuture<'static, Result<PageText, Error>> + use<> {
    let (ctx, actor) = (state.ctx.clone(), by.actor().clone());
    move |before| {
        let (ctx, actor) = (ctx.clone(), actor.clone());
        let page = async move {
            let book = ledger::of_campaign(&ctx, &actor, id, Some(before), AT_ONCE).await?;
            Ok((write(&book.entries), book.older))
        };
        Box::pin(page)
    }
}

fn csv_lines(entries: &[Moved]) -> String {
    entries.iter().map(|moved| csv_line(cells(moved).iter().map(String::as_str))).collect()
}

fn json_rows(entries: &[Moved]) -> String {
    entries.iter().map(|moved| json!(cells(moved)).to_string()).collect::<Vec<_>>().join(",")
}

fn cells(moved: &Moved) -> [String; 11] {
    let change = &moved.change;
    [
        moved.seq.to_string(),
        stamp(moved.at),
        moved.kind.as_str().to_owned(),
        moved.on_day.map(|day| day.to_string()).unwrap_or_default(),
        change.account.to_string(),
        change.ad_set.map(|id| id.to_string()).unwrap_or_default(),
        change.ad_set_name.clone(),
        change.unit.as_str().to_owned(),
        change.amount.to_string(),
        change.currency.clone(),
        moved.reason.clone(),
    ]
}

fn balance(of: &Balance) -> BalanceRow {
    let account = match of.account {
        Account::Outside => "Outside",
        Account::Committed => "Committed",
        Account::Spent => "Spent",
    };
    BalanceRow { account, ad_set: holder(of), amount: shown(of.amount, of.unit, &of.currency), is_total: false }
}

fn holder(of: &Balance) -> String {
    match of.ad_set {
        Some(id) if of.ad_set_name.is_empty() => format!("ad set {id}"),
        Some(_) => of.ad_set_name.clone(),
        None => "the campaign itself".to_owned(),
    }
}

fn entry(moved: &Moved) -> EntryRow {
    EntryRow {
        seq: moved.seq,
        at: moment(moved.at),
        kind: moved.kind.label(),
        day: moved.on_day.map_or_else(|| MISSING.to_owned(), full_day),
        ad_set: holder(&moved.change),
        amount: shown(moved.change.amount, moved.change.unit, &moved.change.currency),
        reason: moved.reason.clone(),
    }
}
