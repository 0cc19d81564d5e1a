//! What a division of money brings, and the division that brings the most; pure, no I/O.
//!
//! [`curve`] says what an amount brings, [`problem`] what is to be divided and inside which bounds, and [`solve()`] answers with the
//! best division and the proof of it. [`learner`] finds from daily history what an amount brings, and
//! [`protocol`] lets a bench talk to it. [`advice`] is one decision of the product as plain data, [`cadence`] when it is worth a
//! change. [`expected`] is advice about results a week. The exact split by percentages is a rule of the
//! domain ([`crate::domain::split`]).

pub mod advice;
pub mod cadence;
pub mod curve;
pub mod expected;
pub mod learner;
pub mod problem;
pub mod protocol;
pub mod solve;

/// The version of the engine: raised with every change that can change an answer, so that a stored decision says which one made it.
/// Decisions that say none are of version 1.
pub const ENGINE: u32 = 3;

pub use curve::Curve;
pub use problem::{Infeasible, Invalid, Problem, Refused, Segment};
pub use solve::{Solution, Status, Whole, solve, solve_minor};
