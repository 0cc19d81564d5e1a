//! Switching objects on and off, and what Meta says is wrong with them.

use serde::{Deserialize, Serialize};

use super::batch::{Write, parsed};
use super::client::{Path, Writer};
use super::error::GraphError;
use super::node::NodeId;
use super::params::Params;

/// What a person or a program can set `status` to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Switch {
    /// On.
    Active,
    /// Off, and can be switched on again.
    Paused,
    /// Off for good, still readable.
    Archived,
    /// Gone from lists.
    Deleted,
}

impl Switch {
    /// Meta's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Paused => "PAUSED",
            Self::Archived => "ARCHIVED",
            Self::Deleted => "DELETED",
        }
    }
}

/// A problem that Meta reports with an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// `CAMPAIGN`, `AD_SET` or `AD`.
    #[serde(default)]
    pub level: Option<String>,
    /// Meta's code.
    #[serde(default, deserialize_with = "super::wire::int")]
    pub error_code: Option<i64>,
    /// A few words.
    #[serde(default)]
    pub error_summary: Option<String>,
    /// A sentence.
    #[serde(default)]
    pub error_message: Option<String>,
    /// `HARD_ERROR` stops delivery, `SOFT_ERROR` does not.
    #[serde(default)]
    pub error_type: Option<String>,
}

/// The answer to an update.
#[derive(Deserialize)]
pub(super) struct Success {
    #[serde(default)]
    success: Option<bool>,
}

/// The answer to a create.
#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) id: NodeId,
}

impl Writer {
    /// Switches a campaign, ad set or ad. Repeating it is harmless.
    ///
    /// # Errors
    /// As any write.
    pub async fn switch(&self, node: &NodeId, to: Switch) -> Result<(), GraphError> {
        self.write(to.of(node)).await
    }

    /// Renames an object. Repeating it is harmless.
    ///
    /// # Errors
    /// As any write.
    pub async fn rename(&self, node: &NodeId, name: &str) -> Result<(), GraphError> {
        self.write(Write::named(node, name)).await
    }
}

impl Switch {
    /// Switching a campaign, ad set or ad. Repeating it is harmless.
    pub fn of(self, node: &NodeId) -> Write<()> {
        Write::update(node, Params::new().text("status", self.as_str()))
    }
}

impl Write<()> {
    /// Renaming an object. Repeating it is harmless.
    pub fn named(node: &NodeId, name: &str) -> Self {
        Self::update(node, Params::new().text("name", name))
    }

    pub(super) fn update(node: &NodeId, params: Params) -> Self {
        Self::new(&Path::Node(node), params, |value| acknowledged(&parsed(value)?))
    }
}

impl Write<NodeId> {
    pub(super) fn create(parent: &NodeId, edge: &'static str, params: Params) -> Self {
        Self::new(&Path::Edge(parent, edge), params, |value| parsed::<Created>(value).map(|created| created.id))
    }
}

fn acknowledged(answer: &Success) -> Result<(), GraphError> {
    match answer.success {
        Some(false) => Err(GraphError::Unexpected { message: "the server answered “success: false”".to_owned() }),
        _ => Ok(()),
    }
}
