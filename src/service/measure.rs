//! Figures of the moment for whoever watches the machine: queue, plans, accounts, database. Over all workspaces, naming none.

use crate::metrics::Gauge;
use crate::store::health;

use super::{Ctx, Result};

/// Reads the figures. Ages are seconds of real time.
pub async fn gauges(ctx: &Ctx) -> Result<Vec<Gauge>> {
    let now = ctx.now();
    let pool = ctx.db.pool();
    let seen = ctx.db.read(move |c| health::figures(c, now.0.into())).await?;
    let one = |name, help, value: i64| Gauge { name, help, label: "", values: vec![(String::new(), value)] };
    let age = |at: Option<crate::store::UtcTime>| at.map_or(0, |at| (now.0 - at.utc()).num_seconds().max(0));
    let mut all = vec![
        Gauge {
            name: "tandem_jobs_waiting",
            help: "Jobs that are not finished, by kind.",
            label: "kind",
            values: seen.jobs_open,
        },
        one("tandem_jobs_oldest_due_seconds", "For how long the oldest due job has waited.", age(seen.oldest_due)),
        Gauge { name: "tandem_plans", help: "Plans by state.", label: "state", values: seen.plans },
        one("tandem_ad_accounts_linked", "Ad accounts that a connection syncs.", seen.linked_accounts),
        one("tandem_sync_oldest_seconds", "Age of the linked ad account that was synced longest ago.", age(seen.oldest_sync)),
        Gauge {
            name: "tandem_connections",
            help: "Connections by status: ok, refused, unreachable.",
            label: "status",
            values: seen.connections,
        },
        one("tandem_workspaces_frozen", "Workspaces that an emergency stop holds.", seen.frozen_workspaces),
        Gauge {
            name: "tandem_database_connections",
            help: "Database connections by use: open and idle, of readers and of the writer.",
            label: "use",
            values: pool,
        },
    ];
    all.extend(super::quota::gauges(ctx));
    Ok(all)
}
