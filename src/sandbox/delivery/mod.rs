//! Delivery: who sees what, for how much, and what comes of it.
//! A pure function of seed, object versions and time; days that are over are kept, because nothing changes them any more.

pub mod auction;
pub mod audience;
pub mod competition;
pub mod day;
pub mod devices;
pub mod engine;
pub mod fatigue;
pub mod geography;
pub mod learning;
pub mod ledger;
pub mod market;
pub mod memo;
pub mod pacing;
pub mod part;
pub mod people;
pub mod reach;
pub mod restated;
pub mod share;
pub mod spec;
