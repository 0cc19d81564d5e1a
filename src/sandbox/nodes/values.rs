//! Values of fields, node by node. Times are in the ad account's zone, money is integer minor units as text.

use chrono::TimeZone;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::read::{Got, Node};
use super::{account, ad_set, pixel_stats, social, tables};
use crate::sandbox::auth::tokens;
use crate::sandbox::num;
use crate::sandbox::seeded::BUSINESS_NAME;
use crate::sandbox::settings::Whose;
use crate::sandbox::state::{Kind, Object, Who};
use crate::sandbox::status;
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::fields::Field;
use crate::sandbox::world::World;

/// `2026-11-02T09:00:00+0000` in a zone.
#[must_use]
pub fn time(zone: Tz, moment: i64) -> String {
    zone.timestamp_opt(moment, 0).earliest().map_or_else(String::new, |moment| moment.format("%Y-%m-%dT%H:%M:%S%z").to_string())
}

/// Zone of an ad account.
#[must_use]
pub fn zone(world: &World, account: &str) -> Tz {
    world.identity.account(account).map_or(chrono_tz::UTC, |seeded| seeded.zone)
}

fn is_system_user(world: &World) -> bool {
    world.settings.caller().is_some_and(|token| token.whose == Whose::SystemUser)
}

/// Who makes the call that is being answered, as the account's activities tell it.
#[must_use]
pub fn author(world: &World) -> Who {
    let (app_id, app_name) = (Some(world.identity.app_id.clone()), Some("Tandem sandbox".to_owned()));
    Who { id: caller_id(world), name: "Sandbox Person".to_owned(), app_id, app_name }
}

fn caller_id(world: &World) -> String {
    let identity = &world.identity;
    if is_system_user(world) { identity.system_user_id.clone() } else { identity.user_id.clone() }
}

/// A node's id as clients see it.
#[must_use]
pub fn id(world: &World, node: &Node) -> Option<String> {
    let identity = &world.identity;
    Some(match node {
        Node::User => caller_id(world),
        Node::Page => identity.page_id.clone(),
        Node::Instagram => identity.instagram_user_id.clone(),
        Node::Pixel => identity.pixel_id.clone(),
        Node::Business => identity.business_id.clone(),
        Node::Object(id) => id.clone(),
    })
}

/// The fields that come without being asked for.
#[must_use]
pub fn defaults(world: &World, node: &Node) -> &'static [&'static str] {
    match node {
        Node::User => &["name"],
        Node::Page => &["access_token", "category", "name", "tasks"],
        Node::Business => &["name"],
        Node::Object(id) => match world.state.objects.get(id).map(|object| object.kind) {
            Some(Kind::Account) => &["account_id"],
            Some(kind) if social::owns(kind) => social::defaults(kind),
            Some(Kind::Image) => &["hash"],
            Some(Kind::ReportRun) => &[
                "account_id",
                "time_ref",
                "time_completed",
                "async_status",
                "async_percent_completion",
                "date_start",
                "date_stop",
                "is_running",
            ],
            _ => &[],
        },
        _ => &[],
    }
}

/// The value of a field.
///
/// # Errors
/// None of its own today; nested reads may fail.
pub fn value(world: &mut World, node: &Node, field: &Field) -> Result<Got, GraphError> {
    let name = field.name.as_str();
    Ok(match node {
        Node::User => match name {
            "id" => Got::Value(json!(caller_id(world))),
            "name" if is_system_user(world) => Got::Value(json!("Sandbox System User")),
            "name" | "first_name" => Got::Value(json!("Sandbox Person")),
            "email" | "last_name" | "picture" => Got::Absent,
            _ => Got::Unknown,
        },
        Node::Business => match name {
            "id" => Got::Value(json!(world.identity.business_id)),
            "name" => Got::Value(json!(BUSINESS_NAME)),
            "primary_page" => Got::Node(Node::Page),
            "verification_status" => Got::Value(json!("verified")),
            "timezone_id" | "created_time" | "link" => Got::Absent,
            _ => Got::Unknown,
        },
        Node::Page => page(world, name),
        Node::Instagram => match name {
            "username" => Got::Value(json!(world.identity.instagram_username)),
            "name" => Got::Value(json!(BUSINESS_NAME)),
            "followers_count" => Got::Value(json!(2_348)),
            "media_count" => Got::Value(json!(117)),
            other => known(tables::INSTAGRAM_FIELDS, other, &world.identity.instagram_user_id),
        },
        Node::Pixel => match name {
            "name" => Got::Value(json!(BUSINESS_NAME)),
            "creation_time" => {
                Got::Value(json!(time(chrono_tz::Europe::Lisbon, crate::sandbox::seeded::FIRST_MOMENT - 31_536_000)))
            }
            "last_fired_time" => {
                let ago = num::hash(world.state.seed, &[0xF1E, (world.now() / 900).unsigned_abs()]) % 900;
                let heard = world.settings.silent_since.unwrap_or(world.now() - i64::try_from(ago).unwrap_or(0));
                let moment = pixel_stats::last_upload(world).map_or(heard, |sent| sent.max(heard));
                Got::Value(json!(time(chrono_tz::Europe::Lisbon, moment)))
            }
            "event_time_min" | "event_time_max" => Got::from(pixel_stats::span(world, name == "event_time_max")),
            "is_unavailable" => Got::Value(json!(false)),
            "owner_business" => Got::Node(Node::Business),
            "owner_ad_account" => Got::Node(Node::Object(world.identity.ad_account_id.clone())),
            other => known(tables::PIXEL_FIELDS, other, &world.identity.pixel_id),
        },
        Node::Object(id) => {
            let Some(object) = world.state.objects.get(id).cloned() else {
                return Ok(Got::Unknown);
            };
            self::object(world, &object, name)
        }
    })
}

fn known(table: &[&str], name: &str, id: &str) -> Got {
    if name == "id" {
        Got::Value(json!(id))
    } else if table.contains(&name) {
        Got::Absent
    } else {
        Got::Unknown
    }
}

fn page(world: &World, name: &str) -> Got {
    let identity = &world.identity;
    match name {
        "name" => Got::Value(json!(identity.page_name)),
        "access_token" => match world.settings.caller() {
            Some(token) if token.whose == Whose::App => Got::Absent,
            Some(token) if token.whose == Whose::Page => Got::Value(json!(token.text)),
            caller => Got::from(caller.map(|token| tokens::page_token(world, &token.text))),
        },
        "category" => Got::Value(json!("Home decor")),
        "category_list" => Got::Value(json!([{"id": "192614304101075", "name": "Home decor"}])),
        "tasks" => Got::Value(json!(["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"])),
        "username" => Got::Value(json!(identity.instagram_username)),
        "fan_count" | "followers_count" => Got::Value(json!(3_912)),
        "is_published" | "promotion_eligible" => Got::Value(json!(true)),
        "link" => Got::Value(json!(format!("https://www.facebook.com/{}", identity.page_id))),
        "website" => Got::Value(json!("https://casalume.example/")),
        "instagram_business_account" | "connected_instagram_account" => {
            let seen = world.settings.instagram_linked && world.settings.granted("instagram_basic");
            if seen { Got::Node(Node::Instagram) } else { Got::Absent }
        }
        "business" | "owner_business" => Got::Node(Node::Business),
        other => known(tables::PAGE_FIELDS, other, &identity.page_id),
    }
}

fn object(world: &mut World, object: &Object, name: &str) -> Got {
    let table = match object.kind {
        Kind::Account => return account::value(world, object, name),
        Kind::Campaign => tables::CAMPAIGN_FIELDS,
        Kind::AdSet => tables::AD_SET_FIELDS,
        Kind::Ad => tables::AD_FIELDS,
        Kind::Creative => tables::CREATIVE_FIELDS,
        Kind::Image => tables::IMAGE_FIELDS,
        Kind::ReportRun => tables::REPORT_RUN_FIELDS,
        _ => return social::value(world, object, name),
    };
    // v26 has it, the older table has not.
    let also_readable = object.kind == Kind::Creative && name == "effective_instagram_media_id";
    if !table.contains(&name) && !also_readable {
        return Got::Unknown;
    }
    let zone = zone(world, &object.account);
    let at = |moment: i64| Got::Value(json!(time(zone, moment)));
    let money = |world: &mut World| budget_remaining(world, object);
    let moment = |field: &str| object.get(field).and_then(Value::as_i64).map_or(Got::Absent, at);
    match (object.kind, name) {
        (_, "id") => Got::Value(json!(object.id)),
        (_, "account_id") => Got::Value(json!(object.account.trim_start_matches("act_"))),
        (Kind::ReportRun, _) => Got::from(object.get(name).cloned()),
        (_, "created_time") => at(object.created()),
        (_, "updated_time") => at(object.updated()),
        (Kind::Image, "status") => Got::Value(json!("ACTIVE")),
        (Kind::Creative, "status") => Got::Value(json!(if object.text("status") == "DELETED" { "DELETED" } else { "ACTIVE" })),
        (_, "configured_status") => Got::Value(json!(object.text("status"))),
        (_, "effective_status") => Got::Value(json!(status::effective(&world.state, object, world.now()))),
        (Kind::Campaign | Kind::AdSet, "start_time") => match object.get("start_time") {
            Some(_) => moment("start_time"),
            None => at(object.created()),
        },
        (Kind::Campaign | Kind::AdSet, "end_time" | "stop_time") => moment(name),
        (Kind::Campaign | Kind::AdSet, "budget_remaining") => Got::from(money(world)),
        (Kind::Campaign | Kind::AdSet, "daily_budget" | "lifetime_budget") => {
            Got::Value(object.get(name).cloned().unwrap_or_else(|| json!("0")))
        }
        (Kind::Campaign, "special_ad_category") => {
            let first = object.get("special_ad_categories").and_then(|list| list.get(0)).cloned();
            Got::Value(first.unwrap_or_else(|| json!("NONE")))
        }
        (Kind::AdSet, "campaign") => object.parent.clone().map_or(Got::Absent, |id| Got::Node(Node::Object(id))),
        (Kind::AdSet, "campaign_id") | (Kind::Ad, "adset_id") => Got::from(object.parent.clone()),
        (Kind::AdSet, "targeting") => Got::from(ad_set::targeting_read_back(object)),
        (Kind::AdSet, "learning_stage_info") => Got::from(ad_set::learning(world, object)),
        (Kind::Ad, "adset") => object.parent.clone().map_or(Got::Absent, |id| Got::Node(Node::Object(id))),
        (Kind::Ad, "campaign") => campaign_of(world, object).map_or(Got::Absent, |id| Got::Node(Node::Object(id))),
        (Kind::Ad, "campaign_id") => Got::from(campaign_of(world, object)),
        (Kind::Ad, "creative") => Got::Node(Node::Object(object.text("creative_id").to_owned())),
        (Kind::Ad, "ad_review_feedback") => {
            let refused = status::review(&world.state, object, world.now()) == status::Review::Disapproved;
            Got::from(refused.then(status::feedback))
        }
        _ => Got::from(object.get(name).cloned()),
    }
}

fn campaign_of(world: &World, ad: &Object) -> Option<String> {
    world.state.parent_of(ad).and_then(|ad_set| ad_set.parent.clone())
}

/// What is left of a lifetime budget, or of today's daily budget as a rough figure: minor units as text.
fn budget_remaining(world: &mut World, object: &Object) -> Option<String> {
    let seeded = world.identity.account(&object.account)?;
    let number = |name: &str| object.text(name).parse::<i64>().ok();
    let spent = world.ledger(&object.account).of(&object.id);
    let minor = spent / (1_000_000 / crate::sandbox::seeded::currency_offset(seeded.currency));
    match (number("lifetime_budget"), number("daily_budget")) {
        (Some(budget), _) => Some((budget - minor).max(0).to_string()),
        (None, Some(budget)) => Some(budget.to_string()),
        (None, None) => Some("0".to_owned()),
    }
}
