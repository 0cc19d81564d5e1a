//! Are intervals as wide as they say? Draws truths from a prior, counts from the truths, and looks how often intervals hold them.
//!
//! `cargo bench --bench calibration [-- RUNS]` (5,000 by default). The first two tables are of `stats`, whose quantiles are
//! exact, so anything beyond chance is a fault. The last is of the learner: campaigns of three ad sets with curves, rates and
//! noise drawn around what it assumes, thirty days under its own divisions, then its interval for what the amount of the day
//! brings, and for half and one and a half times as much.

use std::process::ExitCode;

use tandem::allocation::learner::{Ask, Learner, Objective, Policy, Row, Segment, Setup};
use tandem::domain::split::Bounds;
use tandem::stats::{Random, Rate, Share};

const NOMINAL: [f64; 3] = [0.5, 0.8, 0.95];
const DAYS: u32 = 30;
const TOTAL: i64 = 30_000;
/// Day-to-day spread of clicks beyond counting.
const DAY_SPREAD: f64 = 0.15;

fn main() -> ExitCode {
    let runs: u64 = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(5_000);
    let mut worst: f64 = 0.0;
    println!("{runs} runs; how often the interval held the truth");
    println!("{:<44}{:>8}{:>8}{:>8}", "interval", "50 %", "80 %", "95 %");
    worst = worst.max(report("rate of a count (Gamma)", &rates(runs), runs));
    worst = worst.max(report("share of clicks (Beta)", &shares(runs), runs));
    let campaigns = (runs / 3).max(1);
    for (name, held) in
        ["results at the amount of the day", "results at half of it", "results at one and a half"].iter().zip(learners(campaigns))
    {
        report(name, &held, campaigns * 3);
    }
    println!("exact ones: worst deviation {:.1} points", worst * 100.0);
    if worst < 0.02 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn report(name: &str, held: &[u64; 3], of: u64) -> f64 {
    let share = held.map(|held| held as f64 / of as f64);
    println!("{name:<44}{:>7.1}%{:>7.1}%{:>7.1}%", share[0] * 100.0, share[1] * 100.0, share[2] * 100.0);
    share.iter().zip(NOMINAL).map(|(share, nominal)| (share - nominal).abs()).fold(0.0, f64::max)
}

fn rates(runs: u64) -> [u64; 3] {
    let mut held = [0; 3];
    for run in 0..runs {
        let mut random = Random::new(run, 1);
        let prior = Rate { shape: 3.0, exposure: 40.0 };
        let truth = prior.quantile(random.uniform());
        let spend = 10.0 + 400.0 * random.uniform();
        let posterior = Rate { shape: prior.shape + random.count(truth * spend), exposure: prior.exposure + spend };
        for (held, nominal) in held.iter_mut().zip(NOMINAL) {
            let interval = posterior.interval(nominal);
            *held += u64::from(interval.low <= truth && truth <= interval.high);
        }
    }
    held
}

fn shares(runs: u64) -> [u64; 3] {
    let mut held = [0; 3];
    for run in 0..runs {
        let mut random = Random::new(run, 2);
        let prior = Share { hits: 2.0, misses: 60.0 };
        let truth = prior.quantile(random.uniform());
        let clicks = 20 + random.next_u64() % 600;
        let hits = (0..clicks).filter(|_| random.uniform() < truth).count() as f64;
        let posterior = Share { hits: prior.hits + hits, misses: prior.misses + clicks as f64 - hits };
        for (held, nominal) in held.iter_mut().zip(NOMINAL) {
            let interval = posterior.interval(nominal);
            *held += u64::from(interval.low <= truth && truth <= interval.high);
        }
    }
    held
}

/// A truth: results at saturation, exponent, half saturation in minor units, results a click.
struct Truth {
    top: f64,
    alpha: f64,
    kappa: f64,
    per_click: f64,
}

impl Truth {
    fn brings(&self, spend: f64) -> f64 {
        self.top / (1.0 + (self.kappa / spend.max(1e-9)).powf(self.alpha))
    }
}

fn truths(random: &mut Random) -> Vec<Truth> {
    let mut normal = || random.normal();
    let (alpha, kappa) = (0.1 + 0.25 * normal(), 0.3 * normal());
    (0..3)
        .map(|_| {
            let kappa = (kappa + 0.5 * normal()).exp();
            let top = 12.0 * kappa * (0.8 * normal()).exp();
            let alpha = (alpha + 0.3 * normal()).exp();
            Truth { top, alpha, kappa: kappa * TOTAL as f64 / 3.0, per_click: 0.04 * (0.35 * normal()).exp() }
        })
        .collect()
}

fn learners(campaigns: u64) -> [[u64; 3]; 3] {
    let mut held = [[0; 3]; 3];
    for campaign in 0..campaigns {
        let mut random = Random::new(campaign, 3);
        let truths = truths(&mut random);
        let Some((learner, amounts)) = play(&truths, &mut random) else { continue };
        for (i, truth) in truths.iter().enumerate() {
            let Some(posterior) = learner.posterior(i) else { continue };
            for (held, times) in held.iter_mut().zip([1.0, 0.5, 1.5]) {
                let amount = amounts[i] as f64 * times;
                for (held, nominal) in held.iter_mut().zip(NOMINAL) {
                    let interval = posterior.brings(amount, nominal).interval;
                    let brings = truth.brings(amount);
                    *held += u64::from(interval.low <= brings && brings <= interval.high);
                }
            }
        }
    }
    held
}

fn play(truths: &[Truth], random: &mut Random) -> Option<(Learner, Vec<i64>)> {
    let name = |i: usize| Segment { name: format!("ad set {i}"), platform: String::new(), placement: String::new() };
    let segments = (0..truths.len()).map(name).collect();
    let setup = Setup { objective: Objective::Results, total: TOTAL, horizon_days: None, window_days: 0, segments };
    let mut learner = Learner::new(setup, Policy::default()).ok()?;
    let mut current: Option<Vec<i64>> = None;
    for day in 0..DAYS {
        let bounds = vec![Bounds { floor: TOTAL / 100, ceiling: TOTAL }; truths.len()];
        let amounts = learner.amounts(&Ask { day, total: TOTAL, current: current.clone(), bounds, step: 0.2 }).ok()?.0;
        let shape = 1.0 / (DAY_SPREAD * DAY_SPREAD);
        let rows: Vec<Row> = truths
            .iter()
            .zip(&amounts)
            .enumerate()
            .map(|(segment, (truth, spend))| {
                let day_factor = random.gamma(shape) / shape;
                let clicks = random.count(truth.brings(*spend as f64) / truth.per_click * day_factor);
                let results = (0..clicks as u64).filter(|_| random.uniform() < truth.per_click).count() as u64;
                Row { day, segment, budget: *spend, spend: *spend, clicks: clicks as u64, results, value: 0 }
            })
            .collect();
        learner.observe(day, &rows).ok()?;
        current = Some(amounts);
    }
    current.map(|amounts| (learner, amounts))
}
