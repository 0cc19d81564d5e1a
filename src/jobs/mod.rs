//! The worker: claims queued work by lease, runs it, settles it. One file a job.
//!
//! To add a job: a serde struct that is a [`Task`] beside its use case in `service`, a file here that implements [`Run`] for it,
//! and a line in [`registry`]. A job may run twice and must survive being killed anywhere: it claims, commits, runs without any
//! transaction open, and settles. A panic is caught and counts as a failure.

pub mod guard;
pub mod heartbeat;
mod housekeeping;
mod notices;
mod publish;
mod schedule;
mod split;
mod stop;
mod sync;

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::sync::watch;

use crate::domain::id::JobId;
use crate::metrics;
use crate::service::queue::Task;
use crate::service::{Ctx, Error};
use crate::store::jobs::{self as rows, Job};
use crate::store::{StoreError, UtcTime};

/// How long a claim holds without being renewed.
const LEASE: chrono::Duration = chrono::Duration::seconds(60);
/// How often a running job renews its claim.
const RENEW: Duration = Duration::from_secs(20);
/// How long an idle worker waits before it looks again.
const IDLE: Duration = Duration::from_millis(250);
/// After so many tries a job that keeps failing is given up and shown.
const MAX_ATTEMPTS: u32 = 30;

/// How a task is carried out.
pub trait Run: Task {
    /// Does the work; safe to run again after any failure.
    fn run(self, ctx: &Ctx) -> impl Future<Output = Result<(), Error>> + Send;
}

type Outcome = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;
type Runner = fn(Ctx, String) -> Outcome;

/// Every job there is.
fn registry() -> BTreeMap<&'static str, Runner> {
    fn entry<T: Run>() -> (&'static str, Runner) {
        (T::KIND, |ctx, payload| {
            Box::pin(async move {
                let task: T = serde_json::from_str(&payload)?;
                task.run(&ctx).await
            })
        })
    }
    BTreeMap::from([
        entry::<crate::service::housekeeping::Housekeeping>(),
        entry::<crate::service::notices::DeliverNotices>(),
        entry::<crate::service::notices::WatchNotices>(),
        entry::<crate::service::publish::ApplyPlan>(),
        entry::<crate::service::split::Resplit>(),
        entry::<crate::service::stop::StopAgain>(),
        entry::<crate::service::sync::SyncAccount>(),
    ])
}

/// Works through the outbox.
pub struct Worker {
    ctx: Ctx,
    registry: BTreeMap<&'static str, Runner>,
}

impl Worker {
    /// A worker over this context.
    pub fn new(ctx: Ctx) -> Self {
        Self { ctx, registry: registry() }
    }

    /// Works until told to stop; a job that is running is finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut schedule = schedule::Schedule::default();
        while !*stop.borrow() {
            schedule.tick(&self.ctx).await;
            let worked = match self.step().await {
                Ok(worked) => worked,
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read");
                    false
                }
            };
            if !worked {
                // Either way the loop looks again; a closed channel ends it at the top.
                let _ = tokio::time::timeout(IDLE, stop.changed()).await;
            }
        }
    }

    /// Runs everything that is due now; for tests and commands.
    pub async fn run_until_idle(&self) -> Result<usize, StoreError> {
        let mut done = 0;
        while self.step().await? {
            done += 1;
        }
        Ok(done)
    }

    /// Claims and runs one job; false where nothing is due.
    pub async fn step(&self) -> Result<bool, StoreError> {
        let now = self.ctx.now();
        let claimed = self.ctx.db.write(move |c| rows::claim(c, now.0.into(), (now + LEASE).0.into())).await?;
        let Some(job) = claimed else { return Ok(false) };
        let began = Instant::now();
        let result = self.carry_out(&job).await;
        let outcome = self.settle(&job, result).await?;
        metrics::job(&job.kind, outcome, began.elapsed());
        Ok(true)
    }

    async fn carry_out(&self, job: &Job) -> Result<(), Failure> {
        let runner = self.registry.get(job.kind.as_str()).ok_or_else(|| Failure::Unknown(job.kind.clone()))?;
        let mut running = AssertUnwindSafe(runner(self.ctx.clone(), job.payload.clone())).catch_unwind();
        let mut renew = tokio::time::interval(RENEW);
        renew.tick().await;
        loop {
            tokio::select! {
                outcome = &mut running => return match outcome {
                    Ok(result) => result.map_err(Failure::Refused),
                    Err(_) => Err(Failure::Panicked),
                },
                _ = renew.tick() => self.extend(job.id).await,
            }
        }
    }

    async fn extend(&self, id: JobId) {
        let until: UtcTime = (self.ctx.now() + LEASE).0.into();
        if let Err(error) = self.ctx.db.write::<_, StoreError, _>(move |c| rows::extend(c, id, until)).await {
            tracing::warn!(%error, job.id = %id, "a claim could not be renewed");
        }
    }

    /// Writes down what came of a job; says it in a word: `done`, `again` or `failed`.
    async fn settle(&self, job: &Job, result: Result<(), Failure>) -> Result<&'static str, StoreError> {
        let (id, stamp, attempt) = (job.id, self.ctx.stamp(), job.attempts.unsigned_abs());
        let Err(failure) = result else {
            return self.ctx.db.write(move |c| rows::finish(c, id, None, stamp)).await.map(|()| "done");
        };
        if let Failure::Refused(Error::Throttled(wait)) = &failure {
            let (reason, run_at): (_, UtcTime) = (failure.to_string(), (self.ctx.now() + *wait).0.into());
            return self.ctx.db.write(move |c| rows::wait(c, id, &reason, run_at)).await.map(|()| "again");
        }
        let wait = failure.retry_after(attempt).filter(|_| attempt < MAX_ATTEMPTS);
        let message = failure.to_string();
        match wait {
            Some(wait) => {
                tracing::warn!(job.kind = %job.kind, job.id = %id, job.attempt = attempt, error = %message, "a job will run again");
                let run_at: UtcTime = (self.ctx.now() + wait).0.into();
                self.ctx.db.write(move |c| rows::retry(c, id, &message, run_at)).await.map(|()| "again")
            }
            None => {
                tracing::error!(job.kind = %job.kind, job.id = %id, job.attempt = attempt, error = %message, "a job failed");
                self.ctx.db.write(move |c| rows::finish(c, id, Some(&message), stamp)).await.map(|()| "failed")
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("there is no job “{0}” in this version")]
    Unknown(String),
    #[error("{0}")]
    Refused(Error),
    #[error("the job panicked")]
    Panicked,
}

impl Failure {
    fn retry_after(&self, attempt: u32) -> Option<chrono::Duration> {
        match self {
            Self::Refused(error) => error.retry_after(attempt),
            // A panic may come from what was true for a moment only; three tries tell.
            Self::Panicked if attempt < 3 => Some(crate::service::backoff(attempt)),
            Self::Panicked | Self::Unknown(_) => None,
        }
    }
}
