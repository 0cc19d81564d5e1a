//! The money of plans: figures that can be worked out by hand, and what must hold for any.

#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::review::{Terms, weigh};
use super::stakes::Stakes;
use super::{Field, Kind, Mark, ObjectRef, Observed, PlannedStep, Row, RowReview, Step, Wanted, WantedKept};
use crate::domain::currency::Currency;

/// Wednesday noon in Lisbon: half of the week that began on Sunday, 2026-11-29, is over.
const WEDNESDAY_NOON: &str = "2026-12-02T12:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn terms(now: &str) -> Terms {
    Terms::usual(Currency::EUR, chrono_tz::Europe::Lisbon, at(now))
}

fn object(kind: Kind, id: i64, fields: &[(Field, &str)]) -> Observed {
    let fields = fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    Observed { object: ObjectRef::new(kind, id), remote: id.to_string(), gone: false, fields }
}

/// A campaign that is on, with one ad set of this budget.
fn campaign(budget: &str) -> Vec<Observed> {
    vec![
        object(Kind::Campaign, 1, &[(Field::Name, "Sale"), (Field::Switch, "on"), (Field::Budget, ""), (Field::Limit, "")]),
        object(Kind::AdSet, 2, &[(Field::Name, "Facebook"), (Field::Switch, "on"), (Field::Budget, budget), (Field::Ends, "")]),
    ]
}

fn change(observed: &Observed, field: Field, to: &str) -> PlannedStep {
    let mut fields = observed.fields.clone();
    fields.insert(field, to.to_owned());
    let wanted = WantedKept { object: observed.object, name: "Facebook".into(), fields, targeting: None };
    PlannedStep { label: String::new(), step: Step::Change { wanted: Wanted::Kept(Box::new(wanted)), fields: vec![field] } }
}

fn stakes(observed: &[Observed], steps: &[PlannedStep], terms: &Terms) -> Stakes {
    weigh(&mut [], &steps.iter().collect::<Vec<_>>(), observed, terms).stakes.unwrap()
}

fn rebudget(was: &str, is: &str, now: &str) -> Stakes {
    let observed = campaign(was);
    stakes(&observed, &[change(&observed[1], Field::Budget, is)], &terms(now))
}

#[test]
fn a_raise_in_the_middle_of_the_week_counts_for_what_is_left_of_it() {
    let made = rebudget("daily 2000", "daily 2400", WEDNESDAY_NOON);
    // Half a week of 140.00 and half a week of 168.00.
    assert_eq!((made.this_week.minor, made.after.worst_week.minor), (15_400, 16_800));
    assert_eq!((made.before.worst_week.minor, made.before.worst_day.minor, made.after.worst_day.minor), (14_000, 3_500, 4_200));
    assert_eq!((made.more_a_day.minor, made.week_ends), (400, "2026-12-05".parse().unwrap()));
}

#[test]
fn a_lower_budget_cannot_take_back_what_may_be_spent_already() {
    let made = rebudget("daily 2000", "daily 100", WEDNESDAY_NOON);
    // Four days at 35.00 may be gone, and the shares allow only 70.00 + 3.50.
    assert_eq!((made.this_week.minor, made.after.worst_week.minor, made.more_a_day.minor), (14_000, 700, -1_900));
    let monday = rebudget("daily 2000", "daily 100", "2026-11-30T00:00:00Z");
    // One day at 35.00 may be gone; the shares allow 20.00 and six days of 1.00.
    assert_eq!(monday.this_week.minor, 3_500);
}

#[test]
fn the_first_week_counts_from_the_minute_of_the_start() {
    let mut off = campaign("daily 2000");
    off[0].fields.insert(Field::Switch, "off".into());
    let on = PlannedStep { label: String::new(), step: Step::Activate { object: off[0].object } };
    let made = stakes(&off, std::slice::from_ref(&on), &terms(WEDNESDAY_NOON));
    assert_eq!((made.before.a_day.minor, made.after.a_day.minor, made.more_a_day.minor), (0, 2_000, 2_000));
    assert_eq!(made.this_week.minor, 7_000);
    let friday = stakes(&off, std::slice::from_ref(&on), &terms("2026-12-05T12:00:00Z"));
    assert_eq!(friday.this_week.minor, 1_000, "a seventh of the week is half a Saturday twice over");
    off[1].fields.insert(Field::Starts, "2026-12-07T08:00:00Z".into());
    let later = stakes(&off, &[on], &terms(WEDNESDAY_NOON));
    assert_eq!((later.this_week.minor, later.after.worst_week.minor), (0, 14_000), "it starts next week");
}

#[test]
fn a_week_in_which_the_clocks_change_is_shared_by_its_own_length() {
    // In Lisbon the week from 25 October 2026 has 169 hours.
    let made = rebudget("daily 1690", "daily 3380", "2026-10-25T00:00:00Z");
    // One hour of it is over: by summer time the week began at 23:00 UTC.
    assert_eq!(made.this_week.minor, 7 * 3_380 - 7 * 1_690 / 169);
}

#[test]
fn metas_limit_caps_every_figure_and_raising_it_counts_as_new_money() {
    let mut observed = campaign("daily 2000");
    observed[0].fields.insert(Field::Limit, "5000".into());
    let kept = stakes(&observed, &[], &terms(WEDNESDAY_NOON));
    assert_eq!((kept.after.worst_week.minor, kept.this_week.minor, kept.more_a_day.minor), (5_000, 5_000, 0));
    assert_eq!(kept.after.at_most.unwrap().minor, 5_000);
    let raised = stakes(&observed, &[change(&observed[0], Field::Limit, "9000")], &terms(WEDNESDAY_NOON));
    assert_eq!(raised.more_a_day.minor, 2_000, "it may stand at its limit, and then runs again");
    let lowered = stakes(&observed, &[change(&observed[0], Field::Limit, "3000")], &terms(WEDNESDAY_NOON));
    assert_eq!(lowered.more_a_day.minor, 0);
}

#[test]
fn a_budget_for_the_whole_flight_counts_by_the_days_it_has_left() {
    let mut observed = campaign("lifetime 24000");
    observed[1].fields.insert(Field::Ends, "2026-12-25T23:59:00Z".into());
    let sooner = stakes(&observed, &[change(&observed[1], Field::Ends, "2026-12-13T23:59:00Z")], &terms(WEDNESDAY_NOON));
    // 240.00 over 24 days are 10.00 a day, over 12 days 20.00.
    assert_eq!((sooner.more_a_day.minor, sooner.after.worst_day.minor, sooner.this_week.minor), (1_000, 24_000, 24_000));
    let more = stakes(&observed, &[change(&observed[1], Field::Budget, "lifetime 24001")], &terms(WEDNESDAY_NOON));
    assert_eq!((more.more_a_day.minor, more.after.in_all.minor), (1, 24_001), "rounded up");
}

#[test]
fn money_that_only_moves_between_ad_sets_raises_nothing() {
    let mut observed = campaign("lifetime 24000");
    observed[1].fields.insert(Field::Ends, "2026-12-08T23:59:00Z".into());
    let mut other = observed[1].clone();
    other.object = ObjectRef::new(Kind::AdSet, 3);
    observed.push(other);
    // Over seven days neither 100 nor its opposite is a whole amount a day.
    let steps = [change(&observed[1], Field::Budget, "lifetime 24100"), change(&observed[2], Field::Budget, "lifetime 23900")];
    assert_eq!(stakes(&observed, &steps, &terms(WEDNESDAY_NOON)).more_a_day.minor, 0);
}

#[test]
fn what_has_ended_or_stands_under_a_paused_campaign_spends_nothing() {
    let mut over = campaign("daily 2000");
    over[1].fields.insert(Field::Ends, "2026-12-01T00:00:00Z".into());
    let again = stakes(&over, &[change(&over[1], Field::Ends, "2026-12-31T00:00:00Z")], &terms(WEDNESDAY_NOON));
    assert_eq!((again.before.a_day.minor, again.more_a_day.minor), (0, 2_000), "a later end lets it spend again");
    let mut off = campaign("daily 2000");
    off[0].fields.insert(Field::Switch, "off".into());
    let raised = stakes(&off, &[change(&off[1], Field::Budget, "daily 9000")], &terms(WEDNESDAY_NOON));
    assert_eq!((raised.after.a_day.minor, raised.more_a_day.minor), (0, 0));
}

#[test]
fn a_campaign_budget_is_counted_once_and_only_while_an_ad_set_is_on() {
    let mut observed = campaign("");
    observed[0].fields.insert(Field::Budget, "daily 5000".into());
    let raised = stakes(&observed, &[change(&observed[0], Field::Budget, "daily 6000")], &terms(WEDNESDAY_NOON));
    assert_eq!((raised.before.a_day.minor, raised.after.a_day.minor, raised.more_a_day.minor), (5_000, 6_000, 1_000));
    let pause = PlannedStep { label: String::new(), step: Step::Pause { object: observed[1].object } };
    assert_eq!(stakes(&observed, &[pause], &terms(WEDNESDAY_NOON)).after.a_day.minor, 0);
}

#[test]
fn a_row_says_its_own_budget_whatever_stands_above_it() {
    let mut off = campaign("daily 2000");
    off[0].fields.insert(Field::Switch, "off".into());
    let row = |mark| Row {
        mark,
        object: off[1].object,
        name: "Facebook".into(),
        networks: Vec::new(),
        now: String::new(),
        after: String::new(),
        changes: Vec::new(),
        money: None,
        review: RowReview::default(),
    };
    let mut rows = [row(Mark::Change), row(Mark::Pause)];
    let step = change(&off[1], Field::Budget, "daily 2400");
    weigh(&mut rows, &[&step], &off, &terms(WEDNESDAY_NOON));
    let [changed, paused] = rows.map(|row| row.review.stakes.unwrap());
    assert_eq!((changed.before.a_day.minor, changed.after.a_day.minor, changed.more_a_day.minor), (2_000, 2_400, 400));
    assert_eq!((paused.before.a_day.minor, paused.after.a_day.minor), (2_000, 0));
}

#[test]
fn two_currencies_stand_side_by_side() {
    let one = rebudget("daily 2000", "daily 2400", WEDNESDAY_NOON);
    let dollars = Terms { currency: Currency::USD, ..terms(WEDNESDAY_NOON) };
    let observed = campaign("daily 2000");
    let two = stakes(&observed, &[change(&observed[1], Field::Budget, "daily 2100")], &dollars);
    let sums = Stakes::sums([one, two, one]);
    assert_eq!(sums.iter().map(|sum| sum.more_a_day.minor).collect::<Vec<_>>(), [800, 100]);
}

proptest! {
    #[test]
    fn the_running_week_lies_between_what_is_fair_and_what_seven_worst_days_cost(
        was in 0_i64..10_000_000, is in 0_i64..10_000_000, seconds in 0_i64..(28 * 86_400), over in 0_i64..20_000,
    ) {
        let now = at("2026-10-11T00:00:00Z") + TimeDelta::seconds(seconds);
        let terms = Terms { now, overdelivery_bp: over, ..terms(WEDNESDAY_NOON) };
        let observed = campaign(&format!("daily {was}"));
        let made = stakes(&observed, &[change(&observed[1], Field::Budget, &format!("daily {is}"))], &terms);
        prop_assert!(made.this_week.minor <= 7 * was.max(is), "never beyond a week of the larger budget");
        prop_assert!(made.this_week.minor >= (7 * was.min(is)).min(made.after.worst_day.minor), "{made:?}");
        prop_assert_eq!(made.more_a_day.minor, is - was);
        prop_assert_eq!(made.after.worst_week.minor, 7 * is);
        prop_assert!(made.after.worst_day.minor >= is);
    }

    #[test]
    fn a_budget_that_stays_makes_the_same_week_whenever_it_is_looked_at(minor in 0_i64..10_000_000, seconds in 0_i64..(28 * 86_400)) {
        let now = at("2026-10-11T00:00:00Z") + TimeDelta::seconds(seconds);
        let made = stakes(&campaign(&format!("daily {minor}")), &[], &Terms { now, ..terms(WEDNESDAY_NOON) });
        // On Saturday evening a week of it is left to the cent, however often it was rounded.
        prop_assert!(made.this_week.minor <= 7 * minor && made.is_even());
        prop_assert_eq!(made.more_a_day.minor, 0);
    }

    #[test]
    fn a_larger_budget_never_costs_less(was in 0_i64..1_000_000, is in 0_i64..1_000_000, more in 0_i64..1_000, hour in 0_i64..168) {
        let now = at("2026-11-29T00:00:00Z") + TimeDelta::hours(hour);
        let terms = Terms { now, ..terms(WEDNESDAY_NOON) };
        let observed = campaign(&format!("daily {was}"));
        let week = |minor: i64| {
            stakes(&observed, &[change(&observed[1], Field::Budget, &format!("daily {minor}"))], &terms).this_week.minor
        };
        prop_assert!(week(is + more) >= week(is));
    }
}
