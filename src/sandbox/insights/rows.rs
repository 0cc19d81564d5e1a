//! Rows in Meta's forms: every number a text, empty fields left out, ratios from sums.

use serde_json::{Map, Value, json};

use super::gather::{self, Metrics, Row, Windows};
use super::query::Query;
use crate::sandbox::delivery::spec::Conversion;
use crate::sandbox::seeded::currency_offset;
use crate::sandbox::world::World;

/// Writes one row.
#[must_use]
pub fn write(world: &World, query: &Query, row: &Row) -> Value {
    let mut out = Map::new();
    let people_told = query.periods.get(row.period).is_some_and(|(since, _)| *since >= query.people_from);
    for field in query.fields.iter().filter(|field| people_told || !super::query::counts_people(field)) {
        if let Some(value) = field_value(world, query, row, field) {
            out.insert(field.clone(), value);
        }
    }
    if let Some((since, until)) = query.periods.get(row.period) {
        out.insert("date_start".into(), json!(since.to_string()));
        out.insert("date_stop".into(), json!(until.to_string()));
    }
    let names = ["publisher_platform", "platform_position", "age", "gender", "country"];
    for (name, value) in names.iter().zip(row.cut) {
        if query.by(name) {
            out.insert((*name).to_owned(), json!(value));
        }
    }
    Value::Object(out)
}

/// One total over the whole query, without breakdown.
pub fn summary(world: &mut World, query: &Query) -> Value {
    let mut total = query.clone();
    total.breakdowns.clear();
    total.level = super::query::Level::Account;
    if let (Some(first), Some(last)) =
        (query.periods.iter().map(|period| period.0).min(), query.periods.iter().map(|period| period.1).max())
    {
        total.periods = vec![(first, last)];
    }
    let rows = gather::gather(world, &total);
    rows.first().map_or_else(|| json!({}), |row| write(world, &total, row))
}

/// Puts rows in the asked order: by period, then as sorted, else by object and breakdown.
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

/// A figure with six decimals, as Meta writes ratios; trailing zeros dropped.
fn figure(value: f64) -> Value {
    let text = format!("{value:.6}");
    json!(text.trim_end_matches('0').trim_end_matches('.'))
}

/// Micros as money, rounded half up to the currency's minor unit: `100.5` is `"100.50"`, yen have no decimals.
fn money(query: &Query, micros: i64) -> Value {
    let step = 1_000_000 / currency_offset(query.seeded.currency);
    let minor = (micros + step / 2) / step;
    json!(if step == 10_000 { format!("{}.{:02}", minor / 100, minor % 100) } else { minor.to_string() })
}

fn field_value(world: &World, query: &Query, row: &Row, field: &str) -> Option<Value> {
    let metrics = &row.metrics;
    let spend = metrics.spend as f64 / 1_000_000.0;
    let (impressions, reach) = (metrics.impressions as f64, row.reach.unwrap_or(0));
    let count = |number: u64| (number > 0).then(|| json!(number.to_string()));
    let per = |part: f64, whole: f64| ratio(part, whole).map(figure);
    match field {
        "account_currency" => Some(json!(query.seeded.currency)),
        "account_id" => Some(json!(query.account.trim_start_matches("act_"))),
        "account_name" => Some(json!(query.seeded.name)),
        "impressions" => Some(json!(metrics.impressions.to_string())),
        "reach" => Some(json!(reach.to_string())),
        "frequency" => per(impressions, reach as f64),
        "spend" => Some(money(query, metrics.spend)),
        "clicks" => Some(json!(metrics.clicks.to_string())),
        "inline_link_clicks" => count(metrics.links),
        "inline_post_engagement" => count(metrics.links + metrics.reactions + metrics.comments),
        "ctr" => per(metrics.clicks as f64 * 100.0, impressions),
        "inline_link_click_ctr" => per(metrics.links as f64 * 100.0, impressions),
        "cpm" => per(spend * 1_000.0, impressions),
        "cpp" => per(spend * 1_000.0, reach as f64),
        "cpc" => per(spend, metrics.clicks as f64),
        "cost_per_inline_link_click" => per(spend, metrics.links as f64),
        "outbound_clicks" => {
            (metrics.links > 0).then(|| json!([{"action_type": "outbound_click", "value": metrics.links.to_string()}]))
        }
        "actions" => list(actions(query, metrics)),
        "action_values" => list(action_values(query, metrics)),
        "cost_per_action_type" => list(costs(query, metrics)),
        "purchase_roas" => roas(metrics, "omni_purchase"),
        "website_purchase_roas" => roas(metrics, "offsite_conversion.fb_pixel_purchase"),
        "results" => results(row).map(|(indicator, value)| {
            json!([{"indicator": indicator, "values": [{"value": value.to_string(), "attribution_windows": ["default"]}]}])
        }),
        "cost_per_result" => results(row).filter(|(_, value)| *value > 0).map(|(indicator, value)| {
            let cost = figure(spend / value as f64);
            json!([{"indicator": indicator, "values": [{"value": cost, "attribution_windows": ["default"]}]}])
        }),
        "date_start" | "date_stop" => None,
        _ => named(world, query, row, field),
    }
}

fn named(world: &World, query: &Query, row: &Row, field: &str) -> Option<Value> {
    let object = |id: &Option<std::sync::Arc<str>>| id.as_ref().and_then(|id| world.state.objects.get(&**id));
    let (campaign, ad_set, ad) = (object(&row.campaign), object(&row.ad_set), object(&row.ad));
    let text = |object: Option<&crate::sandbox::state::Object>, name: &str| {
        object.map(|object| object.text(name)).filter(|text| !text.is_empty()).map(|text| json!(text))
    };
    let zone = query.seeded.zone;
    let time = |moment: i64| json!(crate::sandbox::nodes::values::time(zone, moment));
    match field {
        "campaign_id" => campaign.map(|object| json!(object.id)),
        "campaign_name" => text(campaign, "name"),
        "objective" => text(campaign, "objective"),
        "buying_type" => text(campaign, "buying_type"),
        "adset_id" => ad_set.map(|object| json!(object.id)),
        "adset_name" => text(ad_set, "name"),
        "optimization_goal" => text(ad_set, "optimization_goal"),
        "attribution_setting" => ad_set.map(|object| json!(attribution_setting(object))),
        "ad_id" => ad.map(|object| json!(object.id)),
        "ad_name" => text(ad, "name"),
        "created_time" => ad.or(ad_set).or(campaign).map(|object| time(object.created())),
        "updated_time" => ad.or(ad_set).or(campaign).map(|object| time(object.updated())),
        _ => None,
    }
}

fn attribution_setting(ad_set: &crate::sandbox::state::Object) -> String {
    let Some(Value::Array(entries)) = ad_set.get("attribution_spec") else {
        return "7d_click_1d_view".to_owned();
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
    parts.join("_")
}

fn list(entries: Vec<Value>) -> Option<Value> {
    (!entries.is_empty()).then_some(Value::Array(entries))
}

/// An entry with the value and the asked windows.
fn entry(query: &Query, kind: &str, windows: Windows, write: &dyn Fn(i64) -> Value) -> Option<Value> {
    let shown = [
        ("1d_click", windows.click_1d),
        ("7d_click", windows.click_7d),
        ("28d_click", windows.click_28d),
        ("1d_view", windows.view_1d),
    ];
    let mut map = Map::new();
    map.insert("action_type".into(), json!(kind));
    map.insert("value".into(), write(windows.attributed));
    let mut any = windows.attributed > 0;
    for (name, amount) in shown {
        if query.windows.iter().any(|window| window == name) && amount > 0 {
            map.insert(name.to_owned(), write(amount));
            any = true;
        }
    }
    any.then_some(Value::Object(map))
}

fn conversion_types(event: Conversion) -> &'static [&'static str] {
    match event {
        Conversion::Purchase => &["purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"],
        Conversion::Lead => &["lead", "offsite_conversion.fb_pixel_lead"],
    }
}

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

fn actions(query: &Query, metrics: &Metrics) -> Vec<Value> {
    let whole = |amount: i64| json!(amount.to_string());
    let mut entries = Vec::new();
    for (kind, count) in simple(metrics) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        // Clicks on the ad itself happen within every click window.
        let windows = Windows { attributed: count, click_1d: count, click_7d: count, click_28d: count, view_1d: 0 };
        entries.extend(entry(query, kind, windows, &whole));
    }
    for (event, windows) in &metrics.conversions {
        for kind in conversion_types(*event) {
            entries.extend(entry(query, kind, *windows, &whole));
        }
    }
    entries
}

fn action_values(query: &Query, metrics: &Metrics) -> Vec<Value> {
    let amount = |micros: i64| money(query, micros);
    let mut entries = Vec::new();
    for (event, windows) in &metrics.values {
        for kind in conversion_types(*event) {
            entries.extend(entry(query, kind, *windows, &amount));
        }
    }
    entries
}

fn costs(query: &Query, metrics: &Metrics) -> Vec<Value> {
    let spend = metrics.spend as f64 / 1_000_000.0;
    let cost = |count: i64| figure(spend / count.max(1) as f64);
    let mut entries = Vec::new();
    for (kind, count) in simple(metrics).into_iter().filter(|(_, count)| *count > 0) {
        entries.push(json!({"action_type": kind, "value": figure(spend / count as f64)}));
    }
    for (event, windows) in &metrics.conversions {
        for kind in conversion_types(*event) {
            entries.extend(entry(query, kind, *windows, &cost).filter(|_| windows.attributed > 0));
        }
    }
    entries
}

fn roas(metrics: &Metrics, kind: &str) -> Option<Value> {
    let value = metrics.values.get(&Conversion::Purchase)?.attributed;
    (value > 0 && metrics.spend > 0).then(|| json!([{"action_type": kind, "value": figure(value as f64 / metrics.spend as f64)}]))
}

/// The result of the row's goal; none where ad sets with different goals meet.
fn results(row: &Row) -> Option<(&'static str, u64)> {
    let metrics = &row.metrics;
    let mut goals = metrics.goals.iter();
    let (goal, event) = goals.next()?;
    if goals.next().is_some() {
        return None;
    }
    let conversions =
        |event: Conversion| metrics.conversions.get(&event).map_or(0, |windows| u64::try_from(windows.attributed).unwrap_or(0));
    Some(match (goal, event) {
        (0, _) => ("reach", row.reach?),
        (1, _) => ("actions:link_click", metrics.links),
        (2, _) => ("actions:landing_page_view", metrics.landings),
        (_, Some(Conversion::Lead)) => ("actions:offsite_conversion.fb_pixel_lead", conversions(Conversion::Lead)),
        _ => ("actions:offsite_conversion.fb_pixel_purchase", conversions(Conversion::Purchase)),
    })
}
