//! The ways out to people: mail over SMTP, and webhooks. Knows nothing of what is said or why.
//!
//! A [`Notifier`] is built once by `app`. Letters and bodies come ready; what comes back is whether trying again can help.

mod letter;
mod mail;
mod webhook;

use std::sync::Arc;

use secrecy::SecretString;

pub use letter::{Letter, Line, compose, signed_body, slack_body};
pub use mail::Mailer;
pub use webhook::{BadAddress, SIGNATURE_HEADER, Webhooks, signature};

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// No mail server is configured.
    #[error("no mail server is set up; the operator gives one as smtp_url in tandem.toml")]
    NoMailServer,
    /// A setting or an address that cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// The other side refused it for good, in its words.
    #[error("refused: {0}")]
    Refused(String),
    /// It did not get through; it may later.
    #[error("not delivered: {0}")]
    Unreached(String),
}

impl NotifyError {
    /// Whether trying again later can help.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unreached(_))
    }
}

/// What sends.
#[derive(Debug, Clone)]
pub struct Notifier {
    /// Mail, where a server is configured.
    pub mailer: Option<Mailer>,
    /// Webhooks.
    pub webhooks: Webhooks,
    /// How people reach this server: links in messages start with it. No slash at its end.
    pub base_url: Arc<str>,
}

/// How to build a [`Notifier`].
#[derive(Debug, Clone)]
pub struct Settings {
    /// `smtp://` or `smtps://`, with user and password where the server wants them.
    pub smtp_url: Option<SecretString>,
    /// Who mail comes from, as `Tandem <tandem@example.com>`.
    pub mail_from: String,
    /// Whether webhooks may go to addresses of the local network.
    pub webhooks_private: bool,
    /// How people reach this server.
    pub base_url: String,
}

impl Notifier {
    /// Builds it; [`NotifyError::Unusable`] names what is wrong with a setting.
    pub fn new(settings: &Settings) -> Result<Self, NotifyError> {
        let mailer = settings.smtp_url.as_ref().map(|url| Mailer::new(url, &settings.mail_from)).transpose()?;
        Ok(Self {
            mailer,
            webhooks: Webhooks::new(settings.webhooks_private)?,
            base_url: settings.base_url.trim_end_matches('/').into(),
        })
    }

    /// Sends a letter.
    pub async fn mail(&self, letter: &Letter) -> Result<(), NotifyError> {
        self.mailer.as_ref().ok_or(NotifyError::NoMailServer)?.send(letter).await
    }
}
