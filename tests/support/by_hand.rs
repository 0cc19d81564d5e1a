//! What people and other programs make at Meta: calls over the wire, past every type of ours.

use serde_json::{Value, json};

use super::Business;

/// The sandbox as somebody with Ads Manager speaks to it: over the wire, past every type of ours.
pub struct ByHand {
    pub base: String,
    pub token: String,
    pub account: String,
    page: String,
    instagram: String,
}

impl ByHand {
    pub fn of(business: &Business) -> Self {
        let sandbox = business.app.sandbox.as_ref().unwrap();
        let identity = sandbox.identity();
        Self {
            base: sandbox.base_url(),
            token: identity.access_token,
            account: identity.ad_account_id,
            page: identity.page_id,
            instagram: identity.instagram_user_id,
        }
    }

    pub async fn post(&self, path: &str, body: Value) -> String {
        let mut body = body;
        body["access_token"] = json!(self.token);
        let url = format!("{}/v26.0/{path}", self.base);
        let answer: Value = reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap();
        answer["id"].as_str().unwrap_or_else(|| panic!("{path}: {answer}")).to_owned()
    }

    /// Changes an object that is there.
    pub async fn change(&self, id: &str, body: Value) {
        let mut body = body;
        body["access_token"] = json!(self.token);
        let url = format!("{}/v26.0/{id}", self.base);
        let answer: Value = reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["success"], json!(true), "{id}: {answer}");
    }

    pub async fn campaign(&self, extra: Value) -> String {
        let body = json!({"name": "Made by hand", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": [],
            "status": "ACTIVE", "is_adset_budget_sharing_enabled": false});
        self.post(&format!("{}/campaigns", self.account), with(body, extra)).await
    }

    pub async fn ad_set(&self, campaign: &str, name: &str, extra: Value) -> String {
        let body = json!({"name": name, "campaign_id": campaign, "status": "ACTIVE", "optimization_goal": "LINK_CLICKS",
            "billing_event": "IMPRESSIONS", "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            "dsa_beneficiary": "Casa Lume", "dsa_payor": "Casa Lume"});
        self.post(&format!("{}/adsets", self.account), with(body, extra)).await
    }

    pub async fn ad(&self, ad_set: &str, name: &str, link_data: Value) -> String {
        let creative = self.creative(name, link_data).await;
        self.ad_of(ad_set, name, &creative).await
    }

    pub async fn creative(&self, name: &str, link_data: Value) -> String {
        let image = reqwest::multipart::Part::bytes(super::png(600, 750)).file_name("lamp.png");
        let form = reqwest::multipart::Form::new().text("access_token", self.token.clone()).part("filename", image);
        let url = format!("{}/v26.0/{}/adimages", self.base, self.account);
        let answer: Value = reqwest::Client::new().post(url).multipart(form).send().await.unwrap().json().await.unwrap();
        let hash = answer["images"].as_object().unwrap().values().next().unwrap()["hash"].clone();
        let link = json!({"link": "https://casalume.example/", "message": "Warm light", "image_hash": hash});
        let story = json!({"page_id": self.page, "instagram_user_id": self.instagram, "link_data": with(link, link_data)});
        let creative = json!({"name": format!("Creative of {name}"), "object_story_spec": story});
        self.post(&format!("{}/adcreatives", self.account), creative).await
    }

    pub async fn ad_of(&self, ad_set: &str, name: &str, creative: &str) -> String {
        let ad = json!({"name": name, "adset_id": ad_set, "status": "ACTIVE", "creative": {"creative_id": creative}});
        self.post(&format!("{}/ads", self.account), ad).await
    }
}

fn with(mut body: Value, extra: Value) -> Value {
    for (name, value) in extra.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// Somebody in Portugal, as Ads Manager writes it.
pub fn targeting(extra: Value) -> Value {
    with(
        json!({"geo_locations": {"countries": ["PT"]}, "age_min": 18, "age_max": 65,
        "targeting_automation": {"advantage_audience": 0}}),
        extra,
    )
}
