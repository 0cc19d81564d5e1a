//! A campaign's daily figures by ad set in every version that was ever known, for learning from how days were restated.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, CampaignId, WorkspaceId};

/// Which figures.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Whose.
    pub workspace: WorkspaceId,
    /// In which ad account.
    pub account: AdAccountId,
    /// Of which campaign.
    pub campaign: CampaignId,
    /// From this day on, in the account's zone.
    pub since: NaiveDate,
    /// Only what was known by then, platform time.
    pub known_at: UtcTime,
}

/// What was known of one ad set's day from one time to another: the sum of those rows that were written together.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Delivered {
    /// The ad set, here.
    #[diesel(sql_type = BigInt)]
    pub ad_set_id: i64,
    /// The day.
    #[diesel(sql_type = Date)]
    pub since_on: NaiveDate,
    /// From when, platform time.
    #[diesel(sql_type = Timestamp)]
    pub known_at: NaiveDateTime,
    /// Until when; `None` where it still stands.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub superseded_at: Option<NaiveDateTime>,
    /// Micros.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub spend_micros: Option<i64>,
    /// Clicks on links.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub link_clicks: Option<i64>,
}

/// Likewise for results of one kind.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Brought {
    /// The ad set, here.
    #[diesel(sql_type = BigInt)]
    pub ad_set_id: i64,
    /// The day.
    #[diesel(sql_type = Date)]
    pub since_on: NaiveDate,
    /// The attribution setting they were counted with.
    #[diesel(sql_type = Text)]
    pub attribution: String,
    /// From when, platform time.
    #[diesel(sql_type = Timestamp)]
    pub known_at: NaiveDateTime,
    /// Until when.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub superseded_at: Option<NaiveDateTime>,
    /// How many.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub results: Option<i64>,
    /// Micros.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub value_micros: Option<i64>,
}

const SCOPE: &str = "workspace_id = $1 AND ad_account_id = $2 AND source_id = 0 AND breakdown = 'placement' \
    AND since_on >= $3 AND since_on = until_on AND campaign_id = $4 AND ad_set_id IS NOT NULL AND known_at <= $5";

/// Delivery in every version, by ad set, day and time. One statement.
pub fn delivered(connection: &mut Conn, wanted: &Wanted) -> Result<Vec<Delivered>> {
    let text = format!(
        "SELECT ad_set_id, since_on, known_at, superseded_at, CAST(SUM(spend_micros) AS BIGINT) AS spend_micros, \
         CAST(SUM(link_clicks) AS BIGINT) AS link_clicks FROM (\
         SELECT ad_set_id, since_on, known_at, CAST(NULL AS TIMESTAMP) AS superseded_at, spend_micros, link_clicks FROM facts \
         WHERE {SCOPE} UNION ALL \
         SELECT ad_set_id, since_on, known_at, superseded_at, spend_micros, link_clicks FROM fact_history WHERE {SCOPE}) versions \
         GROUP BY ad_set_id, since_on, known_at, superseded_at ORDER BY ad_set_id, since_on, known_at, superseded_at"
    );
    Ok(diesel::sql_query(text)
        .bind::<BigInt, _>(wanted.workspace.0)
        .bind::<BigInt, _>(wanted.account.0)
        .bind::<Date, _>(wanted.since)
        .bind::<BigInt, _>(wanted.campaign.0)
        .bind::<Timestamp, _>(wanted.known_at)
        .load(connection)?)
}

/// Results of one kind in every version, likewise.
pub fn brought(connection: &mut Conn, wanted: &Wanted, kind: &str) -> Result<Vec<Brought>> {
    let text = format!(
        "SELECT ad_set_id, since_on, attribution, known_at, superseded_at, CAST(SUM(results) AS BIGINT) AS results, \
         CAST(SUM(value_micros) AS BIGINT) AS value_micros FROM (\
         SELECT ad_set_id, since_on, attribution, known_at, CAST(NULL AS TIMESTAMP) AS superseded_at, results, value_micros \
         FROM action_facts WHERE {SCOPE} AND result_kind = $6 UNION ALL \
         SELECT ad_set_id, since_on, attribution, known_at, superseded_at, results, value_micros \
         FROM action_fact_history WHERE {SCOPE} AND result_kind = $6) versions \
         GROUP BY ad_set_id, since_on, attribution, known_at, superseded_at \
         ORDER BY ad_set_id, since_on, attribution, known_at, superseded_at"
    );
    Ok(diesel::sql_query(text)
        .bind::<BigInt, _>(wanted.workspace.0)
        .bind::<BigInt, _>(wanted.account.0)
        .bind::<Date, _>(wanted.since)
        .bind::<BigInt, _>(wanted.campaign.0)
        .bind::<Timestamp, _>(wanted.known_at)
        .bind::<Text, _>(kind)
        .load(connection)?)
}
