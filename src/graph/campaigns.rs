//! Campaigns of an ad account. Source: Marketing API, "Ad Campaign" (v26.0).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::batch::{Read, Write};
use super::client::{Client, Path, Writer};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::status::{Issue, Switch};
use super::wire;

pub(super) const FIELDS: [&str; 21] = [
    "id",
    "name",
    "objective",
    "status",
    "effective_status",
    "buying_type",
    "bid_strategy",
    "daily_budget",
    "lifetime_budget",
    "spend_cap",
    "special_ad_categories",
    "is_adset_budget_sharing_enabled",
    "start_time",
    "stop_time",
    "created_time",
    "updated_time",
    "issues_info",
    "pacing_type",
    "promoted_object",
    "smart_promotion_type",
    "special_ad_category_country",
];

/// A campaign as Meta last said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id.
    pub id: NodeId,
    /// Its name, with our token at the end where it was made here.
    #[serde(default)]
    pub name: String,
    /// `OUTCOME_SALES` and the like; older values exist on old campaigns.
    #[serde(default)]
    pub objective: Option<String>,
    /// What it is set to: `ACTIVE`, `PAUSED`, `ARCHIVED`, `DELETED`.
    #[serde(default)]
    pub status: Option<String>,
    /// What follows from it and everything above it.
    #[serde(default)]
    pub effective_status: Option<String>,
    /// `AUCTION` or `RESERVED`.
    #[serde(default)]
    pub buying_type: Option<String>,
    /// Where the campaign carries the budget.
    #[serde(default)]
    pub bid_strategy: Option<String>,
    /// Minor units; `None` where ad sets carry the budget.
    #[serde(default, deserialize_with = "wire::budget")]
    pub daily_budget: Option<i64>,
    /// Minor units; `None` where ad sets carry the budget.
    #[serde(default, deserialize_with = "wire::budget")]
    pub lifetime_budget: Option<i64>,
    /// Meta's own limit of the campaign, minor units.
    #[serde(default, deserialize_with = "wire::budget")]
    pub spend_cap: Option<i64>,
    /// Empty or `NONE` where none applies.
    #[serde(default)]
    pub special_ad_categories: Vec<String>,
    /// Whether ad sets may share up to a fifth of their budgets.
    #[serde(default)]
    pub is_adset_budget_sharing_enabled: Option<bool>,
    /// When it starts.
    #[serde(default, deserialize_with = "wire::time")]
    pub start_time: Option<DateTime<Utc>>,
    /// When it stops.
    #[serde(default, deserialize_with = "wire::time")]
    pub stop_time: Option<DateTime<Utc>>,
    /// When it was made.
    #[serde(default, deserialize_with = "wire::time")]
    pub created_time: Option<DateTime<Utc>>,
    /// When it last changed.
    #[serde(default, deserialize_with = "wire::time")]
    pub updated_time: Option<DateTime<Utc>>,
    /// What Meta says is wrong with it.
    #[serde(default)]
    pub issues_info: Vec<Issue>,
    /// Everything else that was asked for, as Meta wrote it.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// A campaign to make; always paused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCampaign {
    /// The name, ending with the token that finds it again.
    pub name: String,
    /// `OUTCOME_SALES` and the like.
    pub objective: String,
    /// An explicit answer: empty is "none".
    pub special_ad_categories: Vec<String>,
    /// The countries a special category is declared for; empty where there is none.
    pub special_ad_category_country: Vec<String>,
    /// Required by v24 and later where the campaign carries no budget: may ad sets share a fifth of theirs?
    pub is_adset_budget_sharing_enabled: Option<bool>,
    /// Minor units; exclusive with `lifetime_budget` and with budgets on ad sets.
    pub daily_budget: Option<i64>,
    /// Minor units.
    pub lifetime_budget: Option<i64>,
    /// Where the campaign carries the budget.
    pub bid_strategy: Option<String>,
    /// Meta's own limit of the campaign, minor units; at least about 100 USD.
    pub spend_cap: Option<i64>,
    /// When a campaign budget starts.
    pub start_time: Option<DateTime<Utc>>,
    /// When a campaign budget ends.
    pub stop_time: Option<DateTime<Utc>>,
}

/// What may change on a campaign; `None` leaves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CampaignChange {
    /// A new name.
    pub name: Option<String>,
    /// Minor units a day.
    pub daily_budget: Option<i64>,
    /// Minor units over the whole time.
    pub lifetime_budget: Option<i64>,
    /// Where the campaign carries the budget.
    pub bid_strategy: Option<String>,
    /// Minor units.
    pub spend_cap: Option<i64>,
    /// When a campaign budget ends.
    pub stop_time: Option<DateTime<Utc>>,
}

impl NewCampaign {
    /// Making it, paused. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where it cannot be written.
    pub fn create(&self, account: &NodeId) -> Result<Write<NodeId>, GraphError> {
        Ok(Write::create(account, "campaigns", self.params()?))
    }

    /// Asking whether Meta would take it; nothing is made.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn check(&self, account: &NodeId) -> Result<Read<()>, GraphError> {
        Ok(Read::check(&Path::Edge(account, "campaigns"), self.params()?))
    }

    fn params(&self) -> Result<Params, GraphError> {
        let countries = (!self.special_ad_category_country.is_empty()).then_some(&self.special_ad_category_country);
        Ok(Params::new()
            .text("name", &self.name)
            .text("objective", &self.objective)
            .text("status", Switch::Paused.as_str())
            .text("buying_type", "AUCTION")
            .json("special_ad_categories", &self.special_ad_categories)?
            .json_opt("special_ad_category_country", countries)?
            .bool_opt("is_adset_budget_sharing_enabled", self.is_adset_budget_sharing_enabled)
            .int_opt("daily_budget", self.daily_budget)
            .int_opt("lifetime_budget", self.lifetime_budget)
            .text_opt("bid_strategy", self.bid_strategy.as_deref())
            .int_opt("spend_cap", self.spend_cap)
            .time_opt("start_time", self.start_time)
            .time_opt("stop_time", self.stop_time))
    }
}

impl CampaignChange {
    /// Changing a campaign. Repeating it is harmless.
    pub fn of(&self, campaign: &NodeId) -> Write<()> {
        let params = Params::new()
            .text_opt("name", self.name.as_deref())
            .int_opt("daily_budget", self.daily_budget)
            .int_opt("lifetime_budget", self.lifetime_budget)
            .text_opt("bid_strategy", self.bid_strategy.as_deref())
            .int_opt("spend_cap", self.spend_cap)
            .time_opt("stop_time", self.stop_time);
        Write::update(campaign, params)
    }
}

impl Writer {
    /// Makes a paused campaign. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_campaign(&self, account: &NodeId, new: &NewCampaign) -> Result<NodeId, GraphError> {
        self.write(new.create(account)?).await
    }

    /// Lets Meta check a campaign; nothing is made.
    ///
    /// # Errors
    /// [`GraphError::Rejected`] with Meta's words and fields.
    pub async fn validate_campaign(&self, account: &NodeId, new: &NewCampaign) -> Result<(), GraphError> {
        self.read(new.check(account)?).await
    }

    /// Changes a campaign. Repeating it is harmless.
    ///
    /// # Errors
    /// As any write.
    pub async fn change_campaign(&self, campaign: &NodeId, change: &CampaignChange) -> Result<(), GraphError> {
        self.write(change.of(campaign)).await
    }
}

impl Read<Campaign> {
    /// Reading a campaign back.
    pub fn campaign(campaign: &NodeId) -> Self {
        Self::get(&Path::Node(campaign), Params::fields(&FIELDS))
    }
}

impl Client {
    /// Reads a campaign back.
    ///
    /// # Errors
    /// As any call.
    pub async fn campaign(&self, campaign: &NodeId) -> Result<Campaign, GraphError> {
        self.read(Read::campaign(campaign)).await
    }

    /// The account's campaigns, without deleted and archived ones.
    pub fn campaigns(&self, account: &NodeId) -> Pages<Campaign> {
        Pages::new(self, account, "campaigns", Params::fields(&FIELDS).text("limit", "200"))
    }
}
