//! Where the money should go, were there no step: the division with the largest expected objective.

use super::Learner;
use super::divide::{lattice, nearest, polish};
use super::history::Cell;
use super::propose::Ask;

/// Share of a day on which an ad set that delivered nothing yesterday is expected to deliver.
const AFTER_AN_OUTAGE: f64 = 0.4;
/// Steps that the money above the floors is divided into at first; halves of them and less are moved afterwards.
const STEPS: usize = 160;

impl Learner {
    pub(super) fn target(&self, ask: &Ask, low: &[f64], high: &[f64]) -> Vec<f64> {
        let n = low.len();
        let unit = self.setup.even_share();
        let total = ask.total as f64;
        let spare = total - low.iter().sum::<f64>();
        if spare <= 0.0 {
            return low.to_vec();
        }
        let curves = self.hopes(ask.day);
        let value = |i: usize, amount: f64| self.grid.read(&curves[i], amount / unit);
        let piece = spare / STEPS as f64;
        let gain: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                let most = (((high[i] - low[i]) / piece + 1e-9) as usize).min(STEPS);
                (0..=most).map(|k| value(i, low[i] + k as f64 * piece)).collect()
            })
            .collect();
        let mut amounts: Vec<f64> = match lattice(&gain, STEPS) {
            Some(chosen) => chosen.iter().zip(low).map(|(k, l)| l + *k as f64 * piece).collect(),
            // The ceilings fall between two steps of the lattice.
            None => nearest(&vec![total / n as f64; n], low, high, total),
        };
        polish(&mut amounts, low, high, piece * 0.5, value);
        if let Some(current) = ask.current.as_ref().filter(|_| self.policy.caution > 0.0) {
            let rates: Vec<f64> = (0..n).map(|i| value(i, current[i] as f64) / (current[i] as f64).max(1.0)).collect();
            let sum = rates.iter().sum::<f64>().max(1e-300);
            let share: Vec<f64> = rates.iter().map(|rate| rate / sum * total).collect();
            for (amount, share) in amounts.iter_mut().zip(nearest(&share, low, high, total)) {
                *amount += self.policy.caution * (share - *amount);
            }
        }
        amounts
    }

    /// What each ad set is hoped to bring at each point of spend: the mean of the belief, and while there is time to learn a
    /// share of its uncertainty.
    fn hopes(&self, day: u32) -> Vec<Vec<f64>> {
        let bonus = self.policy.optimism * self.left(day);
        let last = self.history.days.last();
        let hope = |i: usize| {
            let (mean, deviation) = self.beliefs[i].curve(&self.grid);
            let silent = |cell: &Cell| cell.known && cell.budget > 0.0 && !cell.delivered();
            let there = if last.is_some_and(|day| silent(&day[i])) { AFTER_AN_OUTAGE } else { 1.0 };
            mean.iter().zip(&deviation).map(|(m, d)| there * (m + bonus * d)).collect()
        };
        (0..self.beliefs.len()).map(hope).collect()
    }
}
