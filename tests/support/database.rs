//! A migrated database for each test: a copy of a template made once.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use tandem::store::Db;
use tempfile::TempDir;

static NEXT: AtomicU32 = AtomicU32::new(1);
/// PostgreSQL copies a template only while nobody else touches it.
static COPYING: Mutex<()> = Mutex::new(());

/// A database that is gone when the test ends.
pub struct TestDatabase {
    pub url: String,
    pub directory: TempDir,
    drop_name: Option<String>,
}

/// The server on which databases are made, where the suite runs on PostgreSQL.
fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

impl TestDatabase {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let Some(server) = server() else {
            let path = directory.path().join("tandem.db");
            std::fs::copy(sqlite_template(), &path).unwrap();
            return Self { url: path.display().to_string(), directory, drop_name: None };
        };
        let name = format!("tandem_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let template = postgres_template(&server);
        let _one_at_a_time = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
        execute(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Self { url: with_database(&server, &name), directory, drop_name: Some(name) }
    }

    /// A database without any table.
    pub fn empty() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let Some(server) = server() else {
            return Self { url: directory.path().join("tandem.db").display().to_string(), directory, drop_name: None };
        };
        let name = format!("tandem_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        execute(&server, &format!("CREATE DATABASE {name}"));
        Self { url: with_database(&server, &name), directory, drop_name: Some(name) }
    }

    pub fn open(&self) -> Db {
        Db::open(&self.url).unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let (Some(name), Some(server)) = (&self.drop_name, server()) {
            execute(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    &TEMPLATE
        .get_or_init(|| {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("template.db");
            let db = Db::open(path.to_str().unwrap()).unwrap();
            db.migrate().unwrap();
            db.write_now::<_, tandem::store::StoreError>(|_| Ok(())).unwrap();
            drop(db);
            // What still stands in the write-ahead log belongs to the file that is copied.
            let mut connection = diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap();
            connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;").unwrap();
            (directory, path)
        })
        .1
}

fn postgres_template(server: &str) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("tandem_template_{}", std::process::id());
        execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        execute(server, &format!("CREATE DATABASE {name}"));
        Db::open(&with_database(server, &name)).unwrap().migrate().unwrap();
        name
    })
}

fn with_database(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(name);
    url.to_string()
}

fn execute(server: &str, statement: &str) {
    PgConnection::establish(server).unwrap().batch_execute(statement).unwrap();
}
