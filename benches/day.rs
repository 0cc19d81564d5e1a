//! A day of 50 ad accounts within Meta's limits, in virtual time: `cargo bench --bench day -- 50` prints how many calls were refused,
//! how long stops, edits and creates waited, and how old figures became, with limited and with full access.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../tests/support/day.rs"]
mod day;

use day::{Setup, percentile};
use tandem::domain::quota::Tier;

const HOURS: i64 = 24;
const SEED: u64 = 5;

fn main() {
    let accounts = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(50);
    let mut refused = 0;
    for tier in [Tier::Full, Tier::Limited] {
        let day = day::day(Setup { accounts, hours: HOURS, tier, seed: SEED });
        let of = |values: &[i64]| {
            format!("p50 {} s, p99 {} s, most {} s", percentile(values, 50), percentile(values, 99), percentile(values, 100))
        };
        println!("{accounts} ad accounts, {HOURS} h, {tier:?} access: {} calls, {} refused", day.calls, day.refused);
        println!("  {} stops: {}", day.stops.len(), of(&day.stops));
        println!("  {} edits: {}", day.edits.len(), of(&day.edits));
        println!("  {} of {} plans that make something ended: {}", day.creates.len(), day.plans, of(&day.creates));
        println!("  {} syncs, figures as old as: {}", day.ages.len(), of(&day.ages));
        refused += day.refused;
    }
    if refused > 0 {
        std::process::exit(1);
    }
}
