use proptest::prelude::*;

use super::*;
use crate::allocation::Curve;

/// Problems with certified optima, one of them an object like those of `tandem allocate`.
const INSTANCES: &str = include_str!("../../../benches/allocation/instances.json");

#[derive(serde::Deserialize)]
struct Instances {
    instances: Vec<Instance>,
}

#[derive(serde::Deserialize)]
struct Instance {
    id: String,
    #[serde(flatten)]
    problem: Problem,
    status: String,
    reason: Option<String>,
    optimum: Option<f64>,
    concave_on_box: Option<bool>,
    integer: Option<Integer>,
}

#[derive(serde::Deserialize)]
struct Integer {
    minor_per_unit: Option<i64>,
    total_minor: Option<i64>,
    value: Option<f64>,
}

fn instances() -> Vec<Instance> {
    serde_json::from_str::<Instances>(INSTANCES).unwrap().instances
}

fn value(problem: &Problem, allocation: &[f64]) -> f64 {
    problem.segments.iter().zip(allocation).map(|(segment, money)| segment.curve.value(*money)).sum()
}

#[track_caller]
fn keeps_every_bound(problem: &Problem, allocation: &[f64]) {
    let sum: f64 = allocation.iter().sum();
    assert!((sum - problem.total).abs() <= 1e-12 * problem.total, "{sum} is not {}", problem.total);
    assert!(allocation.iter().zip(&problem.segments).all(|(money, segment)| (segment.lo..=segment.hi).contains(money)));
}

/// Weak duality, with none of the solver's own steps: what all segments would keep at this price, each at its best money.
fn dual_value(problem: &Problem, price: f64) -> f64 {
    let surplus = problem.segments.iter().map(|Segment { curve, lo, hi }| {
        let money = curve.inverse_marginal(price).max(*lo).min(*hi);
        curve.value(money) - price * money
    });
    surplus.sum::<f64>() + price * problem.total
}

#[test]
fn every_certified_optimum_is_reached_and_proven() {
    let instances = instances();
    assert_eq!(instances.len(), 61);
    for Instance { id, problem, status, reason, optimum, concave_on_box, .. } in instances {
        match solve(&problem) {
            Ok(found) => {
                assert_eq!((status.as_str(), found.status), ("optimal", Status::Optimal), "{id}");
                let optimum = optimum.unwrap();
                let concave = concave_on_box == Some(true);
                let gap = if concave { CONCAVE_GAP } else { 1e-6 };
                keeps_every_bound(&problem, &found.allocation);
                assert!(optimum - value(&problem, &found.allocation) <= gap * optimum, "{id}: {found:?}");
                assert!(found.upper_bound - found.value <= gap * optimum, "{id}: {found:?}");
                assert!(found.upper_bound >= optimum * (1.0 - 1e-12), "{id}: {} is no bound", found.upper_bound);
                if concave {
                    let dual = dual_value(&problem, found.lambda);
                    assert!((dual - optimum).abs() <= CONCAVE_GAP * optimum, "{id}: dual value {dual}, optimum {optimum}");
                }
            }
            Err(refused) => {
                assert_eq!(status, "infeasible", "{id}");
                assert!(refused.to_string().starts_with(&reason.unwrap()), "{id}: {refused}");
            }
        }
    }
}

#[test]
fn every_certified_whole_optimum_is_reached() {
    let mut met = 0;
    for Instance { id, problem, integer, .. } in instances() {
        let Some(Integer { minor_per_unit: Some(per_unit), total_minor: Some(total), value: Some(best) }) = integer else {
            continue;
        };
        let found = solve_minor(&problem, total, per_unit).unwrap();
        let money: Vec<f64> = found.allocation.iter().map(|minor| *minor as f64 / per_unit as f64).collect();
        assert_eq!(found.allocation.iter().sum::<i64>(), total, "{id}");
        assert!(found.exact && value(&problem, &money) >= best * (1.0 - 1e-12), "{id}: {} of {best}", found.value);
        keeps_every_bound(&problem, &money);
        met += 1;
    }
    assert!(met >= 40, "{met}");
}

#[test]
fn absurd_problems_are_refused_with_the_reason() {
    let good = Segment { curve: Curve::Mm { beta: 1.0, kappa: 1.0 }, lo: 0.0, hi: 10.0 };
    let refused =
        |total: f64, segments: &[Segment]| solve(&Problem { total, segments: segments.to_vec() }).unwrap_err().to_string();
    assert!(refused(1.0, &[]).starts_with("segments: there are none"));
    for total in [f64::NAN, f64::INFINITY, -1.0] {
        assert!(refused(total, &[good]).starts_with("total: "));
    }
    for bad in [f64::NAN, f64::INFINITY, -1.0] {
        assert!(refused(1.0, &[good, Segment { lo: bad, ..good }]).starts_with("segments[1].lo: "));
        assert!(refused(1.0, &[Segment { hi: bad, ..good }]).starts_with("segments[0].hi: "));
        assert!(refused(1.0, &[Segment { curve: Curve::Linear { beta: bad }, ..good }]).starts_with("segments[0].params.beta"));
    }
    let huge = Segment { curve: Curve::Linear { beta: 1e300 }, lo: 0.0, hi: 1e300 };
    assert!(refused(1e300, &[huge]).contains("too large"));
    let wide = Segment { lo: f64::MAX, hi: f64::MAX, ..good };
    assert!(refused(1.0, &[wide, wide]).contains("add up to more than a number holds"));
}

#[test]
fn no_whole_division_is_said_where_there_is_none() {
    let narrow = Segment { curve: Curve::Mm { beta: 1.0, kappa: 1.0 }, lo: 0.004, hi: 0.006 };
    let problem = Problem { total: 0.01, segments: vec![narrow; 2] };
    assert!(solve(&problem).is_ok());
    assert_eq!(solve_minor(&problem, 1, 100), Err(Infeasible::NoWhole.into()));
    assert!(solve_minor(&problem, 3, 100).unwrap_err().to_string().starts_with("total_minor: "));
    assert!(solve_minor(&problem, 1, 0).unwrap_err().to_string().starts_with("minor_per_unit: "));
}

#[test]
fn a_step_that_ends_on_the_brackets_own_end_is_not_the_last() {
    let segment = |curve, lo, hi| Segment { curve, lo, hi };
    let segments = vec![
        segment(Curve::Exp { beta: 137.39257813494552, kappa: 31.641087206304984 }, 6.0, 25.0),
        segment(Curve::Logistic { beta: 95.31883084160293, lam: 0.014556014898110044 }, 0.0, 8.0),
        segment(Curve::Exp { beta: 65.70824692198292, kappa: 59.18536669470326 }, 0.0, 7.0),
        segment(Curve::Logistic { beta: 205.38145254833265, lam: 0.024691950079839584 }, 2.0, 10.0),
        segment(Curve::Power { beta: 267.99954198198526, p: 0.2424904178154384 }, 0.0, 23.0),
    ];
    let found = solve(&Problem { total: 48.0, segments }).unwrap();
    assert!(found.upper_bound - found.value <= 1e-12 * found.value, "{found:?}");
}

#[test]
fn floors_that_take_everything_leave_nothing_to_an_infinite_marginal() {
    let taken = Segment { curve: Curve::Linear { beta: 0.0 }, lo: 1.0, hi: 1.0 };
    let steep = Segment { curve: Curve::Power { beta: 123.0, p: 0.05 }, lo: 0.0, hi: 1.0 };
    let found = solve(&Problem { total: 1.0, segments: vec![taken, steep] }).unwrap();
    assert_eq!((found.allocation, found.status), (vec![1.0, 0.0], Status::Optimal));
}

#[test]
fn many_equal_s_shaped_segments_are_no_maze() {
    // Without an order among them every choice of those that get money would have to be refuted.
    let segment = Segment { curve: Curve::Hill { beta: 50.0, alpha: 8.0, kappa: 190.0 }, lo: 0.0, hi: 1_000.0 };
    let found = solve(&Problem { total: 2_100.0, segments: vec![segment; 40] }).unwrap();
    assert_eq!(found.status, Status::Optimal);
    let best = (1..=40).map(|parts| f64::from(parts) * segment.curve.value(2_100.0 / f64::from(parts))).fold(0.0, f64::max);
    assert!((found.value - best).abs() <= SEARCH_GAP * best, "{} of {best}", found.value);
}

fn any_curve() -> impl Strategy<Value = Curve> {
    let (beta, scale) = (0.0..300.0_f64, 0.5..80.0_f64);
    (0..8, beta, scale, 0.2..6.0_f64, 0.05..0.95_f64).prop_map(|(kind, beta, kappa, alpha, p)| match kind {
        0 => Curve::Hill { beta, alpha, kappa },
        1 => Curve::Mm { beta, kappa },
        2 => Curve::Logistic { beta, lam: kappa.recip() },
        3 => Curve::Exp { beta, kappa },
        4 => Curve::Log { beta, kappa },
        5 => Curve::Power { beta, p },
        6 => Curve::Linear { beta: beta / 50.0 },
        _ => Curve::Sigmoid { beta, m: kappa, w: kappa * p },
    })
}

/// A problem whose bounds hold its total: floors and ceilings in whole numbers, and a total somewhere between their sums.
fn any_problem(most: usize) -> impl Strategy<Value = Problem> {
    let segment = (any_curve(), 0..8_i32, 0..30_i32);
    (prop::collection::vec(segment, 1..=most), 0.0..=1.0_f64).prop_map(|(segments, share)| {
        let segments: Vec<Segment> = segments
            .into_iter()
            .map(|(curve, lo, more)| Segment { curve, lo: f64::from(lo), hi: f64::from(lo + more) })
            .collect();
        let floors: f64 = segments.iter().map(|segment| segment.lo).sum();
        let room: f64 = segments.iter().map(|segment| segment.hi - segment.lo).sum();
        Problem { total: floors + (share * room).round(), segments }
    })
}

/// The best whole division by looking at all of them: after each segment, the best for every amount given so far.
fn best_of_all(problem: &Problem) -> f64 {
    let total = problem.total as usize;
    let mut best = vec![f64::NEG_INFINITY; total + 1];
    best[0] = 0.0;
    for Segment { curve, lo, hi } in &problem.segments {
        let mut next = vec![f64::NEG_INFINITY; total + 1];
        for given in *lo as usize..=(*hi as usize).min(total) {
            let brings = curve.value(given as f64);
            for before in 0..=total - given {
                next[before + given] = next[before + given].max(best[before] + brings);
            }
        }
        best = next;
    }
    best[total]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whole_divisions_are_the_best_of_all(problem in any_problem(6)) {
        let whole = solve_minor(&problem, problem.total as i64, 1).unwrap();
        let best = best_of_all(&problem);
        prop_assert!(whole.exact);
        prop_assert_eq!(whole.allocation.iter().sum::<i64>(), problem.total as i64);
        prop_assert!((whole.value - best).abs() <= 1e-11 * best.abs(), "{} of {best}", whole.value);
        let found = solve(&problem).unwrap();
        prop_assert!(found.value >= best * (1.0 - 2.0 * SEARCH_GAP), "{} of a whole {best}", found.value);
        prop_assert!(found.upper_bound >= best * (1.0 - 1e-12), "{} is no bound of {best}", found.upper_bound);
    }

    #[test]
    fn every_answer_keeps_its_bounds_and_its_proof(problem in any_problem(40)) {
        let found = solve(&problem).unwrap();
        keeps_every_bound(&problem, &found.allocation);
        prop_assert_eq!(found.status, Status::Optimal);
        prop_assert!((found.value - value(&problem, &found.allocation)).abs() <= 1e-12 * found.value);
        prop_assert!(found.upper_bound >= found.value && found.upper_bound - found.value <= SEARCH_GAP * found.value);
    }

    #[test]
    fn the_order_of_the_segments_does_not_matter(problem in any_problem(12), turn in 0..12_usize) {
        let mut turned = problem.clone();
        let turn = turn % problem.segments.len();
        turned.segments.rotate_left(turn);
        turned.segments.reverse();
        let (a, b) = (solve(&problem).unwrap(), solve(&turned).unwrap());
        prop_assert_eq!((a.value, a.upper_bound, a.lambda), (b.value, b.upper_bound, b.lambda));
        let sorted = |problem: &Problem, allocation: &[f64]| {
            let mut all: Vec<String> = problem.segments.iter().zip(allocation).map(|pair| format!("{pair:?}")).collect();
            all.sort();
            all
        };
        prop_assert_eq!(sorted(&problem, &a.allocation), sorted(&turned, &b.allocation));
    }

    #[test]
    fn the_unit_of_the_currency_does_not_matter(problem in any_problem(12), factor in prop::sample::select(vec![0.01, 100.0, 1_000.0])) {
        let scaled = Problem {
            total: problem.total * factor,
            segments: problem.segments.iter().map(|Segment { curve, lo, hi }| Segment { curve: curve.in_unit(factor), lo: lo * factor, hi: hi * factor }).collect(),
        };
        let (a, b) = (solve(&problem).unwrap(), solve(&scaled).unwrap());
        prop_assert!((a.value - b.value).abs() <= 2.0 * SEARCH_GAP * a.value);
        let concave = problem.segments.iter().all(|segment| segment.curve.is_concave());
        prop_assert!(!concave || (a.value - b.value).abs() <= 1e-11 * a.value);
        let per_unit = if factor == 0.01 { 100 } else { 1 };
        if factor < 1.0 {
            let (a, b) = (solve_minor(&problem, problem.total as i64, 1).unwrap(), solve_minor(&scaled, problem.total as i64, per_unit).unwrap());
            prop_assert!((a.value - b.value).abs() <= 1e-11 * a.value);
        }
    }

    #[test]
    fn nothing_at_all_panics(
        total in wild(), lo in wild(), hi in wild(), a in wild(), b in wild(), c in wild(), kind in 0..8, more in any_problem(3),
    ) {
        let curve = match kind {
            0 => Curve::Hill { beta: a, alpha: b, kappa: c },
            1 => Curve::Mm { beta: a, kappa: b },
            2 => Curve::Logistic { beta: a, lam: b },
            3 => Curve::Exp { beta: a, kappa: b },
            4 => Curve::Log { beta: a, kappa: b },
            5 => Curve::Power { beta: a, p: b },
            6 => Curve::Linear { beta: a },
            _ => Curve::Sigmoid { beta: a, m: b, w: c },
        };
        let mut segments = more.segments;
        segments.push(Segment { curve, lo, hi });
        let problem = Problem { total, segments };
        if let Ok(found) = solve(&problem) {
            keeps_every_bound(&problem, &found.allocation);
            prop_assert!(found.value.is_finite() && found.upper_bound >= found.value);
        }
        if let Ok(whole) = solve_minor(&problem, total as i64, 1) {
            prop_assert_eq!(whole.allocation.iter().sum::<i64>(), total as i64);
        }
    }
}

/// Numbers of every kind, sensible ones among them.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.0..500.0_f64,
        1 => prop::sample::select(vec![0.0, -0.0, -1.0, 1e-308, 5e-324, 1e-30, 1e30, 1e154, 1e300, f64::MAX, f64::INFINITY, f64::NAN]),
        1 => any::<f64>(),
    ]
}
