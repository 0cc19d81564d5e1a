//! A curve from its name and parameters, as a problem states them, and what is wrong with either.

use serde::Deserialize;

use super::Curve;

/// The names of the curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // they are those of `Curve`
pub enum Kind {
    Hill,
    Mm,
    Logistic,
    Exp,
    Log,
    Power,
    Linear,
    Sigmoid,
}

/// The parameters that a curve may have; each curve takes its own and ignores the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // they are those of `Curve`
pub struct Parameters {
    pub beta: Option<f64>,
    pub alpha: Option<f64>,
    pub kappa: Option<f64>,
    pub lam: Option<f64>,
    pub p: Option<f64>,
    pub m: Option<f64>,
    pub w: Option<f64>,
}

/// A parameter that no curve can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("params.{name} {rule}")]
pub struct BadParameter {
    /// Its name.
    pub name: &'static str,
    /// What it must be.
    pub rule: &'static str,
}

impl Curve {
    /// The curve of this name with these parameters, checked.
    ///
    /// # Errors
    /// The first parameter that is missing or makes no sense.
    pub fn new(kind: Kind, given: &Parameters) -> Result<Self, BadParameter> {
        let need = |name, value: Option<f64>| value.ok_or(BadParameter { name, rule: "is missing" });
        let beta = need("beta", given.beta)?;
        let kappa = || need("kappa", given.kappa);
        let curve = match kind {
            Kind::Hill => Self::Hill { beta, alpha: need("alpha", given.alpha)?, kappa: kappa()? },
            Kind::Mm => Self::Mm { beta, kappa: kappa()? },
            Kind::Logistic => Self::Logistic { beta, lam: need("lam", given.lam)? },
            Kind::Exp => Self::Exp { beta, kappa: kappa()? },
            Kind::Log => Self::Log { beta, kappa: kappa()? },
            Kind::Power => Self::Power { beta, p: need("p", given.p)? },
            Kind::Linear => Self::Linear { beta },
            Kind::Sigmoid => Self::Sigmoid { beta, m: need("m", given.m)?, w: need("w", given.w)? },
        };
        curve.check()?;
        Ok(curve)
    }

    /// Whether the parameters make sense: `beta` at least 0, scales above 0, `p` between 0 and 1, all of them finite.
    ///
    /// # Errors
    /// The first parameter that does not.
    pub fn check(&self) -> Result<(), BadParameter> {
        let (beta, scales) = match *self {
            Self::Hill { beta, alpha, kappa } => (beta, [("alpha", alpha), ("kappa", kappa)]),
            Self::Mm { beta, kappa } | Self::Exp { beta, kappa } | Self::Log { beta, kappa } => {
                (beta, [("kappa", kappa), ("kappa", kappa)])
            }
            Self::Logistic { beta, lam } => (beta, [("lam", lam), ("lam", lam)]),
            Self::Power { beta, p } => (beta, [("p", p), ("p", p)]),
            Self::Linear { beta } => (beta, [("beta", 1.0), ("beta", 1.0)]),
            Self::Sigmoid { beta, m, w } => {
                if !m.is_finite() {
                    return Err(BadParameter { name: "m", rule: "must be a finite number" });
                }
                (beta, [("w", w), ("w", w)])
            }
        };
        if !(beta.is_finite() && beta >= 0.0) {
            return Err(BadParameter { name: "beta", rule: "must be a finite number, 0 or more" });
        }
        if let Some((name, _)) = scales.into_iter().find(|(_, scale)| !(scale.is_finite() && *scale > 0.0)) {
            return Err(BadParameter { name, rule: "must be a finite number above 0" });
        }
        match *self {
            Self::Power { p, .. } if p >= 1.0 => Err(BadParameter { name: "p", rule: "must be below 1" }),
            _ => Ok(()),
        }
    }
}
