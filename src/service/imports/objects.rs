//! What a row of a file is about: its campaign, ad set and ad, known by Meta's id or else by the path of their names.
//!
//! Pure: ids come from what was resolved before, and nothing is read or written here.

use std::collections::HashMap;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::domain::id::ObjectId;
use crate::files::{self, Record};
use crate::store::imported_facts::{FileAction, FileFact, FileObject};

/// The name path of the campaign that rows without a campaign name belong to.
pub(super) const NO_CAMPAIGN: &str = "[null]";
/// Its name.
const NO_CAMPAIGN_NAME: &str = "Campaign not in the file";

/// A level of objects.
#[derive(Clone, Copy)]
pub(super) enum Level {
    Campaign,
    AdSet,
    Ad,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Campaign, Self::AdSet, Self::Ad];

    pub fn kind(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::AdSet => "ad_set",
            Self::Ad => "ad",
        }
    }

    /// Kinds have name spaces of their own.
    pub fn key(self, remote_id: &str) -> String {
        format!("{}:{remote_id}", self.kind())
    }

    /// Meta's id of a row's object, else its name path; `None` where the row has none on this level.
    fn remote_id(self, row: &Record) -> Option<String> {
        let (name, id) = match self {
            Self::Campaign => (row.campaign.as_deref(), row.campaign_id.as_deref()),
            Self::AdSet => (Some(row.ad_set.as_deref()?), row.ad_set_id.as_deref()),
            Self::Ad => (Some(row.ad.as_deref()?), row.ad_id.as_deref()),
        };
        if let (Some(_), Some(id)) = (name, id) {
            return Some(id.to_owned());
        }
        let path = match self {
            Self::Campaign => json!([name]),
            Self::AdSet => json!([Self::Campaign.remote_id(row), name]),
            Self::Ad => json!([Self::Campaign.remote_id(row), row.ad_set, name]),
        };
        let text = path.to_string();
        // An index entry of PostgreSQL holds some 2,700 bytes.
        Some(if text.len() <= 1_000 { text } else { format!("sha256:{}", hex::encode(Sha256::digest(&text))) })
    }

    /// A row's object on this level with its key; what stands above it is known already.
    pub fn object(self, row: &Record, known: &HashMap<String, ObjectId>) -> Option<(String, FileObject)> {
        let remote_id = self.remote_id(row)?;
        let above = |level: Self| level.remote_id(row).and_then(|remote| known.get(&level.key(&remote)).copied());
        let (name, parent_id, campaign_id) = match self {
            Self::Campaign => (row.campaign.as_deref().unwrap_or(NO_CAMPAIGN_NAME), None, None),
            Self::AdSet => (row.ad_set.as_deref()?, above(Self::Campaign), above(Self::Campaign)),
            Self::Ad => (row.ad.as_deref()?, above(Self::AdSet).or(above(Self::Campaign)), above(Self::Campaign)),
        };
        let key = self.key(&remote_id);
        let name = name.to_owned();
        Some((key, FileObject { id: ObjectId(0), kind: self.kind(), remote_id, parent_id, campaign_id, name }))
    }
}

/// A row with its objects' ids; `None` where one of them is not known.
pub(super) fn fact(row: &Record, known: &HashMap<String, ObjectId>) -> Option<FileFact> {
    let id = |level: Level| level.remote_id(row).map(|remote| known.get(&level.key(&remote)).copied());
    let campaign_id = id(Level::Campaign)??;
    let (ad_set_id, ad_id) = (id(Level::AdSet), id(Level::Ad));
    let ad_set_id = match ad_set_id {
        Some(found) => Some(found?),
        None => None,
    };
    let ad_id = match ad_id {
        Some(found) => Some(found?),
        None => None,
    };
    Some(FileFact {
        since_on: row.period.since,
        until_on: row.period.until,
        object_id: ad_id.or(ad_set_id).unwrap_or(campaign_id),
        campaign_id,
        ad_set_id,
        network: row.network.as_str(),
        position: row.position.clone(),
        segment: row.segment.clone(),
        record_no: i64::try_from(row.number).ok()?,
        spend_micros: row.figures.spend_micros,
        impressions: row.figures.impressions,
        clicks: row.figures.clicks,
        link_clicks: row.figures.link_clicks,
        reach: row.figures.reach,
        actions: actions(row),
    })
}

/// Results as the row counts them, and purchases with their value, which are the same results where the row counts purchases.
fn actions(row: &Record) -> Vec<FileAction> {
    let figures = &row.figures;
    let attribution = || row.attribution.clone();
    let mut actions: Vec<FileAction> = row
        .result_kind
        .iter()
        .map(|kind| FileAction {
            result_kind: kind.clone(),
            attribution: attribution(),
            results: figures.results,
            value_micros: None,
        })
        .collect();
    if figures.purchases.is_none() && figures.value_micros.is_none() {
        return actions;
    }
    match actions.iter_mut().find(|a| files::is_purchase(&a.result_kind)) {
        Some(counted) => counted.value_micros = figures.value_micros,
        None => actions.push(FileAction {
            result_kind: files::PURCHASE.to_owned(),
            attribution: attribution(),
            results: figures.purchases,
            value_micros: figures.value_micros,
        }),
    }
    actions
}
