//! The outbox: queued work that commits with the change that asked for it.
//!
//! Workers claim by lease, so several processes may work and a dead one loses its claim by itself. No lock and no transaction
//! is held while a job runs: on SQLite that would block the one writer for as long as Meta takes to answer.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};

use super::schema::jobs;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{JobId, WorkspaceId};

/// A piece of work to queue.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// For whom; none for the house's own work.
    pub workspace_id: Option<WorkspaceId>,
    /// Which job it is.
    pub kind: String,
    /// At most one unfinished job has a given key.
    pub dedupe: Option<String>,
    /// Its arguments, JSON.
    pub payload: String,
    /// Lower runs first.
    pub priority: i32,
    /// Not before this.
    pub run_at: UtcTime,
}

/// A claimed piece of work.
#[derive(Debug, Clone, QueryableByName)]
pub struct Job {
    /// Its id.
    #[diesel(sql_type = BigInt)]
    pub id: JobId,
    /// For whom.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub workspace_id: Option<WorkspaceId>,
    /// Which job it is.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Its arguments, JSON.
    #[diesel(sql_type = Text)]
    pub payload: String,
    /// How often it was claimed, this time included.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
}

/// Queues work; an unfinished job with the same key is kept, moved to the earlier of the two times.
pub fn enqueue(connection: &mut Conn, job: &NewJob, now: UtcTime) -> Result<()> {
    if let Some(key) = &job.dedupe {
        let open = jobs::table.filter(jobs::dedupe.eq(key)).filter(jobs::finished_at.is_null());
        let waiting: Option<(JobId, UtcTime)> = open.select((jobs::id, jobs::run_at)).first(connection).optional()?;
        if let Some((id, run_at)) = waiting {
            if job.run_at < run_at {
                diesel::update(jobs::table.filter(jobs::id.eq(id))).set(jobs::run_at.eq(job.run_at)).execute(connection)?;
            }
            return Ok(());
        }
    }
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(job.id),
            jobs::workspace_id.eq(job.workspace_id),
            jobs::kind.eq(&job.kind),
            jobs::dedupe.eq(&job.dedupe),
            jobs::payload.eq(&job.payload),
            jobs::priority.eq(job.priority),
            jobs::run_at.eq(job.run_at),
            jobs::attempts.eq(0),
            jobs::created_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Claims the most urgent due job until `lease_until`; jobs of a frozen workspace that write to Meta wait.
pub fn claim(connection: &mut Conn, now: UtcTime, lease_until: UtcTime) -> Result<Option<Job>> {
    const PICK: &str = "SELECT jobs.id FROM jobs LEFT JOIN workspaces ON workspaces.id = jobs.workspace_id \
         WHERE jobs.finished_at IS NULL AND jobs.run_at <= $2 AND (jobs.lease_until IS NULL OR jobs.lease_until <= $2) \
         AND (workspaces.frozen_at IS NULL OR jobs.priority = 0 OR jobs.priority >= 30) \
         ORDER BY jobs.priority, jobs.run_at, jobs.id LIMIT 1";
    // PostgreSQL has many writers: without the lock two of them would claim one job.
    let lock = if matches!(connection, Conn::Postgres(_)) { " FOR UPDATE OF jobs SKIP LOCKED" } else { "" };
    // SQLite numbers `$n` by first use, so the numbers must follow the text.
    let statement = format!(
        "UPDATE jobs SET lease_until = $1, attempts = attempts + 1 WHERE id = ({PICK}{lock}) \
         RETURNING id, workspace_id, kind, payload, attempts"
    );
    Ok(diesel::sql_query(statement)
        .bind::<Timestamp, _>(lease_until)
        .bind::<Timestamp, _>(now)
        .get_result::<Job>(connection)
        .optional()?)
}

/// Ends a job.
pub fn finish(connection: &mut Conn, id: JobId, error: Option<&str>, now: UtcTime) -> Result<()> {
    let outcome = if error.is_some() { "failed" } else { "done" };
    diesel::update(jobs::table.filter(jobs::id.eq(id)))
        .set((
            jobs::finished_at.eq(now),
            jobs::outcome.eq(outcome),
            jobs::last_error.eq(error),
            jobs::lease_until.eq(None::<UtcTime>),
        ))
        .execute(connection)?;
    Ok(())
}

/// Gives a job back, to run again at `run_at`.
pub fn retry(connection: &mut Conn, id: JobId, error: &str, run_at: UtcTime) -> Result<()> {
    diesel::update(jobs::table.filter(jobs::id.eq(id)))
        .set((jobs::run_at.eq(run_at), jobs::last_error.eq(error), jobs::lease_until.eq(None::<UtcTime>)))
        .execute(connection)?;
    Ok(())
}

/// Gives back a job that waits for something, to run again at `run_at`: the claim does not count as a try.
pub fn wait(connection: &mut Conn, id: JobId, reason: &str, run_at: UtcTime) -> Result<()> {
    diesel::update(jobs::table.filter(jobs::id.eq(id)))
        .set((
            jobs::run_at.eq(run_at),
            jobs::last_error.eq(reason),
            jobs::lease_until.eq(None::<UtcTime>),
            jobs::attempts.eq(jobs::attempts - 1),
        ))
        .execute(connection)?;
    Ok(())
}

/// Extends the claim of a long job.
pub fn extend(connection: &mut Conn, id: JobId, lease_until: UtcTime) -> Result<()> {
    diesel::update(jobs::table.filter(jobs::id.eq(id))).set(jobs::lease_until.eq(lease_until)).execute(connection)?;
    Ok(())
}

/// Gives back every claim: right only where nobody is at work.
pub fn release(connection: &mut Conn) -> Result<()> {
    let claimed = jobs::table.filter(jobs::finished_at.is_null()).filter(jobs::lease_until.is_not_null());
    diesel::update(claimed).set(jobs::lease_until.eq(None::<UtcTime>)).execute(connection)?;
    Ok(())
}

/// Unfinished jobs of a kind (or all), soonest first: kind, workspace, when, attempts, last error.
#[allow(clippy::type_complexity)] // one row of five columns, read once
pub fn list_open(connection: &mut Conn) -> Result<Vec<(JobId, Option<WorkspaceId>, String, UtcTime, i32, Option<String>)>> {
    Ok(jobs::table
        .filter(jobs::finished_at.is_null())
        .order((jobs::priority, jobs::run_at, jobs::id))
        .select((jobs::id, jobs::workspace_id, jobs::kind, jobs::run_at, jobs::attempts, jobs::last_error))
        .load(connection)?)
}

/// Removes jobs that ended before `before`.
pub fn prune(connection: &mut Conn, before: UtcTime) -> Result<usize> {
    Ok(diesel::delete(jobs::table.filter(jobs::finished_at.lt(before))).execute(connection)?)
}

/// Jobs that failed for good, newest first: kind and last error.
pub fn list_failed(connection: &mut Conn) -> Result<Vec<(String, Option<String>)>> {
    Ok(jobs::table
        .filter(jobs::outcome.eq("failed"))
        .order(jobs::id.desc())
        .limit(100)
        .select((jobs::kind, jobs::last_error))
        .load(connection)?)
}
