//! Carrying out a plan survives anything: whatever happens at whichever call or commit, the same plan ends with each object once,
//! nothing left over, nothing on that it did not switch on, and nothing left to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use tandem::domain::id::CampaignId;
use tandem::failpoint::{self, Moment, Watcher};
use tandem::jobs::Worker;
use tandem::service::stop::{self, Scope};

use crate::support::{Census, Ended, House, Strike, Watch, step};

/// More rounds than any plan needs to end once nothing happens to it any more.
const ROUNDS: usize = 12;

/// A house in which each case is a campaign of three ad sets of its own.
struct Table {
    house: House,
    census: Census,
    cases: Vec<(CampaignId, String)>,
}

impl Table {
    async fn new() -> Self {
        Self { house: House::new().await, census: Census::default(), cases: Vec::new() }
    }

    /// The moments of one plan's job from its claim to its end, nothing happening.
    async fn moments(&mut self) -> Vec<Moment> {
        let campaign = self.approved("undisturbed").await;
        let watch = Watch::new(&self.house.business.app, None);
        assert_eq!(step(&self.house.business.app.ctx, &watch).await, Ended::Ran);
        self.end(campaign, "undisturbed").await;
        watch.seen()
    }

    async fn approved(&mut self, name: &str) -> CampaignId {
        let campaign = self.house.campaign(name, 3).await;
        self.house.forget_picture().await;
        self.house.approve(campaign).await;
        campaign
    }

    /// One case: a plan, one thing that happens to it, perhaps a fault that meets whoever carries on, and whatever it takes to
    /// end it.
    async fn strike(&mut self, at: usize, strike: Strike, then: Option<Value>) {
        let campaign = self.approved(&format!("Case {}", self.cases.len())).await;
        let app = &self.house.business.app;
        let watch = Watch::new(app, Some((at, strike.clone())));
        let ended = step(&app.ctx, &watch).await;
        let struck = watch.struck();
        let name = format!("{strike:?} at moment {at}, {struck:?}");
        assert!(struck.is_some(), "{name}");
        assert_eq!(ended == Ended::Died, strike == Strike::Die, "{name}");
        let ctx = if ended == Ended::Died { app.restarted() } else { app.ctx.clone() };
        let mut meanwhile = Census::default();
        self.house.expect(&mut meanwhile, campaign).await;
        let wrong = self.house.count_below(&meanwhile, campaign).await;
        assert!(wrong.is_unfinished_alone(), "{name}: {wrong:?}");
        if let Some(fault) = then {
            app.control("faults", fault).await;
        }
        for _ in 0..ROUNDS {
            if !self.house.go_on(&[campaign]).await {
                break;
            }
            self.house.wait();
            step(&ctx, &Watch::new(app, None)).await;
        }
        app.control("faults", json!({ "clear": true })).await;
        self.end(campaign, &name).await;
    }

    async fn end(&mut self, campaign: CampaignId, name: &str) {
        assert_eq!(self.house.state(campaign).await, ("applied".to_owned(), None), "{name}");
        assert!(self.house.is_on(campaign).await, "{name}");
        let left = self.house.left(&self.house.business.app.ctx, campaign).await;
        assert!(left.is_empty(), "{name}: {left:?}");
        self.house.expect(&mut self.census, campaign).await;
        self.cases.push((campaign, name.to_owned()));
    }

    /// Counts everything at Meta.
    async fn count(self, began: Instant) {
        let wrong = self.house.count(&self.census).await;
        let name = |id: &Option<CampaignId>| self.cases.iter().find(|(case, _)| Some(*case) == *id).map(|(_, name)| name);
        let told: Vec<_> = [&wrong.twice, &wrong.left_over, &wrong.on, &wrong.missing]
            .into_iter()
            .flatten()
            .map(|(campaign, what)| (name(campaign), what))
            .collect();
        assert!(wrong.is_nothing(), "{told:#?}\n{wrong:#?}");
        eprintln!("{} cases in {:.1} s", self.cases.len(), began.elapsed().as_secs_f64());
    }
}

fn is_call(moment: &Moment) -> bool {
    matches!(moment, Moment::BeforeCall(_))
}

/// Strikes every moment that fits, each in a plan of its own.
async fn every(fits: impl Fn(&Moment) -> bool, strikes: &[Strike]) {
    let began = Instant::now();
    let mut table = Table::new().await;
    let moments = table.moments().await;
    let chosen: Vec<usize> = moments.iter().enumerate().filter(|(_, moment)| fits(moment)).map(|(at, _)| at).collect();
    assert!(!chosen.is_empty(), "{moments:?}");
    for at in chosen {
        for strike in strikes {
            table.strike(at, strike.clone(), None).await;
        }
    }
    table.count(began).await;
}

#[actix_web::test]
async fn a_process_that_dies_before_any_call_leaves_a_plan_that_ends() {
    every(is_call, &[Strike::Die]).await;
}

#[actix_web::test]
async fn a_process_that_dies_after_any_call_leaves_a_plan_that_ends() {
    every(|moment| matches!(moment, Moment::AfterCall(_)), &[Strike::Die]).await;
}

#[actix_web::test]
async fn a_process_that_dies_before_any_commit_leaves_a_plan_that_ends() {
    every(|moment| *moment == Moment::BeforeCommit, &[Strike::Die]).await;
}

#[actix_web::test]
async fn a_process_that_dies_after_any_commit_leaves_a_plan_that_ends() {
    every(|moment| *moment == Moment::AfterCommit, &[Strike::Die]).await;
}

#[actix_web::test]
async fn answers_lost_after_meta_carried_the_call_out_leave_no_duplicate() {
    every(is_call, &[Strike::fault("cut"), Strike::fault("error_after_commit")]).await;
}

#[actix_web::test]
async fn errors_and_throttles_at_any_call_delay_a_plan_and_no_more() {
    every(is_call, &[Strike::fault("error"), Strike::fault("throttle")]).await;
}

#[actix_web::test]
async fn refusals_and_dead_tokens_at_any_call_break_a_plan_off_and_it_is_carried_on() {
    every(is_call, &[Strike::refusal(), Strike::fault("token_dead")]).await;
}

#[actix_web::test]
async fn a_list_that_lags_behind_a_lost_create_makes_nothing_twice() {
    let began = Instant::now();
    let mut table = Table::new().await;
    let moments = table.moments().await;
    let edge_of = |moment: &Moment| {
        let Moment::BeforeCall(call) = moment else { return None };
        let edges = ["/campaigns", "/adsets", "/adcreatives", "/ads"];
        Some((edges.into_iter().find(|edge| call.writes && call.path.ends_with(edge))?, call.parts))
    };
    let creates: Vec<_> = moments.iter().enumerate().filter_map(|(at, moment)| Some((at, edge_of(moment)?))).collect();
    assert_eq!(creates.iter().map(|(_, (_, parts))| parts).sum::<usize>(), 10, "{moments:?}");
    for (at, (edge, parts)) in creates {
        // The list leaves out every other of its rows, twice.
        let short = json!({"match": {"method": "GET", "path_contains": edge}, "kind": "short", "times": 2});
        table.strike(at, Strike::fault("cut"), Some(short.clone())).await;
        for skip in 0..if parts > 1 { parts } else { 0 } {
            table.strike(at, Strike::in_batch("cut", skip), Some(short.clone())).await;
        }
    }
    table.count(began).await;
}

/// Strikes every part of every batch, each in a plan of its own.
async fn every_part(strike: impl Fn(usize) -> Vec<Strike>) {
    let began = Instant::now();
    let mut table = Table::new().await;
    let moments = table.moments().await;
    let parts = |moment: &Moment| match moment {
        Moment::BeforeCall(call) if call.parts > 1 => Some(call.parts),
        _ => None,
    };
    let batches: Vec<(usize, usize)> = moments.iter().enumerate().filter_map(|(at, moment)| Some((at, parts(moment)?))).collect();
    let writing = |(at, _): &&(usize, usize)| matches!(&moments[*at], Moment::BeforeCall(call) if call.writes);
    assert!(batches.iter().filter(writing).count() >= 3, "creatives, ads, and switching these on: {moments:?}");
    for (at, parts) in batches {
        for part in 0..parts {
            for strike in strike(part) {
                table.strike(at, strike, None).await;
            }
        }
    }
    table.count(began).await;
}

#[actix_web::test]
async fn a_part_of_a_batch_that_is_not_finished_leaves_no_duplicate() {
    every_part(|part| vec![Strike::in_batch("cut", part), Strike::in_batch("error_after_commit", part)]).await;
}

#[actix_web::test]
async fn a_part_of_a_batch_that_fails_or_is_throttled_delays_a_plan_and_no_more() {
    every_part(|part| vec![Strike::in_batch("error", part), Strike::in_batch("throttle", part)]).await;
}

#[actix_web::test]
async fn a_part_of_a_batch_that_is_refused_breaks_a_plan_off_and_it_is_carried_on() {
    every_part(|part| vec![Strike::refusal_in_batch(part), Strike::in_batch("token_dead", part)]).await;
}

#[actix_web::test]
async fn a_batch_whose_answer_ends_in_the_middle_is_as_unknown_as_one_that_was_cut() {
    every(|moment| matches!(moment, Moment::BeforeCall(call) if call.parts > 1), &[Strike::fault("truncated")]).await;
}

#[actix_web::test]
async fn a_stop_that_is_pressed_while_the_campaign_is_being_switched_on_holds() {
    let mut table = Table::new().await;
    let moments = table.moments().await;
    // The last write of a plan switches its campaign on.
    let last = moments.iter().rposition(|moment| matches!(moment, Moment::BeforeCall(call) if call.writes)).unwrap();
    let campaign = table.approved("stopped").await;
    let (ctx, actor) = (table.house.business.app.ctx.clone(), table.house.business.actor.clone());
    let (passed, (inner, by)) = (Arc::new(AtomicUsize::new(0)), (ctx.clone(), actor.clone()));
    let watcher: Watcher = Arc::new(move |_| {
        let (is_now, ctx, actor) = (passed.fetch_add(1, Ordering::SeqCst) == last, inner.clone(), by.clone());
        Box::pin(async move {
            if is_now {
                stop::stop(&ctx, &actor, Scope::Here).await.unwrap();
            }
        })
    });
    failpoint::watched(watcher, Worker::new(ctx.clone()).step()).await.unwrap();
    assert!(!table.house.is_on(campaign).await, "it was switched on after it was paused");
    let mut census = Census::default();
    table.house.expect(&mut census, campaign).await;
    let wrong = table.house.count_below(&census, campaign).await;
    assert!(wrong.is_unfinished_alone(), "{wrong:?}");
    assert_eq!(table.house.state(campaign).await.0, "applying");

    let resume = stop::resume_plan(&ctx, &actor).await.unwrap().unwrap();
    stop::approve_resume(&ctx, &actor, &resume.hash).await.unwrap();
    for _ in 0..ROUNDS {
        table.house.wait();
        step(&ctx, &Watch::new(&table.house.business.app, None)).await;
    }
    table.end(campaign, "stopped and resumed").await;
}
