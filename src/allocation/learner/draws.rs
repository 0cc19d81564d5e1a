//! Draws of what may be true of each ad set: whatever can be asked of the posterior is a count over them.
//!
//! A curve is drawn by its weight, its height and its results a click from their Gamma posteriors, and stands for a usual day, as
//! [`super::Posterior`] does. The generator is our own and
//! its seed fixed, so that the same belief always gives the same draws, in every version.

use crate::stats::Random;

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
        let mut random = Random::from_state(0x7461_6e64_656d_2031);
        let common = self.current.common();
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
                curves.push(Curve { shape: self.grid.shapes[cell.shape], height: common * results * worth });
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
