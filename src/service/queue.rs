//! Queueing work in the transaction of the change that asks for it.
//!
//! A task is a serde struct with a name and a priority; `jobs` knows how to run each. Every task must be idempotent: it may run
//! twice, and once more after a crash between a call to Meta and the commit.

use std::fs::File;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::RealTime;
use crate::domain::id::{JobId, WorkspaceId};
use crate::store::Conn;
use crate::store::jobs::{self, NewJob};

use super::{Ctx, Error, Result};

pub use crate::domain::quota::Urgency;

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
    enqueue_as(connection, ctx, task, T::URGENCY, run_at)
}

/// The same for a task that is more or less urgent than others of its kind.
pub fn enqueue_as<T: Task>(connection: &mut Conn, ctx: &Ctx, task: &T, urgency: Urgency, run_at: RealTime) -> Result<()> {
    let job = NewJob {
        id: JobId(ctx.new_id()),
        workspace_id: task.workspace(),
        kind: T::KIND.to_owned(),
        dedupe: task.dedupe().map(|key| format!("{}:{key}", T::KIND)),
        payload: serde_json::to_string(task)?,
        priority: urgency as i32,
        run_at: run_at.0.into(),
    };
    Ok(jobs::enqueue(connection, &job, ctx.stamp())?)
}

/// The file that the one process which works on a data directory's database holds locked.
const WORKING: &str = "workers.lock";

/// Gives back what a process that died had claimed, so that it goes on at once and not when the claim lapses. `None`, and nothing
/// given back, where another process may be at work: beside the same data directory, or on PostgreSQL anywhere.
///
/// The file returned must be held as long as this process works.
pub async fn take_over(ctx: &Ctx) -> Result<Option<File>> {
    if ctx.db.is_postgres() {
        return Ok(None);
    }
    let path = ctx.data_dir.join(WORKING);
    let opened = File::options().create(true).write(true).truncate(false).open(path);
    let file = opened.map_err(|source| Error::Io { what: "marking the data directory as worked on", source })?;
    if file.try_lock().is_err() {
        return Ok(None);
    }
    ctx.db.write(|c| Ok::<_, Error>(jobs::release(c)?)).await?;
    Ok(Some(file))
}
