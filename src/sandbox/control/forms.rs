//! The status page's forms as the JSON that programs send.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Refusal;

/// Fields that hold whole numbers; an empty one counts as absent.
// spec: none (the sandbox's own)
const NUMBERS: &[&str] = &[
    "advance_days",
    "advance_hours",
    "advance_minutes",
    "code",
    "delay_ms",
    "duplicate",
    "percent",
    "reorder",
    "speed",
    "status",
    "subcode",
    "take_back",
    "times",
];
// spec: none (the sandbox's own)
const FLAGS: &[&str] = &["clear", "flush", "instagram", "silent"];
/// Fields of a fault that say which calls it meets.
// spec: none (the sandbox's own)
const MATCHING: &[&str] = &["method", "path", "param"];

/// The JSON of a form's body; `None` for a body that is JSON or empty.
pub fn read(path: &str, body: &[u8]) -> Option<Result<Vec<u8>, Refusal>> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
    if matches!(first, b'{' | b'[' | b'"') {
        return None;
    }
    let fields: BTreeMap<String, String> =
        url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect();
    Some(json_of(path, fields).map(|value| value.to_string().into_bytes()))
}

fn json_of(path: &str, fields: BTreeMap<String, String>) -> Result<Value, Refusal> {
    let mut out = Map::new();
    let mut matching = Map::new();
    for (name, text) in fields.into_iter().filter(|(_, text)| !text.is_empty()) {
        let value = if NUMBERS.contains(&name.as_str()) {
            match text.parse::<i64>() {
                Ok(number) => json!(number),
                Err(_) if name == "speed" => json!(text),
                Err(_) => return Err((400, format!("{name} must be a whole number."))),
            }
        } else if FLAGS.contains(&name.as_str()) {
            json!(text == "true")
        } else {
            json!(text)
        };
        if path == "faults" && MATCHING.contains(&name.as_str()) {
            matching.insert(name, value);
        } else {
            out.insert(name, value);
        }
    }
    if !matching.is_empty() {
        out.insert("match".into(), Value::Object(matching));
    }
    if path == "edit" {
        let text = |name: &str| out.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let value = text("value");
        // A number, a list or an object is written as JSON; anything else is a text.
        let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
        let fields = Map::from_iter([(text("field"), value)]);
        return Ok(json!({ "id": text("id"), "fields": fields }));
    }
    if path == "limits" {
        let tier = out.remove("tier").filter(|tier| tier != "none");
        return Ok(json!({ "tier": tier }));
    }
    Ok(Value::Object(out))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn form(path: &str, body: &str) -> Value {
        serde_json::from_slice(&read(path, body.as_bytes()).unwrap().unwrap()).unwrap()
    }

    #[test]
    fn forms_become_what_programs_send() {
        assert_eq!(form("clock", "advance_days=7"), json!({ "advance_days": 7 }));
        assert_eq!(form("clock", "speed=off"), json!({ "speed": "off" }));
        assert_eq!(
            form("faults", "kind=error&times=2&code=&method=POST&path=act_*%2Fads"),
            json!({ "kind": "error", "times": 2, "match": { "method": "POST", "path": "act_*/ads" } })
        );
        assert_eq!(
            form("edit", "id=12024&field=daily_budget&value=4000"),
            json!({ "id": "12024", "fields": { "daily_budget": 4000 } })
        );
        assert_eq!(form("edit", "id=1&field=name&value=A+b"), json!({ "id": "1", "fields": { "name": "A b" } }));
        assert_eq!(form("limits", "tier=none"), json!({ "tier": null }));
        assert!(read("clock", b" {\"advance_days\":1}").is_none() && read("clock", b"").is_none());
        assert!(read("clock", b"advance_days=soon").unwrap().is_err());
    }
}
