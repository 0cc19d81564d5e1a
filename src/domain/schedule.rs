//! When a campaign runs, in the ad account's zone.
//!
//! People type local times; Meta bills and resets budgets by the account's days. A time the clocks skip is refused, one that
//! comes twice is the earlier.

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::dictionary::{self, Sentence};
use super::period::Period;

/// The longest flight accepted, in days: a longer one is a typing error more often than a plan.
pub const LONGEST_DAYS: i64 = 366 * 2;

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Schedule {
    /// The ad account's zone.
    #[serde(with = "zone_name")]
    pub zone: Tz,
    /// Start; `None` means as soon as it is switched on.
    pub starts: Option<DateTime<Utc>>,
    /// End; `None` means until somebody stops it.
    pub ends: Option<DateTime<Utc>>,
}

/// A zone as its name in JSON.
mod zone_name {
    use chrono_tz::Tz;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(zone.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

impl Schedule {
    /// The account's days it touches, if it ends; from `now` where the start is open or past.
    pub fn days(&self, now: DateTime<Utc>) -> Option<Period> {
        let ends = self.ends?;
        let starts = self.starts.unwrap_or(now).max(now.min(ends));
        // A flight that ends at midnight does not touch the day that begins then.
        let last = self.day(ends - TimeDelta::seconds(1));
        Period::new(self.day(starts).min(last), last).ok()
    }

    /// How long it runs, if it ends.
    pub fn length(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        self.ends.map(|ends| ends - self.starts.unwrap_or(now))
    }

    /// The account's day of an instant.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// An instant as the account's clock shows it: `2026-12-01 08:00`.
    pub fn local(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// An instant as Meta takes it: ISO 8601 with the account's offset.
    pub fn wire(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%dT%H:%M:%S%z").to_string()
    }
}

/// Reads a local time as typed: `2026-12-01 08:00`, `2026-12-01T08:00`, or a date alone (its first minute; its last where
/// `end_of_day`). Empty text is `None`.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn parse_local(text: &str, zone: Tz, end_of_day: bool) -> Result<Option<DateTime<Utc>>, Sentence> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
    let whole_day = |date: NaiveDate| if end_of_day { date.and_hms_opt(23, 59, 0) } else { date.and_hms_opt(0, 0, 0) };
    let local = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(whole_day))
        .ok_or_else(|| dictionary::date_unreadable(text))?;
    if !(2000..=2100).contains(&local.year()) {
        return Err(dictionary::date_out_of_range(text));
    }
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(Some(at.with_timezone(&Utc))),
        LocalResult::None => Err(dictionary::date_skipped(zone, text)),
    }
}

/// How many of the period's days fall into each calendar week, Sunday to Saturday: Meta's week for the sevenfold limit.
pub fn days_by_week(period: Period) -> Vec<i64> {
    let mut weeks = Vec::new();
    let mut from = period.since;
    while from <= period.until {
        let to_saturday = u64::from(6 - from.weekday().num_days_from_sunday());
        let last = from.checked_add_days(Days::new(to_saturday)).map_or(period.until, |saturday| saturday.min(period.until));
        weeks.push((last - from).num_days() + 1);
        match last.succ_opt() {
            Some(next) => from = next,
            None => break,
        }
    }
    weeks
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const LISBON: Tz = chrono_tz::Europe::Lisbon;

    fn at(text: &str) -> DateTime<Utc> {
        parse_local(text, LISBON, false).unwrap().unwrap()
    }

    #[test]
    fn times_are_the_accounts_not_the_servers() {
        assert_eq!(at("2026-07-01 08:00").to_rfc3339(), "2026-07-01T07:00:00+00:00");
        let schedule = Schedule { zone: LISBON, starts: Some(at("2026-07-01T08:00")), ends: None };
        assert_eq!(schedule.wire(schedule.starts.unwrap()), "2026-07-01T08:00:00+0100");
    }

    #[test]
    fn a_date_alone_is_its_first_or_last_minute() {
        assert_eq!(at("2026-12-24"), at("2026-12-24 00:00"));
        assert_eq!(parse_local("2026-12-24", LISBON, true).unwrap(), Some(at("2026-12-24 23:59")));
    }

    #[test]
    fn an_hour_the_clocks_skip_is_refused() {
        assert!(parse_local("2027-03-28 01:30", LISBON, false).unwrap_err().words.contains("skip"));
        assert!(parse_local("2026-10-25 01:30", LISBON, false).is_ok());
        assert!(parse_local("tomorrow", LISBON, false).is_err());
        assert!(parse_local("20261-01-01", LISBON, false).is_err());
    }

    #[test]
    fn a_flight_touches_whole_days_of_the_account() {
        let schedule = Schedule { zone: LISBON, starts: Some(at("2026-12-01 08:00")), ends: Some(at("2026-12-24 23:59")) };
        assert_eq!(schedule.days(at("2026-11-28")).unwrap().days(), 24);
        let until_midnight = Schedule { ends: Some(at("2026-12-03 00:00")), ..schedule };
        assert_eq!(until_midnight.days(at("2026-11-28")).unwrap().days(), 2);
    }

    #[test]
    fn weeks_run_from_sunday_to_saturday() {
        let december = Period::new("2026-12-01".parse().unwrap(), "2026-12-24".parse().unwrap()).unwrap();
        assert_eq!(days_by_week(december), [5, 7, 7, 5]);
    }
}
