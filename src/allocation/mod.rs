//! What a division of money may be expected to bring: advice for the person, never the amounts themselves.
//!
//! The exact split is a rule of the domain ([`crate::domain::split`]); here is what looks at results. Pure, no I/O.

pub mod expected;
