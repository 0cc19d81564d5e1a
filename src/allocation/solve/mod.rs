//! The division that brings the most, with the proof that nothing brings more.
//!
//! Concave curves: one price of money for all segments, found by Newton's method on closed-form inverse marginals. S-shaped curves: the
//! same on concave envelopes, with branch and bound on the boxes where envelope and curve differ (Falk and Soland, "An Algorithm
//! for Separable Nonconvex Programming Problems", Management Science 15, 1969). The dual value at the price is the upper bound.

mod piece;
mod search;
mod settle;
mod shape;
mod whole;

use super::problem::{Infeasible, Invalid, Problem, Refused, Segment};
use piece::Piece;
use search::{Effort, Goal, search};
use settle::Scratch;
use shape::Price;
pub use whole::{Grid, LARGEST};

/// How far a concave answer may lie below its bound, as a share of it.
pub const CONCAVE_GAP: f64 = 1e-9;
/// How far an S-shaped answer may lie below its bound before the search goes on.
pub const SEARCH_GAP: f64 = 5e-7;

/// The same for whole units, of which none may be lost: no more than the rounding of a sum.
const WHOLE_GAP: f64 = 1e-13;
/// Seconds at most, whatever the number of segments.
const EFFORT: Effort = Effort { nodes: 200_000, segments: 4_000_000 };
/// A unit is worth less search than the division: tenths of a second.
const WHOLE_EFFORT: Effort = Effort { nodes: 20_000, segments: 100_000 };

/// How many segments the first price is guessed from.
const GUESSED: usize = 256;

/// How good an answer is proven to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Within [`CONCAVE_GAP`] or, where returns grow somewhere, [`SEARCH_GAP`] of the upper bound.
    Optimal,
    /// The search ended at its limit: the best found, and an upper bound that is true all the same.
    Bounded,
}

/// The best division, in the order of the problem's segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// What each segment gets, in currency units: inside its bounds, summing to the total but for the last bit.
    pub allocation: Vec<f64>,
    /// What that brings.
    pub value: f64,
    /// What no division exceeds.
    pub upper_bound: f64,
    /// What the last unit of money brings, in every segment that is at no bound.
    pub lambda: f64,
    /// How good the answer is proven to be.
    pub status: Status,
}

impl Solution {
    /// How far the upper bound may lie above the value, as a share of it, where the search ended before its proof.
    pub fn shortfall(&self) -> Option<f64> {
        (self.status == Status::Bounded).then(|| (self.upper_bound - self.value) / self.value.abs())
    }
}

/// The best division in whole minor units.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// What each segment gets, in minor units: inside its bounds, summing to the total exactly.
    pub allocation: Vec<i64>,
    /// What that brings.
    pub value: f64,
    /// Whether no other whole division brings more; else it is the best found.
    pub exact: bool,
}

/// Divides the total so that it brings the most. The answer does not depend on the order of the segments.
///
/// # Errors
/// [`Refused`] where the problem makes no sense or no division keeps its bounds.
pub fn solve(problem: &Problem) -> Result<Solution, Refused> {
    problem.check()?;
    let (order, mut pieces) = canonical_pieces(problem, |segment| (segment.lo, segment.hi.min(problem.total).max(segment.lo)));
    let start = guess(&pieces, problem.total);
    let mut scratch = Scratch::new(pieces.len());
    let goal = Goal { gap: SEARCH_GAP, grid: None, effort: EFFORT };
    // Without a grid every division of the boxes is found.
    let found = search(&mut pieces, problem.total, start, goal, &mut scratch).ok_or(Invalid::Empty)?;
    let proven = found.bound - found.value <= SEARCH_GAP * found.value.abs();
    Ok(Solution {
        allocation: in_order(&order, &found.money),
        value: found.value,
        upper_bound: found.bound,
        lambda: found.price.value,
        status: if proven { Status::Optimal } else { Status::Bounded },
    })
}

/// Divides `total_minor` minor units, `minor_per_unit` of which make the currency unit that the problem counts in, so that they bring the
/// most. Floors are rounded up and ceilings down.
///
/// # Errors
/// [`Refused`] as by [`solve`], where the minor units are not the problem's total, and where no whole division keeps the bounds.
pub fn solve_minor(problem: &Problem, total_minor: i64, minor_per_unit: i64) -> Result<Whole, Refused> {
    problem.check()?;
    let grid = problem.grid(total_minor, minor_per_unit)?;
    let total = grid.money(grid.total());
    let (order, mut pieces) = canonical_pieces(problem, |segment| {
        let lo = grid.up(segment.lo);
        (grid.money(lo), grid.money(grid.down(segment.hi).min(grid.total()).max(lo)))
    });
    let start = guess(&pieces, total);
    let mut scratch = Scratch::new(pieces.len());
    let goal = Goal { gap: WHOLE_GAP, grid: Some(&grid), effort: WHOLE_EFFORT };
    let found = search(&mut pieces, total, start, goal, &mut scratch).ok_or(Infeasible::NoWhole)?;
    let money = in_order(&order, &found.money);
    let allocation = money.into_iter().map(|money| grid.down(money)).collect();
    Ok(Whole { allocation, value: found.value, exact: found.complete })
}

/// The envelopes in canonical order, and the places of their segments.
fn canonical_pieces(problem: &Problem, bounds: impl Fn(&Segment) -> (f64, f64)) -> (Vec<usize>, Vec<Piece>) {
    let order = canonical(&problem.segments);
    let piece = |place: &usize| {
        let segment = &problem.segments[*place];
        let (lo, hi) = bounds(segment);
        Piece::new(segment.curve, lo, hi)
    };
    let pieces = order.iter().map(piece).collect();
    (order, pieces)
}

/// Undoes the canonical order.
fn in_order(order: &[usize], money: &[f64]) -> Vec<f64> {
    let mut allocation = vec![0.0; order.len()];
    for (place, money) in order.iter().zip(money) {
        allocation[*place] = *money;
    }
    allocation
}

/// The places of the segments in an order that depends on nothing but what they are, so that the same problem gets the same answer
/// however it is written down.
fn canonical(segments: &[Segment]) -> Vec<usize> {
    // Nearly always one number decides; where it does not, everything else does.
    let mut keys: Vec<(u64, usize)> = segments.iter().map(|segment| segment.curve.rank().1[0].to_bits()).zip(0..).collect();
    keys.sort_unstable();
    for alike in keys.chunk_by_mut(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
        alike.sort_unstable_by(|(_, a), (_, b)| segments[*a].order(&segments[*b]).then(a.cmp(b)));
    }
    keys.into_iter().map(|(_, index)| index).collect()
}

/// A price to begin with: the geometric mean of those at which the money above the floors is spread evenly over the
/// boxes, of some hundreds of the segments.
fn guess(pieces: &[Piece], total: f64) -> Price {
    let floor: f64 = pieces.iter().map(|piece| piece.lo).sum();
    let room: f64 = pieces.iter().map(|piece| piece.hi - piece.lo).sum();
    let share = if room > 0.0 { ((total - floor) / room).clamp(0.0, 1.0) } else { 0.0 };
    let (mut logs, mut count) = (0.0, 0.0);
    for piece in pieces.iter().step_by(pieces.len().div_ceil(GUESSED)) {
        let log = piece.curve.marginal(piece.lo + share * (piece.hi - piece.lo)).ln();
        if log.is_finite() {
            logs += log;
            count += 1.0;
        }
    }
    Price::of_ln(if count > 0.0 { logs / count } else { 0.0 })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
