//! The honest score: what past decisions said a day would bring, against what it brought.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Stored;
use super::figures::{date, number};
use crate::allocation::advice::Reading;
use crate::domain::campaign::AdSetKey;

/// One ad set's day: what was said and what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The day, in the account's zone.
    pub on: NaiveDate,
    /// The ad set.
    pub key: AdSetKey,
    /// Between which counts 80 % of such days fall.
    pub likely: (u64, u64),
    /// Likewise 95 %.
    pub nearly_sure: (u64, u64),
    /// What it was.
    pub came: u64,
}

/// How often what came lay inside what was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// The days of ad sets that are old enough to be complete, newest first.
    pub said: Vec<Said>,
}

impl Score {
    /// How many lay inside the 80 % range.
    pub fn in_likely(&self) -> usize {
        self.said.iter().filter(|said| inside(said.likely, said.came)).count()
    }

    /// How many lay inside the 95 % range.
    pub fn in_nearly_sure(&self) -> usize {
        self.said.iter().filter(|said| inside(said.nearly_sure, said.came)).count()
    }
}

impl Said {
    /// Whether what came lay inside the 80 % range.
    pub fn is_likely(&self) -> bool {
        inside(self.likely, self.came)
    }
}

fn inside((low, high): (u64, u64), came: u64) -> bool {
    (low..=high).contains(&came)
}

/// The score of decisions over figures as they are known now. Only days whose results are complete count: those that lie further
/// back than the attribution window. Days that the ad set did not spend on are no test of the model and are left out.
pub(super) fn score(decisions: &[Stored], readings: &[Reading], today: NaiveDate) -> Score {
    let mut came: BTreeMap<(u32, usize), u64> = BTreeMap::new();
    for row in readings.last().into_iter().flat_map(|reading| &reading.rows).filter(|row| row.spend > 0) {
        came.insert((row.day, row.segment), row.results);
    }
    let mut said = Vec::new();
    for stored in decisions.iter().rev() {
        let day = number(stored.row.on_day);
        if stored.advice.days == 0 || day + stored.inputs.scope.window_days >= number(today) {
            continue;
        }
        for (segment, (key, advice)) in stored.inputs.keys.iter().zip(&stored.advice.ad_sets).enumerate() {
            let made = stored.row.state == "applied";
            let counts = if made { advice.day_counts_then } else { advice.day_counts };
            let (Some([likely, nearly_sure]), Some(came)) = (counts, came.get(&(day, segment))) else { continue };
            if let Some(on) = date(day) {
                said.push(Said { on, key: *key, likely, nearly_sure, came: *came });
            }
        }
    }
    Score { said }
}
