//! What the server says about how much of the limits is used.
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

use crate::domain::quota::{Tier, Told};

/// How much of each limit was used at the last answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// The highest of all percentages seen, rounded up.
    pub peak_percent: u32,
    /// How long the server asks to stay away, where it does.
    pub regain: Option<Duration>,
    /// The app's access.
    pub tier: Option<Tier>,
    /// Hundredths of a percent of the ad account's points.
    pub points: Option<i64>,
    /// Percent of the ad account's calls an hour for management, rounded up.
    pub management: Option<i64>,
    /// The same for insights.
    pub insights: Option<i64>,
    /// Percent of the app's own calls, rounded up.
    pub app: Option<i64>,
}

#[derive(Deserialize)]
struct AppUsage {
    /// Which use case; in the business header only.
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    ads_api_access_tier: String,
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
    #[serde(default)]
    ads_api_access_tier: String,
    #[serde(default, deserialize_with = "super::wire::decimal")]
    acc_id_util_pct: Option<Decimal>,
    #[serde(default, deserialize_with = "super::wire::decimal")]
    app_id_util_pct: Option<Decimal>,
    /// Seconds until the account's score is back to zero.
    #[serde(default, deserialize_with = "super::wire::int")]
    reset_time_duration: Option<i64>,
}

impl AppUsage {
    fn highest(&self) -> Option<i64> {
        let all = [self.call_count, self.total_cputime, self.total_time];
        all.into_iter().flatten().max().and_then(|percent| percent.ceil().to_i64())
    }
}

impl Usage {
    /// From the headers of an answer; `None` where it carries none of the four.
    pub(super) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut usage = Self::default();
        let mut seen = false;
        if let Some(app) = parse::<AppUsage>(headers, "x-app-usage") {
            seen = true;
            usage.app = app.highest();
            usage.add_app(&app);
        }
        if let Some(all) = parse::<BTreeMap<String, Vec<AppUsage>>>(headers, "x-business-use-case-usage") {
            seen = true;
            all.values().flatten().for_each(|one| usage.add_use_case(one));
        }
        if let Some(account) = parse::<AccountUsage>(headers, "x-ad-account-usage") {
            seen = true;
            usage.points = account.acc_id_util_pct.and_then(|percent| (percent * Decimal::ONE_HUNDRED).ceil().to_i64());
            usage.add_account(&account);
        }
        if let Some(account) = parse::<AccountUsage>(headers, "x-fb-ads-insights-throttle") {
            seen = true;
            usage.add_account(&account);
        }
        seen.then_some(usage)
    }

    /// The same in the words of the limits.
    pub fn told(self) -> Told {
        let regain = self.regain.and_then(|regain| chrono::Duration::from_std(regain).ok());
        let Self { tier, points, management, insights, app, .. } = self;
        Told { tier, points, management, insights, app, regain }
    }

    fn add_use_case(&mut self, of: &AppUsage) {
        match of.r#type.as_str() {
            "ads_management" => self.management = of.highest(),
            "ads_insights" => self.insights = of.highest(),
            _ => {}
        }
        self.tier = self.tier.or(Tier::parse(&of.ads_api_access_tier));
        self.add_app(of);
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
        self.tier = self.tier.or(Tier::parse(&account.ads_api_access_tier));
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
        assert_eq!((usage.peak_percent, usage.regain), (95, Some(Duration::from_secs(420))));
        assert_eq!((usage.points, usage.management, usage.insights, usage.app), (Some(967), Some(95), None, Some(28)));
    }

    #[test]
    fn the_access_is_told_by_any_of_an_accounts_headers() {
        for (name, value, tier) in [
            ("x-ad-account-usage", r#"{"acc_id_util_pct":1,"ads_api_access_tier":"development_access"}"#, Tier::Limited),
            ("x-fb-ads-insights-throttle", r#"{"acc_id_util_pct":1,"ads_api_access_tier":"standard_access"}"#, Tier::Full),
            (
                "x-business-use-case-usage",
                r#"{"12":[{"type":"ads_insights","call_count":9,"ads_api_access_tier":"standard_access"}]}"#,
                Tier::Full,
            ),
        ] {
            assert_eq!(usage(&[(name, value)]).unwrap().told().tier, Some(tier), "{name}");
        }
        assert_eq!(usage(&[("x-app-usage", r#"{"call_count":3}"#)]).unwrap().told().tier, None);
    }

    #[test]
    fn unreadable_headers_are_ignored() {
        assert_eq!(usage(&[("x-app-usage", "busy")]), None);
        assert_eq!(usage(&[]), None);
    }
}
