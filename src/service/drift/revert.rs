//! Setting drift back: a plan of what was ticked and nothing else, read and approved as any other.

use crate::domain::currency::Currency;
use crate::domain::dictionary::{self, Sentence};
use crate::domain::drift::{Drift, Part, Pick};
use crate::domain::id::{CampaignId, WorkspaceId};
use crate::domain::plan::{self, Desired, Kind, Plan};
use crate::store::{Conn, workspaces};

use super::super::approvals::{Passed, Subject, Wish};
use super::super::health::{self, Obstacle};
use super::super::publish::{self, Definition};
use super::super::{Actor, Ctx, Error, Result};
use super::look::{self, Look};

/// A plan that sets drift back, to be read.
#[derive(Debug)]
pub struct Reverting {
    /// The campaign's name.
    pub name: String,
    /// The plan.
    pub plan: Plan,
    /// What approving it asks for.
    pub wish: Wish,
    /// The currency of its money.
    pub currency: Currency,
    /// What was ticked and cannot be set back, with the way out.
    pub refused: Vec<Sentence>,
    /// Whether an emergency stop holds queued work back.
    pub frozen: bool,
    /// Why no plan of this ad account can be approved.
    pub obstacles: Vec<Obstacle>,
}

/// The plan that sets these drifts back; nothing is written.
///
/// # Errors
/// [`Error::Conflict`] where one is no drift any more; [`Error::Invalid`] where none is ticked.
pub async fn revert(ctx: &Ctx, actor: &Actor, campaign: CampaignId, picks: &[Pick]) -> Result<Reverting> {
    let (inner, workspace, picks) = (ctx.clone(), actor.workspace, picks.to_vec());
    let read = ctx.db.read_with(move |c| {
        let look = look::compared(c, &inner, workspace, campaign)?;
        let ticked = look.ticked(&picks)?;
        let plan = plan_of(&look, &ticked);
        Ok::<_, Error>(Reverting {
            name: look.input.row.name.clone(),
            wish: wish(&look, &plan, picks.clone()),
            plan,
            currency: look.currency,
            refused: ticked.iter().filter_map(|drift| refusal(&look, drift)).collect(),
            frozen: workspaces::get(c, workspace)?.frozen_at.is_some(),
            obstacles: health::obstacles(c, &inner, &look.input.account)?,
        })
    });
    read.await
}

/// Approves exactly the plan with this hash that sets these drifts back; where it raises spending beyond the actor's limit, asks a
/// second person.
///
/// # Errors
/// [`Error::Conflict`] where it is another plan by now, or one is being carried out.
pub async fn approve(ctx: &Ctx, actor: &Actor, campaign: CampaignId, picks: &[Pick], hash: &str) -> Result<Passed> {
    let (inner, workspace, picks) = (ctx.clone(), actor.workspace, picks.to_vec());
    let make = move |c: &mut Conn| {
        let look = look::compared(c, &inner, workspace, campaign)?;
        let ticked = look.ticked(&picks)?;
        match ticked.iter().find_map(|drift| refusal(&look, drift)) {
            Some(refused) => Err(Error::conflict(refused)),
            None => {
                let plan = plan_of(&look, &ticked);
                let wish = wish(&look, &plan, picks.clone());
                Ok((plan, wish))
            }
        }
    };
    publish::approve_revert(ctx, actor, campaign, hash, make).await
}

/// The hash of the plan that sets back what was ticked in a wish, as it is now; `None` where that does not drift any more.
pub(in crate::service) fn hash_now(
    c: &mut Conn,
    ctx: &Ctx,
    workspace: WorkspaceId,
    campaign: CampaignId,
    ticks: &str,
) -> Result<Option<String>> {
    let picks: Vec<Pick> = ticks.split(' ').filter_map(|tick| tick.parse().ok()).collect();
    let hash = look::compared(c, ctx, workspace, campaign).and_then(|look| Ok(plan_of(&look, &look.ticked(&picks)?).hash));
    match hash {
        Ok(hash) => Ok(Some(hash)),
        Err(Error::NotFound(_) | Error::Conflict(_) | Error::Invalid(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What approving asks for. The ticks stand in it in an order of their own, so that the same ones are the same wish.
fn wish(look: &Look, plan: &Plan, mut picks: Vec<Pick>) -> Wish {
    picks.sort_unstable();
    picks.dedup();
    let ticks: Vec<String> = picks.iter().map(ToString::to_string).collect();
    let (row, asked) = (&look.input.row, ticks.join("&pick="));
    Wish {
        subject: Subject::Revert,
        id: row.id.0,
        run: ticks.join(" "),
        hash: plan.hash.clone(),
        title: format!("Set back what was changed of {}", row.name),
        path: format!("/campaigns/{}/drift/revert?pick={asked}", row.id),
        raises: plan.review.stakes.iter().map(|stakes| stakes.more_a_day).collect(),
    }
}

fn plan_of(look: &Look, ticked: &[&Drift]) -> Plan {
    let (input, run) = (&look.input, look::run(&look.input));
    let plan = match &input.wanted {
        Definition::Made(campaign, ids) => {
            plan::revert(Desired { campaign, ids, run }, &input.observed, &look.found.drifts, ticked, input.now.0)
        }
        Definition::Kept(adopted) => plan::revert_kept(adopted, &input.observed, run, ticked, input.now.0),
    };
    plan.weighed(&input.observed, &input.terms)
}

/// Why a drift cannot be set back, with the way out.
pub(super) fn refusal(look: &Look, drift: &Drift) -> Option<Sentence> {
    let is_made = matches!(look.input.wanted, Definition::Made(..));
    let name = &drift.name;
    match drift.part {
        Part::Gone if drift.object.kind == Kind::Campaign => Some(dictionary::revert_gone_campaign()),
        Part::Gone if is_made => Some(dictionary::revert_gone_made(name)),
        Part::Gone => Some(dictionary::revert_gone_adopted(name)),
        Part::Added if drift.now != "on" => Some(dictionary::revert_added_off(name)),
        _ if drift.is_of_creative() && !is_made => Some(dictionary::revert_adopted_ad(name)),
        _ => {
            let plan = plan_of(look, &[drift]);
            let nothing = || dictionary::revert_impossible(drift.label(), name);
            plan.blocked.first().map(Sentence::quoted).or_else(|| plan.steps.is_empty().then(nothing))
        }
    }
}
