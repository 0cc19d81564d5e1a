//! Figures by day, ad and placement: fetched in windows, stored a day at a time with roll-ups and ledger.
//!
//! Small accounts are asked for a week in one answer; of large ones Meta makes a report a day. Whatever was read when a wait or
//! a failure comes is kept aside, so that no page is read twice.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::domain::network::Network;
use crate::domain::period::Period;
use crate::graph::{Breakdown, GraphError, InsightsPages, InsightsQuery, InsightsRow, Level, Run, RunState};
use crate::store::rollups::{self, Scope};
use crate::store::synced_facts::{self, ActionKey, Day, Delivered, Key, Results, SYNCED, Said, Touched};
use crate::store::{UtcTime, ledger, sync_runs};

use super::super::{Error, Result};
use super::objects::{Index, SyncIds};
use super::progress::{Progress, Stage};
use super::{Sync, results};

/// Days asked for in one call; a window that is too large is halved.
const WINDOW_DAYS: u64 = 7;
/// From so many ads on a day is a report that Meta makes while we wait.
const LARGE_FROM: usize = 500;
/// Rows of one answer: more means that the window is asked for in halves.
const MOST_ROWS: usize = 100_000;
/// Rows written in one transaction.
const MOST_WRITTEN: usize = 20_000;
/// The breakdown pages and roll-ups are made of.
const BREAKDOWN: &str = "placement";
/// How long until a report that Meta is making is looked at again, and how often before it is given up.
const POLL: chrono::Duration = chrono::Duration::seconds(2);
const POLLS: u32 = 300;

/// Fetches and stores the window from where the sync stands.
pub(super) async fn bring_in(sync: &Sync, progress: &mut Progress, mut index: Index) -> Result<()> {
    let window = progress.window();
    let next = |day: NaiveDate| day.checked_add_days(Days::new(1));
    loop {
        let since = match progress.place.day {
            Some(day) if day >= window.until => break,
            Some(day) => next(day).unwrap_or(window.until),
            None => window.since,
        };
        let part = progress.place.part.filter(|part| part.since == since).unwrap_or_else(|| {
            let days = if index.ads.len() >= LARGE_FROM { 1 } else { WINDOW_DAYS };
            Period { since, until: since.checked_add_days(Days::new(days - 1)).unwrap_or(since).min(window.until) }
        });
        progress.place.part = Some(part);
        match fetch(sync, progress, part, index.ads.len() >= LARGE_FROM).await {
            Ok(rows) => index = store(sync, progress, index, part, rows).await?,
            Err(Error::Graph(GraphError::TooMuchData { .. })) if part.days() > 1 => {
                forget_pages(sync, progress).await?;
                progress.place.part = Some(first_half(part));
            }
            Err(Error::Graph(GraphError::TooMuchData { .. })) if progress.place.report.is_none() => {
                forget_pages(sync, progress).await?;
                start(sync, progress, part).await?;
            }
            Err(error) => return Err(error),
        }
    }
    progress.next(Stage::Reach);
    progress.save(&sync.ctx).await
}

/// The first half of a window of several days; the rest follows as the next window.
fn first_half(part: Period) -> Period {
    let days = (part.days() / 2).max(1).unsigned_abs();
    Period { since: part.since, until: part.since.checked_add_days(Days::new(days - 1)).unwrap_or(part.since) }
}

fn query(part: Period) -> InsightsQuery {
    InsightsQuery::daily(Level::Ad, Breakdown::Placement, part)
}

async fn start(sync: &Sync, progress: &mut Progress, part: Period) -> Result<()> {
    let run = sync.client.start_insights(&sync.node, &query(part)).await?;
    progress.place.report = Some((run.id, 0));
    progress.save(&sync.ctx).await?;
    progress.breathe(sync).await
}

/// Reads a window: at once, or as a report that Meta makes.
async fn fetch(sync: &Sync, progress: &mut Progress, part: Period, large: bool) -> Result<Vec<InsightsRow>> {
    if large && progress.place.report.is_none() {
        start(sync, progress, part).await?;
    }
    let Some((id, looked)) = progress.place.report.clone() else {
        return pages(sync, progress, sync.client.insights(&sync.node, &query(part))?, MOST_ROWS).await;
    };
    let run = Run { id, breakdown: Breakdown::Placement };
    if progress.place.after.is_none() {
        match sync.client.insights_state(&run).await? {
            RunState::Ready => {}
            RunState::Working(_) if looked < POLLS => {
                progress.place.report = Some((run.id, looked + 1));
                progress.save(&sync.ctx).await?;
                return Err(Error::Throttled(POLL));
            }
            state => {
                progress.place.report = None;
                progress.save(&sync.ctx).await?;
                let words = match state {
                    RunState::Failed(words) => format!("the report failed: {words}"),
                    _ => "the report was not ready in ten minutes".to_owned(),
                };
                return Err(GraphError::Transient { message: words }.into());
            }
        }
        progress.breathe(sync).await?;
    }
    pages(sync, progress, sync.client.insights_of(&run), usize::MAX).await
}

/// Reads the pages that are left, after those that were kept aside.
async fn pages(sync: &Sync, progress: &mut Progress, pages: InsightsPages, most: usize) -> Result<Vec<InsightsRow>> {
    let mut rows = kept_aside(sync, progress).await?;
    let already = rows.len();
    let mut pages = pages.after(progress.place.after.as_deref());
    let ended = loop {
        match pages.next_page().await {
            Ok(None) => break Ok(()),
            Ok(Some(page)) => rows.extend(page),
            Err(error) => break Err(error.into()),
        }
        if rows.len() > most {
            let message = format!("more than {most} rows of insights");
            return Err(GraphError::TooMuchData { message }.into());
        }
        let Some(after) = pages.place().map(str::to_owned) else { break Ok(()) };
        progress.place.after = Some(after);
        if let Err(error) = progress.breathe(sync).await {
            break Err(error);
        }
    };
    if let Err(error) = ended {
        let new = rows.split_off(already);
        if !matches!(error, Error::Graph(GraphError::TooMuchData { .. })) && !new.is_empty() {
            keep_aside(sync, progress, new).await?;
        }
        return Err(error);
    }
    Ok(rows)
}

async fn kept_aside(sync: &Sync, progress: &Progress) -> Result<Vec<InsightsRow>> {
    if progress.place.pages == 0 {
        return Ok(Vec::new());
    }
    let (workspace, account) = (sync.account.workspace_id, sync.account.id);
    let texts = sync.ctx.db.read(move |c| sync_runs::pages(c, workspace, account)).await?;
    let mut rows = Vec::new();
    for text in texts {
        rows.extend(serde_json::from_str::<Vec<InsightsRow>>(&text)?);
    }
    Ok(rows)
}

async fn keep_aside(sync: &Sync, progress: &mut Progress, rows: Vec<InsightsRow>) -> Result<()> {
    let text = serde_json::to_string(&rows)?;
    let position = progress.place.pages;
    progress.place.pages += 1;
    let noted = progress.clone();
    let kept = sync.ctx.db.write(move |c| {
        sync_runs::keep_page(c, noted.run.workspace_id, noted.run.ad_account_id, position, &text)?;
        noted.note(c)
    });
    kept.await
}

async fn forget_pages(sync: &Sync, progress: &mut Progress) -> Result<()> {
    progress.place.pages = 0;
    progress.place.after = None;
    let noted = progress.clone();
    let gone = sync.ctx.db.write(move |c| {
        sync_runs::forget_pages(c, noted.run.workspace_id, noted.run.ad_account_id)?;
        noted.note(c)
    });
    gone.await
}

/// Stores a window day by day; with its last day the pages kept aside go.
async fn store(sync: &Sync, progress: &mut Progress, index: Index, part: Period, rows: Vec<InsightsRow>) -> Result<Index> {
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
    progress.place.day = Some(part.until);
    progress.place.part = None;
    progress.place.report = None;
    forget_pages(sync, progress).await?;
    progress.breathe(sync).await?;
    Ok(index)
}

/// Stores a day in as few transactions as its rows allow; the last one makes its roll-ups and ledger entries.
async fn store_day(sync: &Sync, mut index: Index, on: NaiveDate, rows: Vec<InsightsRow>) -> Result<Index> {
    let (ctx, known_at): (_, UtcTime) = (sync.ctx.clone(), sync.began.0.into());
    let (workspace, account) = (sync.account.workspace_id, sync.account.id);
    let learnt = sync.ctx.db.write(move |c| {
        let ids = SyncIds { ctx: &ctx, workspace, account, seen_at: ctx.stamp() };
        for row in &rows {
            index.learn(c, &ids, row)?;
        }
        Ok::<_, Error>((said(&index, &rows), index))
    });
    let (said, index) = learnt.await?;
    let chunks = said.chunks(MOST_WRITTEN);
    let last = chunks.len().saturating_sub(1);
    let mut touched = Touched::default();
    for (at, (part, chunk)) in chunks.into_iter().enumerate() {
        let (currency, booked_at, before) = (sync.account.currency.clone(), sync.ctx.stamp(), touched);
        let written = sync.ctx.db.write(move |c| {
            let day = Day { workspace, account, breakdown: BREAKDOWN, on };
            let touched = before + synced_facts::replace(c, &day, &part, &chunk, known_at)?;
            // A day of several chunks may have been cut short between them before, so its sums are always made anew.
            if at == last && (touched.any() || last > 0) {
                let scope = Scope { workspace, account, source: SYNCED, breakdown: BREAKDOWN, since: on, until: on };
                rollups::recompute(c, &scope)?;
                let how = format!("{} rows changed, {} new, {} gone", touched.changed, touched.new, touched.gone);
                ledger::book_day(c, &day, &currency, booked_at, &how)?;
            }
            Ok::<_, Error>(touched)
        });
        touched = written.await?;
    }
    Ok(index)
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_is_too_large_is_halved_and_what_is_left_comes_next() {
        let part = Period { since: "2026-11-01".parse().unwrap(), until: "2026-11-07".parse().unwrap() };
        let half = first_half(part);
        assert_eq!((half.since, half.days()), (part.since, 3));
        assert_eq!(first_half(first_half(half)).days(), 1);
    }
}
