//! By what a workspace weighs its plans, and by how much a day each person may raise spending alone.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::PlatformTime;
use crate::domain::approval::{LEAST_APPROVERS, RaiseLimit, RaiseLimits, Second};
use crate::domain::campaign::OVERDELIVERY_BP;
use crate::domain::currency::Currency;
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::invalid::Invalid;
use crate::domain::money::{Money, parse_decimal};
use crate::domain::plan::{LEARNING_STEP_BP, Terms};
use crate::domain::role::Role;
use crate::domain::split::percent;
use crate::store::connections::AdAccount;
use crate::store::observed::Observed;
use crate::store::plan_settings::{self as rows, PlanSettingsRow, RaiseLimitRow};
use crate::store::{Conn, users, workspaces};

use super::publish::learning;
use super::sync::zone;
use super::{Actor, Ctx, Result};

/// The largest share that is taken, in basis points: beyond it a figure is a typing error.
const MOST_BP: i64 = 100_000;

/// The settings of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanSettings {
    /// How far Meta may go over a daily budget on one day, in basis points.
    pub overdelivery_bp: i64,
    /// By how much a budget may change before learning may start again, in basis points.
    pub learning_step_bp: i64,
    /// Whether what raises spending beyond a member's limit needs a second person.
    pub needs_second: bool,
    /// By how much a day each may raise it alone.
    pub limits: RaiseLimits,
}

impl Default for PlanSettings {
    fn default() -> Self {
        Self {
            overdelivery_bp: OVERDELIVERY_BP,
            learning_step_bp: LEARNING_STEP_BP,
            needs_second: false,
            limits: RaiseLimits::default(),
        }
    }
}

/// Somebody who may approve plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approver {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their role: manager or owner.
    pub role: Role,
}

/// The settings, who may approve, and whether limits hold.
#[derive(Debug, Clone)]
pub struct Overview {
    /// As stored, or the usual ones.
    pub settings: PlanSettings,
    /// Members who may approve, by name; who may not sign in is left out.
    pub approvers: Vec<Approver>,
    /// Whether limits hold.
    pub second: Second,
    /// Currencies of the linked ad accounts, each once.
    pub currencies: Vec<Currency>,
}

/// The settings as typed: percents as people write them; a limit is an amount, `any` or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanSettingsForm {
    /// Percent.
    pub overdelivery: String,
    /// Percent.
    pub learning_step: String,
    /// Whether a second person is needed.
    pub needs_second: bool,
    /// The currency of every amount.
    pub currency: String,
    /// By `owner`, `manager`, or `user:` and an id; empty is nothing for a role, and the role's for a member.
    pub limits: BTreeMap<String, String>,
}

/// The word for a limit that is none.
pub const ANY: &str = "any";

impl PlanSettingsForm {
    /// The form that shows these settings.
    pub fn of(settings: &PlanSettings, fallback: Option<Currency>) -> Self {
        let typed = |limit: RaiseLimit| match limit {
            RaiseLimit::Nothing => "0".to_owned(),
            RaiseLimit::UpTo { a_day } => a_day.plain(),
            RaiseLimit::Anything => ANY.to_owned(),
        };
        let limits = &settings.limits;
        let of_members = limits.members.iter().map(|(user, limit)| (format!("user:{user}"), *limit));
        let all = [("owner".to_owned(), limits.owner), ("manager".to_owned(), limits.manager)].into_iter().chain(of_members);
        let all: Vec<(String, RaiseLimit)> = all.collect();
        let currency = all.iter().find_map(|(_, limit)| match limit {
            RaiseLimit::UpTo { a_day } => Some(a_day.currency),
            RaiseLimit::Nothing | RaiseLimit::Anything => None,
        });
        Self {
            overdelivery: percent(settings.overdelivery_bp),
            learning_step: percent(settings.learning_step_bp),
            needs_second: settings.needs_second,
            currency: currency.or(fallback).map(|currency| currency.to_string()).unwrap_or_default(),
            limits: all.into_iter().map(|(subject, limit)| (subject, typed(limit))).collect(),
        }
    }

    /// What is typed for somebody.
    pub fn limit(&self, subject: &str) -> &str {
        self.limits.get(subject).map_or("", String::as_str)
    }

    /// The settings, or every problem at its field. `approvers` are who may have limits of their own.
    ///
    /// # Errors
    /// [`Invalid`] at `overdelivery`, `learning_step`, `needs_second`, `currency` or `limit.<subject>`.
    pub fn read(&self, approvers: &[Approver]) -> std::result::Result<PlanSettings, Invalid> {
        let mut invalid = Invalid::default();
        let overdelivery_bp = share(&self.overdelivery, "overdelivery", &mut invalid);
        let learning_step_bp = share(&self.learning_step, "learning_step", &mut invalid);
        let currency: Option<Currency> = self.currency.trim().parse().ok();
        let mut limits = RaiseLimits::default();
        for (subject, typed) in &self.limits {
            let field = format!("limit.{subject}");
            let limit = match self.amount(typed, currency) {
                Ok(limit) => limit,
                Err(said) => {
                    invalid.add(field, said);
                    continue;
                }
            };
            match (subject.as_str(), subject.strip_prefix("user:").and_then(|id| id.parse::<UserId>().ok())) {
                ("owner", _) => limits.owner = limit.unwrap_or(RaiseLimit::Nothing),
                ("manager", _) => limits.manager = limit.unwrap_or(RaiseLimit::Nothing),
                (_, Some(user)) if approvers.iter().any(|approver| approver.id == user) => {
                    limits.members.extend(limit.map(|limit| (user, limit)));
                }
                // Somebody who left, or may only read, has no limit to keep.
                (_, Some(_)) => {}
                (other, None) => invalid.add(field, dictionary::settings_nobody(other)),
            }
        }
        let settings = PlanSettings { overdelivery_bp, learning_step_bp, needs_second: self.needs_second, limits };
        if invalid.is_empty() {
            settings.check(approvers, &mut invalid);
        }
        invalid.into_result()?;
        Ok(settings)
    }

    fn amount(&self, typed: &str, currency: Option<Currency>) -> std::result::Result<Option<RaiseLimit>, Sentence> {
        match typed.trim() {
            "" => Ok(None),
            ANY => Ok(Some(RaiseLimit::Anything)),
            "0" => Ok(Some(RaiseLimit::Nothing)),
            amount => {
                let Some(currency) = currency else { return Err(dictionary::settings_currency()) };
                let a_day = Money::parse(amount, currency)?;
                match a_day.minor {
                    0 => Ok(Some(RaiseLimit::Nothing)),
                    minor if minor < 0 => Err(dictionary::settings_amount()),
                    _ => Ok(Some(RaiseLimit::UpTo { a_day })),
                }
            }
        }
    }
}

impl PlanSettings {
    /// Notes what cannot be, at the fields of forms and of JSON alike.
    fn check(&self, approvers: &[Approver], invalid: &mut Invalid) {
        for (field, share) in [("overdelivery", self.overdelivery_bp), ("learning_step", self.learning_step_bp)] {
            if !(0..=MOST_BP).contains(&share) {
                invalid.add(field, dictionary::settings_percent());
            }
        }
        let mut all = [self.limits.owner, self.limits.manager].into_iter().chain(self.limits.members.values().copied());
        if all.any(|limit| matches!(limit, RaiseLimit::UpTo { a_day } if a_day.minor < 0)) {
            invalid.add("limit", dictionary::settings_amount());
        }
        if !self.needs_second {
            return;
        }
        let can_raise = |one: &Approver| self.limits.of(Some(one.id), one.role) != RaiseLimit::Nothing;
        if approvers.len() < LEAST_APPROVERS {
            invalid.add("needs_second", dictionary::second_person_missing());
        } else if !approvers.iter().any(can_raise) {
            invalid.add("needs_second", dictionary::second_person_powerless());
        }
    }
}

/// A percentage as typed, in basis points.
fn share(typed: &str, field: &str, invalid: &mut Invalid) -> i64 {
    use rust_decimal::prelude::ToPrimitive;
    let text = typed.trim().trim_end_matches('%').trim();
    let points = parse_decimal(text).and_then(|value| value.checked_mul(100.into())).filter(|points| points.fract().is_zero());
    match points.and_then(|points| points.to_i64()) {
        Some(points) if (0..=MOST_BP).contains(&points) => points,
        _ => {
            invalid.add(field, dictionary::settings_percent());
            0
        }
    }
}

/// The settings of a workspace, in a transaction.
pub(super) fn load(c: &mut Conn, workspace: WorkspaceId) -> Result<PlanSettings> {
    let Some(row) = rows::find(c, workspace)? else { return Ok(PlanSettings::default()) };
    let mut limits = RaiseLimits::default();
    for row in rows::list_limits(c, workspace)? {
        let limit = match (row.minor, row.currency.as_deref().map(str::parse)) {
            (None, _) => RaiseLimit::Anything,
            (Some(0), _) => RaiseLimit::Nothing,
            (Some(minor), Some(Ok(currency))) => RaiseLimit::UpTo { a_day: Money::new(minor, currency) },
            // A currency that is not known any more: nothing can be compared with it.
            (Some(_), _) => RaiseLimit::Nothing,
        };
        match (row.subject.as_str(), row.subject.strip_prefix("user:").and_then(|id| id.parse().ok())) {
            ("owner", _) => limits.owner = limit,
            ("manager", _) => limits.manager = limit,
            (_, Some(user)) => {
                limits.members.insert(user, limit);
            }
            _ => {}
        }
    }
    Ok(PlanSettings {
        overdelivery_bp: row.overdelivery_bp,
        learning_step_bp: row.learning_step_bp,
        needs_second: row.needs_second,
        limits,
    })
}

/// Who may approve in a workspace, in a transaction.
pub(super) fn approvers(c: &mut Conn, workspace: WorkspaceId) -> Result<Vec<Approver>> {
    let mut found = Vec::new();
    for (id, name, _, role) in workspaces::members(c, workspace)? {
        if role >= Role::Manager && !users::is_disabled(c, id)? {
            found.push(Approver { id, name, role });
        }
    }
    Ok(found)
}

/// Whether limits hold in a workspace, in a transaction.
pub(super) fn second(c: &mut Conn, workspace: WorkspaceId) -> Result<Second> {
    let approvers = approvers(c, workspace)?.len();
    Ok(Second::of(load(c, workspace)?.needs_second, approvers))
}

/// By what plans of an ad account are weighed; `below` holds the ad sets whose learning is asked for.
pub(super) fn terms(c: &mut Conn, account: &AdAccount, below: &[Observed], now: PlatformTime) -> Result<Terms> {
    let settings = load(c, account.workspace_id)?;
    // Without a currency no budget can be read either; the figures are then all zero.
    let currency = account.currency.parse().unwrap_or(Currency::EUR);
    Ok(Terms {
        overdelivery_bp: settings.overdelivery_bp,
        learning_step_bp: settings.learning_step_bp,
        learning: below.iter().filter_map(learning).collect(),
        ..Terms::usual(currency, zone(account), now.0)
    })
}

/// The workspace's settings, and whether its limits hold.
pub async fn overview(ctx: &Ctx, actor: &Actor) -> Result<Overview> {
    let workspace = actor.workspace;
    ctx.db.read_with(move |c| read(c, workspace)).await
}

fn read(c: &mut Conn, workspace: WorkspaceId) -> Result<Overview> {
    let (settings, approvers) = (load(c, workspace)?, approvers(c, workspace)?);
    let mut currencies: Vec<Currency> = crate::store::connections::list_linked_accounts(c, workspace)?
        .iter()
        .filter_map(|account| account.currency.parse().ok())
        .collect();
    currencies.sort_unstable();
    currencies.dedup();
    Ok(Overview { second: Second::of(settings.needs_second, approvers.len()), settings, approvers, currencies })
}

/// Sets the workspace's settings from a form.
///
/// # Errors
/// [`super::Error::Invalid`] with every problem at its field: a second person cannot be asked for where there is none.
pub async fn save(ctx: &Ctx, actor: &Actor, form: PlanSettingsForm) -> Result<()> {
    actor.require(Role::Owner)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let saved = ctx.db.write(move |c| {
        let settings = form.read(&approvers(c, actor.workspace)?)?;
        store(c, &inner, &actor, &settings)
    });
    saved.await
}

/// Sets the workspace's settings as values.
///
/// # Errors
/// As [`save`].
pub async fn set(ctx: &Ctx, actor: &Actor, settings: PlanSettings) -> Result<()> {
    actor.require(Role::Owner)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let saved = ctx.db.write(move |c| {
        let mut invalid = Invalid::default();
        settings.check(&approvers(c, actor.workspace)?, &mut invalid);
        invalid.into_result()?;
        store(c, &inner, &actor, &settings)
    });
    saved.await
}

fn store(c: &mut Conn, ctx: &Ctx, actor: &Actor, settings: &PlanSettings) -> Result<()> {
    let (workspace, stamp) = (actor.workspace, ctx.stamp());
    let row = PlanSettingsRow {
        workspace_id: workspace,
        overdelivery_bp: settings.overdelivery_bp,
        learning_step_bp: settings.learning_step_bp,
        needs_second: settings.needs_second,
        updated_at: stamp,
    };
    rows::set(c, &row)?;
    let limits = &settings.limits;
    let all = [("owner".to_owned(), limits.owner), ("manager".to_owned(), limits.manager)].into_iter();
    let all = all.chain(limits.members.iter().map(|(user, limit)| (format!("user:{user}"), *limit)));
    let all: Vec<RaiseLimitRow> = all
        .map(|(subject, limit)| {
            let (minor, currency) = match limit {
                RaiseLimit::Anything => (None, None),
                // Zero is zero in every currency; the column wants one.
                RaiseLimit::Nothing => (Some(0), Some(Currency::EUR.to_string())),
                RaiseLimit::UpTo { a_day } => (Some(a_day.minor), Some(a_day.currency.to_string())),
            };
            RaiseLimitRow { workspace_id: workspace, subject, minor, currency, updated_at: stamp }
        })
        .collect();
    rows::replace_limits(c, workspace, &all)?;
    actor.record(c, stamp, "plan_settings.changed", ("workspace", workspace.0), settings)
}
