//! One decision about a division, as plain data: what was asked, what was known, what follows. Nothing else goes in, so the same
//! question over the same figures gives the same answer, byte for byte.

use serde::{Deserialize, Serialize};
use statrs::distribution::{DiscreteCDF, Poisson};

use super::cadence::{self, Hold, LEAST_MOVE_BP, Pin};
use super::learner::{Ask, Draws, Learner, Policy, Refused, Row, Setup};
use crate::domain::split::{Bounds, WHOLE};

/// Draws of the posterior behind every band: the ends of a 95 % band rest on 50 of them.
const DRAWS: usize = 2_000;
/// Points of a drawn curve.
const POINTS: usize = 25;
/// Half the width over which the marginal is taken, relative to the amount.
const NEAR: f64 = 0.05;

/// What was known on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The last whole day then.
    pub as_of: u32,
    /// The figures of the days that may have changed since the reading before.
    pub rows: Vec<Row>,
}

/// What is to be decided. Money in minor units a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The ad sets and the objective.
    pub setup: Setup,
    /// The day the amounts are for, counted as in the rows.
    pub day: u32,
    /// What each gets now; their sum is what is divided.
    pub current: Vec<i64>,
    /// At least.
    pub floors: Vec<i64>,
    /// At most.
    pub ceilings: Vec<i64>,
    /// The most an amount changes in one move, basis points.
    pub step_bp: i64,
    /// Why some keep their amount.
    pub pins: Vec<Option<Pin>>,
}

/// A figure with its 80 and 95 % bands.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Band {
    /// Expected.
    pub mean: f64,
    /// 80 %.
    pub likely: (f64, f64),
    /// 95 %.
    pub nearly_sure: (f64, f64),
}

/// What keeps an amount from going further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The floor.
    Floor,
    /// The ceiling.
    Ceiling,
    /// The largest step of a day.
    Step,
    /// It must not move now.
    Pinned(Pin),
}

/// A point of a response curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Minor units a day.
    pub amount: i64,
    /// The objective a day.
    pub brings: Band,
}

/// What is said of one ad set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdSetAdvice {
    /// Minor units a day now.
    pub current: i64,
    /// Minor units a day proposed.
    pub proposed: i64,
    /// The objective a day now, and as proposed.
    pub now: Band,
    /// As proposed.
    pub then: Band,
    /// The objective a minor unit, on average over all that is spent now.
    pub average: Band,
    /// The objective that one minor unit more brings.
    pub marginal: Band,
    /// Counts of a day between which 80 and 95 % of days fall at the amount now; none where value is the objective.
    pub day_counts: Option<[(u64, u64); 2]>,
    /// The same as proposed.
    pub day_counts_then: Option<[(u64, u64); 2]>,
    /// What stops it.
    pub limit: Option<Limit>,
    /// What is divided, and the largest step in basis points: what the limit is a share of.
    pub total: i64,
    /// Basis points.
    pub step_bp: i64,
    /// The curve.
    pub curve: Vec<Point>,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// Whole days of figures behind it.
    pub days: usize,
    /// One an ad set, in the order asked.
    pub ad_sets: Vec<AdSetAdvice>,
    /// The objective a day now.
    pub now: Band,
    /// As proposed.
    pub then: Band,
    /// The difference.
    pub gain: Band,
    /// The probability that it is better than what is, basis points.
    pub chance_bp: i64,
    /// Whether the figures do not tell the ad sets apart: no two marginals differ with 80 % probability.
    pub undecided: bool,
}

impl Advice {
    /// Minor units a day proposed, in the order asked.
    pub fn amounts(&self) -> Vec<i64> {
        self.ad_sets.iter().map(|ad_set| ad_set.proposed).collect()
    }
}

impl Question {
    /// What is divided.
    pub fn total(&self) -> i64 {
        self.current.iter().fold(0, |sum, amount| sum.saturating_add(*amount))
    }

    /// The bounds of each; one that must not move is bound to what it has, unless the person's own bounds are against it.
    pub fn bounds(&self) -> Vec<Bounds> {
        let person = self.floors.iter().zip(&self.ceilings).map(|(floor, ceiling)| Bounds { floor: *floor, ceiling: *ceiling });
        let bound = |((person, now), pin): ((Bounds, &i64), &Option<Pin>)| {
            let fits = person.floor <= *now && *now <= person.ceiling;
            if pin.is_some() && fits { Bounds { floor: *now, ceiling: *now } } else { person }
        };
        person.zip(&self.current).zip(&self.pins).map(bound).collect()
    }
}

/// How the product divides: without a wobble, because a person has to approve each move, so none is made to try something out.
pub fn policy() -> Policy {
    Policy { wobble: 0.0, ..Policy::default() }
}

/// What is believed after some readings, in the order in which they were made.
///
/// # Errors
/// [`Refused`] where the question or a row makes no sense.
pub fn learn(question: &Question, readings: &[Reading]) -> Result<Learner, Refused> {
    let mut learner = Learner::new(question.setup.clone(), policy())?;
    for reading in readings {
        learner.observe(reading.as_of, &reading.rows)?;
    }
    Ok(learner)
}

/// The answer to a question.
///
/// # Errors
/// [`Refused`] where the question makes no sense or the bounds leave no room.
pub fn advise(question: &Question, readings: &[Reading]) -> Result<Advice, Refused> {
    let learner = learn(question, readings)?;
    let proposed = unhurried(&learner, question)?;
    let draws = learner.draws(DRAWS);
    let gains = gains(&draws, &proposed, &question.current);
    let ad_sets: Vec<AdSetAdvice> =
        (0..question.current.len()).map(|segment| ad_set(question, &draws, segment, proposed[segment])).collect();
    Ok(Advice {
        days: learner.days(),
        now: band(over(&draws, |draw| sum_at(&draws, draw, &question.current))),
        then: band(over(&draws, |draw| sum_at(&draws, draw, &proposed))),
        chance_bp: chance_bp(&gains),
        gain: band(gains),
        undecided: undecided(&draws, &question.current),
        ad_sets,
    })
}

/// The amounts that a question comes to, or why those there are stay: [`advise`] and [`cadence::judge`] without the figures.
///
/// # Errors
/// As [`advise`].
pub fn decide(learner: &Learner, question: &Question) -> Result<Result<Vec<i64>, Hold>, Refused> {
    let proposed = unhurried(learner, question)?;
    let chance = chance_bp(&gains(&learner.draws(DRAWS), &proposed, &question.current));
    Ok(match cadence::judge(&question.current, &proposed, &question.pins, chance) {
        Some(hold) => Err(hold),
        None => Ok(proposed),
    })
}

/// The division without changes too small to be worth their unrest: those keep their amount, and the rest is divided anew.
fn unhurried(learner: &Learner, question: &Question) -> Result<Vec<i64>, Refused> {
    let current = &question.current;
    let mut ask = Ask {
        day: question.day,
        total: question.total(),
        current: Some(current.clone()),
        bounds: question.bounds(),
        step: question.step_bp as f64 / WHOLE as f64,
    };
    let (mut proposed, _) = learner.amounts(&ask)?;
    for _ in 0..current.len() {
        let change = |at: usize| cadence::largest_change_bp(&current[at..=at], &proposed[at..=at]);
        let (large, small): (Vec<usize>, Vec<usize>) =
            (0..current.len()).filter(|at| proposed[*at] != current[*at]).partition(|at| change(*at) >= LEAST_MOVE_BP);
        if small.is_empty() || large.len() < 2 {
            break;
        }
        for at in small {
            ask.bounds[at] = Bounds { floor: current[at], ceiling: current[at] };
        }
        match learner.amounts(&ask) {
            Ok((calmer, _)) => proposed = calmer,
            // The larger ones alone cannot make it up inside their bounds.
            Err(_) => break,
        }
    }
    Ok(proposed)
}

/// What a division would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// The objective a day, all together.
    pub whole: Band,
    /// Each ad set's part of it.
    pub parts: Vec<Band>,
    /// The probability that it is better than what is, basis points.
    pub chance_bp: i64,
}

/// What any division would bring a day, beside the one there is; amounts in minor units.
pub fn outlook(learner: &Learner, amounts: &[i64], current: &[i64]) -> Outlook {
    let draws = learner.draws(DRAWS);
    let part = |(segment, amount): (usize, &i64)| band(over(&draws, |draw| draws.at(draw, segment, *amount as f64)));
    Outlook {
        whole: band(over(&draws, |draw| sum_at(&draws, draw, amounts))),
        parts: amounts.iter().enumerate().map(part).collect(),
        chance_bp: chance_bp(&gains(&draws, amounts, current)),
    }
}

/// How much more one division brings than another, a draw each.
fn gains(draws: &Draws, amounts: &[i64], current: &[i64]) -> Vec<f64> {
    over(draws, |draw| sum_at(draws, draw, amounts) - sum_at(draws, draw, current))
}

/// The share of gains that are one, basis points.
fn chance_bp(gains: &[f64]) -> i64 {
    let better = gains.iter().filter(|gain| **gain > 0.0).count();
    i64::try_from(better * 10_000 / gains.len().max(1)).unwrap_or(WHOLE)
}

fn ad_set(question: &Question, draws: &Draws, segment: usize, proposed: i64) -> AdSetAdvice {
    let current = question.current[segment];
    let at = |amount: i64| over(draws, |draw| draws.at(draw, segment, amount as f64));
    let counts = |amount: i64| (question.setup.objective == super::learner::Objective::Results).then(|| day_counts(&at(amount)));
    let most = question.ceilings[segment].min(question.total()).min(current.max(proposed).saturating_mul(2)).max(1);
    let curve = (0..POINTS).map(|k| {
        let amount = most * i64::try_from(k).unwrap_or(0) / (POINTS as i64 - 1);
        Point { amount, brings: band(at(amount)) }
    });
    let spend = (current as f64).max(1.0);
    AdSetAdvice {
        current,
        proposed,
        now: band(at(current)),
        then: band(at(proposed)),
        average: band(over(draws, |draw| draws.at(draw, segment, spend) / spend)),
        marginal: band(marginals(draws, segment, spend)),
        day_counts: counts(current),
        day_counts_then: counts(proposed),
        limit: limit(question, segment, proposed),
        total: question.total(),
        step_bp: question.step_bp,
        curve: curve.collect(),
    }
}

/// What one minor unit more brings, a draw each.
fn marginals(draws: &Draws, segment: usize, spend: f64) -> Vec<f64> {
    let (low, high) = (spend * (1.0 - NEAR), spend * (1.0 + NEAR));
    over(draws, |draw| (draws.at(draw, segment, high) - draws.at(draw, segment, low)) / (high - low))
}

fn limit(question: &Question, segment: usize, proposed: i64) -> Option<Limit> {
    let current = question.current[segment];
    let step = i128::from(current) * i128::from(question.step_bp) / i128::from(WHOLE);
    match question.pins[segment] {
        Some(pin) if proposed == current => Some(Limit::Pinned(pin)),
        _ if proposed == current => None,
        _ if proposed >= question.ceilings[segment] => Some(Limit::Ceiling),
        _ if proposed <= question.floors[segment] => Some(Limit::Floor),
        // The last minor unit is lost in rounding.
        _ if i128::from(proposed.abs_diff(current)) + 1 >= step => Some(Limit::Step),
        _ => None,
    }
}

/// Whether no ad set's next money is better than another's with 80 % probability.
fn undecided(draws: &Draws, current: &[i64]) -> bool {
    let of: Vec<Vec<f64>> =
        current.iter().enumerate().map(|(i, amount)| marginals(draws, i, (*amount as f64).max(1.0))).collect();
    let apart = |a: &[f64], b: &[f64]| {
        let first = a.iter().zip(b).filter(|(a, b)| a > b).count() as f64 / a.len().max(1) as f64;
        !(0.2..=0.8).contains(&first)
    };
    !of.iter().enumerate().any(|(i, a)| of[i + 1..].iter().any(|b| apart(a, b)))
}

fn sum_at(draws: &Draws, draw: usize, amounts: &[i64]) -> f64 {
    amounts.iter().enumerate().map(|(segment, amount)| draws.at(draw, segment, *amount as f64)).sum()
}

fn over(draws: &Draws, of: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..draws.len()).map(of).collect()
}

fn band(mut values: Vec<f64>) -> Band {
    if values.is_empty() {
        return Band::default();
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.sort_by(f64::total_cmp);
    let at = |share: f64| short(values[((values.len() - 1) as f64 * share).round() as usize]);
    Band { mean: short(mean), likely: (at(0.1), at(0.9)), nearly_sure: (at(0.025), at(0.975)) }
}

/// Six digits that count: more would only tell machines apart.
fn short(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powi(5 - value.abs().log10().floor() as i32);
    let rounded = (value * scale).round() / scale;
    if rounded.is_finite() { rounded } else { value }
}

/// Between which counts 80 and 95 % of days fall, if each day's count is Poisson about one of these means.
fn day_counts(means: &[f64]) -> [(u64, u64); 2] {
    // Every eighth draw is enough here: the ends are whole numbers.
    let days: Vec<Poisson> = means.iter().step_by(8).filter_map(|mean| Poisson::new(mean.max(1e-9)).ok()).collect();
    let below = |count: u64| days.iter().map(|day| day.cdf(count)).sum::<f64>() / days.len().max(1) as f64;
    let most = means.iter().copied().fold(1.0, f64::max);
    let quantile = |share: f64| {
        let (mut low, mut high) = (0_u64, (most + 12.0 * most.sqrt() + 12.0) as u64);
        while low < high {
            let middle = low.midpoint(high);
            if below(middle) >= share { high = middle } else { low = middle + 1 }
        }
        low
    };
    [(quantile(0.1), quantile(0.9)), (quantile(0.025), quantile(0.975))]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
