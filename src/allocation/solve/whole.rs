//! Whole minor units: from a division in currency units to the best one that money can be sent in.
//!
//! Where returns diminish everywhere, a division is the best whole one exactly if no unit moved from one segment to another brings
//! more (Fox, "Discrete Optimization via Marginal Analysis", Management Science 13, 1966). So the division is rounded down, the
//! units left go where they bring the most, and units move until none gains.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::piece::Piece;

/// Amounts above this are not exact in a double.
pub const LARGEST: i64 = 1 << 53;

/// How many units may move after rounding, a segment.
const MOVES_A_SEGMENT: usize = 16;

/// The whole minor units that a division is made of.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    per_unit: f64,
    total: i64,
}

/// A value by which segments are ordered; among equal ones the earlier segment comes first.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Worth(f64);

impl Eq for Worth {}

impl PartialOrd for Worth {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Worth {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Grid {
    /// `total` minor units, `per_unit` of which make a currency unit; both at most [`LARGEST`].
    pub fn new(total: i64, per_unit: i64) -> Self {
        Self { per_unit: per_unit as f64, total }
    }

    /// What there is to divide, in minor units.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// So many minor units in currency units.
    pub fn money(&self, minor: i64) -> f64 {
        minor as f64 / self.per_unit
    }

    /// The least whole number of minor units that is at least `money`. What misses a whole one by no more than the rounding of a
    /// decimal to a double is that one.
    pub fn up(&self, money: f64) -> i64 {
        whole(money * self.per_unit, f64::ceil)
    }

    /// The largest whole number of minor units that is at most `money`, understood likewise.
    pub fn down(&self, money: f64) -> i64 {
        whole(money * self.per_unit, f64::floor)
    }

    /// The whole division next to `money` from which no unit moved brings more: the best one inside the boxes where returns diminish
    /// on all of them. `None` where the boxes do not hold the total.
    pub fn round(&self, pieces: &[Piece], money: &[f64]) -> Option<Vec<i64>> {
        let boxes: Vec<(i64, i64)> =
            pieces.iter().map(|piece| (self.up(piece.lo), self.down(piece.hi).min(self.total))).collect();
        let mut amounts: Vec<i64> = Vec::with_capacity(boxes.len());
        for ((least, most), money) in boxes.iter().zip(money) {
            if least > most {
                return None;
            }
            amounts.push(self.down(*money).clamp(*least, *most));
        }
        let mut exchange = Exchange { grid: self, pieces, boxes, amounts, up: BinaryHeap::new(), down: BinaryHeap::new() };
        exchange.settle().then_some(exchange.amounts)
    }
}

fn whole(minor: f64, direction: fn(f64) -> f64) -> i64 {
    let nearest = minor.round();
    let close = (minor - nearest).abs() <= 4.0 * f64::EPSILON * minor.abs();
    // A float beyond the range becomes its end, which every caller's own bound then cuts.
    (if close { nearest } else { direction(minor) }) as i64
}

/// Units on their way: what the next one brings each segment, and what the last one brought. Entries whose amount has changed since are
/// stale and skipped.
struct Exchange<'a> {
    grid: &'a Grid,
    pieces: &'a [Piece],
    boxes: Vec<(i64, i64)>,
    amounts: Vec<i64>,
    up: BinaryHeap<(Worth, Reverse<usize>, i64)>,
    down: BinaryHeap<(Reverse<Worth>, usize, i64)>,
}

impl Exchange<'_> {
    /// What the unit above `amount` brings.
    fn gain(&self, place: usize, amount: i64) -> f64 {
        self.pieces[place].curve.gain(self.grid.money(amount), self.grid.money(1))
    }

    fn offer(&mut self, place: usize) {
        let amount = self.amounts[place];
        if amount < self.boxes[place].1 {
            self.up.push((Worth(self.gain(place, amount)), Reverse(place), amount));
        }
        if amount > self.boxes[place].0 {
            self.down.push((Reverse(Worth(self.gain(place, amount - 1))), place, amount));
        }
    }

    fn best_up(&mut self) -> Option<(f64, usize)> {
        while let Some((worth, Reverse(place), amount)) = self.up.peek() {
            if self.amounts[*place] == *amount {
                return Some((worth.0, *place));
            }
            self.up.pop();
        }
        None
    }

    fn best_down(&mut self) -> Option<(f64, usize)> {
        while let Some((Reverse(worth), place, amount)) = self.down.peek() {
            if self.amounts[*place] == *amount {
                return Some((worth.0, *place));
            }
            self.down.pop();
        }
        None
    }

    fn step(&mut self, place: usize, by: i64) {
        self.amounts[place] += by;
        self.offer(place);
    }

    /// Brings the sum to the total and then moves units until none gains; whether the total fits.
    fn settle(&mut self) -> bool {
        let sum: i128 = self.amounts.iter().map(|amount| i128::from(*amount)).sum();
        let mut left = i128::from(self.grid.total) - sum;
        for place in 0..self.amounts.len() {
            self.offer(place);
        }
        while left != 0 {
            let next = if left > 0 { self.best_up() } else { self.best_down() };
            let Some((_, place)) = next else { return false };
            let by = if left > 0 { 1 } else { -1 };
            self.step(place, by);
            left -= i128::from(by);
        }
        // From a rounded optimum few units move; where returns grow whole boxes could, one unit at a time, which is left to the search.
        for _ in 0..MOVES_A_SEGMENT * self.pieces.len() + MOVES_A_SEGMENT {
            let (Some((gain, to)), Some((loss, from))) = (self.best_up(), self.best_down()) else { break };
            if gain <= loss || gain.is_nan() || loss.is_nan() || to == from {
                break;
            }
            self.step(from, -1);
            self.step(to, 1);
        }
        true
    }
}
