//! Validation of an ad set's targeting: places, ages, placements and the limits of special ad categories.
//! Source: graph-api.md section 9 ("Targeting", "Placement Targeting" v26).

use serde_json::{Map, Value, json};

use crate::sandbox::placements::{self, PLATFORMS};
use crate::sandbox::places::{self, DSA_COUNTRIES, PLACES};
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::{as_text, not_one_of};

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
const GEO_KEYS: &[&str] = &["countries", "cities", "country_groups", "location_types"];

/// What the call's surroundings add to the rules.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
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
pub fn check(mut targeting: Map<String, Value>, rules: Rules) -> Result<Map<String, Value>, GraphError> {
    // Meta reports them on reads; clients send back what they read.
    targeting.retain(|name, _| !name.starts_with("effective_"));
    if let Some(unknown) = targeting.keys().find(|name| !KEYS.contains(&name.as_str())) {
        return Err(
            GraphError::invalid(format!("Invalid keys \"{unknown}\" were found in param \"targeting\"")).blame("targeting")
        );
    }
    geo(&targeting)?;
    people(&targeting)?;
    interests(&targeting)?;
    self::placements(&mut targeting, rules.v26)?;
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
        special(&targeting)?;
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

fn geo(targeting: &Map<String, Value>) -> Result<(), GraphError> {
    let empty = Map::new();
    let read = |name: &str| match targeting.get(name) {
        None => Ok(&empty),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(GraphError::invalid(format!("Param targeting[{name}] must be a JSON object")).blame("targeting")),
    };
    let mut targeted = 0;
    for name in ["geo_locations", "excluded_geo_locations"] {
        let geo = read(name)?;
        if let Some(unknown) = geo.keys().find(|key| !GEO_KEYS.contains(&key.as_str())) {
            return Err(refused(format!(
                "{name}[{unknown}] is not offered by the sandbox: it knows countries, cities and country_groups."
            )));
        }
        for country in items(geo, "countries")? {
            if country.as_str().and_then(places::country).is_none() {
                return Err(refused(format!("{name}[countries]: {country} is not a valid country code.")));
            }
        }
        for city in items(geo, "cities")? {
            check_city(name, city)?;
        }
        for group in items(geo, "country_groups")? {
            if group != "worldwide" {
                return Err(refused(format!("{name}[country_groups]: {group} is not known to the sandbox.")));
            }
        }
        for kind in items(geo, "location_types")? {
            if !matches!(kind.as_str(), Some("home" | "recent" | "travel_in")) {
                return Err(refused(format!("{name}[location_types]: {kind} is not valid.")));
            }
        }
        if name == "geo_locations" {
            targeted = items(geo, "countries")?.len() + items(geo, "cities")?.len() + items(geo, "country_groups")?.len();
        }
    }
    if targeted == 0 {
        return Err(refused("Your audience needs at least one location: set geo_locations.").sub(1_885_364));
    }
    Ok(())
}

fn check_city(name: &str, city: &Value) -> Result<(), GraphError> {
    let key = city.get("key").map(as_text).unwrap_or_default();
    if places::city(&key).is_none() {
        return Err(refused(format!("{name}[cities]: key {key} is not a valid city.")));
    }
    let Some(radius) = city.get("radius") else {
        return Ok(());
    };
    let radius: f64 = as_text(radius).parse().unwrap_or(-1.0);
    let unit = city.get("distance_unit").map(as_text).unwrap_or_else(|| "mile".into());
    let range = match unit.as_str() {
        "kilometer" => 17.0..=80.0,
        "mile" => 10.0..=50.0,
        _ => return Err(not_one_of("distance_unit", &["mile", "kilometer"]).blame("targeting")),
    };
    if range.contains(&radius) {
        return Ok(());
    }
    Err(refused(format!("A city's radius must be between {} and {} {unit}s.", range.start(), range.end())))
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

fn interests(targeting: &Map<String, Value>) -> Result<(), GraphError> {
    let empty: &[Value] = &[];
    let flexible = match targeting.get("flexible_spec") {
        Some(Value::Array(groups)) => groups.as_slice(),
        Some(_) => {
            return Err(GraphError::invalid("Param targeting[flexible_spec] must be an array").blame("targeting"));
        }
        None => empty,
    };
    let groups = flexible.iter().filter_map(Value::as_object);
    let groups = groups.chain(targeting.get("exclusions").and_then(Value::as_object)).chain([targeting]);
    for group in groups {
        for entry in items(group, "interests")? {
            let id = entry.get("id").map(as_text).unwrap_or_default();
            if !places::INTERESTS.iter().any(|(known, _, _)| *known == id) {
                return Err(refused(format!("The interest with id {id} is not available for targeting.")).sub(1_487_694));
            }
        }
    }
    Ok(())
}

fn placements(targeting: &mut Map<String, Value>, v26: bool) -> Result<(), GraphError> {
    let words = |targeting: &Map<String, Value>, name: &str| -> Result<Vec<String>, GraphError> {
        Ok(items(targeting, name)?.iter().map(as_text).collect())
    };
    let platforms = words(targeting, "publisher_platforms")?;
    for (index, platform) in platforms.iter().enumerate() {
        if !PLATFORMS.contains(&platform.as_str()) {
            return Err(not_one_of(&format!("targeting[publisher_platforms][{index}]"), PLATFORMS));
        }
    }
    for device in words(targeting, "device_platforms")? {
        if !matches!(device.as_str(), "mobile" | "desktop") {
            return Err(not_one_of("targeting[device_platforms][0]", &["mobile", "desktop"]));
        }
    }
    for platform in PLATFORMS {
        let field = format!("{platform}_positions");
        let asked = words(targeting, &field)?;
        if !asked.is_empty() && !platforms.is_empty() && !platforms.iter().any(|given| given == platform) {
            return Err(refused(format!("{field} needs {platform} in publisher_platforms.")));
        }
        let known: Vec<&str> = placements::positions(platform).map(|placement| placement.position).collect();
        for (index, position) in asked.iter().enumerate() {
            if !known.contains(&position.as_str()) {
                return Err(not_one_of(&format!("targeting[{field}][{index}]"), &known));
            }
            if position == "video_feeds" {
                return Err(refused("The Facebook video feeds placement is no longer available.").sub(2_490_562));
            }
            if v26 && position == "explore" {
                return Err(refused("The Instagram Explore placement is no longer available; use explore_home."));
            }
        }
        if v26 && *platform == "messenger" && asked.iter().any(|position| position == "story") {
            // v26 drops it without a word.
            let kept: Vec<String> = asked.into_iter().filter(|position| position != "story").collect();
            if kept.is_empty() {
                targeting.remove(&field);
            } else {
                targeting.insert(field, json!(kept));
            }
        }
    }
    combinations(targeting, &platforms)
}

fn combinations(targeting: &Map<String, Value>, platforms: &[String]) -> Result<(), GraphError> {
    let has = |field: &str| targeting.get(field).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let holds = |field: &str, position: &str| {
        targeting.get(field).and_then(Value::as_array).is_some_and(|list| list.iter().any(|value| value == position))
    };
    let on = |platform: &str| platforms.is_empty() || platforms.iter().any(|given| given == platform);
    // A platform without positions has them all.
    let selects = |platform: &str, position: &str| {
        let field = format!("{platform}_positions");
        on(platform) && (!has(&field) || holds(&field, position))
    };
    if platforms == ["audience_network"] {
        return Err(refused("Audience Network cannot be selected alone."));
    }
    for position in ["marketplace", "search", "profile_feed", "notification"] {
        if holds("facebook_positions", position) && !holds("facebook_positions", "feed") {
            return Err(refused(format!("The Facebook placement {position} needs the Facebook feed.")));
        }
    }
    if holds("facebook_positions", "story") && !selects("facebook", "feed") && !selects("instagram", "story") {
        return Err(refused("Facebook Stories needs the Facebook feed or Instagram Stories."));
    }
    if platforms.iter().any(|platform| platform == "threads")
        && !(platforms.iter().any(|platform| platform == "instagram") && selects("instagram", "stream"))
    {
        return Err(refused("Threads needs Instagram and its feed (stream)."));
    }
    for (field, position) in [("whatsapp_positions", "status"), ("messenger_positions", "story")] {
        if holds(field, position) && !selects("instagram", "story") {
            return Err(refused(format!("{field} {position} needs Instagram Stories.")));
        }
    }
    let desktop_only = targeting.get("device_platforms") == Some(&json!(["desktop"]));
    if desktop_only && platforms == ["instagram"] && !holds("instagram_positions", "stream") {
        return Err(refused("Instagram on desktop only reaches no one."));
    }
    if placements::selected(targeting).is_empty() {
        return Err(refused("The placements select nothing."));
    }
    Ok(())
}

/// Housing, employment, credit and financial products: all ages and genders, no narrow places.
fn special(targeting: &Map<String, Value>) -> Result<(), GraphError> {
    let number = |name: &str, other: i64| targeting.get(name).map(as_text).and_then(|text| text.parse().ok()).unwrap_or(other);
    if number("age_min", 18) != 18 || number("age_max", 65) != 65 {
        return Err(refused("Ads of a special ad category must target ages 18 to 65+."));
    }
    let genders: Vec<String> = items(targeting, "genders")?.iter().map(as_text).collect();
    if !genders.is_empty() && genders != ["0"] && genders.len() < 2 {
        return Err(refused("Ads of a special ad category must target all genders."));
    }
    for geo in ["geo_locations", "excluded_geo_locations"].iter().filter_map(|name| targeting.get(*name)?.as_object()) {
        for city in items(geo, "cities")? {
            let radius: f64 = city.get("radius").map(as_text).and_then(|text| text.parse().ok()).unwrap_or(0.0);
            let least = if city.get("distance_unit").map(as_text).as_deref() == Some("kilometer") { 25.0 } else { 15.0 };
            if radius < least {
                return Err(refused("Ads of a special ad category need a radius of at least 15 miles (25 km) around a city."));
            }
        }
    }
    Ok(())
}

/// Whether the spec reaches people in the European Union, where ads name beneficiary and payer.
#[must_use]
pub fn reaches_eu(targeting: &Map<String, Value>) -> bool {
    let Some(geo) = targeting.get("geo_locations").and_then(Value::as_object) else {
        return false;
    };
    let listed = |name: &str| geo.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let country = |code: &str| DSA_COUNTRIES.contains(&code);
    listed("countries").iter().filter_map(Value::as_str).any(country)
        || !listed("country_groups").is_empty()
        || listed("cities")
            .iter()
            .filter_map(|city| places::city(&city.get("key").map(as_text)?))
            .filter_map(|index| PLACES.get(index))
            .any(|place| country(place.country))
}

/// Whether a campaign's categories restrict targeting.
#[must_use]
pub fn restricts(categories: Option<&Value>) -> bool {
    const RESTRICTED: &[&str] = &["CREDIT", "EMPLOYMENT", "HOUSING", "FINANCIAL_PRODUCTS_SERVICES"];
    categories
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().filter_map(Value::as_str).any(|category| RESTRICTED.contains(&category)))
}

/// The values that reads add: what the placements come to.
#[must_use]
pub fn with_effective(targeting: &Map<String, Value>) -> Map<String, Value> {
    let mut read = targeting.clone();
    let mut platforms: Vec<&str> = Vec::new();
    for index in placements::selected(targeting) {
        let Some(placement) = placements::PLACEMENTS.get(index) else {
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
        check(map, Rules { v26: true, restricted: false, creating: true })
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
