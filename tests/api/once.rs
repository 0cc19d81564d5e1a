//! Idempotency keys: once, whatever is repeated and whenever the machine dies.

use chrono::Duration;
use serde_json::json;
use tandem::domain::id::ApiTokenId;
use tandem::domain::role::Role;
use tandem::service::idempotency::{self, Begun, Kept};
use tandem::service::{Actor, Error, housekeeping, tokens};
use tandem::store::audit;

use super::client::Client;
use crate::support::TestApp;

async fn house() -> (TestApp, Client) {
    let app = TestApp::new().await;
    app.owner().await;
    let client = Client::new(&app.base, Some(app.token("Casa Lume", Role::Owner).await)).await;
    (app, client)
}

/// How many tokens of this name were made.
async fn made(app: &TestApp, name: &str) -> usize {
    let actor = app.actor("Casa Lume").await;
    tokens::list(&app.ctx, &actor).await.unwrap().iter().filter(|token| token.name == name).count()
}

#[actix_web::test]
async fn the_same_request_under_the_same_key_gets_the_same_answer_and_happens_once() {
    let (app, client) = house().await;
    let body = json!({ "name": "nightly", "role": "analyst" });
    let first = client.post_with_key("/tokens", "key-1", body.clone()).await.is(201);
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = client.post_with_key("/tokens", "key-1", body.clone()).await.is(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!((&first.text, first.header("location")), (&again.text, again.header("location")));
    assert_eq!(made(&app, "nightly").await, 1);
    let other = client.post_with_key("/tokens", "key-2", body).await.is(201);
    assert_ne!(other.text, first.text);
    assert_eq!(made(&app, "nightly").await, 2);
}

#[actix_web::test]
async fn a_key_never_stands_for_two_requests_and_belongs_to_its_token() {
    let (app, client) = house().await;
    let body = json!({ "name": "nightly", "role": "analyst" });
    client.post_with_key("/tokens", "key-1", body.clone()).await.is(201);
    let changed = json!({ "name": "nightly", "role": "owner" });
    assert_eq!(client.post_with_key("/tokens", "key-1", changed).await.is(422).fields(), ["Idempotency-Key"]);
    client.post_with_key("/stop", "key-1", json!({ "scope": "here" })).await.is(422);
    let second = Client::new(&app.base, Some(app.token("Casa Lume", Role::Owner).await)).await;
    let own = second.post_with_key("/tokens", "key-1", body).await.is(201);
    assert_eq!(own.header("idempotent-replayed"), "");
    for wrong in ["", "with space", &"x".repeat(256)] {
        client.post_with_key("/tokens", wrong, json!({ "name": "x", "role": "analyst" })).await.is(422);
    }
}

#[actix_web::test]
async fn a_refusal_that_wrote_nothing_frees_its_key() {
    let (app, client) = house().await;
    client.post_with_key("/tokens", "key-1", json!({ "name": "", "role": "analyst" })).await.is(422);
    client.post_with_key("/tokens", "key-1", json!({ "name": "nightly", "role": "analyst" })).await.is(201);
    assert_eq!(made(&app, "nightly").await, 1);
}

#[actix_web::test]
async fn a_key_is_forgotten_after_a_day() {
    let (app, client) = house().await;
    let body = json!({ "name": "nightly", "role": "analyst" });
    client.post_with_key("/tokens", "key-1", body.clone()).await.is(201);
    app.ctx.clock.advance(Duration::hours(23));
    client.post_with_key("/tokens", "key-1", body.clone()).await.is(201);
    assert_eq!(made(&app, "nightly").await, 1);
    app.ctx.clock.advance(Duration::hours(1));
    housekeeping::clean(&app.ctx).await.unwrap();
    client.post_with_key("/tokens", "key-1", body).await.is(201);
    assert_eq!(made(&app, "nightly").await, 2);
}

/// A run of a request as the door starts it, to be broken off anywhere.
async fn begin(app: &TestApp, fingerprint: &str) -> Result<(Begun, Actor), Error> {
    let mut actor = app.actor("Casa Lume").await;
    let begun = idempotency::begin(&app.ctx, actor.workspace, ApiTokenId(7), "key", fingerprint.to_owned()).await?;
    if let Begun::Fresh(claim) = &begun {
        actor.claim = Some(claim.clone());
    }
    Ok((begun, actor))
}

#[actix_web::test]
async fn while_a_request_is_under_way_a_second_one_waits() {
    let (app, _client) = house().await;
    begin(&app, "a").await.unwrap();
    assert!(matches!(begin(&app, "a").await, Err(Error::Conflict(said)) if said.slug == "idempotency-key-under-way"));
    assert!(matches!(begin(&app, "b").await, Err(Error::Invalid(_))));
}

#[actix_web::test]
async fn a_request_that_died_before_it_wrote_is_carried_out_by_its_repetition_and_never_by_both() {
    let (app, _client) = house().await;
    let (_, dead) = begin(&app, "a").await.unwrap();
    app.ctx.clock.advance(Duration::minutes(6));
    let (_, alive) = begin(&app, "a").await.unwrap();
    // The first was not dead after all: its transaction must not be kept.
    let late = tokens::create(&app.ctx, &dead, "late", Role::Analyst).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    tokens::create(&app.ctx, &alive, "in time", Role::Analyst).await.unwrap();
    assert_eq!((made(&app, "late").await, made(&app, "in time").await), (0, 1));
    let workspace = alive.workspace;
    assert_eq!(app.ctx.db.read(move |c| audit::first_broken(c, workspace)).await.unwrap(), None);
}

#[actix_web::test]
async fn a_request_that_died_between_its_write_and_its_answer_is_not_carried_out_again() {
    let (app, _client) = house().await;
    let (_, actor) = begin(&app, "a").await.unwrap();
    tokens::create(&app.ctx, &actor, "once", Role::Analyst).await.unwrap();
    app.ctx.clock.advance(Duration::minutes(6));
    let again = begin(&app, "a").await;
    assert!(
        matches!(again, Err(Error::Conflict(ref said)) if said.words.contains("token.created") && said.slug == "idempotency-answer-lost"),
        "{again:?}"
    );
    assert_eq!(made(&app, "once").await, 1);
}

#[actix_web::test]
async fn kept_answers_are_sealed() {
    let (app, client) = house().await;
    let answer = client.post_with_key("/tokens", "key-1", json!({ "name": "nightly", "role": "analyst" })).await.is(201);
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let actor = app.actor("Casa Lume").await;
    let id = tokens::list(&app.ctx, &actor).await.unwrap().iter().find(|t| t.name == "test").unwrap().id;
    let workspace = actor.workspace;
    let row = app.ctx.db.read(move |c| {
        let place = tandem::store::idempotency_keys::Place { workspace, token: id, key: "key-1" };
        tandem::store::idempotency_keys::find(c, place)
    });
    let sealed = row.await.unwrap().unwrap().answer.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains(&token));
    let kept = Kept { status: 201, headers: Vec::new(), body: token };
    assert_ne!(sealed, serde_json::to_vec(&kept).unwrap());
}
