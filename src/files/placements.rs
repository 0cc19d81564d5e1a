//! Meta's reporting values for placements, from the values and labels that files carry.
//!
//! `Feed` exists on Facebook and on Instagram, so a placement is read together with its network. A label that is not known is
//! kept as it stands. Source of the values: Meta, "Insights breakdowns", `platform_position`.

use crate::domain::network::Network;

use super::header::normal;

use Network::{Facebook, Instagram, Other};

/// Labels in normal form, the network they belong to (none: both feeds have it) and the reporting value.
#[rustfmt::skip]
const LABELS: &[(&str, Option<Network>, &str)] = &[
    ("feed", None, "feed"),
    ("news feed", Some(Facebook), "feed"),
    ("facebook feed", Some(Facebook), "feed"),
    ("facebook news feed", Some(Facebook), "feed"),
    ("instagram feed", Some(Instagram), "feed"),
    ("facebook stories", Some(Facebook), "facebook_stories"),
    ("instagram stories", Some(Instagram), "instagram_stories"),
    ("facebook reels", Some(Facebook), "facebook_reels"),
    ("ads on facebook reels", Some(Facebook), "facebook_reels_overlay"),
    ("facebook reels overlay", Some(Facebook), "facebook_reels_overlay"),
    ("instagram reels", Some(Instagram), "instagram_reels"),
    ("explore", Some(Instagram), "instagram_explore"),
    ("instagram explore", Some(Instagram), "instagram_explore"),
    ("explore home", Some(Instagram), "instagram_explore_grid_home"),
    ("instagram explore home", Some(Instagram), "instagram_explore_grid_home"),
    ("instagram explore grid home", Some(Instagram), "instagram_explore_grid_home"),
    ("instagram profile feed", Some(Instagram), "instagram_profile_feed"),
    ("instagram search results", Some(Instagram), "instagram_search"),
    ("instagram search", Some(Instagram), "instagram_search"),
    ("marketplace", Some(Facebook), "marketplace"),
    ("facebook marketplace", Some(Facebook), "marketplace"),
    ("right column", Some(Facebook), "right_hand_column"),
    ("facebook right column", Some(Facebook), "right_hand_column"),
    ("right hand column", Some(Facebook), "right_hand_column"),
    ("search results", Some(Facebook), "search"),
    ("facebook search results", Some(Facebook), "search"),
    ("search", Some(Facebook), "search"),
    ("video feeds", Some(Facebook), "video_feeds"),
    ("facebook video feeds", Some(Facebook), "video_feeds"),
    ("in-stream video", Some(Facebook), "instream_video"),
    ("in-stream videos", Some(Facebook), "instream_video"),
    ("facebook in-stream videos", Some(Facebook), "instream_video"),
    ("instream video", Some(Facebook), "instream_video"),
    ("facebook profile feed", Some(Facebook), "facebook_profile_feed"),
    ("facebook business explore", Some(Facebook), "biz_disco_feed"),
    ("biz disco feed", Some(Facebook), "biz_disco_feed"),
    ("facebook notifications", Some(Facebook), "facebook_notification"),
    ("facebook notification", Some(Facebook), "facebook_notification"),
    ("native, banner and interstitial", Some(Other), "an_classic"),
    ("native, banner & interstitial", Some(Other), "an_classic"),
    ("an classic", Some(Other), "an_classic"),
    ("rewarded videos", Some(Other), "rewarded_video"),
    ("rewarded video", Some(Other), "rewarded_video"),
    ("messenger inbox", Some(Other), "messenger_inbox"),
    ("messenger stories", Some(Other), "messenger_stories"),
    ("threads feed", Some(Other), "threads_feed"),
    ("unknown", None, "unknown"),
];

/// The network and the reporting value of a row, from its Platform and Placement cells (empty where there is no column).
///
/// The network follows from the placement where the file has no platform and the placement exists on one network only.
pub(super) fn understand(platform: &str, placement: &str) -> (Network, String) {
    let network = Network::from_platform(platform);
    let label = normal(&placement.replace('_', " "));
    // "Stories" beside a platform column means that platform's.
    let full = match network {
        Facebook => format!("facebook {label}"),
        Instagram => format!("instagram {label}"),
        _ => label.clone(),
    };
    let fits = |of: &Option<Network>| network == Network::Unknown || of.is_none_or(|of| of == network);
    let known = [&label, &full].into_iter().find_map(|text| LABELS.iter().find(|(known, of, _)| known == text && fits(of)));
    match known {
        Some((_, of, value)) if network == Network::Unknown => (of.unwrap_or(network), (*value).to_owned()),
        Some((_, _, value)) => (network, (*value).to_owned()),
        None => (network, placement.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_reporting_values_mean_the_same() {
        for (platform, placement, value) in [
            ("facebook", "Feed", "feed"),
            ("Instagram", "Stories", "instagram_stories"),
            ("instagram", "instagram_stories", "instagram_stories"),
            ("facebook", "Right column", "right_hand_column"),
            ("facebook", "In-stream videos", "instream_video"),
            ("facebook", "Reels", "facebook_reels"),
        ] {
            let network = Network::from_platform(platform);
            assert_eq!(understand(platform, placement), (network, value.to_owned()), "{platform} {placement}");
        }
    }

    #[test]
    fn a_placement_of_one_network_tells_the_network() {
        assert_eq!(understand("", "Instagram Stories").0, Instagram);
        assert_eq!(understand("", "Feed").0, Network::Unknown);
        assert_eq!(understand("audience_network", "Rewarded videos"), (Other, "rewarded_video".to_owned()));
    }

    #[test]
    fn an_unknown_placement_is_kept_as_it_stands() {
        assert_eq!(understand("facebook", " Holodeck "), (Facebook, "Holodeck".to_owned()));
    }
}
