//! What can be spent at worst in a stretch of time: never more than Meta's own rules and limits allow.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::days::{bounds, day_of};
use crate::domain::campaign;
use crate::domain::period::Period;
use crate::domain::split::rounding::div_ceil;

/// Daily budgets in a week, Sunday to Saturday. Source: Marketing API, "Budgets".
const WEEK: i128 = 7;

/// What Meta is taken to do. Everything else follows from these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assumptions {
    /// How far one day may go over a daily budget, basis points.
    pub over_bp: i64,
    /// The busiest stretch of a day takes so many times its even part.
    pub peak: i64,
    /// Figures read at a time may lack what was spent this long before it.
    pub delay: TimeDelta,
    /// The guard looks this often.
    pub every: TimeDelta,
    /// From a decision until Meta delivers no more.
    pub settle: TimeDelta,
    /// What Meta may add to figures later, basis points of them.
    pub restated_bp: i64,
    /// Older figures than this are stale.
    pub stale: TimeDelta,
}

/// What the guard assumes. Source of the first: Marketing API changelog, v24.0; the others are ours, larger than what was seen.
pub const ASSUMED: Assumptions = Assumptions {
    over_bp: campaign::OVERDELIVERY_BP,
    peak: 3,
    delay: TimeDelta::minutes(30),
    every: TimeDelta::minutes(5),
    settle: TimeDelta::minutes(10),
    restated_bp: 200,
    stale: TimeDelta::minutes(60),
};

/// A budget for a whole time that is being spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// What is left of it by the known figures, micros.
    pub left: i64,
    /// When it ends; `None` where nothing says so.
    pub ends: Option<DateTime<Utc>>,
}

/// A campaign that is on, or is being switched on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Runner {
    /// Its daily budgets together, micros.
    pub daily: i64,
    /// Its lifetime budgets.
    pub lifetime: Vec<Lifetime>,
    /// What Meta's own limits leave it by the known figures, micros: its `spend_cap`, its lifetime budgets where it has no others.
    pub left_at_meta: Option<i64>,
}

/// One ad account's part in a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The zone of its days.
    pub zone: Tz,
    /// The days that count there now.
    pub window: Period,
    /// Platform time up to which its figures are known; `None` where none were ever read.
    pub known_until: Option<DateTime<Utc>>,
    /// What is on.
    pub runners: Vec<Runner>,
    /// What the account's own limit leaves, micros.
    pub left_at_meta: Option<i64>,
}

impl Part {
    /// From when on spend may be unknown: never before the window.
    pub(super) fn unknown_from(&self, assumed: &Assumptions) -> DateTime<Utc> {
        let begins = bounds(self.zone, self.window.since).0;
        self.known_until.map_or(begins, |known| (known - assumed.delay).max(begins))
    }

    /// The most that can be spent from `from` to `to` within the window, micros.
    pub(super) fn worst(&self, assumed: &Assumptions, from: DateTime<Utc>, to: DateTime<Utc>) -> i128 {
        let until = bounds(self.zone, self.window.until).1;
        let (from, to) = (from.max(bounds(self.zone, self.window.since).0), to.min(until));
        let all = self.runners.iter().map(|runner| runner.worst(self.zone, assumed, from, to)).sum::<i128>();
        self.left_at_meta.map_or(all, |left| all.min(i128::from(left.max(0))))
    }

    /// The most that Meta's own limits let it spend from the known figures on; `None` where they leave it open.
    pub(super) fn at_meta(&self) -> Option<i128> {
        let each: Option<i128> = self.runners.iter().map(|runner| runner.left_at_meta.map(|left| i128::from(left.max(0)))).sum();
        let own = self.left_at_meta.map(|left| i128::from(left.max(0)));
        match (each, own) {
            (Some(each), Some(own)) => Some(each.min(own)),
            (known, None) | (None, known) => known,
        }
    }
}

impl Runner {
    fn worst(&self, zone: Tz, assumed: &Assumptions, from: DateTime<Utc>, to: DateTime<Utc>) -> i128 {
        if from >= to {
            return 0;
        }
        let all = self.worst_of_daily(zone, assumed, from, to)
            + self.lifetime.iter().map(|budget| budget.worst(assumed, from, to)).sum::<i128>();
        self.left_at_meta.map_or(all, |left| all.min(i128::from(left.max(0))))
    }

    /// Day by day at most 1.75 budgets, and of a day no more than its busiest stretch of that length; week by week at most seven.
    fn worst_of_daily(&self, zone: Tz, assumed: &Assumptions, from: DateTime<Utc>, to: DateTime<Utc>) -> i128 {
        let budget = i128::from(self.daily);
        let day_most = campaign::worst_day(self.daily, assumed.over_bp);
        let (mut all, mut week) = (0, 0);
        let mut day = day_of(zone, from);
        loop {
            let (begins, ends) = bounds(zone, day);
            if begins >= to {
                break;
            }
            if day.weekday().num_days_from_sunday() == 0 {
                all += std::mem::take(&mut week);
            }
            week =
                (week + part_of(day_most, assumed.peak, overlap((begins, ends), (from, to)), ends - begins)).min(budget * WEEK);
            match day.checked_add_days(Days::new(1)) {
                Some(next) => day = next,
                None => break,
            }
        }
        all + week
    }
}

impl Lifetime {
    /// Meta spreads what is left over the time left; the same swing is allowed for as within a day. The time left is that at the
    /// end of the stretch: until then the even part may only have grown.
    fn worst(&self, assumed: &Assumptions, from: DateTime<Utc>, to: DateTime<Utc>) -> i128 {
        let left = self.left.max(0);
        let Some(ends) = self.ends.filter(|ends| *ends > to) else { return left.into() };
        let swung = campaign::worst_day(left, assumed.over_bp);
        part_of(swung, assumed.peak, to - from, ends - to).min(left.into())
    }
}

/// The most that a stretch takes of an amount that is spread over `whole`, rounded up.
fn part_of(amount: i128, peak: i64, stretch: TimeDelta, whole: TimeDelta) -> i128 {
    let (stretch, whole) = (i128::from(stretch.num_seconds().max(0)), i128::from(whole.num_seconds().max(1)));
    // A second begun counts whole.
    let stretch = if stretch == 0 { 0 } else { stretch + 1 };
    div_ceil(amount * i128::from(peak) * stretch, whole).min(amount)
}

fn overlap(a: (DateTime<Utc>, DateTime<Utc>), b: (DateTime<Utc>, DateTime<Utc>)) -> TimeDelta {
    a.1.min(b.1) - a.0.max(b.0)
}

/// The most daily budgets spend on a whole day, micros.
pub fn worst_day(daily: i64, assumed: &Assumptions) -> i64 {
    i64::try_from(campaign::worst_day(daily, assumed.over_bp)).unwrap_or(i64::MAX)
}

/// The days of a period up to a day.
pub fn up_to(window: Period, day: NaiveDate) -> Option<Period> {
    Period::new(window.since, window.until.min(day)).ok()
}
