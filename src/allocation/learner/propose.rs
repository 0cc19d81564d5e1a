//! From beliefs to amounts: where the money should go, and how far towards it a day may take it.

use crate::domain::split::Bounds;

use super::divide::{lattice, nearest, polish, whole};
use super::history::Cell;
use super::{Learner, Refused};

/// How boldly to divide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Standard deviations of belief added to every curve at the start; fades with the days left.
    pub optimism: f64,
    /// Amplitude of the daily wobble by which neighbouring budgets are tried; fades with the days left.
    pub wobble: f64,
    /// Weight of the division in proportion to what money brings now.
    pub blend: f64,
    /// Weight at the start of the mean of the divisions that are best under curves drawn from the belief.
    pub sampling: f64,
    /// How exploration fades: the power of the share of days left.
    pub fade: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { optimism: 0.25, wobble: 0.09, blend: 0.3, sampling: 0.0, fade: 0.5 }
    }
}

/// What is to be divided.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The day the amounts are for.
    pub day: u32,
    /// The total, minor units.
    pub total: i64,
    /// The amounts of the day before, where there were any.
    pub current: Option<Vec<i64>>,
    /// Floor and ceiling of each ad set.
    pub bounds: Vec<Bounds>,
    /// The largest relative change of an amount.
    pub step: f64,
}

impl Learner {
    /// The best division for a day.
    ///
    /// # Errors
    /// [`Refused`] where lengths differ or the bounds leave no room.
    pub fn divide(&self, ask: &Ask) -> Result<Vec<i64>, Refused> {
        let n = self.setup.segments.len();
        let total = ask.total as f64;
        let low: Vec<f64> = ask.bounds.iter().map(|b| b.floor as f64).collect();
        let high: Vec<f64> = ask.bounds.iter().map(|b| b.ceiling.min(ask.total) as f64).collect();
        let target = if self.history.len() == 0 {
            nearest(&vec![total / n as f64; n], &low, &high, total)
        } else {
            self.target(ask, &low, &high)
        };
        let (low, high): (Vec<i64>, Vec<i64>) = self.reach(ask);
        let (lowf, highf): (Vec<f64>, Vec<f64>) =
            (low.iter().map(|x| *x as f64).collect(), high.iter().map(|x| *x as f64).collect());
        let wish = self.towards(ask, &target, &lowf, &highf);
        Ok(whole(&wish, &low, &high, ask.total))
    }

    /// How much exploration is left, 1 at the start.
    fn left(&self, day: u32) -> f64 {
        let days = f64::from(self.setup.horizon_days.unwrap_or(90));
        let day = f64::from(day.saturating_sub(self.history.first.unwrap_or(0)));
        ((days - day) / days).clamp(0.0, 1.0).powf(self.policy.fade)
    }

    /// Bounds within the step, where they leave room.
    fn reach(&self, ask: &Ask) -> (Vec<i64>, Vec<i64>) {
        let low: Vec<i64> = ask.bounds.iter().map(|b| b.floor).collect();
        let high: Vec<i64> = ask.bounds.iter().map(|b| b.ceiling.min(ask.total)).collect();
        let Some(current) = &ask.current else { return (low, high) };
        if current.iter().sum::<i64>() != ask.total {
            return (low, high);
        }
        let near_low: Vec<i64> =
            current.iter().zip(&low).map(|(c, l)| ((*c as f64 * (1.0 - ask.step)).ceil() as i64).max(*l)).collect();
        let near_high: Vec<i64> = current
            .iter()
            .zip(low.iter().zip(&high))
            .map(|(c, (l, h))| ((*c as f64 * (1.0 + ask.step)).floor() as i64).max(*l).min(*h))
            .collect();
        let sum = |x: &[i64]| x.iter().map(|v| i128::from(*v)).sum::<i128>();
        let crossed = near_low.iter().zip(&near_high).any(|(l, h)| l > h);
        if crossed || sum(&near_low) > i128::from(ask.total) || sum(&near_high) < i128::from(ask.total) {
            return (low, high);
        }
        (near_low, near_high)
    }

    fn towards(&self, ask: &Ask, target: &[f64], low: &[f64], high: &[f64]) -> Vec<f64> {
        let total = ask.total as f64;
        let mut wish = target.to_vec();
        if self.policy.wobble > 0.0 && self.history.len() > 0 {
            for (i, w) in wish.iter_mut().enumerate() {
                let seed = self.setup.segments[i]
                    .name
                    .bytes()
                    .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
                let mut random = Draws(seed);
                let pair = u64::from(ask.day) / 2;
                random.0 ^= pair << 20;
                let sign = if (random.next() < 0.5) == (ask.day % 2 == 0) { 1.0 } else { -1.0 };
                *w *= 1.0 + sign * self.policy.wobble * self.left(ask.day);
            }
        }
        match &ask.current {
            Some(current) if current.iter().sum::<i64>() == ask.total => {
                let mut moves: Vec<f64> = wish
                    .iter()
                    .zip(current)
                    .zip(low.iter().zip(high))
                    .map(|((w, c), (l, h))| w.clamp(*l, h.max(*l)) - *c as f64)
                    .collect();
                let up: f64 = moves.iter().filter(|m| **m > 0.0).sum();
                let down: f64 = -moves.iter().filter(|m| **m < 0.0).sum::<f64>();
                for m in &mut moves {
                    if *m > 0.0 && up > down {
                        *m *= down / up
                    }
                    if *m < 0.0 && down > up {
                        *m *= up / down
                    }
                }
                let wish: Vec<f64> = current.iter().zip(&moves).map(|(c, m)| *c as f64 + m).collect();
                nearest(&wish, low, high, total)
            }
            _ => nearest(&wish, low, high, total),
        }
    }

    /// The division with the largest expected objective, were there no step.
    fn target(&self, ask: &Ask, low: &[f64], high: &[f64]) -> Vec<f64> {
        let n = low.len();
        let unit = self.setup.even_share();
        let total = ask.total as f64;
        let bonus = self.policy.optimism * self.left(ask.day);
        let last = self.history.days.last();
        let curves: Vec<Vec<f64>> = self
            .beliefs
            .iter()
            .enumerate()
            .map(|(i, belief)| {
                let (mut mean, sd) = belief.curve(&self.grid);
                let off = last.is_some_and(|day| day[i].known && day[i].budget > 0.0 && !Cell::delivered(&day[i]));
                for (m, s) in mean.iter_mut().zip(&sd) {
                    *m += bonus * s;
                    if off {
                        *m *= 0.4
                    }
                }
                mean
            })
            .collect();
        let value = |i: usize, amount: f64| self.grid.read(&curves[i], amount / unit);
        let spare = total - low.iter().sum::<f64>();
        if spare <= 0.0 {
            return low.to_vec();
        }
        let steps = (10 * n).clamp(160, 400);
        let piece = spare / steps as f64;
        let gain: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                let most = (((high[i] - low[i]) / piece + 1e-9) as usize).min(steps);
                (0..=most).map(|k| value(i, low[i] + k as f64 * piece)).collect()
            })
            .collect();
        let share = self.policy.sampling * self.left(ask.day);
        let drawn = if share > 0.0 { self.sampled(ask, low, high, spare) } else { Vec::new() };
        let mut amounts: Vec<f64> = match lattice(&gain, steps) {
            Some(chosen) => chosen.iter().zip(low).map(|(k, l)| l + *k as f64 * piece).collect(),
            None => nearest(&vec![total / n as f64; n], low, high, total),
        };
        polish(&mut amounts, low, high, piece * 0.5, value);
        for (a, d) in amounts.iter_mut().zip(&drawn) {
            *a += share.min(1.0) * (d - *a)
        }
        if self.policy.blend > 0.0 {
            if let Some(current) = &ask.current {
                let rate: Vec<f64> = (0..n).map(|i| value(i, current[i] as f64) / (current[i] as f64).max(1.0)).collect();
                let whole: f64 = rate.iter().sum();
                let share: Vec<f64> = rate.iter().map(|r| r / whole * total).collect();
                let share = nearest(&share, low, high, total);
                for (a, s) in amounts.iter_mut().zip(share) {
                    *a += self.policy.blend * (s - *a)
                }
            }
        }
        amounts
    }

    /// Mean of the divisions that are best under curves drawn from the belief.
    fn sampled(&self, ask: &Ask, low: &[f64], high: &[f64], spare: f64) -> Vec<f64> {
        let n = low.len();
        let unit = self.setup.even_share();
        let steps = (8 * n).clamp(64, 160);
        let piece = spare / steps as f64;
        let draws = (2_500_000 / (n * steps * steps / 2)).clamp(8, 64);
        let last = self.history.days.last();
        let mut mean = vec![0.0; n];
        let mut counted = 0.0;
        // Per ad set: what each draw brings at each step.
        let curves: Vec<Vec<Vec<f64>>> = (0..n)
            .map(|i| {
                let seed = self.setup.segments[i]
                    .name
                    .bytes()
                    .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
                let mut random = Draws(seed ^ (u64::from(ask.day) << 32));
                let most = (((high[i] - low[i]) / piece + 1e-9) as usize).min(steps);
                let off = last.is_some_and(|day| day[i].known && day[i].budget > 0.0 && !Cell::delivered(&day[i]));
                let belief = &self.beliefs[i];
                let mut order: Vec<usize> = (0..draws).collect();
                for k in (1..draws).rev() {
                    let j = (random.next() * (k + 1) as f64) as usize;
                    order.swap(k, j.min(k))
                }
                order
                    .iter()
                    .map(|k| {
                        let u = (*k as f64 + random.next()) / draws as f64;
                        let mut sum = 0.0;
                        let cell = belief
                            .cells
                            .iter()
                            .find(|c| {
                                sum += c.weight;
                                sum >= u
                            })
                            .or(belief.cells.last());
                        let Some(cell) = cell else { return vec![0.0; most + 1] };
                        let height =
                            random.gamma(cell.height.0) / cell.height.1 * random.gamma(cell.per_click.0) / cell.per_click.1;
                        let scale = height
                            * belief.value
                            * (random.normal() * belief.value_variance.sqrt()).exp()
                            * if off { 0.4 } else { 1.0 };
                        let row = self.grid.row(cell.shape);
                        (0..=most).map(|s| scale * self.grid.read(row, (low[i] + s as f64 * piece) / unit)).collect()
                    })
                    .collect()
            })
            .collect();
        for k in 0..draws {
            let gain: Vec<&[f64]> = curves.iter().map(|c| c[k].as_slice()).collect();
            if let Some(chosen) = lattice(&gain, steps) {
                for (m, c) in mean.iter_mut().zip(&chosen) {
                    *m += *c as f64 * piece
                }
                counted += 1.0;
            }
        }
        if counted == 0.0 {
            return nearest(&vec![ask.total as f64 / n as f64; n], low, high, ask.total as f64);
        }
        mean.iter().zip(low).map(|(m, l)| l + m / counted).collect()
    }
}

/// A small generator that is the same everywhere (SplitMix64; Steele, Lea and Flood, 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
    fn normal(&mut self) -> f64 {
        let (a, b) = (self.next().max(1e-300), self.next());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
    /// Wilson-Hilferty
    fn gamma(&mut self, shape: f64) -> f64 {
        let z = self.normal();
        let c = 1.0 / (9.0 * shape);
        shape * (1.0 - c + z * c.sqrt()).max(1e-3).powi(3)
    }
}
