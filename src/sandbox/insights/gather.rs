//! From days of delivery to rows: filtered, cut by breakdown, summed at the asked level, conversions as known now.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cut::{Cut, Cutter, Piece};
use super::metrics::{Metrics, Windows};
use super::query::{Level, Query};
use crate::sandbox::delivery::audience::Slice;
use crate::sandbox::delivery::pacing::local_day;
use crate::sandbox::delivery::part::{AdDay, Outcome, Part};
use crate::sandbox::delivery::reach::{Exposure, whole};
use crate::sandbox::delivery::spec::Goal;
use crate::sandbox::nodes::listing::Filter;
use crate::sandbox::num::unit;
use crate::sandbox::placements::PLACEMENTS;
use crate::sandbox::state::Object;
use crate::sandbox::status;
use crate::sandbox::world::World;

const DAY: i64 = 86_400;

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
    /// Values of the breakdowns.
    pub cut: Cut,
    /// Sums.
    pub metrics: Metrics,
    /// People reached, when the query needs it.
    pub reach: Option<u64>,
    /// The people whom the values of the breakdowns name.
    slice: Slice,
    exposure: Exposure,
}

/// All rows of a query, period after period.
pub fn gather(world: &mut World, query: &Query) -> Vec<Row> {
    (0..query.periods.len()).flat_map(|period| period_rows(world, query, period)).collect()
}

/// The rows of one of a query's periods, by object and breakdown.
pub fn period_rows(world: &mut World, query: &Query, index: usize) -> Vec<Row> {
    let now = world.now();
    let Some(period) = query.periods.get(index) else {
        return Vec::new();
    };
    let cutter = Cutter::new(query);
    if !cutter.tells() {
        return Vec::new();
    }
    let days = world.engine.days(&world.state, &query.account, query.seeded, now, *period);
    let mut rows = Rows { query, period: index, now, cutter, rows: Vec::new(), known: BTreeMap::new() };
    let mut admitted: BTreeMap<Arc<str>, bool> = BTreeMap::new();
    let all = query.within.is_none() && query.filters.is_empty();
    for day in days.iter().flat_map(|(_, ads)| ads.iter()) {
        let keep = all || *admitted.entry(Arc::clone(&day.ad)).or_insert_with(|| admits(world, query, day));
        if keep {
            rows.add(day);
        }
    }
    let Rows { mut rows, known, .. } = rows;
    if query.needs_reach() && query.tells_people() {
        for row in &mut rows {
            row.reach = Some(whole(row.exposure.reached(&row.slice)).min(row.metrics.impressions));
        }
    }
    let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
    let ordered = known.into_values().flat_map(BTreeMap::into_values);
    let mut rows: Vec<Row> = ordered.filter_map(|at| rows.get_mut(at).and_then(Option::take)).collect();
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

/// The rows of a period while they are gathered.
struct Rows<'a> {
    query: &'a Query,
    period: usize,
    now: i64,
    cutter: Cutter<'a>,
    rows: Vec<Row>,
    /// Positions by object and breakdown, which is also their order.
    known: BTreeMap<Arc<str>, BTreeMap<Cut, usize>>,
}

impl Rows<'_> {
    fn add(&mut self, day: &AdDay) {
        let query = self.query;
        let key = match query.level {
            Level::Account => &query.account_key,
            Level::Campaign => &day.campaign,
            Level::AdSet => &day.ad_set,
            Level::Ad => &day.ad,
        };
        if !self.known.contains_key(key) {
            self.known.insert(Arc::clone(key), BTreeMap::new());
        }
        let Some(own) = self.known.get_mut(key) else {
            return;
        };
        let needs_people = query.needs_reach() && query.tells_people();
        let divides = self.cutter.divides();
        // Parts of one cut follow each other where no placement is asked.
        let mut last: Option<(Cut, usize)> = None;
        for part in &day.parts {
            let Some(placement) = PLACEMENTS.get(part.placement()) else {
                continue;
            };
            let placed = self.cutter.placed(placement);
            let mut row = |rows: &mut Vec<Row>, cut: Cut| match last {
                Some((known, at)) if known == cut => at,
                _ => {
                    let at = *own.entry(cut).or_insert_with(|| {
                        rows.push(Row::empty(query, self.period, day, cut));
                        rows.len() - 1
                    });
                    last = Some((cut, at));
                    at
                }
            };
            if !divides {
                let at = row(&mut self.rows, placed);
                let Some(row) = self.rows.get_mut(at) else { continue };
                row.metrics.add(part, &day.spec, (0, part.impressions), part.spend);
                row.metrics.convert(query, day, part, self.now, |_| true);
                if needs_people {
                    row.expose(day, part, &Slice::default(), part.impressions);
                }
                continue;
            }
            let pieces = self.cutter.pieces(day, part);
            let chance = unit(day.key_of(part));
            let runs = divided(&pieces, part, chance);
            for (piece, (range, money)) in pieces.iter().zip(&runs).filter(|(_, (range, money))| range.1 > range.0 || *money > 0)
            {
                let mut cut = placed;
                for (slot, value) in cut.iter_mut().zip(piece.cut) {
                    if !value.is_empty() {
                        *slot = value;
                    }
                }
                let at = row(&mut self.rows, cut);
                let Some(row) = self.rows.get_mut(at) else { continue };
                row.metrics.add(part, &day.spec, *range, *money);
                if part.converts() && query.tells_conversions() {
                    row.metrics.convert(query, day, part, self.now, |outcome| (range.0..range.1).contains(&outcome.impression));
                }
                if needs_people {
                    row.expose(day, part, &piece.slice, range.1 - range.0);
                }
            }
        }
    }
}

/// The impressions and the money of each piece of a part. `chance` in `[0, 1)` rounds.
fn divided(pieces: &[Piece], part: &Part, chance: f64) -> Vec<((u32, u32), i64)> {
    let last = pieces.len().saturating_sub(1);
    let (mut from, mut spent) = (0, 0);
    let run = |(index, piece): (usize, &Piece)| {
        // `as` truncates values within the part's own.
        let mut to = ((f64::from(part.impressions) * piece.upto + chance) as u32).clamp(from, part.impressions);
        if index == last {
            to = part.impressions;
        }
        // Money goes with impressions, but for hours, which have prices of their own.
        let place = if piece.spent == piece.upto { f64::from(to) / f64::from(part.impressions) } else { piece.spent };
        let mut money = ((part.spend as f64 * place) as i64).clamp(spent, part.spend);
        if index == last {
            money = part.spend;
        } else if to == from {
            money = spent;
        }
        let run = ((from, to), money - spent);
        (from, spent) = (to, money);
        run
    };
    pieces.iter().enumerate().map(run).collect()
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
            slice: Slice::default(),
            exposure: Exposure::default(),
        }
    }

    fn expose(&mut self, day: &AdDay, part: &Part, slice: &Slice, impressions: u32) {
        if let Some(placement) = PLACEMENTS.get(part.placement()) {
            self.slice = *slice;
            self.exposure.add(&day.spec.audience, placement.network, u64::from(impressions));
        }
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
    let own = |day: &&AdDay| *day.ad_set == *ad_set.id;
    days.iter().flat_map(|(_, ads)| ads.iter()).filter(own).map(|day| known_results(day, now)).sum()
}

fn known_results(day: &AdDay, now: i64) -> u64 {
    let counted = |outcome: &Outcome| {
        let mut windows = Windows::default();
        windows.add(outcome, &day.spec, 1);
        outcome.known_at <= now && windows.attributed > 0
    };
    let known = |part: &Part| match day.spec.goal {
        Goal::Seen => u64::from(part.impressions),
        Goal::Clicks => u64::from(part.links),
        Goal::Landings => u64::from(part.landings),
        Goal::Conversions => day.outcomes(part).filter(counted).count() as u64,
    };
    day.parts.iter().map(known).sum()
}
