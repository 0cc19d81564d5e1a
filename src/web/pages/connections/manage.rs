//! `/connections/{id}` and `/connections/accounts/{id}`: what is linked, the switch for writing, letting go.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::token::TokenView;
use super::{AccountLine, account_line, state_words};
use crate::domain::id::{AdAccountId, ConnectionId};
use crate::domain::invalid::Invalid;
use crate::domain::role::Role;
use crate::service::connections::{self, Linked};
use crate::service::sessions::Signed;
use crate::service::{Error, health, limits, writing};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Nothing, Owner, Posted};
use crate::web::pages::layout::{HealthNote, Page, Section, Tone};
use crate::web::pages::limits::{LimitLine, line};
use crate::web::pages::{frame, html, html_with, redirect_saying, unless_conflict};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "connections/connection.html")]
struct ConnectionPage {
    page: Page,
    id: ConnectionId,
    name: String,
    is_sandbox: bool,
    base_url: String,
    state: &'static str,
    class: &'static str,
    problem: String,
    made: String,
    token: Option<TokenView>,
    accounts: Vec<AccountLine>,
    pages: Vec<(String, String)>,
    pixels: Vec<(String, String)>,
    owner: bool,
}

#[derive(Template)]
#[template(path = "connections/account.html")]
struct AccountPage {
    page: Page,
    account: AccountLine,
    id: AdAccountId,
    connection: ConnectionId,
    connection_name: String,
    is_sandbox: bool,
    allows: &'static str,
    owner: bool,
    problems: Invalid,
    /// The limits over it.
    limits: Vec<LimitLine>,
    /// The word that a new limit of it covers.
    limits_of: String,
}

/// What the switch for writing sends.
#[derive(Debug, Deserialize)]
pub struct WritingForm {
    writing: String,
    #[serde(default)]
    confirmed: String,
}

/// `GET /connections/{id}`
pub async fn connection(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<ConnectionId>,
) -> Result<HttpResponse, AppError> {
    let linked = connections::list(&state.ctx, by.actor()).await?;
    let linked = linked.into_iter().find(|linked| linked.connection.id == *id).ok_or(Error::NotFound("connection"))?;
    let mut page = frame(&request, &state, &by.signed, &linked.connection.name, Some(Section::Connections));
    let problems = health::problems(&state.ctx, by.actor()).await?;
    page.health = problems.iter().filter(|problem| problem.connection == *id).map(HealthNote::of).collect();
    let (words, class) = state_words(&linked.connection.status);
    let now = state.ctx.platform.now(&linked.connection.base_url, state.ctx.now()).0;
    let signed = linked.connection.app_secret_sealed.is_some();
    html(&ConnectionPage {
        page,
        id: *id,
        is_sandbox: linked.connection.kind == "sandbox",
        base_url: linked.connection.base_url.clone(),
        state: words,
        class,
        problem: linked.connection.problem.clone().unwrap_or_default(),
        made: linked.connection.created_at.utc().format("%-d %b %Y").to_string(),
        token: linked.token.as_ref().map(|facts| TokenView::of(facts, now, Some(signed))),
        accounts: linked.details().iter().map(account_line).collect(),
        pages: super::page_names(&linked),
        pixels: super::pixel_names(&linked),
        owner: by.actor().role >= Role::Owner,
        name: linked.connection.name,
    })
}

/// `POST /connections/{id}/remove`
pub async fn remove(
    state: web::Data<State>,
    id: web::Path<ConnectionId>,
    posted: Posted<Owner, Nothing>,
) -> Result<HttpResponse, AppError> {
    let done = connections::remove(&state.ctx, posted.by.actor(), *id).await;
    let said = "The connection and its token are gone. Its ad accounts keep their history and are read no more.";
    let done = done.map(|()| redirect_saying("/connections", Tone::Good, said));
    unless_conflict(done, &format!("/connections/{id}"), Tone::Bad)
}

/// `GET /connections/accounts/{id}`
pub async fn account(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    id: web::Path<AdAccountId>,
) -> Result<HttpResponse, AppError> {
    html(&account_page(&request, &state, &by.signed, *id, Invalid::default()).await?)
}

/// `POST /connections/accounts/{id}/writing`: the owner's switch.
pub async fn set_writing(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<AdAccountId>,
    posted: Posted<Owner, WritingForm>,
) -> Result<HttpResponse, AppError> {
    let (signed, form) = (posted.by.signed, posted.form);
    let done = match form.writing.as_str() {
        "on" => writing::allow(&state.ctx, &signed.actor, *id, form.confirmed == "yes").await,
        "off" => writing::withdraw(&state.ctx, &signed.actor, *id).await,
        other => return Err(AppError::Unreadable(format!("“{other}” is neither “on” nor “off”"))),
    };
    let said = match form.writing.as_str() {
        "on" => "Tandem may now write to this ad account. Every change still needs an approved plan.",
        _ => "This ad account is read-only now. What runs at Meta goes on running there.",
    };
    if let Err(Error::Invalid(problems)) = done {
        return html_with(&account_page(&request, &state, &signed, *id, problems).await?, 422, None);
    }
    unless_conflict(done.map(|()| redirect_saying(&account_url(*id), Tone::Good, said)), &account_url(*id), Tone::Bad)
}

/// `POST /connections/accounts/{id}/unlink`
pub async fn unlink(
    state: web::Data<State>,
    id: web::Path<AdAccountId>,
    posted: Posted<Owner, Nothing>,
) -> Result<HttpResponse, AppError> {
    let done = connections::unlink(&state.ctx, posted.by.actor(), *id).await;
    let said = "Unlinked. Its history stays in reports; nothing is read or written any more.";
    unless_conflict(done.map(|()| redirect_saying("/connections", Tone::Good, said)), &account_url(*id), Tone::Bad)
}

fn account_url(id: AdAccountId) -> String {
    format!("/connections/accounts/{id}")
}

async fn account_page(
    request: &HttpRequest,
    state: &State,
    signed: &Signed,
    id: AdAccountId,
    problems: Invalid,
) -> Result<AccountPage, AppError> {
    let all = connections::list(&state.ctx, &signed.actor).await?;
    let found = all.iter().find_map(|linked| {
        let detail = linked.details().into_iter().find(|detail| detail.id == id)?;
        Some((linked, detail))
    });
    let (Linked { connection, .. }, detail) = found.ok_or(Error::NotFound("linked ad account"))?;
    let mut page = frame(request, state, signed, &detail.name, Some(Section::Connections));
    page.health = health::problems_of(&state.ctx, &signed.actor, id).await?.iter().map(HealthNote::of).collect();
    Ok(AccountPage {
        page,
        account: account_line(&detail),
        id,
        connection: connection.id,
        connection_name: connection.name.clone(),
        is_sandbox: connection.kind == "sandbox",
        allows: writing::ALLOWS,
        owner: signed.actor.role >= Role::Owner,
        problems,
        limits_of: format!("account:{id}"),
        limits: limits::over_account(&state.ctx, &signed.actor, id).await?.iter().map(line).collect(),
    })
}
