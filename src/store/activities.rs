//! Who changed what, by Meta's activity log, and how far it was read.

use diesel::prelude::*;

use super::schema::{activities, activity_reads};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, ObjectId, WorkspaceId};

/// Something that somebody did to an object that is known here.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = activities)]
pub struct ActivityRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// In which ad account.
    pub ad_account_id: AdAccountId,
    /// SHA-256 of what Meta says.
    pub fingerprint: String,
    /// The observed object's id.
    pub object_id: ObjectId,
    /// Meta's word, as `update_ad_set_budget`.
    pub event: String,
    /// Who.
    pub actor: String,
    /// What Meta adds, JSON; empty for nothing.
    pub extra: String,
    /// When, platform time.
    pub done_at: UtcTime,
    /// Tells activities of one second apart.
    pub position: i64,
}

/// Adds an activity that is not known yet; false for one that is.
pub fn insert(connection: &mut Conn, row: &ActivityRow) -> Result<bool> {
    let known: i64 = activities::table
        .filter(activities::workspace_id.eq(row.workspace_id))
        .filter(activities::ad_account_id.eq(row.ad_account_id))
        .filter(activities::fingerprint.eq(&row.fingerprint))
        .count()
        .get_result(connection)?;
    if known == 0 {
        diesel::insert_into(activities::table).values(row).execute(connection)?;
    }
    Ok(known == 0)
}

/// What was done to some objects, oldest first.
pub fn list_of(connection: &mut Conn, workspace: WorkspaceId, objects: &[ObjectId]) -> Result<Vec<ActivityRow>> {
    Ok(activities::table
        .filter(activities::workspace_id.eq(workspace))
        .filter(activities::object_id.eq_any(objects))
        .order((activities::done_at, activities::position))
        .load(connection)?)
}

/// Up to when the log of an ad account was read, platform time.
pub fn read_until(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Option<UtcTime>> {
    Ok(activity_reads::table
        .filter(activity_reads::workspace_id.eq(workspace))
        .filter(activity_reads::ad_account_id.eq(account))
        .select(activity_reads::until_at)
        .first(connection)
        .optional()?)
}

/// Notes up to when the log of an ad account was read, platform time.
pub fn set_read_until(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId, until: UtcTime) -> Result<()> {
    let there = activity_reads::table
        .filter(activity_reads::workspace_id.eq(workspace))
        .filter(activity_reads::ad_account_id.eq(account));
    if diesel::update(there).set(activity_reads::until_at.eq(until)).execute(connection)? == 0 {
        let row = (
            activity_reads::workspace_id.eq(workspace),
            activity_reads::ad_account_id.eq(account),
            activity_reads::until_at.eq(until),
        );
        diesel::insert_into(activity_reads::table).values(row).execute(connection)?;
    }
    Ok(())
}
