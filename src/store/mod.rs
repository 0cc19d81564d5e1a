//! The only place with SQL (reports aside): connections, transactions, one file a feature.
//!
//! Every function that touches tenant rows takes the workspace. Verbs: `find` (an `Option`), `get` (or
//! [`StoreError::NotFound`]), `list`, `insert`, `update`, `upsert`, `delete`. Nothing here decides anything.

pub mod account_checks;
pub mod activities;
pub mod api_tokens;
pub mod approvals;
pub mod audit;
pub mod backup;
pub mod campaign_list;
pub mod campaigns;
mod connection;
pub mod connections;
pub mod drifts;
pub mod envelopes;
pub mod health;
pub mod idempotency_keys;
pub mod imported_facts;
pub mod imports;
pub mod jobs;
pub mod kept;
pub mod labels;
pub mod ledger;
pub mod limits;
pub mod naming;
pub mod notices;
pub mod observed;
pub mod pending;
pub mod pictures;
pub mod plan_settings;
pub mod plans;
pub mod reach;
pub mod rollups;
pub mod saved_audiences;
pub mod saved_filters;
pub mod schema;
pub mod sessions;
pub mod settled;
pub mod setup_links;
pub mod split_figures;
pub mod split_tests;
pub mod splits;
pub mod sql_types;
pub mod standing;
pub mod stops;
pub mod sync_runs;
pub mod synced_facts;
mod synced_rows;
pub mod upsert;
pub mod users;
pub mod webhooks;
pub mod workspaces;
pub mod writing;

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::{Pool, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

pub use connection::{Conn, MultiBackend, is_postgres};
pub use sql_types::UtcTime;

use crate::failpoint::{self, Moment};
use connection::Manager;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// What can go wrong in the database, as far as anyone above can act on it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row in this workspace.
    #[error("not found")]
    NotFound,
    /// A unique or foreign key stands against it; the constraint's name or columns.
    #[error("conflict with {0}")]
    Conflict(String),
    /// Another writer held the database for too long; worth trying again.
    #[error("the database is busy")]
    Busy,
    /// Anything else.
    #[error("database: {0}")]
    Database(#[source] DieselError),
    /// No connection to be had.
    #[error("no database connection: {0}")]
    Pool(String),
    /// The migrations could not be carried out.
    #[error("migration: {0}")]
    Migration(String),
    /// A value in the database that our own code cannot have written.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation, info) => {
                Self::Conflict(info.constraint_name().unwrap_or_else(|| info.message()).to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Busy,
            DieselError::DatabaseError(_, ref info) if info.message().contains("database is locked") => Self::Busy,
            other => Self::Database(other),
        }
    }
}

/// A result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The database: a pool of readers and one of writers.
#[derive(Clone)]
pub struct Db {
    readers: Pool<Manager>,
    writers: Pool<Manager>,
    url: std::sync::Arc<str>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if is_postgres(&self.url) { "Db(PostgreSQL)" } else { "Db(SQLite)" })
    }
}

impl Db {
    /// Opens the database without migrating it.
    pub fn open(url: &str) -> Result<Self> {
        let (readers, writers) = connection::pools(url, 8).map_err(|e| StoreError::Pool(e.to_string()))?;
        Ok(Self { readers, writers, url: url.into() })
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        is_postgres(&self.url)
    }

    /// Carries out the migrations that are still due; returns their names.
    pub fn migrate(&self) -> Result<Vec<String>> {
        let mut connection = Self::connection(&self.writers)?;
        let migrations = if self.is_postgres() { POSTGRES_MIGRATIONS } else { SQLITE_MIGRATIONS };
        let done = connection.run_pending_migrations(migrations).map_err(|e| StoreError::Migration(e.to_string()))?;
        let names = done.iter().map(ToString::to_string).collect();
        // What SQL carried over has no hashes yet; after a crash between the two it is done at the next start.
        transaction(&mut connection, Begin::Write, ledger::seal)?;
        Ok(names)
    }

    /// Takes every migration back, newest first. For tests of the `down` half.
    pub fn revert_all(&self) -> Result<()> {
        let mut connection = Self::connection(&self.writers)?;
        let migrations = if self.is_postgres() { POSTGRES_MIGRATIONS } else { SQLITE_MIGRATIONS };
        connection.revert_all_migrations(migrations).map_err(|e| StoreError::Migration(e.to_string()))?;
        Ok(())
    }

    /// How many connections are open and idle, of readers and of writers.
    pub fn pool(&self) -> Vec<(String, i64)> {
        let mut all = Vec::new();
        for (name, pool) in [("reader", &self.readers), ("writer", &self.writers)] {
            let state = pool.state();
            all.push((format!("{name}_open"), i64::from(state.connections)));
            all.push((format!("{name}_idle"), i64::from(state.idle_connections)));
        }
        all
    }

    fn connection(pool: &Pool<Manager>) -> Result<PooledConnection<Manager>> {
        pool.get().map_err(|e| StoreError::Pool(e.to_string()))
    }

    /// Reads in one snapshot, on a blocking thread.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let db = self.clone();
        blocking(move || db.read_now(work)).await
    }

    /// Reads in one snapshot, on a blocking thread, where the work may fail for other reasons than the database.
    pub async fn read_with<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    {
        let db = self.clone();
        blocking(move || {
            let mut connection = Self::connection(&db.readers)?;
            transaction(&mut connection, Begin::Read, work)
        })
        .await
    }

    /// Reads in one snapshot, on this thread. For commands and code that already is on a blocking thread.
    pub fn read_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut connection = Self::connection(&self.readers)?;
        transaction(&mut connection, Begin::Read, work)
    }

    /// Writes in one transaction, on a blocking thread. Nothing of it is kept if `work` fails.
    pub async fn write<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    {
        let db = self.clone();
        failpoint::reach(|| Moment::BeforeCommit).await;
        let written = blocking(move || db.write_now(work)).await;
        failpoint::reach(|| Moment::AfterCommit).await;
        written
    }

    /// Writes in one transaction, on this thread.
    pub fn write_now<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut connection = Self::connection(&self.writers)?;
        transaction(&mut connection, Begin::Write, work)
    }
}

#[derive(Clone, Copy)]
enum Begin {
    Read,
    Write,
}

/// `BEGIN IMMEDIATE` on SQLite: a transaction that reads first and then writes would otherwise die as busy.
fn transaction<T, E: From<StoreError>>(
    connection: &mut PooledConnection<Manager>,
    begin: Begin,
    work: impl FnOnce(&mut Conn) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let connection: &mut Conn = connection;
    match (&mut *connection, begin) {
        (Conn::Sqlite(c), Begin::Write) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        (Conn::Sqlite(c), Begin::Read) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        (Conn::Postgres(c), Begin::Write) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        (Conn::Postgres(c), Begin::Read) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }
    .map_err(StoreError::from)?;
    type Transactions = <Conn as diesel::Connection>::TransactionManager;
    // A panic must not leave the one writer inside a transaction.
    match catch_unwind(AssertUnwindSafe(|| work(connection))) {
        Ok(Ok(value)) => {
            Transactions::commit_transaction(connection).map_err(StoreError::from)?;
            Ok(value)
        }
        Ok(Err(error)) => {
            Transactions::rollback_transaction(connection).map_err(StoreError::from)?;
            Err(error)
        }
        Err(panic) => {
            // The panic goes on; a failed rollback could only hide it.
            let _ = Transactions::rollback_transaction(connection);
            std::panic::resume_unwind(panic)
        }
    }
}

/// Runs blocking work off the event loop; a panic there comes back as a database error, not as a hang.
async fn blocking<T, E>(work: impl FnOnce() -> std::result::Result<T, E> + Send + 'static) -> std::result::Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(join) => Err(E::from(StoreError::Pool(join.to_string()))),
    }
}
