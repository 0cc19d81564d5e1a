//! The exact split: one budget over 2 to 40 ad sets, to the minor unit, inside floors and ceilings.
//!
//! Shares are percent with two decimals, fixed money, or even. Whatever they are, the parts sum to the budget: largest
//! remainder, ties to the earlier part. What cannot be is refused with the nearest figure that can. Integers only.

mod bounds;
mod error;
pub mod rounding;

pub use bounds::Bounds;
pub use error::{Refused, percent};

/// One hundred percent in basis points: shares carry two decimals.
pub const WHOLE: i64 = 10_000;
/// The fewest and the most parts a budget is split over.
pub const PARTS: std::ops::RangeInclusive<usize> = 2..=40;

/// How the person divides the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amounts {
    /// Basis points a part, which must sum to exactly 10000.
    Percent(Vec<i64>),
    /// Minor units a part, which must sum to exactly the budget.
    Fixed(Vec<i64>),
    /// The same for each of so many parts.
    Even(usize),
    /// Weights a part, of any sum; all zero counts as even.
    InProportion(Vec<i64>),
}

impl Amounts {
    /// How many parts there are.
    pub fn parts(&self) -> usize {
        match self {
            Self::Percent(parts) | Self::Fixed(parts) | Self::InProportion(parts) => parts.len(),
            Self::Even(parts) => *parts,
        }
    }
}

/// Which bound stopped a part from having its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It was raised to its floor.
    Floor,
    /// It was lowered to its ceiling.
    Ceiling,
}

/// One part of a split budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Minor units.
    pub amount: i64,
    /// The bound that decided the amount, if one did.
    pub held: Option<Held>,
}

/// Divides `total` minor units over the parts, inside `bounds` (one a part).
///
/// A part whose share lies outside its bounds is held at the bound and the others take the rest in proportion to their
/// shares. The amounts always sum to `total`. Fixed money is never moved: an amount outside its bounds is refused.
///
/// # Errors
/// [`Refused`] where the shares do not add up, the bounds leave no room, or a number makes no sense.
pub fn split(total: i64, amounts: &Amounts, bounds: &[Bounds]) -> Result<Vec<Part>, Refused> {
    let parts = amounts.parts();
    if !PARTS.contains(&parts) || bounds.len() != parts {
        return Err(Refused::PartCount { parts });
    }
    if total <= 0 {
        return Err(Refused::NothingToSplit);
    }
    bounds::feasible(total, bounds)?;
    match amounts {
        Amounts::Percent(shares) => bounds::proportional(total, &weights_of(shares)?, bounds),
        Amounts::Even(parts) => bounds::proportional(total, &vec![1; *parts], bounds),
        Amounts::Fixed(amounts) => fixed(total, amounts, bounds),
        Amounts::InProportion(weights) => bounds::proportional(total, &not_negative(weights)?, bounds),
    }
}

/// What bounds leave each part of `total`: the least it gets where the others take all they may, and the most where they take
/// as little.
///
/// # Errors
/// [`Refused`] where the bounds leave no room.
pub fn room(total: i64, bounds: &[Bounds]) -> Result<Vec<(i64, i64)>, Refused> {
    if total <= 0 {
        return Err(Refused::NothingToSplit);
    }
    bounds::feasible(total, bounds)?;
    let floors: i64 = bounds.iter().map(|bound| bound.floor).sum();
    let ceilings: i128 = bounds.iter().map(|bound| i128::from(bound.ceiling.min(total))).sum();
    let of = |bound: &Bounds| {
        let others = i64::try_from(ceilings - i128::from(bound.ceiling.min(total))).unwrap_or(i64::MAX);
        let least = bound.floor.max(total.saturating_sub(others));
        (least, bound.ceiling.min(total - (floors - bound.floor)))
    };
    Ok(bounds.iter().map(of).collect())
}

/// Refuses a split in which a part gets less than the ad account's minimum.
///
/// # Errors
/// [`Refused::BelowMinimum`] with the share or the budget that would do.
pub fn at_least(minimum: i64, total: i64, parts: &[Part]) -> Result<(), Refused> {
    let low = parts.iter().enumerate().find(|(_, part)| part.amount < minimum);
    let Some((part, Part { amount, .. })) = low else { return Ok(()) };
    let needed = i128::from(minimum) * i128::from(total);
    let budget = if *amount > 0 { rounding::div_ceil(needed, i128::from(*amount)) } else { i128::from(minimum) };
    let share = if total > 0 { rounding::div_ceil(i128::from(minimum) * i128::from(WHOLE), i128::from(total)) } else { 0 };
    Err(Refused::BelowMinimum {
        part,
        amount: *amount,
        minimum,
        share: i64::try_from(share).ok().filter(|share| *share <= WHOLE),
        budget: i64::try_from(budget).unwrap_or(i64::MAX),
    })
}

/// The share of `amount` in `total`, in basis points, rounded to the nearest: for showing only.
pub fn share_of(amount: i64, total: i64) -> i64 {
    if total <= 0 {
        return 0;
    }
    let doubled = i128::from(amount) * i128::from(WHOLE) * 2 + i128::from(total);
    i64::try_from(doubled / (i128::from(total) * 2)).unwrap_or(WHOLE)
}

fn not_negative(weights: &[i64]) -> Result<Vec<u64>, Refused> {
    let read: Vec<u64> = weights.iter().map_while(|weight| u64::try_from(*weight).ok()).collect();
    if read.len() == weights.len() { Ok(read) } else { Err(Refused::Negative { part: read.len() }) }
}

fn weights_of(shares: &[i64]) -> Result<Vec<u64>, Refused> {
    let weights = not_negative(shares)?;
    let sum = shares.iter().map(|share| i128::from(*share)).sum::<i128>();
    match i64::try_from(sum).unwrap_or(i64::MAX) {
        WHOLE => Ok(weights),
        sum => Err(Refused::PercentSum { sum }),
    }
}

fn fixed(total: i64, amounts: &[i64], bounds: &[Bounds]) -> Result<Vec<Part>, Refused> {
    if let Some(part) = amounts.iter().position(|amount| *amount < 0) {
        return Err(Refused::Negative { part });
    }
    let sum = amounts.iter().map(|amount| i128::from(*amount)).sum::<i128>();
    if sum != i128::from(total) {
        return Err(Refused::MoneySum { sum: i64::try_from(sum).unwrap_or(i64::MAX), total });
    }
    for (part, (amount, bound)) in amounts.iter().zip(bounds).enumerate() {
        if *amount < bound.floor {
            return Err(Refused::BelowFloor { part, amount: *amount, floor: bound.floor });
        }
        if *amount > bound.ceiling {
            return Err(Refused::AboveCeiling { part, amount: *amount, ceiling: bound.ceiling });
        }
    }
    Ok(amounts.iter().map(|amount| Part { amount: *amount, held: None }).collect())
}

#[cfg(test)]
mod tests;
