//! The sandbox driven over HTTP, as a client would: validation, delivery, faults, restarts, determinism.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod activities;
mod audience_uploads;
mod audiences;
mod breakdowns;
mod control;
mod creatives;
mod delivery;
mod fuzz;
mod golden;
mod inbox;
mod insights;
mod instagram;
mod limits;
mod login;
mod pacing;
mod page;
mod pixel_events;
mod protocol;
mod rules;
mod settings;
mod support;
mod truth;
mod webhooks;
