//! What somebody else does to the account: edits in Ads Manager, enhancements that come back on, days that are restated.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Refusal, parse};
use crate::sandbox::delivery::pacing::local_day;
use crate::sandbox::nodes::{features, values};
use crate::sandbox::state::{Event, Kind, Object, Who};
use crate::sandbox::wire::params::parse_moment;
use crate::sandbox::world::World;

/// Who edits in Ads Manager where nobody is named.
const COLLEAGUE: &str = "Marta Reis";
/// The person's id.
const COLLEAGUE_ID: &str = "102160000000001";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    id: String,
    fields: Map<String, Value>,
    /// Who edits; somebody of the business where absent.
    actor: Option<String>,
}

/// An edit as somebody makes it in Ads Manager: stored as it is, so that any drift can be tried. `null` removes a field.
pub fn edit(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let edit: Edit = parse(body)?;
    let object = object(world, &edit.id)?;
    let zone = values::zone(world, &object.account);
    let mut set = Map::new();
    for (name, value) in edit.fields {
        let value = match (name.as_str(), &value) {
            ("start_time" | "end_time" | "stop_time", Value::String(text)) => {
                json!(parse_moment(text, zone).ok_or_else(|| (400, format!("{name} is no time.")))?)
            }
            ("daily_budget" | "lifetime_budget" | "spend_cap", Value::Number(number)) => {
                json!(number.to_string())
            }
            _ => value,
        };
        set.insert(name, value);
    }
    let name = edit.actor.unwrap_or_else(|| COLLEAGUE.to_owned());
    let by = Who { id: COLLEAGUE_ID.to_owned(), name, app_id: None, app_name: Some("Ads Manager".to_owned()) };
    commit(world, &Event::Update { at: world.now(), id: edit.id, set, by: Some(by) })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enhance {
    /// A creative, or an ad whose creative is meant.
    id: String,
    feature: String,
}

/// Switches one of Meta's automatic changes of a creative on, as Meta now and then does by itself.
pub fn enhance(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let asked: Enhance = parse(body)?;
    if !features::FEATURES.contains(&asked.feature.as_str()) {
        return Err((400, format!("There is no feature {}.", asked.feature)));
    }
    let mut creative = object(world, &asked.id)?;
    if creative.kind == Kind::Ad {
        creative = object(world, creative.text("creative_id"))?;
    }
    if creative.kind != Kind::Creative {
        return Err((400, format!("{} is neither a creative nor an ad.", asked.id)));
    }
    let mut spec = creative.get("degrees_of_freedom_spec").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut features = spec.get("creative_features_spec").and_then(Value::as_object).cloned().unwrap_or_default();
    features.insert(asked.feature, json!({ "enroll_status": "OPT_IN" }));
    spec.insert("creative_features_spec".into(), Value::Object(features));
    let set = Map::from_iter([("degrees_of_freedom_spec".to_owned(), Value::Object(spec))]);
    let (at, id) = (world.now(), creative.id.clone());
    let by = Who { id: "0".to_owned(), name: "Meta".to_owned(), app_id: None, app_name: None };
    commit(world, &Event::Update { at, id, set, by: Some(by) })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restate {
    /// The account; the first one where absent.
    account: Option<String>,
    day: NaiveDate,
    percent: i64,
}

/// Restates a finished day: every figure that reports tell of it changes by a percentage of what was delivered; 0 takes it back.
pub fn restate(world: &mut World, body: &[u8]) -> Result<Value, Refusal> {
    let asked: Restate = parse(body)?;
    let account = asked.account.unwrap_or_else(|| world.identity.ad_account_id.clone());
    let seeded = world.identity.account(&account).ok_or_else(|| (404, format!("There is no ad account {account}.")))?;
    if asked.day >= local_day(seeded.zone, world.now()) {
        return Err((400, format!("{} is not over yet.", asked.day)));
    }
    if !(-100..=1_000).contains(&asked.percent) {
        return Err((400, "percent lies between -100 and 1000.".into()));
    }
    commit(world, &Event::Restate { account, day: asked.day.to_string(), percent: asked.percent })
}

fn object(world: &World, id: &str) -> Result<Object, Refusal> {
    world.state.objects.get(id).cloned().ok_or_else(|| (404, format!("There is no object {id}.")))
}

fn commit(world: &mut World, event: &Event) -> Result<Value, Refusal> {
    world.commit(event).map_err(|error| (503, error.message))?;
    Ok(json!({ "success": true }))
}
