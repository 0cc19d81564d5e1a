//! Tandem: one campaign, both feeds.
//!
//! A business defines one campaign; Tandem splits its budget and placements over Facebook and Instagram, publishes it through
//! Meta's Marketing API, and rolls everything up into one dashboard.
//!
//! A newcomer's tour: [`domain`] holds the words and rules, without I/O. [`store`] is the only SQL. [`service`] is what people can do.
//! [`web`] shows it and [`jobs`] carry it on; neither knows the other. [`app`] is where the wires cross, [`cli`] where it starts.

pub mod allocation;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod failpoint;
pub mod files;
pub mod graph;
pub mod jobs;
pub mod metrics;
pub mod notify;
pub mod report;
pub mod sandbox;
pub mod secrets;
pub mod service;
pub mod stats;
pub mod store;
pub mod web;
