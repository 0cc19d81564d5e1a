//! Places: countries, cities with a radius, country groups.

use serde_json::{Map, Value};

use super::{items, refused};
use crate::sandbox::places::{self, DSA_COUNTRIES, PLACES};
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::{as_text, not_one_of};

// spec: TargetingGeoLocation fields
const GEO_KEYS: &[&str] = &["countries", "cities", "country_groups", "location_types"];

pub(super) fn check(targeting: &Map<String, Value>) -> Result<(), GraphError> {
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
