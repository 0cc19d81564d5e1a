//! What this process counts for Prometheus: requests, jobs, calls to Meta. A leaf that anyone may name.
//!
//! Labels are words of ours alone: a route's pattern, a job's kind, an outcome. No workspace, no name, no id, no secret. What stands
//! in the database (queue, plans, accounts) is not counted here but read when somebody asks: see `service::measure`.

use std::sync::LazyLock;
use std::time::Duration;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

/// Seconds that a request or a call may take, for the histograms.
const SECONDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

struct Counters {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    jobs: IntCounterVec,
    job_seconds: HistogramVec,
    graph_calls: IntCounterVec,
    graph_seconds: HistogramVec,
    graph_usage: IntGauge,
}

/// `None` only where two metrics had one name, which a test would show.
static COUNTERS: LazyLock<Option<Counters>> = LazyLock::new(|| Counters::new().ok());

impl Counters {
    fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, labels: &[&str]| -> prometheus::Result<IntCounterVec> {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        let seconds = |name: &str, help: &str, labels: &[&str]| -> prometheus::Result<HistogramVec> {
            let histogram = HistogramVec::new(HistogramOpts::new(name, help).buckets(SECONDS.to_vec()), labels)?;
            registry.register(Box::new(histogram.clone()))?;
            Ok(histogram)
        };
        let requests =
            counter("tandem_http_requests_total", "Requests by route, method and status.", &["route", "method", "status"])?;
        let request_seconds =
            seconds("tandem_http_request_seconds", "Time to the head of the answer, by route.", &["route", "method"])?;
        let jobs = counter("tandem_jobs_total", "Runs of jobs by kind and outcome: done, again, failed.", &["kind", "outcome"])?;
        let job_seconds = seconds("tandem_job_seconds", "Time of a run, by kind.", &["kind"])?;
        let graph_calls = counter(
            "tandem_graph_calls_total",
            "Calls to Meta or a sandbox by outcome: ok, refused, limited, lost, unreadable.",
            &["outcome"],
        )?;
        let graph_seconds = seconds("tandem_graph_call_seconds", "Time of a call, by outcome.", &["outcome"])?;
        let graph_usage =
            IntGauge::new("tandem_graph_usage_percent", "The highest percentage of a limit that the last answer told of.")?;
        registry.register(Box::new(graph_usage.clone()))?;
        Ok(Self { registry, requests, request_seconds, jobs, job_seconds, graph_calls, graph_seconds, graph_usage })
    }
}

/// Counts an answered request under its route's pattern.
pub fn request(route: &str, method: &str, status: u16, took: Duration) {
    let Some(counters) = &*COUNTERS else { return };
    counters.requests.with_label_values(&[route, method, &status.to_string()]).inc();
    counters.request_seconds.with_label_values(&[route, method]).observe(took.as_secs_f64());
}

/// Counts a run of a job.
pub fn job(kind: &str, outcome: &str, took: Duration) {
    let Some(counters) = &*COUNTERS else { return };
    counters.jobs.with_label_values(&[kind, outcome]).inc();
    counters.job_seconds.with_label_values(&[kind]).observe(took.as_secs_f64());
}

/// Counts a call to Meta or a sandbox.
pub fn graph_call(outcome: &str, took: Duration) {
    let Some(counters) = &*COUNTERS else { return };
    counters.graph_calls.with_label_values(&[outcome]).inc();
    counters.graph_seconds.with_label_values(&[outcome]).observe(took.as_secs_f64());
}

/// Notes how much of the limits is used.
pub fn graph_usage(percent: u32) {
    if let Some(counters) = &*COUNTERS {
        counters.graph_usage.set(i64::from(percent));
    }
}

/// A figure of the moment: name, help, and a value for each set of labels.
#[derive(Debug, Clone)]
pub struct Gauge {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub help: &'static str,
    /// The label's name; empty for a figure without one.
    pub label: &'static str,
    /// The label's word and the value; one with an empty word where there is no label.
    pub values: Vec<(String, i64)>,
}

/// Everything counted, and the given figures of the moment, in Prometheus's text format.
///
/// # Errors
/// A sentence, where a gauge's name is none or is taken.
pub fn text(gauges: &[Gauge]) -> Result<String, String> {
    let moment = Registry::new();
    let said = |error: prometheus::Error| error.to_string();
    for gauge in gauges {
        let labels: &[&str] = if gauge.label.is_empty() { &[] } else { &[gauge.label] };
        let family = prometheus::IntGaugeVec::new(Opts::new(gauge.name, gauge.help), labels).map_err(said)?;
        for (word, value) in &gauge.values {
            let words: &[&str] = if gauge.label.is_empty() { &[] } else { &[word.as_str()] };
            family.with_label_values(words).set(*value);
        }
        moment.register(Box::new(family)).map_err(said)?;
    }
    let mut families = COUNTERS.as_ref().map(|counters| counters.registry.gather()).unwrap_or_default();
    families.extend(moment.gather());
    TextEncoder::new().encode_to_string(&families).map_err(said)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told() {
        request("/campaigns/{id}", "GET", 200, Duration::from_millis(3));
        job("unit_test", "done", Duration::from_millis(3));
        graph_call("ok", Duration::from_millis(3));
        graph_usage(7);
        let plans = Gauge { name: "tandem_plans", help: "Plans.", label: "state", values: vec![("failed".into(), 2)] };
        let all = text(&[plans]).unwrap();
        for line in [
            "tandem_http_requests_total{method=\"GET\",route=\"/campaigns/{id}\",status=\"200\"}",
            "tandem_jobs_total{kind=\"unit_test\",outcome=\"done\"} 1",
            "tandem_graph_usage_percent 7",
            "tandem_plans{state=\"failed\"} 2",
        ] {
            assert!(all.contains(line), "{line} is not in {all}");
        }
    }
}
