//! The world behind the wire: state, clock, journal, delivery and faults, behind one lock.
//! Every write goes through `commit`, which has it on the disk before anyone hears of it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::clock::{Clock, Speed};
use super::delivery::engine::Engine;
use super::delivery::ledger::Ledger;
use super::faults::Faults;
use super::insights::page::Kept;
use super::journal::{Journal, JournalError};
use super::limits::Limits;
use super::seeded::{self, FIRST_MOMENT, Identity};
use super::settings::Settings;
use super::state::{Event, State};
use super::status;
use super::webhooks::{self, Webhooks};
use super::wire::errors::GraphError;

/// A running clock's position is noted this often (real time), without waiting for the disk.
const NOTE_EVERY: Duration = Duration::from_secs(2);
/// Calls remembered for `/_sandbox/calls`.
const REMEMBERED_CALLS: usize = 10_000;
/// Calls that the status page shows, read or not.
const RECENT_CALLS: usize = 20;

/// A received call, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Received {
    /// HTTP method.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// Status that was answered; absent for a cut connection.
    pub status: Option<u16>,
}

/// The whole sandbox but its sockets.
#[derive(Debug)]
pub struct World {
    /// The seeded business.
    pub identity: Identity,
    /// Whether checks are made that Meta's own examples fail.
    pub strict: bool,
    /// All objects.
    pub state: State,
    /// Delivery cache.
    pub engine: Engine,
    /// What the last insights call gathered.
    pub reports: Kept,
    /// Scripted faults.
    pub faults: Faults,
    /// Tokens, grants and links of the business.
    pub settings: Settings,
    /// Limits of calls, where they are enforced.
    pub limits: Limits,
    /// Deliveries to subscribers, as far as they are no state.
    pub webhooks: Webhooks,
    /// Calls since they were last read.
    pub calls: Vec<Received>,
    /// The last calls, newest first.
    pub recent: VecDeque<Received>,
    /// Calls served, for trace ids.
    pub served: u64,
    clock: Clock,
    journal: Option<Journal>,
    noted_at: Instant,
    active: Option<(u64, Option<i64>)>,
    counted: Option<(u64, String, i64)>,
}

impl World {
    /// Opens the world of a seed, from its directory where it has one.
    ///
    /// # Errors
    /// When the directory cannot be used.
    pub fn open(seed: u64, directory: Option<&Path>, speed: Speed, strict: bool) -> Result<Self, JournalError> {
        let identity = seeded::identity(seed);
        let mut state = State::new(seed, &identity, FIRST_MOMENT);
        let mut clock = Clock::new(speed, FIRST_MOMENT * 1000, None);
        let mut journal = None;
        if let Some(directory) = directory {
            let (opened, recovered) = Journal::open(directory, state, clock.now_ms())?;
            state = recovered.state;
            clock.restore(recovered.ms, recovered.active);
            journal = Some(opened);
        }
        Ok(Self {
            settings: Settings::seeded(&identity),
            identity,
            strict,
            state,
            engine: Engine::default(),
            reports: Kept::default(),
            faults: Faults::default(),
            limits: Limits::default(),
            webhooks: Webhooks::default(),
            counted: None,
            calls: Vec::new(),
            recent: VecDeque::new(),
            served: 0,
            clock,
            journal,
            noted_at: Instant::now(),
            active: None,
        })
    }

    /// Simulated unix seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Whether time passes by itself.
    pub fn running(&mut self) -> bool {
        let until = self.active_until();
        self.clock.running(until)
    }

    fn active_until(&mut self) -> Option<i64> {
        if let Some((revision, until)) = self.active
            && revision == self.state.revision
        {
            return until;
        }
        let until = status::active_until(&self.state);
        self.active = Some((self.state.revision, until));
        until
    }

    /// Lets real time pass into simulated time.
    pub fn tick(&mut self) {
        let until = self.active_until();
        if self.clock.pass(Instant::now(), until) && self.noted_at.elapsed() >= NOTE_EVERY {
            self.note(false);
        }
    }

    /// Steps the clock forward by seconds.
    ///
    /// # Errors
    /// Code 2 when the journal cannot be written; the clock then stays.
    pub fn step(&mut self, seconds: i64) -> Result<(), GraphError> {
        let until = self.active_until();
        let before = (self.clock.now_ms(), self.clock.last_active_ms());
        self.clock.move_to(before.0.saturating_add(seconds.saturating_mul(1000)), until);
        self.write(None, true).inspect_err(|_| self.clock.restore(before.0, before.1))
    }

    /// Notes the clock's position; a failure is only logged, the next note makes up for it.
    pub fn note(&mut self, durable: bool) {
        self.noted_at = Instant::now();
        let _ = self.write(None, durable);
    }

    /// Makes a write happen: on the disk first, then in the state.
    ///
    /// # Errors
    /// Code 2 when the journal cannot be written; nothing has happened then.
    pub fn commit(&mut self, event: &Event) -> Result<(), GraphError> {
        self.write(Some(event), true)?;
        self.state.apply(event);
        for told in webhooks::notice::of(self, event) {
            // The write itself has happened: what cannot be noted is not told.
            if self.write(Some(&told), true).is_ok() {
                self.state.apply(&told);
            }
        }
        // What has just become active counts from now.
        let until = self.active_until();
        let now = self.clock.now_ms();
        self.clock.move_to(now, until);
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.compact(&self.state, now, self.clock.last_active_ms())
        {
            tracing::error!(%error, "the sandbox could not write a snapshot");
        }
        Ok(())
    }

    fn write(&mut self, event: Option<&Event>, durable: bool) -> Result<(), GraphError> {
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        journal.append(self.clock.now_ms(), self.clock.last_active_ms(), event, durable).map_err(|error| unwritten(&error))
    }

    /// Spend of an account and its objects so far.
    pub fn ledger(&mut self, account: &str) -> Ledger {
        let Some(seeded) = self.identity.account(account) else {
            return Ledger::default();
        };
        let now = self.now();
        self.engine.ledger(&self.state, account, seeded, now)
    }

    /// How many ads of an account are on, as their own switch says; counted anew after a write only.
    pub fn active_ads(&mut self, account: &str) -> i64 {
        if let Some((revision, of, count)) = &self.counted
            && *revision == self.state.revision
            && of == account
        {
            return *count;
        }
        let ads = self.state.of_account(account, super::state::Kind::Ad).iter();
        let on = ads.filter(|id| self.state.objects.get(*id).is_some_and(|ad| ad.text("status") == "ACTIVE")).count();
        let count = i64::try_from(on).unwrap_or(i64::MAX);
        self.counted = Some((self.state.revision, account.to_owned(), count));
        count
    }

    /// Remembers a call for `/_sandbox/calls`.
    pub fn remember(&mut self, call: Received) {
        if self.calls.len() >= REMEMBERED_CALLS {
            self.calls.remove(0);
        }
        self.recent.truncate(RECENT_CALLS - 1);
        self.recent.push_front(call.clone());
        self.calls.push(call);
    }

    /// How fast time passes while something is active.
    #[must_use]
    pub fn speed(&self) -> Speed {
        self.clock.speed()
    }

    /// Changes how fast time passes from now on.
    pub fn set_speed(&mut self, speed: Speed) {
        self.clock.set_speed(speed, Instant::now());
    }

    /// Everything that later answers follow from.
    #[must_use]
    pub fn image(&self) -> Image<'_> {
        Image {
            format: Image::FORMAT,
            ms: self.clock.now_ms(),
            active: self.clock.last_active_ms(),
            served: self.served,
            state: Cow::Borrowed(&self.state),
            faults: Cow::Borrowed(&self.faults),
            settings: Cow::Borrowed(&self.settings),
            limits: Cow::Borrowed(&self.limits),
        }
    }

    /// Puts everything back where an image of the same seed left it; the speed stays.
    ///
    /// # Errors
    /// Code 2 when the journal cannot be written; nothing has happened then.
    pub fn restore(&mut self, image: Image<'_>) -> Result<(), GraphError> {
        if let Some(journal) = &mut self.journal {
            journal.snapshot(&image.state, image.ms, image.active).map_err(|error| unwritten(&error))?;
        }
        self.clock.restore(image.ms, image.active);
        self.state = image.state.into_owned();
        self.faults = image.faults.into_owned();
        self.settings = image.settings.into_owned();
        self.limits = image.limits.into_owned();
        self.served = image.served;
        // Whatever was reckoned from the other state.
        self.engine = Engine::default();
        self.reports = Kept::default();
        (self.active, self.counted) = (None, None);
        self.calls.clear();
        self.recent.clear();
        Ok(())
    }
}

fn unwritten(error: &JournalError) -> GraphError {
    tracing::error!(%error, "the sandbox could not write its journal");
    GraphError { status: 503, transient: true, ..GraphError::new(2, "Service temporarily unavailable") }
}

/// A world as it can be kept and put back: the same calls after it give the same bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image<'a> {
    /// How it is written.
    pub format: u32,
    /// Clock, simulated milliseconds.
    ms: i64,
    /// Last activity, simulated milliseconds.
    active: Option<i64>,
    served: u64,
    /// All objects.
    pub state: Cow<'a, State>,
    faults: Cow<'a, Faults>,
    settings: Cow<'a, Settings>,
    limits: Cow<'a, Limits>,
}

impl Image<'_> {
    /// The way of writing that this server knows.
    pub const FORMAT: u32 = 1;
}
