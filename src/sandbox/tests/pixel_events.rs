//! The Conversions API: what an event must carry, that one bad event refuses all, and what the pixel knows afterwards.

use serde_json::{Value, json};

use super::support::{Sandbox, code};
use crate::sandbox::seeded::FIRST_MOMENT;

/// `john_smith@gmail.com`, hashed: Meta's own example.
const EMAIL: &str = "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f";

fn event(change: Value) -> Value {
    let mut event = json!({
        "event_name": "Purchase", "event_time": FIRST_MOMENT - 60, "action_source": "website", "event_id": "order-1",
        "event_source_url": "https://casalume.example/thanks",
        "user_data": {"em": [EMAIL], "client_user_agent": "Mozilla/5.0", "fbp": "fb.1.1596403881668.1116446470"},
        "custom_data": {"value": 64.5, "currency": "EUR", "contents": [{"id": "lamp", "quantity": 1}]},
    });
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            event.as_object_mut().unwrap().remove(name);
        } else {
            event[name] = value.clone();
        }
    }
    event
}

async fn send(sandbox: &Sandbox, data: Value) -> Value {
    sandbox.post(&format!("{}/events", sandbox.identity.pixel_id), json!({ "data": data })).await
}

#[actix_web::test]
async fn events_are_received_as_objects_and_as_json_texts() {
    let sandbox = Sandbox::new(1, None);
    let answer = send(&sandbox, json!([event(json!({})), event(json!({"event_id": "order-2"})).to_string()])).await;
    assert_eq!((&answer["events_received"], &answer["messages"]), (&json!(2), &json!([])), "{answer}");
    assert!(answer["fbtrace_id"].as_str().unwrap().starts_with('A'));
    let shop =
        event(json!({"action_source": "physical_store", "event_time": FIRST_MOMENT - 30 * 86_400, "event_source_url": null}));
    let path = format!("{}/events", sandbox.identity.pixel_id);
    let tried = json!({"data": [shop], "test_event_code": "TEST123", "partner_agent": "own", "upload_tag": "shop"});
    assert_eq!(sandbox.post(&path, tried).await["events_received"], 1);
}

#[actix_web::test]
async fn one_bad_event_refuses_the_whole_call() {
    let sandbox = Sandbox::new(1, None);
    for (change, subcode) in [
        (json!({"event_name": null}), 0),
        (json!({"event_time": null}), 0),
        (json!({"action_source": null}), 0),
        (json!({"action_source": "shop"}), 0),
        (json!({"user_data": null}), 0),
        (json!({"event_time": FIRST_MOMENT - 8 * 86_400}), 2_804_003),
        (json!({"event_time": FIRST_MOMENT + 60}), 0),
        (json!({"event_time": (FIRST_MOMENT - 60) * 1000}), 0),
        (json!({"event_source_url": null}), 0),
        (json!({"user_data": {"em": [EMAIL]}}), 0),
        (json!({"user_data": {}}), 2_804_050),
        (json!({"user_data": {"client_user_agent": "Mozilla/5.0", "ct": [EMAIL], "country": [EMAIL]}}), 2_804_050),
        (json!({"user_data": {"em": ["john_smith@gmail.com"], "client_user_agent": "x"}}), 0),
        (json!({"user_data": {"em": [EMAIL.to_uppercase()], "client_user_agent": "x"}}), 0),
        (json!({"user_data": {"em": [EMAIL], "client_user_agent": "x", "fbc": "abc"}}), 0),
        (json!({"user_data": {"em": [EMAIL], "client_user_agent": "x", "client_ip_address": "300.1.1.1"}}), 0),
        (json!({"user_data": {"email": [EMAIL], "client_user_agent": "x"}}), 0),
        (json!({"custom_data": {"value": 5}}), 0),
        (json!({"custom_data": null}), 0),
        (json!({"custom_data": {"value": -1, "currency": "EUR"}}), 0),
        (json!({"custom_data": {"value": 1, "currency": "EURO"}}), 0),
        (json!({"custom_data": {"value": 1, "currency": "EUR", "contents": [{"quantity": 1}]}}), 0),
        (json!({"data_processing_options": ["GDPR"]}), 0),
        (
            json!({"data_processing_options": ["LDU"], "data_processing_options_country": 7, "data_processing_options_state": 0}),
            0,
        ),
        (json!({"opt_out": "perhaps"}), 0),
        (json!({"action_source": "app"}), 0),
        (json!({"nonsense": 1}), 0),
    ] {
        let answer = send(&sandbox, json!([event(json!({})), event(change.clone())])).await;
        assert_eq!(code(&answer), (100, subcode), "{change}: {answer}");
    }
    for data in [json!([]), json!([7]), json!(["{"]), json!(vec![event(json!({})); 1_001])] {
        assert_eq!(code(&send(&sandbox, data).await).0, 100);
    }
    let path = format!("{}/stats", sandbox.identity.pixel_id);
    assert_eq!(sandbox.get(&path, json!({"aggregation": "event"})).await["data"], json!([]));
}

#[actix_web::test]
async fn the_pixel_knows_what_it_was_sent_and_counts_an_event_once() {
    let sandbox = Sandbox::new(1, None);
    let pixel = sandbox.identity.pixel_id.clone();
    let lead = event(json!({"event_name": "Lead", "event_id": null}));
    send(&sandbox, json!([event(json!({})), event(json!({})), lead.clone(), lead])).await;
    let stats = sandbox.get(&format!("{pixel}/stats"), json!({"aggregation": "event"})).await;
    let told =
        [json!({"value": "Lead", "event": "Lead", "count": 2}), json!({"value": "Purchase", "event": "Purchase", "count": 1})];
    assert_eq!(stats["data"][0]["data"], json!(told), "{stats}");
    let hosts = sandbox.get(&format!("{pixel}/stats"), json!({"aggregation": "host", "event": "Purchase"})).await;
    assert_eq!(hosts["data"][0]["data"][0]["value"], "casalume.example");
    sandbox.control("pixel", json!({ "silent": true })).await;
    let before = sandbox.get(&pixel, json!({"fields": "last_fired_time"})).await;
    sandbox.days(1).await;
    send(&sandbox, json!([event(json!({"event_time": FIRST_MOMENT + 86_000, "event_id": "order-3"}))])).await;
    let after = sandbox.get(&pixel, json!({"fields": "last_fired_time,event_time_max"})).await;
    assert_eq!(
        (&before["last_fired_time"], &after["last_fired_time"]),
        (&json!("2026-11-02T09:00:00+0000"), &json!("2026-11-03T09:00:00+0000"))
    );
    assert_eq!(after["event_time_max"], FIRST_MOMENT + 86_000);
    let reader = sandbox.without(&["ads_management"]).await;
    let refused = sandbox.post(&format!("{pixel}/events"), json!({"access_token": reader, "data": [event(json!({}))]})).await;
    assert_eq!(code(&refused), (200, 0));
    assert!(refused["error"]["message"].as_str().unwrap().contains("ads_management"));
}

#[actix_web::test]
async fn events_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new(3, Some(directory.path().into()));
    send(&sandbox, json!([event(json!({}))])).await;
    let read = |sandbox: Sandbox| async move {
        let stats = sandbox.get(&format!("{}/stats", sandbox.identity.pixel_id), json!({"aggregation": "event"})).await;
        sandbox.running.stop().await;
        stats
    };
    let before = read(sandbox).await;
    assert_eq!(before["data"][0]["data"][0]["count"], 1);
    assert_eq!(read(Sandbox::new(3, Some(directory.path().into()))).await, before);
}
