//! One typed multi-row `INSERT .. ON CONFLICT ..` for both databases.
//!
//! The derived connection can neither insert batches nor express conflicts, so this fragment does both. Rows go in the order
//! given: sort them by primary key first (on SQLite that is worth a factor of four to ten).

use chrono::NaiveDate;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Date, Integer, Nullable, Text, Timestamp};
use diesel::{QueryResult, RunQueryDsl};

use super::connection::{Conn, MultiBackend};
use super::sql_types::UtcTime;

/// One bound value of a row.
#[derive(Debug, Clone)]
pub enum Value {
    /// BIGINT.
    Int(Option<i64>),
    /// INTEGER.
    Small(i32),
    /// TEXT.
    Text(Option<String>),
    /// DATE.
    Day(Option<NaiveDate>),
    /// TIMESTAMP.
    Time(Option<UtcTime>),
    /// BLOB or BYTEA.
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => |$v:ident| $make:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($v: $from) -> Self {
                $make
            }
        }
    )*};
}

value_from! {
    i64 => |v| Self::Int(Some(v));
    Option<i64> => |v| Self::Int(v);
    i32 => |v| Self::Small(v);
    &str => |v| Self::Text(Some(v.to_owned()));
    String => |v| Self::Text(Some(v));
    Option<String> => |v| Self::Text(v);
    NaiveDate => |v| Self::Day(Some(v));
    Option<NaiveDate> => |v| Self::Day(v);
    UtcTime => |v| Self::Time(Some(v));
    Option<UtcTime> => |v| Self::Time(v);
}

/// A multi-row upsert of one table.
#[derive(Debug)]
pub struct Upsert<'a> {
    /// The table.
    pub table: &'static str,
    /// The columns, in the order of each row's values.
    pub columns: &'a [&'static str],
    /// The rows: as many values each as there are columns.
    pub rows: &'a [Vec<Value>],
    /// The columns of the unique key that may conflict; empty for a plain insert.
    pub key: &'a [&'static str],
    /// The columns overwritten on conflict; none means "leave the row that is there".
    pub update: &'a [&'static str],
}

/// Values bound by one statement: far under SQLite's limit of 32,766, large enough to be quick.
const BINDS_PER_STATEMENT: usize = 16_000;

impl Upsert<'_> {
    /// Writes all rows in as few statements as the databases' limits allow; returns the rows touched.
    pub fn run(&self, connection: &mut Conn) -> QueryResult<usize> {
        let per_statement = (BINDS_PER_STATEMENT / self.columns.len().max(1)).max(1);
        self.rows.chunks(per_statement).try_fold(0, |touched, rows| {
            let statement = Statement { upsert: self, rows };
            statement.execute(connection).map(|n| touched + n)
        })
    }
}

struct Statement<'a> {
    upsert: &'a Upsert<'a>,
    rows: &'a [Vec<Value>],
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_> {
    type SqlType = diesel::sql_types::Untyped;
}

impl RunQueryDsl<Conn> for Statement<'_> {}

impl QueryFragment<MultiBackend> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_sql(self.upsert.table);
        out.push_sql(" (");
        push_list(&mut out, self.upsert.columns);
        out.push_sql(") VALUES ");
        for (i, row) in self.rows.iter().enumerate() {
            out.push_sql(if i == 0 { "(" } else { ", (" });
            for (j, value) in row.iter().enumerate() {
                if j > 0 {
                    out.push_sql(", ");
                }
                match value {
                    Value::Int(v) => out.push_bind_param::<Nullable<BigInt>, _>(v)?,
                    Value::Small(v) => out.push_bind_param::<Integer, _>(v)?,
                    Value::Text(v) => out.push_bind_param::<Nullable<Text>, _>(v)?,
                    Value::Day(v) => out.push_bind_param::<Nullable<Date>, _>(v)?,
                    Value::Time(v) => out.push_bind_param::<Nullable<Timestamp>, _>(v)?,
                    Value::Bytes(v) => out.push_bind_param::<Binary, _>(v)?,
                }
            }
            out.push_sql(")");
        }
        if self.upsert.key.is_empty() {
            return Ok(());
        }
        out.push_sql(" ON CONFLICT (");
        push_list(&mut out, self.upsert.key);
        if self.upsert.update.is_empty() {
            out.push_sql(") DO NOTHING");
            return Ok(());
        }
        out.push_sql(") DO UPDATE SET ");
        for (i, column) in self.upsert.update.iter().enumerate() {
            if i > 0 {
                out.push_sql(", ");
            }
            out.push_sql(column);
            out.push_sql(" = excluded.");
            out.push_sql(column);
        }
        Ok(())
    }
}

fn push_list(out: &mut AstPass<'_, '_, MultiBackend>, names: &[&'static str]) {
    for (i, name) in names.iter().enumerate() {
        if i > 0 {
            out.push_sql(", ");
        }
        out.push_sql(name);
    }
}
