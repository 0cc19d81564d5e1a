//! From where the money should go to what is proposed for a day: inside the bounds, within the step, exact, and with reasons.

use serde::{Deserialize, Serialize};

use crate::domain::split::Bounds;
use crate::stats::Random;

use super::divide::{nearest, whole};
use super::{Learner, Refused};

/// Curves drawn to tell the chance that a move helps.
const CHANCE_DRAWS: usize = 100;

/// How boldly to divide.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Standard deviations of belief added to every curve at the start (optimism in the face of uncertainty; Auer,
    /// Cesa-Bianchi and Fischer, 2002, Machine Learning 47); fades with the days left.
    pub optimism: f64,
    /// Relative amplitude of the daily wobble by which neighbouring budgets are tried, which is what tells a curve's slope;
    /// fades with the days left.
    pub wobble: f64,
    /// Weight, 0 to 1, of the division in proportion to what money brings now: it needs no curve and cannot run away with one.
    pub caution: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { optimism: 0.25, wobble: 0.09, caution: 0.15 }
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
    /// The largest relative change of an amount while the total stays (20 % is 0.2).
    pub step: f64,
}

/// What stops an amount from being what the curves ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binds {
    /// Its floor.
    Floor,
    /// Its ceiling.
    Ceiling,
    /// The step of the day.
    Step,
}

/// Why the amounts are what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing is known yet: an even division inside the bounds.
    NoHistory,
    /// The data does not separate the ad sets: the move is as likely to help as not.
    Undecided,
    /// The move is expected to help.
    Better,
}

/// Amounts for a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Minor units; they sum to the total.
    pub amounts: Vec<i64>,
    /// Where the amounts are heading, minor units, were there no step.
    pub target: Vec<f64>,
    /// What stops each amount.
    pub binds: Vec<Option<Binds>>,
    /// What the move is expected to bring a day, in results or value, beside leaving the amounts in proportion as they are.
    pub gain: f64,
    /// The chance that it brings more than leaving them.
    pub chance: f64,
    /// Why.
    pub reason: Reason,
}

impl Learner {
    /// The division for a day, with what it is expected to bring.
    ///
    /// # Errors
    /// [`Refused`] where lengths differ, the step makes no sense or the bounds leave no room.
    pub fn propose(&self, ask: &Ask) -> Result<Proposal, Refused> {
        let (amounts, target) = self.amounts(ask)?;
        let total = ask.total as f64;
        let before: Vec<f64> = match &ask.current {
            Some(current) => {
                let sum = current.iter().map(|x| *x as f64).sum::<f64>().max(1.0);
                current.iter().map(|x| *x as f64 / sum * total).collect()
            }
            None => vec![total / amounts.len() as f64; amounts.len()],
        };
        let mut gains = vec![0.0; CHANCE_DRAWS];
        for (i, (new, old)) in amounts.iter().zip(&before).enumerate() {
            let Some(posterior) = self.drawn(i, CHANCE_DRAWS) else { continue };
            let differences = posterior.each(*new as f64).zip(posterior.each(*old)).map(|(a, b)| a - b);
            for (gain, difference) in gains.iter_mut().zip(differences) {
                *gain += difference;
            }
        }
        let gain = gains.iter().sum::<f64>() / CHANCE_DRAWS as f64;
        let chance = gains.iter().filter(|gain| **gain > 0.0).count() as f64 / CHANCE_DRAWS as f64;
        let reason = match self.days() {
            0 => Reason::NoHistory,
            _ if chance < 0.6 => Reason::Undecided,
            _ => Reason::Better,
        };
        let binds = (0..amounts.len()).map(|i| binds(ask, i, amounts[i], target[i])).collect();
        Ok(Proposal { amounts, target, binds, gain, chance, reason })
    }

    /// The amounts of [`Learner::propose`] without its figures, and where they are heading.
    ///
    /// # Errors
    /// As [`Learner::propose`].
    pub fn amounts(&self, ask: &Ask) -> Result<(Vec<i64>, Vec<f64>), Refused> {
        self.check(ask)?;
        let n = self.setup.segments.len();
        let total = ask.total as f64;
        let low: Vec<f64> = ask.bounds.iter().map(|b| b.floor as f64).collect();
        let high: Vec<f64> = ask.bounds.iter().map(|b| b.ceiling.min(ask.total) as f64).collect();
        let target = match self.days() {
            0 => nearest(&vec![total / n as f64; n], &low, &high, total),
            _ => self.target(ask, &low, &high),
        };
        let (low, high) = reach(ask);
        let wish = self.towards(ask, &target, &low, &high);
        Ok((whole(&wish, &low, &high, ask.total), target))
    }

    fn check(&self, ask: &Ask) -> Result<(), Refused> {
        let expected = self.setup.segments.len();
        if ask.bounds.len() != expected {
            return Err(Refused::Lengths { what: "bounds", found: ask.bounds.len(), expected });
        }
        if let Some(current) = ask.current.as_ref().filter(|c| c.len() != expected) {
            return Err(Refused::Lengths { what: "amounts", found: current.len(), expected });
        }
        if ask.total <= 0 {
            return Err(Refused::Total(ask.total));
        }
        if !(ask.step > 0.0 && ask.step <= 1.0) {
            return Err(Refused::Step);
        }
        if let Some(i) = ask.bounds.iter().position(|b| b.floor < 0 || b.floor > b.ceiling) {
            return Err(Refused::Crossed(i));
        }
        let floors: i64 = ask.bounds.iter().map(|b| b.floor).fold(0, i64::saturating_add);
        let ceilings: i64 = ask.bounds.iter().map(|b| b.ceiling).fold(0, i64::saturating_add);
        if floors > ask.total || ceilings < ask.total {
            return Err(Refused::NoRoom { floors, ceilings, total: ask.total });
        }
        Ok(())
    }

    /// How much exploration is left, 1 at the start; without a known end it fades over 90 days.
    pub(super) fn left(&self, day: u32) -> f64 {
        let days = f64::from(self.setup.horizon_days.unwrap_or(90).max(1));
        let gone = f64::from(day.saturating_sub(self.history.first.unwrap_or(day)));
        ((days - gone) / days).clamp(0.0, 1.0).sqrt()
    }

    /// The wish of the day: from the amounts there are towards the target and its wobble, as far as the step lets. What goes up
    /// and what goes down are scaled to each other, so that no ad set moves only to make the sum come out.
    fn towards(&self, ask: &Ask, target: &[f64], low: &[i64], high: &[i64]) -> Vec<f64> {
        let (low, high): (Vec<f64>, Vec<f64>) =
            (low.iter().map(|x| *x as f64).collect(), high.iter().map(|x| *x as f64).collect());
        let amplitude = if self.days() == 0 { 0.0 } else { self.policy.wobble * self.left(ask.day) };
        let mut wish: Vec<f64> = target
            .iter()
            .zip(&self.setup.segments)
            .map(|(t, segment)| t * (1.0 + amplitude * side(&segment.name, ask.day)))
            .collect();
        if let Some(current) = ask.current.as_ref().filter(|c| same_total(c, ask.total)) {
            let moves: Vec<f64> = wish
                .iter()
                .zip(current)
                .zip(low.iter().zip(&high))
                .map(|((w, c), (l, h))| w.clamp(*l, h.max(*l)) - *c as f64)
                .collect();
            let up: f64 = moves.iter().filter(|m| **m > 0.0).sum();
            let down: f64 = -moves.iter().filter(|m| **m < 0.0).sum::<f64>();
            let scale = |m: f64| match m > 0.0 {
                true if up > down => m * down / up,
                false if down > up => m * up / down,
                _ => m,
            };
            wish = current.iter().zip(&moves).map(|(c, m)| *c as f64 + scale(*m)).collect();
        }
        nearest(&wish, &low, &high, ask.total as f64)
    }
}

/// Which side of its target an ad set tries on a day: each pair of days has both, in an order that belongs to name and pair.
fn side(name: &str, day: u32) -> f64 {
    let first_up = Random::named(name, u64::from(day / 2)).uniform() < 0.5;
    if first_up == day.is_multiple_of(2) { 1.0 } else { -1.0 }
}

fn same_total(current: &[i64], total: i64) -> bool {
    current.iter().map(|c| i128::from(*c)).sum::<i128>() == i128::from(total)
}

/// Bounds of the day: the step around the amounts there are, where the total is what it was and the bounds leave it room.
fn reach(ask: &Ask) -> (Vec<i64>, Vec<i64>) {
    let low: Vec<i64> = ask.bounds.iter().map(|b| b.floor).collect();
    let high: Vec<i64> = ask.bounds.iter().map(|b| b.ceiling.min(ask.total)).collect();
    let Some(current) = ask.current.as_ref().filter(|c| same_total(c, ask.total)) else { return (low, high) };
    let down = |c: i64| (c as f64 * (1.0 - ask.step)).ceil() as i64;
    let up = |c: i64| (c as f64 * (1.0 + ask.step)).floor() as i64;
    let near_low: Vec<i64> = current.iter().zip(low.iter().zip(&high)).map(|(c, (l, h))| down(*c).clamp(*l, *h)).collect();
    let near_high: Vec<i64> = current.iter().zip(low.iter().zip(&high)).map(|(c, (l, h))| up(*c).clamp(*l, *h)).collect();
    let sum = |x: &[i64]| x.iter().map(|v| i128::from(*v)).sum::<i128>();
    let total = i128::from(ask.total);
    if sum(&near_low) > total || sum(&near_high) < total { (low, high) } else { (near_low, near_high) }
}

fn binds(ask: &Ask, i: usize, amount: i64, target: f64) -> Option<Binds> {
    let bounds = ask.bounds.get(i)?;
    if amount <= bounds.floor && bounds.floor > 0 {
        return Some(Binds::Floor);
    }
    if amount >= bounds.ceiling {
        return Some(Binds::Ceiling);
    }
    let current = *ask.current.as_ref()?.get(i)? as f64;
    let stopped = (target - current).abs() > ask.step * current && (target - amount as f64).abs() > 1.0;
    stopped.then_some(Binds::Step)
}
