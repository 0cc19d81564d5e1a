//! The optimiser's time and proven gap, beside SciPy's SLSQP and NLopt's MMA on the very same problems.
//!
//! `cargo bench --bench allocation [-- --python PYTHON]`. The peers run where that Python (default `python3`) has numpy, scipy and
//! nlopt; else their columns say so. Time is in the solver alone. Problems come from a fixed seed: 100 a segment, floors 10,
//! ceilings 1000.

use std::fmt::Write as _;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use tandem::allocation::{Curve, Problem, Segment, solve, solve_minor};
use tandem::stats::Random;

/// The families, and the numbers of segments each is measured at.
const FAMILIES: [(&str, &[usize]); 9] = [
    ("mm", &[10, 100, 1_000, 10_000]),
    ("exp", &[10, 100, 1_000, 10_000]),
    ("logistic", &[10, 100, 1_000, 10_000]),
    ("log", &[10, 100, 1_000, 10_000]),
    ("power", &[10, 100, 1_000, 10_000]),
    ("concave-hill", &[10, 100, 1_000, 10_000]),
    ("s-hill", &[2, 10, 100, 1_000, 10_000]),
    ("s-sigmoid", &[2, 10, 100, 1_000, 10_000]),
    ("s-same-ratio", &[10, 100, 1_000]),
];
/// Problems of each size.
const PROBLEMS: u64 = 5;

/// Seconds that a problem is repeated for, at most 201 times.
const ENOUGH: f64 = 0.2;

/// Problems drawn by chance.
struct Cases(Random);

impl Cases {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.share()
    }

    /// Evenly on a logarithmic scale.
    fn scale(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }
}

fn curve(family: &str, random: &mut Cases) -> Curve {
    let (beta, kappa) = (random.scale(20.0, 400.0), random.scale(40.0, 600.0));
    match family {
        "mm" => Curve::Mm { beta, kappa },
        "exp" => Curve::Exp { beta, kappa },
        "logistic" => Curve::Logistic { beta, lam: kappa.recip() },
        "log" => Curve::Log { beta, kappa },
        "power" => Curve::Power { beta: beta / 10.0, p: random.between(0.3, 0.8) },
        "concave-hill" => Curve::Hill { beta, alpha: random.between(0.4, 1.0), kappa },
        "s-hill" => Curve::Hill { beta, alpha: random.between(1.3, 3.5), kappa },
        "s-sigmoid" => Curve::Sigmoid { beta, m: 0.7 * kappa, w: kappa * random.between(0.05, 0.3) },
        // The hard case: whatever is switched on brings the same for its money.
        _ => Curve::Hill { beta: kappa, alpha: 6.0, kappa },
    }
}

fn problem(family: &str, segments: usize, seed: u64) -> Problem {
    let mut random = Cases(Random::from_state(seed ^ segments as u64));
    let segments: Vec<Segment> =
        (0..segments).map(|_| Segment { curve: curve(family, &mut random), lo: 10.0, hi: 1_000.0 }).collect();
    Problem { total: 100.0 * segments.len() as f64, segments }
}

/// The middle of some times, in seconds.
fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Line {
    family: &'static str,
    segments: usize,
    problems: Vec<Problem>,
    bounds: Vec<f64>,
    ours: String,
}

fn measure(family: &'static str, segments: usize) -> Result<Line, String> {
    let problems: Vec<Problem> = (0..PROBLEMS).map(|seed| problem(family, segments, 7_919 * (seed + 1))).collect();
    let (mut times, mut whole_times, mut bounds) = (Vec::new(), Vec::new(), Vec::new());
    let (mut gap, mut least) = (0.0_f64, f64::INFINITY);
    for problem in &problems {
        let (mut runs, mut bound) = (Vec::new(), 0.0);
        // An odd number of runs, so that one of them is the median.
        while runs.len() % 2 == 0 || (runs.len() < 201 && runs.iter().sum::<f64>() < ENOUGH) {
            let begun = Instant::now();
            let solution = std::hint::black_box(solve(std::hint::black_box(problem)));
            runs.push(begun.elapsed().as_secs_f64());
            let solution = solution.map_err(|refused| refused.to_string())?;
            gap = gap.max((solution.upper_bound - solution.value) / solution.upper_bound);
            bound = solution.upper_bound;
        }
        bounds.push(bound);
        least = runs.iter().copied().fold(least, f64::min);
        times.push(median(runs));
        let begun = Instant::now();
        let total = 10_000 * i64::try_from(segments).unwrap_or(0);
        let whole = solve_minor(problem, total, 100).map_err(|refused| refused.to_string())?;
        whole_times.push(begun.elapsed().as_secs_f64());
        if whole.allocation.iter().sum::<i64>() != total {
            return Err(format!("{family} {segments}: whole units lost"));
        }
    }
    let worst = times.iter().copied().fold(0.0, f64::max);
    let ours = format!("{} | {} | {} | {gap:.0e} | {}", time(median(times)), time(least), time(worst), time(median(whole_times)));
    Ok(Line { family, segments, problems, bounds, ours })
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.1} s"),
    }
}

/// What the peers make of the same problems: a cell a line of ours.
fn peers(python: &str, lines: &[Line]) -> Result<Vec<String>, String> {
    let mut input = String::new();
    for line in lines {
        let problems: Vec<_> = line.problems.iter().zip(&line.bounds).collect();
        let json = serde_json::json!({"family": line.family, "segments": line.segments, "problems": problems});
        let _ = writeln!(input, "{json}");
    }
    let path = std::env::temp_dir().join(format!("tandem-allocation-{}.jsonl", std::process::id()));
    std::fs::write(&path, input).map_err(|error| error.to_string())?;
    let file = std::fs::File::open(&path).map_err(|error| error.to_string())?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/allocation/peers.py");
    let ran = Command::new(python).arg(script).stdin(file).stderr(Stdio::inherit()).output();
    let _ = std::fs::remove_file(&path);
    let ran = ran.map_err(|error| format!("{python}: {error}"))?;
    if !ran.status.success() {
        return Err("numpy, scipy or nlopt is missing".into());
    }
    Ok(String::from_utf8_lossy(&ran.stdout).lines().map(str::to_owned).collect())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let python =
        arguments.iter().position(|a| a == "--python").and_then(|at| arguments.get(at + 1)).map_or("python3", String::as_str);
    let mut lines = Vec::new();
    for (family, sizes) in FAMILIES {
        for segments in sizes {
            match measure(family, *segments) {
                Ok(line) => {
                    eprintln!("{family} {segments}: {}", line.ours);
                    lines.push(line);
                }
                Err(error) => {
                    eprintln!("{family} {segments}: {error}");
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    let cells = peers(python, &lines).unwrap_or_else(|error| {
        eprintln!("the peers were not run: {error}");
        vec!["not run | not run".into(); lines.len()]
    });
    println!("| curves | n | median | least | worst | proven gap | whole units | SLSQP, time / gap | MMA, time / gap |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (line, cell) in lines.iter().zip(cells) {
        println!("| {} | {} | {} | {cell} |", line.family, line.segments, line.ours);
    }
    ExitCode::SUCCESS
}
