//! A simulation: learned amounts against the sandbox's own shared division, over days and seeds, whichever wins.
//!
//! `cargo bench --bench learned -- 60 20` publishes, for each seed, the same campaign twice in two sandboxes of that seed: shared
//! (the sandbox divides) and per network with learned amounts that apply by themselves. After so many days purchases per money are
//! compared, seed by seed. It says something about this sandbox's auction and nothing about Meta's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, unused_imports)]
#[path = "../tests/support/mod.rs"]
mod support;

use serde_json::json;
use support::Business;
use tandem::domain::campaign::{ByNetwork, CampaignForm};
use tandem::domain::id::CampaignId;
use tandem::service::split::{self, Settings, SettingsForm};
use tandem::store::rollups;

/// Draws of the bootstrap.
const DRAWS: u64 = 10_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number =
        |at: usize, usual: u64| arguments.get(at).map_or(usual, |text| text.parse().expect("days and seeds are numbers"));
    let (days, seeds) = (number(0, 60), number(1, 20));
    actix_web::rt::System::new().block_on(compare(days, seeds));
}

async fn compare(days: u64, seeds: u64) {
    println!("Simulation in the sandbox, {days} days, {seeds} seeds; no evidence about Meta.");
    let mut differences = Vec::new();
    for seed in 1..=seeds {
        let shared = arm(seed, days, |form| form.shape = "shared".into()).await;
        let learned = arm(seed, days, |form| {
            form.amounts = "learned".into();
            form.share = ByNetwork::default();
        });
        let learned = learned.await;
        let difference = learned / shared - 1.0;
        println!("seed {seed}: shared {shared:.4} purchases a euro, learned {learned:.4}, {:+.1} %", difference * 100.0);
        differences.push(difference);
    }
    let mean = differences.iter().sum::<f64>() / differences.len().max(1) as f64;
    let (low, high) = interval(&differences);
    let won = differences.iter().filter(|difference| **difference > 0.0).count();
    println!(
        "learned against shared: {:+.1} % purchases a euro (95 %, bootstrap over seeds: {:+.1} to {:+.1} %); learned won {won} of {}",
        mean * 100.0,
        low * 100.0,
        high * 100.0,
        differences.len()
    );
}

/// Purchases a euro of one arm.
async fn arm(seed: u64, days: u64, shape: impl FnOnce(&mut CampaignForm)) -> f64 {
    let business = Business::connected_to(seed).await;
    let campaign = business.campaign_with(|form| {
        form.budget = "300.00".into();
        shape(form);
    });
    let campaign = campaign.await;
    business.publish(campaign).await;
    let mut form = SettingsForm::of(&Settings::default());
    (form.mode, form.largest_move) = ("apply".into(), "100".into());
    split::save_settings(&business.app.ctx, &business.actor, campaign, &form).await.unwrap();
    for _ in 0..days {
        business.app.control("clock", json!({"advance_days": 1})).await;
        business.sync_now().await;
        business.settle().await;
    }
    rate(&business, campaign).await
}

async fn rate(business: &Business, campaign: CampaignId) -> f64 {
    let (workspace, account) = (business.actor.workspace, business.account);
    let (since, until) = ("2000-01-01".parse().unwrap(), "2100-01-01".parse().unwrap());
    let read = business.app.ctx.db.read(move |c| rollups::sums_by_campaign(c, workspace, account, since, until));
    let sums = read.await.unwrap().into_iter().find(|sums| sums.campaign_id == campaign.0).unwrap();
    sums.results.unwrap_or(0) as f64 / (sums.spend_micros.unwrap_or(0) as f64 / 1e6)
}

/// The 95 % interval of the mean: seeds drawn again with replacement, by a fixed generator.
fn interval(values: &[f64]) -> (f64, f64) {
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| (0..values.len()).map(|_| values[next(values.len())]).sum::<f64>() / values.len().max(1) as f64)
        .collect();
    means.sort_by(f64::total_cmp);
    (means[(DRAWS as usize * 25) / 1_000], means[(DRAWS as usize * 975) / 1_000])
}
