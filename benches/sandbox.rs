//! The sandbox by itself: how fast it delivers, how fast it serves insights, how much memory a year takes.
//!
//! `cargo bench --bench sandbox -- 1000` makes so many ads (50 ad sets to ten campaigns, 20 ads to an ad set) by hand, lets 90 days
//! pass, reads daily insights page by page over one connection, then lets the year fill. Every figure goes through
//! HTTP, as any client's would.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::time::Instant;

use serde_json::{Value, json};
use tandem::sandbox::{self, Options, Running, Speed};

/// Ads in an ad set, and ad sets in a campaign.
const SHAPE: [usize; 2] = [20, 5];
/// Days before the rows are read, and days of the whole run.
const DAYS: [u32; 2] = [90, 365];
/// A 1x1 PNG in base64.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
/// What a dashboard stores of a row.
const FIELDS: &str = "account_id,account_currency,impressions,reach,spend,clicks,inline_link_clicks,actions,action_values,\
                      attribution_setting,campaign_id,campaign_name,adset_id,adset_name,ad_id,ad_name";

fn main() {
    let ads = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(1_000);
    // The sandbox answers on a thread of its own, as it does for a client elsewhere.
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let options =
                Options { listen: "127.0.0.1:0".parse().unwrap(), seed: 1, state_dir: None, speed: Speed::Off, strict: true };
            let mut running = sandbox::start(options).unwrap();
            told.send(Client::of(&running)).unwrap();
            running.finished().await.unwrap();
        });
    });
    let client = heard.recv().unwrap();
    actix_web::rt::System::new().block_on(measure(client, ads));
}

async fn measure(client: Client, ads: usize) {
    let started = Instant::now();
    let made = client.make(ads).await;
    println!("{made} ads made in {:.1} s, {} MB", started.elapsed().as_secs_f64(), resident());
    client.days(DAYS[0]).await;
    let started = Instant::now();
    let spent = client.spent().await;
    println!("{made} ads x {} days delivered in {:.2} s ({spent} minor units)", DAYS[0], started.elapsed().as_secs_f64());
    // One answer draws on a million rows at most.
    for (breakdowns, limit, preset) in [
        ("", 500, "last_90d"),
        ("", 5_000, "last_90d"),
        ("publisher_platform", 5_000, "last_90d"),
        ("publisher_platform,platform_position", 5_000, "last_28d"),
        ("age,gender", 5_000, "last_28d"),
    ] {
        let started = Instant::now();
        let (rows, bytes, pages) = client.rows(breakdowns, limit, preset).await;
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "insights a day and ad by [{breakdowns}], {preset}, {limit} a page: {rows} rows in {pages} pages, {} MB, {seconds:.2} s: {:.0} rows/s, {} MB resident",
            bytes / 1_000_000,
            rows as f64 / seconds,
            resident()
        );
    }
    client.days(DAYS[1] - DAYS[0]).await;
    let started = Instant::now();
    let spent = client.spent().await;
    println!(
        "the rest of {} days in {:.2} s ({spent} minor units): {} MB resident",
        DAYS[1],
        started.elapsed().as_secs_f64(),
        resident()
    );
}

/// Resident memory of this process, MB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

struct Client {
    http: reqwest::Client,
    base: String,
    account: String,
    token: String,
    page: String,
    instagram: String,
    pixel: String,
}

impl Client {
    fn of(running: &Running) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let identity = running.identity();
        Self {
            http: reqwest::Client::new(),
            base: running.base_url(),
            account: identity.ad_account_id,
            token: identity.access_token,
            page: identity.page_id,
            instagram: identity.instagram_user_id,
            pixel: identity.pixel_id,
        }
    }

    async fn post(&self, edge: &str, params: Value) -> Value {
        let url = format!("{}/v26.0/{}/{edge}?access_token={}", self.base, self.account, self.token);
        self.http.post(url).json(&params).send().await.unwrap().json().await.unwrap()
    }

    async fn create(&self, edge: &str, params: Value) -> String {
        let answer = self.post(edge, params).await;
        answer["id"].as_str().unwrap_or_else(|| panic!("{edge}: {answer}")).to_owned()
    }

    async fn days(&self, days: u32) {
        let url = format!("{}/_sandbox/clock", self.base);
        let body = json!({ "advance_days": days });
        self.http.post(url).header("X-Sandbox-Control", "1").json(&body).send().await.unwrap().error_for_status().unwrap();
    }

    async fn make(&self, ads: usize) -> usize {
        let [in_set, in_campaign] = SHAPE;
        let mut made = 0;
        let image = self.post("adimages", json!({ "bytes": PIXEL })).await["images"]["bytes"]["hash"].clone();
        let creative = self
            .create(
                "adcreatives",
                json!({"object_story_spec": {"page_id": self.page, "instagram_user_id": self.instagram, "link_data": {
                    "link": "https://casalume.example/", "message": "Light for long evenings", "image_hash": image,
                }}}),
            )
            .await;
        while made < ads {
            let campaign = json!({
                "name": format!("Campaign {made}"), "objective": "OUTCOME_SALES", "status": "ACTIVE",
                "special_ad_categories": [], "is_adset_budget_sharing_enabled": false,
            });
            let campaign = self.create("campaigns", campaign).await;
            for _ in 0..in_campaign {
                let ad_set = json!({
                    "name": format!("Ad set {made}"), "campaign_id": campaign, "status": "ACTIVE", "daily_budget": 40_000,
                    "optimization_goal": "OFFSITE_CONVERSIONS", "billing_event": "IMPRESSIONS",
                    "promoted_object": {"pixel_id": self.pixel, "custom_event_type": "PURCHASE"},
                    "targeting": {
                        "geo_locations": {"countries": ["PT", "ES"]}, "publisher_platforms": ["facebook", "instagram"],
                        "targeting_automation": {"advantage_audience": 0},
                    },
                    "dsa_beneficiary": "Casa Lume", "dsa_payor": "Casa Lume",
                });
                let ad_set = self.create("adsets", ad_set).await;
                for _ in 0..in_set.min(ads - made) {
                    let ad = json!({
                        "name": format!("Ad {made}"), "adset_id": ad_set, "status": "ACTIVE",
                        "creative": {"creative_id": creative},
                    });
                    self.create("ads", ad).await;
                    made += 1;
                }
            }
        }
        made
    }

    async fn spent(&self) -> String {
        let url = format!("{}/v26.0/{}?fields=amount_spent&access_token={}", self.base, self.account, self.token);
        let answer: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        answer["amount_spent"].as_str().unwrap().to_owned()
    }

    /// Reads all pages: rows, bytes, pages.
    async fn rows(&self, breakdowns: &str, limit: u32, preset: &str) -> (usize, usize, usize) {
        let limit = limit.to_string();
        let params = [
            ("level", "ad"),
            ("time_increment", "1"),
            ("date_preset", preset),
            ("fields", FIELDS),
            ("breakdowns", breakdowns),
            ("limit", &limit),
            ("access_token", &self.token),
        ];
        let url = format!("{}/v26.0/{}/insights", self.base, self.account);
        let mut next = Some(reqwest::Url::parse_with_params(&url, params).unwrap());
        let (mut rows, mut bytes, mut pages) = (0, 0, 0);
        while let Some(url) = next {
            let body = self.http.get(url).send().await.unwrap().error_for_status().unwrap().bytes().await.unwrap();
            let page: Page = serde_json::from_slice(&body).unwrap();
            rows += page.data.len();
            bytes += body.len();
            pages += 1;
            next = page.paging.and_then(|paging| paging.next).map(|next| next.parse().unwrap());
        }
        (rows, bytes, pages)
    }
}

/// A page with its rows as they came: checked to be JSON, not taken apart.
#[derive(serde::Deserialize)]
struct Page {
    data: Vec<serde::de::IgnoredAny>,
    paging: Option<Paging>,
}

#[derive(serde::Deserialize)]
struct Paging {
    next: Option<String>,
}
