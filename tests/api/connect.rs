//! A real ad account by program alone: a token tried, linked read-only, allowed to write, watched and let go.

use serde_json::json;
use tandem::domain::role::Role;

use super::client::Client;
use crate::support::TwoSides;

async fn house() -> (TwoSides, Client) {
    let house = TwoSides::start().await;
    let client = Client::new(&house.app.base, Some(house.app.token("Real Lume", Role::Owner).await)).await;
    (house, client)
}

#[actix_web::test]
async fn a_token_is_explained_linked_read_only_allowed_to_write_and_let_go() {
    let (house, client) = house().await;
    let (identity, token) = (house.meta.identity.clone(), house.meta.identity.system_user_token.clone());
    let tried = client.post("/connections/pending", json!({ "token": token })).await.is(201);
    assert!(!tried.text.contains(&token));
    let offer = tried.json();
    assert!(offer["token"]["permissions"].as_array().unwrap().iter().all(|one| one["is_granted"] == true), "{offer:#}");
    assert_eq!((&offer["token"]["ends"]["when"], &offer["token"]["is_signed"]), (&json!("never"), &json!(false)));
    let lisbon =
        offer["ad_accounts"].as_array().unwrap().iter().find(|one| one["id"] == identity.ad_account_id.as_str()).unwrap();
    assert_eq!((&lisbon["link"], &lisbon["currency"]), (&json!("new"), &json!("EUR")));
    let pending = tried.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!(client.get(&pending).await.is(200).json(), offer);

    let none = client.post(&format!("{pending}/link"), json!({ "name": "Lume at Meta" })).await.is(422);
    assert_eq!(none.fields(), ["ad_accounts"]);
    let strange = json!({ "ad_accounts": [identity.ad_account_id], "pages": [{ "id": "1" }] });
    assert_eq!(client.post(&format!("{pending}/link"), strange).await.is(422).fields(), ["pages"]);
    let wish = json!({
        "name": "Lume at Meta",
        "ad_accounts": [identity.ad_account_id],
        "pages": [{ "id": identity.page_id, "instagram": identity.instagram_user_id }],
        "pixels": [{ "account": identity.ad_account_id, "id": identity.pixel_id }],
    });
    let linked = client.post_with_key(&format!("{pending}/link"), "once", wish.clone()).await.is(201);
    let again = client.post_with_key(&format!("{pending}/link"), "once", wish.clone()).await.is(201);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &linked.text));
    client.post(&format!("{pending}/link"), wish).await.is(404);
    house.app.run_jobs().await;

    let at = linked.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    let connection = client.get(&at).await.is(200).json();
    assert_eq!((&connection["kind"], &connection["status"]), (&json!("real"), &json!("ok")));
    assert_eq!(connection["pages"][0]["instagram"], identity.instagram_user_id.as_str());
    assert_eq!(connection["pixels"][0]["id"], identity.pixel_id.as_str());
    let account = &connection["ad_accounts"][0];
    assert_eq!(account["is_writable"], false);
    let account = format!("/accounts/{}", account["id"].as_str().unwrap());

    let refused =
        client.send(reqwest::Method::PUT, &format!("{account}/writing"), |r| r.json(&json!({ "confirmed": false }))).await;
    assert_eq!(refused.is(422).fields(), ["confirmed"]);
    client.send(reqwest::Method::PUT, &format!("{account}/writing"), |r| r.json(&json!({ "confirmed": true }))).await.is(204);
    assert_eq!(client.get(&at).await.is(200).json()["ad_accounts"][0]["is_writable"], true);

    let well = |text: &str| !text.contains("account_status");
    assert!(well(&client.get("/health").await.is(200).text));
    house.meta.edit(&identity.ad_account_id, json!({ "account_status": 2, "disable_reason": 1 })).await;
    client.post("/connections/sync", json!({})).await.is(202);
    house.app.run_jobs().await;
    let problems = client.get("/health").await.is(200).json();
    let worst = &problems["items"][0];
    assert_eq!((&worst["code"], &worst["severity"]), (&json!("account_status"), &json!("blocking")), "{problems:#}");
    assert_eq!(worst["blocks_plans"], true);
    assert!(!worst["way_out"].as_str().unwrap().is_empty());
    assert_eq!(client.get(&format!("{account}/health")).await.is(200).json()["items"][0], *worst);

    client.delete(&format!("{account}/writing")).await.is(204);
    assert_eq!(client.get(&at).await.is(200).json()["ad_accounts"][0]["is_writable"], false);
    client.delete(&format!("{account}/link")).await.is(204);
    assert_eq!(client.get(&at).await.is(200).json()["ad_accounts"], json!([]));
    let stranger = Client::new(&house.app.base, Some(house.app.token("Casa Lume", Role::Owner).await)).await;
    stranger.get(&at).await.is(404);
    stranger.delete(&at).await.is(404);
    client.delete(&at).await.is(204);
    client.get(&at).await.is(404);
    let audit = client.get("/audit").await.is(200).text;
    assert!(audit.contains("connection.made") && audit.contains("ad_account.writing_allowed") && !audit.contains(&token));
}

#[actix_web::test]
async fn a_token_that_does_not_work_is_told_at_its_field_and_never_said_back() {
    let (house, client) = house().await;
    let revoked = house.meta.token(json!({ "revoked": true })).await;
    let answer = client.post("/connections/pending", json!({ "token": revoked })).await.is(422);
    assert_eq!(answer.fields(), ["token"]);
    assert!(!answer.text.contains(&revoked));
    let number = client.post("/connections/pending", json!({ "token": 7_304_551_122_i64 })).await.is(422);
    assert!(number.fields() == ["token"] && !number.text.contains("7304551122"), "{}", number.text);
    let good = house.meta.identity.system_user_token.clone();
    let secret = json!({ "token": good, "app_secret": "wrong-secret-here" });
    let answer = client.post("/connections/pending", secret).await.is(422);
    assert!(answer.fields() == ["app_secret"] && !answer.text.contains("wrong-secret-here"), "{}", answer.text);
}

#[actix_web::test]
async fn a_token_is_replaced_by_one_of_the_same_app_and_asked_anew_what_it_reaches() {
    let (mut house, client) = house().await;
    let token = house.meta.identity.system_user_token.clone();
    let (id, _) = house.link(&token).await;
    let other = house.meta.token(json!({})).await;
    let tried = client.post(&format!("/connections/{id}/token"), json!({ "token": other })).await.is(201);
    assert!(!tried.text.contains(&other));
    assert_eq!(tried.json()["connection"], id.to_string());
    let pending = tried.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    client.post(&format!("{pending}/link"), json!({})).await.is(201);
    let wider = client.post(&format!("/connections/{id}/widen"), json!({})).await.is(201);
    let accounts = wider.json()["ad_accounts"].clone();
    let links: Vec<&str> = accounts.as_array().unwrap().iter().map(|one| one["link"].as_str().unwrap()).collect();
    assert!(links.contains(&"here") && links.contains(&"new"), "{links:?}");
    let pending = wider.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    client.delete(&pending).await.is(204);
    client.get(&pending).await.is(404);
    assert_eq!(client.get("/connections").await.is(200).json()["items"].as_array().unwrap().len(), 1);
}
