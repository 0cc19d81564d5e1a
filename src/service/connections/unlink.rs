//! Letting go: an ad account keeps its history and is read no more; a connection takes its token with it.

use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, CampaignId, ConnectionId};
use crate::domain::role::Role;
use crate::store::connections::{self as rows, AdAccount};
use crate::store::{Conn, campaigns, observed, pending, plans, standing as health, writing};

use super::super::{Actor, Ctx, Error, Result};

#[derive(Serialize)]
struct Unlinked<'a> {
    ad_account: AdAccountId,
    name: &'a str,
    remote: Option<&'a str>,
}

#[derive(Serialize)]
struct Removed<'a> {
    connection: ConnectionId,
    name: &'a str,
    ad_accounts: Vec<AdAccountId>,
}

/// Unlinks an ad account: what is known of it stays, nothing is read or written any more.
///
/// # Errors
/// [`Error::Conflict`] while campaigns made here are on at Meta or being carried out: nobody would watch them.
pub async fn unlink(ctx: &Ctx, actor: &Actor, id: AdAccountId) -> Result<()> {
    actor.require(Role::Owner)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let done = ctx.db.write(move |c| {
        let account = rows::get_account(c, actor.workspace, id)?;
        if account.connection_id.is_none() {
            return Ok(());
        }
        let_go(c, &account)?;
        let state = Unlinked { ad_account: id, name: &account.name, remote: account.remote_id.as_deref() };
        actor.record(c, inner.stamp(), "ad_account.unlinked", ("ad_account", id.0), &state)
    });
    done.await
}

/// Removes a connection with its token; its ad accounts are unlinked and keep their history.
///
/// # Errors
/// [`Error::Conflict`] as [`unlink`], and for the sandbox of a sandbox workspace.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: ConnectionId) -> Result<()> {
    actor.require(Role::Owner)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let done = ctx.db.write(move |c| {
        let workspace = actor.workspace;
        let connection = rows::get(c, workspace, id)?;
        let others = rows::list(c, workspace)?.len() - 1;
        if connection.kind == "sandbox" && others == 0 {
            return Err(Error::conflict(dictionary::sandbox_stays()));
        }
        let mine: Vec<AdAccount> =
            rows::list_linked_accounts(c, workspace)?.into_iter().filter(|account| account.connection_id == Some(id)).collect();
        for account in &mine {
            let_go(c, account)?;
        }
        health::delete_token(c, workspace, id)?;
        pending::delete_of(c, workspace, id)?;
        rows::delete(c, workspace, id)?;
        let state =
            Removed { connection: id, name: &connection.name, ad_accounts: mine.iter().map(|account| account.id).collect() };
        actor.record(c, inner.stamp(), "connection.removed", ("connection", id.0), &state)
    });
    done.await
}

fn let_go(c: &mut Conn, account: &AdAccount) -> Result<()> {
    let live = live_campaigns(c, account)?;
    if let Some(first) = live.first() {
        let others = if live.len() > 1 { format!(" and {} more", live.len() - 1) } else { String::new() };
        return Err(Error::conflict(dictionary::unlink_live(&account.name, first, others)));
    }
    writing::withdraw(c, account.workspace_id, account.id)?;
    health::delete_account(c, account.workspace_id, account.id)?;
    Ok(rows::set_link(c, account.workspace_id, account.id, None)?)
}

/// Names of the campaigns of this house that are on in an ad account, or on their way there.
fn live_campaigns(c: &mut Conn, account: &AdAccount) -> crate::store::Result<Vec<String>> {
    let workspace = account.workspace_id;
    let mut live = Vec::new();
    for row in observed::list_present(c, workspace, "campaign")? {
        if row.ad_account_id == account.id && row.status == "ACTIVE" {
            let ours = row.origin == "here" || campaigns::find(c, workspace, CampaignId(row.id.0))?.is_some();
            live.extend(ours.then_some(row.name));
        }
    }
    for plan in plans::list_running(c, workspace)? {
        let Some(id) = plan.campaign_id else { continue };
        let campaign = campaigns::find(c, workspace, id)?.filter(|campaign| campaign.ad_account_id == account.id);
        live.extend(campaign.map(|campaign| campaign.name).filter(|name| !live.contains(name)));
    }
    Ok(live)
}
