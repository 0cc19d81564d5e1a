//! Simulations of two arms, and the figures of both by day.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use super::schema::{campaigns, split_tests as tests};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, CampaignId, PlanId, SplitTestId, WorkspaceId};

/// A test of two arms.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = tests)]
pub struct TestRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: SplitTestId,
    /// The arm whose amounts are learned.
    pub campaign_id: CampaignId,
    /// The arm that is shared.
    pub copy_id: CampaignId,
    /// How many days it is to last.
    pub days: i64,
    /// When a person started it, real time.
    pub started_at: UtcTime,
    /// The first day that counts, in the ad account's zone; `None` before both arms run.
    pub began_on: Option<NaiveDate>,
    /// The last day that counts; `None` before both arms run.
    pub until_on: Option<NaiveDate>,
    /// `learned` or `shared`: the arm that was kept; `None` while nobody ended it.
    pub kept: Option<String>,
    /// The plan that puts the other arm away; `None` where there was nothing to put away.
    pub ending_plan_id: Option<PlanId>,
    /// When it was ended, real time.
    pub ended_at: Option<UtcTime>,
}

/// Adds a test; [`super::StoreError::Conflict`] where the campaign is in one already.
pub fn insert(connection: &mut Conn, row: &TestRow) -> Result<()> {
    diesel::insert_into(tests::table).values(row).execute(connection)?;
    Ok(())
}

/// The newest test that a campaign is or was an arm of.
pub fn find_latest(connection: &mut Conn, workspace: WorkspaceId, arm: CampaignId) -> Result<Option<TestRow>> {
    Ok(tests::table
        .filter(tests::workspace_id.eq(workspace))
        .filter(tests::campaign_id.eq(arm).or(tests::copy_id.eq(arm)))
        .order(tests::id.desc())
        .first(connection)
        .optional()?)
}

/// Tests of an ad account that nobody ended and that have not begun to count, by id.
pub fn list_not_begun(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Vec<TestRow>> {
    Ok(tests::table
        .inner_join(
            campaigns::table.on(campaigns::workspace_id.eq(tests::workspace_id).and(campaigns::id.eq(tests::campaign_id))),
        )
        .filter(tests::workspace_id.eq(workspace))
        .filter(campaigns::ad_account_id.eq(account))
        .filter(tests::began_on.is_null())
        .filter(tests::ended_at.is_null())
        .order(tests::id)
        .select(tests::all_columns)
        .load(connection)?)
}

/// Notes from which day to which it counts; nothing happens where it has begun or was ended.
pub fn begin(
    connection: &mut Conn,
    workspace: WorkspaceId,
    id: SplitTestId,
    (since, until): (NaiveDate, NaiveDate),
) -> Result<()> {
    let there = tests::table
        .filter(tests::workspace_id.eq(workspace))
        .filter(tests::id.eq(id))
        .filter(tests::began_on.is_null())
        .filter(tests::ended_at.is_null());
    diesel::update(there).set((tests::began_on.eq(since), tests::until_on.eq(until))).execute(connection)?;
    Ok(())
}

/// Writes how a test was ended; false where somebody ended it meanwhile.
pub fn end(connection: &mut Conn, row: &TestRow) -> Result<bool> {
    let there = tests::table
        .filter(tests::workspace_id.eq(row.workspace_id))
        .filter(tests::id.eq(row.id))
        .filter(tests::ended_at.is_null());
    let change = (
        tests::until_on.eq(row.until_on),
        tests::kept.eq(&row.kept),
        tests::ending_plan_id.eq(row.ending_plan_id),
        tests::ended_at.eq(row.ended_at),
    );
    Ok(diesel::update(there).set(change).execute(connection)? > 0)
}

/// Which figures: those of two campaigns over some days, as synced.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Whose.
    pub workspace: WorkspaceId,
    /// In which ad account.
    pub account: AdAccountId,
    /// The two campaigns.
    pub arms: [CampaignId; 2],
    /// First day, in the account's zone.
    pub since: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

/// What a campaign spent on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Spent {
    /// Which campaign.
    #[diesel(sql_type = BigInt)]
    pub campaign_id: i64,
    /// The day.
    #[diesel(sql_type = Date)]
    pub on_day: NaiveDate,
    /// Micros.
    #[diesel(sql_type = BigInt)]
    pub spend_micros: i64,
}

/// What a campaign brought on a day by one attribution setting.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Brought {
    /// Which campaign.
    #[diesel(sql_type = BigInt)]
    pub campaign_id: i64,
    /// The day.
    #[diesel(sql_type = Date)]
    pub on_day: NaiveDate,
    /// The attribution setting.
    #[diesel(sql_type = Text)]
    pub attribution: String,
    /// How many; `None` where only value was reported.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub results: Option<i64>,
    /// Micros; `None` where no value was reported.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub value_micros: Option<i64>,
}

const SCOPE: &str = "workspace_id = $1 AND grain = 'campaign' AND ad_account_id = $2 AND since_on >= $3 AND since_on <= $4 \
    AND until_on = since_on AND campaign_id IN ($5, $6) AND source_id = 0";

/// What each arm spent, by campaign and day; a day that nothing was reported of is absent.
pub fn spent(connection: &mut Conn, wanted: &Wanted) -> Result<Vec<Spent>> {
    let text = format!(
        "SELECT campaign_id, since_on AS on_day, spend_micros FROM rollups WHERE {SCOPE} AND spend_micros IS NOT NULL \
         ORDER BY campaign_id, since_on"
    );
    Ok(diesel::sql_query(text)
        .bind::<BigInt, _>(wanted.workspace.0)
        .bind::<BigInt, _>(wanted.account.0)
        .bind::<Date, _>(wanted.since)
        .bind::<Date, _>(wanted.until)
        .bind::<BigInt, _>(wanted.arms[0].0)
        .bind::<BigInt, _>(wanted.arms[1].0)
        .load(connection)?)
}

/// What each arm brought of one kind of result, by campaign, day and attribution setting.
pub fn brought(connection: &mut Conn, wanted: &Wanted, kind: &str) -> Result<Vec<Brought>> {
    let text = format!(
        "SELECT campaign_id, since_on AS on_day, attribution, results, value_micros FROM action_rollups WHERE {SCOPE} \
         AND result_kind = $7 ORDER BY campaign_id, since_on, attribution"
    );
    Ok(diesel::sql_query(text)
        .bind::<BigInt, _>(wanted.workspace.0)
        .bind::<BigInt, _>(wanted.account.0)
        .bind::<Date, _>(wanted.since)
        .bind::<Date, _>(wanted.until)
        .bind::<BigInt, _>(wanted.arms[0].0)
        .bind::<BigInt, _>(wanted.arms[1].0)
        .bind::<Text, _>(kind)
        .load(connection)?)
}
