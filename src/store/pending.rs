//! Pasted tokens whose ad accounts are not chosen yet.

use diesel::prelude::*;

use super::schema::pending_connections::{self as dsl, table};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{ConnectionId, PendingId, UserId, WorkspaceId};

/// A token that waits for a choice. It is sealed here and shown nowhere.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = super::schema::pending_connections)]
pub struct Pending {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: PendingId,
    /// The connection it renews or widens; `None` for a new one.
    pub connection_id: Option<ConnectionId>,
    /// Where the token was tried, and where the connection will speak to.
    pub base_url: String,
    /// The token, sealed for `pending:<id>`.
    pub token_sealed: Vec<u8>,
    /// The app secret, sealed for `pending:<id>:app`.
    pub app_secret_sealed: Option<Vec<u8>>,
    /// What the token is and reaches, JSON.
    pub survey: String,
    /// Who pasted it: nobody else may go on with it.
    pub made_by: UserId,
    /// When, real time.
    pub created_at: UtcTime,
    /// When it is forgotten, real time.
    pub expires_at: UtcTime,
}

/// Adds one.
pub fn insert(connection: &mut Conn, row: &Pending) -> Result<()> {
    diesel::insert_into(table).values(row).execute(connection)?;
    Ok(())
}

/// The one with this id, unless it is over.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: PendingId, now: UtcTime) -> Result<Option<Pending>> {
    let open = table.filter(dsl::workspace_id.eq(workspace)).filter(dsl::id.eq(id)).filter(dsl::expires_at.gt(now));
    Ok(open.first(connection).optional()?)
}

/// Forgets one; returns whether it was there.
pub fn delete(connection: &mut Conn, workspace: WorkspaceId, id: PendingId) -> Result<bool> {
    let row = table.filter(dsl::workspace_id.eq(workspace)).filter(dsl::id.eq(id));
    Ok(diesel::delete(row).execute(connection)? > 0)
}

/// Forgets those of a connection.
pub fn delete_of(connection: &mut Conn, workspace: WorkspaceId, of: ConnectionId) -> Result<()> {
    let rows = table.filter(dsl::workspace_id.eq(workspace)).filter(dsl::connection_id.eq(of));
    diesel::delete(rows).execute(connection)?;
    Ok(())
}

/// Forgets every one that is over, of every workspace: for the clean-up alone. Returns how many.
pub fn delete_ended(connection: &mut Conn, now: UtcTime) -> Result<usize> {
    Ok(diesel::delete(table.filter(dsl::expires_at.le(now))).execute(connection)?)
}
