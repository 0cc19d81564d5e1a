//! Everything limits are judged by, read in one snapshot: who covers what, what is on, what each day cost.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::currency::Currency;
use crate::domain::guard::{ASSUMED, Assumptions, Facts, Lifetime, Part, Runner, Verdict, day_of, judge, worst_day};
use crate::domain::id::{AdAccountId, CampaignId, ObjectId, WorkspaceId};
use crate::domain::limit::{Covers, Limit, Span};
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::graph::{AdSet, Campaign};
use crate::service::Ctx;
use crate::service::stop::{Running, as_running};
use crate::service::sync::zone;
use crate::store::connections::{self, AdAccount};
use crate::store::limits::{self as rows, CheckRow, HoldRow, LimitRow};
use crate::store::observed::{self, Observed};
use crate::store::{Conn, Result, StoreError, campaigns, plan_settings, plans, workspaces, writing};

/// The limits of a workspace and whatever they are judged by.
#[derive(Debug, Clone)]
pub struct Book {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its limits as stored and as read.
    pub limits: Vec<(LimitRow, Limit)>,
    /// The ad accounts that a limit covers.
    pub spenders: Vec<Spender>,
    /// How each stood when the guard last looked.
    pub checks: Vec<CheckRow>,
    /// What the guard paused and nobody has switched on again.
    pub holds: Vec<HoldRow>,
    /// What is assumed of Meta: the usual, or a larger overdelivery where the workspace expects that.
    pub assumed: Assumptions,
}

/// An ad account as limits see it.
#[derive(Debug, Clone)]
pub struct Spender {
    /// The account.
    pub account: AdAccount,
    /// Where its connection speaks to.
    pub base_url: String,
    /// Whether that is a sandbox.
    pub is_sandbox: bool,
    /// Whether Tandem may write to it.
    pub is_writable: bool,
    /// The zone of its days.
    pub zone: Tz,
    /// Its currency.
    pub currency: Currency,
    /// What is on, or is being switched on.
    pub on: Vec<On>,
    /// Every campaign of it that is known, by Meta's id.
    pub campaigns: BTreeMap<String, CampaignId>,
    /// The first day of `days`.
    pub since: NaiveDate,
    /// What each campaign spent on each day, micros, by Meta's id.
    pub days: BTreeMap<String, BTreeMap<NaiveDate, i64>>,
    /// What each spent before, micros.
    pub before: BTreeMap<String, i64>,
    /// Platform time up to which that is known.
    pub known_until: Option<DateTime<Utc>>,
    /// Platform time up to which the last sync knew.
    pub synced_until: Option<DateTime<Utc>>,
}

/// A campaign that is on, or is being switched on.
#[derive(Debug, Clone)]
pub struct On {
    /// As the emergency stop knows it.
    pub running: Running,
    /// Its daily budgets together, minor units.
    pub daily_minor: i64,
    lifetime: Vec<InAll>,
    /// Whether it is on, as Meta last said; else it is being switched on.
    pub is_active: bool,
    /// Its own limit at Meta, minor units.
    pub cap_minor: Option<i64>,
}

/// A budget for a whole time.
#[derive(Debug, Clone, Copy)]
struct InAll {
    minor: i64,
    /// What Meta said is left of it; of the campaign's own it says nothing.
    left_minor: Option<i64>,
    ends: Option<DateTime<Utc>>,
}

/// How a limit stands in the ad accounts whose days are the same.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The days that count.
    pub window: Period,
    /// What is known as spent in them, micros.
    pub spent: i64,
    /// The verdict.
    pub verdict: Verdict,
    /// Their ad accounts.
    pub accounts: Vec<AdAccountId>,
    /// Platform time there.
    pub now: DateTime<Utc>,
}

/// A limit from its row; `None` for one that no version can have written.
pub fn limit_of(row: &LimitRow) -> Option<Limit> {
    let currency: Currency = row.currency.parse().ok()?;
    let covers = match row.covers.as_str() {
        "campaign" => Covers::Campaign(row.campaign_id?),
        "account" => Covers::Account(row.ad_account_id?),
        _ => Covers::Workspace(currency),
    };
    let span = match row.span.as_str() {
        "month" => Span::Month,
        "day" => Span::Day,
        _ => Span::Flight(Period::new(row.since_on?, row.until_on?).ok()?),
    };
    Some(Limit { covers, span, amount: Money::new(row.amount_minor, currency) })
}

/// Reads the limits of a workspace with everything they are judged by; `also` counts as on.
pub fn load(c: &mut Conn, ctx: &Ctx, workspace: WorkspaceId, also: &[CampaignId]) -> Result<Book> {
    let mut limits = Vec::new();
    for row in rows::list(c, workspace)? {
        let limit = limit_of(&row).ok_or_else(|| StoreError::Corrupt(format!("limit {}", row.id)))?;
        limits.push((row, limit));
    }
    let mut spenders = Vec::new();
    if !limits.is_empty() {
        let mut starting = plans::list_busy(c, workspace)?;
        starting.extend_from_slice(also);
        for account in connections::list_linked_accounts(c, workspace)? {
            let all: Vec<Limit> = limits.iter().map(|(_, limit)| *limit).collect();
            spenders.extend(spender(c, ctx, account, &all, &starting)?);
        }
    }
    let (checks, holds) = (rows::list_checks(c, workspace)?, rows::list_holds(c, workspace)?);
    let over_bp = plan_settings::find(c, workspace)?.map_or(ASSUMED.over_bp, |set| set.overdelivery_bp.max(ASSUMED.over_bp));
    let assumed = Assumptions { over_bp, ..ASSUMED };
    Ok(Book { workspace, limits, spenders, checks, holds, assumed })
}

/// The books of every workspace that has a limit.
pub fn load_all(c: &mut Conn, ctx: &Ctx) -> Result<Vec<Book>> {
    let mut books = Vec::new();
    for workspace in workspaces::list(c)? {
        let book = load(c, ctx, workspace.id, &[])?;
        if !book.limits.is_empty() {
            books.push(book);
        }
    }
    Ok(books)
}

pub(super) fn spender(
    c: &mut Conn,
    ctx: &Ctx,
    account: AdAccount,
    limits: &[Limit],
    starting: &[CampaignId],
) -> Result<Option<Spender>> {
    let (Some(connection), Ok(currency)) = (account.connection_id, account.currency.parse::<Currency>()) else {
        return Ok(None);
    };
    let workspace = account.workspace_id;
    let connection = connections::get(c, workspace, connection)?;
    let zone = zone(&account);
    let today = day_of(zone, ctx.platform.now(&connection.base_url, ctx.now()).0);
    let known = observed::list(c, workspace, account.id, "campaign")?;
    let mut drafts = Vec::new();
    for limit in limits {
        // One that is not at Meta yet is known by its definition alone.
        if let Covers::Campaign(id) = limit.covers
            && campaigns::find(c, workspace, id)?.is_some_and(|row| row.ad_account_id == account.id)
        {
            drafts.push(id);
        }
    }
    let covers = |limit: &Limit| match limit.covers {
        Covers::Account(id) => id == account.id,
        Covers::Workspace(of) => of == currency,
        Covers::Campaign(id) => drafts.contains(&id) || known.iter().any(|row| row.id.0 == id.0),
    };
    let windows = limits.iter().filter(|limit| covers(limit)).map(|limit| limit.span.window(today));
    let Some(since) = windows.map(|window| window.map_or(today, |window| window.since)).min() else { return Ok(None) };
    let ad_sets = observed::list(c, workspace, account.id, "ad_set")?;
    let is_on = |row: &&Observed| row.gone_at.is_none() && row.status == "ACTIVE";
    let is_starting = |row: &&Observed| !row.is_over() && starting.iter().any(|id| id.0 == row.id.0);
    let on = known.iter().filter(|row| is_on(row) || is_starting(row)).map(|row| on(&account, row, &ad_sets)).collect();
    let remote_of = |id: i64| {
        let row = known.iter().find(|row| row.id.0 == id);
        row.map_or_else(|| format!("here:{id}"), |row| row.remote_id.clone())
    };
    let mut days: BTreeMap<String, BTreeMap<NaiveDate, i64>> = BTreeMap::new();
    for sum in rows::days_by_campaign(c, workspace, account.id, since)? {
        days.entry(remote_of(sum.campaign_id)).or_default().insert(sum.on_day, sum.spend_micros);
    }
    let before = rows::whole_by_campaign(c, workspace, account.id, since)?;
    let mut ids: BTreeMap<String, CampaignId> = drafts.into_iter().map(|id| (remote_of(id.0), id)).collect();
    ids.extend(known.iter().map(|row| (row.remote_id.clone(), CampaignId(row.id.0))));
    Ok(Some(Spender {
        is_writable: writing::find(c, workspace, account.id)?.is_some(),
        is_sandbox: connection.kind == "sandbox",
        base_url: connection.base_url,
        campaigns: ids,
        before: before.into_iter().map(|sum| (remote_of(sum.campaign_id), sum.spend_micros)).collect(),
        known_until: account.known_until_at.map(|at| at.utc()),
        synced_until: account.known_until_at.map(|at| at.utc()),
        zone,
        currency,
        on,
        since,
        days,
        account,
    }))
}

fn on(account: &AdAccount, row: &Observed, ad_sets: &[Observed]) -> On {
    let said: Option<Campaign> = serde_json::from_str(&row.fields).ok();
    let (own_daily, whole) = said.as_ref().map_or((None, None), |said| (said.daily_budget, said.lifetime_budget));
    let mine = |set: &&Observed| set.parent_id == Some(row.id) && set.gone_at.is_none();
    // Of one that is being switched on, what is off may be switched on with it.
    let counts = |set: &&Observed| row.status != "ACTIVE" || set.status == "ACTIVE";
    let sets = ad_sets.iter().filter(mine).filter(counts).filter_map(|set| serde_json::from_str::<AdSet>(&set.fields).ok());
    let (mut daily, mut lifetime, mut latest) = (own_daily.unwrap_or_default(), Vec::new(), None);
    for set in sets {
        daily = daily.saturating_add(set.daily_budget.unwrap_or_default());
        let own = |minor: i64| InAll { minor, left_minor: set.budget_remaining, ends: set.end_time };
        lifetime.extend(set.lifetime_budget.map(own));
        latest = latest.max(set.end_time);
    }
    // A campaign's own budget ends with it, or with the last of its ad sets.
    let ends = said.as_ref().and_then(|said| said.stop_time).or(latest);
    lifetime.extend(whole.map(|minor| InAll { minor, left_minor: None, ends }));
    On {
        running: as_running(account, row, ad_sets),
        daily_minor: daily,
        is_active: row.status == "ACTIVE",
        lifetime,
        cap_minor: said.and_then(|said| said.spend_cap),
    }
}

impl Spender {
    /// Platform time there.
    pub fn now(&self, ctx: &Ctx) -> DateTime<Utc> {
        ctx.platform.now(&self.base_url, ctx.now()).0
    }

    /// What is on of what a limit covers.
    pub fn on(&self, covers: Covers) -> impl Iterator<Item = &On> {
        let is_covered = move |on: &&On| match covers {
            Covers::Campaign(id) => on.running.id == ObjectId(id.0),
            Covers::Account(_) | Covers::Workspace(_) => true,
        };
        self.on.iter().filter(is_covered)
    }

    /// Whether a limit covers anything of it.
    pub fn is_covered(&self, covers: Covers) -> bool {
        match covers {
            Covers::Campaign(id) => self.campaigns.values().any(|known| *known == id),
            Covers::Account(id) => self.account.id == id,
            Covers::Workspace(currency) => self.currency == currency,
        }
    }

    /// What a limit's campaigns spent in some days, micros.
    fn spent(&self, covers: Covers, window: Period) -> i64 {
        let is_covered = |remote: &String| match covers {
            Covers::Campaign(id) => self.campaigns.get(remote) == Some(&id),
            Covers::Account(_) | Covers::Workspace(_) => true,
        };
        let days = self.days.iter().filter(|(remote, _)| is_covered(remote)).flat_map(|(_, days)| days);
        days.filter(|(day, _)| window.contains(Period::day(**day))).map(|(_, micros)| *micros).sum()
    }

    /// What a campaign spent as far back as is known, micros.
    pub fn whole(&self, remote: &str) -> i64 {
        let days: i64 = self.days.get(remote).into_iter().flatten().map(|(_, micros)| *micros).sum();
        days.saturating_add(self.before.get(remote).copied().unwrap_or_default())
    }

    fn micros(&self, minor: i64) -> i64 {
        Money::new(minor, self.currency).to_spend().micros
    }

    fn runner(&self, on: &On) -> Runner {
        let spent = self.whole(&on.running.remote);
        let left_of = |minor: i64| self.micros(minor).saturating_sub(spent);
        // Meta's word may be younger than the figures, which then lack what it has counted already: the larger of the two is safe.
        let left = |budget: &InAll| {
            let said = budget.left_minor.map_or(i64::MIN, |left| self.micros(left));
            left_of(budget.minor).max(said).min(self.micros(budget.minor))
        };
        let lifetime: Vec<Lifetime> = on.lifetime.iter().map(|own| Lifetime { left: left(own), ends: own.ends }).collect();
        let in_all_only = on.daily_minor == 0 && !lifetime.is_empty();
        let budgets = in_all_only.then(|| lifetime.iter().map(|budget| budget.left.max(0)).sum());
        let cap = on.cap_minor.map(left_of);
        Runner { daily: self.micros(on.daily_minor), left_at_meta: [budgets, cap].into_iter().flatten().min(), lifetime }
    }

    fn part(&self, covers: Covers, window: Period) -> Part {
        let (cap, spent) = (self.account.spend_cap_minor.filter(|cap| *cap > 0), self.account.amount_spent_minor);
        Part {
            zone: self.zone,
            window,
            known_until: self.known_until,
            runners: self.on(covers).map(|on| self.runner(on)).collect(),
            left_at_meta: cap.zip(spent).map(|(cap, spent)| self.micros(cap.saturating_sub(spent))),
        }
    }
}

impl Book {
    /// The ad accounts a limit covers.
    pub fn covered(&self, covers: Covers) -> impl Iterator<Item = &Spender> {
        self.spenders.iter().filter(move |spender| spender.is_covered(covers))
    }

    /// How a limit stands, once for each stretch of days that counts in some of its ad accounts now: at the turn of a month two
    /// zones may be in two months. The gravest first; empty where no day counts.
    pub fn judge(&self, ctx: &Ctx, limit: &Limit, next_in: impl Fn(&Spender) -> TimeDelta) -> Vec<Judged> {
        let mut by_window: BTreeMap<Period, Vec<&Spender>> = BTreeMap::new();
        for spender in self.covered(limit.covers) {
            if let Some(window) = limit.span.window(day_of(spender.zone, spender.now(ctx))) {
                by_window.entry(window).or_default().push(spender);
            }
        }
        let cap = limit.amount.to_spend().micros;
        let mut judged: Vec<Judged> = Vec::new();
        for (window, spenders) in by_window {
            let spent = self.covered(limit.covers).map(|spender| spender.spent(limit.covers, window)).sum();
            let parts: Vec<Part> = spenders.iter().map(|spender| spender.part(limit.covers, window)).collect();
            let now = spenders.iter().map(|spender| spender.now(ctx)).max().unwrap_or_default();
            let next_in = spenders.iter().map(|spender| next_in(spender)).max().unwrap_or(ASSUMED.every);
            let verdict = judge(&Facts { now, next_in, cap, spent, parts: &parts }, &self.assumed);
            judged.push(Judged { window, spent, verdict, now, accounts: spenders.iter().map(|s| s.account.id).collect() });
        }
        judged.sort_by_key(|judged| std::cmp::Reverse((judged.verdict.decision.as_str() == "pause", judged.verdict.worst)));
        judged
    }

    /// The daily budgets of what a limit covers and is on, minor units; `None` where there is none.
    pub fn daily_minor(&self, covers: Covers) -> Option<i64> {
        let all: i64 = self.covered(covers).flat_map(|spender| spender.on(covers)).map(|on| on.daily_minor).sum();
        (all > 0).then_some(all)
    }

    /// The most that what a limit covers may spend on a day, minor units.
    pub fn worst_day_minor(&self, covers: Covers) -> Option<i64> {
        self.daily_minor(covers).map(|daily| worst_day(daily, &self.assumed))
    }
}
