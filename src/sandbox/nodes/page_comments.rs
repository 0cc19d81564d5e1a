//! Comments under posts and photos: read in both orders, answered, hidden, edited, deleted, liked by the Page.
//! Source: Graph API, "Comment", "Object Comments", "Pages API, Comments and @mentions"; schema of `Comment` (v25.0).

use serde_json::{Value, json};

use super::read::{Got, Node};
use super::social::{self, change, make, need, utc};
use super::social_tables::COMMENT_FIELDS;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Longest comment, in characters.
const LONGEST: usize = 8_000;
/// A private reply is sent at most this many seconds after the comment.
pub const PRIVATE_REPLY_SECONDS: i64 = 604_800;

/// Comments of a post, a photo or a comment.
///
/// # Errors
/// Code 100 for bad parameters; 10 without the permissions to read what people wrote.
pub fn list(world: &World, object: &Object, params: &Params) -> Result<Vec<String>, GraphError> {
    params.only(&["filter", "live_filter", "order", "since"])?;
    if let Some(missing) =
        ["pages_read_engagement", "pages_read_user_content"].iter().find(|scope| !world.settings.granted(scope))
    {
        return Err(GraphError::new(10, format!("(#10) This endpoint requires the '{missing}' permission")));
    }
    let stream = params.word("filter", &["stream", "toplevel"])?.as_deref() == Some("stream");
    params.word("live_filter", &["filter_low_quality", "no_filter"])?;
    let newest = params.word("order", &["chronological", "reverse_chronological"])?.as_deref() == Some("reverse_chronological");
    let since = params.moment("since", chrono_tz::UTC)?.unwrap_or(i64::MIN);
    let mut found = social::children(world, &object.id, Kind::Comment);
    if stream {
        let replies: Vec<&Object> =
            found.iter().flat_map(|comment| social::children(world, &comment.id, Kind::Comment)).collect();
        found.extend(replies);
        found.sort_by(|left, right| (left.created(), &left.id).cmp(&(right.created(), &right.id)));
    }
    found.retain(|comment| comment.created() >= since);
    if newest {
        found.reverse();
    }
    Ok(found.into_iter().map(|comment| comment.id.clone()).collect())
}

/// `POST /{post|photo|comment}/comments`: the Page says something.
///
/// # Errors
/// 190/2069032 without the Page's token, 200 without `pages_manage_engagement`, 100 without text.
pub fn create(world: &mut World, call: &Call, object: &Object) -> Answer {
    social::as_page(world)?;
    need(world, call, &["pages_manage_engagement"])?;
    let params = &call.params;
    params.only(&["message", "attachment_id", "attachment_share_url", "attachment_url"])?;
    let message = params.text("message");
    let share = params.text("attachment_share_url");
    let picture = params.text("attachment_url");
    if message.is_none() && share.is_none() && picture.is_none() && !params.has("attachment_id") {
        return Err(GraphError::required("message"));
    }
    for (name, address) in [("attachment_share_url", &share), ("attachment_url", &picture)] {
        if address.as_deref().is_some_and(|address| !social::is_web(address)) {
            return Err(GraphError::invalid(format!("Param {name} must be a valid URL")).blame(name));
        }
    }
    let attachment = share.or(picture).map(|url| json!({ "type": "share", "url": url }));
    let (id, name) = (world.identity.page_id.clone(), world.identity.page_name.clone());
    let made = add(world, object, &id, &name, message.as_deref().unwrap_or(""), attachment)?;
    Ok(json!({ "id": made }))
}

/// Adds a comment of the Page's or of a person's and returns its id. A reply to a reply joins the same thread.
///
/// # Errors
/// 100 for a text that is too long; as [`World::commit`].
pub fn add(
    world: &mut World,
    object: &Object,
    from: &str,
    name: &str,
    message: &str,
    attachment: Option<Value>,
) -> Result<String, GraphError> {
    if message.chars().count() > LONGEST {
        return Err(GraphError::invalid(format!("The comment has more than {LONGEST} characters")).blame("message"));
    }
    let parent = match &object.parent {
        Some(above) if object.kind == Kind::Comment && world.state.find(above, Kind::Comment).is_some() => above.clone(),
        _ => object.id.clone(),
    };
    let about = if object.kind == Kind::Comment { object.text("object").to_owned() } else { object.id.clone() };
    let number = about.rsplit('_').next().unwrap_or("").to_owned();
    let id = format!("{number}_{}", world.state.next_id());
    let page = world.identity.page_id.clone();
    let fields = json!({
        "from": { "id": from, "name": name }, "message": message, "object": about, "attachment": attachment,
    });
    make(world, Kind::Comment, &id, &page, Some(&parent), fields)?;
    Ok(id)
}

/// Whether the Page wrote it.
#[must_use]
pub fn is_own(world: &World, object: &Object) -> bool {
    object.get("from").and_then(|from| from.get("id")).and_then(Value::as_str) == Some(world.identity.page_id.as_str())
}

/// `POST /{comment}`: hide another's, edit one's own.
///
/// # Errors
/// 190/2069032 without the Page's token, 200 without `pages_manage_engagement` or for another's text.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    social::as_page(world)?;
    need(world, call, &["pages_manage_engagement"])?;
    let params = &call.params;
    params.only(&["is_hidden", "message", "attachment_id", "attachment_share_url", "attachment_url"])?;
    let own = is_own(world, object);
    let mut set = serde_json::Map::new();
    if let Some(hidden) = params.flag("is_hidden")? {
        if own {
            return Err(GraphError::invalid("A comment of the Page itself cannot be hidden").blame("is_hidden"));
        }
        set.insert("is_hidden".into(), json!(hidden));
    }
    if let Some(message) = params.text("message") {
        if !own {
            return Err(GraphError::new(200, "(#200) Permissions error: only its author can edit a comment"));
        }
        set.insert("message".into(), json!(message));
    }
    change(world, &object.id, Value::Object(set))
}

/// `POST` and `DELETE /{object}/likes` as the Page.
///
/// # Errors
/// 190/2069032 without the Page's token, 200 without `pages_manage_engagement`.
pub fn like(world: &mut World, call: &Call, object: &Object) -> Answer {
    social::as_page(world)?;
    need(world, call, &["pages_manage_engagement"])?;
    call.params.only(&[])?;
    let liked = (call.method == crate::sandbox::wire::request::Method::Post).then_some(true);
    change(world, &object.id, json!({ "user_likes": liked }))
}

/// The value of a comment's field.
pub fn value(world: &World, object: &Object, name: &str) -> Got {
    let own = is_own(world, object);
    match name {
        "created_time" => Got::Value(utc(object.created())),
        // Who wrote it is told only to who may read what people write ("Page Public Content Access").
        "from" if !own && !world.settings.granted("pages_read_user_content") => Got::Absent,
        "is_hidden" | "user_likes" | "is_private" => Got::Value(object.get(name).cloned().unwrap_or(json!(false))),
        "can_hide" => Got::Value(json!(!own)),
        "can_remove" | "can_comment" | "can_like" => Got::Value(json!(true)),
        "can_reply_privately" => {
            let late = world.now() - object.created() > PRIVATE_REPLY_SECONDS;
            Got::Value(json!(!own && !late && object.get("replied_privately").is_none()))
        }
        "comment_count" => Got::Value(json!(social::children(world, &object.id, Kind::Comment).len())),
        "like_count" => Got::Value(json!(i64::from(object.get("user_likes").is_some()))),
        "parent" => match &object.parent {
            Some(id) if world.state.find(id, Kind::Comment).is_some() => Got::Node(Node::Object(id.clone())),
            _ => Got::Absent,
        },
        "object" => Got::Node(Node::Object(object.text("object").to_owned())),
        "permalink_url" => {
            let page = &world.identity.page_id;
            let (post, comment) = object.id.split_once('_').unwrap_or(("", ""));
            Got::Value(json!(format!("https://www.facebook.com/{page}/posts/{post}?comment_id={comment}")))
        }
        other => social::stored(object, COMMENT_FIELDS, other),
    }
}
