//! Meta's own limit of a campaign as the first line: what it has to be for a limit here, and where it cannot hold one.
//!
//! Meta counts a campaign's `spend_cap` over its whole life. So the one that holds a limit is what the campaign spent before the
//! limit's days, plus the limit. For a flight that is worked out once. For a month it would have to be raised each month, and
//! raising is a person's act: where a person wants Meta to hold a month, each new month waits for their word, and until then the
//! campaign stops at the old month's. That is why it is off unless asked for, and the guard holds months by itself. It is set
//! like anything else, by the campaign's next plan. The ad account's own limit is read and counted, never set.

use chrono::NaiveDate;

use super::book::{Spender, limit_of};
use crate::domain::campaign::{Campaign, LIMIT_MIN_BUDGETS};
use crate::domain::dictionary::{self, Sentence};
use crate::domain::guard::day_of;
use crate::domain::id::{CampaignId, WorkspaceId};
use crate::domain::limit::{Covers, Limit, Span};
use crate::domain::money::{MICROS, Money};
use crate::service::{Ctx, Result};
use crate::store::connections::AdAccount;
use crate::store::limits as rows;
use crate::store::{Conn, campaigns, connections};

/// What the campaign's limit at Meta has to be, minor units, and the first day it is worked out for; else why it cannot hold.
pub(super) fn work_out(
    c: &mut Conn,
    limit: &Limit,
    spender: &Spender,
    today: NaiveDate,
) -> Result<std::result::Result<(i64, NaiveDate), Sentence>> {
    let Covers::Campaign(id) = limit.covers else {
        return Ok(Err(dictionary::limit_meta_campaigns_only()));
    };
    if limit.span == Span::Day {
        return Ok(Err(dictionary::limit_meta_no_day()));
    }
    let workspace = spender.account.workspace_id;
    let definition = campaigns::find(c, workspace, id)?.and_then(|row| row.definition);
    let Some(definition) = definition else {
        return Ok(Err(dictionary::limit_meta_not_defined()));
    };
    let campaign: Campaign = serde_json::from_str(&definition)?;
    if campaign.carries_budget() {
        return Ok(Err(dictionary::limit_meta_beside_budget()));
    }
    let Some(window) = limit.span.window(today).or_else(|| limit.span.upcoming(today)) else {
        return Ok(Err(dictionary::limit_meta_over()));
    };
    let starts = campaign.schedule.starts.map_or(today, |at| campaign.schedule.day(at));
    if window.since > today && starts < window.since {
        return Ok(Err(dictionary::limit_meta_spends_before()));
    }
    let before = rows::whole_by_campaign(c, workspace, spender.account.id, window.since)?;
    let spent = before.iter().find(|sum| sum.campaign_id == id.0).map_or(0, |sum| sum.spend_micros.max(0));
    // Rounded down: never more than the limit.
    let cap = (spent / (MICROS / spender.currency.offset())).saturating_add(limit.amount.minor);
    let least = spender.account.min_daily_minor.map_or(0, |daily| daily.saturating_mul(LIMIT_MIN_BUDGETS));
    if cap < least {
        let least = Money::new(least, spender.currency);
        return Ok(Err(dictionary::limit_meta_below_least(least, spender.currency.code())));
    }
    Ok(Ok((cap, window.since)))
}

/// The lowest limit that the campaign shall have at Meta because of limits here; `None` where none asks for one.
pub(in crate::service) fn cap_of(c: &mut Conn, ctx: &Ctx, account: &AdAccount, campaign: CampaignId) -> Result<Option<i64>> {
    let asked = caps(c, account.workspace_id, campaign)?;
    if asked.is_empty() {
        return Ok(None);
    }
    let base = match account.connection_id {
        Some(connection) => connections::get(c, account.workspace_id, connection)?.base_url,
        None => String::new(),
    };
    let today = day_of(super::super::sync::zone(account), ctx.platform.now(&base, ctx.now()).0);
    let counts = |span: &Span| span.window(today).is_some() || span.upcoming(today).is_some();
    Ok(asked.into_iter().filter(|(_, span)| counts(span)).map(|(cap, _)| cap).min())
}

fn caps(c: &mut Conn, workspace: WorkspaceId, campaign: CampaignId) -> Result<Vec<(i64, Span)>> {
    let stored = rows::list_of_campaign(c, workspace, campaign)?;
    Ok(stored.iter().filter_map(|row| Some((row.cap_minor?, limit_of(row)?.span))).collect())
}
