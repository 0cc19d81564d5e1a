//! How complete young days are: the share of a day's results that is known at each age.
//!
//! Successive statements of the same day give it before any day is complete: the share of the results known at age `k` that came
//! in at age `k` (the reversed-time hazard) is estimated from every day that has reached `k`, and completeness at age `a` is the
//! product of one minus those of all later ages. Lagakos, Barraj and De Gruttola (1988), Biometrika 75, for right-truncated
//! data; actuaries know the same as the chain ladder (Mack, 1993, ASTIN Bulletin 23).

use super::history::History;

/// Share of results known at each age before anything is seen: half on the day, nearly all after a week.
const BEFORE: [f64; 8] = [0.50, 0.65, 0.75, 0.82, 0.88, 0.93, 0.97, 1.0];
/// Results that this prior weighs.
const BEFORE_WEIGHT: f64 = 10.0;
/// Results that the account's common delay weighs for one ad set.
const POOL_WEIGHT: f64 = 20.0;
/// Days back that count.
const MEMORY: usize = 60;

/// Completeness at age 0 to the window, one row an ad set.
#[derive(Debug, Clone)]
pub(super) struct Delay {
    rows: Vec<Vec<f64>>,
}

impl Delay {
    pub fn learn(history: &History) -> Self {
        let (n, w) = (history.segments, history.window);
        // news[i][k]: results that came in at age k; known[i][k]: results known at age k, of the same days.
        let mut news = vec![vec![0.0; w + 1]; n];
        let mut known = vec![vec![0.0; w + 1]; n];
        let from = history.len().saturating_sub(MEMORY);
        for day in &history.grown[from..] {
            for (i, grown) in day.iter().enumerate() {
                for k in 1..=w {
                    let (before, now) = (grown[k - 1], grown[k]);
                    if before.is_finite() && now.is_finite() {
                        // Meta may take results back; the delay only counts what is added.
                        news[i][k] += (now - before).max(0.0);
                        known[i][k] += now.max(before);
                    }
                }
            }
        }
        let prior: Vec<f64> = (0..=w).map(|k| 1.0 - before(k.saturating_sub(1), w) / before(k, w)).collect();
        let pooled: Vec<f64> = (0..=w)
            .map(|k| {
                let (a, b) = (news.iter().map(|r| r[k]).sum::<f64>(), known.iter().map(|r| r[k]).sum::<f64>());
                (a + BEFORE_WEIGHT * prior[k]) / (b + BEFORE_WEIGHT)
            })
            .collect();
        let rows = (0..n)
            .map(|i| {
                let mut complete = vec![1.0; w + 1];
                for age in (0..w).rev() {
                    let k = age + 1;
                    let hazard = (news[i][k] + POOL_WEIGHT * pooled[k]) / (known[i][k] + POOL_WEIGHT);
                    complete[age] = (complete[k] * (1.0 - hazard)).clamp(0.02, 1.0);
                }
                complete
            })
            .collect();
        Self { rows }
    }

    /// The share of an ad set's results that is known at this age.
    pub fn complete(&self, segment: usize, age: u32) -> f64 {
        self.rows.get(segment).and_then(|row| row.get(age as usize)).copied().unwrap_or(1.0)
    }
}

/// The prior completeness, stretched to the window.
fn before(age: usize, window: usize) -> f64 {
    if window == 0 || age >= window {
        return 1.0;
    }
    let at = age as f64 * 7.0 / window as f64;
    let (low, share) = (at.floor() as usize, at.fract());
    let (a, b) = (BEFORE[low.min(7)], BEFORE[(low + 1).min(7)]);
    a + (b - a) * share
}
