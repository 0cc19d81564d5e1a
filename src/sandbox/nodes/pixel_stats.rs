//! What the pixel was told by servers: counts by hour, the last event, the span of times.
//! Source: Graph API, "Ads Pixel Stats"; "Handling duplicate events" (same name and id within 48 hours count once).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::listing;
use super::social::{need, utc};
use crate::sandbox::state::Kind;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::as_text;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: enum adspixelstats_aggregation_enum_param
const AGGREGATIONS: &[&str] = &[
    "browser_type",
    "custom_data_field",
    "device_os",
    "device_type",
    "event",
    "event_detection_method",
    "event_processing_results",
    "event_source",
    "event_total_counts",
    "event_value_count",
    "had_pii",
    "host",
    "match_keys",
    "pixel_fire",
    "url",
    "url_by_rule",
];
const HOUR: i64 = 3_600;
/// Two events with one name and one id are one event within this many seconds.
const SAME_WITHIN: i64 = 172_800;

/// Every event that counts, oldest upload first: the same name and id within 48 hours once.
fn events(world: &World) -> Vec<&Value> {
    let uploads = world.state.of_account(&world.identity.pixel_id, Kind::PixelUpload).iter();
    let rows = uploads.filter_map(|id| world.state.objects.get(id)).filter_map(|upload| upload.get("events")?.as_array());
    let mut seen: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let mut events = Vec::new();
    for event in rows.flatten() {
        let time = time(event);
        if let Some(id) = event.get("i").and_then(Value::as_str) {
            let name = event.get("n").and_then(Value::as_str).unwrap_or("");
            match seen.get(&(name, id)) {
                Some(first) if (time - first).abs() < SAME_WITHIN => continue,
                _ => seen.insert((name, id), time),
            };
        }
        events.push(event);
    }
    events
}

fn time(event: &Value) -> i64 {
    event.get("t").and_then(Value::as_i64).unwrap_or(0)
}

/// When a server last sent events, unix seconds.
#[must_use]
pub fn last_upload(world: &World) -> Option<i64> {
    let last = world.state.of_account(&world.identity.pixel_id, Kind::PixelUpload).last()?;
    world.state.objects.get(last).map(crate::sandbox::state::Object::created)
}

/// The latest or the earliest time of an event, unix seconds.
#[must_use]
pub fn span(world: &World, latest: bool) -> Option<i64> {
    let times = events(world).into_iter().map(time);
    if latest { times.max() } else { times.min() }
}

/// `GET /{pixel}/stats`: what servers sent, hour by hour. What the website's own code fires is not counted here.
///
/// # Errors
/// 10 without `ads_read` or `ads_management`, 100 for bad parameters.
pub fn stats(world: &World, call: &Call) -> Answer {
    if !world.settings.granted("ads_management") {
        need(world, call, &["ads_read"])?;
    }
    let params = &call.params;
    params.only(&["agent", "aggregation", "end_time", "event", "event_source", "start_time"])?;
    let aggregation = params.word("aggregation", AGGREGATIONS)?.unwrap_or_else(|| "pixel_fire".into());
    let end = params.moment("end_time", chrono_tz::UTC)?.unwrap_or_else(|| world.now());
    let start = params.moment("start_time", chrono_tz::UTC)?.unwrap_or(end - 86_400);
    if start > end {
        return Err(GraphError::invalid("Param start_time must not be after end_time").blame("start_time"));
    }
    let (name, source) = (params.text("event"), params.text("event_source"));
    if source.as_deref().is_some_and(|source| !matches!(source, "WEB_ONLY" | "SERVER_ONLY")) {
        return Err(crate::sandbox::wire::params::not_one_of("event_source", &["SERVER_ONLY", "WEB_ONLY"]));
    }
    let mut hours: BTreeMap<i64, BTreeMap<(String, String), i64>> = BTreeMap::new();
    for event in events(world) {
        let (time, of) = (time(event), event.get("n").map(as_text).unwrap_or_default());
        let counts = (start..=end).contains(&time) && name.as_ref().is_none_or(|name| *name == of);
        if !counts || source.as_deref() == Some("WEB_ONLY") {
            continue;
        }
        let hour = hours.entry(time.div_euclid(HOUR) * HOUR).or_default();
        for value in values(event, &aggregation, &of) {
            *hour.entry((value, of.clone())).or_default() += 1;
        }
    }
    let rows: Vec<Value> = hours
        .into_iter()
        .map(|(hour, counts)| {
            let data: Vec<Value> = counts
                .into_iter()
                .map(|((value, event), count)| json!({ "value": value, "event": event, "count": count }))
                .collect();
            json!({ "start_time": utc(hour), "aggregation": aggregation, "data": data })
        })
        .collect();
    listing::rows(call, &rows)
}

/// Under which values an event is counted.
fn values(event: &Value, aggregation: &str, name: &str) -> Vec<String> {
    let keys = || event.get("k").and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter().map(as_text);
    match aggregation {
        "event" | "event_total_counts" | "event_value_count" => vec![name.to_owned()],
        "event_source" => vec!["SERVER".to_owned()],
        "match_keys" => keys().collect(),
        "had_pii" => {
            let personal = |key: String| !matches!(key.as_str(), "client_user_agent" | "client_ip_address" | "fbp" | "fbc");
            vec![if keys().any(personal) { "true" } else { "false" }.to_owned()]
        }
        "host" => event.get("h").filter(|host| !host.is_null()).map(as_text).into_iter().collect(),
        "pixel_fire" => vec!["pixel_fire".to_owned()],
        "event_processing_results" => vec!["accepted".to_owned()],
        // Servers tell neither browser nor device.
        _ => Vec::new(),
    }
}
