//! The lists of actions in a row: counts, values and costs by type, with the asked windows, divided by the asked action breakdowns.
//! Source: Marketing API, "Insights breakdowns" (`action_breakdowns`) and "AdsActionStats".

use super::metrics::{Metrics, Windows};
use super::query::Query;
use super::rows::{figure, money, quoted, text};
use crate::sandbox::delivery::spec::Conversion;
use crate::sandbox::world::World;

/// Where people acted, with the part of the actions. The sandbox divides every action alike.
const DEVICES: [(&str, f64); 3] = [("android_smartphone", 0.52), ("desktop", 0.11), ("iphone", 0.37)];
/// How people react to a post, with the part of the reactions.
const REACTIONS: [(&str, f64); 4] = [("haha", 0.03), ("like", 0.86), ("love", 0.09), ("wow", 0.02)];

/// The parts of an amount that one entry shows: from and to, of 1.
#[derive(Clone, Copy)]
struct Run {
    from: f64,
    to: f64,
}

impl Run {
    fn of(self, amount: i64) -> i64 {
        let upto = |place: f64| if place >= 1.0 { amount } else { (amount as f64 * place) as i64 };
        upto(self.to) - upto(self.from)
    }

    fn cut(self, windows: Windows) -> Windows {
        Windows {
            attributed: self.of(windows.attributed),
            click_1d: self.of(windows.click_1d),
            click_7d: self.of(windows.click_7d),
            click_28d: self.of(windows.click_28d),
            view_1d: self.of(windows.view_1d),
        }
    }
}

fn runs<'a>(parts: &'a [(&'static str, f64)]) -> impl Iterator<Item = (&'static str, Run)> + 'a {
    let mut upto = 0.0;
    parts.iter().enumerate().map(move |(index, (name, part))| {
        let from = upto;
        upto = if index + 1 == parts.len() { 1.0 } else { upto + part };
        (*name, Run { from, to: upto })
    })
}

fn conversion_types(event: Conversion) -> &'static [&'static str] {
    match event {
        Conversion::Purchase => &["purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"],
        Conversion::Lead => &["lead", "offsite_conversion.fb_pixel_lead"],
    }
}

/// Types that hold no other type, and so can be summed.
const LEAVES: [&str; 5] =
    ["link_click", "post_reaction", "comment", "offsite_conversion.fb_pixel_purchase", "offsite_conversion.fb_pixel_lead"];

/// Simple action types with their counts.
fn simple(metrics: &Metrics) -> [(&'static str, u64); 6] {
    let engaged = metrics.links + metrics.reactions + metrics.comments;
    [
        ("link_click", metrics.links),
        ("landing_page_view", metrics.landings),
        ("post_reaction", metrics.reactions),
        ("comment", metrics.comments),
        ("post_engagement", engaged),
        ("page_engagement", engaged),
    ]
}

/// Every type with its counts.
fn counted(metrics: &Metrics) -> impl Iterator<Item = (&'static str, Windows)> + '_ {
    let simple = simple(metrics).into_iter().map(|(kind, count)| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        // Clicks on the ad itself happen within every click window.
        (kind, Windows { attributed: count, click_1d: count, click_7d: count, click_28d: count, view_1d: 0 })
    });
    let converted = Conversion::ALL
        .into_iter()
        .flat_map(move |event| conversion_types(event).iter().map(move |kind| (*kind, metrics.converted(event))));
    simple.chain(converted)
}

/// Writes `actions`; false where there are none.
pub fn counts(out: &mut String, world: &World, query: &Query, metrics: &Metrics) -> bool {
    list(out, world, query, counted(metrics), &|out, amount| quoted(out, amount))
}

/// Writes `action_values`; false where there are none.
pub fn values(out: &mut String, world: &World, query: &Query, metrics: &Metrics) -> bool {
    let entries = conversion_types(Conversion::Purchase).iter().map(|kind| (*kind, metrics.values));
    list(out, world, query, entries, &|out, micros| money(out, query, micros))
}

/// Writes `cost_per_action_type`; false where there are none.
pub fn costs(out: &mut String, query: &Query, metrics: &Metrics) -> bool {
    let spend = metrics.spend as f64 / 1_000_000.0;
    let before = out.len();
    for (kind, windows) in counted(metrics).filter(|(_, windows)| windows.attributed > 0) {
        out.push(if out.len() == before { '[' } else { ',' });
        entry(out, query, &[("action_type", kind)], windows, &|out, count| figure(out, spend / count.max(1) as f64));
    }
    closed(out, before)
}

/// Writes entries, divided by the asked action breakdowns.
fn list(
    out: &mut String,
    world: &World,
    query: &Query,
    entries: impl Iterator<Item = (&'static str, Windows)>,
    write: &dyn Fn(&mut String, i64) -> bool,
) -> bool {
    let by = |name: &str| query.action_breakdowns.iter().any(|asked| asked == name);
    let before = out.len();
    let mut put = |keys: &[(&str, &str)], windows: Windows| {
        if shown(query, windows) {
            out.push(if out.len() == before { '[' } else { ',' });
            entry(out, query, keys, windows, write);
        }
    };
    if query.action_breakdowns.is_empty() || query.action_breakdowns.len() == 1 && by("action_type") {
        for (kind, windows) in entries {
            put(&[("action_type", kind)], windows);
        }
        return closed(out, before);
    }
    let one = [("", 1.0)];
    let devices = if by("action_device") { &DEVICES[..] } else { &one[..] };
    let mut totals: Vec<(Vec<(&str, &str)>, Windows)> = Vec::new();
    for (kind, windows) in entries {
        if !by("action_type") && !LEAVES.contains(&kind) {
            continue;
        }
        let (target, destination) = aimed_at(world, kind);
        let reacts = by("action_reaction") && kind == "post_reaction";
        for (device, of_device) in runs(devices) {
            let here = of_device.cut(windows);
            for (reaction, of_reaction) in runs(if reacts { &REACTIONS[..] } else { &one[..] }) {
                let keys = [
                    ("action_destination", if by("action_destination") { destination } else { "" }),
                    ("action_device", device),
                    ("action_reaction", reaction),
                    ("action_target_id", if by("action_target_id") { target } else { "" }),
                    ("action_type", if by("action_type") { kind } else { "" }),
                ];
                let keys: Vec<(&str, &str)> = keys.into_iter().filter(|(_, value)| !value.is_empty()).collect();
                let windows = of_reaction.cut(here);
                match totals.iter_mut().find(|(known, _)| *known == keys) {
                    Some((_, sum)) => sum.join(windows),
                    None => totals.push((keys, windows)),
                }
            }
        }
    }
    for (keys, windows) in totals {
        put(&keys, windows);
    }
    closed(out, before)
}

/// Id and name of where an action leads: the pixel for what happens on the website, the Page for the rest.
fn aimed_at<'a>(world: &'a World, kind: &str) -> (&'a str, &'a str) {
    let identity = &world.identity;
    let website = kind.contains("purchase") || kind.contains("lead") || kind == "landing_page_view";
    if website { (&identity.pixel_id, crate::sandbox::seeded::BUSINESS_NAME) } else { (&identity.page_id, &identity.page_name) }
}

fn shown(query: &Query, windows: Windows) -> bool {
    windows.attributed > 0 || asked(query, windows).any(|(_, amount)| amount > 0)
}

/// The asked windows, in the order of their names.
fn asked(query: &Query, windows: Windows) -> impl Iterator<Item = (&'static str, i64)> + '_ {
    let all = [
        ("1d_click", windows.click_1d),
        ("1d_view", windows.view_1d),
        ("28d_click", windows.click_28d),
        ("7d_click", windows.click_7d),
    ];
    all.into_iter().filter(|(name, _)| query.windows.iter().any(|window| window == name))
}

/// Writes an entry with its keys, the value and the asked windows.
fn entry(out: &mut String, query: &Query, keys: &[(&str, &str)], windows: Windows, write: &dyn Fn(&mut String, i64) -> bool) {
    out.push('{');
    for (name, amount) in asked(query, windows).filter(|(_, amount)| *amount > 0) {
        // Names of windows and keys need no escapes.
        quoted(out, name);
        out.push(':');
        write(out, amount);
        out.push(',');
    }
    for (name, value) in keys {
        text(out, name);
        out.push(':');
        text(out, value);
        out.push(',');
    }
    out.push_str("\"value\":");
    write(out, windows.attributed);
    out.push('}');
}

/// Ends a list; false where it has no entry.
fn closed(out: &mut String, before: usize) -> bool {
    let any = out.len() > before;
    if any {
        out.push(']');
    }
    any
}
