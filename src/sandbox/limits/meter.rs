//! Between the wire and the nodes: what a call counts against, whether it is let through, and what its headers say.

use super::changes::Change;
use super::{Charge, UseCase, Used};
use crate::sandbox::insights::page::Report;
use crate::sandbox::nodes::dispatch;
use crate::sandbox::state::{Kind, Object};
use crate::sandbox::wire::errors::{Answer, GraphError};
use crate::sandbox::wire::params::as_text;
use crate::sandbox::wire::request::{Call, Method};
use crate::sandbox::world::World;

/// Whom a call concerns and what it counts against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `act_...`, or the id of a Page or an Instagram account.
    pub account: String,
    /// The use case.
    pub use_case: UseCase,
}

/// The account and use case of a path; `None` for calls that belong to the app alone.
#[must_use]
pub fn target(world: &World, path: &[String]) -> Option<Target> {
    let (first, edge) = (path.first()?, path.get(1).map_or("", String::as_str));
    let target = |account: &str, use_case: UseCase| Some(Target { account: account.to_owned(), use_case });
    let identity = &world.identity;
    if *first == identity.page_id {
        let talks = matches!(edge, "conversations" | "messages" | "messenger_profile");
        return target(first, if talks { UseCase::Messenger } else { UseCase::Pages });
    }
    if *first == identity.instagram_user_id {
        return target(first, UseCase::Instagram);
    }
    let object = world.state.objects.get(first)?;
    let use_case = match (object.kind, edge) {
        (Kind::Conversation | Kind::Message, _) => UseCase::Messenger,
        // Posts and comments of a Page, media and comments of an Instagram account.
        _ if object.account == identity.page_id => UseCase::Pages,
        _ if object.account == identity.instagram_user_id => UseCase::Instagram,
        (Kind::ReportRun, _) | (_, "insights") => UseCase::Insights,
        (Kind::CustomAudience, _) | (_, "customaudiences") => UseCase::CustomAudience,
        _ => UseCase::Management,
    };
    target(&object.account, use_case)
}

/// Answers a call within the limits; beside the answer what is used after it, where limits are enforced.
pub fn answer(world: &mut World, call: &Call) -> (Answer, Option<Used>) {
    let batch = call.path.is_empty() && call.params.has("batch");
    if world.limits.tier().is_none() || batch {
        // The calls of a batch are counted one by one.
        return (dispatch::answer(world, call), None);
    }
    let (used, refused) = charge(world, call).map_or((None, None), |(used, refused)| (Some(used), refused));
    if let Some(error) = refused {
        return (Err(error), used);
    }
    let now = world.now();
    let change = budget_change(world, call);
    if let Some((id, change)) = &change
        && let Some(error) = world.limits.changes.refused(id, *change, now)
    {
        world.limits.refused += 1;
        return (Err(error), used);
    }
    let answer = dispatch::answer(world, call);
    if let (Some((id, change)), Ok(_)) = (&change, &answer) {
        world.limits.changes.made(id, *change, now);
    }
    (answer, used)
}

/// Opens a page of insights rows within the limits.
pub fn report(world: &mut World, call: &Call) -> (Result<Report, GraphError>, Option<Used>) {
    if world.limits.tier().is_none() {
        return (dispatch::report(world, call), None);
    }
    match charge(world, call) {
        Some((used, Some(error))) => (Err(error), Some(used)),
        charged => (dispatch::report(world, call), charged.map(|(used, _)| used)),
    }
}

fn charge(world: &mut World, call: &Call) -> Option<(Used, Option<GraphError>)> {
    let now = world.now();
    let Some(Target { account, use_case }) = target(world, &call.path) else {
        // A pixel's events are not limited (Conversions API, "Get started").
        let of_pixel = call.path.first() == Some(&world.identity.pixel_id);
        return if of_pixel { None } else { world.limits.charge_app(now) };
    };
    // Asking for a report writes nothing of the account's.
    let write = call.method != Method::Get && use_case != UseCase::Insights;
    let active = match use_case {
        UseCase::CustomAudience => i64::try_from(world.state.of_account(&account, Kind::CustomAudience).len()).unwrap_or(0),
        UseCase::Management | UseCase::Insights => world.active_ads(&account),
        UseCase::Pages | UseCase::Instagram | UseCase::Messenger => 0,
    };
    world.limits.charge(&Charge { account: &account, use_case, write, active, now })
}

/// The object whose budget or spending limit a call would set to another amount.
fn budget_change(world: &World, call: &Call) -> Option<(String, Change)> {
    let [id] = call.path.as_slice() else {
        return None;
    };
    let object = world.state.objects.get(id).filter(|_| call.method == Method::Post)?;
    let differs = |name: &str| call.params.raw(name).is_some_and(|given| as_text(given) != told(object, name));
    let change = match object.kind {
        Kind::AdSet if ["daily_budget", "lifetime_budget"].into_iter().any(differs) => Change::Budget,
        Kind::Account if differs("spend_cap") => Change::SpendCap,
        _ => return None,
    };
    let tried = call.params.validate_only().unwrap_or(false);
    (!tried).then(|| (id.clone(), change))
}

fn told(object: &Object, name: &str) -> String {
    object.get(name).map(as_text).unwrap_or_default()
}
