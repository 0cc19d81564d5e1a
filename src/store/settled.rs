//! How Tandem left each object: what Meta said of it when it was last written, field by field.

use diesel::prelude::*;

use super::schema::settled_objects::{self, dsl};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{CampaignId, ObjectId, WorkspaceId};

/// An object as it was left.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = settled_objects)]
pub struct SettledRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// The observed object's id.
    pub id: ObjectId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// `campaign`, `ad_set`, `ad`, `creative` or `image`.
    pub kind: String,
    /// Canonical texts of its fields, JSON.
    pub fields: String,
    /// When it was written, real time.
    pub settled_at: UtcTime,
}

/// The object with this id.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: ObjectId) -> Result<Option<SettledRow>> {
    let there = dsl::settled_objects.filter(dsl::workspace_id.eq(workspace)).filter(dsl::id.eq(id));
    Ok(there.first(connection).optional()?)
}

/// A campaign's objects, by id.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<SettledRow>> {
    Ok(dsl::settled_objects
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::campaign_id.eq(campaign))
        .order(dsl::id)
        .load(connection)?)
}

/// Writes how an object was left.
pub fn put(connection: &mut Conn, row: &SettledRow) -> Result<()> {
    let there = dsl::settled_objects.filter(dsl::workspace_id.eq(row.workspace_id)).filter(dsl::id.eq(row.id));
    let renewed = diesel::update(there)
        .set((dsl::campaign_id.eq(row.campaign_id), dsl::fields.eq(&row.fields), dsl::settled_at.eq(row.settled_at)))
        .execute(connection)?;
    if renewed == 0 {
        diesel::insert_into(dsl::settled_objects).values(row).execute(connection)?;
    }
    Ok(())
}

/// Forgets how a campaign's objects were left.
pub fn delete(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<()> {
    let there = dsl::settled_objects.filter(dsl::workspace_id.eq(workspace)).filter(dsl::campaign_id.eq(campaign));
    diesel::delete(there).execute(connection)?;
    Ok(())
}
