//! Giving out our ids of a campaign's ad sets, ads and creatives, once each: they outlive every change of text and money.

use crate::domain::campaign::{AdSetKey, Campaign};
use crate::domain::dictionary;
use crate::domain::id::{AdId, AdSetId, CampaignId, ObjectId, WorkspaceId};
use crate::domain::plan::{AdIds, AdSetIds, Ids};
use crate::store::Conn;
use crate::store::campaigns::{self as rows, AdRow, AdSetRow};

use super::super::{Ctx, Error, Result};

/// The ids of everything the campaign wants; what has none yet gets one, what is not wanted any more keeps its own.
pub fn keep_ids(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, id: CampaignId, campaign: &Campaign) -> Result<Ids> {
    let known = rows::list_ad_sets(c, workspace, id)?;
    let known_ads = rows::list_ads(c, workspace, id)?;
    for (position, ad_set) in (0_i32..).zip(campaign.ad_sets()) {
        let there = known.iter().find(|row| row.share == ad_set.key.as_str());
        let row = AdSetRow {
            workspace_id: workspace,
            id: there.map_or_else(|| AdSetId(ctx.new_id()), |row| row.id),
            campaign_id: id,
            position,
            share: ad_set.key.as_str().to_owned(),
            name: ad_set.name.clone(),
            budget_minor: ad_set.budget.map(|budget| budget.minor),
            definition: serde_json::to_string(&ad_set)?,
        };
        rows::upsert_ad_set(c, &row)?;
        for ad in &campaign.ads {
            let key = position_of(ad.key)?;
            let there = known_ads.iter().find(|known| known.ad_set_id == row.id && known.position == key);
            let ad_row = AdRow {
                workspace_id: workspace,
                id: there.map_or_else(|| AdId(ctx.new_id()), |known| known.id),
                campaign_id: id,
                ad_set_id: row.id,
                creative_id: there.map_or_else(|| ObjectId(ctx.new_id()), |known| known.creative_id),
                position: key,
                name: ad.name.clone(),
                picture_id: ad.picture,
                definition: serde_json::to_string(ad)?,
            };
            rows::upsert_ad(c, &ad_row)?;
        }
    }
    known_ids(c, workspace, id)
}

/// The ids that were given out before.
pub(super) fn known_ids(c: &mut Conn, workspace: WorkspaceId, id: CampaignId) -> Result<Ids> {
    let ads = rows::list_ads(c, workspace, id)?;
    let of = |ad_set: AdSetId| {
        let mine = ads.iter().filter(|ad| ad.ad_set_id == ad_set);
        mine.map(|ad| AdIds { key: ad.position.unsigned_abs(), ad: ad.id, creative: ad.creative_id }).collect()
    };
    let ad_sets = rows::list_ad_sets(c, workspace, id)?;
    let ad_sets = ad_sets.iter().filter_map(|row| {
        let key = AdSetKey::parse(&row.share)?;
        Some(AdSetIds { key, id: row.id, ads: of(row.id) })
    });
    Ok(Ids { campaign: id, ad_sets: ad_sets.collect() })
}

fn position_of(key: u32) -> Result<i32> {
    i32::try_from(key).map_err(|_| Error::conflict(dictionary::ad_number_too_large()))
}
