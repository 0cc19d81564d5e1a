//! Everything an ad account has, in as few calls as Meta's pages allow: archived objects too, ads with their creatives inside.
//! Source: Marketing API, "Reading": field expansion and `effective_status`; deleted objects are listed nowhere.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::ad_sets::{self, AdSet};
use super::ads::{self, Ad};
use super::campaigns::{self, Campaign};
use super::client::Client;
use super::creatives::{self, Creative};
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;

/// Rows of a page: the most that edges of an account answer.
const PAGE: &str = "500";
/// Ads come with their creatives, which are many times as large.
const PAGE_WITH_CREATIVES: &str = "200";

const OF_CAMPAIGNS: [&str; 5] = ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"];
const OF_AD_SETS: [&str; 6] = ["ACTIVE", "PAUSED", "ARCHIVED", "CAMPAIGN_PAUSED", "IN_PROCESS", "WITH_ISSUES"];
const OF_ADS: [&str; 11] = [
    "ACTIVE",
    "PAUSED",
    "ARCHIVED",
    "CAMPAIGN_PAUSED",
    "ADSET_PAUSED",
    "PENDING_REVIEW",
    "DISAPPROVED",
    "PREAPPROVED",
    "PENDING_BILLING_INFO",
    "IN_PROCESS",
    "WITH_ISSUES",
];

/// An ad and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdWithCreative {
    /// The ad.
    pub ad: Ad,
    /// Its creative, where Meta said it.
    pub creative: Option<Creative>,
}

impl<'de> Deserialize<'de> for AdWithCreative {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = |error: serde_json::Error| serde::de::Error::custom(error);
        let creative = value.get("creative").cloned().map(serde_json::from_value).transpose().map_err(read)?;
        Ok(Self { ad: serde_json::from_value(value).map_err(read)?, creative })
    }
}

fn list(fields: &[&str], statuses: &[&str], page: &str) -> Params {
    let statuses: Vec<String> = statuses.iter().map(|status| format!("\"{status}\"")).collect();
    Params::fields(fields).text("effective_status", format!("[{}]", statuses.join(","))).text("limit", page)
}

fn with_creatives() -> Vec<String> {
    let creative = format!("creative{{{}}}", creatives::FIELDS.join(","));
    let fields = ads::FIELDS.iter().filter(|field| !field.starts_with("creative"));
    fields.map(|field| (*field).to_owned()).chain([creative]).collect()
}

impl Client {
    /// The ads of a campaign with their creatives, without deleted and archived ones.
    pub fn ads_with_creatives(&self, campaign: &NodeId) -> Pages<AdWithCreative> {
        let fields = with_creatives();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        Pages::new(self, campaign, "ads", Params::fields(&fields).text("limit", PAGE_WITH_CREATIVES))
    }

    /// Every campaign of an ad account that is not deleted.
    pub fn every_campaign(&self, account: &NodeId) -> Pages<Campaign> {
        Pages::new(self, account, "campaigns", list(&campaigns::FIELDS, &OF_CAMPAIGNS, PAGE))
    }

    /// Every ad set of an ad account that is not deleted.
    pub fn every_ad_set(&self, account: &NodeId) -> Pages<AdSet> {
        Pages::new(self, account, "adsets", list(&ad_sets::FIELDS, &OF_AD_SETS, PAGE))
    }

    /// Every ad of an ad account that is not deleted, with its creative.
    pub fn every_ad(&self, account: &NodeId) -> Pages<AdWithCreative> {
        let fields = with_creatives();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        Pages::new(self, account, "ads", list(&fields, &OF_ADS, PAGE_WITH_CREATIVES))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_ad_and_its_creative_are_read_apart_and_what_is_not_known_is_kept() {
        let text = r#"{"id":"1","name":"Lamp","creative":{"id":"2","name":"C","video_id":"9"},"conversion_domain":"a.example"}"#;
        let read: AdWithCreative = serde_json::from_str(text).unwrap();
        assert_eq!(read.ad.creative.as_ref().map(|c| c.id.as_str()), Some("2"));
        assert_eq!(read.creative.unwrap().rest.get("video_id"), Some(&Value::from("9")));
        let ad = serde_json::to_value(&read.ad).unwrap();
        assert_eq!((ad.get("conversion_domain"), ad.pointer("/creative/video_id")), (Some(&Value::from("a.example")), None));
    }
}
