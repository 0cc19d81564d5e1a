//! Sums of a file's rows, and the check against the file's own summary row.
//!
//! Only what can be added is added: reach is not, and results are kept by kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::metric::add;
use crate::domain::period::Period;

use super::record::{Figures, Record, Summary};

/// What the rows of a file add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Rows added.
    pub rows: u64,
    /// Micros of the file's currency.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// All clicks.
    pub clicks: Option<i64>,
    /// Clicks on the link.
    pub link_clicks: Option<i64>,
    /// Results by kind's key; kinds are never added to each other.
    pub results: BTreeMap<String, i64>,
    /// Purchases counted in a column of their own.
    pub purchases: Option<i64>,
    /// Purchase value in micros.
    pub value_micros: Option<i64>,
    /// From the first day to the last.
    pub period: Option<Period>,
}

impl Totals {
    /// Adds a row.
    pub fn add(&mut self, row: &Record) {
        let Figures { spend_micros, impressions, clicks, link_clicks, reach: _, results, purchases, value_micros } = row.figures;
        self.rows += 1;
        add(&mut self.spend_micros, spend_micros);
        add(&mut self.impressions, impressions);
        add(&mut self.clicks, clicks);
        add(&mut self.link_clicks, link_clicks);
        add(&mut self.purchases, purchases);
        add(&mut self.value_micros, value_micros);
        if let (Some(kind), Some(results)) = (&row.result_kind, results) {
            match self.results.get_mut(kind) {
                Some(sum) => *sum = sum.saturating_add(results),
                None => _ = self.results.insert(kind.clone(), results),
            }
        }
        self.period = Some(match self.period {
            None => row.period,
            Some(p) => Period { since: p.since.min(row.period.since), until: p.until.max(row.period.until) },
        });
    }

    /// Whether a sum has reached the end of what can be counted.
    pub fn is_full(&self) -> bool {
        let sums = [self.spend_micros, self.impressions, self.clicks, self.link_clicks, self.purchases, self.value_micros];
        sums.into_iter().flatten().chain(self.results.values().copied()).any(|sum| sum == i64::MAX)
    }

    /// Compares with the file's own summary row. Results are compared only where all rows have one kind.
    pub fn check(&self, summary: &Summary) -> Check {
        let one_kind = if self.results.len() == 1 { self.results.values().next().copied() } else { None };
        let says = summary.figures;
        let pairs = [
            (Figure::Spend, self.spend_micros, says.spend_micros),
            (Figure::Impressions, self.impressions, says.impressions),
            (Figure::Clicks, self.clicks, says.clicks),
            (Figure::LinkClicks, self.link_clicks, says.link_clicks),
            (Figure::Results, one_kind, says.results),
            (Figure::Value, self.value_micros, says.value_micros),
        ];
        let compared = pairs
            .into_iter()
            .filter_map(|(figure, rows, summary)| Some(Compared { figure, rows: rows?, summary: summary? }))
            .collect();
        Check { line: summary.line, compared }
    }
}

/// A figure that the summary row checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Micros.
    Spend,
    /// A count.
    Impressions,
    /// A count.
    Clicks,
    /// A count.
    LinkClicks,
    /// A count, of the file's only kind.
    Results,
    /// Micros.
    Value,
}

impl Figure {
    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Spend => "Spend",
            Self::Impressions => "Impressions",
            Self::Clicks => "Clicks (all)",
            Self::LinkClicks => "Link clicks",
            Self::Results => "Results",
            Self::Value => "Purchase value",
        }
    }

    /// Whether it is money in micros.
    pub fn is_money(self) -> bool {
        matches!(self, Self::Spend | Self::Value)
    }
}

/// One figure: what the rows add up to and what the summary row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Which figure.
    pub figure: Figure,
    /// Sum of the rows.
    pub rows: i64,
    /// The summary row.
    pub summary: i64,
}

impl Compared {
    /// Whether both agree; money may differ by half a hundredth a row, because exports round each row.
    pub fn agrees(self, rows: u64) -> bool {
        let slack = if self.figure.is_money() { rows.saturating_mul(5_000).max(5_000) } else { 0 };
        self.rows.abs_diff(self.summary) <= slack
    }
}

/// The summary row's check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Physical line of the summary row.
    pub line: u64,
    /// Each figure that both have.
    pub compared: Vec<Compared>,
}

impl Check {
    /// Whether every figure agrees with the sum of so many rows.
    pub fn agrees(&self, rows: u64) -> bool {
        self.compared.iter().all(|c| c.agrees(rows))
    }
}
