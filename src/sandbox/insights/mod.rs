//! Insights: what delivery looks like to the reporting edges. A query is read, days are gathered into rows, rows are
//! written in Meta's forms. Nothing here changes anything but the report runs of `runs`.

pub mod breakdowns;
pub mod gather;
pub mod periods;
pub mod query;
pub mod rows;
pub mod runs;

use serde_json::Value;

use crate::sandbox::nodes::read::Node;
use crate::sandbox::state::Object;
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::paging::{self, Link, Window};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Answers an insights call at once.
///
/// # Errors
/// Code 100 for a query that Meta refuses, with 1487534 for one that only a report can answer.
pub fn direct(world: &mut World, call: &Call, node: &Node) -> Answer {
    let query = query::Query::read(world, call, node, world.now())?;
    let window = Window::of(&call.params)?;
    let rows = gather::gather(world, &query);
    if rows.len() > world.limits.most_rows() {
        return Err(GraphError::new(100, "Please reduce the amount of data you're asking for, then retry your request")
            .sub(1_487_534)
            .told("Too much data", "The report is too large for one answer. Ask for less, or for an asynchronous report."));
    }
    Ok(page(world, call, &query, window, rows))
}

/// One page of a report's rows.
///
/// # Errors
/// 2642 for a bad cursor.
pub fn answer(world: &mut World, call: &Call, query: &query::Query) -> Answer {
    let window = Window::of(&call.params)?;
    let rows = gather::gather(world, query);
    Ok(page(world, call, query, window, rows))
}

fn page(world: &mut World, call: &Call, query: &query::Query, window: Window, mut rows: Vec<gather::Row>) -> Value {
    rows::sort(&mut rows, query);
    let shown: Vec<_> =
        rows.get(window.range(rows.len())).unwrap_or(&[]).iter().map(|row| rows::write(world, query, row)).collect();
    let link = Link { address: call.address(), params: &call.params };
    let mut page = paging::page(shown, window, rows.len(), &link);
    if let Some(map) = page.as_object_mut() {
        map.remove("summary");
        if query.summary {
            map.insert("summary".into(), rows::summary(world, query));
        }
    }
    page
}

/// Results of an ad set's own goal since a moment, within the last seven days, as known now.
pub fn results_since(world: &mut World, ad_set: &Object, since: i64) -> u64 {
    gather::results_since(world, ad_set, since)
}
