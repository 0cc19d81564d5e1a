//! Networks: where money went, as Meta's reports name it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A network that a campaign is split over, or everything else.
///
/// Money outside Facebook and Instagram is shown as "other", so that the parts equal the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// Facebook.
    Facebook,
    /// Instagram.
    Instagram,
    /// Audience Network, Messenger, Threads, WhatsApp.
    Other,
    /// The report does not say (a file without a platform column).
    Unknown,
}

impl Network {
    /// The two networks a campaign can be split over, in the order used everywhere (ties in rounding included).
    pub const BOTH: [Self; 2] = [Self::Facebook, Self::Instagram];

    /// The word in URLs, CSV and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Facebook => "Facebook",
            Self::Instagram => "Instagram",
            Self::Other => "Other",
            Self::Unknown => "Network not in the file",
        }
    }

    /// From Meta's `publisher_platform` value, or our own word.
    pub fn from_platform(platform: &str) -> Self {
        match platform.trim().to_ascii_lowercase().as_str() {
            "facebook" => Self::Facebook,
            "instagram" => Self::Instagram,
            "" | "unknown" => Self::Unknown,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
