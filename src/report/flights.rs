//! Campaigns against their plan: what the flight may spend, what it has spent, how much of its time is gone.
//!
//! The plan is the definition in force; what an earlier definition allowed is in the ledger, not here.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::domain::campaign::{Campaign, Limits, Pace, Shape};
use crate::domain::id::WorkspaceId;
use crate::domain::money::{Money, Spend};
use crate::domain::period::Period;
use crate::domain::split::{self, Bounds, share_of};
use crate::store::{Conn, MultiBackend};

use super::Result;

/// A campaign that was defined here, against its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flight {
    /// The budget a day; `None` with a lifetime budget.
    pub a_day: Option<Money>,
    /// What the whole flight may spend, where it ends.
    pub in_all: Option<Spend>,
    /// What it has spent so far, whatever period the page shows.
    pub spent: Option<Spend>,
    /// Days of the flight, where it ends.
    pub days: Option<Period>,
    /// The first day, where it is known.
    pub since: Option<NaiveDate>,
    /// Facebook's and Instagram's budgets, where each has its own.
    pub set: Option<(Money, Money)>,
    /// The shares between which Meta divides a guided budget, least and most in basis points: Facebook's, Instagram's.
    pub guide: Option<[(i64, i64); 2]>,
}

/// What the limits of a guided budget leave each network, in basis points of it.
fn guide(amount: Money, limits: [&Limits; 2]) -> Option<[(i64, i64); 2]> {
    let bounds = limits.map(|limits| Bounds {
        floor: limits.floor.map_or(0, |floor| floor.minor),
        ceiling: limits.ceiling.map_or(i64::MAX, |ceiling| ceiling.minor),
    });
    let share = |minor: i64| share_of(minor, amount.minor);
    match split::room(amount.minor, &bounds).ok()?.as_slice() {
        [facebook, instagram] => Some([*facebook, *instagram].map(|(least, most)| (share(least), share(most)))),
        _ => None,
    }
}

impl Flight {
    /// The plan of a definition.
    pub fn of(campaign: &Campaign, published: NaiveDate) -> Self {
        let since = campaign.schedule.starts.map_or(published, |at| campaign.schedule.day(at));
        let until = campaign.schedule.ends.map(|at| campaign.schedule.day(at - chrono::TimeDelta::seconds(1)));
        let days = until.and_then(|until| Period::new(since, until).ok());
        let amount = campaign.budget.amount;
        let (a_day, in_all) = match campaign.budget.pace {
            Pace::Lifetime => (None, Some(amount.to_spend())),
            Pace::Daily => {
                let all = days.map(|days| Money::new(amount.minor.saturating_mul(days.days()), amount.currency).to_spend());
                (Some(amount), all)
            }
        };
        let capped = match (in_all, campaign.never_more.map(Money::to_spend)) {
            (Some(all), Some(most)) => Some(all.min(most)),
            (all, most) => all.or(most),
        };
        let (set, guide) = match &campaign.shape {
            Shape::PerNetwork { facebook, instagram } => (Some((*facebook, *instagram)), None),
            Shape::Guided { facebook, instagram } => (None, guide(amount, [facebook, instagram])),
            Shape::Shared | Shape::PerGroup { .. } => (None, None),
        };
        Self { a_day, in_all: capped, spent: None, days, since: Some(since), set, guide }
    }

    /// What the plan gives a day, in micros: the daily budget, or the lifetime budget spread evenly; nothing outside the flight.
    pub fn planned_on(&self, day: NaiveDate) -> Option<i64> {
        let inside = self.since.is_none_or(|since| day >= since) && self.days.is_none_or(|days| day <= days.until);
        let even = || Some(self.in_all?.micros / self.days?.days().max(1));
        if inside { self.a_day.map(|money| money.to_spend().micros).or_else(even) } else { None }
    }

    /// Days gone and days in all, where the flight ends; a flight that has not begun has none gone.
    pub fn elapsed(&self, today: NaiveDate) -> Option<(i64, i64)> {
        let days = self.days?;
        let gone = if today < days.since { 0 } else { (today.min(days.until) - days.since).num_days() + 1 };
        Some((gone, days.days()))
    }
}

#[derive(QueryableByName)]
struct SpentRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    micros: Option<i64>,
}

/// What campaigns have spent in all, micros: the balance of the ledger.
pub(super) fn spent(connection: &mut Conn, workspace: WorkspaceId, ids: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let mut out = BTreeMap::new();
    for chunk in ids.chunks(500) {
        let places: Vec<String> = (0..chunk.len()).map(|n| format!("${}", n + 2)).collect();
        let text = format!(
            "SELECT campaign_id AS id, CAST(SUM(amount) AS BIGINT) AS micros FROM ledger_lines \
             WHERE workspace_id = $1 AND account = 'spent' AND campaign_id IN ({}) GROUP BY campaign_id ORDER BY campaign_id",
            places.join(", ")
        );
        let mut query = diesel::sql_query(text).into_boxed::<MultiBackend>().bind::<BigInt, _>(workspace.0);
        for id in chunk {
            query = query.bind::<BigInt, _>(*id);
        }
        out.extend(query.load::<SpentRow>(connection)?.into_iter().filter_map(|row| Some((row.id, row.micros?))));
    }
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::currency::Currency;

    fn flight(a_day: Option<i64>, in_all: i64) -> Flight {
        let days = Period::new("2026-12-01".parse().unwrap(), "2026-12-10".parse().unwrap()).unwrap();
        Flight {
            a_day: a_day.map(|minor| Money::new(minor, Currency::EUR)),
            in_all: Some(Spend::new(in_all, Currency::EUR)),
            spent: None,
            days: Some(days),
            since: Some(days.since),
            set: None,
            guide: None,
        }
    }

    #[test]
    fn a_lifetime_budget_is_planned_evenly_and_nothing_outside_the_flight() {
        let lifetime = flight(None, 1_000_000_000);
        assert_eq!(lifetime.planned_on("2026-12-01".parse().unwrap()), Some(100_000_000));
        assert_eq!(lifetime.planned_on("2026-11-30".parse().unwrap()), None);
        assert_eq!(flight(Some(14_000), 0).planned_on("2026-12-10".parse().unwrap()), Some(140_000_000));
        assert_eq!(flight(Some(14_000), 0).planned_on("2026-12-11".parse().unwrap()), None);
    }

    #[test]
    fn time_gone_stays_within_the_flight() {
        let flight = flight(None, 1);
        assert_eq!(flight.elapsed("2026-11-01".parse().unwrap()), Some((0, 10)));
        assert_eq!(flight.elapsed("2026-12-05".parse().unwrap()), Some((5, 10)));
        assert_eq!(flight.elapsed("2027-01-01".parse().unwrap()), Some((10, 10)));
    }
}
