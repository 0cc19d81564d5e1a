//! The smallest stored result: one ad on one day in one placement, in whole numbers. Breakdowns divide a part by the
//! position of its impressions, so their rows always sum to it. Conversions carry when they become known, so that a
//! young day is restated upward as its late results arrive.

use std::sync::Arc;

use chrono::NaiveDate;

use super::spec::{AdSetSpec, Conversion, Goal};
use crate::sandbox::num::{hash, unit};
use crate::sandbox::placements::{PLACEMENTS, Placement};

/// Micros of a currency's major unit.
pub const MICROS: f64 = 1_000_000.0;

/// What all ads of an account share on one local day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Date {
    /// Simulation seed.
    pub seed: u64,
    /// Local day.
    pub day: NaiveDate,
    /// First and last (exclusive) second of the day.
    pub span: (i64, i64),
    /// Money of the account's currency for one EUR.
    pub rate: f64,
    /// Smallest step of values, micros.
    pub step: i64,
}

impl Date {
    fn number(&self) -> u64 {
        u64::try_from(self.day.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(0)
    }
}

/// One ad's delivery on one local day.
#[derive(Debug, Clone)]
pub struct AdDay {
    /// Ad.
    pub ad: Arc<str>,
    /// Its ad set.
    pub ad_set: Arc<str>,
    /// Its campaign.
    pub campaign: Arc<str>,
    /// The ad set as it was.
    pub spec: Arc<AdSetSpec>,
    /// The day.
    pub date: Arc<Date>,
    /// Hash of the ad and the version of its ad set.
    pub key: u64,
    /// Part of the impressions in each hour, where the ad did not run from midnight to midnight.
    pub hours: Option<Box<[f32; 24]>>,
    /// Placements with at least one impression.
    pub parts: Box<[Part]>,
}

/// One ad, one day, one placement. A year of many ads is kept in these, so they are small: conversions are counted
/// here and told one by one by [`AdDay::outcomes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Micros of the major unit.
    pub spend: i64,
    /// Impressions.
    pub impressions: u32,
    /// Clicks of every kind.
    pub clicks: u32,
    /// Clicks on the link.
    pub links: u32,
    /// Landing page views.
    pub landings: u32,
    /// Reactions.
    pub reactions: u32,
    /// Comments.
    pub comments: u32,
    /// Conversions after a click, known or still to come.
    by_click: u32,
    /// Conversions after a view without a click.
    by_view: u32,
    placement: u8,
}

/// One conversion that an ad brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Event.
    pub event: Conversion,
    /// Unix second from which insights show it.
    pub known_at: i64,
    /// Seconds between click (or view) and conversion.
    pub lag: i64,
    /// After a view without a click.
    pub by_view: bool,
    /// Micros of the major unit; 0 for a lead.
    pub value: i64,
    /// Which of the part's impressions brought it.
    pub impression: u32,
}

/// What a part grows from.
#[derive(Debug)]
pub struct Grown<'a> {
    /// The day.
    pub date: &'a Date,
    /// Hash of the ad and the version of its ad set.
    pub key: u64,
    /// Ad set version.
    pub spec: &'a AdSetSpec,
    /// Position in the placement table.
    pub placement: usize,
    /// Real-valued impressions so far.
    pub impressions: f64,
    /// Money so far, major units.
    pub money: f64,
    /// What is left of the first chance to act, by the ad's quality and its fatigue.
    pub appeal: f64,
}

/// How likely people are to act on an ad, by its own quality: 0.8 to 1.2.
#[must_use]
pub fn quality(seed: u64, ad: u64) -> f64 {
    0.8 + 0.4 * unit(hash(seed, &[0xC11C, ad]))
}

/// Link clicks per impression of a placement for a goal.
#[must_use]
pub fn click_rate(placement: &Placement, goal: Goal) -> f64 {
    placement.click_rate
        * match goal {
            Goal::Seen => 0.35,
            Goal::Clicks => 1.25,
            Goal::Landings => 1.15,
            Goal::Conversions => 1.0,
        }
}

/// Conversions per link click of a placement.
#[must_use]
pub fn conversion_rate(placement: &Placement, spec: &AdSetSpec) -> f64 {
    let rate = match (spec.goal, spec.event) {
        (Goal::Conversions, Some(Conversion::Purchase)) => 0.11,
        (Goal::Conversions, Some(Conversion::Lead)) => 0.15,
        (Goal::Seen, _) => 0.004,
        _ => 0.012,
    };
    rate * placement.intent
}

/// Share of link clicks after which the page loads.
pub const LANDING_SHARE: f64 = 0.79;

fn count(expected: f64, chance: u64) -> u32 {
    // `as` saturates and drops the fraction; the chance rounds up or down.
    (expected + unit(chance)) as u32
}

/// Processing by the platform takes about two hours.
const PROCESSING: i64 = 7_200;
/// After so many seconds from the first of its day nothing changes any more.
const SETTLED: i64 = 28 * 86_400;

impl Part {
    /// Rounds what has grown to whole numbers. Each number only grows while the inputs grow.
    #[must_use]
    pub fn round(from: &Grown<'_>) -> Option<Self> {
        let placement = PLACEMENTS.get(from.placement)?;
        let key = part_key(from.date, from.key, from.placement);
        let chance = |name: u64| hash(key, &[name]);
        let impressions = count(from.impressions, chance(1));
        if impressions == 0 {
            return None;
        }
        let wanted = from.impressions * click_rate(placement, from.spec.goal) * from.appeal;
        let links = count(wanted, chance(2)).min(impressions);
        let clicks = count(wanted * 1.38, chance(3)).clamp(links, impressions.max(links));
        let bought = wanted * conversion_rate(placement, from.spec);
        Some(Self {
            spend: (from.money * MICROS) as i64,
            impressions,
            clicks,
            links,
            landings: count(wanted * LANDING_SHARE, chance(4)).min(links),
            reactions: count(wanted * 0.31, chance(5)).min(impressions),
            comments: count(wanted * 0.035, chance(6)).min(impressions),
            by_click: count(bought, chance(7)).min(links),
            by_view: count(bought * 0.07, chance(8)),
            placement: u8::try_from(from.placement).ok()?,
        })
    }

    /// Position in the placement table.
    #[must_use]
    pub fn placement(&self) -> usize {
        usize::from(self.placement)
    }

    /// The part with every count, its spend and its conversions changed by a percentage, -100 at the least; rounded down.
    #[must_use]
    pub fn scaled(&self, percent: i64) -> Self {
        let percent = (100 + percent).max(0);
        let count = |count: u32| u32::try_from(i64::from(count).saturating_mul(percent) / 100).unwrap_or(u32::MAX);
        Self {
            spend: i64::try_from(i128::from(self.spend) * i128::from(percent) / 100).unwrap_or(i64::MAX),
            impressions: count(self.impressions),
            clicks: count(self.clicks),
            links: count(self.links),
            landings: count(self.landings),
            reactions: count(self.reactions),
            comments: count(self.comments),
            by_click: count(self.by_click),
            by_view: count(self.by_view),
            placement: self.placement,
        }
    }

    /// Whether it brings any conversion.
    #[must_use]
    pub fn converts(&self) -> bool {
        self.by_click + self.by_view > 0
    }
}

fn part_key(date: &Date, key: u64, placement: usize) -> u64 {
    hash(date.seed, &[0x9A27, key, date.number(), placement as u64])
}

impl AdDay {
    /// For chances that breakdowns of a part need.
    #[must_use]
    pub fn key_of(&self, part: &Part) -> u64 {
        part_key(&self.date, self.key, part.placement())
    }

    /// The conversions of a part, known or still to come.
    pub fn outcomes<'a>(&'a self, part: &'a Part) -> impl Iterator<Item = Outcome> + 'a {
        let key = if part.converts() { self.key_of(part) } else { 0 };
        let all = (0..part.by_click).map(|number| (number, false)).chain((0..part.by_view).map(|number| (number, true)));
        all.map(move |(number, by_view)| self.outcome(part, key, number, by_view))
    }

    fn outcome(&self, part: &Part, key: u64, number: u32, by_view: bool) -> Outcome {
        let chance = |name: u64| unit(hash(key, &[0x0C0, u64::from(number), u64::from(by_view), name]));
        let hours = |low: f64, high: f64, part: f64| low + (high - low) * part;
        let late = chance(1);
        let lag_hours = if by_view {
            hours(0.2, 24.0, late)
        } else if late < 0.50 {
            hours(0.1, 20.0, late / 0.50)
        } else if late < 0.80 {
            hours(20.0, 72.0, (late - 0.50) / 0.30)
        } else if late < 0.95 {
            hours(72.0, 168.0, (late - 0.80) / 0.15)
        } else {
            hours(168.0, 26.5 * 24.0, (late - 0.95) / 0.05)
        };
        let lag = (lag_hours * 3_600.0) as i64;
        let span = self.date.span;
        let moment = span.0 + ((span.1 - span.0) as f64 * chance(2)) as i64;
        let event = match self.spec.event {
            Some(Conversion::Lead) if self.spec.goal == Goal::Conversions => Conversion::Lead,
            _ => Conversion::Purchase,
        };
        let value = if event == Conversion::Purchase {
            let spread = chance(3);
            let euros = 18.0 + 81.0 * spread * spread;
            let micros = (euros * self.date.rate * MICROS) as i64;
            micros - micros % self.date.step.max(1)
        } else {
            0
        };
        // Some events come late: sent by servers in the night, matched later, modelled once there is enough to model by.
        let told = chance(5);
        let waited = if told < 0.86 {
            0
        } else if told < 0.97 {
            ((told - 0.86) / 0.11 * 3.0 * 86_400.0) as i64
        } else {
            ((told - 0.97) / 0.03 * 20.0 * 86_400.0) as i64
        };
        Outcome {
            event,
            known_at: (moment + lag + PROCESSING + waited).min((span.0 + SETTLED).max(moment + lag)),
            lag,
            by_view,
            value,
            impression: ((f64::from(part.impressions) * chance(4)) as u32).min(part.impressions.saturating_sub(1)),
        }
    }

    /// Results of the ad set's own goal that the day brings, now or later.
    #[must_use]
    pub fn results(&self) -> u32 {
        let result = |part: &Part| match self.spec.goal {
            Goal::Seen => part.impressions,
            Goal::Clicks => part.links,
            Goal::Landings => part.landings,
            Goal::Conversions => part.by_click + part.by_view,
        };
        self.parts.iter().map(result).fold(0, u32::saturating_add)
    }
}
