//! Queueing work in the transaction of the change that asks for it.
//!
//! A task is a serde struct with a name and a priority; `jobs` knows how to run each. Every task must be idempotent: it may run
//! twice, and once more after a crash between a call to Meta and the commit.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::RealTime;
use crate::domain::id::{JobId, WorkspaceId};
use crate::store::Conn;
use crate::store::jobs::{self, NewJob};

use super::{Ctx, Result};

/// How urgent a task is: lower first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Pausing and stopping.
    Stop = 0,
    /// Changing what runs.
    Edit = 10,
    /// Making new things.
    Create = 20,
    /// Reading.
    Read = 30,
}

/// A piece of work that the outbox carries.
pub trait Task: Serialize + DeserializeOwned + Send + 'static {
    /// Its name in the jobs table.
    const KIND: &'static str;
    /// How urgent it is.
    const URGENCY: Urgency;

    /// The workspace it works in.
    fn workspace(&self) -> Option<WorkspaceId>;

    /// At most one unfinished task has a given key; `None` where each counts.
    fn dedupe(&self) -> Option<String>;
}

/// Queues a task, to run at `run_at` or soon after.
pub fn enqueue<T: Task>(connection: &mut Conn, ctx: &Ctx, task: &T, run_at: RealTime) -> Result<()> {
    let job = NewJob {
        id: JobId(ctx.new_id()),
        workspace_id: task.workspace(),
        kind: T::KIND.to_owned(),
        dedupe: task.dedupe().map(|key| format!("{}:{key}", T::KIND)),
        payload: serde_json::to_string(task)?,
        priority: T::URGENCY as i32,
        run_at: run_at.0.into(),
    };
    Ok(jobs::enqueue(connection, &job, ctx.stamp())?)
}
