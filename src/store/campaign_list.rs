//! What the list of campaigns is made of: a light index of all of them, and everything a status needs of those on a page.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::schema::audit_events;
use super::{Conn, MultiBackend, Result, UtcTime};
use crate::domain::id::WorkspaceId;

/// Ids bound by one statement.
const CHUNK: usize = 500;

/// A campaign in the index.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct IndexRow {
    /// Its id.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// Its ad account.
    #[diesel(sql_type = BigInt)]
    pub ad_account_id: i64,
    /// What people here call it, else what Meta says with its token.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// `here`, `elsewhere`, `file`; `draft` where Meta does not have it yet.
    #[diesel(sql_type = Text)]
    pub origin: String,
    /// `draft`, `active`, `paused` or `archived` where it was defined here, else empty.
    #[diesel(sql_type = Text)]
    pub wanted: String,
    /// What it is set to at Meta; empty where it is not there.
    #[diesel(sql_type = Text)]
    pub status: String,
    /// Since when Meta lists it no more.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub gone_at: Option<NaiveDateTime>,
}

/// Every campaign of the workspace, defined here or seen elsewhere, each once, by id.
pub fn index(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<IndexRow>> {
    let text = "SELECT o.id AS id, o.ad_account_id AS ad_account_id, COALESCE(c.name, o.name) AS name, o.origin AS origin, \
                COALESCE(c.wanted, '') AS wanted, o.status AS status, o.gone_at AS gone_at \
                FROM observed_objects o LEFT JOIN campaigns c ON c.workspace_id = o.workspace_id AND c.id = o.id \
                WHERE o.workspace_id = $1 AND o.kind = 'campaign' \
                UNION ALL SELECT c.id, c.ad_account_id, c.name, 'draft', c.wanted, '', CAST(NULL AS TIMESTAMP) FROM campaigns c \
                WHERE c.workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM observed_objects o \
                WHERE o.workspace_id = c.workspace_id AND o.id = c.id) ORDER BY 1";
    Ok(diesel::sql_query(text).bind::<BigInt, _>(workspace.0).load(connection)?)
}

/// Those of the workspace's campaigns that are among `ids`, by id.
pub fn index_of(connection: &mut Conn, workspace: WorkspaceId, ids: &[i64]) -> Result<Vec<IndexRow>> {
    let seen = "SELECT o.id AS id, o.ad_account_id AS ad_account_id, COALESCE(c.name, o.name) AS name, o.origin AS origin, \
                COALESCE(c.wanted, '') AS wanted, o.status AS status, o.gone_at AS gone_at \
                FROM observed_objects o LEFT JOIN campaigns c ON c.workspace_id = o.workspace_id AND c.id = o.id \
                WHERE o.workspace_id = $1 AND o.kind = 'campaign' AND o.id IN ";
    let unseen = "SELECT c.id AS id, c.ad_account_id AS ad_account_id, c.name AS name, 'draft' AS origin, c.wanted AS wanted, \
                  '' AS status, CAST(NULL AS TIMESTAMP) AS gone_at FROM campaigns c WHERE c.workspace_id = $1 AND NOT EXISTS \
                  (SELECT 1 FROM observed_objects o WHERE o.workspace_id = c.workspace_id AND o.id = c.id) AND c.id IN ";
    let mut rows: Vec<IndexRow> = by_campaigns(connection, workspace, seen, " ORDER BY 1", ids)?;
    rows.extend(by_campaigns::<IndexRow>(connection, workspace, unseen, " ORDER BY 1", ids)?);
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// What Meta last said of a campaign, an ad set or an ad.
#[derive(Debug, Clone, QueryableByName)]
pub struct ObjectRow {
    /// Its id.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// The campaign it belongs to.
    #[diesel(sql_type = BigInt)]
    pub campaign: i64,
    /// `campaign`, `ad_set` or `ad`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Its name at Meta.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// What it is set to.
    #[diesel(sql_type = Text)]
    pub status: String,
    /// What follows from it and everything above it.
    #[diesel(sql_type = Text)]
    pub effective_status: String,
    /// `here`, `elsewhere` or `file`.
    #[diesel(sql_type = Text)]
    pub origin: String,
    /// What Meta last said, JSON; of an ad without trouble nothing.
    #[diesel(sql_type = Text)]
    pub fields: String,
    /// When it was first seen.
    #[diesel(sql_type = Timestamp)]
    pub created_at: NaiveDateTime,
    /// Since when Meta lists it no more.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub gone_at: Option<NaiveDateTime>,
}

/// These campaigns and what is below them, without ad sets and ads that are gone.
pub fn objects(connection: &mut Conn, workspace: WorkspaceId, campaigns: &[i64]) -> Result<Vec<ObjectRow>> {
    let select = "SELECT id, COALESCE(campaign_id, id) AS campaign, kind, name, status, effective_status, origin, \
                  CASE WHEN kind = 'ad' AND effective_status IN ('ACTIVE', 'PAUSED', 'CAMPAIGN_PAUSED', 'ADSET_PAUSED', 'PENDING_REVIEW') \
                  THEN '' ELSE fields END AS fields, created_at, gone_at FROM observed_objects \
                  WHERE workspace_id = $1 AND kind IN ('campaign', 'ad_set', 'ad') \
                  AND (gone_at IS NULL OR kind = 'campaign') AND campaign_id IN ";
    by_campaigns(connection, workspace, select, " ORDER BY campaign_id, id", campaigns)
}

/// A campaign as defined here.
#[derive(Debug, Clone, QueryableByName)]
pub struct DefinedRow {
    /// Its id.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// `draft`, `active`, `paused` or `archived`.
    #[diesel(sql_type = Text)]
    pub wanted: String,
    /// The valid campaign, JSON; `None` while it has problems.
    #[diesel(sql_type = Nullable<Text>)]
    pub definition: Option<String>,
    /// When it was first carried out, platform time.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub published_at: Option<NaiveDateTime>,
}

/// Those of these campaigns that were defined here.
pub fn defined(connection: &mut Conn, workspace: WorkspaceId, campaigns: &[i64]) -> Result<Vec<DefinedRow>> {
    let select = "SELECT id, wanted, definition, published_at FROM campaigns WHERE workspace_id = $1 AND id IN ";
    by_campaigns(connection, workspace, select, " ORDER BY id", campaigns)
}

/// A plan of a campaign that was approved.
#[derive(Debug, Clone, QueryableByName)]
pub struct PlanStateRow {
    /// The campaign.
    #[diesel(sql_type = BigInt)]
    pub campaign: i64,
    /// `approved`, `applying`, `applied` or `failed`.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// Why it failed.
    #[diesel(sql_type = Text)]
    pub problem: String,
}

/// The newest approved plan of each of these campaigns, its own or one over several.
pub fn plan_states(connection: &mut Conn, workspace: WorkspaceId, campaigns: &[i64]) -> Result<BTreeMap<i64, PlanStateRow>> {
    let own = "SELECT campaign_id AS campaign, state, COALESCE(problem, '') AS problem, id FROM plans \
               WHERE workspace_id = $1 AND state IN ('approved', 'applying', 'applied', 'failed') AND campaign_id IN ";
    let among = "SELECT pc.campaign_id AS campaign, p.state AS state, COALESCE(p.problem, '') AS problem, p.id AS id \
                 FROM plan_campaigns pc JOIN plans p ON p.workspace_id = pc.workspace_id AND p.id = pc.plan_id \
                 WHERE pc.workspace_id = $1 AND p.state IN ('approved', 'applying') AND pc.campaign_id IN ";
    let mut newest: BTreeMap<i64, PlanStateRow> = BTreeMap::new();
    // In order of their ids, so that a later one takes the place of an earlier one.
    for row in by_campaigns::<PlanStateRow>(connection, workspace, own, " ORDER BY id", campaigns)? {
        newest.insert(row.campaign, row);
    }
    for row in by_campaigns::<PlanStateRow>(connection, workspace, among, " ORDER BY 4", campaigns)? {
        newest.insert(row.campaign, row);
    }
    Ok(newest)
}

/// Who last switched a campaign or changed what is wanted of it.
#[derive(Debug, Clone, Queryable)]
pub struct SwitchEvent {
    /// The campaign.
    pub campaign: i64,
    /// The name at that time.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The state after it, JSON.
    pub state: String,
    /// Real time.
    pub at: UtcTime,
}

/// Events that switched these campaigns, oldest first.
pub fn switches(connection: &mut Conn, workspace: WorkspaceId, campaigns: &[i64]) -> Result<Vec<SwitchEvent>> {
    let mut all = Vec::new();
    for chunk in campaigns.chunks(CHUNK) {
        let rows: Vec<SwitchEvent> = audit_events::table
            .filter(audit_events::workspace_id.eq(workspace))
            .filter(audit_events::subject_kind.eq("campaign"))
            .filter(audit_events::subject_id.eq_any(chunk.to_vec()))
            .filter(audit_events::action.eq_any(["campaign.paused", "campaign.changed", "plan.approved"]))
            .order(audit_events::seq)
            .select((
                audit_events::subject_id,
                audit_events::actor_name,
                audit_events::action,
                audit_events::state,
                audit_events::at,
            ))
            .load(connection)?;
        all.extend(rows);
    }
    Ok(all)
}

fn by_campaigns<T: QueryableByName<MultiBackend> + 'static>(
    connection: &mut Conn,
    workspace: WorkspaceId,
    select: &str,
    order: &str,
    ids: &[i64],
) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let places: Vec<String> = (0..chunk.len()).map(|n| format!("${}", n + 2)).collect();
        let text = format!("{select}({}){order}", places.join(", "));
        let mut query = diesel::sql_query(text).into_boxed::<MultiBackend>().bind::<BigInt, _>(workspace.0);
        for id in chunk {
            query = query.bind::<BigInt, _>(*id);
        }
        rows.extend(query.load::<T>(connection)?);
    }
    Ok(rows)
}
