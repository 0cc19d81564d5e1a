//! The controls above the figures: days, comparison, network, campaign, currency; each state is a link.

use crate::domain::network::Network;
use crate::domain::period::Preset;
use crate::report::{Compare, Dashboard, Dimension, Origin, Query, Range};
use crate::web::format;

/// One choice of a list.
pub struct Choice {
    /// What the link says.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is the one in force.
    pub chosen: bool,
}

/// One segment of a switch, a link.
pub struct Segment {
    /// Where it leads.
    pub url: String,
    /// What people read.
    pub label: String,
    /// Whether it is the one in force.
    pub chosen: bool,
}

/// Everything above the figures.
pub struct Controls {
    /// The path of the page, which the form comes back to.
    pub path: String,
    /// Named ranges.
    pub presets: Vec<Choice>,
    /// The first and last day in force.
    pub from: String,
    pub to: String,
    /// What is compared with.
    pub compare: Vec<Choice>,
    /// Networks.
    pub networks: Vec<Segment>,
    /// Where campaigns were made; empty where only one place is known, and on a campaign's own page.
    pub origins: Vec<Segment>,
    /// Campaigns; empty on a campaign's own page.
    pub campaigns: Vec<Choice>,
    /// Currencies, where there are several.
    pub currencies: Vec<Segment>,
    /// Kinds of results, where there are several.
    pub results: Vec<Segment>,
    /// Parameters that the form carries along.
    pub kept: Vec<(&'static str, String)>,
    /// Twins of the whole page's main table.
    pub csv: String,
    pub json: String,
}

impl Controls {
    /// The controls for a query and what it meant.
    pub fn new(path: &str, query: &Query, data: &Dashboard) -> Self {
        let scope = &data.scope;
        let with = |change: &dyn Fn(&mut Query)| {
            let mut other = query.clone();
            change(&mut other);
            other.link(path)
        };
        let dated = matches!(query.range, Some(Range::Days(_)));
        let mut presets: Vec<Choice> = Preset::ALL
            .iter()
            .map(|preset| Choice {
                value: preset.as_str().to_owned(),
                label: preset.label().to_owned(),
                chosen: !dated && scope.preset == Some(*preset),
            })
            .collect();
        if dated {
            presets.insert(0, Choice { value: String::new(), label: format::days(scope.period), chosen: true });
        }
        let networks = [(None, "All"), (Some(Network::Facebook), "Facebook"), (Some(Network::Instagram), "Instagram")]
            .into_iter()
            .map(|(network, label)| Segment {
                url: with(&|q| q.network = network),
                label: label.to_owned(),
                chosen: query.network == network,
            })
            .collect();
        let mut kept = Vec::new();
        let mut keep = |name, value: Option<String>| kept.extend(value.map(|value| (name, value)));
        keep("network", query.network.map(|n| n.as_str().to_owned()));
        keep("origin", query.origin.map(|o| o.as_str().to_owned()));
        keep("currency", query.currency.map(|c| c.to_string()));
        keep("result", query.result.as_ref().map(ToString::to_string));
        keep("sort", query.sort.map(|s| s.to_string()));
        keep("as_known_on", query.as_known_on.map(|d| d.to_string()));
        if dated {
            keep("from", Some(scope.period.since.to_string()));
            keep("to", Some(scope.period.until.to_string()));
        }
        let several = |count: usize| count > 1;
        Self {
            path: path.to_owned(),
            presets,
            from: scope.period.since.to_string(),
            to: scope.period.until.to_string(),
            compare: [("", "The days before", Compare::Before), ("none", "Nothing", Compare::Nothing)]
                .into_iter()
                .map(|(value, label, compare)| Choice {
                    value: value.to_owned(),
                    label: label.to_owned(),
                    chosen: query.compare == compare,
                })
                .collect(),
            networks,
            origins: origins(path, query, data),
            campaigns: if data.subject.is_some() { Vec::new() } else { campaigns(query, data) },
            currencies: scope
                .currencies
                .iter()
                .filter(|_| several(scope.currencies.len()))
                .map(|currency| Segment {
                    url: with(&|q| {
                        q.currency = Some(*currency);
                        q.campaigns.clear();
                    }),
                    label: currency.to_string(),
                    chosen: *currency == scope.currency,
                })
                .collect(),
            results: data
                .kinds
                .iter()
                .filter(|_| several(data.kinds.len()))
                .map(|(kind, _, _)| Segment {
                    url: with(&|q| q.result = Some(kind.clone())),
                    label: kind.label(),
                    chosen: data.shown.as_ref() == Some(kind),
                })
                .collect(),
            kept,
            csv: twin("csv", query, data, &[Dimension::Campaign]),
            json: twin("json", query, data, &[Dimension::Campaign]),
        }
    }
}

/// The link to a table's twin: the very days that are on the page, so that a kept link keeps its figures.
pub fn twin(kind: &str, query: &Query, data: &Dashboard, by: &[Dimension]) -> String {
    let mut twin = Query {
        by: by.to_vec(),
        range: Some(Range::Days(data.scope.period)),
        currency: Some(data.scope.currency),
        campaigns: data.scope.campaigns.clone(),
        ..query.clone()
    };
    twin.compare = Compare::Before;
    twin.link(&format!("/dashboard.{kind}"))
}

fn origins(path: &str, query: &Query, data: &Dashboard) -> Vec<Segment> {
    let foreign = data.campaigns.iter().any(|line| line.about.origin.as_deref() == Some("elsewhere"));
    if data.subject.is_some() || !(foreign || query.origin.is_some()) {
        return Vec::new();
    }
    let all = [(None, "Everywhere")].into_iter().chain(Origin::ALL.iter().map(|origin| (Some(*origin), origin.label())));
    all.map(|(origin, label)| Segment {
        url: Query { origin, ..query.clone() }.link(path),
        label: label.to_owned(),
        chosen: query.origin == origin,
    })
    .collect()
}

fn campaigns(query: &Query, data: &Dashboard) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: String::new(), label: "All campaigns".to_owned(), chosen: query.campaigns.is_empty() }];
    choices.extend(data.campaign_names.iter().map(|(id, name)| Choice {
        value: id.to_string(),
        label: name.clone(),
        chosen: query.campaigns.contains(id),
    }));
    choices
}
