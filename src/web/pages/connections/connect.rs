//! `/connections/new` and what follows it: paste a token, see what it is, choose, linked. Works without JavaScript; the token is
//! in no answer, only in the form that was sent.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::SecretString;
use serde::Deserialize;

use super::token::TokenView;
use crate::domain::dictionary::Sentence;
use crate::domain::id::{ConnectionId, PendingId};
use crate::domain::invalid::Invalid;
use crate::service::connections::{self, Choice, LinkState, Offer, OfferedPage, Pasted};
use crate::service::sessions::Signed;
use crate::service::{Ctx, Error};
use crate::web::error::AppError;
use crate::web::extract::{As, Nothing, Owner, Posted};
use crate::web::pages::layout::{Page, Section, Tone};
use crate::web::pages::{frame, html, html_with, redirect, redirect_saying};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "connections/new.html")]
struct NewPage {
    page: Page,
    is_sandbox: bool,
    graph_url: String,
    /// Where the form goes, and the connection whose token it replaces.
    action: String,
    replaces: Option<String>,
    scopes: Vec<&'static str>,
    problems: Invalid,
}

#[derive(Template)]
#[template(path = "connections/choose.html")]
struct ChoosePage {
    page: Page,
    id: PendingId,
    is_new: bool,
    is_sandbox: bool,
    suggested: String,
    base_url: String,
    token: TokenView,
    forgotten: String,
    detailed: bool,
    accounts: Vec<AccountChoice>,
    pages: Vec<PageChoice>,
    pixels: Vec<PixelChoice>,
    can_read: bool,
    can_link: bool,
    problems: Invalid,
}

struct AccountChoice {
    remote: String,
    name: String,
    about: String,
    status: &'static str,
    /// Why it cannot be chosen; empty where it can.
    taken: String,
    note: &'static str,
    chosen: bool,
}

struct PageChoice {
    remote: String,
    name: String,
    linked: bool,
    chosen: bool,
    /// Meta's id and handle of each Instagram account, and which is chosen; empty for none.
    instagram: Vec<(String, String)>,
    ig: String,
}

struct PixelChoice {
    key: String,
    remote: String,
    name: String,
    of: String,
    chosen: bool,
}

/// What is pasted. A secret is a secret from the moment it is read.
#[derive(Debug, Deserialize)]
pub struct TokenForm {
    #[serde(default)]
    token: SecretString,
    #[serde(default)]
    app_secret: SecretString,
}

impl From<TokenForm> for Pasted {
    fn from(form: TokenForm) -> Self {
        Self { token: form.token, app_secret: Some(form.app_secret) }
    }
}

/// `GET /connections/new`
pub async fn new_page(request: HttpRequest, state: web::Data<State>, by: As<Owner>) -> Result<HttpResponse, AppError> {
    html(&fresh(&request, &state, &by.signed, Invalid::default()))
}

/// `POST /connections/new`: tries the token; what was pasted is not shown again, whatever comes of it.
pub async fn begin(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Owner, TokenForm>,
) -> Result<HttpResponse, AppError> {
    let signed = posted.by.signed;
    match connections::begin(&state.ctx, &signed.actor, posted.form.into()).await {
        Ok(id) => Ok(redirect(&choose_url(id))),
        Err(error) => html_with(&fresh(&request, &state, &signed, at_field(error)?), 422, None),
    }
}

/// `GET /connections/{id}/token`: the same form, for another token of a connection.
pub async fn replace_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Owner>,
    id: web::Path<ConnectionId>,
) -> Result<HttpResponse, AppError> {
    html(&replacing(&request, &state.ctx, &state, &by.signed, *id, Invalid::default()).await?)
}

/// `POST /connections/{id}/token`
pub async fn replace(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<ConnectionId>,
    posted: Posted<Owner, TokenForm>,
) -> Result<HttpResponse, AppError> {
    let signed = posted.by.signed;
    match connections::begin_replacement(&state.ctx, &signed.actor, *id, posted.form.into()).await {
        Ok(pending) => Ok(redirect(&choose_url(pending))),
        Err(error) => {
            let problems = at_field(error)?;
            html_with(&replacing(&request, &state.ctx, &state, &signed, *id, problems).await?, 422, None)
        }
    }
}

/// `POST /connections/{id}/choose`: asks anew what the token reaches.
pub async fn widen(
    state: web::Data<State>,
    id: web::Path<ConnectionId>,
    posted: Posted<Owner, Nothing>,
) -> Result<HttpResponse, AppError> {
    match connections::begin_widening(&state.ctx, posted.by.actor(), *id).await {
        Ok(pending) => Ok(redirect(&choose_url(pending))),
        Err(error) => {
            let problems = at_field(error)?;
            let said = problems.problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
            Ok(redirect_saying(&format!("/connections/{id}"), Tone::Bad, &said))
        }
    }
}

/// `GET /connections/pending/{id}`: what the token is, and what can be chosen.
pub async fn choose_page(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Owner>,
    id: web::Path<PendingId>,
) -> Result<HttpResponse, AppError> {
    match connections::offer(&state.ctx, by.actor(), *id).await {
        Ok(offer) => html(&choosing(frame_of(&request, &state, &by.signed), offer, None, Invalid::default())),
        Err(Error::NotFound(_)) => Ok(over()),
        Err(other) => Err(other.into()),
    }
}

/// `POST /connections/pending/{id}`: links what was chosen.
pub async fn link(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<PendingId>,
    posted: Posted<Owner, Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    let signed = posted.by.signed;
    let choice = choice(&posted.form);
    match connections::link(&state.ctx, &signed.actor, *id, choice.clone()).await {
        Ok(_) => {
            let said = "Linked. What Meta knows is being read; the first time takes a few minutes.";
            Ok(redirect_saying("/connections", Tone::Good, said))
        }
        Err(Error::NotFound(_)) => Ok(over()),
        Err(error) => {
            let problems = at_field(error)?;
            match connections::offer(&state.ctx, &signed.actor, *id).await {
                Ok(offer) => html_with(&choosing(frame_of(&request, &state, &signed), offer, Some(&choice), problems), 422, None),
                Err(Error::NotFound(_)) => Ok(over()),
                Err(other) => Err(other.into()),
            }
        }
    }
}

/// `POST /connections/pending/{id}/discard`: forgets the token.
pub async fn discard(
    state: web::Data<State>,
    id: web::Path<PendingId>,
    posted: Posted<Owner, Nothing>,
) -> Result<HttpResponse, AppError> {
    connections::discard(&state.ctx, posted.by.actor(), *id).await?;
    Ok(redirect_saying("/connections", Tone::Good, "The token is forgotten. Nothing was linked."))
}

fn over() -> HttpResponse {
    let said = "A pasted token is kept for half an hour and used once. Paste it again.";
    redirect_saying("/connections/new", Tone::Warn, said)
}

fn choose_url(id: PendingId) -> String {
    format!("/connections/pending/{id}")
}

/// What went wrong, at the field it is about; what is no person's mistake stays an error page.
fn at_field(error: Error) -> Result<Invalid, AppError> {
    match error {
        Error::Invalid(problems) => Ok(problems),
        Error::Conflict(said) => Ok(Invalid::one("", said)),
        Error::Graph(error) => {
            let said = Sentence::quoted(crate::domain::invalid::sentence(&error.to_string()));
            Ok(Invalid::one("token", said.and("Nothing was kept; try again.")))
        }
        other => Err(other.into()),
    }
}

fn frame_of(request: &HttpRequest, state: &State, signed: &Signed) -> Page {
    frame(request, state, signed, "Choose what to link", Some(Section::Connections))
}

fn fresh(request: &HttpRequest, state: &State, signed: &Signed, problems: Invalid) -> NewPage {
    let is_sandbox = signed.workspace.is_sandbox();
    NewPage {
        page: frame(request, state, signed, "Connect an ad account", Some(Section::Connections)),
        graph_url: match (is_sandbox, &state.ctx.sandbox) {
            (true, Some(link)) => link.base_url.clone(),
            _ => state.ctx.graph_url.clone(),
        },
        is_sandbox,
        action: "/connections/new".to_owned(),
        replaces: None,
        scopes: scopes(),
        problems,
    }
}

async fn replacing(
    request: &HttpRequest,
    ctx: &Ctx,
    state: &State,
    signed: &Signed,
    id: ConnectionId,
    problems: Invalid,
) -> Result<NewPage, AppError> {
    let all = connections::list(ctx, &signed.actor).await?;
    let own = all.into_iter().find(|linked| linked.connection.id == id).ok_or(Error::NotFound("connection"))?;
    Ok(NewPage {
        page: frame(request, state, signed, "Replace the token", Some(Section::Connections)),
        is_sandbox: signed.workspace.is_sandbox(),
        graph_url: own.connection.base_url,
        action: format!("/connections/{id}/token"),
        replaces: Some(own.connection.name),
        scopes: scopes(),
        problems,
    })
}

fn scopes() -> Vec<&'static str> {
    connections::SCOPES.iter().map(|scope| scope.name).collect()
}

/// Reads the boxes that were ticked. `pixel` carries the ad account's and the pixel's id, `instagram.<page>` a Page's choice.
fn choice(sent: &[(String, String)]) -> Choice {
    let all =
        |name: &str| -> BTreeSet<String> { sent.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect() };
    let instagram: BTreeMap<String, String> =
        sent.iter().filter_map(|(key, value)| Some((key.strip_prefix("instagram.")?.to_owned(), value.clone()))).collect();
    let pixels = sent.iter().filter(|(key, _)| key == "pixel").filter_map(|(_, value)| value.split_once(':'));
    Choice {
        name: all("name").into_iter().next().unwrap_or_default(),
        accounts: all("account"),
        pages: all("page"),
        instagram,
        pixels: pixels.map(|(account, pixel)| (account.to_owned(), pixel.to_owned())).collect(),
    }
}

/// The page of an offer. At first what there is only one of is ticked; after a refusal, what was ticked.
fn choosing(page: Page, offer: Offer, sent: Option<&Choice>, problems: Invalid) -> ChoosePage {
    let free = offer.accounts.iter().filter(|account| matches!(account.link, LinkState::New | LinkState::Known)).count();
    let accounts: Vec<AccountChoice> = offer
        .accounts
        .iter()
        .map(|account| {
            let (taken, note) = match &account.link {
                LinkState::New => (String::new(), ""),
                LinkState::Known => (String::new(), "its history is here and goes on"),
                LinkState::Here => ("linked".to_owned(), ""),
                LinkState::Elsewhere(name) => (format!("linked through “{name}”"), ""),
            };
            let parts = [&account.business, &account.remote, &account.currency, &account.zone];
            AccountChoice {
                about: parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", "),
                chosen: taken.is_empty() && sent.map_or(free == 1, |choice| choice.accounts.contains(&account.remote)),
                remote: account.remote.clone(),
                name: account.name.clone(),
                status: account.status,
                taken,
                note,
            }
        })
        .collect();
    let one_page = offer.pages.len() == 1;
    let pages = offer.pages.iter().map(|page| page_choice(page, sent, one_page)).collect();
    let pixels = offer.pixels.iter().map(|pixel| PixelChoice {
        key: format!("{}:{}", pixel.account, pixel.remote),
        remote: pixel.remote.clone(),
        name: pixel.name.clone(),
        of: pixel.account_name.clone(),
        chosen: match sent {
            Some(choice) => choice.pixels.contains(&(pixel.account.clone(), pixel.remote.clone())),
            // Pixels of an account that is chosen or linked: counting costs nothing, and leaving one out is the rarer wish.
            None => true,
        },
    });
    ChoosePage {
        page,
        id: offer.id,
        is_new: offer.connection.is_none(),
        is_sandbox: offer.is_sandbox,
        suggested: sent.map(|choice| choice.name.clone()).filter(|name| !name.is_empty()).unwrap_or(offer.name),
        base_url: offer.base_url,
        token: TokenView::of(&offer.token, offer.tried_at, Some(offer.signed)),
        forgotten: offer.expires_at.format("%H:%M UTC").to_string(),
        detailed: offer.detailed,
        can_read: offer.token.can_read(),
        can_link: offer.token.can_read() && (!accounts.is_empty() || offer.connection.is_some()),
        accounts,
        pages,
        pixels: pixels.collect(),
        problems,
    }
}

fn page_choice(page: &OfferedPage, sent: Option<&Choice>, only: bool) -> PageChoice {
    PageChoice {
        remote: page.remote.clone(),
        name: page.name.clone(),
        linked: page.linked,
        chosen: sent.map_or(page.linked || only, |choice| choice.pages.contains(&page.remote)),
        instagram: page.instagram.clone(),
        ig: match sent {
            Some(choice) => choice.instagram.get(&page.remote).cloned().unwrap_or_default(),
            None => page.chosen.clone().unwrap_or_default(),
        },
    }
}
