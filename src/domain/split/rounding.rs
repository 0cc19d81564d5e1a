//! Dividing whole minor units by weights with nothing lost: the largest remainder method (Hamilton, 1792).
//!
//! Every part first gets the whole part of its exact quota; the few units left go to the largest remainders. Ties are decided
//! by the order of the parts: the earlier part gets the unit. Integers only; nothing here may round a float.

/// Divides `total` units in proportion to `weights`, exactly: the result sums to `total`.
///
/// Weights that are all zero count as equal. `None` where there are no parts or the total is negative.
pub fn largest_remainder(total: i64, weights: &[u64]) -> Option<Vec<i64>> {
    if weights.is_empty() || total < 0 {
        return None;
    }
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    let weight = |w: &u64| if sum == 0 { 1 } else { i128::from(*w) };
    let whole = if sum == 0 { weights.len() as i128 } else { sum };

    let quotas = weights.iter().map(|w| i128::from(total) * weight(w));
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = total;
    for (index, quota) in quotas.enumerate() {
        let floor = i64::try_from(quota / whole).ok()?;
        left -= floor;
        parts.push(floor);
        remainders.push((quota % whole, index));
    }
    // A stable order: the largest remainder first, and among equal ones the earlier part.
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, index) in remainders {
        if left == 0 {
            break;
        }
        if let Some(part) = parts.get_mut(index) {
            *part += 1;
            left -= 1;
        }
    }
    Some(parts)
}

/// `numerator / denominator`, rounded up; the denominator is positive.
pub fn div_ceil(numerator: i128, denominator: i128) -> i128 {
    numerator.div_euclid(denominator) + i128::from(numerator.rem_euclid(denominator) != 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_left_over_goes_to_the_earlier_of_equal_remainders() {
        assert_eq!(largest_remainder(100, &[1, 1, 1]).unwrap(), [34, 33, 33]);
        assert_eq!(largest_remainder(101, &[5_000, 5_000]).unwrap(), [51, 50]);
        assert_eq!(largest_remainder(2, &[1, 1, 1]).unwrap(), [1, 1, 0]);
    }

    #[test]
    fn the_largest_remainder_gets_the_unit_first() {
        assert_eq!(largest_remainder(10, &[55, 25, 20]).unwrap(), [6, 2, 2]);
        assert_eq!(largest_remainder(14_000, &[4_200, 5_800]).unwrap(), [5_880, 8_120]);
    }

    #[test]
    fn weights_that_are_all_zero_count_as_equal() {
        assert_eq!(largest_remainder(3, &[0, 0]).unwrap(), [2, 1]);
    }

    #[test]
    fn the_largest_total_does_not_overflow() {
        let parts = largest_remainder(i64::MAX, &[u64::MAX, u64::MAX, 1]).unwrap();
        assert_eq!(parts.iter().map(|p| i128::from(*p)).sum::<i128>(), i128::from(i64::MAX));
    }
}
