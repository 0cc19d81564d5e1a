//! What every write shares: names, status changes, deletion, and the answer of a create.

use serde_json::{Map, Value, json};

use super::enums::WRITTEN_STATUSES;
use super::values;
use crate::sandbox::state::{Event, Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Longest name of a campaign, ad set or ad.
const LONGEST_NAME: usize = 400;
/// Campaigns, ad sets or ads of one account that are neither deleted nor archived. Source: Marketing API, "Ad account limits".
const MOST_LIVE: usize = 5_000;

/// Reads `name` into `set`.
///
/// # Errors
/// Code 100 when it is too long, or empty on a create.
pub fn name(params: &Params, required: bool, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    match params.text("name") {
        Some(name) if name.trim().is_empty() || name.chars().count() > LONGEST_NAME => {
            Err(GraphError::blamed("name", "Invalid name", format!("The name must have 1 to {LONGEST_NAME} characters.")))
        }
        Some(name) => {
            set.insert("name".into(), json!(name));
            Ok(())
        }
        None if required => Err(GraphError::required("name")),
        None => Ok(()),
    }
}

/// Reads `status` into `set`; a new object is ACTIVE unless it says otherwise.
///
/// # Errors
/// Code 100 for an unknown word.
pub fn status(params: &Params, creating: bool, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    let words: &[&str] = if creating { &["ACTIVE", "PAUSED"] } else { WRITTEN_STATUSES };
    match params.word("status", words)? {
        Some(status) => {
            set.insert("status".into(), json!(status));
        }
        None if creating => {
            set.insert("status".into(), json!("ACTIVE"));
        }
        None => {}
    }
    Ok(())
}

/// Reads `adlabels` into `set`: each names or numbers a label.
///
/// # Errors
/// Code 100 for anything else.
pub fn labels(params: &Params, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    if let Some(labels) = params.list("adlabels")? {
        let named = |label: &Value| ["id", "name"].iter().any(|key| label.get(key).is_some_and(|text| !text.is_null()));
        if !labels.iter().all(named) {
            return Err(GraphError::invalid("Param adlabels must be an array of {id} or {name}").blame("adlabels"));
        }
        set.insert("adlabels".into(), json!(labels));
    }
    Ok(())
}

/// Refuses a new object beyond what an account may have.
///
/// # Errors
/// 100/1487809.
pub fn room(world: &World, account: &str, kind: Kind) -> Result<(), GraphError> {
    let ids = world.state.of_account(account, kind);
    if ids.len() < MOST_LIVE
        || ids.iter().filter_map(|id| world.state.objects.get(id)).filter(|one| !is_gone(one)).count() < MOST_LIVE
    {
        return Ok(());
    }
    let text = format!("This ad account has {MOST_LIVE} objects of this type. Archive or delete some first.");
    Err(GraphError::new(100, "Invalid parameter").told("Limit reached", text).sub(1_487_809))
}

fn is_gone(object: &Object) -> bool {
    matches!(object.text("status"), "DELETED" | "ARCHIVED")
}

/// Refuses what an object that is deleted or archived, or whose parent is, no longer allows: only its name can change, and
/// its status towards DELETED. Source: Marketing API, "Manage your ad object's status" (graph-api reference, section 6).
///
/// # Errors
/// 100/1487056 for anything else.
pub fn alive(world: &World, object: &Object, set: &Map<String, Value>) -> Result<(), GraphError> {
    let own = object.text("status");
    let parent = world.state.parent_of(object);
    let above = [parent, parent.and_then(|parent| world.state.parent_of(parent))];
    if !is_gone(object) && !above.into_iter().flatten().any(is_gone) {
        return Ok(());
    }
    let allowed = set.iter().all(|(name, value)| {
        name == "name" || name == "status" && (value == "DELETED" || own != "DELETED" && value == "ARCHIVED")
    });
    if allowed {
        return Ok(());
    }
    Err(GraphError::blamed(
        "status",
        "Object is deleted or archived",
        "Deleted or archived objects can only be renamed or deleted.",
    )
    .sub(1_487_056))
}

/// Makes the object, or only says that it could be made.
///
/// # Errors
/// As [`World::commit`].
pub fn create(
    world: &mut World,
    call: &Call,
    kind: Kind,
    account: &str,
    parent: Option<String>,
    fields: Map<String, Value>,
) -> Answer {
    if call.params.validate_only()? {
        return Ok(json!({ "success": true }));
    }
    let id = world.state.next_id();
    let event = Event::Create {
        at: world.now(),
        id: id.clone(),
        kind,
        account: account.to_owned(),
        parent,
        fields: fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        by: Some(values::author(world)),
    };
    world.commit(&event)?;
    Ok(json!({ "id": id }))
}

/// Changes the object, or only says that it could be changed.
///
/// # Errors
/// As [`World::commit`].
pub fn update(world: &mut World, call: &Call, id: &str, set: Map<String, Value>) -> Answer {
    if !call.params.validate_only()? && !set.is_empty() {
        let event = Event::Update { at: world.now(), id: id.to_owned(), set, by: Some(values::author(world)) };
        world.commit(&event)?;
    }
    Ok(json!({ "success": true }))
}

/// `DELETE /{id}`.
///
/// # Errors
/// 100/33 for what cannot be deleted.
pub fn delete(world: &mut World, call: &Call, id: &str) -> Answer {
    call.params.only(&[])?;
    let deletable = world
        .state
        .objects
        .get(id)
        .is_some_and(|object| matches!(object.kind, Kind::Campaign | Kind::AdSet | Kind::Ad | Kind::Creative));
    if !deletable {
        return Err(GraphError::missing(id, "delete"));
    }
    let mut set = Map::new();
    set.insert("status".into(), json!("DELETED"));
    let event = Event::Update { at: world.now(), id: id.to_owned(), set, by: Some(values::author(world)) };
    world.commit(&event)?;
    Ok(json!({ "success": true }))
}

/// The fields that an object would have after a change.
#[must_use]
pub fn merged(object: Option<&Object>, set: &Map<String, Value>) -> Map<String, Value> {
    let mut fields =
        object.and_then(|object| object.versions.last()).map(|version| Map::clone(&version.fields)).unwrap_or_default();
    for (name, value) in set {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    fields
}
