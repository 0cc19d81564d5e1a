//! Finding drift: three states, compared field by field.

use std::collections::{BTreeMap, BTreeSet};

use super::{Drift, Found, Part, Settled};
use crate::domain::creative::Enhancement;
use crate::domain::id::ObjectId;
use crate::domain::plan::{Field, Kind, ObjectRef, Observed, Target, bare};

/// What was changed outside since Tandem last wrote it, and what waits here to be published.
///
/// `observed` holds every object of the campaign that Meta has or had, creatives made elsewhere included.
pub fn find(targets: &[Target], settled: &Settled, observed: &[Observed]) -> Found {
    let finder = Finder { targets, settled, observed: observed.iter().map(|o| (o.object, o)).collect() };
    let mut found = Found::default();
    for target in targets {
        finder.compare(target, &mut found);
    }
    finder.others(&mut found);
    found.drifts.sort_by_key(|drift| {
        let order = targets.iter().position(|target| target.object == drift.object);
        (order.unwrap_or(usize::MAX), drift.object, drift.part)
    });
    found
}

struct Finder<'a> {
    targets: &'a [Target],
    settled: &'a Settled,
    observed: BTreeMap<ObjectRef, &'a Observed>,
}

impl Finder<'_> {
    fn compare(&self, target: &Target, found: &mut Found) {
        let Some(base) = self.settled.get(&target.object) else {
            // What was never made is no drift: it waits.
            found.waiting += 1;
            return;
        };
        let Some(said) = self.observed.get(&target.object) else { return };
        if said.gone {
            // What stood below went with it.
            if !self.is_gone(target.parent) {
                found.drifts.push(drift(target, Part::Gone, String::new(), String::new(), false));
            }
            return;
        }
        if target.object.kind == Kind::Creative && !self.is_shown(target, said) {
            return;
        }
        self.fields(target, base, &said.fields, found);
    }

    /// Whether an object above is gone itself.
    fn is_gone(&self, parent: Option<ObjectId>) -> bool {
        let Some(parent) = parent else { return false };
        let above = self.observed.values().find(|o| o.object.id == parent && o.object.kind != Kind::Image);
        let next = self.targets.iter().find(|target| target.object.id == parent).and_then(|target| target.parent);
        above.is_some_and(|o| o.gone) || self.is_gone(next)
    }

    /// Whether the ad still shows this creative: one that it was taken from says nothing any more.
    fn is_shown(&self, creative: &Target, said: &Observed) -> bool {
        let ad = creative.parent.and_then(|ad| self.observed.get(&ObjectRef { kind: Kind::Ad, id: ad }));
        ad.and_then(|ad| ad.fields.get(&Field::Creative)).is_none_or(|shown| *shown == said.remote)
    }

    fn fields(&self, target: &Target, base: &BTreeMap<Field, String>, said: &BTreeMap<Field, String>, found: &mut Found) {
        let (ours, nothing) = (target.object.kind.compared(), String::new());
        for (field, now) in said {
            let wanted = match target.fields.get(field) {
                Some(wanted) => wanted,
                // No opinion of ours: what it was left at holds. A start that has passed is Meta's own.
                None if ours.contains(field) && *field != Field::Starts => match base.get(field) {
                    Some(left) => left,
                    // Where Meta did not speak of enhancements, none was on.
                    None if *field == Field::Enhancements => &nothing,
                    None => continue,
                },
                None => continue,
            };
            if same(*field, wanted, now) {
                continue;
            }
            let left = base.get(field).unwrap_or(wanted);
            if same(*field, left, now) {
                found.waiting += 1;
                continue;
            }
            match field {
                Field::Enhancements => enhancements(target, (wanted, left, now), found),
                Field::Creative => self.creative(target, (wanted, left, now), found),
                _ => found.drifts.push(drift(target, Part::Field(*field), wanted.clone(), now.clone(), left != wanted)),
            }
        }
    }

    /// An ad that shows another creative than Tandem gave it: what that one says otherwise is told field by field, where Meta
    /// says what is in it.
    fn creative(&self, ad: &Target, (wanted, left, now): (&String, &String, &String), found: &mut Found) {
        let before = found.drifts.len();
        let other = self.observed.values().find(|o| o.object.kind == Kind::Creative && o.remote == *now);
        let ours = self.targets.iter().find(|target| target.object.kind == Kind::Creative && target.parent == Some(ad.object.id));
        if let (Some(other), Some(ours)) = (other, ours)
            && let Some(base) = self.settled.get(&ours.object)
        {
            self.fields(ours, base, &other.fields, found);
        }
        if found.drifts.len() == before {
            found.drifts.push(drift(ad, Part::Field(Field::Creative), wanted.clone(), now.clone(), left != wanted));
        }
    }

    /// What no target speaks of: ad sets and ads that appeared, those that Tandem switched off and somebody switched on again,
    /// and creatives that are only kept.
    fn others(&self, found: &mut Found) {
        let known: BTreeSet<ObjectRef> = self.targets.iter().map(|target| target.object).collect();
        for (object, said) in self.observed.iter().filter(|(object, said)| !known.contains(object) && !said.gone) {
            let name = said.fields.get(&Field::Name).map_or(said.remote.as_str(), |name| bare(name)).to_owned();
            let switch = said.fields.get(&Field::Switch).cloned().unwrap_or_default();
            let target = |name: String| Target { object: *object, name, parent: None, fields: BTreeMap::new() };
            match (object.kind, self.settled.get(object)) {
                (Kind::AdSet | Kind::Ad, None) => {
                    found.drifts.push(drift(&target(name), Part::Added, String::new(), switch, false));
                }
                (Kind::AdSet | Kind::Ad, Some(base)) if base.get(&Field::Switch).is_some_and(|left| left == "off") => {
                    if switch == "on" {
                        let field = Part::Field(Field::Switch);
                        found.drifts.push(drift(&target(name), field, "off".to_owned(), switch, false));
                    }
                }
                // On, and not wanted any more: the next plan switches it off.
                (Kind::AdSet | Kind::Ad, Some(_)) => found.waiting += usize::from(switch == "on"),
                (Kind::Creative, Some(base)) => {
                    let Some(ad) = self.shown_by(said) else { continue };
                    self.fields(&target(ad), base, &said.fields, found);
                }
                (Kind::Image | Kind::Campaign | Kind::Creative, _) => {}
            }
        }
    }

    /// The name of the ad that shows a creative.
    fn shown_by(&self, creative: &Observed) -> Option<String> {
        let shows =
            |o: &&&Observed| o.object.kind == Kind::Ad && !o.gone && o.fields.get(&Field::Creative) == Some(&creative.remote);
        let ad = self.observed.values().find(shows)?;
        Some(ad.fields.get(&Field::Name).map_or(ad.remote.as_str(), |name| bare(name)).to_owned())
    }
}

/// Whether two canonical texts mean the same: of a name, the token says nothing.
fn same(field: Field, one: &str, other: &str) -> bool {
    match field {
        Field::Name => bare(one) == bare(other),
        _ => one == other,
    }
}

fn drift(target: &Target, part: Part, wanted: String, now: String, edited_here: bool) -> Drift {
    Drift { object: target.object, name: target.name.clone(), part, wanted, now, edited_here }
}

/// Each enhancement by itself: it is on or off, and one that waits here is no drift.
fn enhancements(target: &Target, (wanted, left, now): (&str, &str, &str), found: &mut Found) {
    let set = |text: &str| text.split(',').filter_map(Enhancement::parse).collect::<BTreeSet<_>>();
    let (wanted, left, now) = (set(wanted), set(left), set(now));
    for one in Enhancement::ALL {
        let [is_wanted, was, is] = [&wanted, &left, &now].map(|set| set.contains(&one));
        if is == is_wanted {
            continue;
        }
        if is == was {
            found.waiting += 1;
            continue;
        }
        let word = |on: bool| Field::switch(on);
        found.drifts.push(drift(target, Part::Enhancement(one), word(is_wanted), word(is), was != is_wanted));
    }
}
