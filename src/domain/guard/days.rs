//! Days of an ad account as stretches of time: 23, 24 or 25 hours long.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// When a day begins in a zone. Where the clocks skip midnight, it begins with the first half hour that there is.
pub fn begin(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let mut local = day.and_time(NaiveTime::MIN);
    // No zone skips more than a day's worth of half hours.
    for _ in 0..48 {
        if let Some(found) = zone.from_local_datetime(&local).earliest() {
            return found.to_utc();
        }
        local += TimeDelta::minutes(30);
    }
    local.and_utc()
}

/// The first instant of a day and the first of the next.
pub fn bounds(zone: Tz, day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    (begin(zone, day), day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| begin(zone, next)))
}

/// The day of an instant.
pub fn day_of(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn hours(zone: Tz, day: &str) -> i64 {
        let (from, to) = bounds(zone, day.parse().unwrap());
        (to - from).num_hours()
    }

    #[test]
    fn days_are_as_long_as_the_zone_makes_them() {
        let lisbon = chrono_tz::Europe::Lisbon;
        assert_eq!([hours(lisbon, "2027-03-28"), hours(lisbon, "2026-10-25"), hours(lisbon, "2028-02-29")], [23, 25, 24]);
        // Havana's clocks skip midnight itself.
        let havana = chrono_tz::America::Havana;
        assert_eq!(hours(havana, "2027-03-14"), 23);
        assert_eq!(day_of(havana, begin(havana, "2027-03-14".parse().unwrap())).to_string(), "2027-03-14");
    }
}
