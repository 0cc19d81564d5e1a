//! A year and its rules: caps by day and week, limits of campaigns, the rhythm of the week, and that nothing depends on when it is asked.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::support::{Sandbox, number};

fn date(row: &Value) -> NaiveDate {
    row["date_start"].as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn a_year_of_a_daily_budget_keeps_to_its_caps_and_shows_the_week_and_the_season() {
    let sandbox = Sandbox::new(51, None);
    sandbox.delivering(json!({"daily_budget": "2000"})).await;
    sandbox.days(372).await;
    let rows = sandbox.insights(json!({"fields": "spend,cpm", "time_increment": "1"})).await;
    assert!(rows.len() > 365);
    assert!(rows.iter().all(|row| number(row, "spend") <= 35.0));
    assert!(rows.iter().any(|row| number(row, "spend") > 25.0), "some days exceed their budget by more than a quarter");
    let mut weeks: std::collections::BTreeMap<i64, Vec<f64>> = std::collections::BTreeMap::new();
    for row in &rows {
        let day = date(row);
        let sunday = i64::from(day.num_days_from_ce()) - i64::from(day.weekday().num_days_from_sunday());
        weeks.entry(sunday).or_default().push(number(row, "spend"));
    }
    for week in weeks.values() {
        let sum: f64 = week.iter().sum();
        assert!(sum <= 140.0 && (week.len() < 7 || sum > 130.0), "{week:?}");
    }
    let mean = |keep: &dyn Fn(NaiveDate) -> bool| {
        let kept: Vec<f64> = rows.iter().filter(|row| keep(date(row))).map(|row| number(row, "cpm")).collect();
        kept.iter().sum::<f64>() / kept.len() as f64
    };
    let weekday = |number: u32| mean(&move |day: NaiveDate| day.weekday().num_days_from_sunday() == number);
    assert!(weekday(5) > 1.06 * weekday(0), "Fridays {} Sundays {}", weekday(5), weekday(0));
    assert!(mean(&|day| day.month() == 12) > 1.15 * mean(&|day| day.month() == 2));
}

#[actix_web::test]
async fn the_cap_of_a_campaign_holds_to_the_cent() {
    let sandbox = Sandbox::new(52, None);
    let (campaign, ad_set, _) = sandbox.delivering(json!({"daily_budget": "9000"})).await;
    sandbox.post(&campaign, json!({"spend_cap": "34000"})).await;
    sandbox.ad(&ad_set, "Another").await;
    sandbox.days(10).await;
    let rows = sandbox.insights(json!({"fields": "spend"})).await;
    assert!((338.0..=340.0).contains(&number(&rows[0], "spend")), "{rows:?}");
}

#[actix_web::test]
async fn figures_do_not_depend_on_when_or_how_often_they_are_asked() {
    let ask = json!({"level": "ad", "fields": "ad_id,impressions,spend,reach,actions", "time_increment": "1", "breakdowns": "publisher_platform"});
    let mut answers = Vec::new();
    for asks in [true, false] {
        let sandbox = Sandbox::new(53, None);
        let (campaign, ad_set, _) = sandbox.delivering(json!({"daily_budget": "9000"})).await;
        for day in 0..12 {
            sandbox.days(1).await;
            match day {
                3 => sandbox.post(&ad_set, json!({"daily_budget": "12000"})).await,
                5 => sandbox.post(&campaign, json!({"status": "PAUSED"})).await,
                7 => sandbox.post(&campaign, json!({"status": "ACTIVE", "name": "On again"})).await,
                9 => sandbox.post(&ad_set, json!({"end_time": "2026-11-13T12:00:00+0000"})).await,
                _ => Value::Null,
            };
            if asks {
                sandbox.insights(ask.clone()).await;
            }
        }
        answers.push(sandbox.insights(ask.clone()).await);
    }
    assert!(answers[0].len() > 10);
    assert_eq!(answers[0], answers[1]);
}
