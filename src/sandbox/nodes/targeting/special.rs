//! What special ad categories leave of targeting.

use serde_json::{Map, Value};

use super::{Rules, items, refused};
use crate::sandbox::details::CLASSES;
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::as_text;

/// Housing, employment, credit and financial products: all ages and genders, no narrow places, interests alone, nobody left out.
/// Source: Meta, "Audiences for housing, employment or financial products and services campaigns".
pub(super) fn check(targeting: &Map<String, Value>, rules: Rules<'_>) -> Result<(), GraphError> {
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
    let groups = items(targeting, "flexible_spec")?.iter().filter_map(Value::as_object);
    for group in groups.chain([targeting]) {
        let closed = CLASSES.iter().find(|class| **class != "interests" && group.contains_key(**class));
        if let Some(class) = closed {
            return Err(refused(format!("Ads of a special ad category cannot use {class}: choose interests only.")));
        }
    }
    if !items(targeting, "excluded_custom_audiences")?.is_empty() {
        return Err(refused("Ads of a special ad category cannot exclude audiences."));
    }
    for entry in items(targeting, "custom_audiences")? {
        let id = entry.get("id").map(as_text).unwrap_or_default();
        let eligible = rules.audiences.iter().any(|known| known.id == id && known.is_eligible_for_special());
        if !eligible {
            return Err(refused(format!("The audience {id} is not eligible for ads of a special ad category.")));
        }
    }
    Ok(())
}

/// Whether a campaign's categories restrict targeting.
#[must_use]
pub fn restricts(categories: Option<&Value>) -> bool {
    // spec: enum adcampaigngroup_special_ad_categories
    const RESTRICTED: &[&str] = &["CREDIT", "EMPLOYMENT", "HOUSING", "FINANCIAL_PRODUCTS_SERVICES"];
    categories
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().filter_map(Value::as_str).any(|category| RESTRICTED.contains(&category)))
}
