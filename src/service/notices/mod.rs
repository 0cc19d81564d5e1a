//! Telling people: what has to be heard of is found, said once while it lasts, and sent to each reader in the manner chosen.
//!
//! [`watch`] compares what is the case with the open notices: it raises what is new and resolves what is over, so it may run at any
//! time and as often as one likes. [`deliver`] sends what is due to one reader as one message, by e-mail or webhook.

mod conditions;
mod deliver;
mod readers;
mod watch;
mod webhooks;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::queue::{Task, Urgency, enqueue};
use super::{Actor, Ctx, Result};
use crate::domain::id::{NoticeId, WorkspaceId};
use crate::domain::notice::Target;
use crate::store::{notices as rows, workspaces};

pub use deliver::deliver;
pub use readers::{Reader, mine, save_mine, test_mine};
pub use watch::watch;
pub use webhooks::{NewWebhook, Webhook, WebhookMade, add_webhook, list_webhooks, remove_webhook, test_webhook};

/// Looks for what has to be heard of, in every workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WatchNotices {}

impl Task for WatchNotices {
    const KIND: &'static str = "watch_notices";
    const URGENCY: Urgency = Urgency::Read;

    fn workspace(&self) -> Option<WorkspaceId> {
        None
    }

    fn dedupe(&self) -> Option<String> {
        Some("all".to_owned())
    }
}

/// Sends what is due to one reader.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeliverNotices {
    /// Whose.
    pub workspace: WorkspaceId,
    /// To whom.
    pub target: Target,
}

impl Task for DeliverNotices {
    const KIND: &'static str = "deliver_notices";
    // Not held back by an emergency stop: nothing is written to Meta, and a stop is just what people want to hear of.
    const URGENCY: Urgency = Urgency::Read;

    fn workspace(&self) -> Option<WorkspaceId> {
        Some(self.workspace)
    }

    fn dedupe(&self) -> Option<String> {
        Some(format!("{}:{}", self.workspace, self.target))
    }
}

/// Queues a look at every workspace.
pub async fn queue_watch(ctx: &Ctx) -> Result<()> {
    let inner = ctx.clone();
    ctx.db.write(move |c| enqueue(c, &inner, &WatchNotices {}, inner.now())).await
}

/// Looks at every workspace; what goes wrong in one holds up no other, and is said at the end.
pub async fn watch_all(ctx: &Ctx) -> Result<()> {
    let mut failed = Ok(());
    for workspace in ctx.db.read(workspaces::list).await? {
        if let Err(error) = watch(ctx, workspace.id).await {
            tracing::error!(%error, workspace.id = %workspace.id, "a workspace could not be looked at for notices");
            failed = Err(error);
        }
    }
    failed
}

/// Queues a message for every reader that something is due for.
pub async fn queue_due(ctx: &Ctx) -> Result<()> {
    let (inner, now) = (ctx.clone(), ctx.stamp());
    let due = ctx.db.read(move |c| rows::list_due_targets(c, now)).await?;
    if due.is_empty() {
        return Ok(());
    }
    ctx.db
        .write(move |c| {
            for (workspace, target) in due {
                if let Some(target) = Target::parse(&target) {
                    enqueue(c, &inner, &DeliverNotices { workspace, target }, inner.now())?;
                }
            }
            Ok(())
        })
        .await
}

/// A notice as its page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Its id.
    pub id: NoticeId,
    /// A kind's word.
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub sentence: String,
    /// What to do.
    pub way_out: String,
    /// The page that shows more, from the root.
    pub path: String,
    /// Real time.
    pub raised_at: DateTime<Utc>,
    /// When it was over, real time.
    pub resolved_at: Option<DateTime<Utc>>,
    /// Who it went to and what became of it, in words: `mail to Ana, sent`.
    pub messages: Vec<String>,
}

/// The newest notices older than `before`, newest first, with what became of each message.
pub async fn list(ctx: &Ctx, actor: &Actor, before: Option<NoticeId>, limit: i64) -> Result<Vec<Told>> {
    let workspace = actor.workspace;
    let told = ctx.db.read(move |c| {
        let notices = rows::list(c, workspace, before, limit)?;
        let ids: Vec<NoticeId> = notices.iter().map(|n| n.id).collect();
        let messages = rows::list_messages(c, workspace, &ids)?;
        let members = workspaces::members(c, workspace)?;
        let hooks = crate::store::webhooks::list(c, workspace)?;
        let name = |target: &str| match Target::parse(target) {
            Some(Target::Person(id)) => {
                let member = members.iter().find(|(user, ..)| *user == id);
                format!("mail to {}", member.map_or("a former member", |(_, name, ..)| name))
            }
            Some(Target::Webhook(id)) => {
                format!("webhook {}", hooks.iter().find(|hook| hook.id == id).map_or("since removed", |hook| &hook.name))
            }
            None => "an unknown reader".to_owned(),
        };
        let of = |row: rows::NoticeRow| Told {
            messages: messages
                .iter()
                .filter(|message| message.notice_id == row.id)
                .map(|message| {
                    let state = match (message.state.as_str(), &message.problem) {
                        ("waiting", _) => format!("waits until {} UTC", message.due_at.utc().format("%-d %b %H:%M")),
                        (state, Some(problem)) => format!("{state}: {problem}"),
                        (state, None) => state.to_owned(),
                    };
                    format!("{}, {state}", name(&message.target))
                })
                .collect(),
            id: row.id,
            kind: row.kind,
            title: row.title,
            sentence: row.sentence,
            way_out: row.way_out,
            path: row.path,
            raised_at: row.raised_at.utc(),
            resolved_at: row.resolved_at.map(|at| at.utc()),
        };
        Ok(notices.into_iter().map(of).collect())
    });
    Ok(told.await?)
}
