//! A month of spending, minute by minute, as Meta may do it at its worst and tell it late: what the guard's formula is put to.
//!
//! It knows the guard by its pure judgement alone. Everything that happens follows from the seed: what is on, when the busy hours
//! are, when figures come and how much is missing from them, what Meta adds afterwards, when a pause works.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tandem::domain::guard::{ASSUMED, Assumptions, Decision, Facts, Lifetime, Part, Reason, Runner, bounds, day_of, judge};
use tandem::domain::limit::Span;
use tandem::domain::period::Period;

/// Micros of a major unit.
const UNIT: i64 = 1_000_000;

/// What came of a limit.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The limit, micros.
    pub cap: i64,
    /// What was spent beyond it in the end, restatements included; negative where some was left.
    pub over: i64,
    /// The most that the formula allows for.
    pub bound: i64,
    /// Why it paused, if it did.
    pub paused: Option<Reason>,
    /// Whether the limit would have held until the next look's pause without it.
    pub was_early: bool,
    /// Whether the month would never have passed the limit.
    pub was_needless: bool,
    /// What was left of the limit when it paused, micros.
    pub left: i64,
    /// Looks that warned of old figures before any pause.
    pub warned: bool,
    /// Whether figures were missing for hours.
    pub had_outage: bool,
    /// Whether looks or pauses took longer than assumed.
    pub had_delay: bool,
}

/// What a campaign spends, minute by minute, up to its end.
struct Campaign {
    daily: i64,
    lifetime: Option<(i64, DateTime<Utc>)>,
    /// Micros in each minute of the window, were it never paused.
    minutes: Vec<i64>,
}

struct World {
    zone: Tz,
    window: Period,
    begins: DateTime<Utc>,
    campaigns: Vec<Campaign>,
    /// Micros spent before each minute, all campaigns.
    sums: Vec<i64>,
    /// By campaign.
    each: Vec<Vec<i64>>,
}

/// Runs one month.
pub fn run(seed: u64) -> Outcome {
    let mut rng = StdRng::seed_from_u64(seed);
    let world = World::new(&mut rng);
    let total = *world.sums.last().unwrap();
    // Limits from a tenth of what the month takes to a little more than all of it.
    let cap = (total as f64 * rng.random_range(0.1..1.15)) as i64 + UNIT;
    guard(&world, cap, &mut rng)
}

impl World {
    fn new(rng: &mut StdRng) -> Self {
        let zones = [
            chrono_tz::Europe::Lisbon,
            chrono_tz::America::New_York,
            chrono_tz::America::Havana,
            chrono_tz::Asia::Kolkata,
            chrono_tz::Australia::Lord_Howe,
        ];
        // Months in which clocks change, leap Februaries, and others.
        let months = ["2027-03-10", "2026-10-10", "2026-11-10", "2028-02-10", "2027-02-10", "2027-07-10"];
        let zone = zones[rng.random_range(0..zones.len())];
        let on: NaiveDate = months[rng.random_range(0..months.len())].parse().unwrap();
        let window = Span::Month.window(on).unwrap();
        let (begins, ends) = (bounds(zone, window.since).0, bounds(zone, window.until).1);
        let length = usize::try_from((ends - begins).num_minutes()).unwrap();
        let campaigns: Vec<Campaign> = (0..rng.random_range(1..4)).map(|_| Campaign::new(rng, zone, window, length)).collect();
        let each: Vec<Vec<i64>> = campaigns.iter().map(|campaign| sums(&campaign.minutes)).collect();
        let sums = (0..=length).map(|minute| each.iter().map(|sums| sums[minute]).sum()).collect();
        Self { zone, window, begins, campaigns, sums, each }
    }

    fn at(&self, minute: usize) -> DateTime<Utc> {
        self.begins + TimeDelta::minutes(i64::try_from(minute).unwrap())
    }

    fn last(&self) -> usize {
        self.sums.len() - 1
    }
}

fn sums(minutes: &[i64]) -> Vec<i64> {
    let mut all = vec![0];
    for minute in minutes {
        all.push(all.last().unwrap() + minute);
    }
    all
}

impl Campaign {
    fn new(rng: &mut StdRng, zone: Tz, window: Period, length: usize) -> Self {
        let begins = bounds(zone, window.since).0;
        if rng.random_bool(0.25) {
            return Self::of_lifetime(rng, begins, length);
        }
        let daily = rng.random_range(10..2_000) * UNIT;
        let mut minutes = Vec::with_capacity(length);
        let greedy = rng.random_bool(0.3);
        let (mut factors, mut day) = (week(rng, greedy), window.since);
        loop {
            let (from, to) = bounds(zone, day);
            let whole = usize::try_from((to - from).num_minutes()).unwrap();
            if day.weekday().num_days_from_sunday() == 0 {
                factors = week(rng, greedy);
            }
            let amount = (daily as f64 * factors[day.weekday().num_days_from_sunday() as usize]) as i64;
            minutes.extend(spread(rng, amount, whole, greedy));
            match day.checked_add_days(Days::new(1)) {
                Some(next) if next <= window.until => day = next,
                _ => break,
            }
        }
        Self { daily, lifetime: None, minutes }
    }

    /// What is left, spread over the time left, a day's swing and a busy hour's on top.
    fn of_lifetime(rng: &mut StdRng, begins: DateTime<Utc>, length: usize) -> Self {
        let whole = rng.random_range(300..40_000) * UNIT;
        let last = rng.random_range(length / 3..length);
        let (mut left, mut minutes) = (whole as f64, Vec::with_capacity(length));
        let most = (1.0 + ASSUMED.over_bp as f64 / 10_000.0) * ASSUMED.peak as f64;
        let (mut swing, mut until) = (1.0, 0);
        for minute in 0..length {
            if minute == until {
                swing = if rng.random_bool(0.2) { most } else { rng.random_range(0.0..1.6) };
                until = minute + rng.random_range(30..600);
            }
            let spent = if minute < last { (left / (last - minute) as f64 * swing).floor().min(left.floor()) } else { 0.0 };
            left -= spent;
            minutes.push(spent as i64);
        }
        let ends = begins + TimeDelta::minutes(i64::try_from(last).unwrap());
        Self { daily: 0, lifetime: Some((whole, ends)), minutes }
    }
}

/// Seven factors of a daily budget: none over 1.75, together no more than seven.
fn week(rng: &mut StdRng, greedy: bool) -> [f64; 7] {
    let most = 1.0 + ASSUMED.over_bp as f64 / 10_000.0;
    let mut factors = [0.0; 7];
    let mut left = 7.0_f64;
    for factor in &mut factors {
        let wish = if greedy { most } else { rng.random_range(0.4..most).min(rng.random_range(0.6..most)) };
        *factor = wish.min(left).max(0.0);
        left -= *factor;
    }
    factors
}

/// A day's amount over its minutes: by hours of random weight, or as fast as the busiest stretch may be until it is gone.
fn spread(rng: &mut StdRng, amount: i64, whole: usize, greedy: bool) -> Vec<i64> {
    let even = amount as f64 / whole as f64;
    let most = even * ASSUMED.peak as f64;
    if greedy {
        let busy = (whole as f64 / ASSUMED.peak as f64).floor() as usize;
        let start = rng.random_range(0..whole - busy);
        return (0..whole).map(|minute| if (start..start + busy).contains(&minute) { most.floor() as i64 } else { 0 }).collect();
    }
    let weights: Vec<f64> = (0..25).map(|_| rng.random_range(0.2..2.5)).collect();
    let sum: f64 = (0..whole).map(|minute| weights[minute / 60]).sum();
    (0..whole).map(|minute| (amount as f64 * weights[minute / 60] / sum).min(most).floor() as i64).collect()
}

/// What Meta last told, and when.
struct Told {
    known: DateTime<Utc>,
    /// By campaign, up to some minutes before, less what it adds later.
    spent: Vec<i64>,
}

fn guard(world: &World, cap: i64, rng: &mut StdRng) -> Outcome {
    let mut outcome = Outcome { cap, ..Outcome::default() };
    let minutes = |duration: TimeDelta| usize::try_from(duration.num_minutes()).unwrap();
    let (every, delay, settle) = (minutes(ASSUMED.every), minutes(ASSUMED.delay), minutes(ASSUMED.settle));
    let slow = rng.random_bool(0.15);
    let shaky = rng.random_bool(0.4);
    outcome.had_delay = slow;
    // The world's minutes are what counts in the end; Meta adds this to what it tells first.
    let added = 1.0 + rng.random_range(0.0..=1.0) * ASSUMED.restated_bp as f64 / 10_000.0;
    let mut told = Told { known: world.begins, spent: vec![0; world.campaigns.len()] };
    let (mut next_sync, mut minute, mut beyond) = (0, 0, 0_i64);
    // The limit may be set in the middle of the month.
    if rng.random_bool(0.2) {
        minute = rng.random_range(0..world.last() / 2);
        read(world, &mut told, minute, 0, added);
    }
    let mut seen_first = false;
    let end = loop {
        if minute >= world.last() {
            break world.last();
        }
        if minute >= next_sync {
            read(world, &mut told, minute, rng.random_range(0..=delay), added);
            let gap = if shaky && rng.random_bool(0.01) { rng.random_range(60..3_000) } else { rng.random_range(5..20) };
            outcome.had_outage |= gap > 120;
            next_sync = minute + gap;
        }
        // The next look comes in time, but for machines that sleep.
        let until_next = if slow && rng.random_bool(0.02) { rng.random_range(every..600) } else { rng.random_range(1..=every) };
        let pause_in = if slow && rng.random_bool(0.3) { rng.random_range(settle..120) } else { rng.random_range(0..=settle) };
        let verdict = look(world, &told, minute, cap, ASSUMED.every, ASSUMED.settle);
        let pauses = matches!(verdict.decision, Decision::Pause(_));
        // What the time that really passes can add, where it is longer than the guard took for granted; and at the first look
        // what was beyond saving by then.
        let (really_next, really_settle) = match pauses {
            true => (TimeDelta::zero(), TimeDelta::minutes(i64::try_from(pause_in).unwrap())),
            false => (TimeDelta::minutes(i64::try_from(until_next).unwrap()).max(ASSUMED.every), ASSUMED.settle),
        };
        if until_next > every || pause_in > settle || !seen_first {
            let really = look(world, &told, minute, cap, really_next, really_settle);
            beyond = beyond.max(really.worst - really.headroom);
        }
        seen_first = true;
        outcome.warned |= verdict.decision == Decision::Warn(Reason::Stale);
        if let Decision::Pause(reason) = verdict.decision {
            outcome.paused = Some(reason);
            outcome.left = verdict.headroom;
            let next = (minute + until_next + settle).min(world.last());
            outcome.was_early = world.sums[next] <= cap;
            outcome.was_needless = world.sums[world.last()] <= cap;
            break (minute + pause_in).min(world.last());
        }
        minute += until_next;
    };
    outcome.over = world.sums[end] - cap;
    // What Meta adds later is a share of what it told, and that is more than the limit where the limit came too late.
    let known = cap.max(told.spent.iter().sum());
    outcome.bound = beyond.max(0) + known / 10_000 * ASSUMED.restated_bp + ASSUMED.restated_bp;
    outcome
}

/// Meta tells what was spent up to some minutes ago, less what it will add.
fn read(world: &World, told: &mut Told, minute: usize, lag: usize, added: f64) {
    told.known = world.at(minute);
    let upto = minute.saturating_sub(lag);
    // Rounded up: it adds no more than its share to what it told.
    told.spent = world.each.iter().map(|sums| (sums[upto] as f64 / added).ceil() as i64).collect();
}

fn look(
    world: &World,
    told: &Told,
    minute: usize,
    cap: i64,
    next_in: TimeDelta,
    settle: TimeDelta,
) -> tandem::domain::guard::Verdict {
    let now = world.at(minute);
    let runners = world.campaigns.iter().zip(&told.spent).map(|(campaign, spent)| {
        let lifetime: Vec<Lifetime> =
            campaign.lifetime.iter().map(|(whole, ends)| Lifetime { left: whole - spent, ends: Some(*ends) }).collect();
        let left_at_meta = (campaign.daily == 0).then(|| lifetime.iter().map(|budget| budget.left.max(0)).sum());
        Runner { daily: campaign.daily, lifetime, left_at_meta }
    });
    let parts = [Part {
        zone: world.zone,
        window: world.window,
        known_until: Some(told.known),
        runners: runners.collect(),
        left_at_meta: None,
    }];
    debug_assert!(world.window.contains(Period::day(day_of(world.zone, now))));
    let assumed = Assumptions { settle, ..ASSUMED };
    judge(&Facts { now, next_in, cap, spent: told.spent.iter().sum(), parts: &parts }, &assumed)
}
