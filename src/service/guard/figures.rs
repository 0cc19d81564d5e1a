//! Figures that the guard asks Meta for itself, where those of the last sync leave a limit in doubt.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::guard::day_of;
use crate::domain::period::Period;
use crate::graph::{Breakdown, Client, InsightsQuery, Level, NodeId};
use crate::service::connections::hear;
use crate::service::limits::Spender;
use crate::service::{Ctx, Result};

/// More rows than campaigns times days that may have changed.
const MOST_ROWS: usize = 50_000;

/// What Meta said of an ad account's days.
pub(super) struct Figures {
    /// From this day on.
    since: NaiveDate,
    /// What each campaign spent on each day, micros, by Meta's id.
    days: BTreeMap<String, BTreeMap<NaiveDate, i64>>,
    /// Platform time when it was asked.
    known_until: DateTime<Utc>,
    /// The account's own limit and what is spent against it, minor units.
    own: (Option<i64>, Option<i64>),
}

/// Asks for the days from the last one that is known, two calls: the account with its own limit, and its campaigns' spend.
pub(super) async fn ask(ctx: &Ctx, spender: &Spender, client: &Client, node: &NodeId) -> Result<Figures> {
    let said = client.ad_account(node).await?;
    hear(ctx, client);
    let known_until = spender.now(ctx);
    let today = day_of(spender.zone, known_until);
    // From the sync's last day, whatever was asked since: these figures take the place of those asked before.
    let since = spender.synced_until.map_or(spender.since, |known| day_of(spender.zone, known)).min(today);
    let query = InsightsQuery::daily(Level::Campaign, Breakdown::None, Period { since, until: today });
    let rows = client.insights(node, &query)?.all(MOST_ROWS).await?;
    let mut days: BTreeMap<String, BTreeMap<NaiveDate, i64>> = BTreeMap::new();
    for row in rows {
        if let (Some(campaign), Some(micros)) = (row.campaign_id, row.spend_micros) {
            days.entry(campaign).or_default().insert(row.period.since, micros);
        }
    }
    Ok(Figures { since, days, known_until, own: (said.spend_cap, said.amount_spent) })
}

impl Figures {
    /// Puts these in the place of older ones.
    pub(super) fn apply(&self, spender: &mut Spender) {
        if spender.known_until.is_some_and(|known| known >= self.known_until) {
            return;
        }
        for days in spender.days.values_mut() {
            days.retain(|day, _| *day < self.since);
        }
        for (campaign, days) in &self.days {
            // A day before the first that is counted belongs to what was spent before.
            let counted = days.iter().filter(|(day, _)| **day >= spender.since).map(|(day, micros)| (*day, *micros));
            spender.days.entry(campaign.clone()).or_default().extend(counted);
        }
        (spender.account.spend_cap_minor, spender.account.amount_spent_minor) = self.own;
        spender.known_until = Some(self.known_until);
    }
}
