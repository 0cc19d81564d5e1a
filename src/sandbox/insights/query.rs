//! An insights call read and checked: level, fields, breakdowns, periods, filters, windows, order.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;

use super::breakdowns;
use super::periods::{self, Period};
use crate::sandbox::delivery::pacing::local_day;
use crate::sandbox::nodes::listing::Filter;
use crate::sandbox::nodes::read::Node;
use crate::sandbox::nodes::tables::INSIGHTS_FIELDS;
use crate::sandbox::seeded::AccountSeed;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::fields;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Parameters of an insights call.
// spec: AdAccount GET /insights
pub const PARAMS: &[&str] = &[
    "level",
    "breakdowns",
    "action_breakdowns",
    "action_attribution_windows",
    "action_report_time",
    "use_unified_attribution_setting",
    "use_account_attribution_setting",
    "date_preset",
    "time_range",
    "time_ranges",
    "time_increment",
    "filtering",
    "sort",
    "default_summary",
    "product_id_limit",
    "export_format",
    "export_columns",
    "export_name",
    "graph_cache",
    "summary_action_breakdowns",
];
// spec: enum adaccountinsights_level_enum_param
const LEVELS: &[&str] = &["account", "campaign", "adset", "ad"];
/// Attribution windows of v26. The 7- and 28-day view windows are accepted and have had no values since 2026-01-12.
// spec: enum adaccountinsights_action_attribution_windows_enum_param
const WINDOWS: &[&str] = &[
    "1d_click",
    "1d_ev",
    "1d_sequenced",
    "1d_view",
    "28d_click",
    "28d_sequenced",
    "28d_view",
    "28d_view_all_conversions",
    "28d_view_first_conversion",
    "7d_click",
    "7d_sequenced",
    "7d_view",
    "7d_view_all_conversions",
    "7d_view_first_conversion",
    "custom",
    "dda",
    "default",
    "incrementality",
    "incrementality_all_conversions",
    "incrementality_first_conversion",
    "skan_click",
    "skan_click_second_postback",
    "skan_click_third_postback",
    "skan_view",
    "skan_view_second_postback",
    "skan_view_third_postback",
];
/// Accepted and without effect since 2025-06-10: every ad set is reported by its own setting.
// spec: enum adaccountinsights_action_report_time_enum_param
const REPORT_TIMES: &[&str] = &["conversion", "impression", "lifetime", "mixed"];
/// Figures that rows may be filtered by, by themselves or after the level's name.
// spec: AdsInsights fields
const FIGURES: &[&str] =
    &["impressions", "spend", "clicks", "reach", "inline_link_clicks", "ctr", "cpc", "cpm", "frequency", "cpp"];
/// What rows may be sorted by.
// spec: AdsInsights fields
const SORTED: &[&str] =
    &["impressions", "spend", "clicks", "reach", "inline_link_clicks", "ctr", "cpc", "cpm", "frequency", "cpp", "date_start"];
/// What objects may be filtered by, after the name of their level.
// spec: Campaign fields; AdSet fields; Ad fields
// spec beyond: delivery_info (Insights API, "Filtering")
const OBJECT_FIELDS: &[&str] = &[
    "id",
    "name",
    "effective_status",
    "configured_status",
    "delivery_info",
    "objective",
    "buying_type",
    "optimization_goal",
    "updated_time",
    "created_time",
];

/// Grain of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// One row for the account.
    Account,
    /// A row per campaign.
    Campaign,
    /// A row per ad set.
    AdSet,
    /// A row per ad.
    Ad,
}

impl Level {
    /// The level that the first part of a filter's field names.
    fn of_filter(word: &str) -> Option<Self> {
        match word {
            "campaign" => Some(Self::Campaign),
            "adset" => Some(Self::AdSet),
            "ad" | "adgroup" => Some(Self::Ad),
            _ => None,
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "campaign" => Self::Campaign,
            "adset" => Self::AdSet,
            "ad" => Self::Ad,
            _ => Self::Account,
        }
    }
}

/// A checked query.
#[derive(Debug, Clone)]
pub struct Query {
    /// `act_...`
    pub account: String,
    /// The same, as rows of the account are kept by.
    pub account_key: Arc<str>,
    /// Currency and zone.
    pub seeded: AccountSeed,
    /// The node asked, when it is no account.
    pub within: Option<String>,
    /// Grain.
    pub level: Level,
    /// Asked fields; the defaults where none were.
    pub fields: Vec<String>,
    /// Asked breakdowns.
    pub breakdowns: Vec<String>,
    /// What actions are divided by; their type where nothing was asked.
    pub action_breakdowns: Vec<String>,
    /// First day of which numbers of people are told under a breakdown.
    pub people_from: NaiveDate,
    /// Days.
    pub periods: Vec<Period>,
    /// Filters.
    pub filters: Vec<Filter>,
    /// Attribution windows to show beside the value.
    pub windows: Vec<String>,
    /// Order: field, and whether descending.
    pub sort: Option<(String, bool)>,
    /// Whether a summary row is wanted.
    pub summary: bool,
}

impl Query {
    /// Reads a call as of a moment in unix seconds, from which presets and the limits of history count.
    ///
    /// # Errors
    /// Code 100 with Meta's texts, 3018 for a start too far back.
    pub fn read(world: &World, call: &Call, node: &Node, at: i64) -> Result<Self, GraphError> {
        let params = &call.params;
        params.only(PARAMS)?;
        let object = match node {
            Node::Object(id) => world.state.objects.get(id),
            _ => None,
        }
        .ok_or_else(|| GraphError::missing("insights", "get"))?;
        let seeded = world.identity.account(&object.account).ok_or_else(|| GraphError::missing(&object.account, "get"))?;
        let own = own_level(object);
        let level = params.word("level", LEVELS)?.map_or(own, |word| Level::parse(&word));
        // An object below the asked level cannot be summed up to it.
        let level = level.max(own);
        let (breakdowns, action_breakdowns) = breakdowns::read(params)?;
        let fields = read_fields(call, level, &breakdowns)?;
        let today = local_day(seeded.zone, at);
        let first = local_day(seeded.zone, crate::sandbox::seeded::FIRST_MOMENT);
        for flag in ["use_unified_attribution_setting", "use_account_attribution_setting", "default_summary", "graph_cache"] {
            params.flag(flag)?;
        }
        params.word("action_report_time", REPORT_TIMES)?;
        params.integer("product_id_limit")?;
        let sort = sort_key(params.texts("sort")?.unwrap_or_default())?;
        let mut periods = periods::read(params, today, first)?;
        if let Some(from) = periods::told_from(&breakdowns, today) {
            periods.retain(|period| period.0 >= from);
        }
        Ok(Self {
            account: object.account.clone(),
            account_key: Arc::from(object.account.as_str()),
            seeded,
            within: (object.kind != Kind::Account).then(|| object.id.clone()),
            level,
            fields,
            action_breakdowns,
            people_from: periods::people_from(&breakdowns, today),
            breakdowns,
            periods,
            filters: filters(call, level)?,
            windows: params.words("action_attribution_windows", WINDOWS)?.unwrap_or_default(),
            sort,
            summary: summary(call)?,
        })
    }

    /// Whether a breakdown was asked.
    #[must_use]
    pub fn by(&self, breakdown: &str) -> bool {
        self.breakdowns.iter().any(|given| given == breakdown)
    }

    /// Whether people can be told at all: not by the hour (Marketing API, "Insights breakdowns", limitations).
    #[must_use]
    pub fn tells_people(&self) -> bool {
        !breakdowns::HOURLY.iter().any(|name| self.by(name))
    }

    /// Whether conversions outside Meta's apps are told: not by region, market or hour (the same limitations).
    #[must_use]
    pub fn tells_conversions(&self) -> bool {
        self.tells_people() && !self.by("region") && !self.by("comscore_market")
    }

    /// Whether any asked figure needs the number of people.
    #[must_use]
    pub fn needs_reach(&self) -> bool {
        let needs = |name: &str| counts_people(name) || matches!(name, "results" | "cost_per_result");
        self.fields.iter().any(|field| needs(field))
            || self.sort.as_ref().is_some_and(|(field, _)| needs(field))
            || self.filters.iter().any(|filter| needs(&filter.field))
    }
}

fn own_level(object: &Object) -> Level {
    match object.kind {
        Kind::Campaign => Level::Campaign,
        Kind::AdSet => Level::AdSet,
        Kind::Ad => Level::Ad,
        _ => Level::Account,
    }
}

/// Fields about people, who are counted only under a breakdown of the last thirteen months.
#[must_use]
pub fn counts_people(field: &str) -> bool {
    matches!(field, "reach" | "frequency" | "cpp" | "full_view_reach")
        || field.starts_with("unique_")
        || field.starts_with("cost_per_unique_")
}

/// The asked fields, or the ids of the level with impressions and spend where none were.
fn read_fields(call: &Call, level: Level, asked: &[String]) -> Result<Vec<String>, GraphError> {
    let Some(fields) = fields::asked(&call.params)?.filter(|fields| !fields.is_empty()) else {
        let ids = [(Level::Campaign, "campaign_id"), (Level::AdSet, "adset_id"), (Level::Ad, "ad_id")];
        let of_level = ids.iter().filter(|(from, _)| level >= *from).map(|(_, name)| *name);
        return Ok(["account_id"].into_iter().chain(of_level).chain(["impressions", "spend"]).map(str::to_owned).collect());
    };
    let hourly = asked.iter().any(|name| breakdowns::HOURLY.contains(&name.as_str()));
    for field in &fields {
        let name = field.name.as_str();
        let refuse = |text: String| Err(GraphError::invalid(text).blame("fields"));
        if !INSIGHTS_FIELDS.contains(&name) {
            if breakdowns::BREAKDOWNS.contains(&name) || breakdowns::ACTION_BREAKDOWNS.contains(&name) {
                return refuse(format!("{name} is a breakdown and cannot be requested as a field"));
            }
            return refuse(format!(
                "{name} is not valid for fields param. please check https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values"
            ));
        }
        if hourly && name.starts_with("video_") {
            return refuse(format!("{name} cannot be requested with hourly breakdowns"));
        }
    }
    Ok(fields.into_iter().map(|field| field.name).collect())
}

/// One field with its direction, ascending where none is named.
fn sort_key(asked: Vec<String>) -> Result<Option<(String, bool)>, GraphError> {
    if asked.len() > 1 {
        return Err(GraphError::invalid("Param sort must have one entry").blame("sort"));
    }
    let Some(text) = asked.into_iter().next() else {
        return Ok(None);
    };
    let (field, descending) = match (text.strip_suffix("_descending"), text.strip_suffix("_ascending")) {
        (Some(field), _) => (field, true),
        (_, Some(field)) => (field, false),
        _ => (text.as_str(), false),
    };
    if SORTED.contains(&field) {
        Ok(Some((field.to_owned(), descending)))
    } else {
        Err(GraphError::invalid(format!("Param sort: {text} cannot be sorted by")).blame("sort"))
    }
}

/// `summary` names the fields of the total, which must be among those of the rows.
fn summary(call: &Call) -> Result<bool, GraphError> {
    if call.params.flag("default_summary")?.unwrap_or(false) {
        return Ok(true);
    }
    let Some(names) = call.params.texts("summary")? else {
        return Ok(false);
    };
    if matches!(names.as_slice(), [only] if matches!(only.as_str(), "true" | "false" | "0" | "1")) {
        return Ok(false);
    }
    let asked: Vec<String> = fields::asked(&call.params)?.unwrap_or_default().into_iter().map(|field| field.name).collect();
    let absent: Vec<&str> = names.iter().map(String::as_str).filter(|name| !asked.iter().any(|field| field == name)).collect();
    if absent.is_empty() || asked.is_empty() {
        return Ok(true);
    }
    Err(GraphError::invalid(format!(
        "Cannot include {} in summary param because they weren't there while creating the report run. All available values are: {}",
        absent.join(", "),
        asked.join(", ")
    ))
    .blame("summary"))
}

fn filters(call: &Call, level: Level) -> Result<Vec<Filter>, GraphError> {
    let mut filters = Filter::all(&call.params)?;
    for filter in &mut filters {
        let (of, name) = filter.field.split_once('.').unwrap_or(("", filter.field.as_str()));
        let figure = FIGURES.contains(&name) && (of.is_empty() || Level::of_filter(of) == Some(level));
        let object =
            Level::of_filter(of).is_some_and(|_| OBJECT_FIELDS.contains(&name)) || (of.is_empty() && name == "objective");
        if !figure && !object {
            return Err(GraphError::invalid(format!(
                "Filtering field {} with operation {} is not supported",
                filter.field,
                filter.operator.to_lowercase()
            ))
            .blame("filtering"));
        }
        if figure {
            filter.field = name.to_owned();
        }
        if matches!(filter.value, Value::Null) {
            return Err(GraphError::invalid("A filter needs a value").blame("filtering"));
        }
    }
    Ok(filters)
}
