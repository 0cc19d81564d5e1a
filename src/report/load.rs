//! Reads rows by a cut into groups: figures of the period and of the one before, results by kind, spend by what counts it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::id::CampaignId;
use crate::domain::metric::{Counts, add};
use crate::domain::network::Network;
use crate::store::Conn;

use super::Result;
use super::figures::{Figures, Outcome, Reach};
use super::results::ResultKey;
use super::scope::Scope;
use super::sql::{self, ActionRow, BaseRow, Cut};

/// What a group of rows is one of; parts that were not asked for are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The day.
    pub day: Option<NaiveDate>,
    /// The ad account's id, 0 where not asked.
    pub account: i64,
    /// The campaign's id.
    pub campaign: i64,
    /// The ad set's id.
    pub ad_set: i64,
    /// The ad's id.
    pub ad: i64,
    /// The network.
    pub network: Option<Network>,
    /// The placement as reported.
    pub position: String,
}

/// One group's figures in one period.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// Everything that was spent and shown; `outcome` is not set here.
    pub all: Figures,
    /// The same divided by what its campaigns are counted by; only filled where several kinds are in play.
    pub by_kind: BTreeMap<Option<ResultKey>, Figures>,
    /// Results by kind.
    pub outcomes: BTreeMap<ResultKey, Outcome>,
}

/// Groups of the period (`now`) and of the one before.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub now: BTreeMap<Key, Group>,
    pub before: BTreeMap<Key, Group>,
}

/// What each campaign is counted by: the kind with most results where a file mixes several.
pub(super) type Kinds = BTreeMap<i64, ResultKey>;

impl Groups {
    fn era(&mut self, era: i64) -> &mut BTreeMap<Key, Group> {
        if era == 0 { &mut self.now } else { &mut self.before }
    }
}

impl Group {
    /// The figures with the results of `kind` beside them, and the spend that counts those.
    pub(super) fn with(&self, kind: &ResultKey) -> Figures {
        let counting = self.by_kind.get(&Some(kind.clone())).map(|f| f.counts.spend_micros);
        let found = self.outcomes.get(kind).copied();
        // Where only one kind is in play all spend counts it.
        let spend_micros = if self.by_kind.is_empty() { self.all.counts.spend_micros } else { counting.flatten() };
        let outcome = (found.is_some() || counting.is_some())
            .then(|| Outcome { spend_micros, ..found.unwrap_or_default() })
            .or_else(|| self.by_kind.is_empty().then_some(Outcome { spend_micros, ..Outcome::default() }));
        Figures { outcome, ..self.all }
    }

    /// Takes in another group.
    pub(super) fn take_in(&mut self, other: &Self) {
        self.all.take_in(&other.all);
        for (kind, figures) in &other.by_kind {
            self.by_kind.entry(kind.clone()).or_default().take_in(figures);
        }
        for (kind, outcome) in &other.outcomes {
            let own = self.outcomes.entry(kind.clone()).or_default();
            add(&mut own.results, outcome.results);
            add(&mut own.value_micros, outcome.value_micros);
        }
    }
}

/// What the campaigns of the scope are counted by, in both periods.
pub(super) fn kinds(connection: &mut Conn, scope: &Scope) -> Result<Kinds> {
    let rows = sql::actions(connection, scope, Cut { campaign: true, ..Cut::default() })?;
    Ok(kinds_of(rows.iter().map(|row| (row.campaign, row.kind(), row.counted))))
}

fn kinds_of(rows: impl Iterator<Item = (i64, ResultKey, Option<i64>)>) -> Kinds {
    let mut most: BTreeMap<i64, BTreeMap<ResultKey, i64>> = BTreeMap::new();
    for (campaign, kind, counted) in rows {
        *most.entry(campaign).or_default().entry(kind).or_default() += counted.unwrap_or(0);
    }
    most.into_iter()
        .filter_map(|(campaign, kinds)| {
            kinds.into_iter().max_by_key(|(kind, n)| (*n, std::cmp::Reverse(kind.rank()))).map(|(kind, _)| (campaign, kind))
        })
        .collect()
}

/// The different kinds among them.
pub(super) fn distinct(kinds: &Kinds) -> Vec<ResultKey> {
    let mut all: Vec<ResultKey> = kinds.values().cloned().collect();
    all.sort_by(|a, b| (a.rank(), a).cmp(&(b.rank(), b)));
    all.dedup();
    all
}

/// Reads the groups of a cut. `kinds` says what campaigns are counted by (none: results are not asked for); with several kinds
/// spend is divided by it.
pub(super) fn load(connection: &mut Conn, scope: &Scope, cut: Cut, kinds: Option<&Kinds>) -> Result<Groups> {
    let actions = if kinds.is_some() { sql::actions(connection, scope, cut)? } else { Vec::new() };
    groups(connection, scope, cut, kinds, actions)
}

/// The same by campaign, where what campaigns are counted by follows from the very rows that are read.
pub(super) fn load_campaigns(connection: &mut Conn, scope: &Scope, cut: Cut) -> Result<(Groups, Kinds)> {
    let actions = sql::actions(connection, scope, cut)?;
    let kinds = kinds_of(actions.iter().map(|row| (row.campaign, row.kind(), row.counted)));
    Ok((groups(connection, scope, cut, Some(&kinds), actions)?, kinds))
}

/// Reads the groups of a cut for one kind of result: the spend that counts it is read for whichever campaigns are fewer, those
/// that count it or the others, so that a page with many campaigns of one kind does not pay for dividing all of them.
pub(super) fn load_shown(connection: &mut Conn, scope: &Scope, cut: Cut, counting: &Counting) -> Result<BTreeMap<Key, Group>> {
    let actions = sql::actions(connection, scope, cut)?;
    let mut now = groups(connection, scope, cut, None, actions)?.now;
    let Some(shown) = counting.shown.as_ref().filter(|_| !counting.others.is_empty()) else { return Ok(now) };
    let few = counting.campaigns.len() <= counting.others.len();
    let ids = if few { &counting.campaigns } else { &counting.others };
    let mut parts: BTreeMap<Key, i64> = BTreeMap::new();
    if !ids.is_empty() {
        let part = Scope { campaigns: ids.iter().map(|id| CampaignId(*id)).collect(), ..scope.clone() };
        for row in sql::base(connection, &part, cut)? {
            *parts.entry(key(&row, cut)).or_default() += row.spend.unwrap_or(0);
        }
    }
    for (key, group) in &mut now {
        let part = parts.get(key).copied();
        let spend_micros = if few { part } else { group.all.counts.spend_micros.map(|all| all - part.unwrap_or(0)) };
        let counts = Counts { spend_micros, ..Counts::default() };
        group.by_kind.insert(Some(shown.clone()), Figures { counts, ..Figures::default() });
    }
    Ok(now)
}

/// Which campaigns count the result that is shown, and which do not.
#[derive(Debug, Default)]
pub(super) struct Counting {
    pub shown: Option<ResultKey>,
    pub campaigns: Vec<i64>,
    pub others: Vec<i64>,
}

impl Counting {
    /// Of the campaigns that have figures.
    pub(super) fn of(shown: Option<&ResultKey>, kinds: &Kinds, groups: &Groups) -> Self {
        let mut all: Vec<i64> = groups.now.keys().map(|key| key.campaign).collect();
        all.sort_unstable();
        all.dedup();
        // Where one kind is in play all spend counts it, that of campaigns without any result too.
        if distinct(kinds).len() < 2 {
            return Self { shown: shown.cloned(), campaigns: all, others: Vec::new() };
        }
        let (campaigns, others) = all.into_iter().partition(|id| kinds.get(id) == shown);
        Self { shown: shown.cloned(), campaigns, others }
    }
}

fn groups(connection: &mut Conn, scope: &Scope, cut: Cut, kinds: Option<&Kinds>, actions: Vec<ActionRow>) -> Result<Groups> {
    let several = kinds.filter(|kinds| distinct(kinds).len() > 1);
    let read = Cut { campaign: cut.campaign || several.is_some(), ..cut };
    let mut groups = Groups::default();
    for row in sql::base(connection, scope, read)? {
        let kind = several.map(|kinds| kinds.get(&row.campaign).cloned());
        let (era, figures) = (row.era, row.figures());
        // Without a group column SQL answers one row even of nothing.
        if figures == Figures::default() {
            continue;
        }
        let group = groups.era(era).entry(key(&row, cut)).or_default();
        group.all.take_in(&figures);
        if let Some(kind) = kind {
            group.by_kind.entry(kind).or_default().take_in(&figures);
        }
    }
    for row in actions {
        let group = groups.era(row.era).entry(action_key(&row, cut)).or_default();
        let outcome = group.outcomes.entry(row.kind()).or_default();
        add(&mut outcome.results, row.counted);
        add(&mut outcome.value_micros, row.worth);
    }
    Ok(groups)
}

impl BaseRow {
    fn figures(&self) -> Figures {
        let counts =
            Counts { spend_micros: self.spend, impressions: self.shown, clicks: self.all_clicks, link_clicks: self.on_link };
        let at_most = if self.gaps == 0 { self.at_most } else { None };
        let any = self.gaps > 0 || self.at_most.is_some();
        Figures { counts, reach: Reach { at_least: self.at_least, at_most, any }, outcome: None }
    }
}

impl ActionRow {
    fn kind(&self) -> ResultKey {
        ResultKey { kind: self.result_kind.clone(), attribution: self.attribution.clone() }
    }
}

fn key(row: &BaseRow, cut: Cut) -> Key {
    Key {
        day: row.on_day,
        account: row.account,
        campaign: if cut.campaign { row.campaign } else { 0 },
        ad_set: row.ad_set,
        ad: row.ad,
        network: cut.network.then(|| Network::from_platform(&row.on_network)),
        position: row.at_position.clone(),
    }
}

fn action_key(row: &ActionRow, cut: Cut) -> Key {
    Key {
        day: row.on_day,
        account: row.account,
        campaign: row.campaign,
        ad_set: row.ad_set,
        ad: row.ad,
        network: cut.network.then(|| Network::from_platform(&row.on_network)),
        position: row.at_position.clone(),
    }
}
