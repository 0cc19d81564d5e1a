//! Comments on Instagram media: written, answered, hidden, deleted.
//! Source: Instagram Platform, "Comment Moderation", "IG Comment", "IG Comment Replies"; schema of `IGComment` (v25.0).

use serde_json::{Value, json};

use super::read::{Got, Node};
use super::social::{self, change, make, need, utc};
use super::social_tables::INSTAGRAM_COMMENT_FIELDS;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Longest comment, in characters.
const LONGEST: usize = 300;
const MOST_HASHTAGS: usize = 4;

/// `POST /{ig-media}/comments` and `/{ig-comment}/replies`.
///
/// # Errors
/// 200 without `instagram_manage_comments`, 100 for what a comment may not be.
pub fn create(world: &mut World, call: &Call, object: &Object) -> Answer {
    need(world, call, &["instagram_basic", "instagram_manage_comments"])?;
    let known: &[&str] = if object.kind == Kind::InstagramMedia { &["message", "ad_id"] } else { &["message"] };
    call.params.only(known)?;
    let message = call.params.required_text("message")?;
    check(&message)?;
    let (id, name) = (world.identity.instagram_user_id.clone(), world.identity.instagram_username.clone());
    let made = add(world, object, &id, &name, &message)?;
    Ok(json!({ "id": made }))
}

/// "The total length cannot exceed 300 characters; no more than 4 hashtags; no more than 1 URL; not all capital letters."
fn check(message: &str) -> Result<(), GraphError> {
    let refused = |text: &str| Err(GraphError::blamed("message", "Comment not allowed", text));
    if message.chars().count() > LONGEST {
        return refused("The comment cannot exceed 300 characters.");
    }
    let words = || message.split_whitespace();
    if words().filter(|word| word.starts_with('#') && word.len() > 1).count() > MOST_HASHTAGS {
        return refused("The comment cannot contain more than 4 hashtags.");
    }
    if words().filter(|word| social::is_web(word)).count() > 1 {
        return refused("The comment cannot contain more than 1 URL.");
    }
    let letters = || message.chars().filter(|letter| letter.is_alphabetic());
    if letters().count() > 1 && letters().all(char::is_uppercase) {
        return refused("The comment cannot consist of capital letters only.");
    }
    Ok(())
}

/// Adds a comment of the account's or of a person's and returns its id. A reply to a reply joins the same thread.
///
/// # Errors
/// Code 100 where comments are switched off; as [`World::commit`].
pub fn add(world: &mut World, object: &Object, from: &str, name: &str, text: &str) -> Result<String, GraphError> {
    let (parent, media) = match (&object.parent, object.kind) {
        (Some(above), Kind::InstagramComment) if world.state.find(above, Kind::InstagramComment).is_some() => {
            (above.clone(), object.text("media").to_owned())
        }
        (_, Kind::InstagramComment) => (object.id.clone(), object.text("media").to_owned()),
        _ => (object.id.clone(), object.id.clone()),
    };
    let enabled = world.state.find(&media, Kind::InstagramMedia).and_then(|media| media.get("is_comment_enabled").cloned());
    if enabled == Some(json!(false)) {
        return Err(GraphError::blamed("message", "Comments are off", "Comments are switched off for this media."));
    }
    let id = world.state.next_id();
    let account = world.identity.instagram_user_id.clone();
    let above = (parent != media).then(|| parent.clone());
    let fields = json!({ "from": { "id": from, "username": name }, "text": text, "media": media, "parent_id": above });
    make(world, Kind::InstagramComment, &id, &account, Some(&parent), fields)?;
    Ok(id)
}

/// `POST /{ig-comment}`: hides or shows it.
///
/// # Errors
/// 200 without `instagram_manage_comments`; 100 without `hide` and for the account's own.
pub fn hide(world: &mut World, call: &Call, object: &Object) -> Answer {
    need(world, call, &["instagram_basic", "instagram_manage_comments"])?;
    call.params.only(&["hide", "ad_id"])?;
    let hide = call.params.flag("hide")?.ok_or_else(|| GraphError::required("hide"))?;
    if is_own(world, object) {
        return Err(GraphError::invalid("The account's own comment cannot be hidden").blame("hide"));
    }
    change(world, &object.id, json!({ "hidden": hide }))
}

/// Whether the account wrote it.
#[must_use]
pub fn is_own(world: &World, object: &Object) -> bool {
    let author = object.get("from").and_then(|from| from.get("id")).and_then(Value::as_str);
    author == Some(world.identity.instagram_user_id.as_str())
}

/// The value of a comment's field.
pub fn value(world: &World, object: &Object, name: &str) -> Got {
    match name {
        "timestamp" => Got::Value(utc(object.created())),
        "username" => Got::from(object.get("from").and_then(|from| from.get("username")).cloned()),
        "media" => Got::Node(Node::Object(object.text("media").to_owned())),
        "hidden" => Got::Value(object.get(name).cloned().unwrap_or(json!(false))),
        "like_count" => Got::Value(json!(0)),
        // "user: returned only if the comment was made by the app user."
        "user" if is_own(world, object) => Got::Node(Node::Instagram),
        "user" => Got::Absent,
        other => social::stored(object, INSTAGRAM_COMMENT_FIELDS, other),
    }
}
