//! The second person: what raises spending beyond a person's limit waits until somebody else approves that very plan.
//!
//! Every way in which a plan is queued goes through [`gate`]: `publish::queue_plan` and `queue_steps` take the [`Cleared`] that only it
//! gives. A request is bound to the hash that was read; where the states change it is stale and nobody can approve it any more.

mod fresh;
mod outlook;

use chrono::Duration;
use serde::Serialize;

use crate::domain::approval::{RaiseLimit, Second};
use crate::domain::dictionary;
use crate::domain::id::{ApprovalId, PlanId, UserId};
use crate::domain::money::Money;
use crate::domain::role::Role;
use crate::store::Conn;
pub use crate::store::approvals::ApprovalRow as Row;
use crate::store::approvals::{self as rows, ApprovalRow, RaiseRow};

use super::plan_settings::{self, Approver, PlanSettings};
use super::{Actor, Ctx, Error, Result, Via};

pub use fresh::{Waiting, list, refresh, waiting};
pub use outlook::{Outlook, outlook};

/// Raises of so long count together.
const WINDOW: Duration = Duration::hours(24);
/// The longest reason, in characters.
const REASON_MAX: usize = 500;

/// What a plan is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A campaign's own plan.
    Campaign,
    /// A change to several campaigns.
    Bulk,
    /// Resuming what a stop paused.
    Resume,
    /// Switching on a campaign that was made elsewhere.
    SwitchOn,
    /// Setting back what was changed elsewhere.
    Revert,
}

impl Subject {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Bulk => "bulk",
            Self::Resume => "resume",
            Self::SwitchOn => "switch_on",
            Self::Revert => "revert",
        }
    }

    /// From the database's word.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Campaign, Self::Bulk, Self::Resume, Self::SwitchOn, Self::Revert];
        all.into_iter().find(|subject| subject.as_str() == text)
    }
}

/// A plan that somebody wants to approve.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What it is about.
    pub subject: Subject,
    /// The campaign, plan or stop.
    pub id: i64,
    /// How a campaign's plan ends, or what is ticked to be set back; empty for the others.
    pub run: String,
    /// The plan that was read.
    pub hash: String,
    /// What it is, in a few words.
    pub title: String,
    /// The page on which it is read, from the root.
    pub path: String,
    /// By how much a day it raises spending (negative: lowers it), currency by currency.
    pub raises: Vec<Money>,
}

/// What approving came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// The plan is queued; none where there was nothing to carry out.
    Queued(Option<PlanId>),
    /// It waits for a second person.
    Waits(ApprovalId),
}

/// Whether a plan may be queued now.
pub(super) enum Gate {
    /// It may.
    Open(Cleared),
    /// It waits for a second person; everything about that is written.
    Waits(ApprovalId),
}

/// The right to queue one plan; only [`gate`] gives it, and queueing uses it up.
pub(super) struct Cleared {
    raises: Vec<Money>,
    /// The request that this approval answers.
    answers: Option<Box<ApprovalRow>>,
}

#[derive(Serialize)]
struct State<'a> {
    approval: ApprovalId,
    subject: &'a str,
    subject_id: String,
    hash: &'a str,
    title: &'a str,
    raises: &'a str,
    asked_by: &'a str,
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> State<'a> {
    fn of(row: &'a ApprovalRow) -> Self {
        Self {
            approval: row.id,
            subject: &row.kind,
            subject_id: row.subject_id.to_string(),
            hash: &row.hash,
            title: &row.title,
            raises: &row.raises,
            asked_by: &row.asked_name,
            state: &row.state,
            reason: row.reason.as_deref(),
        }
    }
}

/// Whether the actor may queue a plan alone, or as the second person; where not, it waits from now on. Call it last in the transaction
/// of the approval, after everything else that could refuse the plan.
///
/// # Errors
/// [`Error::Conflict`] where a second person's own limit does not cover it, or who that is is not known.
pub(super) fn gate(c: &mut Conn, ctx: &Ctx, actor: &Actor, wish: Wish) -> Result<Gate> {
    let settings = plan_settings::load(c, actor.workspace)?;
    let approvers = plan_settings::approvers(c, actor.workspace)?;
    let raises: Vec<Money> = wish.raises.iter().copied().filter(|raise| raise.minor > 0).collect();
    let open = |answers: Option<ApprovalRow>| Ok(Gate::Open(Cleared { raises: raises.clone(), answers: answers.map(Box::new) }));
    let waiting = find_waiting(c, actor, &wish)?;
    if Second::of(settings.needs_second, approvers.len()) != Second::Needed || raises.is_empty() {
        // Approved in the ordinary way: what was asked needs no answer any more.
        return open(waiting);
    }
    let limit = limit_of(&settings, &approvers, actor);
    let covers = limit.covers(&raises, &used(c, ctx, actor)?);
    match waiting {
        Some(row) if is_another(actor, &row) => {
            if actor.person().is_none() && actor.via == Via::Api {
                return Err(Error::conflict(dictionary::approval_by_nobody()));
            }
            if !covers {
                let who = who_could(&settings, &approvers, row.asked_by, &raises);
                return Err(Error::conflict(dictionary::approval_beyond_limit(
                    &row.sentence,
                    limit,
                    counted_together(limit),
                    who,
                )));
            }
            open(Some(row))
        }
        Some(row) if !covers => Ok(Gate::Waits(row.id)),
        other if covers => open(other),
        _ => ask(c, ctx, actor, &wish, &raises, limit).map(Gate::Waits),
    }
}

impl Cleared {
    /// Notes what was raised by whom, and that what was asked is answered.
    pub(super) fn settle(self, c: &mut Conn, ctx: &Ctx, actor: &Actor, plan: PlanId) -> Result<()> {
        for raise in &self.raises {
            let row = RaiseRow {
                workspace_id: actor.workspace,
                id: ctx.new_id(),
                plan_id: plan,
                who: who(actor),
                minor: raise.minor,
                currency: raise.currency.to_string(),
                at: ctx.stamp(),
            };
            rows::insert_raise(c, &row)?;
        }
        match self.answers {
            Some(row) => end(c, ctx, actor, *row, "approved", None).map(|_| ()),
            None => Ok(()),
        }
    }
}

/// Declines a plan that waits, or takes one's own wish back.
///
/// # Errors
/// [`Error::Invalid`] at `reason` where another person's wish is declined without one; [`Error::Conflict`] where it does not wait any
/// more.
pub async fn decline(ctx: &Ctx, actor: &Actor, id: ApprovalId, reason: &str) -> Result<ApprovalRow> {
    actor.require(Role::Manager)?;
    let (inner, actor, reason) = (ctx.clone(), actor.clone(), reason.trim().to_owned());
    let declined = ctx.db.write(move |c| {
        let row = rows::get(c, actor.workspace, id).map_err(|error| match error {
            crate::store::StoreError::NotFound => Error::NotFound("approval"),
            other => other.into(),
        })?;
        let another = is_another(&actor, &row);
        if another && reason.is_empty() {
            return Err(Error::invalid("reason", dictionary::decline_reason_missing()));
        }
        if reason.chars().count() > REASON_MAX {
            return Err(Error::invalid("reason", dictionary::reason_too_long(REASON_MAX)));
        }
        let state = if another { "declined" } else { "withdrawn" };
        end(c, &inner, &actor, row, state, Some(reason).filter(|reason| !reason.is_empty()))
    });
    declined.await
}

/// Writes how a request ended, with its event.
pub(super) fn end(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    row: ApprovalRow,
    state: &'static str,
    reason: Option<String>,
) -> Result<ApprovalRow> {
    let row = ApprovalRow {
        state: state.to_owned(),
        decided_by: actor.person(),
        decided_name: Some(actor.name.clone()),
        decided_at: Some(ctx.stamp()),
        reason,
        ..row
    };
    if !rows::decide(c, &row)? {
        return Err(Error::conflict(dictionary::approval_over()));
    }
    let action = match state {
        "approved" => "approval.approved",
        "declined" => "approval.declined",
        "withdrawn" => "approval.withdrawn",
        _ => "approval.stale",
    };
    actor.record(c, ctx.stamp(), action, ("approval", row.id.0), &State::of(&row))?;
    Ok(row)
}

fn ask(c: &mut Conn, ctx: &Ctx, actor: &Actor, wish: &Wish, raises: &[Money], limit: RaiseLimit) -> Result<ApprovalId> {
    let row = ApprovalRow {
        workspace_id: actor.workspace,
        id: ApprovalId(ctx.new_id()),
        kind: wish.subject.as_str().to_owned(),
        subject_id: wish.id,
        run: wish.run.clone(),
        hash: wish.hash.clone(),
        title: wish.title.clone(),
        path: wish.path.clone(),
        raises: serde_json::to_string(raises)?,
        sentence: format!("It raises spending by {} a day; {} may raise it {limit}.", amounts(raises), actor.name),
        state: "waiting".to_owned(),
        asked_by: actor.person(),
        asked_name: actor.name.clone(),
        asked_at: ctx.stamp(),
        decided_by: None,
        decided_name: None,
        decided_at: None,
        reason: None,
    };
    rows::insert(c, &row)?;
    actor.record(c, ctx.stamp(), "approval.asked", ("approval", row.id.0), &State::of(&row))?;
    Ok(row.id)
}

/// The request for this very plan that waits, if one does; those for another plan of the same thing are stale from now on.
fn find_waiting(c: &mut Conn, actor: &Actor, wish: &Wish) -> Result<Option<ApprovalRow>> {
    let all = rows::list_of(c, actor.workspace, wish.subject.as_str(), wish.id, 20)?;
    Ok(all.into_iter().find(|row| row.state == "waiting" && row.hash == wish.hash && row.run == wish.run))
}

/// Whether the actor is somebody else than whoever asked. Where neither is known they may be one and the same.
fn is_another(actor: &Actor, row: &ApprovalRow) -> bool {
    match (actor.person(), row.asked_by) {
        (Some(actor), Some(asked)) => actor != asked,
        (Some(_), None) | (None, Some(_)) => true,
        (None, None) => false,
    }
}

/// By how much a day the actor may raise spending alone. What comes by a token counts as its maker's, and as nobody's where the maker
/// may not approve any more; the machine by itself raises nothing, and whoever is at its command line owns it.
fn limit_of(settings: &PlanSettings, approvers: &[Approver], actor: &Actor) -> RaiseLimit {
    match (actor.via, actor.person()) {
        (Via::Schedule | Via::Outside | Via::Learned, _) => RaiseLimit::Nothing,
        (Via::Command, _) => RaiseLimit::Anything,
        (Via::Page | Via::Api, None) => settings.limits.of(None, actor.role),
        (Via::Page | Via::Api, Some(person)) => {
            let known = approvers.iter().find(|one| one.id == person);
            known.map_or(RaiseLimit::Nothing, |one| settings.limits.of(Some(person), one.role.min(actor.role)))
        }
    }
}

fn who(actor: &Actor) -> String {
    actor.person().map_or_else(|| format!("named:{}", actor.name), |user| format!("user:{user}"))
}

/// What the actor raised in the last 24 hours.
fn used(c: &mut Conn, ctx: &Ctx, actor: &Actor) -> Result<Vec<Money>> {
    let since = (ctx.now().0 - WINDOW).into();
    let raised = rows::list_raises(c, actor.workspace, &who(actor), since)?;
    Ok(raised.into_iter().filter_map(|row| Some(Money::new(row.minor, row.currency.parse().ok()?))).collect())
}

/// `140.00 EUR and 20.00 USD`.
pub fn amounts(raises: &[Money]) -> String {
    let said: Vec<String> =
        raises.iter().filter(|raise| raise.minor > 0).map(|raise| format!("{raise} {}", raise.currency)).collect();
    said.join(" and ")
}

fn counted_together(limit: RaiseLimit) -> &'static str {
    if matches!(limit, RaiseLimit::UpTo { .. }) { ", raises of the last 24 hours counted together" } else { "" }
}

/// Who could be the second person, by their limits alone.
fn who_could(settings: &PlanSettings, approvers: &[Approver], asked_by: Option<UserId>, raises: &[Money]) -> String {
    let could = approvers
        .iter()
        .filter(|one| Some(one.id) != asked_by && settings.limits.of(Some(one.id), one.role).covers(raises, &[]))
        .map(|one| one.name.as_str());
    let names: Vec<&str> = could.collect();
    match names.as_slice() {
        [] => "Nobody else’s limit covers it either: an owner can change the limits in Settings, Plans and approval.".to_owned(),
        names => format!("{} can approve it.", names.join(" or ")),
    }
}
