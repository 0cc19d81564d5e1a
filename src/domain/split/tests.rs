#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::domain::currency::Currency;

fn amounts(parts: &[Part]) -> Vec<i64> {
    parts.iter().map(|part| part.amount).collect()
}

#[test]
fn percentages_give_exact_amounts() {
    let parts = split(14_000, &Amounts::Percent(vec![4_200, 5_800]), &[Bounds::NONE; 2]).unwrap();
    assert_eq!(amounts(&parts), [5_880, 8_120]);
}

#[test]
fn percentages_that_do_not_add_up_are_refused_with_the_difference() {
    let refused = split(14_000, &Amounts::Percent(vec![4_200, 5_750]), &[Bounds::NONE; 2]).unwrap_err();
    assert_eq!(refused, Refused::PercentSum { sum: 9_950 });
    assert_eq!(refused.to_string(), "the shares add up to 99.5 %: 0.5 % is missing");
    let refused = split(14_000, &Amounts::Percent(vec![4_200, 5_801]), &[Bounds::NONE; 2]).unwrap_err();
    assert_eq!(refused.to_string(), "the shares add up to 100.01 %: 0.01 % is too much");
}

#[test]
fn a_share_outside_its_bounds_is_held_there_and_the_others_take_the_rest() {
    let bounds = [Bounds::NONE, Bounds { floor: 0, ceiling: 7_700 }];
    let parts = split(14_000, &Amounts::Percent(vec![4_200, 5_800]), &bounds).unwrap();
    assert_eq!(amounts(&parts), [6_300, 7_700]);
    assert_eq!(parts[1].held, Some(Held::Ceiling));
    let bounds = [Bounds { floor: 9_000, ceiling: i64::MAX }, Bounds::NONE, Bounds::NONE];
    let parts = split(10_000, &Amounts::Percent(vec![1_000, 3_000, 6_000]), &bounds).unwrap();
    assert_eq!(amounts(&parts), [9_000, 333, 667]);
}

#[test]
fn a_part_without_a_share_takes_what_a_ceiling_leaves() {
    let bounds = [Bounds { floor: 0, ceiling: 60 }, Bounds::NONE];
    let parts = split(100, &Amounts::Percent(vec![10_000, 0]), &bounds).unwrap();
    assert_eq!(amounts(&parts), [60, 40]);
}

#[test]
fn bounds_that_leave_no_room_are_refused_with_the_nearest_budget() {
    let floors = [Bounds { floor: 6_000, ceiling: i64::MAX }; 2];
    assert_eq!(split(10_000, &Amounts::Even(2), &floors), Err(Refused::FloorsAbove { floors: 12_000, total: 10_000 }));
    let ceilings = [Bounds { floor: 0, ceiling: 4_000 }; 2];
    assert_eq!(split(10_000, &Amounts::Even(2), &ceilings), Err(Refused::CeilingsBelow { ceilings: 8_000, total: 10_000 }));
    let crossed = [Bounds { floor: 5, ceiling: 4 }, Bounds::NONE];
    assert_eq!(split(10_000, &Amounts::Even(2), &crossed), Err(Refused::Crossed { part: 0, floor: 5, ceiling: 4 }));
}

#[test]
fn fixed_money_is_never_moved() {
    let bounds = [Bounds::NONE, Bounds { floor: 0, ceiling: 50 }];
    assert_eq!(amounts(&split(100, &Amounts::Fixed(vec![60, 40]), &bounds).unwrap()), [60, 40]);
    let above = split(100, &Amounts::Fixed(vec![40, 60]), &bounds).unwrap_err();
    assert_eq!(above, Refused::AboveCeiling { part: 1, amount: 60, ceiling: 50 });
    let sum = split(100, &Amounts::Fixed(vec![40, 50]), &[Bounds::NONE; 2]).unwrap_err();
    assert_eq!(sum, Refused::MoneySum { sum: 90, total: 100 });
}

#[test]
fn one_part_and_forty_one_are_refused() {
    for parts in [0, 1, 41] {
        assert_eq!(split(100, &Amounts::Even(parts), &vec![Bounds::NONE; parts]), Err(Refused::PartCount { parts }));
    }
    assert_eq!(split(0, &Amounts::Even(2), &[Bounds::NONE; 2]), Err(Refused::NothingToSplit));
}

#[test]
fn a_part_below_the_minimum_is_refused_with_the_share_and_the_budget_that_do() {
    let parts = split(2_000, &Amounts::Percent(vec![9_900, 100]), &[Bounds::NONE; 2]).unwrap();
    let refused = at_least(100, 2_000, &parts).unwrap_err();
    assert_eq!(refused, Refused::BelowMinimum { part: 1, amount: 20, minimum: 100, share: Some(500), budget: 10_000 });
    assert_eq!(at_least(20, 2_000, &parts), Ok(()));
}

#[test]
fn percent_is_written_as_people_write_it() {
    for (points, text) in [(4_200, "42"), (1_250, "12.5"), (3_333, "33.33"), (10_000, "100"), (0, "0"), (5, "0.05")] {
        assert_eq!(percent(points), text);
    }
}

/// Basis points for `n` parts that sum to exactly 10000, from arbitrary cuts.
fn shares() -> impl Strategy<Value = Vec<i64>> {
    (2_usize..=40).prop_flat_map(|n| prop::collection::vec(0_i64..=WHOLE, n - 1)).prop_map(|mut cuts| {
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([WHOLE]);
        let starts = [0].into_iter().chain(cuts.iter().copied());
        ends.zip(starts).map(|(end, start)| end - start).collect()
    })
}

/// A budget of any currency of Meta's table, in its minor units.
fn budget() -> impl Strategy<Value = i64> {
    let currencies: Vec<Currency> = Currency::all().collect();
    (prop::sample::select(currencies), 1_i64..=2_000_000_000).prop_map(|(currency, units)| units * currency.offset())
}

fn cases() -> ProptestConfig {
    ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_minor_unit_is_lost_and_none_appears(total in budget(), shares in shares()) {
        let parts = split(total, &Amounts::Percent(shares.clone()), &vec![Bounds::NONE; shares.len()]).unwrap();
        prop_assert_eq!(parts.iter().map(|p| p.amount).sum::<i64>(), total);
        for (part, share) in parts.iter().zip(&shares) {
            let exact = i128::from(total) * i128::from(*share);
            let off = (i128::from(part.amount) * i128::from(WHOLE) - exact).abs();
            prop_assert!(off < i128::from(WHOLE), "a part is off by a whole unit");
        }
    }

    #[test]
    fn bounds_hold_whenever_they_can(
        total in budget(),
        shares in shares(),
        seeds in prop::collection::vec((0_i64..=20_000, 0_i64..=20_000, any::<bool>(), any::<bool>()), 40),
    ) {
        let n = i64::try_from(shares.len()).unwrap();
        let bounds: Vec<Bounds> = seeds.iter().take(shares.len()).map(|(low, high, floor, ceiling)| {
            let floor_share = if *floor { low / n } else { 0 };
            Bounds::of_share(total, Some(floor_share), ceiling.then_some(floor_share + high))
        }).collect();
        match split(total, &Amounts::Percent(shares.clone()), &bounds) {
            Ok(parts) => {
                prop_assert_eq!(parts.iter().map(|p| p.amount).sum::<i64>(), total);
                for (part, bound) in parts.iter().zip(&bounds) {
                    prop_assert!(bound.floor <= part.amount && part.amount <= bound.ceiling);
                }
            }
            Err(Refused::FloorsAbove { floors, .. }) => prop_assert!(floors > total),
            Err(Refused::CeilingsBelow { ceilings, .. }) => prop_assert!(ceilings < total),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn an_even_split_differs_by_at_most_one_unit_and_favours_the_earlier(total in budget(), n in 2_usize..=40) {
        let parts = split(total, &Amounts::Even(n), &vec![Bounds::NONE; n]).unwrap();
        prop_assert_eq!(parts.iter().map(|p| p.amount).sum::<i64>(), total);
        prop_assert!(parts.windows(2).all(|pair| pair[0].amount >= pair[1].amount));
        prop_assert!(parts[0].amount - parts[n - 1].amount <= 1);
    }

    #[test]
    fn a_share_equal_to_its_bounds_is_never_held(total in budget(), shares in shares()) {
        let bounds: Vec<Bounds> = shares.iter().map(|s| Bounds::of_share(total, Some(*s), Some(*s))).collect();
        let parts = split(total, &Amounts::Percent(shares), &bounds).unwrap();
        prop_assert!(parts.iter().all(|part| part.held.is_none()));
    }
}

#[test]
fn every_currency_of_metas_table_splits_exactly() {
    for currency in Currency::all() {
        for units in [1, 7, 140, 99_999, 1_000_001] {
            let total = units * currency.offset();
            for n in 2..=40_usize {
                let parts = split(total, &Amounts::Even(n), &vec![Bounds::NONE; n]).unwrap();
                assert_eq!(parts.iter().map(|p| p.amount).sum::<i64>(), total, "{currency} {units} over {n}");
            }
        }
    }
}
