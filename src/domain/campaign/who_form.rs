//! The audience part of the form on its own: for saved audiences, which have nothing else, and for filling a form from one.

use serde::{Deserialize, Serialize};

use super::form::{CampaignForm, CityForm, CustomForm, DetailForm, LanguageForm};
use crate::domain::audience::{Audience, CustomAudience};
use crate::domain::id::SavedAudienceId;
use crate::domain::invalid::Invalid;

/// Which saved audience, and which version of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedAudienceRef {
    /// The saved audience.
    pub id: SavedAudienceId,
    /// Counts from 1.
    pub version: i32,
}

impl SavedAudienceRef {
    /// From the form's `<id>:<version>`; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, version) = text.trim().split_once(':')?;
        let version = version.parse().ok().filter(|version| *version > 0)?;
        Some(Self { id: id.parse().ok()?, version })
    }
}

impl std::fmt::Display for SavedAudienceRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.id, self.version)
    }
}

/// What the audience part of a form says.
#[derive(Debug, Clone)]
pub struct AudienceReading {
    /// The audience, if nothing is wrong.
    pub audience: Option<Audience>,
    /// Everything that is wrong, each at its field.
    pub invalid: Invalid,
}

impl CampaignForm {
    /// Fills the audience part from an audience; the rest stays.
    pub fn put_audience(&mut self, audience: &Audience) {
        let countries: Vec<&str> = audience.countries.iter().map(|country| country.name()).collect();
        self.countries = countries.join(", ");
        let city = |city: &crate::domain::audience::City| CityForm {
            key: city.key.clone(),
            name: city.name.clone(),
            country: city.country.code().to_owned(),
            radius: city.radius_km.to_string(),
        };
        self.cities = audience.cities.iter().map(city).collect();
        self.age_min = audience.age_min.to_string();
        self.age_max = audience.age_max.to_string();
        self.gender = audience.gender.as_str().to_owned();
        let languages = audience.languages.iter();
        self.languages = languages.map(|l| LanguageForm { key: l.key.to_string(), name: l.name.clone() }).collect();
        self.reach = audience.reach.as_str().to_owned();
        let groups = audience.narrowed.iter().enumerate();
        let details = groups.flat_map(|(group, details)| {
            details.iter().map(move |detail| DetailForm {
                group: group.to_string(),
                segment: detail.segment.wire().to_owned(),
                id: detail.id.clone(),
                name: detail.name.clone(),
            })
        });
        self.details = details.collect();
        let custom = |side: &'static str| {
            move |audience: &CustomAudience| CustomForm {
                side: side.to_owned(),
                id: audience.id.clone(),
                name: audience.name.clone(),
                kind: if audience.is_lookalike { "lookalike".to_owned() } else { String::new() },
            }
        };
        let included = audience.included.iter().map(custom("include"));
        self.custom = included.chain(audience.excluded.iter().map(custom("exclude"))).collect();
    }
}
