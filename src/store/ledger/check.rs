//! Recomputing the ledger: its chains, its balance, and what Meta reported beside it.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date};

use super::super::schema::ledger_postings;
use super::super::{Conn, Result};
use super::{LineRow, PostingRow, lines_of};
use crate::domain::id::{CampaignId, WorkspaceId};
use crate::domain::ledger::{Account, Kind, Line, Posting, Unit};

/// What is wrong with a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsound {
    /// Postings before it are gone: its number does not follow the one before.
    Gap,
    /// It does not carry the hash of the one before.
    Link,
    /// Its own hash is not that of what it says.
    Hash,
    /// Its lines do not sum to zero in each currency and unit.
    Balance,
}

/// Every campaign that has postings in a workspace, by id, after `after` where given; at most `limit`.
pub fn campaigns(c: &mut Conn, workspace: WorkspaceId, after: Option<CampaignId>, limit: i64) -> Result<Vec<CampaignId>> {
    Ok(ledger_postings::table
        .filter(ledger_postings::workspace_id.eq(workspace))
        .filter(ledger_postings::campaign_id.gt(after.unwrap_or(CampaignId(0))))
        .select(ledger_postings::campaign_id)
        .distinct()
        .order(ledger_postings::campaign_id)
        .limit(limit)
        .load(c)?)
}

/// The postings of a campaign that are not sound, by number. After a broken link the chain goes on from what is there.
pub fn broken(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<(i64, Unsound)>> {
    const PAGE: i64 = 500;
    let mut found = Vec::new();
    let mut previous = (0, String::new());
    loop {
        let rows: Vec<PostingRow> = ledger_postings::table
            .filter(ledger_postings::workspace_id.eq(workspace))
            .filter(ledger_postings::campaign_id.eq(campaign))
            .filter(ledger_postings::seq.gt(previous.0))
            .order(ledger_postings::seq)
            .limit(PAGE)
            .load(c)?;
        let Some((first, last)) = rows.first().zip(rows.last()) else { return Ok(found) };
        let lines = lines_of(c, workspace, campaign, first.seq, last.seq)?;
        for row in rows {
            let from = lines.partition_point(|line| line.seq < row.seq);
            let to = lines.partition_point(|line| line.seq <= row.seq);
            let of_row = lines.get(from..to).unwrap_or_default();
            found.extend(judge(&row, of_row, &previous).map(|unsound| (row.seq, unsound)));
            previous = (row.seq, row.hash);
        }
    }
}

fn judge(row: &PostingRow, lines: &[LineRow], previous: &(i64, String)) -> Option<Unsound> {
    if row.seq != previous.0 + 1 {
        return Some(Unsound::Gap);
    }
    if row.previous_hash != previous.1 {
        return Some(Unsound::Link);
    }
    if row.hash != row.expected_hash(lines) {
        return Some(Unsound::Hash);
    }
    let balanced = as_posting(row, lines).is_some_and(|posting| posting.is_balanced());
    (!balanced).then_some(Unsound::Balance)
}

fn as_posting(row: &PostingRow, lines: &[LineRow]) -> Option<Posting> {
    let line = |line: &LineRow| {
        Some(Line {
            account: Account::parse(&line.account)?,
            holder: line.ad_set_id,
            currency: line.currency.clone(),
            unit: Unit::parse(&line.unit)?,
            amount: line.amount,
        })
    };
    let lines = lines.iter().map(line).collect::<Option<Vec<_>>>()?;
    Some(Posting { kind: Kind::parse(&row.kind)?, on_day: row.on_day, reason: row.reason.clone(), lines })
}

/// A day of a campaign on which the ledger and the reported spend differ.
#[derive(Debug, Clone, QueryableByName)]
pub struct UnevenDay {
    /// Of which workspace.
    #[diesel(sql_type = BigInt)]
    pub workspace_id: i64,
    /// Which ad account.
    #[diesel(sql_type = BigInt)]
    pub ad_account_id: i64,
    /// Which campaign.
    #[diesel(sql_type = BigInt)]
    pub campaign_id: i64,
    /// Which day, in the account's zone.
    #[diesel(sql_type = Date)]
    pub on_day: NaiveDate,
    /// How much more the ledger holds than was reported, micros.
    #[diesel(sql_type = BigInt)]
    pub micros: i64,
}

/// Days whose lines do not sum to the synced spend, to the micro. Over all workspaces, for whoever runs the machine.
pub fn uneven_days(connection: &mut Conn) -> Result<Vec<UnevenDay>> {
    Ok(diesel::sql_query(
        "SELECT sums.workspace_id, sums.ad_account_id, sums.campaign_id, sums.on_day, CAST(SUM(sums.micros) AS BIGINT) AS micros FROM ( \
           SELECT p.workspace_id, p.ad_account_id, p.campaign_id, p.on_day, l.amount AS micros FROM ledger_postings p \
           JOIN ledger_lines l ON l.workspace_id = p.workspace_id AND l.campaign_id = p.campaign_id AND l.seq = p.seq \
           WHERE l.account = 'spent' AND p.on_day IS NOT NULL \
           UNION ALL \
           SELECT workspace_id, ad_account_id, campaign_id, since_on AS on_day, -spend_micros AS micros FROM facts \
           WHERE source_id = 0 AND breakdown = 'placement' AND spend_micros IS NOT NULL \
         ) AS sums GROUP BY sums.workspace_id, sums.ad_account_id, sums.campaign_id, sums.on_day HAVING SUM(sums.micros) <> 0 \
         ORDER BY sums.workspace_id, sums.ad_account_id, sums.campaign_id, sums.on_day",
    )
    .load(connection)?)
}
