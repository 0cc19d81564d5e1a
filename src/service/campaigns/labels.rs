//! Labels on campaigns: they apply at once, go nowhere outside, and each change can be taken back.

use serde::{Deserialize, Serialize};

use crate::domain::dictionary;
use crate::domain::id::{CampaignId, LabelId};
use crate::domain::role::Role;
use crate::store::labels::{self as rows, LabelRow};
use crate::store::{audit, campaign_list};

use super::super::{Actor, Ctx, Error, Result};
use super::list::Label;

/// The longest name of a label, in characters.
const NAME_MAX: usize = 40;

/// A change of labels as the audit log keeps it: only campaigns that it really changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labelled {
    /// The label.
    pub label: LabelId,
    /// Its name at that time.
    pub name: String,
    /// Whether it was put on or taken off.
    pub put: bool,
    /// The campaigns it changed.
    pub campaigns: Vec<CampaignId>,
}

/// Puts a label on campaigns, making it where it is new, or takes it off. Returns what changed and the number of its event, by
/// which it can be taken back; no number where nothing changed.
///
/// # Errors
/// [`Error::Invalid`] for a name that is none, or where no campaign is chosen.
pub async fn label(ctx: &Ctx, actor: &Actor, name: &str, put: bool, campaigns: &[CampaignId]) -> Result<(Labelled, Option<i64>)> {
    actor.require(Role::Manager)?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Error::invalid("label", dictionary::label_missing()));
    }
    if name.chars().count() > NAME_MAX {
        return Err(Error::invalid("label", dictionary::label_too_long(NAME_MAX)));
    }
    if campaigns.is_empty() {
        return Err(Error::invalid("campaigns", dictionary::choose_campaigns()));
    }
    let (inner, actor, campaigns) = (ctx.clone(), actor.clone(), campaigns.to_vec());
    let done = ctx.db.write(move |c| {
        let folded = name.to_lowercase();
        let row = match (rows::find_by_folded(c, actor.workspace, &folded)?, put) {
            (Some(row), _) => row,
            (None, false) => return Err(Error::NotFound("label")),
            (None, true) => {
                let id = LabelId(inner.new_id());
                let row = LabelRow { workspace_id: actor.workspace, id, name, folded, created_at: inner.stamp() };
                rows::insert(c, &row)?;
                row
            }
        };
        apply(c, &inner, &actor, Labelled { label: row.id, name: row.name, put, campaigns })
    });
    done.await
}

/// Takes a change of labels back: what was put on is taken off and the reverse, on the campaigns it changed.
///
/// # Errors
/// [`Error::NotFound`] where the event is no change of labels.
pub async fn undo(ctx: &Ctx, actor: &Actor, event: i64) -> Result<Labelled> {
    actor.require(Role::Manager)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let done = ctx.db.write(move |c| {
        let found = audit::find(c, actor.workspace, event)?.filter(|found| found.action == "label.changed");
        let found = found.ok_or(Error::NotFound("change of labels"))?;
        let was: Labelled = serde_json::from_str(&found.state)?;
        let (labelled, _) = apply(c, &inner, &actor, Labelled { put: !was.put, ..was })?;
        Ok(labelled)
    });
    done.await
}

/// The workspace's labels, by name.
pub async fn labels(ctx: &Ctx, actor: &Actor) -> Result<Vec<Label>> {
    let workspace = actor.workspace;
    let found = ctx.db.read(move |c| rows::list(c, workspace)).await?;
    Ok(found.into_iter().map(|row| Label { id: row.id, name: row.name }).collect())
}

fn apply(c: &mut crate::store::Conn, ctx: &Ctx, actor: &Actor, wanted: Labelled) -> Result<(Labelled, Option<i64>)> {
    let known = campaign_list::index(c, actor.workspace)?;
    let mut changed = Vec::new();
    for campaign in wanted.campaigns {
        if known.binary_search_by_key(&campaign.0, |row| row.id).is_err() {
            return Err(Error::NotFound("campaign"));
        }
        let did = match wanted.put {
            true => rows::put(c, actor.workspace, wanted.label, campaign)?,
            false => rows::take(c, actor.workspace, wanted.label, campaign)?,
        };
        if did {
            changed.push(campaign);
        }
    }
    let labelled = Labelled { campaigns: changed, ..wanted };
    if labelled.campaigns.is_empty() {
        return Ok((labelled, None));
    }
    actor.record(c, ctx.stamp(), "label.changed", ("label", labelled.label.0), &labelled)?;
    let event = audit::list(c, actor.workspace, None, 1)?.first().map(|event| event.seq);
    Ok((labelled, event))
}
