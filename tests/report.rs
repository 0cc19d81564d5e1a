//! Reports: one query behind page, CSV, JSON and the admin endpoint; what may be added and what may not.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use tandem::domain::role::Role;

use super::support::{Browser, Figures, Row, TestApp};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A business of three campaigns over twenty days up to the test's today.
pub async fn casa_lume() -> (TestApp, Browser) {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    figures.business(3, 20, 2, day("2026-11-21"));
    (app, owner)
}

/// CSV as a list of rows by header.
pub fn csv(body: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(body.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn plain(row: &Row, spend_micros: i64) -> Row {
    Row { spend_micros, ..row.clone() }
}

fn row(campaign: i64, ad: i64) -> Row {
    Row {
        campaign,
        ad,
        network: "facebook",
        position: "feed",
        spend_micros: 10_000_000,
        impressions: 1_000,
        clicks: 20,
        reach: Some(700),
        result: Some(("purchase", "7d_click", 4, Some(60_000_000))),
    }
}

#[actix_web::test]
async fn csv_and_json_say_the_same_and_parts_add_up_to_the_total() {
    let (_app, mut owner) = casa_lume().await;
    for by in ["campaign", "network,placement", "day,network", "ad", "account", "network"] {
        let link =
            |kind: &str| format!("/dashboard.{kind}?period=14d&by={by}&metrics=spend,impressions,clicks,results,cost_per_result");
        let rows = csv(&owner.get(&link("csv")).await.assert_status(200).body);
        let json = owner.get(&link("json")).await.json();
        let objects = json["rows"].as_array().unwrap();
        assert_eq!(rows.len(), objects.len(), "{by}");
        assert!(!rows.is_empty(), "{by}");
        for (row, object) in rows.iter().zip(objects) {
            for (name, text) in row {
                let same = match &object[name] {
                    Value::Null => text.is_empty(),
                    Value::Number(number) => number.to_string() == *text,
                    other => other.as_str().unwrap() == text,
                };
                assert!(same, "{by} {name}: {text} in CSV, {} in JSON", object[name]);
            }
        }
        let impressions: i64 = rows.iter().map(|r| r["impressions"].parse().unwrap_or(0)).sum();
        assert_eq!(json["totals"]["impressions"], impressions, "{by}");
    }
}

#[actix_web::test]
async fn the_admin_endpoint_answers_a_token_and_names_a_bad_parameter() {
    let (app, mut owner) = casa_lume().await;
    let token = app.token("Casa Lume", Role::Analyst).await;
    let path = "/api/v1/report?from=2026-11-08&to=2026-11-21&by=campaign,network&metrics=spend,impressions";
    let answer = owner.get_with_token(path, &token).await;
    let json = answer.assert_status(200).json();
    assert_eq!(json["columns"][0]["name"], "campaign_id");
    assert_eq!(json["rows"].as_array().unwrap().len(), 6);
    let spend = json["rows"][0]["spend"].as_str().unwrap();
    assert!(spend.contains('.') && json["rows"][0]["currency"] == "EUR", "{json}");
    let total: rust_decimal::Decimal = json["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["spend"].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap())
        .sum();
    assert_eq!(json["totals"]["spend"], total.to_string());

    app.stranger().get(path).await.assert_status(401);
    let bad = app.stranger().get_with_token("/api/v1/report?by=country", &token).await;
    bad.assert_status(422).assert_has("by=country").assert_has("placement");
    assert_eq!(bad.headers["content-type"], "application/problem+json");
}

#[actix_web::test]
async fn results_of_different_kinds_get_a_row_each_and_no_sum() {
    let (_app, mut owner) = casa_lume().await;
    let json = owner.get("/dashboard.json?period=14d&by=network&metrics=spend,results,cost_per_result").await.json();
    let kinds: Vec<&str> = json["rows"].as_array().unwrap().iter().map(|r| r["result"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "purchase").count(), 2, "{json}");
    assert_eq!(kinds.iter().filter(|k| **k == "landing_page_view").count(), 2, "{json}");
    assert_eq!(json["totals"]["results"], Value::Null);
    assert_eq!(json["totals_by_result"].as_array().unwrap().len(), 2);
    // Spend is divided between the kinds by what its campaigns are counted by, so it still sums to the whole.
    let spent: rust_decimal::Decimal = json["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["spend"].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap())
        .sum();
    assert_eq!(json["totals"]["spend"], spent.to_string());
}

#[actix_web::test]
async fn attribution_windows_of_one_result_are_never_added() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    let (since, until) = (day("2026-11-20"), day("2026-11-21"));
    let account = figures.account("One", "EUR", Some((since, until)));
    for (name, window) in [("A", "7d_click"), ("B", "1d_view")] {
        let campaign = figures.campaign(account, name, "ACTIVE");
        let ad = figures.ad(account, campaign, name);
        let on = if window == "7d_click" { since } else { until };
        figures.day(account, on, &[Row { result: Some(("purchase", window, 4, None)), ..row(campaign, ad) }]);
    }
    let json = owner.get("/dashboard.json?period=7d&by=network&metrics=results").await.json();
    assert_eq!(json["rows"].as_array().unwrap().len(), 2, "{json}");
    assert_eq!(json["totals"]["results"], Value::Null);
}

#[actix_web::test]
async fn two_currencies_are_never_added() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    for (name, currency, spend) in [("Euros", "EUR", 10_000_000), ("Yen", "JPY", 5_000_000_000)] {
        let account = figures.account(name, currency, Some((day("2026-11-20"), day("2026-11-20"))));
        let campaign = figures.campaign(account, name, "ACTIVE");
        let ad = figures.ad(account, campaign, name);
        figures.day(account, day("2026-11-20"), &[plain(&row(campaign, ad), spend)]);
    }
    let ask = |currency: &str| format!("/dashboard.json?period=7d&by=account&metrics=spend&currency={currency}");
    let euros = owner.get(&ask("EUR")).await.json();
    assert_eq!((&euros["totals"]["spend"], &euros["currency"]), (&Value::from("10.00"), &Value::from("EUR")));
    let yen = owner.get(&ask("JPY")).await.json();
    assert_eq!((&yen["totals"]["spend"], &yen["rows"][0]["currency"]), (&Value::from("5000"), &Value::from("JPY")));
    owner.get(&ask("USD")).await.assert_status(422).assert_has("No ad account here is in USD");
    owner.get("/?period=7d").await.assert_status(200).assert_has("two currencies are never added");
}

#[actix_web::test]
async fn a_period_row_counts_only_where_its_whole_period_lies_in_the_range() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    let account = figures.account("From files", "USD", None);
    let campaign = figures.campaign(account, "Giving Guide", "ACTIVE");
    figures.import(account, day("2026-10-01"), day("2026-10-31"), &[(campaign, 1_000_000), (campaign, 2_000_000)]);
    let ask = |from: &str, to: &str| format!("/dashboard.json?from={from}&to={to}&by=campaign&metrics=spend");
    let whole = owner.get(&ask("2026-10-01", "2026-10-31")).await.json();
    assert_eq!((&whole["totals"]["spend"], &whole["left_out"]), (&Value::from("3.00"), &Value::Null));
    let part = owner.get(&ask("2026-10-02", "2026-10-31")).await.json();
    assert_eq!((&part["totals"]["spend"], &part["left_out"]["spend"]), (&Value::Null, &Value::from("3.00")));
    // On no day, and the page says why.
    let days = owner.get("/dashboard.json?from=2026-10-01&to=2026-10-31&by=day&metrics=spend").await.json();
    assert_eq!(days["rows"].as_array().unwrap().len(), 0);
    owner.get("/?from=2026-10-01&to=2026-10-31").await.assert_has("3.00 USD is reported for whole periods, not by day");
    owner.get("/?from=2026-10-05&to=2026-10-31").await.assert_has("3.00 USD in one report for longer periods is left out");
    // Nobody chose days: the page shows what is known instead of an empty month.
    owner.get("/").await.assert_has("1 to 31 Oct 2026").assert_has("3.00 USD spent");
}

#[actix_web::test]
async fn imports_of_other_campaigns_over_the_same_days_count_together() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    let account = figures.account("From files", "USD", None);
    let [guide, brand] = ["Giving Guide", "Brand Video"].map(|name| figures.campaign(account, name, "ACTIVE"));
    // Two imports of one account never hold the same campaign and day: see the tests of imports.
    figures.import(account, day("2026-10-01"), day("2026-10-31"), &[(guide, 1_000_000)]);
    figures.import(account, day("2026-10-01"), day("2026-10-31"), &[(brand, 4_000_000)]);
    let json = owner.get("/dashboard.json?period=all&by=campaign&metrics=spend").await.json();
    assert_eq!(json["totals"]["spend"], "5.00");
}

#[actix_web::test]
async fn a_report_can_be_asked_as_known_on_a_day() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let mut figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    let on = day("2026-11-15");
    let account = figures.account("One", "EUR", Some((on, on)));
    let campaign = figures.campaign(account, "Autumn", "ACTIVE");
    let ad = figures.ad(account, campaign, "Lamp");
    let first = row(campaign, ad);
    figures.known_at("2026-11-16T08:00:00Z");
    figures.day(account, on, std::slice::from_ref(&first));
    figures.known_at("2026-11-18T08:00:00Z");
    let restated = Row { result: Some(("purchase", "7d_click", 6, None)), spend_micros: 9_000_000, ..first };
    figures.day(account, on, &[restated]);
    for (known, spend, results) in
        [("", "9.00", 6), ("&as_known_on=2026-11-17", "10.00", 4), ("&as_known_on=2026-11-18", "9.00", 6)]
    {
        let link = format!("/dashboard.json?period=14d&by=campaign&metrics=spend,results{known}");
        let json = owner.get(&link).await.json();
        assert_eq!(
            (&json["totals"]["spend"], &json["totals"]["results"]),
            (&Value::from(spend), &Value::from(results)),
            "{known}"
        );
    }
    let before = owner.get("/dashboard.json?period=14d&by=campaign&metrics=spend&as_known_on=2026-11-15").await.json();
    assert_eq!(before["totals"]["spend"], Value::Null);
}

#[actix_web::test]
async fn a_formula_in_a_name_is_disarmed_in_csv_and_left_alone_in_json() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    let account = figures.account("One", "EUR", Some((day("2026-11-20"), day("2026-11-20"))));
    let campaign = figures.campaign(account, "=HYPERLINK(\"http://evil\",\"x\")", "ACTIVE");
    let ad = figures.ad(account, campaign, "Lamp");
    figures.day(account, day("2026-11-20"), &[row(campaign, ad)]);
    let answer = owner.get("/dashboard.csv?period=7d&by=campaign").await;
    assert_eq!(csv(&answer.body)[0]["campaign"], "'=HYPERLINK(\"http://evil\",\"x\")");
    assert_eq!(csv(&answer.body)[0]["spend"], "10.00");
    let json = owner.get("/dashboard.json?period=7d&by=campaign").await.json();
    assert_eq!(json["rows"][0]["campaign"], "=HYPERLINK(\"http://evil\",\"x\")");
}

#[actix_web::test]
async fn a_stranger_workspace_sees_nothing_of_it() {
    let (app, _owner) = casa_lume().await;
    let mut other = app.member("Other", "bo@example.com", Role::Owner).await;
    let json = other.get("/dashboard.json?period=all&by=campaign").await.json();
    assert_eq!(json["rows"].as_array().unwrap().len(), 0);
    other.get("/").await.assert_status(200).assert_has("Nothing to show yet").assert_lacks("Autumn sale");
}

#[actix_web::test]
async fn filters_leave_only_what_they_name() {
    let (_app, mut owner) = casa_lume().await;
    let all = owner.get("/dashboard.json?period=14d&by=campaign,network&metrics=spend").await.json();
    let first = &all["rows"][0];
    let link = format!(
        "/dashboard.json?period=14d&by=campaign,network&metrics=spend&campaign={}&network={}",
        first["campaign_id"].as_str().unwrap(),
        first["network"].as_str().unwrap()
    );
    let one = owner.get(&link).await.json();
    assert_eq!(one["rows"].as_array().unwrap().len(), 1);
    assert_eq!(one["rows"][0]["spend"], first["spend"]);
}

#[actix_web::test]
async fn the_explorer_shows_any_cut_with_its_twins() {
    let (_app, mut owner) = casa_lume().await;
    let page = owner.get("/reports?period=14d&by=day&by=network&metrics=spend&metrics=impressions").await;
    page.assert_status(200).assert_has("/reports.csv?from=2026-11-08&#38;to=2026-11-21").assert_has("8").assert_has("Total");
    owner.get("/reports?by=shoe").await.assert_status(422).assert_has("by=shoe");
}
