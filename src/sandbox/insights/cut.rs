//! How breakdowns divide a part of delivery: each asked value gets a run of its impressions, so the rows of a breakdown
//! always sum to the whole, and a run's people are the slice of the audience that the value names.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::breakdowns::HOURLY;
use super::query::Query;
use crate::sandbox::delivery::audience::{Audience, Slice, market, on_network, regions};
use crate::sandbox::delivery::competition;
use crate::sandbox::delivery::devices::Devices;
use crate::sandbox::delivery::geography;
use crate::sandbox::delivery::part::{AdDay, Part};
use crate::sandbox::delivery::people::{AGES, GENDERS};
use crate::sandbox::placements::{Network, PLACEMENTS, Placement};
use crate::sandbox::places::PLACES;

/// Most breakdowns that may be asked together.
pub const MOST: usize = 4;

/// Values in the order of the asked breakdowns; empty where none was asked.
pub type Cut = [&'static str; MOST];

/// One value, or one pair of values, of a breakdown within a part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// The values.
    pub cut: Cut,
    /// Where its run of impressions ends, from 0 to 1.
    pub upto: f64,
    /// Where its run of money ends, from 0 to 1.
    pub spent: f64,
    /// Its people.
    pub slice: Slice,
}

/// Names of the hours of a day, as insights write them.
const HOURS: [&str; 24] = [
    "00:00:00 - 00:59:59",
    "01:00:00 - 01:59:59",
    "02:00:00 - 02:59:59",
    "03:00:00 - 03:59:59",
    "04:00:00 - 04:59:59",
    "05:00:00 - 05:59:59",
    "06:00:00 - 06:59:59",
    "07:00:00 - 07:59:59",
    "08:00:00 - 08:59:59",
    "09:00:00 - 09:59:59",
    "10:00:00 - 10:59:59",
    "11:00:00 - 11:59:59",
    "12:00:00 - 12:59:59",
    "13:00:00 - 13:59:59",
    "14:00:00 - 14:59:59",
    "15:00:00 - 15:59:59",
    "16:00:00 - 16:59:59",
    "17:00:00 - 17:59:59",
    "18:00:00 - 18:59:59",
    "19:00:00 - 19:59:59",
    "20:00:00 - 20:59:59",
    "21:00:00 - 21:59:59",
    "22:00:00 - 22:59:59",
    "23:00:00 - 23:59:59",
];

/// The hour of the account's day.
const ADVERTISER_HOUR: &str = "hourly_stats_aggregated_by_advertiser_time_zone";
/// The hour on the clocks of those who saw the ad.
const AUDIENCE_HOUR: &str = "hourly_stats_aggregated_by_audience_time_zone";
/// Breakdowns of the place and the device of an impression.
const OF_PLACE: [&str; 4] = ["publisher_platform", "platform_position", "impression_device", "device_platform"];
/// Breakdowns that people carry.
const OF_PEOPLE: [&str; 5] = ["age", "gender", "country", "region", "comscore_market"];

/// Divides parts as a query asks, and remembers what is the same for many parts.
#[derive(Debug)]
pub struct Cutter<'a> {
    query: &'a Query,
    people: BTreeMap<(u64, usize), Rc<Vec<Piece>>>,
    devices: BTreeMap<(u64, Devices, usize), Rc<Vec<Piece>>>,
}

impl<'a> Cutter<'a> {
    /// For one query.
    #[must_use]
    pub fn new(query: &'a Query) -> Self {
        Self { query, people: BTreeMap::new(), devices: BTreeMap::new() }
    }

    /// Whether there is anything to tell: no ad here shows products of a catalog, parts of a creative are not told apart, and so on.
    #[must_use]
    pub fn tells(&self) -> bool {
        let known = |name: &str| OF_PEOPLE.contains(&name) || OF_PLACE.contains(&name) || HOURLY.contains(&name);
        self.query.breakdowns.len() <= MOST && self.query.breakdowns.iter().all(|name| known(name))
    }

    /// Most rows that one ad has on one day.
    #[must_use]
    pub fn most(&self) -> usize {
        let values = |name: &String| match name.as_str() {
            "platform_position" => PLACEMENTS.len(),
            "publisher_platform" if self.query.by("platform_position") => 1,
            "publisher_platform" => 6,
            "impression_device" | "device_platform" => 5,
            "age" => AGES.len(),
            "gender" => GENDERS.len(),
            name if HOURLY.contains(&name) => 24,
            _ => 1_000,
        };
        self.query.breakdowns.iter().map(values).product()
    }

    /// Whether there is more than one piece to a part.
    #[must_use]
    pub fn divides(&self) -> bool {
        self.query.breakdowns.iter().any(|name| !matches!(name.as_str(), "publisher_platform" | "platform_position"))
    }

    /// The values that a placement itself has.
    #[must_use]
    pub fn placed(&self, placement: &Placement) -> Cut {
        self.filled(|name| match name {
            "publisher_platform" => placement.platform,
            "platform_position" => placement.reported,
            _ => "",
        })
    }

    fn filled(&self, value: impl Fn(&str) -> &'static str) -> Cut {
        let mut cut = Cut::default();
        for (slot, name) in cut.iter_mut().zip(&self.query.breakdowns) {
            *slot = value(name);
        }
        cut
    }

    /// The pieces of a part, without the placement's own values.
    pub fn pieces(&mut self, day: &AdDay, part: &Part) -> Rc<Vec<Piece>> {
        let network = PLACEMENTS.get(part.placement()).map_or(Network::Either, |placement| placement.network);
        let audience = &day.spec.audience;
        if self.query.by(ADVERTISER_HOUR) || self.query.by(AUDIENCE_HOUR) {
            return Rc::new(self.hours(day, network));
        }
        if OF_PEOPLE.iter().any(|name| self.query.by(name)) {
            let key = (audience.number, network.index());
            if let Some(known) = self.people.get(&key) {
                return Rc::clone(known);
            }
            let pieces = Rc::new(self.of_people(audience, network));
            self.people.insert(key, Rc::clone(&pieces));
            return pieces;
        }
        let key = (audience.number, day.spec.devices, part.placement());
        if let Some(known) = self.devices.get(&key) {
            return Rc::clone(known);
        }
        let pieces = Rc::new(self.of_devices(day, part));
        self.devices.insert(key, Rc::clone(&pieces));
        pieces
    }

    fn of_devices(&self, day: &AdDay, part: &Part) -> Vec<Piece> {
        let devices = day.spec.devices;
        let mut kinds = Vec::new();
        if self.query.by("device_platform") {
            kinds.extend(devices.platforms(part.placement()));
        } else {
            kinds.extend(devices.impression_devices(part.placement(), day.spec.audience.price));
        }
        let piece = |(name, of_impressions, of_people): (&'static str, f64, f64)| {
            let cut = self.filled(|asked| if matches!(asked, "device_platform" | "impression_device") { name } else { "" });
            (cut, of_impressions, Slice { part: Some(of_people), ..Slice::default() })
        };
        runs(kinds.into_iter().map(piece))
    }

    fn of_people(&self, audience: &Audience, network: Network) -> Vec<Piece> {
        let by = |name: &str| self.query.by(name);
        let mut slices = vec![Slice::default()];
        if by("age") {
            slices = each(slices, |slice| (0..AGES.len()).map(move |age| Slice { age: Some(age), ..slice }).collect());
        }
        if by("gender") {
            slices =
                each(slices, |slice| (0..GENDERS.len()).map(move |gender| Slice { gender: Some(gender), ..slice }).collect());
        }
        let place = |home: &usize| PLACES.get(*home);
        if by("country") {
            let mut countries: Vec<&str> = audience.homes.iter().filter_map(place).map(|place| place.country).collect();
            countries.sort_unstable();
            countries.dedup();
            slices = each(slices, |slice| countries.iter().map(|country| Slice { country: Some(country), ..slice }).collect());
        }
        if by("region") {
            let of = |home: &usize| {
                let country = PLACES.get(*home).map_or("", |place| place.country);
                regions(*home).into_iter().map(move |(region, _)| (country, region))
            };
            let mut found: Vec<(&str, &str)> = audience.homes.iter().flat_map(of).collect();
            found.sort_unstable();
            found.dedup();
            let cut = |slice: Slice| {
                found.iter().map(|(country, region)| Slice { country: Some(country), region: Some(region), ..slice }).collect()
            };
            slices = each(slices, cut);
        }
        if by("comscore_market") {
            let mut markets: Vec<&str> = audience.homes.iter().map(|home| market(*home)).collect();
            markets.sort_unstable();
            markets.dedup();
            slices = each(slices, |slice| markets.iter().map(|market| Slice { market: Some(market), ..slice }).collect());
        }
        let whole = audience.size(network);
        let piece = |slice: Slice| {
            let people = on_network(&audience.users(&slice), network);
            (self.filled(|name| label(name, &slice)), if whole > 0.0 { people / whole } else { 0.0 }, slice)
        };
        runs(slices.into_iter().map(piece))
    }

    fn hours(&self, day: &AdDay, network: Network) -> Vec<Piece> {
        let whole = competition::hours();
        let mut people = whole.map(|(people, _)| people);
        let mut money = whole.map(|(_, money)| money);
        if let Some(hours) = &day.hours {
            people = hours.map(f64::from);
            let priced: f64 = people.iter().zip(whole).map(|(part, (people, money))| part * money / people).sum();
            for ((money, part), (of_people, of_money)) in money.iter_mut().zip(people).zip(whole) {
                *money = part * of_money / of_people / priced;
            }
        }
        if self.query.by(AUDIENCE_HOUR) {
            let (own, own_money) = (people, money);
            (people, money) = ([0.0; 24], [0.0; 24]);
            let audience = &day.spec.audience;
            let size = audience.size(network).max(f64::MIN_POSITIVE);
            for home in &audience.homes {
                let part = on_network(&audience.users(&Slice { home: Some(*home), ..Slice::default() }), network) / size;
                let country = PLACES.get(*home).map_or("", |place| place.country);
                let ahead = geography::hours_ahead(country, self.query.seeded.zone, day.date.span.0 + 43_200);
                for hour in 0..24 {
                    let there = (hour + ahead) % 24;
                    if let (Some(people), Some(money)) = (people.get_mut(there), money.get_mut(there)) {
                        *people += part * own.get(hour).copied().unwrap_or(0.0);
                        *money += part * own_money.get(hour).copied().unwrap_or(0.0);
                    }
                }
            }
        }
        let (mut upto, mut spent) = (0.0, 0.0);
        let piece = |((name, people), money): ((&'static str, f64), f64)| {
            upto += people;
            spent += money;
            let cut = self.filled(|asked| if asked == ADVERTISER_HOUR || asked == AUDIENCE_HOUR { name } else { "" });
            Piece { cut, upto, spent, slice: Slice::default() }
        };
        HOURS.into_iter().zip(people).zip(money).map(piece).collect()
    }
}

fn each(slices: Vec<Slice>, cut: impl Fn(Slice) -> Vec<Slice>) -> Vec<Slice> {
    slices.into_iter().flat_map(cut).collect()
}

fn label(name: &str, slice: &Slice) -> &'static str {
    match name {
        "age" => slice.age.and_then(|age| AGES.get(age)).map_or("Unknown", |age| age.0),
        "gender" => slice.gender.and_then(|gender| GENDERS.get(gender)).map_or("unknown", |gender| gender.0),
        "country" => slice.country.unwrap_or("unknown"),
        "region" => slice.region.unwrap_or("Unknown"),
        "comscore_market" => slice.market.unwrap_or("Unknown"),
        _ => "",
    }
}

/// Pieces one after the other; money goes with impressions.
fn runs(parts: impl Iterator<Item = (Cut, f64, Slice)>) -> Vec<Piece> {
    let mut upto = 0.0;
    let piece = |(cut, part, slice)| {
        upto += part;
        Piece { cut, upto, spent: upto, slice }
    };
    parts.filter(|(_, part, _)| *part > 0.0).map(piece).collect()
}
