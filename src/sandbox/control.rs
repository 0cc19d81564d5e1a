//! The control surface under `/_sandbox`: identity, clock, faults, outside edits, received calls, and a status page.
//! It is no part of Meta's API. Posting needs the header `X-Sandbox-Control: 1`, which no foreign web page can send.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::faults::Fault;
use super::limits::Tier;
use super::nodes::values;
use super::server::{Shared, lock};
use super::state::{Event, Kind};
use super::world::World;

/// Most days that one call may step.
const MOST_DAYS: i64 = 3_660;

/// Answers a control request.
pub async fn answer(request: &HttpRequest, body: Vec<u8>, world: Shared) -> HttpResponse {
    let host = request.connection_info().host().to_owned();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name).trim_matches(['[', ']']);
    // A foreign name that resolves here would be another site's page (DNS rebinding).
    if name != "localhost" && name.parse::<std::net::IpAddr>().is_err() {
        return refuse(403, "The control surface is reached by address or as localhost.");
    }
    let posts = request.method() == actix_web::http::Method::POST;
    if posts && request.headers().get("x-sandbox-control").is_none_or(|value| value != "1") {
        return refuse(403, "Posting here needs the header X-Sandbox-Control: 1.");
    }
    let reads = request.method() == actix_web::http::Method::GET;
    let path = request.path().trim_start_matches("/_sandbox").trim_matches('/').to_owned();
    let answered = actix_web::web::block(move || {
        let mut world = lock(&world);
        world.tick();
        match (reads, posts, path.as_str()) {
            (true, _, "") => Ok(Reply::Page(page(&mut world))),
            (true, _, "identity") => Ok(Reply::Json(identity(&mut world))),
            (true, _, "clock") | (_, true, "clock") => clock(&mut world, &body).map(Reply::Json),
            (true, _, "faults") => Ok(Reply::Json(json!({ "faults": world.faults.list() }))),
            (_, true, "faults") => faults(&mut world, &body).map(Reply::Json),
            (true, _, "limits") => Ok(Reply::Json(limits(&world))),
            (_, true, "limits") => set_limits(&mut world, &body).map(Reply::Json),
            (true, _, "calls") => Ok(Reply::Json(json!({ "calls": std::mem::take(&mut world.calls) }))),
            (_, true, "tokens") => tokens(&mut world, &body).map(Reply::Json),
            (_, true, "page") => page_link(&mut world, &body).map(Reply::Json),
            (_, true, "pixel") => pixel(&mut world, &body).map(Reply::Json),
            (_, true, "edit") => edit(&mut world, &body).map(Reply::Json),
            _ => Err((404, format!("There is no /_sandbox/{path} for this method."))),
        }
    })
    .await;
    match answered {
        Ok(Ok(Reply::Json(value))) => HttpResponse::Ok().json(value),
        Ok(Ok(Reply::Page(html))) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header(("content-security-policy", "default-src 'none'"))
            .body(html),
        Ok(Err((status, text))) => refuse(status, &text),
        Err(_) => refuse(503, "The sandbox is stopping."),
    }
}

enum Reply {
    Json(Value),
    Page(String),
}

type Refusal = (u16, String);

fn refuse(status: u16, text: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::BAD_REQUEST);
    HttpResponse::build(status).json(json!({ "error": text }))
}

fn parse<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| (400, format!("The body cannot be read: {error}")))
}

fn now(world: &World) -> String {
    values::time(chrono_tz::UTC, world.now()).replace("+0000", "Z")
}

fn identity(world: &mut World) -> Value {
    let running = world.running();
    let mut value = serde_json::to_value(&world.identity).unwrap_or_default();
    value["now"] = json!(now(world));
    value["running"] = json!(running);
    value
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(default)]
    advance_days: i64,
    #[serde(default)]
    advance_hours: i64,
    #[serde(default)]
    advance_minutes: i64,
}

fn clock(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    if !body.is_empty() {
        let step: Step = parse(body)?;
        let minutes = [(step.advance_days, 1_440), (step.advance_hours, 60), (step.advance_minutes, 1)]
            .iter()
            .try_fold(0_i64, |sum, (count, minutes)| {
                (*count >= 0).then_some(())?;
                sum.checked_add(count.checked_mul(*minutes)?)
            })
            .filter(|minutes| *minutes <= MOST_DAYS * 1_440)
            .ok_or_else(|| (400, format!("The clock steps forward only, at most {MOST_DAYS} days at once.")))?;
        world.step(minutes * 60).map_err(|error| (503, error.message))?;
    }
    Ok(json!({ "now": now(world), "running": world.running() }))
}

fn faults(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let given: Value = parse(body)?;
    if given.get("clear").and_then(Value::as_bool) == Some(true) {
        world.faults.clear();
    } else {
        let fault: Fault = serde_json::from_value(given).map_err(|error| (400, format!("The fault cannot be read: {error}")))?;
        world.faults.add(fault);
    }
    Ok(json!({ "faults": world.faults.list() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenChange {
    /// The token to change; absent, another one of the system user is issued first.
    token: Option<String>,
    /// For a new token: an app of another id.
    app_id: Option<String>,
    declined: Option<BTreeSet<String>>,
    expires_at: Option<i64>,
    data_access_expires_at: Option<i64>,
    revoked: Option<bool>,
    accounts: Option<Vec<String>>,
}

/// Issues a token of the system user, or changes what one may and when it ends.
fn tokens(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let change: TokenChange = parse(body)?;
    let seed = world.state.seed;
    let app_id = change.app_id.unwrap_or_else(|| world.identity.app_id.clone());
    let text = match change.token {
        Some(text) => text,
        None => world.settings.issue(seed, &app_id),
    };
    let Some(token) = world.settings.token_mut(&text) else {
        return Err((404, "There is no such token.".into()));
    };
    if let Some(declined) = change.declined {
        token.declined = declined;
    }
    token.expires_at = change.expires_at.unwrap_or(token.expires_at);
    token.data_access_expires_at = change.data_access_expires_at.unwrap_or(token.data_access_expires_at);
    token.revoked = change.revoked.unwrap_or(token.revoked);
    token.accounts = change.accounts.or_else(|| token.accounts.take());
    Ok(json!({ "access_token": text }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageLink {
    instagram: bool,
}

/// Links the Instagram account to the Page, or takes it off.
fn page_link(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    world.settings.instagram_linked = parse::<PageLink>(body)?.instagram;
    Ok(json!({ "success": true }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pixel {
    silent: bool,
}

/// Lets the pixel hear nothing from now on, or again.
fn pixel(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let silent = parse::<Pixel>(body)?.silent;
    world.settings.silent_since = silent.then(|| world.now());
    Ok(json!({ "success": true }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enforced {
    /// `limited`, `full`, or null for none; absent, it stays.
    #[serde(default, deserialize_with = "given")]
    tier: Option<Option<Tier>>,
    /// Rows of insights that one answer may draw on, or null for as many as Meta takes; absent, it stays.
    #[serde(default, deserialize_with = "given")]
    insights_rows: Option<Option<usize>>,
}

/// Tells `null` from absent.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Enforces the limits of a tier from now on, or none.
fn set_limits(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let enforced: Enforced = parse(body)?;
    if let Some(tier) = enforced.tier {
        world.limits.set(tier);
    }
    if let Some(most) = enforced.insights_rows {
        world.limits.set_most_rows(most);
    }
    Ok(limits(world))
}

fn limits(world: &World) -> Value {
    json!({
        "tier": world.limits.tier(), "refused": world.limits.refused(), "insights_rows": world.limits.most_rows(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    id: String,
    fields: Map<String, Value>,
}

/// An edit as somebody makes it in Ads Manager: stored as it is, so that any drift can be tried.
fn edit(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let edit: Edit = parse(body)?;
    let Some(object) = world.state.objects.get(&edit.id) else {
        return Err((404, format!("There is no object {}.", edit.id)));
    };
    let zone = values::zone(world, &object.account);
    let mut set = Map::new();
    for (name, value) in edit.fields {
        let value = match (name.as_str(), &value) {
            ("start_time" | "end_time" | "stop_time", Value::String(text)) => {
                let moment = super::wire::params::parse_moment(text, zone);
                json!(moment.ok_or_else(|| (400, format!("{name} is no time.")))?)
            }
            ("daily_budget" | "lifetime_budget" | "spend_cap", Value::Number(number)) => {
                json!(number.to_string())
            }
            _ => value,
        };
        set.insert(name, value);
    }
    let event = Event::Update { at: world.now(), id: edit.id, set };
    world.commit(&event).map_err(|error| (503, error.message))?;
    Ok(json!({ "success": true }))
}

fn page(world: &mut World) -> String {
    let running = if world.running() { "running" } else { "resting" };
    let count = |kind: Kind| world.state.objects.values().filter(|object| object.kind == kind).count();
    let rows: String = [
        ("Campaigns", count(Kind::Campaign)),
        ("Ad sets", count(Kind::AdSet)),
        ("Ads", count(Kind::Ad)),
        ("Creatives", count(Kind::Creative)),
        ("Images", count(Kind::Image)),
    ]
    .iter()
    .map(|(name, count)| format!("<tr><th scope=\"row\">{name}</th><td>{count}</td></tr>"))
    .collect();
    let identity = &world.identity;
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sandbox</title></head><body>\
         <h1>Sandbox: a Graph API that delivers</h1><p>No money here is real. The clock is {running} at \
         <time>{}</time>.</p><table><caption>What exists</caption>{rows}</table><p>Page {} ({}), Instagram @{}, ad \
         account {}, pixel {}.</p><p>Clock: <code>POST /_sandbox/clock {{\"advance_days\":1}}</code> with the header \
         <code>X-Sandbox-Control: 1</code>.</p></body></html>",
        now(world),
        identity.page_name,
        identity.page_id,
        identity.instagram_username,
        identity.ad_account_id,
        identity.pixel_id,
    )
}
