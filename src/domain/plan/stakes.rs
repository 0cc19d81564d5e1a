//! The money of a plan: what may be spent at most before it and after it, this week and later, and by how much that rises.
//!
//! Meta's rules for a daily budget: one day may cost more than the budget (by how much is a setting of the workspace), a calendar
//! week, Sunday to Saturday in the ad account's zone, never more than seven daily budgets; the first week counts from the minute
//! of the start, and a budget that changes counts for what is left of the day and the week. Source: Marketing API, "Ad Set Budget"
//! (`adset/budget-limits`). Every figure is a whole number of minor units, rounded up at each budget, against the person.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::standing::{self, Spender, States};
use super::{Mark, ObjectRef};
use crate::domain::campaign::{Pace, worst_day};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::schedule::days_by_week;
use crate::domain::split::rounding::div_ceil;

/// A week's worth of daily budgets.
const WEEK: i128 = 7;

/// What some budgets may cost while they are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Most {
    /// The daily budgets together.
    pub a_day: Money,
    /// The budgets for a whole flight together.
    pub in_all: Money,
    /// The most one day can cost.
    pub worst_day: Money,
    /// The most a whole week, Sunday to Saturday, can cost.
    pub worst_week: Money,
    /// The most it can ever cost from now on; `None` where nothing ends it.
    pub at_most: Option<Money>,
}

/// The money of a plan, or of one row of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Stakes {
    /// Before it is carried out.
    pub before: Most,
    /// After.
    pub after: Most,
    /// The most that the running week can cost in all where it is carried out now: what may have been spent since Sunday by what
    /// is on, and what may still be.
    pub this_week: Money,
    /// The last day of the running week, a Saturday of the ad account.
    #[schemars(with = "String")]
    pub week_ends: NaiveDate,
    /// By how much the money a day rises (negative: falls). A budget for a whole flight counts by the days it has left.
    pub more_a_day: Money,
}

/// By which rules money is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    pub zone: Tz,
    pub now: DateTime<Utc>,
    pub currency: Currency,
    pub overdelivery_bp: i64,
}

impl Most {
    /// Nothing at all.
    pub fn nothing(currency: Currency) -> Self {
        let zero = Money::new(0, currency);
        Self { a_day: zero, in_all: zero, worst_day: zero, worst_week: zero, at_most: Some(zero) }
    }

    /// Both together; `other` must be in the same currency.
    fn and(self, other: Self) -> Self {
        let at_most = self.at_most.zip(other.at_most).map(|(one, two)| sum(one, two));
        Self {
            a_day: sum(self.a_day, other.a_day),
            in_all: sum(self.in_all, other.in_all),
            worst_day: sum(self.worst_day, other.worst_day),
            worst_week: sum(self.worst_week, other.worst_week),
            at_most,
        }
    }
}

impl Stakes {
    /// The stakes of several campaigns, currency by currency in the order they come: money of two currencies is never added. The
    /// week is that of the first: zones that are a day apart are rare, and the sum stays a bound.
    pub fn sums(all: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut sums: Vec<Self> = Vec::new();
        for one in all {
            match sums.iter_mut().find(|known| known.this_week.currency == one.this_week.currency) {
                None => sums.push(one),
                Some(known) => {
                    known.before = known.before.and(one.before);
                    known.after = known.after.and(one.after);
                    known.this_week = sum(known.this_week, one.this_week);
                    known.more_a_day = sum(known.more_a_day, one.more_a_day);
                }
            }
        }
        sums
    }

    /// Whether nothing about the money changes.
    pub fn is_even(&self) -> bool {
        self.before == self.after
    }

    /// The currency of all of it.
    pub fn currency(&self) -> Currency {
        self.this_week.currency
    }
}

fn sum(one: Money, two: Money) -> Money {
    Money::new(one.minor.saturating_add(two.minor), one.currency)
}

/// The stakes of all that spends, before and after.
pub(super) fn of_all(before: &States, after: &States, rules: &Rules) -> Stakes {
    let (now, limits) = (rules.now, (standing::limit(before), standing::limit(after)));
    of(&standing::spenders(before, now), &standing::spenders(after, now), limits, rules)
}

/// The stakes of one object as though all above it were on; `None` where it carries no budget or keeps it as it is.
pub(super) fn of_row(mark: Mark, object: ObjectRef, before: &States, after: &States, rules: &Rules) -> Option<Stakes> {
    let had = standing::budget(before, object).filter(|_| !matches!(mark, Mark::Create | Mark::Arm));
    let has = standing::budget(after, object).filter(|_| !matches!(mark, Mark::Pause | Mark::Archive));
    if had == has {
        return None;
    }
    Some(of(had.as_slice(), has.as_slice(), (None, None), rules))
}

fn of(before: &[Spender], after: &[Spender], limits: (Option<i64>, Option<i64>), rules: &Rules) -> Stakes {
    let week = Week::of(rules);
    let mut this_week: i128 = 0;
    for spender in after {
        let earlier = before.iter().find(|earlier| earlier.object == spender.object);
        this_week += week.most(earlier, Some(spender), rules);
    }
    for spender in before.iter().filter(|spender| !after.iter().any(|later| later.object == spender.object)) {
        this_week += week.most(Some(spender), None, rules);
    }
    Stakes {
        before: most(before, limits.0, rules),
        after: most(after, limits.1, rules),
        this_week: capped(this_week, limits.0.zip(limits.1).map(|(one, two)| one.max(two)), rules.currency),
        week_ends: week.saturday,
        more_a_day: Money::new(more_a_day(before, after, limits, rules), rules.currency),
    }
}

fn capped(minor: i128, limit: Option<i64>, currency: Currency) -> Money {
    let minor = i64::try_from(minor).unwrap_or(i64::MAX);
    Money::new(limit.map_or(minor, |limit| minor.min(limit)), currency)
}

fn most(spenders: &[Spender], limit: Option<i64>, rules: &Rules) -> Most {
    let (mut a_day, mut in_all, mut day, mut week) = (0_i128, 0_i128, 0_i128, 0_i128);
    let mut ever: Option<i128> = Some(0);
    for spender in spenders {
        let minor = i128::from(spender.minor);
        if spender.pace == Pace::Lifetime {
            // It may all go in a day.
            (in_all, day, week) = (in_all + minor, day + minor, week + minor);
            ever = ever.map(|ever| ever + minor);
            continue;
        }
        let (one_day, one_week) = (worst_day(spender.minor, rules.overdelivery_bp), minor * WEEK);
        let flight = flight(spender, rules)
            .map(|days| days_by_week(days).into_iter().map(|n| (one_day * i128::from(n)).min(one_week)).sum::<i128>());
        a_day += minor;
        day += flight.map_or(one_day, |flight| one_day.min(flight));
        week += flight.map_or(one_week, |flight| one_week.min(flight));
        ever = ever.zip(flight).map(|(ever, flight)| ever + flight);
    }
    let capped = |minor: i128| capped(minor, limit, rules.currency);
    Most {
        a_day: self::capped(a_day, None, rules.currency),
        in_all: capped(in_all),
        worst_day: capped(day),
        worst_week: capped(week),
        at_most: ever.map(capped).or(limit.filter(|_| !spenders.is_empty()).map(|limit| Money::new(limit, rules.currency))),
    }
}

/// The account's days from now, or the start, to the end; `None` where nothing ends it.
fn flight(spender: &Spender, rules: &Rules) -> Option<Period> {
    let ends = spender.ends?;
    days(spender.starts.unwrap_or(rules.now).max(rules.now), ends, rules.zone)
}

/// The account's days that a stretch of time touches; `None` where there is none of it.
fn days(from: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> Option<Period> {
    if to <= from {
        return None;
    }
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    // What ends at midnight does not touch the day that begins then.
    Period::new(day(from), day(to - TimeDelta::seconds(1)).max(day(from))).ok()
}

/// The running calendar week of the ad account.
struct Week {
    begins: DateTime<Utc>,
    ends: DateTime<Utc>,
    saturday: NaiveDate,
}

impl Week {
    fn of(rules: &Rules) -> Self {
        let today = rules.now.with_timezone(&rules.zone).date_naive();
        let since_sunday = u64::from(today.weekday().num_days_from_sunday());
        let sunday = today.checked_sub_days(Days::new(since_sunday)).unwrap_or(today);
        let next = sunday.checked_add_days(Days::new(7)).unwrap_or(today);
        Self {
            begins: midnight(sunday, rules.zone),
            ends: midnight(next, rules.zone),
            saturday: next.pred_opt().unwrap_or(today),
        }
    }

    /// Seven daily budgets for the share of the week from one moment to another, in minor units times the seconds of the week. A
    /// week in which clocks change has an hour more or less, and is shared by its own length.
    fn share(&self, minor: i64, from: DateTime<Utc>, to: DateTime<Utc>) -> i128 {
        let (from, to) = (from.clamp(self.begins, self.ends), to.clamp(self.begins, self.ends));
        i128::from(minor) * WEEK * i128::from((to - from).num_seconds().max(0))
    }

    /// Shares in minor units, rounded up once.
    fn minor(&self, shares: i128) -> i128 {
        div_ceil(shares, i128::from((self.ends - self.begins).num_seconds().max(1)))
    }

    /// What so many days of the week can cost at worst, whatever the week allows.
    fn by_days(&self, minor: i64, from: DateTime<Utc>, to: DateTime<Utc>, rules: &Rules) -> i128 {
        let (from, to) = (from.clamp(self.begins, self.ends), to.clamp(self.begins, self.ends));
        let touched = days(from, to, rules.zone).map_or(0, Period::days);
        worst_day(minor, rules.overdelivery_bp) * i128::from(touched)
    }

    /// The most that one budget can cost this week where it is `before` until now and `after` from now on.
    ///
    /// Meta holds the week at the sum of both shares. What it had spent by now may already be beyond that where the budget falls:
    /// then nothing more is spent, and what is gone is gone.
    fn most(&self, before: Option<&Spender>, after: Option<&Spender>, rules: &Rules) -> i128 {
        let now = rules.now;
        let lifetime = |spender: &Spender| (spender.pace == Pace::Lifetime).then_some(i128::from(spender.minor));
        if let Some(whole) = after.or(before).and_then(lifetime) {
            return whole;
        }
        let (mut fair, mut gone) = (0, 0);
        if let Some(before) = before {
            let from = before.starts.unwrap_or(self.begins).max(self.begins).min(now);
            fair = self.share(before.minor, from, now);
            // Nobody knew on the day that the budget would change: each day was spent as though the week went on.
            gone = self.by_days(before.minor, from, now, rules).min(self.minor(self.share(before.minor, from, self.ends)));
        }
        let Some(after) = after else { return gone };
        let from = after.starts.unwrap_or(now).max(now);
        let to = after.ends.unwrap_or(self.ends).max(from);
        let rest = self.share(after.minor, from, self.ends);
        let by_days = if to <= from { 0 } else { self.by_days(after.minor, from, to, rules) };
        gone.max(self.minor(fair + rest)).min(gone + by_days)
    }
}

/// The first moment of a day in a zone; where the clocks skip midnight, the first there is.
fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let mut local = day.and_time(chrono::NaiveTime::MIN);
    // No zone skips more than a day; 48 half hours cover it.
    for _ in 0..48 {
        if let Some(found) = zone.from_local_datetime(&local).earliest() {
            return found.to_utc();
        }
        local += TimeDelta::minutes(30);
    }
    local.and_utc()
}

/// By how much the money a day rises, rounded up. Where Meta's limit for the campaign rises or goes, what it held back counts as new
/// money: whether it was reached is not known here.
fn more_a_day(before: &[Spender], after: &[Spender], limits: (Option<i64>, Option<i64>), rules: &Rules) -> i64 {
    let freed = limits.0.is_some_and(|was| limits.1.is_none_or(|is| is > was));
    let before = if freed { &[] } else { before };
    // Budgets over the same days are added before they are divided, so that money that only moves raises nothing.
    let mut by_days: BTreeMap<i128, i128> = BTreeMap::new();
    for (spenders, sign) in [(before, -1), (after, 1)] {
        for spender in spenders {
            let days = match spender.pace {
                Pace::Daily => 1,
                Pace::Lifetime => i128::from(flight(spender, rules).map_or(1, Period::days)).max(1),
            };
            *by_days.entry(days).or_default() += sign * i128::from(spender.minor);
        }
    }
    let more: i128 = by_days.into_iter().map(|(days, minor)| div_ceil(minor, days)).sum();
    let more = limits.1.map_or(more, |limit| more.min(i128::from(limit)));
    i64::try_from(more).unwrap_or(i64::MAX)
}
