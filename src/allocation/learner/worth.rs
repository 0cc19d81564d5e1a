//! What a click is worth: results a click, pooled over ad sets and corrected for young days, and value a result.

use super::delay::Delay;
use super::history::History;

/// Daily discount of results and clicks: a memory of about two months.
const MEMORY: f64 = 0.985;
/// Spread (log scale) of results a click between ad sets, before it can be told from the data; and what that guess weighs, in ad sets.
const SPREAD: f64 = 0.35;
const SPREAD_WEIGHT: f64 = 4.0;
/// Spread (log scale) of the mean value of a result between ad sets.
const VALUE_SPREAD: f64 = 0.25;

/// What is known of one ad set's clicks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Worth {
    /// Results seen and the clicks they came from, young days counted only as far as they are complete.
    pub results: f64,
    pub clicks: f64,
    /// Prior of results a click from the other ad sets: Gamma shape and rate.
    pub shape: f64,
    pub rate: f64,
    /// Mean value of a result, and the variance of that mean relative to its square. Both trivial where results are the aim.
    pub value: f64,
    pub value_variance: f64,
}

pub(super) fn learn(history: &History, delay: &Delay, value_counts: bool) -> Vec<Worth> {
    let n = history.segments;
    let (mut results, mut clicks, mut value) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let mut discount = 1.0;
    for day in history.days.iter().rev() {
        for (i, cell) in day.iter().enumerate().filter(|(_, cell)| cell.known) {
            results[i] += discount * cell.results;
            clicks[i] += discount * cell.clicks * delay.complete(i, cell.age);
            value[i] += discount * cell.value;
        }
        discount *= MEMORY;
    }
    let mean = (results.iter().sum::<f64>() + 0.5) / (clicks.iter().sum::<f64>() + 25.0);
    // Moments: the spread of the rates beyond what counting explains, each ad set weighed by how well it is known.
    let (mut over, mut weight) = (SPREAD * SPREAD * SPREAD_WEIGHT, SPREAD_WEIGHT);
    for i in 0..n {
        let expected = mean * clicks[i];
        if expected > 0.0 {
            let known = expected / (expected + 1.0 / (SPREAD * SPREAD));
            over += known * (((results[i] - expected).powi(2) - expected) / (expected * expected)).clamp(-1.0, 2.0);
            weight += known;
        }
    }
    let shape = 1.0 / (over / weight).clamp(0.02, 1.0);
    let common = (value.iter().sum::<f64>() + 1e-9) / (results.iter().sum::<f64>() + 1e-9);
    let noise = if value_counts { value_noise(history, common) } else { 0.0 };
    (0..n)
        .map(|i| {
            let (each, variance) = if value_counts && common > 0.0 {
                // As if so many results of the common value had been seen: the noise of one over the spread between ad sets.
                let weight = noise / (VALUE_SPREAD * VALUE_SPREAD);
                ((value[i] + weight * common) / (results[i] + weight).max(1e-9), noise / (results[i] + weight).max(1e-9))
            } else {
                (1.0, 0.0)
            };
            Worth { results: results[i], clicks: clicks[i], shape, rate: shape / mean, value: each, value_variance: variance }
        })
        .collect()
}

/// Variance of one result's value relative to the squared mean, from how daily values scatter around results times the mean.
fn value_noise(history: &History, common: f64) -> f64 {
    let (mut squares, mut results) = (10.0, 10.0);
    for cell in history.days.iter().flatten().filter(|cell| cell.known && cell.results > 0.0) {
        squares += ((cell.value - cell.results * common) / common.max(1e-9)).powi(2).min(25.0 * cell.results);
        results += cell.results;
    }
    squares / results
}
