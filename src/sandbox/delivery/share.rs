//! A campaign budget over its ad sets: equal marginal cost over all their placements, inside each ad set's least and most.
//! The most holds; the least is a target, and the budget wins where both cannot be.

use super::auction::{self, Curve};

/// An ad set that takes part.
#[derive(Debug)]
pub struct Part<'a> {
    /// Its placements.
    pub curves: &'a [Curve],
    /// The most a further result may cost.
    pub bid: Option<f64>,
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
    let free = || parts.iter().zip(fixed).filter(|(_, fixed)| fixed.is_none()).map(|(part, _)| part);
    let curves: Vec<Curve> = free().flat_map(|part| part.curves.iter().copied()).collect();
    let bid = free().filter_map(|part| part.bid).reduce(f64::min);
    let mut flat = auction::divide(&curves, left, bid).into_iter();
    let own = |(part, fixed): (&Part<'_>, &Option<f64>)| match fixed {
        Some(amount) => auction::divide(part.curves, *amount, None),
        None => flat.by_ref().take(part.curves.len()).collect(),
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
    use super::*;

    fn curve(price: f64) -> Curve {
        Curve { price, scale: 400.0, worth: 1.0, people: 1_000_000.0 }
    }

    fn sums(ranges: [(f64, f64); 2], money: f64) -> [f64; 2] {
        let (dear, cheap) = ([curve(9.0)], [curve(3.0)]);
        let parts = [Part { curves: &dear, bid: None, range: ranges[0] }, Part { curves: &cheap, bid: None, range: ranges[1] }];
        let given = divide(&parts, money);
        [given[0].iter().sum(), given[1].iter().sum()]
    }

    const FREE: (f64, f64) = (0.0, f64::MAX);

    #[test]
    fn without_limits_the_cheaper_side_gets_more_and_nothing_is_left() {
        let [dear, cheap] = sums([FREE, FREE], 100.0);
        assert!(cheap > dear, "{dear} {cheap}");
        assert!((dear + cheap - 100.0).abs() < 0.01);
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
}
