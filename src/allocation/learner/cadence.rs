//! Decide daily, act seldom: when an ad set may be moved at all, and whether a proposal is worth a move.

use serde::{Deserialize, Serialize};

use crate::domain::split::Bounds;

use super::propose::{Ask, Proposal};
use super::{Learner, Refused};

/// The rhythm of the product.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cadence {
    /// Days between two moves of one ad set.
    pub rest_days: u32,
    /// The smallest relative move worth making.
    pub least_move: f64,
    /// The smallest chance that the move helps.
    pub least_chance: f64,
}

impl Default for Cadence {
    fn default() -> Self {
        Self { rest_days: 3, least_move: 0.05, least_chance: 0.8 }
    }
}

/// Why nothing moves today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// Every ad set is resting from its last move, or learning.
    Resting,
    /// The moves would be too small.
    Small,
    /// It is not sure enough that the move helps.
    Unsure,
}

impl Cadence {
    /// The proposal of the day under this rhythm, or why to hold. `moved[i]` is the day ad set `i` was last moved, and
    /// `learning[i]` whether it is in its learning phase: neither is then touched. A changed total is always divided.
    ///
    /// # Errors
    /// As [`Learner::propose`].
    pub fn propose(
        &self,
        learner: &Learner,
        ask: &Ask,
        moved: &[Option<u32>],
        learning: &[bool],
    ) -> Result<(Proposal, Option<Hold>), Refused> {
        let Some(current) = ask.current.as_ref().filter(|c| c.iter().sum::<i64>() == ask.total) else {
            return Ok((learner.propose(ask)?, None));
        };
        let rests = |i: usize| {
            let recent = moved.get(i).copied().flatten().is_some_and(|day| ask.day < day.saturating_add(self.rest_days));
            recent || learning.get(i).copied().unwrap_or(false)
        };
        let mut held = ask.clone();
        for (i, amount) in current.iter().enumerate().filter(|(i, _)| rests(*i)) {
            held.bounds[i] = Bounds { floor: *amount, ceiling: *amount };
        }
        let proposal = learner.propose(&held)?;
        let largest = proposal
            .amounts
            .iter()
            .zip(current)
            .map(|(new, old)| (new - old).abs() as f64 / (*old).max(1) as f64)
            .fold(0.0, f64::max);
        let hold = if (0..current.len()).all(rests) {
            Some(Hold::Resting)
        } else if largest < self.least_move {
            Some(Hold::Small)
        } else if proposal.chance < self.least_chance {
            Some(Hold::Unsure)
        } else {
            None
        };
        Ok((proposal, hold))
    }
}
