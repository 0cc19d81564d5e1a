//! Campaigns: define, read, change. The body is the page's form, field for field, read by the same reader.

use schemars::JsonSchema;
use serde::Serialize;

use super::ask::{Json, Named, Revised};
use super::operation::{Call, Outcome};
use super::reply::{Created, Shown, Tagged};
use super::words::{Judged, Time};
use crate::domain::campaign::CampaignForm;
use crate::domain::id::CampaignId;
use crate::service::{Error, campaigns};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, Manager};

/// A campaign as it was last saved.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SavedCampaign {
    /// Its id.
    id: CampaignId,
    /// Counts saves; also the `ETag`.
    revision: i64,
    /// Whether it was ever approved to go to Meta.
    is_published: bool,
    /// When it was saved.
    saved_at: Time,
    /// What was sent, verbatim.
    form: CampaignForm,
    /// What that says.
    judged: Judged,
}

/// `GET /campaigns/form`: the form a new campaign starts with.
pub async fn fresh(call: Call<Manager>) -> Outcome<Shown<CampaignForm>> {
    Ok(Shown(campaigns::fresh(&call.ctx, call.actor()).await?))
}

/// `POST /campaigns/check`: reads a form and writes nothing.
pub async fn check(call: Call<Manager, (), (), Json<CampaignForm>>) -> Outcome<Shown<Judged>> {
    let desk = campaigns::read(&call.ctx, call.actor(), &call.body.0).await?;
    Ok(Shown(Judged::of(&desk.reading)))
}

/// `POST /campaigns`: a draft saves with its problems, as on the page.
pub async fn create(call: Call<Manager, (), (), Json<CampaignForm>>) -> Outcome<Created<SavedCampaign>> {
    let saved = campaigns::save(&call.ctx, call.actor(), None, call.body.0.clone()).await?;
    let thing = read(&call, saved.id).await?;
    Ok(Created { at: format!("/campaigns/{}", saved.id), revision: Some(saved.revision), thing })
}

/// `GET /campaigns/{id}`
pub async fn show(call: Call<Analyst, Named<CampaignId>>) -> Outcome<Tagged<SavedCampaign>> {
    let thing = read(&call, call.path.0).await?;
    let revision = thing.revision;
    Ok(Tagged(thing, revision))
}

/// `PUT /campaigns/{id}`
pub async fn update(call: Call<Manager, Named<CampaignId>, (), Revised<CampaignForm>>) -> Outcome<Tagged<SavedCampaign>> {
    let (id, seen) = (call.path.0, call.body.revision);
    let there = campaigns::open(&call.ctx, call.actor(), id).await?;
    if there.revision != seen {
        return Err(AppError::OldRevision.into());
    }
    let saved = campaigns::save(&call.ctx, call.actor(), Some((id, seen)), call.body.thing.clone()).await;
    let saved = saved.map_err(|error| match error {
        // Somebody was quicker between the look and the save.
        Error::Conflict(_) => AppError::OldRevision,
        other => other.into(),
    })?;
    Ok(Tagged(read(&call, id).await?, saved.revision))
}

async fn read<R, P, Q, B>(call: &Call<R, P, Q, B>, id: CampaignId) -> Outcome<SavedCampaign> {
    let draft = campaigns::open(&call.ctx, call.actor(), id).await?;
    let desk = campaigns::read(&call.ctx, call.actor(), &draft.form).await?;
    Ok(SavedCampaign {
        id,
        revision: draft.revision,
        is_published: draft.is_published,
        saved_at: Time(draft.saved_at),
        form: draft.form,
        judged: Judged::of(&desk.reading),
    })
}
