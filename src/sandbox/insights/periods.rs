//! Which local days an insights call asks for: presets, ranges and increments.

use chrono::{Datelike, Duration, Months, NaiveDate};
use serde_json::Value;

use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::Params;

/// First and last day, both included.
pub type Period = (NaiveDate, NaiveDate);

/// Presets of v26.
// spec: enum adaccountinsights_date_preset_enum_param
pub const PRESETS: &[&str] = &[
    "today",
    "yesterday",
    "this_week_mon_today",
    "this_week_sun_today",
    "last_week_mon_sun",
    "last_week_sun_sat",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "last_3d",
    "last_7d",
    "last_14d",
    "last_28d",
    "last_30d",
    "last_90d",
    "maximum",
    "data_maximum",
];

/// Months of history that Meta keeps; a start before them is refused.
const HISTORY_MONTHS: u32 = 37;
/// Months for which people are counted under a breakdown, and hours are told.
const DIVIDED_MONTHS: u32 = 13;
/// Months for which the distribution of frequencies is told.
const FREQUENCY_MONTHS: u32 = 6;

/// The first day of which numbers of people are told. Without a breakdown that is all of the history; with one they are
/// left out of the rows of earlier days, without an error (Meta's change of 2025-06-10, which connectors only warn of).
#[must_use]
pub fn people_from(breakdowns: &[String], today: NaiveDate) -> NaiveDate {
    months_back(today, if breakdowns.is_empty() { HISTORY_MONTHS } else { DIVIDED_MONTHS })
}

/// The first day that has rows at all under these breakdowns, where that is later than the history.
#[must_use]
pub fn told_from(breakdowns: &[String], today: NaiveDate) -> Option<NaiveDate> {
    let asked = |name: &str| breakdowns.iter().any(|given| given == name);
    if asked("frequency_value") {
        Some(months_back(today, FREQUENCY_MONTHS))
    } else if super::breakdowns::HOURLY.iter().any(|name| asked(name)) {
        Some(months_back(today, DIVIDED_MONTHS))
    } else {
        None
    }
}

fn months_back(today: NaiveDate, months: u32) -> NaiveDate {
    today.checked_sub_months(Months::new(months)).unwrap_or(today)
}

fn day(year: i32, month: u32, day: u32, otherwise: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(otherwise)
}

fn back(today: NaiveDate, days: i64) -> NaiveDate {
    today - Duration::days(days)
}

/// The days of a preset.
#[must_use]
pub fn preset(name: &str, today: NaiveDate, first: NaiveDate) -> Period {
    let month = day(today.year(), today.month(), 1, today);
    let quarter = day(today.year(), (today.month0() / 3) * 3 + 1, 1, today);
    let year = day(today.year(), 1, 1, today);
    let before = |start: NaiveDate, months: u32| (start.checked_sub_months(Months::new(months)).unwrap_or(start), back(start, 1));
    let monday = back(today, i64::from(today.weekday().num_days_from_monday()));
    let sunday = back(today, i64::from(today.weekday().num_days_from_sunday()));
    let last = |days: i64| (back(today, days), back(today, 1));
    match name {
        "today" => (today, today),
        "yesterday" => last(1),
        "this_week_mon_today" => (monday, today),
        "this_week_sun_today" => (sunday, today),
        "last_week_mon_sun" => (back(monday, 7), back(monday, 1)),
        "last_week_sun_sat" => (back(sunday, 7), back(sunday, 1)),
        "this_month" => (month, today),
        "last_month" => before(month, 1),
        "this_quarter" => (quarter, today),
        "last_quarter" => before(quarter, 3),
        "this_year" => (year, today),
        "last_year" => before(year, 12),
        "last_3d" => last(3),
        "last_7d" => last(7),
        "last_14d" => last(14),
        "last_28d" => last(28),
        "last_90d" => last(90),
        "maximum" | "data_maximum" => (first.min(today), today),
        _ => last(30),
    }
}

/// The periods that a call asks for: of `time_ranges` each as it is, of `time_range` or else `date_preset` (the last 30 days)
/// split by `time_increment`. What a stronger parameter overrides is still checked.
///
/// # Errors
/// Code 100 for bad dates, presets and increments, 3018 for a start too far back.
pub fn read(params: &Params, today: NaiveDate, first: NaiveDate) -> Result<Vec<Period>, GraphError> {
    let oldest = months_back(today, HISTORY_MONTHS);
    let named = params.word("date_preset", PRESETS)?.unwrap_or_else(|| "last_30d".into());
    let increment = Increment::read(params)?;
    let range = params.json("time_range")?.map(|range| one(&range, "time_range", oldest)).transpose()?;
    if let Some(ranges) = params.json("time_ranges")? {
        let bad = || GraphError::invalid("Param time_ranges must be a non-empty array").blame("time_ranges");
        let list = ranges.as_array().filter(|list| !list.is_empty()).ok_or_else(bad)?;
        return list.iter().map(|range| one(range, "time_ranges", oldest)).collect();
    }
    let (since, until) = range.unwrap_or_else(|| {
        let (since, until) = preset(&named, today, first);
        (since.max(oldest), until)
    });
    Ok(increment.split((since, until), today))
}

fn one(range: &Value, name: &str, oldest: NaiveDate) -> Result<Period, GraphError> {
    let bad = || GraphError::invalid(format!("Param {name} must have since and until as YYYY-MM-DD")).blame(name);
    let parsed;
    let range = match range {
        Value::String(text) => {
            parsed = serde_json::from_str::<Value>(text).map_err(|_| bad())?;
            &parsed
        }
        other => other,
    };
    if range.as_object().is_none_or(|map| map.keys().any(|key| !matches!(key.as_str(), "since" | "until"))) {
        return Err(bad());
    }
    let date = |key: &str| -> Option<NaiveDate> {
        let text = range.get(key)?.as_str()?;
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| (2000..=2200).contains(&date.year()))
    };
    let (since, until) = (date("since").ok_or_else(bad)?, date("until").ok_or_else(bad)?);
    if since > until {
        return Err(GraphError::invalid(format!("{name}: since must not be after until")).blame(name));
    }
    if since < oldest {
        return Err(GraphError::new(
            3_018,
            "(#3018) The start date of the time range cannot be beyond 37 months from the current date",
        )
        .blame(name));
    }
    Ok((since, until))
}

/// How a range is cut into rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Increment {
    /// One row.
    Whole,
    /// A row a calendar month.
    Months,
    /// A row for so many days.
    Days(i64),
}

impl Increment {
    fn read(params: &Params) -> Result<Self, GraphError> {
        let bad = || GraphError::invalid("Param time_increment must be 1 to 90, monthly or all_days").blame("time_increment");
        match params.text("time_increment").as_deref() {
            None | Some("all_days") => Ok(Self::Whole),
            Some("monthly") => Ok(Self::Months),
            Some(other) => other.parse().ok().filter(|days| (1..=90).contains(days)).map(Self::Days).ok_or_else(bad),
        }
    }

    /// Days after today make no rows of their own, but the last row still says the asked end.
    fn split(self, (since, asked): Period, today: NaiveDate) -> Vec<Period> {
        let until = asked.min(today.max(since));
        let mut periods = Vec::new();
        let mut start = since;
        while start <= until {
            let next = match self {
                Self::Whole => None,
                Self::Months => day(start.year(), start.month(), 1, start).checked_add_months(Months::new(1)),
                Self::Days(days) => start.checked_add_signed(Duration::days(days)),
            };
            let end = next.map_or(asked, |next| back(next, 1).min(asked));
            periods.push((start, end));
            let Some(next) = next else { break };
            start = next;
        }
        periods
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn presets_exclude_today_where_meta_does() {
        let today = date("2026-11-18");
        assert_eq!(preset("last_7d", today, today), (date("2026-11-11"), date("2026-11-17")));
        assert_eq!(preset("last_month", today, today), (date("2026-10-01"), date("2026-10-31")));
        assert_eq!(preset("last_quarter", today, today), (date("2026-07-01"), date("2026-09-30")));
        assert_eq!(preset("last_week_mon_sun", today, today), (date("2026-11-09"), date("2026-11-15")));
    }

    fn asked(pairs: &[(&str, serde_json::Value)]) -> Result<Vec<Period>, GraphError> {
        let params = Params(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect());
        read(&params, date("2026-11-18"), date("2026-11-02"))
    }

    #[test]
    fn increments_cover_every_day_once() {
        let range = serde_json::json!({"since": "2026-10-20", "until": "2026-11-10"});
        for (increment, count) in [("1", 22), ("7", 4), ("monthly", 2), ("all_days", 1)] {
            let periods = asked(&[("time_range", range.clone()), ("time_increment", serde_json::json!(increment))]).unwrap();
            assert_eq!(periods.len(), count, "{increment}");
            let days: i64 = periods.iter().map(|(since, until)| (*until - *since).num_days() + 1).sum();
            assert_eq!(days, 22);
        }
    }

    #[test]
    fn several_ranges_are_told_each_as_it_is_and_override_the_rest() {
        let ranges = serde_json::json!([
            {"since": "2026-11-01", "until": "2026-11-07"}, "{\"since\": \"2026-11-05\", \"until\": \"2026-11-05\"}",
        ]);
        let periods = asked(&[
            ("time_ranges", ranges),
            ("time_range", serde_json::json!({"since": "2026-10-01", "until": "2026-10-02"})),
            ("time_increment", serde_json::json!(1)),
        ]);
        let expected = [("2026-11-01", "2026-11-07"), ("2026-11-05", "2026-11-05")];
        assert_eq!(periods.unwrap(), expected.map(|(since, until)| (date(since), date(until))));
    }

    #[test]
    fn a_start_37_months_back_is_told_and_one_day_more_is_refused() {
        let from = |since: &str| asked(&[("time_range", serde_json::json!({"since": since, "until": "2026-11-01"}))]);
        assert_eq!(from("2023-10-18").unwrap()[0].0, date("2023-10-18"));
        assert_eq!(from("2023-10-17").unwrap_err().code, 3_018);
        let preset = asked(&[("date_preset", serde_json::json!("last_year"))]).unwrap();
        assert_eq!(preset, [(date("2025-01-01"), date("2025-12-31"))]);
    }

    #[test]
    fn people_are_counted_under_breakdowns_for_thirteen_months_and_frequencies_for_six() {
        let today = date("2026-11-18");
        let by = |name: &str| vec![name.to_owned()];
        assert_eq!(people_from(&[], today), date("2023-10-18"));
        assert_eq!(people_from(&by("age"), today), date("2025-10-18"));
        assert_eq!(told_from(&by("age"), today), None);
        assert_eq!(told_from(&by("hourly_stats_aggregated_by_audience_time_zone"), today), Some(date("2025-10-18")));
        assert_eq!(told_from(&by("frequency_value"), today), Some(date("2026-05-18")));
    }

    #[test]
    fn bad_periods_are_refused_with_the_parameter_to_blame() {
        use serde_json::json;
        for (name, value) in [
            ("time_range", json!({"since": "2026-11-02", "until": "2026-11-01"})),
            ("time_range", json!({"since": "2026-11-02"})),
            ("time_range", json!({"since": "2026-11-02", "until": "2026-11-03", "zone": "UTC"})),
            ("time_range", json!({"since": "2.11.2026", "until": "2026-11-03"})),
            ("time_range", json!("today")),
            ("time_ranges", json!([])),
            ("time_ranges", json!({"since": "2026-11-02", "until": "2026-11-03"})),
            ("date_preset", json!("lifetime")),
            ("date_preset", json!("last_30_days")),
            ("time_increment", json!(0)),
            ("time_increment", json!(91)),
            ("time_increment", json!("weekly")),
        ] {
            let error = asked(&[(name, value.clone())]).unwrap_err();
            assert_eq!((error.code, error.blame.as_slice()), (100, [name.to_owned()].as_slice()), "{name}={value}");
        }
    }
}
