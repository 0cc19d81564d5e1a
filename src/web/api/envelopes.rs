//! Month envelopes: how each stands, and the plan that lands on it.

use schemars::JsonSchema;
use serde::Serialize;

use super::ask::{Json, Named, Revised};
use super::operation::{Call, Outcome};
use super::plans::Queued;
use super::reply::{Created, Done, List, Shown, Tagged};
use super::words::Time;
use crate::domain::envelope::{Landing, Member, Pacing, Runs};
use crate::domain::id::{CampaignId, EnvelopeId};
use crate::domain::money::{Money, Spend};
use crate::service::Error;
use crate::service::envelopes::{self, EnvelopeForm, Opened, Projection};
use crate::web::error::AppError;
use crate::web::extract::{Analyst, Manager};

/// Spend by network, decimals in the envelope's currency.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NetworkSpend {
    /// The network as reports name it.
    network: String,
    /// Rounded to the currency's decimals.
    spent: String,
}

/// A campaign of an envelope.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EnvelopeMember {
    /// The campaign.
    campaign: CampaignId,
    /// Its name.
    name: String,
    /// What it spent in the month while it belonged.
    spent: Vec<NetworkSpend>,
    /// `daily` (it can be steered), `lifetime`, or `not` where it is off or was taken out.
    runs: &'static str,
    /// What it may spend a day now.
    #[serde(skip_serializing_if = "Option::is_none")]
    a_day_now: Option<Money>,
    /// Its part of the daily amount that lands on the envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    a_day_landing: Option<Money>,
}

/// Where the month is expected to end, as decimals in the envelope's currency.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProjectionView {
    /// Expected.
    expected: String,
    /// With 80 % confidence at least this.
    low: String,
    /// And at most this.
    high: String,
}

/// An envelope with its month.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EnvelopeView {
    /// Its id.
    id: EnvelopeId,
    /// Counts saves; also the `ETag`.
    revision: i64,
    /// Its form, as it is sent to save it.
    form: EnvelopeForm,
    /// The sum a month.
    amount: Money,
    /// The zone whose month it is.
    zone: String,
    /// The month's first day.
    since: String,
    /// The month's last day.
    until: String,
    /// Spent so far, a decimal.
    spent: String,
    /// What an even pace would have spent by the last day known whole.
    even: String,
    /// Against that pace, with the tolerance.
    pacing: Pacing,
    /// When the figures were read; absent before the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_at: Option<Time>,
    /// Days left, today included.
    days_left: i64,
    /// Days before today whose figures are missing.
    days_missing: i64,
    /// Absent before seven whole days of the month.
    #[serde(skip_serializing_if = "Option::is_none")]
    projection: Option<ProjectionView>,
    /// The daily amount that lands on it; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    a_day: Option<Money>,
    /// By how much it is over; absent where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    over: Option<Money>,
    /// Its campaigns, those taken out in this month included.
    members: Vec<EnvelopeMember>,
}

/// `GET /envelopes`
pub async fn list(call: Call<Analyst>) -> Outcome<Shown<List<EnvelopeView>>> {
    let all = envelopes::list(&call.ctx, call.actor()).await?;
    Ok(Shown(List { items: all.iter().map(view).collect(), next: None }))
}

/// `POST /envelopes`
pub async fn create(call: Call<Manager, (), (), Json<EnvelopeForm>>) -> Outcome<Created<EnvelopeView>> {
    let id = envelopes::save(&call.ctx, call.actor(), None, &call.body.0).await?;
    let opened = envelopes::open(&call.ctx, call.actor(), id).await?;
    Ok(Created { at: format!("/envelopes/{id}"), revision: Some(opened.revision), thing: view(&opened) })
}

/// `GET /envelopes/{id}`
pub async fn show(call: Call<Analyst, Named<EnvelopeId>>) -> Outcome<Tagged<EnvelopeView>> {
    let opened = envelopes::open(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Tagged(view(&opened), opened.revision))
}

/// `PUT /envelopes/{id}`
pub async fn update(call: Call<Manager, Named<EnvelopeId>, (), Revised<EnvelopeForm>>) -> Outcome<Tagged<EnvelopeView>> {
    let (ctx, actor, id) = (&call.ctx, call.actor(), call.path.0);
    match envelopes::save(ctx, actor, Some((id, call.body.revision)), &call.body.thing).await {
        Ok(_) => {}
        Err(Error::Conflict(_)) => return Err(AppError::OldRevision.into()),
        Err(error) => return Err(error.into()),
    }
    let opened = envelopes::open(ctx, actor, id).await?;
    Ok(Tagged(view(&opened), opened.revision))
}

/// `DELETE /envelopes/{id}`
pub async fn archive(call: Call<Manager, Named<EnvelopeId>>) -> Outcome<Done> {
    envelopes::archive(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// `POST /envelopes/{id}/plan`
pub async fn plan(call: Call<Manager, Named<EnvelopeId>>) -> Outcome<Shown<Queued>> {
    let plan = envelopes::propose(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Shown(Queued { plan: Some(plan), waits: None }))
}

fn view(opened: &Opened) -> EnvelopeView {
    let outlook = &opened.outlook;
    let (a_day, over) = match &outlook.landing {
        Landing::Daily { a_day, .. } => (Some(*a_day), None),
        Landing::Over(by) => (None, Some(*by)),
        Landing::NothingToSteer | Landing::Unknown => (None, None),
    };
    let projected =
        |made: Projection| ProjectionView { expected: made.expected.plain(), low: made.low.plain(), high: made.high.plain() };
    EnvelopeView {
        id: opened.id,
        revision: opened.revision,
        form: EnvelopeForm::of(opened),
        amount: opened.figures.amount,
        zone: opened.zone.clone(),
        since: outlook.month.since.to_string(),
        until: outlook.month.until.to_string(),
        spent: outlook.spent.plain(),
        even: outlook.even.plain(),
        pacing: outlook.pacing,
        read_at: opened.read_at.map(Time),
        days_left: outlook.days_left,
        days_missing: outlook.days_missing,
        projection: opened.projection.map(projected),
        a_day,
        over,
        members: opened.figures.members.iter().map(|member| member_view(opened, member)).collect(),
    }
}

fn member_view(opened: &Opened, member: &Member) -> EnvelopeMember {
    let currency = opened.figures.amount.currency;
    let spent = |(network, micros): &(String, i64)| NetworkSpend {
        network: network.clone(),
        spent: Spend::new(*micros, currency).plain(),
    };
    let (runs, now) = match member.runs {
        Runs::Daily(minor) => ("daily", Some(Money::new(minor, currency))),
        Runs::Lifetime(_) => ("lifetime", None),
        Runs::Not => ("not", None),
    };
    EnvelopeMember {
        campaign: member.campaign,
        name: member.name.clone(),
        spent: member.spent.iter().map(spent).collect(),
        runs,
        a_day_now: now,
        a_day_landing: opened.daily_of(member.campaign),
    }
}
