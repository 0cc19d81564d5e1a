//! What the server says about how much of the limits is used, and what follows for the next call.
//!
//! Four headers with JSON text, all optional, percentages of 100. Source: Graph API, "Rate limits"; Marketing API, "Rate
//! limiting". Unreadable headers are ignored: they must never fail a call that succeeded.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HeaderMap;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Above this percentage the next call should wait a little.
const BUSY_PERCENT: u32 = 90;

/// How much of each limit was used at the last answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// The highest of all percentages seen, rounded up.
    pub peak_percent: u32,
    /// How long the server asks to stay away, where it does.
    pub regain: Option<Duration>,
}

#[derive(Deserialize)]
struct AppUsage {
    #[serde(default, deserialize_with = "super::wire::decimal")]
    call_count: Option<Decimal>,
    #[serde(default, deserialize_with = "super::wire::decimal")]
    total_cputime: Option<Decimal>,
    #[serde(default, deserialize_with = "super::wire::decimal")]
    total_time: Option<Decimal>,
    /// Minutes; in the business header only.
    #[serde(default, deserialize_with = "super::wire::int")]
    estimated_time_to_regain_access: Option<i64>,
}

#[derive(Deserialize)]
struct AccountUsage {
    #[serde(default, deserialize_with = "super::wire::decimal")]
    acc_id_util_pct: Option<Decimal>,
    #[serde(default, deserialize_with = "super::wire::decimal")]
    app_id_util_pct: Option<Decimal>,
    /// Seconds until the account's score is back to zero.
    #[serde(default, deserialize_with = "super::wire::int")]
    reset_time_duration: Option<i64>,
}

impl Usage {
    /// From the headers of an answer; `None` where it carries none of the four.
    pub(super) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut usage = Self::default();
        let mut seen = false;
        if let Some(app) = parse::<AppUsage>(headers, "x-app-usage") {
            seen = true;
            usage.add_app(&app);
        }
        if let Some(all) = parse::<BTreeMap<String, Vec<AppUsage>>>(headers, "x-business-use-case-usage") {
            seen = true;
            all.values().flatten().for_each(|one| usage.add_app(one));
        }
        for name in ["x-ad-account-usage", "x-fb-ads-insights-throttle"] {
            if let Some(account) = parse::<AccountUsage>(headers, name) {
                seen = true;
                usage.add_account(&account);
            }
        }
        seen.then_some(usage)
    }

    /// How long the next call should wait: what the server asks for, or a minute where a limit is nearly used up.
    pub fn pause(self) -> Option<Duration> {
        self.regain.or_else(|| (self.peak_percent >= BUSY_PERCENT).then_some(Duration::from_secs(60)))
    }

    fn add_app(&mut self, app: &AppUsage) {
        for percent in [app.call_count, app.total_cputime, app.total_time].into_iter().flatten() {
            self.raise(percent);
        }
        if let Some(minutes) = app.estimated_time_to_regain_access.filter(|m| *m > 0) {
            self.wait(Duration::from_secs(minutes.unsigned_abs().saturating_mul(60)));
        }
    }

    fn add_account(&mut self, account: &AccountUsage) {
        for percent in [account.acc_id_util_pct, account.app_id_util_pct].into_iter().flatten() {
            self.raise(percent);
        }
        let used_up = account.acc_id_util_pct.is_some_and(|p| p >= Decimal::ONE_HUNDRED);
        if let Some(seconds) = account.reset_time_duration.filter(|s| *s > 0 && used_up) {
            self.wait(Duration::from_secs(seconds.unsigned_abs()));
        }
    }

    fn raise(&mut self, percent: Decimal) {
        self.peak_percent = self.peak_percent.max(percent.ceil().to_u32().unwrap_or_default());
    }

    fn wait(&mut self, at_least: Duration) {
        self.regain = Some(self.regain.map_or(at_least, |known| known.max(at_least)));
    }
}

fn parse<T: DeserializeOwned>(headers: &HeaderMap, name: &str) -> Option<T> {
    serde_json::from_slice(headers.get(name)?.as_bytes()).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn usage(pairs: &[(&'static str, &'static str)]) -> Option<Usage> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        Usage::from_headers(&headers)
    }

    #[test]
    fn the_highest_percentage_and_the_longest_wait_count() {
        let usage = usage(&[
            ("x-app-usage", r#"{"call_count":28,"total_cputime":25,"total_time":25}"#),
            (
                "x-business-use-case-usage",
                r#"{"12":[{"type":"ads_management","call_count":95,"total_time":20,"estimated_time_to_regain_access":7}]}"#,
            ),
            ("x-ad-account-usage", r#"{"acc_id_util_pct":9.67,"reset_time_duration":100}"#),
        ])
        .unwrap();
        assert_eq!(usage, Usage { peak_percent: 95, regain: Some(Duration::from_secs(420)) });
    }

    #[test]
    fn a_limit_nearly_used_up_slows_the_next_call() {
        let busy = usage(&[("x-fb-ads-insights-throttle", r#"{"app_id_util_pct":1,"acc_id_util_pct":91.2}"#)]).unwrap();
        assert_eq!((busy.peak_percent, busy.pause()), (92, Some(Duration::from_secs(60))));
        let calm = usage(&[("x-app-usage", r#"{"call_count":3}"#)]).unwrap();
        assert_eq!(calm.pause(), None);
    }

    #[test]
    fn unreadable_headers_are_ignored() {
        assert_eq!(usage(&[("x-app-usage", "busy")]), None);
        assert_eq!(usage(&[]), None);
    }
}
