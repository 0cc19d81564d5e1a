//! The learning phase: until about 50 results in a week after the last significant edit, delivery costs more and varies more.
//! Source: Business help, "About the learning phase"; Marketing API, `AdCampaignLearningStageInfo`.

use std::collections::VecDeque;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::sandbox::num;
use crate::sandbox::state::Object;

/// Results in [`DAYS`] that end the phase.
pub const RESULTS: u32 = 50;
/// Days in which they count.
pub const DAYS: usize = 7;
/// By how much the first impressions of an ad set cost more.
const DEARER: f64 = 0.22;
/// By how much a day's price may lie above or below while learning.
const SWING: f64 = 0.18;
/// Fields whose change starts the phase anew.
const SIGNIFICANT: [&str; 7] =
    ["targeting", "optimization_goal", "bid_amount", "daily_budget", "lifetime_budget", "promoted_object", "bid_strategy"];
/// A budget may change by this part without starting it anew.
const SMALL: f64 = 0.2;

/// How far an ad set has learnt.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stage {
    /// Unix seconds of the last significant edit.
    pub since: i64,
    /// Whether the phase has ended.
    pub ended: bool,
    recent: VecDeque<(NaiveDate, u32)>,
}

impl Stage {
    /// Results of the last seven days.
    #[must_use]
    pub fn results(&self) -> u32 {
        self.recent.iter().map(|(_, count)| count).sum()
    }

    /// Begins anew after a significant edit.
    pub fn edited(&mut self, since: i64) {
        if since != self.since {
            *self = Self { since, ..Self::default() };
        }
    }

    /// Counts a day's results.
    pub fn learn(&mut self, day: NaiveDate, results: u32) {
        if self.ended {
            return;
        }
        self.recent.push_back((day, results));
        while self.recent.front().is_some_and(|(first, _)| (day - *first).num_days() >= DAYS as i64) {
            self.recent.pop_front();
        }
        self.ended = self.results() >= RESULTS;
    }

    /// What a day's impressions cost against an ad set that has learnt.
    #[must_use]
    pub fn price(&self, seed: u64, ad_set: u64, day: NaiveDate) -> f64 {
        if self.ended {
            return 1.0;
        }
        let to_learn = 1.0 - f64::from(self.results().min(RESULTS)) / f64::from(RESULTS);
        let date = u64::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(0);
        let luck = 2.0 * num::unit(num::hash(seed, &[0x1EA2, ad_set, date])) - 1.0;
        1.0 + to_learn * (DEARER + SWING * luck)
    }
}

/// When an ad set was last changed in a way that matters to learning, as of a moment, unix seconds.
/// Being switched on after a pause of a week or more matters too.
#[must_use]
pub fn last_edit(ad_set: &Object, moment: i64) -> i64 {
    let mut since = ad_set.created();
    let mut paused_at = None;
    for pair in ad_set.versions.windows(2) {
        let [before, after] = pair else { continue };
        if after.at > moment {
            break;
        }
        if SIGNIFICANT.iter().any(|name| matters(name, &before.fields, &after.fields)) {
            since = after.at;
        }
        let active = |fields: &Map<String, Value>| fields.get("status").and_then(Value::as_str) == Some("ACTIVE");
        match (active(&before.fields), active(&after.fields)) {
            (true, false) => paused_at = Some(after.at),
            (false, true) if paused_at.is_some_and(|paused| after.at - paused >= DAYS as i64 * 86_400) => since = after.at,
            _ => {}
        }
    }
    since
}

fn matters(name: &str, before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
    if !name.ends_with("_budget") {
        return before.get(name) != after.get(name);
    }
    match (super::spec::amount(before, name), super::spec::amount(after, name)) {
        (Some(before), Some(after)) => (after - before).abs() as f64 > before as f64 * SMALL,
        (before, after) => before != after,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    #[test]
    fn fifty_results_in_a_week_end_it_for_good_and_slow_ones_do_not() {
        let mut slow = Stage::default();
        for number in 1..=28 {
            slow.learn(day(number), 7);
            assert!(slow.results() <= 49 && !slow.ended);
        }
        let mut quick = Stage::default();
        for number in 1..=5 {
            assert!(!quick.ended);
            quick.learn(day(number), 10);
        }
        assert!(quick.ended);
        quick.learn(day(20), 0);
        assert!(quick.ended);
        quick.edited(77);
        assert!(!quick.ended && quick.results() == 0);
    }

    #[test]
    fn learning_costs_more_and_what_was_learnt_costs_the_market_price() {
        let mut stage = Stage::default();
        let mean = |stage: &Stage| (1..=28).map(|number| stage.price(1, 9, day(number))).sum::<f64>() / 28.0;
        let new = mean(&stage);
        stage.learn(day(1), 30);
        let half = mean(&stage);
        stage.learn(day(2), 30);
        assert!(new > half && half > 1.0 && mean(&stage) == 1.0, "{new} {half}");
    }
}
