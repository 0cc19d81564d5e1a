//! Parameters of one call, whichever way they came (query, form, multipart, JSON), and their typed reading.
//! In forms lists, objects and flags arrive as JSON text; a reader here accepts both the text and the native value.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::errors::GraphError;

/// Names that any call may carry; they are not parameters of the edge.
// spec: none (of the protocol, not of a node)
const COMMON: &[&str] = &[
    "access_token",
    "appsecret_proof",
    "appsecret_time",
    "fields",
    "limit",
    "after",
    "before",
    "summary",
    "method",
    "locale",
    "format",
    "pretty",
    "debug",
    "suppress_http_code",
    // The Node SDK repeats the parent's id in bodies and queries.
    "id",
];

/// The parameters of one call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(pub BTreeMap<String, Value>);

impl Params {
    /// The raw value; an empty text counts as absent.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !matches!(value, Value::Null) && value.as_str() != Some(""))
    }

    /// Whether the parameter came with a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// A text; numbers and flags are read as their JSON text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.raw(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// Code 100 when it is absent.
    pub fn required_text(&self, name: &str) -> Result<String, GraphError> {
        self.text(name).ok_or_else(|| GraphError::required(name))
    }

    /// A whole number.
    ///
    /// # Errors
    /// Code 100 when it is not one.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, GraphError> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        let parsed = match raw {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        parsed.map(Some).ok_or_else(|| GraphError::invalid(format!("Param {name} must be an integer")).blame(name))
    }

    /// A flag: true/false, 1/0 or their texts.
    ///
    /// # Errors
    /// Code 100 when it is none of them.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, GraphError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(GraphError::invalid(format!("Param {name} must be a boolean")).blame(name)),
        }
    }

    /// One of the words.
    ///
    /// # Errors
    /// Code 100 naming the words, as Meta does.
    pub fn word(&self, name: &str, words: &[&str]) -> Result<Option<String>, GraphError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        if words.contains(&text.as_str()) {
            return Ok(Some(text));
        }
        Err(not_one_of(name, words))
    }

    /// A list: JSON array (native or text), comma list, or one value.
    ///
    /// # Errors
    /// Code 100 when the text starts like JSON and is not.
    pub fn list(&self, name: &str) -> Result<Option<Vec<Value>>, GraphError> {
        match self.raw(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items.clone())),
            Some(Value::String(text)) if text.trim_start().starts_with('[') => match serde_json::from_str(text) {
                Ok(Value::Array(items)) => Ok(Some(items)),
                _ => Err(GraphError::invalid(format!("Param {name} must be an array")).blame(name)),
            },
            Some(Value::String(text)) => Ok(Some(text.split(',').map(|item| Value::String(item.trim().to_owned())).collect())),
            Some(Value::Object(map)) if map.keys().all(|key| key.parse::<u32>().is_ok()) => {
                Ok(Some(map.values().cloned().collect()))
            }
            Some(Value::Object(_)) => Err(GraphError::invalid(format!("Param {name} must be an array")).blame(name)),
            Some(other) => Ok(Some(vec![other.clone()])),
        }
    }

    /// A list of texts.
    ///
    /// # Errors
    /// As [`Params::list`].
    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>, GraphError> {
        Ok(self.list(name)?.map(|items| items.iter().map(as_text).collect()))
    }

    /// A list of words from a fixed set.
    ///
    /// # Errors
    /// Code 100 naming position and words, as Meta does.
    pub fn words(&self, name: &str, words: &[&str]) -> Result<Option<Vec<String>>, GraphError> {
        let Some(items) = self.texts(name)? else {
            return Ok(None);
        };
        for (position, item) in items.iter().enumerate() {
            if !words.contains(&item.as_str()) {
                return Err(not_one_of(&format!("{name}[{position}]"), words));
            }
        }
        Ok(Some(items))
    }

    /// Any JSON value, parsed from text where it came as text.
    ///
    /// # Errors
    /// Code 100 when the text is not JSON.
    pub fn json(&self, name: &str) -> Result<Option<Value>, GraphError> {
        match self.raw(name) {
            None => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| GraphError::invalid(format!("Param {name} must be valid JSON")).blame(name)),
            Some(other) => Ok(Some(other.clone())),
        }
    }

    /// A JSON object.
    ///
    /// # Errors
    /// Code 100 when it is none.
    pub fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, GraphError> {
        match self.json(name)? {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(map)),
            Some(_) => Err(GraphError::invalid(format!("Param {name} must be a JSON object")).blame(name)),
        }
    }

    /// A moment in unix seconds: unix seconds or ISO 8601; a time without offset is in the account's zone.
    ///
    /// # Errors
    /// Code 100 when it is neither.
    pub fn moment(&self, name: &str, zone: Tz) -> Result<Option<i64>, GraphError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        parse_moment(&text, zone)
            .map(Some)
            .ok_or_else(|| GraphError::invalid(format!("Param {name} must be a valid date and time")).blame(name))
    }

    /// Whether `execution_options` asks only to validate.
    ///
    /// # Errors
    /// Code 100 for an unknown option.
    pub fn validate_only(&self) -> Result<bool, GraphError> {
        let options = self.words(
            "execution_options",
            &["validate_only", "synchronous_ad_review", "include_recommendations", "include_warnings"],
        )?;
        Ok(options.is_some_and(|given| given.iter().any(|option| option == "validate_only")))
    }

    /// Refuses what Meta would act on and the sandbox would not, and then what nobody knows.
    ///
    /// # Errors
    /// Code 100 naming the first such one.
    pub fn offered(&self, known: &[&str], unoffered: &[&str]) -> Result<(), GraphError> {
        match self.0.keys().find(|name| unoffered.contains(&name.as_str())) {
            Some(name) => Err(GraphError::invalid(format!("Param {name} is not offered by the sandbox")).blame(name)),
            None => self.only(known),
        }
    }

    /// Refuses every parameter that neither the edge nor the protocol knows.
    ///
    /// # Errors
    /// Code 100 naming the first unknown one.
    pub fn only(&self, known: &[&str]) -> Result<(), GraphError> {
        if self.has("date_format") {
            return Err(GraphError::invalid("date_format is no longer supported").blame("date_format"));
        }
        for name in self.0.keys() {
            if !COMMON.contains(&name.as_str()) && !known.contains(&name.as_str()) {
                return Err(GraphError::invalid(format!("Invalid parameter: unknown param {name}")).blame(name));
            }
        }
        Ok(())
    }
}

/// The error for a value outside a fixed set.
#[must_use]
pub fn not_one_of(name: &str, words: &[&str]) -> GraphError {
    let blamed = name.split('[').next().unwrap_or(name);
    GraphError::invalid(format!("{name} must be one of the following values: {}", words.join(", "))).blame(blamed)
}

/// A JSON value as plain text (no quotes around texts).
#[must_use]
pub fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Unix seconds from unix seconds or ISO 8601 text.
#[must_use]
pub fn parse_moment(text: &str, zone: Tz) -> Option<i64> {
    let text = text.trim();
    // Beyond the year 9999 the calendar cannot write the answer.
    let sane = |seconds: i64| (0..=253_402_300_799).contains(&seconds).then_some(seconds);
    if let Ok(seconds) = text.parse::<i64>() {
        return sane(seconds);
    }
    for format in ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%.f%z"] {
        if let Ok(moment) = DateTime::parse_from_str(text, format) {
            return sane(moment.timestamp());
        }
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return sane(moment.timestamp());
    }
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0)))?;
    local.and_local_timezone(zone).earliest().and_then(|moment| sane(moment.timestamp()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn params(value: Value) -> Params {
        let Value::Object(map) = value else {
            return Params::default();
        };
        Params(map.into_iter().collect())
    }

    #[test]
    fn lists_are_read_in_all_their_forms() {
        let given = params(json!({"a": ["x", "y"], "b": "[\"x\",\"y\"]", "c": "x,y", "d": "[x"}));
        for name in ["a", "b", "c"] {
            assert_eq!(given.texts(name).unwrap().unwrap(), ["x", "y"]);
        }
        assert_eq!(given.list("d").unwrap_err().code, 100);
    }

    #[test]
    fn moments_are_unix_seconds_or_iso_and_never_wild() {
        let zone = chrono_tz::Europe::Lisbon;
        assert_eq!(parse_moment("2026-11-02T09:00:00+0000", zone), Some(1_793_610_000));
        assert_eq!(parse_moment("2026-11-02T09:00:00", zone), Some(1_793_610_000));
        assert_eq!(parse_moment("1793610000", zone), Some(1_793_610_000));
        assert_eq!(parse_moment("99999999999999999", zone), None);
        assert_eq!(parse_moment("soon", zone), None);
    }
}
