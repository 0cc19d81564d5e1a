//! The integration tests: one binary, the real app in process, on SQLite or (with `TEST_DATABASE_URL`) on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, unused_imports)] // a toolbox: not every test uses every tool
mod support;

mod adopt;
mod api;
mod approval;
mod architecture;
mod audiences;
mod auth;
mod browser;
mod bulk;
mod campaigns;
mod cli;
mod connect;
mod corpus;
mod dashboard;
mod dictionary;
mod drift;
mod envelopes;
mod formats;
mod guard;
mod health;
mod history;
mod imports;
mod killed;
mod ledger;
mod limits;
mod list;
mod metrics;
mod migrations;
mod notices;
mod plan;
mod publish;
mod quota;
mod report;
mod sandbox;
mod shapes;
mod split;
mod split_test;
mod stop;
mod store;
mod survive;
mod sync;
