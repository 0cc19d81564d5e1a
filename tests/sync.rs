//! Bringing in what the sandbox delivered: days, placements, results, reach, restatements.

use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use serde_json::json;
use tandem::domain::id::ObjectId;
use tandem::service::{connections, sync};
use tandem::store::{StoreError, ledger, observed};

use tandem::report::{Origin, Query};
use tandem::service::reports;
use tandem::store::{account_checks, sync_runs};

use crate::support::{Business, ByHand, targeting};

#[derive(QueryableByName, Debug)]
struct Number {
    #[diesel(sql_type = Nullable<BigInt>)]
    n: Option<i64>,
}

async fn number(business: &Business, statement: &'static str) -> Option<i64> {
    let read = business.app.ctx.db.read(move |c| Ok(diesel::sql_query(statement).get_result::<Number>(c)?));
    read.await.unwrap().n
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
    let (business, campaign) = Business::delivered(3).await;
    let facts = number(&business, "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM facts").await.unwrap();
    assert!(facts > 0, "three days spend something");
    for grain in [
        "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'account'",
        "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'account_placement'",
        "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'campaign'",
        "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'campaign_placement'",
        "SELECT CAST(SUM(amount) AS BIGINT) AS n FROM ledger_lines WHERE account = 'spent'",
    ] {
        assert_eq!(number(&business, grain).await, Some(facts), "{grain}");
    }
    let workspace = business.actor.workspace;
    let entries = business.app.ctx.db.read(move |c| ledger::list_of(c, workspace, campaign)).await.unwrap();
    assert!(
        entries.iter().any(|e| e.posting.kind == "spent") && entries.iter().any(|e| e.posting.kind == "committed"),
        "{entries:?}"
    );
    let both = number(&business, "SELECT COUNT(DISTINCT network) AS n FROM facts").await;
    assert_eq!(both, Some(2));
    let reach = number(&business, "SELECT COUNT(*) AS n FROM reach_facts WHERE level = 'campaign' AND network = ''").await;
    assert!(reach > Some(1), "{reach:?}");
}

#[actix_web::test]
async fn syncing_the_same_days_again_changes_nothing() {
    let (business, _) = Business::delivered(2).await;
    let state = "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM facts";
    let before = (number(&business, state).await, number(&business, "SELECT COUNT(*) AS n FROM ledger_postings").await);
    let history = number(&business, "SELECT COUNT(*) AS n FROM fact_history").await;
    business.sync_now().await;
    business.sync_now().await;
    assert_eq!((number(&business, state).await, number(&business, "SELECT COUNT(*) AS n FROM ledger_postings").await), before);
    assert_eq!(number(&business, "SELECT COUNT(*) AS n FROM fact_history").await, history);
}

#[actix_web::test]
async fn a_restated_day_keeps_its_old_values_and_the_ledger_still_adds_up() {
    let (business, _) = Business::delivered(1).await;
    business.app.control("clock", json!({"advance_days": 4})).await;
    business.sync_now().await;
    let history = number(&business, "SELECT COUNT(*) AS n FROM fact_history").await.unwrap()
        + number(&business, "SELECT COUNT(*) AS n FROM action_fact_history").await.unwrap();
    assert!(history > 0, "a day that was not over, and late results, are restated");
    let facts = number(&business, "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM facts").await;
    assert_eq!(
        number(&business, "SELECT CAST(SUM(amount) AS BIGINT) AS n FROM ledger_lines WHERE account = 'spent'").await,
        facts
    );
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
    business.sync_now().await;
    let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    assert_eq!(
        rows.iter().map(|r| (r.name.as_str(), r.origin.as_str())).collect::<Vec<_>>(),
        [("Made in Ads Manager", "elsewhere")]
    );
}

#[actix_web::test]
async fn a_list_that_was_asked_for_before_does_not_undo_what_was_read_back_since() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    let workspace = business.actor.workspace;
    let there = business.app.ctx.db.write(move |c| {
        let known = observed::list_present(c, workspace, "campaign")?.remove(0);
        let mut told = |seconds: i64, status: &str| {
            let seen_at = (known.seen_at.utc() + Duration::seconds(seconds)).into();
            let row = observed::Observed { id: ObjectId(1), status: status.into(), seen_at, ..known.clone() };
            assert_eq!(observed::upsert(c, &row)?, known.id, "the id it has here is told");
            Ok::<_, StoreError>(observed::find(c, workspace, known.id)?.unwrap().status)
        };
        Ok::<_, StoreError>((told(-1, "PAUSED")?, told(1, "PAUSED")?))
    });
    assert_eq!(there.await.unwrap(), ("ACTIVE".to_owned(), "PAUSED".to_owned()));
}

fn elsewhere(business: &Business, linked: &[connections::Linked]) -> (tandem::graph::Client, tandem::graph::NodeId) {
    let link = business.app.ctx.sandbox.as_ref().unwrap();
    let client = tandem::graph::Client::new(&link.base_url, link.access_token.clone(), None).unwrap();
    let account = linked[0].accounts.iter().find(|a| a.id == business.account).unwrap();
    (client, account.remote_id.as_ref().unwrap().parse().unwrap())
}

#[actix_web::test]
async fn an_account_is_due_by_the_platforms_clock_and_a_late_schedule_runs_once() {
    let (business, _) = Business::delivered(1).await;
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
    business.sync_now().await;
    let linked = connections::list(&business.app.ctx, &business.actor).await.unwrap();
    assert_eq!(linked[0].connection.status, "refused");
    assert!(linked[0].connection.problem.as_ref().unwrap().contains("access token"));
    business.app.ctx.clock.advance(Duration::minutes(1));
    assert_eq!(sync::queue_due(&business.app.ctx).await.unwrap(), 0, "a refused login is not hammered");
}

/// A campaign made by hand without any placement, so that Meta spends outside Facebook and Instagram as well.
async fn automatic(business: &Business) -> String {
    let hand = ByHand::of(business);
    let campaign = hand.campaign(json!({})).await;
    let extra = json!({"daily_budget": 20_000, "targeting": targeting(json!({}))});
    let ad_set = hand.ad_set(&campaign, "Automatic", extra).await;
    hand.ad(&ad_set, "Lamp", json!({})).await;
    campaign
}

#[actix_web::test]
async fn money_outside_both_networks_is_other_and_the_parts_are_the_whole() {
    let business = Business::connected().await;
    automatic(&business).await;
    business.app.control("clock", json!({"advance_days": 3})).await;
    business.sync_now().await;
    let page = reports::dashboard(&business.app.ctx, &business.actor, Query::default()).await.unwrap();
    let parts: Vec<_> = page.placements.iter().filter(|line| line.position.is_none()).collect();
    let spent = |line: &&tandem::report::PlacementLine| line.figures.counts.spend_micros.unwrap();
    let other = parts.iter().find(|line| line.network == tandem::domain::network::Network::Other);
    assert!(other.is_some_and(|line| spent(line) > 0), "{parts:?}");
    assert_eq!(Some(parts.iter().map(spent).sum::<i64>()), page.total.counts.spend_micros);
    let positions = page.placements.iter().filter(|line| line.position.is_some());
    assert_eq!(Some(positions.map(|line| spent(&line)).sum::<i64>()), page.total.counts.spend_micros);
    let mut browser = business.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    browser.get("/").await.assert_status(200).assert_has("Other").assert_has("Audience Network");
    let csv = browser.get("/dashboard.csv?by=network&metrics=spend").await;
    assert!(csv.body.to_lowercase().contains("other"), "{}", csv.body);
}

#[actix_web::test]
async fn campaigns_made_elsewhere_count_and_can_be_looked_at_apart() {
    let (business, here) = Business::delivered(1).await;
    automatic(&business).await;
    business.app.control("clock", json!({"advance_days": 2})).await;
    business.sync_now().await;
    let spend = async |origin: Option<Origin>| {
        let query = Query { origin, ..Query::default() };
        let page = reports::dashboard(&business.app.ctx, &business.actor, query).await.unwrap();
        (page.total.counts.spend_micros.unwrap(), page.campaigns.iter().map(|line| line.id).collect::<Vec<_>>())
    };
    let (all, ours, theirs) = (spend(None).await, spend(Some(Origin::Here)).await, spend(Some(Origin::Elsewhere)).await);
    assert_eq!(all.0, ours.0 + theirs.0);
    assert!(ours.1 == [here] && theirs.1.len() == 1 && theirs.1 != [here]);
    let mut browser = business.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    browser.get("/").await.assert_has("/?origin=elsewhere");
    browser.get("/?origin=elsewhere").await.assert_status(200).assert_lacks("Christmas sale</a>").assert_has("Made by hand");
}

#[actix_web::test]
async fn everything_that_meta_says_of_an_ad_is_kept_and_its_creative_too() {
    let business = Business::connected().await;
    automatic(&business).await;
    business.sync_now().await;
    let workspace = business.actor.workspace;
    let rows =
        business.app.ctx.db.read(move |c| {
            Ok((observed::list_present(c, workspace, "ad_set")?, observed::list_present(c, workspace, "creative")?))
        });
    let (ad_sets, creatives) = rows.await.unwrap();
    let set: serde_json::Value = serde_json::from_str(&ad_sets[0].fields).unwrap();
    assert!(set["created_time"].is_string() && set["targeting"]["geo_locations"]["countries"][0] == "PT", "{set}");
    let creative: serde_json::Value = serde_json::from_str(&creatives[0].fields).unwrap();
    assert_eq!(creative["object_story_spec"]["link_data"]["message"], "Warm light");
    assert_eq!(creatives[0].campaign_id, ad_sets[0].campaign_id);
}

#[actix_web::test]
async fn the_accounts_own_total_is_held_against_the_parts_and_a_difference_is_shown() {
    let (business, _) = Business::delivered(3).await;
    let workspace = business.actor.workspace;
    let stored = "SELECT COUNT(*) AS n FROM account_checks WHERE theirs_micros > 0 AND ours_micros > 0";
    assert!(number(&business, stored).await >= Some(3));
    let page = reports::dashboard(&business.app.ctx, &business.actor, Query::default()).await.unwrap();
    assert_eq!(page.checks, [], "cents of rounding are no difference");
    business.app.control("clock", json!({"advance_days": 1})).await;
    let short = json!({"match": {"path_contains": "/insights", "param": "level=ad"}, "kind": "short", "times": 50});
    business.app.control("faults", short).await;
    business.sync_now().await;
    let unequal = business.app.ctx.db.read(move |c| account_checks::list_unequal(c, workspace)).await.unwrap();
    assert!(unequal.iter().any(|row| row.theirs_micros > row.ours_micros), "{unequal:?}");
    let page = reports::dashboard(&business.app.ctx, &business.actor, Query::default()).await.unwrap();
    assert!(!page.checks.is_empty() && page.checks.iter().all(|day| day.theirs.micros > day.ours.micros));
    let mut browser = business.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    browser.get("/").await.assert_has("sum of its parts differ").assert_has("Meta likely left rows out");
    business.app.control("faults", json!({"clear": true})).await;
    business.app.control("clock", json!({"advance_days": 1})).await;
    business.sync_now().await;
    let page = reports::dashboard(&business.app.ctx, &business.actor, Query::default()).await.unwrap();
    assert_eq!(page.checks, [], "the next sync that hears everything puts it right");
}

#[actix_web::test]
async fn within_the_narrowest_limits_a_sync_waits_goes_on_where_it_was_and_ends_complete() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    for number in 0..3 {
        let campaign = hand.campaign(json!({"name": format!("Campaign {number}")})).await;
        let both = targeting(json!({"publisher_platforms": ["facebook", "instagram"]}));
        let ad_set = hand.ad_set(&campaign, "Both", json!({"daily_budget": 5000, "targeting": both})).await;
        hand.ad(&ad_set, "Lamp", json!({})).await;
    }
    business.app.control("clock", json!({"advance_days": 2})).await;
    business.app.control("limits", json!({"tier": "limited"})).await;
    let (ctx, workspace, account) = (&business.app.ctx, business.actor.workspace, business.account);
    // A sync of four weeks takes some forty points; the one right after it meets the limit.
    business.sync_now().await;
    ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(ctx, &business.actor).await.unwrap();
    let mut waits = 0;
    for _ in 0..200 {
        business.app.run_jobs().await;
        let open = ctx.db.read(move |c| sync_runs::find(c, workspace, account)).await.unwrap();
        let Some(run) = open else { break };
        assert!(run.waits > 0, "what is not ended waits");
        waits = run.waits;
        // Real and platform time pass alike at Meta.
        business.app.control("clock", json!({"advance_minutes": 1})).await;
        ctx.clock.advance(Duration::minutes(1));
    }
    assert!(waits > 0, "sixty points are not enough for two syncs at once");
    let limits: serde_json::Value = {
        let base = &ctx.sandbox.as_ref().unwrap().base_url;
        reqwest::get(format!("{base}/_sandbox/limits")).await.unwrap().json().await.unwrap()
    };
    assert_eq!(limits["refused"], 0, "it slows down before it is refused");
    let linked = connections::list(ctx, &business.actor).await.unwrap();
    assert_eq!(linked[0].connection.status, "ok", "a wait is no fault of the connection");
    let spent = number(&business, "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM facts").await;
    assert!(spent > Some(0));
    assert_eq!(
        number(&business, "SELECT CAST(SUM(spend_micros) AS BIGINT) AS n FROM rollups WHERE grain = 'account'").await,
        spent
    );
    let page = reports::dashboard(ctx, &business.actor, Query::default()).await.unwrap();
    assert_eq!(page.checks, []);
    assert_eq!(number(&business, "SELECT COUNT(*) AS n FROM sync_pages").await, Some(0));
}

#[actix_web::test]
async fn a_sync_that_breaks_off_goes_on_behind_the_last_page_it_stored() {
    let business = Business::connected().await;
    automatic(&business).await;
    business.app.control("clock", json!({"advance_days": 1})).await;
    let (ctx, workspace, account) = (&business.app.ctx, business.actor.workspace, business.account);
    let fault = json!({"match": {"path_contains": "/insights", "param": "level=account"}, "kind": "error", "times": 1});
    business.app.control("faults", fault).await;
    business.sync_now().await;
    let open = ctx.db.read(move |c| sync_runs::find(c, workspace, account)).await.unwrap().unwrap();
    assert!(open.place.contains("\"reach\""), "the figures are stored: {}", open.place);
    let base = ctx.sandbox.as_ref().unwrap().base_url.clone();
    let calls = async || {
        let answer: serde_json::Value = reqwest::get(format!("{base}/_sandbox/calls")).await.unwrap().json().await.unwrap();
        answer["calls"].as_array().unwrap().iter().filter(|call| call["path"].as_str().unwrap().ends_with("/ads")).count()
    };
    calls().await;
    ctx.clock.advance(Duration::minutes(10));
    business.app.run_jobs().await;
    assert!(ctx.db.read(move |c| sync_runs::find(c, workspace, account)).await.unwrap().is_none());
    assert_eq!(calls().await, 0, "no ad was listed a second time");
}
