//! The shapes a response curve may have, tabled: `s^a / (k^a + s^a)` (Hill) on a grid of exponents and half-saturation points.
//!
//! A weighted sum over such a grid is any increasing curve that flattens, S-shaped at the start or not, as closely as daily
//! figures can tell; nothing downstream relies on the curve being one Hill curve.

/// Exponents: below 1 diminishing returns from the first unit on, above 1 S-shaped.
pub(super) const ALPHAS: [f64; 10] = [0.5, 0.61, 0.75, 0.92, 1.12, 1.37, 1.68, 2.05, 2.5, 3.1];
/// Half-saturation points in even shares: from a tenth to ten times.
pub(super) const KAPPAS: usize = 14;
const KAPPA_LOW: f64 = 0.1;
const KAPPA_HIGH: f64 = 10.0;
/// Width of what exponents and saturations are likely, in logs.
const ALPHA_WIDTH: f64 = 0.45;
const KAPPA_WIDTH: f64 = 0.9;
/// Points of spend, evenly spaced in its logarithm.
pub(super) const POINTS: usize = 112;
const POINT_LOW: f64 = 2e-3;

/// One shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub alpha: f64,
    /// In even shares.
    pub kappa: f64,
    pub ln_alpha: f64,
    pub ln_kappa: f64,
}

impl Shape {
    /// The saturation at a spend given in even shares, between 0 and 1.
    pub fn at(&self, spend: f64) -> f64 {
        if spend <= 0.0 { 0.0 } else { 1.0 / (1.0 + (self.alpha * (self.ln_kappa - spend.ln())).exp()) }
    }
}

/// All shapes, and their values on the points of spend.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub shapes: Vec<Shape>,
    /// `kappa` to the power of `alpha`, of each.
    power: Vec<f64>,
    /// How likely each is before anything is seen, up to a constant: for foretelling the first days.
    pub prior: Vec<f64>,
    /// `table[j * POINTS + g]`: shape `j` at point `g`.
    table: Vec<f64>,
    low: f64,
    pace: f64,
}

impl Grid {
    /// A grid for spends of up to `most` even shares.
    pub fn new(most: f64) -> Self {
        let shapes: Vec<Shape> = ALPHAS
            .iter()
            .flat_map(|alpha| {
                (0..KAPPAS).map(move |k| {
                    let share = k as f64 / (KAPPAS - 1) as f64;
                    let ln_kappa = KAPPA_LOW.ln() + share * (KAPPA_HIGH / KAPPA_LOW).ln();
                    Shape { alpha: *alpha, kappa: ln_kappa.exp(), ln_alpha: alpha.ln(), ln_kappa }
                })
            })
            .collect();
        let low = POINT_LOW.ln();
        let pace = (most.max(2.0).ln() - low) / (POINTS - 1) as f64;
        let spends: Vec<f64> = (0..POINTS).map(|g| (low + g as f64 * pace).exp()).collect();
        let table = shapes.iter().flat_map(|shape| spends.iter().map(|s| shape.at(*s))).collect();
        let likely = |shape: &Shape| {
            let (alpha, kappa) = (shape.ln_alpha / ALPHA_WIDTH, shape.ln_kappa / KAPPA_WIDTH);
            (-0.5 * (alpha * alpha + kappa * kappa)).exp()
        };
        let prior = shapes.iter().map(likely).collect();
        let power = shapes.iter().map(|shape| (shape.alpha * shape.ln_kappa).exp()).collect();
        Self { shapes, power, prior, table, low, pace }
    }

    /// The logarithms of the exponents.
    pub fn ln_alphas(&self) -> Vec<f64> {
        (0..ALPHAS.len()).map(|a| self.shapes[a * KAPPAS].ln_alpha).collect()
    }

    /// The logarithms of the half-saturation points.
    pub fn ln_kappas(&self) -> Vec<f64> {
        (0..KAPPAS).map(|k| self.shapes[k].ln_kappa).collect()
    }

    /// Every shape's saturation at a spend (even shares); a little above zero where nothing is spent, so that logs exist.
    pub fn at(&self, spend: f64) -> Vec<f64> {
        let ln_spend = spend.max(1e-300).ln();
        let near = ALPHAS.map(|alpha| (-alpha * ln_spend).exp());
        let at = |(j, power): (usize, &f64)| (1.0 / (1.0 + power * near[j / KAPPAS])).max(1e-9);
        self.power.iter().enumerate().map(at).collect()
    }

    /// The values of a shape on the points of spend.
    pub fn row(&self, shape: usize) -> &[f64] {
        &self.table[shape * POINTS..(shape + 1) * POINTS]
    }

    /// The value at a spend (even shares) of a curve given on the points: cubic in the logarithm of spend (Catmull-Rom).
    pub fn read(&self, curve: &[f64], spend: f64) -> f64 {
        if spend <= 0.0 {
            return 0.0;
        }
        let at = (spend.ln() - self.low) / self.pace;
        if at <= 0.0 {
            return curve[0] * (at * self.pace).exp();
        }
        let last = POINTS - 1;
        let g = (at as usize).min(last - 1);
        let t = (at - g as f64).min(1.0);
        let (p1, p2) = (curve[g], curve[g + 1]);
        let p0 = if g == 0 { 2.0 * p1 - p2 } else { curve[g - 1] };
        let p3 = if g + 2 > last { 2.0 * p2 - p1 } else { curve[g + 2] };
        p1 + 0.5 * t * (p2 - p0 + t * (2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3 + t * (3.0 * (p1 - p2) + p3 - p0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shapes_together_are_as_saturated_as_each_alone() {
        let grid = Grid::new(24.0);
        for spend in [0.02, 0.3, 1.0, 7.7] {
            for (shape, at) in grid.shapes.iter().zip(grid.at(spend)) {
                assert!((at / shape.at(spend) - 1.0).abs() < 1e-9, "{shape:?} at {spend}");
            }
        }
        assert!(grid.at(0.0).iter().all(|at| *at == 1e-9));
    }

    #[test]
    fn a_tabled_curve_is_read_as_the_curve_itself() {
        let grid = Grid::new(24.0);
        for (j, shape) in grid.shapes.iter().enumerate() {
            for spend in [0.011, 0.3, 0.97, 1.0, 2.3, 7.7, 23.9] {
                let (read, exact) = (grid.read(grid.row(j), spend), shape.at(spend));
                assert!((read - exact).abs() < 2e-4, "{shape:?} at {spend}: {read} for {exact}");
            }
        }
    }
}
