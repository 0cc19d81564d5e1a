//! What the dashboard and a campaign's page show, read in as few statements as there are grains.
//!
//! Figures only: sentences, links and drawings are made by `web`. Totals, networks and campaigns are folded from one reading by
//! campaign and network, so they agree with each other by construction.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::domain::id::{CampaignId, WorkspaceId};
use crate::domain::network::Network;
use crate::store::Conn;

use super::Result;
use super::campaigns::{self, About};
use super::checks::{self, Unequal};
use super::figures::Figures;
use super::flights::Flight;
use super::load::{self, Group, Groups, Key};
use super::needs::{self, Need};
use super::query::Query;
use super::reach::{self, PeopleReached};
use super::results::ResultKey;
use super::scope::{LeftOut, Scope, Times};
use super::sql::{self, Cut};

/// Days that Meta still restates noticeably: late results come in.
const YOUNG_DAYS: u64 = 3;

/// Everything on the dashboard.
#[derive(Debug)]
pub struct Dashboard {
    /// What the query meant here.
    pub scope: Scope,
    /// The result shown beside spend.
    pub shown: Option<ResultKey>,
    /// Every kind of result, with its own whole and the period before; never added to each other.
    pub kinds: Vec<(ResultKey, Figures, Option<Figures>)>,
    /// The whole.
    pub total: Figures,
    /// The whole of the period before, if one is compared with and anything is known of it.
    pub before: Option<Figures>,
    /// People reached.
    pub people: PeopleReached,
    /// Networks, each followed by its placements; most spend first.
    pub placements: Vec<PlacementLine>,
    /// Days of the period in order. Figures of longer periods are not among them.
    pub days: Vec<DayLine>,
    /// Campaigns, most spend first unless asked otherwise.
    pub campaigns: Vec<CampaignLine>,
    /// Campaigns to choose from, by name.
    pub campaign_names: Vec<(CampaignId, String)>,
    /// The campaign, on a campaign's page.
    pub subject: Option<About>,
    /// Ads, on a campaign's page.
    pub ads: Vec<AdLine>,
    /// Rows that reach beyond the period and are in no figure.
    pub left_out: Option<LeftOut>,
    /// What waits for a person.
    pub needs: Vec<Need>,
    /// Days on which an account's own total does not match the sum of its parts.
    pub checks: Vec<Unequal>,
}

/// A network, or a placement on it.
#[derive(Debug)]
pub struct PlacementLine {
    /// The network.
    pub network: Network,
    /// The position as reported; `None` for the network's own line.
    pub position: Option<String>,
    /// Its figures.
    pub figures: Figures,
    /// The same before, for networks.
    pub before: Option<Figures>,
}

/// A day.
#[derive(Debug)]
pub struct DayLine {
    /// The day.
    pub day: NaiveDate,
    /// Its figures by network.
    pub networks: Vec<(Network, Figures)>,
    /// All of it.
    pub total: Figures,
    /// What the plans of campaigns defined here give the day, in micros.
    pub planned: Option<i64>,
    /// Whether late results are still to come.
    pub young: bool,
}

/// A campaign.
#[derive(Debug)]
pub struct CampaignLine {
    /// Its id.
    pub id: CampaignId,
    /// What is known about it apart from figures.
    pub about: About,
    /// Its figures.
    pub figures: Figures,
    /// The same before.
    pub before: Option<Figures>,
    /// What it is counted by.
    pub counted_by: Option<ResultKey>,
    /// Spend by network, in the order of networks.
    pub networks: Vec<(Network, i64)>,
}

/// An ad.
#[derive(Debug)]
pub struct AdLine {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its ad set's name, where known.
    pub ad_set: Option<String>,
    /// Its state at Meta, where known.
    pub status: Option<String>,
    /// Its figures.
    pub figures: Figures,
}

/// Reads the dashboard of a workspace.
pub fn dashboard(connection: &mut Conn, workspace: WorkspaceId, query: &Query, times: &Times) -> Result<Dashboard> {
    let scope = Scope::of(connection, workspace, query, times)?;
    let by_campaign = Cut { campaign: true, network: true, ..Cut::default() };
    let (groups, kinds) = load::load_campaigns(connection, &scope, by_campaign)?;
    let all_kinds = load::distinct(&kinds);
    let shown = query.result.clone().or_else(|| all_kinds.first().cloned());
    let alone = scope.alone();
    let counting = load::Counting::of(shown.as_ref(), &kinds, &groups);
    let by_position = Cut { network: true, position: true, ..Cut::default() };
    let positions = load::load_shown(connection, &alone, by_position, &counting)?;
    let by_day = Cut { day: true, network: true, ..Cut::default() };
    let days = load::load_shown(connection, &alone, by_day, &counting)?;
    let figures = |group: &Group| shown.as_ref().map_or(group.all, |kind| group.with(kind));
    let (whole, whole_before) = (fold(groups.now.values()), fold(groups.before.values()));
    let has_before = scope.before.is_some() && !groups.before.is_empty();
    let total = figures(&whole);
    let people = reach::people(connection, &scope, &total)?;
    let campaigns = campaign_lines(connection, &scope, &groups, &kinds, has_before)?;
    let campaign_names = if scope.campaigns.is_empty() {
        let mut names: Vec<_> = campaigns.iter().map(|line| (line.id, line.about.name.clone())).collect();
        names.sort_by(|a, b| a.1.cmp(&b.1));
        names
    } else {
        campaigns::list(connection, workspace)?
    };
    Ok(Dashboard {
        total,
        before: has_before.then(|| figures(&whole_before)),
        kinds: all_kinds
            .into_iter()
            .map(|kind| {
                let (now, then) = (whole.with(&kind), has_before.then(|| whole_before.with(&kind)));
                (kind, now, then)
            })
            .collect(),
        people,
        placements: placements(&groups, &positions, &figures, has_before),
        days: day_lines(&scope, &days, &campaigns, &figures),
        campaigns,
        campaign_names,
        subject: None,
        ads: Vec::new(),
        left_out: sql::left_out(connection, &scope)?,
        checks: checks::list(connection, &scope)?,
        needs: needs::list(connection, workspace, &scope.campaigns)?,
        shown,
        scope,
    })
}

/// The same for one campaign, with its ads.
pub fn campaign(
    connection: &mut Conn,
    workspace: WorkspaceId,
    id: CampaignId,
    query: &Query,
    times: &Times,
) -> Result<Dashboard> {
    let query = Query { campaigns: vec![id], ..query.clone() };
    let mut page = dashboard(connection, workspace, &query, times)?;
    let kinds = page.campaigns.iter().filter_map(|line| Some((line.id.0, line.counted_by.clone()?))).collect();
    let by_ad = Cut { campaign: true, ad_set: true, ad: true, ..Cut::default() };
    let groups = load::load(connection, &page.scope.alone(), by_ad, Some(&kinds))?.now;
    page.subject = campaigns::about(connection, workspace, &[id.0])?.remove(&id.0);
    page.ads = campaigns::ads(connection, workspace, id, groups, page.shown.as_ref())?;
    Ok(page)
}

fn fold<'a>(groups: impl Iterator<Item = &'a Group>) -> Group {
    let mut whole = Group::default();
    groups.for_each(|group| whole.take_in(group));
    whole
}

fn fold_by<K: Ord>(groups: &BTreeMap<Key, Group>, of: impl Fn(&Key) -> K) -> BTreeMap<K, Group> {
    let mut out: BTreeMap<K, Group> = BTreeMap::new();
    for (key, group) in groups {
        out.entry(of(key)).or_default().take_in(group);
    }
    out
}

fn network(key: &Key) -> Network {
    key.network.unwrap_or(Network::Unknown)
}

fn spend(figures: &Figures) -> std::cmp::Reverse<Option<i64>> {
    std::cmp::Reverse(figures.counts.spend_micros)
}

fn placements(
    groups: &Groups,
    positions: &BTreeMap<Key, Group>,
    figures: &impl Fn(&Group) -> Figures,
    has_before: bool,
) -> Vec<PlacementLine> {
    let before = fold_by(&groups.before, network);
    let mut lines = Vec::new();
    // Networks keep their order (Facebook, Instagram, other): a page read daily should not shuffle.
    for (network, group) in fold_by(&groups.now, network) {
        let then = before.get(&network).filter(|_| has_before).map(figures);
        lines.push(PlacementLine { network, position: None, figures: figures(&group), before: then });
        let mut parts: Vec<PlacementLine> = positions
            .iter()
            .filter(|(key, _)| key.network.unwrap_or(Network::Unknown) == network && !key.position.is_empty())
            .map(|(key, group)| PlacementLine {
                network,
                position: Some(key.position.clone()),
                figures: figures(group),
                before: None,
            })
            .collect();
        parts.sort_by(|a, b| (spend(&a.figures), &a.position).cmp(&(spend(&b.figures), &b.position)));
        lines.extend(parts);
    }
    lines
}

fn day_lines(
    scope: &Scope,
    days: &BTreeMap<Key, Group>,
    campaigns: &[CampaignLine],
    figures: &impl Fn(&Group) -> Figures,
) -> Vec<DayLine> {
    if days.is_empty() {
        return Vec::new();
    }
    let synced = scope.accounts.iter().any(|a| a.base_url.is_some());
    let young_from = scope.today.checked_sub_days(Days::new(YOUNG_DAYS - 1)).filter(|_| synced);
    let flights: Vec<&Flight> = campaigns.iter().filter_map(|line| line.about.flight.as_ref()).collect();
    // One network's bars against both networks' plan would look like a shortfall.
    let planned = |day| scope.network.is_none().then(|| flights.iter().filter_map(|f| f.planned_on(day)).reduce(|a, b| a + b));
    let mut by_day: BTreeMap<NaiveDate, Vec<(Network, &Group)>> = BTreeMap::new();
    for (key, group) in days {
        if let Some(day) = key.day {
            by_day.entry(day).or_default().push((network(key), group));
        }
    }
    scope
        .period
        .each_day()
        .map(|day| {
            let groups = by_day.remove(&day).unwrap_or_default();
            DayLine {
                day,
                total: figures(&fold(groups.iter().map(|(_, group)| *group))),
                networks: groups.into_iter().map(|(network, group)| (network, figures(group))).collect(),
                planned: planned(day).flatten(),
                young: young_from.is_some_and(|from| day >= from),
            }
        })
        .collect()
}

fn campaign_lines(
    connection: &mut Conn,
    scope: &Scope,
    groups: &Groups,
    kinds: &load::Kinds,
    has_before: bool,
) -> Result<Vec<CampaignLine>> {
    let by_campaign = fold_by(&groups.now, |key| key.campaign);
    let before = fold_by(&groups.before, |key| key.campaign);
    let ids: Vec<i64> = by_campaign.keys().copied().collect();
    let mut about = campaigns::about(connection, scope.workspace, &ids)?;
    let mut lines: Vec<CampaignLine> = by_campaign
        .into_iter()
        .map(|(id, group)| {
            let counted_by = kinds.get(&id).cloned();
            // A campaign's own result stands in its line, whatever the page shows beside spend.
            let figures = |group: &Group| counted_by.as_ref().map_or(group.all, |kind| group.with(kind));
            let networks = groups.now.iter().filter(|(key, _)| key.campaign == id);
            CampaignLine {
                id: CampaignId(id),
                about: about.remove(&id).unwrap_or_default(),
                figures: figures(&group),
                before: before.get(&id).filter(|_| has_before).map(figures),
                networks: networks.filter_map(|(key, g)| Some((network(key), g.all.counts.spend_micros?))).collect(),
                counted_by,
            }
        })
        .collect();
    lines.sort_by_key(|line| (spend(&line.figures), line.id));
    Ok(lines)
}
