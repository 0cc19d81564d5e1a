//! Resuming what an emergency stop remembers: through a plan like any other, approved by its hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::dictionary;
use crate::domain::id::{CampaignId, ObjectId, StopId, WorkspaceId};
use crate::domain::plan::{self, Kind, ObjectRef, PlannedStep, Stakes, Step};
use crate::domain::role::Role;
use crate::store::stops as rows;
use crate::store::{Conn, connections, observed, workspaces};

use super::super::approvals::{self, Gate, Passed, Subject, Wish};
use super::super::publish::{observed as as_observed, queue_plan};
use super::super::{Actor, Ctx, Error, Result, plan_settings};
use super::{Extent, Running, extent};

/// What resuming switches on again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResumePlan {
    /// The stop it undoes.
    pub stop: StopId,
    /// What was on then and still is there, and is not on now.
    pub campaigns: Vec<Running>,
    /// What was on then and cannot be resumed, with the reason.
    pub left_out: Vec<(String, String)>,
    /// What approval is bound to.
    pub hash: String,
    /// Its money, currency by currency.
    #[serde(default)]
    pub stakes: Vec<Stakes>,
}

impl ResumePlan {
    /// How many campaigns, and what they may spend a day.
    pub fn extent(&self) -> Extent {
        extent(&self.campaigns.iter().collect::<Vec<_>>())
    }
}

/// The plan that undoes the stop that holds; `None` where none does.
pub async fn resume_plan(ctx: &Ctx, actor: &Actor) -> Result<Option<ResumePlan>> {
    let workspace = actor.workspace;
    let found = ctx.db.read(move |c| {
        let Some(stop) = rows::find_open(c, workspace)? else { return Ok(None) };
        let present = observed::list_present(c, workspace, "campaign")?;
        let read_only = super::reachable(c, workspace)?.1;
        Ok(Some((stop, present, read_only)))
    });
    let Some((stop, present, read_only)) = found.await? else { return Ok(None) };
    let inner = ctx.clone();
    let remembered: Vec<Running> = serde_json::from_str(&stop.remembered)?;
    let (mut campaigns, mut left_out) = (Vec::new(), Vec::new());
    for running in remembered {
        match present.iter().find(|row| row.ad_account_id == running.account && row.remote_id == running.remote) {
            None => left_out.push((running.name, "Meta does not list it any more".to_owned())),
            Some(row) if read_only.iter().any(|account| account.id == row.ad_account_id) => {
                left_out.push((running.name, "its ad account is read-only".to_owned()));
            }
            Some(row) if row.status == "ACTIVE" => left_out.push((running.name, "it is on already".to_owned())),
            Some(row) => campaigns.push(Running { id: row.id, ..running }),
        }
    }
    let bytes = serde_json::to_vec(&(stop.id, &campaigns))?;
    let (ids, stop): (Vec<ObjectId>, StopId) = (campaigns.iter().map(|running| running.id).collect(), stop.id);
    let stakes = ctx.db.read_with(move |c| stakes(c, &inner, workspace, &ids)).await?;
    Ok(Some(ResumePlan { stop, campaigns, left_out, hash: hex::encode(Sha256::digest(bytes)), stakes }))
}

/// The money of switching these campaigns on.
fn stakes(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaigns: &[ObjectId]) -> Result<Vec<Stakes>> {
    let mut all = Vec::new();
    for id in campaigns {
        let below = observed::list_of_campaign(c, workspace, CampaignId(id.0))?;
        let Some(top) = below.iter().find(|row| row.kind == "campaign") else { continue };
        let account = connections::get_account(c, workspace, top.ad_account_id)?;
        let base = match account.connection_id {
            Some(connection) => connections::get(c, workspace, connection)?.base_url,
            None => String::new(),
        };
        let terms = plan_settings::terms(c, &account, &below, ctx.platform.now(&base, ctx.now()))?;
        let said: Vec<_> = below.iter().filter_map(as_observed).collect();
        let step =
            PlannedStep { label: String::new(), step: Step::Activate { object: ObjectRef { kind: Kind::Campaign, id: *id } } };
        all.extend(plan::weigh(&mut [], &[&step], &said, &terms).stakes);
    }
    Ok(Stakes::sums(all))
}

/// What approving the plan that undoes a stop asks for.
pub fn resume_wish(plan: &ResumePlan) -> Wish {
    let campaigns = plan.campaigns.len();
    Wish {
        subject: Subject::Resume,
        id: plan.stop.0,
        run: String::new(),
        hash: plan.hash.clone(),
        title: format!("Resume {campaigns} campaign{}", if campaigns == 1 { "" } else { "s" }),
        path: "/stop".to_owned(),
        raises: plan.stakes.iter().map(|stakes| stakes.more_a_day).collect(),
    }
}

/// Approves exactly the plan with this hash: releases queued work and switches the campaigns on again.
///
/// # Errors
/// [`Error::Conflict`] where what would be resumed is another by now.
pub async fn approve_resume(ctx: &Ctx, actor: &Actor, hash: &str) -> Result<Passed> {
    actor.require(Role::Manager)?;
    let plan = resume_plan(ctx, actor).await?.ok_or(Error::NotFound("stop"))?;
    if plan.hash != hash {
        return Err(Error::conflict(dictionary::resume_changed()));
    }
    let steps: Vec<PlannedStep> = plan
        .campaigns
        .iter()
        .map(|running| PlannedStep {
            label: format!("Switch {} on: from here it may spend", running.name),
            step: Step::Activate { object: ObjectRef { kind: Kind::Campaign, id: running.id } },
        })
        .collect();
    let (inner, actor) = (ctx.clone(), actor.clone());
    let approved = ctx.db.write(move |c| {
        let stamp = inner.stamp();
        let cleared = match approvals::gate(c, &inner, &actor, resume_wish(&plan))? {
            Gate::Open(cleared) => cleared,
            Gate::Waits(asked) => return Ok(Passed::Waits(asked)),
        };
        workspaces::set_frozen(c, actor.workspace, None)?;
        rows::set_resumed(c, actor.workspace, plan.stop, stamp)?;
        let id = match steps.is_empty() {
            true => None,
            false => Some(queue_plan(c, &inner, &actor, (cleared, None, "resume"), &plan.hash, &steps, &plan)?),
        };
        actor.record(c, stamp, "stop.resumed", ("stop", plan.stop.0), &plan)?;
        Ok(Passed::Queued(id))
    });
    approved.await
}
