//! What an event of the log says: in a few words, why, and field by field.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::domain::adopt::Kept;
use crate::domain::bulk::Change as BulkChange;
use crate::domain::campaign::{CampaignForm, differences};
use crate::domain::currency::Currency;
use crate::domain::drift::Part;
use crate::domain::id::{CampaignId, ObjectId, PlanId, WorkspaceId};
use crate::domain::plan::{Field, ObjectRef, Plan, bare};
use crate::store::audit::{self, AuditEvent};
use crate::store::observed::Observed;
use crate::store::{Conn, campaigns, connections, observed, plans};

use super::super::desired::{Body, Desired};
use super::super::drift::{Adopts, Between, Log, told_at};
use super::super::outside::{self, Seen};
use super::super::{Error, Result};
use super::Change;

/// The events that say what a campaign is.
pub(super) const DEFINING: [&str; 3] = ["campaign.saved", "campaign.changed", "campaign.adopted"];

/// Why a first save cannot be told field by field.
pub(super) const FIRST: &str = "The first save.";

/// What an event says.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Who did it, where that is known otherwise than by the event.
    pub who: Option<String>,
    pub what: String,
    pub why: String,
    pub changes: Vec<Change>,
    pub can_undo: bool,
}

/// What states of every version have; what one lacks is empty.
#[derive(Default, Deserialize)]
#[serde(default)]
struct State {
    plan: Option<PlanId>,
    run: String,
    why: String,
    change: Option<BulkChange>,
    problem: Option<String>,
    undoes: Option<i64>,
    adopts: Option<Adopts>,
    sets_back: bool,
}

/// What is needed to name who changed things outside: read once for all events.
fn logged(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, events: &[AuditEvent]) -> Result<(Vec<Observed>, Log)> {
    let outside = events.iter().filter(|event| event.action == outside::ACTION);
    let seen: Vec<Seen> = outside.filter_map(|event| serde_json::from_str(&event.state).ok()).collect();
    if seen.is_empty() {
        return Ok(Default::default());
    }
    let below = observed::list_of_campaign(c, workspace, campaign)?;
    let mut objects: BTreeSet<ObjectId> = seen.iter().flat_map(|seen| &seen.objects).map(|object| object.id).collect();
    // What a creative says stands at its ad.
    objects.extend(below.iter().filter(|row| row.kind == "ad").map(|row| row.id));
    let objects: Vec<ObjectId> = objects.into_iter().collect();
    let log = Log::of(c, workspace, &objects)?;
    Ok((below, log))
}

fn state(event: &AuditEvent) -> State {
    serde_json::from_str(&event.state).unwrap_or_default()
}

/// Reads events of one campaign; several of them oldest first.
pub(super) struct Reader {
    workspace: WorkspaceId,
    campaign: CampaignId,
    currency: Option<Currency>,
    is_ours: bool,
    /// The plans that the events name.
    plans: BTreeMap<PlanId, String>,
    /// What is below the campaign, and what Meta's activity log says of it; empty where no event was made outside.
    below: Vec<Observed>,
    log: Log,
    /// The newest event read so far that says what the campaign is; unknown before the first.
    defined: Option<Option<AuditEvent>>,
}

impl Reader {
    pub(super) fn new(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId, events: &[AuditEvent]) -> Result<Self> {
        let row = campaigns::find(c, workspace, campaign)?;
        let is_ours = row.is_some();
        let seen = observed::find(c, workspace, ObjectId(campaign.0))?;
        let account =
            row.map(|row| row.ad_account_id).or(seen.map(|row| row.ad_account_id)).ok_or(Error::NotFound("campaign"))?;
        let currency = connections::get_account(c, workspace, account)?.currency.parse().ok();
        let approved = events.iter().filter(|event| event.action == "plan.approved");
        let named: Vec<PlanId> = approved.filter_map(|event| state(event).plan).collect();
        let plans = plans::bodies(c, workspace, &named)?.into_iter().collect();
        let (below, log) = logged(c, workspace, campaign, events)?;
        Ok(Self { workspace, campaign, currency, is_ours, plans, below, log, defined: None })
    }

    /// What an event says.
    pub(super) fn read(&mut self, c: &mut Conn, event: &AuditEvent) -> Result<Told> {
        let state = state(event);
        let mut told = Told { what: what(event, &state), ..Told::default() };
        match event.action.as_str() {
            action if DEFINING.contains(&action) => self.definition(c, event, &state, &mut told)?,
            "campaign.paused" => {
                told.why = state.why.clone();
                told.changes = vec![switch(true, false)];
                told.can_undo = true;
            }
            "campaign.resumed" => {
                told.changes = vec![switch(false, true)];
                told.can_undo = true;
            }
            "plan.approved" => {
                let plan = state.plan.and_then(|plan| serde_json::from_str::<Plan>(self.plans.get(&plan)?).ok());
                told.can_undo = self.is_ours && !state.sets_back && plan.as_ref().is_some_and(Plan::arms);
                told.changes = plan.map(planned).unwrap_or_default();
            }
            "plan.failed" => told.why = state.problem.clone().unwrap_or_default(),
            "split.proposed" | "split.refused" | "split.test_started" | "split.test_ended" => told.why = state.why.clone(),
            outside::ACTION => {
                let seen: Seen = serde_json::from_str(&event.state).unwrap_or_default();
                told.who = self.who(&seen);
                told.why = match told.who.is_some() {
                    true => "Seen at Meta; by its activity log.".to_owned(),
                    false => "Seen at Meta; who did it is not known here.".to_owned(),
                };
                told.changes = self.seen(seen);
                told.can_undo = self.is_ours;
            }
            _ => {}
        }
        if let Some(seq) = state.undoes {
            told.why = format!("Takes back change {seq}.");
        }
        if let Some(adopts) = &state.adopts {
            told.why = match adopts.reason.as_str() {
                "" => "Takes over what was changed outside.".to_owned(),
                reason => format!("Takes over what was changed outside: {reason}"),
            };
            match adopts.wanted.as_deref() {
                Some("active") => told.changes.push(switch(false, true)),
                Some("paused") => told.changes.push(switch(true, false)),
                Some(_) => told.changes.push(Change { after: "archived".to_owned(), ..switch(true, false) }),
                None => {}
            }
        }
        Ok(told)
    }

    /// The change to several campaigns that an event is part of.
    pub(super) fn change(&self, event: &AuditEvent) -> Option<BulkChange> {
        state(event).change
    }

    fn definition(&mut self, c: &mut Conn, event: &AuditEvent, state: &State, told: &mut Told) -> Result<()> {
        if let Some(change) = &state.change
            && let Some(switch) = switched(change)
        {
            told.changes = vec![switch];
            told.can_undo = !matches!(change, BulkChange::Archive);
        }
        if state.change.is_some() {
            told.why = "One change to several campaigns.".to_owned();
        }
        let earlier = self.earlier(c, event)?;
        match (earlier.as_ref().and_then(body), body(event)) {
            (Some(before), Some(after)) => {
                let changes = compared(&before, &after, self.currency);
                told.can_undo |= !changes.is_empty();
                told.changes.extend(changes);
            }
            (None, Some(_)) if event.action == "campaign.saved" => {
                told.why = match &earlier {
                    Some(_) => "What it was before was not kept by that version of Tandem.".to_owned(),
                    None => FIRST.to_owned(),
                };
            }
            (_, None) if state.change.is_none() => {
                told.why = "What it was was not kept by that version of Tandem.".to_owned();
            }
            _ => {}
        }
        if !state.why.is_empty() {
            told.why.clone_from(&state.why);
        }
        self.defined = Some(if says_nothing(event) { earlier } else { Some(event.clone()) });
        Ok(())
    }

    /// What the campaign was before an event and after it, where both are known.
    pub(super) fn bodies(&mut self, c: &mut Conn, event: &AuditEvent) -> Result<(Option<Body>, Option<Body>)> {
        let after = body(event);
        let before = self.earlier(c, event)?;
        Ok((before.as_ref().and_then(body), after))
    }

    /// The event before this one that says what the campaign is.
    fn earlier(&self, c: &mut Conn, event: &AuditEvent) -> Result<Option<AuditEvent>> {
        if let Some(known) = self.defined.as_ref().filter(|known| known.as_ref().is_none_or(|known| known.seq < event.seq)) {
            return Ok(known.clone());
        }
        let mut before = event.seq;
        loop {
            let found = audit::find_before(c, self.workspace, ("campaign", self.campaign.0), before, &DEFINING)?;
            match found {
                Some(event) if says_nothing(&event) => before = event.seq,
                found => return Ok(found),
            }
        }
    }

    /// Who made changes outside, by Meta's activity log: each once, with the time of what they did last.
    fn who(&self, seen: &Seen) -> Option<String> {
        let until = seen.platform_at?;
        let between = Between { before: seen.before_at.map(Into::into), until: until.into() };
        let mut people: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
        for object in &seen.objects {
            let (id, kind) = told_at(ObjectRef { kind: object.kind, id: object.id }, &self.below, None);
            let fields = object.changes.iter().map(|change| Part::Field(change.field));
            let parts = fields.chain(object.gone.then_some(Part::Gone));
            for (who, at) in parts.filter_map(|part| self.log.who(id, kind, part, between)) {
                let last = people.entry(who).or_insert(at);
                *last = at.max(*last);
            }
        }
        let told: Vec<String> =
            people.into_iter().map(|(who, at)| format!("{who} ({} UTC)", at.format("%-d %b %Y %H:%M"))).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    fn seen(&self, seen: Seen) -> Vec<Change> {
        let mut changes = Vec::new();
        for object in seen.objects {
            let name = format!("{} {}", object.kind.label(), object.name);
            if object.gone {
                let (field, before, after) = ("State".to_owned(), "there".to_owned(), "deleted or archived".to_owned());
                changes.push(Change { object: name.clone(), field, before, after });
            }
            for change in object.changes {
                let show = |text: &str| show(change.field, text, self.currency);
                let (before, after) = (show(&change.before), show(&change.after));
                changes.push(Change { object: name.clone(), field: change.field.label().to_owned(), before, after });
            }
        }
        changes
    }
}

/// What a plan changes at Meta.
fn planned(plan: Plan) -> Vec<Change> {
    let mut changes = Vec::new();
    for row in plan.rows {
        let object = format!("{} {}", row.object.kind.label(), row.name);
        // Where single fields are told, the words for the whole would only repeat them.
        if !row.is_told_by_fields() {
            let field = "State".to_owned();
            if row.now != row.after {
                changes.push(Change { object, field, before: row.now, after: row.after });
            }
            continue;
        }
        changes.extend(row.changes.into_iter().map(|change| Change {
            object: object.clone(),
            field: change.field.label().to_owned(),
            before: change.now.unwrap_or_default(),
            after: change.after,
        }));
    }
    changes
}

fn body(event: &AuditEvent) -> Option<Body> {
    Desired::of(event)?.body
}

/// Whether it says nothing of what the campaign is: a switch alone does not.
fn says_nothing(event: &AuditEvent) -> bool {
    body(event).is_none() && state(event).change.as_ref().is_some_and(|change| switched(change).is_some())
}

pub(super) fn switch(before: bool, after: bool) -> Change {
    let word = |on: bool| if on { "on" } else { "off" }.to_owned();
    Change { object: String::new(), field: Field::Switch.label().to_owned(), before: word(before), after: word(after) }
}

fn switched(change: &BulkChange) -> Option<Change> {
    match change {
        BulkChange::Pause => Some(switch(true, false)),
        BulkChange::Resume => Some(switch(false, true)),
        BulkChange::Archive => Some(Change { after: "archived".to_owned(), ..switch(true, false) }),
        BulkChange::Budget { .. } | BulkChange::Budgets { .. } | BulkChange::Dates { .. } => None,
    }
}

/// What differs between two bodies: the form's fields, or those of an adopted campaign's objects.
pub(super) fn compared(before: &Body, after: &Body, currency: Option<Currency>) -> Vec<Change> {
    if !before.kept.is_empty() || !after.kept.is_empty() {
        return kept_changes(&kept(before), &kept(after), currency);
    }
    let read = |body: &Body| serde_json::from_str::<CampaignForm>(&body.form).ok();
    let (Some(before), Some(after)) = (read(before), read(after)) else { return Vec::new() };
    let told = |change: differences::FormChange| Change {
        object: String::new(),
        field: change.label,
        before: change.before,
        after: change.after,
    };
    differences::differences(&before, &after).into_iter().map(told).collect()
}

/// The objects of an adopted campaign.
pub(super) fn kept(body: &Body) -> Vec<Kept> {
    body.kept.iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
}

fn kept_changes(before: &[Kept], after: &[Kept], currency: Option<Currency>) -> Vec<Change> {
    let mut changes = Vec::new();
    for now in after {
        let Some(was) = before.iter().find(|was| was.object == now.object) else {
            let object = format!("{} {}", now.object.kind.label(), bare(now.name()));
            changes.push(Change { object, field: "State".into(), before: String::new(), after: "taken over".into() });
            continue;
        };
        for (field, text) in now.fields.iter().filter(|(field, text)| was.text(**field) != text.as_str()) {
            let object = format!("{} {}", now.object.kind.label(), bare(now.name()));
            let (before, after) = (show(*field, was.text(*field), currency), show(*field, text, currency));
            changes.push(Change { object, field: field.label().to_owned(), before, after });
        }
    }
    changes
}

/// A canonical text as people read it, where the currency is known.
fn show(field: Field, text: &str, currency: Option<Currency>) -> String {
    match currency {
        Some(currency) => field.show(text, currency, ToOwned::to_owned),
        None => text.to_owned(),
    }
}

fn what(event: &AuditEvent, state: &State) -> String {
    let said = match event.action.as_str() {
        "campaign.saved" if state.adopts.is_some() => "Adopted what was changed outside",
        "campaign.saved" => "Saved",
        "campaign.changed" => return state.change.as_ref().map_or_else(|| "Changed".to_owned(), BulkChange::heading),
        "campaign.adopted" => "Adopted as it is at Meta",
        "campaign.paused" => "Paused",
        "campaign.resumed" => "Approved: switch it on",
        "campaign.changed_outside" => "Changed outside Tandem",
        "plan.approved" if state.sets_back => "Approved a plan that sets back what was changed outside",
        "plan.approved" if state.run == "paused" => "Approved a plan that leaves it off",
        "plan.approved" => "Approved a plan",
        "plan.applied" => "The plan was carried out",
        "plan.failed" => "The plan broke off",
        "split.proposed" => "Another split was proposed",
        "split.refused" => "The proposed split was refused",
        "split.set" => "Changed what learned amounts may do",
        "split.looked" => "Looked at what was changed outside",
        "split.test_started" => "Started a simulation of two arms",
        "split.test_ended" => "Ended the simulation of two arms",
        other => other,
    };
    said.to_owned()
}
