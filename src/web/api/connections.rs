//! Connections and what is linked through them; syncing; the sandbox's clock.

use schemars::JsonSchema;
use serde::Serialize;

use super::ask::Named;
use super::connect::AccessTokenView;
use super::operation::{Call, Outcome};
use super::reply::{Accepted, Done, List, Shown};
use super::words::Time;
use crate::domain::currency::Currency;
use crate::domain::id::{AdAccountId, ConnectionId};
use crate::domain::money::Money;
use crate::service::connections::{self, Linked};
use crate::service::{Actor, Ctx, Error, imports};
use crate::web::extract::{Analyst, Manager, Owner};

/// A login and what is linked through it. Tokens are never shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConnectionView {
    /// Its id.
    id: ConnectionId,
    /// `sandbox` or `real`.
    kind: String,
    /// Its name.
    name: String,
    /// Where its calls go; fixed when it was made.
    base_url: String,
    /// `ok`, `refused` or `unreachable`.
    status: String,
    /// What is wrong, in Meta's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// What Meta said of its token; absent before it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<AccessTokenView>,
    /// Its ad accounts.
    ad_accounts: Vec<LinkedAccountView>,
    /// Its Pages.
    pages: Vec<PageView>,
    /// The pixels of its ad accounts.
    pixels: Vec<PixelView>,
}

/// A linked ad account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LinkedAccountView {
    /// Our id.
    id: AdAccountId,
    /// Meta's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_id: Option<String>,
    /// Its name.
    name: String,
    /// Its state, in words.
    status: String,
    /// Its currency.
    currency: String,
    /// The zone its days are counted in.
    zone: String,
    /// The least an ad set may have a day, where Meta said.
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<Money>,
    /// What is left of the account's own limit; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Money>,
    /// Whether Tandem may write to it; every change needs an approved plan besides.
    is_writable: bool,
    /// When it was last read.
    #[serde(skip_serializing_if = "Option::is_none")]
    synced_at: Option<Time>,
}

/// A Page and its Instagram account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PageView {
    /// Meta's id: what a campaign's form takes as `page`.
    id: String,
    /// Its name.
    name: String,
    /// Meta's id of its Instagram account: what a campaign's form takes as `instagram`.
    #[serde(skip_serializing_if = "Option::is_none")]
    instagram: Option<String>,
}

/// A pixel.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PixelView {
    /// Meta's id: the first half of a campaign form's `result`.
    id: String,
    /// Its name.
    name: String,
    /// The ad account that counts with it.
    account: AdAccountId,
}

/// An ad account, linked or fed by files.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccountView {
    /// Its id.
    id: AdAccountId,
    /// Its name.
    name: String,
    /// Its currency.
    currency: Currency,
    /// Whether a connection syncs it; otherwise only files feed it.
    is_linked: bool,
}

/// What was queued.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Syncing {
    /// How many ad accounts are being read.
    ad_accounts: usize,
}

/// `GET /connections`
pub async fn list(call: Call<Analyst>) -> Outcome<Shown<List<ConnectionView>>> {
    let linked = connections::list(&call.ctx, call.actor()).await?;
    Ok(Shown(List { items: linked.into_iter().map(view).collect(), next: None }))
}

/// `GET /connections/{id}`
pub async fn show(call: Call<Analyst, Named<ConnectionId>>) -> Outcome<Shown<ConnectionView>> {
    Ok(Shown(find(&call.ctx, call.actor(), call.path.0).await?))
}

/// `DELETE /connections/{id}`
pub async fn remove(call: Call<Owner, Named<ConnectionId>>) -> Outcome<Done> {
    connections::remove(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// One connection.
pub async fn find(ctx: &Ctx, actor: &Actor, id: ConnectionId) -> Outcome<ConnectionView> {
    let all = connections::list(ctx, actor).await?;
    let found = all.into_iter().find(|linked| linked.connection.id == id).ok_or(Error::NotFound("connection"))?;
    Ok(view(found))
}

/// `GET /accounts`
pub async fn accounts(call: Call<Analyst>) -> Outcome<Shown<List<AccountView>>> {
    let accounts = imports::accounts(&call.ctx, call.actor()).await?;
    let view = |a: imports::AccountOption| AccountView { id: a.id, name: a.name, currency: a.currency, is_linked: a.linked };
    Ok(Shown(List { items: accounts.into_iter().map(view).collect(), next: None }))
}

/// `POST /connections/sync`
pub async fn sync(call: Call<Analyst>) -> Outcome<Accepted<Syncing>> {
    Ok(Accepted(Syncing { ad_accounts: connections::sync_now(&call.ctx, call.actor()).await? }))
}

/// `POST /sandbox/advance`
pub async fn advance(call: Call<Manager>) -> Outcome<Done> {
    connections::step_sandbox(&call.ctx, call.actor()).await?;
    Ok(Done)
}

fn view(linked: Linked) -> ConnectionView {
    let connection = &linked.connection;
    let details = linked.details();
    let account = |(row, detail): (_, connections::LinkedAccount)| {
        let (id, remote_id) = row;
        LinkedAccountView {
            id,
            remote_id,
            name: detail.name,
            status: detail.status,
            currency: detail.currency,
            zone: detail.zone,
            minimum: detail.minimum,
            left: detail.left,
            is_writable: detail.writing,
            synced_at: detail.synced_at.map(Time),
        }
    };
    let ids: Vec<_> = linked.accounts.iter().map(|row| (row.id, row.remote_id.clone())).collect();
    ConnectionView {
        id: connection.id,
        kind: connection.kind.clone(),
        name: connection.name.clone(),
        base_url: connection.base_url.clone(),
        status: connection.status.clone(),
        problem: connection.problem.clone(),
        token: linked.token.as_ref().map(|facts| AccessTokenView::of(facts, connection.app_secret_sealed.is_some())),
        ad_accounts: ids.into_iter().zip(details).map(account).collect(),
        pages: linked
            .pages
            .iter()
            .map(|p| PageView { id: p.remote_id.clone(), name: p.name.clone(), instagram: p.instagram_remote_id.clone() })
            .collect(),
        pixels: linked
            .pixels
            .iter()
            .map(|p| PixelView { id: p.remote_id.clone(), name: p.name.clone(), account: p.ad_account_id })
            .collect(),
    }
}
