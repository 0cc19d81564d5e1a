//! The SQL of reports: sums over roll-ups where they are fine enough, over facts where they are not.
//!
//! One text for SQLite and PostgreSQL: `$n` numbered by first use, constants cast, sums cast back to BIGINT, explicit order.
//! Each statement reads one breakdown set and one source per account and day (see `scope`).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use crate::domain::network::Network;
use crate::domain::period::Period;
use crate::store::{Conn, MultiBackend};

use super::query::Dimension;
use super::scope::Scope;
use super::{LeftOut, Result};

/// What rows are divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cut {
    pub day: bool,
    pub account: bool,
    pub campaign: bool,
    pub ad_set: bool,
    pub ad: bool,
    pub network: bool,
    pub position: bool,
}

impl Cut {
    pub(super) fn by(dimensions: &[Dimension]) -> Self {
        let has = |dimension| dimensions.contains(&dimension);
        Self {
            day: has(Dimension::Day),
            account: has(Dimension::Account),
            // An ad set's row says its campaign too, an ad's both: a name alone is not unique.
            campaign: has(Dimension::Campaign) || has(Dimension::AdSet) || has(Dimension::Ad),
            ad_set: has(Dimension::AdSet) || has(Dimension::Ad),
            ad: has(Dimension::Ad),
            network: has(Dimension::Network) || has(Dimension::Placement),
            position: has(Dimension::Placement),
        }
    }
}

enum Bind {
    Int(i64),
    Day(NaiveDate),
    Text(String),
    Time(NaiveDateTime),
}

/// Text and its binds, numbered as they are written.
#[derive(Default)]
struct Sql {
    text: String,
    binds: Vec<Bind>,
}

impl Sql {
    fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn bind(&mut self, bind: Bind) -> &mut Self {
        self.binds.push(bind);
        self.text.push('$');
        self.text.push_str(&self.binds.len().to_string());
        self
    }

    fn ints(&mut self, values: impl IntoIterator<Item = i64>) -> &mut Self {
        self.push("(");
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(Bind::Int(value));
        }
        self.push(")")
    }

    fn load<T: QueryableByName<MultiBackend> + 'static>(self, connection: &mut Conn) -> Result<Vec<T>> {
        let mut query = diesel::sql_query(self.text).into_boxed::<MultiBackend>();
        for bind in self.binds {
            query = match bind {
                Bind::Int(value) => query.bind::<BigInt, _>(value),
                Bind::Day(value) => query.bind::<Date, _>(value),
                Bind::Text(value) => query.bind::<Text, _>(value),
                Bind::Time(value) => query.bind::<Timestamp, _>(value),
            };
        }
        Ok(query.load(connection)?)
    }
}

/// Sums of what adds, and bounds of reach.
#[derive(QueryableByName)]
pub(super) struct BaseRow {
    /// 0 = the period asked for, 1 = the one before.
    #[diesel(sql_type = BigInt)]
    pub era: i64,
    #[diesel(sql_type = Nullable<Date>)]
    pub on_day: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    pub account: i64,
    #[diesel(sql_type = BigInt)]
    pub campaign: i64,
    #[diesel(sql_type = BigInt)]
    pub ad_set: i64,
    #[diesel(sql_type = BigInt)]
    pub ad: i64,
    #[diesel(sql_type = Text)]
    pub on_network: String,
    #[diesel(sql_type = Text)]
    pub at_position: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub spend: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub shown: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub all_clicks: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub on_link: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub at_least: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub at_most: Option<i64>,
    /// Rows whose reach is not known.
    #[diesel(sql_type = BigInt)]
    pub gaps: i64,
}

/// Sums of results of one kind and attribution.
#[derive(QueryableByName)]
pub(super) struct ActionRow {
    #[diesel(sql_type = BigInt)]
    pub era: i64,
    #[diesel(sql_type = Nullable<Date>)]
    pub on_day: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    pub account: i64,
    #[diesel(sql_type = BigInt)]
    pub campaign: i64,
    #[diesel(sql_type = BigInt)]
    pub ad_set: i64,
    #[diesel(sql_type = BigInt)]
    pub ad: i64,
    #[diesel(sql_type = Text)]
    pub on_network: String,
    #[diesel(sql_type = Text)]
    pub at_position: String,
    #[diesel(sql_type = Text)]
    pub result_kind: String,
    #[diesel(sql_type = Text)]
    pub attribution: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub counted: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub worth: Option<i64>,
}

/// Where rows are read from.
#[derive(Clone, Copy)]
enum Source {
    /// Roll-ups of a grain.
    Rollups(&'static str),
    /// Facts: finer than any roll-up.
    Facts,
    /// Facts and what they said before, as known before a moment.
    Known(NaiveDateTime),
}

fn source(scope: &Scope, cut: Cut) -> Source {
    if let Some(next) = scope.as_known_on.and_then(|day| day.succ_opt()) {
        return Source::Known(next.and_time(NaiveTime::MIN));
    }
    if cut.ad_set || cut.ad {
        return Source::Facts;
    }
    let campaign = cut.campaign || !scope.campaigns.is_empty() || scope.origin.is_some();
    let network = cut.network || scope.network.is_some();
    Source::Rollups(match (campaign, cut.position, network) {
        (true, true, _) => "campaign_placement",
        (true, false, true) => "campaign_network",
        (true, false, false) => "campaign",
        (false, true, _) => "account_placement",
        (false, false, true) => "account_network",
        (false, false, false) => "account",
    })
}

/// `FROM ... WHERE` up to the workspace: the rows of the right grain that may speak.
fn from(sql: &mut Sql, scope: &Scope, source: Source, tables: [&str; 3]) {
    let [rollups, facts, history] = tables;
    let facts_of = |sql: &mut Sql, table: &str| {
        sql.push(table).push(" WHERE workspace_id = ").bind(Bind::Int(scope.workspace.0));
        sql.push(" AND breakdown IN ('placement', 'file') AND (source_id = 0 OR source_id IN (SELECT id FROM imports WHERE workspace_id = ");
        sql.bind(Bind::Int(scope.workspace.0)).push(" AND state = 'visible'))");
    };
    match source {
        Source::Rollups(grain) => {
            sql.push(" FROM ").push(rollups).push(" r WHERE workspace_id = ").bind(Bind::Int(scope.workspace.0));
            sql.push(" AND grain = ").bind(Bind::Text(grain.to_owned()));
        }
        Source::Facts => {
            sql.push(" FROM (SELECT * FROM ");
            facts_of(sql, facts);
            sql.push(") r WHERE 1 = 1");
        }
        Source::Known(before) => {
            // The columns are named: the history has one more.
            let columns = if facts == "facts" { BASE_COLUMNS } else { ACTION_COLUMNS };
            sql.push(" FROM (SELECT ").push(columns).push(" FROM ");
            facts_of(sql, facts);
            sql.push(" AND known_at < ").bind(Bind::Time(before));
            sql.push(" UNION ALL SELECT ").push(columns).push(" FROM ");
            facts_of(sql, history);
            sql.push(" AND known_at < ").bind(Bind::Time(before)).push(" AND superseded_at >= ").bind(Bind::Time(before));
            sql.push(") r WHERE 1 = 1");
        }
    }
}

const BASE_COLUMNS: &str = "ad_account_id, source_id, since_on, until_on, object_id, network, position, campaign_id, ad_set_id, \
                            spend_micros, impressions, clicks, link_clicks, reach";
const ACTION_COLUMNS: &str = "ad_account_id, source_id, since_on, until_on, object_id, network, position, campaign_id, ad_set_id, \
                              result_kind, attribution, results, value_micros";

/// Accounts, filters and what is outranked; the days come from the caller.
fn filters(sql: &mut Sql, scope: &Scope) {
    sql.push(" AND ad_account_id IN ").ints(scope.accounts.iter().map(|a| a.id.0));
    if !scope.campaigns.is_empty() {
        sql.push(" AND campaign_id IN ").ints(scope.campaigns.iter().map(|c| c.0));
    }
    if let Some(origin) = scope.origin {
        sql.push(" AND campaign_id IN (SELECT id FROM observed_objects WHERE workspace_id = ").bind(Bind::Int(scope.workspace.0));
        sql.push(" AND kind = 'campaign' AND origin = ").bind(Bind::Text(origin.as_str().to_owned())).push(")");
    }
    match scope.network {
        Some(network @ (Network::Facebook | Network::Instagram)) => {
            sql.push(" AND network = ").bind(Bind::Text(network.as_str().to_owned()));
        }
        Some(Network::Other) => {
            sql.push(" AND network NOT IN ('facebook', 'instagram', 'unknown', '')");
        }
        Some(Network::Unknown) => {
            sql.push(" AND network IN ('unknown', '')");
        }
        None => {}
    }
    for other in scope.outranked.iter().filter(|o| scope.accounts.iter().any(|a| a.id == o.account)) {
        sql.push(" AND NOT (source_id = ").bind(Bind::Int(other.source));
        sql.push(" AND since_on <= ").bind(Bind::Day(other.during.until));
        sql.push(" AND until_on >= ").bind(Bind::Day(other.during.since)).push(")");
    }
}

/// Rows that lie wholly in the period asked for or in the one before; with `single`, single days only.
fn within(sql: &mut Sql, scope: &Scope, single: bool) {
    let first = scope.before.map_or(scope.period.since, |before| before.since);
    sql.push(" AND since_on >= ").bind(Bind::Day(first));
    sql.push(" AND until_on <= ").bind(Bind::Day(scope.period.until));
    if scope.before.is_some() {
        sql.push(" AND (since_on >= ").bind(Bind::Day(scope.period.since));
        sql.push(" OR until_on < ").bind(Bind::Day(scope.period.since)).push(")");
    }
    if single {
        sql.push(" AND since_on = until_on");
    }
}

/// The dimensions as columns, each a constant where it is not asked for.
fn dimensions(sql: &mut Sql, scope: &Scope, cut: Cut, source: Source) {
    let fine = !matches!(source, Source::Rollups(_));
    match scope.before {
        Some(_) => {
            sql.push("CAST(CASE WHEN since_on >= ")
                .bind(Bind::Day(scope.period.since))
                .push(" THEN 0 ELSE 1 END AS BIGINT) AS era");
        }
        None => {
            sql.push("CAST(0 AS BIGINT) AS era");
        }
    }
    let mut column = |asked: bool, name: &str, constant: &str, alias: &str| {
        sql.push(", ").push(if asked { name } else { constant }).push(" AS ").push(alias);
    };
    column(cut.day, "since_on", "CAST(NULL AS DATE)", "on_day");
    column(cut.account, "ad_account_id", "CAST(0 AS BIGINT)", "account");
    column(cut.campaign, "campaign_id", "CAST(0 AS BIGINT)", "campaign");
    column(cut.ad_set && fine, "COALESCE(ad_set_id, 0)", "CAST(0 AS BIGINT)", "ad_set");
    column(cut.ad && fine, "object_id", "CAST(0 AS BIGINT)", "ad");
    column(cut.network, "network", "CAST('' AS TEXT)", "on_network");
    column(cut.position, "position", "CAST('' AS TEXT)", "at_position");
}

fn group(sql: &mut Sql, scope: &Scope, cut: Cut, extra: &str) {
    let mut names = Vec::new();
    let asked = [
        (scope.before.is_some(), "era"),
        (cut.day, "on_day"),
        (cut.account, "account"),
        (cut.campaign, "campaign"),
        (cut.ad_set, "ad_set"),
        (cut.ad, "ad"),
        (cut.network, "on_network"),
        (cut.position, "at_position"),
        (!extra.is_empty(), extra),
    ];
    names.extend(asked.into_iter().filter(|(asked, _)| *asked).map(|(_, name)| name));
    if !names.is_empty() {
        let list = names.join(", ");
        sql.push(" GROUP BY ").push(&list).push(" ORDER BY ").push(&list);
    }
}

/// Spend, impressions, clicks and reach, by the cut.
pub(super) fn base(connection: &mut Conn, scope: &Scope, cut: Cut) -> Result<Vec<BaseRow>> {
    if scope.accounts.is_empty() {
        return Ok(Vec::new());
    }
    let source = source(scope, cut);
    let (least, most) =
        if matches!(source, Source::Rollups(_)) { ("reach_at_least", "reach_at_most") } else { ("reach", "reach") };
    let mut sql = Sql::default();
    sql.push("SELECT ");
    dimensions(&mut sql, scope, cut, source);
    for (name, alias) in
        [("spend_micros", "spend"), ("impressions", "shown"), ("clicks", "all_clicks"), ("link_clicks", "on_link")]
    {
        sql.push(", CAST(SUM(").push(name).push(") AS BIGINT) AS ").push(alias);
    }
    sql.push(", MAX(").push(least).push(") AS at_least, CAST(SUM(").push(most).push(") AS BIGINT) AS at_most, COUNT(*) - COUNT(");
    sql.push(most).push(") AS gaps");
    from(&mut sql, scope, source, ["rollups", "facts", "fact_history"]);
    filters(&mut sql, scope);
    within(&mut sql, scope, cut.day);
    group(&mut sql, scope, cut, "");
    sql.load(connection)
}

/// Results by kind and attribution, by the cut.
pub(super) fn actions(connection: &mut Conn, scope: &Scope, cut: Cut) -> Result<Vec<ActionRow>> {
    if scope.accounts.is_empty() {
        return Ok(Vec::new());
    }
    let source = source(scope, cut);
    let mut sql = Sql::default();
    sql.push("SELECT ");
    dimensions(&mut sql, scope, cut, source);
    sql.push(", result_kind, attribution, CAST(SUM(results) AS BIGINT) AS counted, CAST(SUM(value_micros) AS BIGINT) AS worth");
    from(&mut sql, scope, source, ["action_rollups", "action_facts", "action_fact_history"]);
    filters(&mut sql, scope);
    within(&mut sql, scope, cut.day);
    group(&mut sql, scope, cut, "result_kind, attribution");
    sql.load(connection)
}

#[derive(QueryableByName)]
struct LeftOutRow {
    #[diesel(sql_type = BigInt)]
    rows: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    spend: Option<i64>,
}

/// Rows that touch the period but reach beyond it: they are in no total of it.
pub(super) fn left_out(connection: &mut Conn, scope: &Scope) -> Result<Option<LeftOut>> {
    let Period { since, until } = scope.period;
    // Without a source that covers more than the period nothing can reach beyond it.
    if scope.known.is_none_or(|known| scope.period.contains(known)) {
        return Ok(None);
    }
    let source = source(scope, Cut::default());
    let mut sql = Sql::default();
    sql.push("SELECT COUNT(*) AS rows, CAST(SUM(spend_micros) AS BIGINT) AS spend");
    from(&mut sql, scope, source, ["rollups", "facts", "fact_history"]);
    filters(&mut sql, scope);
    sql.push(" AND since_on < until_on AND since_on <= ").bind(Bind::Day(until));
    sql.push(" AND until_on >= ").bind(Bind::Day(since));
    sql.push(" AND NOT (since_on >= ").bind(Bind::Day(since)).push(" AND until_on <= ").bind(Bind::Day(until)).push(")");
    let rows: Vec<LeftOutRow> = sql.load(connection)?;
    Ok(rows.into_iter().next().filter(|row| row.rows > 0).map(|row| LeftOut { rows: row.rows, spend_micros: row.spend }))
}
