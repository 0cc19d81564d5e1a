//! Meta's activity log: who changed what. Read where something was found changed that was not before, and once a day besides,
//! always from where it was read to.

use std::collections::BTreeMap;

use chrono::Duration;
use sha2::{Digest, Sha256};

use crate::domain::id::ObjectId;
use crate::graph::Activity;
use crate::store::UtcTime;
use crate::store::activities::{self as rows, ActivityRow};
use crate::store::drifts;

use super::super::Result;
use super::Sync;
use super::objects::Index;
use super::progress::Progress;

/// Platform time after which the log is read though nothing was found changed.
const AT_LEAST_EVERY: Duration = Duration::days(1);
/// What is read again each time: Meta writes its log a little late.
const AGAIN: Duration = Duration::hours(1);
/// How far back the first read goes.
const FIRST: Duration = Duration::days(7);

/// Reads the log where it has something to tell.
pub(super) async fn bring_in(sync: &Sync, progress: &mut Progress, index: &Index) -> Result<()> {
    let (workspace, account) = (sync.account.workspace_id, sync.account.id);
    let until: UtcTime = sync.began.0.into();
    let read = sync.ctx.db.read(move |c| Ok((rows::read_until(c, workspace, account)?, drifts::newest(c, workspace)?)));
    let (known, newest) = read.await?;
    let since = known.map_or(until.utc() - FIRST, |known| known.utc() - AGAIN);
    let is_due = known.is_none_or(|known| until.utc() - known.utc() >= AT_LEAST_EVERY);
    let has_news = newest.zip(known).is_some_and(|(newest, known)| newest > known);
    if !(is_due || has_news || progress.place.changed) {
        return Ok(());
    }
    let mut pages = sync.client.activities(&sync.node, since, until.utc());
    let mut all: Vec<Activity> = Vec::new();
    loop {
        match pages.next_page().await {
            Ok(None) => break,
            Ok(Some(page)) => all.extend(page),
            // Figures matter more than names: the log is read with a later sync.
            Err(error) => {
                tracing::warn!(%error, account = %account, "Meta's activity log was not read");
                return Ok(());
            }
        }
        progress.breathe(sync).await?;
    }
    all.reverse();
    let objects = index.objects();
    let kept = all.iter().enumerate().filter_map(|(at, activity)| row(sync, &objects, at, activity)).collect::<Vec<_>>();
    let written = sync.ctx.db.write(move |c| {
        for row in &kept {
            rows::insert(c, row)?;
        }
        Ok(rows::set_read_until(c, workspace, account, until)?)
    });
    written.await
}

/// A row about an object that is known here, as it is kept.
fn row(sync: &Sync, objects: &BTreeMap<&str, ObjectId>, at: usize, activity: &Activity) -> Option<ActivityRow> {
    let object = *objects.get(activity.object_id.as_deref()?)?;
    let (event, done_at) = (activity.event_type.clone()?, activity.event_time?);
    // Meta's rows have no id: what is said alike of the same second is the same.
    let said = serde_json::to_vec(activity).ok()?;
    let by = activity.actor_name.as_deref().filter(|name| !name.is_empty()).unwrap_or("somebody");
    let actor = match activity.application_name.as_deref().filter(|name| !name.is_empty()) {
        Some(program) => format!("{by}, with {program}"),
        None => by.to_owned(),
    };
    Some(ActivityRow {
        workspace_id: sync.account.workspace_id,
        ad_account_id: sync.account.id,
        fingerprint: hex::encode(Sha256::digest(said)),
        object_id: object,
        event,
        actor,
        extra: activity.extra_data.clone().unwrap_or_default(),
        done_at: done_at.into(),
        position: i64::try_from(at).unwrap_or(i64::MAX),
    })
}
