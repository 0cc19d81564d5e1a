//! Clicks day by day: for every ad set and every shape, what the height of its response curve can be.
//!
//! Given a shape, clicks of a day are counts with mean `height * saturation(spend) * common(day)`, more widely spread than
//! Poisson counts because days differ; the height then has a Gamma posterior in closed form. Each shape is kept with a bank of
//! memories (a power discount, as in West and Harrison, "Bayesian Forecasting and Dynamic Models", ch. 6), and shape and memory
//! are weighed by how well they foretold each day (the negative binomial predictive): where an ad set changes, the short memory
//! wins within days, and where it does not, the long one stays. `common` follows what moves all ad sets together: weekdays, and
//! the learning phase in which they all begin.

use statrs::function::gamma::ln_gamma;

use super::grid::Grid;
use super::history::{Cell, History};

/// Daily discounts of the heights: memories of about 500, 70, 20 and 7 days.
pub(super) const MEMORIES: [f64; 3] = [0.995, 0.97, 0.9];
/// Log of their prior weights: most ad sets change slowly.
pub(super) const MEMORY_PRIOR: [f64; 3] = [0.0, -1.0, -2.0];
/// Clicks that the first guess of the height weighs.
const FIRST_GUESS: f64 = 0.3;
/// Evidence on shapes fades slowly, so that a curve may change its form within a season.
const SHAPE_MEMORY: f64 = 0.998;
/// Variance a day of the common level, in logs; and while a learning phase may begin or end.
const LEVEL_DRIFT: f64 = 0.005 * 0.005;
const LEVEL_DRIFT_LEARNING: f64 = 0.12 * 0.12;
/// How long that may be: Meta says about a week ("About the learning phase").
const LEARNING_DAYS: u32 = 8;
/// Prior variance of a weekday's factor, in logs.
const WEEKDAY_PRIOR: f64 = 0.08 * 0.08;
/// Variance of a day's clicks beyond Poisson, relative to the squared mean, before anything is seen; and the days it weighs.
const SPREAD: f64 = 0.03;
const SPREAD_WEIGHT: f64 = 30.0;

/// Posterior of one ad set's height for every shape and memory.
#[derive(Debug, Clone)]
pub(super) struct Bank {
    /// Gamma shape, one a memory: the same for all shapes, as they have seen the same counts.
    pub a: [f64; MEMORIES.len()],
    /// Gamma rate, `shape * MEMORIES.len() + memory`.
    pub b: Vec<f64>,
    /// Log weight, likewise, up to a constant.
    pub ln_weight: Vec<f64>,
    /// Days absorbed.
    pub days: u32,
}

/// The state after a number of days.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub banks: Vec<Bank>,
    /// Log of the common level, its variance, and the log factors of the weekdays with theirs.
    level: f64,
    level_variance: f64,
    weekday: [f64; 7],
    weekday_variance: [f64; 7],
    /// Sums of the relative extra variance and of its weights.
    spread: (f64, f64),
    /// Days for which the common level may still jump.
    learning: u32,
    last_total: f64,
    /// Days absorbed.
    pub days: usize,
}

impl Filter {
    pub fn new(segments: usize, grid: &Grid) -> Self {
        let cells = grid.shapes.len() * MEMORIES.len();
        let bank = Bank { a: [FIRST_GUESS; MEMORIES.len()], b: vec![0.0; cells], ln_weight: vec![0.0; cells], days: 0 };
        Self {
            banks: vec![bank; segments],
            level: 0.0,
            level_variance: 0.0,
            weekday: [0.0; 7],
            weekday_variance: [WEEKDAY_PRIOR; 7],
            spread: (SPREAD * SPREAD_WEIGHT, SPREAD_WEIGHT),
            learning: LEARNING_DAYS,
            last_total: 0.0,
            days: 0,
        }
    }

    /// Variance of a day's clicks beyond Poisson, relative to the squared mean.
    pub fn extra_variance(&self) -> f64 {
        (self.spread.0 / self.spread.1).clamp(0.001, 1.0)
    }

    /// What all ad sets share on a usual day, as a factor on their heights.
    pub fn common(&self) -> f64 {
        let weekdays = self.weekday.iter().map(|w| w.exp()).sum::<f64>() / 7.0;
        self.level.exp() * weekdays
    }

    /// Absorbs one day.
    pub fn absorb(&mut self, grid: &Grid, history: &History, place: usize, unit: f64) {
        let day = &history.days[place];
        let weekday = history.weekday(place);
        self.notice_total(day);
        self.first_guess(grid, day, unit);
        let usual = (self.level + self.weekday[weekday]).exp();
        let expected: Vec<Option<(f64, f64)>> = day
            .iter()
            .zip(&self.banks)
            .map(|(cell, bank)| {
                cell.delivered().then(|| {
                    let (mean, variance) = bank.foretell(grid, cell.spend / unit);
                    ((mean * usual).max(1e-6), variance)
                })
            })
            .collect();
        let factor = self.follow_common(day, &expected, weekday);
        let extra = self.extra_variance();
        for ((cell, bank), mean) in day.iter().zip(&mut self.banks).zip(&expected) {
            let Some((mean, _)) = mean else { continue };
            bank.absorb(grid, cell.clicks, cell.spend / unit, factor, 1.0 + extra * mean);
        }
        if self.days >= 4 {
            self.learn_spread(day, &expected, usual, factor);
        }
        self.days = place + 1;
    }

    /// A larger change of the total restarts the learning phase of ad sets, so the common level may jump again.
    fn notice_total(&mut self, day: &[Cell]) {
        let total: f64 = day.iter().filter(|c| c.known).map(|c| c.budget).sum();
        if self.last_total > 0.0 && (total / self.last_total - 1.0).abs() > 0.2 {
            self.learning = LEARNING_DAYS;
        }
        if total > 0.0 {
            self.last_total = total;
        }
    }

    /// Sets the heights of ad sets that have seen nothing so that every shape expects the same of an even share.
    fn first_guess(&mut self, grid: &Grid, day: &[Cell], unit: f64) {
        let seen: (f64, f64) = day.iter().filter(|c| c.delivered()).fold((0.0, 0.0), |s, c| (s.0 + c.clicks, s.1 + c.spend));
        if seen.1 <= 0.0 {
            return;
        }
        let each = (seen.0 + 0.5) / seen.1 * unit;
        for (bank, cell) in self.banks.iter_mut().zip(day) {
            if bank.days > 0 || !cell.delivered() {
                continue;
            }
            let spend = cell.spend / unit;
            for (j, shape) in grid.shapes.iter().enumerate() {
                let rate = FIRST_GUESS * shape.at(spend).max(1e-9) / (each * spend);
                bank.b[j * MEMORIES.len()..(j + 1) * MEMORIES.len()].fill(rate);
            }
        }
    }

    /// Moves the common level and the weekday towards what all ad sets did today; answers today's common factor.
    fn follow_common(&mut self, day: &[Cell], expected: &[Option<(f64, f64)>], weekday: usize) -> f64 {
        let extra = self.extra_variance();
        let (mut surprise, mut information) = (0.0, 0.0);
        let mut sets = 0;
        for (cell, expected) in day.iter().zip(expected) {
            if let Some((mean, variance)) = expected {
                let weight = 1.0 / (1.0 / mean.max(0.5) + extra + variance);
                surprise += weight * ((cell.clicks + 0.5) / (mean + 0.5)).ln();
                information += weight;
                sets += 1;
            }
        }
        if information <= 0.0 || sets < 2 {
            return (self.level + self.weekday[weekday]).exp();
        }
        surprise /= information;
        let starting = self.learning > 0;
        self.level_variance += if starting { LEVEL_DRIFT_LEARNING } else { LEVEL_DRIFT };
        self.learning = self.learning.saturating_sub(1);
        let noise = 1.0 / information;
        let whole = self.level_variance + self.weekday_variance[weekday] + noise;
        let (to_level, to_weekday) = (self.level_variance / whole, self.weekday_variance[weekday] / whole);
        let moved = to_level * surprise;
        // A learning phase that ends can only raise the level; what falls meanwhile is for the curves to explain.
        self.level += if starting { moved.max(0.0) } else { moved };
        self.level_variance *= 1.0 - to_level;
        self.weekday[weekday] += to_weekday * surprise;
        self.weekday_variance[weekday] *= 1.0 - to_weekday;
        (self.level + self.weekday[weekday]).exp()
    }

    fn learn_spread(&mut self, day: &[Cell], expected: &[Option<(f64, f64)>], usual: f64, factor: f64) {
        self.spread.0 *= 0.998;
        self.spread.1 *= 0.998;
        for (cell, mean) in day.iter().zip(expected) {
            if let Some((mean, _)) = mean {
                let mean = mean * factor / usual;
                let relative = (((cell.clicks - mean).powi(2) - mean) / (mean * mean)).clamp(-1.0, 1.0);
                let weight = mean / (mean + 20.0);
                self.spread.0 += weight * relative;
                self.spread.1 += weight;
            }
        }
    }
}

impl Bank {
    /// What the next day is expected to bring at a spend in even shares, before the common factor: the mean, and the variance
    /// of that belief relative to its square.
    fn foretell(&self, grid: &Grid, spend: f64) -> (f64, f64) {
        let top = self.ln_weight.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut squares, mut whole) = (0.0, 0.0, 0.0);
        for (j, shape) in grid.shapes.iter().enumerate() {
            let prior = -0.5 * (shape.ln_alpha / 0.45).powi(2) - 0.5 * (shape.ln_kappa / 0.9).powi(2);
            let at = shape.at(spend);
            for m in 0..MEMORIES.len() {
                let cell = j * MEMORIES.len() + m;
                let weight = (self.ln_weight[cell] - top + prior + MEMORY_PRIOR[m]).exp();
                let mean = at * self.a[m] / self.b[cell].max(1e-300);
                sum += weight * mean;
                squares += weight * mean * mean * (1.0 + 1.0 / (self.a[m] * MEMORIES[m]));
                whole += weight;
            }
        }
        let mean = sum / whole;
        (mean, (squares / whole / (mean * mean) - 1.0).max(0.0))
    }

    /// Absorbs a day's clicks at a spend in even shares, counted at a weight of one over `spread`.
    fn absorb(&mut self, grid: &Grid, clicks: f64, spend: f64, factor: f64, spread: f64) {
        let seen = clicks / spread;
        let mut constant = [0.0; MEMORIES.len()];
        let mut before = self.a;
        for ((before, constant), memory) in before.iter_mut().zip(&mut constant).zip(MEMORIES) {
            *before *= memory;
            *constant = ln_gamma(*before + seen) - ln_gamma(*before);
        }
        let mut top = f64::NEG_INFINITY;
        for (j, shape) in grid.shapes.iter().enumerate() {
            let exposure = shape.at(spend).max(1e-9) * factor / spread;
            for m in 0..MEMORIES.len() {
                let cell = j * MEMORIES.len() + m;
                let rate = self.b[cell] * MEMORIES[m];
                let after = rate + exposure;
                let foretold = constant[m] + before[m] * (rate / after).ln() + seen * (exposure / after).ln();
                self.ln_weight[cell] = SHAPE_MEMORY * self.ln_weight[cell] + foretold;
                self.b[cell] = after;
                top = top.max(self.ln_weight[cell]);
            }
        }
        for weight in &mut self.ln_weight {
            *weight -= top;
        }
        self.a = before.map(|before| before + seen);
        self.days += 1;
    }
}
