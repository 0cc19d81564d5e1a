//! Where a sync stands: noted after every page, so that a wait for Meta's limits, a failure or a restart loses nothing.
//!
//! After each call the account's budget decides whether the next one may go: without room the job ends as "waits" and the next run
//! goes on at the same place. Nothing sleeps, so other work is done meanwhile.

use chrono::{Duration, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::period::Period;
use crate::domain::quota::{Cost, Together};
use crate::graph::NodeId;
use crate::store::Conn;
use crate::store::connections::AdAccount;
use crate::store::sync_runs::{self as rows, SyncRun};

use super::super::{Ctx, Error, Result};
use super::Sync;

/// After so long, real time, a sync begins anew: Meta's cursors and lists have grown old.
const STALE_AFTER: Duration = Duration::hours(24);

/// After so many calls a sync gives its worker to whoever waits longer.
const CALLS_A_TURN: u32 = 40;

/// What a sync does, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    #[default]
    Account,
    Campaigns,
    AdSets,
    Ads,
    Drift,
    Figures,
    Reach,
    Done,
}

/// What is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// What is being done.
    pub stage: Stage,
    /// Meta's cursor behind the last page that is stored.
    pub after: Option<String>,
    /// The last day whose figures are stored whole.
    pub day: Option<NaiveDate>,
    /// The days being read.
    pub part: Option<Period>,
    /// The report that Meta makes of them, and how often it was looked at.
    pub report: Option<(NodeId, u32)>,
    /// Pages of them kept aside.
    pub pages: i32,
    /// Questions about reach that are answered.
    pub asked: usize,
    /// Whether an object was found changed outside.
    pub changed: bool,
}

/// A sync under way.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    pub run: SyncRun,
    pub place: Place,
    /// Calls since a worker took it up.
    turn: u32,
}

impl Progress {
    /// The sync of an account that was begun and not ended, unless it is too old to go on with.
    pub async fn open(ctx: &Ctx, account: &AdAccount) -> Result<Option<Self>> {
        let (workspace, id, now) = (account.workspace_id, account.id, ctx.now().0);
        let run = ctx.db.read(move |c| rows::find(c, workspace, id)).await?;
        let run = run.filter(|run| now - run.began_at.utc() < STALE_AFTER);
        // What another version of ours noted is begun anew.
        Ok(run.and_then(|run| serde_json::from_str(&run.place).ok().map(|place| Self { run, place, turn: 0 })))
    }

    /// A sync that begins.
    pub fn begin(run: SyncRun) -> Self {
        Self { run, place: Place::default(), turn: 0 }
    }

    /// The days it asks for.
    pub fn window(&self) -> Period {
        Period { since: self.run.since_on, until: self.run.until_on }
    }

    /// Goes on to the next stage.
    pub fn next(&mut self, stage: Stage) {
        self.place.stage = stage;
        self.place.after = None;
    }

    /// Notes where it stands, in a transaction that has other work too.
    pub fn note(&self, c: &mut Conn) -> Result<()> {
        let run = SyncRun { place: serde_json::to_string(&self.place)?, ..self.run.clone() };
        Ok(rows::save(c, &run)?)
    }

    /// Notes where it stands.
    pub async fn save(&self, ctx: &Ctx) -> Result<()> {
        let inner = self.clone();
        ctx.db.write(move |c| inner.note(c)).await
    }

    /// After a call: goes on, waits where the budget leaves no room for another, or gives way where many were made: other accounts
    /// wait for a worker too. What was read before must be stored by then.
    ///
    /// # Errors
    /// [`Error::Throttled`] with the wait.
    pub async fn breathe(&mut self, sync: &Sync) -> Result<()> {
        self.run.calls += 1;
        self.turn += 1;
        let error = match sync.client.room(Together::whole(Cost::READ)) {
            Err(held) => {
                self.run.waits += 1;
                Error::from(held)
            }
            Ok(_) if self.turn >= CALLS_A_TURN => Error::Throttled(Duration::zero()),
            Ok(_) => return Ok(()),
        };
        self.save(&sync.ctx).await?;
        Err(error)
    }

    /// Forgets a sync: it has ended, or cannot go on.
    pub async fn end(ctx: &Ctx, account: &AdAccount) -> Result<()> {
        let (workspace, id) = (account.workspace_id, account.id);
        Ok(ctx.db.write(move |c| rows::delete(c, workspace, id)).await?)
    }
}
