//! Custom audiences made by a call: lists uploaded in batches, rules, lookalikes, and when ads may use them.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::support::{Sandbox, code};

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn people(range: std::ops::Range<u32>) -> Value {
    range.map(|n| json!([hash(&format!("p{n}@example.org"))])).collect()
}

async fn list(sandbox: &Sandbox) -> String {
    let params = json!({"name": "Buyers", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"});
    sandbox.create("customaudiences", params).await
}

async fn read(sandbox: &Sandbox, id: &str) -> Value {
    let fields = "name,approximate_count_lower_bound,approximate_count_upper_bound,operation_status{code},delivery_status{code}";
    sandbox.get(id, json!({ "fields": fields })).await
}

fn state(audience: &Value) -> (i64, i64, i64) {
    let of = |path: &str| audience.pointer(path).and_then(Value::as_i64).unwrap_or(0);
    (of("/operation_status/code"), of("/delivery_status/code"), of("/approximate_count_upper_bound"))
}

#[actix_web::test]
async fn a_list_is_uploaded_filled_within_the_hour_and_tells_its_size_as_a_range() {
    let sandbox = Sandbox::new(1, None);
    let id = list(&sandbox).await;
    assert_eq!(state(&read(&sandbox, &id).await), (410, 300, -1));
    let payload = json!({"schema": ["EMAIL"], "data": people(0..5_000), "is_raw": true});
    let answer = sandbox.post(&format!("{id}/users"), json!({ "payload": payload })).await;
    assert_eq!(
        (&answer["audience_id"], &answer["num_received"], &answer["num_invalid_entries"]),
        (&json!(id), &json!(5_000), &json!(0))
    );
    assert_eq!(state(&read(&sandbox, &id).await), (441, 300, -1));
    sandbox.minutes(60).await;
    let (operation, delivery, most) = state(&read(&sandbox, &id).await);
    assert_eq!((operation, delivery), (200, 200));
    assert!((2_900..3_300).contains(&most), "{most}");
    let again = sandbox.post(&format!("{id}/users"), json!({ "payload": payload })).await;
    assert_eq!(again["num_received"], 5_000);
    sandbox.minutes(60).await;
    assert_eq!(state(&read(&sandbox, &id).await).2, most, "the same people are counted once");
    let gone = json!({"schema": "EMAIL_SHA256", "data": people(0..4_500)});
    sandbox.post(&format!("{id}/users"), json!({ "payload": gone, "method": "delete" })).await;
    sandbox.minutes(60).await;
    assert_eq!(state(&read(&sandbox, &id).await), (200, 200, -1), "a few hundred are enough to deliver, not to be told");
    let listed = sandbox.get(&format!("{}/customaudiences", sandbox.account()), json!({"fields": "name"})).await;
    assert_eq!(listed["data"].as_array().unwrap().last().unwrap(), &json!({"id": id, "name": "Buyers"}));
}

#[actix_web::test]
async fn a_replacement_counts_when_its_last_batch_is_there() {
    let sandbox = Sandbox::new(1, None);
    let id = list(&sandbox).await;
    let up = |edge: &'static str, range: std::ops::Range<u32>, session: Value| {
        let payload = json!({"schema": "EMAIL_SHA256", "data": people(range)});
        let (path, sandbox) = (format!("{id}/{edge}"), &sandbox);
        async move { sandbox.post(&path, json!({ "payload": payload, "session": session })).await }
    };
    let session = |batch: i64, last: bool| json!({"session_id": 9, "batch_seq": batch, "last_batch_flag": last, "estimated_num_total": 9_000});
    assert_eq!(up("users", 0..9_000, json!({"session_id": 1, "batch_seq": 1, "last_batch_flag": true})).await["session_id"], "1");
    sandbox.minutes(60).await;
    let all = state(&read(&sandbox, &id).await).2;
    up("usersreplace", 0..2_000, session(1, false)).await;
    sandbox.minutes(60).await;
    assert_eq!(state(&read(&sandbox, &id).await).2, all);
    assert_eq!(code(&up("usersreplace", 0..2_000, session(1, false)).await).0, 2_650);
    up("usersreplace", 2_000..4_000, session(2, true)).await;
    sandbox.minutes(60).await;
    let left = state(&read(&sandbox, &id).await).2;
    assert!(0 < left && left < all, "{left} of {all}");
    assert_eq!(code(&up("usersreplace", 0..10, session(3, false)).await).0, 2_650, "the session is closed");
    let bare =
        sandbox.post(&format!("{id}/usersreplace"), json!({"payload": {"schema": "EMAIL_SHA256", "data": people(0..2)}})).await;
    assert_eq!(code(&bare).0, 100);
}

#[actix_web::test]
async fn rows_that_can_be_nobody_are_counted_and_bad_payloads_refused() {
    let sandbox = Sandbox::new(1, None);
    let id = list(&sandbox).await;
    let path = format!("{id}/users");
    let rows = json!([["c1", hash("a"), ""], ["", "", ""], ["c2", "a@example.org", ""], ["c3", hash("b")]]);
    let answer = sandbox.post(&path, json!({"payload": {"schema": ["EXTERN_ID", "EMAIL", "FN"], "data": rows}})).await;
    assert_eq!((&answer["num_received"], &answer["num_invalid_entries"]), (&json!(4), &json!(3)), "{answer}");
    assert!(answer["invalid_entry_samples"].get("c2,a@example.org,").is_some(), "{answer}");
    assert_eq!(state(&read(&sandbox, &id).await).0, 412);
    for payload in [
        json!({}),
        json!({"schema": ["EMAIL"], "data": []}),
        json!({"schema": ["MAIL"], "data": [["x"]]}),
        json!({"schema": "UID", "data": ["1"]}),
        json!({"data": [["x"]]}),
        json!({"schema": ["EMAIL"], "data": [["x"]], "nonsense": 1}),
        json!({"schema": ["EMAIL"], "data": vec![json!(["x"]); 10_001]}),
    ] {
        assert_eq!(code(&sandbox.post(&path, json!({ "payload": payload })).await).0, 100);
    }
    for session in
        [json!({"session_id": 1}), json!({"session_id": 0, "batch_seq": 1}), json!({"session_id": 1, "batch_seq": 1, "x": 1})]
    {
        let payload = json!({"schema": "EMAIL_SHA256", "data": people(0..1)});
        assert_eq!(code(&sandbox.post(&path, json!({ "payload": payload, "session": session })).await).0, 100);
    }
}

#[actix_web::test]
async fn audiences_by_rule_and_lookalikes_are_made_used_and_deleted() {
    let sandbox = Sandbox::new(1, None);
    let at = format!("{}/customaudiences", sandbox.account());
    let rule = |source: &str| json!({"inclusions": {"operator": "or", "rules": [{"event_sources": [{"id": source, "type": "pixel"}], "retention_seconds": 8_400}]}});
    let site = json!({"name": "Visitors", "rule": rule(&sandbox.identity.pixel_id), "retention_days": 30});
    let visitors = sandbox.create("customaudiences", site.clone()).await;
    let customers = sandbox
        .get(&at, json!({"fields": "name", "filtering": [{"field": "name", "operator": "EQUAL", "value": "Customers"}]}))
        .await;
    let origin = customers["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(sandbox.get(&origin, json!({"fields": "name"})).await["name"], "Customers");
    let spec = json!({"ratio": 0.01, "country": "PT"});
    let alike = json!({"name": "Alike", "subtype": "LOOKALIKE", "origin_audience_id": origin, "lookalike_spec": spec});
    let lookalike = sandbox.create("customaudiences", alike.clone()).await;
    let with = |of: &Value, name: &str, value: Value| {
        let mut params = of.clone();
        params[name] = value;
        params
    };
    for params in [
        json!({"name": "No source"}),
        json!({"subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}),
        json!({"name": "x", "subtype": "CUSTOM", "customer_file_source": "MINE"}),
        json!({"name": "x", "subtype": "VIDEO"}),
        with(&site, "rule", rule("1")),
        with(&site, "rule", json!({"inclusions": {}})),
        with(&site, "retention_days", json!(181)),
        with(&alike, "origin_audience_id", json!("1")),
        with(&alike, "lookalike_spec", json!({"ratio": 0.5, "country": "PT"})),
        with(&alike, "lookalike_spec", json!({"ratio": 0.05})),
        with(&site, "nonsense", json!(1)),
    ] {
        let answer = sandbox.post(&at, params.clone()).await;
        assert_eq!(code(&answer).0, 100, "{params}: {answer}");
    }
    let campaign = sandbox.campaign().await;
    let mut params = sandbox.ad_set_params(&campaign);
    params["targeting"]["custom_audiences"] = json!([{"id": visitors}, {"id": lookalike}]);
    sandbox.create("adsets", params.clone()).await;
    sandbox.minutes(60).await;
    assert_eq!(state(&read(&sandbox, &lookalike).await).0, 200);
    assert_eq!(sandbox.post(&visitors, json!({"name": "All visitors"})).await, json!({"success": true}));
    assert_eq!(read(&sandbox, &visitors).await["name"], "All visitors");
    assert_eq!(
        code(
            &sandbox
                .post(&format!("{visitors}/users"), json!({"payload": {"schema": "EMAIL_SHA256", "data": people(0..1)}}))
                .await
        )
        .0,
        100
    );
    assert_eq!(sandbox.call("DELETE", &visitors, json!({})).await, json!({"success": true}));
    assert_eq!(code(&read(&sandbox, &visitors).await), (100, 33));
    let refused = sandbox.post(&format!("{}/adsets", sandbox.account()), params).await;
    assert_eq!(code(&refused), (100, 1_359_202));
    let reader = sandbox.without(&["ads_management"]).await;
    let mine = json!({"name": "x", "customer_file_source": "USER_PROVIDED_ONLY", "access_token": reader});
    assert_eq!(code(&sandbox.post(&at, mine).await).0, 294);
}
