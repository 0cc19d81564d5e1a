//! An ad set as delivery sees it: the targeted people, the placements, the goal and the money, read from one version
//! of its stored fields. The fields were validated when they were written; what is odd here simply does not deliver.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::auction::Cap;
use super::audience::{Audience, list};
use super::devices::Devices;
use crate::sandbox::placements;

/// What an ad set is optimised for, as far as delivery differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// REACH, IMPRESSIONS, AD_RECALL_LIFT, THRUPLAY.
    Seen,
    /// LINK_CLICKS, POST_ENGAGEMENT, PAGE_LIKES, ...
    Clicks,
    /// LANDING_PAGE_VIEWS.
    Landings,
    /// OFFSITE_CONVERSIONS, VALUE, LEAD_GENERATION.
    Conversions,
}

/// The event that a conversion is reported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conversion {
    /// Pixel purchase, with a value.
    Purchase,
    /// Pixel lead.
    Lead,
}

impl Conversion {
    /// Every event, in the order of [`Self::index`].
    pub const ALL: [Self; 2] = [Self::Purchase, Self::Lead];

    /// Position in tables.
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::Purchase => 0,
            Self::Lead => 1,
        }
    }
}

/// An ad set version as delivery sees it.
#[derive(Debug)]
pub struct AdSetSpec {
    /// People.
    pub audience: Arc<Audience>,
    /// Positions in the placement table, only those with inventory.
    pub placements: Vec<usize>,
    /// Devices.
    pub devices: Devices,
    /// Goal.
    pub goal: Goal,
    /// Event of the promoted object.
    pub event: Option<Conversion>,
    /// Minor units a day.
    pub daily: Option<i64>,
    /// Minor units for the flight.
    pub lifetime: Option<i64>,
    /// Unix seconds.
    pub start: i64,
    /// Unix seconds; `i64::MAX` when open.
    pub end: i64,
    /// Minor units per result (or per 1,000 when optimised for impressions), for capped strategies.
    bid: Option<i64>,
    /// Whether the bid caps each result (else their average).
    bid_is_cap: bool,
    /// Least and most minor units a day under a daily campaign budget.
    pub daily_range: (i64, i64),
    /// Least and most minor units in all under a lifetime campaign budget.
    pub lifetime_range: (i64, i64),
    /// Days after a click in which a conversion counts.
    pub click_days: i64,
    /// Days after a view in which a conversion counts; 0 = never.
    pub view_days: i64,
}

/// An integer field, stored as number or text.
#[must_use]
pub fn amount(fields: &Map<String, Value>, name: &str) -> Option<i64> {
    match fields.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .filter(|amount| *amount > 0)
}

impl AdSetSpec {
    /// Reads an ad set's stored fields.
    #[must_use]
    pub fn read(seed: u64, created: i64, fields: &Map<String, Value>) -> Self {
        let empty = Map::new();
        let targeting = fields.get("targeting").and_then(Value::as_object).unwrap_or(&empty);
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or("");
        let goal = match text("optimization_goal") {
            "REACH" | "IMPRESSIONS" | "AD_RECALL_LIFT" | "THRUPLAY" => Goal::Seen,
            "LANDING_PAGE_VIEWS" => Goal::Landings,
            "OFFSITE_CONVERSIONS" | "VALUE" | "LEAD_GENERATION" | "QUALITY_LEAD" => Goal::Conversions,
            _ => Goal::Clicks,
        };
        let event =
            fields.get("promoted_object").and_then(|object| object.get("custom_event_type")).and_then(Value::as_str).and_then(
                |event| match event {
                    "PURCHASE" => Some(Conversion::Purchase),
                    "LEAD" | "COMPLETE_REGISTRATION" | "SUBMIT_APPLICATION" => Some(Conversion::Lead),
                    _ => None,
                },
            );
        let window = |kind: &str| {
            list(fields, "attribution_spec")
                .iter()
                .find(|entry| entry.get("event_type").and_then(Value::as_str) == Some(kind))
                .and_then(|entry| entry.get("window_days").and_then(Value::as_i64))
        };
        let given = !list(fields, "attribution_spec").is_empty();
        let strategy = text("bid_strategy");
        let capped = matches!(strategy, "COST_CAP" | "LOWEST_COST_WITH_BID_CAP");
        let range = |least: &str, most: &str| (amount(fields, least).unwrap_or(0), amount(fields, most).unwrap_or(i64::MAX));
        let devices = Devices::read(targeting);
        Self {
            audience: Arc::new(Audience::read(seed, targeting)),
            placements: placements::selected(targeting)
                .into_iter()
                .filter(|index| placements::PLACEMENTS.get(*index).is_some_and(|placement| !placement.reported.is_empty()))
                .filter(|index| devices.deliver(*index))
                .collect(),
            devices,
            goal,
            event,
            daily: amount(fields, "daily_budget"),
            lifetime: amount(fields, "lifetime_budget"),
            start: fields.get("start_time").and_then(Value::as_i64).unwrap_or(created),
            end: fields.get("end_time").and_then(Value::as_i64).unwrap_or(i64::MAX),
            bid: capped.then(|| amount(fields, "bid_amount")).flatten(),
            bid_is_cap: strategy == "LOWEST_COST_WITH_BID_CAP",
            daily_range: range("daily_min_spend_target", "daily_spend_cap"),
            lifetime_range: range("lifetime_min_spend_target", "lifetime_spend_cap"),
            click_days: if given { window("CLICK_THROUGH").unwrap_or(0) } else { 7 },
            view_days: if given { window("VIEW_THROUGH").unwrap_or(0) } else { 1 },
        }
    }

    /// What the strategy lets a result cost, in units of which a major unit holds `offset`.
    #[must_use]
    pub fn cap(&self, offset: i64) -> Cap {
        // A further unit of worth is a result per 1,000 impressions at a price per 1,000: the units cancel.
        match self.bid.map(|bid| bid as f64 / offset as f64) {
            None => Cap::None,
            Some(bid) if self.bid_is_cap => Cap::Each(bid),
            Some(bid) => Cap::Average(bid),
        }
    }
}
