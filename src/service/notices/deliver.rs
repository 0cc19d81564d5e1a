//! Sending what is due to one reader as one message.
//!
//! The message goes out before it is noted as sent: after a crash between the two it goes out again, under the same id, so that
//! mail programs and receivers can tell. The other order could lose one.

use chrono::{DateTime, Duration, SecondsFormat, Utc};

use super::DeliverNotices;
use super::webhooks::open;
use crate::domain::id::NoticeId;
use crate::domain::notice::{NoticeKind, Target, WebhookForm};
use crate::notify::{Line, compose, signed_body, slack_body};
use crate::secrets::sha256_hex;
use crate::service::{Ctx, Error, Result};
use crate::store::notices::{self as rows, NoticeRow};
use crate::store::webhooks::{self, WebhookRow};
use crate::store::workspaces::{self, Workspace};

/// A message that could not be delivered for so long is given up, and said so on the page.
const GIVE_UP: Duration = Duration::days(2);

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn line(ctx: &Ctx, row: &NoticeRow) -> Line {
    Line {
        id: row.id.to_string(),
        kind: NoticeKind::parse(&row.kind).map_or("notice", NoticeKind::as_str),
        title: row.title.clone(),
        sentence: row.sentence.clone(),
        way_out: row.way_out.clone(),
        url: format!("{}{}", ctx.notifier.base_url, row.path),
        raised_at: rfc3339(row.raised_at.utc()),
    }
}

/// What a trial message says.
pub(super) fn trial(ctx: &Ctx) -> Line {
    Line {
        id: "0".to_owned(),
        kind: "trial",
        title: "This is how a notice arrives".to_owned(),
        sentence: "Somebody pressed “Try it out”; nothing has happened.".to_owned(),
        way_out: "There is nothing to do.".to_owned(),
        url: format!("{}/notices", ctx.notifier.base_url),
        raised_at: rfc3339(ctx.now().0),
    }
}

/// Posts a message to a webhook in its form.
pub(super) async fn post(ctx: &Ctx, hook: &WebhookRow, business: &Workspace, id: &str, lines: &[Line]) -> Result<()> {
    let (url, secret) = open(ctx, hook)?;
    let now = ctx.now().0;
    let name = &business.name;
    match WebhookForm::parse(&hook.form) {
        Some(WebhookForm::Slack) => ctx.notifier.webhooks.post(&url, id, slack_body(name, lines), None).await?,
        Some(WebhookForm::Signed) | None => {
            let body = signed_body(id, name, business.is_sandbox(), &rfc3339(now), lines);
            ctx.notifier.webhooks.post(&url, id, body, Some((&secret, now.timestamp()))).await?;
        }
    }
    Ok(())
}

/// Sends one reader what is due, as one message. Nothing due is no work.
///
/// # Errors
/// [`Error::Notify`] where it should be tried again.
pub async fn deliver(ctx: &Ctx, task: &DeliverNotices) -> Result<()> {
    let (workspace, target, now) = (task.workspace, task.target, ctx.stamp());
    let word = target.to_string();
    let (due, business) = {
        let word = word.clone();
        ctx.db.read(move |c| Ok((rows::list_due(c, workspace, &word, now)?, workspaces::get(c, workspace)?))).await?
    };
    let Some(oldest) = due.first() else { return Ok(()) };
    let is_old = now.utc() - oldest.raised_at.utc() > GIVE_UP;
    let ids: Vec<NoticeId> = due.iter().map(|row| row.id).collect();
    let lines: Vec<Line> = due.iter().map(|row| line(ctx, row)).collect();
    let numbers: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let id: String = sha256_hex(format!("{workspace}:{word}:{}", numbers.join(",")).as_bytes()).chars().take(32).collect();

    let outcome = send(ctx, target, &business, &id, &lines).await;
    let problem = match outcome {
        Ok(()) => None,
        Err(Error::Notify(error)) if error.is_temporary() && !is_old => {
            note(ctx, workspace, target, Some(error.to_string())).await?;
            return Err(error.into());
        }
        Err(Error::Notify(error)) => Some(error.to_string()),
        Err(error @ (Error::NotFound(_) | Error::Secret(_) | Error::Conflict(_))) => Some(error.to_string()),
        Err(error) => return Err(error),
    };
    note(ctx, workspace, target, problem.clone()).await?;
    ctx.db.write::<_, Error, _>(move |c| Ok(rows::settle(c, workspace, &word, &ids, now, problem.as_deref())?)).await
}

async fn send(ctx: &Ctx, target: Target, business: &Workspace, id: &str, lines: &[Line]) -> Result<()> {
    let workspace = business.id;
    match target {
        Target::Person(user) => {
            let members = ctx.db.read(move |c| workspaces::members(c, workspace)).await?;
            let (_, _, email, _) = members.into_iter().find(|(id, ..)| *id == user).ok_or(Error::NotFound("member"))?;
            let settings = format!("{}/notices", ctx.notifier.base_url);
            let name = if business.is_sandbox() { format!("[Sandbox] {}", business.name) } else { business.name.clone() };
            ctx.notifier.mail(&compose(id.to_owned(), &email, &name, &settings, lines)?).await?;
            Ok(())
        }
        Target::Webhook(hook) => {
            let hook = ctx.db.read(move |c| webhooks::find(c, workspace, hook)).await?.ok_or(Error::NotFound("webhook"))?;
            post(ctx, &hook, business, id, lines).await
        }
    }
}

/// Notes at a webhook how it fares; a person's mailbox keeps no such note.
async fn note(ctx: &Ctx, workspace: crate::domain::id::WorkspaceId, target: Target, problem: Option<String>) -> Result<()> {
    let Target::Webhook(id) = target else { return Ok(()) };
    ctx.db.write::<_, Error, _>(move |c| Ok(webhooks::set_problem(c, workspace, id, problem.as_deref())?)).await
}
