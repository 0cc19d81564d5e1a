//! Delivery figures synced from Meta: one day of one account at a time, compared with what was known, old values kept.
//!
//! What is said here is compared and written by `synced_rows`; roll-ups are made anew by [`super::rollups`] in the transaction
//! that writes the last of a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::synced_rows::replace_rows;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, WorkspaceId};

/// Facts synced from Meta carry this source; imports carry their own id.
pub const SYNCED: i64 = 0;

/// Which rows a sync speaks for: one day of one account in one breakdown.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Of which ad account.
    pub account: AdAccountId,
    /// What rows are divided by, as `placement`.
    pub breakdown: &'static str,
    /// The day, in the account's zone.
    pub on: NaiveDate,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The ad.
    pub object_id: i64,
    /// `facebook`, `instagram`, `other`.
    pub network: String,
    /// Meta's position.
    pub position: String,
}

/// What was delivered. `None` is "not said", which is not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The campaign, here.
    pub campaign_id: i64,
    /// The ad set, here.
    pub ad_set_id: Option<i64>,
    /// Millionths of the major unit.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// All clicks.
    pub clicks: Option<i64>,
    /// Clicks on the link.
    pub link_clicks: Option<i64>,
    /// People reached by this very row.
    pub reach: Option<i64>,
}

/// What a result row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionKey {
    /// The row it belongs to.
    pub row: Key,
    /// `purchase`, `lead`, ...
    pub result_kind: String,
    /// `7d_click,1d_view`; empty where the setting is not said.
    pub attribution: String,
}

/// Results and their worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    /// The campaign, here.
    pub campaign_id: i64,
    /// The ad set, here.
    pub ad_set_id: Option<i64>,
    /// How many.
    pub results: Option<i64>,
    /// Millionths of the major unit.
    pub value_micros: Option<i64>,
}

/// One day as Meta says it now.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Delivery.
    pub facts: BTreeMap<Key, Delivered>,
    /// Results.
    pub actions: BTreeMap<ActionKey, Results>,
}

/// Which keys of a day rows speak for: from one, up to but without another.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// The first key; `None` from the very first.
    pub from: Option<Key>,
    /// The first key of the next part; `None` to the very last.
    pub until: Option<Key>,
}

impl Part {
    /// Whether it speaks for a key.
    pub(super) fn holds(&self, key: &Key) -> bool {
        self.from.as_ref().is_none_or(|from| key >= from) && self.until.as_ref().is_none_or(|until| key < until)
    }
}

impl Said {
    /// The day in parts of at most so many rows of delivery, sorted by key; together they speak for every key, and a day without
    /// rows is one empty part.
    pub fn chunks(self, most: usize) -> Vec<(Part, Self)> {
        let starts: Vec<Key> = self.facts.keys().step_by(most.max(1)).skip(1).cloned().collect();
        let mut rest = self;
        let mut chunks = Vec::with_capacity(starts.len() + 1);
        for until in starts.iter().rev() {
            let facts = rest.facts.split_off(until);
            let first = rest.actions.keys().find(|key| key.row >= *until).cloned();
            let actions = first.map_or_else(BTreeMap::new, |first| rest.actions.split_off(&first));
            chunks.push((Part { from: Some(until.clone()), until: None }, Self { facts, actions }));
        }
        chunks.push((Part::default(), rest));
        chunks.reverse();
        let ends: Vec<Option<Key>> = starts.into_iter().map(Some).chain([None]).collect();
        for ((part, _), until) in chunks.iter_mut().zip(ends) {
            part.until = until;
        }
        chunks
    }
}

/// How many rows a day's sync touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// Rows that were not there.
    pub new: usize,
    /// Rows whose values changed.
    pub changed: usize,
    /// Rows that Meta no longer returns.
    pub gone: usize,
}

impl Touched {
    /// Whether anything is different now.
    pub fn any(self) -> bool {
        self.new + self.changed + self.gone > 0
    }
}

pub(super) const FACT_COLUMNS: [&str; 19] = [
    "workspace_id",
    "ad_account_id",
    "source_id",
    "breakdown",
    "since_on",
    "until_on",
    "object_id",
    "network",
    "position",
    "segment",
    "record_no",
    "campaign_id",
    "ad_set_id",
    "spend_micros",
    "impressions",
    "clicks",
    "link_clicks",
    "reach",
    "known_at",
];
pub(super) const ACTION_COLUMNS: [&str; 18] = [
    "workspace_id",
    "ad_account_id",
    "source_id",
    "breakdown",
    "since_on",
    "until_on",
    "object_id",
    "network",
    "position",
    "segment",
    "record_no",
    "result_kind",
    "attribution",
    "campaign_id",
    "ad_set_id",
    "results",
    "value_micros",
    "known_at",
];

impl std::ops::Add for Touched {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { new: self.new + other.new, changed: self.changed + other.changed, gone: self.gone + other.gone }
    }
}

/// Makes a part of the stored day what Meta says now, keeping what was known before in history. `now` is platform time.
pub fn replace(connection: &mut Conn, day: &Day, part: &Part, said: &Said, now: UtcTime) -> Result<Touched> {
    Ok(replace_rows(connection, day, part, &said.facts, now)? + replace_rows(connection, day, part, &said.actions, now)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_day_falls_into_parts_that_speak_for_every_key_once() {
        let key = |object_id: i64| Key { object_id, network: "facebook".into(), position: "feed".into() };
        let delivered = Delivered {
            campaign_id: 1,
            ad_set_id: None,
            spend_micros: None,
            impressions: None,
            clicks: None,
            link_clicks: None,
            reach: None,
        };
        let results = Results { campaign_id: 1, ad_set_id: None, results: None, value_micros: None };
        let action = |id: i64| ActionKey { row: key(id), result_kind: "lead".into(), attribution: String::new() };
        for rows in [0_i64, 1, 4, 5, 9] {
            let said = Said {
                facts: (0..rows).map(|id| (key(id), delivered.clone())).collect(),
                actions: (0..rows).map(|id| (action(id), results.clone())).collect(),
            };
            let chunks = said.chunks(4);
            assert_eq!(chunks.len(), usize::try_from((rows + 3) / 4).unwrap().max(1));
            for (part, chunk) in &chunks {
                assert!(chunk.facts.len() <= 4 && chunk.facts.len() == chunk.actions.len());
                assert!(chunk.facts.keys().chain(chunk.actions.keys().map(|key| &key.row)).all(|key| part.holds(key)));
            }
            // A key that no row has now belongs to exactly one part, which will find it gone.
            for id in -1..=rows {
                assert_eq!(chunks.iter().filter(|(part, _)| part.holds(&key(id))).count(), 1, "{id} of {rows}");
            }
        }
    }
}
