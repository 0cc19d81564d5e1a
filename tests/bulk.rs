//! One change to several campaigns: one plan, exact money, refusals that say why, nothing lost where a part breaks off.

use serde_json::json;
use tandem::domain::bulk::{BudgetChange, Change};
use tandem::domain::campaign::{Campaign, Shape};
use tandem::domain::currency::Currency;
use tandem::domain::id::{CampaignId, PlanId};
use tandem::domain::ledger::Unit;
use tandem::domain::money::Money;
use tandem::domain::role::Role;
use tandem::service::bulk::{self, Request, Shown};
use tandem::service::campaigns::{Copying, duplicate};
use tandem::service::{Error, publish, stop};
use tandem::store::{campaigns, connections, ledger, observed};

use crate::support::{Business, between};

/// Two campaigns that run and a draft.
async fn three() -> (Business, [CampaignId; 3]) {
    let business = Business::connected().await;
    let first = business.campaign().await;
    let second = business.campaign_with(|form| (form.name, form.budget) = ("Rugs".into(), "99.99".into())).await;
    let draft = business.campaign_with(|form| form.name = "Spring".into()).await;
    business.publish(first).await;
    business.publish(second).await;
    (business, [first, second, draft])
}

async fn propose(business: &Business, campaigns: &[CampaignId], change: Change) -> PlanId {
    let request = Request { campaigns: campaigns.to_vec(), change };
    bulk::propose(&business.app.ctx, &business.actor, request).await.unwrap()
}

async fn show(business: &Business, id: PlanId) -> Shown {
    bulk::show(&business.app.ctx, &business.actor, id).await.unwrap()
}

/// Approves what is shown and carries it out.
async fn carry_out(business: &Business, id: PlanId) -> Shown {
    let hash = show(business, id).await.plan.hash;
    bulk::approve(&business.app.ctx, &business.actor, id, &hash).await.unwrap();
    business.settle().await;
    show(business, id).await
}

fn percent(basis_points: i64) -> Change {
    Change::Budget { budget: BudgetChange::Percent { basis_points } }
}

async fn definition(business: &Business, id: CampaignId) -> Campaign {
    let workspace = business.actor.workspace;
    let row = business.app.ctx.db.read(move |c| campaigns::find(c, workspace, id)).await.unwrap().unwrap();
    serde_json::from_str(&row.definition.unwrap()).unwrap()
}

/// What Meta says each ad set of a campaign may spend a day, by its name.
async fn at_meta(business: &Business, id: CampaignId) -> Vec<i64> {
    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, id)).await.unwrap();
    let mut sets: Vec<(String, i64)> = rows
        .into_iter()
        .filter(|row| row.kind == "ad_set")
        .map(|row| {
            let fields: serde_json::Value = serde_json::from_str(&row.fields).unwrap();
            let budget = &fields["daily_budget"];
            (row.name, budget.as_i64().or_else(|| budget.as_str()?.parse().ok()).unwrap())
        })
        .collect();
    sets.sort();
    sets.into_iter().map(|(_, minor)| minor).collect()
}

async fn status_of(business: &Business, id: CampaignId) -> String {
    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_of_campaign(c, workspace, id)).await.unwrap();
    rows.into_iter().find(|row| row.kind == "campaign").unwrap().status
}

#[actix_web::test]
async fn ten_percent_more_is_one_plan_and_exact_to_the_cent_for_every_ad_set() {
    let (business, [first, second, draft]) = three().await;
    let id = propose(&business, &[first, second, draft], percent(1_000)).await;
    let proposed = show(&business, id).await;
    assert_eq!(proposed.plan.lines.len(), 2);
    assert!(proposed.plan.left_out[0].why.contains("draft"), "{:?}", proposed.plan.left_out);
    let eur = |minor| Money::new(minor, Currency::EUR);
    let sums: Vec<_> = proposed.plan.a_day.iter().map(|sum| (sum.before, sum.after)).collect();
    // 99.99 and a tenth is 109.989, which is 109.99.
    assert_eq!(sums, [(eur(14_000 + 9_999), eur(15_400 + 10_999))]);
    assert_eq!(at_meta(&business, first).await, [5_880, 8_120], "nothing happens before approval");

    let done = carry_out(&business, id).await;
    assert_eq!(done.row.state, "applied", "{:?}", done.row.problem);
    assert_eq!(at_meta(&business, first).await, [6_468, 8_932]);
    assert_eq!(at_meta(&business, second).await.iter().sum::<i64>(), 10_999);
    let Shape::PerNetwork { facebook, instagram } = definition(&business, first).await.shape else { panic!("another shape") };
    assert_eq!((facebook.minor, instagram.minor), (6_468, 8_932));
    let workspace = business.actor.workspace;
    let committed = business.app.ctx.db.read(move |c| ledger::committed(c, workspace, first, Unit::ADay)).await.unwrap();
    assert_eq!(committed, 15_400);
    let letter = publish::letter(&business.app.ctx, &business.actor, first, None).await.unwrap();
    assert!(letter.plan.rows.is_empty(), "the campaign's own plan finds nothing left to do: {:?}", letter.plan.rows);
}

#[actix_web::test]
async fn a_plan_that_is_not_the_one_read_is_refused_and_one_is_approved_once() {
    let (business, [first, second, _]) = three().await;
    let id = propose(&business, &[first, second], percent(1_000)).await;
    let read = show(&business, id).await.plan.hash;
    stop::pause(&business.app.ctx, &business.actor, first).await.unwrap();
    let other = propose(&business, &[first], percent(500)).await;
    carry_out(&business, other).await;
    let stale = bulk::approve(&business.app.ctx, &business.actor, id, &read).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    let hash = show(&business, id).await.plan.hash;
    assert_ne!(hash, read);
    bulk::approve(&business.app.ctx, &business.actor, id, &hash).await.unwrap();
    let twice = bulk::approve(&business.app.ctx, &business.actor, id, &hash).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    let busy = show(&business, propose(&business, &[first], Change::Resume).await).await;
    assert!(busy.plan.left_out[0].why.contains("being carried out"), "{:?}", busy.plan.left_out);
    business.settle().await;
}

#[actix_web::test]
async fn what_breaks_off_for_one_campaign_is_done_for_the_others_and_applying_again_finishes_it() {
    let (business, [first, second, _]) = three().await;
    let fault = json!({"match": {"method": "POST", "in_batch": true}, "kind": "error", "code": 100, "message": "No such money.", "times": 1});
    let id = propose(&business, &[first, second], Change::Pause).await;
    let hash = show(&business, id).await.plan.hash;
    bulk::approve(&business.app.ctx, &business.actor, id, &hash).await.unwrap();
    business.app.control("faults", fault).await;
    business.settle().await;
    let broken = show(&business, id).await;
    assert_eq!(broken.row.state, "failed");
    assert!(broken.row.problem.as_deref().unwrap().contains("No such money"), "{:?}", broken.row.problem);
    let states: Vec<&str> = broken.steps.iter().map(|step| step.state.as_str()).collect();
    assert_eq!(states, ["failed", "done"]);
    bulk::apply_again(&business.app.ctx, &business.actor, id).await.unwrap();
    business.settle().await;
    assert_eq!(show(&business, id).await.row.state, "applied");
    assert_eq!([status_of(&business, first).await, status_of(&business, second).await], ["PAUSED", "PAUSED"]);
}

#[actix_web::test]
async fn pausing_and_resuming_several_is_told_by_their_statuses() {
    let (business, [first, second, _]) = three().await;
    carry_out(&business, propose(&business, &[first, second], Change::Pause).await).await;
    let mut ana = business.browser().await;
    ana.get("/campaigns?status=paused").await.assert_has("Paused by a plan that command line approved.").assert_has("Rugs");
    let done = carry_out(&business, propose(&business, &[first, second], Change::Resume).await).await;
    assert_eq!(done.plan.a_day[0].after.minor, 14_000 + 9_999);
    assert_eq!(status_of(&business, first).await, "ACTIVE");
}

#[actix_web::test]
async fn another_end_reaches_meta_for_each_ad_set() {
    let (business, [first, second, _]) = three().await;
    let change = Change::Dates { starts: None, ends: Some("2027-03-01 12:00".into()) };
    let done = carry_out(&business, propose(&business, &[first, second], change).await).await;
    // Neither had an end, and a campaign without one can be given one.
    assert_eq!(
        (done.row.state.as_str(), done.plan.lines.len()),
        ("applied", 2),
        "{:?} {:?}",
        done.plan.left_out,
        done.row.problem
    );
    let ends = definition(&business, second).await.schedule.ends.unwrap();
    assert_eq!(ends.to_rfc3339(), "2027-03-01T12:00:00+00:00");
    let mut ana = business.browser().await;
    ana.get("/campaigns").await.assert_has("1 Mar 2027");
}

#[actix_web::test]
async fn what_is_archived_is_hidden_kept_and_never_planned_again() {
    let (business, [first, second, draft]) = three().await;
    let done = carry_out(&business, propose(&business, &[first, draft], Change::Archive).await).await;
    assert_eq!(done.row.state, "applied", "{:?}", done.row.problem);
    assert_eq!(status_of(&business, first).await, "ARCHIVED");
    let mut ana = business.browser().await;
    let list = ana.get("/campaigns").await;
    list.assert_has(&format!("id=\"c{second}\""))
        .assert_lacks(&format!("id=\"c{first}\""))
        .assert_lacks(&format!("id=\"c{draft}\""));
    ana.get("/campaigns?archived=1").await.assert_has(&format!("id=\"c{first}\"")).assert_has("Archived at Meta.");
    let planned = publish::letter(&business.app.ctx, &business.actor, first, None).await;
    assert!(matches!(planned, Err(Error::Conflict(_))), "{:?}", planned.err());
}

#[actix_web::test]
async fn duplicates_are_drafts_that_say_what_they_lack() {
    let (business, [first, second, _]) = three().await;
    let same = Copying { dates: false, account: None };
    let made = duplicate(&business.app.ctx, &business.actor, &[first, second], same).await.unwrap();
    let names: Vec<&str> = made.iter().map(|copied| copied.name.as_str()).collect();
    assert_eq!(names, ["Christmas sale (copy)", "Rugs (copy)"]);
    assert!(made.iter().all(|copied| copied.problems.is_empty()), "{made:?}");
    assert_eq!(definition(&business, made[1].draft).await.budget.amount.minor, 9_999);

    let workspace = business.actor.workspace;
    let accounts = business.app.ctx.db.read(move |c| connections::list_linked_accounts(c, workspace)).await.unwrap();
    let other = accounts.iter().find(|account| account.id != business.account).unwrap();
    let there = Copying { dates: true, account: Some(other.id) };
    let made = duplicate(&business.app.ctx, &business.actor, &[first], there).await.unwrap();
    assert_eq!(other.currency, "JPY");
    // 140 euro are not 140 yen.
    assert!(made[0].problems.iter().any(|problem| problem.contains("Say how much it may spend")), "{made:?}");
}

#[actix_web::test]
async fn the_pages_carry_a_change_from_the_list_to_its_end_without_scripts() {
    let (business, [first, second, draft]) = three().await;
    let mut ana = business.browser().await;
    let (a, b, c) = (first.to_string(), second.to_string(), draft.to_string());
    let chosen = [("campaigns", a.as_str()), ("campaigns", b.as_str()), ("campaigns", c.as_str())];
    let ask = |more: &[(&'static str, &'static str)]| chosen.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    let nothing = ana.post("/campaigns/bulk", &[("action", "pause")]).await;
    nothing.assert_status(422).assert_has("Choose at least one campaign");
    let wrong =
        ana.post("/campaigns/bulk", &ask(&[("action", "budget"), ("budget_as", "more_percent"), ("amount", "a lot")])).await;
    wrong.assert_status(422).assert_has("is not a percentage").assert_has("value=\"a lot\"");
    wrong.assert_has(&format!("value=\"{a}\" aria-label=\"Choose Christmas sale\" checked"));

    let asked = ana.post("/campaigns/bulk", &ask(&[("action", "budget"), ("budget_as", "more_percent"), ("amount", "10")])).await;
    asked.assert_status(303);
    let path = asked.location().to_owned();
    let plan = ana.get(&path).await;
    plan.assert_has("Raise budgets by 10 %: 2 campaigns").assert_has("1 campaign left out").assert_has("It is a draft");
    plan.assert_has("58.80 EUR a day").assert_has("64.68 EUR a day").assert_has("263.99 EUR a day instead of 239.99");
    let hash = between(&plan.body, "name=\"hash\" value=\"", "\"").unwrap();
    ana.post(&format!("{path}/approve"), &[("hash", &hash)]).await.assert_status(303);
    ana.get(&path).await.assert_has("Being carried out").assert_has("http-equiv=\"refresh\"");
    business.settle().await;
    ana.get(&path).await.assert_has("Carried out").assert_has("4 of 4 steps");

    let mut eva = business.app.member("Casa Lume", "eva@example.com", Role::Analyst).await;
    eva.post("/campaigns/bulk", &[("action", "pause"), ("campaigns", &a)]).await.assert_status(403);
    let mut zoe = business.app.member("Another house", "zoe@example.com", Role::Owner).await;
    zoe.get(&path).await.assert_status(404);
    zoe.post("/campaigns/bulk", &[("action", "pause"), ("campaigns", &a)]).await.assert_status(404);
}

#[actix_web::test]
async fn a_running_campaign_is_edited_through_its_form_and_its_plan() {
    let (business, [first, ..]) = three().await;
    let mut draft = tandem::service::campaigns::open(&business.app.ctx, &business.actor, first).await.unwrap();
    (draft.form.name, draft.form.budget, draft.form.ends) = ("Winter sale".into(), "150.00".into(), "2027-03-01 12:00".into());
    draft.form.countries = "Portugal".into();
    draft.form.ads[0].message = "Another text.".into();
    let existing = Some((first, draft.revision));
    let saved = tandem::service::campaigns::save(&business.app.ctx, &business.actor, existing, draft.form).await.unwrap();
    assert!(saved.desk.reading.invalid.is_empty(), "{:?}", saved.desk.reading.invalid);
    let letter = publish::letter(&business.app.ctx, &business.actor, first, None).await.unwrap();
    assert!(letter.plan.blocked.is_empty(), "{:?}", letter.plan.blocked);
    publish::approve(&business.app.ctx, &business.actor, first, &letter.plan.hash, letter.run).await.unwrap();
    business.settle().await;
    assert_eq!(at_meta(&business, first).await, [6_300, 8_700]);
    let after = publish::letter(&business.app.ctx, &business.actor, first, None).await.unwrap();
    assert!(after.plan.is_empty(), "{:?}", after.plan.rows);
    let mut ana = business.browser().await;
    ana.get(&format!("/campaigns/{first}/edit")).await.assert_has("cannot be changed any more");
}
