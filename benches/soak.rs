//! Plans carried out while anything happens to them: `cargo bench --bench soak -- 2000` runs so many seeded runs in process and
//! prints what happened and what was wrong; `-- 1000 --from 1000` runs the second half of them, `-- --seed N` repeats one.
//!
//! A run is 1 to 40 ad sets over as many campaigns as they take (a campaign has at most four), approved together. While they are
//! carried out the worker dies, answers are lost, calls fail, are refused or throttled, lists lag, the token dies: each at a random
//! moment. Then the run is carried to its end and counted by the sandbox's own lists.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, unused_imports)]
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use support::{Census, Ended, House, Strike, Watch, Wrong, step};
use tandem::domain::id::CampaignId;
use tandem::service::{Ctx, connections};

const RUNS: u64 = 2_000;
/// Runs that share a database and a sandbox: enough to spare their start, few enough that lists stay as a business's.
const RUNS_A_HOUSE: u64 = 5;
/// A campaign's most ad sets.
const AD_SETS_A_CAMPAIGN: usize = 4;
/// About as many moments as the job of a plan of four ad sets has.
const MOMENTS: usize = 250;
/// A worker's tries without anything happening to them before a run counts as unfinished.
const QUIET_TRIES: usize = 400;

#[derive(Default)]
struct Tally {
    runs: u64,
    plans: u64,
    ad_sets: u64,
    restarts: u64,
    by_kind: BTreeMap<&'static str, u64>,
    twice: u64,
    left_over: u64,
    on: u64,
    unequal: u64,
    unfinished: u64,
    failing: Vec<u64>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (first, runs) = match arguments.as_slice() {
        [flag, seed] if flag == "--seed" => (number(seed), 1),
        [runs, flag, first] if flag == "--from" => (number(first), number(runs)),
        [runs] => (0, number(runs)),
        _ => (0, RUNS),
    };
    let began = Instant::now();
    let tally = actix_web::rt::System::new().block_on(soak(first, runs));
    tell(&tally, began);
    if !tally.failing.is_empty() {
        std::process::exit(1);
    }
}

fn number(word: &str) -> u64 {
    word.parse().expect("runs and seeds are numbers")
}

async fn soak(first: u64, runs: u64) -> Tally {
    let mut tally = Tally::default();
    let seeds: Vec<u64> = (first..first + runs).collect();
    for batch in seeds.chunks(usize::try_from(RUNS_A_HOUSE).unwrap()) {
        // A refusal that is meant for a plan may meet a sync, which then fails and comes again.
        let house = House::new().await.expecting_failures();
        let mut census = Census::default();
        let mut of_run: BTreeMap<CampaignId, u64> = BTreeMap::new();
        for seed in batch {
            for campaign in run(&house, *seed, &mut tally).await {
                of_run.insert(campaign, *seed);
                house.expect(&mut census, campaign).await;
            }
        }
        note(&mut tally, &house.count(&census).await, &of_run);
        eprintln!("{} of {runs} runs, {} wrong", tally.runs, tally.failing.len());
    }
    tally.failing.sort_unstable();
    tally.failing.dedup();
    tally
}

/// Adds what a count found; what belongs to no known campaign counts against every run of the house.
fn note(tally: &mut Tally, wrong: &Wrong, of_run: &BTreeMap<CampaignId, u64>) {
    tally.twice += wrong.twice.len() as u64;
    tally.left_over += wrong.left_over.len() as u64;
    tally.on += wrong.on.len() as u64;
    tally.unequal += wrong.missing.len() as u64;
    for (campaign, what) in [&wrong.twice, &wrong.left_over, &wrong.on, &wrong.missing].into_iter().flatten() {
        let seeds: Vec<u64> = match campaign {
            Some(campaign) => of_run.get(campaign).into_iter().copied().collect(),
            None => of_run.values().copied().collect(),
        };
        eprintln!("seed {seeds:?}: {what}");
        tally.failing.extend(seeds);
    }
}

/// One run; returns its campaigns.
async fn run(house: &House, seed: u64, tally: &mut Tally) -> Vec<CampaignId> {
    let mut rng = StdRng::seed_from_u64(seed);
    let ad_sets: usize = rng.random_range(1..=40);
    let mut campaigns = Vec::new();
    let mut left = ad_sets;
    while left > 0 {
        let some = rng.random_range(1..=AD_SETS_A_CAMPAIGN.min(left));
        let campaign = house.campaign(&format!("Run {seed}.{}", campaigns.len() + 1), some).await;
        campaigns.push(campaign);
        left -= some;
    }
    house.forget_picture().await;
    for campaign in &campaigns {
        house.approve(*campaign).await;
    }
    tally.runs += 1;
    tally.plans += campaigns.len() as u64;
    tally.ad_sets += ad_sets as u64;

    let mut strikes = rng.random_range(1..=3 + campaigns.len() * 2);
    let mut ctx = house.business.app.ctx.clone();
    let mut quiet = 0;
    while house.go_on(&campaigns).await && quiet < QUIET_TRIES {
        // Now and then nothing waits long enough to be due, and the account is synced between two tries.
        if rng.random_range(0..8) > 0 {
            house.wait();
        }
        let strike = (strikes > 0).then(|| (rng.random_range(0..MOMENTS), random(&mut rng)));
        let watch = Watch::new(&house.business.app, strike.as_ref().map(|(at, (_, strike))| (*at, strike.clone())));
        let ended = step(&ctx, &watch).await;
        match strike.filter(|_| watch.struck().is_some()) {
            Some((_, (kind, _))) => {
                strikes -= 1;
                *tally.by_kind.entry(kind).or_default() += 1;
            }
            None => quiet += 1,
        }
        if ended == Ended::Died {
            tally.restarts += 1;
            ctx = house.business.app.restarted();
        }
    }
    check(house, seed, &ctx, &campaigns, tally).await;
    campaigns
}

async fn check(house: &House, seed: u64, ctx: &Ctx, campaigns: &[CampaignId], tally: &mut Tally) {
    // A fault that was set and met no call must not meet the next run's.
    house.business.app.control("faults", json!({ "clear": true })).await;
    // A list that was not whole is made good by the next one; a sync that broke off behind such a list goes on there first.
    for _ in 0..2 {
        house.wait();
        connections::sync_now(ctx, &house.business.actor).await.unwrap();
        while step(ctx, &Watch::new(&house.business.app, None)).await != Ended::Idle {}
    }
    for campaign in campaigns {
        let (state, problem) = house.state(*campaign).await;
        let left = house.left(ctx, *campaign).await;
        if state != "applied" {
            tally.unfinished += 1;
        } else if !left.is_empty() {
            tally.unequal += 1;
        } else {
            continue;
        }
        eprintln!("seed {seed}: {state} {problem:?} {left:?}");
        tally.failing.push(seed);
    }
}

/// Something that happens, and its name in the summary.
fn random(rng: &mut StdRng) -> (&'static str, Strike) {
    match rng.random_range(0..12) {
        0..=3 => ("the process died", Strike::Die),
        4 | 5 => ("connection cut after Meta committed", Strike::fault("cut")),
        6 => ("error after Meta committed", Strike::fault("error_after_commit")),
        7 => ("error", Strike::fault("error")),
        8 => ("throttled", Strike::fault("throttle")),
        9 => ("refused for good", Strike::refusal()),
        10 => ("token dead, then replaced", Strike::fault("token_dead")),
        _ => {
            let edges = ["/campaigns", "/adsets", "/adcreatives", "/ads"];
            let edge = edges[rng.random_range(0..edges.len())];
            let short = json!({ "match": { "method": "GET", "path_contains": edge }, "kind": "short", "times": 2 });
            ("lists left rows out", Strike::Fault(short))
        }
    }
}

fn tell(tally: &Tally, began: Instant) {
    let faults: u64 = tally.by_kind.values().sum();
    let seconds = began.elapsed().as_secs_f64();
    println!("{} runs, {} plans, {} ad sets, {seconds:.0} s", tally.runs, tally.plans, tally.ad_sets);
    println!("{faults} faults, {} of them restarts:", tally.restarts);
    for (kind, count) in &tally.by_kind {
        println!("  {kind}: {count}");
    }
    println!(
        "duplicates {}, orphans {}, wrongly active {}, not as wanted {}, unfinished {}",
        tally.twice, tally.left_over, tally.on, tally.unequal, tally.unfinished
    );
    if !tally.failing.is_empty() {
        println!("failing seeds (repeat one with -- --seed N): {:?}", tally.failing);
    }
}
