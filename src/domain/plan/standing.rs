//! What may spend before a plan and after it: objects as Meta last said them, and the same once every step was carried out.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Field, Kind, ObjectRef, Observed, PlannedStep, Step, Wanted};
use crate::domain::campaign::Pace;

/// Objects with their fields in canonical texts; what is gone is not there.
pub(super) type States = BTreeMap<ObjectRef, BTreeMap<Field, String>>;

/// A budget that spends while everything above it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spender {
    /// What carries the budget: an ad set or the campaign.
    pub object: ObjectRef,
    /// A day's, or for the whole time.
    pub pace: Pace,
    /// Minor units.
    pub minor: i64,
    /// Not before.
    pub starts: Option<DateTime<Utc>>,
    /// Not after.
    pub ends: Option<DateTime<Utc>>,
}

/// The objects that Meta has.
pub(super) fn before(observed: &[Observed]) -> States {
    observed.iter().filter(|o| !o.gone && o.object.kind != Kind::Image).map(|o| (o.object, o.fields.clone())).collect()
}

/// The objects once every step was carried out.
pub(super) fn after<'a>(before: &States, steps: impl IntoIterator<Item = &'a PlannedStep>, now: DateTime<Utc>) -> States {
    let mut states = before.clone();
    for planned in steps {
        let object = planned.step.object();
        match &planned.step {
            Step::Upload { .. } | Step::Verify { .. } => {}
            Step::Create { wanted, .. } => {
                let mut fields = wanted.fields(now);
                if object.kind.has_switch() {
                    fields.insert(Field::Switch, Field::switch(false));
                }
                states.insert(object, fields);
            }
            Step::Change { wanted, fields } => {
                let mut all = wanted.fields(now);
                if let Wanted::Ad(_) = wanted {
                    // Which one it is at Meta is known only once it was made.
                    all.insert(Field::Creative, String::new());
                }
                let state = states.entry(object).or_default();
                state.extend(fields.iter().filter_map(|field| Some((*field, all.remove(field)?))));
            }
            Step::Pause { .. } | Step::Activate { .. } => {
                let on = matches!(planned.step, Step::Activate { .. });
                states.entry(object).or_default().insert(Field::Switch, Field::switch(on));
            }
            Step::Archive { .. } => {
                states.remove(&object);
            }
        }
    }
    states
}

/// The budget of an object, whatever its switch; `None` where it carries none.
pub(super) fn budget(states: &States, object: ObjectRef) -> Option<Spender> {
    let fields = states.get(&object)?;
    let (pace, minor) = fields.get(&Field::Budget)?.split_once(' ')?;
    let time = |field: Field| fields.get(&field).and_then(|text| text.parse().ok());
    let (starts, ends) = match object.kind {
        Kind::Campaign => flight(states),
        _ => (time(Field::Starts), time(Field::Ends)),
    };
    Some(Spender { object, pace: Pace::parse(pace)?, minor: minor.parse().ok()?, starts, ends })
}

/// From the first start to the last end of the ad sets that are on; open where one is open.
fn flight(states: &States) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let on: Vec<&BTreeMap<Field, String>> = ad_sets_on(states).filter_map(|object| states.get(&object)).collect();
    let times = |field: Field| -> Vec<Option<DateTime<Utc>>> {
        on.iter().map(|fields| fields.get(&field).and_then(|text| text.parse().ok())).collect()
    };
    let starts = times(Field::Starts).into_iter().min().flatten();
    let ends: Option<Vec<DateTime<Utc>>> = times(Field::Ends).into_iter().collect();
    (starts, ends.and_then(|ends| ends.into_iter().max()))
}

fn ad_sets_on(states: &States) -> impl Iterator<Item = ObjectRef> + '_ {
    states.iter().filter(|(object, fields)| object.kind == Kind::AdSet && is_on(fields)).map(|(object, _)| *object)
}

fn is_on(fields: &BTreeMap<Field, String>) -> bool {
    fields.get(&Field::Switch).is_some_and(|text| text == "on")
}

/// The budgets that spend: of a campaign that is on its own, else those of its ad sets that are on. What has ended spends nothing.
pub(super) fn spenders(states: &States, now: DateTime<Utc>) -> Vec<Spender> {
    let mut all = Vec::new();
    for (object, _) in states.iter().filter(|(object, fields)| object.kind == Kind::Campaign && is_on(fields)) {
        match budget(states, *object) {
            Some(own) => all.extend(ad_sets_on(states).next().map(|_| own)),
            None => all.extend(ad_sets_on(states).filter_map(|set| budget(states, set))),
        }
    }
    all.retain(|spender| spender.ends.is_none_or(|ends| ends > now));
    all
}

/// Meta's limit for the campaign, minor units.
pub(super) fn limit(states: &States) -> Option<i64> {
    let top = states.iter().find(|(object, _)| object.kind == Kind::Campaign);
    top.and_then(|(_, fields)| fields.get(&Field::Limit)).and_then(|text| text.parse().ok())
}
