//! Ad accounts: their currency, zone and limits, and the pixels and Instagram accounts they may use.

use serde::{Deserialize, Serialize};

use super::client::{Client, Path};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::wire;

pub(super) const FIELDS: [&str; 15] = [
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
    "funding_source_details{display_string,type}",
    "is_prepay_account",
    "user_tasks",
    "business{id,name}",
];

/// An ad account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
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
    /// What is charged for the ads; `None` where there is nothing, or where the token may not see it ([`Self::may_see_funding`]).
    #[serde(default)]
    pub funding_source_details: Option<Funding>,
    /// Whether money is paid in before it is spent.
    #[serde(default)]
    pub is_prepay_account: Option<bool>,
    /// What the token may do in the account: `DRAFT`, `ANALYZE`, `ADVERTISE`, `MANAGE`.
    #[serde(default)]
    pub user_tasks: Vec<String>,
    /// The business that the account belongs to; `None` for one of a person.
    #[serde(default)]
    pub business: Option<OwningBusiness>,
}

impl AdAccount {
    /// Whether Meta would have told what is charged: it tells people who manage the account alone.
    pub fn may_see_funding(&self) -> bool {
        self.user_tasks.iter().any(|task| task == "MANAGE")
    }
}

/// What an ad account is charged from. Source: Marketing API, Ad Account, `funding_source_details`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Funding {
    /// As Meta writes it for people: a card and its last digits, or what is left of money paid in.
    #[serde(default)]
    pub display_string: String,
    /// Meta's number: 1 a credit card, 20 money paid in, 0 and 14 nothing.
    #[serde(default, rename = "type", deserialize_with = "wire::int")]
    pub kind: Option<i64>,
}

/// The business of an ad account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct OwningBusiness {
    /// Its id.
    pub id: NodeId,
    /// Its name.
    #[serde(default)]
    pub name: String,
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
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
