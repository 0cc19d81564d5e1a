//! Validation of an ad set's targeting. Source: graph-api.md section 9 ("Targeting", "Placement Targeting" v26).

mod detailed;
mod geo;
mod placements;
mod special;

use serde_json::{Map, Value, json};

use crate::sandbox::custom_audiences::CustomAudience;
use crate::sandbox::placements::{PLACEMENTS, selected};
use crate::sandbox::places;
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::{as_text, not_one_of};

pub use geo::reaches_eu;
pub use special::restricts;

// spec: Targeting fields
const KEYS: &[&str] = &[
    "geo_locations",
    "excluded_geo_locations",
    "age_min",
    "age_max",
    "age_range",
    "genders",
    "locales",
    "interests",
    "behaviors",
    "flexible_spec",
    "custom_audiences",
    "excluded_custom_audiences",
    "exclusions",
    "publisher_platforms",
    "facebook_positions",
    "instagram_positions",
    "threads_positions",
    "messenger_positions",
    "audience_network_positions",
    "whatsapp_positions",
    "device_platforms",
    "targeting_automation",
    "brand_safety_content_filter_levels",
    "user_os",
    "targeting_optimization",
];

/// What the call's surroundings add to the rules.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The custom audiences of the account.
    pub audiences: &'a [CustomAudience],
    /// v26 and later.
    pub v26: bool,
    /// The campaign is of a special ad category with restricted targeting.
    pub restricted: bool,
    /// The ad set is being made.
    pub creating: bool,
}

fn refused(text: impl Into<String>) -> GraphError {
    GraphError::blamed("targeting", "Invalid targeting", text)
}

/// Checks a targeting spec and returns it as it is stored.
///
/// # Errors
/// Code 100 with the reason.
pub fn check(mut targeting: Map<String, Value>, rules: Rules<'_>) -> Result<Map<String, Value>, GraphError> {
    // Meta reports them on reads; clients send back what they read.
    targeting.retain(|name, _| !name.starts_with("effective_"));
    if let Some(unknown) = targeting.keys().find(|name| !KEYS.contains(&name.as_str())) {
        return Err(
            GraphError::invalid(format!("Invalid keys \"{unknown}\" were found in param \"targeting\"")).blame("targeting")
        );
    }
    geo::check(&targeting)?;
    people(&targeting)?;
    detailed::check(&targeting, rules)?;
    placements::check(&mut targeting, rules.v26)?;
    let automation = targeting.get("targeting_automation").and_then(|spec| spec.get("advantage_audience"));
    match automation.map(as_text).as_deref() {
        Some("0" | "1") => {}
        Some("false") => set_advantage(&mut targeting, 0),
        Some("true") => set_advantage(&mut targeting, 1),
        Some(_) => {
            return Err(not_one_of("targeting[targeting_automation][advantage_audience]", &["0", "1"]).blame("targeting"));
        }
        None if rules.creating && rules.v26 && rules.restricted => {
            return Err(refused(
                "Specify targeting_automation.advantage_audience as 0 or 1 for ad sets of this special ad category.",
            ));
        }
        None if rules.creating => set_advantage(&mut targeting, 1),
        None => {}
    }
    if rules.restricted {
        special::check(&targeting, rules)?;
    }
    Ok(targeting)
}

fn set_advantage(targeting: &mut Map<String, Value>, value: i64) {
    targeting.insert("targeting_automation".into(), json!({ "advantage_audience": value }));
}

fn items<'a>(map: &'a Map<String, Value>, name: &str) -> Result<&'a [Value], GraphError> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(GraphError::invalid(format!("Param targeting[{name}] must be an array")).blame("targeting")),
    }
}

fn people(targeting: &Map<String, Value>) -> Result<(), GraphError> {
    let year = |name: &str, other: i64| match targeting.get(name) {
        None => Ok(other),
        Some(value) => as_text(value).parse::<i64>().map_err(|_| refused(format!("{name} must be a number."))),
    };
    let (youngest, oldest) = (year("age_min", 18)?, year("age_max", 65)?);
    if !(13..=65).contains(&youngest) || !(13..=65).contains(&oldest) || youngest > oldest {
        return Err(refused("age_min and age_max must be between 13 and 65, age_min not above age_max."));
    }
    for gender in items(targeting, "genders")? {
        if !matches!(as_text(gender).as_str(), "0" | "1" | "2") {
            return Err(refused("genders must hold 1 (male) or 2 (female)."));
        }
    }
    for locale in items(targeting, "locales")? {
        let known = places::LOCALES.iter().any(|(key, _)| key.to_string() == as_text(locale));
        if !known {
            return Err(refused(format!("locales: {locale} is not a valid language.")));
        }
    }
    Ok(())
}

/// The values that reads add: what the placements come to.
#[must_use]
pub fn with_effective(targeting: &Map<String, Value>) -> Map<String, Value> {
    let mut read = targeting.clone();
    let mut platforms: Vec<&str> = Vec::new();
    for index in selected(targeting) {
        let Some(placement) = PLACEMENTS.get(index) else {
            continue;
        };
        if !platforms.contains(&placement.platform) {
            platforms.push(placement.platform);
        }
        let entry = read.entry(format!("effective_{}", placement.field)).or_insert_with(|| json!([]));
        if let Value::Array(list) = entry {
            list.push(json!(placement.position));
        }
    }
    read.insert("effective_publisher_platforms".into(), json!(platforms));
    read
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn try_it(targeting: Value) -> Result<Map<String, Value>, GraphError> {
        let Value::Object(map) = targeting else {
            return Err(refused("no object"));
        };
        check(map, Rules { audiences: &[], v26: true, restricted: false, creating: true })
    }

    #[test]
    fn placements_that_v26_lost_are_refused() {
        let geo = json!({"countries": ["PT"]});
        for (platform, field, position) in
            [("instagram", "instagram_positions", "explore"), ("facebook", "facebook_positions", "video_feeds")]
        {
            let spec = json!({"geo_locations": geo, "publisher_platforms": [platform], field: [position, "story"]});
            assert_eq!(try_it(spec).unwrap_err().code, 100);
        }
        assert!(try_it(json!({"geo_locations": geo, "publisher_platforms": ["instagram"], "instagram_positions": ["stream", "explore_home"]})).is_ok());
        assert!(try_it(json!({"geo_locations": geo, "publisher_platforms": ["audience_network"]})).is_err());
    }

    #[test]
    fn odd_shapes_are_refused_without_a_panic() {
        for spec in [
            json!({}),
            json!({"geo_locations": 1}),
            json!({"geo_locations": {"countries": "PT"}}),
            json!({"geo_locations": {"countries": ["PT"]}, "age_min": {}}),
            json!({"geo_locations": {"cities": [{"key": {}}]}}),
            json!({"geo_locations": {"countries": ["PT"]}, "publisher_platforms": [[]]}),
            json!({"geo_locations": {"countries": ["PT"]}, "nonsense": 1}),
        ] {
            assert_eq!(try_it(spec).unwrap_err().code, 100);
        }
    }
}
