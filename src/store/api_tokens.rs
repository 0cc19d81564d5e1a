//! Bearer tokens of the admin HTTP endpoints; only their hash is stored.

use diesel::prelude::*;

use super::schema::api_tokens;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{ApiTokenId, WorkspaceId};
use crate::domain::role::Role;

/// A bearer token.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    /// SHA-256 of the token.
    pub token_hash: String,
    /// Its id.
    pub id: ApiTokenId,
    /// The workspace it opens.
    pub workspace_id: WorkspaceId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at: UtcTime,
    /// Last use, to the minute.
    pub last_used_at: Option<UtcTime>,
    /// Since when it is worth nothing.
    pub revoked_at: Option<UtcTime>,
}

/// Adds a token.
pub fn insert(connection: &mut Conn, token: &ApiToken) -> Result<()> {
    diesel::insert_into(api_tokens::table).values(token).execute(connection)?;
    Ok(())
}

/// The token with this hash, unless it is revoked.
pub fn find(connection: &mut Conn, token_hash: &str) -> Result<Option<ApiToken>> {
    Ok(api_tokens::table
        .filter(api_tokens::token_hash.eq(token_hash))
        .filter(api_tokens::revoked_at.is_null())
        .first(connection)
        .optional()?)
}

/// Notes a use.
pub fn touch(connection: &mut Conn, token_hash: &str, now: UtcTime) -> Result<()> {
    diesel::update(api_tokens::table.filter(api_tokens::token_hash.eq(token_hash)))
        .set(api_tokens::last_used_at.eq(now))
        .execute(connection)?;
    Ok(())
}

/// A workspace's tokens, newest first.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<ApiToken>> {
    Ok(api_tokens::table.filter(api_tokens::workspace_id.eq(workspace)).order(api_tokens::id.desc()).load(connection)?)
}

/// Revokes a token of this workspace; false where there is no such unrevoked one.
pub fn revoke(connection: &mut Conn, workspace: WorkspaceId, id: ApiTokenId, now: UtcTime) -> Result<bool> {
    let open = api_tokens::table
        .filter(api_tokens::workspace_id.eq(workspace))
        .filter(api_tokens::id.eq(id))
        .filter(api_tokens::revoked_at.is_null());
    Ok(diesel::update(open).set(api_tokens::revoked_at.eq(now)).execute(connection)? == 1)
}
