//! Why a split is refused, with the nearest figure that would do.
//!
//! The texts here speak of numbers only; whoever knows the currency and the part's name words them for people.

/// A split that cannot be. Amounts are minor units, shares basis points, parts count from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Fewer than 2 or more than 40 parts, or bounds for another number of parts.
    #[error("a budget is split over 2 to 40 ad sets, not {parts}")]
    PartCount {
        /// Parts asked for.
        parts: usize,
    },
    /// A budget of zero or less.
    #[error("there is no budget to split")]
    NothingToSplit,
    /// A share, an amount or a bound below zero.
    #[error("a share cannot be below zero")]
    Negative {
        /// Which part.
        part: usize,
    },
    /// Percentages that do not sum to 100.00.
    #[error("{}", percent_sum(*sum))]
    PercentSum {
        /// What they sum to.
        sum: i64,
    },
    /// Fixed amounts that do not sum to the budget.
    #[error("the amounts add up to {sum}, not to {total}")]
    MoneySum {
        /// What they sum to.
        sum: i64,
        /// The budget.
        total: i64,
    },
    /// A floor above its own ceiling.
    #[error("the floor {floor} is above the ceiling {ceiling}")]
    Crossed {
        /// Which part.
        part: usize,
        /// Its floor.
        floor: i64,
        /// Its ceiling.
        ceiling: i64,
    },
    /// Floors that need more than the budget: the nearest feasible budget is their sum.
    #[error("the floors need {floors}, more than {total}")]
    FloorsAbove {
        /// What the floors need.
        floors: i64,
        /// The budget.
        total: i64,
    },
    /// Ceilings that leave money over: the nearest feasible budget is their sum.
    #[error("the ceilings allow {ceilings}, less than {total}")]
    CeilingsBelow {
        /// What the ceilings allow.
        ceilings: i64,
        /// The budget.
        total: i64,
    },
    /// A fixed amount below its floor: the nearest feasible amount is the floor.
    #[error("{amount} is below the floor of {floor}")]
    BelowFloor {
        /// Which part.
        part: usize,
        /// Its amount.
        amount: i64,
        /// Its floor.
        floor: i64,
    },
    /// A fixed amount above its ceiling: the nearest feasible amount is the ceiling.
    #[error("{amount} is above the ceiling of {ceiling}")]
    AboveCeiling {
        /// Which part.
        part: usize,
        /// Its amount.
        amount: i64,
        /// Its ceiling.
        ceiling: i64,
    },
    /// A part below the ad account's minimum budget.
    #[error("{amount} is below the ad account's minimum of {minimum}")]
    BelowMinimum {
        /// Which part.
        part: usize,
        /// Its amount.
        amount: i64,
        /// The minimum.
        minimum: i64,
        /// The least share that would do at this budget, if any does.
        share: Option<i64>,
        /// The budget from which this share would do.
        budget: i64,
    },
}

/// Basis points as people write percent: `42`, `12.5`, `33.33`.
pub fn percent(basis_points: i64) -> String {
    let (sign, points) = (if basis_points < 0 { "−" } else { "" }, basis_points.unsigned_abs());
    let text = format!("{sign}{}.{:02}", points / 100, points % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn percent_sum(sum: i64) -> String {
    let difference = percent(super::WHOLE.abs_diff(sum).try_into().unwrap_or(i64::MAX));
    let way_out = if sum < super::WHOLE { "is missing" } else { "is too much" };
    format!("the shares add up to {} %: {difference} % {way_out}", percent(sum))
}
