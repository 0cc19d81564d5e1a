//! Headers that every answer carries: simulated `Date`, version, trace and the usage headers of graph-api.md section 5.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::sandbox::limits::meter::Target;
use crate::sandbox::limits::{UseCase, Used};
use crate::sandbox::num;

/// What the headers of an answer need to know.
#[derive(Debug, Clone)]
pub struct Headers {
    /// Simulated unix seconds.
    pub now: i64,
    /// `v26.0`.
    pub version: String,
    /// `fbtrace_id` and `x-fb-trace-id`.
    pub trace: String,
    /// The account that the call concerns, with its use case.
    pub target: Option<Target>,
    /// Calls so far, from which the low usage percentages follow.
    pub calls: u64,
    /// What is used of the account's limits, where they are enforced.
    pub used: Option<Used>,
    /// Set to 100 by a throttle fault.
    pub exhausted: bool,
}

impl Headers {
    /// Names and values, in a fixed order.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let date = DateTime::<Utc>::from_timestamp(self.now, 0).unwrap_or_default();
        let low = i64::try_from(1 + self.calls % 5).unwrap_or(1);
        let full = |percent: i64| if self.exhausted { 100 } else { percent };
        let calls = full(self.used.map_or(low, |used| used.calls_percent));
        let app = full(self.used.map_or(low, |used| used.app_percent));
        let tier = self.used.map_or("standard_access", |used| used.tier.word());
        let mut pairs = vec![
            ("date", date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
            ("facebook-api-version", self.version.clone()),
            ("x-fb-trace-id", self.trace.clone()),
            ("x-app-usage", json!({"call_count": app, "total_cputime": 1, "total_time": 1}).to_string()),
        ];
        let Some(Target { account, use_case }) = &self.target else {
            return pairs;
        };
        let account = account.trim_start_matches("act_");
        let regain = if self.exhausted { 1 } else { self.used.map_or(0, |used| used.regain_minutes) };
        pairs.push((
            "x-business-use-case-usage",
            json!({ account: [{
                "type": use_case.word(), "call_count": calls, "total_cputime": 1, "total_time": 1,
                "estimated_time_to_regain_access": regain, "ads_api_access_tier": tier,
            }]})
            .to_string(),
        ));
        if use_case.of_account() {
            // Percent with two decimals, from hundredths.
            let points = full(self.used.map_or(low, |used| used.points / 100));
            let hundredths = if self.exhausted { 0 } else { self.used.map_or(0, |used| used.points % 100) };
            let reset = self.used.map_or(300, |used| used.reset_seconds);
            pairs.push((
                "x-ad-account-usage",
                format!(
                    "{{\"acc_id_util_pct\":{points}{},\"reset_time_duration\":{reset},\"ads_api_access_tier\":\"{tier}\"}}",
                    if hundredths > 0 { format!(".{hundredths:02}") } else { String::new() },
                ),
            ));
        }
        if *use_case == UseCase::Insights {
            pairs.push((
                "x-fb-ads-insights-throttle",
                json!({"app_id_util_pct": app, "acc_id_util_pct": calls, "ads_api_access_tier": tier}).to_string(),
            ));
        }
        pairs
    }
}

/// The trace id of the n-th call under a seed.
#[must_use]
pub fn trace_id(seed: u64, call: u64) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::from("A");
    for block in 0..2 {
        let mut bits = num::hash(seed, &[0x7AACE, call, block]);
        for _ in 0..10 {
            let letter = ALPHABET.get((bits & 63) as usize).copied().unwrap_or(b'A');
            text.push(char::from(letter));
            bits >>= 6;
        }
    }
    text
}
