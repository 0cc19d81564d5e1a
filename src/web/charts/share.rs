//! Share bars in tables: a part of a whole, a split over the networks beside what was set, and spent beside elapsed.

use askama::Template;

use super::px;
use crate::domain::network::Network;

const WIDTH: f64 = 80.0;

/// One piece of a bar, from left to right.
#[derive(Debug, Clone)]
pub struct Part {
    class: &'static str,
    x: String,
    width: String,
}

/// The drawing; renders as `<svg>`.
#[derive(Template)]
#[template(path = "charts/share.svg")]
pub struct Share {
    parts: Vec<Part>,
    track: bool,
    mark: Option<String>,
    words: String,
}

fn class(network: Option<Network>) -> &'static str {
    match network {
        Some(Network::Facebook) => "facebook-fill",
        Some(Network::Instagram) => "instagram-stripes",
        Some(Network::Other | Network::Unknown) => "other-fill",
        None => "plain-fill",
    }
}

/// A part of a whole (0 to 1) in the network's colour and pattern.
pub fn part(share: f64, network: Option<Network>) -> Share {
    let width = px((WIDTH * share.clamp(0.0, 1.0)).max(if share > 0.0 { 1.0 } else { 0.0 }));
    Share { parts: vec![Part { class: class(network), x: px(0.0), width }], track: false, mark: None, words: String::new() }
}

/// A whole divided over networks (shares that sum to 1), with a mark where Facebook's share was set.
pub fn split(shares: &[(Network, f64)], set_facebook: Option<f64>, words: String) -> Share {
    let mut x = 0.0;
    let mut parts = Vec::new();
    for (network, share) in shares {
        let width = WIDTH * share.clamp(0.0, 1.0);
        parts.push(Part { class: class(Some(*network)), x: px(x), width: px(width) });
        x += width;
    }
    Share { parts, track: true, mark: set_facebook.map(|s| px(WIDTH * s.clamp(0.0, 1.0))), words }
}

/// How much of the money is spent, with a mark at how much of the time is gone.
pub fn pace(spent: f64, elapsed: Option<f64>, words: String) -> Share {
    let parts = vec![Part { class: "plain-fill", x: px(0.0), width: px(WIDTH * spent.clamp(0.0, 1.0)) }];
    Share { parts, track: true, mark: elapsed.map(|e| px(WIDTH * e.clamp(0.0, 1.0))), words }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_split_fills_the_bar_in_order() {
        let bar = split(&[(Network::Facebook, 0.25), (Network::Instagram, 0.75)], Some(0.5), String::new());
        assert_eq!((bar.parts[0].width.as_str(), bar.parts[1].x.as_str(), bar.parts[1].width.as_str()), ("20", "20", "60"));
        assert_eq!(bar.mark.as_deref(), Some("40"));
    }

    #[test]
    fn a_tiny_share_is_still_seen_and_an_overspend_stays_inside() {
        assert_eq!(part(0.0001, None).parts[0].width, "1");
        assert_eq!(pace(1.4, None, String::new()).parts[0].width, "80");
        assert!(part(0.3, Some(Network::Instagram)).render().unwrap().contains("instagram-stripes"));
    }
}
