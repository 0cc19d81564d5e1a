//! Cities and languages to target, from Meta's own search: only its keys are accepted.

use crate::domain::audience::Country;
use crate::domain::id::AdAccountId;
use crate::domain::role::Role;
use crate::graph::Client;
use crate::store::connections as rows;

use super::super::connections::account_client;
use super::super::queue::Urgency;
use super::super::{Actor, Ctx, Result};

/// The shortest text worth asking for, in characters.
const SHORTEST: usize = 2;

/// A city that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCity {
    /// Meta's key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its region, if Meta says one.
    pub region: Option<String>,
    /// Its country.
    pub country: Country,
}

/// A language that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLanguage {
    /// Meta's key.
    pub key: u32,
    /// Its name.
    pub name: String,
}

/// Cities whose name starts with the text; none for fewer than two letters.
///
/// # Errors
/// Meta's, where it does not answer.
pub async fn find_cities(ctx: &Ctx, actor: &Actor, account: AdAccountId, text: &str) -> Result<Vec<FoundCity>> {
    let Some(client) = client(ctx, actor, account, text).await? else { return Ok(Vec::new()) };
    let found = client.search_cities(text.trim()).await?;
    let known = |city: crate::graph::City| {
        let country = city.country_code.as_deref()?.parse().ok()?;
        Some(FoundCity { key: city.key, name: city.name, region: city.region, country })
    };
    Ok(found.into_iter().filter_map(known).collect())
}

/// Languages whose name contains the text; none for fewer than two letters.
///
/// # Errors
/// Meta's, where it does not answer.
pub async fn find_languages(ctx: &Ctx, actor: &Actor, account: AdAccountId, text: &str) -> Result<Vec<FoundLanguage>> {
    let Some(client) = client(ctx, actor, account, text).await? else { return Ok(Vec::new()) };
    let found = client.search_locales(text.trim()).await?;
    Ok(found.into_iter().map(|locale| FoundLanguage { key: locale.key, name: locale.name }).collect())
}

async fn client(ctx: &Ctx, actor: &Actor, account: AdAccountId, text: &str) -> Result<Option<Client>> {
    actor.require(Role::Manager)?;
    if text.trim().chars().count() < SHORTEST {
        return Ok(None);
    }
    let workspace = actor.workspace;
    let account = ctx.db.read(move |c| rows::get_account(c, workspace, account)).await?;
    Ok(Some(account_client(ctx, &account, Urgency::Create).await?.0))
}
