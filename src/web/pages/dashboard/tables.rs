//! The tables: networks with their placements, campaigns, ads; bars and whiskers beside the figures.

use askama::Template;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::status::{self, Badge, Standings};
use crate::domain::currency::Currency;
use crate::domain::network::Network;
use crate::report::{
    CampaignLine, Dashboard, Dimension, Figures, Flight, Metric, PlacementLine, Query, Sort, SortBy, Verdict, position_label,
};
use crate::web::charts::{Scale, pace, part, split, whisker};
use crate::web::format;

/// A line of the placement table.
pub struct PlacementRow {
    pub name: String,
    /// `facebook`, `instagram`, `other`, `unknown`.
    pub network: &'static str,
    pub is_network: bool,
    pub spend: String,
    pub share: String,
    pub share_bar: String,
    pub results: String,
    pub result_share: String,
    pub result_bar: String,
    pub cost: String,
    pub whisker: String,
    pub ctr: String,
    pub remark: &'static str,
}

/// A line of the campaign table.
pub struct CampaignRow {
    pub url: String,
    pub name: String,
    pub badge: Badge,
    pub reason: String,
    pub spend: String,
    pub change: String,
    pub results: String,
    pub counted: String,
    pub cost: String,
    pub split: String,
    pub split_words: String,
    /// Whether it has a split of its own, which a page explains.
    pub has_split: bool,
    /// Spent and time gone, SVG of ours, and the same in words; empty where there is no plan.
    pub pace: String,
    pub pace_words: String,
}

/// A line of the table of ads.
pub struct AdRow {
    pub name: String,
    pub ad_set: String,
    pub badge: Option<Badge>,
    pub spend: String,
    pub results: String,
    pub cost: String,
    pub ctr: String,
    pub impressions: String,
}

/// A sortable column's header.
pub struct Head {
    pub label: String,
    pub url: String,
    /// `ascending`, `descending`, or empty where the table is not ordered by it.
    pub order: &'static str,
    pub class: &'static str,
}

fn money(micros: Option<i64>, currency: Currency) -> String {
    micros.map_or_else(|| format::MISSING.to_owned(), |m| format::money(m, currency))
}

fn results(figures: &Figures) -> String {
    figures.outcome.and_then(|o| o.results).map_or_else(|| format::MISSING.to_owned(), format::count)
}

fn cost(figures: &Figures, currency: Currency) -> String {
    figures.cost_per_result().map_or_else(|| format::MISSING.to_owned(), |v| format::amount(v, currency))
}

fn ratio(part: Option<i64>, whole: Option<i64>) -> Option<Decimal> {
    let whole = whole.filter(|w| *w > 0)?;
    Decimal::from(part?).checked_div(Decimal::from(whole))
}

/// Networks and placements. With one network and nothing below it the table says nothing new, but stays: it is the twin's page.
pub fn placements(data: &Dashboard) -> Vec<PlacementRow> {
    let currency = data.scope.currency;
    let figures: Vec<(f64, f64, f64)> = data
        .placements
        .iter()
        .filter_map(|line| {
            let interval = line.figures.cost_interval()?;
            Some((line.figures.cost_per_result()?.to_f64()?, interval.low, interval.high?))
        })
        .collect();
    let scale = Scale::over(&figures, data.total.cost_per_result().and_then(|v| v.to_f64()));
    data.placements.iter().map(|line| placement(line, data, scale, currency)).collect()
}

fn placement(line: &PlacementLine, data: &Dashboard, scale: Scale, currency: Currency) -> PlacementRow {
    let network = line.network;
    let of = |f: &Figures| f.outcome.and_then(|o| o.results);
    let spend_share = ratio(line.figures.counts.spend_micros, data.total.counts.spend_micros);
    let result_share = ratio(of(&line.figures), of(&data.total));
    let bar = |share: Option<Decimal>| {
        share.and_then(|s| s.to_f64()).map(|s| part(s, Some(network)).render().unwrap_or_default()).unwrap_or_default()
    };
    let words = |share: Option<Decimal>| share.map(format::percent).unwrap_or_default();
    let drawn =
        line.figures.cost_per_result().and_then(|v| v.to_f64()).zip(line.figures.cost_interval()).and_then(|(at, interval)| {
            let (low, high) = (interval.low, interval.high?);
            let words = format!("{} to {}", format::about(low, currency), format::about(high, currency));
            whisker(scale, Some(network), at, low, high, words).render().ok()
        });
    PlacementRow {
        name: match &line.position {
            Some(position) => position_label(Some(network), position),
            None => network.label().to_owned(),
        },
        network: network.as_str(),
        is_network: line.position.is_none(),
        spend: money(line.figures.counts.spend_micros, currency),
        share: words(spend_share),
        share_bar: bar(spend_share),
        results: results(&line.figures),
        result_share: words(result_share),
        result_bar: bar(result_share),
        cost: cost(&line.figures, currency),
        whisker: drawn.unwrap_or_default(),
        ctr: line.figures.ctr().map_or_else(|| format::MISSING.to_owned(), format::rate),
        remark: remark(&line.figures, &data.total),
    }
}

/// What the data says about a line against the rest; nothing where it is the whole.
fn remark(line: &Figures, total: &Figures) -> &'static str {
    match line.cheaper_than_rest(total) {
        Verdict::First => "cheaper than the rest",
        Verdict::Second => "dearer than the rest",
        Verdict::Undecided if line.is_scarce() => "few results: undecided",
        Verdict::Undecided => "",
    }
}

/// Puts the campaigns in the order asked for.
pub fn put_in_order(data: &mut Dashboard, query: &Query) {
    if let Some(sort) = query.sort {
        order(&mut data.campaigns, sort, data.scope.currency);
    }
}

/// The first campaigns, at most `most`, with their statuses.
pub fn campaigns(data: &Dashboard, standings: &Standings, most: usize) -> Vec<CampaignRow> {
    let row = |line| campaign(line, standings, data.scope.currency, data.scope.today);
    data.campaigns.iter().take(most).map(row).collect()
}

fn order(lines: &mut [CampaignLine], sort: Sort, currency: Currency) {
    match sort.by {
        SortBy::Metric(metric) => lines.sort_by_cached_key(|line| {
            let value = match line.figures.cell(metric, currency) {
                crate::report::Cell::Int(value) => Some(Decimal::from(value)),
                crate::report::Cell::Money(value, _) | crate::report::Cell::Ratio(value) => Some(value),
                _ => None,
            };
            (value.is_none(), value.map(|v| if sort.descending { -v } else { v }), line.id)
        }),
        SortBy::Dimension(_) => {
            lines.sort_by_cached_key(|line| (line.about.name.to_lowercase(), line.id));
            if sort.descending {
                lines.reverse();
            }
        }
    }
}

fn campaign(line: &CampaignLine, standings: &Standings, currency: Currency, today: NaiveDate) -> CampaignRow {
    let spent: i64 = line.networks.iter().map(|(_, spend)| *spend).sum();
    let shares: Vec<(Network, f64)> =
        line.networks.iter().filter(|(_, s)| *s > 0).map(|(n, s)| (*n, *s as f64 / spent.max(1) as f64)).collect();
    let words: Vec<String> = line
        .networks
        .iter()
        .filter_map(|(network, spend)| {
            Some(format!("{} {}", network.label(), format::percent(ratio(Some(*spend), Some(spent))?)))
        })
        .collect();
    let short: Vec<String> = line
        .networks
        .iter()
        .filter_map(|(_, spend)| Some(format::percent(ratio(Some(*spend), Some(spent))?).trim_end_matches(" %").to_owned()))
        .collect();
    let known = line.networks.iter().any(|(network, _)| *network != Network::Unknown);
    let change = line.before.as_ref().and_then(|before| {
        let (now, then) = (line.figures.counts.spend_micros?, before.counts.spend_micros?);
        format::change(Decimal::from(now), Decimal::from(then))
    });
    let set = line.about.flight.as_ref().and_then(|f| f.set);
    let guide = line.about.flight.as_ref().and_then(|f| f.guide);
    let set_share = set.and_then(|(f, i)| ratio(Some(f.minor), Some(f.minor + i.minor)));
    let (badge, reason) = status::campaign(standings.get(&line.id));
    let (pace, pace_words) = line.about.flight.as_ref().map(|flight| paced(flight, today)).unwrap_or_default();
    CampaignRow {
        pace,
        pace_words,
        url: format!("/campaigns/{}", line.id),
        name: if line.about.name.is_empty() { format!("Campaign {}", line.id) } else { line.about.name.clone() },
        badge,
        reason,
        spend: money(line.figures.counts.spend_micros, currency),
        change: change.unwrap_or_default(),
        results: results(&line.figures),
        counted: line.counted_by.as_ref().map(|k| k.label().to_lowercase()).unwrap_or_default(),
        cost: cost(&line.figures, currency),
        has_split: set.is_some(),
        split: if known && !shares.is_empty() {
            split(&shares, set_share.and_then(|s| s.to_f64()), words.join(", ")).render().unwrap_or_default()
        } else {
            String::new()
        },
        split_words: match (known, set_share) {
            (false, _) => "not in the file".to_owned(),
            (true, None) if guide.is_some() => {
                use crate::domain::split::percent as share;
                let inside = guide.map(|guide| guide.map(|(least, most)| format!("{}–{}", share(least), share(most))));
                format!("{}, Meta divides inside {} %", short.join(" / "), inside.map(|i| i.join(" / ")).unwrap_or_default())
            }
            (true, Some(share)) => format!("{}, set {} / {}", short.join(" / "), bare(share), bare(Decimal::ONE - share)),
            (true, None) => short.join(" / "),
        },
    }
}

/// A share without its percent sign.
fn bare(share: Decimal) -> String {
    format::percent(share).trim_end_matches(" %").to_owned()
}

/// Spent beside time gone.
fn paced(flight: &Flight, today: NaiveDate) -> (String, String) {
    let currency = flight.a_day.map(|m| m.currency).or(flight.in_all.map(|s| s.currency));
    let spent = flight.spent.zip(flight.in_all).and_then(|(spent, all)| ratio(Some(spent.micros), Some(all.micros)));
    let elapsed = flight.elapsed(today).and_then(|(gone, all)| ratio(Some(gone), Some(all)));
    match (spent, elapsed, flight.a_day) {
        (Some(spent), Some(time), _) => {
            let words = format!("{}, time {}", format::percent(spent), format::percent(time));
            let drawing = pace(spent.to_f64().unwrap_or(0.0), time.to_f64(), words.clone());
            (drawing.render().unwrap_or_default(), words)
        }
        (_, _, Some(a_day)) => (String::new(), format!("{a_day} {} a day", currency.map(|c| c.to_string()).unwrap_or_default())),
        _ => (String::new(), String::new()),
    }
}

/// The headers of the campaign table; each orders by its column, and the other way round when clicked again.
pub fn heads(query: &Query, path: &str) -> Vec<Head> {
    let now = query.sort.unwrap_or(Sort { by: SortBy::Metric(Metric::Spend), descending: true });
    let head = |label: &str, by: SortBy, class: &'static str, first: bool| {
        let sort = Sort { by, descending: if now.by == by { !now.descending } else { first } };
        let order = match (now.by == by, now.descending) {
            (true, true) => "descending",
            (true, false) => "ascending",
            (false, _) => "",
        };
        Head { label: label.to_owned(), url: Query { sort: Some(sort), ..query.clone() }.link(path) + "#campaigns", order, class }
    };
    vec![
        head("Name", SortBy::Dimension(Dimension::Campaign), "", false),
        head("Spend", SortBy::Metric(Metric::Spend), "num", true),
        head("Results", SortBy::Metric(Metric::Results), "num", true),
        head("Cost", SortBy::Metric(Metric::CostPerResult), "num", false),
    ]
}

/// The ads of a campaign's page.
pub fn ads(data: &Dashboard) -> Vec<AdRow> {
    let currency = data.scope.currency;
    data.ads
        .iter()
        .map(|ad| AdRow {
            name: ad.name.clone(),
            ad_set: ad.ad_set.clone().unwrap_or_default(),
            badge: ad.status.as_deref().filter(|s| !s.is_empty()).map(status::effective),
            spend: money(ad.figures.counts.spend_micros, currency),
            results: results(&ad.figures),
            cost: cost(&ad.figures, currency),
            ctr: ad.figures.ctr().map_or_else(|| format::MISSING.to_owned(), format::rate),
            impressions: ad.figures.counts.impressions.map_or_else(|| format::MISSING.to_owned(), format::count),
        })
        .collect()
}
