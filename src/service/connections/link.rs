//! Linking what was chosen: one transaction from a pasted token to a connection with its ad accounts, read-only.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, ConnectionId, PageId, PendingId, PixelId, WorkspaceId};
use crate::domain::role::Role;
use crate::graph::{self, Client, InstagramAccount, LinkedPage};
use crate::store::connections::{self as rows, AdAccount, Connection, Page, Pixel};
use crate::store::pending::{self, Pending};
use crate::store::{Conn, StoreError, UtcTime, standing as health_rows, workspaces};

use super::super::queue::enqueue;
use super::super::sync::SyncAccount;
use super::super::{Actor, Ctx, Error, Result, health, writing};
use super::clients::{app_place, place};
use super::pending::is_mine;
use super::status_word;
use super::survey::{Reachable, Survey, details};
use super::token::TokenFacts;

/// The most ad accounts linked at once; more are chosen in a second go.
pub const AT_ONCE: usize = 50;

/// What a person chose of an offer.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Choice {
    /// The name of a new connection; empty keeps the one offered.
    pub name: String,
    /// Meta's ids of ad accounts.
    pub accounts: BTreeSet<String>,
    /// Meta's ids of Pages.
    pub pages: BTreeSet<String>,
    /// For a Page, Meta's id of the Instagram account that its ads run as; empty for none.
    pub instagram: BTreeMap<String, String>,
    /// Meta's ids of an ad account and of a pixel of it.
    pub pixels: BTreeSet<(String, String)>,
}

/// What is to be linked, found in a survey.
pub(super) struct Wanted {
    pub accounts: Vec<Reachable>,
    pub pages: Vec<(LinkedPage, Option<InstagramAccount>)>,
}

#[derive(Serialize)]
struct ConnectionState<'a> {
    id: ConnectionId,
    kind: &'a str,
    name: &'a str,
    base_url: &'a str,
    app: &'a str,
    user: &'a str,
    ad_accounts: Vec<&'a str>,
    pages: Vec<&'a str>,
}

/// Links what was chosen. The ad accounts of a real workspace are read-only from then on, until an owner allows writing.
///
/// # Errors
/// [`Error::Invalid`] at the field that is wrong; [`Error::NotFound`] for a pasted token that is over.
pub async fn link(ctx: &Ctx, actor: &Actor, id: PendingId, choice: Choice) -> Result<ConnectionId> {
    actor.require(Role::Owner)?;
    let (now, owner) = (ctx.stamp(), actor.clone());
    let found = ctx.db.read(move |c| pending::find(c, owner.workspace, id, now)).await?;
    let row = found.filter(|row| is_mine(row, actor)).ok_or(Error::NotFound("pasted token"))?;
    let survey: Survey = serde_json::from_str(&row.survey)?;
    let (token, secret) = opened(ctx, &row)?;
    let mut wanted = select(&survey, &choice, row.connection_id.is_some())?;
    if !survey.detailed {
        let client = Client::new(&row.base_url, token.clone(), secret.as_ref())?;
        for account in &mut wanted.accounts {
            *account = details(&client, account.clone()).await?;
        }
    }
    let (inner, actor, name) = (ctx.clone(), actor.clone(), choice.name.trim().to_owned());
    let linked = ctx.db.write(move |c| {
        if !pending::delete(c, actor.workspace, id)? {
            return Err(Error::NotFound("pasted token"));
        }
        let tokens = (&token, secret.as_ref());
        let (connection, action) = match row.connection_id {
            Some(id) => (renew(c, &inner, actor.workspace, id, tokens)?, "connection.changed"),
            None => (insert(c, &inner, &actor, &row, &name, &survey, tokens)?, "connection.made"),
        };
        attach(c, &inner, &actor, (&connection, action), &survey.token, &wanted)?;
        Ok(connection.id)
    });
    linked.await
}

/// Writes what is linked through a connection, queues its first read and says so in the audit log.
pub(super) fn attach(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    (connection, action): (&Connection, &'static str),
    token: &TokenFacts,
    wanted: &Wanted,
) -> Result<()> {
    let (workspace, stamp) = (connection.workspace_id, ctx.stamp());
    health::put_token(c, workspace, connection.id, token, stamp)?;
    rows::set_health(c, workspace, connection.id, "ok", None, stamp)?;
    for (page, instagram) in &wanted.pages {
        rows::upsert_page(c, &page_row(ctx, connection, page, instagram.as_ref()))?;
    }
    for account in &wanted.accounts {
        let id = put_account(c, ctx, actor, connection, account, wanted.pages.first().map(|(page, _)| page))?;
        for pixel in &account.pixels {
            rows::upsert_pixel(c, &pixel_row(ctx, workspace, id, pixel))?;
        }
        enqueue(c, ctx, &SyncAccount { workspace, account: id }, ctx.now())?;
    }
    let state = ConnectionState {
        id: connection.id,
        kind: &connection.kind,
        name: &connection.name,
        base_url: &connection.base_url,
        app: &token.app_id,
        user: &token.user_id,
        ad_accounts: wanted.accounts.iter().map(|account| account.said.id.as_str()).collect(),
        pages: wanted.pages.iter().map(|(page, _)| page.id.as_str()).collect(),
    };
    actor.record(c, stamp, action, ("connection", connection.id.0), &state)
}

/// The row of a new connection.
pub(super) fn connection_row(
    ctx: &Ctx,
    workspace: WorkspaceId,
    (kind, name): (&str, &str),
    base_url: &str,
    (token, secret): (&SecretString, Option<&SecretString>),
) -> Result<Connection> {
    let id = ConnectionId(ctx.new_id());
    let (place, stamp) = (place(id), ctx.stamp());
    Ok(Connection {
        workspace_id: workspace,
        id,
        kind: kind.to_owned(),
        name: name.to_owned(),
        base_url: base_url.trim_end_matches('/').to_owned(),
        token_sealed: ctx.sealer.seal(token, &place)?,
        app_secret_sealed: secret.map(|secret| ctx.sealer.seal(secret, &app_place(&place))).transpose()?,
        status: "ok".to_owned(),
        problem: None,
        created_at: stamp,
        checked_at: Some(stamp),
    })
}

fn opened(ctx: &Ctx, row: &Pending) -> Result<(SecretString, Option<SecretString>)> {
    let place = super::pending::place(row.id);
    let token = ctx.sealer.open(&row.token_sealed, &place)?;
    let secret = row.app_secret_sealed.as_ref().map(|sealed| ctx.sealer.open(sealed, &app_place(&place))).transpose()?;
    Ok((token, secret))
}

/// Finds what was chosen in what the token reaches; anything else is refused.
fn select(survey: &Survey, choice: &Choice, there_already: bool) -> Result<Wanted> {
    if !survey.token.can_read() {
        return Err(Error::invalid("account", dictionary::token_reads_nothing()));
    }
    if choice.accounts.is_empty() && !there_already {
        return Err(Error::invalid("account", dictionary::choose_account()));
    }
    if choice.accounts.len() > AT_ONCE {
        return Err(Error::invalid("account", dictionary::accounts_too_many(AT_ONCE)));
    }
    let mut accounts = Vec::new();
    for remote in &choice.accounts {
        let found = survey.accounts.iter().find(|account| account.said.id.as_str() == remote);
        let mut account = found.cloned().ok_or_else(|| not_reached("account", remote))?;
        if survey.detailed {
            account.pixels.retain(|pixel| choice.pixels.contains(&(remote.clone(), pixel.id.to_string())));
        }
        accounts.push(account);
    }
    let mut pages = Vec::new();
    for remote in &choice.pages {
        let page = survey.pages.iter().find(|page| page.id.as_str() == remote).ok_or_else(|| not_reached("page", remote))?;
        let offered = survey.instagram_of(page);
        let instagram = match choice.instagram.get(remote).map(String::as_str) {
            None => page.instagram_business_account.clone(),
            Some("") => None,
            Some(wanted) => {
                let one = offered.into_iter().find(|one| one.id.as_str() == wanted);
                Some(one.cloned().ok_or_else(|| not_reached("instagram", wanted))?)
            }
        };
        pages.push((page.clone(), instagram));
    }
    Ok(Wanted { accounts, pages })
}

fn not_reached(field: &str, remote: &str) -> Error {
    Error::invalid(field, dictionary::token_not_reaching(remote))
}

fn insert(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    row: &Pending,
    name: &str,
    survey: &Survey,
    tokens: (&SecretString, Option<&SecretString>),
) -> Result<Connection> {
    let name = if name.is_empty() { survey.token.user_name.as_str() } else { name };
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Error::invalid("name", dictionary::connection_name()));
    }
    let kind = workspaces::get(c, actor.workspace)?.kind;
    let connection = connection_row(ctx, actor.workspace, (&kind, name), &row.base_url, tokens)?;
    rows::insert(c, &connection).map_err(|error| match error {
        StoreError::Conflict(_) => Error::invalid("name", dictionary::connection_taken(name)),
        other => other.into(),
    })?;
    Ok(connection)
}

fn renew(
    c: &mut Conn,
    ctx: &Ctx,
    workspace: WorkspaceId,
    id: ConnectionId,
    (token, secret): (&SecretString, Option<&SecretString>),
) -> Result<Connection> {
    let place = place(id);
    let sealed = ctx.sealer.seal(token, &place)?;
    let sealed_secret = secret.map(|secret| ctx.sealer.seal(secret, &app_place(&place))).transpose()?;
    rows::set_token(c, workspace, id, &sealed, sealed_secret.as_deref())?;
    Ok(rows::get(c, workspace, id)?)
}

/// Links an ad account: one that is known here goes on with its history.
fn put_account(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    connection: &Connection,
    account: &Reachable,
    page: Option<&LinkedPage>,
) -> Result<AdAccountId> {
    let workspace = connection.workspace_id;
    let said = &account.said;
    let id = match rows::find_account_by_remote(c, workspace, said.id.as_str())? {
        Some(known) => {
            if let Some(other) = known.connection_id.filter(|other| *other != connection.id) {
                let through = rows::get(c, workspace, other)?.name;
                return Err(Error::invalid("account", dictionary::linked_elsewhere(&known.name, through)));
            }
            rows::set_link(c, workspace, known.id, Some(connection.id))?;
            known.id
        }
        None => {
            let mut row = account_row(ctx, connection, account, page);
            if rows::find_account_by_name(c, workspace, &row.name)?.is_some() {
                // One that files feed has the name already; names are unique so that people can tell accounts apart.
                row.name = format!("{} ({})", row.name, said.id);
            }
            rows::insert_account(c, &row)?;
            row.id
        }
    };
    health_rows::put_account(c, &health::account_row(ctx, workspace, id, said))?;
    if connection.kind == "sandbox" {
        // Nothing there is real, so nothing needs the owner's leave.
        let row = rows::get_account(c, workspace, id)?;
        writing::grant(c, ctx, &row, actor.user)?;
    }
    Ok(id)
}

fn account_row(ctx: &Ctx, connection: &Connection, account: &Reachable, page: Option<&LinkedPage>) -> AdAccount {
    // Who pays and whose message it is are asked for once; the Page's name is the likely answer.
    let business = page.map_or_else(String::new, |page| page.name.clone());
    let said = &account.said;
    AdAccount {
        workspace_id: connection.workspace_id,
        id: AdAccountId(ctx.new_id()),
        connection_id: Some(connection.id),
        remote_id: Some(said.id.to_string()),
        name: if said.name.is_empty() { said.id.to_string() } else { said.name.clone() },
        currency: said.currency.clone(),
        zone: said.timezone_name.clone().unwrap_or_else(|| "UTC".to_owned()),
        account_status: status_word(said.account_status).to_owned(),
        min_daily_minor: account.minimum,
        spend_cap_minor: said.spend_cap,
        amount_spent_minor: said.amount_spent,
        payor: business.clone(),
        beneficiary: business,
        created_at: ctx.stamp(),
        synced_at: None,
        synced_since_on: None,
        synced_until_on: None,
        known_until_at: None,
    }
}

/// A pixel as stored.
pub(in crate::service) fn pixel_row(ctx: &Ctx, workspace: WorkspaceId, account: AdAccountId, pixel: &graph::Pixel) -> Pixel {
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

fn page_row(ctx: &Ctx, connection: &Connection, page: &LinkedPage, instagram: Option<&InstagramAccount>) -> Page {
    Page {
        workspace_id: connection.workspace_id,
        id: PageId(ctx.new_id()),
        connection_id: connection.id,
        remote_id: page.id.to_string(),
        name: page.name.clone(),
        instagram_remote_id: instagram.map(|one| one.id.to_string()),
        instagram_username: instagram.map(|one| one.username.clone()),
    }
}
