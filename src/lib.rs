//! Tandem: one campaign, both feeds.
//!
//! A business defines one campaign; Tandem splits its budget and placements over Facebook and Instagram, publishes it through
//! Meta's Marketing API, and rolls everything up into one dashboard.

pub mod domain;
pub mod web;
