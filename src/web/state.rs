//! What every handler shares.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::service::{Ctx, Error};

/// Tries to sign in that one address, or one e-mail, has a minute.
const SIGN_IN_TRIES: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// Built once by `app`, cloned into each worker.
#[derive(Clone)]
pub struct State {
    /// Into the use cases.
    pub ctx: Ctx,
    /// Whether people reach us over HTTPS, so that cookies may be marked for it alone.
    pub secure_cookies: bool,
    tries: Arc<DefaultKeyedRateLimiter<String>>,
}

impl State {
    /// The shared state of one server.
    pub fn new(ctx: Ctx, secure_cookies: bool) -> Self {
        Self { ctx, secure_cookies, tries: Arc::new(RateLimiter::keyed(Quota::per_minute(SIGN_IN_TRIES))) }
    }

    /// Counts a try against a key (an address, an e-mail); refuses with the wait when there were too many.
    pub fn count_try(&self, key: &str) -> Result<(), Error> {
        self.tries.check_key(&key.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            self.tries.retain_recent();
            Error::Throttled(chrono::Duration::seconds(i64::try_from(wait.as_secs()).unwrap_or(60) + 1))
        })
    }
}
