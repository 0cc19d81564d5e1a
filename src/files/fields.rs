//! The fields that a report's columns can carry, and the languages its headers come in.
//!
//! A field says what kind of value stands in its column; which header means which field is in `aliases`.

use serde::{Deserialize, Serialize};

/// A language of Ads Manager's headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Brazilian Portuguese.
    #[serde(rename = "pt-BR")]
    Portuguese,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// German.
    #[serde(rename = "de")]
    German,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Italian.
    #[serde(rename = "it")]
    Italian,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
    /// Vietnamese.
    #[serde(rename = "vi")]
    Vietnamese,
    /// Russian.
    #[serde(rename = "ru")]
    Russian,
}

impl Language {
    /// All of them; the first wins a tie.
    pub const ALL: [Self; 9] = [
        Self::English,
        Self::Portuguese,
        Self::Spanish,
        Self::German,
        Self::French,
        Self::Italian,
        Self::Japanese,
        Self::Vietnamese,
        Self::Russian,
    ];

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Portuguese => "Portuguese (Brazil)",
            Self::Spanish => "Spanish",
            Self::German => "German",
            Self::French => "French",
            Self::Italian => "Italian",
            Self::Japanese => "Japanese",
            Self::Vietnamese => "Vietnamese",
            Self::Russian => "Russian",
        }
    }
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Field {
    Campaign,
    AdSet,
    Ad,
    CampaignId,
    AdSetId,
    AdId,
    Day,
    Week,
    Month,
    PeriodStart,
    PeriodEnd,
    Platform,
    Placement,
    Age,
    Gender,
    Country,
    Region,
    MarketArea,
    Device,
    DevicePlatform,
    Hour,
    Asset,
    Spend,
    Impressions,
    Reach,
    Clicks,
    LinkClicks,
    Results,
    ResultKind,
    Purchases,
    WebsitePurchases,
    Revenue,
    Attribution,
    Currency,
    Frequency,
    CostPerResult,
    Cpm,
    Cpc,
    Ctr,
    Delivery,
    RunStarts,
    RunEnds,
    Budget,
    Account,
}

/// What kind of value a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or other text, kept as it stands.
    Text,
    /// A date, or a range of dates.
    Date,
    /// A whole number.
    Count,
    /// Money.
    Money,
    /// A rate: not read, but it shows how numbers are written.
    Ratio,
}

impl Field {
    /// Dimensions other than objects, days, network and placement: the segment of a row.
    pub const SEGMENTS: [Self; 9] = [
        Self::Age,
        Self::Gender,
        Self::Country,
        Self::Region,
        Self::MarketArea,
        Self::Device,
        Self::DevicePlatform,
        Self::Hour,
        Self::Asset,
    ];

    /// Names of objects, from the top down.
    pub const NAMES: [Self; 3] = [Self::Campaign, Self::AdSet, Self::Ad];

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Day | Self::Week | Self::Month | Self::PeriodStart | Self::PeriodEnd => Kind::Date,
            Self::RunStarts | Self::RunEnds => Kind::Date,
            Self::Spend | Self::Revenue => Kind::Money,
            Self::Impressions | Self::Reach | Self::Clicks | Self::LinkClicks => Kind::Count,
            Self::Results | Self::Purchases | Self::WebsitePurchases => Kind::Count,
            Self::Frequency | Self::CostPerResult | Self::Cpm | Self::Cpc | Self::Ctr => Kind::Ratio,
            _ => Kind::Text,
        }
    }

    /// Whether rows are divided by this field beyond their object and period.
    pub fn is_breakdown(self) -> bool {
        matches!(self, Self::Platform | Self::Placement) || Self::SEGMENTS.contains(&self)
    }

    /// Why a column that was understood is not read; `None` where it is.
    pub(super) fn unread(self) -> Option<&'static str> {
        match self {
            Self::Frequency | Self::CostPerResult | Self::Cpm | Self::Cpc | Self::Ctr => {
                Some("worked out from the totals, not read: rates of rows cannot be added")
            }
            Self::Delivery => Some("the status when the file was made; it may have changed since"),
            Self::RunStarts | Self::RunEnds => Some("when the ad set runs, not the period that the figures cover"),
            Self::Budget => Some("a budget, not a figure of the period"),
            Self::Account => Some("the ad account is chosen when importing"),
            _ => None,
        }
    }

    /// The word in segments and JSON, as in `serde`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Gender => "gender",
            Self::Country => "country",
            Self::Region => "region",
            Self::MarketArea => "market_area",
            Self::Device => "device",
            Self::DevicePlatform => "device_platform",
            Self::Hour => "hour",
            Self::Asset => "asset",
            other => other.label(),
        }
    }

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Campaign => "Campaign",
            Self::AdSet => "Ad set",
            Self::Ad => "Ad",
            Self::CampaignId => "Campaign id",
            Self::AdSetId => "Ad set id",
            Self::AdId => "Ad id",
            Self::Day => "Day",
            Self::Week => "Week",
            Self::Month => "Month",
            Self::PeriodStart => "First day of the period",
            Self::PeriodEnd => "Last day of the period",
            Self::Platform => "Network",
            Self::Placement => "Placement",
            Self::Age => "Age",
            Self::Gender => "Gender",
            Self::Country => "Country",
            Self::Region => "Region",
            Self::MarketArea => "Market area",
            Self::Device => "Device",
            Self::DevicePlatform => "Device platform",
            Self::Hour => "Time of day",
            Self::Asset => "Asset",
            Self::Spend => "Spend",
            Self::Impressions => "Impressions",
            Self::Reach => "Reach",
            Self::Clicks => "Clicks (all)",
            Self::LinkClicks => "Link clicks",
            Self::Results => "Results",
            Self::ResultKind => "Kind of result",
            Self::Purchases => "Purchases",
            Self::WebsitePurchases => "Website purchases",
            Self::Revenue => "Purchase value",
            Self::Attribution => "Attribution setting",
            Self::Currency => "Currency",
            Self::Frequency => "Frequency",
            Self::CostPerResult => "Cost per result",
            Self::Cpm => "CPM",
            Self::Cpc => "CPC",
            Self::Ctr => "CTR",
            Self::Delivery => "Delivery",
            Self::RunStarts => "Start of the ad set",
            Self::RunEnds => "End of the ad set",
            Self::Budget => "Budget",
            Self::Account => "Ad account",
        }
    }
}
