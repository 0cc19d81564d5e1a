//! Changes over several campaigns: exact money, refusals with their reasons, one safe order.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::domain::campaign::fixture;
use crate::domain::dictionary::Sentence;
use crate::domain::id::{AdId, AdSetId, ObjectId};
use crate::domain::plan::{self, AdIds, AdSetIds, Desired, Field, Kind, ObjectRef, Run};

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn ids() -> Ids {
    use crate::domain::campaign::AdSetKey;
    let ad = |n: i64| vec![AdIds { key: 1, ad: AdId(30 + n), creative: ObjectId(40 + n) }];
    Ids {
        campaign: CampaignId(1),
        ad_sets: vec![
            AdSetIds { key: AdSetKey::Facebook, id: AdSetId(11), ads: ad(1) },
            AdSetIds { key: AdSetKey::Instagram, id: AdSetId(12), ads: ad(2) },
        ],
    }
}

/// What Meta says of the fixture's campaign, switched on and as defined.
fn observed(campaign: &Campaign, on: bool) -> Vec<Observed> {
    let now = fixture::facts().now;
    let planned = plan::plan(Desired { campaign, ids: &ids(), run: Run::Active }, &[], now);
    let made = planned.steps.iter().filter_map(|step| match &step.step {
        Step::Create { wanted, .. } => Some(wanted),
        _ => None,
    });
    made.map(|wanted| {
        let mut fields = wanted.fields(now);
        fields.insert(Field::Switch, Field::switch(on || wanted.object().kind != Kind::Campaign));
        Observed { object: wanted.object(), remote: wanted.object().id.to_string(), gone: false, fields }
    })
    .collect()
}

fn subject(on: bool) -> Subject {
    let campaign = fixture::campaign();
    Subject {
        id: CampaignId(1),
        name: campaign.name.clone(),
        account: "Casa Lume".into(),
        currency: Currency::EUR,
        min_daily_minor: Some(100),
        barred: None,
        observed: observed(&campaign, on),
        ours: Some(Ours { campaign: Some(campaign), form: fixture::form(), ids: Some(ids()), revision: 3 }),
        a_day: Some(eur(14_000)),
        spent: None,
        is_busy: false,
        now: fixture::facts().now,
        terms: Terms::usual(Currency::EUR, fixture::facts().zone, fixture::facts().now),
    }
}

fn percent(basis_points: i64) -> Change {
    Change::Budget { budget: BudgetChange::Percent { basis_points } }
}

fn by(minor: i64) -> Change {
    Change::Budget { budget: BudgetChange::By { money: eur(minor) } }
}

#[test]
fn ten_percent_more_changes_each_ad_set_and_sums_exactly() {
    let line = line(&percent(1_000), &subject(true)).unwrap();
    let after = line.definition.unwrap();
    assert_eq!((line.before, line.after), (Some(eur(14_000)), Some(eur(15_400))));
    assert_eq!(after.budgets(), [eur(6_468), eur(8_932)]);
    assert_eq!(line.steps.iter().map(|(money, _)| *money).sum::<i64>(), 1_400);
    assert!(line.steps.iter().all(|(_, s)| matches!(&s.step, Step::Change { fields, .. } if fields == &[Field::Budget])));
    assert_eq!(line.form.unwrap().read(&fixture::facts()).campaign.unwrap(), *after);
    let said: Vec<String> = line.rows.iter().flat_map(|r| &r.changes).map(|c| format!("{:?} {}", c.now, c.after)).collect();
    assert_eq!(said[0], "Some(\"58.80 EUR a day\") 64.68 EUR a day");
}

#[test]
fn a_percentage_is_rounded_half_to_even_once() {
    let of = |points, minor| BudgetChange::Percent { basis_points: points }.of(eur(minor)).unwrap().minor;
    assert_eq!([of(1_000, 5), of(1_000, 15), of(-5_000, 5), of(-5_000, 7), of(333, 10_000)], [6, 16, 2, 4, 10_333]);
    assert!(BudgetChange::Percent { basis_points: i64::MAX / 2 }.of(eur(i64::MAX)).is_err());
}

#[test]
fn two_currencies_are_never_added() {
    let mut other = subject(true);
    (other.currency, other.a_day) = (Currency::USD, Some(Money::new(5_000, Currency::USD)));
    let plan = bulk(&Change::Pause, &[subject(true), other.clone(), subject(true)]);
    let sums: Vec<(i64, i64)> = plan.a_day.iter().map(|sum| (sum.before.minor, sum.after.minor)).collect();
    assert_eq!(sums, [(28_000, 0), (5_000, 0)]);
    other.ours.as_mut().unwrap().campaign.as_mut().unwrap().budget.amount.currency = Currency::USD;
    assert!(line(&by(100), &other).unwrap_err().words.contains("USD"));
}

#[test]
fn what_cannot_be_changed_says_why() {
    let with = |change: fn(&mut Subject)| {
        let mut subject = subject(true);
        change(&mut subject);
        subject
    };
    let cases: [(Change, Subject, &str); 11] = [
        (Change::Pause, subject(false), "paused already"),
        (Change::Resume, subject(true), "on already"),
        (Change::Pause, with(|s| s.observed.clear()), "draft"),
        (percent(1_000), with(|s| s.ours = None), "adopt it first"),
        (Change::Pause, with(|s| s.is_busy = true), "being carried out"),
        (Change::Pause, with(|s| s.barred = Some(Sentence::quoted("Read only."))), "Read only."),
        (by(-14_000), subject(true), "pause it instead"),
        (by(-13_850), subject(true), "below Meta’s least of 1.00"),
        (percent(0), subject(true), "already"),
        (
            Change::Resume,
            with(|s| {
                s.observed = observed(&fixture::campaign(), false);
                s.now = "2027-01-01T00:00:00Z".parse().unwrap();
            }),
            "flight is over",
        ),
        (Change::Dates { starts: None, ends: Some("2026-11-01".into()) }, subject(true), "has passed"),
    ];
    for (change, subject, words) in cases {
        let why = line(&change, &subject);
        assert!(why.as_ref().is_err_and(|why| why.words.contains(words)), "{words}: {why:?}");
    }
}

#[test]
fn an_edit_made_elsewhere_is_settled_first() {
    let mut drifted = subject(true);
    let set = drifted.observed.iter_mut().find(|o| o.object == ObjectRef::new(Kind::AdSet, 11)).unwrap();
    set.fields.insert(Field::Budget, "daily 9900".into());
    assert!(line(&percent(1_000), &drifted).unwrap_err().words.contains("differs"));
    assert!(line(&Change::Pause, &drifted).is_ok(), "pausing needs no agreement about money");
}

#[test]
fn another_end_reaches_every_ad_set_and_the_form() {
    let change = Change::Dates { starts: None, ends: Some("2026-12-31".into()) };
    let line = line(&change, &subject(true)).unwrap();
    assert_eq!(line.steps.len(), 2);
    assert_eq!(line.form.unwrap().ends, "2026-12-31 23:59");
    assert_eq!((line.before, line.after), (Some(eur(14_000)), Some(eur(14_000))));
}

#[test]
fn less_comes_before_more_and_off_before_on() {
    let mut rich = subject(true);
    rich.id = CampaignId(2);
    let plan = bulk(&Change::Budget { budget: BudgetChange::To { money: eur(14_100) } }, &[subject(true), rich]);
    let money: Vec<&str> = plan.lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(money.len(), 2);
    let both = BulkPlan {
        lines: [line(&by(100), &subject(true)), line(&by(-100), &subject(true)), line(&Change::Pause, &subject(true))]
            .into_iter()
            .map(Result::unwrap)
            .collect(),
        ..plan
    };
    let steps = both.steps();
    assert!(matches!(steps[0].step, Step::Pause { .. }), "{steps:?}");
    let budgets: Vec<i64> = steps[1..]
        .iter()
        .map(|s| match &s.step {
            Step::Change { wanted, .. } => {
                wanted.fields(fixture::facts().now)[&Field::Budget].split_once(' ').unwrap().1.parse().unwrap()
            }
            _ => 0,
        })
        .collect();
    assert!(budgets[..2].iter().sum::<i64>() == 13_900 && budgets[2..].iter().sum::<i64>() == 14_100, "{budgets:?}");
}

#[test]
fn the_hash_is_of_what_happens() {
    let one = bulk(&percent(1_000), &[subject(true)]);
    assert_eq!(one.hash, bulk(&percent(1_000), &[subject(true)]).hash);
    let mut saved = subject(true);
    saved.ours.as_mut().unwrap().revision = 4;
    assert_ne!(one.hash, bulk(&percent(1_000), &[saved]).hash);
}
