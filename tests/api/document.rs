//! The document and the routes: the same, both ways.

use reqwest::Method;
use serde_json::Value;
use tandem::domain::role::Role;

use super::client::Client;
use crate::support::TestApp;

#[actix_web::test]
async fn every_documented_operation_is_served_and_needs_its_token() {
    let app = TestApp::new().await;
    app.owner().await;
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Owner).await)).await;
    let stranger = Client::new(&app.base, None).await;
    let mut seen = 0;
    for (path, methods) in client.document()["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/v1").unwrap().replace("{id}", "1").replace("{token}", "x");
        for method in methods.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = stranger.send(method.clone(), &path, |r| r).await.is(401);
            assert!(answer.header("www-authenticate").starts_with("Bearer "), "{method} {path}");
            let known = client.send(method.clone(), &path, |r| r.header("If-Match", "\"1\"")).await;
            assert_ne!(known.status, 405, "{method} {path}");
            // A thing that is not there is told apart from an endpoint that is not.
            assert!(!known.text.contains("no such endpoint"), "{method} {path}: {}", known.text);
            seen += 1;
        }
    }
    assert_eq!(seen, tandem::web::api::operations().len(), "each line of the table is one operation of the document");
}

#[actix_web::test]
async fn every_operation_says_its_role_and_a_lesser_one_is_refused() {
    let app = TestApp::new().await;
    app.owner().await;
    let analyst = Client::new(&app.base, Some(app.token("Casa Lume", Role::Analyst).await)).await;
    let mut refused = 0;
    for operation in tandem::web::api::operations() {
        let path = operation.path.replace("{id}", "1").replace("{token}", "x");
        let said = &analyst.document()["paths"][format!("/api/v1{}", operation.path)];
        let said = &said[operation.method.as_str().to_lowercase()];
        assert_eq!(said["x-role"], operation.role.as_str(), "{path}");
        let answer = analyst.send(operation.method.as_str().parse().unwrap(), &path, |r| r).await;
        if operation.role > Role::Analyst {
            let text = answer.is(403).text;
            assert!(text.contains(&format!("needs the role {}", operation.role)), "{path}: {text}");
            refused += 1;
        } else {
            assert_ne!(answer.status, 403, "{path}");
        }
    }
    assert!(refused > 15);
}

#[actix_web::test]
async fn everything_that_goes_wrong_below_api_is_a_problem() {
    let app = TestApp::new().await;
    app.owner().await;
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Owner).await)).await;
    client.get("/nothing").await.is(404);
    client.get("/campaigns/12a").await.is(404);
    client.get("/campaigns/99999999999999999999").await.is(404);
    let answer = client.delete("/campaigns").await.is(405);
    assert_eq!(answer.header("allow"), "GET, POST");
    client.send(Method::POST, "/campaigns", |r| r.body("name=x")).await.is(415);
    let broken =
        client.send(Method::POST, "/campaigns", |r| r.header("Content-Type", "application/json").body("{\"name\":")).await;
    assert!(broken.is(400).text.contains("not JSON"));
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(2 << 20));
    client.send(Method::POST, "/campaigns", |r| r.header("Content-Type", "application/json").body(long)).await.is(413);
    assert_eq!(client.get("/campaigns?limit=0").await.is(422).fields(), ["limit"]);
    assert_eq!(client.get("/campaigns?limit=many").await.is(422).fields(), ["limit"]);
    assert_eq!(client.get("/campaigns?colour=red").await.is(422).fields(), ["colour"]);
    assert_eq!(client.get("/campaigns?after=zzz").await.is(422).fields(), ["after"]);
    assert_eq!(client.get("/workspace?x=1").await.is(422).fields(), ["x"]);
    let wrong = Client::new(&app.base, Some("nonsense".to_owned())).await;
    assert!(wrong.get("/workspace").await.is(401).header("www-authenticate").contains("invalid_token"));
    let other = reqwest::get(format!("{}/api/v2/campaigns", app.base)).await.unwrap();
    assert_eq!(other.headers()["content-type"], "application/problem+json");
}

#[actix_web::test]
async fn a_token_that_calls_too_often_waits() {
    let app = TestApp::new().await;
    app.owner().await;
    let token = app.token("Casa Lume", Role::Analyst).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let state = tandem::web::state::State::new(app.ctx.clone(), false).with_api_calls(3.try_into().unwrap());
    actix_web::rt::spawn(tandem::app::serve(state, listener, 1).unwrap());
    let client = Client::new(&base, Some(token)).await;
    for _ in 0..3 {
        client.get("/workspace").await.is(200);
    }
    let answer = client.get("/workspace").await.is(429);
    assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
    let another = Client::new(&base, Some(app.token("Casa Lume", Role::Analyst).await)).await;
    another.get("/workspace").await.is(200);
}

#[actix_web::test]
async fn the_page_shows_every_operation_with_a_command_to_try() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/api/docs").await;
    page.assert_status(200).assert_has("Idempotency-Key").assert_lacks("<script>").assert_lacks("style=");
    for operation in tandem::web::api::operations() {
        page.assert_has(&format!("{} /api/v1{}", operation.method, operation.path))
            .assert_has(operation.summary.split('\'').next().unwrap());
    }
    page.assert_has("curl ");
}

#[actix_web::test]
async fn references_lead_somewhere_and_names_are_unique() {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(path)) = object.get("$ref") {
                    found.push(path.clone());
                }
                object.values().for_each(|inner| walk(inner, found));
            }
            Value::Array(all) => all.iter().for_each(|inner| walk(inner, found)),
            _ => {}
        }
    }
    let app = TestApp::new().await;
    let client = Client::new(&app.base, None).await;
    let mut references = Vec::new();
    walk(client.document(), &mut references);
    assert!(references.len() > 40);
    for reference in references {
        assert!(client.document().pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    let mut ids: Vec<String> = tandem::web::api::operations().iter().map(|o| o.id()).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}
