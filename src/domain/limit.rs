//! Spending limits: how much a campaign, an ad account or every ad account of one currency may spend in a month, in a flight or
//! on a day.
//!
//! A limit is in one currency and nothing is ever converted: a limit of the whole workspace covers the ad accounts of its
//! currency. Days and months are those of each ad account's own zone.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::campaign::{OVERDELIVERY_BP, worst_day};
use super::currency::Currency;
use super::dictionary;
use super::id::{AdAccountId, CampaignId};
use super::invalid::Invalid;
use super::money::Money;
use super::period::{Period, day_words};
use super::schedule::LONGEST_DAYS;

/// What a limit is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Covers {
    /// One campaign, made here or elsewhere.
    Campaign(CampaignId),
    /// Everything in one ad account.
    Account(AdAccountId),
    /// Everything in the workspace's linked ad accounts of this currency.
    Workspace(Currency),
}

impl Covers {
    /// From the form's word: `campaign:<id>`, `account:<id>` or `workspace:<currency>`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().split_once(':')? {
            ("campaign", id) => id.parse().ok().map(Self::Campaign),
            ("account", id) => id.parse().ok().map(Self::Account),
            ("workspace", code) => code.parse().ok().map(Self::Workspace),
            _ => None,
        }
    }

    /// The first half of the word.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Campaign(_) => "campaign",
            Self::Account(_) => "account",
            Self::Workspace(_) => "workspace",
        }
    }
}

impl fmt::Display for Covers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Campaign(id) => write!(f, "campaign:{id}"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Workspace(currency) => write!(f, "workspace:{}", currency.code()),
        }
    }
}

/// The time a limit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Each calendar month.
    Month,
    /// From a first to a last day, once.
    Flight(Period),
    /// Each day.
    Day,
}

impl Span {
    /// The word in forms and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Flight(_) => "flight",
            Self::Day => "day",
        }
    }

    /// The days that count today; `None` before a flight's first day and after its last.
    pub fn window(self, today: NaiveDate) -> Option<Period> {
        match self {
            Self::Month => Some(month_of(today)),
            Self::Flight(period) => period.contains(Period::day(today)).then_some(period),
            Self::Day => Some(Period::day(today)),
        }
    }

    /// The days that count next, where none count today: those of a flight still to come.
    pub fn upcoming(self, today: NaiveDate) -> Option<Period> {
        match self {
            Self::Flight(period) if today < period.since => Some(period),
            _ => None,
        }
    }

    /// `each month`, `1 Dec 2026 to 24 Dec 2026`, `each day`.
    pub fn words(self) -> String {
        match self {
            Self::Month => "each month".to_owned(),
            Self::Flight(period) => format!("{} to {}", day_words(period.since), day_words(period.until)),
            Self::Day => "each day".to_owned(),
        }
    }
}

/// The calendar month of a day.
pub fn month_of(day: NaiveDate) -> Period {
    let since = day.with_day(1).unwrap_or(day);
    let next = since.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
    Period { since, until: next.checked_sub_days(Days::new(1)).unwrap_or(day) }
}

/// A spending limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What it is over.
    pub covers: Covers,
    /// For which time.
    pub span: Span,
    /// How much, in the one currency it covers.
    pub amount: Money,
}

/// A limit as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct LimitForm {
    /// `campaign:<id>`, `account:<id>` or `workspace:<currency>`: every ad account of that currency.
    pub covers: String,
    /// `month`, `flight` or `day`.
    pub span: String,
    /// A flight's first day, as 2026-12-01; empty for the others.
    pub since: String,
    /// A flight's last day; empty for the others.
    pub until: String,
    /// How much, as 1,000.00, in the currency of what it covers.
    pub amount: String,
    /// `yes` where Meta's own limit of the campaign shall hold it too.
    pub at_meta: String,
}

/// What must be known to judge a form.
#[derive(Debug, Clone, Copy)]
pub struct LimitFacts {
    /// The currency of what it covers.
    pub currency: Currency,
    /// Today in the zone of what it covers.
    pub today: NaiveDate,
    /// The daily budgets of what it covers together, minor units; `None` where there is none.
    pub daily_minor: Option<i64>,
}

impl LimitForm {
    /// What a form starts with: nothing but what it covers, for each month.
    pub fn fresh(covers: &str) -> Self {
        Self { covers: covers.to_owned(), span: "month".to_owned(), ..Self::default() }
    }

    /// The form that shows a limit.
    pub fn of(limit: &Limit, at_meta: bool) -> Self {
        let (since, until) = match limit.span {
            Span::Flight(period) => (period.since.to_string(), period.until.to_string()),
            Span::Month | Span::Day => (String::new(), String::new()),
        };
        Self {
            covers: limit.covers.to_string(),
            span: limit.span.as_str().to_owned(),
            since,
            until,
            amount: limit.amount.plain(),
            at_meta: if at_meta { "yes".to_owned() } else { String::new() },
        }
    }

    /// Whether Meta shall hold it too.
    pub fn wants_meta(&self) -> bool {
        self.at_meta.trim() == "yes"
    }

    /// The limit, or every problem at its field. Whether what it covers is there is the caller's to say.
    pub fn read(&self, covers: Covers, facts: &LimitFacts) -> Result<Limit, Invalid> {
        let mut invalid = Invalid::default();
        let span = self.span(facts, &mut invalid);
        let amount = self.amount(facts, &mut invalid);
        if let (Some(Span::Day), Some(amount), Some(daily)) = (span, amount, facts.daily_minor)
            && amount.minor < least_a_day(daily)
        {
            let money = |minor| Money::new(minor, facts.currency);
            invalid
                .add("amount", dictionary::limit_fights_pacing(money(least_a_day(daily)), facts.currency.code(), money(daily)));
        }
        match (span, amount) {
            (Some(span), Some(amount)) if invalid.is_empty() => Ok(Limit { covers, span, amount }),
            _ => Err(invalid),
        }
    }

    fn span(&self, facts: &LimitFacts, invalid: &mut Invalid) -> Option<Span> {
        match self.span.trim() {
            "month" => Some(Span::Month),
            "day" => Some(Span::Day),
            "flight" => self.flight(facts, invalid).map(Span::Flight),
            _ => {
                invalid.add("span", dictionary::limit_span_missing());
                None
            }
        }
    }

    fn flight(&self, facts: &LimitFacts, invalid: &mut Invalid) -> Option<Period> {
        let mut day = |field: &str, text: &str| match text.trim() {
            "" => {
                invalid.add(field, dictionary::limit_day_missing());
                None
            }
            text => match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
                Ok(day) => Some(day),
                Err(_) => {
                    invalid.add(field, dictionary::limit_day_unreadable(text));
                    None
                }
            },
        };
        let (since, until) = (day("since", &self.since), day("until", &self.until));
        let period = invalid.check("until", Period::new(since?, until?))?;
        if period.until < facts.today {
            invalid.add("until", dictionary::limit_flight_over(facts.today));
        } else if period.days() > LONGEST_DAYS {
            invalid.add("until", dictionary::limit_flight_too_long());
        } else {
            return Some(period);
        }
        None
    }

    fn amount(&self, facts: &LimitFacts, invalid: &mut Invalid) -> Option<Money> {
        if self.amount.trim().is_empty() {
            let example = Money::new(1_000 * facts.currency.offset(), facts.currency);
            invalid.add("amount", dictionary::limit_amount_missing(example.plain()));
            return None;
        }
        let amount = invalid.check("amount", Money::parse(&self.amount, facts.currency))?;
        if amount.minor <= 0 {
            invalid.add("amount", dictionary::limit_amount_zero());
            return None;
        }
        Some(amount)
    }
}

/// The least day limit over these daily budgets, minor units: what Meta may spend on one day, rounded up.
/// Source: Marketing API changelog, v24.0, "Daily budget flexibility".
pub fn least_a_day(daily_minor: i64) -> i64 {
    i64::try_from(worst_day(daily_minor, OVERDELIVERY_BP)).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts() -> LimitFacts {
        LimitFacts { currency: Currency::EUR, today: day("2026-11-21"), daily_minor: Some(14_000) }
    }

    fn read(form: &LimitForm) -> Result<Limit, Invalid> {
        form.read(Covers::parse(&form.covers).unwrap(), &facts())
    }

    fn form(span: &str, amount: &str) -> LimitForm {
        LimitForm { span: span.into(), amount: amount.into(), ..LimitForm::fresh("account:7") }
    }

    #[test]
    fn what_a_limit_covers_is_read_from_its_word_and_written_back() {
        for word in ["campaign:12", "account:7", "workspace:EUR"] {
            assert_eq!(Covers::parse(word).unwrap().to_string(), word);
        }
        for word in ["", "campaign:", "campaign:x", "workspace:XXX", "page:1", "12"] {
            assert_eq!(Covers::parse(word), None, "{word}");
        }
    }

    #[test]
    fn a_month_is_whole_whatever_its_length() {
        for (on, since, until) in [
            ("2028-02-29", "2028-02-01", "2028-02-29"),
            ("2027-02-01", "2027-02-01", "2027-02-28"),
            ("2026-12-31", "2026-12-01", "2026-12-31"),
        ] {
            assert_eq!(Span::Month.window(day(on)), Some(Period { since: day(since), until: day(until) }), "{on}");
        }
    }

    #[test]
    fn a_flight_counts_from_its_first_day_to_its_last() {
        let period = Period { since: day("2026-12-01"), until: day("2026-12-24") };
        let flight = Span::Flight(period);
        assert_eq!((flight.window(day("2026-11-30")), flight.upcoming(day("2026-11-30"))), (None, Some(period)));
        assert_eq!((flight.window(day("2026-12-01")), flight.window(day("2026-12-24"))), (Some(period), Some(period)));
        assert_eq!((flight.window(day("2026-12-25")), flight.upcoming(day("2026-12-25"))), (None, None));
    }

    #[test]
    fn a_day_limit_that_would_fight_metas_pacing_is_refused_with_the_reason() {
        let refused = read(&form("day", "244.99")).unwrap_err();
        assert!(refused.at("amount").unwrap().contains("245.00 EUR (1.75 x 140.00)"), "{refused}");
        assert_eq!(read(&form("day", "245")).unwrap().amount.minor, 24_500);
        assert_eq!(read(&form("month", "244.99")).unwrap().span, Span::Month);
        assert_eq!(least_a_day(101), 177, "rounded up");
    }

    #[test]
    fn what_does_not_fit_is_said_at_its_field() {
        let flight = |since: &str, until: &str| LimitForm { since: since.into(), until: until.into(), ..form("flight", "10") };
        for (form, field) in [
            (form("week", "10"), "span"),
            (form("month", ""), "amount"),
            (form("month", "0"), "amount"),
            (form("month", "1.005"), "amount"),
            (flight("", "2026-12-24"), "since"),
            (flight("2026-12-01", "24 Dec"), "until"),
            (flight("2026-12-24", "2026-12-01"), "until"),
            (flight("2026-11-01", "2026-11-20"), "until"),
            (flight("2026-12-01", "2036-12-01"), "until"),
        ] {
            let refused = read(&form).unwrap_err();
            assert!(refused.at(field).is_some(), "{form:?}: {refused:?}");
        }
        let limit = read(&flight("2026-12-01", "2026-12-24")).unwrap();
        assert_eq!(read(&LimitForm::of(&limit, false)).unwrap(), limit);
    }
}
