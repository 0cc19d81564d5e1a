//! Meta's limits of calls as a budget: for each ad account what is used of it, when it comes back, and whether the next call may go.
//!
//! This is the one place that decides. More urgent work may use more of the budget: reads stop at 60 % of it, creates at 75 %, edits at
//! 90 %, and only stops may use all, so that a stop never finds a budget which reading has used up. What may not go yet waits for as
//! long as it takes to come back, and while something more urgent waits it does not take that away; it is never sent
//! to be refused, because Meta blocks an account for minutes once it refuses.
//!
//! Times are by the clock that budgets come back by, which is Meta's. Source: Marketing API, "Rate limiting": a read scores 1 and a write 3, at
//! most 60 in limited and 9,000 in full access, decaying within 300 s; calls an hour by use case; 100 changes a second.

mod hour;
mod terms;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use chrono::{DateTime, Duration, Utc};

use hour::Hour;
pub use hour::Share;
pub use terms::{Cost, Standing, Tier, Together, Told, Urgency, UseCase, Wait, Why};

const MILLI: i64 = 1_000;
/// Seconds in which a full score decays to nothing.
const DECAY: i64 = 300;
/// Changes within two seconds; Meta takes 100 in one, and its seconds begin when they like.
const CHANGES: i64 = 100;
/// Seconds for which something urgent that waits is left alone with what comes back, after the moment at which it may go.
const GRACE: i64 = 20;
/// Seconds after which reads that waited come before creates: nothing waits for ever.
const PATIENCE: i64 = 600;

/// What is known of the app's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Nothing yet: taken to be limited until the first answer.
    Unheard,
    /// Answers do not tell: nothing but a refusal holds calls back.
    Untold,
    Told(Tier),
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
        self.judge(urgency, cost, cost, now)?;
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

    /// How many calls of a kind may go together now; nothing is counted.
    ///
    /// # Errors
    /// The wait until it is worth going on: until all of them may go, or a stride of them.
    pub fn room(&mut self, urgency: Urgency, calls: Together, now: DateTime<Utc>) -> Result<usize, Wait> {
        self.judge(urgency, calls.of(1), calls.of(calls.at_most), now)?;
        let fits = |count: &usize| self.verdict(urgency, calls.of(*count), 0, now).is_none();
        Ok((1..=calls.at_most).rev().find(fits).unwrap_or(1))
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

    fn judge(&mut self, urgency: Urgency, cost: Cost, wanted: Cost, now: DateTime<Utc>) -> Result<(), Wait> {
        // Where nothing is used nothing comes back: what asks for more than it may have goes all the same, or it never would.
        let is_empty = self.score(now.timestamp()) + self.flying == 0;
        let stride = self.tier().map_or(0, |tier| urgency.stride(tier, wanted));
        // What waited goes on only when its stride has come back; waiting anyway, it waits for the whole stride.
        let waited = self.waiting.iter().any(|wait| wait.urgency == urgency);
        let verdict = self
            .verdict(urgency, cost, if waited { stride } else { 0 }, now)
            .and_then(|_| self.verdict(urgency, cost, stride, now))
            .filter(|(_, why)| !(is_empty && *why == Why::Points));
        let Some((until, why)) = verdict.or_else(|| self.yields(urgency, now)) else {
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

    /// Until when and why a call must wait where so many points at least have to be free; `None` where it may go.
    fn verdict(&self, urgency: Urgency, cost: Cost, stride: i64, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Why)> {
        let at = now.timestamp();
        let told = |until: i64, why: Why| Some((DateTime::from_timestamp(until, 0).unwrap_or(now), why));
        // A stop is tried all the same: Meta may have opened again.
        if self.closed_until > at && urgency != Urgency::Stop {
            return told(self.closed_until, Why::Closed);
        }
        let tier = self.tier()?;
        let most = tier.points() * MILLI;
        let over = self.score(at) + self.flying + cost.points().max(stride) * MILLI - most * urgency.ceiling() / 100;
        if over > 0 {
            let seconds = (over * DECAY + most - 1) / most;
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
