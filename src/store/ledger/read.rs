//! Reading the ledger: entries newest first, balances as sums.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::super::schema::ledger_postings;
use super::super::{Conn, Result, UtcTime};
use super::{LineRow, PostingRow, lines_of};
use crate::domain::id::{AdSetId, CampaignId, WorkspaceId};
use crate::domain::ledger::Unit;

/// A posting with its lines.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its head.
    pub posting: PostingRow,
    /// Its lines.
    pub lines: Vec<LineRow>,
}

impl Entry {
    /// Its lines but those of the account outside, which mirrors them.
    pub fn moved(&self) -> impl Iterator<Item = &LineRow> {
        self.lines.iter().filter(|line| line.account != "outside")
    }
}

/// The sum of a campaign's lines in one account, unit and ad set.
#[derive(Debug, Clone, QueryableByName)]
pub struct Booked {
    /// An [`Account`](crate::domain::ledger::Account).
    #[diesel(sql_type = Text)]
    pub account: String,
    /// For which ad set.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub ad_set_id: Option<i64>,
    /// The currency's code.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// A [`Unit`].
    #[diesel(sql_type = Text)]
    pub unit: String,
    /// The balance, in that unit.
    #[diesel(sql_type = BigInt)]
    pub amount: i64,
}

impl Booked {
    /// The ad set's id.
    pub fn ad_set(&self) -> Option<AdSetId> {
        self.ad_set_id.map(AdSetId)
    }
}

/// Every entry of a campaign, oldest first.
pub fn list_of(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<Entry>> {
    let rows = ledger_postings::table
        .filter(ledger_postings::workspace_id.eq(workspace))
        .filter(ledger_postings::campaign_id.eq(campaign))
        .order(ledger_postings::seq)
        .load(connection)?;
    with_lines(connection, workspace, campaign, rows)
}

/// At most `limit` entries of a campaign, newest first, older than the number `before` where given.
pub fn page(
    connection: &mut Conn,
    workspace: WorkspaceId,
    campaign: CampaignId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let rows = ledger_postings::table
        .filter(ledger_postings::workspace_id.eq(workspace))
        .filter(ledger_postings::campaign_id.eq(campaign))
        .filter(ledger_postings::seq.lt(before.unwrap_or(i64::MAX)))
        .order(ledger_postings::seq.desc())
        .limit(limit)
        .load(connection)?;
    with_lines(connection, workspace, campaign, rows)
}

fn with_lines(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, rows: Vec<PostingRow>) -> Result<Vec<Entry>> {
    let numbers = rows.iter().map(|row| row.seq);
    let Some((from, to)) = numbers.clone().min().zip(numbers.max()) else { return Ok(Vec::new()) };
    let lines = lines_of(c, workspace, campaign, from, to)?;
    let of = |seq: i64| {
        let from = lines.partition_point(|line| line.seq < seq);
        lines.iter().skip(from).take_while(|line| line.seq == seq).cloned().collect()
    };
    Ok(rows.into_iter().map(|posting| Entry { lines: of(posting.seq), posting }).collect())
}

/// The balances of a campaign by account, unit and ad set; what sums to nothing is left away, but a reported spend of zero.
pub fn balances(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<Booked>> {
    Ok(diesel::sql_query(
        "SELECT account, ad_set_id, currency, unit, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_lines \
         WHERE workspace_id = $1 AND campaign_id = $2 AND account <> 'outside' \
         GROUP BY account, ad_set_id, currency, unit HAVING SUM(amount) <> 0 OR account = 'spent' \
         ORDER BY account, unit, ad_set_id",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(campaign.0)
    .load(connection)?)
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = Nullable<BigInt>)]
    amount: Option<i64>,
}

fn sum(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, account: &str, unit: Unit) -> Result<Option<i64>> {
    let sum: Sum = diesel::sql_query(
        "SELECT CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_lines \
         WHERE workspace_id = $1 AND campaign_id = $2 AND account = $3 AND unit = $4",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(campaign.0)
    .bind::<Text, _>(account)
    .bind::<Text, _>(unit.as_str())
    .get_result(c)?;
    Ok(sum.amount)
}

/// What the ledger holds as spent by a campaign in all, micros; `None` where nothing was reported.
pub fn spent(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Option<i64>> {
    sum(connection, workspace, campaign, "spent", Unit::Micros)
}

/// What was booked as spent by a campaign from a time on, micros; `None` where nothing was.
pub fn spent_since(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, at: UtcTime) -> Result<Option<i64>> {
    let sum: Sum = diesel::sql_query(
        "SELECT CAST(SUM(l.amount) AS BIGINT) AS amount FROM ledger_postings p \
         JOIN ledger_lines l ON l.workspace_id = p.workspace_id AND l.campaign_id = p.campaign_id AND l.seq = p.seq \
         WHERE p.workspace_id = $1 AND p.campaign_id = $2 AND p.at >= $3 AND l.account = 'spent'",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(campaign.0)
    .bind::<Timestamp, _>(at)
    .get_result(c)?;
    Ok(sum.amount)
}

/// What a campaign commits now in a unit of budgets, minor units.
pub fn committed(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, unit: Unit) -> Result<i64> {
    Ok(sum(connection, workspace, campaign, "committed", unit)?.unwrap_or_default())
}
