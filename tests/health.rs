//! How ad accounts and tokens are: each problem is found, said with its way out, and the first three block a plan.

use chrono::Duration;
use serde_json::json;
use tandem::domain::id::AdAccountId;
use tandem::service::health::{self, HealthCode, Problem, Severity};
use tandem::service::{Actor, Ctx, Error, connections, publish};

use crate::support::{Business, TwoSides};

/// Reads everything again and says what is wrong.
async fn seen(business: &Business) -> Vec<Problem> {
    connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;
    health::problems(&business.app.ctx, &business.actor).await.unwrap()
}

async fn of(ctx: &Ctx, actor: &Actor, account: AdAccountId) -> Vec<HealthCode> {
    health::problems_of(ctx, actor, account).await.unwrap().iter().map(|problem| problem.code).collect()
}

fn only(problems: &[Problem], code: HealthCode) -> &Problem {
    let found: Vec<_> = problems.iter().filter(|problem| problem.code == code).collect();
    assert_eq!(found.len(), 1, "{problems:#?}");
    found[0]
}

async fn edit(business: &Business, fields: serde_json::Value) {
    let id = business.app.sandbox.as_ref().unwrap().identity().ad_account_id;
    business.app.control("edit", json!({ "id": id, "fields": fields })).await;
}

#[actix_web::test]
async fn the_demo_business_is_well() {
    let business = Business::connected().await;
    assert_eq!(seen(&business).await, []);
}

#[actix_web::test]
async fn status_payment_and_limit_block_a_plan_with_the_sentence_and_the_way_out() {
    let business = Business::connected().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let campaign = business.campaign().await;
    let mut browser = business.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    for (fields, code, says) in [
        (json!({"account_status": 2, "disable_reason": 1}), HealthCode::AccountStatus, "its ads broke the advertising policies"),
        (json!({"account_status": 3}), HealthCode::AccountStatus, "a payment failed"),
        (json!({"funding_source_details": {}, "balance": "1250"}), HealthCode::Funding, "12.50 EUR is owed"),
        (
            json!({"is_prepay_account": true, "funding_source_details": {"type": 20, "display_string": "Available balance (€0,00 EUR)"}}),
            HealthCode::Funding,
            "is used up",
        ),
    ] {
        edit(&business, fields.clone()).await;
        let problems = seen(&business).await;
        let problem = only(&problems, code);
        assert!(problem.sentence.words.contains(says) && problem.blocks_plans, "{problem:?}");
        assert_eq!(problem.severity, Severity::Blocking);
        let letter = publish::letter(ctx, actor, campaign, None).await.unwrap();
        let refused = publish::approve(ctx, actor, campaign, &letter.plan.hash, letter.run).await;
        let Err(Error::Conflict(said)) = refused else { panic!("{refused:?}") };
        assert_eq!(said, problem.sentence.clone().and(&problem.way_out));
        let page = browser.get(&format!("/campaigns/{campaign}/plan")).await;
        page.assert_has(says).assert_lacks("id=\"approve\"");
        for path in ["/", "/campaigns", "/connections"] {
            browser.get(path).await.assert_has(says);
        }
        let undo = fields.as_object().unwrap().keys().map(|name| (name.clone(), serde_json::Value::Null));
        edit(&business, serde_json::Value::Object(undo.collect())).await;
        assert_eq!(seen(&business).await, []);
    }
    let letter = publish::letter(ctx, actor, campaign, None).await.unwrap();
    publish::approve(ctx, actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
}

#[actix_web::test]
async fn the_accounts_own_limit_is_said_when_little_is_left_and_blocks_when_nothing_is() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let letter = publish::letter(ctx, actor, campaign, None).await.unwrap();
    publish::approve(ctx, actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    for _ in 0..4 {
        business.app.run_jobs().await;
        ctx.clock.advance(Duration::seconds(30));
    }
    business.app.control("clock", json!({ "advance_days": 2 })).await;
    assert_eq!(seen(&business).await, []);
    let workspace = actor.workspace;
    let id = business.account;
    let account = ctx.db.read(move |c| tandem::store::connections::get_account(c, workspace, id)).await.unwrap();
    let spent = account.amount_spent_minor.unwrap();
    assert!(spent > 1_000, "{spent}");
    edit(&business, json!({ "spend_cap": spent + 100 })).await;
    let problems = seen(&business).await;
    let problem = only(&problems, HealthCode::SpendLimit);
    assert!(!problem.blocks_plans && problem.sentence.words.contains("1.00 EUR more"), "{problem:?}");
    assert!(problem.way_out.contains("Tandem never does that"));
    edit(&business, json!({ "spend_cap": spent / 2 })).await;
    let problems = seen(&business).await;
    assert!(only(&problems, HealthCode::SpendLimit).blocks_plans);
}

#[actix_web::test]
async fn what_the_token_may_not_see_is_not_held_against_the_account() {
    let business = Business::connected().await;
    edit(&business, json!({ "user_tasks": ["ANALYZE"] })).await;
    assert_eq!(seen(&business).await, []);
}

#[actix_web::test]
async fn a_grace_period_warns_and_blocks_nothing() {
    let business = Business::connected().await;
    edit(&business, json!({ "account_status": 9 })).await;
    let problems = seen(&business).await;
    let problem = only(&problems, HealthCode::AccountStatus);
    assert_eq!((problem.severity, problem.blocks_plans), (Severity::Warning, false));
}

#[actix_web::test]
async fn a_silent_pixel_and_a_missing_instagram_account_are_said_and_block_nothing() {
    let mut house = TwoSides::start().await;
    house.meta.control("page", json!({ "instagram": false })).await;
    house.meta.control("pixel", json!({ "silent": true })).await;
    let identity = house.meta.identity.clone();
    let (path, _) = house.paste(&identity.system_user_token).await;
    let pixel = format!("{}:{}", identity.ad_account_id, identity.pixel_id);
    let none = format!("instagram.{}", identity.page_id);
    let fields = [
        ("name", "Lume"),
        ("account", identity.ad_account_id.as_str()),
        ("page", identity.page_id.as_str()),
        (none.as_str(), ""),
        ("pixel", pixel.as_str()),
    ];
    house.browser.post(&path, &fields).await.assert_status(303);
    house.meta.control("clock", json!({ "advance_days": 2 })).await;
    house.app.run_jobs().await;
    let problems = health::problems(&house.app.ctx, &house.actor).await.unwrap();
    let codes: Vec<_> = problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["instagram_missing", "pixel_silent"]);
    assert!(problems.iter().all(|problem| !problem.blocks_plans && !problem.way_out.is_empty()));
    house.browser.get("/connections").await.assert_has("has heard nothing since").assert_has("has no Instagram account");
    house.meta.control("pixel", json!({ "silent": false })).await;
    house.app.ctx.clock.advance(Duration::minutes(1));
    connections::sync_now(&house.app.ctx, &house.actor).await.unwrap();
    house.app.run_jobs().await;
    let account = connections::list(&house.app.ctx, &house.actor).await.unwrap()[0].accounts[0].id;
    assert_eq!(of(&house.app.ctx, &house.actor, account).await, [HealthCode::InstagramMissing]);
}

#[actix_web::test]
async fn a_dying_token_is_said_two_weeks_before_by_the_platforms_clock() {
    let mut house = TwoSides::start().await;
    let token = house.meta.identity.system_user_token.clone();
    let (_, account) = house.link(&token).await;
    assert_eq!(of(&house.app.ctx, &house.actor, account).await, []);
    // 2026-11-02 09:00 in Lisbon is where every sandbox begins.
    let (in_20_days, in_10_days) = (1_793_610_000 + 20 * 86_400, 1_793_610_000 + 10 * 86_400);
    house.meta.control("tokens", json!({ "token": token, "expires_at": in_20_days, "data_access_expires_at": in_10_days })).await;
    house.app.ctx.clock.advance(Duration::minutes(16));
    connections::heartbeat(&house.app.ctx).await.unwrap();
    assert_eq!(of(&house.app.ctx, &house.actor, account).await, [HealthCode::DataAccessExpires]);
    house.meta.control("clock", json!({ "advance_days": 8 })).await;
    house.app.ctx.clock.advance(Duration::minutes(16));
    connections::heartbeat(&house.app.ctx).await.unwrap();
    let problems = health::problems(&house.app.ctx, &house.actor).await.unwrap();
    assert_eq!(only(&problems, HealthCode::TokenExpires).sentence.words, "The token of “Lume at Meta” ends in 12 days.");
    house.meta.control("tokens", json!({ "token": token, "revoked": true })).await;
    house.app.ctx.clock.advance(Duration::minutes(16));
    connections::heartbeat(&house.app.ctx).await.unwrap();
    let problems = health::problems(&house.app.ctx, &house.actor).await.unwrap();
    assert_eq!(problems[0].code, HealthCode::TokenInvalid);
    assert_eq!(problems[0].severity, Severity::Blocking);
    house.browser.get("/connections").await.assert_has("does not accept the token").assert_has("Refused");
}

#[actix_web::test]
async fn a_real_server_is_asked_every_quarter_of_an_hour_and_no_more() {
    let mut house = TwoSides::start().await;
    let token = house.meta.identity.system_user_token.clone();
    house.link(&token).await;
    connections::heartbeat(&house.app.ctx).await.unwrap();
    house.meta.calls().await;
    for _ in 0..5 {
        house.app.ctx.clock.advance(Duration::minutes(1));
        connections::heartbeat(&house.app.ctx).await.unwrap();
    }
    assert_eq!(house.meta.calls().await, []);
    house.app.ctx.clock.advance(Duration::minutes(10));
    connections::heartbeat(&house.app.ctx).await.unwrap();
    assert!(house.meta.calls().await.iter().any(|(path, _)| path.ends_with("/debug_token")));
}
