//! What a token is: whose, of which app, what it was granted, and when it ends.

use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::client::{Client, Path};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::wire;

/// What Meta tells of a token. Source: Graph API, "Debug Token".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenInfo {
    /// `SYSTEM_USER`, `USER`, `PAGE` or `APP`.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// The app that it was made for.
    #[serde(default)]
    pub app_id: String,
    /// The app's name.
    #[serde(default)]
    pub application: String,
    /// Whose it is.
    #[serde(default)]
    pub user_id: String,
    /// Whether Meta accepts it.
    #[serde(default)]
    pub is_valid: bool,
    #[serde(default, deserialize_with = "wire::int")]
    expires_at: Option<i64>,
    #[serde(default, deserialize_with = "wire::int")]
    data_access_expires_at: Option<i64>,
    /// The permissions it carries.
    #[serde(default)]
    pub scopes: Vec<String>,
}

impl TokenInfo {
    /// When it ends; `None` for one that does not.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        moment(self.expires_at)
    }

    /// When it stops reaching the person's data although it goes on itself; `None` for one that does not.
    pub fn data_access_expires_at(&self) -> Option<DateTime<Utc>> {
        moment(self.data_access_expires_at)
    }
}

/// Unix seconds; 0 says never.
fn moment(seconds: Option<i64>) -> Option<DateTime<Utc>> {
    seconds.filter(|seconds| *seconds > 0).and_then(|seconds| DateTime::from_timestamp(seconds, 0))
}

/// A permission that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Grant {
    /// Its name, such as `ads_read`.
    pub permission: String,
    /// `granted`, `declined` or `expired`.
    #[serde(default)]
    pub status: String,
}

#[derive(Deserialize)]
struct Debugged {
    data: TokenInfo,
}

impl Client {
    /// What Meta says of the client's own token, asked with that very token.
    ///
    /// # Errors
    /// As any call; some apps may not ask, which is [`GraphError::Auth`] or [`GraphError::Rejected`] although the token works.
    pub async fn token_info(&self) -> Result<TokenInfo, GraphError> {
        let params = Params::new().text("input_token", self.token().expose_secret());
        let answer: Debugged = self.get(&Path::Root("debug_token"), &params).await?;
        Ok(answer.data)
    }

    /// The permissions that were asked for, and whether each was granted.
    pub fn permissions(&self) -> Pages<Grant> {
        Pages::new(self, &NodeId::me(), "permissions", Params::new())
    }
}
