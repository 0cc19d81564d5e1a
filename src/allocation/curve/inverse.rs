//! The money at which the next unit brings so much: inverse marginals, in closed form for all but [`Curve::Hill`].

use super::Curve;

/// Newton steps towards the inverse of a Hill marginal; it converges quadratically from a bound, so that fewer do.
const HILL_STEPS: usize = 60;

impl Curve {
    /// The most money at which the next unit still brings `price` or more, on the part where returns diminish.
    ///
    /// 0 (for an S-shaped curve its inflection) where even the first such unit brings less; infinite where every unit brings
    /// `price`. `price` is positive.
    pub fn inverse_marginal(&self, price: f64) -> f64 {
        let least = self.inflection();
        // Written so that a NaN, as of 0 / 0, counts as "brings less".
        let dearest = self.marginal(least);
        if dearest <= price || dearest.is_nan() {
            return if matches!(self, Self::Linear { beta } if *beta >= price) { f64::INFINITY } else { least };
        }
        let money = match *self {
            Self::Hill { beta, alpha, kappa } => {
                let log = hill_inverse(alpha, (price * kappa / (beta * alpha)).ln(), None).log;
                kappa * (log / alpha).exp()
            }
            Self::Mm { beta, kappa } => (beta / price).sqrt() * kappa.sqrt() - kappa,
            Self::Logistic { beta, lam } => bell_inverse(price / (2.0 * beta * lam)).0 / lam,
            Self::Exp { beta, kappa } => kappa * (beta / (kappa * price)).ln(),
            Self::Log { beta, kappa } => beta / price - kappa,
            Self::Power { beta, p } => (beta * p / price).powf(1.0 / (1.0 - p)),
            Self::Linear { .. } => f64::INFINITY,
            Self::Sigmoid { beta, m, w } => m + w * bell_inverse(price * w / beta).0,
        };
        money.max(least)
    }
}

/// The `z >= 0` at which `sigma(z) sigma(-z)` is `level`, and `tanh(z / 2)` there; 0 for a level of 1/4 or more.
pub fn bell_inverse(level: f64) -> (f64, f64) {
    let ratio = 4.0 * level;
    let tanh = (1.0 - ratio).max(0.0).sqrt();
    // cosh(z / 2) = ratio^-1/2, so z = 2 arcosh(ratio^-1/2) = ln((1 + tanh)^2 / ratio).
    (((1.0 + tanh) * (1.0 + tanh) / ratio).ln().max(0.0), tanh)
}

/// Where a Hill marginal has a given height.
pub struct HillPoint {
    /// `ln v = alpha ln(b / kappa)`.
    pub log: f64,
    /// The slope of the log marginal by `log`: negative where returns diminish.
    pub slope: f64,
}

/// Solves `(1 - 1/alpha) t - 2 ln(1 + e^t) = target` for `t` on the falling branch; `target` is `ln(price kappa / (beta alpha))`.
///
/// The left side is concave, so that Newton's method approaches from the right without overshooting: it begins at the least of
/// its bounds there, or at `near`, which a first step brings to the right side.
pub fn hill_inverse(alpha: f64, target: f64, near: Option<f64>) -> HillPoint {
    let rise = 1.0 - 1.0 / alpha;
    // Right of the root: the left side lies below both its asymptotes, and its top, if it has one, lies left of 0.
    let far = -target / (2.0 - rise);
    let bound = if rise < 0.0 { far.min(target / rise) } else { far.max(0.0) };
    let mut t = near.unwrap_or(bound);
    let mut slope = -1.0;
    for _ in 0..HILL_STEPS {
        let e = (-t.abs()).exp();
        let share = if t > 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
        slope = rise - 2.0 * share;
        let height = rise * t - 2.0 * (t.max(0.0) + e.ln_1p());
        if slope >= 0.0 || slope.is_nan() {
            // A start left of the top; begin again where it is safe, unless that is where we are.
            if t >= bound {
                break;
            }
            t = bound;
            continue;
        }
        let step = (target - height) / slope;
        t = (t + step).min(bound);
        // Quadratic convergence: what is left is about the square of the step.
        if step.abs() <= 1e-8 * t.abs().max(1e-3) {
            break;
        }
    }
    HillPoint { log: t, slope }
}
