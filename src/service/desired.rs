//! What is wanted of a campaign, as the log carries it: replaying the log rebuilds the stored state byte for byte.
//!
//! Every event that changes what is wanted carries a [`Desired`]: the very texts that are stored, not a reading of them. One that
//! only switches carries the switch alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::{AdAccountId, CampaignId, WorkspaceId};
use crate::store::audit::AuditEvent;
use crate::store::{Conn, campaigns, kept};

use super::Result;

/// What an event says is wanted from then on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `draft`, `active`, `paused` or `archived`.
    pub wanted: String,
    /// What the campaign is; absent where the event only switches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// What a campaign is, in the texts that are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// In which ad account.
    pub ad_account_id: AdAccountId,
    /// As shown.
    pub name: String,
    /// Counts saves.
    pub revision: i64,
    /// The form as typed.
    pub form: String,
    /// The valid campaign; `None` while the form has problems.
    pub definition: Option<String>,
    /// The objects of an adopted campaign, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<String>,
}

/// The part of an event's state that every event with one has alike.
#[derive(Default, Deserialize)]
struct Carrying {
    #[serde(default)]
    desired: Option<Desired>,
}

impl Desired {
    /// Nothing but the switch.
    pub(super) fn switched(wanted: &str) -> Self {
        Self { wanted: wanted.to_owned(), body: None }
    }

    /// What an event carries; `None` for an event that changes nothing wanted, and for those of versions that did not keep it.
    pub fn of(event: &AuditEvent) -> Option<Self> {
        serde_json::from_str::<Carrying>(&event.state).ok()?.desired
    }
}

/// What is wanted of a campaign now, whole; `None` for one that nothing is wanted of here.
pub(super) fn desired(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Option<Desired>> {
    let Some(row) = campaigns::find(c, workspace, campaign)? else { return Ok(None) };
    let kept = kept::list(c, workspace, campaign)?.into_iter().map(|row| row.definition).collect();
    let body = Body {
        ad_account_id: row.ad_account_id,
        name: row.name,
        revision: row.revision,
        form: row.form,
        definition: row.definition,
        kept,
    };
    Ok(Some(Desired { wanted: row.wanted, body: Some(body) }))
}

/// The desired state of a workspace, built from its log alone.
#[derive(Debug, Default)]
pub struct Replay {
    /// By campaign. One whose log begins before events carried bodies has none until it is saved again.
    pub campaigns: BTreeMap<CampaignId, Desired>,
}

impl Replay {
    /// Takes the next event, in the order of their numbers.
    pub fn take(&mut self, event: &AuditEvent) {
        if event.subject_kind != "campaign" {
            return;
        }
        let Some(next) = Desired::of(event) else { return };
        let known = self.campaigns.entry(CampaignId(event.subject_id)).or_default();
        known.wanted = next.wanted;
        known.body = next.body.or(known.body.take());
    }
}
