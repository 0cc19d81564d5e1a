//! The one client that may speak for each connection, and the rule that sandbox and real never meet.
//!
//! A client is made from the stored row alone: its base URL was fixed when the connection was made, so a token can only go where
//! its connection was made for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Duration;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::clock::{PlatformTime, RealTime};
use crate::domain::dictionary;
use crate::domain::id::{ConnectionId, WorkspaceId};
use crate::domain::quota::Urgency;
use crate::graph::{self, Client, NodeId};
use crate::secrets::same;
use crate::store::connections::{self as rows, AdAccount, Connection};
use crate::store::{Conn, workspaces};

use super::super::quota::gated;
use super::super::{Ctx, Error, Result};

/// The clients in use, one a connection: they keep connections open and know how much of the limits is used.
#[derive(Debug, Clone, Default)]
pub struct Graphs(Arc<Mutex<BTreeMap<ConnectionId, Kept>>>);

#[derive(Debug, Clone)]
struct Kept {
    client: Client,
    /// The sealed token it was made from: another one needs another client.
    sealed: Vec<u8>,
    /// When it was last looked at closely, real time.
    checked: Option<RealTime>,
}

/// The client of a connection: made from its stored base URL and token, kept for the next call.
///
/// # Errors
/// [`Error::Conflict`] where the connection's kind is not the workspace's, or a real one's base is the sandbox's.
pub async fn client(ctx: &Ctx, workspace: WorkspaceId, id: ConnectionId) -> Result<Client> {
    let (connection, kind) =
        ctx.db.read(move |c| Ok((rows::get(c, workspace, id)?, workspaces::get(c, workspace)?.kind))).await?;
    refuse_mixing(ctx, &connection, &kind)?;
    if let Some(known) = ctx.graphs.get(&connection) {
        return Ok(known);
    }
    let (token, secret) = open(ctx, &connection)?;
    let made = Client::new(&connection.base_url, token, secret.as_ref())?;
    ctx.graphs.put(&connection, made.clone());
    Ok(made)
}

/// The client of an ad account's connection, behind the gate of its budget of calls, and the account's id at Meta. It reads; for
/// writing see [`super::super::writing`].
///
/// # Errors
/// [`Error::Conflict`] for an account that only files feed.
pub async fn account_client(ctx: &Ctx, account: &AdAccount, urgency: Urgency) -> Result<(Client, NodeId)> {
    let (Some(connection), Some(remote)) = (account.connection_id, &account.remote_id) else {
        return Err(Error::conflict(dictionary::account_not_linked(&account.name)));
    };
    let client = client(ctx, account.workspace_id, connection).await?;
    let node: NodeId = remote.parse().map_err(|e: graph::NotANode| Error::conflict(e.into()))?;
    Ok((gated(ctx, &client, &node, urgency), node))
}

/// Takes over the server's clock from the client's last answer.
pub fn hear(ctx: &Ctx, client: &Client) {
    if let Some(seen) = client.platform_date() {
        ctx.platform.note(client.base_url(), PlatformTime(seen.date), ctx.now());
    }
}

/// The token and the app secret of a connection.
pub(super) fn open(ctx: &Ctx, connection: &Connection) -> Result<(SecretString, Option<SecretString>)> {
    let place = place(connection.id);
    let token = ctx.sealer.open(&connection.token_sealed, &place)?;
    let secret = connection.app_secret_sealed.as_ref().map(|sealed| ctx.sealer.open(sealed, &app_place(&place))).transpose()?;
    Ok((token, secret))
}

/// What a connection's token is sealed for.
pub(in crate::service) fn place(id: ConnectionId) -> String {
    format!("connection:{id}")
}

/// What the app secret beside a token is sealed for.
pub(super) fn app_place(place: &str) -> String {
    format!("{place}:app")
}

/// Where new connections of a workspace speak to: the embedded sandbox for a sandbox workspace, `--graph-url` for a real one.
///
/// # Errors
/// [`Error::Conflict`] for a sandbox workspace without a sandbox, and where `--graph-url` names a sandbox of this house.
pub(super) fn base_of(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId) -> Result<(&'static str, String)> {
    if workspaces::get(c, workspace)?.is_sandbox() {
        let link = ctx.sandbox.as_ref().ok_or_else(|| Error::conflict(dictionary::sandbox_missing()))?;
        return Ok(("sandbox", link.base_url.trim_end_matches('/').to_owned()));
    }
    let base = ctx.graph_url.trim_end_matches('/').to_owned();
    let mut sandboxes: Vec<String> = ctx.sandbox.iter().map(|link| link.base_url.clone()).collect();
    sandboxes.extend(rows::list_all(c)?.into_iter().filter(|known| known.kind == "sandbox").map(|known| known.base_url));
    if sandboxes.iter().any(|sandbox| is_same_server(sandbox, &base)) {
        return Err(Error::conflict(dictionary::graph_url_of_sandbox()));
    }
    Ok(("real", base))
}

/// Refuses a token that belongs to the other side: one of a sandbox in a real workspace, or the reverse. It is not sent anywhere.
pub(super) async fn refuse_foreign_token(ctx: &Ctx, kind: &str, token: &SecretString) -> Result<()> {
    let refused = |other: &str| Err(Error::invalid("token", dictionary::token_foreign(other)));
    let embedded = ctx.sandbox.as_ref().is_some_and(|link| same(link.access_token.expose_secret(), token.expose_secret()));
    if kind == "real" && embedded {
        return refused("sandbox");
    }
    for connection in ctx.db.read(rows::list_all).await?.iter().filter(|known| known.kind != kind) {
        let (known, _) = open(ctx, connection)?;
        if same(known.expose_secret(), token.expose_secret()) {
            return refused(&connection.kind);
        }
    }
    Ok(())
}

fn refuse_mixing(ctx: &Ctx, connection: &Connection, workspace_kind: &str) -> Result<()> {
    if connection.kind != workspace_kind {
        return Err(Error::conflict(dictionary::kinds_never_mix(workspace_kind, &connection.name, &connection.kind)));
    }
    let embedded = ctx.sandbox.as_ref().is_some_and(|link| is_same_server(&link.base_url, &connection.base_url));
    if connection.kind == "real" && embedded {
        return Err(Error::conflict(dictionary::real_at_sandbox(&connection.name)));
    }
    Ok(())
}

/// Whether two base URLs reach one server: every name of this machine is the same machine.
fn is_same_server(a: &str, b: &str) -> bool {
    let (Ok(a), Ok(b)) = (Url::parse(a), Url::parse(b)) else { return false };
    let local = |url: &Url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => false,
    };
    a.port_or_known_default() == b.port_or_known_default() && (a.host() == b.host() || (local(&a) && local(&b)))
}

impl Graphs {
    fn get(&self, connection: &Connection) -> Option<Client> {
        let kept = self.lock().get(&connection.id).filter(|kept| kept.sealed == connection.token_sealed).cloned();
        kept.map(|kept| kept.client)
    }

    fn put(&self, connection: &Connection, client: Client) {
        let kept = Kept { client, sealed: connection.token_sealed.clone(), checked: None };
        self.lock().insert(connection.id, kept);
    }

    /// Whether a connection is due for a close look, which this notes as taken.
    pub(super) fn take_check(&self, id: ConnectionId, every: Duration, now: RealTime) -> bool {
        let mut kept = self.lock();
        let Some(entry) = kept.get_mut(&id) else { return true };
        let due = entry.checked.is_none_or(|at| now.0 - at.0 >= every);
        if due {
            entry.checked = Some(now);
        }
        due
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<ConnectionId, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::is_same_server;

    #[test]
    fn every_name_of_this_machine_is_one_server() {
        for other in ["http://127.0.0.1:8090/", "http://localhost:8090", "http://[::1]:8090", "http://127.0.0.2:8090/x"] {
            assert!(is_same_server("http://127.0.0.1:8090", other), "{other}");
        }
        for other in ["http://127.0.0.1:8091", "https://graph.facebook.com", "http://graph.facebook.com:8090", "nonsense"] {
            assert!(!is_same_server("http://127.0.0.1:8090", other), "{other}");
        }
    }
}
