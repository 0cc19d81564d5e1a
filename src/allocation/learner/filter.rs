//! All ad sets day by day: a [`Bank`] each, and what moves them together.
//!
//! `common` follows what all ad sets share: weekdays, and the learning phase in which they all begin.

use super::bank::Bank;
use super::grid::Grid;
use super::history::{Cell, History};

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
        Self {
            banks: vec![Bank::new(grid.shapes.len()); segments],
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
        let at: Vec<Option<Vec<f64>>> = day.iter().map(|cell| cell.delivered().then(|| grid.at(cell.spend / unit))).collect();
        let foretell = |(at, bank): (&Option<Vec<f64>>, &Bank)| {
            let (mean, variance) = bank.foretell(grid, at.as_ref()?);
            Some(((mean * usual).max(1e-6), variance))
        };
        let expected: Vec<Option<(f64, f64)>> = at.iter().zip(&self.banks).map(foretell).collect();
        let factor = self.follow_common(day, &expected, weekday);
        let extra = self.extra_variance();
        for (((cell, bank), at), expected) in day.iter().zip(&mut self.banks).zip(&at).zip(&expected) {
            if let Some((at, (mean, _))) = at.as_ref().zip(*expected) {
                bank.absorb(at, cell.clicks, factor, 1.0 + extra * mean);
            }
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
            bank.first_guess(&grid.at(spend), each * spend);
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
