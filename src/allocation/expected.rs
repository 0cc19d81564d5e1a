//! Results to expect of an ad set in a week, as a range with its source, and whether that feeds Meta's learning.
//!
//! The range comes from the account's own costs, else from a cost the person enters, else it is unknown: no average of other
//! businesses is passed off as theirs.

use crate::domain::money::{MICROS, Money, Spend};
use crate::stats::count_interval;

/// Results a week below which an ad set seldom leaves Meta's learning phase. Source: Meta, "About the learning phase".
pub const LEARNING_WEEKLY: u64 = 50;
/// How sure a range from the account's costs is.
const CONFIDENCE: f64 = 0.8;
/// A cost entered by hand is taken to be right within a quarter either way.
const ENTERED_SPREAD: f64 = 0.25;

/// What is known of the cost of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The account's own: so many results of this kind for so much, over the last 90 days.
    Account {
        /// Results counted.
        results: u64,
        /// What they cost together.
        spend: Spend,
    },
    /// What the person expects a result to cost.
    Entered(Money),
    /// Nothing.
    Unknown,
}

/// Where a range comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The account's last 90 days.
    Account,
    /// The cost entered.
    Entered,
    /// What was learned of the very ad set.
    Learned,
}

/// Results to expect in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Between these two, in four weeks of five.
    Range {
        /// At least.
        low: u64,
        /// At most.
        high: u64,
        /// Where it comes from.
        source: Source,
    },
    /// Nobody knows.
    Unknown,
}

impl Expected {
    /// Whether the middle of the range stays below what Meta's learning needs; `None` where nothing is known.
    pub fn starves_learning(self) -> Option<bool> {
        match self {
            Self::Range { low, high, .. } => Some(low.midpoint(high) < LEARNING_WEEKLY),
            Self::Unknown => None,
        }
    }

    /// From the least of one expectation to the most of another: what an ad set may bring whose budget Meta decides between two.
    pub fn up_to(self, most: Self) -> Self {
        match (self, most) {
            (Self::Range { low, source, .. }, Self::Range { high, .. }) => Self::Range { low, high, source },
            _ => Self::Unknown,
        }
    }

    /// `88 to 121 a week`; the noun is left to the caller.
    pub fn sentence(self, noun: &str) -> String {
        let Self::Range { low, high, source } = self else {
            return "results a week: unknown".into();
        };
        let range = if low == high { format!("about {low}") } else { format!("{low} to {high}") };
        let why = match source {
            Source::Account => "if costs stay as in the last 90 days",
            Source::Entered => "at the cost you entered",
            Source::Learned => "by what was learned of it",
        };
        format!("{range} {noun} a week, {why}")
    }
}

/// Results to expect of a weekly budget, from the exact interval of the results counted. Evidence in another currency than the budget's is no evidence.
pub fn weekly(budget: Money, evidence: Evidence) -> Expected {
    let week = major(budget);
    let range = match evidence {
        Evidence::Account { results, spend } if spend.currency == budget.currency && spend.micros > 0 => {
            let interval = count_interval(results, CONFIDENCE);
            let weeks = week / (spend.micros as f64 / MICROS as f64);
            Some(((interval.low * weeks, interval.high * weeks), Source::Account))
        }
        Evidence::Entered(cost) if cost.currency == budget.currency && cost.minor > 0 => {
            let results = week / major(cost);
            Some(((results / (1.0 + ENTERED_SPREAD), results / (1.0 - ENTERED_SPREAD)), Source::Entered))
        }
        _ => None,
    };
    // Outwards, so that the words never promise more than the numbers.
    range.map_or(Expected::Unknown, |((low, high), source)| Expected::Range {
        low: low.floor() as u64,
        high: high.ceil() as u64,
        source,
    })
}

/// What a budget comes to in a week: seven daily ones, or a lifetime one spread evenly over its days.
pub fn a_week_of(budget: Money, lifetime_days: Option<i64>) -> Money {
    let minor = match lifetime_days {
        Some(days) if days > 7 => budget.minor.saturating_mul(7) / days,
        Some(_) => budget.minor,
        None => budget.minor.saturating_mul(7),
    };
    Money::new(minor, budget.currency)
}

/// The advice where an ad set of several would starve: splitting halves each side's learning.
pub fn advice(ad_sets: &[Expected]) -> Option<&'static str> {
    let starves = ad_sets.len() > 1 && ad_sets.iter().any(|expected| expected.starves_learning() == Some(true));
    starves.then_some(
        "Below about 50 results a week an ad set seldom leaves Meta’s learning phase: shared is advised, so that one ad set gets them all.",
    )
}

fn major(money: Money) -> f64 {
    money.minor as f64 / money.currency.offset() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::currency::Currency;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn the_accounts_own_costs_give_a_range_around_them() {
        let evidence = Evidence::Account { results: 400, spend: Spend::new(1_600_000_000, Currency::EUR) };
        let Expected::Range { low, high, source } = weekly(eur(41_160), evidence) else { unreachable!("evidence is there") };
        assert!(low < 103 && 103 < high && high - low < 20, "{low} to {high}");
        assert_eq!(source, Source::Account);
    }

    #[test]
    fn an_entered_cost_gives_a_range_too() {
        let expected = weekly(eur(70_000), Evidence::Entered(eur(1_000)));
        assert_eq!(expected, Expected::Range { low: 56, high: 94, source: Source::Entered });
        assert_eq!(expected.sentence("purchases"), "56 to 94 purchases a week, at the cost you entered");
    }

    #[test]
    fn without_evidence_it_is_unknown_and_nothing_is_advised() {
        let yen = Evidence::Entered(Money::new(500, Currency::JPY));
        for evidence in [Evidence::Unknown, yen, Evidence::Account { results: 0, spend: Spend::new(0, Currency::EUR) }] {
            assert_eq!(weekly(eur(70_000), evidence), Expected::Unknown);
        }
        assert_eq!(advice(&[Expected::Unknown, Expected::Unknown]), None);
    }

    #[test]
    fn shared_is_advised_where_one_of_several_would_starve() {
        let range = |low, high| Expected::Range { low, high, source: Source::Account };
        assert!(advice(&[range(88, 121), range(20, 40)]).is_some());
        assert!(advice(&[range(88, 121), range(60, 80)]).is_none());
        assert!(advice(&[range(20, 40)]).is_none(), "one ad set is shared already");
    }

    #[test]
    fn a_lifetime_budget_is_spread_over_its_days() {
        assert_eq!(a_week_of(eur(14_000), None), eur(98_000));
        assert_eq!(a_week_of(eur(240_000), Some(24)), eur(70_000));
        assert_eq!(a_week_of(eur(5_000), Some(3)), eur(5_000));
    }
}
