//! Moments at which a process may die, for tests of what follows: before and after each call over the network and each commit.
//!
//! Inert unless the running task was started inside [`watched`]: then one look at a task-local tells that nobody watches. The
//! moments are named in the two places that every call and every commit passes, so that none can be forgotten.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A moment of the task that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// A request is made and not sent yet.
    BeforeCall(Call),
    /// Its answer is read and nobody has looked at it.
    AfterCall(Call),
    /// A transaction that writes is not begun.
    BeforeCommit,
    /// It is kept, and nobody knows yet.
    AfterCommit,
}

/// A request over the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its path below the version; of a batch, that of its first part.
    pub path: String,
    /// How many calls it carries: more than one in a batch.
    pub parts: usize,
    /// Whether it changes something there.
    pub writes: bool,
}

/// What somebody who watches does at a moment: go on, hold the task for ever, or let something happen elsewhere first.
pub type Watcher = Arc<dyn Fn(Moment) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

tokio::task_local! {
    static WATCHER: Watcher;
}

/// Carries out `work` with somebody watching its moments.
pub async fn watched<F: Future>(watcher: Watcher, work: F) -> F::Output {
    WATCHER.scope(watcher, work).await
}

/// Says that a moment is reached.
pub(crate) async fn reach(moment: impl FnOnce() -> Moment) {
    if let Ok(watcher) = WATCHER.try_with(Arc::clone) {
        watcher(moment()).await;
    }
}
