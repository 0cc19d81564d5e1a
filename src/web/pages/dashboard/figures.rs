//! The strip of key figures: each with its change, what qualifies it, and its shape over the days.

use askama::Template;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::report::{CostInterval, Dashboard, DayLine, Figures, PeopleReached, Verdict};
use crate::web::charts::{rings, spark};
use crate::web::format;

/// One key figure.
#[derive(Default)]
pub struct Tile {
    pub label: String,
    pub value: String,
    pub unit: String,
    /// The change against the period before; empty where there is none.
    pub change: String,
    /// `is-good`, `is-bad` or nothing; never the only sign of it.
    pub tone: &'static str,
    pub note: String,
    /// The drawing, SVG of ours.
    pub spark: String,
}

/// People reached, as the last tile shows it.
#[derive(Default)]
pub struct ReachTile {
    pub value: String,
    pub note: String,
    /// The two rings, SVG of ours; empty without an exact overlap.
    pub rings: String,
}

/// A figure in the small print under the strip.
pub struct Minor {
    pub label: String,
    pub value: String,
}

/// The four tiles: spend, the result, its cost, and what comes back of it (or how often people click).
pub fn tiles(data: &Dashboard) -> Vec<Tile> {
    let mut tiles = vec![spend(data)];
    match &data.shown {
        Some(_) => tiles.extend([results(data), cost(data)]),
        None => tiles.extend([impressions(data), clicks(data)]),
    }
    tiles.push(if data.total.outcome.is_some_and(|o| o.value_micros.is_some()) { returned(data) } else { ctr(data) });
    tiles
}

fn drawn(days: &[DayLine], of: impl Fn(&Figures) -> Option<f64>) -> String {
    let values: Vec<Option<f64>> = days.iter().map(|day| of(&day.total)).collect();
    let drawing = spark(&values);
    if drawing.is_empty() { String::new() } else { drawing.render().unwrap_or_default() }
}

fn float(value: Option<Decimal>) -> Option<f64> {
    value.and_then(|v| v.to_f64())
}

fn whole(value: Option<i64>) -> Option<Decimal> {
    value.map(Decimal::from)
}

/// The change of a figure, where both are known.
fn change(data: &Dashboard, of: impl Fn(&Figures) -> Option<Decimal>) -> String {
    let before = data.before.as_ref().and_then(&of);
    of(&data.total).zip(before).and_then(|(now, before)| format::change(now, before)).unwrap_or_default()
}

fn spend(data: &Dashboard) -> Tile {
    let currency = data.scope.currency;
    let value = data.total.counts.spend_micros;
    Tile {
        label: "Spend".into(),
        value: value.map_or_else(|| format::MISSING.into(), |m| format::money(m, currency)),
        unit: currency.to_string(),
        change: change(data, |f| whole(f.counts.spend_micros)),
        note: value
            .map(|m| format!("{} a day", format::money(m / data.scope.period.days().max(1), currency)))
            .unwrap_or_default(),
        spark: drawn(&data.days, |f| f.counts.spend_micros.map(|m| m as f64)),
        ..Tile::default()
    }
}

/// Good or bad only where the data decides it: results for the money, this period against the one before.
fn decided(data: &Dashboard) -> Verdict {
    data.before.as_ref().map_or(Verdict::Undecided, |before| data.total.cheaper_than(before))
}

fn tone(first_is_good: Verdict) -> &'static str {
    match first_is_good {
        Verdict::First => "is-good",
        Verdict::Second => "is-bad",
        Verdict::Undecided => "",
    }
}

fn results(data: &Dashboard) -> Tile {
    let of = |f: &Figures| f.outcome.and_then(|o| o.results);
    let shown = data.shown.as_ref();
    Tile {
        label: shown.map(|kind| kind.label()).unwrap_or_default(),
        value: of(&data.total).map_or_else(|| format::MISSING.into(), format::count),
        change: change(data, |f| whole(of(f))),
        note: shown.map(|kind| kind.attribution_label()).unwrap_or_default(),
        spark: drawn(&data.days, |f| of(f).map(|n| n as f64)),
        ..Tile::default()
    }
}

fn cost(data: &Dashboard) -> Tile {
    let currency = data.scope.currency;
    let verdict = decided(data);
    let note = match data.total.cost_interval() {
        Some(CostInterval { low, high: Some(high) }) => {
            format!("{} to {}, 95 %", format::about(low, currency), format::about(high, currency))
        }
        Some(CostInterval { low, high: None }) => format!("at least {}, 95 %", format::about(low, currency)),
        None => String::new(),
    };
    let undecided = data.before.is_some() && verdict == Verdict::Undecided && !note.is_empty();
    Tile {
        label: format!("Cost per {}", data.shown.as_ref().map_or_else(|| "result".to_owned(), |kind| kind.singular())),
        value: data.total.cost_per_result().map_or_else(|| format::MISSING.into(), |v| format::amount(v, currency)),
        unit: currency.to_string(),
        change: change(data, Figures::cost_per_result),
        tone: tone(verdict),
        note: if undecided { format!("{note}; change undecided") } else { note },
        spark: drawn(&data.days, |f| float(f.cost_per_result())),
    }
}

fn returned(data: &Dashboard) -> Tile {
    let value = data.total.outcome.and_then(|o| o.value_micros);
    Tile {
        label: "Return".into(),
        value: data.total.returned().map_or_else(|| format::MISSING.into(), format::multiple),
        unit: "x".into(),
        change: change(data, Figures::returned),
        note: value
            .map(|m| format!("{} {} of value", format::money(m, data.scope.currency), data.scope.currency))
            .unwrap_or_default(),
        spark: drawn(&data.days, |f| float(f.returned())),
        ..Tile::default()
    }
}

fn impressions(data: &Dashboard) -> Tile {
    Tile {
        label: "Impressions".into(),
        value: data.total.counts.impressions.map_or_else(|| format::MISSING.into(), format::count),
        change: change(data, |f| whole(f.counts.impressions)),
        spark: drawn(&data.days, |f| f.counts.impressions.map(|n| n as f64)),
        ..Tile::default()
    }
}

fn clicks(data: &Dashboard) -> Tile {
    let of = |f: &Figures| f.counts.link_clicks.or(f.counts.clicks);
    let label = if data.total.counts.link_clicks.is_some() { "Link clicks" } else { "Clicks" };
    Tile {
        label: label.into(),
        value: of(&data.total).map_or_else(|| format::MISSING.into(), format::count),
        change: change(data, |f| whole(of(f))),
        note: "no results are counted in this period".into(),
        spark: drawn(&data.days, |f| of(f).map(|n| n as f64)),
        ..Tile::default()
    }
}

fn ctr(data: &Dashboard) -> Tile {
    let of_all = data.total.counts.clicks.is_some();
    Tile {
        label: "CTR".into(),
        value: data.total.ctr().map_or_else(|| format::MISSING.into(), format::rate),
        change: change(data, Figures::ctr),
        note: if of_all { "all clicks".into() } else { "link clicks".into() },
        spark: drawn(&data.days, |f| float(f.ctr())),
        ..Tile::default()
    }
}

/// What is known of people reached.
pub fn reach(data: &Dashboard) -> ReachTile {
    match data.people {
        PeopleReached::Unknown => {
            ReachTile { value: format::MISSING.into(), note: "people; not reported for these days".into(), rings: String::new() }
        }
        PeopleReached::Bounds { at_least, at_most } => ReachTile {
            value: match at_most {
                Some(most) if most == at_least => format::count(most),
                Some(most) => format!("{} to {}", format::short(at_least), format::short(most)),
                None => format!("over {}", format::short(at_least)),
            },
            note: "people; reach of parts cannot be added, so these are its bounds".into(),
            rings: String::new(),
        },
        PeopleReached::Exact { people, impressions, overlap } => {
            let frequency = format::multiple(Decimal::from(impressions) / Decimal::from(people.max(1)));
            let (note, drawing) = match overlap {
                Some(o) => {
                    let sum = o.facebook_only + o.instagram_only + 2 * o.both;
                    let note = format!(
                        "people; {} on both, not {}; seen {frequency} times each",
                        format::count(o.both),
                        format::count(sum)
                    );
                    let words = format!(
                        "Facebook only {}, both {}, Instagram only {}",
                        format::count(o.facebook_only),
                        format::count(o.both),
                        format::count(o.instagram_only)
                    );
                    (note, rings(o, format::short, words).render().unwrap_or_default())
                }
                None => (format!("people; seen {frequency} times each"), String::new()),
            };
            ReachTile { value: format::count(people), note, rings: drawing }
        }
    }
}

/// The small print: what the tiles leave out, and results of other kinds, each with its own cost.
pub fn minor(data: &Dashboard) -> Vec<Minor> {
    let currency = data.scope.currency;
    let counts = &data.total.counts;
    let mut out = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push(Minor { label: label.to_owned(), value });
        }
    };
    if data.shown.is_some() {
        add("Impressions", counts.impressions.map(format::count));
        add("Clicks", counts.clicks.map(format::count));
        add("Link clicks", counts.link_clicks.map(format::count));
    }
    if data.total.outcome.is_some_and(|o| o.value_micros.is_some()) {
        add("CTR", data.total.ctr().map(format::rate));
    }
    add("CPM", data.total.cpm().map(|v| format::amount(v, currency)));
    for (kind, figures, _) in data.kinds.iter().filter(|(kind, _, _)| data.shown.as_ref() != Some(kind)) {
        let results = figures.outcome.and_then(|o| o.results);
        let each = figures.cost_per_result().map(|v| format!(" at {}", format::amount(v, currency)));
        add(&kind.label(), results.map(|n| format!("{}{}", format::count(n), each.unwrap_or_default())));
    }
    out
}
