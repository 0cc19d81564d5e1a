//! Who may call Meta next: the budget of calls of each ad account, kept for the whole process, and the gate in front of its calls.
//!
//! What may go is decided by [`crate::domain::quota`] alone. Budgets are not stored: Meta tells in each answer what is used, other
//! processes' calls included, so a new process knows after its first call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::clock::{Clock, PlatformClocks, PlatformTime, RealTime};
use crate::domain::id::AdAccountId;
use crate::domain::quota::{Cost, Quota, Share, Standing, Together, Urgency, Wait};
use crate::graph::{Client, Gate, GraphError, Heard, NodeId};
use crate::metrics::Gauge;
use crate::store::connections::{self as rows, AdAccount};

use super::{Actor, Ctx, Result};

/// The budgets of every ad account that was called, by base URL.
#[derive(Debug, Clone, Default)]
pub struct Quotas(Arc<Mutex<BTreeMap<String, Platform>>>);

/// What is known of one base URL.
#[derive(Debug, Default)]
struct Platform {
    accounts: BTreeMap<NodeId, Quota>,
    app: Share,
    meter: Option<Meter>,
}

/// The time by which budgets come back: the platform's, and where that stands still, as a sandbox's may, this machine's; so that
/// nothing ever waits for a clock that does not go.
#[derive(Debug, Clone, Copy)]
struct Meter {
    at: DateTime<Utc>,
    platform: PlatformTime,
    real: RealTime,
}

impl Platform {
    /// Metered time now.
    fn now(&mut self, platform: PlatformTime, real: RealTime) -> DateTime<Utc> {
        let meter = self.meter.get_or_insert(Meter { at: platform.0, platform, real });
        let gone = (platform.0 - meter.platform.0).max(real.0 - meter.real.0).max(chrono::Duration::zero());
        *meter = Meter { at: meter.at + gone, platform, real };
        meter.at
    }
}

impl Quotas {
    fn with<T>(&self, base: &str, act: impl FnOnce(&mut Platform) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(all.entry(base.to_owned()).or_default())
    }

    fn standing(&self, base: &str, account: &NodeId, now: (PlatformTime, RealTime)) -> (Standing, i64, DateTime<Utc>) {
        self.with(base, |platform| {
            let now = platform.now(now.0, now.1);
            let quota = platform.accounts.get(account).cloned().unwrap_or_default();
            (quota.standing(now), platform.app.percent(now), now)
        })
    }
}

/// The gate of one ad account, for work of one urgency.
#[derive(Debug)]
struct AccountGate {
    quotas: Quotas,
    clock: Clock,
    platform: PlatformClocks,
    base: String,
    account: NodeId,
    urgency: Urgency,
}

impl AccountGate {
    /// Something about the ad account's base, at its metered time.
    fn with<T>(&self, act: impl FnOnce(&mut Platform, DateTime<Utc>) -> T) -> T {
        let real = self.clock.now();
        let told = self.platform.now(&self.base, real);
        self.quotas.with(&self.base, |platform| {
            let now = platform.now(told, real);
            act(platform, now)
        })
    }

    fn ask<T>(
        &self,
        act: impl FnOnce(&mut Quota, DateTime<Utc>) -> std::result::Result<T, Wait>,
    ) -> std::result::Result<T, GraphError> {
        self.with(|platform, now| {
            let answer = match platform.app.wait(self.urgency, now) {
                Some(wait) => Err(wait),
                None => act(platform.accounts.entry(self.account.clone()).or_default(), now),
            };
            answer.map_err(|wait| GraphError::Held {
                wait: (wait.until - now).to_std().unwrap_or_default(),
                reason: wait.why.to_string(),
            })
        })
    }
}

impl Gate for AccountGate {
    fn admit(&self, cost: Cost) -> std::result::Result<(), GraphError> {
        self.ask(|quota, now| quota.admit(self.urgency, cost, now))
    }

    fn room(&self, calls: Together) -> std::result::Result<usize, GraphError> {
        self.ask(|quota, now| quota.room(self.urgency, calls, now))
    }

    fn heard(&self, heard: &Heard) {
        if let Some(date) = heard.date {
            self.platform.note(&self.base, PlatformTime(date), self.clock.now());
        }
        let told = heard.usage.map(crate::graph::Usage::told).unwrap_or_default();
        self.with(|platform, now| {
            if let Some(percent) = told.app {
                platform.app.hear(percent, now);
            }
            if let Some(quota) = platform.accounts.get_mut(&self.account) {
                quota.hear(&told, now);
            }
        });
    }

    fn answered(&self, cost: Cost) {
        self.with(|platform, now| {
            if let Some(quota) = platform.accounts.get_mut(&self.account) {
                quota.answered(cost, now);
            }
        });
    }
}

/// The client with the gate of an ad account before it.
pub(super) fn gated(ctx: &Ctx, client: &Client, account: &NodeId, urgency: Urgency) -> Client {
    client.through(Arc::new(AccountGate {
        quotas: ctx.quotas.clone(),
        clock: ctx.clock.clone(),
        platform: ctx.platform.clone(),
        base: client.base_url().to_owned(),
        account: account.clone(),
        urgency,
    }))
}

/// How one linked ad account's budget of calls stands.
#[derive(Debug, Clone)]
pub struct AccountQuota {
    /// Which.
    pub account: AdAccountId,
    /// Its name.
    pub name: String,
    /// What is used and left, and what waits.
    pub standing: Standing,
    /// Percent used of the app's own calls an hour.
    pub app_percent: i64,
    /// The time of it, by which what it says is reckoned.
    pub now: DateTime<Utc>,
}

/// The budgets of the workspace's linked ad accounts, by name.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<AccountQuota>> {
    let workspace = actor.workspace;
    let linked = ctx.db.read(move |c| Ok((rows::list_linked_accounts(c, workspace)?, rows::list(c, workspace)?)));
    let (accounts, connections) = linked.await?;
    let mut all: Vec<AccountQuota> = Vec::new();
    for account in accounts {
        let base = connections.iter().find(|known| Some(known.id) == account.connection_id).map(|known| known.base_url.clone());
        all.extend(base.and_then(|base| of(ctx, account, &base)));
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn of(ctx: &Ctx, account: AdAccount, base: &str) -> Option<AccountQuota> {
    let node: NodeId = account.remote_id.as_deref()?.parse().ok()?;
    let base = base.trim_end_matches('/');
    let (standing, app_percent, now) = ctx.quotas.standing(base, &node, (ctx.platform.now(base, ctx.now()), ctx.now()));
    Some(AccountQuota { account: account.id, name: account.name, standing, app_percent, now })
}

/// Figures of the moment over all ad accounts that this process called, naming none.
pub(super) fn gauges(ctx: &Ctx) -> Vec<Gauge> {
    let (mut highest, mut held) = (0, 0);
    let mut waiting: BTreeMap<Urgency, i64> = Urgency::ALL.into_iter().map(|urgency| (urgency, 0)).collect();
    let mut all = ctx.quotas.0.lock().unwrap_or_else(PoisonError::into_inner);
    for (base, platform) in all.iter_mut() {
        let now = platform.now(ctx.platform.now(base, ctx.now()), ctx.now());
        for quota in platform.accounts.values() {
            let standing = quota.standing(now);
            highest = highest.max(standing.points.map_or(0, |(used, most)| used * 100 / most.max(1)));
            held += i64::from(standing.closed_until.is_some());
            for wait in standing.waiting {
                *waiting.entry(wait.urgency).or_default() += 1;
            }
        }
    }
    let one = |name, help, value: i64| Gauge { name, help, label: "", values: vec![(String::new(), value)] };
    vec![
        one("tandem_quota_used_percent", "Points used by the ad account that used most of its own, in percent.", highest),
        one("tandem_quota_closed", "Ad accounts that Meta asked to stay away from for a while.", held),
        Gauge {
            name: "tandem_quota_waiting",
            help: "Ad accounts whose budget of calls makes work wait, by urgency: stops, edits, creates, reads.",
            label: "urgency",
            values: waiting.into_iter().map(|(urgency, count)| (urgency.label().to_owned(), count)).collect(),
        },
    ]
}
