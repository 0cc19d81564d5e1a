//! Spending limits: setting them, and how each stands. What happens at a limit is the guard's, see [`super::guard`].

mod at_meta;
mod book;
mod words;

use chrono::{DateTime, Duration, TimeDelta, Utc};
use serde::Serialize;

use crate::domain::dictionary;
use crate::domain::guard::{ASSUMED, Decision, Line, day_of};
use crate::domain::id::{AdAccountId, CampaignId, LimitId, ObjectId, UserId};
use crate::domain::limit::{Covers, Limit, LimitFacts, LimitForm, Span};
use crate::domain::money::Money;
use crate::domain::plan::{Kind, PlannedStep, Step, bare};
use crate::domain::role::Role;
use crate::store::limits::{self as rows, CheckRow, HoldRow, LimitRow};
use crate::store::{Conn, UtcTime, connections, observed};

use super::{Actor, Ctx, Error, Result};

pub use crate::store::limits::HoldRow as Hold;
pub(super) use at_meta::cap_of;
pub use book::{Book, Judged, On, Spender, limit_of};
pub(super) use book::{load, load_all};
pub use words::hours;
pub(super) use words::why;

/// The guard that has not looked for so long, real time, is not running.
pub const ASLEEP: Duration = Duration::minutes(15);

/// A limit as its page shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its id.
    pub id: LimitId,
    /// The limit.
    pub limit: Limit,
    /// What it covers, by name.
    pub name: String,
    /// How it stands; `None` where no day counts now.
    pub stands: Option<Judged>,
    /// What the guard last saw and did.
    pub last: Option<CheckRow>,
    /// Whether the guard looks.
    pub is_watched: bool,
    /// What the guard paused because of it.
    pub holds: Vec<HoldRow>,
    /// The campaign's own limit at Meta that it asks for.
    pub cap: Option<Money>,
    /// Whether Meta has that limit.
    pub cap_is_set: bool,
    /// Whether that was worked out for an earlier month.
    pub cap_is_old: bool,
    /// What keeps it from holding, or has to be known, in sentences.
    pub notes: Vec<String>,
    /// Which line holds it, in a sentence.
    pub line: String,
    /// Platform time up to which the figures are known.
    pub known_until: Option<DateTime<Utc>>,
}

impl Shown {
    /// The word of its state, for badges and programs.
    pub fn state(&self) -> &'static str {
        match &self.stands {
            None => "not_now",
            Some(_) if !self.holds.is_empty() => "paused",
            Some(judged) => match judged.verdict.decision {
                _ if judged.verdict.headroom <= 0 => "reached",
                Decision::Fine if judged.verdict.line == Line::Off => "off",
                Decision::Fine => "holds",
                Decision::Warn(crate::domain::guard::Reason::Stale) => "stale",
                Decision::Warn(_) => "near",
                Decision::Pause(_) => "close",
            },
        }
    }
}

#[derive(Serialize)]
struct Set<'a> {
    limit: LimitId,
    form: &'a LimitForm,
    amount: Money,
    cap_minor: Option<i64>,
}

/// Every limit of the workspace.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Shown>> {
    let (inner, workspace) = (ctx.clone(), actor.workspace);
    let read = ctx.db.read(move |c| {
        let book = load(c, &inner, workspace, &[])?;
        let campaigns = match book.limits.is_empty() {
            true => Vec::new(),
            false => observed::list_present(c, workspace, "campaign")?,
        };
        let mut names = Vec::new();
        for (_, limit) in &book.limits {
            let name = match limit.covers {
                Covers::Campaign(id) => {
                    let name = match campaigns.iter().find(|row| row.id.0 == id.0) {
                        Some(seen) => Some(bare(&seen.name).to_owned()),
                        None => crate::store::campaigns::find(c, workspace, id)?.map(|row| row.name),
                    };
                    name.unwrap_or_else(|| format!("campaign {id}"))
                }
                Covers::Account(id) => connections::get_account(c, workspace, id)?.name,
                Covers::Workspace(currency) => format!("Every ad account in {}", currency.code()),
            };
            names.push(name);
        }
        Ok((book, names))
    });
    let (book, names) = read.await?;
    Ok(book.limits.iter().zip(names).map(|((row, limit), name)| shown(ctx, &book, row, limit, name)).collect())
}

/// The limits that cover a campaign: its own, its ad account's, the workspace's.
pub async fn over_campaign(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Vec<Shown>> {
    let workspace = actor.workspace;
    let account = ctx.db.read(move |c| {
        let drafted = crate::store::campaigns::find(c, workspace, campaign)?.map(|row| row.ad_account_id);
        let seen = observed::find(c, workspace, ObjectId(campaign.0))?.map(|row| row.ad_account_id);
        seen.or(drafted).map(|account| connections::get_account(c, workspace, account)).transpose()
    });
    let account = account.await?;
    let covers = |limit: &Limit| match (limit.covers, &account) {
        (Covers::Campaign(id), _) => id == campaign,
        (Covers::Account(id), Some(account)) => id == account.id,
        (Covers::Workspace(currency), Some(account)) => account.currency == currency.code(),
        (_, None) => false,
    };
    Ok(list(ctx, actor).await?.into_iter().filter(|shown| covers(&shown.limit)).collect())
}

/// The limits that cover an ad account: its own and the workspace's.
pub async fn over_account(ctx: &Ctx, actor: &Actor, account: AdAccountId) -> Result<Vec<Shown>> {
    let workspace = actor.workspace;
    let row = ctx.db.read(move |c| connections::get_account(c, workspace, account)).await?;
    let covers = |limit: &Limit| match limit.covers {
        Covers::Account(id) => id == account,
        Covers::Workspace(currency) => row.currency == currency.code(),
        Covers::Campaign(_) => false,
    };
    Ok(list(ctx, actor).await?.into_iter().filter(|shown| covers(&shown.limit)).collect())
}

/// One limit.
pub async fn get(ctx: &Ctx, actor: &Actor, id: LimitId) -> Result<Shown> {
    list(ctx, actor).await?.into_iter().find(|shown| shown.id == id).ok_or(Error::NotFound("limit"))
}

/// What a limit may cover, as word and name: each currency of the linked ad accounts, each of them, and the campaign named.
pub async fn choices(ctx: &Ctx, actor: &Actor, campaign: Option<CampaignId>) -> Result<Vec<(String, String)>> {
    let workspace = actor.workspace;
    let read = ctx.db.read(move |c| {
        let accounts = connections::list_linked_accounts(c, workspace)?;
        let named = match campaign {
            None => None,
            Some(id) => {
                let drafted = crate::store::campaigns::find(c, workspace, id)?.map(|row| row.name);
                let seen = observed::find(c, workspace, ObjectId(id.0))?.filter(|row| row.kind == "campaign");
                seen.map(|row| bare(&row.name).to_owned()).or(drafted).map(|name| (id, name))
            }
        };
        Ok((accounts, named))
    });
    let (accounts, named) = read.await?;
    let mut all = Vec::new();
    all.extend(named.map(|(id, name)| (format!("campaign:{id}"), format!("The campaign {name}"))));
    all.extend(accounts.iter().map(|a| (format!("account:{}", a.id), format!("The ad account {} ({})", a.name, a.currency))));
    let mut currencies: Vec<&str> = accounts.iter().map(|account| account.currency.as_str()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let every = |code: &&str| (format!("workspace:{code}"), format!("The workspace: every ad account in {code}"));
    all.extend(currencies.iter().map(every));
    Ok(all)
}

/// Sets a limit.
///
/// # Errors
/// [`Error::Invalid`] with each problem at its field; also where one is there already for the same time.
pub async fn set(ctx: &Ctx, actor: &Actor, form: &LimitForm) -> Result<LimitId> {
    actor.require(Role::Manager)?;
    let (inner, actor, form) = (ctx.clone(), actor.clone(), form.clone());
    let written = ctx.db.write(move |c| {
        let id = LimitId(inner.new_id());
        let row = row_of(c, &inner, &actor, &form, None)?;
        let row = LimitRow { id, created_by: actor.user.unwrap_or(UserId(0)), ..row };
        rows::insert(c, &row)?;
        record(c, &inner, &actor, "limit.set", &row, &form)?;
        Ok(id)
    });
    written.await
}

/// Changes a limit's time and amount; what it covers stays.
pub async fn change(ctx: &Ctx, actor: &Actor, id: LimitId, form: &LimitForm) -> Result<()> {
    actor.require(Role::Manager)?;
    let (inner, actor, form) = (ctx.clone(), actor.clone(), form.clone());
    let written = ctx.db.write(move |c| {
        let before = rows::find(c, actor.workspace, id)?.ok_or(Error::NotFound("limit"))?;
        let row = row_of(c, &inner, &actor, &form, Some(&before))?;
        rows::update(c, &row)?;
        record(c, &inner, &actor, "limit.changed", &row, &form)
    });
    written.await
}

/// Takes a limit away. What it paused stays paused; Meta's own limit of a campaign goes with the campaign's next plan.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: LimitId) -> Result<()> {
    actor.require(Role::Manager)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    let written = ctx.db.write(move |c| {
        let row = rows::find(c, actor.workspace, id)?.ok_or(Error::NotFound("limit"))?;
        let form = limit_of(&row).map(|limit| LimitForm::of(&limit, row.cap_minor.is_some())).unwrap_or_default();
        let row = LimitRow { removed_at: Some(inner.stamp()), updated_at: inner.stamp(), ..row };
        rows::update(c, &row)?;
        record(c, &inner, &actor, "limit.removed", &row, &form)
    });
    written.await
}

/// Works Meta's own limit of the campaign out anew: for a month that has begun since. The campaign's next plan sets it.
///
/// # Errors
/// [`Error::Conflict`] with the reason where Meta cannot hold it.
pub async fn renew(ctx: &Ctx, actor: &Actor, id: LimitId) -> Result<()> {
    let workspace = actor.workspace;
    let row = ctx.db.read(move |c| rows::find(c, workspace, id)).await?.ok_or(Error::NotFound("limit"))?;
    let limit = limit_of(&row).ok_or(Error::NotFound("limit"))?;
    change(ctx, actor, id, &LimitForm::of(&limit, true)).await.map_err(|error| match error {
        Error::Invalid(invalid) => Error::conflict(invalid.into()),
        other => other,
    })
}

fn record(c: &mut Conn, ctx: &Ctx, actor: &Actor, action: &'static str, row: &LimitRow, form: &LimitForm) -> Result<()> {
    let amount = limit_of(row).ok_or(Error::NotFound("limit"))?.amount;
    let state = Set { limit: row.id, form, amount, cap_minor: row.cap_minor };
    actor.record(c, ctx.stamp(), action, ("limit", row.id.0), &state)
}

/// Judges a form; `before` is the limit that it changes.
fn row_of(c: &mut Conn, ctx: &Ctx, actor: &Actor, form: &LimitForm, before: Option<&LimitRow>) -> Result<LimitRow> {
    let chosen = before.and_then(limit_of).map(|limit| limit.covers).or_else(|| Covers::parse(&form.covers));
    let covers = chosen.ok_or_else(|| Error::invalid("covers", dictionary::limit_covers_missing()))?;
    let spenders = covered(c, ctx, actor, covers)?;
    let Some(first) = spenders.first() else {
        return Err(Error::invalid("covers", dictionary::limit_covers_unknown()));
    };
    let today = day_of(first.zone, first.now(ctx));
    let daily: i64 = match daily_wanted(c, actor, covers)? {
        Some(daily) => daily,
        None => spenders.iter().flat_map(|spender| spender.on(covers)).map(|on| on.daily_minor).sum(),
    };
    let facts = LimitFacts { currency: first.currency, today, daily_minor: (daily > 0).then_some(daily) };
    let limit = form.read(covers, &facts)?;
    let words = rows::list(c, actor.workspace)?;
    let same = |row: &&LimitRow| {
        before.is_none_or(|before| before.id != row.id)
            && limit_of(row).is_some_and(|other| (other.covers, other.span) == (covers, limit.span))
    };
    if words.iter().any(|row| same(&row)) {
        return Err(Error::invalid("span", dictionary::limit_there_already(limit.span.words())));
    }
    let cap = match form.wants_meta() {
        true => Some(at_meta::work_out(c, &limit, first, today)?.map_err(|said| Error::invalid("at_meta", said))?),
        false => None,
    };
    let (campaign_id, ad_account_id) = match covers {
        Covers::Campaign(id) => (Some(id), None),
        Covers::Account(id) => (None, Some(id)),
        Covers::Workspace(_) => (None, None),
    };
    let (since_on, until_on) = match limit.span {
        Span::Flight(period) => (Some(period.since), Some(period.until)),
        Span::Month | Span::Day => (None, None),
    };
    let now: UtcTime = ctx.stamp();
    Ok(LimitRow {
        workspace_id: actor.workspace,
        id: before.map_or(LimitId(0), |before| before.id),
        covers: covers.kind().to_owned(),
        campaign_id,
        ad_account_id,
        span: limit.span.as_str().to_owned(),
        since_on,
        until_on,
        amount_minor: limit.amount.minor,
        currency: limit.amount.currency.code().to_owned(),
        cap_minor: cap.map(|(cap, _)| cap),
        cap_since_on: cap.map(|(_, since)| since),
        created_by: before.map_or(UserId(0), |before| before.created_by),
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
        removed_at: None,
    })
}

/// The ad accounts that a limit still to be set would cover.
fn covered(c: &mut Conn, ctx: &Ctx, actor: &Actor, covers: Covers) -> Result<Vec<Spender>> {
    let probe = Limit { covers, span: Span::Day, amount: Money::new(0, crate::domain::currency::Currency::EUR) };
    let mut found = Vec::new();
    for account in connections::list_linked_accounts(c, actor.workspace)? {
        found.extend(book::spender(c, ctx, account, &[probe], &[])?);
    }
    Ok(found)
}

/// The daily budget that a campaign defined here is to have, minor units.
fn daily_wanted(c: &mut Conn, actor: &Actor, covers: Covers) -> Result<Option<i64>> {
    let Covers::Campaign(id) = covers else { return Ok(None) };
    let Some(definition) = crate::store::campaigns::find(c, actor.workspace, id)?.and_then(|row| row.definition) else {
        return Ok(None);
    };
    let campaign: crate::domain::campaign::Campaign = serde_json::from_str(&definition)?;
    Ok((campaign.budget.pace == crate::domain::campaign::Pace::Daily).then_some(campaign.budget.amount.minor))
}

fn shown(ctx: &Ctx, book: &Book, row: &LimitRow, limit: &Limit, name: String) -> Shown {
    let last = book.checks.iter().find(|check| check.limit_id == row.id).cloned();
    let is_watched = last.as_ref().is_some_and(|check| ctx.now().0 - check.checked_at.utc() <= ASLEEP);
    let every = last.as_ref().map_or(ASSUMED.every, |check| TimeDelta::seconds(check.every_seconds).max(ASSUMED.every));
    let stands = book.judge(ctx, limit, |_| every).into_iter().next();
    let covered: Vec<&Spender> = book.covered(limit.covers).collect();
    let cap = row.cap_minor.map(|minor| Money::new(minor, limit.amount.currency));
    let on_at_meta = covered
        .iter()
        .flat_map(|spender| spender.on(limit.covers))
        .any(|on| on.cap_minor.is_some_and(|is| Some(is) <= row.cap_minor));
    let cap_is_old = match (limit.span, row.cap_since_on, &stands) {
        (Span::Month, Some(since), Some(judged)) => since < judged.window.since,
        _ => false,
    };
    let mut notes = words::notes(ctx, limit, book, &covered);
    if !is_watched && stands.is_some() {
        notes.insert(0, words::asleep(last.as_ref()));
    }
    Shown {
        id: row.id,
        limit: *limit,
        name,
        line: words::line(limit, stands.as_ref(), is_watched, &covered),
        known_until: covered.iter().map(|spender| spender.known_until).min().flatten(),
        stands,
        last,
        is_watched,
        holds: book.holds.iter().filter(|hold| hold.limit_id == row.id).cloned().collect(),
        cap,
        cap_is_set: cap.is_some() && on_at_meta,
        cap_is_old,
        notes,
    }
}

/// Why the guard paused a campaign, where it did and nobody has switched it on again.
pub async fn held(ctx: &Ctx, actor: &Actor, campaign: CampaignId) -> Result<Vec<HoldRow>> {
    let workspace = actor.workspace;
    let holds = ctx.db.read(move |c| rows::list_holds(c, workspace)).await?;
    Ok(holds.into_iter().filter(|hold| hold.campaign_id.0 == campaign.0).collect())
}

/// Refuses a plan that switches a campaign on while a limit over it leaves it nothing: the guard would pause it again at once.
pub(super) fn refuse_used_up(c: &mut Conn, ctx: &Ctx, actor: &Actor, steps: &[PlannedStep]) -> Result<()> {
    let campaigns: Vec<CampaignId> = steps
        .iter()
        .filter_map(|planned| match &planned.step {
            Step::Activate { object } if object.kind == Kind::Campaign => Some(CampaignId(object.id.0)),
            _ => None,
        })
        .collect();
    if campaigns.is_empty() {
        return Ok(());
    }
    let book = load(c, ctx, actor.workspace, &campaigns)?;
    for (_, limit) in &book.limits {
        let concerns = book
            .covered(limit.covers)
            .flat_map(|spender| spender.on(limit.covers))
            .any(|on| campaigns.iter().any(|id| id.0 == on.running.id.0));
        let judged = book
            .judge(ctx, limit, |_| ASSUMED.every)
            .into_iter()
            .find(|judged| matches!(judged.verdict.decision, Decision::Pause(_)));
        if let Some(judged) = judged.filter(|_| concerns) {
            let wait = words::or_wait(limit, judged.window.until);
            return Err(Error::conflict(dictionary::limit_used_up(why(limit, &judged), wait)));
        }
    }
    Ok(())
}
