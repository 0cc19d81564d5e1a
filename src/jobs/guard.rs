//! The guard's loop: every five minutes, every second where a sandbox's clock runs, soon again where Meta did not take a pause.
//!
//! It is no job of the outbox and runs on a thread and a runtime of its own: neither a stuck queue nor a busy web server holds it
//! up. `tandem guard` runs it in a process of its own.

use std::time::Duration;

use tokio::sync::watch;

use crate::service::Ctx;
use crate::service::guard::{Guard, Looked};

/// Between looks; the guard reckons with it.
const CALM: Duration = Duration::from_secs(5 * 60);
/// Between looks where a limit is in a sandbox, whose clock may run a day in a minute.
const BRISK: Duration = Duration::from_secs(1);
/// Between looks while Meta has not confirmed a pause.
const AGAIN: Duration = Duration::from_secs(10);
/// Between looks where there is no limit at all: one that is set is seen soon.
const NONE: Duration = Duration::from_secs(15);

/// Looks until told to stop.
pub async fn run(ctx: Ctx, mut stop: watch::Receiver<bool>) {
    let mut guard = Guard::new(&ctx);
    while !*stop.borrow() {
        let looked = guard.look().await;
        // Either way the loop looks again; a closed channel ends it at the top.
        let _ = tokio::time::timeout(pause_after(looked), stop.changed()).await;
    }
    guard.recorded().await;
}

/// The same on this thread, with a runtime of its own.
pub fn run_here(ctx: Ctx, stop: watch::Receiver<bool>) {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run(ctx, stop)),
        Err(error) => tracing::error!(%error, "the guard of spending limits cannot run"),
    }
}

fn pause_after(looked: Looked) -> Duration {
    match looked {
        Looked { unconfirmed: 1.., in_sandbox: false, .. } => AGAIN,
        Looked { in_sandbox: true, .. } => BRISK,
        Looked { limits: 0, .. } => NONE,
        Looked { .. } => CALM,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::guard::ASSUMED;

    #[test]
    fn it_looks_as_often_as_the_formula_takes_for_granted() {
        assert_eq!(i64::try_from(CALM.as_secs()).ok(), Some(ASSUMED.every.num_seconds()));
        let looked = Looked { limits: 1, ..Looked::default() };
        assert_eq!(pause_after(looked), CALM);
        assert!(pause_after(Looked { unconfirmed: 1, ..looked }) < CALM);
        assert!(pause_after(Looked { in_sandbox: true, ..looked }) < CALM);
    }
}
