//! The use cases that calls count against, and what Meta says of each. Source: Graph API, "Rate limits", "Business use case
//! rate limits" (graph-api reference, section 5).

use serde::{Deserialize, Serialize};

use super::Tier;
use crate::sandbox::wire::errors::GraphError;

/// Which limit of calls a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseCase {
    /// Campaigns, ad sets, ads and what belongs to them.
    Management,
    /// Insights of ads.
    Insights,
    /// Custom audiences and their people.
    CustomAudience,
    /// A Page: posts, comments.
    Pages,
    /// An Instagram account: media, comments.
    Instagram,
    /// A Page's conversations.
    Messenger,
}

const HOUR: i64 = 3_600;
/// People who engaged with the seeded Page and its Instagram account within a day.
const ENGAGED: i64 = 400;

impl UseCase {
    /// `type` in `X-Business-Use-Case-Usage`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Management => "ads_management",
            Self::Insights => "ads_insights",
            Self::CustomAudience => "custom_audience",
            Self::Pages => "pages",
            Self::Instagram => "instagram",
            Self::Messenger => "messenger",
        }
    }

    /// Whether it counts per ad account, which has points and a usage header of its own.
    #[must_use]
    pub fn of_account(self) -> bool {
        matches!(self, Self::Management | Self::Insights | Self::CustomAudience)
    }

    /// Seconds within which its calls are counted.
    #[must_use]
    pub fn span(self) -> i64 {
        if self.of_account() { HOUR } else { 24 * HOUR }
    }

    /// Most calls within the span. `active` are the account's ads that are on, or its audiences.
    #[must_use]
    pub fn most(self, tier: Tier, active: i64) -> i64 {
        match (self, tier) {
            (Self::Management, Tier::Limited) => 300 + 40 * active,
            (Self::Management, Tier::Full) => 100_000 + 40 * active,
            (Self::Insights, Tier::Limited) => 600 + 400 * active,
            (Self::Insights, Tier::Full) => 190_000 + 400 * active,
            (Self::CustomAudience, Tier::Limited) => (5_000 + 40 * active).min(700_000),
            (Self::CustomAudience, Tier::Full) => (190_000 + 40 * active).min(700_000),
            (Self::Pages | Self::Instagram, _) => 4_800 * ENGAGED,
            (Self::Messenger, _) => 200 * ENGAGED,
        }
    }

    /// The error of a call beyond the limit.
    #[must_use]
    pub fn refusal(self) -> GraphError {
        let (code, whom) = match self {
            Self::Insights => (80_000, "from this ad-account"),
            Self::Pages => (80_001, "to this Page account"),
            Self::Instagram => (80_002, "to this Instagram account"),
            Self::CustomAudience => (80_003, "to this ad-account"),
            Self::Management => (80_004, "to this ad-account"),
            Self::Messenger => (80_006, "to this Messenger account"),
        };
        GraphError::new(
            code,
            format!(
                "(#{code}) There have been too many calls {whom}. Wait a bit and try again. For more info, please refer to \
                 https://developers.facebook.com/docs/graph-api/overview/rate-limiting."
            ),
        )
        .sub(2_446_079)
    }
}
