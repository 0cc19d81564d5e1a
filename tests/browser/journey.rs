//! The main job from the printed link to the dashboard, with the whole house running: web, workers, embedded sandbox.

use std::io::Write;

use tandem::app::{self, Running};
use tandem::clock::Clock;
use tandem::config::{Config, SandboxConfig};

use super::chrome::{Chrome, Screen};
use crate::support::{PASSWORD, TestDatabase, png};

/// The house as `tandem` starts it, with a sandbox day every two seconds.
pub(super) struct House {
    running: Option<Running>,
    pub base: String,
    link: String,
    database: TestDatabase,
}

impl House {
    pub async fn start() -> Self {
        let database = TestDatabase::new();
        let data = database.directory.path().to_owned();
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            database_url: database.url.clone(),
            graph_url: "http://127.0.0.1:9".parse().unwrap(),
            sandbox: Some(SandboxConfig { seed: 1, seconds_per_day: 2, state_dir: data.join("sandbox") }),
            smtp_url: None,
            mail_from: "Tandem <tandem@localhost>".into(),
            webhooks_private: false,
            public_url: None,
            metrics_token: None,
            api_calls: tandem::web::state::API_CALLS,
            max_upload: 1 << 24,
            data,
        };
        let running = app::start(&config, Clock::System).await.unwrap();
        let (base, link) = (format!("http://{}", running.address), running.setup_link(None).unwrap());
        Self { running: Some(running), base, link, database }
    }

    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.database.directory.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        path.display().to_string()
    }

    pub async fn stop(mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }
}

pub(super) async fn set_up(chrome: &Chrome, house: &House) {
    chrome.open(&house.link).await;
    chrome.fill("#name", "Ana Sousa").await;
    chrome.fill("#email", "ana@example.com").await;
    chrome.fill("#password", PASSWORD).await;
    chrome.fill("#workspace", "Casa Lume").await;
    chrome.click_text("button", "Set up").await;
    chrome.until_says("Dashboard", false).await;
    chrome.until_says("no real money", false).await;
}

/// Fills what a new campaign must be told; everything else has its usual answer.
pub(super) async fn define(chrome: &Chrome, house: &House) {
    chrome.open("/campaigns/new").await;
    chrome.fill("[name='name']", "Christmas sale").await;
    chrome.choose_text("[name='result']", "Purchase").await;
    chrome.choose("[name='special_category']", "none").await;
    chrome.fill("[name='payer']", "Casa Lume Lda").await;
    chrome.fill("[name='beneficiary']", "Casa Lume Lda").await;
    chrome.fill("[name='budget']", "140.00").await;
    chrome.click("[name='shape'][value='per_network']").await;
    chrome.fill("[name='share.facebook']", "42").await;
    chrome.fill("[name='share.instagram']", "58").await;
    chrome.fill("[name='countries']", "Portugal, Spain").await;
    chrome.fill("[name='ads.0.message']", "Warm light, real linen.").await;
    chrome.fill("[name='ads.0.headline']", "Christmas sale").await;
    chrome.fill("[name='ads.0.link']", "https://casalume.example/sale").await;
    chrome.attach("[name='ads.0.file']", &house.file("lamp.png", &png(1200, 1500))).await;
}

#[actix_web::test]
async fn from_the_printed_link_to_the_first_day_on_the_dashboard() {
    let house = House::start().await;
    let chrome = Chrome::start(&house.base, Screen::DESK).await;
    set_up(&chrome, &house).await;
    for path in ["/", "/campaigns", "/reports", "/imports", "/connections", "/stop"] {
        chrome.open(path).await;
        chrome.assert_accessible().await;
    }
    define(&chrome, &house).await;
    chrome.until_says("58.80", false).await;
    chrome.until_says("81.20", false).await;
    chrome.assert_accessible().await;
    chrome.click("button[value='review']:not(.vh)").await;
    chrome.until_says("Nothing spends until", false).await;
    chrome.assert_accessible().await;
    chrome.click("#approve").await;
    chrome.until_says("Meta has everything as planned", false).await;
    chrome.assert_accessible().await;
    chrome.open("/").await;
    // The page fills by itself, without being loaded again by hand.
    chrome.until_says("Christmas sale", false).await;
    chrome.until_says("EUR spent", false).await;
    chrome.assert_accessible().await;
    chrome.click_text("a", "Christmas sale").await;
    chrome.until_says("Instagram", false).await;
    chrome.assert_accessible().await;
    chrome.stop().await;

    let phone = Chrome::start(&house.base, Screen::PHONE_DARK).await;
    phone.open("/sign-in").await;
    phone.fill("#email", "ana@example.com").await;
    phone.fill("#password", PASSWORD).await;
    phone.click_text("button", "Sign in").await;
    phone.until_says("Dashboard", false).await;
    for path in
        ["/", "/campaigns", "/campaigns/new", "/audiences", "/audiences/new", "/reports", "/imports", "/connections", "/stop"]
    {
        phone.open(path).await;
        phone.assert_accessible().await;
    }
    phone.stop().await;
    house.stop().await;
}

#[actix_web::test]
async fn the_same_without_scripts() {
    let house = House::start().await;
    let chrome = Chrome::start(&house.base, Screen::WITHOUT_SCRIPTS).await;
    set_up(&chrome, &house).await;
    define(&chrome, &house).await;
    chrome.click("button[value='look']").await;
    chrome.until_says("58.80", false).await;
    chrome.until_says("81.20", false).await;
    chrome.click("button[value='review']:not(.vh)").await;
    chrome.until_says("Nothing spends until", false).await;
    chrome.click("#approve").await;
    chrome.until_says("Meta has everything as planned", true).await;
    chrome.open("/").await;
    chrome.until_says("EUR spent", true).await;
    chrome.stop().await;
    house.stop().await;
}

#[actix_web::test]
async fn a_real_export_is_read_explained_and_counted() {
    let house = House::start().await;
    let chrome = Chrome::start(&house.base, Screen::DESK).await;
    set_up(&chrome, &house).await;
    let export = std::fs::canonicalize("tests/fixtures/gwwc_gg-image-video-breakdowns.csv").unwrap();
    chrome.open("/imports").await;
    chrome.attach("input[type='file']", export.to_str().unwrap()).await;
    chrome.click_text("button", "Read the file").await;
    chrome.until_says("15,978.28", false).await;
    chrome.assert_accessible().await;
    chrome.fill("[name='new_account']", "GWWC").await;
    chrome.click_text("button", "Import").await;
    chrome.until_says("291", false).await;
    chrome.open("/?period=all&currency=USD").await;
    chrome.until_says("15,978.28", false).await;
    chrome.until_says("770,113", false).await;
    chrome.assert_accessible().await;
    chrome.stop().await;
    house.stop().await;
}
