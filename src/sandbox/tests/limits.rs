//! Limits of calls and changes, and the headers that tell of them.

use serde_json::{Value, json};

use super::support::Sandbox;

fn header(answer: &reqwest::Response, name: &str) -> Option<Value> {
    answer.headers().get(name).map(|value| serde_json::from_slice(value.as_bytes()).unwrap())
}

fn code(answer: &Value) -> (i64, i64) {
    let error = &answer["error"];
    (error["code"].as_i64().unwrap_or(0), error["error_subcode"].as_i64().unwrap_or(0))
}

#[actix_web::test]
async fn every_answer_carries_the_headers_of_what_it_concerns() {
    let sandbox = Sandbox::new(1, None);
    let account = sandbox.account();
    let bare = account.trim_start_matches("act_");
    let identity = &sandbox.identity;
    let app = header(&sandbox.raw("GET", "me", json!({})).await, "x-app-usage").unwrap();
    assert!(["call_count", "total_cputime", "total_time"].iter().all(|name| app[name].is_i64()), "{app}");
    for (path, key, kind) in [
        (account.to_owned(), bare, "ads_management"),
        (format!("{account}/insights"), bare, "ads_insights"),
        (identity.page_id.clone(), &identity.page_id, "pages"),
        (identity.instagram_user_id.clone(), &identity.instagram_user_id, "instagram"),
        (format!("{account}/customaudiences"), bare, "custom_audience"),
        (format!("{}/conversations", identity.page_id), &identity.page_id, "messenger"),
    ] {
        let answer = sandbox.raw("GET", &path, json!({})).await;
        let business = header(&answer, "x-business-use-case-usage").unwrap();
        let entry = &business[key][0];
        assert_eq!((&entry["type"], &entry["estimated_time_to_regain_access"]), (&json!(kind), &json!(0)), "{business}");
        assert_eq!(entry["ads_api_access_tier"], "standard_access");
        let of_account = header(&answer, "x-ad-account-usage");
        assert_eq!(of_account.is_some(), key == bare, "{path}");
        if let Some(usage) = of_account {
            assert!(usage["acc_id_util_pct"].is_number() && usage["reset_time_duration"].is_i64(), "{usage}");
        }
        let throttle = header(&answer, "x-fb-ads-insights-throttle");
        assert_eq!(throttle.is_some(), kind == "ads_insights", "{path}");
        if let Some(throttle) = throttle {
            assert!(throttle["app_id_util_pct"].is_number() && throttle["acc_id_util_pct"].is_number(), "{throttle}");
        }
    }
}

#[actix_web::test]
async fn an_account_without_points_is_blocked_until_the_sandbox_clock_lets_it_go() {
    let sandbox = Sandbox::new(1, None);
    sandbox.control("limits", json!({"tier": "limited"})).await;
    let account = sandbox.account().to_owned();
    for _ in 0..60 {
        assert!(sandbox.get(&account, json!({})).await["error"].is_null());
    }
    let refused = sandbox.raw("GET", &account, json!({})).await;
    let usage = header(&refused, "x-ad-account-usage").unwrap();
    assert_eq!(usage, json!({"acc_id_util_pct": 100, "reset_time_duration": 300, "ads_api_access_tier": "development_access"}));
    let business = header(&refused, "x-business-use-case-usage").unwrap();
    assert_eq!(business[account.trim_start_matches("act_")][0]["estimated_time_to_regain_access"], 5);
    assert_eq!(refused.status(), 400);
    assert_eq!(code(&refused.json().await.unwrap()), (17, 2_446_079));
    sandbox.control("clock", json!({"advance_minutes": 4})).await;
    assert_eq!(code(&sandbox.get(&account, json!({})).await), (17, 2_446_079));
    sandbox.control("clock", json!({"advance_minutes": 1})).await;
    let again = sandbox.raw("GET", &account, json!({})).await;
    assert_eq!(header(&again, "x-ad-account-usage").unwrap()["acc_id_util_pct"], json!(1.66));
    let counted = sandbox.control("limits", json!({})).await;
    assert_eq!((&counted["tier"], &counted["refused"]), (&json!("limited"), &json!(2)));
}

#[actix_web::test]
async fn a_batch_counts_each_of_its_calls() {
    let sandbox = Sandbox::new(1, None);
    sandbox.control("limits", json!({"tier": "limited"})).await;
    let operations: Vec<Value> = (0..50).map(|_| json!({"method": "GET", "relative_url": sandbox.account()})).collect();
    for refused in [0, 40] {
        let rows = sandbox.post("", json!({ "batch": operations })).await;
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.iter().filter(|row| row["code"] == 400).count(), refused);
        let last = rows[49]["headers"].as_array().unwrap().iter().find(|header| header["name"] == "x-ad-account-usage").unwrap();
        let usage: Value = serde_json::from_str(last["value"].as_str().unwrap()).unwrap();
        assert_eq!(usage["acc_id_util_pct"], if refused == 0 { json!(83.33) } else { json!(100) });
    }
}

#[actix_web::test]
async fn a_batch_takes_one_ad_set_of_a_campaign() {
    let sandbox = Sandbox::new(1, None);
    let (campaign, ad_set, _) = sandbox.delivering(json!({"daily_budget": "2000"})).await;
    let rename = json!({"method": "POST", "relative_url": ad_set, "body": "name=Renamed"});
    let check = json!({"method": "POST", "relative_url": format!("{}/adsets", sandbox.account()),
        "body": format!("campaign_id={campaign}&execution_options=[\"validate_only\"]")});
    let read = json!({"method": "GET", "relative_url": ad_set});
    let rows = sandbox.post("", json!({ "batch": [rename, check, read] })).await;
    let said = |at: usize| serde_json::from_str::<Value>(rows[at]["body"].as_str().unwrap()).unwrap();
    assert_eq!((said(0)["success"].clone(), said(2)["id"].clone()), (json!(true), json!(ad_set)));
    assert!(said(1)["error"]["message"].as_str().unwrap().contains("several ad sets"), "{}", said(1));
}

#[actix_web::test]
async fn a_part_of_a_batch_may_fail_or_not_be_finished_alone() {
    let sandbox = Sandbox::new(1, None);
    let read = json!({"method": "GET", "relative_url": sandbox.account()});
    for (kind, whole) in [("error", json!(500)), ("cut", Value::Null), ("throttle", json!(400))] {
        sandbox.control("faults", json!({"match": {"in_batch": true}, "skip": 1, "kind": kind})).await;
        let rows = sandbox.post("", json!({ "batch": [read, read, read] })).await;
        assert_eq!([&rows[0]["code"], &rows[1]["code"], &rows[2]["code"]], [&json!(200), &whole, &json!(200)], "{kind}");
    }
}

#[actix_web::test]
async fn an_ad_set_takes_four_budgets_an_hour_and_every_other_change() {
    let sandbox = Sandbox::new(1, None);
    let (_, ad_set, _) = sandbox.delivering(json!({"daily_budget": "2000"})).await;
    sandbox.control("limits", json!({"tier": "full"})).await;
    let set = |budget: &str| json!({ "daily_budget": budget });
    for budget in ["2100", "2200", "2200", "2300", "2400"] {
        assert_eq!(sandbox.post(&ad_set, set(budget)).await["success"], true, "{budget}");
    }
    assert_eq!(code(&sandbox.post(&ad_set, set("2500")).await), (613, 1_487_632), "the same again was no change");
    assert_eq!(sandbox.post(&ad_set, json!({"name": "Renamed"})).await["success"], true);
    assert_eq!(sandbox.get(&ad_set, json!({"fields": "daily_budget"})).await["daily_budget"], "2400");
    sandbox.control("clock", json!({"advance_minutes": 59})).await;
    assert_eq!(code(&sandbox.post(&ad_set, set("2500")).await), (613, 1_487_632), "blocked for the hour");
    sandbox.control("clock", json!({"advance_minutes": 1})).await;
    assert_eq!(sandbox.post(&ad_set, set("2500")).await["success"], true);
}

#[actix_web::test]
async fn what_belongs_to_no_account_counts_for_the_app() {
    let sandbox = Sandbox::new(1, None);
    sandbox.control("limits", json!({"tier": "limited"})).await;
    for _ in 0..200 {
        assert!(sandbox.get("me", json!({})).await["error"].is_null());
    }
    let refused = sandbox.raw("GET", "me", json!({})).await;
    assert_eq!(header(&refused, "x-app-usage").unwrap()["call_count"], 100);
    assert_eq!(code(&refused.json().await.unwrap()), (4, 1_504_022));
    assert!(sandbox.get(sandbox.account(), json!({})).await["error"].is_null(), "an ad account's calls are not the app's");
}
