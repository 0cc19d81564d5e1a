//! Bringing in what the sandbox delivered: days, placements, results, reach, restatements.

use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use serde_json::json;
use tandem::domain::id::CampaignId;
use tandem::service::{connections, publish, sync};
use tandem::store::{ledger, observed};

use crate::support::Business;

#[derive(QueryableByName, Debug)]
struct Number {
    #[diesel(sql_type = Nullable<BigInt>)]
    n: Option<i64>,
}

async fn number(business: &Business, statement: &'static str) -> Option<i64> {
    let read = business.app.ctx.db.read(move |c| Ok(diesel::sql_query(statement).get_result::<Number>(c)?));
    read.await.unwrap().n
}

async fn delivered(days: i64) -> (Business, CampaignId) {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    publish::approve(&business.app.ctx, &business.actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    business.app.run_jobs().await;
    business.app.control("clock", json!({"advance_days": days})).await;
    sync_now(&business).await;
    (business, campaign)
}

async fn sync_now(business: &Business) {
    business.app.ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;
}

#[actix_web::test]
async fn a_connected_account_without_campaigns_says_what_to_do_next() {
    let business = Business::connected().await;
    let mut browser = business.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    let page = browser.get("/").await;
    page.assert_status(200).assert_has("Nothing to show yet").assert_has("href=\"/campaigns/new\"");
}

#[actix_web::test]
async fn an_account_of_the_same_name_from_files_does_not_keep_the_sandbox_from_being_connected() {
    let app = crate::support::TestApp::with_sandbox().await;
    app.owner().await;
    let actor = app.actor("Casa Lume").await;
    let path = app.ctx.data_dir.join("old.csv");
    let rows =
        "Campaign name,Amount spent (EUR),Impressions,Reporting starts,Reporting ends\nOld,1.50,10,2025-01-01,2025-01-31\n";
    std::fs::write(&path, rows).unwrap();
    let account = tandem::service::imports::AccountChoice::Named("Casa Lume".into());
    let wish = tandem::service::imports::Wish { account, currency: None, skip_bad: false };
    tandem::service::imports::import_file(&app.ctx, &actor, &path, wish).await.unwrap();
    assert_eq!(connections::connect_sandboxes(&app.ctx).await.unwrap(), 1);
    let linked = connections::list(&app.ctx, &actor).await.unwrap();
    assert_eq!(linked.len(), 1);
}

#[actix_web::test]
async fn what_was_delivered_stands_in_every_roll_up_and_in_the_ledger() {
    let (business, campaign) = delivered(3).await;
    let facts = number(&business, "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM facts").await.unwrap();
    assert!(facts > 0, "three days spend something");
    for grain in [
        "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'account'",
        "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'account_placement'",
        "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'campaign'",
        "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'campaign_placement'",
        "SELECT CAST(SUM(micros) AS BIGINT) AS n FROM ledger_entries",
    ] {
        assert_eq!(number(&business, grain).await, Some(facts), "{grain}");
    }
    let workspace = business.actor.workspace;
    let entries = business.app.ctx.db.read(move |c| ledger::list_of(c, workspace, campaign)).await.unwrap();
    assert!(entries.iter().any(|e| e.kind == "spent") && entries.iter().any(|e| e.kind == "committed"), "{entries:?}");
    let both = number(&business, "SELECT COUNT(DISTINCT network) AS n FROM facts").await;
    assert_eq!(both, Some(2));
    let reach = number(&business, "SELECT COUNT(*) AS n FROM reach_facts WHERE level = 'campaign' AND network = ''").await;
    assert!(reach > Some(1), "{reach:?}");
}

#[actix_web::test]
async fn syncing_the_same_days_again_changes_nothing() {
    let (business, _) = delivered(2).await;
    let state = "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM facts";
    let before = (number(&business, state).await, number(&business, "SELECT COUNT(*) AS n FROM ledger_entries").await);
    let history = number(&business, "SELECT COUNT(*) AS n FROM fact_history").await;
    sync_now(&business).await;
    sync_now(&business).await;
    assert_eq!((number(&business, state).await, number(&business, "SELECT COUNT(*) AS n FROM ledger_entries").await), before);
    assert_eq!(number(&business, "SELECT COUNT(*) AS n FROM fact_history").await, history);
}

#[actix_web::test]
async fn a_restated_day_keeps_its_old_values_and_the_ledger_still_adds_up() {
    let (business, _) = delivered(1).await;
    business.app.control("clock", json!({"advance_days": 4})).await;
    sync_now(&business).await;
    let history = number(&business, "SELECT COUNT(*) AS n FROM fact_history").await.unwrap()
        + number(&business, "SELECT COUNT(*) AS n FROM action_fact_history").await.unwrap();
    assert!(history > 0, "a day that was not over, and late results, are restated");
    let facts = number(&business, "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM facts").await;
    assert_eq!(number(&business, "SELECT CAST(SUM(micros) AS BIGINT) AS n FROM ledger_entries").await, facts);
}

#[actix_web::test]
async fn campaigns_made_elsewhere_are_seen_and_marked_so() {
    let business = Business::connected().await;
    let workspace = business.actor.workspace;
    let linked = connections::list(&business.app.ctx, &business.actor).await.unwrap();
    let (client, node) = elsewhere(&business, &linked);
    let new = tandem::graph::NewCampaign {
        name: "Made in Ads Manager".into(),
        objective: "OUTCOME_TRAFFIC".into(),
        special_ad_categories: Vec::new(),
        special_ad_category_country: Vec::new(),
        is_adset_budget_sharing_enabled: Some(false),
        daily_budget: None,
        lifetime_budget: None,
        bid_strategy: None,
        spend_cap: None,
        start_time: None,
        stop_time: None,
    };
    tandem::graph::Writer::new(client).create_campaign(&node, &new).await.unwrap();
    sync_now(&business).await;
    let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    assert_eq!(
        rows.iter().map(|r| (r.name.as_str(), r.origin.as_str())).collect::<Vec<_>>(),
        [("Made in Ads Manager", "elsewhere")]
    );
}

fn elsewhere(business: &Business, linked: &[connections::Linked]) -> (tandem::graph::Client, tandem::graph::NodeId) {
    let link = business.app.ctx.sandbox.as_ref().unwrap();
    let client = tandem::graph::Client::new(&link.base_url, link.access_token.clone(), None).unwrap();
    let account = linked[0].accounts.iter().find(|a| a.id == business.account).unwrap();
    (client, account.remote_id.as_ref().unwrap().parse().unwrap())
}

#[actix_web::test]
async fn an_account_is_due_by_the_platforms_clock_and_a_late_schedule_runs_once() {
    let (business, _) = delivered(1).await;
    assert_eq!(sync::queue_due(&business.app.ctx).await.unwrap(), 0, "just synced");
    business.app.control("clock", json!({"advance_days": 5})).await;
    connections::heartbeat(&business.app.ctx).await.unwrap();
    business.app.ctx.clock.advance(Duration::seconds(5));
    let due = sync::queue_due(&business.app.ctx).await.unwrap();
    assert_eq!(due, 2, "each account once, however many days passed");
    sync::queue_due(&business.app.ctx).await.unwrap();
    assert_eq!(business.app.run_jobs().await, 2, "asked for twice, run once each");
}

#[actix_web::test]
async fn a_dead_token_is_shown_at_its_connection() {
    let business = Business::connected().await;
    let business = Business { app: business.app.expecting_failures(), ..business };
    business.app.control("faults", json!({"kind": "token_dead", "times": 50})).await;
    sync_now(&business).await;
    let linked = connections::list(&business.app.ctx, &business.actor).await.unwrap();
    assert_eq!(linked[0].connection.status, "refused");
    assert!(linked[0].connection.problem.as_ref().unwrap().contains("access token"));
    business.app.ctx.clock.advance(Duration::minutes(1));
    assert_eq!(sync::queue_due(&business.app.ctx).await.unwrap(), 0, "a refused login is not hammered");
}
