//! From a plan to figures and back to nothing spending, with and without scripts.

use tandem::domain::id::CampaignId;
use tandem::jobs::{Worker, heartbeat};
use tokio::sync::watch;

use super::chrome::{Chrome, Screen};
use crate::support::Business;

/// The demo business with a campaign, and the machine's own work going on behind the pages.
async fn at_work() -> (Business, CampaignId, watch::Sender<bool>) {
    let mut business = Business::connected().await;
    // Backoff and schedules must pass by themselves here: people wait in real time.
    business.app.ctx.clock = tandem::clock::Clock::System;
    let campaign = business.campaign().await;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(Worker::new(business.app.ctx.clone()).run(stopped.clone()));
    tokio::spawn(heartbeat::run(business.app.ctx.clone(), stopped));
    (business, campaign, stop)
}

async fn publish_and_see(screen: Screen, name: &str) {
    let (business, campaign, stop) = at_work().await;
    let chrome = Chrome::signed_in(&business.app.base, screen).await;
    chrome.open("/connections").await;
    chrome.until_says("Answers", true).await;
    chrome.shot(&format!("{name}-connections")).await;
    chrome.open(&format!("/campaigns/{campaign}/plan")).await;
    chrome.until_says("will be made", false).await;
    chrome.look(&format!("{name}-plan")).await;
    chrome.click("#approve").await;
    chrome.shot(&format!("{name}-progress")).await;
    chrome.until_says("Carried out", false).await;
    chrome.shot(&format!("{name}-applied")).await;
    chrome.click_text("button", "One day on").await;
    chrome.open("/").await;
    chrome.until_says("Christmas sale", true).await;
    chrome.shot(&format!("{name}-dashboard")).await;
    chrome.open(&format!("/campaigns/{campaign}")).await;
    chrome.shot(&format!("{name}-campaign")).await;
    chrome.open("/stop").await;
    chrome.until_says("140.00 EUR a day", false).await;
    chrome.look(&format!("{name}-stop")).await;
    chrome.click_text("button", "Stop everything now").await;
    chrome.until_says("confirmed every campaign as paused", false).await;
    chrome.look(&format!("{name}-stopped")).await;
    chrome.click_text("button", "Approve and resume").await;
    chrome.until_says("switched on again", false).await;
    chrome.stop().await;
    stop.send(true).unwrap();
}

#[actix_web::test]
async fn a_plan_is_approved_delivers_and_is_stopped() {
    publish_and_see(Screen::DESK, "desk").await;
}

#[actix_web::test]
async fn the_same_works_without_scripts() {
    publish_and_see(Screen::WITHOUT_SCRIPTS, "plain").await;
}

#[actix_web::test]
async fn the_same_works_on_a_dark_phone() {
    publish_and_see(Screen::PHONE_DARK, "phone").await;
}
