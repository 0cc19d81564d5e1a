//! Notices, how each reader wants them, and the messages that carry them.

use diesel::prelude::*;

use super::schema::{notice_messages, notice_readers, notices};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{NoticeId, UserId, WorkspaceId};

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = notices)]
pub struct NoticeRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: NoticeId,
    /// A [`NoticeKind`](crate::domain::notice::NoticeKind)'s word.
    pub kind: String,
    /// The condition it tells of: at most one open notice has a given key.
    pub condition_key: String,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub sentence: String,
    /// What to do.
    pub way_out: String,
    /// The page that shows more, from the root.
    pub path: String,
    /// Real time.
    pub raised_at: UtcTime,
    /// When the condition was over, real time.
    pub resolved_at: Option<UtcTime>,
}

/// How a member wants to hear.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = notice_readers)]
pub struct ReaderRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// The member.
    pub user_id: UserId,
    /// A [`Manner`](crate::domain::notice::Manner), JSON.
    pub manner: String,
    /// When it was said.
    pub updated_at: UtcTime,
}

/// A notice on its way to one target.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = notice_messages)]
pub struct MessageRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Which notice.
    pub notice_id: NoticeId,
    /// A [`Target`](crate::domain::notice::Target)'s word.
    pub target: String,
    /// Not before this, real time.
    pub due_at: UtcTime,
    /// `waiting`, `sent`, `failed` or `dropped`.
    pub state: String,
    /// When it went out.
    pub sent_at: Option<UtcTime>,
    /// Why it did not.
    pub problem: Option<String>,
}

/// Notices whose condition lasts, oldest first.
pub fn list_open(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<NoticeRow>> {
    Ok(notices::table
        .filter(notices::workspace_id.eq(workspace))
        .filter(notices::resolved_at.is_null())
        .order(notices::id)
        .load(connection)?)
}

/// The newest `limit` notices older than `before`, open or not, newest first.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, before: Option<NoticeId>, limit: i64) -> Result<Vec<NoticeRow>> {
    let before = before.unwrap_or(NoticeId(i64::MAX));
    Ok(notices::table
        .filter(notices::workspace_id.eq(workspace))
        .filter(notices::id.lt(before))
        .order(notices::id.desc())
        .limit(limit)
        .load(connection)?)
}

/// Adds a notice.
pub fn insert(connection: &mut Conn, row: &NoticeRow) -> Result<()> {
    diesel::insert_into(notices::table).values(row).execute(connection)?;
    Ok(())
}

/// Notes that a notice's condition is over; messages that did not go out yet are dropped where `drop` says so.
pub fn resolve(connection: &mut Conn, row: &NoticeRow, at: UtcTime, drop: bool) -> Result<()> {
    let there = notices::table.filter(notices::workspace_id.eq(row.workspace_id)).filter(notices::id.eq(row.id));
    diesel::update(there).set(notices::resolved_at.eq(at)).execute(connection)?;
    if drop {
        let waiting = notice_messages::table
            .filter(notice_messages::workspace_id.eq(row.workspace_id))
            .filter(notice_messages::notice_id.eq(row.id))
            .filter(notice_messages::state.eq("waiting"));
        diesel::update(waiting)
            .set((notice_messages::state.eq("dropped"), notice_messages::problem.eq("it was over before it was sent")))
            .execute(connection)?;
    }
    Ok(())
}

/// What each member said of how to hear; members without a row said nothing.
pub fn list_readers(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<ReaderRow>> {
    Ok(notice_readers::table
        .filter(notice_readers::workspace_id.eq(workspace))
        .order(notice_readers::user_id)
        .load(connection)?)
}

/// Writes how a member wants to hear.
pub fn set_reader(connection: &mut Conn, row: &ReaderRow) -> Result<()> {
    let there = notice_readers::table
        .filter(notice_readers::workspace_id.eq(row.workspace_id))
        .filter(notice_readers::user_id.eq(row.user_id));
    let set = (notice_readers::manner.eq(&row.manner), notice_readers::updated_at.eq(row.updated_at));
    if diesel::update(there).set(set).execute(connection)? == 0 {
        diesel::insert_into(notice_readers::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// Queues a notice for a target.
pub fn insert_message(connection: &mut Conn, row: &MessageRow) -> Result<()> {
    diesel::insert_into(notice_messages::table).values(row).execute(connection)?;
    Ok(())
}

/// Workspaces and targets that something is due for at `now`. For the schedule.
pub fn list_due_targets(connection: &mut Conn, now: UtcTime) -> Result<Vec<(WorkspaceId, String)>> {
    Ok(notice_messages::table
        .filter(notice_messages::state.eq("waiting"))
        .filter(notice_messages::due_at.le(now))
        .select((notice_messages::workspace_id, notice_messages::target))
        .distinct()
        .order((notice_messages::workspace_id, notice_messages::target))
        .load(connection)?)
}

/// The notices that wait for a target and are due at `now`, oldest first.
pub fn list_due(connection: &mut Conn, workspace: WorkspaceId, target: &str, now: UtcTime) -> Result<Vec<NoticeRow>> {
    let due = notice_messages::table
        .filter(notice_messages::workspace_id.eq(workspace))
        .filter(notice_messages::target.eq(target))
        .filter(notice_messages::state.eq("waiting"))
        .filter(notice_messages::due_at.le(now))
        .select(notice_messages::notice_id);
    Ok(notices::table
        .filter(notices::workspace_id.eq(workspace))
        .filter(notices::id.eq_any(due))
        .order(notices::id)
        .load(connection)?)
}

/// Notes what became of messages to a target.
pub fn settle(
    connection: &mut Conn,
    workspace: WorkspaceId,
    target: &str,
    ids: &[NoticeId],
    at: UtcTime,
    problem: Option<&str>,
) -> Result<()> {
    let there = notice_messages::table
        .filter(notice_messages::workspace_id.eq(workspace))
        .filter(notice_messages::target.eq(target))
        .filter(notice_messages::notice_id.eq_any(ids.to_vec()));
    let state = if problem.is_some() { "failed" } else { "sent" };
    diesel::update(there)
        .set((
            notice_messages::state.eq(state),
            notice_messages::sent_at.eq(problem.is_none().then_some(at)),
            notice_messages::problem.eq(problem),
        ))
        .execute(connection)?;
    Ok(())
}

/// The messages of some notices, by notice and target.
pub fn list_messages(connection: &mut Conn, workspace: WorkspaceId, ids: &[NoticeId]) -> Result<Vec<MessageRow>> {
    Ok(notice_messages::table
        .filter(notice_messages::workspace_id.eq(workspace))
        .filter(notice_messages::notice_id.eq_any(ids.to_vec()))
        .order((notice_messages::notice_id, notice_messages::target))
        .load(connection)?)
}
