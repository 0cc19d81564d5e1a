//! The ad account: its fields and the few of them that can be written.

use serde_json::{Map, Value, json};

use super::minimums;
use super::read::{Got, Node};
use super::{tables, unoffered};
use crate::sandbox::seeded::{FIRST_MOMENT, currency_offset};
use crate::sandbox::state::{Event, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// The value of an account's field.
pub fn value(world: &mut World, object: &Object, name: &str) -> Got {
    let Some(seeded) = world.identity.account(&object.id) else {
        return Got::Unknown;
    };
    let offset = currency_offset(seeded.currency);
    match name {
        "id" => Got::Value(json!(object.id)),
        "account_id" => Got::Value(json!(object.id.trim_start_matches("act_"))),
        "name" => Got::Value(object.get("name").cloned().unwrap_or_else(|| json!(seeded.name))),
        "account_status" => Got::Value(object.get("account_status").cloned().unwrap_or_else(|| json!(1))),
        "disable_reason" => Got::Value(object.get("disable_reason").cloned().unwrap_or_else(|| json!(0))),
        "currency" => Got::Value(json!(seeded.currency)),
        "timezone_name" => Got::Value(json!(seeded.zone.name())),
        "timezone_id" => Got::Value(json!(seeded.timezone_id)),
        "timezone_offset_hours_utc" => Got::Value(offset_hours(seeded.zone, world.now())),
        "amount_spent" => {
            let spent = world.ledger(&object.id).account;
            Got::Value(json!((spent / (1_000_000 / offset)).to_string()))
        }
        "balance" => Got::Value(object.get("balance").cloned().unwrap_or_else(|| json!("0"))),
        "spend_cap" => Got::Value(object.get("spend_cap").cloned().unwrap_or_else(|| json!("0"))),
        "min_daily_budget" => Got::Value(json!(minimums::daily(seeded))),
        "min_campaign_group_spend_cap" => Got::Value(json!((100 * minimums::daily(seeded)).to_string())),
        "business" => Got::Node(Node::Business),
        "owner" => Got::Value(json!(world.identity.business_id)),
        "business_name" => Got::Value(json!(crate::sandbox::seeded::BUSINESS_NAME)),
        "business_country_code" => Got::Value(json!(seeded.country)),
        // An empty object is an account without a payment method; Meta leaves the field out then, and for who does not manage it.
        "funding_source_details" => match object.get(name) {
            _ if !manages(object) => Got::Absent,
            Some(Value::Object(details)) if details.is_empty() => Got::Absent,
            Some(details) => Got::Value(details.clone()),
            None => Got::Value(json!({"id": "1", "display_string": "Sandbox money", "type": 1})),
        },
        "capabilities" => Got::Value(json!(["CAN_CREATE_CALL_ADS", "CAN_USE_REACH_AND_FREQUENCY"])),
        "user_tasks" => Got::Value(tasks(object)),
        "created_time" => Got::Value(json!(super::values::time(seeded.zone, FIRST_MOMENT - 63_072_000))),
        "age" => Got::Value(json!((world.now() - FIRST_MOMENT + 63_072_000) / 86_400)),
        "is_personal" => Got::Value(json!(0)),
        "is_prepay_account" => Got::Value(object.get(name).cloned().unwrap_or(json!(false))),
        "tos_accepted" => Got::Value(json!({"web_custom_audience_tos": 1})),
        other if tables::ACCOUNT_FIELDS.contains(&other) => Got::from(object.get(other).cloned()),
        _ => Got::Unknown,
    }
}

/// What the business may do with the account.
pub fn tasks(object: &Object) -> Value {
    object.get("user_tasks").cloned().unwrap_or_else(|| json!(["DRAFT", "ANALYZE", "ADVERTISE", "MANAGE"]))
}

fn manages(object: &Object) -> bool {
    tasks(object).as_array().is_some_and(|tasks| tasks.iter().any(|task| task == "MANAGE"))
}

fn offset_hours(zone: chrono_tz::Tz, now: i64) -> Value {
    use chrono::{Offset, TimeZone};
    let seconds = zone.timestamp_opt(now, 0).earliest().map_or(0, |moment| moment.offset().fix().local_minus_utc());
    if seconds % 3_600 == 0 { json!(seconds / 3_600) } else { json!(f64::from(seconds) / 3_600.0) }
}

/// `POST /act_x`: name, spend limit, DSA defaults.
///
/// # Errors
/// Code 100 for a bad value.
pub fn update(world: &mut World, call: &Call, id: &str) -> Answer {
    let params = &call.params;
    // spec: AdAccount POST
    const PARAMS: &[&str] = &["name", "spend_cap", "spend_cap_action", "default_dsa_beneficiary", "default_dsa_payor"];
    params.offered(PARAMS, unoffered::ACCOUNT)?;
    let seeded = world.identity.account(id).ok_or_else(|| GraphError::missing(id, "post"))?;
    let mut set = Map::new();
    for name in ["name", "default_dsa_beneficiary", "default_dsa_payor"] {
        if let Some(text) = params.text(name) {
            set.insert(name.into(), json!(text));
        }
    }
    // The account's limit is written in major units and read in minor ones (Marketing API, "Ad Account").
    if let Some(text) = params.text("spend_cap") {
        let major: f64 = text.parse().map_err(|_| GraphError::invalid("Param spend_cap must be a number").blame("spend_cap"))?;
        if !(0.0..=1e12).contains(&major) {
            return Err(GraphError::invalid("Param spend_cap is out of range").blame("spend_cap"));
        }
        let minor = (major * currency_offset(seeded.currency) as f64 + 0.5) as i64;
        set.insert("spend_cap".into(), if minor == 0 { Value::Null } else { json!(minor.to_string()) });
    }
    match params.word("spend_cap_action", &["reset", "delete"])?.as_deref() {
        Some("delete") => {
            set.insert("spend_cap".into(), Value::Null);
        }
        Some(_) => {
            return Err(GraphError::invalid("spend_cap_action reset is not offered by the sandbox").blame("spend_cap_action"));
        }
        None => {}
    }
    if !set.is_empty() {
        let event = Event::Update { at: world.now(), id: id.to_owned(), set, by: None };
        world.commit(&event)?;
    }
    Ok(json!({ "success": true }))
}
