//! One ad set's clicks day by day: for every shape of its response curve, what the height can be and how the height goes on.
//!
//! Given a shape, clicks of a day are counts with mean `height * saturation(spend) * common(day)`, more widely spread than
//! Poisson counts because days differ; the height then has a Gamma posterior in closed form. Each shape is kept with a bank of
//! modes in which a height may go on: steady, drifting (a power discount, as in West and Harrison, "Bayesian Forecasting and
//! Dynamic Models", ch. 6), wearing out as its audience tires, or changed of a sudden. Shapes and modes are weighed by how well
//! they foretold each day (the negative binomial predictive), so that a fall in results while money moves is put down to the
//! curve only where no way of going on explains it as well. A mode may give way to another on any day (fixed shares; Herbster and
//! Warmuth, 1998, Machine Learning 32), and a day that nothing foretold says little (a share of outliers).

use statrs::function::gamma::ln_gamma;

use super::grid::Grid;

/// How a height may go on from one day to the next.
#[derive(Debug, Clone, Copy)]
struct Mode {
    /// Share of what is known that still counts a day later.
    keep: f64,
    /// Growth a day, in logs.
    growth: f64,
    /// How usual it is; all sum to 1.
    usual: f64,
}

/// Memories of about 200, 25 and 7 days, one of 25 days for what wears out by half in a month, and one for what has just changed.
const MODES: [Mode; 5] = [
    Mode { keep: 0.995, growth: 0.0, usual: 0.6 },
    Mode { keep: 0.96, growth: 0.0, usual: 0.2 },
    Mode { keep: 0.85, growth: 0.0, usual: 0.05 },
    Mode { keep: 0.96, growth: -0.025, usual: 0.1 },
    Mode { keep: 0.5, growth: 0.0, usual: 0.05 },
];
/// The chance a day that an ad set goes over to another mode.
const SWITCH: f64 = 0.02;
/// The share of days that nothing foretells.
const OUTLIERS: f64 = 0.01;
/// No curve is ruled out for good: the least weight beside the best.
const LEAST_WEIGHT: f64 = 1e-12;
/// Clicks that the first guess of the height weighs; what is forgotten fades to it.
const FIRST_GUESS: f64 = 0.3;
/// Ad sets that the usual modes weigh beside what the campaign's other ad sets do.
const USUAL_WEIGHT: f64 = 3.0;

pub(super) type PerMode = [f64; MODES.len()];

/// Posterior of one ad set's height for every shape and mode.
#[derive(Debug, Clone)]
pub(super) struct Bank {
    /// Gamma shape, one a mode: the same for all shapes, as they have seen the same counts.
    a: PerMode,
    /// Gamma rate, shape by shape.
    b: Vec<PerMode>,
    /// Its logarithm.
    ln_b: Vec<PerMode>,
    /// Weight, likewise, up to a constant; without any prior of the shapes.
    weight: Vec<PerMode>,
    /// Days absorbed.
    pub days: u32,
}

/// A shape's weight (log, up to a constant) and the Gamma shape and rate of its height.
#[derive(Debug, Clone, Copy)]
pub(super) struct Height {
    pub ln_weight: f64,
    pub a: f64,
    pub b: f64,
}

impl Bank {
    pub fn new(shapes: usize) -> Self {
        Self {
            a: [FIRST_GUESS; MODES.len()],
            b: vec![[FIRST_GUESS; MODES.len()]; shapes],
            ln_b: vec![[FIRST_GUESS.ln(); MODES.len()]; shapes],
            weight: vec![MODES.map(|mode| mode.usual); shapes],
            days: 0,
        }
    }

    /// Sets the heights of an ad set that has seen nothing so that every shape expects `clicks` where it is saturated `at` so far.
    pub fn first_guess(&mut self, at: &[f64], clicks: f64) {
        for ((b, ln_b), at) in self.b.iter_mut().zip(&mut self.ln_b).zip(at) {
            b.fill(FIRST_GUESS * at / clicks);
            *ln_b = b.map(f64::ln);
        }
    }

    /// What the next day is expected to bring where each shape is saturated `at` so far, before the common factor: the mean, and
    /// the variance of that belief relative to its square.
    pub fn foretell(&self, grid: &Grid, at: &[f64]) -> (f64, f64) {
        let (mut sum, mut squares, mut whole) = (0.0, 0.0, 0.0);
        let height: PerMode = std::array::from_fn(|m| self.a[m] * MODES[m].growth.exp());
        let spread: PerMode = std::array::from_fn(|m| 1.0 + 1.0 / (self.a[m] * MODES[m].keep));
        for (((b, weight), at), prior) in self.b.iter().zip(&self.weight).zip(at).zip(&grid.prior) {
            for m in 0..MODES.len() {
                let weight = weight[m] * prior;
                let mean = at * height[m] / b[m];
                sum += weight * mean;
                squares += weight * mean * mean * spread[m];
                whole += weight;
            }
        }
        let mean = sum / whole;
        (mean, (squares / whole / (mean * mean) - 1.0).max(0.0))
    }

    /// Absorbs a day's clicks where each shape was saturated `at` so far, counted at a weight of one over `spread`.
    pub fn absorb(&mut self, at: &[f64], clicks: f64, factor: f64, spread: f64) {
        let seen = clicks / spread;
        let before: PerMode = std::array::from_fn(|m| (self.a[m] * MODES[m].keep).max(FIRST_GUESS));
        let fade: PerMode = std::array::from_fn(|m| before[m] / self.a[m] * (-MODES[m].growth).exp());
        let ln_fade = fade.map(f64::ln);
        let constant: PerMode = before.map(|a| ln_gamma(a + seen) - ln_gamma(a));
        let mut foretold: Vec<PerMode> = Vec::with_capacity(self.b.len());
        let mut top = f64::NEG_INFINITY;
        for ((b, ln_b), at) in self.b.iter_mut().zip(&mut self.ln_b).zip(at) {
            let exposure = at * factor / spread;
            let ln_exposure = exposure.ln();
            foretold.push(std::array::from_fn(|m| {
                let ln_rate = ln_b[m] + ln_fade[m];
                b[m] = b[m] * fade[m] + exposure;
                ln_b[m] = b[m].ln();
                let ln = constant[m] + before[m] * (ln_rate - ln_b[m]) + seen * (ln_exposure - ln_b[m]);
                top = top.max(ln);
                ln
            }));
        }
        // The likeliest count is as likely as this; an outlier may be any count.
        let peak = ln_gamma(seen + 1.0) - 0.5 * (std::f64::consts::TAU * (seen + 0.5)).ln();
        let outlier = peak + OUTLIERS.ln();
        let top = top.max(outlier);
        let outlier = (outlier - top).exp();
        let mut most = 0.0_f64;
        for (weight, foretold) in self.weight.iter_mut().zip(&foretold) {
            let all: f64 = weight.iter().sum();
            for m in 0..MODES.len() {
                let switched = (1.0 - SWITCH) * weight[m] + SWITCH * MODES[m].usual * all;
                weight[m] = switched * ((foretold[m] - top).exp() + outlier);
                most = most.max(weight[m]);
            }
        }
        for weight in self.weight.as_flattened_mut() {
            *weight = (*weight / most).max(LEAST_WEIGHT);
        }
        self.a = before.map(|before| before + seen);
        self.days += 1;
    }

    /// How likely this ad set is in each mode now.
    pub fn modes(&self, grid: &Grid) -> PerMode {
        let mut sums = [0.0; MODES.len()];
        for (weight, prior) in self.weight.iter().zip(&grid.prior) {
            for m in 0..MODES.len() {
                sums[m] += weight[m] * prior;
            }
        }
        let whole: f64 = sums.iter().sum();
        sums.map(|sum| sum / whole)
    }

    /// Weight and height of every shape over all modes (a Gamma of the mixture's mean and variance), where each mode counts
    /// `leaning` times as much as the ad set's own figures say.
    pub fn heights(&self, leaning: &PerMode) -> Vec<Height> {
        let wide: PerMode = self.a.map(|a| 1.0 + 1.0 / a);
        let of = |(b, weight): (&PerMode, &PerMode)| {
            let (mut whole, mut mean, mut square) = (0.0, 0.0, 0.0);
            for m in 0..MODES.len() {
                let (weight, height) = (weight[m] * leaning[m], self.a[m] / b[m]);
                whole += weight;
                mean += weight * height;
                square += weight * height * height * wide[m];
            }
            mean /= whole;
            let a = 1.0 / (square / whole / (mean * mean) - 1.0).max(1e-9);
            Height { ln_weight: whole.ln(), a, b: a / mean }
        };
        self.b.iter().zip(&self.weight).map(of).collect()
    }
}

/// How much more each ad set leans to a mode because the campaign's other ad sets are in it: they share a market.
pub(super) fn leanings(modes: &[PerMode]) -> Vec<PerMode> {
    let others = modes.len() as f64 - 1.0;
    let of = |own: &PerMode| {
        std::array::from_fn(|m| {
            let usual = MODES[m].usual;
            let seen = modes.iter().map(|mode| mode[m]).sum::<f64>() - own[m];
            (USUAL_WEIGHT * usual + seen) / (USUAL_WEIGHT + others) / usual
        })
    };
    modes.iter().map(of).collect()
}
