#![allow(clippy::unwrap_used)]

use super::*;
use crate::domain::limit::Span;
use crate::domain::period::Period;
use proptest::prelude::*;

const DAY: i64 = 140_000_000;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn november() -> Period {
    Span::Month.window("2026-11-21".parse().unwrap()).unwrap()
}

fn part(known_until: &str) -> Part {
    Part {
        zone: chrono_tz::Europe::Lisbon,
        window: november(),
        known_until: Some(at(known_until)),
        runners: vec![Runner { daily: DAY, ..Runner::default() }],
        left_at_meta: None,
    }
}

fn facts(cap: i64, spent: i64, parts: &[Part]) -> Facts<'_> {
    Facts { now: at("2026-11-21T12:00:00Z"), next_in: ASSUMED.every, cap, spent, parts }
}

#[test]
fn it_pauses_only_when_what_is_left_is_less_than_the_worst_until_the_next_look() {
    let parts = [part("2026-11-21T11:55:00Z")];
    // Unknown from 11:25 to 12:15: 50 minutes and a second of the day's 1440, three times the even part of 245.00.
    let worst = judge(&facts(i64::MAX, 0, &parts), &ASSUMED).worst;
    assert_eq!(worst, (245_000_000_i64 * 3 * 3_001 + 86_399) / 86_400);
    let decide = |headroom: i64| judge(&facts(1_000_000_000, 1_000_000_000 - headroom, &parts), &ASSUMED).decision;
    assert_eq!(decide(worst - 1), Decision::Pause(Reason::Close));
    assert_eq!(decide(worst), Decision::Warn(Reason::Near));
    assert_eq!(decide(0), Decision::Pause(Reason::Reached));
    assert_eq!(decide(700_000_000), Decision::Fine);
}

#[test]
fn old_figures_warn_first_and_pause_only_where_the_headroom_may_be_gone() {
    let old = [part("2026-11-21T09:00:00Z")];
    let verdict = judge(&facts(1_000_000_000, 0, &old), &ASSUMED);
    assert_eq!((verdict.decision, verdict.age), (Decision::Warn(Reason::Stale), Some(TimeDelta::hours(3))));
    let verdict = judge(&facts(1_000_000_000, 930_000_000, &old), &ASSUMED);
    assert_eq!(verdict.decision, Decision::Pause(Reason::Stale));
    assert_eq!(
        judge(&facts(1_000_000_000, 930_000_000, &[part("2026-11-21T11:59:00Z")]), &ASSUMED).decision,
        Decision::Warn(Reason::Near)
    );
    let never = [Part { known_until: None, ..part("2026-11-21T09:00:00Z") }];
    let verdict = judge(&facts(i64::MAX, 0, &never), &ASSUMED);
    assert_eq!((verdict.decision, verdict.age), (Decision::Warn(Reason::Stale), None));
}

#[test]
fn where_metas_own_limits_leave_less_they_hold_and_nothing_is_paused() {
    let mut held = part("2026-11-21T09:00:00Z");
    held.runners[0].left_at_meta = Some(50_000_000);
    let verdict = judge(&facts(1_000_000_000, 950_000_000, &[held.clone()]), &ASSUMED);
    assert_eq!((verdict.line, verdict.decision, verdict.overspend), (Line::Meta, Decision::Fine, 0));
    // A second campaign without a limit of its own opens it again; the account's own limit closes it.
    held.runners.push(Runner { daily: DAY, ..Runner::default() });
    assert_eq!(judge(&facts(1_000_000_000, 950_000_000, &[held.clone()]), &ASSUMED).line, Line::Guard);
    held.left_at_meta = Some(50_000_000);
    assert_eq!(judge(&facts(1_000_000_000, 950_000_000, &[held]), &ASSUMED).line, Line::Meta);
}

#[test]
fn what_is_off_spends_nothing_however_old_the_figures_are() {
    let off = [Part { runners: Vec::new(), ..part("2026-11-01T09:00:00Z") }];
    let verdict = judge(&facts(1_000_000_000, 1_200_000_000, &off), &ASSUMED);
    assert_eq!((verdict.line, verdict.decision, verdict.headroom), (Line::Off, Decision::Fine, -200_000_000));
}

#[test]
fn what_meta_adds_later_is_a_share_of_all_that_was_spent_not_of_a_limit_that_came_too_late() {
    let parts = [part("2026-11-21T11:55:00Z")];
    let worst = judge(&facts(i64::MAX, 0, &parts), &ASSUMED).worst;
    let overspend = |spent: i64| judge(&facts(1_000_000_000, spent, &parts), &ASSUMED).overspend;
    assert_eq!(overspend(0), 20_000_000);
    assert_eq!(overspend(4_000_000_000), worst + 3_000_000_000 + 80_000_000);
}

#[test]
fn a_day_takes_at_most_seven_quarters_and_a_week_seven_budgets() {
    let week = part("2026-11-14T23:00:00Z");
    let worst = |days: i64| {
        let from = at("2026-11-15T00:00:00Z"); // A Sunday.
        week.worst(&ASSUMED, from, from + TimeDelta::days(days))
    };
    assert_eq!([worst(1), worst(4), worst(7), worst(8)], [245_000_000, 980_000_000, 980_000_000, 980_000_000 + 245_000_000]);
}

#[test]
fn only_the_days_of_the_limit_count() {
    let november = part("2026-11-30T23:00:00Z");
    let worst = november.worst(&ASSUMED, at("2026-11-30T23:59:00Z"), at("2026-12-02T00:00:00Z"));
    assert!(worst < 600_000, "a minute of November, nothing of December: {worst}");
    assert_eq!(november.unknown_from(&ASSUMED), at("2026-11-30T22:30:00Z"));
    assert_eq!(part("2026-11-01T00:10:00Z").unknown_from(&ASSUMED), at("2026-11-01T00:00:00Z"), "October is another month");
}

#[test]
fn the_days_of_a_clock_change_are_whole_days() {
    for day in ["2027-03-28", "2026-10-25", "2028-02-29"] {
        let day = day.parse().unwrap();
        let (from, to) = bounds(chrono_tz::Europe::Lisbon, day);
        let on = Part { window: Period::day(day), known_until: Some(from), ..part("2026-11-21T09:00:00Z") };
        assert_eq!(on.worst(&ASSUMED, from, to), 245_000_000, "{day}");
        let third = on.worst(&ASSUMED, from, from + (to - from) / 3 - TimeDelta::seconds(1));
        assert_eq!(third, 245_000_000, "{day}: three times the even part of a third of it");
    }
}

#[test]
fn a_lifetime_budget_is_never_passed() {
    let ends = at("2026-11-25T00:00:00Z");
    let flight = |left: i64| Part {
        runners: vec![Runner { lifetime: vec![Lifetime { left, ends: Some(ends) }], ..Runner::default() }],
        ..part("2026-11-21T11:55:00Z")
    };
    let hour = flight(80_000_000).worst(&ASSUMED, at("2026-11-21T12:00:00Z"), at("2026-11-21T13:00:00Z"));
    assert!((5_000_000..6_000_000).contains(&hour), "{hour}");
    assert_eq!(flight(80_000_000).worst(&ASSUMED, at("2026-11-21T12:00:00Z"), ends), 80_000_000);
    assert_eq!(flight(-5).worst(&ASSUMED, at("2026-11-21T12:00:00Z"), ends), 0);
}

fn runners() -> impl Strategy<Value = Vec<Runner>> {
    let lifetime = prop::collection::vec((0_i64..1_000_000_000, 0_i64..40), 0..2);
    let left = prop::option::of(0_i64..2_000_000_000);
    let one = (0_i64..500_000_000, lifetime, left).prop_map(|(daily, lifetime, left_at_meta)| Runner {
        daily,
        lifetime: lifetime
            .into_iter()
            .map(|(left, days)| Lifetime { left, ends: Some(at("2026-11-21T12:00:00Z") + TimeDelta::days(days)) })
            .collect(),
        left_at_meta,
    });
    prop::collection::vec(one, 0..4)
}

proptest! {
    #[test]
    fn it_never_pauses_with_headroom_for_the_worst(
        runners in runners(), cap in 0_i64..5_000_000_000, spent in 0_i64..5_000_000_000, age in 0_i64..6_000,
    ) {
        let known = at("2026-11-21T12:00:00Z") - TimeDelta::minutes(age);
        let parts = [Part { runners, known_until: Some(known), ..part("2026-11-21T11:55:00Z") }];
        let verdict = judge(&facts(cap, spent, &parts), &ASSUMED);
        let pauses = matches!(verdict.decision, Decision::Pause(_));
        prop_assert_eq!(pauses, verdict.line == Line::Guard && verdict.worst > verdict.headroom);
        prop_assert!(!pauses || verdict.worst > 0 || verdict.headroom < 0, "nothing is paused that cannot pass the limit");
        prop_assert!(verdict.worst >= 0 && verdict.a_minute >= 0 && verdict.overspend >= 0);
    }

    #[test]
    fn older_figures_more_campaigns_and_a_later_look_never_make_the_worst_smaller(
        runners in runners(), more in 0_i64..500_000_000, age in 0_i64..6_000, later in 0_i64..600,
    ) {
        let of = |runners: Vec<Runner>, age: i64, later: i64| {
            let known = at("2026-11-21T12:00:00Z") - TimeDelta::minutes(age);
            let parts = [Part { runners, known_until: Some(known), ..part("2026-11-21T11:55:00Z") }];
            let next_in = ASSUMED.every + TimeDelta::minutes(later);
            judge(&Facts { next_in, ..facts(i64::MAX, 0, &parts) }, &ASSUMED).worst
        };
        let now = of(runners.clone(), age, 0);
        prop_assert!(of(runners.clone(), age + 7, 0) >= now);
        prop_assert!(of(runners.clone(), age, later) >= now);
        let mut with = runners;
        with.push(Runner { daily: more, ..Runner::default() });
        prop_assert!(of(with, age, 0) >= now);
    }
}
