//! Publishing 1,000 ads within Meta's limits: calls and waiting by the platform's clock, with full and with limited access, beside
//! Meta's own Python SDK that makes the same objects one by one.
//!
//! `cargo bench --bench publish -- 50` publishes so many campaigns of 2 ad sets with 10 ads each against a sandbox in this process that
//! enforces the limits. With `--python PATH`, an interpreter that has `facebook-business` (tests/sdk/requirements.txt), the SDK does it
//! too, against a sandbox of its own: `benches/publish_sdk.py`. Both clocks stand still while calls are made and step over what is waited.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, unused_imports)]
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use support::Business;
use tandem::domain::id::{CampaignId, PictureId};
use tandem::service::approvals::Passed;
use tandem::service::{Error, publish};
use tandem::store::plans;

const ADS: usize = 10;
const AD_SETS: usize = 2;
/// After so long something is wrong.
const MOST: Duration = Duration::days(14);

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let python = words.iter().position(|word| word == "--python").and_then(|at| words.get(at + 1)).cloned();
    let campaigns = words.iter().filter_map(|word| word.parse().ok()).next().unwrap_or(50);
    actix_web::rt::System::new().block_on(async {
        for tier in ["full", "limited"] {
            ours(campaigns, tier).await;
            if let Some(python) = &python {
                theirs(campaigns, tier, python).await;
            }
        }
    });
}

async fn ours(campaigns: usize, tier: &str) {
    let business = Business::connected().await;
    let mut pictures = Vec::new();
    for number in 0..ADS {
        pictures.push(business.picture(600 + u32::try_from(number).unwrap(), 750).await);
    }
    let mut all = Vec::new();
    for number in 0..campaigns {
        all.push(campaign(&business, number, &pictures).await);
    }
    business.app.control("limits", json!({ "tier": tier })).await;
    ask(&business.app.ctx.sandbox.as_ref().unwrap().base_url, "calls").await;
    let began = Instant::now();
    let mut walks = Vec::new();
    for id in &all {
        let letter = publish::letter(&business.app.ctx, &business.actor, *id, None).await.unwrap();
        assert!(letter.plan.blocked.is_empty(), "{:?}", letter.plan.blocked);
        let passed = publish::approve(&business.app.ctx, &business.actor, *id, &letter.plan.hash, letter.run).await.unwrap();
        let Passed::Queued(Some(plan)) = passed else { panic!("{passed:?}") };
        walks.push(publish::ApplyPlan { workspace: business.actor.workspace, plan });
    }
    let (mut now, mut requests) = (business.app.control("clock", json!({})).await["now"].as_str().unwrap().parse().unwrap(), 0);
    let started: DateTime<Utc> = now;
    // The plans alone, each as soon as it may go on: the syncs that follow them read, which is counted elsewhere.
    let mut due: BTreeSet<(DateTime<Utc>, usize)> = (0..walks.len()).map(|walk| (now, walk)).collect();
    while let Some((at, walk)) = due.pop_first() {
        if at > now {
            assert!(at - started < MOST, "it does not end");
            business.app.control("clock", json!({"to": at.timestamp().to_string()})).await;
            business.app.ctx.clock.advance(at - now);
            now = at;
        }
        match publish::run(&business.app.ctx, &walks[walk]).await {
            Ok(()) => {}
            Err(Error::Throttled(wait)) => {
                due.insert((now + Duration::seconds((wait.num_milliseconds() + 999) / 1_000).max(Duration::seconds(1)), walk));
            }
            Err(error) => panic!("{error}"),
        }
        requests += requested(&business).await;
    }
    assert!(is_done(&business, &all).await);
    let took = now - started;
    let counted = ask(&business.app.ctx.sandbox.as_ref().unwrap().base_url, "limits").await;
    println!(
        "Tandem, {tier} access, {} ads: {requests} requests, {} calls, {} points, {} s of waiting, {} refused ({:.0} s here)",
        campaigns * AD_SETS * ADS,
        counted["calls"],
        counted["points"],
        took.num_seconds(),
        counted["refused"],
        began.elapsed().as_secs_f64()
    );
}

async fn campaign(business: &Business, number: usize, pictures: &[PictureId]) -> CampaignId {
    let sizes: Vec<(PictureId, u32, u32)> = pictures.iter().map(|id| (*id, 1200, 1500)).collect();
    let facts = business.facts(&sizes).await;
    let (campaign, form) = business.read(&facts, pictures[0], |form| {
        form.name = format!("Sale {number}");
        form.budget = "200.00".into();
        let first = form.ads[0].clone();
        form.ads = (0..ADS)
            .map(|ad| {
                let mut one = first.clone();
                one.key = (ad + 1).to_string();
                one.message = format!("Warm light, real linen, number {ad}.");
                one.picture = pictures[ad].to_string();
                one
            })
            .collect();
    });
    business.save(&campaign, &form).await
}

async fn is_done(business: &Business, all: &[CampaignId]) -> bool {
    let (workspace, all) = (business.actor.workspace, all.to_vec());
    let states = business.app.ctx.db.read(move |c| {
        let mut states = Vec::new();
        for id in all {
            let plan = plans::find_latest_approved(c, workspace, id)?.unwrap();
            states.push((plan.state, plan.problem));
        }
        Ok(states)
    });
    let states = states.await.unwrap();
    assert!(states.iter().all(|(state, _)| state != "failed"), "{states:?}");
    states.iter().all(|(state, _)| state == "applied")
}

async fn theirs(campaigns: usize, tier: &str, python: &str) {
    let sandbox = tandem::sandbox::start(tandem::sandbox::Options {
        listen: ([127, 0, 0, 1], 0).into(),
        seed: 1,
        state_dir: None,
        speed: tandem::sandbox::Speed::Off,
        strict: true,
    })
    .unwrap();
    let (base, python, tier, count) = (sandbox.base_url(), python.to_owned(), tier.to_owned(), campaigns.to_string());
    // On a thread of its own: the sandbox answers meanwhile.
    let ran = actix_web::web::block(move || {
        Command::new(python).args(["benches/publish_sdk.py", &base, &tier, &count]).status().unwrap()
    });
    assert!(ran.await.unwrap().success());
}

async fn ask(base: &str, what: &str) -> Value {
    reqwest::get(format!("{base}/_sandbox/{what}")).await.unwrap().json().await.unwrap()
}

/// Requests since they were last asked for, the control surface's own apart.
async fn requested(business: &Business) -> usize {
    let base = &business.app.ctx.sandbox.as_ref().unwrap().base_url;
    ask(base, "calls").await["calls"].as_array().unwrap().len()
}
