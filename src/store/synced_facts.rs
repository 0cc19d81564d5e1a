//! Delivery figures synced from Meta: one day of one account at a time, compared with what was known, old values kept.
//!
//! A changed row moves its old values to history before it is overwritten; a row that Meta no longer returns moves too. Roll-ups
//! are made anew by [`super::rollups`] in the same transaction.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::schema::{action_facts, facts};
use super::upsert::{Upsert, Value};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, WorkspaceId};

/// Facts synced from Meta carry this source; imports carry their own id.
pub const SYNCED: i64 = 0;

/// Which rows a sync speaks for: one day of one account in one breakdown.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Of which ad account.
    pub account: AdAccountId,
    /// What rows are divided by, as `placement`.
    pub breakdown: &'static str,
    /// The day, in the account's zone.
    pub on: NaiveDate,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The ad.
    pub object_id: i64,
    /// `facebook`, `instagram`, `other`.
    pub network: String,
    /// Meta's position.
    pub position: String,
}

/// What was delivered. `None` is "not said", which is not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The campaign, here.
    pub campaign_id: i64,
    /// The ad set, here.
    pub ad_set_id: Option<i64>,
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
}

/// What a result row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionKey {
    /// The row it belongs to.
    pub row: Key,
    /// `purchase`, `lead`, ...
    pub result_kind: String,
    /// `7d_click,1d_view`; empty where the setting is not said.
    pub attribution: String,
}

/// Results and their worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    /// The campaign, here.
    pub campaign_id: i64,
    /// The ad set, here.
    pub ad_set_id: Option<i64>,
    /// How many.
    pub results: Option<i64>,
    /// Millionths of the major unit.
    pub value_micros: Option<i64>,
}

/// One day as Meta says it now.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Delivery.
    pub facts: BTreeMap<Key, Delivered>,
    /// Results.
    pub actions: BTreeMap<ActionKey, Results>,
}

/// How many rows a day's sync touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// Rows that were not there.
    pub new: usize,
    /// Rows whose values changed.
    pub changed: usize,
    /// Rows that Meta no longer returns.
    pub gone: usize,
}

impl Touched {
    /// Whether anything is different now.
    pub fn any(self) -> bool {
        self.new + self.changed + self.gone > 0
    }
}

type FactTuple =
    (i64, String, String, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, UtcTime);
type ActionTuple = (i64, String, String, String, String, i64, Option<i64>, Option<i64>, Option<i64>, UtcTime);

pub(super) const FACT_COLUMNS: [&str; 19] = [
    "workspace_id",
    "ad_account_id",
    "source_id",
    "breakdown",
    "since_on",
    "until_on",
    "object_id",
    "network",
    "position",
    "segment",
    "record_no",
    "campaign_id",
    "ad_set_id",
    "spend_micros",
    "impressions",
    "clicks",
    "link_clicks",
    "reach",
    "known_at",
];
pub(super) const ACTION_COLUMNS: [&str; 18] = [
    "workspace_id",
    "ad_account_id",
    "source_id",
    "breakdown",
    "since_on",
    "until_on",
    "object_id",
    "network",
    "position",
    "segment",
    "record_no",
    "result_kind",
    "attribution",
    "campaign_id",
    "ad_set_id",
    "results",
    "value_micros",
    "known_at",
];

/// Makes the stored day what Meta says now, keeping what was known before in history. `now` is platform time.
pub fn replace(connection: &mut Conn, day: &Day, said: &Said, now: UtcTime) -> Result<Touched> {
    let mut touched = replace_facts(connection, day, said, now)?;
    let actions = replace_actions(connection, day, said, now)?;
    touched.new += actions.new;
    touched.changed += actions.changed;
    touched.gone += actions.gone;
    Ok(touched)
}

fn replace_facts(connection: &mut Conn, day: &Day, said: &Said, now: UtcTime) -> Result<Touched> {
    let known = load_facts(connection, day)?;
    let (mut touched, mut written, mut history) = (Touched::default(), Vec::new(), Vec::new());
    for (key, row) in &said.facts {
        match known.get(key) {
            Some((old, _)) if old == row => continue,
            Some((old, known_at)) => {
                touched.changed += 1;
                history.push(with(fact_values(day, key, old, *known_at), now));
            }
            None => touched.new += 1,
        }
        written.push(fact_values(day, key, row, now));
    }
    for (key, (old, known_at)) in known.iter().filter(|(key, _)| !said.facts.contains_key(key)) {
        touched.gone += 1;
        history.push(with(fact_values(day, key, old, *known_at), now));
        diesel::delete(
            facts::table
                .filter(facts::workspace_id.eq(day.workspace))
                .filter(facts::ad_account_id.eq(day.account))
                .filter(facts::source_id.eq(SYNCED))
                .filter(facts::breakdown.eq(day.breakdown))
                .filter(facts::since_on.eq(day.on))
                .filter(facts::until_on.eq(day.on))
                .filter(facts::object_id.eq(key.object_id))
                .filter(facts::network.eq(&key.network))
                .filter(facts::position.eq(&key.position)),
        )
        .execute(connection)?;
    }
    insert_history(connection, "fact_history", &FACT_COLUMNS, history)?;
    let (key, update) = FACT_COLUMNS.split_at(11);
    write(connection, "facts", &FACT_COLUMNS, key, update, written)?;
    Ok(touched)
}

fn replace_actions(connection: &mut Conn, day: &Day, said: &Said, now: UtcTime) -> Result<Touched> {
    let known = load_actions(connection, day)?;
    let (mut touched, mut written, mut history) = (Touched::default(), Vec::new(), Vec::new());
    for (key, row) in &said.actions {
        match known.get(key) {
            Some((old, _)) if old == row => continue,
            Some((old, known_at)) => {
                touched.changed += 1;
                history.push(with(action_values(day, key, old, *known_at), now));
            }
            None => touched.new += 1,
        }
        written.push(action_values(day, key, row, now));
    }
    for (key, (old, known_at)) in known.iter().filter(|(key, _)| !said.actions.contains_key(key)) {
        touched.gone += 1;
        history.push(with(action_values(day, key, old, *known_at), now));
        diesel::delete(
            action_facts::table
                .filter(action_facts::workspace_id.eq(day.workspace))
                .filter(action_facts::ad_account_id.eq(day.account))
                .filter(action_facts::source_id.eq(SYNCED))
                .filter(action_facts::breakdown.eq(day.breakdown))
                .filter(action_facts::since_on.eq(day.on))
                .filter(action_facts::until_on.eq(day.on))
                .filter(action_facts::object_id.eq(key.row.object_id))
                .filter(action_facts::network.eq(&key.row.network))
                .filter(action_facts::position.eq(&key.row.position))
                .filter(action_facts::result_kind.eq(&key.result_kind))
                .filter(action_facts::attribution.eq(&key.attribution)),
        )
        .execute(connection)?;
    }
    insert_history(connection, "action_fact_history", &ACTION_COLUMNS, history)?;
    let (key, update) = ACTION_COLUMNS.split_at(13);
    write(connection, "action_facts", &ACTION_COLUMNS, key, update, written)?;
    Ok(touched)
}

fn load_facts(connection: &mut Conn, day: &Day) -> Result<BTreeMap<Key, (Delivered, UtcTime)>> {
    let rows: Vec<FactTuple> = facts::table
        .filter(facts::workspace_id.eq(day.workspace))
        .filter(facts::ad_account_id.eq(day.account))
        .filter(facts::source_id.eq(SYNCED))
        .filter(facts::breakdown.eq(day.breakdown))
        .filter(facts::since_on.eq(day.on))
        .filter(facts::until_on.eq(day.on))
        .select((
            facts::object_id,
            facts::network,
            facts::position,
            facts::campaign_id,
            facts::ad_set_id,
            facts::spend_micros,
            facts::impressions,
            facts::clicks,
            facts::link_clicks,
            facts::reach,
            facts::known_at,
        ))
        .load(connection)?;
    let read =
        |(object_id, network, position, campaign_id, ad_set_id, spend, impressions, clicks, links, reach, at): FactTuple| {
            let delivered =
                Delivered { campaign_id, ad_set_id, spend_micros: spend, impressions, clicks, link_clicks: links, reach };
            (Key { object_id, network, position }, (delivered, at))
        };
    Ok(rows.into_iter().map(read).collect())
}

fn load_actions(connection: &mut Conn, day: &Day) -> Result<BTreeMap<ActionKey, (Results, UtcTime)>> {
    let rows: Vec<ActionTuple> = action_facts::table
        .filter(action_facts::workspace_id.eq(day.workspace))
        .filter(action_facts::ad_account_id.eq(day.account))
        .filter(action_facts::source_id.eq(SYNCED))
        .filter(action_facts::breakdown.eq(day.breakdown))
        .filter(action_facts::since_on.eq(day.on))
        .filter(action_facts::until_on.eq(day.on))
        .select((
            action_facts::object_id,
            action_facts::network,
            action_facts::position,
            action_facts::result_kind,
            action_facts::attribution,
            action_facts::campaign_id,
            action_facts::ad_set_id,
            action_facts::results,
            action_facts::value_micros,
            action_facts::known_at,
        ))
        .load(connection)?;
    let read =
        |(object_id, network, position, result_kind, attribution, campaign_id, ad_set_id, results, value, at): ActionTuple| {
            let key = ActionKey { row: Key { object_id, network, position }, result_kind, attribution };
            (key, (Results { campaign_id, ad_set_id, results, value_micros: value }, at))
        };
    Ok(rows.into_iter().map(read).collect())
}

fn key_values(day: &Day, key: &Key) -> Vec<Value> {
    vec![
        day.workspace.0.into(),
        day.account.0.into(),
        SYNCED.into(),
        day.breakdown.into(),
        day.on.into(),
        day.on.into(),
        key.object_id.into(),
        key.network.as_str().into(),
        key.position.as_str().into(),
        "".into(),
        0_i64.into(),
    ]
}

fn fact_values(day: &Day, key: &Key, row: &Delivered, known_at: UtcTime) -> Vec<Value> {
    let mut values = key_values(day, key);
    values.extend([
        row.campaign_id.into(),
        row.ad_set_id.into(),
        row.spend_micros.into(),
        row.impressions.into(),
        row.clicks.into(),
        row.link_clicks.into(),
        row.reach.into(),
        known_at.into(),
    ]);
    values
}

fn action_values(day: &Day, key: &ActionKey, row: &Results, known_at: UtcTime) -> Vec<Value> {
    let mut values = key_values(day, &key.row);
    values.extend([
        key.result_kind.as_str().into(),
        key.attribution.as_str().into(),
        row.campaign_id.into(),
        row.ad_set_id.into(),
        row.results.into(),
        row.value_micros.into(),
        known_at.into(),
    ]);
    values
}

fn with(mut values: Vec<Value>, superseded_at: UtcTime) -> Vec<Value> {
    values.push(superseded_at.into());
    values
}

fn insert_history(connection: &mut Conn, table: &'static str, columns: &[&'static str], rows: Vec<Vec<Value>>) -> Result<()> {
    let columns: Vec<&'static str> = columns.iter().copied().chain(["superseded_at"]).collect();
    // The day may be fetched twice at one platform time, as when its clock rests: the later answer to the same moment stands.
    let (key, update): (Vec<_>, Vec<_>) = columns.iter().copied().partition(|column| !VALUES.contains(column));
    write(connection, table, &columns, &key, &update, rows)
}

/// Columns that are not part of a row's key, in either table.
const VALUES: [&str; 10] = [
    "campaign_id",
    "ad_set_id",
    "spend_micros",
    "impressions",
    "clicks",
    "link_clicks",
    "reach",
    "results",
    "value_micros",
    "known_at",
];

fn write(
    connection: &mut Conn,
    table: &'static str,
    columns: &[&'static str],
    key: &[&'static str],
    update: &[&'static str],
    rows: Vec<Vec<Value>>,
) -> Result<()> {
    if !rows.is_empty() {
        Upsert { table, columns, rows: &rows, key, update }.run(connection)?;
    }
    Ok(())
}
