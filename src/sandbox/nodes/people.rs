//! People of the business: who the token's user is there, and who may do what with an ad account.
//! Source: Graph API, "User, business users" and "Ad account, assigned users" (specs of BusinessUser and AdAccount, v25.0).

use serde_json::{Map, Value, json};

use super::account;
use super::listing;
use crate::sandbox::seeded::BUSINESS_NAME;
use crate::sandbox::state::Object;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::fields;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: BusinessUser fields
const BUSINESS_USER_FIELDS: &[&str] = &[
    "business",
    "business_role_request",
    "email",
    "finance_permission",
    "first_name",
    "id",
    "ip_permission",
    "last_name",
    "marked_for_removal",
    "name",
    "pending_email",
    "role",
    "tasks",
    "title",
    "two_fac_status",
];
// spec: none (the schema files leave AssignedUser out; "Ad Account, Assigned Users")
const ASSIGNED_USER_FIELDS: &[&str] = &["business", "id", "name", "tasks", "user_type"];

/// `GET /me/business_users`: the person within the business, under another id than their own.
///
/// # Errors
/// Code 100 for an unknown field.
pub fn business_users(world: &World, call: &Call) -> Answer {
    call.params.only(&[])?;
    let business = json!({"id": world.identity.business_id, "name": BUSINESS_NAME});
    let row = json!({
        "id": within_business(world), "name": "Sandbox Person", "first_name": "Sandbox", "last_name": "Person",
        "business": business, "role": "ADMIN",
    });
    let asked = shown(call, row, "BusinessUser", BUSINESS_USER_FIELDS, &["id", "name", "business", "role"])?;
    listing::rows(call, &[asked])
}

/// `GET /act_x/assigned_users?business=`: the business's people with their tasks.
///
/// # Errors
/// Code 100 without the business, or for an unknown field.
pub fn assigned_users(world: &World, call: &Call, object: &Object) -> Answer {
    call.params.only(&["business"])?;
    if call.params.required_text("business")? != world.identity.business_id {
        return listing::rows(call, &[]);
    }
    let business = json!({"id": world.identity.business_id, "name": BUSINESS_NAME});
    let row = json!({
        "id": within_business(world), "name": "Sandbox Person", "tasks": account::tasks(object), "business": business,
        "user_type": "BUSINESS_USER",
    });
    let asked = shown(call, row, "AssignedUser", ASSIGNED_USER_FIELDS, &["id", "name", "tasks"])?;
    listing::rows(call, &[asked])
}

/// People have an id of their own in each business.
fn within_business(world: &World) -> String {
    format!("12{}", world.identity.user_id.get(2..).unwrap_or_default())
}

/// The asked fields of a row, with its id; the defaults where none were.
fn shown(call: &Call, row: Value, kind: &str, known: &[&str], defaults: &[&str]) -> Result<Value, GraphError> {
    let asked = fields::asked(&call.params)?.filter(|fields| !fields.is_empty());
    if let Some(unknown) = asked.iter().flatten().find(|field| !known.contains(&field.name.as_str())) {
        let text = format!("Tried accessing nonexisting field ({}) on node type ({kind})", unknown.name);
        return Err(GraphError::invalid(text));
    }
    let wanted = |name: &str| match &asked {
        Some(fields) => name == "id" || fields.iter().any(|field| field.name == name),
        None => defaults.contains(&name),
    };
    let map = row.as_object().cloned().unwrap_or_default();
    Ok(Value::Object(map.into_iter().filter(|(name, _)| wanted(name)).collect::<Map<_, _>>()))
}
