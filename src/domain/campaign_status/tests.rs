//! Each status from the least that makes it true.

use super::*;
use CampaignStatus as S;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}

fn seen(status: &str, effective: &str) -> Seen {
    Seen { name: "Lamp".into(), status: status.into(), effective: effective.into(), ..Seen::default() }
}

/// A campaign that is on, delivering, and learned.
fn delivering() -> StatusFacts {
    StatusFacts {
        now: now(),
        zone: chrono_tz::Europe::Lisbon,
        account: "active".into(),
        is_ours: true,
        from_file: false,
        is_valid: true,
        plan: None,
        campaign: Some(seen("ACTIVE", "ACTIVE")),
        gone: false,
        ad_sets: vec![Seen { learning: Some("SUCCESS".into()), ..seen("ACTIVE", "ACTIVE") }],
        ads: vec![seen("ACTIVE", "ACTIVE")],
        starts: None,
        ends: None,
        spent: Some(RecentSpend { today: Some(1), yesterday: Some(1) }),
        on_since: Some(now() - Duration::days(9)),
        paused_by: None,
    }
}

fn refused(words: &str) -> Seen {
    Seen { refusal: vec![words.into()], ..seen("ACTIVE", "DISAPPROVED") }
}

/// A change to a delivering campaign, what it makes of it, and words of the reason.
type Case = (fn(&mut StatusFacts), CampaignStatus, &'static str);

#[test]
fn each_status_follows_from_the_least_that_makes_it_true() {
    let cases: [Case; 26] = [
        (|_| {}, S::Active, ""),
        (|f| f.campaign = None, S::Draft, "Ready to be planned"),
        (|f| (f.campaign, f.is_valid) = (None, false), S::Draft, "missing"),
        (|f| (f.campaign, f.plan) = (None, Some(PlanState::Running)), S::Applying, "being carried out"),
        (|f| (f.campaign, f.plan) = (None, Some(PlanState::Failed("too low".into()))), S::Applying, "broke off: Too low."),
        (|f| f.plan = Some(PlanState::Running), S::Applying, "being carried out"),
        (|f| f.ads = vec![seen("ACTIVE", "PENDING_REVIEW")], S::InReview, "reviews its ad;"),
        (|f| f.ad_sets[0].starts = Some(now() + Duration::days(2)), S::Scheduled, "Starts on 17 Jan 2027 08:00"),
        (|f| f.ad_sets[0].learning = Some("LEARNING".into()), S::Learning, "whom to show"),
        (|f| f.ad_sets[0].learning = Some("FAIL".into()), S::LearningLimited, "Too few results"),
        (|f| f.spent = Some(RecentSpend::default()), S::NoSpend, "nothing was spent"),
        (|f| f.spent = Some(RecentSpend { today: None, yesterday: Some(5) }), S::Active, ""),
        (|f| (f.spent, f.on_since) = (Some(RecentSpend::default()), Some(now() - Duration::hours(23))), S::Active, ""),
        (|f| f.spent = None, S::Active, ""),
        (|f| f.ads = vec![refused("Too much skin")], S::Rejected, "Meta refused its ad: Too much skin."),
        (|f| f.ads.push(refused("Too much skin")), S::WithIssues, "refused 1 of 2 ads: Too much skin."),
        (|f| f.ad_sets[0].issues = vec!["The pixel is gone".into()], S::WithIssues, "The pixel is gone."),
        (|f| f.campaign = Some(seen("ACTIVE", "WITH_ISSUES")), S::WithIssues, "gives no reason"),
        (|f| f.ads.clear(), S::WithIssues, "no ad"),
        (|f| f.campaign = Some(seen("PAUSED", "PAUSED")), S::Paused, "Paused elsewhere."),
        (|f| f.ad_sets[0].status = "PAUSED".into(), S::Paused, "every ad set"),
        (|f| f.ad_sets[0].ends = Some(now() - Duration::days(1)), S::Ended, "ended on 14 Jan 2027"),
        (|f| f.campaign = Some(seen("ARCHIVED", "ARCHIVED")), S::Ended, "Archived"),
        (|f| f.account = "unsettled".into(), S::AccountProblem, "unpaid balance"),
        (|f| f.ads[0].effective = "PENDING_BILLING_INFO".into(), S::AccountProblem, "billing details"),
        (|f| f.from_file = true, S::FromFile, "report file"),
    ];
    let mut met = Vec::new();
    for (n, (change, status, words)) in cases.into_iter().enumerate() {
        let mut facts = delivering();
        change(&mut facts);
        let found = standing(&facts);
        assert_eq!(found.status, status, "case {n}: {found:?}");
        assert!(found.reason.contains(words) && (found.reason.is_empty() || !words.is_empty()), "case {n}: {found:?}");
        met.push(status);
    }
    for status in S::ALL {
        assert!(met.contains(&status), "no case makes {}", status.label());
        assert_eq!(S::parse(status.as_str()), Some(status));
    }
}

#[test]
fn who_paused_it_is_said_by_name() {
    for (by, words) in [
        (PausedBy::Someone("Ana".into()), "Paused by Ana."),
        (PausedBy::Stop("Ana".into()), "Paused by the stop that Ana pressed."),
        (PausedBy::Plan("Eva".into()), "Paused by a plan that Eva approved."),
    ] {
        let facts = StatusFacts { campaign: Some(seen("PAUSED", "PAUSED")), paused_by: Some(by), ..delivering() };
        assert_eq!(standing(&facts).reason, words);
    }
}

#[test]
fn what_is_switched_off_hides_no_account_problem_as_its_own() {
    let paused = StatusFacts { campaign: Some(seen("PAUSED", "PAUSED")), account: "disabled".into(), ..delivering() };
    assert_eq!(standing(&paused).status, S::Paused);
    let on = StatusFacts { account: "disabled".into(), ..delivering() };
    assert!(standing(&on).status.is_on() && standing(&on).reason.contains("Account Quality"));
}

#[test]
fn metas_words_are_said_once_however_many_ads_they_are_about() {
    let facts = StatusFacts { ads: vec![refused("No"), refused("No"), refused("Never")], ..delivering() };
    assert_eq!(standing(&facts).reason, "Meta refused all 3 ads: No. Never.");
}

#[test]
fn one_ad_set_that_goes_on_keeps_the_campaign_from_having_ended() {
    let mut facts = delivering();
    facts.ad_sets.push(Seen { ends: Some(now() - Duration::days(1)), ..seen("ACTIVE", "ACTIVE") });
    assert_eq!(standing(&facts).status, S::Active);
}
