//! The words and rules of the field, without I/O: money, ids, campaigns, splits, plans, metrics.
//!
//! Nothing here names another module of ours, a database, a socket or a clock. A value that exists is valid: text becomes a
//! type at the edge (`parse`) or is refused with an [`invalid::Invalid`] that names the field.

pub mod adopt;
pub mod approval;
pub mod audience;
pub mod bulk;
pub mod campaign;
pub mod campaign_status;
pub mod creative;
pub mod currency;
pub mod dictionary;
pub mod drift;
pub mod envelope;
pub mod guard;
pub mod id;
pub mod invalid;
pub mod ledger;
pub mod limit;
pub mod metric;
pub mod money;
pub mod naming;
pub mod network;
pub mod notice;
pub mod objective;
pub mod period;
pub mod placement;
pub mod plan;
pub mod quota;
pub mod role;
pub mod schedule;
pub mod split;
pub mod tracking;
pub mod workspace;
