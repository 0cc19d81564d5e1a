//! The plan that sets single drifts back: what was ticked, and nothing else of the campaign.
//!
//! A creative never changes at Meta, so an ad whose content drifted gets one that says what is wanted; only its enhancements can
//! be set back one by one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::build::{self, Desired, Known, Run, differences, finish, other_content};
use super::lines::{self, Difference};
use super::{
    Field, Kind, Mark, ObjectRef, Observed, Plan, PlannedStep, Review, Row, RowReview, Step, Wanted, WantedAd, WantedCreative,
    hash_of, kept, wanted,
};
use crate::domain::adopt::Adopted;
use crate::domain::campaign::Campaign;
use crate::domain::creative::Enhancement;
use crate::domain::dictionary;
use crate::domain::drift::{Drift, Part};

/// What the plan gathers; each list in the order in which it is carried out.
#[derive(Default)]
struct Gathered {
    offs: Vec<PlannedStep>,
    made: Vec<PlannedStep>,
    changes: Vec<((i64, i64), PlannedStep)>,
    ons: Vec<PlannedStep>,
    rows: Vec<Row>,
    blocked: Vec<String>,
    whole: Vec<String>,
}

/// The plan that sets `ticked` back, a part of `drifts`, in a campaign defined here; `now` is platform time.
pub fn revert(desired: Desired<'_>, observed: &[Observed], drifts: &[Drift], ticked: &[&Drift], now: DateTime<Utc>) -> Plan {
    let campaign = desired.campaign;
    let known: Known<'_> = observed.iter().filter(|o| !o.gone).map(|o| (o.object, o)).collect();
    let mut all = wanted::of(campaign, desired.ids);
    let mut gathered = Gathered::default();
    let mut content: BTreeMap<ObjectRef, Difference> = BTreeMap::new();
    let ads: Vec<WantedAd> = all.iter().filter_map(|w| if let Wanted::Ad(ad) = w { Some(ad.clone()) } else { None }).collect();
    let pictures = all.clone();
    for object in &mut all {
        let Wanted::Creative(creative) = object else { continue };
        let reference = ObjectRef::new(Kind::Creative, creative.id.0);
        let of: Vec<&Drift> = drifts.iter().filter(|drift| drift.object == reference).collect();
        let mine: Vec<&Drift> = of.iter().copied().filter(|drift| ticked.contains(drift)).collect();
        let Some(ad) = ads.iter().find(|ad| ad.creative == creative.id).filter(|_| !mine.is_empty()) else { continue };
        let ad = ObjectRef::new(Kind::Ad, ad.id.0);
        if let Some(difference) = gathered.creative(campaign, creative, (&of, &mine), (&known, ad), now) {
            content.insert(ad, difference);
        }
    }
    if gathered.made.iter().any(|planned| matches!(planned.step, Step::Create { .. })) {
        let made: Vec<ObjectRef> = gathered.made.iter().map(|planned| planned.step.object()).collect();
        let shown: Vec<Wanted> = pictures.into_iter().filter(|w| made.contains(&w.object())).collect();
        gathered.made.splice(0..0, build::uploads(&shown, &known));
    }
    for object in all.iter().filter(|object| object.object().kind != Kind::Creative) {
        let reference = object.object();
        let Some(found) = known.get(&reference).copied() else { continue };
        let mine: Vec<&Drift> = ticked.iter().copied().filter(|drift| drift.object == reference).collect();
        let mut fields: Vec<Difference> = differences(object, found, &known, now)
            .into_iter()
            .filter(|d| mine.iter().any(|drift| drift.part == Part::Field(d.field)))
            .collect();
        fields.extend(content.remove(&reference));
        gathered.change(campaign, object, fields);
        if mine.iter().any(|drift| drift.part == Part::Field(Field::Switch)) {
            let on = reference.kind != Kind::Campaign || desired.run == Run::Active;
            gathered.switch(campaign, object, found, on);
        }
    }
    gathered.unwanted(&all, &known, ticked, |found| lines::paused(campaign, found));
    let arms = gathered.rows.iter().any(|row| row.mark == Mark::Arm && row.object.kind == Kind::Campaign);
    let top = known.get(&ObjectRef::new(Kind::Campaign, desired.ids.campaign.0)).is_some_and(|top| top.is_on());
    let run = if desired.run == Run::Active && (arms || top) { Run::Active } else { Run::Paused };
    let steps = gathered.steps();
    let Gathered { rows, blocked, whole, .. } = gathered;
    let mut plan = finish(Desired { run, ..desired }, rows, steps, blocked, now, &known);
    plan.worth_knowing.extend(whole);
    plan
}

/// The plan that sets `ticked` back in an adopted campaign; `now` is platform time.
pub fn revert_kept(adopted: &Adopted, observed: &[Observed], run: Run, ticked: &[&Drift], now: DateTime<Utc>) -> Plan {
    let known: Known<'_> = observed.iter().filter(|o| !o.gone).map(|o| (o.object, o)).collect();
    let mut gathered = Gathered::default();
    let mut armed = false;
    for object in &adopted.objects {
        let Some(found) = known.get(&object.object).copied() else { continue };
        let mine: Vec<&Drift> = ticked.iter().copied().filter(|drift| drift.object == object.object).collect();
        let picked = |d: &Difference| mine.iter().any(|drift| drift.part == Part::Field(d.field));
        let (able, unable): (Vec<Difference>, Vec<Difference>) =
            kept::differences(object, found, now).into_iter().filter(picked).partition(|d| kept::can_change(object, d));
        gathered.blocked.extend(unable.iter().map(|d| fixed_at_meta(d.field.label(), object.name())));
        if !able.is_empty() {
            let fields = able.iter().map(|difference| difference.field).collect();
            let step = Step::Change { wanted: Wanted::Kept(Box::new(object.into())), fields };
            gathered.changes.push((lines::order_of(&able), lines::step(step, object.name())));
            gathered.rows.push(kept::changed(adopted, object, &able));
        }
        if mine.iter().any(|drift| drift.part == Part::Field(Field::Switch)) {
            let on = if object.object.kind == Kind::Campaign { run == Run::Active } else { object.is_on() };
            let reference = object.object;
            if on {
                armed |= reference.kind == Kind::Campaign;
                gathered.ons.push(PlannedStep { label: kept::on_label(object), step: Step::Activate { object: reference } });
                gathered.rows.push(kept::switched(adopted, object, Mark::Arm));
            } else {
                gathered.offs.push(lines::step(Step::Pause { object: reference }, object.name()));
                gathered.rows.push(kept::switched(adopted, object, Mark::Pause));
            }
        }
    }
    let wanted: Vec<Wanted> = adopted.objects.iter().map(|object| Wanted::Kept(Box::new(object.into()))).collect();
    gathered.unwanted(&wanted, &known, ticked, paused);
    let top = known.get(&ObjectRef::new(Kind::Campaign, adopted.campaign.0)).is_some_and(|top| top.is_on());
    let steps = gathered.steps();
    let Gathered { rows, blocked, .. } = gathered;
    let commitments = (run == Run::Active && (armed || top)).then(|| kept::commitments(adopted, now)).flatten();
    Plan {
        campaign: adopted.campaign,
        name: adopted.name().to_owned(),
        commitments,
        pace: adopted.budgets().map_or(crate::domain::campaign::Pace::Daily, |(pace, _)| pace),
        worth_knowing: Vec::new(),
        unknown: Vec::new(),
        review: Review::default(),
        hash: hash_of(adopted.campaign, &rows, &steps, &blocked),
        rows,
        steps,
        blocked,
    }
}

/// Why what was ticked stays as it is.
fn fixed_at_meta(field: &str, name: &str) -> String {
    dictionary::revert_fixed(field, name).words
}

/// A row for something that is no object of an adopted campaign and is switched off.
fn paused(found: &Observed) -> Row {
    Row {
        mark: Mark::Pause,
        object: found.object,
        name: super::bare(build::name_of(found)).to_owned(),
        networks: Vec::new(),
        now: "active".into(),
        after: "paused".into(),
        changes: Vec::new(),
        money: None,
        review: RowReview::default(),
    }
}

impl Gathered {
    /// Sets the content of an ad back; returns the change of its creative.
    fn creative(
        &mut self,
        campaign: &Campaign,
        creative: &mut WantedCreative,
        (of, mine): (&[&Drift], &[&Drift]),
        (known, ad): (&Known<'_>, ObjectRef),
        now: DateTime<Utc>,
    ) -> Option<Difference> {
        let shown = known.get(&ad)?.fields.get(&Field::Creative).cloned().unwrap_or_default();
        let left: Vec<&Drift> = of.iter().copied().filter(|drift| !mine.contains(drift)).collect();
        let mut is_part = false;
        for drift in &left {
            match drift.part {
                Part::Enhancement(one) => {
                    is_part = true;
                    set(&mut creative.enhancements, one, drift.now == "on");
                }
                _ => self.whole.push(format!(
                    "A creative is replaced as a whole: {} of {} goes back with it. Adopt that first where it should stay.",
                    drift.label(),
                    drift.name
                )),
            }
        }
        let object = Wanted::Creative(creative.clone());
        let ours = known.get(&object.object()).copied();
        let is_as_wanted = ours.is_some_and(|ours| other_content(&object, ours, known, now).is_empty());
        let differences: Vec<Difference> = of.iter().filter_map(|drift| difference(drift, creative, is_part)).collect();
        if let Some(ours) = ours.filter(|ours| is_as_wanted && !is_part && ours.remote != shown) {
            // The one that Tandem made still says what is wanted: the ad goes back to it.
            return Some(Difference { field: Field::Creative, now: shown, after: ours.remote.clone() });
        }
        creative.replace(&shown);
        let object = Wanted::Creative(creative.clone());
        let token = object.token().to_owned();
        let step = lines::step(Step::Create { wanted: object.clone(), token }, object.name());
        let replaced = BTreeMap::from([(object.object(), lines::changes(campaign, &differences))]);
        let made = std::slice::from_ref(&step);
        self.rows.extend(lines::created(campaign, std::slice::from_ref(&object), made, &replaced, now));
        self.made.push(step);
        Some(Difference { field: Field::Creative, now: shown, after: String::new() })
    }

    fn change(&mut self, campaign: &Campaign, object: &Wanted, fields: Vec<Difference>) {
        let (able, unable): (Vec<Difference>, Vec<Difference>) =
            fields.into_iter().partition(|d| d.field.can_change(object.object().kind, &d.now, &d.after));
        self.blocked.extend(unable.iter().map(|difference| lines::blocked(campaign, object, difference)));
        if !able.is_empty() {
            let fields = able.iter().map(|difference| difference.field).collect();
            let step = lines::step(Step::Change { wanted: object.clone(), fields }, object.name());
            self.changes.push((lines::order_of(&able), step));
            self.rows.push(lines::changed(campaign, object, &able));
        }
    }

    fn switch(&mut self, campaign: &Campaign, object: &Wanted, found: &Observed, on: bool) {
        let reference = object.object();
        if on && !found.is_on() {
            self.ons.push(lines::step(Step::Activate { object: reference }, object.name()));
            self.rows.push(lines::armed(campaign, object, Some(found)));
        } else if !on && found.is_on() {
            self.offs.push(lines::step(Step::Pause { object: reference }, object.name()));
            self.rows.push(lines::paused(campaign, found));
        }
    }

    /// What is on and not wanted is switched off where it was ticked.
    fn unwanted(&mut self, wanted: &[Wanted], known: &Known<'_>, ticked: &[&Drift], row: impl Fn(&Observed) -> Row) {
        for drift in ticked.iter().filter(|drift| wanted.iter().all(|w| w.object() != drift.object)) {
            let Some(found) = known.get(&drift.object).copied().filter(|found| found.is_on()) else { continue };
            self.offs.push(lines::step(Step::Pause { object: drift.object }, build::name_of(found)));
            self.rows.push(row(found));
        }
    }

    /// Off first, then what is made, less money before more, and on from the ads upwards: the campaign last.
    fn steps(&mut self) -> Vec<PlannedStep> {
        self.changes.sort_by_key(|(order, _)| *order);
        self.ons.sort_by_key(|planned| std::cmp::Reverse(planned.step.object().kind));
        let changes = std::mem::take(&mut self.changes).into_iter().map(|(_, step)| step);
        let (offs, made) = (std::mem::take(&mut self.offs), std::mem::take(&mut self.made));
        offs.into_iter().chain(made).chain(changes).chain(std::mem::take(&mut self.ons)).collect()
    }
}

/// Lets an enhancement be on or off.
fn set(enhancements: &mut Vec<Enhancement>, one: Enhancement, on: bool) {
    enhancements.retain(|known| *known != one);
    if on {
        enhancements.push(one);
        enhancements.sort_unstable();
    }
}

/// What a new creative says otherwise, of one drift; the enhancements are told by each of theirs.
fn difference(drift: &Drift, creative: &WantedCreative, is_part: bool) -> Option<Difference> {
    match drift.part {
        Part::Field(field) => Some(Difference { field, now: drift.now.clone(), after: drift.wanted.clone() }),
        Part::Enhancement(one) => {
            let stays = is_part && creative.enhancements.contains(&one) == (drift.now == "on");
            let word = |on: bool| if on { one.wire().to_owned() } else { String::new() };
            let (now, after) = (word(drift.now == "on"), word(drift.wanted == "on"));
            (!stays).then_some(Difference { field: Field::Enhancements, now, after })
        }
        Part::Gone | Part::Added => None,
    }
}
