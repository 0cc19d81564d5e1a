//! Pacing: how much of a budget a day gets, and how much of a day an hour gets.
//! Meta may overspend a daily budget by 75 % on one day and never more than seven budgets in a week (Sunday to Saturday).

use chrono::{Datelike, Duration, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

use crate::sandbox::num;

/// Appetite by weekday, Sunday first.
const WEEKDAYS: [f64; 7] = [1.10, 0.97, 0.94, 0.96, 0.99, 1.02, 1.06];
/// Share of a day's delivery by hour of the local day; sums to 1.
const HOURS: [f64; 24] = [
    0.020, 0.012, 0.008, 0.006, 0.006, 0.010, 0.020, 0.034, 0.042, 0.044, 0.045, 0.047, 0.052, 0.052, 0.048, 0.046, 0.047, 0.051,
    0.058, 0.066, 0.076, 0.080, 0.075, 0.055,
];
/// Part of seven budgets that a week plans to spend.
const WEEKLY: f64 = 0.99;

/// Factor on the daily budget; the factors of one week sum to less than seven.
#[must_use]
pub fn day_factor(seed: u64, holder: u64, day: NaiveDate) -> f64 {
    let raw = |day: NaiveDate| {
        let index = day.weekday().num_days_from_sunday() as usize;
        let appetite = WEEKDAYS.get(index).copied().unwrap_or(1.0);
        let date = u64::try_from(day.num_days_from_ce()).unwrap_or(0);
        appetite * (0.93 + 0.14 * num::unit(num::hash(seed, &[0xDA1, holder, date])))
    };
    let sunday = day - Duration::days(i64::from(day.weekday().num_days_from_sunday()));
    let week: f64 = (0..7).map(|offset| raw(sunday + Duration::days(offset))).sum();
    raw(day) * 7.0 * WEEKLY / week
}

/// First and last (exclusive) unix second of a local day.
#[must_use]
pub fn bounds(zone: Tz, day: NaiveDate) -> (i64, i64) {
    let midnight = |day: NaiveDate| {
        let local = day.and_time(NaiveTime::MIN);
        // Where midnight does not exist (a clock change), the day begins an hour later.
        zone.from_local_datetime(&local)
            .earliest()
            .or_else(|| zone.from_local_datetime(&(local + Duration::hours(1))).earliest())
            .map_or_else(|| local.and_utc().timestamp(), |moment| moment.timestamp())
    };
    (midnight(day), midnight(day.succ_opt().unwrap_or(day)))
}

/// The local day of a moment.
#[must_use]
pub fn local_day(zone: Tz, moment: i64) -> NaiveDate {
    zone.timestamp_opt(moment, 0).earliest().map_or(NaiveDate::MIN, |moment| moment.date_naive())
}

/// Share of a day's delivery that lies before a moment, between 0 and 1.
#[must_use]
pub fn passed((start, end): (i64, i64), moment: i64) -> f64 {
    if moment <= start {
        return 0.0;
    }
    if moment >= end {
        return 1.0;
    }
    let hours = (moment - start) as f64 * 24.0 / (end - start) as f64;
    let whole = hours as usize;
    let before: f64 = HOURS.iter().take(whole).sum();
    before + HOURS.get(whole).copied().unwrap_or(0.0) * (hours - whole as f64)
}

/// Share of a day's delivery between two moments.
#[must_use]
pub fn between(day: (i64, i64), from: i64, to: i64) -> f64 {
    (passed(day, to) - passed(day, from)).max(0.0)
}

/// Sum of day factors over a stretch of time, part days by their share.
#[must_use]
pub fn weight(seed: u64, holder: u64, zone: Tz, from: i64, to: i64) -> f64 {
    let mut day = local_day(zone, from);
    let mut sum = 0.0;
    // A flight longer than ten years paces as if it were ten.
    for _ in 0..3_660 {
        let span = bounds(zone, day);
        if span.0 >= to {
            break;
        }
        sum += day_factor(seed, holder, day) * between(span, from.max(span.0), to.min(span.1));
        let Some(next) = day.succ_opt() else { break };
        day = next;
    }
    sum
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn hours_sum_to_a_day_and_weeks_stay_under_seven_budgets() {
        assert!((HOURS.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        for week in 0..30 {
            let sunday = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + Duration::days(7 * week);
            let factors: Vec<f64> = (0..7).map(|day| day_factor(3, 9, sunday + Duration::days(day))).collect();
            assert!(factors.iter().sum::<f64>() < 7.0);
            assert!(factors.iter().all(|factor| (0.7..1.75).contains(factor)));
        }
    }

    #[test]
    fn days_of_23_and_25_hours_are_whole_days() {
        let zone = chrono_tz::Europe::Lisbon;
        let spring = bounds(zone, NaiveDate::from_ymd_opt(2027, 3, 28).unwrap());
        assert_eq!(spring.1 - spring.0, 23 * 3600);
        assert!((passed(spring, spring.1 - 1) - 1.0).abs() < 0.001);
    }
}
