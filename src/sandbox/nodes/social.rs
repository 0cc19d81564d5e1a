//! Page, Instagram account, inbox, pixel and custom audiences: which call goes to which file, and what those files share.
//! Source: Graph API, "Page", "IG User", "Conversations", "Conversions API", "Custom Audience"; "Permissions Reference".

use serde_json::{Map, Value, json};

use super::read::{Got, Node};
use super::{
    conversation_send, conversation_threads, custom_audience_edit, custom_audience_users, instagram_comments, instagram_media,
    instagram_publish, page_comments, page_feed, page_photos, pixel_events, pixel_stats, token, values,
};
use crate::sandbox::settings::Whose;
use crate::sandbox::state::{Event, Kind, Object};
use crate::sandbox::webhooks::subscriptions;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::{Call, Method};
use crate::sandbox::world::World;

/// Whether objects of a kind belong to these files.
#[must_use]
pub fn owns(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Post
            | Kind::Photo
            | Kind::Comment
            | Kind::InstagramContainer
            | Kind::InstagramMedia
            | Kind::InstagramComment
            | Kind::Conversation
            | Kind::Message
            | Kind::CustomAudience
            | Kind::AudienceUpload
            | Kind::PixelUpload
    )
}

/// Whether an id is an object of these files.
#[must_use]
pub fn is_social(world: &World, id: &str) -> bool {
    world.state.objects.get(id).is_some_and(|object| owns(object.kind))
}

/// Whether an object can be named in a path: what these files deleted cannot, nor what they keep for themselves.
#[must_use]
pub fn is_there(object: &Object) -> bool {
    match object.kind {
        Kind::AudienceUpload
        | Kind::PixelUpload
        | Kind::LoginCode
        | Kind::Token
        | Kind::Grant
        | Kind::Subscription
        | Kind::SubscribedApp
        | Kind::Delivery => false,
        kind => !owns(kind) || object.text("status") != "DELETED",
    }
}

/// Refuses a call whose token lacks one of the permissions: reads with 10, writes with 200.
///
/// # Errors
/// 10 or 200, with the permission's name.
pub fn need(world: &World, call: &Call, scopes: &[&str]) -> Result<(), GraphError> {
    let Some(missing) = scopes.iter().find(|scope| !world.settings.granted(scope)) else {
        return Ok(());
    };
    Err(match call.method {
        Method::Get => GraphError::new(10, format!("(#10) This endpoint requires the '{missing}' permission"))
            .told("Permission missing", format!("The access token was not granted {missing}.")),
        Method::Post | Method::Delete => {
            GraphError::new(200, format!("(#200) Requires {missing} permission to manage the object"))
        }
    })
}

/// Refuses tokens that are not the Page's ("User Access Token Is Not Supported", New Pages Experience).
///
/// # Errors
/// 190/2069032 for a person's or a system user's token, 210 for the app's.
pub fn as_page(world: &World) -> Result<(), GraphError> {
    match world.settings.caller().map(|token| token.whose) {
        Some(Whose::Person | Whose::SystemUser) => {
            let text = "A Page access token is required for this call for the new Pages experience.";
            let error = GraphError::token(Some(2_069_032), "User Access Token Is Not Supported");
            Err(GraphError { status: 400, ..error }.told("User Access Token Is Not Supported", text))
        }
        Some(Whose::App) => Err(GraphError::new(210, "(#210) A page access token is required to request this resource.")),
        Some(Whose::Page) | None => Ok(()),
    }
}

/// Lets a call at an object, or refuses it for what the token may not see.
///
/// # Errors
/// 10 or 200 with the missing permission; as [`token::permit`] for audiences.
pub fn permit(world: &World, call: &Call, object: &Object) -> Result<(), GraphError> {
    match (object.kind, call.method) {
        (Kind::CustomAudience, _) => token::permit(world, call, &object.account),
        (Kind::Post | Kind::Photo | Kind::Comment, Method::Get) => need(world, call, &["pages_read_engagement"]),
        (Kind::InstagramContainer | Kind::InstagramMedia | Kind::InstagramComment, Method::Get) => {
            need(world, call, &["instagram_basic"])
        }
        (Kind::Conversation | Kind::Message, _) => conversation_threads::permit(world, call, object),
        // Writes say for themselves what they need.
        _ => Ok(()),
    }
}

/// Makes an object of what was there without one when it is first named: the post of a creative's story, which only its ads show,
/// and the audiences that an account has from the start.
///
/// # Errors
/// As [`World::commit`].
pub fn uncover(world: &mut World, id: &str) -> Result<(), GraphError> {
    if world.state.objects.contains_key(id) {
        return Ok(());
    }
    match id.split_once('_') {
        Some((page, _)) if page == world.identity.page_id => page_feed::uncover(world, id),
        _ => custom_audience_edit::uncover(world, id),
    }
}

/// The nodes of an edge of these files; `None` when it is none of theirs.
///
/// # Errors
/// Code 100 for unknown or bad parameters, 10 for a missing permission.
pub fn list(world: &World, node: &Node, edge: &str, params: &Params) -> Result<Option<Vec<Node>>, GraphError> {
    let ids = match node {
        Node::Page => match edge {
            "photos" => Some(page_photos::list(world, params)?),
            "conversations" => Some(conversation_threads::list(world, params)?),
            _ => page_feed::list(world, edge, params)?,
        },
        Node::Instagram => instagram_media::of_account(world, edge, params)?,
        Node::Object(id) => match world.state.objects.get(id) {
            Some(object) => of_object(world, object, edge, params)?,
            None => None,
        },
        _ => None,
    };
    Ok(ids.map(|ids| ids.into_iter().map(Node::Object).collect()))
}

fn of_object(world: &World, object: &Object, edge: &str, params: &Params) -> Result<Option<Vec<String>>, GraphError> {
    Ok(match (object.kind, edge) {
        (Kind::Post | Kind::Photo | Kind::Comment, "comments") => Some(page_comments::list(world, object, params)?),
        (Kind::Post | Kind::Photo | Kind::Comment, "likes" | "reactions") | (Kind::Post, "sharedposts") => {
            // People of the sandbox do not react by themselves.
            params.only(&["type"])?;
            Some(Vec::new())
        }
        (Kind::InstagramMedia | Kind::InstagramComment, _) => instagram_media::of_object(world, object, edge, params)?,
        (Kind::Conversation, "messages") => Some(conversation_threads::messages(world, object, params)?),
        _ => None,
    })
}

/// Answers an edge that is no plain list; `None` when it is none of these files'.
pub fn edge(world: &mut World, call: &Call, method: Method, node: &Node, edge: &str) -> Option<Answer> {
    let object = match node {
        Node::Object(id) => world.state.objects.get(id).cloned(),
        _ => None,
    };
    if edge == "subscribed_apps" {
        return match (node, object) {
            (Node::Page, _) => {
                let page = world.identity.page_id.clone();
                Some(subscriptions::apps(world, call, &page, true))
            }
            (_, Some(object)) if object.kind == Kind::Account => Some(subscriptions::apps(world, call, &object.id, false)),
            _ => None,
        };
    }
    Some(match (method, node, object, edge) {
        (Method::Post, Node::Page, _, "feed") => page_feed::create(world, call),
        (Method::Post, Node::Page, _, "photos") => page_photos::create(world, call),
        (Method::Post, Node::Page, _, "messages") => conversation_send::send(world, call),
        (
            Method::Get,
            Node::Page,
            _,
            "feed" | "posts" | "published_posts" | "scheduled_posts" | "ads_posts" | "conversations",
        ) => {
            // The list itself is read as any other; only whose token it needs is special.
            return as_page(world).err().map(Err);
        }
        (Method::Post, Node::Instagram, _, "media") => instagram_publish::create(world, call),
        (Method::Post, Node::Instagram, _, "media_publish") => instagram_publish::publish(world, call),
        (Method::Get, Node::Instagram, _, "content_publishing_limit") => instagram_publish::limit(world, call),
        (Method::Post, Node::Pixel, _, "events") => pixel_events::receive(world, call),
        (Method::Get, Node::Pixel, _, "stats") => pixel_stats::stats(world, call),
        (Method::Post, _, Some(object), _) if object.kind == Kind::Account && edge == "customaudiences" => {
            custom_audience_edit::create(world, call, &object.id)
        }
        (Method::Post | Method::Delete, _, Some(object), "users") if object.kind == Kind::CustomAudience => {
            custom_audience_users::change(world, call, &object)
        }
        (Method::Post, _, Some(object), "usersreplace") if object.kind == Kind::CustomAudience => {
            custom_audience_users::replace(world, call, &object)
        }
        (Method::Post, _, Some(object), "comments") if matches!(object.kind, Kind::Post | Kind::Photo | Kind::Comment) => {
            page_comments::create(world, call, &object)
        }
        (Method::Post | Method::Delete, _, Some(object), "likes")
            if matches!(object.kind, Kind::Post | Kind::Photo | Kind::Comment) =>
        {
            page_comments::like(world, call, &object)
        }
        (Method::Post, _, Some(object), "comments") if object.kind == Kind::InstagramMedia => {
            instagram_comments::create(world, call, &object)
        }
        (Method::Post, _, Some(object), "replies") if object.kind == Kind::InstagramComment => {
            instagram_comments::create(world, call, &object)
        }
        _ => return None,
    })
}

/// `POST /{object}`.
///
/// # Errors
/// Meta's refusals; 100/33 for what cannot be written.
pub fn write(world: &mut World, call: &Call, object: &Object) -> Answer {
    match object.kind {
        Kind::Post => page_feed::update(world, call, object),
        Kind::Comment => page_comments::update(world, call, object),
        Kind::InstagramMedia => instagram_media::update(world, call, object),
        Kind::InstagramComment => instagram_comments::hide(world, call, object),
        Kind::CustomAudience => custom_audience_edit::update(world, call, object),
        _ => Err(GraphError::missing(&object.id, "post")),
    }
}

/// `DELETE /{object}`.
///
/// # Errors
/// Meta's refusals; 100/33 for what cannot be deleted.
pub fn delete(world: &mut World, call: &Call, id: &str) -> Answer {
    let missing = || GraphError::missing(id, "delete");
    let object = world.state.objects.get(id).cloned().ok_or_else(missing)?;
    let known: &[&str] = if object.kind == Kind::InstagramComment { &["ad_id"] } else { &[] };
    call.params.only(known)?;
    match object.kind {
        Kind::Post | Kind::Photo => {
            as_page(world)?;
            need(world, call, &["pages_manage_posts"])?;
        }
        Kind::Comment => {
            as_page(world)?;
            need(world, call, &["pages_manage_engagement"])?;
        }
        Kind::InstagramMedia => need(world, call, &["instagram_basic", "instagram_content_publish"])?,
        Kind::InstagramComment => need(world, call, &["instagram_basic", "instagram_manage_comments"])?,
        Kind::CustomAudience => {}
        _ => return Err(missing()),
    }
    change(world, id, json!({ "status": "DELETED" }))
}

/// The value of a field of an object of these files.
pub fn value(world: &mut World, object: &Object, name: &str) -> Got {
    match object.kind {
        Kind::Post => page_feed::value(world, object, name),
        Kind::Photo => page_photos::value(world, object, name),
        Kind::Comment => page_comments::value(world, object, name),
        Kind::InstagramContainer => instagram_publish::value(world, object, name),
        Kind::InstagramMedia => instagram_media::value(world, object, name),
        Kind::InstagramComment => instagram_comments::value(world, object, name),
        Kind::Conversation => conversation_threads::value(world, object, name),
        Kind::Message => conversation_threads::message_value(world, object, name),
        Kind::CustomAudience => custom_audience_edit::value(world, object, name),
        _ => Got::Unknown,
    }
}

/// The fields that come without being asked for ("Reading" of each reference page).
#[must_use]
pub fn defaults(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Post => &["created_time", "message"],
        Kind::Photo => &["created_time", "name"],
        Kind::Comment => &["created_time", "from", "message"],
        Kind::InstagramComment => &["timestamp", "text"],
        Kind::Conversation => &["link", "updated_time"],
        Kind::Message => &["created_time"],
        _ => &[],
    }
}

/// Makes an object under an id of its own form.
///
/// # Errors
/// As [`World::commit`].
pub fn make(
    world: &mut World,
    kind: Kind,
    id: &str,
    account: &str,
    parent: Option<&str>,
    fields: Value,
) -> Result<(), GraphError> {
    let event = Event::Create {
        at: world.now(),
        id: id.to_owned(),
        kind,
        account: account.to_owned(),
        parent: parent.map(str::to_owned),
        fields: present(fields),
        by: None,
    };
    world.commit(&event)
}

/// The members of a JSON object that hold something.
fn present(fields: Value) -> Map<String, Value> {
    match fields {
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}

/// Changes an object; `null` takes a field away.
///
/// # Errors
/// As [`World::commit`].
pub fn change(world: &mut World, id: &str, set: Value) -> Answer {
    if let Value::Object(set) = set
        && !set.is_empty()
    {
        let event = Event::Update { at: world.now(), id: id.to_owned(), set, by: None };
        world.commit(&event)?;
    }
    Ok(json!({ "success": true }))
}

/// A moment as Pages and Instagram write it: UTC.
#[must_use]
pub fn utc(moment: i64) -> Value {
    json!(values::time(chrono_tz::UTC, moment))
}

/// Whether a text is an address on the web.
#[must_use]
pub fn is_web(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Objects among the children of one, that are still there.
pub fn children<'a>(world: &'a World, id: &str, kind: Kind) -> Vec<&'a Object> {
    let children = world.state.children_of(id).iter().filter_map(|child| world.state.find(child, kind));
    children.filter(|child| is_there(child)).collect()
}

/// What a field has that no file computes: what was stored, nothing where the name is known, or that it is unknown.
#[must_use]
pub fn stored(object: &Object, table: &[&str], name: &str) -> Got {
    match name {
        "id" => Got::Value(json!(object.id)),
        name if table.contains(&name) => Got::from(object.get(name).cloned()),
        _ => Got::Unknown,
    }
}
