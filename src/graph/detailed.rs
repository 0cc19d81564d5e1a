//! Detailed targeting, the ad account's custom audiences and how many people a spec reaches.
//! Source: Marketing API, "Detailed targeting" (`targetingsearch`), "Custom audience", "Ad Account Reach Estimate".

use serde::Deserialize;
use serde_json::Value;

use super::batch::Read;
use super::client::{Client, Path};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::targeting::Targeting;
use super::wire;

/// An option of detailed targeting.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TargetingOption {
    /// What targeting refers to.
    #[serde(deserialize_with = "wire::text")]
    pub id: String,
    /// Its name, in the account's language.
    #[serde(default)]
    pub name: String,
    /// Its list in a targeting spec: `interests`, `behaviors`, ...
    #[serde(default, rename = "type")]
    pub kind: String,
    /// About how many people, at least.
    #[serde(default, deserialize_with = "wire::int")]
    pub audience_size_lower_bound: Option<i64>,
    /// About how many people, at most.
    #[serde(default, deserialize_with = "wire::int")]
    pub audience_size_upper_bound: Option<i64>,
    /// From the widest category down to it.
    #[serde(default)]
    pub path: Vec<String>,
}

/// A status of a custom audience: 200 is good, others say what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct AudienceStatus {
    /// Meta's number.
    #[serde(default, deserialize_with = "wire::int")]
    pub code: Option<i64>,
    /// Meta's words.
    #[serde(default)]
    pub description: String,
}

/// A custom audience of an ad account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CustomAudience {
    /// What targeting refers to.
    pub id: NodeId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// `CUSTOM`, `WEBSITE`, `LOOKALIKE`, ...
    #[serde(default)]
    pub subtype: String,
    /// About how many people, at least; -1 where Meta does not say.
    #[serde(default, deserialize_with = "wire::int")]
    pub approximate_count_lower_bound: Option<i64>,
    /// About how many people, at most; -1 where Meta does not say.
    #[serde(default, deserialize_with = "wire::int")]
    pub approximate_count_upper_bound: Option<i64>,
    /// Whether ads can be shown to it.
    #[serde(default)]
    pub delivery_status: AudienceStatus,
    /// Whether it is being filled.
    #[serde(default)]
    pub operation_status: AudienceStatus,
}

/// About how many people a targeting spec reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ReachEstimate {
    /// At least.
    #[serde(default, deserialize_with = "wire::int")]
    pub users_lower_bound: Option<i64>,
    /// At most.
    #[serde(default, deserialize_with = "wire::int")]
    pub users_upper_bound: Option<i64>,
    /// False while Meta still counts.
    #[serde(default)]
    pub estimate_ready: bool,
}

#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    data: Vec<TargetingOption>,
}

#[derive(Deserialize)]
struct Estimates {
    data: Value,
}

impl Read<()> {
    /// Asking whether Meta knows everybody and every place that a spec names; of the answer only a refusal matters.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where it cannot be written.
    pub fn targeting(account: &NodeId, targeting: &Targeting) -> Result<Self, GraphError> {
        Ok(Self::question(&Path::Edge(account, "reachestimate"), Params::new().json("targeting_spec", targeting)?))
    }
}

impl Client {
    /// Options of detailed targeting that match the text; `regulated` narrows them to what special ad categories leave.
    ///
    /// # Errors
    /// As any call.
    pub async fn targeting_search(
        &self,
        account: &NodeId,
        text: &str,
        regulated: &[&str],
    ) -> Result<Vec<TargetingOption>, GraphError> {
        let mut params = Params::new().text("q", text).text("limit", "25");
        if !regulated.is_empty() {
            params = params.json("regulated_categories", &regulated)?;
        }
        let found: Options = self.get(&Path::Edge(account, "targetingsearch"), &params).await?;
        Ok(found.data)
    }

    /// The custom audiences the account may target.
    pub fn custom_audiences(&self, account: &NodeId) -> Pages<CustomAudience> {
        const FIELDS: [&str; 7] = [
            "id",
            "name",
            "subtype",
            "approximate_count_lower_bound",
            "approximate_count_upper_bound",
            "delivery_status",
            "operation_status",
        ];
        Pages::new(self, account, "customaudiences", Params::fields(&FIELDS).text("limit", "100"))
    }

    /// About how many people a spec reaches, as a range.
    ///
    /// # Errors
    /// As any call.
    pub async fn reach_estimate(&self, account: &NodeId, targeting: &Targeting) -> Result<ReachEstimate, GraphError> {
        let params = Params::new().json("targeting_spec", targeting)?;
        let found: Estimates = self.get(&Path::Edge(account, "reachestimate"), &params).await?;
        // One object, or a list of one: both are on record.
        let one = match found.data {
            Value::Array(all) => all.into_iter().next().unwrap_or_default(),
            other => other,
        };
        serde_json::from_value(one).map_err(|e| GraphError::Unexpected { message: format!("an estimate: {e}") })
    }
}
