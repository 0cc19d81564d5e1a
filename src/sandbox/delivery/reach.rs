//! Reach without an event loop. Impressions fall on the people of a kind evenly by chance, so of N people with x
//! impressions each on average, N * (1 - exp(-x)) saw one. Sums of x over days, networks and ads are de-duplicated by
//! the formula itself: it is monotone and concave, hence max(parts) <= reach <= sum(parts), and reach <= impressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::audience::{Audience, NETWORKS, Slice, on_network};
use super::people::{ACTIVITY, AGES, BINS, CELLS, GENDERS, USES, uses_network};
use crate::sandbox::num;
use crate::sandbox::placements::Network;

/// Impressions gathered for one reach figure, by audience and network.
#[derive(Debug, Clone, Default)]
pub struct Exposure {
    rows: Vec<(Arc<Audience>, [u64; NETWORKS.len()])>,
}

/// People who are alike in all that decides what they see; a simulated person stands for all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Position in the table of places.
    pub home: usize,
    /// Position in [`AGES`] and [`GENDERS`].
    pub cell: usize,
    /// Only Facebook, only Instagram, both.
    pub uses: usize,
    /// Position in [`ACTIVITY`].
    pub activity: usize,
    /// How many people are like this.
    pub people: f64,
    /// Impressions that each saw on average, by network.
    pub seen: [f64; NETWORKS.len()],
}

/// Which of the gathered audiences people belong to, a bit each.
type Members = Vec<u64>;

impl Exposure {
    /// Adds impressions of a placement's network.
    pub fn add(&mut self, audience: &Arc<Audience>, network: Network, impressions: u64) {
        let found = self.rows.iter().position(|(known, _)| Arc::ptr_eq(known, audience) || known.number == audience.number);
        let at = found.unwrap_or_else(|| {
            self.rows.push((Arc::clone(audience), [0; NETWORKS.len()]));
            self.rows.len() - 1
        });
        if let Some((_, sums)) = self.rows.get_mut(at)
            && let Some(sum) = sums.get_mut(network.index())
        {
            *sum += impressions;
        }
    }

    /// Number of people reached in a slice.
    #[must_use]
    pub fn reached(&self, slice: &Slice) -> f64 {
        let loads = self.loads(slice);
        if let ([(audience, _)], [load]) = (&self.rows[..], &loads[..]) {
            return reached_of(&audience.users(slice), load);
        }
        let mut groups: BTreeMap<Members, [f64; USES]> = BTreeMap::new();
        self.each(slice, |_, _, members, users| {
            let group = groups.entry(members.clone()).or_default();
            for (sum, count) in group.iter_mut().zip(users) {
                *sum += count;
            }
        });
        groups.iter().map(|(members, users)| reached_of(users, &together(members, &loads))).sum()
    }

    /// Every simulated person whom the gathered impressions may have met.
    #[must_use]
    pub fn persons(&self) -> Vec<Person> {
        let slice = Slice::default();
        let loads = self.loads(&slice);
        let mut persons = Vec::new();
        self.each(&slice, |home, cell, members, users| {
            let load = together(members, &loads);
            for (uses, count) in users.iter().enumerate() {
                for (activity, (factor, share)) in ACTIVITY.iter().enumerate() {
                    let mut seen = load.map(|load| load * factor);
                    for (network, seen) in NETWORKS.iter().zip(&mut seen) {
                        *seen = if uses_network(uses, *network) { *seen } else { 0.0 };
                    }
                    persons.push(Person { home, cell, uses, activity, people: count * share, seen });
                }
            }
        });
        persons
    }

    /// Impressions a person of average activity saw of each audience's ads, by network.
    fn loads(&self, slice: &Slice) -> Vec<[f64; NETWORKS.len()]> {
        let load = |(audience, sums): &(Arc<Audience>, [u64; NETWORKS.len()])| {
            let users = audience.users(slice);
            let mut loads = [0.0; NETWORKS.len()];
            for ((load, network), sum) in loads.iter_mut().zip(NETWORKS).zip(sums) {
                let size = on_network(&users, network);
                *load = if size > 0.0 { *sum as f64 / size } else { 0.0 };
            }
            loads
        };
        self.rows.iter().map(load).collect()
    }

    /// Calls with each home and cell, the audiences its people belong to, and their number by network use.
    fn each(&self, slice: &Slice, mut visit: impl FnMut(usize, usize, &Members, [f64; USES])) {
        let mask = |belongs: &dyn Fn(&Audience) -> bool| {
            let mut members = vec![0_u64; self.rows.len().div_ceil(64)];
            for (index, (audience, _)) in self.rows.iter().enumerate() {
                if let (true, Some(word)) = (belongs(audience), members.get_mut(index / 64)) {
                    *word |= 1 << (index % 64);
                }
            }
            members
        };
        let mut bins: BTreeMap<Members, f64> = BTreeMap::new();
        for bin in 0..BINS {
            *bins.entry(mask(&|audience| audience.bins >> bin & 1 == 1)).or_default() += 1.0 / f64::from(BINS);
        }
        let years = |first: u32, last: u32| {
            let mut groups: BTreeMap<Members, f64> = BTreeMap::new();
            for year in first..=last {
                let of_age = mask(&|audience| (audience.years.0..=audience.years.1).contains(&year));
                *groups.entry(of_age).or_default() += 1.0 / f64::from(last - first + 1);
            }
            groups
        };
        let by_age: Vec<_> = AGES.iter().map(|(_, first, last)| years(*first, *last)).collect();
        let mut homes: Vec<usize> = self.rows.iter().flat_map(|(audience, _)| audience.homes.iter().copied()).collect();
        homes.sort_unstable();
        homes.dedup();
        for home in homes {
            let there = mask(&|audience| audience.homes.contains(&home));
            let slot = |audience: &Audience| audience.homes.iter().position(|other| *other == home);
            let known = self.rows.iter().find_map(|(audience, _)| Some((audience, slot(audience)?)));
            let Some((audience, slot)) = known else { continue };
            for cell in 0..CELLS {
                let part = slice.of(home, cell);
                if part <= 0.0 {
                    continue;
                }
                let kinds = audience.kinds(slot, cell);
                let of_gender = mask(&|audience| audience.takes_cell(cell));
                for (of_age, by_year) in by_age.get(cell / GENDERS.len()).into_iter().flatten() {
                    for (of_bin, by_bin) in &bins {
                        let members: Members = (there.iter().zip(&of_gender))
                            .zip(of_age.iter().zip(of_bin))
                            .map(|((home, gender), (age, bin))| home & gender & age & bin)
                            .collect();
                        if members.iter().any(|word| *word != 0) {
                            visit(home, cell, &members, kinds.map(|count| count * part * by_year * by_bin));
                        }
                    }
                }
            }
        }
    }
}

/// People in whole numbers, rounded up (rounding up keeps the bounds of the sum).
#[must_use]
pub fn whole(reached: f64) -> u64 {
    // `as` saturates; the figure is a count of people.
    let count = reached as u64;
    if (count as f64) < reached { count + 1 } else { count }
}

/// What people who belong to several audiences saw.
fn together(members: &[u64], loads: &[[f64; NETWORKS.len()]]) -> [f64; NETWORKS.len()] {
    let mut sum = [0.0; NETWORKS.len()];
    for (index, load) in loads.iter().enumerate() {
        if members.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1) {
            for (sum, load) in sum.iter_mut().zip(load) {
                *sum += load;
            }
        }
    }
    sum
}

/// How many of people by network use saw something.
fn reached_of(users: &[f64; USES], load: &[f64; NETWORKS.len()]) -> f64 {
    let mut reached = 0.0;
    for (uses, count) in users.iter().enumerate() {
        let seen: f64 =
            NETWORKS.iter().zip(load).filter(|(network, _)| uses_network(uses, **network)).map(|(_, load)| load).sum();
        if seen > 0.0 {
            for (factor, share) in ACTIVITY {
                reached += count * share * num::one_minus_exp_neg(seen * factor);
            }
        }
    }
    reached
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn audience(targeting: Value) -> Arc<Audience> {
        Arc::new(Audience::read(1, targeting.as_object().unwrap()))
    }

    fn exposed(rows: &[(&Arc<Audience>, Network, u64)]) -> Exposure {
        let mut exposure = Exposure::default();
        for (audience, network, impressions) in rows {
            exposure.add(audience, *network, *impressions);
        }
        exposure
    }

    #[test]
    fn the_overlap_of_the_networks_is_the_people_who_saw_both() {
        let portugal = audience(json!({"geo_locations": {"countries": ["PT"]}}));
        let (facebook, instagram) = ((&portugal, Network::Facebook, 3_000_000), (&portugal, Network::Instagram, 2_000_000));
        let all = Slice::default();
        let both = exposed(&[facebook, instagram]);
        let overlap = exposed(&[facebook]).reached(&all) + exposed(&[instagram]).reached(&all) - both.reached(&all);
        let by_person: f64 = both
            .persons()
            .iter()
            .map(|person| {
                let [facebook, instagram, _] = person.seen.map(num::one_minus_exp_neg);
                person.people * facebook * instagram
            })
            .sum();
        assert!(by_person > 100_000.0 && (overlap / by_person - 1.0).abs() < 1e-9, "{overlap} {by_person}");
    }

    #[test]
    fn several_audiences_are_counted_as_one_where_they_are_the_same_people() {
        let all = Slice::default();
        let whole = audience(json!({"geo_locations": {"countries": ["PT"]}}));
        // The same people, described otherwise: its number differs.
        let same = audience(json!({"geo_locations": {"countries": ["PT"]}, "genders": [1, 2], "age_max": 66}));
        assert_ne!(whole.number, same.number);
        let one = exposed(&[(&whole, Network::Facebook, 900_000)]).reached(&all);
        let two = exposed(&[(&whole, Network::Facebook, 400_000), (&same, Network::Facebook, 500_000)]).reached(&all);
        assert!((one / two - 1.0).abs() < 1e-9, "{one} {two}");
    }

    #[test]
    fn the_people_of_a_city_are_people_of_its_country_and_years_and_interests_cut_exactly() {
        let all = Slice::default();
        let reach = |rows: &[(&Arc<Audience>, Network, u64)]| exposed(rows).reached(&all);
        let country = audience(json!({"geo_locations": {"countries": ["PT"]}}));
        for part in [
            json!({"geo_locations": {"cities": [{"key": "2421600"}]}}),
            json!({"geo_locations": {"countries": ["PT"]}, "age_min": 30, "age_max": 41}),
            json!({"geo_locations": {"countries": ["PT"]}, "interests": [{"id": "6003139266461"}]}),
        ] {
            let narrow = audience(part);
            // So many impressions that everybody of the narrow audience saw them: the country then adds only the others.
            let many = (narrow.size(Network::Facebook) * 400.0) as u64;
            let alone = reach(&[(&country, Network::Facebook, 500_000)]);
            let full = reach(&[(&narrow, Network::Facebook, many)]);
            let joined = reach(&[(&narrow, Network::Facebook, many), (&country, Network::Facebook, 500_000)]);
            let outside = 1.0 - narrow.size(Network::Facebook) / country.size(Network::Facebook);
            assert!((full / narrow.size(Network::Facebook) - 1.0).abs() < 1e-6);
            assert!(((joined - full) / (alone * outside) - 1.0).abs() < 0.02, "{joined} {full} {alone} {outside}");
        }
    }

    #[test]
    fn slices_of_an_audience_hold_all_its_people() {
        let two = audience(json!({"geo_locations": {"countries": ["PT"], "cities": [{"key": "784302"}]}, "age_min": 21}));
        let sum = |slices: Vec<Slice>| -> f64 { slices.iter().map(|slice| two.users(slice).iter().sum::<f64>()).sum() };
        let whole = two.size(Network::Either);
        let ages = (0..AGES.len()).map(|age| Slice { age: Some(age), ..Slice::default() }).collect();
        let mut places: Vec<(&str, &str)> = Vec::new();
        for home in &two.homes {
            let country = crate::sandbox::places::PLACES[*home].country;
            places.extend(super::super::audience::regions(*home).into_iter().map(|(region, _)| (country, region)));
        }
        places.sort_unstable();
        places.dedup();
        let regions =
            places.iter().map(|(country, region)| Slice { country: Some(country), region: Some(region), ..Slice::default() });
        for total in [sum(ages), sum(regions.collect())] {
            assert!((total / whole - 1.0).abs() < 1e-9, "{total} {whole}");
        }
    }
}
