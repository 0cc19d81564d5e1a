//! Workspaces and who belongs to them.

use diesel::prelude::*;

use super::schema::{memberships, users, workspaces};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::role::Role;

/// One business: the tenant.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = workspaces)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// As shown; unique.
    pub name: String,
    /// `sandbox` or `real`: the two never mix.
    pub kind: String,
    /// When it was made.
    pub created_at: UtcTime,
    /// Since when an emergency stop holds queued work back.
    pub frozen_at: Option<UtcTime>,
}

impl Workspace {
    /// Whether no money here is real.
    pub fn is_sandbox(&self) -> bool {
        self.kind == "sandbox"
    }
}

/// Adds a workspace; [`super::StoreError::Conflict`] where the name is taken.
pub fn insert(connection: &mut Conn, workspace: &Workspace) -> Result<()> {
    diesel::insert_into(workspaces::table).values(workspace).execute(connection)?;
    Ok(())
}

/// The workspace with this id.
pub fn get(connection: &mut Conn, id: WorkspaceId) -> Result<Workspace> {
    Ok(workspaces::table.filter(workspaces::id.eq(id)).first(connection)?)
}

/// The workspace with this name.
pub fn find_by_name(connection: &mut Conn, name: &str) -> Result<Option<Workspace>> {
    Ok(workspaces::table.filter(workspaces::name.eq(name)).first(connection).optional()?)
}

/// Every workspace, by name. For commands and schedules; pages list a person's own.
pub fn list(connection: &mut Conn) -> Result<Vec<Workspace>> {
    Ok(workspaces::table.order(workspaces::name).load(connection)?)
}

/// Sets or clears the freeze of an emergency stop.
pub fn set_frozen(connection: &mut Conn, id: WorkspaceId, since: Option<UtcTime>) -> Result<()> {
    diesel::update(workspaces::table.filter(workspaces::id.eq(id))).set(workspaces::frozen_at.eq(since)).execute(connection)?;
    Ok(())
}

/// Makes a person a member, or changes the role of one.
pub fn set_member(connection: &mut Conn, workspace: WorkspaceId, user: UserId, role: Role, now: UtcTime) -> Result<()> {
    let mine = memberships::table.filter(memberships::workspace_id.eq(workspace)).filter(memberships::user_id.eq(user));
    if diesel::update(mine).set(memberships::role.eq(role)).execute(connection)? == 0 {
        diesel::insert_into(memberships::table)
            .values((
                memberships::workspace_id.eq(workspace),
                memberships::user_id.eq(user),
                memberships::role.eq(role),
                memberships::created_at.eq(now),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// The workspaces of a person with the role in each, by name.
pub fn list_of(connection: &mut Conn, user: UserId) -> Result<Vec<(Workspace, Role)>> {
    Ok(memberships::table
        .inner_join(workspaces::table.on(workspaces::id.eq(memberships::workspace_id)))
        .filter(memberships::user_id.eq(user))
        .order(workspaces::name)
        .select((workspaces::all_columns, memberships::role))
        .load(connection)?)
}

/// The members of a workspace with their names and addresses, by name.
pub fn members(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<(UserId, String, String, Role)>> {
    Ok(memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::workspace_id.eq(workspace))
        .order((users::name, users::id))
        .select((users::id, users::name, users::email, memberships::role))
        .load(connection)?)
}

/// Takes a person out of a workspace; false where they were not in it.
pub fn remove_member(connection: &mut Conn, workspace: WorkspaceId, user: UserId) -> Result<bool> {
    let mine = memberships::table.filter(memberships::workspace_id.eq(workspace)).filter(memberships::user_id.eq(user));
    Ok(diesel::delete(mine).execute(connection)? == 1)
}
