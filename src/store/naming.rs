//! A workspace's templates of names and links.

use diesel::prelude::*;

use super::schema::naming;
use super::{Conn, Result, UtcTime};
use crate::domain::id::WorkspaceId;

/// The templates of a workspace.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = naming)]
pub struct NamingRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// A campaign's name.
    pub name_campaign: String,
    /// An ad set's name.
    pub name_ad_set: String,
    /// An ad's name.
    pub name_ad: String,
    /// `utm_source` on Facebook.
    pub source_facebook: String,
    /// `utm_source` on Instagram.
    pub source_instagram: String,
    /// `utm_medium`.
    pub utm_medium: String,
    /// `utm_campaign`.
    pub utm_campaign: String,
    /// `utm_content`.
    pub utm_content: String,
    /// Real time of the last change.
    pub updated_at: UtcTime,
}

/// The templates of a workspace; `None` where nobody chose any.
pub fn find(connection: &mut Conn, workspace: WorkspaceId) -> Result<Option<NamingRow>> {
    Ok(naming::table.filter(naming::workspace_id.eq(workspace)).first(connection).optional()?)
}

/// Sets the templates of a workspace.
pub fn set(connection: &mut Conn, row: &NamingRow) -> Result<()> {
    let mine = naming::table.filter(naming::workspace_id.eq(row.workspace_id));
    if diesel::update(mine).set(row).execute(connection)? == 0 {
        diesel::insert_into(naming::table).values(row).execute(connection)?;
    }
    Ok(())
}
