//! Webhooks that notices go to. Address and secret are sealed; only the host is kept readable.

use diesel::prelude::*;

use super::schema::webhooks;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{WebhookId, WorkspaceId};

/// A webhook.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = webhooks)]
pub struct WebhookRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: WebhookId,
    /// What people call it.
    pub name: String,
    /// `signed` or `slack`.
    pub form: String,
    /// The host of its address.
    pub host: String,
    /// The whole address, sealed.
    pub url_sealed: Vec<u8>,
    /// What messages are signed with, sealed.
    pub secret_sealed: Vec<u8>,
    /// A [`Manner`](crate::domain::notice::Manner), JSON.
    pub manner: String,
    /// Why the last message did not go out.
    pub problem: Option<String>,
    /// When it was added.
    pub created_at: UtcTime,
    /// Since when it is gone.
    pub removed_at: Option<UtcTime>,
}

/// The workspace's webhooks that are not removed, by name.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<WebhookRow>> {
    Ok(webhooks::table
        .filter(webhooks::workspace_id.eq(workspace))
        .filter(webhooks::removed_at.is_null())
        .order((webhooks::name, webhooks::id))
        .load(connection)?)
}

/// The webhook with this id, if it is not removed.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: WebhookId) -> Result<Option<WebhookRow>> {
    Ok(webhooks::table
        .filter(webhooks::workspace_id.eq(workspace))
        .filter(webhooks::id.eq(id))
        .filter(webhooks::removed_at.is_null())
        .first(connection)
        .optional()?)
}

/// Adds a webhook.
pub fn insert(connection: &mut Conn, row: &WebhookRow) -> Result<()> {
    diesel::insert_into(webhooks::table).values(row).execute(connection)?;
    Ok(())
}

/// Removes a webhook: its sealed address and secret are overwritten.
pub fn remove(connection: &mut Conn, workspace: WorkspaceId, id: WebhookId, at: UtcTime) -> Result<()> {
    let row = webhooks::table.filter(webhooks::workspace_id.eq(workspace)).filter(webhooks::id.eq(id));
    diesel::update(row)
        .set((
            webhooks::removed_at.eq(at),
            webhooks::url_sealed.eq(Vec::<u8>::new()),
            webhooks::secret_sealed.eq(Vec::<u8>::new()),
        ))
        .execute(connection)?;
    Ok(())
}

/// Notes how the last message fared.
pub fn set_problem(connection: &mut Conn, workspace: WorkspaceId, id: WebhookId, problem: Option<&str>) -> Result<()> {
    let row = webhooks::table.filter(webhooks::workspace_id.eq(workspace)).filter(webhooks::id.eq(id));
    diesel::update(row).set(webhooks::problem.eq(problem)).execute(connection)?;
    Ok(())
}
