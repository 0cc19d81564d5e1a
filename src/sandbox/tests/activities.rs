//! The activity log: who changed what, when, from what to what.

use serde_json::{Value, json};

use super::support::Sandbox;

fn rows(answer: &Value) -> Vec<Value> {
    answer["data"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

async fn log(sandbox: &Sandbox, params: Value) -> Vec<Value> {
    let mut asked =
        json!({"fields": "actor_name,application_name,event_time,event_type,object_id,object_type,extra_data", "limit": "200"});
    asked.as_object_mut().unwrap().extend(params.as_object().unwrap().clone());
    rows(&sandbox.get(&format!("{}/activities", sandbox.account()), asked).await)
}

fn extra(row: &Value) -> Value {
    serde_json::from_str(row["extra_data"].as_str().unwrap()).unwrap()
}

#[actix_web::test]
async fn what_is_made_by_calls_and_changed_by_hand_is_told_newest_first_with_who_did_it() {
    let sandbox = Sandbox::new(7, None);
    let (campaign, ad_set, ad) = sandbox.delivering(json!({"daily_budget": "2000"})).await;
    sandbox.control("edit", json!({"id": ad_set, "fields": {"daily_budget": 9900}})).await;
    sandbox.control("edit", json!({"id": campaign, "fields": {"status": "PAUSED"}, "actor": "Rui Lima"})).await;
    sandbox.control("enhance", json!({"id": ad, "feature": "image_touchups"})).await;
    let all = log(&sandbox, json!({})).await;
    let told = |n: usize| {
        let text = |name: &str| all[n][name].as_str().unwrap_or_default().to_owned();
        (text("event_type"), text("actor_name"), text("object_id"))
    };
    assert_eq!(told(0), ("edit_and_update_ad_creative".into(), "Meta".into(), ad.clone()));
    assert_eq!(told(1), ("update_campaign_run_status".into(), "Rui Lima".into(), campaign.clone()));
    assert_eq!(told(2), ("update_ad_set_budget".into(), "Marta Reis".into(), ad_set.clone()));
    let budget = extra(&all[2]);
    assert_eq!((budget["old_value"].as_str(), budget["new_value"].as_str()), (Some("2000"), Some("9900")));
    let made: Vec<&Value> = all.iter().filter(|row| row["event_type"].as_str().unwrap().starts_with("create_")).collect();
    assert_eq!(made.len(), 3);
    assert!(made.iter().all(|row| row["actor_name"] == "Sandbox Person" && row["application_name"] == "Tandem sandbox"));
}

#[actix_web::test]
async fn the_log_is_asked_by_time_kind_object_and_person() {
    let sandbox = Sandbox::new(7, None);
    let (campaign, ad_set, _) = sandbox.delivering(json!({"daily_budget": "2000"})).await;
    sandbox.days(9).await;
    assert!(log(&sandbox, json!({})).await.is_empty(), "the last week only, where nothing else is asked");
    sandbox.control("edit", json!({"id": ad_set, "fields": {"daily_budget": 9900, "name": "Other"}})).await;
    assert_eq!(log(&sandbox, json!({})).await.len(), 2);
    assert_eq!(log(&sandbox, json!({"category": "BUDGET"})).await.len(), 1);
    assert_eq!(
        log(&sandbox, json!({"since": "2026-11-01"})).await.iter().filter(|row| row["object_id"] == campaign.as_str()).count(),
        1
    );
    assert_eq!(log(&sandbox, json!({"oid": campaign})).await.len(), 0);
    assert_eq!(log(&sandbox, json!({"oid": campaign, "add_children": true})).await.len(), 2);
    assert_eq!(log(&sandbox, json!({"uid": sandbox.identity.user_id})).await.len(), 0);
    let own = sandbox.get(&format!("{ad_set}/activities"), json!({})).await;
    let first = &rows(&own)[0];
    assert!(first["event_time"].is_string() && first["object_name"] == "Other" && first.get("object_type").is_none(), "{first}");
    for (wrong, says) in [
        (json!({"fields": "colour"}), "nonexisting field (colour)"),
        (json!({"category": "COLOUR"}), "category"),
        (json!({"colour": "red"}), "colour"),
    ] {
        let refused = sandbox.get(&format!("{}/activities", sandbox.account()), wrong).await;
        assert!(refused["error"]["message"].as_str().unwrap().contains(says), "{refused}");
    }
}

#[actix_web::test]
async fn the_log_is_paged_and_survives_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new(7, Some(directory.path().into()));
    let (campaign, ..) = sandbox.delivering(json!({"daily_budget": "2000"})).await;
    for n in 0..7 {
        sandbox.control("edit", json!({"id": campaign, "fields": {"name": format!("Name {n}")}})).await;
    }
    let before = log(&sandbox, json!({})).await;
    let path = format!("{}/activities", sandbox.account());
    let page = sandbox.get(&path, json!({"fields": "event_type", "limit": "4"})).await;
    assert_eq!(rows(&page).len(), 4);
    assert!(page["paging"]["next"].as_str().unwrap().contains("after="));
    sandbox.running.stop().await;
    let sandbox = Sandbox::new(7, Some(directory.path().into()));
    assert_eq!(log(&sandbox, json!({})).await, before);
}
