//! A campaign's ledger.

use schemars::JsonSchema;
use serde::Serialize;

use super::ask::{Named, Paging};
use super::operation::{Call, Outcome};
use super::reply::Shown;
use super::words::Time;
use crate::domain::id::{AdSetId, CampaignId};
use crate::domain::ledger::{Account, Kind, Unit};
use crate::service::ledger::{self, Balance, Moved};
use crate::web::extract::Analyst;

/// A balance: the sum of its entries.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BalanceView {
    /// Committed or spent.
    account: Account,
    /// Of which ad set; absent for the campaign's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    ad_set: Option<AdSetId>,
    /// What the amount counts: minor units a day or in all, or micros of the major unit.
    unit: Unit,
    /// A whole number, in that unit.
    amount: String,
    /// The currency's code.
    currency: String,
}

/// One amount of an entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryView {
    /// The number of its entry: 1, 2, 3, ... of the campaign.
    seq: i64,
    /// When it was booked.
    at: Time,
    /// Why.
    kind: Kind,
    /// Which day it was spent on, in the ad account's zone; absent for budgets.
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<String>,
    /// A sentence.
    reason: String,
    /// What it changed; the other side, outside, is the same amount with the other sign.
    change: BalanceView,
}

/// A campaign's ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LedgerView {
    /// By account, unit and ad set.
    balances: Vec<BalanceView>,
    /// Newest first; a page holds whole entries.
    items: Vec<EntryView>,
    /// What to send as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Balance> for BalanceView {
    fn from(of: Balance) -> Self {
        Self { account: of.account, ad_set: of.ad_set, unit: of.unit, amount: of.amount.to_string(), currency: of.currency }
    }
}

impl From<Moved> for EntryView {
    fn from(of: Moved) -> Self {
        Self {
            seq: of.seq,
            at: Time(of.at),
            kind: of.kind,
            day: of.on_day.map(|day| day.to_string()),
            reason: of.reason,
            change: of.change.into(),
        }
    }
}

/// `GET /campaigns/{id}/ledger`
pub async fn show(call: Call<Analyst, Named<CampaignId>, Paging>) -> Outcome<Shown<LedgerView>> {
    let (after, limit) = (call.query.after()?, call.query.limit()?);
    let book = ledger::of_campaign(&call.ctx, call.actor(), call.path.0, after, limit).await?;
    Ok(Shown(LedgerView {
        balances: book.balances.into_iter().map(Into::into).collect(),
        items: book.entries.into_iter().map(Into::into).collect(),
        next: book.older.map(Paging::cursor),
    }))
}
