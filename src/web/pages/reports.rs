//! `/reports`: any cut of the figures, as a table with its twins; the same query as everywhere.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::layout::{Page, Section};
use super::{frame, html_with};
use crate::domain::invalid::Invalid;
use crate::domain::network::Network;
use crate::domain::period::Preset;
use crate::report::{Cell, Dimension, Metric, Origin, Query, Range, Report, ResultKey, Sort, SortBy};
use crate::service::{Error, reports};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As};
use crate::web::format;
use crate::web::state::State;

/// Rows on the page; the twins have all.
const MOST_ROWS: usize = 400;

#[derive(Template)]
#[template(path = "reports/reports.html")]
struct ReportsPage {
    page: Page,
    problems: Invalid,
    dimensions: Vec<Tick>,
    metrics: Vec<Tick>,
    presets: Vec<Tick>,
    networks: Vec<Tick>,
    origins: Vec<Tick>,
    currencies: Vec<Tick>,
    from: String,
    to: String,
    dated: bool,
    days: String,
    heads: Vec<Head>,
    rows: Vec<Vec<Shown>>,
    totals: Vec<Vec<Shown>>,
    more: usize,
    left_out: String,
    csv: String,
    json: String,
}

struct Tick {
    value: String,
    label: String,
    chosen: bool,
}

struct Head {
    label: String,
    url: String,
    order: &'static str,
    is_number: bool,
}

struct Shown {
    text: String,
    is_number: bool,
    is_name: bool,
}

/// `GET /reports`
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    let usual = || Query { by: vec![Dimension::Campaign, Dimension::Network], ..Query::default() };
    let (mut query, mut problems) = match Query::parse(request.query_string()) {
        Ok(query) => (query, Invalid::default()),
        Err(problems) => (usual(), problems),
    };
    if query.by.is_empty() {
        query.by = usual().by;
    }
    let report = match reports::run(&state.ctx, by.actor(), query.clone()).await {
        Err(Error::Invalid(found)) => {
            problems = found;
            query = usual();
            reports::run(&state.ctx, by.actor(), query.clone()).await?
        }
        other => other?,
    };
    let status = if problems.is_empty() { 200 } else { 422 };
    let page = frame(&request, &state, &by.signed, "Reports", Some(Section::Reports));
    html_with(&reports_page(page, problems, &query, report), status, None)
}

fn reports_page(page: Page, problems: Invalid, query: &Query, report: Report) -> ReportsPage {
    let scope = &report.scope;
    let columns = query.columns();
    let dated = matches!(query.range, Some(Range::Days(_)));
    let fixed = Query { range: Some(Range::Days(scope.period)), currency: Some(scope.currency), ..query.clone() };
    // Ids are for programs: the page shows names, the twins both.
    let visible: Vec<bool> = report.columns.iter().map(|c| !c.name.ends_with("_id") && c.name != "currency").collect();
    let pick = |cells: Vec<Shown>| cells.into_iter().zip(&visible).filter(|(_, seen)| **seen).map(|(cell, _)| cell).collect();
    let names: Vec<&'static str> = report.columns.iter().map(|c| c.name).collect();
    let more = report.rows.len().saturating_sub(MOST_ROWS);
    ReportsPage {
        problems,
        dimensions: ticks(Dimension::ALL.iter().map(|d| (d.as_str(), d.label(), query.by.contains(d)))),
        metrics: ticks(Metric::ALL.iter().map(|m| (m.as_str(), m.label(), columns.contains(m)))),
        presets: ticks(Preset::ALL.iter().map(|p| (p.as_str(), p.label(), !dated && scope.preset == Some(*p)))),
        networks: ticks(
            [
                ("", "All", None),
                ("facebook", "Facebook", Some(Network::Facebook)),
                ("instagram", "Instagram", Some(Network::Instagram)),
                ("other", "Other", Some(Network::Other)),
            ]
            .into_iter()
            .map(|(value, label, network)| (value, label, query.network == network)),
        ),
        origins: ticks(
            [("", "Everywhere", None)]
                .into_iter()
                .chain(Origin::ALL.iter().map(|o| (o.as_str(), o.label(), Some(*o))))
                .map(|(value, label, origin)| (value, label, query.origin == origin)),
        ),
        currencies: scope
            .currencies
            .iter()
            .filter(|_| scope.currencies.len() > 1)
            .map(|c| Tick { value: c.to_string(), label: c.to_string(), chosen: *c == scope.currency })
            .collect(),
        from: scope.period.since.to_string(),
        to: scope.period.until.to_string(),
        dated,
        days: format!("{}, {}", format::days(scope.period), scope.currency),
        heads: report
            .columns
            .iter()
            .zip(&visible)
            .filter(|(_, seen)| **seen)
            .map(|(column, _)| head(column.name, column.label, column.metric, query))
            .collect(),
        left_out: report
            .left_out
            .as_ref()
            .map(|left| {
                let spend = left.spend_micros.map(|m| format!("{} {}", format::money(m, scope.currency), scope.currency));
                format!(
                    "{} reported for longer periods is left out: it covers days outside the range too.",
                    spend.unwrap_or_else(|| format!("What {} rows say,", left.rows))
                )
            })
            .unwrap_or_default(),
        csv: fixed.link("/reports.csv"),
        json: fixed.link("/reports.json"),
        totals: totals(&report, &names).into_iter().map(pick).collect(),
        rows: report
            .rows
            .into_iter()
            .take(MOST_ROWS)
            .map(|row| pick(row.iter().zip(&names).map(|(cell, name)| shown(cell, name)).collect()))
            .collect(),
        more,
        page,
    }
}

fn ticks<'a>(all: impl Iterator<Item = (&'a str, &'a str, bool)>) -> Vec<Tick> {
    all.map(|(value, label, chosen)| Tick { value: value.to_owned(), label: label.to_owned(), chosen }).collect()
}

fn head(name: &str, label: &str, metric: Option<Metric>, query: &Query) -> Head {
    let by = metric.map(SortBy::Metric).or_else(|| Dimension::parse(name).map(SortBy::Dimension));
    let now = query.sort.filter(|sort| Some(sort.by) == by);
    let url = by.map(|by| {
        let descending = now.map_or(metric.is_some(), |sort| !sort.descending);
        Query { sort: Some(Sort { by, descending }), ..query.clone() }.link("/reports")
    });
    Head {
        label: label.to_owned(),
        url: url.unwrap_or_default(),
        order: now.map_or("", |sort| if sort.descending { "descending" } else { "ascending" }),
        is_number: metric.is_some(),
    }
}

fn shown(cell: &Cell, name: &str) -> Shown {
    let text = match (name, cell) {
        ("network", Cell::Text(word)) => Network::from_platform(word).label().to_owned(),
        ("placement", Cell::Text(word)) => crate::report::position_label(None, word),
        ("result", Cell::Text(word)) => word.parse::<ResultKey>().map_or_else(|never| match never {}, |kind| kind.label()),
        ("attribution", Cell::Text(word)) => ResultKey { kind: String::new(), attribution: word.clone() }.attribution_label(),
        ("ctr", Cell::Ratio(value)) => format::rate(*value),
        ("return", Cell::Ratio(value)) => format::multiple(*value),
        (_, cell) => format::cell(cell),
    };
    let is_number = matches!(cell, Cell::Int(_) | Cell::Money(..) | Cell::Ratio(_)) || Metric::parse(name).is_some();
    Shown { text, is_number, is_name: matches!(name, "campaign" | "ad_set" | "ad" | "account") }
}

/// The total, or a line for each kind of result: those have no sum.
fn totals(report: &Report, names: &[&'static str]) -> Vec<Vec<Shown>> {
    let line = |label: String, cells: &[(Metric, Cell)]| -> Vec<Shown> {
        names
            .iter()
            .enumerate()
            .map(|(at, name)| match Metric::parse(name).and_then(|m| cells.iter().find(|(of, _)| *of == m)) {
                Some((_, cell)) => shown(cell, name),
                None if names.iter().position(|n| !n.ends_with("_id")) == Some(at) => {
                    Shown { text: label.clone(), is_number: false, is_name: false }
                }
                None => Shown { text: String::new(), is_number: false, is_name: false },
            })
            .collect()
    };
    let mut lines = vec![line("Total".to_owned(), &report.totals)];
    lines.extend(report.totals_by_result.iter().map(|(kind, cells)| line(kind.label(), cells)));
    lines
}
