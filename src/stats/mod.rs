//! Statistics: intervals and comparisons of counts; pure functions of plain numbers.
//!
//! Exact rather than normal approximations, because the counts that matter here are small. Names nothing of ours. Floating point
//! is fine here: nothing that comes out is money, it is how far a figure may be from the truth.

mod compare;
mod interval;
mod posterior;
mod projection;
mod random;

pub use compare::{Verdict, compare_rates};
pub use interval::{Interval, count_interval, share_interval};
pub use posterior::{Rate, Share, gamma_quantile};
pub use projection::sum_ahead;
pub use random::Random;
