//! The error dictionary: its pages, and that messages lead to them.

use serde_json::Value;
use tandem::domain::dictionary;
use tandem::domain::role::Role;

use crate::support::{Business, TestApp};

#[actix_web::test]
async fn the_list_and_every_page_open_without_signing_in() {
    let app = TestApp::new().await;
    let mut stranger = app.stranger();
    let list = stranger.get("/help/errors").await;
    list.assert_status(200).assert_has("What messages mean").assert_has("href=\"/help/errors/budget-below-minimum\"");
    for entry in dictionary::all() {
        let page = stranger.get(&entry.url()).await;
        page.assert_status(200).assert_has("What to do").assert_has("Can money have been spent?");
    }
    stranger.get("/help/errors/none-of-them").await.assert_status(404);
    // Nothing of any workspace stands on them.
    list.assert_lacks("Casa Lume").assert_lacks("Sign out");
    app.owner().await.get("/help/errors/meta-190-463").await.assert_status(200).assert_has("Casa Lume");
}

#[actix_web::test]
async fn the_list_is_searched_by_words_by_codes_and_by_a_whole_message() {
    let app = TestApp::new().await;
    let mut stranger = app.stranger();
    let found = stranger.get("/help/errors?q=instagram+account").await;
    found.assert_status(200).assert_has("instagram-missing").assert_lacks("budget-zero");
    stranger.get("/help/errors?q=1885272").await.assert_has("meta-100-1885272").assert_lacks("meta-190");
    let message = "Meta+takes+at+least+1.00+EUR+a+day+here.";
    stranger.get(&format!("/help/errors?q={message}")).await.assert_has("budget-below-minimum");
    stranger.get("/help/errors?q=%3Cscript%3E").await.assert_has("Nothing is found").assert_lacks("<script>alert");
}

#[actix_web::test]
async fn the_form_leads_from_a_message_to_its_page() {
    let business = Business::connected().await;
    let mut browser = business.browser().await;
    let page = browser.get("/campaigns/new").await;
    page.assert_status(200);
    let fields = [("account", business.account.to_string()), ("budget", "0.50".to_owned()), ("pace", "daily".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = browser.post("/campaigns/preview", &fields).await;
    answer.assert_status(200).assert_has("data-page=\"/help/errors/budget-below-minimum\" data-field=\"budget\"");
}

#[actix_web::test]
async fn forms_beside_the_campaigns_lead_from_their_messages_to_pages_too() {
    let business = Business::connected().await;
    let mut browser = business.browser().await;
    let id = business.campaign().await;
    let bulk = id.to_string();
    let percent = [("action", "budget"), ("budget_as", "more_percent"), ("amount", "a lot"), ("campaigns", bulk.as_str())];
    for (path, fields, slugs) in [
        ("/limits/new", &[("covers", ""), ("amount", "10")][..], &["limit-covers-missing"][..]),
        (
            "/notices/mine",
            &[("grouping", "hourly"), ("quiet_from", "22:00"), ("quiet_until", ""), ("zone", "Europe/Atlantis")],
            &["quiet-until-missing", "time-zone-unknown"],
        ),
        (
            "/notices/webhooks",
            &[("name", "x"), ("url", "ftp://x"), ("form", "slack"), ("hook_grouping", ""), ("hook_zone", "UTC")],
            &["webhook-address-insecure", "notice-how-often-missing"],
        ),
        ("/workspaces/new", &[("name", ""), ("kind", "real")], &["business-name-missing"]),
        ("/settings/tokens", &[("name", ""), ("role", "owner")], &["token-name-missing"]),
        ("/settings/plans", &[("overdelivery", "lots"), ("learning_step", "20")], &["settings-percentage"]),
        ("/campaigns/bulk", &percent, &["percent-unreadable"]),
    ] {
        let answer = browser.post(path, fields).await;
        answer.assert_status(422);
        for slug in slugs {
            answer.assert_has(&format!("href=\"/help/errors/{slug}\""));
        }
    }
    // A filter is sent back to the list, which says once what was wrong.
    browser.post("/campaigns/filters", &[("name", ""), ("query", "status=active")]).await.assert_status(303);
    browser.get("/campaigns").await.assert_has("href=\"/help/errors/filter-name\"");
}

#[actix_web::test]
async fn programs_get_the_page_of_each_refusal_as_its_type() {
    let business = Business::connected().await;
    let token = business.app.token("Casa Lume", Role::Owner).await;
    let (http, base) = (business.app.http(), format!("{}/api/v1", business.app.base));
    let wrong = serde_json::json!({"covers": "workspace:EUR", "span": "flight", "since": "soon", "until": "", "amount": ""});
    let refused: Value =
        http.post(format!("{base}/limits")).bearer_auth(&token).json(&wrong).send().await.unwrap().json().await.unwrap();
    let types: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|error| error["type"].as_str().unwrap()).collect();
    let pages = ["limit-day-unreadable", "limit-day-missing", "limit-amount-missing"].map(|slug| format!("/help/errors/{slug}"));
    assert_eq!(types, pages, "{refused}");
    assert_eq!(refused["type"], "/help/errors/several-problems");
    for (path, slug) in [
        ("/audit?limit=0", "page-size"),
        ("/audit?after=x", "cursor-unreadable"),
        ("/audit?colour=red", "field-unknown"),
        ("/report?from=2026-11-01", "report-last-day-missing"),
    ] {
        let refused: Value = http.get(format!("{base}{path}")).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
        assert_eq!(refused["type"], format!("/help/errors/{slug}"), "{refused}");
    }
    // A conflict leads to its page too.
    let id = business.campaign().await;
    let wrong = serde_json::json!({"picks": []});
    let offer = format!("{base}/campaigns/{id}/drift/adopt/offer");
    let refused: Value = http.post(offer).bearer_auth(&token).json(&wrong).send().await.unwrap().json().await.unwrap();
    assert_eq!((&refused["type"], &refused["status"]), (&"/help/errors/drift-nothing".into(), &409.into()), "{refused}");
}

#[actix_web::test]
async fn a_step_that_meta_refused_leads_to_the_page_of_its_code() {
    let business = Business::connected().await;
    let fault = serde_json::json!({
        "kind": "error", "times": 1, "match": {"method": "POST", "path": "act_*/campaigns"}, "code": 100, "subcode": 1885183,
    });
    business.app.control("faults", fault).await;
    let id = business.campaign().await;
    business.publish(id).await;
    let mut browser = business.browser().await;
    let plan = browser.get(&format!("/campaigns/{id}/plan")).await;
    plan.assert_status(200).assert_has("(Meta 100/1885183)").assert_has("href=\"/help/errors/meta-100-1885183\"");
}

#[actix_web::test]
async fn a_stale_plan_and_a_missing_token_lead_programs_to_their_pages() {
    let business = Business::connected().await;
    let id = business.campaign().await;
    let token = business.app.token("Casa Lume", Role::Manager).await;
    let (http, base) = (business.app.http(), &business.app.base);
    let body = serde_json::json!({"hash": "another", "run": "active"});
    let plan = format!("{base}/api/v1/campaigns/{id}/plan/approve");
    let refused: Value = http.post(&plan).bearer_auth(&token).json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!((&refused["type"], &refused["status"]), (&"/help/errors/plan-stale".into(), &409.into()), "{refused}");
    let refused: Value = http.post(&plan).json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(refused["type"], "/help/errors/api-token-needed");
    let unknown = serde_json::json!({"hash": "x", "run": "active", "speed": 1});
    let refused: Value = http.post(&plan).bearer_auth(&token).json(&unknown).send().await.unwrap().json().await.unwrap();
    assert_eq!(refused["errors"][0]["type"], "/help/errors/field-unknown", "{refused}");
}
