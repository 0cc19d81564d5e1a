//! From a pasted token to an ad account that may be written to: wide, on a dark phone, and without scripts.

use serde_json::json;
use tandem::jobs::{Worker, heartbeat};
use tandem::service::connections;
use tokio::sync::watch;

use super::chrome::{Chrome, Screen};
use crate::support::TwoSides;

/// The house, and the machine's own work going on behind the pages.
fn at_work(house: &mut TwoSides) -> watch::Sender<bool> {
    // Backoff and schedules must pass by themselves here: people wait in real time.
    house.app.ctx.clock = tandem::clock::Clock::System;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(Worker::new(house.app.ctx.clone()).run(stopped.clone()));
    tokio::spawn(heartbeat::run(house.app.ctx.clone(), stopped));
    stop
}

async fn connect(screen: Screen, name: &str) {
    let mut house = TwoSides::start().await;
    let stop = at_work(&mut house);
    let chrome = Chrome::signed_in(&house.app.base, screen).await;
    chrome.open("/workspaces/new").await;
    if screen.scripts {
        chrome.assert_accessible().await;
    }
    chrome.fill("#name", "Lume at work").await;
    chrome.click("[name='kind'][value='real']").await;
    chrome.click_text("button", "Make the workspace").await;
    chrome.until_says("How to make a token", false).await;
    chrome.look(&format!("{name}-connect-new")).await;
    chrome.fill("#token", "EAAnonsense").await;
    chrome.click_text("button", "Try the token").await;
    chrome.until_says("Meta does not accept this token", false).await;
    let token = house.meta.token(json!({ "declined": ["instagram_basic"] })).await;
    chrome.fill("#token", &token).await;
    chrome.click_text("button", "Try the token").await;
    chrome.until_says("no Instagram account can be chosen", false).await;
    chrome.look(&format!("{name}-connect-choose")).await;
    let account = house.meta.identity.ad_account_id.clone();
    chrome.click(&format!("[name='account'][value='{account}']")).await;
    chrome.click_text("button", "Link, read-only").await;
    chrome.until_says("Linked.", false).await;
    chrome.until_says("read only", true).await;
    chrome.until_says("has no Instagram account", true).await;
    chrome.look(&format!("{name}-connections")).await;
    chrome.click("tbody th a").await;
    chrome.until_says("Allow writing", false).await;
    chrome.look(&format!("{name}-account")).await;
    chrome.click("[name='confirmed']").await;
    chrome.click_text("button", "Allow writing").await;
    chrome.until_says("Tandem may now write", false).await;
    chrome.stop().await;
    // Told, not awaited: the machine's work ends with the test.
    let _ = stop.send(true);
}

#[actix_web::test]
async fn a_token_is_pasted_explained_chosen_linked_and_writing_allowed() {
    connect(Screen::DESK, "desk").await;
}

#[actix_web::test]
async fn connecting_works_on_a_dark_phone() {
    connect(Screen::PHONE_DARK, "phone").await;
}

#[actix_web::test]
async fn connecting_works_without_scripts() {
    connect(Screen::WITHOUT_SCRIPTS, "plain").await;
}

#[actix_web::test]
async fn what_is_wrong_stands_on_each_page_and_is_accessible() {
    let mut house = TwoSides::start().await;
    let token = house.meta.identity.system_user_token.clone();
    let (connection, account) = house.link(&token).await;
    let fields = json!({ "account_status": 2, "disable_reason": 3, "funding_source_details": {}, "spend_cap": 1 });
    house.meta.edit(&house.meta.identity.ad_account_id, fields).await;
    house.meta.control("pixel", json!({ "silent": true })).await;
    house.meta.control("clock", json!({ "advance_days": 2 })).await;
    connections::sync_now(&house.app.ctx, &house.actor).await.unwrap();
    house.app.run_jobs().await;
    let real = house.actor.workspace.to_string();
    for screen in [Screen::DESK, Screen::PHONE_DARK] {
        let chrome = Chrome::signed_in(&house.app.base, screen).await;
        chrome.client.execute("document.querySelector('.menu').open = true", vec![]).await.unwrap();
        chrome.click(&format!("button[name='workspace'][value='{real}']")).await;
        chrome.until_says("Meta has disabled", false).await;
        let own = [format!("/connections/{connection}"), format!("/connections/accounts/{account}")];
        let replace = format!("/connections/{connection}/token");
        for path in ["/", "/campaigns", "/connections", "/stop", own[0].as_str(), own[1].as_str(), replace.as_str()] {
            chrome.open(path).await;
            chrome.assert_accessible().await;
        }
        chrome.open("/connections").await;
        chrome.shot(&format!("health-{}", screen.width)).await;
        chrome.stop().await;
    }
}
