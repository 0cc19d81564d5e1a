//! A worker that something happens to at a moment of its own: it dies there, or Meta does something at its next call.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tandem::clock::PlatformClocks;
use tandem::failpoint::{self, Moment, Watcher};
use tandem::jobs::Worker;
use tandem::service::Ctx;
use tokio::sync::Notify;

use super::TestApp;

/// What happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Strike {
    /// The process dies there and then.
    Die,
    /// The sandbox meets its next call with this fault.
    Fault(Value),
}

impl Strike {
    /// A fault of one call, by its name in the control surface.
    pub fn fault(kind: &str) -> Self {
        Self::Fault(json!({ "kind": kind, "times": 1 }))
    }

    /// A fault of one part of the next batch, after so many of its parts.
    pub fn in_batch(kind: &str, skip: usize) -> Self {
        Self::Fault(json!({ "match": { "in_batch": true }, "skip": skip, "kind": kind, "times": 1 }))
    }

    /// A refusal for good, as of a value that Meta does not take.
    pub fn refusal() -> Self {
        Self::Fault(json!({ "kind": "error", "times": 1, "code": 100, "subcode": 1_885_272, "message": "Not like this." }))
    }

    /// A refusal for good of one part of the next batch, after so many of its parts.
    pub fn refusal_in_batch(skip: usize) -> Self {
        let Self::Fault(mut fault) = Self::refusal() else { unreachable!() };
        fault["match"] = json!({ "in_batch": true });
        fault["skip"] = json!(skip);
        Self::Fault(fault)
    }
}

/// Watches one job: counts its moments and strikes at one of them.
#[derive(Clone)]
pub struct Watch(Arc<Inner>);

struct Inner {
    strike: Option<(usize, Strike)>,
    base: String,
    http: reqwest::Client,
    seen: Mutex<Vec<Moment>>,
    died: Notify,
}

impl Watch {
    /// Strikes when so many moments have passed; counts alone where nothing is to happen.
    pub fn new(app: &TestApp, strike: Option<(usize, Strike)>) -> Self {
        let base = app.ctx.sandbox.as_ref().unwrap().base_url.clone();
        Self(Arc::new(Inner { strike, base, http: app.http().clone(), seen: Mutex::default(), died: Notify::new() }))
    }

    /// The moments that passed.
    pub fn seen(&self) -> Vec<Moment> {
        self.0.seen.lock().unwrap().clone()
    }

    /// The moment it struck at; `None` where the job ended before.
    pub fn struck(&self) -> Option<Moment> {
        let (at, _) = self.0.strike.as_ref()?;
        self.0.seen.lock().unwrap().get(*at).cloned()
    }

    fn watcher(&self) -> Watcher {
        let inner = Arc::clone(&self.0);
        Arc::new(move |moment| {
            let inner = Arc::clone(&inner);
            Box::pin(async move { inner.at(moment).await })
        })
    }
}

impl Inner {
    async fn at(&self, moment: Moment) {
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(moment);
            seen.len() - 1
        };
        match &self.strike {
            Some((at, Strike::Die)) if *at == number => {
                self.died.notify_one();
                std::future::pending::<()>().await;
            }
            Some((at, Strike::Fault(fault))) if *at == number => {
                let url = format!("{}/_sandbox/faults", self.base);
                let sent = self.http.post(url).header("X-Sandbox-Control", "1").json(fault).send().await.unwrap();
                assert!(sent.status().is_success());
            }
            _ => {}
        }
    }
}

/// How a worker's try at a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nothing was due.
    Idle,
    /// It ran and was settled, whatever came of it.
    Ran,
    /// The process died.
    Died,
}

/// Runs the most urgent job that is due, watched.
pub async fn step(ctx: &Ctx, watch: &Watch) -> Ended {
    let worker = Worker::new(ctx.clone());
    // Leaving the block drops the worker in the middle of its work, as a kill would.
    tokio::select! {
        worked = failpoint::watched(watch.watcher(), worker.step()) => if worked.unwrap() { Ended::Ran } else { Ended::Idle },
        () = watch.0.died.notified() => Ended::Died,
    }
}

impl TestApp {
    /// What a new process would hold: the same database and files. Clients are kept: making one takes longer than a whole plan,
    /// and they know nothing but their token.
    pub fn restarted(&self) -> Ctx {
        Ctx {
            db: self.database.open(),
            platform: PlatformClocks::default(),
            estimates: tandem::service::campaigns::Estimates::default(),
            ..self.ctx.clone()
        }
    }
}
