//! `POST /{pixel}/events`: the Conversions API. One invalid event refuses the whole call.
//! Source: Conversions API, "Using the API", "Parameters"; schema of `AdsPixel` (v25.0).

use serde_json::{Value, json};

use super::pixel_event_check::{self, Accepted};
use super::social::{make, need};
use crate::sandbox::state::Kind;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::request::Call;
use crate::sandbox::wire::response::trace_id;
use crate::sandbox::world::World;

// spec: AdsPixel POST /events
const PARAMS: &[&str] = &[
    "data",
    "namespace_id",
    "partner_agent",
    "platforms",
    "progress",
    "test_event_code",
    "trace",
    "upload_id",
    "upload_source",
    "upload_tag",
];
/// "You can send up to 1,000 events in data."
const MOST: usize = 1_000;

/// Receives events.
///
/// # Errors
/// 200 without `ads_management`; 100 for no, too many or invalid events, naming the first.
pub fn receive(world: &mut World, call: &Call) -> Answer {
    need(world, call, &["ads_management"])?;
    let params = &call.params;
    params.only(PARAMS)?;
    let given = params.list("data")?.filter(|data| !data.is_empty()).ok_or_else(|| GraphError::required("data"))?;
    if given.len() > MOST {
        let text = format!("A request holds at most {MOST} events; this one has {}.", given.len());
        return Err(GraphError::blamed("data", "Too many events", text));
    }
    let now = world.now();
    let mut events = Vec::with_capacity(given.len());
    for (position, event) in given.into_iter().enumerate() {
        events.push(pixel_event_check::check(position, event, now)?);
    }
    let rows: Vec<Value> = events.iter().map(Accepted::row).collect();
    let pixel = world.identity.pixel_id.clone();
    let id = format!("upload_{}", world.state.next_id());
    let fields =
        json!({ "events": rows, "test_event_code": params.text("test_event_code"), "upload_tag": params.text("upload_tag") });
    make(world, Kind::PixelUpload, &id, &pixel, None, fields)?;
    let trace = trace_id(world.state.seed, world.served);
    Ok(json!({ "events_received": events.len(), "messages": [], "fbtrace_id": trace }))
}
