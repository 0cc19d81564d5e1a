//! The ledger: double entry by campaign and ad set, so that balances are sums that anyone can check.
//!
//! Postings are only ever appended, in the transaction of what they tell of. Each carries the hash of the campaign's posting
//! before it, so that a changed or removed one breaks what follows. The rules are in [`crate::domain::ledger`].

mod check;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};
use sha2::{Digest, Sha256};

use super::schema::{ledger_lines, ledger_postings};
use super::synced_facts::Day;
use super::{Conn, Result, StoreError, UtcTime};
use crate::domain::id::{AdAccountId, AdSetId, CampaignId, WorkspaceId};
use crate::domain::ledger::{Account, Commitments, DaySpend, Posting, Unit, spend};

pub use check::{UnevenDay, Unsound, broken, campaigns, uneven_days};
pub use read::{Booked, Entry, balances, committed, list_of, page, spent, spent_since};

/// Whose ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Book {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The ad account, which says the currency.
    pub account: AdAccountId,
    /// The campaign.
    pub campaign: CampaignId,
}

/// The head of a posting as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = ledger_postings)]
pub struct PostingRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// For which campaign.
    pub campaign_id: CampaignId,
    /// 1, 2, 3, ... of the campaign, without gaps.
    pub seq: i64,
    /// Of which ad account.
    pub ad_account_id: AdAccountId,
    /// A [`crate::domain::ledger::Kind`].
    pub kind: String,
    /// The day the money was spent on, in the account's zone.
    pub on_day: Option<NaiveDate>,
    /// Real time.
    pub at: UtcTime,
    /// A sentence.
    pub reason: String,
    /// The hash of the campaign's posting before; empty for the first.
    pub previous_hash: String,
    /// SHA-256 over everything above and the lines.
    pub hash: String,
}

/// A line of a posting as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = ledger_lines)]
pub struct LineRow {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// For which campaign.
    pub campaign_id: CampaignId,
    /// Of which posting.
    pub seq: i64,
    /// 1, 2, ... of the posting.
    pub position: i32,
    /// An [`Account`].
    pub account: String,
    /// For which ad set; `None` where the campaign itself carries it.
    pub ad_set_id: Option<AdSetId>,
    /// The currency's code.
    pub currency: String,
    /// A [`Unit`].
    pub unit: String,
    /// Minor units or micros, as the unit says; negative for what leaves the account.
    pub amount: i64,
}

impl PostingRow {
    /// The hash that it must carry with these lines. Each field is preceded by its length, so that no two postings read alike.
    pub fn expected_hash(&self, lines: &[LineRow]) -> String {
        let mut hasher = Sha256::new();
        let mut add = |field: &str| {
            hasher.update(field.len().to_be_bytes());
            hasher.update(field.as_bytes());
        };
        add(&self.workspace_id.to_string());
        add(&self.campaign_id.to_string());
        add(&self.seq.to_string());
        add(&self.ad_account_id.to_string());
        add(&self.kind);
        add(&self.on_day.map(|day| day.to_string()).unwrap_or_default());
        add(&self.at.utc().to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
        add(&self.reason);
        add(&self.previous_hash);
        for line in lines {
            add(&line.position.to_string());
            add(&line.account);
            add(&line.ad_set_id.map(|id| id.to_string()).unwrap_or_default());
            add(&line.currency);
            add(&line.unit);
            add(&line.amount.to_string());
        }
        hex::encode(hasher.finalize())
    }
}

/// Appends postings; must run in the transaction of what they tell of.
///
/// # Errors
/// [`StoreError::Busy`] where somebody else appended to the same campaign at this moment: the whole transaction is tried again.
pub fn append(connection: &mut Conn, book: Book, at: UtcTime, postings: &[Posting]) -> Result<()> {
    if postings.is_empty() {
        return Ok(());
    }
    let last: Option<(i64, String)> = ledger_postings::table
        .filter(ledger_postings::workspace_id.eq(book.workspace))
        .filter(ledger_postings::campaign_id.eq(book.campaign))
        .order(ledger_postings::seq.desc())
        .select((ledger_postings::seq, ledger_postings::hash))
        .first(connection)
        .optional()?;
    let (mut seq, mut previous) = last.unwrap_or_default();
    for posting in postings {
        if !posting.is_balanced() {
            return Err(StoreError::Corrupt(format!("a posting for campaign {} does not balance", book.campaign)));
        }
        seq += 1;
        previous = insert(connection, book, at, seq, previous, posting)?;
    }
    Ok(())
}

fn insert(connection: &mut Conn, book: Book, at: UtcTime, seq: i64, previous: String, posting: &Posting) -> Result<String> {
    let lines: Vec<LineRow> = (1_i32..)
        .zip(&posting.lines)
        .map(|(position, line)| LineRow {
            workspace_id: book.workspace,
            campaign_id: book.campaign,
            seq,
            position,
            account: line.account.as_str().to_owned(),
            ad_set_id: line.holder,
            currency: line.currency.clone(),
            unit: line.unit.as_str().to_owned(),
            amount: line.amount,
        })
        .collect();
    let mut row = PostingRow {
        workspace_id: book.workspace,
        campaign_id: book.campaign,
        seq,
        ad_account_id: book.account,
        kind: posting.kind.as_str().to_owned(),
        on_day: posting.on_day,
        at,
        reason: posting.reason.clone(),
        previous_hash: previous,
        hash: String::new(),
    };
    row.hash = row.expected_hash(&lines);
    let inserted = diesel::insert_into(ledger_postings::table).values(&row).execute(connection);
    inserted.map_err(|error| match StoreError::from(error) {
        StoreError::Conflict(_) => StoreError::Busy,
        other => other,
    })?;
    for line in &lines {
        diesel::insert_into(ledger_lines::table).values(line).execute(connection)?;
    }
    Ok(row.hash)
}

/// Gives the postings that a migration carried over their hashes; returns how many there were.
pub fn seal(connection: &mut Conn) -> Result<usize> {
    let mut sealed = 0;
    loop {
        let next: Option<PostingRow> = ledger_postings::table
            .filter(ledger_postings::hash.eq(""))
            .order((ledger_postings::workspace_id, ledger_postings::campaign_id, ledger_postings::seq))
            .first(connection)
            .optional()?;
        let Some(mut row) = next else { return Ok(sealed) };
        let posting = ledger_postings::table
            .filter(ledger_postings::workspace_id.eq(row.workspace_id))
            .filter(ledger_postings::campaign_id.eq(row.campaign_id));
        let before: Option<String> =
            posting.filter(ledger_postings::seq.eq(row.seq - 1)).select(ledger_postings::hash).first(connection).optional()?;
        row.previous_hash = before.unwrap_or_default();
        row.hash = row.expected_hash(&lines_of(connection, row.workspace_id, row.campaign_id, row.seq, row.seq)?);
        diesel::update(posting.filter(ledger_postings::seq.eq(row.seq)))
            .set((ledger_postings::previous_hash.eq(&row.previous_hash), ledger_postings::hash.eq(&row.hash)))
            .execute(connection)?;
        sealed += 1;
    }
}

/// Lines of a campaign's postings from one number to another, in order.
fn lines_of(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, from: i64, to: i64) -> Result<Vec<LineRow>> {
    Ok(ledger_lines::table
        .filter(ledger_lines::workspace_id.eq(workspace))
        .filter(ledger_lines::campaign_id.eq(campaign))
        .filter(ledger_lines::seq.between(from, to))
        .order((ledger_lines::seq, ledger_lines::position))
        .load(c)?)
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = BigInt)]
    campaign_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    ad_set_id: Option<i64>,
    #[diesel(sql_type = BigInt)]
    micros: i64,
}

fn by_campaign(rows: Vec<DayRow>) -> BTreeMap<CampaignId, DaySpend> {
    let mut all: BTreeMap<CampaignId, DaySpend> = BTreeMap::new();
    for row in rows {
        all.entry(CampaignId(row.campaign_id)).or_default().insert(row.ad_set_id.map(AdSetId), row.micros);
    }
    all
}

/// What the ledger holds as spent on a day, by campaign and ad set.
pub fn spent_on(c: &mut Conn, day: &Day) -> Result<BTreeMap<CampaignId, DaySpend>> {
    let rows: Vec<DayRow> = diesel::sql_query(
        "SELECT l.campaign_id, l.ad_set_id, CAST(SUM(l.amount) AS BIGINT) AS micros FROM ledger_postings p \
         JOIN ledger_lines l ON l.workspace_id = p.workspace_id AND l.campaign_id = p.campaign_id AND l.seq = p.seq \
         WHERE p.workspace_id = $1 AND p.ad_account_id = $2 AND p.on_day = $3 AND l.account = 'spent' \
         GROUP BY l.campaign_id, l.ad_set_id ORDER BY l.campaign_id, l.ad_set_id",
    )
    .bind::<BigInt, _>(day.workspace.0)
    .bind::<BigInt, _>(day.account.0)
    .bind::<Date, _>(day.on)
    .load(c)?;
    Ok(by_campaign(rows))
}

/// What Meta reports as spent on a day, by campaign and ad set.
pub fn reported_on(c: &mut Conn, day: &Day) -> Result<BTreeMap<CampaignId, DaySpend>> {
    let rows: Vec<DayRow> = diesel::sql_query(
        "SELECT campaign_id, ad_set_id, CAST(SUM(spend_micros) AS BIGINT) AS micros FROM facts \
         WHERE workspace_id = $1 AND ad_account_id = $2 AND source_id = 0 AND breakdown = $3 AND since_on = $4 AND until_on = $4 \
         AND spend_micros IS NOT NULL GROUP BY campaign_id, ad_set_id ORDER BY campaign_id, ad_set_id",
    )
    .bind::<BigInt, _>(day.workspace.0)
    .bind::<BigInt, _>(day.account.0)
    .bind::<Text, _>(day.breakdown)
    .bind::<Date, _>(day.on)
    .load(c)?;
    Ok(by_campaign(rows))
}

/// Brings the ledger of a synced day to what its facts say now, to the micro, campaign by campaign.
pub fn book_day(c: &mut Conn, day: &Day, currency: &str, at: UtcTime, how: &str) -> Result<()> {
    let now = reported_on(c, day)?;
    let booked = spent_on(c, day)?;
    let none = DaySpend::new();
    for campaign in now.keys().chain(booked.keys()).copied().collect::<BTreeSet<_>>() {
        let (was, is) = (booked.get(&campaign).unwrap_or(&none), now.get(&campaign).unwrap_or(&none));
        let book = Book { workspace: day.workspace, account: day.account, campaign };
        append(c, book, at, &spend(was, is, day.on, currency, how))?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct CommittedRow {
    #[diesel(sql_type = BigInt)]
    campaign_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    ad_set_id: Option<i64>,
    #[diesel(sql_type = Text)]
    unit: String,
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

/// What campaigns of an ad account commit, as booked; of one of them where it is named.
pub fn commitments(
    c: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    campaign: Option<CampaignId>,
) -> Result<BTreeMap<CampaignId, Commitments>> {
    let of_one = campaign.map_or("", |_| " AND p.campaign_id = $3");
    let text = format!(
        "SELECT l.campaign_id, l.ad_set_id, l.unit, CAST(SUM(l.amount) AS BIGINT) AS amount FROM ledger_postings p \
         JOIN ledger_lines l ON l.workspace_id = p.workspace_id AND l.campaign_id = p.campaign_id AND l.seq = p.seq \
         WHERE p.workspace_id = $1 AND p.ad_account_id = $2{of_one} AND l.account = '{}' \
         GROUP BY l.campaign_id, l.ad_set_id, l.unit HAVING SUM(l.amount) <> 0 ORDER BY l.campaign_id, l.ad_set_id, l.unit",
        Account::Committed
    );
    let query = diesel::sql_query(text).bind::<BigInt, _>(workspace.0).bind::<BigInt, _>(account.0);
    let rows: Vec<CommittedRow> = match campaign {
        Some(campaign) => query.bind::<BigInt, _>(campaign.0).load(c)?,
        None => query.load(c)?,
    };
    let mut all: BTreeMap<CampaignId, Commitments> = BTreeMap::new();
    for row in rows {
        let unit = Unit::parse(&row.unit).ok_or_else(|| StoreError::Corrupt(format!("unit {}", row.unit)))?;
        all.entry(CampaignId(row.campaign_id)).or_default().insert((row.ad_set_id.map(AdSetId), unit), row.amount);
    }
    Ok(all)
}
