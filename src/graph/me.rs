//! The person or system user behind the token, and the Pages and ad accounts it may use.

use serde::{Deserialize, Serialize};

use super::account::AdAccount;
use super::client::{Client, Path};
use super::error::GraphError;
use super::node::NodeId;
use super::paging::Pages;
use super::params::Params;
use super::{InstagramAccount, account};

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// The user, or the Page where a Page's token is sent.
    pub id: NodeId,
    /// As people read it.
    #[serde(default)]
    pub name: String,
}

/// A Page that the token may use, with the Instagram account linked to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct LinkedPage {
    /// The Page's id.
    pub id: NodeId,
    /// The Page's name.
    #[serde(default)]
    pub name: String,
    /// What it does, in Meta's words.
    #[serde(default)]
    pub category: Option<String>,
    /// The professional account that publishes with this Page, if one is linked.
    #[serde(default)]
    pub instagram_business_account: Option<InstagramAccount>,
}

impl Client {
    /// Whose token this is.
    ///
    /// # Errors
    /// As any call.
    pub async fn me(&self) -> Result<Me, GraphError> {
        self.get(&Path::Node(&NodeId::me()), &Params::fields(&["id", "name"])).await
    }

    /// The Pages the token may use.
    pub fn pages(&self) -> Pages<LinkedPage> {
        let fields = Params::fields(&["id", "name", "category", "instagram_business_account{id,username}"]);
        Pages::new(self, &NodeId::me(), "accounts", fields.text("limit", "100"))
    }

    /// The ad accounts the token may use.
    pub fn ad_accounts(&self) -> Pages<AdAccount> {
        Pages::new(self, &NodeId::me(), "adaccounts", Params::fields(&account::FIELDS).text("limit", "100"))
    }
}
