//! Placements: what may be targeted, how each is reported, and what the market of each is like.
//! Names follow Meta's "Placement Targeting" page (v26) and the breakdown values of insights; prices are the sandbox's own.

/// Which people a placement can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Network {
    /// People who use Facebook.
    Facebook,
    /// People who use Instagram.
    Instagram,
    /// People of either.
    Either,
}

impl Network {
    /// Position in tables.
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::Facebook => 0,
            Self::Instagram => 1,
            Self::Either => 2,
        }
    }
}

/// One placement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// `publisher_platforms` value, also the breakdown value.
    pub platform: &'static str,
    /// Targeting field of its positions.
    pub field: &'static str,
    /// Targeting value.
    pub position: &'static str,
    /// Value of the breakdown `platform_position`; empty when the sandbox never delivers there.
    pub reported: &'static str,
    /// Who can be reached.
    pub network: Network,
    /// Share of the network's people who come by.
    pub share: f64,
    /// EUR per 1,000 impressions of the first impressions on an ordinary day.
    pub price: f64,
    /// Link clicks per impression.
    pub click_rate: f64,
    /// Factor on the conversion rate of a click.
    pub intent: f64,
}

macro_rules! placement {
    ($platform:literal, $field:literal, $position:literal, $reported:literal, $network:ident, $share:literal, $price:literal, $rate:literal, $intent:literal) => {
        Placement {
            platform: $platform,
            field: $field,
            position: $position,
            reported: $reported,
            network: Network::$network,
            share: $share,
            price: $price,
            click_rate: $rate,
            intent: $intent,
        }
    };
}

/// Every placement that may be targeted. Without `reported` it is accepted and brings nothing
/// (no inventory for single-image ads).
pub const PLACEMENTS: &[Placement] = &[
    placement!("facebook", "facebook_positions", "feed", "feed", Facebook, 0.85, 8.8, 0.0115, 1.0),
    placement!("facebook", "facebook_positions", "right_hand_column", "right_hand_column", Facebook, 0.25, 2.6, 0.0017, 0.7),
    placement!("facebook", "facebook_positions", "marketplace", "marketplace", Facebook, 0.30, 6.8, 0.0080, 0.85),
    placement!("facebook", "facebook_positions", "video_feeds", "", Facebook, 0.1, 6.0, 0.004, 0.6),
    placement!("facebook", "facebook_positions", "story", "facebook_stories", Facebook, 0.35, 6.4, 0.0068, 0.85),
    placement!("facebook", "facebook_positions", "search", "search", Facebook, 0.12, 8.2, 0.0085, 1.0),
    placement!("facebook", "facebook_positions", "instream_video", "", Facebook, 0.2, 7.0, 0.002, 0.5),
    placement!("facebook", "facebook_positions", "facebook_reels", "facebook_reels", Facebook, 0.55, 5.4, 0.0058, 0.8),
    placement!("facebook", "facebook_positions", "facebook_reels_overlay", "", Facebook, 0.3, 3.0, 0.002, 0.5),
    placement!("facebook", "facebook_positions", "profile_feed", "facebook_profile_feed", Facebook, 0.18, 6.3, 0.0070, 0.8),
    placement!("facebook", "facebook_positions", "notification", "", Facebook, 0.2, 5.0, 0.006, 0.8),
    placement!("instagram", "instagram_positions", "stream", "feed", Instagram, 0.80, 8.6, 0.0104, 1.05),
    placement!("instagram", "instagram_positions", "story", "instagram_stories", Instagram, 0.65, 7.1, 0.0086, 1.0),
    placement!("instagram", "instagram_positions", "explore", "", Instagram, 0.3, 6.6, 0.007, 0.8),
    placement!(
        "instagram",
        "instagram_positions",
        "explore_home",
        "instagram_explore_grid_home",
        Instagram,
        0.30,
        6.4,
        0.0067,
        0.85
    ),
    placement!("instagram", "instagram_positions", "reels", "instagram_reels", Instagram, 0.60, 5.7, 0.0062, 0.9),
    placement!("instagram", "instagram_positions", "profile_feed", "instagram_profile_feed", Instagram, 0.15, 6.2, 0.0066, 0.85),
    placement!("instagram", "instagram_positions", "ig_search", "instagram_search", Instagram, 0.12, 7.4, 0.0088, 1.05),
    placement!("instagram", "instagram_positions", "profile_reels", "", Instagram, 0.1, 5.5, 0.005, 0.8),
    placement!("threads", "threads_positions", "threads_stream", "threads_feed", Instagram, 0.20, 4.6, 0.0044, 0.7),
    placement!("messenger", "messenger_positions", "sponsored_messages", "", Facebook, 0.1, 20.0, 0.01, 1.0),
    placement!("messenger", "messenger_positions", "story", "", Facebook, 0.1, 5.0, 0.004, 0.6),
    placement!("audience_network", "audience_network_positions", "classic", "an_classic", Either, 0.35, 3.1, 0.0052, 0.35),
    placement!("audience_network", "audience_network_positions", "rewarded_video", "", Either, 0.2, 6.0, 0.003, 0.3),
    placement!("whatsapp", "whatsapp_positions", "status", "", Either, 0.2, 4.0, 0.004, 0.6),
];

/// Platforms of automatic placements.
// spec: none (values of publisher_platforms, "Placement Targeting")
pub const DEFAULT_PLATFORMS: &[&str] = &["facebook", "instagram", "messenger", "audience_network", "threads"];

/// Every value of `publisher_platforms`.
// spec: none (values of publisher_platforms, "Placement Targeting")
pub const PLATFORMS: &[&str] = &["facebook", "instagram", "threads", "messenger", "audience_network", "whatsapp"];

/// Positions that no longer deliver or were never defaults.
// spec: none (positions, "Placement Targeting")
const NEVER_DEFAULT: &[&str] = &["video_feeds", "explore", "sponsored_messages"];

/// The positions of a platform that may be targeted.
pub fn positions(platform: &str) -> impl Iterator<Item = &'static Placement> {
    PLACEMENTS.iter().filter(move |placement| placement.platform == platform)
}

/// Whether a placement belongs to its platform's defaults.
#[must_use]
pub fn is_default(placement: &Placement) -> bool {
    !NEVER_DEFAULT.contains(&placement.position)
}

/// Positions in [`PLACEMENTS`] that a targeting spec selects, by the rule of Meta's page: an absent list means all
/// defaults; parameters AND together, values OR.
#[must_use]
pub fn selected(targeting: &serde_json::Map<String, serde_json::Value>) -> Vec<usize> {
    let words = |name: &str| {
        targeting
            .get(name)
            .and_then(serde_json::Value::as_array)
            .filter(|items| !items.is_empty())
            .map(|items| items.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>())
    };
    let platforms = words("publisher_platforms").unwrap_or_else(|| DEFAULT_PLATFORMS.to_vec());
    let desktop_only = words("device_platforms").is_some_and(|devices| devices == ["desktop"]);
    PLACEMENTS
        .iter()
        .enumerate()
        .filter(|(_, placement)| platforms.contains(&placement.platform))
        .filter(|(_, placement)| match words(placement.field) {
            Some(asked) => asked.contains(&placement.position),
            None => is_default(placement),
        })
        .filter(|(_, placement)| {
            !desktop_only || matches!(placement.position, "feed" | "right_hand_column" | "marketplace" | "search")
        })
        .map(|(index, _)| index)
        .collect()
}
