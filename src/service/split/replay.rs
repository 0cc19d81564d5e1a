//! Making a decision again from what is stored: the same figures, the same engine, the same answer?

use super::{Inputs, figures, refused};
use crate::allocation::ENGINE;
use crate::allocation::advice::{self, Advice};
use crate::domain::campaign::AdSetKey;
use crate::domain::id::{CampaignId, DecisionId};
use crate::domain::money::Money;
use crate::service::{Actor, Ctx, Error, Result};
use crate::store::splits as rows;

/// What came of making a decision again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Whether the figures are still those it was made from.
    pub same_figures: bool,
    /// The version of the engine that made it.
    pub engine: u32,
    /// The version of today's, which made it again.
    pub engine_now: u32,
    /// Whether the answer is the same, byte for byte.
    pub same_answer: bool,
    /// What each ad set would get by today's engine.
    pub amounts: Vec<(AdSetKey, Money)>,
}

impl Replay {
    /// Whether the same engine made both.
    pub fn same_engine(&self) -> bool {
        self.engine == self.engine_now
    }

    fn of(inputs: &Inputs, proposal: &str, hash: &str, again: &Advice) -> Result<Self> {
        let currency = inputs.scope.currency;
        let amounts = again.amounts().into_iter().map(|minor| Money::new(minor, currency));
        Ok(Self {
            same_figures: hash == inputs.hash,
            engine: inputs.engine,
            engine_now: ENGINE,
            same_answer: serde_json::to_string(again)? == proposal,
            amounts: inputs.keys.iter().copied().zip(amounts).collect(),
        })
    }
}

/// Makes a decision again from what is stored.
///
/// # Errors
/// [`Error::NotFound`] where this workspace has no such decision.
pub async fn replay(ctx: &Ctx, actor: &Actor, campaign: CampaignId, decision: DecisionId) -> Result<Replay> {
    let workspace = actor.workspace;
    let again = ctx.db.read_with(move |c| {
        let row = rows::find(c, workspace, campaign, decision)?.ok_or(Error::NotFound("decision"))?;
        let inputs: Inputs = serde_json::from_str(&row.inputs)?;
        let figures = figures::read(c, workspace, &inputs.scope)?;
        let advice = advice::advise(&inputs.question, &figures.readings).map_err(refused)?;
        Replay::of(&inputs, &row.proposal, &figures.hash, &advice)
    });
    again.await
}
