//! Who may see the ads: places, ages, genders, languages, and whether Meta may look beyond them.
//!
//! An [`Audience`] that exists keeps Meta's limits, those of special ad categories included. Source: Meta, "Basic targeting",
//! "Special ad categories".

mod country;
mod detailed;

use serde::{Deserialize, Serialize};

pub use country::{Country, UnknownCountry};
pub use detailed::{AudienceChange, CustomAudience, Detail, MOST_CUSTOM, MOST_DETAILS, MOST_GROUPS, Segment};

/// The youngest age offered, in years.
pub const YOUNGEST: u8 = 18;
/// The oldest limit, in years; it means "and older".
pub const OLDEST: u8 = 65;
/// The smallest and the largest radius around a city that Meta accepts, in kilometres.
pub const RADIUS_KM: std::ops::RangeInclusive<u16> = 17..=80;
/// The smallest radius in a category with limits, in kilometres (15 miles).
pub const RADIUS_KM_LIMITED: u16 = 25;

/// A city with its surroundings.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct City {
    /// Meta's key, from its location search.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Its country.
    pub country: Country,
    /// Radius in kilometres.
    pub radius_km: u16,
}

/// Whose eyes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// Everybody.
    #[default]
    All,
    /// Men only.
    Men,
    /// Women only.
    Women,
}

impl Gender {
    /// In the order shown.
    pub const ALL: [Self; 3] = [Self::All, Self::Men, Self::Women];

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Men => "men",
            Self::Women => "women",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "Everybody",
            Self::Men => "Men",
            Self::Women => "Women",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gender| gender.as_str() == text.trim())
    }
}

/// A language people use the networks in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Language {
    /// Meta's locale key.
    pub key: u32,
    /// Its name.
    pub name: String,
}

/// Whether Meta may go beyond the audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Only these people (`advantage_audience` 0).
    OnlyThese,
    /// These first, others where Meta expects more (`advantage_audience` 1).
    AsSuggestion,
}

impl Reach {
    /// How it reads at the end of a sentence. As a suggestion, places, the youngest age, languages and custom audiences left out
    /// still hold. Source: Marketing API, "Advantage+ audience".
    pub fn words(self) -> &'static str {
        match self {
            Self::OnlyThese => "only these people",
            Self::AsSuggestion => "these people as a suggestion",
        }
    }

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnlyThese => "only_these",
            Self::AsSuggestion => "as_suggestion",
        }
    }
}

/// Who may see the ads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Audience {
    /// Whole countries, in the order typed.
    pub countries: Vec<Country>,
    /// Cities beside them.
    pub cities: Vec<City>,
    /// From this age, in years.
    pub age_min: u8,
    /// To this age, in years; 65 means "and older".
    pub age_max: u8,
    /// Whose eyes.
    pub gender: Gender,
    /// Languages; empty means any.
    pub languages: Vec<Language>,
    /// Whether Meta may go beyond.
    pub reach: Reach,
    /// Groups of interests, behaviours and the like: any of a group, and every group. Empty means everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub narrowed: Vec<Vec<Detail>>,
    /// Custom audiences to be in, any of them; empty means everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub included: Vec<CustomAudience>,
    /// Custom audiences to be in none of. These hold even as a suggestion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<CustomAudience>,
}

impl Audience {
    /// Whether anybody in it is protected by the EU's Digital Services Act.
    pub fn touches_eu(&self) -> bool {
        self.countries_touched().iter().any(Country::in_eu)
    }

    /// Every country it touches, cities included, each once, by code.
    pub fn countries_touched(&self) -> Vec<Country> {
        let mut all: Vec<Country> = self.countries.iter().copied().chain(self.cities.iter().map(|city| city.country)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `Portugal`, `Lisbon + 25 km`.
    fn place_words(&self) -> Vec<String> {
        let countries = self.countries.iter().map(|country| country.name().to_owned());
        countries.chain(self.cities.iter().map(|city| format!("{} + {} km", city.name, city.radius_km))).collect()
    }

    /// `Portugal, Spain; 25 to 54; women; who match Movies or Football; not in Customers; only these people`.
    pub fn sentence(&self) -> String {
        let places = self.place_words();
        let older = if self.age_max == OLDEST { "+" } else { "" };
        let mut parts = vec![places.join(", "), format!("{} to {}{older}", self.age_min, self.age_max)];
        if self.gender != Gender::All {
            parts.push(self.gender.label().to_lowercase());
        }
        if !self.languages.is_empty() {
            let names: Vec<&str> = self.languages.iter().map(|language| language.name.as_str()).collect();
            parts.push(names.join(", "));
        }
        parts.extend(self.narrowing());
        parts.push(self.reach.words().to_owned());
        parts.join("; ")
    }
}

/// Whether the ads are of a kind that law and Meta treat specially: always an explicit answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecialCategory {
    /// None of them.
    None,
    /// Homes to let or to buy.
    Housing,
    /// Jobs.
    Employment,
    /// Credit, insurance and other financial products.
    Financial,
    /// Social issues, elections, politics.
    Politics,
    /// Gambling for money.
    Gambling,
}

impl SpecialCategory {
    /// In the order shown.
    pub const ALL: [Self; 6] = [Self::None, Self::Housing, Self::Employment, Self::Financial, Self::Politics, Self::Gambling];

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Housing => "housing",
            Self::Employment => "employment",
            Self::Financial => "financial",
            Self::Politics => "politics",
            Self::Gambling => "gambling",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "None of them",
            Self::Housing => "Housing",
            Self::Employment => "Employment",
            Self::Financial => "Financial products and services",
            Self::Politics => "Social issues, elections or politics",
            Self::Gambling => "Online gambling and gaming",
        }
    }

    /// Meta's value of `special_ad_categories`.
    pub fn wire(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Housing => "HOUSING",
            Self::Employment => "EMPLOYMENT",
            Self::Financial => "FINANCIAL_PRODUCTS_SERVICES",
            Self::Politics => "ISSUES_ELECTIONS_POLITICS",
            Self::Gambling => "ONLINE_GAMBLING_AND_GAMING",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text.trim())
    }

    /// Whether age, gender and small radii must not be used (so that nobody is kept from a home, a job or a loan).
    pub fn limits_targeting(self) -> bool {
        matches!(self, Self::Housing | Self::Employment | Self::Financial)
    }
}

/// Who pays for the ads and who benefits: shown on each ad in the EU (Digital Services Act, article 26).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Payer {
    /// Who pays (`dsa_payor`).
    pub payer: String,
    /// On whose behalf (`dsa_beneficiary`).
    pub beneficiary: String,
}
