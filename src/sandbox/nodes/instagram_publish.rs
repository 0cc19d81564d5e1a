//! Publishing to Instagram in two steps: a container that is worked on for a while, then the media made of it.
//! Nothing is fetched: an address is checked by its form. Source: Instagram Platform, "Content Publishing", "IG User Media",
//! "IG Container", "Error Codes".

use serde_json::{Value, json};

use super::read::Got;
use super::social::{self, change, make, need};
use super::social_tables::CONTAINER_FIELDS;
use super::{instagram_media, listing};
use crate::sandbox::num;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::{Params, as_text};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: IGUser POST /media
const PARAMS: &[&str] = &[
    "alt_text",
    "audio_name",
    "caption",
    "children",
    "collaborators",
    "cover_url",
    "image_url",
    "is_carousel_item",
    "location_id",
    "media_type",
    "product_tags",
    "share_to_feed",
    "thumb_offset",
    "trial_params",
    "upload_type",
    "user_tags",
    "video_url",
];
/// Longest caption, in characters.
const LONGEST_CAPTION: usize = 2_200;
const MOST_HASHTAGS: usize = 30;
const MOST_MENTIONS: usize = 20;
/// A container is good for this many seconds.
const LIFE: i64 = 86_400;
/// Published media in any 24 hours.
const QUOTA: usize = 100;

/// `status_code` of a container now.
#[must_use]
pub fn status(world: &World, container: &Object) -> &'static str {
    let now = world.now();
    if container.get("media_id").is_some() {
        "PUBLISHED"
    } else if now >= container.created() + LIFE {
        "EXPIRED"
    } else if now < container.get("ready_at").and_then(Value::as_i64).unwrap_or(i64::MAX) {
        "IN_PROGRESS"
    } else if container.get("failure").is_some() {
        "ERROR"
    } else {
        "FINISHED"
    }
}

/// `POST /{ig-user}/media`: a container.
///
/// # Errors
/// 200 without `instagram_content_publish`; Instagram's codes for captions, media types, carousels and addresses.
pub fn create(world: &mut World, call: &Call) -> Answer {
    need(world, call, &["instagram_basic", "instagram_content_publish"])?;
    let params = &call.params;
    params.only(PARAMS)?;
    check_caption(params)?;
    let (image, video) = (params.text("image_url"), params.text("video_url"));
    let item = params.flag("is_carousel_item")?.unwrap_or(false);
    let kind = media_type(params, item)?;
    let mut children = Vec::new();
    match kind.as_str() {
        "CAROUSEL" => children = carousel(world, params)?,
        "IMAGE" => {
            image.as_ref().ok_or_else(|| GraphError::required("image_url"))?;
        }
        "STORIES" if image.is_none() == video.is_none() => {
            return Err(GraphError::invalid("A story needs either image_url or video_url").blame("image_url"));
        }
        "STORIES" => {}
        _ if params.text("upload_type").is_some() => {
            return Err(GraphError::invalid("upload_type is not offered by the sandbox: give video_url").blame("upload_type"));
        }
        _ => {
            video.as_ref().ok_or_else(|| GraphError::required("video_url"))?;
        }
    }
    check_extras(params, &kind)?;
    for (name, address) in [("image_url", &image), ("video_url", &video)] {
        if let Some(address) = address {
            check_address(name, address)?;
        }
    }
    let id = world.state.next_id();
    let now = world.now();
    // Videos are worked on for one to four minutes; pictures are there at once.
    let wait = i64::try_from(num::hash(world.state.seed, &[0x1607, num::hash_text(&id)]) % 180).unwrap_or(0);
    let own = if video.is_some() { now + 60 + wait } else { now };
    let of_child = |id: &String| world.state.objects.get(id).and_then(|child| child.get("ready_at")).and_then(Value::as_i64);
    let ready = children.iter().filter_map(of_child).fold(own, i64::max);
    let failure = image.as_deref().or(video.as_deref()).filter(|address| unreachable(address));
    let fields = json!({
        "media_type": kind, "image_url": image, "video_url": video, "caption": params.text("caption"), "is_carousel_item": item,
        "children": (!children.is_empty()).then_some(children), "ready_at": ready, "alt_text": params.text("alt_text"),
        "share_to_feed": params.flag("share_to_feed")?,
        "failure": failure.map(|_| "The media could not be fetched from this URI."),
    });
    let account = world.identity.instagram_user_id.clone();
    make(world, Kind::InstagramContainer, &id, &account, None, fields)?;
    Ok(json!({ "id": id }))
}

/// What the container becomes: the given type, or an image.
fn media_type(params: &Params, item: bool) -> Result<String, GraphError> {
    let kind = params.text("media_type").unwrap_or_else(|| "IMAGE".into());
    match (kind.as_str(), item) {
        ("VIDEO", false) => Err(GraphError::blamed(
            "media_type",
            "Media type not supported",
            "The VIDEO value for media_type is no longer supported. Use the REELS media type to publish a video to your feed.",
        )
        .sub(2_207_067)),
        ("REELS" | "STORIES" | "CAROUSEL", true) => {
            Err(GraphError::invalid(format!("{kind} cannot be an item of a carousel")).blame("is_carousel_item"))
        }
        ("IMAGE", _) if params.has("video_url") && !params.has("image_url") => Err(GraphError::required("media_type")),
        ("IMAGE" | "VIDEO" | "REELS" | "STORIES" | "CAROUSEL", _) => Ok(kind),
        _ => {
            Err(GraphError::blamed("media_type", "Unknown media type", format!("The media type {kind} is unknown."))
                .sub(2_207_023))
        }
    }
}

fn check_caption(params: &Params) -> Result<(), GraphError> {
    let caption = params.text("caption").unwrap_or_default();
    let length = caption.chars().count();
    if length > LONGEST_CAPTION {
        let text = format!(
            "The submitted image's caption was {length} characters long. The maximum number of characters permitted for a \
             caption is {LONGEST_CAPTION}. Try again with a shorter caption."
        );
        return Err(GraphError::new(36_004, "The caption is too long").sub(2_207_010).told("Caption too long", text));
    }
    let starting = |sign: char| caption.split_whitespace().filter(|word| word.starts_with(sign) && word.len() > 1).count();
    if starting('#') > MOST_HASHTAGS || starting('@') > MOST_MENTIONS {
        let text = format!("A caption has at most {MOST_HASHTAGS} hashtags and {MOST_MENTIONS} mentions.");
        return Err(GraphError::blamed("caption", "Too many tags", text));
    }
    Ok(())
}

/// Containers of `children`: two to ten items of carousels that are still good.
fn carousel(world: &World, params: &Params) -> Result<Vec<String>, GraphError> {
    let children = params.texts("children")?.ok_or_else(|| GraphError::required("children"))?;
    if !(2..=10).contains(&children.len()) {
        let text =
            "Your post won't work as a carousel. Carousels need at least 2 photos/videos and no more than 10 photos/videos.";
        return Err(GraphError::blamed("children", "Invalid carousel", text).sub(2_207_028));
    }
    for id in &children {
        let child = world.state.find(id, Kind::InstagramContainer).ok_or_else(|| gone(id))?;
        if child.get("is_carousel_item").and_then(Value::as_bool) != Some(true) {
            return Err(
                GraphError::invalid(format!("The container {id} was not made as an item of a carousel")).blame("children")
            );
        }
        match status(world, child) {
            "EXPIRED" | "PUBLISHED" => return Err(gone(id)),
            "ERROR" => return Err(not_fetched(child)),
            _ => {}
        }
    }
    Ok(children)
}

/// Parameters that only some media types have.
fn check_extras(params: &Params, kind: &str) -> Result<(), GraphError> {
    let only = |name: &str, kinds: &[&str]| {
        if params.has(name) && !kinds.contains(&kind) {
            return Err(GraphError::invalid(format!("{name} is not supported for media of type {kind}")).blame(name));
        }
        Ok(())
    };
    only("alt_text", &["IMAGE"])?;
    only("children", &["CAROUSEL"])?;
    only("image_url", &["IMAGE", "STORIES"])?;
    only("video_url", &["VIDEO", "REELS", "STORIES"])?;
    for name in ["cover_url", "share_to_feed", "audio_name", "trial_params"] {
        only(name, &["REELS"])?;
    }
    only("thumb_offset", &["REELS", "VIDEO"])?;
    if params.integer("thumb_offset")?.is_some_and(|offset| offset < 0) {
        let text = "Thumbnail offset must be greater than or equal to 0 and less than video duration.";
        return Err(GraphError::new(1, "Invalid thumbnail offset").sub(2_207_057).told("Invalid thumbnail offset", text));
    }
    for name in ["user_tags", "product_tags"] {
        if let Some(tags) = params.json(name)? {
            let named = |tag: &Value| tag.get(if name == "user_tags" { "username" } else { "product_id" }).is_some();
            if !tags.as_array().is_some_and(|tags| tags.iter().all(named)) {
                return Err(GraphError::invalid(format!("Param {name} must be an array of tags")).blame(name));
            }
        }
    }
    params.list("collaborators")?;
    params.integer("location_id")?;
    Ok(())
}

/// "JPEG is the only image format supported"; the sandbox goes by the ending.
fn check_address(name: &str, address: &str) -> Result<(), GraphError> {
    if !social::is_web(address) {
        let text = format!("The media could not be fetched from this URI: {address}");
        return Err(GraphError::new(9_004, "Only photo or video can be accepted as media type.")
            .sub(2_207_052)
            .blame(name)
            .told("Media download has failed", text));
    }
    let path = url::Url::parse(address).map(|url| url.path().to_ascii_lowercase()).unwrap_or_default();
    let other = [".png", ".gif", ".webp", ".bmp", ".tiff", ".heic", ".svg"].iter().any(|ending| path.ends_with(ending));
    if name == "image_url" && other {
        let text = "The image format is not supported. Supported formats are: JPEG.";
        return Err(GraphError::new(36_001, "The image format is not supported").sub(2_207_005).told("Unsupported format", text));
    }
    Ok(())
}

/// Names that can never be reached (RFC 2606) let a failure be tried.
fn unreachable(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| url.host_str().is_some_and(|host| host.ends_with(".invalid")))
}

fn gone(id: &str) -> GraphError {
    let text = format!("The media builder with creation id = {id} does not exist or has been expired. Please try again.");
    GraphError::new(24, "The requested resource does not exist").sub(2_207_008).told("Media builder not found", text)
}

fn not_fetched(container: &Object) -> GraphError {
    let address = if container.text("image_url").is_empty() { container.text("video_url") } else { container.text("image_url") };
    let text = format!("The media could not be fetched from this URI: {address}");
    GraphError::new(9_004, "The media could not be fetched").sub(2_207_052).told("Media download has failed", text)
}

/// `POST /{ig-user}/media_publish`.
///
/// # Errors
/// 24/2207008 for a container that is unknown, used or expired, 9007/2207027 for one that is not ready, 9/2207042 over the quota.
pub fn publish(world: &mut World, call: &Call) -> Answer {
    need(world, call, &["instagram_basic", "instagram_content_publish"])?;
    call.params.only(&["creation_id"])?;
    let id = call.params.required_text("creation_id")?;
    let container = world.state.find(&id, Kind::InstagramContainer).cloned().ok_or_else(|| gone(&id))?;
    match status(world, &container) {
        "FINISHED" => {}
        "IN_PROGRESS" => {
            let text = "The media is not ready for publishing, please wait for a moment.";
            let error = GraphError::new(9_007, "Media ID is not available").sub(2_207_027).told("Media not ready", text);
            return Err(GraphError { transient: true, ..error });
        }
        "ERROR" => return Err(not_fetched(&container)),
        _ => return Err(gone(&id)),
    }
    if container.get("is_carousel_item").and_then(Value::as_bool) == Some(true) {
        return Err(GraphError::invalid("An item of a carousel is published with its carousel only").blame("creation_id"));
    }
    if used(world, world.now() - LIFE) >= QUOTA {
        let text = "You reached maximum number of posts that is allowed to be published by Content Publishing API.";
        return Err(GraphError::new(9, "Application request limit reached").sub(2_207_042).told("Limit reached", text));
    }
    let media = instagram_media::make_of(world, &container, None)?;
    for child in container.get("children").and_then(Value::as_array).cloned().unwrap_or_default() {
        if let Some(child) = world.state.find(&as_text(&child), Kind::InstagramContainer).cloned() {
            let made = instagram_media::make_of(world, &child, Some(&media))?;
            change(world, &child.id, json!({ "media_id": made }))?;
        }
    }
    change(world, &id, json!({ "media_id": media }))?;
    Ok(json!({ "id": media }))
}

/// Media published since a moment; a carousel counts once, deleted media count too.
fn used(world: &World, since: i64) -> usize {
    let all = world.state.of_account(&world.identity.instagram_user_id, Kind::InstagramMedia).iter();
    let whole = all.filter_map(|id| world.state.objects.get(id)).filter(|media| media.parent.is_none());
    whole.filter(|media| media.created() > since && media.get("by_api").is_some()).count()
}

/// `GET /{ig-user}/content_publishing_limit`.
///
/// # Errors
/// 10 without the permissions; 100 for `since` earlier than 24 hours ago and for unknown fields.
pub fn limit(world: &World, call: &Call) -> Answer {
    need(world, call, &["instagram_basic", "instagram_content_publish"])?;
    call.params.only(&["since"])?;
    let earliest = world.now() - LIFE;
    let since = call.params.moment("since", chrono_tz::UTC)?.unwrap_or(earliest);
    if since < earliest {
        return Err(GraphError::invalid("Param since must be within the last 24 hours").blame("since"));
    }
    let asked = crate::sandbox::wire::fields::asked(&call.params)?.unwrap_or_default();
    let mut row = serde_json::Map::new();
    for name in asked.iter().map(|field| field.name.as_str()).chain(asked.is_empty().then_some("quota_usage")) {
        let value = match name {
            "quota_usage" => json!(used(world, since)),
            "config" => json!({ "quota_total": QUOTA, "quota_duration": LIFE }),
            other => {
                let text = format!("Tried accessing nonexisting field ({other}) on node type (ContentPublishingLimitResponse)");
                return Err(GraphError::invalid(text));
            }
        };
        row.insert(name.to_owned(), value);
    }
    listing::rows(call, &[Value::Object(row)])
}

/// The value of a container's field.
pub fn value(world: &World, object: &Object, name: &str) -> Got {
    let code = status(world, object);
    match name {
        "status_code" => Got::Value(json!(code)),
        "status" => Got::Value(json!(match code {
            "ERROR" => format!("Error: {} (2207052)", object.text("failure")),
            "FINISHED" => "Finished: Media has been uploaded and it is ready to be published.".to_owned(),
            "IN_PROGRESS" => "In Progress: Media is still being processed.".to_owned(),
            "EXPIRED" => "Expired: The container was not published within 24 hours and has expired.".to_owned(),
            _ => "Published: The container's media object has been published.".to_owned(),
        })),
        other => social::stored(object, CONTAINER_FIELDS, other),
    }
}
