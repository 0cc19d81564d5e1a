//! Report files read in: which, into which ad account, how understood, what was skipped.
//!
//! Only visible imports count. What an import wrote before it became visible, or left behind when it was removed, is cleared away
//! in pieces, so that no transaction is long.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use super::schema::{import_rejects, imports};
use super::upsert::{Upsert, Value};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, ImportId, UserId, WorkspaceId};

/// Rows are being written and count nowhere yet.
pub const WRITING: &str = "writing";
/// Its rows count.
pub const VISIBLE: &str = "visible";
/// It was taken out; its rows are gone or going.
pub const REMOVED: &str = "removed";

/// An import as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = imports)]
pub struct Import {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id: the source of its facts.
    pub id: ImportId,
    /// Into which ad account.
    pub ad_account_id: AdAccountId,
    /// As the person named it.
    pub file_name: String,
    /// SHA-256 of the file's bytes, hex.
    pub content_hash: String,
    /// [`WRITING`], [`VISIBLE`] or [`REMOVED`].
    pub state: String,
    /// Three letters.
    pub currency: String,
    /// First day of its rows.
    pub since_on: Option<NaiveDate>,
    /// Last day of its rows.
    pub until_on: Option<NaiveDate>,
    /// Rows that count.
    pub records: i64,
    /// Rows that could not be read.
    pub skipped: i64,
    /// How the columns were understood, the totals and the summary row's check: JSON.
    pub understanding: String,
    /// Who; 0 for the command line.
    pub created_by: UserId,
    /// When.
    pub created_at: UtcTime,
}

/// A row that was skipped.
#[derive(Debug, Clone, Queryable)]
pub struct Reject {
    /// Physical line, from 1.
    pub line: i64,
    /// The column's header; empty where the whole row is at fault.
    pub column_name: String,
    /// What stands there, shortened.
    pub value: String,
    /// Why it could not be read.
    pub reason: String,
}

/// What a campaign's visible rows of files cover.
#[derive(Debug, Clone, QueryableByName)]
pub struct Covered {
    /// The campaign, here.
    #[diesel(sql_type = BigInt)]
    pub campaign_id: i64,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Its id at Meta, or its name path.
    #[diesel(sql_type = Text)]
    pub remote_id: String,
    /// The import.
    #[diesel(sql_type = BigInt)]
    pub import_id: i64,
    /// First day.
    #[diesel(sql_type = Date)]
    pub since_on: NaiveDate,
    /// Last day.
    #[diesel(sql_type = Date)]
    pub until_on: NaiveDate,
}

/// Adds an import; [`super::StoreError::Conflict`] where its file is visible in the account already.
pub fn insert(connection: &mut Conn, row: &Import) -> Result<()> {
    diesel::insert_into(imports::table).values(row).execute(connection)?;
    Ok(())
}

/// The import with this id.
pub fn get(connection: &mut Conn, workspace: WorkspaceId, id: ImportId) -> Result<Import> {
    Ok(imports::table.filter(imports::workspace_id.eq(workspace)).filter(imports::id.eq(id)).first(connection)?)
}

/// The workspace's visible imports, newest first, older than `before` where given.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, before: Option<ImportId>, limit: i64) -> Result<Vec<Import>> {
    Ok(imports::table
        .filter(imports::workspace_id.eq(workspace))
        .filter(imports::state.eq(VISIBLE))
        .filter(imports::id.lt(before.map_or(i64::MAX, |b| b.0)))
        .order(imports::id.desc())
        .limit(limit)
        .load(connection)?)
}

/// The visible import of a file with these bytes, whatever its name.
pub fn find_by_content(connection: &mut Conn, workspace: WorkspaceId, content_hash: &str) -> Result<Option<Import>> {
    Ok(imports::table
        .filter(imports::workspace_id.eq(workspace))
        .filter(imports::state.eq(VISIBLE))
        .filter(imports::content_hash.eq(content_hash))
        .order(imports::id)
        .first(connection)
        .optional()?)
}

/// Whether an import is in this state.
pub fn is_in_state(connection: &mut Conn, workspace: WorkspaceId, id: ImportId, state: &str) -> Result<bool> {
    let found =
        imports::table.filter(imports::workspace_id.eq(workspace)).filter(imports::id.eq(id)).filter(imports::state.eq(state));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(connection)?)
}

/// Moves an import on; false where it was not in the state it is moved from.
pub fn set_state(connection: &mut Conn, workspace: WorkspaceId, id: ImportId, from: &str, to: &str) -> Result<bool> {
    let row =
        imports::table.filter(imports::workspace_id.eq(workspace)).filter(imports::id.eq(id)).filter(imports::state.eq(from));
    Ok(diesel::update(row).set(imports::state.eq(to)).execute(connection)? > 0)
}

/// Notes what was read in, once that is known.
pub fn set_outcome(connection: &mut Conn, row: &Import) -> Result<()> {
    let at = imports::table.filter(imports::workspace_id.eq(row.workspace_id)).filter(imports::id.eq(row.id));
    diesel::update(at)
        .set((
            imports::since_on.eq(row.since_on),
            imports::until_on.eq(row.until_on),
            imports::records.eq(row.records),
            imports::skipped.eq(row.skipped),
            imports::understanding.eq(&row.understanding),
        ))
        .execute(connection)?;
    Ok(())
}

/// Imports of every workspace that were not finished: for start-up alone.
pub fn list_unfinished(connection: &mut Conn) -> Result<Vec<Import>> {
    Ok(imports::table.filter(imports::state.eq(WRITING)).order((imports::workspace_id, imports::id)).load(connection)?)
}

/// Removed imports of every workspace whose rows are not all gone yet: for start-up alone.
pub fn list_removed_with_rows(connection: &mut Conn) -> Result<Vec<Import>> {
    use super::schema::facts;
    let left = facts::table
        .filter(facts::workspace_id.eq(imports::workspace_id))
        .filter(facts::ad_account_id.eq(imports::ad_account_id))
        .filter(facts::source_id.eq(imports::id));
    Ok(imports::table
        .filter(imports::state.eq(REMOVED))
        .filter(diesel::dsl::exists(left))
        .select(imports::all_columns)
        .order((imports::workspace_id, imports::id))
        .load(connection)?)
}

/// Removes an unfinished import without a trace; its rows must be gone.
pub fn delete(connection: &mut Conn, workspace: WorkspaceId, id: ImportId) -> Result<()> {
    diesel::delete(
        import_rejects::table.filter(import_rejects::workspace_id.eq(workspace)).filter(import_rejects::import_id.eq(id)),
    )
    .execute(connection)?;
    diesel::delete(imports::table.filter(imports::workspace_id.eq(workspace)).filter(imports::id.eq(id))).execute(connection)?;
    Ok(())
}

/// Whether any import, in whatever state, went into an ad account.
pub fn any_into(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<bool> {
    let into = imports::table.filter(imports::workspace_id.eq(workspace)).filter(imports::ad_account_id.eq(account));
    Ok(diesel::select(diesel::dsl::exists(into)).get_result(connection)?)
}

/// Adds rows that were skipped.
pub fn insert_rejects(connection: &mut Conn, workspace: WorkspaceId, import: ImportId, rows: &[Reject]) -> Result<()> {
    let values: Vec<Vec<Value>> = rows
        .iter()
        .map(|r| {
            let text = [&r.column_name, &r.value, &r.reason].map(|t| Value::from(t.as_str()));
            let [column, value, reason] = text;
            vec![workspace.0.into(), import.0.into(), r.line.into(), column, value, reason]
        })
        .collect();
    let columns = &["workspace_id", "import_id", "line", "column_name", "value", "reason"];
    let key = &["workspace_id", "import_id", "line", "column_name"];
    Upsert { table: "import_rejects", columns, rows: &values, key, update: &[] }.run(connection)?;
    Ok(())
}

/// Rows that were skipped, by line, after `after`.
pub fn list_rejects(
    connection: &mut Conn,
    workspace: WorkspaceId,
    import: ImportId,
    after: i64,
    limit: i64,
) -> Result<Vec<Reject>> {
    Ok(import_rejects::table
        .filter(import_rejects::workspace_id.eq(workspace))
        .filter(import_rejects::import_id.eq(import))
        .filter(import_rejects::line.gt(after))
        .order((import_rejects::line, import_rejects::column_name))
        .limit(limit)
        .select((import_rejects::line, import_rejects::column_name, import_rejects::value, import_rejects::reason))
        .load(connection)?)
}

/// What visible imports of an account cover between two days, a row for each campaign and period.
pub fn covered(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    since: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Covered>> {
    // SQLite numbers parameters by their first use, so the text uses them in the order in which they are bound.
    Ok(diesel::sql_query(
        "SELECT r.campaign_id, o.name, o.remote_id, r.source_id AS import_id, r.since_on, r.until_on FROM rollups r \
         JOIN observed_objects o ON o.workspace_id = r.workspace_id AND o.id = r.campaign_id \
         WHERE r.workspace_id = $1 AND r.grain = 'campaign' AND r.ad_account_id = $2 AND r.source_id <> 0 \
         AND r.until_on >= $3 AND r.since_on <= $4 ORDER BY r.since_on, r.until_on, r.campaign_id, r.source_id",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(account.0)
    .bind::<Date, _>(since)
    .bind::<Date, _>(until)
    .load(connection)?)
}
