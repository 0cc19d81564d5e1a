//! Adopting drift: what Meta has becomes what is wanted, through the same save as a person's edit, with the reason.
//!
//! What it comes to is shown first and bound to a hash: the form's fields that change, and what the next plan changes besides,
//! where one field of the form stands for several objects at Meta.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::adopt::{Adopted, Kept};
use crate::domain::audience::Audience;
use crate::domain::campaign::{Campaign, CampaignForm, differences};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::drift::{Drift, Part, Pick, Taken, find, take};
use crate::domain::id::{CampaignId, ObjectId, PictureId, WorkspaceId};
use crate::domain::plan::{self, Desired, Field, Ids, Kind, ObjectRef, Plan, Run};
use crate::domain::role::Role;
use crate::store::Conn;
use crate::store::observed::{self, Observed as Row};

use super::super::because::Because;
use super::super::publish::Definition;
use super::super::{Actor, Ctx, Error, Result, adopt as kept, campaigns};
use super::look::{self, Look};
use super::{renew, settle, typed};

/// The longest reason that is kept, in characters.
const REASON_MAX: usize = 300;

/// What adopting comes to.
#[derive(Debug, Clone)]
pub struct Adopting {
    /// The object and the field.
    pub what: String,
    /// What was wanted.
    pub wanted: String,
    /// What Meta has.
    pub now: String,
}

/// What adopting some drifts would do.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The campaign's name.
    pub name: String,
    /// What is taken over.
    pub adopting: Vec<Adopting>,
    /// The fields of the form that change, where it was defined here: field, before, after.
    pub form: Vec<(String, String, String)>,
    /// What the next plan changes because of it, in sentences.
    pub besides: Vec<String>,
    /// Why it cannot be adopted, each with the way out; nothing is adopted then.
    pub refused: Vec<Sentence>,
    /// What the confirmation is bound to.
    pub hash: String,
}

/// What a save takes over, with what follows in its transaction.
#[derive(Debug, Clone)]
pub(in crate::service) struct Adoption {
    drifts: Vec<Drift>,
    /// What the campaign's switch should be, where that is taken over.
    pub wanted: Option<&'static str>,
    says: Adopts,
}

/// What the event says of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::service) struct Adopts {
    /// As the person gave it.
    #[serde(default)]
    pub reason: String,
    /// The drifts, as `123.budget`.
    #[serde(default)]
    pub picks: Vec<String>,
    /// What the switch became: `active`, `paused` or `archived`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
}

impl Adoption {
    /// What its event says.
    pub fn says(&self) -> Adopts {
        self.says.clone()
    }
}

/// What taking over needs beside the look.
pub(super) struct Beside {
    pictures: BTreeMap<String, PictureId>,
    audiences: BTreeMap<ObjectId, Audience>,
}

/// A campaign with drift taken over.
enum Then {
    Form { form: Box<CampaignForm>, switch: Option<&'static str> },
    Kept { adopted: Adopted, switch: Option<&'static str> },
}

/// Reads what taking over needs: pictures by Meta's hashes, audiences as the form defines them.
pub(super) fn beside(c: &mut Conn, look: &Look) -> Result<Beside> {
    let Definition::Made(campaign, _) = &look.input.wanted else {
        return Ok(Beside { pictures: BTreeMap::new(), audiences: BTreeMap::new() });
    };
    let account = &look.input.account;
    let wants = |field: Field| look.found.drifts.iter().filter(move |drift| drift.part == Part::Field(field));
    let mut pictures = BTreeMap::new();
    if wants(Field::Picture).next().is_some() {
        let images = observed::list(c, account.workspace_id, account.id, "image")?;
        pictures = images.into_iter().map(|row| (row.remote_id, PictureId(row.id.0))).collect();
    }
    let row = |drift: &Drift| look.input.rows.iter().find(|row| row.id == drift.object.id);
    let audience = |drift: &Drift| Some((drift.object.id, typed::audience(row(drift)?, &campaign.audience)?));
    Ok(Beside { pictures, audiences: wants(Field::Audience).filter_map(audience).collect() })
}

/// Why one drift alone cannot be adopted, as far as that is known without reading the form again.
pub(super) fn refusal(look: &Look, beside: &Beside, drift: &Drift) -> Option<Sentence> {
    then(look, beside, &[drift]).err().and_then(|refused| refused.into_iter().next())
}

fn then(look: &Look, beside: &Beside, drifts: &[&Drift]) -> std::result::Result<Then, Vec<Sentence>> {
    match &look.input.wanted {
        Definition::Made(campaign, ids) => made(look, campaign, ids, beside, drifts),
        Definition::Kept(adopted) => taken_over(look, adopted, drifts),
    }
}

fn made(
    look: &Look,
    campaign: &Campaign,
    ids: &Ids,
    beside: &Beside,
    drifts: &[&Drift],
) -> std::result::Result<Then, Vec<Sentence>> {
    let form = serde_json::from_str(&look.input.row.form).map_err(|error| vec![dictionary::drift_form_unreadable(error)])?;
    let mut taken = Taken {
        form,
        campaign: campaign.clone(),
        ids,
        pictures: &beside.pictures,
        audiences: &beside.audiences,
        switch: None,
        left_alone: Vec::new(),
    };
    let refused: Vec<Sentence> = drifts.iter().filter_map(|drift| take(&mut taken, drift).err()).collect();
    match refused.is_empty() {
        true => Ok(Then::Form { form: Box::new(taken.form), switch: taken.switch }),
        false => Err(refused),
    }
}

/// An adopted campaign keeps what Meta has, object by object.
fn taken_over(look: &Look, adopted: &Adopted, drifts: &[&Drift]) -> std::result::Result<Then, Vec<Sentence>> {
    let (mut adopted, mut switch, mut refused) = (adopted.clone(), None, Vec::new());
    let row = |object: ObjectRef| look.input.rows.iter().find(|row| row.id == object.id);
    let mut added: Vec<&Drift> = drifts.iter().copied().filter(|drift| drift.part == Part::Added).collect();
    added.sort_by_key(|drift| drift.object.kind);
    for drift in drifts.iter().filter(|drift| drift.part != Part::Added) {
        match (drift.object.kind, drift.part) {
            (Kind::Campaign, Part::Gone) => switch = Some("archived"),
            (_, Part::Gone) => adopted.objects.retain(|kept| kept.object != drift.object && kept.parent != Some(drift.object.id)),
            (Kind::Campaign, Part::Field(Field::Switch)) => switch = Some(if drift.now == "on" { "active" } else { "paused" }),
            // What its creatives say is only kept: it is taken as it is.
            (Kind::Creative, _) => {}
            (_, Part::Field(field)) => {
                if let Some(kept) = adopted.objects.iter_mut().find(|kept| kept.object == drift.object) {
                    kept.fields.insert(field, drift.now.clone());
                    if matches!(field, Field::Audience | Field::Placements) {
                        kept.targeting = row(drift.object).and_then(kept::targeting_of);
                    }
                }
            }
            _ => {}
        }
    }
    for drift in added {
        let seen = look.input.observed.iter().find(|seen| seen.object == drift.object);
        let (Some(seen), Some(row)) = (seen, row(drift.object)) else { continue };
        let Some(at) =
            adopted.objects.iter().rposition(|kept| Some(kept.object.id) == row.parent_id || kept.parent == row.parent_id)
        else {
            refused.push(dictionary::drift_parent_missing(&drift.name));
            continue;
        };
        adopted.objects.insert(at + 1, Kept::of(seen, row.parent_id, kept::targeting_of(row)));
    }
    if refused.is_empty() { Ok(Then::Kept { adopted, switch }) } else { Err(refused) }
}

/// What adopting these drifts would do; nothing is written.
///
/// # Errors
/// [`Error::Conflict`] where one is no drift any more; [`Error::Invalid`] where none is ticked.
pub async fn offer(ctx: &Ctx, actor: &Actor, campaign: CampaignId, picks: &[Pick]) -> Result<Offer> {
    Ok(prepare(ctx, actor, campaign, picks).await?.offer)
}

struct Prepared {
    offer: Offer,
    revision: i64,
    drifts: Vec<Drift>,
    then: Option<Then>,
}

async fn prepare(ctx: &Ctx, actor: &Actor, campaign: CampaignId, picks: &[Pick]) -> Result<Prepared> {
    let (inner, workspace, picks) = (ctx.clone(), actor.workspace, picks.to_vec());
    let read = ctx.db.read_with(move |c| {
        let look = look::compared(c, &inner, workspace, campaign)?;
        let beside = beside(c, &look)?;
        let drifts: Vec<Drift> = look.ticked(&picks)?.into_iter().cloned().collect();
        Ok::<_, Error>((look, beside, drifts))
    });
    let (look, beside, drifts) = read.await?;
    let ticked: Vec<&Drift> = drifts.iter().collect();
    let adopting = |drift: &Drift| {
        let (wanted, now) = look.values(drift);
        let kind = if drift.is_of_creative() { Kind::Ad } else { drift.object.kind };
        Adopting { what: format!("{} of the {} {}", drift.label(), kind.label().to_lowercase(), drift.name), wanted, now }
    };
    let mut offer = Offer {
        name: look.input.row.name.clone(),
        adopting: drifts.iter().map(adopting).collect(),
        form: Vec::new(),
        besides: Vec::new(),
        refused: Vec::new(),
        hash: hash(&look, &drifts)?,
    };
    let then = match then(&look, &beside, &ticked) {
        Ok(then) => then,
        Err(refused) => {
            offer.refused = refused;
            return Ok(Prepared { offer, revision: look.input.row.revision, drifts, then: None });
        }
    };
    match &then {
        Then::Form { form, switch } => {
            let before: CampaignForm = serde_json::from_str(&look.input.row.form)?;
            let told = differences::differences(&before, form).into_iter();
            offer.form = told.map(|change| (change.label, change.before, change.after)).collect();
            let reading = campaigns::read(ctx, actor, form).await?.reading;
            match reading.campaign {
                Some(campaign) => hold(&look, &campaign, run(&look, *switch), &drifts, &mut offer),
                None => {
                    let problems = reading.invalid.problems.iter();
                    offer.refused = problems.map(|problem| dictionary::drift_form_refuses(&problem.message)).collect();
                }
            }
        }
        Then::Kept { .. } => {}
    }
    Ok(Prepared { offer, revision: look.input.row.revision, drifts, then: Some(then) })
}

fn run(look: &Look, switch: Option<&str>) -> Run {
    match switch {
        Some("active") => Run::Active,
        Some(_) => Run::Paused,
        None => look::run(&look.input),
    }
}

/// Holds what the form would mean against Meta: what is adopted must be equal then, and what else would change is said.
fn hold(look: &Look, campaign: &Campaign, run: Run, drifts: &[Drift], offer: &mut Offer) {
    let Definition::Made(before, ids) = &look.input.wanted else { return };
    let (observed, now) = (&look.input.observed, look.input.now.0);
    let desired = Desired { campaign, ids, run };
    let left = find(&plan::targets(desired, observed, now), &look.settled, observed);
    let is_left = |drift: &&Drift| left.drifts.iter().any(|other| other.pick() == drift.pick());
    let takes_away = |drift: &&Drift| matches!(drift.part, Part::Added | Part::Gone);
    for drift in drifts.iter().filter(is_left).filter(|drift| !takes_away(drift)) {
        offer.refused.push(dictionary::drift_only_nearly(drift.label(), &drift.name));
    }
    let was = plan::plan(Desired { campaign: before, ids, run: look::run(&look.input) }, observed, now);
    offer.besides = besides(&was, &plan::plan(desired, observed, now));
}

/// What a plan changes that the one before did not, a line an object.
fn besides(before: &Plan, after: &Plan) -> Vec<String> {
    let known: BTreeSet<(ObjectRef, Field)> =
        before.rows.iter().flat_map(|row| row.changes.iter().map(|change| (row.object, change.field))).collect();
    let mut lines = Vec::new();
    for row in &after.rows {
        let kind = row.object.kind.label().to_lowercase();
        let new = row.changes.iter().filter(|change| !known.contains(&(row.object, change.field)));
        lines.extend(new.map(|change| format!("{} of the {kind} {} becomes {}", change.field.label(), row.name, change.after)));
    }
    lines.extend(after.blocked.iter().filter(|line| !before.blocked.contains(line)).cloned());
    lines
}

/// Adopts exactly what the offer with this hash showed, for this reason.
///
/// # Errors
/// [`Error::Conflict`] where it is another by now or cannot be adopted, [`Error::Invalid`] for a reason that is too long.
pub async fn adopt(ctx: &Ctx, actor: &Actor, campaign: CampaignId, picks: &[Pick], hash: &str, reason: &str) -> Result<()> {
    actor.require(Role::Manager)?;
    let reason = reason.trim();
    if reason.chars().count() > REASON_MAX {
        return Err(Error::invalid("reason", dictionary::reason_too_long(REASON_MAX)));
    }
    let Prepared { offer, revision, drifts, then } = prepare(ctx, actor, campaign, picks).await?;
    if offer.hash != hash {
        return Err(Error::conflict(dictionary::drift_offer_changed()));
    }
    if let Some(refused) = offer.refused.into_iter().next() {
        return Err(Error::conflict(refused));
    }
    let because = |wanted: Option<&'static str>| {
        let picks = drifts.iter().map(|drift| drift.pick().to_string()).collect();
        let says = Adopts { reason: reason.to_owned(), picks, wanted: wanted.map(str::to_owned) };
        Because::Adopts(Box::new(Adoption { drifts: drifts.clone(), wanted, says }))
    };
    match then {
        Some(Then::Form { form, switch }) => {
            campaigns::save_because(ctx, actor, (campaign, revision), *form, because(switch)).await?;
        }
        Some(Then::Kept { adopted, switch }) => kept::keep(ctx, actor, adopted, revision, because(switch)).await?,
        None => {}
    }
    Ok(())
}

/// What follows a save that adopts, in its transaction: what was adopted stands as it was left, an ad keeps the creative that says
/// what is wanted now, and drift is found anew.
pub(in crate::service) fn after_saving(
    c: &mut Conn,
    ctx: &Ctx,
    workspace: WorkspaceId,
    campaign: CampaignId,
    adoption: &Adoption,
) -> Result<()> {
    if adoption.wanted != Some("archived") {
        let look = look::compared(c, ctx, workspace, campaign)?;
        settle::settle_adopted(c, &look, &adoption.drifts.iter().collect::<Vec<_>>(), ctx.stamp())?;
        keep_creatives(c, &look, &adoption.drifts)?;
    }
    renew(c, ctx, workspace, campaign)
}

/// An ad that shows a creative made elsewhere, which says all that is wanted now, keeps it: it is ours from then on.
fn keep_creatives(c: &mut Conn, look: &Look, adopted: &[Drift]) -> Result<()> {
    let touched: BTreeSet<ObjectRef> = adopted.iter().filter(|drift| drift.is_of_creative()).map(|drift| drift.object).collect();
    for target in look.targets.iter().filter(|target| touched.contains(&target.object)) {
        let ad = look.input.observed.iter().find(|seen| seen.object.kind == Kind::Ad && Some(seen.object.id) == target.parent);
        let Some(shown) = ad.and_then(|ad| ad.fields.get(&Field::Creative)) else { continue };
        let other = look.input.observed.iter().find(|seen| seen.object.kind == Kind::Creative && seen.remote == *shown);
        let Some(other) = other.filter(|other| other.object != target.object) else { continue };
        let says =
            |field: &Field| other.fields.get(field).is_none_or(|said| target.fields.get(field).is_none_or(|want| want == said));
        if !Field::OF_CREATIVES.iter().all(says) {
            continue;
        }
        let Some(row) = look.input.rows.iter().find(|row| row.id == other.object.id) else { continue };
        let ours = look.input.rows.iter().find(|row| row.id == target.object.id);
        let origin = ours.map_or_else(|| row.origin.clone(), |ours| ours.origin.clone());
        observed::adopt(c, &Row { id: target.object.id, origin, ..row.clone() })?;
        let whose = (row.workspace_id, look.input.row.id);
        settle::settle_creative(c, whose, target.object.id)?;
        if let Some(ad) = ad {
            settle::settle_field(c, whose, ad, Field::Creative, row.seen_at)?;
        }
    }
    Ok(())
}

fn hash(look: &Look, drifts: &[Drift]) -> Result<String> {
    let seen: Vec<(String, &str, &str)> =
        drifts.iter().map(|drift| (drift.pick().to_string(), drift.wanted.as_str(), drift.now.as_str())).collect();
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(&(look.input.row.id, look.input.row.revision, seen))?)))
}
