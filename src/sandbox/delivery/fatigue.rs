//! Creative fatigue: whoever has seen an ad often is less likely to act on it.
//!
//! A person who saw an ad k times acts with `REST + (1 - REST) * KEPT^k` of the first chance. Earlier impressions of a kind of
//! person follow chance with a mean, so the mean of `KEPT^k` over them is `exp(-(1 - KEPT) * mean)`, exactly and without
//! following anybody.

use super::audience::{Audience, NETWORKS};
use super::people::{ACTIVITY, USES, uses_network};
use crate::sandbox::num::one_minus_exp_neg;
use crate::sandbox::placements::Network;

/// The chance that is left after very many impressions.
const REST: f64 = 0.3;
/// What a further impression leaves of the rest of the chance.
const KEPT: f64 = 0.94;

/// Impressions of an ad so far for a person of average activity, by network.
pub type Seen = [f64; NETWORKS.len()];

/// Adds impressions to what was seen.
pub fn see(seen: &mut Seen, audience: &Audience, network: Network, impressions: u32) {
    let size = audience.size(network);
    if let (true, Some(seen)) = (size > 0.0, seen.get_mut(network.index())) {
        *seen += f64::from(impressions) / size;
    }
}

/// The part of the first chance to act that is left to the next impressions on a network, over the people who get them.
#[must_use]
pub fn left(audience: &Audience, network: Network, seen: &Seen) -> f64 {
    if seen.iter().all(|seen| *seen <= 0.0) {
        return 1.0;
    }
    let (mut sum, mut weight) = (0.0, 0.0);
    for (uses, people) in audience.users(&super::audience::Slice::default()).iter().enumerate().take(USES) {
        if !uses_network(uses, network) {
            continue;
        }
        let before: f64 =
            NETWORKS.iter().zip(seen).filter(|(network, _)| uses_network(uses, **network)).map(|(_, seen)| seen).sum();
        for (factor, share) in ACTIVITY {
            // Impressions fall on people by their activity, so each kind weighs by it.
            let kind = people * share * factor;
            sum += kind * (1.0 - (1.0 - REST) * one_minus_exp_neg((1.0 - KEPT) * factor * before));
            weight += kind;
        }
    }
    if weight > 0.0 { sum / weight } else { 1.0 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn chances_fall_with_frequency_across_networks_and_never_vanish() {
        let portugal = Audience::read(1, json!({"geo_locations": {"countries": ["PT"]}}).as_object().unwrap());
        let mut seen = Seen::default();
        assert_eq!(left(&portugal, Network::Facebook, &seen), 1.0);
        let mut before = 1.0;
        for _ in 0..50 {
            see(&mut seen, &portugal, Network::Instagram, 2_000_000);
            let now = left(&portugal, Network::Facebook, &seen);
            assert!(now < before, "seen on Instagram, known on Facebook: {now} {before}");
            assert!(left(&portugal, Network::Instagram, &seen) < now, "only some people of Facebook use Instagram");
            before = now;
        }
        for _ in 0..2_000 {
            see(&mut seen, &portugal, Network::Instagram, 50_000_000);
        }
        let last = left(&portugal, Network::Instagram, &seen);
        assert!((REST..REST + 0.05).contains(&last), "{last}");
    }
}
