//! One million splits: counts minor units lost (must be none) and splits a second.
//!
//! `cargo bench --bench split [-- CASES]`. Budgets of every currency, 2 to 40 parts, percentages and bounds drawn from a fixed
//! seed, so that every run sees the same cases.

use std::process::ExitCode;
use std::time::Instant;

use tandem::domain::currency::Currency;
use tandem::domain::split::{Amounts, Bounds, Refused, WHOLE, split};
use tandem::stats::Random;

/// Cases drawn by chance.
struct Cases(Random);

impl Cases {
    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.0.next_u64() % (high - low + 1).unsigned_abs()).unwrap_or(0)
    }

    /// Basis points for `n` parts that sum to exactly 10000.
    fn shares(&mut self, n: usize) -> Vec<i64> {
        let mut cuts: Vec<i64> = (1..n).map(|_| self.between(0, WHOLE)).collect();
        cuts.sort_unstable();
        cuts.push(WHOLE);
        let mut before = 0;
        cuts.into_iter().map(|cut| cut - std::mem::replace(&mut before, cut)).collect()
    }
}

fn main() -> ExitCode {
    let cases: u64 = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(1_000_000);
    let currencies: Vec<Currency> = Currency::all().collect();
    let mut random = Cases(Random::from_state(2026));
    let (mut lost, mut outside, mut parts_made, mut refused) = (0_i128, 0_u64, 0_u64, 0_u64);
    let begun = Instant::now();
    for case in 0..cases {
        let currency = currencies[usize::try_from(case).unwrap_or(0) % currencies.len()];
        let total = random.between(1, 1_000_000_000) * currency.offset();
        let n = usize::try_from(random.between(2, 40)).unwrap_or(2);
        let shares = random.shares(n);
        let bounds: Vec<Bounds> = (0..n)
            .map(|_| {
                let floor = random.between(0, WHOLE / i64::try_from(n).unwrap_or(1));
                let ceiling = floor + random.between(0, 2 * WHOLE);
                Bounds::of_share(total, Some(floor), Some(ceiling))
            })
            .collect();
        match split(total, &Amounts::Percent(shares), &bounds) {
            Ok(parts) => {
                lost += (parts.iter().map(|p| i128::from(p.amount)).sum::<i128>() - i128::from(total)).abs();
                let out = |(part, bound): (&tandem::domain::split::Part, &Bounds)| {
                    part.amount < bound.floor || part.amount > bound.ceiling
                };
                outside += u64::from(parts.iter().zip(&bounds).any(out));
                parts_made += n as u64;
            }
            Err(Refused::CeilingsBelow { .. }) => refused += 1,
            Err(other) => {
                eprintln!("case {case}: {other}");
                return ExitCode::FAILURE;
            }
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{cases} splits, {parts_made} parts, {refused} refused because their ceilings left no room");
    println!("{lost} minor units lost, {outside} splits outside their bounds");
    println!("{:.2} s, {:.0} splits/s", seconds, cases as f64 / seconds);
    if lost == 0 && outside == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
