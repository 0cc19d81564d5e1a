//! Getting in: set-up, sign-in, settings.

use secrecy::ExposeSecret;
use tandem::service::workspaces::new_setup_link;

use super::chrome::{Chrome, Screen};
use crate::support::{PASSWORD, TestApp};

#[actix_web::test]
async fn setting_up_works_without_scripts() {
    let app = TestApp::new().await;
    let token = new_setup_link(&app.ctx).await.unwrap().unwrap();
    let chrome = Chrome::start(&app.base, Screen::WITHOUT_SCRIPTS).await;
    chrome.open(&format!("/setup/{}", token.expose_secret())).await;
    chrome.fill("#name", "Ana").await;
    chrome.fill("#email", "ana@example.com").await;
    chrome.fill("#password", PASSWORD).await;
    chrome.fill("#workspace", "Casa Lume").await;
    chrome.click_text("button", "Set up").await;
    chrome.open("/settings").await;
    chrome.until_says("ana@example.com", false).await;
    chrome.stop().await;
}

#[actix_web::test]
async fn every_page_of_the_house_is_accessible_wide_and_on_a_dark_phone() {
    let app = TestApp::new().await;
    let token = new_setup_link(&app.ctx).await.unwrap().unwrap();
    for screen in [Screen::DESK, Screen::PHONE_DARK] {
        let chrome = Chrome::start(&app.base, screen).await;
        if !tandem::service::users::any(&app.ctx).await.unwrap() {
            chrome.open(&format!("/setup/{}", token.expose_secret())).await;
            chrome.assert_accessible().await;
            app.owner().await;
        }
        chrome.open("/sign-in").await;
        chrome.assert_accessible().await;
        chrome.fill("#email", "ana@example.com").await;
        chrome.fill("#password", PASSWORD).await;
        chrome.click_text("button", "Sign in").await;
        for path in ["/settings", "/audit", "/api/docs", "/nowhere"] {
            chrome.open(path).await;
            chrome.assert_accessible().await;
        }
        chrome.stop().await;
    }
}
