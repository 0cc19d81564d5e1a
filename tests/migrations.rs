//! Both migration trees: the same folders, the same tables and columns, up, down and up again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::Text;
use tandem::store::StoreError;

use crate::support::TestDatabase;

fn folders(tree: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(Path::new("migrations").join(tree))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Tables and their columns, as the SQL of a tree says.
fn columns(tree: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    for folder in folders(tree) {
        let sql = fs::read_to_string(format!("migrations/{tree}/{folder}/up.sql")).unwrap();
        let mut table: Option<String> = None;
        for line in sql.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                table = rest.split(' ').next().map(str::to_owned);
            } else if let Some(gone) = line.strip_prefix("DROP TABLE ") {
                tables.remove(gone.trim_end_matches(';'));
            } else if line.starts_with(')') {
                table = None;
            } else if let Some(table) = &table {
                let word = line.split(' ').next().unwrap();
                if word.chars().next().is_some_and(char::is_lowercase) {
                    let kind = line.replace(" BYTEA", " BLOB");
                    tables.entry(table.clone()).or_insert_with(Vec::new).push(kind.trim_end_matches(',').to_owned());
                }
            }
        }
    }
    tables
}

#[test]
fn both_trees_have_the_same_folders_tables_and_columns() {
    assert_eq!(folders("sqlite"), folders("postgres"));
    assert_eq!(columns("sqlite"), columns("postgres"));
    assert!(columns("sqlite").len() > 20);
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[test]
fn migrations_go_up_down_and_up_again() {
    let database = TestDatabase::empty();
    let db = database.open();
    let up = db.migrate().unwrap();
    assert_eq!(up.len(), folders("sqlite").len());
    assert!(db.migrate().unwrap().is_empty(), "nothing is due twice");
    db.revert_all().unwrap();
    let left = db
        .read_now(|c| {
            let query = match c {
                tandem::store::Conn::Sqlite(_) => {
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                }
                tandem::store::Conn::Postgres(_) => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
            };
            Ok(diesel::sql_query(query).load::<Name>(c)?)
        })
        .unwrap();
    let names: Vec<String> = left.into_iter().map(|n| n.name).collect();
    assert_eq!(names, ["__diesel_schema_migrations"]);
    assert_eq!(db.migrate().unwrap().len(), up.len());
}

/// The columns that the queries are written against.
#[test]
fn the_schema_module_names_the_columns_that_are_there() {
    let database = TestDatabase::new();
    let db = database.open();
    let schema = fs::read_to_string("src/store/schema.rs").unwrap();
    let mut checked = 0;
    for block in schema.split("diesel::table! {").skip(1) {
        let mut lines = block.lines().map(str::trim).filter(|l| !l.is_empty());
        let table = lines.next().unwrap().split(' ').next().unwrap().to_owned();
        let names: Vec<&str> = lines.take_while(|l| *l != "}").filter_map(|l| l.split(" -> ").next()).collect();
        let query = format!("SELECT {} FROM {table} WHERE 1 = 0", names.join(", "));
        db.read_now::<_>(|c| diesel::sql_query(query.clone()).execute(c).map_err(StoreError::from))
            .unwrap_or_else(|e| panic!("{table}: {e}"));
        assert_eq!(names.len(), columns("sqlite")[&table].len(), "{table}");
        checked += 1;
    }
    assert_eq!(checked, columns("sqlite").len());
}
