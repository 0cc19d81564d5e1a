//! What Meta last said of an object, in the canonical texts of [`Field`].
//!
//! A field that Meta was not asked for is absent and is not compared; one that Meta left out because it has none is the empty
//! text. Whoever reads Meta's answers builds these; nothing here knows the wire.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::{Field, Kind, ObjectRef};
use crate::domain::audience::{Audience, Gender, Reach};
use crate::domain::campaign::Pace;
use crate::domain::objective::Attribution;
use crate::domain::placement::Placement;

/// One object as Meta last said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// Which of our objects it is.
    pub object: ObjectRef,
    /// Meta's id; an image's hash.
    pub remote: String,
    /// Whether Meta says that it was deleted or archived.
    pub gone: bool,
    /// What Meta said.
    pub fields: BTreeMap<Field, String>,
}

impl Observed {
    /// Its own switch, where Meta said it.
    pub fn is_on(&self) -> bool {
        self.fields.get(&Field::Switch).is_some_and(|text| text == "on")
    }
}

impl Kind {
    /// The fields of this kind that a plan compares: what a read must ask for.
    pub fn compared(self) -> &'static [Field] {
        match self {
            Self::Image => &[],
            Self::Campaign => {
                &[Field::Name, Field::Switch, Field::Objective, Field::Special, Field::Limit, Field::Budget, Field::Bid]
            }
            Self::AdSet => &[
                Field::Name,
                Field::Switch,
                Field::Budget,
                Field::Floor,
                Field::Ceiling,
                Field::Goal,
                Field::Event,
                Field::Attribution,
                Field::Bid,
                Field::Starts,
                Field::Ends,
                Field::Audience,
                Field::Placements,
                Field::Payer,
            ],
            Self::Creative => &[
                Field::Name,
                Field::Page,
                Field::Message,
                Field::Headline,
                Field::Link,
                Field::Button,
                Field::Picture,
                Field::Enhancements,
            ],
            Self::Ad => &[Field::Name, Field::Switch, Field::Creative],
        }
    }
}

/// Canonical texts, for building desired and observed state alike.
impl Field {
    /// [`Field::Switch`].
    pub fn switch(on: bool) -> String {
        if on { "on".into() } else { "off".into() }
    }

    /// [`Field::Budget`], [`Field::Floor`] or [`Field::Ceiling`] of an amount in minor units.
    pub fn budget(pace: Pace, minor: i64) -> String {
        format!("{} {minor}", pace.as_str())
    }

    /// [`Field::Starts`] and [`Field::Ends`]: to the second, as Meta keeps them.
    pub fn time(at: DateTime<Utc>) -> String {
        at.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// [`Field::Attribution`] from days after a click and after a view.
    pub fn attribution(click_days: u8, view_days: Option<u8>) -> String {
        match view_days {
            Some(view) => format!("click {click_days} view {view}"),
            None => format!("click {click_days}"),
        }
    }

    /// [`Field::Bid`]; the cost goal in minor units.
    pub fn bid(cost_goal_minor: Option<i64>) -> String {
        cost_goal_minor.map_or_else(|| "lowest_cost".into(), |minor| format!("cost_goal {minor}"))
    }

    /// [`Field::Event`].
    pub fn event(pixel: &str, event: &str) -> String {
        format!("{pixel} {event}")
    }

    /// [`Field::Payer`].
    pub fn payer(payer: &str, beneficiary: &str) -> String {
        format!("{payer}\n{beneficiary}")
    }

    /// [`Field::Placements`] from placements and from words that are none of ours.
    pub fn placements(placements: &[Placement], others: &[String]) -> String {
        let mut known = placements.to_vec();
        known.sort_unstable();
        known.dedup();
        let mut words: Vec<String> = known.iter().map(ToString::to_string).collect();
        let mut others = others.to_vec();
        others.sort_unstable();
        words.extend(others);
        words.join(",")
    }
}

impl From<Attribution> for String {
    fn from(setting: Attribution) -> Self {
        let (click, view) = setting.days();
        Field::attribution(click, view)
    }
}

/// An audience in words that can be compared, whichever side they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AudienceWords {
    /// Country codes.
    pub countries: Vec<String>,
    /// City keys with kilometres.
    pub cities: Vec<(String, u32)>,
    /// From this age; with a suggestion, the age suggested (Meta's `age_range`).
    pub age_min: u8,
    /// To this age, likewise.
    pub age_max: u8,
    /// 1 men, 2 women; empty is everybody.
    pub genders: Vec<u8>,
    /// Locale keys.
    pub locales: Vec<u32>,
    /// Groups of options: segment and id.
    pub narrowed: Vec<Vec<(String, String)>>,
    /// Ids of custom audiences to be in.
    pub included: Vec<String>,
    /// Ids of custom audiences to be in none of.
    pub excluded: Vec<String>,
    /// Whether Meta may go beyond.
    pub suggestion: bool,
    /// Anything else Meta says it targets by, as text: makes it differ from what Tandem would write.
    pub other: String,
}

impl AudienceWords {
    /// The canonical text of [`Field::Audience`].
    pub fn canonical(mut self) -> String {
        self.countries.sort_unstable();
        self.cities.sort_unstable();
        self.genders.sort_unstable();
        self.locales.sort_unstable();
        // The order of groups, of options in a group and of audiences says nothing.
        for group in &mut self.narrowed {
            group.sort_unstable();
            group.dedup();
        }
        self.narrowed.retain(|group| !group.is_empty());
        self.narrowed.sort_unstable();
        self.narrowed.dedup();
        for ids in [&mut self.included, &mut self.excluded] {
            ids.sort_unstable();
            ids.dedup();
        }
        if self.genders == [1, 2] {
            self.genders.clear();
        }
        let mut parts: Vec<String> = Vec::new();
        if !self.countries.is_empty() {
            parts.push(self.countries.join(" "));
        }
        if !self.cities.is_empty() {
            let cities: Vec<String> = self.cities.iter().map(|(key, km)| format!("city {key} + {km} km")).collect();
            parts.push(cities.join(", "));
        }
        parts.push(format!("{} to {}", self.age_min, self.age_max));
        match self.genders.as_slice() {
            [1] => parts.push("men".into()),
            [2] => parts.push("women".into()),
            _ => {}
        }
        if !self.locales.is_empty() {
            let keys: Vec<String> = self.locales.iter().map(ToString::to_string).collect();
            parts.push(format!("languages {}", keys.join(" ")));
        }
        for group in &self.narrowed {
            let options: Vec<String> = group.iter().map(|(segment, id)| format!("{segment} {id}")).collect();
            parts.push(format!("match {}", options.join(" or ")));
        }
        if !self.included.is_empty() {
            parts.push(format!("in audience {}", self.included.join(" or ")));
        }
        if !self.excluded.is_empty() {
            parts.push(format!("not in audience {}", self.excluded.join(" nor ")));
        }
        parts.push(if self.suggestion { "as a suggestion".into() } else { "only these people".into() });
        if !self.other.is_empty() {
            parts.push(self.other);
        }
        parts.join("; ")
    }
}

impl From<&Audience> for AudienceWords {
    fn from(audience: &Audience) -> Self {
        Self {
            countries: audience.countries.iter().map(|country| country.code().to_owned()).collect(),
            cities: audience.cities.iter().map(|city| (city.key.clone(), u32::from(city.radius_km))).collect(),
            age_min: audience.age_min,
            age_max: audience.age_max,
            genders: match audience.gender {
                Gender::All => Vec::new(),
                Gender::Men => vec![1],
                Gender::Women => vec![2],
            },
            locales: audience.languages.iter().map(|language| language.key).collect(),
            narrowed: audience
                .narrowed
                .iter()
                .map(|group| group.iter().map(|detail| (detail.segment.wire().to_owned(), detail.id.clone())).collect())
                .collect(),
            included: audience.included.iter().map(|custom| custom.id.clone()).collect(),
            excluded: audience.excluded.iter().map(|custom| custom.id.clone()).collect(),
            suggestion: audience.reach == Reach::AsSuggestion,
            other: String::new(),
        }
    }
}
