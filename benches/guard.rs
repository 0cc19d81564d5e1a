//! The guard's formula put to the test: `cargo bench --bench guard -- 2000` runs so many seeded months and prints what came of
//! their limits; `-- --seed N` shows one.
//!
//! A month is spent minute by minute as Meta may do it at worst; figures come late, not at all for hours, and are added to
//! afterwards; looks and pauses take longer than assumed in some. The world is in `tests/support/spending.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code)]
#[path = "../tests/support/spending.rs"]
mod spending;

use std::time::Instant;

use spending::{Outcome, run};
use tandem::domain::guard::Reason;

const RUNS: u64 = 2_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [flag, seed] = arguments.as_slice()
        && flag == "--seed"
    {
        println!("{:#?}", run(seed.parse().expect("--seed takes a number")));
        return;
    }
    let runs = arguments.first().map_or(RUNS, |runs| runs.parse().expect("how many runs is a number"));
    let began = Instant::now();
    let all: Vec<(u64, Outcome)> = (0..runs).map(|seed| (seed, run(seed))).collect();
    println!("{runs} months in {:.1} s", began.elapsed().as_secs_f64());
    println!(
        "| months | n | beyond the bound | paused | of old figures | limit would have held to the next look | month would have held | left at the pause, median | worst overspend | the same, where anything was left at the pause |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    tell("as assumed, figures in time", &all, |o| !o.had_delay && !o.had_outage);
    tell("as assumed, figures missing for hours", &all, |o| !o.had_delay && o.had_outage);
    tell("looks or pauses later than assumed", &all, |o| o.had_delay);
    tell("all", &all, |_| true);
    let beyond: Vec<u64> = all.iter().filter(|(_, o)| o.over > o.bound).map(|(seed, _)| *seed).collect();
    if !beyond.is_empty() {
        println!("beyond the bound: seeds {beyond:?}");
        std::process::exit(1);
    }
}

fn tell(what: &str, all: &[(u64, Outcome)], counts: impl Fn(&Outcome) -> bool) {
    let of: Vec<&Outcome> = all.iter().map(|(_, outcome)| outcome).filter(|outcome| counts(outcome)).collect();
    let paused: Vec<&&Outcome> = of.iter().filter(|outcome| outcome.paused.is_some()).collect();
    let count = |is: &dyn Fn(&Outcome) -> bool| paused.iter().filter(|outcome| is(outcome)).count();
    let mut left: Vec<f64> = paused.iter().map(|outcome| outcome.left.max(0) as f64 / outcome.cap as f64 * 100.0).collect();
    left.sort_by(f64::total_cmp);
    let median = left.get(left.len() / 2).copied().unwrap_or_default();
    let over = |outcome: &&&Outcome| outcome.over as f64 / outcome.cap as f64 * 100.0;
    let worst = of.iter().map(|outcome| over(&outcome)).fold(0.0, f64::max);
    // A limit that was passed already when it was set leaves nothing.
    let in_time = of.iter().filter(|outcome| outcome.paused.is_none() || outcome.left > 0);
    let worst_in_time = in_time.map(|outcome| over(&outcome)).fold(0.0, f64::max);
    println!(
        "| {what} | {} | {} | {} | {} | {} | {} | {median:.1} % | {worst:.2} % | {worst_in_time:.2} % |",
        of.len(),
        of.iter().filter(|outcome| outcome.over > outcome.bound).count(),
        paused.len(),
        count(&|outcome| outcome.paused == Some(Reason::Stale)),
        count(&|outcome| outcome.was_early),
        count(&|outcome| outcome.was_needless),
    );
}
