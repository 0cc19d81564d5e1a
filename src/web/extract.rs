//! Extractors: rights are types in handler signatures.
//!
//! A page takes [`As<R>`]; a form post takes [`Posted<R, T>`], which cannot be had without the form's token; an admin endpoint
//! takes [`Bearer<R>`]. `R` is the least role that may pass.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::{ApiError, AppError};
use super::state::State;
use crate::domain::id::ApiTokenId;
use crate::domain::role::Role;
use crate::secrets::same;
use crate::service::sessions::{self, Signed};
use crate::service::{Actor, tokens};

/// The cookie that carries a session's token.
pub const SESSION_COOKIE: &str = "tandem_session";
/// The cookie that ties the forms of people who are not signed in to their browser.
pub const VISIT_COOKIE: &str = "tandem_visit";
/// The largest form that is not an upload.
const MAX_FORM: usize = 1024 * 1024;

/// A role as a type.
pub trait Level: 'static {
    /// The least role that passes.
    const ROLE: Role;
}

/// Reads.
#[derive(Debug)]
pub enum Analyst {}
/// Defines, publishes, pauses, imports.
#[derive(Debug)]
pub enum Manager {}
/// Members, connections, tokens.
#[derive(Debug)]
pub enum Owner {}

impl Level for Analyst {
    const ROLE: Role = Role::Analyst;
}
impl Level for Manager {
    const ROLE: Role = Role::Manager;
}
impl Level for Owner {
    const ROLE: Role = Role::Owner;
}

type Pending<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// A signed-in person whose role in the browser's workspace is at least `R`.
#[derive(Debug)]
pub struct As<R> {
    /// Who, where, and the form token.
    pub signed: Signed,
    level: PhantomData<R>,
}

impl<R> As<R> {
    /// Who does things.
    pub fn actor(&self) -> &Actor {
        &self.signed.actor
    }

    /// Checks a form's token; for uploads, whose fields arrive one by one.
    pub fn require_csrf(&self, token: &str) -> Result<(), AppError> {
        if same(token, &self.signed.csrf) { Ok(()) } else { Err(AppError::Forged) }
    }
}

impl<R: Level> FromRequest for As<R> {
    type Error = AppError;
    type Future = Pending<Self, AppError>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { sign_in_needed::<R>(&request).await })
    }
}

async fn sign_in_needed<R: Level>(request: &HttpRequest) -> Result<As<R>, AppError> {
    let state = state(request)?;
    let stranger = || AppError::SignIn { next: back_to(request) };
    let cookie = request.cookie(SESSION_COOKIE).ok_or_else(stranger)?;
    let signed = sessions::resume(&state.ctx, cookie.value()).await?.ok_or_else(stranger)?;
    signed.actor.require(R::ROLE)?;
    Ok(As { signed, level: PhantomData })
}

/// The path to come back to after signing in: of a page, not of a form that was sent.
fn back_to(request: &HttpRequest) -> String {
    if request.method().is_safe() {
        request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
    } else {
        "/".to_owned()
    }
}

pub(super) fn state(request: &HttpRequest) -> Result<web::Data<State>, AppError> {
    request.app_data::<web::Data<State>>().cloned().ok_or_else(|| AppError::Internal("the server has no state".into()))
}

/// A form that carries nothing but its token. (`()` would refuse the token as a field too many.)
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// A form sent by a signed-in person of at least role `R`, with the form's token checked.
#[derive(Debug)]
pub struct Posted<R, T> {
    /// Who sent it.
    pub by: As<R>,
    /// What was sent.
    pub form: T,
}

impl<R: Level, T: DeserializeOwned + 'static> FromRequest for Posted<R, T> {
    type Error = AppError;
    type Future = Pending<Self, AppError>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let by = sign_in_needed::<R>(&request).await?;
            let body = read_form(&request, &mut payload).await?;
            by.require_csrf(&field(&body, "csrf"))?;
            Ok(Self { by, form: parse(&body)? })
        })
    }
}

/// A form sent by somebody who is not signed in; its token is tied to the browser by a cookie.
#[derive(Debug)]
pub struct Knock<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Knock<T> {
    type Error = AppError;
    type Future = Pending<Self, AppError>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let body = read_form(&request, &mut payload).await?;
            match request.cookie(VISIT_COOKIE) {
                Some(cookie) if !cookie.value().is_empty() && same(cookie.value(), &field(&body, "csrf")) => {
                    Ok(Self(parse(&body)?))
                }
                _ => Err(AppError::Forged),
            }
        })
    }
}

async fn read_form(request: &HttpRequest, payload: &mut Payload) -> Result<web::Bytes, AppError> {
    web::Bytes::from_request(request, payload).await.map_err(|error| {
        if error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
            AppError::TooLarge(format!("{} KiB, the limit for a form", MAX_FORM / 1024))
        } else {
            AppError::Unreadable("the form did not arrive whole; send it again".to_owned())
        }
    })
}

/// The body limit of forms, for the app's configuration.
pub fn form_limit() -> web::PayloadConfig {
    web::PayloadConfig::new(MAX_FORM)
}

fn field(body: &[u8], name: &str) -> String {
    url::form_urlencoded::parse(body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, AppError> {
    serde_urlencoded::from_bytes(body).map_err(|error| AppError::Unreadable(format!("the form cannot be read: {error}")))
}

/// A program with a bearer token of at least role `R`.
#[derive(Debug)]
pub struct Bearer<R> {
    /// Who the token speaks for.
    pub actor: Actor,
    /// Which token it is.
    pub token: ApiTokenId,
    level: PhantomData<R>,
}

impl<R: Level> FromRequest for Bearer<R> {
    type Error = ApiError;
    type Future = Pending<Self, ApiError>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = state(&request)?;
            let token = request
                .headers()
                .get(AUTHORIZATION)
                .and_then(|value| value.to_str().ok())
                .and_then(|value| value.strip_prefix("Bearer "))
                .ok_or(AppError::NoToken(false))?;
            let (actor, token) = tokens::authenticate(&state.ctx, token.trim()).await?.ok_or(AppError::NoToken(true))?;
            state.count_call(token)?;
            actor.require(R::ROLE)?;
            Ok(Self { actor, token, level: PhantomData })
        })
    }
}
