//! The messages of `adalloc/1` as they are written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::allocation::learner::{self, Row};

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Message {
    Hello(Hello),
    Day(Day),
    End,
}

#[derive(Debug, Deserialize)]
pub(super) struct Hello {
    pub days: Option<u32>,
    pub objective: Objective,
    pub attribution_window_days: Option<u32>,
    pub learning_reset_move: Option<f64>,
    #[serde(default)]
    pub guardrails: Guardrails,
    pub segments: Vec<Named>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Objective {
    Conversions,
    Revenue,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Guardrails {
    pub max_move: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub name: String,
    #[serde(default)]
    pub platform: String,
    #[serde(default)]
    pub placement: String,
    pub min_minor: i64,
    pub max_minor: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Day {
    pub day: u32,
    pub total_budget_minor: i64,
    pub report: Vec<Reported>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reported {
    day: u32,
    pub segment: String,
    budget_minor: i64,
    spend_minor: i64,
    clicks: u64,
    conversions: u64,
    revenue_minor: i64,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Answer {
    Ready,
    Budgets { budgets_minor: BTreeMap<String, i64> },
    Error { reason: String },
}

impl From<Objective> for learner::Objective {
    fn from(objective: Objective) -> Self {
        match objective {
            Objective::Conversions => Self::Results,
            Objective::Revenue => Self::Value,
        }
    }
}

impl From<&Named> for learner::Segment {
    fn from(named: &Named) -> Self {
        Self { name: named.name.clone(), platform: named.platform.clone(), placement: named.placement.clone() }
    }
}

impl Reported {
    /// The row of the ad set at this place.
    pub fn row(&self, segment: usize) -> Row {
        Row {
            day: self.day,
            segment,
            budget: self.budget_minor,
            spend: self.spend_minor,
            clicks: self.clicks,
            results: self.conversions,
            value: self.revenue_minor,
        }
    }
}
