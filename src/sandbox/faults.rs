//! Scripted faults: an error, an error after the write happened, a slow answer, a cut connection, half an answer, a throttle,
//! a dead token, a list with rows missing.
//! They are set by `/_sandbox/faults`, live in memory only and are used up by the calls they match.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire::errors::GraphError;
use super::wire::params::Params;

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Answer an error; nothing happens.
    Error,
    /// The call is carried out, but an error is answered.
    ErrorAfterCommit,
    /// Answer late.
    Slow,
    /// The call is carried out and the connection is cut before the answer is whole.
    Cut,
    /// The call is carried out and the answer ends in the middle of its JSON, as if it were whole.
    Truncated,
    /// Answer that the limit is reached, with usage headers at 100.
    Throttle,
    /// Answer that the token expired.
    TokenDead,
    /// Answer a list without every other of its rows, as if nothing were missing.
    Short,
}

/// Which calls a fault meets; an absent part meets all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Match {
    /// `GET`, `POST` or `DELETE`.
    pub method: Option<String>,
    /// Part of the path.
    pub path_contains: Option<String>,
    /// The whole path after the version, where `*` stands for anything: `act_*/adsets`.
    pub path: Option<String>,
    /// A parameter with its value, as `level=ad`.
    pub param: Option<String>,
    /// Whether the call is one of a batch.
    pub in_batch: Option<bool>,
}

/// A scripted fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which calls.
    #[serde(default, rename = "match")]
    pub matching: Match,
    /// What happens.
    pub kind: FaultKind,
    /// How many of the calls that it would meet pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many calls; 1 when absent.
    #[serde(default = "once")]
    pub times: u32,
    /// Error code, where the kind allows one.
    pub code: Option<i64>,
    /// Error subcode.
    pub subcode: Option<i64>,
    /// Error text.
    pub message: Option<String>,
    /// Whether the error says that the same call may succeed later; by its code where absent.
    pub transient: Option<bool>,
    /// HTTP status of the error; by its code where absent.
    pub status: Option<u16>,
    /// Milliseconds of a slow answer; 1000 when absent, at most 60,000.
    pub delay_ms: Option<u64>,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// The error that this fault answers.
    #[must_use]
    pub fn error(&self) -> GraphError {
        let (code, text) = match self.kind {
            FaultKind::Throttle => (17, "(#17) User request limit reached"),
            FaultKind::TokenDead => {
                let mut error =
                    GraphError::token(self.subcode.or(Some(463)), "Error validating access token: Session has expired.");
                error.code = self.code.unwrap_or(190);
                return error;
            }
            _ => (2, "Service temporarily unavailable"),
        };
        let mut error = GraphError::new(self.code.unwrap_or(code), self.message.clone().unwrap_or_else(|| text.into()));
        error.subcode = self.subcode;
        if self.kind == FaultKind::Throttle {
            error.subcode = self.subcode.or(Some(2_446_079));
            error = error.told(
                "Ad account has too many API calls",
                "There have been too many calls from this ad account. Wait a bit and try again.",
            );
        }
        error.transient = self.transient.unwrap_or(matches!(error.code, 1 | 2));
        if error.transient {
            error.status = 500;
        }
        error.status = self.status.filter(|status| (400..600).contains(status)).unwrap_or(error.status);
        error
    }

    /// Leaves out every other row, the first kept.
    pub fn shorten(&self, rows: &mut Vec<Value>) {
        let mut keep = false;
        rows.retain(|_| {
            keep = !keep;
            keep
        });
    }

    /// How long the answer waits.
    #[must_use]
    pub fn delay(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.delay_ms.unwrap_or(1_000).min(60_000))
    }
}

/// A fault still to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Its number, by which it is taken back.
    pub id: u64,
    /// What and when.
    pub fault: Fault,
}

/// The faults still to happen, in the order they were set.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Faults {
    waiting: Vec<Waiting>,
    set: u64,
}

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.set += 1;
            self.waiting.push(Waiting { id: self.set, fault });
        }
    }

    /// Takes one back; whether it was there.
    pub fn take_back(&mut self, id: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| waiting.id != id);
        self.waiting.len() < before
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// What is waiting.
    #[must_use]
    pub fn list(&self) -> &[Waiting] {
        &self.waiting
    }

    /// The fault that meets this call, one use taken off.
    pub fn take(&mut self, method: &str, path: &str, params: Option<&Params>) -> Option<Fault> {
        self.take_at(false, method, path, params)
    }

    /// The fault that meets this call of a batch.
    pub fn take_in_batch(&mut self, method: &str, path: &str, params: &Params) -> Option<Fault> {
        self.take_at(true, method, path, Some(params))
    }

    fn take_at(&mut self, in_batch: bool, method: &str, path: &str, params: Option<&Params>) -> Option<Fault> {
        let has = |wanted: &str| {
            let (name, value) = wanted.split_once('=').unwrap_or((wanted, ""));
            params.and_then(|params| params.text(name)).is_some_and(|given| given == value)
        };
        let index = self.waiting.iter_mut().position(|waiting| {
            let wanted = &waiting.fault.matching;
            let meets = wanted.in_batch.is_none_or(|wanted| wanted == in_batch)
                && wanted.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && wanted.path_contains.as_deref().is_none_or(|part| path.contains(part))
                && wanted.path.as_deref().is_none_or(|pattern| fits(pattern, unversioned(path)))
                && wanted.param.as_deref().is_none_or(has);
            let passes = meets && waiting.fault.skip > 0;
            waiting.fault.skip = waiting.fault.skip.saturating_sub(u32::from(passes));
            meets && !passes
        })?;
        let fault = &mut self.waiting.get_mut(index)?.fault;
        fault.times = fault.times.saturating_sub(1);
        let taken = fault.clone();
        if taken.times == 0 {
            self.waiting.remove(index);
        }
        Some(taken)
    }
}

/// A path without slashes around it and without its version.
fn unversioned(path: &str) -> &str {
    let path = path.trim_matches('/');
    match path.split_once('/') {
        Some((version, rest)) if version.starts_with('v') && version.contains('.') => rest,
        _ => path,
    }
}

/// Whether a text fits a pattern in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(between) = last.replace(part) {
            let Some((_, after)) = rest.split_once(between) else {
                return false;
            };
            rest = after;
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_used_up_by_the_calls_it_matches() {
        let mut faults = Faults::default();
        faults.add(Fault {
            matching: Match { method: Some("POST".into()), path_contains: Some("/adsets".into()), ..Match::default() },
            kind: FaultKind::Throttle,
            skip: 0,
            times: 2,
            code: None,
            subcode: None,
            message: None,
            transient: None,
            status: None,
            delay_ms: None,
        });
        assert!(faults.take("GET", "/act_1/adsets", None).is_none());
        assert_eq!(faults.take("POST", "/act_1/adsets", None).map(|fault| fault.error().code), Some(17));
        assert!(faults.take("POST", "/act_1/adsets", None).is_some());
        assert!(faults.take("POST", "/act_1/adsets", None).is_none());
    }

    #[test]
    fn a_fault_lets_some_calls_of_a_batch_pass_first() {
        let given = serde_json::json!({"match": {"in_batch": true}, "kind": "cut", "skip": 1});
        let mut faults = Faults::default();
        faults.add(serde_json::from_value(given).unwrap_or_else(|_| unreachable!()));
        assert!(faults.take("POST", "/act_1/ads", None).is_none(), "a call alone");
        let params = Params(std::collections::BTreeMap::new());
        assert!(faults.take_in_batch("POST", "/act_1/ads", &params).is_none(), "the first");
        assert!(faults.take_in_batch("POST", "/act_1/ads", &params).is_some(), "the second");
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_pattern_meets_the_path_without_its_version() {
        for (pattern, path, meets) in [
            ("act_*/adsets", "/v26.0/act_1/adsets/", true),
            ("act_*/adsets", "/act_1/adsets", true),
            ("act_*/adsets", "/v26.0/act_1/adsets/x", false),
            ("*", "/v26.0/me", true),
            ("me", "/v26.0/me", true),
            ("me", "/v26.0/me/accounts", false),
            ("*/insights", "/v25.0/1/insights", true),
            ("a*b*c", "/axbyc", true),
            ("a*b*bc", "/abc", false),
        ] {
            assert_eq!(fits(pattern, unversioned(path)), meets, "{pattern} {path}");
        }
    }
}
