//! Adopting what somebody made by hand at Meta: nothing is written, the plan is empty, and changes go through plans.

use chrono::Duration;
use serde_json::{Value, json};
use tandem::domain::adopt::Beyond;
use tandem::domain::id::CampaignId;
use tandem::domain::ledger::Unit;
use tandem::domain::plan::{Field, Kind, Run};
use tandem::service::{Error, adopt, connections, publish, stop};
use tandem::store::{campaigns, kept, ledger, observed};

use crate::support::{Business, ByHand, targeting};

async fn sync(business: &Business) {
    business.app.ctx.clock.advance(Duration::seconds(5));
    connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.settle().await;
}

async fn find(business: &Business, remote: &str) -> observed::Observed {
    let (workspace, remote) = (business.actor.workspace, remote.to_owned());
    let all = business.app.ctx.db.read(move |c| {
        let mut all = Vec::new();
        for kind in ["campaign", "ad_set", "ad"] {
            all.extend(observed::list_present(c, workspace, kind)?);
        }
        Ok(all)
    });
    all.await.unwrap().into_iter().find(|row| row.remote_id == remote).unwrap()
}

/// How many calls the sandbox received since it was last asked that write.
async fn writes(business: &Business) -> usize {
    let base = &business.app.ctx.sandbox.as_ref().unwrap().base_url;
    let answer: Value = reqwest::get(format!("{base}/_sandbox/calls")).await.unwrap().json().await.unwrap();
    answer["calls"].as_array().unwrap().iter().filter(|call| call["method"] != "GET").count()
}

/// Syncs, adopts through the offer as a person would, and checks the promises every shape must keep.
async fn adopted(business: &Business, remote: &str) -> (CampaignId, Vec<Beyond>) {
    sync(business).await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let id = CampaignId(find(business, remote).await.id.0);
    writes(business).await;
    let offer = adopt::offer(ctx, actor, id).await.unwrap();
    adopt::adopt(ctx, actor, id, &offer.hash).await.unwrap();
    let letter = publish::letter(ctx, actor, id, None).await.unwrap();
    assert!(letter.plan.is_empty() && letter.plan.worth_knowing.is_empty(), "{:?}", letter.plan);
    business.settle().await;
    assert_eq!(writes(business).await, 0, "adopting reads and never writes");
    let workspace = actor.workspace;
    let (row, objects, top) = ctx
        .db
        .read(move |c| {
            let top = observed::find(c, workspace, tandem::domain::id::ObjectId(id.0))?;
            Ok((campaigns::find(c, workspace, id)?, kept::list(c, workspace, id)?, top))
        })
        .await
        .unwrap();
    assert!(row.is_some() && !objects.is_empty(), "what is wanted is stored");
    assert_eq!(top.unwrap().origin, "elsewhere", "where it was made stays true");
    (id, offer.beyond.into_iter().map(|(beyond, _)| beyond).collect())
}

async fn approve(business: &Business, id: CampaignId, run: Run) {
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let letter = publish::letter(ctx, actor, id, Some(run)).await.unwrap();
    publish::approve(ctx, actor, id, &letter.plan.hash, run).await.unwrap();
    business.settle().await;
    let letter = publish::letter(ctx, actor, id, Some(run)).await.unwrap();
    assert!(letter.plan.is_empty() && !letter.has_failed(), "{:?} {:?}", letter.plan, letter.latest);
}

#[actix_web::test]
async fn one_ad_set_over_both_networks_is_adopted_paused_resumed_and_given_more_money() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let campaign = hand.campaign(json!({})).await;
    let both = targeting(json!({"publisher_platforms": ["facebook", "instagram"]}));
    let ad_set = hand.ad_set(&campaign, "Both networks", json!({"daily_budget": 2000, "targeting": both})).await;
    hand.ad(&ad_set, "Lamp", json!({})).await;
    let (id, beyond) = adopted(&business, &campaign).await;
    assert!(beyond.is_empty(), "{beyond:?}");

    let (ctx, actor, workspace) = (&business.app.ctx, &business.actor, business.actor.workspace);
    let committed = ctx.db.read(move |c| ledger::committed(c, workspace, id, Unit::ADay)).await.unwrap();
    assert_eq!(committed, 2_000, "what it commits is in the ledger from then on");
    approve(&business, id, Run::Paused).await;
    assert_eq!(find(&business, &campaign).await.status, "PAUSED");
    approve(&business, id, Run::Active).await;
    assert_eq!(find(&business, &campaign).await.status, "ACTIVE");

    let opened = adopt::open(ctx, actor, id).await.unwrap();
    let set = find(&business, &ad_set).await.id;
    let typed = [(format!("budget.{set}"), "25.50".to_owned()), (format!("name.{set}"), "Both feeds".to_owned())];
    adopt::save(ctx, actor, id, opened.revision, typed.into_iter().collect()).await.unwrap();
    approve(&business, id, Run::Active).await;
    let row = find(&business, &ad_set).await;
    assert_eq!((row.name.as_str(), row.origin.as_str()), ("Both feeds", "elsewhere"));
    let said: Value = serde_json::from_str(&row.fields).unwrap();
    assert_eq!(said["daily_budget"], json!(2550));
    let stale = adopt::save(ctx, actor, id, opened.revision, Default::default()).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
}

#[actix_web::test]
async fn an_ad_set_a_network_is_adopted_and_drift_is_found_and_taken_back() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let campaign = hand.campaign(json!({})).await;
    let mut sets = Vec::new();
    for network in ["facebook", "instagram"] {
        let only = targeting(json!({"publisher_platforms": [network]}));
        let ad_set = hand.ad_set(&campaign, network, json!({"daily_budget": 3000, "targeting": only})).await;
        hand.ad(&ad_set, "Lamp", json!({})).await;
        sets.push(ad_set);
    }
    let (id, beyond) = adopted(&business, &campaign).await;
    assert!(beyond.is_empty(), "{beyond:?}");
    let change = json!({"id": sets[1], "fields": {"daily_budget": 9900, "name": "Renamed in Ads Manager"}});
    business.app.control("edit", change).await;
    publish::refresh(&business.app.ctx, &business.actor, id).await.unwrap();
    let letter = publish::letter(&business.app.ctx, &business.actor, id, None).await.unwrap();
    let changes: Vec<Field> = letter.plan.rows.iter().flat_map(|row| row.changes.iter().map(|c| c.field)).collect();
    assert_eq!(changes, [Field::Name, Field::Budget]);
    approve(&business, id, Run::Active).await;
    let said: Value = serde_json::from_str(&find(&business, &sets[1]).await.fields).unwrap();
    assert_eq!((said["daily_budget"].as_i64(), said["name"].as_str()), (Some(3_000), Some("instagram")));
}

#[actix_web::test]
async fn drift_may_also_be_kept_by_adopting_again() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let campaign = hand.campaign(json!({})).await;
    let both = targeting(json!({"publisher_platforms": ["facebook", "instagram"]}));
    let ad_set = hand.ad_set(&campaign, "First", json!({"daily_budget": 2000, "targeting": both})).await;
    hand.ad(&ad_set, "Lamp", json!({})).await;
    let (id, _) = adopted(&business, &campaign).await;
    business.app.control("edit", json!({"id": ad_set, "fields": {"daily_budget": 4000}})).await;
    let second = hand.ad(&ad_set, "Chair", json!({})).await;
    sync(&business).await;
    let letter = publish::letter(&business.app.ctx, &business.actor, id, None).await.unwrap();
    assert!(letter.plan.worth_knowing.iter().any(|line| line.contains("adopt it again")), "{:?}", letter.plan.worth_knowing);
    let offer = adopt::offer(&business.app.ctx, &business.actor, id).await.unwrap();
    assert!(offer.again && offer.changes.len() == 2, "{:?}", offer.changes);
    adopted(&business, &campaign).await;
    let opened = adopt::open(&business.app.ctx, &business.actor, id).await.unwrap();
    let new = find(&business, &second).await.id;
    assert!(opened.adopted.of_kind(Kind::Ad).any(|ad| ad.object.id == new));
}

#[actix_web::test]
async fn a_campaign_budget_stays_on_the_campaign_and_can_be_changed_there() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let own = json!({"daily_budget": 5000, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"});
    let campaign = hand.campaign(own).await;
    for network in ["facebook", "instagram"] {
        let only = targeting(json!({"publisher_platforms": [network]}));
        let extra = json!({"targeting": only, "daily_spend_cap": 4000, "bid_strategy": null});
        let ad_set = hand.ad_set(&campaign, network, extra).await;
        hand.ad(&ad_set, "Lamp", json!({})).await;
    }
    let (id, beyond) = adopted(&business, &campaign).await;
    assert_eq!(beyond, [Beyond::CampaignBudget, Beyond::SpendRange]);
    let opened = adopt::open(&business.app.ctx, &business.actor, id).await.unwrap();
    let typed = [(format!("budget.{id}"), "60".to_owned())].into_iter().collect();
    adopt::save(&business.app.ctx, &business.actor, id, opened.revision, typed).await.unwrap();
    approve(&business, id, Run::Active).await;
    let said: Value = serde_json::from_str(&find(&business, &campaign).await.fields).unwrap();
    assert_eq!(said["daily_budget"], json!(6000));
}

#[actix_web::test]
async fn strange_campaigns_are_kept_as_they_are_and_said_to_be() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let campaign = hand.campaign(json!({})).await;
    let interests = json!({"flexible_spec": [{"interests": [{"id": "6003139266461", "name": "Movies"}]}]});
    let narrow = hand.ad_set(&campaign, "Automatic", json!({"daily_budget": 2000, "targeting": targeting(interests)})).await;
    let cards = json!([{"link": "https://casalume.example/a"}, {"link": "https://casalume.example/b"}]);
    hand.ad(&narrow, "Cards", json!({"child_attachments": cards})).await;
    let end = "2026-12-24T23:00:00+0000";
    let audience = targeting(json!({"publisher_platforms": ["facebook", "instagram", "audience_network"]}));
    let all = json!({"lifetime_budget": 90000, "end_time": end, "targeting": audience});
    let lifetime = hand.ad_set(&campaign, "Everywhere", all).await;
    hand.ad(&lifetime, "Lamp", json!({})).await;
    let (id, beyond) = adopted(&business, &campaign).await;
    let expected = [Beyond::AutomaticPlacements, Beyond::OtherNetworks, Beyond::DetailedTargeting, Beyond::Carousel];
    for one in expected {
        assert!(beyond.contains(&one), "{one:?} is not among {beyond:?}");
    }
    let letter = publish::letter(&business.app.ctx, &business.actor, id, None).await.unwrap();
    assert!(letter.plan.commitments.is_none(), "daily and lifetime are not summed");
    let most = letter.plan.review.stakes.unwrap().after;
    assert_eq!((most.a_day.minor, most.in_all.minor, most.worst_day.minor), (2_000, 90_000, 93_500));
    approve(&business, id, Run::Paused).await;
}

#[actix_web::test]
async fn what_was_made_here_is_not_adopted_and_a_changed_offer_is_refused() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let campaign = hand.campaign(json!({})).await;
    sync(&business).await;
    let id = CampaignId(find(&business, &campaign).await.id.0);
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let offer = adopt::offer(ctx, actor, id).await.unwrap();
    business.app.control("edit", json!({"id": campaign, "fields": {"name": "Another name"}})).await;
    let refused = adopt::adopt(ctx, actor, id, &offer.hash).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");

    let ours = business.campaign().await;
    let letter = publish::letter(ctx, actor, ours, None).await.unwrap();
    publish::approve(ctx, actor, ours, &letter.plan.hash, letter.run).await.unwrap();
    business.settle().await;
    let refused = adopt::offer(ctx, actor, ours).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

#[actix_web::test]
async fn one_that_was_not_adopted_is_paused_and_resumed_through_a_plan() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let campaign = hand.campaign(json!({})).await;
    let both = targeting(json!({"publisher_platforms": ["facebook", "instagram"]}));
    hand.ad_set(&campaign, "Both", json!({"daily_budget": 2000, "targeting": both})).await;
    sync(&business).await;
    let id = CampaignId(find(&business, &campaign).await.id.0);
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    stop::pause(ctx, actor, id).await.unwrap();
    let shown = adopt::switch_on(ctx, actor, id).await.unwrap();
    assert_eq!(shown.plan.commitments.unwrap().a_day.unwrap().minor, 2_000);
    let wrong = adopt::approve_switch_on(ctx, actor, id, "another").await;
    assert!(matches!(wrong, Err(Error::Conflict(_))), "{wrong:?}");
    adopt::approve_switch_on(ctx, actor, id, &shown.plan.hash).await.unwrap();
    business.settle().await;
    assert_eq!(find(&business, &campaign).await.status, "ACTIVE");
    let workspace = actor.workspace;
    assert!(ctx.db.read(move |c| campaigns::find(c, workspace, id)).await.unwrap().is_none(), "it is not ours by that");
}

#[actix_web::test]
async fn the_pages_lead_from_the_campaign_to_its_adoption_its_form_and_its_plan() {
    let business = Business::connected().await;
    let hand = ByHand::of(&business);
    let campaign = hand.campaign(json!({})).await;
    let both = targeting(json!({"publisher_platforms": ["facebook", "instagram"]}));
    let ad_set = hand.ad_set(&campaign, "<b>Both</b>", json!({"daily_budget": 2000, "targeting": both})).await;
    hand.ad(&ad_set, "Lamp", json!({})).await;
    sync(&business).await;
    let (id, set) = (find(&business, &campaign).await.id, find(&business, &ad_set).await.id);
    let mut browser = business.app.stranger();
    browser.sign_in("ana@example.com", crate::support::PASSWORD).await;
    browser.get(&format!("/campaigns/{id}")).await.assert_status(200).assert_has("Adopt this campaign");
    let page = browser.get(&format!("/campaigns/{id}/adopt")).await;
    page.assert_status(200).assert_has("Nothing is written to Meta").assert_has("20.00 EUR a day").assert_lacks("<b>Both</b>");
    let hash = crate::support::between(&page.body, "name=\"hash\" value=\"", "\"").unwrap();
    let answer = browser.post(&format!("/campaigns/{id}/adopt"), &[("hash", &hash)]).await;
    assert_eq!((answer.status, answer.location()), (303, format!("/campaigns/{id}").as_str()));
    browser.get(&format!("/campaigns/{id}")).await.assert_has("Made elsewhere and adopted").assert_lacks("Adopt this campaign");
    assert_eq!(browser.get(&format!("/campaigns/{id}/edit")).await.location(), format!("/campaigns/{id}/kept"));
    let form = browser.get(&format!("/campaigns/{id}/kept")).await;
    form.assert_status(200).assert_has(&format!("budget.{set}")).assert_has("value=\"20.00\"");
    let budget = format!("budget.{set}");
    let fields = |amount: &'static str| [("revision".to_owned(), "1".to_owned()), (budget.clone(), amount.to_owned())];
    let bad = fields("a lot");
    let bad: Vec<(&str, &str)> = bad.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser
        .post(&format!("/campaigns/{id}/kept"), &bad)
        .await
        .assert_status(422)
        .assert_has("a lot")
        .assert_has("href=\"/help/errors/amount-unreadable\"");
    let good = fields("30");
    let good: Vec<(&str, &str)> = good.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = browser.post(&format!("/campaigns/{id}/kept"), &good).await;
    assert_eq!(answer.location(), format!("/campaigns/{id}/plan"));
    browser.get(&format!("/campaigns/{id}/plan")).await.assert_status(200).assert_has("30.00 EUR a day").assert_has("Approve");
}
