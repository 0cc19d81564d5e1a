//! Filters of the list of campaigns that people keep, each for one person in one workspace.

use diesel::prelude::*;

use super::schema::saved_filters::{self, dsl};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{FilterId, UserId, WorkspaceId};

/// A kept filter.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = saved_filters)]
pub struct FilterRow {
    /// In which workspace.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: FilterId,
    /// Whose.
    pub user_id: UserId,
    /// As shown.
    pub name: String,
    /// The link's query string.
    pub query: String,
    /// 1 for the one the list opens with.
    pub is_default: i32,
    /// When it was kept.
    pub created_at: UtcTime,
}

/// A person's filters, by name.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, user: UserId) -> Result<Vec<FilterRow>> {
    Ok(dsl::saved_filters
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::user_id.eq(user))
        .order((dsl::name, dsl::id))
        .load(connection)?)
}

/// Adds a filter, or renews the person's one of that name.
pub fn upsert(connection: &mut Conn, row: &FilterRow) -> Result<()> {
    let there = dsl::saved_filters
        .filter(dsl::workspace_id.eq(row.workspace_id))
        .filter(dsl::user_id.eq(row.user_id))
        .filter(dsl::name.eq(&row.name));
    let renewed = diesel::update(there).set(dsl::query.eq(&row.query)).execute(connection)?;
    if renewed == 0 {
        diesel::insert_into(dsl::saved_filters).values(row).execute(connection)?;
    }
    Ok(())
}

/// Makes one of a person's filters the one the list opens with; none of them with `None`.
pub fn set_default(connection: &mut Conn, workspace: WorkspaceId, user: UserId, id: Option<FilterId>) -> Result<()> {
    let mine = dsl::saved_filters.filter(dsl::workspace_id.eq(workspace)).filter(dsl::user_id.eq(user));
    diesel::update(mine).set(dsl::is_default.eq(0)).execute(connection)?;
    if let Some(id) = id {
        diesel::update(mine.filter(dsl::id.eq(id))).set(dsl::is_default.eq(1)).execute(connection)?;
    }
    Ok(())
}

/// Removes one of a person's filters; false where there is none.
pub fn delete(connection: &mut Conn, workspace: WorkspaceId, user: UserId, id: FilterId) -> Result<bool> {
    let one = dsl::saved_filters.filter(dsl::workspace_id.eq(workspace)).filter(dsl::user_id.eq(user)).filter(dsl::id.eq(id));
    Ok(diesel::delete(one).execute(connection)? > 0)
}
