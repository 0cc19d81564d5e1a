//! What a person weighs before approving: the money, what may start over, what is unknown, and what changed since a plan was read.
//!
//! None of it is in the hash: it follows from rows, steps and states, and from settings that change nothing of what is done.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::effects::{Effect, EffectKind, LEARNING_STEP_BP, Learning, Scene};
use super::stakes::{self, Rules, Stakes};
use super::standing::{self, States};
use super::{Field, Kind, Mark, ObjectRef, Observed, Plan, PlannedStep, Row, bare};
use crate::domain::campaign::OVERDELIVERY_BP;
use crate::domain::currency::Currency;

/// By what a plan is weighed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The ad account's currency.
    pub currency: Currency,
    /// The ad account's zone: its weeks and days are Meta's.
    pub zone: Tz,
    /// Platform time.
    pub now: DateTime<Utc>,
    /// How far Meta may go over a daily budget on one day, in basis points.
    pub overdelivery_bp: i64,
    /// By how much a budget may change before learning may start again, in basis points.
    pub learning_step_bp: i64,
    /// How far each ad set is with learning, where Meta said.
    pub learning: BTreeMap<ObjectRef, Learning>,
}

impl Terms {
    /// With the usual settings, and nothing known of learning.
    pub fn usual(currency: Currency, zone: Tz, now: DateTime<Utc>) -> Self {
        Self {
            currency,
            zone,
            now,
            overdelivery_bp: OVERDELIVERY_BP,
            learning_step_bp: LEARNING_STEP_BP,
            learning: BTreeMap::new(),
        }
    }
}

/// What is to be weighed of a whole plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Review {
    /// Its money; `None` where it was not worked out, as in plans of earlier versions.
    pub stakes: Option<Stakes>,
    /// The states it was made from.
    pub basis: Basis,
}

/// What is to be weighed of one row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowReview {
    /// Its budget, as though everything above it were on; `None` where it keeps the budget it has, or carries none.
    pub stakes: Option<Stakes>,
    /// What it may set off.
    pub effects: Vec<Effect>,
}

/// The states a plan was made from: what Meta had said, and what it would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Basis {
    /// In which its money is; `None` where no states were kept, as in plans of earlier versions.
    currency: Option<Currency>,
    /// The name of the ad account's zone.
    zone: String,
    objects: Vec<Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    object: ObjectRef,
    /// What Meta had said; `None` where it did not have the object.
    said: Option<BTreeMap<Field, String>>,
    /// What would differ from that.
    wanted: BTreeMap<Field, String>,
}

impl Basis {
    fn of(before: &States, after: &States, terms: &Terms) -> Self {
        let mut all: Vec<Seen> = Vec::new();
        for (object, fields) in after {
            let said = before.get(object);
            let differs = |field: &Field, text: &String| said.and_then(|said| said.get(field)) != Some(text);
            let wanted = fields.iter().filter(|(field, text)| differs(field, text));
            all.push(Seen {
                object: *object,
                said: said.cloned(),
                wanted: wanted.map(|(field, text)| (*field, text.clone())).collect(),
            });
        }
        Self { currency: Some(terms.currency), zone: terms.zone.name().to_owned(), objects: all }
    }

    fn find(&self, object: ObjectRef) -> Option<&Seen> {
        self.objects.iter().find(|seen| seen.object == object)
    }

    fn show(&self, field: Field, text: &str) -> String {
        let zone: Tz = self.zone.parse().unwrap_or(Tz::UTC);
        let local = |text: &str| {
            let at: Result<DateTime<Utc>, _> = text.parse();
            at.map_or_else(|_| text.to_owned(), |at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string())
        };
        match (field, self.currency) {
            (Field::Name, _) => bare(text).to_owned(),
            (_, Some(currency)) => field.show(text, currency, local),
            (_, None) => text.to_owned(),
        }
    }
}

impl Seen {
    fn name(&self) -> String {
        let name = self.wanted.get(&Field::Name).or_else(|| self.said.as_ref()?.get(&Field::Name));
        format!("{} {}", self.object.kind.label().to_lowercase(), name.map_or("", |name| bare(name)))
    }

    /// What it would be.
    fn will(&self, field: Field) -> Option<&String> {
        self.wanted.get(&field).or_else(|| self.said.as_ref()?.get(&field))
    }
}

impl Plan {
    /// Works out its money and what it may set off.
    pub fn weighed(mut self, observed: &[Observed], terms: &Terms) -> Self {
        let steps: Vec<&PlannedStep> = self.steps.iter().collect();
        let review = weigh(&mut self.rows, &steps, observed, terms);
        self.worth_knowing.splice(0..0, summary(&self.rows, terms.learning_step_bp));
        self.unknown.extend(unknown(&self.rows));
        if let (Some(committed), Some(stakes), true) = (&mut self.commitments, &review.stakes, self.blocked.is_empty()) {
            let after = stakes.after;
            (committed.worst_day, committed.worst_week) = (after.worst_day, after.worst_week);
            committed.at_most = after.at_most;
        }
        self.review = review;
        self
    }
}

/// Works out the money of rows and steps that are about one campaign, and what each row may set off.
pub fn weigh(rows: &mut [Row], steps: &[&PlannedStep], observed: &[Observed], terms: &Terms) -> Review {
    let before = standing::before(observed);
    let after = standing::after(&before, steps.iter().copied(), terms.now);
    let Terms { zone, now, currency, overdelivery_bp, .. } = *terms;
    let rules = Rules { zone, now, currency, overdelivery_bp };
    let scene =
        Scene { before: &before, after: &after, steps, learning: &terms.learning, learning_step_bp: terms.learning_step_bp };
    for row in rows.iter_mut() {
        row.review =
            RowReview { stakes: stakes::of_row(row.mark, row.object, &before, &after, &rules), effects: scene.effects(row) };
    }
    Review { stakes: Some(stakes::of_all(&before, &after, &rules)), basis: Basis::of(&before, &after, terms) }
}

/// What the rows together may set off, a sentence each; what is unknown apart.
pub fn summary(rows: &[Row], learning_step_bp: i64) -> Vec<String> {
    let with = |kind: EffectKind| -> Vec<&Row> {
        rows.iter().filter(|row| row.review.effects.iter().any(|effect| effect.kind == kind)).collect()
    };
    let mut lines = Vec::new();
    let reviewed = with(EffectKind::Review);
    if !reviewed.is_empty() {
        let ads = reviewed.iter().filter(|row| row.object.kind == Kind::Ad).count();
        let what = if ads == 0 { named(&reviewed) } else { counted(ads, "ad") };
        lines.push(format!("Meta reviews {what}: usually within a day. No shorter promise exists."));
    }
    match with(EffectKind::StartsLearning).as_slice() {
        [] => {}
        [_] => lines.push("Learning starts for the new ad set.".to_owned()),
        many => lines.push(format!("Learning starts for {}, each by itself.", counted(many.len(), "ad set"))),
    }
    let reset = with(EffectKind::MayResetLearning);
    match reset.is_empty() {
        false => lines.push(format!("May start learning again: {}.", named(&reset))),
        true if rows.iter().any(|row| row.mark == Mark::Change) => {
            let step = crate::domain::split::percent(learning_step_bp);
            lines.push(format!(
                "Nothing here is known to start learning again. Meta publishes no figure for budgets; steps up to {step} % are taken \
                 as harmless."
            ));
        }
        true => {}
    }
    lines
}

/// What nobody knows of the rows beforehand, each sentence once.
pub fn unknown(rows: &[Row]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for effect in rows.iter().flat_map(|row| &row.review.effects).filter(|effect| effect.kind == EffectKind::Unknown) {
        if !lines.contains(&effect.words) {
            lines.push(effect.words.clone());
        }
    }
    lines
}

fn counted(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// The first names, and how many more.
fn named(rows: &[&Row]) -> String {
    const SHOWN: usize = 5;
    let mut names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    names.dedup();
    match names.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..SHOWN].join(", ")),
    }
}

/// What changed between the states one plan was made from and those of another, a sentence each: what Meta says otherwise, and what
/// is wanted otherwise here.
pub fn since(then: &Basis, now: &Basis) -> Vec<String> {
    let mut lines = Vec::new();
    if then.currency.is_none() {
        return lines;
    }
    for seen in &now.objects {
        match then.find(seen.object) {
            Some(earlier) => compare(earlier, seen, now, &mut lines),
            None if seen.said.is_some() => lines.push(format!("New at Meta: the {}.", seen.name())),
            None => lines.push(format!("Wanted here now: the {}.", seen.name())),
        }
    }
    for gone in then.objects.iter().filter(|seen| now.find(seen.object).is_none()) {
        let how = if gone.said.is_some() { "Deleted or archived at Meta since" } else { "No longer wanted here" };
        lines.push(format!("{how}: the {}.", gone.name()));
    }
    lines
}

fn compare(then: &Seen, now: &Seen, basis: &Basis, lines: &mut Vec<String>) {
    let name = now.name();
    match (&then.said, &now.said) {
        (None, Some(_)) => lines.push(format!("Meta has the {name} now.")),
        (Some(_), None) => lines.push(format!("Meta does not have the {name} any more.")),
        (None, None) | (Some(_), Some(_)) => {}
    }
    let mut fields: Vec<Field> = now.wanted.keys().chain(then.wanted.keys()).copied().collect();
    fields.extend(now.said.iter().flat_map(|said| said.keys().copied()));
    fields.sort_unstable();
    fields.dedup();
    for field in fields {
        let text = |seen: &Seen| seen.said.as_ref().and_then(|said| said.get(&field).cloned());
        let (was, is) = (text(then), text(now));
        if let (Some(was), Some(is)) = (&was, &is)
            && was != is
        {
            let words = |text: &str| basis.show(field, text);
            lines.push(match field {
                Field::Creative | Field::Picture | Field::Rest => {
                    format!("{} of the {name} at Meta is another now.", field.label())
                }
                Field::Switch => format!("The {name} is {} at Meta now, was {}.", words(is), words(was)),
                _ => format!("{} of the {name} at Meta is now {}, was {}.", field.label(), words(is), words(was)),
            });
        }
        let (planned, plans) = (then.will(field), now.will(field));
        let edited = planned != plans && (was == is || now.wanted.contains_key(&field) && then.wanted.contains_key(&field));
        if let (Some(planned), Some(plans), true) = (planned, plans, edited) {
            lines.push(match field {
                // Whether it is to run is chosen on the page, not a state.
                Field::Switch | Field::Name => continue,
                Field::Creative | Field::Picture => format!("{} of the {name} was changed here.", field.label()),
                _ => {
                    let (now, was) = (basis.show(field, plans), basis.show(field, planned));
                    format!("{} of the {name} is to become {now} now, not {was}.", field.label())
                }
            });
        }
    }
}
