//! A month envelope: a sum of money a month over several campaigns, how its spend stands to it, and the daily amount that lands
//! on it.
//!
//! Pure: the service gathers [`Figures`]; [`Figures::outlook`] says what they come to. A day counts as known once the figures of
//! all of it were read. Days between the last known one and today are taken at what is budgeted a day now, so that late figures
//! cannot make room for money that is gone already.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Serialize;

use super::id::CampaignId;
use super::money::{MICROS, Money, Spend};
use super::period::Period;
use super::split::rounding::largest_remainder;

/// The usual tolerance, in basis points of what should be spent by then: 5 %.
pub const USUAL_TOLERANCE_BP: i32 = 500;
/// The most campaigns in one envelope.
pub const MOST_MEMBERS: usize = 200;

/// The month that a day lies in.
pub fn month_of(day: NaiveDate) -> Period {
    let first = day.with_day(1).unwrap_or(day);
    let last = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day);
    Period { since: first, until: last }
}

/// A campaign of an envelope as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// What it spent in the month while it belonged, by network as Meta names it.
    pub spent: Vec<(String, i64)>,
    /// What it may spend from now on.
    pub runs: Runs,
}

/// How a campaign goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// It is on with a budget a day, in minor units: it can be steered.
    Daily(i64),
    /// It is on with a budget in all: what is left of it, minor units, and the days until its end where both are known.
    Lifetime(Option<(i64, i64)>),
    /// It is off, over, or does not belong any more.
    Not,
}

impl Member {
    /// Its spend in micros.
    pub fn micros(&self) -> i64 {
        self.spent.iter().fold(0, |sum, (_, micros)| sum.saturating_add(*micros))
    }
}

/// What is known of an envelope's month.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The envelope: minor units a month.
    pub amount: Money,
    /// See [`USUAL_TOLERANCE_BP`].
    pub tolerance_bp: i32,
    /// The accounts' day.
    pub today: NaiveDate,
    /// The last day of which all figures were read; `None` where nothing was read yet.
    pub known_until: Option<NaiveDate>,
    /// Its campaigns, those taken out in this month included.
    pub members: Vec<Member>,
    /// What was spent on each day of the month, in micros; days without spend may be left out.
    pub by_day: Vec<(NaiveDate, i64)>,
}

/// Against an even pace over the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pacing {
    /// More was spent than an even pace would have.
    Ahead,
    /// Within the tolerance.
    On,
    /// Less was spent.
    Behind,
    /// No whole day of the month is known yet.
    Unknown,
}

impl Pacing {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::On => "on pace",
            Self::Behind => "behind",
            Self::Unknown => "not known yet",
        }
    }
}

/// The daily amount that lands on the envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landing {
    /// So much a day over the campaigns that can be steered.
    Daily {
        /// A day, over all of them.
        a_day: Money,
        /// What stays of the envelope because a day's amount is whole minor units: less than one for each day left.
        stays: Money,
        /// What each campaign gets, in the order of the members; largest remainder of what they have now.
        each: Vec<(CampaignId, Money)>,
    },
    /// It is spent already, or will be without a day's budget: by so much more than the envelope.
    Over(Money),
    /// No campaign that is on has a budget a day.
    NothingToSteer,
    /// No figures were read yet.
    Unknown,
}

/// What an envelope's month comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The month.
    pub month: Period,
    /// Spent so far.
    pub spent: Spend,
    /// What an even pace would have spent by the end of the last known day.
    pub even: Spend,
    /// What was spent by then.
    pub spent_known: Spend,
    /// How the two stand.
    pub pacing: Pacing,
    /// Days left, today included.
    pub days_left: i64,
    /// Days before today whose figures are missing.
    pub days_missing: i64,
    /// What campaigns with a budget in all are expected to spend in the days left; `None` where that is not known of one.
    pub unsteered: Option<Money>,
    /// The daily amount.
    pub landing: Landing,
}

impl Figures {
    /// The days of the month that are known whole: their number, and what was spent on each, 0 where nothing was.
    pub fn known_days(&self) -> Vec<i64> {
        let month = month_of(self.today);
        let Some(last) = self.last_known() else { return Vec::new() };
        let spent = |day: NaiveDate| self.by_day.iter().filter(|(on, _)| *on == day).map(|(_, micros)| *micros).sum();
        month.each_day().take_while(|day| *day <= last).map(spent).collect()
    }

    /// The last day before today that is known whole, if it lies in this month.
    fn last_known(&self) -> Option<NaiveDate> {
        let yesterday = self.today.pred_opt()?;
        self.known_until.map(|day| day.min(yesterday)).filter(|day| *day >= month_of(self.today).since)
    }

    /// What the figures come to.
    pub fn outlook(&self) -> Outlook {
        let month = month_of(self.today);
        let currency = self.amount.currency;
        let per_minor = MICROS / currency.offset();
        let spent: i64 = self.by_day.iter().map(|(_, micros)| *micros).fold(0, i64::saturating_add);
        let known = self.known_days();
        let known_count = i64::try_from(known.len()).unwrap_or(i64::MAX);
        let spent_known = known.iter().copied().fold(0, i64::saturating_add);
        let whole = i128::from(self.amount.minor) * i128::from(per_minor);
        let even = clamp(whole * i128::from(known_count) / i128::from(month.days()));
        let days_left = (month.until - self.today).num_days() + 1;
        let days_missing = (self.today - month.since).num_days() - known_count;
        let unsteered = self.unsteered(days_left);
        Outlook {
            month,
            spent: Spend::new(spent, currency),
            even: Spend::new(even, currency),
            spent_known: Spend::new(spent_known, currency),
            pacing: if known.is_empty() { Pacing::Unknown } else { pacing(spent_known, even, self.tolerance_bp) },
            days_left,
            days_missing,
            unsteered: unsteered.map(|minor| Money::new(minor, currency)),
            landing: self.landing(spent_known, per_minor, days_left, days_missing, unsteered.unwrap_or(0)),
        }
    }

    /// What campaigns with a budget in all are expected to spend in the days left: an even share of what each has left.
    fn unsteered(&self, days_left: i64) -> Option<i64> {
        let each = self.members.iter().map(|member| match member.runs {
            Runs::Lifetime(Some((left, days))) => {
                let share = i128::from(left.max(0)) * i128::from(days_left.min(days).max(0));
                Some(clamp(share / i128::from(days.max(1))))
            }
            Runs::Lifetime(None) => None,
            _ => Some(0),
        });
        each.sum()
    }

    fn landing(&self, spent_known: i64, per_minor: i64, days_left: i64, days_missing: i64, unsteered: i64) -> Landing {
        let currency = self.amount.currency;
        let daily: Vec<(CampaignId, i64)> = self
            .members
            .iter()
            .filter_map(|member| match member.runs {
                Runs::Daily(minor) => Some((member.campaign, minor.max(0))),
                _ => None,
            })
            .collect();
        if self.known_until.is_none() {
            return Landing::Unknown;
        }
        let now: i128 = daily.iter().map(|(_, minor)| i128::from(*minor)).sum();
        // A started minor unit is spent: rounding must not make money.
        let gone = i128::from(spent_known.div_euclid(per_minor)) + i128::from(spent_known.rem_euclid(per_minor) > 0);
        let missing = now * i128::from(days_missing.max(0));
        let left = i128::from(self.amount.minor) - gone - missing - i128::from(unsteered);
        if left <= 0 {
            return Landing::Over(Money::new(clamp(-left), currency));
        }
        if daily.is_empty() {
            return Landing::NothingToSteer;
        }
        let a_day = clamp(left / i128::from(days_left.max(1)));
        let stays = clamp(left % i128::from(days_left.max(1)));
        let weights: Vec<u64> = daily.iter().map(|(_, minor)| minor.unsigned_abs()).collect();
        let parts = largest_remainder(a_day, &weights).unwrap_or_default();
        let each = daily.iter().zip(parts).map(|((campaign, _), minor)| (*campaign, Money::new(minor, currency)));
        Landing::Daily { a_day: Money::new(a_day, currency), stays: Money::new(stays, currency), each: each.collect() }
    }
}

fn pacing(spent: i64, even: i64, tolerance_bp: i32) -> Pacing {
    let off = i128::from(spent) - i128::from(even);
    let allowed = i128::from(even) * i128::from(tolerance_bp) / 10_000;
    match off {
        off if off > allowed => Pacing::Ahead,
        off if off < -allowed => Pacing::Behind,
        _ => Pacing::On,
    }
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// The day before one, for figures that were read in the middle of it.
pub fn whole_day_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(day)
}

#[cfg(test)]
mod tests;
