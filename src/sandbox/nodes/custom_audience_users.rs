//! `POST` and `DELETE /{audience}/users`, `POST /{audience}/usersreplace`: people in hashed form, in batches of a session.
//! Source: Marketing API, "Custom Audience Users", "Replace Users", "Custom Audiences from a customer file".

use serde_json::{Map, Value, json};

use super::pixel_event_check::is_hash;
use super::social::make;
use crate::sandbox::num;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::{as_text, not_one_of};
use crate::sandbox::wire::request::{Call, Method};
use crate::sandbox::world::World;

/// Schemas of one key, besides any single one of [`KEYS`].
// spec: none (schema keys, "Customer File Custom Audiences")
const SINGLE: &[&str] = &["EMAIL_SHA256", "PHONE_SHA256", "MOBILE_ADVERTISER_ID", "UID"];
/// Keys of a schema of several, and what each holds.
const KEYS: &[(&str, Holds)] = &[
    ("APPUID", Holds::Digits),
    ("COUNTRY", Holds::Hash),
    ("CT", Holds::Hash),
    ("DOBD", Holds::Hash),
    ("DOBM", Holds::Hash),
    ("DOBY", Holds::Hash),
    ("EMAIL", Holds::Hash),
    ("EXTERN_ID", Holds::Text),
    ("FI", Holds::Hash),
    ("FN", Holds::Hash),
    ("GEN", Holds::Hash),
    ("IG_ACCOUNT_IDS", Holds::Digits),
    ("IGSID", Holds::Digits),
    ("LN", Holds::Hash),
    ("LOOKALIKE_VALUE", Holds::Number),
    ("MADID", Holds::Device),
    ("PAGEUID", Holds::Digits),
    ("PHONE", Holds::Hash),
    ("ST", Holds::Hash),
    ("ZIP", Holds::Hash),
];
/// Most rows of one call.
const MOST: usize = 10_000;
/// Most samples of what was invalid.
const SAMPLES: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Hash,
    Digits,
    Text,
    Number,
    Device,
}

impl Holds {
    fn fits(self, value: &str) -> bool {
        match self {
            Self::Hash => is_hash(value),
            Self::Digits => value.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Text => true,
            Self::Number => value.parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0),
            // As the device tells it, or hashed.
            Self::Device => is_hash(value) || value.len() == 36 && value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'),
        }
    }
}

/// `POST` and `DELETE /{audience}/users`.
///
/// # Errors
/// Code 100 for a bad payload or session, 2650 for a batch that came before.
pub fn change(world: &mut World, call: &Call, object: &Object) -> Answer {
    let action = if call.method == Method::Delete { "remove" } else { "add" };
    upload(world, call, object, action)
}

/// `POST /{audience}/usersreplace`: takes the place of everybody when the last batch is there.
///
/// # Errors
/// As [`change`]; a session is required.
pub fn replace(world: &mut World, call: &Call, object: &Object) -> Answer {
    if !call.params.has("session") {
        return Err(GraphError::required("session"));
    }
    upload(world, call, object, "replace")
}

fn upload(world: &mut World, call: &Call, object: &Object, action: &str) -> Answer {
    let params = &call.params;
    params.only(&["namespace", "payload", "session"])?;
    if object.text("subtype") != "CUSTOM" {
        let text = "People can be uploaded to audiences of subtype CUSTOM only.";
        return Err(GraphError::blamed("payload", "Wrong kind of audience", text));
    }
    let payload = params.object("payload")?.ok_or_else(|| GraphError::required("payload"))?;
    let (schema, single) = schema(&payload)?;
    let data = match payload.get("data") {
        Some(Value::Array(rows)) if !rows.is_empty() => rows,
        _ => return Err(GraphError::required("payload[data]")),
    };
    if data.len() > MOST {
        return Err(GraphError::blamed("payload", "Too many people", format!("A call holds at most {MOST} people.")));
    }
    let session = Session::read(world, call, object)?;
    let (mut keys, mut samples, mut invalid) = (Vec::new(), Map::new(), 0_u64);
    for row in data {
        match key(row, &schema, single) {
            Some(key) => keys.push(key),
            None => {
                invalid += 1;
                if samples.len() < SAMPLES {
                    let text =
                        row.as_array().map_or_else(|| as_text(row), |row| row.iter().map(as_text).collect::<Vec<_>>().join(","));
                    samples.insert(text, json!("Invalid entry"));
                }
            }
        }
    }
    let id = format!("upload_{}", world.state.next_id());
    let fields = json!({
        "action": action, "keys": keys, "received": data.len(), "invalid": invalid, "session": session.id, "batch": session.batch,
        "last": session.last,
    });
    make(world, Kind::AudienceUpload, &id, &object.account, Some(&object.id), fields)?;
    Ok(json!({
        "audience_id": object.id, "session_id": session.id, "num_received": data.len(), "num_invalid_entries": invalid,
        "invalid_entry_samples": samples,
    }))
}

/// The keys of a row, and whether rows are bare values.
fn schema(payload: &Map<String, Value>) -> Result<(Vec<Holds>, bool), GraphError> {
    // spec: none (keys of payload and session, "Customer File Custom Audiences")
    const KNOWN: &[&str] = &["schema", "data", "is_raw", "app_ids", "page_ids", "ig_account_ids", "data_source"];
    if let Some(unknown) = payload.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(GraphError::invalid(format!("Invalid keys \"{unknown}\" were found in param \"payload\"")).blame("payload"));
    }
    let of = |name: &str| KEYS.iter().find(|(key, _)| *key == name).map(|(_, holds)| *holds);
    let refused = || {
        let names: Vec<&str> = SINGLE.iter().copied().chain(KEYS.iter().map(|(name, _)| *name)).collect();
        not_one_of("payload[schema]", &names)
    };
    match payload.get("schema") {
        Some(Value::String(name)) => {
            let holds = match name.as_str() {
                "EMAIL_SHA256" | "PHONE_SHA256" => Holds::Hash,
                "MOBILE_ADVERTISER_ID" => Holds::Device,
                "UID" if !payload.contains_key("app_ids") && !payload.contains_key("page_ids") => {
                    return Err(GraphError::required("payload[app_ids]"));
                }
                "UID" => Holds::Digits,
                other => of(other).ok_or_else(refused)?,
            };
            Ok((vec![holds], true))
        }
        Some(Value::Array(names)) if !names.is_empty() => {
            let keys = names.iter().map(|name| of(&as_text(name)).ok_or_else(refused)).collect::<Result<Vec<_>, _>>()?;
            Ok((keys, false))
        }
        _ => Err(GraphError::required("payload[schema]")),
    }
}

/// Whom a row means: the business's own id where it has one, else all of it. `None` for a row that can be nobody.
fn key(row: &Value, schema: &[Holds], single: bool) -> Option<String> {
    let values: Vec<String> = match row {
        Value::Array(values) => values.iter().map(as_text).collect(),
        bare if single => vec![as_text(bare)],
        _ => return None,
    };
    let fits = |(holds, value): (&Holds, &String)| value.is_empty() || holds.fits(value);
    let identifies = |(holds, value): (&Holds, &String)| *holds != Holds::Number && !value.is_empty();
    if values.len() != schema.len() || !schema.iter().zip(&values).all(fits) || !schema.iter().zip(&values).any(identifies) {
        return None;
    }
    let own = schema.iter().zip(&values).find(|(holds, value)| **holds == Holds::Text && !value.is_empty());
    let whole = || {
        let counted = schema.iter().zip(&values).filter(|(holds, _)| **holds != Holds::Number);
        counted.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("\u{1f}")
    };
    let text = own.map_or_else(whole, |(_, value)| format!("own\u{1f}{value}"));
    Some(format!("{:016x}", num::hash_text(&text)))
}

struct Session {
    id: String,
    batch: i64,
    last: bool,
}

impl Session {
    /// Reads `session`; a call without one is a session of its own.
    fn read(world: &World, call: &Call, object: &Object) -> Result<Self, GraphError> {
        let Some(given) = call.params.object("session")? else {
            let number = num::hash(world.state.seed, &[0x5E55, world.state.created]) % 10_u64.pow(18);
            return Ok(Self { id: number.to_string(), batch: 1, last: true });
        };
        // spec: none (keys of payload and session, "Customer File Custom Audiences")
        const KNOWN: &[&str] = &["session_id", "batch_seq", "last_batch_flag", "estimated_num_total"];
        if let Some(unknown) = given.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(
                GraphError::invalid(format!("Invalid keys \"{unknown}\" were found in param \"session\"")).blame("session")
            );
        }
        let number = |name: &str| {
            let text = given.get(name).map(as_text).ok_or_else(|| GraphError::required(&format!("session[{name}]")))?;
            let wrong = || GraphError::invalid(format!("Param session[{name}] must be a positive integer")).blame("session");
            text.parse::<i64>().ok().filter(|number| *number > 0).ok_or_else(wrong)
        };
        let (id, batch) = (number("session_id")?.to_string(), number("batch_seq")?);
        let last = given.get("last_batch_flag").map(as_text).unwrap_or_default();
        let last = match last.as_str() {
            "true" | "1" => true,
            "" | "false" | "0" => false,
            _ => return Err(GraphError::invalid("Param session[last_batch_flag] must be a boolean").blame("session")),
        };
        let before = world.state.children_of(&object.id).iter().filter_map(|id| world.state.objects.get(id));
        for upload in before.filter(|upload| upload.text("session") == id) {
            let closed = upload.get("last").and_then(Value::as_bool) == Some(true);
            if closed || upload.get("batch").and_then(Value::as_i64) == Some(batch) {
                let text = if closed { "The session is closed" } else { "The batch was uploaded before" };
                return Err(
                    GraphError::new(2_650, format!("(#2650) Failed to update the custom audience: {text}")).blame("session")
                );
            }
        }
        Ok(Self { id, batch, last })
    }
}
