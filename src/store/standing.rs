//! What Meta last said of tokens and ad accounts, for judging how they are without asking again.

use diesel::prelude::*;

use super::schema::{account_health, connection_tokens};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, ConnectionId, WorkspaceId};

/// What Meta said of a connection's token.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = connection_tokens)]
pub struct ConnectionToken {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Of which connection.
    pub connection_id: ConnectionId,
    /// Its type, app, user, permissions and ends, JSON.
    pub facts: String,
    /// When Meta said so, real time.
    pub checked_at: UtcTime,
}

/// How Meta says an ad account is.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = account_health)]
pub struct AccountHealth {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Of which ad account.
    pub ad_account_id: AdAccountId,
    /// Meta's number; `None` where it was not said.
    pub account_status: Option<i64>,
    /// Meta's number for why it was disabled.
    pub disable_reason: Option<i64>,
    /// `none`, `empty`, `there` or `unknown`.
    pub funding: String,
    /// Meta's words for what is charged.
    pub funding_words: String,
    /// What is owed, minor units.
    pub balance_minor: Option<i64>,
    /// When Meta said so, real time.
    pub checked_at: UtcTime,
}

/// What is known of the workspace's tokens.
pub fn list_tokens(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<ConnectionToken>> {
    Ok(connection_tokens::table
        .filter(connection_tokens::workspace_id.eq(workspace))
        .order(connection_tokens::connection_id)
        .load(connection)?)
}

/// What is known of a connection's token.
pub fn find_token(connection: &mut Conn, workspace: WorkspaceId, of: ConnectionId) -> Result<Option<ConnectionToken>> {
    let row = connection_tokens::table
        .filter(connection_tokens::workspace_id.eq(workspace))
        .filter(connection_tokens::connection_id.eq(of));
    Ok(row.first(connection).optional()?)
}

/// Keeps what Meta says of a token, in place of what it said before.
pub fn put_token(connection: &mut Conn, row: &ConnectionToken) -> Result<()> {
    delete_token(connection, row.workspace_id, row.connection_id)?;
    diesel::insert_into(connection_tokens::table).values(row).execute(connection)?;
    Ok(())
}

/// Forgets what is known of a token.
pub fn delete_token(connection: &mut Conn, workspace: WorkspaceId, of: ConnectionId) -> Result<()> {
    let row = connection_tokens::table
        .filter(connection_tokens::workspace_id.eq(workspace))
        .filter(connection_tokens::connection_id.eq(of));
    diesel::delete(row).execute(connection)?;
    Ok(())
}

/// How the workspace's ad accounts are.
pub fn list_accounts(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<AccountHealth>> {
    Ok(account_health::table
        .filter(account_health::workspace_id.eq(workspace))
        .order(account_health::ad_account_id)
        .load(connection)?)
}

/// Keeps how an ad account is, in place of what was known before.
pub fn put_account(connection: &mut Conn, row: &AccountHealth) -> Result<()> {
    delete_account(connection, row.workspace_id, row.ad_account_id)?;
    diesel::insert_into(account_health::table).values(row).execute(connection)?;
    Ok(())
}

/// Forgets how an ad account is: nobody asks any more.
pub fn delete_account(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<()> {
    let row = account_health::table
        .filter(account_health::workspace_id.eq(workspace))
        .filter(account_health::ad_account_id.eq(account));
    diesel::delete(row).execute(connection)?;
    Ok(())
}
