//! Figures by day, ad and placement: fetched in windows, stored a day a transaction with roll-ups and ledger.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use crate::domain::id::CampaignId;
use crate::domain::network::Network;
use crate::domain::period::Period;
use crate::graph::{Breakdown, GraphError, InsightsQuery, InsightsRow, Level, RunState};
use crate::store::ledger::{self, Entry};
use crate::store::rollups::{self, Scope};
use crate::store::synced_facts::{self, ActionKey, Day, Delivered, Key, Results, SYNCED, Said, Touched};
use crate::store::{Conn, UtcTime};

use super::super::Result;
use super::objects::{Index, SyncIds};
use super::{Sync, results};

/// Days asked for in one call; a window that is too large is halved.
const WINDOW_DAYS: u64 = 7;
/// Rows read of one window: more means that the window is asked for in halves.
const MOST_ROWS: usize = 100_000;
/// The breakdown pages and roll-ups are made of.
const BREAKDOWN: &str = "placement";
/// How often a report that Meta is making is looked at, and when it is given up.
const POLL: std::time::Duration = std::time::Duration::from_secs(2);
const POLLS: u32 = 300;

/// Fetches and stores a window.
pub(super) async fn bring_in(sync: &Sync, mut index: Index, window: Period) -> Result<()> {
    let mut since = window.since;
    while since <= window.until {
        let until = since.checked_add_days(Days::new(WINDOW_DAYS - 1)).unwrap_or(window.until).min(window.until);
        let mut todo = vec![Period { since, until }];
        while let Some(part) = todo.pop() {
            match fetch(sync, part).await {
                Ok(rows) => index = store_window(sync, index, part, rows).await?,
                Err(GraphError::TooMuchData { .. }) if part.days() > 1 => todo.extend(halves(part)),
                Err(GraphError::TooMuchData { .. }) => {
                    let rows = fetch_run(sync, part).await?;
                    index = store_window(sync, index, part, rows).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        since = match until.succ_opt() {
            Some(next) => next,
            None => break,
        };
    }
    Ok(())
}

/// The later half first, so that the earlier one is taken from the end of the list next.
fn halves(part: Period) -> [Period; 2] {
    let middle = part.since.checked_add_days(Days::new((part.days() / 2).unsigned_abs())).unwrap_or(part.until);
    let before = middle.pred_opt().unwrap_or(part.since);
    [Period { since: middle, until: part.until }, Period { since: part.since, until: before }]
}

fn query(part: Period) -> InsightsQuery {
    InsightsQuery::daily(Level::Ad, Breakdown::Placement, part)
}

async fn fetch(sync: &Sync, part: Period) -> std::result::Result<Vec<InsightsRow>, GraphError> {
    sync.client.insights(&sync.node, &query(part))?.all(MOST_ROWS).await
}

/// One day too large for a direct answer: Meta makes a report while we wait.
async fn fetch_run(sync: &Sync, part: Period) -> Result<Vec<InsightsRow>> {
    let run = sync.client.start_insights(&sync.node, &query(part)).await?;
    for _ in 0..POLLS {
        match sync.client.insights_state(&run).await? {
            RunState::Ready => return Ok(sync.client.insights_of(&run).all(usize::MAX).await?),
            RunState::Failed(words) => {
                return Err(GraphError::Transient { message: format!("the report failed: {words}") }.into());
            }
            RunState::Working(_) => tokio::time::sleep(POLL).await,
        }
    }
    Err(GraphError::Transient { message: "the report was not ready in ten minutes".to_owned() }.into())
}

async fn store_window(sync: &Sync, index: Index, part: Period, rows: Vec<InsightsRow>) -> Result<Index> {
    let mut by_day: BTreeMap<NaiveDate, Vec<InsightsRow>> = part.each_day().map(|day| (day, Vec::new())).collect();
    for row in rows {
        // A row over several days cannot be put on one; none was asked for.
        if row.period.days() == 1 {
            by_day.entry(row.period.since).or_default().push(row);
        }
    }
    let mut index = index;
    for (on, rows) in by_day {
        index = store_day(sync, index, on, rows).await?;
    }
    Ok(index)
}

async fn store_day(sync: &Sync, mut index: Index, on: NaiveDate, rows: Vec<InsightsRow>) -> Result<Index> {
    let (ctx, known_at): (_, UtcTime) = (sync.ctx.clone(), sync.began.0.into());
    let (workspace, account) = (sync.account.workspace_id, sync.account.id);
    let stored = sync.ctx.db.write(move |c| {
        let ids = SyncIds { ctx: &ctx, workspace, account, seen_at: ctx.stamp() };
        for row in &rows {
            index.learn(c, &ids, row)?;
        }
        let day = Day { workspace, account, breakdown: BREAKDOWN, on };
        let touched = synced_facts::replace(c, &day, &said(&index, &rows), known_at)?;
        if touched.any() {
            let scope = Scope { workspace, account, source: SYNCED, breakdown: BREAKDOWN, since: on, until: on };
            rollups::recompute(c, &scope)?;
            let entries = book(c, &scope, known_at, touched, || ctx.new_id())?;
            ledger::append(c, &entries)?;
        }
        Ok(index)
    });
    stored.await
}

/// The day's rows under our ids. A row of an object that cannot be named is left out of no total: `learn` has named them all.
fn said(index: &Index, rows: &[InsightsRow]) -> Said {
    let mut said = Said::default();
    for row in rows {
        let id = |remote: &Option<String>, known: &BTreeMap<String, crate::domain::id::ObjectId>| {
            remote.as_ref().and_then(|remote| known.get(remote)).map(|id| id.0)
        };
        let (Some(object_id), Some(campaign_id)) = (id(&row.ad_id, &index.ads), id(&row.campaign_id, &index.campaigns)) else {
            continue;
        };
        let ad_set_id = id(&row.ad_set_id, &index.ad_sets);
        let [platform, position] = row.breakdown.as_slice() else { continue };
        let network = Network::from_platform(platform);
        // Of the networks that are "other" each keeps its name in the position, so that no two rows meet in one key.
        let position = if network == Network::Other { format!("{platform} {position}") } else { position.clone() };
        let key = Key { object_id, network: network.as_str().to_owned(), position };
        if let Some(kind) = row.ad_set_id.as_ref().and_then(|remote| index.kinds.get(remote)) {
            let action = ActionKey {
                row: key.clone(),
                result_kind: kind.word.to_owned(),
                attribution: results::attribution(row.attribution_setting.as_deref()),
            };
            let counted = Results { campaign_id, ad_set_id, results: kind.results(row), value_micros: kind.value_micros(row) };
            said.actions.insert(action, counted);
        }
        let delivered = Delivered {
            campaign_id,
            ad_set_id,
            spend_micros: row.spend_micros,
            impressions: row.impressions,
            clicks: row.clicks,
            link_clicks: row.link_clicks,
            reach: row.reach,
        };
        said.facts.insert(key, delivered);
    }
    said
}

/// The ledger entries that bring its balance of the day to what the roll-ups say now.
fn book(c: &mut Conn, scope: &Scope<'_>, at: UtcTime, touched: Touched, new_id: impl Fn() -> i64) -> Result<Vec<Entry>> {
    let now = rollups::spend_by_campaign(c, scope)?;
    let booked = ledger::spent_on(c, scope.workspace, scope.account, scope.since)?;
    let campaigns: BTreeSet<i64> = now.keys().chain(booked.keys()).copied().collect();
    let mut entries = Vec::new();
    for campaign in campaigns {
        let (said, known) = (now.get(&campaign).copied().unwrap_or_default(), booked.get(&campaign).copied());
        let change = said - known.unwrap_or_default();
        if change == 0 {
            continue;
        }
        let (kind, reason) = match known {
            None => ("spent", "Meta reported this spend.".to_owned()),
            Some(_) => (
                "restated",
                format!("Meta restated the day: {} rows changed, {} new, {} gone.", touched.changed, touched.new, touched.gone),
            ),
        };
        entries.push(Entry {
            workspace_id: scope.workspace,
            id: new_id(),
            ad_account_id: scope.account,
            campaign_id: CampaignId(campaign),
            ad_set_id: None,
            at,
            kind: kind.to_owned(),
            minor: None,
            micros: Some(change),
            on_day: Some(scope.since),
            reason,
        });
    }
    Ok(entries)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_is_too_large_is_halved_without_gap_or_overlap() {
        let part = Period { since: "2026-11-01".parse().unwrap(), until: "2026-11-07".parse().unwrap() };
        let [later, earlier] = halves(part);
        assert_eq!((earlier.since, later.until), (part.since, part.until));
        assert_eq!(earlier.until.succ_opt(), Some(later.since));
        assert_eq!(earlier.days() + later.days(), 7);
    }
}
