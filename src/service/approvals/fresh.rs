//! Which requests still are about the plan that was read: the others are stale, and say so.

use crate::domain::id::{CampaignId, PlanId, WorkspaceId};
use crate::domain::plan::Run;
use crate::store::Conn;
use crate::store::approvals::{self as rows, ApprovalRow};

use super::super::{Actor, Ctx, Result, adopt, bulk, drift, publish, stop};
use super::{Subject, end, is_another};

/// A request as the list of approvals shows it.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The request.
    pub row: ApprovalRow,
    /// Whether the actor asked.
    pub is_mine: bool,
}

/// What is stale is said so.
const CHANGED: &str = "What Meta says or what is wanted here has changed since; the plan has to be read and asked for again.";

/// The requests that wait, oldest first, and the newest of those that ended.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<(Vec<Waiting>, Vec<ApprovalRow>)> {
    refresh(ctx, actor.workspace).await?;
    let actor = actor.clone();
    let read = ctx.db.read(move |c| {
        let waiting = rows::list_waiting(c, actor.workspace)?;
        let ended = rows::list_decided(c, actor.workspace, 50)?;
        let view = |row: ApprovalRow| Waiting { is_mine: !is_another(&actor, &row), row };
        Ok((waiting.into_iter().map(view).collect(), ended))
    });
    Ok(read.await?)
}

/// The requests that wait, oldest first, as they stood when they were last looked at: for pages that must be quick.
pub async fn waiting(ctx: &Ctx, actor: &Actor) -> Result<Vec<ApprovalRow>> {
    let workspace = actor.workspace;
    Ok(ctx.db.read(move |c| rows::list_waiting(c, workspace)).await?)
}

/// Ends the requests whose plan is another by now.
pub async fn refresh(ctx: &Ctx, workspace: WorkspaceId) -> Result<()> {
    let waiting = ctx.db.read(move |c| rows::list_waiting(c, workspace)).await?;
    for row in waiting {
        let holds = match (Subject::parse(&row.kind), row.run.as_str()) {
            // Both are worked out outside of a transaction.
            (Some(Subject::Resume), _) => {
                let plan = stop::resume_plan(ctx, &Actor::schedule(workspace)).await?;
                plan.is_some_and(|plan| plan.stop.0 == row.subject_id && plan.hash == row.hash)
            }
            (Some(Subject::SwitchOn), _) => {
                let shown = adopt::switch_on(ctx, &Actor::schedule(workspace), CampaignId(row.subject_id)).await;
                shown.is_ok_and(|shown| shown.plan.hash == row.hash)
            }
            (Some(Subject::Campaign | Subject::Bulk | Subject::Revert), _) => {
                let (inner, asked) = (ctx.clone(), row.clone());
                ctx.db.write(move |c| is_the_same(c, &inner, workspace, &asked)).await?
            }
            (None, _) => false,
        };
        if !holds {
            let (inner, actor) = (ctx.clone(), Actor::schedule(workspace));
            let ended = ctx.db.write(move |c| end(c, &inner, &actor, row, "stale", Some(CHANGED.to_owned())));
            // Somebody decided it meanwhile: that stands.
            match ended.await {
                Ok(_) | Err(super::Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

fn is_the_same(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, row: &ApprovalRow) -> Result<bool> {
    let hash = match Subject::parse(&row.kind) {
        Some(Subject::Bulk) => bulk::hash_now(c, ctx, workspace, PlanId(row.subject_id))?,
        Some(Subject::Revert) => drift::hash_now(c, ctx, workspace, CampaignId(row.subject_id), &row.run)?,
        _ => {
            let run = if row.run == "paused" { Run::Paused } else { Run::Active };
            publish::hash_now(c, ctx, workspace, CampaignId(row.subject_id), run)?
        }
    };
    Ok(hash.as_deref() == Some(row.hash.as_str()))
}
