//! Spending limits, how each stood when the guard last looked, what the guard paused, and the sums they are judged by.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date};

use super::schema::{limit_checks, limit_holds, limits};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, CampaignId, HoldId, LimitId, ObjectId, UserId, WorkspaceId};

/// A spending limit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = limits)]
pub struct LimitRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: LimitId,
    /// `campaign`, `account` or `workspace`.
    pub covers: String,
    /// The campaign it covers.
    pub campaign_id: Option<CampaignId>,
    /// The ad account it covers.
    pub ad_account_id: Option<AdAccountId>,
    /// `month`, `flight` or `day`.
    pub span: String,
    /// A flight's first day.
    pub since_on: Option<NaiveDate>,
    /// A flight's last day.
    pub until_on: Option<NaiveDate>,
    /// How much, minor units.
    pub amount_minor: i64,
    /// The currency's code.
    pub currency: String,
    /// What the campaign's own limit at Meta shall be because of it, minor units.
    pub cap_minor: Option<i64>,
    /// The first day of the time that was worked out for.
    pub cap_since_on: Option<NaiveDate>,
    /// Who set it; 0 for a program or the command line.
    pub created_by: UserId,
    /// When.
    pub created_at: UtcTime,
    /// When it was last changed.
    pub updated_at: UtcTime,
    /// Since when it is gone.
    pub removed_at: Option<UtcTime>,
}

/// How a limit stood when the guard last looked.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = limit_checks)]
pub struct CheckRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Which limit.
    pub limit_id: LimitId,
    /// Real time.
    pub checked_at: UtcTime,
    /// Platform time between its last two looks, seconds.
    pub every_seconds: i64,
    /// `fine`, `warn` or `pause`.
    pub decision: String,
    /// In a sentence.
    pub sentence: String,
}

/// A campaign that the guard paused.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = limit_holds)]
pub struct HoldRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: HoldId,
    /// Because of which limit.
    pub limit_id: LimitId,
    /// The campaign.
    pub campaign_id: ObjectId,
    /// Its ad account.
    pub ad_account_id: AdAccountId,
    /// Meta's id of it.
    pub remote_id: String,
    /// Its name.
    pub name: String,
    /// Real time.
    pub paused_at: UtcTime,
    /// Why, in a sentence.
    pub reason: String,
    /// When it was seen switched on again.
    pub ended_at: Option<UtcTime>,
}

/// The workspace's limits that are not removed, oldest first.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<LimitRow>> {
    Ok(limits::table
        .filter(limits::workspace_id.eq(workspace))
        .filter(limits::removed_at.is_null())
        .order(limits::id)
        .load(connection)?)
}

/// The limits of one campaign that are not removed, oldest first.
pub fn list_of_campaign(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<LimitRow>> {
    Ok(limits::table
        .filter(limits::workspace_id.eq(workspace))
        .filter(limits::campaign_id.eq(campaign))
        .filter(limits::removed_at.is_null())
        .order(limits::id)
        .load(connection)?)
}

/// The limit with this id, if it is not removed.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: LimitId) -> Result<Option<LimitRow>> {
    Ok(limits::table
        .filter(limits::workspace_id.eq(workspace))
        .filter(limits::id.eq(id))
        .filter(limits::removed_at.is_null())
        .first(connection)
        .optional()?)
}

/// Adds a limit.
pub fn insert(connection: &mut Conn, row: &LimitRow) -> Result<()> {
    diesel::insert_into(limits::table).values(row).execute(connection)?;
    Ok(())
}

/// Writes what a limit is now; what it covers stays.
pub fn update(connection: &mut Conn, row: &LimitRow) -> Result<()> {
    let at = limits::table.filter(limits::workspace_id.eq(row.workspace_id)).filter(limits::id.eq(row.id));
    diesel::update(at)
        .set((
            limits::span.eq(&row.span),
            limits::since_on.eq(row.since_on),
            limits::until_on.eq(row.until_on),
            limits::amount_minor.eq(row.amount_minor),
            limits::cap_minor.eq(row.cap_minor),
            limits::cap_since_on.eq(row.cap_since_on),
            limits::updated_at.eq(row.updated_at),
            limits::removed_at.eq(row.removed_at),
        ))
        .execute(connection)?;
    Ok(())
}

/// How each limit stood when the guard last looked, by limit.
pub fn list_checks(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<CheckRow>> {
    Ok(limit_checks::table.filter(limit_checks::workspace_id.eq(workspace)).order(limit_checks::limit_id).load(connection)?)
}

/// Notes how a limit stands.
pub fn put_check(connection: &mut Conn, row: &CheckRow) -> Result<()> {
    let at = limit_checks::table
        .filter(limit_checks::workspace_id.eq(row.workspace_id))
        .filter(limit_checks::limit_id.eq(row.limit_id));
    let updated = diesel::update(at)
        .set((
            limit_checks::checked_at.eq(row.checked_at),
            limit_checks::every_seconds.eq(row.every_seconds),
            limit_checks::decision.eq(&row.decision),
            limit_checks::sentence.eq(&row.sentence),
        ))
        .execute(connection)?;
    if updated == 0 {
        diesel::insert_into(limit_checks::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// What the guard paused and nobody has switched on again, newest first.
pub fn list_holds(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<HoldRow>> {
    Ok(limit_holds::table
        .filter(limit_holds::workspace_id.eq(workspace))
        .filter(limit_holds::ended_at.is_null())
        .order(limit_holds::id.desc())
        .load(connection)?)
}

/// The open hold of a campaign by Meta's id.
pub fn find_hold(c: &mut Conn, workspace: WorkspaceId, account: AdAccountId, remote: &str) -> Result<Option<HoldRow>> {
    Ok(limit_holds::table
        .filter(limit_holds::workspace_id.eq(workspace))
        .filter(limit_holds::ad_account_id.eq(account))
        .filter(limit_holds::remote_id.eq(remote))
        .filter(limit_holds::ended_at.is_null())
        .first(c)
        .optional()?)
}

/// Notes a campaign that the guard paused.
pub fn insert_hold(connection: &mut Conn, row: &HoldRow) -> Result<()> {
    diesel::insert_into(limit_holds::table).values(row).execute(connection)?;
    Ok(())
}

/// Notes that a campaign is on again.
pub fn end_hold(connection: &mut Conn, workspace: WorkspaceId, id: HoldId, at: UtcTime) -> Result<()> {
    let row = limit_holds::table.filter(limit_holds::workspace_id.eq(workspace)).filter(limit_holds::id.eq(id));
    diesel::update(row).set(limit_holds::ended_at.eq(at)).execute(connection)?;
    Ok(())
}

/// What a campaign spent on a day, as synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct DaySum {
    /// Which campaign.
    #[diesel(sql_type = BigInt)]
    pub campaign_id: i64,
    /// On which day, in the account's zone.
    #[diesel(sql_type = Date)]
    pub on_day: NaiveDate,
    /// Micros.
    #[diesel(sql_type = BigInt)]
    pub spend_micros: i64,
}

/// What the campaigns of an ad account spent on each day from `since` on, as synced; what was not reported is absent.
pub fn days_by_campaign(c: &mut Conn, workspace: WorkspaceId, account: AdAccountId, since: NaiveDate) -> Result<Vec<DaySum>> {
    Ok(diesel::sql_query(
        "SELECT campaign_id, since_on AS on_day, spend_micros FROM rollups \
         WHERE workspace_id = $1 AND grain = 'campaign' AND ad_account_id = $2 AND since_on >= $3 AND until_on = since_on \
             AND source_id = 0 AND spend_micros IS NOT NULL ORDER BY campaign_id, since_on",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(account.0)
    .bind::<Date, _>(since)
    .load(c)?)
}

/// What a campaign spent in all the days that are known, as synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct WholeSum {
    /// Which campaign.
    #[diesel(sql_type = BigInt)]
    pub campaign_id: i64,
    /// Micros.
    #[diesel(sql_type = BigInt)]
    pub spend_micros: i64,
}

/// What the campaigns of an ad account spent in all before a day, as synced; what was never reported is absent.
pub fn whole_by_campaign(c: &mut Conn, workspace: WorkspaceId, account: AdAccountId, before: NaiveDate) -> Result<Vec<WholeSum>> {
    Ok(diesel::sql_query(
        "SELECT campaign_id, CAST(SUM(spend_micros) AS BIGINT) AS spend_micros FROM rollups \
         WHERE workspace_id = $1 AND grain = 'campaign' AND ad_account_id = $2 AND until_on < $3 AND source_id = 0 \
             AND spend_micros IS NOT NULL GROUP BY campaign_id ORDER BY campaign_id",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(account.0)
    .bind::<Date, _>(before)
    .load(c)?)
}
