//! An insights call read and checked: level, fields, breakdowns, periods, filters, windows, order.

use serde_json::Value;

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
    "summary_action_breakdowns",
];
const LEVELS: &[&str] = &["account", "campaign", "adset", "ad"];
const BREAKDOWNS: &[&str] = &["age", "gender", "country", "publisher_platform", "platform_position"];
const WINDOWS: &[&str] = &[
    "1d_click",
    "7d_click",
    "28d_click",
    "1d_view",
    "7d_view",
    "28d_view",
    "1d_ev",
    "dda",
    "default",
    "skan_click",
    "skan_view",
];
/// Sets of breakdowns that may be asked together.
const PERMITTED: &[&[&str]] = &[
    &[],
    &["age"],
    &["gender"],
    &["age", "gender"],
    &["country"],
    &["publisher_platform"],
    &["publisher_platform", "platform_position"],
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
    /// Reads a call.
    ///
    /// # Errors
    /// Code 100 with Meta's texts.
    pub fn read(world: &World, call: &Call, node: &Node) -> Result<Self, GraphError> {
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
        let level = level.max(own);
        let breakdowns = breakdowns(call)?;
        let fields = read_fields(call)?;
        let today = local_day(seeded.zone, world.now());
        let first = local_day(seeded.zone, crate::sandbox::seeded::FIRST_MOMENT);
        params.words(
            "action_breakdowns",
            &["action_type", "action_target_id", "action_destination", "action_device", "action_reaction"],
        )?;
        let sort = params.texts("sort")?.and_then(|list| list.into_iter().next()).map(|text| sort_key(&text)).transpose()?;
        let asks_summary = params.text("default_summary").as_deref() == Some("true")
            || params
                .raw("summary")
                .is_some_and(|value| !matches!(crate::sandbox::wire::params::as_text(value).as_str(), "true" | "false"));
        Ok(Self {
            account: object.account.clone(),
            seeded,
            within: (object.kind != Kind::Account).then(|| object.id.clone()),
            level,
            fields,
            breakdowns,
            periods: periods::read(params, today, first)?,
            filters: filters(call)?,
            windows: params.words("action_attribution_windows", WINDOWS)?.unwrap_or_default(),
            sort,
            summary: asks_summary,
        })
    }

    /// Whether a breakdown was asked.
    #[must_use]
    pub fn by(&self, breakdown: &str) -> bool {
        self.breakdowns.iter().any(|given| given == breakdown)
    }

    /// Whether any asked figure needs the number of people.
    #[must_use]
    pub fn needs_reach(&self) -> bool {
        let needs = |name: &str| matches!(name, "reach" | "frequency" | "cpp" | "results" | "cost_per_result");
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

fn breakdowns(call: &Call) -> Result<Vec<String>, GraphError> {
    let given = call.params.words("breakdowns", BREAKDOWNS)?.unwrap_or_default();
    let given: Vec<String> = given.into_iter().filter(|breakdown| !breakdown.is_empty()).collect();
    let permitted = PERMITTED
        .iter()
        .any(|set| set.len() == given.len() && set.iter().all(|breakdown| given.iter().any(|asked| asked == breakdown)));
    if permitted {
        return Ok(given);
    }
    Err(GraphError::invalid(format!("Current combination of data breakdown columns ({}) is invalid", given.join(", ")))
        .blame("breakdowns"))
}

fn read_fields(call: &Call) -> Result<Vec<String>, GraphError> {
    let Some(fields) = fields::asked(&call.params)? else {
        return Ok(["account_id", "impressions", "spend"].map(str::to_owned).to_vec());
    };
    for field in &fields {
        if BREAKDOWNS.contains(&field.name.as_str()) {
            return Err(
                GraphError::invalid(format!("{} is a breakdown and cannot be requested as a field", field.name)).blame("fields")
            );
        }
        if !INSIGHTS_FIELDS.contains(&field.name.as_str()) {
            return Err(GraphError::invalid(format!("{} is not valid for fields param. please check https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values", field.name)).blame("fields"));
        }
    }
    Ok(fields.into_iter().map(|field| field.name).collect())
}

fn sort_key(text: &str) -> Result<(String, bool), GraphError> {
    let (field, descending) = match (text.strip_suffix("_descending"), text.strip_suffix("_ascending")) {
        (Some(field), _) => (field, true),
        (_, Some(field)) => (field, false),
        _ => (text, false),
    };
    if INSIGHTS_FIELDS.contains(&field) {
        Ok((field.to_owned(), descending))
    } else {
        Err(GraphError::invalid(format!("Param sort: {text} cannot be sorted by")).blame("sort"))
    }
}

fn filters(call: &Call) -> Result<Vec<Filter>, GraphError> {
    let filters = Filter::all(&call.params)?;
    for filter in &filters {
        let known = match filter.field.split_once('.') {
            Some(("campaign" | "adset" | "ad" | "adgroup", name)) => matches!(
                name,
                "id" | "name" | "effective_status" | "objective" | "optimization_goal" | "updated_time" | "created_time"
            ),
            Some(_) => false,
            None => {
                matches!(filter.field.as_str(), "impressions" | "spend" | "clicks" | "reach" | "inline_link_clicks" | "objective")
            }
        };
        if !known {
            return Err(GraphError::invalid(format!(
                "Filtering field {} with operation {} is not supported",
                filter.field,
                filter.operator.to_lowercase()
            ))
            .blame("filtering"));
        }
        if matches!(filter.value, Value::Null) {
            return Err(GraphError::invalid("A filter needs a value").blame("filtering"));
        }
    }
    Ok(filters)
}
