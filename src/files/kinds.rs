//! Kinds of results: one key for what exports call by an indicator or by a label.
//!
//! The key is Meta's action type, as insights report it, so that results from a file and from a sync are the same kind. A label
//! that is not known is its own kind: kinds are never merged by guess, because results of different kinds are never added.

use super::header::normal;

/// Key of results whose kind the file does not tell.
pub const UNSPECIFIED: &str = "unspecified";
/// Key of purchases counted in a column of their own.
pub const PURCHASE: &str = "purchase";

/// Labels in normal form and the action type they stand for.
#[rustfmt::skip]
const LABELS: &[(&str, &str)] = &[
    ("meta leads", "onsite_conversion.lead_grouped"),
    ("on-facebook leads", "onsite_conversion.lead_grouped"),
    ("leads (form)", "onsite_conversion.lead_grouped"),
    ("website leads", "offsite_conversion.fb_pixel_lead"),
    ("leads", "lead"),
    ("website purchases", "offsite_conversion.fb_pixel_purchase"),
    ("purchases", "purchase"),
    ("meta purchases", "onsite_conversion.purchase"),
    ("link clicks", "link_click"),
    ("link click", "link_click"),
    ("landing page views", "landing_page_view"),
    ("website landing page views", "landing_page_view"),
    ("reach", "reach"),
    ("impressions", "impressions"),
    ("post engagement", "post_engagement"),
    ("post engagements", "post_engagement"),
    ("page likes", "like"),
    ("facebook likes", "like"),
    ("thruplay", "video_thruplay_watched_actions"),
    ("thruplays", "video_thruplay_watched_actions"),
    ("video views", "video_view"),
    ("3-second video views", "video_view"),
    ("messaging conversations started", "onsite_conversion.messaging_conversation_started_7d"),
    ("app installs", "mobile_app_install"),
    ("website registrations completed", "offsite_conversion.fb_pixel_complete_registration"),
    ("registrations completed", "complete_registration"),
    ("website adds to cart", "offsite_conversion.fb_pixel_add_to_cart"),
    ("website content views", "offsite_conversion.fb_pixel_view_content"),
    ("website checkouts initiated", "offsite_conversion.fb_pixel_initiate_checkout"),
    ("website searches", "offsite_conversion.fb_pixel_search"),
    ("estimated ad recall lift (people)", "estimated_ad_recallers"),
    ("multiple conversions", "mixed"),
    ("mixed", "mixed"),
];

/// The kind's key, from an indicator (`actions:link_click`) or a label (`Link clicks`).
pub fn key(text: &str) -> String {
    let text = text.trim();
    if super::numbers::is_missing(text) {
        return UNSPECIFIED.to_owned();
    }
    let name = normal(text);
    if let Some((_, key)) = LABELS.iter().find(|(label, _)| *label == name) {
        return (*key).to_owned();
    }
    match name.split_once(':') {
        Some(("actions" | "conversions" | "unique_actions", action)) if !action.is_empty() => action.to_owned(),
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// Whether results of this kind are purchases, so that a purchase value belongs to them.
pub fn is_purchase(key: &str) -> bool {
    key == PURCHASE || key.ends_with("fb_pixel_purchase") || key.ends_with(".purchase") || key == "omni_purchase"
}

/// `7-day click or 1-day view` as insights write it, `7d_click,1d_view`; anything else as it stands.
pub(super) fn attribution(text: &str) -> String {
    let text = text.trim();
    let windows = |part: &str| {
        let (days, action) = part.trim().split_once("-day ")?;
        let known = days.bytes().all(|b| b.is_ascii_digit()) && !days.is_empty();
        known.then(|| format!("{days}d_{}", action.trim().replace([' ', '-'], "_")))
    };
    let lower = text.to_lowercase().replace(", or ", " or ").replace(", ", " or ");
    let parts = lower.split(" or ").map(windows);
    parts.collect::<Option<Vec<String>>>().map_or_else(|| text.to_owned(), |parts| parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_indicators_of_one_action_are_one_kind() {
        assert_eq!(key("Link Clicks"), "link_click");
        assert_eq!(key("actions:link_click"), "link_click");
        assert_eq!(key("Meta Leads"), "onsite_conversion.lead_grouped");
        assert_eq!(key("actions:onsite_conversion.lead_grouped"), "onsite_conversion.lead_grouped");
        assert_eq!(key("reach"), "reach");
    }

    #[test]
    fn attribution_settings_are_written_as_insights_write_them() {
        assert_eq!(attribution("7-day click or 1-day view"), "7d_click,1d_view");
        assert_eq!(attribution("7-day click, 1-day view, or 1-day engaged-view"), "7d_click,1d_view,1d_engaged_view");
        assert_eq!(attribution("1-day click"), "1d_click");
        assert_eq!(
            (attribution(" Multiple attribution settings "), attribution("")),
            ("Multiple attribution settings".into(), "".into())
        );
    }

    #[test]
    fn unknown_labels_stay_kinds_of_their_own() {
        assert_eq!(key("Custom  event: Quiz done"), "Custom event: Quiz done");
        assert_eq!(key(" - "), UNSPECIFIED);
    }
}
