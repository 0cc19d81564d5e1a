//! Campaigns a page at a time, newest first: those defined here and those seen at Meta or in files, each once.

use std::collections::BTreeMap;

use crate::domain::id::{AdAccountId, CampaignId, ObjectId};
use crate::store::{campaigns as rows, observed};

use super::super::{Actor, Ctx, Result};

/// A campaign without its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: CampaignId,
    /// In which ad account.
    pub account: AdAccountId,
    /// Its name.
    pub name: String,
    /// `draft`, `active`, `paused` or `archived`, where it is defined here.
    pub wanted: Option<String>,
    /// Counts saves, where it is defined here.
    pub revision: Option<i64>,
    /// `here`, `elsewhere` or `file`, where it was seen.
    pub origin: Option<String>,
    /// What Meta last said it is.
    pub effective_status: Option<String>,
}

/// At most `limit` campaigns with smaller ids than `after`, and whether there are more.
pub async fn page(ctx: &Ctx, actor: &Actor, after: Option<CampaignId>, limit: usize) -> Result<(Vec<Line>, bool)> {
    let workspace = actor.workspace;
    let (before, most) = (after.map_or(i64::MAX, |id| id.0), i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
    let read = ctx.db.read(move |c| {
        let mut lines: BTreeMap<CampaignId, Line> = BTreeMap::new();
        for row in rows::page(c, workspace, before, most)? {
            let seen = observed::find(c, workspace, ObjectId(row.id.0))?;
            let line = Line {
                id: row.id,
                account: row.ad_account_id,
                name: row.name,
                wanted: Some(row.wanted),
                revision: Some(row.revision),
                origin: seen.as_ref().map(|seen| seen.origin.clone()),
                effective_status: seen.map(|seen| seen.effective_status),
            };
            lines.insert(line.id, line);
        }
        for row in observed::page_of_campaigns(c, workspace, before, most)? {
            let id = CampaignId(row.id.0);
            lines.entry(id).or_insert(Line {
                id,
                account: row.ad_account_id,
                name: row.name,
                wanted: None,
                revision: None,
                origin: Some(row.origin),
                effective_status: Some(row.effective_status),
            });
        }
        Ok(lines.into_values().rev().collect::<Vec<_>>())
    });
    let mut lines = read.await?;
    let more = lines.len() > limit;
    lines.truncate(limit);
    Ok((lines, more))
}
