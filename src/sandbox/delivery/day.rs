//! One local day of an ad account: which ads were on from when to when, what each budget gave, what the placements
//! brought. A stretch without any change is reckoned at its daily rate and scaled by its share of the day, so stepping
//! through a day hour by hour gives what one step gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use serde_json::Value;

use super::auction::{self, Offer};
use super::learning;
use super::ledger::History;
use super::market::Market;
use super::memo::Memo;
use super::pacing;
use super::part::{AdDay, Grown, MICROS, Part};
use super::share;
use super::spec::{AdSetSpec, amount};
use crate::sandbox::num::hash_text;
use crate::sandbox::state::{Kind, Object, State};
use crate::sandbox::status;

/// A day to be reckoned.
#[derive(Debug)]
pub struct Day<'a> {
    /// All objects.
    pub state: &'a State,
    /// Account id.
    pub account: &'a str,
    /// Its zone.
    pub zone: Tz,
    /// What impressions cost and bring on that day.
    pub market: Market,
    /// Its first and last (exclusive) second.
    pub span: (i64, i64),
    /// What earlier days left behind.
    pub history: &'a History,
}

/// An ad in one stretch.
struct RunningAd {
    /// Position among its ad set's ads.
    position: usize,
    /// Part of the ad set's impressions.
    part: f64,
}

/// An ad set in one stretch.
struct Running {
    id: Arc<str>,
    index: usize,
    version: usize,
    spec: Arc<AdSetSpec>,
    offers: Vec<Offer>,
    ads: Vec<RunningAd>,
}

/// What an ad has gathered in a placement.
#[derive(Default, Clone, Copy)]
struct Gathered {
    impressions: f64,
    money: f64,
}

/// What an ad has gathered on a day.
#[derive(Default)]
struct Tally {
    /// In the order of the spec's placements.
    placements: Vec<Gathered>,
    /// Impressions by hour; kept where the ad did not run the whole day.
    hours: Option<Box<[f64; 24]>>,
}

/// By position of the ad set, its version, and position of the ad.
type Tallies = BTreeMap<(usize, usize, usize), Tally>;

impl Day<'_> {
    /// What was delivered up to a moment, account spend limit respected.
    pub fn run(&self, memo: &mut Memo, until: i64) -> Vec<AdDay> {
        let limit = self.limit(self.state.find(self.account, Kind::Account), self.history.ledger.account);
        self.within(limit, until, |until| {
            let campaigns = self.state.of_account(self.account, Kind::Campaign);
            campaigns
                .iter()
                .filter_map(|id| self.state.objects.get(id))
                .flat_map(|campaign| self.campaign(memo, campaign, until))
                .collect()
        })
    }

    /// Micros that a spend cap leaves.
    fn limit(&self, object: Option<&Object>, spent: i64) -> Option<i64> {
        let version = object?.versions.get(object?.version_at(self.span.1 - 1)?)?;
        let cap = amount(&version.fields, "spend_cap")?;
        let micros = cap.saturating_mul(1_000_000 / self.market.offset);
        Some((micros - spent).max(0))
    }

    /// Runs to the last minute at which a spend limit still holds.
    fn within(&self, limit: Option<i64>, until: i64, mut run: impl FnMut(i64) -> Vec<AdDay>) -> Vec<AdDay> {
        let until = until.min(self.span.1);
        let Some(limit) = limit else {
            return run(until);
        };
        if limit == 0 {
            return Vec::new();
        }
        let spent = |days: &[AdDay]| days.iter().flat_map(|day| &day.parts).map(|part| part.spend).sum::<i64>();
        let whole = run(until);
        if spent(&whole) <= limit {
            return whole;
        }
        let (mut good, mut bad) = (0, (until - self.span.0) / 60 + 1);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            if spent(&run((self.span.0 + middle * 60).min(until))) <= limit {
                good = middle;
            } else {
                bad = middle;
            }
        }
        run(self.span.0 + good * 60)
    }

    fn campaign(&self, memo: &mut Memo, campaign: &Object, until: i64) -> Vec<AdDay> {
        let changed_today = campaign.updated() > self.span.0;
        if !changed_today && campaign.text("status") != "ACTIVE" {
            return Vec::new();
        }
        let limit = self.limit(Some(campaign), self.history.ledger.of(&campaign.id));
        self.within(limit, until, |until| self.campaign_until(memo, campaign, until))
    }

    fn campaign_until(&self, memo: &mut Memo, campaign: &Object, until: i64) -> Vec<AdDay> {
        let ad_sets: Vec<&Object> =
            self.state.children_of(&campaign.id).iter().filter_map(|id| self.state.objects.get(id)).collect();
        let cuts = self.cuts(campaign, &ad_sets, until);
        let mut tallies = Tallies::new();
        let mut spent: BTreeMap<Arc<str>, f64> = BTreeMap::new();
        for pair in cuts.windows(2) {
            let &[from, to] = pair else { continue };
            let running = self.running(memo, campaign, &ad_sets, from);
            if !running.is_empty() {
                self.stretch(memo, campaign, &running, (from, to), &mut tallies, &mut spent);
            }
        }
        self.collect(memo, campaign, &ad_sets, tallies)
    }

    /// Moments at which anything about the campaign changes, with both ends.
    fn cuts(&self, campaign: &Object, ad_sets: &[&Object], until: i64) -> Vec<i64> {
        let mut cuts = vec![self.span.0, until];
        // Only what was known on that day: a later edit must not change how an earlier day is reckoned again.
        let mut add = |object: &Object| {
            let known = object.versions.iter().rev().skip_while(|version| version.at >= self.span.1);
            for version in known {
                for name in ["start_time", "end_time", "stop_time"] {
                    cuts.extend(version.fields.get(name).and_then(Value::as_i64));
                }
                cuts.push(version.at);
                if version.at <= self.span.0 {
                    break;
                }
            }
            if object.kind == Kind::Ad && object.updated() + 86_400 > self.span.0 {
                cuts.push(status::review_ends(self.state.seed, object, self.span.0));
                cuts.push(status::review_ends(self.state.seed, object, until));
            }
        };
        add(campaign);
        for ad_set in ad_sets {
            add(ad_set);
            for ad in self.state.children_of(&ad_set.id).iter().filter_map(|id| self.state.objects.get(id)) {
                add(ad);
            }
        }
        cuts.retain(|cut| (self.span.0..=until).contains(cut));
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    /// The ad sets that deliver from a moment on, with their ads.
    fn running(&self, memo: &mut Memo, campaign: &Object, ad_sets: &[&Object], moment: i64) -> Vec<Running> {
        let end = |object: &Object, name: &str, other: i64| {
            let version = object.version_at(moment).and_then(|version| object.versions.get(version));
            version.and_then(|version| version.fields.get(name)).and_then(Value::as_i64).unwrap_or(other)
        };
        if campaign.text_at("status", moment) != "ACTIVE"
            || moment < end(campaign, "start_time", i64::MIN)
            || moment >= end(campaign, "stop_time", i64::MAX)
        {
            return Vec::new();
        }
        let mut running = Vec::new();
        for (index, ad_set) in ad_sets.iter().enumerate() {
            if ad_set.text_at("status", moment) != "ACTIVE" {
                continue;
            }
            let Some(version) = ad_set.version_at(moment) else {
                continue;
            };
            let Some(spec) = memo.spec(self.state.seed, ad_set, version) else {
                continue;
            };
            if moment < spec.start || moment >= spec.end {
                continue;
            }
            let mut ads = Vec::new();
            for (position, ad) in self.ads_of(ad_set).enumerate() {
                if ad.text_at("status", moment) == "ACTIVE" && memo.approved(self.state, ad, moment) {
                    ads.push((position, self.market.bids(ad, &spec, self.history)));
                }
            }
            if !ads.is_empty() {
                let stage = self.history.stage(&ad_set.id, learning::last_edit(ad_set, moment));
                let learning = stage.price(self.state.seed, hash_text(&ad_set.id), self.market.date.day);
                let curves = self.market.curves(&spec, &ads.iter().map(|(_, bids)| *bids).collect::<Vec<_>>(), learning);
                let total: f64 = ads.iter().map(|(_, bids)| bids.weight).sum();
                let ads = ads.iter().map(|(position, bids)| RunningAd { position: *position, part: bids.weight / total });
                running.push(Running {
                    id: memo.name(&ad_set.id),
                    index,
                    version,
                    offers: auction::offers(&curves, spec.cap(self.market.offset)),
                    ads: ads.collect(),
                    spec,
                });
            }
        }
        running
    }

    fn ads_of(&self, ad_set: &Object) -> impl Iterator<Item = &Object> {
        self.state.children_of(&ad_set.id).iter().filter_map(|id| self.state.objects.get(id))
    }

    fn major(&self, minor: i64) -> f64 {
        minor as f64 / self.market.offset as f64
    }

    /// Money that a budget gives to a whole day at the rate of this moment.
    fn day_money(&self, holder: &str, daily: Option<i64>, lifetime: Option<(i64, i64)>, moment: i64, today: f64) -> f64 {
        let key = hash_text(holder);
        let seed = self.state.seed;
        let factor = pacing::day_factor(seed, key, self.market.date.day);
        match (daily, lifetime) {
            (Some(budget), _) => self.major(budget) * factor,
            (None, Some((budget, end))) => {
                let left = self.major(budget) - self.history.ledger.of(holder) as f64 / MICROS - today;
                let weight = pacing::weight(seed, key, self.zone, moment, end);
                if weight > 0.0 { left.max(0.0) * factor / weight } else { 0.0 }
            }
            (None, None) => 0.0,
        }
    }

    /// What each placement of each ad set gets for a whole day at the rate of a moment.
    fn given(&self, campaign: &Object, running: &[Running], from: i64, spent: &BTreeMap<Arc<str>, f64>) -> Vec<Vec<f64>> {
        let today = |id: &str| spent.get(id).copied().unwrap_or(0.0);
        let fields = campaign.version_at(from).and_then(|index| campaign.versions.get(index)).map(|version| &version.fields);
        let (daily, lifetime) =
            fields.map_or((None, None), |fields| (amount(fields, "daily_budget"), amount(fields, "lifetime_budget")));
        if daily.is_some() || lifetime.is_some() {
            let last = running.iter().map(|ad_set| ad_set.spec.end).max().unwrap_or(i64::MAX);
            let stop = fields.and_then(|fields| fields.get("stop_time")).and_then(Value::as_i64);
            let end = stop.unwrap_or(i64::MAX).min(last);
            let money = self.day_money(&campaign.id, daily, lifetime.map(|budget| (budget, end)), from, today(&campaign.id));
            let range = |ad_set: &Running| self.range(ad_set, daily.is_some(), end, from, today(&ad_set.id));
            let parts: Vec<share::Part<'_>> =
                running.iter().map(|ad_set| share::Part { offers: &ad_set.offers, range: range(ad_set) }).collect();
            return share::divide(&parts, money);
        }
        let own = |ad_set: &Running| {
            let lifetime = ad_set.spec.lifetime.map(|budget| (budget, ad_set.spec.end));
            let money = self.day_money(&ad_set.id, ad_set.spec.daily, lifetime, from, today(&ad_set.id));
            auction::divide(&ad_set.offers, money)
        };
        running.iter().map(own).collect()
    }

    fn stretch(
        &self,
        memo: &mut Memo,
        campaign: &Object,
        running: &[Running],
        (from, to): (i64, i64),
        tallies: &mut Tallies,
        spent: &mut BTreeMap<Arc<str>, f64>,
    ) {
        let share = pacing::between(self.span, from, to);
        let whole = (from, to) == self.span;
        for (ad_set, given) in running.iter().zip(self.given(campaign, running, from, spent)) {
            let bought: Vec<Gathered> = (ad_set.offers.iter().zip(&given))
                .map(|(offer, money)| Gathered {
                    impressions: offer.curve.impressions(*money) * share.people,
                    money: money * share.money,
                })
                .collect();
            let seen: f64 = bought.iter().map(|bought| bought.impressions).sum();
            for ad in &ad_set.ads {
                let tally = tallies.entry((ad_set.index, ad_set.version, ad.position)).or_default();
                tally.placements.resize(bought.len(), Gathered::default());
                for (sum, bought) in tally.placements.iter_mut().zip(&bought) {
                    sum.impressions += bought.impressions * ad.part;
                    sum.money += bought.money * ad.part;
                }
                if !whole {
                    let hours = tally.hours.get_or_insert_default();
                    for (sum, part) in hours.iter_mut().zip(pacing::by_hour(self.span, from, to)) {
                        *sum += part * seen * ad.part;
                    }
                }
            }
            let money: f64 = bought.iter().map(|bought| bought.money).sum();
            *spent.entry(Arc::clone(&ad_set.id)).or_insert(0.0) += money;
            *spent.entry(memo.name(&campaign.id)).or_insert(0.0) += money;
        }
    }

    /// The least and the most money that a campaign budget may give an ad set for a whole day, at the rate of this moment. What
    /// is left of limits in all is paced over the rest of the flight, as a lifetime budget is.
    fn range(&self, ad_set: &Running, daily: bool, end: i64, moment: i64, today: f64) -> (f64, f64) {
        let spec = &ad_set.spec;
        if daily {
            let (least, most) = spec.daily_range;
            return (self.major(least), if most == i64::MAX { f64::MAX } else { self.major(most) });
        }
        let (least, most) = spec.lifetime_range;
        let left = |limit: i64| self.day_money(&ad_set.id, None, Some((limit, end.min(spec.end))), moment, today);
        (if least == 0 { 0.0 } else { left(least) }, if most == i64::MAX { f64::MAX } else { left(most) })
    }

    fn collect(&self, memo: &mut Memo, campaign: &Object, ad_sets: &[&Object], tallies: Tallies) -> Vec<AdDay> {
        let mut days: Vec<AdDay> = Vec::with_capacity(tallies.len());
        let campaign = memo.name(&campaign.id);
        for ((index, version, position), tally) in tallies {
            let Some(ad_set) = ad_sets.get(index) else { continue };
            let ad = self.state.children_of(&ad_set.id).get(position).and_then(|id| self.state.objects.get(id));
            let (Some(spec), Some(ad)) = (memo.spec(self.state.seed, ad_set, version), ad) else {
                continue;
            };
            let bids = self.market.bids(ad, &spec, self.history);
            let key = bids.key ^ version as u64;
            let grown = |(placement, sum): (&usize, Gathered)| {
                Part::round(&Grown {
                    date: &self.market.date,
                    key,
                    spec: &spec,
                    placement: *placement,
                    impressions: sum.impressions,
                    money: sum.money,
                    appeal: bids.on(*placement),
                })
            };
            let parts: Box<[Part]> = spec.placements.iter().zip(tally.placements).filter_map(grown).collect();
            if parts.is_empty() {
                continue;
            }
            let all: f64 = tally.hours.iter().flat_map(|hours| hours.iter()).sum();
            days.push(AdDay {
                ad: memo.name(&ad.id),
                ad_set: memo.name(&ad_set.id),
                campaign: Arc::clone(&campaign),
                date: Arc::clone(&self.market.date),
                key,
                hours: tally.hours.filter(|_| all > 0.0).map(|hours| Box::new(hours.map(|hour| (hour / all) as f32))),
                parts,
                spec,
            });
        }
        days
    }
}
