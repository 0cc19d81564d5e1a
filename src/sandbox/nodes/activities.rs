//! `GET /act_x/activities` and `/{ad set}/activities`: who changed what, when, from what to what.
//! Source: Marketing API, "Ad account, activities" and the spec of AdActivity (v25.0). Meta documents neither the words of
//! `object_type` nor all keys of `extra_data`; those here follow its examples.

use serde_json::{Map, Value, json};

use super::listing;
use super::social::utc;
use super::values;
use crate::sandbox::state::{Activity, Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::fields;
use crate::sandbox::wire::params::as_text;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

// spec: AdActivity fields
const FIELDS: &[&str] = &[
    "actor_id",
    "actor_name",
    "application_id",
    "application_name",
    "date_time_in_timezone",
    "event_time",
    "event_type",
    "extra_data",
    "object_id",
    "object_name",
    "object_type",
    "translated_event_type",
];
// spec: AdAccount GET /activities
const OF_ACCOUNT: &[&str] =
    &["add_children", "business_id", "category", "data_source", "extra_oids", "oid", "since", "uid", "until"];
// spec: AdSet GET /activities
const OF_AD_SET: &[&str] = &["business_id", "category", "since", "uid", "until"];
// spec: enum adaccountactivities_category_enum_param
const CATEGORIES: &[&str] =
    &["ACCOUNT", "AD", "AD_KEYWORDS", "AD_SET", "AUDIENCE", "BID", "BUDGET", "CAMPAIGN", "DATE", "STATUS", "TARGETING"];
// spec: AdActivity fields
/// What is told where nothing is asked for.
const DEFAULTS: &[&str] = &["actor_id", "actor_name", "event_time", "event_type", "extra_data", "object_id", "object_name"];
/// Without `since` the last week is told.
const WEEK: i64 = 7 * 86_400;

/// What somebody did, in Meta's words: the event, its category, and how people read it.
struct Told {
    event: &'static str,
    category: &'static str,
    words: &'static str,
}

/// The page of activities that a call asks for, newest first.
///
/// # Errors
/// Code 100 for an unknown field or a bad parameter, 2642 for a bad cursor.
pub fn list(world: &World, call: &Call, of: &Object) -> Answer {
    let known = if of.kind == Kind::Account { OF_ACCOUNT } else { OF_AD_SET };
    call.params.only(known)?;
    let asked = fields::asked(&call.params)?.filter(|fields| !fields.is_empty());
    if let Some(unknown) = asked.iter().flatten().find(|field| !FIELDS.contains(&field.name.as_str())) {
        let text = format!("Tried accessing nonexisting field ({}) on node type (AdActivity)", unknown.name);
        return Err(GraphError::invalid(text));
    }
    let zone = values::zone(world, &of.account);
    let since = call.params.moment("since", zone)?.unwrap_or_else(|| world.now() - WEEK);
    let until = call.params.moment("until", zone)?.unwrap_or(i64::MAX);
    let category = call.params.word("category", CATEGORIES)?;
    let objects = objects(world, call, of)?;
    let by = call.params.text("uid");
    let wanted = |activity: &&Activity| {
        (since..=until).contains(&activity.at)
            && objects.as_ref().is_none_or(|ids| ids.iter().any(|id| id == &activity.object))
            && by.as_ref().is_none_or(|id| id == &activity.by.id)
            && category.as_ref().is_none_or(|word| told(world, activity).is_some_and(|told| told.category == word.as_str()))
    };
    let all = world.state.activities.get(&of.account).map_or(&[][..], Vec::as_slice);
    let rows: Vec<Value> = all.iter().rev().filter(wanted).filter_map(|activity| row(world, of, activity)).collect();
    let shown = |row: Value| {
        let map = row.as_object().cloned().unwrap_or_default();
        let wanted = |name: &str| match &asked {
            Some(fields) => fields.iter().any(|field| field.name == name),
            None => DEFAULTS.contains(&name),
        };
        Value::Object(map.into_iter().filter(|(name, value)| wanted(name) && !value.is_null()).collect::<Map<_, _>>())
    };
    listing::rows(call, &rows.into_iter().map(shown).collect::<Vec<_>>())
}

/// The objects whose activities are asked for; `None` for every one of the account.
fn objects(world: &World, call: &Call, of: &Object) -> Result<Option<Vec<String>>, GraphError> {
    let mut ids: Vec<String> = match of.kind {
        Kind::Account => call.params.text("oid").into_iter().collect(),
        _ => vec![of.id.clone()],
    };
    ids.extend(call.params.texts("extra_oids")?.unwrap_or_default());
    if ids.is_empty() {
        return Ok(None);
    }
    if call.params.flag("add_children")?.unwrap_or(of.kind != Kind::Account) {
        let mut at = 0;
        while let Some(id) = ids.get(at).cloned() {
            ids.extend(world.state.children_of(&id).iter().cloned());
            at += 1;
        }
    }
    Ok(Some(ids))
}

fn row(world: &World, of: &Object, activity: &Activity) -> Option<Value> {
    let told = told(world, activity)?;
    let object = world.state.objects.get(&activity.object)?;
    let kind = match object.kind {
        Kind::Campaign => "CAMPAIGN",
        Kind::AdSet => "AD_SET",
        _ => "AD",
    };
    let extra = match activity.field.as_str() {
        "" => Value::Null,
        field => json!({ "type": field, "old_value": activity.old, "new_value": activity.new }),
    };
    let local = chrono::DateTime::from_timestamp(activity.at, 0)
        .map(|at| at.with_timezone(&values::zone(world, &of.account)).format("%m/%d/%Y at %-I:%M %p").to_string());
    Some(json!({
        "actor_id": activity.by.id,
        "actor_name": activity.by.name,
        "application_id": activity.by.app_id,
        "application_name": activity.by.app_name,
        "date_time_in_timezone": local,
        "event_time": utc(activity.at),
        "event_type": told.event,
        "extra_data": if extra.is_null() { extra } else { json!(as_text(&extra)) },
        "object_id": activity.object,
        "object_name": object.text("name"),
        "object_type": kind,
        "translated_event_type": told.words,
    }))
}

/// Which event a change of a field is; `None` for what the log leaves out.
fn told(world: &World, activity: &Activity) -> Option<Told> {
    let kind = world.state.objects.get(&activity.object)?.kind;
    let say = |event, category, words| Some(Told { event, category, words });
    match (kind, activity.field.as_str()) {
        (Kind::Campaign, "") => say("create_campaign_group", "CAMPAIGN", "Campaign created"),
        (Kind::Campaign, "name") => say("update_campaign_name", "CAMPAIGN", "Campaign name updated"),
        (Kind::Campaign, "status") => say("update_campaign_run_status", "STATUS", "Campaign status updated"),
        (Kind::Campaign, "daily_budget" | "lifetime_budget") => {
            say("update_campaign_budget", "BUDGET", "Campaign budget updated")
        }
        (Kind::Campaign, "spend_cap") => say("update_campaign_group_spend_cap", "BUDGET", "Campaign spending limit updated"),
        (Kind::AdSet, "") => say("create_ad_set", "AD_SET", "Ad set created"),
        (Kind::AdSet, "name") => say("update_ad_set_name", "AD_SET", "Ad set name updated"),
        (Kind::AdSet, "status") => say("update_ad_set_run_status", "STATUS", "Ad set status updated"),
        (Kind::AdSet, "daily_budget" | "lifetime_budget") => say("update_ad_set_budget", "BUDGET", "Ad set budget updated"),
        (Kind::AdSet, "start_time" | "end_time") => say("update_ad_set_duration", "DATE", "Ad set duration updated"),
        (Kind::AdSet, "targeting") => say("update_ad_set_target_spec", "TARGETING", "Ad set targeting updated"),
        (Kind::AdSet, "bid_amount") => say("update_ad_set_bidding", "BID", "Ad set bidding updated"),
        (Kind::AdSet, "bid_strategy") => say("update_ad_set_bid_strategy", "BID", "Ad set bid strategy updated"),
        (Kind::AdSet, "optimization_goal") => say("update_ad_set_optimization_goal", "AD_SET", "Ad set goal updated"),
        (Kind::AdSet, "daily_min_spend_target" | "lifetime_min_spend_target") => {
            say("update_ad_set_min_spend_target", "BUDGET", "Ad set minimum spend updated")
        }
        (Kind::AdSet, "daily_spend_cap" | "lifetime_spend_cap") => {
            say("update_ad_set_spend_cap", "BUDGET", "Ad set spending limit updated")
        }
        (Kind::Ad, "") => say("create_ad", "AD", "Ad created"),
        (Kind::Ad, "name") => say("update_ad_friendly_name", "AD", "Ad name updated"),
        (Kind::Ad, "status") => say("update_ad_run_status", "STATUS", "Ad status updated"),
        (Kind::Ad, "creative_id") => say("update_ad_creative", "AD", "Ad creative updated"),
        // What a creative says is told of each ad that shows it.
        (Kind::Ad, "creative") => say("edit_and_update_ad_creative", "AD", "Ad creative edited"),
        (Kind::Campaign, _) => say("unknown", "CAMPAIGN", "Campaign updated"),
        (Kind::AdSet, _) => say("unknown", "AD_SET", "Ad set updated"),
        _ => None,
    }
}
