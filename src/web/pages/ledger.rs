//! `/campaigns/{id}/ledger`: a campaign's balances and the entries they are sums of, with twins.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::layout::{Page, Section};
use super::{frame, html};
use crate::domain::id::CampaignId;
use crate::domain::ledger::{Account, show as shown};
use crate::report::csv_line;
use crate::service::ledger::{self, Balance, Moved, PAGE};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As};
use crate::web::format::MISSING;
use crate::web::state::State;

/// As on the other pages that tell what was done.
const TIME: &str = "%-d %b %Y %H:%M UTC";
/// More entries than any campaign has.
const ALL: usize = 100_000;
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

/// `GET /campaigns/{id}/ledger.csv`: every entry.
pub async fn csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let book = ledger::of_campaign(&state.ctx, by.actor(), *id, None, ALL).await?;
    let mut body = csv_line(COLUMNS);
    for moved in &book.entries {
        body.push_str(&csv_line(cells(moved).iter().map(String::as_str)));
    }
    let name = format!("attachment; filename=\"tandem-ledger-{id}.csv\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(body))
}

/// `GET /campaigns/{id}/ledger.json`: every entry, with the balances.
pub async fn json(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let book = ledger::of_campaign(&state.ctx, by.actor(), *id, None, ALL).await?;
    let balances: Vec<_> = book
        .balances
        .iter()
        .map(|b| {
            serde_json::json!({
                "account": b.account, "ad_set_id": b.ad_set, "ad_set": b.ad_set_name,
                "unit": b.unit, "amount": b.amount.to_string(), "currency": b.currency,
            })
        })
        .collect();
    let rows: Vec<_> = book.entries.iter().map(cells).collect();
    Ok(HttpResponse::Ok().json(serde_json::json!({ "balances": balances, "columns": COLUMNS, "rows": rows })))
}

fn cells(moved: &Moved) -> [String; 11] {
    let change = &moved.change;
    [
        moved.seq.to_string(),
        moved.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
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
        at: moved.at.format(TIME).to_string(),
        kind: moved.kind.label(),
        day: moved.on_day.map_or_else(|| MISSING.to_owned(), |day| day.format("%-d %b %Y").to_string()),
        ad_set: holder(&moved.change),
        amount: shown(moved.change.amount, moved.change.unit, &moved.change.currency),
        reason: moved.reason.clone(),
    }
}
