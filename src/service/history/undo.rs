//! Taking a change back: what was wanted before is wanted again, and the ordinary plan page does the rest.
//!
//! Nothing here writes to Meta. What something later changed again is refused, and what cannot come back is said.

use chrono::{DateTime, Utc};

use crate::domain::adopt::Kept;
use crate::domain::bulk::Change as BulkChange;
use crate::domain::campaign::{CampaignForm, differences};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{CampaignId, WorkspaceId};
use crate::domain::ledger::{Unit, show};
use crate::domain::role::Role;
use crate::store::audit::{self, AuditEvent};
use crate::store::campaigns::CampaignRow;
use crate::store::{Conn, campaigns, connections, ledger, observed, plans};

use super::super::because::Because;
use super::super::desired::{Body, desired};
use super::super::{Actor, Ctx, Error, Result, adopt, campaigns as forms};
use super::changes::{DEFINING, FIRST, Reader, compared, kept, switch};
use super::{Change, entry, name_of};

/// What taking a change back does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undo {
    /// The campaign's form is saved with what the change changed as it was before.
    Form(Box<CampaignForm>),
    /// The objects of the adopted campaign are wanted as they were before.
    Kept(Vec<Kept>),
    /// Nothing is saved: the plan switches it on or off.
    Switch {
        /// Which way.
        on: bool,
    },
    /// Nothing is saved: the plan sets back what was changed outside.
    SetBack,
}

/// A change that somebody thinks of taking back.
#[derive(Debug, Clone)]
pub struct Undoing {
    /// The number of its entry.
    pub seq: i64,
    /// When it was made, real time.
    pub at: DateTime<Utc>,
    /// The campaign's name.
    pub name: String,
    /// Who made it.
    pub who: String,
    /// What it was.
    pub what: String,
    /// What it would set back: now, and then.
    pub changes: Vec<Change>,
    /// What cannot come back, in sentences.
    pub lost: Vec<String>,
    /// What it does; or why it cannot be done, in a sentence.
    pub undo: std::result::Result<Undo, Sentence>,
    /// The page on which its plan is read and approved.
    pub path: String,
    revision: i64,
}

/// What taking back the change of this number would do; nothing is written.
///
/// # Errors
/// [`Error::NotFound`] where the campaign's history has no such entry.
pub async fn undo_offer(ctx: &Ctx, actor: &Actor, campaign: CampaignId, seq: i64) -> Result<Undoing> {
    let workspace = actor.workspace;
    let read = ctx.db.read_with(move |c| {
        let found = audit::find(c, workspace, seq)?;
        let ours = |event: &AuditEvent| event.subject_kind == "campaign" && event.subject_id == campaign.0;
        let event = found.filter(ours).ok_or(Error::NotFound("change"))?;
        offer(c, workspace, campaign, &event)
    });
    read.await
}

/// Takes a change back as far as it is wanted here, and returns the page on which its plan is approved.
///
/// # Errors
/// [`Error::Conflict`] with the reason where it cannot be taken back.
pub async fn undo(ctx: &Ctx, actor: &Actor, campaign: CampaignId, seq: i64) -> Result<String> {
    actor.require(Role::Manager)?;
    let Undoing { undo, path, revision, .. } = undo_offer(ctx, actor, campaign, seq).await?;
    match undo.map_err(Error::conflict)? {
        Undo::Form(form) => {
            forms::save_because(ctx, actor, (campaign, revision), *form, Because::Undoes(seq)).await?;
        }
        Undo::Kept(objects) => adopt::take_back(ctx, actor, campaign, revision, objects, seq).await?,
        Undo::Switch { .. } | Undo::SetBack => {}
    }
    Ok(path)
}

fn offer(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, event: &AuditEvent) -> Result<Undoing> {
    let mut reader = Reader::new(c, workspace, campaign, std::slice::from_ref(event))?;
    let told = entry(c, &mut reader, event)?;
    let row = campaigns::find(c, workspace, campaign)?;
    let undo = match (told.can_undo, &row) {
        (false, _) => Err(why_not(&told.action, &told.why)),
        (true, Some(row)) if row.wanted == "archived" => Err(dictionary::undo_archived()),
        (true, row) => found(c, &mut reader, event, row.as_ref())?,
    };
    let path = match &undo {
        Ok(Undo::Switch { on: true }) if row.is_none() => format!("/campaigns/{campaign}/resume"),
        Ok(Undo::Switch { on }) => format!("/campaigns/{campaign}/plan?run={}", if *on { "active" } else { "paused" }),
        _ => format!("/campaigns/{campaign}/plan"),
    };
    let changes = match &undo {
        Ok(Undo::Switch { on }) => vec![switch(!on, *on)],
        _ => told.changes.into_iter().map(|c| Change { before: c.after, after: c.before, ..c }).collect(),
    };
    let lost = lost(c, workspace, campaign, event, undo.as_ref().ok())?;
    let revision = row.map_or(0, |row| row.revision);
    let name = name_of(c, workspace, campaign)?;
    Ok(Undoing { seq: event.seq, at: told.at, name, who: told.who, what: told.what, changes, lost, undo, path, revision })
}

type Found = std::result::Result<Undo, Sentence>;

fn found(c: &mut Conn, reader: &mut Reader, event: &AuditEvent, row: Option<&CampaignRow>) -> Result<Found> {
    if !DEFINING.contains(&event.action.as_str()) {
        return Ok(match (event.action.as_str(), row) {
            ("campaign.paused", _) => Ok(Undo::Switch { on: true }),
            ("campaign.changed_outside", _) => Ok(Undo::SetBack),
            (_, Some(_)) => Ok(Undo::Switch { on: false }),
            (_, None) => Err(dictionary::undo_elsewhere()),
        });
    }
    match reader.change(event) {
        Some(BulkChange::Pause) => return Ok(Ok(Undo::Switch { on: true })),
        Some(BulkChange::Resume) => return Ok(Ok(Undo::Switch { on: false })),
        Some(BulkChange::Archive | BulkChange::Budget { .. } | BulkChange::Budgets { .. } | BulkChange::Dates { .. }) | None => {}
    }
    let (Some(before), Some(after)) = reader.bodies(c, event)? else {
        return Ok(Err(dictionary::undo_unknown_before()));
    };
    let now = match row {
        Some(row) => desired(c, row.workspace_id, row.id)?.and_then(|desired| desired.body),
        None => None,
    };
    let Some(now) = now else { return Ok(Err(dictionary::undo_not_defined())) };
    Ok(taken_back(&now, &before, &after))
}

fn taken_back(now: &Body, before: &Body, after: &Body) -> Found {
    if !now.kept.is_empty() {
        if before.kept.is_empty() {
            return Err(dictionary::undo_adopting());
        }
        if now.kept != after.kept {
            let again: Vec<String> = compared(after, now, None).into_iter().map(|change| change.field).collect();
            return Err(conflict(&again));
        }
        return Ok(Undo::Kept(kept(before)));
    }
    let read = |body: &Body| serde_json::from_str::<CampaignForm>(&body.form).map_err(dictionary::undo_form_unreadable);
    let form = differences::taken_back(&read(now)?, &read(before)?, &read(after)?).map_err(|again| conflict(&again))?;
    Ok(Undo::Form(Box::new(form)))
}

fn conflict(again: &[String]) -> Sentence {
    let fields = if again.is_empty() { "The campaign".to_owned() } else { again.join("; ") };
    dictionary::undo_changed_again(fields)
}

fn why_not(action: &str, why: &str) -> Sentence {
    match action {
        "campaign.saved" if why == FIRST => dictionary::undo_first_save(),
        "campaign.saved" | "campaign.changed" if why.is_empty() => dictionary::undo_nothing(),
        "campaign.changed" => dictionary::undo_archiving(),
        "campaign.adopted" => dictionary::undo_adopting(),
        "campaign.changed_outside" => dictionary::undo_not_adopted(),
        "plan.applied" | "plan.failed" | "plan.approved" => dictionary::undo_of_plan(),
        _ if why.is_empty() => dictionary::undo_nothing(),
        // What was written down beside the change says why.
        _ => Sentence::quoted(why),
    }
}

/// What cannot come back, whatever is taken back.
fn lost(
    c: &mut Conn,
    workspace: WorkspaceId,
    campaign: CampaignId,
    event: &AuditEvent,
    undo: Option<&Undo>,
) -> Result<Vec<String>> {
    let mut lost = Vec::new();
    let Some(undo) = undo else { return Ok(lost) };
    let below = observed::list_of_campaign(c, workspace, campaign)?;
    if let Some(micros) = ledger::spent_since(c, workspace, campaign, event.at)?.filter(|micros| *micros > 0)
        && let Some(top) = below.iter().find(|row| row.kind == "campaign")
    {
        let currency = connections::get_account(c, workspace, top.ad_account_id)?.currency;
        lost.push(format!("Spent money stays spent: {} was booked since.", show(micros, Unit::Micros, &currency)));
    }
    if !below.is_empty() && !matches!(undo, Undo::Switch { on: false }) {
        lost.push("What the ad sets learned before is not restored; another change may start their learning anew.".to_owned());
    }
    let gone = below.iter().filter(|row| row.is_over() && matches!(row.kind.as_str(), "ad_set" | "ad")).count();
    if gone > 0 {
        lost.push(format!("What was deleted or archived at Meta ({gone}) does not come back; the plan says what it makes anew."));
    }
    if plans::list_busy(c, workspace)?.contains(&campaign) {
        lost.push("A plan of this campaign is being carried out; this one can be approved once it has ended.".to_owned());
    }
    Ok(lost)
}
