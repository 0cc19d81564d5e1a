//! Asking for delivery figures, in one answer or page by page. Source: Marketing API, "Insights" (v26.0).
//!
//! A query names its breakdown, because a figure without its grain cannot be stored: reach in particular is true only at the
//! grain it was asked at. Large periods are better asked as a run, see [`super::Run`].

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::period::Period;

use super::client::Client;
use super::error::GraphError;
use super::insights_row::{InsightsRow, RawRow};
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;

/// Which object a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// One row for the whole account.
    Account,
    /// One row a campaign.
    Campaign,
    /// One row an ad set.
    Adset,
    /// One row an ad.
    Ad,
}

/// What rows are divided by, beside the object and the day. Only sets that Meta permits exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Breakdown {
    /// Nothing: the object's total, the only grain with its true reach.
    None,
    /// Network.
    Network,
    /// Network and position; a position without its network is refused by Meta.
    Placement,
    /// Age and gender.
    AgeGender,
    /// Country.
    Country,
}

/// A question about delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsightsQuery {
    /// Which object a row is about.
    pub level: Level,
    /// What rows are divided by.
    pub breakdown: Breakdown,
    /// Days in the account's zone, both ends included.
    pub period: Period,
    /// A row a day; else one row for the period.
    pub daily: bool,
    /// Attribution windows to break results into, as `7d_click`; empty gives each ad set's own setting.
    pub windows: Vec<String>,
    /// Rows a page.
    pub page_rows: u32,
}

impl Level {
    /// Meta's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Campaign => "campaign",
            Self::Adset => "adset",
            Self::Ad => "ad",
        }
    }

    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Account => &[],
            Self::Campaign => &["campaign_id", "campaign_name"],
            Self::Adset => &["campaign_id", "campaign_name", "adset_id", "adset_name"],
            Self::Ad => &["campaign_id", "campaign_name", "adset_id", "adset_name", "ad_id", "ad_name"],
        }
    }
}

impl Breakdown {
    /// Meta's names of its parts.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Network => &["publisher_platform"],
            Self::Placement => &["publisher_platform", "platform_position"],
            Self::AgeGender => &["age", "gender"],
            Self::Country => &["country"],
        }
    }
}

impl InsightsQuery {
    /// A row a day, 500 a page, in each ad set's own attribution setting.
    pub fn daily(level: Level, breakdown: Breakdown, period: Period) -> Self {
        Self { level, breakdown, period, daily: true, windows: Vec::new(), page_rows: 500 }
    }

    /// One row for the whole period: what reach over several days must be asked as.
    pub fn whole(level: Level, breakdown: Breakdown, period: Period) -> Self {
        Self { daily: false, ..Self::daily(level, breakdown, period) }
    }

    pub(super) fn params(&self) -> Result<Params, GraphError> {
        const FIGURES: [&str; 10] = [
            "account_id",
            "account_currency",
            "impressions",
            "reach",
            "spend",
            "clicks",
            "inline_link_clicks",
            "actions",
            "action_values",
            "attribution_setting",
        ];
        let mut fields: Vec<&str> = FIGURES.to_vec();
        if self.level < Level::Adset {
            // An account or a campaign may hold ad sets with different settings, so it has none of its own.
            fields.retain(|name| *name != "attribution_setting");
        }
        fields.extend_from_slice(self.level.fields());
        let range = json!({"since": self.period.since, "until": self.period.until});
        let mut params = Params::fields(&fields).text("level", self.level.as_str()).json("time_range", &range)?;
        params = params.text("time_increment", if self.daily { "1" } else { "all_days" });
        if !self.breakdown.names().is_empty() {
            params = params.text("breakdowns", self.breakdown.names().join(","));
        }
        if !self.windows.is_empty() {
            params = params.json("action_attribution_windows", &self.windows)?;
        }
        Ok(params.text("limit", self.page_rows.to_string()))
    }
}

/// Pages of delivery figures.
pub struct InsightsPages {
    pages: Pages<RawRow>,
    breakdown: Breakdown,
}

impl InsightsPages {
    pub(super) fn new(pages: Pages<RawRow>, breakdown: Breakdown) -> Self {
        Self { pages, breakdown }
    }

    /// Goes on after a page that was read before, by [`Self::place`].
    #[must_use]
    pub fn after(self, place: Option<&str>) -> Self {
        Self { pages: self.pages.after(place), ..self }
    }

    /// The cursor of the next page; `None` before the first and after the last.
    pub fn place(&self) -> Option<&str> {
        self.pages.place()
    }

    /// The next page's rows; `None` after the last.
    ///
    /// # Errors
    /// As any call; [`GraphError::Unexpected`] where a figure cannot be read: a wrong number is worse than none.
    pub async fn next_page(&mut self) -> Result<Option<Vec<InsightsRow>>, GraphError> {
        let Some(rows) = self.pages.next_page().await? else { return Ok(None) };
        rows.into_iter().map(|row| row.read(self.breakdown)).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// Every row, up to `most`.
    ///
    /// # Errors
    /// As [`Self::next_page`]; [`GraphError::TooMuchData`] where there are more.
    pub async fn all(mut self, most: usize) -> Result<Vec<InsightsRow>, GraphError> {
        let mut rows = Vec::new();
        while let Some(page) = self.next_page().await? {
            rows.extend(page);
            if rows.len() > most {
                return Err(GraphError::TooMuchData { message: format!("more than {most} rows of insights") });
            }
        }
        Ok(rows)
    }
}

impl Client {
    /// Delivery of an ad account, campaign, ad set or ad, answered at once.
    ///
    /// # Errors
    /// Only where the query cannot be written; calls are made as pages are asked for.
    pub fn insights(&self, node: &NodeId, query: &InsightsQuery) -> Result<InsightsPages, GraphError> {
        Ok(InsightsPages::new(Pages::new(self, node, "insights", query.params()?), query.breakdown))
    }
}
