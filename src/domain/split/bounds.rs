//! Floors and ceilings: whether they leave room, and the proportional division inside them.
//!
//! The division is the one point where all free parts stand in proportion to their shares: parts are frozen at the bound they
//! violate, floors first where the floors lack more than the ceilings cut, until nobody violates one (as in "resolve flexible
//! lengths" of CSS Flexible Box Layout, section 9.7). All comparisons are exact, in 128-bit integers.

use super::rounding::{div_ceil, largest_remainder};
use super::{Held, Part, Refused, WHOLE};

/// The least and the most a part may get, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// At least so much; 0 where there is no floor.
    pub floor: i64,
    /// At most so much; `i64::MAX` where there is no ceiling.
    pub ceiling: i64,
}

impl Bounds {
    /// Neither floor nor ceiling.
    pub const NONE: Self = Self { floor: 0, ceiling: i64::MAX };

    /// Bounds given as basis points of the budget, rounded outwards by less than one minor unit, so that a share equal to its
    /// bound always lies inside.
    pub fn of_share(total: i64, floor: Option<i64>, ceiling: Option<i64>) -> Self {
        let scaled = |share: i64| i128::from(share) * i128::from(total.max(0));
        let floor = floor.map_or(0, |share| scaled(share).div_euclid(i128::from(WHOLE)));
        let ceiling = ceiling.map_or(i128::from(i64::MAX), |share| div_ceil(scaled(share), i128::from(WHOLE)));
        Self { floor: i64::try_from(floor).unwrap_or(i64::MAX), ceiling: i64::try_from(ceiling).unwrap_or(i64::MAX) }
    }
}

/// Refuses bounds that no division of `total` can meet.
pub(super) fn feasible(total: i64, bounds: &[Bounds]) -> Result<(), Refused> {
    for (part, bound) in bounds.iter().enumerate() {
        if bound.floor < 0 || bound.ceiling < 0 {
            return Err(Refused::Negative { part });
        }
        if bound.floor > bound.ceiling {
            return Err(Refused::Crossed { part, floor: bound.floor, ceiling: bound.ceiling });
        }
    }
    let floors: i128 = bounds.iter().map(|b| i128::from(b.floor)).sum();
    let ceilings: i128 = bounds.iter().map(|b| i128::from(b.ceiling)).sum();
    if floors > i128::from(total) {
        return Err(Refused::FloorsAbove { floors: i64::try_from(floors).unwrap_or(i64::MAX), total });
    }
    if ceilings < i128::from(total) {
        return Err(Refused::CeilingsBelow { ceilings: i64::try_from(ceilings).unwrap_or(i64::MAX), total });
    }
    Ok(())
}

/// One part while the division is being found.
struct Slot {
    weight: u64,
    bounds: Bounds,
    held: Option<(Held, i64)>,
}

/// Divides in proportion to `weights` inside feasible `bounds`; as many weights as bounds.
pub(super) fn proportional(total: i64, weights: &[u64], bounds: &[Bounds]) -> Result<Vec<Part>, Refused> {
    let mut slots: Vec<Slot> =
        weights.iter().zip(bounds).map(|(weight, bounds)| Slot { weight: *weight, bounds: *bounds, held: None }).collect();
    // Each round freezes a part or is the last, so there are at most as many rounds as parts.
    while freeze_a_round(total, &mut slots) {}

    let free: Vec<u64> = slots.iter().filter(|slot| slot.held.is_none()).map(|slot| slot.weight).collect();
    let rest = total - held_sum(&slots);
    let mut shares = largest_remainder(rest, &free).unwrap_or_default().into_iter();
    let parts: Vec<Part> = slots
        .iter()
        .map(|slot| match slot.held {
            Some((held, amount)) => Part { amount, held: Some(held) },
            None => Part { amount: shares.next().unwrap_or(0), held: None },
        })
        .collect();
    Ok(parts)
}

fn held_sum(slots: &[Slot]) -> i64 {
    slots.iter().filter_map(|slot| slot.held).map(|(_, amount)| amount).sum()
}

/// Freezes the parts that violate a bound at the present quotas, on the side that weighs more; `false` when nobody does.
fn freeze_a_round(total: i64, slots: &mut [Slot]) -> bool {
    let rest = i128::from(total) - i128::from(held_sum(slots));
    let free = slots.iter().filter(|slot| slot.held.is_none());
    let sum: i128 = free.clone().map(|slot| i128::from(slot.weight)).sum();
    let whole = if sum == 0 { free.count() as i128 } else { sum };
    // How far a free part lies below its floor and above its ceiling, times `whole`.
    let lacks = |slot: &Slot| {
        let quota = rest * if sum == 0 { 1 } else { i128::from(slot.weight) };
        let low = (i128::from(slot.bounds.floor) * whole - quota).max(0);
        let high = (quota - i128::from(slot.bounds.ceiling).saturating_mul(whole)).max(0);
        if slot.held.is_some() { (0, 0) } else { (low, high) }
    };
    let (low, high) = slots.iter().map(lacks).fold((0_i128, 0_i128), |sum, lack| (sum.0 + lack.0, sum.1 + lack.1));
    if low == 0 && high == 0 {
        return false;
    }
    // Where the two sides weigh the same, freezing both leaves exactly the rest for the others.
    let (floors, ceilings) = (low >= high, high >= low);
    let verdicts: Vec<(bool, bool)> =
        slots.iter().map(lacks).map(|(low, high)| (floors && low > 0, ceilings && high > 0)).collect();
    for (slot, verdict) in slots.iter_mut().zip(verdicts) {
        match verdict {
            (true, _) => slot.held = Some((Held::Floor, slot.bounds.floor)),
            (_, true) => slot.held = Some((Held::Ceiling, slot.bounds.ceiling)),
            _ => {}
        }
    }
    true
}
