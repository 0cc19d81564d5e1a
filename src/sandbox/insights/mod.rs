//! Insights: what delivery looks like to the reporting edges. A query is read, days are gathered into rows, rows are
//! written in Meta's forms. Nothing here changes anything but the report runs of `runs`.

pub mod gather;
pub mod periods;
pub mod query;
pub mod rows;
pub mod runs;

use crate::sandbox::nodes::read::Node;
use crate::sandbox::state::Object;
use crate::sandbox::wire::errors::Answer;
use crate::sandbox::wire::paging::{self, Link, Window};
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Answers an insights call at once.
///
/// # Errors
/// Code 100 for a query that Meta refuses.
pub fn direct(world: &mut World, call: &Call, node: &Node) -> Answer {
    let query = query::Query::read(world, call, node)?;
    answer(world, call, &query)
}

/// One page of a query's rows.
///
/// # Errors
/// 2642 for a bad cursor.
pub fn answer(world: &mut World, call: &Call, query: &query::Query) -> Answer {
    let window = Window::of(&call.params)?;
    let mut rows = gather::gather(world, query);
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
    Ok(page)
}

/// Results of an ad set's own goal since a moment, within the last seven days, as known now.
pub fn results_since(world: &mut World, ad_set: &Object, since: i64) -> u64 {
    gather::results_since(world, ad_set, since)
}
