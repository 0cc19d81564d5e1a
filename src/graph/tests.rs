//! The client against a scripted server on loopback: what it sends, and what it makes of each kind of answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::matchers::{body_string_contains, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::*;
use crate::domain::period::Period;

const TOKEN: &str = "EAAB-very-secret";

fn node(text: &str) -> NodeId {
    text.parse().unwrap()
}

fn client(server: &MockServer) -> Client {
    Client::new(&server.uri(), SecretString::from(TOKEN), Some(&SecretString::from("app-secret"))).unwrap()
}

fn writer(server: &MockServer) -> Writer {
    Writer::new(client(server))
}

async fn answering(verb: &str, at: &str, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&server).await;
    server
}

fn json_answer(value: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(value)
}

fn form(request: &Request) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(&request.body).unwrap()
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

fn new_campaign() -> NewCampaign {
    NewCampaign {
        name: "Christmas sale [t4c19e2]".to_owned(),
        objective: "OUTCOME_SALES".to_owned(),
        special_ad_categories: Vec::new(),
        special_ad_category_country: Vec::new(),
        is_adset_budget_sharing_enabled: Some(false),
        daily_budget: None,
        lifetime_budget: None,
        bid_strategy: None,
        spend_cap: Some(340_000),
        start_time: None,
        stop_time: None,
    }
}

#[tokio::test]
async fn a_create_is_a_signed_form_that_is_paused() {
    let server = answering("POST", "/v26.0/act_12/campaigns", json_answer(json!({"id": "120"}))).await;
    let id = writer(&server).create_campaign(&node("act_12"), &new_campaign()).await.unwrap();
    assert_eq!(id.as_str(), "120");
    let sent = &server.received_requests().await.unwrap()[0];
    let form = form(sent);
    assert_eq!(value(&form, "status"), Some("PAUSED"));
    assert_eq!(value(&form, "special_ad_categories"), Some("[]"));
    assert_eq!(value(&form, "is_adset_budget_sharing_enabled"), Some("false"));
    assert_eq!(value(&form, "spend_cap"), Some("340000"));
    assert_eq!(value(&form, "daily_budget"), None);
    assert_eq!(value(&form, "access_token"), Some(TOKEN));
    // HMAC-SHA256 of the token under "app-secret", computed with OpenSSL.
    assert_eq!(value(&form, "appsecret_proof"), Some("a0509ae1d65d829672a9d2ab857f48af25bddfbf44278c42d4fb5004d4506932"));
    assert_eq!(sent.url.query(), None, "a write carries nothing in its URL");
}

#[tokio::test]
async fn an_ad_set_carries_its_targeting_as_json_text() {
    let server = answering("POST", "/v26.0/act_12/adsets", json_answer(json!({"id": "121"}))).await;
    let targeting = Targeting {
        geo_locations: GeoLocations { countries: vec!["PT".to_owned(), "ES".to_owned()], ..Default::default() },
        age_min: Some(25),
        age_max: Some(54),
        publisher_platforms: vec!["instagram".to_owned()],
        instagram_positions: vec!["stream".to_owned(), "story".to_owned()],
        targeting_automation: Some(TargetingAutomation::suggestion(false)),
        ..Default::default()
    };
    let new = NewAdSet {
        name: "Instagram [t4c19e2]".to_owned(),
        campaign_id: node("120"),
        daily_budget: Some(8_120),
        lifetime_budget: None,
        daily_min_spend_target: None,
        daily_spend_cap: None,
        lifetime_min_spend_target: None,
        lifetime_spend_cap: None,
        optimization_goal: "OFFSITE_CONVERSIONS".to_owned(),
        billing_event: "IMPRESSIONS".to_owned(),
        bid_strategy: Some("LOWEST_COST_WITHOUT_CAP".to_owned()),
        bid_amount: None,
        promoted_object: Some(PromotedObject {
            pixel_id: Some("7".to_owned()),
            custom_event_type: Some("PURCHASE".to_owned()),
            ..PromotedObject::default()
        }),
        attribution_spec: vec![AttributionWindow { event_type: "CLICK_THROUGH".to_owned(), window_days: 7 }],
        destination_type: None,
        targeting,
        start_time: Some("2026-12-01T07:00:00Z".parse().unwrap()),
        end_time: None,
        dsa_beneficiary: Some("Casa Lume".to_owned()),
        dsa_payor: Some("Casa Lume".to_owned()),
    };
    writer(&server).create_ad_set(&node("act_12"), &new).await.unwrap();
    let form = form(&server.received_requests().await.unwrap()[0]);
    let targeting: Value = serde_json::from_str(value(&form, "targeting").unwrap()).unwrap();
    assert_eq!(
        targeting,
        json!({"geo_locations": {"countries": ["PT", "ES"]}, "age_min": 25, "age_max": 54, "publisher_platforms": ["instagram"],
               "instagram_positions": ["stream", "story"], "targeting_automation": {"advantage_audience": 0}})
    );
    assert_eq!(value(&form, "promoted_object"), Some(r#"{"pixel_id":"7","custom_event_type":"PURCHASE"}"#));
    assert_eq!(value(&form, "start_time"), Some("2026-12-01T07:00:00+0000"));
    assert_eq!(value(&form, "daily_budget"), Some("8120"));
}

#[tokio::test]
async fn a_creative_speaks_as_the_page_and_the_instagram_account_and_refuses_enhancements() {
    let server = answering("POST", "/v26.0/act_12/adcreatives", json_answer(json!({"id": "122"}))).await;
    let new = NewCreative {
        name: "Lamp [t4c19e2]".to_owned(),
        page_id: node("31"),
        instagram_user_id: Some(node("32")),
        link: "https://casalume.example/lamp".to_owned(),
        shown: Shown { message: "Light & warm".to_owned(), headline: "Lamps".to_owned(), image_hash: "0f".repeat(16) },
        rules: Vec::new(),
        call_to_action: Some("SHOP_NOW".to_owned()),
        url_tags: Some("utm_source={{site_source_name}}".to_owned()),
        opt_out: vec!["text_optimizations".to_owned()],
        opt_in: Vec::new(),
    };
    writer(&server).create_creative(&node("act_12"), &new).await.unwrap();
    let form = form(&server.received_requests().await.unwrap()[0]);
    let story: Value = serde_json::from_str(value(&form, "object_story_spec").unwrap()).unwrap();
    assert_eq!((story["page_id"].as_str(), story["instagram_user_id"].as_str()), (Some("31"), Some("32")));
    assert_eq!(story["link_data"]["call_to_action"]["value"]["link"], "https://casalume.example/lamp");
    assert!(value(&form, "degrees_of_freedom_spec").unwrap().contains("OPT_OUT"));
}

#[tokio::test]
async fn a_picture_is_one_multipart_part_and_its_hash_comes_back() {
    let answer = json!({"images": {"lamp.jpg": {"hash": "ab12", "url": "https://example.com/x"}}});
    let server = answering("POST", "/v26.0/act_12/adimages", json_answer(answer)).await;
    let image = writer(&server).upload_image(&node("act_12"), "lamp.jpg", "image/jpeg", vec![1, 2, 3]).await.unwrap();
    assert_eq!(image.hash, "ab12");
    let body = String::from_utf8_lossy(&server.received_requests().await.unwrap()[0].body).into_owned();
    assert!(body.contains(r#"name="filename"; filename="lamp.jpg""#), "{body}");
}

#[tokio::test]
async fn edges_are_read_to_their_end_even_over_an_empty_page() {
    let server = MockServer::start().await;
    let at = "/v26.0/act_12/campaigns";
    let next = |after: &str| json!({"cursors": {"after": after}, "next": format!("{}{at}?after={after}", server.uri())});
    let first = json!({"data": [{"id": "1", "name": "one", "daily_budget": "0"}], "paging": next("A")});
    let empty = json!({"data": [], "paging": next("B")});
    let last = json!({"data": [{"id": "2", "name": "two", "lifetime_budget": "5000"}], "paging": {"cursors": {"after": "C"}}});
    let page = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    Mock::given(path(at)).and(query_param_is_missing("after")).respond_with(page(first)).mount(&server).await;
    Mock::given(path(at)).and(query_param("after", "A")).respond_with(page(empty)).mount(&server).await;
    Mock::given(path(at)).and(query_param("after", "B")).respond_with(page(last)).mount(&server).await;

    let rows = client(&server).campaigns(&node("act_12")).all(10).await.unwrap();
    assert_eq!(rows.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!((rows[0].daily_budget, rows[1].lifetime_budget), (None, Some(5_000)));

    let found = client(&server).campaigns(&node("act_12")).find(|c| c.name.ends_with("one")).await.unwrap();
    assert_eq!(found.unwrap().id, node("1"));
    assert_eq!(server.received_requests().await.unwrap().len(), 4, "finding stops at the page that has it");
    let too_many = client(&server).campaigns(&node("act_12")).all(1).await;
    assert!(matches!(too_many, Err(GraphError::TooMuchData { .. })), "{too_many:?}");
}

#[tokio::test]
async fn a_next_page_on_another_server_is_never_asked() {
    let elsewhere = MockServer::start().await;
    let body = json!({"data": [], "paging": {"cursors": {"after": "A"}, "next": format!("{}/v26.0/x", elsewhere.uri())}});
    let server = answering("GET", "/v26.0/act_12/campaigns", json_answer(body)).await;
    let refused = client(&server).campaigns(&node("act_12")).all(10).await.unwrap_err();
    assert!(matches!(refused, GraphError::Unexpected { .. }), "{refused:?}");
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = MockServer::start().await;
    let redirect = ResponseTemplate::new(302).insert_header("location", elsewhere.uri());
    let server = answering("GET", "/v26.0/me", redirect).await;
    assert!(matches!(client(&server).me().await, Err(GraphError::Unexpected { .. })));
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_error_object_decides_whatever_the_status() {
    let body = json!({"error": {"message": "Error validating access token", "code": 190, "error_subcode": 463}});
    let server = answering("GET", "/v26.0/me", json_answer(body)).await;
    let error = client(&server).me().await.unwrap_err();
    assert!(matches!(error, GraphError::Auth { problem: AuthProblem::Token, .. }), "{error:?}");
}

#[tokio::test]
async fn a_limit_waits_as_long_as_the_headers_say() {
    let usage = r#"{"12":[{"type":"ads_insights","call_count":100,"estimated_time_to_regain_access":12}]}"#;
    let body = json!({"error": {"message": "There have been too many calls", "code": 80000, "error_subcode": 2446079}});
    let answer = ResponseTemplate::new(400).set_body_json(body).insert_header("X-Business-Use-Case-Usage", usage);
    let server = answering("GET", "/v26.0/me", answer).await;
    let client = client(&server);
    match client.me().await {
        Err(GraphError::RateLimited { retry_after, .. }) => assert_eq!(retry_after, Duration::from_secs(720)),
        other => panic!("{other:?}"),
    }
    assert_eq!(client.usage().peak_percent, 100);
}

#[tokio::test]
async fn a_write_that_was_not_answered_is_lost_and_a_read_is_only_transient() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with_err(|_: &Request| std::io::Error::other("cut")).mount(&server).await;
    Mock::given(method("GET")).respond_with_err(|_: &Request| std::io::Error::other("cut")).mount(&server).await;
    let client = writer(&server);
    let write = client.create_campaign(&node("act_12"), &new_campaign()).await.unwrap_err();
    assert!(write.may_have_happened(), "{write:?}");
    let check = client.validate_campaign(&node("act_12"), &new_campaign()).await.unwrap_err();
    assert!(matches!(check, GraphError::Transient { .. }), "{check:?}");
    let read = client.me().await.unwrap_err();
    assert!(matches!(read, GraphError::Transient { .. }) && read.is_temporary(), "{read:?}");
}

#[tokio::test]
async fn a_write_to_a_server_that_is_not_there_certainly_did_not_happen() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Writer::new(Client::new(&base, SecretString::from(TOKEN), None).unwrap());
    let error = client.create_campaign(&node("act_12"), &new_campaign()).await.unwrap_err();
    assert!(matches!(error, GraphError::Transient { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_error_after_a_write_is_lost() {
    let server = answering("POST", "/v26.0/120", ResponseTemplate::new(503).set_body_string("Service Unavailable")).await;
    let error = writer(&server).switch(&node("120"), Switch::Active).await.unwrap_err();
    assert!(error.may_have_happened(), "{error:?}");
}

#[tokio::test]
async fn no_secret_is_shown_by_debug_or_by_an_error() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with_err(|_: &Request| std::io::Error::other("cut")).mount(&server).await;
    let client = client(&server);
    let error = client.me().await.unwrap_err();
    let shown = format!("{client:?} {error:?} {error}");
    assert!(!shown.contains(TOKEN) && !shown.contains("app-secret") && !shown.contains("access_token"), "{shown}");
}

#[tokio::test]
async fn the_servers_clock_is_heard() {
    let answer = json_answer(json!({"id": "9", "name": "Ana"})).insert_header("date", "Sat, 28 Nov 2026 09:14:00 GMT");
    let server = answering("GET", "/v26.0/me", answer).await;
    let client = client(&server);
    assert_eq!(client.platform_date(), None);
    assert_eq!(client.me().await.unwrap().name, "Ana");
    assert_eq!(client.platform_date().unwrap().date.to_rfc3339(), "2026-11-28T09:14:00+00:00");
}

#[tokio::test]
async fn a_run_is_started_polled_and_read() {
    let server = answering("POST", "/v26.0/act_12/insights", json_answer(json!({"report_run_id": "77"}))).await;
    let status = json!({"id": "77", "async_status": "Job Running", "async_percent_completion": 100});
    Mock::given(path("/v26.0/77")).respond_with(json_answer(status)).up_to_n_times(1).mount(&server).await;
    let status = json!({"id": "77", "async_status": "Job Completed", "async_percent_completion": 100});
    Mock::given(path("/v26.0/77")).respond_with(json_answer(status)).mount(&server).await;
    let row = json!({"campaign_id": "1", "spend": "100.50", "impressions": "4", "reach": "3", "publisher_platform": "facebook",
                     "date_start": "2026-11-01", "date_stop": "2026-11-01"});
    Mock::given(path("/v26.0/77/insights")).respond_with(json_answer(json!({"data": [row]}))).mount(&server).await;

    let client = client(&server);
    let period = Period::day("2026-11-01".parse().unwrap());
    let run =
        client.start_insights(&node("act_12"), &InsightsQuery::daily(Level::Campaign, Breakdown::Network, period)).await.unwrap();
    assert_eq!(client.insights_state(&run).await.unwrap(), RunState::Working(100), "100 percent alone is not ready");
    assert_eq!(client.insights_state(&run).await.unwrap(), RunState::Ready);
    let rows = client.insights_of(&run).all(10).await.unwrap();
    assert_eq!((rows[0].spend_micros, rows[0].breakdown.as_slice()), (Some(100_500_000), &["facebook".to_owned()][..]));

    let form = form(&server.received_requests().await.unwrap()[0]);
    assert_eq!(value(&form, "time_range"), Some(r#"{"since":"2026-11-01","until":"2026-11-01"}"#));
    assert_eq!((value(&form, "time_increment"), value(&form, "breakdowns")), (Some("1"), Some("publisher_platform")));
    assert!(!value(&form, "fields").unwrap().contains("publisher_platform"), "a breakdown is no field");
}

#[tokio::test]
async fn a_check_asks_to_make_nothing() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(body_string_contains("execution_options=%5B%22validate_only%22%5D"))
        .respond_with(json_answer(json!({"success": true})))
        .mount(&server)
        .await;
    writer(&server).validate_campaign(&node("act_12"), &new_campaign()).await.unwrap();
}

#[tokio::test]
async fn the_sandboxs_clock_is_moved_beside_the_graph() {
    let answer = json_answer(json!({"now": "2026-11-29T09:14:00Z"}));
    let server = answering("POST", "/_sandbox/clock", answer).await;
    let clock = SandboxControl::new(&server.uri()).unwrap().advance_days(1).await.unwrap();
    assert!(clock.now.is_some());
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(sent.headers.get("x-sandbox-control").unwrap(), "1");
    assert_eq!(sent.body, br#"{"advance_days":1}"#);
}

#[test]
fn a_base_url_is_plain_http_or_https() {
    for base in ["ftp://x", "http://user:pw@host", "http://host/?a=b", "http://host/#x", "nonsense"] {
        assert!(Client::new(base, SecretString::from(TOKEN), None).is_err(), "{base}");
    }
}
