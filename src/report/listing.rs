//! Figures of campaigns for their list: today and yesterday in each ad account's own zone, the period's results, all spend so far.
//!
//! Campaigns of several currencies stand in one list, each in its own: every currency is read by itself and nothing is added over
//! campaigns.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use crate::domain::currency::Currency;
use crate::domain::id::{AdAccountId, CampaignId, WorkspaceId};
use crate::domain::network::Network;
use crate::domain::period::{Period, Preset};
use crate::store::Conn;

use super::figures::Figures;
use super::flights;
use super::load;
use super::query::{Compare, Query, Range};
use super::results::ResultKey;
use super::scope::{Scope, Times, today_of};
use super::sql::{self, Cut};
use super::{Error, Result};

/// From so many campaigns on all of a currency are read and the wanted ones kept: one statement either way.
const NAMED: usize = 300;

/// One campaign's figures.
#[derive(Debug, Clone)]
pub struct CampaignFigures {
    /// The currency of all of them.
    pub currency: Currency,
    /// Today in the ad account's zone, as far as figures are known.
    pub today_on: NaiveDate,
    /// Spent today so far, micros; `None` where nothing was reported.
    pub today: Option<i64>,
    /// Spent yesterday, micros.
    pub yesterday: Option<i64>,
    /// Whether figures of today and of yesterday are known, so that none reported means none spent.
    pub is_known: bool,
    /// The days of `figures` and `networks`.
    pub period: Period,
    /// The period's figures, with the results the campaign is counted by.
    pub figures: Figures,
    /// What it is counted by.
    pub counted_by: Option<ResultKey>,
    /// The period's spend by network, in the order of networks.
    pub networks: Vec<(Network, i64)>,
    /// Spent in all, micros.
    pub in_all: Option<i64>,
}

/// The figures of these campaigns, given with their ad accounts. Campaigns of accounts that are not there are passed over.
pub fn listing(
    connection: &mut Conn,
    workspace: WorkspaceId,
    campaigns: &BTreeMap<i64, AdAccountId>,
    preset: Preset,
    times: &Times,
) -> Result<BTreeMap<i64, CampaignFigures>> {
    let mut out = BTreeMap::new();
    if campaigns.is_empty() {
        return Ok(out);
    }
    let ids: Vec<i64> = campaigns.keys().copied().collect();
    let in_all = flights::spent(connection, workspace, &ids)?;
    let accounts: BTreeSet<AdAccountId> = campaigns.values().copied().collect();
    let mut query = Query {
        range: Some(Range::Preset(preset)),
        compare: Compare::Nothing,
        accounts: accounts.into_iter().collect(),
        ..Query::default()
    };
    let first = match Scope::of(connection, workspace, &query, times) {
        Ok(scope) => scope,
        // An account whose currency or zone is none we know has no figures.
        Err(Error::Invalid(_)) => return Ok(out),
        Err(error) => return Err(error),
    };
    for currency in first.currencies {
        query.currency = Some(currency);
        let mut scope = Scope::of(connection, workspace, &query, times)?;
        let own: Vec<i64> =
            ids.iter().copied().filter(|id| scope.accounts.iter().any(|a| campaigns.get(id) == Some(&a.id))).collect();
        scope.campaigns = if own.len() <= NAMED { own.iter().map(|id| CampaignId(*id)).collect() } else { Vec::new() };
        if !own.is_empty() {
            one_currency(connection, &scope, campaigns, &own, times, &in_all, &mut out)?;
        }
    }
    Ok(out)
}

fn one_currency(
    connection: &mut Conn,
    scope: &Scope,
    campaigns: &BTreeMap<i64, AdAccountId>,
    own: &[i64],
    times: &Times,
    in_all: &BTreeMap<i64, i64>,
    out: &mut BTreeMap<i64, CampaignFigures>,
) -> Result<()> {
    let (groups, kinds) = load::load_campaigns(connection, scope, Cut { campaign: true, network: true, ..Cut::default() })?;
    let mut networks: BTreeMap<i64, Vec<(Network, i64)>> = BTreeMap::new();
    let mut whole: BTreeMap<i64, load::Group> = BTreeMap::new();
    for (key, group) in &groups.now {
        whole.entry(key.campaign).or_default().take_in(group);
        if let Some(spend) = group.all.counts.spend_micros {
            networks.entry(key.campaign).or_default().push((key.network.unwrap_or(Network::Unknown), spend));
        }
    }
    // Zones differ: somewhere it is a day earlier than the latest today, and its yesterday a day before that.
    let lately = Scope {
        period: Period { since: back(scope.today, 2), until: scope.today.checked_add_days(Days::new(1)).unwrap_or(scope.today) },
        ..scope.clone()
    };
    let mut days: BTreeMap<(i64, NaiveDate), i64> = BTreeMap::new();
    for row in sql::base(connection, &lately, Cut { campaign: true, day: true, ..Cut::default() })? {
        if let Some((day, spend)) = row.on_day.zip(row.spend) {
            days.insert((row.campaign, day), spend);
        }
    }
    for id in own {
        let Some(account) = scope.accounts.iter().find(|a| campaigns.get(id) == Some(&a.id)) else { continue };
        let today_on = today_of(account, times);
        let counted_by = kinds.get(id).cloned();
        let group = whole.remove(id).unwrap_or_default();
        let figures = CampaignFigures {
            currency: scope.currency,
            today_on,
            today: days.get(&(*id, today_on)).copied(),
            yesterday: days.get(&(*id, back(today_on, 1))).copied(),
            is_known: account.known.is_some_and(|known| known.since < today_on && known.until >= today_on),
            period: scope.period,
            figures: counted_by.as_ref().map_or(group.all, |kind| group.with(kind)),
            counted_by,
            networks: networks.remove(id).unwrap_or_default(),
            in_all: in_all.get(id).copied(),
        };
        out.insert(*id, figures);
    }
    Ok(())
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}
