//! The ledger: every committed, released, spent and restated amount, so that balances are sums that anyone can check.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date};

use super::schema::ledger_entries;
use super::{Conn, Result, UtcTime};
use crate::domain::id::{AdAccountId, AdSetId, CampaignId, WorkspaceId};

/// An entry. Exactly one of `minor` and `micros` is set.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = ledger_entries)]
pub struct Entry {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Its id.
    pub id: i64,
    /// Of which ad account, which says the currency.
    pub ad_account_id: AdAccountId,
    /// For which campaign.
    pub campaign_id: CampaignId,
    /// For which ad set, where it is one's.
    pub ad_set_id: Option<AdSetId>,
    /// Platform time.
    pub at: UtcTime,
    /// `committed`, `released`, `spent` or `restated`.
    pub kind: String,
    /// Budgets, minor units.
    pub minor: Option<i64>,
    /// Spend, micros; negative where a restatement took some back.
    pub micros: Option<i64>,
    /// The day the money was spent on, in the account's zone.
    pub on_day: Option<NaiveDate>,
    /// A sentence.
    pub reason: String,
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    campaign_id: i64,
    #[diesel(sql_type = BigInt)]
    micros: i64,
}

/// Appends entries.
pub fn append(connection: &mut Conn, entries: &[Entry]) -> Result<()> {
    for entry in entries {
        diesel::insert_into(ledger_entries::table).values(entry).execute(connection)?;
    }
    Ok(())
}

/// Entries of a campaign, oldest first.
pub fn list_of(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<Entry>> {
    Ok(ledger_entries::table
        .filter(ledger_entries::workspace_id.eq(workspace))
        .filter(ledger_entries::campaign_id.eq(campaign))
        .order(ledger_entries::id)
        .load(connection)?)
}

/// What the ledger holds as spent on a day, micros by campaign.
pub fn spent_on(
    connection: &mut Conn,
    workspace: WorkspaceId,
    account: AdAccountId,
    day: NaiveDate,
) -> Result<BTreeMap<i64, i64>> {
    let sums: Vec<Sum> = diesel::sql_query(
        "SELECT campaign_id, CAST(SUM(micros) AS BIGINT) AS micros FROM ledger_entries \
         WHERE workspace_id = $1 AND ad_account_id = $2 AND on_day = $3 AND micros IS NOT NULL \
         GROUP BY campaign_id ORDER BY campaign_id",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(account.0)
    .bind::<Date, _>(day)
    .load(connection)?;
    Ok(sums.into_iter().map(|sum| (sum.campaign_id, sum.micros)).collect())
}

#[derive(QueryableByName)]
struct Balance {
    #[diesel(sql_type = diesel::sql_types::Nullable<BigInt>)]
    minor: Option<i64>,
}

/// What the ledger holds as spent by a campaign in all, micros; `None` where nothing was reported.
pub fn spent(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Option<i64>> {
    let balance: Balance = diesel::sql_query(
        "SELECT CAST(SUM(micros) AS BIGINT) AS minor FROM ledger_entries WHERE workspace_id = $1 AND campaign_id = $2",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(campaign.0)
    .get_result(connection)?;
    Ok(balance.minor)
}

/// What a campaign commits now, minor units: the sum of its committed and released entries.
pub fn committed(connection: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<i64> {
    let balance: Balance = diesel::sql_query(
        "SELECT CAST(SUM(minor) AS BIGINT) AS minor FROM ledger_entries WHERE workspace_id = $1 AND campaign_id = $2",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(campaign.0)
    .get_result(connection)?;
    Ok(balance.minor.unwrap_or_default())
}

/// A day of an ad account on which the ledger and the reported spend differ.
#[derive(Debug, Clone, QueryableByName)]
pub struct UnevenDay {
    /// Which ad account.
    #[diesel(sql_type = BigInt)]
    pub ad_account_id: i64,
    /// Which day, in the account's zone.
    #[diesel(sql_type = Date)]
    pub on_day: NaiveDate,
}

/// Days whose ledger entries do not sum to the synced spend. Over all workspaces, for whoever runs the machine.
pub fn uneven_days(connection: &mut Conn) -> Result<Vec<UnevenDay>> {
    Ok(diesel::sql_query(
        "SELECT sums.ad_account_id, sums.on_day FROM ( \
           SELECT workspace_id, ad_account_id, on_day, micros FROM ledger_entries WHERE micros IS NOT NULL AND on_day IS NOT NULL \
           UNION ALL \
           SELECT workspace_id, ad_account_id, since_on AS on_day, -spend_micros AS micros FROM facts \
           WHERE source_id = 0 AND breakdown = 'placement' AND spend_micros IS NOT NULL \
         ) AS sums GROUP BY sums.workspace_id, sums.ad_account_id, sums.on_day HAVING SUM(sums.micros) <> 0 \
         ORDER BY sums.ad_account_id, sums.on_day",
    )
    .load(connection)?)
}
