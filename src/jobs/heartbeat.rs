//! Hearing each server's clock, and connecting what is new: every 15 minutes, every second where the sandbox is embedded.

use std::time::Duration;

use tokio::sync::watch;

use crate::service::{Ctx, connections};

/// Between beats against Meta.
const CALM: Duration = Duration::from_secs(15 * 60);
/// Between beats where the sandbox's clock runs a day in seconds.
const BRISK: Duration = Duration::from_secs(1);

/// Beats until told to stop. A beat that fails is logged once and tried again at the next.
pub async fn run(ctx: Ctx, mut stop: watch::Receiver<bool>) {
    let every = if ctx.sandbox.is_some() { BRISK } else { CALM };
    let mut failing = false;
    while !*stop.borrow() {
        match beat(&ctx).await {
            Ok(()) => failing = false,
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "a connection does not answer");
            }
            Err(_) => {}
        }
        // Either way the loop looks again; a closed channel ends it at the top.
        let _ = tokio::time::timeout(every, stop.changed()).await;
    }
}

async fn beat(ctx: &Ctx) -> Result<(), crate::service::Error> {
    connections::connect_sandboxes(ctx).await?;
    connections::heartbeat(ctx).await
}
