//! What is not as Tandem left it: a row a field, kept while it lasts. Counts of campaigns are counts of these rows.

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::schema::drifts::{self, dsl};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{CampaignId, ObjectId, WorkspaceId};

/// A field that drifted.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = drifts)]
pub struct DriftRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// The observed object's id.
    pub object_id: ObjectId,
    /// As `budget`, `enhancement.image_touchups`, `gone`, `added`.
    pub part: String,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// What Meta says, canonical.
    pub now: String,
    /// When it was first seen, real time.
    pub seen_at: UtcTime,
    /// The same in platform time.
    pub platform_at: UtcTime,
    /// The last look before it, platform time, where there was one.
    pub before_at: Option<UtcTime>,
}

/// A campaign with drift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drifted {
    /// The campaign.
    pub id: CampaignId,
    /// How many fields.
    pub fields: i64,
    /// When the newest was first seen, real time.
    pub newest_at: UtcTime,
}

/// A campaign's drifts, by object and part.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<DriftRow>> {
    Ok(dsl::drifts
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::campaign_id.eq(campaign))
        .order((dsl::object_id, dsl::part))
        .load(connection)?)
}

/// Makes a campaign's drifts exactly these.
pub fn replace(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, rows: &[DriftRow]) -> Result<()> {
    let old = dsl::drifts.filter(dsl::workspace_id.eq(workspace)).filter(dsl::campaign_id.eq(campaign));
    diesel::delete(old).execute(connection)?;
    for row in rows {
        diesel::insert_into(dsl::drifts).values(row).execute(connection)?;
    }
    Ok(())
}

/// The campaigns that have drift, by id.
pub fn list_campaigns(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<Drifted>> {
    let rows: Vec<(CampaignId, i64, Option<UtcTime>)> = dsl::drifts
        .filter(dsl::workspace_id.eq(workspace))
        .group_by(dsl::campaign_id)
        .select((dsl::campaign_id, count_star(), max(dsl::seen_at)))
        .order(dsl::campaign_id)
        .load(connection)?;
    // Every group has a row, so the newest is there.
    Ok(rows.into_iter().filter_map(|(id, fields, newest)| Some(Drifted { id, fields, newest_at: newest? })).collect())
}

/// When the newest drift of a workspace was found, platform time.
pub fn newest(connection: &mut Conn, workspace: WorkspaceId) -> Result<Option<UtcTime>> {
    Ok(dsl::drifts.filter(dsl::workspace_id.eq(workspace)).select(max(dsl::platform_at)).first(connection)?)
}
