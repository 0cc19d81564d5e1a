//! A simulation: learned amounts against the sandbox's own shared division, over days and seeds, whichever wins.
//!
//! `cargo bench --bench learned -- 60 20` publishes, for each seed, the same campaign twice in two sandboxes of that seed: shared
//! (the sandbox divides) and per network with learned amounts that apply by themselves, begun from an even split. Budget, ads,
//! audience, start, market and days are the same; nothing else of the business differs. Only the days asked for count, each with the
//! results of its whole attribution window. Seed by seed the purchases of the same money are compared. It says something about this
//! sandbox's auction and nothing about Meta's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, unused_imports)]
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use chrono::{Days, NaiveDate};
use serde_json::json;
use statrs::distribution::{ContinuousCDF, StudentsT};
use support::Business;
use tandem::domain::campaign::{ByNetwork, CampaignForm};
use tandem::domain::id::CampaignId;
use tandem::service::connections::unlink;
use tandem::service::split::{self, Settings, SettingsForm};
use tandem::stats::Random;

use tandem::store::split_tests::{self, Wanted};
use tandem::store::{connections, rollups};

/// Draws of the bootstrap.
const DRAWS: usize = 10_000;
/// Fewer seeds than these give no interval.
const LEAST_SEEDS: usize = 5;
/// Days for which results come in after a day: the campaign counts `7d_click`.
const WINDOW_DAYS: u64 = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number =
        |at: usize, usual: u64| arguments.get(at).map_or(usual, |text| text.parse().expect("days and seeds are numbers"));
    let (days, seeds) = (number(0, 60), number(1, 20));
    actix_web::rt::System::new().block_on(compare(days, seeds));
}

/// What an arm spent and brought on the days that count.
struct Arm {
    euros: f64,
    purchases: i64,
    moves: usize,
}

impl Arm {
    /// Purchases a euro.
    fn rate(&self) -> f64 {
        self.purchases as f64 / self.euros
    }
}

async fn compare(days: u64, seeds: u64) {
    println!("Simulation in the sandbox, {days} days, {seeds} seeds; no evidence about Meta.");
    let (mut ratios, mut spends) = (Vec::new(), Vec::new());
    for seed in 1..=seeds {
        let began = Instant::now();
        let shared = arm(seed, days, |form| form.shape = "shared".into()).await;
        let learned = arm(seed, days, |form| {
            form.amounts = "learned".into();
            form.share = ByNetwork::default();
        });
        let learned = learned.await;
        println!(
            "seed {seed}: shared {:.2} EUR, {} purchases; learned {:.2} EUR, {} purchases, {} moves; of the same money {:+.1} % ({:.2} s a day)",
            shared.euros,
            shared.purchases,
            learned.euros,
            learned.purchases,
            learned.moves,
            (learned.rate() / shared.rate() - 1.0) * 100.0,
            began.elapsed().as_secs_f64() / (2 * days).max(1) as f64
        );
        assert!(shared.purchases > 0 && learned.purchases > 0, "a seed without purchases compares nothing: take more days");
        ratios.push((learned.rate() / shared.rate()).ln());
        spends.push(learned.euros / shared.euros);
    }
    let won = ratios.iter().filter(|ratio| **ratio > 0.0).count();
    println!("Learned won {won} of {seeds}. It spent {:.1} % of what shared spent.", mean(&spends) * 100.0);
    println!("Purchases of the same money, learned to shared: {:.3} (geometric mean over seeds)", mean(&ratios).exp());
    if ratios.len() < LEAST_SEEDS {
        println!("No interval from fewer than {LEAST_SEEDS} seeds.");
        return;
    }
    for (name, (low, high)) in [("Student's t of the logarithms", student(&ratios)), ("bootstrap over seeds", bootstrap(&ratios))]
    {
        println!("  95 %, pairs by seed, {name}: {:.3} to {:.3}", low.exp(), high.exp());
    }
}

/// What one arm came to.
async fn arm(seed: u64, days: u64, shape: impl FnOnce(&mut CampaignForm)) -> Arm {
    let business = Business::connected_to(seed).await;
    leave_alone(&business).await;
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
        advance(&business, 1).await;
    }
    let page = split::open(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    let moves = page.decisions.iter().filter(|decision| decision.state == "applied").count();
    // The last days' results are still to come; what is spent meanwhile does not count.
    advance(&business, WINDOW_DAYS + 1).await;
    let (euros, purchases) = sums(&business, campaign, days).await;
    Arm { euros, purchases, moves }
}

/// Lets go of the other ad accounts: reading them each day says nothing here.
async fn leave_alone(business: &Business) {
    let workspace = business.actor.workspace;
    let linked = business.app.ctx.db.read(move |c| connections::list_linked_accounts(c, workspace)).await.unwrap();
    for account in linked.into_iter().filter(|account| account.id != business.account) {
        unlink(&business.app.ctx, &business.actor, account.id).await.unwrap();
    }
}

/// Lets days pass, reads them, and carries out what follows.
async fn advance(business: &Business, days: u64) {
    business.app.control("clock", json!({"advance_days": days})).await;
    business.sync_now().await;
    business.settle().await;
}

/// Euros and purchases of so many days from the first one on.
async fn sums(business: &Business, campaign: CampaignId, days: u64) -> (f64, i64) {
    let (workspace, account) = (business.actor.workspace, business.account);
    let (since, until): (NaiveDate, NaiveDate) = ("2000-01-01".parse().unwrap(), "2100-01-01".parse().unwrap());
    let wanted = Wanted { workspace, account, arms: [campaign, campaign], since, until };
    let spent = business.app.ctx.db.read(move |c| split_tests::spent(c, &wanted)).await.unwrap();
    let first = spent.first().expect("a day of figures").on_day;
    let last = first.checked_add_days(Days::new(days.saturating_sub(1))).unwrap();
    let read = business.app.ctx.db.read(move |c| rollups::sums_by_campaign(c, workspace, account, first, last));
    let sums = read.await.unwrap().into_iter().find(|sums| sums.campaign_id == campaign.0).unwrap();
    (sums.spend_micros.unwrap_or(0) as f64 / 1e6, sums.results.unwrap_or(0))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The 95 % interval of the mean by Student's t: exact where the values are normal.
fn student(values: &[f64]) -> (f64, f64) {
    let (n, mean) = (values.len() as f64, mean(values));
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let half = StudentsT::new(0.0, 1.0, n - 1.0).unwrap().inverse_cdf(0.975) * (variance / n).sqrt();
    (mean - half, mean + half)
}

/// The 95 % interval of the mean: seeds, and with each both of its arms, drawn again with replacement. Somewhat narrow with few seeds.
fn bootstrap(values: &[f64]) -> (f64, f64) {
    let mut random = Random::new(1, 1);
    let mut draw = || values[(random.uniform() * values.len() as f64) as usize];
    let mut means: Vec<f64> = (0..DRAWS).map(|_| mean(&(0..values.len()).map(|_| draw()).collect::<Vec<_>>())).collect();
    means.sort_by(f64::total_cmp);
    (means[DRAWS * 25 / 1_000], means[DRAWS * 975 / 1_000])
}
