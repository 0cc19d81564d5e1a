//! Delivery as insights show it.

use serde_json::{Value, json};

use super::support::{Sandbox, number, purchases};

#[actix_web::test]
async fn the_same_seed_and_calls_give_the_same_bytes() {
    let mut traces = Vec::new();
    for _ in 0..2 {
        let sandbox = Sandbox::new(11, None);
        sandbox.delivering(json!({"daily_budget": "2000"})).await;
        sandbox.days(9).await;
        let path = format!("{}/insights", sandbox.account());
        let params = json!({"fields": "impressions,reach,spend,actions,action_values", "date_preset": "maximum", "time_increment": 1, "breakdowns": "age,gender"});
        let text = sandbox.raw("GET", &path, params).await.text().await.unwrap();
        let port = sandbox.running.address().port().to_string();
        traces.push(text.replace(&port, "PORT"));
        sandbox.running.stop().await;
    }
    assert!(traces[0].len() > 1_000);
    assert_eq!(traces[0], traces[1]);
}

#[actix_web::test]
async fn a_restart_restores_objects_clock_and_numbers() {
    let directory = tempfile::tempdir().unwrap();
    let ask = json!({"fields": "impressions,spend,reach", "time_increment": 1, "breakdowns": "publisher_platform"});
    let sandbox = Sandbox::new(5, Some(directory.path().into()));
    let (campaign, _, _) = sandbox.delivering(json!({"daily_budget": "3000"})).await;
    sandbox.days(4).await;
    sandbox.post(&campaign, json!({"status": "PAUSED"})).await;
    let (before, clock) = (sandbox.insights(ask.clone()).await, sandbox.identity_now().await);
    sandbox.running.stop().await;
    let sandbox = Sandbox::new(5, Some(directory.path().into()));
    assert_eq!(sandbox.insights(ask).await, before);
    assert_eq!(sandbox.identity_now().await, clock);
    assert_eq!(sandbox.get(&campaign, json!({"fields": "status"})).await["status"], "PAUSED");
}

#[actix_web::test]
async fn reach_lies_between_its_largest_part_and_the_sum_of_its_parts() {
    let sandbox = Sandbox::new(3, None);
    sandbox.delivering(json!({"daily_budget": "6000"})).await;
    sandbox.delivering(json!({"daily_budget": "4000"})).await;
    sandbox.days(8).await;
    let whole = sandbox.insights(json!({"fields": "impressions,reach,frequency"})).await;
    let (reach, impressions) = (number(&whole[0], "reach"), number(&whole[0], "impressions"));
    assert!(reach <= impressions && number(&whole[0], "frequency") > 1.05, "{whole:?}");
    let cuts = [
        json!({"breakdowns": "publisher_platform"}),
        json!({"breakdowns": "publisher_platform,platform_position"}),
        json!({"breakdowns": "age,gender"}),
        json!({"breakdowns": "country"}),
        json!({"time_increment": 1}),
        json!({"level": "ad"}),
        json!({"level": "campaign"}),
    ];
    for mut cut in cuts {
        cut["fields"] = json!("impressions,reach");
        let rows = sandbox.insights(cut.clone()).await;
        let most = rows.iter().map(|row| number(row, "reach")).fold(0.0, f64::max);
        let sum: f64 = rows.iter().map(|row| number(row, "reach")).sum();
        assert!(most <= reach && reach <= sum, "{cut}: {most} {reach} {sum}");
        let total: f64 = rows.iter().map(|row| number(row, "impressions")).sum();
        assert!((total - impressions).abs() < 0.5, "{cut}: breakdown rows must sum to the whole");
        assert!(rows.iter().all(|row| number(row, "reach") <= number(row, "impressions")));
    }
}

#[actix_web::test]
async fn daily_budgets_are_spent_within_the_daily_and_weekly_caps() {
    let sandbox = Sandbox::new(21, None);
    sandbox.delivering(json!({"daily_budget": "2000"})).await;
    sandbox.days(40).await;
    let rows = sandbox.insights(json!({"fields": "spend", "time_increment": 1})).await;
    let spend: Vec<f64> = rows.iter().map(|row| number(row, "spend")).collect();
    assert!(spend.len() >= 40);
    assert!(spend.iter().all(|day| *day <= 20.0 * 1.75));
    // The first full Sunday-to-Saturday week begins six days in; the last day is still running.
    for week in spend[6..40].chunks_exact(7) {
        let sum: f64 = week.iter().sum();
        assert!((130.0..=140.0).contains(&sum), "{sum}");
    }
}

#[actix_web::test]
async fn a_lifetime_budget_is_used_up_and_never_exceeded() {
    let sandbox = Sandbox::new(8, None);
    sandbox.delivering(json!({"lifetime_budget": "30000", "end_time": "2026-11-20T00:00:00+0000"})).await;
    let mut before = 0.0;
    for _ in 0..30 {
        sandbox.days(1).await;
        let rows = sandbox.insights(json!({"fields": "spend"})).await;
        let spend = rows.first().map_or(0.0, |row| number(row, "spend"));
        assert!(spend >= before && spend <= 300.0);
        before = spend;
    }
    assert!(before > 295.0, "{before}");
}

#[actix_web::test]
async fn pausing_stops_delivery_from_that_moment() {
    let sandbox = Sandbox::new(2, None);
    let (campaign, ..) = sandbox.delivering(json!({"daily_budget": "2000"})).await;
    sandbox.control("clock", json!({"advance_hours": 20})).await;
    sandbox.post(&campaign, json!({"status": "PAUSED"})).await;
    let ask = json!({"fields": "impressions,spend"});
    let before = sandbox.insights(ask.clone()).await;
    assert!(number(&before[0], "impressions") > 100.0);
    sandbox.days(3).await;
    let after = sandbox.insights(ask).await;
    assert_eq!((&before[0]["impressions"], &before[0]["spend"]), (&after[0]["impressions"], &after[0]["spend"]));
}

#[actix_web::test]
async fn a_day_in_steps_is_a_day_at_once_and_young_days_are_restated_upward() {
    let ask = json!({"fields": "impressions,spend,actions", "time_range": {"since": "2026-11-03", "until": "2026-11-03"}});
    let (stepped, whole) = (Sandbox::new(4, None), Sandbox::new(4, None));
    for sandbox in [&stepped, &whole] {
        sandbox.delivering(json!({"daily_budget": "20000"})).await;
    }
    for _ in 0..39 {
        stepped.control("clock", json!({"advance_hours": 1})).await;
        stepped.insights(ask.clone()).await;
    }
    whole.control("clock", json!({"advance_hours": 39})).await;
    let young = stepped.insights(ask.clone()).await;
    assert_eq!(young, whole.insights(ask.clone()).await);
    whole.days(8).await;
    let old = whole.insights(ask).await;
    assert_eq!(young[0]["spend"], old[0]["spend"]);
    assert!(purchases(&old[0]) > purchases(&young[0]));
    let cost = number(&old[0], "spend") / purchases(&old[0]) as f64;
    assert!((4.0..14.0).contains(&cost), "{cost}");
}

#[actix_web::test]
async fn ads_wait_for_review_and_refused_words_are_refused() {
    let sandbox = Sandbox::new(6, None);
    let (_, ad_set, good) = sandbox.delivering(json!({"daily_budget": "2000"})).await;
    let bad = sandbox.ad(&ad_set, "Please REJECT me").await;
    let status = async |ad: &str| -> Value { sandbox.get(ad, json!({"fields": "effective_status,ad_review_feedback"})).await };
    assert_eq!(status(&good).await["effective_status"], "PENDING_REVIEW");
    sandbox.control("clock", json!({"advance_hours": 1})).await;
    assert_eq!(status(&good).await["effective_status"], "ACTIVE");
    assert_eq!(status(&bad).await["effective_status"], "DISAPPROVED");
    assert!(status(&bad).await["ad_review_feedback"]["global"].is_object());
    sandbox.days(2).await;
    let rows = sandbox.insights(json!({"level": "ad", "fields": "ad_id"})).await;
    assert!(rows.iter().all(|row| row["ad_id"] == json!(good)));
}

#[actix_web::test]
async fn a_campaign_budget_is_shared_and_an_account_limit_holds() {
    let sandbox = Sandbox::new(9, None);
    let campaign = sandbox
        .create("campaigns", json!({"name": "Shared", "objective": "OUTCOME_SALES", "status": "ACTIVE", "special_ad_categories": [], "daily_budget": "5000"}))
        .await;
    for platform in ["facebook", "instagram"] {
        let mut params = sandbox.ad_set_params(&campaign);
        params.as_object_mut().unwrap().remove("daily_budget");
        params["targeting"]["publisher_platforms"] = json!([platform]);
        if platform == "instagram" {
            params["daily_min_spend_target"] = json!("2000");
        }
        let ad_set = sandbox.create("adsets", params).await;
        sandbox.ad(&ad_set, "Lamps").await;
    }
    sandbox.days(4).await;
    let rows = sandbox
        .insights(json!({"level": "adset", "fields": "spend", "time_range": {"since": "2026-11-04", "until": "2026-11-04"}}))
        .await;
    let sum: f64 = rows.iter().map(|row| number(row, "spend")).sum();
    assert!(rows.len() == 2 && (35.0..87.5).contains(&sum), "{rows:?}");
    let account = sandbox.account().to_owned();
    sandbox.post(&account, json!({"spend_cap": "300"})).await;
    sandbox.days(20).await;
    let spent = sandbox.get(&account, json!({"fields": "amount_spent"})).await;
    let spent: i64 = spent["amount_spent"].as_str().unwrap().parse().unwrap();
    assert!((29_800..=30_000).contains(&spent), "{spent}");
}

#[actix_web::test]
async fn limits_in_all_hold_over_the_whole_flight() {
    let sandbox = Sandbox::new(17, None);
    let campaign = sandbox
        .create("campaigns", json!({"name": "Guided", "objective": "OUTCOME_SALES", "status": "ACTIVE", "special_ad_categories": [], "lifetime_budget": "30000"}))
        .await;
    for (platform, limits) in [("facebook", json!({"lifetime_spend_cap": "9000"})), ("instagram", json!({}))] {
        let mut params = sandbox.ad_set_params(&campaign);
        let map = params.as_object_mut().unwrap();
        map.remove("daily_budget");
        map.insert("end_time".into(), json!("2026-11-20T00:00:00+0000"));
        map.extend(limits.as_object().unwrap().clone());
        params["targeting"]["publisher_platforms"] = json!([platform]);
        let ad_set = sandbox.create("adsets", params).await;
        sandbox.ad(&ad_set, "Lamps").await;
    }
    sandbox.days(30).await;
    let rows = sandbox.insights(json!({"level": "adset", "fields": "spend", "breakdowns": "publisher_platform"})).await;
    let of = |platform: &str| {
        rows.iter().filter(|row| row["publisher_platform"] == platform).map(|row| number(row, "spend")).sum::<f64>()
    };
    assert!(of("facebook") <= 90.0 && of("facebook") > 60.0, "{rows:?}");
    assert!(of("facebook") + of("instagram") <= 300.0 && of("instagram") > 180.0, "{rows:?}");
}

#[actix_web::test]
async fn spend_limits_are_refused_as_meta_refuses_them() {
    let sandbox = Sandbox::new(1, None);
    let base = json!({"name": "Guided", "objective": "OUTCOME_SALES", "special_ad_categories": [], "daily_budget": "5000"});
    let campaign = sandbox.create("campaigns", base.clone()).await;
    let path = format!("{}/adsets", sandbox.account());
    let with = |limits: Value| {
        let mut params = sandbox.ad_set_params(&campaign);
        params.as_object_mut().unwrap().remove("daily_budget");
        params.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
        params
    };
    for (limits, why) in [
        (json!({"daily_min_spend_target": "5001"}), "Minimum spend is too high"),
        (json!({"daily_min_spend_target": "900", "daily_spend_cap": "800"}), "Spend limits cross"),
        (json!({"daily_spend_cap": "50"}), "Spend limit is too low"),
        (json!({"lifetime_spend_cap": "900"}), "Spend limits need a campaign budget"),
        (json!({"daily_budget": "900"}), "Two budget levels"),
    ] {
        let answer = sandbox.post(&path, with(limits)).await;
        assert_eq!(answer["error"]["error_user_title"], why, "{answer}");
    }
    let first = sandbox.create("adsets", with(json!({"daily_min_spend_target": "3000", "daily_spend_cap": "4000"}))).await;
    let second = sandbox.post(&path, with(json!({"daily_min_spend_target": "2001"}))).await;
    assert_eq!(second["error"]["error_user_title"], "Minimum spend is too high");
    let lower = sandbox.post(&campaign, json!({"daily_budget": "2999"})).await;
    assert_eq!(lower["error"]["error_user_title"], "Budget is below the minimum spend");
    assert_eq!(
        sandbox.post(&first, json!({"daily_min_spend_target": "0", "daily_spend_cap": "922337203685478"})).await["success"],
        true
    );
    let read = sandbox.get(&first, json!({"fields": "daily_min_spend_target,daily_spend_cap"})).await;
    assert!(read.get("daily_spend_cap").is_none_or(|cap| cap == "0"), "{read}");
    let mut capped = base;
    capped["spend_cap"] = json!("340000");
    let answer = sandbox.post(&format!("{}/campaigns", sandbox.account()), capped).await;
    assert_eq!(answer["error"]["error_user_title"], "Spend cap with a campaign budget");
}
