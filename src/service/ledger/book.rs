//! Booking what campaigns commit: what Meta last said of them against what the ledger holds.

use std::collections::BTreeMap;

use crate::domain::id::{AdSetId, CampaignId};
use crate::domain::ledger::{Commitments, Unit, commit};
use crate::graph::{AdSet, Campaign};
use crate::store::connections::AdAccount;
use crate::store::ledger::{self as rows, Book};
use crate::store::observed::{self, Observed};
use crate::store::{Conn, UtcTime};

use super::super::Result;

/// Brings the ledger's commitments of a campaign to what its switched-on ad sets now have; nothing where they are the same.
pub(in crate::service) fn book(c: &mut Conn, account: &AdAccount, campaign: CampaignId, at: UtcTime, reason: &str) -> Result<()> {
    let objects = observed::list_of_campaign(c, account.workspace_id, campaign)?;
    let now = reported(&objects).remove(&campaign).unwrap_or_default();
    let booked = rows::commitments(c, account.workspace_id, account.id, Some(campaign))?.remove(&campaign).unwrap_or_default();
    append(c, account, campaign, at, (&booked, &now), reason)
}

/// The same for every campaign of an ad account at once.
pub(in crate::service) fn book_account(c: &mut Conn, account: &AdAccount, at: UtcTime, reason: &str) -> Result<()> {
    let objects = observed::list_committing(c, account.workspace_id, account.id)?;
    let now = reported(&objects);
    let booked = rows::commitments(c, account.workspace_id, account.id, None)?;
    let none = Commitments::new();
    let of = |all: &BTreeMap<CampaignId, Commitments>, id: &CampaignId| all.get(id).unwrap_or(&none).clone();
    let differing: Vec<CampaignId> =
        now.keys().chain(booked.keys()).filter(|id| of(&now, id) != of(&booked, id)).copied().collect();
    for campaign in differing {
        append(c, account, campaign, at, (&of(&booked, &campaign), &of(&now, &campaign)), reason)?;
    }
    Ok(())
}

fn append(
    c: &mut Conn,
    account: &AdAccount,
    campaign: CampaignId,
    at: UtcTime,
    (booked, now): (&Commitments, &Commitments),
    reason: &str,
) -> Result<()> {
    let book = Book { workspace: account.workspace_id, account: account.id, campaign };
    Ok(rows::append(c, book, at, &commit(booked, now, &account.currency, reason))?)
}

/// What campaigns commit by what Meta last said of them and of their ad sets: budgets of what is switched on.
pub(in crate::service) fn reported(objects: &[Observed]) -> BTreeMap<CampaignId, Commitments> {
    let is_on = |row: &&Observed| row.status == "ACTIVE" && row.gone_at.is_none();
    let mut all: BTreeMap<CampaignId, Commitments> = objects
        .iter()
        .filter(is_on)
        .filter(|row| row.kind == "campaign")
        .map(|row| (CampaignId(row.id.0), Commitments::new()))
        .collect();
    for row in objects.iter().filter(is_on) {
        let Some(commitments) = row.campaign_id.and_then(|id| all.get_mut(&id)) else { continue };
        let (holder, daily, lifetime) = match row.kind.as_str() {
            "ad_set" => {
                let Ok(said) = serde_json::from_str::<AdSet>(&row.fields) else { continue };
                (Some(AdSetId(row.id.0)), said.daily_budget, said.lifetime_budget)
            }
            "campaign" => {
                let Ok(said) = serde_json::from_str::<Campaign>(&row.fields) else { continue };
                (None, said.daily_budget, said.lifetime_budget)
            }
            _ => continue,
        };
        let budget = daily.map(|minor| (Unit::ADay, minor)).or(lifetime.map(|minor| (Unit::InAll, minor)));
        if let Some((unit, minor)) = budget.filter(|(_, minor)| *minor != 0) {
            commitments.insert((holder, unit), minor);
        }
    }
    all
}
