//! Members, tokens and the audit log, by program.

use reqwest::Method;
use serde_json::json;
use tandem::domain::role::Role;

use super::client::Client;
use crate::support::{PASSWORD, TestApp};

#[actix_web::test]
async fn members_come_change_and_go_and_an_owner_stays() {
    let app = TestApp::new().await;
    app.owner().await;
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Owner).await)).await;
    let bo = json!({ "email": "bo@example.com", "name": "Bo", "password": PASSWORD, "role": "analyst" });
    let made = client.post("/members", bo.clone()).await.is(201).json();
    assert_eq!(client.post("/members", bo).await.is(422).fields(), ["email"]);
    let mut browser = app.stranger();
    browser.sign_in("bo@example.com", PASSWORD).await;
    browser.get("/stop").await.assert_status(200);
    let at = format!("/members/{}", made["id"].as_str().unwrap());
    client.send(Method::PUT, &at, |r| r.json(&json!({ "role": "manager" }))).await.is(204);
    assert_eq!(client.send(Method::PUT, &at, |r| r.json(&json!({ "role": "king" }))).await.is(422).fields(), ["role"]);
    let members = client.get("/members").await.is(200).json();
    let ana = members["items"].as_array().unwrap().iter().find(|m| m["email"] == "ana@example.com").unwrap().clone();
    assert!(members["items"].as_array().unwrap().iter().any(|m| m["email"] == "bo@example.com" && m["role"] == "manager"));
    let last = format!("/members/{}", ana["id"].as_str().unwrap());
    client.send(Method::PUT, &last, |r| r.json(&json!({ "role": "analyst" }))).await.is(409);
    client.delete(&last).await.is(409);
    client.delete(&at).await.is(204);
    client.delete(&at).await.is(404);
    browser.get("/").await.assert_status(303);
}

#[actix_web::test]
async fn tokens_are_made_listed_without_what_they_are_and_revoked() {
    let app = TestApp::new().await;
    app.owner().await;
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Owner).await)).await;
    let made = client.post("/tokens", json!({ "name": "nightly", "role": "analyst" })).await.is(201).json();
    let token = made["token"].as_str().unwrap().to_owned();
    let nightly = Client::new(&app.base, Some(token.clone())).await;
    assert_eq!(nightly.get("/workspace").await.is(200).json()["role"], "analyst");
    let list = client.get("/tokens").await.is(200);
    assert!(!list.text.contains(&token));
    client.delete(&format!("/tokens/{}", made["id"].as_str().unwrap())).await.is(204);
    nightly.get("/workspace").await.is(401);
}

#[actix_web::test]
async fn the_log_says_who_did_what_from_where_in_pages() {
    let app = TestApp::new().await;
    app.owner().await;
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Owner).await)).await;
    for number in 0..4 {
        client.post("/tokens", json!({ "name": format!("token {number}"), "role": "analyst" })).await.is(201);
    }
    let first = client.get("/audit?limit=3").await.is(200).json();
    let newest = &first["items"][0];
    assert_eq!(
        (&newest["action"], &newest["via"], &newest["state"]["name"]),
        (&json!("token.created"), &json!("api"), &json!("token 3"))
    );
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/audit?limit=3&after={next}")).await.is(200).json();
        all.extend(page["items"].as_array().unwrap().iter().map(|e| e["seq"].as_i64().unwrap()));
        match page["next"].as_str() {
            Some(cursor) => next = cursor.to_owned(),
            None => break,
        }
    }
    let expected: Vec<i64> = (1..=all.len() as i64).rev().collect();
    assert_eq!(all, expected);
    assert_eq!(newest["previous_hash"], first["items"][1]["hash"], "{newest}");
}

#[actix_web::test]
async fn webhooks_are_added_with_a_secret_shown_once_and_removed() {
    let app = TestApp::new().await;
    app.owner().await;
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Owner).await)).await;
    let manner = json!({ "kinds": ["stopped", "rejected"], "grouping": "at_once", "zone": "Europe/Lisbon" });
    let hook = |url: &str| json!({ "name": "Ops", "url": url, "form": "signed", "manner": manner });
    assert_eq!(client.post("/webhooks", hook("nowhere")).await.is(422).fields(), ["url"]);
    let made = client.post("/webhooks", hook("https://hooks.example.com/secret-path")).await.is(201).json();
    let secret = made["secret"].as_str().unwrap();
    let list = client.get("/webhooks").await.is(200);
    assert!(!list.text.contains(secret) && !list.text.contains("secret-path"), "{}", list.text);
    assert_eq!(list.json()["items"][0]["host"], "hooks.example.com");
    client.delete(&format!("/webhooks/{}", made["id"].as_str().unwrap())).await.is(204);
    assert_eq!(client.get("/webhooks").await.is(200).json()["items"], json!([]));
    assert_eq!(client.get("/notices").await.is(200).json()["items"], json!([]));
}
