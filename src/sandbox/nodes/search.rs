//! `GET /search`: places, languages and interests for targeting.

use serde_json::{Value, json};

use super::listing;
use crate::sandbox::details;
use crate::sandbox::places::{INTERESTS, LOCALES, PLACES};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: none (types of GET /search, "Targeting Search"; no specification describes it)
const KINDS: &[&str] = &["adgeolocation", "adlocale", "adinterest", "adinterestvalid", "adTargetingCategory", "adcountry"];

/// Answers a search.
///
/// # Errors
/// Code 100 for an unknown type or a missing query.
pub fn search(world: &World, call: &Call) -> Answer {
    let params = &call.params;
    params.only(&[
        "type",
        "q",
        "location_types",
        "country_code",
        "interest_list",
        "interest_fbid_list",
        "place_fallback",
        "class",
    ])?;
    let kind = params.word("type", KINDS)?.ok_or_else(|| GraphError::required("type"))?;
    let asked = params.text("q").unwrap_or_default().to_lowercase();
    let hit = |name: &str| name.to_lowercase().contains(&asked);
    let rows: Vec<Value> = match kind.as_str() {
        "adgeolocation" => {
            let types = params.words(
                "location_types",
                &[
                    "country",
                    "city",
                    "region",
                    "zip",
                    "geo_market",
                    "electoral_district",
                    "country_group",
                    "neighborhood",
                    "subcity",
                ],
            )?;
            let wants = |kind: &str| types.as_ref().is_none_or(|types| types.iter().any(|given| given == kind));
            let within = params.text("country_code");
            PLACES
                .iter()
                .filter(|place| wants(if place.is_city() { "city" } else { "country" }))
                .filter(|place| within.as_ref().is_none_or(|code| place.country == code))
                .filter(|place| hit(place.name) || !place.is_city() && place.key.eq_ignore_ascii_case(&asked))
                .map(geo)
                .collect()
        }
        "adcountry" => PLACES.iter().filter(|place| !place.is_city() && hit(place.name)).map(geo).collect(),
        "adlocale" => LOCALES.iter().filter(|(_, name)| hit(name)).map(|(key, name)| json!({"key": key, "name": name})).collect(),
        "adinterest" => {
            if asked.is_empty() {
                return Err(GraphError::required("q"));
            }
            INTERESTS.iter().filter(|(_, name, _)| hit(name)).map(|entry| interest(world, *entry)).collect()
        }
        "adTargetingCategory" => {
            let class = params.text("class").unwrap_or_else(|| "interests".to_owned());
            let of = |detail: &details::Detail| {
                detail.class == class || (class == "demographics" && detail.class != "interests" && detail.class != "behaviors")
            };
            details::all().filter(of).filter(|detail| hit(detail.name)).map(|detail| category(world, detail)).collect()
        }
        _ => {
            let ids = params.texts("interest_fbid_list")?.unwrap_or_default();
            let names = params.texts("interest_list")?.unwrap_or_default();
            INTERESTS
                .iter()
                .filter(|(id, name, _)| {
                    ids.iter().any(|given| given == id) || names.iter().any(|given| given.eq_ignore_ascii_case(name))
                })
                .map(|entry| interest(world, *entry))
                .collect()
        }
    };
    listing::rows(call, &rows)
}

fn geo(place: &crate::sandbox::delivery::people::Place) -> Value {
    let country =
        crate::sandbox::places::country(place.country).and_then(|index| PLACES.get(index)).map_or("", |country| country.name);
    if place.is_city() {
        json!({
            "key": place.key, "name": place.name, "type": "city", "country_code": place.country, "country_name": country,
            "region": place.region, "supports_region": true, "supports_city": true,
        })
    } else {
        json!({
            "key": place.key, "name": place.name, "type": "country", "country_code": place.country, "country_name": country,
            "supports_region": true, "supports_city": true,
        })
    }
}

/// A browsable category. Source: Marketing API, "Targeting search", `adTargetingCategory`.
fn category(world: &World, detail: details::Detail) -> Value {
    let size = 150_000_000 * i64::from(crate::sandbox::delivery::people::interest_bins(world.state.seed, detail.id).count_ones());
    json!({
        "id": detail.id, "name": detail.name, "type": detail.class, "path": [detail.topic, detail.name],
        "audience_size_lower_bound": size * 85 / 100, "audience_size_upper_bound": size,
    })
}

fn interest(world: &World, (id, name, topic): (&str, &str, &str)) -> Value {
    let bins = crate::sandbox::delivery::people::interest_bins(world.state.seed, id).count_ones();
    let size = 150_000_000 * i64::from(bins);
    json!({
        "id": id, "name": name, "audience_size_lower_bound": size * 85 / 100, "audience_size_upper_bound": size,
        "path": ["Interests", topic, name], "description": null, "topic": topic,
    })
}
