//! One change to several campaigns as one plan: proposed, shown, approved by its hash, carried out step by step.
//!
//! A proposal keeps what is asked; what it does is worked out anew whenever somebody looks, and an approval of any other plan is
//! refused. In the transaction that approves, each campaign's desired state changes too.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::bulk::{self, BulkPlan, Change, Line, Ours, Subject};
use crate::domain::campaign::{Campaign, CampaignForm};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{AdAccountId, CampaignId, PlanId, UserId, WorkspaceId};
use crate::domain::money::Spend;
use crate::domain::plan::{self, Row, bare};
use crate::domain::role::Role;
use crate::store::campaigns::{self, CampaignRow};
use crate::store::connections::{self, AdAccount};
use crate::store::plans::{self as rows, PlanRow};

pub use crate::store::plans::StepRow;
use crate::store::{Conn, ledger, observed, workspaces};

use super::approvals::{self, Gate, Passed, Wish};
use super::desired::{self, Desired};
use super::publish::{changed, keep_ids, observed as as_observed, queue_steps, refuse_frozen, reopen};
use super::stop::as_running;
use super::{Actor, Ctx, Error, Result, health, plan_settings, writing};

/// The kind of these plans in the database.
const KIND: &str = "bulk";

/// What is asked: a change, and of which campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The campaigns, each once, in the order chosen.
    pub campaigns: Vec<CampaignId>,
    /// The change.
    pub change: Change,
}

/// What a plan's row holds.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    request: Request,
    plan: BulkPlan,
}

/// A plan over several campaigns as its page shows it.
#[derive(Debug)]
pub struct Shown {
    /// Its row: how far it is.
    pub row: PlanRow,
    /// What it does: worked out now while it is proposed, else as it was approved.
    pub plan: BulkPlan,
    /// Its steps, once approved.
    pub steps: Vec<StepRow>,
    /// Which campaign each step is about, in the order of the steps.
    pub about: Vec<Option<CampaignId>>,
    /// Whether an emergency stop holds queued work back.
    pub frozen: bool,
    /// What changed since it was proposed, a sentence each.
    pub since: Vec<String>,
    /// What it may set off, a sentence each.
    pub worth_knowing: Vec<String>,
    /// What nobody knows beforehand.
    pub unknown: Vec<String>,
    /// By how much more than a daily budget Meta may spend on one day, in basis points: the workspace's setting.
    pub overdelivery_bp: i64,
}

impl Shown {
    /// Whether it waits for approval.
    pub fn is_proposed(&self) -> bool {
        self.row.state == "proposed"
    }

    /// Whether it is being carried out.
    pub fn is_running(&self) -> bool {
        matches!(self.row.state.as_str(), "approved" | "applying")
    }
}

/// Proposes a change; nothing happens before its plan is approved.
///
/// # Errors
/// [`Error::Invalid`] where no campaign is chosen or too many are; [`Error::NotFound`] where one is not of this workspace.
pub async fn propose(ctx: &Ctx, actor: &Actor, request: Request) -> Result<PlanId> {
    actor.require(Role::Manager)?;
    if request.campaigns.is_empty() {
        return Err(Error::invalid("campaigns", dictionary::choose_campaigns()));
    }
    if request.campaigns.len() > bulk::MOST {
        return Err(Error::invalid("campaigns", dictionary::too_many_campaigns(bulk::MOST)));
    }
    let (inner, actor) = (ctx.clone(), actor.clone());
    let proposed = ctx.db.write(move |c| {
        let plan = work_out(c, &inner, actor.workspace, &request)?;
        let id = PlanId(inner.new_id());
        let row = PlanRow {
            workspace_id: actor.workspace,
            id,
            campaign_id: None,
            kind: KIND.to_owned(),
            hash: plan.hash.clone(),
            state: "proposed".to_owned(),
            body: serde_json::to_string(&Body { request, plan })?,
            made_by: actor.user.unwrap_or(UserId(0)),
            made_at: inner.stamp(),
            approved_by: None,
            approved_at: None,
            finished_at: None,
            problem: None,
        };
        rows::insert(c, &row)?;
        Ok(id)
    });
    proposed.await
}

/// A plan over several campaigns.
///
/// # Errors
/// [`Error::NotFound`] where this workspace has no such plan.
pub async fn show(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<Shown> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let shown = ctx.db.write(move |c| {
        let (row, body) = find(c, workspace, id)?;
        let (plan, since) = match row.state.as_str() {
            "proposed" => {
                let now = work_out(c, &inner, workspace, &body.request)?;
                let since = bulk::since(&body.plan, &now);
                (now, since)
            }
            _ => (body.plan, Vec::new()),
        };
        let steps = rows::list_steps(c, workspace, id)?;
        let about = steps.iter().map(|step| about(c, workspace, step)).collect::<Result<Vec<_>>>()?;
        let frozen = workspaces::get(c, workspace)?.frozen_at.is_some();
        let settings = plan_settings::load(c, workspace)?;
        let all: Vec<Row> = plan.lines.iter().flat_map(|line| line.rows.iter().cloned()).collect();
        let worth_knowing = plan::summary(&all, settings.learning_step_bp);
        let (unknown, overdelivery_bp) = (plan::unknown(&all), settings.overdelivery_bp);
        Ok(Shown { row, plan, steps, about, frozen, since, worth_knowing, unknown, overdelivery_bp })
    });
    shown.await
}

/// Approves exactly the plan with this hash: changes what is wanted of each campaign and queues the steps. Where it raises spending
/// beyond the actor's limit, asks a second person.
///
/// # Errors
/// [`Error::Conflict`] where it is another plan by now, was approved already, or would do nothing.
pub async fn approve(ctx: &Ctx, actor: &Actor, id: PlanId, hash: &str) -> Result<Passed> {
    actor.require(Role::Manager)?;
    let (inner, actor, hash) = (ctx.clone(), actor.clone(), hash.to_owned());
    let approved = ctx.db.write(move |c| {
        refuse_frozen(c, actor.workspace)?;
        let (row, body) = find(c, actor.workspace, id)?;
        if row.state != "proposed" {
            return Err(Error::conflict(dictionary::plan_approved_already()));
        }
        let plan = work_out(c, &inner, actor.workspace, &body.request)?;
        if plan.hash != hash {
            return Err(Error::conflict(dictionary::plan_stale_bulk(changed(&bulk::since(&body.plan, &plan)))));
        }
        if plan.is_empty() {
            return Err(Error::conflict(dictionary::plan_empty_bulk()));
        }
        let cleared = match approvals::gate(c, &inner, &actor, wish(id, &plan))? {
            Gate::Open(cleared) => cleared,
            Gate::Waits(asked) => return Ok(Passed::Waits(asked)),
        };
        for line in &plan.lines {
            settle(c, &inner, &actor, id, &plan.change, line)?;
        }
        let about: Vec<CampaignId> = plan.lines.iter().map(|line| line.campaign).collect();
        rows::insert_campaigns(c, actor.workspace, id, &about)?;
        let (steps, body) = (plan.steps(), Body { request: body.request, plan });
        rows::set_body(c, actor.workspace, id, &hash, &serde_json::to_string(&body)?)?;
        queue_steps(c, &inner, &actor, cleared, id, &steps)?;
        actor.record(c, inner.stamp(), "plan.approved", ("plan", id.0), &body.plan)?;
        Ok(Passed::Queued(Some(id)))
    });
    approved.await
}

/// What approving a plan over several campaigns asks for.
pub fn wish(id: PlanId, plan: &BulkPlan) -> Wish {
    let campaigns = plan.lines.len();
    Wish {
        subject: approvals::Subject::Bulk,
        id: id.0,
        run: String::new(),
        hash: plan.hash.clone(),
        title: format!("{}: {campaigns} campaign{}", plan.change.heading(), if campaigns == 1 { "" } else { "s" }),
        path: format!("/plans/{id}"),
        raises: plan.stakes().iter().map(|stakes| stakes.more_a_day).collect(),
    }
}

/// The hash of a proposed plan as it is now; `None` where there is none any more.
pub(super) fn hash_now(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, id: PlanId) -> Result<Option<String>> {
    let (row, body) = find(c, workspace, id)?;
    if row.state != "proposed" {
        return Ok(None);
    }
    Ok(Some(work_out(c, ctx, workspace, &body.request)?.hash))
}

/// Carries on with a plan that broke off for some campaigns: what is done stays done, the rest is tried again.
pub async fn apply_again(ctx: &Ctx, actor: &Actor, id: PlanId) -> Result<()> {
    actor.require(Role::Manager)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let queued = ctx.db.write(move |c| {
        refuse_frozen(c, actor.workspace)?;
        let (row, _) = find(c, actor.workspace, id)?;
        reopen(c, &inner, &actor, &row)
    });
    queued.await
}

fn find(c: &mut Conn, workspace: WorkspaceId, id: PlanId) -> Result<(PlanRow, Body)> {
    let row = match rows::get(c, workspace, id) {
        Ok(row) if row.kind == KIND => row,
        Ok(_) | Err(crate::store::StoreError::NotFound) => return Err(Error::NotFound("plan")),
        Err(error) => return Err(error.into()),
    };
    let body = serde_json::from_str(&row.body)?;
    Ok((row, body))
}

fn about(c: &mut Conn, workspace: WorkspaceId, row: &StepRow) -> Result<Option<CampaignId>> {
    let step: crate::domain::plan::Step = serde_json::from_str(&row.step)?;
    let found = observed::find(c, workspace, step.object().id)?;
    Ok(found.and_then(|row| row.campaign_id))
}

/// The plan as it is now.
fn work_out(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, request: &Request) -> Result<BulkPlan> {
    let busy = rows::list_busy(c, workspace)?;
    let mut accounts: BTreeMap<AdAccountId, (AdAccount, String)> = BTreeMap::new();
    let mut subjects: Vec<Subject> = Vec::with_capacity(request.campaigns.len());
    for id in &request.campaigns {
        if subjects.iter().all(|known| known.id != *id) {
            subjects.push(subject(c, ctx, workspace, (*id, &request.change), &busy, &mut accounts)?);
        }
    }
    Ok(bulk::bulk(&request.change, &subjects))
}

fn subject(
    c: &mut Conn,
    ctx: &Ctx,
    workspace: WorkspaceId,
    (id, change): (CampaignId, &Change),
    busy: &[CampaignId],
    accounts: &mut BTreeMap<AdAccountId, (AdAccount, String)>,
) -> Result<Subject> {
    let row = campaigns::find(c, workspace, id)?;
    let stored = observed::list_of_campaign(c, workspace, id)?;
    let top = stored.iter().find(|object| object.kind == "campaign");
    let account = row.as_ref().map(|row| row.ad_account_id).or(top.map(|top| top.ad_account_id));
    let account = account.ok_or(Error::NotFound("campaign"))?;
    if let std::collections::btree_map::Entry::Vacant(empty) = accounts.entry(account) {
        let found = connections::get_account(c, workspace, account)?;
        let base = match found.connection_id {
            Some(connection) => connections::get(c, workspace, connection)?.base_url,
            None => String::new(),
        };
        empty.insert((found, base));
    }
    let Some((account, base)) = accounts.get(&account).cloned() else { return Err(Error::NotFound("ad account")) };
    let currency = account.currency.parse().map_err(|_| Error::conflict(dictionary::account_currency_unknown(&account.name)))?;
    let ad_sets: Vec<observed::Observed> =
        stored.iter().filter(|object| object.kind == "ad_set" && object.gone_at.is_none()).cloned().collect();
    let a_day = top.and_then(|top| as_running(&account, top, &ad_sets).a_day);
    let spent = ledger::spent(c, workspace, id)?.map(|micros| Spend::new(micros, currency));
    let name = row.as_ref().map(|row| row.name.clone()).or(top.map(|top| bare(&top.name).to_owned())).unwrap_or_default();
    let ours = match row {
        Some(row) => Some(ours(c, ctx, row)?),
        None => None,
    };
    let now = ctx.platform.now(&base, ctx.now());
    Ok(Subject {
        id,
        name,
        currency,
        min_daily_minor: account.min_daily_minor,
        barred: barred(c, ctx, &account, change)?,
        ours,
        observed: stored.iter().filter_map(as_observed).collect(),
        a_day,
        spent,
        is_busy: busy.contains(&id),
        now: now.0,
        terms: plan_settings::terms(c, &account, &stored, now)?,
        account: account.name,
    })
}

fn ours(c: &mut Conn, ctx: &Ctx, row: CampaignRow) -> Result<Ours> {
    let campaign: Option<Campaign> = row.definition.as_deref().map(serde_json::from_str).transpose()?;
    let ids = match &campaign {
        Some(campaign) => Some(keep_ids(c, ctx, row.workspace_id, row.id, campaign)?),
        None => None,
    };
    let form: CampaignForm = serde_json::from_str(&row.form)?;
    Ok(Ours { campaign, form, ids, revision: row.revision })
}

/// Why nothing may be written to an ad account, or why what would spend there is not: pausing needs the switch alone.
fn barred(c: &mut Conn, ctx: &Ctx, account: &AdAccount, change: &Change) -> Result<Option<Sentence>> {
    if account.connection_id.is_none() {
        return Ok(Some(dictionary::line_not_linked(&account.name)));
    }
    if matches!(change, Change::Pause | Change::Archive) && writing::is_allowed(c, account)? {
        return Ok(None);
    }
    Ok(health::obstacles(c, ctx, account)?.into_iter().next().map(|first| first.sentence))
}

#[derive(Serialize)]
struct Changed<'a> {
    plan: PlanId,
    change: &'a Change,
    wanted: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    desired: Option<Desired>,
}

/// Changes what is wanted of one campaign, with its event.
fn settle(c: &mut Conn, ctx: &Ctx, actor: &Actor, plan: PlanId, change: &Change, line: &Line) -> Result<()> {
    let (workspace, now) = (actor.workspace, ctx.stamp());
    let row = campaigns::find(c, workspace, line.campaign)?;
    let mut wanted = row.as_ref().map_or_else(String::new, |row| row.wanted.clone());
    let to = match change {
        Change::Pause => Some("paused"),
        Change::Resume => Some("active"),
        Change::Archive => Some("archived"),
        Change::Budget { .. } | Change::Budgets { .. } | Change::Dates { .. } => None,
    };
    if let Some(to) = to {
        campaigns::set_wanted(c, workspace, line.campaign, to)?;
        to.clone_into(&mut wanted);
    }
    let mut desired = row.as_ref().map(|_| Desired::switched(&wanted));
    if let (Some(mut row), Some(definition), Some(form)) = (row, &line.definition, &line.form) {
        let seen = row.revision;
        row.definition = Some(serde_json::to_string(definition)?);
        row.form = serde_json::to_string(form)?;
        row.revision += 1;
        row.updated_at = now;
        if !campaigns::save(c, &row, seen)? {
            return Err(Error::conflict(dictionary::saved_meanwhile_named(&line.name)));
        }
        keep_ids(c, ctx, workspace, line.campaign, definition)?;
        desired = desired::desired(c, workspace, line.campaign)?;
    }
    let state = Changed { plan, change, wanted: &wanted, desired };
    actor.record(c, now, "campaign.changed", ("campaign", line.campaign.0), &state)
}
