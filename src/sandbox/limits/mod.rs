//! Meta's limits of calls and changes, on the sandbox's clock; enforced only where a tier is set.
//!
//! Source: Marketing API, "Rate limiting", and Graph API, "Rate limits" (graph-api reference, section 5). Per ad account: points
//! (a read costs 1, a write 3; they decay within 300 seconds; 60 in limited access, 9,000 in full access; beyond them the account
//! is blocked for 300 or 60 seconds), calls an hour by use case, 100 changes a second, ten changes of its spending limit a day.
//! Per ad set: four changes of the budget an hour, then none for an hour. Per app: 200 calls an hour for each of its users,
//! for whatever belongs to no ad account, Page or Instagram account.

mod changes;
pub mod meter;
mod use_case;
mod window;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use use_case::UseCase;

use super::wire::errors::GraphError;
use changes::Changes;
use window::Window;

/// Seconds in which a full score decays to nothing.
const DECAY: i64 = 300;
/// Points are kept in thousandths, because they decay every second.
const MILLI: i64 = 1_000;
const HOUR: i64 = 3_600;
/// Calls an hour that an app may make for each of its users.
const CALLS_A_USER: i64 = 200;
/// Rows of insights that one answer may draw on; more than that is for an asynchronous report.
const MOST_ROWS: usize = 1_000_000;

/// What an app may do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Limited access, formerly "development".
    Limited,
    /// Full access, formerly "standard".
    Full,
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

    /// People who use the app in a day: its developer alone, or some more.
    fn users(self) -> i64 {
        match self {
            Self::Limited => 1,
            Self::Full => 50,
        }
    }
}

/// One call as the limits see it.
#[derive(Debug, Clone, Copy)]
pub struct Charge<'a> {
    /// `act_...`, or the id of a Page or an Instagram account.
    pub account: &'a str,
    /// What it counts against.
    pub use_case: UseCase,
    /// Whether it writes.
    pub write: bool,
    /// Ads of the account that are on, or its custom audiences.
    pub active: i64,
    /// Unix seconds, simulated.
    pub now: i64,
}

/// How much is used after a call, for its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// The tier.
    pub tier: Tier,
    /// Hundredths of a percent of the ad account's points.
    pub points: i64,
    /// Percent of the use case's calls.
    pub calls_percent: i64,
    /// Percent of the app's calls.
    pub app_percent: i64,
    /// Seconds until the score is zero.
    pub reset_seconds: i64,
    /// Minutes to stay away; 0 where the call was let through.
    pub regain_minutes: i64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Account {
    score: i64,
    at: i64,
    blocked_until: i64,
    calls: BTreeMap<UseCase, Window>,
    writes: Option<Window>,
}

/// What was let through since a tier was set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Calls to accounts, each of a batch by itself.
    pub calls: u64,
    /// Points of ad accounts.
    pub points: u64,
}

/// The limits of all accounts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Limits {
    tier: Option<Tier>,
    accounts: BTreeMap<String, Account>,
    app: Option<Window>,
    changes: Changes,
    refused: u64,
    #[serde(default)]
    counted: Counted,
    most_rows: Option<usize>,
}

impl Limits {
    /// Sets the tier that is enforced, or none; what was used is forgotten.
    pub fn set(&mut self, tier: Option<Tier>) {
        *self = Self { tier, most_rows: self.most_rows, ..Self::default() };
    }

    /// Sets how many rows of insights one answer may draw on, or Meta's number again.
    pub fn set_most_rows(&mut self, most: Option<usize>) {
        self.most_rows = most;
    }

    /// Rows of insights that one answer may draw on.
    #[must_use]
    pub fn most_rows(&self) -> usize {
        self.most_rows.unwrap_or(MOST_ROWS)
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

    /// What was let through.
    #[must_use]
    pub fn counted(&self) -> Counted {
        self.counted
    }

    /// Counts a call to an account; what is used after it, and the error where it is refused. `None` where no tier is enforced.
    pub fn charge(&mut self, charge: &Charge<'_>) -> Option<(Used, Option<GraphError>)> {
        let tier = self.tier?;
        let app_percent = self.app_percent(tier, charge.now);
        let account = self.accounts.entry(charge.account.to_owned()).or_default();
        let (used, error) = account.charge(tier, charge, app_percent);
        self.refused += u64::from(error.is_some());
        if error.is_none() {
            self.counted.calls += 1;
            self.counted.points += points(charge).unsigned_abs();
        }
        Some((used, error))
    }

    /// Counts a call that belongs to the app alone.
    pub fn charge_app(&mut self, now: i64) -> Option<(Used, Option<GraphError>)> {
        let tier = self.tier?;
        let app = self.app.get_or_insert_with(|| Window::new(HOUR, 60));
        let error = (app.total(now) >= CALLS_A_USER * tier.users()).then(|| GraphError {
            transient: true,
            ..GraphError::new(4, "(#4) Application request limit reached")
                .sub(1_504_022)
                .told("Too many calls from this app", "There have been too many calls from this app. Wait a bit and try again.")
        });
        let wait = if error.is_some() { app.frees_in(now) } else { 0 };
        if error.is_none() {
            app.add(now);
        }
        self.refused += u64::from(error.is_some());
        let app_percent = self.app_percent(tier, now);
        let regain_minutes = (wait + 59) / 60;
        Some((Used { tier, points: 0, calls_percent: 0, app_percent, reset_seconds: 0, regain_minutes }, error))
    }

    fn app_percent(&mut self, tier: Tier, now: i64) -> i64 {
        let made = self.app.as_mut().map_or(0, |app| app.total(now));
        percent(made, CALLS_A_USER * tier.users())
    }
}

/// Points are an ad account's; a Page has none.
fn points(charge: &Charge<'_>) -> i64 {
    match (charge.use_case.of_account(), charge.write) {
        (false, _) => 0,
        (true, true) => 3,
        (true, false) => 1,
    }
}

/// Rounded up, at most 100.
fn percent(part: i64, whole: i64) -> i64 {
    ((part * 100 + whole - 1) / whole.max(1)).min(100)
}

impl Account {
    fn charge(&mut self, tier: Tier, charge: &Charge<'_>, app_percent: i64) -> (Used, Option<GraphError>) {
        let most = tier.most_points() * MILLI;
        self.decay(most, charge.now);
        let use_case = charge.use_case;
        let calls = self.calls.entry(use_case).or_insert_with(|| Window::new(use_case.span(), 60));
        let most_calls = use_case.most(tier, charge.active);
        let made = calls.total(charge.now);
        let writes = self.writes.get_or_insert_with(|| Window::new(1, 1));
        let cost = points(charge) * MILLI;
        let mut wait = (self.blocked_until - charge.now).max(0);
        let mut error = None;
        if cost > 0 && (wait > 0 || self.score + cost > most) {
            if wait == 0 {
                wait = tier.block();
                self.blocked_until = charge.now + wait;
            }
            error = Some(GraphError::new(17, "(#17) User request limit reached").sub(2_446_079).told(
                "Ad Account Has Too Many API Calls",
                "There have been too many calls from this ad account. Wait a bit and try again.",
            ));
        } else if made >= most_calls {
            wait = calls.frees_in(charge.now);
            error = Some(use_case.refusal());
        } else if charge.write && writes.total(charge.now) >= 100 {
            wait = 1;
            error = Some(GraphError::new(613, "(#613) Calls to this api have exceeded the rate limit.").sub(5_044_001).told(
                "Too many changes at once",
                "There have been too many calls to this ad-account. Wait a bit and try again.",
            ));
        } else {
            self.score += cost;
            calls.add(charge.now);
            if charge.write {
                writes.add(charge.now);
            }
        }
        let used = Used {
            tier,
            points: if self.blocked_until > charge.now { 10_000 } else { self.score * 10_000 / most },
            calls_percent: percent(calls.total(charge.now), most_calls),
            app_percent,
            reset_seconds: (self.score * DECAY + most - 1) / most,
            regain_minutes: (wait + 59) / 60,
        };
        (used, error)
    }

    fn decay(&mut self, most: i64, now: i64) {
        let gone = (now - self.at).clamp(0, DECAY) * most / DECAY;
        self.score = (self.score - gone).max(0);
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(now: i64) -> Charge<'static> {
        Charge { account: "act_1", use_case: UseCase::Management, write: false, active: 0, now }
    }

    #[test]
    fn nothing_is_counted_unless_it_is_asked_for() {
        assert!(Limits::default().charge(&read(0)).is_none());
        assert!(Limits::default().charge_app(0).is_none());
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
        assert!(matches!(call(&mut limits, write), Some((Used { points: 10_000, .. }, false))), "57 and 3 are 60");
        let Some((used, refused)) = call(&mut limits, read(0)) else { unreachable!() };
        assert!(refused && used.regain_minutes == 5, "{used:?}");
        assert!(matches!(call(&mut limits, read(299)), Some((_, true))), "blocked for 300 s, whatever decays");
        let Some((used, refused)) = call(&mut limits, read(300)) else { unreachable!() };
        assert!(!refused && used.points == 166, "1 of 60: {used:?}");
        assert_eq!(limits.refused(), 2);
        assert!(matches!(call(&mut limits, Charge { account: "act_2", ..read(0) }), Some((_, false))), "each account by itself");
    }

    #[test]
    fn calls_an_hour_grow_with_the_ads_that_are_on() {
        for (use_case, active, refusals, code) in [(UseCase::Management, 1, 20, 80_004), (UseCase::Insights, 0, 120, 80_000)] {
            let mut limits = Limits::default();
            limits.set(Some(Tier::Limited));
            let mut codes = Vec::new();
            // 360 or 720 calls within the hour, slow enough for the points.
            for second in (0..3_600).step_by(if use_case == UseCase::Insights { 5 } else { 10 }) {
                let charge = Charge { active, use_case, ..read(second) };
                codes.extend(limits.charge(&charge).and_then(|(_, error)| error).map(|error| error.code));
            }
            assert_eq!((codes.len(), codes.first()), (refusals, Some(&code)));
        }
    }

    #[test]
    fn a_hundred_changes_a_second_are_taken_and_no_more() {
        let mut limits = Limits::default();
        limits.set(Some(Tier::Full));
        let write = |now: i64| Charge { write: true, ..read(now) };
        let refused = |limits: &mut Limits, now: i64| limits.charge(&write(now)).and_then(|(_, error)| error);
        assert!((0..100).all(|_| refused(&mut limits, 7).is_none()));
        let error = refused(&mut limits, 7);
        assert_eq!(error.map(|error| (error.code, error.subcode)), Some((613, Some(5_044_001))));
        assert_eq!(refused(&mut limits, 8), None);
    }

    #[test]
    fn an_app_has_two_hundred_calls_an_hour_for_each_user() {
        let mut limits = Limits::default();
        limits.set(Some(Tier::Limited));
        for call in 1..=200 {
            let Some((used, None)) = limits.charge_app(0) else { unreachable!() };
            assert_eq!(used.app_percent, (call + 1) / 2);
        }
        let Some((used, Some(error))) = limits.charge_app(60) else { unreachable!() };
        assert_eq!((error.code, error.subcode, used.regain_minutes), (4, Some(1_504_022), 59));
        assert!(matches!(limits.charge_app(3_600), Some((Used { app_percent: 1, .. }, None))));
    }

    #[test]
    fn a_page_has_calls_but_no_points() {
        let mut limits = Limits::default();
        limits.set(Some(Tier::Limited));
        for _ in 0..500 {
            let charge = Charge { account: "1", use_case: UseCase::Pages, ..read(0) };
            assert!(matches!(limits.charge(&charge), Some((Used { points: 0, .. }, None))));
        }
    }
}
