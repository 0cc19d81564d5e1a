//! An ad account's own totals beside the sums of their parts, a row a day, overwritten at each sync.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable};

use super::schema::account_checks;
use super::upsert::{Upsert, Value};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, WorkspaceId};

/// A day's total, said twice.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct AccountCheck {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Of which ad account.
    pub ad_account_id: AdAccountId,
    /// The day, in the account's zone.
    pub on_day: NaiveDate,
    /// What the account says, micros; `None` where it says nothing.
    pub theirs_micros: Option<i64>,
    /// What its parts sum to, micros; `None` where no part is known.
    pub ours_micros: Option<i64>,
    /// How many parts that is.
    pub parts: i64,
    /// Platform time of the comparison.
    pub checked_at: UtcTime,
}

/// The sum of a day's parts.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct DaySum {
    /// The day.
    #[diesel(sql_type = Date)]
    pub since_on: NaiveDate,
    /// Micros.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub micros: Option<i64>,
    /// How many rows.
    #[diesel(sql_type = BigInt)]
    pub parts: i64,
}

/// What the synced facts of each day of a period sum to.
pub fn day_sums(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    (since, until): (NaiveDate, NaiveDate),
) -> Result<Vec<DaySum>> {
    Ok(diesel::sql_query(
        "SELECT since_on, CAST(SUM(spend_micros) AS BIGINT) AS micros, COUNT(*) AS parts FROM facts \
         WHERE workspace_id = $1 AND ad_account_id = $2 AND source_id = 0 AND since_on >= $3 AND until_on <= $4 \
         AND since_on = until_on AND breakdown = 'placement' GROUP BY since_on ORDER BY since_on",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(account.0)
    .bind::<Date, _>(since)
    .bind::<Date, _>(until)
    .load(connection)?)
}

/// Writes comparisons over those that were there.
pub fn upsert(connection: &mut Conn, rows: &[AccountCheck]) -> Result<()> {
    const COLUMNS: [&str; 7] = ["workspace_id", "ad_account_id", "on_day", "theirs_micros", "ours_micros", "parts", "checked_at"];
    if rows.is_empty() {
        return Ok(());
    }
    let values = |row: &AccountCheck| -> Vec<Value> {
        vec![
            row.workspace_id.0.into(),
            row.ad_account_id.0.into(),
            row.on_day.into(),
            row.theirs_micros.into(),
            row.ours_micros.into(),
            row.parts.into(),
            row.checked_at.into(),
        ]
    };
    let rows: Vec<Vec<Value>> = rows.iter().map(values).collect();
    let (key, update) = COLUMNS.split_at(3);
    Upsert { table: "account_checks", columns: &COLUMNS, rows: &rows, key, update }.run(connection)?;
    Ok(())
}

/// The comparisons of a workspace's accounts whose two totals are not the same micros, by account and day.
pub fn list_unequal(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<AccountCheck>> {
    let rows: Vec<AccountCheck> = account_checks::table
        .filter(account_checks::workspace_id.eq(workspace))
        .order((account_checks::ad_account_id, account_checks::on_day))
        .load(connection)?;
    Ok(rows.into_iter().filter(|row| row.theirs_micros.unwrap_or(0) != row.ours_micros.unwrap_or(0)).collect())
}
