//! Decide daily, act seldom: when a division that looks better is worth the unrest of a change.
//!
//! Every change can throw an ad set back into Meta's learning phase ("About the learning phase": significant edits), so a move
//! must be allowed, due, large enough and likely enough to help. Pure: days and figures in, a verdict out.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::split::WHOLE;

/// Days between two moves of one ad set.
pub const BETWEEN_DAYS: u64 = 3;
/// Days for which an ad set is taken to be learning after a significant change where Meta does not say: its window is a week
/// and leaving it takes about 50 results, most do in less.
pub const LEARNING_DAYS: u64 = 3;
/// A change of an amount from which Meta may start learning anew, basis points. Meta publishes no threshold; 20 % is what
/// agencies keep to.
pub const SIGNIFICANT_BP: i64 = 2_000;
/// No move that changes no amount by at least so much, basis points.
pub const LEAST_MOVE_BP: i64 = 500;
/// No move that helps with less than this probability, basis points.
pub const LEAST_CHANCE_BP: i64 = 8_000;
/// Changes of its budget that Meta takes from an ad set in an hour. Source: Marketing API, error 613 subcode 1487632.
pub const CHANGES_AN_HOUR: usize = 4;

/// An ad set as it stands before a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether Meta says that it is learning; `None` where it does not say.
    pub learning: Option<bool>,
    /// The last day on which its amount changed, whoever changed it.
    pub moved_on: Option<NaiveDate>,
    /// The last day on which it changed by [`SIGNIFICANT_BP`] or more, or began.
    pub significant_on: Option<NaiveDate>,
}

/// Why an ad set keeps its amount for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pin {
    /// It is learning.
    Learning,
    /// Its amount changed lately; it may move again on this day.
    Moved(NaiveDate),
}

/// Why the campaign's amounts stay as they are today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// An emergency stop holds.
    Stopped,
    /// Inside the person's own days of rest, up to and with this one.
    Frozen(NaiveDate),
    /// Somebody changed the campaign outside, and nobody has looked since.
    OutsideEdit,
    /// What is wanted is not yet what runs: a plan waits or is being carried out.
    Unsettled,
    /// The budget was changed this often within the last hour.
    TooOften(usize),
    /// No whole day of figures yet.
    NoFigures,
    /// Fewer than two ad sets may move.
    Pinned,
    /// No amount would change by [`LEAST_MOVE_BP`].
    Small,
    /// It helps only with this probability, basis points.
    Unsure(i64),
}

/// What is true of the campaign on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Situation<'a> {
    /// Whether an emergency stop holds.
    pub stopped: bool,
    /// First and last days of the person's times of rest.
    pub freezes: &'a [(NaiveDate, NaiveDate)],
    /// Whether somebody changed it outside since a person looked.
    pub changed_outside: bool,
    /// Whether a plan waits or is being carried out.
    pub unsettled: bool,
    /// Changes of its budgets in the last hour.
    pub changes: usize,
    /// Whole days of figures.
    pub days: usize,
}

/// Whether an ad set must keep its amount on a day.
pub fn pin(of: &Standing, today: NaiveDate) -> Option<Pin> {
    let within = |since: Option<NaiveDate>, days: u64| {
        let free = since.and_then(|since| since.checked_add_days(Days::new(days)));
        free.filter(|free| today < *free)
    };
    let learning = of.learning.unwrap_or_else(|| within(of.significant_on, LEARNING_DAYS).is_some());
    if learning { Some(Pin::Learning) } else { within(of.moved_on, BETWEEN_DAYS).map(Pin::Moved) }
}

/// Why nothing moves today, whatever the figures say.
pub fn at_rest(situation: &Situation<'_>, today: NaiveDate) -> Option<Hold> {
    let freeze = situation.freezes.iter().find(|(since, until)| *since <= today && today <= *until);
    if situation.stopped {
        Some(Hold::Stopped)
    } else if let Some((_, until)) = freeze {
        Some(Hold::Frozen(*until))
    } else if situation.changed_outside {
        Some(Hold::OutsideEdit)
    } else if situation.unsettled {
        Some(Hold::Unsettled)
    } else if situation.changes >= CHANGES_AN_HOUR {
        Some(Hold::TooOften(situation.changes))
    } else if situation.days == 0 {
        Some(Hold::NoFigures)
    } else {
        None
    }
}

/// Why a move is not made: too small, or too unsure. Amounts in minor units, the chance in basis points.
pub fn judge(current: &[i64], proposed: &[i64], pins: &[Option<Pin>], chance_bp: i64) -> Option<Hold> {
    if pins.iter().filter(|pin| pin.is_none()).count() < 2 {
        Some(Hold::Pinned)
    } else if largest_change_bp(current, proposed) < LEAST_MOVE_BP {
        Some(Hold::Small)
    } else if chance_bp < LEAST_CHANCE_BP {
        Some(Hold::Unsure(chance_bp))
    } else {
        None
    }
}

/// The largest change of an amount relative to it, basis points rounded down.
pub fn largest_change_bp(current: &[i64], proposed: &[i64]) -> i64 {
    let change = |(now, then): (&i64, &i64)| {
        let moved = i128::from(now.abs_diff(*then)) * i128::from(WHOLE);
        i64::try_from(moved / i128::from((*now).max(1))).unwrap_or(i64::MAX)
    };
    current.iter().zip(proposed).map(change).max().unwrap_or(0)
}

/// How much of the whole a move takes from some and gives to others, basis points rounded up.
pub fn moved_bp(current: &[i64], proposed: &[i64]) -> i64 {
    let up: i128 = current.iter().zip(proposed).map(|(now, then)| i128::from(then - now).max(0)).sum();
    let total: i128 = current.iter().map(|now| i128::from(*now)).sum::<i128>().max(1);
    i64::try_from((up * i128::from(WHOLE) + total - 1) / total).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_ad_set_moves_at_most_once_in_three_days() {
        let standing = Standing { learning: Some(false), moved_on: Some(day("2026-12-01")), significant_on: None };
        assert_eq!(pin(&standing, day("2026-12-03")), Some(Pin::Moved(day("2026-12-04"))));
        assert_eq!(pin(&standing, day("2026-12-04")), None);
    }

    #[test]
    fn what_meta_says_of_learning_counts_and_days_since_a_large_change_where_it_says_nothing() {
        let quiet = Standing { learning: None, moved_on: None, significant_on: Some(day("2026-12-01")) };
        assert_eq!(pin(&quiet, day("2026-12-03")), Some(Pin::Learning));
        assert_eq!(pin(&quiet, day("2026-12-04")), None);
        assert_eq!(pin(&Standing { learning: Some(false), ..quiet }, day("2026-12-02")), None);
        assert_eq!(pin(&Standing { learning: Some(true), ..quiet }, day("2026-12-20")), Some(Pin::Learning));
    }

    #[test]
    fn each_reason_to_rest_is_said_and_the_gravest_first() {
        let freezes = [(day("2026-12-24"), day("2026-12-26"))];
        let mut now = Situation { days: 9, freezes: &freezes, ..Situation::default() };
        assert_eq!(at_rest(&now, day("2026-12-27")), None);
        assert_eq!(at_rest(&now, day("2026-12-26")), Some(Hold::Frozen(day("2026-12-26"))));
        now.changed_outside = true;
        assert_eq!(at_rest(&now, day("2026-12-01")), Some(Hold::OutsideEdit));
        now.stopped = true;
        assert_eq!(at_rest(&now, day("2026-12-24")), Some(Hold::Stopped));
        let young = Situation::default();
        assert_eq!(at_rest(&young, day("2026-12-01")), Some(Hold::NoFigures));
        assert_eq!(at_rest(&Situation { days: 9, changes: 4, ..young }, day("2026-12-01")), Some(Hold::TooOften(4)));
        assert_eq!(at_rest(&Situation { days: 9, unsettled: true, ..young }, day("2026-12-01")), Some(Hold::Unsettled));
    }

    #[test]
    fn small_unsure_and_pinned_moves_are_not_made() {
        let free = [None, None];
        assert_eq!(judge(&[7_000, 7_000], &[7_300, 6_700], &free, 9_900), Some(Hold::Small));
        assert_eq!(judge(&[7_000, 7_000], &[8_000, 6_000], &free, 7_999), Some(Hold::Unsure(7_999)));
        assert_eq!(judge(&[7_000, 7_000], &[8_000, 6_000], &[None, Some(Pin::Learning)], 9_900), Some(Hold::Pinned));
        assert_eq!(judge(&[7_000, 7_000], &[8_000, 6_000], &free, 8_000), None);
        assert_eq!(judge(&[0, 7_000], &[350, 6_650], &free, 8_000), None, "from nothing every change is large");
    }

    #[test]
    fn what_a_move_takes_from_the_whole_is_rounded_against_it() {
        assert_eq!(moved_bp(&[7_000, 7_000], &[8_400, 5_600]), 1_000);
        assert_eq!(moved_bp(&[7_000, 7_001], &[7_001, 7_000]), 1);
        assert_eq!(moved_bp(&[7_000, 7_000], &[7_000, 7_000]), 0);
    }
}
