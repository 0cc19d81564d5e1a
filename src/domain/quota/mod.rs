//! Meta's limits of calls as a budget: for each ad account what is used of it, when it comes back, and whether the next call may go.
//!
//! This is the one place that decides. More urgent work may use more of the budget: reads stop at 60 % of it, creates at 75 %, edits at
//! 90 %, and only stops may use all, so that a stop never finds a budget which reading has used up. What may not go yet waits for as
//! long as it takes to come back, and while something more urgent waits it does not take that away; it is never sent to be refused, because Meta blocks an account for minutes once it refuses.
//!
//! Times are by the clock that budgets come back by, which is Meta's. Source: Marketing API, "Rate limiting": a read scores 1 and a write 3, at
//! most 60 in limited and 9,000 in full access, decaying within 300 s; calls an hour by use case; 100 changes a second.

use std::collections::VecDeque;
use std::fmt;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

/// How urgent work is: lower first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Pausing and stopping.
    Stop = 0,
    /// Changing what runs.
    Edit = 10,
    /// Making new things.
    Create = 20,
    /// Reading.
    Read = 30,
}

impl Urgency {
    /// Every urgency, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Stop, Self::Edit, Self::Create, Self::Read];

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stop => "stops",
            Self::Edit => "edits",
            Self::Create => "creates",
            Self::Read => "reads",
        }
    }

    /// Percent of a budget that this urgency may use up.
    pub fn ceiling(self) -> i64 {
        match self {
            Self::Stop => 100,
            Self::Edit => 90,
            Self::Create => 75,
            Self::Read => 60,
        }
    }

    /// Percent of a budget that must have come back before work which had to wait goes on: a little at a time would cost more in
    /// waking up than it moves. What is urgent goes as soon as it can.
    fn stride(self) -> i64 {
        match self {
            Self::Stop | Self::Edit => 0,
            Self::Create | Self::Read => 10,
        }
    }
}

/// What an app may do with an ad account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Limited access, in headers still `development_access`.
    Limited,
    /// Full access, in headers still `standard_access`.
    Full,
}

impl Tier {
    /// From the word in headers.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "development_access" => Some(Self::Limited),
            "standard_access" => Some(Self::Full),
            _ => None,
        }
    }

    /// Most points of an ad account.
    pub fn points(self) -> i64 {
        match self {
            Self::Limited => 60,
            Self::Full => 9_000,
        }
    }

    /// Calls an hour that an ad account has whatever runs in it; ads that are on add to them.
    fn calls(self, use_case: UseCase) -> i64 {
        match (use_case, self) {
            (UseCase::Management, Self::Limited) => 300,
            (UseCase::Management, Self::Full) => 100_000,
            (UseCase::Insights, Self::Limited) => 600,
            (UseCase::Insights, Self::Full) => 190_000,
        }
    }
}

/// Which calls an hour a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UseCase {
    /// Campaigns, ad sets, ads and what belongs to them.
    Management,
    /// Figures.
    Insights,
}

/// What a request counts as: each part of a batch is a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Calls that read.
    pub reads: u32,
    /// Calls that change something, or ask whether they could.
    pub writes: u32,
    /// Whether they are about figures.
    pub insights: bool,
}

impl Cost {
    /// One call that changes something, and one that reads it back.
    pub const CHANGE: Self = Self { reads: 1, writes: 1, insights: false };
    /// One call that reads.
    pub const READ: Self = Self { reads: 1, writes: 0, insights: false };

    /// Points of an ad account.
    pub fn points(self) -> i64 {
        i64::from(self.reads) + 3 * i64::from(self.writes)
    }

    fn calls(self) -> i64 {
        i64::from(self.reads) + i64::from(self.writes)
    }

    fn use_case(self) -> UseCase {
        if self.insights { UseCase::Insights } else { UseCase::Management }
    }

    fn times(self, count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Self { reads: self.reads.saturating_mul(count), writes: self.writes.saturating_mul(count), ..self }
    }
}

/// What an answer told of the limits; what it left out is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// The app's access.
    pub tier: Option<Tier>,
    /// Hundredths of a percent of the ad account's points, rounded up.
    pub points: Option<i64>,
    /// Percent of the calls an hour for management, rounded up.
    pub management: Option<i64>,
    /// Percent of the calls an hour for insights, rounded up.
    pub insights: Option<i64>,
    /// Percent of the app's own calls an hour, rounded up.
    pub app: Option<i64>,
    /// How long to stay away.
    pub regain: Option<Duration>,
}

/// Why a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The account's points.
    Points,
    /// The account's calls an hour.
    Calls,
    /// Changes within a second.
    Changes,
    /// Meta said to stay away.
    Closed,
    /// The app's own calls an hour.
    App,
    /// Something else comes first: it is more urgent, or has waited long.
    Turn,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Points => "the ad account’s points are used up as far as this may use them",
            Self::Calls => "the ad account’s calls of this hour are used up as far as this may use them",
            Self::Changes => "a hundred changes a second are allowed",
            Self::Closed => "Meta asked to stay away for a while",
            Self::Turn => "something more urgent, or that has waited long, comes first",
            Self::App => "the app’s calls of this hour are used up as far as this may use them",
        })
    }
}

/// That a call must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// What waits.
    pub urgency: Urgency,
    /// Since when, of the calls of this urgency that had to wait one after another.
    pub since: DateTime<Utc>,
    /// Until when, platform time.
    pub until: DateTime<Utc>,
    /// For what.
    pub why: Why,
}

const MILLI: i64 = 1_000;
/// Seconds in which a full score decays to nothing.
const DECAY: i64 = 300;
const HOUR: i64 = 3_600;
const MINUTE: i64 = 60;
/// Changes within two seconds; Meta takes 100 in one, and its seconds begin when they like.
const CHANGES: i64 = 100;
/// Seconds for which something urgent that waits is left alone with what comes back, after the moment at which it may go.
const GRACE: i64 = 20;
/// Seconds after which reads that waited come before creates: nothing waits for ever.
const PATIENCE: i64 = 600;
/// So many calls must have been made before their percentage tells how many there may be.
const TELLING: i64 = 20;

/// What is known of the app's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Nothing yet: taken to be limited until the first answer.
    Unheard,
    /// Answers do not tell: nothing but a refusal holds calls back.
    Untold,
    Told(Tier),
}

/// Calls of the last hour for one use case.
#[derive(Debug, Clone, Default)]
struct Hour {
    /// Ours, by minute.
    made: VecDeque<(i64, i64)>,
    /// How many there may be, where their percentage has told; more than the tier's own number where ads are on.
    most: Option<i64>,
    /// Calls that count and are not ours, or were made before this process began, as last told and when.
    others: (i64, i64),
}

impl Hour {
    fn own(&self, now: i64) -> i64 {
        self.made.iter().filter(|(minute, _)| minute + HOUR > now).map(|(_, count)| count).sum()
    }

    fn used(&self, now: i64) -> i64 {
        let (others, at) = self.others;
        self.own(now) + others * (HOUR - (now - at).clamp(0, HOUR)) / HOUR
    }

    fn most(&self, tier: Tier, use_case: UseCase) -> i64 {
        self.most.unwrap_or_default().max(tier.calls(use_case))
    }

    fn add(&mut self, calls: i64, now: i64) {
        while self.made.front().is_some_and(|(minute, _)| minute + HOUR <= now) {
            self.made.pop_front();
        }
        let minute = now - now.rem_euclid(MINUTE);
        match self.made.back_mut().filter(|(last, _)| *last == minute) {
            Some((_, count)) => *count += calls,
            None => self.made.push_back((minute, calls)),
        }
    }

    fn hear(&mut self, percent: i64, tier: Tier, use_case: UseCase, now: i64) {
        let own = self.own(now);
        if own >= TELLING && percent > 0 {
            // Rounded up, so this is the least that it can be.
            self.most = Some(own * 100 / (percent + 1));
        }
        let used = percent * self.most(tier, use_case) / 100;
        // A percentage rounds up: a share of it that small may be nobody's.
        let others = used - own;
        self.others = (if others > self.most(tier, use_case) / 50 { others } else { 0 }, now);
    }

    /// The moment from which `calls` more would be within `ceiling`.
    fn until(&self, calls: i64, ceiling: i64, now: i64) -> i64 {
        let mut over = self.used(now) + calls - ceiling;
        for (minute, count) in &self.made {
            over -= count;
            if over <= 0 {
                return (minute + HOUR).max(now + 1);
            }
        }
        now + MINUTE
    }
}

/// One ad account's budget of calls.
#[derive(Debug, Clone)]
pub struct Quota {
    access: Access,
    /// Thousandths of points as last told or reckoned, and when, in unix seconds.
    score: i64,
    at: i64,
    /// Thousandths of points of calls that are on their way.
    flying: i64,
    /// Whether an answer told the score since the last call ended.
    heard: bool,
    /// Until when Meta wants nobody to come.
    closed_until: i64,
    management: Hour,
    insights: Hour,
    /// Changes by second.
    changes: VecDeque<(i64, i64)>,
    waiting: Vec<Wait>,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            access: Access::Unheard,
            score: 0,
            at: 0,
            flying: 0,
            heard: false,
            closed_until: 0,
            management: Hour::default(),
            insights: Hour::default(),
            changes: VecDeque::new(),
            waiting: Vec::new(),
        }
    }
}

impl Quota {
    /// Lets a call go, which then counts as used, or says how long it waits.
    ///
    /// # Errors
    /// The wait.
    pub fn admit(&mut self, urgency: Urgency, cost: Cost, now: DateTime<Utc>) -> Result<(), Wait> {
        let resumes = self.waiting.iter().any(|wait| wait.urgency == urgency);
        self.judge(urgency, cost, resumes, now)?;
        self.waiting.retain(|wait| wait.urgency != urgency);
        let at = now.timestamp();
        self.flying += cost.points() * MILLI;
        self.hour(cost.use_case()).add(cost.calls(), at);
        if cost.writes > 0 {
            self.changes.retain(|(second, _)| at - second < 2);
            self.changes.push_back((at, i64::from(cost.writes)));
        }
        Ok(())
    }

    /// How many calls of a kind may go together now, at most `at_most`; nothing is counted.
    ///
    /// # Errors
    /// The wait until the first of them may go.
    pub fn room(&mut self, urgency: Urgency, each: Cost, at_most: usize, now: DateTime<Utc>) -> Result<usize, Wait> {
        let resumes = self.waiting.iter().any(|wait| wait.urgency == urgency);
        self.judge(urgency, each, resumes, now)?;
        let fits = |count: &usize| self.verdict(urgency, each.times(*count), 0, now).is_none();
        Ok((1..=at_most).rev().find(fits).unwrap_or(1))
    }

    /// Notes what an answer told.
    pub fn hear(&mut self, told: &Told, now: DateTime<Utc>) {
        let at = now.timestamp();
        match (told.tier, self.access) {
            (Some(tier), _) => self.access = Access::Told(tier),
            (None, Access::Unheard) => self.access = Access::Untold,
            (None, _) => {}
        }
        if let Some(regain) = told.regain {
            self.closed_until = self.closed_until.max(at + regain.num_seconds());
        }
        let Access::Told(tier) = self.access else { return };
        if let Some(points) = told.points {
            // Hundredths of a percent are rounded down by whoever writes them.
            self.score = (points + 1).min(10_000) * tier.points() * MILLI / 10_000;
            self.at = at;
            self.heard = true;
        }
        if let Some(percent) = told.management {
            self.management.hear(percent, tier, UseCase::Management, at);
        }
        if let Some(percent) = told.insights {
            self.insights.hear(percent, tier, UseCase::Insights, at);
        }
    }

    /// Notes that a call which was let go is answered or lost: in doubt it counted.
    pub fn answered(&mut self, cost: Cost, now: DateTime<Utc>) {
        let points = cost.points() * MILLI;
        self.flying = (self.flying - points).max(0);
        if !std::mem::take(&mut self.heard) {
            self.score = self.score(now.timestamp()) + points;
            self.at = now.timestamp();
        }
    }

    /// What is used and left now, and what waits.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        let at = now.timestamp();
        let tier = self.tier();
        let score = self.score(at) + self.flying;
        let of = |hour: &Hour, use_case: UseCase| tier.map(|tier| (hour.used(at), hour.most(tier, use_case)));
        let back = tier.map_or(0, |tier| (score * DECAY + tier.points() * MILLI - 1) / (tier.points() * MILLI));
        Standing {
            tier: match self.access {
                Access::Told(tier) => Some(tier),
                Access::Unheard | Access::Untold => None,
            },
            points: tier.map(|tier| ((score + MILLI - 1) / MILLI, tier.points())),
            empty_at: now + Duration::seconds(back),
            management: of(&self.management, UseCase::Management),
            insights: of(&self.insights, UseCase::Insights),
            closed_until: DateTime::from_timestamp(self.closed_until, 0).filter(|until| *until > now),
            waiting: self.waiting.iter().copied().filter(|wait| wait.until > now).collect(),
        }
    }

    fn tier(&self) -> Option<Tier> {
        match self.access {
            Access::Unheard => Some(Tier::Limited),
            Access::Untold => None,
            Access::Told(tier) => Some(tier),
        }
    }

    fn hour(&mut self, use_case: UseCase) -> &mut Hour {
        match use_case {
            UseCase::Management => &mut self.management,
            UseCase::Insights => &mut self.insights,
        }
    }

    /// Thousandths of points at a moment, without what is on its way.
    fn score(&self, now: i64) -> i64 {
        let gone = self.tier().map_or(0, |tier| (now - self.at).clamp(0, DECAY) * tier.points() * MILLI / DECAY);
        (self.score - gone).max(0)
    }

    fn judge(&mut self, urgency: Urgency, cost: Cost, resumes: bool, now: DateTime<Utc>) -> Result<(), Wait> {
        // What waited goes on only when enough has come back.
        let stride = if resumes { urgency.stride() } else { 0 };
        let Some((until, why)) = self.verdict(urgency, cost, stride, now).or_else(|| self.yields(urgency, now)) else {
            return Ok(());
        };
        let since = self.waiting.iter().find(|known| known.urgency == urgency).map_or(now, |known| known.since);
        let wait = Wait { urgency, since, until, why };
        self.waiting.retain(|known| known.urgency != urgency);
        self.waiting.push(wait);
        Err(wait)
    }

    /// Until when what comes back is left to something else that waits for it: something more urgent, or reads that have waited long.
    fn yields(&self, urgency: Urgency, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Why)> {
        let (grace, patience) = (Duration::seconds(GRACE), Duration::seconds(PATIENCE));
        let is_long = |wait: &Wait| now - wait.since >= patience;
        let long = self.waiting.iter().any(|known| known.urgency == urgency && is_long(known));
        let first = |wait: &&Wait| match wait.urgency {
            other if other < urgency => wait.why == Why::Points && !long,
            Urgency::Read => urgency == Urgency::Create && wait.why != Why::Closed && is_long(wait),
            _ => false,
        };
        let wait = self.waiting.iter().find(|wait| now < wait.until + grace && first(wait))?;
        Some((wait.until + grace, Why::Turn))
    }

    /// Until when and why a call must wait; `None` where it may go.
    fn verdict(&self, urgency: Urgency, cost: Cost, stride: i64, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Why)> {
        let at = now.timestamp();
        let told = |until: i64, why: Why| Some((DateTime::from_timestamp(until, 0).unwrap_or(now), why));
        // A stop is tried all the same: Meta may have opened again.
        if self.closed_until > at && urgency != Urgency::Stop {
            return told(self.closed_until, Why::Closed);
        }
        let tier = self.tier()?;
        let most = tier.points() * MILLI;
        let over = |stride: i64| self.score(at) + self.flying + cost.points() * MILLI - most * (urgency.ceiling() - stride) / 100;
        if over(stride) > 0 {
            // Waiting anyway, it waits for the whole stride.
            let seconds = (over(urgency.stride()) * DECAY + most - 1) / most;
            return told(at + seconds.clamp(1, DECAY), Why::Points);
        }
        let use_case = cost.use_case();
        let hour = if cost.insights { &self.insights } else { &self.management };
        let ceiling = hour.most(tier, use_case) * urgency.ceiling() / 100;
        if hour.used(at) + cost.calls() > ceiling {
            return told(hour.until(cost.calls(), ceiling, at), Why::Calls);
        }
        let changes: i64 = self.changes.iter().filter(|(second, _)| at - second < 2).map(|(_, count)| count).sum();
        if cost.writes > 0 && changes > 0 && changes + i64::from(cost.writes) > CHANGES {
            return told(at + 2, Why::Changes);
        }
        None
    }
}

/// How a budget stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The app's access, where it is known.
    pub tier: Option<Tier>,
    /// Points used and most; `None` where nobody tells.
    pub points: Option<(i64, i64)>,
    /// When no point would be used any more, were no call made.
    pub empty_at: DateTime<Utc>,
    /// Calls of the last hour for management, used and most.
    pub management: Option<(i64, i64)>,
    /// The same for figures.
    pub insights: Option<(i64, i64)>,
    /// Until when Meta wants nobody to come.
    pub closed_until: Option<DateTime<Utc>>,
    /// What waits now.
    pub waiting: Vec<Wait>,
}

/// The app's own calls, which no ad account carries: a percentage that was told, gone within an hour.
#[derive(Debug, Clone, Copy, Default)]
pub struct Share {
    percent: i64,
    at: i64,
}

impl Share {
    /// Notes what an answer told.
    pub fn hear(&mut self, percent: i64, now: DateTime<Utc>) {
        *self = Self { percent, at: now.timestamp() };
    }

    /// Percent used at a moment, at most.
    pub fn percent(&self, now: DateTime<Utc>) -> i64 {
        self.percent * (HOUR - (now.timestamp() - self.at).clamp(0, HOUR)) / HOUR
    }

    /// The wait of a call for which too much is used.
    pub fn wait(&self, urgency: Urgency, now: DateTime<Utc>) -> Option<Wait> {
        let over = urgency != Urgency::Stop && self.percent(now) >= urgency.ceiling();
        over.then(|| Wait { urgency, since: now, until: now + Duration::minutes(1), why: Why::App })
    }
}

#[cfg(test)]
mod tests;
