//! Ad creatives: link ads with one picture, or one for each placement, checked against Page, Instagram account and image library.

use serde_json::{Map, Value, json};

use super::enums::ACTIONS;
use super::{asset_feed, edit, features, image, unoffered};
use crate::sandbox::num;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::as_text;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: AdAccount POST /adcreatives
const PARAMS: &[&str] = &[
    "adlabels",
    "name",
    "object_story_spec",
    "object_story_id",
    "asset_feed_spec",
    "url_tags",
    "degrees_of_freedom_spec",
    "instagram_user_id",
    "title",
    "body",
    "image_hash",
    "image_url",
    "link_url",
    "object_url",
    "object_id",
    "object_type",
    "call_to_action",
    "authorization_category",
    "contextual_multi_ads",
    "execution_options",
];
fn blamed(title: &str, text: impl Into<String>) -> GraphError {
    GraphError::blamed("object_story_spec", title, text)
}

/// `POST /act_x/adcreatives`.
///
/// # Errors
/// Meta's refusals.
pub fn create(world: &mut World, call: &Call, account: &str) -> Answer {
    let mut given = call.params.clone();
    given.0.retain(|name, _| name != "image_file");
    check_names(given.0.keys().map(String::as_str))?;
    given.offered(PARAMS, unoffered::CREATIVE)?;
    let mut fields = Map::new();
    for name in PARAMS.iter().filter(|name| !matches!(**name, "execution_options")) {
        let value = match *name {
            "object_story_spec" | "asset_feed_spec" | "degrees_of_freedom_spec" | "call_to_action" | "contextual_multi_ads" => {
                given.object(name)?.map(Value::Object)
            }
            "adlabels" => None,
            _ => given.text(name).map(Value::String),
        };
        if let Some(value) = value {
            fields.insert((*name).to_owned(), value);
        }
    }
    edit::labels(&given, &mut fields)?;
    let fields = checked(world, account, fields)?;
    edit::create(world, call, Kind::Creative, account, None, fields)
}

fn check_names<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), GraphError> {
    for name in names {
        if matches!(name, "instagram_actor_id" | "instagram_story_id" | "effective_instagram_story_id") {
            return Err(GraphError::invalid(format!("{name} is no longer supported; use instagram_user_id")).blame(name));
        }
    }
    Ok(())
}

/// Checks a creative's fields and adds what Meta derives.
///
/// # Errors
/// Meta's refusals.
pub fn checked(world: &World, account: &str, mut fields: Map<String, Value>) -> Result<Map<String, Value>, GraphError> {
    if let Some(spec) = fields.get("degrees_of_freedom_spec") {
        features::check(spec)?;
    }
    let feed = fields.get("asset_feed_spec").and_then(Value::as_object).cloned();
    if let Some(feed) = &feed {
        if !fields.contains_key("object_story_spec") {
            // Not for existing posts: "Placement Asset Customization with existing posts is no longer supported".
            return Err(GraphError::required("object_story_spec"));
        }
        asset_feed::check(world, account, feed)?;
    }
    if let Some(spec) = fields.get("object_story_spec").and_then(Value::as_object).cloned() {
        story(world, account, &spec, feed.is_some())?;
        derive(&mut fields, &spec);
    } else if let Some(id) = fields.get("object_story_id").and_then(Value::as_str) {
        let page = id.split('_').next().unwrap_or("");
        if page != world.identity.page_id {
            return Err(GraphError::blamed(
                "object_story_id",
                "Invalid post",
                "The post does not belong to a Page of this ad account.",
            ));
        }
        fields.insert("effective_object_story_id".into(), json!(id));
    } else if fields.contains_key("object_id") {
        // Page promotion by object id: the Page itself is what is advertised.
        if fields.get("object_id").map(as_text).as_deref() != Some(world.identity.page_id.as_str()) {
            return Err(GraphError::blamed("object_id", "Invalid object", "The Page is not available to this ad account."));
        }
    } else {
        return Err(GraphError::required("object_story_spec"));
    }
    if let Some(hash) = fields.get("image_hash").and_then(Value::as_str)
        && !image::exists(world, account, hash)
    {
        return Err(GraphError::blamed("image_hash", "Image not found", "The image hash does not exist in this ad account."));
    }
    if fields.get("instagram_user_id").map(as_text).is_some_and(|id| id != world.identity.instagram_user_id) {
        return Err(GraphError::blamed(
            "instagram_user_id",
            "No access to Instagram account",
            "The Instagram account is not connected to this ad account.",
        )
        .sub(1_815_199));
    }
    if !fields.contains_key("effective_object_story_id") {
        let number = num::hash(world.state.seed, &[0x9057, world.state.created]) % 1_000_000_000_000_000;
        let page = &world.identity.page_id;
        fields.insert("effective_object_story_id".into(), json!(format!("{page}_{number:015}")));
    }
    fields.entry("name").or_insert_with(|| json!(format!("Creative {}", world.state.created + 1)));
    fields.insert("status".into(), json!("ACTIVE"));
    Ok(fields)
}

fn story(world: &World, account: &str, spec: &Map<String, Value>, has_feed: bool) -> Result<(), GraphError> {
    check_names(spec.keys().map(String::as_str))?;
    // spec: AdCreativeObjectStorySpec fields
    const KNOWN: &[&str] =
        &["page_id", "instagram_user_id", "link_data", "photo_data", "text_data", "video_data", "template_data"];
    if let Some(unknown) = spec.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(GraphError::invalid(format!("Invalid keys \"{unknown}\" were found in param \"object_story_spec\""))
            .blame("object_story_spec"));
    }
    let page = spec.get("page_id").map(as_text).ok_or_else(|| GraphError::required("object_story_spec[page_id]"))?;
    if page != world.identity.page_id {
        return Err(blamed("Invalid Page", "The Page does not exist or is not available to this ad account.").sub(1_487_929));
    }
    if spec.get("instagram_user_id").map(as_text).is_some_and(|id| id != world.identity.instagram_user_id) {
        return Err(
            blamed("No access to Instagram account", "The Instagram account is not connected to this ad account.").sub(1_815_199)
        );
    }
    for gone in ["video_data", "template_data"] {
        if spec.contains_key(gone) {
            return Err(blamed("Not offered", format!("The sandbox has no {gone} yet; use link_data.")));
        }
    }
    if has_feed {
        // The feed carries link, texts and pictures; the story only says who speaks.
        let twice = ["link_data", "photo_data", "text_data"].into_iter().find(|name| spec.contains_key(*name));
        return match twice {
            Some(name) => Err(blamed("Content given twice", format!("{name} cannot stand beside asset_feed_spec."))),
            None => Ok(()),
        };
    }
    let Some(link) = spec.get("link_data") else {
        return if spec.contains_key("photo_data") || spec.contains_key("text_data") {
            Ok(())
        } else {
            Err(blamed("Empty creative", "object_story_spec needs link_data."))
        };
    };
    link_data(world, account, link)
}

fn link_data(world: &World, account: &str, link: &Value) -> Result<(), GraphError> {
    // spec: AdCreativeLinkData fields
    const KNOWN: &[&str] = &[
        "link",
        "message",
        "name",
        "description",
        "caption",
        "image_hash",
        "picture",
        "call_to_action",
        "child_attachments",
        "multi_share_optimized",
        "multi_share_end_card",
        "image_crops",
        "attachment_style",
        "event_id",
        "offer_id",
    ];
    let Some(link) = link.as_object() else {
        return Err(blamed("Invalid link_data", "link_data must be an object."));
    };
    if let Some(unknown) = link.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(GraphError::invalid(format!(
            "Invalid keys \"{unknown}\" were found in param \"object_story_spec[link_data]\""
        ))
        .blame("object_story_spec"));
    }
    match link.get("link") {
        Some(value) if is_address(value) => {}
        Some(_) => {
            return Err(blamed("Invalid link", "link_data.link must be a web address."));
        }
        None => return Err(GraphError::required("object_story_spec[link_data][link]")),
    }
    if let Some(hash) = link.get("image_hash").map(as_text)
        && !image::exists(world, account, &hash)
    {
        return Err(blamed("Image not found", "The image hash does not exist in this ad account.").sub(1_487_472));
    }
    if let Some(action) = link.get("call_to_action") {
        let kind = action.get("type").map(as_text).unwrap_or_default();
        if !ACTIONS.contains(&kind.as_str()) {
            return Err(crate::sandbox::wire::params::not_one_of("object_story_spec[link_data][call_to_action][type]", ACTIONS));
        }
        if action.get("value").and_then(|value| value.get("link")).is_some_and(|value| !is_address(value)) {
            return Err(blamed("Invalid link", "call_to_action.value.link must be a web address."));
        }
    }
    Ok(())
}

/// Whether a value is a web address.
pub(super) fn is_address(value: &Value) -> bool {
    let text = as_text(value);
    url::Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
}

fn derive(fields: &mut Map<String, Value>, spec: &Map<String, Value>) {
    let link = spec.get("link_data").and_then(Value::as_object);
    let from = |name: &str| link.and_then(|link| link.get(name)).cloned();
    for (field, value) in [
        ("title", from("name")),
        ("body", from("message")),
        ("image_hash", from("image_hash")),
        ("call_to_action_type", from("call_to_action").and_then(|action| action.get("type").cloned())),
        ("instagram_user_id", spec.get("instagram_user_id").cloned()),
        ("actor_id", spec.get("page_id").cloned()),
    ] {
        if let Some(value) = value {
            fields.entry(field).or_insert(value);
        }
    }
    fields.entry("object_type").or_insert_with(|| json!("SHARE"));
}

/// `POST /{creative}`: only name and status can change.
///
/// # Errors
/// Code 100 for anything else.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    let params = &call.params;
    // spec: AdCreative POST
    // spec beyond: execution_options (of every write of ads)
    params.only(&["account_id", "adlabels", "name", "status", "execution_options"])?;
    let mut set = Map::new();
    edit::name(params, false, &mut set)?;
    if let Some(status) = params.word("status", &["ACTIVE", "DELETED"])? {
        set.insert("status".into(), json!(status));
    }
    edit::labels(params, &mut set)?;
    edit::alive(world, object, &set)?;
    edit::update(world, call, &object.id, set)
}
