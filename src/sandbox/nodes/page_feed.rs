//! Posts of the Page: published at once, later, or never (dark posts for ads).
//! Source: Graph API, "Page Feed", "Page Post", "Pages API, Posts"; schema of `PagePost` (v25.0).

use serde_json::{Value, json};

use super::read::{Got, Node};
use super::social::{self, change, make, need, utc};
use super::social_tables::POST_FIELDS;
use crate::sandbox::state::{Event, Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::{Params, as_text, not_one_of};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: Page POST /feed
const CREATE_PARAMS: &[&str] = &[
    "actions",
    "attached_media",
    "backdated_time",
    "backdated_time_granularity",
    "call_to_action",
    "child_attachments",
    "feed_targeting",
    "link",
    "message",
    "multi_share_end_card",
    "multi_share_optimized",
    "object_attachment",
    "place",
    "published",
    "scheduled_publish_time",
    "tags",
    "targeting",
    "unpublished_content_type",
];
// spec: PagePost POST; Post POST
const UPDATE_PARAMS: &[&str] = &[
    "backdated_time",
    "backdated_time_granularity",
    "feed_story_visibility",
    "is_hidden",
    "is_pinned",
    "is_published",
    "message",
    "scheduled_publish_time",
    "timeline_visibility",
];
// spec: enum pagefeed_unpublished_content_type_enum_param
const CONTENT_TYPES: &[&str] = &[
    "ADS_POST",
    "DRAFT",
    "INLINE_CREATED",
    "PUBLISHED",
    "PUBLISH_PENDING",
    "REVIEWABLE_BRANDED_CONTENT",
    "SCHEDULED",
    "SCHEDULED_RECURRING",
];
// spec: enum pagefeed_backdated_time_granularity_enum_param
const GRANULARITIES: &[&str] = &["day", "hour", "min", "month", "none", "year"];
/// A post is scheduled 10 minutes to 30 days ahead, in seconds.
const SCHEDULED: std::ops::RangeInclusive<i64> = 600..=2_592_000;

/// When a post was or will be published; `None` for one that will not.
fn published_at(object: &Object) -> Option<i64> {
    if object.get("published").and_then(Value::as_bool) == Some(true) {
        return Some(object.get("published_at").and_then(Value::as_i64).unwrap_or_else(|| object.created()));
    }
    object.get("scheduled_publish_time").and_then(Value::as_i64)
}

/// Whether a post stands on the Page now.
#[must_use]
pub fn is_published(object: &Object, now: i64) -> bool {
    published_at(object).is_some_and(|moment| moment <= now)
}

/// `POST /{page}/feed`.
///
/// # Errors
/// 190/2069032 without the Page's token, 200 without `pages_manage_posts`, 197 for an empty post, 506 for the same post twice,
/// 100 for bad values.
pub fn create(world: &mut World, call: &Call) -> Answer {
    social::as_page(world)?;
    need(world, call, &["pages_read_engagement", "pages_manage_posts"])?;
    let params = &call.params;
    params.only(CREATE_PARAMS)?;
    let (message, link) = (params.text("message"), params.text("link"));
    let photos = attached(world, params)?;
    if message.is_none() && link.is_none() && photos.is_empty() && !params.has("child_attachments") {
        return Err(GraphError::new(197, "(#197) The post is empty. Please enter a message to share."));
    }
    if let Some(link) = &link
        && !social::is_web(link)
    {
        return Err(GraphError::invalid("Param link must be a valid URL").blame("link"));
    }
    params.word("backdated_time_granularity", GRANULARITIES)?;
    let backdated = params.moment("backdated_time", chrono_tz::UTC)?;
    if backdated.is_some_and(|moment| moment > world.now()) {
        return Err(GraphError::invalid("backdated_time must be in the past").blame("backdated_time"));
    }
    for name in ["targeting", "feed_targeting", "call_to_action"] {
        params.object(name)?;
    }
    params.list("child_attachments")?;
    for name in ["multi_share_end_card", "multi_share_optimized"] {
        params.flag(name)?;
    }
    let (published, scheduled, content) = publication(world, params)?;
    let page = world.identity.page_id.clone();
    if published && is_repeated(world, message.as_deref(), link.as_deref(), &photos) {
        return Err(GraphError::new(506, "(#506) Duplicate status message").told(
            "Duplicate status update",
            "This status update is identical to the last one you posted. Try posting something different.",
        ));
    }
    let id = format!("{page}_{}", world.state.next_id());
    let fields = json!({
        "message": message, "link": link, "published": published, "scheduled_publish_time": scheduled,
        "unpublished_content_type": content, "photos": (!photos.is_empty()).then_some(photos),
        "targeting": params.object("targeting")?, "feed_targeting": params.object("feed_targeting")?,
        "call_to_action": params.object("call_to_action")?, "child_attachments": params.list("child_attachments")?,
        "backdated_time": backdated, "place": params.text("place"),
    });
    make(world, Kind::Post, &id, &page, None, fields)?;
    Ok(json!({ "id": id }))
}

/// Whether it is published at once, when it is scheduled for, and its kind of unpublished content.
pub(super) fn publication(world: &World, params: &Params) -> Result<(bool, Option<i64>, Option<String>), GraphError> {
    let published = params.flag("published")?.unwrap_or(true);
    let scheduled = params.moment("scheduled_publish_time", chrono_tz::UTC)?;
    let content = params.word("unpublished_content_type", CONTENT_TYPES)?;
    if published && scheduled.is_some() {
        return Err(GraphError::invalid("You cannot specify a scheduled publish time on a published post")
            .blame("scheduled_publish_time"));
    }
    if published && content.as_deref().is_some_and(|content| content != "PUBLISHED") {
        return Err(GraphError::invalid("unpublished_content_type needs published to be false").blame("unpublished_content_type"));
    }
    if let Some(moment) = scheduled {
        in_window(world, moment)?;
    }
    if content.as_deref() == Some("SCHEDULED") && scheduled.is_none() {
        return Err(GraphError::required("scheduled_publish_time"));
    }
    Ok((published, scheduled, content))
}

fn in_window(world: &World, moment: i64) -> Result<(), GraphError> {
    if SCHEDULED.contains(&(moment - world.now())) {
        return Ok(());
    }
    let text = "The time must be between 10 minutes and 30 days from now.";
    Err(GraphError::invalid("The specified scheduled publish time is invalid.")
        .blame("scheduled_publish_time")
        .told("Scheduled publish time is invalid", text))
}

/// Photos of `attached_media=[{"media_fbid":"1"}]`: unpublished ones of this Page.
fn attached(world: &World, params: &Params) -> Result<Vec<String>, GraphError> {
    let bad = |text: String| GraphError::invalid(text).blame("attached_media");
    let mut photos = Vec::new();
    for entry in params.list("attached_media")?.unwrap_or_default() {
        let entry = match entry {
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::Null),
            other => other,
        };
        let id = entry.get("media_fbid").map(as_text).ok_or_else(|| bad("Each attached_media needs media_fbid".into()))?;
        let photo = world.state.find(&id, Kind::Photo).filter(|photo| social::is_there(photo));
        let photo = photo.ok_or_else(|| bad(format!("The photo {id} does not exist")))?;
        if photo.get("published").and_then(Value::as_bool) == Some(true) {
            return Err(bad(format!("The photo {id} is published already")));
        }
        photos.push(id);
    }
    Ok(photos)
}

/// Whether the last post that stands says the same. Source: "Error codes", 506.
fn is_repeated(world: &World, message: Option<&str>, link: Option<&str>, photos: &[String]) -> bool {
    let posts = world.state.of_account(&world.identity.page_id, Kind::Post).iter().rev();
    let mut there = posts.filter_map(|id| world.state.objects.get(id)).filter(|post| social::is_there(post));
    let last = there.find(|post| is_published(post, world.now()));
    photos.is_empty()
        && last.is_some_and(|last| {
            last.text("message") == message.unwrap_or("")
                && last.text("link") == link.unwrap_or("")
                && last.get("photos").is_none()
        })
}

/// `POST /{post}`.
///
/// # Errors
/// As [`create`]; 100 for taking a published post back or scheduling it again.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    social::as_page(world)?;
    need(world, call, &["pages_manage_posts"])?;
    let params = &call.params;
    params.only(UPDATE_PARAMS)?;
    let now = world.now();
    let standing = is_published(object, now);
    let mut set = serde_json::Map::new();
    if let Some(message) = params.text("message") {
        set.insert("message".into(), json!(message));
    }
    for name in ["is_hidden", "is_pinned"] {
        if let Some(flag) = params.flag(name)? {
            set.insert(name.into(), json!(flag));
        }
    }
    if let Some(word) = params.word("timeline_visibility", &["forced_allow", "hidden", "normal"])? {
        set.insert("timeline_visibility".into(), json!(word));
    }
    params.word("feed_story_visibility", &["hidden", "visible"])?;
    params.word("backdated_time_granularity", GRANULARITIES)?;
    if let Some(moment) = params.moment("backdated_time", chrono_tz::UTC)? {
        set.insert("backdated_time".into(), json!(moment));
    }
    match params.flag("is_published")? {
        Some(false) if standing => {
            return Err(GraphError::invalid("A published post cannot be unpublished").blame("is_published"));
        }
        Some(true) if !standing => {
            set.insert("published".into(), json!(true));
            set.insert("published_at".into(), json!(now));
            set.insert("scheduled_publish_time".into(), Value::Null);
        }
        _ => {}
    }
    if let Some(moment) = params.moment("scheduled_publish_time", chrono_tz::UTC)? {
        if standing || set.contains_key("published") {
            return Err(GraphError::invalid("You cannot specify a scheduled publish time on a published post")
                .blame("scheduled_publish_time"));
        }
        in_window(world, moment)?;
        set.insert("scheduled_publish_time".into(), json!(moment));
    }
    change(world, &object.id, Value::Object(set))
}

/// Posts of an edge of the Page, newest first; `None` when it is no edge of posts.
///
/// # Errors
/// Code 100 for bad parameters, 10 without `pages_read_engagement`.
pub fn list(world: &World, edge: &str, params: &Params) -> Result<Option<Vec<String>>, GraphError> {
    let known: &[&str] = match edge {
        "feed" | "posts" | "published_posts" | "visitor_posts" | "tagged" => {
            &["include_hidden", "show_expired", "with", "since", "until", "q"]
        }
        "scheduled_posts" => &[],
        "ads_posts" => &["exclude_dynamic_ads", "include_inline_create", "since", "until"],
        _ => return Ok(None),
    };
    params.only(known)?;
    if !world.settings.granted("pages_read_engagement") {
        return Err(GraphError::new(10, "(#10) This endpoint requires the 'pages_read_engagement' permission"));
    }
    if params.text("with").is_some_and(|with| with != "LOCATION") {
        return Err(not_one_of("with", &["LOCATION"]));
    }
    let hidden = params.flag("include_hidden")?.unwrap_or(false);
    let since = params.moment("since", chrono_tz::UTC)?.unwrap_or(i64::MIN);
    let until = params.moment("until", chrono_tz::UTC)?.unwrap_or(i64::MAX);
    let now = world.now();
    let shown = |post: &&Object| {
        let standing = is_published(post, now);
        let by_visitor = post.get("from").is_some();
        let wanted = match edge {
            "feed" => standing,
            "visitor_posts" => standing && by_visitor,
            "posts" | "published_posts" => standing && !by_visitor,
            "scheduled_posts" => !standing && post.get("scheduled_publish_time").is_some(),
            "ads_posts" => matches!(post.text("unpublished_content_type"), "ADS_POST" | "INLINE_CREATED"),
            _ => false,
        };
        let moment = published_at(post).unwrap_or_else(|| post.created());
        wanted
            && (hidden || post.get("is_hidden").and_then(Value::as_bool) != Some(true))
            && (since..=until).contains(&if edge == "scheduled_posts" { post.created() } else { moment })
    };
    let all = world.state.of_account(&world.identity.page_id, Kind::Post).iter().filter_map(|id| world.state.objects.get(id));
    let mut posts: Vec<&Object> = all.filter(|post| social::is_there(post)).filter(shown).collect();
    posts.sort_by_key(|post| std::cmp::Reverse((published_at(post).unwrap_or_else(|| post.created()), post.id.clone())));
    Ok(Some(posts.into_iter().map(|post| post.id.clone()).collect()))
}

/// Makes the post of a creative's story, as it has stood since the creative came.
///
/// # Errors
/// As [`World::commit`].
pub fn uncover(world: &mut World, id: &str) -> Result<(), GraphError> {
    let mut objects = world.state.objects.values();
    let Some(creative) = objects.find(|one| one.kind == Kind::Creative && one.text("effective_object_story_id") == id) else {
        return Ok(());
    };
    let story = creative.get("object_story_spec").and_then(|spec| spec.get("link_data"));
    let of = |name: &str| story.and_then(|data| data.get(name)).cloned().unwrap_or(Value::Null);
    let fields = json!({
        "message": of("message"), "link": of("link"), "published": false, "unpublished_content_type": "ADS_POST",
    });
    let Value::Object(mut fields) = fields else { return Ok(()) };
    fields.retain(|_, value| !value.is_null());
    let account = world.identity.page_id.clone();
    let event =
        Event::Create { at: creative.created(), id: id.into(), kind: Kind::Post, account, parent: None, fields, by: None };
    world.commit(&event)
}

/// The value of a post's field.
pub fn value(world: &World, object: &Object, name: &str) -> Got {
    let now = world.now();
    let identity = &world.identity;
    let number = object.id.rsplit('_').next().unwrap_or("");
    match name {
        "created_time" => {
            let backdated = object.get("backdated_time").and_then(Value::as_i64);
            let moment = backdated.or_else(|| published_at(object).filter(|moment| *moment <= now));
            Got::Value(utc(moment.unwrap_or_else(|| object.created())))
        }
        "updated_time" => Got::Value(utc(published_at(object).filter(|at| *at <= now).unwrap_or(0).max(object.updated()))),
        "backdated_time" => object.get(name).and_then(Value::as_i64).map_or(Got::Absent, |moment| Got::Value(utc(moment))),
        "from" => {
            Got::Value(object.get("from").cloned().unwrap_or_else(|| json!({"id": identity.page_id, "name": identity.page_name})))
        }
        "is_published" => Got::Value(json!(is_published(object, now))),
        "is_hidden" | "is_expired" | "is_popular" | "is_spherical" | "is_app_share" => {
            Got::Value(object.get(name).cloned().unwrap_or(json!(false)))
        }
        "is_inline_created" => Got::Value(json!(object.text("unpublished_content_type") == "INLINE_CREATED")),
        "scheduled_publish_time" => match object.get(name) {
            Some(moment) if !is_published(object, now) => Got::Value(moment.clone()),
            _ => Got::Absent,
        },
        "permalink_url" => Got::Value(json!(format!("https://www.facebook.com/{}/posts/{number}", identity.page_id))),
        "promotable_id" => Got::Value(json!(object.id)),
        "is_eligible_for_promotion" => Got::Value(json!(true)),
        "promotion_status" => Got::Value(json!("inactive")),
        "timeline_visibility" => Got::Value(object.get(name).cloned().unwrap_or(json!("normal"))),
        "privacy" => Got::Value(json!({"value": "EVERYONE", "description": "Public", "allow": "", "deny": "", "friends": ""})),
        "status_type" => Got::Value(json!(match (object.get("photos"), object.get("link")) {
            (Some(_), _) => "added_photos",
            (None, Some(_)) => "shared_story",
            (None, None) => "mobile_status_update",
        })),
        "full_picture" | "picture" => {
            let photo = object.get("photos").and_then(|list| list.get(0)).and_then(Value::as_str);
            Got::from(photo.map(|id| format!("https://scontent.sandbox.invalid/{id}.jpg")))
        }
        "application" => Got::Value(json!({"id": identity.app_id, "name": "Tandem sandbox"})),
        "can_reply_privately" => Got::Value(json!(false)),
        "attachments" => Got::from(attachments(object)),
        "admin_creator" if object.get("from").is_none() => Got::Node(Node::Page),
        other => social::stored(object, POST_FIELDS, other),
    }
}

/// What hangs on a post: its link, or its photos.
fn attachments(object: &Object) -> Option<Value> {
    if let Some(photos) = object.get("photos").and_then(Value::as_array) {
        let rows: Vec<Value> = photos.iter().map(|id| json!({ "type": "photo", "target": { "id": id } })).collect();
        return Some(json!({ "data": rows }));
    }
    let link = object.get("link")?;
    Some(json!({ "data": [{ "type": "share", "url": link, "unshimmed_url": link, "target": { "url": link } }] }))
}
