//! The sandbox's own controls, beside the Graph API: its clock can be moved on.
//!
//! Only for connections of the sandbox's kind; the caller checks that. Nothing of Meta's answers at these paths.

use chrono::{DateTime, Utc};
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use super::client::{http_client, parse_base};
use super::error::GraphError;

/// The controls of one sandbox.
#[derive(Debug, Clone)]
pub struct SandboxControl {
    http: reqwest::Client,
    clock: Url,
}

/// The sandbox's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SandboxClock {
    /// Its time.
    #[serde(default)]
    pub now: Option<DateTime<Utc>>,
}

impl SandboxControl {
    /// The controls of the sandbox at a base URL.
    ///
    /// # Errors
    /// [`GraphError::Unexpected`] where the base is not a plain http(s) URL.
    pub fn new(base_url: &str) -> Result<Self, GraphError> {
        let mut clock = parse_base(base_url)?;
        clock.set_path(&format!("{}/_sandbox/clock", clock.path().trim_end_matches('/')));
        Ok(Self { http: http_client()?, clock })
    }

    /// Moves the clock on by whole days.
    ///
    /// # Errors
    /// [`GraphError::Lost`] where no answer came: the clock may have moved. [`GraphError::Unexpected`] where it refused.
    pub async fn advance_days(&self, days: u16) -> Result<SandboxClock, GraphError> {
        let request = self.http.post(self.clock.clone()).header("X-Sandbox-Control", "1").json(&json!({"advance_days": days}));
        let answer = request.send().await.map_err(|_| GraphError::Lost { message: "the sandbox did not answer".to_owned() })?;
        let status = answer.status();
        if !status.is_success() {
            return Err(GraphError::Unexpected { message: format!("the sandbox refused to move its clock ({status})") });
        }
        answer.json().await.map_err(|_| GraphError::Unexpected { message: "the sandbox answered without its clock".to_owned() })
    }
}
