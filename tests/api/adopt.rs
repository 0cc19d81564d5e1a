//! Campaigns made elsewhere by program alone: read, adopted, changed through a plan, switched on again.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::journey::connected;
use crate::support::{Business, ByHand, targeting};

async fn sync(business: &Business, client: &Client) {
    client.post("/connections/sync", json!({})).await.is(202);
    business.settle().await;
}

/// A campaign of one ad set and one ad, as somebody makes it in Ads Manager; its path here.
async fn by_hand(business: &Business, client: &Client, name: &str, status: &str) -> String {
    let hand = ByHand::of(business);
    let campaign = hand.campaign(json!({ "name": name, "status": status })).await;
    let both = targeting(json!({ "publisher_platforms": ["facebook", "instagram"] }));
    let ad_set = hand.ad_set(&campaign, "Both networks", json!({ "daily_budget": 2000, "targeting": both })).await;
    hand.ad(&ad_set, "Lamp", json!({})).await;
    sync(business, client).await;
    let found = client.get(&format!("/campaigns?q={name}&origin=elsewhere")).await.is(200).json();
    format!("/campaigns/{}", found["items"][0]["campaign_id"].as_str().unwrap())
}

async fn change(client: &Client, at: &str, tag: &str, objects: Value) -> Answer {
    client.send(Method::PUT, &format!("{at}/kept"), |r| r.header("If-Match", tag).json(&json!({ "objects": objects }))).await
}

#[actix_web::test]
async fn a_campaign_made_elsewhere_is_adopted_as_shown_and_changed_by_its_plan() {
    let (business, client) = connected().await;
    let at = by_hand(&business, &client, "Lamps", "ACTIVE").await;
    client.get(&format!("{at}/kept")).await.is(404);
    let offer = client.get(&format!("{at}/adopt")).await.is(200).json();
    assert_eq!((&offer["is_on"], &offer["is_again"], &offer["kept_as_is"]), (&json!(true), &json!(false), &json!([])));
    let kinds: Vec<&str> = offer["objects"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["campaign", "ad_set", "ad"]);
    let ad_set = offer["objects"][1].clone();
    assert_eq!((&ad_set["budget"], &ad_set["pace"]), (&json!({ "minor": 2000, "currency": "EUR" }), &json!("daily")));
    client.post(&format!("{at}/adopt"), json!({ "hash": "0".repeat(64) })).await.is(409);
    let adopted = client.post(&format!("{at}/adopt"), json!({ "hash": offer["hash"] })).await.is(200);
    assert_eq!((adopted.header("etag"), &adopted.json()["objects"]), ("\"1\"", &offer["objects"]));
    assert_eq!(client.get(&format!("{at}/plan")).await.is(200).json()["is_empty"], true);

    let (set, top) = (&ad_set["id"], &offer["objects"][0]["id"]);
    let wrong = json!([{ "id": set, "limit": "9" }, { "id": top, "switch": "off" }, { "id": "1", "name": "x" }]);
    let refused = change(&client, &at, "\"1\"", wrong).await.is(422);
    assert_eq!(refused.fields(), ["objects.0.limit", "objects.1.switch", "objects.2.id"]);
    let wrong = json!([{ "id": top, "name": "Lamps" }, { "id": set, "budget": "a lot" }]);
    assert_eq!(change(&client, &at, "\"1\"", wrong).await.is(422).fields(), ["objects.1.budget"]);
    let saved = change(&client, &at, "\"1\"", json!([{ "id": set, "budget": "25.50", "name": "Both feeds" }])).await.is(200);
    assert_eq!((saved.header("etag"), &saved.json()["objects"][1]["name"]), ("\"2\"", &json!("Both feeds")));
    change(&client, &at, "\"1\"", json!([])).await.is(412);

    let plan = client.get(&format!("{at}/plan?run=active")).await.is(200).json();
    assert_eq!(plan["is_empty"], false);
    client.post(&format!("{at}/plan/approve"), json!({ "hash": plan["hash"], "run": "active" })).await.is(202);
    business.settle().await;
    assert_eq!(client.get(&format!("{at}/plan?run=active")).await.is(200).json()["is_empty"], true);
    assert_eq!(client.get(&format!("{at}/adopt")).await.is(200).json()["is_again"], true);
}

#[actix_web::test]
async fn one_that_is_paused_and_not_adopted_is_switched_on_by_its_own_hash() {
    let (business, client) = connected().await;
    let at = by_hand(&business, &client, "Rugs", "PAUSED").await;
    let shown = client.get(&format!("{at}/resume")).await.is(200).json();
    assert_eq!((&shown["is_empty"], &shown["is_frozen"]), (&json!(false), &json!(false)));
    client.post(&format!("{at}/resume"), json!({ "hash": "0".repeat(64) })).await.is(409);
    client.post(&format!("{at}/resume"), json!({ "hash": shown["hash"] })).await.is(202);
    business.settle().await;
    sync(&business, &client).await;
    assert_eq!(client.get(&format!("{at}/resume")).await.is(200).json()["is_empty"], true);
    client.get("/campaigns/1/resume").await.is(404);
}
