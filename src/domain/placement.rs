//! Placements: where on Facebook and Instagram an ad may stand, in Meta's two vocabularies.
//!
//! Targeting and reports name the same place differently (`stream` against `feed`, `story` against `instagram_stories`); both
//! maps live here. Only what version 26 delivers single images to is offered. Source: Meta, "Placement targeting".

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dictionary::{self, Sentence};
use super::network::Network;

pub mod group;

pub use group::Group;

/// A place on one network. The derived order is the order shown: by network, most used first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placement {
    /// Facebook's feed.
    FacebookFeed,
    /// Reels on Facebook.
    FacebookReels,
    /// Stories on Facebook.
    FacebookStories,
    /// Marketplace.
    FacebookMarketplace,
    /// Facebook's search results.
    FacebookSearch,
    /// The right-hand column on computers.
    FacebookRightColumn,
    /// Feeds of profiles.
    FacebookProfileFeed,
    /// The notifications tab.
    FacebookNotifications,
    /// Instagram's feed.
    InstagramFeed,
    /// Stories on Instagram.
    InstagramStories,
    /// Reels on Instagram.
    InstagramReels,
    /// The grid of Instagram's Explore tab.
    InstagramExploreHome,
    /// Feeds of profiles.
    InstagramProfileFeed,
    /// Instagram's search results.
    InstagramSearch,
}

/// What each placement is called: variant, network, label, targeting value, reporting value (`platform_position`).
const TABLE: [(Placement, Network, &str, &str, &str); 14] = {
    use Network::{Facebook, Instagram};
    use Placement as P;
    [
        (P::FacebookFeed, Facebook, "Feed", "feed", "feed"),
        (P::FacebookReels, Facebook, "Reels", "facebook_reels", "facebook_reels"),
        (P::FacebookStories, Facebook, "Stories", "story", "facebook_stories"),
        (P::FacebookMarketplace, Facebook, "Marketplace", "marketplace", "marketplace"),
        (P::FacebookSearch, Facebook, "Search", "search", "search"),
        (P::FacebookRightColumn, Facebook, "Right column", "right_hand_column", "right_hand_column"),
        (P::FacebookProfileFeed, Facebook, "Profile feed", "profile_feed", "facebook_profile_feed"),
        (P::FacebookNotifications, Facebook, "Notifications", "notification", "facebook_notification"),
        (P::InstagramFeed, Instagram, "Feed", "stream", "feed"),
        (P::InstagramStories, Instagram, "Stories", "story", "instagram_stories"),
        (P::InstagramReels, Instagram, "Reels", "reels", "instagram_reels"),
        (P::InstagramExploreHome, Instagram, "Explore home", "explore_home", "instagram_explore_grid_home"),
        (P::InstagramProfileFeed, Instagram, "Profile feed", "profile_feed", "instagram_profile_feed"),
        (P::InstagramSearch, Instagram, "Search", "ig_search", "instagram_search"),
    ]
};

/// Text that names no placement offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a placement that can be chosen")]
pub struct UnknownPlacement(pub String);

impl Placement {
    /// Every placement offered, in the order shown.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// Those of one network.
    pub fn of(network: Network) -> impl Iterator<Item = Self> {
        Self::all().filter(move |placement| placement.network() == network)
    }

    fn row(self) -> &'static (Self, Network, &'static str, &'static str, &'static str) {
        let [first, ..] = &TABLE;
        TABLE.iter().find(|row| row.0 == self).unwrap_or(first)
    }

    /// Its network.
    pub fn network(self) -> Network {
        self.row().1
    }

    /// What people call it, without the network.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// Meta's value in `facebook_positions` or `instagram_positions`.
    pub fn targeting(self) -> &'static str {
        self.row().3
    }

    /// Meta's value of `platform_position` in reports; unique only together with the network.
    pub fn reporting(self) -> &'static str {
        self.row().4
    }

    /// From a targeting value of a network.
    pub fn from_targeting(network: Network, value: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == network && row.3 == value).map(|row| row.0)
    }

    /// From a report's `platform_position` of a network.
    pub fn from_reporting(network: Network, position: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == network && row.4 == position).map(|row| row.0)
    }

    /// Whether an ad fills an upright screen there, so that a 9:16 picture fits best.
    pub fn is_vertical(self) -> bool {
        matches!(self, Self::FacebookReels | Self::FacebookStories | Self::InstagramStories | Self::InstagramReels)
    }
}

impl fmt::Display for Placement {
    /// The word in forms and stored state: `facebook.feed`, `instagram.stream`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.network().as_str(), self.targeting())
    }
}

impl FromStr for Placement {
    type Err = UnknownPlacement;

    fn from_str(text: &str) -> Result<Self, UnknownPlacement> {
        let (network, value) = text.trim().split_once('.').ok_or_else(|| UnknownPlacement(text.trim().to_owned()))?;
        Self::from_targeting(Network::from_platform(network), value).ok_or_else(|| UnknownPlacement(text.trim().to_owned()))
    }
}

impl Serialize for Placement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Placement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What Meta would refuse in one ad set's placements, as sentences; empty where they can stand together.
///
/// Each ad set is checked by itself: a Facebook ad set has no Instagram story to lean on.
pub fn conflicts(placements: &[Placement]) -> Vec<Sentence> {
    use Placement as P;
    let has = |placement| placements.contains(&placement);
    let mut found = Vec::new();
    if has(P::FacebookStories) && !has(P::FacebookFeed) && !has(P::InstagramStories) {
        found.push(dictionary::stories_need_feed());
    }
    let needy = [P::FacebookMarketplace, P::FacebookSearch, P::FacebookProfileFeed, P::FacebookNotifications];
    for placement in needy {
        if has(placement) && !has(P::FacebookFeed) {
            found.push(dictionary::placement_needs_feed(placement.label()));
        }
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn both_vocabularies_lead_back_to_the_placement() {
        for placement in Placement::all() {
            let network = placement.network();
            assert_eq!(Placement::from_targeting(network, placement.targeting()), Some(placement));
            assert_eq!(Placement::from_reporting(network, placement.reporting()), Some(placement));
            assert_eq!(placement.to_string().parse::<Placement>().unwrap(), placement);
        }
    }

    #[test]
    fn the_table_is_in_the_order_of_the_type() {
        let all: Vec<Placement> = Placement::all().collect();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn placements_that_no_longer_deliver_are_not_offered() {
        for dead in ["instagram.explore", "facebook.video_feeds", "messenger.story", "facebook.instream_video"] {
            assert!(dead.parse::<Placement>().is_err(), "{dead}");
        }
    }

    #[test]
    fn stories_on_facebook_need_a_feed_or_instagrams_stories() {
        assert_eq!(conflicts(&[Placement::FacebookStories]).len(), 1);
        assert!(conflicts(&[Placement::FacebookStories, Placement::FacebookFeed]).is_empty());
        assert!(conflicts(&[Placement::FacebookStories, Placement::InstagramStories]).is_empty());
        assert_eq!(conflicts(&[Placement::FacebookMarketplace, Placement::FacebookSearch]).len(), 2);
        assert!(conflicts(&[Placement::FacebookRightColumn]).is_empty());
    }
}
