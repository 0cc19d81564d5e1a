//! A large account within Meta's limits: how many calls and how many minutes of the platform's clock a sync takes.
//!
//! `cargo bench --bench sync -- 5000` makes so many ads by hand in the sandbox, lets them deliver for three days, enforces the limits
//! of a tier (points and calls an hour, on the sandbox's clock) and syncs: first everything, then the same day again a quarter of
//! an hour later. Both clocks step a minute while the sync waits.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, unused_imports)]
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use chrono::Duration;
use serde_json::{Value, json};
use support::{Business, ByHand, targeting};
use tandem::service::connections;
use tandem::store::{observed, sync_runs};

/// Ads in an ad set, and ad sets in a campaign.
const SHAPE: [usize; 2] = [25, 2];
/// After so many minutes something is wrong.
const MOST_MINUTES: u32 = 20_000;

fn main() {
    let ads = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(5_000);
    actix_web::rt::System::new().block_on(async {
        for tier in ["full", "limited"] {
            account(ads, tier).await;
        }
    });
}

async fn account(ads: usize, tier: &str) {
    let business = Business::connected().await;
    let made = make(&business, ads).await;
    business.app.control("clock", json!({"advance_days": 3})).await;
    business.app.control("limits", json!({"tier": tier})).await;
    calls(&business).await;
    let first = sync(&business).await;
    business.app.control("clock", json!({"advance_minutes": 20})).await;
    business.app.ctx.clock.advance(Duration::minutes(20));
    let again = sync(&business).await;
    let workspace = business.actor.workspace;
    let seen = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "ad")).await.unwrap().len();
    assert_eq!(seen, made, "every ad is known");
    println!(
        "sync of {made} ads, {tier} access: first {first}; a quarter of an hour later {again}; refused {}",
        refused(&business).await
    );
}

async fn make(business: &Business, ads: usize) -> usize {
    let hand = ByHand::of(business);
    let [in_set, in_campaign] = SHAPE;
    let mut made = 0;
    while made < ads {
        let campaign = hand.campaign(json!({"name": format!("Campaign {made}")})).await;
        for _ in 0..in_campaign {
            let both = targeting(json!({"publisher_platforms": ["facebook", "instagram"]}));
            let ad_set =
                hand.ad_set(&campaign, &format!("Ad set {made}"), json!({"daily_budget": 5000, "targeting": both})).await;
            let creative = hand.creative("Lamp", json!({})).await;
            for _ in 0..in_set.min(ads - made) {
                hand.ad_of(&ad_set, &format!("Ad {made}"), &creative).await;
                made += 1;
            }
        }
    }
    made
}

/// Syncs until it has ended: calls, minutes of the platform's clock, seconds of this machine.
async fn sync(business: &Business) -> String {
    let (ctx, workspace, account) = (&business.app.ctx, business.actor.workspace, business.account);
    let started = Instant::now();
    ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(ctx, &business.actor).await.unwrap();
    let (mut minutes, mut made) = (0, 0);
    loop {
        business.app.run_jobs().await;
        made += calls(business).await;
        if ctx.db.read(move |c| sync_runs::find(c, workspace, account)).await.unwrap().is_none() {
            break;
        }
        assert!(minutes < MOST_MINUTES, "it does not end");
        minutes += 1;
        business.app.control("clock", json!({"advance_minutes": 1})).await;
        ctx.clock.advance(Duration::minutes(1));
    }
    format!("{made} calls in {minutes} min ({:.1} s here)", started.elapsed().as_secs_f64())
}

async fn ask(business: &Business, what: &str) -> Value {
    let base = &business.app.ctx.sandbox.as_ref().unwrap().base_url;
    reqwest::get(format!("{base}/_sandbox/{what}")).await.unwrap().json().await.unwrap()
}

/// Calls since they were last asked for.
async fn calls(business: &Business) -> usize {
    ask(business, "calls").await["calls"].as_array().unwrap().len()
}

async fn refused(business: &Business) -> u64 {
    ask(business, "limits").await["refused"].as_u64().unwrap()
}
