//! An audience as Meta has it, as the form would define it.

use serde_json::Value;

use crate::domain::audience::{Audience, City, CustomAudience, Detail, Gender, Language, Reach, Segment};
use crate::graph::{AdSet, AudienceRef, CityTarget, Targeting};
use crate::store::observed::Observed as Row;

use super::super::publish::targeting::words;

/// The audience of an ad set; `None` where it targets by something that Tandem does not define. Names that Meta does not say are
/// taken from `known`, the campaign's present audience, else the key stands for them.
pub(super) fn audience(row: &Row, known: &Audience) -> Option<Audience> {
    let targeting = serde_json::from_str::<AdSet>(&row.fields).ok()?.targeting?;
    let words = words(&targeting);
    if !words.other.is_empty() {
        return None;
    }
    Some(Audience {
        countries: words.countries.iter().map(|code| code.parse().ok()).collect::<Option<_>>()?,
        cities: targeting.geo_locations.cities.iter().map(|one| city(one, known)).collect::<Option<_>>()?,
        age_min: words.age_min,
        age_max: words.age_max,
        gender: match words.genders.as_slice() {
            [1] => Gender::Men,
            [2] => Gender::Women,
            _ => Gender::All,
        },
        languages: words.locales.iter().map(|key| language(*key, known)).collect(),
        reach: if words.suggestion { Reach::AsSuggestion } else { Reach::OnlyThese },
        narrowed: narrowed(&targeting, known)?,
        included: targeting.custom_audiences.iter().map(|one| custom(one, known)).collect(),
        excluded: targeting.excluded_custom_audiences.iter().map(|one| custom(one, known)).collect(),
    })
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn city(said: &CityTarget, known: &Audience) -> Option<City> {
    let same = known.cities.iter().find(|city| city.key == said.key);
    let country = match text(said.rest.get("country")) {
        Some(code) => code.parse().ok()?,
        None => same?.country,
    };
    let name = text(said.rest.get("name")).map(str::to_owned).or_else(|| same.map(|city| city.name.clone()));
    Some(City {
        key: said.key.clone(),
        name: name.unwrap_or_else(|| said.key.clone()),
        country,
        radius_km: u16::try_from(said.radius.unwrap_or_default()).ok()?,
    })
}

fn language(key: u32, known: &Audience) -> Language {
    let same = known.languages.iter().find(|language| language.key == key);
    same.cloned().unwrap_or_else(|| Language { key, name: format!("Language {key}") })
}

fn narrowed(targeting: &Targeting, known: &Audience) -> Option<Vec<Vec<Detail>>> {
    let mut groups = Vec::new();
    for group in &targeting.flexible_spec {
        let mut details = Vec::new();
        for (list, options) in group {
            let segment = Segment::ALL.into_iter().find(|segment| segment.wire() == list)?;
            for option in options.as_array()? {
                let id = match option.get("id")? {
                    Value::String(id) => id.clone(),
                    id => id.to_string(),
                };
                let same = known.narrowed.iter().flatten().find(|detail| detail.id == id);
                let name = text(option.get("name")).map(str::to_owned).or_else(|| same.map(|detail| detail.name.clone()));
                details.push(Detail { segment, name: name.unwrap_or_else(|| id.clone()), id });
            }
        }
        groups.push(details);
    }
    Some(groups)
}

fn custom(said: &AudienceRef, known: &Audience) -> CustomAudience {
    let same = known.included.iter().chain(&known.excluded).find(|one| one.id == said.id);
    let name = text(said.rest.get("name")).map(str::to_owned).or_else(|| same.map(|one| one.name.clone()));
    CustomAudience {
        id: said.id.clone(),
        name: name.unwrap_or_else(|| said.id.clone()),
        is_lookalike: same.is_some_and(|one| one.is_lookalike),
    }
}
