//! What rows may set off, their groups, and what is told of a plan that changed since it was read.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::*;
use crate::domain::currency::Currency;

fn terms() -> Terms {
    let now: DateTime<Utc> = "2026-12-02T12:00:00Z".parse().unwrap();
    Terms::usual(Currency::EUR, chrono_tz::Europe::Lisbon, now)
}

fn object(kind: Kind, id: i64, fields: &[(Field, &str)]) -> Observed {
    let fields = fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    Observed { object: ObjectRef::new(kind, id), remote: id.to_string(), gone: false, fields }
}

fn observed(budget: &str) -> Vec<Observed> {
    vec![
        object(Kind::Campaign, 1, &[(Field::Name, "Sale"), (Field::Switch, "on"), (Field::Budget, ""), (Field::Limit, "")]),
        object(Kind::AdSet, 2, &[(Field::Name, "Facebook"), (Field::Switch, "on"), (Field::Budget, budget)]),
    ]
}

/// A change of fields, with its row.
fn change(of: &Observed, fields: &[(Field, &str)]) -> (Row, PlannedStep) {
    let texts: BTreeMap<Field, String> = fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    let named: Vec<Field> = texts.keys().copied().collect();
    let changes = named.iter().map(|field| FieldChange { field: *field, now: Some(String::new()), after: String::new() });
    let row = Row {
        mark: Mark::Change,
        object: of.object,
        name: "Facebook".into(),
        networks: Vec::new(),
        now: String::new(),
        after: String::new(),
        changes: changes.collect(),
        money: None,
        review: RowReview::default(),
    };
    let wanted = WantedKept { object: of.object, name: "Facebook".into(), fields: texts, targeting: None };
    (row, PlannedStep { label: String::new(), step: Step::Change { wanted: Wanted::Kept(Box::new(wanted)), fields: named } })
}

fn effects(observed: &[Observed], fields: &[(Field, &str)], terms: &Terms) -> Vec<(EffectKind, String)> {
    let (row, step) = change(&observed[1], fields);
    let mut rows = [row];
    weigh(&mut rows, &[&step], observed, terms);
    let [row] = rows;
    row.review.effects.into_iter().map(|effect| (effect.kind, effect.words)).collect()
}

#[test]
fn a_budget_step_counts_only_beyond_the_setting() {
    let said = observed("daily 1000");
    assert!(effects(&said, &[(Field::Budget, "daily 1200")], &terms()).is_empty(), "20 % is not over 20 %");
    let over = effects(&said, &[(Field::Budget, "daily 1201")], &terms());
    assert_eq!(over[0], (EffectKind::MayResetLearning, "A budget step of 20.1 %, over 20 %.".to_owned()));
    let lower = effects(&said, &[(Field::Budget, "daily 799")], &terms());
    assert_eq!(lower[0].0, EffectKind::MayResetLearning, "less is a step too");
    let strict = Terms { learning_step_bp: 500, ..terms() };
    assert_eq!(effects(&said, &[(Field::Budget, "daily 1060")], &strict)[0].0, EffectKind::MayResetLearning);
    assert_eq!([step_bp(0, 5), step_bp(300, 301), step_bp(300, 100)], [None, Some(34), Some(6_667)]);
}

#[test]
fn what_meta_has_not_said_of_learning_is_unknown_and_what_it_said_is_told() {
    let said = observed("daily 1000");
    let audience = [(Field::Audience, "PT; 18 to 65; only these people")];
    let unread = effects(&said, &audience, &terms());
    let kinds: Vec<EffectKind> = unread.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [EffectKind::MayResetLearning, EffectKind::Unknown, EffectKind::Review]);
    let mut known = terms();
    known.learning.insert(said[1].object, Learning::Going);
    let read = effects(&said, &audience, &known);
    assert_eq!(read[0].1, "Another audience; it is learning now and may begin again.");
    assert!(read.iter().all(|(kind, _)| *kind != EffectKind::Unknown), "{read:?}");
    assert!(effects(&said, &[(Field::Name, "Other"), (Field::Ends, "2026-12-31T00:00:00Z")], &known).is_empty());
}

#[test]
fn rows_are_grouped_by_what_happens_in_a_fixed_order() {
    let said = observed("daily 1000");
    let row = |mark| Row { mark, ..change(&said[1], &[]).0 };
    let rows = [row(Mark::Arm), row(Mark::Archive), row(Mark::Change), row(Mark::Create), row(Mark::Pause), row(Mark::Change)];
    let groups: Vec<(Group, usize)> = grouped(&rows).into_iter().map(|(group, rows)| (group, rows.len())).collect();
    let expected = [(Group::Create, 1), (Group::Change, 2), (Group::Pause, 1), (Group::End, 1), (Group::SwitchOn, 1)];
    assert_eq!(groups, expected);
}

#[test]
fn what_changed_since_is_told_by_side() {
    let basis = |said: &[Observed], to: &str| {
        let (row, step) = change(&said[1], &[(Field::Budget, to)]);
        weigh(&mut [row], &[&step], said, &terms()).basis
    };
    let then = basis(&observed("daily 2000"), "daily 3000");
    assert!(since(&then, &then).is_empty());
    let outside = since(&then, &basis(&observed("daily 2400"), "daily 3000"));
    assert_eq!(outside, ["Budget of the ad set Facebook at Meta is now 24.00 EUR a day, was 20.00 EUR a day."]);
    let here = since(&then, &basis(&observed("daily 2000"), "daily 3100"));
    assert_eq!(here, ["Budget of the ad set Facebook is to become 31.00 EUR a day now, not 30.00 EUR a day."]);
    let mut off = observed("daily 2000");
    off[0].fields.insert(Field::Switch, "off".into());
    assert_eq!(since(&then, &basis(&off, "daily 3000")), ["The campaign Sale is paused at Meta now, was active."]);
    let mut more = observed("daily 2000");
    more.push(object(Kind::Ad, 3, &[(Field::Name, "Lamp")]));
    assert_eq!(since(&then, &basis(&more, "daily 3000")), ["New at Meta: the ad Lamp."]);
    assert_eq!(since(&basis(&more, "daily 3000"), &then), ["Deleted or archived at Meta since: the ad Lamp."]);
    assert!(since(&Basis::default(), &then).is_empty(), "nothing is known of plans of earlier versions");
}

#[test]
fn what_is_weighed_is_no_part_of_what_approval_is_bound_to() {
    let said = observed("daily 1000");
    let (row, step) = change(&said[1], &[(Field::Budget, "daily 3000")]);
    let mut weighed = [row.clone()];
    weigh(&mut weighed, &[&step], &said, &terms());
    assert_ne!(weighed[0], row);
    let hash = |rows: &[Row]| hash_of(CampaignId(1), rows, std::slice::from_ref(&step), &[]);
    assert_eq!(hash(&weighed), hash(&[row]));
}

#[test]
fn a_row_of_an_earlier_version_still_reads() {
    let old = r#"{"mark":"change","object":{"kind":"ad_set","id":"2"},"name":"Facebook","networks":["facebook"],"now":"20.00 EUR a day",
        "after":"budget 24.00 EUR a day","changes":[{"field":"budget","now":"20.00 EUR a day","after":"24.00 EUR a day"}],
        "money":{"minor":400,"currency":"EUR"}}"#;
    let row: Row = serde_json::from_str(old).unwrap();
    assert_eq!((row.review, row.changes.len()), (RowReview::default(), 1));
}
