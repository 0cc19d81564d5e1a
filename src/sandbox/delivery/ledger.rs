//! What earlier days leave behind for later ones: money spent, impressions seen, results learnt from.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::fatigue::{self, Seen};
use super::learning::{self, Stage};
use super::part::AdDay;
use crate::sandbox::placements::PLACEMENTS;
use crate::sandbox::state::State;

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
            for id in [&day.campaign, &day.ad_set] {
                match self.objects.get_mut(id) {
                    Some(sum) => *sum += spend,
                    None => {
                        self.objects.insert(Arc::clone(id), spend);
                    }
                }
            }
        }
    }
}

/// All that a day needs to know of the days before it.
#[derive(Debug, Default)]
pub struct History {
    /// Money.
    pub ledger: Ledger,
    seen: BTreeMap<Arc<str>, Seen>,
    stages: BTreeMap<Arc<str>, Stage>,
}

impl History {
    /// What people have seen of an ad.
    #[must_use]
    pub fn seen(&self, ad: &str) -> Seen {
        self.seen.get(ad).copied().unwrap_or_default()
    }

    /// How far an ad set has learnt since its last significant edit.
    #[must_use]
    pub fn stage(&self, ad_set: &str, edited: i64) -> Stage {
        let mut stage = self.stages.get(ad_set).cloned().unwrap_or_default();
        stage.edited(edited);
        stage
    }

    /// Remembers a finished day.
    pub fn book(&mut self, state: &State, date: NaiveDate, end: i64, days: &[AdDay]) {
        self.ledger.book(days);
        let mut results: BTreeMap<&Arc<str>, u32> = BTreeMap::new();
        for day in days {
            let seen = self.seen.entry(Arc::clone(&day.ad)).or_default();
            for part in &day.parts {
                if let Some(placement) = PLACEMENTS.get(part.placement()) {
                    fatigue::see(seen, &day.spec.audience, placement.network, part.impressions);
                }
            }
            *results.entry(&day.ad_set).or_default() += day.results();
        }
        for (ad_set, results) in results {
            let edited = state.objects.get(&**ad_set).map_or(0, |object| learning::last_edit(object, end - 1));
            let mut stage = self.stage(ad_set, edited);
            stage.learn(date, results);
            self.stages.insert(Arc::clone(ad_set), stage);
        }
    }
}
