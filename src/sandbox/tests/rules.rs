//! What Meta refuses, rule by rule. Each row names where the rule stands: sections are those of the graph-api reference that the
//! node's file cites.

use serde_json::{Value, json};

use super::support::Sandbox;

/// Source, parameter, value, subcode (0 for none), part of the text for the developer or the person.
type Rule = (&'static str, &'static str, Value, i64, &'static str);

fn code(answer: &Value) -> (i64, i64) {
    let error = &answer["error"];
    (error["code"].as_i64().unwrap_or(0), error["error_subcode"].as_i64().unwrap_or(0))
}

/// Posts `good` with each rule's parameter changed and expects Meta's refusal in its envelope.
async fn refused(sandbox: &Sandbox, path: &str, good: &Value, rules: Vec<Rule>) {
    for (source, name, value, subcode, text) in rules {
        let mut params = good.clone();
        params[name] = value.clone();
        let answer = sandbox.raw("POST", path, params).await;
        assert_eq!(answer.status(), 400, "{source}: {name}={value}");
        let answer: Value = answer.json().await.unwrap();
        let error = &answer["error"];
        assert_eq!(code(&answer), (100, subcode), "{source}: {name}={value}: {answer}");
        assert!(error["fbtrace_id"].is_string() && error["type"].is_string() && error["is_transient"] == false, "{answer}");
        let told = format!("{} {} {}", error["message"], error["error_user_title"], error["error_user_msg"]);
        assert!(told.contains(text), "{source}: {name}={value}: {told}");
        if let Some(data) = error["error_data"].as_str() {
            let data: Value = serde_json::from_str(data).unwrap();
            assert!(data["blame_field_specs"][0][0].is_string(), "{data}");
        }
    }
}

fn campaign_params() -> Value {
    json!({
        "name": "Autumn", "objective": "OUTCOME_SALES", "status": "PAUSED", "special_ad_categories": [],
        "is_adset_budget_sharing_enabled": false,
    })
}

#[actix_web::test]
async fn campaigns_are_refused_as_their_rules_say() {
    let sandbox = Sandbox::new(1, None);
    let path = format!("{}/campaigns", sandbox.account());
    let rules: Vec<Rule> = vec![
        ("6, required", "name", json!(""), 0, "name is required"),
        ("6, required", "objective", json!(""), 0, "objective is required"),
        ("6, required", "special_ad_categories", json!(""), 0, "special_ad_categories is required"),
        ("6, v24 changelog", "is_adset_budget_sharing_enabled", json!(""), 4_834_011, "True or False"),
        ("6, objectives", "objective", json!("SALES"), 0, "objective must be one of the following values: OUTCOME_APP_PROMOTION"),
        ("6, legacy objectives", "objective", json!("LINK_CLICKS"), 0, "Objective LINK_CLICKS is invalid"),
        ("6, categories", "special_ad_categories", json!(["LOANS"]), 0, "special_ad_categories[0] must be one of"),
        ("6, buying types", "buying_type", json!("FIXED"), 0, "must be one of the following values: AUCTION, RESERVED"),
        ("6, status on create", "status", json!("ARCHIVED"), 0, "must be one of the following values: ACTIVE, PAUSED"),
        ("7, units", "daily_budget", json!("20.50"), 0, "must be an integer"),
        ("7, minimum", "daily_budget", json!("99"), 1_885_272, "more than EUR1.00"),
        ("7, one budget", "lifetime_budget", json!("-5"), 0, "between 0 and"),
        ("6, spend cap", "spend_cap", json!("9999"), 0, "at least EUR100.00"),
        ("6, bid strategy's place", "bid_strategy", json!("COST_CAP"), 0, "only with a campaign budget"),
        ("1, v25 changelog", "smart_promotion_type", json!("AUTOMATED_SHOPPING_ADS"), 0, "can no longer be made"),
        ("6, spec", "adlabels", json!(["x"]), 0, "array of {id} or {name}"),
        ("3, unknown param", "colour", json!("red"), 0, "unknown param colour"),
        ("spec, not offered", "iterative_split_test_configs", json!([]), 0, "is not offered by the sandbox"),
        ("1, v26 removal", "date_format", json!("U"), 0, "date_format is no longer supported"),
        ("3, execution options", "execution_options", json!(["dry_run"]), 0, "execution_options[0] must be one of"),
    ];
    refused(&sandbox, &path, &campaign_params(), rules).await;
    assert_eq!(sandbox.get(&path, json!({})).await["data"], json!([]));
    let id = sandbox.create("campaigns", campaign_params()).await;
    let rules: Vec<Rule> = vec![
        ("6, immutable", "objective", json!("OUTCOME_LEADS"), 0, "cannot be changed"),
        ("6, immutable", "buying_type", json!("RESERVED"), 0, "cannot be changed"),
        ("6, status", "status", json!("GONE"), 0, "ACTIVE, ARCHIVED, DELETED, PAUSED"),
    ];
    refused(&sandbox, &id, &json!({}), rules).await;
    let same = sandbox.post(&id, json!({ "objective": "OUTCOME_SALES", "buying_type": "AUCTION" })).await;
    assert_eq!(same, json!({ "success": true }));
}

#[actix_web::test]
async fn ad_sets_are_refused_as_their_rules_say() {
    let sandbox = Sandbox::new(1, None);
    let campaign = sandbox.campaign().await;
    let path = format!("{}/adsets", sandbox.account());
    let good = sandbox.ad_set_params(&campaign);
    let geo = json!({ "countries": ["PT"] });
    let placed = |platforms: Value, field: &str, positions: Value| json!({ "geo_locations": {"countries": ["PT"]}, "publisher_platforms": platforms, field: positions });
    let rules: Vec<Rule> = vec![
        ("8, required", "campaign_id", json!(""), 0, "campaign_id is required"),
        ("8, required", "optimization_goal", json!(""), 0, "optimization_goal is required"),
        ("8, required", "billing_event", json!(""), 0, "billing_event is required"),
        ("8, required", "targeting", json!(""), 0, "targeting is required"),
        ("8, enum", "optimization_goal", json!("CLICKS"), 0, "must be one of the following values: ADVERTISER_SILOED_VALUE"),
        ("8, goals of an objective", "optimization_goal", json!("THRUPLAY"), 2_490_408, "performance goal THRUPLAY"),
        ("8, goals of an objective", "optimization_goal", json!("DERIVED_EVENTS"), 2_490_408, "performance goal DERIVED_EVENTS"),
        ("8, enum", "billing_event", json!("VIEWS"), 0, "must be one of the following values: APP_INSTALLS"),
        ("8, billing events of a goal", "billing_event", json!("LINK_CLICKS"), 0, "can't be charged on LINK_CLICKS"),
        ("8, billing events of a goal", "billing_event", json!("PURCHASE"), 0, "can't be charged on PURCHASE"),
        ("8, enum", "destination_type", json!("MOON"), 0, "destination_type must be one of"),
        ("8, destinations", "destination_type", json!("ON_AD"), 0, "does not go with the objective OUTCOME_SALES"),
        ("8, promoted object", "promoted_object", json!({"pixel_id": "1"}), 1_885_014, "pixel is not available"),
        ("8, promoted object", "promoted_object", json!({"moon": "1"}), 1_885_014, "no key moon"),
        ("7, minimum", "daily_budget", json!("99"), 1_885_272, "more than EUR1.00"),
        ("7, exactly one", "lifetime_budget", json!("9000"), 0, "not both"),
        ("7, none", "daily_budget", json!(""), 1_885_621, "the campaign has no budget"),
        ("7, units", "daily_budget", json!("20,00"), 0, "must be an integer"),
        ("7, flight", "end_time", json!("2026-11-02T20:00:00"), 0, "at least 24 hours"),
        ("4, end in the past", "end_time", json!("2026-11-01"), 1_487_033, "cannot be in the past"),
        ("6, bid strategies", "bid_strategy", json!("COST_CAP"), 1_815_857, "bid amount is required"),
        ("6, bid strategies", "bid_amount", json!("100"), 0, "needs the bid strategy"),
        ("6, minimum return", "bid_constraints", json!({"roas_average_floor": 10000}), 0, "needs the bid strategy"),
        ("8, attribution", "attribution_spec", json!([{"event_type": "CLICK_THROUGH", "window_days": 3}]), 0, "one of 1, 7, 28"),
        ("8, transparency", "dsa_beneficiary", json!(""), 3_858_081, "beneficiary"),
        ("spec, not offered", "adset_schedule", json!([]), 0, "is not offered by the sandbox"),
        ("3, unknown param", "tempo", json!("fast"), 0, "unknown param tempo"),
        ("9, keys", "targeting", json!({"geo_locations": geo, "shoe_size": 42}), 0, "Invalid keys"),
        ("9, places", "targeting", json!({}), 1_885_364, "at least one location"),
        ("9, ages", "targeting", json!({"geo_locations": geo, "age_min": 12}), 0, "between 13 and 65"),
        (
            "1, v26: explore",
            "targeting",
            placed(json!(["instagram"]), "instagram_positions", json!(["explore"])),
            0,
            "explore_home",
        ),
        (
            "4, v24: video feeds",
            "targeting",
            placed(json!(["facebook"]), "facebook_positions", json!(["video_feeds"])),
            2_490_562,
            "",
        ),
        ("9, alone", "targeting", json!({"geo_locations": geo, "publisher_platforms": ["audience_network"]}), 0, "alone"),
        (
            "9, needs feed",
            "targeting",
            placed(json!(["facebook"]), "facebook_positions", json!(["search"])),
            0,
            "needs the Facebook feed",
        ),
        (
            "9, stories",
            "targeting",
            placed(json!(["facebook"]), "facebook_positions", json!(["story"])),
            0,
            "Facebook Stories needs",
        ),
        (
            "9, threads",
            "targeting",
            json!({"geo_locations": geo, "publisher_platforms": ["threads"]}),
            0,
            "Threads needs Instagram",
        ),
        (
            "9, enum",
            "targeting",
            json!({"geo_locations": geo, "publisher_platforms": ["tv"]}),
            0,
            "publisher_platforms][0] must be one of",
        ),
        (
            "9, enum",
            "targeting",
            placed(json!(["facebook"]), "facebook_positions", json!(["top"])),
            0,
            "facebook_positions][0] must be one of",
        ),
    ];
    refused(&sandbox, &path, &good, rules).await;
    let mut dropped = good.clone();
    dropped["targeting"] = json!({
        "geo_locations": geo, "publisher_platforms": ["facebook", "instagram", "messenger"],
        "messenger_positions": ["story"], "targeting_automation": {"advantage_audience": 0},
    });
    let id = sandbox.create("adsets", dropped).await;
    let read = sandbox.get(&id, json!({ "fields": "targeting" })).await;
    assert!(read["targeting"]["messenger_positions"].is_null(), "1, v26: messenger stories are dropped silently: {read}");
    let rules: Vec<Rule> = vec![
        ("8, immutable", "campaign_id", json!("1"), 0, "cannot be changed"),
        ("8, immutable", "optimization_goal", json!("VALUE"), 0, "cannot be changed"),
        ("8, immutable", "promoted_object", json!({"page_id": sandbox.identity.page_id}), 0, "cannot be changed"),
        ("8, immutable", "is_dynamic_creative", json!(true), 0, "cannot be changed"),
    ];
    refused(&sandbox, &id, &json!({}), rules).await;
}

#[actix_web::test]
async fn goals_and_destinations_go_together_as_metas_table_says() {
    let sandbox = Sandbox::new(1, None);
    let page = json!({ "page_id": sandbox.identity.page_id });
    let pixel = json!({ "pixel_id": sandbox.identity.pixel_id, "custom_event_type": "LEAD" });
    let app = json!({ "application_id": "1", "object_store_url": "https://store.example/app" });
    // Section 8: objective, goal, destination, promoted object, whether it is accepted.
    for (objective, goal, destination, promoted, accepted) in [
        ("OUTCOME_AWARENESS", "REACH", "", &page, true),
        ("OUTCOME_AWARENESS", "REACH", "WEBSITE", &page, false),
        ("OUTCOME_AWARENESS", "REACH", "", &json!({}), false),
        ("OUTCOME_TRAFFIC", "LINK_CLICKS", "", &json!({}), true),
        ("OUTCOME_TRAFFIC", "LINK_CLICKS", "WEBSITE", &json!({}), true),
        ("OUTCOME_TRAFFIC", "LINK_CLICKS", "MESSENGER", &page, true),
        ("OUTCOME_TRAFFIC", "LINK_CLICKS", "ON_POST", &json!({}), false),
        ("OUTCOME_TRAFFIC", "OFFSITE_CONVERSIONS", "", &pixel, false),
        ("OUTCOME_ENGAGEMENT", "POST_ENGAGEMENT", "ON_POST", &json!({}), true),
        ("OUTCOME_ENGAGEMENT", "POST_ENGAGEMENT", "WEBSITE", &json!({}), false),
        ("OUTCOME_ENGAGEMENT", "PAGE_LIKES", "ON_PAGE", &page, true),
        ("OUTCOME_ENGAGEMENT", "PAGE_LIKES", "ON_PAGE", &json!({}), false),
        ("OUTCOME_ENGAGEMENT", "THRUPLAY", "ON_VIDEO", &json!({}), true),
        ("OUTCOME_ENGAGEMENT", "CONVERSATIONS", "MESSENGER", &page, true),
        ("OUTCOME_ENGAGEMENT", "CONVERSATIONS", "", &page, false),
        ("OUTCOME_LEADS", "LEAD_GENERATION", "ON_AD", &page, true),
        ("OUTCOME_LEADS", "LEAD_GENERATION", "WEBSITE", &page, false),
        ("OUTCOME_LEADS", "OFFSITE_CONVERSIONS", "", &pixel, true),
        ("OUTCOME_LEADS", "OFFSITE_CONVERSIONS", "", &page, false),
        ("OUTCOME_APP_PROMOTION", "APP_INSTALLS", "APP", &app, true),
        ("OUTCOME_APP_PROMOTION", "APP_INSTALLS", "", &page, false),
        ("OUTCOME_SALES", "OFFSITE_CONVERSIONS", "WEBSITE", &pixel, true),
        ("OUTCOME_SALES", "VALUE", "", &pixel, false),
    ] {
        let mut campaign = campaign_params();
        campaign["objective"] = json!(objective);
        let campaign = sandbox.create("campaigns", campaign).await;
        let mut params = sandbox.ad_set_params(&campaign);
        params["optimization_goal"] = json!(goal);
        params["destination_type"] = json!(destination);
        params["promoted_object"] = promoted.clone();
        params["execution_options"] = json!(["validate_only"]);
        let answer = sandbox.post(&format!("{}/adsets", sandbox.account()), params).await;
        assert_eq!(answer == json!({ "success": true }), accepted, "{objective} {goal} {destination} {promoted}: {answer}");
        assert!(accepted || code(&answer).0 == 100, "{answer}");
    }
}

#[actix_web::test]
async fn a_campaign_budget_and_its_ad_sets_never_both_have_one() {
    let sandbox = Sandbox::new(1, None);
    let mut params = campaign_params();
    params.as_object_mut().unwrap().remove("is_adset_budget_sharing_enabled");
    params["daily_budget"] = json!("5000");
    params["bid_strategy"] = json!("LOWEST_COST_WITHOUT_CAP");
    let campaign = sandbox.create("campaigns", params).await;
    let path = format!("{}/adsets", sandbox.account());
    let mut good = sandbox.ad_set_params(&campaign);
    good.as_object_mut().unwrap().remove("daily_budget");
    // Section 7.
    let rules: Vec<Rule> = vec![
        ("7, budget levels", "daily_budget", json!("2000"), 0, "its ad sets cannot have one"),
        ("7, limits of ad sets", "lifetime_spend_cap", json!("2000"), 0, "has a lifetime_budget"),
        ("7, limits of ad sets", "daily_min_spend_target", json!("5001"), 0, "must not exceed the campaign budget"),
        ("6, one bid strategy", "bid_strategy", json!("LOWEST_COST_WITH_BID_CAP"), 0, "the bid strategy is the campaign's"),
    ];
    refused(&sandbox, &path, &good, rules).await;
    sandbox.create("adsets", good).await;
    let answer = sandbox.post(&campaign, json!({ "daily_budget": "0" })).await;
    assert_eq!(code(&answer), (100, 0), "7, the level stays once there are ad sets: {answer}");
}

#[actix_web::test]
async fn a_lifetime_budget_is_not_lowered_under_a_tenth_more_than_its_spend() {
    let sandbox = Sandbox::new(1, None);
    let flight = json!({ "lifetime_budget": "10000", "end_time": "2026-11-12T09:00:00" });
    let (_, ad_set, _) = sandbox.delivering(flight).await;
    sandbox.days(5).await;
    let left = sandbox.get(&ad_set, json!({ "fields": "budget_remaining" })).await;
    let spent = 10_000 - left["budget_remaining"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(spent > 1_500, "{left}");
    let least = (spent * 110 + 99) / 100;
    let low = sandbox.post(&ad_set, json!({ "lifetime_budget": (least - 2).to_string() })).await;
    assert_eq!(code(&low), (100, 1_885_272), "{low}");
    let enough = sandbox.post(&ad_set, json!({ "lifetime_budget": (least + 2).to_string() })).await;
    assert_eq!(enough, json!({ "success": true }));
}

#[actix_web::test]
async fn special_categories_leave_no_room_for_narrow_targeting() {
    let sandbox = Sandbox::new(1, None);
    let mut params = campaign_params();
    params["special_ad_categories"] = json!(["HOUSING"]);
    let campaign = sandbox.create("campaigns", params).await;
    let good = sandbox.ad_set_params(&campaign);
    let base = json!({ "geo_locations": {"countries": ["PT"]}, "targeting_automation": {"advantage_audience": 0} });
    let with = |name: &str, value: Value| {
        let mut targeting = base.clone();
        targeting[name] = value;
        targeting
    };
    let rules: Vec<Rule> = vec![
        ("6, ages", "targeting", with("age_min", json!(30)), 0, "ages 18 to 65+"),
        ("6, genders", "targeting", with("genders", json!([2])), 0, "all genders"),
        ("1, v26: explicit", "targeting", json!({ "geo_locations": {"countries": ["PT"]} }), 0, "advantage_audience"),
    ];
    refused(&sandbox, &format!("{}/adsets", sandbox.account()), &good, rules).await;
    let older = format!("{}/v25.0/{}/adsets", sandbox.running.base_url(), sandbox.account());
    let mut params: Vec<(String, String)> = vec![("access_token".into(), sandbox.identity.access_token.clone())];
    for (name, value) in good.as_object().unwrap() {
        let value = if name == "targeting" { json!({ "geo_locations": {"countries": ["PT"]} }) } else { value.clone() };
        params.push((name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    }
    let answer: Value = reqwest::Client::new().post(older).form(&params).send().await.unwrap().json().await.unwrap();
    assert!(answer["id"].is_string(), "before v26 it need not be said: {answer}");
}

#[actix_web::test]
async fn ads_and_creatives_are_refused_as_their_rules_say() {
    let sandbox = Sandbox::new(1, None);
    let (_, ad_set, ad) = sandbox.delivering(json!({ "daily_budget": "2000" })).await;
    let creative = sandbox.get(&ad, json!({ "fields": "creative{id}" })).await["creative"]["id"].clone();
    let good = json!({ "name": "Second", "adset_id": ad_set, "creative": {"creative_id": creative} });
    let rules: Vec<Rule> = vec![
        ("10, required", "name", json!(""), 0, "name is required"),
        ("10, required", "creative", json!(""), 0, "creative is required"),
        ("10, required", "adset_id", json!(""), 0, "adset_id is required"),
        ("10, parent", "adset_id", json!("7"), 0, "does not exist in this ad account"),
        ("10, creative", "creative", json!({"creative_id": "7"}), 0, "does not exist in this ad account"),
        ("10, conversion domain", "conversion_domain", json!("https://casalume.example/"), 0, "conversion_domain"),
        ("10, tracking", "tracking_specs", json!("[1]"), 0, "array of objects"),
        ("spec, not offered", "display_sequence", json!(1), 0, "is not offered by the sandbox"),
        ("3, unknown param", "sound", json!("on"), 0, "unknown param sound"),
    ];
    refused(&sandbox, &format!("{}/ads", sandbox.account()), &good, rules).await;
    refused(&sandbox, &ad, &json!({}), vec![("10, immutable", "adset_id", json!("7"), 0, "cannot move")]).await;
    let story = json!({ "page_id": sandbox.identity.page_id, "link_data": {"link": "https://casalume.example/"} });
    let data = |key: &str, value: Value| {
        let mut story = story.clone();
        story["link_data"][key] = value;
        story
    };
    let rules: Vec<Rule> = vec![
        ("10, since 2025-09-09", "instagram_actor_id", json!("1"), 0, "no longer supported"),
        ("10, keys", "object_story_spec", data("sparkle", json!(1)), 0, "Invalid keys"),
        ("10, link", "object_story_spec", data("link", json!("casalume")), 0, "must be a web address"),
        ("10, enum", "object_story_spec", data("call_to_action", json!({"type": "FLY"})), 0, "must be one of"),
        ("spec", "call_to_action_type", json!("SHOP_NOW"), 0, "unknown param call_to_action_type"),
    ];
    refused(&sandbox, &format!("{}/adcreatives", sandbox.account()), &json!({ "object_story_spec": story }), rules).await;
    let text = creative.as_str().unwrap();
    refused(&sandbox, text, &json!({}), vec![("10, update", "url_tags", json!("a=b"), 0, "unknown param url_tags")]).await;
}

#[actix_web::test]
async fn what_is_archived_or_deleted_can_be_read_renamed_and_deleted_alone() {
    let sandbox = Sandbox::new(1, None);
    let (campaign, ad_set, ad) = sandbox.delivering(json!({ "daily_budget": "2000" })).await;
    let ok = json!({ "success": true });
    let effective = async |id: &str| sandbox.get(id, json!({ "fields": "effective_status" })).await["effective_status"].clone();
    assert_eq!(sandbox.post(&campaign, json!({ "status": "ARCHIVED" })).await, ok);
    for (id, change) in [
        (&campaign, json!({ "status": "ACTIVE" })),
        (&ad_set, json!({ "daily_budget": "3000" })),
        (&ad, json!({ "status": "PAUSED" })),
    ] {
        assert_eq!(code(&sandbox.post(id, change.clone()).await), (100, 1_487_056), "6, archived: {change}");
        assert_eq!(effective(id).await, "ARCHIVED");
        assert_eq!(sandbox.post(id, json!({ "name": "Kept" })).await, ok, "6, names stay editable");
    }
    let path = format!("{}/campaigns", sandbox.account());
    assert_eq!(sandbox.get(&path, json!({})).await["data"], json!([]), "6, lists leave them out");
    let asked = sandbox.get(&path, json!({ "effective_status": ["ARCHIVED"] })).await;
    assert_eq!(asked["data"][0]["id"], json!(campaign));
    let mut another = sandbox.ad_set_params(&campaign);
    another["name"] = json!("Late");
    assert_eq!(code(&sandbox.post(&format!("{}/adsets", sandbox.account()), another).await), (100, 1_487_056));
    assert_eq!(sandbox.call("DELETE", &campaign, json!({})).await, ok);
    assert_eq!(code(&sandbox.call("DELETE", &ad, json!({ "force": "1" })).await), (100, 0), "3, unknown param");
    assert_eq!(effective(&ad).await, "DELETED");
    assert_eq!(code(&sandbox.post(&campaign, json!({ "status": "ARCHIVED" })).await), (100, 1_487_056), "6, only to DELETED");
    assert!(sandbox.get(&campaign, json!({ "fields": "name" })).await["name"].is_string(), "6, still read by id");
}

#[actix_web::test]
async fn every_version_refuses_what_v26_took_from_all() {
    let sandbox = Sandbox::new(1, None);
    let client = reqwest::Client::new();
    let get = async |path: &str| {
        let joint = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}/{path}{joint}access_token={}", sandbox.running.base_url(), sandbox.identity.access_token);
        client.get(url).header("If-None-Match", "\"abc\"").send().await.unwrap()
    };
    for version in ["v24.0/", "v25.0/", "v26.0/", ""] {
        let me = get(&format!("{version}me?pretty=1&debug=all&metadata=1&fields=id")).await;
        assert_eq!(me.status(), 200, "{version}: pretty, debug and If-None-Match are ignored");
        assert!(me.headers().get("etag").is_none(), "{version}: no ETag any more");
        assert_eq!(
            me.json::<Value>().await.unwrap(),
            json!({ "id": sandbox.identity.user_id }),
            "{version}: nothing beside the id"
        );
        for gone in ["?ids=1,2", "me?date_format=U"] {
            let answer = get(&format!("{version}{gone}")).await;
            assert_eq!(answer.status(), 400, "{version}{gone}");
            assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], 100);
        }
    }
    for (version, expected) in [("v23.0", 2635), ("v2.12", 2635), ("v27.0", 2500), ("v26.1", 2500)] {
        let answer: Value = get(&format!("{version}/me")).await.json().await.unwrap();
        assert_eq!(answer["error"]["code"], expected, "{version}: {answer}");
    }
}
