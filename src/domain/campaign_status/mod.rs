//! What is true of a campaign, in one word and one sentence: a pure function of what is wanted, what Meta last said of the
//! campaign and everything below it, its plan, its last spend, its flight, its ad account and platform time.
//!
//! Meta says "active" of a campaign whose every ad was refused; here it is "rejected", with Meta's words. Source of the words:
//! Marketing API, Ad Campaign, Ad Set and Ad, fields `effective_status`, `issues_info`, `learning_stage_info`,
//! `ad_review_feedback`.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::period::day_words;

/// How long a campaign may be on without spending before that is its status.
pub const SILENT_AFTER: Duration = Duration::hours(24);

/// What is true of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignStatus {
    /// Defined here and not at Meta yet.
    Draft,
    /// Its plan is being carried out, or broke off.
    Applying,
    /// Meta looks at its ads; nothing runs before that ends.
    InReview,
    /// On, and its flight begins later.
    Scheduled,
    /// On, and Meta still tries whom to show it to.
    Learning,
    /// On, with too few results for Meta to learn from.
    LearningLimited,
    /// On and delivering.
    Active,
    /// On, and nothing was spent for a day.
    NoSpend,
    /// Meta refused every ad that is on.
    Rejected,
    /// Something of it cannot run, or Meta says that something is wrong.
    WithIssues,
    /// Switched off.
    Paused,
    /// Its flight is over, or it was archived or deleted.
    Ended,
    /// On, but its ad account cannot spend.
    AccountProblem,
    /// Known from a report file only.
    FromFile,
}

impl CampaignStatus {
    /// In the order in which they ask for a person.
    pub const ALL: [Self; 14] = [
        Self::AccountProblem,
        Self::Rejected,
        Self::WithIssues,
        Self::NoSpend,
        Self::Applying,
        Self::LearningLimited,
        Self::InReview,
        Self::Learning,
        Self::Active,
        Self::Scheduled,
        Self::Draft,
        Self::Paused,
        Self::Ended,
        Self::FromFile,
    ];

    /// The word in links, CSV and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Applying => "applying",
            Self::InReview => "in_review",
            Self::Scheduled => "scheduled",
            Self::Learning => "learning",
            Self::LearningLimited => "learning_limited",
            Self::Active => "active",
            Self::NoSpend => "no_spend",
            Self::Rejected => "rejected",
            Self::WithIssues => "with_issues",
            Self::Paused => "paused",
            Self::Ended => "ended",
            Self::AccountProblem => "account_problem",
            Self::FromFile => "from_file",
        }
    }

    /// The words people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Applying => "Applying",
            Self::InReview => "In review",
            Self::Scheduled => "Scheduled",
            Self::Learning => "Learning",
            Self::LearningLimited => "Learning limited",
            Self::Active => "Active",
            Self::NoSpend => "No spend for 24 h",
            Self::Rejected => "Rejected",
            Self::WithIssues => "With issues",
            Self::Paused => "Paused",
            Self::Ended => "Ended",
            Self::AccountProblem => "Account problem",
            Self::FromFile => "From a file",
        }
    }

    /// From the word in a link.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether it is switched on at Meta, delivering or not.
    pub fn is_on(self) -> bool {
        matches!(
            self,
            Self::InReview
                | Self::Scheduled
                | Self::Learning
                | Self::LearningLimited
                | Self::Active
                | Self::NoSpend
                | Self::Rejected
                | Self::WithIssues
                | Self::AccountProblem
        )
    }
}

/// A status and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The word.
    pub status: CampaignStatus,
    /// Why, as a sentence; empty where the word says everything.
    pub reason: String,
}

/// Who switched a campaign off, as far as is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PausedBy {
    /// A person or the machine, at once.
    Someone(String),
    /// The emergency stop that holds; who pressed it.
    Stop(String),
    /// A plan; who approved it.
    Plan(String),
}

/// How far the newest approved plan of a campaign is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanState {
    /// It is being carried out, or waits to be.
    Running,
    /// It broke off; why.
    Failed(String),
}

/// What Meta last said of one object below an ad account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its name, without the token.
    pub name: String,
    /// What it is set to: `ACTIVE`, `PAUSED`, ...
    pub status: String,
    /// What follows from that and everything above it.
    pub effective: String,
    /// What Meta says is wrong with it, one sentence each.
    pub issues: Vec<String>,
    /// Meta's words of a refused review; empty where it was not refused.
    pub refusal: Vec<String>,
    /// `LEARNING`, `SUCCESS` or `FAIL`, where Meta says.
    pub learning: Option<String>,
    /// When it ends, if it does.
    pub ends: Option<DateTime<Utc>>,
    /// When it starts, where Meta says.
    pub starts: Option<DateTime<Utc>>,
}

impl Seen {
    fn is_on(&self) -> bool {
        self.status == "ACTIVE"
    }
}

/// What was spent lately, in micros of the account's currency; `None` where nothing was reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecentSpend {
    /// Today so far, in the account's zone.
    pub today: Option<i64>,
    /// Yesterday.
    pub yesterday: Option<i64>,
}

/// Everything a status follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusFacts {
    /// Platform time.
    pub now: DateTime<Utc>,
    /// The ad account's zone, for days in sentences.
    pub zone: Tz,
    /// The ad account's state in our word: `active`, `disabled`, `unsettled`, `in risk review`, ...
    pub account: String,
    /// Whether it was defined here.
    pub is_ours: bool,
    /// Whether only report files know it.
    pub from_file: bool,
    /// Whether what is defined here can be planned: a draft with problems cannot.
    pub is_valid: bool,
    /// Its newest approved plan, where that is not carried out.
    pub plan: Option<PlanState>,
    /// The campaign at Meta; `None` where it is not there.
    pub campaign: Option<Seen>,
    /// Since when Meta lists it no more.
    pub gone: bool,
    /// Its ad sets at Meta.
    pub ad_sets: Vec<Seen>,
    /// Its ads at Meta.
    pub ads: Vec<Seen>,
    /// When its flight begins as defined here, where it is ours.
    pub starts: Option<DateTime<Utc>>,
    /// When its flight ends as defined here, where it is ours.
    pub ends: Option<DateTime<Utc>>,
    /// What it spent; `None` where figures of yesterday are not known yet.
    pub spent: Option<RecentSpend>,
    /// Since when it has been on, as far as is known.
    pub on_since: Option<DateTime<Utc>>,
    /// Who switched it off.
    pub paused_by: Option<PausedBy>,
}

/// What is true.
pub fn standing(facts: &StatusFacts) -> Standing {
    let (status, reason) = decide(facts);
    Standing { status, reason }
}

type Found = (CampaignStatus, String);

fn decide(facts: &StatusFacts) -> Found {
    use CampaignStatus as S;
    if facts.from_file {
        return (S::FromFile, "Known from a report file only.".into());
    }
    let Some(campaign) = &facts.campaign else { return not_at_meta(facts) };
    match campaign.status.as_str() {
        "ARCHIVED" => return (S::Ended, "Archived at Meta.".into()),
        "DELETED" => return (S::Ended, "Deleted at Meta.".into()),
        _ if facts.gone => return (S::Ended, "Meta does not list it any more.".into()),
        _ => {}
    }
    match &facts.plan {
        Some(PlanState::Running) => return (S::Applying, "Its plan is being carried out.".into()),
        // What broke off before anything was on is said whatever the switch says; what runs meanwhile has its own state.
        Some(PlanState::Failed(why)) if !campaign.is_on() => return (S::Applying, broke_off(why)),
        _ => {}
    }
    if let Some(found) = over(facts, campaign) {
        return found;
    }
    if !campaign.is_on() {
        return (S::Paused, paused(facts.paused_by.as_ref()));
    }
    let on: Vec<&Seen> = facts.ad_sets.iter().filter(|set| set.is_on()).collect();
    if on.is_empty() && !facts.ad_sets.is_empty() {
        return (S::Paused, "It is on, but every ad set in it is paused.".into());
    }
    if let Some(reason) = account_problem(&facts.account) {
        return (S::AccountProblem, reason);
    }
    running(facts, campaign, &on)
}

fn not_at_meta(facts: &StatusFacts) -> Found {
    match &facts.plan {
        Some(PlanState::Running) => (CampaignStatus::Applying, "Its plan is being carried out.".into()),
        Some(PlanState::Failed(why)) => (CampaignStatus::Applying, broke_off(why)),
        None if facts.is_valid => (CampaignStatus::Draft, "Ready to be planned.".into()),
        None => (CampaignStatus::Draft, "Something is missing still.".into()),
    }
}

fn broke_off(why: &str) -> String {
    format!("Its plan broke off: {}", crate::domain::invalid::sentence(why))
}

/// A flight that is over: the campaign's own, or that of every ad set in it.
fn over(facts: &StatusFacts, campaign: &Seen) -> Option<Found> {
    let last = facts.ad_sets.iter().map(|set| set.ends).collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
    let end = last.or(campaign.ends).or(facts.ends.filter(|_| facts.ad_sets.is_empty()))?;
    (end <= facts.now).then(|| (CampaignStatus::Ended, format!("Its flight ended on {}.", day(facts, end))))
}

fn day(facts: &StatusFacts, at: DateTime<Utc>) -> String {
    day_words(at.with_timezone(&facts.zone).date_naive())
}

fn paused(by: Option<&PausedBy>) -> String {
    match by {
        Some(PausedBy::Someone(name)) => format!("Paused by {name}."),
        Some(PausedBy::Stop(name)) => format!("Paused by the stop that {name} pressed."),
        Some(PausedBy::Plan(name)) => format!("Paused by a plan that {name} approved."),
        None => "Paused elsewhere.".into(),
    }
}

/// Why nothing in the account can spend, and the way out; `None` where it can.
fn account_problem(word: &str) -> Option<String> {
    let why = match word {
        // In grace a failed payment can still be made good: ads go on meanwhile.
        "active" | "in grace period" => return None,
        "disabled" => "Meta disabled the ad account: see Account Quality at Meta",
        "unsettled" => "The ad account has an unpaid balance: settle it at Meta",
        "in risk review" => "Meta reviews the ad account’s risk: wait, or ask Meta",
        "settlement pending" => "A payment of the ad account is pending: wait, or check it at Meta",
        "closing" | "closed" => "The ad account is closed or closes: use another",
        _ => return Some("Meta says that something is wrong with the ad account: look at it in Ads Manager.".into()),
    };
    Some(format!("{why}."))
}

/// A campaign that is switched on, and some ad set of it too.
fn running(facts: &StatusFacts, campaign: &Seen, on: &[&Seen]) -> Found {
    use CampaignStatus as S;
    let ads: Vec<&Seen> = facts.ads.iter().filter(|ad| ad.is_on()).collect();
    let refused: Vec<&Seen> = ads.iter().copied().filter(|ad| ad.effective == "DISAPPROVED").collect();
    if !refused.is_empty() && refused.len() == ads.len() {
        return (S::Rejected, refusal(&refused, ads.len()));
    }
    if ads.iter().any(|ad| ad.effective == "PENDING_BILLING_INFO") {
        return (S::AccountProblem, "Meta waits for billing details of the ad account: add them at Meta.".into());
    }
    if !refused.is_empty() {
        return (S::WithIssues, refusal(&refused, ads.len()));
    }
    let everything = || std::iter::once(campaign).chain(on.iter().copied()).chain(ads.iter().copied());
    let issues: Vec<&str> = everything().flat_map(|seen| seen.issues.iter().map(String::as_str)).collect();
    if !issues.is_empty() || everything().any(|seen| seen.effective == "WITH_ISSUES") {
        return (S::WithIssues, said(&issues, "Meta says that something is wrong with it and gives no reason."));
    }
    if facts.ads.is_empty() && !facts.ad_sets.is_empty() {
        return (S::WithIssues, "There is no ad in it.".into());
    }
    if ads.is_empty() && !facts.ads.is_empty() {
        return (S::Paused, "It is on, but every ad in it is paused.".into());
    }
    let in_review = |ad: &&Seen| matches!(ad.effective.as_str(), "PENDING_REVIEW" | "IN_PROCESS");
    if !ads.is_empty() && ads.iter().all(in_review) {
        let words = if ads.len() == 1 {
            "Meta reviews its ad; usually within a day."
        } else {
            "Meta reviews its ads; usually within a day."
        };
        return (S::InReview, words.into());
    }
    if let Some(starts) = begins(facts, on) {
        return (S::Scheduled, format!("Starts on {}.", at(facts, starts)));
    }
    if is_silent(facts) {
        return (S::NoSpend, "It is on, and nothing was spent yesterday and today so far.".into());
    }
    let stage = |word: &str| on.iter().filter(|set| set.learning.as_deref() == Some(word)).count();
    match (stage("FAIL"), stage("LEARNING")) {
        (0, 0) => (S::Active, String::new()),
        (0, 1) if on.len() == 1 => (S::Learning, "Meta still tries whom to show it to.".into()),
        (0, learning) => (S::Learning, format!("{learning} of {} ad sets are learning.", on.len())),
        (limited, _) if on.len() == limited => {
            (S::LearningLimited, "Too few results for Meta to learn from: more budget, or fewer ad sets.".into())
        }
        (limited, _) => (S::LearningLimited, format!("{limited} of {} ad sets get too few results to learn from.", on.len())),
    }
}

/// Meta's words about refused ads, each once.
fn refusal(refused: &[&Seen], of: usize) -> String {
    let words: Vec<&str> = refused.iter().flat_map(|ad| ad.refusal.iter().map(String::as_str)).collect();
    let what = match (refused.len(), of) {
        (1, 1) => "Meta refused its ad".to_owned(),
        (n, of) if n == of => format!("Meta refused all {of} ads"),
        (n, of) => format!("Meta refused {n} of {of} ads"),
    };
    match said(&words, "").as_str() {
        "" => format!("{what} and gives no reason."),
        words => format!("{what}: {words}"),
    }
}

/// Distinct words as sentences.
fn said(words: &[&str], otherwise: &str) -> String {
    let mut distinct: Vec<&str> = Vec::new();
    for word in words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    if distinct.is_empty() {
        return otherwise.to_owned();
    }
    distinct.into_iter().map(crate::domain::invalid::sentence).collect::<Vec<_>>().join(" ")
}

fn at(facts: &StatusFacts, at: DateTime<Utc>) -> String {
    at.with_timezone(&facts.zone).format("%-d %b %Y %H:%M").to_string()
}

/// The first start still to come, where nothing has started yet.
fn begins(facts: &StatusFacts, on: &[&Seen]) -> Option<DateTime<Utc>> {
    let starts: Vec<DateTime<Utc>> = on.iter().filter_map(|set| set.starts).collect();
    let first = starts.into_iter().min().or(facts.starts)?;
    (first > facts.now).then_some(first)
}

/// Whether it has been on for a day and a figure of zero stands for both days: a missing report is not zero spend.
fn is_silent(facts: &StatusFacts) -> bool {
    let Some(spent) = facts.spent else { return false };
    let long_on = facts.on_since.is_some_and(|since| facts.now - since >= SILENT_AFTER);
    long_on && spent.today.unwrap_or(0) == 0 && spent.yesterday.unwrap_or(0) == 0
}

#[cfg(test)]
mod tests;
