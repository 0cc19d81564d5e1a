//! The plan of an adopted campaign: what was taken over, with what was changed here since, against what Meta last said.
//!
//! It makes nothing and pauses nothing by itself: objects that were added elsewhere since are said, and adopted or left. What
//! Meta does not let be changed back is said too, and keeps nothing else from being carried out.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lines::{self, Difference};
use super::{
    Field, FieldChange, Kind, Mark, ObjectRef, Observed, Plan, PlannedStep, Review, Row, RowReview, Run, Step, Wanted, hash_of,
};
use crate::domain::adopt::{Adopted, Kept};
use crate::domain::campaign::{Commitments, OVERDELIVERY_BP, Pace, commitment};
use crate::domain::dictionary;
use crate::domain::money::Money;
use crate::domain::schedule::Schedule;

/// An object of an adopted campaign as it should be at Meta.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedKept {
    /// Which.
    pub object: ObjectRef,
    /// Its name.
    pub name: String,
    /// What it should be, field by field.
    pub fields: BTreeMap<Field, String>,
    /// An ad set's targeting, to be sent back whole.
    #[serde(default)]
    pub targeting: Option<Value>,
}

impl From<&Kept> for WantedKept {
    fn from(kept: &Kept) -> Self {
        Self { object: kept.object, name: kept.name().to_owned(), fields: kept.fields.clone(), targeting: kept.targeting.clone() }
    }
}

/// What the plan gathers.
#[derive(Default)]
struct Gathered {
    changes: Vec<(i64, PlannedStep)>,
    offs: Vec<PlannedStep>,
    ons: Vec<PlannedStep>,
    rows: Vec<Row>,
    armed: Vec<Row>,
    know: Vec<String>,
}

/// The difference between an adopted campaign and what Meta last said of it; `now` is platform time.
pub fn kept(adopted: &Adopted, observed: &[Observed], run: Run, now: DateTime<Utc>) -> Plan {
    let known: BTreeMap<ObjectRef, &Observed> = observed.iter().filter(|o| !o.gone).map(|o| (o.object, o)).collect();
    let mut gathered = Gathered::default();
    let mut blocked = Vec::new();
    let mut gone = Vec::new();
    for kept in &adopted.objects {
        match known.get(&kept.object) {
            Some(found) => gathered.compare(adopted, kept, found, run, now),
            None if kept.object.kind == Kind::Campaign => {
                blocked.push(dictionary::gone_at_meta(kept.name()).words);
            }
            None => gone.push(kept.name()),
        }
    }
    gathered.say_gone(&gone);
    gathered.say_new(adopted, observed);
    let steps = gathered.steps(adopted);
    let Gathered { rows, armed, know, .. } = gathered;
    let rows: Vec<Row> = rows.into_iter().chain(armed).collect();
    let budgets = adopted.budgets();
    Plan {
        campaign: adopted.campaign,
        name: adopted.name().to_owned(),
        commitments: (run == Run::Active).then(|| commitments(adopted, now)).flatten(),
        pace: budgets.map_or(Pace::Daily, |(pace, _)| pace),
        hash: hash_of(adopted.campaign, &rows, &steps, &blocked),
        rows,
        steps,
        blocked,
        worth_knowing: know,
        review: Review::default(),
        unknown: Vec::new(),
    }
}

/// The money that is committed while it runs; `None` where no single figure holds it.
pub(super) fn commitments(adopted: &Adopted, now: DateTime<Utc>) -> Option<Commitments> {
    let (pace, budgets) = adopted.budgets()?;
    let amount = Money::new(budgets.iter().map(|budget| budget.minor).sum(), adopted.currency);
    let schedule = Schedule { zone: adopted.zone, starts: None, ends: adopted.ends().filter(|ends| *ends > now) };
    Some(commitment::of(pace, &budgets, amount, schedule.days(now), adopted.limit(), OVERDELIVERY_BP))
}

impl Gathered {
    fn compare(&mut self, adopted: &Adopted, kept: &Kept, found: &Observed, run: Run, now: DateTime<Utc>) {
        let (able, unable): (Vec<Difference>, Vec<Difference>) =
            differences(kept, found, now).into_iter().partition(|d| can_change(kept, d));
        for difference in &unable {
            self.know.push(format!(
                "{} of {} was changed at Meta, from {} to {}, and cannot be set back from here: adopt it as it is now, or set it \
                 back in Ads Manager.",
                difference.field.label(),
                kept.name(),
                adopted.show(difference.field, &difference.after),
                adopted.show(difference.field, &difference.now),
            ));
        }
        if !able.is_empty() {
            let fields = able.iter().map(|difference| difference.field).collect();
            let step = Step::Change { wanted: Wanted::Kept(Box::new(kept.into())), fields };
            self.changes.push((lines::money_of(&able), lines::step(step, kept.name())));
            self.rows.push(changed(adopted, kept, &able));
        }
        let wanted_on = match kept.object.kind {
            Kind::Campaign => run == Run::Active,
            _ => kept.is_on(),
        };
        let object = kept.object;
        match (found.is_on(), wanted_on) {
            (true, false) => {
                self.offs.push(lines::step(Step::Pause { object }, kept.name()));
                self.rows.push(switched(adopted, kept, Mark::Pause));
            }
            (false, true) => {
                self.ons.push(PlannedStep { label: on_label(kept), step: Step::Activate { object } });
                self.armed.push(switched(adopted, kept, Mark::Arm));
            }
            _ => {}
        }
    }

    fn say_gone(&mut self, gone: &[&str]) {
        if let Some(first) = gone.first() {
            let others = if gone.len() > 1 { format!(" and {} others", gone.len() - 1) } else { String::new() };
            self.know.push(format!("{first}{others}: deleted or archived at Meta since; it is not made again."));
        }
    }

    fn say_new(&mut self, adopted: &Adopted, observed: &[Observed]) {
        let is_new = |o: &&Observed| {
            let counts = matches!(o.object.kind, Kind::AdSet | Kind::Ad);
            counts && !o.gone && !adopted.objects.iter().any(|kept| kept.object == o.object)
        };
        let new = observed.iter().filter(is_new).count();
        if new > 0 {
            let things = if new == 1 { "1 ad set or ad was".to_owned() } else { format!("{new} ad sets or ads were") };
            self.know.push(format!("{things} added at Meta since it was adopted: adopt it again to take them over."));
        }
    }

    /// Off first, then less money before more, a look back, and on from the ads upwards: the campaign last.
    fn steps(&mut self, adopted: &Adopted) -> Vec<PlannedStep> {
        self.changes.sort_by_key(|(money, _)| *money);
        let mut steps: Vec<PlannedStep> = std::mem::take(&mut self.offs);
        let changes = std::mem::take(&mut self.changes);
        let any = !changes.is_empty();
        steps.extend(changes.into_iter().map(|(_, step)| step));
        if any {
            steps.push(lines::step(Step::Verify { campaign: adopted.campaign }, adopted.name()));
        }
        self.ons.sort_by_key(|planned| std::cmp::Reverse(planned.step.object().kind));
        steps.extend(std::mem::take(&mut self.ons));
        steps
    }
}

/// The fields in which an object differs; its switch apart, and a start that has passed.
pub(super) fn differences(kept: &Kept, found: &Observed, now: DateTime<Utc>) -> Vec<Difference> {
    let counts = |field: Field| match field {
        Field::Switch => false,
        Field::Starts => kept.time(Field::Starts).is_some_and(|at| at > now),
        _ => true,
    };
    let fields = kept.fields.iter().filter(|(field, _)| counts(**field));
    fields
        .filter_map(|(field, after)| {
            let now = found.fields.get(field)?;
            (now != after).then(|| Difference { field: *field, now: now.clone(), after: after.clone() })
        })
        .collect()
}

/// Whether Meta lets a field be changed to what is wanted.
pub(super) fn can_change(kept: &Kept, difference: &Difference) -> bool {
    let Difference { field, now, after } = difference;
    let first = |text: &str| text.split(' ').next().map(str::to_owned);
    match (kept.object.kind, field) {
        (Kind::Campaign, Field::Budget) => first(now) == first(after),
        // Without an amount nothing says whether the limit is a day's or for all.
        (Kind::AdSet, Field::Floor | Field::Ceiling) => !now.is_empty() && !after.is_empty() && first(now) == first(after),
        (Kind::AdSet, Field::Audience | Field::Placements) => kept.targeting.is_some(),
        (kind, field) => field.can_change(kind, now, after),
    }
}

pub(super) fn changed(adopted: &Adopted, kept: &Kept, differences: &[Difference]) -> Row {
    let show = |field: Field, text: &str| match field {
        Field::Creative => "the one it was adopted with".to_owned(),
        _ => adopted.show(field, text),
    };
    let changes: Vec<FieldChange> = differences
        .iter()
        .map(|d| {
            let now = if d.field == Field::Creative { "another one".to_owned() } else { show(d.field, &d.now) };
            FieldChange { field: d.field, now: Some(now), after: show(d.field, &d.after) }
        })
        .collect();
    let more = lines::money_of(differences);
    let words: Vec<String> = changes.iter().map(|c| format!("{} {}", c.field.label().to_lowercase(), c.after)).collect();
    Row {
        mark: Mark::Change,
        object: kept.object,
        name: kept.name().to_owned(),
        networks: Vec::new(),
        now: changes.iter().filter_map(|change| change.now.clone()).collect::<Vec<_>>().join("; "),
        after: words.join("; "),
        changes,
        money: (more != 0).then(|| Money::new(more, adopted.currency)),
        review: RowReview::default(),
    }
}

pub(super) fn switched(adopted: &Adopted, kept: &Kept, mark: Mark) -> Row {
    let own = kept.budget().map(|(_, minor)| minor);
    let whole = || adopted.budgets().map(|(_, budgets)| budgets.iter().map(|budget| budget.minor).sum());
    let minor: Option<i64> = if kept.object.kind == Kind::Campaign { own.or_else(whole) } else { own };
    let (now, after, sign) = if mark == Mark::Pause { ("active", "paused", -1) } else { ("paused", "active", 1) };
    Row {
        mark,
        object: kept.object,
        name: kept.name().to_owned(),
        networks: Vec::new(),
        now: now.to_owned(),
        after: after.to_owned(),
        changes: Vec::new(),
        money: minor.map(|minor| Money::new(sign * minor, adopted.currency)),
        review: RowReview::default(),
    }
}

pub(super) fn on_label(kept: &Kept) -> String {
    match kept.object.kind {
        Kind::Campaign => format!("Switch {} on: from here it may spend", kept.name()),
        kind => format!("Switch the {} {} on", kind.label().to_lowercase(), kept.name()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::adopt::fixture::{adopted, observed};

    fn at() -> DateTime<Utc> {
        "2026-12-01T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn what_was_adopted_and_not_changed_needs_nothing() {
        let adopted = adopted();
        let plan = kept(&adopted, &observed(&adopted), Run::Active, at());
        assert!(plan.is_empty() && plan.worth_knowing.is_empty(), "{plan:?}");
        assert_eq!(plan.commitments.unwrap().a_day, Some(Money::new(5_000, adopted.currency)));
    }

    #[test]
    fn pausing_comes_first_and_switching_the_campaign_on_last() {
        let mut wanted = adopted();
        let said = observed(&wanted);
        wanted.objects[2].fields.insert(Field::Switch, "off".into());
        wanted.objects[1].fields.insert(Field::Budget, "daily 2500".into());
        wanted.objects[3].fields.insert(Field::Budget, "daily 2500".into());
        let mut off = said.clone();
        off[0].fields.insert(Field::Switch, "off".into());
        let plan = kept(&wanted, &off, Run::Active, at());
        let labels: Vec<&str> = plan.steps.iter().map(|s| s.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Switch the ad Lamp off",
                "Change the ad set Lookalike: budget",
                "Change the ad set Broad: budget",
                "Read everything back and compare",
                "Switch By hand on: from here it may spend",
            ]
        );
        assert!(plan.arms());
    }

    #[test]
    fn an_edit_made_elsewhere_is_taken_back_where_meta_lets_it_and_said_where_not() {
        let mut wanted = adopted();
        wanted.objects[3].fields.insert(Field::Goal, "LINK_CLICKS".into());
        let mut said = observed(&wanted);
        said[1].fields.insert(Field::Budget, "daily 9000".into());
        said[3].fields.insert(Field::Goal, "REACH".into());
        let plan = kept(&wanted, &said, Run::Active, at());
        assert_eq!(plan.steps.len(), 2, "the budget and the look back: {:?}", plan.steps);
        assert!(plan.blocked.is_empty());
        assert!(plan.worth_knowing.iter().any(|line| line.starts_with("Goal of Lookalike")), "{:?}", plan.worth_knowing);
        // Without the targeting as Meta wrote it an audience cannot be sent back.
        said[3].fields.insert(Field::Audience, "everybody".into());
        assert_eq!(kept(&wanted, &said, Run::Active, at()).steps.len(), 2);
        wanted.objects[3].targeting = Some(serde_json::json!({}));
        assert_eq!(kept(&wanted, &said, Run::Active, at()).steps.len(), 3);
    }

    #[test]
    fn what_is_gone_is_not_made_again_and_what_is_new_is_said() {
        let wanted = adopted();
        let mut said = observed(&wanted);
        said[4].gone = true;
        let mut added = said[2].clone();
        added.object.id.0 = 77;
        said.push(added);
        let plan = kept(&wanted, &said, Run::Active, at());
        assert!(plan.is_empty());
        assert_eq!(plan.worth_knowing.len(), 2, "{:?}", plan.worth_knowing);
        said[0].gone = true;
        assert_eq!(kept(&wanted, &said, Run::Active, at()).blocked.len(), 1);
    }
}
