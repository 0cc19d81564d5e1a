//! Asynchronous reports: `POST .../insights` makes a run, polling it shows progress, its edge pages the rows.
//! A run needs no worker: it is complete at once, and its rows are reckoned when they are paged.

use serde_json::{Map, Value, json};

use super::query::Query;
use crate::sandbox::nodes::read::{self, Node};
use crate::sandbox::nodes::values;
use crate::sandbox::state::{Event, Kind};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::fields::Field;
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// `POST /{node}/insights`.
///
/// # Errors
/// What the same synchronous call would answer.
pub fn start(world: &mut World, call: &Call, node: &Node) -> Answer {
    let query = Query::read(world, call, node)?;
    let id = world.state.next_id();
    let now = world.now();
    let mut stored = call.params.clone();
    stored.0.retain(|name, _| !matches!(name.as_str(), "access_token" | "appsecret_proof"));
    let days = |pick: fn(&super::periods::Period) -> chrono::NaiveDate, last: bool| {
        let dates = query.periods.iter().map(pick);
        if last { dates.max() } else { dates.min() }.map(|date| date.to_string())
    };
    let fields = json!({
        "query": stored.0, "node": values::id(world, node), "time_ref": now, "time_completed": now,
        "date_start": days(|period| period.0, false), "date_stop": days(|period| period.1, true),
        "async_status": "Job Completed", "async_percent_completion": 100, "is_running": false,
    });
    let Value::Object(fields) = fields else {
        return Err(GraphError::new(1, "An unknown error occurred"));
    };
    let event = Event::Create { at: now, id: id.clone(), kind: Kind::ReportRun, account: query.account, parent: None, fields };
    world.commit(&event)?;
    Ok(json!({ "report_run_id": id }))
}

/// `GET /{run}`.
///
/// # Errors
/// Code 100 for an unknown field.
pub fn read(world: &mut World, call: &Call, node: &Node, fields: Option<&[Field]>) -> Answer {
    read::node(world, call, node, fields)
}

/// `GET /{run}/insights`.
///
/// # Errors
/// 100/33 when the reported node is gone, 2642 for a bad cursor.
pub fn rows(world: &mut World, call: &Call, node: &Node) -> Answer {
    let gone = || GraphError::missing(call.path.first().map_or("", String::as_str), "get");
    let Node::Object(id) = node else {
        return Err(gone());
    };
    let run = world.state.find(id, Kind::ReportRun).ok_or_else(gone)?;
    let stored: Map<String, Value> = run.get("query").and_then(Value::as_object).cloned().unwrap_or_default();
    let reported = run.text("node").to_owned();
    let asked = Params(stored.into_iter().collect());
    let original = Call { params: asked, ..call.clone() };
    let query = Query::read(world, &original, &Node::Object(reported))?;
    super::answer(world, call, &query)
}
