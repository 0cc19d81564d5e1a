//! Meta's limits for each ad account, on the sandbox's clock: points, and calls an hour by use case.
//!
//! Source: Marketing API, "Rate limiting" (graph-api reference, section 5). A read costs 1 point, a write 3; the score decays to
//! nothing in 300 seconds; 60 points in limited access, 9,000 in full access; beyond it the account is blocked for 300 or 60
//! seconds. Beside that each use case has its calls an hour, which grow with the ads that are on. Off unless it is asked for.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::wire::errors::GraphError;

/// Seconds in which a full score decays to nothing.
const DECAY: i64 = 300;
/// Points are kept in thousandths, because they decay every second.
const MILLI: i64 = 1_000;
const HOUR: i64 = 3_600;

/// What an app may do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Limited access, formerly "development".
    Limited,
    /// Full access, formerly "standard".
    Full,
}

/// Which limit of calls an hour a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseCase {
    /// Campaigns, ad sets, ads and what belongs to them.
    Management,
    /// Insights.
    Insights,
}

impl Tier {
    /// The word in headers, which did not change when the tiers were renamed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Limited => "development_access",
            Self::Full => "standard_access",
        }
    }

    fn most_points(self) -> i64 {
        match self {
            Self::Limited => 60,
            Self::Full => 9_000,
        }
    }

    /// Seconds an account stays blocked.
    fn block(self) -> i64 {
        match self {
            Self::Limited => 300,
            Self::Full => 60,
        }
    }

    fn calls_an_hour(self, use_case: UseCase, active_ads: i64) -> i64 {
        match (self, use_case) {
            (Self::Limited, UseCase::Management) => 300 + 40 * active_ads,
            (Self::Full, UseCase::Management) => 100_000 + 40 * active_ads,
            (Self::Limited, UseCase::Insights) => 600 + 400 * active_ads,
            (Self::Full, UseCase::Insights) => 190_000 + 400 * active_ads,
        }
    }
}

/// One call as the limits see it.
#[derive(Debug, Clone, Copy)]
pub struct Charge<'a> {
    /// `act_...`
    pub account: &'a str,
    /// What it counts against.
    pub use_case: UseCase,
    /// Whether it writes.
    pub write: bool,
    /// Ads of the account that are on.
    pub active_ads: i64,
    /// Unix seconds, simulated.
    pub now: i64,
}

/// How much is used after a call, for its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// The tier.
    pub tier: Tier,
    /// Percent of the points.
    pub points_percent: i64,
    /// Percent of the calls an hour.
    pub calls_percent: i64,
    /// Seconds until the score is zero.
    pub reset_seconds: i64,
    /// Minutes to stay away; 0 where the call was let through.
    pub regain_minutes: i64,
}

#[derive(Debug, Default)]
struct Account {
    score: i64,
    at: i64,
    blocked_until: i64,
    /// Calls by minute, oldest first.
    calls: BTreeMap<UseCase, VecDeque<(i64, i64)>>,
}

/// The limits of all accounts.
#[derive(Debug, Default)]
pub struct Limits {
    tier: Option<Tier>,
    accounts: BTreeMap<String, Account>,
    refused: u64,
}

impl Limits {
    /// Sets the tier that is enforced, or none; what was used is forgotten.
    pub fn set(&mut self, tier: Option<Tier>) {
        *self = Self { tier, ..Self::default() };
    }

    /// The tier that is enforced.
    #[must_use]
    pub fn tier(&self) -> Option<Tier> {
        self.tier
    }

    /// How many calls were refused.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Counts a call; what is used after it, and the error where it is refused. `None` where no tier is enforced.
    pub fn charge(&mut self, charge: &Charge<'_>) -> Option<(Used, Option<GraphError>)> {
        let tier = self.tier?;
        let account = self.accounts.entry(charge.account.to_owned()).or_default();
        let most = tier.most_points() * MILLI;
        account.decay(most, charge.now);
        let calls = account.calls.entry(charge.use_case).or_default();
        while calls.front().is_some_and(|(minute, _)| *minute * 60 + HOUR <= charge.now) {
            calls.pop_front();
        }
        let most_calls = tier.calls_an_hour(charge.use_case, charge.active_ads);
        let made: i64 = calls.iter().map(|(_, count)| count).sum();
        let cost = if charge.write { 3 } else { 1 } * MILLI;
        let mut wait = (account.blocked_until - charge.now).max(0);
        let mut error = None;
        if wait > 0 || account.score + cost > most {
            if wait == 0 {
                wait = tier.block();
                account.blocked_until = charge.now + wait;
            }
            error = Some(too_many(17, "(#17) User request limit reached"));
        } else if made >= most_calls {
            wait = calls.front().map_or(60, |(minute, _)| minute * 60 + HOUR - charge.now);
            let code = if charge.use_case == UseCase::Insights { 80_000 } else { 80_004 };
            error = Some(too_many(code, &format!("(#{code}) There have been too many calls from this ad-account.")));
        } else {
            account.score += cost;
            let minute = charge.now / 60;
            match calls.back_mut().filter(|(last, _)| *last == minute) {
                Some((_, count)) => *count += 1,
                None => calls.push_back((minute, 1)),
            }
        }
        self.refused += u64::from(error.is_some());
        let percent = |part: i64, whole: i64| (part * 100 + whole - 1) / whole.max(1);
        let used = Used {
            tier,
            points_percent: if error.is_some() { 100 } else { percent(account.score, most) },
            calls_percent: percent(made + i64::from(error.is_none()), most_calls).min(100),
            reset_seconds: (account.score * DECAY + most - 1) / most,
            regain_minutes: (wait + 59) / 60,
        };
        Some((used, error))
    }
}

impl Account {
    fn decay(&mut self, most: i64, now: i64) {
        let gone = (now - self.at).clamp(0, DECAY) * most / DECAY;
        self.score = (self.score - gone).max(0);
        self.at = now;
    }
}

fn too_many(code: i64, message: &str) -> GraphError {
    GraphError::new(code, message).sub(2_446_079).told(
        "Ad account has too many API calls",
        "There have been too many calls from this ad account. Wait a bit and try again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(now: i64) -> Charge<'static> {
        Charge { account: "act_1", use_case: UseCase::Management, write: false, active_ads: 0, now }
    }

    #[test]
    fn nothing_is_counted_unless_it_is_asked_for() {
        assert!(Limits::default().charge(&read(0)).is_none());
    }

    #[test]
    fn sixty_points_go_and_come_back_a_fifth_a_second() {
        let mut limits = Limits::default();
        limits.set(Some(Tier::Limited));
        let call = |limits: &mut Limits, charge: Charge<'_>| limits.charge(&charge).map(|(used, error)| (used, error.is_some()));
        for _ in 0..57 {
            assert!(matches!(call(&mut limits, read(0)), Some((_, false))));
        }
        let write = Charge { write: true, ..read(0) };
        assert!(matches!(call(&mut limits, write), Some((Used { points_percent: 100, .. }, false))), "57 and 3 are 60");
        let Some((used, refused)) = call(&mut limits, read(0)) else { unreachable!() };
        assert!(refused && used.regain_minutes == 5, "{used:?}");
        assert!(matches!(call(&mut limits, read(299)), Some((_, true))), "blocked for 300 s, whatever decays");
        let Some((used, refused)) = call(&mut limits, read(300)) else { unreachable!() };
        assert!(!refused && used.points_percent == 2, "{used:?}");
        assert_eq!(limits.refused(), 2);
        assert!(matches!(call(&mut limits, Charge { account: "act_2", ..read(0) }), Some((_, false))), "each account by itself");
    }

    #[test]
    fn calls_an_hour_grow_with_the_ads_that_are_on() {
        let mut limits = Limits::default();
        limits.set(Some(Tier::Limited));
        let mut refusals = Vec::new();
        for second in 0..3_600 {
            if second % 10 == 0 {
                let charge = Charge { active_ads: 1, ..read(second) };
                refusals.extend(limits.charge(&charge).and_then(|(_, error)| error).map(|error| error.code));
            }
        }
        assert_eq!((refusals.len(), refusals.first()), (20, Some(&80_004)), "340 of 360 calls");
    }
}
