#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, Utc};

use super::*;
use crate::domain::campaign::{AdSetKey, Campaign, Shape, fixture};

fn now() -> DateTime<Utc> {
    fixture::facts().now
}

fn ids() -> Ids {
    let set =
        |key, id| AdSetIds { key, id: AdSetId(id), ads: vec![AdIds { key: 1, ad: AdId(id + 1), creative: ObjectId(id + 2) }] };
    Ids {
        campaign: CampaignId(100),
        ad_sets: vec![set(AdSetKey::Facebook, 200), set(AdSetKey::Instagram, 300), set(AdSetKey::Shared, 400)],
    }
}

fn make(campaign: &Campaign, observed: &[Observed], run: Run) -> Plan {
    plan(Desired { campaign, ids: &ids(), run }, observed, now())
}

/// A Meta that does what it is told and remembers it.
fn carry_out(plan: &Plan, observed: &mut Vec<Observed>) {
    for planned in &plan.steps {
        let object = planned.step.object();
        let at = observed.iter().position(|o| o.object == object);
        match &planned.step {
            Step::Upload { .. } => {
                observed.push(Observed { object, remote: "hash".into(), gone: false, fields: Default::default() });
            }
            Step::Create { wanted, .. } => {
                observed.retain(|o| o.object != object);
                let mut fields = wanted.fields(now());
                if object.kind.has_switch() {
                    fields.insert(Field::Switch, Field::switch(false));
                }
                if let Wanted::Ad(ad) = wanted {
                    fields.insert(Field::Creative, remote(observed, ad.creative));
                }
                observed.push(Observed { object, remote: wanted.token().into(), gone: false, fields });
            }
            Step::Change { wanted, fields } => {
                let mut all = wanted.fields(now());
                if let Wanted::Ad(ad) = wanted {
                    all.insert(Field::Creative, remote(observed, ad.creative));
                }
                for field in fields {
                    observed[at.unwrap()].fields.insert(*field, all[field].clone());
                }
            }
            Step::Verify { .. } => {}
            Step::Archive { .. } => observed[at.unwrap()].gone = true,
            Step::Pause { .. } => {
                observed[at.unwrap()].fields.insert(Field::Switch, Field::switch(false));
            }
            Step::Activate { .. } => {
                observed[at.unwrap()].fields.insert(Field::Switch, Field::switch(true));
            }
        }
    }
}

fn remote(observed: &[Observed], creative: ObjectId) -> String {
    let object = ObjectRef { kind: Kind::Creative, id: creative };
    observed.iter().find(|o| o.object == object).unwrap().remote.clone()
}

fn published() -> (Campaign, Vec<Observed>) {
    let campaign = fixture::campaign();
    let mut observed = Vec::new();
    carry_out(&make(&campaign, &[], Run::Active), &mut observed);
    (campaign, observed)
}

#[test]
fn everything_is_made_paused_and_the_campaign_is_switched_on_last() {
    let plan = make(&fixture::campaign(), &[], Run::Active);
    let order: Vec<(&str, Kind)> = plan
        .steps
        .iter()
        .map(|planned| {
            let word = match planned.step {
                Step::Upload { .. } => "upload",
                Step::Create { .. } => "create",
                Step::Change { .. } => "change",
                Step::Verify { .. } => "verify",
                Step::Pause { .. } => "pause",
                Step::Archive { .. } => "archive",
                Step::Activate { .. } => "activate",
            };
            (word, planned.step.object().kind)
        })
        .collect();
    let expected = [
        ("upload", Kind::Image),
        ("create", Kind::Campaign),
        ("create", Kind::AdSet),
        ("create", Kind::AdSet),
        ("create", Kind::Creative),
        ("create", Kind::Creative),
        ("create", Kind::Ad),
        ("create", Kind::Ad),
        ("verify", Kind::Campaign),
        ("activate", Kind::Ad),
        ("activate", Kind::Ad),
        ("activate", Kind::AdSet),
        ("activate", Kind::AdSet),
        ("activate", Kind::Campaign),
    ];
    assert_eq!(order, expected);
    assert_eq!(plan.counts().map(|(_, n)| n), [8, 0, 0, 1]);
    assert!(plan.arms());
}

#[test]
fn applying_an_applied_plan_is_an_empty_plan() {
    let (campaign, observed) = published();
    let again = make(&campaign, &observed, Run::Active);
    assert!(again.is_empty(), "{:?}", again.steps);
    assert!(again.rows.is_empty());
}

#[test]
fn a_plan_cut_off_anywhere_is_finished_by_the_next() {
    let campaign = fixture::campaign();
    let whole = make(&campaign, &[], Run::Active);
    for done in 0..whole.steps.len() {
        let mut observed = Vec::new();
        carry_out(&Plan { steps: whole.steps[..done].to_vec(), ..whole.clone() }, &mut observed);
        let rest = make(&campaign, &observed, Run::Active);
        let mut tokens: Vec<&str> = rest
            .steps
            .iter()
            .filter_map(|s| if let Step::Create { token, .. } = &s.step { Some(token.as_str()) } else { None })
            .collect();
        tokens.retain(|token| observed.iter().any(|o| o.remote == *token));
        assert!(tokens.is_empty(), "made twice after {done} steps: {tokens:?}");
        carry_out(&rest, &mut observed);
        assert!(make(&campaign, &observed, Run::Active).is_empty(), "after {done} steps");
    }
}

#[test]
fn a_plan_for_a_paused_campaign_never_switches_it_on() {
    let plan = make(&fixture::campaign(), &[], Run::Paused);
    assert!(!plan.arms() && plan.commitments.is_none());
    assert!(!plan.steps.iter().any(|s| s.step == Step::Activate { object: ObjectRef::new(Kind::Campaign, 100) }));
}

#[test]
fn the_same_inputs_give_the_same_hash_and_another_budget_another() {
    let campaign = fixture::campaign();
    let first = make(&campaign, &[], Run::Active);
    assert_eq!(first.hash, make(&campaign, &[], Run::Active).hash);
    assert_eq!(first.hash.len(), 64);
    let mut form = fixture::form();
    form.budget = "140.01".into();
    let other = form.read(&fixture::facts()).campaign.unwrap();
    assert_ne!(first.hash, make(&other, &[], Run::Active).hash);
}

#[test]
fn a_plan_survives_storing() {
    let plan = make(&fixture::campaign(), &[], Run::Active);
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
}

#[test]
fn a_moved_share_lowers_before_it_raises_and_shows_old_and_new() {
    let (_, observed) = published();
    let mut form = fixture::form();
    form.share = crate::domain::campaign::ByNetwork { facebook: "60".into(), instagram: "40".into() };
    let campaign = form.read(&fixture::facts()).campaign.unwrap();
    let plan = make(&campaign, &observed, Run::Active);
    let objects: Vec<i64> =
        plan.steps.iter().filter(|s| matches!(s.step, Step::Change { .. })).map(|s| s.step.object().id.0).collect();
    assert_eq!(objects, [300, 200], "Instagram gives before Facebook takes");
    let row = plan.rows.iter().find(|row| row.object.id.0 == 200).unwrap();
    assert_eq!(row.changes[0].now.as_deref(), Some("58.80 EUR a day"));
    assert_eq!(row.changes[0].after, "84.00 EUR a day");
    assert_eq!(row.money.unwrap().minor, 2_520);
}

#[test]
fn an_edit_made_elsewhere_is_put_back() {
    let (campaign, mut observed) = published();
    let set = observed.iter_mut().find(|o| o.object.kind == Kind::AdSet).unwrap();
    set.fields.insert(Field::Budget, "daily 9900".into());
    let plan = make(&campaign, &observed, Run::Active);
    assert_eq!(plan.counts().map(|(_, n)| n), [0, 1, 0, 0]);
    carry_out(&plan, &mut observed);
    assert!(make(&campaign, &observed, Run::Active).is_empty());
}

#[test]
fn another_text_is_another_creative_in_the_same_ad() {
    let (_, mut observed) = published();
    let mut form = fixture::form();
    form.ads[0].message = "Another text.".into();
    let campaign = form.read(&fixture::facts()).campaign.unwrap();
    let plan = make(&campaign, &observed, Run::Active);
    let creates = plan.steps.iter().filter(|s| matches!(s.step, Step::Create { .. })).count();
    let changes = plan.steps.iter().filter(|s| matches!(s.step, Step::Change { .. })).count();
    assert_eq!((creates, changes), (2, 2));
    carry_out(&plan, &mut observed);
    // The ads still name the old creatives in this plan's eyes; the next plan hands them the new ones, and then rests.
    let next = make(&campaign, &observed, Run::Active);
    assert!(next.is_empty(), "{:?}", next.steps);
}

fn creatives(plan: &Plan) -> Vec<&WantedCreative> {
    let made = plan.steps.iter().filter_map(|planned| match &planned.step {
        Step::Create { wanted: Wanted::Creative(wanted), .. } => Some(wanted),
        _ => None,
    });
    made.collect()
}

fn creative_of(observed: &mut [Observed]) -> &mut Observed {
    observed.iter_mut().find(|o| o.object.kind == Kind::Creative).unwrap()
}

/// The ad of the fixture with an upright picture, and the account that has it.
fn two_formats(shape: &str) -> Campaign {
    let (mut form, mut facts) = (fixture::form(), fixture::facts());
    facts.pictures.insert(
        crate::domain::id::PictureId(8),
        crate::domain::campaign::PictureFacts { name: "tall.jpg".into(), width: 1080, height: 1920 },
    );
    form.shape = shape.into();
    form.ads[0].vertical = "8".into();
    form.ads[0].messages.instagram = "For Instagram.".into();
    form.read(&facts).campaign.unwrap()
}

#[test]
fn one_ad_set_over_both_networks_gets_one_creative_with_rules_and_both_pictures() {
    let plan = make(&two_formats("shared"), &[], Run::Active);
    let [creative] = creatives(&plan)[..] else { panic!("{plan:?}") };
    assert_eq!(creative.rules.len(), 3, "upright, Instagram's text, and both together: {creative:?}");
    assert_eq!(plan.steps.iter().filter(|planned| matches!(planned.step, Step::Upload { .. })).count(), 2);
}

#[test]
fn an_ad_set_a_network_gets_a_creative_with_that_networks_text() {
    let plan = make(&two_formats("per_network"), &[], Run::Active);
    let messages: Vec<&str> = creatives(&plan).iter().map(|creative| creative.message.as_str()).collect();
    assert_eq!(messages, ["Warm light, real linen.", "For Instagram."]);
    assert!(creatives(&plan).iter().all(|creative| creative.rules.len() == 1), "each has feeds and upright screens");
}

#[test]
fn two_formats_carried_out_leave_nothing_to_do() {
    for shape in ["shared", "per_network"] {
        let campaign = two_formats(shape);
        let mut observed = Vec::new();
        carry_out(&make(&campaign, &[], Run::Active), &mut observed);
        assert!(make(&campaign, &observed, Run::Active).is_empty(), "{shape}");
    }
}

#[test]
fn an_enhancement_that_came_on_by_itself_is_answered_by_a_new_creative_in_the_same_ad() {
    let (campaign, mut observed) = published();
    creative_of(&mut observed).fields.insert(Field::Enhancements, "enhance_cta".into());
    let old = creative_of(&mut observed).remote.clone();
    let plan = make(&campaign, &observed, Run::Active);
    let [creative] = creatives(&plan)[..] else { panic!("{:?}", plan.steps) };
    assert!(creative.enhancements.is_empty());
    assert_ne!(creative.name.rsplit_once('[').map(|(_, token)| token), Some(format!("{old}]").as_str()), "not to be mistaken");
    assert!(plan.worth_knowing.iter().any(|line| line.contains("add words to the button")), "{:?}", plan.worth_knowing);
    let row = plan.rows.iter().find(|row| row.object.kind == Kind::Creative).unwrap();
    assert_eq!(row.changes[0].now.as_deref(), Some("add words to the button"));
    carry_out(&plan, &mut observed);
    assert_ne!(creative_of(&mut observed).remote, old);
    assert!(make(&campaign, &observed, Run::Active).is_empty());
}

#[test]
fn an_enhancement_that_is_allowed_is_no_difference() {
    let mut form = fixture::form();
    form.ads[0].enhancements = vec!["image_touchups".into(), "enhance_cta".into()];
    let campaign = form.read(&fixture::facts()).campaign.unwrap();
    let mut observed = Vec::new();
    carry_out(&make(&campaign, &[], Run::Active), &mut observed);
    assert_eq!(creative_of(&mut observed).fields[&Field::Enhancements], "enhance_cta,image_touchups");
    assert!(make(&campaign, &observed, Run::Active).is_empty());
}

#[test]
fn another_picture_at_meta_is_another_creative_and_another_name_is_not() {
    let (campaign, mut observed) = published();
    creative_of(&mut observed).fields.insert(Field::Name, "Renamed in Ads Manager".into());
    creative_of(&mut observed).fields.insert(Field::Picture, "hash".into());
    assert!(make(&campaign, &observed, Run::Active).is_empty(), "the same picture under another name");
    creative_of(&mut observed).fields.insert(Field::Picture, "another".into());
    assert_eq!(creatives(&make(&campaign, &observed, Run::Active)).len(), 1);
}

#[test]
fn where_meta_does_not_say_what_is_in_a_creative_its_name_does() {
    let (campaign, mut observed) = published();
    for object in observed.iter_mut().filter(|o| o.object.kind == Kind::Creative) {
        object.fields.retain(|field, _| *field == Field::Name);
    }
    assert!(make(&campaign, &observed, Run::Active).is_empty());
    let mut form = fixture::form();
    form.ads[0].message = "Another text.".into();
    let campaign = form.read(&fixture::facts()).campaign.unwrap();
    assert_eq!(creatives(&make(&campaign, &observed, Run::Active)).len(), 2);
}

#[test]
fn a_creative_planned_before_there_were_formats_still_reads_and_keeps_its_token() {
    let plan = make(&fixture::campaign(), &[], Run::Active);
    let text = serde_json::to_string(creatives(&plan)[0]).unwrap();
    assert!(!text.contains("rules") && !text.contains("enhancements"), "{text}");
    assert_eq!(serde_json::from_str::<WantedCreative>(&text).unwrap(), *creatives(&plan)[0]);
}

#[test]
fn what_is_no_longer_wanted_is_switched_off_before_the_new_goes_on() {
    let (_, mut observed) = published();
    let mut form = fixture::form();
    form.shape = "shared".into();
    let campaign = form.read(&fixture::facts()).campaign.unwrap();
    assert_eq!(campaign.shape, Shape::Shared);
    let plan = make(&campaign, &observed, Run::Active);
    let pause = plan.steps.iter().rposition(|s| matches!(s.step, Step::Pause { .. })).unwrap();
    let activate = plan.steps.iter().position(|s| matches!(s.step, Step::Activate { .. })).unwrap();
    assert!(pause < activate);
    carry_out(&plan, &mut observed);
    assert!(make(&campaign, &observed, Run::Active).is_empty());
}

#[test]
fn pausing_and_resuming_are_plans_of_one_step() {
    let (campaign, mut observed) = published();
    let desired = Desired { campaign: &campaign, ids: &ids(), run: Run::Paused };
    let off = pause(desired, &observed, now());
    assert_eq!(off.steps.len(), 1);
    assert_eq!(off.rows[0].money.unwrap().minor, -14_000);
    carry_out(&off, &mut observed);
    assert!(pause(desired, &observed, now()).is_empty());
    let on = make(&campaign, &observed, Run::Active);
    assert_eq!(on.steps.len(), 1);
    assert!(on.arms());
}

#[test]
fn what_meta_does_not_let_be_changed_blocks_the_plan_with_the_way_out() {
    let (_, observed) = published();
    let mut form = fixture::form();
    form.pace = "lifetime".into();
    form.budget = "3400".into();
    let campaign = form.read(&fixture::facts()).campaign.unwrap();
    let plan = make(&campaign, &observed, Run::Active);
    assert_eq!(plan.blocked.len(), 2);
    assert!(plan.blocked[0].contains("make a new campaign"), "{:?}", plan.blocked);
}

#[test]
fn what_meta_was_not_asked_is_not_compared_but_said() {
    let (campaign, mut observed) = published();
    for object in &mut observed {
        object.fields.remove(&Field::Audience);
    }
    assert!(make(&campaign, &observed, Run::Active).is_empty());
    let mut form = fixture::form();
    form.name = "Winter sale".into();
    let renamed = form.read(&fixture::facts()).campaign.unwrap();
    assert!(make(&renamed, &observed, Run::Active).unknown.iter().any(|line| line.contains("did not say")));
}

#[test]
fn an_object_deleted_at_meta_is_made_again() {
    let (campaign, mut observed) = published();
    observed.iter_mut().find(|o| o.object == ObjectRef::new(Kind::AdSet, 200)).unwrap().gone = true;
    let plan = make(&campaign, &observed, Run::Active);
    assert!(plan.steps.iter().any(|s| matches!(&s.step, Step::Create { wanted, .. } if wanted.object().id.0 == 200)));
}

#[test]
fn tokens_follow_from_ids_and_end_the_names() {
    let plan = make(&fixture::campaign(), &[], Run::Active);
    let mut seen = std::collections::BTreeSet::new();
    for planned in &plan.steps {
        if let Step::Create { wanted, token } = &planned.step {
            assert_eq!(token.len(), 8);
            assert!(wanted.name().ends_with(&format!("[{token}]")));
            assert!(seen.insert(token.clone()), "twice: {token}");
        }
    }
}

#[test]
fn the_audience_reads_the_same_from_either_side() {
    let words = AudienceWords {
        countries: vec!["PT".into(), "ES".into()],
        age_min: 18,
        age_max: 65,
        genders: vec![2, 1],
        ..Default::default()
    };
    assert_eq!(words.canonical(), AudienceWords::from(&fixture::campaign().audience).canonical());
}
