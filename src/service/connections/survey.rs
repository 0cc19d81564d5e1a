//! What a token reaches: ad accounts with their pixels and Instagram accounts, and Pages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::graph::{self, AuthProblem, Client, GraphError, InstagramAccount, LinkedPage, Pixel};

use super::super::{Ctx, Error, Result};
use super::token::{self, TokenFacts};
use super::{MOST, hear, least};

/// Up to so many ad accounts their pixels are listed at once; beyond, those of the chosen ones alone, which are linked with them.
const DETAILED: usize = 12;

/// What a token is and reaches, as Meta said when it was pasted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Survey {
    pub token: TokenFacts,
    /// Platform time of the survey.
    pub now: DateTime<Utc>,
    pub accounts: Vec<Reachable>,
    pub pages: Vec<LinkedPage>,
    /// Whether pixels and Instagram accounts of the ad accounts were read too.
    pub detailed: bool,
}

/// An ad account that a token reaches.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reachable {
    pub said: graph::AdAccount,
    /// The least an ad set may have a day, minor units.
    pub minimum: Option<i64>,
    pub pixels: Vec<Pixel>,
    pub instagram: Vec<InstagramAccount>,
}

impl Survey {
    /// The Instagram accounts that ads of a Page may run as: the one linked to it first.
    pub fn instagram_of<'a>(&'a self, page: &'a LinkedPage) -> Vec<&'a InstagramAccount> {
        let mut all: Vec<&InstagramAccount> = page.instagram_business_account.iter().collect();
        for one in self.accounts.iter().flat_map(|account| &account.instagram) {
            if !all.iter().any(|known| known.id == one.id) {
                all.push(one);
            }
        }
        all
    }
}

/// Asks what the client's token is and reaches.
///
/// # Errors
/// As [`token::ask`], and as calls to Meta.
pub(super) async fn survey(ctx: &Ctx, client: &Client) -> Result<Survey> {
    let token = token::ask(client).await?;
    hear(ctx, client);
    let found = match token.can_read() {
        true => client.ad_accounts().all(MOST).await?,
        false => Vec::new(),
    };
    let detailed = found.len() <= DETAILED;
    let mut accounts = Vec::with_capacity(found.len());
    for said in found {
        let plain = Reachable { said, minimum: None, pixels: Vec::new(), instagram: Vec::new() };
        accounts.push(if detailed { details(client, plain).await? } else { plain });
    }
    let pages = permitted(client.pages().all(MOST).await)?;
    let now = ctx.platform.now(client.base_url(), ctx.now()).0;
    Ok(Survey { token, now, accounts, pages, detailed })
}

/// Reads what of an account is not in the list: its least budget, pixels and Instagram accounts.
pub(super) async fn details(client: &Client, account: Reachable) -> Result<Reachable> {
    let said = account.said;
    Ok(Reachable {
        minimum: least(client, &said).await?,
        pixels: permitted(client.pixels(&said.id).all(MOST).await)?,
        instagram: permitted(client.instagram_accounts(&said.id).all(MOST).await)?,
        said,
    })
}

/// Nothing where a permission is missing: the page says which one, and what it costs.
fn permitted<T>(read: std::result::Result<Vec<T>, GraphError>) -> Result<Vec<T>> {
    match read {
        Err(GraphError::Auth { problem: AuthProblem::Permission, .. }) => Ok(Vec::new()),
        other => other.map_err(Error::from),
    }
}
