//! `previews` of ads and creatives and `generatepreviews` of ad accounts: an iframe, as Meta answers.
//! The address in it leads nowhere: the sandbox draws no ads. Source: Marketing API, "Ad Previews" (v26.0).

use serde_json::json;

use super::creative;
use crate::sandbox::num;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::not_one_of;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Formats of placements where single images stand.
// spec: enum adcreativepreviews_ad_format_enum_param
const FORMATS: &[&str] = &[
    "DESKTOP_FEED_STANDARD",
    "FACEBOOK_PROFILE_FEED_DESKTOP",
    "FACEBOOK_PROFILE_FEED_MOBILE",
    "FACEBOOK_REELS_MOBILE",
    "FACEBOOK_STORY_MOBILE",
    "INSTAGRAM_EXPLORE_CONTEXTUAL",
    "INSTAGRAM_EXPLORE_GRID_HOME",
    "INSTAGRAM_PROFILE_FEED",
    "INSTAGRAM_REELS",
    "INSTAGRAM_SEARCH_CHAIN",
    "INSTAGRAM_SEARCH_GRID",
    "INSTAGRAM_STANDARD",
    "INSTAGRAM_STORY",
    "MARKETPLACE_MOBILE",
    "MOBILE_FEED_BASIC",
    "MOBILE_FEED_STANDARD",
    "RIGHT_COLUMN_STANDARD",
];

// spec: AdAccount GET /generatepreviews; AdCreative GET /previews; Ad GET /previews
const PARAMS: &[&str] = &["ad_format", "creative", "creative_feature", "height", "locale", "render_type", "width"];

/// `GET /{ad or creative}/previews`; `id` names what is previewed.
///
/// # Errors
/// Code 100 for an unknown format.
pub fn of_node(world: &World, call: &Call, id: &str) -> Answer {
    call.params.only(PARAMS)?;
    row(world, call, id)
}

/// `GET /act_x/generatepreviews`: of a creative that need not exist.
///
/// # Errors
/// As making the creative, and code 100 for an unknown format.
pub fn generate(world: &World, call: &Call, account: &str) -> Answer {
    call.params.only(PARAMS)?;
    let given = call.params.object("creative")?.ok_or_else(|| GraphError::required("creative"))?;
    let text = serde_json::to_string(&given).unwrap_or_default();
    if !given.contains_key("creative_id") {
        creative::checked(world, account, given)?;
    }
    row(world, call, &text)
}

fn row(world: &World, call: &Call, what: &str) -> Answer {
    let format = call.params.word("ad_format", FORMATS)?.ok_or_else(|| not_one_of("ad_format", FORMATS))?;
    let words: Vec<u64> = what.bytes().chain(format.bytes()).map(u64::from).collect();
    let number = num::hash(world.state.seed, &words);
    let (width, height) = (call.params.integer("width")?.unwrap_or(540), call.params.integer("height")?.unwrap_or(690));
    let body = format!(
        "<iframe src=\"https://business.sandbox.invalid/ads/api/preview_iframe.php?d={number:016x}&amp;t={format}\" \
         width=\"{width}\" height=\"{height}\" scrolling=\"yes\" style=\"border: none;\"></iframe>"
    );
    Ok(json!({ "data": [{ "body": body }] }))
}
