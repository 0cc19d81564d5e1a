//! The guard over the real sandbox: it warns and pauses in time, whatever stands still, and never switches anything on. And its
//! formula over months of simulated spending.

use std::sync::mpsc;

use diesel::prelude::*;
use serde_json::{Value, json};
use tandem::domain::guard::Reason;
use tandem::domain::id::{CampaignId, LimitId};
use tandem::domain::limit::LimitForm;
use tandem::domain::plan::Run;
use tandem::domain::role::Role;
use tandem::service::guard::{Guard, Looked};
use tandem::service::{Error, connections, history, limits, notices, publish, stop};
use tandem::store::limits as rows;
use tandem::store::{StoreError, observed};

use crate::support::spending::run;
use crate::support::{Business, ByHand};

async fn running() -> (Business, CampaignId) {
    let business = Business::connected().await;
    let campaign = business.campaign().await;
    business.publish(campaign).await;
    (business, campaign)
}

/// A database in which nothing can be written.
struct Busy {
    release: mpsc::Sender<()>,
    holder: tokio::task::JoinHandle<()>,
}

impl Busy {
    /// A write that stands still; where tables are locked one by one, it holds these.
    async fn with(business: &Business, tables: &'static str) -> Self {
        let (release, held) = mpsc::channel::<()>();
        let (begun, is_begun) = tokio::sync::oneshot::channel();
        let db = business.app.ctx.db.clone();
        let holder = tokio::task::spawn_blocking(move || {
            db.write_now::<_, StoreError>(|c| {
                if let tandem::store::Conn::Postgres(_) = c {
                    diesel::sql_query(format!("LOCK TABLE {tables} IN EXCLUSIVE MODE")).execute(c)?;
                }
                begun.send(()).unwrap();
                held.recv().unwrap();
                Ok(())
            })
            .unwrap();
        });
        is_begun.await.unwrap();
        Self { release, holder }
    }

    async fn ends(self) {
        self.release.send(()).unwrap();
        self.holder.await.unwrap();
    }
}

async fn limit(business: &Business, covers: String, amount: &str) -> LimitId {
    let form = LimitForm { amount: amount.into(), ..LimitForm::fresh(&covers) };
    limits::set(&business.app.ctx, &business.actor, &form).await.unwrap()
}

async fn minutes_on(business: &Business, minutes: i64) {
    business.app.control("clock", json!({ "advance_minutes": minutes })).await;
    business.app.ctx.clock.advance(chrono::Duration::seconds(1));
}

async fn sync_now(business: &Business) {
    business.app.ctx.clock.advance(chrono::Duration::seconds(5));
    connections::sync_now(&business.app.ctx, &business.actor).await.unwrap();
    business.app.run_jobs().await;
}

/// Meta's own word, past the app.
async fn at_meta(business: &Business, campaign: CampaignId, field: &str) -> Value {
    let workspace = business.actor.workspace;
    let id = tandem::domain::id::ObjectId(campaign.0);
    let row = business.app.ctx.db.read(move |c| observed::find(c, workspace, id)).await.unwrap().unwrap();
    let hand = ByHand::of(business);
    let url = format!("{}/v26.0/{}?fields={field}&access_token={}", hand.base, row.remote_id, hand.token);
    let answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    answer[field].clone()
}

/// What Meta counts as spent by the ad account in all, minor units.
async fn spent(business: &Business) -> i64 {
    let hand = ByHand::of(business);
    let url = format!("{}/v26.0/{}?fields=amount_spent&access_token={}", hand.base, hand.account, hand.token);
    let answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    answer["amount_spent"].as_str().unwrap().parse().unwrap()
}

/// Looks every so many minutes of the sandbox's clock until something is paused; nothing works the queue meanwhile.
async fn look_until_paused(business: &Business, guard: &mut Guard, every: i64) -> Looked {
    for _ in 0..200 {
        minutes_on(business, every).await;
        let looked = guard.look().await;
        if looked.paused > 0 {
            return looked;
        }
    }
    panic!("nothing was paused");
}

async fn holds(business: &Business) -> Vec<rows::HoldRow> {
    let workspace = business.actor.workspace;
    business.app.ctx.db.read(move |c| rows::list_holds(c, workspace)).await.unwrap()
}

async fn check(business: &Business, id: LimitId) -> rows::CheckRow {
    let workspace = business.actor.workspace;
    let checks = business.app.ctx.db.read(move |c| rows::list_checks(c, workspace)).await.unwrap();
    checks.into_iter().find(|check| check.limit_id == id).unwrap()
}

#[actix_web::test]
async fn a_limit_is_held_at_meta_although_nothing_works_the_queue() {
    let (business, campaign) = running().await;
    let before = spent(&business).await;
    limit(&business, format!("account:{}", business.account), "200").await;
    let mut guard = Guard::new(&business.app.ctx);
    let looked = look_until_paused(&business, &mut guard, 15).await;
    assert_eq!((looked.paused, looked.unconfirmed), (1, 0));
    assert_eq!(at_meta(&business, campaign, "status").await, "PAUSED");
    let taken = spent(&business).await - before;
    assert!((10_000..=20_000).contains(&taken), "not passed, and not stopped far too soon: {taken}");
    guard.recorded().await;
    let held = holds(&business).await;
    assert_eq!((held.len(), held[0].campaign_id.0), (1, campaign.0));
    assert!(held[0].reason.contains("The limit of 200.00 EUR each month"), "{held:?}");
    // The history says who and why, the ledger has released what was committed, people hear of it.
    let told = history::of_campaign(&business.app.ctx, &business.actor, campaign, None, 5).await.unwrap();
    assert!(format!("{told:?}").contains("Paused by the guard."), "{told:?}");
    notices::watch(&business.app.ctx, business.actor.workspace).await.unwrap();
    let heard = notices::list(&business.app.ctx, &business.actor, None, 10).await.unwrap();
    assert!(heard.iter().any(|notice| notice.kind == "stopped" && notice.sentence == held[0].reason), "{heard:?}");
    // Looking again, by this guard or another one, changes nothing.
    minutes_on(&business, 15).await;
    let mut other = Guard::new(&business.app.ctx);
    assert_eq!((guard.look().await.paused, other.look().await.paused), (0, 0));
    other.recorded().await;
    assert_eq!(holds(&business).await, held);
}

#[actix_web::test]
async fn the_pause_goes_out_while_nothing_can_be_written_and_is_noted_after() {
    let (business, campaign) = running().await;
    limit(&business, format!("campaign:{campaign}"), "200").await;
    let mut guard = Guard::new(&business.app.ctx);
    guard.look().await;
    guard.recorded().await;
    let busy = Busy::with(&business, "observed_objects, limit_checks, limit_holds").await;
    look_until_paused(&business, &mut guard, 15).await;
    assert_eq!(at_meta(&business, campaign, "status").await, "PAUSED");
    assert_eq!(holds(&business).await, []);
    busy.ends().await;
    guard.recorded().await;
    assert_eq!(holds(&business).await.len(), 1);
}

#[actix_web::test]
async fn with_a_database_that_cannot_be_read_the_guard_goes_on_with_what_it_knows() {
    let (business, campaign) = running().await;
    limit(&business, format!("campaign:{campaign}"), "200").await;
    let mut guard = Guard::new(&business.app.ctx);
    guard.look().await;
    guard.recorded().await;
    let rename = |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        business.app.ctx.db.write_now::<_, StoreError>(|c| Ok(diesel::sql_query(sql).execute(c)?)).unwrap();
    };
    rename("limits", "limits_elsewhere");
    look_until_paused(&business, &mut guard, 15).await;
    assert_eq!(at_meta(&business, campaign, "status").await, "PAUSED");
    rename("limits_elsewhere", "limits");
    guard.recorded().await;
    assert_eq!(holds(&business).await.len(), 1);
}

#[actix_web::test]
async fn old_figures_are_warned_of_first_and_pause_only_where_the_rest_may_be_gone() {
    let (business, campaign) = running().await;
    sync_now(&business).await;
    let id = limit(&business, format!("account:{}", business.account), "600").await;
    let mut guard = Guard::new(&business.app.ctx);
    assert_eq!(guard.look().await.warned, 0);
    // From here on Meta tells no figures any more.
    let silent = json!({"match": {"path_contains": "insights"}, "kind": "error", "times": 1000});
    business.app.control("faults", silent).await;
    minutes_on(&business, 130).await;
    let looked = guard.look().await;
    assert_eq!((looked.warned, looked.paused), (1, 0));
    guard.recorded().await;
    let said = check(&business, id).await;
    assert!(said.decision == "warn" && said.sentence.contains("are 2 hours old"), "{said:?}");
    notices::watch(&business.app.ctx, business.actor.workspace).await.unwrap();
    let heard = notices::list(&business.app.ctx, &business.actor, None, 10).await.unwrap();
    assert!(heard.iter().any(|notice| notice.kind == "limit_close"), "{heard:?}");
    look_until_paused(&business, &mut guard, 60).await;
    guard.recorded().await;
    let held = holds(&business).await;
    assert!(held[0].reason.contains("may be passed: the figures are"), "{held:?}");
    assert_eq!(at_meta(&business, campaign, "status").await, "PAUSED");
}

#[actix_web::test]
async fn what_meta_adds_afterwards_counts() {
    let (business, campaign) = running().await;
    business.app.control("clock", json!({"advance_days": 2})).await;
    sync_now(&business).await;
    limit(&business, format!("campaign:{campaign}"), "1000").await;
    let mut guard = Guard::new(&business.app.ctx);
    assert_eq!(guard.look().await.paused, 0);
    let day = {
        let ctx = &business.app.ctx;
        let now = ctx.platform.now(&ctx.sandbox.as_ref().unwrap().base_url, ctx.now()).0;
        (now.with_timezone(&chrono_tz::Europe::Lisbon).date_naive() - chrono::Days::new(1)).to_string()
    };
    let account = ByHand::of(&business).account;
    business.app.control("restate", json!({"account": account, "day": day, "percent": 900})).await;
    // The sync of the next day reads the last four weeks anew.
    business.app.control("clock", json!({"advance_days": 1})).await;
    sync_now(&business).await;
    let looked = guard.look().await;
    assert_eq!(looked.paused, 1, "{looked:?}");
    assert_eq!(at_meta(&business, campaign, "status").await, "PAUSED");
}

#[actix_web::test]
async fn only_a_person_switches_on_again_and_only_once_the_limit_lets_them() {
    let (business, campaign) = running().await;
    let id = limit(&business, format!("campaign:{campaign}"), "200").await;
    let mut guard = Guard::new(&business.app.ctx);
    look_until_paused(&business, &mut guard, 15).await;
    guard.recorded().await;
    sync_now(&business).await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let lowered = LimitForm { amount: "100".into(), ..LimitForm::fresh("") };
    limits::change(ctx, actor, id, &lowered).await.unwrap();
    let letter = publish::letter(ctx, actor, campaign, Some(Run::Active)).await.unwrap();
    let refused = publish::approve(ctx, actor, campaign, &letter.plan.hash, Run::Active).await;
    assert!(matches!(&refused, Err(Error::Conflict(said)) if said.slug == "limit-used-up"), "{refused:?}");
    let mut browser = business.browser().await;
    let page = browser.get(&format!("/campaigns/{campaign}")).await;
    page.assert_has("Paused by the guard.").assert_has("It stays off until a person switches it on through its plan.");
    limits::change(ctx, actor, id, &LimitForm { amount: "900".into(), ..LimitForm::fresh("") }).await.unwrap();
    publish::approve(ctx, actor, campaign, &letter.plan.hash, Run::Active).await.unwrap();
    business.settle().await;
    assert_eq!(at_meta(&business, campaign, "status").await, "ACTIVE");
    assert_eq!(guard.look().await.paused, 0);
    guard.recorded().await;
    assert_eq!(holds(&business).await, [], "it is on again");
}

#[actix_web::test]
async fn what_meta_does_not_take_is_tried_again_and_said() {
    let (business, campaign) = running().await;
    let id = limit(&business, format!("account:{}", business.account), "1").await;
    let mut guard = Guard::new(&business.app.ctx);
    business.app.control("faults", json!({"match": {"method": "POST"}, "kind": "error", "times": 1})).await;
    minutes_on(&business, 600).await;
    let looked = guard.look().await;
    assert_eq!((looked.paused, looked.unconfirmed), (0, 1));
    guard.recorded().await;
    assert!(check(&business, id).await.sentence.contains("Meta did not take the pause of Christmas sale"));
    minutes_on(&business, 1).await;
    assert_eq!(guard.look().await.paused, 1);
    assert_eq!(at_meta(&business, campaign, "status").await, "PAUSED");
}

#[actix_web::test]
async fn what_was_made_elsewhere_a_minute_ago_is_paused_too() {
    let (business, _) = running().await;
    limit(&business, "workspace:EUR".into(), "1").await;
    minutes_on(&business, 600).await;
    let hand = ByHand::of(&business);
    let theirs = hand.campaign(json!({})).await;
    let mut guard = Guard::new(&business.app.ctx);
    assert_eq!(guard.look().await.paused, 2);
    let url = format!("{}/v26.0/{theirs}?fields=status&access_token={}", hand.base, hand.token);
    let answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(answer["status"], "PAUSED");
}

#[actix_web::test]
async fn where_metas_own_limit_holds_the_guard_pauses_nothing() {
    let (business, campaign) = running().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let form = LimitForm {
        span: "flight".into(),
        since: "2026-11-01".into(),
        until: "2027-12-24".into(),
        amount: "99".into(),
        at_meta: "yes".into(),
        ..LimitForm::fresh(&format!("campaign:{campaign}"))
    };
    let refused = limits::set(ctx, actor, &form).await;
    assert!(
        matches!(&refused, Err(Error::Invalid(invalid)) if invalid.at("at_meta").unwrap().contains("from 100.00 EUR on")),
        "{refused:?}"
    );
    limits::set(ctx, actor, &LimitForm { amount: "250".into(), ..form }).await.unwrap();
    // An ordinary plan sets it, and leaves nothing to do.
    let letter = publish::letter(ctx, actor, campaign, None).await.unwrap();
    assert!(format!("{:?}", letter.plan.rows).contains("Limit"), "{:?}", letter.plan.rows);
    publish::approve(ctx, actor, campaign, &letter.plan.hash, letter.run).await.unwrap();
    business.settle().await;
    assert_eq!(at_meta(&business, campaign, "spend_cap").await, "25000");
    assert!(publish::letter(ctx, actor, campaign, None).await.unwrap().plan.is_empty());
    let before = spent(&business).await;
    let mut guard = Guard::new(ctx);
    for _ in 0..4 {
        business.app.control("clock", json!({"advance_days": 1})).await;
        sync_now(&business).await;
        assert_eq!(guard.look().await.paused, 0);
    }
    guard.recorded().await;
    let shown = &limits::list(ctx, actor).await.unwrap()[0];
    assert_eq!((shown.stands.as_ref().unwrap().verdict.overspend, shown.cap_is_set), (0, true));
    assert!(shown.line.starts_with("Meta’s own limits hold it"), "{shown:?}");
    assert!(spent(&business).await - before <= 25_000);
}

#[actix_web::test]
async fn a_month_at_meta_waits_for_a_persons_word_when_it_has_turned() {
    let (business, campaign) = running().await;
    let (ctx, actor) = (&business.app.ctx, &business.actor);
    let form = LimitForm { amount: "500".into(), at_meta: "yes".into(), ..LimitForm::fresh(&format!("campaign:{campaign}")) };
    let id = limits::set(ctx, actor, &form).await.unwrap();
    business.publish(campaign).await;
    assert!(!limits::get(ctx, actor, id).await.unwrap().cap_is_old);
    business.app.control("clock", json!({"advance_days": 30})).await;
    sync_now(&business).await;
    let shown = limits::get(ctx, actor, id).await.unwrap();
    assert!(shown.cap_is_old && shown.cap.unwrap().minor == 50_000, "{shown:?}");
    limits::renew(ctx, actor, id).await.unwrap();
    let renewed = limits::get(ctx, actor, id).await.unwrap();
    assert!(!renewed.cap_is_old && renewed.cap.unwrap().minor > 60_000, "{renewed:?}");
    let letter = publish::letter(ctx, actor, campaign, None).await.unwrap();
    assert_eq!(letter.plan.rows.len(), 1, "nothing but the new limit: {:?}", letter.plan.rows);
}

#[actix_web::test]
async fn a_stop_pauses_while_nothing_can_be_written() {
    let (business, campaign) = running().await;
    let busy = Busy::with(&business, "observed_objects, workspaces, stops").await;
    let (ctx, actor) = (business.app.ctx.clone(), business.actor.clone());
    let pressed = actix_web::rt::spawn(async move { stop::stop(&ctx, &actor, stop::Scope::Account).await });
    let mut paused = false;
    for _ in 0..1_000 {
        // Not a wait for time to pass: each round is a call over the network, and the pause needs two.
        paused = at_meta(&business, campaign, "status").await == "PAUSED";
        if paused {
            break;
        }
    }
    assert!(paused, "the pause waited for the database");
    busy.ends().await;
    pressed.await.unwrap().unwrap();
    let overview = stop::overview(&business.app.ctx, &business.actor).await.unwrap();
    assert!(overview.frozen && overview.open.unwrap().1[0].confirmed);
}

#[actix_web::test]
async fn only_a_workspaces_own_limits_are_seen_and_analysts_set_none() {
    let (business, _) = running().await;
    let id = limit(&business, format!("account:{}", business.account), "300").await;
    let mut stranger = business.app.member("Elsewhere", "eve@example.com", Role::Owner).await;
    stranger.get(&format!("/limits/{id}")).await.assert_status(404);
    assert!(!stranger.get("/limits").await.body.contains("300.00"));
    let mut analyst = business.app.member("Casa Lume", "rui@example.com", Role::Analyst).await;
    analyst.get("/limits").await.assert_status(200).assert_has("300.00 EUR");
    analyst.get("/limits/new").await.assert_status(403);
}

#[test]
fn in_no_month_is_more_spent_than_the_formula_allows_for() {
    // In the last two the limit comes when three times as much is spent already, and Meta adds to that.
    let all: Vec<_> = (0..24).chain([569, 1214]).map(|seed| (seed, run(seed))).collect();
    for (seed, outcome) in &all {
        assert!(outcome.over <= outcome.bound, "seed {seed}: {outcome:?}");
    }
    let paused = all.iter().filter(|(_, outcome)| outcome.paused.is_some()).count();
    let stale = all.iter().filter(|(_, outcome)| outcome.paused == Some(Reason::Stale)).count();
    let needless = all.iter().filter(|(_, outcome)| outcome.was_needless).count();
    assert!(paused > 12 && needless * 5 < paused, "{paused} paused, {stale} because of old figures, {needless} needlessly");
}
