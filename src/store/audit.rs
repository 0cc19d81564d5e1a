//! The audit log: append-only, one chain of hashes a workspace.
//!
//! Every service write appends its event in its own transaction. An event's hash covers the one before it, so that a changed or
//! removed event breaks every later hash.

use diesel::prelude::*;
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
    /// From where: `page`, `api`, `command`, `schedule`.
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

/// The first event whose hash, number or predecessor is not what it must be; `None` where the chain is whole.
pub fn first_broken(connection: &mut Conn, workspace: WorkspaceId) -> Result<Option<i64>> {
    const PAGE: i64 = 1_000;
    let mut previous = (0, String::new());
    loop {
        let page: Vec<AuditEvent> = audit_events::table
            .filter(audit_events::workspace_id.eq(workspace))
            .filter(audit_events::seq.gt(previous.0))
            .order(audit_events::seq)
            .limit(PAGE)
            .load(connection)?;
        if page.is_empty() {
            return Ok(None);
        }
        for event in page {
            let whole = event.seq == previous.0 + 1 && event.previous_hash == previous.1 && event.hash == event.expected_hash();
            if !whole {
                return Ok(Some(event.seq));
            }
            previous = (event.seq, event.hash);
        }
    }
}
