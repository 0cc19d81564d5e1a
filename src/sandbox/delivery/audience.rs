//! Whom an ad set may reach, counted by kind of person: where they live, age and gender, network use and interest bin.

use serde_json::{Map, Value};

use super::geography;
use super::people::{AGES, BINS, CELLS, GENDERS, USES, homes, interest_bins, living, uses_network};
use crate::sandbox::custom_audiences;
use crate::sandbox::details::CLASSES;
use crate::sandbox::num;
use crate::sandbox::placements::Network;
use crate::sandbox::places::{self, PLACES};
use crate::sandbox::wire::params::as_text;

/// Every network, in the order of [`Network::index`].
pub const NETWORKS: [Network; 3] = [Network::Facebook, Network::Instagram, Network::Either];

/// The people that an ad set may reach.
#[derive(Debug, PartialEq)]
pub struct Audience {
    /// Equal for equal audiences.
    pub number: u64,
    /// Positions in [`PLACES`], each a home of its own.
    pub homes: Vec<usize>,
    /// Interest bins, a bit each.
    pub bins: u16,
    /// Youngest and oldest year; 65 stands for all older ones.
    pub years: (u32, u32),
    /// The part of each cell that ages and genders leave.
    fractions: [f64; CELLS],
    /// By home and cell: all people of the cell by network use, whatever their bin or year.
    living: Vec<[f64; USES]>,
    /// People of the audience by network use.
    users: [f64; USES],
    /// Price level of the places, weighted by people.
    pub price: f64,
}

/// A part of an audience: all of it but for what is named. It is what one row of a breakdown shows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Slice {
    /// Position in [`AGES`].
    pub age: Option<usize>,
    /// Position in [`GENDERS`].
    pub gender: Option<usize>,
    /// Two letters.
    pub country: Option<&'static str>,
    /// Name of a region; with a country.
    pub region: Option<&'static str>,
    /// Position of a home in [`PLACES`].
    pub home: Option<usize>,
    /// Name of a Comscore market.
    pub market: Option<&'static str>,
    /// Part of these people who can be met at all, as by a kind of device; all where absent.
    pub part: Option<f64>,
}

impl Slice {
    fn takes_cell(&self, cell: usize) -> bool {
        self.age.is_none_or(|age| cell / GENDERS.len() == age) && self.gender.is_none_or(|gender| cell % GENDERS.len() == gender)
    }

    /// The part of a home's people that lies in the slice's country and region.
    fn part_of_home(&self, home: usize) -> f64 {
        let Some(place) = PLACES.get(home) else {
            return 0.0;
        };
        if self.home.is_some_and(|only| only != home) || self.country.is_some_and(|country| country != place.country) {
            return 0.0;
        }
        self.region
            .map_or(1.0, |region| regions(home).into_iter().filter(|(name, _)| *name == region).map(|(_, part)| part).sum())
    }

    /// The part of the people of a home and cell who are in the slice.
    #[must_use]
    pub fn of(&self, home: usize, cell: usize) -> f64 {
        if self.takes_cell(cell) { self.part_of_home(home) * self.part.unwrap_or(1.0) } else { 0.0 }
    }
}

/// The regions of a home with the part of its people in each; the parts sum to 1.
#[must_use]
pub fn regions(home: usize) -> Vec<(&'static str, f64)> {
    let Some(place) = PLACES.get(home) else {
        return Vec::new();
    };
    if place.is_city() {
        return vec![(place.region, 1.0)];
    }
    let known = geography::country(place.country).map_or(&[][..], |country| country.regions);
    let all: u32 = known.iter().map(|(_, share)| share).sum();
    known.iter().map(|(name, share)| (*name, f64::from(*share) / f64::from(all.max(1)))).collect()
}

/// The Comscore market of a home: its city in the United States, the only country whose markets are told.
#[must_use]
pub fn market(home: usize) -> &'static str {
    let city = PLACES.get(home).filter(|place| place.is_city() && place.country == "US");
    city.map_or("Unknown", |place| place.name)
}

impl Audience {
    /// Reads a targeting spec.
    #[must_use]
    pub fn read(seed: u64, targeting: &Map<String, Value>) -> Self {
        let homes = read_homes(targeting);
        let (years, fractions) = read_cells(targeting);
        let bins = read_bins(seed, targeting);
        let held = f64::from(bins.count_ones()) / f64::from(BINS);
        let mut all = Vec::with_capacity(homes.len() * CELLS);
        let mut users = [0.0; USES];
        let (mut weighted, mut weight) = (0.0, 0.0);
        for home in &homes {
            let price = PLACES.get(*home).map_or(1.0, |place| place.price);
            for (cell, fraction) in fractions.iter().enumerate() {
                let mut kinds = [0.0; USES];
                for (uses, (kind, user)) in kinds.iter_mut().zip(&mut users).enumerate() {
                    *kind = living(seed, *home, cell, uses);
                    let here = *kind * held * fraction;
                    *user += here;
                    weighted += here * price;
                    weight += here;
                }
                all.push(kinds);
            }
        }
        let mut parts: Vec<u64> = homes.iter().map(|home| *home as u64).collect();
        parts.extend([u64::from(bins), u64::from(years.0), u64::from(years.1)]);
        parts.extend(fractions.iter().map(|fraction| fraction.to_bits()));
        let price = if weight > 0.0 { weighted / weight } else { 1.0 };
        Self { number: num::hash(0, &parts), homes, bins, years, fractions, living: all, users, price }
    }

    /// Number of people on a network.
    #[must_use]
    pub fn size(&self, network: Network) -> f64 {
        on_network(&self.users, network)
    }

    /// People of a part of the audience, by network use.
    #[must_use]
    pub fn users(&self, slice: &Slice) -> [f64; USES] {
        if *slice == Slice::default() {
            return self.users;
        }
        let held = f64::from(self.bins.count_ones()) / f64::from(BINS);
        let mut users = [0.0; USES];
        for (slot, home) in self.homes.iter().enumerate() {
            let here = slice.part_of_home(*home) * slice.part.unwrap_or(1.0) * held;
            for cell in (0..CELLS).filter(|cell| here > 0.0 && slice.takes_cell(*cell)) {
                let part = here * self.fractions.get(cell).copied().unwrap_or(0.0);
                for (user, kind) in users.iter_mut().zip(self.kinds(slot, cell)) {
                    *user += kind * part;
                }
            }
        }
        users
    }

    /// All people of a home (by its position in [`Self::homes`]) and cell by network use: also those outside the audience.
    #[must_use]
    pub fn kinds(&self, slot: usize, cell: usize) -> [f64; USES] {
        self.living.get(slot * CELLS + cell).copied().unwrap_or_default()
    }

    /// Whether a cell has anybody of the audience.
    #[must_use]
    pub fn takes_cell(&self, cell: usize) -> bool {
        self.fractions.get(cell).is_some_and(|fraction| *fraction > 0.0)
    }
}

/// The people of a network among people by use.
#[must_use]
pub fn on_network(users: &[f64; USES], network: Network) -> f64 {
    users.iter().enumerate().filter(|(uses, _)| uses_network(*uses, network)).map(|(_, count)| count).sum()
}

/// A list in a map; empty where there is none.
#[must_use]
pub fn list<'a>(map: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    map.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn read_homes(targeting: &Map<String, Value>) -> Vec<usize> {
    let places = |geo: &Map<String, Value>| -> Vec<usize> {
        let countries = list(geo, "countries").iter().filter_map(Value::as_str).filter_map(places::country);
        let cities = list(geo, "cities").iter().filter_map(|city| city.get("key")).map(as_text);
        countries.chain(cities.filter_map(|key| places::city(&key))).flat_map(homes).collect()
    };
    let Some(geo) = targeting.get("geo_locations").and_then(Value::as_object) else {
        return Vec::new();
    };
    let mut found = places(geo);
    if list(geo, "country_groups").iter().any(|group| group == "worldwide") {
        found.extend(0..PLACES.len());
    }
    let excluded = targeting.get("excluded_geo_locations").and_then(Value::as_object).map(places).unwrap_or_default();
    found.retain(|place| !excluded.contains(place));
    found.sort_unstable();
    found.dedup();
    found
}

/// Youngest and oldest year, and the part of each cell that ages and genders leave.
fn read_cells(targeting: &Map<String, Value>) -> ((u32, u32), [f64; CELLS]) {
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
    ((youngest, oldest), cells)
}

/// The bins of people that options and custom audiences leave. As a suggestion, only the audiences left out hold.
/// Source: Marketing API, "Advantage+ audience".
fn read_bins(seed: u64, targeting: &Map<String, Value>) -> u16 {
    let joined = |map: &Map<String, Value>, name: &str, of: fn(u64, &str) -> u16| {
        let ids = list(map, name).iter().filter_map(|entry| entry.get("id"));
        ids.map(|id| of(seed, &as_text(id))).reduce(|left, right| left | right)
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
