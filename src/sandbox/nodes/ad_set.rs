//! Ad sets: create and update, with the rules of graph-api.md sections 7 and 8, and what only reads know.

use serde_json::{Map, Value, json};

use super::targeting::{self, Rules};
use super::{budget, edit, values};
use crate::sandbox::insights;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::{Params, as_text};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

const GOALS: &[&str] = &[
    "AD_RECALL_LIFT",
    "APP_INSTALLS",
    "CONVERSATIONS",
    "EVENT_RESPONSES",
    "IMPRESSIONS",
    "LANDING_PAGE_VIEWS",
    "LEAD_GENERATION",
    "LINK_CLICKS",
    "OFFSITE_CONVERSIONS",
    "PAGE_LIKES",
    "POST_ENGAGEMENT",
    "PROFILE_VISIT",
    "QUALITY_CALL",
    "QUALITY_LEAD",
    "REACH",
    "THRUPLAY",
    "VALUE",
    "VISIT_INSTAGRAM_PROFILE",
];
const BILLING: &[&str] = &["IMPRESSIONS", "LINK_CLICKS", "THRUPLAY", "PAGE_LIKES", "POST_ENGAGEMENT", "APP_INSTALLS", "CLICKS"];
const EVENTS: &[&str] = &[
    "PURCHASE",
    "LEAD",
    "COMPLETE_REGISTRATION",
    "SUBMIT_APPLICATION",
    "ADD_TO_CART",
    "INITIATED_CHECKOUT",
    "CONTACT",
    "CONTENT_VIEW",
    "SUBSCRIBE",
    "START_TRIAL",
    "SEARCH",
    "SCHEDULE",
    "DONATE",
    "ADD_PAYMENT_INFO",
    "ADD_TO_WISHLIST",
    "FIND_LOCATION",
    "CUSTOMIZE_PRODUCT",
    "OTHER",
];
const PARAMS: &[&str] = &[
    "name",
    "campaign_id",
    "status",
    "optimization_goal",
    "billing_event",
    "bid_amount",
    "bid_strategy",
    "bid_constraints",
    "daily_budget",
    "lifetime_budget",
    "daily_min_spend_target",
    "daily_spend_cap",
    "start_time",
    "end_time",
    "targeting",
    "promoted_object",
    "destination_type",
    "attribution_spec",
    "dsa_beneficiary",
    "dsa_payor",
    "is_dynamic_creative",
    "pacing_type",
    "execution_options",
];

/// `POST /act_x/adsets`.
///
/// # Errors
/// Meta's refusals.
pub fn create(world: &mut World, call: &Call, account: &str) -> Answer {
    let params = &call.params;
    params.only(PARAMS)?;
    let mut set = Map::new();
    edit::name(params, true, &mut set)?;
    edit::status(params, true, &mut set)?;
    let campaign_id = params.required_text("campaign_id")?;
    let campaign =
        world.state.find(&campaign_id, Kind::Campaign).filter(|campaign| campaign.account == account).cloned().ok_or_else(
            || GraphError::blamed("campaign_id", "Invalid campaign", "The campaign does not exist in this ad account."),
        )?;
    if matches!(campaign.text("status"), "DELETED" | "ARCHIVED") {
        return Err(GraphError::blamed(
            "campaign_id",
            "Campaign is deleted",
            "Ad sets cannot be added to a deleted or archived campaign.",
        )
        .sub(1_487_056));
    }
    for name in ["optimization_goal", "billing_event", "targeting"] {
        if !params.has(name) {
            return Err(GraphError::required(name));
        }
    }
    let set = shared(world, call, &campaign, None, set)?;
    edit::create(world, call, Kind::AdSet, account, Some(campaign_id), set)
}

/// `POST /{ad set}`.
///
/// # Errors
/// Meta's refusals.
pub fn update(world: &mut World, call: &Call, object: &Object) -> Answer {
    let params = &call.params;
    params.only(PARAMS)?;
    let Some(campaign) = world.state.parent_of(object).cloned() else {
        return Err(GraphError::missing(&object.id, "post"));
    };
    for name in ["campaign_id", "optimization_goal", "promoted_object"] {
        let same = match name {
            "campaign_id" => params.text(name).is_none_or(|id| id == campaign.id),
            "promoted_object" => params.object(name)?.is_none_or(|given| object.get(name) == Some(&Value::Object(given))),
            _ => params.text(name).is_none_or(|text| text == object.text(name)),
        };
        if !same {
            return Err(GraphError::blamed(
                name,
                "Field cannot be changed",
                format!("{name} cannot be changed after the ad set is made."),
            ));
        }
    }
    let mut set = Map::new();
    edit::name(params, false, &mut set)?;
    edit::status(params, false, &mut set)?;
    let set = shared(world, call, &campaign, Some(object), set)?;
    edit::alive(object, &set)?;
    edit::update(world, call, &object.id, set)
}

fn shared(
    world: &World,
    call: &Call,
    campaign: &Object,
    object: Option<&Object>,
    mut set: Map<String, Value>,
) -> Result<Map<String, Value>, GraphError> {
    let params = &call.params;
    let account = &campaign.account;
    let seeded = world.identity.account(account).ok_or_else(|| GraphError::missing(account, "post"))?;
    words(params, &mut set)?;
    for name in ["daily_budget", "lifetime_budget", "daily_min_spend_target", "daily_spend_cap", "bid_amount"] {
        budget::amount(params, name, &mut set)?;
    }
    if let Some(bid) = set.get("bid_amount").and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok()) {
        set.insert("bid_amount".into(), json!(bid));
    }
    for name in ["start_time", "end_time"] {
        budget::moment(params, name, values::zone(world, account), &mut set)?;
    }
    if object.is_none() && !set.contains_key("start_time") {
        set.insert("start_time".into(), json!(world.now()));
    }
    if let Some(spec) = params.object("targeting")? {
        let rules = Rules {
            v26: call.is_v26(),
            restricted: targeting::restricts(campaign.get("special_ad_categories")),
            creating: object.is_none(),
        };
        set.insert("targeting".into(), Value::Object(targeting::check(spec, rules)?));
    }
    attribution(params, &mut set)?;
    let after = edit::merged(object, &set);
    goal(world, campaign, &after)?;
    money(world, seeded, campaign, object, &after, &set)?;
    budget::flight(&after, world.now(), "end_time", set.contains_key("end_time"))?;
    transparency(&after)?;
    Ok(set)
}

fn words(params: &Params, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    const DESTINATIONS: &[&str] = &[
        "WEBSITE",
        "APP",
        "MESSENGER",
        "WHATSAPP",
        "INSTAGRAM_DIRECT",
        "ON_AD",
        "ON_POST",
        "ON_PAGE",
        "ON_VIDEO",
        "ON_EVENT",
        "FACEBOOK",
        "INSTAGRAM_PROFILE",
        "UNDEFINED",
    ];
    for (name, known) in [
        ("optimization_goal", GOALS),
        ("billing_event", BILLING),
        ("bid_strategy", budget::BID_STRATEGIES),
        ("destination_type", DESTINATIONS),
    ] {
        if let Some(word) = params.word(name, known)? {
            set.insert(name.into(), json!(word));
        }
    }
    for name in ["dsa_beneficiary", "dsa_payor"] {
        if let Some(text) = params.text(name) {
            set.insert(name.into(), json!(text));
        }
    }
    for name in ["promoted_object", "bid_constraints"] {
        if let Some(object) = params.object(name)? {
            set.insert(name.into(), Value::Object(object));
        }
    }
    if let Some(pacing) = params.words("pacing_type", &["standard", "no_pacing", "day_parting"])? {
        set.insert("pacing_type".into(), json!(pacing));
    }
    if let Some(flag) = params.flag("is_dynamic_creative")? {
        set.insert("is_dynamic_creative".into(), json!(flag));
    }
    Ok(())
}

fn attribution(params: &Params, set: &mut Map<String, Value>) -> Result<(), GraphError> {
    let Some(given) = params.list("attribution_spec")? else {
        return Ok(());
    };
    let bad = |text: &str| GraphError::blamed("attribution_spec", "Invalid attribution setting", text);
    for entry in &given {
        let kind = entry.get("event_type").map(as_text).unwrap_or_default();
        let days = entry.get("window_days").map(as_text).unwrap_or_default();
        let allowed: &[&str] = match kind.as_str() {
            "CLICK_THROUGH" => &["1", "7", "28"],
            "VIEW_THROUGH" | "ENGAGED_VIDEO_VIEW" => &["0", "1"],
            _ => {
                return Err(bad("event_type must be CLICK_THROUGH, VIEW_THROUGH or ENGAGED_VIDEO_VIEW."));
            }
        };
        if !allowed.contains(&days.as_str()) {
            return Err(bad(&format!("window_days of {kind} must be one of {}.", allowed.join(", "))));
        }
    }
    let numbers: Vec<Value> = given
        .iter()
        .map(|entry| {
            let days: i64 = entry.get("window_days").map(as_text).and_then(|text| text.parse().ok()).unwrap_or(0);
            json!({"event_type": entry.get("event_type"), "window_days": days})
        })
        .collect();
    set.insert("attribution_spec".into(), json!(numbers));
    Ok(())
}

/// Objective, goal, billing event and promoted object must fit each other.
fn goal(world: &World, campaign: &Object, after: &Map<String, Value>) -> Result<(), GraphError> {
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
    promoted(world, objective, goal, after.get("promoted_object"))
}

fn promoted(world: &World, objective: &str, goal: &str, given: Option<&Value>) -> Result<(), GraphError> {
    let blamed = |text: &str| GraphError::blamed("promoted_object", "Invalid promoted object", text).sub(1_885_014);
    let part = |name: &str| given.and_then(|object| object.get(name)).map(as_text);
    const KNOWN: &[&str] = &[
        "pixel_id",
        "custom_event_type",
        "page_id",
        "application_id",
        "object_store_url",
        "product_set_id",
        "custom_event_str",
        "pixel_rule",
        "smart_pse_enabled",
    ];
    if let Some(unknown) =
        given.and_then(Value::as_object).and_then(|map| map.keys().find(|name| !KNOWN.contains(&name.as_str())))
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

fn money(
    world: &World,
    seeded: crate::sandbox::seeded::AccountSeed,
    campaign: &Object,
    object: Option<&Object>,
    after: &Map<String, Value>,
    set: &Map<String, Value>,
) -> Result<(), GraphError> {
    let (daily, lifetime) = (budget::stored(after, "daily_budget"), budget::stored(after, "lifetime_budget"));
    let shared = ["daily_budget", "lifetime_budget"].iter().any(|name| campaign.get(name).is_some());
    let blamed = |name: &str, title: &str, text: &str| Err(GraphError::blamed(name, title, text));
    match (daily, lifetime) {
        (Some(_), Some(_)) => {
            return blamed("lifetime_budget", "Two budgets", "You can set either a daily budget or a lifetime budget, not both.");
        }
        (None, None) if !shared => {
            return Err(GraphError::blamed(
                "daily_budget",
                "No budget",
                "Set daily_budget or lifetime_budget: the campaign has no budget.",
            )
            .sub(1_885_621));
        }
        (Some(_), None) | (None, Some(_)) if shared => {
            return blamed("daily_budget", "Two budget levels", "The campaign has a budget, so its ad sets cannot have one.");
        }
        (None, Some(_)) if !after.contains_key("end_time") => {
            return blamed("end_time", "End time is missing", "An ad set with a lifetime budget needs an end_time.");
        }
        _ => {}
    }
    if campaign.get("lifetime_budget").is_some() && !after.contains_key("end_time") && campaign.get("stop_time").is_none() {
        return blamed("end_time", "End time is missing", "Ad sets of a campaign with a lifetime budget need an end_time.");
    }
    let (least, most) = (budget::stored(after, "daily_min_spend_target"), budget::stored(after, "daily_spend_cap"));
    if !shared && (least.is_some() || most.is_some()) {
        return blamed(
            "daily_spend_cap",
            "Spend limits need a campaign budget",
            "daily_min_spend_target and daily_spend_cap are for ad sets under a campaign budget.",
        );
    }
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        return blamed("daily_min_spend_target", "Spend limits cross", "daily_min_spend_target must not exceed daily_spend_cap.");
    }
    let strategy = campaign
        .get("bid_strategy")
        .or_else(|| after.get("bid_strategy"))
        .and_then(Value::as_str)
        .unwrap_or("LOWEST_COST_WITHOUT_CAP");
    if shared && after.get("bid_strategy").is_some_and(|own| own != strategy) {
        return blamed("bid_strategy", "Two bid strategies", "Under a campaign budget the bid strategy is the campaign's.");
    }
    let bid = after.get("bid_amount").and_then(Value::as_i64);
    let capped = matches!(strategy, "COST_CAP" | "LOWEST_COST_WITH_BID_CAP");
    if capped && bid.is_none() {
        return Err(GraphError::blamed(
            "bid_amount",
            "Bid amount is missing",
            format!("A bid amount is required for the bid strategy {strategy}."),
        )
        .sub(1_815_857));
    }
    if strategy == "LOWEST_COST_WITH_MIN_ROAS" && !after.contains_key("bid_constraints") {
        return blamed(
            "bid_constraints",
            "Minimum return is missing",
            "Set bid_constraints.roas_average_floor for this bid strategy.",
        );
    }
    if !capped && bid.is_some() && set.contains_key("bid_amount") {
        return blamed(
            "bid_amount",
            "Bid amount is not used",
            "bid_amount needs the bid strategy COST_CAP or LOWEST_COST_WITH_BID_CAP.",
        );
    }
    let now = world.now();
    if set.contains_key("daily_budget") || set.contains_key("lifetime_budget") || object.is_none() {
        let billing = after.get("billing_event").and_then(Value::as_str).unwrap_or("IMPRESSIONS");
        let days = budget::days(after, "end_time", now);
        let bid = bid.filter(|_| strategy == "LOWEST_COST_WITH_BID_CAP");
        budget::minimum(seeded, "ad set", (daily, lifetime), billing, bid, days)?;
    }
    if let (Some(_), Some(end)) = (daily, after.get("end_time").and_then(Value::as_i64)) {
        let start = after.get("start_time").and_then(Value::as_i64).unwrap_or(now);
        if set.contains_key("end_time") && end - start < 86_400 {
            return blamed("end_time", "Flight is too short", "An ad set with a daily budget must run for at least 24 hours.");
        }
    }
    Ok(())
}

/// Digital Services Act: ads to people in the EU name beneficiary and payer.
fn transparency(after: &Map<String, Value>) -> Result<(), GraphError> {
    let Some(targeting) = after.get("targeting").and_then(Value::as_object) else {
        return Ok(());
    };
    if !targeting::reaches_eu(targeting) {
        return Ok(());
    }
    for (name, what) in [("dsa_beneficiary", "beneficiary"), ("dsa_payor", "payer")] {
        if after.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(GraphError::blamed(
                name,
                "Ad transparency information is missing",
                format!("Ads to people in the European Union must name their {what}: set {name}."),
            )
            .sub(3_858_081));
        }
    }
    Ok(())
}

/// `targeting` with what Meta adds on reads.
#[must_use]
pub fn targeting_read_back(object: &Object) -> Option<Value> {
    object.get("targeting").and_then(Value::as_object).map(|spec| Value::Object(targeting::with_effective(spec)))
}

/// `learning_stage_info`: LEARNING until 50 results in a week after the last significant change, then SUCCESS;
/// FAIL ("learning limited") when seven days passed without them.
pub fn learning(world: &mut World, object: &Object) -> Option<Value> {
    if object.text("status") != "ACTIVE" {
        return None;
    }
    let significant =
        ["targeting", "optimization_goal", "bid_amount", "daily_budget", "lifetime_budget", "promoted_object", "status"];
    let mut since = object.created();
    for pair in object.versions.windows(2) {
        if let [before, after] = pair
            && significant.iter().any(|name| before.fields.get(*name) != after.fields.get(*name))
        {
            since = after.at;
        }
    }
    let results = insights::results_since(world, object, since);
    let status = if results >= 50 {
        "SUCCESS"
    } else if world.now() - since > 7 * 86_400 {
        "FAIL"
    } else {
        "LEARNING"
    };
    Some(
        json!({ "status": status, "conversions": results, "last_sig_edit_ts": since, "attribution_windows": ["1d_view", "7d_click"] }),
    )
}
