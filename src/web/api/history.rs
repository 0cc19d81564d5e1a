//! A campaign's history, and taking a change back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Fields, Json, Named, Paging};
use super::operation::{Call, Outcome};
use super::reply::{List, Shown};
use super::words::Time;
use crate::domain::id::CampaignId;
use crate::service::history::{self, Change, Entry, Undo, Undoing};
use crate::web::extract::{Analyst, Manager};

/// One field that changed, as people read it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeView {
    /// Of which object at Meta; empty for a field of the campaign's form.
    object: String,
    /// The field.
    field: String,
    /// What it was; empty for nothing.
    before: String,
    /// What it became; empty for nothing.
    after: String,
}

/// An entry of the history.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoryEntry {
    /// The number of its event in the audit log.
    seq: i64,
    /// When.
    at: Time,
    /// Who.
    who: String,
    /// From where: `page`, `api`, `command`, `schedule` or `outside`.
    via: String,
    /// What the event is called.
    action: String,
    /// What was done, in a few words.
    what: String,
    /// Why, or what it is part of; empty where nothing is known.
    why: String,
    /// Before and after, field by field.
    changes: Vec<ChangeView>,
    /// Whether it can be taken back, unless something later stands against it.
    can_undo: bool,
}

/// Which entry of the history.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Which {
    /// The `seq` of the entry.
    entry: i64,
}

impl Fields for Which {}

/// What taking a change back does.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// The campaign is saved as it was before the change.
    Saves,
    /// Nothing is saved; the plan switches it on.
    SwitchesOn,
    /// Nothing is saved; the plan switches it off.
    SwitchesOff,
    /// Nothing is saved; the plan sets back what was changed outside.
    SetsBack,
}

/// What taking a change back would do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UndoOffer {
    /// The entry.
    seq: i64,
    /// What the change was.
    what: String,
    /// What is set back: `before` is what the change made of it.
    changes: Vec<ChangeView>,
    /// What does not come back whatever is done, in sentences.
    lost: Vec<String>,
    /// What it does; absent where it cannot be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    does: Option<Does>,
    /// Why it cannot be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

/// A change that was taken back as far as it is wanted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TakenBack {
    /// The page on which its plan is read; the endpoint is `/campaigns/{id}/plan`.
    page: String,
}

impl From<Change> for ChangeView {
    fn from(of: Change) -> Self {
        Self { object: of.object, field: of.field, before: of.before, after: of.after }
    }
}

impl From<Entry> for HistoryEntry {
    fn from(of: Entry) -> Self {
        Self {
            seq: of.seq,
            at: Time(of.at),
            who: of.who,
            via: of.via,
            action: of.action,
            what: of.what,
            why: of.why,
            changes: of.changes.into_iter().map(Into::into).collect(),
            can_undo: of.can_undo,
        }
    }
}

/// `GET /campaigns/{id}/history`
pub async fn show(call: Call<Analyst, Named<CampaignId>, Paging>) -> Outcome<Shown<List<HistoryEntry>>> {
    let (after, limit) = (call.query.after()?, call.query.limit()?);
    let found = history::of_campaign(&call.ctx, call.actor(), call.path.0, after, limit).await?;
    let items = found.entries.into_iter().map(Into::into).collect();
    Ok(Shown(List { items, next: found.older.map(Paging::cursor) }))
}

/// `GET /campaigns/{id}/undo`
pub async fn undo_offer(call: Call<Analyst, Named<CampaignId>, Which>) -> Outcome<Shown<UndoOffer>> {
    let Undoing { seq, what, changes, lost, undo, .. } =
        history::undo_offer(&call.ctx, call.actor(), call.path.0, call.query.entry).await?;
    let changes = changes.into_iter().map(Into::into).collect();
    let (does, refused) = match undo {
        Ok(Undo::Form(_) | Undo::Kept(_)) => (Some(Does::Saves), None),
        Ok(Undo::Switch { on: true }) => (Some(Does::SwitchesOn), None),
        Ok(Undo::Switch { on: false }) => (Some(Does::SwitchesOff), None),
        Ok(Undo::SetBack) => (Some(Does::SetsBack), None),
        Err(said) => (None, Some(said.words)),
    };
    Ok(Shown(UndoOffer { seq, what, changes, lost, does, refused }))
}

/// `POST /campaigns/{id}/undo`
pub async fn undo(call: Call<Manager, Named<CampaignId>, (), Json<Which>>) -> Outcome<Shown<TakenBack>> {
    let page = history::undo(&call.ctx, call.actor(), call.path.0, call.body.0.entry).await?;
    Ok(Shown(TakenBack { page }))
}
