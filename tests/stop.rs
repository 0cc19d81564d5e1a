//! The emergency stop against the sandbox: everything off, remembered, and on again by a plan.

use serde_json::json;
use tandem::domain::money::Money;
use tandem::service::stop::{self, Scope};
use tandem::service::{Error, publish};
use tandem::store::observed;

use crate::support::Business;

async fn running() -> Business {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    business.settle().await;
    business
}

async fn campaigns_on(business: &Business) -> usize {
    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    rows.iter().filter(|row| row.status == "ACTIVE").count()
}

#[actix_web::test]
async fn one_press_pauses_everything_and_says_how_much_a_day_it_was() {
    let business = running().await;
    let overview = stop::overview(&business.app.ctx, &business.actor).await.unwrap();
    assert_eq!(overview.here.campaigns, 1);
    assert_eq!(overview.here.a_day, [Money::new(14_000, tandem::domain::currency::Currency::EUR)]);
    stop::stop(&business.app.ctx, &business.actor, Scope::Here).await.unwrap();
    assert_eq!(campaigns_on(&business).await, 0);
    let overview = stop::overview(&business.app.ctx, &business.actor).await.unwrap();
    let (_, remembered) = overview.open.unwrap();
    assert!(remembered.iter().all(|r| r.confirmed) && remembered.len() == 1, "{remembered:?}");
    assert!(overview.frozen);
}

#[actix_web::test]
async fn a_stop_that_meta_does_not_confirm_is_tried_again_until_it_does() {
    let business = running().await;
    business.app.control("faults", json!({"match": {"method": "POST"}, "kind": "error", "times": 1})).await;
    stop::stop(&business.app.ctx, &business.actor, Scope::Here).await.unwrap();
    let (_, remembered) = stop::overview(&business.app.ctx, &business.actor).await.unwrap().open.unwrap();
    assert!(!remembered[0].confirmed && remembered[0].problem.is_some(), "{remembered:?}");
    business.settle().await;
    let (_, remembered) = stop::overview(&business.app.ctx, &business.actor).await.unwrap().open.unwrap();
    assert!(remembered[0].confirmed, "{remembered:?}");
    assert_eq!(campaigns_on(&business).await, 0);
}

#[actix_web::test]
async fn queued_work_waits_while_everything_is_stopped() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    stop::stop(&business.app.ctx, &business.actor, Scope::Account).await.unwrap();
    business.settle().await;
    assert_eq!(campaigns_on(&business).await, 0);
    let refused = publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

#[actix_web::test]
async fn what_a_stop_remembers_is_resumed_through_a_plan() {
    let business = running().await;
    stop::stop(&business.app.ctx, &business.actor, Scope::Here).await.unwrap();
    let plan = stop::resume_plan(&business.app.ctx, &business.actor).await.unwrap().unwrap();
    assert_eq!((plan.campaigns.len(), plan.extent().a_day[0].minor), (1, 14_000));
    let wrong = stop::approve_resume(&business.app.ctx, &business.actor, "another").await;
    assert!(matches!(wrong, Err(Error::Conflict(_))), "{wrong:?}");
    stop::approve_resume(&business.app.ctx, &business.actor, &plan.hash).await.unwrap();
    business.settle().await;
    assert_eq!(campaigns_on(&business).await, 1);
    assert!(!stop::overview(&business.app.ctx, &business.actor).await.unwrap().frozen);
}
