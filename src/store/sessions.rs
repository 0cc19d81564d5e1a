//! Signed-in browsers. A row a session, so that each can be revoked; only the hash of its token is stored.

use diesel::prelude::*;

use super::schema::sessions;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{UserId, WorkspaceId};

/// A signed-in browser.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub token_hash: String,
    /// Who.
    pub user_id: UserId,
    /// The workspace the browser is in.
    pub workspace_id: Option<WorkspaceId>,
    /// What each form must send back.
    pub csrf: String,
    /// As the browser named itself when signing in; for the list of sessions.
    pub user_agent: String,
    /// When signed in.
    pub created_at: UtcTime,
    /// Last use, to the minute.
    pub seen_at: UtcTime,
    /// When it ends by itself.
    pub expires_at: UtcTime,
}

/// Adds a session.
pub fn insert(connection: &mut Conn, session: &Session) -> Result<()> {
    diesel::insert_into(sessions::table).values(session).execute(connection)?;
    Ok(())
}

/// The session of a token, unless it has ended.
pub fn find(connection: &mut Conn, token_hash: &str, now: UtcTime) -> Result<Option<Session>> {
    Ok(sessions::table
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::expires_at.gt(now))
        .first(connection)
        .optional()?)
}

/// Notes a use and moves the end.
pub fn touch(connection: &mut Conn, token_hash: &str, now: UtcTime, expires_at: UtcTime) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::token_hash.eq(token_hash)))
        .set((sessions::seen_at.eq(now), sessions::expires_at.eq(expires_at)))
        .execute(connection)?;
    Ok(())
}

/// Moves the browser into another workspace.
pub fn set_workspace(connection: &mut Conn, token_hash: &str, workspace: WorkspaceId) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::token_hash.eq(token_hash)))
        .set(sessions::workspace_id.eq(workspace))
        .execute(connection)?;
    Ok(())
}

/// A person's sessions, newest use first.
pub fn list_of(connection: &mut Conn, user: UserId) -> Result<Vec<Session>> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(user))
        .order((sessions::seen_at.desc(), sessions::token_hash))
        .load(connection)?)
}

/// Ends a session of this person; another's is left alone.
pub fn delete(connection: &mut Conn, user: UserId, token_hash: &str) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::token_hash.eq(token_hash)))
        .execute(connection)?)
}

/// Removes sessions that have ended.
pub fn delete_ended(connection: &mut Conn, now: UtcTime) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(connection)?)
}

/// Ends every session of a person.
pub fn delete_of(connection: &mut Conn, user: UserId) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(connection)?)
}
