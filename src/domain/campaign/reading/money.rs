//! When and how much: dates in the account's zone, the budget, Meta's own limit.

use chrono::TimeDelta;

use super::Reader;
use crate::domain::campaign::{Budget, LIMIT_MIN_BUDGETS, Pace};
use crate::domain::dictionary;
use crate::domain::money::Money;
use crate::domain::schedule::{LONGEST_DAYS, Schedule, parse_local};

impl Reader<'_> {
    pub(super) fn schedule(&mut self) -> Option<Schedule> {
        let zone = self.facts.zone;
        let starts = self.invalid.check("starts", parse_local(&self.form.starts, zone, false));
        let ends = self.invalid.check("ends", parse_local(&self.form.ends, zone, true));
        let (starts, ends) = (starts?, ends?);
        let schedule = Schedule { zone, starts, ends };
        let now = self.facts.now;
        let Some(end) = ends else { return Some(schedule) };
        let begin = starts.unwrap_or(now);
        if end <= now {
            self.invalid.add("ends", dictionary::ends_past(schedule.local(now)));
        } else if end <= begin {
            self.invalid.add("ends", dictionary::ends_before_start());
        } else if end - begin < TimeDelta::hours(24) {
            self.invalid.add("ends", dictionary::flight_too_short());
        } else if end - begin > TimeDelta::days(LONGEST_DAYS) {
            self.invalid.add("ends", dictionary::flight_too_long());
        } else {
            return Some(schedule);
        }
        None
    }

    pub(super) fn budget(&mut self, schedule: Option<&Schedule>) -> Option<Budget> {
        let pace = Pace::parse(&self.form.pace);
        if pace.is_none() {
            self.invalid.add("pace", dictionary::pace_missing());
        }
        if pace == Some(Pace::Lifetime) && schedule.is_some_and(|schedule| schedule.ends.is_none()) {
            self.invalid.add("ends", dictionary::lifetime_needs_end());
        }
        if self.form.budget.trim().is_empty() {
            self.invalid.add("budget", dictionary::budget_missing(self.example()));
            return None;
        }
        let amount = self.money("budget", &self.form.budget)?;
        if amount.minor <= 0 {
            self.invalid.add("budget", dictionary::budget_zero());
            return None;
        }
        let pace = pace?;
        let minimum = self.minimum(pace, schedule);
        if let Some(minimum) = minimum.filter(|minimum| amount.minor < minimum.minor) {
            let currency = amount.currency;
            self.invalid.add("budget", dictionary::budget_below_minimum(minimum, currency, pace.label()));
            return None;
        }
        Some(Budget { pace, amount })
    }

    /// The least an ad set may have: the account's daily minimum, or that for each day of a lifetime budget.
    pub(super) fn minimum(&self, pace: Pace, schedule: Option<&Schedule>) -> Option<Money> {
        let daily = self.facts.min_daily_minor?;
        let days = match pace {
            Pace::Daily => 1,
            Pace::Lifetime => schedule.and_then(|schedule| schedule.days(self.facts.now)).map_or(1, |period| period.days()),
        };
        Some(Money::new(daily.saturating_mul(days), self.facts.currency))
    }

    /// `None` where it is wrong, `Some(None)` where no limit is asked for.
    pub(super) fn never_more(&mut self, budget: Option<Budget>) -> Option<Option<Money>> {
        if self.form.never_more.trim().is_empty() {
            return Some(None);
        }
        let limit = self.money("never_more", &self.form.never_more)?;
        let currency = limit.currency;
        let least = self.facts.min_daily_minor.map(|daily| Money::new(daily.saturating_mul(LIMIT_MIN_BUDGETS), currency));
        if limit.minor <= 0 {
            self.invalid.add("never_more", dictionary::limit_zero());
        } else if let Some(budget) = budget.filter(|budget| limit.minor < budget.amount.minor) {
            let message = dictionary::limit_below_budget(budget.amount, currency, budget.pace.label());
            self.invalid.add("never_more", message);
        } else if let Some(least) = least.filter(|least| limit.minor < least.minor) {
            self.invalid.add("never_more", dictionary::limit_below_minimum(least, currency));
        } else {
            return Some(Some(limit));
        }
        None
    }

    fn example(&self) -> String {
        Money::new(140 * self.facts.currency.offset(), self.facts.currency).plain()
    }
}
