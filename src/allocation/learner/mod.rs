//! The learner: from daily history to what each ad set would bring at every budget, and from that to the next division.
//!
//! [`Learner::observe`] takes the rows of each day as they become known, [`Learner::posterior`] says what is believed of an ad
//! set, [`Learner::propose`] divides a total inside bounds and a step. Pure and deterministic: the same inputs in the same order
//! give the same answer, so every decision can be made again from what is stored.

mod bank;
mod delay;
mod divide;
mod draws;
mod filter;
mod grid;
mod history;
mod pool;
mod posterior;
mod propose;
mod setup;
mod target;
mod worth;

pub use draws::Draws;
pub use posterior::{DRAWS, Estimate, Posterior};
pub use propose::{Ask, Binds, Policy, Proposal, Reason};
pub use setup::{DEFAULT_STEP, DEFAULT_WINDOW, MOST_SEGMENTS, Objective, Refused, Row, Segment, Setup};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;

use delay::Delay;
use filter::Filter;
use grid::Grid;
use history::History;
use pool::Belief;

/// What has been learned so far.
#[derive(Debug, Clone)]
pub struct Learner {
    setup: Setup,
    policy: Policy,
    grid: Grid,
    history: History,
    /// The state after the days that no restatement can reach, and after all days.
    settled: Filter,
    current: Filter,
    beliefs: Vec<Belief>,
}

impl Learner {
    /// A learner that has seen nothing.
    ///
    /// # Errors
    /// [`Refused`] where the set-up makes no sense.
    pub fn new(setup: Setup, policy: Policy) -> Result<Self, Refused> {
        setup.check()?;
        let n = setup.segments.len();
        // Curves reach to four times the starting total, should the total grow.
        let grid = Grid::new(4.0 * n as f64);
        let filter = Filter::new(n, &grid);
        let history = History::new(n, setup.window_days);
        let mut learner = Self { setup, policy, grid, history, settled: filter.clone(), current: filter, beliefs: Vec::new() };
        learner.believe();
        Ok(learner)
    }

    /// Takes rows read when `as_of` was the last whole day. Rows may state a day again; the latest counts.
    ///
    /// # Errors
    /// [`Refused`] where a row cannot be; what came before it stays.
    pub fn observe(&mut self, as_of: u32, rows: &[Row]) -> Result<(), Refused> {
        let changed = self.history.take(as_of, rows)?;
        let unit = self.setup.even_share();
        if let Some(changed) = changed {
            if changed < self.settled.days {
                self.settled = Filter::new(self.setup.segments.len(), &self.grid);
            }
            let keep = self.history.len().saturating_sub(self.setup.window_days as usize + 1);
            for place in self.settled.days..keep {
                self.settled.absorb(&self.grid, &self.history, place, unit);
            }
            if changed < self.current.days {
                self.current = self.settled.clone();
            }
            for place in self.current.days..self.history.len() {
                self.current.absorb(&self.grid, &self.history, place, unit);
            }
        }
        self.believe();
        Ok(())
    }

    fn believe(&mut self) {
        let delay = Delay::learn(&self.history);
        let worth = worth::learn(&self.history, &delay, self.setup.objective == Objective::Value);
        self.beliefs = pool::believe(&self.grid, &self.current, &worth);
    }

    /// The set-up it was made with.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Days seen.
    pub fn days(&self) -> usize {
        self.history.len()
    }
}
