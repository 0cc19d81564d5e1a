#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::domain::currency::Currency;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn member(id: i64, runs: Runs) -> Member {
    Member { campaign: CampaignId(id), name: format!("Campaign {id}"), spent: Vec::new(), runs }
}

/// 3,000 EUR in a month of 30 days, everything known until yesterday, 100 spent on each day.
fn figures(today: &str) -> Figures {
    let today = day(today);
    let month = month_of(today);
    Figures {
        amount: Money::new(300_000, Currency::EUR),
        tolerance_bp: USUAL_TOLERANCE_BP,
        today,
        known_until: today.pred_opt(),
        members: vec![member(1, Runs::Daily(6_000)), member(2, Runs::Daily(4_000))],
        by_day: month.each_day().filter(|on| *on < today).map(|on| (on, 100 * MICROS)).collect(),
    }
}

fn a_day(outlook: &Outlook) -> i64 {
    match &outlook.landing {
        Landing::Daily { a_day, .. } => a_day.minor,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_month_ends_when_it_ends_in_february_too() {
    assert_eq!(month_of(day("2026-02-10")).days(), 28);
    assert_eq!(month_of(day("2028-02-29")).until, day("2028-02-29"));
    assert_eq!(month_of(day("2026-12-31")).until, day("2026-12-31"));
}

#[test]
fn an_even_pace_needs_no_change() {
    let outlook = figures("2026-11-21").outlook();
    assert_eq!((outlook.pacing, outlook.days_left, outlook.days_missing), (Pacing::On, 10, 0));
    assert_eq!(outlook.spent.to_string(), "2,000.00");
    assert_eq!(
        outlook.landing,
        Landing::Daily {
            a_day: Money::new(10_000, Currency::EUR),
            stays: Money::new(0, Currency::EUR),
            each: vec![(CampaignId(1), Money::new(6_000, Currency::EUR)), (CampaignId(2), Money::new(4_000, Currency::EUR))],
        }
    );
}

#[test]
fn ahead_and_behind_begin_beyond_the_tolerance() {
    let with = |micros: i64| {
        let mut figures = figures("2026-11-21");
        figures.by_day = vec![(day("2026-11-01"), micros)];
        figures.outlook().pacing
    };
    assert_eq!(with(2_100 * MICROS), Pacing::On);
    assert_eq!(with(2_100 * MICROS + 1), Pacing::Ahead);
    assert_eq!(with(1_900 * MICROS), Pacing::On);
    assert_eq!(with(1_900 * MICROS - 1), Pacing::Behind);
}

#[test]
fn the_first_day_and_missing_figures_say_that_they_are_not_known() {
    let first = figures("2026-11-01").outlook();
    assert_eq!((first.pacing, a_day(&first)), (Pacing::Unknown, 10_000));
    let mut unread = figures("2026-11-21");
    unread.known_until = None;
    unread.by_day.clear();
    assert_eq!((unread.outlook().pacing, unread.outlook().landing), (Pacing::Unknown, Landing::Unknown));
}

#[test]
fn days_whose_figures_are_missing_are_taken_at_the_budgets() {
    let mut late = figures("2026-11-21");
    late.known_until = Some(day("2026-11-18"));
    late.by_day.retain(|(on, _)| *on <= day("2026-11-18"));
    let outlook = late.outlook();
    // 1,800 known and 2 x 100 budgeted are gone.
    assert_eq!((outlook.days_missing, a_day(&outlook)), (2, 10_000));
    assert_eq!(outlook.pacing, Pacing::On, "against the days that are known");
}

#[test]
fn what_is_over_says_by_how_much() {
    let mut over = figures("2026-11-21");
    over.by_day = vec![(day("2026-11-05"), 3_000 * MICROS + 1)];
    assert_eq!(over.outlook().landing, Landing::Over(Money::new(1, Currency::EUR)));
}

#[test]
fn a_budget_in_all_is_counted_and_not_steered() {
    let mut mixed = figures("2026-11-21");
    // 400 left over 20 days, 10 of them in this month.
    mixed.members = vec![member(1, Runs::Daily(6_000)), member(2, Runs::Lifetime(Some((40_000, 20))))];
    let outlook = mixed.outlook();
    assert_eq!(outlook.unsteered, Some(Money::new(20_000, Currency::EUR)));
    assert_eq!(a_day(&outlook), 8_000);
    mixed.members = vec![member(2, Runs::Lifetime(None)), member(3, Runs::Not)];
    assert_eq!((mixed.outlook().unsteered, mixed.outlook().landing), (None, Landing::NothingToSteer));
}

#[test]
fn yen_are_whole() {
    let mut yen = figures("2026-11-21");
    yen.amount = Money::new(300_000, Currency::JPY);
    yen.by_day = vec![(day("2026-11-05"), 200_000 * MICROS + 1)];
    assert_eq!(a_day(&yen.outlook()), 9_999);
}

proptest! {
    #[test]
    fn the_daily_amounts_land_on_the_envelope_to_the_minor_unit(
        amount in 1_i64..10_000_000, spent in 0_i64..10_000_000, on in 1_u32..=29, leap in any::<bool>(),
        budgets in proptest::collection::vec(0_i64..100_000, 1..6),
    ) {
        let today = NaiveDate::from_ymd_opt(if leap { 2028 } else { 2026 }, 2, on.min(if leap { 29 } else { 28 })).unwrap();
        let figures = Figures {
            amount: Money::new(amount, Currency::EUR),
            tolerance_bp: 500,
            today,
            known_until: today.pred_opt(),
            members: budgets.iter().zip(1..).map(|(minor, id)| member(id, Runs::Daily(*minor))).collect(),
            by_day: if on > 1 { vec![(month_of(today).since, spent * 10_000)] } else { Vec::new() },
        };
        let outlook = figures.outlook();
        let gone = if on > 1 { spent } else { 0 };
        match outlook.landing {
            Landing::Daily { a_day, stays, each } => {
                prop_assert_eq!(each.iter().map(|(_, money)| money.minor).sum::<i64>(), a_day.minor);
                prop_assert_eq!(gone + a_day.minor * outlook.days_left + stays.minor, amount);
                prop_assert!(stays.minor < outlook.days_left);
            }
            Landing::Over(by) => prop_assert_eq!(by.minor, gone - amount),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
