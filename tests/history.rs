//! The history of a campaign, taking changes back, and a log that rebuilds what is wanted byte for byte.

use chrono::Duration;
use serde_json::json;
use tandem::domain::bulk::{BudgetChange, Change as BulkChange};
use tandem::domain::campaign::CampaignForm;
use tandem::domain::id::CampaignId;
use tandem::domain::plan::Run;
use tandem::domain::role::Role;
use tandem::service::bulk::{self, Request};
use tandem::service::campaigns::Copying;
use tandem::service::desired::{Body, Desired, Replay};
use tandem::service::history::{self, Entry, Undo};
use tandem::service::stop::{self, Scope};
use tandem::service::{Error, adopt, audit, campaigns, connections, publish};
use tandem::store::{StoreError, audit as log, campaigns as rows, kept, observed};

use crate::support::{Business, ByHand, targeting};

/// Saves a campaign through its form, as a person does.
async fn save(business: &Business, id: CampaignId, change: impl FnOnce(&mut CampaignForm)) {
    let draft = campaigns::open(&business.app.ctx, &business.actor, id).await.unwrap();
    let mut form = draft.form;
    change(&mut form);
    campaigns::save(&business.app.ctx, &business.actor, Some((id, draft.revision)), form).await.unwrap();
}

async fn saved(business: &Business) -> CampaignId {
    let id = business.campaign().await;
    save(business, id, |_| {}).await;
    id
}

async fn approve(business: &Business, id: CampaignId, run: Run) {
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let letter = publish::letter(ctx, actor, id, Some(run)).await.unwrap();
    publish::approve(ctx, actor, id, &letter.plan.hash, run).await.unwrap();
    business.settle().await;
}

async fn sync(business: &Business) {
    business.app.ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;
}

async fn entries(business: &Business, id: CampaignId) -> Vec<Entry> {
    history::of_campaign(&business.app.ctx, &business.actor, id, None, 100).await.unwrap().entries
}

async fn newest(business: &Business, id: CampaignId, action: &str) -> Entry {
    let found = entries(business, id).await.into_iter().find(|entry| entry.action == action);
    found.unwrap_or_else(|| panic!("no {action}"))
}

async fn undo(business: &Business, id: CampaignId, entry: &Entry) -> Result<String, Error> {
    history::undo(&business.app.ctx, &business.actor, id, entry.seq).await
}

async fn form(business: &Business, id: CampaignId) -> CampaignForm {
    campaigns::open(&business.app.ctx, &business.actor, id).await.unwrap().form
}

async fn status(business: &Business, id: CampaignId) -> String {
    let workspace = business.actor.workspace;
    let found = business.app.ctx.db.read(move |c| observed::find(c, workspace, tandem::domain::id::ObjectId(id.0)));
    found.await.unwrap().unwrap().status
}

#[actix_web::test]
async fn a_save_is_told_field_by_field_and_publishing_and_syncing_are_no_changes_outside() {
    let business = Business::connected().await;
    let id = saved(&business).await;
    save(&business, id, |form| form.budget = "150.00".into()).await;
    approve(&business, id, Run::Active).await;
    business.app.control("clock", json!({"advance_days": 1})).await;
    sync(&business).await;
    publish::refresh(&business.app.ctx, &business.actor, id).await.unwrap();
    let told = entries(&business, id).await;
    let actions: Vec<&str> = told.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["plan.applied", "plan.approved", "campaign.saved", "campaign.saved"]);
    let [change] = told[2].changes.as_slice() else { panic!("{:?}", told[2]) };
    assert_eq!((change.field.as_str(), change.before.as_str(), change.after.as_str()), ("Budget", "140.00", "150.00"));
    assert!(
        told[1].changes.iter().any(|change| change.object == "Campaign Christmas sale" && change.after == "active"),
        "{:?}",
        told[1].changes
    );
    assert_eq!((told[3].why.as_str(), told[3].can_undo), ("The first save.", false));
}

#[actix_web::test]
async fn what_somebody_changed_outside_is_told_once_and_its_undo_is_the_plan_that_sets_it_back() {
    let business = Business::connected().await;
    let id = saved(&business).await;
    approve(&business, id, Run::Active).await;
    let workspace = business.actor.workspace;
    let below = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, id)).await.unwrap();
    let set = below.iter().find(|row| row.kind == "ad_set").unwrap();
    business.app.control("edit", json!({"id": set.remote_id, "fields": {"daily_budget": 9900}})).await;
    sync(&business).await;
    sync(&business).await;
    let outside: Vec<Entry> =
        entries(&business, id).await.into_iter().filter(|e| e.action == "campaign.changed_outside").collect();
    let [seen] = outside.as_slice() else { panic!("{outside:?}") };
    let change = &seen.changes[0];
    assert_eq!((seen.via.as_str(), change.field.as_str(), change.after.as_str()), ("outside", "Budget", "99.00 EUR a day"));
    let path = undo(&business, id, seen).await.unwrap();
    assert_eq!(path, format!("/campaigns/{id}/plan"));
    let letter = publish::letter(&business.app.ctx, &business.actor, id, None).await.unwrap();
    assert!(letter.plan.rows.iter().any(|row| row.changes.iter().any(|c| c.now.as_deref() == Some("99.00 EUR a day"))));
}

#[actix_web::test]
async fn a_change_of_budgets_is_taken_back_through_a_plan_and_later_changes_stay() {
    let business = Business::connected().await;
    let id = saved(&business).await;
    let before = form(&business, id).await;
    approve(&business, id, Run::Active).await;
    let change = BulkChange::Budget { budget: BudgetChange::Percent { basis_points: 1_000 } };
    let plan = bulk::propose(&business.app.ctx, &business.actor, Request { campaigns: vec![id], change }).await.unwrap();
    let hash = bulk::show(&business.app.ctx, &business.actor, plan).await.unwrap().plan.hash;
    bulk::approve(&business.app.ctx, &business.actor, plan, &hash).await.unwrap();
    business.settle().await;
    save(&business, id, |form| form.age_min = "25".into()).await;
    business.app.control("clock", json!({"advance_days": 1})).await;
    sync(&business).await;

    let raised = newest(&business, id, "campaign.changed").await;
    assert_eq!(raised.what, "Raise budgets by 10 %");
    let offer = history::undo_offer(&business.app.ctx, &business.actor, id, raised.seq).await.unwrap();
    assert!(offer.lost.iter().any(|line| line.contains("Spent money stays spent")), "{:?}", offer.lost);
    let path = undo(&business, id, &raised).await.unwrap();
    assert_eq!(path, format!("/campaigns/{id}/plan"));
    let now = form(&business, id).await;
    assert_eq!(now, CampaignForm { age_min: "25".into(), ..before });
    assert!(newest(&business, id, "campaign.saved").await.why.contains(&format!("Takes back change {}.", raised.seq)));
    let letter = publish::letter(&business.app.ctx, &business.actor, id, None).await.unwrap();
    let budgets = letter.plan.rows.iter().flat_map(|row| &row.changes).filter(|change| change.after == "58.80 EUR a day");
    assert_eq!(budgets.count(), 1, "{:?}", letter.plan.rows);

    let again = undo(&business, id, &raised).await;
    assert!(matches!(&again, Err(Error::Conflict(said)) if said.slug == "undo-of-what-changed-again"), "{again:?}");
}

#[actix_web::test]
async fn a_pause_is_undone_by_the_plan_that_switches_on_and_the_page_says_what_cannot_come_back() {
    let business = Business::connected().await;
    let id = saved(&business).await;
    approve(&business, id, Run::Active).await;
    stop::pause(&business.app.ctx, &business.actor, id).await.unwrap();
    let paused = newest(&business, id, "campaign.paused").await;
    assert_eq!((paused.who.as_str(), paused.changes[0].after.as_str()), ("command line", "off"));
    let mut browser = business.browser().await;
    let page = browser.get(&format!("/campaigns/{id}/history")).await;
    page.assert_status(200).assert_has("Paused").assert_has(&format!("/campaigns/{id}/undo?entry={}", paused.seq));
    let page = browser.get(&format!("/campaigns/{id}/undo?entry={}", paused.seq)).await;
    page.assert_status(200).assert_has("What does not come back").assert_has("learned");
    let sent = browser.post(&format!("/campaigns/{id}/undo"), &[("entry", &paused.seq.to_string())]).await;
    assert_eq!(sent.location(), format!("/campaigns/{id}/plan?run=active"));
    assert_eq!(status(&business, id).await, "PAUSED", "nothing is written before its plan is approved");
    approve(&business, id, Run::Active).await;
    assert_eq!(status(&business, id).await, "ACTIVE");
    let first = entries(&business, id).await.pop().unwrap();
    browser.get(&format!("/campaigns/{id}/undo?entry={}", first.seq)).await.assert_status(409).assert_has("nothing before it");
    browser.get(&format!("/campaigns/{id}/undo?entry=99999")).await.assert_status(404);
}

#[actix_web::test]
async fn the_endpoint_and_the_twins_tell_the_same_history() {
    let business = Business::connected().await;
    let id = saved(&business).await;
    save(&business, id, |form| form.budget = "150.00".into()).await;
    let token = business.app.token("Casa Lume", Role::Manager).await;
    let path = format!("/api/v1/campaigns/{id}/history?limit=1");
    let page = business.app.stranger().get_with_token(&path, &token).await.json();
    assert_eq!(page["items"][0]["changes"][0]["after"], "150.00");
    assert!(page["next"].is_string());
    let (seq, mut stranger) = (page["items"][0]["seq"].as_i64().unwrap(), business.app.stranger());
    let offer = stranger.get_with_token(&format!("/api/v1/campaigns/{id}/undo?entry={seq}"), &token).await.json();
    assert_eq!((offer["does"].as_str(), offer["changes"][0]["after"].as_str()), (Some("saves"), Some("140.00")));
    let mut browser = business.browser().await;
    browser.get(&format!("/campaigns/{id}/history.csv")).await.assert_has("Budget,140.00,150.00");
    let json = browser.get(&format!("/campaigns/{id}/history.json")).await.json();
    assert_eq!(json["entries"][0]["changes"], page["items"][0]["changes"]);
}

/// Everything that people and programs do to campaigns, once each.
async fn lively() -> Business {
    let business = Business::connected().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let first = saved(&business).await;
    approve(&business, first, Run::Active).await;
    save(&business, first, |form| form.budget = "not a number".into()).await;
    save(&business, first, |form| form.budget = "200.00".into()).await;
    approve(&business, first, Run::Active).await;
    let copying = Copying { dates: true, account: None };
    campaigns::duplicate(ctx, actor, &[first], copying).await.unwrap();
    for change in
        [BulkChange::Budget { budget: BudgetChange::Percent { basis_points: 500 } }, BulkChange::Pause, BulkChange::Resume]
    {
        let plan = bulk::propose(ctx, actor, Request { campaigns: vec![first], change }).await.unwrap();
        let hash = bulk::show(ctx, actor, plan).await.unwrap().plan.hash;
        bulk::approve(ctx, actor, plan, &hash).await.unwrap();
        business.settle().await;
    }
    let hand = ByHand::of(&business);
    let theirs = hand.campaign(json!({})).await;
    let set = hand.ad_set(&theirs, "Porto", json!({"daily_budget": 2000, "targeting": targeting(json!({}))})).await;
    hand.ad(&set, "Lamp", json!({})).await;
    sync(&business).await;
    let workspace = actor.workspace;
    let seen = ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    let adopted = CampaignId(seen.iter().find(|row| row.remote_id == theirs).unwrap().id.0);
    let offer = adopt::offer(ctx, actor, adopted).await.unwrap();
    adopt::adopt(ctx, actor, adopted, &offer.hash).await.unwrap();
    let opened = adopt::open(ctx, actor, adopted).await.unwrap();
    let id = opened.adopted.objects[1].object.id;
    let typed = [(format!("budget.{id}"), "25.50".to_owned())];
    adopt::save(ctx, actor, adopted, opened.revision, typed.into_iter().collect()).await.unwrap();
    approve(&business, adopted, Run::Active).await;
    let edited = newest(&business, adopted, "campaign.saved").await;
    assert_eq!(edited.changes[0].after, "25.50 EUR a day", "{edited:?}");
    undo(&business, adopted, &edited).await.unwrap();
    stop::stop(ctx, actor, Scope::Account).await.unwrap();
    let resume = stop::resume_plan(ctx, actor).await.unwrap().unwrap();
    stop::approve_resume(ctx, actor, &resume.hash).await.unwrap();
    business.settle().await;
    stop::pause(ctx, actor, first).await.unwrap();
    business
}

#[actix_web::test]
async fn replaying_the_log_of_a_lively_workspace_gives_what_is_stored_byte_for_byte() {
    let business = lively().await;
    let workspace = business.actor.workspace;
    let (replayed, stored) = business
        .app
        .ctx
        .db
        .read(move |c| {
            let mut replay = Replay::default();
            assert_eq!(log::walk(c, workspace, |event| replay.take(event))?, None);
            let mut stored = std::collections::BTreeMap::new();
            for row in rows::list(c, workspace)? {
                let kept = kept::list(c, workspace, row.id)?.into_iter().map(|row| row.definition).collect();
                let (name, revision, ad_account_id) = (row.name, row.revision, row.ad_account_id);
                let body = Body { ad_account_id, name, revision, form: row.form, definition: row.definition, kept };
                stored.insert(row.id, Desired { wanted: row.wanted, body: Some(body) });
            }
            Ok((replay.campaigns, stored))
        })
        .await
        .unwrap();
    assert_eq!(stored.len(), 3);
    assert_eq!(replayed, stored);
    let verified = audit::verify(&business.app.ctx, None).await.unwrap();
    assert!(verified[0].is_whole() && verified[0].rebuilt == 3 && verified[0].older == 0, "{verified:?}");
    assert_eq!(tandem::service::ledger::check(&business.app.ctx).await.unwrap(), []);
}

#[actix_web::test]
async fn verifying_names_the_first_broken_event_and_campaigns_changed_past_the_log() {
    let business = Business::connected().await;
    let id = saved(&business).await;
    save(&business, id, |form| form.budget = "150.00".into()).await;
    let change = |sql: &str| {
        use diesel::RunQueryDsl;
        business.app.ctx.db.write_now::<_, StoreError>(|c| Ok(diesel::sql_query(sql).execute(c)?)).unwrap()
    };
    change(&format!("UPDATE campaigns SET form = '{{}}' WHERE id = {id}"));
    let verified = audit::verify(&business.app.ctx, Some("Casa Lume")).await.unwrap();
    assert_eq!((verified[0].broken, verified[0].differing.as_slice()), (None, [id].as_slice()));
    change("UPDATE audit_events SET actor_name = 'Nobody' WHERE seq = 2");
    let verified = audit::verify(&business.app.ctx, Some("Casa Lume")).await.unwrap();
    assert_eq!((verified[0].broken, verified[0].events), (Some((2, "it was changed after it was written")), 1));
    let mut browser = business.browser().await;
    browser.get("/audit").await.assert_has("Event 2 does not fit");
    change("DELETE FROM audit_events WHERE seq = 2");
    let verified = audit::verify(&business.app.ctx, Some("Casa Lume")).await.unwrap();
    assert_eq!(verified[0].broken, Some((3, "events before it are gone")));
    let unknown = audit::verify(&business.app.ctx, Some("Nowhere")).await;
    assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
}

#[actix_web::test]
async fn undoing_is_for_those_who_may_change_and_never_reaches_another_workspace() {
    let business = Business::connected().await;
    let id = saved(&business).await;
    save(&business, id, |form| form.budget = "150.00".into()).await;
    let entry = newest(&business, id, "campaign.saved").await;
    let mut analyst = business.app.member("Casa Lume", "bo@example.com", Role::Analyst).await;
    analyst.get(&format!("/campaigns/{id}/history")).await.assert_status(200).assert_lacks("/undo?entry=");
    analyst.get(&format!("/campaigns/{id}/undo?entry={}", entry.seq)).await.assert_status(403);
    let other = business.campaign().await;
    let offer = history::undo_offer(&business.app.ctx, &business.actor, other, entry.seq).await;
    assert!(matches!(offer, Err(Error::NotFound(_))), "{offer:?}");
    let offer = history::undo_offer(&business.app.ctx, &business.actor, id, entry.seq).await.unwrap();
    assert!(matches!(offer.undo, Ok(Undo::Form(_))));
}
