//! Rows in Meta's forms: every number a text, empty fields left out, ratios from sums, keys in order. Rows are written as
//! text at once: a page holds thousands of them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;

use super::actions;
use super::gather::{self, Row};
use super::metrics::{Aim, Metrics};
use super::query::{Query, counts_people};
use crate::sandbox::delivery::spec::{Conversion, Goal};
use crate::sandbox::nodes::values;
use crate::sandbox::seeded::currency_offset;
use crate::sandbox::state::Object;
use crate::sandbox::world::World;

/// Where the value of a key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Field(String),
    /// The same in every row, as it is written.
    Fixed(String),
    Start,
    Stop,
    Breakdown(usize),
}

/// Writes the rows of one query.
#[derive(Debug)]
pub struct Writer<'a> {
    query: &'a Query,
    /// Keys as they are written, with their colons, in order.
    columns: Vec<(String, Column)>,
}

/// The objects of a row.
#[derive(Clone, Copy)]
struct Objects<'a> {
    campaign: Option<&'a Object>,
    ad_set: Option<&'a Object>,
    ad: Option<&'a Object>,
}

impl<'a> Writer<'a> {
    /// Lays out the keys of a query's rows.
    #[must_use]
    pub fn new(query: &'a Query) -> Self {
        let mut columns: Vec<(String, Column)> =
            query.fields.iter().map(|field| (field.clone(), Column::Field(field.clone()))).collect();
        columns.retain(|(name, _)| name != "date_start" && name != "date_stop");
        columns.push(("date_start".to_owned(), Column::Start));
        columns.push(("date_stop".to_owned(), Column::Stop));
        columns.extend(query.breakdowns.iter().enumerate().map(|(at, name)| (name.clone(), Column::Breakdown(at))));
        columns.sort_by(|left, right| left.0.cmp(&right.0));
        columns.dedup_by(|left, right| left.0 == right.0);
        for (name, column) in &mut columns {
            let fixed = match name.as_str() {
                "account_currency" => Some(query.seeded.currency),
                "account_id" => Some(query.account.trim_start_matches("act_")),
                "account_name" => Some(query.seeded.name),
                _ => None,
            };
            if let Some(value) = fixed {
                let mut written = String::new();
                text(&mut written, value);
                *column = Column::Fixed(written);
            }
            let mut key = String::new();
            text(&mut key, name);
            key.push(':');
            *name = key;
        }
        Self { query, columns }
    }

    /// Writes one row.
    pub fn write(&self, out: &mut String, world: &World, row: &Row) {
        let object = |id: &Option<Arc<str>>| id.as_ref().and_then(|id| world.state.objects.get(&**id));
        let objects = Objects { campaign: object(&row.campaign), ad_set: object(&row.ad_set), ad: object(&row.ad) };
        let period = self.query.periods.get(row.period);
        let people_told = period.is_some_and(|(since, _)| *since >= self.query.people_from);
        out.push('{');
        let first = out.len();
        for (key, column) in &self.columns {
            let before = out.len();
            if before > first {
                out.push(',');
            }
            out.push_str(key);
            let written = match (column, period) {
                (Column::Field(field), _) if !people_told && counts_people(field) => false,
                (Column::Field(field), _) => field_value(out, world, self.query, row, objects, field),
                (Column::Fixed(value), _) => {
                    out.push_str(value);
                    true
                }
                (Column::Start, Some((since, _))) => quoted(out, since),
                (Column::Stop, Some((_, until))) => quoted(out, until),
                (Column::Breakdown(at), _) => row.cut.get(*at).is_some_and(|value| text(out, value)),
                (Column::Start | Column::Stop, None) => false,
            };
            if !written {
                out.truncate(before);
            }
        }
        out.push('}');
    }
}

/// Writes a JSON text.
pub fn text(out: &mut String, value: &str) -> bool {
    let plain = value.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    let escaped = if plain { None } else { serde_json::to_string(value).ok() };
    match escaped {
        Some(escaped) => out.push_str(&escaped),
        None => {
            out.push('"');
            out.push_str(value);
            out.push('"');
        }
    }
    true
}

/// Writes something that needs no escapes as a JSON text.
pub fn quoted(out: &mut String, value: impl std::fmt::Display) -> bool {
    // Writing into a text cannot fail.
    let _ = write!(out, "\"{value}\"");
    true
}

/// Writes a figure with six decimals, as Meta writes ratios; trailing zeros dropped.
pub fn figure(out: &mut String, value: f64) -> bool {
    let before = out.len();
    let _ = write!(out, "\"{value:.6}");
    let kept = out.get(before..).map_or(0, |written| written.trim_end_matches('0').trim_end_matches('.').len());
    out.truncate(before + kept);
    out.push('"');
    true
}

/// Writes micros as money, rounded half up to the currency's minor unit: `100.5` is `"100.50"`, yen have no decimals.
pub fn money(out: &mut String, query: &Query, micros: i64) -> bool {
    let step = 1_000_000 / currency_offset(query.seeded.currency);
    let minor = (micros + step / 2) / step;
    if step == 10_000 { quoted(out, format_args!("{}.{:02}", minor / 100, minor % 100)) } else { quoted(out, minor) }
}

/// One total over the whole query, without breakdown.
pub fn summary(world: &mut World, query: &Query) -> String {
    let mut total = query.clone();
    total.breakdowns.clear();
    total.level = super::query::Level::Account;
    if let (Some(first), Some(last)) =
        (query.periods.iter().map(|period| period.0).min(), query.periods.iter().map(|period| period.1).max())
    {
        total.periods = vec![(first, last)];
    }
    let rows = gather::gather(world, &total);
    let mut out = String::new();
    match rows.first() {
        Some(row) => Writer::new(&total).write(&mut out, world, row),
        None => out.push_str("{}"),
    }
    out
}

/// Puts rows in the asked order.
pub fn sort(rows: &mut [Row], query: &Query) {
    let Some((field, descending)) = &query.sort else {
        return;
    };
    rows.sort_by(|left, right| {
        let order = left.figure(field).unwrap_or(0.0).total_cmp(&right.figure(field).unwrap_or(0.0));
        if *descending { order.reverse() } else { order }
    });
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Writes the value of a field; false, with something half written, where it has none.
fn field_value(out: &mut String, world: &World, query: &Query, row: &Row, objects: Objects<'_>, field: &str) -> bool {
    let metrics = &row.metrics;
    let spend = metrics.spend as f64 / 1_000_000.0;
    let (impressions, reach) = (metrics.impressions as f64, row.reach.unwrap_or(0));
    let count = |out: &mut String, number: u64| number > 0 && quoted(out, number);
    let per = |out: &mut String, part: f64, whole: f64| ratio(part, whole).is_some_and(|value| figure(out, value));
    match field {
        "impressions" => quoted(out, metrics.impressions),
        "reach" => quoted(out, reach),
        "frequency" => per(out, impressions, reach as f64),
        "spend" => money(out, query, metrics.spend),
        "clicks" => quoted(out, metrics.clicks),
        "inline_link_clicks" => count(out, metrics.links),
        "inline_post_engagement" => count(out, metrics.links + metrics.reactions + metrics.comments),
        "ctr" => per(out, metrics.clicks as f64 * 100.0, impressions),
        "inline_link_click_ctr" => per(out, metrics.links as f64 * 100.0, impressions),
        "cpm" => per(out, spend * 1_000.0, impressions),
        "cpp" => per(out, spend * 1_000.0, reach as f64),
        "cpc" => per(out, spend, metrics.clicks as f64),
        "cost_per_inline_link_click" => per(out, spend, metrics.links as f64),
        "outbound_clicks" => {
            if metrics.links > 0 {
                let _ = write!(out, "[{{\"action_type\":\"outbound_click\",\"value\":\"{}\"}}]", metrics.links);
            }
            metrics.links > 0
        }
        "actions" => actions::counts(out, world, query, metrics),
        "action_values" => actions::values(out, world, query, metrics),
        "cost_per_action_type" => actions::costs(out, query, metrics),
        "purchase_roas" => roas(out, metrics, "omni_purchase"),
        "website_purchase_roas" => roas(out, metrics, "offsite_conversion.fb_pixel_purchase"),
        "results" => results(row).is_some_and(|(indicator, value)| result(out, indicator, |out| quoted(out, value))),
        "cost_per_result" => results(row)
            .filter(|(_, value)| *value > 0)
            .is_some_and(|(indicator, value)| result(out, indicator, |out| figure(out, spend / value as f64))),
        _ => named(out, query, objects, field),
    }
}

fn result(out: &mut String, indicator: &str, value: impl FnOnce(&mut String) -> bool) -> bool {
    let _ = write!(out, "[{{\"indicator\":\"{indicator}\",\"values\":[{{\"attribution_windows\":[\"default\"],\"value\":");
    value(out);
    out.push_str("}]}]");
    true
}

fn named(out: &mut String, query: &Query, objects: Objects<'_>, field: &str) -> bool {
    let Objects { campaign, ad_set, ad } = objects;
    let id = |out: &mut String, object: Option<&Object>| object.is_some_and(|object| text(out, &object.id));
    let own = |out: &mut String, object: Option<&Object>, name: &str| {
        object.map(|object| object.text(name)).filter(|value| !value.is_empty()).is_some_and(|value| text(out, value))
    };
    let time = |out: &mut String, of: fn(&Object) -> i64| {
        ad.or(ad_set).or(campaign).is_some_and(|object| quoted(out, values::time(query.seeded.zone, of(object))))
    };
    match field {
        "campaign_id" => id(out, campaign),
        "campaign_name" => own(out, campaign, "name"),
        "objective" => own(out, campaign, "objective"),
        "buying_type" => own(out, campaign, "buying_type"),
        "adset_id" => id(out, ad_set),
        "adset_name" => own(out, ad_set, "name"),
        "optimization_goal" => own(out, ad_set, "optimization_goal"),
        "attribution_setting" => ad_set.is_some_and(|object| text(out, &attribution_setting(object))),
        "ad_id" => id(out, ad),
        "ad_name" => own(out, ad, "name"),
        "created_time" => time(out, Object::created),
        "updated_time" => time(out, Object::updated),
        _ => false,
    }
}

fn attribution_setting(ad_set: &Object) -> Cow<'static, str> {
    let Some(Value::Array(entries)) = ad_set.get("attribution_spec") else {
        return Cow::Borrowed("7d_click_1d_view");
    };
    let mut parts = Vec::new();
    for entry in entries {
        let days = entry.get("window_days").and_then(Value::as_i64).unwrap_or(0);
        let kind = match entry.get("event_type").and_then(Value::as_str) {
            Some("CLICK_THROUGH") => "click",
            Some("VIEW_THROUGH") => "view",
            _ => "ev",
        };
        if days > 0 {
            parts.push(format!("{days}d_{kind}"));
        }
    }
    Cow::Owned(parts.join("_"))
}

fn roas(out: &mut String, metrics: &Metrics, kind: &str) -> bool {
    let value = metrics.values.attributed;
    if value <= 0 || metrics.spend <= 0 {
        return false;
    }
    let _ = write!(out, "[{{\"action_type\":\"{kind}\",\"value\":");
    figure(out, value as f64 / metrics.spend as f64);
    out.push_str("}]");
    true
}

/// The result of the row's goal; none where ad sets with different goals meet.
fn results(row: &Row) -> Option<(&'static str, u64)> {
    let metrics = &row.metrics;
    let Aim::One(goal, event) = metrics.aim else {
        return None;
    };
    let conversions = |event: Conversion| u64::try_from(metrics.converted(event).attributed).unwrap_or(0);
    Some(match (goal, event) {
        (Goal::Seen, _) => ("reach", row.reach?),
        (Goal::Clicks, _) => ("actions:link_click", metrics.links),
        (Goal::Landings, _) => ("actions:landing_page_view", metrics.landings),
        (Goal::Conversions, Some(Conversion::Lead)) => {
            ("actions:offsite_conversion.fb_pixel_lead", conversions(Conversion::Lead))
        }
        (Goal::Conversions, _) => ("actions:offsite_conversion.fb_pixel_purchase", conversions(Conversion::Purchase)),
    })
}
