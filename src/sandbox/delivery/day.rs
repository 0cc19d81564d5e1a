//! One local day of an ad account: which ads were on from when to when, what each budget gave, what the placements
//! brought. A stretch without any change is reckoned at its daily rate and scaled by its share of the day, so stepping
//! through a day hour by hour gives what one step gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::auction::{self, Curve};
use super::pacing;
use super::part::{AdDay, Grown, LANDING_SHARE, MICROS, Part, click_rate, conversion_rate};
use super::share;
use super::spec::{AdSetSpec, Goal, amount};
use crate::sandbox::num::{hash, hash_text, unit};
use crate::sandbox::placements::PLACEMENTS;
use crate::sandbox::seeded::{AccountSeed, currency_offset};
use crate::sandbox::state::{Kind, Object, State};
use crate::sandbox::status::{self, Review};

/// Spend so far, in micros.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The account's total.
    pub account: i64,
    /// By campaign and by ad set id.
    pub objects: BTreeMap<Arc<str>, i64>,
}

impl Ledger {
    /// Spend of a campaign or ad set.
    #[must_use]
    pub fn of(&self, id: &str) -> i64 {
        self.objects.get(id).copied().unwrap_or(0)
    }

    /// Books a day.
    pub fn book(&mut self, days: &[AdDay]) {
        for day in days {
            let spend: i64 = day.parts.iter().map(|part| part.spend).sum();
            self.account += spend;
            *self.objects.entry(Arc::clone(&day.campaign)).or_insert(0) += spend;
            *self.objects.entry(Arc::clone(&day.ad_set)).or_insert(0) += spend;
        }
    }
}

/// The fields a spec was read from, and the spec.
type ReadSpec = (Arc<Map<String, Value>>, Arc<AdSetSpec>);

/// Specs and reviews read once.
#[derive(Debug, Default)]
pub struct Memo {
    specs: BTreeMap<(String, usize), ReadSpec>,
    names: BTreeMap<String, Arc<str>>,
    reviews: BTreeMap<String, (usize, i64, bool)>,
}

impl Memo {
    /// The spec of an ad set at a moment.
    pub fn spec(&mut self, seed: u64, object: &Object, moment: i64) -> Option<Arc<AdSetSpec>> {
        let index = object.version_at(moment)?;
        let fields = &object.versions.get(index)?.fields;
        let key = (object.id.clone(), index);
        if let Some((of, spec)) = self.specs.get(&key)
            && Arc::ptr_eq(of, fields)
        {
            return Some(Arc::clone(spec));
        }
        let spec = Arc::new(AdSetSpec::read(seed, object.created(), fields));
        self.specs.insert(key, (Arc::clone(fields), Arc::clone(&spec)));
        Some(spec)
    }

    fn name(&mut self, id: &str) -> Arc<str> {
        if let Some(name) = self.names.get(id) {
            return Arc::clone(name);
        }
        let name: Arc<str> = Arc::from(id);
        self.names.insert(id.to_owned(), Arc::clone(&name));
        name
    }

    /// Whether the review lets the ad deliver at a moment.
    fn approved(&mut self, state: &State, ad: &Object, moment: i64) -> bool {
        let Some(version) = ad.version_at(moment) else {
            return false;
        };
        if let Some((of, ends, approved)) = self.reviews.get(&ad.id)
            && *of == version
            && moment >= *ends
        {
            return *approved;
        }
        match status::review(state, ad, moment) {
            Review::Pending => false,
            decided => {
                let approved = decided == Review::Approved;
                let ends = status::review_ends(state.seed, ad, moment);
                self.reviews.insert(ad.id.clone(), (version, ends, approved));
                approved
            }
        }
    }

    /// Forgets reviews: a creative may have been edited.
    pub fn forget_reviews(&mut self) {
        self.reviews.clear();
    }
}

/// A day to be reckoned.
#[derive(Debug)]
pub struct Day<'a> {
    /// All objects.
    pub state: &'a State,
    /// Account id.
    pub account: &'a str,
    /// Its currency and zone.
    pub seeded: AccountSeed,
    /// Local day.
    pub date: NaiveDate,
    /// Its first and last (exclusive) second.
    pub span: (i64, i64),
    /// Spend before the day.
    pub ledger: &'a Ledger,
}

/// An ad set in one stretch.
struct Running {
    id: Arc<str>,
    index: usize,
    version: usize,
    spec: Arc<AdSetSpec>,
    curves: Vec<Curve>,
    ads: Vec<(Arc<str>, u64, f64, i64)>,
}

/// What an ad has gathered in a placement.
#[derive(Default, Clone, Copy)]
struct Gathered {
    impressions: f64,
    money: f64,
}

type Sums = BTreeMap<(usize, usize, Arc<str>, usize), Gathered>;

impl Day<'_> {
    /// What was delivered up to a moment, account spend limit respected.
    pub fn run(&self, memo: &mut Memo, until: i64) -> Vec<AdDay> {
        let limit = self.limit(self.state.find(self.account, Kind::Account), self.ledger.account);
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
        let micros = cap.saturating_mul(1_000_000 / currency_offset(self.seeded.currency));
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
        let limit = self.limit(Some(campaign), self.ledger.of(&campaign.id));
        self.within(limit, until, |until| self.campaign_until(memo, campaign, until))
    }

    fn campaign_until(&self, memo: &mut Memo, campaign: &Object, until: i64) -> Vec<AdDay> {
        let ad_sets: Vec<&Object> =
            self.state.children_of(&campaign.id).iter().filter_map(|id| self.state.objects.get(id)).collect();
        let cuts = self.cuts(campaign, &ad_sets, until);
        let mut sums = Sums::new();
        let mut spent: BTreeMap<Arc<str>, f64> = BTreeMap::new();
        for pair in cuts.windows(2) {
            let &[from, to] = pair else { continue };
            let share = pacing::between(self.span, from, to);
            let running = self.running(memo, campaign, &ad_sets, from);
            if share > 0.0 && !running.is_empty() {
                self.stretch(campaign, &running, (from, share), &mut sums, &mut spent);
            }
        }
        self.collect(memo, campaign, &ad_sets, sums)
    }

    /// Moments at which anything about the campaign changes, with both ends.
    fn cuts(&self, campaign: &Object, ad_sets: &[&Object], until: i64) -> Vec<i64> {
        let mut cuts = vec![self.span.0, until];
        let mut add = |object: &Object| {
            for version in object.versions.iter().rev().take_while(|version| version.at > self.span.0) {
                cuts.push(version.at);
            }
            for name in ["start_time", "end_time", "stop_time"] {
                cuts.extend(object.get(name).and_then(Value::as_i64));
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
        let end = |object: &Object, name: &str, other: i64| object.get(name).and_then(Value::as_i64).unwrap_or(other);
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
            let Some(spec) = memo.spec(self.state.seed, ad_set, moment) else {
                continue;
            };
            if moment < spec.start || moment >= spec.end {
                continue;
            }
            let mut ads = Vec::new();
            for ad in self.state.children_of(&ad_set.id).iter().filter_map(|id| self.state.objects.get(id)) {
                if ad.text_at("status", moment) == "ACTIVE" && memo.approved(self.state, ad, moment) {
                    let key = hash_text(&ad.id);
                    let appeal = 0.5 + unit(hash(self.state.seed, &[0xA99, key]));
                    let age = (self.span.0 - ad.created()).max(0) / 86_400;
                    ads.push((memo.name(&ad.id), key, appeal * appeal, age));
                }
            }
            if !ads.is_empty() {
                let curves = self.curves(&spec);
                running.push(Running { id: memo.name(&ad_set.id), index, version, spec, curves, ads });
            }
        }
        running
    }

    fn curves(&self, spec: &AdSetSpec) -> Vec<Curve> {
        let date = u64::try_from(self.date.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(0);
        let goal = match spec.goal {
            Goal::Seen => 0.55,
            Goal::Clicks => 0.95,
            Goal::Landings => 1.0,
            Goal::Conversions => 1.12,
        };
        spec.placements
            .iter()
            .map(|index| {
                let Some(placement) = PLACEMENTS.get(*index) else {
                    return Curve { price: 0.0, scale: 0.0, worth: 0.0, people: 0.0 };
                };
                let people = spec.audience.size(placement.network) * placement.share;
                let noise = 0.92 + 0.16 * unit(hash(self.state.seed, &[0xC09, date, *index as u64]));
                let clicks = click_rate(placement, spec.goal) * 1_000.0;
                let worth = match spec.goal {
                    Goal::Seen => 1.0,
                    Goal::Clicks => clicks,
                    Goal::Landings => clicks * LANDING_SHARE,
                    Goal::Conversions => clicks * conversion_rate(placement, spec),
                };
                Curve {
                    price: placement.price * goal * noise * spec.audience.price * self.rate(),
                    scale: people.sqrt() * 8.0,
                    worth,
                    people,
                }
            })
            .collect()
    }

    /// Money of the account's currency for one EUR.
    fn rate(&self) -> f64 {
        if self.seeded.currency == "JPY" { 160.0 } else { 1.0 }
    }

    fn major(&self, minor: i64) -> f64 {
        minor as f64 / currency_offset(self.seeded.currency) as f64
    }

    /// Money that a budget gives to a whole day at the rate of this moment.
    fn day_money(&self, holder: &str, daily: Option<i64>, lifetime: Option<(i64, i64)>, moment: i64, today: f64) -> f64 {
        let key = hash_text(holder);
        let seed = self.state.seed;
        let factor = pacing::day_factor(seed, key, self.date);
        match (daily, lifetime) {
            (Some(budget), _) => self.major(budget) * factor,
            (None, Some((budget, end))) => {
                let left = self.major(budget) - self.ledger.of(holder) as f64 / MICROS - today;
                let weight = pacing::weight(seed, key, self.seeded.zone, moment, end);
                if weight > 0.0 { left.max(0.0) * factor / weight } else { 0.0 }
            }
            (None, None) => 0.0,
        }
    }

    fn stretch(
        &self,
        campaign: &Object,
        running: &[Running],
        (from, share): (i64, f64),
        sums: &mut Sums,
        spent: &mut BTreeMap<Arc<str>, f64>,
    ) {
        let today = |id: &str| spent.get(id).copied().unwrap_or(0.0);
        let fields = campaign.version_at(from).and_then(|index| campaign.versions.get(index)).map(|version| &version.fields);
        let (daily, lifetime) =
            fields.map_or((None, None), |fields| (amount(fields, "daily_budget"), amount(fields, "lifetime_budget")));
        let given: Vec<Vec<f64>> = if daily.is_some() || lifetime.is_some() {
            let last = running.iter().map(|ad_set| ad_set.spec.end).max().unwrap_or(i64::MAX);
            let end = campaign.get("stop_time").and_then(Value::as_i64).unwrap_or(i64::MAX).min(last);
            let money = self.day_money(&campaign.id, daily, lifetime.map(|budget| (budget, end)), from, today(&campaign.id));
            let range = |ad_set: &Running| self.range(ad_set, daily.is_some(), end, from, today(&ad_set.id));
            let parts: Vec<share::Part<'_>> = running
                .iter()
                .map(|ad_set| share::Part { curves: &ad_set.curves, bid: self.bid(&ad_set.spec), range: range(ad_set) })
                .collect();
            share::divide(&parts, money)
        } else {
            running
                .iter()
                .map(|ad_set| {
                    let spec = &ad_set.spec;
                    let lifetime = spec.lifetime.map(|budget| (budget, spec.end));
                    let money = self.day_money(&ad_set.id, spec.daily, lifetime, from, today(&ad_set.id));
                    auction::divide(&ad_set.curves, money, self.bid(spec))
                })
                .collect()
        };
        for (ad_set, given) in running.iter().zip(given) {
            let total: f64 = ad_set.ads.iter().map(|(_, _, appeal, _)| appeal).sum();
            for ((placement, curve), money) in ad_set.spec.placements.iter().zip(&ad_set.curves).zip(given) {
                let impressions = curve.impressions(money);
                for (ad, _, appeal, _) in &ad_set.ads {
                    let part = share * appeal / total;
                    let key = (ad_set.index, ad_set.version, Arc::clone(ad), *placement);
                    let sum = sums.entry(key).or_default();
                    sum.impressions += impressions * part;
                    sum.money += money * part;
                }
                *spent.entry(Arc::clone(&ad_set.id)).or_insert(0.0) += money * share;
                *spent.entry(Arc::from(campaign.id.as_str())).or_insert(0.0) += money * share;
            }
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

    /// Cost cap and bid cap as a limit on the cost of a further result. A cap on the average lets the last result cost
    /// more; with this market's curve about a fifth more.
    fn bid(&self, spec: &AdSetSpec) -> Option<f64> {
        let bid = self.major(spec.bid?);
        // A further unit of worth is a result per 1,000 impressions at a price per 1,000: the units cancel.
        Some(if spec.bid_is_cap { bid } else { bid * 1.2 })
    }

    fn collect(&self, memo: &mut Memo, campaign: &Object, ad_sets: &[&Object], sums: Sums) -> Vec<AdDay> {
        let mut days: Vec<AdDay> = Vec::new();
        let campaign_name = memo.name(&campaign.id);
        let step = 1_000_000 / currency_offset(self.seeded.currency);
        for ((index, version, ad, placement), sum) in sums {
            let Some(ad_set) = ad_sets.get(index) else {
                continue;
            };
            let moment = ad_set.versions.get(version).map_or(0, |version| version.at);
            let (Some(spec), Some(object), Some(entry)) =
                (memo.spec(self.state.seed, ad_set, moment), self.state.objects.get(&*ad), PLACEMENTS.get(placement))
            else {
                continue;
            };
            let part = Part::round(&Grown {
                seed: self.state.seed,
                ad: hash_text(&ad) ^ version as u64,
                day: self.date,
                span: self.span,
                spec: &spec,
                placement: (placement, entry),
                impressions: sum.impressions,
                money: sum.money,
                age: (self.span.0 - object.created()).max(0) / 86_400,
                rate: self.rate(),
                step,
            });
            let Some(part) = part else { continue };
            match days.last_mut() {
                Some(last) if last.ad == ad && Arc::ptr_eq(&last.spec, &spec) => last.parts.push(part),
                _ => days.push(AdDay {
                    ad,
                    ad_set: memo.name(&ad_set.id),
                    campaign: Arc::clone(&campaign_name),
                    spec,
                    parts: vec![part],
                }),
            }
        }
        days
    }
}
