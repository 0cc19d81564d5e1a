//! The first reading of a whole file: what it adds up to, what it covers, what in it cannot be read.
//!
//! Constant memory but for the names of campaigns and the days they cover. Writes nothing.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::dictionary::{self, Sentence};
use crate::domain::invalid::Invalid;
use crate::domain::metric::add;
use crate::domain::period::Period;
use crate::files::{BadRow, Check, Entry, Record, Refusal, Report, Summary, Totals, Understanding};

use super::Told;

/// Campaigns shown before an import and kept with it.
pub const CAMPAIGNS_SHOWN: usize = 200;
/// Rows that cannot be read, shown before an import; all of them are in the list behind it.
pub const BAD_SHOWN: usize = 50;
/// Rows shown as they were understood.
const SAMPLE_ROWS: usize = 8;
/// An ad account has at most 10,000 campaigns that are not deleted; more than this is not one account's report.
const MOST_CAMPAIGNS: usize = 100_000;

/// What one campaign's rows add up to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CampaignTotal {
    /// Exact name; `None` where the file has no campaign column.
    pub name: Option<String>,
    /// Rows.
    pub rows: u64,
    /// Micros of the file's currency.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// Clicks on the link.
    pub link_clicks: Option<i64>,
    /// Results by kind's key.
    pub results: BTreeMap<String, i64>,
    /// From its first day to its last.
    pub period: Period,
}

/// The days that a campaign's rows cover.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Coverage {
    /// Exact name; `None` where the file has no campaign column.
    pub name: Option<String>,
    /// Meta's id, where the file has it.
    pub id: Option<String>,
    /// Stretches of days, by first day, none touching another.
    pub days: Vec<Period>,
}

/// What a file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Survey {
    /// How its columns were understood.
    pub understanding: Understanding,
    /// What its rows add up to.
    pub totals: Totals,
    /// The summary row's check.
    pub check: Option<Check>,
    /// Campaigns by spend, the largest first.
    pub campaigns: Vec<CampaignTotal>,
    /// How many campaigns there are.
    pub campaign_count: usize,
    /// Rows that cannot be read.
    pub bad: u64,
    /// The first of them.
    pub first_bad: Vec<BadRow>,
    /// The first rows as they were understood.
    pub sample: Vec<Record>,
    /// What each campaign covers.
    pub coverage: Vec<Coverage>,
}

impl Survey {
    /// What an import keeps of it.
    pub fn told(&self) -> Told {
        Told {
            understanding: self.understanding.clone(),
            totals: self.totals.clone(),
            check: self.check.clone(),
            campaigns: self.campaigns.clone(),
            campaign_count: self.campaign_count,
        }
    }
}

struct Running {
    total: CampaignTotal,
    id: Option<String>,
    /// Last day by first day.
    days: BTreeMap<NaiveDate, NaiveDate>,
}

type Key = (Option<String>, Option<String>);

/// Reads a file to its end.
///
/// # Errors
/// Whatever makes the file as a whole unusable, as a problem of the field `file`.
pub fn survey(reader: impl Read) -> Result<Survey, Invalid> {
    let refuse = |refusal: Refusal| Invalid::one("file", refusal.into());
    let report = Report::open(reader).map_err(refuse)?;
    let understanding = report.understanding().clone();
    let mut totals = Totals::default();
    let mut campaigns: HashMap<Key, Running> = HashMap::new();
    let (mut bad, mut first_bad, mut sample) = (0, Vec::new(), Vec::new());
    let mut summary: Option<Summary> = None;
    for entry in report {
        match entry.map_err(refuse)? {
            Entry::Row(row) => {
                totals.add(&row);
                count(&mut campaigns, &row)?;
                if sample.len() < SAMPLE_ROWS {
                    sample.push(*row);
                }
            }
            Entry::Summary(row) => match &summary {
                None => summary = Some(row),
                Some(first) => {
                    let reason = format!(
                        "A second row without names; the first is on line {}. Only one row can sum up a file.",
                        first.line
                    );
                    bad += 1;
                    first_bad.push(BadRow { line: row.line, number: 0, column: String::new(), value: String::new(), reason });
                }
            },
            Entry::Bad(row) => {
                bad += 1;
                if first_bad.len() < BAD_SHOWN {
                    first_bad.push(row);
                }
            }
        }
    }
    if totals.rows == 0 {
        return Err(Invalid::one("file", nothing_readable(first_bad.first())));
    }
    if totals.is_full() {
        return Err(Invalid::one("file", dictionary::file_sums_too_large()));
    }
    let check = summary.map(|s| totals.check(&s));
    let (campaigns, coverage) = finish(campaigns);
    let campaign_count = campaigns.len();
    let campaigns = campaigns.into_iter().take(CAMPAIGNS_SHOWN).collect();
    Ok(Survey { understanding, totals, check, campaigns, campaign_count, bad, first_bad, sample, coverage })
}

fn nothing_readable(first: Option<&BadRow>) -> Sentence {
    match first {
        Some(row) => dictionary::file_nothing_readable(row.line, &row.reason),
        None => dictionary::file_only_summary(),
    }
}

fn count(campaigns: &mut HashMap<Key, Running>, row: &Record) -> Result<(), Invalid> {
    let key = (row.campaign.clone(), row.campaign_id.clone());
    if campaigns.len() >= MOST_CAMPAIGNS && !campaigns.contains_key(&key) {
        return Err(Invalid::one("file", dictionary::file_campaigns_too_many(MOST_CAMPAIGNS)));
    }
    let running = campaigns.entry(key).or_insert_with(|| Running {
        total: CampaignTotal {
            name: row.campaign.clone(),
            rows: 0,
            spend_micros: None,
            impressions: None,
            link_clicks: None,
            results: BTreeMap::new(),
            period: row.period,
        },
        id: row.campaign_id.clone(),
        days: BTreeMap::new(),
    });
    let total = &mut running.total;
    total.rows += 1;
    add(&mut total.spend_micros, row.figures.spend_micros);
    add(&mut total.impressions, row.figures.impressions);
    add(&mut total.link_clicks, row.figures.link_clicks);
    if let (Some(kind), Some(results)) = (&row.result_kind, row.figures.results) {
        let sum = total.results.entry(kind.clone()).or_default();
        *sum = sum.saturating_add(results);
    }
    total.period = Period { since: total.period.since.min(row.period.since), until: total.period.until.max(row.period.until) };
    cover(&mut running.days, row.period);
    Ok(())
}

/// Adds a period to stretches of days, joining those that overlap it or touch it.
fn cover(days: &mut BTreeMap<NaiveDate, NaiveDate>, period: Period) {
    let Period { mut since, mut until } = period;
    let touching = until.checked_add_days(Days::new(1)).unwrap_or(until);
    while let Some((first, last)) = days.range(..=touching).next_back().map(|(f, l)| (*f, *l)) {
        if last.checked_add_days(Days::new(1)).unwrap_or(last) < since {
            break;
        }
        if first <= since && until <= last {
            return;
        }
        since = since.min(first);
        until = until.max(last);
        days.remove(&first);
    }
    days.insert(since, until);
}

fn finish(campaigns: HashMap<Key, Running>) -> (Vec<CampaignTotal>, Vec<Coverage>) {
    let mut all: Vec<Running> = campaigns.into_values().collect();
    all.sort_by(|a, b| (b.total.spend_micros, &a.total.name, &a.id).cmp(&(a.total.spend_micros, &b.total.name, &b.id)));
    let coverage = |r: &Running| Coverage {
        name: r.total.name.clone(),
        id: r.id.clone(),
        days: r.days.iter().map(|(since, until)| Period { since: *since, until: *until }).collect(),
    };
    let covered = all.iter().map(coverage).collect();
    (all.into_iter().map(|r| r.total).collect(), covered)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn period(since: &str, until: &str) -> Period {
        Period::new(since.parse().unwrap(), until.parse().unwrap()).unwrap()
    }

    #[test]
    fn days_that_touch_or_overlap_become_one_stretch() {
        let mut days = BTreeMap::new();
        for (since, until) in [("2026-04-05", "2026-04-05"), ("2026-04-01", "2026-04-02"), ("2026-04-10", "2026-04-20")] {
            cover(&mut days, period(since, until));
        }
        assert_eq!(days.len(), 3);
        cover(&mut days, period("2026-04-12", "2026-04-13"));
        assert_eq!(days.len(), 3);
        cover(&mut days, period("2026-04-03", "2026-04-04"));
        assert_eq!(days.len(), 2);
        cover(&mut days, period("2026-03-01", "2026-05-01"));
        assert_eq!(days.into_iter().collect::<Vec<_>>(), [("2026-03-01".parse().unwrap(), "2026-05-01".parse().unwrap())]);
    }

    #[test]
    fn a_file_without_a_readable_row_is_refused_with_its_first_problem() {
        let text = "Campaign name,Day,Amount spent (USD)\nA,2026-04-01,many\n";
        let problem = survey(text.as_bytes()).unwrap_err();
        assert_eq!(
            problem.at("file"),
            Some("No row of the file can be read. The first problem, on line 2: “many” is not a number.")
        );
    }
}
