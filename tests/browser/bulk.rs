//! Several campaigns changed from the list: by keys, by boxes, on a phone; with nothing that axe-core minds.

use tandem::domain::id::CampaignId;
use tandem::jobs::Worker;
use tokio::sync::watch;

use super::chrome::{Chrome, Screen};
use crate::support::Business;

async fn two_running() -> (Business, [CampaignId; 2], watch::Sender<bool>) {
    let mut business = Business::connected().await;
    let first = business.campaign().await;
    let second = business.campaign_with(|form| form.name = "Rugs".into()).await;
    business.publish(first).await;
    business.publish(second).await;
    business.app.ctx.clock = tandem::clock::Clock::System;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(Worker::new(business.app.ctx.clone()).run(stopped));
    (business, [first, second], stop)
}

async fn at_the_list(business: &Business, screen: Screen) -> Chrome {
    let chrome = Chrome::signed_in(&business.app.base, screen).await;
    chrome.open("/campaigns").await;
    chrome.until_says("Rugs", false).await;
    chrome
}

/// Sends keys to whatever has the focus.
async fn keys(chrome: &Chrome, text: &str) {
    let active = chrome.client.active_element().await.unwrap();
    active.send_keys(text).await.unwrap();
}

async fn raise(chrome: &Chrome, name: &str) {
    chrome.click_text("summary", "Budget").await;
    chrome.fill("#amount", "10").await;
    chrome.click("button[value='budget']").await;
    chrome.until_says("308.00 EUR a day instead of 280.00", false).await;
    chrome.shot(&format!("bulk-{name}-plan")).await;
}

#[actix_web::test]
async fn bulk_change_by_keys_is_planned_approved_and_carried_out() {
    let (business, _, stop) = two_running().await;
    let chrome = at_the_list(&business, Screen::DESK).await;
    chrome.shot("bulk-desk-list").await;
    chrome.assert_accessible().await;
    keys(&chrome, "?").await;
    chrome.until_says("Keys in the list", false).await;
    chrome.assert_accessible().await;
    chrome.click("#keys button").await;
    keys(&chrome, "j").await;
    keys(&chrome, "x").await;
    chrome.until_says("1 campaign ticked", false).await;
    keys(&chrome, "j").await;
    keys(&chrome, "X").await;
    chrome.until_says("2 campaigns ticked", false).await;
    chrome.assert_accessible().await;
    raise(&chrome, "desk").await;
    chrome.assert_accessible().await;
    chrome.click("#approve").await;
    chrome.until_says("Carried out", false).await;
    chrome.until_says("4 of 4 steps", false).await;
    chrome.assert_accessible().await;
    chrome.open("/campaigns").await;
    chrome.until_says("154.00", false).await;
    keys(&chrome, "j").await;
    keys(&chrome, "\u{E007}").await;
    chrome.until_says("Ads", false).await;
    chrome.stop().await;
    stop.send(true).unwrap();
}

#[actix_web::test]
async fn bulk_change_works_on_a_phone_and_without_scripts() {
    let (business, [first, second], stop) = two_running().await;
    for (screen, name) in [(Screen::PHONE_DARK, "phone"), (Screen::WITHOUT_SCRIPTS, "plain")] {
        let chrome = at_the_list(&business, screen).await;
        chrome.look(&format!("bulk-{name}-list")).await;
        for id in [first, second] {
            chrome.click(&format!("#c{id} input")).await;
        }
        raise(&chrome, name).await;
        if screen.scripts {
            chrome.assert_accessible().await;
        }
        chrome.stop().await;
    }
    stop.send(true).unwrap();
}
