//! Metrics: which can be added, and what may only be bounded.
//!
//! [`Counts`] adds. [`ReachBounds`] cannot: reach of a whole lies between the largest part and the sum of the parts, and only a
//! figure fetched at the very grain shown is exact. A non-additive metric has no `+` here; combining widens its bounds instead.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Additive counts of delivery. `None` is "not in the report", which is not zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Micros of the account's currency.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// All clicks.
    pub clicks: Option<i64>,
    /// Clicks on the link.
    pub link_clicks: Option<i64>,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        add(&mut self.spend_micros, other.spend_micros);
        add(&mut self.impressions, other.impressions);
        add(&mut self.clicks, other.clicks);
        add(&mut self.link_clicks, other.link_clicks);
    }
}

/// Adds where both are known; what is known stays known.
pub fn add(total: &mut Option<i64>, part: Option<i64>) {
    if let Some(part) = part {
        *total = Some(total.unwrap_or(0).saturating_add(part));
    }
}

/// What is known about the number of people reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachBounds {
    /// At least this many people: the largest part.
    pub at_least: i64,
    /// At most this many: the sum of the parts.
    pub at_most: i64,
}

impl ReachBounds {
    /// A figure fetched at this very grain.
    pub fn exact(people: i64) -> Self {
        Self { at_least: people, at_most: people }
    }

    /// Whether both bounds agree.
    pub fn is_exact(self) -> bool {
        self.at_least == self.at_most
    }

    /// The bounds of two parts taken together.
    pub fn with(self, other: Self) -> Self {
        Self { at_least: self.at_least.max(other.at_least), at_most: self.at_most.saturating_add(other.at_most) }
    }
}

/// Facebook only, both, Instagram only: exact where the total and both networks are known at one grain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReachOverlap {
    /// People reached on Facebook alone.
    pub facebook_only: i64,
    /// People reached on both.
    pub both: i64,
    /// People reached on Instagram alone.
    pub instagram_only: i64,
}

impl ReachOverlap {
    /// By inclusion and exclusion; `None` where the three figures contradict each other (Meta's reach is an estimate).
    pub fn new(total: i64, facebook: i64, instagram: i64) -> Option<Self> {
        let overlap =
            Self { facebook_only: total - instagram, both: facebook + instagram - total, instagram_only: total - facebook };
        (overlap.facebook_only >= 0 && overlap.both >= 0 && overlap.instagram_only >= 0).then_some(overlap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_is_not_zero_and_known_parts_stay_known() {
        let mut total = Counts::default();
        assert_eq!(total.impressions, None);
        total += Counts { impressions: Some(3), ..Counts::default() };
        total += Counts::default();
        assert_eq!((total.impressions, total.clicks), (Some(3), None));
    }

    #[test]
    fn reach_of_parts_is_bounded_never_added() {
        let both = ReachBounds::exact(82).with(ReachBounds::exact(123));
        assert_eq!((both.at_least, both.at_most), (123, 205));
        assert!(!both.is_exact());
    }

    #[test]
    fn the_overlap_of_two_networks_follows_from_three_figures() {
        let overlap = ReachOverlap::new(184_200, 81_900, 123_000);
        assert_eq!(overlap, Some(ReachOverlap { facebook_only: 61_200, both: 20_700, instagram_only: 102_300 }));
        assert_eq!(ReachOverlap::new(10, 20, 5), None);
    }
}
