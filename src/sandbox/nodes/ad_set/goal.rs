//! What an ad set is optimised for: objective, goal, billing event and promoted object. Source: graph-api.md section 8.

use serde_json::{Map, Value};

use crate::sandbox::nodes::enums::{EVENTS, PROMOTED};
use crate::sandbox::state::Object;
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::params::as_text;
use crate::sandbox::world::World;

/// Objective, goal, billing event and promoted object must fit each other.
pub(super) fn goal(world: &World, campaign: &Object, after: &Map<String, Value>) -> Result<(), GraphError> {
    let text = |name: &str| after.get(name).and_then(Value::as_str).unwrap_or("");
    let (objective, goal, billing) = (campaign.text("objective"), text("optimization_goal"), text("billing_event"));
    let goals: &[&str] = match objective {
        "OUTCOME_AWARENESS" => &["REACH", "IMPRESSIONS", "AD_RECALL_LIFT", "THRUPLAY"],
        "OUTCOME_TRAFFIC" => {
            &["LINK_CLICKS", "LANDING_PAGE_VIEWS", "REACH", "IMPRESSIONS", "PROFILE_VISIT", "VISIT_INSTAGRAM_PROFILE"]
        }
        "OUTCOME_ENGAGEMENT" => &[
            "POST_ENGAGEMENT",
            "PAGE_LIKES",
            "THRUPLAY",
            "CONVERSATIONS",
            "OFFSITE_CONVERSIONS",
            "EVENT_RESPONSES",
            "REACH",
            "IMPRESSIONS",
            "LINK_CLICKS",
            "LANDING_PAGE_VIEWS",
        ],
        "OUTCOME_LEADS" => {
            &["LEAD_GENERATION", "QUALITY_LEAD", "OFFSITE_CONVERSIONS", "QUALITY_CALL", "LINK_CLICKS", "LANDING_PAGE_VIEWS"]
        }
        "OUTCOME_APP_PROMOTION" => &["APP_INSTALLS", "LINK_CLICKS", "OFFSITE_CONVERSIONS", "VALUE"],
        _ => &["OFFSITE_CONVERSIONS", "VALUE", "LINK_CLICKS", "LANDING_PAGE_VIEWS", "CONVERSATIONS"],
    };
    if !goals.contains(&goal) {
        return Err(GraphError::blamed(
            "optimization_goal",
            "Performance goal isn't available",
            format!("You can't use the performance goal {goal} with the campaign objective {objective}. Try another one."),
        )
        .sub(2_490_408));
    }
    let fits = billing == "IMPRESSIONS"
        || matches!(
            (billing, goal),
            ("LINK_CLICKS", "LINK_CLICKS")
                | ("THRUPLAY", "THRUPLAY")
                | ("PAGE_LIKES", "PAGE_LIKES")
                | ("POST_ENGAGEMENT", "POST_ENGAGEMENT")
                | ("APP_INSTALLS", "APP_INSTALLS")
        );
    if !fits {
        return Err(GraphError::blamed(
            "billing_event",
            "Invalid billing event",
            format!("You can't be charged on {billing} with the performance goal {goal}."),
        ));
    }
    destination(objective, goal, text("destination_type"))?;
    promoted(world, objective, goal, after.get("promoted_object"))
}

/// A destination, where one is named, must fit objective and goal. Source: Marketing API, "Objective, optimization goal and
/// destination type" (graph-api reference, section 8).
fn destination(objective: &str, goal: &str, destination: &str) -> Result<(), GraphError> {
    let messaging = matches!(destination, "MESSENGER" | "WHATSAPP" | "INSTAGRAM_DIRECT") || destination.starts_with("MESSAGING_");
    let web = matches!(destination, "WEBSITE" | "APP" | "APPLINKS_AUTOMATIC" | "SHOP_AUTOMATIC");
    let fits = match (objective, goal) {
        (_, _) if destination.is_empty() => goal != "CONVERSATIONS",
        (_, "CONVERSATIONS") => messaging,
        (_, "LEAD_GENERATION" | "QUALITY_LEAD") => destination == "ON_AD" || messaging,
        ("OUTCOME_ENGAGEMENT", "POST_ENGAGEMENT") => destination == "ON_POST",
        ("OUTCOME_ENGAGEMENT", "PAGE_LIKES") => destination == "ON_PAGE",
        ("OUTCOME_ENGAGEMENT", "THRUPLAY") => destination == "ON_VIDEO",
        ("OUTCOME_ENGAGEMENT", "EVENT_RESPONSES") => destination == "ON_EVENT",
        ("OUTCOME_ENGAGEMENT", "REACH" | "IMPRESSIONS") => {
            matches!(destination, "ON_POST" | "ON_VIDEO" | "ON_PAGE" | "ON_EVENT" | "WEBSITE")
        }
        ("OUTCOME_TRAFFIC", "PROFILE_VISIT" | "VISIT_INSTAGRAM_PROFILE") => {
            matches!(destination, "INSTAGRAM_PROFILE" | "INSTAGRAM_PROFILE_AND_FACEBOOK_PAGE" | "FACEBOOK_PAGE")
        }
        ("OUTCOME_TRAFFIC", _) => web || messaging,
        ("OUTCOME_APP_PROMOTION", _) => destination == "APP",
        ("OUTCOME_AWARENESS", _) => false,
        _ => web || (goal == "LINK_CLICKS" && messaging),
    };
    if fits {
        return Ok(());
    }
    let text = if destination.is_empty() {
        format!("The performance goal {goal} needs a destination_type of messages, such as MESSENGER.")
    } else {
        format!("The destination {destination} does not go with the objective {objective} and the performance goal {goal}.")
    };
    Err(GraphError::blamed("destination_type", "Destination isn't available", text))
}

fn promoted(world: &World, objective: &str, goal: &str, given: Option<&Value>) -> Result<(), GraphError> {
    let blamed = |text: &str| GraphError::blamed("promoted_object", "Invalid promoted object", text).sub(1_885_014);
    let part = |name: &str| given.and_then(|object| object.get(name)).map(as_text);
    if let Some(unknown) =
        given.and_then(Value::as_object).and_then(|map| map.keys().find(|name| !PROMOTED.contains(&name.as_str())))
    {
        return Err(blamed(&format!("promoted_object has no key {unknown}.")));
    }
    if part("page_id").is_some_and(|id| id != world.identity.page_id) {
        return Err(blamed("The Page is not available to this ad account."));
    }
    if part("pixel_id").is_some_and(|id| id != world.identity.pixel_id) {
        return Err(blamed("The pixel is not available to this ad account."));
    }
    if let Some(event) = part("custom_event_type")
        && !EVENTS.contains(&event.as_str())
    {
        return Err(crate::sandbox::wire::params::not_one_of("promoted_object[custom_event_type]", EVENTS));
    }
    match (objective, goal) {
        ("OUTCOME_APP_PROMOTION", _) if part("application_id").is_none() || part("object_store_url").is_none() => {
            Err(blamed("App promotion needs promoted_object.application_id and object_store_url."))
        }
        ("OUTCOME_APP_PROMOTION", _) => Ok(()),
        (_, "OFFSITE_CONVERSIONS" | "VALUE") => {
            let catalog = objective == "OUTCOME_SALES" && part("product_set_id").is_some();
            if !catalog && (part("pixel_id").is_none() || part("custom_event_type").is_none()) {
                return Err(blamed("To optimise for conversions, set promoted_object.pixel_id and custom_event_type."));
            }
            if goal == "VALUE" && !catalog && part("custom_event_type").as_deref() != Some("PURCHASE") {
                return Err(blamed("The goal VALUE needs the event PURCHASE."));
            }
            Ok(())
        }
        (_, "LEAD_GENERATION" | "QUALITY_LEAD" | "PAGE_LIKES" | "CONVERSATIONS") | ("OUTCOME_AWARENESS", _)
            if part("page_id").is_none() =>
        {
            Err(blamed("Set promoted_object.page_id for this goal."))
        }
        _ => Ok(()),
    }
}
