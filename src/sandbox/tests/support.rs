//! A sandbox on a free port with the few calls that every test needs.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::sandbox::{Identity, Options, Running, Speed, start};

/// A 1x1 PNG in base64.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/// A running sandbox and a client.
pub struct Sandbox {
    pub running: Running,
    pub identity: Identity,
    client: reqwest::Client,
}

impl Sandbox {
    pub fn new(seed: u64, state_dir: Option<PathBuf>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options = Options { listen: "127.0.0.1:0".parse().unwrap(), seed, state_dir, speed: Speed::Off, strict: true };
        let running = start(options).unwrap();
        Self { identity: running.identity(), running, client: reqwest::Client::new() }
    }

    pub fn account(&self) -> &str {
        &self.identity.ad_account_id
    }

    pub async fn raw(&self, method: &str, path: &str, params: Value) -> reqwest::Response {
        let url = format!("{}/v26.0/{path}", self.running.base_url());
        let mut pairs: Vec<(String, String)> = vec![("access_token".into(), self.identity.access_token.clone())];
        for (name, value) in params.as_object().unwrap() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            pairs.push((name.clone(), text));
        }
        let request = match method {
            "POST" => self.client.post(url).form(&pairs),
            "DELETE" => self.client.delete(url).query(&pairs),
            _ => self.client.get(url).query(&pairs),
        };
        request.send().await.unwrap()
    }

    pub async fn call(&self, method: &str, path: &str, params: Value) -> Value {
        self.raw(method, path, params).await.json().await.unwrap()
    }

    /// A call with the Page's token.
    pub async fn as_page(&self, method: &str, path: &str, mut params: Value) -> Value {
        params["access_token"] = json!(self.identity.page_access_token);
        self.call(method, path, params).await
    }

    /// A token of the system user without some permissions.
    pub async fn without(&self, declined: &[&str]) -> String {
        self.control("tokens", json!({ "declined": declined })).await["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn minutes(&self, minutes: i64) {
        let answer = self.control("clock", json!({ "advance_minutes": minutes })).await;
        assert!(answer["now"].is_string(), "{answer}");
    }

    pub async fn get(&self, path: &str, params: Value) -> Value {
        self.call("GET", path, params).await
    }

    pub async fn post(&self, path: &str, params: Value) -> Value {
        self.call("POST", path, params).await
    }

    /// Creates on an edge of the EUR account and returns the id.
    pub async fn create(&self, edge: &str, params: Value) -> String {
        let answer = self.post(&format!("{}/{edge}", self.account()), params).await;
        answer["id"].as_str().unwrap_or_else(|| panic!("{edge}: {answer}")).to_owned()
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_sandbox/{path}", self.running.base_url());
        let request = self.client.post(url).header("X-Sandbox-Control", "1").json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }

    pub async fn identity_now(&self) -> Value {
        let url = format!("{}/_sandbox/identity", self.running.base_url());
        self.client.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub async fn days(&self, days: i64) {
        let answer = self.control("clock", json!({ "advance_days": days })).await;
        assert!(answer["now"].is_string(), "{answer}");
    }

    /// What really happened: `people?id=...` or `response?id=...`.
    pub async fn truth(&self, what: &str) -> Value {
        self.url(&format!("{}/_sandbox/truth/{what}", self.running.base_url())).await
    }

    /// Any address, as a client follows `paging.next`.
    pub async fn url(&self, url: &str) -> Value {
        self.client.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub async fn campaign(&self) -> String {
        self.campaign_for("OUTCOME_SALES").await
    }

    pub async fn campaign_for(&self, objective: &str) -> String {
        self.create(
            "campaigns",
            json!({
                "name": "Autumn", "objective": objective, "status": "ACTIVE", "special_ad_categories": [],
                "is_adset_budget_sharing_enabled": false,
            }),
        )
        .await
    }

    pub fn ad_set_params(&self, campaign: &str) -> Value {
        json!({
            "name": "Both feeds", "campaign_id": campaign, "status": "ACTIVE", "daily_budget": "2000",
            "optimization_goal": "OFFSITE_CONVERSIONS", "billing_event": "IMPRESSIONS",
            "promoted_object": {"pixel_id": self.identity.pixel_id, "custom_event_type": "PURCHASE"},
            "targeting": {
                "geo_locations": {"countries": ["PT"]}, "publisher_platforms": ["facebook", "instagram"],
                "targeting_automation": {"advantage_audience": 0},
            },
            "dsa_beneficiary": "Casa Lume", "dsa_payor": "Casa Lume",
        })
    }

    pub async fn ad(&self, ad_set: &str, message: &str) -> String {
        let images = self.post(&format!("{}/adimages", self.account()), json!({ "bytes": PIXEL })).await;
        let hash = &images["images"]["bytes"]["hash"];
        let creative = self
            .create(
                "adcreatives",
                json!({"object_story_spec": {
                    "page_id": self.identity.page_id, "instagram_user_id": self.identity.instagram_user_id,
                    "link_data": {"link": "https://casalume.example/", "message": message, "image_hash": hash},
                }}),
            )
            .await;
        self.create("ads", json!({"name": "Lamp", "adset_id": ad_set, "status": "ACTIVE", "creative": {"creative_id": creative}}))
            .await
    }

    /// A campaign that delivers: campaign, ad set, ad.
    pub async fn delivering(&self, budget: Value) -> (String, String, String) {
        let campaign = self.campaign().await;
        let mut params = self.ad_set_params(&campaign);
        let map = params.as_object_mut().unwrap();
        map.remove("daily_budget");
        map.extend(budget.as_object().unwrap().clone());
        let ad_set = self.create("adsets", params).await;
        let ad = self.ad(&ad_set, "Light for long evenings").await;
        (campaign, ad_set, ad)
    }

    /// All rows of an insights call on the EUR account.
    pub async fn insights(&self, mut params: Value) -> Vec<Value> {
        params["limit"] = json!("1000");
        if params.get("date_preset").is_none() && params.get("time_range").is_none() {
            params["date_preset"] = json!("maximum");
        }
        let answer = self.get(&format!("{}/insights", self.account()), params).await;
        answer["data"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
    }
}

/// Code and subcode of a refusal; zeroes where there is none.
pub fn code(answer: &Value) -> (i64, i64) {
    let error = &answer["error"];
    (error["code"].as_i64().unwrap_or(0), error["error_subcode"].as_i64().unwrap_or(0))
}

/// The values of a field down the rows of a list.
pub fn column<'a>(answer: &'a Value, field: &str) -> Vec<&'a str> {
    let rows = answer["data"].as_array().unwrap_or_else(|| panic!("{answer}"));
    rows.iter().map(|row| row[field].as_str().unwrap_or("")).collect()
}

/// A number that insights wrote as text.
pub fn number(row: &Value, field: &str) -> f64 {
    row[field].as_str().unwrap_or("0").parse().unwrap()
}

/// Purchases of a row.
pub fn purchases(row: &Value) -> i64 {
    row["actions"].as_array().map_or(0, |actions| {
        let found = actions.iter().find(|action| action["action_type"] == "offsite_conversion.fb_pixel_purchase");
        found.map_or(0, |action| action["value"].as_str().unwrap().parse().unwrap())
    })
}
