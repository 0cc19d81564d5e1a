//! What a member may do in a workspace.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::dictionary::{self, Sentence};

/// Roles, each including the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads reports and exports.
    Analyst,
    /// Also defines, publishes, pauses and imports.
    Manager,
    /// Also members, connections, tokens and workspace settings.
    Owner,
}

impl Role {
    /// The word in forms, the database and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        match text {
            "analyst" => Ok(Self::Analyst),
            "manager" => Ok(Self::Manager),
            "owner" => Ok(Self::Owner),
            other => Err(UnknownRole(other.to_owned())),
        }
    }
}

/// Text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", dictionary::role_unknown(.0))]
pub struct UnknownRole(pub String);

impl From<UnknownRole> for Sentence {
    fn from(UnknownRole(text): UnknownRole) -> Self {
        dictionary::role_unknown(text)
    }
}
