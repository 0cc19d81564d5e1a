//! From days of delivery to rows: filtered, cut by breakdown, summed at the asked level, conversions as known now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::query::{Level, Query};
use crate::sandbox::delivery::pacing::local_day;
use crate::sandbox::delivery::part::{AdDay, Outcome, Part};
use crate::sandbox::delivery::people::{AGES, CELLS, GENDERS};
use crate::sandbox::delivery::reach::Exposure;
use crate::sandbox::delivery::spec::{AdSetSpec, Conversion, Goal};
use crate::sandbox::nodes::listing::Filter;
use crate::sandbox::num::unit;
use crate::sandbox::placements::PLACEMENTS;
use crate::sandbox::places::PLACES;
use crate::sandbox::state::Object;
use crate::sandbox::status;
use crate::sandbox::world::World;

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
    /// Conversions by event.
    pub conversions: BTreeMap<Conversion, Windows>,
    /// Their value by event, micros.
    pub values: BTreeMap<Conversion, Windows>,
    /// What the ad sets were optimised for.
    pub goals: BTreeSet<(u8, Option<Conversion>)>,
}

/// Values of the five breakdowns; empty where not asked.
pub type Cut = [&'static str; 5];

/// A row before it is written.
#[derive(Debug, Clone)]
pub struct Row {
    /// Position in the query's periods.
    pub period: usize,
    /// Campaign, ad set, ad; as far as the level goes.
    pub campaign: Option<Arc<str>>,
    /// Ad set.
    pub ad_set: Option<Arc<str>>,
    /// Ad.
    pub ad: Option<Arc<str>>,
    /// platform, position, age, gender, country.
    pub cut: Cut,
    /// Sums.
    pub metrics: Metrics,
    /// People reached, when the query needs it.
    pub reach: Option<u64>,
    exposure: Exposure,
}

/// The rows of a query.
pub fn gather(world: &mut World, query: &Query) -> Vec<Row> {
    let now = world.now();
    let mut rows = Vec::new();
    let mut admitted: BTreeMap<Arc<str>, bool> = BTreeMap::new();
    for (index, period) in query.periods.iter().enumerate() {
        let days = world.engine.days(&world.state, &query.account, query.seeded, now, *period);
        let mut sums: BTreeMap<(Arc<str>, Cut), Row> = BTreeMap::new();
        for (_, ads) in &days {
            for day in ads.iter() {
                let keep = *admitted.entry(Arc::clone(&day.ad)).or_insert_with(|| admits(world, query, day));
                if keep {
                    add_day(query, index, day, now, &mut sums);
                }
            }
        }
        rows.extend(sums.into_values());
    }
    if query.needs_reach() {
        for row in &mut rows {
            let reach = row.exposure.reach(world.state.seed).min(row.metrics.impressions);
            row.reach = Some(reach);
        }
    }
    rows.retain(|row| query.filters.iter().all(|filter| passes_sum(filter, row)));
    rows
}

fn admits(world: &World, query: &Query, day: &AdDay) -> bool {
    let objects = |id: &str| world.state.objects.get(id);
    if let Some(within) = &query.within
        && ![&day.campaign, &day.ad_set, &day.ad].iter().any(|id| ***id == **within)
    {
        return false;
    }
    query.filters.iter().all(|filter| {
        let (level, name) = filter.field.split_once('.').unwrap_or(("", &filter.field));
        let object = match level {
            "campaign" => objects(&day.campaign),
            "adset" => objects(&day.ad_set),
            "ad" | "adgroup" => objects(&day.ad),
            _ if name == "objective" => objects(&day.campaign),
            _ => return true,
        };
        object.is_some_and(|object| match name {
            "id" => filter.passes_text(&object.id),
            "effective_status" => filter.passes_text(status::effective(&world.state, object, world.now())),
            "configured_status" => filter.passes_text(object.text("status")),
            "delivery_info" => filter.passes_text(status::delivery_info(&world.state, object, world.now())),
            "updated_time" => filter.passes_number(object.updated() as f64),
            "created_time" => filter.passes_number(object.created() as f64),
            other => filter.passes_text(object.text(other)),
        })
    })
}

fn passes_sum(filter: &Filter, row: &Row) -> bool {
    row.figure(&filter.field).is_none_or(|number| filter.passes_number(number))
}

fn add_day(query: &Query, period: usize, day: &AdDay, now: i64, sums: &mut BTreeMap<(Arc<str>, Cut), Row>) {
    let key = match query.level {
        Level::Account => Arc::from(""),
        Level::Campaign => Arc::clone(&day.campaign),
        Level::AdSet => Arc::clone(&day.ad_set),
        Level::Ad => Arc::clone(&day.ad),
    };
    let by_people = query.by("age") || query.by("gender") || query.by("country");
    let needs_reach = query.needs_reach();
    for part in &day.parts {
        let Some(placement) = PLACEMENTS.get(part.placement) else {
            continue;
        };
        let mut cut: Cut = [""; 5];
        if query.by("publisher_platform") {
            cut[0] = placement.platform;
        }
        if query.by("platform_position") {
            cut[1] = placement.reported;
        }
        let audience = &day.spec.audience;
        let cells = if by_people || needs_reach {
            audience.divide(placement.network, part.impressions, unit(part.key))
        } else {
            Vec::new()
        };
        let row = |sums: &mut BTreeMap<(Arc<str>, Cut), Row>, cut: Cut, add: &mut dyn FnMut(&mut Row)| {
            let row = sums.entry((Arc::clone(&key), cut)).or_insert_with(|| Row::empty(query, period, day, cut));
            row.metrics.goals.insert((goal_number(day.spec.goal), day.spec.event));
            add(row);
        };
        if !by_people {
            row(sums, cut, &mut |row| {
                row.metrics.add(part, &day.spec, 0, part.impressions, now);
                if needs_reach {
                    row.exposure.add(audience, placement.network, &cells);
                }
            });
            continue;
        }
        let mut from = 0;
        for (index, count) in cells.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (slot, cell) = (index / CELLS, index % CELLS);
            if query.by("age") {
                cut[2] = AGES.get(cell / GENDERS.len()).map_or("Unknown", |age| age.0);
            }
            if query.by("gender") {
                cut[3] = GENDERS.get(cell % GENDERS.len()).map_or("unknown", |gender| gender.0);
            }
            if query.by("country") {
                let place = audience.places.get(slot).and_then(|place| PLACES.get(*place));
                cut[4] = place.map_or("unknown", |place| place.country);
            }
            row(sums, cut, &mut |row| {
                row.metrics.add(part, &day.spec, from, from + count, now);
                if needs_reach {
                    let mut own = vec![0; cells.len()];
                    if let Some(slot) = own.get_mut(index) {
                        *slot = *count;
                    }
                    row.exposure.add(audience, placement.network, &own);
                }
            });
            from += count;
        }
    }
}

fn goal_number(goal: Goal) -> u8 {
    match goal {
        Goal::Seen => 0,
        Goal::Clicks => 1,
        Goal::Landings => 2,
        Goal::Conversions => 3,
    }
}

impl Row {
    /// A figure that rows are filtered and sorted by; ratios of nothing are 0, `None` is no such figure.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<f64> {
        let metrics = &self.metrics;
        let (impressions, clicks) = (metrics.impressions as f64, metrics.clicks as f64);
        let (reach, spend) = (self.reach.unwrap_or(0) as f64, metrics.spend as f64 / 1_000_000.0);
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        Some(match name {
            "impressions" => impressions,
            "reach" => reach,
            "clicks" => clicks,
            "inline_link_clicks" => metrics.links as f64,
            "spend" => spend,
            "ctr" => ratio(clicks * 100.0, impressions),
            "cpc" => ratio(spend, clicks),
            "cpm" => ratio(spend * 1_000.0, impressions),
            "cpp" => ratio(spend * 1_000.0, reach),
            "frequency" => ratio(impressions, reach),
            "date_start" => self.period as f64,
            _ => return None,
        })
    }

    fn empty(query: &Query, period: usize, day: &AdDay, cut: Cut) -> Self {
        let upto = |level: Level, id: &Arc<str>| (query.level >= level).then(|| Arc::clone(id));
        Self {
            period,
            campaign: upto(Level::Campaign, &day.campaign),
            ad_set: upto(Level::AdSet, &day.ad_set),
            ad: upto(Level::Ad, &day.ad),
            cut,
            metrics: Metrics::default(),
            reach: None,
            exposure: Exposure::default(),
        }
    }
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
    /// Adds the impressions `from..to` of a part with all that came of them.
    fn add(&mut self, part: &Part, spec: &AdSetSpec, from: u32, to: u32, now: i64) {
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
        let spent = |place: u32| {
            let share = i128::from(part.spend) * i128::from(place) / i128::from(part.impressions.max(1));
            i64::try_from(share).unwrap_or(i64::MAX)
        };
        self.spend += spent(to) - spent(from);
        for outcome in &part.outcomes {
            if outcome.known_at <= now && (from..to).contains(&outcome.impression) {
                self.conversions.entry(outcome.event).or_default().add(outcome, spec, 1);
                if outcome.event == Conversion::Purchase {
                    self.values.entry(outcome.event).or_default().add(outcome, spec, outcome.value);
                }
            }
        }
    }
}

impl Windows {
    fn add(&mut self, outcome: &Outcome, spec: &AdSetSpec, amount: i64) {
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

/// Results of an ad set's own goal on the days since a moment, at most seven, as known now.
pub fn results_since(world: &mut World, ad_set: &Object, since: i64) -> u64 {
    let Some(seeded) = world.identity.account(&ad_set.account) else {
        return 0;
    };
    let now = world.now();
    let first = local_day(seeded.zone, since.max(now - 7 * DAY));
    let days = world.engine.days(&world.state, &ad_set.account, seeded, now, (first, local_day(seeded.zone, now)));
    let mut sum = Metrics::default();
    let mut results = 0;
    for day in days.iter().flat_map(|(_, ads)| ads.iter()).filter(|day| *day.ad_set == *ad_set.id) {
        for part in &day.parts {
            sum.add(part, &day.spec, 0, part.impressions, now);
        }
        results = match day.spec.goal {
            Goal::Seen => sum.impressions,
            Goal::Clicks => sum.links,
            Goal::Landings => sum.landings,
            Goal::Conversions => sum.conversions.values().map(|windows| u64::try_from(windows.attributed).unwrap_or(0)).sum(),
        };
    }
    results
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
