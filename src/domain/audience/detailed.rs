//! Detailed targeting and custom audiences: what people like and do, and lists that the ad account keeps.
//!
//! Groups are "any of these", and every group must match (`flexible_spec`). Options can no longer be excluded: Meta removed
//! detailed targeting exclusions in v22.0 and for all versions on 2025-04-21; custom audiences still can. Source: Marketing API,
//! "Flexible targeting", "Detailed targeting", changelog v22.0.

use serde::{Deserialize, Serialize};

use super::Audience;

/// The most groups that must all match (`flexible_spec`).
pub const MOST_GROUPS: usize = 25;
/// The most options over all groups that the page takes; Meta takes 1,000 a group.
pub const MOST_DETAILS: usize = 50;
/// The most custom audiences that the page takes, both sides together; Meta takes 500.
pub const MOST_CUSTOM: usize = 50;

/// A class of options that Meta keeps apart; each is a list of its own in a targeting spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// What people like.
    Interests,
    /// What people do, buy and use.
    Behaviors,
    /// Moved, married, a new job.
    LifeEvents,
    /// Parents, by the ages of children.
    FamilyStatuses,
    /// Household income.
    Income,
    /// Industries people work in.
    Industries,
    /// Schools.
    EducationSchools,
    /// Fields of study.
    EducationMajors,
    /// Employers.
    WorkEmployers,
    /// Job titles.
    WorkPositions,
}

impl Segment {
    /// Every class, in the order shown.
    pub const ALL: [Self; 10] = [
        Self::Interests,
        Self::Behaviors,
        Self::LifeEvents,
        Self::FamilyStatuses,
        Self::Income,
        Self::Industries,
        Self::EducationSchools,
        Self::EducationMajors,
        Self::WorkEmployers,
        Self::WorkPositions,
    ];

    /// Meta's name of the list, also the word in forms.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Interests => "interests",
            Self::Behaviors => "behaviors",
            Self::LifeEvents => "life_events",
            Self::FamilyStatuses => "family_statuses",
            Self::Income => "income",
            Self::Industries => "industries",
            Self::EducationSchools => "education_schools",
            Self::EducationMajors => "education_majors",
            Self::WorkEmployers => "work_employers",
            Self::WorkPositions => "work_positions",
        }
    }

    /// The word people read after an option's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Interests => "interest",
            Self::Behaviors => "behaviour",
            Self::LifeEvents => "life event",
            Self::FamilyStatuses => "family",
            Self::Income => "income",
            Self::Industries => "industry",
            Self::EducationSchools => "school",
            Self::EducationMajors => "field of study",
            Self::WorkEmployers => "employer",
            Self::WorkPositions => "job title",
        }
    }

    /// From Meta's name or the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|segment| segment.wire() == text.trim())
    }

    /// Whether housing, employment and financial ads may target by it: interests alone, and of those the ones Meta offers.
    /// Source: Meta, "Audiences for housing, employment or financial products and services campaigns".
    pub fn is_open_to_limited(self) -> bool {
        self == Self::Interests
    }
}

/// One option of detailed targeting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Detail {
    /// Its class.
    pub segment: Segment,
    /// Meta's id, from its search.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// A custom audience of the ad account: customers, visitors, people like them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CustomAudience {
    /// Meta's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether Meta made it of people like those of another; limited categories must not use those.
    #[serde(default)]
    pub is_lookalike: bool,
}

/// A part of an audience that differs between two versions, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceChange {
    /// What differs.
    pub what: &'static str,
    /// How it was; `none` where there was nothing.
    pub before: String,
    /// How it is.
    pub after: String,
}

impl Audience {
    /// `like Movies or Football, and who also match Cooking; in Visitors; not in Customers`; empty where nothing narrows it.
    pub(super) fn narrowing(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if !self.narrowed.is_empty() {
            parts.push(self.details_words());
        }
        if !self.included.is_empty() {
            parts.push(format!("in {}", names(&self.included, " or ")));
        }
        if !self.excluded.is_empty() {
            parts.push(format!("not in {}", names(&self.excluded, " nor ")));
        }
        parts
    }

    fn details_words(&self) -> String {
        let groups = self.narrowed.iter().map(|group| {
            let names: Vec<&str> = group.iter().map(|detail| detail.name.as_str()).collect();
            names.join(" or ")
        });
        format!("who match {}", groups.collect::<Vec<_>>().join(", and also "))
    }

    /// Each part of it with the words that describe it; what is empty is left out.
    fn parts(&self) -> Vec<(&'static str, String)> {
        let places: Vec<String> = self.place_words();
        let older = if self.age_max == super::OLDEST { "+" } else { "" };
        let languages: Vec<&str> = self.languages.iter().map(|language| language.name.as_str()).collect();
        let all = [
            ("Places", places.join(", ")),
            ("Age", format!("{} to {}{older}", self.age_min, self.age_max)),
            ("Gender", self.gender.label().to_owned()),
            ("Languages", languages.join(", ")),
            ("Interests and behaviours", if self.narrowed.is_empty() { String::new() } else { self.details_words() }),
            ("In custom audiences", names(&self.included, " or ")),
            ("Not in custom audiences", names(&self.excluded, " nor ")),
            ("How strictly", self.reach.words().to_owned()),
        ];
        all.into_iter().collect()
    }

    /// What differs from an earlier version, part by part; empty where nothing does.
    pub fn changes_since(&self, before: &Self) -> Vec<AudienceChange> {
        let said = |words: String| if words.is_empty() { "none".to_owned() } else { words };
        let pairs = before.parts().into_iter().zip(self.parts());
        pairs
            .filter(|((_, was), (_, is))| was != is)
            .map(|((what, was), (_, is))| AudienceChange { what, before: said(was), after: said(is) })
            .collect()
    }
}

fn names(audiences: &[CustomAudience], joint: &str) -> String {
    let names: Vec<&str> = audiences.iter().map(|audience| audience.name.as_str()).collect();
    names.join(joint)
}
