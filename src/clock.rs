//! Two kinds of time that must never be mixed, and the clock that tells the real one.
//!
//! [`RealTime`] is this machine's: sessions, throttles, leases, backoff. [`PlatformTime`] is Meta's (or the sandbox's, which can
//! be advanced): schedules, presets, form defaults, minimum dates, token expiry.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

/// This machine's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RealTime(pub DateTime<Utc>);

/// The time at Meta, or in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlatformTime(pub DateTime<Utc>);

impl RealTime {
    /// Unix milliseconds, for ids.
    pub fn unix_ms(self) -> i64 {
        self.0.timestamp_millis()
    }
}

impl std::ops::Add<Duration> for RealTime {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

/// Tells the real time; tests set it by hand.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved.
    Manual(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn manual(at: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(Mutex::new(at)))
    }

    /// Now.
    pub fn now(&self) -> RealTime {
        match self {
            Self::System => RealTime(Utc::now()),
            Self::Manual(at) => RealTime(*at.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// Moves a manual clock; the machine's own moves by itself.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(at) = self {
            *at.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }
}

/// What is known of one base URL's clock.
#[derive(Debug, Clone, Copy)]
struct Seen {
    date: PlatformTime,
    at: RealTime,
    /// The latest time told so far: telling an earlier one would turn time back for whoever asked.
    told: PlatformTime,
}

/// Platform time for each base URL: the last `Date` header seen there plus the real time since, never backwards.
#[derive(Debug, Clone, Default)]
pub struct PlatformClocks {
    seen: Arc<Mutex<BTreeMap<String, Seen>>>,
}

impl PlatformClocks {
    /// Notes a `Date` header of `base_url`, seen at `now`. An older one than what is known changes nothing.
    pub fn note(&self, base_url: &str, date: PlatformTime, now: RealTime) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = seen.entry(base_url.to_owned()).or_insert(Seen { date, at: now, told: date });
        if date >= entry.date {
            entry.date = date;
            entry.at = now;
        }
    }

    /// Whether `base_url` has answered since this process started.
    pub fn knows(&self, base_url: &str) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).contains_key(base_url)
    }

    /// Platform time at `base_url`; before its first answer, the real time.
    pub fn now(&self, base_url: &str, now: RealTime) -> PlatformTime {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = seen.get_mut(base_url) else { return PlatformTime(now.0) };
        let elapsed = (now.0 - entry.at.0).max(Duration::zero());
        entry.told = entry.told.max(PlatformTime(entry.date.0 + elapsed));
        entry.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap_or_default()
    }

    #[test]
    fn platform_time_is_the_last_date_seen_plus_what_has_passed_since() {
        let clocks = PlatformClocks::default();
        clocks.note("http://a", PlatformTime(at(100)), RealTime(at(0)));
        assert_eq!(clocks.now("http://a", RealTime(at(10))), PlatformTime(at(110)));
        assert_eq!(clocks.now("http://b", RealTime(at(10))), PlatformTime(at(10)));
    }

    #[test]
    fn platform_time_never_goes_backwards() {
        let clocks = PlatformClocks::default();
        clocks.note("http://a", PlatformTime(at(100)), RealTime(at(0)));
        clocks.note("http://a", PlatformTime(at(50)), RealTime(at(1)));
        assert_eq!(clocks.now("http://a", RealTime(at(10))), PlatformTime(at(110)));
        clocks.note("http://a", PlatformTime(at(100)), RealTime(at(11)));
        assert_eq!(clocks.now("http://a", RealTime(at(11))), PlatformTime(at(110)));
    }
}
