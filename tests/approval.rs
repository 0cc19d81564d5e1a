//! The second person: what raises spending beyond a limit waits, whichever way it is asked for, and nothing else ever does.

use chrono::Duration;
use serde_json::json;
use tandem::domain::bulk::{BudgetChange, Change};
use tandem::domain::currency::Currency;
use tandem::domain::id::{CampaignId, UserId};
use tandem::domain::money::Money;
use tandem::domain::plan::Run;
use tandem::domain::role::Role;
use tandem::service::approvals::{self, Passed};
use tandem::service::bulk::{self, Request};
use tandem::service::plan_settings::{self, PlanSettingsForm};
use tandem::service::stop::{self, Scope};
use tandem::service::{Actor, Error, Via, adopt, connections, drift, members, notices, publish, workspaces};
use tandem::store::notices as notice_rows;
use tandem::store::{audit, observed, plans};

use crate::api::Client;
use crate::support::{Browser, Business, ByHand, between, targeting};

/// The owner Ana and the manager Ben, who may raise spending by 100.00 EUR a day.
struct Two {
    business: Business,
    ana: Actor,
    ben: Actor,
}

impl Two {
    async fn new() -> Self {
        let business = Business::connected().await;
        let ana = person(&business, "ana@example.com").await;
        business.app.member("Casa Lume", "ben@example.com", Role::Manager).await;
        let ben = person(&business, "ben@example.com").await;
        let two = Self { business, ana, ben };
        two.limits("any", "100", "").await.unwrap();
        two
    }

    /// Limits of owners, of managers, and Ben's own.
    async fn limits(&self, owner: &str, manager: &str, ben: &str) -> Result<(), Error> {
        let mut form = PlanSettingsForm {
            overdelivery: "75".into(),
            learning_step: "20".into(),
            needs_second: true,
            currency: "EUR".into(),
            ..PlanSettingsForm::default()
        };
        form.limits.insert("owner".into(), owner.into());
        form.limits.insert("manager".into(), manager.into());
        form.limits.insert(format!("user:{}", self.ben.user.unwrap()), ben.into());
        plan_settings::save(&self.business.app.ctx, &self.business.actor, form).await
    }

    /// Approves a campaign's plan as it is now.
    async fn approve(&self, who: &Actor, campaign: CampaignId, run: Option<Run>) -> Result<Passed, Error> {
        let ctx = &self.business.app.ctx;
        let letter = publish::letter(ctx, who, campaign, run).await?;
        publish::approve(ctx, who, campaign, &letter.plan.hash, letter.run).await
    }

    async fn waiting(&self) -> Vec<approvals::Row> {
        approvals::list(&self.business.app.ctx, &self.ana).await.unwrap().0.into_iter().map(|one| one.row).collect()
    }

    /// Plans that were queued so far.
    async fn queued(&self) -> usize {
        let workspace = self.business.actor.workspace;
        self.business.app.ctx.db.read(move |c| plans::list_running(c, workspace)).await.unwrap().len()
    }

    async fn actions(&self) -> Vec<String> {
        let workspace = self.business.actor.workspace;
        let events = self.business.app.ctx.db.read(move |c| audit::list(c, workspace, None, 200)).await.unwrap();
        events.into_iter().map(|event| event.action).collect()
    }

    async fn browser(&self, email: &str) -> Browser {
        let mut browser = self.business.app.stranger();
        browser.sign_in(email, crate::support::PASSWORD).await;
        browser
    }
}

async fn person(business: &Business, email: &str) -> Actor {
    let all = workspaces::members(&business.app.ctx, &business.actor).await.unwrap();
    let (id, name, _, role) = all.into_iter().find(|(_, _, address, _)| address == email).unwrap();
    Actor { user: Some(id), name, role, via: Via::Page, ..business.actor.clone() }
}

#[track_caller]
fn waits(passed: Result<Passed, Error>) {
    assert!(matches!(passed, Ok(Passed::Waits(_))), "{passed:?}");
}

#[track_caller]
fn queues(passed: Result<Passed, Error>) {
    assert!(matches!(passed, Ok(Passed::Queued(Some(_)))), "{passed:?}");
}

#[track_caller]
fn conflict(passed: Result<Passed, Error>, words: &str) {
    assert!(matches!(&passed, Err(Error::Conflict(said)) if said.words.contains(words)), "{words}: {passed:?}");
}

#[actix_web::test]
async fn a_workspace_of_one_cannot_ask_for_a_second() {
    let business = Business::connected().await;
    let form = PlanSettingsForm {
        overdelivery: "75".into(),
        learning_step: "20".into(),
        needs_second: true,
        ..PlanSettingsForm::default()
    };
    let refused = plan_settings::save(&business.app.ctx, &business.actor, form).await.unwrap_err();
    assert!(matches!(&refused, Error::Invalid(problems) if problems.at("needs_second").is_some()), "{refused:?}");
    // Somebody who may only read is nobody to ask.
    business.app.member("Casa Lume", "eva@example.com", Role::Analyst).await;
    let mut ana = business.browser().await;
    ana.get("/settings/plans").await.assert_has("there is nobody to ask").assert_lacks("Ask a second person beyond");
    let sent = [("overdelivery", "75"), ("learning_step", "20"), ("needs_second", "yes"), ("limit.owner", "any")];
    ana.post("/settings/plans", &sent).await.assert_status(422).assert_has("nobody could be the second");
    let campaign = business.campaign().await;
    business.publish(campaign).await;
}

#[actix_web::test]
async fn what_is_beyond_the_limit_waits_for_somebody_else_who_approves_that_very_plan() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    let campaign = business.campaign().await;
    waits(two.approve(&two.ben, campaign, None).await);
    assert_eq!(two.queued().await, 0, "nothing is queued");
    let [row] = two.waiting().await.try_into().unwrap();
    assert_eq!((row.asked_by, row.state.as_str()), (two.ben.user, "waiting"));
    assert!(
        row.sentence.contains("by 140.00 EUR a day") && row.sentence.contains("at most 100.00 EUR a day"),
        "{}",
        row.sentence
    );
    // Asking again asks nothing new, and is no second person.
    waits(two.approve(&two.ben, campaign, None).await);
    assert_eq!(two.waiting().await.len(), 1);
    let other = publish::approve(ctx, &two.ana, campaign, &"0".repeat(64), Run::Active).await;
    conflict(other, "has changed since this plan was made");
    queues(two.approve(&two.ana, campaign, None).await);
    assert!(two.waiting().await.is_empty());
    business.settle().await;
    let letter = publish::letter(ctx, &two.ana, campaign, None).await.unwrap();
    assert!(letter.plan.is_empty(), "{:?}", letter.plan.rows);
    let actions = two.actions().await;
    for action in ["approval.asked", "approval.approved", "plan.approved", "plan_settings.changed"] {
        assert!(actions.iter().any(|done| done == action), "{action}: {actions:?}");
    }
}

#[actix_web::test]
async fn the_second_persons_own_limit_has_to_cover_it_and_they_may_decline_with_a_reason() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    two.limits("120", "100", "").await.unwrap();
    let campaign = business.campaign().await;
    waits(two.approve(&two.ben, campaign, None).await);
    conflict(two.approve(&two.ana, campaign, None).await, "Nobody else’s limit covers it");
    let [row] = two.waiting().await.try_into().unwrap();
    let silent = approvals::decline(ctx, &two.ana, row.id, "  ").await;
    assert!(matches!(silent, Err(Error::Invalid(_))), "{silent:?}");
    let declined = approvals::decline(ctx, &two.ana, row.id, "Wait for January.").await.unwrap();
    assert_eq!((declined.state.as_str(), declined.decided_by), ("declined", two.ana.user));
    let twice = approvals::decline(ctx, &two.ana, row.id, "Once more.").await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    let mut ben = two.browser("ben@example.com").await;
    let page = ben.get(&format!("/campaigns/{campaign}/plan")).await;
    page.assert_has("ana declined it: Wait for January.").assert_has("Approve, ask a second person");
    // The owner has a way out: other limits.
    waits(two.approve(&two.ben, campaign, None).await);
    two.limits("140", "100", "").await.unwrap();
    queues(two.approve(&two.ana, campaign, None).await);
    business.settle().await;
}

#[actix_web::test]
async fn lowering_pausing_and_stopping_never_wait() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    two.limits("any", "0", "").await.unwrap();
    let lower = Change::Budget { budget: BudgetChange::Percent { basis_points: -1_000 } };
    for change in [lower, Change::Pause] {
        let id = bulk::propose(ctx, &two.ben, Request { campaigns: vec![campaign], change }).await.unwrap();
        let hash = bulk::show(ctx, &two.ben, id).await.unwrap().plan.hash;
        queues(bulk::approve(ctx, &two.ben, id, &hash).await);
        business.settle().await;
    }
    waits(two.approve(&two.ben, campaign, Some(Run::Active)).await);
    queues(two.approve(&two.ana, campaign, Some(Run::Active)).await);
    business.settle().await;
    stop::pause(ctx, &two.ben, campaign).await.unwrap();
    stop::stop(ctx, &two.ben, Scope::Account).await.unwrap();
}

#[actix_web::test]
async fn every_way_to_raise_spending_waits() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    let campaign = business.campaign().await;
    business.publish(campaign).await;

    // A change to several campaigns.
    let raise = Change::Budget { budget: BudgetChange::By { money: Money::new(10_001, Currency::EUR) } };
    let id = bulk::propose(ctx, &two.ben, Request { campaigns: vec![campaign], change: raise }).await.unwrap();
    let hash = bulk::show(ctx, &two.ben, id).await.unwrap().plan.hash;
    waits(bulk::approve(ctx, &two.ben, id, &hash).await);
    assert_eq!(bulk::show(ctx, &two.ben, id).await.unwrap().row.state, "proposed");
    queues(bulk::approve(ctx, &two.ana, id, &hash).await);
    business.settle().await;

    // Resuming after a stop: until the second person approves, everything stays stopped.
    stop::stop(ctx, &two.ben, Scope::Here).await.unwrap();
    let plan = stop::resume_plan(ctx, &two.ben).await.unwrap().unwrap();
    assert_eq!(plan.stakes[0].more_a_day.minor, 24_001);
    waits(stop::approve_resume(ctx, &two.ben, &plan.hash).await);
    assert!(stop::overview(ctx, &two.ben).await.unwrap().frozen);
    queues(stop::approve_resume(ctx, &two.ana, &plan.hash).await);
    business.settle().await;

    // Taking back a pause.
    stop::pause(ctx, &two.ben, campaign).await.unwrap();
    waits(two.approve(&two.ben, campaign, Some(Run::Active)).await);

    // Switching on what was made elsewhere.
    let hand = ByHand::of(business);
    let remote = hand.campaign(json!({})).await;
    let both = targeting(json!({"publisher_platforms": ["facebook", "instagram"]}));
    hand.ad_set(&remote, "Both", json!({"daily_budget": 15_000, "targeting": both})).await;
    ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(ctx, &business.actor).await.unwrap();
    business.settle().await;
    let workspace = business.actor.workspace;
    let rows = ctx.db.read(move |c| observed::list_present(c, workspace, "campaign")).await.unwrap();
    let foreign = CampaignId(rows.into_iter().find(|row| row.remote_id == remote).unwrap().id.0);
    stop::pause(ctx, &two.ben, foreign).await.unwrap();
    let shown = adopt::switch_on(ctx, &two.ben, foreign).await.unwrap();
    waits(adopt::approve_switch_on(ctx, &two.ben, foreign, &shown.plan.hash).await);
    let kinds: Vec<String> = two.waiting().await.into_iter().map(|row| row.kind).collect();
    assert_eq!(kinds, ["campaign", "switch_on"]);
    queues(adopt::approve_switch_on(ctx, &two.ana, foreign, &shown.plan.hash).await);
    business.settle().await;
}

#[actix_web::test]
async fn setting_back_what_was_lowered_elsewhere_waits_with_its_ticks_and_goes_stale_with_what_drifts() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    let campaign = business.campaign().await;
    queues(two.approve(&two.ana, campaign, Some(Run::Active)).await);
    business.settle().await;
    two.limits("any", "20", "").await.unwrap();
    let workspace = business.actor.workspace;
    let rows = ctx.db.read(move |c| observed::list_of_campaign(c, workspace, campaign)).await.unwrap();
    let ad_set = rows.into_iter().find(|row| row.kind == "ad_set").unwrap();
    let lower = async |to: i64| {
        let fields = json!({"daily_budget": to, "name": "Renamed by hand"});
        business.app.control("edit", json!({"id": ad_set.remote_id, "fields": fields})).await;
        ctx.clock.advance(Duration::seconds(5));
        connections::sync_now(ctx, &business.actor).await.unwrap();
        business.settle().await;
    };
    lower(1_000).await;
    let drifts = drift::of_campaign(ctx, &two.ben, campaign).await.unwrap().drifts;
    let mut picks: Vec<_> = drifts.iter().map(|drift| drift.pick).collect();
    assert_eq!(picks.len(), 2, "{drifts:?}");
    let plan = drift::revert(ctx, &two.ben, campaign, &picks).await.unwrap().plan;
    waits(drift::approve(ctx, &two.ben, campaign, &picks, &plan.hash).await);
    picks.reverse();
    waits(drift::approve(ctx, &two.ben, campaign, &picks, &plan.hash).await);
    let [row] = two.waiting().await.try_into().unwrap();
    assert_eq!((row.kind.as_str(), row.subject_id, two.queued().await), ("revert", campaign.0, 0));

    // Lowered once more: what was asked for is about another plan, and nobody can approve it.
    lower(900).await;
    assert!(two.waiting().await.is_empty());
    conflict(drift::approve(ctx, &two.ana, campaign, &picks, &plan.hash).await, "has changed since this plan was made");

    let mut ben = two.browser("ben@example.com").await;
    let page = ben.get(&row.path).await;
    page.assert_has("Approve, ask a second person").assert_has("is stale");
    let hash = between(&page.body, "name=\"hash\" value=\"", "\"").unwrap();
    let ticks: Vec<String> = picks.iter().map(ToString::to_string).collect();
    let sent: Vec<_> = ticks.iter().map(|tick| ("pick", tick.as_str())).chain([("hash", hash.as_str())]).collect();
    let asked = ben.post(&format!("/campaigns/{campaign}/drift/revert"), &sent).await;
    ben.get(asked.location()).await.assert_has("It waits for a second person.").assert_has("Take it back");
    let [row] = two.waiting().await.try_into().unwrap();
    let mut ana = two.browser("ana@example.com").await;
    ana.get("/approvals").await.assert_has("Set back what was changed of Christmas sale").assert_has("/drift/revert?pick=");
    ana.get(&row.path).await.assert_has("Approve as the second person");
    let done = ana.post(&format!("/campaigns/{campaign}/drift/revert"), &sent).await;
    assert_eq!(done.location(), format!("/campaigns/{campaign}/plan"));
    business.settle().await;
    assert!(drift::of_campaign(ctx, &two.ben, campaign).await.unwrap().drifts.is_empty());
    assert!(two.waiting().await.is_empty());
}

#[actix_web::test]
async fn small_raises_count_together_for_a_day() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    two.limits("any", "150", "").await.unwrap();
    let first = business.campaign().await;
    queues(two.approve(&two.ben, first, None).await);
    business.settle().await;
    let second = business.campaign_with(|form| (form.name, form.budget) = ("Rugs".into(), "10.01".into())).await;
    let mut ben = two.browser("ben@example.com").await;
    let page = ben.get(&format!("/campaigns/{second}/plan")).await;
    page.assert_has("of that 10.00 EUR is left").assert_has("So a second person has to approve. ana can approve it.");
    waits(two.approve(&two.ben, second, None).await);
    ctx.clock.advance(Duration::hours(24));
    queues(two.approve(&two.ben, second, None).await);
    assert!(two.waiting().await.is_empty(), "who asked may approve by now, and nothing waits any more");
    business.settle().await;
}

#[actix_web::test]
async fn money_in_another_currency_is_beyond_every_amount() {
    let two = Two::new().await;
    two.limits("any", "1000000", "").await.unwrap();
    let limits = plan_settings::overview(&two.business.app.ctx, &two.ana).await.unwrap().settings.limits;
    let limit = limits.of(two.ben.user, Role::Manager);
    assert!(!limit.covers(&[Money::new(1, Currency::JPY)], &[]));
    let overview = plan_settings::overview(&two.business.app.ctx, &two.ana).await.unwrap();
    assert!(overview.currencies.contains(&Currency::JPY), "the demo business has an account in yen: {:?}", overview.currencies);
}

#[actix_web::test]
async fn a_token_counts_as_its_maker_and_is_never_their_second_person() {
    let two = Two::new().await;
    let business = &two.business;
    let campaign = business.campaign().await;
    use secrecy::ExposeSecret;
    let make = |who: Actor| async move {
        let owner = Actor { role: Role::Owner, ..who };
        tandem::service::tokens::create(&business.app.ctx, &owner, "job", Role::Owner).await.unwrap().expose_secret().to_owned()
    };
    let (bens, anas) = (make(two.ben.clone()).await, make(two.ana.clone()).await);
    let nobodys = business.app.token("Casa Lume", Role::Owner).await;
    let client = |token: &str| Client::new(&business.app.base, Some(token.to_owned()));
    let (bens, anas, nobodys) = (client(&bens).await, client(&anas).await, client(&nobodys).await);
    let path = format!("/campaigns/{campaign}/plan");
    let hash = bens.get(&path).await.is(200).json()["hash"].clone();
    let approval = json!({"hash": hash, "run": "active"});
    // An owner's token in the hands of a manager raises no more than the manager.
    let mine = Actor { role: Role::Manager, ..two.ben.clone() };
    waits(publish::approve(&business.app.ctx, &mine, campaign, hash.as_str().unwrap(), Run::Active).await);
    two.limits("any", "100", "100").await.unwrap();
    let asked = bens.post(&format!("{path}/approve"), approval.clone()).await.is(202).json();
    assert!(asked["plan"].is_null() && asked["waits"].is_string(), "{asked}");
    assert_eq!(two.waiting().await.len(), 1, "the same wish of the same person");
    let listed = bens.get("/approvals").await.is(200).json();
    assert_eq!(listed["items"][0]["raises"][0]["minor"], json!(14_000), "{listed}");
    assert_eq!(listed["items"][0]["hash"], hash);
    nobodys.post(&format!("{path}/approve"), approval.clone()).await.is(409);
    let queued = anas.post(&format!("{path}/approve"), approval.clone()).await.is(202).json();
    assert!(queued["plan"].is_string() && queued["waits"].is_null(), "{queued}");
    business.settle().await;
}

#[actix_web::test]
async fn where_one_person_is_left_limits_hold_nothing_until_a_second_is_there() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    two.limits("0", "200", "").await.unwrap();
    let campaign = business.campaign().await;
    waits(two.approve(&two.ana, campaign, None).await);
    members::set_role(ctx, &business.actor, two.ben.user.unwrap(), Role::Analyst).await.unwrap();
    let mut ana = two.browser("ana@example.com").await;
    ana.get("/settings/plans").await.assert_has("only one is left who may approve");
    assert!(two.actions().await.contains(&"approval.suspended".to_owned()));
    queues(two.approve(&two.ana, campaign, None).await);
    assert!(two.waiting().await.is_empty());
    business.settle().await;
    members::set_role(ctx, &business.actor, two.ben.user.unwrap(), Role::Manager).await.unwrap();
    assert!(two.actions().await.contains(&"approval.in_force".to_owned()));
    stop::pause(ctx, &two.ana, campaign).await.unwrap();
    waits(two.approve(&two.ana, campaign, Some(Run::Active)).await);
    members::remove(ctx, &business.actor, two.ben.user.unwrap()).await.unwrap();
    queues(two.approve(&two.ana, campaign, Some(Run::Active)).await);
    business.settle().await;
}

#[actix_web::test]
async fn a_wish_is_stale_when_the_states_change_and_says_so() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    let campaign = business.campaign().await;
    waits(two.approve(&two.ben, campaign, None).await);
    let [row] = two.waiting().await.try_into().unwrap();
    business.change(campaign, |form| form.budget = "150.00".into()).await;
    conflict(publish::approve(ctx, &two.ana, campaign, &row.hash, Run::Active).await, "has changed since this plan was made");
    assert!(two.waiting().await.is_empty());
    let (_, ended) = approvals::list(ctx, &two.ana).await.unwrap();
    assert_eq!((ended[0].id, ended[0].state.as_str()), (row.id, "stale"));
    let mut ben = two.browser("ben@example.com").await;
    ben.get(&format!("/campaigns/{campaign}/plan")).await.assert_has("What ben asked for is stale");
}

#[actix_web::test]
async fn the_pages_carry_a_wish_from_one_person_to_the_other() {
    let two = Two::new().await;
    let (ctx, business) = (&two.business.app.ctx, &two.business);
    let campaign = business.campaign().await;
    let path = format!("/campaigns/{campaign}/plan");
    let (mut ana, mut ben) = (two.browser("ana@example.com").await, two.browser("ben@example.com").await);
    let page = ben.get(&path).await;
    page.assert_has("you may raise it by at most 100.00 EUR a day").assert_has("Approve, ask a second person");
    let hash = between(&page.body, "name=\"hash\" value=\"", "\"").unwrap();
    let sent = ben.post(&format!("{path}/approve"), &[("hash", &hash), ("run", "active")]).await;
    sent.assert_status(303);
    let waiting = ben.get(sent.location()).await;
    waiting.assert_has("It waits for a second person").assert_has("Take it back").assert_lacks("id=\"approve\"");
    ana.get("/").await.assert_has("Waiting for a second person").assert_has("Plan for Christmas sale");
    ana.get("/approvals").await.assert_has("Plan for Christmas sale").assert_has("raises spending by 140.00 EUR a day");
    notices::watch(ctx, business.actor.workspace).await.unwrap();
    let workspace = business.actor.workspace;
    let open = ctx.db.read(move |c| notice_rows::list_open(c, workspace)).await.unwrap();
    assert!(open.iter().any(|row| row.kind == "approval_waits" && row.sentence.contains("ben asked for it")), "{open:?}");

    let asked = ana.get(&format!("{path}?run=active")).await;
    asked.assert_has("Approve as the second person").assert_has("Decline");
    let id = between(&asked.body, "action=\"/approvals/", "/decline").unwrap();
    let mut eva = business.app.member("Casa Lume", "eva@example.com", Role::Analyst).await;
    eva.post(&format!("/approvals/{id}/decline"), &[("reason", "no")]).await.assert_status(403);
    let mut zoe = business.app.member("Another house", "zoe@example.com", Role::Owner).await;
    zoe.post(&format!("/approvals/{id}/decline"), &[("reason", "no")]).await.assert_status(404);
    zoe.get("/approvals").await.assert_lacks("Christmas sale");
    ana.post(&format!("{path}/approve"), &[("hash", &hash), ("run", "active")]).await.assert_status(303);
    business.settle().await;
    ana.get(&path).await.assert_has("Carried out");
    ana.get("/approvals").await.assert_has("approved by ana").assert_has("Nothing waits");
    notices::watch(ctx, workspace).await.unwrap();
    let open = ctx.db.read(move |c| notice_rows::list_open(c, workspace)).await.unwrap();
    assert!(!open.iter().any(|row| row.kind == "approval_waits"), "{open:?}");
    let _: UserId = two.ana.user.unwrap();
}
