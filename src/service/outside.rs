//! Changes that somebody made outside Tandem: seen when Meta says something else than it said last, and kept in the log.
//!
//! What a plan of ours is changing at the moment is left to that plan, which reads back whatever it changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::id::{CampaignId, ObjectId, WorkspaceId};
use crate::domain::plan::{Field, Kind, bare};
use crate::store::observed::Observed;
use crate::store::{Conn, UtcTime, plans};

use super::drift::Between;
use super::publish::observed;
use super::{Actor, Result};

/// What the event is called.
pub(super) const ACTION: &str = "campaign.changed_outside";

/// A field that Meta says is another now, in the texts that plans compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSeen {
    /// Which.
    pub field: Field,
    /// What Meta said before.
    pub before: String,
    /// What Meta says now.
    pub after: String,
}

/// An object that is another now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectSeen {
    /// What it is.
    pub kind: Kind,
    /// Which.
    pub id: ObjectId,
    /// Its name at Meta, without the token.
    pub name: String,
    /// Whether it was deleted or archived.
    pub gone: bool,
    /// What differs.
    pub changes: Vec<FieldSeen>,
}

/// What the event holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The objects that differ.
    pub objects: Vec<ObjectSeen>,
    /// The look that found it, platform time; absent where only single objects were asked for, and in events of former versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_at: Option<DateTime<Utc>>,
    /// The look before it, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_at: Option<DateTime<Utc>>,
}

/// What differs between what Meta said of an object before and now; `None` where nothing that plans compare does.
pub(super) fn difference(before: &Observed, now: &Observed) -> Option<ObjectSeen> {
    if before.fields == now.fields && before.gone_at.is_some() == now.gone_at.is_some() {
        return None;
    }
    let (was, is) = (observed(before)?, observed(now)?);
    if was.gone {
        return None;
    }
    let gone = is.gone;
    let changes: Vec<FieldSeen> = is
        .fields
        .iter()
        .filter(|(field, _)| **field != Field::Rest)
        .filter_map(|(field, after)| Some((*field, was.fields.get(field)?, after)))
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| FieldSeen { field, before: before.clone(), after: after.clone() })
        .collect();
    if !gone && changes.is_empty() {
        return None;
    }
    Some(ObjectSeen { kind: is.object.kind, id: now.id, name: bare(&now.name).to_owned(), gone, changes })
}

/// Keeps what was seen in the log, an event a campaign; call it in the transaction that stores what Meta says now.
pub(super) fn note(
    c: &mut Conn,
    workspace: WorkspaceId,
    at: UtcTime,
    between: Option<Between>,
    seen: Vec<(CampaignId, ObjectSeen)>,
) -> Result<()> {
    if seen.is_empty() {
        return Ok(());
    }
    let busy: BTreeSet<CampaignId> = plans::list_busy(c, workspace)?.into_iter().collect();
    let mut by_campaign: BTreeMap<CampaignId, Seen> = BTreeMap::new();
    for (campaign, object) in seen.into_iter().filter(|(campaign, _)| !busy.contains(campaign)) {
        by_campaign.entry(campaign).or_default().objects.push(object);
    }
    let actor = Actor::outside(workspace);
    for (campaign, mut seen) in by_campaign {
        seen.platform_at = between.map(|between| between.until.utc());
        seen.before_at = between.and_then(|between| between.before).map(UtcTime::utc);
        actor.record(c, at, ACTION, ("campaign", campaign.0), &seen)?;
    }
    Ok(())
}
