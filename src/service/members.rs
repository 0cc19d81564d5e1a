//! Who belongs to a workspace and what they may do there; passwords and closed accounts, for whoever runs the machine.

use secrecy::SecretString;
use serde::Serialize;

use crate::domain::approval::Second;
use crate::domain::dictionary;
use crate::domain::id::UserId;
use crate::domain::role::Role;
use crate::store::users::{self as user_rows, User};
use crate::store::{Conn, StoreError, UtcTime, sessions, workspaces as rows};

use super::users::{self, NewUser};
use super::{Actor, Ctx, Error, Result, plan_settings};

/// A person and their workspaces, for the command line.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub user: User,
    /// Whether they may not sign in.
    pub disabled: bool,
    /// Where they belong, by the workspace's name, and as what.
    pub memberships: Vec<(String, Role)>,
}

#[derive(Serialize)]
struct MemberState<'a> {
    user: UserId,
    email: &'a str,
    role: Option<Role>,
}

#[derive(Serialize)]
struct AccountState<'a> {
    user: UserId,
    email: &'a str,
    disabled: bool,
}

/// Adds a new person to the actor's workspace.
///
/// # Errors
/// [`Error::Invalid`] at `email`, `name` or `password`.
pub async fn add(ctx: &Ctx, actor: &Actor, person: NewUser, role: Role) -> Result<UserId> {
    actor.require(Role::Owner)?;
    let checked = tokio::task::spawn_blocking(move || person.check()).await.map_err(|e| StoreError::Pool(e.to_string()))??;
    let (inner, actor) = (ctx.clone(), actor.clone());
    ctx.db.write(move |c| users::insert(c, &inner, &actor, &checked, role)).await
}

/// Changes what a member may do.
///
/// # Errors
/// [`Error::Conflict`] where the workspace would be left without an owner.
pub async fn set_role(ctx: &Ctx, actor: &Actor, user: UserId, role: Role) -> Result<()> {
    actor.require(Role::Owner)?;
    let (stamp, actor) = (ctx.stamp(), actor.clone());
    ctx.db
        .write(move |c| {
            let email = member(c, &actor, user)?;
            let before = plan_settings::second(c, actor.workspace)?;
            rows::set_member(c, actor.workspace, user, role, stamp)?;
            require_an_owner(c, &actor)?;
            let state = MemberState { user, email: &email, role: Some(role) };
            actor.record(c, stamp, "member.role_changed", ("user", user.0), &state)?;
            tell_second(c, &actor, stamp, before)
        })
        .await
}

/// Takes a person out of the actor's workspace; the person and what they did stay known.
///
/// # Errors
/// [`Error::Conflict`] where the workspace would be left without an owner.
pub async fn remove(ctx: &Ctx, actor: &Actor, user: UserId) -> Result<()> {
    actor.require(Role::Owner)?;
    let (stamp, actor) = (ctx.stamp(), actor.clone());
    ctx.db
        .write(move |c| {
            let email = member(c, &actor, user)?;
            let before = plan_settings::second(c, actor.workspace)?;
            rows::remove_member(c, actor.workspace, user)?;
            require_an_owner(c, &actor)?;
            let state = MemberState { user, email: &email, role: None };
            actor.record(c, stamp, "member.removed", ("user", user.0), &state)?;
            tell_second(c, &actor, stamp, before)
        })
        .await
}

/// Notes where limits stop to hold because nobody is left to ask, or hold again.
fn tell_second(c: &mut Conn, actor: &Actor, at: UtcTime, before: Second) -> Result<()> {
    let after = plan_settings::second(c, actor.workspace)?;
    let action = match (before, after) {
        (Second::Needed, Second::Alone) => "approval.suspended",
        (Second::Alone, Second::Needed) => "approval.in_force",
        _ => return Ok(()),
    };
    actor.record(c, at, action, ("workspace", actor.workspace.0), &after)
}

fn member(c: &mut Conn, actor: &Actor, user: UserId) -> Result<String> {
    let found = rows::members(c, actor.workspace)?.into_iter().find(|(id, ..)| *id == user);
    found.map(|(_, _, email, _)| email).ok_or(Error::NotFound("member"))
}

fn require_an_owner(c: &mut Conn, actor: &Actor) -> Result<()> {
    if rows::members(c, actor.workspace)?.iter().any(|(.., role)| *role == Role::Owner) {
        return Ok(());
    }
    Err(Error::conflict(dictionary::last_owner()))
}

/// Everybody who may sign in anywhere, by address. For the command line alone.
pub async fn people(ctx: &Ctx) -> Result<Vec<Person>> {
    let read = ctx.db.read(|c| {
        let mut people = Vec::new();
        for (user, since) in user_rows::list(c)? {
            let memberships = rows::list_of(c, user.id)?.into_iter().map(|(w, role)| (w.name, role)).collect();
            people.push(Person { user, disabled: since.is_some(), memberships });
        }
        Ok(people)
    });
    Ok(read.await?)
}

/// The person with this address. For the command line alone.
pub async fn by_email(ctx: &Ctx, email: &str) -> Result<User> {
    let wanted = email.trim().to_lowercase();
    let found = ctx.db.read(move |c| user_rows::find_by_email(c, &wanted)).await?;
    found.ok_or_else(|| Error::invalid("email", dictionary::person_unknown(email.trim())))
}

/// Makes a person a member of another workspace, or changes their role there. For the command line alone.
pub async fn place(ctx: &Ctx, actor: &Actor, user: &User, role: Role) -> Result<()> {
    actor.require(Role::Owner)?;
    let (stamp, actor, user) = (ctx.stamp(), actor.clone(), user.clone());
    ctx.db
        .write(move |c| {
            rows::set_member(c, actor.workspace, user.id, role, stamp)?;
            require_an_owner(c, &actor)?;
            let state = MemberState { user: user.id, email: &user.email, role: Some(role) };
            actor.record(c, stamp, "member.role_changed", ("user", user.id.0), &state)
        })
        .await
}

/// Gives a person a new password and signs every browser of theirs out. For the command line alone.
pub async fn set_password(ctx: &Ctx, user: &User, password: SecretString) -> Result<()> {
    let checked = NewUser { email: user.email.clone(), name: user.name.clone(), password };
    let hash = tokio::task::spawn_blocking(move || checked.check()).await.map_err(|e| StoreError::Pool(e.to_string()))??;
    let (inner, user) = (ctx.clone(), user.clone());
    ctx.db
        .write(move |c| {
            user_rows::set_password(c, user.id, hash.password_hash())?;
            sessions::delete_of(c, user.id)?;
            let disabled = user_rows::is_disabled(c, user.id)?;
            tell_workspaces(c, &inner, "user.password_changed", &AccountState { user: user.id, email: &user.email, disabled })
        })
        .await
}

/// Keeps a person from signing in from now on, or lets them again. For the command line alone.
pub async fn set_disabled(ctx: &Ctx, user: &User, disabled: bool) -> Result<()> {
    let (inner, user) = (ctx.clone(), user.clone());
    ctx.db
        .write(move |c| {
            user_rows::set_disabled(c, user.id, disabled.then(|| inner.stamp()))?;
            if disabled {
                sessions::delete_of(c, user.id)?;
            }
            let action = if disabled { "user.disabled" } else { "user.enabled" };
            tell_workspaces(c, &inner, action, &AccountState { user: user.id, email: &user.email, disabled })
        })
        .await
}

/// A person belongs to no workspace, so what happens to the account stands in the log of each of theirs.
fn tell_workspaces(c: &mut Conn, ctx: &Ctx, action: &'static str, state: &AccountState<'_>) -> Result<()> {
    for (workspace, _) in rows::list_of(c, state.user)? {
        Actor::command(workspace.id).record(c, ctx.stamp(), action, ("user", state.user.0), state)?;
    }
    Ok(())
}
