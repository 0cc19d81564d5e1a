//! Keeping the house tidy: what is over and of no use to anybody is removed.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::queue::{self, Task, Urgency};
use super::{Ctx, Error, Result};
use crate::domain::id::WorkspaceId;
use crate::store::{idempotency_keys, jobs, pending, sessions};

/// Finished jobs stay this long, for people who ask what happened.
const KEEP_JOBS: Duration = Duration::days(14);

/// The daily clean-up.
#[derive(Debug, Serialize, Deserialize)]
pub struct Housekeeping {}

impl Task for Housekeeping {
    const KIND: &'static str = "housekeeping";
    const URGENCY: Urgency = Urgency::Read;

    fn workspace(&self) -> Option<WorkspaceId> {
        None
    }

    fn dedupe(&self) -> Option<String> {
        Some("daily".to_owned())
    }
}

/// Queues a clean-up for now, unless one waits already.
pub async fn queue(ctx: &Ctx) -> Result<()> {
    let ctx_in = ctx.clone();
    ctx.db.write(move |c| queue::enqueue(c, &ctx_in, &Housekeeping {}, ctx_in.now())).await
}

/// Removes what is over.
pub async fn clean(ctx: &Ctx) -> Result<()> {
    super::imports::inbox::remove_stale(ctx)?;
    let now = ctx.now();
    ctx.db
        .write::<_, Error, _>(move |c| {
            jobs::prune(c, (now.0 - KEEP_JOBS).into())?;
            sessions::delete_ended(c, now.0.into())?;
            idempotency_keys::prune(c, (now.0 - super::idempotency::KEPT).into())?;
            pending::delete_ended(c, now.0.into())?;
            Ok(())
        })
        .await
}
