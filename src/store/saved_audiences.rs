//! Audiences that a workspace keeps, and every version they had.

use diesel::prelude::*;

use super::schema::{saved_audience_versions, saved_audiences};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{SavedAudienceId, UserId, WorkspaceId};

/// A saved audience.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = saved_audiences)]
pub struct SavedAudienceRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: SavedAudienceId,
    /// What people call it.
    pub name: String,
    /// Its newest version, from 1.
    pub version: i32,
    /// When it was first saved.
    pub created_at: UtcTime,
    /// When it was last saved.
    pub updated_at: UtcTime,
    /// When it was put away; `None` while it is offered.
    pub archived_at: Option<UtcTime>,
}

/// One version of a saved audience; never changed.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = saved_audience_versions)]
pub struct VersionRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Of which audience.
    pub audience_id: SavedAudienceId,
    /// From 1.
    pub version: i32,
    /// What it was called.
    pub name: String,
    /// The audience, JSON.
    pub definition: String,
    /// Who made it, if a person.
    pub made_by: Option<UserId>,
    /// The name at that time.
    pub made_by_name: String,
    /// When.
    pub made_at: UtcTime,
}

/// The saved audience with this id.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: SavedAudienceId) -> Result<Option<SavedAudienceRow>> {
    Ok(saved_audiences::table
        .filter(saved_audiences::workspace_id.eq(workspace))
        .filter(saved_audiences::id.eq(id))
        .first(connection)
        .optional()?)
}

/// The workspace's saved audiences by name, those put away last.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<SavedAudienceRow>> {
    let mut rows: Vec<SavedAudienceRow> = saved_audiences::table
        .filter(saved_audiences::workspace_id.eq(workspace))
        .order((saved_audiences::name, saved_audiences::id))
        .load(connection)?;
    rows.sort_by_key(|row| row.archived_at.is_some());
    Ok(rows)
}

/// Adds a saved audience.
pub fn insert(connection: &mut Conn, row: &SavedAudienceRow) -> Result<()> {
    diesel::insert_into(saved_audiences::table).values(row).execute(connection)?;
    Ok(())
}

/// Gives it a newer version's name and number, if nobody saved meanwhile; false where somebody did.
pub fn save(connection: &mut Conn, row: &SavedAudienceRow, seen_version: i32) -> Result<bool> {
    let there = saved_audiences::table
        .filter(saved_audiences::workspace_id.eq(row.workspace_id))
        .filter(saved_audiences::id.eq(row.id))
        .filter(saved_audiences::version.eq(seen_version));
    let saved = diesel::update(there)
        .set((
            saved_audiences::name.eq(&row.name),
            saved_audiences::version.eq(row.version),
            saved_audiences::updated_at.eq(row.updated_at),
        ))
        .execute(connection)?;
    Ok(saved > 0)
}

/// Puts it away, or takes it out again.
pub fn set_archived(connection: &mut Conn, workspace: WorkspaceId, id: SavedAudienceId, at: Option<UtcTime>) -> Result<()> {
    let row = saved_audiences::table.filter(saved_audiences::workspace_id.eq(workspace)).filter(saved_audiences::id.eq(id));
    diesel::update(row).set(saved_audiences::archived_at.eq(at)).execute(connection)?;
    Ok(())
}

/// Adds a version.
pub fn insert_version(connection: &mut Conn, row: &VersionRow) -> Result<()> {
    diesel::insert_into(saved_audience_versions::table).values(row).execute(connection)?;
    Ok(())
}

/// The versions of one audience, newest first.
pub fn list_versions(connection: &mut Conn, workspace: WorkspaceId, id: SavedAudienceId) -> Result<Vec<VersionRow>> {
    Ok(saved_audience_versions::table
        .filter(saved_audience_versions::workspace_id.eq(workspace))
        .filter(saved_audience_versions::audience_id.eq(id))
        .order(saved_audience_versions::version.desc())
        .load(connection)?)
}

/// The newest version of each audience of the workspace.
pub fn list_newest(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<VersionRow>> {
    let joined = saved_audience_versions::workspace_id
        .eq(saved_audiences::workspace_id)
        .and(saved_audience_versions::audience_id.eq(saved_audiences::id))
        .and(saved_audience_versions::version.eq(saved_audiences::version));
    Ok(saved_audience_versions::table
        .inner_join(saved_audiences::table.on(joined))
        .filter(saved_audience_versions::workspace_id.eq(workspace))
        .select(saved_audience_versions::all_columns)
        .load(connection)?)
}
