//! Figures and objects that came in a file: written in chunks under an import that nobody sees yet, removed in chunks too.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::schema::observed_objects::dsl;
use super::upsert::{Upsert, Value};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, ImportId, ObjectId, WorkspaceId};

/// The breakdown set of every file row: what a file is divided by differs from file to file.
pub const BREAKDOWN: &str = "file";

/// Where rows go.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Into which ad account.
    pub account: AdAccountId,
    /// Their source.
    pub import: ImportId,
    /// When they became known here.
    pub known_at: UtcTime,
}

/// One row of a file, its objects resolved.
#[derive(Debug, Clone)]
pub struct FileFact {
    /// First day.
    pub since_on: NaiveDate,
    /// Last day.
    pub until_on: NaiveDate,
    /// The lowest object the file names.
    pub object_id: ObjectId,
    /// The campaign.
    pub campaign_id: ObjectId,
    /// The ad set, where the file names it.
    pub ad_set_id: Option<ObjectId>,
    /// `facebook`, `instagram`, `other` or `unknown`.
    pub network: &'static str,
    /// Meta's reporting value, else the file's own; empty where there is none.
    pub position: String,
    /// Other breakdown values.
    pub segment: String,
    /// Its number in the file.
    pub record_no: i64,
    /// Millionths of the major unit.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// All clicks.
    pub clicks: Option<i64>,
    /// Clicks on the link.
    pub link_clicks: Option<i64>,
    /// People reached by this very row.
    pub reach: Option<i64>,
    /// Its results, by kind and attribution.
    pub actions: Vec<FileAction>,
}

/// Results of one kind.
#[derive(Debug, Clone)]
pub struct FileAction {
    /// The kind's key.
    pub result_kind: String,
    /// `7d_click`, or the file's own words.
    pub attribution: String,
    /// How many.
    pub results: Option<i64>,
    /// Millionths of the major unit.
    pub value_micros: Option<i64>,
}

/// Writes rows, sorted by key; a row that is there already is an error.
pub fn insert(connection: &mut Conn, target: &Target, rows: &mut [FileFact]) -> Result<()> {
    rows.sort_by_key(|r| (r.since_on, r.until_on, r.object_id, r.record_no));
    let key = |r: &FileFact| -> Vec<Value> {
        vec![
            target.workspace.0.into(),
            target.account.0.into(),
            target.import.0.into(),
            BREAKDOWN.into(),
            r.since_on.into(),
            r.until_on.into(),
            r.object_id.0.into(),
            r.network.into(),
            r.position.as_str().into(),
            r.segment.as_str().into(),
            r.record_no.into(),
        ]
    };
    let facts: Vec<Vec<Value>> = rows
        .iter()
        .map(|r| {
            let mut values = key(r);
            values.extend([r.campaign_id.0.into(), r.ad_set_id.map(|id| id.0).into(), r.spend_micros.into()]);
            values.extend([r.impressions, r.clicks, r.link_clicks, r.reach].map(Value::from));
            values.push(target.known_at.into());
            values
        })
        .collect();
    let actions: Vec<Vec<Value>> = rows
        .iter()
        .flat_map(|r| r.actions.iter().map(move |a| (r, a)))
        .map(|(r, a)| {
            let mut values = key(r);
            values.extend([a.result_kind.as_str(), a.attribution.as_str()].map(Value::from));
            values.extend([r.campaign_id.0.into(), r.ad_set_id.map(|id| id.0).into(), a.results.into(), a.value_micros.into()]);
            values.push(target.known_at.into());
            values
        })
        .collect();
    let [fact_columns, action_columns] = [super::synced_facts::FACT_COLUMNS.as_slice(), &super::synced_facts::ACTION_COLUMNS];
    Upsert { table: "facts", columns: fact_columns, rows: &facts, key: &[], update: &[] }.run(connection)?;
    Upsert { table: "action_facts", columns: action_columns, rows: &actions, key: &[], update: &[] }.run(connection)?;
    Ok(())
}

/// An object that a file names.
#[derive(Debug, Clone)]
pub struct FileObject {
    /// A fresh id, for where it is not known yet.
    pub id: ObjectId,
    /// `campaign`, `ad_set` or `ad`.
    pub kind: &'static str,
    /// Meta's id, or its name path.
    pub remote_id: String,
    /// The object above it.
    pub parent_id: Option<ObjectId>,
    /// Its campaign; for a campaign itself `None`.
    pub campaign_id: Option<ObjectId>,
    /// Its name.
    pub name: String,
}

/// Ids of objects of one kind, by Meta's id or name path; those that are not known yet are added as found in a file.
pub fn resolve(
    connection: &mut Conn,
    target: &Target,
    kind: &'static str,
    objects: &[FileObject],
) -> Result<HashMap<String, ObjectId>> {
    const SENT: [&str; 15] = [
        "workspace_id",
        "id",
        "ad_account_id",
        "kind",
        "remote_id",
        "parent_id",
        "campaign_id",
        "name",
        "status",
        "effective_status",
        "origin",
        "fields",
        "created_at",
        "seen_at",
        "gone_at",
    ];
    let rows: Vec<Vec<Value>> = objects
        .iter()
        .map(|o| {
            let campaign = o.campaign_id.unwrap_or(o.id);
            let mut values: Vec<Value> = vec![target.workspace.0.into(), o.id.0.into(), target.account.0.into(), kind.into()];
            values.extend([o.remote_id.as_str().into(), o.parent_id.map(|p| p.0).into(), campaign.0.into()]);
            values.extend([o.name.as_str(), "", "", "file", "{}"].map(Value::from));
            values.extend([target.known_at.into(), target.known_at.into(), Value::Time(None)]);
            values
        })
        .collect();
    let key = &["workspace_id", "ad_account_id", "kind", "remote_id"];
    Upsert { table: "observed_objects", columns: &SENT, rows: &rows, key, update: &[] }.run(connection)?;
    let mut found = HashMap::with_capacity(objects.len());
    for chunk in objects.chunks(1_000) {
        let wanted: Vec<&str> = chunk.iter().map(|o| o.remote_id.as_str()).collect();
        let pairs: Vec<(String, ObjectId)> = dsl::observed_objects
            .filter(dsl::workspace_id.eq(target.workspace))
            .filter(dsl::ad_account_id.eq(target.account))
            .filter(dsl::kind.eq(kind))
            .filter(dsl::remote_id.eq_any(wanted))
            .select((dsl::remote_id, dsl::id))
            .load(connection)?;
        found.extend(pairs);
    }
    Ok(found)
}

/// Removes some rows of an import; returns how many, 0 when none are left.
pub fn delete_some(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    import: ImportId,
    at_most: i64,
) -> Result<usize> {
    let mut gone = 0;
    for table in ["action_facts", "facts"] {
        // Neither database deletes with a limit; record numbers say how far the first rows reach.
        let bound = "workspace_id = $1 AND ad_account_id = $2 AND source_id = $3";
        let statement =
            format!("DELETE FROM {table} WHERE {bound} AND record_no IN (SELECT record_no FROM {table} WHERE {bound} LIMIT $4)");
        gone += diesel::sql_query(statement)
            .bind::<BigInt, _>(workspace.0)
            .bind::<BigInt, _>(account.0)
            .bind::<BigInt, _>(import.0)
            .bind::<BigInt, _>(at_most)
            .execute(connection)?;
    }
    Ok(gone)
}

/// Removes objects that only files named and no figures mention any more, campaign by campaign.
pub fn delete_orphans(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<usize> {
    Ok(diesel::sql_query(
        "DELETE FROM observed_objects WHERE workspace_id = $1 AND ad_account_id = $2 AND origin = 'file' AND NOT EXISTS \
         (SELECT 1 FROM facts f WHERE f.workspace_id = observed_objects.workspace_id AND f.campaign_id = observed_objects.campaign_id)",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(account.0)
    .execute(connection)?)
}
