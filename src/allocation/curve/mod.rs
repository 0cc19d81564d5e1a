//! Response curves: what an amount of money brings.
//!
//! Every curve is 0 at 0 and never falls. Money is in currency units, results in whatever the curve counts; both are `f64`, because
//! a curve is an estimate and never an amount that is stored or sent. Sources: Hill and Michaelis-Menten saturation, Jin et al.,
//! "Bayesian Methods for Media Mix Modeling with Carryover and Shape Effects", Google, 2017; the logistic one is PyMC-Marketing's.

mod inverse;
mod parameters;

pub(super) use inverse::{bell_inverse, hill_inverse};
pub use parameters::{BadParameter, Kind, Parameters};
use serde::{Deserialize, Serialize};

/// A response curve with its parameters. `b` is money, at least 0.
///
/// In JSON `{"curve": "mm", "params": {"beta": 142.4, "kappa": 244.1}}`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "curve", content = "params", rename_all = "lowercase")]
pub enum Curve {
    /// `beta b^alpha / (kappa^alpha + b^alpha)`: concave up to `alpha` 1, S-shaped above.
    Hill {
        /// What unlimited money would bring.
        beta: f64,
        /// How steep: above 1 the first money brings little.
        alpha: f64,
        /// The money that brings half of `beta`.
        kappa: f64,
    },
    /// `beta b / (kappa + b)`, Michaelis-Menten.
    Mm {
        /// What unlimited money would bring.
        beta: f64,
        /// The money that brings half of `beta`.
        kappa: f64,
    },
    /// `beta (1 - exp(-lam b)) / (1 + exp(-lam b))`.
    Logistic {
        /// What unlimited money would bring.
        beta: f64,
        /// How fast it saturates, per unit of money.
        lam: f64,
    },
    /// `beta (1 - exp(-b / kappa))`.
    Exp {
        /// What unlimited money would bring.
        beta: f64,
        /// The money that brings all but 1/e of `beta`.
        kappa: f64,
    },
    /// `beta ln(1 + b / kappa)`.
    Log {
        /// The scale of the results.
        beta: f64,
        /// The scale of the money.
        kappa: f64,
    },
    /// `beta b^p` with `p` between 0 and 1.
    Power {
        /// What the first unit of money brings.
        beta: f64,
        /// The elasticity.
        p: f64,
    },
    /// `beta b`.
    Linear {
        /// What a unit of money brings.
        beta: f64,
    },
    /// `beta (S((b - m) / w) - S(-m / w))` with `S(z) = 1 / (1 + exp(-z))`: S-shaped.
    Sigmoid {
        /// The scale of the results.
        beta: f64,
        /// The money at the steepest point.
        m: f64,
        /// The width of the rise, in money.
        w: f64,
    },
}

impl Curve {
    /// What `b` brings.
    pub fn value(&self, b: f64) -> f64 {
        if b <= 0.0 {
            return 0.0;
        }
        match *self {
            Self::Hill { beta, alpha, kappa } => beta / (1.0 + (-alpha * (b / kappa).ln()).exp()),
            Self::Mm { beta, kappa } => beta / (1.0 + kappa / b),
            Self::Logistic { beta, lam } => beta * (0.5 * lam * b).tanh(),
            Self::Exp { beta, kappa } => -beta * (-b / kappa).exp_m1(),
            Self::Log { beta, kappa } => beta * (b / kappa).ln_1p(),
            Self::Power { beta, p } => beta * b.powf(p),
            Self::Linear { beta } => beta * b,
            Self::Sigmoid { .. } => self.gain(0.0, b),
        }
    }

    /// No less than what `b` brings, with little arithmetic.
    pub(super) fn ceiling(&self, b: f64) -> f64 {
        match *self {
            Self::Hill { beta, .. }
            | Self::Mm { beta, .. }
            | Self::Logistic { beta, .. }
            | Self::Exp { beta, .. }
            | Self::Sigmoid { beta, .. } => beta,
            Self::Log { .. } | Self::Power { .. } | Self::Linear { .. } => self.value(b),
        }
    }

    /// What `step` more brings at `b`, without the cancellation of a difference of two values.
    pub fn gain(&self, b: f64, step: f64) -> f64 {
        if step <= 0.0 {
            return 0.0;
        }
        if b <= 0.0 && !matches!(self, Self::Sigmoid { .. }) {
            return self.value(step);
        }
        match *self {
            Self::Hill { beta, alpha, kappa } => {
                // With v = (b / kappa)^alpha the gain is beta (v2 - v1) / ((1 + v1)(1 + v2)), and v2 = v1 e^rise.
                let (log, rise) = (alpha * (b / kappa).ln(), alpha * (step / b).ln_1p());
                beta * -(-rise).exp_m1() * sigma(-log) * sigma(alpha * ((b + step) / kappa).ln())
            }
            Self::Mm { beta, kappa } => beta * (step / (kappa + b + step)) * (kappa / (kappa + b)),
            Self::Logistic { beta, lam } => 2.0 * beta * sigma_gain(lam * b, lam * (b + step), lam * step),
            Self::Exp { beta, kappa } => beta * (-b / kappa).exp() * -(-step / kappa).exp_m1(),
            Self::Log { beta, kappa } => beta * (step / (kappa + b)).ln_1p(),
            Self::Power { beta, p } => beta * b.powf(p) * (p * (step / b).ln_1p()).exp_m1(),
            Self::Linear { beta } => beta * step,
            Self::Sigmoid { beta, m, w } => {
                let b = b.max(0.0);
                beta * sigma_gain((b - m) / w, (b + step - m) / w, step / w)
            }
        }
    }

    /// What one more unit of money brings at `b`: the derivative. Infinite at 0 for [`Curve::Power`] and a concave [`Curve::Hill`].
    pub fn marginal(&self, b: f64) -> f64 {
        let b = b.max(0.0);
        match *self {
            Self::Hill { beta: 0.0, .. } | Self::Power { beta: 0.0, .. } => 0.0,
            Self::Hill { beta, alpha, kappa } if b == 0.0 => match alpha.total_cmp(&1.0) {
                std::cmp::Ordering::Less => f64::INFINITY,
                std::cmp::Ordering::Equal => beta / kappa,
                std::cmp::Ordering::Greater => 0.0,
            },
            Self::Hill { beta, alpha, kappa } => beta * (alpha * bell(alpha * (b / kappa).ln()) / b),
            Self::Mm { beta, kappa } => (beta / (kappa + b)) * (kappa / (kappa + b)),
            Self::Logistic { beta, lam } => beta * (lam * (2.0 * bell(lam * b))),
            Self::Exp { beta, kappa } => beta * ((-b / kappa).exp() / kappa),
            Self::Log { beta, kappa } => beta / (kappa + b),
            Self::Power { beta, p } => beta * p * b.powf(p - 1.0),
            Self::Linear { beta } => beta,
            Self::Sigmoid { beta, m, w } => beta * (bell((b - m) / w) / w),
        }
    }

    /// The money up to which returns grow; beyond it they diminish. 0 for a concave curve.
    pub fn inflection(&self) -> f64 {
        match *self {
            Self::Hill { alpha, kappa, .. } if alpha > 1.0 => kappa * ((alpha - 1.0) / (alpha + 1.0)).powf(1.0 / alpha),
            Self::Sigmoid { m, .. } => m.max(0.0),
            _ => 0.0,
        }
    }

    /// Whether returns diminish from the first unit of money on.
    pub fn is_concave(&self) -> bool {
        self.inflection() == 0.0
    }

    /// The place of the curve among the others and its parameters: what makes two curves the same.
    pub(super) fn rank(&self) -> (u8, [f64; 3]) {
        match *self {
            Self::Hill { beta, alpha, kappa } => (0, [beta, alpha, kappa]),
            Self::Mm { beta, kappa } => (1, [beta, kappa, 0.0]),
            Self::Logistic { beta, lam } => (2, [beta, lam, 0.0]),
            Self::Exp { beta, kappa } => (3, [beta, kappa, 0.0]),
            Self::Log { beta, kappa } => (4, [beta, kappa, 0.0]),
            Self::Power { beta, p } => (5, [beta, p, 0.0]),
            Self::Linear { beta } => (6, [beta, 0.0, 0.0]),
            Self::Sigmoid { beta, m, w } => (7, [beta, m, w]),
        }
    }

    /// The same curve for money counted in another unit, `factor` of which make one of the old: cents for euros is 100.
    #[must_use]
    pub fn in_unit(&self, factor: f64) -> Self {
        match *self {
            Self::Hill { beta, alpha, kappa } => Self::Hill { beta, alpha, kappa: kappa * factor },
            Self::Mm { beta, kappa } => Self::Mm { beta, kappa: kappa * factor },
            Self::Logistic { beta, lam } => Self::Logistic { beta, lam: lam / factor },
            Self::Exp { beta, kappa } => Self::Exp { beta, kappa: kappa * factor },
            Self::Log { beta, kappa } => Self::Log { beta, kappa: kappa * factor },
            Self::Power { beta, p } => Self::Power { beta: beta * factor.powf(-p), p },
            Self::Linear { beta } => Self::Linear { beta: beta / factor },
            Self::Sigmoid { beta, m, w } => Self::Sigmoid { beta, m: m * factor, w: w * factor },
        }
    }

    /// The same curve with all it brings multiplied by `factor`.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        let mut curve = *self;
        match &mut curve {
            Self::Hill { beta, .. }
            | Self::Mm { beta, .. }
            | Self::Logistic { beta, .. }
            | Self::Exp { beta, .. }
            | Self::Log { beta, .. }
            | Self::Power { beta, .. }
            | Self::Linear { beta }
            | Self::Sigmoid { beta, .. } => *beta *= factor,
        }
        curve
    }
}

/// `1 / (1 + e^-z)`.
fn sigma(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// `sigma(to) - sigma(from)`, without cancellation; `rise` is `to - from`.
fn sigma_gain(from: f64, to: f64, rise: f64) -> f64 {
    sigma(to) * sigma(-from) * -(-rise).exp_m1()
}

/// `sigma(z) sigma(-z)`, the derivative of `sigma`.
fn bell(z: f64) -> f64 {
    let e = (-z.abs()).exp();
    e / ((1.0 + e) * (1.0 + e))
}

#[cfg(test)]
mod tests;
