//! How sure a figure is, and which of two rows is cheaper: exact statistics over a row's results and the spend that counts them.

use crate::domain::money::MICROS;
use crate::stats::{Verdict, compare_rates, count_interval};

use super::figures::Figures;

/// The confidence of everything shown.
const CONFIDENCE: f64 = 0.95;

/// Where the true cost of a result lies with 95 % confidence, in major units. An estimate, so floating point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostInterval {
    /// The lower end.
    pub low: f64,
    /// The upper end; `None` without results.
    pub high: Option<f64>,
}

impl Figures {
    /// Results and the micros spent for them, where both are known.
    fn rate(&self) -> Option<(u64, f64)> {
        let outcome = self.outcome?;
        Some((u64::try_from(outcome.results?).ok()?, outcome.spend_micros.filter(|s| *s > 0)? as f64))
    }

    /// The interval of the cost per result; `None` where results or spend are not known.
    pub fn cost_interval(&self) -> Option<CostInterval> {
        let (results, micros) = self.rate()?;
        let cost = count_interval(results, CONFIDENCE).divide(micros / MICROS as f64);
        Some(CostInterval { low: cost.low, high: cost.is_bounded().then_some(cost.high) })
    }

    /// Who gets more results for the money, `self` (first) or `other`.
    pub fn cheaper_than(&self, other: &Self) -> Verdict {
        match self.rate().zip(other.rate()) {
            Some((own, other)) => compare_rates(own, other, CONFIDENCE),
            None => Verdict::Undecided,
        }
    }

    /// The same against everything else in `total`; undecided where there is nothing else.
    pub fn cheaper_than_rest(&self, total: &Self) -> Verdict {
        match self.rate().zip(total.rate()) {
            Some((own, all)) if all.1 - own.1 >= 1.0 => {
                compare_rates(own, (all.0.saturating_sub(own.0), all.1 - own.1), CONFIDENCE)
            }
            _ => Verdict::Undecided,
        }
    }

    /// Whether results are so few that the cost may be off by a factor of two.
    pub fn is_scarce(&self) -> bool {
        self.cost_interval().is_some_and(|cost| cost.high.is_none_or(|high| high > 2.0 * cost.low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Outcome;

    fn row(results: i64, spend: i64) -> Figures {
        let outcome = Outcome { results: Some(results), value_micros: None, spend_micros: Some(spend * MICROS) };
        Figures { outcome: Some(outcome), ..Figures::default() }
    }

    #[test]
    fn few_results_are_scarce_and_many_are_not() {
        assert!(row(5, 100).is_scarce() && row(0, 100).is_scarce());
        assert!(!row(200, 700).is_scarce());
    }

    #[test]
    fn a_row_is_compared_with_the_rest_not_with_itself() {
        assert_eq!(row(700, 1_700).cheaper_than_rest(&row(1_400, 4_300)), Verdict::First);
        assert_eq!(row(700, 1_700).cheaper_than_rest(&row(700, 1_700)), Verdict::Undecided);
    }
}
