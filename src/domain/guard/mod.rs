//! The guard's rules: from what is known of spend and how old that is, whether a limit can hold until the next look.
//!
//! A pure function. Money is micros, times are platform time. With
//!
//! - `C` the limit, `S` what is known as spent in its days, `H = C - S` the headroom,
//! - `K` the time up to which figures are known, `D` their delay, `T` the time to the next look, `P` the time a pause takes,
//! - `W` the most that everything on can spend from `K - D` to `now + T + P`: each daily budget `b` at most `1.75 b` on a day, of
//!   that at most `3 n / N` in `n` of the day's `N` minutes, and `7 b` in a week; each lifetime budget what is left of it, spread
//!   alike; nothing more than Meta's own limits leave,
//! - `R` what Meta may add to figures afterwards (2 %),
//!
//! it pauses when `H < W` and never else. Whatever it does not pause at one look can then not pass `C` before the next look's
//! pause has worked, so the worst overspend is
//!
//! ```text
//! max(0, W - H) + R x max(C, S)
//! ```
//!
//! where the first part is above zero, and `S` above `C`, only for what was beyond saving when the guard first saw it: a limit set
//! too late, a budget raised or a campaign switched on elsewhere between two looks. Where Meta's own limits leave less than `H`, they hold, and the
//! overspend is nothing. While Meta does not take a pause, or nobody looks, each minute can add its busiest part
//! of a day.
//!
//! Assumed is ([`ASSUMED`]) that figures lack at most their last 30 minutes, that a pause works within 10 minutes, that looks are
//! 5 minutes apart, that no stretch of a day takes more than three times its even part, and that Meta adds at most 2 % later.
//! `cargo bench --bench guard` puts all of that to the test.

mod days;
mod worst;

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::split::{WHOLE, rounding::div_ceil};

pub use days::{begin, bounds, day_of};
pub use worst::{ASSUMED, Assumptions, Lifetime, Part, Runner, up_to, worst_day};

/// What a limit is judged by.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// Platform time.
    pub now: DateTime<Utc>,
    /// Until the next look, platform time.
    pub next_in: TimeDelta,
    /// The limit, micros.
    pub cap: i64,
    /// What is known as spent in its days, micros.
    pub spent: i64,
    /// The ad accounts that spend on it now.
    pub parts: &'a [Part],
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do", content = "because")]
pub enum Decision {
    /// Nothing.
    Fine,
    /// Tell people.
    Warn(Reason),
    /// Pause what is on.
    Pause(Reason),
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The limit is used up.
    Reached,
    /// What is left may be spent before the next look.
    Close,
    /// What is left may be spent before the next look, but only because the figures are old.
    Stale,
    /// What is left may be spent within a day.
    Near,
}

/// Which line holds a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// Nothing is on, so nothing is spent.
    Off,
    /// Meta's own limits leave no more than the headroom.
    Meta,
    /// Tandem's guard.
    Guard,
}

/// How a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What is to be done.
    pub decision: Decision,
    /// What is left, micros; negative where it is passed.
    pub headroom: i64,
    /// The most that can be spent until the next look's pause has worked, micros.
    pub worst: i64,
    /// The most that a minute can add, micros.
    pub a_minute: i64,
    /// Which line holds.
    pub line: Line,
    /// The worst overspend, micros.
    pub overspend: i64,
    /// How old the oldest figures are; `None` where some were never read.
    pub age: Option<TimeDelta>,
}

/// Judges a limit.
pub fn judge(facts: &Facts<'_>, assumed: &Assumptions) -> Verdict {
    let until = facts.now + facts.next_in + assumed.settle;
    let worst_until = |until: DateTime<Utc>| -> i128 {
        facts.parts.iter().map(|part| part.worst(assumed, part.unknown_from(assumed), until)).sum()
    };
    let minute = facts.now + TimeDelta::minutes(1);
    let a_minute: i128 = facts.parts.iter().map(|part| part.worst(assumed, facts.now, minute)).sum();
    let headroom = i128::from(facts.cap) - i128::from(facts.spent);
    let worst = worst_until(until);
    let is_on = facts.parts.iter().any(|part| !part.runners.is_empty());
    let at_meta: Option<i128> = facts.parts.iter().filter(|part| !part.runners.is_empty()).map(Part::at_meta).sum();
    let line = match at_meta {
        _ if !is_on => Line::Off,
        Some(left) if left <= headroom => Line::Meta,
        _ => Line::Guard,
    };
    let ages = facts.parts.iter().map(|part| part.known_until.map(|known| (facts.now - known).max(TimeDelta::zero())));
    let age = ages.collect::<Option<Vec<_>>>().map(|ages| ages.into_iter().max().unwrap_or_default());
    let is_stale = age.is_none_or(|age| age > assumed.stale);
    let fresh: i128 = facts.parts.iter().map(|part| part.worst(assumed, facts.now - assumed.delay, until)).sum();
    let decision = if line == Line::Guard && worst > headroom {
        Decision::Pause(match headroom {
            left if left <= 0 => Reason::Reached,
            left if is_stale && fresh <= left => Reason::Stale,
            _ => Reason::Close,
        })
    } else if line != Line::Guard {
        Decision::Fine
    } else if is_stale {
        Decision::Warn(Reason::Stale)
    } else if worst_until(facts.now + TimeDelta::days(1)) > headroom {
        Decision::Warn(Reason::Near)
    } else {
        Decision::Fine
    };
    // Meta adds to all that was spent, also to what was spent before anybody set the limit.
    let told = i128::from(facts.cap.max(facts.spent));
    let restated = div_ceil(told * i128::from(assumed.restated_bp), i128::from(WHOLE));
    let overspend = match line {
        Line::Meta => 0,
        Line::Guard | Line::Off => (worst - headroom).max(0) + restated,
    };
    Verdict {
        decision,
        headroom: narrow(headroom),
        worst: narrow(worst),
        a_minute: narrow(a_minute),
        line,
        overspend: narrow(overspend),
        age,
    }
}

fn narrow(micros: i128) -> i64 {
    i64::try_from(micros).unwrap_or(if micros < 0 { i64::MIN } else { i64::MAX })
}

impl Decision {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warn(_) => "warn",
            Self::Pause(_) => "pause",
        }
    }
}
