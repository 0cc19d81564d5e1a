//! Edges of the ad account about whom ads may reach: `targetingsearch`, `targetingbrowse`, `targetingsuggestions`,
//! `targetingvalidation`, `customaudiences`, `reachestimate`, `delivery_estimate` (of an ad set too).
//! Source: Marketing API, "Detailed targeting", "Custom audience", "Ad Account Reach Estimate", "Ad Account Delivery Estimate".

use serde_json::{Map, Value, json};

use super::listing;
use super::tables;
use super::targeting::{self, Rules};
use crate::sandbox::custom_audiences::{self, CustomAudience, two_digits};
use crate::sandbox::delivery::audience::Audience;
use crate::sandbox::delivery::people::interest_bins;
use crate::sandbox::details::{self, CLASSES, Detail};
use crate::sandbox::placements::{self, Network};
use crate::sandbox::state::Object;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::fields;
use crate::sandbox::wire::params::as_text;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Values of `limit_type`: the classes, and those that hold no options here.
// spec: enum adaccounttargetingsearch_limit_type_enum_param
const TYPES: &[&str] = &[
    "interests",
    "behaviors",
    "life_events",
    "family_statuses",
    "income",
    "industries",
    "education_schools",
    "education_majors",
    "work_employers",
    "work_positions",
    "relationship_statuses",
    "education_statuses",
    "college_years",
];
// spec: enum adaccounttargetingsearch_regulated_categories_enum_param
const REGULATED: &[&str] = &[
    "NONE",
    "CREDIT",
    "EMPLOYMENT",
    "HOUSING",
    "FINANCIAL_PRODUCTS_SERVICES",
    "ISSUES_ELECTIONS_POLITICS",
    "ONLINE_GAMBLING_AND_GAMING",
];
/// Fewer people than this are not told.
const LEAST_TOLD: i64 = 1_000;

/// Answers an edge about options of detailed targeting.
///
/// # Errors
/// Code 100 for missing or bad parameters.
pub fn options(world: &World, call: &Call, edge: &str) -> Answer {
    let params = &call.params;
    // spec: AdAccount GET /targetingsearch; AdAccount GET /targetingbrowse; AdAccount GET /targetingsuggestions; AdAccount GET /targetingvalidation
    params.only(&[
        "q",
        "limit_type",
        "regulated_categories",
        "regulated_countries",
        "countries",
        "is_exclusion",
        "targeting_list",
        "id_list",
        "name_list",
        "session_id",
        "whitelisted_types",
        "objective",
        "mode",
        "include_nodes",
    ])?;
    if edge == "targetingvalidation" {
        return validation(world, call);
    }
    let limit = params.word("limit_type", TYPES)?;
    let regulated = params.words("regulated_categories", REGULATED)?.unwrap_or_default();
    let limited = regulated
        .iter()
        .any(|category| matches!(category.as_str(), "CREDIT" | "EMPLOYMENT" | "HOUSING" | "FINANCIAL_PRODUCTS_SERVICES"));
    let open =
        |detail: &Detail| limit.as_ref().is_none_or(|limit| limit == detail.class) && (!limited || detail.class == "interests");
    let rows: Vec<Value> = match edge {
        "targetingsearch" => {
            let asked = params.required_text("q")?.to_lowercase();
            details::all()
                .filter(open)
                .filter(|one| one.name.to_lowercase().contains(&asked))
                .map(|one| row(world, one))
                .collect()
        }
        "targetingsuggestions" => {
            let given = listed(params.json("targeting_list")?)?;
            let known: Vec<Detail> = given.iter().filter_map(|(class, id)| details::find(class, id)).collect();
            let near = |one: &Detail| known.iter().any(|k| k.topic == one.topic) && !known.contains(one);
            details::all().filter(open).filter(near).map(|one| row(world, one)).collect()
        }
        _ => details::all().filter(open).map(|one| row(world, one)).collect(),
    };
    listing::rows(call, &rows)
}

/// Each asked option with `valid`.
fn validation(world: &World, call: &Call) -> Answer {
    let params = &call.params;
    let mut rows = Vec::new();
    for (class, id) in listed(params.json("targeting_list")?)? {
        rows.push(
            details::find(&class, &id)
                .map_or_else(|| json!({ "id": id, "type": class, "valid": false }), |one| valid(world, one)),
        );
    }
    for id in params.texts("id_list")?.unwrap_or_default() {
        let found = details::all().find(|one| one.id == id);
        rows.push(found.map_or_else(|| json!({ "id": id, "valid": false }), |one| valid(world, one)));
    }
    for name in params.texts("name_list")?.unwrap_or_default() {
        let found = details::all().find(|one| one.name.eq_ignore_ascii_case(&name));
        rows.push(found.map_or_else(|| json!({ "name": name, "valid": false }), |one| valid(world, one)));
    }
    listing::rows(call, &rows)
}

fn valid(world: &World, detail: Detail) -> Value {
    let mut row = row(world, detail);
    if let Value::Object(map) = &mut row {
        map.insert("valid".into(), json!(true));
    }
    row
}

/// `[{"type": "interests", "id": 6003}]`.
fn listed(value: Option<Value>) -> Result<Vec<(String, String)>, GraphError> {
    let bad = || GraphError::invalid("Param targeting_list must be an array of {type, id}").blame("targeting_list");
    let Some(value) = value else { return Ok(Vec::new()) };
    let items = value.as_array().ok_or_else(bad)?;
    let pair = |item: &Value| {
        let class = item.get("type").and_then(Value::as_str).filter(|class| CLASSES.contains(class)).ok_or_else(bad)?;
        Ok((class.to_owned(), item.get("id").map(as_text).ok_or_else(bad)?))
    };
    items.iter().map(pair).collect()
}

fn row(world: &World, detail: Detail) -> Value {
    let bins = interest_bins(world.state.seed, detail.id).count_ones();
    let size = 150_000_000 * i64::from(bins);
    let above = if detail.class == "interests" { "Interests" } else { "Demographics and behaviors" };
    json!({
        "id": detail.id, "name": detail.name, "type": detail.class, "path": [above, detail.topic, detail.name],
        "audience_size_lower_bound": size * 85 / 100, "audience_size_upper_bound": size, "description": null,
    })
}

/// `GET /act_x/customaudiences`.
///
/// # Errors
/// Code 100 for a field that audiences do not have; 2642 for a bad cursor.
pub fn custom(world: &World, call: &Call, account: &str) -> Answer {
    // spec: AdAccount GET /customaudiences
    call.params.only(&["business_id", "fetch_primary_audience", "filtering", "pixel_id"])?;
    let filters = listing::Filter::all(&call.params)?;
    let seeded = world.identity.account(account).ok_or_else(|| GraphError::missing(account, "get"))?;
    let asked = fields::asked(&call.params)?.unwrap_or_default();
    let mut rows = Vec::new();
    for known in custom_audiences::of_account(&world.state, account, world.now()) {
        let value = |name: &str| known.value(name, account, seeded.country);
        let passes = |filter: &listing::Filter| value(&filter.field).is_some_and(|value| filter.passes_text(&as_text(&value)));
        if !filters.iter().all(passes) {
            continue;
        }
        let mut row = Map::from_iter([("id".to_owned(), json!(known.id))]);
        for field in &asked {
            if !tables::CUSTOM_AUDIENCE_FIELDS.contains(&field.name.as_str()) {
                let text = format!("Tried accessing nonexisting field ({}) on node type (CustomAudience)", field.name);
                return Err(GraphError::invalid(text));
            }
            if let Some(value) = value(&field.name) {
                row.insert(field.key().to_owned(), value);
            }
        }
        rows.push(Value::Object(row));
    }
    listing::rows(call, &rows)
}

/// `GET /act_x/reachestimate` and `/delivery_estimate`: people of a targeting spec, as a range.
///
/// # Errors
/// Code 100 for a spec that an ad set could not have.
pub fn estimate(world: &World, call: &Call, account: &str, edge: &str) -> Answer {
    let params = &call.params;
    let delivery = edge == "delivery_estimate";
    if delivery {
        // spec: AdAccount GET /delivery_estimate
        params.only(&["optimization_goal", "promoted_object", "targeting_spec"])?;
        params.word("optimization_goal", super::enums::GOALS)?.ok_or_else(|| GraphError::required("optimization_goal"))?;
    } else {
        // spec: AdAccount GET /reachestimate
        params.only(&["targeting_spec", "adgroup_ids", "object_store_url"])?;
    }
    let spec = params.object("targeting_spec")?.ok_or_else(|| GraphError::required("targeting_spec"))?;
    estimated(world, call, account, spec, delivery)
}

/// `GET /{ad set}/delivery_estimate`: of the ad set's own people, or of another spec under its account.
///
/// # Errors
/// Code 100 for a spec that an ad set could not have.
pub fn estimate_of(world: &World, call: &Call, ad_set: &Object) -> Answer {
    // spec: AdSet GET /delivery_estimate
    call.params.only(&["optimization_goal", "promoted_object", "targeting_spec"])?;
    call.params.word("optimization_goal", super::enums::GOALS)?;
    let own = || ad_set.get("targeting").and_then(Value::as_object).cloned().unwrap_or_default();
    let spec = call.params.object("targeting_spec")?.unwrap_or_else(own);
    estimated(world, call, &ad_set.account, spec, true)
}

fn estimated(world: &World, call: &Call, account: &str, spec: Map<String, Value>, delivery: bool) -> Answer {
    let seed = world.state.seed;
    let audiences = custom_audiences::of_account(&world.state, account, world.now());
    let rules = Rules { audiences: &audiences, v26: call.is_v26(), restricted: false, creating: false };
    let spec = targeting::check(spec, rules)?;
    let included = spec.get("custom_audiences").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let ids = included.iter().filter_map(|entry| entry.get("id")).map(as_text);
    let ready = ids.filter_map(|id| audiences.iter().find(|known| known.id == id)).all(CustomAudience::is_filled);
    let size = Audience::read(seed, &spec).size(network(&spec)) as i64;
    let (least, most) = if ready { (two_digits(size * 85 / 100), two_digits(size * 115 / 100)) } else { (-1, -1) };
    let told = |bound: i64| if ready { bound.max(LEAST_TOLD) } else { bound };
    Ok(if delivery {
        json!({ "data": [{
            "estimate_ready": ready, "estimate_mau_lower_bound": told(least), "estimate_mau_upper_bound": told(most),
        }] })
    } else {
        json!({ "data": { "users_lower_bound": told(least), "users_upper_bound": told(most), "estimate_ready": ready } })
    })
}

/// The people whom the selected placements can meet at all.
fn network(spec: &Map<String, Value>) -> Network {
    let selected = placements::selected(spec);
    let mut networks = selected.iter().filter_map(|index| placements::PLACEMENTS.get(*index)).map(|placement| placement.network);
    let first = networks.next().unwrap_or(Network::Either);
    if networks.all(|network| network == first) { first } else { Network::Either }
}
