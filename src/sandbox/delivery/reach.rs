//! Reach without an event loop. Impressions fall on the people of a kind evenly by chance, so of N people with x
//! impressions each on average, N * (1 - exp(-x)) saw one. Sums of x over days, networks and ads are de-duplicated by
//! the formula itself: it is monotone and concave, hence max(parts) <= reach <= sum(parts), and reach <= impressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::people::{ACTIVITY, BINS, CELLS, USES, people, uses_network};
use super::spec::Audience;
use crate::sandbox::num;
use crate::sandbox::placements::Network;

const NETWORKS: [Network; 3] = [Network::Facebook, Network::Instagram, Network::Either];

/// Impressions gathered for one reach figure.
#[derive(Debug, Clone, Default)]
pub struct Exposure {
    /// By audience number and network: impressions by place and cell.
    rows: BTreeMap<(u64, usize), (Arc<Audience>, Vec<u64>)>,
}

impl Exposure {
    /// Adds impressions of a placement's network, `cells` by place and cell of the audience.
    pub fn add(&mut self, audience: &Arc<Audience>, network: Network, cells: &[u32]) {
        let (_, sums) =
            self.rows.entry((audience.number, network.index())).or_insert_with(|| (Arc::clone(audience), vec![0; cells.len()]));
        for (sum, cell) in sums.iter_mut().zip(cells) {
            *sum += u64::from(*cell);
        }
    }

    /// Number of people reached, rounded up (rounding up keeps the bounds of the sum).
    #[must_use]
    pub fn reach(&self, seed: u64) -> u64 {
        // By place and cell: the audiences' interest bins with their load on each network.
        let mut loads: BTreeMap<_, Vec<(u16, usize, f64)>> = BTreeMap::new();
        for ((_, network), (audience, sums)) in &self.rows {
            for (index, sum) in sums.iter().enumerate().filter(|(_, sum)| **sum > 0) {
                let (slot, cell) = (index / CELLS, index % CELLS);
                let Some(place) = audience.places.get(slot) else {
                    continue;
                };
                let pool = audience.pool(slot, cell, *network);
                if pool > 0.0 {
                    loads.entry((*place, cell)).or_default().push((audience.bins, *network, *sum as f64 / pool));
                }
            }
        }
        let mut reached = 0.0;
        for ((place, cell), loads) in &loads {
            // Bins that the same audiences share are alike and are counted together.
            let mut alike: BTreeMap<u128, (u32, u16)> = BTreeMap::new();
            for bin in 0..BINS {
                let mut signature: u128 = 0;
                for (index, (bins, _, _)) in loads.iter().enumerate() {
                    if bins >> bin & 1 == 1 {
                        signature |= 1 << (index % 128);
                    }
                }
                // Beyond 128 audiences signatures could clash; then every bin stands for itself.
                let key = if loads.len() > 128 { u128::from(bin) + 1 } else { signature };
                if signature != 0 {
                    let entry = alike.entry(key).or_insert((0, 1 << bin));
                    entry.0 += 1;
                }
            }
            for (count, bin) in alike.values() {
                let mut load = [0.0; 3];
                for (bins, network, share) in loads {
                    if bins & bin != 0
                        && let Some(sum) = load.get_mut(*network)
                    {
                        *sum += share;
                    }
                }
                reached += Self::reached_in(seed, *place, *cell, load) * f64::from(*count) / f64::from(BINS);
            }
        }
        // `as` saturates; the figure is a count of people.
        let whole = reached as u64;
        if (whole as f64) < reached { whole + 1 } else { whole }
    }

    fn reached_in(seed: u64, place: usize, cell: usize, load: [f64; 3]) -> f64 {
        let Some(place) = super::super::places::PLACES.get(place) else {
            return 0.0;
        };
        let mut reached = 0.0;
        for uses in 0..USES {
            let on_networks: f64 = NETWORKS
                .iter()
                .filter(|network| uses_network(uses, **network))
                .map(|network| load.get(network.index()).copied().unwrap_or(0.0))
                .sum();
            let count = people(seed, place, cell, uses);
            for (activity, share) in ACTIVITY {
                reached += count * share * num::one_minus_exp_neg(on_networks * activity);
            }
        }
        reached
    }
}
