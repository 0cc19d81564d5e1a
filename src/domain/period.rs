//! Periods: inclusive ranges of days in an ad account's zone, and the presets that name them.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::dictionary::{self, Sentence};

/// An inclusive range of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub since: NaiveDate,
    /// Last day, included.
    pub until: NaiveDate,
}

/// A day as people read it: `8 Nov 2026`.
pub fn day_words(on: NaiveDate) -> String {
    on.format("%-d %b %Y").to_string()
}

/// A range whose last day lies before its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", dictionary::period_backwards(.until, .since))]
pub struct Backwards {
    /// First day asked for.
    pub since: NaiveDate,
    /// Last day asked for.
    pub until: NaiveDate,
}

impl From<Backwards> for Sentence {
    fn from(Backwards { since, until }: Backwards) -> Self {
        dictionary::period_backwards(until, since)
    }
}

impl Period {
    /// A range, if it does not run backwards.
    pub fn new(since: NaiveDate, until: NaiveDate) -> Result<Self, Backwards> {
        if until < since { Err(Backwards { since, until }) } else { Ok(Self { since, until }) }
    }

    /// A single day.
    pub fn day(on: NaiveDate) -> Self {
        Self { since: on, until: on }
    }

    /// Days in it, both ends included.
    pub fn days(self) -> i64 {
        (self.until - self.since).num_days() + 1
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Self) -> bool {
        self.since <= other.since && other.until <= self.until
    }

    /// Whether the two share a day.
    pub fn overlaps(self, other: Self) -> bool {
        self.since <= other.until && other.since <= self.until
    }

    /// The range of the same length that ends the day before this one starts.
    pub fn before(self) -> Self {
        let length = Days::new(self.days().unsigned_abs());
        Self {
            since: self.since.checked_sub_days(length).unwrap_or(NaiveDate::MIN),
            until: self.until.checked_sub_days(length).unwrap_or(NaiveDate::MIN),
        }
    }

    /// Each day in order.
    pub fn each_day(self) -> impl Iterator<Item = NaiveDate> {
        self.since.iter_days().take_while(move |d| *d <= self.until)
    }
}

/// Named ranges, relative to "today" in platform time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Preset {
    /// Today so far.
    #[serde(rename = "today")]
    Today,
    /// The day before today.
    #[serde(rename = "yesterday")]
    Yesterday,
    /// The last 7 days, today included.
    #[serde(rename = "7d")]
    Days7,
    /// The last 14 days, today included.
    #[serde(rename = "14d")]
    Days14,
    /// The last 28 days, today included.
    #[serde(rename = "28d")]
    Days28,
    /// The last 90 days, today included.
    #[serde(rename = "90d")]
    Days90,
    /// From the first of this month to today.
    #[serde(rename = "this_month")]
    ThisMonth,
    /// The whole month before this one.
    #[serde(rename = "last_month")]
    LastMonth,
    /// Everything known.
    #[serde(rename = "all")]
    All,
}

impl Preset {
    /// All of them, in the order offered.
    pub const ALL: [Self; 9] = [
        Self::Today,
        Self::Yesterday,
        Self::Days7,
        Self::Days14,
        Self::Days28,
        Self::Days90,
        Self::ThisMonth,
        Self::LastMonth,
        Self::All,
    ];

    /// The word in links.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Days7 => "7d",
            Self::Days14 => "14d",
            Self::Days28 => "28d",
            Self::Days90 => "90d",
            Self::ThisMonth => "this_month",
            Self::LastMonth => "last_month",
            Self::All => "all",
        }
    }

    /// The words people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Yesterday => "Yesterday",
            Self::Days7 => "Last 7 days",
            Self::Days14 => "Last 14 days",
            Self::Days28 => "Last 28 days",
            Self::Days90 => "Last 90 days",
            Self::ThisMonth => "This month",
            Self::LastMonth => "Last month",
            Self::All => "All time",
        }
    }

    /// From the word in a link.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == text)
    }

    /// The range, given today and the range of everything known (for [`Preset::All`]).
    pub fn period(self, today: NaiveDate, known: Option<Period>) -> Period {
        let back = |days: u64| Period { since: today.checked_sub_days(Days::new(days)).unwrap_or(today), until: today };
        let first = today.with_day(1).unwrap_or(today);
        match self {
            Self::Today => Period::day(today),
            Self::Yesterday => Period::day(today.pred_opt().unwrap_or(today)),
            Self::Days7 => back(6),
            Self::Days14 => back(13),
            Self::Days28 => back(27),
            Self::Days90 => back(89),
            Self::ThisMonth => Period { since: first, until: today },
            Self::LastMonth => Period {
                since: first.checked_sub_months(Months::new(1)).unwrap_or(first),
                until: first.pred_opt().unwrap_or(first),
            },
            Self::All => known.map_or(Period::day(today), |k| Period { since: k.since, until: k.until.max(k.since) }),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_period_before_has_the_same_length_and_touches() {
        let p = Period::new(day("2026-11-01"), day("2026-11-28")).unwrap();
        assert_eq!(p.days(), 28);
        assert_eq!(p.before(), Period::new(day("2026-10-04"), day("2026-10-31")).unwrap());
    }

    #[test]
    fn presets_name_ranges_that_include_today() {
        let today = day("2026-03-31");
        assert_eq!(Preset::Days7.period(today, None).since, day("2026-03-25"));
        let last = Preset::LastMonth.period(today, None);
        assert_eq!((last.since, last.until), (day("2026-02-01"), day("2026-02-28")));
    }

    #[test]
    fn a_range_that_runs_backwards_is_refused() {
        assert!(Period::new(day("2026-01-02"), day("2026-01-01")).is_err());
    }
}
