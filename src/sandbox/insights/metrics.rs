//! Sums of a row: impressions and what came of them, and conversions by attribution window.

use super::query::Query;
use crate::sandbox::delivery::part::{AdDay, Outcome, Part};
use crate::sandbox::delivery::spec::{AdSetSpec, Conversion, Goal};

const DAY: i64 = 86_400;

/// Conversions of one event, or their value in micros: in total and by window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Windows {
    /// Within the ad set's attribution setting.
    pub attributed: i64,
    /// A day after a click.
    pub click_1d: i64,
    /// Seven days after a click.
    pub click_7d: i64,
    /// 28 days after a click.
    pub click_28d: i64,
    /// A day after a view.
    pub view_1d: i64,
}

/// What a row's ad sets were optimised for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Aim {
    /// Nothing gathered yet.
    #[default]
    None,
    /// One goal and event.
    One(Goal, Option<Conversion>),
    /// Ad sets with different goals meet.
    Mixed,
}

/// Sums of a row.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// Impressions.
    pub impressions: u64,
    /// Clicks of every kind.
    pub clicks: u64,
    /// Link clicks.
    pub links: u64,
    /// Landing page views.
    pub landings: u64,
    /// Reactions.
    pub reactions: u64,
    /// Comments.
    pub comments: u64,
    /// Micros.
    pub spend: i64,
    /// Conversions by event, in the order of [`Conversion::ALL`].
    pub conversions: [Windows; Conversion::ALL.len()],
    /// Value of the purchases, micros.
    pub values: Windows,
    /// Goals.
    pub aim: Aim,
}

/// How many of `count` things, spread evenly over `total` places, lie before a place.
fn before(count: u32, total: u32, place: u32) -> u32 {
    if total == 0 {
        return 0;
    }
    let (count, total, place) = (u64::from(count), u64::from(total), u64::from(place));
    u32::try_from((2 * place * count + total - 1) / (2 * total)).unwrap_or(u32::MAX)
}

impl Metrics {
    /// Adds the impressions `from..to` of a part with their clicks and some of its money.
    pub fn add(&mut self, part: &Part, spec: &AdSetSpec, (from, to): (u32, u32), spend: i64) {
        let range = |count: u32, total: u32, (from, to): (u32, u32)| (before(count, total, from), before(count, total, to));
        // Link clicks lie among clicks, landings among link clicks: no cell has more of the inner than of the outer.
        let clicks = range(part.clicks, part.impressions, (from, to));
        let links = range(part.links, part.clicks, clicks);
        let landings = range(part.landings, part.links, links);
        let reactions = range(part.reactions, part.impressions, (from, to));
        let comments = range(part.comments, part.impressions, (from, to));
        let length = |(from, to): (u32, u32)| u64::from(to - from);
        self.impressions += u64::from(to - from);
        self.clicks += length(clicks);
        self.links += length(links);
        self.landings += length(landings);
        self.reactions += length(reactions);
        self.comments += length(comments);
        self.spend += spend;
        let aim = Aim::One(spec.goal, spec.event);
        self.aim = if self.aim == Aim::None || self.aim == aim { aim } else { Aim::Mixed };
    }

    /// Adds the conversions of a part that are known by now.
    pub fn convert(&mut self, query: &Query, day: &AdDay, part: &Part, now: i64, here: impl Fn(&Outcome) -> bool) {
        if !query.tells_conversions() {
            return;
        }
        for outcome in day.outcomes(part).filter(|outcome| outcome.known_at <= now && here(outcome)) {
            if let Some(windows) = self.conversions.get_mut(outcome.event.index()) {
                windows.add(&outcome, &day.spec, 1);
            }
            if outcome.event == Conversion::Purchase {
                self.values.add(&outcome, &day.spec, outcome.value);
            }
        }
    }

    /// Conversions of an event.
    #[must_use]
    pub fn converted(&self, event: Conversion) -> Windows {
        self.conversions.get(event.index()).copied().unwrap_or_default()
    }
}

impl Windows {
    /// Adds all of others.
    pub fn join(&mut self, other: Self) {
        self.attributed += other.attributed;
        self.click_1d += other.click_1d;
        self.click_7d += other.click_7d;
        self.click_28d += other.click_28d;
        self.view_1d += other.view_1d;
    }

    /// Counts an outcome, or its value, in the windows that it lies in.
    pub fn add(&mut self, outcome: &Outcome, spec: &AdSetSpec, amount: i64) {
        let within = |days: i64| outcome.lag <= days * DAY;
        if outcome.by_view {
            self.view_1d += if within(1) { amount } else { 0 };
            self.attributed += if spec.view_days > 0 && within(spec.view_days) { amount } else { 0 };
            return;
        }
        self.click_1d += if within(1) { amount } else { 0 };
        self.click_7d += if within(7) { amount } else { 0 };
        self.click_28d += if within(28) { amount } else { 0 };
        self.attributed += if spec.click_days > 0 && within(spec.click_days) { amount } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_spreading_loses_nothing_and_never_crowds() {
        for total in 1..40 {
            for count in 0..=total {
                assert_eq!(before(count, total, total), count);
                for place in 0..total {
                    let here = before(count, total, place + 1) - before(count, total, place);
                    assert!(here <= 1);
                }
            }
        }
    }
}
