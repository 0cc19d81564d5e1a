//! Connections: linking what a login reaches, and handing out the one client that may speak for each.
//!
//! A connection's base URL is fixed when it is made. A client is made from the stored row alone, so a token can only go where its
//! connection was made for; sandbox and real workspaces never share one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::Serialize;

use crate::clock::PlatformTime;
use crate::domain::id::{AdAccountId, ConnectionId, PageId, PixelId, WorkspaceId};
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::role::Role;
use crate::graph::{self, Client, GraphError, NodeId};
use crate::store::connections::{self as rows, AdAccount, Connection, Page, Pixel};
use crate::store::{Conn, UtcTime, workspaces};

use super::queue::enqueue;
use super::sync::SyncAccount;
use super::{Actor, Ctx, Error, Result};

/// The most accounts, Pages or pixels read of one login.
const MOST: usize = 5_000;

/// The clients in use, one a connection: they keep connections open and know how much of the limits is used.
#[derive(Debug, Clone, Default)]
pub struct Graphs(Arc<Mutex<BTreeMap<ConnectionId, Client>>>);

/// A connection with everything linked through it, for its page.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The login.
    pub connection: Connection,
    /// Its ad accounts.
    pub accounts: Vec<AdAccount>,
    /// Its Pages and their Instagram accounts.
    pub pages: Vec<Page>,
    /// The pixels of its ad accounts.
    pub pixels: Vec<Pixel>,
}

/// An ad account as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccount {
    /// Its name.
    pub name: String,
    /// Meta's id.
    pub remote: String,
    /// Its state, in words.
    pub status: String,
    /// Three letters.
    pub currency: String,
    /// The zone its days are counted in.
    pub zone: String,
    /// The least an ad set may have a day, where Meta said.
    pub minimum: Option<Money>,
    /// The days that figures were read of.
    pub days: Option<Period>,
    /// When it was last read, real time.
    pub synced_at: Option<DateTime<Utc>>,
}

/// What a login reaches, as Meta says it.
struct Reached {
    accounts: Vec<(graph::AdAccount, Option<i64>, Vec<graph::Pixel>)>,
    pages: Vec<graph::LinkedPage>,
}

#[derive(Serialize)]
struct ConnectionState<'a> {
    id: ConnectionId,
    kind: &'a str,
    name: &'a str,
    base_url: &'a str,
    ad_accounts: Vec<&'a str>,
}

/// The client of a connection: made from its stored base URL and token, kept for the next call.
///
/// # Errors
/// [`Error::Conflict`] where the connection's kind is not the workspace's.
pub async fn client(ctx: &Ctx, workspace: WorkspaceId, id: ConnectionId) -> Result<Client> {
    let (connection, kind) =
        ctx.db.read(move |c| Ok((rows::get(c, workspace, id)?, workspaces::get(c, workspace)?.kind))).await?;
    if connection.kind != kind {
        let message =
            format!("This workspace is {kind}; the connection “{}” is {}. The two never mix.", connection.name, connection.kind);
        return Err(Error::Conflict(message));
    }
    if let Some(known) = ctx.graphs.get(id) {
        return Ok(known);
    }
    let token = ctx.sealer.open(&connection.token_sealed, &place(id))?;
    let secret = match &connection.app_secret_sealed {
        Some(sealed) => Some(ctx.sealer.open(sealed, &format!("{}:app", place(id)))?),
        None => None,
    };
    let made = Client::new(&connection.base_url, token, secret.as_ref())?;
    ctx.graphs.put(id, made.clone());
    Ok(made)
}

/// The client of an ad account's connection, and the account's id at Meta.
///
/// # Errors
/// [`Error::Conflict`] for an account that only files feed.
pub async fn account_client(ctx: &Ctx, account: &AdAccount) -> Result<(Client, NodeId)> {
    let (Some(connection), Some(remote)) = (account.connection_id, &account.remote_id) else {
        let message = format!("“{}” is fed by files alone; connect it to Meta to publish or sync.", account.name);
        return Err(Error::Conflict(message));
    };
    let client = client(ctx, account.workspace_id, connection).await?;
    let node = remote.parse().map_err(|e: graph::NotANode| Error::Conflict(e.to_string()))?;
    Ok((client, node))
}

/// Takes over the server's clock from the client's last answer.
pub fn hear(ctx: &Ctx, client: &Client) {
    if let Some(seen) = client.platform_date() {
        ctx.platform.note(client.base_url(), PlatformTime(seen.date), ctx.now());
    }
}

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
    let reached = reach(&client).await?;
    hear(ctx, &client);
    let inner = ctx.clone();
    let connected = ctx.db.write(move |c| {
        // Two workers may have met here; the first one's connection stands.
        if !rows::list(c, workspace)?.is_empty() || !workspaces::get(c, workspace)?.is_sandbox() {
            return Ok(None);
        }
        let (base, token) = (sandbox.base_url.as_str(), &sandbox.access_token);
        insert(c, &inner, workspace, ("sandbox", "Sandbox"), (base, token), &reached).map(Some)
    });
    connected.await
}

/// Every connection of the workspace with what is linked through it.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Linked>> {
    let workspace = actor.workspace;
    let linked = ctx.db.read(move |c| {
        let (accounts, pages, pixels) =
            (rows::list_linked_accounts(c, workspace)?, rows::list_pages(c, workspace)?, rows::list_pixels(c, workspace)?);
        let of = |connection: Connection| {
            let accounts: Vec<_> = accounts.iter().filter(|a| a.connection_id == Some(connection.id)).cloned().collect();
            let ids: Vec<AdAccountId> = accounts.iter().map(|a| a.id).collect();
            Linked {
                pages: pages.iter().filter(|p| p.connection_id == connection.id).cloned().collect(),
                pixels: pixels.iter().filter(|p| ids.contains(&p.ad_account_id)).cloned().collect(),
                accounts,
                connection,
            }
        };
        Ok(rows::list(c, workspace)?.into_iter().map(of).collect())
    });
    Ok(linked.await?)
}

/// Queues a sync of every linked ad account, to run at once.
pub async fn sync_now(ctx: &Ctx, actor: &Actor) -> Result<usize> {
    actor.require(Role::Analyst)?;
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let queued = ctx.db.write(move |c| {
        let accounts = rows::list_linked_accounts(c, workspace)?;
        for account in &accounts {
            enqueue(c, &inner, &SyncAccount { workspace, account: account.id }, inner.now())?;
        }
        Ok(accounts.len())
    });
    queued.await
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
        return Err(Error::Conflict("This workspace has no sandbox; only a sandbox’s clock can be moved.".to_owned()));
    };
    graph::SandboxControl::new(&connection.base_url)?.advance_days(1).await?;
    let client = client(ctx, workspace, connection.id).await?;
    client.me().await?;
    hear(ctx, &client);
    sync_now(ctx, actor).await?;
    Ok(())
}

/// Hears every connection's clock and notes whether it answers.
pub async fn heartbeat(ctx: &Ctx) -> Result<()> {
    for connection in ctx.db.read(rows::list_all).await? {
        let (workspace, id) = (connection.workspace_id, connection.id);
        let answer = match client(ctx, workspace, id).await {
            Ok(client) => {
                let answer = client.me().await.map(|_| ()).map_err(Error::from);
                hear(ctx, &client);
                answer
            }
            Err(error) => Err(error),
        };
        let (status, problem) = health(answer.as_ref().err());
        if (status, problem.as_deref()) != (connection.status.as_str(), connection.problem.as_deref()) {
            let (status, at) = (status.to_owned(), ctx.stamp());
            ctx.db.write(move |c| rows::set_health(c, workspace, id, &status, problem.as_deref(), at)).await?;
        }
    }
    Ok(())
}

/// How a connection stands after a call, and Meta's words where it does not work.
pub(super) fn health(error: Option<&Error>) -> (&'static str, Option<String>) {
    match error {
        None => ("ok", None),
        Some(Error::Graph(GraphError::Auth { message, .. })) => ("refused", Some(message.clone())),
        Some(error) => ("unreachable", Some(error.to_string())),
    }
}

/// An account's status in words. Source: Marketing API, Ad Account, `account_status`.
pub(super) fn status_word(number: Option<i64>) -> &'static str {
    match number {
        Some(1) | None => "active",
        Some(2) => "disabled",
        Some(3) => "unsettled",
        Some(7) => "in risk review",
        Some(8) => "settlement pending",
        Some(9) => "in grace period",
        Some(100) => "closing",
        Some(101) => "closed",
        Some(_) => "unknown",
    }
}

async fn reach(client: &Client) -> Result<Reached> {
    let mut accounts = Vec::new();
    for account in client.ad_accounts().all(MOST).await? {
        let minimum = least(client, &account).await?;
        let pixels = client.pixels(&account.id).all(MOST).await?;
        accounts.push((account, minimum, pixels));
    }
    Ok(Reached { accounts, pages: client.pages().all(MOST).await? })
}

/// The least an ad set billed by impressions may have a day: what every goal offered here is billed by.
pub(super) async fn least(client: &Client, account: &graph::AdAccount) -> Result<Option<i64>> {
    let rows = client.minimum_budgets(&account.id).all(MOST).await?;
    let own = rows.into_iter().find(|row| row.currency == account.currency);
    Ok(own.and_then(|row| row.min_daily_budget_imp).or(account.min_daily_budget))
}

fn insert(
    c: &mut Conn,
    ctx: &Ctx,
    workspace: WorkspaceId,
    (kind, name): (&str, &str),
    (base_url, token): (&str, &SecretString),
    reached: &Reached,
) -> Result<ConnectionId> {
    let id = ConnectionId(ctx.new_id());
    let stamp = ctx.stamp();
    let connection = Connection {
        workspace_id: workspace,
        id,
        kind: kind.to_owned(),
        name: name.to_owned(),
        base_url: base_url.trim_end_matches('/').to_owned(),
        token_sealed: ctx.sealer.seal(token, &place(id))?,
        app_secret_sealed: None,
        status: "ok".to_owned(),
        problem: None,
        created_at: stamp,
        checked_at: Some(stamp),
    };
    rows::insert(c, &connection)?;
    for (account, minimum, pixels) in &reached.accounts {
        let mut row = account_row(ctx, workspace, id, account, *minimum, reached.pages.first());
        if rows::find_account_by_name(c, workspace, &row.name)?.is_some() {
            // One that files feed has the name already; names are unique so that people can tell accounts apart.
            row.name = format!("{} ({})", row.name, account.id);
        }
        rows::insert_account(c, &row)?;
        for pixel in pixels {
            rows::upsert_pixel(c, &pixel_row(ctx, workspace, row.id, pixel))?;
        }
        enqueue(c, ctx, &SyncAccount { workspace, account: row.id }, ctx.now())?;
    }
    for page in &reached.pages {
        rows::upsert_page(c, &page_row(ctx, workspace, id, page))?;
    }
    let state = ConnectionState {
        id,
        kind,
        name,
        base_url: &connection.base_url,
        ad_accounts: reached.accounts.iter().map(|(a, _, _)| a.id.as_str()).collect(),
    };
    Actor::schedule(workspace).record(c, stamp, "connection.made", ("connection", id.0), &state)?;
    Ok(id)
}

fn account_row(
    ctx: &Ctx,
    workspace: WorkspaceId,
    connection: ConnectionId,
    account: &graph::AdAccount,
    minimum: Option<i64>,
    page: Option<&graph::LinkedPage>,
) -> AdAccount {
    // Who pays and whose message it is are asked for once; the Page's name is the likely answer.
    let business = page.map_or_else(String::new, |page| page.name.clone());
    AdAccount {
        workspace_id: workspace,
        id: AdAccountId(ctx.new_id()),
        connection_id: Some(connection),
        remote_id: Some(account.id.to_string()),
        name: if account.name.is_empty() { account.id.to_string() } else { account.name.clone() },
        currency: account.currency.clone(),
        zone: account.timezone_name.clone().unwrap_or_else(|| "UTC".to_owned()),
        account_status: status_word(account.account_status).to_owned(),
        min_daily_minor: minimum,
        spend_cap_minor: account.spend_cap,
        amount_spent_minor: account.amount_spent,
        payor: business.clone(),
        beneficiary: business,
        created_at: ctx.stamp(),
        synced_at: None,
        synced_since_on: None,
        synced_until_on: None,
        known_until_at: None,
    }
}

pub(super) fn pixel_row(ctx: &Ctx, workspace: WorkspaceId, account: AdAccountId, pixel: &graph::Pixel) -> Pixel {
    let fired =
        pixel.last_fired_time.as_deref().and_then(|text| chrono::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z").ok());
    Pixel {
        workspace_id: workspace,
        id: PixelId(ctx.new_id()),
        ad_account_id: account,
        remote_id: pixel.id.to_string(),
        name: pixel.name.clone(),
        last_fired_at: fired.map(|at| UtcTime::from(at.to_utc())),
    }
}

fn page_row(ctx: &Ctx, workspace: WorkspaceId, connection: ConnectionId, page: &graph::LinkedPage) -> Page {
    let instagram = page.instagram_business_account.as_ref();
    Page {
        workspace_id: workspace,
        id: PageId(ctx.new_id()),
        connection_id: connection,
        remote_id: page.id.to_string(),
        name: page.name.clone(),
        instagram_remote_id: instagram.map(|i| i.id.to_string()),
        instagram_username: instagram.map(|i| i.username.clone()),
    }
}

pub(super) fn place(id: ConnectionId) -> String {
    format!("connection:{id}")
}

impl Linked {
    /// Its ad accounts as the page shows them.
    pub fn details(&self) -> Vec<LinkedAccount> {
        let detail = |account: &AdAccount| LinkedAccount {
            name: account.name.clone(),
            remote: account.remote_id.clone().unwrap_or_default(),
            status: account.account_status.clone(),
            currency: account.currency.clone(),
            zone: account.zone.clone(),
            minimum: account
                .min_daily_minor
                .zip(account.currency.parse().ok())
                .map(|(minor, currency)| Money::new(minor, currency)),
            days: account.synced_since_on.zip(account.synced_until_on).and_then(|(since, until)| Period::new(since, until).ok()),
            synced_at: account.synced_at.map(UtcTime::utc),
        };
        self.accounts.iter().map(detail).collect()
    }
}

impl Graphs {
    fn get(&self, id: ConnectionId) -> Option<Client> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn put(&self, id: ConnectionId, client: Client) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, client);
    }
}
