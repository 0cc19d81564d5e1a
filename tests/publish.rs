//! From plan to running campaign against the sandbox, with faults and crashes in between.

use serde_json::json;
use tandem::domain::id::CampaignId;
use tandem::domain::ledger::Unit;
use tandem::domain::plan::{Mark, Run};
use tandem::service::{Error, publish, stop};
use tandem::store::{ledger, observed, plans};

use tandem::domain::role::Role;

use crate::support::{Business, between, spoilt};

async fn approve(business: &Business, campaign: CampaignId) {
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
}

async fn plan_state(business: &Business, campaign: CampaignId) -> (String, Option<String>) {
    let workspace = business.actor.workspace;
    let plan = business.app.ctx.db.read(move |c| plans::find_latest_approved(c, workspace, campaign)).await.unwrap().unwrap();
    (plan.state, plan.problem)
}

/// Names of what Meta lists, by kind.
async fn at_meta(business: &Business) -> Vec<(String, String, String)> {
    let workspace = business.actor.workspace;
    let mut all = Vec::new();
    for kind in ["campaign", "ad_set", "ad"] {
        let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, kind)).await.unwrap();
        all.extend(rows.into_iter().map(|row| (row.kind, row.name, row.status)));
    }
    all
}

#[actix_web::test]
async fn a_plan_is_carried_out_and_leaves_nothing_to_do() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert!(letter.plan.blocked.is_empty(), "{:?}", letter.plan.blocked);
    business.publish(campaign).await;
    assert_eq!(plan_state(&business, campaign).await, ("applied".into(), None));

    let listed = at_meta(&business).await;
    assert_eq!(listed.len(), 5, "one campaign, two ad sets, two ads: {listed:?}");
    assert!(listed.iter().all(|(_, _, status)| status == "ACTIVE"), "{listed:?}");
    let after = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert!(after.plan.is_empty(), "{:?}", after.plan);

    let workspace = business.actor.workspace;
    let committed = business.app.ctx.db.read(move |c| ledger::committed(c, workspace, campaign, Unit::ADay)).await.unwrap();
    assert_eq!(committed, 14_000);
}

#[actix_web::test]
async fn a_plan_that_is_not_the_one_read_is_refused() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let wrong = publish::approve(&business.app.ctx, &business.actor, campaign, "0".repeat(64).as_str(), Run::Active).await;
    assert!(matches!(wrong, Err(Error::Conflict(_))), "{wrong:?}");
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    let twice = publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    business.settle().await;
}

#[actix_web::test]
async fn applying_an_applied_plan_does_nothing() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    let workspace = business.actor.workspace;
    let plan = business.app.ctx.db.read(move |c| plans::find_latest_approved(c, workspace, campaign)).await.unwrap().unwrap();
    let before = at_meta(&business).await;
    publish::run(&business.app.ctx, &publish::ApplyPlan { workspace, plan: plan.id }).await.unwrap();
    business.settle().await;
    assert_eq!(at_meta(&business).await, before);
}

#[actix_web::test]
async fn an_error_after_the_write_leaves_no_duplicate_whichever_write_it_meets() {
    for edge in ["campaigns", "adsets", "adcreatives", "ads"] {
        for kind in ["error_after_commit", "cut"] {
            let business = Business::connected().await;
            let campaign = business.campaign().await;
            let matching = json!({"method": "POST", "path_contains": format!("/{edge}")});
            business.app.control("faults", json!({"match": matching, "kind": kind, "times": 1})).await;
            business.publish(campaign).await;
            assert_eq!(plan_state(&business, campaign).await, ("applied".into(), None), "{edge} {kind}");
            assert_eq!(at_meta(&business).await.len(), 5, "{edge} {kind}");
        }
    }
}

#[actix_web::test]
async fn a_crash_between_the_call_and_the_commit_leaves_no_duplicate() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    approve(&business, campaign).await;
    business.settle().await;
    let workspace = business.actor.workspace;
    // As after a kill: the calls happened, and nothing after "sent" was written down for any of them.
    let rewound = business.app.ctx.db.write(move |c| {
        let plan = plans::find_latest_approved(c, workspace, campaign)?.unwrap();
        for mut step in plans::list_steps(c, workspace, plan.id)? {
            step.state = "sent".into();
            step.attempts = 1;
            step.done_at = None;
            plans::update_step(c, &step)?;
        }
        plans::set_state(c, workspace, plan.id, "applying", None, None)?;
        Ok::<_, tandem::store::StoreError>(plan.id)
    });
    let plan = rewound.await.unwrap();
    publish::run(&business.app.ctx, &publish::ApplyPlan { workspace, plan }).await.unwrap();
    business.settle().await;
    assert_eq!(plan_state(&business, campaign).await, ("applied".into(), None));
    assert_eq!(at_meta(&business).await.len(), 5);
}

#[actix_web::test]
async fn a_refusal_says_metas_words_and_applying_again_finishes_the_work() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let fault = json!({"match": {"method": "POST", "path_contains": "/adsets"}, "kind": "error", "code": 100, "subcode": 1885272,
                       "message": "Your ad set budget must be more than 3.00."});
    business.app.control("faults", fault).await;
    business.publish(campaign).await;
    let (state, problem) = plan_state(&business, campaign).await;
    assert_eq!(state, "failed");
    assert!(problem.unwrap().contains("Your ad set budget must be more than 3.00"));
    assert!(at_meta(&business).await.iter().all(|(_, _, status)| status == "PAUSED"), "nothing spends");

    publish::apply_again(&business.app.ctx, &business.actor, campaign).await.unwrap();
    business.settle().await;
    assert_eq!(plan_state(&business, campaign).await, ("applied".into(), None));
    assert_eq!(at_meta(&business).await.len(), 5);
}

#[actix_web::test]
async fn a_new_plan_finds_what_a_plan_that_broke_off_may_have_made() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let lost = json!({"match": {"method": "POST", "path_contains": "/adsets"}, "kind": "cut", "times": 1});
    let unseen = json!({"match": {"method": "GET", "path_contains": "/adsets"}, "kind": "error", "code": 100, "times": 1});
    business.app.control("faults", lost).await;
    business.app.control("faults", unseen).await;
    business.publish(campaign).await;
    assert_eq!(plan_state(&business, campaign).await.0, "failed");
    // Nobody carries on with it: what is wanted is planned and approved anew.
    business.publish(campaign).await;
    assert_eq!(plan_state(&business, campaign).await, ("applied".into(), None));
    let listed = at_meta(&business).await;
    assert_eq!(listed.len(), 5, "{listed:?}");
}

#[actix_web::test]
async fn an_object_that_a_list_left_out_is_not_made_again() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    let workspace = business.actor.workspace;
    let now = business.app.ctx.stamp();
    let lost = business.app.ctx.db.write(move |c| {
        let ad_set = observed::list_present(c, workspace, "ad_set")?.remove(0);
        observed::set_gone(c, workspace, ad_set.id, now)
    });
    lost.await.unwrap();
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert!(letter.plan.rows.iter().any(|row| row.mark == Mark::Create), "{:?}", letter.plan.rows);
    business.publish(campaign).await;
    assert_eq!(plan_state(&business, campaign).await, ("applied".into(), None));
    let listed = at_meta(&business).await;
    assert_eq!(listed.len(), 5, "{listed:?}");
}

#[actix_web::test]
async fn what_meta_does_not_know_is_told_at_the_field_where_it_was_chosen() {
    let business = Business::connected().await;
    let picture = business.picture(600, 750).await;
    let facts = business.facts(&[(picture, 1200, 1500)]).await;
    for (spoil, told) in spoilt() {
        let (mut campaign, form) = business.read(&facts, picture, |_| {});
        spoil(&mut campaign);
        let id = business.save(&campaign, &form).await;
        business.publish(id).await;
        let (state, problem) = plan_state(&business, id).await;
        assert_eq!(state, "failed");
        assert!(problem.as_ref().is_some_and(|words| words.contains(told)), "{told}: {problem:?}");
    }
}

#[actix_web::test]
async fn pausing_is_one_call_and_resuming_goes_through_a_plan() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    stop::pause(&business.app.ctx, &business.actor, campaign).await.unwrap();
    let on = at_meta(&business).await.into_iter().filter(|(kind, _, status)| kind == "campaign" && status == "ACTIVE").count();
    assert_eq!(on, 0);
    let workspace = business.actor.workspace;
    let committed = business.app.ctx.db.read(move |c| ledger::committed(c, workspace, campaign, Unit::ADay)).await.unwrap();
    assert_eq!(committed, 0);

    let usual = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert!(usual.plan.is_empty(), "a paused campaign stays paused: {:?}", usual.plan.rows);
    let resume = publish::letter(&business.app.ctx, &business.actor, campaign, Some(Run::Active)).await.unwrap();
    assert!(resume.plan.arms() && resume.plan.steps.len() == 1, "{:?}", resume.plan.steps);
    publish::approve(&business.app.ctx, &business.actor, campaign, &resume.plan.hash, Run::Active).await.unwrap();
    business.settle().await;
    let committed = business.app.ctx.db.read(move |c| ledger::committed(c, workspace, campaign, Unit::ADay)).await.unwrap();
    assert_eq!(committed, 14_000);
}

#[actix_web::test]
async fn the_letter_is_approved_on_its_page_and_shows_how_far_it_is() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let mut ana = business.browser().await;
    let path = format!("/campaigns/{campaign}/plan");
    let letter = ana.get(&path).await;
    letter.assert_status(200).assert_has("8 things will be made").assert_has("245.00 on the worst day").assert_has("+58.80");
    letter.assert_has("utm_source=facebook");
    let hash = between(&letter.body, "name=\"hash\" value=\"", "\"").unwrap();
    let stale = ana.post(&format!("{path}/approve"), &[("hash", &"0".repeat(64)), ("run", "active")]).await;
    stale.assert_status(303);
    ana.get(&path).await.assert_has("has changed since this plan was made");
    ana.post(&format!("{path}/approve"), &[("hash", &hash), ("run", "active")]).await.assert_status(303);
    let waiting = ana.get(&path).await;
    waiting.assert_has("Being carried out").assert_has("0 of 14 steps").assert_has("http-equiv=\"refresh\"");
    business.settle().await;
    ana.get(&path).await.assert_has("Carried out").assert_has("14 of 14 steps").assert_lacks("http-equiv=\"refresh\"");
}

#[actix_web::test]
async fn an_analyst_reads_the_letter_and_cannot_approve_it() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let mut eva = business.app.member("Casa Lume", "eva@example.com", Role::Analyst).await;
    let path = format!("/campaigns/{campaign}/plan");
    let letter = eva.get(&path).await;
    letter.assert_status(200).assert_lacks("Approve and switch on");
    let refused = eva.post(&format!("{path}/approve"), &[("hash", "x"), ("run", "active")]).await;
    refused.assert_status(403);
    eva.post(&format!("/campaigns/{campaign}/pause"), &[]).await.assert_status(403);
    eva.post("/stop", &[("scope", "account")]).await.assert_status(403);
}

#[actix_web::test]
async fn another_workspace_sees_neither_the_plan_nor_the_stop() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    let mut zoe = business.app.member("Another house", "zoe@example.com", Role::Owner).await;
    zoe.get(&format!("/campaigns/{campaign}/plan")).await.assert_status(404);
    zoe.post(&format!("/campaigns/{campaign}/pause"), &[]).await.assert_status(409);
    zoe.get("/stop").await.assert_lacks("Christmas sale");
    zoe.post("/stop", &[("scope", "account")]).await.assert_status(303);
    let on = at_meta(&business).await.into_iter().filter(|(kind, _, status)| kind == "campaign" && status == "ACTIVE").count();
    assert_eq!(on, 1, "one workspace's stop is not another's");
}
