//! Delivery: who sees what, for how much, and what comes of it.
//! A pure function of seed, object versions and time; days that are over are kept, because nothing changes them any more.

pub mod auction;
pub mod day;
pub mod engine;
pub mod pacing;
pub mod part;
pub mod people;
pub mod reach;
pub mod restated;
pub mod share;
pub mod spec;
