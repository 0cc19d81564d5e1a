//! How Meta writes values in JSON: numbers as strings (or not), times with an offset without colon, empty fields left out.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How Meta writes times: `2026-11-21T09:00:00+0000`. Source: Graph API, "Reading"; ads objects use the account's zone.
const TIME: &str = "%Y-%m-%dT%H:%M:%S%z";

/// Text, also where a server writes a bare number.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(serde::de::Error::custom(format!("expected text, found {}", kind(&other)))),
    }
}

/// A whole number, as a number or as a string; absent, null and empty are `None`.
pub(super) fn int<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(value) = Option::<Value>::deserialize(deserializer)? else { return Ok(None) };
    let text = match &value {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => return Err(serde::de::Error::custom(format!("expected a whole number, found {}", kind(other)))),
    };
    whole(&text).map(Some).ok_or_else(|| serde::de::Error::custom(format!("“{text}” is not a whole number")))
}

/// A budget in minor units: Meta answers `"0"`, or leaves the field out, where there is none.
pub(super) fn budget<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(int(deserializer)?.filter(|minor| *minor != 0))
}

/// A decimal, as a number or as a string; absent, null and empty are `None`.
pub(super) fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None | Some(Value::Null) => Ok(None),
        Some(value) => exact(&value).map_err(serde::de::Error::custom),
    }
}

/// A decimal from a JSON value without passing through a float; empty text is `None`.
pub(super) fn exact(value: &Value) -> Result<Option<Decimal>, String> {
    let text = match value {
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => return Err(format!("expected a number, found {}", kind(other))),
    };
    let parsed = text.parse().or_else(|_| Decimal::from_scientific(&text));
    parsed.map(Some).map_err(|_| format!("“{text}” is not a number"))
}

/// A time, with an offset with or without colon, or in Unix seconds; absent, null and empty are `None`.
pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(value) = Option::<Value>::deserialize(deserializer)? else { return Ok(None) };
    let parsed = match &value {
        Value::Null => return Ok(None),
        Value::Number(seconds) => seconds.as_i64().and_then(|s| DateTime::from_timestamp(s, 0)),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => parse_time(text),
        _ => None,
    };
    parsed.map(Some).ok_or_else(|| serde::de::Error::custom(format!("{value} is not a time")))
}

/// Writes a time as Meta does.
pub(super) fn write_time(at: DateTime<Utc>) -> String {
    at.format(TIME).to_string()
}

fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    let parsed = DateTime::parse_from_str(text, TIME).or_else(|_| DateTime::parse_from_rfc3339(text));
    parsed.ok().map(|at| at.with_timezone(&Utc))
}

fn whole(text: &str) -> Option<i64> {
    // A server may write a count as "12.0"; a real fraction is refused rather than cut.
    text.parse().ok().or_else(|| {
        let value: Decimal = text.parse().ok()?;
        if value.fract().is_zero() { i64::try_from(value).ok() } else { None }
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "int")]
        n: Option<i64>,
        #[serde(default, deserialize_with = "budget")]
        b: Option<i64>,
        #[serde(default, deserialize_with = "time")]
        t: Option<DateTime<Utc>>,
        #[serde(default, deserialize_with = "decimal")]
        d: Option<Decimal>,
    }

    fn row(json: &str) -> Result<Row, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn numbers_are_read_from_strings_and_absence_stays_absence() {
        let read = row(r#"{"n":"770113","b":"0","d":"100.50"}"#).unwrap();
        assert_eq!((read.n, read.b, read.d), (Some(770_113), None, Some(Decimal::new(10_050, 2))));
        let read = row(r#"{"n":4,"b":5000,"d":8.375}"#).unwrap();
        assert_eq!((read.n, read.b, read.d), (Some(4), Some(5_000), Some(Decimal::new(8_375, 3))));
        let read = row("{}").unwrap();
        assert_eq!((read.n, read.b, read.t, read.d), (None, None, None, None));
    }

    #[test]
    fn a_fraction_is_no_count() {
        assert!(row(r#"{"n":"4.5"}"#).is_err());
        assert!(row(r#"{"n":[]}"#).is_err());
        assert!(row(r#"{"t":"tomorrow"}"#).is_err());
    }

    #[test]
    fn times_are_read_with_and_without_a_colon_and_written_metas_way() {
        let at = row(r#"{"t":"2026-12-01T08:00:00+0100"}"#).unwrap().t.unwrap();
        assert_eq!(at.to_rfc3339(), "2026-12-01T07:00:00+00:00");
        assert_eq!(row(r#"{"t":"2026-12-01T08:00:00+01:00"}"#).unwrap().t.unwrap(), at);
        assert_eq!(row(r#"{"t":1796108400}"#).unwrap().t.unwrap(), at);
        assert_eq!(write_time(at), "2026-12-01T07:00:00+0000");
    }
}
