//! Connections: what is linked through a login, whether it answers, and how logins come and go.
//!
//! A connection's base URL is fixed when it is made. A client is made from the stored row alone, so a token can only go where its
//! connection was made for; sandbox and real workspaces never share one.

mod clients;
mod link;
mod pending;
mod sandbox;
mod survey;
mod token;
mod unlink;

use chrono::{DateTime, Duration, Utc};

use crate::domain::id::AdAccountId;
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::role::Role;
use crate::graph::{self, Client, GraphError};
use crate::store::connections::{self as rows, AdAccount, Connection, Page, Pixel};
use crate::store::{UtcTime, standing as health_rows, writing as permits};

use super::queue::enqueue;
use super::sync::SyncAccount;
use super::{Actor, Ctx, Error, Result, health};

pub(super) use clients::place;
pub use clients::{Graphs, account_client, client, hear};
pub(super) use link::pixel_row;
pub use link::{AT_ONCE, Choice, link};
pub use pending::{
    KEPT, LinkState, Offer, OfferedAccount, OfferedPage, OfferedPixel, Pasted, begin, begin_replacement, begin_widening, discard,
    offer,
};
pub use sandbox::{connect_sandbox, connect_sandboxes, step_sandbox};
pub(super) use token::ask as ask_token;
pub use token::{Ends, SCOPES, Scope, TokenFacts};
pub use unlink::{remove, unlink};

/// The most ad accounts, Pages or pixels read of one login.
const MOST: usize = 5_000;
/// Real time between close looks at a connection: what its token is, how its ad accounts are.
const LOOK_EVERY: Duration = Duration::minutes(15);

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
    /// What Meta said of its token; `None` before it was asked.
    pub token: Option<TokenFacts>,
    /// Those of its ad accounts that may be written to.
    pub writable: Vec<AdAccountId>,
}

/// An ad account as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccount {
    /// Our id.
    pub id: AdAccountId,
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
    /// What is left of the account's own limit; `None` where it has none.
    pub left: Option<Money>,
    /// Whether Tandem may write to it.
    pub writing: bool,
    /// When it was last read, real time.
    pub synced_at: Option<DateTime<Utc>>,
}

/// Every connection of the workspace with what is linked through it.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Linked>> {
    let workspace = actor.workspace;
    let linked = ctx.db.read(move |c| {
        let (accounts, pages, pixels) =
            (rows::list_linked_accounts(c, workspace)?, rows::list_pages(c, workspace)?, rows::list_pixels(c, workspace)?);
        let tokens = health_rows::list_tokens(c, workspace)?;
        let writable = permits::list(c, workspace)?;
        let of = |connection: Connection| {
            let accounts: Vec<_> = accounts.iter().filter(|a| a.connection_id == Some(connection.id)).cloned().collect();
            let ids: Vec<AdAccountId> = accounts.iter().map(|a| a.id).collect();
            Linked {
                pages: pages.iter().filter(|p| p.connection_id == connection.id).cloned().collect(),
                pixels: pixels.iter().filter(|p| ids.contains(&p.ad_account_id)).cloned().collect(),
                token: tokens
                    .iter()
                    .find(|row| row.connection_id == connection.id)
                    .and_then(|row| serde_json::from_str(&row.facts).ok()),
                writable: ids.iter().filter(|id| writable.contains(id)).copied().collect(),
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

/// Hears every connection's clock and notes whether it answers. A real server is asked every quarter of an hour, the sandbox at
/// every beat; closely every quarter of an hour.
pub async fn heartbeat(ctx: &Ctx) -> Result<()> {
    for connection in ctx.db.read(rows::list_all).await? {
        let (workspace, id) = (connection.workspace_id, connection.id);
        let answer = match client(ctx, workspace, id).await {
            Ok(client) => {
                let closely = ctx.graphs.take_check(id, LOOK_EVERY, ctx.now());
                if !closely && connection.kind == "real" {
                    continue;
                }
                let answer = beat(ctx, &client, &connection, closely).await;
                hear(ctx, &client);
                answer
            }
            Err(error) => Err(error),
        };
        let (status, problem) = standing(answer.as_ref().err());
        if (status, problem.as_deref()) != (connection.status.as_str(), connection.problem.as_deref()) {
            let (status, at) = (status.to_owned(), ctx.stamp());
            ctx.db.write(move |c| rows::set_health(c, workspace, id, &status, problem.as_deref(), at)).await?;
        }
    }
    Ok(())
}

async fn beat(ctx: &Ctx, client: &Client, connection: &Connection, closely: bool) -> Result<()> {
    match closely {
        true => health::look(ctx, client, connection.workspace_id, connection.id).await,
        false => client.me().await.map(|_| ()).map_err(Error::from),
    }
}

/// How a connection stands after a call, and Meta's words where it does not work.
pub(super) fn standing(error: Option<&Error>) -> (&'static str, Option<String>) {
    match error {
        None => ("ok", None),
        Some(Error::Graph(GraphError::Auth { message, .. })) => ("refused", Some(message.clone())),
        Some(Error::Invalid(invalid)) => ("refused", Some(invalid.to_string())),
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

/// The least an ad set billed by impressions may have a day: what every goal offered here is billed by.
pub(super) async fn least(client: &Client, account: &graph::AdAccount) -> Result<Option<i64>> {
    let rows = client.minimum_budgets(&account.id).all(MOST).await?;
    let own = rows.into_iter().find(|row| row.currency == account.currency);
    Ok(own.and_then(|row| row.min_daily_budget_imp).or(account.min_daily_budget))
}

impl Linked {
    /// Its ad accounts as the page shows them.
    pub fn details(&self) -> Vec<LinkedAccount> {
        let money = |account: &AdAccount, minor: i64| Some(Money::new(minor, account.currency.parse().ok()?));
        let detail = |account: &AdAccount| LinkedAccount {
            id: account.id,
            name: account.name.clone(),
            remote: account.remote_id.clone().unwrap_or_default(),
            status: account.account_status.clone(),
            currency: account.currency.clone(),
            zone: account.zone.clone(),
            minimum: account.min_daily_minor.and_then(|minor| money(account, minor)),
            left: account
                .spend_cap_minor
                .filter(|cap| *cap > 0)
                .zip(account.amount_spent_minor)
                .and_then(|(cap, spent)| money(account, cap - spent)),
            writing: self.writable.contains(&account.id),
            days: account.synced_since_on.zip(account.synced_until_on).and_then(|(since, until)| Period::new(since, until).ok()),
            synced_at: account.synced_at.map(UtcTime::utc),
        };
        self.accounts.iter().map(detail).collect()
    }
}
