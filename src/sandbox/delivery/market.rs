//! What impressions cost and bring to an ad set on one day: placements, prices, competition, and how well its ads do.

use std::sync::Arc;

use chrono::NaiveDate;

use super::auction::Curve;
use super::audience::NETWORKS;
use super::competition;
use super::fatigue;
use super::ledger::History;
use super::part::{Date, LANDING_SHARE, click_rate, conversion_rate, quality};
use super::spec::{AdSetSpec, Goal};
use crate::sandbox::num::{hash, hash_text, unit};
use crate::sandbox::placements::PLACEMENTS;
use crate::sandbox::seeded::{AccountSeed, currency_offset};
use crate::sandbox::state::Object;

/// The market of an account's day.
#[derive(Debug, Clone)]
pub struct Market {
    /// The day.
    pub date: Arc<Date>,
    /// Minor units of the account's currency in a major one.
    pub offset: i64,
}

/// How an ad does in the auction of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bids {
    /// Hash of the ad.
    pub key: u64,
    /// Its weight among the ads of its ad set.
    pub weight: f64,
    /// What is left of the first chance to act, by network.
    left: [f64; NETWORKS.len()],
}

impl Bids {
    /// How likely people are to act on the ad in a placement, against an average fresh ad.
    #[must_use]
    pub fn on(&self, placement: usize) -> f64 {
        let network = PLACEMENTS.get(placement).map_or(0, |placement| placement.network.index());
        self.left.get(network).copied().unwrap_or(1.0)
    }
}

impl Market {
    /// The market of a local day.
    #[must_use]
    pub fn on(seed: u64, seeded: AccountSeed, day: NaiveDate, span: (i64, i64)) -> Self {
        let offset = currency_offset(seeded.currency);
        let rate = if seeded.currency == "JPY" { 160.0 } else { 1.0 };
        Self { date: Arc::new(Date { seed, day, span, rate, step: 1_000_000 / offset }), offset }
    }

    /// How an ad does, by its own quality and by what people have seen of it.
    #[must_use]
    pub fn bids(&self, ad: &Object, spec: &AdSetSpec, history: &History) -> Bids {
        let key = hash_text(&ad.id);
        let appeal = 0.5 + unit(hash(self.date.seed, &[0xA99, key]));
        let (quality, seen) = (quality(self.date.seed, key), history.seen(&ad.id));
        let left = NETWORKS.map(|network| quality * fatigue::left(&spec.audience, network, &seen));
        Bids { key, weight: appeal * appeal, left }
    }

    /// The responses of an ad set's placements; `learning` is what the learning phase does to the price.
    #[must_use]
    pub fn curves(&self, spec: &AdSetSpec, ads: &[Bids], learning: f64) -> Vec<Curve> {
        let goal = match spec.goal {
            Goal::Seen => 0.55,
            Goal::Clicks => 0.95,
            Goal::Landings => 1.0,
            Goal::Conversions => 1.12,
        };
        let total: f64 = ads.iter().map(|ad| ad.weight).sum();
        let curve = |index: &usize| {
            let placement = PLACEMENTS.get(*index)?;
            let people = spec.audience.size(placement.network) * placement.share;
            let competition = competition::price(self.date.seed, self.date.day, *index, placement.network);
            // The auction knows how likely people are to act on these ads: what it expects is what comes.
            let appeal = ads.iter().map(|ad| ad.weight * ad.on(*index)).sum::<f64>() / total;
            let clicks = click_rate(placement, spec.goal) * 1_000.0 * appeal;
            let worth = match spec.goal {
                Goal::Seen => 1.0,
                Goal::Clicks => clicks,
                Goal::Landings => clicks * LANDING_SHARE,
                Goal::Conversions => clicks * conversion_rate(placement, spec),
            };
            Some(Curve {
                price: placement.price * goal * competition * learning * spec.audience.price * self.date.rate,
                scale: people.sqrt() * 8.0,
                worth,
                people,
            })
        };
        let none = Curve { price: 0.0, scale: 0.0, worth: 0.0, people: 0.0 };
        spec.placements.iter().map(|index| curve(index).unwrap_or(none)).collect()
    }
}
