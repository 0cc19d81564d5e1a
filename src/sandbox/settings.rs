//! What stands in a business's settings: tokens with their grants and ends, the link of Page and Instagram account, the pixel's life.
//! Set by `/_sandbox/tokens`, `/_sandbox/page` and `/_sandbox/pixel`; lives in memory only, as faults do.
//! Source: Graph API, "Access Tokens", "System Users", "Permissions Reference".

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::num;
use super::seeded::{FIRST_MOMENT, Identity};

/// Whose a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// A person's.
    Person,
    /// A system user's of the business.
    SystemUser,
    /// The Page's.
    Page,
    /// The app's own.
    App,
}

/// A token and what it may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The token itself.
    pub text: String,
    /// Whose it is.
    pub whose: Whose,
    /// The app it was made for.
    pub app_id: String,
    /// Permissions that were not granted.
    pub declined: BTreeSet<String>,
    /// Unix seconds; 0 for never.
    pub expires_at: i64,
    /// Unix seconds; 0 for never.
    pub data_access_expires_at: i64,
    /// Whether somebody took it back.
    pub revoked: bool,
    /// The ad accounts assigned to its user; all where absent.
    pub accounts: Option<Vec<String>>,
    /// Whether it sees the Page and its Instagram account.
    #[serde(default = "yes")]
    pub page: bool,
    /// Unix seconds.
    #[serde(default)]
    pub issued_at: i64,
    /// The number of its login; 0 for one that did not come out of a login.
    #[serde(default)]
    pub serial: u64,
}

fn yes() -> bool {
    true
}

impl Token {
    /// A token that may everything and never ends.
    #[must_use]
    pub fn endless(text: &str, whose: Whose, app_id: &str) -> Self {
        Self {
            text: text.to_owned(),
            whose,
            app_id: app_id.to_owned(),
            declined: BTreeSet::new(),
            expires_at: 0,
            data_access_expires_at: 0,
            revoked: false,
            accounts: None,
            page: true,
            issued_at: FIRST_MOMENT - 86_400,
            serial: 0,
        }
    }
}

/// The settings of the one business.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settings {
    /// Every token that did not come out of a login.
    pub tokens: Vec<Token>,
    /// Whether the Page has its Instagram account.
    pub instagram_linked: bool,
    /// Since when the pixel hears nothing, unix seconds; absent while it hears.
    pub silent_since: Option<i64>,
    /// Where logins may return to besides this machine.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Whether every call needs `appsecret_proof` ("Require App Secret").
    #[serde(default)]
    pub require_proof: bool,
    #[serde(skip)]
    caller: Option<Token>,
    issued: u64,
}

impl Settings {
    /// As every sandbox begins: every token carries every permission and never ends.
    #[must_use]
    pub fn seeded(identity: &Identity) -> Self {
        let token = |text: &str, whose| Token::endless(text, whose, &identity.app_id);
        let tokens = vec![
            token(&identity.access_token, Whose::Person),
            token(&identity.system_user_token, Whose::SystemUser),
            token(&identity.page_access_token, Whose::Page),
            token(&format!("{}|{}", identity.app_id, identity.app_secret), Whose::App),
        ];
        Self {
            tokens,
            instagram_linked: true,
            silent_since: None,
            redirect_uris: Vec::new(),
            require_proof: false,
            caller: None,
            issued: 0,
        }
    }

    /// Another token of a system user, for the same app unless one is named.
    pub fn issue(&mut self, seed: u64, app_id: &str) -> String {
        self.issued += 1;
        let words =
            (0..4).fold(String::new(), |text, word| format!("{text}{:016x}", num::hash(seed, &[0x155, self.issued, word])));
        let token = Token::endless(&format!("EAAsandbox{words}"), Whose::SystemUser, app_id);
        let text = token.text.clone();
        self.tokens.push(token);
        text
    }

    /// A token by its text.
    #[must_use]
    pub fn token(&self, text: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.text == text)
    }

    /// A token by its text, to be changed.
    pub fn token_mut(&mut self, text: &str) -> Option<&mut Token> {
        self.tokens.iter_mut().find(|token| token.text == text)
    }

    /// Whose call is being answered.
    pub fn call_of(&mut self, token: Token) {
        self.caller = Some(token);
    }

    /// The token of the call that is being answered.
    #[must_use]
    pub fn caller(&self) -> Option<&Token> {
        self.caller.as_ref()
    }

    /// Whether the call being answered carries a permission. The app's own token and the seeded Page's carry all.
    #[must_use]
    pub fn granted(&self, scope: &str) -> bool {
        self.caller().is_none_or(|token| !token.declined.contains(scope))
    }

    /// Whether the call being answered sees the Page.
    #[must_use]
    pub fn sees_page(&self) -> bool {
        self.caller().is_none_or(|token| token.page)
    }

    /// Whether the user of the call being answered is assigned an ad account.
    #[must_use]
    pub fn assigned(&self, account: &str) -> bool {
        self.caller().and_then(|token| token.accounts.as_ref()).is_none_or(|accounts| accounts.iter().any(|one| one == account))
    }
}
