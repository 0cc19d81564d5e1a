//! The login dialog: a page that asks, and its answer, which goes back to the app.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse};

use super::ask::{self, Ask};
use super::{page, tokens};
use crate::sandbox::server::{Shared, lock};
use crate::sandbox::world::World;

/// Whether a path is the login dialog, with or without a version.
#[must_use]
pub fn is_dialog(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path == "/dialog/oauth" || path.strip_suffix("/dialog/oauth").is_some_and(|version| version.starts_with("/v"))
}

/// What happens next.
enum Next {
    Page(u16, String),
    Back(String),
}

/// Answers the dialog: `GET` shows it, `POST` is what the person chose.
pub async fn answer(request: &HttpRequest, body: Vec<u8>, world: Shared) -> HttpResponse {
    let posted = request.method() == actix_web::http::Method::POST;
    let encoded = if posted { body } else { request.query_string().as_bytes().to_vec() };
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(&encoded).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let action = request.path().to_owned();
    let next = actix_web::web::block(move || {
        let mut world = lock(&world);
        world.tick();
        decide(&mut world, posted, &action, &pairs)
    })
    .await;
    match next {
        Ok(Next::Page(status, html)) => {
            let status = actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::BAD_REQUEST);
            HttpResponse::build(status)
                .content_type("text/html; charset=utf-8")
                .insert_header(("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"))
                .insert_header(("cache-control", "no-store"))
                .insert_header(("referrer-policy", "no-referrer"))
                .body(html)
        }
        Ok(Next::Back(address)) => {
            HttpResponse::Found().insert_header(("location", address)).insert_header(("cache-control", "no-store")).finish()
        }
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

fn decide(world: &mut World, posted: bool, action: &str, pairs: &[(String, String)]) -> Next {
    let params: BTreeMap<String, String> = pairs.iter().cloned().collect();
    let ask = match ask::read(world, &params) {
        Ok(ask) => ask,
        Err(text) => return Next::Page(400, page::refusal(&text)),
    };
    if !posted {
        return Next::Page(200, page::question(world, &ask, action, pairs));
    }
    match params.get("answer").map(String::as_str) {
        Some("continue") => granted(world, &ask, pairs),
        Some("cancel") => Next::Back(ask.back(&[
            ("error_reason", "user_denied"),
            ("error", "access_denied"),
            ("error_description", "Permissions error"),
        ])),
        _ => Next::Page(400, page::refusal("The form came without an answer.")),
    }
}

fn granted(world: &mut World, ask: &Ask, pairs: &[(String, String)]) -> Next {
    let chosen =
        |name: &str| -> Vec<String> { pairs.iter().filter(|(given, _)| given == name).map(|(_, value)| value.clone()).collect() };
    let scopes = chosen("grant");
    let scopes: Vec<&str> = ask.scopes.iter().copied().filter(|scope| scopes.iter().any(|given| given == scope)).collect();
    let known = [&world.identity.ad_account_id, &world.identity.jpy_ad_account_id];
    let accounts: Vec<String> = chosen("account").into_iter().filter(|id| known.contains(&id)).collect();
    let page = chosen("page").contains(&world.identity.page_id);
    match tokens::code(world, ask, &scopes, &accounts, page) {
        Ok(code) => Next::Back(ask.back(&[("code", &code)])),
        Err(error) => Next::Page(503, page::refusal(&error.message)),
    }
}
