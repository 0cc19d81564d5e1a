//! `degrees_of_freedom_spec`: which of Meta's automatic changes a creative allows.
//! Source: Marketing API, `AdCreativeFeaturesSpec` (v26.0); the bundle `standard_enhancements` is gone since v22.

use serde_json::Value;

use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::not_one_of;

/// Every automatic change that a creative may allow.
// spec: AdCreativeFeaturesSpec fields
pub const FEATURES: &[&str] = &[
    "adapt_to_placement",
    "add_text_overlay",
    "ads_with_benefits",
    "advantage_plus_creative",
    "app_highlights",
    "audio",
    "auto_promotion_tag",
    "biz_ai",
    "carousel_to_video",
    "catalog_feed_tag",
    "creative_stickers",
    "customize_product_recommendation",
    "cv_transformation",
    "description_automation",
    "dha_optimization",
    "dynamic_partner_content",
    "enable_ncs_testimonials",
    "enhance_cta",
    "fb_feed_tag",
    "fb_reels_tag",
    "fb_story_tag",
    "feed_caption_optimization",
    "generate_cta",
    "hide_price",
    "ig_feed_tag",
    "ig_glados_feed",
    "ig_reels_tag",
    "ig_stream_tag",
    "ig_video_native_subtitle",
    "image_animation",
    "image_auto_crop",
    "image_background_gen",
    "image_brightness_and_contrast",
    "image_enhancement",
    "image_templates",
    "image_text_translation",
    "image_touchups",
    "image_uncrop",
    "inline_comment",
    "local_store_extension",
    "media_liquidity_animated_image",
    "media_order",
    "media_type_automation",
    "multi_photo_to_video",
    "music_generation",
    "pac_relaxation",
    "product_extensions",
    "product_metadata_automation",
    "product_tags",
    "profile_card",
    "profile_extension",
    "replace_media_text",
    "reveal_details_over_time",
    "show_destination_blurbs",
    "show_summary",
    "site_extensions",
    "text_extraction_for_headline",
    "text_extraction_for_tap_target",
    "text_formatting_optimization",
    "text_generation",
    "text_optimizations",
    "text_overlay_translation",
    "text_translation",
    "translate_voiceover",
    "video_auto_crop",
    "video_filtering",
    "video_highlight",
    "video_highlights",
    "video_to_image",
    "video_uncrop",
];

const PARAM: &str = "degrees_of_freedom_spec";

/// Checks what a creative allows.
///
/// # Errors
/// Code 100 for unknown features and answers, and for the bundle that is gone.
pub fn check(spec: &Value) -> Result<(), GraphError> {
    let Some(features) = spec.get("creative_features_spec") else { return Ok(()) };
    let Some(features) = features.as_object() else {
        return Err(
            GraphError::invalid("Param degrees_of_freedom_spec[creative_features_spec] must be a JSON object").blame(PARAM)
        );
    };
    for (name, feature) in features {
        if matches!(name.as_str(), "standard_enhancements" | "standard_enhancements_catalog") {
            let text = "standard_enhancements is no longer supported: answer each feature by itself.";
            return Err(GraphError::blamed(PARAM, "Standard enhancements are deprecated", text).sub(3_858_504));
        }
        if !FEATURES.contains(&name.as_str()) {
            return Err(GraphError::invalid(format!("Invalid keys \"{name}\" were found in param \"creative_features_spec\""))
                .blame(PARAM));
        }
        let status = feature.get("enroll_status").and_then(Value::as_str);
        if !matches!(status, Some("OPT_IN" | "OPT_OUT")) {
            return Err(not_one_of("enroll_status", &["OPT_IN", "OPT_OUT"]).blame(PARAM));
        }
    }
    Ok(())
}
