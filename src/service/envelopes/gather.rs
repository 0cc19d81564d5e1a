//! Everything an envelope's month is judged from: its campaigns, what they spent day by day, what they may spend from now on.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::campaign::{Campaign, Pace};
use crate::domain::envelope::{Figures, Member, Runs, month_of, whole_day_before};
use crate::domain::id::{AdAccountId, CampaignId, WorkspaceId};
use crate::domain::money::{MICROS, Money};
use crate::domain::plan::bare;
use crate::store::connections::{self, AdAccount};
use crate::store::envelopes::{self as rows, DaySpend, EnvelopeRow};
use crate::store::{Conn, campaign_list, campaigns, ledger, observed};

use super::super::stop::as_running;
use super::super::sync::zone;
use super::super::{Ctx, Error, Result};
use super::{Choice, Opened, project};

/// An envelope as it stands.
pub(super) fn gather(c: &mut Conn, ctx: &Ctx, row: EnvelopeRow) -> Result<Opened> {
    let workspace = row.workspace_id;
    let currency =
        row.currency.parse::<crate::domain::currency::Currency>().map_err(|unknown| Error::conflict(unknown.into()))?;
    let zone = row.zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    // Platform time differs by connection; the members' accounts say which, so they are looked at with a first guess of the month.
    let guess = ctx.now().0.with_timezone(&zone).date_naive();
    let any = rows::list_members(c, workspace, row.id, None)?;
    let index = campaign_list::index_of(c, workspace, &any.iter().map(|member| member.campaign_id.0).collect::<Vec<_>>())?;
    let mut accounts: BTreeMap<AdAccountId, AdAccount> = BTreeMap::new();
    for entry in &index {
        let id = AdAccountId(entry.ad_account_id);
        if let std::collections::btree_map::Entry::Vacant(empty) = accounts.entry(id) {
            empty.insert(connections::get_account(c, workspace, id)?);
        }
    }
    let now = accounts.values().next().map(|account| platform(c, ctx, account)).transpose()?;
    let today = now.map_or(guess, |now| now.with_timezone(&zone).date_naive());
    let month = month_of(today);
    let of_month: Vec<_> = any.into_iter().filter(|member| member.until_on.is_none_or(|until| until >= month.since)).collect();
    let spent = rows::spend_by_day(c, workspace, row.id, month.since, today)?;
    let mut members = Vec::new();
    let mut read_at: Vec<Option<DateTime<Utc>>> = Vec::new();
    for member in &of_month {
        let Some(entry) = index.iter().find(|entry| entry.id == member.campaign_id.0) else { continue };
        let Some(account) = accounts.get(&AdAccountId(entry.ad_account_id)) else { continue };
        let belongs = member.until_on.is_none();
        let runs = match belongs {
            true => runs(c, account, member.campaign_id, now.unwrap_or_else(|| ctx.now().0))?,
            false => Runs::Not,
        };
        // A campaign that was taken out is read up to its last day, whatever becomes of its account.
        if belongs {
            read_at.push(account.known_until_at.map(|at| at.utc()));
        }
        members.push(Member {
            campaign: member.campaign_id,
            name: bare(&entry.name).to_owned(),
            spent: by_network(&spent, member.campaign_id),
            runs,
        });
    }
    let read_at = if read_at.is_empty() {
        None
    } else {
        read_at.into_iter().collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().min())
    };
    let figures = Figures {
        amount: Money::new(row.amount_minor, currency),
        tolerance_bp: row.tolerance_bp,
        today,
        known_until: read_at.map(|at| whole_day_before(at.with_timezone(&zone).date_naive())),
        members,
        by_day: by_day(&spent),
    };
    let outlook = figures.outlook();
    Ok(Opened {
        id: row.id,
        name: row.name,
        revision: row.revision,
        zone: row.zone,
        projection: project(&figures, &outlook),
        figures,
        outlook,
        read_at,
        campaigns: of_month.iter().filter(|member| member.until_on.is_none()).map(|member| member.campaign_id).collect(),
    })
}

/// What a campaign may spend from now on.
fn runs(c: &mut Conn, account: &AdAccount, campaign: CampaignId, now: DateTime<Utc>) -> Result<Runs> {
    let workspace = account.workspace_id;
    let objects = observed::list_of_campaign(c, workspace, campaign)?;
    let top = objects.iter().find(|object| object.kind == "campaign" && object.gone_at.is_none() && object.status == "ACTIVE");
    let Some(top) = top else { return Ok(Runs::Not) };
    let ad_sets: Vec<_> = objects.iter().filter(|object| object.kind == "ad_set" && object.gone_at.is_none()).cloned().collect();
    let row = campaigns::find(c, workspace, campaign)?;
    let defined: Option<Campaign> =
        row.and_then(|row| row.definition).map(|definition| serde_json::from_str(&definition)).transpose()?;
    if defined.as_ref().is_some_and(|defined| defined.schedule.ends.is_some_and(|ends| ends <= now)) {
        return Ok(Runs::Not);
    }
    if let Some(a_day) = as_running(account, top, &ad_sets).a_day {
        return Ok(Runs::Daily(a_day.minor));
    }
    let Some(defined) = defined.filter(|defined| defined.budget.pace == Pace::Lifetime) else { return Ok(Runs::Lifetime(None)) };
    let spent = ledger::spent(c, workspace, campaign)?.unwrap_or(0) / (MICROS / defined.budget.amount.currency.offset());
    let days = defined.schedule.days(now).map(|period| period.days());
    Ok(Runs::Lifetime(days.map(|days| (defined.budget.amount.minor - spent, days))))
}

/// Platform time at an ad account.
pub(super) fn platform(c: &mut Conn, ctx: &Ctx, account: &AdAccount) -> Result<DateTime<Utc>> {
    let base = match account.connection_id {
        Some(id) => connections::get(c, account.workspace_id, id)?.base_url,
        None => String::new(),
    };
    Ok(ctx.platform.now(&base, ctx.now()).0)
}

/// The campaigns that can belong to an envelope.
pub(super) fn choices(c: &mut Conn, workspace: WorkspaceId) -> Result<Vec<Choice>> {
    let mut found = Vec::new();
    for entry in campaign_list::index(c, workspace)? {
        if matches!(entry.origin.as_str(), "draft" | "file") || entry.gone_at.is_some() || entry.wanted == "archived" {
            continue;
        }
        let account = connections::get_account(c, workspace, AdAccountId(entry.ad_account_id))?;
        let zone = zone(&account).name().to_owned();
        found.push(Choice { id: CampaignId(entry.id), name: bare(&entry.name).to_owned(), currency: account.currency, zone });
    }
    found.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(found)
}

fn by_network(spent: &[DaySpend], campaign: CampaignId) -> Vec<(String, i64)> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for row in spent.iter().filter(|row| row.campaign_id == campaign.0) {
        let sum = sums.entry(&row.network).or_default();
        *sum = sum.saturating_add(row.spend_micros.unwrap_or(0));
    }
    sums.into_iter().map(|(network, micros)| (network.to_owned(), micros)).collect()
}

fn by_day(spent: &[DaySpend]) -> Vec<(NaiveDate, i64)> {
    let mut sums: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in spent {
        let sum = sums.entry(row.on_day).or_default();
        *sum = sum.saturating_add(row.spend_micros.unwrap_or(0));
    }
    sums.into_iter().collect()
}
