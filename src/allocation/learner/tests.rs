//! The learner against worlds whose truth is known.

use crate::domain::split::Bounds;
use crate::stats::Random;

use super::*;

const DAYS: u32 = 40;

/// A world of Hill curves: results a day at saturation, exponent, half-saturation in minor units.
struct World {
    curves: Vec<(f64, f64, f64)>,
    random: Random,
}

impl World {
    fn new(curves: &[(f64, f64, f64)]) -> Self {
        Self { curves: curves.to_vec(), random: Random::new(7, 7) }
    }

    fn mean(&self, i: usize, spend: i64) -> f64 {
        let (top, alpha, kappa) = self.curves[i];
        top / (1.0 + (kappa / (spend as f64).max(1e-9)).powf(alpha))
    }

    fn day(&mut self, day: u32, amounts: &[i64]) -> Vec<Row> {
        (0..amounts.len())
            .map(|segment| {
                let noise = 0.9 + 0.2 * self.random.uniform();
                let clicks = (self.mean(segment, amounts[segment]) * 30.0 * noise).round() as u64;
                let spend = amounts[segment];
                Row { day, segment, budget: spend, spend, clicks, results: clicks / 30, value: clicks as i64 * 100 }
            })
            .collect()
    }
}

fn setup(n: usize, total: i64) -> Setup {
    let segments =
        (0..n).map(|i| Segment { name: format!("set {i}"), platform: String::new(), placement: String::new() }).collect();
    Setup { objective: Objective::Results, total, horizon_days: Some(DAYS), window_days: 0, segments }
}

fn ask(day: u32, total: i64, current: Option<Vec<i64>>, n: usize) -> Ask {
    Ask { day, total, current, bounds: vec![Bounds { floor: total / 100, ceiling: total }; n], step: 0.2 }
}

/// Plays the learner in a world; answers the amounts of every day.
fn play(world: &mut World, total: i64) -> (Learner, Vec<Vec<i64>>) {
    let n = world.curves.len();
    let mut learner = Learner::new(setup(n, total), Policy::default()).unwrap();
    let mut played: Vec<Vec<i64>> = Vec::new();
    for day in 0..DAYS {
        let (amounts, _) = learner.amounts(&ask(day, total, played.last().cloned(), n)).unwrap();
        let rows = world.day(day, &amounts);
        learner.observe(day, &rows).unwrap();
        played.push(amounts);
    }
    (learner, played)
}

#[test]
fn without_data_the_division_is_even_and_says_so() {
    let learner = Learner::new(setup(3, 10_000), Policy::default()).unwrap();
    let proposal = learner.propose(&ask(0, 10_000, None, 3)).unwrap();
    assert_eq!(proposal.amounts, [3_334, 3_333, 3_333]);
    assert_eq!(proposal.reason, Reason::NoHistory);
}

#[test]
fn money_goes_to_the_ad_set_that_brings_more() {
    let (_, played) = play(&mut World::new(&[(40.0, 1.0, 5_000.0), (8.0, 1.0, 5_000.0)]), 10_000);
    assert!(played[DAYS as usize - 1][0] > 6_000, "{:?}", played.last());
}

#[test]
fn sums_are_exact_and_moves_stay_within_the_step_even_in_yen() {
    for total in [97, 1_234, 600_001] {
        let kappa = total as f64 / 3.0;
        let (_, played) = play(&mut World::new(&[(20.0, 1.5, kappa), (9.0, 0.8, kappa), (5.0, 1.0, kappa * 2.0)]), total);
        for pair in played.windows(2) {
            assert_eq!(pair[1].iter().sum::<i64>(), total);
            for (new, old) in pair[1].iter().zip(&pair[0]) {
                assert!((new - old).abs() as f64 <= 0.2 * *old as f64 + 1.0, "{old} to {new} of {total}");
            }
        }
    }
}

#[test]
fn the_same_inputs_give_the_same_answer() {
    let play = || play(&mut World::new(&[(20.0, 1.5, 3_000.0), (9.0, 0.8, 2_000.0)]), 9_000).1;
    assert_eq!(play(), play());
}

#[test]
fn a_restated_day_counts_as_if_it_had_been_read_so_at_first() {
    let total = 9_000;
    let mut world = World::new(&[(20.0, 1.0, 3_000.0), (9.0, 1.0, 2_000.0)]);
    let rows: Vec<Vec<Row>> = (0..20).map(|day| world.day(day, &[5_000, 4_000])).collect();
    let mut learners = [false, true].map(|wrong_first| {
        let mut learner = Learner::new(setup(2, total), Policy::default()).unwrap();
        for (day, rows) in (0_u32..).zip(&rows) {
            if wrong_first && day == 4 {
                let wrong: Vec<Row> = rows.iter().map(|row| Row { clicks: row.clicks * 3, ..*row }).collect();
                learner.observe(day, &wrong).unwrap();
            }
            learner.observe(day, rows).unwrap();
        }
        learner
    });
    let ask = ask(20, total, None, 2);
    let [right, restated] = &mut learners;
    assert_eq!(right.amounts(&ask).unwrap().0, restated.amounts(&ask).unwrap().0);
}

#[test]
fn an_ad_set_that_stops_delivering_is_given_less_until_it_is_back() {
    let mut world = World::new(&[(20.0, 1.0, 3_000.0), (20.0, 1.0, 3_000.0)]);
    let mut learner = Learner::new(setup(2, 10_000), Policy::default()).unwrap();
    for day in 0..15 {
        let mut rows = world.day(day, &[5_000, 5_000]);
        if day == 14 {
            rows[0] = Row { spend: 0, clicks: 0, results: 0, value: 0, ..rows[0] };
        }
        learner.observe(day, &rows).unwrap();
    }
    let (amounts, _) = learner.amounts(&ask(15, 10_000, Some(vec![5_000, 5_000]), 2)).unwrap();
    assert!(amounts[0] < 4_500, "{amounts:?}");
}

#[test]
fn the_expected_results_lie_in_the_interval_and_the_margin_costs_more_than_the_average() {
    let mut world = World::new(&[(20.0, 0.9, 4_000.0), (15.0, 0.9, 4_000.0)]);
    let (learner, played) = play(&mut world, 10_000);
    let amount = played[DAYS as usize - 1][0];
    let posterior = learner.posterior(0).unwrap();
    let brings = posterior.brings(amount as f64, 0.95);
    assert!(brings.interval.low < world.mean(0, amount) && world.mean(0, amount) < brings.interval.high, "{brings:?}");
    let (average, margin) =
        (posterior.average_cost(amount as f64, 0.8).unwrap(), posterior.marginal_cost(amount as f64, 0.8).unwrap());
    assert!(margin.value > average.value, "{average:?} {margin:?}");
    assert!(posterior.average_cost(0.0, 0.8).is_none());
}

#[test]
fn draws_are_of_the_same_usual_day_as_the_posterior() {
    // All ad sets begin at half their strength and rise together: what they share is far from what it was on the first day.
    let mut world = World::new(&[(20.0, 0.9, 4_000.0), (15.0, 0.9, 4_000.0), (12.0, 1.2, 3_000.0)]);
    let mut learner = Learner::new(setup(3, 12_000), Policy::default()).unwrap();
    for day in 0..20 {
        let mut rows = world.day(day, &[4_000, 4_000, 4_000]);
        for row in rows.iter_mut().filter(|row| row.day < 3) {
            row.clicks /= 2;
        }
        learner.observe(day, &rows).unwrap();
    }
    assert!((learner.current.common() - 1.0).abs() > 0.2, "{}", learner.current.common());
    let draws = learner.draws(4_000);
    for segment in 0..3 {
        let mean = (0..draws.len()).map(|draw| draws.at(draw, segment, 4_000.0)).sum::<f64>() / draws.len() as f64;
        let expected = learner.posterior(segment).unwrap().brings(4_000.0, 0.8).value;
        assert!((mean / expected - 1.0).abs() < 0.03, "{mean} and {expected}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let learner = Learner::new(setup(2, 10_000), Policy::default()).unwrap();
    let good = ask(0, 10_000, None, 2);
    let tight = vec![Bounds { floor: 0, ceiling: 4_000 }; 2];
    let refused = |ask: Ask| learner.amounts(&ask).unwrap_err().to_string();
    assert!(refused(Ask { bounds: tight, ..good.clone() }).contains("leave no room"));
    assert!(refused(Ask { step: f64::NAN, ..good.clone() }).contains("step"));
    assert!(refused(Ask { total: 0, ..good.clone() }).contains("above zero"));
    assert!(refused(Ask { current: Some(vec![1]), ..good }).contains("2 ad sets and 1 amounts"));
    assert!(Learner::new(setup(0, 10), Policy::default()).is_err());
}
