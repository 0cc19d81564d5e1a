//! Making a plan: compare every object, then put the calls into the one safe order.
//!
//! Pictures, campaign, ad sets, creatives, ads (all made paused); changes, those that lower money first; read back and compare;
//! switch off what is no longer wanted; switch on ads, then ad sets, and the campaign last.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::lines::{self, Difference};
use super::wanted::{self, bare};
use super::{
    Field, FieldChange, Ids, Kind, ObjectRef, Observed, Plan, PlannedStep, Review, Row, Step, Wanted, WantedImage, hash_of,
};
use crate::domain::campaign::{Campaign, OVERDELIVERY_BP};
use crate::domain::id::PictureId;

/// Whether the campaign should spend once the plan is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Switched on at the end.
    Active,
    /// Everything stands ready under a paused campaign.
    Paused,
}

/// The campaign as it should be.
#[derive(Debug, Clone, Copy)]
pub struct Desired<'a> {
    /// What it is.
    pub campaign: &'a Campaign,
    /// Our ids of its objects.
    pub ids: &'a Ids,
    /// Whether it should spend.
    pub run: Run,
}

/// What is observed, by object; objects that are gone count as absent.
pub(super) type Known<'a> = BTreeMap<ObjectRef, &'a Observed>;

/// The difference between a campaign and what Meta last said of it; `now` is platform time.
///
/// `observed` holds every object of the campaign that Meta has, those no longer wanted included: these are switched off.
pub fn plan(desired: Desired<'_>, observed: &[Observed], now: DateTime<Utc>) -> Plan {
    let Desired { campaign, ids, run } = desired;
    let mut wanted = wanted::of(campaign, ids);
    let mut known: Known<'_> = observed.iter().filter(|o| !o.gone).map(|o| (o.object, o)).collect();
    let replaced = replace_creatives(campaign, &mut wanted, &mut known, now);
    let mut steps = uploads(&wanted, &known);
    let mut rows: Vec<Row> = Vec::new();
    let mut blocked = Vec::new();

    let moves = budget_moves(&wanted, &known);
    blocked.extend(moves.then(|| lines::budget_moves(campaign)));
    let mut changes: Vec<((i64, i64), PlannedStep)> = Vec::new();
    for object in &wanted {
        let Some(found) = known.get(&object.object()).copied() else {
            let token = object.token().to_owned();
            steps.push(lines::step(Step::Create { wanted: object.clone(), token }, object.name()));
            continue;
        };
        let mut differences = differences(object, found, &known, now);
        // Said once for the whole campaign, not at every ad set.
        differences.retain(|d| !(moves && matches!(d.field, Field::Budget | Field::Floor | Field::Ceiling | Field::Bid)));
        let (able, unable): (Vec<Difference>, Vec<Difference>) =
            differences.into_iter().partition(|d| d.field.can_change(object.object().kind, &d.now, &d.after));
        blocked.extend(unable.iter().map(|difference| lines::blocked(campaign, object, difference)));
        if !able.is_empty() {
            let fields = able.iter().map(|difference| difference.field).collect();
            let step = lines::step(Step::Change { wanted: object.clone(), fields }, object.name());
            changes.push((lines::order_of(&able), step));
            rows.push(lines::changed(campaign, object, &able));
        }
    }
    rows = lines::created(campaign, &wanted, &steps, &replaced, now).into_iter().chain(rows).collect();
    changes.sort_by_key(|(order, _)| *order);
    steps.extend(changes.into_iter().map(|(_, step)| step));
    if !steps.is_empty() {
        steps.push(lines::step(Step::Verify { campaign: ids.campaign }, &campaign.name));
    }

    let surplus = surplus(&wanted, &known);
    steps.extend(surplus.iter().map(|o| lines::step(Step::Pause { object: o.object }, name_of(o))));
    rows.extend(surplus.iter().map(|o| lines::paused(campaign, o)));
    switches(campaign, &wanted, &known, run, &mut steps, &mut rows);
    finish(desired, rows, steps, blocked, now, &known)
}

/// The plan that only switches a campaign off, whatever else differs.
pub fn pause(desired: Desired<'_>, observed: &[Observed], now: DateTime<Utc>) -> Plan {
    let known: Known<'_> = observed.iter().filter(|o| !o.gone).map(|o| (o.object, o)).collect();
    let object = ObjectRef::new(Kind::Campaign, desired.ids.campaign.0);
    let (mut steps, mut rows) = (Vec::new(), Vec::new());
    if let Some(found) = known.get(&object).filter(|found| found.is_on()) {
        steps.push(lines::step(Step::Pause { object }, &desired.campaign.name));
        rows.push(lines::paused(desired.campaign, found));
    }
    finish(Desired { run: Run::Paused, ..desired }, rows, steps, Vec::new(), now, &known)
}

pub(super) fn finish(
    desired: Desired<'_>,
    rows: Vec<Row>,
    steps: Vec<PlannedStep>,
    blocked: Vec<String>,
    now: DateTime<Utc>,
    known: &Known<'_>,
) -> Plan {
    let Desired { campaign, ids, run } = desired;
    let hash = hash_of(ids.campaign, &rows, &steps, &blocked);
    Plan {
        campaign: ids.campaign,
        name: campaign.name.clone(),
        commitments: (run == Run::Active).then(|| campaign.commitments(now, OVERDELIVERY_BP)),
        pace: campaign.budget.pace,
        worth_knowing: lines::worth_knowing(campaign, &rows),
        unknown: lines::unknown(campaign, &rows, known),
        rows,
        steps,
        blocked,
        review: Review::default(),
        hash,
    }
}

/// Pictures that a creative shows and Meta does not have yet, each once.
pub(super) fn uploads(wanted: &[Wanted], known: &Known<'_>) -> Vec<PlannedStep> {
    let shown = |wanted: &Wanted| if let Wanted::Creative(creative) = wanted { creative.pictures() } else { Vec::new() };
    let mut pictures: Vec<PictureId> = wanted.iter().flat_map(shown).collect();
    pictures.sort_unstable();
    pictures.dedup();
    let missing = pictures.into_iter().filter(|picture| !known.contains_key(&ObjectRef::new(Kind::Image, picture.0)));
    missing.map(|picture| lines::step(Step::Upload { image: WantedImage { picture } }, "")).collect()
}

/// Creatives never change: one that says or shows anything else is another one. The one Meta has then counts as absent, and the
/// one to be made gets a name that it cannot be mistaken by. Returns what differs, by creative.
fn replace_creatives(
    campaign: &Campaign,
    wanted: &mut [Wanted],
    known: &mut Known<'_>,
    now: DateTime<Utc>,
) -> BTreeMap<ObjectRef, Vec<FieldChange>> {
    let mut replaced = BTreeMap::new();
    for object in wanted.iter_mut() {
        let reference = object.object();
        let Some(found) = known.get(&reference).copied() else { continue };
        let differences = other_content(object, found, known, now);
        let Wanted::Creative(creative) = object else { continue };
        let is_said = Field::OF_CREATIVES.iter().any(|field| found.fields.contains_key(field));
        // Where Meta does not say what is in it, its name's token does.
        let is_named = found.fields.get(&Field::Name).is_none_or(|name| *name == creative.name);
        if differences.is_empty() && (is_said || is_named) {
            continue;
        }
        if is_said {
            creative.replace(&found.remote);
        }
        replaced.insert(reference, lines::changes(campaign, &differences));
        known.remove(&reference);
    }
    replaced
}

/// What a creative says or shows otherwise than Meta said; nothing for any other object.
pub(super) fn other_content(wanted: &Wanted, found: &Observed, known: &Known<'_>, now: DateTime<Utc>) -> Vec<Difference> {
    let Wanted::Creative(creative) = wanted else { return Vec::new() };
    let hash =
        |picture: PictureId| known.get(&ObjectRef::new(Kind::Image, picture.0)).map_or_else(String::new, |o| o.remote.clone());
    let mut fields = wanted.fields(now);
    fields.insert(Field::Picture, creative.picture_words(hash));
    fields.remove(&Field::Name);
    differing(fields, found)
}

/// Whether Meta has the budget on the other level, campaign or ad sets, than the shape asks for.
fn budget_moves(wanted: &[Wanted], known: &Known<'_>) -> bool {
    wanted.iter().any(|object| match object {
        Wanted::Campaign(campaign) => known
            .get(&object.object())
            .and_then(|found| found.fields.get(&Field::Budget))
            .is_some_and(|budget| budget.is_empty() == campaign.budget.is_some()),
        _ => false,
    })
}

/// The fields in which an object differs from what Meta said; what Meta was not asked is not compared.
pub(super) fn differences(wanted: &Wanted, found: &Observed, known: &Known<'_>, now: DateTime<Utc>) -> Vec<Difference> {
    let mut fields = match wanted {
        // What it says is compared before; its name is nobody's business.
        Wanted::Creative(_) => BTreeMap::new(),
        _ => wanted.fields(now),
    };
    if let Wanted::Ad(ad) = wanted {
        // A creative that is to be made has no id at Meta yet, so its ad must follow it.
        let creative = known.get(&ObjectRef::new(Kind::Creative, ad.creative.0));
        fields.insert(Field::Creative, creative.map_or_else(String::new, |creative| creative.remote.clone()));
    }
    differing(fields, found)
}

fn differing(fields: BTreeMap<Field, String>, found: &Observed) -> Vec<Difference> {
    fields
        .into_iter()
        .filter_map(|(field, after)| {
            let now = found.fields.get(&field)?;
            // Of a name, only what people gave it counts: the token served its making.
            let same = *now == after || (field == Field::Name && bare(now) == bare(&after));
            (!same).then(|| Difference { field, now: now.clone(), after })
        })
        .collect()
}

/// Ad sets and ads that Meta has on and the campaign no longer wants, ad sets first: one call silences all their ads.
fn surplus<'a>(wanted: &[Wanted], known: &Known<'a>) -> Vec<&'a Observed> {
    let is_wanted = |object: ObjectRef| wanted.iter().any(|w| w.object() == object);
    let unwanted = |kind: Kind| known.values().copied().filter(move |o| o.object.kind == kind && o.is_on());
    unwanted(Kind::AdSet).chain(unwanted(Kind::Ad)).filter(|o| !is_wanted(o.object)).collect()
}

/// Ads, then ad sets, then the campaign, wherever the switch is not as it should be.
fn switches(
    campaign: &Campaign,
    wanted: &[Wanted],
    known: &Known<'_>,
    run: Run,
    steps: &mut Vec<PlannedStep>,
    rows: &mut Vec<Row>,
) {
    for kind in [Kind::Ad, Kind::AdSet] {
        for object in wanted.iter().filter(|w| w.object().kind == kind) {
            let found = known.get(&object.object());
            if !found.is_some_and(|found| found.is_on()) {
                steps.push(lines::step(Step::Activate { object: object.object() }, object.name()));
                // A new object's row says already that it will be on; one that stood paused gets its own.
                if found.is_some() {
                    rows.push(lines::armed(campaign, object, found.copied()));
                }
            }
        }
    }
    let Some(top) = wanted.iter().find(|w| w.object().kind == Kind::Campaign) else { return };
    let found = known.get(&top.object()).copied();
    match (run, found.is_some_and(Observed::is_on)) {
        (Run::Active, false) => {
            steps.push(lines::step(Step::Activate { object: top.object() }, top.name()));
            rows.push(lines::armed(campaign, top, found));
        }
        (Run::Paused, true) => {
            // Off comes first of all: whatever else changes, it must not spend meanwhile.
            steps.insert(0, lines::step(Step::Pause { object: top.object() }, top.name()));
            if let Some(found) = found {
                rows.push(lines::paused(campaign, found));
            }
        }
        _ => {}
    }
}

pub(super) fn name_of(observed: &Observed) -> &str {
    observed.fields.get(&Field::Name).map_or(observed.remote.as_str(), String::as_str)
}
