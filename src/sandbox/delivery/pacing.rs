//! Pacing: how much of a budget a day gets, and how much of a day an hour gets.
//! Meta may overspend a daily budget by 75 % on one day and never more than seven budgets in a week (Sunday to Saturday).
//! Source: Marketing API changelog, v24.0, "Daily budget flexibility"; Business help, "About daily budgets".

use chrono::{Datelike, Duration, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::competition;
use crate::sandbox::num;

/// Appetite by weekday, Sunday first.
const WEEKDAYS: [f64; 7] = [1.10, 0.97, 0.94, 0.96, 0.99, 1.02, 1.06];
/// Part of seven budgets that a week plans to spend.
const WEEKLY: f64 = 0.99;
/// Most budgets that a day plans to spend; a day may end at 1.75.
const DAILY: f64 = 1.74;
/// By how much the appetite of a day may fall short of or exceed its weekday's: days with more to win get more.
const SWING: (f64, f64) = (0.15, 0.5);

/// Factor on the daily budget; the factors of one week sum to less than seven.
#[must_use]
pub fn day_factor(seed: u64, holder: u64, day: NaiveDate) -> f64 {
    let raw = |day: NaiveDate| {
        let index = day.weekday().num_days_from_sunday() as usize;
        let appetite = WEEKDAYS.get(index).copied().unwrap_or(1.0);
        let date = u64::try_from(day.num_days_from_ce()).unwrap_or(0);
        // The cube makes ordinary days common and very good ones rare.
        let luck = 2.0 * num::unit(num::hash(seed, &[0xDA1, holder, date])) - 1.0;
        appetite * (1.0 + if luck < 0.0 { SWING.0 } else { SWING.1 } * luck * luck * luck)
    };
    let sunday = day - Duration::days(i64::from(day.weekday().num_days_from_sunday()));
    let week: f64 = (0..7).map(|offset| raw(sunday + Duration::days(offset))).sum();
    (raw(day) * 7.0 * WEEKLY / week).min(DAILY)
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

/// Parts of a day's impressions and of its money.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Share {
    /// Of the impressions.
    pub people: f64,
    /// Of the money.
    pub money: f64,
}

/// Which parts of a day's delivery lie before a moment, each between 0 and 1.
#[must_use]
pub fn passed((start, end): (i64, i64), moment: i64) -> Share {
    if moment <= start {
        return Share::default();
    }
    if moment >= end {
        return Share { people: 1.0, money: 1.0 };
    }
    let hours = (moment - start) as f64 * 24.0 / (end - start) as f64;
    let whole = hours as usize;
    let mut share = Share::default();
    for (hour, (people, money)) in competition::hours().into_iter().enumerate().take(whole + 1) {
        let part = if hour < whole { 1.0 } else { hours - whole as f64 };
        share.people += people * part;
        share.money += money * part;
    }
    share
}

/// Parts of a day's delivery between two moments.
#[must_use]
pub fn between(day: (i64, i64), from: i64, to: i64) -> Share {
    let (from, to) = (passed(day, from), passed(day, to));
    Share { people: (to.people - from.people).max(0.0), money: (to.money - from.money).max(0.0) }
}

/// The part of a day's impressions that each hour has between two moments.
#[must_use]
pub fn by_hour((start, end): (i64, i64), from: i64, to: i64) -> [f64; 24] {
    let place = |moment: i64| (moment.clamp(start, end) - start) as f64 * 24.0 / (end - start).max(1) as f64;
    let (from, to) = (place(from), place(to));
    let mut hours = [0.0; 24];
    for (index, (hour, people)) in hours.iter_mut().zip(competition::PEOPLE).enumerate() {
        let index = index as f64;
        *hour = people * (to.min(index + 1.0) - from.max(index)).max(0.0);
    }
    hours
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
        sum += day_factor(seed, holder, day) * between(span, from.max(span.0), to.min(span.1)).money;
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
    fn no_day_passes_the_daily_cap_and_no_week_seven_budgets_in_a_year_of_many_budgets() {
        let (mut most, mut least) = (0.0_f64, 9.0_f64);
        for holder in 0..40 {
            for week in 0..53 {
                let sunday = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + Duration::days(7 * week);
                let factors: Vec<f64> = (0..7).map(|day| day_factor(3, holder, sunday + Duration::days(day))).collect();
                assert!(factors.iter().sum::<f64>() < 7.0);
                most = factors.iter().copied().fold(most, f64::max);
                least = factors.iter().copied().fold(least, f64::min);
            }
        }
        assert!(most < 1.75 && most > 1.3 && least > 0.5, "{most} {least}");
    }

    #[test]
    fn days_of_23_and_25_hours_are_whole_days() {
        let zone = chrono_tz::Europe::Lisbon;
        let spring = bounds(zone, NaiveDate::from_ymd_opt(2027, 3, 28).unwrap());
        assert_eq!(spring.1 - spring.0, 23 * 3600);
        assert!((passed(spring, spring.1 - 1).people - 1.0).abs() < 0.001);
    }
}
