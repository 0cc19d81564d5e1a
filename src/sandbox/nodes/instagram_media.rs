//! Published Instagram media: the account's lists, reading, and switching comments off.
//! Source: Instagram Platform, "IG User Media", "IG User Stories", "IG Media"; schema of `IGMedia` (v25.0).

use serde_json::{Value, json};

use super::read::{Got, Node};
use super::social::{self, change, make, need, utc};
use super::social_tables::MEDIA_FIELDS;
use crate::sandbox::num;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// A story is listed for this many seconds.
const STORY_LIFE: i64 = 86_400;

/// Makes the media of a finished container and returns its id; `above` is the album of a carousel's item.
///
/// # Errors
/// As [`World::commit`].
pub fn make_of(world: &mut World, container: &Object, above: Option<&str>) -> Result<String, GraphError> {
    let (kind, product) = match container.text("media_type") {
        "CAROUSEL" => ("CAROUSEL_ALBUM", "FEED"),
        "REELS" => ("VIDEO", "REELS"),
        "VIDEO" => ("VIDEO", "FEED"),
        "STORIES" => (if container.get("video_url").is_some() { "VIDEO" } else { "IMAGE" }, "STORY"),
        _ => ("IMAGE", "FEED"),
    };
    let caption = if product == "STORY" { None } else { container.get("caption") };
    let shared = (product == "REELS").then(|| container.get("share_to_feed").and_then(Value::as_bool).unwrap_or(true));
    let id = world.state.next_id();
    let account = world.identity.instagram_user_id.clone();
    let fields = json!({
        "media_type": kind, "media_product_type": product, "caption": caption, "is_comment_enabled": true,
        "alt_text": container.get("alt_text"), "is_shared_to_feed": shared, "by_api": true,
    });
    make(world, Kind::InstagramMedia, &id, &account, above, fields)?;
    Ok(id)
}

/// Lists of the Instagram account; `None` when it is none of its edges.
///
/// # Errors
/// Code 100 for bad parameters, 10 without `instagram_basic`.
pub fn of_account(world: &World, edge: &str, params: &Params) -> Result<Option<Vec<String>>, GraphError> {
    let known: &[&str] = match edge {
        "media" => &["since", "until"],
        "stories" | "tags" => &[],
        _ => return Ok(None),
    };
    params.only(known)?;
    if !world.settings.granted("instagram_basic") {
        return Err(GraphError::new(10, "(#10) This endpoint requires the 'instagram_basic' permission"));
    }
    let since = params.moment("since", chrono_tz::UTC)?.unwrap_or(i64::MIN);
    let until = params.moment("until", chrono_tz::UTC)?.unwrap_or(i64::MAX);
    let now = world.now();
    let all = world.state.of_account(&world.identity.instagram_user_id, Kind::InstagramMedia).iter().rev();
    let there = all.filter_map(|id| world.state.objects.get(id)).filter(|media| social::is_there(media));
    let shown = there.filter(|media| media.parent.is_none() && (since..=until).contains(&media.created())).filter(|media| {
        let story = media.text("media_product_type") == "STORY";
        match edge {
            "media" => !story,
            "stories" => story && now < media.created() + STORY_LIFE,
            // Nobody tags the account by himself.
            _ => false,
        }
    });
    Ok(Some(shown.map(|media| media.id.clone()).collect()))
}

/// Lists of media and comments; `None` when it is none of their edges.
///
/// # Errors
/// Code 100 for bad parameters, 10 without `instagram_manage_comments`.
pub fn of_object(world: &World, object: &Object, edge: &str, params: &Params) -> Result<Option<Vec<String>>, GraphError> {
    let (kind, newest_first) = match (object.kind, edge) {
        (Kind::InstagramMedia, "children") => (Kind::InstagramMedia, false),
        (Kind::InstagramMedia, "comments") => (Kind::InstagramComment, true),
        (Kind::InstagramComment, "replies") => (Kind::InstagramComment, false),
        _ => return Ok(None),
    };
    params.only(&[])?;
    if kind == Kind::InstagramComment && !world.settings.granted("instagram_manage_comments") {
        return Err(GraphError::new(10, "(#10) This endpoint requires the 'instagram_manage_comments' permission"));
    }
    let mut ids: Vec<String> = social::children(world, &object.id, kind).into_iter().map(|child| child.id.clone()).collect();
    if newest_first {
        ids.reverse();
    }
    Ok(Some(ids))
}

/// `POST /{ig-media}`: switches comments on or off.
///
/// # Errors
/// 200 without `instagram_manage_comments`, 100 without `comment_enabled`.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    need(world, call, &["instagram_basic", "instagram_manage_comments"])?;
    call.params.only(&["comment_enabled"])?;
    let enabled = call.params.flag("comment_enabled")?.ok_or_else(|| GraphError::required("comment_enabled"))?;
    change(world, &object.id, json!({ "is_comment_enabled": enabled }))
}

/// The part of an address that names media.
fn shortcode(world: &World, id: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = num::hash(world.state.seed, &[0x5C0DE, num::hash_text(id)]);
    (0..10).fold(String::from("D"), |mut text, _| {
        text.push(LETTERS.get((bits & 63) as usize).copied().map_or('A', char::from));
        bits >>= 6;
        text
    })
}

/// The value of a field of Instagram media.
pub fn value(world: &World, object: &Object, name: &str) -> Got {
    let video = object.text("media_type") == "VIDEO";
    let source = |ending: &str| Got::Value(json!(format!("https://scontent.sandbox.invalid/{}.{ending}", object.id)));
    match name {
        "timestamp" => Got::Value(utc(object.created())),
        "username" => Got::Value(json!(world.identity.instagram_username)),
        "owner" => Got::Node(Node::Instagram),
        "ig_id" | "legacy_instagram_media_id" => Got::Value(json!(object.id)),
        "media_url" => source(if video { "mp4" } else { "jpg" }),
        "thumbnail_url" if video => source("jpg"),
        "shortcode" => Got::Value(json!(shortcode(world, &object.id))),
        "permalink" => {
            let kind = if object.text("media_product_type") == "REELS" { "reel" } else { "p" };
            Got::Value(json!(format!("https://www.instagram.com/{kind}/{}/", shortcode(world, &object.id))))
        }
        "comments_count" | "total_comments_count" => {
            let top = social::children(world, &object.id, Kind::InstagramComment);
            let replies: usize =
                top.iter().map(|comment| social::children(world, &comment.id, Kind::InstagramComment).len()).sum();
            Got::Value(json!(top.len() + replies))
        }
        "like_count" | "total_like_count" => Got::Value(json!(0)),
        "has_poll" | "has_slider" | "is_ai_generated" => Got::Value(json!(false)),
        other => social::stored(object, MEDIA_FIELDS, other),
    }
}
