//! Deliveries as they wait: their bodies, when they are due, and when they are tried again.

use serde_json::{Value, json};

use super::notice::Change;
use crate::sandbox::state::{Event, Kind, Object};
use crate::sandbox::world::World;

/// How long a delivery that was not heard waits before each further try, in seconds: a few come soon, then fewer and fewer, over
/// 36 hours altogether; then it is dropped.
const AGAIN: [i64; 9] = [10, 20, 90, 480, 3_000, 7_200, 21_600, 43_200, 54_000];

/// The event that puts a delivery into the outbox.
#[must_use]
pub fn delivery(world: &World, change: &Change) -> Event {
    let mut entry = json!({ "id": change.entry, "time": change.due });
    if change.value.get("sender").is_some() {
        entry["time"] = json!(change.due * 1_000);
        entry["messaging"] = json!([change.value]);
    } else {
        entry["changes"] = json!([{ "field": change.field, "value": change.value }]);
    }
    let body = escaped(&json!({ "object": change.object, "entry": [entry] }).to_string());
    let fields = json!({ "object": change.object, "field": change.field, "body": body, "due": change.due, "tries": 0 });
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let id = format!("delivery_{}", world.state.next_id());
    Event::Create {
        at: world.now(),
        id,
        kind: Kind::Delivery,
        account: world.identity.app_id.clone(),
        parent: None,
        fields,
        by: None,
    }
}

/// JSON as Meta writes it: slashes and everything beyond ASCII escaped ("we sign the escaped Unicode version of the payload").
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '/' => out.push_str("\\/"),
            letter if letter.is_ascii() => out.push(letter),
            letter => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

/// Deliveries that are due and neither heard nor dropped, oldest first.
#[must_use]
pub fn due(world: &World) -> Vec<Object> {
    let now = world.now();
    let number = |one: &Object, name: &str| one.get(name).and_then(Value::as_i64).unwrap_or(0);
    let all = world.state.of_account(&world.identity.app_id, Kind::Delivery).iter();
    let mut waiting: Vec<Object> = all
        .filter_map(|id| world.state.objects.get(id))
        .filter(|one| one.get("ended").is_none() && number(one, "due") <= now)
        .cloned()
        .collect();
    waiting.sort_by_key(|one| (number(one, "due"), one.id.clone()));
    waiting
}

/// The fields that a delivery has after a try.
#[must_use]
pub fn after(one: &Object, now: i64, heard: bool) -> Value {
    let tries = one.get("tries").and_then(Value::as_i64).unwrap_or(0) + 1;
    let wait = usize::try_from(tries - 1).ok().and_then(|tries| AGAIN.get(tries));
    match wait {
        _ if heard => json!({ "tries": tries, "ended": "heard" }),
        Some(wait) => json!({ "tries": tries, "due": now + wait }),
        None => json!({ "tries": tries, "ended": "dropped" }),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn bodies_are_ascii_with_escaped_slashes() {
        assert_eq!(super::escaped("{\"a\":\"é/😀\"}"), "{\"a\":\"\\u00e9\\/\\ud83d\\ude00\"}");
    }
}
