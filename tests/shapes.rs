//! The shapes and the names against the sandbox: published, delivered, spent within limits, changed, called by templates.

use chrono::Duration;
use serde_json::{Value, json};
use tandem::domain::campaign::{ByNetwork, CampaignForm};
use tandem::domain::id::CampaignId;
use tandem::domain::ledger::Unit;
use tandem::domain::plan::{Field, Mark};
use tandem::domain::role::Role;
use tandem::service::connections;
use tandem::service::publish::{self, Letter};
use tandem::store::{ledger, observed};

use crate::support::Business;

fn guided(form: &mut CampaignForm) {
    form.shape = "guided".into();
    form.floor.facebook = "30".into();
    form.ceiling.facebook = "40".into();
}

fn per_group(form: &mut CampaignForm) {
    form.shape = "per_group".into();
    form.amounts = "even".into();
}

async fn letter(business: &Business, campaign: CampaignId) -> Letter {
    publish::letter(&business.app.ctx, &business.actor, campaign, None).await.unwrap()
}

/// Plans, approves, carries out; afterwards there is nothing left to do.
async fn publish_it(business: &Business, campaign: CampaignId) {
    business.publish(campaign).await;
    let after = letter(business, campaign).await;
    let problem = after.latest.as_ref().and_then(|(plan, _)| plan.problem.clone());
    assert!(after.plan.is_empty(), "{problem:?} {:?}", after.plan.steps);
}

/// What Meta last said of a kind's objects that are on, by name.
async fn on_at_meta(business: &Business, kind: &'static str) -> Vec<(String, Value)> {
    let workspace = business.actor.workspace;
    let rows = business.app.ctx.db.read(move |c| observed::list_present(c, workspace, kind)).await.unwrap();
    let on = rows.into_iter().filter(|row| row.status == "ACTIVE");
    let mut all: Vec<(String, Value)> = on.map(|row| (row.name, serde_json::from_str(&row.fields).unwrap())).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Lets days pass and brings in what was delivered.
async fn deliver(business: &Business, days: i64) {
    business.app.control("clock", json!({"advance_days": days})).await;
    business.app.ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;
}

/// What the sandbox itself says was spent: rows of its insights, with `name` and micros of spend.
async fn spent(business: &Business, ask: &str, name: &str) -> Vec<(String, i64)> {
    let sandbox = business.app.sandbox.as_ref().unwrap();
    let identity = sandbox.identity();
    let url = format!(
        "{}/v26.0/{}/insights?{ask}&limit=1000&access_token={}",
        sandbox.base_url(),
        identity.ad_account_id,
        identity.access_token
    );
    let answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    let rows = answer["data"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let micros = |row: &Value| {
        let text = row["spend"].as_str().unwrap_or("0");
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        format!("{whole}{part:0<6}").parse::<i64>().unwrap()
    };
    rows.iter().map(|row| (row[name].as_str().unwrap_or_default().to_owned(), micros(row))).collect()
}

#[actix_web::test]
async fn a_guided_budget_stands_on_the_campaign_and_is_spent_inside_the_limits() {
    let business = Business::connected().await;
    let campaign = business.campaign_with(guided).await;
    let page = business.browser().await.get(&format!("/campaigns/{campaign}/plan")).await;
    page.assert_has("140.00 EUR a day that Meta divides over its ad sets")
        .assert_has("at least 42.00 EUR a day, at most 56.00 EUR a day");
    page.assert_has("Commits 140.00 EUR a day; 245.00 on the worst day");
    publish_it(&business, campaign).await;

    let (_, top) = on_at_meta(&business, "campaign").await.remove(0);
    assert_eq!((&top["daily_budget"], &top["bid_strategy"]), (&json!(14_000), &json!("LOWEST_COST_WITHOUT_CAP")));
    let sets = on_at_meta(&business, "ad_set").await;
    assert_eq!(sets.len(), 2);
    assert!(sets.iter().all(|(_, set)| set["daily_budget"].is_null()), "{sets:?}");
    assert_eq!((&sets[0].1["daily_min_spend_target"], &sets[0].1["daily_spend_cap"]), (&json!(4_200), &json!(5_600)));
    let workspace = business.actor.workspace;
    let committed = business.app.ctx.db.read(move |c| ledger::committed(c, workspace, campaign, Unit::ADay)).await.unwrap();
    assert_eq!(committed, 14_000, "the campaign's budget, once");

    deliver(&business, 9).await;
    let days = spent(&business, "level=adset&fields=adset_name,spend&time_increment=1&date_preset=maximum", "adset_name").await;
    let facebook: Vec<i64> = days.iter().filter(|(name, _)| name.contains("Facebook")).map(|(_, micros)| *micros).collect();
    assert!(facebook.len() >= 9, "{days:?}");
    assert!(facebook.iter().all(|micros| *micros <= 56_000_000), "a ceiling holds every day: {facebook:?}");
    // The first day began late and the last still runs.
    let whole = &facebook[1..facebook.len() - 1];
    assert!(whole.iter().all(|micros| *micros >= 41_500_000), "a floor is reached where it can be: {whole:?}");
    business.browser().await.get("/").await.assert_has("Meta divides inside 30–40 / 60–70 %");
}

#[actix_web::test]
async fn a_guided_budget_halves_with_its_floors_and_loses_its_limits_again() {
    let business = Business::connected().await;
    let tight = |budget: &'static str| {
        move |form: &mut CampaignForm| {
            guided(form);
            form.budget = budget.into();
            form.floor = ByNetwork { facebook: "60".into(), instagram: "40".into() };
            form.ceiling = ByNetwork::default();
        }
    };
    let campaign = business.campaign_with(tight("140")).await;
    publish_it(&business, campaign).await;
    for budget in ["70", "210"] {
        business.change(campaign, tight(budget)).await;
        assert!(letter(&business, campaign).await.plan.rows.iter().all(|row| row.mark == Mark::Change));
        publish_it(&business, campaign).await;
    }
    business.change(campaign, |form| form.shape = "guided".into()).await;
    publish_it(&business, campaign).await;
    let sets = on_at_meta(&business, "ad_set").await;
    assert!(sets.iter().all(|(_, set)| set["daily_min_spend_target"].is_null() && set["daily_spend_cap"].is_null()), "{sets:?}");
}

#[actix_web::test]
async fn a_guided_lifetime_budget_with_a_cost_goal_is_taken_and_read_back_alike() {
    let business = Business::connected().await;
    let lifetime = |form: &mut CampaignForm| {
        guided(form);
        form.pace = "lifetime".into();
        form.budget = "1400".into();
        form.ends = "2026-12-24".into();
        form.bid = "cost_goal".into();
        form.cost_goal = "8".into();
    };
    let campaign = business.campaign_with(lifetime).await;
    publish_it(&business, campaign).await;
    let (_, top) = on_at_meta(&business, "campaign").await.remove(0);
    assert_eq!((&top["lifetime_budget"], &top["bid_strategy"]), (&json!(140_000), &json!("COST_CAP")));
    let sets = on_at_meta(&business, "ad_set").await;
    assert_eq!((&sets[0].1["lifetime_spend_cap"], &sets[0].1["bid_amount"]), (&json!(56_000), &json!(800)));
    assert_eq!(sets[1].1["bid_amount"], json!(800));
}

#[actix_web::test]
async fn a_budget_a_group_is_kept_exactly_by_an_ad_set_each() {
    let business = Business::connected().await;
    let campaign = business.campaign_with(|form| {
        per_group(form);
        form.budget = "140.02".into();
    });
    let campaign = campaign.await;
    publish_it(&business, campaign).await;
    let sets = on_at_meta(&business, "ad_set").await;
    let names: Vec<&str> = sets.iter().map(|(name, _)| name.rsplit_once(" [").unwrap().0).collect();
    assert_eq!(
        names,
        ["Christmas sale · Explore and other", "Christmas sale · Feeds", "Christmas sale · Reels", "Christmas sale · Stories"]
    );
    let budgets: Vec<i64> = sets.iter().map(|(_, set)| set["daily_budget"].as_i64().unwrap()).collect();
    assert_eq!(budgets, [3_500, 3_501, 3_500, 3_501], "the two odd cents go to the earlier groups");
    let reels = &sets[2].1["targeting"];
    assert_eq!(reels["facebook_positions"], json!(["facebook_reels"]));
    assert_eq!(reels["instagram_positions"], json!(["reels"]));
    deliver(&business, 4).await;
    let all = spent(&business, "level=adset&fields=adset_name,spend&date_preset=maximum", "adset_name").await;
    assert!(all.len() == 4 && all.iter().all(|(_, micros)| *micros > 1_000_000), "{all:?}");
}

#[actix_web::test]
async fn automatic_placements_send_no_placement_and_money_elsewhere_is_other() {
    let business = Business::connected().await;
    let automatic = |form: &mut CampaignForm| {
        form.shape = "shared".into();
        form.automatic = "yes".into();
    };
    let campaign = business.campaign_with(automatic).await;
    let page = business.browser().await.get(&format!("/campaigns/{campaign}/plan")).await;
    page.assert_has("placements Meta chooses").assert_has("may spend outside Facebook and Instagram");
    publish_it(&business, campaign).await;
    let (_, set) = on_at_meta(&business, "ad_set").await.remove(0);
    for name in ["publisher_platforms", "facebook_positions", "instagram_positions"] {
        assert!(set["targeting"].get(name).is_none(), "{name}: {set}");
    }
    deliver(&business, 4).await;
    let by = spent(&business, "fields=spend&breakdowns=publisher_platform&date_preset=maximum", "publisher_platform").await;
    let outside: i64 = by.iter().filter(|(name, _)| name != "facebook" && name != "instagram").map(|(_, micros)| micros).sum();
    assert!(outside > 0, "{by:?}");
    business.browser().await.get("/").await.assert_has("Other");
    // And back: placements of one's own are a change of the same ad set.
    business.change(campaign, |form| form.shape = "shared".into()).await;
    publish_it(&business, campaign).await;
}

#[actix_web::test]
async fn a_running_campaign_changes_between_the_shapes_whose_ad_sets_carry_budgets() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    publish_it(&business, campaign).await;
    type Change = fn(&mut CampaignForm);
    let shapes: [(Change, usize); 4] = [(per_group, 4), (|form| form.shape = "shared".into(), 1), (|_| {}, 2), (per_group, 4)];
    for (shape, ad_sets) in shapes {
        business.change(campaign, shape).await;
        let plan = letter(&business, campaign).await.plan;
        assert!(plan.rows.iter().any(|row| row.mark == Mark::Pause), "{:?}", plan.rows);
        publish_it(&business, campaign).await;
        let on = on_at_meta(&business, "ad_set").await;
        assert_eq!(on.len(), ad_sets, "{on:?}");
        let sum: i64 = on.iter().map(|(_, set)| set["daily_budget"].as_i64().unwrap()).sum();
        assert_eq!(sum, 14_000);
    }
    let workspace = business.actor.workspace;
    let committed = business.app.ctx.db.read(move |c| ledger::committed(c, workspace, campaign, Unit::ADay)).await.unwrap();
    assert_eq!(committed, 14_000);
    business.change(campaign, guided).await;
    let plan = letter(&business, campaign).await.plan;
    assert_eq!(plan.blocked.len(), 1, "{:?}", plan.blocked);
    assert!(plan.blocked[0].contains("duplicate the campaign"), "{:?}", plan.blocked);
}

#[actix_web::test]
async fn the_workspaces_templates_name_new_campaigns_and_rename_none_by_themselves() {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    publish_it(&business, campaign).await;
    let mut owner = business.browser().await;
    let wrong = [("names.campaign", "{campain}"), ("names.ad_set", ""), ("names.ad", "{ad}"), ("utm_medium", "paid")];
    let answer = owner.post("/settings/names", &wrong).await;
    answer.assert_status(422).assert_has("{campain} is no variable; there are {campaign}").assert_has("value=\"{campain}\"");
    answer.assert_has("Write a template, like {campaign} · {part}.").assert_has("Write a word, like facebook.");
    let good = [
        ("names.campaign", "{objective}_{countries}_{campaign}"),
        ("names.ad_set", "{net}_{part}"),
        ("names.ad", "{ad}_{n}_{net}"),
        ("source.facebook", "fb"),
        ("source.instagram", "ig"),
        ("utm_medium", "paid"),
        ("utm_campaign", "{campaign}"),
        ("utm_content", "{ad}"),
    ];
    owner.post("/settings/names", &good).await.assert_status(303);
    let page = owner.get("/settings/names").await;
    page.assert_has("Sales_PT-ES_Christmas sale").assert_has("IG_Instagram").assert_has("Lamp_1_IG").assert_has("utm_source=ig");
    owner.get("/campaigns/new").await.assert_has("value=\"{net}_{part}\"").assert_has("value=\"ig\"");
    owner.get("/audit").await.assert_has("naming.changed");
    assert!(letter(&business, campaign).await.plan.is_empty(), "a running campaign keeps its names");

    let renamed = |form: &mut CampaignForm| {
        form.names.campaign = "{objective}_{countries}_{campaign}".into();
        form.names.ad_set = "{net}_{part}".into();
        form.names.ad = "{ad}_{n}_{net}".into();
    };
    business.change(campaign, renamed).await;
    let plan = letter(&business, campaign).await.plan;
    assert_eq!(plan.rows.len(), 5, "one campaign, two ad sets, two ads: {:?}", plan.rows);
    assert!(plan.rows.iter().all(|row| row.changes.iter().all(|change| change.field == Field::Name)), "{:?}", plan.rows);
    publish_it(&business, campaign).await;
    let names = |all: Vec<(String, Value)>| {
        all.into_iter().map(|(name, _)| name.rsplit_once(" [").unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(on_at_meta(&business, "campaign").await), ["Sales_PT-ES_Christmas sale"]);
    assert_eq!(names(on_at_meta(&business, "ad_set").await), ["FB_Facebook", "IG_Instagram"]);
    assert_eq!(names(on_at_meta(&business, "ad").await), ["Ad 1_1_FB", "Ad 1_1_IG"]);
}

#[actix_web::test]
async fn an_analyst_reads_the_templates_and_another_workspace_has_its_own() {
    let business = Business::connected().await;
    let mut analyst = business.app.member("Casa Lume", "rui@example.com", Role::Analyst).await;
    analyst.get("/settings/names").await.assert_status(200).assert_lacks("Save the templates");
    analyst.post("/settings/names", &[("names.campaign", "{campaign}")]).await.assert_status(403);
    let mut owner = business.browser().await;
    let mine = [
        ("names.campaign", "Mine {campaign}"),
        ("names.ad_set", "{part}"),
        ("names.ad", "{ad}"),
        ("source.facebook", "facebook"),
        ("source.instagram", "instagram"),
    ];
    owner.post("/settings/names", &mine).await.assert_status(303);
    let mut other = business.app.member("Other Shop", "eva@example.com", Role::Owner).await;
    other.get("/settings/names").await.assert_status(200).assert_lacks("Mine {campaign}").assert_has("value=\"{campaign}\"");
}
