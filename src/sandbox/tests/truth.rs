//! What insights tell against what really happened: people, overlaps, responses, fatigue, learning, late conversions.

use serde_json::{Value, json};

use super::support::{Sandbox, number, purchases};

async fn truth(sandbox: &Sandbox, what: &str) -> Value {
    let answer = sandbox.truth(what).await;
    assert!(answer.get("error").is_none(), "{what}: {answer}");
    answer
}

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

#[actix_web::test]
async fn reach_of_each_network_of_both_and_their_overlap_are_those_of_the_same_people() {
    let sandbox = Sandbox::new(31, None);
    let (campaign, ..) = sandbox.delivering(json!({"daily_budget": "90000"})).await;
    sandbox.delivering(json!({"daily_budget": "30000"})).await;
    sandbox.days(12).await;
    let account = sandbox.account().to_owned();
    for (id, level) in [(campaign.as_str(), "campaign"), (account.as_str(), "account")] {
        let told = truth(&sandbox, &format!("people?id={id}&persons=1")).await;
        let path = format!("{id}/insights");
        let ask = |breakdowns: &str| json!({"level": level, "fields": "reach,impressions,frequency", "date_preset": "maximum", "breakdowns": breakdowns});
        let whole = sandbox.get(&path, ask("")).await["data"][0].clone();
        let cut = sandbox.get(&path, ask("publisher_platform")).await;
        let of = |platform: &str| {
            let row = cut["data"].as_array().unwrap().iter().find(|row| row["publisher_platform"] == platform);
            number(row.unwrap(), "reach")
        };
        let reach = number(&whole, "reach");
        assert!((reach - float(&told["reached"])).abs() <= 1.0, "{whole} {told}");
        assert!((number(&whole, "frequency") - float(&told["frequency"])).abs() < 0.01);
        let (facebook, instagram) = (of("facebook"), of("instagram"));
        assert!((facebook - float(&told["facebook"]["reach"])).abs() <= 1.0, "{told}");
        let overlap = facebook + instagram - reach;
        assert!(overlap > 100.0 && (overlap - float(&told["saw_both"])).abs() <= 3.0, "{overlap} {told}");
        let persons = told["persons"].as_array().unwrap();
        let shown: f64 = persons
            .iter()
            .map(|person| {
                let seen = &person["seen"];
                float(&person["people"]) * (float(&seen["facebook"]) + float(&seen["instagram"]) + float(&seen["either"]))
            })
            .sum();
        assert!((shown / number(&whole, "impressions") - 1.0).abs() < 1e-6, "every impression fell on somebody: {shown}");
        let times: f64 = told["times"].as_array().unwrap().iter().map(float).sum();
        assert!((times / float(&told["reached"]) - 1.0).abs() < 1e-6);
        let only = persons.iter().find(|person| person["uses"] == "facebook").unwrap();
        assert_eq!(float(&only["seen"]["instagram"]), 0.0, "who does not use Instagram saw nothing there");
    }
}

#[actix_web::test]
async fn the_response_told_in_the_morning_is_what_the_day_brings() {
    let sandbox = Sandbox::new(12, None);
    let campaign = sandbox.campaign_for("OUTCOME_TRAFFIC").await;
    let mut params = sandbox.ad_set_params(&campaign);
    let map = params.as_object_mut().unwrap();
    map.remove("promoted_object");
    map.extend(json!({"optimization_goal": "LINK_CLICKS", "daily_budget": "20000"}).as_object().unwrap().clone());
    let ad_set = sandbox.create("adsets", params).await;
    sandbox.ad(&ad_set, "Lamps").await;
    sandbox.days(5).await;
    let told = truth(&sandbox, &format!("response?id={ad_set}")).await;
    let points = told["ad_sets"][0]["points"].as_array().unwrap();
    let cost = |point: &Value| float(&point["spend"]) / float(&point["results"]);
    assert!(points.len() == 20 && points.windows(2).all(|pair| cost(&pair[1]) > cost(&pair[0])), "dearer the more: {told}");
    let date = told["ad_sets"][0]["date"].as_str().unwrap();
    sandbox.days(1).await;
    let rows = sandbox
        .insights(json!({"level": "adset", "fields": "spend,impressions,inline_link_clicks", "time_range": {"since": date, "until": date}}))
        .await;
    // Between two told points the response is all but straight.
    let (spend, clicks) = (number(&rows[0], "spend"), number(&rows[0], "inline_link_clicks"));
    let around = points.windows(2).find(|pair| float(&pair[0]["spend"]) <= spend && spend <= float(&pair[1]["spend"])).unwrap();
    let part = (spend - float(&around[0]["spend"])) / (float(&around[1]["spend"]) - float(&around[0]["spend"]));
    let between = |name: &str| float(&around[0][name]) * (1.0 - part) + float(&around[1][name]) * part;
    assert!(clicks > 100.0 && (clicks / between("results") - 1.0).abs() < 0.05, "{clicks} {around:?}");
    assert!((number(&rows[0], "impressions") / between("impressions") - 1.0).abs() < 0.02, "{rows:?} {around:?}");
}

#[actix_web::test]
async fn the_more_often_people_saw_an_ad_the_less_they_click() {
    let sandbox = Sandbox::new(14, None);
    let campaign = sandbox.campaign().await;
    let mut params = sandbox.ad_set_params(&campaign);
    params["targeting"]["geo_locations"] = json!({"cities": [{"key": "2421011"}]});
    params["daily_budget"] = json!("60000");
    let ad_set = sandbox.create("adsets", params).await;
    sandbox.ad(&ad_set, "Light").await;
    sandbox.days(49).await;
    let rows = sandbox
        .insights(json!({"fields": "inline_link_click_ctr,frequency", "time_increment": "7", "time_range": {"since": "2026-11-03", "until": "2026-12-21"}}))
        .await;
    let rate: Vec<f64> = rows.iter().map(|row| number(row, "inline_link_click_ctr")).collect();
    assert!(rate.len() == 7 && rate[6] < 0.85 * rate[0], "{rows:?}");
    // A new ad is fresh where the old one is tired.
    let fresh = sandbox.ad(&ad_set, "Something new").await;
    sandbox.days(4).await;
    let rows = sandbox.insights(json!({"level": "ad", "fields": "ad_id,inline_link_click_ctr", "date_preset": "last_3d"})).await;
    let of = |mine: bool| {
        rows.iter().find(|row| (row["ad_id"] == fresh.as_str()) == mine).map(|row| number(row, "inline_link_click_ctr"))
    };
    assert!(of(true).unwrap() > of(false).unwrap(), "{rows:?}");
}

#[actix_web::test]
async fn learning_ends_with_fifty_results_a_week_and_is_limited_without() {
    let sandbox = Sandbox::new(15, None);
    let (_, quick, _) = sandbox.delivering(json!({"daily_budget": "20000"})).await;
    let (_, slow, _) = sandbox.delivering(json!({"daily_budget": "500"})).await;
    let stage =
        async |id: &str| sandbox.get(id, json!({"fields": "learning_stage_info"})).await["learning_stage_info"]["status"].clone();
    sandbox.control("clock", json!({"advance_hours": 20})).await;
    assert_eq!([stage(&quick).await, stage(&slow).await], ["LEARNING", "LEARNING"]);
    sandbox.days(8).await;
    assert_eq!([stage(&quick).await, stage(&slow).await], ["SUCCESS", "FAIL"]);
    // A small change of the budget keeps what was learnt, a large one does not.
    sandbox.post(&quick, json!({"daily_budget": "22000"})).await;
    assert_eq!(stage(&quick).await, "SUCCESS");
    sandbox.post(&quick, json!({"daily_budget": "44000"})).await;
    assert_eq!(stage(&quick).await, "LEARNING");
}

#[actix_web::test]
async fn days_gain_conversions_until_their_28th_day_and_then_stand() {
    let sandbox = Sandbox::new(16, None);
    sandbox.delivering(json!({"daily_budget": "80000"})).await;
    let ask = json!({"fields": "spend,actions", "action_attribution_windows": ["1d_click", "7d_click", "28d_click", "1d_view"], "time_range": {"since": "2026-11-04", "until": "2026-11-08"}});
    let mut seen = Vec::new();
    for step in [7, 3, 10, 14, 3, 40] {
        sandbox.days(step).await;
        let row = sandbox.insights(ask.clone()).await.remove(0);
        let all = row["actions"].as_array().unwrap();
        let bought = all.iter().find(|action| action["action_type"] == "purchase").unwrap();
        let window = |name: &str| number(bought, name);
        assert!(window("1d_click") <= window("7d_click") && window("7d_click") <= window("28d_click"), "{bought}");
        assert!((window("value") - window("7d_click") - window("1d_view")).abs() < 0.5, "{bought}");
        seen.push((window("7d_click"), window("28d_click"), purchases(&row)));
    }
    // On the 9th, 12th, 22nd and on the 6th, the 28th day after the last of them; from then on nothing changes.
    assert!(seen[0].2 < seen[1].2 && seen[1].2 < seen[2].2 && seen[2].1 < seen[3].1, "{seen:?}");
    assert!(seen[3].1 > seen[3].0, "some bought later than a week after their click");
    assert!(seen[3] == seen[4] && seen[4] == seen[5], "{seen:?}");
}

#[actix_web::test]
async fn estimates_are_of_the_people_whom_delivery_can_reach() {
    let sandbox = Sandbox::new(18, None);
    let campaign = sandbox.campaign().await;
    let mut params = sandbox.ad_set_params(&campaign);
    params["targeting"]["geo_locations"] = json!({"cities": [{"key": "2421011"}]});
    params["targeting"]["publisher_platforms"] = json!(["instagram"]);
    params["daily_budget"] = json!("900000");
    let ad_set = sandbox.create("adsets", params.clone()).await;
    sandbox.ad(&ad_set, "Light").await;
    sandbox.days(60).await;
    let reach = number(&sandbox.insights(json!({"fields": "reach"})).await[0], "reach");
    let own = sandbox.get(&format!("{ad_set}/delivery_estimate"), json!({})).await;
    let asked =
        sandbox.get(&format!("{}/reachestimate", sandbox.account()), json!({"targeting_spec": params["targeting"]})).await;
    assert_eq!(own["data"][0]["estimate_mau_upper_bound"], asked["data"]["users_upper_bound"], "{own}");
    let most = float(&asked["data"]["users_upper_bound"]);
    assert!(reach <= most && reach > 0.6 * most, "{reach} of {most}");
    params["targeting"]["publisher_platforms"] = json!(["facebook", "instagram"]);
    let both = sandbox.get(&format!("{}/reachestimate", sandbox.account()), json!({"targeting_spec": params["targeting"]})).await;
    assert!(float(&both["data"]["users_upper_bound"]) > most, "{both}");
}

#[actix_web::test]
async fn questions_without_an_answer_are_refused() {
    let sandbox = Sandbox::new(1, None);
    let campaign = sandbox.campaign().await;
    for (what, word) in [
        ("people", "Which object"),
        ("people?id=7", "no object"),
        ("nothing?id=7", "no object"),
        (&format!("nothing?id={campaign}"), "people and response"),
        (&format!("people?id={campaign}&since=soon"), "no date"),
        (&format!("response?id={campaign}&spend=-1"), "amounts"),
    ] {
        let answer = sandbox.truth(what).await;
        assert!(answer["error"].as_str().is_some_and(|text| text.contains(word)), "{what}: {answer}");
    }
    let empty = truth(&sandbox, &format!("response?id={campaign}")).await;
    assert_eq!(empty["ad_sets"], json!([]));
}
