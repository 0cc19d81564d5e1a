//! The parameters of one call, encoded as Meta does: strings and numbers plain, lists, objects and booleans as JSON text inside
//! the form field. Source: Graph API, "Making requests".

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::error::GraphError;
use super::wire::write_time;

/// Names and values in the order given.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// `fields=a,b,c`.
    pub(super) fn fields(fields: &[&str]) -> Self {
        Self::new().text("fields", fields.join(","))
    }

    pub(super) fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn text_opt(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(super) fn int_opt(self, name: &str, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.text(name, value.to_string()),
            None => self,
        }
    }

    pub(super) fn bool_opt(self, name: &str, value: Option<bool>) -> Self {
        match value {
            Some(value) => self.text(name, value.to_string()),
            None => self,
        }
    }

    pub(super) fn time_opt(self, name: &str, value: Option<DateTime<Utc>>) -> Self {
        match value {
            Some(at) => self.text(name, write_time(at)),
            None => self,
        }
    }

    /// A list or an object as JSON text.
    pub(super) fn json(self, name: &str, value: &impl Serialize) -> Result<Self, GraphError> {
        let text = serde_json::to_string(value).map_err(|e| GraphError::Unexpected { message: format!("{name}: {e}") })?;
        Ok(self.text(name, text))
    }

    pub(super) fn json_opt(self, name: &str, value: Option<&impl Serialize>) -> Result<Self, GraphError> {
        match value {
            Some(value) => self.json(name, value),
            None => Ok(self),
        }
    }

    /// Asks the server to check the write and make nothing.
    /// Source: Marketing API, `execution_options`.
    pub(super) fn validate_only(self) -> Self {
        self.text("execution_options", r#"["validate_only"]"#)
    }

    /// Replaces every value of a name.
    pub(super) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(n, _)| n != name);
        self.text(name, value)
    }

    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}
