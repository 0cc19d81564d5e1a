//! The workspace: its members, bearer tokens and audit log.

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named, Paging};
use super::operation::{Call, Outcome};
use super::reply::{Created, Done, List, Shown};
use super::words::Time;
use crate::domain::id::{ApiTokenId, UserId, WorkspaceId};
use crate::domain::role::Role;
use crate::service::users::NewUser;
use crate::service::{members, tokens, workspaces};
use crate::web::extract::{Analyst, Owner};

/// The workspace that the token opens, and what the token may do there.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorkspaceView {
    /// Its id.
    id: WorkspaceId,
    /// Its name.
    name: String,
    /// `sandbox` or `real`: the two never mix.
    kind: String,
    /// Whether an emergency stop holds queued work back.
    is_frozen: bool,
    /// The token's role.
    role: Role,
}

/// A member.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Member {
    /// Their id.
    id: UserId,
    /// Their name.
    name: String,
    /// The address they sign in with.
    email: String,
    /// What they may do.
    role: Role,
}

/// Somebody to add.
#[derive(Deserialize, JsonSchema)]
pub struct NewMember {
    /// The address to sign in with.
    email: String,
    /// The name shown.
    name: String,
    /// A first password, 12 characters or more.
    password: String,
    /// What they may do.
    role: Role,
}

/// A member's new role.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NewRole {
    /// What they may do from now on.
    role: Role,
}

/// A bearer token, without what it is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenView {
    /// Its id.
    id: ApiTokenId,
    /// What it is for.
    name: String,
    /// What it may do.
    role: Role,
    /// When it was made.
    created_at: Time,
    /// Last use, to the minute; absent where it was never used.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Time>,
    /// Since when it is worth nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Time>,
}

/// A token to make.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NewToken {
    /// What it is for.
    name: String,
    /// What it may do.
    role: Role,
}

/// A token that was made.
#[derive(Serialize, JsonSchema)]
pub struct MadeToken {
    /// Its id.
    id: ApiTokenId,
    /// The token: shown this once (and again only under the same idempotency key).
    token: String,
}

/// Something that was done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditEntry {
    /// 1, 2, 3, ... without gaps.
    seq: i64,
    /// When.
    at: Time,
    /// Who.
    actor: String,
    /// From where: `page`, `api`, `command` or `schedule`.
    via: String,
    /// What was done.
    action: String,
    /// To what kind of thing.
    subject_kind: String,
    /// To which.
    subject_id: String,
    /// The full state after it.
    state: serde_json::Value,
    /// The hash of the event before; empty for the first.
    previous_hash: String,
    /// SHA-256 over this event and the hash before it.
    hash: String,
}

/// `GET /workspace`
pub async fn show(call: Call<Analyst>) -> Outcome<Shown<WorkspaceView>> {
    let row = workspaces::get(&call.ctx, call.actor()).await?;
    Ok(Shown(WorkspaceView {
        id: row.id,
        is_frozen: row.frozen_at.is_some(),
        name: row.name,
        kind: row.kind,
        role: call.actor().role,
    }))
}

/// `GET /members`
pub async fn members(call: Call<Analyst>) -> Outcome<Shown<List<Member>>> {
    let all = workspaces::members(&call.ctx, call.actor()).await?;
    let items = all.into_iter().map(|(id, name, email, role)| Member { id, name, email, role }).collect();
    Ok(Shown(List { items, next: None }))
}

/// `POST /members`
pub async fn add_member(call: Call<Owner, (), (), Json<NewMember>>) -> Outcome<Created<Member>> {
    let NewMember { email, name, password, role } = call.body.0;
    let person = NewUser { email, name, password: SecretString::from(password) };
    let id = members::add(&call.ctx, &call.by.actor, person, role).await?;
    let all = workspaces::members(&call.ctx, &call.by.actor).await?;
    let found = all.into_iter().find(|(one, ..)| *one == id).ok_or(crate::service::Error::NotFound("member"))?;
    let (id, name, email, role) = found;
    Ok(Created { at: format!("/members/{id}"), revision: None, thing: Member { id, name, email, role } })
}

/// `PUT /members/{id}`
pub async fn set_role(call: Call<Owner, Named<UserId>, (), Json<NewRole>>) -> Outcome<Done> {
    members::set_role(&call.ctx, call.actor(), call.path.0, call.body.0.role).await?;
    Ok(Done)
}

/// `DELETE /members/{id}`
pub async fn remove_member(call: Call<Owner, Named<UserId>>) -> Outcome<Done> {
    members::remove(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// `GET /tokens`
pub async fn tokens(call: Call<Analyst>) -> Outcome<Shown<List<TokenView>>> {
    let all = tokens::list(&call.ctx, call.actor()).await?;
    let items = all
        .into_iter()
        .map(|row| TokenView {
            id: row.id,
            name: row.name,
            role: row.role,
            created_at: Time(row.created_at.utc()),
            last_used_at: row.last_used_at.map(|at| Time(at.utc())),
            revoked_at: row.revoked_at.map(|at| Time(at.utc())),
        })
        .collect();
    Ok(Shown(List { items, next: None }))
}

/// `POST /tokens`
pub async fn make_token(call: Call<Owner, (), (), Json<NewToken>>) -> Outcome<Created<MadeToken>> {
    let NewToken { name, role } = &call.body.0;
    let (id, token) = tokens::make(&call.ctx, call.actor(), name, *role).await?;
    let thing = MadeToken { id, token: token.expose_secret().to_owned() };
    Ok(Created { at: format!("/tokens/{id}"), revision: None, thing })
}

/// `DELETE /tokens/{id}`
pub async fn revoke_token(call: Call<Owner, Named<ApiTokenId>>) -> Outcome<Done> {
    tokens::revoke(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// `GET /audit`
pub async fn audit(call: Call<Analyst, (), Paging>) -> Outcome<Shown<List<AuditEntry>>> {
    let (after, limit) = (call.query.after()?, call.query.limit()?);
    let mut events = workspaces::audit_page(&call.ctx, call.actor(), after, limit + 1).await?;
    let more = events.len() > limit;
    events.truncate(limit);
    let next = events.last().filter(|_| more).map(|event| Paging::cursor(event.seq));
    let entry = |event: workspaces::Event| AuditEntry {
        seq: event.seq,
        at: Time(event.at.utc()),
        actor: event.actor_name,
        via: event.via,
        action: event.action,
        subject_kind: event.subject_kind,
        subject_id: event.subject_id.to_string(),
        state: serde_json::from_str(&event.state).unwrap_or(serde_json::Value::Null),
        previous_hash: event.previous_hash,
        hash: event.hash,
    };
    Ok(Shown(List { items: events.into_iter().map(entry).collect(), next }))
}
