//! Who else bids: how many people come by and what an impression costs, by hour, weekday and season.
//!
//! Money is paced over a day in proportion to what is on offer, people times price. Then every hour of a placement is bought to
//! the same depth of its curve, so a whole day's curve is the sum of its hours: impressions fall by [`PEOPLE`], money by
//! `PEOPLE * PRICE`.

use chrono::{Datelike, NaiveDate};

use crate::sandbox::num;
use crate::sandbox::placements::Network;

/// Part of a day's people who come by in each hour of the account's day; sums to 1.
pub const PEOPLE: [f64; 24] = [
    0.020, 0.012, 0.008, 0.006, 0.006, 0.010, 0.020, 0.034, 0.042, 0.044, 0.045, 0.047, 0.052, 0.052, 0.048, 0.046, 0.047, 0.051,
    0.058, 0.066, 0.076, 0.080, 0.075, 0.055,
];
/// Price of an hour against the day's: few bid at night, many in the evening.
const PRICE: [f64; 24] = [
    0.78, 0.70, 0.64, 0.62, 0.64, 0.72, 0.84, 0.93, 0.97, 0.99, 1.00, 1.00, 1.01, 1.00, 0.99, 0.99, 1.01, 1.04, 1.07, 1.10, 1.12,
    1.10, 1.04, 0.90,
];
/// Price by weekday, Sunday first, on each network: shops bid for the end of the week, and Instagram is cheapest on Mondays.
const WEEKDAYS: [[f64; 7]; 3] = [
    [0.93, 0.96, 0.99, 1.00, 1.03, 1.07, 1.01],
    [0.97, 0.93, 0.97, 0.99, 1.03, 1.08, 1.04],
    [0.98, 0.99, 1.00, 1.00, 1.01, 1.01, 1.00],
];
/// Price by month: the year ends dear and begins cheap.
const MONTHS: [f64; 12] = [0.82, 0.88, 0.95, 0.97, 1.00, 0.99, 0.96, 0.95, 1.01, 1.04, 1.16, 1.20];

/// Price of a placement's impressions on a day against the table of placements.
#[must_use]
pub fn price(seed: u64, day: NaiveDate, placement: usize, network: Network) -> f64 {
    let weekday = day.weekday().num_days_from_sunday() as usize;
    let weekday = WEEKDAYS.get(network.index()).and_then(|week| week.get(weekday)).copied().unwrap_or(1.0);
    // Months run into each other: a month's own price is that of its middle.
    let month = |index: usize| MONTHS.get(index % MONTHS.len()).copied().unwrap_or(1.0);
    let from_middle = (f64::from(day.day()) - 15.5) / 31.0;
    let this = day.month0() as usize;
    let other = month(if from_middle < 0.0 { this + MONTHS.len() - 1 } else { this + 1 });
    let season = month(this) * (1.0 - from_middle.abs()) + other * from_middle.abs();
    let date = u64::try_from(day.num_days_from_ce()).unwrap_or(0);
    weekday * season * (0.92 + 0.16 * num::unit(num::hash(seed, &[0xC09, date, placement as u64])))
}

/// Parts of a whole day's impressions and money that fall on each hour; each sums to 1.
#[must_use]
pub fn hours() -> [(f64, f64); 24] {
    let whole: f64 = PEOPLE.iter().zip(PRICE).map(|(people, price)| people * price).sum();
    let mut hours = [(0.0, 0.0); 24];
    for ((hour, people), price) in hours.iter_mut().zip(PEOPLE).zip(PRICE) {
        *hour = (people, people * price / whole);
    }
    hours
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_make_a_day_and_evenings_cost_more_than_nights() {
        let hours = hours();
        let (people, money) = hours.iter().fold((0.0, 0.0), |(people, money), hour| (people + hour.0, money + hour.1));
        assert!((people - 1.0_f64).abs() < 1e-9 && (money - 1.0_f64).abs() < 1e-9);
        let price = |hour: usize| hours[hour].1 / hours[hour].0;
        assert!(price(20) > 1.5 * price(3));
    }

    #[test]
    fn fridays_cost_more_than_sundays_and_december_more_than_january() {
        let mean = |days: &dyn Fn(u32) -> NaiveDate| (0..40).map(|n| price(3, days(n), 0, Network::Facebook)).sum::<f64>() / 40.0;
        let from = |year: i32, month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let weekly = |first: NaiveDate| move |n: u32| first + chrono::Duration::days(7 * i64::from(n));
        let (friday, sunday) = (weekly(from(2026, 11, 6)), weekly(from(2026, 11, 8)));
        assert!(mean(&friday) > 1.08 * mean(&sunday));
        let (december, january) = (|n: u32| from(2026, 12, 1 + n % 24), |n: u32| from(2027, 1, 4 + n % 24));
        assert!(mean(&december) > 1.1 * mean(&january));
    }
}
