//! Learned amounts: what the figures of its ad sets say about how a campaign's budget is best divided, and what is done about it.
//!
//! Every day with a sync has at most one decision a campaign, stored with everything it follows from, so that it can be made
//! again ([`replay`]). A person's mode decides what becomes of it: it waits, is carried out within a limit, or nothing is decided.

mod act;
mod arms;
mod case;
mod decide;
mod figures;
mod page;
mod replay;
mod score;
mod settings;
mod what_if;
mod words;

use serde::{Deserialize, Serialize};

use self::figures::Scope;
use super::queue::{Task, Urgency};
use super::{Error, Result};
use crate::allocation::advice::{Advice, Question};
use crate::domain::campaign::AdSetKey;
use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, WorkspaceId};
use crate::store::splits::DecisionRow;

pub use crate::allocation::advice::{AdSetAdvice, Band, Limit, Point};
pub use crate::allocation::learner::Objective;
pub use act::{accept, refuse};
pub use arms::{
    Arm, ArmOf, ArmView, Comparison, Day, DayState, Ended, Figures, NOTE, Offer, Offered, StartForm, State, Test, TestPage,
    arm_of, end, offered, open_test, start,
};
pub use decide::run;
pub use page::{Cost, Decision, Page, PartView, Shape, open};
pub use replay::{Replay, replay};
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

/// Everything a decision follows from: the engine by its version, the figures by the scope they are read by, and by their hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Inputs {
    /// Which engine made it.
    #[serde(default = "first_engine")]
    engine: u32,
    question: Question,
    /// The ad sets in the order of the question.
    keys: Vec<AdSetKey>,
    scope: Scope,
    hash: String,
}

/// The engine of decisions that were stored before they said which.
fn first_engine() -> u32 {
    1
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

/// The engine's refusal as a conflict with a way out.
fn refused(reason: crate::allocation::learner::Refused) -> Error {
    Error::conflict(dictionary::split_not_worked_out(crate::domain::invalid::sentence(&reason.to_string())))
}
