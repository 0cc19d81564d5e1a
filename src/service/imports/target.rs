//! Which ad account a file goes into, and whether it fits there.

use super::survey::Survey;
use super::{Actor, Ctx, Error, Result, currency_of, overlap};
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::AdAccountId;
use crate::store::connections::{self, AdAccount};
use crate::store::{Conn, StoreError};

/// The ad account that a person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountChoice {
    /// One that is there.
    Existing(AdAccountId),
    /// The one of this name, or a new one that only files feed.
    Named(String),
}

/// Finds or makes the account; refuses another currency, synced days and days that an import covers already.
pub(super) fn settle(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    choice: &AccountChoice,
    currency: Option<Currency>,
    survey: &Survey,
) -> Result<(AdAccount, Currency)> {
    let in_file = survey.understanding.currency;
    let account = match choice {
        AccountChoice::Existing(id) => connections::get_account(c, actor.workspace, *id).map_err(|error| match error {
            StoreError::NotFound => Error::invalid("account", dictionary::account_not_here()),
            other => other.into(),
        })?,
        AccountChoice::Named(name) => {
            let name = checked_name(name)?;
            match connections::find_account_by_name(c, actor.workspace, name)? {
                Some(account) => account,
                None => {
                    let currency =
                        in_file.or(currency).ok_or_else(|| Error::invalid("currency", dictionary::import_currency()))?;
                    make(c, ctx, actor, name, currency)?
                }
            }
        }
    };
    let own = currency_of(&account.currency)?;
    if let Some(other) = in_file.or(currency).filter(|found| *found != own) {
        return Err(Error::invalid("account", dictionary::import_other_currency(other, &account.name, own)));
    }
    overlap::check_synced(&account, survey)?;
    overlap::check_imports(c, actor.workspace, &account, survey)?;
    Ok((account, own))
}

fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Error::invalid("new_account", dictionary::import_account_name()));
    }
    Ok(name)
}

fn make(c: &mut Conn, ctx: &Ctx, actor: &Actor, name: &str, currency: Currency) -> Result<AdAccount> {
    let account = AdAccount {
        workspace_id: actor.workspace,
        id: AdAccountId(ctx.new_id()),
        connection_id: None,
        remote_id: None,
        name: name.to_owned(),
        currency: currency.code().to_owned(),
        // Files carry days, not times: their zone is the account's own, which they do not tell.
        zone: "UTC".to_owned(),
        account_status: "file".to_owned(),
        min_daily_minor: None,
        spend_cap_minor: None,
        amount_spent_minor: None,
        payor: String::new(),
        beneficiary: String::new(),
        created_at: ctx.stamp(),
        synced_at: None,
        synced_since_on: None,
        synced_until_on: None,
        known_until_at: None,
    };
    connections::insert_account(c, &account)?;
    let state = serde_json::json!({ "id": account.id, "name": account.name, "currency": currency, "fed_by": "files" });
    actor.record(c, ctx.stamp(), "ad_account.created", ("ad_account", account.id.0), &state)?;
    Ok(account)
}
