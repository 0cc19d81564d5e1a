//! A campaign's life and a report file's, by program alone.

use reqwest::Method;
use serde_json::{Value, json};
use tandem::domain::role::Role;

use super::client::Client;
use crate::support::{Business, TestApp, filled_in, png};

const GWWC: &[u8] = include_bytes!("../fixtures/gwwc_gg-image-video-breakdowns.csv");

/// A valid campaign's body, made of nothing but what the endpoints say.
pub async fn body(client: &Client) -> Value {
    let picture = client
        .send(Method::POST, "/pictures?name=lamp.png", |r| r.header("Content-Type", "image/png").body(png(1200, 1500)))
        .await
        .is(201)
        .json();
    let connection = client.get("/connections").await.is(200).json()["items"][0].clone();
    let mut form = client.get("/campaigns/form").await.is(200).json();
    assert_eq!(form["page"], connection["pages"][0]["id"]);
    form["name"] = json!("Christmas sale");
    form = filled_in(form, &connection["pixels"][0]["id"], &picture["id"]);
    form["shape"] = json!("per_network");
    form["share"] = json!({ "facebook": "42", "instagram": "58" });
    form
}

pub async fn connected() -> (Business, Client) {
    let business = Business::connected().await;
    let client = Client::new(&business.app.base, Some(business.app.token("Casa Lume", Role::Owner).await)).await;
    (business, client)
}

#[actix_web::test]
async fn a_campaign_is_defined_planned_approved_paused_resumed_and_stopped() {
    let (business, client) = connected().await;
    let form = body(&client).await;
    let made = client.post("/campaigns", form).await.is(201);
    assert_eq!(made.json()["judged"]["problems"], json!([]), "{}", made.text);
    assert_eq!(made.json()["judged"]["commitments"]["a_day"], json!({ "minor": 14_000, "currency": "EUR" }));
    assert_eq!(made.header("etag"), "\"1\"");
    let at = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    client.get(&at).await.is(200);
    let list = client.get("/campaigns").await.is(200).json();
    assert!(
        list["items"].as_array().unwrap().iter().any(|line| line["campaign"] == "Christmas sale" && line["status"] == "draft")
    );

    let plan = client.get(&format!("{at}/plan")).await.is(200).json();
    assert_eq!((&plan["run"], &plan["arms"], &plan["blocked"]), (&json!("active"), &json!(true), &json!([])));
    let wrong = json!({ "hash": "0".repeat(64), "run": "active" });
    client.post(&format!("{at}/plan/approve"), wrong).await.is(409);
    let right = json!({ "hash": plan["hash"], "run": "active" });
    client.post(&format!("{at}/plan/approve"), right.clone()).await.is(202);
    client.post(&format!("{at}/plan/approve"), right).await.is(409);
    business.settle().await;
    let after = client.post(&format!("{at}/plan/refresh"), json!({})).await.is(200).json();
    assert_eq!((&after["progress"]["state"], &after["is_empty"]), (&json!("applied"), &json!(true)), "{after:#}");

    client.post(&format!("{at}/pause"), json!({})).await.is(204);
    let paused = client.get(&format!("{at}/resume")).await.is(200).json();
    assert_eq!(paused["hash"], client.get(&format!("{at}/plan?run=active")).await.is(200).json()["hash"]);
    client.post(&format!("{at}/resume"), json!({ "hash": paused["hash"] })).await.is(202);
    business.settle().await;
    let stop = client.get("/stop").await.is(200).json();
    assert_eq!(stop["here"], json!({ "campaigns": 1, "a_day": [{ "minor": 14_000, "currency": "EUR" }], "lifetime": 0 }));
    let held = client.post("/stop", json!({ "scope": "here" })).await.is(200).json();
    assert_eq!((&held["is_frozen"], &held["open"]["remembered"][0]["confirmed"]), (&json!(true), &json!(true)));
    let hash = held["open"]["resume"]["hash"].clone();
    client.post("/stop/resume", json!({ "hash": hash })).await.is(202);
    business.settle().await;
    assert_eq!(client.get("/stop").await.is(200).json()["here"]["campaigns"], 1);
    assert!(client.post("/connections/sync", json!({})).await.is(202).json()["ad_accounts"].as_u64().unwrap() >= 1);
    business.settle().await;
    client.get("/report?by=campaign&metrics=spend,impressions").await.is(200);
    assert!(client.get("/report.csv?by=day").await.is(200).text.starts_with("day,"));
}

#[actix_web::test]
async fn a_wrong_campaign_saves_as_a_draft_and_says_each_problem_at_its_field() {
    let (_business, client) = connected().await;
    let mut form = body(&client).await;
    form["budget"] = json!("a lot");
    form["ads"][0]["link"] = json!("casalume");
    let judged = client.post("/campaigns/check", form.clone()).await.is(200).json();
    let said = |judged: &Value| -> Vec<String> {
        judged["problems"].as_array().unwrap().iter().map(|p| p["field"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(said(&judged), ["budget", "ads.0.link"]);
    let made = client.post("/campaigns", form.clone()).await.is(201);
    assert_eq!(said(&made.json()["judged"]), ["budget", "ads.0.link"]);
    assert_eq!(made.json()["form"]["budget"], "a lot");
    let at = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    client.get(&format!("{at}/plan")).await.is(409);
    form["colour"] = json!("red");
    form["ads"][0]["hedline"] = json!("x");
    assert_eq!(client.post("/campaigns", form.clone()).await.is(422).fields(), ["ads.0.hedline", "colour"]);
    form["budget"] = json!(140);
    assert_eq!(client.post("/campaigns", form).await.is(422).fields(), ["budget"]);
}

#[actix_web::test]
async fn a_save_over_an_older_revision_is_refused_and_loses_nothing() {
    let (_business, client) = connected().await;
    let mut form = body(&client).await;
    let made = client.post("/campaigns", form.clone()).await.is(201);
    let at = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    let save = |form: Value, tag: Option<&'static str>| {
        let (client, at) = (&client, at.clone());
        async move {
            let build = |r: reqwest::RequestBuilder| match tag {
                Some(tag) => r.header("If-Match", tag).json(&form),
                None => r.json(&form),
            };
            client.send(Method::PUT, &at, build).await
        }
    };
    save(form.clone(), None).await.is(428);
    form["name"] = json!("Christmas sale, better");
    let saved = save(form.clone(), Some("\"1\"")).await.is(200);
    assert_eq!(saved.header("etag"), "\"2\"");
    form["name"] = json!("Late");
    save(form.clone(), Some("\"1\"")).await.is(412);
    save(form, Some("\"x\"")).await.is(412);
    assert_eq!(client.get(&at).await.is(200).json()["form"]["name"], "Christmas sale, better");
}

#[actix_web::test]
async fn a_list_comes_in_pages_that_miss_nothing_and_repeat_nothing() {
    let (_business, client) = connected().await;
    let form = client.get("/campaigns/form").await.is(200).json();
    for number in 0..5 {
        let mut form = form.clone();
        form["name"] = json!(format!("Draft {number}"));
        client.post("/campaigns", form).await.is(201);
    }
    let all = client.get("/campaigns?limit=200").await.is(200).json();
    assert!(all.get("next").is_none());
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/campaigns?limit=2&after={next}")).await.is(200).json();
        seen.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(cursor) => next = cursor.to_owned(),
            None => break,
        }
    }
    assert_eq!(Value::Array(seen), all["items"]);
}

#[actix_web::test]
async fn a_report_file_is_sent_looked_at_imported_and_taken_out() {
    let app = TestApp::new().await;
    app.owner().await;
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Manager).await)).await;
    let send = || client.send(Method::POST, "/uploads?name=gg.csv", |r| r.header("Content-Type", "text/csv").body(GWWC));
    let upload = send().await.is(201).json();
    assert_eq!((&upload["totals"]["spend"], &upload["currency"]), (&json!("15978.28"), &json!("USD")));
    let at = format!("/uploads/{}", upload["token"].as_str().unwrap());
    client.get(&at).await.is(200);
    assert_eq!(client.post(&format!("{at}/import"), json!({})).await.is(422).fields(), ["account"]);
    let done = client.post(&format!("{at}/import"), json!({ "new_account": "Giving" })).await.is(201).json();
    assert_eq!(done["totals"]["rows"], 291);
    client.get(&at).await.is(404);
    assert_eq!(send().await.is(201).json()["known"], done["id"]);
    let figures = client.get("/report?from=2021-11-20&to=2022-01-31&by=campaign&metrics=spend").await.is(200).json();
    assert_eq!(figures["totals"]["spend"], "15978.28");
    let import = format!("/imports/{}", done["id"].as_str().unwrap());
    client.get(&import).await.is(200);
    client.get(&format!("{import}/skipped")).await.is(200);
    assert_eq!(client.get("/imports").await.is(200).json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(client.get("/accounts").await.is(200).json()["items"][0]["is_linked"], false);
    client.delete(&import).await.is(204);
    client.delete(&import).await.is(404);
    let empty = client.send(Method::POST, "/uploads", |r| r.header("Content-Type", "text/csv").body("")).await.is(422);
    assert!(empty.text.contains("The file is empty"), "{}", empty.text);
}

#[actix_web::test]
async fn another_workspaces_things_are_not_there() {
    let (business, client) = connected().await;
    let made = client.post("/campaigns", body(&client).await).await.is(201);
    let at = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    let picture = format!("/pictures/{}", made.json()["form"]["ads"][0]["picture"].as_str().unwrap());
    client.get(&picture).await.is(200);
    business.app.member("Other", "bo@example.com", Role::Owner).await;
    let other = Client::new(&business.app.base, Some(business.app.token("Other", Role::Owner).await)).await;
    other.get(&at).await.is(404);
    other.get(&format!("{at}/plan")).await.is(404);
    other.get(&picture).await.is(404);
    other.post(&format!("{at}/pause"), json!({})).await.is(409);
    assert_eq!(other.get("/campaigns").await.is(200).json()["items"], json!([]));
}

#[actix_web::test]
async fn several_campaigns_are_labelled_duplicated_and_changed_by_one_plan() {
    let (_business, client) = connected().await;
    let id = client.post("/campaigns", body(&client).await).await.is(201).json()["id"].clone();
    let all = json!([id]);
    let labelled = client.post("/labels", json!({ "label": "Winter", "put": true, "campaigns": all })).await.is(200).json();
    assert_eq!(labelled["campaigns"], all);
    let undone = client.post("/labels/undo", json!({ "event": labelled["event"] })).await.is(200).json();
    assert_eq!(undone["campaigns"], all);
    let nothing = client.post("/labels", json!({ "label": "Winter", "put": false, "campaigns": all })).await.is(200).json();
    assert_eq!((&nothing["campaigns"], nothing.get("event")), (&json!([]), None));
    client.post("/labels/undo", json!({ "event": 1 })).await.is(404);
    assert_eq!(client.get("/labels").await.is(200).json()["items"][0]["name"], "Winter");
    let copies = client.post("/campaigns/duplicate", json!({ "campaigns": all })).await.is(200).json();
    assert_eq!((&copies["items"][0]["from"], &copies["items"][0]["problems"]), (&id, &json!([])));
    let change = json!({ "do": "budget", "budget": { "as": "percent", "basis_points": 1000 } });
    let plan = client.post("/bulk", json!({ "campaigns": all, "change": change })).await.is(201);
    let at = plan.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!((&plan.json()["state"], &plan.json()["heading"]), (&json!("proposed"), &json!("Raise budgets by 10 %")));
    assert_eq!(client.get(&at).await.is(200).json()["hash"], plan.json()["hash"]);
    client.post(&format!("{at}/approve"), json!({ "hash": "0".repeat(64) })).await.is(409);
    client.post("/bulk", json!({ "campaigns": all, "change": { "do": "explode" } })).await.is(422);
    let more = json!({ "do": "budget", "budget": { "as": "percent", "basis_points": 1000, "points": 1 } });
    client.post("/bulk", json!({ "campaigns": all, "change": more })).await.is(422);
    assert_eq!(client.post("/bulk", json!({ "campaigns": [], "change": change })).await.is(422).fields(), ["campaigns"]);
}
