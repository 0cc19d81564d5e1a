//! Draws of what may be true of each ad set: whatever can be asked of the posterior is a count over them.
//!
//! A curve is drawn by its weight, its height and its results a click from their Gamma posteriors. The generator is our own and
//! its seed fixed, so that the same belief always gives the same draws, in every version.

use super::Learner;
use super::grid::Shape;

/// One curve that may be true of one ad set.
#[derive(Debug, Clone, Copy)]
struct Curve {
    shape: Shape,
    height: f64,
}

/// As many curves of each ad set as were asked for.
#[derive(Debug, Clone)]
pub struct Draws {
    count: usize,
    /// Minor units of one even share.
    unit: f64,
    /// `count` curves of the first ad set, then those of the next.
    curves: Vec<Curve>,
}

impl Learner {
    /// So many draws of what is believed now; the same belief gives the same draws.
    pub fn draws(&self, count: usize) -> Draws {
        let mut random = Random(0x7461_6e64_656d_2031);
        let mut curves = Vec::with_capacity(count * self.beliefs.len());
        for belief in &self.beliefs {
            for _ in 0..count {
                let mut place = random.uniform();
                let cell = belief.cells.iter().find(|cell| {
                    place -= cell.weight;
                    place < 0.0
                });
                let Some(cell) = cell.or(belief.cells.last()) else { continue };
                let results = random.gamma(cell.height.0) / cell.height.1 * random.gamma(cell.per_click.0) / cell.per_click.1;
                let spread = belief.value_variance;
                let worth = if spread > 0.0 { belief.value * spread * random.gamma(1.0 / spread) } else { belief.value };
                curves.push(Curve { shape: self.grid.shapes[cell.shape], height: results * worth });
            }
        }
        Draws { count, unit: self.setup.even_share(), curves }
    }
}

impl Draws {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The objective that an ad set brings a day at a spend in minor units, in one draw; zero for a draw or an ad set that is not
    /// there.
    pub fn at(&self, draw: usize, segment: usize, spend: f64) -> f64 {
        let place = segment.saturating_mul(self.count).saturating_add(draw);
        let curve = self.curves.get(place).filter(|_| draw < self.count);
        curve.map_or(0.0, |curve| curve.height * curve.shape.at(spend / self.unit))
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Above 0 and below 1.
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Box and Muller, 1958.
    fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// Gamma of this shape and rate 1: Marsaglia and Tsang, 2000.
    fn gamma(&mut self, shape: f64) -> f64 {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_draws_have_the_mean_and_the_variance_of_their_shape() {
        for shape in [0.3, 1.0, 4.5, 300.0] {
            let mut random = Random(1);
            let draws: Vec<f64> = (0..40_000).map(|_| random.gamma(shape)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40_000.0;
            assert!((mean / shape - 1.0).abs() < 0.03 && (variance / shape - 1.0).abs() < 0.06, "{shape}: {mean} {variance}");
        }
    }
}
