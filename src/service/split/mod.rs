//! Learned amounts: what the figures of its ad sets say about how a campaign's budget is best divided, and what is done about it.
//!
//! Every day with a sync has at most one decision a campaign, stored with everything it follows from, so that it can be made
//! again ([`replay`]). A person's mode decides what becomes of it: it waits, is carried out within a limit, or nothing is decided.

mod act;
mod case;
mod decide;
mod figures;
mod page;
mod score;
mod settings;
mod what_if;
mod words;

use serde::{Deserialize, Serialize};

use self::figures::Scope;
use super::queue::{Task, Urgency};
use super::{Ctx, Error, Result};
use crate::allocation::advice::{self, Advice, Question};
use crate::domain::campaign::AdSetKey;
use crate::domain::id::{AdAccountId, CampaignId, DecisionId, WorkspaceId};
use crate::store::splits::{self as rows, DecisionRow};

pub use crate::allocation::advice::{AdSetAdvice, Band, Limit, Point};
pub use crate::allocation::learner::Objective;
pub use act::{accept, refuse};
pub use decide::run;
pub use page::{Cost, Decision, Page, PartView, Shape, open};
pub use score::{Said, Score};
pub use settings::{Mode, Settings, SettingsForm, looked, save_settings};
pub use what_if::{WhatIf, Wish};
pub use words::chance;

/// Decides for the campaigns of an ad account whose amounts are learned; after a sync.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resplit {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which ad account.
    pub account: AdAccountId,
}

impl Task for Resplit {
    const KIND: &'static str = "resplit";
    // Reading and reckoning; what writes to Meta is a plan with a job of its own, which an emergency stop holds back.
    const URGENCY: Urgency = Urgency::Read;

    fn workspace(&self) -> Option<WorkspaceId> {
        Some(self.workspace)
    }

    fn dedupe(&self) -> Option<String> {
        Some(self.account.to_string())
    }
}

/// Everything a decision follows from: the figures by the scope they are read by, and by their hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Inputs {
    question: Question,
    /// The ad sets in the order of the question.
    keys: Vec<AdSetKey>,
    scope: Scope,
    hash: String,
}

/// A stored decision, read.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    row: DecisionRow,
    inputs: Inputs,
    advice: Advice,
    amounts: Vec<i64>,
}

impl Stored {
    fn read(row: DecisionRow) -> Result<Self> {
        let inputs = serde_json::from_str(&row.inputs)?;
        let advice: Advice = serde_json::from_str(&row.proposal)?;
        let amounts = advice.amounts();
        Ok(Self { row, inputs, advice, amounts })
    }
}

/// What came of making a decision again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replay {
    /// Whether the figures are still those it was made from.
    pub same_figures: bool,
    /// Whether the answer is the same, byte for byte.
    pub same_answer: bool,
}

/// Makes a decision again from what is stored.
///
/// # Errors
/// [`Error::NotFound`] where this workspace has no such decision.
pub async fn replay(ctx: &Ctx, actor: &super::Actor, campaign: CampaignId, decision: DecisionId) -> Result<Replay> {
    let workspace = actor.workspace;
    let again = ctx.db.read_with(move |c| {
        let row = rows::find(c, workspace, campaign, decision)?.ok_or(Error::NotFound("decision"))?;
        let inputs: Inputs = serde_json::from_str(&row.inputs)?;
        let figures = figures::read(c, workspace, &inputs.scope)?;
        let advice = advice::advise(&inputs.question, &figures.readings).map_err(refused)?;
        Ok::<_, Error>(Replay {
            same_figures: figures.hash == inputs.hash,
            same_answer: serde_json::to_string(&advice)? == row.proposal,
        })
    });
    again.await
}

/// The engine's refusal as a conflict with a way out.
fn refused(reason: crate::allocation::learner::Refused) -> Error {
    let reason = crate::domain::invalid::sentence(&reason.to_string());
    Error::Conflict(format!("The split cannot be worked out: {reason} Change the bounds or the budget on the form."))
}
