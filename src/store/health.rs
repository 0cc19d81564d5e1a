//! Counts over the whole house, for whoever watches the machine. No row of a tenant leaves by here.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::schema::{ad_accounts, jobs, workspaces};
use super::{Conn, Result, UtcTime};

/// Counts of the moment.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Unfinished jobs by kind.
    pub jobs_open: Vec<(String, i64)>,
    /// Since when the oldest due job has been due.
    pub oldest_due: Option<UtcTime>,
    /// Plans by state.
    pub plans: Vec<(String, i64)>,
    /// Connections by status.
    pub connections: Vec<(String, i64)>,
    /// Ad accounts that a connection syncs.
    pub linked_accounts: i64,
    /// When the linked ad account that was synced longest ago was synced.
    pub oldest_sync: Option<UtcTime>,
    /// Workspaces that an emergency stop holds.
    pub frozen_workspaces: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Counts everything as of `now`.
pub fn figures(connection: &mut Conn, now: UtcTime) -> Result<Figures> {
    let open = "SELECT kind AS word, COUNT(*) AS number FROM jobs WHERE finished_at IS NULL GROUP BY kind ORDER BY kind";
    let plans = "SELECT state AS word, COUNT(*) AS number FROM plans GROUP BY state ORDER BY state";
    let connections = "SELECT status AS word, COUNT(*) AS number FROM connections GROUP BY status ORDER BY status";
    let due = jobs::table.filter(jobs::finished_at.is_null()).filter(jobs::run_at.le(now)).filter(jobs::lease_until.is_null());
    let linked = ad_accounts::table.filter(ad_accounts::connection_id.is_not_null());
    let synced = linked.filter(ad_accounts::synced_at.is_not_null()).order(ad_accounts::synced_at);
    Ok(Figures {
        jobs_open: counts(connection, open)?,
        oldest_due: due.order(jobs::run_at).select(jobs::run_at).first(connection).optional()?,
        plans: counts(connection, plans)?,
        connections: counts(connection, connections)?,
        linked_accounts: linked.count().get_result(connection)?,
        oldest_sync: synced.select(ad_accounts::synced_at).first::<Option<UtcTime>>(connection).optional()?.flatten(),
        frozen_workspaces: workspaces::table.filter(workspaces::frozen_at.is_not_null()).count().get_result(connection)?,
    })
}

fn counts(connection: &mut Conn, statement: &str) -> Result<Vec<(String, i64)>> {
    let rows: Vec<Count> = diesel::sql_query(statement).load(connection)?;
    Ok(rows.into_iter().map(|row| (row.word, row.number)).collect())
}

/// When the newest event of all audit logs was written.
pub fn newest_event(connection: &mut Conn) -> Result<Option<UtcTime>> {
    use super::schema::audit_events;
    Ok(audit_events::table.order(audit_events::at.desc()).select(audit_events::at).first(connection).optional()?)
}
