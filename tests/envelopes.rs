//! Month envelopes: pacing from what was synced, the daily amount that lands, and the plan that sets it.

use serde_json::{Value, json};
use tandem::domain::bulk::{CampaignBudget, Change};
use tandem::domain::currency::Currency;
use tandem::domain::envelope::{Landing, Pacing, Runs, month_of};
use tandem::domain::id::{CampaignId, EnvelopeId};
use tandem::domain::money::Money;
use tandem::domain::role::Role;
use tandem::service::bulk;
use tandem::service::envelopes::{self, EnvelopeForm, Opened};
use tandem::store::connections;

use crate::support::Business;

/// Two campaigns of 140.00 and 60.00 a day, switched on at the beginning of the month's second day, and seven days of them read.
async fn week() -> (Business, [CampaignId; 2]) {
    let business = Business::connected().await;
    let first = business.campaign().await;
    let second =
        business.campaign_with(|form| (form.name, form.budget, form.shape) = ("Rugs".into(), "60".into(), "shared".into())).await;
    business.publish(first).await;
    business.publish(second).await;
    (business, [first, second])
}

/// Lets days pass and reads their figures.
async fn pass(business: &Business, days: i64) {
    business.app.control("clock", json!({ "advance_days": days })).await;
    let (workspace, account) = (business.actor.workspace, business.account);
    connections_sync(business).await;
    let row = business.app.ctx.db.read(move |c| connections::get_account(c, workspace, account)).await.unwrap();
    assert!(row.known_until_at.is_some());
}

async fn connections_sync(business: &Business) {
    tandem::service::connections::heartbeat(&business.app.ctx).await.unwrap();
    tandem::service::connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;
}

fn form(amount: &str, campaigns: &[CampaignId]) -> EnvelopeForm {
    EnvelopeForm {
        name: "December".into(),
        amount: amount.into(),
        tolerance: String::new(),
        campaigns: campaigns.iter().map(ToString::to_string).collect(),
    }
}

async fn make(business: &Business, amount: &str, campaigns: &[CampaignId]) -> EnvelopeId {
    envelopes::save(&business.app.ctx, &business.actor, None, &form(amount, campaigns)).await.unwrap()
}

async fn open(business: &Business, id: EnvelopeId) -> Opened {
    envelopes::open(&business.app.ctx, &business.actor, id).await.unwrap()
}

#[actix_web::test]
async fn the_plan_sets_exactly_the_daily_amount_that_lands_in_the_proportions_there_are() {
    let (business, [first, second]) = week().await;
    pass(&business, 9).await;
    let id = make(&business, "9000", &[first, second]).await;
    let opened = open(&business, id).await;
    let spent: i64 = opened.figures.by_day.iter().map(|(_, micros)| micros).sum();
    assert!(spent > 0 && opened.outlook.spent.micros == spent);
    assert!(opened.figures.members.iter().any(|member| member.spent.len() >= 2), "both networks: {:?}", opened.figures.members);
    assert_eq!(opened.outlook.month, month_of(opened.figures.today));
    let Landing::Daily { a_day, stays, each } = opened.outlook.landing.clone() else { panic!("{:?}", opened.outlook) };
    assert_eq!(each.iter().map(|(_, money)| money.minor).sum::<i64>(), a_day.minor);
    assert!(stays.minor < opened.outlook.days_left);
    // 140 to 60, to the minor unit.
    let (one, two) = (each[0].1.minor, each[1].1.minor);
    assert!((one * 60 - two * 140).abs() < 200, "{each:?}");

    let plan = envelopes::propose(&business.app.ctx, &business.actor, id).await.unwrap();
    let shown = bulk::show(&business.app.ctx, &business.actor, plan).await.unwrap();
    assert!(shown.plan.left_out.is_empty(), "{:?}", shown.plan.left_out);
    bulk::approve(&business.app.ctx, &business.actor, plan, &shown.plan.hash).await.unwrap();
    business.settle().await;
    let after = open(&business, id).await;
    let daily: Vec<i64> = after
        .figures
        .members
        .iter()
        .map(|member| if let Runs::Daily(minor) = member.runs { minor } else { panic!("{member:?}") })
        .collect();
    assert_eq!(daily, [one, two]);
    assert_eq!(after.outlook.landing, opened.outlook.landing, "what was set still lands");
}

#[actix_web::test]
async fn too_few_days_project_nothing_and_an_envelope_that_is_over_says_by_how_much() {
    let (business, [first, second]) = week().await;
    let id = make(&business, "1.00", &[first, second]).await;
    assert_eq!(open(&business, id).await.projection, None);
    pass(&business, 3).await;
    let opened = open(&business, id).await;
    assert_eq!(opened.outlook.pacing, Pacing::Ahead);
    assert!(matches!(opened.outlook.landing, Landing::Over(by) if by.minor > 0), "{:?}", opened.outlook);
    let refused = envelopes::propose(&business.app.ctx, &business.actor, id).await.unwrap_err().to_string();
    assert!(refused.contains("no daily amount lands on it"), "{refused}");
}

#[actix_web::test]
async fn a_campaign_taken_out_keeps_what_it_spent_and_counts_once_when_it_comes_back() {
    let (business, [first, second]) = week().await;
    pass(&business, 4).await;
    let id = make(&business, "9000", &[first, second]).await;
    let both = open(&business, id).await.outlook.spent;
    let change = async |campaigns: &[CampaignId]| {
        let revision = open(&business, id).await.revision;
        envelopes::save(&business.app.ctx, &business.actor, Some((id, revision)), &form("9000", campaigns)).await.unwrap();
    };
    change(&[first]).await;
    let without = open(&business, id).await;
    assert_eq!((without.outlook.spent, without.campaigns.as_slice()), (both, &[first][..]));
    assert!(without.figures.members.iter().any(|member| member.campaign == second && member.runs == Runs::Not));
    change(&[first, second]).await;
    let again = open(&business, id).await;
    assert_eq!((again.outlook.spent, again.figures.members.len()), (both, 2));
    let stale = envelopes::save(&business.app.ctx, &business.actor, Some((id, 1)), &form("1", &[first])).await.unwrap_err();
    assert!(stale.to_string().contains("Somebody saved this envelope"));
}

#[actix_web::test]
async fn a_budget_in_all_counts_and_is_not_steered() {
    let business = Business::connected().await;
    let daily = business.campaign().await;
    let lifetime = business
        .campaign_with(|form| {
            (form.name, form.pace, form.budget, form.shape) = ("Rugs".into(), "lifetime".into(), "2000".into(), "shared".into());
            form.ends = "2027-01-31 12:00".into();
        })
        .await;
    business.publish(daily).await;
    business.publish(lifetime).await;
    pass(&business, 3).await;
    let id = make(&business, "9000", &[daily, lifetime]).await;
    let opened = open(&business, id).await;
    assert!(opened.outlook.unsteered.is_some_and(|money| money.minor > 0), "{:?}", opened.outlook);
    assert_eq!((opened.daily_of(lifetime), opened.daily_of(daily).is_some()), (None, true));
}

#[actix_web::test]
async fn pages_twins_and_programs_tell_the_same() {
    let (business, [first, second]) = week().await;
    pass(&business, 9).await;
    let mut browser = business.browser().await;
    let ids = [first.to_string(), second.to_string()];
    let wrong = browser.post("/envelopes", &[("name", ""), ("amount", "x"), ("campaigns", &ids[0])]).await;
    wrong.assert_status(422).assert_has("href=\"/help/errors/envelope-name-missing\"").assert_has("amount-unreadable");
    let fields = [("name", "December <1>"), ("amount", "9,000.00"), ("campaigns", ids[0].as_str()), ("campaigns", &ids[1])];
    browser.post("/envelopes", &fields).await.assert_status(303);
    browser.get("/").await.assert_has("Month envelopes").assert_has("of 9,000.00 EUR");
    let token = business.app.token("Casa Lume", Role::Manager).await;
    let url = format!("{}/api/v1/envelopes", business.app.base);
    let http = business.app.http();
    let listed: Value = http.get(&url).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    let envelope = &listed["items"][0];
    let id = envelope["id"].as_str().unwrap();
    let page = browser.get(&format!("/envelopes/{id}")).await;
    page.assert_status(200).assert_has("December &#60;1&#62;").assert_has("A day that lands").assert_has("80 % confidence");
    let twin: Value = serde_json::from_str(&browser.get(&format!("/envelopes/{id}.json")).await.body).unwrap();
    let column = |name: &str| twin["columns"].as_array().unwrap().iter().position(|c| c == name).unwrap();
    assert_eq!(
        twin["rows"][0][column("a_day_landing")].as_str().map(|text| text.replace('.', "").parse::<i64>().unwrap()),
        envelope["members"][0]["a_day_landing"]["minor"].as_i64()
    );
    browser.get(&format!("/envelopes/{id}.csv")).await.assert_has("campaign_id,campaign,facebook,instagram");
    let plan: Value = http.post(format!("{url}/{id}/plan")).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    browser
        .get(&format!("/plans/{}", plan["plan"].as_str().unwrap()))
        .await
        .assert_status(200)
        .assert_has("Set the budget of each");
    let planned = browser.post(&format!("/envelopes/{id}/plan"), &[]).await;
    browser.get(planned.assert_status(303).location()).await.assert_status(200).assert_has("Set the budget of each");
    let mut reader = business.app.member("Casa Lume", "rui@example.com", Role::Analyst).await;
    reader.get(&format!("/envelopes/{id}")).await.assert_status(200).assert_lacks("Plan these daily budgets");
    business.app.member("Other", "eva@example.com", Role::Owner).await.get(&format!("/envelopes/{id}")).await.assert_status(404);
    browser.post(&format!("/envelopes/{id}/archive"), &[]).await.assert_status(303);
    browser.get("/").await.assert_lacks("of 9,000.00 EUR");
}

#[actix_web::test]
async fn a_budget_for_each_leaves_out_whom_it_does_not_name() {
    let (business, [first, second]) = week().await;
    let budgets = vec![CampaignBudget { campaign: first, money: Money::new(15_000, Currency::EUR) }];
    let request = bulk::Request { campaigns: vec![first, second], change: Change::Budgets { budgets } };
    let plan = bulk::propose(&business.app.ctx, &business.actor, request).await.unwrap();
    let shown = bulk::show(&business.app.ctx, &business.actor, plan).await.unwrap();
    assert_eq!((shown.plan.lines.len(), shown.plan.left_out.len()), (1, 1));
    assert!(shown.plan.left_out[0].why.contains("No budget was given"));
}
