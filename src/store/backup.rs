//! Copies of the SQLite file: taken while the server runs, checked before they are trusted.
//!
//! A backup is itself an SQLite file: the whole database and one more table that holds the files beside it.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};

use super::{Conn, MultiBackend, POSTGRES_MIGRATIONS, Result, SQLITE_MIGRATIONS, StoreError, audit, workspaces};

/// A file that lies beside the database: name and bytes.
pub type Part = (String, Vec<u8>);

/// What was found in a database.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// What the database says of its own pages, indexes and references; empty where all is well.
    pub damage: Vec<String>,
    /// Migrations that this program does not know: the database is of a newer one.
    pub newer: Vec<String>,
    /// Migrations that are due.
    pub due: Vec<String>,
    /// Workspaces whose audit chain is broken, with the first event that is.
    pub broken_chains: Vec<(String, i64)>,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct PartRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn open(path: &Path) -> Result<SqliteConnection> {
    let path = path.to_str().ok_or_else(|| StoreError::Pool("the path is not UTF-8".to_owned()))?;
    let mut connection = SqliteConnection::establish(path).map_err(|e| StoreError::Pool(e.to_string()))?;
    connection.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON;")?;
    Ok(connection)
}

/// Copies the database as it is at one moment into a new file, while others read and write. Source: SQLite, "VACUUM INTO".
pub fn copy(database: &Path, into: &Path) -> Result<()> {
    let target = into.to_str().ok_or_else(|| StoreError::Pool("the path is not UTF-8".to_owned()))?;
    diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(target).execute(&mut open(database)?)?;
    Ok(())
}

/// Puts files beside the database into the copy.
pub fn put_parts(copy: &Path, parts: &[Part]) -> Result<()> {
    let mut connection = open(copy)?;
    connection.batch_execute("CREATE TABLE tandem_backup (name TEXT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL)")?;
    for (name, bytes) in parts {
        diesel::sql_query("INSERT INTO tandem_backup (name, bytes) VALUES (?, ?)")
            .bind::<Text, _>(name)
            .bind::<Binary, _>(bytes)
            .execute(&mut connection)?;
    }
    Ok(())
}

/// Takes the files out of a copy, which is a plain database afterwards; `None` where the file is no backup.
pub fn take_parts(copy: &Path) -> Result<Option<Vec<Part>>> {
    let mut connection = open(copy)?;
    let there: Number =
        diesel::sql_query("SELECT COUNT(*) AS number FROM sqlite_master WHERE type = 'table' AND name = 'tandem_backup'")
            .get_result(&mut connection)?;
    if there.number == 0 {
        return Ok(None);
    }
    let rows: Vec<PartRow> = diesel::sql_query("SELECT name, bytes FROM tandem_backup ORDER BY name").load(&mut connection)?;
    connection.batch_execute("DROP TABLE tandem_backup")?;
    Ok(Some(rows.into_iter().map(|row| (row.name, row.bytes)).collect()))
}

/// Looks through a database file.
pub fn inspect_file(path: &Path) -> Result<Found> {
    inspect(&mut Conn::Sqlite(open(path)?))
}

/// Looks through a database: its own checks, its migrations, its audit chains. PostgreSQL checks its pages itself.
pub fn inspect(connection: &mut Conn) -> Result<Found> {
    let mut found = Found::default();
    if let Conn::Sqlite(_) = connection {
        let lines: Vec<Line> =
            diesel::sql_query("SELECT integrity_check AS line FROM pragma_integrity_check").load(connection)?;
        found.damage = lines.into_iter().map(|line| line.line).filter(|line| line != "ok").collect();
        let orphans: Vec<Line> =
            diesel::sql_query("SELECT DISTINCT \"table\" AS line FROM pragma_foreign_key_check").load(connection)?;
        found.damage.extend(orphans.into_iter().map(|line| format!("rows of {} point at rows that are gone", line.line)));
    }
    let source = if matches!(connection, Conn::Sqlite(_)) { SQLITE_MIGRATIONS } else { POSTGRES_MIGRATIONS };
    let known: Vec<String> = MigrationSource::<MultiBackend>::migrations(&source)
        .map_err(|e| StoreError::Migration(e.to_string()))?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    // Not through diesel's harness: it would make the table first, which a reader may not.
    let applied: Vec<Line> =
        diesel::sql_query("SELECT version AS line FROM __diesel_schema_migrations ORDER BY version").load(connection)?;
    let applied: Vec<String> = applied.into_iter().map(|row| row.line).collect();
    found.newer = applied.iter().filter(|version| !known.contains(version)).cloned().collect();
    found.due = known.into_iter().filter(|version| !applied.contains(version)).collect();
    if found.newer.is_empty() && !applied.is_empty() {
        for workspace in workspaces::list(connection)? {
            if let Some(seq) = audit::first_broken(connection, workspace.id)? {
                found.broken_chains.push((workspace.name, seq));
            }
        }
    }
    Ok(found)
}
