//! How a file writes its dates: decided once for the whole file, from every date in a sample.
//!
//! Ads Manager writes `2026-04-03`; spreadsheets turn that into the order of their country. `03/04/2026` alone proves nothing:
//! unless another date of the file tells, the file is refused.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::domain::period::Period;

/// The order of day and month where the year stands last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DateStyle {
    /// `2026-04-03`, the only one in the sample.
    #[default]
    #[serde(rename = "year-month-day")]
    YearFirst,
    /// `03.04.2026` is 3 April.
    #[serde(rename = "day-month-year")]
    DayFirst,
    /// `04/03/2026` is 3 April.
    #[serde(rename = "month-day-year")]
    MonthFirst,
}

impl DateStyle {
    /// The words people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::YearFirst => "year-month-day",
            Self::DayFirst => "day/month/year",
            Self::MonthFirst => "month/day/year",
        }
    }
}

/// Three numbers of a date as they stand, without a time behind them.
fn parts(text: &str) -> Option<([u32; 3], bool)> {
    let text = text.trim();
    let day = text.split([' ', 'T']).next().unwrap_or(text).trim_end_matches(',');
    let mut numbers = day.split(['-', '/', '.']).map(|part| {
        let short = part.len() <= 4 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if short { part.parse::<u32>().ok() } else { None }
    });
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    let year_first = day.find(['-', '/', '.']) == Some(4);
    if numbers.next().is_some() { None } else { Some((three, year_first)) }
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    // Ads did not exist before, and a two-digit year is a guess.
    if !(2004..=2100).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Gathers what the sample's dates prove.
#[derive(Default)]
pub(super) struct Evidence {
    day_first: Option<String>,
    month_first: Option<String>,
    either: Option<(String, String)>,
}

impl Evidence {
    /// Takes a cell into account.
    pub fn add(&mut self, header: &str, text: &str) {
        let Some(([a, b, year], false)) = parts(text) else { return };
        let text = text.trim();
        match (date(year, b, a), date(year, a, b)) {
            (Some(_), Some(_)) if a == b => {}
            // Full stops stand in dates of countries that put the day first.
            (Some(_), Some(_)) if !text.contains('.') => {
                _ = self.either.get_or_insert_with(|| (header.to_owned(), text.to_owned()))
            }
            (Some(_), _) => _ = self.day_first.get_or_insert_with(|| text.to_owned()),
            (None, Some(_)) => _ = self.month_first.get_or_insert_with(|| text.to_owned()),
            (None, None) => {}
        }
    }

    /// Takes a period's two ends into account: only one order may let it run forwards.
    pub fn add_span(&mut self, since: &str, until: &str) {
        let forwards = |style: DateStyle| style.read(since).zip(style.read(until)).map(|(since, until)| since <= until);
        match (forwards(DateStyle::DayFirst), forwards(DateStyle::MonthFirst)) {
            (Some(true), Some(false)) => _ = self.day_first.get_or_insert_with(|| format!("{since} – {until}")),
            (Some(false), Some(true)) => _ = self.month_first.get_or_insert_with(|| format!("{since} – {until}")),
            _ => {}
        }
    }

    /// The file's style, or why it cannot be told.
    pub fn decide(self) -> Result<DateStyle, Refusal> {
        match (self.day_first, self.month_first, self.either) {
            (Some(first), Some(second), _) => Err(Refusal::ConflictingDates { first, second }),
            (Some(_), None, _) => Ok(DateStyle::DayFirst),
            (None, Some(_), _) => Ok(DateStyle::MonthFirst),
            (None, None, Some((header, example))) => Err(Refusal::AmbiguousDates { header, example }),
            (None, None, None) => Ok(DateStyle::YearFirst),
        }
    }
}

impl DateStyle {
    /// Reads one day.
    pub(super) fn read(self, text: &str) -> Option<NaiveDate> {
        match (parts(text)?, self) {
            (([year, month, day], true), _) => date(year, month, day),
            (([day, month, year], false), Self::DayFirst) => date(year, month, day),
            (([month, day, year], false), Self::MonthFirst) => date(year, month, day),
            // Both orders agree on days like 05/05/2026.
            (([a, b, year], false), Self::YearFirst) => {
                if a == b {
                    date(year, b, a)
                } else {
                    None
                }
            }
        }
    }

    /// Reads a range as the Week and Month columns have it: `2025-10-01 - 2025-10-09`.
    pub(super) fn read_range(self, text: &str) -> Option<Period> {
        let (since, until) = ranges(text)?;
        Period::new(self.read(since)?, self.read(until)?).ok()
    }
}

/// The two ends of a range.
pub(super) fn ranges(text: &str) -> Option<(&str, &str)> {
    [" - ", " – ", " — ", " to "].iter().find_map(|mark| text.split_once(mark))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn decide(cells: &[&str]) -> Result<DateStyle, Refusal> {
        let mut evidence = Evidence::default();
        for cell in cells {
            evidence.add("Day", cell);
        }
        evidence.decide()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn one_date_that_proves_the_order_decides_for_all() {
        assert_eq!(decide(&["03/04/2026", "13/04/2026"]).unwrap(), DateStyle::DayFirst);
        assert_eq!(decide(&["03/04/2026", "4/13/2026"]).unwrap(), DateStyle::MonthFirst);
        assert_eq!(decide(&["3.04.2026"]).unwrap(), DateStyle::DayFirst);
        assert_eq!(decide(&["2026-04-03", "Ongoing", "05/05/2026"]).unwrap(), DateStyle::YearFirst);
    }

    #[test]
    fn what_may_be_either_is_refused_with_the_example() {
        let refusal = decide(&["03/04/2026"]).unwrap_err();
        assert!(refusal.to_string().starts_with("“03/04/2026” in column “Day” may be day/month or month/day"), "{refusal}");
        assert!(matches!(decide(&["13/04/2026", "04/13/2026"]), Err(Refusal::ConflictingDates { .. })));
    }

    #[test]
    fn a_period_that_can_only_run_forwards_in_one_order_decides() {
        let mut evidence = Evidence::default();
        evidence.add("Reporting starts", "12/01/2026");
        evidence.add_span("12/01/2026", "01/02/2026");
        assert_eq!(evidence.decide().unwrap(), DateStyle::DayFirst);
    }

    #[test]
    fn days_are_read_with_or_without_a_time() {
        assert_eq!(DateStyle::YearFirst.read("2026-04-03T07:01:02-0400"), Some(day("2026-04-03")));
        assert_eq!(DateStyle::YearFirst.read("2026/4/3"), Some(day("2026-04-03")));
        assert_eq!(DateStyle::DayFirst.read("03-04-2026"), Some(day("2026-04-03")));
        assert_eq!(DateStyle::MonthFirst.read("4/3/2026 1:00:00 am"), Some(day("2026-04-03")));
        for text in ["", "Ongoing", "26-04-03", "2026-02-30", "45000", "1/2", "1/2/3/4", "03/04/26", "２０２６-04-03"] {
            assert_eq!(DateStyle::DayFirst.read(text), None, "{text}");
        }
        assert_eq!(DateStyle::YearFirst.read("03/04/2026"), None);
        let month = DateStyle::YearFirst.read_range("2025-10-01 - 2025-10-09").unwrap();
        assert_eq!((month.since, month.until), (day("2025-10-01"), day("2025-10-09")));
    }
}
