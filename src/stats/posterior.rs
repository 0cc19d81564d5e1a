//! Posterior distributions of a rate and of a share, with exact quantiles, and the exact chance that one is higher.
//!
//! Gelman et al., "Bayesian Data Analysis", 3rd ed., sections 2.4 and 2.6: a Gamma prior with Poisson counts, a Beta prior with
//! binomial ones.

use statrs::distribution::{Beta, Continuous, ContinuousCDF, Gamma};
use statrs::function::beta::beta_reg;

use super::interval::Interval;

/// A rate (results per money): Gamma with this shape, per this much exposure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Events seen, the prior's included. Above 0.
    pub shape: f64,
    /// Exposure seen, the prior's included. Above 0.
    pub exposure: f64,
}

/// A share (results of clicks): Beta.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Hits seen, the prior's included. Above 0.
    pub hits: f64,
    /// Misses seen, the prior's included. Above 0.
    pub misses: f64,
}

impl Rate {
    /// The mean.
    pub fn mean(self) -> f64 {
        self.shape / self.exposure
    }

    /// The value that lies above the rate with probability `p`, between 0 and 1.
    pub fn quantile(self, p: f64) -> f64 {
        gamma_quantile(self.shape, p) / self.exposure
    }

    /// The equal-tailed interval that holds the rate with this probability.
    pub fn interval(self, probability: f64) -> Interval {
        let tail = (1.0 - probability).clamp(1e-9, 1.0) / 2.0;
        Interval { low: self.quantile(tail), high: self.quantile(1.0 - tail) }
    }

    /// The probability that this rate is above another, independent one.
    ///
    /// Exact: of two unit Gamma variables the first's share of their sum is Beta.
    pub fn chance_above(self, other: Self) -> f64 {
        let at = self.exposure / (self.exposure + other.exposure);
        1.0 - beta_reg(self.shape, other.shape, at.clamp(0.0, 1.0))
    }
}

impl Share {
    /// The mean.
    pub fn mean(self) -> f64 {
        self.hits / (self.hits + self.misses)
    }

    /// The value that lies above the share with probability `p`, between 0 and 1.
    pub fn quantile(self, p: f64) -> f64 {
        Beta::new(self.hits, self.misses).map_or(f64::NAN, |beta| beta.inverse_cdf(p.clamp(0.0, 1.0)))
    }

    /// The equal-tailed interval that holds the share with this probability.
    pub fn interval(self, probability: f64) -> Interval {
        let tail = (1.0 - probability).clamp(1e-9, 1.0) / 2.0;
        Interval { low: self.quantile(tail), high: self.quantile(1.0 - tail) }
    }

    /// The probability that this share is above another, independent one: by quadrature over equally likely values of this one.
    pub fn chance_above(self, other: Self) -> f64 {
        const NODES: u32 = 400;
        let Ok(other) = Beta::new(other.hits, other.misses) else { return f64::NAN };
        let at = |k: u32| other.cdf(self.quantile((f64::from(k) + 0.5) / f64::from(NODES)));
        (0..NODES).map(at).sum::<f64>() / f64::from(NODES)
    }
}

/// The quantile of a Gamma distribution of rate 1: Wilson and Hilferty's (1931) start, then Newton on the exact distribution.
pub fn gamma_quantile(shape: f64, p: f64) -> f64 {
    let Ok(gamma) = Gamma::new(shape, 1.0) else { return f64::NAN };
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    let start = {
        let (spread, z) = (1.0 / (9.0 * shape), normal_quantile(p));
        shape * (1.0 - spread + z * spread.sqrt()).powi(3)
    };
    if shape < 1.0 || start <= 0.0 || start.is_nan() {
        return halve(&gamma, p);
    }
    let mut x = start;
    for _ in 0..12 {
        let step = (gamma.cdf(x) - p) / gamma.pdf(x);
        if !step.is_finite() {
            return halve(&gamma, p);
        }
        // Never past zero: a step there is halved.
        let next = if step < x { x - step } else { x / 2.0 };
        if (next - x).abs() <= 1e-10 * x {
            return next;
        }
        x = next;
    }
    halve(&gamma, p)
}

/// By halving in the logarithm, where Newton has no good start.
fn halve(gamma: &Gamma, p: f64) -> f64 {
    let (mut low, mut high) = (-700.0_f64, (gamma.shape() * 10.0 + 60.0).ln());
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if gamma.cdf(middle.exp()) < p { low = middle } else { high = middle }
    }
    high.exp()
}

fn normal_quantile(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_quantiles_turn_back_into_their_probabilities() {
        for shape in [0.3, 1.0, 2.5, 40.0, 3_000.0] {
            for p in [0.001, 0.025, 0.5, 0.9, 0.975, 0.999] {
                let back = Gamma::new(shape, 1.0).map_or(f64::NAN, |gamma| gamma.cdf(gamma_quantile(shape, p)));
                assert!((back - p).abs() < 1e-6, "{shape} at {p}: {back}");
            }
        }
    }

    #[test]
    fn equal_rates_are_as_likely_above_as_below() {
        let rate = Rate { shape: 7.0, exposure: 3.0 };
        assert!((rate.chance_above(rate) - 0.5).abs() < 1e-12);
        let share = Share { hits: 4.0, misses: 90.0 };
        assert!((share.chance_above(share) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn an_exponential_is_above_another_in_proportion_to_their_means() {
        // Of two exponentials with means 1 and 1/3 the first is larger in 3 of 4 cases.
        let chance = Rate { shape: 1.0, exposure: 1.0 }.chance_above(Rate { shape: 1.0, exposure: 3.0 });
        assert!((chance - 0.75).abs() < 1e-12, "{chance}");
    }

    #[test]
    fn the_interval_of_a_uniform_share_is_its_own_probability() {
        let interval = Share { hits: 1.0, misses: 1.0 }.interval(0.9);
        assert!((interval.low - 0.05).abs() < 1e-6 && (interval.high - 0.95).abs() < 1e-6, "{interval:?}");
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        // Truths drawn from the prior, counts from the truths; `cargo bench --bench calibration` does the same at length.
        const RUNS: u64 = 1_500;
        let prior = Rate { shape: 3.0, exposure: 40.0 };
        let held = (0..RUNS)
            .filter(|run| {
                let mut random = super::super::Random::new(*run, 9);
                let truth = prior.quantile(random.uniform());
                let posterior = Rate { shape: prior.shape + random.count(truth * 200.0), exposure: prior.exposure + 200.0 };
                let interval = posterior.interval(0.8);
                interval.low <= truth && truth <= interval.high
            })
            .count();
        let share = held as f64 / RUNS as f64;
        assert!((share - 0.8).abs() < 0.035, "{share}");
    }
}
