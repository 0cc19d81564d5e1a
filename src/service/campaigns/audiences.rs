//! Interests, behaviours and custom audiences to target, from Meta's own search; and how many people an audience reaches.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::RealTime;
use crate::domain::audience::{Audience, Segment, SpecialCategory};
use crate::domain::id::{AdAccountId, WorkspaceId};
use crate::domain::role::Role;
use crate::graph::{self, Client, GraphError, NodeId};
use crate::store::connections as rows;

use super::super::connections::account_client;
use super::super::publish::targeting;
use super::super::queue::Urgency;
use super::super::{Actor, Ctx, Error, Result};

/// The shortest text worth asking for, in characters.
const SHORTEST: usize = 2;
/// The most custom audiences of one account that are read; further ones are found by a narrower text on Meta's own pages.
const MOST_AUDIENCES: usize = 2_000;
/// The most that one search shows.
const SHOWN: usize = 25;
/// How long a page waits for an estimate.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// How long an estimate is used again, in minutes.
const KEPT_MINUTES: i64 = 15;
/// The most estimates kept.
const MOST_KEPT: usize = 500;

/// About how many people, as Meta says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleRange {
    /// At least.
    pub least: i64,
    /// At most.
    pub most: i64,
}

/// An option of detailed targeting that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDetail {
    /// Its class.
    pub segment: Segment,
    /// Meta's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The category it stands in.
    pub category: Option<String>,
    /// How many people worldwide, where Meta says.
    pub people: Option<PeopleRange>,
}

/// A custom audience of the ad account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAudience {
    /// Meta's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is made of, in words.
    pub kind: &'static str,
    /// Whether it is a lookalike.
    pub is_lookalike: bool,
    /// How many people, where Meta says.
    pub people: Option<PeopleRange>,
    /// Why it cannot be delivered to yet, in Meta's words; `None` where it is ready.
    pub not_ready: Option<String>,
}

/// About how many people an audience reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Estimate {
    /// Nothing to ask about: the audience is not complete, or no ad account is linked.
    NotAsked,
    /// A range.
    People(PeopleRange),
    /// Meta is still counting.
    NotReady,
    /// It could not be had; why, in words.
    Unavailable(String),
}

/// Estimates that were had lately, by workspace, ad account and spec.
#[derive(Debug, Clone, Default)]
pub struct Estimates(Arc<Mutex<BTreeMap<Key, (RealTime, Estimate)>>>);

type Key = (WorkspaceId, AdAccountId, String);

impl Estimates {
    fn find(&self, key: &Key, now: RealTime) -> Option<Estimate> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, estimate) = kept.get(key)?;
        (now.0 - at.0 < chrono::Duration::minutes(KEPT_MINUTES)).then(|| estimate.clone())
    }

    fn keep(&self, key: Key, now: RealTime, estimate: Estimate) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, (now, estimate));
    }
}

/// Interests, behaviours and the like whose name holds the text; none for fewer than two letters. A category with limits gets
/// only what Meta leaves to it.
///
/// # Errors
/// Meta's, where it does not answer.
pub async fn find_details(
    ctx: &Ctx,
    actor: &Actor,
    account: AdAccountId,
    text: &str,
    special: Option<SpecialCategory>,
) -> Result<Vec<FoundDetail>> {
    actor.require(Role::Manager)?;
    let text = text.trim();
    if text.chars().count() < SHORTEST {
        return Ok(Vec::new());
    }
    let (client, node) = client(ctx, actor, account).await?;
    let limited = special.filter(|category| category.limits_targeting());
    let regulated: Vec<&str> = limited.iter().map(|category| category.wire()).collect();
    let found = client.targeting_search(&node, text, &regulated).await?;
    let known = |option: graph::TargetingOption| {
        let segment = Segment::parse(&option.kind)?;
        let above = option.path.len().checked_sub(2).and_then(|at| option.path.get(at)).cloned();
        let people = range(option.audience_size_lower_bound, option.audience_size_upper_bound);
        Some(FoundDetail { segment, id: option.id, name: option.name, category: above, people })
    };
    Ok(found.into_iter().filter_map(known).take(SHOWN).collect())
}

/// The ad account's custom audiences whose name holds the text; all of them for an empty one.
///
/// # Errors
/// Meta's, where it does not answer.
pub async fn find_custom_audiences(ctx: &Ctx, actor: &Actor, account: AdAccountId, text: &str) -> Result<Vec<FoundAudience>> {
    actor.require(Role::Manager)?;
    let (client, node) = client(ctx, actor, account).await?;
    let all = client.custom_audiences(&node).all(MOST_AUDIENCES).await?;
    let wanted = text.trim().to_lowercase();
    let fits = |audience: &graph::CustomAudience| audience.name.to_lowercase().contains(&wanted);
    Ok(all.into_iter().filter(fits).take(SHOWN).map(found).collect())
}

fn found(audience: graph::CustomAudience) -> FoundAudience {
    // 200 is ready, 300 too small; whatever an audience is being filled with says so itself.
    let wrong = |status: &graph::AudienceStatus| {
        status.code.filter(|code| *code != 200 && *code != 0).map(|_| status.description.clone())
    };
    let not_ready = wrong(&audience.operation_status).or_else(|| wrong(&audience.delivery_status));
    FoundAudience {
        id: audience.id.to_string(),
        kind: kind(&audience.subtype),
        is_lookalike: audience.subtype == "LOOKALIKE",
        people: range(audience.approximate_count_lower_bound, audience.approximate_count_upper_bound),
        name: audience.name,
        not_ready,
    }
}

fn kind(subtype: &str) -> &'static str {
    match subtype {
        "CUSTOM" => "customer list",
        "WEBSITE" => "website visitors",
        "LOOKALIKE" => "lookalike",
        "ENGAGEMENT" | "IG_BUSINESS" | "PAGE" => "people who engaged",
        "VIDEO" => "video viewers",
        "APP" => "app users",
        "OFFLINE_CONVERSION" => "offline events",
        _ => "custom audience",
    }
}

/// A range that Meta told; it writes -1 where it does not.
fn range(least: Option<i64>, most: Option<i64>) -> Option<PeopleRange> {
    let (least, most) = least.zip(most)?;
    (least >= 0 && most >= least).then_some(PeopleRange { least, most })
}

/// About how many people the audience reaches, over all placements. Never an error: what cannot be had is said in words.
pub async fn estimate(ctx: &Ctx, actor: &Actor, account: Option<AdAccountId>, audience: Option<&Audience>) -> Estimate {
    let (Some(account), Some(audience)) = (account, audience) else { return Estimate::NotAsked };
    // Nowhere is nobody; Meta would refuse the question.
    if audience.countries.is_empty() && audience.cities.is_empty() {
        return Estimate::NotAsked;
    }
    let spec = targeting::of(audience);
    let Ok(text) = serde_json::to_string(&spec) else { return Estimate::NotAsked };
    let (key, now) = ((actor.workspace, account, text), ctx.now());
    if let Some(kept) = ctx.estimates.find(&key, now) {
        return kept;
    }
    let asked = async {
        let (client, node) = client(ctx, actor, account).await?;
        Ok::<_, Error>(client.reach_estimate(&node, &spec).await?)
    };
    let estimate = match tokio::time::timeout(PATIENCE, asked).await {
        Err(_) => return Estimate::Unavailable("Meta did not answer in time".to_owned()),
        Ok(Err(Error::Throttled(_) | Error::Graph(GraphError::RateLimited { .. }))) => {
            return Estimate::Unavailable("Meta asks to wait before it is asked again".to_owned());
        }
        Ok(Err(error)) => return Estimate::Unavailable(error.to_string()),
        Ok(Ok(told)) if !told.estimate_ready => Estimate::NotReady,
        Ok(Ok(told)) => range(told.users_lower_bound, told.users_upper_bound).map_or(Estimate::NotReady, Estimate::People),
    };
    if estimate != Estimate::NotReady {
        ctx.estimates.keep(key, now, estimate.clone());
    }
    estimate
}

async fn client(ctx: &Ctx, actor: &Actor, account: AdAccountId) -> Result<(Client, NodeId)> {
    let workspace = actor.workspace;
    let account = ctx.db.read(move |c| rows::get_account(c, workspace, account)).await?;
    account_client(ctx, &account, Urgency::Create).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_meta_does_not_tell_is_no_range() {
        assert_eq!(range(Some(-1), Some(-1)), None);
        assert_eq!(range(Some(0), None), None);
        assert_eq!(range(Some(1_000), Some(2_000)), Some(PeopleRange { least: 1_000, most: 2_000 }));
    }
}
