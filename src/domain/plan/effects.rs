//! What a plan may set off besides its changes: learning that starts again, Meta's review, and what nobody knows beforehand.
//!
//! Meta calls an edit significant, and lets learning start anew, where it changes the audience, a creative, the optimisation event,
//! the bid strategy or its amount, adds an ad to an ad set, or switches on what was off for seven days or more; of budgets it says
//! that "the size of the change" decides and publishes no size. So the size is a setting of the workspace. Source: Meta Business
//! Help Centre, "Significant edits and the learning phase"; changes of audience or creative are reviewed anew ("About ad review").

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::standing::{self, States};
use super::{Field, Kind, Mark, ObjectRef, PlannedStep, Row, Step, Wanted};
use crate::domain::campaign::Pace;
use crate::domain::invalid::sentence;
use crate::domain::split::percent;

/// A budget that changes by more than this share may start learning again, in basis points, unless told otherwise. Nobody outside
/// Meta knows the figure; 20 % is what people who buy ads go by.
pub const LEARNING_STEP_BP: i64 = 2_000;

/// What a change may set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// Learning begins for something new.
    StartsLearning,
    /// Learning that went on or was done may start again.
    MayResetLearning,
    /// Meta reviews it.
    Review,
    /// Nobody knows beforehand.
    Unknown,
}

impl EffectKind {
    /// The word in JSON and on a badge's class.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartsLearning => "starts_learning",
            Self::MayResetLearning => "may_reset_learning",
            Self::Review => "review",
            Self::Unknown => "unknown",
        }
    }

    /// A few words for a badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::StartsLearning => "starts learning",
            Self::MayResetLearning => "may restart learning",
            Self::Review => "reviewed by Meta",
            Self::Unknown => "unknown",
        }
    }
}

/// One thing that a row may set off.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Effect {
    /// Which.
    pub kind: EffectKind,
    /// Why, in half a sentence or a sentence.
    pub words: String,
}

/// How far Meta is with learning whom to show an ad set to. Source: Marketing API, Ad Set, `learning_stage_info`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Learning {
    /// It learns.
    Going,
    /// It is done.
    Done,
    /// It got too few results to learn from.
    Limited,
}

impl Learning {
    /// From Meta's word.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "LEARNING" => Some(Self::Going),
            "SUCCESS" => Some(Self::Done),
            "FAIL" => Some(Self::Limited),
            _ => None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Going => "it is learning now and may begin again",
            Self::Done => "it is done with learning and may begin again",
            Self::Limited => "it gets too few results to learn from as it is",
        }
    }
}

/// What effects are worked out from.
pub(super) struct Scene<'a> {
    pub before: &'a States,
    pub after: &'a States,
    pub steps: &'a [&'a PlannedStep],
    /// How far each ad set is, where Meta said.
    pub learning: &'a BTreeMap<ObjectRef, Learning>,
    pub learning_step_bp: i64,
}

impl Scene<'_> {
    /// What a row may set off.
    pub fn effects(&self, row: &Row) -> Vec<Effect> {
        match (row.mark, row.object.kind) {
            (Mark::Create, Kind::AdSet) => {
                vec![say(EffectKind::StartsLearning, "Learning starts for it; its results vary more until it has about 50.")]
            }
            (Mark::Create, Kind::Creative) => {
                vec![say(EffectKind::Review, "Meta reviews what it shows before anybody sees it.")]
            }
            (Mark::Create, Kind::Ad) => self.new_ad(row),
            (Mark::Change, Kind::AdSet | Kind::Campaign) => self.changed(row),
            (Mark::Change, Kind::Ad) if has(row, Field::Creative) => vec![
                say(EffectKind::Review, "With another creative the ad is reviewed again."),
                say(EffectKind::MayResetLearning, "Another creative may start the learning of its ad set again."),
            ],
            (Mark::Arm, Kind::AdSet | Kind::Campaign) if self.before.contains_key(&row.object) => {
                vec![say(EffectKind::Unknown, "Whether it learns anew: it does where it was off for 7 days or more.")]
            }
            _ => Vec::new(),
        }
    }

    fn new_ad(&self, row: &Row) -> Vec<Effect> {
        let mut effects = vec![say(EffectKind::Review, "Meta reviews it before anybody sees it.")];
        let parent = self.steps.iter().find_map(|planned| match &planned.step {
            Step::Create { wanted: Wanted::Ad(ad), .. } if wanted_is(ad.id.0, row.object) => Some(ad.ad_set),
            _ => None,
        });
        let Some(parent) = parent.map(|id| ObjectRef::new(Kind::AdSet, id.0)) else { return effects };
        if self.before.contains_key(&parent) {
            let said = self.stage(parent);
            effects.push(say(
                EffectKind::MayResetLearning,
                format!("A new ad in {}: {}.", self.name(parent), said.map_or("its learning may begin again", Learning::words)),
            ));
            effects.extend(said.is_none().then(|| not_read(&self.name(parent))));
        }
        effects
    }

    fn changed(&self, row: &Row) -> Vec<Effect> {
        let mut reasons: Vec<String> = Vec::new();
        let mut said = BTreeSet::new();
        for change in &row.changes {
            let reason = match change.field {
                Field::Budget => self.budget_step(row.object),
                Field::Audience => Some("another audience".to_owned()),
                Field::Placements => Some("other placements".to_owned()),
                Field::Goal | Field::Event => Some("another optimisation goal".to_owned()),
                Field::Attribution => Some("another attribution setting".to_owned()),
                Field::Bid => Some("another bid".to_owned()),
                Field::Floor | Field::Ceiling => Some("other bounds of its share".to_owned()),
                _ => None,
            };
            reasons.extend(reason.filter(|reason| said.insert(reason.clone())));
        }
        let mut effects = Vec::new();
        if !reasons.is_empty() {
            let stage = self.stage(row.object);
            let ends = match (row.object.kind, stage) {
                (Kind::Campaign, _) => "; every ad set in it may begin to learn again".to_owned(),
                (_, Some(stage)) => format!("; {}", stage.words()),
                (_, None) => String::new(),
            };
            effects.push(say(EffectKind::MayResetLearning, sentence(&format!("{}{ends}", reasons.join(", ")))));
            effects.extend((row.object.kind == Kind::AdSet && stage.is_none()).then(|| not_read(&row.name)));
        }
        if has(row, Field::Audience) {
            effects.push(say(EffectKind::Review, "Another audience: Meta may review its ads again."));
        }
        effects
    }

    /// The step of a budget where it is over the setting: `a budget step of 50 % (over 20 %)`.
    fn budget_step(&self, object: ObjectRef) -> Option<String> {
        let (was, is) = (standing::budget(self.before, object)?, standing::budget(self.after, object)?);
        let step = step_bp(was.minor, is.minor)?;
        let per = if is.pace == Pace::Daily { "" } else { " in all" };
        (step > self.learning_step_bp)
            .then(|| format!("a budget step of {} %{per}, over {} %", percent(step), percent(self.learning_step_bp)))
    }

    fn stage(&self, object: ObjectRef) -> Option<Learning> {
        self.learning.get(&object).copied()
    }

    fn name(&self, object: ObjectRef) -> String {
        let name = self.before.get(&object).and_then(|fields| fields.get(&Field::Name));
        name.map_or_else(|| "its ad set".to_owned(), |name| super::bare(name).to_owned())
    }
}

/// How large the step from one budget to another is, in basis points of the first, rounded up; `None` where it was nothing.
pub fn step_bp(was: i64, is: i64) -> Option<i64> {
    if was <= 0 {
        return None;
    }
    let step = (i128::from(is) - i128::from(was)).abs() * 10_000;
    i64::try_from(crate::domain::split::rounding::div_ceil(step, i128::from(was))).ok()
}

fn wanted_is(id: i64, object: ObjectRef) -> bool {
    object.kind == Kind::Ad && object.id.0 == id
}

fn has(row: &Row, field: Field) -> bool {
    row.changes.iter().any(|change| change.field == field)
}

fn not_read(name: &str) -> Effect {
    say(EffectKind::Unknown, format!("How far {name} is with learning: Meta has not said yet."))
}

fn say(kind: EffectKind, words: impl Into<String>) -> Effect {
    Effect { kind, words: words.into() }
}
