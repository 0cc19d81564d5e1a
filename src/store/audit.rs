//! The audit log: append-only, one chain of hashes a workspace.
//!
//! Every service write appends its event in its own transaction. An event's hash covers the one before it, so that a changed or
//! removed event breaks every later hash.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use sha2::{Digest, Sha256};

use super::schema::audit_events;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{UserId, WorkspaceId};

/// An event as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = audit_events)]
pub struct AuditEvent {
    /// Whose chain.
    pub workspace_id: WorkspaceId,
    /// 1, 2, 3, ... without gaps.
    pub seq: i64,
    /// Real time.
    pub at: UtcTime,
    /// Who; nobody for the machine's own doing.
    pub actor_id: Option<UserId>,
    /// The name at that time.
    pub actor_name: String,
    /// From where: `page`, `api`, `command`, `schedule`, `outside`.
    pub via: String,
    /// What was done, such as `campaign.saved`.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which.
    pub subject_id: i64,
    /// The full state after it, JSON.
    pub state: String,
    /// The hash of the event before; empty for the first.
    pub previous_hash: String,
    /// SHA-256 over everything above.
    pub hash: String,
}

/// An event to append.
#[derive(Debug, Clone)]
pub struct NewAuditEvent {
    /// Real time.
    pub at: UtcTime,
    /// Who, if a person.
    pub actor_id: Option<UserId>,
    /// The name to show.
    pub actor_name: String,
    /// From where.
    pub via: &'static str,
    /// What was done.
    pub action: &'static str,
    /// To what kind of thing.
    pub subject_kind: &'static str,
    /// To which.
    pub subject_id: i64,
    /// The full state after it.
    pub state: serde_json::Value,
}

/// Appends to the workspace's chain; must run in the transaction of the write it tells of.
pub fn append(connection: &mut Conn, workspace: WorkspaceId, event: NewAuditEvent) -> Result<()> {
    // SQLite has one writer; on PostgreSQL two transactions would otherwise take the same number.
    if matches!(connection, Conn::Postgres(_)) {
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(workspace.0).execute(connection)?;
    }
    let last: Option<(i64, String)> = audit_events::table
        .filter(audit_events::workspace_id.eq(workspace))
        .order(audit_events::seq.desc())
        .select((audit_events::seq, audit_events::hash))
        .first(connection)
        .optional()?;
    let (seq, previous_hash) = last.map_or((1, String::new()), |(seq, hash)| (seq + 1, hash));
    let mut row = AuditEvent {
        workspace_id: workspace,
        seq,
        at: event.at,
        actor_id: event.actor_id,
        actor_name: event.actor_name,
        via: event.via.to_owned(),
        action: event.action.to_owned(),
        subject_kind: event.subject_kind.to_owned(),
        subject_id: event.subject_id,
        state: event.state.to_string(),
        previous_hash,
        hash: String::new(),
    };
    row.hash = row.expected_hash();
    diesel::insert_into(audit_events::table).values(&row).execute(connection)?;
    Ok(())
}

impl AuditEvent {
    /// The hash that this event must carry. Each field is preceded by its length, so that no two events read alike.
    pub fn expected_hash(&self) -> String {
        let mut hasher = Sha256::new();
        for field in [
            self.workspace_id.to_string().as_str(),
            &self.seq.to_string(),
            &self.at.utc().to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            &self.actor_id.map(|id| id.to_string()).unwrap_or_default(),
            &self.actor_name,
            &self.via,
            &self.action,
            &self.subject_kind,
            &self.subject_id.to_string(),
            &self.state,
            &self.previous_hash,
        ] {
            hasher.update(field.len().to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hex::encode(hasher.finalize())
    }
}

/// Events of a workspace, newest first, older than `before` (a sequence number) where given.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, before: Option<i64>, limit: i64) -> Result<Vec<AuditEvent>> {
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(workspace))
        .filter(audit_events::seq.lt(before.unwrap_or(i64::MAX)))
        .order(audit_events::seq.desc())
        .limit(limit)
        .load(connection)?)
}

/// The event with this number.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, seq: i64) -> Result<Option<AuditEvent>> {
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(workspace))
        .filter(audit_events::seq.eq(seq))
        .first(connection)
        .optional()?)
}

/// Events of one thing, oldest first.
pub fn list_of(connection: &mut Conn, workspace: WorkspaceId, kind: &str, id: i64) -> Result<Vec<AuditEvent>> {
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(workspace))
        .filter(audit_events::subject_kind.eq(kind))
        .filter(audit_events::subject_id.eq(id))
        .order(audit_events::seq)
        .load(connection)?)
}

/// At most `limit` events of one thing, newest first, older than the number `before` where given.
pub fn page_of(
    connection: &mut Conn,
    workspace: WorkspaceId,
    kind: &str,
    id: i64,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<AuditEvent>> {
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(workspace))
        .filter(audit_events::subject_kind.eq(kind))
        .filter(audit_events::subject_id.eq(id))
        .filter(audit_events::seq.lt(before.unwrap_or(i64::MAX)))
        .order(audit_events::seq.desc())
        .limit(limit)
        .load(connection)?)
}

/// The newest event of one thing before a number, among those of these names.
pub fn find_before(
    connection: &mut Conn,
    workspace: WorkspaceId,
    (kind, id): (&str, i64),
    before: i64,
    actions: &[&str],
) -> Result<Option<AuditEvent>> {
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(workspace))
        .filter(audit_events::subject_kind.eq(kind))
        .filter(audit_events::subject_id.eq(id))
        .filter(audit_events::seq.lt(before))
        .filter(audit_events::action.eq_any(actions))
        .order(audit_events::seq.desc())
        .first(connection)
        .optional()?)
}

/// Why an event does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// Its number does not follow the one before.
    Gap,
    /// It does not carry the hash of the one before.
    Link,
    /// Its own hash is not that of what it says.
    Hash,
}

impl Misfit {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Gap => "events before it are gone",
            Self::Link => "it does not follow from the one before it, which was changed or replaced",
            Self::Hash => "it was changed after it was written",
        }
    }
}

impl AuditEvent {
    /// What keeps it from standing behind an event of this number and hash.
    fn misfit(&self, previous: (i64, &str)) -> Option<Misfit> {
        if self.seq != previous.0 + 1 {
            Some(Misfit::Gap)
        } else if self.previous_hash != previous.1 {
            Some(Misfit::Link)
        } else {
            (self.hash != self.expected_hash()).then_some(Misfit::Hash)
        }
    }
}

/// At most `limit` events after a number, oldest first.
pub fn after(connection: &mut Conn, workspace: WorkspaceId, seq: i64, limit: i64) -> Result<Vec<AuditEvent>> {
    Ok(audit_events::table
        .filter(audit_events::workspace_id.eq(workspace))
        .filter(audit_events::seq.gt(seq))
        .order(audit_events::seq)
        .limit(limit)
        .load(connection)?)
}

/// Goes through a whole chain, a page at a time, and shows each event that fits; ends at the first that does not.
pub fn walk(connection: &mut Conn, workspace: WorkspaceId, mut each: impl FnMut(&AuditEvent)) -> Result<Option<(i64, Misfit)>> {
    const PAGE: i64 = 1_000;
    let mut previous = (0, String::new());
    loop {
        let page = after(connection, workspace, previous.0, PAGE)?;
        if page.is_empty() {
            return Ok(None);
        }
        for event in page {
            if let Some(misfit) = event.misfit((previous.0, &previous.1)) {
                return Ok(Some((event.seq, misfit)));
            }
            each(&event);
            previous = (event.seq, event.hash);
        }
    }
}

/// The first event whose hash, number or predecessor is not what it must be; `None` where the chain is whole.
pub fn first_broken(connection: &mut Conn, workspace: WorkspaceId) -> Result<Option<i64>> {
    Ok(walk(connection, workspace, |_| {})?.map(|(seq, _)| seq))
}

/// The same for events in a row, newest first; the oldest of them stands only as what the next one follows, unless it is the first.
pub fn first_broken_of(events: &[AuditEvent]) -> Option<i64> {
    let oldest = events.last().filter(|event| event.seq == 1).and_then(|first| first.misfit((0, "")).map(|_| first.seq));
    let pairs = events.windows(2).rev().filter_map(|pair| match pair {
        [event, before] => event.misfit((before.seq, &before.hash)).map(|_| event.seq),
        _ => None,
    });
    oldest.into_iter().chain(pairs).next()
}
