//! The guard: looks at every spending limit, warns, and pauses at Meta before a limit can be passed.
//!
//! It stands on its own: no queue, no web server. What it needs is kept in memory from the last good reading, so that a busy or
//! broken database only makes its figures older; where a limit is in doubt it asks Meta for the figures itself. A pause goes out
//! first and is recorded after, by a task that no look waits for. Pausing twice is harmless, so several guards may run and any may
//! be killed. It never switches anything on: that is a person's act, through a plan.

mod figures;
mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::{JoinHandle, JoinSet};

use crate::clock::RealTime;
use crate::domain::guard::{ASSUMED, Decision};
use crate::domain::id::{AdAccountId, LimitId, ObjectId, WorkspaceId};
use crate::domain::limit::Covers;
use crate::domain::plan::bare;
use crate::graph::{Client, NodeId, Writer};
use crate::store::connections::AdAccount;

use super::connections::{Graphs, account_client, hear};
use super::limits::{Book, Judged, Spender, load_all, why};
use super::publish::Said;
use super::queue::Urgency;
use super::stop::{Running, pause_at_meta};
use super::writing::writer;
use super::{Ctx, Error, Result};

use figures::Figures;
use record::{Entry, Note, Paused};

/// How long a reading of the database may take before the guard goes on with what it has, real time.
const PATIENCE: Duration = Duration::from_secs(5);
/// A verdict that stays the same is noted this often, real time: it says that the guard runs.
const NOTE_EVERY: TimeDelta = TimeDelta::seconds(60);
/// The longest time to the next look that a sandbox's clock, set by hand, is taken to foretell.
const LONGEST: TimeDelta = TimeDelta::hours(2);

/// The guard and what it remembers between looks.
pub struct Guard {
    ctx: Ctx,
    books: BTreeMap<WorkspaceId, Book>,
    /// The clients by ad account; for one that is read-only, the reading one alone.
    clients: BTreeMap<AdAccountId, Clients>,
    /// What the guard asked Meta itself.
    figures: BTreeMap<AdAccountId, Figures>,
    /// Platform time of the last look, by base URL, and how long it was after the one before.
    looks: BTreeMap<String, (DateTime<Utc>, TimeDelta)>,
    noted: BTreeMap<LimitId, (&'static str, String, RealTime)>,
    waiting: Vec<Entry>,
    recording: Option<JoinHandle<Vec<Entry>>>,
    is_blind: bool,
}

#[derive(Clone)]
struct Clients {
    reads: Client,
    node: NodeId,
    writes: Option<Writer>,
}

/// What a look found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Limits that were judged.
    pub limits: usize,
    /// Those that are only warned of.
    pub warned: usize,
    /// Campaigns that Meta confirmed as paused.
    pub paused: usize,
    /// Campaigns that it did not; the next look tries again and should come soon.
    pub unconfirmed: usize,
    /// Whether any of them is in a sandbox, whose clock may run a day in a minute.
    pub in_sandbox: bool,
}

impl Guard {
    /// A guard that remembers nothing. It has clients of its own: what jams others does not jam it.
    pub fn new(ctx: &Ctx) -> Self {
        Self {
            ctx: Ctx { graphs: Graphs::default(), ..ctx.clone() },
            books: BTreeMap::new(),
            clients: BTreeMap::new(),
            figures: BTreeMap::new(),
            looks: BTreeMap::new(),
            noted: BTreeMap::new(),
            waiting: Vec::new(),
            recording: None,
            is_blind: false,
        }
    }

    /// Looks once at every limit of every workspace, and pauses what has to be. Nothing that fails keeps it from the rest.
    pub async fn look(&mut self) -> Looked {
        self.refresh().await;
        self.hear_clocks().await;
        let mut looked = Looked::default();
        for workspace in self.books.keys().copied().collect::<Vec<_>>() {
            self.look_at(workspace, &mut looked).await;
        }
        self.record().await;
        looked
    }

    /// Waits until what the looks did is recorded, or could not be at three tries; for commands that end and for tests.
    pub async fn recorded(&mut self) {
        for _ in 0..3 {
            let Some(task) = self.recording.take() else { return };
            let mut failed = task.await.unwrap_or_default();
            failed.append(&mut self.waiting);
            self.waiting = failed;
            self.record().await;
        }
    }

    /// Reads everything anew; where that does not work, what is remembered stays.
    async fn refresh(&mut self) {
        let inner = self.ctx.clone();
        let reading = tokio::time::timeout(PATIENCE, self.ctx.db.read(move |c| load_all(c, &inner)));
        let problem = match reading.await {
            Ok(Ok(books)) => {
                self.is_blind = false;
                self.books = books.into_iter().map(|book| (book.workspace, book)).collect();
                self.connect().await;
                return;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the database did not answer in time".to_owned(),
        };
        if !self.is_blind {
            tracing::error!(problem, "the guard goes on with what it last read");
        }
        self.is_blind = true;
    }

    /// Makes the clients while the database answers, so that none is needed of it later.
    async fn connect(&mut self) {
        let spenders: Vec<AdAccount> = self.books.values().flat_map(|book| &book.spenders).map(|s| s.account.clone()).collect();
        for account in spenders {
            let reading = tokio::time::timeout(PATIENCE, async {
                let (reads, node) = account_client(&self.ctx, &account, Urgency::Stop).await?;
                let writes = match writer(&self.ctx, &account, Urgency::Stop).await {
                    Ok((writes, _)) => Some(writes),
                    Err(Error::Conflict(_)) => None,
                    Err(other) => return Err(other),
                };
                Ok::<_, Error>(Clients { reads, node, writes })
            });
            match reading.await {
                Ok(Ok(clients)) => {
                    self.clients.insert(account.id, clients);
                }
                // A broken link has no client; a database that fails for a moment leaves the one there is.
                Ok(Err(Error::Conflict(_))) => {
                    self.clients.remove(&account.id);
                }
                Ok(Err(_)) | Err(_) => {}
            }
        }
    }

    /// Hears the clocks that are not known, and those of sandboxes, which run as they like.
    async fn hear_clocks(&mut self) {
        let mut heard = BTreeSet::new();
        let spenders = self.books.values().flat_map(|book| &book.spenders);
        for spender in spenders.filter(|spender| spender.is_sandbox || !self.ctx.platform.knows(&spender.base_url)) {
            if let Some(clients) = self.clients.get(&spender.account.id).filter(|_| heard.insert(&spender.base_url)) {
                // The answer's header is what counts; an error has one too.
                let _ = clients.reads.me().await;
                hear(&self.ctx, &clients.reads);
            }
        }
        for spender in self.books.values().flat_map(|book| &book.spenders) {
            let now = spender.now(&self.ctx);
            let last = self.looks.get(&spender.base_url).map(|(at, _)| *at);
            if last != Some(now) {
                let gap = last.map_or(ASSUMED.every, |last| (now - last).min(LONGEST));
                let gap = if spender.is_sandbox { gap } else { ASSUMED.every };
                self.looks.insert(spender.base_url.clone(), (now, gap.max(ASSUMED.every)));
            }
        }
    }

    async fn look_at(&mut self, workspace: WorkspaceId, looked: &mut Looked) {
        let Some(mut book) = self.books.remove(&workspace) else { return };
        self.apply_figures(&mut book);
        for index in 0..book.limits.len() {
            let Some((row, limit)) = book.limits.get(index).cloned() else { continue };
            let every = |spender: &Spender| self.looks.get(&spender.base_url).map_or(ASSUMED.every, |(_, gap)| *gap);
            let mut judged = book.judge(&self.ctx, &limit, every);
            let doubtful: BTreeSet<AdAccountId> =
                judged.iter().filter(|j| j.verdict.decision != Decision::Fine).flat_map(|j| j.accounts.clone()).collect();
            if !doubtful.is_empty() && self.ask(&book, &doubtful).await {
                self.apply_figures(&mut book);
                let every = |spender: &Spender| self.looks.get(&spender.base_url).map_or(ASSUMED.every, |(_, gap)| *gap);
                judged = book.judge(&self.ctx, &limit, every);
            }
            looked.limits += 1;
            looked.in_sandbox |= book.covered(limit.covers).any(|spender| spender.is_sandbox);
            let mut said = (Decision::Fine.as_str(), String::new());
            for judged in &judged {
                said = (judged.verdict.decision.as_str(), why(&limit, judged));
                match judged.verdict.decision {
                    Decision::Pause(_) => {
                        let problems = self.pause(&book, (row.id, limit.covers), judged, &said.1, looked).await;
                        said.1 = [said.1].into_iter().chain(problems).collect::<Vec<_>>().join(" ");
                        break;
                    }
                    Decision::Warn(_) => {
                        looked.warned += 1;
                        break;
                    }
                    Decision::Fine => {}
                }
            }
            let every = book.covered(limit.covers).filter_map(|s| self.looks.get(&s.base_url)).map(|(_, gap)| *gap).max();
            self.note(workspace, row.id, said, every.unwrap_or(ASSUMED.every));
        }
        self.waiting.extend(record::ended(&book).map(Entry::Ended));
        self.books.insert(workspace, book);
    }

    /// Asks Meta for the figures of ad accounts whose own are older than a look; whether any came.
    async fn ask(&mut self, book: &Book, accounts: &BTreeSet<AdAccountId>) -> bool {
        let mut came = false;
        for spender in book.spenders.iter().filter(|spender| accounts.contains(&spender.account.id)) {
            let is_young = spender.known_until.is_some_and(|known| spender.now(&self.ctx) - known < ASSUMED.every);
            let Some(clients) = self.clients.get(&spender.account.id).filter(|_| !is_young) else { continue };
            match figures::ask(&self.ctx, spender, &clients.reads, &clients.node).await {
                Ok(figures) => {
                    self.figures.insert(spender.account.id, figures);
                    came = true;
                }
                Err(error) => tracing::warn!(%error, account = %spender.account.id, "the guard could not read figures"),
            }
        }
        came
    }

    fn apply_figures(&self, book: &mut Book) {
        for spender in &mut book.spenders {
            if let Some(figures) = self.figures.get(&spender.account.id) {
                figures.apply(spender);
            }
        }
    }

    /// Pauses everything that a limit covers in these ad accounts, at once; the sentences say what Meta did not take.
    async fn pause(
        &mut self,
        book: &Book,
        (limit, covers): (LimitId, Covers),
        judged: &Judged,
        reason: &str,
        looked: &mut Looked,
    ) -> Vec<String> {
        let mut problems = Vec::new();
        let mut tasks = JoinSet::new();
        for spender in book.covered(covers).filter(|spender| judged.accounts.contains(&spender.account.id)) {
            let Some(writes) = self.clients.get(&spender.account.id).and_then(|clients| clients.writes.clone()) else {
                problems.push(format!("“{}” is read-only: pause its campaigns in Ads Manager.", spender.account.name));
                continue;
            };
            let on: Vec<Running> = spender.on(covers).map(|on| on.running.clone()).collect();
            let unseen = match covers {
                Covers::Campaign(_) => None,
                Covers::Account(_) | Covers::Workspace(_) => {
                    self.clients.get(&spender.account.id).map(|clients| clients.node.clone())
                }
            };
            let (ctx, account) = (self.ctx.clone(), spender.account.clone());
            tasks.spawn(async move { pause_account(&ctx, account, &writes, on, unseen).await });
        }
        while let Some(done) = tasks.join_next().await {
            let Ok((account, outcomes)) = done else { continue };
            for (running, outcome) in outcomes {
                match outcome {
                    Ok(said) if said.status() != "ACTIVE" => {
                        looked.paused += 1;
                        self.waiting.push(Entry::Paused(Box::new(Paused {
                            limit,
                            account: account.clone(),
                            running,
                            said,
                            reason: format!("Paused by the guard. {reason}"),
                        })));
                    }
                    Ok(_) => {
                        looked.unconfirmed += 1;
                        problems.push(format!("Meta has not confirmed {} as paused yet; it is tried again.", running.name));
                    }
                    Err(error) => {
                        looked.unconfirmed += 1;
                        let words = crate::domain::invalid::sentence(&error.to_string());
                        problems.push(format!("Meta did not take the pause of {}; it is tried again. {words}", running.name));
                    }
                }
            }
        }
        problems.sort();
        problems
    }

    /// Notes how a limit stands where that is new, or was noted a while ago.
    fn note(&mut self, workspace: WorkspaceId, limit: LimitId, (decision, sentence): (&'static str, String), every: TimeDelta) {
        let now = self.ctx.now();
        let known = self.noted.get(&limit);
        let is_news = known.is_none_or(|(was, words, at)| *was != decision || *words != sentence || now.0 - at.0 >= NOTE_EVERY);
        if is_news {
            self.noted.insert(limit, (decision, sentence.clone(), now));
            self.waiting.push(Entry::Note(Note { workspace, limit, decision, sentence, every }));
        }
    }

    /// Records what is waiting, in a task of its own: the next look does not wait for a database that is busy.
    async fn record(&mut self) {
        if self.recording.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        if let Some(done) = self.recording.take() {
            let mut failed = done.await.unwrap_or_default();
            failed.append(&mut self.waiting);
            self.waiting = failed;
        }
        if !self.waiting.is_empty() {
            let (ctx, entries) = (self.ctx.clone(), std::mem::take(&mut self.waiting));
            self.recording = Some(tokio::spawn(async move { record::all(&ctx, entries).await }));
        }
    }
}

type Outcome = (Running, Result<Said>);

/// Pauses what is known to be on in an ad account; of a whole account also what Meta says is on besides.
async fn pause_account(
    ctx: &Ctx,
    account: AdAccount,
    writes: &Writer,
    on: Vec<Running>,
    unseen: Option<NodeId>,
) -> (AdAccount, Vec<Outcome>) {
    let mut done: Vec<Outcome> = Vec::new();
    let mut tasks = JoinSet::new();
    let spawn = |tasks: &mut JoinSet<Outcome>, running: Running| {
        let writes = writes.clone();
        tasks.spawn(async move {
            let said = pause_at_meta(&writes, &running.remote).await;
            (running, said)
        });
    };
    let known: BTreeSet<String> = on.iter().map(|running| running.remote.clone()).collect();
    for running in on {
        spawn(&mut tasks, running);
    }
    while let Some(finished) = tasks.join_next().await {
        done.extend(finished.ok());
    }
    if let Some(node) = unseen
        && let Ok(listed) = writes.campaigns(&node).all(20_000).await
    {
        for campaign in listed.into_iter().filter(|c| c.status.as_deref() == Some("ACTIVE") && !known.contains(c.id.as_str())) {
            let name = bare(&campaign.name).to_owned();
            let id = ObjectId(ctx.new_id());
            let remote = campaign.id.to_string();
            let running =
                Running { id, account: account.id, remote, name, here: false, a_day: None, confirmed: false, problem: None };
            spawn(&mut tasks, running);
        }
        while let Some(finished) = tasks.join_next().await {
            done.extend(finished.ok());
        }
    }
    (account, done)
}
