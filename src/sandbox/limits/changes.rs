//! How often budgets may change: an ad set's four times an hour, an account's spending limit ten times a day.
//! Source: Marketing API, "Rate limiting", "Ad set level" and "Ad account level" (graph-api reference, sections 4 and 5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::sandbox::wire::errors::GraphError;

const HOUR: i64 = 3_600;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// An ad set's daily or lifetime budget.
    Budget,
    /// An account's `spend_cap`.
    SpendCap,
}

impl Change {
    fn most(self) -> i64 {
        match self {
            Self::Budget => 4,
            Self::SpendCap => 10,
        }
    }

    fn span(self) -> i64 {
        match self {
            Self::Budget => HOUR,
            Self::SpendCap => 24 * HOUR,
        }
    }

    fn refusal(self) -> GraphError {
        match self {
            Self::Budget => GraphError::new(613, "(#613) Calls to this api have exceeded the rate limit.")
                .sub(1_487_632)
                .told(
                    "Budget changed too often",
                    "The budget of an ad set can be changed four times an hour. Try again in an hour.",
                )
                .blame("daily_budget"),
            Self::SpendCap => GraphError::new(17, "(#17) User request limit reached")
                .sub(1_885_172)
                .told("Spending limit changed too often", "The account spending limit can be changed ten times a day.")
                .blame("spend_cap"),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Made {
    window: Window,
    blocked_until: i64,
}

/// The changes of all objects.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Changes(BTreeMap<String, Made>);

impl Changes {
    /// The error where an object's budget may not change now; from then on it may not for the whole span.
    pub fn refused(&mut self, id: &str, change: Change, now: i64) -> Option<GraphError> {
        let made = self.0.get_mut(id)?;
        if made.blocked_until <= now {
            if made.window.total(now) < change.most() {
                return None;
            }
            made.blocked_until = now + change.span();
        }
        Some(change.refusal())
    }

    /// Counts a change that was made.
    pub fn made(&mut self, id: &str, change: Change, now: i64) {
        let entry = self.0.entry(id.to_owned());
        entry.or_insert_with(|| Made { window: Window::new(change.span(), 1), blocked_until: 0 }).window.add(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_change_within_an_hour_blocks_the_ad_set_for_an_hour() {
        let mut changes = Changes::default();
        for minute in 0..4 {
            assert_eq!(changes.refused("1", Change::Budget, minute * 60), None);
            changes.made("1", Change::Budget, minute * 60);
        }
        let error = changes.refused("1", Change::Budget, 3_000);
        assert_eq!(error.map(|error| (error.code, error.subcode)), Some((613, Some(1_487_632))));
        assert!(changes.refused("1", Change::Budget, 6_599).is_some(), "the changes are forgotten, the block is not");
        assert_eq!(changes.refused("1", Change::Budget, 6_600), None);
        assert_eq!(changes.refused("2", Change::Budget, 3_000), None, "each ad set by itself");
    }
}
