//! The price at which all segments together want exactly the total.
//!
//! Weak duality makes the price its own proof: for every price the surplus of all segments plus the price of the total is an
//! upper bound on what any division brings (Boyd and Vandenberghe, "Convex Optimization", 2004, section 5.2).

use super::piece::{Demand, Piece};
use super::shape::Price;

/// How far the sum at the last price may miss the total, as a share of what is above the floors; the rest is moved along the tangent, which costs the
/// square of it.
const NEAR: f64 = 1e-7;
/// Rounds of the search for the price: each halves the bracket at worst, and 2048 halvings exhaust a double.
const ROUNDS: usize = 200;
/// The logarithms of the least and the largest price.
const PRICES: (f64, f64) = (-700.0, 700.0);

/// Memory that one search leaves to the next.
#[derive(Debug)]
pub struct Scratch {
    /// What each segment gets.
    pub money: Vec<f64>,
    slopes: Vec<f64>,
    near: Vec<f64>,
    jumps: Vec<f64>,
}

/// A solved relaxation; the money is in the scratch.
#[derive(Debug, Clone, Copy)]
pub struct Settled {
    /// The marginal value that all segments share which are at no bound.
    pub price: Price,
    /// The dual bound at the price.
    pub bound: f64,
}

struct Totals {
    /// Money above the floors.
    above: f64,
    slope: f64,
    /// Money between both ends of the jumps at this very price.
    tied: f64,
}

impl Scratch {
    /// For so many segments.
    pub fn new(segments: usize) -> Self {
        let column = vec![f64::NAN; segments];
        Self { money: column.clone(), slopes: column.clone(), near: column, jumps: Vec::new() }
    }

    /// Divides `total` over the envelopes, beginning at the price `start`. The floors need at most the total and the ceilings
    /// allow it, but for rounding.
    pub fn settle(&mut self, pieces: &[Piece], total: f64, start: Price) -> Settled {
        self.jumps.clear();
        self.jumps.extend(pieces.iter().filter(|piece| piece.has_jump()).map(|piece| piece.slope));
        self.jumps.sort_unstable_by(f64::total_cmp);
        // Counted from the floors, so that no floor drowns what little may be above it.
        let room = (total - sum(pieces.iter().map(|piece| piece.lo))).max(0.0);

        let near = NEAR * room;
        let (mut low, mut high) = (Price::of_ln(PRICES.0), Price::of_ln(PRICES.1));
        let mut price = start.clamp(&low, &high);
        let (mut bracketed, mut stride, mut width) = ((false, false), 1.0, f64::INFINITY);
        for round in 0..ROUNDS {
            let totals = self.ask(pieces, &price);
            let excess = totals.above - room;
            if excess > near {
                (low, bracketed.0) = (price, true);
            } else if excess + totals.tied < -near {
                (high, bracketed.1) = (price, true);
            } else {
                break;
            }
            let mut to = price.ln() + newton(&totals, room);
            if bracketed == (true, true) {
                let stuck = round % 4 == 3 && high.ln() - low.ln() > 0.5 * std::mem::replace(&mut width, high.ln() - low.ln());
                if stuck || !(to > low.ln() && to < high.ln()) {
                    to = 0.5 * (low.ln() + high.ln());
                }
            } else {
                // Nothing on the far side yet: strides that double, unless Newton's step is a sensible one.
                let far = price.ln() + 16.0 * stride * excess.signum();
                let step = (to - price.ln()).abs();
                if step.is_nan() || step > (far - price.ln()).abs() {
                    to = price.ln() + stride * excess.signum();
                }
                stride *= 2.0;
            }
            match self.next_price(to, (&low, &high), excess > 0.0) {
                Some(next) => price = next,
                None => break,
            }
        }
        if room == 0.0 {
            // The floors are the only division there is, at whatever price.
            for (piece, (money, slope)) in pieces.iter().zip(self.money.iter_mut().zip(&mut self.slopes)) {
                (*money, *slope) = (piece.lo, 0.0);
            }
        }
        let bound = self.bound(pieces, &price, room);
        self.fill_ties(pieces, &price, total);
        self.close(pieces, total);
        Settled { price, bound }
    }

    /// The price to ask next, strictly inside the bracket: that with logarithm `to`, or of the jumps that a step there would leap
    /// over, the nearest to it, or the middle. `None` where a double holds no other price.
    fn next_price(&self, to: f64, (low, high): (&Price, &Price), up: bool) -> Option<Price> {
        let first = self.jumps.partition_point(|jump| *jump <= low.value);
        let inside = &self.jumps[first..self.jumps.partition_point(|jump| *jump < high.value).max(first)];
        let wanted = Price::of_ln(to);
        let at = inside.partition_point(|jump| *jump < wanted.value);
        let leapt = if up { inside[..at].last() } else { inside.get(at) };
        if let Some(jump) = leapt {
            return Some(Price::of(*jump));
        }
        let middle = Price::of_ln(0.5 * (low.ln() + high.ln()));
        let strictly = |price: &Price| price.value > low.value && price.value < high.value;
        [wanted, middle].into_iter().find(strictly).or_else(|| inside.get(inside.len() / 2).map(|jump| Price::of(*jump)))
    }

    fn ask(&mut self, pieces: &[Piece], price: &Price) -> Totals {
        let mut totals = Totals { above: 0.0, slope: 0.0, tied: 0.0 };
        let columns = self.money.iter_mut().zip(&mut self.slopes).zip(&mut self.near);
        for (piece, ((money, slope), near)) in pieces.iter().zip(columns) {
            let demand: Demand = piece.demand(price, near);
            (*money, *slope) = (demand.money, demand.slope);
            totals.above += demand.money - piece.lo;
            totals.slope += demand.slope;
            if price.value == piece.slope {
                totals.tied += piece.knee - piece.lo;
            }
        }
        totals
    }

    /// The dual value: what all keep beyond the price of what is above their floors, and the price of the room there is.
    fn bound(&self, pieces: &[Piece], price: &Price, room: f64) -> f64 {
        let surplus =
            pieces.iter().zip(&self.money).map(|(piece, money)| piece.relaxed_value(*money) - price.value * (money - piece.lo));
        sum(surplus) + price.value * room
    }

    /// Gives what is left to the segments that are indifferent at this price: first whole jumps, in order, then straight lines in
    /// proportion, and the rest to one that then lies on its bridge.
    fn fill_ties(&mut self, pieces: &[Piece], price: &Price, total: f64) {
        let mut left = total - sum(self.money.iter().copied());
        let tied = || pieces.iter().enumerate().filter(|(_, piece)| piece.slope == price.value && piece.knee > piece.lo);
        for (index, piece) in tied().filter(|(_, piece)| piece.is_relaxed()) {
            if piece.knee - piece.lo <= left {
                self.money[index] = piece.knee;
                left -= piece.knee - piece.lo;
            }
        }
        let lines: f64 = tied().filter(|(_, piece)| !piece.is_relaxed()).map(|(_, piece)| piece.knee - piece.lo).sum();
        if lines > 0.0 && left > 0.0 {
            let share = (left / lines).min(1.0);
            for (index, piece) in tied().filter(|(_, piece)| !piece.is_relaxed()) {
                self.money[index] = piece.lo + share * (piece.knee - piece.lo);
            }
            left -= share * lines;
        }
        for (index, piece) in tied().filter(|(_, piece)| piece.is_relaxed()) {
            if left > 0.0 && self.money[index] < piece.knee {
                let more = left.min(piece.knee - self.money[index]);
                self.money[index] += more;
                left -= more;
            }
        }
    }

    /// Moves the last rounding of the sum: along the demand curves first, then wherever there is room.
    fn close(&mut self, pieces: &[Piece], total: f64) {
        for _ in 0..4 {
            let left = total - sum(self.money.iter().copied());
            let slope: f64 = self.slopes.iter().sum();
            if left == 0.0 || slope >= 0.0 || slope.is_nan() {
                break;
            }
            for ((piece, money), slope_here) in pieces.iter().zip(&mut self.money).zip(&self.slopes) {
                if *slope_here < 0.0 {
                    *money = (*money + left * (slope_here / slope)).max(piece.knee).min(piece.hi);
                }
            }
        }
        for _ in 0..4 {
            let left = total - sum(self.money.iter().copied());
            if left.abs() <= f64::EPSILON * total {
                break;
            }
            let room = |piece: &Piece, money: f64| if left > 0.0 { piece.hi - money } else { money - piece.lo };
            let rooms: f64 = pieces.iter().zip(&self.money).map(|(piece, money)| room(piece, *money)).sum();
            if rooms <= 0.0 || rooms.is_nan() {
                break;
            }
            for (piece, money) in pieces.iter().zip(&mut self.money) {
                let moved = *money + left * (room(piece, *money) / rooms);
                *money = moved.max(piece.lo).min(piece.hi);
            }
        }
    }
}

/// The step of the price's logarithm that brings the sum to the total, by its tangent. Demand is convex there, so that a tangent
/// from below overshoots: from there the tangent of its logarithm is taken, which does not.
fn newton(totals: &Totals, room: f64) -> f64 {
    let above = totals.above;
    let miss = if above < room && above > 0.0 { above * (room / above).ln() } else { room - above };
    miss / totals.slope
}

/// A sum with its rounding carried along (Neumaier, ZAMM 54, 1974).
pub fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        sum = next;
    }
    sum + lost
}
