//! Where Meta says what it refuses.

/// A page of Meta's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Its title.
    pub title: &'static str,
    /// Its address.
    pub url: &'static str,
}

macro_rules! sources {
    ($($name:ident $title:literal $path:literal;)*) => {
        $(pub(super) static $name: Source = Source { title: $title, url: concat!("https://developers.facebook.com/docs/", $path) };)*
    };
}

sources! {
    ERRORS "Graph API: Handle errors" "graph-api/guides/error-handling";
    AD_ERRORS "Marketing API: Error codes" "marketing-api/error-reference";
    LIMITS "Marketing API: Rate limiting" "marketing-api/overview/rate-limiting";
    GRAPH_LIMITS "Graph API: Rate limits" "graph-api/overview/rate-limiting";
    BUDGETS "Marketing API: Budgets" "marketing-api/bidding/overview/budgets";
    CURRENCIES "Marketing API: Currencies" "marketing-api/currencies";
    CAMPAIGN "Marketing API: Campaign" "marketing-api/reference/ad-campaign-group";
    AD_SET "Marketing API: Ad Set" "marketing-api/reference/ad-campaign";
    AD "Marketing API: Ad" "marketing-api/reference/adgroup";
    CREATIVE "Marketing API: Ad Creative" "marketing-api/reference/ad-creative";
    IMAGE "Marketing API: Ad Image" "marketing-api/reference/ad-image";
    PLACEMENTS "Marketing API: Placement targeting" "marketing-api/audiences/reference/placement-targeting";
    TARGETING "Marketing API: Basic targeting" "marketing-api/audiences/reference/basic-targeting";
    DETAILED "Marketing API: Flexible targeting" "marketing-api/audiences/reference/flexible-targeting";
    SPECIAL "Marketing API: Special ad categories" "marketing-api/audiences/special-ad-category";
    ASSETS "Marketing API: Placement asset customization" "marketing-api/dynamic-creative/placement-asset-customization";
    BIDDING "Marketing API: Bid strategies" "marketing-api/bidding/overview/bid-strategy";
    INSIGHTS "Marketing API: Insights, limits and best practices" "marketing-api/insights/best-practices";
    TOKENS "Graph API: Access tokens" "facebook-login/guides/access-tokens";
    PERMISSIONS "Graph API: Permissions" "permissions";
    BATCH "Graph API: Batch requests" "graph-api/batch-requests";
    VERSIONS "Graph API: Versions" "graph-api/guides/versioning";
    PAGES "Pages API: Posts" "pages-api/posts";
    INSTAGRAM "Instagram API: Publish content" "instagram-platform/content-publishing";
    INSTAGRAM_ERRORS "Instagram API: Error codes" "instagram-platform/reference/error-codes";
    MESSAGES "Messenger Platform: Policy overview" "messenger-platform/policy/policy-overview";
    EVENTS "Conversions API: Parameters" "marketing-api/conversions-api/parameters";
}
