//! The seeded population. A person of the sandbox stands for many: people of one place, age, gender, network use,
//! activity and interest bin are alike, so exposure is known per kind of person without an event loop.

use crate::sandbox::num;
use crate::sandbox::placements::Network;
use crate::sandbox::places::PLACES;

/// Age buckets of the insights breakdown, with first and last year.
pub const AGES: [(&str, u32, u32); 6] =
    [("18-24", 18, 24), ("25-34", 25, 34), ("35-44", 35, 44), ("45-54", 45, 54), ("55-64", 55, 64), ("65+", 65, 65)];
/// Genders of the insights breakdown; Meta's targeting numbers are 2 and 1.
pub const GENDERS: [(&str, i64); 2] = [("female", 2), ("male", 1)];
/// Cells of age and gender.
pub const CELLS: usize = AGES.len() * GENDERS.len();
/// Interest bins: an interest is held by the people of some bins.
pub const BINS: u32 = 16;
/// Kinds of network use: only Facebook, only Instagram, both.
pub const USES: usize = 3;
/// Factor on exposure, and share of people. Auctions find the few who are likely to act: they see most of the ads,
/// which is why frequency rises long before an audience is used up. Factors weighted by shares sum to 1.
pub const ACTIVITY: [(f64, f64); 3] = [(0.111_856_823_266, 0.894), (3.0, 0.1), (100.0, 0.006)];

/// A country or a city that can be targeted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Two letters for a country, Meta-like number for a city.
    pub key: &'static str,
    /// English name.
    pub name: &'static str,
    /// Country of the place.
    pub country: &'static str,
    /// Region of a city; empty for a country.
    pub region: &'static str,
    /// Thousands of people.
    pub thousands: u32,
    /// Price level against the table of placements.
    pub price: f64,
}

impl Place {
    /// Whether this is a city.
    #[must_use]
    pub fn is_city(&self) -> bool {
        !self.region.is_empty()
    }
}

/// Share of the people of an age who are online and use: only Facebook, only Instagram, both.
const USE_BY_AGE: [[f64; USES]; 6] =
    [[0.06, 0.30, 0.52], [0.11, 0.17, 0.60], [0.22, 0.08, 0.52], [0.33, 0.04, 0.38], [0.40, 0.02, 0.24], [0.38, 0.01, 0.11]];
/// Share of each age among people of 18 and more.
const AGE_SHARE: [f64; 6] = [0.11, 0.16, 0.17, 0.19, 0.16, 0.21];

/// Number of people of a place in a cell with a network use.
#[must_use]
pub fn people(seed: u64, place: &Place, cell: usize, uses: usize) -> f64 {
    let age = cell / GENDERS.len();
    let share = AGE_SHARE.get(age).copied().unwrap_or(0.0);
    let by_use = USE_BY_AGE.get(age).and_then(|row| row.get(uses)).copied().unwrap_or(0.0);
    let gender = if cell.is_multiple_of(GENDERS.len()) { 0.515 } else { 0.485 };
    let jitter = 0.94 + 0.12 * num::unit(num::hash(seed, &[0x9E0, num::hash_text(place.key), cell as u64, uses as u64]));
    let adults = f64::from(place.thousands) * 1000.0 * 0.82;
    adults * share * by_use * gender * jitter
}

/// The parts of a place that hold people of their own: a city is one; a country is its cities and, under its own position
/// in [`PLACES`], the rest of it. Whoever targets a country therefore meets the people whom another reaches in a city.
#[must_use]
pub fn homes(place: usize) -> Vec<usize> {
    let Some(known) = PLACES.get(place) else {
        return Vec::new();
    };
    let mut homes = vec![place];
    if !known.is_city() {
        homes.extend(
            (0..PLACES.len())
                .filter(|other| PLACES.get(*other).is_some_and(|other| other.is_city() && other.country == known.country)),
        );
    }
    homes
}

/// Number of people who live in a home, in a cell with a network use: of a country, those outside its cities.
#[must_use]
pub fn living(seed: u64, home: usize, cell: usize, uses: usize) -> f64 {
    let all = |place: usize| PLACES.get(place).map_or(0.0, |place| people(seed, place, cell, uses));
    let elsewhere: f64 = homes(home).into_iter().skip(1).map(all).sum();
    (all(home) - elsewhere).max(0.0)
}

/// Whether people of a network use are on a network.
#[must_use]
pub fn uses_network(uses: usize, network: Network) -> bool {
    match network {
        Network::Facebook => uses != 1,
        Network::Instagram => uses != 0,
        Network::Either => true,
    }
}

/// The bins whose people hold an interest: 3 to 8 of 16.
#[must_use]
pub fn interest_bins(seed: u64, interest: &str) -> u16 {
    let base = num::hash(seed, &[0x1B1, num::hash_text(interest)]);
    let wanted = 3 + (base % 6) as u32;
    let mut bins: u16 = 0;
    let mut step = 0;
    while bins.count_ones() < wanted {
        bins |= 1 << (num::mix(base ^ step) % u64::from(BINS));
        step += 1;
    }
    bins
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::sandbox::places;

    #[test]
    fn the_homes_of_a_country_hold_all_its_people() {
        for (index, place) in PLACES.iter().enumerate().filter(|(_, place)| !place.is_city()) {
            let kinds = || (0..CELLS).flat_map(|cell| (0..USES).map(move |uses| (cell, uses)));
            let whole: f64 = kinds().map(|(cell, uses)| people(5, place, cell, uses)).sum();
            let parts: f64 =
                homes(index).into_iter().flat_map(|home| kinds().map(move |(cell, uses)| living(5, home, cell, uses))).sum();
            assert!((whole / parts - 1.0).abs() < 1e-9, "{}: {whole} {parts}", place.name);
        }
    }

    #[test]
    fn a_city_is_a_home_of_its_country() {
        let (portugal, lisbon) = (places::country("PT").unwrap(), places::city("2421600").unwrap());
        assert!(homes(portugal).contains(&lisbon));
        assert_eq!(homes(lisbon), [lisbon]);
    }

    #[test]
    fn exposure_factors_average_to_one_over_the_people() {
        let (share, mean) = ACTIVITY.iter().fold((0.0, 0.0), |(share, mean), (factor, of)| (share + of, mean + factor * of));
        assert!((share - 1.0_f64).abs() < 1e-9 && (mean - 1.0_f64).abs() < 1e-9);
    }
}
