//! Campaigns as the business wants them: the form as typed, the valid definition, and our ids of ad sets and ads.

use diesel::prelude::*;

use super::schema::{ad_sets, ads, campaigns, pictures};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, AdId, AdSetId, CampaignId, ObjectId, PictureId, UserId, WorkspaceId};

/// A campaign as wanted.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = campaigns)]
pub struct CampaignRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: CampaignId,
    /// In which ad account.
    pub ad_account_id: AdAccountId,
    /// As shown.
    pub name: String,
    /// `draft`, `active`, `paused` or `archived`.
    pub wanted: String,
    /// The form as typed, JSON.
    pub form: String,
    /// The valid campaign, JSON; `None` while the draft has problems.
    pub definition: Option<String>,
    /// Counts saves.
    pub revision: i64,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: UtcTime,
    /// When it was last saved.
    pub updated_at: UtcTime,
    /// When it was first carried out at Meta.
    pub published_at: Option<UtcTime>,
}

/// An ad set's id and name.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = ad_sets)]
pub struct AdSetRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: AdSetId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// In the order shown.
    pub position: i32,
    /// Which share: `shared`, `facebook`, `instagram`.
    pub share: String,
    /// Its name, without the token.
    pub name: String,
    /// Its budget, minor units.
    pub budget_minor: Option<i64>,
    /// What it is, JSON.
    pub definition: String,
}

/// An ad's ids and name.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = ads)]
pub struct AdRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: AdId,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// In which ad set.
    pub ad_set_id: AdSetId,
    /// Its creative's id: an object of its own at Meta.
    pub creative_id: ObjectId,
    /// The ad's key in the campaign, which stays when its texts change.
    pub position: i32,
    /// Its name.
    pub name: String,
    /// Its picture.
    pub picture_id: PictureId,
    /// What it is, JSON.
    pub definition: String,
}

/// A picture to send.
#[derive(Debug, Clone, Queryable)]
pub struct PictureFile {
    /// The file's name as uploaded.
    pub file_name: String,
    /// Its kind, as `image/jpeg`.
    pub mime: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The campaign with this id, if it was defined here.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: CampaignId) -> Result<Option<CampaignRow>> {
    Ok(campaigns::table
        .filter(campaigns::workspace_id.eq(workspace))
        .filter(campaigns::id.eq(id))
        .first(connection)
        .optional()?)
}

/// The workspace's campaigns, newest first.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<CampaignRow>> {
    Ok(campaigns::table.filter(campaigns::workspace_id.eq(workspace)).order(campaigns::id.desc()).load(connection)?)
}

/// Adds a campaign.
pub fn insert(connection: &mut Conn, row: &CampaignRow) -> Result<()> {
    diesel::insert_into(campaigns::table).values(row).execute(connection)?;
    Ok(())
}

/// Saves what was typed and what it means, if nobody saved meanwhile; false where somebody did.
pub fn save(connection: &mut Conn, row: &CampaignRow, seen_revision: i64) -> Result<bool> {
    let there = campaigns::table
        .filter(campaigns::workspace_id.eq(row.workspace_id))
        .filter(campaigns::id.eq(row.id))
        .filter(campaigns::revision.eq(seen_revision));
    let saved = diesel::update(there)
        .set((
            campaigns::name.eq(&row.name),
            campaigns::form.eq(&row.form),
            campaigns::definition.eq(&row.definition),
            campaigns::revision.eq(row.revision),
            campaigns::updated_at.eq(row.updated_at),
        ))
        .execute(connection)?;
    Ok(saved > 0)
}

/// Notes what the person wants it to be at Meta; nothing happens where it was not defined here.
pub fn set_wanted(connection: &mut Conn, workspace: WorkspaceId, id: CampaignId, wanted: &str) -> Result<()> {
    let row = campaigns::table.filter(campaigns::workspace_id.eq(workspace)).filter(campaigns::id.eq(id));
    diesel::update(row).set(campaigns::wanted.eq(wanted)).execute(connection)?;
    Ok(())
}

/// Notes when it was first carried out.
pub fn set_published(connection: &mut Conn, workspace: WorkspaceId, id: CampaignId, at: UtcTime) -> Result<()> {
    let row = campaigns::table
        .filter(campaigns::workspace_id.eq(workspace))
        .filter(campaigns::id.eq(id))
        .filter(campaigns::published_at.is_null());
    diesel::update(row).set(campaigns::published_at.eq(at)).execute(connection)?;
    Ok(())
}

/// The campaign's ad sets, those of former shapes included, in order.
pub fn list_ad_sets(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<AdSetRow>> {
    Ok(ad_sets::table
        .filter(ad_sets::workspace_id.eq(workspace))
        .filter(ad_sets::campaign_id.eq(campaign))
        .order((ad_sets::position, ad_sets::id))
        .load(connection)?)
}

/// The campaign's ads, those of former shapes included, by ad set and key.
pub fn list_ads(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<AdRow>> {
    Ok(ads::table
        .filter(ads::workspace_id.eq(workspace))
        .filter(ads::campaign_id.eq(campaign))
        .order((ads::ad_set_id, ads::position))
        .load(connection)?)
}

/// Adds an ad set, or renews what is said of the one with this id.
pub fn upsert_ad_set(connection: &mut Conn, row: &AdSetRow) -> Result<()> {
    let there = ad_sets::table.filter(ad_sets::workspace_id.eq(row.workspace_id)).filter(ad_sets::id.eq(row.id));
    let renewed = diesel::update(there)
        .set((
            ad_sets::position.eq(row.position),
            ad_sets::name.eq(&row.name),
            ad_sets::budget_minor.eq(row.budget_minor),
            ad_sets::definition.eq(&row.definition),
        ))
        .execute(connection)?;
    if renewed == 0 {
        diesel::insert_into(ad_sets::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// Adds an ad, or renews what is said of the one with this id.
pub fn upsert_ad(connection: &mut Conn, row: &AdRow) -> Result<()> {
    let there = ads::table.filter(ads::workspace_id.eq(row.workspace_id)).filter(ads::id.eq(row.id));
    let renewed = diesel::update(there)
        .set((ads::name.eq(&row.name), ads::picture_id.eq(row.picture_id), ads::definition.eq(&row.definition)))
        .execute(connection)?;
    if renewed == 0 {
        diesel::insert_into(ads::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// A picture's file.
pub fn find_picture(connection: &mut Conn, workspace: WorkspaceId, id: PictureId) -> Result<Option<PictureFile>> {
    Ok(pictures::table
        .filter(pictures::workspace_id.eq(workspace))
        .filter(pictures::id.eq(id))
        .select((pictures::file_name, pictures::mime, pictures::bytes))
        .first(connection)
        .optional()?)
}
