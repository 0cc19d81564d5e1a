//! The embedded sandbox: it connects itself to each sandbox workspace, and its clock can be moved.

use crate::domain::dictionary;
use crate::domain::id::{ConnectionId, WorkspaceId};
use crate::domain::role::Role;
use crate::graph::{self, Client};
use crate::store::connections as rows;
use crate::store::workspaces;

use super::super::{Actor, Ctx, Error, Result};
use super::link::{Wanted, attach, connection_row};
use super::survey::survey;
use super::{client, hear, sync_now};

/// Connects each sandbox workspace that has no connection yet to the embedded sandbox; returns how many.
pub async fn connect_sandboxes(ctx: &Ctx) -> Result<usize> {
    if ctx.sandbox.is_none() {
        return Ok(0);
    }
    let waiting = ctx.db.read(|c| {
        let mut waiting = Vec::new();
        for workspace in workspaces::list(c)?.into_iter().filter(|w| w.is_sandbox()) {
            if rows::list(c, workspace.id)?.is_empty() {
                waiting.push(workspace.id);
            }
        }
        Ok(waiting)
    });
    let waiting = waiting.await?;
    for workspace in &waiting {
        connect_sandbox(ctx, *workspace).await?;
    }
    Ok(waiting.len())
}

/// Connects a workspace to the embedded sandbox's demo business, once; nothing happens without a sandbox.
pub async fn connect_sandbox(ctx: &Ctx, workspace: WorkspaceId) -> Result<Option<ConnectionId>> {
    let Some(sandbox) = ctx.sandbox.clone() else { return Ok(None) };
    let client = Client::new(&sandbox.base_url, sandbox.access_token.clone(), None)?;
    let found = survey(ctx, &client).await?;
    hear(ctx, &client);
    let inner = ctx.clone();
    let connected = ctx.db.write(move |c| {
        // Two workers may have met here; the first one's connection stands.
        if !rows::list(c, workspace)?.is_empty() || !workspaces::get(c, workspace)?.is_sandbox() {
            return Ok(None);
        }
        let tokens = (&sandbox.access_token, None);
        let connection = connection_row(&inner, workspace, ("sandbox", "Sandbox"), &sandbox.base_url, tokens)?;
        rows::insert(c, &connection)?;
        let pages = found.pages.into_iter().map(|page| (page.instagram_business_account.clone(), page));
        let wanted = Wanted { accounts: found.accounts, pages: pages.map(|(instagram, page)| (page, instagram)).collect() };
        attach(c, &inner, &Actor::schedule(workspace), (&connection, "connection.made"), &found.token, &wanted)?;
        Ok(Some(connection.id))
    });
    connected.await
}

/// Moves the sandbox's clock on by a day and queues a sync, for a sandbox workspace alone.
///
/// # Errors
/// [`Error::Conflict`] where the workspace is real or has no sandbox.
pub async fn step_sandbox(ctx: &Ctx, actor: &Actor) -> Result<()> {
    actor.require(Role::Manager)?;
    let workspace = actor.workspace;
    let connections = ctx.db.read(move |c| rows::list(c, workspace)).await?;
    let Some(connection) = connections.into_iter().find(|c| c.kind == "sandbox") else {
        return Err(Error::conflict(dictionary::sandbox_clock()));
    };
    graph::SandboxControl::new(&connection.base_url)?.advance_days(1).await?;
    let client = client(ctx, workspace, connection.id).await?;
    client.me().await?;
    hear(ctx, &client);
    sync_now(ctx, actor).await?;
    Ok(())
}
