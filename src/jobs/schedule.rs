//! What comes due by itself. A late schedule runs once, not once for each time it was missed.

use chrono::Duration;

use crate::clock::RealTime;
use crate::service::{Ctx, housekeeping, notices, publish, sync};

/// When each schedule last queued its work; forgotten at the end of the process, because queueing twice does no harm.
#[derive(Debug, Default)]
pub struct Schedule {
    housekeeping: Option<RealTime>,
    sync: Option<RealTime>,
    plans: Option<RealTime>,
    notices: Option<RealTime>,
    messages: Option<RealTime>,
}

impl Schedule {
    /// Queues what is due; called between jobs.
    pub async fn tick(&mut self, ctx: &Ctx) {
        let now = ctx.now();
        if due(self.housekeeping, now, Duration::days(1)) {
            match housekeeping::queue(ctx).await {
                Ok(()) => self.housekeeping = Some(now),
                Err(error) => tracing::error!(%error, "the daily clean-up could not be queued"),
            }
        }
        if due(self.plans, now, Duration::minutes(1)) {
            self.plans = Some(now);
            if let Err(error) = publish::queue_unfinished(ctx).await {
                tracing::error!(%error, "unfinished plans could not be queued");
            }
        }
        if due(self.notices, now, Duration::minutes(1)) {
            self.notices = Some(now);
            if let Err(error) = notices::queue_watch(ctx).await {
                tracing::error!(%error, "the look for notices could not be queued");
            }
        }
        if due(self.messages, now, Duration::seconds(5)) {
            self.messages = Some(now);
            if let Err(error) = notices::queue_due(ctx).await {
                tracing::error!(%error, "due messages could not be queued");
            }
        }
        if due(self.sync, now, Duration::seconds(1)) {
            self.sync = Some(now);
            if let Err(error) = sync::queue_due(ctx).await {
                tracing::error!(%error, "due syncs could not be queued");
            }
        }
    }
}

fn due(last: Option<RealTime>, now: RealTime, every: Duration) -> bool {
    last.is_none_or(|last| now.0 - last.0 >= every)
}
