//! Saved audiences of a workspace: kept by name, used by campaigns, every version readable.
//!
//! A campaign keeps the version it was saved with. A newer version changes no campaign: taking it over is a save of the
//! campaign, and reaches Meta through a plan like any other.

use serde::Serialize;

use crate::domain::audience::{Audience, AudienceChange};
use crate::domain::campaign::{Campaign, CampaignForm, SavedAudienceRef};
use crate::domain::dictionary;
use crate::domain::id::{CampaignId, SavedAudienceId, WorkspaceId};
use crate::domain::role::Role;
use crate::store::saved_audiences::{self as rows, SavedAudienceRow, VersionRow};
use crate::store::{Conn, UtcTime, campaigns};

use super::{Actor, Ctx, Error, Result};

/// The longest name, in characters.
pub const NAME_MAX: usize = 120;

/// A saved audience in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Which, and its newest version.
    pub at: SavedAudienceRef,
    /// Its name.
    pub name: String,
    /// In words.
    pub sentence: String,
    /// Who last changed it.
    pub changed_by: String,
    /// When, real time.
    pub changed_at: chrono::DateTime<chrono::Utc>,
    /// Campaigns that use any version of it.
    pub used_by: Vec<Use>,
    /// Whether it is put away.
    pub is_archived: bool,
}

/// A campaign that uses a saved audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Which version it keeps.
    pub version: i32,
    /// Whether its audience was changed in the campaign since.
    pub is_changed: bool,
}

/// A saved audience to choose on a form.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Which, and its newest version.
    pub at: SavedAudienceRef,
    /// Its name.
    pub name: String,
    /// Its newest version.
    pub audience: Audience,
    /// Whether it is put away: offered no more, named where it is used.
    pub is_archived: bool,
}

/// One version with what it changed.
#[derive(Debug, Clone)]
pub struct Version {
    /// From 1.
    pub version: i32,
    /// Its name then.
    pub name: String,
    /// The audience.
    pub audience: Audience,
    /// What differs from the version before, in words; empty for the first.
    pub changes: Vec<AudienceChange>,
    /// The name before, where it was another.
    pub name_before: Option<String>,
    /// Who made it.
    pub made_by: String,
    /// When, real time.
    pub made_at: chrono::DateTime<chrono::Utc>,
}

/// A saved audience with its history.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its id.
    pub id: SavedAudienceId,
    /// Its name.
    pub name: String,
    /// Whether it is put away.
    pub is_archived: bool,
    /// Newest first, never empty.
    pub versions: Vec<Version>,
    /// Campaigns that use it.
    pub used_by: Vec<Use>,
}

impl Opened {
    /// The newest version.
    pub fn newest(&self) -> Option<&Version> {
        self.versions.first()
    }

    /// Which, and the newest version.
    pub fn at(&self) -> SavedAudienceRef {
        SavedAudienceRef { id: self.id, version: self.newest().map_or(0, |version| version.version) }
    }
}

#[derive(Serialize)]
struct SavedState<'a> {
    id: SavedAudienceId,
    name: &'a str,
    version: i32,
    audience: &'a Audience,
}

#[derive(Serialize)]
struct ArchivedState<'a> {
    id: SavedAudienceId,
    name: &'a str,
    is_archived: bool,
}

/// The workspace's saved audiences, those put away last.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Listed>> {
    let workspace = actor.workspace;
    let read =
        ctx.db.read(move |c| Ok((rows::list(c, workspace)?, rows::list_newest(c, workspace)?, campaigns::list(c, workspace)?)));
    let (saved, newest, ours) = read.await?;
    let using: Vec<(CampaignId, Campaign)> = ours.iter().filter_map(|row| Some((row.id, definition(row)?))).collect();
    let mut listed = Vec::with_capacity(saved.len());
    for row in saved {
        let Some(version) = newest.iter().find(|version| version.audience_id == row.id) else { continue };
        let audience: Audience = serde_json::from_str(&version.definition)?;
        listed.push(Listed {
            at: SavedAudienceRef { id: row.id, version: row.version },
            name: row.name,
            sentence: audience.sentence(),
            changed_by: version.made_by_name.clone(),
            changed_at: version.made_at.utc(),
            used_by: uses(&using, row.id, std::slice::from_ref(version)),
            is_archived: row.archived_at.is_some(),
        });
    }
    Ok(listed)
}

/// What a form may choose from.
pub(super) fn choices(c: &mut Conn, workspace: WorkspaceId) -> crate::store::Result<Vec<Choice>> {
    let newest = rows::list_newest(c, workspace)?;
    let choice = |row: SavedAudienceRow| {
        let version = newest.iter().find(|version| version.audience_id == row.id)?;
        let audience = serde_json::from_str(&version.definition).ok()?;
        let at = SavedAudienceRef { id: row.id, version: row.version };
        Some(Choice { at, name: row.name, audience, is_archived: row.archived_at.is_some() })
    };
    Ok(rows::list(c, workspace)?.into_iter().filter_map(choice).collect())
}

/// One saved audience with its history and its campaigns.
///
/// # Errors
/// [`Error::NotFound`] where there is none in this workspace.
pub async fn open(ctx: &Ctx, actor: &Actor, id: SavedAudienceId) -> Result<Opened> {
    let workspace = actor.workspace;
    let read = ctx.db.read(move |c| {
        Ok((rows::find(c, workspace, id)?, rows::list_versions(c, workspace, id)?, campaigns::list(c, workspace)?))
    });
    let (row, versions, ours) = read.await?;
    let row = row.ok_or(Error::NotFound("saved audience"))?;
    let using: Vec<(CampaignId, Campaign)> = ours.iter().filter_map(|row| Some((row.id, definition(row)?))).collect();
    let used_by = uses(&using, id, &versions);
    let mut told: Vec<Version> = Vec::with_capacity(versions.len());
    // Oldest first, so that each is compared with the one before it.
    for version in versions.into_iter().rev() {
        let audience: Audience = serde_json::from_str(&version.definition)?;
        let before = told.last();
        told.push(Version {
            changes: before.map(|before| audience.changes_since(&before.audience)).unwrap_or_default(),
            name_before: before.map(|before| before.name.clone()).filter(|name| *name != version.name),
            version: version.version,
            name: version.name,
            audience,
            made_by: version.made_by_name,
            made_at: version.made_at.utc(),
        });
    }
    told.reverse();
    Ok(Opened { id, name: row.name, is_archived: row.archived_at.is_some(), versions: told, used_by })
}

fn definition(row: &campaigns::CampaignRow) -> Option<Campaign> {
    serde_json::from_str(row.definition.as_deref()?).ok()
}

/// The campaigns that use an audience; one whose version is not among `versions` counts as unchanged.
fn uses(campaigns: &[(CampaignId, Campaign)], id: SavedAudienceId, versions: &[VersionRow]) -> Vec<Use> {
    let kept = |version: i32| -> Option<Audience> {
        let row = versions.iter().find(|row| row.version == version)?;
        serde_json::from_str(&row.definition).ok()
    };
    let mut uses = Vec::new();
    for (campaign, definition) in campaigns {
        let Some(at) = definition.saved_audience.filter(|at| at.id == id) else { continue };
        let is_changed = kept(at.version).is_some_and(|audience| audience != definition.audience);
        uses.push(Use { campaign: *campaign, name: definition.name.clone(), version: at.version, is_changed });
    }
    uses
}

/// Saves an audience under a name: a new one without `existing`, else over the version the person saw. Saving what is there
/// already makes no version.
///
/// # Errors
/// [`Error::Invalid`] with every problem at its field; [`Error::Conflict`] where somebody saved meanwhile.
pub async fn save(
    ctx: &Ctx,
    actor: &Actor,
    existing: Option<SavedAudienceRef>,
    name: &str,
    form: &CampaignForm,
) -> Result<SavedAudienceRef> {
    actor.require(Role::Manager)?;
    let desk = super::campaigns::read(ctx, actor, form).await?;
    let facts = desk.facts.unwrap_or_else(|| super::campaigns::nothing_known(ctx));
    let reading = form.read_audience(&facts);
    let (name, mut invalid) = (name.trim().to_owned(), reading.invalid);
    match name.chars().count() {
        0 => invalid.add("audience_name", dictionary::audience_name_missing()),
        length if length > NAME_MAX => {
            invalid.add("audience_name", dictionary::text_too_long(length, NAME_MAX));
        }
        _ => {}
    }
    let Some(audience) = reading.audience.filter(|_| invalid.is_empty()) else { return Err(Error::Invalid(invalid)) };
    let (inner, actor) = (ctx.clone(), actor.clone());
    ctx.db.write(move |c| write(c, &inner, &actor, existing, name, &audience)).await
}

fn write(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    existing: Option<SavedAudienceRef>,
    name: String,
    audience: &Audience,
) -> Result<SavedAudienceRef> {
    let (workspace, now) = (actor.workspace, ctx.stamp());
    let taken = rows::list(c, workspace)?
        .into_iter()
        .any(|row| row.archived_at.is_none() && row.name == name && Some(row.id) != existing.map(|existing| existing.id));
    if taken {
        return Err(Error::invalid("audience_name", dictionary::audience_name_taken(&name)));
    }
    let definition = serde_json::to_string(audience)?;
    let at = match existing {
        None => {
            let id = SavedAudienceId(ctx.new_id());
            let row = SavedAudienceRow {
                workspace_id: workspace,
                id,
                name: name.clone(),
                version: 1,
                created_at: now,
                updated_at: now,
                archived_at: None,
            };
            rows::insert(c, &row)?;
            SavedAudienceRef { id, version: 1 }
        }
        Some(seen) => {
            let mut row = rows::find(c, workspace, seen.id)?.ok_or(Error::NotFound("saved audience"))?;
            let newest = rows::list_versions(c, workspace, seen.id)?.into_iter().next();
            if row.version == seen.version && newest.is_some_and(|v| v.definition == definition && v.name == name) {
                return Ok(seen);
            }
            row.name.clone_from(&name);
            row.version = seen.version + 1;
            row.updated_at = now;
            if !rows::save(c, &row, seen.version)? {
                return Err(Error::conflict(dictionary::audience_saved_meanwhile()));
            }
            SavedAudienceRef { id: seen.id, version: row.version }
        }
    };
    let state = SavedState { id: at.id, name: &name, version: at.version, audience };
    actor.record(c, now, "audience.saved", ("saved_audience", at.id.0), &state)?;
    rows::insert_version(c, &version_row(actor, at, name.clone(), definition, now))?;
    Ok(at)
}

fn version_row(actor: &Actor, at: SavedAudienceRef, name: String, definition: String, now: UtcTime) -> VersionRow {
    VersionRow {
        workspace_id: actor.workspace,
        audience_id: at.id,
        version: at.version,
        name,
        definition,
        made_by: actor.user,
        made_by_name: actor.name.clone(),
        made_at: now,
    }
}

/// Puts an audience away, or takes it out again. Campaigns that use it keep their version.
///
/// # Errors
/// [`Error::NotFound`] where there is none in this workspace.
pub async fn archive(ctx: &Ctx, actor: &Actor, id: SavedAudienceId, away: bool) -> Result<()> {
    actor.require(Role::Manager)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let done = ctx.db.write(move |c| {
        let row = rows::find(c, actor.workspace, id)?.ok_or(Error::NotFound("saved audience"))?;
        if row.archived_at.is_some() == away {
            return Ok(());
        }
        let now = inner.stamp();
        rows::set_archived(c, actor.workspace, id, away.then_some(now))?;
        let state = ArchivedState { id, name: &row.name, is_archived: away };
        let action = if away { "audience.archived" } else { "audience.restored" };
        actor.record(c, now, action, ("saved_audience", id.0), &state)
    });
    done.await
}
