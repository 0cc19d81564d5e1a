//! Detailed targeting (`flexible_spec`) and custom audiences.
//!
//! Source: Marketing API, "Flexible targeting" (25 groups, 1,000 options a group); changelog v22.0 (detailed targeting
//! exclusions, refused in all versions since 2025-04-21); "Custom audience" (500 a spec).

use serde_json::{Map, Value};

use super::{Rules, items, refused};
use crate::sandbox::details::{self, CLASSES};
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::as_text;

const MOST_GROUPS: usize = 25;
const MOST_OPTIONS: usize = 1_000;
const MOST_AUDIENCES: usize = 500;

pub(super) fn check(targeting: &Map<String, Value>, rules: Rules<'_>) -> Result<(), GraphError> {
    if targeting.get("exclusions").is_some_and(|exclusions| exclusions.as_object().is_none_or(|map| !map.is_empty())) {
        return Err(
            refused("Detailed targeting exclusions are no longer available. Exclude custom audiences instead.").sub(3_858_492)
        );
    }
    let groups = items(targeting, "flexible_spec")?;
    if groups.len() > MOST_GROUPS {
        return Err(refused(format!("flexible_spec holds at most {MOST_GROUPS} groups.")));
    }
    for group in groups {
        let Some(map) = group.as_object() else {
            return Err(GraphError::invalid("Param targeting[flexible_spec] must be an array of objects").blame("targeting"));
        };
        if let Some(unknown) = map.keys().find(|name| !CLASSES.contains(&name.as_str())) {
            return Err(refused(format!("flexible_spec: {unknown} is not offered by the sandbox.")));
        }
        if map.is_empty() {
            return Err(refused("flexible_spec: a group needs at least one option."));
        }
        options(map)?;
    }
    options(targeting)?;
    audiences(targeting, rules)
}

/// The options of each class in a group, each by an id of that class.
fn options(group: &Map<String, Value>) -> Result<(), GraphError> {
    for class in CLASSES {
        let listed = items(group, class)?;
        if listed.len() > MOST_OPTIONS {
            return Err(refused(format!("{class} holds at most {MOST_OPTIONS} options.")));
        }
        for entry in listed {
            let id = entry.get("id").map(as_text).unwrap_or_default();
            if details::find(class, &id).is_none() {
                let one = if *class == "interests" { "interest" } else { "targeting option" };
                return Err(refused(format!("The {one} with id {id} is not available for targeting.")).sub(1_487_694));
            }
        }
    }
    Ok(())
}

fn audiences(targeting: &Map<String, Value>, rules: Rules<'_>) -> Result<(), GraphError> {
    let mut included = Vec::new();
    for name in ["custom_audiences", "excluded_custom_audiences"] {
        let listed = items(targeting, name)?;
        if listed.len() > MOST_AUDIENCES {
            return Err(refused(format!("{name} holds at most {MOST_AUDIENCES} audiences.")));
        }
        for entry in listed {
            let id = entry.get("id").map(as_text).unwrap_or_default();
            if !rules.audiences.iter().any(|known| known.id == id) {
                return Err(
                    refused(format!("The custom audience {id} does not exist or this ad account may not use it.")).sub(1_359_202)
                );
            }
            if name == "custom_audiences" {
                included.push(id);
            } else if included.contains(&id) {
                return Err(refused(format!("The custom audience {id} is both included and excluded.")));
            }
        }
    }
    Ok(())
}
