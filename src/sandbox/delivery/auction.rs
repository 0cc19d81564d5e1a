//! The market: a saturating response per placement, and the division of money over placements by equal marginal cost.
//!
//! The n-th impression of a day costs `price * sqrt(1 + n / scale)` per 1,000, so n impressions cost
//! `price * scale * 2/3 * ((1 + n/scale)^1.5 - 1) / 1000`. At a common marginal cost per result every bought placement
//! has `sqrt(1 + n/scale) = level * worth / price`, which gives a closed form with one cube root.

use crate::sandbox::num::cube_root;

/// A part of every budget goes to placements in proportion to their size, not their price: Meta explores too.
const EXPLORED: f64 = 0.22;
/// Most impressions a day per person of a placement.
const MOST_A_DAY: f64 = 3.0;

/// The response of one placement on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Money per 1,000 impressions at the start.
    pub price: f64,
    /// Impressions over which the price begins to rise.
    pub scale: f64,
    /// Wanted results per 1,000 impressions.
    pub worth: f64,
    /// People who can be reached.
    pub people: f64,
}

impl Curve {
    /// Cost of one thousand-scale unit: `2/3 * price * scale / 1000`.
    fn base(&self) -> f64 {
        self.price * self.scale / 1_500.0
    }

    /// Most money that this placement can take in a day.
    #[must_use]
    pub fn most(&self) -> f64 {
        let root = (1.0 + MOST_A_DAY * self.people / self.scale).sqrt();
        self.base() * (root * root * root - 1.0)
    }

    /// Impressions bought by an amount of money in a whole day.
    #[must_use]
    pub fn impressions(&self, money: f64) -> f64 {
        if self.base() <= 0.0 || money <= 0.0 {
            return 0.0;
        }
        let root = cube_root(1.0 + money / self.base());
        self.scale * (root * root - 1.0)
    }
}

/// Divides a day's money over placements. `bid` is the most that a further result may cost.
/// The sum of the answer is at most `money`.
#[must_use]
pub fn divide(curves: &[Curve], money: f64, bid: Option<f64>) -> Vec<f64> {
    let usable: Vec<usize> = (0..curves.len())
        .filter(|index| {
            curves
                .get(*index)
                .is_some_and(|curve| curve.people >= 1.0 && curve.price > 0.0 && curve.worth > 0.0 && curve.scale > 0.0)
        })
        .collect();
    let mut given = vec![0.0; curves.len()];
    if money <= 0.0 || usable.is_empty() {
        return given;
    }
    let explored = if bid.is_some() { 0.0 } else { money * EXPLORED };
    let size: f64 = usable.iter().filter_map(|index| curves.get(*index)).map(|curve| curve.scale * curve.price).sum();
    let mut order: Vec<(f64, usize)> =
        usable.iter().filter_map(|index| curves.get(*index).map(|curve| (curve.price / curve.worth, *index))).collect();
    order.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let level = level(curves, &order, money - explored, bid);
    for (threshold, index) in order {
        let (Some(curve), Some(amount)) = (curves.get(index), given.get_mut(index)) else {
            continue;
        };
        if level > threshold {
            let root = level / threshold;
            *amount += curve.base() * (root * root * root - 1.0);
        }
        *amount += explored * curve.scale * curve.price / size;
        *amount = amount.min(curve.most());
    }
    let sum: f64 = given.iter().sum();
    if sum > money {
        // Only rounding of the roots: take it off evenly.
        for amount in &mut given {
            *amount *= money / sum;
        }
    }
    given
}

/// The marginal cost per result at which the placements together take the money.
fn level(curves: &[Curve], order: &[(f64, usize)], money: f64, bid: Option<f64>) -> f64 {
    let (mut numerator, mut denominator) = (money, 0.0);
    let mut level = 0.0;
    for (position, (threshold, index)) in order.iter().enumerate() {
        let Some(curve) = curves.get(*index) else {
            continue;
        };
        numerator += curve.base();
        denominator += curve.base() / (threshold * threshold * threshold);
        level = cube_root(numerator / denominator);
        if order.get(position + 1).is_none_or(|(next, _)| level <= *next) {
            break;
        }
    }
    // A curve's cost per result is price/worth per (1/1000 * 1000): worth is per 1,000 impressions already.
    bid.map_or(level, |bid| level.min(bid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> Vec<Curve> {
        vec![
            Curve { price: 8.0, scale: 9_000.0, worth: 11.0, people: 1e6 },
            Curve { price: 5.0, scale: 7_000.0, worth: 6.0, people: 8e5 },
            Curve { price: 9.0, scale: 200.0, worth: 10.0, people: 1e3 },
        ]
    }

    #[test]
    fn all_money_is_divided_and_more_money_never_takes_from_a_placement() {
        let mut before = vec![0.0; 3];
        for money in 1..200 {
            let given = divide(&curves(), f64::from(money), None);
            assert!((given.iter().sum::<f64>() - f64::from(money)).abs() < 1e-6);
            for (now, earlier) in given.iter().zip(&before) {
                assert!(now + 1e-9 >= *earlier);
            }
            before = given;
        }
    }

    #[test]
    fn double_money_brings_less_than_double_impressions() {
        let curve = curves()[0];
        assert!(curve.impressions(40.0) < 2.0 * curve.impressions(20.0));
        assert!(curve.impressions(20.0) > 0.0);
    }

    #[test]
    fn tiny_audiences_and_low_bids_leave_money_unspent() {
        let tiny = [Curve { price: 8.0, scale: 50.0, worth: 10.0, people: 40.0 }];
        assert!(divide(&tiny, 500.0, None)[0] < 10.0);
        let spent: f64 = divide(&curves(), 500.0, Some(1.0)).iter().sum();
        assert!(spent < 500.0);
        assert_eq!(divide(&curves(), 500.0, Some(0.01)).iter().sum::<f64>(), 0.0);
    }
}
