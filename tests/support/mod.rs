//! What every integration test stands on: a database of its own, the real server on loopback, a browser without scripts.

mod app;
mod browser;
mod by_hand;
mod campaign;
mod census;
mod crash;
mod database;
pub mod day;
mod figures;
mod house;
mod mail;
mod meta;
mod process;
pub mod spending;

pub use app::{PASSWORD, TestApp};
pub use browser::{Answer, Browser, between};
pub use by_hand::{ByHand, targeting};
pub use campaign::{Business, filled_in, png, spoilt};
pub use census::{Census, Wrong};
pub use crash::{Ended, Strike, Watch, step};
pub use database::TestDatabase;
pub use figures::{Figures, Row};
pub use house::House;
pub use mail::MailServer;
pub use meta::{Meta, TwoSides, calls};
pub use process::{Apart, Process, tandem};
