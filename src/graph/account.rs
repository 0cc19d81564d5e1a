//! Ad accounts: their currency, zone and limits, and the pixels and Instagram accounts they may use.

use serde::Deserialize;

use super::client::{Client, Path};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::wire;

pub(super) const FIELDS: [&str; 11] = [
    "id",
    "account_id",
    "name",
    "account_status",
    "disable_reason",
    "currency",
    "timezone_name",
    "min_daily_budget",
    "amount_spent",
    "spend_cap",
    "balance",
];

/// An ad account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AdAccount {
    /// With `act_` before its digits.
    pub id: NodeId,
    /// The name given in Ads Manager.
    #[serde(default)]
    pub name: String,
    /// 1 active, 2 disabled, 3 unsettled, 7 in risk review, 8 settlement pending, 9 in grace, 100 closing, 101 closed.
    #[serde(default, deserialize_with = "wire::int")]
    pub account_status: Option<i64>,
    /// Why it was disabled, Meta's number.
    #[serde(default, deserialize_with = "wire::int")]
    pub disable_reason: Option<i64>,
    /// The currency's three letters.
    pub currency: String,
    /// The zone its days are counted in, as `Europe/Lisbon`.
    #[serde(default)]
    pub timezone_name: Option<String>,
    /// The least a day, minor units.
    #[serde(default, deserialize_with = "wire::int")]
    pub min_daily_budget: Option<i64>,
    /// Spent since the account's own limit was last reset, minor units.
    #[serde(default, deserialize_with = "wire::int")]
    pub amount_spent: Option<i64>,
    /// The account's own limit, minor units; `None` where there is none. Never raised from here.
    #[serde(default, deserialize_with = "wire::budget")]
    pub spend_cap: Option<i64>,
    /// What is owed, minor units.
    #[serde(default, deserialize_with = "wire::int")]
    pub balance: Option<i64>,
}

/// The least an ad set may have a day, by what it is charged for; minor units of the currency.
/// Source: Marketing API, `minimum_budgets`; the unit is stated nowhere and taken to be that of budgets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MinimumBudget {
    /// The currency's three letters.
    pub currency: String,
    /// Charged for impressions.
    #[serde(default, deserialize_with = "wire::int")]
    pub min_daily_budget_imp: Option<i64>,
    /// Counted by frequent events: clicks, likes.
    #[serde(default, deserialize_with = "wire::int")]
    pub min_daily_budget_high_freq: Option<i64>,
    /// Counted by rare events: purchases, installs.
    #[serde(default, deserialize_with = "wire::int")]
    pub min_daily_budget_low_freq: Option<i64>,
    /// Counted by video views.
    #[serde(default, deserialize_with = "wire::int")]
    pub min_daily_budget_video_views: Option<i64>,
}

/// A pixel: what counts events on a website.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pixel {
    /// Its id.
    pub id: NodeId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// When it last heard an event, as Meta writes it.
    #[serde(default)]
    pub last_fired_time: Option<String>,
}

/// An Instagram professional account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InstagramAccount {
    /// Its id.
    pub id: NodeId,
    /// Its handle, without `@`.
    #[serde(default)]
    pub username: String,
}

impl Client {
    /// One ad account.
    ///
    /// # Errors
    /// As any call.
    pub async fn ad_account(&self, account: &NodeId) -> Result<AdAccount, GraphError> {
        self.get(&Path::Node(account), &Params::fields(&FIELDS)).await
    }

    /// The least budgets of the account, with its own currency among them.
    pub fn minimum_budgets(&self, account: &NodeId) -> Pages<MinimumBudget> {
        Pages::new(self, account, "minimum_budgets", Params::new())
    }

    /// The pixels the account may count with.
    pub fn pixels(&self, account: &NodeId) -> Pages<Pixel> {
        Pages::new(self, account, "adspixels", Params::fields(&["id", "name", "last_fired_time"]))
    }

    /// The Instagram accounts the ad account may publish as.
    pub fn instagram_accounts(&self, account: &NodeId) -> Pages<InstagramAccount> {
        Pages::new(self, account, "instagram_accounts", Params::fields(&["id", "username"]))
    }
}
