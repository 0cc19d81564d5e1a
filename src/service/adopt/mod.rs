//! Adopting a campaign made elsewhere: what Meta last said of it becomes what is wanted. Nothing is written to Meta.
//!
//! The page shows first what will be taken over and what of it Tandem only keeps; what is confirmed is the hash of exactly that.
//! The campaign is read anew before it is taken over, so an edit made in between is refused and shown.

mod read;

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::clock::PlatformTime;
use crate::domain::adopt::{Adopted, Beyond, Kept, Rules};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::id::{CampaignId, ObjectId, UserId};
use crate::domain::plan::{self, Kind, ObjectRef, Plan, PlannedStep, Run, Step};
use crate::domain::role::Role;
use crate::store::campaigns::{self, CampaignRow};
use crate::store::connections::{self, AdAccount};
use crate::store::kept::{self as rows, KeptRow};
use crate::store::observed::{self, Observed};
use crate::store::{Conn, plans, workspaces};

use super::approvals::{self, Gate, Passed, Subject, Wish};
use super::because::Because;
use super::connections::{account_client, hear};
use super::desired::{Desired, desired};
use super::drift::{self, Adopts, settle_all};
use super::publish::{adopted, book_commitment, queue_plan, read_below};
use super::queue::Urgency;
use super::{Actor, Ctx, Error, Result, plan_settings};

pub(super) use read::targeting_of;

/// What adopting would take over.
#[derive(Debug)]
pub struct Offer {
    /// The campaign as it would be wanted.
    pub adopted: Adopted,
    /// Its ad account.
    pub account: AdAccount,
    /// Whether it is on now.
    pub is_on: bool,
    /// What is only kept, with the names of what has it.
    pub beyond: Vec<(Beyond, Vec<String>)>,
    /// Whether it was adopted before: then this takes over what Meta has now.
    pub again: bool,
    /// Where it was adopted before, what would be different.
    pub changes: Vec<String>,
    /// Platform time.
    pub now: PlatformTime,
    /// What the confirmation is bound to.
    pub hash: String,
}

/// An adopted campaign, to be changed.
#[derive(Debug)]
pub struct Opened {
    /// What it should be.
    pub adopted: Adopted,
    /// Its ad account.
    pub account: AdAccount,
    /// Counts saves; a save that has seen an older one is refused.
    pub revision: i64,
    /// Platform time.
    pub now: PlatformTime,
}

/// What switching a campaign on that was not adopted would do.
#[derive(Debug)]
pub struct SwitchOn {
    /// As it would be adopted: its money and its ad sets.
    pub adopted: Adopted,
    /// The plan's money and rows.
    pub plan: Plan,
    /// Whether an emergency stop holds queued work back.
    pub frozen: bool,
}

#[derive(Serialize)]
struct State<'a> {
    campaign: CampaignId,
    objects: &'a [Kept],
    /// The number of the event that this takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<i64>,
    /// What of Meta's it takes over.
    #[serde(skip_serializing_if = "Option::is_none")]
    adopts: Option<Adopts>,
    desired: Option<Desired>,
}

/// What adopting a campaign would take over, as Meta last said it.
///
/// # Errors
/// [`Error::NotFound`] where there is no such campaign; [`Error::Conflict`] where it was made here, comes from a file, or is gone.
pub async fn offer(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Offer> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    ctx.db.read_with(move |c| make_offer(c, &inner, workspace, campaign)).await
}

/// Adopts exactly what the offer with this hash showed.
///
/// # Errors
/// [`Error::Conflict`] where Meta has it otherwise by now; the sentence asks to read it again.
pub async fn adopt(ctx: &Ctx, actor: &Actor, campaign: CampaignId, hash: &str) -> Result<()> {
    actor.require(Role::Manager)?;
    let shown = offer(ctx, actor, campaign).await?;
    let (client, _) = account_client(ctx, &shown.account, Urgency::Create).await?;
    read_below(ctx, &client, &shown.account, campaign).await?;
    hear(ctx, &client);
    let (inner, actor, hash) = (ctx.clone(), actor.clone(), hash.to_owned());
    let adopted = ctx.db.write(move |c| {
        let offer = make_offer(c, &inner, actor.workspace, campaign)?;
        if offer.hash != hash {
            return Err(Error::conflict(dictionary::changed_at_meta("taken over")));
        }
        take_over(c, &inner, &actor, &offer)
    });
    adopted.await
}

fn make_offer(c: &mut Conn, ctx: &Ctx, workspace: crate::domain::id::WorkspaceId, campaign: CampaignId) -> Result<Offer> {
    let top = observed::find(c, workspace, ObjectId(campaign.0))?.filter(|row| row.kind == "campaign");
    let top = top.ok_or(Error::NotFound("campaign"))?;
    if let Some(said) = refusal(&top) {
        return Err(Error::conflict(said));
    }
    let account = connections::get_account(c, workspace, top.ad_account_id)?;
    let below = observed::list_of_campaign(c, workspace, campaign)?;
    let creatives = observed::list(c, workspace, account.id, "creative")?;
    let read = read::adopted(&account, campaign, &below)?;
    let before = adopted(c, &account, campaign)?;
    let now = platform(c, ctx, &account)?;
    Ok(Offer {
        is_on: top.status == "ACTIVE",
        beyond: read::beyond(&below, &creatives),
        again: before.is_some(),
        changes: before.map_or_else(Vec::new, |before| read::changes(&before, &read)),
        hash: hash_of(&read)?,
        adopted: read,
        account,
        now,
    })
}

/// Why a campaign cannot be adopted, if it cannot.
fn refusal(top: &Observed) -> Option<Sentence> {
    match top.origin.as_str() {
        "here" => Some(dictionary::adopt_made_here(&top.name)),
        "file" => Some(dictionary::adopt_from_file(&top.name)),
        _ if top.is_over() => Some(dictionary::adopt_over(&top.name)),
        _ => None,
    }
}

fn take_over(c: &mut Conn, ctx: &Ctx, actor: &Actor, offer: &Offer) -> Result<()> {
    let (stamp, campaign) = (ctx.stamp(), offer.adopted.campaign);
    let wanted = if offer.is_on { "active" } else { "paused" };
    refuse_running(c, actor, campaign)?;
    match campaigns::find(c, actor.workspace, campaign)? {
        Some(row) => {
            let renewed = CampaignRow {
                name: offer.adopted.name().to_owned(),
                revision: row.revision + 1,
                updated_at: stamp,
                ..row.clone()
            };
            campaigns::save(c, &renewed, row.revision)?;
            campaigns::set_wanted(c, actor.workspace, campaign, wanted)?;
        }
        None => {
            let row = CampaignRow {
                workspace_id: actor.workspace,
                id: campaign,
                ad_account_id: offer.account.id,
                name: offer.adopted.name().to_owned(),
                wanted: wanted.to_owned(),
                form: "{}".to_owned(),
                definition: None,
                revision: 1,
                created_by: actor.user.unwrap_or(UserId(0)),
                created_at: stamp,
                updated_at: stamp,
                published_at: Some(offer.now.0.into()),
            };
            campaigns::insert(c, &row)?;
        }
    }
    store(c, actor, &offer.adopted)?;
    book_commitment(c, ctx, &offer.account, campaign, "The campaign was adopted.")?;
    let below = observed::list_of_campaign(c, actor.workspace, campaign)?;
    settle_all(c, actor.workspace, campaign, &below, stamp)?;
    drift::renew(c, ctx, actor.workspace, campaign)?;
    let desired = desired(c, actor.workspace, campaign)?;
    let state = State { campaign, objects: &offer.adopted.objects, undoes: None, adopts: None, desired };
    actor.record(c, stamp, "campaign.adopted", ("campaign", campaign.0), &state)
}

fn store(c: &mut Conn, actor: &Actor, adopted: &Adopted) -> Result<()> {
    let mut list = Vec::with_capacity(adopted.objects.len());
    for (position, kept) in (0_i32..).zip(&adopted.objects) {
        list.push(KeptRow {
            workspace_id: actor.workspace,
            id: kept.object.id,
            campaign_id: adopted.campaign,
            kind: kept.object.kind.as_str().to_owned(),
            parent_id: kept.parent,
            position,
            definition: serde_json::to_string(kept)?,
        });
    }
    Ok(rows::replace(c, actor.workspace, adopted.campaign, &list)?)
}

/// Whether a campaign was adopted: its form is another one.
pub async fn is_adopted(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<bool> {
    let workspace = actor.workspace;
    Ok(ctx.db.read(move |c| rows::is_kept(c, workspace, campaign)).await?)
}

/// An adopted campaign, to be changed.
///
/// # Errors
/// [`Error::NotFound`] for a campaign that was not adopted.
pub async fn open(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Opened> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let opened = ctx.db.read_with(move |c| {
        let row = campaigns::find(c, workspace, campaign)?.ok_or(Error::NotFound("campaign"))?;
        let account = connections::get_account(c, workspace, row.ad_account_id)?;
        let adopted = adopted(c, &account, campaign)?.ok_or(Error::NotFound("adopted campaign"))?;
        let now = platform(c, &inner, &account)?;
        Ok::<_, Error>(Opened { adopted, account, revision: row.revision, now })
    });
    opened.await
}

/// Saves what was changed of an adopted campaign; nothing happens at Meta before its plan is approved.
///
/// # Errors
/// [`Error::Invalid`] with each problem at its field; [`Error::Conflict`] where somebody saved meanwhile.
pub async fn save(
    ctx: &Ctx,
    actor: &Actor,
    campaign: CampaignId,
    seen_revision: i64,
    typed: BTreeMap<String, String>,
) -> Result<()> {
    actor.require(Role::Manager)?;
    let opened = open(ctx, actor, campaign).await?;
    let rules = Rules { now: opened.now.0, min_daily_minor: opened.account.min_daily_minor };
    let changed = opened.adopted.edited(&typed, &rules)?;
    keep(ctx, actor, changed, seen_revision, Because::Edited).await
}

/// Wants the objects of an adopted campaign as they were before the change that an event tells of.
pub(super) async fn take_back(
    ctx: &Ctx,
    actor: &Actor,
    campaign: CampaignId,
    seen_revision: i64,
    objects: Vec<Kept>,
    event: i64,
) -> Result<()> {
    let opened = open(ctx, actor, campaign).await?;
    keep(ctx, actor, Adopted { objects, ..opened.adopted }, seen_revision, Because::Undoes(event)).await
}

/// Saves what is wanted of an adopted campaign.
pub(super) async fn keep(ctx: &Ctx, actor: &Actor, changed: Adopted, seen_revision: i64, because: Because) -> Result<()> {
    let campaign = changed.campaign;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let saved = ctx.db.write(move |c| {
        let row = campaigns::find(c, actor.workspace, campaign)?.ok_or(Error::NotFound("campaign"))?;
        let stamp = inner.stamp();
        let renewed = CampaignRow { name: changed.name().to_owned(), revision: seen_revision + 1, updated_at: stamp, ..row };
        if !campaigns::save(c, &renewed, seen_revision)? {
            return Err(Error::conflict(dictionary::saved_meanwhile()));
        }
        store(c, &actor, &changed)?;
        because.switch(c, actor.workspace, campaign)?;
        let desired = desired(c, actor.workspace, campaign)?;
        let (undoes, adopts) = (because.undoes(), because.adopts());
        let state = State { campaign, objects: &changed.objects, undoes, adopts, desired };
        actor.record(c, stamp, "campaign.saved", ("campaign", campaign.0), &state)?;
        because.after(c, &inner, actor.workspace, campaign)
    });
    saved.await
}

/// What switching a campaign on again would do that was made elsewhere and not adopted.
///
/// # Errors
/// As [`offer`].
pub async fn switch_on(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<SwitchOn> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let read = ctx.db.read_with(move |c| {
        let offer = make_offer(c, &inner, workspace, campaign)?;
        let frozen = workspaces::get(c, workspace)?.frozen_at.is_some();
        let below = observed::list_of_campaign(c, workspace, campaign)?;
        let terms = plan_settings::terms(c, &offer.account, &below, offer.now)?;
        Ok::<_, Error>((offer, frozen, below, terms))
    });
    let (offer, frozen, below, terms) = read.await?;
    let said: Vec<_> = below.iter().filter_map(super::publish::observed).collect();
    let plan = plan::kept(&offer.adopted, &said, Run::Active, offer.now.0).weighed(&said, &terms);
    Ok(SwitchOn { adopted: offer.adopted, plan, frozen })
}

impl SwitchOn {
    /// What approving it asks for.
    pub fn wish(&self, campaign: CampaignId) -> Wish {
        Wish {
            subject: Subject::SwitchOn,
            id: campaign.0,
            run: String::new(),
            hash: self.plan.hash.clone(),
            title: format!("Switch on {}", self.adopted.name()),
            path: format!("/campaigns/{campaign}/resume"),
            raises: self.plan.review.stakes.iter().map(|stakes| stakes.more_a_day).collect(),
        }
    }
}

/// Approves exactly the plan with this hash: the campaign, and nothing else of it, is switched on.
///
/// # Errors
/// [`Error::Conflict`] where it is another by now, is on already, or everything is stopped.
pub async fn approve_switch_on(ctx: &Ctx, actor: &Actor, campaign: CampaignId, hash: &str) -> Result<Passed> {
    actor.require(Role::Manager)?;
    let shown = switch_on(ctx, actor, campaign).await?;
    if shown.frozen {
        return Err(Error::conflict(dictionary::all_stopped()));
    }
    if shown.plan.hash != hash {
        return Err(Error::conflict(dictionary::changed_at_meta("switched on")));
    }
    if shown.plan.is_empty() {
        return Err(Error::conflict(dictionary::line_on()));
    }
    let object = ObjectRef::new(Kind::Campaign, campaign.0);
    let label = format!("Switch {} on: from here it may spend", shown.adopted.name());
    let steps = [PlannedStep { label, step: Step::Activate { object } }];
    let (inner, actor) = (ctx.clone(), actor.clone());
    let approved = ctx.db.write(move |c| {
        refuse_running(c, &actor, campaign)?;
        let cleared = match approvals::gate(c, &inner, &actor, shown.wish(campaign))? {
            Gate::Open(cleared) => cleared,
            Gate::Waits(asked) => return Ok(Passed::Waits(asked)),
        };
        let id = queue_plan(c, &inner, &actor, (cleared, None, "resume"), &shown.plan.hash, &steps, &shown.plan)?;
        actor.record(c, inner.stamp(), "campaign.resumed", ("campaign", campaign.0), &shown.plan.hash)?;
        Ok(Passed::Queued(Some(id)))
    });
    approved.await
}

fn refuse_running(c: &mut Conn, actor: &Actor, campaign: CampaignId) -> Result<()> {
    let running = plans::list_running(c, actor.workspace)?;
    if running.iter().any(|plan| plan.campaign_id == Some(campaign)) {
        return Err(Error::conflict(dictionary::plan_running()));
    }
    Ok(())
}

fn platform(c: &mut Conn, ctx: &Ctx, account: &AdAccount) -> Result<PlatformTime> {
    let base = match account.connection_id {
        Some(id) => connections::get(c, account.workspace_id, id)?.base_url,
        None => String::new(),
    };
    Ok(ctx.platform.now(&base, ctx.now()))
}

fn hash_of(adopted: &Adopted) -> Result<String> {
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(&(adopted.campaign, &adopted.objects))?)))
}
