//! The one [`Query`]: what a page, a `.csv`, a `.json` and the admin endpoint ask for, and the link that says it again.
//!
//! Parsing stands in `parse`, running in `run`. A query says nothing about the workspace's data; `scope` brings the two together.

use chrono::NaiveDate;

use crate::domain::currency::Currency;
use crate::domain::id::{AdAccountId, CampaignId};
use crate::domain::network::Network;
use crate::domain::period::{Period, Preset};

use super::results::ResultKey;

/// What to report. The workspace is not part of it: it comes from who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The days; `None` lets the report choose (28 days; everything known where all of it comes from files or lies elsewhere).
    pub range: Option<Range>,
    /// What to compare with.
    pub compare: Compare,
    /// What each row is one of.
    pub by: Vec<Dimension>,
    /// The columns; empty means those that fit.
    pub metrics: Vec<Metric>,
    /// Only this network.
    pub network: Option<Network>,
    /// Only campaigns made here, or only those made elsewhere.
    pub origin: Option<Origin>,
    /// Only these campaigns.
    pub campaigns: Vec<CampaignId>,
    /// Only these ad accounts.
    pub accounts: Vec<AdAccountId>,
    /// The currency, where the workspace has several: two are never added.
    pub currency: Option<Currency>,
    /// Which result is the one shown beside spend.
    pub result: Option<ResultKey>,
    /// The order of the rows.
    pub sort: Option<Sort>,
    /// What was known at the end of this day, in UTC; later restatements are left away.
    pub as_known_on: Option<NaiveDate>,
}

/// Which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// A named range, relative to today in platform time.
    Preset(Preset),
    /// From a day to a day.
    Days(Period),
}

/// What figures are compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compare {
    /// The as many days before.
    #[default]
    Before,
    /// Nothing.
    Nothing,
}

/// Where campaigns were made; adopting changes nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// In Tandem.
    Here,
    /// In Ads Manager, or by another program.
    Elsewhere,
}

/// What a row is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// A day in the account's zone. Rows of longer periods are never put on one.
    Day,
    /// An ad account.
    Account,
    /// A campaign.
    Campaign,
    /// An ad set.
    AdSet,
    /// An ad.
    Ad,
    /// Facebook, Instagram, other.
    Network,
    /// A placement on a network.
    Placement,
}

/// A column of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Money spent.
    Spend,
    /// Times shown.
    Impressions,
    /// All clicks.
    Clicks,
    /// Clicks on the link.
    LinkClicks,
    /// Clicks per impression.
    Ctr,
    /// Cost of a thousand impressions.
    Cpm,
    /// Cost of a click.
    Cpc,
    /// Results of one kind and attribution.
    Results,
    /// Spend of what counts that result, divided by it.
    CostPerResult,
    /// Value of the results.
    Value,
    /// Value divided by the spend of what counts it.
    Return,
    /// At least this many people.
    ReachAtLeast,
    /// At most this many people.
    ReachAtMost,
}

/// An order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Largest first.
    pub descending: bool,
}

/// What rows can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// A dimension's name or day.
    Dimension(Dimension),
    /// A figure; rows without it come last.
    Metric(Metric),
}

macro_rules! words {
    ($type:ident: $($variant:ident $word:literal $label:literal;)*) => {
        impl $type {
            /// All of them, in the order offered.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in links and columns.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// What people read.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// From the word in a link.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! { Dimension:
    Day "day" "Day";
    Account "account" "Ad account";
    Campaign "campaign" "Campaign";
    AdSet "ad_set" "Ad set";
    Ad "ad" "Ad";
    Network "network" "Network";
    Placement "placement" "Placement";
}

words! { Origin:
    Here "here" "Made here";
    Elsewhere "elsewhere" "Made elsewhere";
}

words! { Metric:
    Spend "spend" "Spend";
    Impressions "impressions" "Impressions";
    Clicks "clicks" "Clicks";
    LinkClicks "link_clicks" "Link clicks";
    Ctr "ctr" "CTR";
    Cpm "cpm" "CPM";
    Cpc "cpc" "Cost per click";
    Results "results" "Results";
    CostPerResult "cost_per_result" "Cost per result";
    Value "value" "Value";
    Return "return" "Return";
    ReachAtLeast "reach_at_least" "Reach, at least";
    ReachAtMost "reach_at_most" "Reach, at most";
}

impl Metric {
    /// Whether it is about results of one kind, so that a row must say which.
    pub fn is_of_results(self) -> bool {
        matches!(self, Self::Results | Self::CostPerResult | Self::Value | Self::Return)
    }

    /// Whether it is an amount of the report's currency.
    pub fn is_money(self) -> bool {
        matches!(self, Self::Spend | Self::Cpm | Self::Cpc | Self::CostPerResult | Self::Value)
    }
}

impl Query {
    /// The metrics asked for, or those that fit most tables.
    pub fn columns(&self) -> Vec<Metric> {
        if self.metrics.is_empty() {
            use Metric::{Clicks, Cpm, Ctr, Impressions, LinkClicks, Results, Return, Spend, Value};
            vec![Spend, Impressions, Clicks, LinkClicks, Ctr, Cpm, Results, Metric::CostPerResult, Value, Return]
        } else {
            self.metrics.clone()
        }
    }

    /// The query string that parses to this query; empty for the default one. Bookmarkable: nothing that is not asked stands in it.
    pub fn to_query_string(&self) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        match self.range {
            Some(Range::Preset(preset)) => {
                out.append_pair("period", preset.as_str());
            }
            Some(Range::Days(days)) => {
                out.append_pair("from", &days.since.to_string()).append_pair("to", &days.until.to_string());
            }
            None => {}
        }
        if self.compare == Compare::Nothing {
            out.append_pair("compare", "none");
        }
        if !self.by.is_empty() {
            out.append_pair("by", &join(self.by.iter().map(|d| d.as_str())));
        }
        if !self.metrics.is_empty() {
            out.append_pair("metrics", &join(self.metrics.iter().map(|m| m.as_str())));
        }
        if let Some(network) = self.network {
            out.append_pair("network", network.as_str());
        }
        if let Some(origin) = self.origin {
            out.append_pair("origin", origin.as_str());
        }
        if !self.campaigns.is_empty() {
            out.append_pair("campaign", &join(self.campaigns.iter()));
        }
        if !self.accounts.is_empty() {
            out.append_pair("account", &join(self.accounts.iter()));
        }
        if let Some(currency) = self.currency {
            out.append_pair("currency", currency.code());
        }
        if let Some(result) = &self.result {
            out.append_pair("result", &result.to_string());
        }
        if let Some(sort) = self.sort {
            out.append_pair("sort", &sort.to_string());
        }
        if let Some(day) = self.as_known_on {
            out.append_pair("as_known_on", &day.to_string());
        }
        // Commas and colons are plain in a query; escaped they would only make links unreadable.
        out.finish().replace("%2C", ",").replace("%3A", ":")
    }

    /// A link to `path` that asks for this.
    pub fn link(&self, path: &str) -> String {
        let query = self.to_query_string();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

impl std::fmt::Display for Sort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match self.by {
            SortBy::Dimension(dimension) => dimension.as_str(),
            SortBy::Metric(metric) => metric.as_str(),
        };
        write!(f, "{}{word}", if self.descending { "-" } else { "" })
    }
}

fn join<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}
