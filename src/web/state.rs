//! What every handler shares.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use secrecy::SecretString;

use crate::domain::id::ApiTokenId;
use crate::service::{Ctx, Error};

/// Tries to sign in that one address, or one e-mail, has a minute.
const SIGN_IN_TRIES: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// Calls that one bearer token has a minute, unless configured otherwise.
pub const API_CALLS: NonZeroU32 = NonZeroU32::MIN.saturating_add(599);

/// Built once by `app`, cloned into each worker.
#[derive(Clone)]
pub struct State {
    /// Into the use cases.
    pub ctx: Ctx,
    /// Whether people reach us over HTTPS, so that cookies may be marked for it alone.
    pub secure_cookies: bool,
    tries: Arc<DefaultKeyedRateLimiter<String>>,
    calls: Arc<DefaultKeyedRateLimiter<ApiTokenId>>,
    /// What `/metrics` asks for as a bearer token; without it only this machine may read them.
    pub metrics_token: Option<SecretString>,
}

impl State {
    /// The shared state of one server.
    pub fn new(ctx: Ctx, secure_cookies: bool) -> Self {
        Self {
            ctx,
            secure_cookies,
            tries: Arc::new(RateLimiter::keyed(Quota::per_minute(SIGN_IN_TRIES))),
            calls: Arc::new(RateLimiter::keyed(Quota::per_minute(API_CALLS))),
            metrics_token: None,
        }
    }

    /// With another number of calls a minute for each bearer token.
    #[must_use]
    pub fn with_api_calls(self, a_minute: NonZeroU32) -> Self {
        Self { calls: Arc::new(RateLimiter::keyed(Quota::per_minute(a_minute))), ..self }
    }

    /// With a token that `/metrics` asks for.
    #[must_use]
    pub fn with_metrics_token(self, token: Option<SecretString>) -> Self {
        Self { metrics_token: token, ..self }
    }

    /// Counts a call of a bearer token; refuses with the wait when there were too many.
    pub fn count_call(&self, token: ApiTokenId) -> Result<(), Error> {
        refuse_when_full(&self.calls, &token)
    }

    /// Counts a try against a key (an address, an e-mail); refuses with the wait when there were too many.
    pub fn count_try(&self, key: &str) -> Result<(), Error> {
        refuse_when_full(&self.tries, &key.to_owned())
    }
}

fn refuse_when_full<K: Clone + Eq + Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Error> {
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        limiter.retain_recent();
        Error::Throttled(chrono::Duration::seconds(i64::try_from(wait.as_secs()).unwrap_or(60) + 1))
    })
}
