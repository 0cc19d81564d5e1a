//! `/setup/{token}`, `/sign-in`, `/sign-out`, `/workspace`: in and out.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{LOCATION, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::layout::Page;
use super::{html_with, redirect};
use crate::domain::dictionary;
use crate::domain::id::WorkspaceId;
use crate::domain::invalid::Invalid;
use crate::secrets::random_token;
use crate::service::users::NewUser;
use crate::service::workspaces::{SetUp, set_up};
use crate::service::{self, Error, sessions, workspaces};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, Knock, Nothing, Posted, SESSION_COOKIE, VISIT_COOKIE};
use crate::web::state::State;

#[derive(Template)]
#[template(path = "auth/sign_in.html")]
struct SignInPage {
    page: Page,
    next: String,
    email: String,
    problems: Invalid,
}

#[derive(Template)]
#[template(path = "auth/setup.html")]
struct SetUpPage {
    page: Page,
    form: SetUpForm,
    problems: Invalid,
}

/// What the sign-in form sends.
#[derive(Debug, Deserialize)]
pub struct SignInForm {
    email: String,
    password: SecretString,
    #[serde(default)]
    next: String,
}

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// What the set-up form sends.
#[derive(Debug, Default, Deserialize)]
pub struct SetUpForm {
    name: String,
    email: String,
    #[serde(default)]
    password: SecretString,
    workspace: String,
}

/// What the workspace menu sends.
#[derive(Debug, Deserialize)]
pub struct SwitchForm {
    workspace: WorkspaceId,
}

/// `GET /sign-in`
pub async fn sign_in_page(
    request: HttpRequest,
    state: web::Data<State>,
    next: web::Query<Next>,
) -> Result<HttpResponse, AppError> {
    if !service::users::any(&state.ctx).await? {
        return Err(Error::conflict(dictionary::nobody_here()).into());
    }
    let (visit, page) = visit(&request, &state, "Sign in");
    let body = SignInPage { page, next: local(&next.next), email: String::new(), problems: Invalid::default() };
    html_with(&body, 200, visit)
}

/// `POST /sign-in`
pub async fn sign_in(
    request: HttpRequest,
    state: web::Data<State>,
    Knock(form): Knock<SignInForm>,
) -> Result<HttpResponse, AppError> {
    let address = request.peer_addr().map(|a| a.ip().to_string()).unwrap_or_default();
    let tried = match state.count_try(&format!("ip {address}")).and(state.count_try(&format!("email {}", form.email.trim()))) {
        Ok(()) => sessions::sign_in(&state.ctx, &form.email, form.password, user_agent(&request)).await,
        Err(throttled) => Err(throttled),
    };
    let (problems, status) = match tried {
        Ok(token) => return Ok(signed_in(&state, &token, &local(&form.next))),
        Err(Error::Invalid(problems)) => (problems, 422),
        Err(Error::Throttled(wait)) => (Invalid::one("password", dictionary::too_many_tries(wait.num_seconds())), 429),
        Err(other) => return Err(other.into()),
    };
    let (visit, page) = visit(&request, &state, "Sign in");
    html_with(&SignInPage { page, next: local(&form.next), email: form.email, problems }, status, visit)
}

/// `POST /sign-out`
pub async fn sign_out(state: web::Data<State>, posted: Posted<Analyst, Nothing>) -> Result<HttpResponse, AppError> {
    sessions::sign_out(&state.ctx, &posted.by.signed).await?;
    let mut gone = cookie(&state, SESSION_COOKIE, String::new());
    gone.make_removal();
    Ok(HttpResponse::SeeOther().cookie(gone).insert_header((LOCATION, "/sign-in")).finish())
}

/// `POST /workspace`: to another of the person's workspaces.
pub async fn switch_workspace(state: web::Data<State>, posted: Posted<Analyst, SwitchForm>) -> Result<HttpResponse, AppError> {
    sessions::switch_workspace(&state.ctx, &posted.by.signed, posted.form.workspace).await?;
    Ok(redirect("/"))
}

/// `GET /setup/{token}`
pub async fn setup_page(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    if service::users::any(&state.ctx).await? {
        return Ok(redirect("/sign-in"));
    }
    if !workspaces::is_setup_link_valid(&state.ctx, &token).await? {
        return Err(Error::conflict(dictionary::setup_link_replaced()).into());
    }
    let (visit, page) = visit(&request, &state, "Set up");
    html_with(&SetUpPage { page, form: SetUpForm::default(), problems: Invalid::default() }, 200, visit)
}

/// `POST /setup/{token}`
pub async fn setup(
    request: HttpRequest,
    state: web::Data<State>,
    token: web::Path<String>,
    Knock(form): Knock<SetUpForm>,
) -> Result<HttpResponse, AppError> {
    let owner = NewUser { email: form.email.clone(), name: form.name.clone(), password: form.password.clone() };
    match set_up(&state.ctx, &token, SetUp { workspace: form.workspace.clone(), owner }).await {
        Ok((_, user)) => {
            let session = sessions::start(&state.ctx, user, user_agent(&request)).await?;
            Ok(signed_in(&state, &session, "/"))
        }
        Err(Error::Invalid(problems)) => {
            let (visit, page) = visit(&request, &state, "Set up");
            html_with(&SetUpPage { page, form, problems }, 422, visit)
        }
        Err(other) => Err(other.into()),
    }
}

/// A page for somebody not signed in, whose forms are tied to the browser by a cookie.
fn visit(request: &HttpRequest, state: &State, title: &str) -> (Option<Cookie<'static>>, Page) {
    let known = request.cookie(VISIT_COOKIE).map(|c| c.value().to_owned()).filter(|v| v.len() >= 40);
    let fresh = known.is_none();
    let token = known.unwrap_or_else(|| random_token().expose_secret().to_owned());
    let page = Page { title: title.to_owned(), csrf: token.clone(), ..Page::default() };
    (fresh.then(|| cookie(state, VISIT_COOKIE, token)), page)
}

fn signed_in(state: &State, token: &SecretString, next: &str) -> HttpResponse {
    let mut session = cookie(state, SESSION_COOKIE, token.expose_secret().to_owned());
    session.set_max_age(Duration::days(30));
    HttpResponse::SeeOther().cookie(session).insert_header((LOCATION, next.to_owned())).finish()
}

fn cookie(state: &State, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(state.secure_cookies).finish()
}

/// A path on this server; anything else leads home, so that a link cannot send people elsewhere after signing in.
fn local(next: &str) -> String {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_path { next.to_owned() } else { "/".to_owned() }
}

fn user_agent(request: &HttpRequest) -> &str {
    request.headers().get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn signing_in_never_leads_to_another_server() {
        for next in ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:x"] {
            assert_eq!(local(next), "/", "{next}");
        }
        assert_eq!(local("/campaigns?x=1"), "/campaigns?x=1");
    }
}
