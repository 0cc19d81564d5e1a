//! Labels of campaigns: ours alone, nothing of them goes to Meta.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::schema::{campaign_labels, labels};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{CampaignId, LabelId, WorkspaceId};

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = labels)]
pub struct LabelRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: LabelId,
    /// As shown.
    pub name: String,
    /// In small letters; unique in the workspace.
    pub folded: String,
    /// When it was made.
    pub created_at: UtcTime,
}

/// The workspace's labels, by name.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<LabelRow>> {
    Ok(labels::table.filter(labels::workspace_id.eq(workspace)).order((labels::folded, labels::id)).load(connection)?)
}

/// The label of this name in small letters.
pub fn find_by_folded(connection: &mut Conn, workspace: WorkspaceId, folded: &str) -> Result<Option<LabelRow>> {
    Ok(labels::table.filter(labels::workspace_id.eq(workspace)).filter(labels::folded.eq(folded)).first(connection).optional()?)
}

/// The label with this id.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: LabelId) -> Result<Option<LabelRow>> {
    Ok(labels::table.filter(labels::workspace_id.eq(workspace)).filter(labels::id.eq(id)).first(connection).optional()?)
}

/// Adds a label; [`super::StoreError::Conflict`] where the name is taken.
pub fn insert(connection: &mut Conn, row: &LabelRow) -> Result<()> {
    diesel::insert_into(labels::table).values(row).execute(connection)?;
    Ok(())
}

/// The campaigns that carry a label, by id.
pub fn list_campaigns(connection: &mut Conn, workspace: WorkspaceId, label: LabelId) -> Result<Vec<CampaignId>> {
    Ok(campaign_labels::table
        .filter(campaign_labels::workspace_id.eq(workspace))
        .filter(campaign_labels::label_id.eq(label))
        .order(campaign_labels::campaign_id)
        .select(campaign_labels::campaign_id)
        .load(connection)?)
}

/// The labels of these campaigns.
pub fn list_of(connection: &mut Conn, workspace: WorkspaceId, campaigns: &[i64]) -> Result<BTreeMap<i64, Vec<LabelId>>> {
    let mut out: BTreeMap<i64, Vec<LabelId>> = BTreeMap::new();
    for chunk in campaigns.chunks(500) {
        let pairs: Vec<(i64, LabelId)> = campaign_labels::table
            .filter(campaign_labels::workspace_id.eq(workspace))
            .filter(campaign_labels::campaign_id.eq_any(chunk.to_vec()))
            .order((campaign_labels::campaign_id, campaign_labels::label_id))
            .select((campaign_labels::campaign_id, campaign_labels::label_id))
            .load(connection)?;
        for (campaign, label) in pairs {
            out.entry(campaign).or_default().push(label);
        }
    }
    Ok(out)
}

/// Puts a label on a campaign; false where it is there already.
pub fn put(connection: &mut Conn, workspace: WorkspaceId, label: LabelId, campaign: CampaignId) -> Result<bool> {
    let there = campaign_labels::table
        .filter(campaign_labels::workspace_id.eq(workspace))
        .filter(campaign_labels::label_id.eq(label))
        .filter(campaign_labels::campaign_id.eq(campaign));
    let known: i64 = there.count().get_result(connection)?;
    if known > 0 {
        return Ok(false);
    }
    diesel::insert_into(campaign_labels::table)
        .values((
            campaign_labels::workspace_id.eq(workspace),
            campaign_labels::label_id.eq(label),
            campaign_labels::campaign_id.eq(campaign),
        ))
        .execute(connection)?;
    Ok(true)
}

/// Takes a label off a campaign; false where it is not there.
pub fn take(connection: &mut Conn, workspace: WorkspaceId, label: LabelId, campaign: CampaignId) -> Result<bool> {
    let there = campaign_labels::table
        .filter(campaign_labels::workspace_id.eq(workspace))
        .filter(campaign_labels::label_id.eq(label))
        .filter(campaign_labels::campaign_id.eq(campaign));
    Ok(diesel::delete(there).execute(connection)? > 0)
}
