//! Where a sync stands, so that one that waits for Meta's limits, fails or is cut short goes on where it was.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::schema::{sync_pages, sync_runs};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, WorkspaceId};

/// A sync under way.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = sync_runs)]
pub struct SyncRun {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Of which ad account.
    pub ad_account_id: AdAccountId,
    /// When it began, real time.
    pub began_at: UtcTime,
    /// When it began, platform time.
    pub platform_at: UtcTime,
    /// First day asked for.
    pub since_on: NaiveDate,
    /// Last day asked for.
    pub until_on: NaiveDate,
    /// What is done, JSON.
    pub place: String,
    /// Calls made so far.
    pub calls: i64,
    /// How often it waited for Meta's limits.
    pub waits: i64,
}

/// The sync of an account that is under way.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Option<SyncRun>> {
    Ok(sync_runs::table
        .filter(sync_runs::workspace_id.eq(workspace))
        .filter(sync_runs::ad_account_id.eq(account))
        .first(connection)
        .optional()?)
}

/// Notes where a sync stands.
pub fn save(connection: &mut Conn, run: &SyncRun) -> Result<()> {
    let there = sync_runs::table
        .filter(sync_runs::workspace_id.eq(run.workspace_id))
        .filter(sync_runs::ad_account_id.eq(run.ad_account_id));
    if diesel::update(there).set(run).execute(connection)? == 0 {
        diesel::insert_into(sync_runs::table).values(run).execute(connection)?;
    }
    Ok(())
}

/// Forgets a sync that has ended.
pub fn delete(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<()> {
    let there = sync_runs::table.filter(sync_runs::workspace_id.eq(workspace)).filter(sync_runs::ad_account_id.eq(account));
    diesel::delete(there).execute(connection)?;
    forget_pages(connection, workspace, account)
}

/// Keeps a page of figures, JSON, until its days are stored.
pub fn keep_page(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId, position: i32, page: &str) -> Result<()> {
    let row = (
        sync_pages::workspace_id.eq(workspace),
        sync_pages::ad_account_id.eq(account),
        sync_pages::position.eq(position),
        sync_pages::page.eq(page),
    );
    diesel::insert_into(sync_pages::table).values(row).execute(connection)?;
    Ok(())
}

/// The pages kept of an account's sync, in order.
pub fn pages(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Vec<String>> {
    Ok(sync_pages::table
        .filter(sync_pages::workspace_id.eq(workspace))
        .filter(sync_pages::ad_account_id.eq(account))
        .order(sync_pages::position)
        .select(sync_pages::page)
        .load(connection)?)
}

/// Forgets the pages kept of an account's sync.
pub fn forget_pages(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<()> {
    let pages = sync_pages::table.filter(sync_pages::workspace_id.eq(workspace)).filter(sync_pages::ad_account_id.eq(account));
    diesel::delete(pages).execute(connection)?;
    Ok(())
}
