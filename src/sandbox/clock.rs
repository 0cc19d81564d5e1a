//! The simulated clock. It rests until something is active, runs at the set speed, and stops 35 days after
//! the last activity. It knows no objects: `World` tells it how far activity reaches.

use std::time::Instant;

/// How fast simulated time passes while something is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// Only `/_sandbox/clock` moves the time.
    Off,
    /// Real seconds for one simulated day.
    RealSecondsPerDay(u32),
}

/// Days that the clock goes on after the last activity, so that late results arrive.
pub const DAYS_AFTER_ACTIVITY: i64 = 35;
const DAY_MS: i64 = 86_400_000;

/// Simulated time in milliseconds and the real moment it was read.
#[derive(Debug)]
pub struct Clock {
    speed: Speed,
    now_ms: i64,
    /// Last simulated moment at which something was active; `None` before the first.
    last_active_ms: Option<i64>,
    read_at: Instant,
}

impl Clock {
    /// A clock standing at `now_ms`.
    #[must_use]
    pub fn new(speed: Speed, now_ms: i64, last_active_ms: Option<i64>) -> Self {
        Self { speed, now_ms, last_active_ms, read_at: Instant::now() }
    }

    /// Simulated unix seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    /// Simulated unix milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Last activity in simulated milliseconds.
    #[must_use]
    pub fn last_active_ms(&self) -> Option<i64> {
        self.last_active_ms
    }

    /// How fast time passes.
    #[must_use]
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Sets how fast time passes from a real moment on.
    pub fn set_speed(&mut self, speed: Speed, real: Instant) {
        self.speed = speed;
        self.read_at = real;
    }

    /// Where the clock may run to: `active_until` is the end (unix seconds) of what is active or scheduled now,
    /// `i64::MAX` for open ends, `None` when nothing is.
    fn runs_until_ms(&self, active_until: Option<i64>) -> Option<i64> {
        let last = match active_until {
            Some(i64::MAX) => return Some(i64::MAX),
            Some(end) => end.saturating_mul(1000).max(self.last_active_ms.unwrap_or(i64::MIN)),
            None => self.last_active_ms?,
        };
        Some(last.saturating_add(DAYS_AFTER_ACTIVITY * DAY_MS))
    }

    /// Whether time passes by itself at the moment.
    #[must_use]
    pub fn running(&self, active_until: Option<i64>) -> bool {
        self.speed != Speed::Off && self.runs_until_ms(active_until).is_some_and(|end| self.now_ms < end)
    }

    /// Lets the real time since the last call pass. True when the simulated time moved.
    pub fn pass(&mut self, real: Instant, active_until: Option<i64>) -> bool {
        let elapsed = real.saturating_duration_since(self.read_at);
        self.read_at = real;
        let (Speed::RealSecondsPerDay(seconds), Some(end)) = (self.speed, self.runs_until_ms(active_until)) else {
            return false;
        };
        let real_ms = i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
        let gained = real_ms.saturating_mul(86_400) / i64::from(seconds.max(1));
        let target = self.now_ms.saturating_add(gained).min(end).max(self.now_ms);
        self.move_to(target, active_until)
    }

    /// Steps to a moment, never backwards. True when the time moved.
    pub fn move_to(&mut self, target_ms: i64, active_until: Option<i64>) -> bool {
        let moved = target_ms > self.now_ms;
        self.now_ms = self.now_ms.max(target_ms);
        if let Some(end) = active_until {
            let active_ms = end.saturating_mul(1000).min(self.now_ms);
            self.last_active_ms = Some(self.last_active_ms.unwrap_or(active_ms).max(active_ms));
        }
        moved
    }

    /// Puts the clock where a journal left it.
    pub fn restore(&mut self, now_ms: i64, last_active_ms: Option<i64>) {
        self.now_ms = now_ms;
        self.last_active_ms = last_active_ms;
        self.read_at = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_clock_rests_until_something_is_active_and_stops_35_days_after() {
        let mut clock = Clock::new(Speed::RealSecondsPerDay(1), 0, None);
        let start = Instant::now();
        assert!(!clock.pass(start + Duration::from_secs(100), None));
        assert!(clock.pass(start + Duration::from_secs(102), Some(i64::MAX)));
        assert_eq!(clock.now(), 2 * 86_400);
        clock.pass(start + Duration::from_secs(500), None);
        assert_eq!(clock.now(), 37 * 86_400);
        assert!(!clock.running(None));
    }

    #[test]
    fn a_clock_that_is_off_moves_only_when_stepped() {
        let mut clock = Clock::new(Speed::Off, 0, None);
        assert!(!clock.pass(Instant::now() + Duration::from_secs(5), Some(i64::MAX)));
        assert!(clock.move_to(5_000, None));
        assert!(!clock.move_to(4_000, None));
        assert_eq!(clock.now(), 5);
    }
}
