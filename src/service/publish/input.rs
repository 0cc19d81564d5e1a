//! What a plan is made from: the campaign as wanted and what Meta last said of its objects.

use chrono::{DateTime, Utc};

use crate::clock::PlatformTime;
use crate::domain::adopt::{Adopted, Kept};
use crate::domain::campaign::Campaign;
use crate::domain::creative::Ad;
use crate::domain::dictionary;
use crate::domain::id::{CampaignId, ObjectId, WorkspaceId};
use crate::domain::money::Money;
use crate::domain::plan::{self, Desired, Ids, Observed, Plan, Run, Terms};
use crate::store::Conn;
use crate::store::campaigns::{self, CampaignRow};
use crate::store::connections::{self, AdAccount};
use crate::store::kept;
use crate::store::observed::{self as rows, Observed as Row};

use super::super::{Ctx, Error, Result, limits, plan_settings};
use super::ids::{keep_ids, known_ids};
use super::observe::observed;

/// Desired and observed state of a campaign.
#[derive(Debug)]
pub struct Input {
    /// Its row.
    pub row: CampaignRow,
    /// What it should be.
    pub wanted: Definition,
    /// Its ad account.
    pub account: AdAccount,
    /// What Meta last said of each.
    pub observed: Vec<Observed>,
    /// The stored rows behind them.
    pub(in crate::service) rows: Vec<Row>,
    /// When Meta last said anything of it, real time.
    pub seen_at: Option<DateTime<Utc>>,
    /// Platform time.
    pub now: PlatformTime,
    /// By what its plans are weighed.
    pub terms: Terms,
}

/// What a campaign should be: defined here, or adopted and kept as it is.
#[derive(Debug)]
pub enum Definition {
    /// Defined here, with our ids of its objects.
    Made(Box<Campaign>, Ids),
    /// Made elsewhere.
    Kept(Adopted),
}

impl Input {
    /// The campaign, where it was defined here.
    pub fn campaign(&self) -> Option<&Campaign> {
        match &self.wanted {
            Definition::Made(campaign, _) => Some(campaign),
            Definition::Kept(_) => None,
        }
    }

    /// Whether carrying it out usually ends switched on: a draft is published to run, a paused campaign stays paused.
    pub fn usual_run(&self) -> Run {
        if self.row.wanted == "paused" { Run::Paused } else { Run::Active }
    }

    /// The difference.
    pub fn plan(&self, run: Run) -> Plan {
        let plan = match &self.wanted {
            Definition::Made(campaign, ids) => plan::plan(Desired { campaign, ids, run }, &self.observed, self.now.0),
            Definition::Kept(adopted) => plan::kept(adopted, &self.observed, run, self.now.0),
        };
        plan.weighed(&self.observed, &self.terms)
    }
}

/// Reads everything a plan is made from, giving out ids that are missing.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that was not defined here; [`Error::Conflict`] for a draft that has problems still.
pub(super) fn load(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, id: CampaignId) -> Result<Input> {
    read(c, ctx, workspace, id, |c, campaign| keep_ids(c, ctx, workspace, id, campaign))
}

/// As [`load`], without writing: what has no id yet is left out.
pub(in crate::service) fn look(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, id: CampaignId) -> Result<Input> {
    read(c, ctx, workspace, id, |c, _| known_ids(c, workspace, id))
}

fn read(
    c: &mut Conn,
    ctx: &Ctx,
    workspace: WorkspaceId,
    id: CampaignId,
    ids: impl FnOnce(&mut Conn, &Campaign) -> Result<Ids>,
) -> Result<Input> {
    let row = campaigns::find(c, workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let account = connections::get_account(c, workspace, row.ad_account_id)?;
    let wanted = match (&row.definition, adopted(c, &account, id)?) {
        (Some(definition), _) => {
            let mut campaign: Campaign = serde_json::from_str(definition)?;
            // Meta takes no limit beside a budget of the campaign itself.
            if let Some(cap) = limits::cap_of(c, ctx, &account, id)?.filter(|_| !campaign.carries_budget()) {
                let cap = Money::new(cap, campaign.budget.amount.currency);
                campaign.never_more =
                    Some(campaign.never_more.map_or(cap, |limit| if limit.minor < cap.minor { limit } else { cap }));
            }
            let ids = ids(c, &campaign)?;
            Definition::Made(Box::new(campaign), ids)
        }
        (None, Some(adopted)) => Definition::Kept(adopted),
        (None, None) => {
            return Err(Error::conflict(dictionary::plan_draft(&row.name)));
        }
    };
    let base = match account.connection_id {
        Some(connection) => connections::get(c, workspace, connection)?.base_url,
        None => String::new(),
    };
    let mut stored = rows::list_of_campaign(c, workspace, id)?;
    if let Definition::Made(campaign, _) = &wanted {
        for picture in campaign.ads.iter().flat_map(Ad::pictures) {
            // A picture belongs to the ad account, not to a campaign.
            let image = rows::find(c, workspace, ObjectId(picture.0))?.filter(|row| row.ad_account_id == account.id);
            stored.extend(image.filter(|image| !stored.iter().any(|row| row.id == image.id)));
        }
    }
    let now = ctx.platform.now(&base, ctx.now());
    Ok(Input {
        terms: plan_settings::terms(c, &account, &stored, now)?,
        wanted,
        account,
        observed: stored.iter().filter_map(observed).collect(),
        seen_at: stored.iter().map(|row| row.seen_at.utc()).max(),
        rows: stored,
        now,
        row,
    })
}

/// A campaign that was adopted, as it should be; `None` for any other.
pub(in crate::service) fn adopted(c: &mut Conn, account: &AdAccount, campaign: CampaignId) -> Result<Option<Adopted>> {
    let stored = kept::list(c, account.workspace_id, campaign)?;
    if stored.is_empty() {
        return Ok(None);
    }
    let read = |row: &kept::KeptRow| serde_json::from_str::<Kept>(&row.definition);
    Ok(Some(Adopted {
        campaign,
        currency: account.currency.parse().map_err(|_| Error::conflict(dictionary::account_currency_unknown(&account.name)))?,
        zone: super::super::sync::zone(account),
        objects: stored.iter().map(read).collect::<std::result::Result<_, _>>()?,
    }))
}
