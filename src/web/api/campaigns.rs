//! Campaigns: list, define, read, change. The body is the page's form, field for field, read by the same reader.

use schemars::JsonSchema;
use serde::Serialize;

use super::ask::{Json, Named, Paging, Revised};
use super::operation::{Call, Outcome};
use super::reply::{Created, List, Shown, Tagged};
use super::words::{Judged, Time};
use crate::domain::campaign::CampaignForm;
use crate::domain::campaign_status::Standing;
use crate::domain::id::{AdAccountId, CampaignId};
use crate::service::{Error, campaigns};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, Manager};

/// A campaign in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CampaignLine {
    /// Its id.
    id: CampaignId,
    /// In which ad account.
    account: AdAccountId,
    /// Its name.
    name: String,
    /// `draft`, `active`, `paused` or `archived`; absent where it was not defined here.
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<String>,
    /// Counts saves; absent where it was not defined here.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<i64>,
    /// `here`, `elsewhere` or `file`; absent while it is only a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    /// What is true of it: `draft`, `in_review`, `learning`, `active`, `rejected`, `paused`, ...
    status: String,
    /// Why, as a sentence; empty where the status says everything.
    reason: String,
    /// Meta's `effective_status`; absent while Meta has not seen it.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_status: Option<String>,
}

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

/// `GET /campaigns`
pub async fn list(call: Call<Analyst, (), Paging>) -> Outcome<Shown<List<CampaignLine>>> {
    let (after, limit) = (call.query.after()?.map(CampaignId), call.query.limit()?);
    let (lines, more) = campaigns::page(&call.ctx, call.actor(), after, limit).await?;
    let next = lines.last().filter(|_| more).map(|line| Paging::cursor(line.id.0));
    let mut standings = campaigns::standings(&call.ctx, call.actor(), lines.iter().map(|line| line.id).collect()).await?;
    let items = lines.into_iter().map(|one| {
        let standing = standings.remove(&one.id);
        line(one, standing)
    });
    let items = items.collect();
    Ok(Shown(List { items, next }))
}

fn line(line: campaigns::Line, standing: Option<Standing>) -> CampaignLine {
    let (status, reason) = standing.map_or(("unknown", String::new()), |standing| (standing.status.as_str(), standing.reason));
    let campaigns::Line { id, account, name, wanted, revision, origin, effective_status } = line;
    CampaignLine { id, account, name, wanted, revision, origin, status: status.to_owned(), reason, effective_status }
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
