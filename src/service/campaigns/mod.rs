//! Campaigns as people define them: drafts, what a form makes, the list.
//!
//! A draft saves whatever was typed; a definition is stored only while the form has no problem. Publishing is another room
//! ([`super::publish`]).

mod audiences;
mod desk;
mod duplicate;
mod filters;
mod labels;
mod list;
mod query;
mod search;
mod standings;
mod twin;

use serde::Serialize;

use crate::domain::campaign::CampaignForm;
use crate::domain::dictionary;
use crate::domain::id::{AdAccountId, CampaignId, UserId};
use crate::domain::role::Role;
use crate::store::campaigns::{self as rows, CampaignRow};
use crate::store::{Conn, connections, kept};

use super::because::Because;
use super::desired::{Desired, desired};
use super::drift::Adopts;
use super::{Actor, Ctx, Error, Result};

pub use audiences::{
    Estimate, Estimates, FoundAudience, FoundDetail, PeopleRange, estimate, find_custom_audiences, find_details,
};
pub use desk::{AccountChoice, Desk, PageChoice, PixelChoice, fresh, read, read_with_estimate};
pub(super) use desk::{nothing_known, result_kind};
pub use duplicate::{Copied, Copying, duplicate};
pub use filters::{SavedFilter, filters, forget, keep, open_with};
pub use labels::{Labelled, label, labels, undo};
pub use list::{Against, CampaignList, Label, Listed, PAGE, list, list_all, list_page};
pub use query::{ListQuery, Origin, SortKey};
pub use search::{FoundCity, FoundLanguage, find_cities, find_languages};
pub use standings::standings;
pub use twin::{COLUMNS, cells, json_row};

/// What an unnamed draft is called in lists.
const UNNAMED: &str = "Campaign without a name";

/// A campaign's form as it was last saved.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The campaign.
    pub id: CampaignId,
    /// Counts saves; a save that has seen an older one is refused.
    pub revision: i64,
    /// Whether it was ever approved to go to Meta.
    pub is_published: bool,
    /// What was typed.
    pub form: CampaignForm,
    /// When it was saved, real time.
    pub saved_at: chrono::DateTime<chrono::Utc>,
}

/// What a save left.
#[derive(Debug)]
pub struct Saved {
    /// The campaign.
    pub id: CampaignId,
    /// Its new revision.
    pub revision: i64,
    /// What the form says and makes.
    pub desk: Desk,
}

#[derive(Serialize)]
struct SavedState {
    id: CampaignId,
    is_valid: bool,
    /// The number of the event that this save takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<i64>,
    /// Why, where a person did not say it by saving.
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
    /// What of Meta's it takes over.
    #[serde(skip_serializing_if = "Option::is_none")]
    adopts: Option<Adopts>,
    desired: Option<Desired>,
}

/// A campaign's form as it was last saved.
///
/// # Errors
/// [`Error::NotFound`] where it was not defined in this workspace.
pub async fn open(ctx: &Ctx, actor: &Actor, id: CampaignId) -> Result<Draft> {
    let workspace = actor.workspace;
    let row = ctx.db.read(move |c| rows::find(c, workspace, id)).await?.ok_or(Error::NotFound("campaign"))?;
    Ok(Draft {
        id,
        revision: row.revision,
        is_published: row.published_at.is_some(),
        form: serde_json::from_str(&row.form)?,
        saved_at: row.updated_at.utc(),
    })
}

/// Saves what was typed, valid or not: a new campaign without an `existing` one, else over the revision the person saw.
///
/// # Errors
/// [`Error::Conflict`] where somebody saved meanwhile; [`Error::Invalid`] where there is no ad account to save it in.
pub async fn save(ctx: &Ctx, actor: &Actor, existing: Option<(CampaignId, i64)>, form: CampaignForm) -> Result<Saved> {
    save_as(ctx, actor, existing, form, Because::Edited).await
}

/// Saves a campaign's form with amounts that were learned, and why.
pub(super) async fn save_learned(
    ctx: &Ctx,
    actor: &Actor,
    existing: (CampaignId, i64),
    form: CampaignForm,
    why: String,
) -> Result<Saved> {
    save_as(ctx, actor, Some(existing), form, Because::Learned(why)).await
}

/// Saves a campaign's form for another reason than a person's edit.
pub(super) async fn save_because(
    ctx: &Ctx,
    actor: &Actor,
    existing: (CampaignId, i64),
    form: CampaignForm,
    because: Because,
) -> Result<Saved> {
    save_as(ctx, actor, Some(existing), form, because).await
}

async fn save_as(
    ctx: &Ctx,
    actor: &Actor,
    existing: Option<(CampaignId, i64)>,
    form: CampaignForm,
    because: Because,
) -> Result<Saved> {
    let prepared = prepare(ctx, actor, existing, form, because).await?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let saved = ctx.db.write(move |c| {
        let (id, revision) = put(c, &inner, &actor, &prepared)?;
        Ok::<_, Error>((id, revision, prepared.desk))
    });
    let (id, revision, desk) = saved.await?;
    Ok(Saved { id, revision, desk })
}

/// A form that was read and is about to be saved.
pub(super) struct Prepared {
    existing: Option<(CampaignId, i64)>,
    form: CampaignForm,
    because: Because,
    account: AdAccountId,
    /// What the form says and makes.
    pub desk: Desk,
}

/// Reads a form that is about to be saved; writes nothing.
///
/// # Errors
/// [`Error::Invalid`] where there is no ad account to save it in.
pub(super) async fn prepare(
    ctx: &Ctx,
    actor: &Actor,
    existing: Option<(CampaignId, i64)>,
    form: CampaignForm,
    because: Because,
) -> Result<Prepared> {
    actor.require(Role::Manager)?;
    let desk = read(ctx, actor, &form).await?;
    let Some(account) = desk.account.as_ref().map(|account| account.id) else {
        return Err(Error::invalid("account", dictionary::account_needed()));
    };
    Ok(Prepared { existing, form, because, account, desk })
}

/// Saves what was read, with its event; the id and the new revision.
///
/// # Errors
/// [`Error::Conflict`] where somebody saved meanwhile.
pub(super) fn put(c: &mut Conn, ctx: &Ctx, actor: &Actor, prepared: &Prepared) -> Result<(CampaignId, i64)> {
    let Prepared { existing, form, because, account, desk } = prepared;
    let campaign = desk.reading.campaign.as_ref();
    let name = Some(form.name.trim()).filter(|name| !name.is_empty()).unwrap_or(UNNAMED).chars().take(200).collect::<String>();
    let (id, seen) = existing.unwrap_or_else(|| (CampaignId(ctx.new_id()), 0));
    let now = ctx.stamp();
    let row = CampaignRow {
        workspace_id: actor.workspace,
        id,
        ad_account_id: *account,
        name,
        wanted: "draft".to_owned(),
        form: serde_json::to_string(form)?,
        definition: campaign.map(serde_json::to_string).transpose()?,
        revision: seen + 1,
        created_by: actor.user.unwrap_or(UserId(0)),
        created_at: now,
        updated_at: now,
        published_at: None,
    };
    match existing {
        None => rows::insert(c, &row)?,
        Some(_) => {
            let there = rows::find(c, actor.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
            if kept::is_kept(c, actor.workspace, id)? {
                return Err(Error::conflict(dictionary::kept_elsewhere()));
            }
            if there.ad_account_id != *account {
                return Err(Error::invalid("account", dictionary::account_stays()));
            }
            if !rows::save(c, &row, seen)? {
                return Err(Error::conflict(dictionary::saved_meanwhile()));
            }
        }
    }
    if let Some(payer) = campaign.and_then(|campaign| campaign.payer.as_ref()) {
        connections::set_payer(c, actor.workspace, *account, &payer.payer, &payer.beneficiary)?;
    }
    because.switch(c, actor.workspace, id)?;
    let is_valid = row.definition.is_some();
    let (undoes, adopts, why) = (because.undoes(), because.adopts(), because.why());
    let state = SavedState { id, is_valid, undoes, why, adopts, desired: desired(c, actor.workspace, id)? };
    actor.record(c, now, "campaign.saved", ("campaign", id.0), &state)?;
    because.after(c, ctx, actor.workspace, id)?;
    Ok((id, row.revision))
}
