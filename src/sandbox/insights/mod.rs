//! Insights: what delivery looks like to the reporting edges. A query is read, days are gathered into rows, rows are
//! written in Meta's forms. Nothing here changes anything but the report runs of `runs`.

pub mod actions;
pub mod breakdowns;
pub mod cut;
pub mod gather;
pub mod metrics;
pub mod page;
pub mod periods;
pub mod query;
pub mod rows;
pub mod runs;

use page::Report;

use crate::sandbox::nodes::read::Node;
use crate::sandbox::state::Object;
use crate::sandbox::wire::errors::GraphError;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Opens the page that an insights call asks for.
///
/// # Errors
/// Code 100 for a query that Meta refuses, with 1487534 for one that only a report can answer; 2642 for a bad cursor.
pub fn direct(world: &mut World, call: &Call, node: &Node) -> Result<Report, GraphError> {
    let query = query::Query::read(world, call, node, world.now())?;
    let report = Report::new(call, query)?;
    if report.is_longer_than(world, world.limits.most_rows()) {
        return Err(GraphError::new(100, "Please reduce the amount of data you're asking for, then retry your request")
            .sub(1_487_534)
            .told("Too much data", "The report is too large for one answer. Ask for less, or for an asynchronous report."));
    }
    Ok(report)
}

/// Results of an ad set's own goal since a moment, within the last seven days, as known now.
pub fn results_since(world: &mut World, ad_set: &Object, since: i64) -> u64 {
    gather::results_since(world, ad_set, since)
}
