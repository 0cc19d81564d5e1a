//! Ids of Meta's objects, safe to stand in a path.
//!
//! Digits, optionally after `act_` (ad accounts), or `me`. Anything else is refused before a URL is built from it, so text that
//! came from a file or a form cannot reach another path.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::dictionary::{self, Sentence};

/// The id of an object at Meta: digits, or `act_` and digits for an ad account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(String);

/// Text that cannot be the id of an object at Meta.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", dictionary::meta_id_unreadable(.0))]
pub struct NotANode(pub String);

impl From<NotANode> for Sentence {
    fn from(NotANode(text): NotANode) -> Self {
        dictionary::meta_id_unreadable(text)
    }
}

impl NodeId {
    /// The user or Page whose token is sent.
    pub fn me() -> Self {
        Self("me".to_owned())
    }

    /// An ad account, with or without `act_` before its digits.
    ///
    /// # Errors
    /// [`NotANode`] where the rest is not digits.
    pub fn account(text: &str) -> Result<Self, NotANode> {
        format!("act_{}", text.strip_prefix("act_").unwrap_or(text)).parse()
    }

    /// The id as Meta writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NodeId {
    type Err = NotANode;

    fn from_str(text: &str) -> Result<Self, NotANode> {
        let digits = text.strip_prefix("act_").unwrap_or(text);
        let fits = (1..=32).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self(text.to_owned())) } else { Err(NotANode(text.chars().take(64).collect())) }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for NodeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::wire::text(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_stand_in_a_path() {
        assert!("120210000000000001".parse::<NodeId>().is_ok());
        assert!("act_12".parse::<NodeId>().is_ok());
        for text in ["", "act_", "act_x", "1/2", "..", "12?fields=x", "me", "1%2f2"] {
            assert!(text.parse::<NodeId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_account_has_its_prefix_once() {
        assert_eq!(NodeId::account("12"), NodeId::account("act_12"));
    }
}
