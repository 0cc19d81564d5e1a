//! By what a workspace weighs its plans, and by how much a day each person may raise spending alone.

use diesel::prelude::*;

use super::schema::{plan_settings, raise_limits};
use super::{Conn, Result, UtcTime};
use crate::domain::id::WorkspaceId;

/// The settings of a workspace.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = plan_settings)]
pub struct PlanSettingsRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// How far Meta may go over a daily budget on one day, basis points.
    pub overdelivery_bp: i64,
    /// By how much a budget may change before learning may start again, basis points.
    pub learning_step_bp: i64,
    /// Whether what raises spending beyond a member's limit needs a second person.
    pub needs_second: bool,
    /// Real time of the last change.
    pub updated_at: UtcTime,
}

/// A limit of a member or of a role.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = raise_limits)]
pub struct RaiseLimitRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// `owner`, `manager`, or `user:` and an id.
    pub subject: String,
    /// Minor units a day; `None` for no limit.
    pub minor: Option<i64>,
    /// In which currency.
    pub currency: Option<String>,
    /// Real time of the last change.
    pub updated_at: UtcTime,
}

/// The settings of a workspace; `None` where nobody chose any.
pub fn find(connection: &mut Conn, workspace: WorkspaceId) -> Result<Option<PlanSettingsRow>> {
    Ok(plan_settings::table.filter(plan_settings::workspace_id.eq(workspace)).first(connection).optional()?)
}

/// Sets the settings of a workspace.
pub fn set(connection: &mut Conn, row: &PlanSettingsRow) -> Result<()> {
    let mine = plan_settings::table.filter(plan_settings::workspace_id.eq(row.workspace_id));
    if diesel::update(mine).set(row).execute(connection)? == 0 {
        diesel::insert_into(plan_settings::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// The limits of a workspace, by subject.
pub fn list_limits(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<RaiseLimitRow>> {
    Ok(raise_limits::table.filter(raise_limits::workspace_id.eq(workspace)).order(raise_limits::subject).load(connection)?)
}

/// Puts these limits in the place of all the workspace has.
pub fn replace_limits(connection: &mut Conn, workspace: WorkspaceId, rows: &[RaiseLimitRow]) -> Result<()> {
    diesel::delete(raise_limits::table.filter(raise_limits::workspace_id.eq(workspace))).execute(connection)?;
    for row in rows {
        diesel::insert_into(raise_limits::table).values(row).execute(connection)?;
    }
    Ok(())
}
