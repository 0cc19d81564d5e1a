//! Duplicating campaigns: new drafts from the forms as typed, with or without dates, in the same ad account or another.

use crate::domain::campaign::{AccountFacts, CampaignForm};
use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, CampaignId};
use crate::domain::role::Role;
use crate::store::{campaigns, observed};

use super::super::{Actor, Ctx, Error, Result};
use super::{open, read, save};

/// The longest name a form takes; a copy's is cut to fit.
const NAME_MAX: usize = crate::domain::campaign::NAME_MAX;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copying {
    /// Whether start and end come along.
    pub dates: bool,
    /// Another ad account; `None` for the same one.
    pub account: Option<AdAccountId>,
}

/// A draft that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The campaign it was made from.
    pub from: CampaignId,
    /// The draft.
    pub draft: CampaignId,
    /// Its name.
    pub name: String,
    /// What the draft still lacks, one sentence each.
    pub problems: Vec<String>,
}

/// Makes a draft from each of these campaigns.
///
/// What does not exist in another ad account (Page, Instagram account, pixel) is left empty, and so is every amount where its
/// currency is another: the draft says what it lacks.
///
/// # Errors
/// [`Error::Conflict`] naming what was made elsewhere and not adopted, before any draft is made.
pub async fn duplicate(ctx: &Ctx, actor: &Actor, ids: &[CampaignId], copying: Copying) -> Result<Vec<Copied>> {
    actor.require(Role::Manager)?;
    if ids.is_empty() {
        return Err(Error::invalid("campaigns", dictionary::choose_campaigns()));
    }
    let mut forms = Vec::with_capacity(ids.len());
    for id in ids {
        forms.push((*id, source(ctx, actor, *id).await?));
    }
    let mut made = Vec::with_capacity(forms.len());
    for (from, form) in forms {
        let copy = copy(ctx, actor, form, copying).await?;
        let name = copy.name.clone();
        let saved = save(ctx, actor, None, copy).await?;
        let problems = saved.desk.reading.invalid.problems.into_iter().map(|problem| problem.message).collect();
        made.push(Copied { from, draft: saved.id, name, problems });
    }
    Ok(made)
}

/// The form of a campaign, with its ad account in it.
async fn source(ctx: &Ctx, actor: &Actor, id: CampaignId) -> Result<CampaignForm> {
    let workspace = actor.workspace;
    let found = ctx.db.read(move |c| {
        let row = campaigns::find(c, workspace, id)?;
        let seen = if row.is_none() { observed::find(c, workspace, crate::domain::id::ObjectId(id.0))? } else { None };
        Ok((row.map(|row| row.ad_account_id), seen.map(|seen| seen.name)))
    });
    let account = match found.await? {
        (Some(account), _) => account,
        (None, Some(name)) => {
            let name = crate::domain::plan::bare(&name).to_owned();
            return Err(Error::conflict(dictionary::duplicate_elsewhere(name)));
        }
        (None, None) => return Err(Error::NotFound("campaign")),
    };
    let draft = open(ctx, actor, id).await?;
    Ok(CampaignForm { account: account.to_string(), ..draft.form })
}

async fn copy(ctx: &Ctx, actor: &Actor, form: CampaignForm, copying: Copying) -> Result<CampaignForm> {
    let mut copy = CampaignForm { name: copy_name(&form.name), ..form };
    if !copying.dates {
        copy.starts.clear();
        copy.ends.clear();
    }
    if let Some(account) = copying.account.filter(|account| account.to_string() != copy.account.trim()) {
        let currency = read(ctx, actor, &copy).await?.account.map(|account| account.currency);
        copy.account = account.to_string();
        let desk = read(ctx, actor, &copy).await?;
        match (&desk.account, &desk.facts) {
            (Some(found), Some(facts)) if found.id == account => {
                fit(&mut copy, facts);
                if currency != Some(facts.currency) {
                    without_money(&mut copy);
                }
            }
            _ => return Err(Error::invalid("account", dictionary::account_not_here())),
        }
    }
    Ok(copy)
}

/// Empties what does not exist in the ad account the form is for now.
fn fit(form: &mut CampaignForm, facts: &AccountFacts) {
    let page = facts.pages.iter().find(|page| page.id == form.page.trim());
    let instagram = form.instagram.trim().to_owned();
    if !facts.pages.iter().any(|page| page.instagram.as_ref().is_some_and(|(id, _)| *id == instagram)) {
        form.instagram.clear();
    }
    if page.is_none() {
        form.page.clear();
    }
    if let Some((pixel, _)) = form.result.split_once(':')
        && !facts.pixels.iter().any(|known| known.id == pixel.trim())
    {
        form.result.clear();
    }
}

/// Empties every amount: 140 euro are not 140 yen.
fn without_money(form: &mut CampaignForm) {
    for amount in [&mut form.budget, &mut form.never_more, &mut form.cost_goal, &mut form.expected_cost] {
        amount.clear();
    }
    if form.amounts.trim() == "money" {
        (form.share, form.floor, form.ceiling) = Default::default();
        form.groups = Default::default();
    } else if form.is_learned() {
        // What one campaign learned in money is nothing to start another from; bounds in percent stay.
        form.share = Default::default();
        form.groups.share = Default::default();
    }
}

/// `Christmas sale (copy)`, within the longest name there is.
fn copy_name(name: &str) -> String {
    const ENDING: &str = " (copy)";
    let kept: String = name.trim().chars().take(NAME_MAX - ENDING.len()).collect();
    format!("{kept}{ENDING}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_named_as_one_and_its_name_stays_short_enough() {
        assert_eq!(copy_name(" Christmas sale "), "Christmas sale (copy)");
        assert_eq!(copy_name(&"ü".repeat(300)).chars().count(), NAME_MAX);
    }
}
