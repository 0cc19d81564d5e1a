//! What was known of a campaign's days, reading by reading: what the learner sees, and what a decision is made again from.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::allocation::advice::Reading;
use crate::allocation::learner::Row;
use crate::domain::currency::Currency;
use crate::domain::id::{AdAccountId, AdSetId, CampaignId, WorkspaceId};
use crate::domain::money::MICROS;
use crate::service::Result;
use crate::store::Conn;
use crate::store::split_figures::{self as rows, Brought, Delivered, Wanted};

/// Days that are looked back.
pub(super) const BACK: u64 = 90;

/// Everything that figures are asked for by; stored with a decision, so that they can be asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scope {
    pub account: AdAccountId,
    pub campaign: CampaignId,
    /// In the order of the question.
    pub ad_sets: Vec<AdSetId>,
    pub since: NaiveDate,
    /// Platform time.
    pub known_at: DateTime<Utc>,
    pub zone: Tz,
    pub currency: Currency,
    /// The word under which synced results are stored; `None` where the campaign counts none.
    pub result_kind: Option<String>,
    /// The attribution setting of the campaign; empty where it has none.
    pub attribution: String,
    pub window_days: u32,
    /// From which day each had which budget, oldest first; minor units.
    pub budgets: Vec<(u32, Vec<i64>)>,
}

/// The figures, and what they sum up to for telling whether they are the same ones later.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    pub readings: Vec<Reading>,
    pub hash: String,
}

/// One version of one figure: what was so from one moment to another.
struct Version {
    known_at: NaiveDateTime,
    superseded_at: Option<NaiveDateTime>,
    /// Spend in micros and clicks; or results and value in micros.
    pair: (i64, i64),
}

type Versions = BTreeMap<(usize, NaiveDate), Vec<Version>>;

/// A day as the learner counts it.
pub(super) fn number(day: NaiveDate) -> u32 {
    u32::try_from(day.num_days_from_ce()).unwrap_or(0)
}

/// A day from its number.
pub(super) fn date(number: u32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(number).ok()?)
}

/// Reads every version of the days asked for, in two statements, and tells them as they came to be known.
pub(super) fn read(c: &mut Conn, workspace: WorkspaceId, scope: &Scope) -> Result<Figures> {
    let wanted = Wanted {
        workspace,
        account: scope.account,
        campaign: scope.campaign,
        since: scope.since,
        known_at: scope.known_at.into(),
    };
    let delivered = rows::delivered(c, &wanted)?;
    let brought = match &scope.result_kind {
        Some(kind) => rows::brought(c, &wanted, kind)?,
        None => Vec::new(),
    };
    Ok(tell(scope, delivered, brought))
}

fn tell(scope: &Scope, delivered: Vec<Delivered>, brought: Vec<Brought>) -> Figures {
    let place = |id: i64| scope.ad_sets.iter().position(|ad_set| ad_set.0 == id);
    let valid = brought.iter().filter(|row| row.superseded_at.is_none());
    let counted = counted_by(&scope.attribution, valid.map(|row| (row.attribution.as_str(), row.results)));
    let (mut spends, mut results) = (Versions::new(), Versions::new());
    for row in delivered {
        let Some(at) = place(row.ad_set_id) else { continue };
        let pair = (row.spend_micros.unwrap_or(0), row.link_clicks.unwrap_or(0));
        let version = Version { known_at: row.known_at, superseded_at: row.superseded_at, pair };
        spends.entry((at, row.since_on)).or_default().push(version);
    }
    for row in brought.into_iter().filter(|row| Some(&row.attribution) == counted.as_ref()) {
        let Some(at) = place(row.ad_set_id) else { continue };
        let pair = (row.results.unwrap_or(0), row.value_micros.unwrap_or(0));
        let version = Version { known_at: row.known_at, superseded_at: row.superseded_at, pair };
        results.entry((at, row.since_on)).or_default().push(version);
    }
    let readings = readings(scope, &spends, &results);
    let hash = hash(&readings);
    Figures { readings, hash }
}

/// Windows never mix: the campaign's own setting speaks where it was reported, else the one with the most results.
pub(super) fn counted_by<'a>(own: &str, brought: impl Iterator<Item = (&'a str, Option<i64>)>) -> Option<String> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for (setting, results) in brought {
        *sums.entry(setting).or_default() += results.unwrap_or(0);
    }
    let own = sums.keys().find(|setting| setting.replace(',', "_") == own).copied();
    own.or_else(|| sums.iter().max_by_key(|(_, results)| **results).map(|(setting, _)| *setting)).map(str::to_owned)
}

/// The readings: the first sync of each day is the one that restates the days before, so it is what was known of them then.
fn readings(scope: &Scope, spends: &Versions, results: &Versions) -> Vec<Reading> {
    let mut moments: BTreeMap<NaiveDate, NaiveDateTime> = BTreeMap::new();
    for version in spends.values().chain(results.values()).flatten() {
        let day = version.known_at.and_utc().with_timezone(&scope.zone).date_naive();
        let first = moments.entry(day).or_insert(version.known_at);
        *first = (*first).min(version.known_at);
    }
    let today = scope.known_at.with_timezone(&scope.zone).date_naive();
    moments.insert(today, scope.known_at.naive_utc());
    let mut all = Vec::new();
    let mut from = scope.since;
    for (day, moment) in moments {
        let Some(as_of) = day.pred_opt().filter(|as_of| *as_of >= scope.since) else { continue };
        // The last reading tells all days, whatever was restated how late.
        let since = if day == today { scope.since } else { from };
        let days = since.iter_days().take_while(|day| *day <= as_of);
        let rows: Vec<Row> = days.flat_map(|day| rows_of(scope, spends, results, day, moment)).collect();
        if !rows.is_empty() {
            all.push(Reading { as_of: number(as_of), rows });
        }
        from = as_of.checked_sub_days(Days::new(u64::from(scope.window_days))).map_or(scope.since, |day| day.max(scope.since));
    }
    all
}

/// The figures of a day as they stood at a moment; an ad set that nothing was known of has no row.
fn rows_of(scope: &Scope, spends: &Versions, results: &Versions, day: NaiveDate, moment: NaiveDateTime) -> Vec<Row> {
    let stood = |versions: &Versions, at: usize| {
        let valid = versions.get(&(at, day)).into_iter().flatten();
        let mut valid = valid
            .filter(|version| version.known_at <= moment && version.superseded_at.is_none_or(|until| moment < until))
            .map(|version| version.pair)
            .peekable();
        valid.peek().is_some().then(|| valid.fold((0_i64, 0_i64), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1)))
    };
    let of = |at: usize| {
        let (spend, clicks) = stood(spends, at)?;
        let (results, value) = stood(results, at).unwrap_or((0, 0));
        Some(Row {
            day: number(day),
            segment: at,
            budget: budget_on(scope, number(day), at),
            spend: minor(spend, scope.currency),
            clicks: u64::try_from(clicks).unwrap_or(0),
            results: u64::try_from(results).unwrap_or(0),
            value: minor(value, scope.currency),
        })
    };
    (0..scope.ad_sets.len()).filter_map(of).collect()
}

fn budget_on(scope: &Scope, day: u32, ad_set: usize) -> i64 {
    let since = scope.budgets.iter().rev().find(|(since, _)| *since <= day).or(scope.budgets.first());
    since.and_then(|(_, amounts)| amounts.get(ad_set)).copied().unwrap_or(0)
}

/// Micros as minor units, to the nearest; never below zero, because Meta takes back more than it gave only by mistake.
fn minor(micros: i64, currency: Currency) -> i64 {
    let scaled = i128::from(micros.max(0)) * i128::from(currency.offset());
    i64::try_from((scaled + i128::from(MICROS) / 2) / i128::from(MICROS)).unwrap_or(i64::MAX)
}

fn hash(readings: &[Reading]) -> String {
    let mut hasher = Sha256::new();
    for reading in readings {
        hasher.update(reading.as_of.to_be_bytes());
        for row in &reading.rows {
            hasher.update(row.day.to_be_bytes());
            hasher.update((row.segment as u64).to_be_bytes());
            hasher.update(row.budget.to_be_bytes());
            hasher.update(row.spend.to_be_bytes());
            hasher.update(row.clicks.to_be_bytes());
            hasher.update(row.results.to_be_bytes());
            hasher.update(row.value.to_be_bytes());
        }
    }
    hex::encode(hasher.finalize())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse::<DateTime<Utc>>().unwrap().naive_utc()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn scope(known_at: &str) -> Scope {
        Scope {
            account: AdAccountId(1),
            campaign: CampaignId(2),
            ad_sets: vec![AdSetId(10), AdSetId(11)],
            since: day("2026-12-01"),
            known_at: known_at.parse().unwrap(),
            zone: Tz::UTC,
            currency: Currency::EUR,
            result_kind: Some("purchase".into()),
            attribution: "7d_click_1d_view".into(),
            window_days: 7,
            budgets: vec![(number(day("2026-12-01")), vec![100, 200]), (number(day("2026-12-03")), vec![120, 180])],
        }
    }

    fn delivered(ad_set_id: i64, on: &str, from: &str, until: Option<&str>, spend: i64) -> Delivered {
        Delivered {
            ad_set_id,
            since_on: day(on),
            known_at: at(from),
            superseded_at: until.map(at),
            spend_micros: Some(spend),
            link_clicks: Some(3),
        }
    }

    fn brought(on: &str, attribution: &str, from: &str, until: Option<&str>, results: i64) -> Brought {
        Brought {
            ad_set_id: 10,
            since_on: day(on),
            attribution: attribution.into(),
            known_at: at(from),
            superseded_at: until.map(at),
            results: Some(results),
            value_micros: None,
        }
    }

    #[test]
    fn a_day_is_told_as_it_was_known_at_each_age() {
        let scope = scope("2026-12-04T00:10:00Z");
        let spends = vec![
            delivered(10, "2026-12-01", "2026-12-02T00:10:00Z", None, 1_005_000),
            delivered(10, "2026-12-02", "2026-12-02T12:00:00Z", Some("2026-12-03T00:10:00Z"), 500_000),
            delivered(10, "2026-12-02", "2026-12-03T00:10:00Z", None, 990_000),
        ];
        let results = vec![
            brought("2026-12-01", "7d_click,1d_view", "2026-12-02T00:10:00Z", Some("2026-12-03T00:10:00Z"), 1),
            brought("2026-12-01", "7d_click,1d_view", "2026-12-03T00:10:00Z", None, 4),
            brought("2026-12-01", "1d_click", "2026-12-02T00:10:00Z", None, 90),
        ];
        let told = tell(&scope, spends, results).readings;
        let seen: Vec<(u32, Vec<_>)> = told
            .iter()
            .map(|r| (r.as_of, r.rows.iter().map(|row| (row.day + 10 - r.as_of, row.spend, row.results)).collect()))
            .collect();
        let first = number(day("2026-12-01"));
        assert_eq!(seen[0], (first, vec![(10, 101, 1)]), "half a day of the second is no row yet");
        assert_eq!(seen[1], (first + 1, vec![(9, 101, 4), (10, 99, 0)]));
        assert_eq!(seen[2].0, first + 2);
    }

    #[test]
    fn budgets_are_those_of_the_day() {
        let scope = scope("2026-12-04T00:10:00Z");
        let of = |on: &str, ad_set: usize| budget_on(&scope, number(day(on)), ad_set);
        assert_eq!((of("2026-11-20", 0), of("2026-12-02", 1), of("2026-12-03", 0)), (100, 200, 120));
    }

    #[test]
    fn the_same_rows_have_the_same_hash_and_others_another() {
        let scope = scope("2026-12-04T00:10:00Z");
        let of = |spend| tell(&scope, vec![delivered(10, "2026-12-01", "2026-12-02T00:10:00Z", None, spend)], Vec::new()).hash;
        assert_eq!(of(1_000_000), of(1_000_000));
        assert_ne!(of(1_000_000), of(1_010_000));
    }
}
