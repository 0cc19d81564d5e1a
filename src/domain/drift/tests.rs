#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::*;
use crate::domain::adopt::fixture as by_hand;
use crate::domain::campaign::{AdSetKey, Campaign, CampaignForm, fixture};
use crate::domain::dictionary::Sentence;
use crate::domain::id::{AdId, AdSetId, CampaignId, PictureId};
use crate::domain::plan::{self, AdIds, AdSetIds, Desired, Ids, Mark, Observed, Plan, Run, Step, Target};

fn now() -> DateTime<Utc> {
    fixture::facts().now
}

fn ids() -> Ids {
    let set =
        |key, id| AdSetIds { key, id: AdSetId(id), ads: vec![AdIds { key: 1, ad: AdId(id + 1), creative: ObjectId(id + 2) }] };
    Ids { campaign: CampaignId(100), ad_sets: vec![set(AdSetKey::Facebook, 200), set(AdSetKey::Instagram, 300)] }
}

fn desired<'a>(campaign: &'a Campaign, ids: &'a Ids) -> Desired<'a> {
    Desired { campaign, ids, run: Run::Active }
}

/// A campaign that Meta has exactly as it is wanted, as Tandem left it.
struct Published {
    campaign: Campaign,
    form: CampaignForm,
    observed: Vec<Observed>,
    settled: Settled,
}

fn published() -> Published {
    let (campaign, ids) = (fixture::campaign(), ids());
    let said = |object: ObjectRef| Observed { object, remote: format!("9{}", object.id), gone: false, fields: BTreeMap::new() };
    let blank = plan::targets(desired(&campaign, &ids), &[], now());
    let mut observed: Vec<Observed> = blank.iter().map(|target| said(target.object)).collect();
    observed.push(said(ObjectRef::new(Kind::Image, 7)));
    for target in plan::targets(desired(&campaign, &ids), &observed, now()) {
        let said = observed.iter_mut().find(|o| o.object == target.object).unwrap();
        said.fields = target.fields;
    }
    let settled = observed.iter().map(|o| (o.object, o.fields.clone())).collect();
    Published { campaign, form: fixture::form(), observed, settled }
}

impl Published {
    fn targets(&self) -> Vec<Target> {
        plan::targets(desired(&self.campaign, &ids()), &self.observed, now())
    }

    fn found(&self) -> Found {
        find(&self.targets(), &self.settled, &self.observed)
    }

    fn said(&mut self, kind: Kind, id: i64) -> &mut Observed {
        self.observed.iter_mut().find(|o| o.object == ObjectRef::new(kind, id)).unwrap()
    }

    fn say(&mut self, kind: Kind, id: i64, field: Field, text: &str) {
        self.said(kind, id).fields.insert(field, text.to_owned());
    }

    fn picks(&self) -> Vec<String> {
        self.found().drifts.iter().map(|drift| drift.pick().to_string()).collect()
    }

    /// The plan that sets the drifts of these names back.
    fn revert(&self, names: &[&str]) -> Plan {
        let drifts = self.found().drifts;
        let ticked: Vec<&Drift> = drifts.iter().filter(|drift| names.contains(&drift.pick().to_string().as_str())).collect();
        assert_eq!(ticked.len(), names.len(), "{drifts:?}");
        plan::revert(desired(&self.campaign, &ids()), &self.observed, &drifts, &ticked, now())
    }

    /// Takes every drift over; the form and the campaign that it then means.
    fn adopt(&self) -> Result<(CampaignForm, Campaign, Option<&'static str>), Sentence> {
        let (ids, pictures, audiences) = (ids(), BTreeMap::from([("95".to_owned(), PictureId(7))]), BTreeMap::new());
        let mut taken = Taken {
            form: self.form.clone(),
            campaign: self.campaign.clone(),
            ids: &ids,
            pictures: &pictures,
            audiences: &audiences,
            switch: None,
            left_alone: Vec::new(),
        };
        for drift in &self.found().drifts {
            take(&mut taken, drift)?;
        }
        let reading = taken.form.read(&fixture::facts());
        let campaign = reading.campaign.unwrap_or_else(|| panic!("{:?}", reading.invalid));
        Ok((taken.form, campaign, taken.switch))
    }

    /// What is left once everything was taken over.
    fn left(&self) -> Vec<String> {
        let (form, campaign, _) = self.adopt().unwrap();
        Published { form, campaign, observed: self.observed.clone(), settled: self.settled.clone() }.picks()
    }
}

fn labels(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|planned| planned.label.as_str()).collect()
}

#[test]
fn nothing_drifts_where_meta_says_what_tandem_left() {
    assert_eq!(published().found(), Found::default());
}

#[test]
fn an_edit_made_here_waits_and_one_made_at_meta_drifts() {
    let mut all = published();
    let mut form = all.form.clone();
    form.budget = "150.00".into();
    all.campaign = form.read(&fixture::facts()).campaign.unwrap();
    assert_eq!((all.found().drifts.len(), all.found().waiting), (0, 2), "both budgets wait");
    all.say(Kind::AdSet, 200, Field::Budget, "daily 9900");
    let found = all.found();
    assert_eq!((found.drifts.len(), found.waiting), (1, 1));
    assert!(found.drifts[0].edited_here, "edited on both sides: {:?}", found.drifts);
    // Somebody at Meta did what is wanted here: nothing is left to do.
    all.say(Kind::AdSet, 200, Field::Budget, "daily 6300");
    assert_eq!((all.found().drifts.len(), all.found().waiting), (0, 1));
}

#[test]
fn each_drifted_field_is_named_with_both_values() {
    let mut all = published();
    all.say(Kind::Campaign, 100, Field::Switch, "off");
    all.say(Kind::AdSet, 300, Field::Budget, "daily 100");
    all.say(Kind::Ad, 201, Field::Name, "Another name");
    assert_eq!(all.picks(), ["100.switch", "300.budget", "201.name"]);
    let drift = &all.found().drifts[1];
    let shown = (drift.show_wanted(Currency::EUR, str::to_owned), drift.show_now(Currency::EUR, str::to_owned));
    assert_eq!(shown, ("81.20 EUR a day".to_owned(), "1.00 EUR a day".to_owned()));
}

#[test]
fn a_token_that_somebody_took_out_of_a_name_is_no_drift() {
    let mut all = published();
    all.say(Kind::Campaign, 100, Field::Name, "Christmas sale");
    assert!(all.picks().is_empty());
    let plan = plan::plan(desired(&all.campaign, &ids()), &all.observed, now());
    assert!(plan.is_empty(), "{:?}", plan.rows);
}

#[test]
fn enhancements_are_told_one_by_one_and_set_back_one_by_one_by_another_creative() {
    let mut all = published();
    all.say(Kind::Creative, 202, Field::Enhancements, "image_touchups,text_translation");
    assert_eq!(all.picks(), ["202.enhancement.text_translation", "202.enhancement.image_touchups"]);
    let plan = all.revert(&["202.enhancement.image_touchups"]);
    let Step::Create { wanted: plan::Wanted::Creative(made), .. } = &plan.steps[0].step else { panic!("{:?}", plan.steps) };
    assert_eq!(made.enhancements, [Enhancement::TextTranslation], "what was not ticked stays as Meta has it");
    assert!(matches!(&plan.steps[1].step, Step::Change { fields, .. } if fields == &[Field::Creative]));
    assert_eq!(plan.steps.len(), 2);
    assert!(plan.worth_knowing.iter().any(|line| line.contains("review")), "{:?}", plan.worth_knowing);
    let plan = all.revert(&["202.enhancement.image_touchups", "202.enhancement.text_translation"]);
    let Step::Create { wanted: plan::Wanted::Creative(made), .. } = &plan.steps[0].step else { panic!("{:?}", plan.steps) };
    assert!(made.enhancements.is_empty());
    assert!(all.left().contains(&"302".to_owned()) || all.adopt().unwrap().0.ads[0].enhancements.len() == 2);
}

#[test]
fn an_ad_given_another_creative_is_told_by_what_it_says_and_goes_back_to_ours() {
    let mut all = published();
    let mut other = all.said(Kind::Creative, 202).clone();
    (other.object.id, other.remote) = (ObjectId(900), "777".into());
    other.fields.insert(Field::Message, "Buy now!".into());
    all.observed.push(other);
    all.say(Kind::Ad, 201, Field::Creative, "777");
    assert_eq!(all.picks(), ["202.message"]);
    let plan = all.revert(&["202.message"]);
    assert_eq!(labels(&plan), ["Change the ad Ad 1 · Facebook: creative"], "no creative needs to be made");
    all.observed.retain(|o| o.object.id != ObjectId(900));
    assert_eq!(all.picks(), ["201.creative"], "where Meta does not say what is in it, the ad is told");
    assert!(all.adopt().unwrap_err().words.contains("set it back"));
}

#[test]
fn a_plan_sets_back_what_was_ticked_and_nothing_else() {
    let mut all = published();
    all.say(Kind::AdSet, 200, Field::Budget, "daily 9900");
    all.say(Kind::AdSet, 200, Field::Audience, "everybody");
    all.say(Kind::AdSet, 300, Field::Budget, "daily 100");
    all.say(Kind::Campaign, 100, Field::Switch, "off");
    let plan = all.revert(&["200.budget", "300.budget"]);
    assert_eq!(
        labels(&plan),
        ["Change the ad set Christmas sale · Facebook: budget", "Change the ad set Christmas sale · Instagram: budget"],
        "less money comes first"
    );
    assert!(!plan.arms() && plan.commitments.is_none(), "it stays off");
    let plan = all.revert(&["100.switch"]);
    assert!(plan.arms() && plan.commitments.is_some());
    assert_eq!(plan.rows[0].mark, Mark::Arm);
}

#[test]
fn what_appeared_is_switched_off_and_what_tandem_switched_off_too() {
    let mut all = published();
    let mut added = all.said(Kind::AdSet, 200).clone();
    added.object.id = ObjectId(800);
    all.observed.push(added);
    assert_eq!(all.picks(), ["800.added"]);
    assert_eq!(labels(&all.revert(&["800.added"])), ["Switch the ad set Christmas sale · Facebook off"]);
    assert!(all.adopt().is_err(), "the form has no place for it");
    let left = BTreeMap::from([(Field::Switch, "off".to_owned())]);
    all.settled.insert(ObjectRef::new(Kind::AdSet, 800), left);
    assert_eq!(all.picks(), ["800.switch"]);
    all.said(Kind::AdSet, 800).fields.insert(Field::Switch, "off".into());
    assert!(all.picks().is_empty());
}

#[test]
fn what_is_deleted_is_said_once_with_everything_below_it() {
    let mut all = published();
    for (kind, id) in [(Kind::AdSet, 200), (Kind::Ad, 201)] {
        all.said(kind, id).gone = true;
    }
    assert_eq!(all.picks(), ["200.gone"]);
    assert!(all.adopt().unwrap_err().words.contains("plan makes it anew"));
    all.said(Kind::Campaign, 100).gone = true;
    assert_eq!(all.picks(), ["100.gone"]);
    assert_eq!(all.adopt().unwrap().2, Some("archived"));
}

#[test]
fn what_the_form_can_say_is_adopted_and_leaves_nothing() {
    for (kind, id, field, text) in [
        (Kind::AdSet, 200, Field::Budget, "daily 9900"),
        (Kind::Campaign, 100, Field::Limit, "9000000"),
        (Kind::Campaign, 100, Field::Name, "Spring sale"),
    ] {
        let mut all = published();
        all.say(kind, id, field, text);
        assert!(!all.left().contains(&format!("{id}.{}", field.word())), "{field:?}");
    }
    let mut all = published();
    all.say(Kind::AdSet, 200, Field::Budget, "daily 9900");
    let (form, campaign, _) = all.adopt().unwrap();
    assert_eq!((form.budget.as_str(), form.share.facebook.as_str()), ("180.20", "99.00"));
    assert_eq!(campaign.budgets().iter().map(|money| money.minor).collect::<Vec<_>>(), [9_900, 8_120]);
}

#[test]
fn a_time_a_bid_and_texts_are_adopted_for_all_ad_sets_together() {
    let mut all = published();
    for (set, creative) in [(200, 202), (300, 302)] {
        all.say(Kind::AdSet, set, Field::Ends, "2026-12-25T11:30:00Z");
        all.say(Kind::AdSet, set, Field::Bid, "cost_goal 800");
        all.say(Kind::Creative, creative, Field::Message, "Buy now!");
        all.say(Kind::Creative, creative, Field::Enhancements, "image_touchups");
    }
    assert_eq!(all.found().drifts.len(), 8);
    assert!(all.left().is_empty());
    let (form, ..) = all.adopt().unwrap();
    assert_eq!((form.ends.as_str(), form.cost_goal.as_str()), ("2026-12-25 11:30", "8.00"));
    assert_eq!(
        (form.ads[0].message.as_str(), form.ads[0].enhancements.as_slice()),
        ("Buy now!", ["image_touchups".to_owned()].as_slice())
    );
}

#[test]
fn what_the_form_cannot_say_is_refused_with_the_way_out() {
    for (kind, id, field, text, way_out) in [
        (Kind::AdSet, 200, Field::Switch, "off", "switch it on again"),
        (Kind::Ad, 201, Field::Switch, "off", "take the ad out of the form"),
        (Kind::AdSet, 200, Field::Name, "Mine", "template"),
        (Kind::AdSet, 200, Field::Budget, "lifetime 9900", "set it back"),
        (Kind::AdSet, 200, Field::Goal, "REACH", "duplicate"),
        (Kind::AdSet, 200, Field::Audience, "interests 4711", "set it back"),
        (Kind::Creative, 202, Field::Picture, "other", "upload it"),
    ] {
        let mut all = published();
        all.say(kind, id, field, text);
        let why = all.adopt().unwrap_err();
        assert!(why.words.contains(way_out), "{field:?}: {why}");
    }
}

#[test]
fn an_adopted_campaign_drifts_too_and_its_plan_is_as_narrow() {
    let adopted = by_hand::adopted();
    let mut observed = by_hand::observed(&adopted);
    let settled: Settled = observed.iter().map(|o| (o.object, o.fields.clone())).collect();
    observed[1].fields.insert(Field::Budget, "daily 9000".into());
    observed[4].fields.insert(Field::Switch, "off".into());
    observed[2].gone = true;
    let targets = plan::kept_targets(&adopted, Run::Active, now());
    let found = find(&targets, &settled, &observed);
    let picks: Vec<String> = found.drifts.iter().map(|drift| drift.pick().to_string()).collect();
    assert_eq!(picks, ["2.budget", "3.gone", "5.switch"]);
    let ticked: Vec<&Drift> = found.drifts.iter().filter(|drift| drift.object.id == ObjectId(2)).collect();
    let plan = plan::revert_kept(&adopted, &observed, Run::Active, &ticked, now());
    assert_eq!(labels(&plan), ["Change the ad set Broad: budget"]);
    assert_eq!(plan.rows[0].money.unwrap().minor, -7_000);
}

#[test]
fn a_drift_is_named_so_that_a_form_can_tick_it() {
    for text in ["12.budget", "3.enhancement.image_touchups", "4.gone", "5.added"] {
        assert_eq!(text.parse::<Pick>().unwrap().to_string(), text);
    }
    for text in ["", "12", "x.budget", "12.colour", "12.enhancement.standard_enhancements"] {
        assert_eq!(text.parse::<Pick>(), Err(NotAPick), "{text}");
    }
}
