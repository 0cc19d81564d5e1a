//! What adopted campaigns should be: one row an object, under the id it was first seen with.

use diesel::prelude::*;

use super::schema::kept_objects;
use super::{Conn, Result};
use crate::domain::id::{CampaignId, ObjectId, WorkspaceId};

/// An object of an adopted campaign as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = kept_objects)]
pub struct KeptRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// The observed object's id.
    pub id: ObjectId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// `campaign`, `ad_set` or `ad`.
    pub kind: String,
    /// The object above it.
    pub parent_id: Option<ObjectId>,
    /// In the order shown.
    pub position: i32,
    /// What it should be, JSON.
    pub definition: String,
}

/// The objects of an adopted campaign in order; none where it was not adopted.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<KeptRow>> {
    Ok(kept_objects::table
        .filter(kept_objects::workspace_id.eq(workspace))
        .filter(kept_objects::campaign_id.eq(campaign))
        .order((kept_objects::position, kept_objects::id))
        .load(connection)?)
}

/// Whether a campaign was adopted.
pub fn is_kept(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<bool> {
    let rows: i64 = kept_objects::table
        .filter(kept_objects::workspace_id.eq(workspace))
        .filter(kept_objects::campaign_id.eq(campaign))
        .count()
        .get_result(connection)?;
    Ok(rows > 0)
}

/// Makes a campaign's objects exactly these.
pub fn replace(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, rows: &[KeptRow]) -> Result<()> {
    let old = kept_objects::table.filter(kept_objects::workspace_id.eq(workspace)).filter(kept_objects::campaign_id.eq(campaign));
    diesel::delete(old).execute(connection)?;
    for row in rows {
        diesel::insert_into(kept_objects::table).values(row).execute(connection)?;
    }
    Ok(())
}
