//! Report files: received, understood, shown, read in whole or not at all, taken out again.
//!
//! [`inbox`] keeps an upload until somebody decides; [`survey`] reads it once and says what is in it; [`write`] reads it again
//! into an import that nobody sees, and one short transaction makes it visible; [`clear`] removes what was left or taken out.

pub mod clear;
pub mod inbox;
mod objects;
mod overlap;
pub mod survey;
mod target;
pub mod write;

use serde::{Deserialize, Serialize};

use super::{Actor, Ctx, Error, Result};
use crate::domain::currency::Currency;
use crate::domain::id::{AdAccountId, ImportId};
use crate::domain::role::Role;
use crate::store::imports::{self as rows, Import, Reject};
use crate::store::{StoreError, connections, rollups};

pub use crate::files::{BadRow, Check, ColumnUse, Compared, Record, Totals, Understanding};
pub use survey::{CampaignTotal, Survey};
pub use target::AccountChoice;
pub use write::{Outcome, Wish, import_file, import_upload};

/// What an import keeps of its file besides the rows: the JSON in `imports.understanding`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// How the columns were understood.
    pub understanding: Understanding,
    /// What its rows add up to.
    pub totals: Totals,
    /// The summary row's check, where the file has one.
    pub check: Option<Check>,
    /// Campaigns by spend, the largest first; at most [`survey::CAMPAIGNS_SHOWN`].
    pub campaigns: Vec<CampaignTotal>,
    /// How many campaigns there are.
    pub campaign_count: usize,
}

/// An import, for its page.
#[derive(Debug, Clone)]
pub struct ImportView {
    /// As stored.
    pub import: Import,
    /// Its ad account's name.
    pub account: String,
    /// Its currency.
    pub currency: Currency,
    /// What its file said.
    pub told: Told,
}

/// An ad account that a file can go into.
#[derive(Debug, Clone)]
pub struct AccountOption {
    /// Its id.
    pub id: AdAccountId,
    /// Its name.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
    /// Whether a connection syncs it, so that only days before its sync can come from files.
    pub linked: bool,
}

/// Imports of one page of the list.
const PAGE: i64 = 50;

/// The workspace's visible imports, newest first, older than `before`; one more than a page where there are more.
pub async fn list(ctx: &Ctx, actor: &Actor, before: Option<ImportId>) -> Result<(Vec<ImportView>, Option<ImportId>)> {
    let workspace = actor.workspace;
    let (imports, accounts) = ctx
        .db
        .read(move |c| Ok((rows::list(c, workspace, before, PAGE + 1)?, connections::list_accounts(c, workspace)?)))
        .await?;
    let name = |id| accounts.iter().find(|a| a.id == id).map(|a| a.name.clone()).unwrap_or_default();
    let mut views = imports.into_iter().map(|i| view(name(i.ad_account_id), i)).collect::<Result<Vec<_>>>()?;
    let more = views.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    views.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = views.last().filter(|_| more).map(|v| v.import.id);
    Ok((views, next))
}

/// One import, visible or removed.
pub async fn get(ctx: &Ctx, actor: &Actor, id: ImportId) -> Result<ImportView> {
    let workspace = actor.workspace;
    let found = ctx
        .db
        .read(move |c| {
            let import = rows::get(c, workspace, id)?;
            let account = connections::get_account(c, workspace, import.ad_account_id)?;
            Ok((import, account))
        })
        .await;
    match found {
        Ok((import, account)) if import.state != rows::WRITING => view(account.name, import),
        Ok(_) | Err(StoreError::NotFound) => Err(Error::NotFound("import")),
        Err(other) => Err(other.into()),
    }
}

fn view(account: String, import: Import) -> Result<ImportView> {
    let told = serde_json::from_str(&import.understanding)?;
    let currency = currency_of(&import.currency)?;
    Ok(ImportView { import, account, currency, told })
}

fn currency_of(code: &str) -> Result<Currency> {
    code.parse().map_err(|_| Error::Store(StoreError::Corrupt(format!("currency {code}"))))
}

/// Rows of an import that were skipped, by line, after `after`.
pub async fn skipped(ctx: &Ctx, actor: &Actor, id: ImportId, after: u64, limit: u32) -> Result<Vec<BadRow>> {
    let (workspace, after) = (actor.workspace, i64::try_from(after).unwrap_or(i64::MAX));
    let rejects = ctx.db.read(move |c| rows::list_rejects(c, workspace, id, after, i64::from(limit))).await?;
    let row =
        |r: Reject| BadRow { line: r.line.unsigned_abs(), number: 0, column: r.column_name, value: r.value, reason: r.reason };
    Ok(rejects.into_iter().map(row).collect())
}

/// The ad accounts that a file can go into, by name.
pub async fn accounts(ctx: &Ctx, actor: &Actor) -> Result<Vec<AccountOption>> {
    let workspace = actor.workspace;
    let accounts = ctx.db.read(move |c| connections::list_accounts(c, workspace)).await?;
    accounts
        .into_iter()
        .map(|a| {
            let currency = currency_of(&a.currency)?;
            Ok(AccountOption { id: a.id, name: a.name, currency, linked: a.connection_id.is_some() })
        })
        .collect()
}

/// Takes an import out: from then on its rows count nowhere. The file can be imported again.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: ImportId) -> Result<Import> {
    actor.require(Role::Manager)?;
    let (ctx_in, actor_in) = (ctx.clone(), actor.clone());
    let import = ctx
        .db
        .write(move |c| {
            let workspace = actor_in.workspace;
            let mut import = rows::get(c, workspace, id)?;
            if !rows::set_state(c, workspace, id, rows::VISIBLE, rows::REMOVED)? {
                return Err(Error::NotFound("import"));
            }
            rows::REMOVED.clone_into(&mut import.state);
            rollups::delete_import(c, workspace, import.ad_account_id, id)?;
            actor_in.record(c, ctx_in.stamp(), "import.removed", ("import", id.0), &write::state_of(&import, None))?;
            Ok(import)
        })
        .await?;
    let (db, gone) = (ctx.db.clone(), import.clone());
    on_a_blocking_thread(move || clear::rows_of(&db, &gone)).await?;
    Ok(import)
}

/// Runs file and database work off the event loop.
async fn on_a_blocking_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(join) => Err(Error::Store(StoreError::Pool(join.to_string()))),
    }
}
