//! Arithmetic of the simulation: hashes for seeded chance and the few functions beyond `+ - * /`.
//! No platform mathematics library is used, so that the same seed gives the same bytes on any machine.

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that scatters every bit.
#[must_use]
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Hash of a list of numbers under a seed; the order matters.
#[must_use]
pub fn hash(seed: u64, parts: &[u64]) -> u64 {
    parts.iter().fold(mix(seed), |state, part| mix(state ^ mix(*part)))
}

/// Hash of a text (FNV-1a, then mixed).
#[must_use]
pub fn hash_text(text: &str) -> u64 {
    let mut state: u64 = 0xCBF2_9CE4_8422_2325;
    for byte in text.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    mix(state)
}

/// A number in `[0, 1)` from a hash.
#[must_use]
pub fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 / 9_007_199_254_740_992.0
}

/// `1 - exp(-x)` for `x >= 0`, exact to a few units in the last place, also for tiny `x`.
#[must_use]
pub fn one_minus_exp_neg(x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x > 40.0 {
        return 1.0;
    }
    // Halve into the range of a short series, then undo with 1-e^(-2y) = r * (2 - r).
    let mut y = x;
    let mut halvings = 0;
    while y > 0.031_25 {
        y /= 2.0;
        halvings += 1;
    }
    let mut result =
        y * (1.0 - y / 2.0 * (1.0 - y / 3.0 * (1.0 - y / 4.0 * (1.0 - y / 5.0 * (1.0 - y / 6.0 * (1.0 - y / 7.0))))));
    for _ in 0..halvings {
        result *= 2.0 - result;
    }
    result
}

/// Cube root of a number `>= 0` by Newton's method.
#[must_use]
pub fn cube_root(x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    // Bring x into [1, 8) by exact powers of eight.
    let mut scaled = x;
    let mut factor = 1.0;
    while scaled >= 8.0 {
        scaled /= 8.0;
        factor *= 2.0;
    }
    while scaled < 1.0 {
        scaled *= 8.0;
        factor /= 2.0;
    }
    let mut root = 1.0 + (scaled - 1.0) / 7.0;
    for _ in 0..7 {
        root = (2.0 * root + scaled / (root * root)) / 3.0;
    }
    root * factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_functions_agree_with_the_platform_within_rounding() {
        for step in 1..4000 {
            let x = f64::from(step) * 0.009;
            let expected = 1.0 - (-x).exp();
            assert!((one_minus_exp_neg(x) - expected).abs() < 1e-13, "{x}");
            assert!((cube_root(x) - x.cbrt()).abs() < 1e-12 * (1.0 + x), "{x}");
        }
        assert!(one_minus_exp_neg(1e-12) > 0.999e-12);
    }

    #[test]
    fn chance_is_even() {
        let mean = (0..10_000).map(|n| unit(hash(7, &[n]))).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02);
    }
}
