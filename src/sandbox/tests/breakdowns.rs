//! Insights by every breakdown and grain: rows that sum to the whole, people counted once, pages that miss nothing.

use serde_json::{Value, json};

use super::support::{Sandbox, number};

/// Every permitted set that has rows here.
const SETS: &[&str] = &[
    "age",
    "gender",
    "age,gender",
    "country",
    "region",
    "comscore_market",
    "publisher_platform",
    "publisher_platform,platform_position",
    "impression_device",
    "publisher_platform,impression_device",
    "publisher_platform,platform_position,impression_device",
    "device_platform",
    "publisher_platform,device_platform",
    "hourly_stats_aggregated_by_advertiser_time_zone",
    "hourly_stats_aggregated_by_audience_time_zone",
];

/// Two ad sets: one of Portugal, one of Lisbon and Madrid; the second is paused at noon on the third day.
async fn delivered(seed: u64) -> Sandbox {
    let sandbox = Sandbox::new(seed, None);
    sandbox.delivering(json!({"daily_budget": "9000"})).await;
    let campaign = sandbox.campaign().await;
    let mut params = sandbox.ad_set_params(&campaign);
    params["targeting"]["geo_locations"] = json!({"cities": [{"key": "2421600"}, {"key": "784302"}]});
    params["targeting"]["age_min"] = json!(30);
    params["daily_budget"] = json!("20000");
    let ad_set = sandbox.create("adsets", params).await;
    sandbox.ad(&ad_set, "Light").await;
    sandbox.control("clock", json!({"advance_hours": 51})).await;
    sandbox.post(&campaign, json!({"status": "PAUSED"})).await;
    sandbox.days(2).await;
    sandbox
}

#[actix_web::test]
async fn every_breakdown_sums_to_the_whole_and_counts_people_once() {
    let sandbox = delivered(41).await;
    let fields = "impressions,clicks,spend,reach,inline_link_clicks,actions";
    let whole = sandbox.insights(json!({"fields": fields})).await.remove(0);
    for set in SETS {
        let rows = sandbox.insights(json!({"fields": fields, "breakdowns": set})).await;
        let sum = |field: &str| rows.iter().map(|row| number(row, field)).sum::<f64>();
        for field in ["impressions", "clicks", "inline_link_clicks"] {
            assert!((sum(field) - number(&whole, field)).abs() < 0.5, "{set}: {field}");
        }
        assert!((sum("spend") - number(&whole, "spend")).abs() < 0.006 * rows.len() as f64, "{set}");
        assert!(set.split(',').all(|name| rows.iter().all(|row| row[name].as_str().is_some_and(|value| !value.is_empty()))));
        if set.starts_with("hourly") {
            assert!(rows.iter().all(|row| row["reach"] == "0"), "{set}: people are not told by the hour");
            continue;
        }
        let most = rows.iter().map(|row| number(row, "reach")).fold(0.0, f64::max);
        let reach = number(&whole, "reach");
        assert!(most <= reach && reach <= sum("reach"), "{set}: {most} {reach} {}", sum("reach"));
        let bought = |row: &Value| super::support::purchases(row);
        let all: i64 = rows.iter().map(bought).sum();
        let told = if ["region", "comscore_market"].contains(set) { 0 } else { bought(&whole) };
        assert_eq!(all, told, "{set}: purchases");
    }
    assert_eq!(sandbox.insights(json!({"fields": "impressions", "breakdowns": "product_id"})).await, Vec::<Value>::new());
}

#[actix_web::test]
async fn hours_follow_the_days_rhythm_the_pause_and_the_clocks_of_the_audience() {
    let sandbox = delivered(42).await;
    let hour = |of: &str| format!("hourly_stats_aggregated_by_{of}_time_zone");
    let ask = |of: &str, day: &str| json!({"level": "campaign", "fields": "campaign_id,impressions,spend", "breakdowns": hour(of), "time_range": {"since": day, "until": day}});
    let rows = sandbox.insights(ask("advertiser", "2026-11-03")).await;
    let at = |rows: &[Value], of: &str, start: &str| {
        let mine = rows.iter().filter(|row| row[hour(of)].as_str().unwrap().starts_with(start));
        mine.fold((0.0, 0.0), |(shown, spent), row| (shown + number(row, "impressions"), spent + number(row, "spend")))
    };
    let (evening, night) = (at(&rows, "advertiser", "20"), at(&rows, "advertiser", "03"));
    assert!(evening.0 > 5.0 * night.0, "{evening:?} {night:?}");
    assert!(evening.1 / evening.0 > 1.3 * night.1 / night.0, "an impression costs more in the evening");
    let last = sandbox.insights(ask("advertiser", "2026-11-04")).await;
    let paused = json!(last.iter().filter_map(|row| row["campaign_id"].as_str()).max().unwrap());
    let hours: Vec<&str> =
        last.iter().filter(|row| row["campaign_id"] == paused).map(|row| row[hour("advertiser")].as_str().unwrap()).collect();
    assert!(!hours.is_empty() && hours.iter().all(|hour| *hour < "12"), "paused at noon: {hours:?}");
    // Madrid is an hour ahead of the account: its first hour begins in the account's last.
    let theirs = sandbox.insights(ask("audience", "2026-11-04")).await;
    assert!(at(&theirs, "audience", "12").0 > at(&last, "advertiser", "12").0);
}

#[actix_web::test]
async fn actions_are_divided_as_asked_and_lose_nothing() {
    let sandbox = delivered(43).await;
    let list =
        async |by: Value| sandbox.insights(json!({"fields": "actions", "action_breakdowns": by})).await[0]["actions"].clone();
    let whole = list(json!([])).await;
    let count = |list: &Value, kind: &str| {
        let mine = list.as_array().unwrap().iter().filter(|action| action["action_type"] == kind);
        mine.map(|action| number(action, "value")).sum::<f64>()
    };
    for by in [json!(["action_type", "action_device"]), json!(["action_type", "action_target_id", "action_destination"])] {
        let cut = list(by.clone()).await;
        for kind in ["link_click", "purchase", "post_reaction", "page_engagement"] {
            assert_eq!(count(&cut, kind), count(&whole, kind), "{by}: {kind}");
        }
        for name in by.as_array().unwrap() {
            assert!(cut.as_array().unwrap().iter().all(|action| action[name.as_str().unwrap()].is_string()), "{cut}");
        }
    }
    let reactions = list(json!(["action_type", "action_reaction"])).await;
    assert!(reactions.as_array().unwrap().iter().any(|action| action["action_reaction"] == "like"));
    let devices = list(json!(["action_device"])).await;
    assert!(devices.as_array().unwrap().iter().all(|action| action.get("action_type").is_none()), "{devices}");
}

#[actix_web::test]
async fn pages_of_any_size_show_every_row_once_forwards_and_backwards() {
    let sandbox = delivered(44).await;
    let base = json!({"level": "ad", "fields": "ad_id,impressions,reach", "time_increment": "1", "breakdowns": "age,gender", "date_preset": "maximum"});
    let all = sandbox.insights(base.clone()).await;
    assert!(all.len() > 60, "{}", all.len());
    for (limit, sort) in [("7", ""), ("24", ""), ("11", "impressions_descending")] {
        let mut params = base.clone();
        params["limit"] = json!(limit);
        if !sort.is_empty() {
            params["sort"] = json!(sort);
        }
        let (mut seen, mut last) = (Vec::new(), Value::Null);
        let mut page = sandbox.get(&format!("{}/insights", sandbox.account()), params).await;
        loop {
            seen.extend(page["data"].as_array().unwrap().clone());
            let next = page["paging"]["next"].as_str().map(str::to_owned);
            let before = std::mem::replace(&mut last, page);
            let Some(next) = next else {
                let back = sandbox.url(last["paging"]["previous"].as_str().unwrap()).await;
                assert_eq!(back["data"], before["data"]);
                break;
            };
            page = sandbox.url(&next).await;
        }
        assert_eq!(seen.len(), all.len());
        if sort.is_empty() {
            assert_eq!(seen, all);
        } else {
            assert!(seen.windows(2).all(|pair| number(&pair[0], "impressions") >= number(&pair[1], "impressions")));
        }
    }
}

#[actix_web::test]
async fn a_page_sent_in_pieces_is_the_page_that_a_batch_holds() {
    let sandbox = delivered(45).await;
    let params = json!({
        "level": "ad", "fields": "ad_id,ad_name,campaign_name,impressions,reach,frequency,spend,actions,cost_per_action_type,cpm,ctr",
        "time_increment": "1", "breakdowns": "publisher_platform,platform_position,impression_device", "date_preset": "maximum", "limit": "5000",
        "default_summary": "true",
    });
    let path = format!("{}/insights", sandbox.account());
    let sent = sandbox.raw("GET", &path, params.clone()).await;
    assert!(sent.headers().get("content-length").is_none(), "long enough to be sent in pieces");
    let sent: Value = sent.json().await.unwrap();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in params.as_object().unwrap() {
        query.append_pair(name, value.as_str().unwrap());
    }
    let batch = json!([{"method": "GET", "relative_url": format!("{path}?{}", query.finish())}]);
    let answer = sandbox.post("", json!({"batch": batch})).await;
    let held: Value = serde_json::from_str(answer[0]["body"].as_str().unwrap()).unwrap();
    assert!(sent["data"].as_array().unwrap().len() > 200);
    assert_eq!(sent["data"], held["data"]);
    assert_eq!(sent["summary"], held["summary"]);
    assert_eq!(sandbox.get(&path, json!({"limit": "0"})).await["error"]["code"], 100);
}
