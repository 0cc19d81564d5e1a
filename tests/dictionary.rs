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
