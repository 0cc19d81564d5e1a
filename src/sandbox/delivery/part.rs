//! The smallest stored result: one ad on one day in one placement, in whole numbers. Breakdowns divide a part by the
//! position of its impressions, so their rows always sum to it. Conversions carry when they become known, so that a
//! young day is restated upward as its late results arrive.

use std::sync::Arc;

use chrono::NaiveDate;

use super::spec::{AdSetSpec, Conversion, Goal};
use crate::sandbox::num::{hash, unit};
use crate::sandbox::placements::Placement;

/// Micros of a currency's major unit.
pub const MICROS: f64 = 1_000_000.0;

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
    /// Placements with at least one impression.
    pub parts: Vec<Part>,
}

/// One ad, one day, one placement.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Position in the placement table.
    pub placement: usize,
    /// For chances that breakdowns need.
    pub key: u64,
    /// Impressions.
    pub impressions: u32,
    /// Micros of the major unit.
    pub spend: i64,
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
    /// Conversions, known or still to come.
    pub outcomes: Vec<Outcome>,
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
    /// Simulation seed.
    pub seed: u64,
    /// Hash of the ad.
    pub ad: u64,
    /// Local day.
    pub day: NaiveDate,
    /// First and last second of the day.
    pub span: (i64, i64),
    /// Ad set version.
    pub spec: &'a AdSetSpec,
    /// Placement and its position in the table.
    pub placement: (usize, &'a Placement),
    /// Real-valued impressions so far.
    pub impressions: f64,
    /// Money so far, major units.
    pub money: f64,
    /// Whole days since the ad was made.
    pub age: i64,
    /// Money of this currency for one EUR.
    pub rate: f64,
    /// Smallest step of values, micros.
    pub step: i64,
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

impl Part {
    /// Rounds what has grown to whole numbers. Each number only grows while the inputs grow.
    #[must_use]
    pub fn round(from: &Grown<'_>) -> Option<Self> {
        let (index, placement) = from.placement;
        let date = u64::try_from(from.day.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(0);
        let key = hash(from.seed, &[0x9A27, from.ad, date, index as u64]);
        let chance = |name: u64| hash(key, &[name]);
        let impressions = count(from.impressions, chance(1));
        if impressions == 0 {
            return None;
        }
        let quality = 0.8 + 0.4 * unit(hash(from.seed, &[0xC11C, from.ad]));
        let tired = 1.0 / (1.0 + 0.004 * from.age as f64);
        let wanted = from.impressions * click_rate(placement, from.spec.goal) * quality * tired;
        let links = count(wanted, chance(2)).min(impressions);
        let clicks = count(wanted * 1.38, chance(3)).clamp(links, impressions.max(links));
        let landings = count(wanted * LANDING_SHARE, chance(4)).min(links);
        let mut part = Self {
            placement: index,
            key,
            impressions,
            spend: (from.money * MICROS) as i64,
            clicks,
            links,
            landings,
            reactions: count(wanted * 0.31, chance(5)).min(impressions),
            comments: count(wanted * 0.035, chance(6)).min(impressions),
            outcomes: Vec::new(),
        };
        let by_click = count(wanted * conversion_rate(placement, from.spec), chance(7)).min(links);
        let by_view = count(wanted * conversion_rate(placement, from.spec) * 0.07, chance(8));
        for number in 0..by_click {
            part.outcomes.push(outcome(from, key, number, false, impressions));
        }
        for number in 0..by_view {
            part.outcomes.push(outcome(from, key, number, true, impressions));
        }
        Some(part)
    }
}

fn outcome(from: &Grown<'_>, key: u64, number: u32, by_view: bool, impressions: u32) -> Outcome {
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
        hours(168.0, 28.0 * 24.0, (late - 0.95) / 0.05)
    };
    let lag = (lag_hours * 3_600.0) as i64;
    let moment = from.span.0 + ((from.span.1 - from.span.0) as f64 * chance(2)) as i64;
    let event = match from.spec.event {
        Some(Conversion::Lead) if from.spec.goal == Goal::Conversions => Conversion::Lead,
        _ => Conversion::Purchase,
    };
    let value = if event == Conversion::Purchase {
        let spread = chance(3);
        let euros = 18.0 + 81.0 * spread * spread;
        let micros = (euros * from.rate * MICROS) as i64;
        micros - micros % from.step.max(1)
    } else {
        0
    };
    Outcome {
        event,
        // Meta's own processing takes about two hours.
        known_at: moment + lag + 7_200,
        lag,
        by_view,
        value,
        impression: ((f64::from(impressions) * chance(4)) as u32).min(impressions.saturating_sub(1)),
    }
}
