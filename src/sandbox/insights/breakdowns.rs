//! What rows and their actions may be divided by, and which divisions go together.
//!
//! Source: Marketing API, "Insights API Breakdowns" (graph-api reference, section 11): a name that v26 does not have is refused
//! with the names it has; a set that the page does not list is refused as a combination. What this server has nothing to say
//! about (a product without a catalogue, an app's SKAdNetwork figures) is accepted and has no rows, as at Meta.

use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::Params;

/// Breakdowns of rows that v26 knows.
// spec: enum adaccountinsights_breakdowns_enum_param
pub const BREAKDOWNS: &[&str] = &[
    "ad_extension_domain",
    "ad_extension_url",
    "ad_format_asset",
    "affiliate_click_region",
    "affiliate_link_url",
    "age",
    "app_id",
    "body_asset",
    "breakdown_ad_objective",
    "breakdown_reporting_ad_id",
    "call_to_action_asset",
    "coarse_conversion_value",
    "comscore_market",
    "conversion_destination",
    "country",
    "creative_automation_asset_id",
    "creative_fingerprint_details",
    "creative_format_classification",
    "creative_media_type_breakdown",
    "creative_relaxation_asset_type",
    "crm_advertiser_l12_territory_ids",
    "crm_advertiser_subvertical_id",
    "crm_advertiser_vertical_id",
    "crm_ult_advertiser_id",
    "description_asset",
    "device_platform",
    "existing_post_id",
    "fidelity_type",
    "flexible_format_asset_type",
    "frequency_value",
    "gen_ai_asset_type",
    "gender",
    "hourly_stats_aggregated_by_advertiser_time_zone",
    "hourly_stats_aggregated_by_audience_time_zone",
    "hsid",
    "image_asset",
    "impression_device",
    "impression_view_time_advertiser_hour_v2",
    "instagram_ads_follow_type",
    "instagram_ads_instagram_media_product_type",
    "instagram_ads_time_since_creation_bucket",
    "internal_campaign_id",
    "is_auto_advance",
    "is_conversion_id_modeled",
    "is_rendered_as_delayed_skip_ad",
    "landing_destination",
    "link_url_asset",
    "marketing_messages_btn_name",
    "mdsa_landing_destination",
    "media_asset_url",
    "media_creator",
    "media_destination_url",
    "media_format",
    "media_id",
    "media_origin_url",
    "media_text_content",
    "media_type",
    "mmm",
    "msa_seller_name",
    "overlap_segment",
    "pa_creator_ig_handle",
    "place_page_id",
    "placement_path",
    "platform_position",
    "postback_sequence_index",
    "product_brand_breakdown",
    "product_category_breakdown",
    "product_custom_label_0_breakdown",
    "product_custom_label_1_breakdown",
    "product_custom_label_2_breakdown",
    "product_custom_label_3_breakdown",
    "product_custom_label_4_breakdown",
    "product_group_content_id_breakdown",
    "product_id",
    "publisher_platform",
    "redownload",
    "reels_trending_topic",
    "region",
    "rta_ugc_topic",
    "rule_set_id",
    "rule_set_name",
    "signal_source",
    "signal_source_bucket",
    "skan_campaign_id",
    "skan_conversion_id",
    "skan_version",
    "sot_attribution_model_type",
    "sot_attribution_window",
    "sot_channel",
    "sot_event_type",
    "sot_source",
    "standard_event_content_type",
    "title_asset",
    "user_persona_id",
    "user_persona_name",
    "video_asset",
    "zip",
];

/// Breakdowns of actions that v26 knows.
// spec: enum adaccountinsights_action_breakdowns_enum_param
pub const ACTION_BREAKDOWNS: &[&str] = &[
    "action_canvas_component_name",
    "action_carousel_card_id",
    "action_carousel_card_name",
    "action_destination",
    "action_device",
    "action_reaction",
    "action_target_id",
    "action_type",
    "action_video_sound",
    "action_video_type",
    "conversion_destination",
    "is_business_ai_assisted",
    "matched_persona_id",
    "matched_persona_name",
    "signal_source_bucket",
    "standard_event_content_type",
];

/// Hours of the day, in the account's zone and in the person's.
// spec: enum adaccountinsights_breakdowns_enum_param
pub const HOURLY: &[&str] = &["hourly_stats_aggregated_by_advertiser_time_zone", "hourly_stats_aggregated_by_audience_time_zone"];

/// Sets that may be asked together and be joined with [`JOINED`]: the page's starred rows, and `device_platform` as
/// connectors use it.
const STARRED: &[&[&str]] = &[
    &[],
    &["age"],
    &["gender"],
    &["age", "gender"],
    &["country"],
    &["region"],
    &["comscore_market"],
    &["product_id"],
    &["publisher_platform"],
    &["impression_device"],
    &["publisher_platform", "impression_device"],
    &["publisher_platform", "platform_position"],
    &["publisher_platform", "platform_position", "impression_device"],
    &["device_platform"],
    &["publisher_platform", "device_platform"],
    &["publisher_platform", "platform_position", "device_platform"],
    &["hourly_stats_aggregated_by_advertiser_time_zone"],
    &["hourly_stats_aggregated_by_audience_time_zone"],
];

/// What starred sets may be joined with.
// spec: enum adaccountinsights_action_breakdowns_enum_param
const JOINED: &[&str] = &["action_type", "action_target_id", "action_destination"];

/// Sets that may be joined with `action_device` too.
const WITH_ACTION_DEVICE: &[&[&str]] = &[
    &[],
    &["impression_device"],
    &["publisher_platform"],
    &["publisher_platform", "impression_device"],
    &["publisher_platform", "platform_position"],
    &["publisher_platform", "platform_position", "impression_device"],
];

/// Sets that may be asked with the cards of a carousel.
const WITH_CARDS: &[&[&str]] = &[&[], &["impression_device"], &["country"], &["age"], &["gender"], &["age", "gender"]];

/// Parts of a creative; each goes alone or with age and gender.
// spec: enum adaccountinsights_breakdowns_enum_param
const ASSETS: &[&str] = &[
    "ad_format_asset",
    "body_asset",
    "call_to_action_asset",
    "description_asset",
    "image_asset",
    "link_url_asset",
    "title_asset",
    "video_asset",
];

/// Reads both kinds of breakdowns and checks that they go together.
///
/// # Errors
/// Code 100 for a name that v26 does not have, and for a combination that Meta does not permit.
pub fn read(params: &Params) -> Result<(Vec<String>, Vec<String>), GraphError> {
    let rows = named(params, "breakdowns", BREAKDOWNS)?.unwrap_or_default();
    // Absent is not empty: without the parameter actions are divided by their type.
    let actions = named(params, "action_breakdowns", ACTION_BREAKDOWNS)?.unwrap_or_else(|| vec!["action_type".to_owned()]);
    named(params, "summary_action_breakdowns", ACTION_BREAKDOWNS)?;
    if permitted(&rows, &actions) {
        return Ok((rows, actions));
    }
    let mut asked: Vec<&str> = rows.iter().chain(&actions).map(String::as_str).collect();
    asked.sort_unstable();
    Err(GraphError::invalid(format!("Current combination of data breakdown columns ({}) is invalid", asked.join(", ")))
        .blame("breakdowns"))
}

fn named(params: &Params, param: &str, known: &[&str]) -> Result<Option<Vec<String>>, GraphError> {
    let Some(given) = params.texts(param)? else {
        return Ok(None);
    };
    let mut names: Vec<String> = Vec::new();
    for name in given.into_iter().filter(|name| !name.is_empty()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if param == "breakdowns" && names.iter().any(|name| name == "dma") {
        return Err(
            GraphError::invalid("dma is no longer supported for breakdowns param. Use comscore_market instead.").blame(param)
        );
    }
    if let Some(position) = names.iter().position(|name| !known.contains(&name.as_str())) {
        return Err(crate::sandbox::wire::params::not_one_of(&format!("{param}[{position}]"), known));
    }
    Ok(Some(names))
}

fn permitted(rows: &[String], actions: &[String]) -> bool {
    let is = |set: &[&str]| set.len() == rows.len() && set.iter().all(|name| rows.iter().any(|row| row == name));
    let any = |sets: &[&[&str]]| sets.iter().any(|set| is(set));
    // Of the actions what is beyond the joinable three.
    let beyond: Vec<&str> = actions.iter().map(String::as_str).filter(|name| !JOINED.contains(name)).collect();
    match beyond.as_slice() {
        [] => {
            any(STARRED) || alone(rows, actions) || {
                let assets = rows.iter().filter(|name| ASSETS.contains(&name.as_str())).count();
                assets == 1
                    && rows.iter().all(|name| ASSETS.contains(&name.as_str()) || matches!(name.as_str(), "age" | "gender"))
            }
        }
        ["action_device"] => any(WITH_ACTION_DEVICE),
        ["action_reaction"] => {
            rows.is_empty() && actions.iter().all(|name| matches!(name.as_str(), "action_reaction" | "action_type"))
        }
        cards if cards.iter().all(|name| name.starts_with("action_carousel_card")) => {
            any(WITH_CARDS) && actions.len() == cards.len()
        }
        [_] => rows.is_empty(),
        _ => false,
    }
}

/// Breakdowns without a row of their own on the page: each by itself. What media an ad showed cannot be joined with
/// `action_type`, so `action_breakdowns=[]` must say so; SKAdNetwork's conversion goes with its app.
fn alone(rows: &[String], actions: &[String]) -> bool {
    match rows {
        // A position means something only beside its platform.
        [one] if one == "platform_position" || ASSETS.contains(&one.as_str()) => false,
        [one] if one.starts_with("media_") => actions.is_empty(),
        [_] => true,
        [one, other] => [one.as_str(), other.as_str()].iter().all(|name| matches!(*name, "app_id" | "skan_conversion_id")),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked(rows: &str, actions: Option<&str>) -> Result<(Vec<String>, Vec<String>), GraphError> {
        let mut params = Params::default();
        params.0.insert("breakdowns".into(), json!(rows));
        if let Some(actions) = actions {
            params.0.insert("action_breakdowns".into(), json!(actions));
        }
        read(&params)
    }

    #[test]
    fn every_set_that_connectors_ask_for_is_permitted() {
        let three = Some("action_type,action_target_id,action_destination");
        for (rows, actions) in [
            ("", three),
            ("age,gender", three),
            ("gender,age", three),
            ("country", three),
            ("region", three),
            ("comscore_market", three),
            ("hourly_stats_aggregated_by_advertiser_time_zone", three),
            ("publisher_platform,platform_position,impression_device", Some("action_type")),
            ("device_platform", Some("action_type")),
            ("publisher_platform,device_platform", Some("action_type")),
            ("product_id", Some("[]")),
            ("", Some("action_carousel_card_id,action_carousel_card_name")),
            ("", Some("action_reaction")),
            ("", Some("action_video_sound")),
            ("", Some("action_video_type")),
            ("publisher_platform", Some("action_device,action_type")),
            ("media_type", Some("[]")),
            ("image_asset,age,gender", None),
            ("app_id,skan_conversion_id", Some("[]")),
            ("frequency_value", None),
        ] {
            assert!(asked(rows, actions).is_ok(), "{rows} with {actions:?}");
        }
    }

    #[test]
    fn what_the_page_does_not_list_is_refused_as_a_combination() {
        for (rows, actions) in [
            ("age,country", None),
            ("platform_position", None),
            ("age,publisher_platform", None),
            ("region,country", None),
            ("hourly_stats_aggregated_by_advertiser_time_zone,age", None),
            ("media_type", None),
            ("image_asset,body_asset", None),
            ("image_asset,country", None),
            ("country", Some("action_device")),
            ("age", Some("action_reaction")),
            ("region", Some("action_carousel_card_id")),
            ("publisher_platform", Some("action_video_type")),
        ] {
            let error = asked(rows, actions).unwrap_err();
            assert!(error.message.contains("Current combination of data breakdown columns"), "{rows}: {}", error.message);
        }
        let error = asked("country,age", None).unwrap_err();
        assert_eq!(error.message, "(#100) Current combination of data breakdown columns (action_type, age, country) is invalid");
    }

    #[test]
    fn unknown_names_are_told_with_their_place_and_dma_with_what_follows_it() {
        let error = asked("age,placement", None).unwrap_err();
        assert!(error.message.starts_with("(#100) breakdowns[1] must be one of the following values: "), "{}", error.message);
        assert!(asked("AGE", None).is_err(), "values are lower-case");
        assert!(asked("dma", None).unwrap_err().message.contains("comscore_market"));
        assert_eq!(asked("age,age", None).unwrap().0, ["age"]);
        let error = asked("", Some("action_converted")).unwrap_err();
        assert!(error.message.starts_with("(#100) action_breakdowns[0]"), "{}", error.message);
    }
}
