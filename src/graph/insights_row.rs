//! One row of insights, read exactly: numbers arrive as strings, money in major units with decimals.
//!
//! `actions` overlap (a pixel purchase is also a purchase), so nothing here sums them; a caller picks one kind.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::money::micros;
use crate::domain::period::Period;

use super::error::GraphError;
use super::insights::Breakdown;
use super::node::NodeId;
use super::wire;

/// One row: an object, a period, a breakdown, and what was delivered. A figure that was not sent is `None`, not zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightsRow {
    /// The ad account, `act_` left out.
    pub account_id: Option<String>,
    /// The account's currency.
    pub currency: Option<String>,
    /// At campaign level and below.
    pub campaign_id: Option<String>,
    /// At campaign level and below.
    pub campaign_name: Option<String>,
    /// At ad set level and below.
    pub ad_set_id: Option<String>,
    /// At ad set level and below.
    pub ad_set_name: Option<String>,
    /// At ad level.
    pub ad_id: Option<String>,
    /// At ad level.
    pub ad_name: Option<String>,
    /// The days it covers, in the account's zone.
    pub period: Period,
    /// The breakdown's values, in the order of [`Breakdown::names`].
    pub breakdown: Vec<String>,
    /// Millionths of the major unit.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// All clicks.
    pub clicks: Option<i64>,
    /// Clicks on the link.
    pub link_clicks: Option<i64>,
    /// People reached, true at this very grain only.
    pub reach: Option<i64>,
    /// As `7d_click_1d_view`: the setting results were counted by.
    pub attribution_setting: Option<String>,
    /// Results by kind and window.
    pub actions: Vec<ActionValue>,
    /// Value by kind and window, in major units of the currency.
    pub action_values: Vec<ActionValue>,
}

/// How often something happened, or what it was worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionValue {
    /// Meta's `action_type`.
    pub kind: String,
    /// `default` for the ad set's own setting, else a window as `7d_click`.
    pub window: String,
    /// The count, or the amount in major units.
    pub value: Decimal,
}

/// A row as it arrives.
#[derive(Deserialize)]
pub(super) struct RawRow {
    date_start: NaiveDate,
    date_stop: NaiveDate,
    #[serde(default)]
    account_id: Option<NodeId>,
    #[serde(default)]
    account_currency: Option<String>,
    #[serde(default)]
    campaign_id: Option<NodeId>,
    #[serde(default)]
    campaign_name: Option<String>,
    #[serde(default)]
    adset_id: Option<NodeId>,
    #[serde(default)]
    adset_name: Option<String>,
    #[serde(default)]
    ad_id: Option<NodeId>,
    #[serde(default)]
    ad_name: Option<String>,
    #[serde(default, deserialize_with = "wire::decimal")]
    spend: Option<Decimal>,
    #[serde(default, deserialize_with = "wire::int")]
    impressions: Option<i64>,
    #[serde(default, deserialize_with = "wire::int")]
    clicks: Option<i64>,
    #[serde(default, deserialize_with = "wire::int")]
    inline_link_clicks: Option<i64>,
    #[serde(default, deserialize_with = "wire::int")]
    reach: Option<i64>,
    #[serde(default)]
    attribution_setting: Option<String>,
    #[serde(default)]
    actions: Vec<BTreeMap<String, Value>>,
    #[serde(default)]
    action_values: Vec<BTreeMap<String, Value>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl RawRow {
    pub(super) fn read(self, breakdown: Breakdown) -> Result<InsightsRow, GraphError> {
        let wrong = |what: String| GraphError::Unexpected { message: format!("a row of insights: {what}") };
        let parts = breakdown.names().iter().map(|name| match self.rest.get(*name) {
            Some(Value::String(value)) => Ok(value.clone()),
            // Requested but empty fields are left out, and so may be a breakdown that Meta cannot tell.
            None => Ok("unknown".to_owned()),
            Some(_) => Err(wrong(format!("{name} is not text"))),
        });
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        let spend_micros = match self.spend {
            Some(spend) => Some(micros(spend).ok_or_else(|| wrong(format!("spend {spend} is too large")))?),
            None => None,
        };
        let id = |node: Option<NodeId>| node.map(|n| n.as_str().trim_start_matches("act_").to_owned());
        Ok(InsightsRow {
            account_id: id(self.account_id),
            currency: self.account_currency,
            campaign_id: id(self.campaign_id),
            campaign_name: self.campaign_name,
            ad_set_id: id(self.adset_id),
            ad_set_name: self.adset_name,
            ad_id: id(self.ad_id),
            ad_name: self.ad_name,
            period: Period::new(self.date_start, self.date_stop).map_err(|e| wrong(e.to_string()))?,
            breakdown: parts,
            spend_micros,
            impressions: self.impressions,
            clicks: self.clicks,
            link_clicks: self.inline_link_clicks,
            reach: self.reach,
            attribution_setting: self.attribution_setting,
            actions: actions(&self.actions).map_err(wrong)?,
            action_values: actions(&self.action_values).map_err(wrong)?,
        })
    }
}

/// Each kind and window of an action list. `value` is the ad set's own setting; other keys are windows where they start with a digit.
fn actions(list: &[BTreeMap<String, Value>]) -> Result<Vec<ActionValue>, String> {
    let mut out = Vec::with_capacity(list.len());
    for one in list {
        let Some(kind) = one.get("action_type").and_then(Value::as_str) else {
            return Err("an action without its type".to_owned());
        };
        for (name, value) in one {
            let window = match name.as_str() {
                "value" => "default",
                name if name.starts_with(|c: char| c.is_ascii_digit()) => name,
                _ => continue,
            };
            if let Some(value) = wire::exact(value)? {
                out.push(ActionValue { kind: kind.to_owned(), window: window.to_owned(), value });
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(json: &str, breakdown: Breakdown) -> Result<InsightsRow, GraphError> {
        serde_json::from_str::<RawRow>(json).unwrap().read(breakdown)
    }

    #[test]
    fn a_row_is_read_exactly_and_missing_is_not_zero() {
        let row = read(
            r#"{"account_id":"12","campaign_id":"1","impressions":"1000","spend":"100.505","date_start":"2026-10-01",
                "date_stop":"2026-10-01","publisher_platform":"instagram","platform_position":"instagram_stories",
                "actions":[{"action_type":"link_click","value":"12"},
                           {"action_type":"offsite_conversion.fb_pixel_purchase","value":"3","7d_click":"2","1d_view":"1"}],
                "action_values":[{"action_type":"offsite_conversion.fb_pixel_purchase","value":"149.70"}]}"#,
            Breakdown::Placement,
        )
        .unwrap();
        assert_eq!(row.spend_micros, Some(100_505_000));
        assert_eq!((row.impressions, row.clicks, row.reach), (Some(1_000), None, None));
        assert_eq!(row.breakdown, ["instagram", "instagram_stories"]);
        assert_eq!(row.actions.len(), 4);
        assert_eq!(
            row.actions[1],
            ActionValue {
                kind: "offsite_conversion.fb_pixel_purchase".to_owned(),
                window: "1d_view".to_owned(),
                value: Decimal::ONE
            }
        );
        assert_eq!(row.action_values[0].value, Decimal::new(14_970, 2));
    }

    #[test]
    fn a_figure_that_cannot_be_read_fails_the_row() {
        let row = r#"{"spend":"1","date_start":"2026-10-02","date_stop":"2026-10-01"}"#;
        assert!(read(row, Breakdown::None).is_err());
        assert!(
            serde_json::from_str::<RawRow>(r#"{"spend":"lots","date_start":"2026-10-01","date_stop":"2026-10-01"}"#).is_err()
        );
    }
}
