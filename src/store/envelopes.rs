//! Month envelopes, the campaigns that belong to them, and what these spent day by day.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use super::schema::{envelope_members, envelopes};
use super::{Conn, Result, UtcTime};
use crate::domain::id::{CampaignId, EnvelopeId, WorkspaceId};

/// An envelope.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = envelopes)]
pub struct EnvelopeRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: EnvelopeId,
    /// What people call it.
    pub name: String,
    /// The currency's code.
    pub currency: String,
    /// Where its months begin and end.
    pub zone: String,
    /// Minor units a month.
    pub amount_minor: i64,
    /// How far off an even pace is still on it, basis points.
    pub tolerance_bp: i32,
    /// Counts saves.
    pub revision: i64,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it was last saved.
    pub updated_at: UtcTime,
    /// When it was put away.
    pub archived_at: Option<UtcTime>,
}

/// From when to when a campaign belongs to an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = envelope_members)]
pub struct MemberRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Which envelope.
    pub envelope_id: EnvelopeId,
    /// Which campaign.
    pub campaign_id: CampaignId,
    /// The first day whose spend counts.
    pub since_on: NaiveDate,
    /// The last one; `None` while it belongs.
    pub until_on: Option<NaiveDate>,
}

/// The workspace's envelopes that are not put away, by name.
pub fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<EnvelopeRow>> {
    Ok(envelopes::table
        .filter(envelopes::workspace_id.eq(workspace))
        .filter(envelopes::archived_at.is_null())
        .order((envelopes::name, envelopes::id))
        .load(connection)?)
}

/// The envelope with this id.
pub fn find(connection: &mut Conn, workspace: WorkspaceId, id: EnvelopeId) -> Result<Option<EnvelopeRow>> {
    Ok(envelopes::table
        .filter(envelopes::workspace_id.eq(workspace))
        .filter(envelopes::id.eq(id))
        .filter(envelopes::archived_at.is_null())
        .first(connection)
        .optional()?)
}

/// Adds an envelope.
pub fn insert(connection: &mut Conn, row: &EnvelopeRow) -> Result<()> {
    diesel::insert_into(envelopes::table).values(row).execute(connection)?;
    Ok(())
}

/// Writes an envelope over the revision that was seen; false where somebody saved meanwhile.
pub fn save(connection: &mut Conn, row: &EnvelopeRow, seen: i64) -> Result<bool> {
    let stands = envelopes::table
        .filter(envelopes::workspace_id.eq(row.workspace_id))
        .filter(envelopes::id.eq(row.id))
        .filter(envelopes::revision.eq(seen));
    let set = (
        envelopes::name.eq(&row.name),
        envelopes::amount_minor.eq(row.amount_minor),
        envelopes::tolerance_bp.eq(row.tolerance_bp),
        envelopes::revision.eq(row.revision),
        envelopes::updated_at.eq(row.updated_at),
        envelopes::archived_at.eq(row.archived_at),
    );
    Ok(diesel::update(stands).set(set).execute(connection)? > 0)
}

/// The campaigns that belonged to an envelope on any day, or on any from `since` on, by campaign and first day.
pub fn list_members(
    connection: &mut Conn,
    workspace: WorkspaceId,
    envelope: EnvelopeId,
    since: Option<NaiveDate>,
) -> Result<Vec<MemberRow>> {
    let mut rows: Vec<MemberRow> = envelope_members::table
        .filter(envelope_members::workspace_id.eq(workspace))
        .filter(envelope_members::envelope_id.eq(envelope))
        .order((envelope_members::campaign_id, envelope_members::since_on))
        .load(connection)?;
    rows.retain(|row| since.is_none_or(|since| row.until_on.is_none_or(|until| until >= since)));
    Ok(rows)
}

/// Adds a campaign.
pub fn insert_member(connection: &mut Conn, row: &MemberRow) -> Result<()> {
    diesel::insert_into(envelope_members::table).values(row).execute(connection)?;
    Ok(())
}

/// Sets the last day of a campaign in an envelope; `None` lets it belong again.
pub fn set_until(connection: &mut Conn, row: &MemberRow, until: Option<NaiveDate>) -> Result<()> {
    let at = envelope_members::table
        .filter(envelope_members::workspace_id.eq(row.workspace_id))
        .filter(envelope_members::envelope_id.eq(row.envelope_id))
        .filter(envelope_members::campaign_id.eq(row.campaign_id))
        .filter(envelope_members::since_on.eq(row.since_on));
    diesel::update(at).set(envelope_members::until_on.eq(until)).execute(connection)?;
    Ok(())
}

/// What a campaign spent on a network on a day.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct DaySpend {
    /// The campaign.
    #[diesel(sql_type = BigInt)]
    pub campaign_id: i64,
    /// The day, in its ad account's zone.
    #[diesel(sql_type = Date)]
    pub on_day: NaiveDate,
    /// The network as reports name it.
    #[diesel(sql_type = Text)]
    pub network: String,
    /// Micros; `None` where Meta did not say.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub spend_micros: Option<i64>,
}

/// What the campaigns of an envelope spent from `since` to `until` while they belonged, as synced, by day, campaign and network.
pub fn spend_by_day(
    connection: &mut Conn,
    workspace: WorkspaceId,
    envelope: EnvelopeId,
    since: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<DaySpend>> {
    let statement = "SELECT r.campaign_id AS campaign_id, r.since_on AS on_day, r.network AS network, \
         CAST(SUM(r.spend_micros) AS BIGINT) AS spend_micros FROM rollups r \
         JOIN envelope_members m ON m.workspace_id = r.workspace_id AND m.campaign_id = r.campaign_id \
             AND r.since_on >= m.since_on AND (m.until_on IS NULL OR r.since_on <= m.until_on) \
         WHERE r.workspace_id = $1 AND m.envelope_id = $2 AND r.grain = 'campaign_network' AND r.source_id = 0 \
             AND r.since_on = r.until_on AND r.since_on >= $3 AND r.since_on <= $4 \
         GROUP BY r.campaign_id, r.since_on, r.network ORDER BY r.since_on, r.campaign_id, r.network";
    Ok(diesel::sql_query(statement)
        .bind::<BigInt, _>(workspace.0)
        .bind::<BigInt, _>(envelope.0)
        .bind::<Date, _>(since)
        .bind::<Date, _>(until)
        .load(connection)?)
}
