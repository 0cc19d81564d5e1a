//! Who changed something, and when: matched with Meta's activity log by object, kind of change and time. Where the log has nothing
//! that fits, nobody is named.

use chrono::{DateTime, Duration, Utc};

use crate::domain::drift::Part;
use crate::domain::id::{ObjectId, WorkspaceId};
use crate::domain::plan::{Field, Kind, ObjectRef};
use crate::store::activities::{self, ActivityRow};
use crate::store::observed::Observed as Row;
use crate::store::{Conn, UtcTime};

use super::super::Result;

/// Meta's clock and the time at which a list was asked for may differ by so much.
const SLACK: Duration = Duration::minutes(5);
/// A look that took long may have begun so much before it read an object.
const LONG_LOOK: Duration = Duration::hours(1);

/// What the log says of some objects.
#[derive(Debug, Default)]
pub(in crate::service) struct Log {
    rows: Vec<ActivityRow>,
}

/// Between which looks something changed, platform time.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct Between {
    /// The look before; `None` where there was none.
    pub before: Option<UtcTime>,
    /// The look that found it.
    pub until: UtcTime,
}

impl Log {
    /// Reads what is kept of the log of these objects.
    pub fn of(c: &mut Conn, workspace: WorkspaceId, objects: &[ObjectId]) -> Result<Self> {
        Ok(Self { rows: activities::list_of(c, workspace, objects)? })
    }

    /// Who changed a part of an object between two looks, and when: the last who did such a thing.
    pub fn who(&self, object: ObjectId, kind: Kind, part: Part, between: Between) -> Option<(String, DateTime<Utc>)> {
        let events = events(kind, part);
        let since = between.before.map(|at| at.utc() - LONG_LOOK);
        let until = between.until.utc() + SLACK;
        let fits = |row: &&ActivityRow| {
            let at = row.done_at.utc();
            row.object_id == object
                && events.contains(&row.event.as_str())
                && at <= until
                && since.is_none_or(|since| at >= since)
        };
        let found = self.rows.iter().rev().find(fits)?;
        Some((found.actor.clone(), found.done_at.utc()))
    }
}

/// Under which object the log tells of a change: what a creative says stands at its ad.
pub(in crate::service) fn told_at(object: ObjectRef, rows: &[Row], ad: Option<ObjectId>) -> (ObjectId, Kind) {
    if object.kind != Kind::Creative {
        return (object.id, object.kind);
    }
    let remote = rows.iter().find(|row| row.id == object.id).map(|row| row.remote_id.as_str());
    let shows = |row: &&Row| {
        let said: Option<serde_json::Value> = serde_json::from_str(&row.fields).ok();
        row.kind == "ad" && remote.is_some() && said.as_ref().and_then(|ad| ad.pointer("/creative/id")?.as_str()) == remote
    };
    let ad = ad.or_else(|| rows.iter().find(shows).map(|row| row.id));
    (ad.unwrap_or(object.id), Kind::Ad)
}

/// The words of Meta's log for a change. Source: the enum `AdActivity_event_type` (v25.0).
fn events(kind: Kind, part: Part) -> &'static [&'static str] {
    const STATUS: &[&str] = &[
        "update_campaign_run_status",
        "update_ad_set_run_status",
        "update_ad_run_status",
        "update_ad_run_status_to_be_set_after_review",
    ];
    let Part::Field(field) = part else {
        return match part {
            Part::Added => &["create_ad_set", "create_ad"],
            Part::Enhancement(_) => &["edit_and_update_ad_creative", "update_ad_creative"],
            _ => STATUS,
        };
    };
    match field {
        Field::Name => &["update_campaign_name", "update_ad_set_name", "update_ad_friendly_name"],
        Field::Switch => STATUS,
        Field::Limit => &["update_campaign_group_spend_cap"],
        Field::Budget => &["update_campaign_budget", "update_ad_set_budget"],
        Field::Floor => &["update_ad_set_min_spend_target"],
        Field::Ceiling => &["update_ad_set_spend_cap"],
        Field::Bid => &["update_ad_set_bidding", "update_ad_set_bid_strategy", "update_ad_bid_info", "update_ad_bid_type"],
        Field::Starts | Field::Ends => &["update_ad_set_duration", "update_campaign_schedule"],
        Field::Audience | Field::Placements => &["update_ad_set_target_spec", "update_ad_targets_spec"],
        Field::Goal => &["update_ad_set_optimization_goal"],
        Field::Event => &["update_campaign_conversion_goal"],
        _ if kind == Kind::Ad => &["edit_and_update_ad_creative", "update_ad_creative"],
        // Meta has no word for it: whoever the log names may have done something else.
        _ => &[],
    }
}
