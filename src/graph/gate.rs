//! Where calls about an ad account are let through one after another: somebody else knows its limits and decides.

use std::fmt::Debug;

use chrono::{DateTime, Utc};

use super::error::GraphError;
use super::usage::Usage;
use crate::domain::quota::{Cost, Together};

/// Decides whether a call may go, and hears what the answers tell of the limits.
pub trait Gate: Debug + Send + Sync {
    /// Lets a call go, or says how long it must wait. What is let through counts as used at once.
    ///
    /// # Errors
    /// [`GraphError::Held`], and nothing else.
    fn admit(&self, cost: Cost) -> Result<(), GraphError>;

    /// How many calls of a kind would be let through together now.
    ///
    /// # Errors
    /// [`GraphError::Held`] until it is worth going on.
    fn room(&self, calls: Together) -> Result<usize, GraphError>;

    /// What an answer, or one part of a batch's answer, told.
    fn heard(&self, heard: &Heard);

    /// That a call which was let through is answered or lost.
    fn answered(&self, cost: Cost);
}

/// What the headers of an answer tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// How much is used; `None` where it said nothing of it.
    pub usage: Option<Usage>,
    /// The server's clock.
    pub date: Option<DateTime<Utc>>,
}
