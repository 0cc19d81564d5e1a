//! Ad sets: what carries a budget over a group of placements. Source: Marketing API, "Ad Set" (v26.0).

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
use super::targeting::Targeting;
use super::wire;

pub(super) const FIELDS: [&str; 33] = [
    "id",
    "name",
    "campaign_id",
    "status",
    "effective_status",
    "daily_budget",
    "lifetime_budget",
    "daily_min_spend_target",
    "daily_spend_cap",
    "lifetime_min_spend_target",
    "lifetime_spend_cap",
    "budget_remaining",
    "optimization_goal",
    "billing_event",
    "bid_strategy",
    "bid_amount",
    "promoted_object",
    "attribution_spec",
    "targeting",
    "start_time",
    "end_time",
    "updated_time",
    "learning_stage_info",
    "issues_info",
    "dsa_beneficiary",
    "dsa_payor",
    "destination_type",
    "adset_schedule",
    "pacing_type",
    "bid_constraints",
    "is_dynamic_creative",
    "frequency_control_specs",
    "created_time",
];

/// What results are counted by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotedObject {
    /// The pixel that hears the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_id: Option<String>,
    /// `PURCHASE`, `LEAD`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_event_type: Option<String>,
    /// The Page, for goals about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_id: Option<String>,
    /// Apps, products and own conversions of ad sets made elsewhere.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// One window of an attribution setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributionWindow {
    /// `CLICK_THROUGH`, `VIEW_THROUGH` or `ENGAGED_VIDEO_VIEW`.
    pub event_type: String,
    /// Days.
    pub window_days: u8,
}

/// Where an ad set stands in Meta's learning phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearningStage {
    /// `LEARNING`, `SUCCESS` or `FAIL` (learning limited).
    #[serde(default)]
    pub status: Option<String>,
}

/// An ad set as Meta last said it. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdSet {
    /// Its id.
    pub id: NodeId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The campaign it belongs to.
    #[serde(default)]
    pub campaign_id: Option<NodeId>,
    /// What it is set to.
    #[serde(default)]
    pub status: Option<String>,
    /// What follows from it and its campaign.
    #[serde(default)]
    pub effective_status: Option<String>,
    /// A day's budget.
    #[serde(default, deserialize_with = "wire::budget")]
    pub daily_budget: Option<i64>,
    /// The budget of its whole time.
    #[serde(default, deserialize_with = "wire::budget")]
    pub lifetime_budget: Option<i64>,
    /// Under a campaign budget: at least this a day.
    #[serde(default, deserialize_with = "wire::budget")]
    pub daily_min_spend_target: Option<i64>,
    /// Under a campaign budget: at most this a day.
    #[serde(default, deserialize_with = "wire::budget")]
    pub daily_spend_cap: Option<i64>,
    /// Under a campaign budget: at least this in all.
    #[serde(default, deserialize_with = "wire::budget")]
    pub lifetime_min_spend_target: Option<i64>,
    /// Under a campaign budget: at most this in all.
    #[serde(default, deserialize_with = "wire::budget")]
    pub lifetime_spend_cap: Option<i64>,
    /// What is left of the budget.
    #[serde(default, deserialize_with = "wire::int")]
    pub budget_remaining: Option<i64>,
    /// `OFFSITE_CONVERSIONS` and the like.
    #[serde(default)]
    pub optimization_goal: Option<String>,
    /// `IMPRESSIONS` and the like.
    #[serde(default)]
    pub billing_event: Option<String>,
    /// Where the ad set carries the budget.
    #[serde(default)]
    pub bid_strategy: Option<String>,
    /// The cap or goal of the bid.
    #[serde(default, deserialize_with = "wire::budget")]
    pub bid_amount: Option<i64>,
    /// What results are counted by.
    #[serde(default)]
    pub promoted_object: Option<PromotedObject>,
    /// The windows results are counted in.
    #[serde(default)]
    pub attribution_spec: Vec<AttributionWindow>,
    /// Who and where.
    #[serde(default)]
    pub targeting: Option<Targeting>,
    /// When it starts.
    #[serde(default, deserialize_with = "wire::time")]
    pub start_time: Option<DateTime<Utc>>,
    /// When it ends; `None` is open.
    #[serde(default, deserialize_with = "wire::time")]
    pub end_time: Option<DateTime<Utc>>,
    /// When it last changed.
    #[serde(default, deserialize_with = "wire::time")]
    pub updated_time: Option<DateTime<Utc>>,
    /// Where it stands in the learning phase.
    #[serde(default)]
    pub learning_stage_info: Option<LearningStage>,
    /// What Meta says is wrong with it.
    #[serde(default)]
    pub issues_info: Vec<Issue>,
    /// Whose message it is, where the audience touches the EU.
    #[serde(default)]
    pub dsa_beneficiary: Option<String>,
    /// Who pays, where the audience touches the EU.
    #[serde(default)]
    pub dsa_payor: Option<String>,
    /// Everything else that was asked for, as Meta wrote it.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// An ad set to make; always paused. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdSet {
    /// The name, ending with the token that finds it again.
    pub name: String,
    /// The campaign it belongs to.
    pub campaign_id: NodeId,
    /// A day's budget; exclusive with `lifetime_budget` and with a campaign budget.
    pub daily_budget: Option<i64>,
    /// The budget of its whole time; needs `end_time`.
    pub lifetime_budget: Option<i64>,
    /// Under a campaign budget: at least this a day.
    pub daily_min_spend_target: Option<i64>,
    /// Under a campaign budget: at most this a day.
    pub daily_spend_cap: Option<i64>,
    /// Under a lifetime campaign budget: at least this in all.
    pub lifetime_min_spend_target: Option<i64>,
    /// Under a lifetime campaign budget: at most this in all.
    pub lifetime_spend_cap: Option<i64>,
    /// `OFFSITE_CONVERSIONS` and the like.
    pub optimization_goal: String,
    /// `IMPRESSIONS` is legal for every goal.
    pub billing_event: String,
    /// Where the ad set carries the budget.
    pub bid_strategy: Option<String>,
    /// The cap or goal, for strategies that have one.
    pub bid_amount: Option<i64>,
    /// What results are counted by.
    pub promoted_object: Option<PromotedObject>,
    /// The windows results are counted in; empty leaves Meta's default.
    pub attribution_spec: Vec<AttributionWindow>,
    /// `WEBSITE` and the like; left out for plain website traffic.
    pub destination_type: Option<String>,
    /// Who and where.
    pub targeting: Targeting,
    /// When it starts.
    pub start_time: Option<DateTime<Utc>>,
    /// When it ends.
    pub end_time: Option<DateTime<Utc>>,
    /// Whose message it is; required where the audience touches the EU.
    pub dsa_beneficiary: Option<String>,
    /// Who pays; required where the audience touches the EU.
    pub dsa_payor: Option<String>,
}

/// What may change on an ad set; `None` leaves it. Amounts are minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdSetChange {
    /// A new name.
    pub name: Option<String>,
    /// A day's budget; Meta allows four changes an hour.
    pub daily_budget: Option<i64>,
    /// The budget of its whole time.
    pub lifetime_budget: Option<i64>,
    /// Under a campaign budget: at least this a day; 0 takes it away.
    pub daily_min_spend_target: Option<i64>,
    /// Under a campaign budget: at most this a day; Meta's number for none takes it away.
    pub daily_spend_cap: Option<i64>,
    /// Under a lifetime campaign budget: at least this in all, likewise.
    pub lifetime_min_spend_target: Option<i64>,
    /// Under a lifetime campaign budget: at most this in all, likewise.
    pub lifetime_spend_cap: Option<i64>,
    /// The cap or goal of the bid.
    pub bid_amount: Option<i64>,
    /// Who and where.
    pub targeting: Option<Targeting>,
    /// When it starts.
    pub start_time: Option<DateTime<Utc>>,
    /// When it ends.
    pub end_time: Option<DateTime<Utc>>,
}

impl NewAdSet {
    /// Making it, paused. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where it cannot be written.
    pub fn create(&self, account: &NodeId) -> Result<Write<NodeId>, GraphError> {
        Ok(Write::create(account, "adsets", self.params()?))
    }

    /// Asking whether Meta would take it; nothing is made. Its campaign must be there.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn check(&self, account: &NodeId) -> Result<Read<()>, GraphError> {
        Ok(Read::check(&Path::Edge(account, "adsets"), self.params()?))
    }

    fn params(&self) -> Result<Params, GraphError> {
        let attribution = (!self.attribution_spec.is_empty()).then_some(&self.attribution_spec);
        Params::new()
            .text("name", &self.name)
            .text("campaign_id", self.campaign_id.as_str())
            .text("status", Switch::Paused.as_str())
            .int_opt("daily_budget", self.daily_budget)
            .int_opt("lifetime_budget", self.lifetime_budget)
            .int_opt("daily_min_spend_target", self.daily_min_spend_target)
            .int_opt("daily_spend_cap", self.daily_spend_cap)
            .int_opt("lifetime_min_spend_target", self.lifetime_min_spend_target)
            .int_opt("lifetime_spend_cap", self.lifetime_spend_cap)
            .text("optimization_goal", &self.optimization_goal)
            .text("billing_event", &self.billing_event)
            .text_opt("bid_strategy", self.bid_strategy.as_deref())
            .int_opt("bid_amount", self.bid_amount)
            .text_opt("destination_type", self.destination_type.as_deref())
            .time_opt("start_time", self.start_time)
            .time_opt("end_time", self.end_time)
            .text_opt("dsa_beneficiary", self.dsa_beneficiary.as_deref())
            .text_opt("dsa_payor", self.dsa_payor.as_deref())
            .json("targeting", &self.targeting)?
            .json_opt("promoted_object", self.promoted_object.as_ref())?
            .json_opt("attribution_spec", attribution)
    }
}

impl AdSetChange {
    /// Changing an ad set. Repeating it is harmless.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where it cannot be written.
    pub fn of(&self, ad_set: &NodeId) -> Result<Write<()>, GraphError> {
        let params = Params::new()
            .text_opt("name", self.name.as_deref())
            .int_opt("daily_budget", self.daily_budget)
            .int_opt("lifetime_budget", self.lifetime_budget)
            .int_opt("daily_min_spend_target", self.daily_min_spend_target)
            .int_opt("daily_spend_cap", self.daily_spend_cap)
            .int_opt("lifetime_min_spend_target", self.lifetime_min_spend_target)
            .int_opt("lifetime_spend_cap", self.lifetime_spend_cap)
            .int_opt("bid_amount", self.bid_amount)
            .time_opt("start_time", self.start_time)
            .time_opt("end_time", self.end_time)
            .json_opt("targeting", self.targeting.as_ref())?;
        Ok(Write::update(ad_set, params))
    }
}

impl Writer {
    /// Makes a paused ad set. Not idempotent: look for its token before repeating it.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_ad_set(&self, account: &NodeId, new: &NewAdSet) -> Result<NodeId, GraphError> {
        self.write(new.create(account)?).await
    }

    /// Lets Meta check an ad set; nothing is made.
    ///
    /// # Errors
    /// [`GraphError::Rejected`] with Meta's words and fields.
    pub async fn validate_ad_set(&self, account: &NodeId, new: &NewAdSet) -> Result<(), GraphError> {
        self.read(new.check(account)?).await
    }

    /// Changes an ad set. Repeating it is harmless.
    ///
    /// # Errors
    /// As any write.
    pub async fn change_ad_set(&self, ad_set: &NodeId, change: &AdSetChange) -> Result<(), GraphError> {
        self.write(change.of(ad_set)?).await
    }
}

impl Read<AdSet> {
    /// Reading an ad set back.
    pub fn ad_set(ad_set: &NodeId) -> Self {
        Self::get(&Path::Node(ad_set), Params::fields(&FIELDS))
    }
}

impl Client {
    /// Reads an ad set back.
    ///
    /// # Errors
    /// As any call.
    pub async fn ad_set(&self, ad_set: &NodeId) -> Result<AdSet, GraphError> {
        self.read(Read::ad_set(ad_set)).await
    }

    /// The ad sets of an ad account or of a campaign, without deleted and archived ones.
    pub fn ad_sets(&self, parent: &NodeId) -> Pages<AdSet> {
        Pages::new(self, parent, "adsets", Params::fields(&FIELDS).text("limit", "200"))
    }
}
