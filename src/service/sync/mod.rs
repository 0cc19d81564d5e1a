//! Bringing in what Meta knows: objects, figures by day, ad and placement, and reach at the grains pages show.
//!
//! One job an ad account. Days are counted in the account's zone and in platform time. A page of objects or a day of figures is
//! one transaction (a day of more than 20,000 rows is several), and each notes where the sync stands: one that waits for Meta's
//! limits or is cut short goes on there.

mod activities;
mod figures;
mod objects;
mod progress;
mod reach;
mod results;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::clock::PlatformTime;
use crate::domain::id::{AdAccountId, WorkspaceId};
use crate::domain::period::Period;
use crate::graph::{Client, NodeId};
use crate::store::connections::{self as rows, AdAccount, Coverage};
use crate::store::splits;
use crate::store::sync_runs::SyncRun;

use self::progress::{Progress, Stage};
use super::connections::{account_client, hear, standing};
use super::queue::{Task, Urgency, enqueue};
use super::split::Resplit;
use super::{Ctx, Error, Result};

/// Days that Meta may still restate. Source: Marketing API, "Insights": figures stay mutable for 28 days.
const RESTATED_DAYS: u64 = 28;
/// How far back the first sync goes: what "the account's last 90 days" needs.
const FIRST_DAYS: u64 = 90;
/// Platform time between syncs of today. Source: Meta refreshes insights about every 15 minutes.
const TODAY_EVERY: Duration = Duration::minutes(15);
/// Real time between syncs, whatever the platform's clock does.
const NEVER_SOONER: Duration = Duration::seconds(3);
/// Real time before an account whose connection is refused is tried again.
const AFTER_REFUSAL: Duration = Duration::minutes(15);

/// Syncs one ad account: today, and the last 28 days where the platform's day has turned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SyncAccount {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which.
    pub account: AdAccountId,
}

impl Task for SyncAccount {
    const KIND: &'static str = "sync_account";
    const URGENCY: Urgency = Urgency::Read;

    fn workspace(&self) -> Option<WorkspaceId> {
        Some(self.workspace)
    }

    fn dedupe(&self) -> Option<String> {
        Some(self.account.to_string())
    }
}

/// What a sync works with.
struct Sync {
    ctx: Ctx,
    account: AdAccount,
    client: Client,
    node: NodeId,
    /// Platform time when it began: what it finds is known up to then.
    began: PlatformTime,
    today: NaiveDate,
}

/// Queues a sync of each account that is due. A late schedule runs once.
pub async fn queue_due(ctx: &Ctx) -> Result<usize> {
    let inner = ctx.clone();
    let queued = ctx.db.write(move |c| {
        let mut queued = 0;
        for connection in rows::list_all(c)? {
            let waits = connection.status == "refused"
                && connection.checked_at.is_some_and(|at| inner.now().0 - at.utc() < AFTER_REFUSAL);
            if waits || !inner.platform.knows(&connection.base_url) {
                continue;
            }
            let platform = inner.platform.now(&connection.base_url, inner.now());
            for account in rows::list_linked_accounts(c, connection.workspace_id)? {
                if account.connection_id == Some(connection.id) && is_due(&account, platform, inner.now().0) {
                    let task = SyncAccount { workspace: account.workspace_id, account: account.id };
                    enqueue(c, &inner, &task, inner.now())?;
                    queued += 1;
                }
            }
        }
        Ok(queued)
    });
    queued.await
}

fn is_due(account: &AdAccount, platform: PlatformTime, now: DateTime<Utc>) -> bool {
    match (account.synced_at, account.known_until_at) {
        (Some(synced), Some(known)) => platform.0 - known.utc() >= TODAY_EVERY && now - synced.utc() >= NEVER_SOONER,
        _ => true,
    }
}

/// Carries out a sync. Safe to run again at any point: every write is what Meta says now.
///
/// # Errors
/// As calls to Meta; what was stored before stays.
pub async fn run(ctx: &Ctx, task: &SyncAccount) -> Result<()> {
    let SyncAccount { workspace, account } = *task;
    let row = ctx.db.read(move |c| rows::get_account(c, workspace, account)).await?;
    let connection = row.connection_id;
    let outcome = carry_out(ctx, row).await;
    if let Some(connection) = connection {
        // A wait for Meta's limits says nothing about the connection.
        let failed = outcome.as_ref().err().filter(|error| !matches!(error, Error::Throttled(_)));
        let (status, problem) = standing(failed);
        let at = ctx.stamp();
        ctx.db.write(move |c| rows::set_health(c, workspace, connection, status, problem.as_deref(), at)).await?;
    }
    outcome
}

async fn carry_out(ctx: &Ctx, account: AdAccount) -> Result<()> {
    let (client, node) = account_client(ctx, &account, Urgency::Read).await?;
    let (sync, mut progress) = match Progress::open(ctx, &account).await? {
        Some(progress) => (Sync::at(ctx, account, client, node, PlatformTime(progress.run.platform_at.utc())), progress),
        None => begin(ctx, account, client, node).await?,
    };
    let outcome = go_on(&sync, &mut progress).await;
    hear(ctx, &sync.client);
    if outcome.as_ref().is_err_and(|error| error.retry_after(1).is_none()) {
        // What cannot be repeated as it is, as a cursor that Meta forgot, begins anew with the next run.
        Progress::end(ctx, &sync.account).await?;
    }
    outcome
}

/// Begins a sync: hears the platform's clock and renews the account's own row.
async fn begin(ctx: &Ctx, account: AdAccount, client: Client, node: NodeId) -> Result<(Sync, Progress)> {
    let said = client.ad_account(&node).await?;
    hear(ctx, &client);
    let began = ctx.platform.now(client.base_url(), ctx.now());
    let sync = Sync::at(ctx, account, client, node, began);
    let window = window(&sync.account, sync.today);
    let mut progress = Progress::begin(SyncRun {
        workspace_id: sync.account.workspace_id,
        ad_account_id: sync.account.id,
        began_at: ctx.stamp(),
        platform_at: began.0.into(),
        since_on: window.since,
        until_on: window.until,
        place: String::new(),
        calls: 0,
        waits: 0,
    });
    objects::account(&sync, &said).await?;
    super::health::note(ctx, &sync.account, &said).await?;
    progress.next(Stage::Campaigns);
    progress.save(ctx).await?;
    Ok((sync, progress))
}

/// Carries a sync from where it stands to its end.
async fn go_on(sync: &Sync, progress: &mut Progress) -> Result<()> {
    let index = objects::bring_in(sync, progress).await?;
    if progress.place.stage == Stage::Figures {
        figures::bring_in(sync, progress, index).await?;
    }
    if progress.place.stage == Stage::Reach {
        reach::bring_in(sync, progress).await?;
    }
    let (workspace, id, window) = (sync.account.workspace_id, sync.account.id, progress.window());
    let covered = Coverage {
        synced_at: sync.ctx.stamp(),
        since_on: sync.account.synced_since_on.map_or(window.since, |known| known.min(window.since)),
        until_on: window.until,
        known_until_at: sync.began.0.into(),
    };
    let inner = sync.ctx.clone();
    let ended = sync.ctx.db.write(move |c| {
        rows::set_coverage(c, workspace, id, &covered)?;
        if !splits::list_learned(c, workspace, id)?.is_empty() {
            enqueue(c, &inner, &Resplit { workspace, account: id }, inner.now())?;
        }
        Ok(crate::store::sync_runs::delete(c, workspace, id)?)
    });
    ended.await
}

impl Sync {
    /// What a sync that began at a platform time works with.
    fn at(ctx: &Ctx, account: AdAccount, client: Client, node: NodeId, began: PlatformTime) -> Self {
        let today = began.0.with_timezone(&zone(&account)).date_naive();
        Self { ctx: ctx.clone(), account, client, node, began, today }
    }
}

/// The zone an account's days are counted in; UTC where Meta's name is not in the time zone database.
pub fn zone(account: &AdAccount) -> Tz {
    account.zone.parse().unwrap_or(Tz::UTC)
}

/// Which days to ask for: today alone while the platform's day is the one known, else everything that may be restated and
/// everything since, 90 days the first time.
fn window(account: &AdAccount, today: NaiveDate) -> Period {
    let back = |days: u64| today.checked_sub_days(Days::new(days - 1)).unwrap_or(today);
    let known = account.known_until_at.map(|at| at.utc().with_timezone(&zone(account)).date_naive());
    let since = match (known, account.synced_until_on) {
        (Some(known), Some(_)) if known >= today => today,
        (Some(known), Some(_)) => known.min(back(RESTATED_DAYS)),
        _ => back(FIRST_DAYS),
    };
    Period { since, until: today }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::id::ConnectionId;

    fn account(known_until: Option<&str>) -> AdAccount {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        AdAccount {
            workspace_id: WorkspaceId(1),
            id: AdAccountId(2),
            connection_id: Some(ConnectionId(3)),
            remote_id: Some("act_1".to_owned()),
            name: "Casa Lume".to_owned(),
            currency: "EUR".to_owned(),
            zone: "Europe/Lisbon".to_owned(),
            account_status: "active".to_owned(),
            min_daily_minor: None,
            spend_cap_minor: None,
            amount_spent_minor: None,
            payor: String::new(),
            beneficiary: String::new(),
            created_at: at("2026-11-01T00:00:00Z").into(),
            synced_at: known_until.map(|_| at("2026-11-21T08:00:00Z").into()),
            synced_since_on: known_until.map(|_| "2026-08-01".parse().unwrap()),
            synced_until_on: known_until.map(|text| at(text).date_naive()),
            known_until_at: known_until.map(|text| at(text).into()),
        }
    }

    fn since(known_until: Option<&str>, today: &str) -> String {
        window(&account(known_until), today.parse().unwrap()).since.to_string()
    }

    #[test]
    fn today_is_asked_for_often_and_four_weeks_when_the_day_has_turned() {
        assert_eq!(since(Some("2026-11-28T20:00:00Z"), "2026-11-28"), "2026-11-28");
        assert_eq!(since(Some("2026-11-27T20:00:00Z"), "2026-11-28"), "2026-11-01");
    }

    #[test]
    fn the_first_sync_and_one_after_a_long_pause_leave_no_gap() {
        assert_eq!(since(None, "2026-11-28"), "2026-08-31");
        assert_eq!(since(Some("2026-09-15T12:00:00Z"), "2026-11-28"), "2026-09-15");
    }

    #[test]
    fn a_sync_is_due_by_the_platforms_clock_but_never_in_a_hurry() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let known = account(Some("2026-11-28T20:00:00Z"));
        let due = |platform: &str, now: &str| is_due(&known, PlatformTime(at(platform)), at(now));
        assert!(!due("2026-11-28T20:10:00Z", "2026-11-21T09:00:00Z"));
        assert!(due("2026-11-28T20:15:00Z", "2026-11-21T09:00:00Z"));
        assert!(!due("2026-11-30T00:00:00Z", "2026-11-21T08:00:02Z"));
        assert!(is_due(&account(None), PlatformTime(at("2026-11-28T20:00:00Z")), at("2026-11-21T08:00:00Z")));
    }
}
