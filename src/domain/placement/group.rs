//! Groups of placements that look and work alike, over both networks: what a campaign split by placement is split over.
//!
//! The groups follow how creatives are made (4:5, 9:16, tiles) and what Meta lets stand together: Facebook's Marketplace,
//! Search, Profile feed and Notifications are refused without Facebook's Feed in the same ad set, so they belong to the feeds.
//! Source: Meta, "Placement targeting".

use serde::{Deserialize, Serialize};

use super::Placement;

/// A group; the derived order is the order shown and the order in which rounding is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// What people scroll through, and what Meta ties to Facebook's Feed.
    Feeds,
    /// Stories.
    Stories,
    /// Reels.
    Reels,
    /// Explore, Instagram's search, the right-hand column.
    Explore,
}

impl Group {
    /// Every group, in the order shown.
    pub const ALL: [Self; 4] = [Self::Feeds, Self::Stories, Self::Reels, Self::Explore];

    /// The word in forms and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feeds => "feeds",
            Self::Stories => "stories",
            Self::Reels => "reels",
            Self::Explore => "explore",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Feeds => "Feeds",
            Self::Stories => "Stories",
            Self::Reels => "Reels",
            Self::Explore => "Explore and other",
        }
    }

    /// The group a placement belongs to: every placement has exactly one.
    pub fn of(placement: Placement) -> Self {
        use Placement as P;
        match placement {
            P::FacebookFeed
            | P::FacebookMarketplace
            | P::FacebookSearch
            | P::FacebookProfileFeed
            | P::FacebookNotifications
            | P::InstagramFeed
            | P::InstagramProfileFeed => Self::Feeds,
            P::FacebookStories | P::InstagramStories => Self::Stories,
            P::FacebookReels | P::InstagramReels => Self::Reels,
            P::FacebookRightColumn | P::InstagramExploreHome | P::InstagramSearch => Self::Explore,
        }
    }

    /// Those groups that some placements fall into, each once, in the order shown.
    pub fn among(placements: &[Placement]) -> Vec<Self> {
        Self::ALL.into_iter().filter(|group| placements.iter().any(|p| Self::of(*p) == *group)).collect()
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == text.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::placement::conflicts;

    #[test]
    fn every_group_with_all_its_placements_is_an_ad_set_that_meta_takes() {
        let all: Vec<Placement> = Placement::all().collect();
        assert_eq!(Group::among(&all), Group::ALL);
        for group in Group::ALL {
            let own: Vec<Placement> = all.iter().copied().filter(|p| Group::of(*p) == group).collect();
            assert_eq!(conflicts(&own), Vec::new(), "{group:?}");
            assert_eq!(Group::parse(group.as_str()), Some(group));
        }
    }
}
