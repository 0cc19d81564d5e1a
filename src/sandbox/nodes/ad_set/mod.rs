//! Ad sets: create and update, with the rules of graph-api.md sections 7 and 8, and what only reads know.

mod goal;
mod learning;
pub mod money;

use serde_json::{Map, Value, json};

use super::enums::{BILLING, DESTINATIONS, GOALS};
use super::targeting::{self, Rules};
use super::{budget, edit, unoffered, values};
use crate::sandbox::custom_audiences;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::{Params, as_text};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Amounts of minor units.
const AMOUNTS: [&str; 7] = [
    "daily_budget",
    "lifetime_budget",
    "daily_min_spend_target",
    "daily_spend_cap",
    "lifetime_min_spend_target",
    "lifetime_spend_cap",
    "bid_amount",
];
// spec: AdAccount POST /adsets; AdSet POST
const PARAMS: &[&str] = &[
    "adlabels",
    "name",
    "campaign_id",
    "status",
    "optimization_goal",
    "billing_event",
    "bid_amount",
    "bid_strategy",
    "bid_constraints",
    "daily_budget",
    "lifetime_budget",
    "daily_min_spend_target",
    "daily_spend_cap",
    "lifetime_min_spend_target",
    "lifetime_spend_cap",
    "start_time",
    "end_time",
    "targeting",
    "promoted_object",
    "destination_type",
    "attribution_spec",
    "dsa_beneficiary",
    "dsa_payor",
    "is_dynamic_creative",
    "pacing_type",
    "execution_options",
];

pub use learning::learning;

/// `POST /act_x/adsets`.
///
/// # Errors
/// Meta's refusals.
pub fn create(world: &mut World, call: &Call, account: &str) -> Answer {
    let params = &call.params;
    params.offered(PARAMS, unoffered::AD_SET)?;
    let mut set = Map::new();
    edit::name(params, true, &mut set)?;
    edit::status(params, true, &mut set)?;
    edit::room(world, account, Kind::AdSet)?;
    let campaign_id = params.required_text("campaign_id")?;
    let campaign =
        world.state.find(&campaign_id, Kind::Campaign).filter(|campaign| campaign.account == account).cloned().ok_or_else(
            || GraphError::blamed("campaign_id", "Invalid campaign", "The campaign does not exist in this ad account."),
        )?;
    if matches!(campaign.text("status"), "DELETED" | "ARCHIVED") {
        return Err(GraphError::blamed(
            "campaign_id",
            "Campaign is deleted",
            "Ad sets cannot be added to a deleted or archived campaign.",
        )
        .sub(1_487_056));
    }
    for name in ["optimization_goal", "billing_event", "targeting"] {
        if !params.has(name) {
            return Err(GraphError::required(name));
        }
    }
    let set = shared(world, call, &campaign, None, set)?;
    edit::create(world, call, Kind::AdSet, account, Some(campaign_id), set)
}

/// `POST /{ad set}`.
///
/// # Errors
/// Meta's refusals.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    let params = &call.params;
    params.offered(PARAMS, unoffered::AD_SET)?;
    let Some(campaign) = world.state.parent_of(object).cloned() else {
        return Err(GraphError::missing(&object.id, "post"));
    };
    for name in ["campaign_id", "optimization_goal", "promoted_object", "is_dynamic_creative"] {
        let same = match name {
            "campaign_id" => params.text(name).is_none_or(|id| id == campaign.id),
            "is_dynamic_creative" => {
                params.flag(name)?.is_none_or(|flag| json!(flag) == *object.get(name).unwrap_or(&json!(false)))
            }
            "promoted_object" => params.object(name)?.is_none_or(|given| object.get(name) == Some(&Value::Object(given))),
            _ => params.text(name).is_none_or(|text| text == object.text(name)),
        };
        if !same {
            return Err(GraphError::blamed(
                name,
                "Field cannot be changed",
                format!("{name} cannot be changed after the ad set is made."),
            ));
        }
    }
    let mut set = Map::new();
    edit::name(params, false, &mut set)?;
    edit::status(params, false, &mut set)?;
    let set = shared(world, call, &campaign, Some(object), set)?;
    edit::alive(world, object, &set)?;
    budget::covers_spend(world, object, &set)?;
    edit::update(world, call, &object.id, set)
}

fn shared(
    world: &World,
    call: &Call,
    campaign: &Object,
    object: Option<&Object>,
    mut set: Map<String, Value>,
) -> Result<Map<String, Value>, GraphError> {
    let params = &call.params;
    let account = &campaign.account;
    let seeded = world.identity.account(account).ok_or_else(|| GraphError::missing(account, "post"))?;
    words(params, &mut set)?;
    edit::labels(params, &mut set)?;
    for name in AMOUNTS {
        budget::amount(params, name, &mut set)?;
    }
    if let Some(bid) = set.get("bid_amount").and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok()) {
        set.insert("bid_amount".into(), json!(bid));
    }
    for name in ["start_time", "end_time"] {
        budget::moment(params, name, values::zone(world, account), &mut set)?;
    }
    if object.is_none() && !set.contains_key("start_time") {
        set.insert("start_time".into(), json!(world.now()));
    }
    if let Some(spec) = params.object("targeting")? {
        let audiences = custom_audiences::of_account(&world.state, account, world.now());
        let rules = Rules {
            audiences: &audiences,
            v26: call.is_v26(),
            restricted: targeting::restricts(campaign.get("special_ad_categories")),
            creating: object.is_none(),
        };
        set.insert("targeting".into(), Value::Object(targeting::check(spec, rules)?));
    }
    attribution(params, &mut set)?;
    let after = edit::merged(object, &set);
    goal::goal(world, campaign, &after)?;
    budget::flight(&after, world.now(), "end_time", set.contains_key("end_time"))?;
    money::money(world, seeded, campaign, object, &after, &set)?;
    transparency(&after)?;
    Ok(set)
}

fn words(params: &Params, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    for (name, known) in [
        ("optimization_goal", GOALS),
        ("billing_event", BILLING),
        ("bid_strategy", budget::BID_STRATEGIES),
        ("destination_type", DESTINATIONS),
    ] {
        if let Some(word) = params.word(name, known)? {
            set.insert(name.into(), json!(word));
        }
    }
    for name in ["dsa_beneficiary", "dsa_payor"] {
        if let Some(text) = params.text(name) {
            set.insert(name.into(), json!(text));
        }
    }
    for name in ["promoted_object", "bid_constraints"] {
        if let Some(object) = params.object(name)? {
            set.insert(name.into(), Value::Object(object));
        }
    }
    if let Some(pacing) = params.words("pacing_type", budget::PACING)? {
        set.insert("pacing_type".into(), json!(pacing));
    }
    if let Some(flag) = params.flag("is_dynamic_creative")? {
        set.insert("is_dynamic_creative".into(), json!(flag));
    }
    Ok(())
}

fn attribution(params: &Params, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    let Some(given) = params.list("attribution_spec")? else {
        return Ok(());
    };
    let bad = |text: &str| GraphError::blamed("attribution_spec", "Invalid attribution setting", text);
    for entry in &given {
        let kind = entry.get("event_type").map(as_text).unwrap_or_default();
        let days = entry.get("window_days").map(as_text).unwrap_or_default();
        let allowed: &[&str] = match kind.as_str() {
            "CLICK_THROUGH" => &["1", "7", "28"],
            "VIEW_THROUGH" | "ENGAGED_VIDEO_VIEW" => &["0", "1"],
            _ => {
                return Err(bad("event_type must be CLICK_THROUGH, VIEW_THROUGH or ENGAGED_VIDEO_VIEW."));
            }
        };
        if !allowed.contains(&days.as_str()) {
            return Err(bad(&format!("window_days of {kind} must be one of {}.", allowed.join(", "))));
        }
    }
    let numbers: Vec<Value> = given
        .iter()
        .map(|entry| {
            let days: i64 = entry.get("window_days").map(as_text).and_then(|text| text.parse().ok()).unwrap_or(0);
            json!({"event_type": entry.get("event_type"), "window_days": days})
        })
        .collect();
    set.insert("attribution_spec".into(), json!(numbers));
    Ok(())
}

/// Digital Services Act: ads to people in the EU name beneficiary and payer.
fn transparency(after: &Map<String, Value>) -> Result<(), GraphError> {
    let Some(targeting) = after.get("targeting").and_then(Value::as_object) else {
        return Ok(());
    };
    if !targeting::reaches_eu(targeting) {
        return Ok(());
    }
    for (name, what) in [("dsa_beneficiary", "beneficiary"), ("dsa_payor", "payer")] {
        if after.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(GraphError::blamed(
                name,
                "Ad transparency information is missing",
                format!("Ads to people in the European Union must name their {what}: set {name}."),
            )
            .sub(3_858_081));
        }
    }
    Ok(())
}

/// `targeting` with what Meta adds on reads.
#[must_use]
pub fn targeting_read_back(object: &Object) -> Option<Value> {
    object.get("targeting").and_then(Value::as_object).map(|spec| Value::Object(targeting::with_effective(spec)))
}
