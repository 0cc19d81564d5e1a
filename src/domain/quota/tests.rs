//! Budgets of calls: who may go when, and what waits.

#![allow(clippy::unwrap_used)]

use super::*;

const WRITE: Cost = Cost::WRITE;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

fn quota(tier: Tier, points: i64) -> Quota {
    let mut quota = Quota::default();
    quota.hear(&Told { tier: Some(tier), points: Some(points), ..Told::default() }, at(0));
    quota.answered(Cost::default(), at(0));
    quota
}

/// How many calls go one after another at a moment.
fn goes(quota: &mut Quota, urgency: Urgency, cost: Cost, second: i64) -> usize {
    let mut count = 0;
    while count < 100_000 && quota.admit(urgency, cost, at(second)).is_ok() {
        quota.answered(cost, at(second));
        count += 1;
    }
    count
}

#[test]
fn reads_leave_room_for_creates_and_these_for_edits_and_these_for_stops() {
    let mut quota = quota(Tier::Limited, 0);
    assert_eq!(goes(&mut quota, Urgency::Read, Cost::READ, 0), 35, "60 % of 60, the point told as used apart");
    assert_eq!(goes(&mut quota, Urgency::Create, WRITE, 0), 3);
    assert_eq!(goes(&mut quota, Urgency::Edit, WRITE, 0), 3);
    assert_eq!(goes(&mut quota, Urgency::Stop, WRITE, 0), 2);
    let wait = quota.admit(Urgency::Stop, WRITE, at(0)).unwrap_err();
    assert_eq!((wait.why, (1..=15).contains(&(wait.until - at(0)).num_seconds())), (Why::Points, true));
    assert!(quota.admit(Urgency::Stop, WRITE, wait.until).is_ok(), "it waits as long as it must and no longer");
}

#[test]
fn what_waited_to_read_goes_on_when_a_tenth_has_come_back() {
    let mut quota = quota(Tier::Limited, 0);
    goes(&mut quota, Urgency::Read, Cost::READ, 0);
    let wait = quota.admit(Urgency::Read, Cost::READ, at(0)).unwrap_err();
    assert!(quota.admit(Urgency::Read, Cost::READ, at(10)).is_err(), "one point is not worth waking up for");
    assert!(goes(&mut quota, Urgency::Read, Cost::READ, (wait.until - at(0)).num_seconds()) >= 6);
}

#[test]
fn what_waited_to_make_something_goes_on_with_two_fifths_of_the_budget_and_all_of_it_goes() {
    for wanted in 1..=50 {
        let mut quota = quota(Tier::Limited, 0);
        goes(&mut quota, Urgency::Create, WRITE, 0);
        let (mut left, mut second, mut batches) = (wanted, 0, Vec::new());
        while left > 0 {
            assert!(second < 7_200, "{left} of {wanted} never go");
            let together = Together::changes(left);
            match quota.room(Urgency::Create, together, at(second)) {
                Ok(count) => {
                    // The call that reads them back goes at once.
                    for cost in [WRITE.times(count), Cost::READ] {
                        quota.admit(Urgency::Create, cost, at(second)).unwrap();
                        quota.answered(cost, at(second));
                    }
                    left -= count;
                    batches.push(count);
                }
                Err(wait) => second = (wait.until - at(0)).num_seconds().max(second + 1),
            }
        }
        assert!(batches[..batches.len() - 1].iter().all(|count| *count >= 7), "{wanted}: {batches:?}");
    }
}

#[test]
fn what_is_asked_before_a_change_leaves_room_for_it() {
    let (mut quota, ask) = (quota(Tier::Limited, 0), WRITE.times(9));
    goes(&mut quota, Urgency::Create, WRITE, 0);
    let together = Together { with: Cost::CHANGE, ..Together::whole(ask) };
    let until = quota.room(Urgency::Create, together, at(0)).unwrap_err().until;
    assert_eq!(quota.room(Urgency::Create, together, until), Ok(1));
    quota.admit(Urgency::Create, ask, until).unwrap();
    quota.answered(ask, until);
    assert_eq!(quota.room(Urgency::Create, Together::changes(1), until), Ok(1));
}

#[test]
fn what_costs_more_than_it_may_ever_have_goes_once_nothing_is_used() {
    let mut quota = quota(Tier::Limited, 0);
    let large = WRITE.times(17);
    let wait = quota.admit(Urgency::Create, large, at(0)).unwrap_err();
    assert_eq!(wait.why, Why::Points, "a point may be used still");
    assert!(quota.admit(Urgency::Create, large, wait.until).is_ok());
    quota.answered(large, wait.until);
    assert!(quota.admit(Urgency::Create, WRITE, wait.until).is_err());
}

#[test]
fn a_long_plan_and_reads_share_what_comes_back_and_edits_pass_both() {
    let mut quota = quota(Tier::Limited, 0);
    let figures = Cost { insights: true, ..Cost::READ };
    let (mut creates, mut reads, mut edits, mut longest, mut last) = (0, 0, 0, 0, 0);
    for second in 0..7_200 {
        if second % 600 == 300 {
            edits += i64::from(quota.admit(Urgency::Edit, WRITE, at(second)).is_ok());
            quota.answered(WRITE, at(second));
        }
        if quota.admit(Urgency::Create, WRITE, at(second)).is_ok() {
            quota.answered(WRITE, at(second));
            creates += 1;
        }
        if quota.admit(Urgency::Read, figures, at(second)).is_ok() {
            quota.answered(figures, at(second));
            (reads, longest, last) = (reads + 1, longest.max(second - last), second);
        }
    }
    assert_eq!(edits, 12);
    assert!(creates >= 300, "most of 1,440 points, at most 75 % of 300 calls an hour: {creates}");
    assert!(reads >= 30 && longest <= 900, "{reads} reads, the longest wait {longest} s");
}

#[test]
fn what_is_told_counts_more_than_what_was_reckoned() {
    let mut quota = quota(Tier::Full, 0);
    quota.admit(Urgency::Read, Cost::READ, at(0)).unwrap();
    let told = Told { tier: Some(Tier::Full), points: Some(9_500), ..Told::default() };
    quota.hear(&told, at(0));
    quota.answered(Cost::READ, at(0));
    assert!(quota.admit(Urgency::Edit, WRITE, at(0)).is_err());
    assert!(quota.admit(Urgency::Stop, WRITE, at(0)).is_ok());
    assert_eq!(quota.standing(at(0)).points.unwrap().1, 9_000);
}

#[test]
fn nothing_but_a_stop_goes_while_meta_wants_nobody_to_come() {
    let mut quota = quota(Tier::Full, 0);
    quota.hear(&Told { regain: Some(Duration::minutes(5)), ..Told::default() }, at(0));
    let wait = quota.admit(Urgency::Edit, WRITE, at(0)).unwrap_err();
    assert_eq!((wait.why, wait.until), (Why::Closed, at(300)));
    assert!(quota.admit(Urgency::Stop, WRITE, at(0)).is_ok());
    assert!(quota.admit(Urgency::Edit, WRITE, at(300)).is_ok());
}

#[test]
fn the_hours_calls_are_kept_even_where_points_are_left() {
    let mut quota = quota(Tier::Limited, 0);
    let mut made = 0;
    for second in 0..1_800 {
        made += goes(&mut quota, Urgency::Read, Cost::READ, second);
    }
    assert_eq!(made, 180, "60 % of 300 calls");
    let wait = quota.admit(Urgency::Read, Cost::READ, at(1_800)).unwrap_err();
    assert_eq!(wait.why, Why::Calls);
    let figures = Cost { insights: true, ..Cost::READ };
    assert!(quota.admit(Urgency::Read, figures, at(1_800)).is_ok(), "figures have calls of their own");
    assert!(quota.admit(Urgency::Edit, Cost::READ, at(1_800)).is_ok());
}

#[test]
fn calls_of_others_and_ads_that_are_on_are_heard() {
    let mut restarted = quota(Tier::Limited, 0);
    restarted.hear(&Told { management: Some(70), ..Told::default() }, at(0));
    assert_eq!(restarted.admit(Urgency::Read, Cost::READ, at(0)).unwrap_err().why, Why::Calls);
    let mut large = quota(Tier::Limited, 0);
    for second in 0..1_800 {
        goes(&mut large, Urgency::Read, Cost::READ, second);
    }
    large.hear(&Told { management: Some(2), ..Told::default() }, at(1_800));
    assert!(large.admit(Urgency::Read, Cost::READ, at(1_900)).is_ok(), "180 calls are 2 % of many");
}

#[test]
fn a_hundred_changes_go_in_two_seconds() {
    let mut quota = quota(Tier::Full, 0);
    assert_eq!(goes(&mut quota, Urgency::Create, WRITE, 0), 100);
    assert_eq!(quota.admit(Urgency::Stop, WRITE, at(1)).unwrap_err().why, Why::Changes);
    assert_eq!(goes(&mut quota, Urgency::Create, WRITE, 2), 100);
}

#[test]
fn a_batch_is_as_large_as_there_is_room() {
    let mut quota = quota(Tier::Limited, 0);
    assert_eq!(
        quota.room(Urgency::Create, Together { with: Cost::default(), ..Together::changes(50) }, at(0)),
        Ok(14),
        "75 % of 60 points, 3 each"
    );
    quota.admit(Urgency::Create, WRITE.times(14), at(0)).unwrap();
    assert_eq!(quota.room(Urgency::Create, Together::changes(50), at(0)).unwrap_err().why, Why::Points);
    let standing = quota.standing(at(0));
    assert_eq!((standing.points, standing.waiting.len()), (Some((43, 60)), 1));
}

#[test]
fn a_server_that_tells_nothing_holds_nothing_back() {
    let mut quota = Quota::default();
    assert_eq!(goes(&mut quota, Urgency::Read, Cost::READ, 0), 36, "until it is heard the access is taken to be limited");
    quota.hear(&Told::default(), at(0));
    assert_eq!(goes(&mut quota, Urgency::Read, Cost::READ, 0), 100_000);
}

#[test]
fn the_apps_own_calls_hold_reads_back_first() {
    let mut share = Share::default();
    share.hear(80, at(0));
    assert!(share.wait(Urgency::Create, at(0)).is_some() && share.wait(Urgency::Edit, at(0)).is_none());
    assert!(share.wait(Urgency::Create, at(600)).is_none(), "it is gone within an hour");
}
