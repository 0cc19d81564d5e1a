//! Insights as a report that the server makes while we wait: start, poll, read. Source: Marketing API, "Insights, async jobs".

use serde::Deserialize;

use super::client::{Client, Path};
use super::error::GraphError;
use super::insights::{Breakdown, InsightsPages, InsightsQuery};
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::wire;

/// A report being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id, valid for 30 days.
    pub id: NodeId,
    /// What its rows are divided by.
    pub breakdown: Breakdown,
}

/// How far a report is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunState {
    /// Not ready; percent done.
    Working(i64),
    /// Ready to be read.
    Ready,
    /// It will never be ready: ask again, or for less.
    Failed(String),
}

#[derive(Deserialize)]
struct Started {
    report_run_id: NodeId,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    async_status: String,
    #[serde(default, deserialize_with = "wire::int")]
    async_percent_completion: Option<i64>,
}

impl Client {
    /// Starts a report. Repeating it makes another report and harms nothing.
    ///
    /// # Errors
    /// As any call.
    pub async fn start_insights(&self, node: &NodeId, query: &InsightsQuery) -> Result<Run, GraphError> {
        let started: Started = self.post_harmless(&Path::Edge(node, "insights"), &query.params()?).await?;
        Ok(Run { id: started.report_run_id, breakdown: query.breakdown })
    }

    /// How far a report is. It is ready only when it says so and has reached 100 percent.
    ///
    /// # Errors
    /// As any call.
    pub async fn insights_state(&self, run: &Run) -> Result<RunState, GraphError> {
        let fields = Params::fields(&["async_status", "async_percent_completion"]);
        let status: Status = self.get(&Path::Node(&run.id), &fields).await?;
        let percent = status.async_percent_completion.unwrap_or_default();
        Ok(match status.async_status.as_str() {
            "Job Completed" if percent >= 100 => RunState::Ready,
            "Job Failed" | "Job Skipped" => RunState::Failed(status.async_status),
            _ => RunState::Working(percent),
        })
    }

    /// The rows of a report that is ready.
    pub fn insights_of(&self, run: &Run) -> InsightsPages {
        InsightsPages::new(Pages::new(self, &run.id, "insights", Params::new().text("limit", "500")), run.breakdown)
    }
}
