//! Admin HTTP: every answer in these tests is held against the served document.

mod adopt;
mod audiences;
mod client;
mod connect;
mod document;
mod drift;
mod journey;
mod list;
mod once;
mod schema;
mod workspace;

pub use client::Client;
