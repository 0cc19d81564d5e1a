//! What a campaign may cost at worst: in one day, in one week, over its whole flight.
//!
//! Meta may spend more than a daily budget on one day, made up for within the week: at most seven times the daily budget from
//! Sunday to Saturday. How much more on one day is a parameter (75 % since v24's changelog; the budgets guide still says 25 %).
//! Everything is rounded up, against the person.

use serde::{Deserialize, Serialize};

use super::Pace;
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::schedule::days_by_week;
use crate::domain::split::{WHOLE, rounding::div_ceil};

/// How far one day may go over a daily budget, in basis points, unless told otherwise.
pub const OVERDELIVERY_BP: i64 = 7_500;
/// A week's worth of daily budgets: Meta's limit from Sunday to Saturday.
const WEEK: i64 = 7;

/// The money committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Commitments {
    /// The daily budget; `None` with a lifetime budget.
    pub a_day: Option<Money>,
    /// The most one day can cost.
    pub worst_day: Money,
    /// The most one week, Sunday to Saturday, can cost.
    pub worst_week: Money,
    /// The most it can ever cost; `None` where nothing ends it.
    pub at_most: Option<Money>,
}

/// The most that one day can cost with a daily budget, in minor units, rounded up; `overdelivery_bp` is how far Meta may go over it.
pub fn worst_day(minor: i64, overdelivery_bp: i64) -> i128 {
    div_ceil(i128::from(minor) * (i128::from(WHOLE) + i128::from(overdelivery_bp)), i128::from(WHOLE))
}

/// The commitments of ad sets with these budgets, which sum to `amount`.
///
/// `days` are the account's days of the flight, if it ends. `never_more` caps each figure, because Meta stops there.
pub fn of(
    pace: Pace,
    ad_sets: &[Money],
    amount: Money,
    days: Option<Period>,
    never_more: Option<Money>,
    overdelivery_bp: i64,
) -> Commitments {
    let currency = amount.currency;
    let capped = |minor: i128| {
        let minor = i64::try_from(minor).unwrap_or(i64::MAX);
        Money::new(never_more.map_or(minor, |cap| minor.min(cap.minor)), currency)
    };
    if pace == Pace::Lifetime {
        let all = capped(i128::from(amount.minor));
        return Commitments { a_day: None, worst_day: all, worst_week: all, at_most: Some(all) };
    }
    // Meta rounds for each ad set by itself, so the worst day is the sum of each one's worst day.
    let day: i128 = ad_sets.iter().map(|budget| worst_day(budget.minor, overdelivery_bp)).sum();
    let week = i128::from(amount.minor) * i128::from(WEEK);
    let flight = days.map(|period| days_by_week(period).into_iter().map(|n| (day * i128::from(n)).min(week)).sum::<i128>());
    let week = flight.map_or(week, |flight| week.min(flight));
    Commitments {
        a_day: Some(amount),
        worst_day: capped(flight.map_or(day, |flight| day.min(flight))),
        worst_week: capped(week),
        at_most: flight.map(capped).or(never_more),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::currency::Currency;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn days(since: &str, until: &str) -> Option<Period> {
        Period::new(since.parse().unwrap(), until.parse().unwrap()).ok()
    }

    #[test]
    fn the_worst_day_is_three_quarters_over_and_the_worst_week_seven_days() {
        let made = of(Pace::Daily, &[eur(5_880), eur(8_120)], eur(14_000), None, None, OVERDELIVERY_BP);
        assert_eq!((made.worst_day, made.worst_week, made.at_most), (eur(24_500), eur(98_000), None));
    }

    #[test]
    fn each_ad_sets_worst_day_is_rounded_up() {
        let made = of(Pace::Daily, &[eur(101), eur(101)], eur(202), None, None, OVERDELIVERY_BP);
        assert_eq!(made.worst_day, eur(177 * 2));
    }

    #[test]
    fn the_flight_counts_partial_weeks_by_their_days() {
        let made = of(Pace::Daily, &[eur(14_000)], eur(14_000), days("2026-12-01", "2026-12-24"), None, OVERDELIVERY_BP);
        assert_eq!(made.at_most, Some(eur(98_000 * 4)));
        let short = of(Pace::Daily, &[eur(14_000)], eur(14_000), days("2026-12-01", "2026-12-02"), None, OVERDELIVERY_BP);
        assert_eq!((short.worst_week, short.at_most), (eur(49_000), Some(eur(49_000))));
    }

    #[test]
    fn metas_own_limit_caps_every_figure() {
        let made = of(Pace::Daily, &[eur(14_000)], eur(14_000), None, Some(eur(20_000)), OVERDELIVERY_BP);
        assert_eq!((made.worst_day, made.worst_week, made.at_most), (eur(20_000), eur(20_000), Some(eur(20_000))));
    }

    #[test]
    fn a_lifetime_budget_is_never_passed_and_may_go_in_a_day() {
        let made = of(Pace::Lifetime, &[eur(340_000)], eur(340_000), days("2026-12-01", "2026-12-24"), None, OVERDELIVERY_BP);
        assert_eq!((made.a_day, made.worst_day, made.at_most), (None, eur(340_000), Some(eur(340_000))));
    }
}
