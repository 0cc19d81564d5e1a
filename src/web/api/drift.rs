//! What was changed outside of campaigns; adopting it and setting it back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::{Json, Named};
use super::operation::{Call, Outcome};
use super::plans::{PlanRow, Queued, row};
use super::reply::{Accepted, Done, List, Shown};
use super::words::Time;
use crate::domain::dictionary;
use crate::domain::drift::Pick;
use crate::domain::id::CampaignId;
use crate::service::{Error, drift};
use crate::web::extract::{Analyst, Manager};

/// A campaign that was changed outside.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Drifted {
    /// The campaign.
    campaign: CampaignId,
    /// How many fields are not as Tandem left them.
    fields: i64,
}

/// Something that is not as Tandem left it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DriftView {
    /// Names it: the object's id, a dot, the field; sent back in `picks`.
    pick: String,
    /// What kind of object, in people's words.
    kind: String,
    /// The object's name.
    object: String,
    /// The field, in people's words.
    field: String,
    /// What is wanted here.
    wanted: String,
    /// What Meta says.
    now: String,
    /// When it was first seen, real time; absent where this is the first look.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_at: Option<Time>,
    /// When it was changed by Meta's activity log, platform time; absent where the log has nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at: Option<Time>,
    /// Who changed it, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<String>,
    /// Whether it was edited here too since, and is not published yet.
    edited_here: bool,
    /// Why it cannot be adopted, with the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_adopted: Option<String>,
    /// Why it cannot be set back, with the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_set_back: Option<String>,
}

/// What was changed outside of a campaign.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CampaignDrift {
    /// The campaign's name.
    name: String,
    /// The campaign first, then by object and field.
    drifts: Vec<DriftView>,
    /// How many fields were edited here and wait to be published: no drift.
    waiting: usize,
    /// Whether a plan of it is being carried out.
    is_busy: bool,
    /// Why nothing can be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

/// Which drifts.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Picks {
    /// `pick` of each.
    picks: Vec<String>,
}

/// What is adopted: exactly the offer with this hash.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Adopted {
    /// `pick` of each.
    picks: Vec<String>,
    /// `hash` of the offer that was read.
    hash: String,
    /// Why; it stands in the history.
    #[serde(default)]
    reason: String,
}

/// What is approved: exactly the plan with this hash.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Reverted {
    /// `pick` of each.
    picks: Vec<String>,
    /// `hash` of the plan that was read.
    hash: String,
}

/// A field that is adopted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdoptedField {
    /// The field and its object, in people's words.
    what: String,
    /// What was wanted.
    wanted: String,
    /// What is wanted from then on.
    now: String,
}

/// What adopting would do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdoptOffer {
    /// What is adopted.
    adopting: Vec<AdoptedField>,
    /// What the next plan then changes besides, in sentences.
    besides: Vec<String>,
    /// Why it cannot be adopted; nothing is then.
    refused: Vec<String>,
    /// What the confirmation is bound to.
    hash: String,
}

/// A plan that sets drift back.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RevertView {
    /// What approval is bound to.
    hash: String,
    /// What happens to each object.
    rows: Vec<PlanRow>,
    /// What the machine does, in order.
    steps: Vec<String>,
    /// What it may trigger or reset.
    worth_knowing: Vec<String>,
    /// What cannot be set back; nothing can be approved then.
    refused: Vec<String>,
    /// Whether carrying it out starts spending.
    arms: bool,
    /// Whether an emergency stop holds queued work back.
    is_frozen: bool,
}

fn read(picks: &[String]) -> Result<Vec<Pick>, Error> {
    picks.iter().map(|text| text.parse().map_err(|_| Error::invalid("picks", dictionary::drift_named_wrongly(text)))).collect()
}

/// `GET /drift`
pub async fn counts(call: Call<Analyst>) -> Outcome<Shown<List<Drifted>>> {
    let found = drift::counts(&call.ctx, call.actor()).await?;
    let items = found.into_iter().map(|(campaign, fields)| Drifted { campaign, fields }).collect();
    Ok(Shown(List { items, next: None }))
}

/// `GET /campaigns/{id}/drift`
pub async fn show(call: Call<Analyst, Named<CampaignId>>) -> Outcome<Shown<CampaignDrift>> {
    let found = drift::of_campaign(&call.ctx, call.actor(), call.path.0).await?;
    let view = |shown: drift::Shown| DriftView {
        pick: shown.pick.to_string(),
        kind: shown.kind.to_owned(),
        object: shown.object,
        field: shown.field,
        wanted: shown.wanted,
        now: shown.now,
        seen_at: shown.seen_at.map(Time),
        changed_at: shown.changed_at.map(Time),
        who: shown.who,
        edited_here: shown.edited_here,
        not_adopted: shown.not_adopted,
        not_set_back: shown.not_set_back,
    };
    Ok(Shown(CampaignDrift {
        name: found.name,
        drifts: found.drifts.into_iter().map(view).collect(),
        waiting: found.waiting,
        is_busy: found.is_busy,
        unknown: found.unknown,
    }))
}

/// `POST /campaigns/{id}/drift/adopt/offer`
pub async fn offer(call: Call<Manager, Named<CampaignId>, (), Json<Picks>>) -> Outcome<Shown<AdoptOffer>> {
    let offer = drift::offer(&call.ctx, call.actor(), call.path.0, &read(&call.body.0.picks)?).await?;
    let field = |one: drift::Adopting| AdoptedField { what: one.what, wanted: one.wanted, now: one.now };
    Ok(Shown(AdoptOffer {
        adopting: offer.adopting.into_iter().map(field).collect(),
        besides: offer.besides,
        refused: offer.refused.into_iter().map(String::from).collect(),
        hash: offer.hash,
    }))
}

/// `POST /campaigns/{id}/drift/adopt`
pub async fn adopt(call: Call<Manager, Named<CampaignId>, (), Json<Adopted>>) -> Outcome<Done> {
    let Adopted { picks, hash, reason } = &call.body.0;
    drift::adopt(&call.ctx, call.actor(), call.path.0, &read(picks)?, hash, reason).await?;
    Ok(Done)
}

/// `POST /campaigns/{id}/drift/revert/plan`
pub async fn plan(call: Call<Manager, Named<CampaignId>, (), Json<Picks>>) -> Outcome<Shown<RevertView>> {
    let found = drift::revert(&call.ctx, call.actor(), call.path.0, &read(&call.body.0.picks)?).await?;
    Ok(Shown(RevertView {
        hash: found.plan.hash.clone(),
        rows: found.plan.rows.iter().map(row).collect(),
        steps: found.plan.steps.iter().map(|step| step.label.clone()).collect(),
        arms: found.plan.arms(),
        worth_knowing: found.plan.worth_knowing,
        refused: found.refused.into_iter().map(String::from).collect(),
        is_frozen: found.frozen,
    }))
}

/// `POST /campaigns/{id}/drift/revert`
pub async fn revert(call: Call<Manager, Named<CampaignId>, (), Json<Reverted>>) -> Outcome<Accepted<Queued>> {
    let Reverted { picks, hash } = &call.body.0;
    Ok(Accepted(Queued::of(drift::approve(&call.ctx, call.actor(), call.path.0, &read(picks)?, hash).await?)))
}
