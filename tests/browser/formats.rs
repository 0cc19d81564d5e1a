//! An ad in two formats with a text of its own on Instagram: defined, seen, planned and published in one shared ad set.

use super::chrome::{Chrome, Screen};
use super::journey::{House, define, set_up};
use crate::support::png;

async fn in_two_formats(screen: Screen, name: &str) {
    let house = House::start().await;
    let chrome = Chrome::start(&house.base, screen).await;
    set_up(&chrome, &house).await;
    define(&chrome, &house).await;
    chrome.click("[name='shape'][value='shared']").await;
    chrome.attach("[name='ads.0.vertical_file']", &house.file("tall.png", &png(720, 1280))).await;
    if screen.scripts {
        // The upload has come back once the previews are of the two pictures; typing goes on after that.
        chrome.until_says("Ad 1: Stories on both networks", false).await;
    }
    chrome.click("[id='ads.0.texts'] > summary").await;
    chrome.fill("[name='ads.0.messages.instagram']", "Light for the long evenings, by the hour.").await;
    chrome.click("[id='ads.0.enhancements'] > summary").await;
    if !screen.scripts {
        chrome.click("button[value='look']").await;
    }
    // A text of its own parts Instagram's previews from Facebook's.
    chrome.until_says("Ad 1: Instagram Stories", false).await;
    chrome.until_says("tall.png", false).await;
    chrome.look(&format!("{name}-formats")).await;
    chrome.click("button[value='review']:not(.vh)").await;
    chrome.until_says("What people will see", false).await;
    chrome.until_says("2 pictures, 1 creative, 1 ad", false).await;
    chrome.look(&format!("{name}-formats-plan")).await;
    chrome.click("#approve").await;
    chrome.until_says("Meta has everything as planned", !screen.scripts).await;
    chrome.stop().await;
    house.stop().await;
}

#[actix_web::test]
async fn an_ad_in_two_formats_is_defined_seen_and_published() {
    in_two_formats(Screen::DESK, "desk").await;
}

#[actix_web::test]
async fn the_same_works_on_a_dark_phone() {
    in_two_formats(Screen::PHONE_DARK, "phone").await;
}

#[actix_web::test]
async fn the_same_works_without_scripts() {
    in_two_formats(Screen::WITHOUT_SCRIPTS, "plain").await;
}
