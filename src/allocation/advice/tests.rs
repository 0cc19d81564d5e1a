use super::*;
use crate::allocation::learner::{Objective, Segment};

fn question(current: [i64; 2]) -> Question {
    let segment = |name: &str| Segment { name: name.into(), platform: name.into(), placement: String::new() };
    Question {
        setup: Setup {
            objective: Objective::Results,
            total: 14_000,
            horizon_days: None,
            window_days: 7,
            segments: vec![segment("facebook"), segment("instagram")],
        },
        day: 740_030,
        current: current.to_vec(),
        floors: vec![1_000, 0],
        ceilings: vec![14_000, 9_000],
        step_bp: 2_000,
        pins: vec![None, None],
    }
}

/// Thirty days on which the second ad set's money brings three times as much.
fn readings(current: [i64; 2]) -> Vec<Reading> {
    (0..30)
        .map(|day| {
            let row = |segment: usize, each: i64| {
                let results = u64::try_from(current[segment] / each).unwrap();
                let spend = current[segment];
                Row { day: 740_000 + day, segment, budget: spend, spend, clicks: results * 20, results, value: 0 }
            };
            Reading { as_of: 740_000 + day, rows: vec![row(0, 900), row(1, 300)] }
        })
        .collect()
}

#[test]
fn money_goes_where_it_brings_more_within_step_and_bounds_and_the_sum_is_exact() {
    for current in [[7_000, 7_000], [6_001, 7_999], [5_500, 8_500]] {
        let question = question(current);
        let advice = advise(&question, &readings(current)).unwrap();
        let amounts = advice.amounts();
        assert_eq!(amounts.iter().sum::<i64>(), 14_000);
        assert!(amounts[1] > current[1] && amounts[1] <= 9_000, "{amounts:?}");
        for (now, then) in current.iter().zip(&amounts) {
            assert!((then - now).abs() <= now / 5, "{now} to {then}");
        }
        assert!(advice.chance_bp > 8_000 && !advice.undecided, "{}", advice.chance_bp);
        assert!(advice.gain.mean > 0.0 && advice.ad_sets[1].marginal.mean > advice.ad_sets[0].marginal.mean);
    }
}

#[test]
fn what_stops_an_amount_is_named() {
    let mut question = question([5_500, 8_500]);
    let of = |question: &Question, segment, proposed| limit(question, segment, proposed);
    assert_eq!(of(&question, 1, 9_000), Some(Limit::Ceiling));
    assert_eq!(of(&question, 0, 1_000), Some(Limit::Floor));
    assert_eq!((of(&question, 0, 4_400), of(&question, 0, 5_000)), (Some(Limit::Step), None));
    question.pins[1] = Some(Pin::Learning);
    assert_eq!(of(&question, 1, 8_500), Some(Limit::Pinned(Pin::Learning)));
}

#[test]
fn what_must_not_move_does_not() {
    let mut question = question([7_000, 7_000]);
    question.pins[0] = Some(Pin::Learning);
    let advice = advise(&question, &readings([7_000, 7_000])).unwrap();
    assert_eq!(advice.amounts(), [7_000, 7_000]);
    assert_eq!((advice.ad_sets[0].limit, advice.chance_bp), (Some(Limit::Pinned(Pin::Learning)), 0));
}

#[test]
fn without_figures_nothing_is_told_apart() {
    let advice = advise(&question([7_000, 7_000]), &[]).unwrap();
    assert_eq!((advice.days, advice.undecided), (0, true));
}

#[test]
fn a_stored_answer_is_made_again_byte_for_byte() {
    let question = question([7_000, 7_000]);
    let stored = serde_json::to_string(&question).unwrap();
    let first = serde_json::to_string(&advise(&question, &readings([7_000, 7_000])).unwrap()).unwrap();
    let again: Question = serde_json::from_str(&stored).unwrap();
    let second = serde_json::to_string(&advise(&again, &readings([7_000, 7_000])).unwrap()).unwrap();
    assert_eq!(first, second);
    let read: Advice = serde_json::from_str(&first).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), first);
}

#[test]
fn days_between_counts_are_those_of_the_distribution() {
    let [likely, nearly_sure] = day_counts(&[10.0; 80]);
    assert_eq!((likely, nearly_sure), ((6, 14), (4, 17)));
}

#[test]
fn an_amount_that_would_hardly_change_keeps_what_it_has() {
    let names = ["feeds", "stories", "reels", "explore"];
    let segment = |name: &&str| Segment { name: (*name).into(), platform: String::new(), placement: (*name).into() };
    let setup = Setup { segments: names.iter().map(segment).collect(), ..question([7_000, 7_000]).setup };
    let current = vec![3_500; 4];
    let (floors, ceilings, pins) = (vec![100; 4], vec![14_000; 4], vec![None; 4]);
    let question = Question { setup, current: current.clone(), floors, ceilings, pins, ..question([7_000, 7_000]) };
    let readings: Vec<Reading> = (0..30)
        .map(|day| {
            let row = |(segment, results): (usize, u64)| Row {
                day: 740_000 + day,
                segment,
                budget: 3_500,
                spend: 3_500,
                clicks: results * 20,
                results,
                value: 0,
            };
            Reading { as_of: 740_000 + day, rows: [16, 9, 8, 3].into_iter().enumerate().map(row).collect() }
        })
        .collect();
    let amounts = advise(&question, &readings).unwrap().amounts();
    assert_eq!(amounts.iter().sum::<i64>(), 14_000);
    let changes: Vec<i64> = amounts.iter().map(|then| cadence::largest_change_bp(&[3_500], &[*then])).collect();
    assert!(changes.iter().all(|change| *change == 0 || *change >= LEAST_MOVE_BP), "{amounts:?}");
    assert!(amounts[0] > 3_500 && amounts[3] < 3_500, "{amounts:?}");
}
