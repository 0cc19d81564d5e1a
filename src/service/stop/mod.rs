//! The emergency stop: pause every campaign at Meta first, record after; then hold queued work until it is resumed by a plan.
//!
//! It waits for no commit and no queue: the only reading before the first remote call is which campaigns there are. What was on
//! is remembered exactly. What Meta did not confirm is tried again by a job until it does.

mod resume;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, CampaignId, ObjectId, StopId, UserId, WorkspaceId};
use crate::domain::money::Money;
use crate::domain::plan::{Kind, ObjectRef, Step, bare};
use crate::domain::role::Role;
use crate::graph::{AdSet, Campaign, NodeId, Switch, Writer};
use crate::store::connections::{self, AdAccount};
use crate::store::observed::{self, Observed};
use crate::store::stops::{self as rows, StopRow};
use crate::store::{Conn, campaigns, plans, workspaces};

use super::desired::Desired;
use super::drift;
use super::publish::{Place, Said, read_back, record_because};
use super::queue::{Task, Urgency, enqueue};
use super::writing::{self, writer};
use super::{Actor, Ctx, Error, Result};

pub use resume::{ResumePlan, approve_resume, resume_plan, resume_wish};

/// What a stop is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Campaigns made here.
    Here,
    /// Every campaign of the linked ad accounts.
    Account,
}

impl Scope {
    /// The word in forms and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Account => "account",
        }
    }
}

/// A campaign that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Our id.
    pub id: ObjectId,
    /// Its ad account.
    pub account: AdAccountId,
    /// Meta's id.
    pub remote: String,
    /// Its name at Meta.
    pub name: String,
    /// Whether it was made here.
    pub here: bool,
    /// What its switched-on ad sets may spend a day; `None` where budgets are for a whole flight.
    pub a_day: Option<Money>,
    /// Whether Meta confirmed it paused.
    pub confirmed: bool,
    /// Meta's words where it did not.
    pub problem: Option<String>,
}

/// What the confirmation shows for one scope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many campaigns are on.
    pub campaigns: usize,
    /// What they may spend a day, by currency.
    pub a_day: Vec<Money>,
    /// How many of them have budgets for a whole flight, which no day's figure holds.
    pub lifetime: usize,
}

/// What the stop page shows.
#[derive(Debug)]
pub struct Overview {
    /// Campaigns made here.
    pub here: Extent,
    /// Every campaign of the linked ad accounts.
    pub account: Extent,
    /// The stop that holds, with what it remembers.
    pub open: Option<(StopRow, Vec<Running>)>,
    /// Whether queued work is held back.
    pub frozen: bool,
    /// What is on in ad accounts that are read-only, which no stop can pause: the account and its campaigns.
    pub out_of_reach: Vec<(AdAccountId, String, Extent)>,
}

/// Pauses what a stop could not confirm.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StopAgain {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which stop.
    pub stop: StopId,
}

impl Task for StopAgain {
    const KIND: &'static str = "stop_again";
    const URGENCY: Urgency = Urgency::Stop;

    fn workspace(&self) -> Option<WorkspaceId> {
        Some(self.workspace)
    }

    fn dedupe(&self) -> Option<String> {
        Some(self.stop.to_string())
    }
}

/// What a stop would pause, and the one that holds.
pub async fn overview(ctx: &Ctx, actor: &Actor) -> Result<Overview> {
    let workspace = actor.workspace;
    let read = ctx.db.read(move |c| {
        let known = (running(c, workspace)?, reachable(c, workspace)?);
        Ok((known, rows::find_open(c, workspace)?, workspaces::get(c, workspace)?))
    });
    let ((running, (_, read_only)), open, row) = read.await?;
    let (beyond, running): (Vec<_>, Vec<_>) = running.into_iter().partition(|r| read_only.iter().any(|a| a.id == r.account));
    let out_of_reach = read_only.into_iter().filter_map(|account| {
        let mine: Vec<&Running> = beyond.iter().filter(|r| r.account == account.id).collect();
        (!mine.is_empty()).then(|| (account.id, account.name, extent(&mine)))
    });
    let open = match open {
        Some(stop) => {
            let remembered = serde_json::from_str(&stop.remembered)?;
            Some((stop, remembered))
        }
        None => None,
    };
    let here: Vec<&Running> = running.iter().filter(|r| r.here).collect();
    Ok(Overview {
        here: extent(&here),
        account: extent(&running.iter().collect::<Vec<_>>()),
        open,
        frozen: row.frozen_at.is_some(),
        out_of_reach: out_of_reach.collect(),
    })
}

/// Stops: pauses first, then freezes queued work and remembers what was on.
///
/// # Errors
/// Only where nothing could be read or recorded; a campaign that Meta did not pause is remembered as not confirmed.
pub async fn stop(ctx: &Ctx, actor: &Actor, scope: Scope) -> Result<StopId> {
    actor.require(Role::Manager)?;
    let workspace = actor.workspace;
    let known = ctx.db.read(move |c| Ok((running(c, workspace)?, reachable(c, workspace)?))).await?;
    let (mut wanted, (accounts, read_only)) = known;
    // What is read-only cannot be paused from here; the page says so, and promising to try again would be a lie.
    let beyond = |r: &Running| read_only.iter().any(|account| account.id == r.account);
    wanted.retain(|r| !beyond(r) && (scope == Scope::Account || r.here));
    // Freezing runs beside the pausing, so that neither waits for the other.
    let (paused, frozen) = tokio::join!(pause_all(ctx, actor, &accounts, wanted, scope), freeze(ctx, workspace));
    // A plan that was walking may have switched its campaign on between the two: what it is about is paused once more.
    let walking = ctx.db.read(move |c| walking(c, workspace)).await.unwrap_or_default();
    let missed = walking.into_iter().filter(|r| !beyond(r) && !paused.iter().any(|p| p.id == r.id)).collect();
    let mut all = paused;
    all.extend(pause_all(ctx, actor, &accounts, missed, Scope::Here).await);
    let (confirmed, of) = (all.iter().filter(|running| running.confirmed).count(), all.len());
    let written = match frozen {
        Ok(()) => remember(ctx, actor, scope, all).await,
        Err(error) => Err(error),
    };
    // What was paused is paused, whatever the database says: the person has to know both.
    written.map_err(|error| {
        tracing::error!(%error, confirmed, of, "a stop paused at Meta and could not be written down");
        Error::conflict(dictionary::stop_not_written(confirmed, of, error))
    })
}

/// Pauses one campaign, made here or elsewhere: at Meta first, then here.
pub async fn pause(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<()> {
    actor.require(Role::Manager)?;
    let workspace = actor.workspace;
    let found = ctx.db.read(move |c| {
        let Some(row) = observed::find(c, workspace, ObjectId(campaign.0))?.filter(|row| row.kind == "campaign") else {
            return Ok(None);
        };
        let account = connections::get_account(c, workspace, row.ad_account_id)?;
        Ok(Some((row, account)))
    });
    let Some((row, account)) = found.await? else {
        return Err(Error::conflict(dictionary::nothing_to_pause()));
    };
    let (client, _) = writer(ctx, &account, Urgency::Stop).await?;
    let said = pause_at_meta(&client, &row.remote_id).await?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let recorded =
        ctx.db.write(move |c| note(c, &inner, &actor, &account, ObjectId(campaign.0), &said, "The campaign was paused."));
    recorded.await
}

/// Tries again what a stop could not confirm.
///
/// # Errors
/// While something is not confirmed, so that the job runs again.
pub async fn run(ctx: &Ctx, task: &StopAgain) -> Result<()> {
    let (workspace, id) = (task.workspace, task.stop);
    let open = ctx.db.read(move |c| Ok((rows::find_open(c, workspace)?, connections::list_linked_accounts(c, workspace)?)));
    let (Some(stop), accounts) = open.await? else { return Ok(()) };
    if stop.id != id {
        return Ok(());
    }
    let remembered: Vec<Running> = serde_json::from_str(&stop.remembered)?;
    let (done, open): (Vec<_>, Vec<_>) = remembered.into_iter().partition(|r| r.confirmed);
    let actor = Actor::schedule(workspace);
    let tried = pause_all(ctx, &actor, &accounts, open, Scope::Here).await;
    let left = tried.iter().find(|r| !r.confirmed).and_then(|r| r.problem.clone());
    let all: Vec<Running> = done.into_iter().chain(tried).collect();
    let text = serde_json::to_string(&all)?;
    ctx.db.write(move |c| Ok::<_, Error>(rows::set_remembered(c, workspace, id, &text)?)).await?;
    match left {
        Some(_) => Err(Error::Throttled(chrono::Duration::seconds(10))),
        None => Ok(()),
    }
}

/// Pauses every campaign at once and says for each whether Meta confirmed it. For a whole account Meta is also asked what else is
/// on: what was made elsewhere a minute ago is in no table of ours.
async fn pause_all(ctx: &Ctx, actor: &Actor, accounts: &[AdAccount], mut wanted: Vec<Running>, scope: Scope) -> Vec<Running> {
    let mut clients: BTreeMap<AdAccountId, std::result::Result<(Writer, NodeId), String>> = BTreeMap::new();
    for account in accounts {
        clients.insert(account.id, writer(ctx, account, Urgency::Stop).await.map_err(|e| e.to_string()));
    }
    let mut tasks = JoinSet::new();
    let spawn = |tasks: &mut JoinSet<Running>, running: Running| {
        let client = clients.get(&running.account).cloned();
        // The stop itself marks the request, not each of its pauses.
        let (ctx, actor) = (ctx.clone(), Actor { claim: None, ..actor.clone() });
        let account = accounts.iter().find(|a| a.id == running.account).cloned();
        tasks.spawn(async move { pause_one(&ctx, actor, account, client, running).await });
    };
    for running in wanted.drain(..) {
        spawn(&mut tasks, running);
    }
    let mut done = Vec::new();
    while let Some(finished) = tasks.join_next().await {
        done.extend(finished.ok());
    }
    if scope == Scope::Account {
        for account in accounts {
            let Some(Ok((client, node))) = clients.get(&account.id) else { continue };
            // Where Meta cannot be asked, what was known is paused all the same; the rest is found by the next sync.
            let Ok(listed) = client.campaigns(node).all(20_000).await else { continue };
            let on = listed.into_iter().filter(|c| c.status.as_deref() == Some("ACTIVE"));
            for campaign in on.filter(|c| !done.iter().any(|d: &Running| d.remote == c.id.as_str())) {
                spawn(&mut tasks, unseen(ctx, account, &campaign));
            }
        }
        while let Some(finished) = tasks.join_next().await {
            done.extend(finished.ok());
        }
    }
    done.sort_by_key(|running| running.id);
    done
}

fn unseen(ctx: &Ctx, account: &AdAccount, campaign: &Campaign) -> Running {
    let currency: Option<Currency> = account.currency.parse().ok();
    Running {
        id: ObjectId(ctx.new_id()),
        account: account.id,
        remote: campaign.id.to_string(),
        name: bare(&campaign.name).to_owned(),
        here: false,
        a_day: campaign.daily_budget.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
        confirmed: false,
        problem: None,
    }
}

async fn pause_one(
    ctx: &Ctx,
    actor: Actor,
    account: Option<AdAccount>,
    client: Option<std::result::Result<(Writer, NodeId), String>>,
    mut running: Running,
) -> Running {
    let (Some(account), Some(Ok((client, _)))) = (account, &client) else {
        running.problem = client.and_then(std::result::Result::err);
        return running;
    };
    match pause_at_meta(client, &running.remote).await {
        Ok(said) => {
            running.confirmed = said.status() != "ACTIVE";
            running.problem = None;
            let (inner, id) = (ctx.clone(), running.id);
            let noted = ctx.db.write(move |c| note(c, &inner, &actor, &account, id, &said, "Everything was stopped."));
            if let Err(error) = noted.await {
                tracing::error!(%error, campaign = %running.id, "a campaign was paused at Meta but could not be noted; the next sync notes it");
            }
        }
        Err(error) => running.problem = Some(error.to_string()),
    }
    running
}

/// Switches a campaign off and reads it back: only Meta's own word counts as confirmed.
pub(super) async fn pause_at_meta(client: &Writer, remote: &str) -> Result<Said> {
    let node: NodeId = remote.parse().map_err(|e: crate::graph::NotANode| Error::conflict(e.into()))?;
    client.switch(&node, Switch::Paused).await?;
    Ok(read_back(client, Kind::Campaign, remote).await?)
}

#[derive(Serialize)]
struct Paused<'a> {
    why: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    desired: Option<Desired>,
}

/// Notes what Meta said of a campaign that was switched off, with its event.
pub(super) fn note(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    account: &AdAccount,
    id: ObjectId,
    said: &Said,
    reason: &str,
) -> Result<()> {
    let campaign = CampaignId(id.0);
    let place = Place { workspace: account.workspace_id, account: account.id, campaign: Some(campaign), parent: None };
    let known = observed::find(c, account.workspace_id, id)?.is_some();
    if known {
        let object = ObjectRef::new(Kind::Campaign, id.0);
        record_because(c, object, place, said, ctx.stamp(), reason)?;
        drift::settle_step(c, place.workspace, &Step::Pause { object }, ctx.stamp())?;
        campaigns::set_wanted(c, account.workspace_id, campaign, "paused")?;
        let desired = campaigns::find(c, account.workspace_id, campaign)?.map(|_| Desired::switched("paused"));
        actor.record(c, ctx.stamp(), "campaign.paused", ("campaign", campaign.0), &Paused { why: reason, desired })?;
    }
    Ok(())
}

async fn freeze(ctx: &Ctx, workspace: WorkspaceId) -> Result<()> {
    let now = ctx.stamp();
    ctx.db.write(move |c| Ok(workspaces::set_frozen(c, workspace, Some(now))?)).await
}

async fn remember(ctx: &Ctx, actor: &Actor, scope: Scope, all: Vec<Running>) -> Result<StopId> {
    let (inner, actor) = (ctx.clone(), actor.clone());
    let remembered = ctx.db.write(move |c| {
        let (workspace, stamp) = (actor.workspace, inner.stamp());
        // A second press while one stop holds must not forget what the first one remembers.
        let earlier = rows::find_open(c, workspace)?;
        let mut list: Vec<Running> = match &earlier {
            Some(stop) => serde_json::from_str(&stop.remembered)?,
            None => Vec::new(),
        };
        for running in all {
            list.retain(|known| known.remote != running.remote);
            list.push(running);
        }
        let text = serde_json::to_string(&list)?;
        let id = match earlier {
            Some(stop) => {
                rows::set_remembered(c, workspace, stop.id, &text)?;
                stop.id
            }
            None => {
                let row = StopRow {
                    workspace_id: workspace,
                    id: StopId(inner.new_id()),
                    scope: scope.as_str().to_owned(),
                    made_by: actor.user.unwrap_or(UserId(0)),
                    made_at: stamp,
                    remembered: text,
                    resumed_at: None,
                };
                rows::insert(c, &row)?;
                row.id
            }
        };
        if list.iter().any(|running| !running.confirmed) {
            enqueue(c, &inner, &StopAgain { workspace, stop: id }, inner.now())?;
        }
        actor.record(c, stamp, "stop.pressed", ("stop", id.0), &list)?;
        Ok(id)
    });
    remembered.await
}

/// The linked ad accounts: those that may be written to, and those that are read-only.
fn reachable(c: &mut Conn, workspace: WorkspaceId) -> crate::store::Result<(Vec<AdAccount>, Vec<AdAccount>)> {
    let mut split = (Vec::new(), Vec::new());
    for account in connections::list_linked_accounts(c, workspace)? {
        let side = if writing::is_allowed(c, &account)? { &mut split.0 } else { &mut split.1 };
        side.push(account);
    }
    Ok(split)
}

/// Campaigns that are on, as far as is known here.
fn running(c: &mut Conn, workspace: WorkspaceId) -> crate::store::Result<Vec<Running>> {
    let accounts = connections::list_linked_accounts(c, workspace)?;
    let ad_sets = observed::list_present(c, workspace, "ad_set")?;
    let campaigns = observed::list_present(c, workspace, "campaign")?;
    let on = campaigns.into_iter().filter(|row| row.status == "ACTIVE");
    Ok(on.filter_map(|row| Some(as_running(accounts.iter().find(|a| a.id == row.ad_account_id)?, &row, &ad_sets))).collect())
}

/// The campaigns of plans that are being carried out, on or not.
fn walking(c: &mut Conn, workspace: WorkspaceId) -> crate::store::Result<Vec<Running>> {
    let accounts = connections::list_linked_accounts(c, workspace)?;
    let ad_sets = observed::list_present(c, workspace, "ad_set")?;
    let mut all = Vec::new();
    for campaign in plans::list_busy(c, workspace)? {
        let row = observed::find(c, workspace, ObjectId(campaign.0))?;
        let account = row.as_ref().and_then(|row| accounts.iter().find(|a| a.id == row.ad_account_id));
        all.extend(account.zip(row.as_ref()).map(|(account, row)| as_running(account, row, &ad_sets)));
    }
    Ok(all)
}

pub(super) fn as_running(account: &AdAccount, row: &Observed, ad_sets: &[Observed]) -> Running {
    let own: Option<i64> = serde_json::from_str::<Campaign>(&row.fields).ok().and_then(|said| said.daily_budget);
    let mine = ad_sets.iter().filter(|set| set.parent_id == Some(row.id) && set.status == "ACTIVE");
    let daily: Vec<i64> = mine.filter_map(|set| serde_json::from_str::<AdSet>(&set.fields).ok()?.daily_budget).collect();
    let a_day = own.or_else(|| (!daily.is_empty()).then(|| daily.iter().sum()));
    let currency: Option<Currency> = account.currency.parse().ok();
    Running {
        id: row.id,
        account: account.id,
        remote: row.remote_id.clone(),
        name: bare(&row.name).to_owned(),
        here: row.origin == "here",
        a_day: a_day.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
        confirmed: false,
        problem: None,
    }
}

/// How many and how much; two currencies are never added.
pub fn extent(running: &[&Running]) -> Extent {
    let mut by_currency: BTreeMap<Currency, i64> = BTreeMap::new();
    for money in running.iter().filter_map(|r| r.a_day) {
        *by_currency.entry(money.currency).or_default() += money.minor;
    }
    Extent {
        campaigns: running.len(),
        a_day: by_currency.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect(),
        lifetime: running.iter().filter(|r| r.a_day.is_none()).count(),
    }
}
