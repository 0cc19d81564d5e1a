//! The insights protocol: what is refused and how, reports that are made while a client waits, limits of history.

use serde_json::{Value, json};

use super::support::{Sandbox, number};

fn code(answer: &Value) -> (i64, i64) {
    let error = &answer["error"];
    (error["code"].as_i64().unwrap_or(0), error["error_subcode"].as_i64().unwrap_or(0))
}

async fn delivered(days: i64) -> (Sandbox, String) {
    let sandbox = Sandbox::new(1, None);
    let (campaign, _, _) = sandbox.delivering(json!({"daily_budget": "2000"})).await;
    sandbox.days(days).await;
    (sandbox, campaign)
}

#[actix_web::test]
async fn what_meta_refuses_of_a_query_is_refused_with_its_words() {
    let (sandbox, campaign) = delivered(1).await;
    let path = format!("{campaign}/insights");
    for (params, text) in [
        (
            json!({"breakdowns": "age,country"}),
            "Current combination of data breakdown columns (action_type, age, country) is invalid",
        ),
        (json!({"breakdowns": "platform_position"}), "Current combination"),
        (json!({"breakdowns": "placement"}), "breakdowns[0] must be one of the following values: "),
        (json!({"breakdowns": "dma"}), "Use comscore_market"),
        (json!({"action_breakdowns": "action_kind"}), "action_breakdowns[0] must be one of the following values: "),
        (json!({"action_attribution_windows": "[\"2d_click\"]"}), "action_attribution_windows[0] must be one of"),
        (json!({"action_report_time": "never"}), "action_report_time must be one of"),
        (json!({"use_unified_attribution_setting": "perhaps"}), "must be a boolean"),
        (json!({"fields": "impressions,age", "breakdowns": "age"}), "age is a breakdown and cannot be requested as a field"),
        (json!({"fields": "impressions,loves"}), "loves is not valid for fields param"),
        (
            json!({"fields": "video_play_actions", "breakdowns": "hourly_stats_aggregated_by_advertiser_time_zone"}),
            "video_play_actions cannot be requested with hourly breakdowns",
        ),
        (json!({"level": "creative"}), "level must be one of the following values: account, campaign, adset, ad"),
        (json!({"date_preset": "lifetime"}), "date_preset must be one of"),
        (json!({"time_increment": "91"}), "time_increment must be 1 to 90, monthly or all_days"),
        (json!({"sort": "loves_descending"}), "cannot be sorted by"),
        (json!({"sort": "[\"spend_descending\",\"impressions_ascending\"]"}), "sort must have one entry"),
        (
            json!({"summary": "[\"reach\"]", "fields": "impressions,spend"}),
            "Cannot include reach in summary param because they weren't there while creating the report run",
        ),
        (
            json!({"filtering": "[{\"field\":\"ad.colour\",\"operator\":\"EQUAL\",\"value\":\"red\"}]"}),
            "Filtering field ad.colour with operation equal is not supported",
        ),
        (json!({"filtering": "[{\"field\":\"ad.id\",\"operator\":\"LIKE\",\"value\":\"1\"}]"}), "must be one of"),
        (json!({"filtering": "[{\"field\":\"ad.id\"}]"}), "filtering must be an array of {field, operator, value}"),
        (json!({"breakdown": "age"}), "unknown param breakdown"),
    ] {
        for method in ["GET", "POST"] {
            let answer = sandbox.call(method, &path, params.clone()).await;
            assert_eq!(code(&answer), (100, 0), "{params}: {answer}");
            let message = answer["error"]["message"].as_str().unwrap();
            assert!(message.contains(text), "{params}: {message}");
        }
    }
    let old = json!({"time_range": {"since": "2023-01-01", "until": "2023-01-31"}});
    let answer = sandbox.get(&path, old).await;
    assert_eq!(code(&answer), (3_018, 0));
    let text = "(#3018) The start date of the time range cannot be beyond 37 months from the current date";
    assert_eq!(answer["error"]["message"], text);
}

#[actix_web::test]
async fn the_ids_of_the_level_come_where_no_fields_are_asked() {
    let (sandbox, campaign) = delivered(1).await;
    for (level, ids) in [
        ("account", vec!["account_id"]),
        ("campaign", vec!["account_id", "campaign_id"]),
        ("ad", vec!["account_id", "ad_id", "adset_id", "campaign_id"]),
    ] {
        let rows = sandbox.insights(json!({ "level": level })).await;
        let mut names: Vec<&str> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
        names.retain(|name| name.ends_with("_id"));
        names.sort_unstable();
        assert_eq!(names, ids, "{level}");
        assert!(rows[0]["impressions"].is_string() && rows[0]["spend"].is_string() && rows[0]["date_stop"].is_string());
    }
    let own = sandbox.get(&format!("{campaign}/insights"), json!({"level": "account", "date_preset": "maximum"})).await;
    assert_eq!(own["data"][0]["campaign_id"], campaign, "a campaign is not summed up to its account");
}

#[actix_web::test]
async fn rows_are_filtered_by_objects_and_by_their_own_figures_and_sorted() {
    let (sandbox, campaign) = delivered(2).await;
    let ask = |field: &str, operator: &str, value: Value| {
        json!({
            "level": "ad", "time_increment": "1", "sort": "spend_descending", "fields": "spend,impressions",
            "filtering": [{"field": field, "operator": operator, "value": value}],
        })
    };
    let all = sandbox.insights(ask("campaign.id", "IN", json!([campaign]))).await;
    assert!(all.len() >= 2);
    assert!(all.windows(2).all(|pair| number(&pair[0], "spend") >= number(&pair[1], "spend")));
    for (field, operator, value, some) in [
        ("ad.effective_status", "IN", json!(["ACTIVE"]), true),
        ("ad.delivery_info", "IN", json!(["active", "archived"]), true),
        ("campaign.delivery_info", "IN", json!(["inactive"]), false),
        ("ad.impressions", "GREATER_THAN", json!(0), true),
        ("impressions", "GREATER_THAN", json!(100_000_000), false),
        ("adset.name", "CONTAIN", json!("feeds"), true),
        ("ctr", "GREATER_THAN", json!(100), false),
        ("frequency", "GREATER_THAN_OR_EQUAL", json!(1), true),
        ("ad.cpm", "LESS_THAN", json!(0.001), false),
    ] {
        let rows = sandbox.insights(ask(field, operator, value)).await;
        assert_eq!(!rows.is_empty(), some, "{field}");
    }
    let params = ask("campaign.impressions", "GREATER_THAN", json!(0));
    let other = sandbox.get(&format!("{}/insights", sandbox.account()), params).await;
    assert_eq!(code(&other), (100, 0), "a figure of another level than the rows'");
}

#[actix_web::test]
async fn a_report_is_not_read_before_it_is_complete_and_looking_moves_it_on() {
    let (sandbox, _) = delivered(2).await;
    let path = format!("{}/insights", sandbox.account());
    let params = json!({"level": "ad", "date_preset": "last_year", "fields": ["ad_id", "spend"]});
    let run = sandbox.post(&path, params).await["report_run_id"].as_str().unwrap().to_owned();
    let mut told = Vec::new();
    for _ in 0..5 {
        let early = sandbox.get(&format!("{run}/insights"), json!({})).await;
        assert_eq!((code(&early), early["error"]["is_transient"].as_bool()), ((2_601, 1_815_107), Some(true)));
        let state = sandbox.get(&run, json!({})).await;
        assert_eq!(state["is_running"], state["async_status"] != "Job Completed");
        told.push((state["async_status"].as_str().unwrap().to_owned(), state["async_percent_completion"].as_i64().unwrap()));
    }
    let expected =
        [("Job Not Started", 0), ("Job Started", 0), ("Job Running", 60), ("Job Running", 100), ("Job Completed", 100)];
    assert_eq!(told, expected.map(|(status, percent)| (status.to_owned(), percent)));
    let rows = sandbox.get(&format!("{run}/insights"), json!({"limit": "1"})).await;
    assert!(rows["data"].is_array(), "{rows}");
    sandbox.days(31).await;
    assert_eq!(code(&sandbox.get(&run, json!({})).await), (100, 33), "a run is kept for thirty days");
}

#[actix_web::test]
async fn a_report_says_what_the_same_call_said_when_it_was_asked_for() {
    let (sandbox, _) = delivered(3).await;
    let path = format!("{}/insights", sandbox.account());
    let params =
        json!({"level": "ad", "date_preset": "yesterday", "breakdowns": "publisher_platform", "fields": "impressions,spend"});
    let at_once = sandbox.get(&path, params.clone()).await;
    let run = sandbox.post(&path, params).await["report_run_id"].as_str().unwrap().to_owned();
    sandbox.days(2).await;
    let state = sandbox.get(&run, json!({"fields": "async_status,date_start"})).await;
    assert_eq!(state["async_status"], "Job Completed");
    let rows = sandbox.get(&format!("{run}/insights"), json!({})).await;
    assert_eq!(rows["data"], at_once["data"]);
    assert_eq!(state["date_start"], rows["data"][0]["date_start"]);
}

#[actix_web::test]
async fn too_much_for_one_answer_is_for_a_report() {
    let (sandbox, _) = delivered(3).await;
    sandbox.control("limits", json!({"insights_rows": 3})).await;
    let path = format!("{}/insights", sandbox.account());
    let params = json!({"level": "ad", "date_preset": "maximum", "time_increment": "1", "breakdowns": "publisher_platform"});
    let refused = sandbox.get(&path, params.clone()).await;
    assert_eq!(code(&refused), (100, 1_487_534));
    assert!(refused["error"]["message"].as_str().unwrap().contains("Please reduce the amount of data"));
    let run = sandbox.post(&path, params).await["report_run_id"].as_str().unwrap().to_owned();
    while sandbox.get(&run, json!({})).await["async_status"] != "Job Completed" {}
    let rows = sandbox.get(&format!("{run}/insights"), json!({})).await;
    assert!(rows["data"].as_array().unwrap().len() > 3);
}

#[actix_web::test]
async fn people_are_not_counted_under_breakdowns_after_thirteen_months() {
    let (sandbox, campaign) = delivered(2).await;
    sandbox.post(&campaign, json!({"status": "PAUSED"})).await;
    let ask = |breakdown: &str| json!({"fields": "impressions,reach,frequency", "breakdowns": breakdown});
    let before = sandbox.insights(ask("age")).await;
    assert!(number(&before[0], "reach") > 0.0);
    sandbox.days(400).await;
    let after = sandbox.insights(ask("age")).await;
    assert_eq!(after.len(), before.len());
    assert!(after.iter().all(|row| row.get("reach").is_none() && row.get("frequency").is_none()), "{after:?}");
    assert!(number(&sandbox.insights(ask("")).await[0], "reach") > 0.0, "without a breakdown they still are");
}

#[actix_web::test]
async fn a_report_goes_on_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Sandbox::new(1, Some(directory.path().to_owned()));
    let sandbox = open();
    sandbox.delivering(json!({"daily_budget": "2000"})).await;
    sandbox.days(2).await;
    let path = format!("{}/insights", sandbox.account());
    let run = sandbox.post(&path, json!({"date_preset": "last_year"})).await["report_run_id"].as_str().unwrap().to_owned();
    let told = json!({"fields": "async_status"});
    assert_eq!(sandbox.get(&run, told.clone()).await["async_status"], "Job Not Started");
    sandbox.running.stop().await;
    let sandbox = open();
    assert_eq!(sandbox.get(&run, told.clone()).await["async_status"], "Job Started");
    sandbox.control("clock", json!({"advance_minutes": 2})).await;
    assert_eq!(sandbox.get(&run, told).await["async_status"], "Job Completed", "minutes move it on as looks do");
}

#[actix_web::test]
async fn a_report_that_is_made_to_fail_stays_failed() {
    let (sandbox, _) = delivered(1).await;
    let path = format!("{}/insights", sandbox.account());
    for status in ["Job Failed", "Job Skipped"] {
        let run = sandbox.post(&path, json!({})).await["report_run_id"].as_str().unwrap().to_owned();
        let fields = json!({"async_status": status, "error_code": 1, "error_message": "An unknown error occurred"});
        sandbox.control("edit", json!({"id": run, "fields": fields})).await;
        for _ in 0..5 {
            let told = sandbox.get(&run, json!({"fields": "async_status,error_code,error_message"})).await;
            assert_eq!((&told["async_status"], &told["error_code"]), (&json!(status), &json!(1)), "{told}");
        }
        assert_eq!(code(&sandbox.get(&format!("{run}/insights"), json!({})).await), (2_601, 1_815_107));
    }
}
