//! How Tandem left each object: what Meta said right after Tandem wrote it, of the fields that it wrote.

use std::collections::BTreeMap;

use crate::domain::drift::{Drift, Part, Settled};
use crate::domain::id::{CampaignId, ObjectId, WorkspaceId};
use crate::domain::plan::{Field, Kind, Observed, Step, Target};
use crate::store::observed::{self, Observed as Row};
use crate::store::settled::{self as rows, SettledRow};
use crate::store::{Conn, UtcTime, plans};

use super::super::Result;
use super::super::publish::{Definition, Input, observed as said};
use super::look::Look;

/// Notes how a step left its object, from what was read back; call it in the transaction that stores that.
pub(in crate::service) fn settle_step(c: &mut Conn, workspace: WorkspaceId, step: &Step, now: UtcTime) -> Result<()> {
    let object = step.object();
    let switch = [Field::Switch];
    let fields: Option<&[Field]> = match step {
        Step::Create { .. } => None,
        Step::Change { fields, .. } => Some(fields),
        Step::Pause { .. } | Step::Activate { .. } | Step::Archive { .. } => Some(&switch),
        Step::Upload { .. } | Step::Verify { .. } => return Ok(()),
    };
    let Some(row) = observed::find(c, workspace, object.id)? else { return Ok(()) };
    let Some((campaign, said)) = row.campaign_id.zip(said(&row)) else { return Ok(()) };
    match fields {
        None => {
            let mut fields = said.fields.clone();
            // Enhancements that a plan left as Meta has them are not Tandem's: only what is wanted counts as left so.
            if let Some(before) = rows::find(c, workspace, object.id)?.filter(|_| object.kind == Kind::Creative) {
                let before: BTreeMap<Field, String> = serde_json::from_str(&before.fields)?;
                fields.extend(before.get(&Field::Enhancements).map(|text| (Field::Enhancements, text.clone())));
            }
            put(c, (workspace, campaign), &said, fields, now)
        }
        Some(fields) => merge(c, (workspace, campaign), &said, fields, now),
    }
}

/// Notes every object of a campaign as it is now: it is wanted so.
pub(in crate::service) fn settle_all(
    c: &mut Conn,
    workspace: WorkspaceId,
    campaign: CampaignId,
    below: &[Row],
    now: UtcTime,
) -> Result<()> {
    rows::delete(c, workspace, campaign)?;
    for said in below.iter().filter_map(said).filter(|said| !said.gone && said.object.kind != Kind::Image) {
        put(c, (workspace, campaign), &said, said.fields.clone(), now)?;
    }
    Ok(())
}

/// Notes what was adopted as left so.
pub(super) fn settle_adopted(c: &mut Conn, look: &Look, adopted: &[&Drift], now: UtcTime) -> Result<()> {
    let whose = (look.input.row.workspace_id, look.input.row.id);
    keep_assumed(c, look, now)?;
    for drift in adopted {
        let Some(seen) = look.input.observed.iter().find(|o| o.object == drift.object).filter(|seen| !seen.gone) else {
            continue;
        };
        match drift.part {
            Part::Added => put(c, whose, seen, seen.fields.clone(), now)?,
            Part::Field(field) => merge(c, whose, seen, &[field], now)?,
            Part::Enhancement(_) => merge(c, whose, seen, &[Field::Enhancements], now)?,
            Part::Gone => {}
        }
    }
    Ok(())
}

/// Notes a creative that became ours as left so.
pub(super) fn settle_creative(c: &mut Conn, whose: (WorkspaceId, CampaignId), id: ObjectId) -> Result<()> {
    let Some(row) = observed::find(c, whose.0, id)? else { return Ok(()) };
    match said(&row) {
        Some(seen) => put(c, whose, &seen, seen.fields.clone(), row.seen_at),
        None => Ok(()),
    }
}

/// Notes one field as left so.
pub(super) fn settle_field(
    c: &mut Conn,
    whose: (WorkspaceId, CampaignId),
    seen: &Observed,
    field: Field,
    now: UtcTime,
) -> Result<()> {
    merge(c, whose, seen, &[field], now)
}

/// Where Meta says what is wanted, that is how it stands, whoever did it.
pub(super) fn agree(c: &mut Conn, look: &Look, now: UtcTime) -> Result<()> {
    let whose = (look.input.row.workspace_id, look.input.row.id);
    keep_assumed(c, look, now)?;
    for target in &look.targets {
        let seen = look.input.observed.iter().find(|o| o.object == target.object && !o.gone);
        let (Some(seen), Some(left)) = (seen, look.settled.get(&target.object)) else { continue };
        let agreed: Vec<Field> = target
            .fields
            .iter()
            .filter(|(field, wanted)| seen.fields.get(field) == Some(wanted) && left.get(field) != Some(wanted))
            .map(|(field, _)| *field)
            .collect();
        if !agreed.is_empty() {
            merge(c, whose, seen, &agreed, now)?;
        }
    }
    Ok(())
}

/// Keeps what was assumed of objects of which nothing was kept before.
fn keep_assumed(c: &mut Conn, look: &Look, now: UtcTime) -> Result<()> {
    let (workspace, campaign) = (look.input.row.workspace_id, look.input.row.id);
    let known = rows::list(c, workspace, campaign)?;
    for seen in look.input.observed.iter().filter(|seen| known.iter().all(|row| row.id != seen.object.id)) {
        if let Some(fields) = look.settled.get(&seen.object) {
            put(c, (workspace, campaign), seen, fields.clone(), now)?;
        }
    }
    Ok(())
}

/// How objects were left by a version that did not keep it: as they are wanted, unless the campaign was edited here since; what
/// differs then may as well wait to be published.
pub(super) fn assumed(c: &mut Conn, input: &Input, targets: &[Target]) -> Result<Settled> {
    let approved = plans::find_latest_approved(c, input.row.workspace_id, input.row.id)?.and_then(|plan| plan.approved_at);
    let is_edited = approved.is_none_or(|at| input.row.updated_at > at) && matches!(input.wanted, Definition::Made(..));
    let here = |seen: &Observed| input.rows.iter().any(|row| row.id == seen.object.id && row.origin == "here");
    let mut settled = Settled::new();
    for seen in input.observed.iter().filter(|seen| seen.object.kind != Kind::Image) {
        let target = targets.iter().find(|target| target.object == seen.object);
        if target.is_none() && !here(seen) && !(seen.object.kind == Kind::Creative && matches!(input.wanted, Definition::Kept(_)))
        {
            continue;
        }
        let mut fields = seen.fields.clone();
        if let Some(target) = target.filter(|_| !is_edited) {
            fields
                .extend(target.fields.iter().filter(|(field, _)| seen.fields.contains_key(field)).map(|(f, t)| (*f, t.clone())));
        }
        settled.insert(seen.object, fields);
    }
    Ok(settled)
}

fn merge(c: &mut Conn, whose: (WorkspaceId, CampaignId), seen: &Observed, fields: &[Field], now: UtcTime) -> Result<()> {
    // Of an object that a former version left nothing is known yet; the next look assumes it whole.
    let Some(row) = rows::find(c, whose.0, seen.object.id)? else { return Ok(()) };
    let mut left: BTreeMap<Field, String> = serde_json::from_str(&row.fields)?;
    left.extend(fields.iter().filter_map(|field| Some((*field, seen.fields.get(field)?.clone()))));
    put(c, whose, seen, left, now)
}

fn put(
    c: &mut Conn,
    (workspace_id, campaign_id): (WorkspaceId, CampaignId),
    seen: &Observed,
    fields: BTreeMap<Field, String>,
    now: UtcTime,
) -> Result<()> {
    let row = SettledRow {
        workspace_id,
        id: seen.object.id,
        campaign_id,
        kind: seen.object.kind.as_str().to_owned(),
        fields: serde_json::to_string(&fields)?,
        settled_at: now,
    };
    Ok(rows::put(c, &row)?)
}
