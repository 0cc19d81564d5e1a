//! Which local days an insights call asks for: presets, ranges and increments.

use chrono::{Datelike, Duration, Months, NaiveDate};
use serde_json::Value;

use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::Params;

/// First and last day, both included.
pub type Period = (NaiveDate, NaiveDate);

/// Presets of v26.
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

/// Months of history that Meta keeps.
const HISTORY_MONTHS: u32 = 37;

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

/// The periods that a call asks for, split by its increment.
///
/// # Errors
/// Code 100 for bad dates and increments, 3018 for a start too far back.
pub fn read(params: &Params, today: NaiveDate, first: NaiveDate) -> Result<Vec<Period>, GraphError> {
    let ranges = if let Some(ranges) = params.json("time_ranges")? {
        let list =
            ranges.as_array().ok_or_else(|| GraphError::invalid("Param time_ranges must be an array").blame("time_ranges"))?;
        list.iter().map(|range| one(range, "time_ranges")).collect::<Result<Vec<_>, _>>()?
    } else if let Some(range) = params.json("time_range")? {
        vec![one(&range, "time_range")?]
    } else {
        let name = params.word("date_preset", PRESETS)?.unwrap_or_else(|| "last_30d".into());
        vec![preset(&name, today, first)]
    };
    let oldest = today.checked_sub_months(Months::new(HISTORY_MONTHS)).unwrap_or(today);
    let mut periods = Vec::new();
    for (since, until) in ranges {
        if since > until {
            return Err(GraphError::invalid("time_range: since must not be after until").blame("time_range"));
        }
        if since < oldest {
            return Err(GraphError::new(
                3_018,
                "(#3018) The start date of the time range cannot be beyond 37 months from the current date",
            ));
        }
        periods.extend(increments(params, (since, until.min(today.max(since))), until)?);
    }
    Ok(periods)
}

fn one(range: &Value, name: &str) -> Result<Period, GraphError> {
    let bad = || GraphError::invalid(format!("Param {name} must have since and until as YYYY-MM-DD")).blame(name);
    let date = |key: &str| -> Option<NaiveDate> {
        let text = range.get(key)?.as_str()?;
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| (2000..=2200).contains(&date.year()))
    };
    Ok((date("since").ok_or_else(bad)?, date("until").ok_or_else(bad)?))
}

fn increments(params: &Params, (since, until): Period, asked_until: NaiveDate) -> Result<Vec<Period>, GraphError> {
    let bad = || GraphError::invalid("Param time_increment must be 1 to 90, monthly or all_days").blame("time_increment");
    let text = params.text("time_increment").unwrap_or_else(|| "all_days".into());
    let mut periods = Vec::new();
    let mut start = since;
    match text.as_str() {
        "all_days" => periods.push((since, asked_until)),
        "monthly" => {
            while start <= until {
                let next = day(start.year(), start.month(), 1, start).checked_add_months(Months::new(1)).ok_or_else(bad)?;
                periods.push((start, back(next, 1).min(asked_until)));
                start = next;
            }
        }
        other => {
            let step: i64 = other.parse().ok().filter(|step| (1..=90).contains(step)).ok_or_else(bad)?;
            while start <= until {
                let end = start + Duration::days(step - 1);
                periods.push((start, end.min(asked_until)));
                start = end + Duration::days(1);
            }
        }
    }
    Ok(periods)
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

    #[test]
    fn increments_cover_every_day_once() {
        let mut params = Params::default();
        params.0.insert("time_range".into(), serde_json::json!({"since": "2026-10-20", "until": "2026-11-10"}));
        for (increment, count) in [("1", 22), ("7", 4), ("monthly", 2), ("all_days", 1)] {
            params.0.insert("time_increment".into(), serde_json::json!(increment));
            let periods = read(&params, date("2026-11-18"), date("2026-11-02")).unwrap();
            assert_eq!(periods.len(), count, "{increment}");
            let days: i64 = periods.iter().map(|(since, until)| (*until - *since).num_days() + 1).sum();
            assert_eq!(days, 22);
        }
    }
}
