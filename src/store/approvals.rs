//! Plans that wait for a second person, and what each person raised.

use diesel::prelude::*;

use super::schema::{approvals, raises, token_makers};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{ApiTokenId, ApprovalId, PlanId, UserId, WorkspaceId};

/// A plan that somebody asked a second person to approve.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = approvals)]
pub struct ApprovalRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: ApprovalId,
    /// `campaign`, `bulk`, `resume`, `switch_on` or `revert`.
    pub kind: String,
    /// The campaign, plan or stop it is about.
    pub subject_id: i64,
    /// How a campaign's plan ends: `active` or `paused`; what is ticked to be set back, a space between; empty for the others.
    pub run: String,
    /// The plan that was read.
    pub hash: String,
    /// What it is, in a few words.
    pub title: String,
    /// The page on which it is read, from the root.
    pub path: String,
    /// What it raises a day, JSON list of money.
    pub raises: String,
    /// The same in a sentence.
    pub sentence: String,
    /// `waiting`, `approved`, `declined`, `withdrawn` or `stale`.
    pub state: String,
    /// The person behind the wish, where it is known.
    pub asked_by: Option<UserId>,
    /// Who asked, as shown.
    pub asked_name: String,
    /// When, real time.
    pub asked_at: UtcTime,
    /// Who decided, where it is known.
    pub decided_by: Option<UserId>,
    /// Who decided, as shown.
    pub decided_name: Option<String>,
    /// When, real time.
    pub decided_at: Option<UtcTime>,
    /// Why it was declined, or what made it stale.
    pub reason: Option<String>,
}

/// By how much a day somebody raised spending through a plan.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = raises)]
pub struct RaiseRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: i64,
    /// Through which plan.
    pub plan_id: PlanId,
    /// `user:` and an id; else `named:` and the name shown.
    pub who: String,
    /// Minor units a day.
    pub minor: i64,
    /// In which currency.
    pub currency: String,
    /// Real time.
    pub at: UtcTime,
}

/// Adds a request.
pub fn insert(connection: &mut Conn, row: &ApprovalRow) -> Result<()> {
    diesel::insert_into(approvals::table).values(row).execute(connection)?;
    Ok(())
}

/// The request with this id.
pub fn get(connection: &mut Conn, workspace: WorkspaceId, id: ApprovalId) -> Result<ApprovalRow> {
    Ok(approvals::table.filter(approvals::workspace_id.eq(workspace)).filter(approvals::id.eq(id)).first(connection)?)
}

/// The newest requests about one thing, newest first.
pub fn list_of(connection: &mut Conn, workspace: WorkspaceId, kind: &str, subject: i64, limit: i64) -> Result<Vec<ApprovalRow>> {
    Ok(approvals::table
        .filter(approvals::workspace_id.eq(workspace))
        .filter(approvals::kind.eq(kind))
        .filter(approvals::subject_id.eq(subject))
        .order(approvals::id.desc())
        .limit(limit)
        .load(connection)?)
}

/// The requests that wait, oldest first.
pub fn list_waiting(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<ApprovalRow>> {
    Ok(approvals::table
        .filter(approvals::workspace_id.eq(workspace))
        .filter(approvals::state.eq("waiting"))
        .order(approvals::id)
        .load(connection)?)
}

/// The newest requests that do not wait any more, newest first.
pub fn list_decided(connection: &mut Conn, workspace: WorkspaceId, limit: i64) -> Result<Vec<ApprovalRow>> {
    Ok(approvals::table
        .filter(approvals::workspace_id.eq(workspace))
        .filter(approvals::state.ne("waiting"))
        .order(approvals::id.desc())
        .limit(limit)
        .load(connection)?)
}

/// How many requests wait.
pub fn count_waiting(connection: &mut Conn, workspace: WorkspaceId) -> Result<i64> {
    Ok(approvals::table
        .filter(approvals::workspace_id.eq(workspace))
        .filter(approvals::state.eq("waiting"))
        .count()
        .get_result(connection)?)
}

/// Writes how a request ended; false where it did not wait any more.
pub fn decide(connection: &mut Conn, row: &ApprovalRow) -> Result<bool> {
    let waiting = approvals::table
        .filter(approvals::workspace_id.eq(row.workspace_id))
        .filter(approvals::id.eq(row.id))
        .filter(approvals::state.eq("waiting"));
    let set = (
        approvals::state.eq(&row.state),
        approvals::decided_by.eq(row.decided_by),
        approvals::decided_name.eq(&row.decided_name),
        approvals::decided_at.eq(row.decided_at),
        approvals::reason.eq(&row.reason),
    );
    Ok(diesel::update(waiting).set(set).execute(connection)? == 1)
}

/// Notes a raise.
pub fn insert_raise(connection: &mut Conn, row: &RaiseRow) -> Result<()> {
    diesel::insert_into(raises::table).values(row).execute(connection)?;
    Ok(())
}

/// What somebody raised after `since`.
pub fn list_raises(connection: &mut Conn, workspace: WorkspaceId, who: &str, since: UtcTime) -> Result<Vec<RaiseRow>> {
    Ok(raises::table
        .filter(raises::workspace_id.eq(workspace))
        .filter(raises::who.eq(who))
        .filter(raises::at.gt(since))
        .order(raises::id)
        .load(connection)?)
}

/// Notes who made a token.
pub fn insert_maker(connection: &mut Conn, workspace: WorkspaceId, token: ApiTokenId, user: UserId) -> Result<()> {
    diesel::insert_into(token_makers::table)
        .values((token_makers::workspace_id.eq(workspace), token_makers::token_id.eq(token), token_makers::user_id.eq(user)))
        .execute(connection)?;
    Ok(())
}

/// Who made a token; `None` for one that was made on the machine.
pub fn find_maker(connection: &mut Conn, workspace: WorkspaceId, token: ApiTokenId) -> Result<Option<UserId>> {
    Ok(token_makers::table
        .filter(token_makers::workspace_id.eq(workspace))
        .filter(token_makers::token_id.eq(token))
        .select(token_makers::user_id)
        .first(connection)
        .optional()?)
}
