//! What is believed of one ad set, as figures a person can be shown: what an amount brings, and what a result costs on average
//! and at the margin.
//!
//! The belief is a mixture of curves whose heights are products of two Gamma variables; it is held as equally likely curves,
//! spread evenly over the mixture and drawn with exact Gamma quantiles from a stream that belongs to the ad set's name.

use crate::stats::{Interval, Random, gamma_quantile};

use super::grid::{Grid, Shape};
use super::pool::Belief;
use super::{Learner, Objective};

/// Equally likely curves of one posterior.
pub const DRAWS: usize = 400;

/// One possible curve: its form, and what it brings at saturation.
#[derive(Debug, Clone, Copy)]
struct Draw {
    shape: Shape,
    height: f64,
}

/// The belief about one ad set.
#[derive(Debug, Clone)]
pub struct Posterior {
    draws: Vec<Draw>,
    unit: f64,
}

/// A figure with its equally-tailed interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean of the belief for what an amount brings, its median for a cost.
    pub value: f64,
    /// The range that holds the truth with the probability asked for.
    pub interval: Interval,
}

impl Learner {
    /// The belief about one ad set; `None` where there is no such ad set. Results (or value, minor units) of a usual day.
    pub fn posterior(&self, segment: usize) -> Option<Posterior> {
        self.drawn(segment, DRAWS)
    }

    /// As [`Learner::posterior`], with so many curves.
    pub(super) fn drawn(&self, segment: usize, draws: usize) -> Option<Posterior> {
        let belief = self.beliefs.get(segment)?;
        let mut random = Random::named(&self.setup.segments.get(segment)?.name, 1);
        let mut draws = draw(&self.grid, belief, draws, &mut random, self.setup.objective == Objective::Value);
        let common = self.current.common();
        draws.iter_mut().for_each(|draw| draw.height *= common);
        Some(Posterior { draws, unit: self.setup.even_share() })
    }
}

fn draw(grid: &Grid, belief: &Belief, count: usize, random: &mut Random, value_counts: bool) -> Vec<Draw> {
    let mut strata: Vec<usize> = (0..count).collect();
    for k in (1..count).rev() {
        strata.swap(k, ((random.uniform() * (k + 1) as f64) as usize).min(k));
    }
    let pick = |at: f64| {
        let mut sum = 0.0;
        belief.cells.iter().find(|cell| {
            sum += cell.weight;
            sum >= at
        })
    };
    strata
        .iter()
        .filter_map(|k| {
            let cell = pick((*k as f64 + random.uniform()) / count as f64).or(belief.cells.last())?;
            let clicks = gamma_quantile(cell.height.0, random.uniform()) / cell.height.1;
            let per_click = gamma_quantile(cell.per_click.0, random.uniform()) / cell.per_click.1;
            let value = if value_counts && belief.value_variance > 0.0 {
                // A positive mean known so surely: Gamma again.
                let sure = 1.0 / belief.value_variance;
                belief.value * gamma_quantile(sure, random.uniform()) / sure
            } else {
                belief.value
            };
            Some(Draw { shape: grid.shapes[cell.shape], height: clicks * per_click * value })
        })
        .collect()
}

impl Draw {
    fn brings(&self, spend: f64) -> f64 {
        self.height * self.shape.at(spend)
    }

    /// What the next even share would bring at this rate.
    fn margin(&self, spend: f64) -> f64 {
        let at = self.shape.at(spend);
        self.height * self.shape.alpha * at * (1.0 - at) / spend
    }
}

impl Posterior {
    /// What an amount (minor units) is expected to bring in a day.
    pub fn brings(&self, amount: f64, probability: f64) -> Estimate {
        let values: Vec<f64> = self.draws.iter().map(|draw| draw.brings(amount / self.unit)).collect();
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        Estimate { value: mean, interval: middle(values, probability).1 }
    }

    /// What a result costs on average at an amount, minor units; `None` at no amount.
    pub fn average_cost(&self, amount: f64, probability: f64) -> Option<Estimate> {
        (amount > 0.0).then(|| {
            let (value, interval) =
                middle(self.draws.iter().map(|d| amount / d.brings(amount / self.unit)).collect(), probability);
            Estimate { value, interval }
        })
    }

    /// What one more result costs at an amount, minor units; `None` at no amount.
    pub fn marginal_cost(&self, amount: f64, probability: f64) -> Option<Estimate> {
        (amount > 0.0).then(|| {
            let (value, interval) =
                middle(self.draws.iter().map(|d| self.unit / d.margin(amount / self.unit)).collect(), probability);
            Estimate { value, interval }
        })
    }

    /// What each equally likely curve brings at an amount.
    pub fn each(&self, amount: f64) -> impl Iterator<Item = f64> + '_ {
        self.draws.iter().map(move |draw| draw.brings(amount / self.unit))
    }
}

/// Median and equal-tailed interval of equally likely values.
fn middle(mut values: Vec<f64>, probability: f64) -> (f64, Interval) {
    values.sort_by(f64::total_cmp);
    let at = |p: f64| {
        let place = p * values.len() as f64 - 0.5;
        let (low, share) = (place.floor().max(0.0) as usize, place - place.floor());
        let (a, b) = (values.get(low).copied(), values.get(low + 1).or(values.last()).copied());
        a.zip(b).map_or(f64::NAN, |(a, b)| a + share * (b - a))
    };
    let tail = (1.0 - probability).clamp(0.0, 1.0) / 2.0;
    (at(0.5), Interval { low: at(tail), high: at(1.0 - tail) })
}
