//! People reached, exactly as fetched: one row a period, object and network. Nothing here adds.

use chrono::NaiveDate;

use super::upsert::Upsert;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, WorkspaceId};

/// Reach of one object over one period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReachFact {
    /// First day.
    pub since_on: NaiveDate,
    /// Last day.
    pub until_on: NaiveDate,
    /// `account`, `campaign` or `ad_set`.
    pub level: &'static str,
    /// The object, 0 for the account.
    pub object_id: i64,
    /// `facebook`, `instagram`, or empty: both together, counted once by Meta.
    pub network: String,
    /// People.
    pub reach: i64,
    /// Times shown: with reach it gives the frequency at this grain.
    pub impressions: i64,
}

const COLUMNS: [&str; 10] = [
    "workspace_id",
    "ad_account_id",
    "since_on",
    "until_on",
    "level",
    "object_id",
    "network",
    "reach",
    "impressions",
    "known_at",
];

/// Writes what Meta says now.
pub fn upsert(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    facts: &[ReachFact],
    known_at: UtcTime,
) -> Result<()> {
    let mut sorted: Vec<&ReachFact> = facts.iter().collect();
    sorted.sort();
    let row = |fact: &&ReachFact| {
        vec![
            workspace.0.into(),
            account.0.into(),
            fact.since_on.into(),
            fact.until_on.into(),
            fact.level.into(),
            fact.object_id.into(),
            fact.network.as_str().into(),
            fact.reach.into(),
            fact.impressions.into(),
            known_at.into(),
        ]
    };
    let rows: Vec<_> = sorted.iter().map(row).collect();
    if !rows.is_empty() {
        let (key, update) = COLUMNS.split_at(7);
        Upsert { table: "reach_facts", columns: &COLUMNS, rows: &rows, key, update }.run(connection)?;
    }
    Ok(())
}
