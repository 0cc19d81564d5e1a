//! A fixed script of calls whose answers are kept: with the clock off the same seed and calls give the same bytes, on any machine
//! and in any later version that does not mean to change them. `golden/trace.txt` has for each call its status, a hash over
//! headers and body, and how the body begins.
//!
//! Where a change is meant, renew the file and look at what changed in it: `TANDEM_GOLDEN=renew cargo test --lib sandbox::tests::golden`.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::support::Sandbox;

/// Characters of a body that are kept readable.
const EXCERPT: usize = 180;
/// Headers that an answer of ours chooses.
const HEADERS: &[&str] = &[
    "content-type",
    "date",
    "facebook-api-version",
    "x-ad-account-usage",
    "x-app-usage",
    "x-business-use-case-usage",
    "x-fb-ads-insights-throttle",
    "x-fb-trace-id",
];

/// The calls so far and their answers.
struct Trace {
    sandbox: Sandbox,
    client: reqwest::Client,
    text: String,
    count: u32,
}

impl Trace {
    fn new() -> Self {
        Self { sandbox: Sandbox::new(1, None), client: reqwest::Client::new(), text: String::new(), count: 0 }
    }

    /// Sends a call of a version and writes its answer down; the answer's JSON.
    async fn say(&mut self, method: &str, path: &str, params: Value) -> Value {
        let url = format!("{}/{path}", self.sandbox.running.base_url());
        let mut pairs = vec![("access_token".to_owned(), self.sandbox.identity.access_token.clone())];
        for (name, value) in params.as_object().unwrap() {
            pairs.push((name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
        let request = match method {
            "POST" => self.client.post(url).form(&pairs),
            "DELETE" => self.client.delete(url).query(&pairs),
            _ => self.client.get(url).query(&pairs),
        };
        // The address of the moment stands in pages' links.
        let answer = request.header("host", "sandbox.example").send().await.unwrap();
        let status = answer.status().as_u16();
        let mut hash = Sha256::new();
        for name in HEADERS {
            hash.update(format!("{name}: {}\n", answer.headers().get(*name).map_or("", |value| value.to_str().unwrap())));
        }
        let body = answer.text().await.unwrap();
        hash.update(&body);
        let digest: String = hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        self.count += 1;
        let excerpt: String = body.chars().take(EXCERPT).collect();
        let _ = writeln!(self.text, "{:03} {method} {path} {}\n    {status} {digest} {excerpt}", self.count, short(&params));
        serde_json::from_str(&body).unwrap_or_default()
    }

    async fn get(&mut self, path: &str, params: Value) -> Value {
        self.say("GET", &format!("v26.0/{path}"), params).await
    }

    async fn make(&mut self, edge: &str, params: Value) -> String {
        let path = format!("v26.0/{}/{edge}", self.sandbox.account());
        let answer = self.say("POST", &path, params).await;
        answer["id"].as_str().unwrap_or_else(|| panic!("{edge}: {answer}")).to_owned()
    }

    async fn days(&mut self, days: i64) {
        self.sandbox.days(days).await;
        let _ = writeln!(self.text, "    {days} days on");
    }
}

fn short(params: &Value) -> String {
    params.to_string().chars().take(120).collect()
}

async fn tell() -> String {
    let mut trace = Trace::new();
    let account = trace.sandbox.account().to_owned();
    let identity = trace.sandbox.identity.clone();
    for (path, fields) in [
        ("me".to_owned(), "id,name"),
        ("me/accounts".to_owned(), "id,name,access_token,tasks,instagram_business_account{id,username}"),
        ("me/adaccounts".to_owned(), "id,name,currency,timezone_name,account_status,min_daily_budget"),
        (account.clone(), "name,amount_spent,balance,spend_cap,business{id,name},user_tasks"),
        (identity.pixel_id.clone(), "name,last_fired_time,creation_time"),
    ] {
        trace.get(&path, json!({ "fields": fields })).await;
    }
    for version in ["v24.0/", "v25.0/", "", "v23.0/", "v99.0/"] {
        trace.say("GET", &format!("{version}me"), json!({})).await;
    }
    build(&mut trace).await;
    report(&mut trace, &account).await;
    refuse(&mut trace, &account).await;
    trace.text
}

/// Two campaigns that deliver: one with budgets of its ad sets, one with its own.
async fn build(trace: &mut Trace) {
    let identity = trace.sandbox.identity.clone();
    let campaign = trace
        .make(
            "campaigns",
            json!({
                "name": "Autumn", "objective": "OUTCOME_SALES", "status": "ACTIVE", "special_ad_categories": [],
                "is_adset_budget_sharing_enabled": false,
            }),
        )
        .await;
    let shared = trace
        .make(
            "campaigns",
            json!({
                "name": "Clicks", "objective": "OUTCOME_TRAFFIC", "status": "ACTIVE", "special_ad_categories": [], "daily_budget": "4000",
                "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            }),
        )
        .await;
    let image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    let path = format!("v26.0/{}/adimages", trace.sandbox.account());
    let images = trace.say("POST", &path, json!({ "bytes": image })).await;
    let creative = trace
        .make(
            "adcreatives",
            json!({ "object_story_spec": {
                "page_id": identity.page_id, "instagram_user_id": identity.instagram_user_id,
                "link_data": {"link": "https://casalume.example/", "message": "Light for long evenings", "image_hash": images["images"]["bytes"]["hash"]},
            }}),
        )
        .await;
    let mut sets = vec![trace.sandbox.ad_set_params(&campaign)];
    for (country, platform) in [("PT", "facebook"), ("ES", "instagram")] {
        let mut params = trace.sandbox.ad_set_params(&shared);
        params.as_object_mut().unwrap().remove("daily_budget");
        params.as_object_mut().unwrap().remove("promoted_object");
        params["optimization_goal"] = json!("LINK_CLICKS");
        params["targeting"] = json!({
            "geo_locations": {"countries": [country]}, "publisher_platforms": [platform], "targeting_automation": {"advantage_audience": 0},
        });
        sets.push(params);
    }
    for params in sets {
        let ad_set = trace.make("adsets", params).await;
        let ad = json!({ "name": "Lamp", "adset_id": ad_set, "status": "ACTIVE", "creative": {"creative_id": creative} });
        let ad = trace.make("ads", ad).await;
        trace.get(&ad, json!({ "fields": "name,effective_status,creative{id,effective_object_story_id},adset{id,targeting},created_time" })).await;
    }
    trace.days(1).await;
    trace
        .get(&campaign, json!({ "fields": "name,effective_status,adsets{id,learning_stage_info,ads{id,effective_status}}" }))
        .await;
    trace.days(9).await;
    trace.say("POST", &format!("v26.0/{campaign}"), json!({ "name": "Autumn, late" })).await;
    let batch = json!([
        {"method": "GET", "name": "first", "relative_url": format!("{campaign}?fields=id,name"), "omit_response_on_success": false},
        {"method": "GET", "relative_url": "{result=first:$.id}/adsets?fields=budget_remaining"},
        {"method": "DELETE", "relative_url": "1"},
    ]);
    trace.say("POST", "v26.0/", json!({ "batch": batch })).await;
}

/// What delivery came to, at every grain.
async fn report(trace: &mut Trace, account: &str) {
    let path = format!("{account}/insights");
    let fields = "campaign_id,adset_id,ad_id,impressions,reach,frequency,clicks,inline_link_clicks,spend,cpm,ctr,actions,action_values,purchase_roas";
    for (level, breakdowns, increment) in [
        ("account", "", "all_days"),
        ("campaign", "", "1"),
        ("ad", "", "monthly"),
        ("ad", "age,gender", "all_days"),
        ("adset", "country", "7"),
        ("campaign", "publisher_platform,platform_position", "all_days"),
    ] {
        let mut asked =
            json!({ "level": level, "fields": fields, "time_increment": increment, "date_preset": "maximum", "limit": "40" });
        if !breakdowns.is_empty() {
            asked["breakdowns"] = json!(breakdowns);
        }
        trace.get(&path, asked).await;
    }
    let windows = json!({ "fields": "actions,spend", "date_preset": "last_7d", "action_attribution_windows": ["1d_click", "7d_click", "1d_view"] });
    trace.get(&path, windows).await;
    let run =
        trace.say("POST", &format!("v26.0/{path}"), json!({ "level": "ad", "date_preset": "last_7d", "fields": "spend" })).await;
    let run = run["report_run_id"].as_str().unwrap().to_owned();
    trace.get(&run, json!({})).await;
    trace.sandbox.control("clock", json!({ "advance_minutes": 5 })).await;
    trace.get(&run, json!({})).await;
    trace.get(&format!("{run}/insights"), json!({ "limit": "1" })).await;
    let spec = json!({ "geo_locations": {"countries": ["PT"]}, "age_min": 30 });
    trace.get(&format!("{account}/reachestimate"), json!({ "targeting_spec": spec })).await;
    trace.get(&format!("{account}/delivery_estimate"), json!({ "targeting_spec": spec, "optimization_goal": "REACH" })).await;
    trace.get(&format!("{account}/minimum_budgets"), json!({})).await;
    trace.get("search", json!({ "type": "adinterest", "q": "de" })).await;
    trace.get("search", json!({ "type": "adgeolocation", "q": "lis", "location_types": ["city"] })).await;
    trace.get(&format!("{account}/targetingbrowse"), json!({ "limit": "3" })).await;
    trace
        .get(&format!("{account}/customaudiences"), json!({ "fields": "name,approximate_count_lower_bound,delivery_status" }))
        .await;
    trace
        .get(&format!("{account}/campaigns"), json!({ "fields": "id,name,status,created_time", "limit": "1", "summary": "true" }))
        .await;
    trace.get(&format!("{account}/ads"), json!({ "fields": "id", "limit": "2", "effective_status": ["ACTIVE"] })).await;
}

/// Refusals of every kind.
async fn refuse(trace: &mut Trace, account: &str) {
    let campaigns = format!("v26.0/{account}/campaigns");
    for params in [
        json!({}),
        json!({ "name": "x", "objective": "LINK_CLICKS", "special_ad_categories": [] }),
        json!({ "name": "x", "objective": "OUTCOME_SALES", "special_ad_categories": [] }),
        json!({ "name": "x", "objective": "OUTCOME_SALES", "special_ad_categories": [], "daily_budget": "1" }),
        json!({ "name": "x", "objective": "OUTCOME_SALES", "special_ad_categories": [], "nonsense": "1" }),
    ] {
        trace.say("POST", &campaigns, params).await;
    }
    for (path, params) in [
        ("me", json!({ "fields": "nonsense" })),
        ("me", json!({ "fields": "a{" })),
        ("1", json!({})),
        ("", json!({ "ids": "1,2" })),
        ("me", json!({ "date_format": "U" })),
        ("me/adaccounts", json!({ "after": "zzz" })),
        ("me", json!({ "access_token": "x" })),
    ] {
        trace.get(path, params).await;
    }
    trace.sandbox.control("faults", json!({ "kind": "throttle", "times": 1 })).await;
    trace.get("me", json!({})).await;
    trace.say("DELETE", &format!("v26.0/{account}"), json!({})).await;
}

#[actix_web::test]
async fn the_same_calls_give_the_bytes_that_are_kept() {
    let told = tell().await;
    assert_eq!(told, tell().await, "a second sandbox of the same seed");
    let path = Path::new(file!()).with_file_name("golden").join("trace.txt");
    if std::env::var("TANDEM_GOLDEN").as_deref() == Ok("renew") {
        std::fs::write(&path, &told).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let differs = kept.lines().zip(told.lines()).find(|(kept, told)| kept != told);
    assert!(
        kept == told,
        "the answers changed; where that is meant: TANDEM_GOLDEN=renew cargo test --lib sandbox::tests::golden\n{differs:#?}"
    );
}
