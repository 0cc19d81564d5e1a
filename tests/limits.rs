//! Spending limits as people and programs set them.

use serde_json::json;
use tandem::domain::role::Role;

use crate::support::Business;

#[actix_web::test]
async fn a_limit_is_set_shown_changed_and_removed_on_its_pages() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let mut browser = business.browser().await;
    browser.get("/limits").await.assert_status(200).assert_has("No limit is set");
    browser.get(&format!("/campaigns/{campaign}/edit")).await.assert_status(200);
    let of = format!("campaign:{campaign}");
    browser
        .get(&format!("/limits/new?of={of}"))
        .await
        .assert_has("The campaign Christmas sale")
        .assert_has("each calendar month");
    let mut form = vec![("covers", of.as_str()), ("span", "day"), ("since", ""), ("until", ""), ("amount", "244.99")];
    let refused = browser.post("/limits/new", &form).await;
    refused.assert_status(422).assert_has("245.00 EUR (1.75 x 140.00)").assert_has("would fight that");
    form[1].1 = "month";
    let set = browser.post("/limits/new", &form).await;
    set.assert_status(303);
    let id = set.location().rsplit('-').next().unwrap().to_owned();
    let page = browser.get("/limits").await;
    page.assert_has("244.99 EUR").assert_has("each month").assert_has("Nothing that it covers is on.");
    let again = browser.post("/limits/new", &form).await;
    again.assert_status(422).assert_has("It has a limit for each month already");
    let csv = browser.get("/limits.csv").await;
    csv.assert_has("limit,covers,name,span").assert_has(&format!("campaign:{campaign},Christmas sale,month,"));
    let rows = browser.get("/limits.json").await.json();
    assert_eq!(rows["rows"][0][6], "244.99");
    form[4].1 = "1,000";
    browser.post(&format!("/limits/{id}"), &form).await.assert_status(303);
    browser.get(&format!("/limits/{id}")).await.assert_has("value=\"1000.00\"");
    browser.post(&format!("/limits/{id}/remove"), &[]).await.assert_status(303);
    browser.get(&format!("/limits/{id}")).await.assert_status(404);
    let log = browser.get("/audit").await;
    log.assert_has("limit.set").assert_has("limit.changed").assert_has("limit.removed");
}

#[actix_web::test]
async fn what_cannot_be_limited_is_said_at_its_field() {
    let business = Business::connected().await;
    let mut browser = business.browser().await;
    let account = format!("account:{}", business.account);
    for (covers, span, amount, says) in [
        ("", "month", "10", "Choose what it is over"),
        ("campaign:12", "month", "10", "There is no such campaign or linked ad account"),
        ("workspace:CHF", "month", "10", "There is no such campaign or linked ad account"),
        (account.as_str(), "month", "ten", "is not an amount"),
        (account.as_str(), "flight", "10", "Choose a day."),
        (account.as_str(), "", "10", "Choose the time it is for"),
    ] {
        let refused = browser.post("/limits/new", &[("covers", covers), ("span", span), ("amount", amount)]).await;
        refused.assert_status(422).assert_has(says);
    }
    let at_meta = [("covers", account.as_str()), ("span", "month"), ("amount", "1000"), ("at_meta", "yes")];
    browser.post("/limits/new", &at_meta).await.assert_status(422).assert_has("the guard holds this one");
}

#[actix_web::test]
async fn programs_set_limits_too() {
    let business = Business::connected().await;
    let (manager, analyst) =
        (business.app.token("Casa Lume", Role::Manager).await, business.app.token("Casa Lume", Role::Analyst).await);
    let mut programme = business.app.stranger();
    let form = json!({ "covers": format!("account:{}", business.account), "span": "month", "amount": "1000" });
    let http = business.app.http();
    let url = format!("{}/api/v1/limits", business.app.base);
    let refused = http.post(&url).bearer_auth(&analyst).json(&form).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    let made = http.post(&url).bearer_auth(&manager).json(&form).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let made: serde_json::Value = made.json().await.unwrap();
    assert_eq!((made["amount"]["minor"].as_i64(), made["state"].as_str()), (Some(100_000), Some("off")));
    let one = format!("/api/v1/limits/{}", made["id"].as_str().unwrap());
    let shown = programme.get_with_token(&one, &analyst).await.json();
    assert_eq!(shown["form"]["amount"], "1000.00");
    let wrong = json!({ "span": "day", "amount": "0" });
    let refused = http.put(format!("{}{one}", business.app.base)).bearer_auth(&manager).json(&wrong).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    let gone = http.delete(format!("{}{one}", business.app.base)).bearer_auth(&manager).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(programme.get_with_token("/api/v1/limits", &analyst).await.json()["items"], json!([]));
}
