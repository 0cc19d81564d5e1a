//! A day of many ad accounts in virtual time: the budget of calls that Tandem keeps, against the sandbox's own count of Meta's limits.
//!
//! The outbox and its workers are modelled (most urgent first, then what is due longest; what has no room is due again when it has;
//! a long sync gives way); what may go when is decided by the product's own code, and what is refused by the sandbox's. Nothing looks
//! at a clock: each call takes some milliseconds of virtual time.

use std::collections::VecDeque;

use chrono::{DateTime, Duration, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tandem::domain::quota::{Cost, Quota, Tier, Together, Told, Urgency};
use tandem::sandbox::limits::{self, Charge, Limits, UseCase};

/// What a day is made of.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub accounts: usize,
    pub hours: i64,
    pub tier: Tier,
    pub seed: u64,
}

/// What came of it. Times are seconds.
#[derive(Debug, Default)]
pub struct Day {
    pub calls: u64,
    pub refused: u64,
    pub plans: usize,
    pub edits: Vec<i64>,
    pub creates: Vec<i64>,
    pub stops: Vec<i64>,
    /// How old the figures of an account were when the next sync of it ended.
    pub ages: Vec<i64>,
}

/// The value that so many percent of them do not exceed.
pub fn percentile(values: &[i64], percent: usize) -> i64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

const WORKERS: usize = 2;
const SYNC_EVERY: i64 = 900_000;
/// As in a sync.
const CALLS_A_TURN: u32 = 40;
const SECOND: i64 = 1_000;

/// Calls that go together as far as there is room, then reads that belong to them.
#[derive(Debug, Clone, Copy)]
struct Calls {
    each: Cost,
    count: usize,
}

#[derive(Debug, Clone)]
struct Job {
    account: usize,
    urgency: Urgency,
    calls: VecDeque<Calls>,
    asked_at: i64,
    due_at: i64,
    turn: u32,
    syncs: bool,
}

/// Whoever carries out jobs: a worker, or a stop, which waits for nobody.
#[derive(Debug)]
struct Hand {
    free_at: i64,
    job: Option<Job>,
    is_stop: bool,
}

struct Account {
    name: String,
    quota: Quota,
    active_ads: i64,
    /// Calls of a sync: objects and figures.
    sync: (usize, usize),
    synced_at: i64,
    next_sync: Option<i64>,
}

pub fn day(setup: Setup) -> Day {
    World::new(setup).run()
}

struct World {
    setup: Setup,
    rng: StdRng,
    limits: Limits,
    accounts: Vec<Account>,
    outbox: Vec<Job>,
    hands: Vec<Hand>,
    day: Day,
}

const WRITE: Cost = Cost { reads: 0, writes: 1, insights: false };

fn at(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_800_000_000_000 + ms).unwrap()
}

impl World {
    fn new(setup: Setup) -> Self {
        let mut rng = StdRng::seed_from_u64(setup.seed);
        let mut limits = Limits::default();
        limits.set(Some(match setup.tier {
            Tier::Limited => limits::Tier::Limited,
            Tier::Full => limits::Tier::Full,
        }));
        let accounts = (0..setup.accounts).map(|number| {
            // One account of ten is large: thousands of ads, as many calls a sync as ours took for 5,000.
            let large = number % 10 == 0;
            Account {
                name: format!("act_{number}"),
                quota: Quota::default(),
                active_ads: if large { rng.random_range(500..5_000) } else { rng.random_range(2..60) },
                sync: if large { (rng.random_range(40..70), rng.random_range(80..120)) } else { (5, rng.random_range(8..14)) },
                synced_at: 0,
                next_sync: Some(rng.random_range(0..SYNC_EVERY)),
            }
        });
        let accounts: Vec<Account> = accounts.collect();
        let hands = (0..WORKERS).map(|_| Hand { free_at: 0, job: None, is_stop: false }).collect();
        let mut world = Self { setup, rng, limits, accounts, outbox: Vec::new(), hands, day: Day::default() };
        world.plan_the_day();
        world
    }

    /// What people do at random: per account and day about three plans that make something, six edits and one stop.
    fn plan_the_day(&mut self) {
        let end = self.setup.hours * 3_600 * SECOND;
        for account in 0..self.accounts.len() {
            for (urgency, a_day) in [(Urgency::Create, 3), (Urgency::Edit, 6), (Urgency::Stop, 1)] {
                for hour in 0..self.setup.hours {
                    if self.rng.random_range(0..24) >= a_day {
                        continue;
                    }
                    let asked_at = (hour * 3_600 * SECOND + self.rng.random_range(0..3_600 * SECOND)).min(end);
                    let calls = match urgency {
                        Urgency::Create => self.plan(),
                        Urgency::Stop => {
                            let campaigns = self.rng.random_range(1..=5);
                            (0..campaigns).map(|_| Calls { each: Cost::CHANGE, count: 1 }).collect()
                        }
                        _ => {
                            let changes = self.rng.random_range(1..=4);
                            [Calls { each: Cost::CHANGE, count: changes }, Calls { each: Cost::READ, count: 3 }].into()
                        }
                    };
                    self.day.plans += usize::from(urgency == Urgency::Create);
                    let job = Job { account, urgency, calls, asked_at, due_at: asked_at, turn: 0, syncs: false };
                    match urgency {
                        Urgency::Stop => self.hands.push(Hand { free_at: asked_at, job: Some(job), is_stop: true }),
                        _ => self.outbox.push(job),
                    }
                }
            }
        }
    }

    /// A campaign of two ad sets with some ads each, as a plan of it goes.
    fn plan(&mut self) -> VecDeque<Calls> {
        let ads = 2 * self.rng.random_range(1..=10_usize);
        let one = |each: Cost| Calls { each, count: 1 };
        let many = |count: usize| Calls { each: WRITE, count };
        [
            one(WRITE),
            one(Cost { reads: 2, writes: 4, insights: false }),
            one(Cost::CHANGE),
            one(Cost::CHANGE),
            one(Cost::CHANGE),
            many(ads),
            many(ads),
            one(Cost::READ),
            Calls { each: Cost::READ, count: 2 },
            many(ads),
            one(Cost::READ),
            one(Cost::CHANGE),
            one(Cost::CHANGE),
            one(Cost::CHANGE),
        ]
        .into()
    }

    fn run(mut self) -> Day {
        let end = self.setup.hours * 3_600 * SECOND;
        while let Some(hand) = (0..self.hands.len()).min_by_key(|hand| self.hands[*hand].free_at) {
            let now = self.hands[hand].free_at;
            if now >= end {
                break;
            }
            self.queue_syncs(now);
            match self.hands[hand].job.take() {
                Some(job) => self.go_on(hand, job, now),
                None => self.take_up(hand, now, end),
            }
        }
        self.day.refused = self.limits.refused();
        self.day.calls = self.limits.counted().calls;
        self.day
    }

    fn queue_syncs(&mut self, now: i64) {
        for account in 0..self.accounts.len() {
            let Some(due_at) = self.accounts[account].next_sync.filter(|due| *due <= now) else { continue };
            self.accounts[account].next_sync = None;
            let (objects, figures) = self.accounts[account].sync;
            let figure = Cost { insights: true, ..Cost::READ };
            let calls = std::iter::repeat_n(Cost::READ, objects).chain(std::iter::repeat_n(figure, figures));
            let calls = calls.map(|each| Calls { each, count: 1 }).collect();
            self.outbox.push(Job { account, urgency: Urgency::Read, calls, asked_at: due_at, due_at, turn: 0, syncs: true });
        }
    }

    /// A worker takes up the most urgent job that is due, or waits for the next.
    fn take_up(&mut self, hand: usize, now: i64, end: i64) {
        let due = (0..self.outbox.len()).filter(|job| self.outbox[*job].due_at <= now);
        match due.min_by_key(|job| (self.outbox[*job].urgency, self.outbox[*job].due_at)) {
            Some(job) => self.hands[hand].job = Some(self.outbox.swap_remove(job)),
            None => {
                let jobs = self.outbox.iter().map(|job| job.due_at);
                let syncs = self.accounts.iter().filter_map(|account| account.next_sync);
                self.hands[hand].free_at = jobs.chain(syncs).min().unwrap_or(end).max(now + 1).min(end);
            }
        }
    }

    /// Makes the next calls of a job, or gives it back.
    fn go_on(&mut self, hand: usize, mut job: Job, now: i64) {
        let Some(next) = job.calls.front().copied() else { return self.ended(hand, &job, now) };
        let account = &mut self.accounts[job.account];
        // As a plan asks for room: for as many as there are, with what reads them back.
        let calls = match next.count {
            1 => Together::whole(next.each),
            count => Together { each: next.each, at_most: count, with: Cost::READ },
        };
        let admitted = account.quota.room(job.urgency, calls, at(now)).and_then(|count| {
            let times = |one: u32| one * u32::try_from(count).unwrap();
            let cost = Cost { reads: times(next.each.reads), writes: times(next.each.writes), ..next.each };
            account.quota.admit(job.urgency, cost, at(now)).map(|()| (count, cost))
        });
        match admitted {
            Err(wait) => {
                job.due_at = (wait.until.timestamp_millis() - at(0).timestamp_millis()).max(now + 1);
                job.turn = 0;
                if self.hands[hand].is_stop {
                    self.hands[hand].free_at = job.due_at;
                    self.hands[hand].job = Some(job);
                } else {
                    self.outbox.push(job);
                }
            }
            Ok((count, cost)) => {
                self.charge(job.account, cost, now);
                match job.calls.front_mut() {
                    Some(front) if front.count > count => front.count -= count,
                    _ => drop(job.calls.pop_front()),
                }
                job.turn += 1;
                self.hands[hand].free_at = now + self.rng.random_range(100..400);
                if job.syncs && job.turn >= CALLS_A_TURN {
                    job.turn = 0;
                    job.due_at = now;
                    self.outbox.push(job);
                } else {
                    self.hands[hand].job = Some(job);
                }
            }
        }
    }

    /// Meta counts each call and tells what is used.
    fn charge(&mut self, account: usize, cost: Cost, now: i64) {
        let account = &mut self.accounts[account];
        let use_case = if cost.insights { UseCase::Insights } else { UseCase::Management };
        let calls = std::iter::repeat_n(true, cost.writes as usize).chain(std::iter::repeat_n(false, cost.reads as usize));
        for write in calls {
            let second = at(now).timestamp();
            let charge = Charge { account: &account.name, use_case, write, active: account.active_ads, now: second };
            let (used, _) = self.limits.charge(&charge).unwrap();
            let tier = match used.tier {
                limits::Tier::Limited => Tier::Limited,
                limits::Tier::Full => Tier::Full,
            };
            let told = Told {
                tier: Some(tier),
                points: Some(used.points),
                management: (use_case == UseCase::Management).then_some(used.calls_percent),
                insights: (use_case == UseCase::Insights).then_some(used.calls_percent),
                app: Some(used.app_percent),
                regain: (used.regain_minutes > 0).then(|| Duration::minutes(used.regain_minutes)),
            };
            account.quota.hear(&told, at(now));
        }
        account.quota.answered(cost, at(now));
    }

    fn ended(&mut self, hand: usize, job: &Job, now: i64) {
        let took = (now - job.asked_at) / SECOND;
        if job.syncs {
            let account = &mut self.accounts[job.account];
            self.day.ages.push((now - account.synced_at) / SECOND);
            account.synced_at = job.asked_at;
            account.next_sync = Some((job.asked_at + SYNC_EVERY).max(now));
            return;
        }
        match job.urgency {
            Urgency::Stop => self.day.stops.push(took),
            Urgency::Edit => self.day.edits.push(took),
            Urgency::Create | Urgency::Read => self.day.creates.push(took),
        }
        if self.hands[hand].is_stop {
            self.hands.swap_remove(hand);
        }
    }
}
