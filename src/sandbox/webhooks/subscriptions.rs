//! `/{app}/subscriptions` with the challenge, and `/{page}/subscribed_apps` and `/{ad account}/subscribed_apps`.
//! Source: Graph API, "Application Subscriptions", "Page Subscribed Apps", "Ad Account Subscribed Apps".

use serde_json::{Value, json};

use super::fields;
use crate::sandbox::auth::ask::is_loopback;
use crate::sandbox::nodes::listing;
use crate::sandbox::nodes::social::{self, change, make, need};
use crate::sandbox::settings::Whose;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::not_one_of;
use crate::sandbox::wire::request::{Call, Method};
use crate::sandbox::world::World;

/// The version whose shapes are delivered.
const VERSION: &str = "v26.0";

/// The id under which an app's subscription to an object is kept.
#[must_use]
pub fn id_of(object: &str) -> String {
    format!("subscription_{object}")
}

/// The id under which it is kept what the app hears of a Page or an ad account.
#[must_use]
pub fn heard_id(owner: &str) -> String {
    format!("subscribed_{owner}")
}

/// Texts of a stored list.
#[must_use]
pub fn texts(object: &Object, name: &str) -> Vec<String> {
    let list = object.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Where a callback may be: this machine, over plain HTTP.
#[must_use]
pub fn callback(text: &str) -> Option<url::Url> {
    let url = url::Url::parse(text).ok()?;
    let own = url.scheme() == "http" && url.host().is_some_and(|host| is_loopback(&host)) && url.username().is_empty();
    own.then_some(url)
}

/// Answers `/{app}/subscriptions`.
///
/// # Errors
/// 15 without the app's token, 100 for bad values, 2200 where the callback does not answer the challenge.
pub fn answer(world: &mut World, call: &Call) -> Answer {
    if world.settings.caller().is_none_or(|token| token.whose != Whose::App) {
        return Err(GraphError::new(15, "(#15) This method must be called with an app access_token."));
    }
    match call.method {
        Method::Get => list(world, call),
        Method::Post => subscribe(world, call),
        Method::Delete => unsubscribe(world, call),
    }
}

fn active<'a>(world: &'a World, object: &str) -> Option<&'a Object> {
    world.state.find(&id_of(object), Kind::Subscription).filter(|one| one.get("callback_url").is_some())
}

fn list(world: &World, call: &Call) -> Answer {
    call.params.only(&[])?;
    let rows: Vec<Value> = fields::OBJECTS
        .iter()
        .filter_map(|object| active(world, object).map(|one| (*object, one)))
        .map(|(object, one)| {
            let names: Vec<Value> = texts(one, "fields").iter().map(|name| json!({"name": name, "version": VERSION})).collect();
            json!({ "object": object, "callback_url": one.text("callback_url"), "active": true, "fields": names })
        })
        .collect();
    listing::rows(call, &rows)
}

/// What a subscription asks for, checked but for the challenge.
///
/// # Errors
/// Code 100 for missing and bad values.
pub fn asked(call: &Call) -> Result<(String, url::Url, String, Vec<String>), GraphError> {
    let params = &call.params;
    params.only(&["object", "callback_url", "fields", "verify_token", "include_values"])?;
    let object = params.word("object", fields::OBJECTS)?.ok_or_else(|| GraphError::required("object"))?;
    let address = params.required_text("callback_url")?;
    let address = callback(&address).ok_or_else(|| {
        GraphError::blamed("callback_url", "Invalid callback", "The sandbox calls plain HTTP addresses of this machine only.")
    })?;
    let token = params.required_text("verify_token")?;
    // `fields` also asks for fields of the answer elsewhere; here it names what to hear.
    let wanted = params.texts("fields")?.unwrap_or_default();
    if let Some(position) = wanted.iter().position(|name| !fields::of(&object).contains(&name.as_str())) {
        return Err(not_one_of(&format!("fields[{position}]"), fields::of(&object)));
    }
    params.flag("include_values")?;
    Ok((object, address, token, wanted))
}

fn subscribe(world: &mut World, call: &Call) -> Answer {
    let (object, address, token, wanted) = asked(call)?;
    match world.webhooks.challenged.take().filter(|(asked, _)| *asked == address).map(|(_, heard)| heard) {
        Some(Ok(())) => {}
        Some(Err(text)) => {
            let text = format!("(#2200) Callback verification failed with the following errors: {text}");
            return Err(GraphError::new(2_200, text));
        }
        None => return Err(GraphError::invalid("A callback cannot be verified inside a batch")),
    }
    let set = json!({ "callback_url": address.as_str(), "verify_token": token, "fields": wanted });
    let (id, app) = (id_of(&object), world.identity.app_id.clone());
    if world.state.objects.contains_key(&id) {
        change(world, &id, set)?;
    } else {
        make(world, Kind::Subscription, &id, &app, None, set)?;
    }
    Ok(json!({ "success": true }))
}

fn unsubscribe(world: &mut World, call: &Call) -> Answer {
    call.params.only(&["object", "fields"])?;
    let only = call.params.word("object", fields::OBJECTS)?;
    let gone = call.params.texts("fields")?;
    for object in fields::OBJECTS.iter().filter(|object| only.as_deref().is_none_or(|only| only == **object)) {
        let Some(one) = active(world, object) else { continue };
        let left: Vec<String> = match &gone {
            Some(gone) => texts(one, "fields").into_iter().filter(|name| !gone.contains(name)).collect(),
            None => Vec::new(),
        };
        let set = if left.is_empty() { json!({ "callback_url": null, "fields": null }) } else { json!({ "fields": left }) };
        change(world, &id_of(object), set)?;
    }
    Ok(json!({ "success": true }))
}

/// Answers `/{page}/subscribed_apps` and `/{ad account}/subscribed_apps`; `page` says which.
///
/// # Errors
/// 190/2069032 without the Page's token, 200 without the permission, 100 for unknown fields.
pub fn apps(world: &mut World, call: &Call, owner: &str, page: bool) -> Answer {
    let known: &[&str] = match (call.method, page) {
        (Method::Post, true) => &["subscribed_fields"],
        (Method::Get, _) => &[],
        _ => &["app_id"],
    };
    call.params.only(known)?;
    if page {
        social::as_page(world)?;
        need(world, call, &["pages_manage_metadata"])?;
    }
    let id = heard_id(owner);
    let exists = world.state.objects.contains_key(&id);
    let heard = world.state.objects.get(&id).map(|one| texts(one, "fields")).unwrap_or_default();
    let identity = &world.identity;
    match call.method {
        Method::Get => {
            let rows: Vec<Value> = (!heard.is_empty())
                .then(|| json!({"id": identity.app_id, "name": "Tandem sandbox", "category": "Business", "subscribed_fields": heard}))
                .into_iter()
                .collect();
            listing::rows(call, &rows)
        }
        Method::Post => {
            let wanted = if page {
                let wanted = call.params.words("subscribed_fields", fields::PAGE)?;
                wanted.filter(|wanted| !wanted.is_empty()).ok_or_else(|| GraphError::required("subscribed_fields"))?
            } else {
                fields::of("ad_account").iter().map(|name| (*name).to_owned()).collect()
            };
            let app = identity.app_id.clone();
            if exists {
                return change(world, &id, json!({ "fields": wanted }));
            }
            make(world, Kind::SubscribedApp, &id, &app, None, json!({ "fields": wanted }))?;
            Ok(json!({ "success": true }))
        }
        Method::Delete if exists => change(world, &id, json!({ "fields": null })),
        Method::Delete => Ok(json!({ "success": true })),
    }
}

/// Where a change is told: the callback that subscribed to this field of this object, and whose Page or account is heard.
#[must_use]
pub fn hears(world: &World, object: &str, field: &str, owner: &str) -> bool {
    let subscribed = active(world, object).is_some_and(|one| texts(one, "fields").iter().any(|name| name == field));
    // Of Instagram it is enough that the Page's app hears anything.
    let heard = world.state.objects.get(&heard_id(owner)).map(|one| texts(one, "fields")).unwrap_or_default();
    subscribed && if object == "instagram" { !heard.is_empty() } else { heard.iter().any(|name| name == field) }
}
