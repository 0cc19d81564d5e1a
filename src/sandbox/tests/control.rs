//! The control surface: who may use it, clock, faults, what others do, snapshots, the status page.

use serde_json::{Value, json};

use super::support::{Sandbox, number};

/// A post with nothing but a body, as `curl -d` sends it, and what a browser adds.
async fn post(sandbox: &Sandbox, path: &str, body: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut request = client.post(format!("{}/_sandbox/{path}", sandbox.running.base_url())).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn page(sandbox: &Sandbox) -> String {
    reqwest::get(format!("{}/_sandbox", sandbox.running.base_url())).await.unwrap().text().await.unwrap()
}

#[actix_web::test]
async fn programs_post_json_alone_and_foreign_pages_are_kept_out() {
    let sandbox = Sandbox::new(1, None);
    let step = "{\"advance_days\":1}";
    let own = sandbox.running.base_url();
    for (headers, status) in [
        (&[][..], 200),
        (&[("x-sandbox-control", "1")], 200),
        (&[("origin", own.as_str())], 200),
        (&[("sec-fetch-site", "none")], 200),
        (&[("origin", "https://elsewhere.example")], 403),
        (&[("origin", "http://127.0.0.1:1")], 403),
        (&[("origin", "null")], 403),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("host", "elsewhere.example")], 403),
    ] {
        let before = sandbox.identity_now().await["now"].clone();
        let answer = post(&sandbox, "clock", step, headers).await;
        assert_eq!(answer.status(), status, "{headers:?}");
        assert_eq!(sandbox.identity_now().await["now"] != before, status == 200, "{headers:?}");
    }
    let identity = sandbox.identity_now().await;
    for name in [
        "app_id",
        "app_secret",
        "access_token",
        "business_id",
        "ad_account_id",
        "page_id",
        "instagram_user_id",
        "pixel_id",
        "catalog_id",
        "now",
    ] {
        assert!(identity[name].is_string(), "{name}: {identity}");
    }
}

#[actix_web::test]
async fn the_clock_jumps_forward_and_changes_its_speed() {
    let sandbox = Sandbox::new(1, None);
    let told = sandbox.control("clock", json!({ "to": "2026-12-24T18:00:00+0100" })).await;
    assert_eq!((&told["now"], &told["speed"]), (&json!("2026-12-24T17:00:00Z"), &json!("off")));
    for bad in [
        json!({ "to": "2026-12-01" }),
        json!({ "to": "soon" }),
        json!({ "advance_days": -1 }),
        json!({ "advance_days": i64::MAX }),
        json!({ "to": "9999-01-01" }),
        json!({ "speed": -1 }),
        json!({ "speed": "fast" }),
        json!({ "leap": 1 }),
    ] {
        assert!(sandbox.control("clock", bad.clone()).await["error"].is_string(), "{bad}");
    }
    let told = sandbox.control("clock", json!({ "speed": 5 })).await;
    assert_eq!((&told["now"], &told["speed"]), (&json!("2026-12-24T17:00:00Z"), &json!(5)));
    assert_eq!(sandbox.control("clock", json!({ "speed": "off" })).await["speed"], "off");
}

#[actix_web::test]
async fn faults_of_any_code_meet_a_pattern_n_times_and_are_taken_back() {
    let sandbox = Sandbox::new(1, None);
    let campaigns = format!("{}/campaigns", sandbox.account());
    let fault = json!({
        "match": {"method": "GET", "path": "act_*/campaigns"}, "kind": "error", "times": 2,
        "code": 80004, "subcode": 2446079, "message": "(#80004) Too much", "status": 403, "transient": true,
    });
    sandbox.control("faults", fault).await;
    assert!(sandbox.get(sandbox.account(), json!({})).await["error"].is_null(), "another path");
    for _ in 0..2 {
        let answer = sandbox.raw("GET", &campaigns, json!({})).await;
        assert_eq!(answer.status(), 403);
        let error = &answer.json::<Value>().await.unwrap()["error"];
        assert_eq!(
            (&error["code"], &error["error_subcode"], &error["is_transient"]),
            (&json!(80004), &json!(2446079), &json!(true))
        );
    }
    assert!(sandbox.get(&campaigns, json!({})).await["data"].is_array());
    let waiting = sandbox.control("faults", json!({ "kind": "truncated", "times": 5 })).await;
    let half = sandbox.raw("GET", &campaigns, json!({})).await;
    assert_eq!(half.status(), 200);
    let half = half.text().await.unwrap();
    assert!(half.starts_with('{') && serde_json::from_str::<Value>(&half).is_err(), "{half}");
    let id = &waiting["faults"][0]["id"];
    assert_eq!(sandbox.control("faults", json!({ "take_back": id })).await["faults"], json!([]));
    assert!(sandbox.control("faults", json!({ "take_back": id })).await["error"].is_string());
    assert!(sandbox.control("faults", json!({ "kind": "nonsense" })).await["error"].is_string());
}

#[actix_web::test]
async fn enhancements_come_back_on_for_a_creative_or_an_ads() {
    let sandbox = Sandbox::new(1, None);
    let (_, _, ad) = sandbox.delivering(json!({ "daily_budget": "2000" })).await;
    let done = sandbox.control("enhance", json!({ "id": ad, "feature": "image_touchups" })).await;
    assert_eq!(done["success"], true);
    let read = sandbox.get(&ad, json!({ "fields": "creative{degrees_of_freedom_spec}" })).await;
    let features = &read["creative"]["degrees_of_freedom_spec"]["creative_features_spec"];
    assert_eq!(features["image_touchups"]["enroll_status"], "OPT_IN", "{read}");
    for bad in [json!({ "id": ad, "feature": "magic" }), json!({ "id": "1", "feature": "image_touchups" })] {
        assert!(sandbox.control("enhance", bad).await["error"].is_string());
    }
}

#[actix_web::test]
async fn a_restated_day_changes_in_reports_alone_and_over_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Sandbox::new(1, Some(directory.path().to_owned()));
    let days = json!({ "time_increment": "1", "fields": "impressions,spend,clicks,actions", "level": "ad" });
    let sandbox = open();
    sandbox.delivering(json!({ "daily_budget": "2000" })).await;
    sandbox.days(40).await;
    let before = sandbox.insights(days.clone()).await;
    let spent = sandbox.get(sandbox.account(), json!({ "fields": "amount_spent" })).await;
    let told = sandbox.control("restate", json!({ "day": "2026-11-05", "percent": -20 })).await;
    assert_eq!(told["success"], true);
    sandbox.running.stop().await;
    let sandbox = open();
    let after = sandbox.insights(days.clone()).await;
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        if before["date_start"] == "2026-11-05" {
            for name in ["impressions", "spend"] {
                let share = number(after, name) / number(before, name);
                assert!((0.79..=0.81).contains(&share), "{name}: {share}");
            }
        } else {
            assert_eq!(before, after);
        }
    }
    assert_ne!(before, after);
    assert_eq!(sandbox.get(sandbox.account(), json!({ "fields": "amount_spent" })).await, spent);
    sandbox.control("restate", json!({ "day": "2026-11-05", "percent": 0 })).await;
    assert_eq!(sandbox.insights(days).await, before);
    for bad in [json!({ "day": "2027-05-05", "percent": 1 }), json!({ "day": "2026-11-05", "percent": -101 })] {
        assert!(sandbox.control("restate", bad).await["error"].is_string());
    }
}

#[actix_web::test]
async fn a_snapshot_put_back_gives_the_same_bytes_for_the_same_calls() {
    let sandbox = Sandbox::new(1, None);
    sandbox.delivering(json!({ "daily_budget": "2000" })).await;
    sandbox.days(3).await;
    sandbox.control("faults", json!({ "kind": "error", "match": {"path": "me"}, "times": 1 })).await;
    let snapshot = post(&sandbox, "snapshot", "", &[]).await.text().await.unwrap();
    let script = async || {
        let mut heard = Vec::new();
        let campaign = sandbox.campaign().await;
        for (path, params) in [
            ("me", json!({})),
            (campaign.as_str(), json!({ "fields": "name,created_time,effective_status" })),
            ("nothing", json!({})),
            (sandbox.account(), json!({ "fields": "amount_spent,insights{spend,reach}" })),
        ] {
            let answer = sandbox.raw("GET", path, params).await;
            let headers: Vec<_> = answer.headers().iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
            heard.push((headers, answer.text().await.unwrap()));
            sandbox.days(2).await;
        }
        heard
    };
    let first = script().await;
    let back = post(&sandbox, "restore", &snapshot, &[]).await;
    assert_eq!(back.status(), 200, "{}", back.text().await.unwrap());
    assert_eq!(post(&sandbox, "snapshot", "", &[]).await.text().await.unwrap(), snapshot);
    assert_eq!(script().await, first);
    for bad in
        ["{}", "[]", &snapshot.replacen("\"seed\":1", "\"seed\":2", 1), &snapshot.replacen("\"format\":1", "\"format\":9", 1)]
    {
        assert!(post(&sandbox, "restore", bad, &[]).await.status().is_client_error());
    }
}

#[actix_web::test]
async fn a_restored_world_is_the_one_that_a_restart_finds() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Sandbox::new(1, Some(directory.path().to_owned()));
    let sandbox = open();
    let kept = sandbox.campaign().await;
    let snapshot = post(&sandbox, "snapshot", "", &[]).await.text().await.unwrap();
    let gone = sandbox.campaign().await;
    sandbox.days(5).await;
    post(&sandbox, "restore", &snapshot, &[]).await;
    let now = sandbox.identity_now().await;
    sandbox.running.stop().await;
    let sandbox = open();
    assert_eq!(sandbox.identity_now().await, now);
    assert!(sandbox.get(&kept, json!({})).await["id"].is_string());
    assert!(sandbox.get(&gone, json!({})).await["error"].is_object());
}

#[actix_web::test]
async fn the_status_page_shows_what_exists_and_its_forms_lead_back_to_it() {
    let sandbox = Sandbox::new(1, None);
    let campaign = sandbox.campaign().await;
    sandbox.post(&campaign, json!({ "name": "<b>Lamps</b> & \"more\"" })).await;
    let own = sandbox.running.base_url();
    let browser = [("origin", own.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    for (path, form) in [
        ("clock", "advance_days=1"),
        ("clock", "to=2026-11-30"),
        ("faults", "method=POST&path=act_*%2Fads&times=3&code=&subcode=&delay_ms=&kind=error"),
        ("limits", "tier=limited"),
        ("pixel", "silent=true"),
        ("page", "instagram=false"),
        ("restate", "day=2026-11-03&percent=-5"),
    ] {
        let answer = post(&sandbox, path, form, &browser).await;
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
            (303, "/_sandbox"),
            "{path} {form}"
        );
    }
    let shown = page(&sandbox).await;
    for part in [
        "&lt;b&gt;Lamps&lt;/b&gt; &amp; &quot;more&quot;",
        &format!("<td>{campaign}</td><td>ACTIVE</td><td>EUR0.00</td>"),
        "<time>2026-11-30T00:00:00Z</time>",
        "POST act_*/ads</td><td>3</td>",
        "<option value=\"limited\" selected>",
        "Let the pixel hear again",
        "Link the Instagram account to the Page",
        &format!("/v26.0/{campaign}</td><td>200</td>"),
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert!(!shown.contains("<script"));
    let bad = post(&sandbox, "edit", "id=1&field=name&value=x", &browser).await;
    assert_eq!(bad.status(), 404);
    assert!(bad.text().await.unwrap().contains("<p role=\"alert\">There is no object 1.</p>"));
}

#[actix_web::test]
async fn flags_do_what_posts_do() {
    let sandbox = Sandbox::new(1, None);
    sandbox.running.control("faults", "{\"kind\":\"token_dead\"}").unwrap();
    sandbox.running.control("clock", "{\"advance_days\":2}").unwrap();
    assert!(sandbox.running.control("clock", "{\"advance_days\":-2}").is_err());
    assert!(sandbox.running.control("nowhere", "{}").is_err());
    assert_eq!(sandbox.get("me", json!({})).await["error"]["code"], 190);
    assert_eq!(sandbox.identity_now().await["now"], "2026-11-04T09:00:00Z");
}

#[actix_web::test]
async fn the_page_disturbs_webhooks_and_says_how() {
    let sandbox = Sandbox::new(1, None);
    assert_eq!(post(&sandbox, "webhooks", "duplicate=2&reorder=3", &[]).await.status(), 303);
    let shown = page(&sandbox).await;
    assert!(shown.contains("name=\"duplicate\" type=\"number\" min=\"0\" max=\"1000\" value=\"2\""), "{shown}");
    assert!(shown.contains("name=\"reorder\" type=\"number\" min=\"0\" max=\"1000\" value=\"3\""), "{shown}");
    assert_eq!(post(&sandbox, "webhooks", "flush=true", &[]).await.status(), 303);
    assert_eq!(post(&sandbox, "webhooks", "duplicate=many&reorder=3", &[]).await.status(), 400);
}
