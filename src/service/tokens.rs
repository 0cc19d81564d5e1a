//! Bearer tokens of the admin HTTP endpoints.

use chrono::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::id::ApiTokenId;
use crate::domain::role::Role;
use crate::secrets::{random_token, token_hash};
use crate::store::api_tokens::{self as rows, ApiToken};
use crate::store::approvals;

use super::{Actor, Ctx, Error, Result, Via};

#[derive(Serialize)]
struct TokenState<'a> {
    id: ApiTokenId,
    name: &'a str,
    role: Role,
    revoked: bool,
}

/// Makes a token; it is shown this once and never again.
pub async fn create(ctx: &Ctx, actor: &Actor, name: &str, role: Role) -> Result<SecretString> {
    Ok(make(ctx, actor, name, role).await?.1)
}

/// Makes a token and says its id too, for whoever lists and revokes by id.
pub async fn make(ctx: &Ctx, actor: &Actor, name: &str, role: Role) -> Result<(ApiTokenId, SecretString)> {
    actor.require(Role::Owner)?;
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Error::invalid("name", dictionary::token_name()));
    }
    let (token, id) = (random_token(), ApiTokenId(ctx.new_id()));
    let row = ApiToken {
        token_hash: token_hash(token.expose_secret()),
        id,
        workspace_id: actor.workspace,
        name,
        role,
        created_at: ctx.stamp(),
        last_used_at: None,
        revoked_at: None,
    };
    let actor = actor.clone();
    ctx.db
        .write::<_, Error, _>(move |c| {
            rows::insert(c, &row)?;
            // What a token makes was made by whoever made that token.
            if let Some(maker) = actor.person() {
                approvals::insert_maker(c, row.workspace_id, row.id, maker)?;
            }
            let state = TokenState { id: row.id, name: &row.name, role, revoked: false };
            actor.record(c, row.created_at, "token.created", ("token", row.id.0), &state)
        })
        .await?;
    Ok((id, token))
}

/// Who a bearer token speaks for, and the token's id; `None` where it is unknown or revoked.
pub async fn authenticate(ctx: &Ctx, token: &str) -> Result<Option<(Actor, ApiTokenId)>> {
    let hash = token_hash(token);
    let found = ctx.db.read({
        let hash = hash.clone();
        move |c| {
            let Some(row) = rows::find(c, &hash)? else { return Ok(None) };
            let maker = approvals::find_maker(c, row.workspace_id, row.id)?;
            Ok(Some((row, maker)))
        }
    });
    let Some((row, maker)) = found.await? else { return Ok(None) };
    let now = ctx.now();
    if row.last_used_at.is_none_or(|at| now.0 - at.utc() >= Duration::minutes(1)) {
        ctx.db.write::<_, Error, _>(move |c| Ok(rows::touch(c, &hash, now.0.into())?)).await?;
    }
    let actor = Actor {
        workspace: row.workspace_id,
        user: None,
        name: format!("token “{}”", row.name),
        role: row.role,
        via: Via::Api,
        maker,
        claim: None,
    };
    Ok(Some((actor, row.id)))
}

/// The workspace's tokens, newest first.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<ApiToken>> {
    let workspace = actor.workspace;
    Ok(ctx.db.read(move |c| rows::list(c, workspace)).await?)
}

/// Revokes a token from now on.
pub async fn revoke(ctx: &Ctx, actor: &Actor, id: ApiTokenId) -> Result<()> {
    actor.require(Role::Owner)?;
    let (actor, stamp) = (actor.clone(), ctx.stamp());
    ctx.db
        .write(move |c| {
            let row = rows::list(c, actor.workspace)?.into_iter().find(|t| t.id == id).ok_or(Error::NotFound("token"))?;
            if rows::revoke(c, actor.workspace, id, stamp)? {
                let state = TokenState { id, name: &row.name, role: row.role, revoked: true };
                actor.record(c, stamp, "token.revoked", ("token", id.0), &state)?;
            }
            Ok(())
        })
        .await
}
