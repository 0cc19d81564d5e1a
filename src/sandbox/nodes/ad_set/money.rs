//! What an ad set may spend and bid: a budget of its own, or limits under a campaign budget. Source: graph-api.md section 7;
//! Marketing API, "Advantage campaign budget".

use serde_json::{Map, Value};

use crate::sandbox::nodes::{budget, minimums};
use crate::sandbox::seeded::AccountSeed;
use crate::sandbox::state::Object;
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::as_text;
use crate::sandbox::world::World;

pub(super) fn money(
    world: &World,
    seeded: AccountSeed,
    campaign: &Object,
    object: Option<&Object>,
    after: &Map<String, Value>,
    set: &Map<String, Value>,
) -> Result<(), GraphError> {
    let (daily, lifetime) = (budget::stored(after, "daily_budget"), budget::stored(after, "lifetime_budget"));
    let shared = ["daily_budget", "lifetime_budget"].iter().any(|name| campaign.get(name).is_some());
    let blamed = |name: &str, title: &str, text: &str| Err(GraphError::blamed(name, title, text));
    match (daily, lifetime) {
        (Some(_), Some(_)) => {
            return blamed("lifetime_budget", "Two budgets", "You can set either a daily budget or a lifetime budget, not both.");
        }
        (None, None) if !shared => {
            return Err(GraphError::blamed(
                "daily_budget",
                "No budget",
                "Set daily_budget or lifetime_budget: the campaign has no budget.",
            )
            .sub(1_885_621));
        }
        (Some(_), None) | (None, Some(_)) if shared => {
            return blamed("daily_budget", "Two budget levels", "The campaign has a budget, so its ad sets cannot have one.");
        }
        (None, Some(_)) if !after.contains_key("end_time") => {
            return blamed("end_time", "End time is missing", "An ad set with a lifetime budget needs an end_time.");
        }
        _ => {}
    }
    if campaign.get("lifetime_budget").is_some() && !after.contains_key("end_time") && campaign.get("stop_time").is_none() {
        return blamed("end_time", "End time is missing", "Ad sets of a campaign with a lifetime budget need an end_time.");
    }
    limits(world, seeded, campaign, object, after)?;
    let strategy = campaign
        .get("bid_strategy")
        .or_else(|| after.get("bid_strategy"))
        .and_then(Value::as_str)
        .unwrap_or("LOWEST_COST_WITHOUT_CAP");
    if shared && after.get("bid_strategy").is_some_and(|own| own != strategy) {
        return blamed("bid_strategy", "Two bid strategies", "Under a campaign budget the bid strategy is the campaign's.");
    }
    let bid = after.get("bid_amount").and_then(Value::as_i64);
    let capped = matches!(strategy, "COST_CAP" | "LOWEST_COST_WITH_BID_CAP");
    if capped && bid.is_none() {
        return Err(GraphError::blamed(
            "bid_amount",
            "Bid amount is missing",
            format!("A bid amount is required for the bid strategy {strategy}."),
        )
        .sub(1_815_857));
    }
    if strategy == "LOWEST_COST_WITH_MIN_ROAS" && !after.contains_key("bid_constraints") {
        return blamed(
            "bid_constraints",
            "Minimum return is missing",
            "Set bid_constraints.roas_average_floor for this bid strategy.",
        );
    }
    roas(strategy, after)?;
    if !capped && bid.is_some() && set.contains_key("bid_amount") {
        return blamed(
            "bid_amount",
            "Bid amount is not used",
            "bid_amount needs the bid strategy COST_CAP or LOWEST_COST_WITH_BID_CAP.",
        );
    }
    let now = world.now();
    if set.contains_key("daily_budget") || set.contains_key("lifetime_budget") || object.is_none() {
        let billing = after.get("billing_event").and_then(Value::as_str).unwrap_or("IMPRESSIONS");
        let days = budget::days(after, "end_time", now);
        let bid = bid.filter(|_| strategy == "LOWEST_COST_WITH_BID_CAP");
        budget::minimum(seeded, "ad set", (daily, lifetime), billing, bid, days)?;
    }
    if let (Some(_), Some(end)) = (daily, after.get("end_time").and_then(Value::as_i64)) {
        let start = after.get("start_time").and_then(Value::as_i64).unwrap_or(now);
        if set.contains_key("end_time") && end - start < 86_400 {
            return blamed("end_time", "Flight is too short", "An ad set with a daily budget must run for at least 24 hours.");
        }
    }
    Ok(())
}

/// A least return is asked of value alone, in ten-thousandths. Source: Marketing API, "Bidding", minimum ROAS.
fn roas(strategy: &str, after: &Map<String, Value>) -> Result<(), GraphError> {
    let Some(constraints) = after.get("bid_constraints").and_then(Value::as_object) else {
        return Ok(());
    };
    let blamed = |text: &str| Err(GraphError::blamed("bid_constraints", "Invalid bid constraints", text));
    if let Some(key) = constraints.keys().find(|key| *key != "roas_average_floor") {
        return blamed(&format!("bid_constraints has no key {key}."));
    }
    if strategy != "LOWEST_COST_WITH_MIN_ROAS" {
        return blamed("bid_constraints needs the bid strategy LOWEST_COST_WITH_MIN_ROAS.");
    }
    let floor = constraints.get("roas_average_floor").map(as_text).and_then(|text| text.parse::<i64>().ok());
    if !floor.is_some_and(|floor| (100..=10_000_000).contains(&floor)) {
        return blamed("roas_average_floor is a whole number from 100 (0.01) to 10000000 (1000).");
    }
    if after.get("optimization_goal").is_some_and(|goal| goal != "VALUE") {
        return blamed("A minimum return needs the performance goal VALUE.");
    }
    Ok(())
}

/// Limits under a campaign budget: in the budget's own pace, not crossed, the ceiling no smaller than an ad set's least budget,
/// and the floors of all ad sets together within the budget.
fn limits(
    world: &World,
    seeded: AccountSeed,
    campaign: &Object,
    object: Option<&Object>,
    after: &Map<String, Value>,
) -> Result<(), GraphError> {
    let blamed = |name: &str, title: &str, text: &str| Err(GraphError::blamed(name, title, text));
    for (pace, budget_name) in [("daily", "daily_budget"), ("lifetime", "lifetime_budget")] {
        let (floor_name, cap_name) = (format!("{pace}_min_spend_target"), format!("{pace}_spend_cap"));
        let (least, most) = (budget::stored(after, &floor_name), budget::stored(after, &cap_name));
        if least.is_none() && most.is_none() {
            continue;
        }
        let Some(whole) = campaign.get(budget_name).and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok()) else {
            let text = format!("{floor_name} and {cap_name} are for ad sets of a campaign that has a {budget_name}.");
            return blamed(&cap_name, "Spend limits need a campaign budget", &text);
        };
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            let text = format!("{floor_name} must not exceed {cap_name}.");
            return blamed(&floor_name, "Spend limits cross", &text);
        }
        let minimum = minimums::daily(seeded);
        if most.is_some_and(|most| most < minimum) {
            let text = format!("{cap_name} must be at least {}.", minimums::written(seeded, minimum));
            return blamed(&cap_name, "Spend limit is too low", &text);
        }
        let others = floors(world, campaign, &floor_name, object.map(|object| object.id.as_str()));
        if least.unwrap_or(0).saturating_add(others) > whole {
            let text = "The minimum spend of all ad sets together must not exceed the campaign budget.";
            return blamed(&floor_name, "Minimum spend is too high", text);
        }
    }
    Ok(())
}

/// The floors of a campaign's ad sets that were not deleted, `except` one, in minor units.
pub fn floors(world: &World, campaign: &Object, name: &str, except: Option<&str>) -> i64 {
    let ids = world.state.children_of(&campaign.id).iter().filter(|id| Some(id.as_str()) != except);
    let alive = ids
        .filter_map(|id| world.state.objects.get(id))
        .filter(|ad_set| !matches!(ad_set.text("status"), "DELETED" | "ARCHIVED"));
    alive.filter_map(|ad_set| ad_set.get(name).and_then(Value::as_str)?.parse::<i64>().ok()).sum()
}
