//! A curve made ready for many questions of one kind: how much money has the marginal `price`?

use crate::allocation::curve::{Curve, bell_inverse, hill_inverse};

/// A price of money (a marginal value), with what the closed forms make of it computed once for all segments.
#[derive(Debug, Clone, Copy)]
pub struct Price {
    /// The price: results per unit of money.
    pub value: f64,
    ln: f64,
    inverse: f64,
    inverse_root: f64,
}

impl Price {
    /// The price with this logarithm.
    pub fn of_ln(ln: f64) -> Self {
        Self::new(ln.exp(), ln)
    }

    /// Exactly this price.
    pub fn of(value: f64) -> Self {
        Self::new(value, value.ln())
    }

    fn new(value: f64, ln: f64) -> Self {
        Self { value, ln, inverse: value.recip(), inverse_root: value.sqrt().recip() }
    }

    /// The price, or the nearer of two where it lies outside them.
    pub fn clamp(self, low: &Self, high: &Self) -> Self {
        if self.value > high.value {
            *high
        } else if self.value >= low.value {
            self
        } else {
            *low
        }
    }

    /// The logarithm of the price.
    pub fn ln(&self) -> f64 {
        self.ln
    }
}

/// The part of a curve where returns diminish, with its constants precomputed.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Michaelis-Menten: `root` is the square root of `beta kappa`.
    Mm { root: f64, kappa: f64 },
    /// `peak` is the logarithm of the marginal at 0.
    Exp { peak: f64, kappa: f64 },
    /// As the curve.
    Log { beta: f64, kappa: f64 },
    /// `peak` is `ln(beta p)`, `stretch` is `1 / (1 - p)`.
    Power { peak: f64, stretch: f64 },
    /// Both logistic curves: `level` times the price is the height on the bell around `m` of width `w`.
    Bell { level: f64, m: f64, w: f64 },
    /// `offset` is `ln(kappa / (beta alpha))`.
    Hill { offset: f64, alpha: f64, kappa: f64 },
    /// No such part: a straight line.
    Straight,
}

impl From<&Curve> for Shape {
    fn from(curve: &Curve) -> Self {
        match *curve {
            Curve::Hill { beta: 0.0, .. }
            | Curve::Mm { beta: 0.0, .. }
            | Curve::Logistic { beta: 0.0, .. }
            | Curve::Exp { beta: 0.0, .. }
            | Curve::Log { beta: 0.0, .. }
            | Curve::Power { beta: 0.0, .. }
            | Curve::Sigmoid { beta: 0.0, .. }
            | Curve::Linear { .. } => Self::Straight,
            Curve::Hill { beta, alpha: 1.0, kappa } | Curve::Mm { beta, kappa } => {
                Self::Mm { root: beta.sqrt() * kappa.sqrt(), kappa }
            }
            Curve::Hill { beta, alpha, kappa } => Self::Hill { offset: kappa.ln() - beta.ln() - alpha.ln(), alpha, kappa },
            Curve::Logistic { beta, lam } => Self::Bell { level: 0.5 / (beta * lam), m: 0.0, w: lam.recip() },
            Curve::Exp { beta, kappa } => Self::Exp { peak: beta.ln() - kappa.ln(), kappa },
            Curve::Log { beta, kappa } => Self::Log { beta, kappa },
            Curve::Power { beta, p } => Self::Power { peak: beta.ln() + p.ln(), stretch: (1.0 - p).recip() },
            Curve::Sigmoid { beta, m, w } => Self::Bell { level: w / beta, m, w },
        }
    }
}

impl Shape {
    /// The money whose marginal is `price`, and its derivative by the price's logarithm (negative).
    ///
    /// `near` is a Hill curve's last answer, from which the next begins; NaN where there is none.
    #[inline]
    pub fn money_at(&self, price: &Price, near: &mut f64) -> (f64, f64) {
        match *self {
            Self::Mm { root, kappa } => {
                let sum = root * price.inverse_root;
                (sum - kappa, -0.5 * sum)
            }
            Self::Exp { peak, kappa } => (kappa * (peak - price.ln), -kappa),
            Self::Log { beta, kappa } => {
                let sum = beta * price.inverse;
                (sum - kappa, -sum)
            }
            Self::Power { peak, stretch } => {
                let money = ((peak - price.ln) * stretch).exp();
                (money, -money * stretch)
            }
            Self::Bell { level, m, w } => {
                let (z, tanh) = bell_inverse(level * price.value);
                (m + w * z, -w / tanh.max(1e-8))
            }
            Self::Hill { offset, alpha, kappa } => {
                let point = hill_inverse(alpha, offset + price.ln, Some(*near).filter(|near| !near.is_nan()));
                *near = point.log;
                let money = kappa * (point.log / alpha).exp();
                (money, money / (alpha * point.slope))
            }
            Self::Straight => (0.0, 0.0),
        }
    }
}
