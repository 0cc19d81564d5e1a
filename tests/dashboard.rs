//! `/` and `/campaigns/{id}`: the page says what the figures say, and no more.

use super::report::{casa_lume, csv, day};
use super::support::{Figures, TestApp};

/// `1234.5` as the page writes it.
fn shown(plain: &str) -> String {
    tandem::domain::money::grouped(plain)
}

#[actix_web::test]
async fn page_csv_and_json_show_the_same_figures() {
    let (_app, mut owner) = casa_lume().await;
    let page = owner.get("/?period=14d").await;
    page.assert_status(200);
    for by in ["campaign", "network,placement", "day,network"] {
        let rows = csv(&owner.get(&format!("/dashboard.csv?period=14d&by={by}&result=purchase@7d_click")).await.body);
        for row in &rows {
            // The traffic campaign is shown with its own results on the page.
            let mut names = vec!["spend"];
            if row.get("campaign").is_none_or(|name| name != "Store opening Porto") && by == "network,placement" {
                names.extend(["results", "cost_per_result"]);
            }
            for name in names.into_iter().filter(|name| !row[*name].is_empty()) {
                page.assert_has(&shown(&row[name]));
            }
        }
        let json = owner.get(&format!("/dashboard.json?period=14d&by={by}")).await.json();
        page.assert_has(&format!("{} EUR spent in the last 14 days.", shown(json["totals"]["spend"].as_str().unwrap())));
    }
    let purchases = owner.get("/dashboard.json?period=14d&by=account&result=purchase@7d_click").await.json();
    page.assert_has(&format!(">{}<", shown(&purchases["totals"]["results"].to_string())));
    page.assert_has(&shown(purchases["totals"]["cost_per_result"].as_str().unwrap()));
}

#[actix_web::test]
async fn every_state_is_a_link_and_the_page_keeps_it() {
    let (_app, mut owner) = casa_lume().await;
    let page = owner.get("/?period=14d&compare=none&network=facebook&sort=-results").await;
    page.assert_status(200).assert_has("<option value=\"14d\" selected>").assert_has("aria-current=\"true\">Facebook</a>");
    page.assert_has("name=\"network\" value=\"facebook\"")
        .assert_has("aria-sort=\"descending\"")
        .assert_lacks("class=\"net instagram\"");
    let other = owner.get("/?from=2026-11-10&to=2026-11-12").await;
    other.assert_has("10 to 12 Nov 2026").assert_has("vs 3 days before");
}

#[actix_web::test]
async fn a_bad_link_is_told_and_the_page_shows_the_usual() {
    let (_app, mut owner) = casa_lume().await;
    owner.get("/?period=fortnight").await.assert_status(422).assert_has("period=fortnight").assert_has("last 28 days");
    owner.get("/?account=77").await.assert_status(422).assert_has("no ad account 77");
    owner.get("/?currency=JPY").await.assert_status(422).assert_has("No ad account here is in JPY");
}

#[actix_web::test]
async fn reach_is_exact_where_it_was_fetched_and_bounded_elsewhere() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    let account = figures.business(2, 20, 1, day("2026-11-21"));
    figures.reach(account, day("2026-11-15"), day("2026-11-21"), [184_200, 82_000, 122_900]);
    let fetched = owner.get("/?period=7d").await;
    fetched.assert_has("184,200").assert_has("20,700 on both, not 204,900").assert_has("class=\"rings\"");
    let bounded = owner.get("/?period=14d").await;
    bounded.assert_has("reach of parts cannot be added").assert_lacks("class=\"rings\"");
}

#[actix_web::test]
async fn nothing_known_says_what_to_do_next() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let page = owner.get("/").await;
    page.assert_status(200)
        .assert_has("Nothing to show yet")
        .assert_has("href=\"/campaigns/new\"")
        .assert_has("href=\"/imports\"");
}

#[actix_web::test]
async fn the_page_keeps_to_its_content_security_policy_and_size() {
    let (_app, mut owner) = casa_lume().await;
    let page = owner.get("/?period=90d").await;
    page.assert_lacks(" style=").assert_lacks("<style").assert_lacks("onclick").assert_lacks("NaN").assert_lacks("<script>");
    assert!(page.body.len() < 200_000, "{} bytes before compression", page.body.len());
}

#[actix_web::test]
async fn a_campaign_has_the_same_page_with_its_ads() {
    let (_app, mut owner) = casa_lume().await;
    let json = owner.get("/dashboard.json?period=14d&by=campaign,ad&metrics=spend,results").await.json();
    let first = &json["rows"][0];
    let page = owner.get(&format!("/campaigns/{}?period=14d", first["campaign_id"].as_str().unwrap())).await;
    page.assert_status(200).assert_has(first["ad"].as_str().unwrap()).assert_has(&shown(first["spend"].as_str().unwrap()));
    page.assert_has("Made elsewhere");
    owner.get("/campaigns/12345").await.assert_status(404);
    owner.get("/campaigns/abc").await.assert_status(404);
}

#[actix_web::test]
async fn young_days_and_refused_ads_are_told() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    let account = figures.business(1, 5, 1, day("2026-11-21"));
    figures.campaign(account, "Rejected one", "DISAPPROVED");
    let page = owner.get("/?period=7d").await;
    page.assert_has("faded days may still change").assert_has("Meta rejected an ad").assert_has("One thing needs you.");
}
