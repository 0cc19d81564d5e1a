//! States of campaigns and ads as badges: what is true, in people's words.

use crate::report::About;

/// A badge: its words and its CSS class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    /// What it says.
    pub text: &'static str,
    /// How it looks; the words say it too.
    pub class: &'static str,
}

const fn badge(text: &'static str, class: &'static str) -> Badge {
    Badge { text, class }
}

/// A campaign's state.
pub fn campaign(about: &About) -> Badge {
    match (about.origin.as_deref(), about.effective_status.as_deref(), about.wanted.as_deref()) {
        (Some("file"), _, _) => badge("From a file", "off"),
        (_, Some(status), _) => effective(status),
        (_, None, Some("draft")) => badge("Draft", "off"),
        (_, None, Some(_)) => badge("Applying", "wait"),
        _ => badge("Unknown", "off"),
    }
}

/// What Meta's `effective_status` says. Source: Meta, Marketing API reference, Ad Campaign and Ad, field `effective_status`.
pub fn effective(status: &str) -> Badge {
    match status {
        "ACTIVE" => badge("Live", "live"),
        "PAUSED" => badge("Paused", "off"),
        "CAMPAIGN_PAUSED" => badge("Paused by its campaign", "off"),
        "ADSET_PAUSED" => badge("Paused by its ad set", "off"),
        "PENDING_REVIEW" | "PREAPPROVED" => badge("In review", "wait"),
        "IN_PROCESS" => badge("In process", "wait"),
        "PENDING_BILLING_INFO" => badge("Waits for billing", "bad"),
        "DISAPPROVED" => badge("Rejected", "bad"),
        "WITH_ISSUES" => badge("With issues", "bad"),
        "ARCHIVED" | "DELETED" | "COMPLETED" => badge("Ended", "off"),
        _ => badge("Unknown", "off"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_says_what_is_true_not_what_is_wished() {
        let about = |wanted: &str, effective: Option<&str>| About {
            wanted: Some(wanted.into()),
            effective_status: effective.map(Into::into),
            ..About::default()
        };
        assert_eq!(campaign(&about("active", Some("PENDING_REVIEW"))).text, "In review");
        assert_eq!(campaign(&about("draft", None)).text, "Draft");
        assert_eq!(campaign(&about("active", None)).text, "Applying");
    }
}
