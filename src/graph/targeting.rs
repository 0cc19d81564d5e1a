//! Who sees an ad set, and where. Source: Marketing API, "Targeting" and "Placement targeting" (v26.0).
//!
//! Absent placement fields mean "automatic", so they are left out rather than sent empty.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire;

/// A targeting specification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targeting {
    /// Places.
    #[serde(default)]
    pub geo_locations: GeoLocations,
    /// Youngest, years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_min: Option<u8>,
    /// Oldest, years; 65 means 65 and older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_max: Option<u8>,
    /// 1 men, 2 women; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub genders: Vec<u8>,
    /// Languages by Meta's locale keys; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locales: Vec<u32>,
    /// `facebook`, `instagram`, ...; empty is automatic.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub publisher_platforms: Vec<String>,
    /// `feed`, `story`, `facebook_reels`, ...
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facebook_positions: Vec<String>,
    /// `stream`, `story`, `reels`, ...
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instagram_positions: Vec<String>,
    /// Groups of options by their lists (`interests`, `behaviors`): any of a group, and every group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flexible_spec: Vec<BTreeMap<String, Value>>,
    /// In any of these; empty is everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_audiences: Vec<AudienceRef>,
    /// In none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_custom_audiences: Vec<AudienceRef>,
    /// Whether Meta may go beyond these people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targeting_automation: Option<TargetingAutomation>,
    /// Everything else an ad set made elsewhere carries, kept as it is.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// Places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeoLocations {
    /// Two-letter codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Cities with a radius.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cities: Vec<CityTarget>,
    /// Regions, zips and points of ad sets made elsewhere.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// A city and how far around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityTarget {
    /// Meta's key, from the search.
    pub key: String,
    /// How far around it, in `distance_unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius: Option<u32>,
    /// `kilometer` or `mile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_unit: Option<String>,
    /// Names that Meta adds when read back.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// A custom audience in a targeting spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceRef {
    /// Its id.
    #[serde(deserialize_with = "wire::text")]
    pub id: String,
    /// The name, which Meta adds when read back.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

impl AudienceRef {
    /// By its id alone.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), rest: BTreeMap::new() }
    }
}

/// "As a suggestion" or "only these people".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetingAutomation {
    /// 1: the audience is a suggestion; 0: only these people. Always sent: left out, it means 1 since v23.
    pub advantage_audience: u8,
    /// What later versions add.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

impl TargetingAutomation {
    /// The explicit choice.
    pub fn suggestion(allowed: bool) -> Self {
        Self { advantage_audience: u8::from(allowed), rest: BTreeMap::new() }
    }
}
