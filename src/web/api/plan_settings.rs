//! By what plans are weighed, and by how much a day each person may raise spending alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ask::Json;
use super::operation::{Call, Outcome};
use super::reply::Shown;
use crate::domain::approval::{RaiseLimit, RaiseLimits, Second};
use crate::domain::id::UserId;
use crate::service::plan_settings::{self as service, PlanSettings};
use crate::service::{Actor, Ctx};
use crate::web::extract::{Analyst, Owner};

/// A member's own limit.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MemberLimit {
    /// The member.
    user: UserId,
    /// By how much a day they may raise spending alone.
    limit: RaiseLimit,
}

/// The settings.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// How far Meta may go over a daily budget on one day, in basis points: 7,500 are 75 %.
    overdelivery_bp: i64,
    /// By how much a budget may change before learning may start again, in basis points.
    learning_step_bp: i64,
    /// Whether what raises spending beyond a person's limit needs a second person.
    needs_second: bool,
    /// The limit of owners.
    owner: RaiseLimit,
    /// The limit of managers.
    manager: RaiseLimit,
    /// Members with limits of their own.
    members: Vec<MemberLimit>,
}

/// The settings, and whether the limits hold.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SettingsView {
    /// As set.
    #[serde(flatten)]
    settings: Settings,
    /// `off`; `needed`; or `alone`: on, but nobody is there who could be the second.
    second: Second,
}

/// `GET /plan-settings`
pub async fn show(call: Call<Analyst>) -> Outcome<Shown<SettingsView>> {
    Ok(Shown(read(&call.ctx, call.actor()).await?))
}

/// `PUT /plan-settings`
pub async fn save(call: Call<Owner, (), (), Json<Settings>>) -> Outcome<Shown<SettingsView>> {
    let Settings { overdelivery_bp, learning_step_bp, needs_second, owner, manager, members } = call.body.0.clone();
    let members: BTreeMap<UserId, RaiseLimit> = members.into_iter().map(|one| (one.user, one.limit)).collect();
    let limits = RaiseLimits { owner, manager, members };
    let settings = PlanSettings { overdelivery_bp, learning_step_bp, needs_second, limits };
    service::set(&call.ctx, call.actor(), settings).await?;
    Ok(Shown(read(&call.ctx, call.actor()).await?))
}

async fn read(ctx: &Ctx, actor: &Actor) -> Outcome<SettingsView> {
    let overview = service::overview(ctx, actor).await?;
    let PlanSettings { overdelivery_bp, learning_step_bp, needs_second, limits } = overview.settings;
    let members = limits.members.into_iter().map(|(user, limit)| MemberLimit { user, limit }).collect();
    let RaiseLimits { owner, manager, .. } = limits;
    let settings = Settings { overdelivery_bp, learning_step_bp, needs_second, owner, manager, members };
    Ok(SettingsView { settings, second: overview.second })
}
