//! What is to be divided, and why it cannot be.

use serde::{Deserialize, Serialize};

use super::curve::{BadParameter, Curve, Kind, Parameters};
use super::solve::{Grid, LARGEST};

/// How far sums of bounds may miss the total, as a share of it, before that counts as a refusal: rounding of the sum, no more.
pub(super) const ROUNDING: f64 = 1e-12;

/// Divide `total` over the segments so that their curves bring the most together. Money is in currency units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// What the segments get together.
    pub total: f64,
    /// Whom it is divided over.
    pub segments: Vec<Segment>,
}

/// One that gets money: its curve, its floor and its ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stated")]
pub struct Segment {
    /// What money brings.
    #[serde(flatten)]
    pub curve: Curve,
    /// The least it gets.
    pub lo: f64,
    /// The most it gets.
    pub hi: f64,
}

/// A segment as it is written down, so that what is wrong can be named by its path.
#[derive(Deserialize)]
struct Stated {
    curve: Kind,
    params: Parameters,
    lo: f64,
    hi: f64,
}

impl Segment {
    /// An order that depends on nothing but what the segments are.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |segment: &Self| {
            let (rank, parameters) = segment.curve.rank();
            (rank, parameters.map(f64::to_bits), segment.lo.to_bits(), segment.hi.to_bits())
        };
        key(self).cmp(&key(other))
    }
}

impl TryFrom<Stated> for Segment {
    type Error = BadParameter;

    fn try_from(stated: Stated) -> Result<Self, BadParameter> {
        Ok(Self { curve: Curve::new(stated.curve, &stated.params)?, lo: stated.lo, hi: stated.hi })
    }
}

/// A problem that makes no sense; segments count from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Invalid {
    /// No segments.
    #[error("segments: there are none")]
    Empty,
    /// A total that is no amount.
    #[error("total: {0} is not an amount of 0 or more")]
    Total(f64),
    /// A floor or ceiling that is no amount.
    #[error("segments[{segment}].{field}: {value} is not an amount of 0 or more")]
    Bound {
        /// Which segment.
        segment: usize,
        /// `lo` or `hi`.
        field: &'static str,
        /// What it is.
        value: f64,
    },
    /// A parameter of a curve that makes no sense.
    #[error("segments[{segment}].{parameter}")]
    Parameter {
        /// Which segment.
        segment: usize,
        /// Its parameter and the rule.
        parameter: BadParameter,
    },
    /// Numbers so large that the results cannot be added up.
    #[error("segments[{segment}]: what the curve brings is too large to add up")]
    Overflow {
        /// The segment at which the sum leaves the range.
        segment: usize,
    },
    /// Floors or ceilings so large that they cannot be added up.
    #[error("segments: the {field} of all segments add up to more than a number holds")]
    BoundsOverflow {
        /// `lo`.
        field: &'static str,
    },
    /// Minor units that make no sense.
    #[error("{field}: {why}")]
    Minor {
        /// `total_minor` or `minor_per_unit`.
        field: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// A sensible problem that nothing solves. Each begins with the rule that is broken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Infeasible {
    /// A floor above its own ceiling.
    #[error("lo>hi: segments[{segment}] has a floor of {lo} above its ceiling of {hi}")]
    Crossed {
        /// Which segment.
        segment: usize,
        /// Its floor.
        lo: f64,
        /// Its ceiling.
        hi: f64,
    },
    /// Floors that need more than the total.
    #[error("sum(lo)>total: the floors need {floors}, more than {total}")]
    FloorsAbove {
        /// What the floors need.
        floors: f64,
        /// The total.
        total: f64,
    },
    /// Ceilings that leave money over.
    #[error("sum(hi)<total: the ceilings allow {ceilings}, less than {total}")]
    CeilingsBelow {
        /// What the ceilings allow.
        ceilings: f64,
        /// The total.
        total: f64,
    },
    /// Bounds that only fractions of a minor unit keep.
    #[error("total_minor: no division into whole minor units keeps the floors and ceilings")]
    NoWhole,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The problem makes no sense.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// It does, but no division keeps every bound.
    #[error(transparent)]
    Infeasible(#[from] Infeasible),
}

impl Problem {
    /// Whether the problem has an answer.
    ///
    /// # Errors
    /// The first thing that makes no sense, else the first rule that no division keeps.
    pub fn check(&self) -> Result<(), Refused> {
        self.sensible()?;
        Ok(self.feasible()?)
    }

    /// The minor units that the total is made of, or are said to make it.
    pub(super) fn grid(&self, total_minor: i64, minor_per_unit: i64) -> Result<Grid, Refused> {
        let refuse = |field, why: String| Err(Invalid::Minor { field, why }.into());
        if !(1..=LARGEST).contains(&minor_per_unit) {
            return refuse("minor_per_unit", format!("{minor_per_unit} is not a number of minor units, 1 or more"));
        }
        if !(0..=LARGEST).contains(&total_minor) {
            return refuse("total_minor", format!("{total_minor} is not an amount of 0 to {LARGEST}"));
        }
        let grid = Grid::new(total_minor, minor_per_unit);
        // One unit apart is a total that was rounded; more is another total.
        if (grid.money(total_minor) - self.total).abs() > grid.money(1) + ROUNDING * self.total {
            return refuse("total_minor", format!("{total_minor} minor units are not the total of {}", self.total));
        }
        Ok(grid)
    }

    fn sensible(&self) -> Result<(), Invalid> {
        let amount = |value: f64| value.is_finite() && value >= 0.0;
        if self.segments.is_empty() {
            return Err(Invalid::Empty);
        }
        if !amount(self.total) {
            return Err(Invalid::Total(self.total));
        }
        let mut most = 0.0;
        for (segment, Segment { curve, lo, hi }) in self.segments.iter().enumerate() {
            curve.check().map_err(|parameter| Invalid::Parameter { segment, parameter })?;
            for (field, value) in [("lo", *lo), ("hi", *hi)] {
                if !amount(value) {
                    return Err(Invalid::Bound { segment, field, value });
                }
            }
            most += curve.ceiling(hi.min(self.total));
            if !most.is_finite() {
                return Err(Invalid::Overflow { segment });
            }
        }
        let floors: f64 = self.segments.iter().map(|segment| segment.lo).sum();
        if floors.is_finite() { Ok(()) } else { Err(Invalid::BoundsOverflow { field: "lo" }) }
    }

    fn feasible(&self) -> Result<(), Infeasible> {
        let total = self.total;
        let crossed = self.segments.iter().enumerate().find(|(_, segment)| segment.lo > segment.hi);
        if let Some((segment, Segment { lo, hi, .. })) = crossed {
            return Err(Infeasible::Crossed { segment, lo: *lo, hi: *hi });
        }
        let floors: f64 = self.segments.iter().map(|segment| segment.lo).sum();
        if floors > total * (1.0 + ROUNDING) {
            return Err(Infeasible::FloorsAbove { floors, total });
        }
        let ceilings: f64 = self.segments.iter().map(|segment| segment.hi.min(total)).sum();
        if ceilings < total * (1.0 - ROUNDING) {
            return Err(Infeasible::CeilingsBelow { ceilings, total });
        }
        Ok(())
    }
}
