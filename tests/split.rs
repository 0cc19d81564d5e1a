//! Learned amounts against the sandbox: decided daily, inside bounds and step, exact, made again alike, carried out by a plan.

use diesel::RunQueryDsl;
use serde_json::json;
use tandem::domain::campaign::{ByNetwork, CampaignForm};
use tandem::domain::id::{CampaignId, DecisionId};
use tandem::domain::money::Money;
use tandem::service::publish;
use tandem::service::split::{self, Decision, Mode, Page, Settings, SettingsForm, Shape};
use tandem::store::{StoreError, audit, campaigns, observed, plans};

use crate::support::Business;

/// A learned campaign of 600 a day that begins far from even, Facebook never above 60 %.
fn learned(form: &mut CampaignForm) {
    form.amounts = "learned".into();
    form.budget = "600.00".into();
    form.share = ByNetwork { facebook: "25".into(), instagram: "75".into() };
    form.ceiling.facebook = "60".into();
    form.floor.instagram = "15".into();
}

async fn published(business: &Business, change: impl FnOnce(&mut CampaignForm)) -> CampaignId {
    let campaign = business.campaign_with(|form| {
        learned(form);
        change(form);
    });
    let campaign = campaign.await;
    business.publish(campaign).await;
    campaign
}

/// One day on, and a sync soon after.
async fn next_day(business: &Business) {
    business.app.control("clock", json!({"advance_days": 1})).await;
    business.sync_now().await;
    business.settle().await;
}

async fn page(business: &Business, campaign: CampaignId) -> Page {
    split::open(&business.app.ctx, &business.actor, campaign, None).await.unwrap()
}

async fn set(business: &Business, campaign: CampaignId, change: impl FnOnce(&mut SettingsForm)) {
    let mut form = SettingsForm::of(&Settings::default());
    change(&mut form);
    split::save_settings(&business.app.ctx, &business.actor, campaign, &form).await.unwrap();
}

fn minors(decision: &Decision, of: impl Fn(&(tandem::domain::campaign::AdSetKey, Money, Money)) -> Money) -> Vec<i64> {
    decision.amounts.iter().map(|amounts| of(amounts).minor).collect()
}

/// What holds for every decision, whatever the figures say.
fn holds(decision: &Decision) {
    let (from, to) = (minors(decision, |a| a.1), minors(decision, |a| a.2));
    assert_eq!((from.iter().sum::<i64>(), to.iter().sum::<i64>()), (60_000, 60_000), "{decision:?}");
    for (from, to) in from.iter().zip(&to) {
        assert!((to - from).abs() * 5 <= *from, "a step of 20 % at most: {decision:?}");
    }
    assert!(to[0] <= 36_000 && to[1] >= 9_000, "{decision:?}");
}

async fn budgets_at_meta(business: &Business, campaign: CampaignId) -> Vec<i64> {
    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, campaign)).await.unwrap();
    let sets = rows.iter().filter(|row| row.kind == "ad_set" && row.status == "ACTIVE");
    let mut budgets: Vec<(String, i64)> = sets
        .map(|row| {
            let said: serde_json::Value = serde_json::from_str(&row.fields).unwrap();
            (row.name.clone(), said["daily_budget"].as_i64().unwrap())
        })
        .collect();
    budgets.sort();
    budgets.into_iter().map(|(_, minor)| minor).collect()
}

#[actix_web::test]
async fn two_weeks_of_a_learned_campaign_bring_a_decision_a_day_that_can_be_made_again() {
    let business = Business::connected().await;
    let campaign = published(&business, |_| {}).await;
    let mut taken = 0;
    for _ in 0..14 {
        next_day(&business).await;
        let newest = page(&business, campaign).await.newest.unwrap();
        if newest.state == "waiting" {
            split::accept(&business.app.ctx, &business.actor, campaign, newest.id).await.unwrap();
            business.publish(campaign).await;
            taken += 1;
        }
    }
    let page = page(&business, campaign).await;
    assert!(page.decisions.len() >= 13, "{:?}", page.decisions.len());
    let told: Vec<_> = page.decisions.iter().map(|d| (d.on, d.state.clone(), d.reason.clone(), d.chance_bp)).collect();
    assert!(taken > 0, "{told:#?}");
    for decision in &page.decisions {
        holds(decision);
        let again = split::replay(&business.app.ctx, &business.actor, campaign, decision.id).await.unwrap();
        assert!(again.same_figures && again.same_answer, "{decision:?}: {again:?}");
    }
    let moved: Vec<_> = page.decisions.iter().filter(|d| d.state == "applied").map(|d| d.on).collect();
    assert!(moved.windows(2).all(|pair| (pair[0] - pair[1]).num_days() >= 3), "at most once in three days: {moved:?}");
    assert!(page.advice.as_ref().unwrap().days >= 13 && !page.score.said.is_empty());
    let all = &page.parts;
    assert!(all.iter().all(|part| part.average.mean.is_some() && part.average.low <= part.average.high), "{all:?}");
}

#[actix_web::test]
async fn what_is_shown_is_what_was_decided_and_a_decision_of_an_earlier_engine_says_so() {
    let business = Business::connected().await;
    let campaign = published(&business, |_| {}).await;
    for _ in 0..4 {
        next_day(&business).await;
    }
    // Before the first sync of the next day, and after a sync in the middle of it.
    business.app.control("clock", json!({"advance_days": 1})).await;
    for _ in 0..2 {
        let shown = page(&business, campaign).await;
        let newest = shown.newest.as_ref().unwrap();
        assert!(shown.is_stored && shown.rests.is_none(), "{newest:?}");
        let proposed: Vec<i64> = shown.parts.iter().map(|part| part.advice.proposed).collect();
        assert_eq!(proposed, minors(newest, |a| a.2));
        business.sync_now().await;
        business.settle().await;
    }
    let newest = page(&business, campaign).await.newest.unwrap();
    let url = format!("/campaigns/{campaign}/split?replay={}", newest.id);
    let mut browser = business.browser().await;
    browser.get(&url).await.assert_has("was made again: same answer.");
    let again = split::replay(&business.app.ctx, &business.actor, campaign, newest.id).await.unwrap();
    assert!(again.same_engine() && again.same_answer && again.same_figures, "{again:?}");
    let then = again.engine;

    // As an earlier version stored it: without the engine, and with another answer.
    let execute = |sql: String| {
        let done = business.app.ctx.db.write_now::<_, StoreError>(|c| Ok(diesel::sql_query(sql).execute(c)?)).unwrap();
        assert_eq!(done, 1);
    };
    let of = |column: &str, from: &str, to: &str| {
        format!("UPDATE split_decisions SET {column} = REPLACE({column}, '{from}', '{to}') WHERE id = {}", newest.id)
    };
    execute(of("inputs", &format!("\"engine\":{then},"), ""));
    let said = format!("was made by an earlier engine (1); today’s ({then}) answers");
    browser.get(&url).await.assert_has(&format!("{said} the same."));
    execute(of("proposal", "\"undecided\"", "\"undecided\":false,\"was\""));
    let again = split::replay(&business.app.ctx, &business.actor, campaign, newest.id).await.unwrap();
    assert_eq!((again.same_engine(), again.same_answer, again.same_figures, again.engine), (false, false, true, 1), "{again:?}");
    browser.get(&url).await.assert_has(&format!("{said} Facebook {}", again.amounts[0].1)).assert_lacks("another answer");
    let token = business.app.token("Casa Lume", tandem::domain::role::Role::Analyst).await;
    let api = format!("{}/api/v1/campaigns/{campaign}/split/replay?decision={}", business.app.base, newest.id);
    let told: serde_json::Value = business.app.http().get(api).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert_eq!((&told["same_engine"], &told["engine"], &told["engine_now"]), (&json!(false), &json!(1), &json!(then)), "{told}");
}

#[actix_web::test]
async fn applied_by_itself_a_move_goes_through_a_plan_of_its_own_and_is_told_so() {
    let business = Business::connected().await;
    let campaign = published(&business, |_| {}).await;
    set(&business, campaign, |form| (form.mode, form.largest_move) = ("apply".into(), "100".into())).await;
    let mut applied = None;
    for _ in 0..12 {
        next_day(&business).await;
        let newest = page(&business, campaign).await.newest.unwrap();
        holds(&newest);
        assert_ne!(newest.state, "waiting", "{newest:?}");
        if newest.state == "applied" {
            applied = Some(newest);
            break;
        }
    }
    let applied = applied.expect("a move within twelve days");
    let wanted = minors(&applied, |a| a.2);
    assert_eq!(budgets_at_meta(&business, campaign).await, wanted);
    let workspace = business.actor.workspace;
    let row = business.app.ctx.db.read(move |c| campaigns::find(c, workspace, campaign)).await.unwrap().unwrap();
    let form: CampaignForm = serde_json::from_str(&row.form).unwrap();
    assert_eq!(form.share.facebook, applied.amounts[0].2.plain(), "what was decided stands on the form");
    let events = business.app.ctx.db.read(move |c| audit::list_of(c, workspace, "campaign", campaign.0)).await.unwrap();
    let by_itself: Vec<&str> = events.iter().filter(|e| e.via == "learned").map(|e| e.action.as_str()).collect();
    assert_eq!(by_itself, ["campaign.saved", "plan.approved"]);
    let latest = business.app.ctx.db.read(move |c| plans::find_latest_approved(c, workspace, campaign)).await.unwrap().unwrap();
    assert_eq!((latest.state.as_str(), latest.problem), ("applied", None));
    let history = business.browser().await.get(&format!("/campaigns/{campaign}/history")).await;
    history.assert_has("learned split").assert_has("Learned split of");
    next_day(&business).await;
    assert_eq!(page(&business, campaign).await.newest.unwrap().state, "held", "none within three days");
}

#[actix_web::test]
async fn a_move_above_the_limit_waits_and_a_refused_one_is_over() {
    let business = Business::connected().await;
    let campaign = published(&business, |_| {}).await;
    set(&business, campaign, |form| (form.mode, form.largest_move) = ("apply".into(), "0".into())).await;
    let mut waiting = None;
    for _ in 0..12 {
        next_day(&business).await;
        let newest = page(&business, campaign).await.newest.unwrap();
        if newest.state == "waiting" {
            waiting = Some(newest);
            break;
        }
    }
    let waiting = waiting.expect("a proposal within twelve days");
    assert!(waiting.reason.contains("above your limit of 0 %"), "{waiting:?}");
    let url = format!("/campaigns/{campaign}/split");
    let mut browser = business.browser().await;
    browser.get(&url).await.assert_has("waits for a person").assert_has("Take it over and read the plan");
    assert_eq!(budgets_at_meta(&business, campaign).await, [15_000, 45_000]);
    split::refuse(&business.app.ctx, &business.actor, campaign, waiting.id).await.unwrap();
    let again = split::accept(&business.app.ctx, &business.actor, campaign, waiting.id).await;
    assert!(again.unwrap_err().to_string().contains("waits no more"));
    browser.get(&url).await.assert_has("refused it");
}

#[actix_web::test]
async fn days_of_rest_and_off_do_nothing_and_a_change_outside_suspends_until_a_person_has_looked() {
    let business = Business::connected().await;
    let campaign = published(&business, |_| {}).await;
    next_day(&business).await;
    set(&business, campaign, |form| form.freezes = "2026-01-01 to 2027-12-31".into()).await;
    next_day(&business).await;
    let rested = page(&business, campaign).await.newest.unwrap();
    assert_eq!(rested.state, "held");
    assert!(rested.reason.contains("days of rest"), "{rested:?}");

    set(&business, campaign, |form| form.mode = "off".into()).await;
    next_day(&business).await;
    assert_eq!(page(&business, campaign).await.newest.unwrap().id, rested.id, "off decides nothing");

    set(&business, campaign, |_| {}).await;
    let workspace = business.actor.workspace;
    let below = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, campaign)).await.unwrap();
    let ad_set = below.iter().find(|row| row.kind == "ad_set").unwrap();
    business.app.control("edit", json!({"id": ad_set.remote_id, "fields": {"daily_budget": 9_900}})).await;
    next_day(&business).await;
    let seen = page(&business, campaign).await;
    assert!(seen.changed_outside && seen.newest.as_ref().unwrap().reason.contains("outside Tandem"), "{:?}", seen.newest);
    let url = format!("/campaigns/{campaign}/split");
    business
        .browser()
        .await
        .get(&url)
        .await
        .assert_has("Somebody changed this campaign outside Tandem")
        .assert_has("I have looked");
    split::looked(&business.app.ctx, &business.actor, campaign).await.unwrap();
    assert!(!page(&business, campaign).await.changed_outside);
    next_day(&business).await;
    let unsettled = page(&business, campaign).await.newest.unwrap();
    assert!(unsettled.reason.contains("not yet what runs"), "the plan that sets it back still waits: {unsettled:?}");
}

#[actix_web::test]
async fn the_page_says_what_there_is_to_say_for_every_kind_of_campaign() {
    let business = Business::connected().await;
    let mut browser = business.browser().await;
    let shared = business.campaign_with(|form| form.shape = "shared".into()).await;
    browser.get(&format!("/campaigns/{shared}/split")).await.assert_has("Meta divides its budget").assert_has("amounts=learned");
    let fixed = business.campaign().await;
    browser
        .get(&format!("/campaigns/{fixed}/split"))
        .await
        .assert_has("A person fixed these amounts")
        .assert_has("no whole day of figures");
    assert_eq!(page(&business, shared).await.shape, Shape::Shared);
    let edit = browser.get(&format!("/campaigns/{fixed}/edit?shape=shared")).await;
    edit.assert_has("value=\"shared\" checked");

    let campaign = published(&business, |_| {}).await;
    next_day(&business).await;
    next_day(&business).await;
    let url = format!("/campaigns/{campaign}/split");
    let shown = browser.get(&url).await;
    shown.assert_has("<svg viewBox=\"0 0 360 200\"").assert_has(">now<").assert_has("As a table").assert_has("What it may do");
    let asked = browser.get(&format!("{url}?total=800&share.facebook=1&share.instagram=1&ceiling.facebook=40")).await;
    asked.assert_has("So divided,").assert_has("800.00 EUR").assert_has("320.00");
    browser.get(&format!("{url}?total=500")).await.assert_has("The best split of");
    browser.get(&format!("{url}?total=much")).await.assert_has("error-total\">“much”");
    let newest = page(&business, campaign).await.newest.unwrap();
    browser.get(&format!("{url}?replay={}", newest.id)).await.assert_has("same answer");
    let csv = browser.get(&format!("{url}.csv")).await;
    csv.assert_has("ad_set,currency,amount").assert_has("facebook,EUR,150.00");
    browser.get(&format!("{url}.json")).await.assert_has("\"columns\":[\"ad_set\"");
    assert!(split::replay(&business.app.ctx, &business.actor, campaign, DecisionId(1)).await.is_err());
}

#[actix_web::test]
async fn a_split_that_would_starve_learning_is_advised_against() {
    let business = Business::connected().await;
    let campaign = published(&business, |form| form.budget = "24.00".into()).await;
    for _ in 0..4 {
        next_day(&business).await;
    }
    let page = page(&business, campaign).await;
    assert!(page.advises_shared(), "{:?}", page.parts.iter().map(|part| part.weekly).collect::<Vec<_>>());
    let url = format!("/campaigns/{campaign}/split");
    business.browser().await.get(&url).await.assert_has("One shared ad set is advised").assert_has("edit?shape=shared");
}

#[actix_web::test]
async fn the_endpoints_say_the_same_as_the_page_and_rights_are_kept() {
    let business = Business::connected().await;
    let campaign = published(&business, |_| {}).await;
    next_day(&business).await;
    next_day(&business).await;
    let (analyst, manager) = (
        business.app.token("Casa Lume", tandem::domain::role::Role::Analyst).await,
        business.app.token("Casa Lume", tandem::domain::role::Role::Manager).await,
    );
    let base = format!("{}/api/v1/campaigns/{campaign}/split", business.app.base);
    let http = business.app.http();
    let shown: serde_json::Value = http.get(&base).bearer_auth(&analyst).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&shown["shape"], &shown["is_learned"], &shown["ad_sets"][0]["ad_set"]),
        (&json!("apart"), &json!(true), &json!("facebook"))
    );
    let wish = json!({"total": "800", "ad_sets": []});
    let asked = http.post(format!("{base}/what-if")).bearer_auth(&analyst).json(&wish).send().await.unwrap();
    let asked: serde_json::Value = asked.json().await.unwrap();
    assert_eq!((&asked["is_best"], asked["ad_sets"].as_array().map(Vec::len)), (&json!(true), Some(2)), "{asked}");
    let form = json!({"mode": "apply", "objective": "results", "step": "10", "largest_move": "5", "freezes": ""});
    let put = |token: String| http.put(format!("{base}/settings")).bearer_auth(token).json(&form).send();
    assert_eq!(put(analyst).await.unwrap().status(), 403);
    assert_eq!(put(manager).await.unwrap().status(), 204);
    let settings = page(&business, campaign).await.settings;
    assert_eq!((settings.mode, settings.step_bp, settings.largest_move_bp), (Mode::Apply, 1_000, 500));
    let letter = publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap();
    assert!(letter.plan.is_empty(), "settings change nothing at Meta");
    let wrong = [("mode", "off"), ("objective", "value"), ("step", "500"), ("largest_move", "20"), ("freezes", "soon")];
    let refused = business.browser().await.post(&format!("/campaigns/{campaign}/split/settings"), &wrong).await;
    refused.assert_status(422).assert_has("href=\"/help/errors/learned-percent-out-of-range\"");
    refused.assert_has("href=\"/help/errors/days-of-rest-unreadable\"");
}
