//! What the guard did, written down after: audit, history, holds, and how each limit stands.

use chrono::TimeDelta;

use crate::domain::id::{HoldId, LimitId, WorkspaceId};
use crate::service::limits::Book;
use crate::service::publish::Said;
use crate::service::stop::{Running, note};
use crate::service::{Actor, Ctx, Error, Result};
use crate::store::connections::AdAccount;
use crate::store::limits::{self as rows, CheckRow, HoldRow};
use crate::store::{Conn, observed};

/// Something to be written down.
pub(super) enum Entry {
    Paused(Box<Paused>),
    Note(Note),
    /// A hold whose campaign is on again.
    Ended(HoldRow),
}

/// A campaign that Meta confirmed as paused.
pub(super) struct Paused {
    pub limit: LimitId,
    pub account: AdAccount,
    pub running: Running,
    pub said: Said,
    pub reason: String,
}

/// How a limit stands.
pub(super) struct Note {
    pub workspace: WorkspaceId,
    pub limit: LimitId,
    pub decision: &'static str,
    pub sentence: String,
    pub every: TimeDelta,
}

/// Writes entries down, each by itself; returns those that could not be, to be tried again.
pub(super) async fn all(ctx: &Ctx, entries: Vec<Entry>) -> Vec<Entry> {
    let mut failed = Vec::new();
    for entry in entries {
        let written = match &entry {
            Entry::Paused(paused) => write_pause(ctx, paused).await,
            Entry::Note(said) => write_note(ctx, said).await,
            Entry::Ended(hold) => write_end(ctx, hold).await,
        };
        match (written, entry) {
            (Ok(()), _) => {}
            (Err(error), Entry::Paused(paused)) => {
                tracing::error!(%error, campaign = %paused.running.id, "the guard paused a campaign at Meta and could not note it yet");
                failed.push(Entry::Paused(paused));
            }
            // The next look says it anew.
            (Err(error), Entry::Note(_) | Entry::Ended(_)) => {
                tracing::warn!(%error, "the guard could not note how a limit stands")
            }
        }
    }
    failed
}

async fn write_pause(ctx: &Ctx, paused: &Paused) -> Result<()> {
    let actor = Actor { name: "Tandem’s guard".to_owned(), ..Actor::schedule(paused.account.workspace_id) };
    let Paused { limit, account, running, said, reason } = paused;
    let (inner, limit, account, running, said, reason) =
        (ctx.clone(), *limit, account.clone(), running.clone(), said.clone(), reason.clone());
    let written = ctx.db.write(move |c| {
        let workspace = account.workspace_id;
        let held = rows::find_hold(c, workspace, account.id, &running.remote)?;
        let is_noted = observed::find(c, workspace, running.id)?.is_none_or(|row| row.status != "ACTIVE");
        // Another guard, or an earlier look, was here before.
        if held.is_some() && is_noted {
            return Ok(());
        }
        note(c, &inner, &actor, &account, running.id, &said, &reason)?;
        if held.is_none() {
            insert(c, &inner, limit, &account, &running, reason)?;
        }
        Ok(())
    });
    written.await
}

fn insert(c: &mut Conn, ctx: &Ctx, limit: LimitId, account: &AdAccount, running: &Running, reason: String) -> Result<()> {
    let row = HoldRow {
        workspace_id: account.workspace_id,
        id: HoldId(ctx.new_id()),
        limit_id: limit,
        campaign_id: running.id,
        ad_account_id: account.id,
        remote_id: running.remote.clone(),
        name: running.name.clone(),
        paused_at: ctx.stamp(),
        reason,
        ended_at: None,
    };
    Ok(rows::insert_hold(c, &row)?)
}

async fn write_note(ctx: &Ctx, note: &Note) -> Result<()> {
    let row = CheckRow {
        workspace_id: note.workspace,
        limit_id: note.limit,
        checked_at: ctx.stamp(),
        every_seconds: note.every.num_seconds(),
        decision: note.decision.to_owned(),
        sentence: note.sentence.clone(),
    };
    ctx.db.write(move |c| Ok::<_, Error>(rows::put_check(c, &row)?)).await
}

async fn write_end(ctx: &Ctx, hold: &HoldRow) -> Result<()> {
    let (workspace, id, at) = (hold.workspace_id, hold.id, ctx.stamp());
    ctx.db.write(move |c| Ok::<_, Error>(rows::end_hold(c, workspace, id, at)?)).await
}

/// The holds whose campaigns are on again, as the last reading says: what the guard paused is read as off in the same moment in
/// which its hold is written.
pub(super) fn ended(book: &Book) -> impl Iterator<Item = HoldRow> {
    let is_on = |hold: &&HoldRow| {
        let mut all = book.spenders.iter().flat_map(|spender| &spender.on);
        all.any(|on| on.is_active && on.running.account == hold.ad_account_id && on.running.remote == hold.remote_id)
    };
    book.holds.iter().filter(is_on).cloned()
}
