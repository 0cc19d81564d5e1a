//! One problem's text, and the answer to it.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::records::Record;
use crate::allocation::{Problem, Refused, Segment, solve, solve_minor};

/// A problem as it is written down.
#[derive(Deserialize)]
struct Stated {
    total: f64,
    segments: Vec<Segment>,
    total_minor: Option<i64>,
    minor_per_unit: Option<i64>,
    /// Where the two before are absent: the same two, as collections of solved problems nest them.
    integer: Option<Minor>,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct Minor {
    total_minor: Option<i64>,
    minor_per_unit: Option<i64>,
}

/// What a problem is called, which is told even where the rest makes no sense.
#[derive(Default, Deserialize)]
struct Named {
    #[serde(default)]
    id: Value,
}

/// How a problem ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    /// Divided, as well as the bound says.
    Optimal,
    /// No division keeps the bounds.
    Infeasible,
    /// It makes no sense.
    Invalid,
}

/// The answer to one problem; amounts of money in the problem's units, or whole minor units.
#[derive(Debug, Serialize)]
pub struct Answer {
    id: Value,
    status: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    value: Option<f64>,
    upper_bound: Option<f64>,
    allocation: Vec<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allocation_minor: Option<Vec<i64>>,
    micros: u64,
}

impl Answer {
    fn refusal(id: Value, status: Outcome, reason: String) -> Self {
        let (value, upper_bound, allocation, allocation_minor) = (None, None, Vec::new(), None);
        Self { id, status, reason: Some(reason), value, upper_bound, allocation, allocation_minor, micros: 0 }
    }
}

/// Answers a problem, whatever it is.
pub fn answer(record: &Record) -> Answer {
    let Record::Text(text) = record else {
        return Answer::refusal(Value::Null, Outcome::Invalid, "the problem is longer than 64 MiB".into());
    };
    let id = serde_json::from_slice(text).unwrap_or(Named::default()).id;
    match read(text) {
        Ok(stated) => divide(id, stated),
        Err(reason) => Answer::refusal(id, Outcome::Invalid, reason),
    }
}

/// The problem in a text, or what is wrong with it, with the path of the field.
fn read(text: &[u8]) -> Result<Stated, String> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let stated = serde_path_to_error::deserialize(&mut json).map_err(|error| match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        path => format!("{path}: {}", error.inner()),
    })?;
    json.end().map_err(|error| error.to_string())?;
    Ok(stated)
}

fn divide(id: Value, stated: Stated) -> Answer {
    let outer = Minor { total_minor: stated.total_minor, minor_per_unit: stated.minor_per_unit };
    let Minor { total_minor, minor_per_unit } = match outer {
        Minor { total_minor: None, minor_per_unit: None } => stated.integer.unwrap_or_default(),
        stated => stated,
    };
    let minor = match (total_minor, minor_per_unit) {
        (Some(total), Some(per_unit)) => Some((total, per_unit)),
        (None, None) => None,
        (Some(_), None) => return Answer::refusal(id, Outcome::Invalid, "minor_per_unit: is missing beside total_minor".into()),
        (None, Some(_)) => return Answer::refusal(id, Outcome::Invalid, "total_minor: is missing beside minor_per_unit".into()),
    };
    let problem = Problem { total: stated.total, segments: stated.segments };
    let begun = Instant::now();
    let solved = solve(&problem);
    let whole = minor.map(|(total, per_unit)| solve_minor(&problem, total, per_unit)).transpose();
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    match solved.and_then(|solution| Ok((solution, whole?))) {
        Ok((solution, whole)) => Answer {
            id,
            status: Outcome::Optimal,
            reason: solution.shortfall().map(|share| format!("the search ended within {share:.1e} of the upper bound")),
            value: Some(solution.value),
            upper_bound: Some(solution.upper_bound),
            allocation: solution.allocation,
            allocation_minor: whole.map(|whole| whole.allocation),
            micros,
        },
        Err(refused) => {
            let status = match refused {
                Refused::Infeasible(_) => Outcome::Infeasible,
                Refused::Invalid(_) => Outcome::Invalid,
            };
            Answer { micros, ..Answer::refusal(id, status, refused.to_string()) }
        }
    }
}
