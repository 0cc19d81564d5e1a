//! Making, changing and putting away envelopes; every write with its event.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::domain::currency::Currency;
use crate::domain::dictionary;
use crate::domain::envelope::{MOST_MEMBERS, USUAL_TOLERANCE_BP, month_of};
use crate::domain::id::{CampaignId, EnvelopeId};
use crate::domain::invalid::Invalid;
use crate::domain::money::{Money, parse_decimal};
use crate::domain::role::Role;
use crate::domain::split::percent;
use crate::store::Conn;
use crate::store::connections;
use crate::store::envelopes::{self as rows, EnvelopeRow, MemberRow};

use super::super::{Actor, Ctx, Error, Result};
use super::{Choice, Opened, gather};

/// The longest name, in characters.
const NAME_MAX: usize = 100;
/// The largest tolerance, in basis points.
const TOLERANCE_MAX: i32 = 5_000;

/// An envelope as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct EnvelopeForm {
    /// Its name.
    pub name: String,
    /// The sum a month, in the currency of its campaigns.
    pub amount: String,
    /// Percent that spend may be off an even pace; empty is 5.
    pub tolerance: String,
    /// Its campaigns.
    pub campaigns: Vec<String>,
}

impl EnvelopeForm {
    /// The form that an envelope was saved with.
    pub fn of(opened: &Opened) -> Self {
        Self {
            name: opened.name.clone(),
            amount: opened.figures.amount.plain(),
            tolerance: percent(i64::from(opened.figures.tolerance_bp)),
            campaigns: opened.campaigns.iter().map(ToString::to_string).collect(),
        }
    }

    /// Whether a campaign is chosen.
    pub fn has(&self, campaign: &CampaignId) -> bool {
        self.campaigns.iter().any(|typed| *typed == campaign.to_string())
    }
}

/// What a valid form says.
struct Read {
    name: String,
    amount: Money,
    tolerance_bp: i32,
    zone: String,
    campaigns: Vec<CampaignId>,
}

#[derive(Serialize)]
struct State<'a> {
    name: &'a str,
    amount: Money,
    zone: &'a str,
    tolerance_bp: i32,
    campaigns: &'a [CampaignId],
    is_archived: bool,
}

/// Saves an envelope: a new one without `existing`, else over the revision the person saw.
///
/// # Errors
/// [`Error::Invalid`] with every problem at its field; [`Error::Conflict`] where somebody saved meanwhile.
pub async fn save(ctx: &Ctx, actor: &Actor, existing: Option<(EnvelopeId, i64)>, form: &EnvelopeForm) -> Result<EnvelopeId> {
    actor.require(Role::Manager)?;
    let (inner, actor, form) = (ctx.clone(), actor.clone(), form.clone());
    ctx.db.write(move |c| write(c, &inner, &actor, existing, &form)).await
}

fn write(c: &mut Conn, ctx: &Ctx, actor: &Actor, existing: Option<(EnvelopeId, i64)>, form: &EnvelopeForm) -> Result<EnvelopeId> {
    let (workspace, stamp) = (actor.workspace, ctx.stamp());
    let before = match existing {
        Some((id, _)) => Some(rows::find(c, workspace, id)?.ok_or(Error::NotFound("envelope"))?),
        None => None,
    };
    let choices = gather::choices(c, workspace)?;
    let read = read(form, &choices, before.as_ref())?;
    let row = EnvelopeRow {
        workspace_id: workspace,
        id: before.as_ref().map_or_else(|| EnvelopeId(ctx.new_id()), |row| row.id),
        name: read.name.clone(),
        currency: read.amount.currency.to_string(),
        zone: read.zone.clone(),
        amount_minor: read.amount.minor,
        tolerance_bp: read.tolerance_bp,
        revision: existing.map_or(1, |(_, seen)| seen + 1),
        created_at: before.as_ref().map_or(stamp, |row| row.created_at),
        updated_at: stamp,
        archived_at: None,
    };
    match existing {
        None => rows::insert(c, &row)?,
        Some((_, seen)) => {
            if !rows::save(c, &row, seen)? {
                return Err(Error::conflict(dictionary::envelope_saved_meanwhile()));
            }
        }
    }
    set_members(c, ctx, &row, &read.campaigns)?;
    record(c, ctx, actor, "envelope.saved", &row, &read.campaigns)?;
    Ok(row.id)
}

fn read(form: &EnvelopeForm, choices: &[Choice], before: Option<&EnvelopeRow>) -> Result<Read> {
    let mut invalid = Invalid::default();
    let name = form.name.trim();
    match name.chars().count() {
        0 => invalid.add("name", dictionary::envelope_name_missing()),
        length if length > NAME_MAX => invalid.add("name", dictionary::text_too_long(length, NAME_MAX)),
        _ => {}
    }
    let mut chosen: Vec<&Choice> = Vec::new();
    for typed in form.campaigns.iter().filter(|typed| !typed.trim().is_empty()) {
        match choices.iter().find(|choice| choice.id.to_string() == typed.trim()) {
            Some(choice) if chosen.iter().all(|known| known.id != choice.id) => chosen.push(choice),
            Some(_) => {}
            None => invalid.add("campaigns", dictionary::envelope_campaign_unknown()),
        }
    }
    if chosen.len() > MOST_MEMBERS {
        invalid.add("campaigns", dictionary::too_many_campaigns(MOST_MEMBERS));
    }
    let usual = chosen.first().map(|first| (first.currency.clone(), first.zone.clone()));
    let Some((currency, zone)) = before.map(|row| (row.currency.clone(), row.zone.clone())).or(usual) else {
        invalid.add("campaigns", dictionary::choose_campaigns());
        return Err(Error::Invalid(invalid));
    };
    if let Some(other) = chosen.iter().find(|choice| choice.currency != currency) {
        invalid.add("campaigns", dictionary::envelope_mixed_currency(&other.name, &other.currency, &currency));
    } else if let Some(other) = chosen.iter().find(|choice| choice.zone != zone) {
        invalid.add("campaigns", dictionary::envelope_mixed_zone(&other.name, &other.zone, &zone));
    }
    let amount = match currency.parse::<Currency>() {
        Ok(currency) => invalid.check("amount", Money::parse(&form.amount, currency)),
        Err(error) => invalid.check("amount", Err::<Money, _>(error)),
    };
    if amount.is_some_and(|amount| amount.minor <= 0) {
        invalid.add("amount", dictionary::budget_zero());
    }
    let tolerance = tolerance(&form.tolerance);
    if tolerance.is_none() {
        invalid.add("tolerance", dictionary::envelope_tolerance(percent(i64::from(TOLERANCE_MAX))));
    }
    let campaigns = chosen.iter().map(|choice| choice.id).collect();
    match (amount.filter(|_| invalid.is_empty()), tolerance) {
        (Some(amount), Some(tolerance_bp)) => Ok(Read { name: name.to_owned(), amount, tolerance_bp, zone, campaigns }),
        _ => Err(Error::Invalid(invalid)),
    }
}

/// Percent as basis points; the usual ones where nothing is typed, `None` where it is none.
fn tolerance(text: &str) -> Option<i32> {
    let bare = text.trim().trim_end_matches('%').trim();
    if bare.is_empty() {
        return Some(USUAL_TOLERANCE_BP);
    }
    let points = (parse_decimal(bare)? * Decimal::ONE_HUNDRED).to_i32()?;
    (0..=TOLERANCE_MAX).contains(&points).then_some(points)
}

/// Brings the members to those wanted: a new one counts from the first of the month, one taken out until today.
fn set_members(c: &mut Conn, ctx: &Ctx, row: &EnvelopeRow, wanted: &[CampaignId]) -> Result<()> {
    let zone: chrono_tz::Tz = row.zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let today = today(c, ctx, row, wanted)?.with_timezone(&zone).date_naive();
    let month = month_of(today);
    let known = rows::list_members(c, row.workspace_id, row.id, Some(month.since))?;
    for member in known.iter().filter(|member| member.until_on.is_none() && !wanted.contains(&member.campaign_id)) {
        rows::set_until(c, member, Some(today))?;
    }
    for campaign in wanted {
        let mut mine = known.iter().filter(|member| member.campaign_id == *campaign);
        match mine.next_back() {
            Some(member) if member.until_on.is_none() => {}
            // Taken out in this month and put in again: it goes on, and nothing counts twice.
            Some(member) => rows::set_until(c, member, None)?,
            None => {
                let (workspace_id, envelope_id) = (row.workspace_id, row.id);
                let since_on = month.since;
                rows::insert_member(
                    c,
                    &MemberRow { workspace_id, envelope_id, campaign_id: *campaign, since_on, until_on: None },
                )?;
            }
        }
    }
    Ok(())
}

/// Platform time at the ad account of one of its campaigns.
fn today(c: &mut Conn, ctx: &Ctx, row: &EnvelopeRow, wanted: &[CampaignId]) -> Result<chrono::DateTime<chrono::Utc>> {
    let ids: Vec<i64> = wanted.iter().map(|campaign| campaign.0).collect();
    let found = crate::store::campaign_list::index_of(c, row.workspace_id, &ids)?;
    match found.first() {
        Some(entry) => {
            let account = connections::get_account(c, row.workspace_id, crate::domain::id::AdAccountId(entry.ad_account_id))?;
            gather::platform(c, ctx, &account)
        }
        None => Ok(ctx.now().0),
    }
}

/// Puts an envelope away; its campaigns go on as they are.
///
/// # Errors
/// [`Error::NotFound`] where this workspace has no such envelope.
pub async fn archive(ctx: &Ctx, actor: &Actor, id: EnvelopeId) -> Result<()> {
    actor.require(Role::Manager)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let done = ctx.db.write(move |c| {
        let row = rows::find(c, actor.workspace, id)?.ok_or(Error::NotFound("envelope"))?;
        let (seen, stamp) = (row.revision, inner.stamp());
        let row = EnvelopeRow { archived_at: Some(stamp), updated_at: stamp, revision: seen + 1, ..row };
        if !rows::save(c, &row, seen)? {
            return Err(Error::conflict(dictionary::envelope_saved_meanwhile()));
        }
        record(c, &inner, &actor, "envelope.archived", &row, &[])
    });
    done.await
}

fn record(
    c: &mut Conn,
    ctx: &Ctx,
    actor: &Actor,
    action: &'static str,
    row: &EnvelopeRow,
    campaigns: &[CampaignId],
) -> Result<()> {
    let currency = row.currency.parse::<Currency>().map_err(|error| Error::conflict(error.into()))?;
    let state = State {
        name: &row.name,
        amount: Money::new(row.amount_minor, currency),
        zone: &row.zone,
        tolerance_bp: row.tolerance_bp,
        campaigns,
        is_archived: row.archived_at.is_some(),
    };
    actor.record(c, ctx.stamp(), action, ("envelope", row.id.0), &state)
}
