//! Resuming what an emergency stop remembers: through a plan like any other, approved by its hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::id::{PlanId, StopId};
use crate::domain::plan::{Kind, ObjectRef, PlannedStep, Step};
use crate::domain::role::Role;
use crate::store::stops as rows;
use crate::store::{observed, workspaces};

use super::super::publish::queue_plan;
use super::super::{Actor, Ctx, Error, Result};
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
    Ok(Some(ResumePlan { stop: stop.id, campaigns, left_out, hash: hex::encode(Sha256::digest(bytes)) }))
}

/// Approves exactly the plan with this hash: releases queued work and switches the campaigns on again.
///
/// # Errors
/// [`Error::Conflict`] where what would be resumed is another by now.
pub async fn approve_resume(ctx: &Ctx, actor: &Actor, hash: &str) -> Result<Option<PlanId>> {
    actor.require(Role::Manager)?;
    let plan = resume_plan(ctx, actor).await?.ok_or(Error::NotFound("stop"))?;
    if plan.hash != hash {
        return Err(Error::Conflict(
            "What would be resumed has changed meanwhile. Read the list again and approve that.".to_owned(),
        ));
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
        workspaces::set_frozen(c, actor.workspace, None)?;
        rows::set_resumed(c, actor.workspace, plan.stop, stamp)?;
        let id = match steps.is_empty() {
            true => None,
            false => Some(queue_plan(c, &inner, &actor, (None, "resume"), &plan.hash, &steps, &plan)?),
        };
        actor.record(c, stamp, "stop.resumed", ("stop", plan.stop.0), &plan)?;
        Ok(id)
    });
    approved.await
}
