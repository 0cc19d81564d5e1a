//! Pages, admin HTTP endpoints and exports over actix.
//!
//! Handlers take what they need by extractors (rights are types), make one call to `service` or `report` and render. No SQL
//! here and no call to Meta.

pub mod assets;
pub mod charts;
pub mod pages;
