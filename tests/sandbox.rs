//! The embedded sandbox beside the app.

use crate::support::TestApp;

#[actix_web::test]
async fn the_sandbox_answers_beside_the_app_and_its_clock_is_stepped_by_hand() {
    let app = TestApp::with_sandbox().await;
    let base = app.ctx.sandbox.as_ref().unwrap().base_url.clone();
    let identity = |base: String| async move { app_json(&format!("{base}/_sandbox/identity")).await };
    let before = identity(base.clone()).await;
    app.control("clock", serde_json::json!({ "advance_days": 1 })).await;
    let after = identity(base).await;
    assert_ne!(before["now"], after["now"]);
    assert_eq!(before["ad_account_id"], after["ad_account_id"]);
}

async fn app_json(address: &str) -> serde_json::Value {
    reqwest::get(address).await.unwrap().json().await.unwrap()
}
