//! The part of a plan that touches a few fields alone, or one switch: what a change over several campaigns is made of.
//!
//! Whatever else of a campaign differs stays as it is; its own plan shows that.

use chrono::{DateTime, Utc};

use super::build::{Desired, Known, differences};
use super::lines::{self, Difference};
use super::wanted::{self, bare};
use super::{Field, Kind, Mark, ObjectRef, Observed, PlannedStep, Row, RowReview, Step};
use crate::domain::money::Money;

/// Rows for people, steps for the machine, and what stands in the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// What happens to each object.
    pub rows: Vec<Row>,
    /// The calls in a safe order; each with how much money it adds, in minor units.
    pub steps: Vec<(i64, PlannedStep)>,
    /// What Meta does not let be changed.
    pub blocked: Vec<String>,
}

/// The changes that bring `fields` of a campaign's objects from what Meta last said to what is wanted. Objects that Meta does not
/// have are passed over.
pub fn fields_only(desired: Desired<'_>, observed: &[Observed], now: DateTime<Utc>, fields: &[Field]) -> Part {
    let campaign = desired.campaign;
    let known: Known<'_> = observed.iter().filter(|o| !o.gone).map(|o| (o.object, o)).collect();
    let (mut part, mut steps) = (Part::default(), Vec::new());
    for object in wanted::of(campaign, desired.ids) {
        let Some(found) = known.get(&object.object()).copied() else { continue };
        let all = differences(&object, found, &known, now).into_iter().filter(|d| fields.contains(&d.field));
        let (able, unable): (Vec<Difference>, Vec<Difference>) =
            all.partition(|d| d.field.can_change(object.object().kind, &d.now, &d.after));
        part.blocked.extend(unable.iter().map(|difference| lines::blocked(campaign, &object, difference)));
        if !able.is_empty() {
            part.rows.push(lines::changed(campaign, &object, &able));
            let changed = able.iter().map(|difference| difference.field).collect();
            let step = lines::step(Step::Change { wanted: object.clone(), fields: changed }, object.name());
            steps.push((lines::order_of(&able), (lines::money_of(&able), step)));
        }
    }
    steps.sort_by_key(|(order, _)| *order);
    part.steps = steps.into_iter().map(|(_, step)| step).collect();
    part
}

/// One switch of a campaign: off, on or away; `a_day` is the money it takes away or adds.
pub fn switch(campaign: &Observed, to: Mark, a_day: Option<Money>) -> Part {
    let object = ObjectRef { kind: Kind::Campaign, id: campaign.object.id };
    let name = campaign.fields.get(&Field::Name).map_or(campaign.remote.as_str(), |name| bare(name));
    let (step, after, sign) = match to {
        Mark::Arm => (Step::Activate { object }, "active", 1),
        Mark::Archive => (Step::Archive { object }, "archived for good", -1),
        Mark::Pause | Mark::Change | Mark::Create => (Step::Pause { object }, "paused", -1),
    };
    let was_on = campaign.is_on();
    let money = a_day.filter(|_| was_on != (to == Mark::Arm)).map(|money| Money::new(money.minor * sign, money.currency));
    let row = Row {
        mark: to,
        object,
        name: name.to_owned(),
        networks: Vec::new(),
        now: if was_on { "active" } else { "paused" }.into(),
        after: after.into(),
        changes: Vec::new(),
        money,
        review: RowReview::default(),
    };
    Part { rows: vec![row], steps: vec![(money.map_or(0, |money| money.minor), lines::step(step, name))], blocked: Vec::new() }
}
