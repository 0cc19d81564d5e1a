//! What a token is, in words that a person can act on: whose, which permissions, when it ends, what each missing one costs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::dictionary;
use crate::graph::{AuthProblem, Client, GraphError};

use super::super::{Error, Result};

/// More permissions than Meta has.
const MOST: usize = 500;

/// What Meta said of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// `SYSTEM_USER` or `USER`; empty where Meta did not say.
    pub kind: String,
    /// The app it was made for; empty where Meta did not say.
    pub app_id: String,
    /// The app's name.
    pub app_name: String,
    /// Whose it is.
    pub user_id: String,
    /// Their name.
    pub user_name: String,
    /// The permissions it carries.
    pub granted: Vec<String>,
    /// When it ends, platform time.
    pub ends: Ends,
    /// When it stops reaching data although it goes on itself, platform time.
    pub data_access_ends: Ends,
}

/// When something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// Meta did not say.
    Unknown,
    /// It does not.
    Never,
    /// At this moment, platform time.
    At(DateTime<Utc>),
}

/// A permission that Tandem uses. Source: Meta, "Permissions Reference".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Meta's name.
    pub name: &'static str,
    /// What Tandem does with it.
    pub gives: &'static str,
    /// What cannot be done without it.
    pub without: &'static str,
}

/// The permissions that Tandem uses, the weightiest first.
pub const SCOPES: [Scope; 7] = [
    Scope {
        name: "ads_read",
        gives: "Reads campaigns and figures.",
        without: "Without it, and without ads_management, nothing of an ad account can be read: there is nothing to link.",
    },
    Scope {
        name: "ads_management",
        gives: "Makes, changes, pauses and resumes campaigns.",
        without: "Without it Tandem only reads: writing cannot be switched on, and Stop all cannot pause anything.",
    },
    Scope {
        name: "business_management",
        gives: "Sees what belongs to the business.",
        without: "Without it ad accounts, Pages and pixels that the business owns but did not assign to this user stay invisible.",
    },
    Scope {
        name: "pages_show_list",
        gives: "Lists the Pages that ads run as.",
        without: "Without it no Page can be chosen, and an ad needs one.",
    },
    Scope {
        name: "pages_read_engagement",
        gives: "Reads the Page that an ad is made for.",
        without: "Without it Meta refuses ads made in a Page’s name.",
    },
    Scope {
        name: "pages_manage_ads",
        gives: "Makes ads in a Page’s name.",
        without: "Without it Meta refuses some ads made in a Page’s name.",
    },
    Scope {
        name: "instagram_basic",
        gives: "Sees the Instagram account of a Page.",
        without: "Without it no Instagram account can be chosen: ads on Instagram appear in the Page’s name.",
    },
];

impl TokenFacts {
    /// Whether it carries a permission.
    pub fn has(&self, scope: &str) -> bool {
        self.granted.iter().any(|granted| granted == scope)
    }

    /// Whether figures and campaigns can be read with it.
    pub fn can_read(&self) -> bool {
        self.has("ads_read") || self.has("ads_management")
    }

    /// Whether Meta will take writes with it.
    pub fn can_write(&self) -> bool {
        self.has("ads_management")
    }

    /// The permissions that Tandem uses and it lacks.
    pub fn missing(&self) -> impl Iterator<Item = &'static Scope> {
        SCOPES.iter().filter(|scope| !self.has(scope.name))
    }

    /// What it is, for people.
    pub fn kind_words(&self) -> &'static str {
        match self.kind.as_str() {
            "SYSTEM_USER" => "system user",
            "USER" => "person",
            "PAGE" => "Page",
            "APP" => "app",
            _ => "not said by Meta",
        }
    }
}

/// Asks Meta what the client's token is.
///
/// # Errors
/// [`Error::Invalid`] at the field `token` or `app_secret` where Meta refuses it or it is of a kind that cannot manage ads.
pub(in crate::service) async fn ask(client: &Client) -> Result<TokenFacts> {
    let me = client.me().await.map_err(refused)?;
    // Not every app may ask what its own token is. The token works all the same, so then its ends are unknown, not wrong.
    let info = match client.token_info().await {
        Ok(info) if !info.is_valid => {
            return Err(Error::invalid("token", dictionary::token_invalid()));
        }
        Ok(info) => Some(info),
        Err(error) if error.is_temporary() => return Err(error.into()),
        Err(_) => None,
    };
    if let Some(info) = info.as_ref().filter(|info| matches!(info.kind.as_str(), "PAGE" | "APP")) {
        let of = if info.kind == "PAGE" { "a Page" } else { "an app" };
        return Err(Error::invalid("token", dictionary::token_kind(of)));
    }
    let granted = match client.permissions().all(MOST).await {
        Ok(grants) => grants.into_iter().filter(|grant| grant.status == "granted").map(|grant| grant.permission).collect(),
        Err(error) if error.is_temporary() => return Err(error.into()),
        Err(_) => info.as_ref().map(|info| info.scopes.clone()).unwrap_or_default(),
    };
    let ends = |at: fn(&crate::graph::TokenInfo) -> Option<DateTime<Utc>>| match &info {
        None => Ends::Unknown,
        Some(info) => at(info).map_or(Ends::Never, Ends::At),
    };
    Ok(TokenFacts {
        ends: ends(crate::graph::TokenInfo::expires_at),
        data_access_ends: ends(crate::graph::TokenInfo::data_access_expires_at),
        kind: info.as_ref().map(|info| info.kind.clone()).unwrap_or_default(),
        app_id: info.as_ref().map(|info| info.app_id.clone()).unwrap_or_default(),
        app_name: info.map(|info| info.application).unwrap_or_default(),
        user_id: me.id.to_string(),
        user_name: me.name,
        granted,
    })
}

/// Meta's refusal at the field that it is about.
fn refused(error: GraphError) -> Error {
    match error {
        GraphError::Auth { problem: AuthProblem::Proof, message } => {
            Error::invalid("app_secret", dictionary::app_secret_wrong(message))
        }
        GraphError::Auth { message, .. } => Error::invalid("token", dictionary::token_refused_paste(message)),
        other => other.into(),
    }
}
