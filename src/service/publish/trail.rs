//! What is written down of a step while it is carried out, so that whoever comes after a crash knows what may have happened.
//!
//! The order is always: note that it is sent, send it, note what Meta called it, read it back, store what was read. A step that is
//! noted as sent may have happened, up to the moment where it is certain again that it did not: Meta refused it, or its lists did
//! not show it for long enough. Nothing is sent that is not noted first; steps that go together are noted in one transaction.

use chrono::Duration;

use crate::domain::dictionary;
use crate::graph::NodeId;
use crate::store::plans::{self as rows, StepRow};

use super::super::{Ctx, Error, Result};

/// How long Meta's lists are given to show what was written, before the second look and, twice that, before the third: a request
/// may reach Meta although whoever sent it is dead.
const LOOK_AGAIN_AFTER: Duration = Duration::seconds(5);
/// After so many looks that found nothing it was not made.
const LOOKS: i32 = 3;

/// A step on its way.
#[derive(Debug)]
pub(super) struct Trail {
    pub(super) row: StepRow,
    /// Whether it is certain that no earlier try happened, and that this one was not answered.
    fresh: bool,
}

impl Trail {
    pub(super) fn of(row: StepRow) -> Self {
        let fresh = row.attempts == 0;
        Self { row, fresh }
    }

    /// Whether the step was never sent.
    pub(super) fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// What Meta answered to an earlier try of this create, or of the same create in an earlier plan.
    pub(super) fn made(&self) -> Option<&str> {
        self.row.remote_id.as_deref().filter(|_| !self.fresh)
    }

    /// Notes that steps are about to be sent: all of them, or none.
    ///
    /// # Errors
    /// [`Error::Busy`] where another worker is at one of them: this one must not send anything.
    pub(super) async fn send(ctx: &Ctx, trails: Vec<&mut Self>) -> Result<()> {
        let mut claims = Vec::with_capacity(trails.len());
        for trail in trails {
            let before = (trail.row.state.clone(), trail.row.attempts);
            trail.row.state = "sent".to_owned();
            trail.row.attempts = 1;
            trail.row.started_at = trail.row.started_at.or_else(|| Some(ctx.stamp()));
            claims.push((trail.row.clone(), before));
        }
        let claimed = ctx.db.write(move |c| {
            for (row, (state, attempts)) in &claims {
                if !rows::claim_step(c, row, (state, *attempts))? {
                    return Err(Error::Busy);
                }
            }
            Ok(())
        });
        claimed.await
    }

    /// Remembers for this try that Meta answered the write: it happened, whatever goes wrong after it.
    pub(super) fn answered(&mut self) {
        self.fresh = false;
    }

    /// Takes down what Meta calls the object it just made: once it is saved nothing needs to be looked for.
    pub(super) fn made_as(&mut self, id: &NodeId) {
        self.answered();
        self.row.remote_id = Some(id.to_string());
    }

    /// Takes down that a look found nothing; says how long to wait before the next, or that it was the last one.
    pub(super) fn missed(&mut self) -> Option<Duration> {
        if self.row.attempts >= LOOKS {
            return None;
        }
        let wait = LOOK_AGAIN_AFTER * self.row.attempts.max(1);
        self.row.attempts += 1;
        self.row.problem = Some(dictionary::answer_lost().words);
        Some(wait)
    }

    /// Takes down why the step did not work. `error` came of this try; what it leaves open stays open.
    pub(super) fn fail(&mut self, error: &Error, words: String, for_good: bool) {
        let certain = match error {
            // Only Meta's own refusal of the one call there was, or that there was no call, is certainty.
            Error::Graph(graph) => !graph.may_have_happened(),
            // Held back before it was sent.
            Error::Throttled(_) => true,
            _ => false,
        };
        if certain && self.fresh {
            self.row.attempts = 0;
        }
        self.row.state = match (for_good, self.row.attempts) {
            (true, _) => "failed",
            (false, 0) => "waiting",
            (false, _) => "sent",
        }
        .to_owned();
        self.row.problem = Some(words);
    }

    /// Writes down how steps stand.
    pub(super) async fn save<'a>(ctx: &Ctx, trails: impl IntoIterator<Item = &'a Self>) -> Result<()> {
        let all: Vec<StepRow> = trails.into_iter().map(|trail| trail.row.clone()).collect();
        if all.is_empty() {
            return Ok(());
        }
        ctx.db.write(move |c| all.iter().try_for_each(|row| Ok(rows::update_step(c, row)?))).await
    }
}
