//! `tandem ledger check`: recomputes every balance from what it should follow from, and says in sentences what does not fit.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::id::{AdAccountId, CampaignId, WorkspaceId};
use crate::domain::ledger::{Commitments, Holder, Unit, show};
use crate::store::connections::{self, AdAccount};
use crate::store::ledger::{self as rows, Unsound};
use crate::store::workspaces::{self, Workspace};
use crate::store::{Conn, observed};

use super::super::{Ctx, Result};
use super::reported;

/// Campaigns looked at in one snapshot.
const CAMPAIGNS: i64 = 200;

/// Something in the ledger that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The workspace's name.
    pub workspace: String,
    /// Which campaign.
    pub campaign: CampaignId,
    /// What does not fit, in a sentence.
    pub sentence: String,
}

/// Recomputes the ledger of every workspace: chains, balance, spend against what Meta reported, commitments against what is on.
///
/// # Errors
/// As reading the database does; what does not fit is no error but a [`Fault`].
pub async fn check(ctx: &Ctx) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for workspace in ctx.db.read(workspaces::list).await? {
        let mut after = None;
        loop {
            let of = workspace.clone();
            let (last, found) = ctx.db.read(move |c| chains(c, &of, after)).await?;
            faults.extend(found);
            after = match last {
                Some(last) => Some(last),
                None => break,
            };
        }
        faults.extend(ctx.db.read(move |c| commitments(c, &workspace)).await?);
    }
    faults.extend(ctx.db.read(spend).await?);
    Ok(faults)
}

/// The chains of some campaigns; the last of them, `None` where there was none left.
fn chains(
    c: &mut Conn,
    workspace: &Workspace,
    after: Option<CampaignId>,
) -> crate::store::Result<(Option<CampaignId>, Vec<Fault>)> {
    let campaigns = rows::campaigns(c, workspace.id, after, CAMPAIGNS)?;
    let mut found = Vec::new();
    for campaign in &campaigns {
        for (seq, unsound) in rows::broken(c, workspace.id, *campaign)? {
            let sentence = match unsound {
                Unsound::Gap => format!("Entries before number {seq} are gone."),
                Unsound::Link => {
                    format!("Entry {seq} does not follow from the one before it: one of them was changed or replaced.")
                }
                Unsound::Hash => format!("Entry {seq} was changed after it was written."),
                Unsound::Balance => format!("Entry {seq} does not sum to zero."),
            };
            found.push(Fault { workspace: workspace.name.clone(), campaign: *campaign, sentence });
        }
    }
    Ok((campaigns.last().copied(), found))
}

/// Spend by campaign and day, which must equal the synced facts to the micro.
fn spend(c: &mut Conn) -> crate::store::Result<Vec<Fault>> {
    let mut names: BTreeMap<WorkspaceId, (String, BTreeMap<AdAccountId, AdAccount>)> = BTreeMap::new();
    let mut found = Vec::new();
    for day in rows::uneven_days(c)? {
        let (workspace, account) = (WorkspaceId(day.workspace_id), AdAccountId(day.ad_account_id));
        if let std::collections::btree_map::Entry::Vacant(empty) = names.entry(workspace) {
            empty.insert((workspaces::get(c, workspace)?.name, BTreeMap::new()));
        }
        let Some((name, accounts)) = names.get_mut(&workspace) else { continue };
        if let std::collections::btree_map::Entry::Vacant(empty) = accounts.entry(account) {
            empty.insert(connections::get_account(c, workspace, account)?);
        }
        let currency = accounts.get(&account).map(|account| account.currency.as_str()).unwrap_or_default();
        let apart = i128::from(day.micros.unsigned_abs());
        let amount = show(i64::try_from(apart).unwrap_or(i64::MAX), Unit::Micros, currency);
        let which = if day.micros > 0 { "more" } else { "less" };
        // A difference below what a coin shows is still one.
        let sentence = format!("{}: the ledger holds {amount} ({apart} millionths) {which} than Meta reported.", day.on_day);
        found.push(Fault { workspace: name.clone(), campaign: CampaignId(day.campaign_id), sentence });
    }
    Ok(found)
}

/// What campaigns commit, which must equal the budgets of what is switched on.
fn commitments(c: &mut Conn, workspace: &Workspace) -> crate::store::Result<Vec<Fault>> {
    let mut found = Vec::new();
    for account in connections::list_accounts(c, workspace.id)? {
        let objects = observed::list_committing(c, workspace.id, account.id)?;
        let (now, booked) = (reported(&objects), rows::commitments(c, workspace.id, account.id, None)?);
        let none = Commitments::new();
        for campaign in now.keys().chain(booked.keys()).collect::<BTreeSet<_>>() {
            let (is, was) = (now.get(campaign).unwrap_or(&none), booked.get(campaign).unwrap_or(&none));
            for (holder, unit) in is.keys().chain(was.keys()).collect::<BTreeSet<_>>() {
                let amount = |of: &Commitments| of.get(&(*holder, *unit)).copied().unwrap_or_default();
                let (is, was) = (amount(is), amount(was));
                if is == was || (holder_is_unknown(booked.get(campaign)) && sums(now.get(campaign)) == sums(booked.get(campaign)))
                {
                    continue;
                }
                let (was, is) = (show(was, *unit, &account.currency), show(is, *unit, &account.currency));
                let sentence = format!("The ledger commits {was} for {}; what is switched on has {is}.", named(*holder));
                found.push(Fault { workspace: workspace.name.clone(), campaign: *campaign, sentence });
            }
        }
    }
    Ok(found)
}

/// Whether some of it was booked before ad sets were told apart: then the sums must fit, until the next change tells them apart.
fn holder_is_unknown(booked: Option<&Commitments>) -> bool {
    booked.is_some_and(|booked| booked.keys().any(|(holder, _)| holder.is_none()))
}

fn sums(of: Option<&Commitments>) -> BTreeMap<Unit, i64> {
    let mut sums = BTreeMap::new();
    for ((_, unit), amount) in of.into_iter().flatten() {
        *sums.entry(*unit).or_default() += amount;
    }
    sums
}

fn named(holder: Holder) -> String {
    holder.map_or_else(|| "the campaign itself".to_owned(), |id| format!("ad set {id}"))
}
