//! Signing in and out, and what a signed-in browser may reach.

use chrono::Duration;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::dictionary;
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::role::Role;
use crate::secrets::{random_token, token_hash};
use crate::store::sessions::{self as rows, Session};
use crate::store::workspaces::{self, Workspace};
use crate::store::{Conn, StoreError, UtcTime, users as user_rows};

use super::{Actor, Ctx, Error, Result, Via, users};

/// A browser that is not used for this long must sign in again.
const IDLE: Duration = Duration::days(30);

/// A signed-in browser: who, where, and what its forms must carry.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who does things, in the browser's workspace.
    pub actor: Actor,
    /// The person.
    pub user: UserId,
    /// The workspace the browser is in.
    pub workspace: Workspace,
    /// Every workspace of the person.
    pub workspaces: Vec<(Workspace, Role)>,
    /// What each form must send back.
    pub csrf: String,
    /// Names the session in the person's list.
    pub token_hash: String,
}

/// Signs in: checks the password and starts a session; returns the cookie's token.
///
/// # Errors
/// One sentence for a wrong address and a wrong password alike, so that nobody learns who is here.
pub async fn sign_in(ctx: &Ctx, email: &str, password: SecretString, user_agent: &str) -> Result<SecretString> {
    let email = email.trim().to_lowercase();
    let found = ctx.db.read(move |c| {
        let user = user_rows::find_by_email(c, &email)?;
        let disabled = user.as_ref().map(|user| user_rows::is_disabled(c, user.id)).transpose()?;
        Ok((user, disabled == Some(true)))
    });
    let (user, disabled) = found.await?;
    let hash = user.as_ref().map(|u| u.password_hash.clone());
    let right = tokio::task::spawn_blocking(move || users::verify(&password, hash.as_deref()))
        .await
        .map_err(|e| StoreError::Pool(e.to_string()))?;
    match user {
        Some(user) if right && !disabled => start(ctx, user.id, user_agent).await,
        _ => Err(Error::invalid("password", dictionary::credentials_wrong())),
    }
}

/// Starts a session for a person who has just proved who they are.
pub async fn start(ctx: &Ctx, user: UserId, user_agent: &str) -> Result<SecretString> {
    let token = random_token();
    let now = ctx.now();
    let mut row = Session {
        token_hash: token_hash(token.expose_secret()),
        user_id: user,
        workspace_id: None,
        csrf: random_token().expose_secret().to_owned(),
        user_agent: user_agent.chars().take(200).collect(),
        created_at: now.0.into(),
        seen_at: now.0.into(),
        expires_at: (now.0 + IDLE).into(),
    };
    ctx.db
        .write::<_, Error, _>(move |c| {
            row.workspace_id = workspaces::list_of(c, user)?.first().map(|(w, _)| w.id);
            rows::delete_ended(c, now.0.into())?;
            Ok(rows::insert(c, &row)?)
        })
        .await?;
    Ok(token)
}

/// The signed-in browser of a cookie's token; `None` where it is not (or no longer) signed in, or belongs nowhere.
pub async fn resume(ctx: &Ctx, token: &str) -> Result<Option<Signed>> {
    let hash = token_hash(token);
    let now = ctx.now();
    let found = ctx.db.read(move |c| find(c, &hash, now.0.into())).await?;
    let Some((signed, seen_at)) = found else { return Ok(None) };
    // At most one write a minute, however many pages are opened.
    if now.0 - seen_at.utc() >= Duration::minutes(1) {
        let hash = signed.token_hash.clone();
        ctx.db.write::<_, Error, _>(move |c| Ok(rows::touch(c, &hash, now.0.into(), (now.0 + IDLE).into())?)).await?;
    }
    Ok(Some(signed))
}

fn find(c: &mut Conn, hash: &str, now: UtcTime) -> crate::store::Result<Option<(Signed, UtcTime)>> {
    let Some(session) = rows::find(c, hash, now)? else { return Ok(None) };
    let user = user_rows::get(c, session.user_id)?;
    if user_rows::is_disabled(c, user.id)? {
        return Ok(None);
    }
    let mine = workspaces::list_of(c, user.id)?;
    let current = mine.iter().find(|(w, _)| Some(w.id) == session.workspace_id).or(mine.first()).cloned();
    let Some((workspace, role)) = current else { return Ok(None) };
    let actor =
        Actor { workspace: workspace.id, user: Some(user.id), name: user.name, role, via: Via::Page, maker: None, claim: None };
    let signed = Signed { actor, user: user.id, workspace, workspaces: mine, csrf: session.csrf, token_hash: session.token_hash };
    Ok(Some((signed, session.seen_at)))
}

/// Signs this browser out.
pub async fn sign_out(ctx: &Ctx, signed: &Signed) -> Result<()> {
    revoke(ctx, signed, &signed.token_hash).await
}

/// Ends one of the person's own sessions.
pub async fn revoke(ctx: &Ctx, signed: &Signed, session: &str) -> Result<()> {
    let (user, session) = (signed.user, session.to_owned());
    let ended = ctx.db.write::<_, Error, _>(move |c| Ok(rows::delete(c, user, &session)?)).await?;
    if ended == 0 { Err(Error::NotFound("session")) } else { Ok(()) }
}

/// The person's sessions, newest use first.
pub async fn list(ctx: &Ctx, signed: &Signed) -> Result<Vec<Session>> {
    let user = signed.user;
    Ok(ctx.db.read(move |c| rows::list_of(c, user)).await?)
}

/// Moves the browser into another of the person's workspaces.
pub async fn switch_workspace(ctx: &Ctx, signed: &Signed, to: WorkspaceId) -> Result<()> {
    if !signed.workspaces.iter().any(|(w, _)| w.id == to) {
        return Err(Error::NotFound("workspace"));
    }
    enter(ctx, signed, to).await
}

/// Moves the browser into a workspace that was just made for the person.
pub async fn enter(ctx: &Ctx, signed: &Signed, to: WorkspaceId) -> Result<()> {
    let hash = signed.token_hash.clone();
    ctx.db.write(move |c| Ok(rows::set_workspace(c, &hash, to)?)).await
}
