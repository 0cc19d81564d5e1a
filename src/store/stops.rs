//! Emergency stops and what each remembers.

use diesel::prelude::*;

use super::schema::stops;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{StopId, UserId, WorkspaceId};

/// An emergency stop.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = stops)]
pub struct StopRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: StopId,
    /// `here` or `account`.
    pub scope: String,
    /// Who pressed it; 0 for the machine.
    pub made_by: UserId,
    /// Real time.
    pub made_at: UtcTime,
    /// What was on, JSON.
    pub remembered: String,
    /// When what it remembers was resumed.
    pub resumed_at: Option<UtcTime>,
}

/// Adds a stop.
pub fn insert(connection: &mut Conn, row: &StopRow) -> Result<()> {
    diesel::insert_into(stops::table).values(row).execute(connection)?;
    Ok(())
}

/// The newest stop that was not resumed.
pub fn find_open(connection: &mut Conn, workspace: WorkspaceId) -> Result<Option<StopRow>> {
    Ok(stops::table
        .filter(stops::workspace_id.eq(workspace))
        .filter(stops::resumed_at.is_null())
        .order(stops::id.desc())
        .first(connection)
        .optional()?)
}

/// Overwrites what a stop remembers.
pub fn set_remembered(connection: &mut Conn, workspace: WorkspaceId, id: StopId, remembered: &str) -> Result<()> {
    let row = stops::table.filter(stops::workspace_id.eq(workspace)).filter(stops::id.eq(id));
    diesel::update(row).set(stops::remembered.eq(remembered)).execute(connection)?;
    Ok(())
}

/// Notes that a stop was resumed.
pub fn set_resumed(connection: &mut Conn, workspace: WorkspaceId, id: StopId, at: UtcTime) -> Result<()> {
    let row = stops::table.filter(stops::workspace_id.eq(workspace)).filter(stops::id.eq(id));
    diesel::update(row).set(stops::resumed_at.eq(at)).execute(connection)?;
    Ok(())
}
