//! Who may write to an ad account: a switch of the owner, off for real accounts, and the one place where a [`Writer`] is made.
//!
//! Everything that changes something at Meta is a method of [`Writer`]; nothing else in the service makes one, so an account that
//! is read-only cannot be written to by any path.

use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, ConnectionId, UserId, WorkspaceId};
use crate::domain::quota::Urgency;
use crate::domain::role::Role;
use crate::graph::{NodeId, Writer};
use crate::store::connections::{self, AdAccount};
use crate::store::writing::{self as rows, Permit};
use crate::store::{Conn, standing as health};

use super::connections::{TokenFacts, account_client};
use super::{Actor, Ctx, Error, Result};

/// What switching writing on allows, for the one confirmation.
pub const ALLOWS: &str = "Tandem may then make, change, pause and resume campaigns, ad sets and ads in this ad account, \
    which spends its money. Each change still needs a person’s approval of a plan, or Stop all. Tandem never raises the \
    account’s own limit.";

#[derive(Serialize)]
struct Switched<'a> {
    ad_account: AdAccountId,
    name: &'a str,
    writing: bool,
}

/// The client that may write to an ad account, and the account's id at Meta.
///
/// # Errors
/// [`Error::Conflict`] where the account is read-only or not linked.
pub async fn writer(ctx: &Ctx, account: &AdAccount, urgency: Urgency) -> Result<(Writer, NodeId)> {
    let asked = account.clone();
    if !ctx.db.read(move |c| is_allowed(c, &asked)).await? {
        return Err(read_only(account));
    }
    let (client, node) = account_client(ctx, account, urgency).await?;
    Ok((Writer::new(client), node))
}

/// The sentence for an account that is read-only.
pub(super) fn read_only(account: &AdAccount) -> Error {
    Error::conflict(
        dictionary::read_only(&account.name).and("An owner allows writing on the page Connections, at the ad account."),
    )
}

/// Whether an ad account may be written to.
pub(super) fn is_allowed(c: &mut Conn, account: &AdAccount) -> crate::store::Result<bool> {
    Ok(rows::find(c, account.workspace_id, account.id)?.is_some())
}

/// The ad accounts of the workspace that may be written to.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<AdAccountId>> {
    let workspace = actor.workspace;
    Ok(ctx.db.read(move |c| rows::list(c, workspace)).await?)
}

/// Allows writing to an ad account.
///
/// # Errors
/// [`Error::Invalid`] at the field `confirmed` without the confirmation; [`Error::Conflict`] where the account is not linked or its
/// token lacks `ads_management`.
pub async fn allow(ctx: &Ctx, actor: &Actor, id: AdAccountId, confirmed: bool) -> Result<()> {
    actor.require(Role::Owner)?;
    if !confirmed {
        return Err(Error::invalid("confirmed", dictionary::confirm_writing()));
    }
    let (inner, actor) = (ctx.clone(), actor.clone());
    let switched = ctx.db.write(move |c| {
        let account = connections::get_account(c, actor.workspace, id)?;
        let Some(connection) = account.connection_id else {
            return Err(Error::conflict(dictionary::account_not_linked(&account.name)));
        };
        refuse_without_permission(c, actor.workspace, connection, &account)?;
        grant(c, &inner, &account, actor.user)?;
        let state = Switched { ad_account: id, name: &account.name, writing: true };
        actor.record(c, inner.stamp(), "ad_account.writing_allowed", ("ad_account", id.0), &state)
    });
    switched.await
}

/// Makes an ad account read-only again. What is queued for it fails with that reason; what runs at Meta goes on running.
pub async fn withdraw(ctx: &Ctx, actor: &Actor, id: AdAccountId) -> Result<()> {
    actor.require(Role::Owner)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let switched = ctx.db.write(move |c| {
        let account = connections::get_account(c, actor.workspace, id)?;
        if !rows::withdraw(c, actor.workspace, id)? {
            return Ok(());
        }
        let state = Switched { ad_account: id, name: &account.name, writing: false };
        actor.record(c, inner.stamp(), "ad_account.writing_withdrawn", ("ad_account", id.0), &state)
    });
    switched.await
}

/// Gives leave in the transaction of something else; 0 stands for the machine.
pub(super) fn grant(c: &mut Conn, ctx: &Ctx, account: &AdAccount, by: Option<UserId>) -> Result<()> {
    let permit = Permit {
        workspace_id: account.workspace_id,
        ad_account_id: account.id,
        granted_by: by.unwrap_or(UserId(0)),
        granted_at: ctx.stamp(),
    };
    Ok(rows::grant(c, &permit)?)
}

fn refuse_without_permission(c: &mut Conn, workspace: WorkspaceId, connection: ConnectionId, account: &AdAccount) -> Result<()> {
    let Some(known) = health::find_token(c, workspace, connection)? else { return Ok(()) };
    let facts: TokenFacts = serde_json::from_str(&known.facts)?;
    if facts.can_write() {
        return Ok(());
    }
    Err(Error::conflict(dictionary::write_permission(&account.name)))
}
