//! Learned amounts: what a person allows each campaign, and every decision with what it was made from.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::schema::{campaigns, plans, split_decisions as decisions, split_settings as settings};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, CampaignId, DecisionId, WorkspaceId};

/// What a person allows.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = settings)]
pub struct SettingsRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// `propose`, `apply` or `off`.
    pub mode: String,
    /// `results` or `value`.
    pub objective: String,
    /// The most an amount changes in one move, basis points of it.
    pub step_bp: i64,
    /// The most of the budget that moves without asking, basis points of it.
    pub largest_move_bp: i64,
    /// First and last days of the times in which nothing moves, JSON.
    pub freezes: String,
    /// The newest event of the log that a person has looked at.
    pub looked_seq: i64,
    /// Real time.
    pub updated_at: UtcTime,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = decisions)]
pub struct DecisionRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: DecisionId,
    /// About which campaign.
    pub campaign_id: CampaignId,
    /// The day it is for, in the ad account's zone.
    pub on_day: NaiveDate,
    /// Platform time.
    pub made_at: UtcTime,
    /// `waiting`, `applied`, `refused`, `superseded` or `held`.
    pub state: String,
    /// Why, a sentence.
    pub reason: String,
    /// What the answer follows from, JSON.
    pub inputs: String,
    /// The answer, JSON.
    pub proposal: String,
    /// Real time of the last change of state.
    pub settled_at: UtcTime,
}

/// What a person allows a campaign, if ever said.
pub fn find_settings(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Option<SettingsRow>> {
    Ok(settings::table
        .filter(settings::workspace_id.eq(workspace))
        .filter(settings::campaign_id.eq(campaign))
        .first(connection)
        .optional()?)
}

/// Writes what a person allows over what was said before.
pub fn put_settings(connection: &mut Conn, row: &SettingsRow) -> Result<()> {
    let there =
        settings::table.filter(settings::workspace_id.eq(row.workspace_id)).filter(settings::campaign_id.eq(row.campaign_id));
    if diesel::update(there).set(row).execute(connection)? == 0 {
        diesel::insert_into(settings::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// Adds a decision; [`super::StoreError::Conflict`] where the campaign has one of that day.
pub fn insert(connection: &mut Conn, row: &DecisionRow) -> Result<()> {
    diesel::insert_into(decisions::table).values(row).execute(connection)?;
    Ok(())
}

/// One decision of a campaign.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, id: DecisionId) -> Result<Option<DecisionRow>> {
    Ok(decisions::table
        .filter(decisions::workspace_id.eq(workspace))
        .filter(decisions::campaign_id.eq(campaign))
        .filter(decisions::id.eq(id))
        .first(connection)
        .optional()?)
}

/// A campaign's decisions, newest first.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, limit: i64) -> Result<Vec<DecisionRow>> {
    Ok(decisions::table
        .filter(decisions::workspace_id.eq(workspace))
        .filter(decisions::campaign_id.eq(campaign))
        .order(decisions::on_day.desc())
        .limit(limit)
        .load(connection)?)
}

/// Decisions of a workspace that wait for a person, oldest first.
pub fn list_waiting(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<DecisionRow>> {
    Ok(decisions::table
        .filter(decisions::workspace_id.eq(workspace))
        .filter(decisions::state.eq("waiting"))
        .order(decisions::id)
        .load(connection)?)
}

/// Moves a waiting decision into another state; false where it waits no more.
pub fn settle(
    connection: &mut Conn,
    workspace: WorkspaceId,
    id: DecisionId,
    (state, reason): (&str, &str),
    at: UtcTime,
) -> Result<bool> {
    let there = decisions::table
        .filter(decisions::workspace_id.eq(workspace))
        .filter(decisions::id.eq(id))
        .filter(decisions::state.eq("waiting"));
    let change = (decisions::state.eq(state), decisions::reason.eq(reason), decisions::settled_at.eq(at));
    Ok(diesel::update(there).set(change).execute(connection)? > 0)
}

/// Marks what still waits of a campaign as superseded.
pub fn supersede(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, reason: &str, at: UtcTime) -> Result<()> {
    let there = decisions::table
        .filter(decisions::workspace_id.eq(workspace))
        .filter(decisions::campaign_id.eq(campaign))
        .filter(decisions::state.eq("waiting"));
    let change = (decisions::state.eq("superseded"), decisions::reason.eq(reason), decisions::settled_at.eq(at));
    diesel::update(there).set(change).execute(connection)?;
    Ok(())
}

/// Campaigns of an ad account that should be on and whose amounts are learned, by id.
pub fn list_learned(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Vec<CampaignId>> {
    Ok(campaigns::table
        .filter(campaigns::workspace_id.eq(workspace))
        .filter(campaigns::ad_account_id.eq(account))
        .filter(campaigns::wanted.eq("active"))
        .filter(campaigns::published_at.is_not_null())
        // The form is our own JSON, written in one way.
        .filter(campaigns::form.like("%\"amounts\":\"learned\"%"))
        .order(campaigns::id)
        .select(campaigns::id)
        .load(connection)?)
}

/// How many plans of a campaign were approved since a time, real time.
pub fn count_plans(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, since: UtcTime) -> Result<i64> {
    Ok(plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::campaign_id.eq(campaign))
        .filter(plans::approved_at.ge(since))
        .count()
        .get_result(connection)?)
}
