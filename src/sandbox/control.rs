//! The control surface under `/_sandbox`: identity, clock, faults, outside edits, snapshots, received calls, and a status page.
//! It is no part of Meta's API. A body is JSON, or the form of the status page, which leads back to it. Foreign web pages are
//! kept out by what browsers say of them (`Origin`, `Sec-Fetch-Site`); other programs send neither.

mod clock;
mod edits;
mod forms;
mod page;
mod snapshot;

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::faults::Fault;
use super::limits::Tier;
use super::nodes::values;
use super::server::{Shared, lock};
use super::truth;
use super::visitors;
use super::webhooks;
use super::world::World;

/// Answers a control request.
pub async fn answer(request: &HttpRequest, body: Vec<u8>, world: Shared) -> HttpResponse {
    let host = request.connection_info().host().to_owned();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name).trim_matches(['[', ']']);
    // A foreign name that resolves here would be another site's page (DNS rebinding).
    if name != "localhost" && name.parse::<std::net::IpAddr>().is_err() {
        return refuse(403, "The control surface is reached by address or as localhost.");
    }
    let posts = request.method() == actix_web::http::Method::POST;
    let reads = request.method() == actix_web::http::Method::GET;
    let path = request.path().trim_start_matches("/_sandbox").trim_matches('/').to_owned();
    // A link to the status page may stand anywhere.
    if is_foreign(request, &host) && !(reads && path.is_empty()) {
        return refuse(403, "Another web page asked for this. The control surface answers its own page and programs only.");
    }
    let form = forms::read(&path, &body);
    // The truth is asked by a query.
    let body = if path.starts_with("truth/") { request.query_string().as_bytes().to_vec() } else { body };
    let answered = actix_web::web::block(move || {
        lock(&world).tick();
        let act = |body: &[u8]| act(&world, (reads, posts), &path, body);
        let Some(form) = form else { return act(&body) };
        // The form's person sees the page again, with what went wrong if it did.
        match form.and_then(|body| act(&body)) {
            Ok(file @ Reply::File(_)) => Ok(file),
            Ok(_) => Ok(Reply::Back),
            Err((status, text)) => Ok(Reply::Page(status, page::write(&mut lock(&world), Some(&text)))),
        }
    })
    .await;
    match answered {
        Ok(Ok(reply)) => reply.write(),
        Ok(Err((status, text))) => refuse(status, &text),
        Err(_) => refuse(503, "The sandbox is stopping."),
    }
}

/// Whether a web page of another origin sent the request.
fn is_foreign(request: &HttpRequest, host: &str) -> bool {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("null"));
    match header("origin") {
        Some(origin) => origin.split_once("://").is_none_or(|(_, own)| own != host),
        None => header("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")),
    }
}

/// What a program asked for by a flag rather than by HTTP.
///
/// # Errors
/// The reason in words.
pub fn by_flag(world: &Shared, path: &str, body: &str) -> Result<(), String> {
    act(world, (false, true), path, body.as_bytes()).map(|_| ()).map_err(|(_, text)| text)
}

fn act(world: &Shared, (reads, posts): (bool, bool), path: &str, body: &[u8]) -> Result<Reply, Refusal> {
    match path {
        // It sends, and so locks for itself.
        "webhooks" if reads || posts => webhooks::control::answer(world, posts.then_some(body)).map(Reply::Json),
        path => route(&mut lock(world), (reads, posts), path, body),
    }
}

fn route(world: &mut World, (reads, posts): (bool, bool), path: &str, body: &[u8]) -> Result<Reply, Refusal> {
    match (reads, posts, path) {
        (true, _, "") => Ok(Reply::Page(200, page::write(world, None))),
        (true, _, "style.css") => Ok(Reply::Style),
        (true, _, "identity") => Ok(Reply::Json(identity(world))),
        (true, _, "clock") => Ok(Reply::Json(clock::tell(world))),
        (_, true, "clock") => clock::set(world, body).map(Reply::Json),
        (true, _, "faults") => Ok(Reply::Json(faults_waiting(world))),
        (_, true, "faults") => faults(world, body).map(Reply::Json),
        (true, _, "limits") => Ok(Reply::Json(limits(world))),
        (_, true, "limits") => set_limits(world, body).map(Reply::Json),
        (true, _, "calls") => Ok(Reply::Json(json!({ "calls": std::mem::take(&mut world.calls) }))),
        (_, true, "tokens") => tokens(world, body).map(Reply::Json),
        (_, true, "app") => app(world, body).map(Reply::Json),
        (_, true, "people") => visitors::act(world, body).map(Reply::Json),
        (_, true, "page") => page_link(world, body).map(Reply::Json),
        (_, true, "pixel") => pixel(world, body).map(Reply::Json),
        (_, true, "edit") => edits::edit(world, body).map(Reply::Json),
        (_, true, "enhance") => edits::enhance(world, body).map(Reply::Json),
        (_, true, "restate") => edits::restate(world, body).map(Reply::Json),
        (_, true, "snapshot") => snapshot::take(world).map(Reply::File),
        (_, true, "restore") => snapshot::restore(world, body).map(Reply::Json),
        (true, _, asked) if asked.starts_with("truth/") => {
            truth::answer(world, asked.trim_start_matches("truth/"), body).map(Reply::Json)
        }
        _ => Err((404, format!("There is no /_sandbox/{path} for this method."))),
    }
}

enum Reply {
    Json(Value),
    /// Status and HTML.
    Page(u16, String),
    Style,
    File(Vec<u8>),
    /// To the status page.
    Back,
}

impl Reply {
    fn write(self) -> HttpResponse {
        use actix_web::http::{StatusCode, header};
        match self {
            Self::Json(value) => HttpResponse::Ok().json(value),
            Self::Page(status, html) => HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST))
                .content_type("text/html; charset=utf-8")
                .insert_header((header::CONTENT_SECURITY_POLICY, page::POLICY))
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .body(html),
            Self::Style => HttpResponse::Ok().content_type("text/css; charset=utf-8").body(page::STYLE),
            Self::File(bytes) => HttpResponse::Ok()
                .content_type("application/json")
                .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"sandbox-snapshot.json\""))
                .body(bytes),
            Self::Back => HttpResponse::SeeOther().insert_header((header::LOCATION, "/_sandbox")).finish(),
        }
    }
}

/// Status and text of a refusal.
pub(super) type Refusal = (u16, String);

fn refuse(status: u16, text: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::BAD_REQUEST);
    HttpResponse::build(status).json(json!({ "error": text }))
}

pub(super) fn parse<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, Refusal> {
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

fn faults(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let given: Value = parse(body)?;
    if given.get("clear").and_then(Value::as_bool) == Some(true) {
        world.faults.clear();
    } else if let Some(id) = given.get("take_back") {
        if !id.as_u64().is_some_and(|id| world.faults.take_back(id)) {
            return Err((404, format!("No fault {id} is waiting.")));
        }
    } else {
        let fault: Fault = serde_json::from_value(given).map_err(|error| (400, format!("The fault cannot be read: {error}")))?;
        world.faults.add(fault);
    }
    Ok(faults_waiting(world))
}

/// Each waiting fault as it was set, with the number that takes it back.
fn faults_waiting(world: &World) -> Value {
    let told = world.faults.list().iter().map(|waiting| {
        let mut value = serde_json::to_value(&waiting.fault).unwrap_or_default();
        value["id"] = json!(waiting.id);
        value
    });
    json!({ "faults": told.collect::<Vec<_>>() })
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
    if change.revoked == Some(false) {
        super::auth::tokens::restore(world).map_err(|error| (503, error.message))?;
    }
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
struct AppSettings {
    /// Where logins may return to besides this machine, whole addresses.
    redirect_uris: Option<Vec<String>>,
    /// "Require App Secret".
    require_proof: Option<bool>,
}

/// Changes the app's own settings.
fn app(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let change: AppSettings = parse(body)?;
    let settings = &mut world.settings;
    settings.redirect_uris = change.redirect_uris.unwrap_or_else(|| std::mem::take(&mut settings.redirect_uris));
    settings.require_proof = change.require_proof.unwrap_or(settings.require_proof);
    Ok(json!({ "redirect_uris": settings.redirect_uris, "require_proof": settings.require_proof }))
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
    let counted = world.limits.counted();
    json!({
        "tier": world.limits.tier(), "refused": world.limits.refused(), "insights_rows": world.limits.most_rows(),
        "calls": counted.calls, "points": counted.points,
    })
}
