//! Which ad accounts may be written to: a row is the permission, none is read-only.

use diesel::prelude::*;

use super::schema::write_permits::{self as dsl, table};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, UserId, WorkspaceId};

/// Leave to write to an ad account.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = super::schema::write_permits)]
pub struct Permit {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// For which ad account.
    pub ad_account_id: AdAccountId,
    /// Who gave it; 0 for the machine, which gives it in a sandbox alone.
    pub granted_by: UserId,
    /// When.
    pub granted_at: UtcTime,
}

/// The leave to write to an ad account, if there is one.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Option<Permit>> {
    let row = table.filter(dsl::workspace_id.eq(workspace)).filter(dsl::ad_account_id.eq(account));
    Ok(row.first(connection).optional()?)
}

/// Every ad account of the workspace that may be written to.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<AdAccountId>> {
    Ok(table.filter(dsl::workspace_id.eq(workspace)).select(dsl::ad_account_id).order(dsl::ad_account_id).load(connection)?)
}

/// Gives leave; one that is there stays as it is.
pub fn grant(connection: &mut Conn, row: &Permit) -> Result<()> {
    if find(connection, row.workspace_id, row.ad_account_id)?.is_none() {
        diesel::insert_into(table).values(row).execute(connection)?;
    }
    Ok(())
}

/// Takes leave back; returns whether there was any.
pub fn withdraw(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<bool> {
    let row = table.filter(dsl::workspace_id.eq(workspace)).filter(dsl::ad_account_id.eq(account));
    Ok(diesel::delete(row).execute(connection)? > 0)
}
