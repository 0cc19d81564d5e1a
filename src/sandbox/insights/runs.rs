//! Asynchronous reports: `POST .../insights` makes a run, looking at it moves it on, its edge pages the rows.
//!
//! Source: Marketing API, "Insights, asynchronous jobs" (graph-api reference, section 11). A run needs no worker: its rows are
//! reckoned when they are paged. How far it is follows from how often it was looked at and how many minutes of the sandbox's
//! clock have passed, never from real time; larger periods take longer. As at Meta a run may say 100 percent while it is still
//! running: only `Job Completed` means that its rows can be read.

use serde_json::{Map, Value, json};

use super::page::Report;
use super::query::Query;
use crate::sandbox::nodes::read::{self, Node};
use crate::sandbox::nodes::values;
use crate::sandbox::state::{Event, Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::fields::Field;
use crate::sandbox::wire::params::Params;
use crate::sandbox::wire::request::Call;
use crate::sandbox::world::World;

/// Seconds for which a run can be read.
const KEPT: i64 = 30 * 86_400;
/// Seconds that move a run on as a look does.
const STEP: i64 = 60;
const COMPLETED: &str = "Job Completed";
/// States that a look moves on.
// spec: none (values of AdReportRun's async_status, which the schema has as a text)
const GOING_ON: &[&str] = &["Job Not Started", "Job Started", "Job Running"];

/// `POST /{node}/insights`.
///
/// # Errors
/// What the same synchronous call would answer.
pub fn start(world: &mut World, call: &Call, node: &Node) -> Answer {
    let now = world.now();
    let query = Query::read(world, call, node, now)?;
    let id = world.state.next_id();
    let mut stored = call.params.clone();
    stored.0.retain(|name, _| !matches!(name.as_str(), "access_token" | "appsecret_proof"));
    let first = query.periods.iter().map(|period| period.0).min();
    let last = query.periods.iter().map(|period| period.1).max();
    let days: i64 = query.periods.iter().map(|(since, until)| (*until - *since).num_days() + 1).sum();
    let mut fields = Map::new();
    for (name, value) in [
        ("query", json!(stored.0)),
        ("node", json!(values::id(world, node))),
        ("time_ref", json!(now)),
        ("date_start", json!(first.map(|date| date.to_string()))),
        ("date_stop", json!(last.map(|date| date.to_string()))),
        ("steps", json!(steps(days))),
        ("looks", json!(0)),
        ("async_status", json!("Job Not Started")),
        ("async_percent_completion", json!(0)),
        ("is_running", json!(true)),
    ] {
        if !value.is_null() {
            fields.insert(name.to_owned(), value);
        }
    }
    let event =
        Event::Create { at: now, id: id.clone(), kind: Kind::ReportRun, account: query.account, parent: None, fields, by: None };
    world.commit(&event)?;
    Ok(json!({ "report_run_id": id }))
}

/// Looks or minutes until a report of so many days is complete.
fn steps(days: i64) -> i64 {
    match days {
        ..=1 => 1,
        2..=7 => 2,
        8..=31 => 3,
        32..=92 => 4,
        _ => 5,
    }
}

/// What a run says of itself after so many of its steps: status and percent.
fn progress(done: i64, steps: i64) -> (&'static str, i64) {
    match steps - done {
        ..=0 => (COMPLETED, 100),
        1 if steps > 2 => ("Job Running", 100),
        1 | 2 => ("Job Running", done * 100 / steps.max(1)),
        3 => ("Job Started", 0),
        _ => ("Job Not Started", 0),
    }
}

/// `GET /{run}`: each look moves an unfinished run on.
///
/// # Errors
/// Code 100 for an unknown field, 100/33 for a run of more than 30 days ago.
pub fn read(world: &mut World, call: &Call, node: &Node, fields: Option<&[Field]>) -> Answer {
    let run = of(world, call, node)?;
    let (at, number) = (world.now(), |name: &str| run.get(name).and_then(Value::as_i64));
    // What ended stays as it ended: completed, or failed or skipped by an outside edit. Runs of earlier journals have no steps.
    if let (Some(steps), true) = (number("steps"), GOING_ON.contains(&run.text("async_status"))) {
        let looks = number("looks").unwrap_or(0) + 1;
        let (status, percent) = progress(looks + (at - run.created()) / STEP, steps);
        let mut set = Map::new();
        set.insert("looks".into(), json!(looks));
        set.insert("async_status".into(), json!(status));
        set.insert("async_percent_completion".into(), json!(percent));
        if status == COMPLETED {
            set.insert("is_running".into(), json!(false));
            set.insert("time_completed".into(), json!(at));
        }
        world.commit(&Event::Update { at, id: run.id.clone(), set, by: None })?;
    }
    read::node(world, call, node, fields)
}

/// `GET /{run}/insights`.
///
/// # Errors
/// 2601/1815107 for a run that is not complete, 100/33 when it or the reported node is gone, 2642 for a bad cursor.
pub fn rows(world: &mut World, call: &Call, node: &Node) -> Result<Report, GraphError> {
    let run = of(world, call, node)?;
    call.params.only(&[])?;
    if run.text("async_status") != COMPLETED {
        return Err(GraphError { transient: true, ..GraphError::new(2_601, "Error accessing adreport job.") }.sub(1_815_107).told(
            "Loading Async Ads Report Failed",
            "Sorry, the report cannot be loaded successfully. Please check if your job status is completed instead of failed or \
             running before fetching the data.",
        ));
    }
    let stored: Map<String, Value> = run.get("query").and_then(Value::as_object).cloned().unwrap_or_default();
    let reported = Node::Object(run.text("node").to_owned());
    let original = Call { params: Params(stored.into_iter().collect()), ..call.clone() };
    // "Yesterday" is the day before the run was asked for, whenever its rows are read.
    let query = Query::read(world, &original, &reported, run.created())?;
    Report::new(call, query)
}

fn of(world: &World, call: &Call, node: &Node) -> Result<Object, GraphError> {
    let gone = || GraphError::missing(call.path.first().map_or("", String::as_str), "get");
    let Node::Object(id) = node else {
        return Err(gone());
    };
    let run = world.state.find(id, Kind::ReportRun).filter(|run| world.now() - run.created() <= KEPT);
    run.cloned().ok_or_else(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_through_its_states_in_order_and_ends_complete() {
        let told = |steps: i64| (1..=steps).map(|done| progress(done, steps)).collect::<Vec<_>>();
        assert_eq!(told(1), [("Job Completed", 100)]);
        assert_eq!(told(2), [("Job Running", 50), ("Job Completed", 100)]);
        assert_eq!(told(4), [("Job Started", 0), ("Job Running", 50), ("Job Running", 100), ("Job Completed", 100)]);
        let whole =
            [("Job Not Started", 0), ("Job Started", 0), ("Job Running", 60), ("Job Running", 100), ("Job Completed", 100)];
        assert_eq!(told(5), whole);
        assert_eq!([1, 7, 8, 31, 32, 92, 93].map(steps), [1, 2, 3, 3, 4, 4, 5]);
    }
}
