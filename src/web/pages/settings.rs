//! `/settings` and `/audit`: members, sessions, tokens, and what was done.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::layout::{Page, Tone};
use super::{frame, html, html_with, redirect_saying};
use crate::domain::id::ApiTokenId;
use crate::domain::invalid::Invalid;
use crate::domain::role::Role;
use crate::service::sessions::Signed;
use crate::service::{Error, sessions, tokens, workspaces};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, As, Owner, Posted};
use crate::web::format::moment;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "settings/settings.html")]
struct SettingsPage {
    page: Page,
    owner: bool,
    members: Vec<MemberRow>,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    roles: Vec<(String, String)>,
    new_token: Option<String>,
    form: TokenForm,
    problems: Invalid,
}

struct MemberRow {
    name: String,
    email: String,
    role: Role,
}

struct SessionRow {
    key: String,
    agent: String,
    seen: String,
    this: bool,
}

struct TokenRow {
    id: ApiTokenId,
    name: String,
    role: Role,
    made: String,
    used: String,
    revoked: bool,
}

#[derive(Template)]
#[template(path = "settings/audit.html")]
struct AuditPage {
    page: Page,
    events: Vec<EventRow>,
    broken: Option<i64>,
    older: Option<i64>,
}

struct EventRow {
    seq: i64,
    at: String,
    who: String,
    via: String,
    action: String,
    subject: String,
    state: String,
    hash: String,
}

/// What the form for a new token sends.
#[derive(Debug, Default, Deserialize)]
pub struct TokenForm {
    name: String,
    role: String,
}

/// Which token to revoke.
#[derive(Debug, Deserialize)]
pub struct TokenChoice {
    token: ApiTokenId,
}

/// Which session to end.
#[derive(Debug, Deserialize)]
pub struct SessionChoice {
    session: String,
}

/// Where a page of events starts.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// `GET /settings`
pub async fn show(request: HttpRequest, state: web::Data<State>, by: As<Analyst>) -> Result<HttpResponse, AppError> {
    html(&settings(&request, &state, &by.signed).await?)
}

async fn settings(request: &HttpRequest, state: &State, signed: &Signed) -> Result<SettingsPage, AppError> {
    let members = workspaces::members(&state.ctx, &signed.actor).await?;
    let sessions = sessions::list(&state.ctx, signed).await?;
    let tokens = tokens::list(&state.ctx, &signed.actor).await?;
    Ok(SettingsPage {
        page: frame(request, state, signed, "Settings", None),
        owner: signed.actor.role >= Role::Owner,
        members: members.into_iter().map(|(_, name, email, role)| MemberRow { name, email, role }).collect(),
        sessions: sessions
            .into_iter()
            .map(|s| SessionRow {
                this: s.token_hash == signed.token_hash,
                key: s.token_hash,
                agent: s.user_agent,
                seen: moment(s.seen_at.utc()),
            })
            .collect(),
        tokens: tokens
            .into_iter()
            .map(|t| TokenRow {
                id: t.id,
                name: t.name,
                role: t.role,
                made: moment(t.created_at.utc()),
                used: t.last_used_at.map_or_else(|| "never".to_owned(), |at| moment(at.utc())),
                revoked: t.revoked_at.is_some(),
            })
            .collect(),
        roles: [Role::Analyst, Role::Manager, Role::Owner].map(|r| (r.to_string(), r.to_string())).to_vec(),
        new_token: None,
        form: TokenForm::default(),
        problems: Invalid::default(),
    })
}

/// `POST /settings/tokens`: the answer shows the token this once, so it is no redirect.
pub async fn create_token(
    request: HttpRequest,
    state: web::Data<State>,
    posted: Posted<Owner, TokenForm>,
) -> Result<HttpResponse, AppError> {
    let signed = &posted.by.signed;
    let role: Result<Role, _> = posted.form.role.parse();
    let made = match role {
        Ok(role) => tokens::create(&state.ctx, &signed.actor, &posted.form.name, role).await,
        Err(unknown) => Err(Error::invalid("role", unknown.into())),
    };
    let mut body = settings(&request, &state, signed).await?;
    match made {
        Ok(token) => {
            body.new_token = Some(token.expose_secret().to_owned());
            html(&body)
        }
        Err(Error::Invalid(problems)) => {
            body.form = posted.form;
            body.problems = problems;
            html_with(&body, 422, None)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /settings/tokens/revoke`
pub async fn revoke_token(state: web::Data<State>, posted: Posted<Owner, TokenChoice>) -> Result<HttpResponse, AppError> {
    tokens::revoke(&state.ctx, posted.by.actor(), posted.form.token).await?;
    Ok(redirect_saying("/settings", Tone::Good, "The token is worth nothing from now on."))
}

/// `POST /settings/sessions/revoke`
pub async fn revoke_session(state: web::Data<State>, posted: Posted<Analyst, SessionChoice>) -> Result<HttpResponse, AppError> {
    sessions::revoke(&state.ctx, &posted.by.signed, &posted.form.session).await?;
    Ok(redirect_saying("/settings", Tone::Good, "That browser is signed out."))
}

/// `GET /audit`: what was done, newest first, and whether the chain is whole.
pub async fn audit(
    request: HttpRequest,
    state: web::Data<State>,
    by: As<Analyst>,
    before: web::Query<Before>,
) -> Result<HttpResponse, AppError> {
    let log = workspaces::audit_log(&state.ctx, by.actor(), before.before).await?;
    let older = log.events.last().map(|e| e.seq).filter(|seq| *seq > 1);
    html(&AuditPage {
        page: frame(&request, &state, &by.signed, "What was done", None),
        broken: log.first_broken,
        older,
        events: log
            .events
            .into_iter()
            .map(|e| EventRow {
                seq: e.seq,
                at: moment(e.at.utc()),
                who: e.actor_name,
                via: e.via,
                action: e.action,
                subject: format!("{} {}", e.subject_kind, e.subject_id),
                state: e.state,
                hash: e.hash.chars().take(12).collect(),
            })
            .collect(),
    })
}
