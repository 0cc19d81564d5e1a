//! Figures of one row, and the ratios made of them: exact decimals, divided last, missing where a part is missing.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::currency::Currency;
use crate::domain::metric::{Counts, add};
use crate::domain::money::{MICROS, Spend};

use super::query::Metric;

/// What was counted for one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// What adds.
    pub counts: Counts,
    /// What does not.
    pub reach: Reach,
    /// The results of one kind and attribution, with the spend that counts them.
    pub outcome: Option<Outcome>,
}

/// Results of one kind and attribution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many; `None` where the report does not say.
    pub results: Option<i64>,
    /// What they were worth, in micros.
    pub value_micros: Option<i64>,
    /// The spend of the campaigns that count this result, in micros: other campaigns' money would not be their cost.
    pub spend_micros: Option<i64>,
}

/// Bounds on the people reached; either side may be unknown. Combining widens, nothing adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// The largest part known.
    pub at_least: Option<i64>,
    /// The sum of the parts; `None` where a part is not known.
    pub at_most: Option<i64>,
    /// Whether any part came in so far: before that, an unknown upper bound is not "unbounded".
    pub any: bool,
}

impl Reach {
    /// Takes in another part.
    pub fn widen(&mut self, other: Self) {
        if !other.any {
            return;
        }
        self.at_least = self.at_least.max(other.at_least);
        self.at_most = if self.any { self.at_most.zip(other.at_most).map(|(a, b)| a.saturating_add(b)) } else { other.at_most };
        self.any = true;
    }
}

impl Figures {
    /// Takes in another row: counts add, reach widens, results of the same kind add.
    pub fn take_in(&mut self, other: &Self) {
        self.counts += other.counts;
        self.reach.widen(other.reach);
        if let Some(part) = other.outcome {
            let outcome = self.outcome.get_or_insert_default();
            add(&mut outcome.results, part.results);
            add(&mut outcome.value_micros, part.value_micros);
            add(&mut outcome.spend_micros, part.spend_micros);
        }
    }

    /// The value of a column.
    pub fn cell(&self, metric: Metric, currency: Currency) -> Cell {
        let counts = &self.counts;
        let outcome = self.outcome.unwrap_or_default();
        let money =
            |micros: Option<i64>| micros.map_or(Cell::Missing, |m| Cell::Money(Spend::new(m, currency).rounded(), currency));
        let int = |value: Option<i64>| value.map_or(Cell::Missing, Cell::Int);
        let ratio = |value: Option<Decimal>| value.map_or(Cell::Missing, Cell::Ratio);
        let cost = |value: Option<Decimal>| value.map_or(Cell::Missing, |v| Cell::Money(round(v, currency.decimals()), currency));
        match metric {
            Metric::Spend => money(counts.spend_micros),
            Metric::Impressions => int(counts.impressions),
            Metric::Clicks => int(counts.clicks),
            Metric::LinkClicks => int(counts.link_clicks),
            Metric::Ctr => ratio(self.ctr().map(|v| round(v, 6))),
            Metric::Cpm => cost(self.cpm()),
            Metric::Cpc => cost(divide(counts.spend_micros, counts.clicks).map(from_micros)),
            Metric::Results => int(outcome.results),
            Metric::CostPerResult => cost(self.cost_per_result()),
            Metric::Value => money(outcome.value_micros),
            Metric::Return => ratio(self.returned().map(|v| round(v, 4))),
            Metric::ReachAtLeast => int(self.reach.at_least),
            Metric::ReachAtMost => int(self.reach.at_most),
        }
    }

    /// Clicks per impression: all clicks, or link clicks where only those are known.
    pub fn ctr(&self) -> Option<Decimal> {
        divide(self.counts.clicks.or(self.counts.link_clicks), self.counts.impressions)
    }

    /// Cost of a thousand impressions, in major units.
    pub fn cpm(&self) -> Option<Decimal> {
        divide(self.counts.spend_micros, self.counts.impressions).map(|v| from_micros(v) * Decimal::ONE_THOUSAND)
    }

    /// Cost of a result, in major units; `None` without results, which is not a cost of zero.
    pub fn cost_per_result(&self) -> Option<Decimal> {
        let outcome = self.outcome?;
        divide(outcome.spend_micros, outcome.results).map(from_micros)
    }

    /// Value for each unit spent.
    pub fn returned(&self) -> Option<Decimal> {
        let outcome = self.outcome?;
        divide(outcome.value_micros, outcome.spend_micros)
    }
}

fn divide(top: Option<i64>, bottom: Option<i64>) -> Option<Decimal> {
    let bottom = bottom.filter(|b| *b > 0)?;
    Decimal::from(top?).checked_div(Decimal::from(bottom))
}

fn from_micros(value: Decimal) -> Decimal {
    value / Decimal::from(MICROS)
}

/// Half to even, as everything shown.
pub(super) fn round(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven)
}

/// One value of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Not in the report, which is not zero.
    Missing,
    /// Words.
    Text(String),
    /// An id of ours.
    Id(i64),
    /// A day.
    Day(NaiveDate),
    /// A whole number.
    Int(i64),
    /// An amount, rounded to the currency's decimals.
    Money(Decimal, Currency),
    /// A rate or a multiple.
    Ratio(Decimal),
}

impl Cell {
    /// Plain text, as in CSV: no separators, no currency, empty where missing.
    pub fn plain(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Id(id) | Self::Int(id) => id.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Money(value, currency) => {
                let mut value = *value;
                value.rescale(currency.decimals());
                value.to_string()
            }
            Self::Ratio(value) => value.normalize().to_string(),
        }
    }

    /// Where it sorts; `None` last.
    pub(super) fn rank(&self) -> Option<Decimal> {
        match self {
            Self::Int(value) | Self::Id(value) => Some(Decimal::from(*value)),
            Self::Money(value, _) | Self::Ratio(value) => Some(*value),
            Self::Missing | Self::Text(_) | Self::Day(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(spend: i64, results: Option<i64>) -> Figures {
        Figures {
            counts: Counts { spend_micros: Some(spend), impressions: Some(3_000), ..Counts::default() },
            outcome: Some(Outcome { results, value_micros: None, spend_micros: Some(spend) }),
            ..Figures::default()
        }
    }

    #[test]
    fn ratios_are_made_after_summing_and_rounded_once() {
        let mut total = figures(10_005_000, Some(3));
        total.take_in(&figures(10_000_000, Some(4)));
        assert_eq!(total.cell(Metric::CostPerResult, Currency::EUR).plain(), "2.86");
        assert_eq!(total.cell(Metric::Spend, Currency::EUR).plain(), "20.00");
        assert_eq!(total.cell(Metric::Cpm, Currency::JPY).plain(), "3");
    }

    #[test]
    fn nothing_counted_costs_nothing_known() {
        for results in [None, Some(0)] {
            assert_eq!(figures(5_000_000, results).cell(Metric::CostPerResult, Currency::EUR), Cell::Missing);
        }
        assert_eq!(Figures::default().cell(Metric::Spend, Currency::EUR), Cell::Missing);
    }

    #[test]
    fn one_unknown_part_leaves_reach_without_an_upper_bound() {
        let mut reach = Reach::default();
        reach.widen(Reach { at_least: Some(10), at_most: Some(10), any: true });
        reach.widen(Reach { at_least: Some(30), at_most: Some(30), any: true });
        assert_eq!((reach.at_least, reach.at_most), (Some(30), Some(40)));
        reach.widen(Reach { at_least: None, at_most: None, any: true });
        assert_eq!((reach.at_least, reach.at_most), (Some(30), None));
    }
}
