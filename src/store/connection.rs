//! One connection type over SQLite and PostgreSQL, and the pools that hold it.
//!
//! SQLite has one writer and many readers (WAL); PostgreSQL has one pool. Everything above sees only [`Conn`].

#![allow(missing_docs)] // the derive makes undocumented items beside the enum

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::{PgConnection, SqliteConnection};

/// A connection to whichever database is in use; queries are written once against it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL. First, because SQLite takes any text for a path.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

pub(super) type Manager = ConnectionManager<Conn>;

/// What a pool's connections are for; on SQLite readers and the writer differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Write,
}

impl CustomizeConnection<Conn, diesel::r2d2::Error> for Use {
    fn on_acquire(&self, connection: &mut Conn) -> Result<(), diesel::r2d2::Error> {
        let statements = match (&*connection, self) {
            (Conn::Postgres(_), _) => "SET TIME ZONE 'UTC'",
            // FULL: a commit that is lost after Meta took the write would leave an orphan there.
            (Conn::Sqlite(_), Self::Write) => {
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                 PRAGMA cache_size = -16000;"
            }
            (Conn::Sqlite(_), Self::Read) => {
                "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA query_only = ON; PRAGMA cache_size = -8000; \
                 PRAGMA mmap_size = 268435456;"
            }
        };
        connection.batch_execute(statements).map_err(diesel::r2d2::Error::QueryError)
    }
}

/// The reader and the writer pool; on PostgreSQL they are one.
pub(super) fn pools(url: &str, readers: u32) -> Result<(Pool<Manager>, Pool<Manager>), diesel::r2d2::PoolError> {
    let is_postgres = is_postgres(url);
    let build = |purpose: Use, size: u32| {
        Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(is_postgres)
            .connection_timeout(Duration::from_secs(20))
            .connection_customizer(Box::new(purpose))
            .build(Manager::new(url))
    };
    let writer = build(Use::Write, if is_postgres { readers } else { 1 })?;
    let reader = if is_postgres { writer.clone() } else { build(Use::Read, readers)? };
    Ok((reader, writer))
}

/// Whether a database URL names PostgreSQL; anything else is a path of an SQLite file.
pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}
