//! Nodes and edges: which call does what. Reads share one renderer; writes have a file per node.

pub mod account;
pub mod ad;
pub mod ad_set;
pub mod asset_feed;
pub mod budget;
pub mod campaign;
pub mod creative;
pub mod detailed;
pub mod dispatch;
pub mod edit;
pub mod enums;
pub mod features;
pub mod image;
pub mod listing;
pub mod minimums;
pub mod people;
pub mod preview;
pub mod read;
pub mod search;
pub mod tables;
pub mod targeting;
pub mod token;
pub mod unoffered;
pub mod values;
