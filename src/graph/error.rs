//! What can go wrong in a call, by what the caller may do about it.
//!
//! Meta has some hundred codes; a caller needs to know only whether to wait, to sign in again, to show the message, or to look
//! whether a write happened. The table is Meta's error reference, `Graph API, Handling errors` and `Marketing API, Error codes`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::domain::dictionary::meta;

/// A call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// The token, a permission or the proof is not accepted: a person must act. Nothing was written.
    #[error("{message}")]
    Auth {
        /// What exactly is refused.
        problem: AuthProblem,
        /// Meta's words.
        message: String,
    },
    /// Too many calls. Nothing was written; wait before the next call to this account.
    #[error("Meta asks to wait {} minutes before the next call: {message}", .retry_after.as_secs().div_ceil(60))]
    RateLimited {
        /// How long, from the usage headers, else a default for the code.
        retry_after: Duration,
        /// Meta's words.
        message: String,
    },
    /// Not sent: the ad account's limits leave no room for it yet. Nothing was written.
    #[error("held back for {} s: {reason}", .wait.as_secs())]
    Held {
        /// How long, real time.
        wait: Duration,
        /// Which limit.
        reason: String,
    },
    /// The request asks for more data than one answer may carry: ask for a shorter period.
    #[error("Meta asks for a smaller request: {message}")]
    TooMuchData {
        /// Meta's words.
        message: String,
    },
    /// Meta refuses these values; repeating the call changes nothing. Nothing was written.
    #[error("{}", sentence(.title.as_deref(), .message))]
    Rejected {
        /// Meta's code.
        code: i64,
        /// Meta's subcode, 0 where there is none.
        subcode: i64,
        /// The title Meta writes for people.
        title: Option<String>,
        /// The message for people where there is one, else the technical one.
        message: String,
        /// The fields Meta blames, a path joined by dots each.
        fields: Vec<String>,
    },
    /// The object does not exist, was deleted, or this token may not see it.
    #[error("{message}")]
    NotFound {
        /// Meta's words.
        message: String,
    },
    /// Not answered, and certainly nothing was written: the call may be repeated after a while.
    #[error("Meta did not answer: {message}")]
    Transient {
        /// What happened, without any URL.
        message: String,
    },
    /// The answer to a write was lost: it may have happened. Look before repeating it.
    #[error("the answer was lost, so the change may have happened: {message}")]
    Lost {
        /// What happened, without any URL.
        message: String,
    },
    /// An answer that is not the Graph API's.
    #[error("an answer that is not the Graph API's: {message}")]
    Unexpected {
        /// What was wrong, without any URL.
        message: String,
    },
}

/// Why a call is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthProblem {
    /// The token is expired, revoked or wrong: sign in again.
    Token,
    /// A permission is missing: consent again.
    Permission,
    /// The app secret does not fit the token.
    Proof,
}

/// The `error` object of an answer.
#[derive(Debug, Default, Deserialize)]
pub(super) struct WireError {
    #[serde(default)]
    message: String,
    #[serde(default, deserialize_with = "super::wire::int")]
    code: Option<i64>,
    #[serde(default, deserialize_with = "super::wire::int")]
    error_subcode: Option<i64>,
    #[serde(default)]
    is_transient: Option<bool>,
    #[serde(default)]
    error_user_title: Option<String>,
    #[serde(default)]
    error_user_msg: Option<String>,
    #[serde(default)]
    error_data: Option<Value>,
}

/// What a code means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Retry,
    Throttle(Duration),
    TooMuch,
    Auth(AuthProblem),
    NotFound,
    Fix,
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

impl GraphError {
    /// From Meta's error object. `wait` is what the usage headers asked for; `write` says whether the call could change anything.
    pub(super) fn from_wire(error: WireError, wait: Option<Duration>, write: bool) -> Self {
        let code = error.code.unwrap_or_default();
        let subcode = error.error_subcode.unwrap_or_default();
        let words = match &error.error_user_msg {
            Some(words) if !words.is_empty() => words,
            _ => &error.message,
        };
        // The code stays with the words wherever they are kept, so that they lead to their page.
        let message = meta::with_code(words, code, subcode);
        match classify(code, subcode, error.is_transient.unwrap_or(false)) {
            // "Unknown error" and "service unavailable" can arrive after the write was stored, so a write is not known undone.
            Class::Retry if write => Self::Lost { message },
            // For a read it asks for less; for a write it is the same "unknown error" and says no more than that.
            Class::TooMuch if write && code == 1 => Self::Lost { message },
            Class::Retry => Self::Transient { message },
            Class::Throttle(default) => Self::RateLimited { retry_after: wait.unwrap_or(default), message },
            Class::TooMuch => Self::TooMuchData { message },
            Class::Auth(problem) => Self::Auth { problem, message },
            Class::NotFound => Self::NotFound { message },
            Class::Fix => Self::Rejected {
                code,
                subcode,
                title: error.error_user_title.filter(|t| !t.is_empty()),
                message,
                fields: blamed(error.error_data.as_ref()),
            },
        }
    }

    /// Not answered: `write` decides between [`Self::Lost`] and [`Self::Transient`].
    pub(super) fn unanswered(message: impl Into<String>, write: bool) -> Self {
        let message = message.into();
        if write { Self::Lost { message } } else { Self::Transient { message } }
    }

    /// Whether the same call may succeed later without anybody acting.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Held { .. } | Self::Transient { .. } | Self::Lost { .. })
    }

    /// Whether the write may have happened although it failed here.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Lost { .. })
    }
}

fn classify(code: i64, subcode: i64, transient: bool) -> Class {
    match (code, subcode) {
        (1, 99) | (100, 1_487_534) => Class::TooMuch,
        (1 | 2 | 960, _) => Class::Retry,
        (4 | 17 | 32 | 341, _) => Class::Throttle(5 * MINUTE),
        // An ad set's budget may change four times an hour.
        (613, 1_487_632) => Class::Throttle(HOUR),
        (613, _) => Class::Throttle(5 * MINUTE),
        // Blocked by policy or for being too fast: Meta lifts it after hours, and pressing on prolongs it.
        (368, _) => Class::Throttle(4 * HOUR),
        (80_000..=80_014, _) => Class::Throttle(5 * MINUTE),
        (102 | 190, _) => Class::Auth(AuthProblem::Token),
        (104, _) => Class::Auth(AuthProblem::Proof),
        (3 | 10 | 200..=299, _) => Class::Auth(AuthProblem::Permission),
        (100, 33) | (803, _) => Class::NotFound,
        _ if transient => Class::Retry,
        _ => Class::Fix,
    }
}

/// The paths in `error_data.blame_field_specs`; `error_data` is an object or, more often, JSON text.
fn blamed(data: Option<&Value>) -> Vec<String> {
    let parsed = match data {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(other) => other.clone(),
        None => Value::Null,
    };
    let path = |spec: &Value| -> Option<String> {
        let parts: Vec<&str> = match spec {
            Value::Array(parts) => parts.iter().filter_map(Value::as_str).collect(),
            Value::String(one) => vec![one.as_str()],
            _ => Vec::new(),
        };
        (!parts.is_empty()).then(|| parts.join("."))
    };
    let specs = parsed.get("blame_field_specs").and_then(Value::as_array);
    specs.map(|specs| specs.iter().filter_map(path).collect()).unwrap_or_default()
}

fn sentence(title: Option<&str>, message: &str) -> String {
    match title {
        Some(title) if !message.contains(title) => format!("{}: {message}", title.trim_end_matches(['.', ':'])),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(json: &str, write: bool) -> GraphError {
        GraphError::from_wire(serde_json::from_str(json).unwrap(), None, write)
    }

    #[test]
    fn every_code_of_metas_table_has_its_class() {
        let auth = |p| Class::Auth(p);
        let table = [
            (1, 0, Class::Retry),
            (1, 99, Class::TooMuch),
            (2, 0, Class::Retry),
            (3, 0, auth(AuthProblem::Permission)),
            (4, 1_504_022, Class::Throttle(5 * MINUTE)),
            (10, 0, auth(AuthProblem::Permission)),
            (17, 2_446_079, Class::Throttle(5 * MINUTE)),
            (32, 0, Class::Throttle(5 * MINUTE)),
            (100, 0, Class::Fix),
            (100, 33, Class::NotFound),
            (100, 1_487_534, Class::TooMuch),
            (100, 1_885_272, Class::Fix),
            (100, 4_834_011, Class::Fix),
            (102, 0, auth(AuthProblem::Token)),
            (104, 0, auth(AuthProblem::Proof)),
            (190, 463, auth(AuthProblem::Token)),
            (200, 1_870_034, auth(AuthProblem::Permission)),
            (294, 0, auth(AuthProblem::Permission)),
            (341, 0, Class::Throttle(5 * MINUTE)),
            (368, 1_390_008, Class::Throttle(4 * HOUR)),
            (613, 1_487_632, Class::Throttle(HOUR)),
            (960, 0, Class::Retry),
            (2_500, 0, Class::Fix),
            (3_018, 0, Class::Fix),
            (1_487_033, 0, Class::Fix),
            (80_000, 2_446_079, Class::Throttle(5 * MINUTE)),
            (80_004, 0, Class::Throttle(5 * MINUTE)),
        ];
        for (code, subcode, class) in table {
            assert_eq!(classify(code, subcode, false), class, "{code}/{subcode}");
        }
        assert_eq!(classify(9_999, 0, true), Class::Retry);
    }

    #[test]
    fn the_dictionary_says_of_every_code_what_the_client_does() {
        use crate::domain::dictionary::Again;
        for (code, subcode) in meta::codes().filter(|(code, _)| *code > 0) {
            let entry = meta::entry(code, subcode);
            let waits = matches!(classify(code, subcode, false), Class::Retry | Class::TooMuch | Class::Throttle(_));
            // Instagram's own limits and a report or post that is not ready are told to people, not waited for by the client.
            let told = matches!(code, 9 | 2_601 | 9_007);
            assert_eq!(entry.again == Again::Later, waits || told, "{}", entry.slug);
        }
    }

    #[test]
    fn a_refusal_carries_metas_words_and_the_field_it_blames() {
        let error = read(
            r#"{"message":"(#100) Invalid parameter","code":100,"error_subcode":1885272,"is_transient":false,
                "error_user_title":"Budget Too Low","error_user_msg":"Your ad set budget must be more than BDT3,700.00.",
                "error_data":"{\"blame_field_specs\":[[\"lifetime_budget\"],[\"targeting\",\"geo_locations\"]]}"}"#,
            true,
        );
        assert_eq!(error.to_string(), "Budget Too Low: Your ad set budget must be more than BDT3,700.00. (Meta 100/1885272)");
        let GraphError::Rejected { fields, code, subcode, .. } = error else { unreachable!("{error:?}") };
        assert_eq!((code, subcode), (100, 1_885_272));
        assert_eq!(fields, ["lifetime_budget", "targeting.geo_locations"]);
    }

    #[test]
    fn an_unknown_error_after_a_write_is_lost_not_undone() {
        let json = r#"{"message":"An unknown error occurred","code":1}"#;
        assert!(read(json, true).may_have_happened());
        assert!(matches!(read(json, false), GraphError::Transient { .. }));
        let json = r#"{"message":"An unknown error occurred","code":1,"error_subcode":99}"#;
        assert!(read(json, true).may_have_happened());
        assert!(matches!(read(json, false), GraphError::TooMuchData { .. }));
    }

    #[test]
    fn blame_is_also_read_from_an_object_and_rubbish_blames_nobody() {
        assert_eq!(blamed(Some(&serde_json::json!({"blame_field_specs": [["name"], "status"]}))), ["name", "status"]);
        assert!(blamed(Some(&serde_json::json!("not json"))).is_empty());
        assert!(blamed(None).is_empty());
    }
}
