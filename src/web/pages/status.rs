//! Statuses of campaigns and states of ads as badges: what is true, in people's words.

use std::collections::BTreeMap;

use crate::domain::campaign_status::{CampaignStatus, Standing};
use crate::domain::id::CampaignId;

/// Statuses by campaign.
pub type Standings = BTreeMap<CampaignId, Standing>;

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

/// A campaign's status, and its reason beside it.
pub fn campaign(standing: Option<&Standing>) -> (Badge, String) {
    match standing {
        Some(standing) => (of(standing.status), standing.reason.clone()),
        None => (badge("Unknown", "off"), String::new()),
    }
}

/// The badge of a status.
pub fn of(status: CampaignStatus) -> Badge {
    use CampaignStatus as S;
    let class = match status {
        S::Active => "live",
        S::Applying | S::InReview | S::Scheduled | S::Learning | S::LearningLimited => "wait",
        S::NoSpend | S::Rejected | S::WithIssues | S::AccountProblem => "bad",
        S::Draft | S::Paused | S::Ended | S::FromFile => "off",
    };
    badge(status.label(), class)
}

/// What Meta's `effective_status` of an ad says. Source: Meta, Marketing API reference, Ad, field `effective_status`.
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
    fn every_status_has_words_and_a_campaign_without_one_says_so() {
        for status in CampaignStatus::ALL {
            assert_eq!(of(status).text, status.label());
        }
        let standing = Standing { status: CampaignStatus::Rejected, reason: "Meta refused its ad: no.".into() };
        assert_eq!(campaign(Some(&standing)), (badge("Rejected", "bad"), "Meta refused its ad: no.".to_owned()));
        assert_eq!(campaign(None).0.text, "Unknown");
    }
}
