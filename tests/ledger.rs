//! The ledger: double entry that follows what Meta says to the micro, and a check that finds what was changed or lost.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::json;
use tandem::domain::id::CampaignId;
use tandem::domain::ledger::{Kind, Unit, spend};
use tandem::domain::role::Role;
use tandem::service::ledger::{Fault, check};
use tandem::service::stop;
use tandem::store::ledger::{self, Book, Entry};
use tandem::store::synced_facts::Day;
use tandem::store::{StoreError, observed};

use crate::support::{Business, ByHand, TestDatabase, targeting};

async fn on(business: &Business, days: i64) {
    business.app.control("clock", json!({"advance_days": days})).await;
    business.sync_now().await;
}

async fn entries(business: &Business, campaign: CampaignId) -> Vec<Entry> {
    let workspace = business.actor.workspace;
    business.app.ctx.db.read(move |c| ledger::list_of(c, workspace, campaign)).await.unwrap()
}

async fn committed(business: &Business, campaign: CampaignId) -> i64 {
    let workspace = business.actor.workspace;
    business.app.ctx.db.read(move |c| ledger::committed(c, workspace, campaign, Unit::ADay)).await.unwrap()
}

async fn faults(business: &Business) -> Vec<Fault> {
    check(&business.app.ctx).await.unwrap()
}

fn change(business: &Business, sql: &str) {
    business.app.ctx.db.write_now::<_, StoreError>(|c| Ok(diesel::sql_query(sql).execute(c)?)).unwrap();
}

#[actix_web::test]
async fn spend_follows_every_restatement_to_the_micro_ad_set_by_ad_set() {
    let (business, campaign) = Business::delivered(2).await;
    assert_eq!(faults(&business).await, []);
    let booked = entries(&business, campaign).await;
    let sides = booked.iter().filter(|entry| entry.posting.kind == "spent").flat_map(|entry| &entry.lines);
    assert!(sides.clone().count() > 0 && sides.clone().all(|line| line.ad_set_id.is_some()), "spend stands with its ad set");

    // The first day as if Meta had said more of it, and of an ad set that it forgets again.
    let (workspace, account) = (business.actor.workspace, business.account);
    let day = booked.iter().find_map(|entry| entry.posting.on_day).unwrap();
    let of = Day { workspace, account, breakdown: "placement", on: day };
    change(&business, &format!("UPDATE facts SET spend_micros = spend_micros + 1234567 WHERE since_on = '{day}'"));
    change(
        &business,
        &format!(
            "INSERT INTO facts (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, \
             segment, record_no, campaign_id, ad_set_id, spend_micros, known_at) VALUES ({workspace}, {account}, 0, 'placement', \
             '{day}', '{day}', 1, 'facebook', 'feed', '', 0, {campaign}, 2, 5000001, '2026-11-21 00:00:00')"
        ),
    );
    assert_eq!(faults(&business).await.len(), 1, "a day that is not booked is found");
    let at = business.app.ctx.stamp();
    business.app.ctx.db.write(move |c| ledger::book_day(c, &of, "EUR", at, "as before")).await.unwrap();
    assert_eq!(faults(&business).await, []);

    on(&business, 1).await;
    assert_eq!(faults(&business).await, []);
    let entries = entries(&business, campaign).await;
    let last =
        |kind: Kind| entries.iter().rfind(|entry| entry.posting.kind == kind.as_str() && entry.posting.on_day == Some(day));
    let amount = |entry: &Entry| entry.moved().map(|line| line.amount).collect::<Vec<_>>();
    assert_eq!(amount(last(Kind::Refunded).unwrap()), [-5_000_001], "what Meta reports no more was taken back");
    assert!(amount(last(Kind::Restated).unwrap()).iter().any(|amount| *amount < 0), "{entries:?}");
}

#[actix_web::test]
async fn what_is_switched_or_changed_elsewhere_is_committed_and_released_with_the_sync_that_sees_it() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let theirs = hand.campaign(json!({})).await;
    let ad_set = hand.ad_set(&theirs, "Porto", json!({"daily_budget": 2000, "targeting": targeting(json!({}))})).await;
    business.sync_now().await;
    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    let campaign = CampaignId(rows.iter().find(|row| row.remote_id == theirs).unwrap().id.0);
    assert_eq!((committed(&business, campaign).await, faults(&business).await), (2_000, vec![]));
    hand.change(&ad_set, json!({"daily_budget": 2500})).await;
    business.sync_now().await;
    assert_eq!((committed(&business, campaign).await, faults(&business).await), (2_500, vec![]));
    hand.change(&theirs, json!({"status": "PAUSED"})).await;
    business.sync_now().await;
    assert_eq!((committed(&business, campaign).await, faults(&business).await), (0, vec![]));
    let kinds: Vec<String> = entries(&business, campaign).await.into_iter().map(|entry| entry.posting.kind).collect();
    assert_eq!(kinds, ["committed", "changed", "released"]);
}

#[actix_web::test]
async fn a_pause_releases_and_says_why() {
    let (business, campaign) = Business::delivered(1).await;
    assert_eq!(committed(&business, campaign).await, 14_000);
    stop::pause(&business.app.ctx, &business.actor, campaign).await.unwrap();
    assert_eq!((committed(&business, campaign).await, faults(&business).await), (0, vec![]));
    let last = entries(&business, campaign).await.pop().unwrap();
    assert_eq!((last.posting.kind.as_str(), last.posting.reason.as_str()), ("released", "The campaign was paused."));
    assert_eq!(last.lines.len(), 4, "two ad sets, two sides each");
}

#[actix_web::test]
async fn the_check_finds_what_was_changed_and_what_is_gone() {
    let (business, campaign) = Business::delivered(2).await;
    let said =
        async |business: &Business| faults(business).await.into_iter().map(|fault| fault.sentence).collect::<Vec<_>>().join(" ");
    assert_eq!(said(&business).await, "");
    let last = entries(&business, campaign).await.len();
    change(&business, "UPDATE ledger_postings SET reason = 'Nothing happened.' WHERE seq = 1");
    assert!(said(&business).await.contains("Entry 1 was changed after it was written."));
    change(&business, "UPDATE ledger_lines SET amount = amount + 1 WHERE seq = 1 AND position = 2");
    assert!(said(&business).await.contains("what is switched on has"), "{}", said(&business).await);
    change(&business, &format!("DELETE FROM ledger_lines WHERE seq = {last}"));
    change(&business, &format!("DELETE FROM ledger_postings WHERE seq = {last}"));
    assert!(said(&business).await.contains("less than Meta reported"), "{}", said(&business).await);
    change(&business, "DELETE FROM ledger_lines WHERE seq = 1");
    change(&business, "DELETE FROM ledger_postings WHERE seq = 1");
    assert!(said(&business).await.contains("Entries before number 2 are gone."));
}

#[actix_web::test]
async fn the_page_its_twins_and_the_endpoint_show_the_same_entries() {
    let (business, campaign) = Business::delivered(1).await;
    let mut browser = business.browser().await;
    let page = browser.get(&format!("/campaigns/{campaign}/ledger")).await;
    page.assert_status(200).assert_has("140.00 EUR a day").assert_has("Facebook").assert_has("Meta reported this spend.");
    browser.get(&format!("/campaigns/{campaign}")).await.assert_has("140.00 EUR a day committed;");
    let csv = browser.get(&format!("/campaigns/{campaign}/ledger.csv")).await;
    csv.assert_has("entry,at,kind,day,account,ad_set_id,ad_set,unit,amount,currency,reason").assert_has(",a_day,5880,EUR,");
    let json = browser.get(&format!("/campaigns/{campaign}/ledger.json")).await.json();
    let token = business.app.token("Casa Lume", Role::Analyst).await;
    let api =
        business.app.stranger().get_with_token(&format!("/api/v1/campaigns/{campaign}/ledger?limit=1"), &token).await.json();
    assert_eq!(api["balances"].as_array().unwrap().len(), json["balances"].as_array().unwrap().len());
    assert_eq!(api["items"][0]["change"]["amount"], json["rows"][0][8]);
    let rest = format!("/api/v1/campaigns/{campaign}/ledger?after={}", api["next"].as_str().unwrap());
    let rest = business.app.stranger().get_with_token(&rest, &token).await.json();
    let both = api["items"].as_array().unwrap().len() + rest["items"].as_array().unwrap().len();
    assert_eq!(both, json["rows"].as_array().unwrap().len(), "nothing twice, nothing left out");
    browser.get("/campaigns/12/ledger").await.assert_status(404);
}

#[actix_web::test]
async fn an_unbalanced_entry_is_never_written() {
    let (business, campaign) = Business::delivered(1).await;
    let before = entries(&business, campaign).await.len();
    let book = Book { workspace: business.actor.workspace, account: business.account, campaign };
    let day = "2026-11-20".parse().unwrap();
    let mut postings = spend(&[].into(), &[(None, 5)].into(), day, "EUR", "");
    postings[0].lines[0].amount += 1;
    let at = business.app.ctx.stamp();
    let refused = business.app.ctx.db.write(move |c| ledger::append(c, book, at, &postings)).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
    assert_eq!(entries(&business, campaign).await.len(), before);
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[test]
fn what_was_booked_as_single_entries_is_carried_over_whole() {
    let database = TestDatabase::new();
    let db = database.open();
    let tree = if db.is_postgres() { "postgres" } else { "sqlite" };
    let down = std::fs::read_to_string(format!("migrations/{tree}/20261121000480_double_entry/down.sql")).unwrap();
    let single = "INSERT INTO workspaces (id, name, kind, created_at) VALUES (1, 'W', 'real', '2026-11-01 00:00:00'); \
        INSERT INTO ad_accounts (workspace_id, id, name, currency, zone, account_status, payor, beneficiary, created_at) \
        VALUES (1, 2, 'A', 'EUR', 'UTC', 'active', '', '', '2026-11-01 00:00:00'); \
        INSERT INTO observed_objects (workspace_id, id, ad_account_id, kind, remote_id, campaign_id, name, status, effective_status, \
        origin, fields, created_at, seen_at) VALUES (1, 9, 2, 'ad_set', '9', 4, '', 'PAUSED', 'PAUSED', 'here', \
        '{\"lifetime_budget\":700}', '2026-11-01 00:00:00', '2026-11-01 00:00:00'); \
        INSERT INTO ledger_entries (workspace_id, id, ad_account_id, campaign_id, at, kind, minor, micros, on_day, reason) VALUES \
        (1, 10, 2, 3, '2026-11-02 00:00:00', 'committed', 14000, NULL, NULL, 'A plan.'), \
        (1, 11, 2, 3, '2026-11-03 00:00:00', 'spent', NULL, 1234567, '2026-11-02', 'Meta said.'), \
        (1, 12, 2, 3, '2026-11-04 00:00:00', 'restated', NULL, -67, '2026-11-02', 'Meta said.'), \
        (1, 13, 2, 4, '2026-11-04 00:00:00', 'committed', 700, NULL, NULL, 'A plan.'); \
        DELETE FROM __diesel_schema_migrations WHERE version = '20261121000480';";
    db.write_now::<_, StoreError>(|c| Ok(c.batch_execute(&format!("{down}{single}"))?)).unwrap();
    assert_eq!(db.migrate().unwrap().len(), 1);
    let (workspace, three, four) = (tandem::domain::id::WorkspaceId(1), CampaignId(3), CampaignId(4));
    db.read_now(|c| {
        assert_eq!(ledger::committed(c, workspace, three, Unit::ADay)?, 14_000);
        assert_eq!(ledger::committed(c, workspace, four, Unit::InAll)?, 700);
        assert_eq!(ledger::spent(c, workspace, three)?, Some(1_234_500));
        assert_eq!((ledger::broken(c, workspace, three)?, ledger::broken(c, workspace, four)?), (vec![], vec![]));
        assert_eq!(ledger::list_of(c, workspace, three)?.len(), 3);
        Ok(())
    })
    .unwrap();
    // And back, as often as somebody tries.
    db.write_now::<_, StoreError>(|c| Ok(c.batch_execute(&down)?)).unwrap();
    let count = |sql: &str| db.read_now(|c| Ok(diesel::sql_query(sql).get_result::<Row>(c)?.n)).unwrap();
    assert_eq!(count("SELECT COUNT(*) AS n FROM ledger_entries"), 4);
    assert_eq!(count("SELECT CAST(SUM(micros) AS BIGINT) AS n FROM ledger_entries"), 1_234_500);
}
