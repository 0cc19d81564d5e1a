//! The list as its template shows it: rows of words and small drawings, filters with what is chosen, headers that are links.

use std::collections::BTreeSet;

use askama::Template;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::super::status::{self, Badge};
use super::bulk::Typed;
use crate::domain::campaign::Pace;
use crate::domain::campaign_status::CampaignStatus;
use crate::domain::money::Spend;
use crate::domain::network::Network;
use crate::domain::objective::Objective;
use crate::domain::period::Preset;
use crate::domain::split::rounding::largest_remainder;
use crate::service::campaigns::{CampaignList, ListQuery, Listed, Origin, SortKey};
use crate::web::charts::{pace, split};
use crate::web::format;

/// Value, label, whether it is chosen.
type Options = Vec<(String, String, bool)>;

/// Everything on the page besides the frame.
pub struct View {
    pub rows: Vec<Row>,
    pub heads: Vec<Head>,
    pub filters: Filters,
    /// `12 campaigns`.
    pub count: String,
    /// The days of results, cost and split.
    pub days: String,
    pub next: Option<String>,
    pub first: Option<String>,
    pub csv: String,
    pub json: String,
    /// The query string, for forms that come back.
    pub query: String,
    pub is_filtered: bool,
    /// Whether the workspace has any campaign at all.
    pub any: bool,
    /// Currencies of the campaigns shown, for a change in money.
    pub currencies: Options,
    /// Ad accounts to duplicate to.
    pub targets: Options,
    /// Names of labels that exist.
    pub labels: Vec<String>,
    pub budget_as: Options,
}

/// What the filter form offers.
pub struct Filters {
    pub text: String,
    pub statuses: Options,
    pub accounts: Options,
    pub labels: Options,
    pub networks: Options,
    pub objectives: Options,
    pub origins: Options,
    pub drift: bool,
    pub periods: Options,
    pub sorts: Options,
    pub archived: bool,
    /// Whether one of those behind "More" is in force.
    pub more: bool,
}

/// A sortable column's header.
pub struct Head {
    pub label: &'static str,
    pub url: String,
    /// `ascending`, `descending`, or empty where the list is not ordered by it.
    pub order: &'static str,
    pub class: &'static str,
}

/// A campaign.
pub struct Row {
    pub id: String,
    pub url: String,
    pub name: String,
    pub account: String,
    pub labels: Vec<(String, String)>,
    pub origin: &'static str,
    pub badge: Badge,
    pub reason: String,
    pub budget: String,
    pub per: &'static str,
    pub today: String,
    pub yesterday: String,
    pub pace: String,
    pub pace_words: String,
    pub results: String,
    pub counted: String,
    pub cost: String,
    pub interval: String,
    pub split: String,
    pub split_words: String,
    pub ends: String,
    pub chosen: bool,
}

impl View {
    pub fn new(query: &ListQuery, data: &CampaignList, typed: &Typed) -> Self {
        let whole = ListQuery { after: None, ..query.clone() };
        let currencies: BTreeSet<String> = data.campaigns.iter().filter_map(|l| l.currency).map(|c| c.to_string()).collect();
        Self {
            rows: data.campaigns.iter().map(|listed| row(listed, query, typed)).collect(),
            heads: heads(&whole),
            filters: filters(query, data),
            count: match data.of {
                1 => "1 campaign".to_owned(),
                n => format!("{} campaigns", format::count(i64::try_from(n).unwrap_or(i64::MAX))),
            },
            days: data.period.map(|days| format!("Results, cost and split: {}", format::days(days))).unwrap_or_default(),
            next: data.next.map(|after| ListQuery { after: Some(after), ..query.clone() }.link("/campaigns")),
            first: query.after.map(|_| link(&whole)),
            csv: whole.link("/campaigns.csv"),
            json: whole.link("/campaigns.json"),
            query: query.to_query_string(),
            is_filtered: query.is_filtered(),
            any: data.any,
            currencies: currencies.into_iter().map(|code| (code.clone(), code.clone(), code == typed.currency)).collect(),
            targets: data
                .accounts
                .iter()
                .map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == typed.account))
                .collect(),
            labels: data.labels.iter().map(|label| label.name.clone()).collect(),
            budget_as: [
                ("more_percent", "raise by percent"),
                ("less_percent", "lower by percent"),
                ("more", "raise by money"),
                ("less", "lower by money"),
                ("to", "set to"),
            ]
            .into_iter()
            .map(|(value, label)| (value.to_owned(), label.to_owned(), typed.budget_as == value))
            .collect(),
        }
    }
}

/// A link to the list that is never turned into the person's own first filter.
fn link(query: &ListQuery) -> String {
    match query.link("/campaigns") {
        plain if plain == "/campaigns" => "/campaigns?view=all".to_owned(),
        other => other,
    }
}

fn option(value: &str, label: &str, chosen: bool) -> (String, String, bool) {
    (value.to_owned(), label.to_owned(), chosen)
}

fn filters(query: &ListQuery, data: &CampaignList) -> Filters {
    let any = |label: &str, chosen: bool| option("", label, chosen);
    let mut statuses = vec![any("Any status", query.statuses.is_empty())];
    if query.statuses.len() > 1 {
        let joined = query.statuses.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(",");
        let labels = query.statuses.iter().map(|s| s.label()).collect::<Vec<_>>().join(" or ");
        statuses.push(option(&joined, &labels, true));
    }
    statuses.extend(CampaignStatus::ALL.map(|s| option(s.as_str(), s.label(), query.statuses == [s])));
    let mut accounts = vec![any("Any ad account", query.accounts.is_empty())];
    if query.accounts.len() > 1 {
        let joined = query.accounts.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        accounts.push(option(&joined, &format!("{} ad accounts", query.accounts.len()), true));
    }
    accounts.extend(data.accounts.iter().map(|(id, name)| option(&id.to_string(), name, query.accounts == [*id])));
    let mut labels = vec![any("Any label", query.label.is_none())];
    labels.extend(data.labels.iter().map(|label| option(&label.id.to_string(), &label.name, query.label == Some(label.id))));
    let mut networks = vec![any("Any network", query.network.is_none())];
    networks.extend(Network::BOTH.map(|n| option(n.as_str(), n.label(), query.network == Some(n))));
    let mut objectives = vec![any("Any objective", query.objective.is_none())];
    objectives.extend(Objective::ALL.map(|o| option(o.as_str(), o.label(), query.objective == Some(o))));
    let mut origins = vec![any("Made anywhere", query.origin.is_none())];
    origins.extend(Origin::ALL.map(|o| option(o.as_str(), o.label(), query.origin == Some(o))));
    let sorts = COLUMNS.iter().map(|(key, label, _)| {
        let descending = if query.sort == *key { query.descending } else { key.is_figure() };
        let sign = if descending { "-" } else { "" };
        option(&format!("{sign}{}", key.as_str()), label, query.sort == *key)
    });
    Filters {
        text: query.text.clone(),
        statuses,
        accounts,
        labels,
        networks,
        objectives,
        origins,
        periods: Preset::ALL.iter().map(|p| option(p.as_str(), p.label(), query.period == *p)).collect(),
        sorts: sorts.collect(),
        archived: query.archived,
        drift: query.drift,
        more: query.network.is_some()
            || query.objective.is_some()
            || query.origin.is_some()
            || query.archived
            || query.drift
            || query.period != ListQuery::default().period,
    }
}

const COLUMNS: [(SortKey, &str, &str); 10] = [
    (SortKey::Name, "Campaign", ""),
    (SortKey::Status, "Status", ""),
    (SortKey::Account, "Ad account", "wide-only"),
    (SortKey::Budget, "Budget", "num"),
    (SortKey::Today, "Today", "num"),
    (SortKey::Yesterday, "Yesterday", "num"),
    (SortKey::Pace, "Money against time", ""),
    (SortKey::Results, "Results", "num"),
    (SortKey::Cost, "Cost per result", "num"),
    (SortKey::Ends, "Ends", ""),
];

/// Each orders by its column, and the other way round when followed again.
fn heads(query: &ListQuery) -> Vec<Head> {
    let head = |(key, label, class): &(SortKey, &'static str, &'static str)| {
        let mine = query.sort == *key;
        let descending = if mine { !query.descending } else { key.is_figure() };
        let order = match (mine, query.descending) {
            (true, true) => "descending",
            (true, false) => "ascending",
            (false, _) => "",
        };
        Head { label, url: link(&ListQuery { sort: *key, descending, ..query.clone() }), order, class }
    };
    // The ad account stands under the name; its order is offered with the filters.
    COLUMNS.iter().filter(|(key, _, _)| *key != SortKey::Account).map(head).collect()
}

fn row(listed: &Listed, query: &ListQuery, typed: &Typed) -> Row {
    let money = |spend: Option<Spend>| spend.map_or_else(|| format::MISSING.to_owned(), |spend| spend.to_string());
    let at = if listed.is_draft { "/edit" } else { "" };
    let (pace, pace_words) = against(listed);
    let (split, split_words) = parts(listed);
    let figures = listed.figures.as_ref();
    let cost = figures.and_then(|f| Some(format::amount(f.figures.cost_per_result()?, f.currency)));
    let (badge, reason) = status::campaign(Some(&listed.standing));
    let by_label = |label| ListQuery { label: Some(label), after: None, ..query.clone() }.link("/campaigns");
    Row {
        id: listed.id.to_string(),
        url: format!("/campaigns/{}{at}", listed.id),
        name: listed.name.clone(),
        account: match listed.currency {
            Some(currency) => format!("{}, {currency}", listed.account_name),
            None => listed.account_name.clone(),
        },
        labels: listed.labels.iter().map(|label| (label.name.clone(), by_label(label.id))).collect(),
        origin: if listed.origin == Origin::Elsewhere && !listed.is_ours { "made elsewhere" } else { "" },
        badge,
        reason,
        budget: listed.budget.map_or_else(|| format::MISSING.to_owned(), |(_, money)| money.to_string()),
        per: listed.budget.map_or("", |(pace, _)| if pace == Pace::Daily { "a day" } else { "in all" }),
        today: money(listed.today()),
        yesterday: money(listed.yesterday()),
        pace,
        pace_words,
        results: listed.results().map_or_else(|| format::MISSING.to_owned(), format::count),
        counted: figures
            .filter(|_| listed.results().is_some())
            .and_then(|f| f.counted_by.as_ref())
            .map(|key| key.label().to_lowercase())
            .unwrap_or_default(),
        cost: cost.unwrap_or_else(|| format::MISSING.to_owned()),
        interval: interval(listed),
        split,
        split_words,
        ends: match listed.ends {
            Some(at) => at.with_timezone(&listed.zone).format("%-d %b %Y").to_string(),
            None if listed.budget.is_some() => "no end".to_owned(),
            None => format::MISSING.to_owned(),
        },
        chosen: typed.campaigns.contains(&listed.id),
    }
}

/// `3.10 to 4.20`, where 95 in 100 such intervals hold the true cost.
fn interval(listed: &Listed) -> String {
    let Some(figures) = &listed.figures else { return String::new() };
    let Some(found) = figures.figures.cost_interval() else { return String::new() };
    match found.high {
        Some(high) => format!("{} to {}", format::about(found.low, figures.currency), format::about(high, figures.currency)),
        None => format!("above {}", format::about(found.low, figures.currency)),
    }
}

/// Money against time, drawn and in words.
fn against(listed: &Listed) -> (String, String) {
    let Some(against) = listed.against else { return Default::default() };
    let ratio = |part: i64, whole: i64| Decimal::from(part).checked_div(Decimal::from(whole)).filter(|_| whole > 0);
    let (drawn, words) = match (against.in_all, against.days) {
        (Some(all), Some((gone, days))) => {
            let (spent, time) = (ratio(against.spent.micros, all.micros), ratio(gone, days));
            let (Some(spent), Some(time)) = (spent, time) else { return Default::default() };
            let words = format!("{} spent, {} of the time", format::percent(spent), format::percent(time));
            (pace(spent.to_f64().unwrap_or(0.0), time.to_f64(), format!("{words}: {} of {all}", against.spent)), words)
        }
        _ => {
            let Some(share) = against.share() else { return Default::default() };
            let words = format!("{} of the budget so far", format::percent(share));
            (pace(share.to_f64().unwrap_or(0.0), None, format!("{words}: {} of {}", against.spent, against.due)), words)
        }
    };
    (drawn.render().unwrap_or_default(), words)
}

/// The actual split over the networks with the set one marked, drawn and in words.
fn parts(listed: &Listed) -> (String, String) {
    let networks = listed.figures.iter().flat_map(|figures| &figures.networks);
    let spent: Vec<(Network, i64)> = networks.filter(|(_, micros)| *micros > 0).copied().collect();
    let share = |facebook: i64, all: i64| Decimal::from(facebook).checked_div(Decimal::from(all));
    let set = listed.set.and_then(|(facebook, instagram)| share(facebook.minor, facebook.minor + instagram.minor));
    let exactly = listed.set.and_then(|(facebook, instagram)| {
        let shares = [facebook.minor, instagram.minor].map(|minor| minor.max(0).unsigned_abs());
        let whole = largest_remainder(100, &shares)?;
        Some(format!("set {} : {}", whole.first()?, whole.get(1)?))
    });
    let set_words = exactly.or_else(|| listed.shape.map(|shape| shape.label().to_lowercase()));
    let all: i64 = spent.iter().map(|(_, micros)| micros).sum();
    if all <= 0 || spent.iter().any(|(network, _)| *network == Network::Unknown) {
        return (String::new(), set_words.unwrap_or_default());
    }
    // Rounded together, so that the parts shown sum to 100.
    let of = |wanted: Network| spent.iter().filter(|(n, _)| *n == wanted).map(|(_, micros)| micros.unsigned_abs()).sum::<u64>();
    let weights = [of(Network::Facebook), of(Network::Instagram), of(Network::Other)];
    let Some(whole) = largest_remainder(100, &weights) else { return Default::default() };
    let mut words = whole.iter().take(2).map(ToString::to_string).collect::<Vec<_>>().join(" : ");
    if let Some(other) = whole.get(2).filter(|other| **other > 0) {
        words.push_str(&format!(" : {other} other"));
    }
    let shares: Vec<(Network, f64)> = spent.iter().map(|(network, micros)| (*network, *micros as f64 / all as f64)).collect();
    let said = format!("Facebook : Instagram {words} %");
    let drawing = split(&shares, set.and_then(|set| set.to_f64()), said).render().unwrap_or_default();
    (drawing, [Some(words), set_words].into_iter().flatten().collect::<Vec<_>>().join(", "))
}
