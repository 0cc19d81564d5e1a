//! A campaign budget over its ad sets: equal marginal cost over all their placements, inside each ad set's least and most.
//! The most holds; the least is a target, and the budget wins where both cannot be.

use super::auction::{self, Offer};

/// An ad set that takes part.
#[derive(Debug)]
pub struct Part<'a> {
    /// Its placements under its own cap.
    pub offers: &'a [Offer],
    /// Least and most money for a whole day.
    pub range: (f64, f64),
}

/// What each placement of each part gets of `money`.
#[must_use]
pub fn divide(parts: &[Part<'_>], money: f64) -> Vec<Vec<f64>> {
    let mut fixed: Vec<Option<f64>> = vec![None; parts.len()];
    // Each round fixes a part or is the last.
    for _ in 0..=parts.len() {
        let left = (money - fixed.iter().flatten().sum::<f64>()).max(0.0);
        let given = round(parts, &fixed, left);
        let sums: Vec<f64> = given.iter().map(|own| own.iter().sum()).collect();
        let outside = |at: usize| {
            let (Some(part), Some(sum), Some(None)) = (parts.get(at), sums.get(at), fixed.get(at)) else { return None };
            let (least, most) = part.range;
            let least = least.min(left).min(most);
            (*sum < least - 1e-9 || *sum > most + 1e-9).then(|| (*sum - sum.clamp(least, most), sum.clamp(least, most)))
        };
        let broken: Vec<(usize, f64, f64)> = (0..parts.len()).filter_map(|at| outside(at).map(|(by, to)| (at, by, to))).collect();
        if broken.is_empty() {
            return within(given, money);
        }
        // The side that weighs more is fixed first: what it frees or takes may bring the others back inside.
        let weight: f64 = broken.iter().map(|(_, by, _)| by).sum();
        for (at, by, to) in broken {
            if (by > 0.0) == (weight > 0.0)
                && let Some(fixed) = fixed.get_mut(at)
            {
                *fixed = Some(to);
            }
        }
    }
    within(round(parts, &fixed, 0.0), money)
}

/// Fixed parts by themselves, the free ones together.
fn round(parts: &[Part<'_>], fixed: &[Option<f64>], left: f64) -> Vec<Vec<f64>> {
    let free = parts.iter().zip(fixed).filter(|(_, fixed)| fixed.is_none()).flat_map(|(part, _)| part.offers);
    let mut flat = auction::divide(&free.copied().collect::<Vec<_>>(), left).into_iter();
    let own = |(part, fixed): (&Part<'_>, &Option<f64>)| match fixed {
        Some(amount) => auction::divide(part.offers, *amount),
        None => flat.by_ref().take(part.offers.len()).collect(),
    };
    parts.iter().zip(fixed).map(own).collect()
}

/// Never more than the budget, whatever the minimums are.
fn within(given: Vec<Vec<f64>>, money: f64) -> Vec<Vec<f64>> {
    let total: f64 = given.iter().flatten().sum();
    if total <= money * 1.000_001 || total <= 0.0 {
        return given;
    }
    given.into_iter().map(|own| own.into_iter().map(|amount| amount * money / total).collect()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::auction::{Cap, Curve, offers};
    use super::*;

    fn curve(price: f64) -> Curve {
        Curve { price, scale: 400.0, worth: 1.0, people: 1_000_000.0 }
    }

    fn given(ranges: [(f64, f64); 2], caps: [Cap; 2], money: f64) -> Vec<Vec<f64>> {
        let (dear, cheap) = (offers(&[curve(9.0)], caps[0]), offers(&[curve(3.0)], caps[1]));
        divide(&[Part { offers: &dear, range: ranges[0] }, Part { offers: &cheap, range: ranges[1] }], money)
    }

    fn sums(ranges: [(f64, f64); 2], money: f64) -> [f64; 2] {
        let given = given(ranges, [Cap::None; 2], money);
        [given[0].iter().sum(), given[1].iter().sum()]
    }

    const FREE: (f64, f64) = (0.0, f64::MAX);

    #[test]
    fn without_limits_a_further_result_costs_the_same_on_both_sides_and_nothing_is_left() {
        let [dear, cheap] = sums([FREE, FREE], 100.0);
        assert!(cheap > dear, "{dear} {cheap}");
        assert!((dear + cheap - 100.0).abs() < 0.01);
        let (left, right) = (curve(9.0).marginal_cost(dear), curve(3.0).marginal_cost(cheap));
        assert!((left / right - 1.0).abs() < 1e-6, "{left} {right}");
    }

    #[test]
    fn floors_are_reached_and_ceilings_hold() {
        let [dear, cheap] = sums([(40.0, f64::MAX), FREE], 100.0);
        assert!((dear - 40.0).abs() < 0.01 && (cheap - 60.0).abs() < 0.01, "{dear} {cheap}");
        let [dear, cheap] = sums([FREE, (0.0, 30.0)], 100.0);
        assert!(cheap <= 30.001 && (dear - 70.0).abs() < 0.01, "{dear} {cheap}");
        let [dear, cheap] = sums([(0.0, 20.0), (0.0, 30.0)], 100.0);
        assert!(dear <= 20.001 && cheap <= 30.001, "{dear} {cheap}");
    }

    #[test]
    fn the_budget_wins_over_floors_that_together_exceed_it() {
        let [dear, cheap] = sums([(80.0, f64::MAX), (80.0, f64::MAX)], 100.0);
        assert!(dear + cheap <= 100.001, "{dear} {cheap}");
    }

    #[test]
    fn the_cap_of_one_ad_set_does_not_hold_the_other_back() {
        let given = given([FREE, FREE], [Cap::None, Cap::Each(4.0)], 100.0);
        assert!(curve(3.0).marginal_cost(given[1][0]) <= 4.000_001);
        assert!((given[0][0] + given[1][0] - 100.0).abs() < 0.01, "{given:?}");
    }
}
