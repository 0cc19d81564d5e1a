//! `/_sandbox/webhooks`: what was and will be delivered; sending now, twice, in reverse, or any change on demand.

use serde::Deserialize;
use serde_json::{Value, json};

use super::notice::Change;
use super::{fields, outbox, send, subscriptions};
use crate::sandbox::control::{Refusal, parse};
use crate::sandbox::server::{Shared, lock};
use crate::sandbox::state::Kind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Sends all that is due before answering.
    #[serde(default)]
    flush: bool,
    /// So many of the next deliveries are sent twice.
    duplicate: Option<u32>,
    /// Waits until so many are due and sends them in reverse.
    reorder: Option<usize>,
    /// A change that nothing here makes by itself, such as a lead.
    send: Option<Made>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    object: String,
    field: String,
    value: Value,
}

/// Answers a request; `body` is absent for reading.
///
/// # Errors
/// Status and text.
pub fn answer(world: &Shared, body: Option<&[u8]>) -> Result<Value, Refusal> {
    let mut sent = 0;
    if let Some(body) = body {
        let asked: Asked = parse(body)?;
        if let Some(made) = asked.send {
            add(world, made)?;
        }
        {
            let mut world = lock(world);
            world.webhooks.duplicate = asked.duplicate.unwrap_or(world.webhooks.duplicate);
            world.webhooks.reorder = asked.reorder.unwrap_or(world.webhooks.reorder);
        }
        if asked.flush {
            sent = send::pump(world, true);
        }
    }
    let world = lock(world);
    let all = world.state.of_account(&world.identity.app_id, Kind::Delivery).iter();
    let rows: Vec<Value> = all
        .filter_map(|id| world.state.objects.get(id))
        .map(|one| {
            let state = one.get("ended").cloned().unwrap_or(json!("waiting"));
            json!({ "object": one.text("object"), "field": one.text("field"), "tries": one.get("tries"), "due": one.get("due"), "state": state })
        })
        .collect();
    Ok(json!({ "sent": sent, "duplicate": world.webhooks.duplicate, "reorder": world.webhooks.reorder, "deliveries": rows }))
}

fn add(world: &Shared, made: Made) -> Result<(), Refusal> {
    let mut world = lock(world);
    let object = fields::OBJECTS.iter().find(|object| **object == made.object);
    let object = object.ok_or_else(|| (400, format!("{} cannot be subscribed to.", made.object)))?;
    let field = fields::of(object).iter().find(|field| **field == made.field);
    let field = field.ok_or_else(|| (400, format!("{object} has no field {}.", made.field)))?;
    let identity = &world.identity;
    let (entry, owner) = match *object {
        "ad_account" => (identity.ad_account_id.trim_start_matches("act_").to_owned(), identity.ad_account_id.clone()),
        "instagram" => (identity.instagram_user_id.clone(), identity.page_id.clone()),
        "application" => (identity.app_id.clone(), identity.app_id.clone()),
        _ => (identity.page_id.clone(), identity.page_id.clone()),
    };
    if *object != "application" && !subscriptions::hears(&world, object, field, &owner) {
        return Err((409, format!("Nobody has subscribed to {field} of {object}.")));
    }
    let change = Change { object, entry, field, due: world.now(), value: made.value };
    let event = outbox::delivery(&world, &change);
    world.commit(&event).map_err(|error| (503, error.message))
}
