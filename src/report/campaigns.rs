//! What is known about campaigns and ads apart from figures: names, and states that say what is true.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use crate::domain::campaign::Campaign;
use crate::domain::id::{CampaignId, WorkspaceId};
use crate::domain::money::Spend;
use crate::store::{Conn, MultiBackend};

use super::Result;
use super::dashboard::AdLine;
use super::flights::{self, Flight};
use super::load::{Group, Key};
use super::names;
use super::results::ResultKey;

/// A campaign apart from its figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Its name.
    pub name: String,
    /// What the person wants it to be, where it was defined here.
    pub wanted: Option<String>,
    /// What Meta last said it is.
    pub effective_status: Option<String>,
    /// Where it comes from: `here`, `elsewhere`, `file`; `None` where it is only defined.
    pub origin: Option<String>,
    /// Its plan, where it was defined here and is no draft.
    pub flight: Option<Flight>,
}

#[derive(QueryableByName)]
struct DesiredRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    wanted: String,
    #[diesel(sql_type = Nullable<Text>)]
    definition: Option<String>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    published_at: Option<NaiveDateTime>,
}

#[derive(QueryableByName)]
struct ObservedRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    effective_status: String,
    #[diesel(sql_type = Text)]
    origin: String,
}

/// `$2, $3, ...` for a list of ids after the workspace.
fn places(ids: &[i64]) -> String {
    (0..ids.len()).map(|n| format!("${}", n + 2)).collect::<Vec<_>>().join(", ")
}

fn by_ids<T: QueryableByName<MultiBackend> + 'static>(
    connection: &mut Conn,
    workspace: WorkspaceId,
    select: &str,
    ids: &[i64],
) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(500) {
        let text = format!("{select} WHERE workspace_id = $1 AND id IN ({}) ORDER BY id", places(chunk));
        let mut query = diesel::sql_query(text).into_boxed::<MultiBackend>().bind::<BigInt, _>(workspace.0);
        for id in chunk {
            query = query.bind::<BigInt, _>(*id);
        }
        rows.extend(query.load::<T>(connection)?);
    }
    Ok(rows)
}

/// What is known about each campaign.
pub(super) fn about(connection: &mut Conn, workspace: WorkspaceId, ids: &[i64]) -> Result<BTreeMap<i64, About>> {
    let mut out: BTreeMap<i64, About> = BTreeMap::new();
    let observed: Vec<ObservedRow> =
        by_ids(connection, workspace, "SELECT id, name, effective_status, origin FROM observed_objects", ids)?;
    for row in observed {
        let about = out.entry(row.id).or_default();
        *about =
            About { name: row.name, effective_status: Some(row.effective_status), origin: Some(row.origin), ..About::default() };
    }
    let desired: Vec<DesiredRow> =
        by_ids(connection, workspace, "SELECT id, name, wanted, definition, published_at FROM campaigns", ids)?;
    for row in desired {
        let about = out.entry(row.id).or_default();
        about.flight = flight(&row);
        about.name = row.name;
        about.wanted = Some(row.wanted);
    }
    let planned: Vec<i64> = out.iter().filter(|(_, about)| about.flight.is_some()).map(|(id, _)| *id).collect();
    for (id, micros) in flights::spent(connection, workspace, &planned)? {
        if let Some(flight) = out.get_mut(&id).and_then(|about| about.flight.as_mut()) {
            let currency = flight.a_day.map(|m| m.currency).or(flight.in_all.map(|s| s.currency));
            flight.spent = currency.map(|currency| Spend::new(micros, currency));
        }
    }
    Ok(out)
}

/// A draft has no plan in force yet; a definition of another version of ours is shown without one.
fn flight(row: &DesiredRow) -> Option<Flight> {
    let published = row.published_at?.date();
    let campaign: Campaign = serde_json::from_str(row.definition.as_deref()?).ok()?;
    Some(Flight::of(&campaign, published))
}

/// Campaigns to choose from, by name; a list for a select box, so not endless.
pub(super) fn list(connection: &mut Conn, workspace: WorkspaceId) -> Result<Vec<(CampaignId, String)>> {
    let rows: Vec<ObservedRow> = diesel::sql_query(
        "SELECT id, name, effective_status, origin FROM observed_objects \
         WHERE workspace_id = $1 AND kind = 'campaign' AND gone_at IS NULL ORDER BY name, id LIMIT 300",
    )
    .bind::<BigInt, _>(workspace.0)
    .load(connection)?;
    Ok(rows.into_iter().map(|row| (CampaignId(row.id), row.name)).collect())
}

/// The ads of a campaign with their figures, most spend first; those that never delivered too.
pub(super) fn ads(
    connection: &mut Conn,
    workspace: WorkspaceId,
    campaign: CampaignId,
    groups: BTreeMap<Key, Group>,
    shown: Option<&ResultKey>,
) -> Result<Vec<AdLine>> {
    let observed: Vec<ObservedRow> = diesel::sql_query(
        "SELECT id, name, effective_status, origin FROM observed_objects \
         WHERE workspace_id = $1 AND campaign_id = $2 AND kind = 'ad' AND gone_at IS NULL ORDER BY id LIMIT 500",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(campaign.0)
    .load(connection)?;
    let mut ids: Vec<i64> = groups.keys().flat_map(|key| [key.ad, key.ad_set]).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = names::objects(connection, workspace, &ids)?;
    let status = |id: i64| observed.iter().find(|row| row.id == id).map(|row| row.effective_status.clone());
    let mut lines: Vec<AdLine> = groups
        .into_iter()
        // Facts may know no lower object than the campaign: that is no ad.
        .filter(|(key, _)| key.ad != campaign.0)
        .map(|(key, group)| AdLine {
            id: key.ad,
            name: names.get(&key.ad).cloned().unwrap_or_else(|| "Ad without a name".to_owned()),
            ad_set: names.get(&key.ad_set).filter(|_| key.ad_set != key.ad).cloned(),
            status: status(key.ad),
            figures: shown.map_or(group.all, |kind| group.with(kind)),
        })
        .collect();
    for row in &observed {
        if lines.iter().all(|line| line.id != row.id) {
            let status = Some(row.effective_status.clone());
            lines.push(AdLine { id: row.id, name: row.name.clone(), ad_set: None, status, figures: Default::default() });
        }
    }
    lines.sort_by_key(|line| (std::cmp::Reverse(line.figures.counts.spend_micros), line.id));
    Ok(lines)
}
