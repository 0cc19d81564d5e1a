//! The market: a saturating response per placement, and the division of money over placements by equal marginal cost.
//!
//! The n-th impression of a day costs `price * sqrt(1 + n / scale)` per 1,000, so n impressions cost
//! `price * scale * 2/3 * ((1 + n/scale)^1.5 - 1) / 1000`. At a common marginal cost per result every bought placement
//! has `sqrt(1 + n/scale) = level * worth / price`: what it takes is a cube of the level, and the level that uses up a
//! budget has a closed form between the levels at which placements enter and are full.

use crate::sandbox::num::cube_root;

/// This part of a budget goes to placements in proportion to their size before marginal cost decides: Meta explores too.
const EXPLORED: f64 = 0.03;
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

    /// What the first result costs.
    fn first(&self) -> f64 {
        self.price / self.worth
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

    /// Expected results of an amount of money in a whole day.
    #[must_use]
    pub fn results(&self, money: f64) -> f64 {
        self.impressions(money) * self.worth / 1_000.0
    }

    /// What a further result costs after an amount of money.
    #[must_use]
    pub fn marginal_cost(&self, money: f64) -> f64 {
        self.first() * cube_root(1.0 + money.max(0.0) / self.base())
    }

    /// The money after which a further result costs `level`.
    fn money_at(&self, level: f64) -> f64 {
        let root = (level / self.first()).max(1.0);
        self.base() * (root * root * root - 1.0)
    }

    fn usable(&self) -> bool {
        self.people >= 1.0 && self.price > 0.0 && self.worth > 0.0 && self.scale > 0.0
    }
}

/// A placement that takes part: its response, and what a further result may cost there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// Its response.
    pub curve: Curve,
    /// `f64::MAX` where nothing limits it.
    pub cap: f64,
}

/// How an advertiser limits what results cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cap {
    /// Not at all.
    None,
    /// Each result (bid cap).
    Each(f64),
    /// Their average (cost cap).
    Average(f64),
}

/// The placements of one ad set under its cap.
#[must_use]
pub fn offers(curves: &[Curve], cap: Cap) -> Vec<Offer> {
    let cap = match cap {
        Cap::None => f64::MAX,
        Cap::Each(cost) => cost,
        Cap::Average(cost) => level_of_average(curves, cost),
    };
    curves.iter().map(|curve| Offer { curve: *curve, cap }).collect()
}

/// The marginal cost at which the average cost reaches a limit, placements together.
fn level_of_average(curves: &[Curve], limit: f64) -> f64 {
    let average = |level: f64| {
        let (money, results) = curves.iter().filter(|curve| curve.usable()).fold((0.0, 0.0), |(money, results), curve| {
            let own = curve.money_at(level);
            (money + own, results + curve.results(own))
        });
        if results > 0.0 { money / results } else { 0.0 }
    };
    // The marginal cost of this market is at most one and a half times the average on any one curve.
    let (mut low, mut high) = (0.0, 2.0 * limit);
    if average(high) <= limit {
        return high;
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if average(middle) <= limit { low = middle } else { high = middle }
    }
    low
}

/// Divides a day's money over placements. The sum of the answer is at most `money`; all that lie above their explored
/// part and below their limits end at the same marginal cost.
#[must_use]
pub fn divide(offers: &[Offer], money: f64) -> Vec<f64> {
    let mut given = vec![0.0; offers.len()];
    let size: f64 = offers.iter().filter(|offer| offer.curve.usable()).map(|offer| offer.curve.scale * offer.curve.price).sum();
    if money <= 0.0 || size <= 0.0 {
        return given;
    }
    let bounds: Vec<(f64, f64)> = offers
        .iter()
        .map(|Offer { curve, cap }| {
            if !curve.usable() {
                return (0.0, 0.0);
            }
            let most = if *cap == f64::MAX { curve.most() } else { curve.most().min(curve.money_at(*cap)) };
            ((money * EXPLORED * curve.scale * curve.price / size).min(most), most)
        })
        .collect();
    let level = level(offers, &bounds, money);
    for ((given, offer), (least, most)) in given.iter_mut().zip(offers).zip(&bounds) {
        if *most > 0.0 {
            *given = offer.curve.money_at(level).clamp(*least, *most);
        }
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

/// The marginal cost per result at which the placements, each within its bounds, take the money.
fn level(offers: &[Offer], bounds: &[(f64, f64)], money: f64) -> f64 {
    // Between events the whole takes `fixed + cubes * level^3 - bases`.
    let mut events: Vec<(f64, bool, usize)> = Vec::with_capacity(2 * offers.len());
    let mut fixed = 0.0;
    for (index, (offer, (least, most))) in offers.iter().zip(bounds).enumerate() {
        if *most > 0.0 {
            fixed += least;
            events.push((offer.curve.marginal_cost(*least), true, index));
            events.push((offer.curve.marginal_cost(*most), false, index));
        }
    }
    events.sort_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1)).then(left.2.cmp(&right.2)));
    let (mut cubes, mut bases, mut reached) = (0.0, 0.0, 0.0);
    for (at, enters, index) in events {
        let (Some(Offer { curve, .. }), Some((least, most))) = (offers.get(index), bounds.get(index)) else {
            continue;
        };
        if fixed + cubes * at * at * at - bases >= money && cubes > 0.0 {
            return cube_root((money - fixed + bases) / cubes);
        }
        let (base, first) = (curve.base(), curve.first());
        let cube = base / (first * first * first);
        if enters {
            (cubes, bases, fixed) = (cubes + cube, bases + base, fixed - least);
        } else {
            (cubes, bases, fixed) = (cubes - cube, bases - base, fixed + most);
        }
        reached = at;
    }
    reached
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn curves() -> Vec<Curve> {
        vec![
            Curve { price: 8.0, scale: 9_000.0, worth: 11.0, people: 1e6 },
            Curve { price: 5.0, scale: 7_000.0, worth: 6.0, people: 8e5 },
            Curve { price: 9.0, scale: 200.0, worth: 10.0, people: 1e3 },
            Curve { price: 3.0, scale: 6_000.0, worth: 0.9, people: 9e5 },
        ]
    }

    fn free() -> Vec<Offer> {
        offers(&curves(), Cap::None)
    }

    #[test]
    fn all_money_is_divided_and_more_money_never_takes_from_a_placement() {
        let mut before = vec![0.0; 4];
        for money in 1..200 {
            let given = divide(&free(), f64::from(money));
            assert!((given.iter().sum::<f64>() - f64::from(money)).abs() < 1e-6);
            for (now, earlier) in given.iter().zip(&before) {
                assert!(now + 1e-9 >= *earlier);
            }
            before = given;
        }
    }

    #[test]
    fn a_further_result_costs_the_same_wherever_marginal_cost_decides() {
        for money in [200.0, 900.0, 4_000.0] {
            let given = divide(&free(), money);
            let size: f64 = curves().iter().map(|curve| curve.price * curve.scale).sum();
            let costs: Vec<f64> = curves()
                .iter()
                .zip(&given)
                .filter(|(curve, given)| {
                    let explored = money * EXPLORED * curve.price * curve.scale / size;
                    **given > explored * 1.001 && **given < curve.most() * 0.999
                })
                .map(|(curve, given)| curve.marginal_cost(*given))
                .collect();
            let (least, most) = (costs.iter().copied().fold(f64::MAX, f64::min), costs.iter().copied().fold(0.0, f64::max));
            assert!(costs.len() >= 2 && most / least < 1.000_001, "{money}: {costs:?} of {given:?}");
        }
    }

    #[test]
    fn what_a_full_placement_cannot_take_goes_to_the_others() {
        let small = Curve { price: 1.0, scale: 100.0, worth: 20.0, people: 300.0 };
        let large = Curve { price: 8.0, scale: 9_000.0, worth: 11.0, people: 1e6 };
        let given = divide(&offers(&[small, large], Cap::None), 50.0);
        assert!((given[0] - small.most()).abs() < 1e-9 && (given[0] + given[1] - 50.0).abs() < 1e-6, "{given:?}");
    }

    #[test]
    fn double_money_brings_less_than_double_impressions() {
        let curve = curves()[0];
        assert!(curve.impressions(40.0) < 2.0 * curve.impressions(20.0));
        assert!(curve.impressions(20.0) > 0.0);
    }

    #[test]
    fn tiny_audiences_and_low_caps_leave_money_unspent() {
        let tiny = [Curve { price: 8.0, scale: 50.0, worth: 10.0, people: 40.0 }];
        assert!(divide(&offers(&tiny, Cap::None), 500.0)[0] < 10.0);
        let each = offers(&curves(), Cap::Each(1.0));
        let given = divide(&each, 500.0);
        assert!(given.iter().sum::<f64>() < 500.0);
        for (curve, given) in curves().iter().zip(&given).filter(|(_, given)| **given > 0.0) {
            assert!(curve.marginal_cost(*given) <= 1.000_001);
        }
        assert_eq!(divide(&offers(&curves(), Cap::Each(0.01)), 500.0).iter().sum::<f64>(), 0.0);
    }

    #[test]
    fn a_capped_average_is_reached_and_not_passed() {
        let given = divide(&offers(&curves(), Cap::Average(1.0)), 5_000.0);
        let results: f64 = curves().iter().zip(&given).map(|(curve, given)| curve.results(*given)).sum();
        let average = given.iter().sum::<f64>() / results;
        assert!((0.999..=1.000_1).contains(&average), "{average}");
    }
}
