//! Which steps of a plan go to Meta together: those of one kind that do not depend on each other.
//!
//! The order of a plan is kept for each campaign: a step goes with others only where nothing of its campaign is left before it. Meta
//! takes at most one ad set of a campaign in a batch. Source: Marketing API, "Batch Requests".

use std::collections::BTreeSet;

use crate::domain::id::{AdAccountId, CampaignId};
use crate::domain::plan::{Kind, Step, Wanted};
use crate::domain::quota::Urgency;
use crate::graph::{MOST_IN_BATCH, Switch};
use crate::store::plans::StepRow;

/// Pictures that go together: each is up to some megabytes.
const MOST_PICTURES: usize = 10;

/// A step that is not done.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub row: StepRow,
    pub step: Step,
    /// Which campaign it is about.
    pub about: Option<CampaignId>,
    /// In which ad account.
    pub account: AdAccountId,
}

/// What steps must have in common to go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Upload,
    /// One that was sent before is looked for first, so it does not go with those that never were.
    Create(Kind, bool),
    Change(Kind),
    Switch(Kind, Switch),
    /// A check goes alone.
    Check,
}

fn class(waiting: &Waiting) -> Class {
    match &waiting.step {
        Step::Upload { .. } => Class::Upload,
        Step::Create { wanted, .. } => Class::Create(wanted.object().kind, waiting.row.attempts == 0),
        Step::Change { wanted, .. } => Class::Change(wanted.object().kind),
        Step::Pause { object } => Class::Switch(object.kind, Switch::Paused),
        Step::Activate { object } => Class::Switch(object.kind, Switch::Active),
        Step::Archive { object } => Class::Switch(object.kind, Switch::Archived),
        Step::Verify { .. } => Class::Check,
    }
}

impl Class {
    fn most(self) -> usize {
        match self {
            Self::Upload => MOST_PICTURES,
            Self::Check => 1,
            Self::Create(..) | Self::Change(_) | Self::Switch(..) => MOST_IN_BATCH,
        }
    }

    fn is_of_ad_sets(self) -> bool {
        matches!(self, Self::Create(Kind::AdSet, _) | Self::Change(Kind::AdSet) | Self::Switch(Kind::AdSet, _))
    }
}

/// The places of the steps that go next, in order; empty where none is left but those of the campaigns held back.
pub(super) fn next(left: &[Waiting], held: impl Fn(Option<CampaignId>) -> bool) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    let mut like: Option<(Class, AdAccountId)> = None;
    // Campaigns of which a step is left before, and campaigns whose ad set goes already.
    let (mut passed, mut with_ad_set) = (BTreeSet::new(), BTreeSet::new());
    for (place, waiting) in left.iter().enumerate() {
        if held(waiting.about) || passed.contains(&waiting.about) {
            continue;
        }
        let of = (class(waiting), waiting.account);
        let fits = like.is_none_or(|like| like == of && chosen.len() < of.0.most());
        if !fits || of.0.is_of_ad_sets() && !with_ad_set.insert(waiting.about) {
            passed.insert(waiting.about);
            continue;
        }
        like = Some(of);
        chosen.push(place);
    }
    chosen
}

/// How urgent the calls of a step are.
pub(super) fn urgency(step: &Step) -> Urgency {
    match step {
        Step::Pause { .. } | Step::Archive { .. } => Urgency::Stop,
        Step::Upload { .. } | Step::Create { .. } => Urgency::Create,
        Step::Change { .. } | Step::Activate { .. } | Step::Verify { .. } => Urgency::Edit,
    }
}

/// How urgent a plan is as a whole: one that makes nothing is an edit.
pub(super) fn urgency_of<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Urgency {
    let makes = |step: &Step| matches!(step, Step::Upload { .. } | Step::Create { .. });
    if steps.into_iter().any(makes) { Urgency::Create } else { Urgency::Edit }
}

/// Whether a step makes an object other than a picture.
pub(super) fn creates(waiting: &Waiting) -> Option<&Wanted> {
    match &waiting.step {
        Step::Create { wanted, .. } => Some(wanted),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{PlanId, WorkspaceId};
    use crate::domain::plan::ObjectRef;

    /// A step that switches an object of a campaign on.
    fn on(kind: Kind, id: i64, about: i64) -> Waiting {
        waiting(Step::Activate { object: ObjectRef::new(kind, id) }, about)
    }

    fn waiting(step: Step, about: i64) -> Waiting {
        let row = StepRow {
            workspace_id: WorkspaceId(1),
            plan_id: PlanId(1),
            position: 1,
            label: String::new(),
            step: String::new(),
            state: "waiting".to_owned(),
            attempts: 0,
            remote_id: None,
            problem: None,
            started_at: None,
            done_at: None,
        };
        Waiting { row, step, about: Some(CampaignId(about)), account: AdAccountId(1) }
    }

    fn go(left: &[Waiting]) -> Vec<usize> {
        next(left, |_| false)
    }

    #[test]
    fn ads_go_together_and_what_comes_after_them_waits() {
        let left = [on(Kind::Ad, 1, 1), on(Kind::Ad, 2, 1), on(Kind::AdSet, 3, 1), on(Kind::Campaign, 1, 1)];
        assert_eq!(go(&left), [0, 1]);
        assert_eq!(go(&left[2..]), [0]);
    }

    #[test]
    fn one_ad_set_of_a_campaign_goes_at_a_time_beside_those_of_others() {
        let left = [on(Kind::AdSet, 1, 1), on(Kind::AdSet, 2, 1), on(Kind::AdSet, 3, 2), on(Kind::AdSet, 4, 3)];
        assert_eq!(go(&left), [0, 2, 3]);
        assert_eq!(go(&left[1..2]), [0]);
    }

    #[test]
    fn nothing_overtakes_a_step_of_its_own_campaign() {
        let pause = |id: i64| waiting(Step::Pause { object: ObjectRef::new(Kind::Ad, id) }, 1);
        let left = [on(Kind::Ad, 1, 2), pause(2), on(Kind::Ad, 3, 1), on(Kind::Ad, 4, 2)];
        assert_eq!(go(&left), [0, 3]);
    }

    #[test]
    fn a_campaign_that_broke_off_holds_no_other_up() {
        let left = [on(Kind::Ad, 1, 1), on(Kind::Ad, 2, 2)];
        assert_eq!(next(&left, |about| about == Some(CampaignId(1))), [1]);
        assert!(next(&left, |_| true).is_empty());
    }

    #[test]
    fn a_batch_has_fifty_parts_and_one_ad_account() {
        let mut left: Vec<Waiting> = (0..60).map(|id| on(Kind::Ad, id, 1)).collect();
        assert_eq!(go(&left).len(), 50);
        for waiting in &mut left[2..] {
            waiting.account = AdAccountId(2);
            waiting.about = Some(CampaignId(2));
        }
        assert_eq!(go(&left), [0, 1]);
    }
}
