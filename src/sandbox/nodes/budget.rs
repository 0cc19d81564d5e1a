//! Rules about money and dates that campaigns and ad sets share.

use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::minimums;
use crate::sandbox::seeded::{AccountSeed, currency_offset};
use crate::sandbox::state::Object;
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::Params;
use crate::sandbox::world::World;

/// More than any account may spend: larger numbers are typing errors.
const LARGEST: i64 = 1_000_000_000_000;
/// Meta's value for "no spend cap".
const NO_CAP: i64 = 922_337_203_685_478;

/// Bid strategies.
// spec: enum adcampaigngroup_bid_strategy
pub const BID_STRATEGIES: &[&str] =
    &["LOWEST_COST_WITHOUT_CAP", "LOWEST_COST_WITH_BID_CAP", "COST_CAP", "LOWEST_COST_WITH_MIN_ROAS"];

/// How a budget may be paced.
// spec: none (documented values of pacing_type; the specifications call it a text)
pub const PACING: &[&str] = &["standard", "no_pacing", "day_parting"];

/// Refuses to lower a lifetime budget below 110% of what is spent. Source: Marketing API, "Budgets" (graph-api reference, section 7).
///
/// # Errors
/// Code 100.
pub fn covers_spend(world: &mut World, object: &Object, set: &Map<String, Value>) -> Result<(), GraphError> {
    let Some(wanted) = stored(set, "lifetime_budget") else {
        return Ok(());
    };
    let had = object.text("lifetime_budget").parse::<i64>().ok();
    let Some(seeded) = world.identity.account(&object.account).filter(|_| had.is_some_and(|had| wanted < had)) else {
        return Ok(());
    };
    let spent = world.ledger(&object.account).of(&object.id) / (1_000_000 / currency_offset(seeded.currency));
    let least = spent.saturating_mul(110).saturating_add(99) / 100;
    if wanted >= least {
        return Ok(());
    }
    let text =
        format!("The lifetime budget must be at least 110% of what is already spent: {}.", minimums::written(seeded, least));
    Err(GraphError::blamed("lifetime_budget", "Budget is too low", text).sub(1_885_272))
}

/// Reads an amount of minor units into `set` as text; 0 removes it.
///
/// # Errors
/// Code 100 when it is no whole number, negative or absurd.
pub fn amount(params: &Params, name: &str, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    let Some(minor) = params.integer(name)? else {
        return Ok(());
    };
    if name.ends_with("spend_cap") && minor == NO_CAP {
        set.insert(name.into(), Value::Null);
        return Ok(());
    }
    if !(0..=LARGEST).contains(&minor) {
        return Err(GraphError::blamed(name, "Invalid budget", format!("{name} must be between 0 and {LARGEST}.")));
    }
    set.insert(name.into(), if minor == 0 { Value::Null } else { json!(minor.to_string()) });
    Ok(())
}

/// Reads a moment into `set` as unix seconds; 0 removes it.
///
/// # Errors
/// Code 100 when it is no time.
pub fn moment(params: &Params, name: &str, zone: Tz, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    if let Some(moment) = params.moment(name, zone)? {
        set.insert(name.into(), if moment == 0 { Value::Null } else { json!(moment) });
    }
    Ok(())
}

/// A stored amount in minor units.
#[must_use]
pub fn stored(fields: &Map<String, Value>, name: &str) -> Option<i64> {
    fields.get(name).and_then(Value::as_str).and_then(|text| text.parse().ok())
}

/// Checks the dates of a flight.
///
/// # Errors
/// 100/1487033 for an end in the past, 100 for an end before the start.
pub fn flight(fields: &Map<String, Value>, now: i64, end_name: &str, end_changed: bool) -> Result<(), GraphError> {
    let at = |name: &str| fields.get(name).and_then(Value::as_i64);
    let Some(end) = at(end_name) else {
        return Ok(());
    };
    if end_changed && end <= now {
        return Err(GraphError::blamed(
            end_name,
            "End date is in the past",
            "The end time of your ad set cannot be in the past.",
        )
        .sub(1_487_033));
    }
    if at("start_time").is_some_and(|start| start >= end) {
        return Err(GraphError::blamed(end_name, "End date is before start date", "The end time must be after the start time."));
    }
    Ok(())
}

/// Checks a budget against the account's minimum. `days` is the flight's length for a lifetime budget.
///
/// # Errors
/// 100/1885272 with Meta's text.
pub fn minimum(
    account: AccountSeed,
    what: &str,
    (daily, lifetime): (Option<i64>, Option<i64>),
    billing_event: &str,
    bid: Option<i64>,
    days: i64,
) -> Result<(), GraphError> {
    let least = minimums::daily_for(account, billing_event).max(bid.map_or(0, |bid| bid.saturating_mul(5)));
    let check = |name: &str, given: i64, least: i64| {
        if given >= least {
            return Ok(());
        }
        Err(GraphError::blamed(
            name,
            "Budget is too low",
            format!("Your {what} budget must be more than {}.", minimums::written(account, least)),
        )
        .sub(1_885_272))
    };
    if let Some(daily) = daily {
        check("daily_budget", daily, least)?;
    }
    if let Some(lifetime) = lifetime {
        check("lifetime_budget", lifetime, least.saturating_mul(days.max(1)))?;
    }
    Ok(())
}

/// Days of a flight, begun ones counted.
#[must_use]
pub fn days(fields: &Map<String, Value>, end_name: &str, now: i64) -> i64 {
    let at = |name: &str| fields.get(name).and_then(Value::as_i64);
    let start = at("start_time").unwrap_or(now);
    at(end_name).map_or(1, |end| ((end - start) + 86_399) / 86_400)
}
