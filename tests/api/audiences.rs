//! Saved audiences and the templates of names and links, by program.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::journey::connected;

async fn put(client: &Client, path: &str, tag: &str, body: Value) -> Answer {
    client.send(Method::PUT, path, |r| r.header("If-Match", tag).json(&body)).await
}

#[actix_web::test]
async fn an_audience_is_saved_with_its_history_and_put_away() {
    let (_business, client) = connected().await;
    let made = client.post("/audiences", json!({ "name": "Lamp lovers", "audience": { "countries": "Portugal" } })).await.is(201);
    assert_eq!((made.header("etag"), &made.json()["audience"]["age_min"]), ("\"1\"", &json!("18")));
    let at = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    // What was read is what is sent, changed.
    let mut audience = client.get(&at).await.is(200).json()["audience"].clone();
    audience["age_min"] = json!("25");
    let wish = json!({ "name": "Lamp lovers", "audience": audience });
    let saved = put(&client, &at, "\"1\"", wish.clone()).await.is(200);
    assert_eq!(saved.header("etag"), "\"2\"");
    let change = json!({ "what": "Age", "before": "18 to 65+", "after": "25 to 65+" });
    assert_eq!(saved.json()["history"][0]["changes"], json!([change]));
    assert_eq!(saved.json()["history"][1]["audience"]["age_min"], "18");
    put(&client, &at, "\"1\"", wish.clone()).await.is(412);
    assert_eq!(put(&client, &at, "\"2\"", wish.clone()).await.is(200).header("etag"), "\"2\"", "the same makes no version");
    assert_eq!(client.post("/audiences", wish).await.is(422).fields(), ["name"]);
    let wrong = json!({ "name": "", "audience": { "countries": "Atlantis" } });
    assert_eq!(client.post("/audiences", wrong).await.is(422).fields(), ["audience.countries", "name"]);
    let unknown = json!({ "name": "x", "audience": { "country": "Portugal" } });
    assert_eq!(client.post("/audiences", unknown).await.is(422).fields(), ["audience.country"]);
    client.send(Method::PUT, &format!("{at}/archive"), |r| r).await.is(204);
    assert_eq!(client.get("/audiences").await.is(200).json()["items"][0]["is_archived"], true);
    client.delete(&format!("{at}/archive")).await.is(204);
    assert_eq!(client.get(&at).await.is(200).json()["is_archived"], false);
}

#[actix_web::test]
async fn what_meta_finds_narrows_an_audience_that_is_counted_as_a_range() {
    let (business, client) = connected().await;
    let account = business.account;
    let found = client.get(&format!("/interests?account={account}&text=furniture")).await.is(200).json();
    let interest = found["items"].as_array().unwrap().iter().find(|one| one["name"] == "Furniture").unwrap().clone();
    let all = client.get(&format!("/custom-audiences?account={account}")).await.is(200).json();
    let customers = all["items"].as_array().unwrap().iter().find(|one| one["name"] == "Customers").unwrap().clone();
    let asked = client.get(&format!("/interests?account={account}&text=lamp&special_category=nothing")).await;
    assert_eq!(asked.is(422).fields(), ["special_category"]);
    let wide = json!({ "countries": "Portugal" });
    let narrow = json!({
        "countries": "Portugal",
        "details": [{ "group": "0", "segment": interest["segment"], "id": interest["id"], "name": interest["name"] }],
        "custom": [{ "side": "exclude", "id": customers["id"], "name": customers["name"] }],
    });
    let mut most = Vec::new();
    for audience in [wide, narrow.clone()] {
        let counted = client.post("/audiences/estimate", json!({ "audience": audience })).await.is(200).json();
        assert_eq!(counted["state"], "people", "{counted:#}");
        assert!(counted["people"]["least"].as_i64() <= counted["people"]["most"].as_i64());
        most.push(counted["people"]["most"].as_i64().unwrap());
    }
    assert!(most[1] < most[0], "{most:?}");
    let made = client.post("/audiences", json!({ "name": "Furniture", "audience": narrow })).await.is(201).json();
    assert!(made["history"][0]["sentence"].as_str().unwrap().contains("not in Customers"), "{made:#}");
}

#[actix_web::test]
async fn the_templates_of_names_and_links_are_what_a_new_campaign_starts_with() {
    let (_business, client) = connected().await;
    let mut templates = client.get("/names").await.is(200).json();
    templates["names"]["campaign"] = json!("{campaign} {nonsense}");
    templates["source"]["facebook"] = json!("");
    let refused = client.send(Method::PUT, "/names", |r| r.json(&templates)).await.is(422);
    assert_eq!(refused.fields(), ["names.campaign", "source.facebook"]);
    templates["names"]["campaign"] = json!("CL {campaign}");
    templates["source"]["facebook"] = json!("fb");
    let saved = client.send(Method::PUT, "/names", |r| r.json(&templates)).await.is(200).json();
    assert_eq!((&saved, &client.get("/names").await.is(200).json()), (&templates, &templates));
    let form = client.get("/campaigns/form").await.is(200).json();
    assert_eq!((&form["names"]["campaign"], &form["source"]["facebook"]), (&json!("CL {campaign}"), &json!("fb")));
}
