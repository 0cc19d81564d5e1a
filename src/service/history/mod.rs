//! The history of a campaign: who changed what, when, why, from where, with before and after; and taking changes back.
//!
//! It is read from the audit log, which holds every change made here and every one that was seen to be made outside.

mod changes;
mod undo;

use chrono::{DateTime, Utc};

use crate::domain::id::{CampaignId, ObjectId, WorkspaceId};
use crate::domain::plan::bare;
use crate::store::audit::{self, AuditEvent};
use crate::store::{Conn, campaigns, observed};

use super::{Actor, Ctx, Error, Result};

use self::changes::Reader;
pub use undo::{Undo, Undoing, undo, undo_offer};

/// Entries of a page.
pub const PAGE: usize = 50;

/// One field that changed, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Of which object at Meta; empty for a field of the campaign's form.
    pub object: String,
    /// The field.
    pub field: String,
    /// What it was; empty for nothing.
    pub before: String,
    /// What it became; empty for nothing.
    pub after: String,
}

/// An entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The number of its event in the audit log.
    pub seq: i64,
    /// Real time.
    pub at: DateTime<Utc>,
    /// Who.
    pub who: String,
    /// From where: `page`, `api`, `command`, `schedule` or `outside`.
    pub via: String,
    /// What the event is called.
    pub action: String,
    /// What was done, in a few words.
    pub what: String,
    /// Why, or what it is part of; empty where nothing is known.
    pub why: String,
    /// Before and after, field by field; empty where the event changes no field.
    pub changes: Vec<Change>,
    /// Whether it can be taken back.
    pub can_undo: bool,
}

impl Entry {
    /// From where, as people read it.
    pub fn from(&self) -> &'static str {
        match self.via.as_str() {
            "page" => "page",
            "api" => "API",
            "command" => "command line",
            "schedule" => "by itself",
            "learned" => "learned split",
            "outside" => "outside Tandem",
            _ => "unknown",
        }
    }
}

/// A campaign's history.
#[derive(Debug, Clone)]
pub struct History {
    /// The campaign's name.
    pub name: String,
    /// Newest first.
    pub entries: Vec<Entry>,
    /// The number to ask for what is older, where there is more.
    pub older: Option<i64>,
}

/// The name of a campaign, made here or elsewhere.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that this workspace does not know.
pub async fn name(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<String> {
    let workspace = actor.workspace;
    ctx.db.read_with(move |c| name_of(c, workspace, campaign)).await
}

/// A campaign's history, newest first: at most `limit` entries older than the number `before` where given.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that this workspace does not know.
pub async fn of_campaign(ctx: &Ctx, actor: &Actor, campaign: CampaignId, before: Option<i64>, limit: usize) -> Result<History> {
    let workspace = actor.workspace;
    let limit = limit.clamp(1, 10_000);
    let read = ctx.db.read_with(move |c| {
        let name = name_of(c, workspace, campaign)?;
        let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut events = audit::page_of(c, workspace, "campaign", campaign.0, before, asked)?;
        let older = events.get(limit).map(|event| event.seq + 1);
        events.truncate(limit);
        let mut reader = Reader::new(c, workspace, campaign, &events)?;
        // Oldest first: what a change began from is then what the one before it ended with.
        let entries: Result<Vec<Entry>> = events.iter().rev().map(|event| entry(c, &mut reader, event)).collect();
        let mut entries = entries?;
        entries.reverse();
        Ok::<_, Error>(History { name, entries, older })
    });
    read.await
}

fn entry(c: &mut Conn, reader: &mut Reader, event: &AuditEvent) -> Result<Entry> {
    let told = reader.read(c, event)?;
    Ok(Entry {
        seq: event.seq,
        at: event.at.utc(),
        who: told.who.unwrap_or_else(|| event.actor_name.clone()),
        via: event.via.clone(),
        action: event.action.clone(),
        what: told.what,
        why: told.why,
        changes: told.changes,
        can_undo: told.can_undo,
    })
}

pub(super) fn name_of(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<String> {
    let ours = campaigns::find(c, workspace, campaign)?.map(|row| row.name);
    let seen = observed::find(c, workspace, ObjectId(campaign.0))?.filter(|row| row.kind == "campaign");
    ours.or(seen.map(|row| bare(&row.name).to_owned())).ok_or(Error::NotFound("campaign"))
}
