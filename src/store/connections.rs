//! Connections and what is linked through them: ad accounts, Pages, Instagram accounts, pixels.

use diesel::prelude::*;

use super::schema::{ad_accounts, connections, pages, pixels};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, ConnectionId, PageId, PixelId, WorkspaceId};

/// A login to Meta or to the sandbox. There is no way to change its base URL.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = connections)]
pub struct Connection {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: ConnectionId,
    /// `sandbox` or `real`.
    pub kind: String,
    /// As shown; unique in the workspace.
    pub name: String,
    /// Where every request of it goes.
    pub base_url: String,
    /// The token, sealed for `connection:<id>`.
    pub token_sealed: Vec<u8>,
    /// The app secret, sealed for `connection:<id>:app`.
    pub app_secret_sealed: Option<Vec<u8>>,
    /// `ok`, `unreachable` or `refused`.
    pub status: String,
    /// Meta's words where it is not `ok`.
    pub problem: Option<String>,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it last answered or failed.
    pub checked_at: Option<UtcTime>,
}

/// An ad account that a connection reaches.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = ad_accounts)]
pub struct AdAccount {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: AdAccountId,
    /// `None` for one that only files feed.
    pub connection_id: Option<ConnectionId>,
    /// `act_<digits>` at Meta.
    pub remote_id: Option<String>,
    /// As shown; unique in the workspace.
    pub name: String,
    /// Three letters.
    pub currency: String,
    /// The zone its days are counted in.
    pub zone: String,
    /// `active`, `disabled`, ...: Meta's number in words.
    pub account_status: String,
    /// The least an ad set may have a day, minor units.
    pub min_daily_minor: Option<i64>,
    /// The account's own limit, minor units.
    pub spend_cap_minor: Option<i64>,
    /// Spent against that limit, minor units.
    pub amount_spent_minor: Option<i64>,
    /// Who pays, remembered for the EU.
    pub payor: String,
    /// Whose message it is, remembered for the EU.
    pub beneficiary: String,
    /// When it was linked.
    pub created_at: UtcTime,
    /// Real time of the last completed sync.
    pub synced_at: Option<UtcTime>,
    /// First day synced facts cover.
    pub synced_since_on: Option<chrono::NaiveDate>,
    /// Last day synced facts cover.
    pub synced_until_on: Option<chrono::NaiveDate>,
    /// Platform time up to which the last sync knows.
    pub known_until_at: Option<UtcTime>,
}

/// A Page of a connection, with the Instagram account linked to it.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = pages)]
pub struct Page {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: PageId,
    /// Through which connection.
    pub connection_id: ConnectionId,
    /// Meta's id.
    pub remote_id: String,
    /// Its name.
    pub name: String,
    /// Meta's id of the Instagram account.
    pub instagram_remote_id: Option<String>,
    /// Its handle, without `@`.
    pub instagram_username: Option<String>,
}

/// A pixel of an ad account.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = pixels)]
pub struct Pixel {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: PixelId,
    /// Of which ad account.
    pub ad_account_id: AdAccountId,
    /// Meta's id.
    pub remote_id: String,
    /// Its name.
    pub name: String,
    /// When it last heard an event.
    pub last_fired_at: Option<UtcTime>,
}

/// Adds a connection; [`super::StoreError::Conflict`] where the name is taken.
pub fn insert(connection: &mut Conn, row: &Connection) -> Result<()> {
    diesel::insert_into(connections::table).values(row).execute(connection)?;
    Ok(())
}

/// The connection with this id.
pub fn get(connection: &mut Conn, workspace: WorkspaceId, id: ConnectionId) -> Result<Connection> {
    Ok(connections::table.filter(connections::workspace_id.eq(workspace)).filter(connections::id.eq(id)).first(connection)?)
}

/// The workspace's connections, oldest first.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<Connection>> {
    Ok(connections::table.filter(connections::workspace_id.eq(workspace)).order(connections::id).load(connection)?)
}

/// Every connection of the house: for the heartbeat alone.
pub fn list_all(connection: &mut Conn) -> Result<Vec<Connection>> {
    Ok(connections::table.order((connections::workspace_id, connections::id)).load(connection)?)
}

/// Notes how a connection answered.
pub fn set_health(
    connection: &mut Conn,
    workspace: WorkspaceId,
    id: ConnectionId,
    status: &str,
    problem: Option<&str>,
    at: UtcTime,
) -> Result<()> {
    let row = connections::table.filter(connections::workspace_id.eq(workspace)).filter(connections::id.eq(id));
    diesel::update(row)
        .set((connections::status.eq(status), connections::problem.eq(problem), connections::checked_at.eq(at)))
        .execute(connection)?;
    Ok(())
}

/// Gives a connection another token. Its base URL cannot be given another.
pub fn set_token(
    connection: &mut Conn,
    workspace: WorkspaceId,
    id: ConnectionId,
    token_sealed: &[u8],
    app_secret_sealed: Option<&[u8]>,
) -> Result<()> {
    let row = connections::table.filter(connections::workspace_id.eq(workspace)).filter(connections::id.eq(id));
    diesel::update(row)
        .set((connections::token_sealed.eq(token_sealed), connections::app_secret_sealed.eq(app_secret_sealed)))
        .execute(connection)?;
    Ok(())
}

/// Removes a connection with its Pages. Its ad accounts must have been unlinked before.
pub fn delete(connection: &mut Conn, workspace: WorkspaceId, id: ConnectionId) -> Result<()> {
    let linked = pages::table.filter(pages::workspace_id.eq(workspace)).filter(pages::connection_id.eq(id));
    diesel::delete(linked).execute(connection)?;
    let row = connections::table.filter(connections::workspace_id.eq(workspace)).filter(connections::id.eq(id));
    diesel::delete(row).execute(connection)?;
    Ok(())
}

/// Links an ad account through a connection, or (`None`) unlinks it: what is known of it stays.
pub fn set_link(connection: &mut Conn, workspace: WorkspaceId, id: AdAccountId, through: Option<ConnectionId>) -> Result<()> {
    let at = ad_accounts::table.filter(ad_accounts::workspace_id.eq(workspace)).filter(ad_accounts::id.eq(id));
    diesel::update(at).set(ad_accounts::connection_id.eq(through)).execute(connection)?;
    Ok(())
}

/// The ad account with this id at Meta, linked or not.
pub fn find_account_by_remote(connection: &mut Conn, workspace: WorkspaceId, remote: &str) -> Result<Option<AdAccount>> {
    let known = ad_accounts::table.filter(ad_accounts::workspace_id.eq(workspace)).filter(ad_accounts::remote_id.eq(remote));
    Ok(known.order(ad_accounts::id).first(connection).optional()?)
}

/// Adds an ad account; [`super::StoreError::Conflict`] where the name is taken.
pub fn insert_account(connection: &mut Conn, row: &AdAccount) -> Result<()> {
    diesel::insert_into(ad_accounts::table).values(row).execute(connection)?;
    Ok(())
}

/// Writes every field of an ad account that is there, emptied ones included.
pub fn update_account(connection: &mut Conn, row: &AdAccount) -> Result<()> {
    let at = ad_accounts::table.filter(ad_accounts::workspace_id.eq(row.workspace_id)).filter(ad_accounts::id.eq(row.id));
    diesel::update(at)
        .set((
            ad_accounts::name.eq(&row.name),
            ad_accounts::account_status.eq(&row.account_status),
            ad_accounts::min_daily_minor.eq(row.min_daily_minor),
            ad_accounts::spend_cap_minor.eq(row.spend_cap_minor),
            ad_accounts::amount_spent_minor.eq(row.amount_spent_minor),
        ))
        .execute(connection)?;
    Ok(())
}

/// Remembers who pays and who benefits, for the next campaign.
pub fn set_payer(connection: &mut Conn, workspace: WorkspaceId, id: AdAccountId, payor: &str, beneficiary: &str) -> Result<()> {
    let at = ad_accounts::table.filter(ad_accounts::workspace_id.eq(workspace)).filter(ad_accounts::id.eq(id));
    diesel::update(at).set((ad_accounts::payor.eq(payor), ad_accounts::beneficiary.eq(beneficiary))).execute(connection)?;
    Ok(())
}

/// The ad account with this id.
pub fn get_account(connection: &mut Conn, workspace: WorkspaceId, id: AdAccountId) -> Result<AdAccount> {
    Ok(ad_accounts::table.filter(ad_accounts::workspace_id.eq(workspace)).filter(ad_accounts::id.eq(id)).first(connection)?)
}

/// The workspace's ad accounts that a connection reaches, oldest first.
pub fn list_linked_accounts(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<AdAccount>> {
    Ok(ad_accounts::table
        .filter(ad_accounts::workspace_id.eq(workspace))
        .filter(ad_accounts::connection_id.is_not_null())
        .order(ad_accounts::id)
        .load(connection)?)
}

/// Every ad account of the workspace, by name.
pub fn list_accounts(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<AdAccount>> {
    Ok(ad_accounts::table
        .filter(ad_accounts::workspace_id.eq(workspace))
        .order((ad_accounts::name, ad_accounts::id))
        .load(connection)?)
}

/// The ad account of this name.
pub fn find_account_by_name(connection: &mut Conn, workspace: WorkspaceId, name: &str) -> Result<Option<AdAccount>> {
    let named = ad_accounts::table.filter(ad_accounts::workspace_id.eq(workspace)).filter(ad_accounts::name.eq(name));
    Ok(named.first(connection).optional()?)
}

/// Removes an ad account that only files ever fed.
pub fn delete_file_account(connection: &mut Conn, workspace: WorkspaceId, id: AdAccountId) -> Result<()> {
    let fed_by_files = ad_accounts::table
        .filter(ad_accounts::workspace_id.eq(workspace))
        .filter(ad_accounts::id.eq(id))
        .filter(ad_accounts::connection_id.is_null())
        .filter(ad_accounts::remote_id.is_null());
    diesel::delete(fed_by_files).execute(connection)?;
    Ok(())
}

/// What a sync now covers: the days, and the times it knows them at.
#[derive(Debug, Clone, Copy)]
pub struct Coverage {
    /// Real time of the sync.
    pub synced_at: UtcTime,
    /// First day synced facts cover.
    pub since_on: chrono::NaiveDate,
    /// Last day synced facts cover.
    pub until_on: chrono::NaiveDate,
    /// Platform time up to which they are known.
    pub known_until_at: UtcTime,
}

/// Notes a completed sync.
pub fn set_coverage(connection: &mut Conn, workspace: WorkspaceId, id: AdAccountId, covered: &Coverage) -> Result<()> {
    let at = ad_accounts::table.filter(ad_accounts::workspace_id.eq(workspace)).filter(ad_accounts::id.eq(id));
    diesel::update(at)
        .set((
            ad_accounts::synced_at.eq(covered.synced_at),
            ad_accounts::synced_since_on.eq(covered.since_on),
            ad_accounts::synced_until_on.eq(covered.until_on),
            ad_accounts::known_until_at.eq(covered.known_until_at),
        ))
        .execute(connection)?;
    Ok(())
}

/// The workspace's Pages, by name.
pub fn list_pages(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<Page>> {
    Ok(pages::table.filter(pages::workspace_id.eq(workspace)).order((pages::name, pages::id)).load(connection)?)
}

/// Adds a Page, or renews its names where it is there by Meta's id.
pub fn upsert_page(connection: &mut Conn, row: &Page) -> Result<()> {
    let there = pages::table
        .filter(pages::workspace_id.eq(row.workspace_id))
        .filter(pages::connection_id.eq(row.connection_id))
        .filter(pages::remote_id.eq(&row.remote_id));
    let renewed = diesel::update(there)
        .set((
            pages::name.eq(&row.name),
            pages::instagram_remote_id.eq(&row.instagram_remote_id),
            pages::instagram_username.eq(&row.instagram_username),
        ))
        .execute(connection)?;
    if renewed == 0 {
        diesel::insert_into(pages::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// The workspace's pixels, by name.
pub fn list_pixels(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<Pixel>> {
    Ok(pixels::table.filter(pixels::workspace_id.eq(workspace)).order((pixels::name, pixels::id)).load(connection)?)
}

/// Adds a pixel, or renews its name where it is there by Meta's id.
pub fn upsert_pixel(connection: &mut Conn, row: &Pixel) -> Result<()> {
    if !renew_pixel(connection, row)? {
        diesel::insert_into(pixels::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// Renews a pixel that is linked; returns whether it is.
pub fn renew_pixel(connection: &mut Conn, row: &Pixel) -> Result<bool> {
    let there = pixels::table
        .filter(pixels::workspace_id.eq(row.workspace_id))
        .filter(pixels::ad_account_id.eq(row.ad_account_id))
        .filter(pixels::remote_id.eq(&row.remote_id));
    let renewed = diesel::update(there)
        .set((pixels::name.eq(&row.name), pixels::last_fired_at.eq(row.last_fired_at)))
        .execute(connection)?;
    Ok(renewed > 0)
}
