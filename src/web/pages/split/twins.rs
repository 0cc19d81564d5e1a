//! The table of the split's page as CSV and JSON: the same figures.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::domain::id::CampaignId;
use crate::domain::money::Money;
use crate::report::csv_line;
use crate::service::split::{self, Page};
use crate::web::error::AppError;
use crate::web::export::csv_head;
use crate::web::extract::{Analyst, As};
use crate::web::state::State;

const COLUMNS: [&str; 21] = [
    "ad_set",
    "currency",
    "amount",
    "proposed",
    "share",
    "share_proposed",
    "brings",
    "brings_low",
    "brings_high",
    "brings_proposed",
    "brings_proposed_low",
    "brings_proposed_high",
    "cost",
    "cost_low",
    "cost_high",
    "next_cost",
    "next_cost_low",
    "next_cost_high",
    "weekly",
    "stopped_by",
    "sentence",
];

/// `GET /campaigns/{id}/split.csv`
pub async fn csv(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let page = split::open(&state.ctx, by.actor(), *id, None).await?;
    let lines: String = rows(&page).iter().map(|row| csv_line(row.iter().map(|cell| cell.as_deref().unwrap_or("")))).collect();
    Ok(csv_head(&format!("tandem-split-{id}.csv")).body(csv_line(COLUMNS) + &lines))
}

/// `GET /campaigns/{id}/split.json`: what is not known is null.
pub async fn json(state: web::Data<State>, by: As<Analyst>, id: web::Path<CampaignId>) -> Result<HttpResponse, AppError> {
    let page = split::open(&state.ctx, by.actor(), *id, None).await?;
    let rows: Vec<Value> = rows(&page).into_iter().map(|row| json!(row)).collect();
    let decision = page.newest.as_ref().map(|newest| {
        json!({ "id": newest.id, "on": newest.on, "state": newest.state, "reason": newest.reason, "chance_bp": newest.chance_bp })
    });
    Ok(HttpResponse::Ok().json(json!({ "columns": COLUMNS, "rows": rows, "decision": decision })))
}

fn rows(page: &Page) -> Vec<[Option<String>; 21]> {
    let plain = |money: Option<Money>| money.map(Money::plain);
    let minor = |minor: i64| Some(Money::new(minor, page.currency).plain());
    let share = |bp: i64| Some(crate::domain::split::percent(bp));
    let figure = |value: f64| Some(value.to_string());
    let of = |part: &split::PartView| {
        let (now, then) = (part.advice.now, part.advice.then);
        [
            Some(part.key.as_str().to_owned()),
            Some(page.currency.to_string()),
            minor(part.advice.current),
            minor(part.advice.proposed),
            share(part.shares.0),
            share(part.shares.1),
            figure(now.mean),
            figure(now.likely.0),
            figure(now.likely.1),
            figure(then.mean),
            figure(then.likely.0),
            figure(then.likely.1),
            plain(part.average.mean),
            plain(part.average.low),
            plain(part.average.high),
            plain(part.marginal.mean),
            plain(part.marginal.low),
            plain(part.marginal.high),
            Some(part.weekly.sentence(&page.noun.1)),
            part.stop.clone(),
            Some(part.sentence.clone()),
        ]
    };
    page.parts.iter().map(of).collect()
}
