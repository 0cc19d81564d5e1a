//! What every integration test stands on: a database of its own, the real server on loopback, a browser without scripts.

mod app;
mod browser;
mod by_hand;
mod campaign;
mod database;
mod figures;
mod mail;
mod meta;

pub use app::{PASSWORD, TestApp};
pub use browser::{Answer, Browser, between};
pub use by_hand::{ByHand, targeting};
pub use campaign::{Business, png};
pub use database::TestDatabase;
pub use figures::{Figures, Row};
pub use mail::MailServer;
pub use meta::{Meta, TwoSides, calls};
