//! What a query means in a workspace: which accounts, which currency, which days, and which source may speak for which days.
//!
//! Accounts of different currencies never meet in one scope. For each campaign and day exactly one source is read: synced figures
//! where they are known, else the one visible import that covers the day (`service::imports` refuses a second one).

use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use crate::clock::{PlatformClocks, RealTime};
use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, CampaignId, WorkspaceId};
use crate::domain::invalid::Invalid;
use crate::domain::network::Network;
use crate::domain::period::{Period, Preset};
use crate::store::Conn;

use super::query::{Compare, Origin, Query, Range};
use super::{Error, Result};

/// The two kinds of time a report needs: presets follow the platform's.
#[derive(Debug, Clone)]
pub struct Times {
    /// Platform time for each base URL.
    pub platform: PlatformClocks,
    /// Real time now.
    pub now: RealTime,
}

/// An ad account as reports see it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AdAccountId,
    /// Its name.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
    /// Its zone's name.
    pub zone: String,
    /// Where it is synced from; `None` for one that files feed.
    pub base_url: Option<String>,
    /// The days that any visible figures cover.
    pub known: Option<Period>,
    /// Platform time up to which the last sync knows.
    pub known_until: Option<chrono::DateTime<Utc>>,
}

/// Figures that were not counted, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Rows.
    pub rows: i64,
    /// Their spend in micros, where they say.
    pub spend_micros: Option<i64>,
}

/// A source that another one outranks for some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outranked {
    pub account: AdAccountId,
    pub source: i64,
    pub during: Period,
}

/// A query's meaning in a workspace.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The accounts read: all of one currency.
    pub accounts: Vec<Account>,
    /// That currency.
    pub currency: Currency,
    /// Every currency the workspace could ask for, by code.
    pub currencies: Vec<Currency>,
    /// Today in platform time.
    pub today: NaiveDate,
    /// The days asked for.
    pub period: Period,
    /// The preset that named them, if one did or one was chosen.
    pub preset: Option<Preset>,
    /// The days compared with.
    pub before: Option<Period>,
    /// The days that anything is known of, in these accounts.
    pub known: Option<Period>,
    /// Only this network.
    pub network: Option<Network>,
    /// Only campaigns made here, or only those made elsewhere.
    pub origin: Option<Origin>,
    /// Only these campaigns.
    pub campaigns: Vec<CampaignId>,
    /// As known at the end of this day.
    pub as_known_on: Option<NaiveDate>,
    pub(super) outranked: Vec<Outranked>,
}

#[derive(QueryableByName)]
struct AccountRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Text)]
    zone: String,
    #[diesel(sql_type = Nullable<Text>)]
    base_url: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    synced_since_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    synced_until_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    known_until_at: Option<chrono::NaiveDateTime>,
}

#[derive(QueryableByName)]
struct ImportRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    ad_account_id: i64,
    #[diesel(sql_type = Date)]
    since_on: NaiveDate,
    #[diesel(sql_type = Date)]
    until_on: NaiveDate,
}

impl Scope {
    /// Brings a query together with what the workspace has.
    pub fn of(connection: &mut Conn, workspace: WorkspaceId, query: &Query, times: &Times) -> Result<Self> {
        let rows: Vec<AccountRow> = diesel::sql_query(
            "SELECT a.id, a.name, a.currency, a.zone, c.base_url, a.synced_since_on, a.synced_until_on, a.known_until_at \
             FROM ad_accounts a LEFT JOIN connections c ON c.workspace_id = a.workspace_id AND c.id = a.connection_id \
             WHERE a.workspace_id = $1 ORDER BY a.id",
        )
        .bind::<BigInt, _>(workspace.0)
        .load(connection)?;
        let imports: Vec<ImportRow> = diesel::sql_query(
            "SELECT id, ad_account_id, since_on, until_on FROM imports \
             WHERE workspace_id = $1 AND state = 'visible' AND since_on IS NOT NULL AND until_on IS NOT NULL ORDER BY id",
        )
        .bind::<BigInt, _>(workspace.0)
        .load(connection)?;
        let outranked = outranked(&rows, &imports);
        let mut accounts: Vec<Account> = rows.into_iter().filter_map(|row| account(row, &imports)).collect();
        if let Some(unknown) = query.accounts.iter().find(|id| accounts.iter().all(|a| a.id != **id)) {
            return Err(Invalid::one("account", dictionary::report_account(unknown)).into());
        }
        accounts.retain(|a| query.accounts.is_empty() || query.accounts.contains(&a.id));
        let mut currencies: Vec<Currency> = accounts.iter().map(|a| a.currency).collect();
        currencies.sort();
        currencies.dedup();
        let likely_on = |today: NaiveDate| match query.range {
            Some(Range::Days(days)) => days,
            Some(Range::Preset(Preset::All)) | None => Preset::Days28.period(today, None),
            Some(Range::Preset(preset)) => preset.period(today, None),
        };
        let currency = match query.currency {
            Some(currency) if currencies.contains(&currency) => currency,
            Some(currency) => {
                let has = currencies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                return Err(Error::Invalid(Invalid::one("currency", dictionary::report_currency(currency, has))));
            }
            None => busiest(&accounts, likely_on(today(&accounts, times))),
        };
        accounts.retain(|a| a.currency == currency);
        // Only now: it may be tomorrow already where another currency is spent.
        let today = today(&accounts, times);
        let likely = likely_on(today);
        let asked = |preset: Preset, known| preset.period(today, known);
        let known = accounts.iter().filter_map(|a| a.known).reduce(hull);
        let (period, preset) = match query.range {
            Some(Range::Days(days)) => (days, None),
            Some(Range::Preset(preset)) => (asked(preset, known), Some(preset)),
            // Nobody chose: 28 days, unless all that is known comes from files (their period is the one meant) or lies elsewhere.
            None if known.is_some_and(|k| !k.overlaps(likely)) || accounts.iter().all(|a| a.base_url.is_none()) => {
                (asked(Preset::All, known), Some(Preset::All))
            }
            None => (likely, Some(Preset::Days28)),
        };
        let before = (query.compare == Compare::Before && preset != Some(Preset::All)).then(|| period.before());
        Ok(Self {
            workspace,
            accounts,
            currency,
            currencies,
            today,
            period,
            preset,
            before,
            known,
            network: query.network,
            origin: query.origin,
            campaigns: query.campaigns.clone(),
            as_known_on: query.as_known_on,
            outranked,
        })
    }

    /// The same without a comparison: half the rows to read.
    pub(super) fn alone(&self) -> Self {
        Self { before: None, ..self.clone() }
    }
}

fn account(row: AccountRow, imports: &[ImportRow]) -> Option<Account> {
    let synced = row.synced_since_on.zip(row.synced_until_on).and_then(|(since, until)| Period::new(since, until).ok());
    let filed = imports.iter().filter(|i| i.ad_account_id == row.id).filter_map(ImportRow::period);
    Some(Account {
        id: AdAccountId(row.id),
        name: row.name,
        // Accounts are made with a currency of the table; a row that has none cannot be shown in any.
        currency: row.currency.parse().ok()?,
        zone: row.zone,
        base_url: row.base_url,
        known: synced.into_iter().chain(filed).reduce(hull),
        known_until: row.known_until_at.map(|at| at.and_utc()),
    })
}

impl ImportRow {
    fn period(&self) -> Option<Period> {
        Period::new(self.since_on, self.until_on).ok()
    }
}

/// Synced days outrank every import. Imports do not outrank each other: two of one account never hold the same campaign and day.
fn outranked(accounts: &[AccountRow], imports: &[ImportRow]) -> Vec<Outranked> {
    let mut out = Vec::new();
    for import in imports {
        let Some(own) = import.period() else { continue };
        let synced = accounts
            .iter()
            .filter(|a| a.id == import.ad_account_id)
            .filter_map(|a| Period::new(a.synced_since_on?, a.synced_until_on?).ok());
        out.extend(synced.filter(|other| other.overlaps(own)).map(|during| Outranked {
            account: AdAccountId(import.ad_account_id),
            source: import.id,
            during,
        }));
    }
    out
}

/// A sync this many days old still says which day is the last; an older one must not pass for today.
const FRESH_DAYS: i64 = 2;

/// Today where the figures come from: the latest among synced accounts, else among those that files feed. For a synced account
/// it is the day its last sync knows: one that nothing is known of yet would only stand empty at the end of every period.
fn today(accounts: &[Account], times: &Times) -> NaiveDate {
    let day = |account: &Account| today_of(account, times);
    let synced = accounts.iter().filter(|a| a.base_url.is_some()).map(day).max();
    synced.or_else(|| accounts.iter().map(day).max()).unwrap_or_else(|| times.now.0.date_naive())
}

/// Today in one account's own zone, likewise.
pub(super) fn today_of(account: &Account, times: &Times) -> NaiveDate {
    let zone: Tz = account.zone.parse().unwrap_or(Tz::UTC);
    let at = account.base_url.as_deref().map_or(times.now.0, |url| times.platform.now(url, times.now).0);
    let now = at.with_timezone(&zone).date_naive();
    let synced = account.known_until.filter(|_| account.base_url.is_some()).map(|at| at.with_timezone(&zone).date_naive());
    synced.filter(|day| *day <= now && (now - *day).num_days() <= FRESH_DAYS).unwrap_or(now)
}

/// The currency of most accounts that know something of the period, else of most that know anything, else of most.
fn busiest(accounts: &[Account], period: Period) -> Currency {
    let most = |fits: &dyn Fn(&Account) -> bool| {
        let mut counts: Vec<(usize, Currency)> = Vec::new();
        for account in accounts.iter().filter(|a| fits(a)) {
            match counts.iter_mut().find(|(_, currency)| *currency == account.currency) {
                Some((count, _)) => *count += 1,
                None => counts.push((1, account.currency)),
            }
        }
        counts.into_iter().max_by_key(|(count, currency)| (*count, std::cmp::Reverse(*currency))).map(|(_, currency)| currency)
    };
    most(&|a| a.known.is_some_and(|k| k.overlaps(period)))
        .or_else(|| most(&|a| a.known.is_some()))
        .or_else(|| most(&|_| true))
        .unwrap_or(Currency::EUR)
}

fn hull(a: Period, b: Period) -> Period {
    Period { since: a.since.min(b.since), until: a.until.max(b.until) }
}
