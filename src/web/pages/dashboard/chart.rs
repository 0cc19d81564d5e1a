//! Spend by day as bars, and the table behind them.

use askama::Template;
use chrono::Datelike;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::currency::Currency;
use crate::domain::money::{MICROS, Spend};
use crate::domain::network::Network;
use crate::report::{Dashboard, DayLine, Figures, ResultKey};
use crate::web::charts::{DayBar, Shape, bars};
use crate::web::format;

/// More days than this are drawn week by week: bars thinner than a hair say nothing.
const MOST_BARS: usize = 130;

/// The chart for two widths, and the same as a table.
pub struct Chart {
    /// For desks.
    pub desk: String,
    /// For phones.
    pub phone: String,
    /// What a bar is.
    pub title: String,
    /// The header of the table's column of results; empty without results.
    pub counted: String,
    /// Whether anything was spent outside the two networks.
    pub has_other: bool,
    /// Whether a plan is drawn.
    pub has_plan: bool,
    /// Its rows, newest first.
    pub rows: Vec<ChartRow>,
}

/// A row of the table behind the chart.
pub struct ChartRow {
    /// The day, or the first day of the week.
    pub day: String,
    pub facebook: String,
    pub instagram: String,
    pub other: String,
    pub total: String,
    pub results: String,
}

struct Bar {
    label: String,
    name: String,
    networks: Vec<(Network, i64)>,
    total: Option<i64>,
    results: Option<i64>,
    planned: Option<i64>,
    young: bool,
}

/// `None` where nothing of the period is known by day.
pub fn chart(data: &Dashboard) -> Option<Chart> {
    if data.days.is_empty() {
        return None;
    }
    let weekly = data.days.len() > MOST_BARS;
    let lines: Vec<Bar> = if weekly {
        data.days.chunk_by(|a, b| a.day.iso_week() == b.day.iso_week()).map(week).collect()
    } else {
        data.days.iter().map(|day| bar(std::slice::from_ref(day), day.day.format("%a %-d %b").to_string())).collect()
    };
    let currency = data.scope.currency;
    let title = format!("Spend by {} in {currency}", if weekly { "week" } else { "day" });
    let drawn: Vec<DayBar> = lines.iter().map(|bar| bar.drawn(currency, data.shown.as_ref())).collect();
    let draw = |shape| {
        let drawing = bars(&title, &drawn, shape, axis);
        drawing.render().unwrap_or_default()
    };
    Some(Chart {
        desk: draw(Shape::Desk),
        phone: draw(Shape::Phone),
        has_plan: lines.iter().any(|bar| bar.planned.is_some()),
        has_other: lines.iter().any(|bar| bar.of(&[Network::Other, Network::Unknown]).is_some()),
        rows: lines.iter().rev().map(|bar| bar.row(currency)).collect(),
        counted: data.shown.as_ref().map(ResultKey::label).unwrap_or_default(),
        title,
    })
}

fn week(days: &[DayLine]) -> Bar {
    let first = days.first().map(|d| format::day(d.day)).unwrap_or_default();
    bar(days, format!("Week from {first}"))
}

fn bar(days: &[DayLine], name: String) -> Bar {
    let mut networks: Vec<(Network, i64)> = Vec::new();
    let mut whole = Figures::default();
    for day in days {
        whole.take_in(&day.total);
        for (network, figures) in &day.networks {
            let Some(spend) = figures.counts.spend_micros else { continue };
            match networks.iter_mut().find(|(known, _)| known == network) {
                Some((_, sum)) => *sum = sum.saturating_add(spend),
                None => networks.push((*network, spend)),
            }
        }
    }
    networks.sort_by_key(|(network, _)| *network);
    Bar {
        label: days.first().map(|d| format::day(d.day)).unwrap_or_default(),
        name,
        networks,
        total: whole.counts.spend_micros,
        results: whole.outcome.and_then(|o| o.results),
        planned: days.iter().filter_map(|d| d.planned).reduce(|a, b| a + b),
        young: days.iter().any(|d| d.young),
    }
}

impl Bar {
    fn of(&self, networks: &[Network]) -> Option<i64> {
        self.networks.iter().filter(|(network, _)| networks.contains(network)).map(|(_, spend)| *spend).reduce(|a, b| a + b)
    }

    fn drawn(&self, currency: Currency, counted: Option<&ResultKey>) -> DayBar {
        let mut words = self.name.clone();
        match self.total {
            Some(total) => {
                for (network, spend) in &self.networks {
                    words.push_str(&format!("\n{} {}", network.label(), format::money(*spend, currency)));
                }
                if self.networks.len() > 1 {
                    words.push_str(&format!("\nTogether {} {currency}", format::money(total, currency)));
                }
            }
            None => words.push_str("\nNothing reported"),
        }
        if let Some(planned) = self.planned {
            words.push_str(&format!("\nPlanned {}", format::money(planned, currency)));
        }
        if let Some((results, kind)) = self.results.zip(counted) {
            words.push_str(&format!("\n{}: {}", kind.label(), format::count(results)));
        }
        DayBar {
            label: self.label.clone(),
            words,
            parts: self.networks.iter().map(|(network, spend)| (*network, *spend as f64 / MICROS as f64)).collect(),
            plan: self.planned.map(|micros| micros as f64 / MICROS as f64),
            young: self.young,
        }
    }

    fn row(&self, currency: Currency) -> ChartRow {
        let money = |micros: Option<i64>| micros.map_or_else(|| format::MISSING.to_owned(), |m| format::money(m, currency));
        ChartRow {
            day: self.name.clone(),
            facebook: money(self.of(&[Network::Facebook])),
            instagram: money(self.of(&[Network::Instagram])),
            other: money(self.of(&[Network::Other, Network::Unknown])),
            total: money(self.total),
            results: self.results.map_or_else(|| format::MISSING.to_owned(), format::count),
        }
    }
}

/// The axis in few characters.
fn axis(value: f64) -> String {
    let whole = value.round();
    if value >= 10_000.0 {
        format!("{}k", crate::domain::money::grouped_int((value / 1000.0).round().to_i64().unwrap_or(0)))
    } else if (value - whole).abs() < 1e-9 {
        crate::domain::money::grouped_int(whole.to_i64().unwrap_or(0))
    } else {
        format!("{value:.1}")
    }
}

/// Days of the period that have figures, against all the spend of the period: the rest is reported for longer periods.
pub fn without_day(data: &Dashboard) -> Option<String> {
    let by_day: Option<i64> = data.days.iter().filter_map(|d| d.total.counts.spend_micros).reduce(|a, b| a.saturating_add(b));
    let rest = data.total.counts.spend_micros? - by_day.unwrap_or(0);
    (rest > 0).then(|| Spend::new(rest, data.scope.currency).to_string())
}
