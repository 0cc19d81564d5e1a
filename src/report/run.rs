//! Runs a [`Query`]: rows of cells with their columns, totals beside them, and what was left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::id::WorkspaceId;
use crate::domain::network::Network;
use crate::store::Conn;

use super::Result;
use super::figures::{Cell, Figures};
use super::load::{self, Group, Key};
use super::names;
use super::query::{Dimension, Metric, Query, Sort, SortBy};
use super::results::ResultKey;
use super::scope::{LeftOut, Scope, Times};
use super::sql::{self, Cut};

/// A column of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in CSV and JSON.
    pub name: &'static str,
    /// What people read above it.
    pub label: &'static str,
    /// The metric, where it is one.
    pub metric: Option<Metric>,
}

/// A rectangle of figures.
#[derive(Debug, Clone)]
pub struct Report {
    /// What the query meant here.
    pub scope: Scope,
    /// The columns, dimensions first.
    pub columns: Vec<Column>,
    /// The rows in order.
    pub rows: Vec<Vec<Cell>>,
    /// The whole, metric by metric: results only where all are of one kind.
    pub totals: Vec<(Metric, Cell)>,
    /// The whole by what was counted, where results of several kinds are in the report: they have no sum.
    pub totals_by_result: Vec<(ResultKey, Vec<(Metric, Cell)>)>,
    /// Rows that reach beyond the period and are in no figure.
    pub left_out: Option<LeftOut>,
}

/// Runs a query in a workspace.
pub fn run(connection: &mut Conn, workspace: WorkspaceId, query: &Query, times: &Times) -> Result<Report> {
    let scope = Scope::of(connection, workspace, query, times)?.alone();
    let metrics = query.columns();
    let results = metrics.iter().any(|m| m.is_of_results());
    let kinds = if results { load::kinds(connection, &scope)? } else { BTreeMap::new() };
    let shown = match &query.result {
        Some(key) => vec![key.clone()],
        None => load::distinct(&kinds),
    };
    // One kind, or one that was asked for, stands beside everything; several get a row each.
    let several = query.result.is_none() && shown.len() > 1;
    let cut = Cut::by(&query.by);
    let groups = load::load(connection, &scope, cut, results.then_some(&kinds))?.now;
    let left_out = sql::left_out(connection, &scope)?;
    let names = group_names(connection, &scope, groups.keys())?;

    let mut whole = Group::default();
    let mut lines: Vec<(Key, Option<ResultKey>, Figures)> = Vec::new();
    for (key, group) in groups {
        whole.take_in(&group);
        lines.extend(divide(&group, &shown, several).into_iter().map(|(kind, figures)| (key.clone(), kind, figures)));
    }
    sort(&mut lines, query.sort, &query.by, &names, &scope);

    let with_kind = results && !shown.is_empty();
    let columns = columns(&query.by, with_kind, &metrics);
    let rows = lines
        .into_iter()
        .map(|(key, kind, figures)| {
            let mut row = dimension_cells(&key, &query.by, &names);
            if with_kind {
                row.push(kind.as_ref().map_or(Cell::Missing, |k| Cell::Text(k.kind.clone())));
                row.push(
                    kind.as_ref()
                        .filter(|k| !k.attribution.is_empty())
                        .map_or(Cell::Missing, |k| Cell::Text(k.attribution.clone())),
                );
            }
            row.extend(metrics.iter().map(|metric| figures.cell(*metric, scope.currency)));
            if metrics.iter().any(|m| m.is_money()) {
                row.push(Cell::Text(scope.currency.code().to_owned()));
            }
            row
        })
        .collect();
    let cells = |figures: &Figures| metrics.iter().map(|m| (*m, figures.cell(*m, scope.currency))).collect::<Vec<_>>();
    let (totals, totals_by_result) = if several {
        let by_result =
            divide(&whole, &shown, true).into_iter().filter_map(|(kind, f)| kind.map(|kind| (kind, cells(&f)))).collect();
        (cells(&whole.all), by_result)
    } else {
        (cells(&shown.first().map_or(whole.all, |kind| whole.with(kind))), Vec::new())
    };
    Ok(Report { scope, columns, rows, totals, totals_by_result, left_out })
}

/// A group's rows: one, or one for each kind of result with the spend that counts it.
fn divide(group: &Group, shown: &[ResultKey], several: bool) -> Vec<(Option<ResultKey>, Figures)> {
    if !several {
        return match shown.first() {
            Some(kind) => vec![(Some(kind.clone()), group.with(kind))],
            None => vec![(None, group.all)],
        };
    }
    let kinds: BTreeSet<Option<ResultKey>> =
        group.by_kind.keys().cloned().chain(group.outcomes.keys().cloned().map(Some)).collect();
    kinds
        .into_iter()
        .map(|kind| {
            let part = group.by_kind.get(&kind).copied().unwrap_or_default();
            let outcome = kind.as_ref().and_then(|kind| group.with(kind).outcome);
            (kind, Figures { outcome, ..part })
        })
        .collect()
}

type Names = BTreeMap<i64, String>;

fn group_names<'a>(connection: &mut Conn, scope: &Scope, keys: impl Iterator<Item = &'a Key>) -> Result<Names> {
    let mut ids: Vec<i64> = keys.flat_map(|key| [key.campaign, key.ad_set, key.ad]).filter(|id| *id != 0).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = names::objects(connection, scope.workspace, &ids)?;
    all.extend(scope.accounts.iter().map(|account| (account.id.0, account.name.clone())));
    Ok(all)
}

fn columns(by: &[Dimension], with_kind: bool, metrics: &[Metric]) -> Vec<Column> {
    let plain = |name, label| Column { name, label, metric: None };
    let mut columns = Vec::new();
    for dimension in by {
        match dimension {
            Dimension::Day => columns.push(plain("day", "Day")),
            Dimension::Account => columns.extend([plain("account_id", "Ad account id"), plain("account", "Ad account")]),
            Dimension::Campaign => columns.extend([plain("campaign_id", "Campaign id"), plain("campaign", "Campaign")]),
            Dimension::AdSet => columns.extend([plain("ad_set_id", "Ad set id"), plain("ad_set", "Ad set")]),
            Dimension::Ad => columns.extend([plain("ad_id", "Ad id"), plain("ad", "Ad")]),
            Dimension::Network => columns.push(plain("network", "Network")),
            Dimension::Placement => {
                if !by.contains(&Dimension::Network) {
                    columns.push(plain("network", "Network"));
                }
                columns.push(plain("placement", "Placement"));
            }
        }
    }
    if with_kind {
        columns.extend([plain("result", "Result"), plain("attribution", "Attribution")]);
    }
    columns.extend(metrics.iter().map(|m| Column { name: m.as_str(), label: m.label(), metric: Some(*m) }));
    if metrics.iter().any(|m| m.is_money()) {
        columns.push(plain("currency", "Currency"));
    }
    columns
}

fn dimension_cells(key: &Key, by: &[Dimension], names: &Names) -> Vec<Cell> {
    let mut cells = Vec::new();
    let named = |id: i64| match id {
        0 => [Cell::Missing, Cell::Missing],
        id => [Cell::Id(id), names.get(&id).map_or(Cell::Missing, |name| Cell::Text(name.clone()))],
    };
    let network = || key.network.map_or(Cell::Missing, |n| Cell::Text(n.as_str().to_owned()));
    for dimension in by {
        match dimension {
            Dimension::Day => cells.push(key.day.map_or(Cell::Missing, Cell::Day)),
            Dimension::Account => cells.extend(named(key.account)),
            Dimension::Campaign => cells.extend(named(key.campaign)),
            Dimension::AdSet => cells.extend(named(key.ad_set)),
            Dimension::Ad => cells.extend(named(key.ad)),
            Dimension::Network => cells.push(network()),
            Dimension::Placement => {
                if !by.contains(&Dimension::Network) {
                    cells.push(network());
                }
                cells.push(if key.position.is_empty() { Cell::Missing } else { Cell::Text(key.position.clone()) });
            }
        }
    }
    cells
}

/// Days in order where days are shown, else the most spend first; equal rows by their key, so the order is always the same.
fn sort(lines: &mut [(Key, Option<ResultKey>, Figures)], sort: Option<Sort>, by: &[Dimension], names: &Names, scope: &Scope) {
    let usual = match by.first() {
        Some(Dimension::Day) => Sort { by: SortBy::Dimension(Dimension::Day), descending: false },
        _ => Sort { by: SortBy::Metric(Metric::Spend), descending: true },
    };
    let Sort { by, descending } = sort.unwrap_or(usual);
    match by {
        SortBy::Metric(metric) => lines.sort_by_cached_key(|(key, kind, figures)| {
            let rank = figures.cell(metric, scope.currency).rank().map(|r| if descending { -r } else { r });
            (rank.is_none(), rank, key.clone(), kind.clone())
        }),
        SortBy::Dimension(dimension) => {
            lines.sort_by_cached_key(|(key, kind, _)| (word(key, dimension, names), key.clone(), kind.clone()));
            if descending {
                lines.reverse();
            }
        }
    }
}

fn word(key: &Key, dimension: Dimension, names: &Names) -> String {
    let name = |id: i64| names.get(&id).map(|n| n.to_lowercase()).unwrap_or_default();
    match dimension {
        Dimension::Day => key.day.map(|d| d.to_string()).unwrap_or_default(),
        Dimension::Account => name(key.account),
        Dimension::Campaign => name(key.campaign),
        Dimension::AdSet => name(key.ad_set),
        Dimension::Ad => name(key.ad),
        Dimension::Network => key.network.map(Network::as_str).unwrap_or_default().to_owned(),
        Dimension::Placement => format!("{} {}", key.network.map(Network::as_str).unwrap_or_default(), key.position),
    }
}
