//! Exact confidence intervals for a count and for a share.

use statrs::distribution::{Beta, ContinuousCDF, Gamma};

/// A range that holds the true figure with the stated confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end; infinite where nothing bounds it.
    pub high: f64,
}

/// The mean number of events behind a count of `events`, if they come independently (Poisson).
///
/// Exact: Garwood, F. (1936), "Fiducial Limits for the Poisson Distribution", Biometrika 28. `confidence` is like 0.95.
pub fn count_interval(events: u64, confidence: f64) -> Interval {
    let tail = (1.0 - confidence).clamp(1e-9, 1.0) / 2.0;
    let quantile = |shape: f64, p: f64| Gamma::new(shape, 1.0).map_or(f64::NAN, |gamma| gamma.inverse_cdf(p));
    let low = if events == 0 { 0.0 } else { quantile(events as f64, tail) };
    Interval { low, high: quantile(events as f64 + 1.0, 1.0 - tail) }
}

/// The true share behind `hits` of `trials`.
///
/// Exact: Clopper, C. and Pearson, E. (1934), "The Use of Confidence or Fiducial Limits", Biometrika 26. More hits than trials,
/// which Meta's clicks can be, are read as all of them.
pub fn share_interval(hits: u64, trials: u64, confidence: f64) -> Interval {
    if trials == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let hits = hits.min(trials);
    let tail = (1.0 - confidence).clamp(1e-9, 1.0) / 2.0;
    let (k, misses) = (hits as f64, (trials - hits) as f64);
    let quantile = |a: f64, b: f64, p: f64| Beta::new(a, b).map_or(f64::NAN, |beta| beta.inverse_cdf(p));
    Interval {
        low: if hits == 0 { 0.0 } else { quantile(k, misses + 1.0, tail) },
        high: if hits == trials { 1.0 } else { quantile(k + 1.0, misses, 1.0 - tail) },
    }
}

impl Interval {
    /// The interval of `amount` divided by what this one holds: spend over results is cost per result.
    pub fn divide(self, amount: f64) -> Self {
        Self { low: amount / self.high, high: if self.low > 0.0 { amount / self.low } else { f64::INFINITY } }
    }

    /// Whether the upper end says anything.
    pub fn is_bounded(self) -> bool {
        self.high.is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, tabled: f64) -> bool {
        (found - tabled).abs() < 0.002 * tabled.abs().max(1.0)
    }

    #[test]
    fn counts_have_the_tabled_limits() {
        for (n, low, high) in [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39), (100, 81.36, 121.6)] {
            let interval = count_interval(n, 0.95);
            assert!(close(interval.low, low) && close(interval.high, high), "{n}: {interval:?}");
        }
    }

    #[test]
    fn shares_have_the_tabled_limits() {
        for (k, n, low, high) in [(0, 10, 0.0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)] {
            let interval = share_interval(k, n, 0.95);
            assert!(close(interval.low, low) && close(interval.high, high), "{k}/{n}: {interval:?}");
        }
        assert_eq!(share_interval(12, 10, 0.95), share_interval(10, 10, 0.95));
    }

    #[test]
    fn a_cost_without_results_is_not_bounded_above() {
        let cost = count_interval(0, 0.95).divide(100.0);
        assert!(cost.low > 27.0 && !cost.is_bounded());
    }

    #[test]
    fn large_counts_are_still_finite() {
        let interval = count_interval(5_000_000, 0.95);
        assert!(interval.low < 5_000_000.0 && interval.high > 5_000_000.0 && interval.is_bounded());
        let share = share_interval(40_000, 3_000_000, 0.95);
        assert!(share.low > 0.0131 && share.high < 0.0135, "{share:?}");
    }
}
