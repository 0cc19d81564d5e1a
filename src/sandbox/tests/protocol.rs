//! The wire: errors, pages, batches, faults, the control surface, odd input.

use serde_json::{Value, json};

use super::support::Sandbox;

fn code(answer: &Value) -> (i64, i64) {
    let error = &answer["error"];
    (error["code"].as_i64().unwrap_or(0), error["error_subcode"].as_i64().unwrap_or(0))
}

#[actix_web::test]
async fn refusals_carry_metas_code_subcode_and_text() {
    let sandbox = Sandbox::new(1, None);
    let campaign = sandbox.campaign().await;
    let path = format!("{}/adsets", sandbox.account());
    let with = |name: &str, value: Value| {
        let mut params = sandbox.ad_set_params(&campaign);
        params[name] = value;
        params
    };
    let low = sandbox.post(&path, with("daily_budget", json!("99"))).await;
    assert_eq!(code(&low), (100, 1_885_272));
    assert_eq!(low["error"]["error_user_msg"], "Your ad set budget must be more than EUR1.00.");
    assert_eq!(low["error"]["error_data"], "{\"blame_field_specs\":[[\"daily_budget\"]]}");
    for (name, value) in [
        ("dsa_payor", json!("")),
        ("end_time", json!("2020-01-01")),
        ("lifetime_budget", json!("9000")),
        ("optimization_goal", json!("REACH")),
        ("billing_event", json!("LINK_CLICKS")),
        ("nonsense", json!("1")),
        ("targeting", json!({"geo_locations": {"countries": ["PT"]}, "instagram_positions": ["explore"]})),
        ("bid_strategy", json!("COST_CAP")),
        ("promoted_object", json!({})),
        ("targeting", json!("[")),
    ] {
        let answer = sandbox.post(&path, with(name, value)).await;
        assert_eq!(code(&answer).0, 100, "{name}: {answer}");
    }
    let bare = json!({"name": "x", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": []});
    let answer = sandbox.post(&format!("{}/campaigns", sandbox.account()), bare).await;
    assert_eq!(code(&answer), (100, 4_834_011));
    let unknown = sandbox.get(&campaign, json!({"fields": "nonsense"})).await;
    assert!(unknown["error"]["message"].as_str().unwrap().contains("nonexisting field (nonsense) on node type (Campaign)"));
    let none = sandbox.post(&path, with("execution_options", json!(["validate_only"]))).await;
    assert_eq!(none, json!({"success": true}));
    assert_eq!(sandbox.get(&path, json!({})).await["data"], json!([]));
}

#[actix_web::test]
async fn batches_resolve_references_and_pages_link_absolutely() {
    let sandbox = Sandbox::new(1, None);
    let body = "name=B&objective=OUTCOME_TRAFFIC&special_ad_categories=[]&is_adset_budget_sharing_enabled=false";
    let batch = json!([
        {"method": "POST", "name": "c", "relative_url": format!("{}/campaigns", sandbox.account()), "body": body, "omit_response_on_success": false},
        {"method": "GET", "relative_url": "{result=c:$.id}?fields=name"},
        {"method": "GET", "relative_url": "nothing"},
    ]);
    let answer = sandbox.post("", json!({ "batch": batch })).await;
    let inner: Value = serde_json::from_str(answer[1]["body"].as_str().unwrap()).unwrap();
    assert_eq!(inner["name"], "B");
    assert_eq!(answer[2]["code"], 400);
    sandbox.campaign().await;
    let page = sandbox.get(&format!("{}/campaigns", sandbox.account()), json!({"limit": "1", "summary": "true"})).await;
    let next = page["paging"]["next"].as_str().unwrap();
    assert!(next.starts_with(&sandbox.running.base_url()) && page["summary"]["total_count"] == 2);
    let second: Value = reqwest::get(next).await.unwrap().json().await.unwrap();
    assert_eq!(second["data"].as_array().unwrap().len(), 1);
    assert_ne!(second["data"], page["data"]);
}

#[actix_web::test]
async fn an_error_after_commit_leaves_the_object_behind_and_faults_are_used_up() {
    let sandbox = Sandbox::new(1, None);
    let path = format!("{}/campaigns", sandbox.account());
    for kind in ["error", "error_after_commit", "throttle", "token_dead"] {
        sandbox
            .control("faults", json!({"match": {"method": "POST", "path_contains": "/campaigns"}, "kind": kind, "times": 1}))
            .await;
        let params = json!({"name": kind, "objective": "OUTCOME_TRAFFIC", "special_ad_categories": [], "is_adset_budget_sharing_enabled": "0"});
        let answer = sandbox.post(&path, params).await;
        assert!(answer["error"].is_object(), "{kind}: {answer}");
    }
    let rows = sandbox.get(&path, json!({"fields": "name"})).await;
    assert_eq!(rows["data"].as_array().unwrap().len(), 1);
    assert_eq!(rows["data"][0]["name"], "error_after_commit");
}

#[actix_web::test]
async fn edits_from_outside_show() {
    let sandbox = Sandbox::new(1, None);
    let campaign = sandbox.campaign().await;
    sandbox.control("edit", json!({"id": campaign, "fields": {"name": "Changed outside"}})).await;
    assert_eq!(sandbox.get(&campaign, json!({"fields": "name"})).await["name"], "Changed outside");
}

#[actix_web::test]
async fn bad_input_of_any_kind_gets_metas_error() {
    let sandbox = Sandbox::new(1, None);
    let base = sandbox.running.base_url();
    let token = &sandbox.identity.access_token;
    let client = reqwest::Client::new();
    for path in [
        "",
        "me/nothing",
        "%00%ff",
        "act_0",
        "v26.0",
        "search",
        "me?fields=a{",
        "me?fields=accounts.limit(-1)",
        "me?limit=x&fields=accounts.limit(x)",
    ] {
        let joint = if path.contains('?') { '&' } else { '?' };
        let answer = client.get(format!("{base}/v26.0/{path}{joint}access_token={token}")).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{path}");
        assert!(answer.json::<Value>().await.unwrap()["error"]["fbtrace_id"].is_string());
    }
    for (kind, body) in [
        ("application/json", "{"),
        ("application/json", "[1]"),
        ("application/json", "{\"name\": {\"a\": []}}"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=a", "--a\r\n"),
        ("text/plain", "%%%&=&[]=&a[=1"),
        ("application/x-www-form-urlencoded", "batch=[1,\"x\",{\"relative_url\":7}]&targeting=nonsense"),
    ] {
        let url = format!("{base}/v26.0/{}/campaigns?access_token={token}", sandbox.account());
        let answer = client.post(url).header("content-type", kind).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{kind} {body}");
    }
    let nobody = client.get(format!("{base}/v26.0/me?access_token=x")).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
}
