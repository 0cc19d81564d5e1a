//! How figures are written for people: grouped digits, a true minus sign, percent with a thin rule of decimals.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::currency::Currency;
use crate::domain::money::{Spend, grouped, grouped_int};
use crate::domain::period::{Period, day_words};
use crate::report::Cell;

/// What stands where nothing is known.
pub const MISSING: &str = "–";

/// Micros as money: `1,234.50`.
pub fn money(micros: i64, currency: Currency) -> String {
    Spend::new(micros, currency).to_string()
}

/// A decimal in major units as money.
pub fn amount(value: Decimal, currency: Currency) -> String {
    let mut value = rounded(value, currency.decimals());
    value.rescale(currency.decimals());
    grouped(&value.to_string())
}

/// A floating figure in major units as money: for the ends of intervals, which are estimates.
pub fn about(value: f64, currency: Currency) -> String {
    Decimal::from_f64_retain(value).map_or_else(|| MISSING.to_owned(), |value| amount(value, currency))
}

/// A share as percent: `41 %`, below ten `4.1 %`, below one `0.41 %`.
pub fn percent(share: Decimal) -> String {
    let value = share * Decimal::ONE_HUNDRED;
    let size = rounded(value.abs(), 1);
    let places = if size >= Decimal::TEN {
        0
    } else if size >= Decimal::ONE {
        1
    } else {
        2
    };
    fixed(value, places) + " %"
}

/// A rate as percent with two decimals: `1.21 %`.
pub fn rate(value: Decimal) -> String {
    fixed(value * Decimal::ONE_HUNDRED, 2) + " %"
}

/// A multiple: `3.42`.
pub fn multiple(value: Decimal) -> String {
    fixed(value, 2)
}

/// A change with its sign: `+6.1 %`, `−4.7 %`.
pub fn change(now: Decimal, before: Decimal) -> Option<String> {
    let relative = now.checked_sub(before)?.checked_div(before)?;
    let text = fixed(relative * Decimal::ONE_HUNDRED, 1);
    let sign = if relative.is_sign_negative() || text == "0.0" { "" } else { "+" };
    Some(format!("{sign}{text} %"))
}

/// A whole number.
pub fn count(value: i64) -> String {
    grouped_int(value)
}

/// People in few characters: `61k`.
pub fn short(value: i64) -> String {
    match value {
        0..=9_999 => grouped_int(value),
        10_000..=999_999 => format!("{}k", (value + 500) / 1_000),
        _ => format!("{}.{}M", value / 1_000_000, value % 1_000_000 / 100_000),
    }
}

/// A cell of a report as people read it.
pub fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Missing => MISSING.to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Id(id) => id.to_string(),
        Cell::Day(on) => on.to_string(),
        Cell::Int(value) => grouped_int(*value),
        Cell::Money(value, currency) => amount(*value, *currency),
        Cell::Ratio(value) => grouped(&value.normalize().to_string()),
    }
}

/// `8 Nov`.
pub fn day(on: NaiveDate) -> String {
    on.format("%-d %b").to_string()
}

/// `8 Nov 2026`.
pub fn full_day(on: NaiveDate) -> String {
    day_words(on)
}

/// `8 Nov 2026 14:05 UTC`: when something was done.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %b %Y %H:%M UTC").to_string()
}

/// `2026-11-08T14:05:00Z`: the same for programs.
pub fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `1 to 28 Nov 2026`, as short as the dates allow.
pub fn days(period: Period) -> String {
    use chrono::Datelike;
    let Period { since, until } = period;
    if since == until {
        full_day(since)
    } else if since.year() != until.year() {
        format!("{} to {}", full_day(since), full_day(until))
    } else if since.month() != until.month() {
        format!("{} to {}", day(since), full_day(until))
    } else {
        format!("{} to {}", since.format("%-d"), full_day(until))
    }
}

fn rounded(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven)
}

fn fixed(value: Decimal, places: u32) -> String {
    let mut value = rounded(value, places);
    value.rescale(places);
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    grouped(&value.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn percent_has_as_many_decimals_as_it_needs() {
        for (share, text) in [("0.4091", "41 %"), ("0.041", "4.1 %"), ("0.0041", "0.41 %"), ("0", "0.00 %"), ("1", "100 %")] {
            assert_eq!(percent(share.parse().unwrap()), text);
        }
    }

    #[test]
    fn a_change_carries_its_sign_and_nothing_before_is_no_change() {
        let change = |now: i64, before: i64| change(Decimal::from(now), Decimal::from(before));
        assert_eq!(change(106, 100).as_deref(), Some("+6.0 %"));
        assert_eq!(change(95, 100).as_deref(), Some("−5.0 %"));
        assert_eq!(change(100, 100).as_deref(), Some("0.0 %"));
        assert_eq!(change(100, 0), None);
    }

    #[test]
    fn periods_are_said_as_shortly_as_the_dates_allow() {
        let period = |a: &str, b: &str| days(Period { since: a.parse().unwrap(), until: b.parse().unwrap() });
        assert_eq!(period("2026-11-01", "2026-11-28"), "1 to 28 Nov 2026");
        assert_eq!(period("2026-10-30", "2026-11-28"), "30 Oct to 28 Nov 2026");
        assert_eq!(period("2021-11-20", "2022-01-31"), "20 Nov 2021 to 31 Jan 2022");
        assert_eq!(period("2026-11-01", "2026-11-01"), "1 Nov 2026");
    }
}
