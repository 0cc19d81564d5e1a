//! What a plan is made from: the campaign as wanted and what Meta last said of its objects.

use chrono::{DateTime, Utc};

use crate::clock::PlatformTime;
use crate::domain::campaign::Campaign;
use crate::domain::creative::Ad;
use crate::domain::id::{CampaignId, ObjectId, WorkspaceId};
use crate::domain::plan::{self, Desired, Ids, Observed, Plan, Run};
use crate::store::Conn;
use crate::store::campaigns::{self, CampaignRow};
use crate::store::connections::{self, AdAccount};
use crate::store::observed::{self as rows, Observed as Row};

use super::super::{Ctx, Error, Result};
use super::ids::keep_ids;
use super::observe::observed;

/// Desired and observed state of a campaign.
#[derive(Debug)]
pub struct Input {
    /// Its row.
    pub row: CampaignRow,
    /// What it should be.
    pub campaign: Campaign,
    /// Its ad account.
    pub account: AdAccount,
    /// Our ids of its objects.
    pub ids: Ids,
    /// What Meta last said of each.
    pub observed: Vec<Observed>,
    /// The stored rows behind them.
    pub(super) rows: Vec<Row>,
    /// When Meta last said anything of it, real time.
    pub seen_at: Option<DateTime<Utc>>,
    /// Platform time.
    pub now: PlatformTime,
}

impl Input {
    /// Whether carrying it out usually ends switched on: a draft is published to run, a paused campaign stays paused.
    pub fn usual_run(&self) -> Run {
        if self.row.wanted == "paused" { Run::Paused } else { Run::Active }
    }

    /// The difference.
    pub fn plan(&self, run: Run) -> Plan {
        plan::plan(Desired { campaign: &self.campaign, ids: &self.ids, run }, &self.observed, self.now.0)
    }
}

/// Reads everything a plan is made from, giving out ids that are missing.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that was not defined here; [`Error::Conflict`] for a draft that has problems still.
pub(super) fn load(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, id: CampaignId) -> Result<Input> {
    let row = campaigns::find(c, workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let Some(definition) = &row.definition else {
        let message = format!("“{}” is a draft with problems; open it, solve what is marked, and plan again.", row.name);
        return Err(Error::Conflict(message));
    };
    let campaign: Campaign = serde_json::from_str(definition)?;
    let ids = keep_ids(c, ctx, workspace, id, &campaign)?;
    let account = connections::get_account(c, workspace, row.ad_account_id)?;
    let base = match account.connection_id {
        Some(connection) => connections::get(c, workspace, connection)?.base_url,
        None => String::new(),
    };
    let mut stored = rows::list_of_campaign(c, workspace, id)?;
    for picture in campaign.ads.iter().flat_map(Ad::pictures) {
        // A picture belongs to the ad account, not to a campaign.
        let image = rows::find(c, workspace, ObjectId(picture.0))?.filter(|row| row.ad_account_id == account.id);
        stored.extend(image.filter(|image| !stored.iter().any(|row| row.id == image.id)));
    }
    Ok(Input {
        campaign,
        account,
        ids,
        observed: stored.iter().filter_map(observed).collect(),
        seen_at: stored.iter().map(|row| row.seen_at.utc()).max(),
        rows: stored,
        now: ctx.platform.now(&base, ctx.now()),
        row,
    })
}
