//! Which written changes are told, and in which words. Source: "Webhooks for Pages", "Webhooks for Instagram", "Messenger
//! Platform: webhook events", "Ad account webhooks".

use serde_json::{Map, Value, json};

use super::outbox;
use super::subscriptions::hears;
use crate::sandbox::nodes::conversation_threads::Platform;
use crate::sandbox::state::{Event, Kind, Object};
use crate::sandbox::status::{self, Review};
use crate::sandbox::world::World;

/// A change to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// `page`, `instagram`, `ad_account`, `application`.
    pub object: &'static str,
    /// Id of the entry.
    pub entry: String,
    /// The field that changed.
    pub field: &'static str,
    /// Unix seconds from which it is told.
    pub due: i64,
    /// Its value; of messages the whole event.
    pub value: Value,
}

/// Deliveries that follow from a write which has just happened.
#[must_use]
pub fn of(world: &World, event: &Event) -> Vec<Event> {
    let (id, set) = match event {
        Event::Create { id, .. } => (id, None),
        Event::Update { id, set, .. } => (id, Some(set)),
        _ => return Vec::new(),
    };
    let Some(object) = world.state.objects.get(id) else { return Vec::new() };
    let changes = match object.kind {
        Kind::Post => post(world, object, set),
        Kind::Comment => comment(world, object, set),
        Kind::InstagramComment if set.is_none() => instagram_comment(world, object),
        Kind::Message => message(world, object),
        Kind::Ad => ad(world, object, set),
        _ => None,
    };
    let page = &world.identity.page_id;
    let told = changes.into_iter().filter(|change| {
        let owner = if change.object == "ad_account" { format!("act_{}", change.entry) } else { page.clone() };
        hears(world, change.object, change.field, &owner)
    });
    told.map(|change| outbox::delivery(world, &change)).collect()
}

/// What a change of a stored text or flag is called.
fn verb(set: Option<&Map<String, Value>>) -> Option<&'static str> {
    let Some(set) = set else { return Some("add") };
    match (set.get("status"), set.get("is_hidden").and_then(Value::as_bool)) {
        (Some(status), _) if status == "DELETED" => Some("remove"),
        (_, Some(true)) => Some("hide"),
        (_, Some(false)) => Some("unhide"),
        _ => set.contains_key("message").then_some("edited"),
    }
}

fn page_change(world: &World, value: Value) -> Option<Change> {
    Some(Change { object: "page", entry: world.identity.page_id.clone(), field: "feed", due: world.now(), value })
}

fn post(world: &World, object: &Object, set: Option<&Map<String, Value>>) -> Option<Change> {
    let published = set.and_then(|set| set.get("published")) == Some(&Value::Bool(true));
    let verb = if published { "add" } else { verb(set)? };
    let standing = crate::sandbox::nodes::page_feed::is_published(object, world.now());
    let identity = &world.identity;
    let item = if object.get("photos").is_some() {
        "photo"
    } else if object.get("link").is_some() {
        "share"
    } else {
        "status"
    };
    page_change(
        world,
        json!({
            "item": item, "verb": verb, "post_id": object.id, "from": {"id": identity.page_id, "name": identity.page_name},
            "message": object.text("message"), "created_time": object.created(), "published": i32::from(standing),
        }),
    )
}

fn comment(world: &World, object: &Object, set: Option<&Map<String, Value>>) -> Option<Change> {
    let verb = verb(set)?;
    page_change(
        world,
        json!({
            "item": "comment", "verb": verb, "comment_id": object.id, "post_id": object.text("object"), "parent_id": object.parent,
            "from": object.get("from"), "message": object.text("message"), "created_time": object.created(),
        }),
    )
}

fn instagram_comment(world: &World, object: &Object) -> Option<Change> {
    let media = world.state.objects.get(object.text("media"))?;
    let mut value = json!({
        "from": object.get("from"), "id": object.id, "text": object.text("text"),
        "media": {"id": media.id, "media_product_type": media.text("media_product_type")},
    });
    if let Some(parent) = object.get("parent_id") {
        value["parent_id"] = parent.clone();
    }
    let entry = world.identity.instagram_user_id.clone();
    Some(Change { object: "instagram", entry, field: "comments", due: world.now(), value })
}

fn message(world: &World, object: &Object) -> Option<Change> {
    let thread = world.state.objects.get(object.parent.as_ref()?)?;
    let identity = &world.identity;
    let (kind, own) = match Platform::of(thread) {
        Platform::Messenger => ("page", &identity.page_id),
        Platform::Instagram => ("instagram", &identity.instagram_user_id),
    };
    let person = thread.text("person");
    let echo = object.text("sender") != person;
    let mut said = json!({ "mid": object.id });
    for (from, to) in [("message", "text"), ("attachment", "attachments")] {
        if let Some(value) = object.get(from) {
            said[to] = if to == "attachments" { json!([value]) } else { value.clone() };
        }
    }
    if echo {
        said["is_echo"] = json!(true);
        said["app_id"] = json!(identity.app_id);
    }
    let (sender, recipient) = if echo { (own.as_str(), person) } else { (person, own.as_str()) };
    let value = json!({
        "sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": object.created() * 1_000, "message": said,
    });
    // Instagram tells echoes under `messages` too.
    let field = if echo && kind == "page" { "message_echoes" } else { "messages" };
    Some(Change { object: kind, entry: own.clone(), field, due: world.now(), value })
}

/// When the review of an ad ends: it left `IN_PROCESS`, or has issues.
fn ad(world: &World, object: &Object, set: Option<&Map<String, Value>>) -> Option<Change> {
    if set.is_some_and(|set| !set.contains_key("creative_id")) {
        return None;
    }
    let due = status::review_ends(world.state.seed, object, world.now());
    let refused = status::review(&world.state, object, due) == Review::Disapproved;
    let (field, value) = if refused {
        let text = "The ad was refused in review.";
        let value = json!({"id": object.id, "level": "AD", "error_code": 1_815_869, "error_message": text, "error_summary": "Ad not approved"});
        ("with_issues_ad_objects", value)
    } else {
        ("in_process_ad_objects", json!({"id": object.id, "level": "AD", "status_name": object.text("status")}))
    };
    let entry = object.account.trim_start_matches("act_").to_owned();
    Some(Change { object: "ad_account", entry, field, due, value })
}
