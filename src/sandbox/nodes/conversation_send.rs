//! `POST /{page}/messages`: answers to people on Messenger and Instagram, private replies to comments, sender actions.
//! Source: Messenger Platform, "Send API", "Message Tags", "Private Replies", "Error Codes".

use serde_json::{Map, Value, json};

use super::conversation_threads::{self, Platform, WINDOW};
use super::page_comments::PRIVATE_REPLY_SECONDS;
use super::social::{self, change, need};
use super::{instagram_comments, page_comments};
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::{as_text, not_one_of};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: Page POST /messages
const PARAMS: &[&str] = &[
    "folder",
    "message",
    "messaging_type",
    "notification_type",
    "payload",
    "persona_id",
    "recipient",
    "reply_to",
    "sender_action",
    "suggestion_action",
    "tag",
    "thread_control",
];
// spec: enum pagemessages_messaging_type_enum_param
const TYPES: &[&str] = &["MESSAGE_TAG", "RESPONSE", "UPDATE", "UTILITY"];
// spec: none (message tags, "Messenger Platform")
const TAGS: &[&str] = &["ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "CUSTOMER_FEEDBACK", "HUMAN_AGENT", "POST_PURCHASE_UPDATE"];
// spec: enum pagemessages_sender_action_enum_param
const ACTIONS: &[&str] = &["MARK_SEEN", "REACT", "TYPING_OFF", "TYPING_ON", "UNREACT"];
// spec: none (attachment types, "Send API")
const ATTACHMENTS: &[&str] = &["audio", "file", "image", "template", "video", "MEDIA_SHARE", "like_heart"];
/// Longest text on Messenger in characters, and on Instagram in bytes.
const LONGEST: (usize, usize) = (2_000, 1_000);
/// The tag HUMAN_AGENT lets a person of the business answer for 7 days, in seconds.
const HUMAN_WINDOW: i64 = 604_800;

/// Answers `POST /{page}/messages`.
///
/// # Errors
/// 190/2069032 without the Page's token, 200 without the platform's permission, 10/2018278 outside the window, 100/2018001 for
/// nobody, 100 for bad values.
pub fn send(world: &mut World, call: &Call) -> Answer {
    social::as_page(world)?;
    let params = &call.params;
    params.only(PARAMS)?;
    let recipient = params.object("recipient")?.ok_or_else(|| GraphError::required("recipient"))?;
    let kind = params.word("messaging_type", TYPES)?;
    let tag = params.word("tag", TAGS)?;
    params.word("notification_type", &["NO_PUSH", "REGULAR", "SILENT_PUSH"])?;
    let action = sender_action(call)?;
    let message = params.object("message")?;
    match (&action, &message) {
        (Some(_), Some(_)) => {
            return Err(GraphError::invalid("Only one of message and sender_action can be given").blame("sender_action"));
        }
        (None, None) => return Err(GraphError::required("message")),
        _ => {}
    }
    if kind.as_deref() == Some("MESSAGE_TAG") && tag.is_none() {
        return Err(GraphError::required("tag"));
    }
    if let Some(comment) = recipient.get("comment_id").map(as_text) {
        let message = message.ok_or_else(|| GraphError::required("message"))?;
        return private_reply(world, call, &comment, &message);
    }
    let person = recipient.get("id").map(as_text).ok_or_else(|| GraphError::required("recipient[id]"))?;
    let thread = conversation_threads::with_person(world, &person)
        .ok_or_else(|| GraphError::invalid("No matching user found").sub(2_018_001).blame("recipient"))?;
    let platform = Platform::of(&thread);
    need(world, call, &[platform.scope()])?;
    if let Some(action) = action {
        if action == "MARK_SEEN" {
            let count = world.state.children_of(&thread.id).len();
            change(world, &thread.id, json!({ "seen": count }))?;
        }
        return Ok(json!({ "recipient_id": person }));
    }
    let (text, attachment) = content(&message.unwrap_or_default(), platform)?;
    in_window(world, &thread, tag.as_deref())?;
    deliver(world, &thread.id, &person, platform, text.as_deref(), attachment)
}

fn sender_action(call: &Call) -> Result<Option<String>, GraphError> {
    // The reference writes them small, the schema in capitals; Meta takes both.
    let Some(word) = call.params.text("sender_action").map(|word| word.to_ascii_uppercase()) else {
        return Ok(None);
    };
    if ACTIONS.contains(&word.as_str()) { Ok(Some(word)) } else { Err(not_one_of("sender_action", ACTIONS)) }
}

/// Text or attachment of a message.
fn content(message: &Map<String, Value>, platform: Platform) -> Result<(Option<String>, Option<Value>), GraphError> {
    // spec: none (keys of a message, "Send API")
    const KNOWN: &[&str] = &["text", "attachment", "attachments", "quick_replies", "metadata"];
    if let Some(unknown) = message.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(GraphError::invalid(format!("Invalid keys \"{unknown}\" were found in param \"message\"")).blame("message"));
    }
    let text = message.get("text").map(as_text).filter(|text| !text.is_empty());
    let attachment = message.get("attachment").cloned();
    let long = text.as_ref().is_some_and(|text| match platform {
        Platform::Messenger => text.chars().count() > LONGEST.0,
        Platform::Instagram => text.len() > LONGEST.1,
    });
    if long {
        let most = if platform == Platform::Messenger { LONGEST.0 } else { LONGEST.1 };
        return Err(
            GraphError::invalid(format!("Length of param message[text] must be less than or equal to {most}")).blame("message")
        );
    }
    if let Some(kind) = attachment.as_ref().map(|attachment| attachment.get("type").map(as_text).unwrap_or_default())
        && !ATTACHMENTS.contains(&kind.as_str())
    {
        return Err(not_one_of("message[attachment][type]", ATTACHMENTS));
    }
    match (&text, &attachment) {
        (Some(_), Some(_)) => Err(GraphError::invalid("A message has either text or an attachment").blame("message")),
        (None, None) => {
            Err(GraphError::invalid("Message cannot be empty, must provide valid attachment or text").blame("message"))
        }
        _ => Ok((text, attachment)),
    }
}

/// "This message is sent outside of allowed window": 24 hours, with HUMAN_AGENT 7 days; other tags of Messenger may any time.
fn in_window(world: &World, thread: &Object, tag: Option<&str>) -> Result<(), GraphError> {
    let since = conversation_threads::person_wrote_at(world, thread).map(|moment| world.now() - moment);
    let allowed = match (tag, since) {
        (_, Some(since)) if since <= WINDOW => true,
        (Some("HUMAN_AGENT"), Some(since)) => since <= HUMAN_WINDOW,
        (Some(_), _) => Platform::of(thread) == Platform::Messenger && tag != Some("HUMAN_AGENT"),
        (None, _) => false,
    };
    if allowed {
        return Ok(());
    }
    let text = "(#10) This message is sent outside of allowed window.";
    Err(GraphError::new(10, text).sub(2_018_278))
}

fn deliver(
    world: &mut World,
    thread: &str,
    person: &str,
    platform: Platform,
    text: Option<&str>,
    attachment: Option<Value>,
) -> Answer {
    let sender = match platform {
        Platform::Messenger => world.identity.page_id.clone(),
        Platform::Instagram => world.identity.instagram_user_id.clone(),
    };
    let id = conversation_threads::say(world, thread, &sender, text, attachment)?;
    Ok(json!({ "recipient_id": person, "message_id": id }))
}

/// One message to the author of a comment, once, within 7 days.
fn private_reply(world: &mut World, call: &Call, comment: &str, message: &Map<String, Value>) -> Answer {
    let object = world.state.objects.get(comment).filter(|object| social::is_there(object)).cloned();
    let object = object.filter(|object| matches!(object.kind, Kind::Comment | Kind::InstagramComment));
    let object = object.ok_or_else(|| GraphError::missing(comment, "post"))?;
    let (platform, own) = match object.kind {
        Kind::InstagramComment => (Platform::Instagram, instagram_comments::is_own(world, &object)),
        _ => (Platform::Messenger, page_comments::is_own(world, &object)),
    };
    need(world, call, &[platform.scope()])?;
    let (text, attachment) = content(message, platform)?;
    if own || world.now() - object.created() > PRIVATE_REPLY_SECONDS {
        return Err(GraphError::new(10_903, "(#10903) This user cant reply to this activity"));
    }
    if object.get("replied_privately").is_some() {
        return Err(GraphError::new(10_900, "(#10900) Activity already replied to"));
    }
    let from = object.get("from").cloned().unwrap_or_default();
    let name = ["name", "username"].iter().find_map(|key| from.get(*key)).map(as_text).unwrap_or_default();
    let person = conversation_threads::scoped_id(world, platform, &name);
    let thread = conversation_threads::open(world, platform, &person, &name)?;
    change(world, comment, json!({ "replied_privately": true }))?;
    deliver(world, &thread, &person, platform, text.as_deref(), attachment)
}
