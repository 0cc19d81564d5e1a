//! Who may raise spending by how much alone, and when a second person has to approve.
//!
//! A limit is an amount a day in one currency: what is raised in another currency is never converted, and is beyond it. Lowering and
//! pausing raise nothing, so that no limit ever stands in their way.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::id::UserId;
use super::money::Money;
use super::role::Role;

/// How many people have to be able to approve before one can be asked for a second look.
pub const LEAST_APPROVERS: usize = 2;

/// By how much a day somebody may raise spending alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "may_raise", rename_all = "snake_case", deny_unknown_fields)]
pub enum RaiseLimit {
    /// By nothing: every raise needs a second person.
    Nothing,
    /// By at most so much a day.
    UpTo {
        /// The amount a day.
        a_day: Money,
    },
    /// By any amount, in any currency.
    Anything,
}

impl RaiseLimit {
    /// Whether it covers these raises, after `used` was raised already in the last 24 hours.
    pub fn covers(self, raises: &[Money], used: &[Money]) -> bool {
        let mut raises = raises.iter().filter(|raise| raise.minor > 0);
        match self {
            Self::Anything => true,
            Self::Nothing => raises.next().is_none(),
            Self::UpTo { a_day } => raises.all(|raise| {
                let used: i128 =
                    used.iter().filter(|money| money.currency == raise.currency).map(|money| i128::from(money.minor)).sum();
                raise.currency == a_day.currency && used + i128::from(raise.minor) <= i128::from(a_day.minor)
            }),
        }
    }

    /// What is left of it after `used`; `None` where it is no amount.
    pub fn left(self, used: &[Money]) -> Option<Money> {
        let Self::UpTo { a_day } = self else { return None };
        let used = used.iter().filter(|money| money.currency == a_day.currency).map(|money| money.minor);
        Some(Money::new(used.fold(a_day.minor, i64::saturating_sub).max(0), a_day.currency))
    }
}

impl fmt::Display for RaiseLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("by nothing"),
            Self::UpTo { a_day } => write!(f, "by at most {a_day} {} a day", a_day.currency),
            Self::Anything => f.write_str("by any amount"),
        }
    }
}

/// The limits of a workspace: a default for each role that may approve, and members' own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaiseLimits {
    /// Of owners.
    pub owner: RaiseLimit,
    /// Of managers.
    pub manager: RaiseLimit,
    /// Of single members, in the place of their role's.
    pub members: BTreeMap<UserId, RaiseLimit>,
}

impl Default for RaiseLimits {
    /// Owners by any amount, managers by nothing.
    fn default() -> Self {
        Self { owner: RaiseLimit::Anything, manager: RaiseLimit::Nothing, members: BTreeMap::new() }
    }
}

impl RaiseLimits {
    /// The limit of a person of a role; of somebody who is not known, the role's.
    pub fn of(&self, user: Option<UserId>, role: Role) -> RaiseLimit {
        let own = user.and_then(|user| self.members.get(&user)).copied();
        match role {
            Role::Analyst => RaiseLimit::Nothing,
            Role::Manager => own.unwrap_or(self.manager),
            Role::Owner => own.unwrap_or(self.owner),
        }
    }
}

/// Whether limits hold in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Second {
    /// They are off: one person approves.
    Off,
    /// They hold.
    Needed,
    /// They are on, and only one person is left who may approve: they hold nothing until a second is there.
    Alone,
}

impl Second {
    /// How it stands where so many may approve.
    pub fn of(is_on: bool, approvers: usize) -> Self {
        match (is_on, approvers >= LEAST_APPROVERS) {
            (false, _) => Self::Off,
            (true, true) => Self::Needed,
            (true, false) => Self::Alone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::currency::Currency;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn a_limit_counts_what_was_raised_before_it() {
        let limit = RaiseLimit::UpTo { a_day: eur(10_000) };
        assert!(limit.covers(&[eur(10_000)], &[]) && !limit.covers(&[eur(10_001)], &[]));
        assert!(limit.covers(&[eur(4_000)], &[eur(5_000), eur(1_000)]));
        assert!(!limit.covers(&[eur(4_001)], &[eur(5_000), eur(1_000)]));
        assert_eq!(limit.left(&[eur(5_000), eur(1_000), Money::new(9, Currency::USD)]), Some(eur(4_000)));
        assert_eq!(limit.left(&[eur(50_000)]), Some(eur(0)));
    }

    #[test]
    fn money_in_another_currency_is_beyond_every_amount() {
        let limit = RaiseLimit::UpTo { a_day: eur(10_000) };
        assert!(!limit.covers(&[Money::new(1, Currency::USD)], &[]));
        assert!(!limit.covers(&[eur(1), Money::new(1, Currency::USD)], &[]));
        assert!(RaiseLimit::Anything.covers(&[eur(1), Money::new(1, Currency::USD)], &[]));
    }

    #[test]
    fn lowering_is_within_every_limit() {
        for limit in [RaiseLimit::Nothing, RaiseLimit::UpTo { a_day: eur(0) }, RaiseLimit::Anything] {
            assert!(limit.covers(&[eur(-5_000), Money::new(0, Currency::USD)], &[eur(99_999)]), "{limit}");
        }
    }

    #[test]
    fn a_members_own_limit_stands_before_the_roles_and_never_lifts_an_analyst() {
        let mut limits = RaiseLimits::default();
        limits.members.insert(UserId(7), RaiseLimit::Anything);
        assert_eq!(limits.of(Some(UserId(7)), Role::Manager), RaiseLimit::Anything);
        assert_eq!(limits.of(Some(UserId(7)), Role::Analyst), RaiseLimit::Nothing);
        assert_eq!(limits.of(Some(UserId(8)), Role::Manager), RaiseLimit::Nothing);
        assert_eq!(limits.of(None, Role::Owner), RaiseLimit::Anything);
    }

    #[test]
    fn limits_hold_only_while_there_is_somebody_to_ask() {
        assert_eq!([0, 1, 2, 3].map(|n| Second::of(true, n)), [Second::Alone, Second::Alone, Second::Needed, Second::Needed]);
        assert_eq!(Second::of(false, 5), Second::Off);
    }
}
