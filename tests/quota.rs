//! The budget of calls: nothing is refused by Meta's limits, what has no room waits, and everybody sees why.

use chrono::Duration;
use serde_json::{Value, json};
use tandem::domain::quota::{Tier, Urgency};
use tandem::domain::role::Role;
use tandem::failpoint::{self, Moment, Watcher};
use tandem::jobs::Worker;
use tandem::service::{publish, quota};
use tandem::store::{observed, plans};

use std::sync::{Arc, Mutex};

use crate::support::day::{Setup, day, percentile};
use crate::support::{Business, spoilt};

async fn limits(business: &Business) -> Value {
    let base = &business.app.ctx.sandbox.as_ref().unwrap().base_url;
    reqwest::get(format!("{base}/_sandbox/limits")).await.unwrap().json().await.unwrap()
}

async fn state(business: &Business, campaign: tandem::domain::id::CampaignId) -> String {
    let workspace = business.actor.workspace;
    let plan = business.app.ctx.db.read(move |c| plans::find_latest_approved(c, workspace, campaign)).await.unwrap();
    plan.unwrap().state
}

async fn approve(business: &Business, campaign: tandem::domain::id::CampaignId) {
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
}

/// A campaign of two ad sets with so many ads each.
async fn large(business: &Business, ads: usize) -> tandem::domain::id::CampaignId {
    business
        .campaign_with(|form| {
            let first = form.ads[0].clone();
            form.ads = (0..ads)
                .map(|ad| {
                    let mut one = first.clone();
                    one.key = (ad + 1).to_string();
                    one.message = format!("Warm light, number {ad}.");
                    one
                })
                .collect();
        })
        .await
}

#[actix_web::test]
async fn a_plan_in_limited_access_waits_for_room_and_nothing_of_it_is_refused() {
    let business = Business::connected().await;
    business.app.control("limits", json!({"tier": "limited"})).await;
    let campaign = large(&business, 6).await;
    approve(&business, campaign).await;
    let mut minutes = 0;
    let mut waited = false;
    while minutes < 60 && state(&business, campaign).await != "applied" {
        business.app.run_jobs().await;
        let all = quota::list(&business.app.ctx, &business.actor).await.unwrap();
        waited |= all.iter().any(|one| one.standing.tier == Some(Tier::Limited) && !one.standing.waiting.is_empty());
        business.app.control("clock", json!({"advance_minutes": 1})).await;
        business.app.ctx.clock.advance(Duration::minutes(1));
        minutes += 1;
    }
    assert_eq!(state(&business, campaign).await, "applied", "after {minutes} minutes");
    assert!(waited, "12 creatives and 12 ads are more than 60 points");
    assert_eq!(limits(&business).await["refused"], 0);
}

#[actix_web::test]
async fn a_plan_goes_in_few_requests() {
    let business = Business::connected().await;
    let campaign = large(&business, 10).await;
    approve(&business, campaign).await;
    let seen: Arc<Mutex<Vec<(bool, usize)>>> = Arc::default();
    let inner = Arc::clone(&seen);
    let watcher: Watcher = Arc::new(move |moment| {
        if let Moment::BeforeCall(call) = moment {
            inner.lock().unwrap().push((call.writes, call.parts));
        }
        Box::pin(async {})
    });
    failpoint::watched(watcher, Worker::new(business.app.ctx.clone()).step()).await.unwrap();
    assert_eq!(state(&business, campaign).await, "applied");
    let (requests, writes): (usize, usize) = {
        let seen = seen.lock().unwrap();
        (seen.len(), seen.iter().filter(|(writes, _)| *writes).map(|(_, parts)| parts).sum())
    };
    assert_eq!(writes, 1 + 2 + 20 + 20 + 20 + 2 + 1, "the upload counts as none that changes something");
    assert!(requests <= 24, "{requests} requests for 66 changes: {:?}", seen.lock().unwrap());
}

#[actix_web::test]
async fn what_meta_would_refuse_is_refused_before_anything_is_made() {
    let business = Business::connected().await;
    let picture = business.picture(600, 750).await;
    let facts = business.facts(&[(picture, 1200, 1500)]).await;
    for (spoil, told) in spoilt() {
        let (mut campaign, form) = business.read(&facts, picture, |_| {});
        spoil(&mut campaign);
        let id = business.save(&campaign, &form).await;
        business.publish(id).await;
        assert_eq!(state(&business, id).await, "failed");
        let workspace = business.actor.workspace;
        let steps = business.app.ctx.db.read(move |c| {
            let plan = plans::find_latest_approved(c, workspace, id)?.unwrap();
            plans::list_steps(c, workspace, plan.id)
        });
        let failed: Vec<_> = steps.await.unwrap().into_iter().filter(|step| step.state == "failed").collect();
        assert!(failed.len() == 1 && failed[0].attempts == 0, "{failed:?}");
        assert!(failed[0].problem.as_ref().unwrap().contains(told), "{told}: {failed:?}");
        let made = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, id)).await.unwrap();
        assert!(made.is_empty(), "{made:?}");
    }
}

#[actix_web::test]
async fn the_budget_stands_on_the_page_in_its_twins_in_the_api_and_in_the_metrics() {
    let business = Business::connected().await;
    let mut ana = business.browser().await;
    ana.get("/connections").await.assert_has("Calls to Meta").assert_has("of 9000").assert_has("/connections/quota.csv");
    let csv = ana.get("/connections/quota.csv").await;
    csv.assert_status(200).assert_has("ad_account_id,ad_account,access,points_used").assert_has("full,");
    let twin: Value = serde_json::from_str(&ana.get("/connections/quota.json").await.body).unwrap();
    assert_eq!(twin["columns"].as_array().unwrap().len(), twin["rows"][0].as_array().unwrap().len());
    let token = business.app.token("Casa Lume", Role::Analyst).await;
    let url = format!("{}/api/v1/quota", business.app.base);
    let told: Value = business.app.http().get(url).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert_eq!((&told["items"][0]["access"], &told["items"][0]["points"]["most"]), (&json!("full"), &json!(9_000)));
    let metrics = business.app.http().get(format!("{}/metrics", business.app.base)).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("tandem_quota_waiting{urgency=\"reads\"} 0"), "{metrics}");
    let mut zoe = business.app.member("Another house", "zoe@example.com", Role::Owner).await;
    zoe.get("/connections/quota.csv").await.assert_lacks("full,");
}

#[test]
fn a_morning_of_ten_accounts_meets_no_limit_and_stops_are_quick() {
    for tier in [Tier::Full, Tier::Limited] {
        let day = day(Setup { accounts: 10, hours: 6, tier, seed: 7 });
        assert_eq!(day.refused, 0, "{tier:?}");
        assert!(day.calls > 1_000 && day.ages.len() > 50 && day.edits.len() > 5 && day.stops.len() > 1, "{day:?}");
        let most = if tier == Tier::Full { 10 } else { 120 };
        assert!(percentile(&day.stops, 100) <= most, "{tier:?}: {:?}", day.stops);
    }
    assert!(Urgency::Stop < Urgency::Edit && Urgency::Edit < Urgency::Create && Urgency::Create < Urgency::Read);
}
