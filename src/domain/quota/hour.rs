//! Calls an hour: ours counted by the minute, those of others as answers told them.

use std::collections::VecDeque;

use chrono::{DateTime, Duration, Utc};

use super::terms::{Tier, Urgency, UseCase, Wait, Why};

const HOUR: i64 = 3_600;
const MINUTE: i64 = 60;
/// So many calls must have been made before their percentage tells how many there may be.
const TELLING: i64 = 20;

/// Calls of the last hour for one use case.
#[derive(Debug, Clone, Default)]
pub(super) struct Hour {
    /// Ours, by minute.
    made: VecDeque<(i64, i64)>,
    /// How many there may be, where their percentage has told; more than the tier's own number where ads are on.
    most: Option<i64>,
    /// Calls that count and are not ours, or were made before this process began, as last told and when.
    others: (i64, i64),
}

impl Hour {
    fn own(&self, now: i64) -> i64 {
        self.made.iter().filter(|(minute, _)| minute + HOUR > now).map(|(_, count)| count).sum()
    }

    pub(super) fn used(&self, now: i64) -> i64 {
        let (others, at) = self.others;
        self.own(now) + others * (HOUR - (now - at).clamp(0, HOUR)) / HOUR
    }

    pub(super) fn most(&self, tier: Tier, use_case: UseCase) -> i64 {
        self.most.unwrap_or_default().max(tier.calls(use_case))
    }

    pub(super) fn add(&mut self, calls: i64, now: i64) {
        while self.made.front().is_some_and(|(minute, _)| minute + HOUR <= now) {
            self.made.pop_front();
        }
        let minute = now - now.rem_euclid(MINUTE);
        match self.made.back_mut().filter(|(last, _)| *last == minute) {
            Some((_, count)) => *count += calls,
            None => self.made.push_back((minute, calls)),
        }
    }

    pub(super) fn hear(&mut self, percent: i64, tier: Tier, use_case: UseCase, now: i64) {
        let own = self.own(now);
        if own >= TELLING && percent > 0 {
            // Rounded up, so this is the least that it can be.
            self.most = Some(own * 100 / (percent + 1));
        }
        let used = percent * self.most(tier, use_case) / 100;
        // A percentage rounds up: a share of it that small may be nobody's.
        let others = used - own;
        self.others = (if others > self.most(tier, use_case) / 50 { others } else { 0 }, now);
    }

    /// The moment from which `calls` more would be within `ceiling`.
    pub(super) fn until(&self, calls: i64, ceiling: i64, now: i64) -> i64 {
        let mut over = self.used(now) + calls - ceiling;
        for (minute, count) in &self.made {
            over -= count;
            if over <= 0 {
                return (minute + HOUR).max(now + 1);
            }
        }
        now + MINUTE
    }
}

/// The app's own calls, which no ad account carries: a percentage that was told, gone within an hour.
#[derive(Debug, Clone, Copy, Default)]
pub struct Share {
    percent: i64,
    at: i64,
}

impl Share {
    /// Notes what an answer told.
    pub fn hear(&mut self, percent: i64, now: DateTime<Utc>) {
        *self = Self { percent, at: now.timestamp() };
    }

    /// Percent used at a moment, at most.
    pub fn percent(&self, now: DateTime<Utc>) -> i64 {
        self.percent * (HOUR - (now.timestamp() - self.at).clamp(0, HOUR)) / HOUR
    }

    /// The wait of a call for which too much is used.
    pub fn wait(&self, urgency: Urgency, now: DateTime<Utc>) -> Option<Wait> {
        let over = urgency != Urgency::Stop && self.percent(now) >= urgency.ceiling();
        over.then(|| Wait { urgency, since: now, until: now + Duration::minutes(1), why: Why::App })
    }
}
