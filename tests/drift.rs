//! What was changed outside: found by one sync, told where it counts, adopted or set back field by field.

use chrono::Duration;
use serde_json::{Value, json};
use tandem::domain::drift::Pick;
use tandem::domain::id::{CampaignId, ObjectId};
use tandem::domain::plan::Run;
use tandem::service::drift::{self, OfCampaign, Shown};
use tandem::service::{Error, adopt, audit, campaigns, connections, history, notices, publish};
use tandem::store::observed::{self, Observed};

use crate::support::{Business, ByHand, between, calls, targeting};

/// A campaign that runs at Meta as it is wanted; saved through its form, as a person does.
async fn running(business: &Business) -> CampaignId {
    let id = business.campaign().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let draft = campaigns::open(ctx, actor, id).await.unwrap();
    campaigns::save(ctx, actor, Some((id, draft.revision)), draft.form).await.unwrap();
    let letter = publish::letter(ctx, actor, id, Some(Run::Active)).await.unwrap();
    publish::approve(ctx, actor, id, &letter.plan.hash, Run::Active).await.unwrap();
    business.settle().await;
    id
}

async fn sync(business: &Business) {
    business.app.ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;
}

async fn rows(business: &Business, id: CampaignId) -> Vec<Observed> {
    let workspace = business.actor.workspace;
    business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, id)).await.unwrap()
}

/// The first object of a kind whose name holds a text.
async fn object(business: &Business, id: CampaignId, kind: &str, name: &str) -> Observed {
    let found = rows(business, id).await.into_iter().find(|row| row.kind == kind && row.name.contains(name));
    found.unwrap_or_else(|| panic!("no {kind} {name}"))
}

/// An edit as somebody makes it in Ads Manager.
async fn edit(business: &Business, row: &Observed, fields: Value) {
    business.app.control("edit", json!({"id": row.remote_id, "fields": fields})).await;
}

async fn found(business: &Business, id: CampaignId) -> OfCampaign {
    drift::of_campaign(&business.app.ctx, &business.actor, id).await.unwrap()
}

async fn told(business: &Business, id: CampaignId) -> Vec<(String, String, String)> {
    found(business, id).await.drifts.into_iter().map(|drift| (drift.field, drift.wanted, drift.now)).collect()
}

async fn the(business: &Business, id: CampaignId, field: &str) -> Shown {
    let all = found(business, id).await.drifts;
    all.iter().find(|drift| drift.field == field).cloned().unwrap_or_else(|| panic!("no {field} in {all:?}"))
}

async fn set_back(business: &Business, id: CampaignId, picks: &[Pick]) {
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let plan = drift::revert(ctx, actor, id, picks).await.unwrap();
    assert!(plan.refused.is_empty() && plan.plan.blocked.is_empty(), "{plan:?}");
    drift::approve(ctx, actor, id, picks, &plan.plan.hash).await.unwrap();
    business.settle().await;
}

async fn take(business: &Business, id: CampaignId, picks: &[Pick]) {
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let offer = drift::offer(ctx, actor, id, picks).await.unwrap();
    assert!(offer.refused.is_empty(), "{offer:?}");
    drift::adopt(ctx, actor, id, picks, &offer.hash, "It was agreed by phone.").await.unwrap();
}

/// Whether Meta has the campaign as it is wanted.
async fn is_equal(business: &Business, id: CampaignId) -> bool {
    let letter = publish::letter(&business.app.ctx, &business.actor, id, None).await.unwrap();
    letter.plan.is_empty()
}

#[actix_web::test]
async fn publishing_leaves_nothing_drifting_and_an_unpublished_edit_is_none() {
    let business = Business::connected().await;
    let id = running(&business).await;
    sync(&business).await;
    assert!(told(&business, id).await.is_empty());
    let draft = campaigns::open(&business.app.ctx, &business.actor, id).await.unwrap();
    let mut form = draft.form;
    form.budget = "150.00".into();
    campaigns::save(&business.app.ctx, &business.actor, Some((id, draft.revision)), form).await.unwrap();
    sync(&business).await;
    let found = found(&business, id).await;
    assert_eq!((found.drifts.len(), found.waiting), (0, 2), "{found:?}");
    assert!(drift::counts(&business.app.ctx, &business.actor).await.unwrap().is_empty());
}

#[actix_web::test]
async fn an_edit_outside_is_shown_within_one_sync_everywhere_and_set_back_by_a_plan_of_it_alone() {
    let business = Business::connected().await;
    let id = running(&business).await;
    let set = object(&business, id, "ad_set", "Facebook").await;
    let ad = object(&business, id, "ad", "Facebook").await;
    edit(&business, &set, json!({"daily_budget": 9900})).await;
    edit(&business, &ad, json!({"name": "Renamed by hand"})).await;
    business.app.control("clock", json!({"advance_days": 1})).await;
    sync(&business).await;
    let expected = ("Budget".to_owned(), "58.80 EUR a day".to_owned(), "99.00 EUR a day".to_owned());
    assert!(told(&business, id).await.contains(&expected));
    let seen = the(&business, id, "Budget").await.seen_at.unwrap();
    sync(&business).await;
    assert_eq!(the(&business, id, "Budget").await.seen_at, Some(seen), "it keeps the time it was first seen");

    let mut browser = business.browser().await;
    browser.get(&format!("/campaigns/{id}")).await.assert_status(200).assert_has("Changed outside").assert_has("99.00 EUR a day");
    browser.get("/").await.assert_has("2 fields are not as Tandem left them").assert_has(&format!("/campaigns/{id}/drift"));
    browser.get("/campaigns?view=all&drift=1").await.assert_has("Christmas sale");
    browser.get(&format!("/campaigns/{id}/drift.csv")).await.assert_has("58.80 EUR a day,99.00 EUR a day");
    let json = browser.get(&format!("/campaigns/{id}/drift.json")).await.json();
    assert_eq!(json["drifts"].as_array().unwrap().len(), 2);
    notices::watch(&business.app.ctx, business.actor.workspace).await.unwrap();
    let heard = notices::list(&business.app.ctx, &business.actor, None, 9).await.unwrap();
    assert!(heard.iter().any(|notice| notice.kind == "changed_outside"), "{heard:?}");

    let pick = the(&business, id, "Budget").await.pick;
    let asked = format!("/campaigns/{id}/drift/revert?pick={pick}");
    let page = browser.get(&asked).await;
    page.assert_status(200).assert_has("58.80 EUR a day").assert_has("learning").assert_lacks("Renamed by hand");
    let hash = between(&page.body, "name=\"hash\" value=\"", "\"").unwrap();
    let sent = browser.post(&format!("/campaigns/{id}/drift/revert"), &[("pick", &pick.to_string()), ("hash", &hash)]).await;
    assert_eq!(sent.location(), format!("/campaigns/{id}/plan"));
    business.settle().await;
    let left: Vec<String> = told(&business, id).await.into_iter().map(|(field, ..)| field).collect();
    assert_eq!(left, ["Name"], "what was not ticked stays");
    set_back(&business, id, &[the(&business, id, "Name").await.pick]).await;
    assert!(told(&business, id).await.is_empty() && is_equal(&business, id).await);
    browser.get("/").await.assert_lacks("not as Tandem left them");
    browser.get("/campaigns?view=all&drift=1").await.assert_has("No campaign fits");
    let entries = history::of_campaign(&business.app.ctx, &business.actor, id, None, 9).await.unwrap().entries;
    assert!(entries.iter().any(|entry| entry.what == "Approved a plan that sets back what was changed outside"));
}

#[actix_web::test]
async fn one_field_is_adopted_and_another_set_back_and_meta_is_equal() {
    let business = Business::connected().await;
    let id = running(&business).await;
    let set = object(&business, id, "ad_set", "Facebook").await;
    edit(&business, &set, json!({"daily_budget": 9900})).await;
    let mut other: Value = serde_json::from_str::<Value>(&set.fields).unwrap()["targeting"].clone();
    other["age_min"] = json!(30);
    edit(&business, &set, json!({"targeting": other})).await;
    sync(&business).await;
    assert_eq!(found(&business, id).await.drifts.len(), 2);
    let budget = the(&business, id, "Budget").await.pick;
    take(&business, id, &[budget]).await;
    let form = campaigns::open(&business.app.ctx, &business.actor, id).await.unwrap().form;
    assert_eq!((form.budget.as_str(), form.share.facebook.as_str()), ("180.20", "99.00"));
    let entry = history::of_campaign(&business.app.ctx, &business.actor, id, None, 1).await.unwrap().entries.remove(0);
    assert!(entry.why.contains("agreed by phone") && entry.can_undo, "{entry:?}");
    set_back(&business, id, &[the(&business, id, "Audience").await.pick]).await;
    assert!(told(&business, id).await.is_empty() && is_equal(&business, id).await);
    let verified = audit::verify(&business.app.ctx, None).await.unwrap();
    assert!(verified.iter().all(|one| one.is_whole()), "{verified:?}");
}

#[actix_web::test]
async fn an_audience_of_one_ad_set_is_adopted_with_what_the_next_plan_brings_along() {
    let business = Business::connected().await;
    let id = running(&business).await;
    let set = object(&business, id, "ad_set", "Facebook").await;
    let mut other: Value = serde_json::from_str::<Value>(&set.fields).unwrap()["targeting"].clone();
    other["age_min"] = json!(30);
    edit(&business, &set, json!({"targeting": other})).await;
    sync(&business).await;
    let pick = the(&business, id, "Audience").await.pick;
    let offer = drift::offer(&business.app.ctx, &business.actor, id, &[pick]).await.unwrap();
    assert!(offer.refused.is_empty());
    assert!(offer.besides.iter().any(|line| line.contains("Instagram")), "the other ad set follows: {offer:?}");
    take(&business, id, &[pick]).await;
    let found = found(&business, id).await;
    assert_eq!((found.drifts.len(), found.waiting), (0, 1), "{found:?}");
}

#[actix_web::test]
async fn an_enhancement_that_came_back_on_is_found_and_goes_off_by_another_creative_or_is_adopted() {
    let business = Business::connected().await;
    let id = running(&business).await;
    let creative = object(&business, id, "creative", "Facebook").await;
    for feature in ["image_touchups", "text_translation"] {
        business.app.control("enhance", json!({"id": creative.remote_id, "feature": feature})).await;
    }
    sync(&business).await;
    let fields: Vec<String> = told(&business, id).await.into_iter().map(|(field, ..)| field).collect();
    assert_eq!(fields, ["Meta may translate the text", "Meta may crop and retouch the picture"]);
    let pick = the(&business, id, "Meta may translate the text").await.pick;
    let plan = drift::revert(&business.app.ctx, &business.actor, id, &[pick]).await.unwrap().plan;
    assert!(plan.worth_knowing.iter().any(|line| line.contains("review")), "{plan:?}");
    set_back(&business, id, &[pick]).await;
    let fields: Vec<String> = told(&business, id).await.into_iter().map(|(field, ..)| field).collect();
    assert_eq!(fields, ["Meta may crop and retouch the picture"], "the other one was not ticked");
    sync(&business).await;
    take(&business, id, &[the(&business, id, "Meta may crop and retouch the picture").await.pick]).await;
    assert!(told(&business, id).await.is_empty());
    let form = campaigns::open(&business.app.ctx, &business.actor, id).await.unwrap().form;
    assert_eq!(form.ads[0].enhancements, ["image_touchups"]);
}

#[actix_web::test]
async fn a_campaign_paused_elsewhere_is_switched_on_again_or_left_off() {
    let business = Business::connected().await;
    let id = running(&business).await;
    let top = object(&business, id, "campaign", "").await;
    edit(&business, &top, json!({"status": "PAUSED"})).await;
    sync(&business).await;
    let expected = ("Switch".to_owned(), "active".to_owned(), "paused".to_owned());
    assert_eq!(told(&business, id).await, std::slice::from_ref(&expected));
    let pick = the(&business, id, "Switch").await.pick;
    assert!(drift::revert(&business.app.ctx, &business.actor, id, &[pick]).await.unwrap().plan.arms());
    set_back(&business, id, &[pick]).await;
    assert!(is_equal(&business, id).await);
    assert_eq!(object(&business, id, "campaign", "").await.status, "ACTIVE");

    edit(&business, &top, json!({"status": "PAUSED"})).await;
    sync(&business).await;
    take(&business, id, &[pick]).await;
    assert!(told(&business, id).await.is_empty() && is_equal(&business, id).await);
    edit(&business, &top, json!({"status": "ACTIVE"})).await;
    sync(&business).await;
    let expected = ("Switch".to_owned(), "paused".to_owned(), "active".to_owned());
    assert_eq!(told(&business, id).await, [expected], "switched on elsewhere");
    set_back(&business, id, &[pick]).await;
    assert_eq!(object(&business, id, "campaign", "").await.status, "PAUSED");
}

#[actix_web::test]
async fn a_stop_made_here_is_no_drift() {
    let business = Business::connected().await;
    let id = running(&business).await;
    tandem::service::stop::pause(&business.app.ctx, &business.actor, id).await.unwrap();
    sync(&business).await;
    assert!(told(&business, id).await.is_empty());
}

#[actix_web::test]
async fn what_is_deleted_or_appeared_is_said_with_the_way_out() {
    let business = Business::connected().await;
    let id = running(&business).await;
    let set = object(&business, id, "ad_set", "Instagram").await;
    edit(&business, &set, json!({"status": "DELETED"})).await;
    let top = object(&business, id, "campaign", "").await;
    let hand = ByHand::of(&business);
    let added = hand.ad_set(&top.remote_id, "By hand", json!({"daily_budget": 2000, "targeting": targeting(json!({}))})).await;
    sync(&business).await;
    let all = found(&business, id).await.drifts;
    let gone = all.iter().find(|drift| drift.now == "deleted or archived").unwrap_or_else(|| panic!("{all:?}"));
    assert!(gone.not_set_back.as_ref().unwrap().contains("whole plan"), "{gone:?}");
    assert!(gone.not_adopted.as_ref().unwrap().contains("shape"), "{gone:?}");
    let refused = drift::offer(&business.app.ctx, &business.actor, id, &[gone.pick]).await.unwrap().refused;
    assert_eq!(refused.len(), 1);
    let appeared = all.iter().find(|drift| drift.now.starts_with("added")).unwrap();
    assert_eq!((appeared.object.as_str(), all.len()), ("By hand", 2), "{all:?}");
    set_back(&business, id, &[appeared.pick]).await;
    let workspace = business.actor.workspace;
    let row = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, id)).await.unwrap();
    assert_eq!(row.iter().find(|row| row.remote_id == added).unwrap().status, "PAUSED");
    take(&business, id, &[appeared.pick]).await;
    assert_eq!(found(&business, id).await.drifts.len(), 1, "left alone, it is told no more");
}

#[actix_web::test]
async fn an_adopted_campaign_drifts_and_takes_over_or_goes_back_field_by_field() {
    let business = Business::connected().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let hand = ByHand::of(&business);
    let theirs = hand.campaign(json!({})).await;
    let set = hand.ad_set(&theirs, "Porto", json!({"daily_budget": 2000, "targeting": targeting(json!({}))})).await;
    let ad = hand.ad(&set, "Lamp", json!({})).await;
    sync(&business).await;
    let workspace = actor.workspace;
    let seen = ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    let id = CampaignId(seen.iter().find(|row| row.remote_id == theirs).unwrap().id.0);
    let offer = adopt::offer(ctx, actor, id).await.unwrap();
    adopt::adopt(ctx, actor, id, &offer.hash).await.unwrap();
    business.app.control("edit", json!({"id": set, "fields": {"daily_budget": 3000, "name": "Lisbon"}})).await;
    business.app.control("edit", json!({"id": ad, "fields": {"status": "PAUSED"}})).await;
    business.app.control("enhance", json!({"id": ad, "feature": "image_touchups"})).await;
    sync(&business).await;
    let mut fields: Vec<String> = told(&business, id).await.into_iter().map(|(field, ..)| field).collect();
    fields.sort();
    assert_eq!(fields, ["Budget", "Meta may crop and retouch the picture", "Name", "Switch"]);
    let budget = the(&business, id, "Budget").await.pick;
    set_back(&business, id, &[budget]).await;
    let touched = the(&business, id, "Meta may crop and retouch the picture").await;
    assert!(touched.not_set_back.is_some());
    let picks: Vec<Pick> = found(&business, id).await.drifts.iter().map(|drift| drift.pick).collect();
    take(&business, id, &picks).await;
    assert!(told(&business, id).await.is_empty() && is_equal(&business, id).await);
    let kept = adopt::open(ctx, actor, id).await.unwrap().adopted;
    assert_eq!((kept.objects[1].name(), kept.objects[2].is_on()), ("Lisbon", false));
}

#[actix_web::test]
async fn what_changed_since_it_was_read_is_refused_and_shown_again() {
    let business = Business::connected().await;
    let id = running(&business).await;
    let set = object(&business, id, "ad_set", "Facebook").await;
    edit(&business, &set, json!({"daily_budget": 9900})).await;
    sync(&business).await;
    let pick = the(&business, id, "Budget").await.pick;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let plan = drift::revert(ctx, actor, id, &[pick]).await.unwrap().plan;
    let offer = drift::offer(ctx, actor, id, &[pick]).await.unwrap();
    edit(&business, &set, json!({"daily_budget": 8800})).await;
    sync(&business).await;
    for refused in [
        drift::approve(ctx, actor, id, &[pick], &plan.hash).await.map(|_| ()),
        drift::adopt(ctx, actor, id, &[pick], &offer.hash, "").await,
    ] {
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }
    let none = Pick { object: ObjectId(1), ..pick };
    assert!(matches!(drift::offer(ctx, actor, id, &[none]).await, Err(Error::Conflict(_))));
    assert!(matches!(drift::offer(ctx, actor, id, &[]).await, Err(Error::Invalid(_))));
    let mut browser = business.browser().await;
    let sent = browser.post(&format!("/campaigns/{id}/drift/adopt"), &[("pick", &pick.to_string()), ("hash", &offer.hash)]).await;
    assert_eq!(sent.location(), format!("/campaigns/{id}/drift"));
}

#[actix_web::test]
async fn who_changed_it_and_when_is_told_by_metas_activity_log_and_unknown_where_that_has_nothing() {
    let business = Business::connected().await;
    let id = running(&business).await;
    sync(&business).await;
    let base = business.app.ctx.sandbox.as_ref().unwrap().base_url.clone();
    let asked = |paths: Vec<(String, u16)>| paths.iter().filter(|(path, _)| path.ends_with("/activities")).count();
    calls(&base).await;
    business.app.control("clock", json!({"advance_hours": 2})).await;
    sync(&business).await;
    assert_eq!(asked(calls(&base).await), 0, "nothing differs: the log is left alone");

    business.app.control("clock", json!({"advance_hours": 2})).await;
    let set = object(&business, id, "ad_set", "Facebook").await;
    let top = object(&business, id, "campaign", "").await;
    let edit = json!({"id": set.remote_id, "fields": {"daily_budget": 9900}, "actor": "Rui Lima"});
    business.app.control("edit", edit).await;
    business.app.control("edit", json!({"id": top.remote_id, "fields": {"special_ad_categories": ["HOUSING"]}})).await;
    let creative = object(&business, id, "creative", "Facebook").await;
    business.app.control("enhance", json!({"id": creative.remote_id, "feature": "image_touchups"})).await;
    business.app.control("clock", json!({"advance_hours": 1})).await;
    sync(&business).await;
    assert!(asked(calls(&base).await) >= 1);
    let budget = the(&business, id, "Budget").await;
    assert_eq!(budget.who.as_deref(), Some("Rui Lima, with Ads Manager"), "and not Tandem, which wrote it before");
    assert_eq!(budget.changed_at.unwrap().to_rfc3339(), "2026-11-02T13:00:00+00:00");
    assert_eq!(the(&business, id, "Meta may crop and retouch the picture").await.who.as_deref(), Some("Meta"));
    assert_eq!(the(&business, id, "Special ad category").await.who, None, "the log says only that something was updated");
    let entries = history::of_campaign(&business.app.ctx, &business.actor, id, None, 9).await.unwrap().entries;
    let told = entries.iter().find(|entry| entry.action == "campaign.changed_outside" && entry.who.contains("Rui Lima"));
    assert!(told.is_some(), "{entries:?}");
    let mut browser = business.browser().await;
    browser
        .get(&format!("/campaigns/{id}/drift"))
        .await
        .assert_has("Rui Lima, with Ads Manager, 2 Nov 2026 13:00 UTC")
        .assert_has("unknown");
    let seen = calls(&base).await;
    sync(&business).await;
    assert_eq!(asked(calls(&base).await), 0, "it was read up to then: {seen:?}");
}
