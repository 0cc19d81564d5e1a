//! How messages are worded: a letter in plain text and HTML, our JSON, and Slack's.

use askama::Template;
use serde::Serialize;
use serde_json::json;

use super::NotifyError;

/// The most notices that a Slack message spells out: Slack takes 50 blocks.
const SLACK_LINES: usize = 40;
/// The longest text of a Slack block, in characters; Slack refuses above 3,000.
const SLACK_TEXT: usize = 2_900;

/// One notice as it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Our id.
    pub id: String,
    /// The kind's word.
    pub kind: &'static str,
    /// What happened, in a few words.
    pub title: String,
    /// What happened, in a sentence.
    pub sentence: String,
    /// What to do.
    pub way_out: String,
    /// The page that shows more.
    pub url: String,
    /// When, RFC 3339.
    pub raised_at: String,
}

/// A letter, ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The same each time this very letter is tried.
    pub id: String,
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// For programs that show plain text.
    pub text: String,
    /// For the others.
    pub html: String,
}

#[derive(Template)]
#[template(path = "emails/notices.txt", escape = "none")]
struct Plain<'a> {
    lines: &'a [Line],
    business: &'a str,
    settings_url: &'a str,
}

#[derive(Template)]
#[template(path = "emails/notices.html")]
struct Html<'a> {
    subject: &'a str,
    lines: &'a [Line],
    business: &'a str,
    settings_url: &'a str,
}

/// The subject of a message: its one title, or how many.
fn subject(business: &str, lines: &[Line]) -> String {
    // A line break in a name must not become a header of its own.
    let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    match lines {
        [only] => format!("{}: {}", clean(business), clean(&only.title)),
        many => format!("{}: {} things need a look", clean(business), many.len()),
    }
}

/// A letter about some notices of one business.
pub fn compose(id: String, to: &str, business: &str, settings_url: &str, lines: &[Line]) -> Result<Letter, NotifyError> {
    let subject = subject(business, lines);
    let unwritten = |e: askama::Error| NotifyError::Unusable(format!("template: {e}"));
    let text = Plain { lines, business, settings_url }.render().map_err(unwritten)?;
    let html = Html { subject: &subject, lines, business, settings_url }.render().map_err(unwritten)?;
    Ok(Letter { id, to: to.to_owned(), subject, text: text.trim_start().to_owned(), html })
}

/// The body of a signed webhook.
pub fn signed_body(id: &str, business: &str, sandbox: bool, sent_at: &str, lines: &[Line]) -> String {
    json!({ "id": id, "workspace": business, "sandbox": sandbox, "sent_at": sent_at, "notices": lines }).to_string()
}

/// The body of a Slack message. Source: Slack's incoming webhooks and Block Kit reference.
pub fn slack_body(business: &str, lines: &[Line]) -> String {
    let mut blocks = Vec::new();
    for line in lines.iter().take(SLACK_LINES) {
        let text =
            format!("*{}*\n{}\n{} <{}|Open>", slack(&line.title), slack(&line.sentence), slack(&line.way_out), slack(&line.url));
        let text: String = text.chars().take(SLACK_TEXT).collect();
        blocks.push(json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } }));
    }
    if lines.len() > SLACK_LINES {
        let text = format!("And {} more; they stand in Tandem under Notices.", lines.len() - SLACK_LINES);
        blocks.push(json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } }));
    }
    // `text` is what a phone shows before the message is opened.
    json!({ "text": slack(&subject(business, lines)), "blocks": blocks }).to_string()
}

/// Slack's three control characters, escaped.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn line(title: &str) -> Line {
        Line {
            id: "7".into(),
            kind: "rejected",
            title: title.into(),
            sentence: "Meta says: <b>No & never</b>.".into(),
            way_out: "Change it.".into(),
            url: "https://t.example/campaigns/7".into(),
            raised_at: "2026-11-21T08:00:00Z".into(),
        }
    }

    #[test]
    fn a_letter_is_escaped_where_it_is_html_and_plain_where_it_is_text() {
        let letter =
            compose("i".into(), "a@example.com", "Casa\r\nBcc: x@example.com", "https://t/notices", &[line("Ad refused")])
                .unwrap();
        assert_eq!(letter.subject, "Casa Bcc: x@example.com: Ad refused");
        assert!(letter.text.starts_with("Ad refused\nMeta says: <b>No & never</b>.\nChange it.\n"), "{}", letter.text);
        assert!(!letter.html.contains("<b>No"), "{}", letter.html);
        let two = compose("i".into(), "a@example.com", "Casa", "https://t/notices", &[line("A"), line("B")]).unwrap();
        assert_eq!(two.subject, "Casa: 2 things need a look");
    }

    #[test]
    fn a_slack_message_escapes_its_control_characters_and_keeps_to_fifty_blocks() {
        let many: Vec<Line> = (0..60).map(|n| line(&format!("No {n}"))).collect();
        let body: serde_json::Value = serde_json::from_str(&slack_body("Casa", &many)).unwrap();
        let blocks = body["blocks"].as_array().unwrap();
        assert_eq!(blocks.len(), SLACK_LINES + 1);
        assert!(blocks[0]["text"]["text"].as_str().unwrap().contains("&lt;b&gt;No &amp; never&lt;/b&gt;"));
        assert!(blocks[SLACK_LINES]["text"]["text"].as_str().unwrap().starts_with("And 20 more"));
    }
}
