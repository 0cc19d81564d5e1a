//! Campaigns made elsewhere: what adopting takes over, adopting it, changing what was adopted, and switching on again what was not.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named, Revised};
use super::operation::{Call, Outcome};
use super::plans::{Hash, PlanRow, Queued, row};
use super::reply::{Accepted, Shown, Tagged};
use super::words::at_member;
use crate::domain::adopt::{Adopted, Kept};
use crate::domain::campaign::{Commitments, Pace};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{AdAccountId, CampaignId, ObjectId};
use crate::domain::invalid::Invalid;
use crate::domain::money::Money;
use crate::domain::plan::{Field, Kind, Plan, Run};
use crate::service::{Actor, Ctx, Error, adopt, campaigns, publish};
use crate::web::error::AppError;
use crate::web::extract::Manager;

/// An object of an adopted campaign as it should be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeptObject {
    /// Its id.
    id: ObjectId,
    /// What it is.
    kind: Kind,
    /// The object above it; absent for the campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<ObjectId>,
    /// Its name.
    name: String,
    /// Whether it is on.
    is_on: bool,
    /// The budget it carries; absent where it carries none.
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<Money>,
    /// `daily` or `lifetime`, with a budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pace: Option<String>,
    /// Meta's own limit of the campaign, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<Money>,
    /// When an ad set starts, by the ad account's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    starts: Option<String>,
    /// When an ad set ends, likewise; absent where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
    /// Whom an ad set reaches, in words; kept as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    /// Where an ad set's ads appear, in words; kept as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    placements: Option<String>,
}

/// Something that a campaign has and Tandem only keeps.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeptAsIs {
    /// What it is.
    what: &'static str,
    /// What that means for editing.
    means: &'static str,
    /// The names of the objects that have it.
    of: Vec<String>,
}

/// What adopting would take over.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdoptionOffer {
    /// What adopting is bound to.
    hash: String,
    /// Its ad account.
    account: AdAccountId,
    /// Whether it is on now.
    is_on: bool,
    /// Whether it was adopted before: then this takes over what Meta has now.
    is_again: bool,
    /// Where it was adopted before, what would be different.
    changes: Vec<String>,
    /// The campaign first, each ad set with its ads after it.
    objects: Vec<KeptObject>,
    /// What is only kept.
    kept_as_is: Vec<KeptAsIs>,
}

/// An adopted campaign as it should be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeptCampaign {
    /// Its id.
    id: CampaignId,
    /// Its ad account.
    account: AdAccountId,
    /// Counts saves; also the `ETag`.
    revision: i64,
    /// The zone of the times below.
    zone: String,
    /// The campaign first, each ad set with its ads after it.
    objects: Vec<KeptObject>,
}

/// What changes of one object, as a person types it. What is absent stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ObjectChange {
    /// Which object.
    id: ObjectId,
    /// Its name.
    name: Option<String>,
    /// The amount of the budget it carries: `25.50`.
    budget: Option<String>,
    /// Meta's limit of the campaign; empty for none.
    limit: Option<String>,
    /// When an ad set starts, by the ad account's clock: `2026-12-01 08:00`.
    starts: Option<String>,
    /// When an ad set ends, likewise.
    ends: Option<String>,
    /// `on` or `off`, of an ad set or ad. A campaign is switched by its plan.
    switch: Option<String>,
}

/// Changes of an adopted campaign.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct KeptChanges {
    /// Each object that changes, once.
    objects: Vec<ObjectChange>,
}

/// What switching a campaign on again would do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResumeView {
    /// What approval is bound to.
    hash: String,
    /// Whether there is nothing to do: it is on already.
    is_empty: bool,
    /// Whether an emergency stop holds queued work back.
    is_frozen: bool,
    /// What happens to each object.
    rows: Vec<PlanRow>,
    /// The money it spends from then on; absent where no single figure holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    commitments: Option<Commitments>,
    /// What keeps it from being approved.
    blocked: Vec<String>,
    /// What nobody knows beforehand.
    unknown: Vec<String>,
}

/// `GET /campaigns/{id}/adopt`
pub async fn offer(call: Call<Manager, Named<CampaignId>>) -> Outcome<Shown<AdoptionOffer>> {
    let offer = adopt::offer(&call.ctx, call.actor(), call.path.0).await?;
    let kept =
        |(beyond, of): (crate::domain::adopt::Beyond, Vec<String>)| KeptAsIs { what: beyond.label(), means: beyond.means(), of };
    Ok(Shown(AdoptionOffer {
        hash: offer.hash,
        account: offer.account.id,
        is_on: offer.is_on,
        is_again: offer.again,
        changes: offer.changes,
        objects: objects(&offer.adopted),
        kept_as_is: offer.beyond.into_iter().map(kept).collect(),
    }))
}

/// `POST /campaigns/{id}/adopt`
pub async fn take_over(call: Call<Manager, Named<CampaignId>, (), Json<Hash>>) -> Outcome<Tagged<KeptCampaign>> {
    adopt::adopt(&call.ctx, call.actor(), call.path.0, &call.body.0.hash).await?;
    read(&call.ctx, call.actor(), call.path.0).await
}

/// `GET /campaigns/{id}/kept`
pub async fn show(call: Call<Manager, Named<CampaignId>>) -> Outcome<Tagged<KeptCampaign>> {
    read(&call.ctx, call.actor(), call.path.0).await
}

/// `PUT /campaigns/{id}/kept`
pub async fn update(call: Call<Manager, Named<CampaignId>, (), Revised<KeptChanges>>) -> Outcome<Tagged<KeptCampaign>> {
    let (id, seen, changes) = (call.path.0, call.body.revision, &call.body.thing.objects);
    let opened = adopt::open(&call.ctx, call.actor(), id).await?;
    if opened.revision != seen {
        return Err(AppError::OldRevision.into());
    }
    let typed = typed(&opened.adopted, changes).map_err(Error::from)?;
    match adopt::save(&call.ctx, call.actor(), id, seen, typed).await {
        Ok(()) => read(&call.ctx, call.actor(), id).await,
        // Somebody was quicker between the look and the save.
        Err(Error::Conflict(_)) => Err(AppError::OldRevision.into()),
        Err(error) => Err(at_member(error, |field| member(changes, field))),
    }
}

/// `GET /campaigns/{id}/resume`
pub async fn resume_offer(call: Call<Manager, Named<CampaignId>>) -> Outcome<Shown<ResumeView>> {
    let (ctx, actor, id) = (&call.ctx, call.actor(), call.path.0);
    if is_ours(ctx, actor, id).await? {
        let letter = publish::letter(ctx, actor, id, Some(Run::Active)).await?;
        return Ok(Shown(resume_view(&letter.plan, letter.frozen)));
    }
    let shown = adopt::switch_on(ctx, actor, id).await?;
    Ok(Shown(resume_view(&shown.plan, shown.frozen)))
}

/// `POST /campaigns/{id}/resume`
pub async fn resume(call: Call<Manager, Named<CampaignId>, (), Json<Hash>>) -> Outcome<Accepted<Queued>> {
    let (ctx, actor, id, hash) = (&call.ctx, call.actor(), call.path.0, &call.body.0.hash);
    let passed = match is_ours(ctx, actor, id).await? {
        true => publish::approve(ctx, actor, id, hash, Run::Active).await?,
        false => adopt::approve_switch_on(ctx, actor, id, hash).await?,
    };
    Ok(Accepted(Queued::of(passed)))
}

/// Whether it was defined here or adopted, so that it has a plan of its own.
async fn is_ours(ctx: &Ctx, actor: &Actor, id: CampaignId) -> Result<bool, Error> {
    match campaigns::open(ctx, actor, id).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

async fn read(ctx: &Ctx, actor: &Actor, id: CampaignId) -> Outcome<Tagged<KeptCampaign>> {
    let opened = adopt::open(ctx, actor, id).await?;
    let revision = opened.revision;
    let kept = KeptCampaign {
        id,
        account: opened.account.id,
        revision,
        zone: opened.adopted.zone.to_string(),
        objects: objects(&opened.adopted),
    };
    Ok(Tagged(kept, revision))
}

fn objects(adopted: &Adopted) -> Vec<KeptObject> {
    let said = |kept: &Kept, field: Field| {
        Some(adopted.show(field, kept.text(field))).filter(|_| kept.object.kind == Kind::AdSet && !kept.text(field).is_empty())
    };
    let time = |kept: &Kept, field: Field| kept.time(field).map(|_| adopted.local(kept.text(field)));
    let object = |kept: &Kept| KeptObject {
        id: kept.object.id,
        kind: kept.object.kind,
        parent: kept.parent.filter(|_| kept.object.kind != Kind::Campaign),
        name: kept.name().to_owned(),
        is_on: kept.is_on(),
        budget: kept.budget().map(|(_, minor)| Money::new(minor, adopted.currency)),
        pace: kept.budget().map(|(pace, _)| if pace == Pace::Daily { "daily" } else { "lifetime" }.to_owned()),
        limit: adopted.limit().filter(|_| kept.object.kind == Kind::Campaign),
        starts: time(kept, Field::Starts),
        ends: time(kept, Field::Ends),
        audience: said(kept, Field::Audience),
        placements: said(kept, Field::Placements),
    };
    adopted.objects.iter().map(object).collect()
}

/// The changes as the page's form sends them; what an object cannot have is refused at its member.
fn typed(adopted: &Adopted, changes: &[ObjectChange]) -> Result<BTreeMap<String, String>, Invalid> {
    let (mut typed, mut invalid) = (BTreeMap::new(), Invalid::default());
    for (number, change) in changes.iter().enumerate() {
        let Some(kept) = adopted.objects.iter().find(|kept| kept.object.id == change.id) else {
            invalid.add(format!("objects.{number}.id"), dictionary::adopted_object_unknown());
            continue;
        };
        if changes.iter().take(number).any(|other| other.id == change.id) {
            invalid.add(format!("objects.{number}.id"), dictionary::adopted_object_twice());
        }
        let kind = kept.object.kind;
        let unless = |fits: bool, said: fn() -> Sentence| (!fits).then_some(said);
        for (name, value, refused) in [
            ("name", &change.name, None),
            ("budget", &change.budget, None),
            ("limit", &change.limit, unless(kind == Kind::Campaign, dictionary::adopted_limit_of_campaign)),
            ("starts", &change.starts, unless(kind == Kind::AdSet, dictionary::adopted_times_of_ad_set)),
            ("ends", &change.ends, unless(kind == Kind::AdSet, dictionary::adopted_times_of_ad_set)),
            ("switch", &change.switch, unless(kind != Kind::Campaign, dictionary::adopted_switch_of_campaign)),
        ] {
            match (value, refused) {
                (None, _) => {}
                (Some(value), None) => {
                    typed.insert(format!("{name}.{}", change.id), value.clone());
                }
                (Some(_), Some(said)) => invalid.add(format!("objects.{number}.{name}"), said()),
            }
        }
    }
    invalid.into_result().map(|()| typed)
}

/// The member that the form's field `budget.<id>` came from.
fn member(changes: &[ObjectChange], field: &str) -> String {
    let at = field.rsplit_once('.').and_then(|(name, id)| {
        let number = changes.iter().position(|change| change.id.to_string() == id)?;
        Some(format!("objects.{number}.{name}"))
    });
    at.unwrap_or_else(|| field.to_owned())
}

fn resume_view(plan: &Plan, is_frozen: bool) -> ResumeView {
    ResumeView {
        hash: plan.hash.clone(),
        is_empty: plan.is_empty(),
        is_frozen,
        rows: plan.rows.iter().map(row).collect(),
        commitments: plan.commitments,
        blocked: plan.blocked.clone(),
        unknown: plan.unknown.clone(),
    }
}
