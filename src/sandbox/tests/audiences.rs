//! Whom ads may reach: searches, custom audiences, estimates, refusals; and that delivery keeps to it.

use serde_json::{Value, json};

use super::support::{Sandbox, number};

fn code(answer: &Value) -> (i64, i64) {
    let error = &answer["error"];
    (error["code"].as_i64().unwrap_or(0), error["error_subcode"].as_i64().unwrap_or(0))
}

/// Ids of the account's custom audiences, by name.
async fn audience(sandbox: &Sandbox, name: &str) -> String {
    let path = format!("{}/customaudiences", sandbox.account());
    let all = sandbox.get(&path, json!({"fields": "id,name"})).await;
    let found = all["data"].as_array().unwrap().iter().find(|row| row["name"] == name);
    found.unwrap_or_else(|| panic!("{name}: {all}"))["id"].as_str().unwrap().to_owned()
}

fn targeting(extra: Value) -> Value {
    let mut spec = json!({
        "geo_locations": {"countries": ["PT"]}, "publisher_platforms": ["facebook", "instagram"],
        "targeting_automation": {"advantage_audience": 0},
    });
    spec.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    spec
}

#[actix_web::test]
async fn options_of_every_class_are_found_suggested_and_checked() {
    let sandbox = Sandbox::new(1, None);
    let at = |edge: &str| format!("{}/{edge}", sandbox.account());
    let found = sandbox.get(&at("targetingsearch"), json!({"q": "travel"})).await;
    let kinds: Vec<&str> = found["data"].as_array().unwrap().iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["interests", "behaviors"]);
    assert!(found["data"][0]["audience_size_lower_bound"].as_i64() < found["data"][0]["audience_size_upper_bound"].as_i64());
    let limited = sandbox.get(&at("targetingsearch"), json!({"q": "travel", "regulated_categories": ["HOUSING"]})).await;
    assert_eq!(limited["data"].as_array().unwrap().len(), 1);
    assert_eq!(code(&sandbox.get(&at("targetingsearch"), json!({})).await).0, 100);
    let list = json!([{"type": "interests", "id": "6003139266461"}, {"type": "interests", "id": "1"}]);
    let checked = sandbox.get(&at("targetingvalidation"), json!({"targeting_list": list})).await;
    assert_eq!([&checked["data"][0]["valid"], &checked["data"][1]["valid"]], [&json!(true), &json!(false)]);
    let near =
        sandbox.get(&at("targetingsuggestions"), json!({"targeting_list": [{"type": "interests", "id": "6003139266461"}]})).await;
    assert!(near["data"].as_array().unwrap().iter().any(|row| row["name"] == "Music"), "{near}");
    let life = sandbox.get("search", json!({"type": "adTargetingCategory", "class": "life_events"})).await;
    assert!(life["data"].as_array().unwrap().iter().all(|row| row["type"] == "life_events"));
}

#[actix_web::test]
async fn custom_audiences_tell_their_size_as_a_range_and_whether_they_are_ready() {
    let sandbox = Sandbox::new(1, None);
    let path = format!("{}/customaudiences", sandbox.account());
    let fields = "name,subtype,approximate_count_lower_bound,approximate_count_upper_bound,delivery_status,operation_status";
    let first = sandbox.get(&path, json!({"fields": fields, "limit": "2"})).await;
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    assert!(first["paging"]["next"].is_string());
    let visitors = &first["data"][0];
    let bound = |side: &str| visitors[format!("approximate_count_{side}_bound")].as_i64().unwrap();
    assert!(1_000 < bound("lower") && bound("lower") < bound("upper"), "{visitors}");
    assert_eq!(visitors["delivery_status"]["code"], 200);
    let wrong = sandbox.get(&path, json!({"fields": "nonsense"})).await;
    assert!(wrong["error"]["message"].as_str().unwrap().contains("nonexisting field (nonsense) on node type (CustomAudience)"));
    let filter = json!([{"field": "name", "operator": "CONTAIN", "value": "fair"}]);
    let fair = sandbox.get(&path, json!({"fields": fields, "filtering": filter})).await;
    assert_eq!(fair["data"][0]["approximate_count_lower_bound"], -1, "{fair}");
}

#[actix_web::test]
async fn a_narrower_spec_is_estimated_smaller_and_an_unfilled_audience_is_not_ready() {
    let sandbox = Sandbox::new(1, None);
    let path = format!("{}/reachestimate", sandbox.account());
    let customers = audience(&sandbox, "Customers").await;
    let estimate = |extra: Value| {
        let (sandbox, path) = (&sandbox, &path);
        async move { sandbox.get(path, json!({"targeting_spec": targeting(extra)})).await["data"].clone() }
    };
    let everybody = estimate(json!({})).await;
    let narrowed = estimate(json!({"flexible_spec": [{"interests": [{"id": "6003139266461"}]}]})).await;
    let without = estimate(json!({"excluded_custom_audiences": [{"id": customers}]})).await;
    let most = |data: &Value| data["users_upper_bound"].as_i64().unwrap();
    assert!(most(&narrowed) < most(&everybody) && most(&without) < most(&everybody), "{everybody} {narrowed} {without}");
    assert!(everybody["users_lower_bound"].as_i64().unwrap() < most(&everybody));
    let new = audience(&sandbox, "Newsletter, uploaded today").await;
    assert_eq!(estimate(json!({"custom_audiences": [{"id": new}]})).await["estimate_ready"], false);
    let params = json!({"optimization_goal": "OFFSITE_CONVERSIONS", "targeting_spec": targeting(json!({}))});
    let delivery = sandbox.get(&format!("{}/delivery_estimate", sandbox.account()), params).await;
    assert_eq!(delivery["data"][0]["estimate_mau_upper_bound"], everybody["users_upper_bound"]);
    let bare =
        sandbox.get(&format!("{}/delivery_estimate", sandbox.account()), json!({"targeting_spec": targeting(json!({}))})).await;
    assert_eq!(code(&bare).0, 100);
}

#[actix_web::test]
async fn what_meta_no_longer_takes_or_does_not_know_is_refused() {
    let sandbox = Sandbox::new(1, None);
    let campaign = sandbox.campaign().await;
    let customers = audience(&sandbox, "Customers").await;
    let refused = |extra: Value| {
        let mut params = sandbox.ad_set_params(&campaign);
        params["targeting"] = targeting(extra);
        let sandbox = &sandbox;
        async move { code(&sandbox.post(&format!("{}/adsets", sandbox.account()), params).await) }
    };
    let movies = json!({"id": "6003139266461"});
    assert_eq!(refused(json!({"exclusions": {"interests": [movies]}})).await, (100, 3_858_492));
    assert_eq!(refused(json!({"flexible_spec": [{"interests": [{"id": "1"}]}]})).await, (100, 1_487_694));
    assert_eq!(refused(json!({"flexible_spec": [{"behaviors": [movies]}]})).await, (100, 1_487_694));
    assert_eq!(refused(json!({"custom_audiences": [{"id": "1"}]})).await, (100, 1_359_202));
    for odd in [
        json!({"flexible_spec": [{}]}),
        json!({"flexible_spec": [7]}),
        json!({"flexible_spec": {}}),
        json!({"flexible_spec": [{"custom_audiences": [{"id": customers}]}]}),
        json!({"custom_audiences": [{"id": customers}], "excluded_custom_audiences": [{"id": customers}]}),
    ] {
        assert_eq!(refused(odd.clone()).await.0, 100, "{odd}");
    }
    let mut params = sandbox.ad_set_params(&campaign);
    params["targeting"] =
        targeting(json!({"flexible_spec": [{"interests": [movies]}], "excluded_custom_audiences": [{"id": customers}]}));
    let made = sandbox.create("adsets", params).await;
    let read = sandbox.get(&made, json!({"fields": "targeting"})).await;
    assert_eq!(read["targeting"]["flexible_spec"][0]["interests"][0]["id"], "6003139266461");
}

#[actix_web::test]
async fn ads_for_homes_may_neither_leave_people_out_nor_look_for_behaviours() {
    let sandbox = Sandbox::new(1, None);
    let campaign = sandbox
        .create(
            "campaigns",
            json!({
                "name": "Flats", "objective": "OUTCOME_SALES", "status": "PAUSED", "special_ad_categories": ["HOUSING"],
                "special_ad_category_country": ["PT"], "is_adset_budget_sharing_enabled": false,
            }),
        )
        .await;
    let ids = [audience(&sandbox, "Customers").await, audience(&sandbox, "Lookalike (1%) - Customers").await];
    let visitors = audience(&sandbox, "Website visitors, 180 days").await;
    let post = |extra: Value| {
        let mut params = sandbox.ad_set_params(&campaign);
        params["targeting"] = targeting(extra);
        let sandbox = &sandbox;
        async move { sandbox.post(&format!("{}/adsets", sandbox.account()), params).await }
    };
    for extra in [
        json!({"flexible_spec": [{"behaviors": [{"id": "6002714895372"}]}]}),
        json!({"excluded_custom_audiences": [{"id": visitors}]}),
        json!({"custom_audiences": [{"id": ids[0]}]}),
        json!({"custom_audiences": [{"id": ids[1]}]}),
    ] {
        assert_eq!(code(&post(extra.clone()).await).0, 100, "{extra}");
    }
    let allowed = json!({"flexible_spec": [{"interests": [{"id": "6003139266461"}]}], "custom_audiences": [{"id": visitors}]});
    assert!(post(allowed).await["id"].is_string());
}

#[actix_web::test]
async fn fewer_people_are_reached_where_fewer_may_be() {
    let sandbox = Sandbox::new(1, None);
    let mut reach = Vec::new();
    for extra in [json!({}), json!({"flexible_spec": [{"interests": [{"id": "6003139266461"}]}]})] {
        let campaign = sandbox.campaign().await;
        let mut params = sandbox.ad_set_params(&campaign);
        params["targeting"] = targeting(extra);
        params["targeting"]["geo_locations"] = json!({"cities": [{"key": "2421011"}]});
        params["daily_budget"] = json!("90000");
        let ad_set = sandbox.create("adsets", params).await;
        sandbox.ad(&ad_set, "Light").await;
        reach.push(campaign);
    }
    sandbox.days(6).await;
    let rows = sandbox.insights(json!({"level": "campaign", "fields": "campaign_id,reach,spend"})).await;
    let of = |campaign: &String| {
        rows.iter().find(|row| row["campaign_id"] == campaign.as_str()).map_or(0.0, |row| number(row, "reach"))
    };
    let (wide, narrow) = (of(&reach[0]), of(&reach[1]));
    assert!(0.0 < narrow && narrow < wide, "{narrow} of {wide}: {rows:?}");
}
