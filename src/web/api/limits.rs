//! Spending limits.

use schemars::JsonSchema;
use serde::Serialize;

use super::ask::{Json, Named};
use super::operation::{Call, Outcome};
use super::reply::{Created, Done, List, Shown};
use super::words::Time;
use crate::domain::guard::Line;
use crate::domain::id::{LimitId, ObjectId};
use crate::domain::limit::LimitForm;
use crate::domain::money::{Money, Spend};
use crate::service::limits::{self, Shown as Limit};
use crate::web::extract::{Analyst, Manager};

/// A campaign that the guard paused.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HoldView {
    /// The campaign.
    campaign: ObjectId,
    /// Its name.
    name: String,
    /// When it was paused.
    paused_at: Time,
    /// Why.
    reason: String,
}

/// How a limit stands now. Amounts are decimals as text in the limit's currency.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Standing {
    /// The first day that counts.
    since: String,
    /// The last day that counts.
    until: String,
    /// Known as spent in these days.
    spent: String,
    /// What is left; negative where the limit is passed.
    left: String,
    /// The most that can be spent until the guard's next look has worked.
    worst_until_next_look: String,
    /// The most that a minute can add while Meta does not take a pause.
    a_minute: String,
    /// The worst overspend.
    worst_overspend: String,
    /// Which line holds it: `meta`, `guard`, or `off` where nothing is on.
    line: Line,
}

/// A spending limit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LimitView {
    /// Its id.
    id: LimitId,
    /// `campaign:<id>`, `account:<id>` or `workspace:<currency>`.
    covers: String,
    /// What that is called.
    name: String,
    /// As it is sent to change it.
    form: LimitForm,
    /// How much.
    amount: Money,
    /// `holds`, `near`, `stale`, `close`, `reached`, `paused`, `off` or `not_now`.
    state: &'static str,
    /// Which line holds it, in a sentence.
    line: String,
    /// How it stands; absent where none of its days is today.
    #[serde(skip_serializing_if = "Option::is_none")]
    stands: Option<Standing>,
    /// Platform time up to which its figures are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_until: Option<Time>,
    /// When the guard last looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    looked_at: Option<Time>,
    /// Whether the guard runs.
    is_watched: bool,
    /// Meta's own limit of the campaign that it asks for, over the campaign's whole life.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_meta: Option<Money>,
    /// Whether Meta has it.
    is_set_at_meta: bool,
    /// What the guard paused because of it.
    holds: Vec<HoldView>,
    /// What has to be known.
    notes: Vec<String>,
}

impl From<Limit> for LimitView {
    fn from(of: Limit) -> Self {
        let currency = of.limit.amount.currency;
        let money = |micros: i64| Spend::new(micros, currency).plain();
        let stands = of.stands.as_ref().map(|judged| Standing {
            since: judged.window.since.to_string(),
            until: judged.window.until.to_string(),
            spent: money(judged.spent),
            left: money(judged.verdict.headroom),
            worst_until_next_look: money(judged.verdict.worst),
            a_minute: money(judged.verdict.a_minute),
            worst_overspend: money(judged.verdict.overspend),
            line: judged.verdict.line,
        });
        let hold = |hold: &crate::service::limits::Hold| HoldView {
            campaign: hold.campaign_id,
            name: hold.name.clone(),
            paused_at: Time(hold.paused_at.utc()),
            reason: hold.reason.clone(),
        };
        Self {
            id: of.id,
            covers: of.limit.covers.to_string(),
            form: LimitForm::of(&of.limit, of.cap.is_some()),
            amount: of.limit.amount,
            state: of.state(),
            stands,
            known_until: of.known_until.map(Time),
            looked_at: of.last.as_ref().map(|check| Time(check.checked_at.utc())),
            is_watched: of.is_watched,
            at_meta: of.cap,
            is_set_at_meta: of.cap_is_set,
            holds: of.holds.iter().map(hold).collect(),
            name: of.name,
            line: of.line,
            notes: of.notes,
        }
    }
}

/// `GET /limits`
pub async fn list(call: Call<Analyst>) -> Outcome<Shown<List<LimitView>>> {
    let items = limits::list(&call.ctx, call.actor()).await?.into_iter().map(Into::into).collect();
    Ok(Shown(List { items, next: None }))
}

/// `POST /limits`
pub async fn set(call: Call<Manager, (), (), Json<LimitForm>>) -> Outcome<Created<LimitView>> {
    let id = limits::set(&call.ctx, call.actor(), &call.body.0).await?;
    let thing = limits::get(&call.ctx, call.actor(), id).await?.into();
    Ok(Created { at: format!("/limits/{id}"), revision: None, thing })
}

/// `GET /limits/{id}`
pub async fn show(call: Call<Analyst, Named<LimitId>>) -> Outcome<Shown<LimitView>> {
    Ok(Shown(limits::get(&call.ctx, call.actor(), call.path.0).await?.into()))
}

/// `PUT /limits/{id}`
pub async fn change(call: Call<Manager, Named<LimitId>, (), Json<LimitForm>>) -> Outcome<Shown<LimitView>> {
    limits::change(&call.ctx, call.actor(), call.path.0, &call.body.0).await?;
    Ok(Shown(limits::get(&call.ctx, call.actor(), call.path.0).await?.into()))
}

/// `DELETE /limits/{id}`
pub async fn remove(call: Call<Manager, Named<LimitId>>) -> Outcome<Done> {
    limits::remove(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Done)
}

/// `POST /limits/{id}/renew`
pub async fn renew(call: Call<Manager, Named<LimitId>>) -> Outcome<Shown<LimitView>> {
    limits::renew(&call.ctx, call.actor(), call.path.0).await?;
    Ok(Shown(limits::get(&call.ctx, call.actor(), call.path.0).await?.into()))
}
