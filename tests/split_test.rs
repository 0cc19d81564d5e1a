//! A simulation of two arms in the sandbox: halves to the minor unit, plans that a person approves, figures equal to the roll-ups,
//! an end either way.

use serde_json::{Value, json};
use tandem::domain::campaign::{Campaign, ShapeChoice};
use tandem::domain::id::{CampaignId, PlanId};
use tandem::domain::role::Role;
use tandem::service::split::{self, Arm, DayState, Ended, Offer, StartForm, State, Test};
use tandem::service::{Actor, Error, bulk, history, stop};
use tandem::store::campaigns::CampaignRow;
use tandem::store::{StoreError, campaigns, observed, rollups, split_tests};

use crate::support::Business;

/// A campaign of 301.01 a day that runs; its results are complete a day after.
async fn published(business: &Business) -> CampaignId {
    let campaign = business.campaign_with(|form| {
        (form.budget, form.attribution) = ("301.01".into(), "1d_click".into());
        (form.floor.facebook, form.ceiling.facebook) = ("10".into(), "80".into());
    });
    let campaign = campaign.await;
    business.publish(campaign).await;
    campaign
}

fn of_days(days: &str) -> StartForm {
    StartForm { days: days.into() }
}

async fn start(business: &Business, campaign: CampaignId) -> CampaignId {
    split::start(&business.app.ctx, &business.actor, campaign, &of_days("7")).await.unwrap()
}

/// A test of seven days whose arms both run.
async fn running(business: &Business) -> (CampaignId, CampaignId) {
    let campaign = published(business).await;
    let copy = start(business, campaign).await;
    business.publish(campaign).await;
    business.publish(copy).await;
    business.sync_now().await;
    business.settle().await;
    (campaign, copy)
}

async fn next_day(business: &Business) {
    business.app.control("clock", json!({"advance_days": 1})).await;
    business.sync_now().await;
    business.settle().await;
}

async fn test(business: &Business, campaign: CampaignId) -> Test {
    split::open_test(&business.app.ctx, &business.actor, campaign).await.unwrap().test.unwrap()
}

async fn row(business: &Business, id: CampaignId) -> CampaignRow {
    let workspace = business.actor.workspace;
    business.app.ctx.db.read(move |c| campaigns::find(c, workspace, id)).await.unwrap().unwrap()
}

async fn definition(business: &Business, id: CampaignId) -> Campaign {
    serde_json::from_str(&row(business, id).await.definition.unwrap()).unwrap()
}

async fn refused(business: &Business, campaign: CampaignId) -> String {
    split::start(&business.app.ctx, &business.actor, campaign, &of_days("28")).await.unwrap_err().to_string()
}

/// Approves a plan over several campaigns and carries it out.
async fn carry_out(business: &Business, plan: PlanId) {
    let hash = bulk::show(&business.app.ctx, &business.actor, plan).await.unwrap().plan.hash;
    bulk::approve(&business.app.ctx, &business.actor, plan, &hash).await.unwrap();
    business.settle().await;
}

async fn end(business: &Business, campaign: CampaignId, keep: Arm) -> Result<Ended, Error> {
    split::end(&business.app.ctx, &business.actor, campaign, keep).await
}

/// What a switched-on campaign may spend a day at Meta: the sum of its ad sets that are on.
async fn a_day_at_meta(business: &Business, campaign: CampaignId) -> i64 {
    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, campaign)).await.unwrap();
    let on = rows.iter().filter(|row| row.status == "ACTIVE");
    assert!(on.clone().any(|row| row.kind == "campaign"), "{rows:?}");
    let budget = |fields: &str| serde_json::from_str::<Value>(fields).unwrap()["daily_budget"].as_i64();
    on.filter(|row| row.kind == "ad_set").filter_map(|row| budget(&row.fields)).sum()
}

#[actix_web::test]
async fn two_arms_begin_with_half_of_the_money_each_to_the_minor_unit_and_nothing_is_sent_before_approval() {
    let business = Business::connected().await;
    let campaign = published(&business).await;
    // Saved as the form saves it, so that the log knows what it was.
    let draft = tandem::service::campaigns::open(&business.app.ctx, &business.actor, campaign).await.unwrap();
    let seen = Some((campaign, draft.revision));
    tandem::service::campaigns::save(&business.app.ctx, &business.actor, seen, draft.form).await.unwrap();
    let before = definition(&business, campaign).await;
    let mut browser = business.browser().await;
    let split_url = format!("/campaigns/{campaign}/split");
    let url = format!("{split_url}/test");
    browser.get(&split_url).await.assert_has("Compare with the shared division (a simulation)").assert_has("value=\"28\"");
    let wrong = browser.post(&url, &[("days", "6")]).await;
    wrong.assert_status(422).assert_has("Give a number of days from 7 to 90.").assert_has("value=\"6\"");
    let done = browser.post(&url, &[("days", "7")]).await;
    done.assert_status(303);
    assert_eq!(done.location(), url);

    let waiting = test(&business, campaign).await;
    assert_eq!((waiting.state, waiting.days), (State::Waiting, 7));
    assert!(waiting.arms.iter().all(|arm| arm.waits && arm.remark.is_none()), "{:?}", waiting.arms);
    let copy = waiting.arms[1].campaign;
    let (own, shared) = (definition(&business, campaign).await, definition(&business, copy).await);
    assert_eq!((own.budget.amount.minor, shared.budget.amount.minor), (15_051, 15_050), "the odd unit stays");
    assert_eq!(own.budgets().iter().map(|money| money.minor).sum::<i64>(), 15_051);
    let form: tandem::domain::campaign::CampaignForm = serde_json::from_str(&row(&business, campaign).await.form).unwrap();
    assert!(form.is_learned() && form.floor.facebook == "10" && form.ceiling.facebook == "80", "{form:?}");
    assert_eq!(ShapeChoice::from(&shared.shape), ShapeChoice::Shared);
    assert_eq!(shared.name, "Christmas sale (simulation: shared)");
    assert_eq!(
        (&shared.ads, &shared.audience, &shared.counting, &shared.schedule, &shared.placements),
        (&before.ads, &before.audience, &before.counting, &before.schedule, &before.placements)
    );
    assert_eq!(a_day_at_meta(&business, campaign).await, 30_101, "nothing is sent yet");
    let (workspace, id) = (business.actor.workspace, copy);
    let sent = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, id)).await.unwrap();
    assert!(sent.is_empty(), "{sent:?}");

    let page = browser.get(&url).await;
    page.assert_has("<title>Simulation of two arms: Christmas sale")
        .assert_has("<b>Simulation: made in the sandbox; it says nothing about Meta.</b>");
    page.assert_has("waits for approval")
        .assert_has(&format!("/campaigns/{copy}/plan"))
        .assert_has(&format!("/campaigns/{campaign}/plan"));
    browser.get(&split_url).await.assert_has("See the simulation").assert_lacks("Start the two arms");
    for (arm, id) in [("learned", campaign), ("shared", copy)] {
        let shown = browser.get(&format!("/campaigns/{id}")).await;
        shown.assert_has(&format!("The {arm} arm of a <a href=\"{url}\">simulation of two arms</a>"));
        assert!(refused(&business, id).await.contains("an arm of a simulation already"));
    }
    browser.get("/campaigns").await.assert_has("Christmas sale (simulation: shared)");
    let told = history::of_campaign(&business.app.ctx, &business.actor, campaign, None, 50).await.unwrap();
    assert!(told.entries.iter().any(|entry| entry.why.contains("An arm of a simulation of 7 days")), "{told:?}");

    // Undo works as for any edit, and the page says what follows of it.
    let saved = told.entries.iter().find(|entry| entry.can_undo && entry.why.contains("An arm of")).unwrap();
    history::undo(&business.app.ctx, &business.actor, campaign, saved.seq).await.unwrap();
    let undone = test(&business, campaign).await;
    assert_eq!(definition(&business, campaign).await.budget.amount.minor, 30_101);
    assert!(undone.remarks.iter().any(|remark| remark.contains("301.01 and 150.50 EUR a day")), "{:?}", undone.remarks);
    assert!(undone.remarks.iter().any(|remark| remark.contains("fixed by a person now")), "{:?}", undone.remarks);
}

#[actix_web::test]
async fn both_arms_deliver_their_days_are_counted_as_the_roll_ups_have_them_and_what_is_over_is_over() {
    let business = Business::connected().await;
    let (campaign, copy) = running(&business).await;
    assert_eq!((a_day_at_meta(&business, campaign).await, a_day_at_meta(&business, copy).await), (15_051, 15_050));
    let begun = test(&business, campaign).await;
    let (since, until) = begun.span.unwrap();
    assert_eq!((begun.state, (until - since).num_days()), (State::Starting, 6));
    for day in 1..=7 {
        next_day(&business).await;
        assert_eq!(test(&business, campaign).await.state, State::Running { day });
        if day == 1 {
            let mut browser = business.browser().await;
            browser
                .get(&format!("/campaigns/{campaign}/split/test"))
                .await
                .assert_has("Day 1 of 7")
                .assert_has("No day counts yet");
        }
    }
    next_day(&business).await;
    let young = test(&business, campaign).await;
    assert_eq!((young.state, young.daily.len()), (State::Over, 7));
    let states: Vec<DayState> = young.daily.iter().map(|day| day.state).collect();
    assert_eq!(states[6], DayState::Young, "a click of yesterday may still bring a result");
    assert!(states[..6].iter().all(|state| *state == DayState::Counted), "{states:?}");
    next_day(&business).await;
    next_day(&business).await;
    let over = test(&business, campaign).await;
    assert_eq!((over.state, over.daily.len()), (State::Over, 7), "no further day counts");
    assert!(over.daily.iter().all(|day| day.state == DayState::Counted));
    assert_eq!(over.complete_on, until.checked_add_days(chrono::Days::new(2)));

    let (workspace, account) = (business.actor.workspace, business.account);
    let sums = business.app.ctx.db.read(move |c| rollups::sums_by_campaign(c, workspace, account, since, until)).await.unwrap();
    for (arm, id) in over.arms.iter().zip([campaign, copy]) {
        let sum = sums.iter().find(|sum| sum.campaign_id == id.0).unwrap();
        assert_eq!(Some(arm.figures.spend_micros), sum.spend_micros);
        assert_eq!(Some(arm.figures.results), sum.results.map(|n| u64::try_from(n).unwrap()), "one kind by one setting");
        assert!(arm.figures.spend_micros > 0 && arm.figures.results > 0, "{arm:?}");
    }
    let said = over.comparison.unwrap();
    assert!(said.between.0 < said.more && said.more < said.between.1, "{said:?}");
    assert!(said.is_undecided() == (250..=9_750).contains(&said.chance_bp) || [250, 9_750].contains(&said.chance_bp), "{said:?}");

    let mut browser = business.browser().await;
    let url = format!("/campaigns/{copy}/split/test");
    let page = browser.get(&url).await;
    page.assert_has("No further day counts")
        .assert_has("What now")
        .assert_has("Cost of a purchase by day")
        .assert_has("<svg viewBox=\"0 0 720 230\"");
    page.assert_has(if said.is_undecided() { "<b>Undecided:</b>" } else { "For the same money the learned arm brought" });
    let csv = browser.get(&format!("{url}.csv")).await;
    csv.assert_has("note,arm,campaign_id").assert_has("Simulation: made in the sandbox; it says nothing about Meta.,learned,");
    assert_eq!(csv.body.lines().count(), 1 + 2 + 14);
    let twin = browser.get(&format!("{url}.json")).await.json();
    assert_eq!(twin["note"], json!(split::NOTE));
    assert_eq!(twin["comparison"]["chance_bp"], json!(said.chance_bp));
    assert_eq!(twin["rows"][0][8], json!(over.arms[0].figures.results.to_string()));

    // Keeping what was learned: the copy is put away, and its half comes back.
    browser.post(&format!("/campaigns/{campaign}/split/test/end"), &[("keep", "learned")]).await.assert_status(303);
    let ended = test(&business, campaign).await;
    assert_eq!((ended.state, ended.span, ended.daily.len()), (State::Ended(Arm::Learned), Some((since, until)), 7));
    assert_eq!(definition(&business, campaign).await.budget.amount.minor, 30_101);
    assert_eq!(a_day_at_meta(&business, campaign).await, 15_051, "nothing is sent yet");
    let plan = ended.ending_plan.unwrap();
    browser.get(&url).await.assert_has(&format!("/plans/{plan}")).assert_has("Start the two arms").assert_lacks("What now");
    carry_out(&business, plan).await;
    assert_eq!(row(&business, copy).await.wanted, "archived");
    business.publish(campaign).await;
    assert_eq!(a_day_at_meta(&business, campaign).await, 30_101);
    assert!(end(&business, campaign, Arm::Shared).await.unwrap_err().to_string().contains("no simulation that could be ended"));
    browser.get(&format!("/campaigns/{campaign}")).await.assert_lacks("arm of a <a");
    assert!(matches!(split::offered(&business.app.ctx, &business.actor, campaign).await.unwrap().offer, Offer::Possible));
}

#[actix_web::test]
async fn a_test_that_is_ended_early_can_change_the_campaign_to_shared() {
    let business = Business::connected().await;
    let (campaign, copy) = running(&business).await;
    for _ in 0..3 {
        next_day(&business).await;
    }
    let before = test(&business, campaign).await;
    assert_eq!(before.state, State::Running { day: 3 });
    let since = before.span.unwrap().0;
    let ended = end(&business, copy, Arm::Shared).await.unwrap();
    assert_eq!(ended.kept, copy);
    assert_eq!(definition(&business, copy).await.budget.amount.minor, 30_101);
    let after = test(&business, campaign).await;
    assert_eq!(after.state, State::Ended(Arm::Shared));
    assert_eq!(after.span.unwrap(), (since, since.checked_add_days(chrono::Days::new(1)).unwrap()), "yesterday was its last day");
    carry_out(&business, ended.plan.unwrap()).await;
    business.publish(copy).await;
    assert_eq!((row(&business, campaign).await.wanted.as_str(), a_day_at_meta(&business, copy).await), ("archived", 30_101));
    let refusal = refused(&business, campaign).await;
    assert!(refusal.contains("does not run"), "{refusal}");
}

#[actix_web::test]
async fn before_it_begins_a_test_is_taken_back_whole_and_its_copy_put_away() {
    let business = Business::connected().await;
    let campaign = published(&business).await;
    let copy = start(&business, campaign).await;
    next_day(&business).await;
    let waiting = test(&business, campaign).await;
    assert_eq!((waiting.state, waiting.span), (State::Waiting, None), "without approval it never begins");
    let ended = end(&business, campaign, Arm::Learned).await.unwrap();
    carry_out(&business, ended.plan.unwrap()).await;
    assert_eq!(row(&business, copy).await.wanted, "archived");
    assert_eq!(definition(&business, campaign).await.budget.amount.minor, 30_101);
    let after = test(&business, campaign).await;
    assert_eq!((after.state, after.span), (State::Ended(Arm::Learned), None));
    let mut browser = business.browser().await;
    browser.get(&format!("/campaigns/{campaign}/split/test")).await.assert_has("Ended before a day of it counted");
    let again = start(&business, campaign).await;
    assert_ne!(again, copy, "another can be started");
}

#[actix_web::test]
async fn an_arm_that_is_paused_stopped_or_deleted_is_said_and_its_days_do_not_count() {
    let business = Business::connected().await;
    let (campaign, copy) = running(&business).await;
    next_day(&business).await;
    next_day(&business).await;
    stop::pause(&business.app.ctx, &business.actor, copy).await.unwrap();
    next_day(&business).await;
    next_day(&business).await;
    let paused = test(&business, campaign).await;
    assert!(paused.arms[1].remark.as_ref().unwrap().contains("It is paused"), "{:?}", paused.arms);
    assert_eq!(paused.daily.last().unwrap().state, DayState::Young);
    next_day(&business).await;
    let states: Vec<DayState> = test(&business, campaign).await.daily.iter().map(|day| day.state).collect();
    assert!(states.contains(&DayState::Apart), "{states:?}");
    let mut browser = business.browser().await;
    let url = format!("/campaigns/{campaign}/split/test");
    browser.get(&url).await.assert_has("<b>The shared arm:</b> It is paused").assert_has("on which not both arms spent");

    let workspace = business.actor.workspace;
    let seen = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, copy)).await.unwrap();
    let top = seen.iter().find(|seen| seen.kind == "campaign").unwrap().remote_id.clone();
    business.app.control("edit", json!({"id": top, "fields": {"status": "DELETED"}})).await;
    next_day(&business).await;
    browser.get(&url).await.assert_has("It was deleted in the sandbox");
    assert!(end(&business, campaign, Arm::Shared).await.unwrap_err().to_string().contains("can run no more"));
    let ended = end(&business, campaign, Arm::Learned).await.unwrap();
    assert_eq!((ended.kept, ended.plan), (campaign, None), "what is deleted is not put away again");
}

#[actix_web::test]
async fn what_cannot_be_halved_or_runs_live_is_refused_with_the_reason() {
    let business = Business::connected().await;
    let draft = business.campaign().await;
    assert!(refused(&business, draft).await.contains("is a draft"));
    let shared = business.campaign_with(|form| form.shape = "shared".into()).await;
    business.publish(shared).await;
    assert!(refused(&business, shared).await.contains("several ad sets have a budget a day each"));
    let small = business.campaign_with(|form| form.budget = "2.40".into()).await;
    business.publish(small).await;
    let refusal = refused(&business, small).await;
    assert!(refusal.starts_with("The campaign would not be valid with half of the money."), "{refusal}");
    let campaign = published(&business).await;
    stop::pause(&business.app.ctx, &business.actor, campaign).await.unwrap();
    let refusal = refused(&business, campaign).await;
    assert!(refusal.contains("switch it on through its plan"), "{refusal}");
    let workspace = business.actor.workspace;
    let none = business.app.ctx.db.read(move |c| split_tests::find_latest(c, workspace, small)).await.unwrap();
    assert!(none.is_none(), "nothing was saved: {none:?}");

    // The same campaigns, as if they ran on a live connection.
    let live = |c: &mut _| Ok(diesel::RunQueryDsl::execute(diesel::sql_query("UPDATE connections SET kind = 'real'"), c)?);
    business.app.ctx.db.write_now::<_, StoreError>(live).unwrap();
    assert!(refused(&business, campaign).await.contains("in the sandbox only"));
    let mut browser = business.browser().await;
    browser
        .get(&format!("/campaigns/{campaign}/split"))
        .await
        .assert_status(200)
        .assert_lacks("Compare with the shared division");
    browser
        .get(&format!("/campaigns/{campaign}/split/test"))
        .await
        .assert_has("No simulation here")
        .assert_lacks("Start the two arms");
}

#[actix_web::test]
async fn the_endpoints_say_that_it_is_a_simulation_keep_rights_and_show_nothing_to_others() {
    let business = Business::connected().await;
    let campaign = published(&business).await;
    let app = &business.app;
    app.member("Other House", "bea@example.com", Role::Owner).await;
    let (analyst, manager) = (app.token("Casa Lume", Role::Analyst).await, app.token("Casa Lume", Role::Manager).await);
    let stranger = app.token("Other House", Role::Owner).await;
    let base = format!("{}/api/v1/campaigns/{campaign}/split/test", app.base);
    let get = |token: &str| app.http().get(&base).bearer_auth(token).send();
    let post =
        |token: &str, path: &str, body: Value| app.http().post(format!("{base}{path}")).bearer_auth(token).json(&body).send();
    let none: Value = get(&analyst).await.unwrap().json().await.unwrap();
    assert_eq!((&none["note"], &none["state"], &none["can_start"]), (&json!(split::NOTE), &json!("none"), &json!(true)));
    assert_eq!(post(&analyst, "", json!({"days": "28"})).await.unwrap().status(), 403);
    assert_eq!(post(&manager, "", json!({"days": "91"})).await.unwrap().status(), 422);
    let begun: Value = post(&manager, "", json!({"days": "28"})).await.unwrap().json().await.unwrap();
    assert_eq!((&begun["state"], &begun["days"], &begun["arms"][1]["arm"]), (&json!("waiting"), &json!(28), &json!("shared")));
    assert_eq!(post(&manager, "", json!({"days": "28"})).await.unwrap().status(), 409);
    assert_eq!(get(&stranger).await.unwrap().status(), 404);
    assert_eq!(post(&stranger, "", json!({"days": "28"})).await.unwrap().status(), 404);
    assert_eq!(post(&stranger, "/end", json!({"keep": "learned"})).await.unwrap().status(), 404);
    assert_eq!(post(&analyst, "/end", json!({"keep": "learned"})).await.unwrap().status(), 403);
    assert_eq!(post(&manager, "/end", json!({"keep": "both"})).await.unwrap().status(), 422);
    let ended: Value = post(&manager, "/end", json!({"keep": "learned"})).await.unwrap().json().await.unwrap();
    assert_eq!((&ended["note"], &ended["state"], &ended["kept"]), (&json!(split::NOTE), &json!("ended"), &json!("learned")));
    let other: Actor = app.actor("Other House").await;
    assert!(split::arm_of(&app.ctx, &other, campaign).await.unwrap().is_none());
}
