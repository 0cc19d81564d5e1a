//! The ledger of a campaign: its balances and entries for pages, booking commitments, and checking that nothing was lost.

mod book;
mod check;

use crate::domain::id::{AdSetId, CampaignId};
use crate::domain::ledger::{Account, Kind, Unit};
use crate::domain::plan::bare;
use crate::store::ledger as rows;
use crate::store::observed;

use super::history::name_of;
use super::{Actor, Ctx, Error, Result};

pub(in crate::service) use book::{book, book_account, reported};
pub use check::{Fault, check};

/// Entries of a page.
pub const PAGE: usize = 100;

/// A balance: the sum of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Committed or spent.
    pub account: Account,
    /// Of which ad set; `None` for the campaign's own.
    pub ad_set: Option<AdSetId>,
    /// The ad set's name at Meta, where it is known.
    pub ad_set_name: String,
    /// The currency's code.
    pub currency: String,
    /// What the amount counts.
    pub unit: Unit,
    /// Minor units or micros, as the unit says.
    pub amount: i64,
}

/// One amount of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// When it was booked, real time.
    pub at: chrono::DateTime<chrono::Utc>,
    /// The number of its entry in the campaign's ledger.
    pub seq: i64,
    /// Why.
    pub kind: Kind,
    /// Which day it was spent on, in the account's zone.
    pub on_day: Option<chrono::NaiveDate>,
    /// A sentence.
    pub reason: String,
    /// What it changed.
    pub change: Balance,
}

/// A campaign's ledger.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// The campaign's name.
    pub name: String,
    /// Its balances.
    pub balances: Vec<Balance>,
    /// Entries, newest first.
    pub entries: Vec<Moved>,
    /// The number to ask for what is older, where there is more.
    pub older: Option<i64>,
}

impl Ledger {
    /// The sums over all ad sets, by account and unit.
    pub fn totals(&self) -> Vec<Balance> {
        let mut totals: Vec<Balance> = Vec::new();
        for balance in &self.balances {
            let same = |t: &&mut Balance| (t.account, t.unit, &t.currency) == (balance.account, balance.unit, &balance.currency);
            match totals.iter_mut().find(same) {
                Some(total) => total.amount = total.amount.saturating_add(balance.amount),
                None => totals.push(Balance { ad_set: None, ad_set_name: String::new(), ..balance.clone() }),
            }
        }
        totals
    }
}

/// A campaign's ledger: its balances, and at most `limit` entries older than the number `before` where given.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that this workspace does not know.
pub async fn of_campaign(ctx: &Ctx, actor: &Actor, campaign: CampaignId, before: Option<i64>, limit: usize) -> Result<Ledger> {
    let workspace = actor.workspace;
    let read = ctx.db.read_with(move |c| {
        let name = name_of(c, workspace, campaign)?;
        let below = observed::list_of_campaign(c, workspace, campaign)?;
        let booked = rows::balances(c, workspace, campaign)?;
        let entries = rows::page(c, workspace, campaign, before, i64::try_from(limit).unwrap_or(i64::MAX) + 1)?;
        let named = |id: Option<AdSetId>| {
            let found = id.and_then(|id| below.iter().find(|row| row.id.0 == id.0));
            found.map(|row| bare(&row.name).to_owned()).unwrap_or_default()
        };
        let balances = booked.iter().filter_map(|row| {
            Some(Balance {
                account: Account::parse(&row.account)?,
                ad_set: row.ad_set(),
                ad_set_name: named(row.ad_set()),
                currency: row.currency.clone(),
                unit: Unit::parse(&row.unit)?,
                amount: row.amount,
            })
        });
        let older = entries.get(limit).map(|entry| entry.posting.seq + 1);
        let entries = entries.iter().take(limit).flat_map(|entry| moved(entry, &named)).collect();
        Ok::<_, Error>(Ledger { name, balances: balances.collect(), entries, older })
    });
    read.await
}

fn moved<'a>(entry: &'a rows::Entry, named: &'a impl Fn(Option<AdSetId>) -> String) -> impl Iterator<Item = Moved> + 'a {
    let head = &entry.posting;
    entry.moved().filter_map(move |line| {
        Some(Moved {
            at: head.at.utc(),
            seq: head.seq,
            kind: Kind::parse(&head.kind)?,
            on_day: head.on_day,
            reason: head.reason.clone(),
            change: Balance {
                account: Account::parse(&line.account)?,
                ad_set: line.ad_set_id,
                ad_set_name: named(line.ad_set_id),
                currency: line.currency.clone(),
                unit: Unit::parse(&line.unit)?,
                amount: line.amount,
            },
        })
    })
}
