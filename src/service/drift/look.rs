//! One look at a campaign: what is wanted, how it was left, what Meta says, and what of it drifted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::currency::Currency;
use crate::domain::dictionary::{self, Sentence};
use crate::domain::drift::{Drift, Found, Pick, Settled, find};
use crate::domain::id::{CampaignId, WorkspaceId};
use crate::domain::plan::{self, Desired, Kind, ObjectRef, Run, Target};
use crate::store::{Conn, campaigns, settled as rows};

use super::super::publish::{self, Definition, Input};
use super::super::sync::zone;
use super::super::{Ctx, Error, Result};
use super::{currency, name_elsewhere, settle};

/// Everything that was compared.
pub(super) struct Look {
    pub input: Input,
    pub targets: Vec<Target>,
    pub settled: Settled,
    pub found: Found,
    pub currency: Currency,
}

/// What a look sees.
pub(super) enum Seen {
    /// A campaign that is at Meta.
    Compared(Box<Look>),
    /// Nothing to compare: the campaign's name, and why where it should be.
    Nothing(String, Option<Sentence>),
}

/// Looks at a campaign; nothing is written.
pub(super) fn look(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId) -> Result<Seen> {
    let Some(row) = campaigns::find(c, workspace, campaign)? else {
        return Ok(Seen::Nothing(name_elsewhere(c, workspace, campaign)?, None));
    };
    if row.published_at.is_none() || row.wanted == "archived" {
        return Ok(Seen::Nothing(row.name, None));
    }
    let input = match publish::look(c, ctx, workspace, campaign) {
        Ok(input) => input,
        Err(Error::Conflict(_)) => {
            return Ok(Seen::Nothing(row.name, Some(dictionary::drift_with_problems())));
        }
        Err(error) => return Err(error),
    };
    let targets = targets(&input);
    // What a version before this one wrote was not kept: it is assumed.
    let mut settled = settle::assumed(c, &input, &targets)?;
    settled.extend(read(rows::list(c, workspace, campaign)?)?);
    let found = find(&targets, &settled, &input.observed);
    let currency = currency(&input.account)?;
    Ok(Seen::Compared(Box::new(Look { input, targets, settled, found, currency })))
}

/// As [`look`], for what needs something to compare.
///
/// # Errors
/// [`Error::Conflict`] with the reason where there is nothing.
pub(super) fn compared(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, campaign: CampaignId) -> Result<Look> {
    match look(c, ctx, workspace, campaign)? {
        Seen::Compared(look) => Ok(*look),
        Seen::Nothing(name, why) => Err(Error::conflict(why.unwrap_or_else(|| dictionary::drift_nothing(name)))),
    }
}

/// What is wanted, as drift is found against it.
pub(super) fn targets(input: &Input) -> Vec<Target> {
    let run = run(input);
    match &input.wanted {
        Definition::Made(campaign, ids) => plan::targets(Desired { campaign, ids, run }, &input.observed, input.now.0),
        Definition::Kept(adopted) => plan::kept_targets(adopted, run, input.now.0),
    }
}

/// Whether the campaign should be on.
pub(super) fn run(input: &Input) -> Run {
    if input.row.wanted == "active" { Run::Active } else { Run::Paused }
}

/// Stored rows as drift is found with them.
pub(super) fn read(rows: Vec<rows::SettledRow>) -> Result<Settled> {
    let mut settled = BTreeMap::new();
    for row in rows {
        if let Some(kind) = Kind::parse(&row.kind) {
            settled.insert(ObjectRef { kind, id: row.id }, serde_json::from_str(&row.fields)?);
        }
    }
    Ok(settled)
}

impl Look {
    /// What is wanted and what Meta says of a drift, as people read it; times in the account's zone.
    pub fn values(&self, drift: &Drift) -> (String, String) {
        let zone = zone(&self.input.account);
        let local = |text: &str| {
            let at: std::result::Result<DateTime<Utc>, _> = text.parse();
            at.map_or_else(|_| text.to_owned(), |at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string())
        };
        (drift.show_wanted(self.currency, local), drift.show_now(self.currency, local))
    }

    /// The drifts that were ticked.
    ///
    /// # Errors
    /// [`Error::Invalid`] where none is, [`Error::Conflict`] where one is no drift any more.
    pub fn ticked(&self, picks: &[Pick]) -> Result<Vec<&Drift>> {
        if picks.is_empty() {
            return Err(Error::invalid("pick", dictionary::drift_none_ticked()));
        }
        let picks: BTreeSet<&Pick> = picks.iter().collect();
        let ticked: Vec<&Drift> = self.found.drifts.iter().filter(|drift| picks.contains(&drift.pick())).collect();
        if ticked.len() == picks.len() {
            return Ok(ticked);
        }
        Err(Error::conflict(dictionary::drift_changed()))
    }
}
