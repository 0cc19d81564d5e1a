//! What a person reads before approving: groups, money before and after, what may start over, and what changed since.

use serde_json::json;
use tandem::domain::id::CampaignId;
use tandem::domain::plan::{EffectKind, Mark, Run};
use tandem::domain::role::Role;
use tandem::service::plan_settings::{self, PlanSettingsForm};
use tandem::service::{Error, publish};
use tandem::store::{observed, plans};

use crate::support::{Business, between};

async fn published() -> (Business, CampaignId) {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    (business, campaign)
}

async fn settings(business: &Business, overdelivery: &str, learning_step: &str) -> Result<(), Error> {
    let form = PlanSettingsForm {
        overdelivery: overdelivery.into(),
        learning_step: learning_step.into(),
        ..PlanSettingsForm::default()
    };
    plan_settings::save(&business.app.ctx, &business.actor, form).await
}

#[actix_web::test]
async fn rows_stand_in_groups_with_every_field_old_and_new() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let mut ana = business.browser().await;
    let path = format!("/campaigns/{campaign}/plan");
    let made = ana.get(&path).await;
    made.assert_has("id=\"group-create\"").assert_has("1 campaign, 2 ad sets, 1 picture, 2 creatives, 2 ads");
    made.assert_has("id=\"group-switch_on\"").assert_lacks("id=\"group-change\"");
    // What it counts, bids and shows, and what each new thing will be.
    made.assert_has("What it counts and bids").assert_has("most results for the money").assert_has("7 days of a click");
    made.assert_has("Learning starts for 2 ad sets").assert_has("Meta reviews 2 ads").assert_has("every field");
    business.publish(campaign).await;

    business.change(campaign, |form| (form.budget, form.countries) = ("210.00".into(), "Portugal".into())).await;
    let changed = ana.get(&path).await;
    changed.assert_has("id=\"group-change\"").assert_has("2 ad sets").assert_lacks("id=\"group-create\"");
    changed.assert_has("58.80 EUR a day").assert_has("88.20 EUR a day").assert_has("ES PT; 18 to 65").assert_has("PT; 18 to 65");
    changed.assert_has("may restart learning").assert_has("A budget step of 50 %, over 20 %, another audience");
    changed.assert_has("What people will see").assert_has("utm_source=facebook");
}

#[actix_web::test]
async fn the_money_before_and_after_stands_beside_what_this_week_can_still_cost() {
    let (business, campaign) = published().await;
    business.change(campaign, |form| form.budget = "150.00".into()).await;
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    let stakes = letter.plan.review.stakes.unwrap();
    assert_eq!((stakes.before.a_day.minor, stakes.after.a_day.minor, stakes.more_a_day.minor), (14_000, 15_000, 1_000));
    assert_eq!((stakes.before.worst_day.minor, stakes.after.worst_week.minor), (24_500, 105_000));
    // The sandbox begins on a Monday at nine: 135 of the 168 hours of the week are left, and nothing ran before.
    assert!((84_000..85_000).contains(&stakes.this_week.minor), "{stakes:?}");
    let rows: Vec<i64> = letter.plan.rows.iter().map(|row| row.review.stakes.unwrap().more_a_day.minor).collect();
    assert_eq!(rows, [420, 580]);
    let mut ana = business.browser().await;
    let page = ana.get(&format!("/campaigns/{campaign}/plan")).await;
    page.assert_has("The worst day").assert_has("245.00").assert_has("262.50").assert_has("+70.00");
    page.assert_has("This week (to Sat 7 Nov) at most").assert_has("from next week at most 1,050.00");
    page.assert_has("75 % more than a daily budget").assert_has("steps up to 20 % are taken as harmless");
}

#[actix_web::test]
async fn the_shares_are_settings_of_the_workspace() {
    let (business, campaign) = published().await;
    settings(&business, "25", "5").await.unwrap();
    business.change(campaign, |form| form.budget = "150.00".into()).await;
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert_eq!(letter.plan.review.stakes.unwrap().after.worst_day.minor, 18_750);
    let resets = |plan: &tandem::domain::plan::Plan| {
        let effects = plan.rows.iter().flat_map(|row| &row.review.effects);
        effects.filter(|effect| effect.kind == EffectKind::MayResetLearning).count()
    };
    assert_eq!(resets(&letter.plan), 2, "a step of 7.15 % is over 5 %");
    settings(&business, "25", "10").await.unwrap();
    let other = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert_eq!(resets(&other.plan), 0);
    assert_eq!(other.plan.hash, letter.plan.hash, "how it is weighed changes nothing of what is done");
    let wrong = settings(&business, "a lot", "-3").await.unwrap_err();
    let Error::Invalid(problems) = wrong else { panic!("{wrong:?}") };
    assert!(problems.at("overdelivery").is_some() && problems.at("learning_step").is_some());
    let mut ana = business.browser().await;
    ana.get("/settings/plans").await.assert_has("value=\"25\"").assert_has("value=\"10\"");
    let mut max = business.app.member("Casa Lume", "max@example.com", Role::Manager).await;
    max.get("/settings/plans").await.assert_status(200).assert_has("An owner changes them.");
    max.post("/settings/plans", &[("overdelivery", "0"), ("learning_step", "0")]).await.assert_status(403);
}

#[actix_web::test]
async fn a_stale_plan_is_refused_and_made_again_with_what_changed_since() {
    let (business, campaign) = published().await;
    business.change(campaign, |form| form.countries = "Portugal".into()).await;
    let mut ana = business.browser().await;
    let path = format!("/campaigns/{campaign}/plan");
    let hash = between(&ana.get(&path).await.body, "name=\"hash\" value=\"", "\"").unwrap();
    let workspace = business.actor.workspace;
    let sets = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "ad_set")).await.unwrap();
    let facebook = sets.iter().find(|set| set.name.contains("Facebook")).unwrap();
    business.app.control("edit", json!({"id": facebook.remote_id, "fields": {"daily_budget": 2400}})).await;
    publish::refresh(&business.app.ctx, &business.actor, campaign).await.unwrap();

    let refused = ana.post(&format!("{path}/approve"), &[("hash", &hash), ("run", "active")]).await;
    refused.assert_status(303);
    let again = ana.get(refused.location()).await;
    again.assert_has("What changed since the plan you read");
    again.assert_has("at Meta is now 24.00 EUR a day, was 58.80 EUR a day.");
    let error = publish::approve(&business.app.ctx, &business.actor, campaign, &hash, Run::Active).await.unwrap_err();
    assert!(error.to_string().contains("is now 24.00 EUR a day, was 58.80 EUR a day. Read the new plan"), "{error}");

    // An edit made here is told as one.
    let hash = between(&again.body, "name=\"hash\" value=\"", "\"").unwrap();
    business.change(campaign, |form| (form.countries, form.budget) = ("Portugal".into(), "141.00".into())).await;
    let refused = ana.post(&format!("{path}/approve"), &[("hash", &hash), ("run", "active")]).await;
    ana.get(refused.location()).await.assert_has("is to become 59.22 EUR a day now, not 58.80 EUR a day.");
}

#[actix_web::test]
async fn a_plan_stored_by_an_earlier_version_is_read_and_refused_as_stale() {
    let (business, campaign) = published().await;
    business.change(campaign, |form| form.budget = "150.00".into()).await;
    publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    let workspace = business.actor.workspace;
    let old = business.app.ctx.db.write(move |c| {
        let row = plans::find_latest(c, workspace, campaign)?.unwrap();
        let mut body: serde_json::Value = serde_json::from_str(&row.body).unwrap();
        body.as_object_mut().unwrap().remove("review");
        for row in body["rows"].as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("review");
        }
        plans::set_body(c, workspace, row.id, &"1".repeat(64), &body.to_string())?;
        Ok::<_, tandem::store::StoreError>(row.id)
    });
    old.await.unwrap();
    let refused = publish::approve(&business.app.ctx, &business.actor, campaign, &"1".repeat(64), Run::Active).await;
    assert!(matches!(&refused, Err(Error::Conflict(said)) if said.slug == "plan-stale"), "{refused:?}");
    let mut ana = business.browser().await;
    ana.get(&format!("/campaigns/{campaign}/plan?since={}", "1".repeat(64))).await.assert_status(200);
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert!(letter.plan.rows.iter().all(|row| row.mark == Mark::Change));
}
