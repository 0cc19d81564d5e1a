//! Plans and their steps: what was approved, and how far it is carried out.

use diesel::prelude::*;

use super::schema::{plan_campaigns, plan_steps, plans};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{CampaignId, PlanId, UserId, WorkspaceId};

/// A plan.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = plans)]
pub struct PlanRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: PlanId,
    /// For which campaign; `None` for a plan over several.
    pub campaign_id: Option<CampaignId>,
    /// `campaign`, `resume` or `bulk`.
    pub kind: String,
    /// What approval is bound to.
    pub hash: String,
    /// `proposed`, `stale`, `approved`, `applying`, `applied` or `failed`.
    pub state: String,
    /// The plan, JSON.
    pub body: String,
    /// Who asked for it; 0 for the machine.
    pub made_by: UserId,
    /// Platform time.
    pub made_at: UtcTime,
    /// Who approved it.
    pub approved_by: Option<UserId>,
    /// When.
    pub approved_at: Option<UtcTime>,
    /// When it was carried out or failed.
    pub finished_at: Option<UtcTime>,
    /// Why it failed.
    pub problem: Option<String>,
}

/// One step of an approved plan.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = plan_steps)]
pub struct StepRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Of which plan.
    pub plan_id: PlanId,
    /// In the order carried out.
    pub position: i32,
    /// The sentence shown while it runs.
    pub label: String,
    /// The step, JSON.
    pub step: String,
    /// `waiting`, `sent` (it may have happened), `done` or `failed`.
    pub state: String,
    /// 0 where it is certain that nothing happened; else one more than how often it was looked for, since it was last sent, and
    /// not found.
    pub attempts: i32,
    /// What Meta called the object; of a create that is `sent`, what Meta answered before it was read back.
    pub remote_id: Option<String>,
    /// Meta's words where it did not work.
    pub problem: Option<String>,
    /// When it was first sent.
    pub started_at: Option<UtcTime>,
    /// When it was done.
    pub done_at: Option<UtcTime>,
}

/// Adds a plan.
pub fn insert(connection: &mut Conn, row: &PlanRow) -> Result<()> {
    diesel::insert_into(plans::table).values(row).execute(connection)?;
    Ok(())
}

/// The plan with this id.
pub fn get(connection: &mut Conn, workspace: WorkspaceId, id: PlanId) -> Result<PlanRow> {
    Ok(plans::table.filter(plans::workspace_id.eq(workspace)).filter(plans::id.eq(id)).first(connection)?)
}

/// What stands in the plans with these ids, as they were written.
pub fn bodies(connection: &mut Conn, workspace: WorkspaceId, ids: &[PlanId]) -> Result<Vec<(PlanId, String)>> {
    Ok(plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::id.eq_any(ids))
        .select((plans::id, plans::body))
        .load(connection)?)
}

/// The newest plan of a campaign.
pub fn find_latest(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Option<PlanRow>> {
    Ok(plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::campaign_id.eq(campaign))
        .order(plans::id.desc())
        .first(connection)
        .optional()?)
}

/// The newest plan of a campaign that was approved, whatever became of it.
pub fn find_latest_approved(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Option<PlanRow>> {
    Ok(plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::campaign_id.eq(campaign))
        .filter(plans::state.ne_all(["proposed", "stale"]))
        .order(plans::id.desc())
        .first(connection)
        .optional()?)
}

/// Plans that failed after `since`, oldest first.
pub fn list_failed(connection: &mut Conn, workspace: WorkspaceId, since: UtcTime) -> Result<Vec<PlanRow>> {
    Ok(plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::state.eq("failed"))
        .filter(plans::finished_at.ge(since))
        .order(plans::id)
        .load(connection)?)
}

/// The newest plan over several campaigns, of a kind.
pub fn find_latest_of_kind(connection: &mut Conn, workspace: WorkspaceId, kind: &str) -> Result<Option<PlanRow>> {
    Ok(plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::kind.eq(kind))
        .order(plans::id.desc())
        .first(connection)
        .optional()?)
}

/// Plans that are being carried out.
pub fn list_running(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<PlanRow>> {
    Ok(plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::state.eq_any(["approved", "applying"]))
        .order(plans::id)
        .load(connection)?)
}

/// Marks a campaign's proposed plans as stale, except the one with this hash; true where that one is there.
pub fn keep_proposed(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, hash: &str) -> Result<bool> {
    let proposed = plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::campaign_id.eq(campaign))
        .filter(plans::state.eq("proposed"));
    diesel::update(proposed.filter(plans::hash.ne(hash))).set(plans::state.eq("stale")).execute(connection)?;
    let kept: i64 = proposed.count().get_result(connection)?;
    Ok(kept > 0)
}

/// The newest plan of a campaign with this hash, whatever became of it.
pub fn find_by_hash(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, hash: &str) -> Result<Option<PlanRow>> {
    Ok(plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::campaign_id.eq(campaign))
        .filter(plans::hash.eq(hash))
        .order(plans::id.desc())
        .first(connection)
        .optional()?)
}

/// Approves a proposed plan.
pub fn approve(connection: &mut Conn, workspace: WorkspaceId, id: PlanId, by: Option<UserId>, at: UtcTime) -> Result<()> {
    let row = plans::table.filter(plans::workspace_id.eq(workspace)).filter(plans::id.eq(id));
    diesel::update(row)
        .set((plans::state.eq("approved"), plans::approved_by.eq(by), plans::approved_at.eq(at)))
        .execute(connection)?;
    Ok(())
}

/// Notes how far a plan is; `problem` and the time of its end are overwritten.
pub fn set_state(
    connection: &mut Conn,
    workspace: WorkspaceId,
    id: PlanId,
    state: &str,
    problem: Option<&str>,
    finished_at: Option<UtcTime>,
) -> Result<()> {
    let row = plans::table.filter(plans::workspace_id.eq(workspace)).filter(plans::id.eq(id));
    diesel::update(row)
        .set((plans::state.eq(state), plans::problem.eq(problem), plans::finished_at.eq(finished_at)))
        .execute(connection)?;
    Ok(())
}

/// Notes which campaigns a plan over several is about.
pub fn insert_campaigns(connection: &mut Conn, workspace: WorkspaceId, plan: PlanId, campaigns: &[CampaignId]) -> Result<()> {
    for campaign in campaigns {
        diesel::insert_into(plan_campaigns::table)
            .values((
                plan_campaigns::workspace_id.eq(workspace),
                plan_campaigns::plan_id.eq(plan),
                plan_campaigns::campaign_id.eq(campaign),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// The campaigns a plan over several is about, by id.
pub fn list_campaigns(connection: &mut Conn, workspace: WorkspaceId, plan: PlanId) -> Result<Vec<CampaignId>> {
    Ok(plan_campaigns::table
        .filter(plan_campaigns::workspace_id.eq(workspace))
        .filter(plan_campaigns::plan_id.eq(plan))
        .order(plan_campaigns::campaign_id)
        .select(plan_campaigns::campaign_id)
        .load(connection)?)
}

/// Campaigns that a plan is being carried out for, alone or among others.
pub fn list_busy(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<CampaignId>> {
    let mut busy = Vec::new();
    for plan in list_running(connection, workspace)? {
        busy.extend(plan.campaign_id);
        busy.extend(list_campaigns(connection, workspace, plan.id)?);
    }
    Ok(busy)
}

/// Writes what a plan now says and what its approval is bound to.
pub fn set_body(connection: &mut Conn, workspace: WorkspaceId, id: PlanId, hash: &str, body: &str) -> Result<()> {
    let row = plans::table.filter(plans::workspace_id.eq(workspace)).filter(plans::id.eq(id));
    diesel::update(row).set((plans::hash.eq(hash), plans::body.eq(body))).execute(connection)?;
    Ok(())
}

/// Adds the steps of a plan.
pub fn insert_steps(connection: &mut Conn, rows: &[StepRow]) -> Result<()> {
    for row in rows {
        diesel::insert_into(plan_steps::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// The steps of a plan in order.
pub fn list_steps(connection: &mut Conn, workspace: WorkspaceId, plan: PlanId) -> Result<Vec<StepRow>> {
    Ok(plan_steps::table
        .filter(plan_steps::workspace_id.eq(workspace))
        .filter(plan_steps::plan_id.eq(plan))
        .order(plan_steps::position)
        .load(connection)?)
}

/// Writes how a step stands.
pub fn update_step(connection: &mut Conn, row: &StepRow) -> Result<()> {
    let at = plan_steps::table
        .filter(plan_steps::workspace_id.eq(row.workspace_id))
        .filter(plan_steps::plan_id.eq(row.plan_id))
        .filter(plan_steps::position.eq(row.position));
    diesel::update(at)
        .set((
            plan_steps::state.eq(&row.state),
            plan_steps::attempts.eq(row.attempts),
            plan_steps::remote_id.eq(&row.remote_id),
            plan_steps::problem.eq(&row.problem),
            plan_steps::started_at.eq(row.started_at),
            plan_steps::done_at.eq(row.done_at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Writes how a step stands if it still stands as it did, `before` being its state and attempts then; false where somebody else
/// was at it meanwhile.
pub fn claim_step(connection: &mut Conn, row: &StepRow, before: (&str, i32)) -> Result<bool> {
    let stands = plan_steps::table
        .filter(plan_steps::workspace_id.eq(row.workspace_id))
        .filter(plan_steps::plan_id.eq(row.plan_id))
        .filter(plan_steps::position.eq(row.position))
        .filter(plan_steps::state.eq(before.0))
        .filter(plan_steps::attempts.eq(before.1));
    let set =
        (plan_steps::state.eq(&row.state), plan_steps::attempts.eq(row.attempts), plan_steps::started_at.eq(row.started_at));
    Ok(diesel::update(stands).set(set).execute(connection)? > 0)
}

/// The steps of a campaign's plans that were ever sent, oldest first: the step, and what Meta called its object.
pub fn list_begun(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<(String, Option<String>)>> {
    let of_campaign: Vec<PlanId> = plans::table
        .filter(plans::workspace_id.eq(workspace))
        .filter(plans::campaign_id.eq(campaign))
        .filter(plans::approved_at.is_not_null())
        .order(plans::id)
        .select(plans::id)
        .load(connection)?;
    let mut begun = Vec::new();
    for plan in of_campaign {
        let steps: Vec<(String, Option<String>)> = plan_steps::table
            .filter(plan_steps::workspace_id.eq(workspace))
            .filter(plan_steps::plan_id.eq(plan))
            .filter(plan_steps::attempts.gt(0))
            .order(plan_steps::position)
            .select((plan_steps::step, plan_steps::remote_id))
            .load(connection)?;
        begun.extend(steps);
    }
    Ok(begun)
}

/// Gives failed steps of a plan back, to be tried again: one that may have happened stays `sent`, so that it is looked for.
pub fn reopen_steps(connection: &mut Conn, workspace: WorkspaceId, plan: PlanId) -> Result<()> {
    for mut step in list_steps(connection, workspace, plan)?.into_iter().filter(|step| step.state == "failed") {
        let state = if step.attempts > 0 { "sent" } else { "waiting" };
        step.state = state.to_owned();
        step.attempts = step.attempts.min(1);
        step.problem = None;
        step.started_at = None;
        update_step(connection, &step)?;
    }
    Ok(())
}
