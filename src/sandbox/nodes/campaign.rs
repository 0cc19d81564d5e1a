//! Campaigns: create and update, with the rules of graph-api.md section 6.

use serde_json::{Map, Value, json};

use super::enums::{CATEGORIES, LEGACY_OBJECTIVES, OBJECTIVES};
use super::{ad_set, budget, edit, unoffered, values};
use crate::sandbox::seeded::AccountSeed;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: AdAccount POST /campaigns; Campaign POST
const PARAMS: &[&str] = &[
    "name",
    "objective",
    "status",
    "special_ad_categories",
    "special_ad_category_country",
    "buying_type",
    "bid_strategy",
    "daily_budget",
    "lifetime_budget",
    "spend_cap",
    "start_time",
    "stop_time",
    "is_adset_budget_sharing_enabled",
    "execution_options",
    "promoted_object",
    "adlabels",
    "pacing_type",
    "smart_promotion_type",
];

/// `POST /act_x/campaigns`.
///
/// # Errors
/// Meta's refusals.
pub fn create(world: &mut World, call: &Call, account: &str) -> Answer {
    let params = &call.params;
    params.offered(PARAMS, unoffered::CAMPAIGN)?;
    let mut set = Map::new();
    edit::name(params, true, &mut set)?;
    edit::room(world, account, Kind::Campaign)?;
    let objective = objective(params)?.ok_or_else(|| GraphError::required("objective"))?;
    set.insert("objective".into(), json!(objective));
    edit::status(params, true, &mut set)?;
    if params.raw("special_ad_categories").is_none() {
        return Err(GraphError::required("special_ad_categories"));
    }
    let buying = params.word("buying_type", &["AUCTION", "RESERVED"])?.unwrap_or_else(|| "AUCTION".into());
    if buying == "RESERVED" {
        return Err(GraphError::invalid("buying_type RESERVED is not enabled for this ad account").blame("buying_type"));
    }
    set.insert("buying_type".into(), json!(buying));
    shared(world, params, account, None, &mut set)?;
    let has_budget = set.contains_key("daily_budget") || set.contains_key("lifetime_budget");
    if world.strict && !has_budget && !set.contains_key("is_adset_budget_sharing_enabled") {
        return Err(GraphError::blamed(
            "is_adset_budget_sharing_enabled",
            "Ad set budget sharing is not specified",
            "You must specify True or False for is_adset_budget_sharing_enabled if the campaign has no campaign budget.",
        )
        .sub(4_834_011));
    }
    set.entry("is_adset_budget_sharing_enabled").or_insert(json!(false));
    edit::create(world, call, Kind::Campaign, account, None, set)
}

/// `POST /{campaign}`.
///
/// # Errors
/// Meta's refusals.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    let params = &call.params;
    params.offered(PARAMS, unoffered::CAMPAIGN)?;
    for name in ["objective", "buying_type"] {
        if params.text(name).is_some_and(|given| given != object.text(name)) {
            return Err(GraphError::blamed(
                name,
                "Field cannot be changed",
                format!("The {name} of a campaign cannot be changed."),
            ));
        }
    }
    let mut set = Map::new();
    edit::name(params, false, &mut set)?;
    edit::status(params, false, &mut set)?;
    shared(world, params, &object.account, Some(object), &mut set)?;
    edit::alive(world, object, &set)?;
    budget::covers_spend(world, object, &set)?;
    edit::update(world, call, &object.id, set)
}

/// The objective, if the call has one. Those from before the outcomes can no longer be chosen. Source: Marketing API, "Outcome-driven
/// ads experiences": campaigns are made with OUTCOME_ objectives only.
fn objective(params: &Params) -> Result<Option<String>, GraphError> {
    let known = [OBJECTIVES, LEGACY_OBJECTIVES].concat();
    match params.word("objective", &known)? {
        Some(legacy) if LEGACY_OBJECTIVES.contains(&legacy.as_str()) => Err(GraphError::blamed(
            "objective",
            "Objective is invalid",
            format!("Objective {legacy} is invalid. Use one of: {}.", OBJECTIVES.join(", ")),
        )),
        given => Ok(given),
    }
}

fn shared(
    world: &World,
    params: &Params,
    account: &str,
    object: Option<&Object>,
    set: &mut Map<String, Value>,
) -> Result<(), GraphError> {
    let seeded = world.identity.account(account).ok_or_else(|| GraphError::missing(account, "post"))?;
    // Source: v25.0 changelog; all versions since 2026-05-19.
    if let Some(kind) = params.text("smart_promotion_type").filter(|kind| kind != "GUIDED_CREATION") {
        let text = format!("Campaigns of the smart_promotion_type {kind} can no longer be made or changed by it.");
        return Err(GraphError::blamed("smart_promotion_type", "Advantage+ campaigns have moved", text));
    }
    edit::labels(params, set)?;
    if let Some(pacing) = params.words("pacing_type", budget::PACING)? {
        set.insert("pacing_type".into(), json!(pacing));
    }
    if params.raw("special_ad_categories").is_some() {
        let mut given = params.words("special_ad_categories", CATEGORIES)?.unwrap_or_default();
        given.retain(|category| category != "NONE");
        set.insert("special_ad_categories".into(), json!(given));
    }
    if let Some(countries) = params.texts("special_ad_category_country")? {
        if countries.iter().any(|country| crate::sandbox::places::country(country).is_none()) {
            return Err(GraphError::invalid("Param special_ad_category_country must hold country codes")
                .blame("special_ad_category_country"));
        }
        set.insert("special_ad_category_country".into(), json!(countries));
    }
    if let Some(strategy) = params.word("bid_strategy", budget::BID_STRATEGIES)? {
        set.insert("bid_strategy".into(), json!(strategy));
    }
    if let Some(flag) = params.flag("is_adset_budget_sharing_enabled")? {
        set.insert("is_adset_budget_sharing_enabled".into(), json!(flag));
    }
    if let Some(promoted) = params.object("promoted_object")? {
        set.insert("promoted_object".into(), Value::Object(promoted));
    }
    for name in ["daily_budget", "lifetime_budget", "spend_cap"] {
        budget::amount(params, name, set)?;
    }
    for name in ["start_time", "stop_time"] {
        budget::moment(params, name, values::zone(world, account), set)?;
    }
    let after = edit::merged(object, set);
    let now = world.now();
    budgets(world, seeded, object, &after, set, now)?;
    budget::flight(&after, now, "stop_time", set.contains_key("stop_time"))
}

fn budgets(
    world: &World,
    seeded: AccountSeed,
    object: Option<&Object>,
    after: &Map<String, Value>,
    set: &Map<String, Value>,
    now: i64,
) -> Result<(), GraphError> {
    let (daily, lifetime) = (budget::stored(after, "daily_budget"), budget::stored(after, "lifetime_budget"));
    if daily.is_some() && lifetime.is_some() {
        return Err(GraphError::blamed(
            "lifetime_budget",
            "Two budgets",
            "You can set either a daily budget or a lifetime budget, not both.",
        ));
    }
    let has_budget = daily.is_some() || lifetime.is_some();
    if let Some(object) = object {
        let had = ["daily_budget", "lifetime_budget"].iter().any(|name| object.get(name).is_some());
        let has_ad_sets = !world.state.children_of(&object.id).is_empty();
        if had != has_budget && has_ad_sets {
            return Err(GraphError::blamed(
                "daily_budget",
                "Budget level cannot be changed",
                "A campaign with ad sets cannot change between a campaign budget and ad set budgets.",
            ));
        }
    }
    // Source: Marketing API changelog, v7.0: deprecated for campaign budgets.
    if has_budget && budget::stored(after, "spend_cap").is_some() {
        return Err(GraphError::blamed(
            "spend_cap",
            "Spend cap with a campaign budget",
            "A campaign with a budget cannot have a spending limit too; use a lifetime budget instead.",
        ));
    }
    if let Some(object) = object {
        for (name, whole) in [("daily_min_spend_target", daily), ("lifetime_min_spend_target", lifetime)] {
            if whole.is_some_and(|whole| ad_set::money::floors(world, object, name, None) > whole) {
                return Err(GraphError::blamed(
                    "daily_budget",
                    "Budget is below the minimum spend",
                    "The campaign budget must not be less than the minimum spend of its ad sets together.",
                ));
            }
        }
    }
    if set.contains_key("daily_budget") || set.contains_key("lifetime_budget") {
        budget::minimum(seeded, "campaign", (daily, lifetime), "IMPRESSIONS", None, budget::days(after, "stop_time", now))?;
    }
    if after.contains_key("bid_strategy") && !has_budget {
        return Err(GraphError::blamed(
            "bid_strategy",
            "Bid strategy without campaign budget",
            "A bid strategy belongs to the campaign only with a campaign budget; else set it on each ad set.",
        ));
    }
    let least = 100 * super::minimums::daily(seeded);
    if budget::stored(set, "spend_cap").is_some_and(|cap| cap < least) {
        return Err(GraphError::blamed(
            "spend_cap",
            "Spend cap is too low",
            format!("Your campaign spending limit must be at least {}.", super::minimums::written(seeded, least)),
        ));
    }
    Ok(())
}
