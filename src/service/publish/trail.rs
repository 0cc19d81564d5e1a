//! What is written down of a step while it is carried out, so that whoever comes after a crash knows what may have happened.
//!
//! The order is always: note that it is sent, send it, note what Meta called it, read it back, store what was read. A step that is
//! noted as sent may have happened, up to the moment where it is certain again that it did not: Meta refused it, or its lists did
//! not show it for long enough. Nothing is sent that is not noted first.

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
pub(super) struct Trail<'a> {
    ctx: &'a Ctx,
    pub(super) row: StepRow,
    /// Whether it is certain that no earlier try happened, and that this one was not answered.
    fresh: bool,
}

impl<'a> Trail<'a> {
    pub(super) fn of(ctx: &'a Ctx, row: StepRow) -> Self {
        let fresh = row.attempts == 0;
        Self { ctx, row, fresh }
    }

    /// Whether the step was never sent.
    pub(super) fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// What Meta answered to an earlier try of this create, or of the same create in an earlier plan.
    pub(super) fn made(&self) -> Option<&str> {
        self.row.remote_id.as_deref().filter(|_| !self.fresh)
    }

    /// Notes that the step is about to be sent.
    ///
    /// # Errors
    /// [`Error::Busy`] where another worker is at the same step: this one must not send anything.
    pub(super) async fn send(&mut self) -> Result<()> {
        let before = (self.row.state.clone(), self.row.attempts);
        self.row.state = "sent".to_owned();
        self.row.attempts = 1;
        self.row.started_at = self.row.started_at.or_else(|| Some(self.ctx.stamp()));
        let row = self.row.clone();
        let claimed = self.ctx.db.write(move |c| Ok::<_, Error>(rows::claim_step(c, &row, (&before.0, before.1))?));
        if claimed.await? { Ok(()) } else { Err(Error::Busy) }
    }

    /// Remembers for this try that Meta answered the write: it happened, whatever goes wrong after it.
    pub(super) fn answered(&mut self) {
        self.fresh = false;
    }

    /// Notes what Meta calls the object it just made: from here on nothing needs to be looked for.
    pub(super) async fn note_made(&mut self, id: &NodeId) -> Result<()> {
        self.answered();
        self.row.remote_id = Some(id.to_string());
        self.save().await
    }

    /// Notes that a look found nothing; says how long to wait before the next, or that it was the last one.
    pub(super) async fn note_missing(&mut self) -> Result<Option<Duration>> {
        if self.row.attempts >= LOOKS {
            return Ok(None);
        }
        let wait = LOOK_AGAIN_AFTER * self.row.attempts.max(1);
        self.row.attempts += 1;
        self.row.problem = Some(dictionary::answer_lost().words);
        self.save().await?;
        Ok(Some(wait))
    }

    /// Notes why the step did not work. `error` came of this try; what it leaves open stays open.
    pub(super) async fn fail(&mut self, error: &Error, words: String, for_good: bool) -> Result<()> {
        // Only Meta's own refusal of the one call there was, or that there was no call, is certainty.
        let refused = matches!(error, Error::Graph(graph) if !graph.may_have_happened());
        if refused && self.fresh {
            self.row.attempts = 0;
        }
        self.row.state = match (for_good, self.row.attempts) {
            (true, _) => "failed",
            (false, 0) => "waiting",
            (false, _) => "sent",
        }
        .to_owned();
        self.row.problem = Some(words);
        self.save().await
    }

    async fn save(&self) -> Result<()> {
        let row = self.row.clone();
        self.ctx.db.write(move |c| Ok(rows::update_step(c, &row)?)).await
    }
}
