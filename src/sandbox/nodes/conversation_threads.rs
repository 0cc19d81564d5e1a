//! The Page's inbox: threads with people on Messenger and Instagram, and their messages.
//! Source: Messenger Platform, "Conversations API"; schema of `UnifiedThread` (v25.0).

use serde_json::{Value, json};

use super::read::Got;
use super::social::{self, make, need, utc};
use super::social_tables::{CONVERSATION_FIELDS, MESSAGE_FIELDS};
use crate::sandbox::num;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::{Params, not_one_of};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Of a thread, only this many messages tell more than their id ("the 20 most recent messages").
const TOLD: usize = 20;
/// An answer is sent within 24 hours of the person's last message, in seconds.
pub const WINDOW: i64 = 86_400;

/// Where a thread runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Messenger.
    Messenger,
    /// Instagram Direct.
    Instagram,
}

impl Platform {
    /// Reads the word in either case, as Meta takes it.
    ///
    /// # Errors
    /// Code 100 for another word.
    pub fn read(word: Option<&str>) -> Result<Self, GraphError> {
        match word.map(str::to_ascii_lowercase).as_deref() {
            None | Some("messenger") => Ok(Self::Messenger),
            Some("instagram") => Ok(Self::Instagram),
            Some(_) => Err(not_one_of("platform", &["INSTAGRAM", "MESSENGER"])),
        }
    }

    /// The word of the stored thread.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
        }
    }

    /// The permission that its threads need.
    #[must_use]
    pub fn scope(self) -> &'static str {
        match self {
            Self::Messenger => "pages_messaging",
            Self::Instagram => "instagram_manage_messages",
        }
    }

    /// The platform of a thread.
    #[must_use]
    pub fn of(thread: &Object) -> Self {
        if thread.text("platform") == "instagram" { Self::Instagram } else { Self::Messenger }
    }
}

/// Lets a call at a thread or a message: with the Page's token and the platform's permission.
///
/// # Errors
/// 190/2069032, 210, 10 or 200.
pub fn permit(world: &World, call: &Call, object: &Object) -> Result<(), GraphError> {
    social::as_page(world)?;
    let thread = match (object.kind, &object.parent) {
        (Kind::Message, Some(thread)) => world.state.objects.get(thread).unwrap_or(object),
        _ => object,
    };
    need(world, call, &[Platform::of(thread).scope()])
}

/// Threads of the Page, the one with the latest message first.
///
/// # Errors
/// Code 100 for bad parameters, 10 without the platform's permission.
pub fn list(world: &World, params: &Params) -> Result<Vec<String>, GraphError> {
    params.only(&["platform", "user_id", "folder", "tags"])?;
    let platform = Platform::read(params.text("platform").as_deref())?;
    if !world.settings.granted(platform.scope()) {
        let text = format!("(#10) This endpoint requires the '{}' permission", platform.scope());
        return Err(GraphError::new(10, text));
    }
    let user = params.text("user_id");
    let inbox = params.text("folder").is_none_or(|folder| folder.eq_ignore_ascii_case("inbox"));
    let all = world.state.of_account(&world.identity.page_id, Kind::Conversation).iter();
    let mut threads: Vec<&Object> = all
        .filter_map(|id| world.state.objects.get(id))
        .filter(|thread| inbox && thread.text("platform") == platform.word())
        .filter(|thread| user.as_ref().is_none_or(|user| thread.text("person") == user))
        .collect();
    threads.sort_by_key(|thread| std::cmp::Reverse((last_at(world, thread), thread.id.clone())));
    Ok(threads.into_iter().map(|thread| thread.id.clone()).collect())
}

/// Messages of a thread, newest first.
///
/// # Errors
/// Code 100 for bad parameters.
pub fn messages(world: &World, thread: &Object, params: &Params) -> Result<Vec<String>, GraphError> {
    params.only(&["source"])?;
    params.word("source", &["ALL", "PARTICIPANTS"])?;
    Ok(world.state.children_of(&thread.id).iter().rev().cloned().collect())
}

fn last_at(world: &World, thread: &Object) -> i64 {
    let last = world.state.children_of(&thread.id).last().and_then(|id| world.state.objects.get(id));
    last.map_or_else(|| thread.created(), Object::created)
}

/// When the person last wrote; `None` for one who never did.
#[must_use]
pub fn person_wrote_at(world: &World, thread: &Object) -> Option<i64> {
    let messages = world.state.children_of(&thread.id).iter().rev().filter_map(|id| world.state.objects.get(id));
    messages.filter(|message| message.text("sender") == thread.text("person")).map(Object::created).next()
}

/// The thread with a person.
#[must_use]
pub fn with_person(world: &World, person: &str) -> Option<Object> {
    let all = world.state.of_account(&world.identity.page_id, Kind::Conversation).iter();
    all.filter_map(|id| world.state.objects.get(id)).find(|thread| thread.text("person") == person).cloned()
}

/// The id under which a Page knows a person on a platform; it follows from the name.
#[must_use]
pub fn scoped_id(world: &World, platform: Platform, name: &str) -> String {
    let parts = [0x5C0, num::hash_text(platform.word()), num::hash_text(&name.to_lowercase())];
    format!("{:016}", 1_000_000_000_000_000 + num::hash(world.state.seed, &parts) % 9_000_000_000_000_000)
}

/// Opens the thread with a person, or finds it, and returns its id.
///
/// # Errors
/// As [`World::commit`].
pub fn open(world: &mut World, platform: Platform, person: &str, name: &str) -> Result<String, GraphError> {
    if let Some(thread) = with_person(world, person) {
        return Ok(thread.id);
    }
    let id = format!("t_{}", world.state.next_id());
    let page = world.identity.page_id.clone();
    let fields = json!({ "platform": platform.word(), "person": person, "name": name });
    make(world, Kind::Conversation, &id, &page, None, fields)?;
    Ok(id)
}

/// Adds a message to a thread and returns its id.
///
/// # Errors
/// As [`World::commit`].
pub fn say(
    world: &mut World,
    thread: &str,
    sender: &str,
    text: Option<&str>,
    attachment: Option<Value>,
) -> Result<String, GraphError> {
    let id = format!("m_{:016x}{}", num::hash(world.state.seed, &[0x3E55, world.state.created]), world.state.next_id());
    let page = world.identity.page_id.clone();
    let fields = json!({ "sender": sender, "message": text, "attachment": attachment });
    make(world, Kind::Message, &id, &page, Some(thread), fields)?;
    Ok(id)
}

/// Both sides of a thread, as Meta names them: the Page, and the person.
fn sides(world: &World, thread: &Object) -> (Value, Value) {
    let identity = &world.identity;
    let person = thread.text("person");
    match Platform::of(thread) {
        Platform::Messenger => (
            json!({"name": identity.page_name, "email": format!("{}@facebook.com", identity.page_id), "id": identity.page_id}),
            json!({"name": thread.text("name"), "email": format!("{person}@facebook.com"), "id": person}),
        ),
        Platform::Instagram => (
            json!({"username": identity.instagram_username, "id": identity.instagram_user_id}),
            json!({"username": thread.text("name"), "id": person}),
        ),
    }
}

/// The value of a thread's field.
pub fn value(world: &World, object: &Object, name: &str) -> Got {
    let messages = world.state.children_of(&object.id);
    let (page, person) = sides(world, object);
    match name {
        "updated_time" => Got::Value(utc(last_at(world, object))),
        "message_count" => Got::Value(json!(messages.len())),
        "unread_count" => {
            let seen = object.get("seen").and_then(Value::as_u64).and_then(|seen| usize::try_from(seen).ok()).unwrap_or(0);
            let new = messages.iter().skip(seen).filter_map(|id| world.state.objects.get(id));
            Got::Value(json!(new.filter(|message| message.text("sender") == object.text("person")).count()))
        }
        "snippet" => {
            let last = messages.last().and_then(|id| world.state.objects.get(id));
            Got::from(last.map(|message| message.text("message").chars().take(80).collect::<String>()))
        }
        "participants" => Got::Value(json!({ "data": [person, page] })),
        "senders" => Got::Value(json!({ "data": [person, page] })),
        "can_reply" => {
            let open = person_wrote_at(world, object).is_some_and(|moment| world.now() - moment <= WINDOW);
            Got::Value(json!(open))
        }
        "folder" => Got::Value(json!("inbox")),
        "is_subscribed" | "is_owner" => Got::Value(json!(true)),
        "scoped_thread_key" => Got::Value(json!(object.id)),
        "link" => Got::Value(json!(format!("/{}/inbox/{}/", world.identity.page_id, object.text("person")))),
        "name" => Got::Absent,
        other => social::stored(object, CONVERSATION_FIELDS, other),
    }
}

/// The value of a message's field.
pub fn message_value(world: &World, object: &Object, name: &str) -> Got {
    if !MESSAGE_FIELDS.contains(&name) {
        return Got::Unknown;
    }
    let Some(thread) = object.parent.as_ref().and_then(|id| world.state.objects.get(id)) else {
        return Got::Absent;
    };
    let messages = world.state.children_of(&thread.id);
    let told = messages.iter().rev().take(TOLD).any(|id| *id == object.id);
    if !told && name != "id" && name != "created_time" {
        return Got::Absent;
    }
    let (page, person) = sides(world, thread);
    let by_person = object.text("sender") == thread.text("person");
    let (from, to) = if by_person { (person, page) } else { (page, person) };
    match name {
        "created_time" => Got::Value(utc(object.created())),
        "from" => Got::Value(from),
        "to" => Got::Value(json!({ "data": [to] })),
        "message" => Got::Value(json!(object.text("message"))),
        "attachments" => Got::from(object.get("attachment").map(|one| json!({ "data": [one] }))),
        "thread_id" => Got::Value(json!(thread.id)),
        other => social::stored(object, MESSAGE_FIELDS, other),
    }
}
