//! The list by program: the page's query, and its rows to the last cell.

use serde_json::{Value, json};
use tandem::domain::role::Role;

use super::client::Client;
use crate::support::{Figures, TestApp};

#[actix_web::test]
async fn the_list_has_the_rows_of_the_pages_json_twin_whatever_is_asked() {
    let app = TestApp::new().await;
    let mut owner = app.owner().await;
    let figures = Figures::new(&app.ctx.db, app.workspace("Casa Lume").await);
    figures.business(23, 3, 1, "2026-11-21".parse().unwrap());
    let days = ("2026-11-15".parse().unwrap(), "2026-11-21".parse().unwrap());
    let tokyo = figures.account("Tokyo", "JPY", Some(days));
    figures.campaign(tokyo, "Tokyo lamps", "ACTIVE");
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Analyst).await)).await;
    for query in
        ["", "sort=name", "sort=-results&period=28d", "status=paused", "q=tokyo", "network=instagram&sort=cost", "origin=here"]
    {
        let twin: Value = serde_json::from_str(&owner.get(&format!("/campaigns.json?{query}")).await.body).unwrap();
        let joint = if query.is_empty() { "" } else { "&" };
        let whole = client.get(&format!("/campaigns?{query}{joint}limit=200")).await.is(200).json();
        assert_eq!(whole["items"], twin["rows"], "{query}");
        if twin["from"].is_string() {
            assert_eq!((&whole["from"], &whole["to"]), (&twin["from"], &twin["to"]), "{query}");
        }
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = client.get(&format!("/campaigns?{query}{joint}limit=7&after={after}")).await.is(200).json();
            seen.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(cursor) => after = cursor.to_owned(),
                None => break,
            }
        }
        assert_eq!(Value::Array(seen), twin["rows"], "{query}");
    }
    let tokyo = client.get("/campaigns?q=tokyo").await.is(200).json();
    assert_eq!((&tokyo["items"][0]["currency"], &tokyo["items"][0]["results"]), (&json!("JPY"), &Value::Null));
    for (query, field) in [("status=alive", "status"), ("sort=colour", "sort"), ("after=12", "after"), ("view=all", "view")] {
        assert_eq!(client.get(&format!("/campaigns?{query}")).await.is(422).fields(), [field]);
    }
}
