//! The audit log as a whole: whether each chain fits and still rebuilds what is wanted, and the log as a file.

use serde::Serialize;

use crate::domain::id::{CampaignId, WorkspaceId};
use crate::store::audit::{self, AuditEvent};
use crate::store::workspaces::{self, Workspace};
use crate::store::{Conn, campaigns};

use super::desired::{Replay, desired};
use super::{Ctx, Error, Result};

/// Events of a page of an export.
const PAGE: i64 = 1_000;

/// What looking through a workspace's log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The workspace's name.
    pub workspace: String,
    /// Events that fit, from the first on.
    pub events: i64,
    /// The first event that does not fit, and why.
    pub broken: Option<(i64, &'static str)>,
    /// Campaigns that the log rebuilds exactly as they are stored.
    pub rebuilt: usize,
    /// Campaigns that were last saved by a version whose events did not carry what is wanted.
    pub older: usize,
    /// Campaigns that are stored otherwise than the log says: somebody changed them past Tandem.
    pub differing: Vec<CampaignId>,
}

impl Verified {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.broken.is_none() && self.differing.is_empty()
    }

    /// What was found, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let name = &self.workspace;
        let mut said = Vec::new();
        match self.broken {
            None => said.push(format!("“{name}”: the chain of {} events is whole.", self.events)),
            Some((seq, why)) => said.push(format!("“{name}”: event {seq} is the first that does not fit: {why}.")),
        }
        if self.broken.is_none() && self.rebuilt > 0 {
            said.push(format!("“{name}”: replayed, it gives {} campaigns as they are stored, byte for byte.", self.rebuilt));
        }
        if self.older > 0 {
            said.push(format!("“{name}”: {} campaigns were last saved before the log kept what is wanted.", self.older));
        }
        for campaign in &self.differing {
            said.push(format!("“{name}”: campaign {campaign} is stored otherwise than the log says."));
        }
        said
    }
}

/// Looks through whole logs, event by event: of every workspace, or of one.
///
/// # Errors
/// [`Error::NotFound`] where there is no workspace of this name.
pub async fn verify(ctx: &Ctx, name: Option<&str>) -> Result<Vec<Verified>> {
    let mut found = Vec::new();
    for workspace in named(ctx, name).await? {
        found.push(ctx.db.read_with(move |c| verify_one(c, &workspace)).await?);
    }
    Ok(found)
}

fn verify_one(c: &mut Conn, workspace: &Workspace) -> Result<Verified> {
    let (mut events, mut replay) = (0, Replay::default());
    let broken = audit::walk(c, workspace.id, |event| {
        events += 1;
        replay.take(event);
    })?;
    let mut verified = Verified {
        workspace: workspace.name.clone(),
        events,
        broken: broken.map(|(seq, why)| (seq, why.words())),
        rebuilt: 0,
        older: 0,
        differing: Vec::new(),
    };
    // Behind a broken event nothing is known to be true.
    if verified.broken.is_some() {
        return Ok(verified);
    }
    for row in campaigns::list(c, workspace.id)? {
        match replay.campaigns.get(&row.id).filter(|known| known.body.is_some()) {
            None => verified.older += 1,
            known if known == desired(c, workspace.id, row.id)?.as_ref() => verified.rebuilt += 1,
            Some(_) => verified.differing.push(row.id),
        }
    }
    Ok(verified)
}

/// A page of a workspace's log, oldest first, after the event of a number.
pub async fn page(ctx: &Ctx, workspace: WorkspaceId, after: i64) -> Result<Vec<AuditEvent>> {
    Ok(ctx.db.read(move |c| audit::after(c, workspace, after, PAGE)).await?)
}

/// The workspaces of a name; all of them without one.
pub async fn named(ctx: &Ctx, name: Option<&str>) -> Result<Vec<Workspace>> {
    let all = ctx.db.read(workspaces::list).await?;
    let Some(name) = name else { return Ok(all) };
    let found: Vec<Workspace> = all.into_iter().filter(|workspace| workspace.name == name).collect();
    if found.is_empty() { Err(Error::NotFound("workspace of this name")) } else { Ok(found) }
}
