//! A segment inside a box, replaced by the least concave curve above it: the relaxation that prices can solve.

use super::shape::{Price, Shape};
use crate::allocation::curve::Curve;

/// Steps towards a tangent; the iteration converges superlinearly, so that fewer do.
const TANGENT_STEPS: usize = 64;

/// The concave envelope of a curve between `lo` and `hi`: straight from `lo` to `knee`, the curve itself from there on.
///
/// A concave curve has its knee at `lo`; one that is convex or linear on the whole box has it at `hi`.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// The curve below the envelope.
    pub curve: Curve,
    /// The least money.
    pub lo: f64,
    /// The most money.
    pub hi: f64,
    /// Where the straight part ends.
    pub knee: f64,
    /// The slope of the straight part, or any price above which nothing beyond `lo` is wanted.
    pub slope: f64,
    shape: Shape,
}

/// Money at a price.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    /// How much.
    pub money: f64,
    /// Its derivative by the logarithm of the price: negative, or 0 at a bound.
    pub slope: f64,
}

impl Piece {
    /// The envelope of `curve` on the box.
    pub fn new(curve: Curve, lo: f64, hi: f64) -> Self {
        let shape = Shape::from(&curve);
        let mut piece = Self { curve, lo, hi, knee: lo, slope: f64::INFINITY, shape };
        if matches!(shape, Shape::Straight) {
            piece.knee = hi;
            piece.slope = if let Curve::Linear { beta } = curve { beta } else { 0.0 };
        } else if hi <= lo {
            // A point: any price buys it.
        } else if lo >= curve.inflection() {
            // Only there would a price above every marginal have no answer; elsewhere the bounds cut it.
            if let Curve::Hill { alpha, .. } = curve
                && alpha > 1.0
            {
                piece.slope = curve.marginal(lo);
            }
        } else {
            piece.bridge();
        }
        piece
    }

    /// Lays the straight part from `lo` to where it touches the curve: the steepest chord, found as the largest ratio of gain to
    /// money (Dinkelbach, "On Nonlinear Fractional Programming", Management Science 13, 1967).
    fn bridge(&mut self) {
        let ratio = |knee: f64| self.curve.gain(self.lo, knee - self.lo) / (knee - self.lo);
        let (mut knee, mut slope) = (self.hi, ratio(self.hi));
        for _ in 0..TANGENT_STEPS {
            let next = self.curve.inverse_marginal(slope).min(self.hi);
            let steeper = ratio(next);
            if steeper <= slope || steeper.is_nan() {
                break;
            }
            let settled = steeper - slope <= 1e-15 * steeper;
            (knee, slope) = (next, steeper);
            if settled {
                break;
            }
        }
        (self.knee, self.slope) = (knee, slope);
    }

    /// Whether the envelope lies above the curve somewhere: a search must look inside.
    pub fn is_relaxed(&self) -> bool {
        self.knee > self.lo && !matches!(self.shape, Shape::Straight)
    }

    /// Whether demand jumps from `lo` to `knee` at the price `slope`.
    pub fn has_jump(&self) -> bool {
        self.knee > self.lo && self.slope > 0.0
    }

    /// The money that is worth most at this price; `lo` at the very price at which it jumps.
    #[inline]
    pub fn demand(&self, price: &Price, near: &mut f64) -> Demand {
        if price.value >= self.slope {
            return Demand { money: self.lo, slope: 0.0 };
        }
        if self.knee >= self.hi {
            return Demand { money: self.hi, slope: 0.0 };
        }
        let (money, slope) = self.shape.money_at(price, near);
        // `max` and `min` also turn a NaN of overflowing parameters into a bound.
        if money > self.knee && money < self.hi {
            Demand { money, slope }
        } else {
            Demand { money: money.max(self.knee).min(self.hi), slope: 0.0 }
        }
    }

    /// What the envelope brings.
    pub fn relaxed_value(&self, money: f64) -> f64 {
        if money < self.knee { self.curve.value(self.lo) + self.slope * (money - self.lo) } else { self.curve.value(money) }
    }

    /// The most that money in the box brings beyond its price.
    pub fn surplus(&self, price: &Price) -> f64 {
        let money = self.demand(price, &mut f64::NAN.clone()).money;
        self.relaxed_value(money) - price.value * money
    }
}
