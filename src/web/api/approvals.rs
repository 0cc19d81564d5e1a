//! Plans that wait for a second person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named};
use super::operation::{Call, Outcome};
use super::reply::{List, Shown};
use super::words::Time;
use crate::domain::id::{ApprovalId, UserId};
use crate::domain::money::Money;
use crate::service::approvals::{self as service, Row, Subject};
use crate::web::extract::{Analyst, Manager};

/// A plan that waits for a second person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ApprovalView {
    /// Its id.
    id: ApprovalId,
    /// `waiting`, `approved`, `declined`, `withdrawn` or `stale`.
    state: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Subject>,
    /// The id of that campaign, plan or stop.
    subject_id: String,
    /// How a campaign's plan ends: `active` or `paused`; what is ticked to be set back, a space between; empty for the others.
    run: String,
    /// What approval is bound to.
    hash: String,
    /// What it is, in a few words.
    title: String,
    /// The page on which it is read.
    path: String,
    /// By how much a day it raises spending.
    raises: Vec<Money>,
    /// The same in a sentence, with what who asked may raise alone.
    sentence: String,
    /// The person behind the wish; absent where a program asked whose maker is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_by: Option<UserId>,
    /// Who asked, as shown.
    asked_name: String,
    /// When.
    asked_at: Time,
    /// Who decided, as shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_name: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Time>,
    /// Why it was declined, or what made it stale.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Why it is declined.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Declining {
    /// For whoever asked; may be empty only where one takes one's own wish back.
    #[serde(default)]
    reason: String,
}

/// `GET /approvals`
pub async fn list(call: Call<Analyst>) -> Outcome<Shown<List<ApprovalView>>> {
    let (waiting, _) = service::list(&call.ctx, call.actor()).await?;
    Ok(Shown(List { items: waiting.into_iter().map(|one| view(one.row)).collect(), next: None }))
}

/// `POST /approvals/{id}/decline`
pub async fn decline(call: Call<Manager, Named<ApprovalId>, (), Json<Declining>>) -> Outcome<Shown<ApprovalView>> {
    let row = service::decline(&call.ctx, call.actor(), call.path.0, &call.body.0.reason).await?;
    Ok(Shown(view(row)))
}

fn view(row: Row) -> ApprovalView {
    ApprovalView {
        id: row.id,
        state: row.state,
        subject: Subject::parse(&row.kind),
        subject_id: row.subject_id.to_string(),
        run: row.run,
        hash: row.hash,
        title: row.title,
        path: row.path,
        raises: serde_json::from_str(&row.raises).unwrap_or_default(),
        sentence: row.sentence,
        asked_by: row.asked_by,
        asked_name: row.asked_name,
        asked_at: Time(row.asked_at.utc()),
        decided_name: row.decided_name,
        decided_at: row.decided_at.map(|at| Time(at.utc())),
        reason: row.reason,
    }
}
