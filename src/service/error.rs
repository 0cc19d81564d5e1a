//! What a use case can answer with instead of its result.

use chrono::Duration;

use crate::domain::dictionary::{self, Sentence};
use crate::domain::invalid::Invalid;
use crate::domain::role::Role;
use crate::graph::GraphError;
use crate::notify::NotifyError;
use crate::secrets::SecretError;
use crate::store::StoreError;

/// Why a use case did not happen; says whether and when to try again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What the person gave us; each problem at its field.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There is no such thing in this workspace.
    #[error("{}", dictionary::not_here(.0))]
    NotFound(&'static str),
    /// The person's role does not allow it.
    #[error("{}", dictionary::role_needed(.needed, .has))]
    Forbidden {
        /// What it takes.
        needed: Role,
        /// What the person is.
        has: Role,
    },
    /// It no longer fits what is there; the sentence says why and the way out.
    #[error("{0}")]
    Conflict(Sentence),
    /// Too many tries; the wait.
    #[error("{}", dictionary::too_many_tries(.0.num_seconds()))]
    Throttled(Duration),
    /// Another writer held the database for too long.
    #[error("{}", dictionary::busy())]
    Busy,
    /// The database.
    #[error(transparent)]
    Store(StoreError),
    /// A sealed secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A call to Meta, in Meta's words.
    #[error(transparent)]
    Graph(GraphError),
    /// A message to people that did not go out.
    #[error("{}", dictionary::message_not_sent(.0))]
    Notify(#[from] NotifyError),
    /// A stored document cannot be read back: our own fault.
    #[error("a stored document cannot be read: {0}")]
    Stored(#[from] serde_json::Error),
    /// A file or a directory of ours.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound("thing"),
            StoreError::Busy => Self::Busy,
            other => Self::Store(other),
        }
    }
}

impl From<GraphError> for Error {
    fn from(error: GraphError) -> Self {
        match error {
            // Waiting for room is no failure of Meta's.
            GraphError::Held { wait, .. } => Self::Throttled(Duration::from_std(wait).unwrap_or(Duration::minutes(5))),
            other => Self::Graph(other),
        }
    }
}

impl Error {
    /// What no longer fits what is there.
    pub fn conflict(said: Sentence) -> Self {
        Self::Conflict(said)
    }

    /// A single problem of a field.
    pub fn invalid(field: &str, said: Sentence) -> Self {
        Self::Invalid(Invalid::one(field, said))
    }

    /// When a job that met this should run again; `None` where trying again cannot help.
    pub fn retry_after(&self, attempt: u32) -> Option<Duration> {
        match self {
            Self::Busy | Self::Store(StoreError::Pool(_) | StoreError::Database(_)) => Some(backoff(attempt)),
            Self::Throttled(wait) => Some(*wait),
            Self::Graph(GraphError::RateLimited { retry_after, .. }) => Duration::from_std(*retry_after).ok(),
            Self::Graph(error) if error.is_temporary() => Some(backoff(attempt)),
            Self::Notify(error) if error.is_temporary() => Some(backoff(attempt)),
            _ => None,
        }
    }
}

/// 1 s, 2 s, 4 s, ... at most 10 minutes.
pub fn backoff(attempt: u32) -> Duration {
    Duration::seconds(1_i64 << attempt.min(9)).min(Duration::minutes(10))
}
