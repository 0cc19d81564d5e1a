//! The division that brings the most, with the proof that nothing brings more.
//!
//! Concave curves: one price of money for all segments, found by Newton's method on closed-form inverse marginals. S-shaped curves: the
//! same on concave envelopes, with branch and bound on the boxes where envelope and curve differ (Falk and Soland, "An Algorithm
//! for Separable Nonconvex Programming Problems", Management Science 15, 1969). The dual value at the price is the upper bound.

mod piece;
mod search;
mod settle;
mod shape;

use super::problem::{Problem, Refused, Segment};
use piece::Piece;
use search::{Found, search};
use settle::Scratch;

/// How far a concave answer may lie below its bound, as a share of it.
pub const CONCAVE_GAP: f64 = 1e-9;
/// How far an S-shaped answer may lie below its bound before the search goes on.
pub const SEARCH_GAP: f64 = 1e-7;

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

/// Divides the total so that it brings the most. The answer does not depend on the order of the segments.
///
/// # Errors
/// [`Refused`] where the problem makes no sense or no division keeps its bounds.
pub fn solve(problem: &Problem) -> Result<Solution, Refused> {
    problem.check()?;
    let order = canonical(&problem.segments);
    let mut pieces: Vec<Piece> = order.iter().map(|index| boxed(problem, *index)).collect();
    let start = guess(&pieces, problem.total);
    let mut scratch = Scratch::default();
    scratch.reset(pieces.len());
    let Found { money, value, bound, price } = search(&mut pieces, problem.total, start, SEARCH_GAP, &mut scratch);
    let proven = bound - value <= SEARCH_GAP * value.abs();
    let mut allocation = vec![0.0; order.len()];
    for (place, index) in order.iter().enumerate() {
        allocation[*index] = money[place];
    }
    Ok(Solution {
        allocation,
        value,
        upper_bound: bound,
        lambda: price.value,
        status: if proven { Status::Optimal } else { Status::Bounded },
    })
}

fn boxed(problem: &Problem, index: usize) -> Piece {
    let Segment { curve, lo, hi } = problem.segments[index];
    Piece::new(curve, lo, hi.min(problem.total).max(lo))
}

/// The places of the segments in an order that depends on nothing but what they are, so that the same problem gets the same answer
/// however it is written down.
fn canonical(segments: &[Segment]) -> Vec<usize> {
    let mut order: Vec<(u64, usize)> =
        segments.iter().map(|segment| segment.curve.value(segment.hi).to_bits()).zip(0..).collect();
    order.sort_unstable_by(|(a, i), (b, j)| a.cmp(b).then_with(|| segments[*i].order(&segments[*j])).then(i.cmp(j)));
    order.into_iter().map(|(_, index)| index).collect()
}

/// The logarithm of a price to begin with: the mean of those at which the money above the floors is spread evenly over the boxes.
fn guess(pieces: &[Piece], total: f64) -> f64 {
    let floor: f64 = pieces.iter().map(|piece| piece.lo).sum();
    let room: f64 = pieces.iter().map(|piece| piece.hi - piece.lo).sum();
    let share = if room > 0.0 { ((total - floor) / room).clamp(0.0, 1.0) } else { 0.0 };
    let (mut logs, mut count) = (0.0, 0.0);
    for piece in pieces {
        let log = piece.curve.marginal(piece.lo + share * (piece.hi - piece.lo)).ln();
        if log.is_finite() {
            logs += log;
            count += 1.0;
        }
    }
    if count > 0.0 { logs / count } else { 0.0 }
}
