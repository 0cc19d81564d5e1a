//! Mail over SMTP. TLS follows from the URL: `smtps://` from the first byte, `smtp://...?tls=required` by STARTTLS.

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

use super::{Letter, NotifyError};

/// A mail server that does not answer for so long is not reached.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends letters through one mail server.
#[derive(Debug, Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// A mailer for the server at `url`, sending as `from`.
    pub fn new(url: &SecretString, from: &str) -> Result<Self, NotifyError> {
        // The error of the URL's reader may repeat the URL, password and all.
        let unusable = |_| NotifyError::Unusable("smtp_url is not smtp://... or smtps://...".to_owned());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret()).map_err(unusable)?;
        let from = from.parse().map_err(|_| NotifyError::Unusable(format!("mail_from: “{from}” is no mail address")))?;
        Ok(Self { transport: transport.timeout(Some(PATIENCE)).build(), from })
    }

    /// Sends one letter.
    pub async fn send(&self, letter: &Letter) -> Result<(), NotifyError> {
        let to: Mailbox = letter.to.parse().map_err(|_| NotifyError::Refused(format!("“{}” is no mail address", letter.to)))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            // The same letter keeps its id when it is sent again after a lost answer.
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|e| NotifyError::Refused(e.to_string()))?;
        self.transport.send(message).await.map(|_| ()).map_err(|error| said(&error))
    }
}

fn said(error: &SmtpError) -> NotifyError {
    if error.is_permanent() { NotifyError::Refused(error.to_string()) } else { NotifyError::Unreached(error.to_string()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wrong_setting_is_named_and_the_password_stays_out_of_it() {
        let error = Mailer::new(&"smpt://me:geheim@host".into(), "Tandem <a@example.com>").unwrap_err();
        assert!(error.to_string().contains("smtp_url") && !error.to_string().contains("geheim"), "{error}");
        let error = Mailer::new(&"smtp://host".into(), "nobody").unwrap_err();
        assert!(error.to_string().contains("mail_from"), "{error}");
    }
}
