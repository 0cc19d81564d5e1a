//! How a day of synced facts is compared and written: once for delivery, once for results, by one hand.
//!
//! A changed row moves its old values to history before it is overwritten; a row that Meta no longer returns moves too.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::schema::{action_facts, facts};
use super::synced_facts::{ACTION_COLUMNS, ActionKey, Day, Delivered, FACT_COLUMNS, Key, Part, Results, SYNCED, Touched};
use super::upsert::{Upsert, Value};
use super::{Conn, Result, UtcTime};

type FactTuple =
    (i64, String, String, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, UtcTime);
type ActionTuple = (i64, String, String, String, String, i64, Option<i64>, Option<i64>, Option<i64>, UtcTime);

/// What differs between the facts of delivery and those of results: their tables, keys and columns. Everything else is one.
pub(super) trait Row: Sized + PartialEq {
    type Key: Ord;
    const TABLE: &'static str;
    const HISTORY: &'static str;
    /// The key's columns first.
    const COLUMNS: &'static [&'static str];
    /// How many of them are the key's.
    const KEYS: usize;

    /// The row of delivery that a key belongs to.
    fn row(key: &Self::Key) -> &Key;
    /// What is stored of a day.
    fn load(connection: &mut Conn, day: &Day) -> Result<BTreeMap<Self::Key, (Self, UtcTime)>>;
    /// A row's values in the order of the columns.
    fn values(&self, day: &Day, key: &Self::Key, known_at: UtcTime) -> Vec<Value>;
    /// Takes a row away.
    fn delete(connection: &mut Conn, day: &Day, key: &Self::Key) -> Result<()>;
}

/// Makes a part of a stored day what Meta says now. `now` is platform time.
pub(super) fn replace_rows<R: Row>(
    connection: &mut Conn,
    day: &Day,
    part: &Part,
    said: &BTreeMap<R::Key, R>,
    now: UtcTime,
) -> Result<Touched> {
    let mut known = R::load(connection, day)?;
    known.retain(|key, _| part.holds(R::row(key)));
    let (mut touched, mut written, mut history) = (Touched::default(), Vec::new(), Vec::new());
    for (key, row) in said {
        match known.get(key) {
            Some((old, _)) if old == row => continue,
            Some((old, known_at)) => {
                touched.changed += 1;
                history.push(with(old.values(day, key, *known_at), now));
            }
            None => touched.new += 1,
        }
        written.push(row.values(day, key, now));
    }
    for (key, (old, known_at)) in known.iter().filter(|(key, _)| !said.contains_key(key)) {
        touched.gone += 1;
        history.push(with(old.values(day, key, *known_at), now));
        R::delete(connection, day, key)?;
    }
    insert_history(connection, R::HISTORY, R::COLUMNS, history)?;
    let (key, update) = R::COLUMNS.split_at(R::KEYS);
    write(connection, R::TABLE, R::COLUMNS, key, update, written)?;
    Ok(touched)
}

impl Row for Delivered {
    type Key = Key;
    const TABLE: &'static str = "facts";
    const HISTORY: &'static str = "fact_history";
    const COLUMNS: &'static [&'static str] = &FACT_COLUMNS;
    const KEYS: usize = 11;

    fn row(key: &Key) -> &Key {
        key
    }

    fn load(connection: &mut Conn, day: &Day) -> Result<BTreeMap<Key, (Self, UtcTime)>> {
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

    fn values(&self, day: &Day, key: &Key, known_at: UtcTime) -> Vec<Value> {
        let mut values = key_values(day, key);
        values.extend([
            self.campaign_id.into(),
            self.ad_set_id.into(),
            self.spend_micros.into(),
            self.impressions.into(),
            self.clicks.into(),
            self.link_clicks.into(),
            self.reach.into(),
            known_at.into(),
        ]);
        values
    }

    fn delete(connection: &mut Conn, day: &Day, key: &Key) -> Result<()> {
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
        Ok(())
    }
}

impl Row for Results {
    type Key = ActionKey;
    const TABLE: &'static str = "action_facts";
    const HISTORY: &'static str = "action_fact_history";
    const COLUMNS: &'static [&'static str] = &ACTION_COLUMNS;
    const KEYS: usize = 13;

    fn row(key: &ActionKey) -> &Key {
        &key.row
    }

    fn load(connection: &mut Conn, day: &Day) -> Result<BTreeMap<ActionKey, (Self, UtcTime)>> {
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

    fn values(&self, day: &Day, key: &ActionKey, known_at: UtcTime) -> Vec<Value> {
        let mut values = key_values(day, &key.row);
        values.extend([
            key.result_kind.as_str().into(),
            key.attribution.as_str().into(),
            self.campaign_id.into(),
            self.ad_set_id.into(),
            self.results.into(),
            self.value_micros.into(),
            known_at.into(),
        ]);
        values
    }

    fn delete(connection: &mut Conn, day: &Day, key: &ActionKey) -> Result<()> {
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
        Ok(())
    }
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
