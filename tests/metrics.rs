//! `/metrics`: what it tells, what it keeps to itself, and who may read it.

use secrecy::SecretString;
use tandem::domain::role::Role;
use tandem::web::state::State;

use crate::support::{Business, TestApp};

async fn read(base: &str, header: Option<(&str, &str)>) -> (u16, String) {
    let mut request = reqwest::Client::new().get(format!("{base}/metrics"));
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[actix_web::test]
async fn requests_jobs_calls_plans_and_the_pool_are_told_without_any_tenants_name() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let mut owner = business.app.stranger();
    owner.sign_in("ana@example.com", crate::support::PASSWORD).await;
    owner.get(&format!("/campaigns/{campaign}/plan")).await.assert_status(200);
    owner.get("/nowhere").await.assert_status(404);
    let (status, text) = read(&business.app.base, None).await;
    assert_eq!(status, 200);
    for start in [
        "tandem_http_requests_total{method=\"GET\",route=\"/campaigns/{id:[0-9]+}/plan\",status=\"200\"} ",
        "tandem_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} ",
        "tandem_http_request_seconds_count{method=\"GET\",route=\"/campaigns/{id:[0-9]+}/plan\"} ",
        "tandem_jobs_total{kind=\"sync_account\",outcome=\"done\"} ",
        "tandem_graph_calls_total{outcome=\"ok\"} ",
        "tandem_graph_usage_percent ",
        "tandem_plans{state=\"proposed\"} 1",
        "tandem_jobs_oldest_due_seconds ",
        "tandem_ad_accounts_linked ",
        "tandem_connections{status=\"ok\"} 1",
        "tandem_database_connections{use=\"writer_open\"} ",
    ] {
        assert!(text.lines().any(|line| line.starts_with(start)), "{start} is not in {text}");
    }
    for tenant in ["Casa Lume", "ana@example.com", &campaign.to_string(), "Christmas"] {
        assert!(!text.contains(tenant), "{tenant}");
    }
}

#[actix_web::test]
async fn without_a_token_only_this_machine_reads_and_with_one_only_its_bearer() {
    let app = TestApp::new().await;
    app.owner().await;
    assert_eq!(read(&app.base, None).await.0, 200);
    for header in [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9"), ("Via", "1.1 proxy")] {
        assert_eq!(read(&app.base, Some(header)).await.0, 404, "{header:?}");
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let token = SecretString::from("0123456789abcdef".to_owned());
    let state = State::new(app.ctx.clone(), false).with_metrics_token(Some(token));
    actix_web::rt::spawn(tandem::app::serve(state, listener, 1).unwrap());
    assert_eq!(read(&base, None).await.0, 401);
    assert_eq!(read(&base, Some(("Authorization", "Bearer 0123456789abcdeX"))).await.0, 401);
    let own = format!("Bearer {}", app.token("Casa Lume", Role::Owner).await);
    assert_eq!(read(&base, Some(("Authorization", &own))).await.0, 401, "a workspace's token opens its workspace alone");
    assert_eq!(read(&base, Some(("Authorization", "Bearer 0123456789abcdef"))).await.0, 200);
}
