//! On which devices people see ads: by placement, and by what people of a place own.
//! Source of the names: Marketing API, "Insights breakdowns", `impression_device` and `device_platform`.

use serde_json::{Map, Value};

use super::audience::list;
use crate::sandbox::placements::PLACEMENTS;

/// Which devices an ad set may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Devices {
    desktop: bool,
    mobile: bool,
}

/// A kind of device: its name, its part of a placement's impressions, and the part of people who have one.
pub type Kind = (&'static str, f64, f64);

/// Part of people who also look at a desktop.
const AT_DESKTOP: f64 = 0.45;

impl Devices {
    /// Reads `device_platforms` of a targeting spec; both where nothing is said.
    #[must_use]
    pub fn read(targeting: &Map<String, Value>) -> Self {
        let asked = list(targeting, "device_platforms");
        let has = |name: &str| asked.is_empty() || asked.iter().any(|asked| asked == name);
        Self { desktop: has("desktop"), mobile: has("mobile") }
    }

    /// Whether a placement has any impression for these devices.
    #[must_use]
    pub fn deliver(self, placement: usize) -> bool {
        let desktop = desktop(placement);
        (self.desktop && desktop > 0.0) || (self.mobile && desktop < 1.0)
    }

    fn desktop_part(self, placement: usize) -> f64 {
        match (self.desktop, self.mobile) {
            (true, false) => 1.0,
            (false, true) => 0.0,
            _ => desktop(placement),
        }
    }

    /// Values of `impression_device`. People of dearer places have more iPhones.
    #[must_use]
    pub fn impression_devices(self, placement: usize, price: f64) -> [Kind; 5] {
        let desktop = self.desktop_part(placement);
        let iphone = (0.14 + 0.3 * price).clamp(0.14, 0.62);
        let phones = (1.0 - desktop) * 0.93;
        [
            ("android_smartphone", phones * (1.0 - iphone), 1.0 - iphone),
            ("android_tablet", (1.0 - desktop) * 0.02, 0.06),
            ("desktop", desktop, AT_DESKTOP),
            ("ipad", (1.0 - desktop) * 0.05, 0.12),
            ("iphone", phones * iphone, iphone),
        ]
    }

    /// Values of `device_platform`.
    #[must_use]
    pub fn platforms(self, placement: usize) -> [Kind; 3] {
        let desktop = self.desktop_part(placement);
        [
            ("desktop", desktop, AT_DESKTOP),
            ("mobile_app", (1.0 - desktop) * 0.94, 0.97),
            ("mobile_web", (1.0 - desktop) * 0.06, 0.25),
        ]
    }
}

/// Part of a placement's impressions on desktops.
fn desktop(placement: usize) -> f64 {
    let Some(placement) = PLACEMENTS.get(placement) else {
        return 0.0;
    };
    match (placement.platform, placement.position) {
        ("facebook", "right_hand_column") => 1.0,
        ("facebook", "search") => 0.15,
        ("facebook", "marketplace") => 0.12,
        ("facebook", "feed") => 0.10,
        ("instagram", "stream") => 0.04,
        ("instagram", "explore_home" | "profile_feed" | "ig_search") => 0.03,
        ("threads", _) => 0.05,
        _ => 0.0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn devices_make_the_whole_and_keep_to_the_targeting() {
        let all = Devices::read(&Map::new());
        let mobile = Devices::read(json!({"device_platforms": ["mobile"]}).as_object().unwrap());
        for placement in 0..PLACEMENTS.len() {
            for kinds in [&all.impression_devices(placement, 1.0)[..], &all.platforms(placement)[..]] {
                assert!((kinds.iter().map(|kind| kind.1).sum::<f64>() - 1.0).abs() < 1e-9);
            }
            assert_eq!(mobile.impression_devices(placement, 1.0)[2].1, 0.0);
        }
        let column = PLACEMENTS.iter().position(|placement| placement.position == "right_hand_column").unwrap();
        assert!(all.deliver(column) && !mobile.deliver(column));
    }
}
