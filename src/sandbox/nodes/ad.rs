//! Ads: create and update.

use serde_json::{Map, Value, json};

use super::{creative, edit, unoffered};
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::as_text;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: AdAccount POST /ads; Ad POST
const PARAMS: &[&str] =
    &["name", "adset_id", "creative", "status", "tracking_specs", "conversion_domain", "adlabels", "execution_options"];
/// Ads of one ad set, deleted ones not counted.
const MOST_ADS: usize = 50;

/// `POST /act_x/ads`.
///
/// # Errors
/// Meta's refusals.
pub fn create(world: &mut World, call: &Call, account: &str) -> Answer {
    let params = &call.params;
    params.offered(PARAMS, unoffered::AD)?;
    let mut set = Map::new();
    edit::name(params, true, &mut set)?;
    edit::status(params, true, &mut set)?;
    edit::room(world, account, Kind::Ad)?;
    let ad_set_id = params.required_text("adset_id")?;
    let ad_set = world
        .state
        .find(&ad_set_id, Kind::AdSet)
        .filter(|ad_set| ad_set.account == account)
        .ok_or_else(|| GraphError::blamed("adset_id", "Invalid ad set", "The ad set does not exist in this ad account."))?;
    if matches!(crate::sandbox::status::effective(&world.state, ad_set, world.now()), "DELETED" | "ARCHIVED") {
        return Err(GraphError::blamed("adset_id", "Ad set is deleted", "Ads cannot be added to a deleted or archived ad set.")
            .sub(1_487_056));
    }
    let live = world
        .state
        .children_of(&ad_set_id)
        .iter()
        .filter_map(|id| world.state.objects.get(id))
        .filter(|ad| ad.text("status") != "DELETED")
        .count();
    if live >= MOST_ADS {
        return Err(GraphError::blamed("adset_id", "Too many ads", format!("An ad set can have {MOST_ADS} ads.")).sub(1_487_809));
    }
    if !params.has("creative") {
        return Err(GraphError::required("creative"));
    }
    shared(world, call, account, &mut set)?;
    edit::create(world, call, Kind::Ad, account, Some(ad_set_id), set)
}

/// `POST /{ad}`.
///
/// # Errors
/// Meta's refusals.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    let params = &call.params;
    params.offered(PARAMS, unoffered::AD)?;
    if params.text("adset_id").is_some_and(|id| object.parent.as_deref() != Some(id.as_str())) {
        return Err(GraphError::blamed("adset_id", "Field cannot be changed", "An ad cannot move to another ad set."));
    }
    let mut set = Map::new();
    edit::name(params, false, &mut set)?;
    edit::status(params, false, &mut set)?;
    edit::alive(world, object, &set)?;
    shared(world, call, &object.account, &mut set)?;
    edit::update(world, call, &object.id, set)
}

/// A domain without scheme, port or path. Source: Marketing API, "Ad", `conversion_domain`.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.chars().all(|symbol| symbol.is_ascii_alphanumeric() || symbol == '-');
    text.contains('.') && text.split('.').all(label)
}

fn shared(world: &mut World, call: &Call, account: &str, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    let params = &call.params;
    edit::labels(params, set)?;
    if let Some(domain) = params.text("conversion_domain") {
        if !is_domain(&domain) {
            let text = "conversion_domain is the first and second level of a domain alone, such as example.com.";
            return Err(GraphError::blamed("conversion_domain", "Invalid domain", text));
        }
        set.insert("conversion_domain".into(), json!(domain));
    }
    if let Some(specs) = params.json("tracking_specs")? {
        if !specs.is_object() && !specs.as_array().is_some_and(|specs| specs.iter().all(Value::is_object)) {
            return Err(GraphError::invalid("Param tracking_specs must be an array of objects").blame("tracking_specs"));
        }
        set.insert("tracking_specs".into(), specs);
    }
    let Some(given) = params.object("creative")? else {
        return Ok(());
    };
    let wrong = |text: &str| GraphError::blamed("creative", "Invalid creative", text);
    if let Some(id) = given.get("creative_id").or_else(|| given.get("id")).map(as_text) {
        let known = world
            .state
            .find(&id, Kind::Creative)
            .is_some_and(|creative| creative.account == account && creative.text("status") != "DELETED");
        if !known {
            return Err(wrong("The creative does not exist in this ad account."));
        }
        set.insert("creative_id".into(), json!(id));
        return Ok(());
    }
    let fields = creative::checked(world, account, given)?;
    if params.validate_only()? {
        return Ok(());
    }
    let made = edit::create(world, call, Kind::Creative, account, None, fields)?;
    set.insert("creative_id".into(), made.get("id").cloned().unwrap_or_default());
    Ok(())
}
