//! What waits for a person, from what the database already knows: the page that answers it stands beside each.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::domain::id::{CampaignId, WorkspaceId};
use crate::store::Conn;

use super::Result;

/// One thing that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What it is.
    pub what: Wants,
    /// The campaign, or 0 where it concerns none.
    pub campaign: CampaignId,
    /// The name of what it is about.
    pub name: String,
    /// Meta's or our own words, where there are any.
    pub words: String,
}

/// Kinds of needs, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wants {
    /// The emergency stop holds: nothing runs until it is resumed.
    Resume,
    /// A connection does not work.
    Connection,
    /// A plan broke off.
    FailedPlan,
    /// Meta refused an ad, or something has issues.
    Refused,
    /// Fields were changed outside; their number stands in the words, and that of the campaigns in the name where there are several.
    Drift,
    /// A plan waits for approval.
    Approval,
}

#[derive(QueryableByName)]
struct NeedRow {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = BigInt)]
    campaign: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    words: String,
}

/// At most this many of each kind: the page is a list of what to do, not a log.
const MOST: usize = 8;

/// What needs a person, most urgent first; with `campaigns` only what concerns those.
pub(super) fn list(connection: &mut Conn, workspace: WorkspaceId, campaigns: &[CampaignId]) -> Result<Vec<Need>> {
    let rows: Vec<NeedRow> = diesel::sql_query(
        "SELECT 'resume' AS what, CAST(0 AS BIGINT) AS campaign, name, '' AS words FROM workspaces \
         WHERE id = $1 AND frozen_at IS NOT NULL \
         UNION ALL SELECT 'connection', 0, name, COALESCE(problem, '') FROM connections \
         WHERE workspace_id = $1 AND problem IS NOT NULL \
         UNION ALL SELECT CASE p.state WHEN 'failed' THEN 'failed' ELSE 'approval' END, c.id, c.name, COALESCE(p.problem, '') \
         FROM plans p JOIN campaigns c ON c.workspace_id = p.workspace_id AND c.id = p.campaign_id \
         WHERE p.workspace_id = $1 AND p.state IN ('proposed', 'failed') \
         AND p.id = (SELECT MAX(n.id) FROM plans n WHERE n.workspace_id = p.workspace_id AND n.campaign_id = p.campaign_id) \
         UNION ALL SELECT 'refused', COALESCE(campaign_id, 0), name, effective_status FROM observed_objects \
         WHERE workspace_id = $1 AND effective_status IN ('DISAPPROVED', 'WITH_ISSUES') AND gone_at IS NULL \
         UNION ALL SELECT 'drift', c.id, c.name, CAST(COUNT(*) AS TEXT) FROM drifts d \
         JOIN campaigns c ON c.workspace_id = d.workspace_id AND c.id = d.campaign_id \
         WHERE d.workspace_id = $1 GROUP BY c.id, c.name \
         ORDER BY 1, 2, 3 LIMIT 200",
    )
    .bind::<BigInt, _>(workspace.0)
    .load(connection)?;
    let mut needs: Vec<Need> = rows
        .into_iter()
        .filter_map(|row| {
            let what = match row.what.as_str() {
                "resume" => Wants::Resume,
                "connection" => Wants::Connection,
                "failed" => Wants::FailedPlan,
                "refused" => Wants::Refused,
                "drift" => Wants::Drift,
                "approval" => Wants::Approval,
                _ => return None,
            };
            Some(Need { what, campaign: CampaignId(row.campaign), name: row.name, words: row.words })
        })
        .filter(|need| campaigns.is_empty() || campaigns.contains(&need.campaign))
        .collect();
    fold_drift(&mut needs);
    needs.sort_by_key(|need| need.what);
    let mut seen: Vec<(Wants, usize)> = Vec::new();
    needs.retain(|need| {
        let at = seen.iter().position(|(what, _)| *what == need.what).unwrap_or_else(|| {
            seen.push((need.what, 0));
            seen.len() - 1
        });
        seen.get_mut(at).is_some_and(|(_, count)| {
            *count += 1;
            *count <= MOST
        })
    });
    Ok(needs)
}

/// Several campaigns that were changed outside are one line: the list tells them apart.
fn fold_drift(needs: &mut Vec<Need>) {
    let is_drift = |need: &&Need| need.what == Wants::Drift;
    let campaigns = needs.iter().filter(is_drift).count();
    if campaigns < 2 {
        return;
    }
    let fields: u64 = needs.iter().filter(is_drift).filter_map(|need| need.words.parse::<u64>().ok()).sum();
    needs.retain(|need| need.what != Wants::Drift);
    needs.push(Need {
        what: Wants::Drift,
        campaign: CampaignId(0),
        name: format!("{campaigns} campaigns"),
        words: fields.to_string(),
    });
}
