//! An audience as Meta's targeting spec, and a spec read back into the words that plans compare.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::domain::audience::{Audience, City, Detail, Gender, OLDEST, Reach, YOUNGEST};
use crate::domain::plan::AudienceWords;
use crate::graph::{AudienceRef, CityTarget, GeoLocations, Targeting, TargetingAutomation};

/// Fields of an audience that say nothing about who sees the ads: what Meta adds when it is read back.
const NOT_AUDIENCE: [&str; 6] = [
    "age_range",
    "brand_safety_content_filter_levels",
    "targeting_relaxation_types",
    "targeting_optimization",
    "user_adclusters",
    "is_whatsapp_destination_ad",
];

/// The spec of an audience, without placements.
pub(in crate::service) fn of(audience: &Audience) -> Targeting {
    let suggestion = audience.reach == Reach::AsSuggestion;
    let city = |city: &City| CityTarget {
        key: city.key.clone(),
        radius: Some(u32::from(city.radius_km)),
        distance_unit: Some("kilometer".to_owned()),
        rest: BTreeMap::new(),
    };
    let mut rest = BTreeMap::new();
    // As a suggestion, ages are hinted at; hard limits would be refused.
    let (age_min, age_max) = if suggestion {
        rest.insert("age_range".to_owned(), json!([audience.age_min, audience.age_max]));
        (YOUNGEST, OLDEST)
    } else {
        (audience.age_min, audience.age_max)
    };
    Targeting {
        geo_locations: GeoLocations {
            countries: audience.countries.iter().map(|country| country.code().to_owned()).collect(),
            cities: audience.cities.iter().map(city).collect(),
            rest: BTreeMap::new(),
        },
        age_min: Some(age_min),
        age_max: Some(age_max),
        genders: match audience.gender {
            Gender::All => Vec::new(),
            Gender::Men => vec![1],
            Gender::Women => vec![2],
        },
        locales: audience.languages.iter().map(|language| language.key).collect(),
        flexible_spec: audience.narrowed.iter().map(|group| flexible(group)).collect(),
        custom_audiences: audience.included.iter().map(|custom| AudienceRef::new(&custom.id)).collect(),
        excluded_custom_audiences: audience.excluded.iter().map(|custom| AudienceRef::new(&custom.id)).collect(),
        targeting_automation: Some(TargetingAutomation::suggestion(suggestion)),
        rest,
        ..Targeting::default()
    }
}

/// One group: its options by the list they stand in.
fn flexible(group: &[Detail]) -> BTreeMap<String, Value> {
    let mut lists: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for detail in group {
        let list = lists.entry(detail.segment.wire().to_owned()).or_default();
        list.push(json!({ "id": detail.id, "name": detail.name }));
    }
    lists.into_iter().map(|(list, options)| (list, Value::Array(options))).collect()
}

/// A spec that Meta gave back. What Tandem would never write is kept as text, so that it differs and a person sees it.
pub(in crate::service) fn words(targeting: &Targeting) -> AudienceWords {
    let suggestion = targeting.targeting_automation.as_ref().is_some_and(|automation| automation.advantage_audience == 1);
    let (mut age_min, mut age_max) = (targeting.age_min.unwrap_or(18), targeting.age_max.unwrap_or(65));
    // As a suggestion the ages asked for stand in `age_range`; `age_min` and `age_max` are then only the hard limits.
    let range = targeting.rest.get("age_range").and_then(Value::as_array).filter(|_| suggestion);
    if let Some([from, to]) = range.map(Vec::as_slice) {
        let age = |value: &Value, other: u8| value.as_u64().and_then(|age| u8::try_from(age).ok()).unwrap_or(other);
        (age_min, age_max) = (age(from, age_min), age(to, age_max));
    }
    let mut other = Vec::new();
    let cities = targeting.geo_locations.cities.iter().map(|city| {
        if city.distance_unit.as_deref().is_some_and(|unit| unit != "kilometer") {
            other.push(format!("city {} in miles", city.key));
        }
        (city.key.clone(), city.radius.unwrap_or_default())
    });
    let cities = cities.collect();
    let narrowed = targeting.flexible_spec.iter().map(|group| options(group, &mut other)).collect();
    let geo = targeting.geo_locations.rest.iter().filter(|(name, _)| *name != "location_types");
    let rest =
        targeting.rest.iter().filter(|(name, _)| !NOT_AUDIENCE.contains(&name.as_str()) && !name.starts_with("effective_"));
    let positions = |name: &str| name.ends_with("_positions");
    other.extend(geo.chain(rest.filter(|(name, _)| !positions(name))).map(|(name, value)| format!("{name} {value}")));
    let ids = |audiences: &[AudienceRef]| audiences.iter().map(|audience| audience.id.clone()).collect();
    AudienceWords {
        countries: targeting.geo_locations.countries.clone(),
        cities,
        age_min,
        age_max,
        genders: targeting.genders.clone(),
        locales: targeting.locales.clone(),
        narrowed,
        included: ids(&targeting.custom_audiences),
        excluded: ids(&targeting.excluded_custom_audiences),
        suggestion,
        other: other.join("; "),
    }
}

/// The options of a group; a list that is not made of options with ids is told to `other`.
fn options(group: &BTreeMap<String, Value>, other: &mut Vec<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (list, value) in group {
        let ids = value.as_array().map(|all| all.iter().map(id).collect::<Option<Vec<String>>>());
        match ids.flatten() {
            Some(ids) => found.extend(ids.into_iter().map(|id| (list.clone(), id))),
            None => other.push(format!("{list} {value}")),
        }
    }
    found
}

fn id(option: &Value) -> Option<String> {
    match option.get("id")? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::audience::{CustomAudience, Segment};

    fn plain() -> Audience {
        Audience {
            countries: vec!["PT".parse().unwrap()],
            cities: Vec::new(),
            age_min: 18,
            age_max: 65,
            gender: Gender::All,
            languages: Vec::new(),
            reach: Reach::OnlyThese,
            narrowed: Vec::new(),
            included: Vec::new(),
            excluded: Vec::new(),
        }
    }

    fn detail() -> impl Strategy<Value = Detail> {
        (0..Segment::ALL.len(), 6_000_000_000_000_u64..6_000_000_000_040).prop_map(|(segment, id)| Detail {
            segment: Segment::ALL[segment],
            id: id.to_string(),
            name: format!("n{id}"),
        })
    }

    fn custom() -> impl Strategy<Value = CustomAudience> {
        (1_u64..9).prop_map(|id| CustomAudience { id: id.to_string(), name: "A".into(), is_lookalike: false })
    }

    proptest! {
        #[test]
        fn an_audience_written_and_read_back_is_the_same_in_any_order(
            narrowed in prop::collection::vec(prop::collection::vec(detail(), 1..5), 0..4),
            included in prop::collection::vec(custom(), 0..4),
            excluded in prop::collection::vec(custom(), 0..4),
            suggestion in any::<bool>(),
        ) {
            let reach = if suggestion { Reach::AsSuggestion } else { Reach::OnlyThese };
            let audience = Audience { narrowed, included, excluded, reach, ..plain() };
            let text = serde_json::to_string(&of(&audience)).unwrap();
            let mut back: Targeting = serde_json::from_str(&text).unwrap();
            back.flexible_spec.reverse();
            back.custom_audiences.reverse();
            back.excluded_custom_audiences.reverse();
            prop_assert_eq!(words(&back).canonical(), AudienceWords::from(&audience).canonical());
        }
    }

    #[test]
    fn what_tandem_would_not_write_makes_the_audience_differ() {
        let spec = json!({"geo_locations": {"countries": ["PT"]}, "targeting_automation": {"advantage_audience": 0},
            "flexible_spec": [{"relationship_statuses": [1, 3]}], "interests": [{"id": "6003"}]});
        let read: Targeting = serde_json::from_value(spec).unwrap();
        let canonical = words(&read).canonical();
        assert!(canonical.contains("relationship_statuses [1,3]") && canonical.contains("interests ["), "{canonical}");
        assert_ne!(canonical, AudienceWords::from(&plain()).canonical());
    }

    #[test]
    fn an_audience_of_earlier_versions_reads_and_writes_the_same_bytes() {
        let text = serde_json::to_string(&plain()).unwrap();
        assert!(!text.contains("narrowed") && !text.contains("excluded"), "{text}");
        assert_eq!(serde_json::from_str::<Audience>(&text).unwrap(), plain());
    }
}
