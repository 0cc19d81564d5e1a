//! Workspaces: setting up the first one, adding others.

use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::role::Role;
use crate::domain::workspace::WorkspaceKind;
use crate::secrets::{random_token, token_hash};
use crate::store::audit::{self, AuditEvent};
use crate::store::workspaces::{self as rows, Workspace};
use crate::store::{Conn, StoreError, setup_links, users as user_rows};

use super::users::{self, CheckedUser, NewUser};
use super::{Actor, Ctx, Error, Result, Via, connections};

/// A new person and the workspace they will own.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The workspace's name.
    pub workspace: String,
    /// Its owner.
    pub owner: NewUser,
}

#[derive(Serialize)]
struct WorkspaceState<'a> {
    id: WorkspaceId,
    name: &'a str,
    kind: &'a str,
}

/// Makes a new one-time set-up link the only valid one, if nobody is there yet; returns its token.
pub async fn new_setup_link(ctx: &Ctx) -> Result<Option<secrecy::SecretString>> {
    let stamp = ctx.stamp();
    ctx.db
        .write(move |c| {
            if user_rows::any(c)? {
                return Ok(None);
            }
            let token = random_token();
            setup_links::replace(c, &token_hash(secrecy::ExposeSecret::expose_secret(&token)), stamp)?;
            Ok(Some(token))
        })
        .await
}

/// Whether a set-up link can still be used.
pub async fn is_setup_link_valid(ctx: &Ctx, token: &str) -> Result<bool> {
    let hash = token_hash(token);
    Ok(ctx.db.read(move |c| setup_links::is_valid(c, &hash)).await?)
}

/// Uses the set-up link: makes the first workspace and its owner in one transaction.
pub async fn set_up(ctx: &Ctx, token: &str, wish: SetUp) -> Result<(WorkspaceId, UserId)> {
    let hash = token_hash(token);
    if !is_setup_link_valid(ctx, token).await? {
        return Err(Error::conflict(dictionary::setup_link_used()));
    }
    let (owner, name) = check(wish).await?;
    let ctx_in = ctx.clone();
    let made = ctx.db.write(move |c| {
        if !setup_links::use_up(c, &hash, ctx_in.stamp())? {
            return Err(Error::conflict(dictionary::setup_link_raced()));
        }
        create(c, &ctx_in, &name, &owner, Via::Page)
    });
    let (workspace, user) = made.await?;
    connect_at_once(ctx, workspace).await;
    Ok((workspace, user))
}

/// Makes a person from the command line, as a member of a workspace that is made if it is not there.
pub async fn create_member(ctx: &Ctx, workspace: &str, user: NewUser, role: Role) -> Result<(WorkspaceId, UserId)> {
    let (checked, name) = check(SetUp { workspace: workspace.to_owned(), owner: user }).await?;
    let ctx_in = ctx.clone();
    ctx.db
        .write(move |c| match rows::find_by_name(c, &name)? {
            Some(found) => {
                let id = users::insert(c, &ctx_in, &Actor::command(found.id), &checked, role)?;
                Ok((found.id, id))
            }
            None if role == Role::Owner => create(c, &ctx_in, &name, &checked, Via::Command),
            None => Err(Error::invalid("workspace", dictionary::workspace_first_owner(name))),
        })
        .await
}

/// Makes another workspace for a person who owns one already; they own this one too.
///
/// # Errors
/// [`Error::Invalid`] at `name` or `kind`; [`Error::Conflict`] for a program, which owns nothing.
pub async fn create_another(ctx: &Ctx, actor: &Actor, name: &str, kind: WorkspaceKind) -> Result<WorkspaceId> {
    actor.require(Role::Owner)?;
    let Some(user) = actor.user else {
        return Err(Error::conflict(dictionary::workspace_of_people()));
    };
    let made = make_for(ctx, user, actor.name.clone(), name, kind, actor.via).await?;
    connect_at_once(ctx, made).await;
    Ok(made)
}

/// Makes another workspace from the command line, for the person of this address.
///
/// # Errors
/// [`Error::Invalid`] at `name`, `kind` or `owner`.
pub async fn create_for(ctx: &Ctx, owner: &str, name: &str, kind: WorkspaceKind) -> Result<WorkspaceId> {
    let email = owner.trim().to_lowercase();
    let found = ctx.db.read(move |c| user_rows::find_by_email(c, &email)).await?;
    let user = found.ok_or_else(|| Error::invalid("owner", dictionary::workspace_owner_unknown(owner.trim())))?;
    make_for(ctx, user.id, "command line".to_owned(), name, kind, Via::Command).await
}

async fn make_for(ctx: &Ctx, user: UserId, by: String, name: &str, kind: WorkspaceKind, via: Via) -> Result<WorkspaceId> {
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Error::invalid("name", dictionary::business_name()));
    }
    if kind == WorkspaceKind::Sandbox && ctx.new_workspaces == WorkspaceKind::Real {
        return Err(Error::invalid("kind", dictionary::workspace_without_sandbox()));
    }
    let inner = ctx.clone();
    let made = ctx.db.write(move |c| {
        let id = insert(c, &inner, &name, kind, "name")?;
        rows::set_member(c, id, user, Role::Owner, inner.stamp())?;
        let actor = Actor { workspace: id, user: Some(user), name: by, role: Role::Owner, via, maker: None, claim: None };
        let state = WorkspaceState { id, name: &name, kind: kind.as_str() };
        actor.record(c, inner.stamp(), "workspace.created", ("workspace", id.0), &state)?;
        Ok(id)
    });
    made.await
}

/// At once, so that the first form has an ad account; the heartbeat tries again where this fails.
async fn connect_at_once(ctx: &Ctx, workspace: WorkspaceId) {
    if let Err(error) = connections::connect_sandbox(ctx, workspace).await {
        tracing::warn!(%error, "the sandbox is not connected yet");
    }
}

fn insert(c: &mut Conn, ctx: &Ctx, name: &str, kind: WorkspaceKind, field: &str) -> Result<WorkspaceId> {
    let id = WorkspaceId(ctx.new_id());
    let row = Workspace { id, name: name.to_owned(), kind: kind.as_str().to_owned(), created_at: ctx.stamp(), frozen_at: None };
    rows::insert(c, &row).map_err(|error| match error {
        StoreError::Conflict(_) => Error::invalid(field, dictionary::workspace_taken()),
        other => other.into(),
    })?;
    Ok(id)
}

/// The workspace of a command's `--workspace`.
pub async fn by_name(ctx: &Ctx, name: &str) -> Result<Workspace> {
    let wanted = name.trim().to_owned();
    let found = ctx.db.read(move |c| rows::find_by_name(c, &wanted)).await?;
    found.ok_or_else(|| Error::invalid("workspace", dictionary::workspace_unknown(name.trim())))
}

async fn check(wish: SetUp) -> Result<(CheckedUser, String)> {
    let name = wish.workspace.trim().to_owned();
    let owner = tokio::task::spawn_blocking(move || wish.owner.check()).await.map_err(|e| StoreError::Pool(e.to_string()))?;
    if name.is_empty() || name.chars().count() > 100 {
        let mut invalid = owner.err().unwrap_or_default();
        invalid.add("workspace", dictionary::business_name());
        return Err(invalid.into());
    }
    Ok((owner?, name))
}

fn create(c: &mut Conn, ctx: &Ctx, name: &str, owner: &CheckedUser, via: Via) -> Result<(WorkspaceId, UserId)> {
    let kind = ctx.new_workspaces.as_str();
    let id = insert(c, ctx, name, ctx.new_workspaces, "workspace")?;
    let actor = Actor { workspace: id, user: None, name: "set-up".to_owned(), role: Role::Owner, via, maker: None, claim: None };
    actor.record(c, ctx.stamp(), "workspace.created", ("workspace", id.0), &WorkspaceState { id, name, kind })?;
    let user = users::insert(c, ctx, &actor, owner, Role::Owner)?;
    Ok((id, user))
}

/// The actor's workspace.
pub async fn get(ctx: &Ctx, actor: &Actor) -> Result<Workspace> {
    let id = actor.workspace;
    Ok(ctx.db.read(move |c| rows::get(c, id)).await?)
}

/// The members of the actor's workspace: id, name, address, role.
pub async fn members(ctx: &Ctx, actor: &Actor) -> Result<Vec<(UserId, String, String, Role)>> {
    let workspace = actor.workspace;
    Ok(ctx.db.read(move |c| rows::members(c, workspace)).await?)
}

/// A page of the audit log.
#[derive(Debug)]
pub struct AuditLog {
    /// Newest first.
    pub events: Vec<AuditEvent>,
    /// The first of them whose hash is not what it must be; the whole chain is for `tandem audit verify`.
    pub first_broken: Option<i64>,
}

/// The workspace's audit log, older than `before` where given.
pub async fn audit_log(ctx: &Ctx, actor: &Actor, before: Option<i64>) -> Result<AuditLog> {
    const PAGE: i64 = 100;
    let workspace = actor.workspace;
    Ok(ctx
        .db
        .read(move |c| {
            // One more than is shown: what the oldest one on the page follows.
            let mut events = audit::list(c, workspace, before, PAGE + 1)?;
            let first_broken = audit::first_broken_of(&events);
            events.truncate(PAGE as usize);
            Ok(AuditLog { events, first_broken })
        })
        .await?)
}

/// An event of the audit log.
pub type Event = AuditEvent;

/// At most `limit` events, newest first, older than `before`; without judging the chain.
pub async fn audit_page(ctx: &Ctx, actor: &Actor, before: Option<i64>, limit: usize) -> Result<Vec<Event>> {
    let (workspace, limit) = (actor.workspace, i64::try_from(limit).unwrap_or(i64::MAX));
    Ok(ctx.db.read(move |c| audit::list(c, workspace, before, limit)).await?)
}
