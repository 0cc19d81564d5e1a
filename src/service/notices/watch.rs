//! Comparing what is the case with what was said.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::conditions::{self, Condition};
use super::readers;
use crate::domain::id::{NoticeId, WorkspaceId};
use crate::domain::notice::{Manner, NoticeKind, Target};
use crate::service::{Ctx, Error, Result};
use crate::store::Conn;
use crate::store::notices::{self as rows, MessageRow, NoticeRow};

/// Raises what is new and resolves what is over; returns how many of each.
pub async fn watch(ctx: &Ctx, workspace: WorkspaceId) -> Result<(usize, usize)> {
    let found = conditions::gather(ctx, workspace).await?;
    let open = ctx.db.read(move |c| rows::list_open(c, workspace)).await?;
    // Nearly always nothing is new and nothing is over: then nothing is written.
    if open.len() == found.len() && found.iter().all(|condition| open.iter().any(|row| row.condition_key == condition.key)) {
        return Ok((0, 0));
    }
    let inner = ctx.clone();
    ctx.db.write::<_, Error, _>(move |c| settle(c, &inner, workspace, found)).await
}

fn settle(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, found: Vec<Condition>) -> Result<(usize, usize)> {
    let open: BTreeMap<String, NoticeRow> =
        rows::list_open(c, workspace)?.into_iter().map(|row| (row.condition_key.clone(), row)).collect();
    let mut over = open.clone();
    let fresh: Vec<Condition> = found.into_iter().filter(|condition| over.remove(&condition.key).is_none()).collect();
    let now = ctx.now().0;
    for row in over.values() {
        let is_event = NoticeKind::parse(&row.kind).is_some_and(NoticeKind::is_event);
        rows::resolve(c, row, now.into(), !is_event)?;
    }
    if !fresh.is_empty() {
        let targets = readers::targets(c, ctx, workspace)?;
        for condition in &fresh {
            raise(c, ctx, workspace, condition, &targets, now)?;
        }
    }
    Ok((fresh.len(), over.len()))
}

fn raise(
    c: &mut Conn,
    ctx: &Ctx,
    workspace: WorkspaceId,
    condition: &Condition,
    targets: &[(Target, Manner)],
    now: DateTime<Utc>,
) -> Result<()> {
    let id = NoticeId(ctx.new_id());
    rows::insert(
        c,
        &NoticeRow {
            workspace_id: workspace,
            id,
            kind: condition.kind.as_str().to_owned(),
            condition_key: condition.key.clone(),
            title: condition.title.clone(),
            sentence: condition.sentence.clone(),
            way_out: condition.way_out.clone(),
            path: condition.path.clone(),
            raised_at: now.into(),
            resolved_at: None,
        },
    )?;
    for (target, manner) in targets {
        if let Some(due) = manner.due(condition.kind, now) {
            rows::insert_message(
                c,
                &MessageRow {
                    workspace_id: workspace,
                    notice_id: id,
                    target: target.to_string(),
                    due_at: due.into(),
                    state: "waiting".to_owned(),
                    sent_at: None,
                    problem: None,
                },
            )?;
        }
    }
    Ok(())
}
