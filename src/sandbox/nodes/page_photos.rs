//! Photos of the Page: published with a post of their own, or kept for a post to attach.
//! Source: Graph API, "Page Photos", "Photo"; schema of `Photo` (v25.0).

use serde_json::{Value, json};

use super::read::Got;
use super::social::{self, make, need, utc};
use super::social_tables::PHOTO_FIELDS;
use super::{image, page_feed};
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: Page POST /photos
const PARAMS: &[&str] = &[
    "alt_text_custom",
    "backdated_time",
    "backdated_time_granularity",
    "caption",
    "feed_targeting",
    "message",
    "no_story",
    "place",
    "published",
    "scheduled_publish_time",
    "targeting",
    "temporary",
    "unpublished_content_type",
    "url",
];

/// `POST /{page}/photos`: a file or an address that Meta would fetch.
///
/// # Errors
/// 190/2069032 without the Page's token, 200 without `pages_manage_posts`, 324 without a photo, 100 for bad values.
pub fn create(world: &mut World, call: &Call) -> Answer {
    social::as_page(world)?;
    need(world, call, &["pages_read_engagement", "pages_manage_posts"])?;
    let params = &call.params;
    params.only(PARAMS)?;
    let url = params.text("url");
    let size = match (&url, call.files.first()) {
        (Some(url), _) if !social::is_web(url) => return Err(GraphError::invalid("Param url must be a valid URL").blame("url")),
        (Some(_), _) => None,
        (None, Some(file)) => Some(image::size(&file.bytes, &file.file_name)?),
        (None, None) => return Err(GraphError::new(324, "(#324) Requires upload file")),
    };
    let (published, scheduled, content) = page_feed::publication(world, params)?;
    let page = world.identity.page_id.clone();
    let id = world.state.next_id();
    let caption = params.text("caption").or_else(|| params.text("message"));
    let post = (published && params.flag("no_story")? != Some(true)) || scheduled.is_some() || content.is_some();
    let story = post.then(|| format!("{page}_{id}"));
    let fields = json!({
        "name": caption, "published": published, "url": url, "page_story_id": story, "alt_text_custom": params.text("alt_text_custom"),
        "width": size.map(|(width, _)| width), "height": size.map(|(_, height)| height),
    });
    make(world, Kind::Photo, &id, &page, None, fields)?;
    if let Some(story) = &story {
        let fields = json!({
            "message": caption, "published": published, "photos": [id], "scheduled_publish_time": scheduled,
            "unpublished_content_type": content,
        });
        make(world, Kind::Post, story, &page, None, fields)?;
        return Ok(json!({ "id": id, "post_id": story }));
    }
    Ok(json!({ "id": id }))
}

/// Photos of the Page, newest first.
///
/// # Errors
/// Code 100 for bad parameters, 10 without `pages_read_engagement`.
pub fn list(world: &World, params: &Params) -> Result<Vec<String>, GraphError> {
    params.only(&["type", "biz_tag_id", "business_id"])?;
    params.word("type", &["profile", "tagged", "uploaded"])?;
    if !world.settings.granted("pages_read_engagement") {
        return Err(GraphError::new(10, "(#10) This endpoint requires the 'pages_read_engagement' permission"));
    }
    let all = world.state.of_account(&world.identity.page_id, Kind::Photo).iter().rev();
    let there = all.filter_map(|id| world.state.objects.get(id)).filter(|photo| social::is_there(photo));
    let uploaded = params.text("type").is_none_or(|kind| kind == "uploaded");
    Ok(there.filter(|_| uploaded).map(|photo| photo.id.clone()).collect())
}

/// The value of a photo's field.
pub fn value(world: &World, object: &Object, name: &str) -> Got {
    let identity = &world.identity;
    let source = format!("https://scontent.sandbox.invalid/{}.jpg", object.id);
    match name {
        "created_time" => Got::Value(utc(object.created())),
        "updated_time" => Got::Value(utc(object.updated())),
        "from" => Got::Value(json!({"id": identity.page_id, "name": identity.page_name})),
        "link" => Got::Value(json!(format!("https://www.facebook.com/photo.php?fbid={}", object.id))),
        "source" | "picture" => Got::Value(json!(source)),
        "images" => {
            let side = |name: &str| object.get(name).and_then(Value::as_u64);
            Got::Value(json!([{ "source": source, "width": side("width"), "height": side("height") }]))
        }
        "can_delete" | "can_backdate" => Got::Value(json!(true)),
        other => social::stored(object, PHOTO_FIELDS, other),
    }
}
