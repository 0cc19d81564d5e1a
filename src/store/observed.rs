//! What Meta last said of each object: campaigns, ad sets, ads, made here or elsewhere.
//!
//! An object that was made here carries the id of the desired one, so that facts and pages need no second name for it.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::schema::observed_objects::{self, dsl};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, CampaignId, ObjectId, WorkspaceId};

/// An observed object.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = observed_objects)]
pub struct Observed {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id here.
    pub id: ObjectId,
    /// Of which ad account.
    pub ad_account_id: AdAccountId,
    /// `campaign`, `ad_set`, `ad`, `creative` or `image`.
    pub kind: String,
    /// Meta's id.
    pub remote_id: String,
    /// The object above it, here.
    pub parent_id: Option<ObjectId>,
    /// The campaign it belongs to, here; a campaign's own id.
    pub campaign_id: Option<CampaignId>,
    /// Its name at Meta.
    pub name: String,
    /// What it is set to.
    pub status: String,
    /// What follows from it and everything above it.
    pub effective_status: String,
    /// `here`, `elsewhere` or `file`.
    pub origin: String,
    /// What Meta last said, JSON.
    pub fields: String,
    /// When it was first seen.
    pub created_at: UtcTime,
    /// When Meta last said it.
    pub seen_at: UtcTime,
    /// Since when Meta lists it no more.
    pub gone_at: Option<UtcTime>,
}

impl Observed {
    /// Whether nothing can be planned for it any more.
    pub fn is_over(&self) -> bool {
        self.gone_at.is_some() || is_over(&self.status)
    }
}

/// Whether an object that is set to this is over for good: archived or deleted.
pub fn is_over(status: &str) -> bool {
    matches!(status, "ARCHIVED" | "DELETED")
}

/// The object with this id.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: ObjectId) -> Result<Option<Observed>> {
    Ok(dsl::observed_objects.filter(dsl::workspace_id.eq(workspace)).filter(dsl::id.eq(id)).first(connection).optional()?)
}

/// Objects of a kind in an ad account, those that are gone included, by id.
pub fn list(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId, kind: &str) -> Result<Vec<Observed>> {
    Ok(dsl::observed_objects
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::ad_account_id.eq(account))
        .filter(dsl::kind.eq(kind))
        .order(dsl::id)
        .load(connection)?)
}

/// Every object of a kind in the workspace that Meta still lists, by id.
pub fn list_present(connection: &mut Conn, workspace: WorkspaceId, kind: &str) -> Result<Vec<Observed>> {
    Ok(dsl::observed_objects
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::gone_at.is_null())
        .filter(dsl::origin.ne("file"))
        .order(dsl::id)
        .load(connection)?)
}

/// What can carry a budget in an ad account, is switched on and still listed by Meta: campaigns and ad sets, by kind and id.
pub fn list_committing(connection: &mut Conn, workspace: WorkspaceId, account: AdAccountId) -> Result<Vec<Observed>> {
    Ok(dsl::observed_objects
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::ad_account_id.eq(account))
        .filter(dsl::kind.eq_any(["campaign", "ad_set"]))
        .filter(dsl::status.eq("ACTIVE"))
        .filter(dsl::gone_at.is_null())
        .order((dsl::kind.desc(), dsl::id))
        .load(connection)?)
}

/// A campaign and everything below it, by id.
pub fn list_of_campaign(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<Observed>> {
    Ok(dsl::observed_objects
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::campaign_id.eq(campaign))
        .order(dsl::id)
        .load(connection)?)
}

/// Ids here by Meta's ids, for one kind in an ad account.
pub fn ids(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    kind: &str,
) -> Result<BTreeMap<String, ObjectId>> {
    let pairs: Vec<(String, ObjectId)> = dsl::observed_objects
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::ad_account_id.eq(account))
        .filter(dsl::kind.eq(kind))
        .select((dsl::remote_id, dsl::id))
        .load(connection)?;
    Ok(pairs.into_iter().collect())
}

/// Writes what Meta said of an object: by Meta's id where it is known, else as new; returns the id it has here. Its id and origin
/// stay what they were, and what was read back from Meta since `row.seen_at` stands: a list that was asked for before must not
/// undo it.
pub fn upsert(connection: &mut Conn, row: &Observed) -> Result<ObjectId> {
    let there = dsl::observed_objects
        .filter(dsl::workspace_id.eq(row.workspace_id))
        .filter(dsl::ad_account_id.eq(row.ad_account_id))
        .filter(dsl::kind.eq(&row.kind))
        .filter(dsl::remote_id.eq(&row.remote_id));
    let known: Option<ObjectId> = there.select(dsl::id).first(connection).optional()?;
    let Some(id) = known else {
        diesel::insert_into(dsl::observed_objects).values(row).execute(connection)?;
        return Ok(row.id);
    };
    diesel::update(there.filter(dsl::seen_at.le(row.seen_at)))
        .set((
            dsl::parent_id.eq(row.parent_id),
            dsl::campaign_id.eq(row.campaign_id),
            dsl::name.eq(&row.name),
            dsl::status.eq(&row.status),
            dsl::effective_status.eq(&row.effective_status),
            dsl::fields.eq(&row.fields),
            dsl::seen_at.eq(row.seen_at),
            dsl::gone_at.eq(row.gone_at),
        ))
        .execute(connection)?;
    Ok(id)
}

/// Writes an object that was made here under its desired id. A sync that saw it first, under an id of its own, gives way.
pub fn adopt(connection: &mut Conn, row: &Observed) -> Result<()> {
    let there = dsl::observed_objects
        .filter(dsl::workspace_id.eq(row.workspace_id))
        .filter(dsl::ad_account_id.eq(row.ad_account_id))
        .filter(dsl::kind.eq(&row.kind))
        .filter(dsl::remote_id.eq(&row.remote_id))
        .filter(dsl::id.ne(row.id));
    diesel::delete(there).execute(connection)?;
    diesel::delete(dsl::observed_objects.filter(dsl::workspace_id.eq(row.workspace_id)).filter(dsl::id.eq(row.id)))
        .execute(connection)?;
    diesel::insert_into(dsl::observed_objects).values(row).execute(connection)?;
    Ok(())
}

/// Notes the status Meta confirmed for an object.
pub fn set_status(
    connection: &mut Conn,
    workspace: WorkspaceId,
    id: ObjectId,
    status: &str,
    effective_status: &str,
    at: UtcTime,
) -> Result<()> {
    let row = dsl::observed_objects.filter(dsl::workspace_id.eq(workspace)).filter(dsl::id.eq(id));
    diesel::update(row)
        .set((dsl::status.eq(status), dsl::effective_status.eq(effective_status), dsl::seen_at.eq(at)))
        .execute(connection)?;
    Ok(())
}

/// Marks one object as gone.
pub fn set_gone(connection: &mut Conn, workspace: WorkspaceId, id: ObjectId, at: UtcTime) -> Result<()> {
    let row = dsl::observed_objects.filter(dsl::workspace_id.eq(workspace)).filter(dsl::id.eq(id));
    diesel::update(row).set(dsl::gone_at.eq(at)).execute(connection)?;
    Ok(())
}

/// What Meta listed before `seen_at` and not since, of a kind, by id.
pub fn list_unseen(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    kind: &str,
    seen_at: UtcTime,
) -> Result<Vec<Observed>> {
    Ok(dsl::observed_objects
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::ad_account_id.eq(account))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::seen_at.lt(seen_at))
        .filter(dsl::gone_at.is_null())
        .order(dsl::id)
        .load(connection)?)
}

/// Marks what Meta listed before `seen_at` and not since as gone; returns how many.
pub fn mark_gone(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    kind: &str,
    seen_at: UtcTime,
) -> Result<usize> {
    let unseen = dsl::observed_objects
        .filter(dsl::workspace_id.eq(workspace))
        .filter(dsl::ad_account_id.eq(account))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::seen_at.lt(seen_at))
        .filter(dsl::gone_at.is_null());
    Ok(diesel::update(unseen).set(dsl::gone_at.eq(seen_at)).execute(connection)?)
}
