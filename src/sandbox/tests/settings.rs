//! Tokens, grants and assignments, refused as Meta refuses.

use serde_json::{Value, json};

use super::support::Sandbox;

async fn get(sandbox: &Sandbox, token: &str, path: &str, params: &[(&str, &str)]) -> Value {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = format!("{}/v26.0/{path}", sandbox.running.base_url());
    let request = reqwest::Client::new().get(url).query(&[("access_token", token)]).query(params);
    request.send().await.unwrap().json().await.unwrap()
}

async fn post(sandbox: &Sandbox, token: &str, path: &str) -> Value {
    let url = format!("{}/v26.0/{path}", sandbox.running.base_url());
    let form = [("access_token", token), ("name", "x")];
    reqwest::Client::new().post(url).form(&form).send().await.unwrap().json().await.unwrap()
}

fn code(answer: &Value) -> (i64, i64) {
    let error = &answer["error"];
    (error["code"].as_i64().unwrap_or(0), error["error_subcode"].as_i64().unwrap_or(0))
}

async fn issue(sandbox: &Sandbox, change: Value) -> String {
    sandbox.control("tokens", change).await["access_token"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_system_users_token_says_what_it_is_and_when_it_ends() {
    let sandbox = Sandbox::new(1, None);
    let token = sandbox.identity.system_user_token.clone();
    let me = get(&sandbox, &token, "me", &[("fields", "id,name")]).await;
    assert_eq!((&me["id"], &me["name"]), (&json!(sandbox.identity.system_user_id), &json!("Sandbox System User")));
    let told = get(&sandbox, &token, "debug_token", &[("input_token", &token)]).await;
    assert_eq!((&told["data"]["type"], &told["data"]["expires_at"]), (&json!("SYSTEM_USER"), &json!(0)));
    sandbox.control("tokens", json!({ "token": token, "expires_at": 1_793_700_000, "declined": ["ads_management"] })).await;
    let told = get(&sandbox, &token, "debug_token", &[("input_token", &token)]).await;
    assert_eq!(told["data"]["expires_at"], 1_793_700_000);
    assert!(!told["data"]["scopes"].as_array().unwrap().contains(&json!("ads_management")));
    let permissions = get(&sandbox, &token, "me/permissions", &[("limit", "100")]).await;
    assert!(permissions["data"].as_array().unwrap().contains(&json!({"permission": "ads_management", "status": "declined"})));
    sandbox.days(3).await;
    assert_eq!(code(&get(&sandbox, &token, "me", &[]).await), (190, 463));
    let told = get(&sandbox, &sandbox.identity.access_token, "debug_token", &[("input_token", &token)]).await;
    assert_eq!(told["data"]["is_valid"], false);
}

#[actix_web::test]
async fn what_was_not_granted_or_assigned_is_refused() {
    let sandbox = Sandbox::new(1, None);
    let account = sandbox.account().to_owned();
    let reader = issue(&sandbox, json!({ "declined": ["ads_management"] })).await;
    assert!(get(&sandbox, &reader, &account, &[]).await["id"].is_string());
    assert_eq!(code(&post(&sandbox, &reader, &account).await), (294, 0));
    let blind = issue(&sandbox, json!({ "declined": ["ads_management", "ads_read", "pages_show_list"] })).await;
    assert_eq!(code(&get(&sandbox, &blind, &account, &[]).await), (200, 0));
    for edge in ["me/adaccounts", "me/accounts"] {
        assert_eq!(get(&sandbox, &blind, edge, &[]).await["data"], json!([]));
    }
    let other = issue(&sandbox, json!({ "accounts": [sandbox.identity.jpy_ad_account_id] })).await;
    assert_eq!(code(&get(&sandbox, &other, &account, &[]).await), (100, 33));
    assert_eq!(get(&sandbox, &other, "me/adaccounts", &[]).await["data"].as_array().unwrap().len(), 1);
    let gone = issue(&sandbox, json!({ "revoked": true })).await;
    assert_eq!(code(&get(&sandbox, &gone, "me", &[]).await), (190, 460));
    let without = issue(&sandbox, json!({ "declined": ["instagram_basic"] })).await;
    let pages = get(&sandbox, &without, "me/accounts", &[("fields", "id,instagram_business_account{id}")]).await;
    assert!(pages["data"][0]["id"].is_string() && pages["data"][0]["instagram_business_account"].is_null());
}

#[actix_web::test]
async fn status_payment_and_pixel_are_as_the_settings_say() {
    let sandbox = Sandbox::new(1, None);
    let account = sandbox.account().to_owned();
    let fields = json!({ "fields": "account_status,disable_reason,funding_source_details,is_prepay_account,user_tasks" });
    let told = sandbox.get(&account, fields.clone()).await;
    assert!(told["funding_source_details"]["display_string"].is_string());
    let edit = json!({ "account_status": 2, "disable_reason": 1, "funding_source_details": {}, "is_prepay_account": true });
    sandbox.control("edit", json!({ "id": account, "fields": edit })).await;
    let told = sandbox.get(&account, fields).await;
    assert_eq!((&told["account_status"], &told["disable_reason"]), (&json!(2), &json!(1)));
    assert!(told["funding_source_details"].is_null() && told["is_prepay_account"] == true);
    sandbox.control("pixel", json!({ "silent": true })).await;
    let before = sandbox.get(&sandbox.identity.pixel_id, json!({ "fields": "last_fired_time" })).await;
    sandbox.days(2).await;
    assert_eq!(sandbox.get(&sandbox.identity.pixel_id, json!({ "fields": "last_fired_time" })).await, before);
}
