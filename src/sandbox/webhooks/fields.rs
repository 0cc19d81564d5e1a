//! Which objects can be subscribed to, and the fields of each.
//! Source: Graph API, "Webhooks Reference"; schema of `Page.subscribed_apps` (v25.0).

/// Fields of the Page, of messages and leads too, that an app can hear.
pub const PAGE: &[&str] = &[
    "affiliation",
    "bio",
    "business_integrity",
    "category",
    "checkins",
    "conversations",
    "description",
    "email",
    "feed",
    "follow",
    "founded",
    "general_info",
    "hours",
    "inbox_labels",
    "leadgen",
    "leadgen_update",
    "live_videos",
    "location",
    "members",
    "mention",
    "merchant_review",
    "message_context",
    "message_deliveries",
    "message_echoes",
    "message_edits",
    "message_mention",
    "message_reactions",
    "message_reads",
    "message_template_status_update",
    "messages",
    "messaging_account_linking",
    "messaging_appointments",
    "messaging_customer_information",
    "messaging_feedback",
    "messaging_handovers",
    "messaging_integrity",
    "messaging_optins",
    "messaging_optouts",
    "messaging_payments",
    "messaging_policy_enforcement",
    "messaging_postbacks",
    "messaging_referrals",
    "mission",
    "name",
    "phone",
    "picture",
    "product_review",
    "products",
    "ratings",
    "response_feedback",
    "send_cart",
    "standby",
    "story_share",
    "user_action",
    "videos",
    "website",
];
const INSTAGRAM: &[&str] = &[
    "comment_poll_response",
    "comments",
    "follow",
    "live_comments",
    "mentions",
    "message_edit",
    "message_reactions",
    "messages",
    "messaging_handover",
    "messaging_optins",
    "messaging_postbacks",
    "messaging_referral",
    "messaging_seen",
    "share_to_story",
    "standby",
    "story_insights",
    "story_poll_response",
];
const AD_ACCOUNT: &[&str] =
    &["ad_recommendations", "creative_fatigue", "in_process_ad_objects", "product_set_issue", "with_issues_ad_objects"];
const APPLICATION: &[&str] = &["ad_account", "ads_rules_engine", "async_requests"];

/// Objects that an app can subscribe to.
pub const OBJECTS: &[&str] = &["ad_account", "application", "instagram", "page"];

/// The fields of an object; none for an object that is not known.
#[must_use]
pub fn of(object: &str) -> &'static [&'static str] {
    match object {
        "page" => PAGE,
        "instagram" => INSTAGRAM,
        "ad_account" => AD_ACCOUNT,
        "application" => APPLICATION,
        _ => &[],
    }
}
