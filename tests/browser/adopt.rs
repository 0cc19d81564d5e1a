//! From a campaign that somebody made in Ads Manager to one that plans change, with and without scripts, wide and on a phone.

use chrono::Duration;
use serde_json::json;
use tandem::service::connections;
use tandem::store::observed;

use super::chrome::{Chrome, Screen};
use crate::support::{Business, ByHand, targeting};

async fn adopt_and_change(screen: Screen, name: &str) {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let campaign = hand.campaign(json!({"name": "Winter chairs, made in Ads Manager"})).await;
    let interests = json!({"flexible_spec": [{"interests": [{"id": "6003139266461", "name": "Movies"}]}]});
    let ad_set =
        hand.ad_set(&campaign, "People who like films", json!({"daily_budget": 2000, "targeting": targeting(interests)}));
    let ad_set = ad_set.await;
    hand.ad(&ad_set, "Lamp", json!({})).await;
    business.app.ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;
    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    let id = rows.first().unwrap().id;

    let chrome = Chrome::signed_in(&business.app.base, screen).await;
    chrome.open(&format!("/campaigns/{id}")).await;
    chrome.click_text("a", "Adopt this campaign").await;
    chrome.until_says("Nothing is written to Meta", false).await;
    chrome.until_says("Interests and narrowing", false).await;
    chrome.look(&format!("{name}-offer")).await;
    chrome.click("#adopt").await;
    chrome.until_says("It is adopted", false).await;
    chrome.look(&format!("{name}-adopted")).await;
    chrome.click_text("a", "Edit").await;
    chrome.until_says("This campaign was adopted", false).await;
    let set = {
        let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "ad_set")).await.unwrap();
        rows.first().unwrap().id
    };
    chrome.fill(&format!("[name='budget.{set}']"), "a lot").await;
    chrome.click("#save").await;
    chrome.until_says("Nothing was saved", false).await;
    chrome.look(&format!("{name}-problem")).await;
    chrome.fill(&format!("[name='budget.{set}']"), "35.00").await;
    chrome.click("#save").await;
    chrome.until_says("35.00 EUR a day", false).await;
    chrome.look(&format!("{name}-plan")).await;
    chrome.click("#approve").await;
    // Only then is there a job to run.
    chrome.until_says("Being carried out", false).await;
    business.app.run_jobs().await;
    chrome.until_says("Carried out", true).await;
    chrome.stop().await;
}

#[actix_web::test]
async fn a_campaign_made_elsewhere_is_adopted_and_changed_by_a_plan() {
    adopt_and_change(Screen::DESK, "adopt").await;
}

#[actix_web::test]
async fn the_same_on_a_dark_phone() {
    adopt_and_change(Screen::PHONE_DARK, "adopt-phone").await;
}

#[actix_web::test]
async fn the_same_without_scripts_for_adopting() {
    adopt_and_change(Screen::WITHOUT_SCRIPTS, "adopt-plain").await;
}
