//! Random numbers that are the same everywhere and for ever, so that a decision can be made again from its inputs.

/// SplitMix64 (Steele, Lea and Flood, 2014, "Fast splittable pseudorandom number generators").
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A stream of numbers that belongs to these two.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03));
        random.next_u64();
        random
    }

    /// A stream that belongs to a name (FNV-1a) and a number: the order in which names are listed does not matter.
    pub fn named(name: &str, stream: u64) -> Self {
        let hash =
            name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self::new(hash, stream)
    }

    /// The stream whose state starts here; [`Random::new`] scatters seeds that lie close together.
    pub fn from_state(state: u64) -> Self {
        Self(state)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Between 0 and 1, neither included.
    pub fn uniform(&mut self) -> f64 {
        ((self.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// From 0 on and below 1.
    pub fn share(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normal with mean 0 and variance 1: Box and Muller, 1958.
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// Gamma of this shape, above 0, and rate 1: Marsaglia and Tsang, 2000.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.uniform().powf(1.0 / shape.max(1e-9));
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// A count with this mean (Poisson): by waiting times up to 60, above by the normal of the same mean and variance, rounded.
    pub fn count(&mut self, mean: f64) -> f64 {
        if mean > 60.0 {
            return (mean + self.normal() * mean.sqrt()).round().max(0.0);
        }
        let (mut waited, mut events) = (-self.uniform().ln(), 0.0);
        while waited < mean {
            events += 1.0;
            waited -= self.uniform().ln();
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of many draws.
    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let draws: Vec<f64> = (0..40_000).map(|_| draw()).collect();
        let mean = draws.iter().sum::<f64>() / 40_000.0;
        (mean, draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40_000.0)
    }

    #[test]
    fn gamma_draws_have_the_mean_and_the_variance_of_their_shape() {
        for shape in [0.3, 1.0, 4.5, 300.0] {
            let mut random = Random::from_state(1);
            let (mean, variance) = moments(|| random.gamma(shape));
            assert!((mean / shape - 1.0).abs() < 0.03 && (variance / shape - 1.0).abs() < 0.06, "{shape}: {mean} {variance}");
        }
    }

    #[test]
    fn counts_have_their_mean_as_variance_and_normals_have_one() {
        let mut random = Random::from_state(2);
        for mean in [0.4, 7.0, 59.0, 900.0] {
            let (found, variance) = moments(|| random.count(mean));
            assert!((found / mean - 1.0).abs() < 0.03 && (variance / mean - 1.0).abs() < 0.06, "{mean}: {found} {variance}");
        }
        let (mean, variance) = moments(|| random.normal());
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
    }

    #[test]
    fn a_stream_is_the_published_one_for_ever() {
        // The first numbers of SplitMix64 from state 1234567, as its authors' program prints them.
        let mut random = Random::from_state(1_234_567);
        assert_eq!([random.next_u64(), random.next_u64()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
        assert_ne!(Random::named("a", 1).next_u64(), Random::named("b", 1).next_u64());
    }
}
