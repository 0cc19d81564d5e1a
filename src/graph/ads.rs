//! Ads: a creative in an ad set. Review happens here and nowhere else. Source: Marketing API, "Ad" (v26.0).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::batch::{Read, Write};
use super::client::{Client, Path, Writer};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::status::{Issue, Switch};
use super::wire;

pub(super) const FIELDS: [&str; 12] = [
    "id",
    "name",
    "campaign_id",
    "adset_id",
    "status",
    "effective_status",
    "creative{id}",
    "updated_time",
    "ad_review_feedback",
    "issues_info",
    "created_time",
    "conversion_domain",
];

/// An ad as Meta last said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ad {
    /// Its id.
    pub id: NodeId,
    /// Its name, with our token at the end where it was made here.
    #[serde(default)]
    pub name: String,
    /// The campaign it belongs to.
    #[serde(default)]
    pub campaign_id: Option<NodeId>,
    /// The ad set it belongs to.
    #[serde(default)]
    pub adset_id: Option<NodeId>,
    /// What it is set to.
    #[serde(default)]
    pub status: Option<String>,
    /// `PENDING_REVIEW`, `DISAPPROVED`, `ACTIVE`, `CAMPAIGN_PAUSED`, ...
    #[serde(default)]
    pub effective_status: Option<String>,
    /// What it shows.
    #[serde(default)]
    pub creative: Option<CreativeRef>,
    /// When it last changed.
    #[serde(default, deserialize_with = "wire::time")]
    pub updated_time: Option<DateTime<Utc>>,
    /// Why review refused it, a sentence a rule.
    #[serde(default)]
    pub ad_review_feedback: Option<Value>,
    /// What Meta says is wrong with it.
    #[serde(default)]
    pub issues_info: Vec<Issue>,
    /// Everything else that was asked for, as Meta wrote it.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// The creative of an ad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreativeRef {
    /// Its id.
    pub id: NodeId,
}

/// An ad to make; always paused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAd {
    /// The name, ending with the token that finds it again.
    pub name: String,
    /// The ad set it belongs to.
    pub adset_id: NodeId,
    /// What it shows.
    pub creative_id: NodeId,
    /// The domain conversions happen on, for pixel campaigns.
    pub conversion_domain: Option<String>,
}

/// What may change on an ad; `None` leaves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdChange {
    /// A new name.
    pub name: Option<String>,
    /// Another creative.
    pub creative: Option<NodeId>,
}

impl Ad {
    /// Why review refused it, in Meta's words; empty where it did not.
    pub fn review_words(&self) -> Vec<String> {
        let global = self.ad_review_feedback.as_ref().and_then(|f| f.get("global")).and_then(Value::as_object);
        let said = |(rule, words): (&String, &Value)| match words.as_str() {
            Some(words) => format!("{rule}: {words}"),
            None => rule.clone(),
        };
        global.map(|rules| rules.iter().map(said).collect()).unwrap_or_default()
    }
}

impl NewAd {
    /// Making it, paused. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where it cannot be written.
    pub fn create(&self, account: &NodeId) -> Result<Write<NodeId>, GraphError> {
        let params = Params::new()
            .text("name", &self.name)
            .text("adset_id", self.adset_id.as_str())
            .text("status", Switch::Paused.as_str())
            .json("creative", &json!({"creative_id": self.creative_id}))?
            .text_opt("conversion_domain", self.conversion_domain.as_deref());
        Ok(Write::create(account, "ads", params))
    }
}

impl AdChange {
    /// Changing an ad. Another creative goes to review again. Repeating it is harmless.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where it cannot be written.
    pub fn of(&self, ad: &NodeId) -> Result<Write<()>, GraphError> {
        let creative = self.creative.as_ref().map(|id| json!({"creative_id": id}));
        let params = Params::new().text_opt("name", self.name.as_deref()).json_opt("creative", creative.as_ref())?;
        Ok(Write::update(ad, params))
    }
}

impl Writer {
    /// Makes a paused ad. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_ad(&self, account: &NodeId, new: &NewAd) -> Result<NodeId, GraphError> {
        self.write(new.create(account)?).await
    }

    /// Changes an ad; another creative goes to review again. Repeating it is harmless.
    ///
    /// # Errors
    /// As any write.
    pub async fn change_ad(&self, ad: &NodeId, change: &AdChange) -> Result<(), GraphError> {
        self.write(change.of(ad)?).await
    }
}

impl Read<Ad> {
    /// Reading an ad back.
    pub fn ad(ad: &NodeId) -> Self {
        Self::get(&Path::Node(ad), Params::fields(&FIELDS))
    }
}

impl Client {
    /// Reads an ad back.
    ///
    /// # Errors
    /// As any call.
    pub async fn ad(&self, ad: &NodeId) -> Result<Ad, GraphError> {
        self.read(Read::ad(ad)).await
    }

    /// The ads of an ad account, campaign or ad set, without deleted and archived ones.
    pub fn ads(&self, parent: &NodeId) -> Pages<Ad> {
        Pages::new(self, parent, "ads", Params::fields(&FIELDS).text("limit", "200"))
    }
}
