//! Server-rendered pages: one file a feature, templates under `templates/<feature>/`.
//!
//! A handler fills a template's struct and nothing else: rules live in `service`, figures in `report`.

mod ad_preview;
pub mod adopt;
pub mod approvals;
mod audience_fields;
pub mod audiences;
pub mod auth;
pub mod campaigns;
pub mod connections;
pub mod dashboard;
pub mod dictionary;
pub mod drift;
pub mod envelopes;
pub mod history;
pub mod imports;
pub mod layout;
pub mod ledger;
pub mod limits;
pub mod naming;
pub mod notices;
pub mod plan;
pub mod plan_settings;
pub mod plans;
pub mod quota;
pub mod reports;
pub mod settings;
pub mod split;
mod status;
pub mod stop;
pub mod workspaces;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use self::layout::{Flash, HealthNote, OtherWorkspace, Page, SandboxBand, Section, Tone, Viewer};
use super::error::AppError;
use super::state::State;
use crate::domain::role::Role;
use crate::service::sessions::Signed;
use crate::service::{self, health};

/// The cookie that carries one sentence over a redirect.
pub const FLASH_COOKIE: &str = "tandem_flash";

/// The dictionary's page about a sentence that says what went wrong, if there is one.
pub fn page_of(sentence: &str) -> Option<String> {
    crate::domain::dictionary::of_sentence(sentence).map(crate::domain::dictionary::Entry::url)
}

/// The frame of a page for a signed-in person.
pub fn frame(request: &HttpRequest, state: &State, signed: &Signed, title: &str, section: Option<Section>) -> Page {
    let others = signed.workspaces.iter().filter(|(w, _)| w.id != signed.workspace.id);
    let here = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    Page {
        title: title.to_owned(),
        current: section,
        viewer: Some(Viewer {
            name: signed.actor.name.clone(),
            role: signed.actor.role,
            workspace: signed.workspace.name.clone(),
            others: others.map(|(w, _)| OtherWorkspace { id: w.id, name: w.name.clone() }).collect(),
        }),
        sandbox: band(state, signed),
        csrf: signed.csrf.clone(),
        here: if request.method().is_safe() { here } else { "/".to_owned() },
        flash: request.cookie(FLASH_COOKIE).and_then(|cookie| read_flash(cookie.value())),
        health: Vec::new(),
    }
}

/// The frame of a page on which people work with ad accounts: it says what is wrong with them.
pub async fn frame_with_health(
    request: &HttpRequest,
    state: &State,
    signed: &Signed,
    title: &str,
    section: Option<Section>,
) -> Result<Page, AppError> {
    let mut page = frame(request, state, signed, title, section);
    page.health = health::problems(&state.ctx, &signed.actor).await?.iter().map(HealthNote::of).collect();
    Ok(page)
}

fn band(state: &State, signed: &Signed) -> Option<SandboxBand> {
    if !signed.workspace.is_sandbox() {
        return None;
    }
    let link = state.ctx.sandbox.as_ref();
    let today = link.map(|l| state.ctx.platform.now(&l.base_url, state.ctx.now()).0.format("%A, %-d %B %Y").to_string());
    let may = signed.actor.role >= Role::Manager;
    Some(SandboxBand {
        today: today.unwrap_or_else(|| "an unknown day".to_owned()),
        advance_url: (link.is_some() && may).then(|| "/sandbox/advance".to_owned()),
    })
}

/// Renders a page.
pub fn html(template: &impl Template) -> Result<HttpResponse, AppError> {
    html_with(template, 200, None)
}

/// Renders a page with a status (422 for a form with problems) and perhaps a cookie.
pub fn html_with(template: &impl Template, status: u16, cookie: Option<Cookie<'static>>) -> Result<HttpResponse, AppError> {
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
    if let Some(cookie) = cookie {
        response.cookie(cookie);
    }
    Ok(response.content_type("text/html; charset=utf-8").body(template.render()?))
}

/// After a form: to a page.
pub fn redirect(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
}

/// After a form: to a page, which shows this sentence once.
pub fn redirect_saying(to: &str, tone: Tone, sentence: &str) -> HttpResponse {
    let value: String = url::form_urlencoded::Serializer::new(String::new()).append_pair(tone.class(), sentence).finish();
    let flash = Cookie::build(FLASH_COOKIE, value).path("/").http_only(true).same_site(SameSite::Lax).finish();
    HttpResponse::SeeOther().cookie(flash).insert_header((LOCATION, to)).finish()
}

/// After a form whose work may meet something else than what was approved: a conflict is told, with its reason, on the page that
/// shows what stands there now.
pub fn unless_conflict(done: service::Result<HttpResponse>, to: &str, tone: Tone) -> Result<HttpResponse, AppError> {
    match done {
        Err(service::Error::Conflict(said)) => Ok(redirect_saying(to, tone, &said.words)),
        other => other.map_err(Into::into),
    }
}

fn read_flash(value: &str) -> Option<Flash> {
    let (tone, text) = url::form_urlencoded::parse(value.as_bytes()).next()?;
    let tone = [Tone::Good, Tone::Warn, Tone::Bad].into_iter().find(|t| t.class() == tone)?;
    Some(Flash { tone, text: text.into_owned() })
}
