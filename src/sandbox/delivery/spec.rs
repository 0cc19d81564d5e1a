//! An ad set as delivery sees it: the targeted people, the placements, the goal and the money, read from one version
//! of its stored fields. The fields were validated when they were written; what is odd here simply does not deliver.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::people::{AGES, BINS, CELLS, GENDERS, USES, interest_bins, people, uses_network};
use crate::sandbox::custom_audiences;
use crate::sandbox::details::CLASSES;
use crate::sandbox::num;
use crate::sandbox::placements::{self, Network};
use crate::sandbox::places::{self, PLACES};

const NETWORKS: [Network; 3] = [Network::Facebook, Network::Instagram, Network::Either];

/// The people that an ad set may reach.
#[derive(Debug, PartialEq)]
pub struct Audience {
    /// Equal for equal audiences.
    pub number: u64,
    /// Positions in [`PLACES`].
    pub places: Vec<usize>,
    /// Interest bins, a bit each.
    pub bins: u16,
    /// By place and cell: people of the cell per network, before ages are cut.
    pools: Vec<[f64; 3]>,
    /// By network: running share of place and cell, ending at 1.
    shares: [Vec<f64>; 3],
    /// By network: number of people.
    sizes: [f64; 3],
    /// Price level of the places, weighted by people.
    pub price: f64,
}

impl Audience {
    /// Reads a targeting spec.
    #[must_use]
    pub fn read(seed: u64, targeting: &Map<String, Value>) -> Self {
        let places = read_places(targeting);
        let fractions = read_cells(targeting);
        let bins = read_bins(seed, targeting);
        let held = f64::from(bins.count_ones()) / f64::from(BINS);
        let mut pools = Vec::with_capacity(places.len() * CELLS);
        let mut shares: [Vec<f64>; 3] = Default::default();
        let mut sizes = [0.0; 3];
        let (mut weighted, mut weight) = (0.0, 0.0);
        for place in places.iter().filter_map(|index| PLACES.get(*index)) {
            for (cell, fraction) in fractions.iter().enumerate() {
                let mut pool = [0.0; 3];
                for uses in 0..USES {
                    let count = people(seed, place, cell, uses) * held;
                    for network in NETWORKS {
                        if uses_network(uses, network)
                            && let Some(sum) = pool.get_mut(network.index())
                        {
                            *sum += count;
                        }
                    }
                }
                for ((size, share), count) in sizes.iter_mut().zip(shares.iter_mut()).zip(pool) {
                    *size += count * fraction;
                    share.push(*size);
                }
                let [_, _, either] = pool;
                weighted += either * fraction * place.price;
                weight += either * fraction;
                pools.push(pool);
            }
        }
        for (share, size) in shares.iter_mut().zip(sizes) {
            for value in share.iter_mut() {
                *value = if size > 0.0 { *value / size } else { 1.0 };
            }
        }
        let mut parts: Vec<u64> = places.iter().map(|place| *place as u64).collect();
        parts.push(u64::from(bins));
        parts.extend(fractions.iter().map(|fraction| fraction.to_bits()));
        let price = if weight > 0.0 { weighted / weight } else { 1.0 };
        Self { number: num::hash(0, &parts), places, bins, pools, shares, sizes, price }
    }

    /// People of a place's cell on a network; the whole age bucket, even where the ad set cuts it.
    #[must_use]
    pub fn pool(&self, slot: usize, cell: usize, network: usize) -> f64 {
        self.pools.get(slot * CELLS + cell).and_then(|pool| pool.get(network)).copied().unwrap_or(0.0)
    }

    /// Number of people on a network.
    #[must_use]
    pub fn size(&self, network: Network) -> f64 {
        self.sizes.get(network.index()).copied().unwrap_or(0.0)
    }

    /// Divides impressions over places and cells; the parts sum to the whole. `chance` in `[0, 1)` rounds.
    #[must_use]
    pub fn divide(&self, network: Network, impressions: u32, chance: f64) -> Vec<u32> {
        let Some(shares) = self.shares.get(network.index()) else {
            return Vec::new();
        };
        let mut given = 0;
        let last = shares.len().saturating_sub(1);
        shares
            .iter()
            .enumerate()
            .map(|(index, share)| {
                let upto = if index == last {
                    impressions
                } else {
                    // `as` truncates a value within 0..=impressions.
                    ((f64::from(impressions) * share + chance) as u32).clamp(given, impressions)
                };
                let part = upto - given;
                given = upto;
                part
            })
            .collect()
    }
}

fn list<'a>(map: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    map.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn read_places(targeting: &Map<String, Value>) -> Vec<usize> {
    let Some(geo) = targeting.get("geo_locations").and_then(Value::as_object) else {
        return Vec::new();
    };
    let countries = list(geo, "countries").iter().filter_map(Value::as_str).filter_map(places::country);
    let cities = list(geo, "cities")
        .iter()
        .filter_map(|city| city.get("key"))
        .map(crate::sandbox::wire::params::as_text)
        .filter_map(|key| places::city(&key));
    let mut found: Vec<usize> = countries.chain(cities).collect();
    if list(geo, "country_groups").iter().any(|group| group == "worldwide") {
        found.extend((0..PLACES.len()).filter(|index| PLACES.get(*index).is_some_and(|place| !place.is_city())));
    }
    let excluded: Vec<usize> = targeting
        .get("excluded_geo_locations")
        .and_then(Value::as_object)
        .map(|geo| list(geo, "countries").iter().filter_map(Value::as_str).filter_map(places::country).collect())
        .unwrap_or_default();
    found.retain(|place| !excluded.contains(place));
    found.sort_unstable();
    found.dedup();
    // A city of a targeted country adds nobody.
    let countries = found.clone();
    found.retain(|index| {
        PLACES.get(*index).is_some_and(|place| {
            !place.is_city() || places::country(place.country).is_none_or(|country| !countries.contains(&country))
        })
    });
    found
}

/// The part of each cell that ages and genders leave.
fn read_cells(targeting: &Map<String, Value>) -> [f64; CELLS] {
    let year = |name: &str, other: u32| {
        targeting.get(name).and_then(Value::as_u64).and_then(|year| u32::try_from(year).ok()).unwrap_or(other)
    };
    let (youngest, oldest) = (year("age_min", 18), year("age_max", 65));
    let genders: Vec<i64> = list(targeting, "genders").iter().filter_map(Value::as_i64).collect();
    let mut cells = [0.0; CELLS];
    for (index, cell) in cells.iter_mut().enumerate() {
        let Some((_, first, last)) = AGES.get(index / GENDERS.len()) else {
            continue;
        };
        let Some((_, gender)) = GENDERS.get(index % GENDERS.len()) else {
            continue;
        };
        if !genders.is_empty() && !genders.contains(gender) {
            continue;
        }
        let (from, to) = (youngest.max(*first), oldest.min(*last));
        if from <= to {
            *cell = f64::from(to - from + 1) / f64::from(last - first + 1);
        }
    }
    cells
}

/// The bins of people that options and custom audiences leave. As a suggestion, only the audiences left out hold.
/// Source: Marketing API, "Advantage+ audience".
fn read_bins(seed: u64, targeting: &Map<String, Value>) -> u16 {
    let joined = |map: &Map<String, Value>, name: &str, of: fn(u64, &str) -> u16| {
        let ids = list(map, name).iter().filter_map(|entry| entry.get("id"));
        ids.map(|id| of(seed, &crate::sandbox::wire::params::as_text(id))).reduce(|left, right| left | right)
    };
    // Inside one group OR, groups AND; options of every class behave like interests here.
    let group = |map: &Map<String, Value>| {
        CLASSES.iter().filter_map(|class| joined(map, class, interest_bins)).reduce(|left, right| left | right)
    };
    let suggestion = targeting
        .get("targeting_automation")
        .and_then(|spec| spec.get("advantage_audience"))
        .is_some_and(|value| value.as_i64() == Some(1) || value.as_str() == Some("1"));
    let mut bins = u16::MAX;
    if !suggestion {
        bins &= group(targeting).unwrap_or(u16::MAX);
        for flexible in list(targeting, "flexible_spec").iter().filter_map(Value::as_object) {
            bins &= group(flexible).unwrap_or(u16::MAX);
        }
        bins &= joined(targeting, "custom_audiences", custom_audiences::bins).unwrap_or(u16::MAX);
    }
    bins & !joined(targeting, "excluded_custom_audiences", custom_audiences::bins).unwrap_or(0)
}

/// What an ad set is optimised for, as far as delivery differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// REACH, IMPRESSIONS, AD_RECALL_LIFT, THRUPLAY.
    Seen,
    /// LINK_CLICKS, POST_ENGAGEMENT, PAGE_LIKES, ...
    Clicks,
    /// LANDING_PAGE_VIEWS.
    Landings,
    /// OFFSITE_CONVERSIONS, VALUE, LEAD_GENERATION.
    Conversions,
}

/// The event that a conversion is reported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conversion {
    /// Pixel purchase, with a value.
    Purchase,
    /// Pixel lead.
    Lead,
}

/// An ad set version as delivery sees it.
#[derive(Debug)]
pub struct AdSetSpec {
    /// People.
    pub audience: Arc<Audience>,
    /// Positions in the placement table, only those with inventory.
    pub placements: Vec<usize>,
    /// Goal.
    pub goal: Goal,
    /// Event of the promoted object.
    pub event: Option<Conversion>,
    /// Minor units a day.
    pub daily: Option<i64>,
    /// Minor units for the flight.
    pub lifetime: Option<i64>,
    /// Unix seconds.
    pub start: i64,
    /// Unix seconds; `i64::MAX` when open.
    pub end: i64,
    /// Minor units per result (or per 1,000 when optimised for impressions), for capped strategies.
    pub bid: Option<i64>,
    /// Whether the bid caps each result (else their average).
    pub bid_is_cap: bool,
    /// Least and most minor units a day under a daily campaign budget.
    pub daily_range: (i64, i64),
    /// Least and most minor units in all under a lifetime campaign budget.
    pub lifetime_range: (i64, i64),
    /// Days after a click in which a conversion counts.
    pub click_days: i64,
    /// Days after a view in which a conversion counts; 0 = never.
    pub view_days: i64,
}

/// An integer field, stored as number or text.
#[must_use]
pub fn amount(fields: &Map<String, Value>, name: &str) -> Option<i64> {
    match fields.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .filter(|amount| *amount > 0)
}

impl AdSetSpec {
    /// Reads an ad set's stored fields.
    #[must_use]
    pub fn read(seed: u64, created: i64, fields: &Map<String, Value>) -> Self {
        let empty = Map::new();
        let targeting = fields.get("targeting").and_then(Value::as_object).unwrap_or(&empty);
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or("");
        let goal = match text("optimization_goal") {
            "REACH" | "IMPRESSIONS" | "AD_RECALL_LIFT" | "THRUPLAY" => Goal::Seen,
            "LANDING_PAGE_VIEWS" => Goal::Landings,
            "OFFSITE_CONVERSIONS" | "VALUE" | "LEAD_GENERATION" | "QUALITY_LEAD" => Goal::Conversions,
            _ => Goal::Clicks,
        };
        let event =
            fields.get("promoted_object").and_then(|object| object.get("custom_event_type")).and_then(Value::as_str).and_then(
                |event| match event {
                    "PURCHASE" => Some(Conversion::Purchase),
                    "LEAD" | "COMPLETE_REGISTRATION" | "SUBMIT_APPLICATION" => Some(Conversion::Lead),
                    _ => None,
                },
            );
        let window = |kind: &str| {
            list(fields, "attribution_spec")
                .iter()
                .find(|entry| entry.get("event_type").and_then(Value::as_str) == Some(kind))
                .and_then(|entry| entry.get("window_days").and_then(Value::as_i64))
        };
        let given = !list(fields, "attribution_spec").is_empty();
        let strategy = text("bid_strategy");
        let capped = matches!(strategy, "COST_CAP" | "LOWEST_COST_WITH_BID_CAP");
        let range = |least: &str, most: &str| (amount(fields, least).unwrap_or(0), amount(fields, most).unwrap_or(i64::MAX));
        Self {
            audience: Arc::new(Audience::read(seed, targeting)),
            placements: placements::selected(targeting)
                .into_iter()
                .filter(|index| placements::PLACEMENTS.get(*index).is_some_and(|placement| !placement.reported.is_empty()))
                .collect(),
            goal,
            event,
            daily: amount(fields, "daily_budget"),
            lifetime: amount(fields, "lifetime_budget"),
            start: fields.get("start_time").and_then(Value::as_i64).unwrap_or(created),
            end: fields.get("end_time").and_then(Value::as_i64).unwrap_or(i64::MAX),
            bid: capped.then(|| amount(fields, "bid_amount")).flatten(),
            bid_is_cap: strategy == "LOWEST_COST_WITH_BID_CAP",
            daily_range: range("daily_min_spend_target", "daily_spend_cap"),
            lifetime_range: range("lifetime_min_spend_target", "lifetime_spend_cap"),
            click_days: if given { window("CLICK_THROUGH").unwrap_or(0) } else { 7 },
            view_days: if given { window("VIEW_THROUGH").unwrap_or(0) } else { 1 },
        }
    }
}
