//! How connections and ad accounts are: what Meta last said is kept, and judged when a page, a plan or a notice asks.
//!
//! Read at each sync and by the heartbeat, so a page costs three small queries and no call.

mod rules;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{AdAccountId, ConnectionId, WorkspaceId};
use crate::graph::{self, AuthProblem, Client, GraphError};
use crate::store::connections::{self, AdAccount};
use crate::store::standing::{self as rows, AccountHealth, ConnectionToken};
use crate::store::{Conn, writing as permits};

use super::connections::TokenFacts;
use super::{Actor, Ctx, Error, Result, writing};

use rules::funding;

/// What a problem is about; the words are stable, so that rules and notices can name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthCode {
    /// The ad account is disabled, in review, unsettled, closing or in its grace period.
    AccountStatus,
    /// Nothing can be charged.
    Funding,
    /// The account's own limit is used up or nearly so.
    SpendLimit,
    /// Meta does not accept the token.
    TokenInvalid,
    /// The token ends soon.
    TokenExpires,
    /// The token stops reaching data soon.
    DataAccessExpires,
    /// The token lacks a permission that what is switched on needs.
    PermissionMissing,
    /// No Page is linked.
    PageMissing,
    /// A Page has no Instagram account.
    InstagramMissing,
    /// A pixel has heard nothing for a day.
    PixelSilent,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something cannot be done now.
    Blocking,
    /// Something will stop, or goes unnoticed.
    Warning,
}

/// Something that is wrong, what it costs and the way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What it is about.
    pub code: HealthCode,
    /// How bad it is.
    pub severity: Severity,
    /// Through which connection.
    pub connection: ConnectionId,
    /// In which ad account; `None` where all of the connection's are concerned.
    pub ad_account: Option<AdAccountId>,
    /// What it is wrong with: the name of an ad account, a connection, a Page or a pixel.
    pub subject: String,
    /// What is wrong.
    pub sentence: Sentence,
    /// What cannot be done because of it.
    pub blocks: &'static str,
    /// What to do.
    pub way_out: String,
    /// Whether no plan of the ad account is approved while it lasts.
    pub blocks_plans: bool,
}

/// Why a plan of an ad account cannot be approved, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// What stands against it.
    pub sentence: Sentence,
    /// What to do.
    pub way_out: String,
}

impl HealthCode {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccountStatus => "account_status",
            Self::Funding => "funding",
            Self::SpendLimit => "spend_limit",
            Self::TokenInvalid => "token_invalid",
            Self::TokenExpires => "token_expires",
            Self::DataAccessExpires => "data_access_expires",
            Self::PermissionMissing => "permission_missing",
            Self::PageMissing => "page_missing",
            Self::InstagramMissing => "instagram_missing",
            Self::PixelSilent => "pixel_silent",
        }
    }
}

/// What is wrong in the workspace, the worst first.
pub async fn problems(ctx: &Ctx, actor: &Actor) -> Result<Vec<Problem>> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    ctx.db.read(move |c| Ok(all(c, &inner, workspace))).await?
}

/// What is wrong with an ad account and the connection it is linked through, the worst first.
pub async fn problems_of(ctx: &Ctx, actor: &Actor, account: AdAccountId) -> Result<Vec<Problem>> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let found = ctx.db.read(move |c| {
        let row = connections::get_account(c, workspace, account)?;
        Ok(all(c, &inner, workspace).map(|problems| of(problems, &row)))
    });
    found.await?
}

/// What keeps any plan of this ad account from being approved: it is read-only, or Meta would not carry it out.
pub(super) fn obstacles(c: &mut Conn, ctx: &Ctx, account: &AdAccount) -> Result<Vec<Obstacle>> {
    let mut found = Vec::new();
    if !writing::is_allowed(c, account)? {
        found.push(Obstacle {
            sentence: dictionary::read_only(&account.name),
            way_out: "An owner allows writing on the page Connections, at the ad account.".to_owned(),
        });
    }
    let blocking = of(all(c, ctx, account.workspace_id)?, account).into_iter().filter(|problem| problem.blocks_plans);
    found.extend(blocking.map(|problem| Obstacle { sentence: problem.sentence, way_out: problem.way_out }));
    Ok(found)
}

/// Refuses where an obstacle stands.
///
/// # Errors
/// [`Error::Conflict`] with the first obstacle's sentence and way out.
pub(super) fn refuse_blocked(c: &mut Conn, ctx: &Ctx, account: &AdAccount) -> Result<()> {
    match obstacles(c, ctx, account)?.into_iter().next() {
        Some(Obstacle { sentence, way_out }) => Err(Error::conflict(sentence.and(way_out))),
        None => Ok(()),
    }
}

/// Keeps what Meta just said of an ad account.
pub(super) async fn note(ctx: &Ctx, account: &AdAccount, said: &graph::AdAccount) -> Result<()> {
    let row = account_row(ctx, account.workspace_id, account.id, said);
    ctx.db.write(move |c| Ok(rows::put_account(c, &row)?)).await
}

/// Asks Meta closely: what the token is, and how each ad account of the connection is.
///
/// # Errors
/// As calls to Meta; what was kept before stays.
pub(super) async fn look(ctx: &Ctx, client: &Client, workspace: WorkspaceId, id: ConnectionId) -> Result<()> {
    let facts = super::connections::ask_token(client).await?;
    let stamp = ctx.stamp();
    let linked = ctx.db.write(move |c| {
        put_token(c, workspace, id, &facts, stamp)?;
        Ok::<_, Error>(connections::list_linked_accounts(c, workspace)?)
    });
    for account in linked.await?.into_iter().filter(|account| account.connection_id == Some(id)) {
        let Some(node) = account.remote_id.as_deref().and_then(|remote| remote.parse().ok()) else { continue };
        match client.ad_account(&node).await {
            Ok(said) => note(ctx, &account, &said).await?,
            // One account that is out of reach says nothing of the others; its own sync tells.
            Err(GraphError::NotFound { .. } | GraphError::Auth { problem: AuthProblem::Permission, .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Keeps what Meta said of a token.
pub(super) fn put_token(
    c: &mut Conn,
    workspace: WorkspaceId,
    connection: ConnectionId,
    facts: &TokenFacts,
    at: crate::store::UtcTime,
) -> Result<()> {
    let facts = serde_json::to_string(facts)?;
    Ok(rows::put_token(c, &ConnectionToken { workspace_id: workspace, connection_id: connection, facts, checked_at: at })?)
}

/// What Meta said of an ad account, as stored.
pub(super) fn account_row(ctx: &Ctx, workspace: WorkspaceId, id: AdAccountId, said: &graph::AdAccount) -> AccountHealth {
    let (state, words) = funding(said);
    AccountHealth {
        workspace_id: workspace,
        ad_account_id: id,
        account_status: said.account_status,
        disable_reason: said.disable_reason,
        funding: state.as_str().to_owned(),
        funding_words: words,
        balance_minor: said.balance,
        checked_at: ctx.stamp(),
    }
}

fn of(problems: Vec<Problem>, account: &AdAccount) -> Vec<Problem> {
    let mine = |problem: &Problem| match problem.ad_account {
        Some(id) => id == account.id,
        None => Some(problem.connection) == account.connection_id,
    };
    problems.into_iter().filter(mine).collect()
}

fn all(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<Problem>> {
    let known = connections::list(c, workspace)?;
    let accounts = connections::list_linked_accounts(c, workspace)?;
    let (pages, pixels) = (connections::list_pages(c, workspace)?, connections::list_pixels(c, workspace)?);
    let health: BTreeMap<AdAccountId, AccountHealth> =
        rows::list_accounts(c, workspace)?.into_iter().map(|row| (row.ad_account_id, row)).collect();
    let tokens: BTreeMap<ConnectionId, ConnectionToken> =
        rows::list_tokens(c, workspace)?.into_iter().map(|row| (row.connection_id, row)).collect();
    let writable = permits::list(c, workspace)?;
    let mut found = Vec::new();
    for connection in &known {
        let mine: Vec<&AdAccount> = accounts.iter().filter(|account| account.connection_id == Some(connection.id)).collect();
        let facts: Option<TokenFacts> = tokens.get(&connection.id).map(|row| serde_json::from_str(&row.facts)).transpose()?;
        let now = ctx.platform.now(&connection.base_url, ctx.now()).0;
        let writes = mine.iter().any(|account| writable.contains(&account.id));
        found.extend(rules::token(connection, facts.as_ref(), writes, now));
        let own_pages: Vec<_> = pages.iter().filter(|page| page.connection_id == connection.id).collect();
        found.extend(rules::pages(connection, &own_pages, !mine.is_empty()));
        for account in mine {
            found.extend(health.get(&account.id).into_iter().flat_map(|row| rules::account(connection.id, account, row)));
            found.extend(rules::spend_limit(connection.id, account));
            let own: Vec<_> = pixels.iter().filter(|pixel| pixel.ad_account_id == account.id).collect();
            found.extend(rules::pixels(connection.id, account, &own));
        }
    }
    found.sort_by_key(|problem| (problem.severity, problem.code));
    Ok(found)
}
