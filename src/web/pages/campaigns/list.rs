//! `/campaigns`: every campaign of the workspace, drafts first, then by what it spent.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::layout::{Page, Section};
use super::super::status::{self, Badge};
use super::super::{frame, html};
use crate::domain::campaign::Shape;
use crate::domain::network::Network;
use crate::domain::split::percent;
use crate::domain::split::rounding::largest_remainder;
use crate::service::campaigns::{self as service, Listed};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As};
use crate::web::format;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "campaigns/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
    figures: String,
}

/// A campaign.
struct Line {
    url: String,
    name: String,
    badge: Badge,
    budget: String,
    spend: String,
    results: String,
    result_words: String,
    split: String,
    plan: Option<String>,
}

/// `GET /campaigns`
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let list = service::list(&state.ctx, by.actor()).await?;
    let figures = match (list.period, list.currency) {
        (Some(days), Some(currency)) => format!("Figures of {}, in {currency}.", format::days(days)),
        _ => String::new(),
    };
    let lines = list.campaigns.iter().map(|listed| line(listed, list.currency)).collect();
    html(&ListPage { page: frame(&request, &state, &by.signed, "Campaigns", Some(Section::Campaigns)), lines, figures })
}

fn line(listed: &Listed, currency: Option<crate::domain::currency::Currency>) -> Line {
    let is_draft = listed.is_ours && listed.about.effective_status.is_none();
    let missing = || format::MISSING.to_owned();
    let spent = listed.figures.and_then(|figures| figures.counts.spend_micros).zip(currency);
    let results = listed.figures.and_then(|figures| figures.outcome).and_then(|outcome| outcome.results);
    let at = if is_draft { "/edit" } else { "" };
    Line {
        url: format!("/campaigns/{}{at}", listed.id),
        name: listed.about.name.clone(),
        badge: status::campaign(&listed.about),
        budget: listed.campaign.as_ref().map_or_else(missing, |campaign| {
            let budget = campaign.budget;
            format!("{} {} {}", budget.amount, budget.amount.currency, budget.pace.label())
        }),
        spend: spent.map_or_else(missing, |(micros, currency)| format::money(micros, currency)),
        results: results.map_or_else(missing, format::count),
        result_words: listed.counted_by.as_ref().map(|key| key.label().to_lowercase()).unwrap_or_default(),
        split: split(listed),
        plan: listed.campaign.is_some().then(|| format!("/campaigns/{}/plan", listed.id)),
    }
}

/// The set split, and the actual one where money was spent.
fn split(listed: &Listed) -> String {
    let set = listed.campaign.as_ref().map(|campaign| match campaign.shape {
        Shape::Shared if campaign.automatic_placements => "shared, automatic placements".to_owned(),
        Shape::Shared => "shared".to_owned(),
        Shape::Guided { .. } => "guided".to_owned(),
        Shape::PerGroup { .. } => "per placement group".to_owned(),
        Shape::PerNetwork { .. } => {
            let shares: Vec<String> = campaign.ad_sets().iter().filter_map(|ad_set| ad_set.share_bp).map(percent).collect();
            format!("set {} %", shares.join(" : "))
        }
    });
    let spend = |network: Network| listed.networks.iter().find(|(n, _)| *n == network).map_or(0, |(_, micros)| *micros);
    let all: i64 = listed.networks.iter().map(|(_, micros)| *micros).sum();
    let [facebook, instagram] = Network::BOTH.map(spend);
    // Rounded together, so that the parts shown sum to 100.
    let parts = [facebook, instagram, all - facebook - instagram].map(|micros| micros.max(0).unsigned_abs());
    let actual = (all > 0).then(|| largest_remainder(100, &parts)).flatten();
    let actual = actual.and_then(|parts| match parts.as_slice() {
        [facebook, instagram, ..] => Some(format!("actual {facebook} : {instagram} %")),
        _ => None,
    });
    let words: Vec<String> = set.into_iter().chain(actual).collect();
    if words.is_empty() { format::MISSING.to_owned() } else { words.join(", ") }
}
