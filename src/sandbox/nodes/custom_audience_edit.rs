//! Custom audiences: made from a list, a rule or as a lookalike, read by id, renamed.
//! Source: Marketing API, "Custom Audience", "Website Custom Audiences", "Lookalike Audiences"; schema of `CustomAudience` (v25.0).

use serde_json::{Map, Value, json};

use super::read::{Got, Node};
use super::social::{change, make};
use super::{edit, tables};
use crate::sandbox::custom_audiences;
use crate::sandbox::places;
use crate::sandbox::state::{Event, Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::{Params, as_text, not_one_of};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: AdAccount POST /customaudiences
const CREATE_PARAMS: &[&str] = &[
    "allowed_domains",
    "associated_audience_id",
    "claim_objective",
    "content_type",
    "countries",
    "creation_params",
    "customer_file_source",
    "dataset_id",
    "description",
    "enable_fetch_or_create",
    "event_source_group",
    "event_sources",
    "exclusions",
    "facebook_page_id",
    "inclusionOperator",
    "inclusions",
    "is_snapshot",
    "is_value_based",
    "list_of_accounts",
    "lookalike_spec",
    "marketing_message_channels",
    "name",
    "opt_out_link",
    "origin_audience_id",
    "parent_audience_id",
    "partner_reference_key",
    "pixel_id",
    "prefill",
    "product_set_id",
    "regulated_audience_spec",
    "retention_days",
    "rev_share_policy_id",
    "rule",
    "rule_aggregation",
    "subscription_info",
    "subtype",
    "usage_restriction",
    "use_for_products",
    "use_in_campaigns",
    "video_group_ids",
    "whats_app_business_phone_number_id",
];
// spec: CustomAudience POST
const UPDATE_PARAMS: &[&str] = &[
    "allowed_domains",
    "customer_file_source",
    "description",
    "name",
    "opt_out_link",
    "retention_days",
    "rule",
    "rule_aggregation",
    "tags",
    "use_in_campaigns",
];
// spec: enum adaccountcustomaudiences_subtype_enum_param
const SUBTYPES: &[&str] = &[
    "APP",
    "BAG_OF_ACCOUNTS",
    "BIDDING",
    "CLAIM",
    "CUSTOM",
    "ENGAGEMENT",
    "EXCLUSION",
    "FOX",
    "LOOKALIKE",
    "MANAGED",
    "MEASUREMENT",
    "MESSENGER_SUBSCRIBER_LIST",
    "OFFLINE_CONVERSION",
    "PARTNER",
    "PRIMARY",
    "REGULATED_CATEGORIES_AUDIENCE",
    "STUDY_RULE_AUDIENCE",
    "VIDEO",
    "WEBSITE",
];
// spec: enum adaccountcustomaudiences_customer_file_source_enum_param
const SOURCES: &[&str] = &["BOTH_USER_AND_PARTNER_PROVIDED", "PARTNER_PROVIDED_ONLY", "USER_PROVIDED_ONLY"];
/// Longest time that a website audience keeps people, and one of engagement, in days.
const LONGEST: (i64, i64) = (180, 730);

/// `POST /act_x/customaudiences`.
///
/// # Errors
/// Code 100 for missing and bad values.
pub fn create(world: &mut World, call: &Call, account: &str) -> Answer {
    let params = &call.params;
    params.only(CREATE_PARAMS)?;
    let subtype = match params.word("subtype", SUBTYPES)? {
        Some(subtype) => subtype,
        None if params.has("lookalike_spec") => "LOOKALIKE".into(),
        None if params.has("rule") => "WEBSITE".into(),
        None => "CUSTOM".into(),
    };
    let id = custom_audiences::next_id(&world.state, &subtype)
        .ok_or_else(|| GraphError::invalid(format!("The sandbox makes no audiences of subtype {subtype}")).blame("subtype"))?;
    let mut set = Map::new();
    edit::name(params, true, &mut set)?;
    shared(params, &mut set)?;
    match subtype.as_str() {
        "CUSTOM" => {
            set.get("customer_file_source").ok_or_else(|| GraphError::required("customer_file_source"))?;
        }
        "LOOKALIKE" => lookalike(world, account, params, &mut set)?,
        kind => rule(world, params, kind, &mut set)?,
    }
    if params.flag("is_value_based")? == Some(true) {
        set.insert("is_value_based".into(), json!(true));
    }
    set.insert("subtype".into(), json!(subtype));
    make(world, Kind::CustomAudience, &id, account, None, Value::Object(set))?;
    Ok(json!({ "id": id }))
}

/// What a create and an update read alike.
fn shared(params: &Params, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    for name in ["description", "opt_out_link", "rule_aggregation", "pixel_id"] {
        if let Some(text) = params.text(name) {
            set.insert(name.into(), json!(text));
        }
    }
    if let Some(source) = params.word("customer_file_source", SOURCES)? {
        set.insert("customer_file_source".into(), json!(source));
    }
    Ok(())
}

/// `rule` and `retention_days` of audiences that fill by themselves.
fn rule(world: &World, params: &Params, subtype: &str, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    let rule = params.object("rule")?.ok_or_else(|| GraphError::required("rule"))?;
    let bad = |text: &str| GraphError::blamed("rule", "Invalid rule", text);
    let sources = rule_sources(&rule).ok_or_else(|| bad("inclusions.rules must each name their event_sources."))?;
    let identity = &world.identity;
    let known = [&identity.pixel_id, &identity.page_id, &identity.instagram_user_id];
    if sources.is_empty() || !sources.iter().all(|source| known.contains(&source)) {
        return Err(bad("An event source does not exist or this ad account may not use it."));
    }
    if let Some(days) = params.integer("retention_days")? {
        let most = if subtype == "WEBSITE" { LONGEST.0 } else { LONGEST.1 };
        if !(1..=most).contains(&days) {
            return Err(GraphError::invalid(format!("Param retention_days must be between 1 and {most}")).blame("retention_days"));
        }
        set.insert("retention_days".into(), json!(days));
    }
    params.flag("prefill")?;
    set.insert("rule".into(), json!(Value::Object(rule).to_string()));
    Ok(())
}

/// Ids of `inclusions.rules[].event_sources[].id`.
fn rule_sources(rule: &Map<String, Value>) -> Option<Vec<String>> {
    let mut ids = Vec::new();
    for one in rule.get("inclusions")?.get("rules")?.as_array()? {
        for source in one.get("event_sources")?.as_array()? {
            ids.push(source.get("id").map(as_text)?);
        }
    }
    Some(ids)
}

/// `origin_audience_id` and `lookalike_spec`.
fn lookalike(world: &World, account: &str, params: &Params, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    let bad = |text: &str| GraphError::blamed("lookalike_spec", "Invalid lookalike", text);
    let spec = params.object("lookalike_spec")?.ok_or_else(|| GraphError::required("lookalike_spec"))?;
    let origin = params.required_text("origin_audience_id")?;
    let source = custom_audiences::find(&world.state, account, &origin, world.now()).ok_or_else(|| {
        GraphError::invalid("The origin audience does not exist in this ad account").blame("origin_audience_id")
    })?;
    if !source.is_filled() || custom_audiences::bins(world.state.seed, &origin) == 0 {
        return Err(GraphError::blamed("origin_audience_id", "Audience too small", "The origin audience needs 100 people."));
    }
    let number = |name: &str| spec.get(name).and_then(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok()));
    let ratio = number("ratio").ok_or_else(|| bad("lookalike_spec needs a ratio."))?;
    if !(0.01..=0.2).contains(&ratio) || number("starting_ratio").is_some_and(|start| !(0.0..ratio).contains(&start)) {
        return Err(bad("ratio must be between 0.01 and 0.20, and starting_ratio below it."));
    }
    match spec.get("country").and_then(Value::as_str) {
        Some(country) if places::country(country).is_some() => {}
        None if spec.contains_key("location_spec") => {}
        _ => return Err(bad("lookalike_spec needs the country, in two letters, or a location_spec.")),
    }
    if let Some(kind) = spec.get("type").and_then(Value::as_str)
        && !matches!(kind, "similarity" | "reach" | "custom_ratio")
    {
        return Err(not_one_of("lookalike_spec[type]", &["similarity", "reach", "custom_ratio"]));
    }
    set.insert("origin_audience_id".into(), json!(origin));
    set.insert("lookalike_spec".into(), Value::Object(spec));
    Ok(())
}

/// `POST /{audience}`.
///
/// # Errors
/// Code 100 for bad values and for a rule of an audience that has none.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    let params = &call.params;
    params.only(UPDATE_PARAMS)?;
    let mut set = Map::new();
    edit::name(params, false, &mut set)?;
    shared(params, &mut set)?;
    let subtype = object.text("subtype").to_owned();
    if params.has("rule") || params.has("retention_days") {
        if matches!(subtype.as_str(), "CUSTOM" | "LOOKALIKE") {
            return Err(GraphError::invalid("Only audiences that fill by a rule have a rule").blame("rule"));
        }
        rule(world, params, &subtype, &mut set)?;
    }
    change(world, &object.id, Value::Object(set))
}

/// Makes the object of an audience that the account has from the start, so that it can be read and written by its id.
///
/// # Errors
/// As [`World::commit`].
pub fn uncover(world: &mut World, id: &str) -> Result<(), GraphError> {
    let accounts = [world.identity.ad_account_id.clone(), world.identity.jpy_ad_account_id.clone()];
    let known = accounts.into_iter().find_map(|account| {
        let (name, subtype) = custom_audiences::from_start(world.state.seed, &account, id)?;
        Some((account, name, subtype))
    });
    let Some((account, name, subtype)) = known else { return Ok(()) };
    let mut fields = Map::new();
    fields.insert("name".into(), json!(name));
    fields.insert("subtype".into(), json!(subtype));
    fields.insert("seeded".into(), json!(true));
    let at = world.now();
    world.commit(&Event::Create { at, id: id.into(), kind: Kind::CustomAudience, account, parent: None, fields, by: None })
}

/// The value of an audience's field.
pub fn value(world: &World, object: &Object, name: &str) -> Got {
    if !tables::CUSTOM_AUDIENCE_FIELDS.contains(&name) {
        return Got::Unknown;
    }
    if name == "owner_business" {
        return Got::Node(Node::Business);
    }
    let Some(seeded) = world.identity.account(&object.account) else { return Got::Absent };
    let known = custom_audiences::find(&world.state, &object.account, &object.id, world.now());
    Got::from(known.and_then(|known| known.value(name, &object.account, seeded.country)))
}
