//! A pasted token on its way to a connection: tried at once, sealed, and kept for half an hour until its ad accounts are chosen.
//! It never travels back to the browser, and only who pasted it may go on with it.

use chrono::{DateTime, Duration, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{ConnectionId, PendingId, UserId};
use crate::domain::role::Role;
use crate::graph::Client;
use crate::store::connections::{self as rows, AdAccount, Connection};
use crate::store::pending::{self, Pending};
use crate::store::{UtcTime, workspaces};

use super::super::{Actor, Ctx, Error, Result};
use super::clients::{app_place, base_of, open, refuse_foreign_token};
use super::survey::{Survey, survey};
use super::token::TokenFacts;
use super::{hear, status_word};

/// How long a pasted token waits for a choice, real time.
pub const KEPT: Duration = Duration::minutes(30);
/// Longer than any token of Meta.
const LONGEST: usize = 1_000;

/// What a person pastes.
#[derive(Debug, Clone)]
pub struct Pasted {
    /// The token of a system user.
    pub token: SecretString,
    /// The secret of the token's app, so that each call carries `appsecret_proof`; `None` where nothing was given.
    pub app_secret: Option<SecretString>,
}

/// What can be chosen of a pasted token.
#[derive(Debug, Clone, Serialize)]
pub struct Offer {
    /// Its id.
    pub id: PendingId,
    /// The connection it renews or widens; `None` for a new one.
    pub connection: Option<ConnectionId>,
    /// The name a new connection may have, or the one it has.
    pub name: String,
    /// Whether no money behind it is real.
    pub is_sandbox: bool,
    /// Where its requests go, for ever.
    pub base_url: String,
    /// What the token is.
    pub token: TokenFacts,
    /// Whether each call will carry `appsecret_proof`.
    pub signed: bool,
    /// Platform time when it was tried.
    pub tried_at: DateTime<Utc>,
    /// When it is forgotten, real time.
    pub expires_at: DateTime<Utc>,
    /// The ad accounts it reaches.
    pub accounts: Vec<OfferedAccount>,
    /// The Pages it reaches.
    pub pages: Vec<OfferedPage>,
    /// The pixels of those accounts; empty where there are too many accounts to list them.
    pub pixels: Vec<OfferedPixel>,
    /// Whether pixels were listed; where not, those of the chosen accounts are linked with them.
    pub detailed: bool,
}

/// An ad account to choose.
#[derive(Debug, Clone, Serialize)]
pub struct OfferedAccount {
    /// Meta's id.
    pub remote: String,
    /// Its name at Meta.
    pub name: String,
    /// Three letters.
    pub currency: String,
    /// The zone its days are counted in; empty where Meta did not say.
    pub zone: String,
    /// Its state, in words.
    pub status: &'static str,
    /// The business it belongs to; empty for an account of a person.
    pub business: String,
    /// How it stands in this workspace.
    pub link: LinkState,
}

/// How an ad account stands in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// It is not known here.
    New,
    /// It was linked once; its history is here and goes on.
    Known,
    /// It is linked through this connection.
    Here,
    /// It is linked through another connection, named.
    Elsewhere(String),
}

/// A Page to choose.
#[derive(Debug, Clone, Serialize)]
pub struct OfferedPage {
    /// Meta's id.
    pub remote: String,
    /// Its name.
    pub name: String,
    /// The Instagram accounts that its ads may run as: id and handle, the one linked to the Page first.
    pub instagram: Vec<(String, String)>,
    /// The one that is chosen: the linked one, or the one chosen before.
    pub chosen: Option<String>,
    /// Whether it is linked already.
    pub linked: bool,
}

/// A pixel to choose.
#[derive(Debug, Clone, Serialize)]
pub struct OfferedPixel {
    /// The ad account's id at Meta.
    pub account: String,
    /// The ad account's name.
    pub account_name: String,
    /// Meta's id.
    pub remote: String,
    /// Its name.
    pub name: String,
    /// Whether it is linked already.
    pub linked: bool,
}

/// Tries a pasted token and keeps it, sealed, for the choice that follows.
///
/// # Errors
/// [`Error::Invalid`] at `token` or `app_secret`; [`Error::Conflict`] where this workspace has nowhere to speak to.
pub async fn begin(ctx: &Ctx, actor: &Actor, pasted: Pasted) -> Result<PendingId> {
    actor.require(Role::Owner)?;
    let pasted = checked(pasted)?;
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let (kind, base) = ctx.db.read(move |c| Ok(base_of(c, &inner, workspace))).await??;
    refuse_foreign_token(ctx, kind, &pasted.token).await?;
    let found = try_out(ctx, &base, &pasted).await?;
    keep(ctx, actor, None, &base, &pasted, &found).await
}

/// Tries a token that is to replace a connection's. It must be of the same app and reach every ad account that is linked.
///
/// # Errors
/// As [`begin`]; [`Error::Invalid`] at `token` where it is another app's or business's.
pub async fn begin_replacement(ctx: &Ctx, actor: &Actor, id: ConnectionId, pasted: Pasted) -> Result<PendingId> {
    actor.require(Role::Owner)?;
    let pasted = checked(pasted)?;
    let workspace = actor.workspace;
    let read = ctx.db.read(move |c| {
        let connection = rows::get(c, workspace, id)?;
        let token = crate::store::standing::find_token(c, workspace, id)?;
        let linked: Vec<AdAccount> =
            rows::list_linked_accounts(c, workspace)?.into_iter().filter(|a| a.connection_id == Some(id)).collect();
        Ok((connection, token, linked))
    });
    let (connection, known, linked) = read.await?;
    refuse_foreign_token(ctx, &connection.kind, &pasted.token).await?;
    let found = try_out(ctx, &connection.base_url, &pasted).await?;
    let before: Option<TokenFacts> = known.map(|row| serde_json::from_str(&row.facts)).transpose()?;
    refuse_other_app(before.as_ref(), &found.token)?;
    refuse_other_business(&linked, &found)?;
    keep(ctx, actor, Some(id), &connection.base_url, &pasted, &found).await
}

/// Asks anew what a connection's token reaches, so that more can be chosen.
pub async fn begin_widening(ctx: &Ctx, actor: &Actor, id: ConnectionId) -> Result<PendingId> {
    actor.require(Role::Owner)?;
    let workspace = actor.workspace;
    let connection = ctx.db.read(move |c| rows::get(c, workspace, id)).await?;
    let client = super::client(ctx, workspace, id).await?;
    let found = survey(ctx, &client).await?;
    let (token, app_secret) = open(ctx, &connection)?;
    keep(ctx, actor, Some(id), &connection.base_url, &Pasted { token, app_secret }, &found).await
}

/// What can be chosen of a pasted token.
///
/// # Errors
/// [`Error::NotFound`] for one that is over, or that somebody else pasted.
pub async fn offer(ctx: &Ctx, actor: &Actor, id: PendingId) -> Result<Offer> {
    actor.require(Role::Owner)?;
    let (now, actor) = (ctx.stamp(), actor.clone());
    let read = ctx.db.read(move |c| {
        let Some(row) = pending::find(c, actor.workspace, id, now)?.filter(|row| is_mine(row, &actor)) else { return Ok(None) };
        let workspace = actor.workspace;
        Ok(Some(Around {
            is_sandbox: workspaces::get(c, workspace)?.is_sandbox(),
            connections: rows::list(c, workspace)?,
            accounts: rows::list_accounts(c, workspace)?,
            pages: rows::list_pages(c, workspace)?,
            pixels: rows::list_pixels(c, workspace)?,
            row,
        }))
    });
    let around = read.await?.ok_or(Error::NotFound("pasted token"))?;
    let survey: Survey = serde_json::from_str(&around.row.survey)?;
    Ok(around.offer(survey))
}

/// Forgets a pasted token.
pub async fn discard(ctx: &Ctx, actor: &Actor, id: PendingId) -> Result<()> {
    actor.require(Role::Owner)?;
    let workspace = actor.workspace;
    ctx.db.write(move |c| Ok::<_, Error>(pending::delete(c, workspace, id)?)).await?;
    Ok(())
}

/// Whether this person pasted it.
pub(super) fn is_mine(row: &Pending, actor: &Actor) -> bool {
    row.made_by == actor.user.unwrap_or(UserId(0))
}

/// What a pending token is sealed for.
pub(super) fn place(id: PendingId) -> String {
    format!("pending:{id}")
}

fn checked(pasted: Pasted) -> Result<Pasted> {
    let token = clean(&pasted.token, "token", dictionary::token_incomplete())?;
    let secret = match pasted.app_secret.filter(|secret| !secret.expose_secret().trim().is_empty()) {
        Some(secret) => Some(clean(&secret, "app_secret", dictionary::secret_incomplete())?),
        None => None,
    };
    Ok(Pasted { token, app_secret: secret })
}

fn clean(secret: &SecretString, field: &str, words: Sentence) -> Result<SecretString> {
    let text = secret.expose_secret().trim();
    let whole = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
    if whole { Ok(SecretString::from(text)) } else { Err(Error::invalid(field, words)) }
}

async fn try_out(ctx: &Ctx, base: &str, pasted: &Pasted) -> Result<Survey> {
    let client = Client::new(base, pasted.token.clone(), pasted.app_secret.as_ref())?;
    let found = survey(ctx, &client).await?;
    hear(ctx, &client);
    Ok(found)
}

fn refuse_other_app(before: Option<&TokenFacts>, now: &TokenFacts) -> Result<()> {
    let Some(before) = before.filter(|before| !before.app_id.is_empty() && !now.app_id.is_empty()) else { return Ok(()) };
    if before.app_id == now.app_id {
        return Ok(());
    }
    let words = dictionary::token_other_app(&now.app_name, &now.app_id, &before.app_name, &before.app_id);
    Err(Error::invalid("token", words))
}

fn refuse_other_business(linked: &[AdAccount], found: &Survey) -> Result<()> {
    let reached =
        |account: &&AdAccount| found.accounts.iter().any(|known| Some(known.said.id.as_str()) == account.remote_id.as_deref());
    let lost: Vec<&str> = linked.iter().filter(|account| !reached(account)).map(|account| account.name.as_str()).collect();
    if lost.is_empty() {
        return Ok(());
    }
    Err(Error::invalid("token", dictionary::token_reaches_less(lost.join("”, “"))))
}

async fn keep(
    ctx: &Ctx,
    actor: &Actor,
    connection: Option<ConnectionId>,
    base: &str,
    pasted: &Pasted,
    found: &Survey,
) -> Result<PendingId> {
    let id = PendingId(ctx.new_id());
    let (place, now) = (place(id), ctx.now());
    let secret = pasted.app_secret.as_ref().map(|secret| ctx.sealer.seal(secret, &app_place(&place))).transpose()?;
    let row = Pending {
        workspace_id: actor.workspace,
        id,
        connection_id: connection,
        base_url: base.to_owned(),
        token_sealed: ctx.sealer.seal(&pasted.token, &place)?,
        app_secret_sealed: secret,
        survey: serde_json::to_string(found)?,
        made_by: actor.user.unwrap_or(UserId(0)),
        created_at: now.0.into(),
        expires_at: (now + KEPT).0.into(),
    };
    let kept = ctx.db.write(move |c| {
        pending::delete_ended(c, now.0.into())?;
        Ok::<_, Error>(pending::insert(c, &row)?)
    });
    kept.await?;
    Ok(id)
}

/// A pasted token with what the workspace knows already.
struct Around {
    row: Pending,
    is_sandbox: bool,
    connections: Vec<Connection>,
    accounts: Vec<AdAccount>,
    pages: Vec<rows::Page>,
    pixels: Vec<rows::Pixel>,
}

impl Around {
    fn offer(&self, survey: Survey) -> Offer {
        let own = self.connections.iter().find(|connection| Some(connection.id) == self.row.connection_id);
        let business = survey.accounts.iter().find_map(|account| account.said.business.as_ref());
        Offer {
            id: self.row.id,
            connection: self.row.connection_id,
            name: match (own, business) {
                (Some(own), _) => own.name.clone(),
                (None, Some(business)) if !business.name.is_empty() => business.name.clone(),
                _ => survey.token.user_name.clone(),
            },
            is_sandbox: self.is_sandbox,
            base_url: self.row.base_url.clone(),
            signed: self.row.app_secret_sealed.is_some(),
            tried_at: survey.now,
            expires_at: UtcTime::utc(self.row.expires_at),
            accounts: survey.accounts.iter().map(|account| self.account(account)).collect(),
            pages: survey.pages.iter().map(|page| self.page(&survey, page)).collect(),
            pixels: survey.accounts.iter().flat_map(|account| self.pixels(account)).collect(),
            detailed: survey.detailed,
            token: survey.token,
        }
    }

    fn known(&self, remote: &str) -> Option<&AdAccount> {
        self.accounts.iter().find(|account| account.remote_id.as_deref() == Some(remote))
    }

    fn account(&self, account: &super::survey::Reachable) -> OfferedAccount {
        let said = &account.said;
        let link = match self.known(said.id.as_str()) {
            None => LinkState::New,
            Some(known) => match known.connection_id {
                None => LinkState::Known,
                Some(id) if Some(id) == self.row.connection_id => LinkState::Here,
                Some(id) => {
                    let name = self.connections.iter().find(|connection| connection.id == id).map(|c| c.name.clone());
                    LinkState::Elsewhere(name.unwrap_or_default())
                }
            },
        };
        OfferedAccount {
            remote: said.id.to_string(),
            name: if said.name.is_empty() { said.id.to_string() } else { said.name.clone() },
            currency: said.currency.clone(),
            zone: said.timezone_name.clone().unwrap_or_default(),
            status: status_word(said.account_status),
            business: said.business.as_ref().map(|business| business.name.clone()).unwrap_or_default(),
            link,
        }
    }

    fn page(&self, survey: &Survey, page: &crate::graph::LinkedPage) -> OfferedPage {
        let linked = self
            .pages
            .iter()
            .find(|known| Some(known.connection_id) == self.row.connection_id && known.remote_id == page.id.as_str());
        OfferedPage {
            remote: page.id.to_string(),
            name: page.name.clone(),
            instagram: survey.instagram_of(page).iter().map(|one| (one.id.to_string(), one.username.clone())).collect(),
            chosen: match linked {
                Some(known) => known.instagram_remote_id.clone(),
                None => page.instagram_business_account.as_ref().map(|one| one.id.to_string()),
            },
            linked: linked.is_some(),
        }
    }

    fn pixels(&self, account: &super::survey::Reachable) -> Vec<OfferedPixel> {
        let known = self.known(account.said.id.as_str());
        let linked = |remote: &str| {
            known
                .is_some_and(|known| self.pixels.iter().any(|pixel| pixel.ad_account_id == known.id && pixel.remote_id == remote))
        };
        let offered = |pixel: &crate::graph::Pixel| OfferedPixel {
            account: account.said.id.to_string(),
            account_name: account.said.name.clone(),
            remote: pixel.id.to_string(),
            name: pixel.name.clone(),
            linked: linked(pixel.id.as_str()),
        };
        account.pixels.iter().map(offered).collect()
    }
}
